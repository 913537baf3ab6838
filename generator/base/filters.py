"""Printing filters: what stands behind ``|`` in a layout and in a bureau's own text.

They print numbers and never a unit, percent apart. What they print remembers where the number comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from msgspec.structs import replace

from generator.base.amount import Amount, Placeholder
from generator.base.forms import Form
from generator.base.numbers import chinese_date, chinese_number, circled_number, rmb_capitals
from generator.base.passage import Origin, Passage

_MOST_PLACES = 12


def _number(value: object) -> Fraction:
    """The value as an exact number.

    Raises:
        ValueError: It is not a number, or a float, which is not exact.
    """
    if type(value) is Amount:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise ValueError(f"要的是一个准确的数，得到的是{_shown(value)}")  # noqa: TRY004 - one error type for all filters
    return Fraction(value)


def _shown(value: object) -> str:
    """A value that is no number, as a message names it."""
    if isinstance(value, bool):
        return "「是」" if value else "「否」"
    return "一组值" if isinstance(value, dict | list | tuple) else f"「{value}」"


def _places(places: object) -> int:
    if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= _MOST_PLACES:
        raise ValueError(f"小数位数要写 0 至 {_MOST_PLACES} 的整数，得到的是「{places}」")
    return places


def _whole(value: object) -> int:
    number = _number(value)
    if number.denominator != 1:
        raise ValueError(f"要的是整数，得到的是「{value}」")
    return number.numerator


def _print(value: object, form: Form) -> str:
    """The number in its form; a blank stays blank, it is not nought."""
    absent = _absent(value)
    if absent is not None:
        return absent
    origin = _origin(value)
    unit = "" if form.suffix else form.unit
    return _from(form.print(_number(value)), origin and origin._replace(unit=unit))


def _reworded(value: object, print_: Callable[[], str]) -> str:
    """A number in words, from which the number cannot be read back: like a computed value, it follows the fact."""
    absent = _absent(value)
    if absent is not None:
        return absent
    origin = _origin(value)
    return _from(print_(), origin and origin._replace(computed=True))


def _absent(value: object) -> str | None:
    """What is printed for a blank (nothing) or a value that is not known (its placeholder); None for a value."""
    if value is None:
        return ""
    # Not isinstance: fractions are abstract numbers, of which that is slow to tell.
    return _from(value.text, value.origin) if type(value) is Placeholder else None


def _origin(value: object) -> Origin | None:
    return getattr(value, "origin", None)


def _from(text: str, origin: Origin | None) -> str:
    return text if origin is None else Passage.of(text, origin)


def _yuan(value: object, places: int = 2) -> str:
    return _print(value, Form(unit="元", places=_places(places)))


def _ten_thousand_yuan(value: object, places: int = 2) -> str:
    return _print(value, Form(unit="万元", places=_places(places)))


def _hundred_million_yuan(value: object, places: int = 2) -> str:
    return _print(value, Form(unit="亿元", places=_places(places)))


def _percent(value: object, places: int = 2) -> str:
    return _print(value, Form(unit="%", places=_places(places), trim="whole", suffix="%"))


def _fixed(value: object, places: int = 2) -> str:
    return _print(value, Form(places=_places(places)))


def _trimmed(value: object, places: int = 2) -> str:
    return _print(value, Form(places=_places(places), trim="zeros"))


def _grouped(value: object, places: int = 2) -> str:
    return _print(value, Form(places=_places(places), comma=True))


def _chinese(value: object) -> str:
    return _reworded(value, lambda: chinese_number(_whole(value)))


def _circled(value: object) -> str:
    return _reworded(value, lambda: circled_number(_whole(value)))


def _capitals(value: object) -> str:
    return _reworded(value, lambda: rmb_capitals(_number(value)))


def _date(value: object, kind: str = "数字") -> str:
    absent = _absent(value)
    if absent is not None:
        return absent
    if not isinstance(value, date):
        raise ValueError(f"要的是日期，得到的是「{value}」")  # noqa: TRY004 - one error type for all filters
    return _from(chinese_date(value, kind), _origin(value))


FILTERS: Mapping[str, Callable[..., str]] = {
    "元": _yuan,
    "万元": _ten_thousand_yuan,
    "亿元": _hundred_million_yuan,
    "百分比": _percent,
    "小数": _fixed,
    "去零": _trimmed,
    "千分位": _grouped,
    "中文数字": _chinese,
    "圈号": _circled,
    "大写金额": _capitals,
    "日期": _date,
}
"""By name. Each takes the value first and prints ``None`` as nothing.

What it cannot print raises ``ValueError``, with a message in Chinese.
"""


@lru_cache(maxsize=256)
def form_filter(form: Form) -> Callable[..., str]:
    """A printing form of a template as a filter; ``places`` overrides its own, as the built-in filters have it.

    The same form gives the same filter: layouts compiled with it are kept under it.
    """

    def printed(value: object, places: int | None = None) -> str:
        return _print(value, form if places is None else replace(form, places=_places(places)))

    return printed
