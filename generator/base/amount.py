"""Exact numbers that know how they are written, and how to read them out of what a bureau typed."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from msgspec import Struct

from generator.base.chinese import chinese_number
from generator.base.units import MONEY, resolve_unit
from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from decimal import Decimal

    from generator.base.passage import Origin

__all__ = [
    "CHINESE",
    "DIGITS",
    "Amount",
    "AmountFault",
    "NotAnAmount",
    "Quantity",
    "allowance",
    "has_digit",
    "normalised",
    "parse_amount",
    "parse_money",
    "parse_number",
    "read_quantity",
]

MOST_DIGITS = 30
_LONGEST_TEXT = 100

DIGITS = r"[+-]?[.,]*[0-9][0-9.,]*"
"""What is taken for a number in digits, well formed or not, so that a malformed one is named as such."""

CHINESE = r"[零〇一二两三四五六七八九十百千]+"

_WELL_FORMED = regex(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_BROKEN_BY_SPACE = regex(r"[0-9.,]\s+[0-9.,]")
_NUMERALS = {numeral: power for power, numeral in enumerate("十百千", start=1)}
_ONES = {digit: value for value, digit in enumerate("零一二三四五六七八九")}

# Not NFKC: that would also make ㎡ into m2 and ① into 1.
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ALIKE = {
    **dict.fromkeys("≧⩾", "≥"),
    **dict.fromkeys("≦⩽", "≤"),
    **dict.fromkeys("‐‑‒–—―−﹣", "-"),
    **dict.fromkeys("〜∼∽", "~"),
    "﹥": ">",
    "﹤": "<",
    "﹪": "%",
    "﹐": ",",
    "∕": "/",
}
_DIGIT = regex("[0-9]")
_TABLE = _WIDTHS | {ord(char): ord(plain) for char, plain in _ALIKE.items()}
_LONGEST_UNIT = 12
_UNIT_SIGNS = "%‰/·²³℃°㎡㎥()"
_SHAPE = regex(rf"({DIGITS}|{CHINESE})(.*)", re.DOTALL)
_FIRST_DATE_YEAR = 1000


class Amount(Fraction):
    """An exact number with the text that stands for it in a report.

    It computes and compares like the fraction it is; printing it gives its text: what the bureau typed, or what the
    template's printing form made of a computed value. Money is held in 元, percent as the ratio (96.69% is 0.9669).
    ``origin`` tells where it comes from, where that is known.
    """

    __slots__ = ("origin", "text")
    text: str
    origin: Origin | None
    is_known = True

    def __new__(cls, value: Fraction | Decimal | int, text: str, origin: Origin | None = None) -> Self:
        """``value`` with its ``text`` and ``origin``."""
        numerator, denominator = value.as_integer_ratio()
        figure = super().__new__(cls, numerator, denominator)
        figure.text = text
        figure.origin = origin
        return figure

    def located(self, origin: Origin | None, text: str = "") -> Amount:
        """The number with this origin, and printed with this text where one is given."""
        return Amount(self, text or self.text, origin)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Amount({self.numerator}/{self.denominator}, {self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Amount, (Fraction(self.numerator, self.denominator), self.text, self.origin)

    # Fraction's own would call the class with numerator and denominator.
    def __copy__(self) -> Amount:
        return self

    def __deepcopy__(self, _memo: object) -> Amount:
        return self


class AmountFault(StrEnum):
    """One reason each; the value is the reason in words, fit to stand behind 「…」 in a message."""

    EMPTY = "没有填写"
    NO_NUMBER = "没有数字"
    SEVERAL_NUMBERS = "有不止一个数"
    PROSE = "数字夹在文字中"
    MALFORMED = "数字的写法不对（千分号须三位一节，小数点前后都要有数字）"
    TOO_LONG = "太长（数字最多30位，全文最多100字）"
    UNKNOWN_SIGN = "有不认识的符号"
    DATE = "是日期，不是数量"
    NO_UNIT = "没有单位"
    UNKNOWN_UNIT = "单位不认识"
    CONTRADICTORY = "前后限定或单位互相矛盾"


class NotAnAmount(ValueError):
    """A text that does not state one quantity.

    Attributes:
        fault: The reason.
        part: The piece of the text the reason is about (an unknown sign, an unknown unit); may be empty.
    """

    def __init__(self, fault: AmountFault, part: str = "") -> None:
        super().__init__(fault, part)
        self.fault = fault
        self.part = part

    def __str__(self) -> str:
        return f"{self.fault}：「{self.part}」" if self.part else str(self.fault)


class Quantity(Struct, frozen=True):
    """One quantity.

    Attributes:
        number: The number before its unit, exact (8280.03 of 8280.03万元).
        unit: The unit as written, in half-width signs; empty when there is none.
        dimension: ``money``, ``ratio``, a count unit by its name (``家``), or two of them (``次/周``).
        value: The quantity in the dimension's base unit: 元, the ratio (96.69% is 0.9669), single things.
        text: As typed.
        known: Whether the unit is a known one. Nothing may be concluded from a quantity whose unit is not.
        places: How many decimals are written.
    """

    number: Fraction
    unit: str
    dimension: str
    value: Fraction
    text: str
    known: bool = True
    places: int = 0

    def __str__(self) -> str:
        return self.text


def parse_amount(text: str, units: Collection[str] = ()) -> Quantity:
    """The quantity a text states: ``8280.03万元``, ``1,009.31 万元``, ``96.69％``, ``3次/周``, ``三家``, ``270``.

    Args:
        text: As typed; full-width signs, thousands commas and spaces are understood.
        units: Units known besides the built-in ones.

    Raises:
        NotAnAmount: It is not one number with at most a unit behind it; ``fault`` says why.
    """
    return read_quantity(normalised(text), text, units)


def parse_money(text: str) -> Quantity:
    """An amount of money; its ``value`` is in 元.

    Raises:
        NotAnAmount: ``NO_UNIT`` and ``UNKNOWN_UNIT`` (``part`` is the unit) for an amount whose unit is missing or is
            not 元, 万元 …; the other faults for a text that is not a number with a unit.
    """
    quantity = parse_amount(text)
    if not quantity.unit:
        raise NotAnAmount(AmountFault.NO_UNIT)
    if quantity.dimension != MONEY:
        raise NotAnAmount(AmountFault.UNKNOWN_UNIT, quantity.unit)
    return quantity


def read_quantity(plain: str, text: str, units: Collection[str] = ()) -> Quantity:
    """``parse_amount`` of a text already normalised to ``plain``."""
    match = _SHAPE.fullmatch(plain)
    if not match:
        raise _no_number_first(plain)
    written, name = match.groups()
    number, places = parse_number(written)
    if name.startswith("月") or (name.startswith("年") and number >= _FIRST_DATE_YEAR):
        raise NotAnAmount(AmountFault.DATE)
    unit = resolve_unit(_checked_unit(name), units)
    return Quantity(number, unit.name, unit.dimension, number * unit.scale, text, unit.known, places)


def _no_number_first(plain: str) -> NotAnAmount:
    if not plain:
        return NotAnAmount(AmountFault.EMPTY)
    if not has_digit(plain):
        return NotAnAmount(AmountFault.NO_NUMBER)
    sign = next((char for char in plain if not char.isalnum() and char not in "+-.,"), "")
    if sign and plain.startswith(sign):
        return NotAnAmount(AmountFault.UNKNOWN_SIGN, sign)
    return NotAnAmount(AmountFault.PROSE)


def _checked_unit(name: str) -> str:
    if has_digit(name):
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    for char in name:
        if char not in _UNIT_SIGNS and not unicodedata.category(char).startswith("L"):
            raise NotAnAmount(AmountFault.UNKNOWN_SIGN, char)
    if len(name) > _LONGEST_UNIT:
        raise NotAnAmount(AmountFault.PROSE)
    return name


def normalised(text: str) -> str:
    """The text in half-width signs and without spaces.

    Raises:
        NotAnAmount: The text is too long for a quantity, or a space stands between two digits, so that it is not clear
            whether they are one number.
    """
    if len(text) > _LONGEST_TEXT:
        raise NotAnAmount(AmountFault.TOO_LONG)
    plain = text.replace("——", "—").translate(_TABLE)
    parts = plain.split()
    if len(parts) > 1 and _BROKEN_BY_SPACE.search(plain.strip()):
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    return "".join(parts)


def has_digit(text: str) -> bool:
    """Whether a half-width digit occurs."""
    return _DIGIT.search(text) is not None


def parse_number(written: str) -> tuple[Fraction, int]:
    """The exact number and how many decimals it is written with.

    Args:
        written: A match of ``DIGITS`` or of ``CHINESE``.

    Raises:
        NotAnAmount: It is not a well-formed number, or too long.
    """
    if not has_digit(written):
        return Fraction(_chinese(written)), 0
    if len(written) > MOST_DIGITS and sum(char.isdigit() for char in written) > MOST_DIGITS:
        raise NotAnAmount(AmountFault.TOO_LONG)
    if not _WELL_FORMED.fullmatch(written):
        raise NotAnAmount(AmountFault.MALFORMED, written)
    whole, _, decimals = written.replace(",", "").partition(".")
    return Fraction(int(whole + decimals), 10 ** len(decimals)), len(decimals)


def _chinese(written: str) -> int:
    """十五 → 15. Only what ``chinese_number`` writes (or 两 for 二, 一十 for 十) is a number: 一百五 is not."""
    plain = written.replace("两", "二").replace("〇", "零")
    total, digit = 0, 1 if plain.startswith("十") else 0
    for char in plain:
        if char in _NUMERALS:
            total, digit = total + digit * 10 ** _NUMERALS[char], 0
        else:
            digit = _ONES[char]
    total += digit
    spelt = plain.removeprefix("一") if plain.startswith("一十") else plain
    if chinese_number(total) != spelt:
        raise NotAnAmount(AmountFault.MALFORMED, written)
    return total


def allowance(figures: Iterable[str], among: Iterable[str] = ()) -> Fraction:
    """Half a unit in the last place of every figure, added up, in the base unit (元 for money).

    Figures in one unit are as fine as the finest of them: 4320 beside 2720.8 is 4320.0, its nought left out. Where
    none of those in a unit has decimals they are exact, like counts. What is no quantity allows for nothing.

    Args:
        figures: The figures, as typed.
        among: Others that show how fine the figures of the same unit are.
    """
    quantities = list(_quantities(figures))
    finest: dict[str, int] = {}
    for quantity in (*quantities, *_quantities(among)):
        finest[quantity.unit] = max(finest.get(quantity.unit, 0), quantity.places)
    return sum((_half(quantity, finest[quantity.unit]) for quantity in quantities), Fraction(0))


def _quantities(figures: Iterable[str]) -> Iterable[Quantity]:
    for figure in figures:
        try:
            yield parse_amount(figure)
        except NotAnAmount:
            continue


def _half(quantity: Quantity, places: int) -> Fraction:
    if not places or not quantity.number:
        # A nought is nothing, however many places it has.
        return Fraction(0)
    half: Fraction = quantity.value / quantity.number / Fraction(2 * 10**places)
    return half
