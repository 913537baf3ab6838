"""Limits what layouts compute: length of texts and lists, size of exact numbers, loop iterations."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from jinja2 import nodes

from generator.base.amount import Placeholder
from generator.base.passage import Passage
from generator.base.sandbox import TooMuchError, count_turns, excerpt
from generator.word.render.state import STATE
from generator.word.render.values import VALUE_SIGN, Printed, content_of, finalize, passage_of

_WATCHED: Final = (nodes.Concat, nodes.Const)
MOST_RANGE: Final = 100_000
_MOST_CHARACTERS: Final = 16 * 1024 * 1024


def concat(values: Iterable[Any]) -> str:
    """``a ~ b``; the output of macros is not escaped again."""
    parts = list(values)
    if any(type(part) is Printed for part in parts):
        return Printed("".join(map(finalize, parts)))
    texts = [passage_of(part) for part in parts]
    check_length(sum(map(len, texts)))
    return Passage.joined(texts)


def check_length(length: int) -> None:
    """Stops texts and lists that grow too large, one alone or all of a render together."""
    if length > _MOST_CHARACTERS:
        raise TooMuchError("拼接出的文字太长")
    STATE.get().make(length)


def kept(content: Printed) -> str:
    """The output of a block or macro as a value: text if it holds no markup, else markup.

    Raises:
        TooMuchError: It is too long.
    """
    check_length(len(content))
    content = Printed(VALUE_SIGN.sub("", content)) if "<?jx v" in content else content
    return content if not content or "<" in content else content_of(content)


def small_range(*bounds: int) -> range:
    """``range`` with a limited length."""
    numbers = range(*map(int, bounds))
    if len(numbers) > MOST_RANGE:
        raise TooMuchError(f"range 超过 {MOST_RANGE} 个数")
    return numbers


def limited(tree: nodes.Template) -> nodes.Template:
    """The tree with loops counted, concatenations length-checked, and decimal literals exact."""
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        for name in node.fields:
            value = getattr(node, name)
            if isinstance(value, list):
                waiting += [item for item in value if isinstance(item, nodes.Node)]
                if any(isinstance(item, _WATCHED) for item in value):
                    value[:] = [_watched(item) for item in value]
            elif isinstance(value, nodes.Node):
                waiting.append(value)
                if isinstance(value, _WATCHED):
                    setattr(node, name, _watched(value))
        if isinstance(node, nodes.FilterBlock):
            innermost = node.filter
            while isinstance(innermost.node, nodes.Filter):
                innermost = innermost.node
            # The layout's filters work on the text of a block, the engine's on its markup.
            if not innermost.name.startswith("_"):
                innermost.node = nodes.Filter(None, "_content", [], [], None, None, lineno=node.lineno)
                node.filter = _through(node.filter, "_text")
        elif isinstance(node, nodes.AssignBlock):
            node.filter = nodes.Filter(node.filter, "_short", [], [], None, None, lineno=node.lineno)
        elif isinstance(node, nodes.For):
            count_turns(node)
    return tree


def _watched(value: Any) -> Any:
    if isinstance(value, nodes.Concat):
        return _through(nodes.List(value.nodes, lineno=value.lineno), "_concat")
    if isinstance(value, nodes.Const) and isinstance(value.value, float):
        # repr returns the digits as written.
        return _through(nodes.Const(repr(value.value), lineno=value.lineno), "_literal")
    return value


def _through(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


_MOST_BITS: Final = 4096
_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod,
}  # fmt: skip


def exact(value: object) -> Fraction | None:
    """An exact number as a fraction; None for anything else, such as floats, booleans and texts."""
    if isinstance(value, Fraction | int | Decimal) and not isinstance(value, bool):
        return None if isinstance(value, Decimal) and not value.is_finite() else Fraction(value)
    return None


def combined(sign: str, left: Any, right: Any) -> Any:
    """``left sign right``.

    Raises:
        TypeError: They cannot be combined.
        TooMuchError: The result is too long.
    """
    for side in (left, right):
        if isinstance(side, Placeholder):
            return side
    first, second = _number(left), _number(right)
    if isinstance(first, float) or isinstance(second, float):
        if first is not None and second is not None:
            return _OPERATORS[sign](float(first), float(second))
    elif first is not None and second is not None:
        number = _OPERATORS[sign](first, second)
        if max(number.numerator.bit_length(), number.denominator.bit_length()) > _MOST_BITS:
            raise TooMuchError("算出的数太长")
        return number.numerator if number.denominator == 1 else number
    if sign == "+" and isinstance(left, str) and isinstance(right, str):
        return concat([left, right])
    if sign == "+" and type(left) is type(right) and isinstance(left, list | tuple):
        check_length(len(left) + len(right))
        return left + right
    raise TypeError(f"「{excerpt(left)}」与「{excerpt(right)}」不能用 {sign} 运算")


def _number(value: object) -> Fraction | float | None:
    """A number to compute with; booleans count as 1 and 0, as in Python."""
    return value if isinstance(value, float) else exact(int(value) if isinstance(value, bool) else value)
