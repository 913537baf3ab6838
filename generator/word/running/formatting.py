"""Python's ways to write a value: ``'%.2f' % x``, ``'{:,.2f}'.format(x)``, ``day.strftime('%Y')``, ``x | round(2)``.

They do what Python does, but for two things: an exact number is rounded exactly and half up, as everywhere in a
report, and a width or a number of places is limited, for it could fill the memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from jinja2.sandbox import SandboxedFormatter

from generator.base.amount import Amount
from generator.base.forms import plain
from generator.base.gap import Gap
from generator.base.rounding import round_half_up
from generator.patterns import regex
from generator.word.running.wording import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MOST_WIDE", "Fields", "check_width", "exact", "field", "printf", "rounded", "strftime"]

MOST_WIDE: Final = 1_000
_MOST_PLACES: Final = 30
_LONGEST: Final = 20_000
_PERCENT = regex(r"%(?:\((\w+)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?(.)", re.DOTALL)
_SPEC = regex(r"(.?[<>=^])?([-+ ])?z?#?(0)?\d*([,_])?(?:\.(\d+))?([a-zA-Z%])?", re.DOTALL)
_DIRECTIVE = regex(r"%([-#]?)([a-zA-Z%])")


def exact(value: object) -> Fraction | None:
    """A number as a fraction; None for what is no exact number (a float, a truth value, a text)."""
    if isinstance(value, Fraction | int | Decimal) and not isinstance(value, bool):
        return None if isinstance(value, Decimal) and not value.is_finite() else Fraction(value)
    return None


def check_width(*figures: object) -> None:
    """Refuses a width that could fill the memory.

    Raises:
        ValueError: One is too large.
    """
    if any(abs(int(str(figure))) > MOST_WIDE for figure in figures if figure):
        raise ValueError(f"宽度和位数不能超过 {MOST_WIDE}")


def _check_length(pattern: str) -> None:
    if len(pattern) > _LONGEST:
        raise ValueError(f"格式不能超过 {_LONGEST} 个字")


def printf(pattern: str, values: object) -> str:
    """``pattern % values``.

    Raises:
        ValueError: The values do not fit the pattern, or a width is too large.
    """
    _check_length(pattern)
    listed = values if isinstance(values, tuple) else (values,)
    waiting = iter(listed)

    def printed(found: re.Match[str]) -> str:
        key, _, width, places, kind = found.groups()
        if kind == "%":
            return "%"
        if "*" in {width, places}:
            raise ValueError("宽度要直接写明，不能用 *")
        check_width(width, places)
        return _percent(found, _named(values, key) if key else _next(waiting))

    text = _PERCENT.sub(printed, pattern)
    if next(waiting, None) is not None and not isinstance(values, Mapping):
        raise ValueError("格式里的 % 比值少")
    return text


def _next(waiting: Iterator[object]) -> object:
    try:
        return next(waiting)
    except StopIteration:
        raise ValueError("格式里的 % 比值多") from None


def _named(values: object, key: str) -> object:
    if not isinstance(values, Mapping) or key not in values:
        raise ValueError(f"格式要「{key}」，没有这个值")
    return values[key]


def _percent(found: re.Match[str], value: object) -> str:
    """One ``%…`` with its value."""
    _, flags, width, places, kind = found.groups()
    if isinstance(value, Gap):
        return value.text
    number = exact(value)
    if kind in "fF" and number is not None:
        align = "<" if "-" in flags else ">"
        zero = "0" if "0" in flags and align == ">" else ""
        sign = "+" if "+" in flags else " " if " " in flags else ""
        return field(
            number, f"{'' if zero else align}{sign}{zero}{width or ''}.{6 if places is None else places or 0}f"
        )
    if kind in "sra":
        value, kind = text_of(value), "s"
    elif number is not None and kind in "diuxXoc":
        value = int(number)
    elif not isinstance(value, int | float | Fraction | Decimal) and kind != "c":
        raise ValueError(f"「{text_of(value)[:20]}」不是数，不能用 %{kind}")
    dotted = "" if places is None else f".{places}"
    return f"%{flags}{width or ''}{dotted}{kind}" % (value,)


def field(value: object, spec: str) -> str:
    """``format(value, spec)``.

    Raises:
        ValueError: The value cannot be written so, or a width is too large.
    """
    if isinstance(value, date | time) and spec:
        return strftime(value, spec)
    if isinstance(value, Gap):
        return value.text
    check_width(*re.findall(r"\d+", spec))
    number = exact(value)
    if number is not None and spec:
        return _number_field(value, number, spec)
    return format(value if isinstance(value, float) else text_of(value), spec)


def _number_field(value: object, number: Fraction, spec: str) -> str:
    found = _SPEC.fullmatch(spec)
    if found is None:
        raise ValueError(f"读不懂格式「{spec[:20]}」")
    align, sign, zero, comma, places, kind = found.groups()
    if kind in {"f", "F", "%"} or (places and not kind):
        return _rounded_field(number, spec if kind else f"{spec}f", 6 if places is None else int(places))
    if kind in {"e", "E", "g", "G"}:
        return format(float(number), spec)
    if kind or (comma and number.denominator == 1):
        if number.denominator != 1:
            raise ValueError(f"「{text_of(value)[:20]}」不是整数，不能用 {kind}")
        return format(number.numerator, spec)
    if comma or sign or zero or (align or "").endswith("="):
        return format(Decimal(plain(number)), spec)
    return format(text_of(value), spec if align else f">{spec}")


def _rounded_field(number: Fraction, spec: str, places: int) -> str:
    """With so many decimals. It is rounded first; so what Python does then changes no digit."""
    if not spec.endswith("%"):
        return format(round_half_up(number, places), spec)
    sign, digits, exponent = round_half_up(number * 100, places).as_tuple()
    return format(Decimal((sign, digits, int(exponent) - 2)), spec)


class Fields(SandboxedFormatter):
    """``str.format`` on values from anywhere; ``{a.b}`` reaches what a tag reaches."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """One field as text."""
        return field(value, format_spec)

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """``!s``, ``!r`` and ``!a`` all give the text."""
        return value if conversion is None else text_of(value)

    def filled(self, pattern: str, values: tuple[object, ...], named: Mapping[str, object]) -> str:
        """The pattern with its fields filled in.

        Raises:
            ValueError: The values do not fit it.
        """
        _check_length(pattern)
        try:
            return self.vformat(pattern, values, named)
        except KeyError as error:
            raise ValueError(f"格式要「{error.args[0]}」，没有这个值") from error
        except IndexError as error:
            raise ValueError("格式里的 {} 比值多") from error


def rounded(value: Any, precision: Any = 0, method: str = "common") -> Any:
    """``round``: an exact number half up, a float as Python does.

    Raises:
        ValueError: It is no number, or the places or the method are none.
    """
    if method not in {"common", "ceil", "floor"}:
        raise ValueError("round 的办法有 'common'、'ceil'、'floor'")
    places = int(precision)
    if abs(places) > _MOST_PLACES:
        raise ValueError(f"小数位数不能超过 {_MOST_PLACES}")
    if isinstance(value, Gap):
        return value
    if isinstance(value, float):
        return round(value, places) if method == "common" else _CUT[method](value * 10**places) / 10**places
    number = exact(value)
    if number is None:
        raise ValueError(f"「{text_of(value)[:20]}」不是数")
    if isinstance(value, int) and places >= 0:
        return value
    if method == "common":
        result = Fraction(round_half_up(number, places))
    else:
        result = Fraction(_CUT[method](number * Fraction(10) ** places)) / Fraction(10) ** places
    return Amount(result, plain(result, max(places, 0)))


_CUT: Final[dict[str, Callable[[Any], int]]] = {"ceil": ceil, "floor": floor}


def strftime(value: date | time, pattern: str) -> str:
    """``value.strftime(pattern)``, the same on every system: signs between the directives stay as they are.

    ``%-m`` (and Windows' ``%#m``) leaves out the leading nought.
    """
    _check_length(pattern)
    parts: list[str] = []
    at = 0
    for found in _DIRECTIVE.finditer(pattern):
        short, letter = found.groups()
        text = "%" if letter == "%" else value.strftime(f"%{letter}")
        parts += (pattern[at : found.start()], text.lstrip("0") or "0" if short else text)
        at = found.end()
    return "".join(chain(parts, (pattern[at:],)))
