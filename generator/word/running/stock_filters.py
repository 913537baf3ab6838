"""Jinja's own filters, as docxtpl's users know them: the harmless ones as they are, others within limits.

What is left out prints something else each time (``random``), makes HTML (``urlize``, ``xmlattr``, ``tojson``) or is
for programmers (``pprint``); ``LEFT_OUT`` tells what to do instead.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import filters as stock
from jinja2 import pass_environment

from generator.base.amount import Amount
from generator.word.running.formatting import exact, printf, rounded
from generator.word.running.limiting import MOST_RANGE
from generator.word.running.textual import centred, indented, joined, replaced, wrapped
from generator.word.running.wording import Printed, content_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["LEFT_OUT", "STOCK_FILTERS"]

_AS_THEY_ARE: Final = (
    "abs", "attr", "d", "default", "dictsort", "filesizeformat", "groupby", "items", "map", "max", "min", "reject",
    "rejectattr", "select", "selectattr", "sort", "unique",
)  # fmt: skip
# They work on texts alone, so what a block or macro printed is given to them as the text that it is.
_ON_TEXTS: Final = (
    "capitalize", "count", "first", "last", "length", "list", "lower", "reverse", "striptags", "title", "trim",
    "truncate", "upper", "urlencode", "wordcount",
)  # fmt: skip

_MOST_DIGITS: Final = 400

LEFT_OUT: Final = {
    "pprint": "它是给程序员看的；逐项印出用 {% for %}。",
    "random": "同样的数据每次印出的文件要相同。",
    "tojson": "它是给网页用的；逐项印出用 {% for %}。",
    "urlize": "它生成网页代码；超链接用 RichText 的 url_id。",
    "xmlattr": "它生成网页代码。",
}
"""Why a filter of Jinja's is not offered."""


def _same(value: Any) -> Any:
    """``safe`` and ``e``: the engine escapes every value, once."""
    return value


def _on_text(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def on_text(*arguments: Any, **named: Any) -> Any:
        plain = (content_of(argument) if type(argument) is Printed else argument for argument in arguments)
        return filter_(*plain, **named)

    return on_text


@pass_environment
def _join(environment: Environment, values: Iterable[Any], separator: str = "", attribute: Any = None) -> str:
    if attribute is not None:
        values = map(stock.make_attrgetter(environment, attribute), values)
    return joined(values, text_of(separator))


@pass_environment
def _sum(environment: SandboxedEnvironment, values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """The values added up as ``+`` does it."""
    total = start
    for value in values if attribute is None else map(stock.make_attrgetter(environment, attribute), values):
        total = environment.call_binop(cast("Any", None), "+", total, value)
    return total


def _format(pattern: Any, *values: Any, **named: Any) -> str:
    return printf(text_of(pattern), named or values)


def _to_int(value: Any, default: Any = 0, base: int = 10) -> Any:
    """A whole number; what is behind the point is cut off."""
    try:
        if isinstance(value, str) and (int(base) != 10 or "." not in value):
            return int(value, int(base))
        return int(_parsed(value) if isinstance(value, str) else value)
    except (TypeError, ValueError, ArithmeticError):
        return default


def _parsed(text: str) -> Fraction:
    """The number that a text says; not one so large or so fine that it fills the memory."""
    number = Decimal(text.strip())
    if not number.is_finite() or abs(int(number.as_tuple().exponent)) > _MOST_DIGITS:
        raise ValueError(text)
    return Fraction(number)


def _to_float(value: Any, default: Any = 0.0) -> Any:
    """A number that prints as Python's float does; an exact one stays exact."""
    if isinstance(value, float):
        return value
    try:
        number = _parsed(value) if isinstance(value, str) else exact(value)
        return default if number is None else Amount(number, repr(float(number)))
    except (ValueError, ArithmeticError):
        return default


def _batch(values: Iterable[Any], size: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(size) <= MOST_RANGE:
        raise ValueError(f"每组个数要在 1 至 {MOST_RANGE} 之间")
    return stock.do_batch(list(values), int(size), fill)


def _slice(values: Iterable[Any], slices: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(slices) <= MOST_RANGE:
        raise ValueError(f"组数要在 1 至 {MOST_RANGE} 之间")
    return stock.sync_do_slice(list(values), int(slices), fill)


STOCK_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **{name: stock.FILTERS[name] for name in _AS_THEY_ARE},
    **{name: _on_text(stock.FILTERS[name]) for name in _ON_TEXTS},
    "batch": _batch,
    "center": centred,
    "e": _same,
    "escape": _same,
    "float": _to_float,
    "forceescape": _same,
    "format": _format,
    "indent": indented,
    "int": _to_int,
    "join": _join,
    "replace": replaced,
    "round": rounded,
    "safe": _same,
    "slice": _slice,
    "string": text_of,
    "sum": _sum,
    "wordwrap": pass_environment(wrapped),
}
"""By name."""
