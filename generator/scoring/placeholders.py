"""Scores a draft as far as possible, with placeholders for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from generator.base.amount import Placeholder, to_compute, to_fill_in
from generator.base.diagnostics import Finding, Span
from generator.formula.parser import Expression, names_in
from generator.formula.values import FormulaFault, Scope, Told, Trace
from generator.scoring.model import Scorecard, Scored, ScoredForm, Total, trace_at
from generator.scoring.score import ScoringForm, scorecard_of, scoring_forms, try_all
from generator.scoring.symbols import IndicatorScope
from generator.scoring.values import ScoredItem
from generator.submission.model import Submission, field_path
from generator.template.model import Indicator, Item, is_stated, walk_fields

_T = TypeVar("_T")


def score_draft(submission: Submission) -> tuple[Scorecard, list[Finding]]:
    """The scorecard of an incomplete submission, and the findings that make it incomplete.

    A score that cannot be computed, and sums that include it, have a ``Placeholder`` as value.
    """
    forms = scoring_forms(submission)
    findings = try_all(forms)
    return scorecard_of(list(map(_form, forms)), forms[0].book), findings


def _form(form: ScoringForm) -> ScoredForm:
    roots = tuple(_node(form, root) for root in form.form.indicators)
    return ScoredForm(form.form, roots, _total(form, roots))


def _node(form: ScoringForm, indicator: Indicator) -> Scored:
    """The node with its score, or with what is known of an unknown score."""
    try:
        return form.node(indicator)
    except FormulaFault as fault:
        scope, written = form.scope(indicator), indicator.value
        children = tuple(_node(form, child) for child in indicator.children)
        items = tuple(_item(scope, item) for item in indicator.items)
        if indicator.score is not None:
            # Persons fill in what they judge; the rest is computed.
            text = to_fill_in("自评分") if is_stated(indicator.score) else to_compute("得分")
            inputs = _known_inputs(indicator.score, scope, fault)
            score = _unknown(indicator.name, text, indicator.span, indicator.score, inputs)
        else:
            parts = [*(child.score for child in children), *(item.score for item in items)]
            score = _unknown_sum(indicator.name, to_compute("得分"), parts, indicator.span)
        value = _or_else(
            lambda: form.value(indicator),
            lambda fault: _unknown(
                f"{indicator.name}（取值）",
                to_compute(indicator.name),
                indicator.span,
                written,
                _known_inputs(written, scope, fault) if written is not None else (),
            ),
        )
        parameters = {name: _parameter(indicator, scope, name) for name in indicator.parameters}
        return Scored(indicator, score, scope.path, scope.entry, value, parameters, form.rate_form, items, children)


def _parameter(indicator: Indicator, scope: IndicatorScope, name: str) -> Trace:
    written = indicator.parameters[name]
    return _or_else(
        lambda: scope.parameter(name),
        lambda fault: _unknown(name, to_compute(name), indicator.span, written, _known_inputs(written, scope, fault)),
    )


def _item(scope: IndicatorScope, item: Item) -> ScoredItem:
    try:
        return ScoredItem(item, scope.item_score(item))
    except FormulaFault as fault:
        if item.score is None:
            return ScoredItem(item, _unknown(item.name, to_fill_in("结论"), item.span))
        inputs = _known_inputs(item.score, scope, fault)
        return ScoredItem(item, _unknown(item.name, to_compute("得分"), item.span, item.score, inputs))


def _total(form: ScoringForm, roots: Sequence[Scored]) -> Total | None:
    """The total as far as it is known; maybe only its rating is not."""
    scoring = form.form.scoring
    if scoring is None:
        return None
    try:
        return form.total()
    except FormulaFault:
        span, scores = scoring.full_span, [root.score for root in roots]
        parts = _or_else(lambda: form.parts(scoring), lambda _: _unknown_sum("合计", to_compute("合计"), scores, span))
        score = _or_else(
            lambda: form.points(scoring), lambda _: _unknown("总分", to_compute("总分"), span, scoring.total, (parts,))
        )
        return Total(score, scoring.full, to_compute("等级"), scoring.rate_form, parts)


def _or_else(compute: Callable[[], _T], otherwise: Callable[[FormulaFault], Trace]) -> _T | Trace:
    try:
        return compute()
    except FormulaFault as fault:
        return otherwise(fault)


def _unknown(
    name: str, text: str, span: Span, expression: Expression | None = None, inputs: tuple[Trace, ...] = ()
) -> Trace:
    """The trace of an unknown value, with a placeholder as its text.

    Its place is ``span``, or that of the ``expression`` that would compute it; ``inputs`` are the known and missing
    names of the formula.
    """
    formula = expression.text if expression is not None else ""
    place = expression.span if expression is not None else span
    return Trace(name, Placeholder(text), text, place, "", formula, inputs, Told(worked=to_compute("算式")))


def _unknown_sum(name: str, text: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The trace of a sum with an unknown part."""
    return replace(_unknown(name, text, span, inputs=tuple(parts)), formula=" + ".join(part.name for part in parts))


def _known_inputs(expression: Expression, scope: Scope, fault: FormulaFault) -> tuple[Trace, ...]:
    """The traces of a formula's names, unknown ones as placeholders; if all are known, the fault's culprit too."""
    inputs: list[Trace] = []
    for path in dict.fromkeys(name.path for name in names_in(expression.root)):
        try:
            trace = scope.resolve(path)
        except FormulaFault as missing:
            name = ".".join(path)
            blamed = (missing.culprit,) if missing.culprit is not None else ()
            trace = _unknown(name, to_compute(name), missing.finding.span, inputs=blamed)
        if trace is not None:
            inputs.append(trace)
    culprit = fault.culprit
    if all(trace.is_known for trace in inputs) and culprit is not None:
        inputs += [culprit] if culprit.name not in {trace.name for trace in inputs} else []
    return tuple(inputs)


def trace_or_placeholder(scorecard: Scorecard, path: str, text: str) -> Trace | None:
    """The trace of a value printed in a draft, by the path of its origin, known or not; None for the template's text.

    ``text`` is what is printed for it.
    """
    node = next((node for node in scorecard.walk_all() if path.startswith(f"{node.path}.")), None)
    trace = _of_node(node, path.removeprefix(f"{node.path}.")) if node is not None else None
    if trace is not None and not trace.is_known:
        return trace
    book = scorecard.book
    try:
        # An empty list has one placeholder, in place of its first text.
        return trace_at(scorecard, path) or book.known(path.removesuffix("[1]"))
    except FormulaFault as fault:
        # A computed field, or a field in a row that is not there yet.
        plain = field_path(path)
        fields = walk_fields(book.submission.template.fields)
        expression = next((field.formula for field in fields if field.path == plain), None)
        if expression is None:
            return _unknown(path, text, fault.finding.span)
        inputs = _known_inputs(expression, book.scope_at(path), fault)
        return _unknown(path, text, expression.span, expression, inputs)


def _of_node(node: Scored, key: str) -> Trace | None:
    if key in ("得分", "得分率"):
        return node.score
    if key == "取值":
        return node.value
    items = {f"{item.item.name}.得分": item.score for item in node.items}
    return items.get(key) or node.parameters.get(key)
