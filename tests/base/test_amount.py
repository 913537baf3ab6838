"""Numbers with units: every form, and why a text is none."""

import copy
import pickle
from fractions import Fraction

import pytest

from generator.base.amount import Amount, AmountFault, NotAnAmount, parse_amount, parse_money
from generator.base.units import MONEY, MONEY_UNITS, known_units


@pytest.mark.parametrize(
    ("text", "number", "unit", "dimension", "value"),
    [
        ("82800287.60 元", "82800287.60", "元", "money", "82800287.60"),
        ("8280.03万元", "8280.03", "万元", "money", "82800300"),
        ("3.45 亿元", "3.45", "亿元", "money", "345000000"),
        ("1,009.31万元", "1009.31", "万元", "money", "10093100"),
        ("1，009.31万元", "1009.31", "万元", "money", "10093100"),
        ("5千元", "5", "千元", "money", "5000"),
        ("5百万元", "5", "百万元", "money", "5000000"),
        ("5千万元", "5", "千万元", "money", "50000000"),
        ("5万亿元", "5", "万亿元", "money", "5000000000000"),
        ("270家", "270", "家", "家", "270"),
        ("1.2万家", "1.2", "万家", "家", "12000"),
        ("1.2 万 家", "1.2", "万家", "家", "12000"),
        ("96.69%", "96.69", "%", "ratio", "0.9669"),
        ("96.69％", "96.69", "%", "ratio", "0.9669"),
        ("96.69﹪", "96.69", "%", "ratio", "0.9669"),
        ("-4.75%", "-4.75", "%", "ratio", "-0.0475"),
        ("－4.75％", "-4.75", "%", "ratio", "-0.0475"),
        ("−4.75%", "-4.75", "%", "ratio", "-0.0475"),
        ("+3%", "3", "%", "ratio", "0.03"),
        ("54.77‰", "54.77", "‰", "ratio", "0.05477"),
        ("3.5个百分点", "3.5", "个百分点", "百分点", "3.5"),
        ("3次/周", "3", "次/周", "次/周", "3"),
        ("3次／周", "3", "次/周", "次/周", "3"),
        ("2万元/人", "2", "万元/人", "money/人", "20000"),
        ("6元/万人", "6", "元/万人", "money/人", "0.0006"),
        ("1万人次", "1", "万人次", "人次", "10000"),
        ("5个工作日", "5", "个工作日", "工作日", "5"),
        ("30日", "30", "日", "天", "30"),
        ("30天", "30", "天", "天", "30"),
        ("5年", "5", "年", "年", "5"),
        ("5个月", "5", "个月", "个月", "5"),
        ("3个季度", "3", "个季度", "季度", "3"),
        ("8个项目", "8", "个项目", "项目", "8"),
        ("3219平方米", "3219", "平方米", "平方米", "3219"),
        ("3219㎡", "3219", "㎡", "平方米", "3219"),
        ("1395平方公里", "1395", "平方公里", "平方米", "1395000000"),
        ("3亩", "3", "亩", "平方米", "2000"),
        ("2千米", "2", "千米", "米", "2000"),
        ("7千瓦时", "7", "千瓦时", "千瓦时", "7"),
        ("7万千瓦时", "7", "万千瓦时", "千瓦时", "70000"),
        ("5万美元", "5", "万美元", "美元", "50000"),
        ("１２，３４５.６元", "12345.6", "元", "money", "12345.6"),
        ("1,234,567", "1234567", "", "", "1234567"),
        ("270", "270", "", "", "270"),
        ("5万", "5", "万", "", "50000"),
        ("007家", "7", "家", "家", "7"),
        ("三家", "3", "家", "家", "3"),
        ("两项", "2", "项", "项", "2"),
        ("十五个", "15", "个", "个", "15"),
        ("一十五个", "15", "个", "个", "15"),
        ("二十五个", "25", "个", "个", "25"),
        ("一百零五人", "105", "人", "人", "105"),
        ("两千零三十人", "2030", "人", "人", "2030"),
        ("三千元", "3000", "元", "money", "3000"),
        ("三万元", "3", "万元", "money", "30000"),
        ("零起", "0", "起", "起", "0"),
        ("〇起", "0", "起", "起", "0"),
    ],
)
def test_forms(text: str, number: str, unit: str, dimension: str, value: str) -> None:
    quantity = parse_amount(text)
    assert (quantity.number, quantity.unit.name, quantity.dimension) == (Fraction(number), unit, dimension)
    assert quantity == Fraction(value)
    assert quantity.unit.known
    assert str(quantity) == quantity.text == text


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        ("", AmountFault.EMPTY, ""),
        (" \u3000\t", AmountFault.EMPTY, ""),
        ("消除", AmountFault.NO_NUMBER, ""),
        (".", AmountFault.NO_NUMBER, ""),
        ("NaN", AmountFault.NO_NUMBER, ""),
        ("-Infinity", AmountFault.NO_NUMBER, ""),
        ("万元", AmountFault.NO_NUMBER, ""),
        ("٣家", AmountFault.UNKNOWN_SIGN, "٣"),
        ("5家、6家", AmountFault.SEVERAL_NUMBERS, ""),
        ("2-3家", AmountFault.SEVERAL_NUMBERS, ""),
        ("5 6家", AmountFault.SEVERAL_NUMBERS, ""),
        ("1 009.31万元", AmountFault.SEVERAL_NUMBERS, ""),
        ("1亿2000万元", AmountFault.SEVERAL_NUMBERS, ""),
        ("1e5", AmountFault.MALFORMED, ""),
        ("4.5E+3万元", AmountFault.MALFORMED, ""),
        ("间隔5年", AmountFault.PROSE, ""),
        ("约5000万元", AmountFault.PROSE, ""),
        ("5家企业通过了省里的现场审核验收并公示", AmountFault.PROSE, ""),
        ("1,0000元", AmountFault.MALFORMED, "1,0000"),
        ("1,00元", AmountFault.MALFORMED, "1,00"),
        ("1234,567元", AmountFault.MALFORMED, "1234,567"),
        ("1.2.3元", AmountFault.MALFORMED, "1.2.3"),
        (".5元", AmountFault.MALFORMED, ".5"),
        ("5.元", AmountFault.MALFORMED, "5."),
        ("1.234,5元", AmountFault.MALFORMED, "1.234,5"),
        ("一二三家", AmountFault.MALFORMED, "一二三"),
        ("一百五家", AmountFault.MALFORMED, "一百五"),
        ("百家", AmountFault.MALFORMED, "百"),
        ("1" * 31, AmountFault.TOO_LONG, ""),
        ("5" + "家" * 100, AmountFault.TOO_LONG, ""),
        ("¥500", AmountFault.UNKNOWN_SIGN, "¥"),
        ("500元。", AmountFault.UNKNOWN_SIGN, "。"),
        ("≥12家", AmountFault.UNKNOWN_SIGN, "≥"),
        ("5\u200b家", AmountFault.UNKNOWN_SIGN, "\u200b"),
        ("2021年", AmountFault.DATE, ""),
        ("2021年底", AmountFault.DATE, ""),
        ("3月底前", AmountFault.DATE, ""),
    ],
)
def test_faults(text: str, fault: AmountFault, part: str) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parse_amount(text)
    assert (caught.value.fault, caught.value.part) == (fault, part)


def test_thirty_digits_are_exact() -> None:
    digits = "123456789012345678901234567.891"
    assert parse_amount(digits + "元") == Fraction(digits)


def test_a_fault_says_what_it_is_about() -> None:
    with pytest.raises(NotAnAmount, match="符号：「¥」"):
        parse_amount("¥500")
    assert str(NotAnAmount(AmountFault.NO_UNIT)) == "没有单位"


def test_a_fault_survives_pickling() -> None:
    fault = pickle.loads(pickle.dumps(NotAnAmount(AmountFault.UNKNOWN_UNIT, "块")))  # noqa: S301 - our own bytes
    assert (fault.fault, fault.part) == (AmountFault.UNKNOWN_UNIT, "块")


def test_an_unknown_unit_is_a_quantity_that_says_so() -> None:
    quantity = parse_amount("5橱")
    assert (quantity.number, quantity.unit.name, quantity.unit.known) == (Fraction(5), "橱", False)


@pytest.mark.parametrize("text", ["5/周", "5次/", "5次/周/橱", "5橱/周", "5次/橱", "5家企业"])
def test_units_half_known_are_unknown(text: str) -> None:
    assert not parse_amount(text).unit.known


@pytest.mark.parametrize("text", ["5橱", "5万橱", "5橱/周"])
def test_a_declared_unit_is_known(text: str) -> None:
    assert parse_amount(text, {"橱"}).unit.known


def test_a_declared_unit_scales() -> None:
    assert parse_amount("1.5万橱", {"橱"}) == 15_000


def test_places_are_those_written() -> None:
    assert [parse_amount(text).places for text in ("5元", "5.0元", "1,009.31万元", "三家")] == [0, 1, 2, 0]


@pytest.mark.parametrize("text", ["-5万元", "8280.03万元", "三万元", "1，009.31 万元", "0元"])
def test_money(text: str) -> None:
    assert parse_money(text) == parse_amount(text)
    assert parse_money(text).dimension == MONEY


@pytest.mark.parametrize(
    ("text", "fault", "part"),
    [
        ("5", AmountFault.NO_UNIT, ""),
        ("五", AmountFault.NO_UNIT, ""),
        ("5万", AmountFault.UNKNOWN_UNIT, "万"),
        ("5万美元", AmountFault.UNKNOWN_UNIT, "万美元"),
        ("5块", AmountFault.UNKNOWN_UNIT, "块"),
        ("5万圆", AmountFault.UNKNOWN_UNIT, "万圆"),
        ("5%", AmountFault.UNKNOWN_UNIT, "%"),
        ("5元/人", AmountFault.UNKNOWN_UNIT, "元/人"),
        ("五百块大洋", AmountFault.UNKNOWN_UNIT, "块大洋"),
        ("多少万元", AmountFault.NO_NUMBER, ""),
        ("", AmountFault.EMPTY, ""),
    ],
)
def test_not_money(text: str, fault: AmountFault, part: str) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parse_money(text)
    assert (caught.value.fault, caught.value.part) == (fault, part)


def test_every_unit_to_be_hinted_at_is_understood() -> None:
    assert all(parse_money(f"1{unit}") >= 1 for unit in MONEY_UNITS)
    assert all(parse_amount(f"1{unit}").unit.known for unit in known_units() if not unit.startswith("月"))


def test_a_quantity_is_a_value() -> None:
    quantity = parse_amount("1.2万家")
    assert quantity == 12_000
    assert (quantity.number, quantity.unit.name, quantity.dimension, quantity.places) == (
        Fraction(6, 5),
        "万家",
        "家",
        1,
    )
    assert isinstance(quantity, Amount)
    assert copy.deepcopy(quantity) == quantity
    assert hash(quantity) == hash(parse_amount("1.2万家"))
