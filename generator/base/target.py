"""Targets and actual values: an operator and quantities or deadlines, or words that only a person can judge."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, AmountFault, NotAnAmount, parse_number
from generator.base.units import is_time

_LEAP_YEAR = 2000
"""Stands for the year where none is known, so that 29 February is a day."""
_LAST = 31
_HOURS, _NOON = 24, 12


class Moment(Struct, frozen=True):
    """A day, month, day of any month, or time of day; parts that are not stated are None.

    ``str`` omits those parts as ISO 8601 did: 2024-11-30, --11-30, ---05, --10, T07:30.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    minute: int | None = None

    def __str__(self) -> str:
        if self.minute is not None:
            return "T{:02}:{:02}".format(*divmod(self.minute, 60))
        if self.month is None:
            return str(self.year) if self.year else f"---{self.day:02}"
        day = "" if self.day is None else f"-{min(self.day, self.days_of_month(self.year)):02}"
        return f"{self.year or '-'}-{self.month:02}{day}"

    def days_of_month(self, year: int | None) -> int:
        """How many days its month has."""
        return monthrange(year or _LEAP_YEAR, self.month or 12)[1]

    def ends(self, year: int | None) -> tuple[int, int]:
        """The first and last day (of a time: minute) that it can mean, as numbers; ``year`` if it states none."""
        if self.minute is not None:
            return self.minute, self.minute
        if self.month is None and self.day is not None:
            return self.day, self.day
        year = self.year or year or _LEAP_YEAR
        most = self.days_of_month(year)
        first = date(year, self.month or 1, min(self.day or 1, most))
        return first.toordinal(), date(year, self.month or 12, min(self.day or _LAST, most)).toordinal()


class Deadline(Struct, frozen=True):
    """From ``first`` to ``last``; ``is_bound`` if only the end is stated (11月底前 leaves the beginning open).

    ``doubtful`` begins what may be too late: of 三季度前 and 9月中旬前, which may mean before them or by their end.
    """

    first: Moment
    last: Moment
    is_bound: bool = False
    doubtful: Moment | None = None

    def clear(self, year: int | None) -> int:
        """The last day (of a time: minute) that is surely in time."""
        start, last = (self.doubtful or self.last).ends(year)[0], self.last.ends(year)[1]
        return start - 1 if start < last else last

    @property
    def shape(self) -> str:
        """Only the same compare: ``time``, ``day`` of any month, ``date``."""
        if self.last.minute is not None:
            return "time"
        return "day" if self.last.month is None and self.last.year is None else "date"


class Found(NamedTuple):
    """A deadline in a text: the words around it, whether it states both ends, whether it is only a year or so."""

    deadline: Deadline
    lead: str
    tail: str
    is_range: bool = False
    is_period: bool = False


class _Span(NamedTuple):
    """``is_clear``: 前 behind it means its last day. That is so for 9月底前, not for 9月前 and 三季度前."""

    first: Moment
    last: Moment
    is_clear: bool = True
    is_period: bool = False
    is_whole: bool = False


_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR_IN_DIGITS = r"(?P<year>(?:19|20)\d\d)"
_YEAR = rf"(?:(?<!\d){_YEAR_IN_DIGITS}年度?|当年|本年度?|今年|每年)"
_MONTH = rf"(?<![\d一二三四五六七八九十个/])(?P<month>{_N})月份?"
_PARTS_OF_DAY = "早上|早晨|清晨|上午|中午|下午|晚上|凌晨"
_DECADES = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, _LAST)}


def _number(match: re.Match[str], name: str) -> int | None:
    written = match.groupdict().get(name)
    return int(parse_number(written)[0]) if written else None


def _day(match: re.Match[str]) -> _Span:
    day = Moment(*(_number(match, part) for part in ("year", "month", "day")))
    return _Span(day, day)


def _in_month(match: re.Match[str]) -> _Span:
    year, month, part = _number(match, "year"), _number(match, "month"), match["part"]
    if part == "初":
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    first, last = _DECADES.get(part or "", (1, _LAST))
    return _Span(Moment(year, month, first), Moment(year, month, last), is_clear=part in ("底", "末"))


def _months(match: re.Match[str]) -> _Span:
    """A quarter or half of a year."""
    year, last = _number(match, "year"), {"上": 6, "下": 12}.get(match["which"], 0)
    length = 6 if last else 3
    last = last or 3 * int(parse_number(match["which"])[0])
    return _Span(Moment(year, last - length + 1, 1), Moment(year, last, _LAST), is_clear=match["end"] in ("底", "末"))


def _of_year(match: re.Match[str]) -> _Span:
    year, end = _number(match, "year"), match["end"]
    whole = end == "全年"
    if whole and year is None:
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    within = end in ("内", "全年", "跨")
    return _Span(Moment(year, 1 if within else 12, 1), Moment(year, 12, _LAST), is_period=within, is_whole=whole)


def _time(match: re.Match[str]) -> _Span:
    hour, rest = _number(match, "hour") or 0, match["minute"] or match["rest"]
    minute = {"": 0, "整": 0, "钟": 0, "半": 30}.get(rest)
    minute = int(parse_number(rest.rstrip("分"))[0]) if minute is None else minute
    later = match["part"] in ("下午", "晚上") and hour < _NOON
    if hour > _HOURS or minute >= 60 or (match["part"] == "中午" and hour != _NOON):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    time = Moment(minute=(hour + _NOON * later) * 60 + minute)
    return _Span(time, time)


_POINTS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Span]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<![\d.]){_YEAR_IN_DIGITS}([-./])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})日?(?![\d%])", _day),
        (rf"^{_YEAR_IN_DIGITS}(?P<month>0[1-9]|1[0-2])(?P<day>[0-2]\d|3[01])(?=前|之前|$)", _day),
        (rf"{_YEAR}?的?{_MONTH}(?P<day>{_N})(?:[日号]|(?=之?前|以前|[-~至到]|$))", _day),
        (rf"{_YEAR}?的?{_MONTH}(?P<part>[底末初]|[上中下]旬)?", _in_month),
        (rf"{_YEAR}?的?第?(?P<which>[一二三四1-4])季度(?P<end>[底末内]?)", _months),
        (rf"{_YEAR}?的?(?P<which>[上下])半年(?P<end>[底末内]?)", _months),
        (rf"{_YEAR}(?P<end>全年)", _of_year),
        (rf"(?:{_YEAR}年?|(?<![半\d一二两三四五六七八九十个])年度?)(?P<end>[底末终内])", _of_year),
        (r"不(?P<end>跨)(?P<year>)年度?", _of_year),
        (rf"(?:次月|每月|当月|下月)(?P<day>{_N})[日号]", _day),
        (
            rf"(?:每天|每日|当天|当日)?的?(?P<part>{_PARTS_OF_DAY}|)(?<!\d)(?P<hour>{_N})(?:[点时](?P<rest>半|\d\d分?|{_N}分|整|钟|)(?=之?前|以前|$)|:(?P<minute>\d\d)(?=之?前|以前))",
            _time,
        ),
    )
)
_YEAR_ALONE = re.compile(rf"{_YEAR_IN_DIGITS}年度?(?P<before>之?前|以前)?(?P<tail>.*)")
_MONTHS = re.compile(rf"(?<!\d)({_N})(?=[-~至到]{_N}月)")
_MONTHS_OF_YEARS = re.compile(r"((?:19|20)\d\d)[./](1[0-2]|0?[1-9])([-~至到])((?:19|20)\d\d)[./](1[0-2]|0?[1-9])")
_DAYS = re.compile(rf"(?P<day>{_N})[日号]")
_SEPARATOR = "-~至到"
_BEFORE = re.compile("之前|以前|前|止")
_NOT_LATER = re.compile("(?:不(?:晚|迟)于|不超过|≤|截[止至]到?|最迟)(?:在|于|到|至)?$")
_NO_DEADLINE = re.compile("(?:(?<![签预公合条契违特])约|[早晚迟]于|超过|[自从由≥><=除近上次下去明第])$|[次去明上]年")
_SINCE = re.compile(r"起|后|之后|以后|以外|开始|以来|至今|[-~至到、,和及或]")
_DONE = re.compile(
    "(?:全部|基本|按时|如期|已)*(?:完成|实现|通过|验收|提交|上报|报送|发放|拨付|支付|到位|交付|投入|[竣完开]工|达到|"
    "到达|送达|建成|实施|结束|启动|开展|办结)(?!率|度|值)|$"
)


def read_deadline(plain: str) -> Found | None:
    """The deadline that a text states; None if it names no day, month or time.

    Raises:
        NotAnAmount: It names one, but not clearly until when.
    """
    plain = _MONTHS.sub(r"\1月", plain)
    if months := _MONTHS_OF_YEARS.fullmatch(plain):
        plain = months.expand(r"\1年\2月\3\4年\5月")
    starts = [
        (match.start(), number) for number, (pattern, _) in enumerate(_POINTS) if (match := pattern.search(plain))
    ]
    if not starts:
        return _year_alone(plain)
    start, number = min(starts)
    pattern, read = _POINTS[number]
    match = pattern.search(plain, start)
    assert match is not None  # found above  # noqa: S101
    span, end = _checked(read(match)), match.end()
    until, end = _range(plain, end, span)
    return _found(plain[:start], plain[end:], span, until)


def _range(plain: str, end: int, span: _Span) -> tuple[_Span | None, int]:
    """The end of a range, and where it ends in the text."""
    if plain[end : end + 1] not in _SEPARATOR or end >= len(plain):
        return None, end
    for pattern, read in _POINTS:
        if match := pattern.match(plain, end + 1):
            return _checked(read(match)), match.end()
    if (match := _DAYS.match(plain, end + 1)) and span.last.month:
        day = Moment(span.last.year, span.last.month, _number(match, "day"))
        return _Span(day, day), match.end()
    return None, end


def _checked(span: _Span) -> _Span:
    try:
        date(span.last.year or _LEAP_YEAR, span.last.month or 12, min(span.last.day or 1, 28))
    except ValueError:
        raise NotAnAmount(AmountFault.VAGUE_DATE) from None
    if span.first == span.last and span.last.day and not span.last.day <= span.last.days_of_month(span.last.year):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    return span


def _found(lead: str, rest: str, span: _Span, until: _Span | None) -> Found:
    before, not_later = _BEFORE.match(rest), _NOT_LATER.search(lead)
    tail = rest[before.end() :] if before else rest
    lead = lead[: not_later.start()] if not_later else lead
    bad_lead = _NO_DEADLINE.search(lead)
    if bad_lead and not (until and bad_lead[0] in ("自", "从", "由")):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    exact = span.first == span.last
    if not before and (_SINCE.match(rest) or not (exact or span.is_period or not_later or until or _DONE.match(rest))):
        raise NotAnAmount(AmountFault.VAGUE_DATE)
    if until is not None:
        last = until.last
        last = last if last.year or last.minute is not None else Moment(span.last.year, last.month, last.day)
        return Found(Deadline(span.first, last), lead, tail, is_range=True)
    last, doubtful = span.last, span.first if before and not span.is_clear else None
    if doubtful and last.day == _LAST and doubtful.day == 1 and doubtful.month == last.month:
        last, doubtful = Moment(last.year, last.month), None
    deadline = Deadline(span.first, last, bool(before or not_later), doubtful)
    return Found(deadline, lead, tail, span.is_whole, span.is_period)


def _year_alone(plain: str) -> Found | None:
    match = _YEAR_ALONE.fullmatch(plain)
    if match is None or not (match["before"] or _DONE.match(match["tail"])):
        return None
    year = int(match["year"])
    if match["before"]:
        return Found(Deadline(Moment(year, 1, 1), Moment(year), is_bound=True), "", match["tail"])
    return Found(
        Deadline(Moment(year, 1, 1), Moment(year, 12, _LAST)), "", match["tail"], is_period=bool(match["tail"])
    )


class Operator(StrEnum):
    """How a target binds its quantity.

    ``PLAIN`` is a quantity without word or sign (``270家``): as a target a minimum, unless the template declares the
    indicator exact or reverse; as an actual value the number. ``ABOUT`` (``约80人``) may be missed by an unstated
    amount. ``EXACTLY`` is written as such (``=5个``).
    """

    PLAIN = "plain"
    ABOUT = "about"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    EXACTLY = "exactly"
    RANGE = "range"
    BEFORE = "before"
    QUALITATIVE = "qualitative"


class Kind(StrEnum):
    """What a target states."""

    NUMBER = "number"
    DURATION = "duration"
    RATE = "rate"
    DATE = "date"
    QUALITATIVE = "qualitative"
    NOT_APPLICABLE = "not_applicable"
    UNCLEAR = "unclear"


class Better(StrEnum):
    """Which actual values a target asks for; ``UNKNOWN`` if neither sign nor words nor 二级指标 say so."""

    MORE = "more"
    LESS = "less"
    EXACTLY = "exactly"
    UNKNOWN = "unknown"


class Interval(Struct, frozen=True):
    """The numbers between two ends; an end of ``None`` is infinite, an open end is excluded."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    @property
    def _start(self) -> tuple[Fraction | float, bool]:
        return (-inf, False) if self.low is None else (self.low, self.low_open)

    @property
    def _end(self) -> tuple[Fraction | float, bool]:
        return (inf, True) if self.high is None else (self.high, not self.high_open)

    def contains(self, other: Interval) -> bool:
        """Whether every number of the other lies in this one."""
        return self._start <= other._start and other._end <= self._end

    def is_apart_from(self, other: Interval) -> bool:
        """Whether no number lies in both."""
        return self._lies_above(other) or other._lies_above(self)

    def _lies_above(self, other: Interval) -> bool:
        (low, is_open), (high, is_closed) = self._start, other._end
        return high < low or (high == low and (is_open or not is_closed))


class Target(Struct, frozen=True):
    """A target, or an actual value, as written.

    ``AT_MOST`` and ``LESS_THAN`` have no ``low``, ``AT_LEAST`` and ``MORE_THAN`` no ``high``; a time has neither, but a
    ``deadline`` (``BEFORE``, ``RANGE``). ``fault`` says why a qualitative one is not a quantity. ``better`` are the
    values that the words ask for if the operator leaves that open (总成本52万元: fewer); ``change`` is ``+`` or ``-``
    if it states growth or decline (增长5%). ``is_open`` says of a range which ends it excludes (>60%且<80%).
    """

    text: str
    operator: Operator
    low: Amount | None = None
    high: Amount | None = None
    fault: AmountFault | None = None
    deadline: Deadline | None = None
    better: Better = Better.MORE
    change: str = ""
    is_open: tuple[bool, bool] = (False, False)

    def __str__(self) -> str:
        return self.text

    @property
    def quantity(self) -> Amount | None:
        """The quantity with its unit, the upper end of a range; ``None`` for words and days."""
        return self.low if self.high is None else self.high

    @property
    def unit(self) -> str:
        """The unit as written; empty when there is none."""
        return self.quantity.unit.name if self.quantity is not None else ""

    @property
    def dimension(self) -> str:
        """What is measured, as in ``Amount.dimension``."""
        quantity = self.quantity
        return quantity.dimension if quantity is not None else ""

    @property
    def kind(self) -> Kind:
        """What it states."""
        if self.fault is not None:
            return _KINDS.get(self.fault, Kind.UNCLEAR)
        if self.deadline is not None:
            return Kind.DATE
        return kind_of(self.quantity)

    @property
    def is_bound(self) -> bool:
        """Whether, as an actual value, it does not state the number or day itself."""
        if self.deadline is not None:
            return self.deadline.is_bound
        return self.operator in UP or self.operator in DOWN or self.operator in (Operator.RANGE, Operator.ABOUT)

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Its lower and upper end in base units, equal if only one is written; ``ValueError`` for words and days."""
        low = self.high if self.low is None else self.low
        high = self.low if self.high is None else self.high
        if low is None or high is None:
            raise ValueError(f"「{self.text}」不是数量，没有上下限")
        return low, high

    def scaled(self, factor: Fraction, dimension: str) -> Target:
        """The same in another dimension, of which one is ``factor`` of its own."""
        ends: list[Amount | None] = []
        for end in (self.low, self.high):
            if end is not None:
                unit = replace(end.unit, dimension=dimension, scale=end.unit.scale * factor, base="")
                end = Amount(end * factor, end.text, unit=unit, places=end.places)  # noqa: PLW2901
            ends.append(end)
        return replace(self, low=ends[0], high=ends[1])

    @property
    def interval(self) -> Interval:
        """The numbers that it covers as written, in base units; all numbers for a qualitative one."""
        low_open, high_open = self.is_open
        more, less = self.operator is Operator.MORE_THAN, self.operator is Operator.LESS_THAN
        return Interval(self.low, self.high, low_open or more, high_open or less)


def kind_of(quantity: Amount | None) -> Kind:
    """Whether a quantity is a length of time, a rate per time, or another number."""
    over, *under = (quantity.unit.name if quantity is not None else "").split("/")
    if any(map(is_time, under)):
        return Kind.RATE
    return Kind.DURATION if is_time(over) else Kind.NUMBER


_KINDS = {
    **dict.fromkeys((AmountFault.NO_NUMBER, AmountFault.PROSE), Kind.QUALITATIVE),
    **dict.fromkeys((AmountFault.EMPTY, AmountFault.NOT_APPLICABLE), Kind.NOT_APPLICABLE),
}

UP = frozenset({Operator.AT_LEAST, Operator.MORE_THAN})
DOWN = frozenset({Operator.AT_MOST, Operator.LESS_THAN})

COMPARISONS = {
    Operator.AT_LEAST: "≥|>=|=>|≮|[大高多]于或?者?等于|达到或超过|至少|最少|最低|最短|"
    "不[得能应可要]?(?:少于|低于|小于|短于|少|低)",
    Operator.MORE_THAN: ">|大于|多于|高于|超过|超|突破|逾",
    Operator.AT_MOST: "≤|<=|=<|≯|[小低少]于或?者?等于|至多|最[多高长大]|控制在|"
    "不[得能应可要]?(?:超[过出]?|突破|[高大多长]于)",
    Operator.LESS_THAN: "<|小于|少于|低于|不足|不到",
    Operator.EXACTLY: "=|等于",
    Operator.ABOUT: "[≈≒]|(?<![节签预公合条契违特])大?约占?|将近|近",
    Operator.PLAIN: "达到|达|为|:",
}
"""The words and signs of comparison, as patterns."""
ONE_SIGN = re.compile("|".join(COMPARISONS.values()))
_SUFFIXES = {"上": Operator.AT_LEAST, "下": Operator.AT_MOST, "内": Operator.AT_MOST}


def operator_of(signs: str, suffix: str) -> Operator:
    """The operator that words and signs before a number and 以上 and the like behind it say together."""
    found = [match[0] for match in ONE_SIGN.finditer(signs)]
    said = {next(one for one, words in COMPARISONS.items() if re.fullmatch(words, sign)) for sign in found}
    said -= {Operator.PLAIN}
    if suffix:
        about = suffix in ("左右", "上下")
        said.add(Operator.ABOUT if about else Operator.MORE_THAN if suffix == "多" else _SUFFIXES[suffix[-1]])
    if not said:
        return Operator.PLAIN
    if len(said) == 1:
        return said.pop()
    # 超过90%以上 includes 90%, 至少30多场 does not include 30.
    if said <= UP:
        return Operator.MORE_THAN if suffix == "多" else Operator.AT_LEAST
    if said <= DOWN:
        return Operator.AT_MOST
    raise NotAnAmount(AmountFault.CONTRADICTORY)


_GROWTH = re.compile(
    "(?:增长|增加|提升|提高|上[升涨浮]|增[收产幅速]|[涨升]幅|涨|前移|进位|(?<!新)增|(?<![晋毫公])升)(?:率|幅度|了)?为?$"
)
_FALL = re.compile(
    "(?:下[降滑跌浮调]|回落|降低|减[少产排]|[压削]减|压缩|缩[短减]|节约|[降跌减]幅|(?<!升)降|(?<!增)减|跌)(?:成本|费用|支出|经费|资金)?(?:率|幅度|了)?$"
)


def change_of(words: str, written: str) -> str:
    """``+`` or ``-`` if the words before a number, or its sign, make it a growth or a decline."""
    return "+" if _GROWTH.search(words) or written.startswith("+") else "-" if _FALL.search(words) else ""
