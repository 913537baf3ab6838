"""Numbers and dates as Excel's formats show them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.submission.grid import NumberFormat, full_number


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ("General", 125, "125"),
        ("General", 96.69, "96.69"),
        ("General", 0.1 + 0.2, "0.3"),
        ("General", 1e20, "100000000000000000000"),
        ("General", 1.5e-7, "0.00000015"),
        ("General", 0, "0"),
        ("General", 0.0, "0"),
        ("General", -0.05, "-0.05"),
        ("0.00", 125, "125.00"),
        ("0.00", 125.1, "125.10"),
        ("0.00", 125.123, "125.123"),
        ("#,##0.00", 1009.31, "1009.31"),
        ("#,##0.00_ ;[Red]\\-#,##0.00\\ ", -1009.3, "-1009.30"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, "0.00"),
        ("0%", 1, "100%"),
        ("0%", 0.9669, "96.69%"),
        ("0.00%", 0.9669, "96.69%"),
        ("0.00%", 0.99, "99.00%"),
        ("0.00%", -0.0475, "-4.75%"),
        ('0.00"万元"', 125, "125.00万元"),
        ('0"家"', 74, "74家"),
        ('General"元"', 12.5, "12.5元"),
        ('#,##0\\ "名"', 48, "48名"),
        ("0.00E+00", 1250000, "1250000"),
        ("# ?/?", 0.5, "0.5"),
        ("@", 7, "7"),
        ("000", 7, "007"),
        ("000", -7, "-007"),
        ("¥#,##0.00", 5, "5.00"),
        ("[$¥-804]#,##0.00", 5, "5.00"),
        ("", 5, "5"),
    ],
)
def test_text(code: str, value: float, text: str) -> None:
    assert NumberFormat.parse(code).text(value) == text


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0.00", 9.65926, "9.66"),
        ("0.00", 2.675, "2.68"),
        ("0.00", 9.66, ""),
        ("0", 0.5, "1"),
        ("0%", 0.9669, "97%"),
        ("0.00%", 0.9669, ""),
        ('0.0"家"', 0.25, "0.3家"),
        ("General", 9.65926, ""),
        ("0.00E+00", 1234.5, ""),
        ("@", 1.5, ""),
    ],
)
def test_what_is_shown_is_told_where_it_is_less(code: str, value: float, shown: str) -> None:
    assert NumberFormat.parse(code).shown(value) == shown


@pytest.mark.parametrize(
    ("code", "scaled"),
    [
        ("0!.0,", True),
        ("0\\.0,", True),
        ('0!.0000,"万"', True),
        ("#,##0,", True),
        ("0.00,,", True),
        ("0,.0", True),
        ("0!.0", True),
        ('0"00"', True),
        ('0"m2"', False),
        ("#,##0", False),
        ("#,##0.00", False),
        ('0.00",千"', False),
    ],
)
def test_formats_that_show_a_part_of_the_number_are_known(code: str, scaled: bool) -> None:
    assert NumberFormat.parse(code).scaled is scaled


@pytest.mark.parametrize(
    ("code", "value", "text"),
    [
        ('"≥"0"家"', 12, "≥12家"),
        ('"≥"0', -5, "-≥5"),
        ('0;"减少"0', -5, "减少5"),
        ('"第"0"名";"≥"-0', -5, "≥-5"),
        ("0.00;[Red]0.00", -5, "-5.00"),
        ("0.00_);(0.00)", -5, "-5.00"),
        ("[<1]0.00%;0", 95, "95"),
        ("[<1]0.00%;0", 0.95, "95.00%"),
        ('[=1]"男";[=2]"女";0', 2, "女"),
        ('[>=10000]0!.0,"万元";0"元"', 5000, "5000元"),
        ('0;-0;"无"', 0, "无"),
        ('0.00;-0.00;"-"??', 0, "0.00"),
        ("0.00;-0.00;", 0, "0.00"),
        ("[$€-2] 0.00", 5, "€5.00"),
        ("[$CNY] 0.00", 5, "5.00"),
        ('"人民币"0.00', 5, "5.00"),
        ('0"a;b";-0', 5, "5a;b"),
    ],
)
def test_the_section_for_the_number_and_the_words_before_it(code: str, value: float, text: str) -> None:
    assert NumberFormat.parse(code, value).text(value) == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_what_was_typed_comes_back(typed: Decimal) -> None:
    assert full_number(float(typed)) == typed
    assert Decimal(NumberFormat.parse("0.00").text(float(typed))) == typed
