"""Tables whose rows or columns the values decide: widths for both Word and WPS, and no table without rows.

Word takes column widths from each cell (``w:tcW``), WPS from the grid (``w:gridCol``); so both are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.word import names
from generator.word.names import SENTINEL, Tree, ancestor, w

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.word.compiling.tags import Tag

__all__ = ["watch_tables", "write_widths"]


def write_widths(root: Tree) -> None:
    """Gives every cell without a width of its own the width of its grid columns."""
    from generator.word.compiling.cells import cell_property  # noqa: PLC0415 - needs lxml; what finishes tables does without

    for table in root.iter(names.TBL):
        grid = [str(column.get(w("w"), "")) for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
        if not grid or not all(width.isdecimal() for width in grid):
            continue
        for row in table.iterfind(names.TR):
            _row_widths(row, [int(width) for width in grid], cell_property)


def _row_widths(row: Tree, grid: list[int], cell_property: Callable[[Tree, str], Tree]) -> None:
    before = row.find(f"{w('trPr')}/{w('gridBefore')}")
    at = 0 if before is None else _number(before, 0)
    for cell in row.iterfind(names.TC):
        span = cell.find(f"{names.TC_PR}/{w('gridSpan')}")
        wide = 1 if span is None else _number(span, 1)
        size = cell_property(cell, "tcW")
        width = sum(grid[at : at + wide])
        if size.get(w("type")) in {None, "auto", "nil"} and width:
            size.set(w("w"), str(width))
            size.set(w("type"), "dxa")
        at += wide


def _number(element: Tree, otherwise: int) -> int:
    """Its value; a tag may stand there."""
    value = str(element.get(w("val"), ""))
    return int(value) if value.isdecimal() else otherwise


def watch_tables(root: Tree, tags: list[Tag], wrap: Callable[[Tree, str], None]) -> None:
    """Has the tables finished after printing whose columns, or last rows, depend on values."""
    for table in list(root.iter(names.TBL)):
        rows = [row for row in table.iter(names.TR) if ancestor(row, names.TBL) is table]
        if any(_varies(row, tags) for row in rows):
            wrap(table, "_finished")
        elif not _has_sure_child(table, names.TR, tags):
            wrap(table, "_kept")


def _varies(row: Tree, tags: list[Tag]) -> bool:
    """Whether the number of columns in a row depends on values."""
    lifted = any(_tag_of(child, tags).scope == "tc" for child in row if not isinstance(child.tag, str))
    return lifted or any(SENTINEL in str(span.get(w("val"))) for span in row.iter(w("gridSpan")))


def _tag_of(node: Tree, tags: list[Tag]) -> Tag:
    return tags[int(node.text or "0")]


def _has_sure_child(container: Tree, tag: str, tags: list[Tag]) -> bool:
    """Whether a child of that kind stands outside every block."""
    depth = 0
    for child in container:
        if isinstance(child.tag, str):
            if depth == 0 and (child.tag == tag or next(child.iter(tag), None) is not None):
                return True
        elif _tag_of(child, tags).kind == "{%":
            word = _tag_of(child, tags).word
            depth += -1 if word.startswith("end") else word not in {"else", "elif", "set"}
    return False
