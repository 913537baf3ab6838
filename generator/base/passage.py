"""Text that remembers where its parts come from.

A report is a weave of the template's wording, what the bureau typed and what was computed. Whoever edits it in Word,
reads it on a screen or asks where a figure comes from needs to know which is which.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple, SupportsIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Day", "Origin", "Passage", "Stretch"]


class Origin(NamedTuple):
    """Where a printed value comes from.

    ``path`` is that of a fact in the input (``专项资金[3].金额``, rows count from 1) or, with ``computed``, the name of
    a computed value (``评分.总分``). ``unit`` is what the printed text leaves out: 8280.03 stands for 8280.03万元.
    """

    path: str
    computed: bool = False
    unit: str = ""


class Stretch(NamedTuple):
    """A part of a text, from ``start`` up to ``end``, and where it comes from."""

    start: int
    end: int
    origin: Origin


class Passage(str):
    """A text with its ``stretches``: in order, not empty, not overlapping; what lies between them is the template's.

    It is the plain text in every other way. Joining, adding, cutting and stripping keep the stretches; whatever else
    is done to a text makes it a plain one.
    """

    __slots__ = ("stretches",)
    stretches: tuple[Stretch, ...]

    def __new__(cls, text: str = "", stretches: tuple[Stretch, ...] = ()) -> Passage:
        """``text`` with its ``stretches``."""
        passage = super().__new__(cls, text)
        passage.stretches = stretches
        return passage

    @classmethod
    def of(cls, text: str, origin: Origin | None) -> Passage:
        """A text that comes from one place as a whole, those parts apart that have an origin of their own."""
        known = text.stretches if isinstance(text, Passage) else ()
        if origin is None:
            return cls(text, known)
        if known:
            return cls(text, tuple(_filled(known, len(text), origin)))
        return cls(text, (Stretch(0, len(text), origin),) if text else ())

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = "") -> str:
        """The parts one after the other; a plain text where none of them has a stretch."""
        listed = list(parts)
        text = between.join(listed)
        if {str}.issuperset(map(type, listed)):
            return text
        return cls._stretched(text, listed, len(between))

    @classmethod
    def _stretched(cls, text: str, parts: list[str], between: int) -> str:
        """The text with the stretches of the parts that it is made of, so many characters apart."""
        stretches: list[Stretch] = []
        start = 0
        for part in parts:
            if isinstance(part, Passage):
                stretches += [Stretch(at + start, end + start, origin) for at, end, origin in part.stretches]
            start += len(part) + between
        return cls(text, tuple(stretches)) if stretches else text

    # ``str(passage)``, as Jinja calls it on all that it prints, must not lose the stretches.
    def __str__(self) -> str:
        return self

    def __add__(self, other: str) -> str:
        return Passage.joined((self, other))

    def __radd__(self, other: str) -> str:
        return Passage.joined((other, self))

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        if not isinstance(key, slice):
            return super().__getitem__(key)
        start, end, step = key.indices(len(self))
        return self._cut(start, end) if step == 1 else super().__getitem__(key)

    def strip(self, chars: str | None = None) -> str:
        """Without these characters at both ends."""
        return self._cut(len(self) - len(super().lstrip(chars)), len(super().rstrip(chars)))

    def rstrip(self, chars: str | None = None) -> str:
        """Without these characters at its end."""
        return self._cut(0, len(super().rstrip(chars)))

    def splitlines(self, keepends: bool = False) -> list[str]:
        """Its lines."""
        lines: list[str] = []
        start = 0
        for whole, line in zip(super().splitlines(keepends=True), super().splitlines(keepends), strict=True):
            lines.append(self._cut(start, start + len(line)))
            start += len(whole)
        return lines

    def _cut(self, start: int, end: int) -> str:
        if start == 0 and end == len(self):
            return self
        inside = (
            Stretch(max(one.start, start) - start, min(one.end, end) - start, one.origin)
            for one in self.stretches
            if max(one.start, start) < min(one.end, end)
        )
        return Passage(super().__getitem__(slice(start, max(start, end))), tuple(inside))


class Day(date):
    """A date that knows where it comes from."""

    __slots__ = ("origin",)
    origin: Origin | None

    @classmethod
    def of(cls, day: date, origin: Origin) -> Day:
        """The date with its origin."""
        known = cls(day.year, day.month, day.day)
        known.origin = origin
        return known


def _filled(known: tuple[Stretch, ...], length: int, origin: Origin) -> Iterator[Stretch]:
    """The stretches, with those between them that have no origin yet given this one."""
    start = 0
    for one in known:
        if one.start > start:
            yield Stretch(start, one.start, origin)
        yield one
        start = one.end
    if start < length:
        yield Stretch(start, length, origin)
