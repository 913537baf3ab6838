"""Every kind of field: what is understood, as which value, printed how; and what is refused, with which hint."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.submission.kinds import KindFault, read_kind
from generator.template.model import Field


def field(kind: str, **more: object) -> Field:
    return Field(name="甲", path="甲", kind=kind, label="某事", span=Span("fields.yaml", 1, 1), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "text", "value", "printed"),
    [
        ("金额", "82800287.60 元", "82800287.6", "82800287.60元"),
        ("金额", "8280.03 万元", "82800300", "8280.03万元"),
        ("金额", "8280.03万元", "82800300", "8280.03万元"),
        ("金额", "1,009.31 万元", "10093100", "1,009.31万元"),
        ("金额", "１，００９．３１ 万元", "10093100", "1,009.31万元"),
        ("金额", "3.45 亿元", "345000000", "3.45亿元"),
        ("金额", "0 元", "0", "0元"),
        ("数值", "98", "98", "98"),
        ("数值", "97.5", "97.5", "97.5"),
        ("整数", "48", "48", "48"),
        ("整数", "48.0", "48", "48.0"),
        ("比率", "96.69%", "0.9669", "96.69%"),
        ("比率", "96.69％", "0.9669", "96.69%"),
        ("比率", "-4.75%", "-0.0475", "-4.75%"),
        ("比率", "54.77‰", "0.05477", "54.77‰"),
        ("数量", "74家", "74", "74家"),
        ("数量", "117.91 亿元", "11791000000", "117.91亿元"),
        ("数量", "10.80%", "0.108", "10.80%"),
        ("数量", "-3.5 万人", "-35000", "-3.5万人"),
        ("目标", "超53家", "53", "超53家"),
        ("目标", "≥ 50 家", "50", "≥50家"),
        ("目标", "3.0%", "0.03", "3.0%"),
        ("年份", "2021", "2021", "2021"),
        ("年份", "2021 年", "2021", "2021"),
    ],
)
def test_a_number_keeps_its_exact_value_and_how_it_was_typed(kind: str, text: str, value: str, printed: str) -> None:
    read = read_kind(field(kind), text)
    assert isinstance(read, Amount)
    assert read == Fraction(value)
    assert str(read) == printed


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("文字", " 局本部 {{ 年度 }} ", " 局本部 {{ 年度 }} "),
        ("目标", "2-3家", "2-3家"),
        ("目标", "消除", "消除"),
        ("日期", "2021-12-31", date(2021, 12, 31)),
        ("日期", "2021年12月31日", date(2021, 12, 31)),
        ("日期", "2021/1/5", date(2021, 1, 5)),
        ("日期", "2021.1.5", date(2021, 1, 5)),
        ("日期", " 2020 年 2 月 29 日 ", date(2020, 2, 29)),
        ("是否", "是", True),
        ("是否", "否", False),
    ],
)
def test_what_is_no_number_is_read_as_it_is(kind: str, text: str, value: object) -> None:
    read = read_kind(field(kind), text)
    assert read == value
    assert type(read) is type(value)


def test_an_option_is_one_of_the_choices() -> None:
    for text in ("推进中", "推\n进\n中", "推 进 中"):
        assert read_kind(field("选项", choices=("已完成", "推进中")), text) == "推进中"


def test_a_number_may_carry_the_unit_of_its_field_and_no_other() -> None:
    people = field("整数", unit="名")
    assert str(read_kind(people, "48 名")) == "48名"
    assert str(read_kind(people, "48")) == "48名"
    with pytest.raises(KindFault) as fault:
        read_kind(people, "48 家")
    assert (fault.value.code.number, fault.value.words["unit"]) == ("JX206", "家")
    assert fault.value.words["expected"] == "「名」"
    assert fault.value.hint == "写成「48 名」。"


def test_a_figure_in_the_unit_of_its_field_is_a_number_of_that_unit() -> None:
    """Of a field in 万人, 3 and 3 万人 are the same number: 3, not 30,000."""
    people = field("数值", unit="万人")
    assert read_kind(people, "3") == read_kind(people, "3 万人") == 3
    assert read_kind(field("整数", unit="万人"), "3万人") == 3


def test_bounds_are_part_of_the_field() -> None:
    score = field("数值", least=Fraction(0), most=Fraction(100))
    assert read_kind(score, "100") == 100
    assert read_kind(score, "0") == 0
    rate = field("比率", least=Fraction(-1, 2), most=Fraction(1))
    assert read_kind(rate, "-50%") == Fraction(-1, 2)
    with pytest.raises(KindFault) as low:
        read_kind(rate, "-50.01%")
    assert (low.value.code.number, low.value.words) == ("JX208", {"least": "-50%"})
    with pytest.raises(KindFault) as high:
        read_kind(score, "100.01")
    assert (high.value.code.number, high.value.words) == ("JX209", {"most": "100"})
    for few, text, hint in ((field("整数", least=1), "无", ""), (field("比率", least=0), "(5%)", "不能是负数")):
        with pytest.raises(KindFault) as fault:
            read_kind(few, text)
        assert hint in fault.value.hint
        assert bool(hint) is bool(fault.value.hint)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("(5.00)万元", "-5.00 万元"),
        ("（5.00）", "-5.00 元」或「-5.00 万元"),
        ("1,234.50-元", "-1,234.50 元"),
        ("负5万", "-5 万元"),
        ("￥-5.00", "-5.00 元"),
    ],
)
def test_how_bookkeepers_write_what_is_below_zero(text: str, meant: str) -> None:
    with pytest.raises(KindFault) as fault:
        read_kind(field("金额", signed=True), text)
    assert fault.value.hint.startswith(f"写成「{meant}」")


@pytest.mark.parametrize("text", ["5-6 万元", "5(2) 万元", "12 34 元", "2024-12-31"])
def test_what_is_not_one_number_is_not_read_as_one(text: str) -> None:
    with pytest.raises(KindFault) as fault:
        read_kind(field("金额", signed=True), text)
    assert fault.value.hint == ""


@pytest.mark.parametrize(
    ("kind", "text", "code", "hint"),
    [
        ("金额", "349177", "JX205", ""),
        ("金额", "1,009.31", "JX205", ""),
        ("金额", "349177 圆", "JX206", "元"),
        ("金额", "349177 家", "JX206", "可用的有：元、千元、万元"),
        ("金额", "25%", "JX206", "元"),
        ("金额", "8280.03 万圆", "JX206", "「8280.03 万元」"),
        ("金额", "待定", "JX207", ""),
        ("金额", "约 3 万元", "JX207", "「3 万元」"),
        ("金额", "10,09.31 万元", "JX207", ""),
        ("金额", "498.02w", "JX206", "「498.02 万元」"),
        ("金额", "9.88 w元", "JX206", "写成「9.88 万元」"),
        ("金额", "14.00 万元以上", "JX206", "写成「14.00 万元」"),
        ("金额", "349177元整", "JX206", "「349177 元」"),
        ("金额", "￥1 234.50", "JX207", "「1234.50 元」"),
        ("金额", ".5 万元", "JX207", "「0.5 万元」"),
        ("金额", "（5.00）万元", "JX207", "这里不能是负数；不是负数的写成「5.00 万元」"),
        ("金额", "3 万元 5 元", "JX207", ""),
        ("金额", "-1 元", "JX208", ""),
        ("数值", "优秀", "JX207", ""),
        ("数值", "98 家", "JX206", "这里只填数字"),
        ("数值", "98%", "JX206", "「98」"),
        ("比率", "下降20%", "JX207", "「-20%」"),
        ("比率", "(5.00)", "JX207", "「-5.00%」（会计用括号表示负数）；不是负数的写成「5.00%」"),
        ("数量", "12 34 家", "JX207", ""),
        ("数量", "△3 家", "JX207", "「-3 家」"),
        ("数值", "-1", "JX208", ""),
        ("整数", "12.5", "JX213", ""),
        ("整数", "若干", "JX207", ""),
        ("整数", "5 人", "JX206", "这里只填数字"),
        ("整数", "-5", "JX208", ""),
        ("比率", "0.9669", "JX212", "「96.69%」"),
        ("比率", "1", "JX212", "「100%」"),
        ("比率", "5 家", "JX212", ""),
        ("比率", "很高", "JX207", ""),
        ("数量", "许多", "JX207", ""),
        ("日期", "2021-02-30", "JX210", ""),
        ("日期", "2021-13-01", "JX210", ""),
        ("日期", "2021-12", "JX210", "哪一天"),
        ("日期", "12/31", "JX210", "年、月、日都要写"),
        ("金额", "没有", "JX207", "「0 元」"),
        ("日期", "年底", "JX210", ""),
        ("比率", "5.4％%", "JX206", "写成「5.4%」"),
        ("年份", "21", "JX214", ""),
        ("年份", "2121", "JX214", ""),
        ("年份", "今年", "JX214", ""),
        ("是否", "对", "JX211", "「是」或「否」"),
        ("选项", "已完工", "JX211", "「已完成」"),
        ("选项", "未完成", "JX211", "可用的有：已完成、推进中。"),
    ],
)
def test_what_is_not_of_its_kind_is_refused(kind: str, text: str, code: str, hint: str) -> None:
    with pytest.raises(KindFault) as fault:
        read_kind(field(kind, choices=("已完成", "推进中")), text)
    assert fault.value.code.number == code
    assert str(fault.value) == fault.value.code.title
    assert hint in fault.value.hint
    assert bool(hint) is bool(fault.value.hint)
    # Everything that the message and the hint name is given, apart from what the place adds.
    fault.value.code.at(Span("f", 1, 1), "甲", name="甲", text=text, **fault.value.words)


@pytest.mark.parametrize(
    ("kind", "text", "message", "hint"),
    [
        (
            "金额",
            "25%",
            "「甲」的「25%」中，单位「%」不是金额单位。",
            "可用的有：元、千元、万元、百万元、千万元、亿元。",
        ),
        ("金额", "待定", "「甲」应当填金额，「待定」没有数字。", "只填一个数字和单位，如「125.00 万元」。"),
        ("数值", "优秀", "「甲」应当填数字，「优秀」没有数字。", "只填一个数字和单位，如「98」。"),
        ("数值", "98 家", "「甲」的「98 家」中，单位「家」不是这里可用的单位。", "这里只填数字，不带单位。"),
        ("整数", "若干", "「甲」应当填整数，「若干」没有数字。", "只填一个数字和单位，如「12」。"),
        ("比率", "5.4% %", "「甲」的「5.4% %」中，单位「%%」不是「%」。", "写成「5.4%」。"),
        ("比率", "很高", "「甲」应当填百分数，「很高」没有数字。", "只填一个数字和单位，如「96.69%」。"),
        ("数量", "许多", "「甲」应当填数量和单位，「许多」没有数字。", "只填一个数字和单位，如「74家」。"),
        ("是否", "对", "「甲」的「对」不是可选的值。", "填「是」或「否」。"),
    ],
)
def test_the_finding_says_what_was_expected_and_how_to_write_it(kind: str, text: str, message: str, hint: str) -> None:
    with pytest.raises(KindFault) as fault:
        read_kind(field(kind), text)
    found = fault.value.code.at(Span("f", 1, 1), "甲", hint=fault.value.hint, name="甲", text=text, **fault.value.words)
    assert (found.message, found.hint) == (message, hint)


def test_a_refused_number_names_the_fields_own_example() -> None:
    for kind in ("数值", "整数", "数量"):
        with pytest.raises(KindFault) as fault:
            read_kind(field(kind, example="31.5 项"), "若干")
        assert fault.value.words["example"] == "31.5 项"
