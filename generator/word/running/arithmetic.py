"""The operators of tags: exact on exact numbers, as Python has them on floats, and never more than fits."""

from __future__ import annotations

import operator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from generator.base.placeholder import Placeholder
from generator.word.running.limiting import check_length, concat, shown
from generator.word.running.rendering import TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["combined", "exact"]

_MOST_BITS: Final = 4096
_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
}


def exact(value: object) -> Fraction | None:
    """A number as a fraction; None for what is no exact number (a float, a truth value, a text)."""
    if isinstance(value, Fraction | int | Decimal) and not isinstance(value, bool):
        return None if isinstance(value, Decimal) and not value.is_finite() else Fraction(value)
    return None


def combined(sign: str, left: Any, right: Any) -> Any:
    """``left sign right``.

    Raises:
        TypeError: They cannot be combined so.
        TooMuchError: The result would be longer than any report needs.
    """
    for side in (left, right):
        if isinstance(side, Placeholder):
            return side
    first, second = _number(left), _number(right)
    if first is not None and second is not None:
        return _calculated(sign, first, second)
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return concat([left, right])
    if sign == "+" and type(left) is type(right) and isinstance(left, list | tuple):
        check_length(len(left) + len(right))
        return left + right
    raise TypeError(f"「{shown(left)}」与「{shown(right)}」不能用 {sign} 运算")


def _number(value: object) -> Fraction | float | None:
    """A number to compute with; truth values count as 1 and 0, as in Python."""
    return value if isinstance(value, float) else exact(int(value) if isinstance(value, bool) else value)


def _calculated(sign: str, left: Fraction | float, right: Fraction | float) -> Any:
    if isinstance(left, float) or isinstance(right, float):
        return _OPERATORS[sign](float(left), float(right))
    return _whole(_OPERATORS[sign](left, right))


def _whole(number: Fraction | int) -> Fraction | int:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > _MOST_BITS:
        raise TooMuchError("算出的数太长")
    return number.numerator if number.denominator == 1 else number
