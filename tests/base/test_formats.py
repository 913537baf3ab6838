"""Printing forms."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.amount import round_half_up
from generator.base.formats import SCALES, Format, plain

fractions = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**6)
PERCENT = Format(unit="%", suffix="%")


@pytest.mark.parametrize(
    ("form", "value", "text"),
    [
        (Format(), "2.4", "2.40"),
        (Format(), "0", "0.00"),
        (Format(places=0), "2.5", "3"),
        (Format(trim="zeros"), "2.40", "2.4"),
        (Format(trim="zeros"), "10", "10"),
        (Format(trim="zeros"), "100.00", "100"),
        (Format(trim="zeros"), "6.831", "6.83"),
        (Format(trim="zeros"), "-0.001", "-0.001"),
        (Format(unit="万元"), "32", "0.003"),
        (Format(unit="亿元", places=0, comma=True), "-4500", "-0.00005"),
        (Format(unit="万元"), "0", "0.00"),
        (Format(trim="zeros", places=0), "100", "100"),
        (Format(trim="whole"), "40", "40"),
        (Format(trim="whole"), "40.1", "40.10"),
        (Format(trim="whole"), "40.001", "40.00"),
        (Format(comma=True), "1009.31", "1,009.31"),
        (Format(comma=True), "-1234567.895", "-1,234,567.90"),
        (Format(comma=True), "999.995", "1,000.00"),
        (Format(unit="万元", places=2), "82800287.60", "8280.03"),
        (Format(unit="万元", places=2, suffix="万元"), "82800287.60", "8280.03万元"),
        (Format(unit="千元", places=0), "82800500", "82801"),
        (Format(unit="亿元"), "345000000", "3.45"),
        (Format(unit="元", comma=True, suffix="元"), "82800287.6", "82,800,287.60元"),
        (PERCENT, "0.9669", "96.69%"),
        (PERCENT, "1", "100.00%"),
        (PERCENT, "-0.0475", "-4.75%"),
        (Format(unit="%", suffix="%", trim="zeros"), "0.965", "96.5%"),
        (Format(unit="%", suffix="%", trim="whole"), "0.4", "40%"),
        (Format(unit="%", suffix="%", trim="whole"), "0.98305", "98.31%"),
        (Format(unit="‰", suffix="‰"), "0.05477", "54.77‰"),
    ],
)
def test_print(form: Format, value: str, text: str) -> None:
    assert form.print(Fraction(value)) == text
    assert form.print(Decimal(value)) == text


def test_the_exact_quotient_is_rounded_not_a_rounded_one() -> None:
    assert PERCENT.print(Fraction(189249962, 8655996125)) == "2.19%"
    assert PERCENT.print(Fraction(5, 7)) == "71.43%"


def test_huge_numbers_are_printed_in_full() -> None:
    assert Format(comma=True).print(10**42) == "1" + ",000" * 14 + ".00"


@given(fractions, st.integers(0, 6), st.sampled_from(sorted(SCALES)))
def test_what_is_printed_is_the_rounded_value(value: Fraction, places: int, unit: str) -> None:
    for trim in ("none", "zeros"):
        printed = Format(unit=unit, places=places, trim=trim, comma=True).print(value)
        exact, number = value / SCALES[unit], Decimal(printed.replace(",", ""))
        assert number == round_half_up(exact, places) or (number and not round_half_up(exact, places))


@given(fractions, st.integers(0, 6))
def test_no_trailing_zeros(value: Fraction, places: int) -> None:
    printed = Format(places=places, trim="zeros").print(value)
    assert "." not in printed or printed[-1] not in "0."
    assert printed != "-0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2.40", "2.4"),
        ("1000000", "1000000"),
        ("0.1234565", "0.123457"),
        ("0.0000001", "0.0000001"),
        ("0", "0"),
        ("-3", "-3"),
    ],
)
def test_plain(value: str, text: str) -> None:
    assert plain(Fraction(value)) == text


def test_plain_to_other_places() -> None:
    assert plain(Fraction(2, 3), 2) == "0.67"


@given(st.decimals(-(10**9), 10**9, places=6))
def test_plain_loses_nothing(value: Decimal) -> None:
    assert Fraction(plain(value)) == Fraction(value)
