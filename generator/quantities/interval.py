"""Intervals of exact numbers: what a target accepts, what an actual value says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["Interval"]


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
