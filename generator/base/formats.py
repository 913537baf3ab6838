"""Number formats, and the filters that layouts and texts may use after ``|``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import CAPITALS, Amount, Placeholder, chinese_number, round_half_up, scaled, spelt
from generator.base.passage import Origin, Passage, sentence
from generator.base.units import resolve_unit

SCALES = {unit: resolve_unit(unit).scale for unit in ("", "元", "千元", "万元", "亿元", "%", "‰")}
"""What one of the unit is worth: money in 元, a rate as its ratio."""
MOST_PLACES = 12
_RATIOS = {unit: scale.as_integer_ratio() for unit, scale in SCALES.items()}


class Format(Struct, frozen=True):
    """One way to print a number.

    ``unit`` scales it (see ``SCALES``); ``places`` are its decimals, rounded half up from the exact value, more where
    it would look like 0; ``trim`` drops no zeros (``none``), trailing zeros (``zeros``), or all decimals of a whole
    value (``whole``); ``comma`` groups thousands; ``suffix`` follows it.
    """

    unit: str = ""
    places: int = 2
    trim: Literal["none", "zeros", "whole"] = "none"
    comma: bool = False
    suffix: str = ""

    def print(self, value: Fraction | Decimal | int) -> str:
        """The value with its suffix; the placeholder of an unknown one."""
        # Not isinstance, here and below, which is slow to deny fractions, being abstract numbers.
        if type(value) is Placeholder:
            return value.text
        numerator, denominator = self._in_unit(value)
        places = 0 if self.trim == "whole" and numerator % denominator == 0 else self.places
        number = scaled(numerator, denominator, places)
        while numerator and not number and places < MOST_PLACES:
            places += 1  # little is not nothing: 32 元 are 0.003 万元
            number = scaled(numerator, denominator, places)
        digits = str(abs(number)).rjust(places + 1, "0")
        whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
        if self.trim == "zeros":
            decimals = decimals.rstrip("0")
        if self.comma:
            whole = f"{int(whole):,}"
        return f"{'-' if number < 0 else ''}{whole}{'.' if decimals else ''}{decimals}{self.suffix}"

    def rounded(self, value: Fraction | Decimal | int, places: int) -> int:
        """The value in the format's unit × 10**places, half up: equal ones are printed alike with these places."""
        return scaled(*self._in_unit(value), places)

    def _in_unit(self, value: Fraction | Decimal | int) -> tuple[int, int]:
        # Not as a fraction: a report prints hundreds of figures, and lowest terms are not needed.
        (numerator, denominator), (above, below) = value.as_integer_ratio(), _RATIOS[self.unit]
        return numerator * below, denominator * above


RATE = Format("%", 2, "whole", suffix="%")
"""The default format of a rate: two decimals, none for a whole percentage (98.30%, 100%)."""
PERCENT = Format("%", 2, "zeros", suffix="%")
"""A percentage in a sentence: no zeros at its end (98.3%, 100%)."""

_PLAIN = Format(places=6, trim="zeros")


def plain(value: Fraction | Decimal | int, places: int = 6) -> str:
    """The value rounded to ``places`` decimals (more for little, which is not 0), without trailing zeros and commas."""
    # Most figures of a report are whole.
    if (type(value) is Fraction or type(value) is Amount) and value.denominator == 1:
        return str(value.numerator)
    return (_PLAIN if places == _PLAIN.places else Format(places=places, trim="zeros")).print(value)


_IN_CAPITALS = str.maketrans(CAPITALS)


def circled_number(number: int) -> str:
    """1 → ①, 20 → ⑳, 21 → ㉑, 36 → ㊱; from 51 on, which have no circled character, （51）.

    Raises:
        ValueError: The number is not a positive whole one.
    """
    for first, last, start in ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1)):
        if first <= number <= last:
            return chr(start + _whole(number) - first)
    if number < 1:
        raise ValueError(f"圈号从 1 起，没有 {number}")
    return f"（{_whole(number)}）"


def rmb_capitals(yuan: Fraction | Decimal | int) -> str:
    """The amount as cheques write it: 1680.32 → 壹仟陆佰捌拾元叁角贰分, 107000 → 壹拾万柒仟元整.

    The rule is 支付结算办法附件一: 整 after 元 (optional, here also after 角); one 零 for zeros in between; 零 after 元
    if 角 is 0 and 分 is not. Options taken: no 零 for the zeros that end 万 or 亿 (壹拾万柒仟元整) or for a single 0
    before 元 (1680.32), one for a run of them (107000.53 → 壹拾万柒仟元零伍角叁分).

    Raises:
        ValueError: The amount has more than 16 digits before the point.
    """
    fen = int(round_half_up(Fraction(yuan), 2) * 100)
    sign, fen = ("负", -fen) if fen < 0 else ("", fen)
    whole, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    text = spelt(whole) + "元" if whole or not rest else ""
    zeros_meet = jiao == 0 or whole % 100 == 0
    if whole and rest and zeros_meet:
        text += "零"
    if jiao:
        text += spelt(jiao) + "角"
    text += spelt(cent) + "分" if cent else "整"
    return sign + text.translate(_IN_CAPITALS)


def chinese_date(day: date, kind: str = "数字") -> str:
    """2022-05-01 → 2022年5月1日; with ``汉字`` 二〇二二年五月一日. Raises ``ValueError`` for other kinds."""
    if kind not in ("数字", "汉字"):
        raise ValueError(f"日期写法只有数字、汉字两种，没有「{kind}」")
    if kind == "数字":
        return f"{day.year}年{day.month}月{day.day}日"
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def _number(value: object) -> Fraction:
    """The value as an exact number; raises ``ValueError`` if it is none, or a float, which is not exact."""
    if type(value) is Amount:
        return value
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        shown = "一组值" if isinstance(value, dict | list | tuple) else f"「{value}」"
        if isinstance(value, bool):
            shown = "「是」" if value else "「否」"
        raise ValueError(f"要的是一个准确的数，得到的是{shown}")  # noqa: TRY004 - one error type for all filters
    return Fraction(value)


def _whole(value: object) -> int:
    number = _number(value)
    if number.denominator != 1:
        raise ValueError(f"要的是整数，得到的是「{value}」")
    return number.numerator


def _reworded(value: object, print_: Callable[[], str]) -> str:
    """A number in words, from which the number cannot be read back: its origin counts as computed."""
    if (absent := _absent(value)) is not None:
        return absent
    origin: Origin | None = getattr(value, "origin", None)
    return _from(print_(), origin and replace(origin, computed=True))


def _absent(value: object) -> str | None:
    """The text of a blank (empty) or an unknown value (its placeholder); None for a value."""
    if value is None:
        return ""
    return _from(value.text, value.origin) if type(value) is Placeholder else None


def _from(text: str, origin: Origin | None) -> str:
    return text if origin is None else Passage.of(text, origin)


@lru_cache(maxsize=256)
def format_filter(fmt: Format) -> Callable[..., str]:
    """A number format as a filter; an argument ``places`` overrides its own.

    The same format gives the same filter: compiled layouts are cached under it.
    """

    def printed(value: object, places: object = None) -> str:
        used = fmt
        if places is not None:
            if isinstance(places, bool) or not isinstance(places, int) or not 0 <= places <= MOST_PLACES:
                raise ValueError(f"小数位数要写 0 至 {MOST_PLACES} 的整数，得到的是「{places}」")
            used = replace(fmt, places=places)
        # Blank is not 0.
        if (absent := _absent(value)) is not None:
            return absent
        origin: Origin | None = getattr(value, "origin", None)
        unit = "" if fmt.suffix else fmt.unit
        return _from(used.print(_number(value)), origin and replace(origin, unit=unit))

    return printed


def _date(value: object, kind: str = "数字") -> str:
    if (absent := _absent(value)) is not None:
        return absent
    if not isinstance(value, date):
        raise ValueError(f"要的是日期，得到的是「{value}」")  # noqa: TRY004 - one error type for all filters
    return _from(chinese_date(value, kind), getattr(value, "origin", None))


def _sentence(value: object) -> object:
    """A text, or each of a list, as a whole sentence."""
    if (absent := _absent(value)) is not None:
        return absent
    if isinstance(value, list | tuple):
        return [_sentence(one) for one in value]
    return sentence(value) if isinstance(value, str) else value


FILTERS: Mapping[str, Callable[..., object]] = {
    "元": format_filter(Format("元")),
    "万元": format_filter(Format("万元")),
    "亿元": format_filter(Format("亿元")),
    "百分比": format_filter(RATE),
    "小数": format_filter(Format()),
    "去零": format_filter(Format(trim="zeros")),
    "千分位": format_filter(Format(comma=True)),
    "中文数字": lambda value: _reworded(value, lambda: chinese_number(_whole(value))),
    "圈号": lambda value: _reworded(value, lambda: circled_number(_whole(value))),
    "大写金额": lambda value: _reworded(value, lambda: rmb_capitals(_number(value))),
    "日期": _date,
    "句": _sentence,
}
"""By name. Each takes the value first and prints ``None`` as nothing.

What it cannot print raises ``ValueError``, with a message in Chinese.
"""
