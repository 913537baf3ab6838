"""The printing filters that layouts and narratives share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from generator.base.formats import FILTERS
from generator.word.render.environment import STOCK_FILTERS


@pytest.mark.parametrize(
    ("name", "arguments", "printed"),
    [
        ("元", (Fraction("82800287.6"),), "82800287.60"),
        ("万元", (Fraction("82800287.6"),), "8280.03"),
        ("万元", (Decimal("82800287.60"), 4), "8280.0288"),
        ("亿元", (315_000_000, 1), "3.2"),
        ("百分比", (Fraction("0.983"),), "98.30%"),
        ("百分比", (1,), "100%"),
        ("百分比", (Fraction("0.4"),), "40%"),
        ("百分比", (Fraction(5, 7), 1), "71.4%"),
        ("小数", (Fraction("2.675"),), "2.68"),
        ("小数", (Fraction("2.5"), 0), "3"),
        ("去零", (Fraction("2.40"),), "2.4"),
        ("去零", (10,), "10"),
        ("千分位", (Fraction("1009.31"),), "1,009.31"),
        ("中文数字", (21,), "二十一"),
        ("中文数字", (Fraction(3),), "三"),
        ("圈号", (3,), "③"),
        ("大写金额", (Fraction("1680.32"),), "壹仟陆佰捌拾元叁角贰分"),
        ("日期", (date(2022, 5, 1),), "2022年5月1日"),
        ("日期", (date(2022, 5, 1), "汉字"), "二〇二二年五月一日"),
    ],
)
def test_a_filter_prints(name: str, arguments: tuple[Any, ...], printed: str) -> None:
    assert FILTERS[name](*arguments) == printed


@pytest.mark.parametrize("name", list(FILTERS))
def test_nothing_stays_nothing(name: str) -> None:
    assert FILTERS[name](None) == ""


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("万元", ("8280.03 万元",)),
        ("万元", (0.1,)),
        ("万元", (True,)),
        ("万元", (1, -1)),
        ("万元", (1, 99)),
        ("万元", (1, True)),
        ("万元", (1, "2")),
        ("中文数字", (Fraction(1, 2),)),
        ("圈号", (0,)),
        ("日期", ("2022-05-01",)),
        ("日期", (date(2022, 5, 1), "英文")),
    ],
)
def test_what_it_cannot_print_is_said_in_chinese(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"[一-鿿]"):
        FILTERS[name](*arguments)


HALF = Fraction(2675, 1000)


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
    assert str(STOCK_FILTERS["round"](value, places, method)) == text


def test_a_rounded_number_computes_on_as_what_it_prints() -> None:
    assert STOCK_FILTERS["round"](HALF, 2) == Fraction(268, 100)


@pytest.mark.parametrize(("value", "places", "method"), [("甲", 0, "common"), (1, 31, "common"), (1, 0, "无")])
def test_round_of_what_cannot_be_rounded(value: Any, places: int, method: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        STOCK_FILTERS["round"](value, places, method)


@pytest.mark.parametrize(
    ("value", "number"),
    [("3.70", 3), (HALF, 2), (2.9, 2), ("1e999999999", 0), (None, 0), ("1.2.3", 0), ("nan", 0), (" 12 ", 12)],
)
def test_int_cuts_off(value: Any, number: int) -> None:
    assert STOCK_FILTERS["int"](value) == number
