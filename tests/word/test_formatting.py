"""Python's ways to write a value: exact numbers half up, floats as Python has them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from generator.base.amount import Amount
from generator.errors import Refused
from generator.word.running.formatting import field, printf, rounded, strftime

HALF = Fraction(2675, 1000)


@pytest.mark.parametrize(
    ("pattern", "values", "text"),
    [
        ("%.2f", HALF, "2.68"),
        ("%.2f", Decimal("2.675"), "2.68"),
        ("%.2f", 2.675, "2.67"),
        ("%f", Fraction(1, 3), "0.333333"),
        ("%.f", Fraction(5, 2), "3"),
        ("[%8.2f]", HALF, "[    2.68]"),
        ("[%-8.2f]", HALF, "[2.68    ]"),
        ("[%08.2f]", -HALF, "[-0002.68]"),
        ("[%+.1f]", HALF, "[+2.7]"),
        ("[% .1f]", HALF, "[ 2.7]"),
        ("%d 项，共 %s 元", (Fraction(3), Amount(5, "5.00")), "3 项，共 5.00 元"),
        ("%d%%", Decimal("96.9"), "96%"),
        ("%x %o %e", (255, 8, HALF), "ff 10 2.675000e+00"),
        ("%5s|%-5s|%r", ("甲", "乙", "丙"), "    甲|乙    |丙"),
        ("%s", date(2021, 3, 5), "2021年3月5日"),
        ("%(甲)s%(乙)03d", {"甲": "x", "乙": 7}, "x007"),
        ("%c", "甲", "甲"),
        ("%s", ("甲",), "甲"),
        ("", (), ""),
    ],
)
def test_percent(pattern: str, values: Any, text: str) -> None:
    assert printf(pattern, values) == text


@pytest.mark.parametrize(
    ("pattern", "values", "said"),
    [
        ("%s %s", "甲", "比值多"),
        ("%s", ("甲", "乙"), "比值少"),
        ("%(甲)s", {"乙": 1}, "「甲」"),
        ("%(甲)s", "乙", "「甲」"),
        ("%d", "甲", "不是数，不能用 %d"),
        ("%*d", (5, 1), "宽度要直接写明"),
        ("%1001d", 1, "不能超过 1000"),
        ("%.1001f", 0.5, "不能超过 1000"),
        ("a" * 20_001, 1, "不能超过 20000 个字"),
    ],
)
def test_percent_that_does_not_fit(pattern: str, values: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("*", r"\*")):
        printf(pattern, values)


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (HALF, ".2f", "2.68"),
        (HALF, ".2", "2.68"),
        (HALF, ",.1f", "2.7"),
        (Fraction(12345678, 1), ",", "12,345,678"),
        (Fraction(24691357, 2), ",", "12,345,678.5"),
        (Fraction(1, 3), ".1%", "33.3%"),
        (Fraction(1, 800), "%", "0.125000%"),
        (Fraction(5), "d", "5"),
        (Fraction(255), "x", "ff"),
        (HALF, ".1e", "2.7e+00"),
        (Amount(5, "5.00"), ">8", "    5.00"),
        (Amount(5, "5.00"), "8", "    5.00"),
        (Amount(5, "5.00"), "", "5.00"),
        (HALF, "+", "+2.675"),
        (HALF, "08", "0002.675"),
        (HALF, "*=9", "****2.675"),
        (2.675, ".2f", "2.67"),
        ("甲", "^5", "  甲  "),
        (None, "", ""),
        (True, "", "是"),
        (date(2021, 3, 5), "%Y/%m", "2021/03"),
        (date(2021, 3, 5), "", "2021年3月5日"),
    ],
)
def test_fields(value: Any, spec: str, text: str) -> None:
    assert field(value, spec) == text


@pytest.mark.parametrize(("value", "spec"), [(HALF, "d"), (HALF, "?"), (HALF, "1001"), ("甲", "d"), (HALF, ".1001f")])
def test_fields_that_do_not_fit(value: Any, spec: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        field(value, spec)


@pytest.mark.parametrize(
    ("value", "places", "method", "text"),
    [
        (HALF, 2, "common", "2.68"),
        (Decimal("2.675"), 2, "common", "2.68"),
        (-HALF, 2, "common", "-2.68"),
        (Fraction(1, 3), 8, "common", "0.33333333"),
        (Fraction(1, 3), 2, "ceil", "0.34"),
        (Fraction(1, 3), 2, "floor", "0.33"),
        (Fraction(1250), -2, "common", "1300"),
        (1250, -2, "floor", "1200"),
        (7, 2, "common", "7"),
        (2.675, 2, "common", "2.67"),
        (2.5, 0, "ceil", "3.0"),
        (42.55, 1, "floor", "42.5"),
    ],
)
def test_round(value: Any, places: int, method: str, text: str) -> None:
    assert str(rounded(value, places, method)) == text


def test_a_rounded_number_computes_on_as_what_it_prints() -> None:
    assert rounded(HALF, 2) == Fraction(268, 100)
    assert rounded(Fraction(1, 3), 2, "ceil") == Fraction(34, 100)


@pytest.mark.parametrize(("value", "places", "method"), [("甲", 0, "common"), (1, 31, "common"), (1, 0, "无")])
def test_round_of_what_cannot_be_rounded(value: Any, places: int, method: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        rounded(value, places, method)


def test_dates() -> None:
    assert strftime(date(2021, 3, 5), "%Y年%-m月%#d日 100%%") == "2021年3月5日 100%"
    assert strftime(datetime(2021, 3, 5, 0, 7), "%-H:%M") == "0:07"
    assert strftime(time(8, 30), "%H时") == "08时"


def test_fields_in_a_layout_reach_what_a_tag_reaches(kit: Any) -> None:
    values = {"d": {"k": [1, {"m": "甲"}]}, "x": HALF}
    text = "{{ '{0.k[1].m}{1!s}{2}'.format(d, 'b', x) }}{{ '{a:.1f}{a:.{n}f}'.format(a=x, n=2) }}"
    assert kit.render(kit.paragraph(text), values).lines() == ["甲b2.6752.72.68"]
    for wrong in ("{{ '{}{}'.format(1) }}", "{{ '{a}'.format(1) }}", "{{ '{0.__class__.__mro__}'.format(x) }}"):
        with pytest.raises(Refused) as caught:
            kit.render(kit.paragraph(wrong), values)
        assert [finding.code for finding in caught.value.findings] in (["JX530"], ["JX533"])


def test_stock_filters_on_exact_numbers(kit: Any) -> None:
    values = {"x": HALF, "big": Decimal("1e300"), "s": "3.70", "e": "1e999999999", "f": 1.5, "xs": [HALF, Decimal(1)]}
    text = (
        "{{ x | float }},{{ 3 | float }},{{ f | float }},{{ e | float }},{{ none | float(2.5) }},{{ '' | float }};"
        "{{ s | int }},{{ x | int }},{{ e | int }},{{ 'ff' | int(0, 16) }},{{ none | int(7) }},{{ '1.2.3' | int }};"
        "{{ xs | sum }},{{ (x | float) + 1 }},{{ 2 ** 10 }},{{ 2 ** -1 }},{{ 4 ** 0.5 }},{{ true + 1 }}"
    )
    assert kit.render(kit.paragraph(text), values).lines() == [
        "2.675,3.0,1.5,0.0,2.5,0.0;3,2,0,255,7,0;3.675,3.675,1024,0.5,2.0,2"
    ]
