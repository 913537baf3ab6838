"""Numbers as officials type them: widths, signs, thousands commas, small Chinese numerals."""

from __future__ import annotations

from fractions import Fraction

from generator.figures import chinese_number
from generator.patterns import regex
from generator.quantities.faults import NotAQuantity, QuantityFault

__all__ = ["CHINESE", "DIGITS", "MOST_DIGITS", "has_digit", "normalised", "parse_number"]

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


def normalised(text: str) -> str:
    """The text in half-width signs and without spaces.

    Raises:
        NotAQuantity: The text is too long for a quantity, or a space stands between two digits, so that it is not clear
            whether they are one number.
    """
    if len(text) > _LONGEST_TEXT:
        raise NotAQuantity(QuantityFault.TOO_LONG)
    plain = text.replace("——", "—").translate(_TABLE)
    parts = plain.split()
    if len(parts) > 1 and _BROKEN_BY_SPACE.search(plain.strip()):
        raise NotAQuantity(QuantityFault.SEVERAL_NUMBERS)
    return "".join(parts)


def has_digit(text: str) -> bool:
    """Whether a half-width digit occurs."""
    return _DIGIT.search(text) is not None


def parse_number(written: str) -> tuple[Fraction, int]:
    """The exact number and how many decimals it is written with.

    Args:
        written: A match of ``DIGITS`` or of ``CHINESE``.

    Raises:
        NotAQuantity: It is not a well-formed number, or too long.
    """
    if not has_digit(written):
        return Fraction(_chinese(written)), 0
    if len(written) > MOST_DIGITS and sum(char.isdigit() for char in written) > MOST_DIGITS:
        raise NotAQuantity(QuantityFault.TOO_LONG)
    if not _WELL_FORMED.fullmatch(written):
        raise NotAQuantity(QuantityFault.MALFORMED, written)
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
        raise NotAQuantity(QuantityFault.MALFORMED, written)
    return total
