"""The printing filters that layouts and narratives share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from generator.base.filters import FILTERS


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
        ("圈号", (51,)),
        ("日期", ("2022-05-01",)),
        ("日期", (date(2022, 5, 1), "英文")),
    ],
)
def test_what_it_cannot_print_is_said_in_chinese(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"[一-鿿]"):
        FILTERS[name](*arguments)
