"""The paragraphs and tables of a Word file with the places of their cells, as people see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Refused, Span
from generator.word import codes
from generator.word.names import value, w
from generator.word.opc import main_part, open_package
from generator.word.read.document import Block, Cell, Paragraph, Reader, Table
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree


class PlainTable(Struct):
    """A table as a grid, rows and columns from 1.

    Attributes:
        texts: The texts of the cells that are not blank, by row and column.
        tall: The last row of cells that span rows, by column and first row.
        wide: The last column of cells that span columns, by row and first column.
    """

    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    tall: dict[tuple[int, int], int] = field(default_factory=dict)
    wide: dict[tuple[int, int], int] = field(default_factory=dict)


class Body(Struct, frozen=True):
    """The text of a file in its order, without blank paragraphs; ``revisions`` are tracked changes still open."""

    blocks: tuple[str | PlainTable, ...]
    revisions: int


def read_body(data: bytes, span: Span) -> Body:
    """Reads a Word file; tracked changes are accepted, text boxes and tables in cells follow what holds them.

    Raises:
        Refused: It is not a Word file, or broken.
    """
    entries = open_package(data, span)
    try:
        root = parse_xml(entries[main_part(entries)].data())
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(span, why="里面的内容损坏，或不是文字文档")]) from error
    body, reader = root.find(w("body")), Reader()
    blocks = tuple(_plain(reader.blocks(body if body is not None else ())))
    return Body(blocks, reader.revisions)


def _plain(blocks: Iterable[Block]) -> Iterator[str | PlainTable]:
    for block in blocks:
        if isinstance(block, Table):
            yield from _table(block)
            continue
        if block.text.strip():
            yield block.text
        for box in block.boxes:
            yield from _plain(box)


def _table(table: Table) -> Iterator[str | PlainTable]:
    plain, inner = PlainTable(), list[Block]()
    # Of each column the first row of the cell that may go on below.
    open_cells: dict[int, int] = {}
    for number, row in enumerate(table.rows, 1):
        at = 1 + _count(row.element, "trPr/gridBefore")
        for cell in row.cells:
            across = _count(cell.element, "tcPr/gridSpan") or 1
            merge = cell.element.find(f"{w('tcPr')}/{w('vMerge')}")
            if merge is not None and merge.get(w("val"), "continue") == "continue" and at in open_cells:
                plain.tall[at, open_cells[at]] = number
            else:
                open_cells.pop(at, None)
                if merge is not None:
                    open_cells[at] = number
                if text := _text(cell, inner):
                    plain.texts.setdefault(number, {})[at] = text
                if across > 1:
                    plain.wide[number, at] = at + across - 1
            at += across
    yield plain
    yield from _plain(inner)


def _text(cell: Cell, inner: list[Block]) -> str:
    """The paragraphs of a cell; tables in it are put aside."""
    inner += (block for block in cell.blocks if isinstance(block, Table))
    return "\n".join(block.text for block in cell.blocks if isinstance(block, Paragraph) and block.text.strip()).strip()


def _count(element: Tree, path: str) -> int:
    text = value(element, path)
    return min(int(text), 200) if text.isdecimal() else 0
