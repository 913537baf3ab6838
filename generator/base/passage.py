"""Text that remembers where its parts come from and which are emphasised; marks and numbers at its ends.

A report mixes the template's wording, what the bureau typed and what was computed. Whoever edits it in Word, reviews it
or asks where a figure comes from needs to know which is which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import SupportsIndex

from msgspec import Struct

_MARK = r"(?<!\*)\*\*(?!\*)"
_EMPHASIS = re.compile(rf"{_MARK}([^\n]+?){_MARK}")
_LONE = re.compile(_MARK)
# Tags may be between two marks of one paragraph; the end of a paragraph or line may not.
_TAG = r"<(?!/?w:p[ >]|w:br|w:tab|w:cr|\?jx pa)[^>]*>"
_TAGS = re.compile(_TAG)
_CLASH = re.compile(rf"([。，；、：！？])((?:{_TAG})*)([。，；、：])")
_MEETING = re.compile("[。，；、：！？][。，；、：]+")
_ENDS = "。！？…"
_PAUSES = "，、；："
ORDINAL, CIRCLED = "[一二三四五六七八九十]{1,3}", "[①-⑳㉑-㊿]"
"""Patterns of the numbers of an outline: in Chinese up to 99, circled up to 50."""
WITHOUT_WIDTH = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
UNSEEN = dict.fromkeys(map(ord, WITHOUT_WIDTH + DIRECTIONS))
"""Invisible characters that come with text pasted from web pages, to be removed by ``str.translate``."""
_CLOSING = "”’）》」』"


class Origin(Struct, frozen=True, gc=False):
    """Where a printed value comes from.

    ``path`` is that of a fact in the input (``专项资金[3].金额``, rows count from 1) or, with ``computed``, the name of
    a computed value (``评分.总分``). ``unit`` is what the printed text leaves out: 8280.03 stands for 8280.03万元.
    """

    path: str
    computed: bool = False
    unit: str = ""


class Stretch(Struct, frozen=True, gc=False):
    """A part of a text, from ``start`` up to ``end``, and where it comes from."""

    start: int
    end: int
    origin: Origin


class Passage(str):
    """A text with its ``stretches``: in order, not empty, not overlapping; text between them is the template's.

    Joining, adding, slicing and stripping keep the stretches; any other operation gives a plain text.
    """

    __slots__ = ("stretches", "strong")
    stretches: tuple[Stretch, ...]
    strong: tuple[tuple[int, int], ...]

    def __new__(
        cls, text: str = "", stretches: tuple[Stretch, ...] = (), strong: tuple[tuple[int, int], ...] = ()
    ) -> Passage:
        """``text`` with its ``stretches``; ``strong`` are the starts and ends of what is emphasised in it."""
        passage = str.__new__(cls, text)
        passage.stretches, passage.strong = stretches, strong
        return passage

    @classmethod
    def of(cls, text: str, origin: Origin | None) -> Passage:
        """A text from one origin, except for parts that have an origin of their own."""
        if type(text) is str:  # as most are
            return cls(text, (Stretch(0, len(text), origin),) if text and origin is not None else ())
        known, strong = (text.stretches, text.strong) if isinstance(text, Passage) else ((), ())
        if origin is None or not text:
            return cls(text, known, strong)
        if not known:
            return cls(text, (Stretch(0, len(text), origin),), strong)
        if isinstance(text, Passage) and len(known) == 1 and (known[0].start, known[0].end) == (0, len(text)):
            return text
        # The gaps between the known stretches get this origin.
        stretches, at = [], 0
        for one in (*known, Stretch(len(text), len(text), origin)):
            if one.start > at:
                stretches.append(Stretch(at, one.start, origin))
            if one.end > one.start:
                stretches.append(one)
            at = one.end
        return cls(text, tuple(stretches), strong)

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = "") -> str:
        """The parts joined; a plain text if none of them has a stretch."""
        listed = list(parts)
        text = between.join(listed)
        if {str}.issuperset(map(type, listed)):
            return text
        stretches: list[Stretch] = []
        strong: list[tuple[int, int]] = []
        start, gap = 0, len(between)
        for part in listed:
            if type(part) is Passage:
                known = part.stretches
                stretches += (
                    [Stretch(one.start + start, one.end + start, one.origin) for one in known] if start else known
                )
                if part.strong:
                    strong += [(at + start, end + start) for at, end in part.strong]
            start += len(part) + gap
        return cls(text, tuple(stretches), tuple(strong)) if stretches or strong else text

    # Jinja calls ``str(passage)`` on all that it prints, which must keep the stretches.
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
        """As ``str.strip``."""
        return self._cut(len(self) - len(super().lstrip(chars)), len(super().rstrip(chars)))

    def rstrip(self, chars: str | None = None) -> str:
        """As ``str.rstrip``."""
        return self._cut(0, len(super().rstrip(chars)))

    def splitlines(self, keepends: bool = False) -> list[str]:
        """As ``str.splitlines``."""
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
        strong = (
            (max(first, start) - start, min(last, end) - start)
            for first, last in self.strong
            if max(first, start) < min(last, end)
        )
        return Passage(super().__getitem__(slice(start, max(start, end))), tuple(inside), tuple(strong))


class Day(date):
    """A date with its origin."""

    __slots__ = ("origin",)
    origin: Origin | None

    @classmethod
    def of(cls, day: date, origin: Origin) -> Day:
        """The date with its origin."""
        known = cls(day.year, day.month, day.day)
        known.origin = origin
        return known


def emphasised(text: str) -> str:
    """Replaces the ``**`` around emphasised parts by ``strong``."""
    if "**" not in text:
        return text
    parts: list[str] = []
    at = 0
    for found in _EMPHASIS.finditer(text):
        inner = text[slice(*found.span(1))]
        known = inner.stretches if isinstance(inner, Passage) else ()
        parts += (text[at : found.start()], Passage(inner, known, ((0, len(inner)),)))
        at = found.end()
    return Passage.joined([*parts, text[at:]])


def without_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """The text without the ``**`` around emphasised parts, and the positions in it where they were."""
    if "**" not in text:
        return text, ()
    marks: list[int] = []
    for found in _EMPHASIS.finditer(text):
        marks += (found.start() - 2 * len(marks), found.end() - 4 - 2 * len(marks))
    return _EMPHASIS.sub(r"\1", text), tuple(marks)


def lone_mark(text: str) -> int:
    """Where a ``**`` without a partner in its line is; -1 if there is none."""
    if "**" not in text:
        return -1
    found = _LONE.search(_EMPHASIS.sub(lambda pair: "x" * len(pair.group()), text))
    return found.start() if found else -1


def sentence(text: str, pauses: str = "，、") -> str:
    """Ends the text as a sentence, since others follow; 。 replaces ``pauses`` at its end."""
    bare = text.rstrip()
    while bare[-1:] and bare[-1] in pauses:
        bare = bare.rstrip(pauses).rstrip()
    last = bare.rstrip(_CLOSING)[-1:]
    return bare if not bare or last in _ENDS or bare[-1] in _PAUSES else bare + "。"


def settled(text: str) -> str:
    """Keeps one of two marks that meet at the ends of values: 「。，」 is 「，」, 「。。」 is 「。」."""
    pieces: list[str] = []
    at = 0
    for met in _MEETING.finditer(text):
        marks = met[0]
        kept = met.start() + (0 if marks[0] in "！？" else len(marks.rstrip(marks[-1])))
        pieces += (text[at : met.start()], text[kept : kept + 1])
        at = met.end()
    return Passage.joined([*pieces, text[at:]]) if pieces else text


def settled_xml(text: str) -> str:
    """``settled`` for a part's XML, repeated for marks that meet then."""
    count = 1
    while count:
        text, count = _CLASH.subn(_one_mark, text)
    return text


def bare(text: str) -> str:
    """A piece of a part's XML without tags, cut down to what ``marks_meet`` needs.

    That is its two ends, each up to the paragraph's end if there is one. Where marks meet within, it is kept whole.
    """
    visible = _TAGS.sub("", text)
    first, end, last = visible.rpartition("</w:p>")
    return visible if marks_meet(visible) else f"{_ends(first)}{end}{_ends(last)}"


_HEAD = re.compile("(?:<?[^<>]*>)?.?", re.DOTALL)


def _ends(text: str) -> str:
    """The first and the last character, each with the tag, or part of one, that is outside of it."""
    opened = text.rfind("<")
    tail = text[-1:] if opened < 0 or ">" in text[opened:-1] else text[max(opened - 1, 0) :]
    # The dots keep the two from meeting.
    short = f"{head[0] if (head := _HEAD.match(text)) else ''}..{tail}"
    return short if len(short) < len(text) else text


def marks_meet(text: str) -> bool:
    """Whether ``settled_xml`` changes this text, in which some pieces may be ``bare``."""
    return _CLASH.search(text) is not None


def _one_mark(match: re.Match[str]) -> str:
    first, between, second = match.groups()
    return f"{first}{between}" if first in "！？" or first == second else f"{between}{second}"
