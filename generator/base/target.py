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

from generator.base.amount import CHINESE, Amount, AmountFault, NotAnAmount, parse_number, round_half_up
from generator.base.units import UNIT, is_time, units_per

_LEAP_YEAR = 2000
"""Stands for the year where none is known, so that 29 February is a day."""
_LAST = 31
_HOURS, _NOON = 24, 12
_FIRST_YEAR = 1000


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


def _exactly(day: Moment) -> _Span:
    return _Span(day, day)


def _day(match: re.Match[str]) -> _Span:
    return _exactly(Moment(*(_number(match, part) for part in ("year", "month", "day"))))


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
    return _exactly(Moment(minute=(hour + _NOON * later) * 60 + minute))


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
            rf"(?:每天|每日|当天|当日)?的?(?P<part>{_PARTS_OF_DAY}|)(?P<hour>{_N})(?:[点时](?P<rest>半|\d\d分?|{_N}分|整|钟|)(?=之?前|以前|$)|:(?P<minute>\d\d)(?=之?前|以前))",
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
    "到达|送达|建成|实施|结束|启动|开展|办结)(?!率|度|值)"
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
        return _exactly(Moment(span.last.year, span.last.month, _number(match, "day"))), match.end()
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
    if not before and (_SINCE.match(rest) or not (exact or span.is_period or not_later or until or _ends(rest))):
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


def _ends(rest: str) -> bool:
    return not rest or _DONE.match(rest) is not None


def _year_alone(plain: str) -> Found | None:
    match = _YEAR_ALONE.fullmatch(plain)
    if match is None or not (match["before"] or _ends(match["tail"])):
        return None
    year = int(match["year"])
    if match["before"]:
        return Found(Deadline(Moment(year, 1, 1), Moment(year), is_bound=True), "", match["tail"])
    return Found(
        Deadline(Moment(year, 1, 1), Moment(year, 12, _LAST)), "", match["tail"], is_period=bool(match["tail"])
    )


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
    is_each = match["many"] == "一" or many >= _FIRST_YEAR or (many == 1 and great == "天")
    # 1亿2千 is mostly 1.2亿, 10万5户 may be two numbers.
    is_loose = great in ("万", "亿") and "万" not in small and few * 10 < factor
    if few >= factor or (not gap and (is_loose or (is_each and great in ("年", "天")))):
        return match[0]
    value, name = many * factor + few, "分钟" if small == "分" else small
    if great in ("万", "亿") and name[0] in _SMALL_SCALES:
        value, name = value * _SMALL_SCALES[name[0]], name[1:]
    return f"{round_half_up(value, places)}{name}"


_CAPITALS = re.compile("([壹贰叁肆伍陆柒捌玖拾][零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*)[圆元]|[壹贰叁肆伍陆柒捌玖](?=[角分])")
_AS_USUAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")


def without_capitals(plain: str) -> str:
    """The text with money in capitals in digits: 贰拾叁万伍仟元整 is 235000元整."""
    return _CAPITALS.sub(_in_digits, plain)


def _in_digits(match: re.Match[str]) -> str:
    total = 0
    for part in re.split("(?<=[万亿])", match[0].translate(_AS_USUAL).rstrip("元圆")):
        digits = part.strip("零万亿")
        total += int(parse_number(digits)[0] if digits else 0) * (10**4 if part.endswith("万") else 1)
        total *= 10**8 if part.endswith("亿") else 1
    if match[1] is None:
        return str(total)
    return f"{total // 10**4}万元" if match[1].endswith("万") else f"{total}元"


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
