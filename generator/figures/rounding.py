"""四舍五入, the one rounding of the whole program."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["round_half_up", "round_ratio"]


def round_half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """The value with exactly ``places`` decimals, ties away from zero (2.675 → 2.68, −0.005 → −0.01).

    The value is exact (a fraction), so a tie is a tie: no float and no cut-off quotient stands between. Negative
    ``places`` round to tens, hundreds … (1250 to −2 places is 1300).
    """
    return round_ratio(*value.as_integer_ratio(), places)


def round_ratio(numerator: int, denominator: int, places: int) -> Decimal:
    """``round_half_up`` of numerator/denominator, which need not be in lowest terms; the denominator is positive."""
    decimals, zeros = max(places, 0), max(-places, 0)
    denominator *= 10**zeros
    scaled, rest = divmod(abs(numerator) * 10**decimals, denominator)
    if rest * 2 >= denominator:
        scaled += 1
    # Built from digits: the decimal context's precision must not round a second time. There is no −0.
    sign = "-" if numerator < 0 and scaled else ""
    return Decimal(f"{sign}{scaled * 10**zeros}E-{decimals}")
