"""The filled cells of one sheet, however the file stores them, and the columns that are looked for in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Span

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding

__all__ = ["MOST_CELLS", "MOST_COLUMNS", "MOST_LINES", "Cell", "Column", "Grid", "Merges", "Nature", "Unreadable"]

MOST_CELLS = 200_000
MOST_LINES = 5_000
MOST_COLUMNS = 200


class Nature(Enum):
    """What a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    TRUTH = auto()
    DAY = auto()
    """a date that is shown as a date: year, month and day"""
    MOMENT = auto()
    """a date or time that is shown as something else (2月3日, 8:30)"""
    ERROR = auto()
    UNCOMPUTED = auto()


class Cell(Struct, frozen=True):
    """One cell that is not blank.

    ``text`` is what a person reads in it, a number in full. ``shown`` is the number as the sheet shows it where that
    has fewer digits, ``scaled`` the number format where it shows the number divided by thousands; else empty.
    """

    text: str
    span: Span
    nature: Nature = Nature.TEXT
    shown: str = ""
    scaled: str = ""


class Merges:
    """The merged cells of one column: which rows are one."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._ranges = sorted(ranges)
        self._tops = [top for top, _ in self._ranges]

    def around(self, line: int) -> tuple[int, int]:
        """First and last row of the merged cell that the row belongs to; the row itself where there is none."""
        at = bisect_right(self._tops, line) - 1
        if at >= 0 and line <= self._ranges[at][1]:
            return self._ranges[at]
        return line, line


class Grid(Struct, frozen=True):
    """One sheet.

    Attributes:
        span: The sheet as a whole.
        lines: The cells by row and column (from 1), in the order of the rows; rows without any are left out.
        merges: The merged cells that span rows, by their first column.
        hidden: Rows that the sheet does not show.
    """

    span: Span
    lines: Mapping[int, Mapping[int, Cell]]
    merges: Mapping[int, Merges] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()

    def place(self, line: int, column: int) -> Span:
        """The place of a cell, blank or not."""
        return Span(self.span.file, line, column, 0, self.span.sheet)

    def extent(self, line: int, column: int) -> tuple[int, int]:
        """First and last row of the merged cell that this one belongs to; the row twice where it is not merged."""
        merges = self.merges.get(column)
        return merges.around(line) if merges else (line, line)


class Column(Struct, frozen=True):
    """One column that is looked for.

    Attributes:
        name: Its name in the template; the key of each row.
        label: Its name in words, which a header may show as well.
        kind: The kind of its values, in the template's words (文字, 金额, 比率, 日期 …).
        unit: The unit that its values have where they state none; may be empty.
        required: Whether a table without it is incomplete.
        computed: Whether the program computes it: then it may be there all the same, to be compared.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    required: bool = True
    computed: bool = False


class Unreadable(Exception):
    """The table cannot be read at all; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding
