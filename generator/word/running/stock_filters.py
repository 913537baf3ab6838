"""Jinja's filters that layouts may use: an allow-list. ``advice`` tells what to write in place of the others."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import wraps
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import filters as stock
from jinja2 import pass_environment

from generator.base.amount import Amount
from generator.base.forms import plain
from generator.base.passage import Passage
from generator.base.placeholder import Placeholder
from generator.base.rounding import round_half_up
from generator.word.running.arithmetic import exact
from generator.word.running.limiting import MOST_RANGE, check_length
from generator.word.running.wording import Printed, content_of, passage_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import Environment
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["STOCK_FILTERS"]

_AS_THEY_ARE: Final = (
    "abs", "d", "default", "dictsort", "groupby", "items", "map", "max", "min", "reject", "rejectattr", "select",
    "selectattr", "sort", "unique",
)  # fmt: skip
# They work on texts alone, so what a block or macro printed is given to them as the text that it is.
_ON_TEXTS: Final = (
    "capitalize", "count", "first", "last", "length", "list", "lower", "reverse", "title", "trim", "upper",
)  # fmt: skip
_MOST_PLACES: Final = 30
_MOST_DIGITS: Final = 400
_CUT: Final[dict[str, Callable[[Any], int]]] = {"ceil": ceil, "floor": floor}


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
    """The values one after another, each as it would be printed alone."""
    if attribute is not None:
        values = map(stock.make_attrgetter(environment, attribute), values)
    texts, between = [passage_of(value) for value in values], text_of(separator)
    check_length(sum(map(len, texts)) + len(texts) * len(between))
    return Passage.joined(texts, between)


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    """The text with ``old`` replaced, everywhere or so many times."""
    before, new = text_of(text), text_of(new)
    check_length(before.count(old) * len(new) + len(before))
    return before.replace(old, new, -1 if count is None else count)


@pass_environment
def _sum(environment: SandboxedEnvironment, values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """The values added up as ``+`` does it."""
    total = start
    for value in values if attribute is None else map(stock.make_attrgetter(environment, attribute), values):
        total = environment.call_binop(cast("Any", None), "+", total, value)
    return total


def _round(value: Any, precision: Any = 0, method: str = "common") -> Any:
    """An exact number half up, a float as Python does.

    Raises:
        ValueError: It is no number, or the places or the method are none.
    """
    if method not in {"common", *_CUT}:
        raise ValueError("round 的办法有 'common'、'ceil'、'floor'")
    places = int(precision)
    if abs(places) > _MOST_PLACES:
        raise ValueError(f"小数位数不能超过 {_MOST_PLACES}")
    if isinstance(value, Placeholder):
        return value
    if isinstance(value, float):
        return round(value, places) if method == "common" else _CUT[method](value * 10**places) / 10**places
    number = exact(value)
    if number is None:
        raise ValueError(f"「{text_of(value)[:20]}」不是数")
    if isinstance(value, int) and places >= 0:
        return value
    scale = Fraction(10) ** places
    result = Fraction(round_half_up(number, places)) if method == "common" else _CUT[method](number * scale) / scale
    return Amount(result, plain(result, max(places, 0)))


def _int(value: Any, default: Any = 0) -> Any:
    """A whole number; what is behind the point is cut off."""
    try:
        if isinstance(value, str):
            value = Decimal(value.strip())
            # One so large that it fills the memory is none.
            return int(value) if value.is_finite() and value.adjusted() < _MOST_DIGITS else default
        return int(value)
    except (TypeError, ValueError, OverflowError, InvalidOperation):
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
    "e": _same,
    "escape": _same,
    "int": _int,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "safe": _same,
    "slice": _slice,
    "string": text_of,
    "sum": _sum,
}
"""By name."""
