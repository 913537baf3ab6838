"""Targets and actual values: an operator and one or two quantities, or words that only a person can judge."""

from __future__ import annotations

import re
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from generator.base.amount import CHINESE, DIGITS, Amount, AmountFault, NotAnAmount, has_digit, normalised, read_amount
from generator.base.units import resolve_unit


class Operator(StrEnum):
    """How a target binds its quantity.

    ``PLAIN`` is a quantity without any word or sign (``270家``): as a target at least, unless the template declares the
    indicator exact or reverse; as an actual value simply the number. ``EXACTLY`` is written as such (``=5个``).
    """

    PLAIN = "plain"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    EXACTLY = "exactly"
    RANGE = "range"
    QUALITATIVE = "qualitative"


_PREFIXES: dict[str, Operator] = {
    **dict.fromkeys(("≥", ">=", "=>", "大于等于", "大于或等于", "不少于", "不低于", "不小于"), Operator.AT_LEAST),
    **dict.fromkeys(("至少", "最少", "最低", "达到或超过"), Operator.AT_LEAST),
    **dict.fromkeys((">", "大于", "多于", "高于", "超过", "超", "突破", "逾"), Operator.MORE_THAN),
    **dict.fromkeys(
        ("≤", "<=", "=<", "小于等于", "小于或等于", "不超过", "不高于", "不大于", "不多于"), Operator.AT_MOST
    ),
    **dict.fromkeys(("不超", "至多", "最多", "最高", "控制在"), Operator.AT_MOST),
    **dict.fromkeys(("<", "小于", "少于", "低于", "不足", "不到"), Operator.LESS_THAN),
    **dict.fromkeys(("=", "等于"), Operator.EXACTLY),
    **dict.fromkeys(("达到", "达"), Operator.PLAIN),
}
_UP = frozenset({Operator.AT_LEAST, Operator.MORE_THAN})
_DOWN = frozenset({Operator.AT_MOST, Operator.LESS_THAN})

_PREFIX = re.compile("|".join(sorted(map(re.escape, _PREFIXES), key=len, reverse=True)))
_SUFFIX = re.compile(r"(?:\(含\)|含)?(?:(?P<up>[及或]?以上)|(?P<down>[及或]?以下|[以之]?内))$")
_PERIOD = re.compile("每(周|月|年|天|日|季度|季|人|户|家|场|次|期)")
_NUMBER = rf"(?:{DIGITS}|{CHINESE})"
_RANGE = re.compile(rf"({_NUMBER})([^0-9~至到-]*)[~至到-]({_NUMBER})([^0-9~至到-]*)")
_LONGEST_UNKNOWN_UNIT = 3


class Interval(Struct, frozen=True):
    """All numbers between two ends; an end of ``None`` is infinitely far, an open end does not belong to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False

    def contains(self, other: Interval) -> bool:
        """Whether every number of the other lies in this one."""
        return self._reaches_down_to(other) and self._reaches_up_to(other)

    def is_apart_from(self, other: Interval) -> bool:
        """Whether no number lies in both."""
        return self._lies_above(other) or other._lies_above(self)

    def _reaches_down_to(self, other: Interval) -> bool:
        if self.low is None or other.low is None:
            return self.low is None
        return other.low > self.low or (other.low == self.low and (other.low_open or not self.low_open))

    def _reaches_up_to(self, other: Interval) -> bool:
        if self.high is None or other.high is None:
            return self.high is None
        return other.high < self.high or (other.high == self.high and (other.high_open or not self.high_open))

    def _lies_above(self, other: Interval) -> bool:
        if self.low is None or other.high is None:
            return False
        return other.high < self.low or (other.high == self.low and (other.high_open or self.low_open))


class Target(Struct, frozen=True):
    """A target, or an actual value, as written.

    Attributes:
        text: As typed.
        operator: How it binds.
        low: The lower end: of ``PLAIN``, ``EXACTLY``, ``AT_LEAST``, ``MORE_THAN``, ``RANGE``.
        high: The upper end: of ``PLAIN``, ``EXACTLY``, ``AT_MOST``, ``LESS_THAN``, ``RANGE``.
        fault: Why a qualitative one is not a quantity; ``None`` otherwise.
    """

    text: str
    operator: Operator
    low: Amount | None = None
    high: Amount | None = None
    fault: AmountFault | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def quantity(self) -> Amount | None:
        """The quantity that speaks for its unit: the upper end of a range; ``None`` for a qualitative one."""
        return self.low if self.high is None else self.high

    @property
    def unit(self) -> str:
        """The unit as written; empty when there is none."""
        return self.quantity.unit.name if self.quantity is not None else ""

    @property
    def dimension(self) -> str:
        """What is measured, as in ``Amount.dimension``."""
        return self.quantity.dimension if self.quantity is not None else ""

    @property
    def is_bound(self) -> bool:
        """Whether, read as an actual value, it leaves the number itself unsaid."""
        return self.operator in _UP or self.operator in _DOWN or self.operator is Operator.RANGE

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Its lower and its upper end in base units; the same number twice where only one is written.

        Raises:
            ValueError: It is qualitative.
        """
        low = self.high if self.low is None else self.low
        high = self.low if self.high is None else self.high
        if low is None or high is None:
            raise ValueError(f"「{self.text}」不是数量，没有上下限")
        return low, high

    @property
    def interval(self) -> Interval:
        """The numbers that it covers as it is written, in base units; all of them for a qualitative one."""
        return Interval(
            self.low,
            self.high,
            low_open=self.operator is Operator.MORE_THAN,
            high_open=self.operator is Operator.LESS_THAN,
        )


def as_target(value: Target | Amount | str | None) -> Target:
    """A target or an actual value, parsed only where that was not done yet.

    An amount as it was typed, with a unit that everybody knows, is the number itself. Others are read again: a unit
    that only one field declares is none that values of other fields can be compared in.
    """
    if isinstance(value, Target):
        return value
    if type(value) is Amount and value.unit.known and value.unit == resolve_unit(value.unit.name):
        return Target(value.text, Operator.PLAIN, value, value)
    return parse_target(str(value or "") if not isinstance(value, Amount) else value.text)


# The same few texts are read again by every formula and check that asks about a row.
@lru_cache(maxsize=4096)
def parse_target(text: str) -> Target:
    """A target or an actual value out of its text; never fails.

    ``≧12家``, ``10亿元以上``, ``不少于3场``, ``超过2000万元``, ``≤30天``, ``5%以内``, ``2-3家``, ``270家``. Everything
    else is ``QUALITATIVE``, with the ``fault`` that keeps it from being a quantity.
    """
    try:
        return _parsed(normalised(text), text)
    except NotAnAmount as problem:
        return Target(text, Operator.QUALITATIVE, fault=problem.fault)


def _parsed(plain: str, text: str) -> Target:
    # 每周3次 is 3次/周.
    match = _PERIOD.match(plain)
    plain, period = (plain[match.end() :], "/" + match.group(1)) if match else (plain, "")
    operator, body = _split(plain)
    parts = _RANGE.fullmatch(body)
    if not parts:
        quantity = _read(body + period)
        low, high = None if operator in _DOWN else quantity, None if operator in _UP else quantity
        return Target(text, operator, low, high)
    if operator is not Operator.PLAIN:
        raise NotAnAmount(AmountFault.CONTRADICTORY)
    first, first_unit, last, last_unit = parts.groups()
    # The lower end may leave its unit out (2-3家) or shorten it (1000万-2000万元).
    if not first_unit:
        first_unit = last_unit
    elif resolve_unit(first_unit).base == "":
        first_unit += resolve_unit(last_unit).base
    least, most = _read(first + first_unit + period), _read(last + last_unit + period)
    if least.dimension != most.dimension or least > most:
        raise NotAnAmount(AmountFault.CONTRADICTORY)
    return Target(text, Operator.RANGE, least, most)


def _split(plain: str) -> tuple[Operator, str]:
    """The operator that the words before and behind make, and what is between them."""
    before, behind = _PREFIX.match(plain), _SUFFIX.search(plain)
    first = _PREFIXES[before.group()] if before else Operator.PLAIN
    last = (Operator.AT_LEAST if behind.group("up") else Operator.AT_MOST) if behind else Operator.PLAIN
    body = plain[before.end() if before else 0 : behind.start() if behind else len(plain)]
    if first is Operator.PLAIN or last is Operator.PLAIN:
        return (last if first is Operator.PLAIN else first), body
    if {first, last} <= _UP or {first, last} <= _DOWN:
        return first, body
    raise NotAnAmount(AmountFault.CONTRADICTORY)


def _read(plain: str) -> Amount:
    """The quantity, unless its "unit" shows that the number is only part of a sentence (一次性通过, 5年内全部完成)."""
    quantity = read_amount(plain, plain)
    if not quantity.unit.known and (not has_digit(plain) or len(quantity.unit.name) > _LONGEST_UNKNOWN_UNIT):
        raise NotAnAmount(AmountFault.PROSE)
    return quantity
