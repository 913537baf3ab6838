"""Marks around printed values, which tell the program's own readers where each value stands and where it comes from.

Drafts, the review page and ``jixiao pull`` print a report a second time with marks. They never leave the program:
what is stamped must not hold any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.chinese import chinese_date
from generator.base.passage import Day, Passage
from generator.word.names import MARK_SPACE
from generator.word.running.wording import text_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.passage import Origin, Stretch

__all__ = ["Marked", "Origins", "PrintedValue"]

_T: Final = '<w:t xml:space="preserve">'


class PrintedValue(Struct, frozen=True):
    """One value as it was printed, at one place or several.

    Attributes:
        path: Where it comes from.
        computed: Whether it was computed.
        unit: The unit that its text leaves out.
        part: Its number among the parts of one text that come from the same place.
        variant: Its number among the texts that were printed for that path, unit and part.
        text: What was printed.
    """

    path: str
    computed: bool
    unit: str
    part: int
    variant: int
    text: str

    @property
    def key(self) -> tuple[str, bool, str, int, int]:
        """Identifies the same value in another print of the report."""
        return self.path, self.computed, self.unit, self.part, self.variant


class Marked(Struct, frozen=True):
    """A report with marks around its values: the Word file, and the value of each mark from number 1."""

    data: bytes
    values: tuple[PrintedValue, ...]


class Origins:
    """The marks of one render. ``values[n - 1]`` is the value of the marks with number ``n``."""

    __slots__ = ("_numbers", "_variants", "values")

    def __init__(self) -> None:
        self.values: list[PrintedValue] = []
        self._numbers: dict[tuple[Origin, int, str], int] = {}
        self._variants: dict[tuple[Origin, int], int] = {}

    def runs(self, value: object, style: str) -> str:
        """A value as runs, marked where its origin is known; blank for a value that knows none.

        Args:
            value: What a tag prints.
            style: The ``w:rPr`` of the placeholder.
        """
        if isinstance(value, Passage):
            return self._passage(value, style) if value.stretches else ""
        if isinstance(value, Amount):
            return self._marked(value.text, value.origin, 1, style) if value.text and value.origin is not None else ""
        if isinstance(value, Day):
            return self._marked(chinese_date(value), value.origin, 1, style) if value.origin is not None else ""
        return ""

    def _passage(self, text: Passage, style: str) -> str:
        pieces: list[str] = []
        at = 0
        for start, end, origin, part in _parts(text, text.stretches):
            if start > at:
                pieces.append(_run(text[at:start], style))
            pieces.append(self._marked(text[start:end], origin, part, style))
            at = end
        if at < len(text):
            pieces.append(_run(text[at:], style))
        return "".join(pieces)

    def _marked(self, text: str, origin: Origin, part: int, style: str) -> str:
        key = (origin, part, text)
        number = self._numbers.get(key)
        if number is None:
            variant = self._variants[origin, part] = self._variants.get((origin, part), 0) + 1
            self.values.append(PrintedValue(*origin, part, variant, str.__str__(text)))
            number = self._numbers[key] = len(self.values)
        return f'<jx:v xmlns:jx="{MARK_SPACE}" n="{number}">{_run(text, style)}</jx:v>'


def _parts(text: str, stretches: tuple[Stretch, ...]) -> Iterator[tuple[int, int, Origin, int]]:
    """Each stretch with its number among those of its origin, where their texts differ.

    A text that refers to facts stands there in several parts; a value that is printed twice is the same value.
    """
    alike: dict[Origin, set[str]] = {}
    for start, end, origin in stretches:
        alike.setdefault(origin, set()).add(text[start:end])
    seen: dict[Origin, int] = {}
    for start, end, origin in stretches:
        part = seen[origin] = seen.get(origin, 0) + 1
        yield start, end, origin, part if len(alike[origin]) > 1 else 1


def _run(text: str, style: str) -> str:
    return f"<w:r>{style}{_T}{text_xml(text)}</w:t></w:r>"
