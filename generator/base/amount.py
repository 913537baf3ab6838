"""Exact numbers: parsed, rounded half up (四舍五入), written in Chinese words; placeholders for unknown ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self, TypeGuard

from generator.base.units import MONEY, NO_UNIT, UNIT, Unit, resolve_unit, units_per

if TYPE_CHECKING:
    from generator.base.passage import Origin


def round_half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """The exact value with ``places`` decimals, ties away from zero (2.675 → 2.68, −0.005 → −0.01).

    Negative ``places`` round to tens, hundreds … (1250 to −2 places is 1300).
    """
    numerator, denominator = value.as_integer_ratio()
    decimals, zeros = max(places, 0), 10 ** max(-places, 0)
    # From digits, so that the decimal context does not round again.
    return Decimal(f"{scaled(numerator, denominator * zeros, decimals) * zeros}E-{decimals}")


def scaled(numerator: int, denominator: int, places: int) -> int:
    """numerator/denominator × 10**places (``places`` ≥ 0, denominator > 0), rounded as by ``round_half_up``."""
    shift: int = 10**places
    whole, rest = divmod(abs(numerator) * shift, denominator)
    if rest * 2 >= denominator:
        whole += 1
    return -whole if numerator < 0 else whole


_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
CAPITALS = dict(zip("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
_GROUPS = ((10**8, "亿"), (10**4, "万"))
_MOST = 10**16


def chinese_number(number: int) -> str:
    """1 → 一, 10 → 十, 21 → 二十一, 105 → 一百零五, 107000 → 十万七千.

    Raises:
        ValueError: The number is negative, not whole, or has more than 16 digits.
    """
    if number != int(number):
        raise ValueError(f"只能写出整数，{number} 不是整数")
    text = spelt(int(number))
    return text[1:] if text.startswith("一十") else text


def spelt(number: int) -> str:
    """As ``chinese_number``, with 一 before 十."""
    if not 0 <= number < _MOST:
        raise ValueError(f"只能写出 不超过 16 位的非负整数，{number} 超出了范围")
    for power, group in _GROUPS:
        if number >= power:
            # 10001 亿 is 一万零一亿, not 一万亿零一亿.
            high, low = divmod(number, power)
            gap = "零" if low and low < power // 10 else ""
            return spelt(high) + group + gap + (spelt(low) if low else "")
    # At most four digits are left; trailing zeros are not spelled.
    text = ""
    for power in range(len(str(number)) - 1, -1, -1):
        digit = number // 10**power % 10
        if digit:
            text += _DIGITS[digit] + _UNITS[power]
        elif number % 10**power and not text.endswith("零"):
            text += "零"
    return text or "零"


MOST_DIGITS = 30
_LONGEST_TEXT = 100

DIGITS = r"[+-]?[.,]*[0-9][0-9.,]*"
"""A number in digits, well formed or not, so that a malformed one is reported as such."""

CHINESE = r"[零〇一二两三四五六七八九十百千]+"

SCIENTIFIC = re.compile(r"\d[eE][+-]?\d")
_WELL_FORMED = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_BROKEN_BY_SPACE = re.compile(r"[0-9.,]\s+[0-9.,]")
_NUMERALS = {numeral: power for power, numeral in enumerate("十百千", start=1)}
_ONES = {digit: value for value, digit in enumerate("零一二三四五六七八九")}

# Not NFKC, which also makes ㎡ into m2 and ① into 1.
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
    "∶": ":",
}
_DIGIT = re.compile("[0-9]")
_TABLE = _WIDTHS | {ord(char): ord(plain) for char, plain in _ALIKE.items()}
_LONGEST_UNIT = 12
_UNIT_SIGNS = "%‰/·²³℃°㎡㎥()"
_SHAPE = re.compile(rf"({DIGITS}|{CHINESE})(.*)", re.DOTALL)
_USUAL = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,9}))? ?(%|[^\W\d_A-Za-zＡ-Ｚａ-ｚ]{0,60})")
"""Nearly all amounts: in half-width digits without commas, with a unit in Chinese."""
_FIRST_DATE_YEAR = 1000
_WAN, _COARSEST = Fraction(10_000), Fraction(100)


class Amount(Fraction):
    """An exact number with its text, its unit, and where it comes from.

    It computes and compares as a fraction in the base unit: money in 元, percent as the ratio (96.69% is 0.9669).
    Results of computing are plain fractions. The text is as typed, or as the template's form prints it. Without a known
    unit, draw no conclusions from the amount. ``places`` are the decimals written.
    """

    __slots__ = ("origin", "places", "text", "unit")
    text: str
    origin: Origin | None
    unit: Unit
    places: int
    is_known = True

    def __new__(  # noqa: PLR0913, PLR0917 - what it has
        cls,
        value: Fraction | Decimal | int,
        text: str,
        origin: Origin | None = None,
        unit: Unit = NO_UNIT,
        places: int = 0,
        parts: int = 1,
    ) -> Self:
        """The number is ``value / parts``, in the base unit."""
        above, below = value.as_integer_ratio()
        whole, rest = divmod(above, below * parts)
        # Most are whole in the base unit: these need no common divisor, which takes as long as all else.
        amount = Fraction.__new__(cls, above, below * parts) if rest else Fraction.__new__(cls, whole)
        amount.text, amount.origin, amount.unit, amount.places = text, origin, unit, places
        return amount

    @property
    def number(self) -> Fraction:
        """The number before the unit: 8280.03 of 8280.03万元."""
        scale = self.unit.scale
        return Fraction(self.numerator * scale.denominator, self.denominator * scale.numerator)

    @property
    def dimension(self) -> str:
        """What it measures: ``money``, ``ratio``, a count unit (``家``), or two of them (``次/周``)."""
        return self.unit.dimension

    def located(self, origin: Origin | None, text: str = "") -> Amount:
        """The same with this origin, and with this text if given."""
        return Amount(self, text or self.text, origin, self.unit, self.places)

    def __str__(self) -> str:
        return self.text

    # From Python 3.13 on, a fraction writes its numerator and denominator into formatted strings.
    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __repr__(self) -> str:
        return f"Amount({self.numerator}/{self.denominator}, {self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Amount, (Fraction(self.numerator, self.denominator), self.text, self.origin, self.unit, self.places)

    # Fraction's own would call the class with numerator and denominator.
    def __copy__(self) -> Amount:
        return self

    def __deepcopy__(self, _memo: object) -> Amount:
        return self


class AmountFault(StrEnum):
    """Why a text is no amount; the value follows 「…」 in a message."""

    EMPTY = "没有填写"
    NO_NUMBER = "没有数字"
    SEVERAL_NUMBERS = "有不止一个数"
    PROSE = "数字夹在文字中"
    MALFORMED = "数字的写法不对（千分号须三位一节，小数点前后都要有数字，4.5E3 写成 4500）"
    TOO_LONG = "太长（数字最多30位，全文最多100字）"
    UNKNOWN_SIGN = "有不认识的符号"
    DATE = "是日期，不是数量"
    VAGUE_DATE = "里的时间不明确"
    VAGUE = "没有说要达到什么"
    NOT_APPLICABLE = "表示不适用"
    NO_UNIT = "没有单位"
    UNKNOWN_UNIT = "单位不认识"
    CONTRADICTORY = "前后限定或单位互相矛盾"
    NEGATIVE = "是负数，看不出要多少"


class NotAnAmount(ValueError):
    """A text that does not state one quantity; ``part`` is the faulty piece (an unknown sign or unit), or blank."""

    def __init__(self, fault: AmountFault, part: str = "") -> None:
        super().__init__(fault, part)
        self.fault = fault
        self.part = part

    def __str__(self) -> str:
        return f"{self.fault}：「{self.part}」" if self.part else str(self.fault)


def parse_amount(text: str, units: Collection[str] = ()) -> Amount:
    """Parses an amount: ``8280.03万元``, ``1,009.31 万元``, ``96.69％``, ``3次/周``, ``三家``, ``270``.

    ``units`` are known besides the built-in ones.

    Raises:
        NotAnAmount: It is not one number with at most a unit; ``fault`` says why.
    """
    if usual := _USUAL.fullmatch(text):
        digits, decimals, name = usual.groups("")
        whole, places = int(digits + decimals), len(decimals)
    else:
        plain = normalised(text)
        match = _SHAPE.fullmatch(plain)
        if not match:
            raise _no_number_first(plain)
        (whole, places), name = _digits_of(match[1]), match[2]
    if not name:
        return Amount(whole, text, places=places, parts=10**places)
    if name.startswith("月") or (name.startswith("年") and whole >= _FIRST_DATE_YEAR * 10**places):
        raise NotAnAmount(AmountFault.DATE)
    if not usual and has_digit(name):
        is_scientific = SCIENTIFIC.search(plain)
        raise NotAnAmount(AmountFault.MALFORMED if is_scientific else AmountFault.SEVERAL_NUMBERS)
    unit = resolve_unit(name, units)
    for char in name if not unit.known else ():
        if name[0] in "²³" or (char not in _UNIT_SIGNS and not unicodedata.category(char).startswith("L")):
            raise NotAnAmount(AmountFault.UNKNOWN_SIGN, char)
    if len(name) > _LONGEST_UNIT:
        raise NotAnAmount(AmountFault.PROSE)
    above, below = unit.scale.as_integer_ratio()
    return Amount(whole * above, text, unit=unit, places=places, parts=below * 10**places)


def parse_money(text: str) -> Amount:
    """As ``parse_amount``; raises also ``NO_UNIT`` and ``UNKNOWN_UNIT`` if the unit is not 元, 万元 …"""
    amount = parse_amount(text)
    if not amount.unit.name:
        raise NotAnAmount(AmountFault.NO_UNIT)
    if amount.dimension != MONEY:
        raise NotAnAmount(AmountFault.UNKNOWN_UNIT, amount.unit.name)
    return amount


def _no_number_first(plain: str) -> NotAnAmount:
    if not plain:
        return NotAnAmount(AmountFault.EMPTY)
    if not has_digit(plain):
        return NotAnAmount(AmountFault.NO_NUMBER)
    sign = next((char for char in plain if not char.isalnum() and char not in "+-.,"), "")
    if sign and plain.startswith(sign):
        return NotAnAmount(AmountFault.UNKNOWN_SIGN, sign)
    return NotAnAmount(AmountFault.PROSE)


def normalised(text: str) -> str:
    """The text in half-width characters without spaces.

    Raises:
        NotAnAmount: It is too long for a quantity, or has digits of another script or a space between digits.
    """
    if len(text) > _LONGEST_TEXT:
        raise NotAnAmount(AmountFault.TOO_LONG)
    plain = text.replace("——", "—").translate(_TABLE)
    parts = plain.split()
    if len(parts) > 1 and _BROKEN_BY_SPACE.search(plain.strip()):
        raise NotAnAmount(AmountFault.SEVERAL_NUMBERS)
    if not plain.isascii() and (foreign := _FOREIGN_DIGIT.search(plain)):
        raise NotAnAmount(AmountFault.UNKNOWN_SIGN, foreign[0])
    return "".join(parts)


def has_digit(text: str) -> bool:
    """Whether it has a half-width digit."""
    return _DIGIT.search(text) is not None


def parse_number(written: str) -> tuple[Fraction, int]:
    """The exact number and its decimals, from a match of ``DIGITS`` or ``CHINESE``, which may have decimals (三点五).

    Raises:
        NotAnAmount: It is not well formed, or too long.
    """
    whole, places = _digits_of(written)
    return Fraction(whole, 10**places), places


def _digits_of(written: str) -> tuple[int, int]:
    """The digits as a whole number, and how many of them are decimals; raises what ``parse_number`` does."""
    if not has_digit(written):
        spelt, _, decimals = written.partition("点")
        digits = "".join(str(_ONES[char]) for char in decimals.replace("〇", "零"))
        return _chinese(spelt) * 10 ** len(digits) + int(digits or 0), len(digits)
    if len(written) > MOST_DIGITS and sum(char.isdigit() for char in written) > MOST_DIGITS:
        raise NotAnAmount(AmountFault.TOO_LONG)
    if not _WELL_FORMED.fullmatch(written):
        raise NotAnAmount(AmountFault.MALFORMED, written)
    whole, _, decimals = written.replace(",", "").partition(".")
    return int(whole + decimals), len(decimals)


def _chinese(written: str) -> int:
    """十五 → 15. Only what ``chinese_number`` writes (or 两 for 二, 一十 for 十) is a number, unlike 一百五."""
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


_NOT_INSIDE = "(?<![\\d.,每隔第前零〇一二两三四五六七八九十百千万点])"
_PARTS = re.compile(
    rf"{_NOT_INSIDE}(?P<many>\d+|{CHINESE})(?P<great>(?!百|千(?!米)){UNIT})(?P<gap>[零又]?)"
    rf"(?P<few>\d+(?:\.\d+)?|{CHINESE})(?P<small>{UNIT})(?![\d万亿千百/一二两三四五六七八九十])"
)
_SMALL_SCALES = {"百": 100, "千": 1000}
_HALVES = re.compile(rf"{_NOT_INSIDE}(\d+|{CHINESE})(?:(个)半(?=月|小时|工作日)|(年|天|小时)半(?![年月天日小径]))")


def as_one_number(plain: str) -> str:
    """The text with amounts in two units as one number: 4分30秒 is 270秒, 3亿2500万元 32500万元, 一个半月 1.5个月."""
    plain = _HALVES.sub(lambda match: f"{parse_number(match[1])[0]}.5{match[2] or match[3]}", plain)
    return _PARTS.sub(_joined, plain)


def _joined(match: re.Match[str]) -> str:
    """Both parts as one number; unchanged if the second is not certainly a part of the first."""
    great, gap, small = match.group("great", "gap", "small")
    factor = units_per(great, small)
    if factor is None:
        return match[0]
    (many, _), (few, places) = parse_number(match["many"]), parse_number(match["few"])
    # 一年3个月 and 1天8小时 may be so much in each, 2024年3个月 is no length of time.
    is_each = match["many"] == "一" or many >= _FIRST_DATE_YEAR or (many == 1 and great == "天")
    # 1亿2千 is mostly 1.2亿, 10万5户 may be two numbers.
    is_loose = great in ("万", "亿") and "万" not in small and few * 10 < factor
    if few >= factor or (not gap and (is_loose or (is_each and great in ("年", "天")))):
        return match[0]
    value, name = many * factor + few, "分钟" if small == "分" else small
    if great in ("万", "亿") and name[0] in _SMALL_SCALES:
        value, name = value * _SMALL_SCALES[name[0]], name[1:]
    return f"{round_half_up(value, places)}{name}"


_CAPITALS = re.compile(
    "([壹贰叁肆伍陆柒捌玖拾][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*)[圆元]|[壹贰叁肆伍陆柒捌玖](?=[角分])|"
    rf"({CHINESE}[万亿](?:{CHINESE})?[万亿](?:{CHINESE}[万亿]?)?)元"
)
_AS_USUAL = {ord(capital): usual for usual, capital in CAPITALS.items()}


def money_in_digits(plain: str) -> str:
    """The text with long or capital amounts in digits: 三万四千万元 is 34000万元, 贰拾叁万伍仟元整 235000元整."""
    return _CAPITALS.sub(_in_digits, plain)


def _in_digits(match: re.Match[str]) -> str:
    written, total, below = match[0].translate(_AS_USUAL).rstrip("元圆"), 0, 0
    for part in re.split("(?<=[万亿])", written):
        digits = part.strip("零〇万亿")
        below += int(parse_number(digits)[0] if digits else 0)
        below *= 10**4 if part.endswith("万") else 1
        total, below = ((total + below) * 10**8, 0) if part.endswith("亿") else (total, below)
    total += below
    if not match[1] and not match[2]:
        return str(total)
    return f"{total // 10**4}万元" if written.endswith("万") else f"{total}元"


def allowance(amounts: Iterable[object], among: Iterable[object] = ()) -> Fraction:
    """The rounding error of a sum: half a unit in the last place of every amount, in the base unit (元 for money).

    All amounts in one unit have the decimals of the finest, also ``among`` others: 4320 beside 2720.8 means 4320.0.
    Amounts in a unit without decimals are exact, like counts; so is anything else. Money in a unit above 万元 is
    allowed 0.01 万元, to which reports round: 1.82 亿元 is not every sum from 1.815 to 1.825 亿元.
    """
    typed = [one for one in amounts if isinstance(one, Amount)]
    finest: dict[str, int] = {}
    for amount in (*typed, *(one for one in among if isinstance(one, Amount))):
        finest[amount.unit.name] = max(finest.get(amount.unit.name, 0), amount.places)
    whole = Fraction(0)
    for amount in typed:
        unit, places = amount.unit, finest[amount.unit.name]
        # Zero is exact, however many decimals it has.
        if amount and places:
            place: Fraction = unit.scale / 10**places
            whole += (min(place, _COARSEST) if unit.dimension == MONEY and unit.scale > _WAN else place) / 2
    return whole


PLACEHOLDER: Final = "【待(?:[填算]：[^【】]*|定)】"
"""A pattern that finds the placeholders in a text."""
UNDECIDED: Final = "【待定】"
"""Printed for the comparison sign between unknown figures."""


def to_fill_in(label: str) -> str:
    """The placeholder of a fact that is still to be filled in."""
    return f"【待填：{_flat(label)}】"


def to_compute(name: str) -> str:
    """The placeholder of a value that cannot be computed yet."""
    return f"【待算：{_flat(name)}】"


def _flat(label: str) -> str:
    return " ".join(label.translate({ord("【"): "〔", ord("】"): "〕"}).split())


class Grade(Amount):
    """The share that a grade earns (未达成预期指标 0%); true as a condition even if it is 0: one was given."""

    __slots__ = ()

    def located(self, origin: Origin | None, text: str = "") -> Grade:
        """The same grade with this origin."""
        return Grade(self, text or self.text, origin)

    def __reduce__(self) -> tuple[object, ...]:
        return Grade, (Fraction(self.numerator, self.denominator), self.text, self.origin)

    def __bool__(self) -> bool:
        return True


class Placeholder(Amount):
    """A number that is not known yet; prints its placeholder in any form.

    Computing with it gives the placeholder again. It equals only itself, and is true as a condition: there is a value.
    """

    __slots__ = ()
    is_known = False

    def __new__(cls, text: str, origin: Origin | None = None) -> Self:
        """``origin`` is where the value would come from."""
        return super().__new__(cls, Fraction(0), text, origin)

    def located(self, origin: Origin | None, _text: str = "") -> Placeholder:
        """The same placeholder with this origin; it keeps its text."""
        return Placeholder(self.text, origin)

    def __reduce__(self) -> tuple[object, ...]:
        return Placeholder, (self.text, self.origin)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:  # type: ignore[override] # what numbers.Complex says
        return id(self)

    def _itself(self, *_others: object) -> Placeholder:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _itself  # type: ignore[assignment]
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __round__ = _itself  # type: ignore[assignment]


_NUMBERS = frozenset({Fraction, Amount, Grade, Placeholder})


def is_number(value: object) -> TypeGuard[Fraction]:
    """Whether it is an exact number; ``isinstance`` is slow to deny that, fractions being abstract numbers."""
    return type(value) in _NUMBERS


_GRADE = re.compile(r"(?P<grade>[^\d（(]*[^\d\s（(：:，,])[\s（(：:，,]*(?:(?P<share>\d+(?:\.\d+)?)\s*[%％]\s*[）)]?)?")
_LONGEST_GRADE = 100


def split_grade(text: str) -> tuple[str, Fraction | None]:
    """A person's grade and its share of the weight, as in 「达成预期指标（95%）」; blank for other texts."""
    match = _GRADE.fullmatch(text.strip()) if len(text) <= _LONGEST_GRADE else None
    if match is None:
        return "", None
    return match["grade"], Fraction(match["share"]) / 100 if match["share"] else None
