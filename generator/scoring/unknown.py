"""What is known of a value that has none: its formula, what its names stand for, and what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from generator.base.placeholder import Placeholder, to_compute
from generator.formula import FormulaFault, Trace, names_in
from generator.scoring.tree import trace_at
from generator.template import walk_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.base.diagnostics import Span
    from generator.formula import Expression, Scope
    from generator.scoring.model import Scorecard, Scored

__all__ = ["added_up", "known_inputs", "trace_or_placeholder", "unknown"]

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
