"""What formulas compute with and on: values, the scopes that names are looked up in, and how a value is written."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from generator.figures import plain

if TYPE_CHECKING:
    from generator.diagnostics import Finding
    from generator.formula.trace import Rows, Trace

__all__ = ["FormulaFault", "Scope", "Value", "figure_of", "in_full", "shown"]

Value = Fraction | str | bool | date | tuple[str, ...] | None
"""What a fact or a formula can be worth; None is a fact that was not filled in."""


class Scope(Protocol):
    """Where names get their values: a submission, or one row of a table within it."""

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The value under a name and how it came about; None where there is no such name."""

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of the table under a name; None where the name is no table."""


class FormulaFault(Exception):
    """A formula has no value; carries the finding that says why, and the value to blame where that is one."""

    def __init__(self, finding: Finding, culprit: Trace | None = None) -> None:
        super().__init__(finding, culprit)
        self.finding, self.culprit = finding, culprit


def shown(value: Value) -> str:
    """A value in full, as a trace prints it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Fraction():
            return plain(value)
        case None:
            return "（未填）"
        case tuple():
            return "、".join(value)
        case _:
            return str(value)


def figure_of(value: Value, text: str, full: str = "") -> str:
    """How a value stands in a formula with figures: a rate as 96.69%, another number in full, negatives in brackets.

    Args:
        value: The value.
        text: How it is printed.
        full: What ``shown`` gives of it, where that is known.
    """
    if not isinstance(value, Fraction):
        return text
    number = text if text.endswith("%") else full or plain(value)
    return f"（{number}）" if value.numerator < 0 else number


def in_full(value: Value, full: str = "") -> str:
    """The number before it is rounded to be printed; an ellipsis where it has more than six decimals.

    ``full`` is what ``shown`` gives of it, where that is known.
    """
    if not isinstance(value, Fraction):
        return ""
    full = full or plain(value)
    return full if 10**6 % value.denominator == 0 else f"{full}…"
