"""Expression to trace: exact arithmetic over named facts, every input remembered.

Numbers are fractions, so 1/3 × 3 is 1 and a tie is a tie; rounding happens only where a score is awarded, a figure is
printed, or the formula says 四舍五入.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formula import codes
from generator.formula.run import Run
from generator.formula.trace import Trace
from generator.formula.values import figure_of, in_full, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.formula.nodes import Expression
    from generator.formula.values import Scope, Value

__all__ = ["evaluate"]


def evaluate(expression: Expression, scope: Scope, name: str, show: Callable[[Value], str] | None = None) -> Trace:
    """The value of an expression and how it came about.

    Args:
        expression: What to compute.
        scope: Where its names get their values.
        name: What the value is the value of.
        show: How the value is printed; in full (at most six decimals) where this is not given.

    Raises:
        FormulaFault: A name is unknown or not filled in, a divisor is zero, types do not fit, or a limit is exceeded.
    """
    run = Run(expression, name)
    try:
        value = run.value(expression.root, scope)
    except RecursionError:
        # One formula cannot nest so deep; a long row of computed fields, each of which uses the next one, can.
        raise run.fault(codes.TOO_MUCH, limit="相互引用的层数") from None
    full = shown(value)
    text = show(value) if show else full
    return Trace(
        name=name,
        value=value,
        text=text,
        span=expression.span,
        figure=figure_of(value, text, full),
        formula=expression.text,
        figures=run.with_figures,
        inputs=tuple(run.inputs.values()),
        exact=in_full(value, full),
        worked=run.sum_with_figures(),
    )
