"""How far figures that were rounded before they were typed may be apart from their sum."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from generator.quantities.faults import NotAQuantity
from generator.quantities.quantity import parse_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.quantities.quantity import Quantity

__all__ = ["allowance"]


def allowance(figures: Iterable[str], among: Iterable[str] = ()) -> Fraction:
    """Half a unit in the last place of every figure, added up, in the base unit (元 for money).

    Figures in one unit are as fine as the finest of them: 4320 beside 2720.8 is 4320.0, its nought left out. Where
    none of those in a unit has decimals they are exact, like counts. What is no quantity allows for nothing.

    Args:
        figures: The figures, as typed.
        among: Others that show how fine the figures of the same unit are.
    """
    quantities = list(_quantities(figures))
    finest: dict[str, int] = {}
    for quantity in (*quantities, *_quantities(among)):
        finest[quantity.unit] = max(finest.get(quantity.unit, 0), quantity.places)
    return sum((_half(quantity, finest[quantity.unit]) for quantity in quantities), Fraction(0))


def _quantities(figures: Iterable[str]) -> Iterable[Quantity]:
    for figure in figures:
        try:
            yield parse_quantity(figure)
        except NotAQuantity:
            continue


def _half(quantity: Quantity, places: int) -> Fraction:
    if not places or not quantity.number:
        # A nought is nothing, however many places it has.
        return Fraction(0)
    half: Fraction = quantity.value / quantity.number / Fraction(2 * 10**places)
    return half
