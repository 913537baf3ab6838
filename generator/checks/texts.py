"""The bureau's texts, and the places of their characters in the input file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Set
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.passage import CIRCLED, ORDINAL, without_marks
from generator.base.sandbox import blanked
from generator.submission.attachments import names_file
from generator.submission.model import Fact, Record, Submission, Table
from generator.yamlfile.text import Spelling, spelled

HIDDEN = "\x00"
"""Replaces every character of a reference in ``Text.plain``."""

_WORDS = ("文字", "段落", "列表")

HAN = r"[^\W\d_A-Za-zＡ-Ｚａ-ｚ¹²³①-⑳㉑-㊿Ⅰ-ⅿ]"
"""Pattern of one Chinese character: a letter that is none of the others in reports.

A range of all 30,000 Chinese characters would cost milliseconds in every pattern that is compiled with it.
"""
PLACE = re.compile(
    f"(?:(?![的和与及在由对向]){HAN}){{1,8}}?(?:自治州|自治县|省|市|县|(?<![社园景灌小校])区|州(?!市)|盟(?!市)|旗)"
)
"""Matches the place that the name of a bureau begins with."""


class Text(Struct, frozen=True, dict=True):
    """One text that a bureau typed.

    Attributes:
        path: Its path in the data, with a number in a list: ``职责[2].分项[1]``, ``问题[1].内容[2]``.
        label: Its label with those of its groups and tables: ``下一步工作计划·下年重点工作·主要措施``.
        raw: As typed, with references, without the ``**`` around emphasised parts.
        span: Where it begins in the input.
        kind: ``文字``, ``段落``, ``列表``, or ``指标`` for remarks on an indicator or one of its points.
        source: The text of the input file; blank if places of characters are not needed.
        whole: The value in the input that it is part of: several paragraphs may be one value.
        at: Where it begins in ``whole``.
        marks: The positions in ``raw`` at which a ``**`` was removed.
    """

    path: str
    label: str
    raw: str
    span: Span
    kind: str
    source: str = ""
    whole: str = ""
    at: int = 0
    marks: tuple[int, ...] = ()

    @classmethod
    def typed(  # noqa: PLR0913, PLR0917 - the attributes, in their order
        cls, path: str, label: str, text: str, span: Span, kind: str, source: str, whole: str = "", at: int = 0
    ) -> Text:
        """Made from a text that still has the ``**`` of emphasis."""
        raw, marks = without_marks(text)
        return cls(path, label, raw, span, kind, source, whole or (text if marks else ""), at, marks)

    @cached_property
    def plain(self) -> str:
        """``raw`` with every character of a reference replaced by ``HIDDEN``."""
        return blanked(self.raw, HIDDEN)

    def place(self, start: int, end: int) -> Span:
        """The place of ``raw[start:end]`` in the file; the whole text's if unknown."""
        if self.spelling is None:
            return self.span
        typed_start = self.at + start + 2 * bisect_right(self.marks, start)
        return self.spelling.span(typed_start, self.at + end + 2 * bisect_left(self.marks, end))

    @cached_property
    def spelling(self) -> Spelling | None:
        """How the file writes the value that the text is part of; None if unknown."""
        return spelled(self.source, self.whole or self.raw, self.span) if self.source else None


def home_of(path: str, paths: Iterable[str] | None = None) -> str:
    """The project that a text or row is in; blank for the whole, and if given ``paths`` are all outside it."""
    path = path.rpartition("[")[0] if path.endswith("]") else path
    home = path[: path.rfind("]") + 1]
    return home if paths is None or any(one.startswith(f"{home}.") for one in paths) else ""


def bureau_texts(submission: Submission, source: str) -> list[Text]:
    """The texts of fields in the template's order, then of indicators."""
    found: list[Text] = []
    _add_record(submission.facts, "", source, found)
    for name, entry in submission.entries.items():
        _add_entry(f"指标·{name}", source, found, *entry.own(entry.remarks, entry.reason))
        for item, point in entry.items.items():
            _add_entry(f"指标·{name}·{item}", source, found, point.remarks)
    return found


def _add_entry(label: str, source: str, found: list[Text], *facts: Fact) -> None:
    for fact in facts:
        if isinstance(fact.value, str):
            found += texts_in(fact, f"{label}·{fact.path.rpartition('.')[2]}", "指标", source)


def _add_record(record: Record, label: str, source: str, found: list[Text]) -> None:
    for name, member in record.members.items():
        shape = record.fields[name]
        if isinstance(member, Fact) and (member.value is None or shape.kind not in _WORDS):
            continue
        below = f"{label}·{shape.label}" if label else shape.label
        if isinstance(member, Fact):
            found += texts_in(member, below, shape.kind, source)
        else:
            for part in member.rows if isinstance(member, Table) else (member,):
                _add_record(part, below, source, found)


def evidence_texts(submission: Submission, source: str) -> list[Text]:
    """The titles of the evidence that a bureau names."""
    facts = (fact for entry in submission.entries.values() for fact in entry.own(entry.evidence))
    return [text for fact in facts for text in texts_in(fact, "", "列表", source)]


def texts_in(fact: Fact, label: str, kind: str, source: str) -> list[Text]:
    """The text that a fact is, or each text of its list."""
    value, whole = fact.value, fact.text
    if isinstance(value, str):
        return [Text.typed(fact.path, label, value, fact.span, kind, source, whole, whole.find(value))]
    found: list[Text] = []
    at = 0
    for number, (text, span) in enumerate(zip(value, fact.spans, strict=True) if isinstance(value, tuple) else (), 1):
        # The paragraphs of one value follow each other in it.
        is_part = span is fact.span or span == fact.span
        at = whole.find(text, at) if is_part else 0
        # The name of a file is no text: mended, it would be that of no file.
        if not (text[-1:].isascii() and names_file(text)):
            found.append(
                Text.typed(f"{fact.path}[{number}]", label, text, span, kind, source, whole if is_part else text, at)
            )
        at += len(text) if is_part else 0
    return found


NUMBERED = re.compile(
    r"[一二三四五六七八九十0-9第其如①-⑳㉑-㊿]"
    rf"(?:[是、）)．]|\.(?!\d)|(?<={CIRCLED})|(?<=[第其]){ORDINAL}[，、,]|(?<=如)下)"
)
"""Matches in every text that has an outline's number or announces a list."""


class Paragraph(NamedTuple):
    """One line of a text, which begins at ``start`` in it."""

    text: Text
    start: int
    line: str


def series_of(texts: Iterable[Text], numbered: Set[int]) -> tuple[tuple[Paragraph, ...], ...]:
    """The paragraphs of these texts, grouped by the list or table column in which they are read together.

    Only groups with one of the ``numbered`` texts, which are given by their ids.
    """
    series: dict[str, list[Text]] = {}
    for text in texts:
        path = text.path
        if text.kind in ("段落", "列表"):
            path = text.path.rpartition("[")[0]
        elif text.kind == "文字":
            table, bracket, column = text.path.rpartition("]")
            path = f"{table.rpartition('[')[0]}[]{column}" if bracket else path
        series.setdefault(path, []).append(text)
    groups = [group for group in series.values() if not numbered.isdisjoint(map(id, group))]
    return tuple(paragraphs for group in groups if (paragraphs := tuple(chain.from_iterable(map(_paragraphs, group)))))


def _paragraphs(text: Text) -> Iterator[Paragraph]:
    at = 0
    for line in text.raw.split("\n"):
        if line.strip():
            yield Paragraph(text, at, line)
        at += len(line) + 1
