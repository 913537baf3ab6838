"""四舍五入, the one rounding of the whole program."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def round_half_up(value: Fraction | Decimal | int, places: int) -> Decimal:
    """The value with exactly ``places`` decimals, ties away from zero (2.675 → 2.68, −0.005 → −0.01).

    The value is exact (a fraction), so a tie is a tie: no float and no cut-off quotient stands between. Negative
    ``places`` round to tens, hundreds … (1250 to −2 places is 1300).
    """
    numerator, denominator = value.as_integer_ratio()
    decimals, zeros = max(places, 0), 10 ** max(-places, 0)
    # Built from digits: the decimal context's precision must not round a second time.
    return Decimal(f"{scaled(numerator, denominator * zeros, decimals) * zeros}E-{decimals}")


def scaled(numerator: int, denominator: int, places: int) -> int:
    """numerator/denominator times 10 to the ``places`` (0 or more), rounded as ``round_half_up`` does.

    They need not be in lowest terms; the denominator is positive.
    """
    shift: int = 10**places
    whole, rest = divmod(abs(numerator) * shift, denominator)
    if rest * 2 >= denominator:
        whole += 1
    return -whole if numerator < 0 else whole
