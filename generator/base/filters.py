"""Printing filters, used behind ``|`` in layouts and in the bureau's texts.

They print numbers without their unit, except percent. The printed text remembers the origin of the number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from msgspec.structs import replace

from generator.base.amount import Amount, Placeholder
from generator.base.forms import RATE, Form
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
        shown = "一组值" if isinstance(value, dict | list | tuple) else f"「{value}」"
        if isinstance(value, bool):
            shown = "「是」" if value else "「否」"
        raise ValueError(f"要的是一个准确的数，得到的是{shown}")  # noqa: TRY004 - one error type for all filters
    return Fraction(value)


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


@lru_cache(maxsize=256)
def form_filter(form: Form) -> Callable[..., str]:
    """A printing form as a filter; an argument ``places`` overrides its own.

    The same form gives the same filter: compiled layouts are cached under it.
    """

    def printed(value: object, places: int | None = None) -> str:
        return _print(value, form if places is None else replace(form, places=_places(places)))

    return printed


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
    "元": form_filter(Form("元")),
    "万元": form_filter(Form("万元")),
    "亿元": form_filter(Form("亿元")),
    "百分比": form_filter(RATE),
    "小数": form_filter(Form()),
    "去零": form_filter(Form(trim="zeros")),
    "千分位": form_filter(Form(comma=True)),
    "中文数字": _chinese,
    "圈号": _circled,
    "大写金额": _capitals,
    "日期": _date,
}
"""By name. Each takes the value first and prints ``None`` as nothing.

What it cannot print raises ``ValueError``, with a message in Chinese.
"""
