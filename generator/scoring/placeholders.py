"""The scoring form of a draft: as far as it can be scored, with placeholders and what is known of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

from msgspec.structs import replace

from generator.base.amount import Placeholder, to_compute, to_fill_in
from generator.base.diagnostics import Finding, Span
from generator.formula.parser import Expression, names_in
from generator.formula.values import FormulaFault, Scope, Trace
from generator.scoring.model import Scorecard, Scored, ScoredItem, Total, trace_at
from generator.scoring.score import ScoringForm
from generator.scoring.symbols import Book, IndicatorScope
from generator.submission.model import Submission
from generator.template.model import Indicator, Item, walk_fields

_NUMBER: Final = re.compile(r"\[\d+\]")


def unknown(
    name: str, text: str, span: Span, expression: Expression | None = None, inputs: tuple[Trace, ...] = ()
) -> Trace:
    """The trace of a value that is not known, with a placeholder for its text.

    Args:
        name: What the value is called.
        text: The placeholder.
        span: Where it would come from.
        expression: What would compute it, if a formula would; its place is then the trace's.
        inputs: What is known of the formula's names, and what is missing.
    """
    formula = expression.text if expression is not None else ""
    place = expression.span if expression is not None else span
    return Trace(name, Placeholder(text), text, place, text, formula, inputs=inputs, worked=to_compute("算式"))


def added_up(name: str, text: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The trace of a sum of which a part is not known."""
    return replace(unknown(name, text, span, inputs=tuple(parts)), formula=" + ".join(part.name for part in parts))


def known_inputs(expression: Expression, scope: Scope, fault: FormulaFault) -> tuple[Trace, ...]:
    """What the formula's names stand for, as far as that is known, and what keeps it from being computed."""
    inputs = tuple(_resolved(expression, scope))
    if not all(trace.is_known for trace in inputs):
        return inputs
    known = {trace.name for trace in inputs}
    return (*inputs, *(one for one in _culprit(fault) if one.name not in known))


def _resolved(expression: Expression, scope: Scope) -> Iterator[Trace]:
    for path in dict.fromkeys(name.path for name in names_in(expression.root)):
        try:
            trace = scope.resolve(path)
        except FormulaFault as fault:
            name = ".".join(path)
            trace = unknown(name, to_compute(name), fault.finding.span, inputs=_culprit(fault))
        if trace is not None:
            yield trace


def _culprit(fault: FormulaFault) -> tuple[Trace, ...]:
    return (fault.culprit,) if fault.culprit is not None else ()


def trace_or_placeholder(scorecard: Scorecard, path: str, text: str) -> Trace | None:
    """The trace of a value printed in a draft; of one that is not known, what is known of it.

    Args:
        scorecard: What could be computed.
        path: The path of the value's origin.
        text: What is printed for it.

    Returns:
        None for what the template itself says.
    """
    scored = _scored(scorecard, path)
    if scored is not None:
        return scored
    try:
        # A list of which nothing was filled in has one placeholder, in the place of its first text.
        return trace_at(scorecard, path) or scorecard.book.known(path.removesuffix("[1]"))
    except FormulaFault as fault:
        return _placeholder(scorecard, path, text, fault)


def _placeholder(scorecard: Scorecard, path: str, text: str, fault: FormulaFault) -> Trace:
    """The placeholder of a computed field, or of a field in a row that is not there yet."""
    plain = _NUMBER.sub("", path)
    formulas = (
        field.formula for field in walk_fields(scorecard.book.submission.template.fields) if field.path == plain
    )
    expression = next(formulas, None)
    if expression is None:
        return unknown(path, text, fault.finding.span)
    return unknown(
        path, text, expression.span, expression, known_inputs(expression, scorecard.book.scope_at(path), fault)
    )


def _scored(scorecard: Scorecard, path: str) -> Trace | None:
    """The placeholder of an indicator's value by its path; None where that value is known."""
    for node in scorecard.walk():
        own = f"指标.{node.indicator.name}."
        if path.startswith(own):
            trace = _of_node(node, path.removeprefix(own))
            return trace if trace is not None and not trace.is_known else None
    return None


def _of_node(node: Scored, key: str) -> Trace | None:
    if key in ("得分", "得分率"):
        return node.score
    if key == "取值":
        return node.value
    items = {f"{item.item.name}.得分": item.score for item in node.items}
    return items.get(key) or node.parameters.get(key)


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
