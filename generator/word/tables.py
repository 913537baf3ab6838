"""Tables whose rows or columns the values decide: widths for both Word and WPS, and no table without rows.

Word takes column widths from each cell (``w:tcW``), WPS from the grid (``w:gridCol``); so both are written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.patterns import regex
from generator.word import names
from generator.word.joining import SENTINEL
from generator.word.names import Tree, ancestor, w

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.word.tags import Tag

__all__ = ["finish_table", "keep_rows", "watch_tables", "write_widths"]

_TOKEN = regex(r"<(/?)w:(tbl|tr|tc|gridCol|gridSpan|tblGrid|tcW)\b([^>]*)>")
_VALUE = regex(r'w:val="(\d+)"')
_WIDTH = regex(r'w:w="(\d+)"')
_NARROWEST: Final = 100


def write_widths(root: Tree) -> None:
    """Gives every cell without a width of its own the width of its grid columns."""
    from generator.word.cells import cell_property  # noqa: PLC0415 - needs lxml; what finishes tables does without

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


def keep_rows(table: str) -> str:
    """The table, or nothing if no row is left of it."""
    return table if "<w:tr>" in table or "<w:tr " in table else ""


def finish_table(table: str) -> str:
    """The table with as many grid columns as its rows have, widths in proportion, written into grid and cells."""
    if not keep_rows(table):
        return ""
    rows = _spans(table)
    start = table.find("<w:tblGrid")
    grid: list[int] = [int(width) for width in _WIDTH.findall(table, start, max(start, table.find("</w:tblGrid>")))]
    columns = max((sum(row) for row in rows), default=0)
    return _rewrite(table, _stretched(grid, columns)) if columns and grid else table


def _stretched(grid: list[int], columns: int) -> list[int]:
    """The grid with another number of columns and the same width in all."""
    if columns == len(grid):
        return grid
    total = sum(grid)
    kept = (grid + [total // len(grid)] * columns)[:columns]
    return [max(_NARROWEST, width * total // max(1, sum(kept))) for width in kept]


def _spans(table: str) -> list[list[int]]:
    """How many columns each cell of each row takes; tables inside do not count."""
    rows: list[list[int]] = []
    depth = 0
    for closing, name, rest in _TOKEN.findall(table):
        if name == "tbl":
            depth += -1 if closing else 1
        elif depth == 1 and not closing and name == "tr":
            rows.append([])
        elif depth == 1 and not closing and name == "tc":
            rows[-1].append(1)
        elif depth == 1 and name == "gridSpan" and rows and rows[-1]:
            found = _VALUE.search(rest)
            rows[-1][-1] = int(found.group(1)) if found else 1
    return rows


def _rewrite(table: str, grid: list[int]) -> str:
    """The table with a new grid, and the widths of its cells added up from it."""
    widths = [sum(grid[sum(row[:at]) : sum(row[: at + 1])]) for row in _spans(table) for at in range(len(row))]
    coming = iter(widths)
    state = {"depth": 0, "width": 0}

    def replaced(token: re.Match[str]) -> str:
        closing, name, _ = token.groups()
        if name == "tbl":
            state["depth"] += -1 if closing else 1
        elif state["depth"] == 1 and name == "tc" and not closing:
            state["width"] = next(coming)
        elif state["depth"] == 1 and name == "tcW":
            return f'<w:tcW w:w="{state["width"]}" w:type="dxa"/>'
        elif state["depth"] == 1 and name == "gridCol":
            return ""
        elif state["depth"] == 1 and name == "tblGrid" and not closing:
            return token.group() + "".join(f'<w:gridCol w:w="{width}"/>' for width in grid)
        return token.group()

    return _TOKEN.sub(replaced, table)
