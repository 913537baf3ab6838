"""Tables whose rows or columns the values decided, once they are printed: no table without rows, widths that fit."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["finish_table", "keep_rows"]

_TOKEN = re.compile(r"<(/?)w:(tbl|tr|tc|gridCol|gridSpan|tblGrid|tcW)\b([^>]*)>")
_VALUE = re.compile(r'w:val="(\d+)"')
_WIDTH = re.compile(r'w:w="(\d+)"')
_NARROWEST: Final = 100


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
