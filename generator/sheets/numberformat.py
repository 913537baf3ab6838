"""What a number format of Excel makes of a number: ``0.00%``, ``#,##0.00"万元"``, ``yyyy"年"m"月"d"日"``."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import Struct

from generator.base.rounding import round_half_up

__all__ = ["LOCAL_DATES", "NumberFormat", "full_number", "shows_whole_date"]

# Formats that the file names by number only; each language of Excel has its own. These are the Chinese ones.
_YEAR_MONTH_DAY, _YEAR_MONTH, _MONTH_DAY = "yyyy年m月d日", "yyyy年m月", "m月d日"
LOCAL_DATES = {
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    30: "m-d-yy",
    31: _YEAR_MONTH_DAY,
}

_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|\[[^\]]*\]|([0#?.,%]+)|(General|G/通用格式)|(E[+-]|/)|(.)', re.DOTALL)
_THOUSANDS = re.compile(r"[0#?],+(?![0#?,])")
_SECTION = re.compile(r'(?:"[^"]*"|[\\!].|[^;"])*', re.DOTALL)
_LITERALS = re.compile(r'"[^"]*"|[\\!].|\[[^\]]*\]', re.DOTALL)
_MOST_DIGITS = 15


class NumberFormat(Struct, frozen=True):
    """A format for numbers.

    ``least`` and ``most`` are the decimals it shows (``most`` None: as many as there are), ``whole`` the digits before
    the point that it fills up with zeros, ``suffix`` the text behind the number, ``scaled`` whether it shows the number
    divided by thousands.
    """

    percent: bool = False
    least: int = 0
    most: int | None = None
    whole: int = 1
    suffix: str = ""
    scaled: bool = False

    @staticmethod
    def parse(code: str) -> NumberFormat:
        """The format of a positive number."""
        digits, suffix, free = "", "", False
        section = _SECTION.match(code)
        for token in _TOKEN.finditer(section[0] if section else ""):
            quoted, escaped, placeholders, general, special, other = token.groups()
            free = free or bool(general or special)
            digits += placeholders or ""
            literal = (quoted or escaped or other or "") if digits or free else ""
            suffix = "" if placeholders else suffix + literal
        before, _, after = digits.replace("%", "").partition(".")
        places = after.rstrip(",")
        return NumberFormat(
            percent="%" in digits,
            least=0 if free else places.count("0"),
            most=None if free or not digits else len(places),
            whole=1 if free else max(1, before.count("0")),
            suffix=suffix.strip(" -)）"),
            scaled=bool(_THOUSANDS.search(digits)),
        )

    def text(self, value: float) -> str:
        """The number in full, as a person would type it: 0.9669 in ``0.00%`` is 96.69%."""
        number = full_number(value)
        return self._written(number.scaleb(2) if self.percent else number)

    def shown(self, value: float) -> str:
        """The number as the sheet shows it, where that has fewer digits; else empty."""
        number = full_number(value)
        number = number.scaleb(2) if self.percent else number
        if self.most is None or _places(number) <= self.most:
            return ""
        return self._written(round_half_up(number, self.most))

    def _written(self, number: Decimal) -> str:
        text = format(number, f".{max(self.least, _places(number))}f")
        sign = "-" if text.startswith("-") else ""
        whole, point, after = text.removeprefix("-").partition(".")
        return f"{sign}{whole.zfill(self.whole)}{point}{after}{'%' if self.percent else ''}{self.suffix}"


def full_number(value: float) -> Decimal:
    """The number that a cell holds: 15 digits are what Excel keeps, more is the noise of binary fractions."""
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(format(value, f".{_MOST_DIGITS}g")).normalize()


def shows_whole_date(code: str) -> bool:
    """Whether a date format shows year and day, so that what is shown is the date."""
    bare = _LITERALS.sub("", code).lower()
    return "y" in bare and "d" in bare


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
