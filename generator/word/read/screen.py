"""A marked report as blocks for a screen: paragraphs, tables and charts in order, every value with its origin.

It reads reports of this program only, not Word files in general.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby, takewhile
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.forms import RATE
from generator.base.passage import Origin
from generator.word.names import local, value, w
from generator.word.read.document import Block, Cell, Paragraph, Reader, Table
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.opc import Entry
    from generator.word.render.state import Marked, PrintedValue

    _Placed = tuple[int, int, Cell]  # a cell behind its first column and the number of its columns


_BODY: Final = "word/document.xml"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HEADING: Final = "heading "


class ShownText(Struct, frozen=True):
    """A stretch of text and where it comes from; None for the template's own wording."""

    text: str
    origin: Origin | None = None


class ShownParagraph(Struct, frozen=True):
    """A paragraph: its style by name, its level in the outline (0 for none), its alignment, its text."""

    style: str
    level: int
    align: str
    texts: tuple[ShownText, ...]


class ShownCell(Struct, frozen=True):
    """A cell over ``across`` columns and ``down`` rows."""

    blocks: tuple[ShownBlock, ...]
    across: int = 1
    down: int = 1


class ShownTable(Struct, frozen=True):
    """A table; the first ``heads`` rows are its heading."""

    rows: tuple[tuple[ShownCell, ...], ...]
    heads: int = 0


class ShownChart(Struct, frozen=True):
    """A bar chart: what it is called, and its bars with the numbers behind them."""

    title: str
    bars: tuple[tuple[str, str], ...]


ShownBlock = ShownParagraph | ShownTable | ShownChart


def screen(report: Marked) -> tuple[ShownBlock, ...]:
    """The body of a report as blocks."""
    entries = report.entries
    body = parse_xml(entries[_BODY].data()).find(w("body"))
    blocks = Reader(skipped=frozenset()).blocks(body if body is not None else ())
    return tuple(_Screen(entries, report.values).blocks(blocks))


class _Screen:
    """One report, turned into blocks."""

    def __init__(self, entries: Mapping[str, Entry], values: Sequence[PrintedValue]) -> None:
        self._entries = entries
        self._origins = [None, *(Origin(one.path, one.computed, one.unit) for one in values)]
        # Name and alignment of each paragraph style, by its id.
        self._styles: dict[str, tuple[str, str]] = {}
        if "word/styles.xml" in entries:
            for style in parse_xml(entries["word/styles.xml"].data()).iter(w("style")):
                self._styles[str(style.get(w("styleId")))] = (value(style, "name"), value(style, "pPr/jc"))

    def blocks(self, blocks: Iterable[Block]) -> Iterator[ShownBlock]:
        for block in blocks:
            if isinstance(block, Table):
                yield self._table(block)
            else:
                yield from self._paragraph(block)

    def _paragraph(self, paragraph: Paragraph) -> Iterator[ShownBlock]:
        for drawing in paragraph.element.iter(f"{_CHART}chart"):
            yield from self._chart(str(drawing.get(_RELATION, "")))
        if paragraph.text:
            style, align = self._styles.get(value(paragraph.element, "pPr/pStyle"), ("", ""))
            level = int(style.removeprefix(_HEADING)) if style.startswith(_HEADING) else 0
            texts = groupby(paragraph.pieces, lambda piece: self._origins[piece.value])
            merged = tuple(ShownText("".join(piece.text for piece in pieces), origin) for origin, pieces in texts)
            yield ShownParagraph(style, level, value(paragraph.element, "pPr/jc") or align, merged)

    def _table(self, table: Table) -> ShownTable:
        grid: list[list[_Placed]] = []
        for row in table.rows:
            column = 0
            grid.append([])
            for cell in row.cells:
                across = int(value(cell.element, "tcPr/gridSpan") or 1)
                grid[-1].append((column, across, cell))
                column += across
        heads = sum(1 for row in table.rows if row.element.find(f"{w('trPr')}/{w('tblHeader')}") is not None)
        return ShownTable(tuple(self._row(grid, number) for number in range(len(grid))), heads)

    def _row(self, grid: list[list[_Placed]], number: int) -> tuple[ShownCell, ...]:
        cells = []
        for column, across, cell in grid[number]:
            if _merge(cell) != "continue":
                down = _height(grid, number, column) if _merge(cell) == "restart" else 1
                cells.append(ShownCell(tuple(self.blocks(cell.blocks)), across, down))
        return tuple(cells)

    def _chart(self, relation: str) -> Iterator[ShownChart]:
        relations = parse_xml(self._entries["word/_rels/document.xml.rels"].data())
        targets = {str(one.get("Id")): str(one.get("Target")) for one in relations}
        name = posixpath.join("/word", targets.get(relation, "")).lstrip("/")
        if name in self._entries:
            yield _read_chart(parse_xml(self._entries[name].data()))


def _merge(cell: Cell) -> str:
    """``restart`` for the first of merged cells, ``continue`` for the others, blank for a single cell."""
    properties = cell.element.find(w("tcPr"))
    merge = properties.find(w("vMerge")) if properties is not None else None
    return "" if merge is None else str(merge.get(w("val"), "continue"))


def _height(grid: list[list[_Placed]], number: int, column: int) -> int:
    below = ({start: _merge(cell) for start, _, cell in row}.get(column) for row in grid[number + 1 :])
    return 1 + len(list(takewhile(lambda merge: merge == "continue", below)))


def _read_chart(root: Tree) -> ShownChart:
    title = root.find(f".//{_CHART}title")
    words = "".join(str(one.text or "") for one in title.iter() if local(one) == "t") if title is not None else ""
    series = root.find(f".//{_CHART}ser")
    found = (() if series is None else series.iterfind(f"{_CHART}{kind}//{_CHART}v") for kind in ("cat", "val"))
    names, values = ([str(one.text or "") for one in points] for points in found)
    is_rate = any("%" in str(code.text) for code in root.iter(f"{_CHART}formatCode"))
    return ShownChart(words, tuple(zip(names, map(_rate, values) if is_rate else values, strict=False)))


def _rate(number: str) -> str:
    try:
        return RATE.print(Fraction(number))
    except ValueError:
        return number
