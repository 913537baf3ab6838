"""The scoring form as far as it can be scored: for a draft, which shows what is still unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from generator.base.placeholder import to_compute, to_fill_in
from generator.formula import FormulaFault, names_in
from generator.scoring.book import Book
from generator.scoring.model import Scorecard, Scored, ScoredItem, Total
from generator.scoring.score import ScoringForm
from generator.scoring.unknown import added_up, known_inputs, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from generator.base.diagnostics import Finding
    from generator.formula import Trace
    from generator.scoring.scopes import IndicatorScope
    from generator.submission import Submission
    from generator.template import Indicator, Item

__all__ = ["score_draft"]

_T = TypeVar("_T")


def score_draft(submission: Submission) -> tuple[Scorecard, list[Finding]]:
    """The scorecard of an incomplete submission, and what keeps it from being complete.

    A score that cannot be computed, and whatever it is added up to, has a ``Placeholder`` for its value.
    """
    form = ScoringForm(Book(submission), submission.template)
    findings = form.try_all()
    roots = tuple(_node(form, root) for root in submission.template.indicators)
    return Scorecard(roots, _total(form, roots), form.book), findings


def _node(form: ScoringForm, indicator: Indicator) -> Scored:
    """The node; where it has no score, what is known of it all the same."""
    try:
        return form.node(indicator)
    except FormulaFault as fault:
        scope = form.scope(indicator)
        children = tuple(_node(form, child) for child in indicator.children)
        items = tuple(_item(scope, item) for item in indicator.items)
        return Scored(
            indicator,
            _score(indicator, scope, fault, [*(child.score for child in children), *(item.score for item in items)]),
            _known(lambda: form.value(indicator), lambda fault: _value(indicator, scope, fault)),
            {name: _parameter(indicator, scope, name) for name in indicator.parameters},
            form.rate_form,
            items,
            children,
        )


def _score(indicator: Indicator, scope: IndicatorScope, fault: FormulaFault, parts: Sequence[Trace]) -> Trace:
    """A score that is not known: what its formula asks for, else the parts that it is added up from."""
    text = _score_of(indicator)
    if indicator.score is None:
        return added_up(indicator.name, text, parts, indicator.span)
    inputs = known_inputs(indicator.score, scope, fault)
    return unknown(indicator.name, text, indicator.span, indicator.score, inputs)


def _score_of(indicator: Indicator) -> str:
    """The placeholder of a score: what a person has to judge is filled in, the rest is computed."""
    uses = {name.path for name in names_in(indicator.score.root)} if indicator.score is not None else set()
    return to_fill_in("自评分") if ("自评分",) in uses else to_compute("得分")


def _value(indicator: Indicator, scope: IndicatorScope, fault: FormulaFault) -> Trace:
    written = indicator.value
    inputs = known_inputs(written, scope, fault) if written is not None else ()
    return unknown(f"{indicator.name}（取值）", to_compute(indicator.name), indicator.span, written, inputs)


def _parameter(indicator: Indicator, scope: IndicatorScope, name: str) -> Trace:
    written = indicator.parameters[name]
    return _known(
        lambda: scope.parameter(name),
        lambda fault: unknown(name, to_compute(name), indicator.span, written, known_inputs(written, scope, fault)),
    )


def _item(scope: IndicatorScope, item: Item) -> ScoredItem:
    try:
        return ScoredItem(item, scope.item_score(item))
    except FormulaFault as fault:
        if item.score is None:
            return ScoredItem(item, unknown(item.name, to_fill_in("结论"), item.span))
        inputs = known_inputs(item.score, scope, fault)
        return ScoredItem(item, unknown(item.name, to_compute("得分"), item.span, item.score, inputs))


def _total(form: ScoringForm, roots: Sequence[Scored]) -> Total | None:
    """The total, as much of it as is known; where only its rating is not, that alone is left open."""
    scoring = form.template.scoring
    if scoring is None:
        return None
    try:
        return form.total()
    except FormulaFault:
        span, scores = scoring.full_span, [root.score for root in roots]
        parts = _known(lambda: form.parts(scoring), lambda _: added_up("合计", to_compute("合计"), scores, span))
        score = _known(
            lambda: form.points(scoring), lambda _: unknown("总分", to_compute("总分"), span, scoring.total, (parts,))
        )
        return Total(score, scoring.full, to_compute("等级"), scoring.rate_form, parts)


def _known(compute: Callable[[], _T], otherwise: Callable[[FormulaFault], Trace]) -> _T | Trace:
    try:
        return compute()
    except FormulaFault as fault:
        return otherwise(fault)
