"""Rules: what the bureau states itself agrees with what is computed.

A computed field may be stated (a total that the bureau knows from its books): then parts must make up the whole. A
score may be stated too, as ``自评分`` or in words (自评得 2 分).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.checking import codes
from generator.figures import Figure, plain, round_half_up
from generator.quantities import NotAQuantity, parse_quantity
from generator.scoring.book import RowScope
from generator.submission import Fact, Record, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checking.case import Case
    from generator.diagnostics import Finding
    from generator.formula import Scope, Trace
    from generator.scoring import Book, Scored

__all__ = ["stated_fields", "stated_scores"]

# Not 自评加…分 and 自评扣…分: those are parts of a score, not the score.
_SCORE = r"自评(?:得分|得)?(?:为|：)?\s*(\d+(?:\.\d+)?)\s*分"
_SAID = re.compile(_SCORE)
# In a text on an indicator with points, a score may be a point's; these words say that it is the whole's.
_SAID_OF_THE_WHOLE = re.compile(rf"(?:[此本该]项|本指标|综上|合计|共计)[^。；]*?{_SCORE}")


def stated_fields(case: Case) -> Iterator[Finding]:
    """A computed field that is stated with another value, at the places with which it is written."""
    book = case.scorecard.book
    yield from _in_record(case.submission.facts, book, book)


def _in_record(record: Record, book: Book, scope: Scope) -> Iterator[Finding]:
    for name, fact in record.stated.items():
        trace = book.member(record, name, scope)
        if trace is not None and not _agree(fact, trace):
            words = {"name": fact.path, "stated": fact.text, "computed": trace.text}
            yield codes.STATED_FIELD.at(fact.span, fact.path, formula=trace.formula, figures=trace.figures, **words)
    for member in record.members.values():
        if isinstance(member, Record):
            yield from _in_record(member, book, scope)
        elif isinstance(member, Table):
            for row in member.rows:
                yield from _in_record(row, book, RowScope(row, book))


def _agree(fact: Fact, trace: Trace) -> bool:
    """Whether the stated value is the computed one, rounded to the places with which it is stated."""
    if not isinstance(fact.value, Figure) or not isinstance(trace.value, Fraction):
        return fact.value == trace.value
    try:
        quantity = parse_quantity(fact.text)
    except NotAQuantity:
        return fact.value == trace.value
    scale = parse_quantity(f"1{quantity.unit}").value
    return Fraction(round_half_up(trace.value / scale, quantity.places)) == quantity.number


def stated_scores(case: Case) -> Iterator[Finding]:
    """A score that the bureau states, as a figure or in its text, and that differs from the computed one."""
    for node in case.scorecard.walk():
        if not node.children:
            yield from _of_indicator(node, case)


def _of_indicator(node: Scored, case: Case) -> Iterator[Finding]:
    entry = case.submission.entry(node.indicator.name)
    name = node.indicator.name
    scoring = case.submission.template.scoring
    places = scoring.places if scoring is not None else 2
    yield from _differing(entry.stated, "「自评分」", name, node.score, places)
    yield from _in_words(entry.remarks, case, name, node.score, _SAID_OF_THE_WHOLE if node.items else _SAID)
    for item in node.items:
        said = entry.items.get(item.item.name)
        if said is not None:
            yield from _differing(said.stated, "「自评分」", item.item.name, item.score, places)
            yield from _in_words(said.remarks, case, item.item.name, item.score)


def _differing(fact: Fact, place: str, name: str, score: Trace, places: int) -> Iterator[Finding]:
    if isinstance(fact.value, Fraction) and Fraction(round_half_up(fact.value, places)) != score.value:
        words = {"place": place, "stated": plain(fact.value), "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(fact.span, fact.path, **words)


def _in_words(fact: Fact, case: Case, name: str, score: Trace, pattern: re.Pattern[str] = _SAID) -> Iterator[Finding]:
    """The last score that the text names is the one of the whole: those before it are of parts."""
    said = list(pattern.finditer(case.report.remarks.get(fact.path, "")))
    if said and Fraction(said[-1][1]) != score.value:
        words = {"place": f"说明中「{said[-1][0]}」", "stated": said[-1][1], "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(fact.span, fact.path, **words)
