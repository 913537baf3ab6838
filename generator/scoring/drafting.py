"""The scoring form as far as it can be scored: for a draft, which shows what is still unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.figures import Gap, to_compute, to_fill_in
from generator.formula import FormulaFault, Trace, names_in
from generator.scoring.book import Book
from generator.scoring.model import Scorecard, Scored, ScoredItem, Total
from generator.scoring.score import ScoringForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.diagnostics import Finding, Span
    from generator.scoring.scopes import IndicatorScope
    from generator.submission import Submission
    from generator.template import Indicator, Item

__all__ = ["score_draft"]


def score_draft(submission: Submission) -> tuple[Scorecard, list[Finding]]:
    """The scorecard of an incomplete submission, and what keeps it from being complete.

    A score that cannot be computed, and whatever it is added up to, is a ``Gap`` with a placeholder for its text.
    """
    form = ScoringForm(Book(submission), submission.template)
    findings = form.try_all()
    roots = tuple(_node(form, root) for root in submission.template.indicators)
    return Scorecard(roots, _total(form), form.book), findings


def _node(form: ScoringForm, indicator: Indicator) -> Scored:
    """The node; where it has no score, what is known of it all the same."""
    try:
        return form.node(indicator)
    except FormulaFault:
        scope = form.scope(indicator)
        return Scored(
            indicator,
            _unknown(indicator.name, _score_of(indicator), indicator.span),
            _known(lambda: form.value(indicator), indicator.name, indicator.span),
            {
                name: _value(lambda name=name: scope.resolve((name,)), name, indicator.span)  # type: ignore[misc]
                for name in indicator.parameters
            },
            form.rate_form,
            tuple(_item(scope, item) for item in indicator.items),
            tuple(_node(form, child) for child in indicator.children),
        )


def _score_of(indicator: Indicator) -> str:
    """The placeholder of a score: what a person has to judge is filled in, the rest is computed."""
    uses = {name.path for name in names_in(indicator.score.root)} if indicator.score is not None else set()
    return to_fill_in("自评分") if ("自评分",) in uses else to_compute("得分")


def _item(scope: IndicatorScope, item: Item) -> ScoredItem:
    try:
        return ScoredItem(item, scope.item_score(item))
    except FormulaFault:
        text = to_compute("得分") if item.score is not None else to_fill_in("结论")
        return ScoredItem(item, _unknown(item.name, text, item.span))


def _total(form: ScoringForm) -> Total | None:
    """The total, as much of it as is known; where only its rating is not, that alone is left open."""
    scoring = form.template.scoring
    if scoring is None:
        return None
    try:
        return form.total()
    except FormulaFault:
        span = scoring.full_span
        score = _value(lambda: form.points(scoring), "总分", span)
        parts = _value(lambda: form.parts(scoring), "合计", span)
        return Total(score, scoring.full, to_compute("等级"), scoring.rate_form, parts)


def _known(compute: Callable[[], Trace | None], name: str, span: Span) -> Trace | None:
    try:
        return compute()
    except FormulaFault:
        return _unknown(name, to_compute(name), span)


def _value(compute: Callable[[], Trace | None], name: str, span: Span) -> Trace:
    return _known(compute, name, span) or _unknown(name, to_compute(name), span)


def _unknown(name: str, text: str, span: Span) -> Trace:
    return Trace(name, Gap(text), text, span, text, worked=to_compute("算式"))
