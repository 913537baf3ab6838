"""四舍五入 against an independent definition, with ties."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.amount import round_half_up

fractions = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**6)
places = st.integers(0, 8)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("2.675", 2, "2.68"),
        ("1.005", 2, "1.01"),
        ("0.125", 2, "0.13"),
        ("0.135", 2, "0.14"),
        ("2.5", 0, "3"),
        ("3.5", 0, "4"),
        ("0.5", 0, "1"),
        ("-2.675", 2, "-2.68"),
        ("-1.005", 2, "-1.01"),
        ("-0.005", 2, "-0.01"),
        ("-2.5", 0, "-3"),
        ("2.6749999999999999999999", 2, "2.67"),
        ("9.995", 2, "10.00"),
        ("0", 2, "0.00"),
        ("5", 2, "5.00"),
        ("-0.004", 2, "0.00"),
        ("1250", -2, "1300"),
        ("-1250", -2, "-1300"),
        ("1249.99", -2, "1200"),
        ("4", -1, "0"),
    ],
)
def test_ties(value: str, decimals: int, rounded: str) -> None:
    assert str(round_half_up(Fraction(value), decimals)) == rounded
    assert str(round_half_up(Decimal(value), decimals)) == rounded


def test_whole_numbers() -> None:
    assert str(round_half_up(7, 2)) == "7.00"


def test_a_quotient_without_end() -> None:
    assert str(round_half_up(Fraction(1892499_62, 86559961_25), 4)) == "0.0219"
    assert str(round_half_up(Fraction(2, 3), 6)) == "0.666667"


def test_more_digits_than_the_decimal_context_has() -> None:
    value = Fraction("123456789012345678901234567890123456789.125")
    assert str(round_half_up(value, 2)) == "123456789012345678901234567890123456789.13"


@given(fractions, places)
def test_within_half_a_unit_and_ties_away_from_zero(value: Fraction, decimals: int) -> None:
    rounded = Fraction(round_half_up(value, decimals))
    half = Fraction(1, 2 * 10**decimals)
    assert abs(rounded - value) <= half
    if abs(rounded - value) == half:
        assert abs(rounded) > abs(value)


@given(fractions, places)
def test_exactly_the_places(value: Fraction, decimals: int) -> None:
    rounded = round_half_up(value, decimals)
    assert rounded.as_tuple().exponent == -decimals
    assert not (rounded.is_zero() and rounded.is_signed())


@given(st.decimals(-(10**9), 10**9, places=6), places)
def test_as_decimal_rounds(value: Decimal, decimals: int) -> None:
    with localcontext() as context:
        context.prec = 60
        expected = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert round_half_up(value, decimals) == expected


@given(fractions, places)
def test_symmetric(value: Fraction, decimals: int) -> None:
    assert round_half_up(-value, decimals) == -round_half_up(value, decimals)


@given(fractions, fractions, places)
def test_monotone(one: Fraction, other: Fraction, decimals: int) -> None:
    low, high = sorted((one, other))
    assert round_half_up(low, decimals) <= round_half_up(high, decimals)
