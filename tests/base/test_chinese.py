"""Chinese numerals, capitals and dates."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.amount import chinese_number
from generator.base.formats import chinese_date, circled_number, rmb_capitals

LIMIT = 10**16
UNITS = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
DIGITS = {char: value for chars in ("零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖") for value, char in enumerate(chars)}


def spoken(text: str) -> int:
    """What a spelt number means, read from the left, independently of how it is written here."""
    for group, power in (("亿", 10**8), ("万", 10**4)):
        if group in text:
            high, _, low = text.rpartition(group)
            return spoken(high) * power + spoken(low)
    total, digit = 0, 1 if text[:1] in {"十", "拾"} else 0
    for char in text:
        if char in UNITS:
            total, digit = total + digit * UNITS[char], 0
        else:
            digit = DIGITS[char]
    return total + digit


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (1, "一"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (111, "一百一十一"),
        (1000, "一千"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (1100, "一千一百"),
        (10_000, "一万"),
        (10_001, "一万零一"),
        (10_010, "一万零一十"),
        (10_100, "一万零一百"),
        (11_000, "一万一千"),
        (100_000, "十万"),
        (107_000, "十万七千"),
        (100_700, "十万零七百"),
        (110_000, "十一万"),
        (1_050_000, "一百零五万"),
        (100_000_000, "一亿"),
        (100_000_001, "一亿零一"),
        (100_100_000, "一亿零一十万"),
        (120_000_000, "一亿二千万"),
        (1_000_000_000_000, "一万亿"),
        (1_000_100_000_000, "一万零一亿"),
        (1_234_567_800_000_000, "一千二百三十四万五千六百七十八亿"),
        (LIMIT - 1, "九千九百九十九万九千九百九十九亿九千九百九十九万九千九百九十九"),
    ],
)
def test_chinese_number(number: int, text: str) -> None:
    assert chinese_number(number) == text


@given(st.integers(0, LIMIT - 1) | st.integers(0, 10**5))
def test_chinese_number_means_the_number(number: int) -> None:
    text = chinese_number(number)
    assert spoken(text) == number
    assert "零零" not in text
    assert number == 0 or not text.endswith("零")
    assert not text.startswith("一十")


@pytest.mark.parametrize("number", [-1, LIMIT])
def test_chinese_number_out_of_range(number: int) -> None:
    with pytest.raises(ValueError, match="16 位"):
        chinese_number(number)


@pytest.mark.parametrize("spell", [chinese_number, circled_number])
def test_only_whole_numbers_are_spelt(spell: object) -> None:
    assert callable(spell)
    with pytest.raises(ValueError, match="整数"):
        spell(Fraction(5, 2))
    assert spell(Fraction(2)) == spell(2)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "①"), (20, "⑳"), (21, "㉑"), (35, "㉟"), (36, "㊱"), (50, "㊿"), (51, "（51）")]
)
def test_circled_number(number: int, text: str) -> None:
    assert circled_number(number) == text


@pytest.mark.parametrize("number", [0, -1])
def test_no_circled_number(number: int) -> None:
    with pytest.raises(ValueError, match="从 1 起"):
        circled_number(number)


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        # the examples of 支付结算办法附件一
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("0.53", "伍角叁分"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("15", "壹拾伍元整"),
        ("100.05", "壹佰元零伍分"),
        ("100.50", "壹佰元零伍角整"),
        ("110.10", "壹佰壹拾元壹角整"),
        ("10.05", "壹拾元零伍分"),
        ("1001.00", "壹仟零壹元整"),
        ("10007.00", "壹万零柒元整"),
        ("10070", "壹万零柒拾元整"),
        ("107000", "壹拾万柒仟元整"),
        ("100700", "壹拾万零柒佰元整"),
        ("82800287.60", "捌仟贰佰捌拾万零贰佰捌拾柒元陆角整"),
        ("100000000", "壹亿元整"),
        ("100050000", "壹亿零伍万元整"),
        ("100000005", "壹亿零伍元整"),
        ("1000000000000", "壹万亿元整"),
        ("1000100000000", "壹万零壹亿元整"),
        ("9999999999999999.99", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        ("-325.04", "负叁佰贰拾伍元零肆分"),
        # rounded to the fen, half up
        ("0.004", "零元整"),
        ("-0.004", "零元整"),
        ("0.005", "壹分"),
        ("1.005", "壹元零壹分"),
        ("0.995", "壹元整"),
        ("99.995", "壹佰元整"),
    ],
)
def test_rmb_capitals(yuan: str, text: str) -> None:
    assert rmb_capitals(Fraction(yuan)) == text
    assert rmb_capitals(Decimal(yuan)) == text


@given(st.integers(0, LIMIT * 100 - 1) | st.integers(0, 10**6))
def test_rmb_capitals_mean_the_amount(fen: int) -> None:
    text = rmb_capitals(Fraction(fen, 100))
    yuan, _, rest = text.rpartition("元") if "元" in text else ("", "", text)
    jiao, _, cent = rest.rpartition("角") if "角" in rest else ("", "", rest)
    assert spoken(yuan) * 100 + spoken(jiao) * 10 + spoken(cent.rstrip("整分")) == fen
    assert text.endswith("分" if fen % 10 else "整")
    assert "零零" not in text


@given(st.integers(1, 10**9))
def test_negative_rmb_capitals(fen: int) -> None:
    assert rmb_capitals(Fraction(-fen, 100)) == "负" + rmb_capitals(Fraction(fen, 100))


def test_rmb_capitals_out_of_range() -> None:
    with pytest.raises(ValueError, match="16 位"):
        rmb_capitals(LIMIT)


@pytest.mark.parametrize(
    ("day", "kind", "text"),
    [
        (date(2022, 5, 1), "数字", "2022年5月1日"),
        (date(2022, 5, 1), "汉字", "二〇二二年五月一日"),
        (date(2020, 12, 31), "汉字", "二〇二〇年十二月三十一日"),
        (date(2010, 10, 20), "汉字", "二〇一〇年十月二十日"),
        (date(2010, 10, 20), "数字", "2010年10月20日"),
    ],
)
def test_chinese_date(day: date, kind: str, text: str) -> None:
    assert chinese_date(day, kind) == text


def test_digits_are_the_usual_kind() -> None:
    assert chinese_date(date(2022, 5, 1)) == "2022年5月1日"


def test_no_other_kind_of_date() -> None:
    with pytest.raises(ValueError, match="「英文」"):
        chinese_date(date(2022, 5, 1), "英文")
