"""How far rounded figures may be apart from their sum."""

from __future__ import annotations

from fractions import Fraction

import pytest

from generator.base.amount import Amount, NotAnAmount, allowance, parse_amount


@pytest.mark.parametrize(
    ("figures", "allowed"),
    [
        ([], "0"),
        (["8025.61 万元", "253.99 万元", "0.43 万元"], "150"),
        (["82800287.60 元"], "0.005"),
        (["82800287.60 元", "8025.61 万元"], "50.005"),
        (["4320 万元", "2720.8 万元"], "1000"),
        (["4320 万元", "2720 万元"], "0"),
        (["282家", "3 家"], "0"),
        (["0 万元", "0.00 万元", "1.5 万元"], "50"),
        (["75.0%", "25%"], "0.001"),
        (["没有", "", "1-2家"], "0"),
        (["-1.5 万元"], "500"),
    ],
)
def test_half_a_unit_in_the_last_place_of_each(figures: list[str], allowed: str) -> None:
    assert allowance(map(_typed, figures)) == Fraction(allowed)


def test_others_show_how_fine_the_figures_are() -> None:
    assert allowance(map(_typed, ["4320 万元", "2720.8 万元"]), map(_typed, ["114.84 万元", "0.123 元"])) == 100


def _typed(text: str) -> Amount | str:
    """What a field holds: an amount, else the text."""
    try:
        return parse_amount(text)
    except NotAnAmount:
        return text
