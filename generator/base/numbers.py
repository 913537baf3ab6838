"""Rounding half up (四舍五入), and numbers and dates in Chinese words, circled digits and capitals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """The value with exactly ``places`` decimals, ties away from zero (2.675 → 2.68, −0.005 → −0.01).

    The value is exact (a fraction), so a tie is a tie: no float and no cut-off quotient stands between. Negative
    ``places`` round to tens, hundreds … (1250 to −2 places is 1300).
    """
    numerator, denominator = value.as_integer_ratio()
    decimals, zeros = max(places, 0), 10 ** max(-places, 0)
    # Built from digits: the decimal context's precision must not round a second time.
    return Decimal(f"{scaled(numerator, denominator * zeros, decimals) * zeros}E-{decimals}")


def scaled(numerator: int, denominator: int, places: int) -> int:
    """numerator/denominator times 10 to the ``places`` (0 or more), rounded as ``round_half_up`` does.

    They need not be in lowest terms; the denominator is positive.
    """
    shift: int = 10**places
    whole, rest = divmod(abs(numerator) * shift, denominator)
    if rest * 2 >= denominator:
        whole += 1
    return -whole if numerator < 0 else whole


_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_CAPITAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_CAPITAL_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ((10**8, "亿"), (10**4, "万"))
_MOST = 10**16
_DATE_KINDS = ("数字", "汉字")


def chinese_number(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五, 107000 → 十万七千.

    Raises:
        ValueError: The number is negative, not whole, or has more than 16 digits.
    """
    text = _spell(_whole(number), _DIGITS, _UNITS)
    return text[1:] if text.startswith("一十") else text


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

    The rule is 支付结算办法附件一: 整 behind 元 (allowed, and here written, behind 角); one 零 for zeros in between; 零
    behind 元 where 角 is 0 and 分 is not. Where it leaves a choice, this is taken: no 零 for the zeros that end the 万
    or the 亿 (壹拾万柒仟元整), none for a single 0 before 元 (1680.32), one for a run of them (107000.53 →
    壹拾万柒仟元零伍角叁分).

    Raises:
        ValueError: The amount has more than 16 digits before the point.
    """
    fen = int(round_half_up(Fraction(yuan), 2) * 100)
    sign, fen = ("负", -fen) if fen < 0 else ("", fen)
    whole, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    text = _spell(whole, _CAPITAL_DIGITS, _CAPITAL_UNITS) + "元" if whole or not rest else ""
    zeros_meet = jiao == 0 or whole % 100 == 0
    if whole and rest and zeros_meet:
        text += "零"
    if jiao:
        text += _CAPITAL_DIGITS[jiao] + "角"
    return sign + text + (_CAPITAL_DIGITS[cent] + "分" if cent else "整")


def chinese_date(day: date, kind: str = "数字") -> str:
    """2022-05-01 → 2022年5月1日; with ``汉字`` 二〇二二年五月一日.

    Raises:
        ValueError: ``kind`` is neither 数字 nor 汉字.
    """
    if kind not in _DATE_KINDS:
        raise ValueError(f"日期写法只有数字、汉字两种，没有「{kind}」")
    if kind == "数字":
        return f"{day.year}年{day.month}月{day.day}日"
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"


def _whole(number: int) -> int:
    if number != int(number):
        raise ValueError(f"只能写出整数，{number} 不是整数")
    return int(number)


def _spell(number: int, digits: str, units: tuple[str, ...]) -> str:
    if not 0 <= number < _MOST:
        raise ValueError(f"只能写出 不超过 16 位的非负整数，{number} 超出了范围")
    for power, group in _GROUPS:
        if number >= power:
            # 亿 counts 万 as well: 10001 亿 is 一万零一亿, not 一万亿零一亿.
            high, low = divmod(number, power)
            rest = _spell(low, digits, units) if low else ""
            gap = digits[0] if low and low < power // 10 else ""
            return _spell(high, digits, units) + group + gap + rest
    # At most four digits are left; zeros at its end are not spoken.
    text = ""
    for power in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**power % 10
        if digit:
            text += digits[digit] + units[power]
        elif number % 10**power and not text.endswith(digits[0]):
            text += digits[0]
    return text or digits[0]
