"""What openpyxl leaves out when it reads a sheet row by row: merged cells, hidden rows, formulas without a result."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING

from msgspec import Struct, field

from generator.sheets.grid import MOST_COLUMNS, MOST_LINES, Merges

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["Scan", "scan"]

_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_MOST_MERGES = 100_000


class Scan(Struct):
    """What was seen.

    ``lines`` and ``columns`` are the last row and column that hold anything, ``cells`` how many do; ``ranges`` the
    merged cells that span rows: column, first and last row.
    """

    lines: int = 0
    columns: int = 0
    cells: int = 0
    hidden: frozenset[int] = frozenset()
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    ranges: list[tuple[int, int, int]] = field(default_factory=list)

    def merges(self) -> dict[int, Merges]:
        """The merged cells by their first column."""
        by_column: dict[int, list[tuple[int, int]]] = {}
        for column, first, last in self.ranges:
            by_column.setdefault(column, []).append((first, last))
        return {column: Merges(ranges) for column, ranges in by_column.items()}


def scan(part: IO[bytes]) -> Scan:
    """Go through the XML of a sheet once, keeping nothing of it.

    Raises:
        ParseError: It is not well-formed.
    """
    # The same parser that openpyxl uses; expat limits what entities may grow to.
    from xml.etree.ElementTree import iterparse  # noqa: PLC0415

    found, hidden, number = Scan(), set(), 0
    for _, element in iterparse(part):  # noqa: S314
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            number = int(element.get("r") or number + 1)
            if element.get("hidden") in ("1", "true"):
                hidden.add(number)
            _see_row(element, number, found)
            element.clear()
        elif tag == "mergeCell":
            _see_merge(element.get("ref") or "", found)
            element.clear()
    found.hidden = frozenset(hidden)
    return found


def _see_row(row: Element, number: int, found: Scan) -> None:
    column = 0
    for cell in row:
        place = _PLACE.fullmatch(cell.get("r") or "")
        column = _column(place[1]) if place else column + 1
        parts = {child.tag.rpartition("}")[2]: child for child in cell}
        if not parts:
            continue
        found.cells += 1
        found.lines, found.columns = max(found.lines, number), max(found.columns, column)
        # A formula whose result is an empty text says so.
        has_result = ("v" in parts and parts["v"].text) or cell.get("t") == "str"
        if "f" in parts and not has_result and column <= MOST_COLUMNS:
            found.uncomputed.add((number, column))


def _see_merge(ref: str, found: Scan) -> None:
    first, _, last = ref.partition(":")
    top, bottom = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
    if top and bottom and int(bottom[2]) > int(top[2]) and len(found.ranges) < _MOST_MERGES:
        found.ranges.append((_column(top[1]), int(top[2]), min(int(bottom[2]), MOST_LINES)))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
