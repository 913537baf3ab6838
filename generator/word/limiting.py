"""Exact arithmetic, counted loops and texts: what a layout computes can neither drift nor explode."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import nodes
from jinja2.runtime import Undefined

from generator.word.printing import finalize
from generator.word.rendering import STATE, TooMuchError
from generator.word.wording import Printed, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

__all__ = ["ARITHMETIC", "check_length", "concat", "counted", "exact", "limited", "shown", "small_range"]

MOST_RANGE: Final = 100_000
_MOST_CHARACTERS: Final = 64 * 1024 * 1024
_MOST_BITS: Final = 4096


def exact(value: Any) -> Fraction:
    """A number as a fraction. A float is none: its decimals are not what was written.

    Raises:
        TypeError: It is a float.
    """
    if isinstance(value, float):
        raise TypeError(f"小数 {value} 不是准确的数")
    return Fraction(value)


def shown(value: object) -> str:
    """The beginning of a value, for messages."""
    text = str(value)
    return text if len(text) <= 20 else text[:20] + "…"


def _whole(number: Fraction) -> Fraction | int:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > _MOST_BITS:
        raise TooMuchError("算出的数太长")
    return number.numerator if number.denominator == 1 else number


ARITHMETIC: Final[dict[str, Callable[[Fraction, Fraction], Any]]] = {
    "+": lambda left, right: _whole(left + right),
    "-": lambda left, right: _whole(left - right),
    "*": lambda left, right: _whole(left * right),
    "/": lambda left, right: _whole(left / right),
    "//": operator.floordiv,
    "%": operator.mod,
}
"""The operators, on exact numbers."""


def counted(values: Any) -> Any:
    """What a loop goes over, its turns counted before it starts."""
    if isinstance(values, Undefined):
        return values
    if not isinstance(values, Iterable):
        raise TypeError(f"「{shown(values)}」不是一列值，不能逐项循环")
    state = STATE.get()
    listed = values if isinstance(values, list | tuple) else list(islice(values, state.limits.turns + 1))
    state.turn(len(listed))
    return listed


def concat(values: Iterable[Any]) -> str:
    """``a ~ b``; what a macro printed stays printed."""
    parts = list(values)
    if any(type(part) is Printed for part in parts):
        return Printed("".join(map(finalize, parts)))
    texts = [text_of(part) for part in parts]
    check_length(sum(map(len, texts)))
    return "".join(texts)


def check_length(length: int) -> None:
    """Stops texts that grow beyond all measure."""
    if length > _MOST_CHARACTERS:
        raise TooMuchError("拼接出的文字太长")


def small_range(*bounds: int) -> range:
    """``range``, of a sensible length."""
    numbers = range(*map(int, bounds))
    if len(numbers) > MOST_RANGE:
        raise TooMuchError(f"range 超过 {MOST_RANGE} 个数")
    return numbers


def limited(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """The tree with every loop counted, every ``~`` watched, and literals such as ``0.1`` exact."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _through(cast("nodes.Expr", loop.iter), "_counted")
    for parent in list(tree.find_all(nodes.Node)):
        for name, value in list(parent.iter_fields()):
            if isinstance(value, list):
                value[:] = [_watched(item) for item in value]
            else:
                setattr(parent, name, _watched(value))
    tree.set_environment(environment)
    return tree


def _watched(value: Any) -> Any:
    if isinstance(value, nodes.Concat):
        return _through(nodes.List(value.nodes, lineno=value.lineno), "_concat")
    if isinstance(value, nodes.Const) and isinstance(value.value, float):
        # repr gives back the digits that were written.
        return _through(nodes.Const(repr(value.value), lineno=value.lineno), "_literal")
    return value


def _through(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)
