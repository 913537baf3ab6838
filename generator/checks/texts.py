"""The bureau's own words, piece by piece, and where a part of them stands in the input file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.passage import without_marks
from generator.base.tags import blanked
from generator.submission.model import Fact, Record, Submission, Table
from generator.template.model import Field
from generator.yamlfile.spelling import Spelling, spelled

HIDDEN = "\x00"
"""Stands in ``Text.plain`` for every character of a reference: no rule reads anything into it."""

_LAST_ROW = re.compile(r"\[\d+\](?=\.[^\[\]]*$)")
_WORDS = ("文字", "段落", "列表")


class Text(Struct, frozen=True, dict=True):
    """One text that a bureau typed.

    Attributes:
        path: Where it is in the data; one text of a list has its number: ``职责[2].分项[1]``, ``问题[1].内容[2]``.
        label: What the template calls it, with what it is part of: ``下一步工作计划·下年重点工作·主要措施``.
        raw: As typed, references and all, without the signs around what is emphasised.
        span: Where it begins in the input.
        kind: ``文字``, ``段落``, ``列表``, or ``指标`` for what is said of an indicator or one of its points.
        whole: The value as it stands in the input; several paragraphs may be one value.
        at: Where in it the text begins.
        marks: Before which characters of ``raw`` a ``**`` was left out, of those around what is emphasised.
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
        """The text as it was typed, signs of emphasis and all."""
        raw, marks = without_marks(text)
        return cls(path, label, raw, span, kind, source, whole or (text if marks else ""), at, marks)

    @cached_property
    def plain(self) -> str:
        """The text with its references hidden (``HIDDEN``), every other character where it stands in ``raw``."""
        return blanked(self.raw, HIDDEN)

    def place(self, start: int, end: int) -> Span:
        """Where ``raw[start:end]`` stands in the file; the whole text's place where that cannot be told."""
        spelling = self.spelling
        return self.span if spelling is None else spelling.span(self._typed_at(start), self._typed_at(end, ends=True))

    def _typed_at(self, place: int, *, ends: bool = False) -> int:
        before = sum(mark < place if ends else mark <= place for mark in self.marks)
        return self.at + place + 2 * before

    @cached_property
    def spelling(self) -> Spelling | None:
        """How the value that the text is a part of is written in the file; None where that cannot be told."""
        return spelled(self.source, self.whole or self.raw, self.span) if self.source else None


def bureau_texts(submission: Submission, source: str) -> Iterator[Text]:
    """Every text that is filled in: of the fields in the template's order, then of the indicators."""
    yield from _of_record(submission.facts, "", source)
    for name, entry in submission.entries.items():
        yield from _of_entry(f"指标·{name}", source, entry.remarks, entry.reason)
        for item, said in entry.items.items():
            yield from _of_entry(f"指标·{name}·{item}", source, said.remarks)


def _of_entry(label: str, source: str, *facts: Fact) -> Iterator[Text]:
    for fact in facts:
        if isinstance(fact.value, str):
            yield from texts_in(fact, f"{label}·{fact.path.rpartition('.')[2]}", "指标", source)


def _of_record(record: Record, label: str, source: str) -> Iterator[Text]:
    for name, member in record.members.items():
        shape = record.fields[name]
        below = f"{label}·{shape.label}".lstrip("·")
        if isinstance(member, Fact):
            yield from _of_fact(member, shape, below, source)
        else:
            for part in member.rows if isinstance(member, Table) else (member,):
                yield from _of_record(part, below, source)


def _of_fact(fact: Fact, shape: Field, label: str, source: str) -> Iterator[Text]:
    if shape.kind in _WORDS:
        yield from texts_in(fact, label, shape.kind, source)


def evidence_texts(submission: Submission, source: str) -> Iterator[Text]:
    """The titles of the evidence that a bureau names."""
    for entry in submission.entries.values():
        yield from texts_in(entry.evidence, "", "列表", source)


def texts_in(fact: Fact, label: str, kind: str, source: str) -> Iterator[Text]:
    """The text that a fact is, or each text of its list."""
    texts, spans = (fact.value, fact.spans) if isinstance(fact.value, tuple) else ((fact.value,), (fact.span,))
    at = 0
    for number, (text, span) in enumerate(zip(texts, spans, strict=True), 1):
        if isinstance(text, str):
            # The paragraphs of one value stand one behind the other in it.
            whole, at = (fact.text, fact.text.find(text, at)) if span == fact.span else (text, 0)
            path = f"{fact.path}[{number}]" if isinstance(fact.value, tuple) else fact.path
            yield Text.typed(path, label, text, span, kind, source, whole, at)
            at += len(text) if span == fact.span else 0


class Paragraph(NamedTuple):
    """One line of a text; ``start`` is where it begins in it."""

    text: Text
    start: int
    line: str


def series_of(texts: Iterable[Text]) -> tuple[tuple[Paragraph, ...], ...]:
    """The paragraphs of these texts, those together that are read one after the other."""
    series: dict[str, list[Paragraph]] = {}
    for text in texts:
        series.setdefault(_series(text), []).extend(_paragraphs(text))
    return tuple(tuple(paragraphs) for paragraphs in series.values())


def _series(text: Text) -> str:
    """The path of the list that a text is of, or of the column of a table; else its own."""
    if text.kind in ("段落", "列表"):
        return text.path.rpartition("[")[0]
    return _LAST_ROW.sub("[]", text.path) if text.kind == "文字" else text.path


def _paragraphs(text: Text) -> Iterator[Paragraph]:
    at = 0
    for line in text.raw.split("\n"):
        if line.strip():
            yield Paragraph(text, at, line)
        at += len(line) + 1
