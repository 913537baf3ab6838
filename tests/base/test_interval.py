"""Intervals: containing and being apart, at open and closed ends."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from generator.base.target import Interval

ends = st.none() | st.integers(-3, 3).map(Fraction)
intervals = st.tuples(ends, ends, st.booleans(), st.booleans()).map(lambda drawn: Interval(*drawn))
POINTS = [Fraction(n, 4) for n in range(-17, 18)] + [Fraction(-1000), Fraction(1000)]


def members(interval: Interval) -> set[Fraction]:
    """The members among POINTS, which are closer together than the ends and reach beyond them."""

    def is_in(point: Fraction) -> bool:
        low, high = interval.low, interval.high
        above = low is None or (point > low if interval.low_open else point >= low)
        below = high is None or (point < high if interval.high_open else point <= high)
        return above and below

    return {point for point in POINTS if is_in(point)}


@given(intervals, intervals)
def test_against_the_members(one: Interval, other: Interval) -> None:
    if members(one) and members(other):
        assert one.contains(other) is (members(other) <= members(one))
        assert one.is_apart_from(other) is members(one).isdisjoint(members(other))


@given(intervals)
def test_itself(one: Interval) -> None:
    assert one.contains(one)
    assert Interval().contains(one)
