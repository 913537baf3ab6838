"""Score a submission by its template's scoring form.

A leaf's score is rounded once, half up, when it is awarded, from exact intermediates; groups and the total add awarded
scores: adding exact scores would print 102.35 where the form prints 102.34.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from generator.base.diagnostics import Finding
from generator.base.forms import RATE, Form
from generator.formula import codes as scoring_codes
from generator.formula.evaluate import evaluate
from generator.formula.parser import own_formula
from generator.formula.values import FormulaFault, Trace
from generator.scoring.model import Scorecard, Scored, Total
from generator.scoring.symbols import Book, Constants, IndicatorScope, by_conclusion
from generator.scoring.values import added, awarded, constant, holds, number, points_of, printed_by
from generator.submission.model import Submission
from generator.template.model import Indicator, Scoring, Template

_PLACES = 2
_TOTAL, _PARTS = "（总分）", "（合计）"  # no fields have these names


def score(submission: Submission) -> tuple[Scorecard | None, list[Finding]]:
    """The scorecard of a submission, or all findings that say why there is none."""
    book = Book(submission)
    form = ScoringForm(book, submission.template)
    findings = form.try_all()
    return (None if findings else form.scorecard()), findings


class ScoringForm:
    """The scoring form over a book: computes its nodes on demand and offers their values to the book's formulas."""

    def __init__(self, book: Book, template: Template) -> None:
        self.book, self.template = book, template
        self.scored: dict[str, Scored] = {}
        self._scopes: dict[str, IndicatorScope] = {}
        ways: dict[str, Callable[[Indicator], Trace | None]] = {
            "分值": self._weight,
            "得分": lambda indicator: self.node(indicator).score,
            "取值": self.value,
            "得分率": self._rate,
        }
        for indicator in template.all_indicators():
            for key, way in ways.items():
                book.extra["指标", indicator.name, key] = partial(way, indicator)

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
        name = indicator.name
        if name not in self.scored and indicator.children:
            children = tuple(self.node(child) for child in indicator.children)
            total = added(name, [child.score for child in children], indicator.span)
            self.scored[name] = Scored(indicator, total, rate_form=self.rate_form, children=children)
        elif name not in self.scored and (said := self.book.submission.entry(name).conclusion) is not None:
            trace = self.book.once(
                f"指标.{name}.得分", lambda: awarded(by_conclusion(name, indicator, said), self.places)
            )
            self.scored[name] = Scored(indicator, trace, None, self.scope(indicator).parameters(), self.rate_form)
        elif name not in self.scored:
            scope = self.scope(indicator)
            expression = indicator.score or own_formula("求和(要点.得分)", indicator.span)
            trace = self.book.once(
                f"指标.{name}.得分", lambda: awarded(points_of(expression, scope, name), self.places)
            )
            value, parameters, items = self.value(indicator), scope.parameters(), scope.items
            self.scored[name] = Scored(indicator, trace, value, parameters, self.rate_form, items)
        return self.scored[name]

    def value(self, indicator: Indicator) -> Trace | None:
        """What the indicator measures (取值); None where it measures nothing."""
        expression, form = indicator.value, indicator.value_form
        if expression is None or self.book.submission.entry(indicator.name).conclusion is not None:
            return None
        scope = self.scope(indicator)
        show = printed_by(form, scope.landmarks()) if form is not None else None
        name = f"{indicator.name}（取值）"
        return self.book.once(f"指标.{indicator.name}.取值", lambda: evaluate(expression, scope, name, show))

    def _rate(self, indicator: Indicator) -> Trace:
        node = self.node(indicator)
        name = f"{indicator.name}.得分率"
        return self.book.once(f"指标.{name}", lambda: constant(name, node.rate, indicator.span, (node.score,)))

    def _weight(self, indicator: Indicator) -> Trace:
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
        """The form's score, by the template's formula from the sum of the first level."""
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
