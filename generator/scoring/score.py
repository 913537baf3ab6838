"""The scoring form, scored.

A leaf's score is rounded once, half up, when it is awarded, from exact intermediates; groups and the total add awarded
scores (the seed of this rule: adding exact scores would print 102.35 where the form prints 102.34).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from generator.base.diagnostics import Finding
from generator.base.forms import RATE, Form
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, parse
from generator.formula.values import FormulaFault, Trace
from generator.scoring import codes as scoring_codes
from generator.scoring.model import (
    Scorecard,
    Scored,
    Total,
    added,
    awarded,
    constant,
    holds,
    number,
    points_of,
    printed_by,
)
from generator.scoring.symbols import Book, Constants, IndicatorScope
from generator.submission.model import Submission
from generator.template.model import Indicator, Scoring, Template

_PLACES = 2
_TOTAL, _PARTS = "（总分）", "（合计）"  # no fields have these names


def score(submission: Submission) -> tuple[Scorecard | None, list[Finding]]:
    """The scorecard of a submission, or the findings that say why there is none. All of them come in one run."""
    book = Book(submission)
    form = ScoringForm(book, submission.template)
    findings = form.try_all()
    return (None if findings else form.scorecard()), findings


class ScoringForm:
    """The scoring form over a book: knows how every node is computed, and puts the nodes' values into the book."""

    def __init__(self, book: Book, template: Template) -> None:
        self.book, self.template = book, template
        self.scored: dict[str, Scored] = {}
        self._scopes: dict[str, IndicatorScope] = {}
        for indicator in template.all_indicators():
            self._offer(indicator)

    def _offer(self, indicator: Indicator) -> None:
        ways: dict[str, Callable[[], Trace | None]] = {
            "分值": lambda: self.weight(indicator),
            "得分": lambda: self.node(indicator).score,
            "取值": lambda: self.value(indicator),
            "得分率": lambda: self.rate(indicator),
        }
        for key, way in ways.items():
            self.book.extra["指标", indicator.name, key] = way

    def try_all(self) -> list[Finding]:
        """Compute everything; the findings of what has no value, each once."""
        attempts: list[Callable[[], object]] = [compute for _, compute in self.book.computed()]
        attempts += [lambda node=node: self.node(node) for node in self.template.all_indicators()]  # type: ignore[misc]
        found: dict[Finding, None] = {}
        for attempt in [*attempts, self.total]:
            try:
                attempt()
            except FormulaFault as fault:
                found[fault.finding] = None
        return list(found)

    def scorecard(self) -> Scorecard:
        """The scores of all indicators, with their total."""
        roots = tuple(self.node(root) for root in self.template.indicators)
        return Scorecard(roots, self.total(), self.book)

    def node(self, indicator: Indicator) -> Scored:
        """An indicator's score, computed once."""
        if indicator.name not in self.scored:
            self.scored[indicator.name] = self._group(indicator) if indicator.children else self._leaf(indicator)
        return self.scored[indicator.name]

    def _group(self, indicator: Indicator) -> Scored:
        children = tuple(self.node(child) for child in indicator.children)
        return Scored(
            indicator,
            added(indicator.name, [child.score for child in children], indicator.span),
            rate_form=self.rate_form,
            children=children,
        )

    def _leaf(self, indicator: Indicator) -> Scored:
        path = f"指标.{indicator.name}"
        scope = self.scope(indicator)
        expression = indicator.score or _sum_of_items(indicator)
        trace = self.book.once(
            f"{path}.得分", lambda: awarded(points_of(expression, scope, indicator.name), self.places)
        )
        value, parameters, items = self.value(indicator), scope.parameters(), scope.items
        return Scored(indicator, trace, value, parameters, self.rate_form, items)

    def value(self, indicator: Indicator) -> Trace | None:
        """What the indicator measures (取值); None where it measures nothing."""
        expression, form = indicator.value, indicator.value_form
        if expression is None:
            return None
        show = printed_by(form) if form is not None else None
        scope = self.scope(indicator)
        name = f"{indicator.name}（取值）"
        return self.book.once(f"指标.{indicator.name}.取值", lambda: evaluate(expression, scope, name, show))

    def rate(self, indicator: Indicator) -> Trace:
        """Its score as a share of its weight (得分率)."""
        node = self.node(indicator)
        name = f"{indicator.name}.得分率"
        return self.book.once(f"指标.{name}", lambda: constant(name, node.rate, indicator.span, (node.score,)))

    def weight(self, indicator: Indicator) -> Trace:
        """Its weight (分值)."""
        name = f"{indicator.name}.分值"
        return self.book.once(f"指标.{name}", lambda: constant(name, indicator.weight, indicator.weight_span))

    def scope(self, indicator: Indicator) -> IndicatorScope:
        """The names that its formulas may use."""
        if indicator.name not in self._scopes:
            entry = self.book.submission.entry(indicator.name)
            self._scopes[indicator.name] = IndicatorScope(indicator, entry, self.book, self.places)
        return self._scopes[indicator.name]

    @property
    def rate_form(self) -> Form:
        """How the template prints 得分率."""
        scoring = self.template.scoring
        return scoring.rate_form if scoring is not None else RATE

    @property
    def places(self) -> int:
        """How many places a score has."""
        scoring = self.template.scoring
        return scoring.places if scoring is not None else _PLACES

    def total(self) -> Total | None:
        """The total with its rating; None where the template scores nothing."""
        scoring = self.template.scoring
        if scoring is None:
            return None
        score = self.book.once(_TOTAL, lambda: self.points(scoring))
        return Total(score, scoring.full, self._rating(scoring, score), scoring.rate_form, self.parts(scoring))

    def points(self, scoring: Scoring) -> Trace:
        """The form's score, before it is rated."""
        scope = Constants({("合计",): self.parts(scoring), ("满分",): _full(scoring)}, self.book)
        return awarded(points_of(scoring.total, scope, "总分"), scoring.places)

    def parts(self, scoring: Scoring) -> Trace:
        """The sum of the first-level scores."""
        roots = [self.node(root).score for root in self.template.indicators]
        return self.book.once(_PARTS, lambda: added("合计", roots, scoring.full_span))

    def _rating(self, scoring: Scoring, total: Trace) -> str:
        """The first band whose condition holds; empty for a form without bands.

        Raises:
            FormulaFault: There are bands, and none of them holds.
        """
        share = number(total) / scoring.full if scoring.full else Fraction(0)
        rate = constant("得分率", share, scoring.full_span, (total,))
        scope = Constants({("总分",): total, ("满分",): _full(scoring), ("得分率",): rate}, self.book)
        held = next((band.name for band in scoring.bands if holds(band, scope)), None)
        if held is None and scoring.bands:
            span = scoring.bands[-1].condition.span
            raise FormulaFault(scoring_codes.NO_BAND.at(span, "等级", score=total.text))
        return held or ""


def _full(scoring: Scoring) -> Trace:
    return constant("满分", scoring.full, scoring.full_span)


def _sum_of_items(indicator: Indicator) -> Expression:
    parsed = parse("求和(要点.得分)", indicator.span)
    assert isinstance(parsed, Expression)  # it is a formula  # noqa: S101
    return parsed
