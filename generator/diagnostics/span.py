"""Where a value stands."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

__all__ = ["Span", "column_letters", "shown_path"]


def shown_path(path: Path) -> str:
    """The path as people look for it: from where they are, if it lies below."""
    here, there = Path.cwd(), path.absolute()
    return str(there.relative_to(here) if there.is_relative_to(here) else path)


class Span(Struct, frozen=True, order=True):
    """A place in a file. Lines and columns count from 1; line 0 means the whole file, or the whole sheet.

    In a text, columns count characters, and ``length`` is how many of them a caret line underlines, at least 1. In a
    table (a CSV, or the ``sheet`` of a workbook) lines are rows, columns are cells, and ``length`` is 0: no caret.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    sheet: str = ""

    def __str__(self) -> str:
        """``填报.yaml:12:3``, ``表.csv:14:4``, ``表.xlsx!目标!D14``."""
        if self.sheet:
            cell = f"!{column_letters(self.column)}{self.line}" if self.line else ""
            return f"{self.file}!{self.sheet}{cell}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    def as_dict(self) -> dict[str, object]:
        """File, line and column, as programs read them; a cell of a workbook is named in the file."""
        line, column = (0, 0) if self.sheet else (self.line, self.column)
        return {"file": str(self) if self.sheet else self.file, "line": line, "column": column}


def column_letters(number: int) -> str:
    """The letters of a column: 1 → A, 27 → AA; empty for 0."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
