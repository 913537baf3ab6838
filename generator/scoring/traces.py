"""Traces of scores: awarded, added up, given by the template."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.forms import Form, plain
from generator.base.rounding import round_half_up
from generator.formula import Expression, FormulaFault, Scope, Trace, codes, evaluate, shown
from generator.formula.nodes import Choice, Literal
from generator.scoring.model import number

if TYPE_CHECKING:
    from generator.formula import Value
    from generator.template import Band

__all__ = ["added", "awarded", "constant", "fault_of", "holds", "points_of", "printed_by", "shown_parameter"]

_PERCENT = Form("%", 2, "zeros", suffix="%")


def points_of(expression: Expression, scope: Scope, name: str) -> Trace:
    """The exact value of a formula that gives a score."""
    trace = evaluate(expression, scope, name)
    if not isinstance(trace.value, Fraction):
        raise fault_of(expression, name, "得出的不是数字，不能作为得分")
    return trace


def holds(band: Band, scope: Scope) -> bool:
    """Whether the band's condition holds.

    Raises:
        FormulaFault: It is no condition.
    """
    value = evaluate(band.condition, scope, band.name).value
    if not isinstance(value, bool):
        raise fault_of(band.condition, band.name, "得出的不是“是”或“否”，不能作为条件")
    return value


def fault_of(expression: Expression, name: str, problem: str) -> FormulaFault:
    """The fault of a formula whose value is not of the kind that is needed."""
    return FormulaFault(codes.WRONG_TYPE.at(expression.span, name, formula=expression.text, problem=problem))


def awarded(exact: Trace, places: int) -> Trace:
    """The trace with its value rounded to the form's places: the one rounding of a score."""
    points = round_half_up(number(exact), places)
    text = plain(points)
    return replace(exact, value=Amount(points, text), text=text, figure=text)


def added(name: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The sum of awarded scores."""
    total = sum((number(part) for part in parts), Fraction(0))
    formula = " + ".join(part.name for part in parts)
    figures = "+".join(part.text for part in parts)
    text = plain(total)
    return Trace(name, Amount(total, text), text, span, text, formula, figures, tuple(parts))


def constant(name: str, value: Fraction, span: Span, inputs: tuple[Trace, ...] = ()) -> Trace:
    """A figure of the template itself."""
    text = plain(value)
    return Trace(name, Amount(value, text), text, span, text, inputs=inputs)


def printed_by(form: Form) -> Callable[[Value], str]:
    """How a printing form prints a value; what is no number prints as it does in a trace."""
    return lambda value: form.print(value) if isinstance(value, Fraction) else shown(value)


def shown_parameter(written: Expression) -> Callable[[Value], str] | None:
    """A parameter written as 10% is printed as 10%, not as 0.1; a product with a rate is no rate."""
    is_rate = isinstance(written.root, Literal | Choice) and ("%" in written.text or "％" in written.text)
    return printed_by(_PERCENT) if is_rate else None
