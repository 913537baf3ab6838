"""A text as it is to be parsed, and the way back from there to the places of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Span
from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Edit", "Page"]

_BREAK = regex(r"\r\n|\r|\n")


class Edit(Struct, frozen=True, order=True):
    """A change in one line: ``removed`` characters at ``column`` give way to ``inserted``. Counts start from 0."""

    line: int
    column: int
    removed: int
    inserted: str


class Page(Struct, frozen=True):
    """The lines of a text. An edited page knows the page it came from, so that its places are those of the file."""

    file: str
    lines: tuple[str, ...]
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    base: Page | None = None

    @staticmethod
    def of(file: str, text: str) -> Page:
        """The page of a text, cut at CR LF, CR or LF."""
        return Page(file, tuple(_BREAK.split(text)))

    def edited(self, edits: Iterable[Edit]) -> Page:
        """The page that these edits make of this one; they must not overlap. This very page where there are none."""
        by_line: dict[int, list[Edit]] = {}
        for edit in sorted(edits):
            by_line.setdefault(edit.line, []).append(edit)
        if not by_line:
            return self
        lines = list(self.lines)
        for number, in_line in by_line.items():
            lines[number] = _applied(in_line, lines[number])
        return Page(self.file, tuple(lines), by_line, self)

    def text(self) -> str:
        """The lines, parted by LF."""
        return "\n".join(self.lines)

    def span(self, line: int, column: int, length: int = 1) -> Span:
        """The place in the file of a place on this page (from 0); behind the end it is the last character."""
        if line >= len(self.lines):
            line, column = self._last_character()
        if self.base is None:
            return Span(self.file, line + 1, column + 1, length if length > 0 else 1)
        return self.base.span(line, self._column_before(line, column), length)

    def _column_before(self, line: int, column: int) -> int:
        """Where a column of this page was before its edits."""
        for edit in self.edits.get(line, ()):
            if column < edit.column:
                break
            column = max(edit.column, column + edit.removed - len(edit.inserted))
        return column

    def _last_character(self) -> tuple[int, int]:
        line = next((n for n in reversed(range(len(self.lines))) if self.lines[n].strip()), 0)
        return line, max(0, len(self.lines[line].rstrip()) - 1)


def _applied(edits: list[Edit], line: str) -> str:
    pieces, at = [], 0
    for edit in edits:
        pieces += [line[at : edit.column], edit.inserted]
        at = edit.column + edit.removed
    return "".join([*pieces, line[at:]])
