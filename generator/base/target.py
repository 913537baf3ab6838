"""Targets and actual values: an operator and quantities or days, or words that only a person can judge."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from generator.base.amount import Amount, AmountFault
from generator.base.deadline import Deadline
from generator.base.units import is_time


class Operator(StrEnum):
    """How a target binds its quantity.

    ``PLAIN`` is a quantity without any word or sign (``270家``): as a target at least, unless the template declares the
    indicator exact or reverse; as an actual value simply the number. ``ABOUT`` (``约80人``) is one that may be missed
    by an amount that nobody has said. ``EXACTLY`` is written as such (``=5个``).
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
    """Which actual values a target asks for; ``UNKNOWN`` where neither sign nor words nor 二级指标 say."""

    MORE = "more"
    LESS = "less"
    EXACTLY = "exactly"
    UNKNOWN = "unknown"


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
        low: The lower end: of ``PLAIN``, ``ABOUT``, ``EXACTLY``, ``AT_LEAST``, ``MORE_THAN``, ``RANGE``.
        high: The upper end: of ``PLAIN``, ``ABOUT``, ``EXACTLY``, ``AT_MOST``, ``LESS_THAN``, ``RANGE``.
        fault: Why a qualitative one is not a quantity; ``None`` otherwise.
        deadline: The days of one that is a time: ``BEFORE``, or ``RANGE`` without ``low`` and ``high``.
        better: Which values the words ask for where the operator leaves that open (总成本52万元: fewer).
        change: ``+`` or ``-`` where it says by how much something grows or falls (增长5%).
    """

    text: str
    operator: Operator
    low: Amount | None = None
    high: Amount | None = None
    fault: AmountFault | None = None
    deadline: Deadline | None = None
    better: Better = Better.MORE
    change: str = ""

    def __str__(self) -> str:
        return self.text

    @property
    def quantity(self) -> Amount | None:
        """The quantity that speaks for its unit: the upper end of a range; ``None`` for words and days."""
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
    def kind(self) -> Kind:
        """What it states."""
        if self.fault is not None:
            return _KINDS.get(self.fault, Kind.UNCLEAR)
        if self.deadline is not None:
            return Kind.DATE
        return kind_of(self.quantity)

    @property
    def is_bound(self) -> bool:
        """Whether, read as an actual value, it leaves the number or day itself unsaid."""
        if self.deadline is not None:
            return self.deadline.is_bound
        return self.operator in UP or self.operator in DOWN or self.operator in (Operator.RANGE, Operator.ABOUT)

    @property
    def ends(self) -> tuple[Fraction, Fraction]:
        """Its lower and its upper end in base units; the same number twice where only one is written.

        Raises:
            ValueError: It is qualitative, or a day.
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
