"""Figures compute as the fractions they are and print as their text."""

import copy
import pickle
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.amount import Amount

figures = st.builds(Amount, st.fractions(max_denominator=10**6), st.text())


def test_it_prints_its_text() -> None:
    figure = Amount(Decimal("1.10"), "1.10")
    assert (str(figure), f"{figure}") == ("1.10", "1.10")
    assert repr(figure) == "Amount(11/10, '1.10')"


@pytest.mark.parametrize("value", [Fraction(1, 2), Decimal("0.5")])
def test_it_is_made_of_any_exact_number(value: Fraction | Decimal) -> None:
    assert Amount(value, "0.5") == Fraction(1, 2)
    assert Amount(7, "7") == 7


@given(figures, figures)
def test_it_computes_like_a_fraction(one: Amount, other: Amount) -> None:
    first, second = Fraction(one.numerator, one.denominator), Fraction(other.numerator, other.denominator)
    assert one + other == first + second
    assert one - other == first - second
    assert one * other == first * second
    assert one + 1 == 1 + one == first + 1
    assert -one == -first
    assert abs(one) == abs(first)
    if second:
        assert one / other == first / second


@given(figures)
def test_a_computed_number_has_no_text_of_its_own(figure: Amount) -> None:
    for computed in (figure + 0, figure * 1, -figure, +figure, abs(figure), sum([figure, figure])):
        assert not isinstance(computed, Amount)
        assert isinstance(computed, Fraction)


@given(figures, figures)
def test_it_compares_by_its_number(one: Amount, other: Amount) -> None:
    first, second = Fraction(one.numerator, one.denominator), Fraction(other.numerator, other.denominator)
    assert (one == other) is (first == second)
    assert (one < other) is (first < second)
    assert (one >= other) is (first >= second)


@given(figures)
def test_equal_numbers_have_equal_hashes(figure: Amount) -> None:
    fraction = Fraction(figure.numerator, figure.denominator)
    assert figure == fraction
    assert hash(figure) == hash(fraction) == hash(Amount(fraction, "other"))
    assert len({figure, fraction}) == 1


@given(figures)
def test_copies_keep_number_and_text(figure: Amount) -> None:
    pickled = pickle.loads(pickle.dumps(figure))  # noqa: S301 - our own bytes
    for twin in (pickled, copy.copy(figure), copy.deepcopy(figure), copy.deepcopy([figure])[0]):
        assert isinstance(twin, Amount)
        assert (twin, twin.text) == (figure, figure.text)


def test_zero_is_false() -> None:
    assert not Amount(0, "0.00")
    assert Amount(Fraction(1, 10**9), "0.00")
