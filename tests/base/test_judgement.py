"""Verdicts: the seed's table, bounds, units, ranges, reverse and exact indicators, blanks."""

import csv
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.judgement import Flag, Judgement, Verdict, judge
from generator.base.target import Operator
from generator.base.target_text import parse_target

ROWS = list(csv.DictReader((Path(__file__).parent / "targets.csv").read_text(encoding="utf-8").splitlines()))
THIRTY_PERCENT = Fraction(3, 10)


def judged(row: dict[str, str]) -> Judgement:
    return judge(row["目标值"], row["实际完成值"])


@pytest.mark.parametrize("row", ROWS, ids=[row["序号"] for row in ROWS])
def test_rows_of_a_real_report(row: dict[str, str]) -> None:
    judgement = judged(row)
    expected = row["说明"].split()
    assert judgement.verdict == row["判断"]
    assert ((judgement.over or 0) > THIRTY_PERCENT) is ("over" in expected)
    assert (Flag.ACTUAL_IS_BOUND in judgement.flags) is ("bound" in expected)
    assert (Flag.UNIT_DIFFERS in judgement.flags) is ("unit" in expected)


def test_the_counts_of_a_real_report() -> None:
    judgements = [judged(row) for row in ROWS]
    assert len(judgements) == 81
    assert Counter(judgement.verdict for judgement in judgements) == {
        Verdict.MET: 77,
        Verdict.NOT_MET: 2,
        Verdict.BY_PERSON: 2,
    }
    assert sum((judgement.over or 0) > THIRTY_PERCENT for judgement in judgements) == 14
    assert sum(Flag.ACTUAL_IS_BOUND in judgement.flags for judgement in judgements) == 4
    assert sum(Flag.UNIT_DIFFERS in judgement.flags for judgement in judgements) == 2


def test_the_shapes_of_a_real_report() -> None:
    shapes = {column: {re.sub(r"[0-9.]+", "N", row[column]) for row in ROWS} for column in ("目标值", "实际完成值")}
    assert [len(shapes[column]) for column in shapes] == [29, 22]
    assert {parse_target(row["目标值"]).operator for row in ROWS} == {
        Operator.PLAIN,
        Operator.AT_LEAST,
        Operator.MORE_THAN,
        Operator.RANGE,
        Operator.QUALITATIVE,
    }


@pytest.mark.parametrize(
    ("target", "actual", "verdict"),
    [
        ("≥12家", "12家", Verdict.MET),
        ("≥12家", "11家", Verdict.NOT_MET),
        ("≥12家", "十二家", Verdict.MET),
        ("超过2000万元", "2000万元", Verdict.NOT_MET),
        ("超过2000万元", "2000.01万元", Verdict.MET),
        ("不超过5%", "5%", Verdict.MET),
        ("不超过5%", "5.01%", Verdict.NOT_MET),
        ("不超过5%", "50‰", Verdict.MET),
        ("低于5%", "5%", Verdict.NOT_MET),
        ("低于5%", "4.99%", Verdict.MET),
        ("270家", "282家", Verdict.MET),
        ("270家", "269家", Verdict.NOT_MET),
        ("不突破5万元", "5.2万元", Verdict.NOT_MET),
        ("不超过每人500元", "520元/人", Verdict.NOT_MET),
        ("户均500元以上", "约户均536元", Verdict.NOT_COMPARABLE),
        ("≥10场", "没有完成12场", Verdict.NOT_COMPARABLE),
        ("≤5人", "4.5E3人", Verdict.NOT_COMPARABLE),
        ("10月底前", "约9月28日", Verdict.NOT_COMPARABLE),
        # 以内 behind a longer unit than the known one, or behind words.
        ("12册次以内", "11册次", Verdict.MET),
        ("12辆次以内", "13辆次", Verdict.NOT_MET),
        ("15㎎/L以下", "16㎎/L", Verdict.NOT_MET),
        ("5万元资金以内", "6万元", Verdict.NOT_MET),
        ("12名专家以上", "11名", Verdict.NOT_MET),
        ("12μmol/L以下", "13μmol/L", Verdict.BY_PERSON),
        ("3公里范围内", "2公里", Verdict.BY_PERSON),
        ("10㎡-12㎡", "11㎡", Verdict.MET),
        ("10幅-12幅", "11幅", Verdict.MET),
        ("≥100万标箱", "102万TEU", Verdict.MET),
        ("100万标准箱", "98万标箱", Verdict.NOT_MET),
        ("≥10个", "缺12个", Verdict.NOT_COMPARABLE),
        ("2-3家", "1家", Verdict.NOT_MET),
        ("2-3家", "2家", Verdict.MET),
        ("2-3家", "3家", Verdict.MET),
        ("2-3家", "4家", Verdict.MET),
        ("=5个", "5个", Verdict.MET),
        ("=5个", "6个", Verdict.NOT_MET),
        ("1亿元以上", "31100万元", Verdict.MET),
        ("1亿元以上", "9999.99万元", Verdict.NOT_MET),
        ("1.2万家", "12000家", Verdict.MET),
        ("10平方公里", "1000公顷", Verdict.MET),
        ("≧3次/周", "每周4次", Verdict.MET),
        ("8%", "-3%", Verdict.NOT_MET),
        ("-4.75%", "-3%", Verdict.MET),
        ("0起", "0起", Verdict.MET),
        ("15", "16", Verdict.MET),
        # bounds
        ("≥12家", "≥12家", Verdict.MET),
        ("≥12家", "≥11家", Verdict.NOT_COMPARABLE),
        ("≥150人", "＞150人", Verdict.MET),
        ("＞150人", "≥150人", Verdict.NOT_COMPARABLE),
        ("＞150人", "＞150人", Verdict.MET),
        ("≥12家", "不超过11家", Verdict.NOT_MET),
        ("≥12家", "少于12家", Verdict.NOT_MET),
        ("≥12家", "不超过12家", Verdict.NOT_COMPARABLE),
        ("≤5%", "≤4%", Verdict.MET),
        ("≤5%", "≥4%", Verdict.NOT_COMPARABLE),
        ("≤5%", "超过5%", Verdict.NOT_MET),
        ("≥12家", "12-15家", Verdict.MET),
        ("≥12家", "10-15家", Verdict.NOT_COMPARABLE),
        ("=5个", "≥5个", Verdict.NOT_COMPARABLE),
        # units
        ("≥1000人次", "1000人", Verdict.MET),
        ("≥1000人次", "999人", Verdict.NOT_MET),
        ("≥1000人次/年", "1000人/年", Verdict.MET),
        ("≧3次/周", "3次/月", Verdict.NOT_COMPARABLE),
        ("≧3次/周", "3次", Verdict.NOT_COMPARABLE),
        ("12家", "16", Verdict.NOT_COMPARABLE),
        ("12", "16家", Verdict.NOT_COMPARABLE),
        ("12家", "16%", Verdict.NOT_COMPARABLE),
        ("12家", "16万元", Verdict.NOT_COMPARABLE),
        # Of a unit nobody knows, numbers of the very same compare; which way is better is not known without a sign.
        ("5橱", "7橱", Verdict.NOT_COMPARABLE),
        ("5橱", "5橱", Verdict.MET),
        ("≥5橱", "7橱", Verdict.MET),
        ("≥5橱", "4橱", Verdict.NOT_MET),
        ("≥5橱", "7柜", Verdict.NOT_COMPARABLE),
        ("5家", "7橱", Verdict.NOT_COMPARABLE),
        ("≥5橱", "7家", Verdict.NOT_COMPARABLE),
        ("5年", "60个月", Verdict.MET),
        # words
        ("消除", "消除", Verdict.BY_PERSON),
        ("消除", "3起", Verdict.BY_PERSON),
        ("间隔5年", "预期达标", Verdict.BY_PERSON),
        ("≥5家", "已完成", Verdict.NOT_COMPARABLE),
        ("≥5家", "约5家", Verdict.NOT_COMPARABLE),
        # blanks
        ("≥5家", "", Verdict.NOT_COMPARABLE),
        ("≥5家", " ", Verdict.NOT_COMPARABLE),
        ("≥5家", None, Verdict.NOT_COMPARABLE),
        ("0起", None, Verdict.NOT_COMPARABLE),
        ("消除", None, Verdict.NOT_COMPARABLE),
        ("", "5家", Verdict.NOT_COMPARABLE),
        ("", "", Verdict.NOT_COMPARABLE),
        ("≥负40处", "50处", Verdict.BY_PERSON),
        ("-≥40处", "50处", Verdict.BY_PERSON),
        ("≥40处", "-3处", Verdict.NOT_MET),
        ("≥-2℃", "-1℃", Verdict.MET),
        ("八成至九成五", "85%", Verdict.MET),
        ("≥-40处", "0处", Verdict.BY_PERSON),
        ("≤-5件", "-6件", Verdict.MET),
        ("≤-5件", "3件", Verdict.NOT_MET),
        ("≥-200人", "50人", Verdict.MET),
        ("≥-5户", "-6户", Verdict.NOT_MET),
        ("≤-2微克/立方米", "-1微克/立方米", Verdict.NOT_MET),
        ("≤-18度", "-20度", Verdict.MET),
        ("≥-100亩", "120亩", Verdict.MET),
        ("≥-100亩", "80亩", Verdict.BY_PERSON),
        ("≥-100亩", "-120亩", Verdict.NOT_MET),
        ("≥-30处", "-20处", Verdict.MET),
        ("-5~5件", "6件", Verdict.MET),
        ("≤25°C", "25.5℃", Verdict.NOT_MET),
        ("七八成", "80%", Verdict.MET),
        ("七八成", "69%", Verdict.NOT_MET),
        ("≥75%", "七八成", Verdict.NOT_COMPARABLE),
        ("≥贰拾叁万伍仟元整", "23万元", Verdict.NOT_MET),
        ("壹佰元整", "100元", Verdict.MET),
        ("≤人民币壹亿零贰佰万叁仟元零伍分", "102003000.06元", Verdict.NOT_MET),
        ("≤￥壹万贰仟亿圆整", "1.2万亿元", Verdict.MET),
        ("≥壹拾贰元伍角", "12.4元", Verdict.NOT_MET),
        ("≥三万四千万元", "叁亿叁仟玖佰万元", Verdict.NOT_MET),
        ("≤四十八万万元", "479999.99万元", Verdict.MET),
        ("≥一亿零七百二十一万三千元", "一亿零七百二十一万二千元", Verdict.NOT_MET),
        ("≥10家", "十余家", Verdict.MET),
        # ranges
        ("四十五到47尾", "45尾", Verdict.MET),
        ("介于20件和25件之间", "26件", Verdict.NOT_MET),
        ("3-5篇论文", "2篇论文", Verdict.NOT_MET),
        ("在5~15趟次之间", "16趟次", Verdict.NOT_MET),
        ("3-5天办结", "4天", Verdict.BY_PERSON),
        ("pH6～9", "9.5", Verdict.NOT_MET),
        ("pH7.2", "7.5", Verdict.BY_PERSON),
        ("5万担", "5.2万担", Verdict.MET),
        ("pH值6-9", "7.2", Verdict.MET),
        ("GDP6%-7%", "6.5%", Verdict.BY_PERSON),
        # units
        ("≥三百六十五kWh", "364.9千瓦时", Verdict.NOT_MET),
        ("≥100万吨", "10亿斤", Verdict.NOT_MET),
        ("≥5万担", "6万担", Verdict.MET),
        ("≥5万担", "6万吨", Verdict.NOT_COMPARABLE),
        ("≥100Mbps", "200Mbps", Verdict.MET),
        ("≥10TB", "9.5TB", Verdict.NOT_MET),
        ("≥5G", "6G", Verdict.BY_PERSON),
        ("≥364点", "365点", Verdict.MET),
        # which way, and which place
        ("失业率4.5%", "3.2%", Verdict.NOT_COMPARABLE),
        ("生师比18:1", "17:1", Verdict.NOT_COMPARABLE),
        ("第5名以内", "第6名", Verdict.NOT_MET),
        ("不低于第5名", "第4名", Verdict.MET),
        ("保持第一", "第一", Verdict.MET),
        # words around the actual value
        ("≥10个", "截至2024年12月底，完成12个", Verdict.MET),
        ("≥10路", "9路，已完成", Verdict.NOT_MET),
        ("≥10个", "12个，超额完成20%", Verdict.MET),
        ("≥10个", "12个，未完成验收", Verdict.NOT_COMPARABLE),
        ("≥300天", "共计299天", Verdict.NOT_MET),
        ("18:00前", "17:30", Verdict.MET),
        ("不低于1:20", "1:20，超额完成", Verdict.MET),
        # money saved or overspent, and deviations below zero
        ("≤500万元", "超支2万元", Verdict.NOT_COMPARABLE),
        ("≤500万元", "498.65万元（结余1.35万元）", Verdict.MET),
        ("超支≤5万元", "超支2万元", Verdict.MET),
        ("预决算差异率≤10%", "-12%", Verdict.NOT_COMPARABLE),
        ("预决算差异率≤10%", "-2%", Verdict.MET),
    ],
)
def test_verdicts(target: str, actual: str | None, verdict: Verdict) -> None:
    judgement = judge(target, actual)
    assert judgement.verdict is verdict
    assert judgement.reason.endswith("。")
    if verdict in {Verdict.BY_PERSON, Verdict.NOT_COMPARABLE}:
        assert (judgement.rate, judgement.over) == (None, None)


@pytest.mark.parametrize(
    ("target", "actual", "verdict"),
    [
        ("5%", "4%", Verdict.MET),
        ("5%", "5%", Verdict.MET),
        ("5%", "6%", Verdict.NOT_MET),
        ("3-5天", "2天", Verdict.MET),
        ("3-5天", "6天", Verdict.NOT_MET),
        ("0起", "1起", Verdict.NOT_MET),
        ("≥5家", "6家", Verdict.MET),
        ("≤5家", "6家", Verdict.NOT_MET),
    ],
)
def test_reverse(target: str, actual: str, verdict: Verdict) -> None:
    assert judge(target, actual, "反向").verdict is verdict


@pytest.mark.parametrize(
    ("target", "actual", "verdict"),
    [
        ("5个", "5个", Verdict.MET),
        ("5个", "6个", Verdict.NOT_MET),
        ("5个", "4个", Verdict.NOT_MET),
        ("1万元", "10000元", Verdict.MET),
        ("≥5个", "6个", Verdict.MET),
        ("2-3个", "4个", Verdict.MET),
    ],
)
def test_exact(target: str, actual: str, verdict: Verdict) -> None:
    assert judge(target, actual, "约束").verdict is verdict


@pytest.mark.parametrize(
    ("target", "actual", "rate", "over"),
    [
        ("≥12家", "16家", "4/3", "1/3"),
        ("≥12家", "12家", "1", "0"),
        ("5个", "0个", "0", "0"),
        ("8%", "-3%", "0", "0"),
        ("8%", "10.7%", "107/80", "27/80"),
        ("2-3家", "1家", "1/2", "0"),
        ("2-3家", "2家", "1", "0"),
        ("2-3家", "3家", "1", "0"),
        ("2-3家", "4家", "4/3", "1/3"),
        ("1亿元以上", "31100万元", "311/100", "211/100"),
        ("≥10家", "≥12家", "6/5", "1/5"),
        ("不超过5%", "4%", "6/5", None),
        ("不超过5%", "7.5%", "1/2", None),
        ("不超过5%", "15%", "0", None),
        ("≤10家", "2-8家", "6/5", None),
        ("≥4家", "5-8家", "5/4", "1/4"),
        ("=5个", "4个", "4/5", None),
        ("=5个", "6个", "4/5", None),
        ("=5个", "5个", "1", None),
        ("=5个", "12个", "0", None),
        # no share can be taken of a target of zero or below
        ("0起", "0起", "1", None),
        ("≤0起", "0起", "1", None),
        ("≤0起", "1起", "0", None),
        ("=0起", "2起", "0", None),
        ("≥0家", "6家", "1", None),
        ("-4.75%", "-3%", "1", None),
        ("≥-5%", "-8%", "0", None),
        ("-5%~-3%", "1%", "1", None),
        ("0-5家", "6家", "1", "1/5"),
        # in the target's unit
        ("≥3公里", "2500米", "5/6", "0"),
        ("≥200万元", "210万", "21/20", "1/20"),
        ("≥200万", "210万元", "21/20", "1/20"),
        ("≤30分钟", "25分", "7/6", None),
        ("≤30分钟", "25分30秒", "23/20", None),
        ("≤1天", "20小时", "7/6", None),
        ("≤半天", "2小时", "3/2", None),
        ("≤半天", "4小时", "1", None),
        ("≤半天", "13小时", None, None),
        # of the year
        ("每季度1次", "全年4次", "1", "0"),
        ("每月1次", "全年11次", "11/12", "0"),
        ("每周1次", "60次", "15/13", "2/13"),
        ("≥2次/人/年", "3次/人/年", "3/2", "1/2"),
        ("每两年1次", "1次", "2", None),
        # of a fall, and of none
        ("增长5%", "下降3%", "0", "0"),
        ("下降5%", "0%", "0", "0"),
        ("下降5%", "-3%", None, None),
        ("≤3起", "未发生", "2", None),
        ("≥3起", "未发生", None, None),
    ],
)
def test_rates(target: str, actual: str, rate: str | None, over: str | None) -> None:
    judgement = judge(target, actual)
    assert judgement.rate == (None if rate is None else Fraction(rate))
    assert judgement.over == (None if over is None else Fraction(over))


def test_the_rate_of_a_reverse_range_is_taken_of_its_upper_end() -> None:
    assert judge("0-5起", "6起", "反向").rate == Fraction(4, 5)


@pytest.mark.parametrize(
    ("target", "actual", "flags"),
    [
        ("≥12家", "16家", set()),
        ("≥12家", None, {Flag.ACTUAL_MISSING}),
        ("", "5家", {Flag.TARGET_MISSING}),
        ("≥1000人次", "1000人", {Flag.UNIT_DIFFERS}),
        ("≥12家", "16%", {Flag.UNIT_DIFFERS}),
        ("1亿元", "31100万元", {Flag.UNIT_CONVERTED}),
        ("12", "16", {Flag.UNIT_MISSING}),
        ("12家", "16", {Flag.UNIT_MISSING}),
        ("5橱", "7柜", {Flag.UNIT_UNKNOWN}),
        ("≥1200万元", "≥5000万元", {Flag.ACTUAL_IS_BOUND}),
        ("≥10件", "≥8件", {Flag.ACTUAL_IS_BOUND}),
        ("≥3次/周", "≧3次/周", {Flag.ACTUAL_IS_BOUND, Flag.ACTUAL_COPIES_TARGET}),
        ("2-3家", "4家", {Flag.ABOVE_RANGE}),
        ("2-3家", "3家", set()),
        ("100%", "100%", set()),
        ("5-10个", "10个", set()),
        ("5-10个", "11-12个", {Flag.ABOVE_RANGE, Flag.ACTUAL_IS_BOUND}),
        ("5-10个", "9-12个", {Flag.ACTUAL_IS_BOUND}),
        ("2021年6月", "2021年6月1日", set()),
        ("2021年6月", "2021年6月前", {Flag.ACTUAL_IS_BOUND}),
        ("2021年12月底前", "2021年12月底前", {Flag.ACTUAL_IS_BOUND, Flag.ACTUAL_COPIES_TARGET}),
        ("≥30元/吨", "40元/立方米", {Flag.UNIT_DIFFERS}),
        ("≥3天", "4人", {Flag.UNIT_DIFFERS}),
        ("≥3", "4人", {Flag.UNIT_MISSING}),
    ],
)
def test_flags(target: str, actual: str | None, flags: set[Flag]) -> None:
    judgement = judge(target, actual)
    assert judgement.flags == flags


def test_above_a_reverse_range_is_a_failure_and_no_flag() -> None:
    assert judge("2-3起", "4起", "反向").flags == frozenset()


@pytest.mark.parametrize(
    ("target", "actual", "reason"),
    [
        ("≥12家", "16家", "实际「16家」达到目标「≥12家」。"),
        ("5个", "0个", "实际「0个」未达到目标「5个」。"),
        ("≤5%", "6%", "实际「6%」超出目标「≤5%」。"),
        ("=5个", "6个", "实际「6个」不符合目标「=5个」。"),
        ("2-3家", "4家", "实际「4家」达到目标「2-3家」；高于目标区间的上限。"),
        ("≥9人次", "9人", "实际「9人」达到目标「≥9人次」；单位不同（目标为「人次」，实际为「人」），只比较了数。"),
        ("≥10件", "≥8件", "实际「≥8件」只是界限，不能断定是否达到目标「≥10件」，请写明具体数。"),
        ("5家", "7橱", "「7橱」的单位「橱」不认识，不能比较。"),
        ("5家", None, "没有填写实际完成值（空白不等于0）。"),
        ("消除", "消除", "目标「消除」没有数字，须由人评定。"),
        ("间隔5年", "预期达标", "目标「间隔5年」数字夹在文字中，须由人评定。"),
        ("5家", "已完成", "目标「5家」是数量，实际「已完成」没有数字，请填写实际完成的数量。"),
        ("3工作日", "2天", "「工作日」与「天」之间没有固定的换算，不能比较，请用同一种单位填写。"),
        ("≥3吨", "4人", "目标的单位「吨」与实际的单位「人」不是同一种量，不能比较。"),
        ("≤100万元", "节约20万元", "目标「≤100万元」是限额，实际「节约20万元」说的是节约，不能比较。"),
        ("≥100万元", "节约20万元", "实际「节约20万元」未达到目标「≥100万元」。"),
        ("100%", "100%（119/120）", "实际「100%（119/120）」达到目标「100%」。"),
        (
            "100%",
            "100%（118/120）",
            "实际「100%（118/120）」里有「118/120」，看不出是不是本年实际完成的数，请只写实际完成的数。",
        ),
        ("≥50%", "提高49%", "目标「≥50%」与实际「提高49%」一个没有说是升是降，一个说的是增减，不能比较。"),
    ],
)
def test_reasons(target: str, actual: str | None, reason: str) -> None:
    assert judge(target, actual).reason == reason


def test_parsed_and_typed_give_the_same() -> None:
    assert judge(parse_target("≥12家"), parse_target("16家")) == judge("≥12家", "16家")


def test_every_verdict_has_a_label() -> None:
    assert [verdict.label for verdict in Verdict] == ["已完成", "未完成", "由人评定", "无法比较", "不适用"]


@pytest.mark.parametrize(
    ("target", "actual", "way", "verdict"),
    [
        ("0起", "2起", "", Verdict.NOT_MET),
        ("0%", "2%", "", Verdict.NOT_COMPARABLE),
        ("0起", "0起", "", Verdict.MET),
        ("0起", "2起", "反向", Verdict.NOT_MET),
        ("0起", "2起", "约束", Verdict.NOT_MET),
        ("≤0起", "2起", "", Verdict.NOT_MET),
        ("≥0起", "2起", "", Verdict.MET),
    ],
)
def test_a_bare_zero_asks_for_none(target: str, actual: str, way: str, verdict: Verdict) -> None:
    """「0起」安全事故 is met by no accident only; 「0%」 may be a rate of growth."""
    assert judge(target, actual, way).verdict is verdict


@pytest.mark.parametrize(
    ("target", "actual", "way", "verdict"),
    [
        # deadlines; the report is of 2024
        ("12月20日前", "12月15日", "正向", Verdict.MET),
        ("12月20日前", "2025年1月10日", "", Verdict.NOT_MET),
        ("2024年12月20日前", "2024-12-20", "", Verdict.MET),
        ("11月底前", "已于11月28日完成验收", "", Verdict.MET),
        ("11月底前", "12月", "", Verdict.NOT_MET),
        ("11月25日前", "11月", "", Verdict.NOT_COMPARABLE),
        ("10月前", "9月30日", "", Verdict.MET),
        ("10月前", "10月8日", "", Verdict.NOT_COMPARABLE),
        ("10月前", "11月1日", "", Verdict.NOT_MET),
        ("11月底前", "11月底前", "", Verdict.MET),
        ("11月底前", "按时完成", "", Verdict.NOT_COMPARABLE),
        ("11月底前", "100%", "", Verdict.NOT_COMPARABLE),
        ("2024年3月1日至11月30日", "2024年4月-10月", "", Verdict.MET),
        ("2024年3月1日至11月30日", "2024年12月3日", "", Verdict.NOT_MET),
        ("每天早上七点半前到达", "7点20分", "", Verdict.MET),
        ("每月5日前", "2024年5月4日", "", Verdict.NOT_COMPARABLE),
        # times, rates and totals of the year
        ("半小时内", "25分钟", "", Verdict.MET),
        ("半年内", "7个月", "", Verdict.NOT_MET),
        ("3个工作日内", "2天", "", Verdict.NOT_COMPARABLE),
        ("每月1次", "12次", "", Verdict.MET),
        ("每月1次", "11次", "", Verdict.NOT_MET),
        ("≥12次/年", "每季度3次", "", Verdict.MET),
        ("12次", "每月1次", "", Verdict.MET),
        ("每周1次", "52次", "", Verdict.MET),
        ("每周1次", "40次", "", Verdict.NOT_COMPARABLE),
        ("每周不超过5次", "300次", "", Verdict.NOT_COMPARABLE),
        ("每旬1次", "每月3次", "", Verdict.MET),
        ("平均响应时间≤30分钟", "平均25.4分钟", "", Verdict.MET),
        ("响应时间≤30分钟", "25分", "", Verdict.MET),
        ("每天1次", "366次", "", Verdict.MET),
        ("每天1次", "250次", "", Verdict.NOT_COMPARABLE),
        ("每天1次", "每周5次", "", Verdict.NOT_COMPARABLE),
        ("52次", "每周1次", "", Verdict.NOT_COMPARABLE),
        ("≥720元/月", "750元", "", Verdict.NOT_COMPARABLE),
        ("≥100吨/月", "1100吨", "", Verdict.NOT_COMPARABLE),
        ("≥100吨/月", "全年1100吨", "", Verdict.NOT_MET),
        ("每月1次", "1次", "", Verdict.NOT_COMPARABLE),
        ("18-26℃", "24℃", "", Verdict.MET),
        ("18-26℃", "30℃", "", Verdict.NOT_COMPARABLE),
        # a day has 24 hours under a limit only
        ("≤1天", "20小时", "", Verdict.MET),
        ("≤24小时", "2天", "", Verdict.NOT_MET),
        ("3天", "80小时", "时效指标", Verdict.NOT_MET),
        ("培训≥3天", "24小时", "", Verdict.NOT_COMPARABLE),
        ("≤1个月", "25天", "", Verdict.NOT_COMPARABLE),
        ("响应时间≤2小时", "1小时50分", "", Verdict.MET),
        ("质保期≥2年", "1年11个月", "", Verdict.NOT_MET),
        ("投资完成3亿元", "2亿9800万元", "", Verdict.NOT_MET),
        # what a bare number asks for
        ("3万元", "2.9万元", "成本指标", Verdict.MET),
        ("3万元", "3.1万元", "成本指标", Verdict.NOT_MET),
        ("总成本3万元", "2.9万元", "", Verdict.MET),
        ("总成本3万", "2.9万元", "", Verdict.MET),
        ("7个工作日", "5个工作日", "时效指标", Verdict.MET),
        ("95%", "96%", "时效指标", Verdict.MET),
        ("100%", "96%", "成本指标", Verdict.NOT_COMPARABLE),
        ("控制在3%-5%", "6%", "", Verdict.NOT_MET),
        ("约36次", "38次", "", Verdict.MET),
        ("约36次", "35次", "", Verdict.BY_PERSON),
        # changes, and what does not apply
        ("增长5%", "6%", "", Verdict.MET),
        ("增长5%", "下降6%", "", Verdict.NOT_MET),
        ("增长5%", "负增长2%", "", Verdict.NOT_MET),
        ("增长5%", "增长-2%", "", Verdict.NOT_MET),
        ("增长5%", "负增长", "", Verdict.NOT_MET),
        ("增长5%", "与上年持平", "", Verdict.NOT_MET),
        ("增长5%", "与全省持平", "", Verdict.NOT_COMPARABLE),
        ("增长5%", "增幅收窄5%", "", Verdict.NOT_COMPARABLE),
        ("增长不超过3%", "零增长", "", Verdict.MET),
        ("下降2%", "负增长2%", "", Verdict.MET),
        ("下降5%", "降至5%", "", Verdict.NOT_COMPARABLE),
        ("增长5%", "降6%", "", Verdict.NOT_MET),
        ("增长5%", "同比增6%", "", Verdict.MET),
        ("增长至少5%", "增长6%", "", Verdict.MET),
        ("下降5%", "增长-6%", "", Verdict.MET),
        ("≥95%", "比上年提高3%", "", Verdict.NOT_COMPARABLE),
        ("≥95%", "提高到96%", "", Verdict.MET),
        ("≥6%", "同比增长5.8%", "", Verdict.NOT_MET),
        ("≥2%", "负增长2%", "", Verdict.NOT_COMPARABLE),
        ("≥95%", "与上年持平", "", Verdict.NOT_COMPARABLE),
        ("零增长", "零增长", "", Verdict.BY_PERSON),
        ("0", "1%", "", Verdict.NOT_COMPARABLE),
        ("事故0起", "未发生", "", Verdict.MET),
        ("投诉率≤1%", "未发生", "", Verdict.NOT_COMPARABLE),
        ("20个村", "18个行政村", "", Verdict.NOT_MET),
        # what is not the number that was achieved this year
        ("≥10个", "计划12个", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "2023年12个", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "12个（2023年数据）", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "目标值12个", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "达到目标值12个", "", Verdict.MET),
        ("≥10个", "12个（超额完成20%）", "", Verdict.MET),
        ("3天内", "最长3天", "", Verdict.MET),
        ("≥10个", "还差2个", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "12个（其中3个未验收）", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "8个（2个未验收）", "", Verdict.NOT_MET),
        ("12个", "12个（未验收0个）", "", Verdict.MET),
        ("12个", "12个（已建成10个）", "", Verdict.NOT_COMPARABLE),
        ("12个", "12个（10个）", "", Verdict.NOT_COMPARABLE),
        ("12个", "12个（实际10个）", "", Verdict.NOT_COMPARABLE),
        ("10次", "12次（10次线上，2次线下）", "", Verdict.MET),
        ("100万元", "争取到上级资金120万元", "", Verdict.MET),
        ("6月底前", "2024年5月20日（1）", "", Verdict.MET),
        ("5个", "5个（未使用预留资金）", "", Verdict.MET),
        ("100%", "100%（应办12件，办结12件）", "", Verdict.MET),
        ("12个", "12个，未启用", "", Verdict.NOT_COMPARABLE),
        ("12个", "12个（含以前年度3个）", "", Verdict.NOT_COMPARABLE),
        ("100万元", "100万元（含上年结转20万元）", "", Verdict.MET),
        ("100%", "基本达到100%", "", Verdict.NOT_COMPARABLE),
        ("100%", "力争100%", "", Verdict.NOT_COMPARABLE),
        ("100%", "完成年度目标100%", "", Verdict.MET),
        ("12个", "12个（2023年）", "", Verdict.NOT_COMPARABLE),
        ("12个", "12个（2025年1月完成）", "", Verdict.NOT_COMPARABLE),
        ("12场", "12场（其中3场延期）", "", Verdict.NOT_COMPARABLE),
        ("12场", "12场（延期至12月举办）", "", Verdict.MET),
        ("12场", "9场（取消3场）", "", Verdict.NOT_MET),
        ("12场", "12场（其中第2场延期3天）", "", Verdict.MET),
        ("120座", "120座（其中延期5座已于12月完工）", "", Verdict.MET),
        ("12月底前", "2024年12月20日（经批准延期10天）", "", Verdict.MET),
        ("≥98%", "98.5%（不含2023年结转项目）", "", Verdict.MET),
        ("≥85%", "85.4%（上年数据81%）", "", Verdict.MET),
        ("12个", "12个，均通过初步验收", "", Verdict.MET),
        ("12个", "12个（初步建成）", "", Verdict.NOT_COMPARABLE),
        ("≥1000万元", "争取1200万元", "", Verdict.MET),
        ("12场", "争取12场", "", Verdict.NOT_COMPARABLE),
        ("12场", "12场，无延期", "", Verdict.MET),
        ("12场", "12场（含2023年2场）", "", Verdict.NOT_COMPARABLE),
        ("≥95%", "96%（暂定）", "", Verdict.NOT_COMPARABLE),
        ("≥95%", "98%（上年数）", "", Verdict.NOT_COMPARABLE),
        ("100%", "100%（11/12）", "", Verdict.NOT_COMPARABLE),
        ("≥95%", "97.3%（73人/75人）", "", Verdict.MET),
        ("≤5天", "基本在5天内", "", Verdict.NOT_COMPARABLE),
        ("≥300天", "实际310天", "", Verdict.MET),
        ("达到90%（±2%）", "89%", "", Verdict.BY_PERSON),
        ("偏差率控制在±5%以内", "-4.2%", "", Verdict.MET),
        ("±5%", "5.1%", "", Verdict.NOT_MET),
        ("≤9/10万", "8.6/10万", "", Verdict.MET),
        ("十万分之九以下", "9.2/10万", "", Verdict.NOT_MET),
        ("三分之二以上", "4分", "", Verdict.NOT_COMPARABLE),
        ("三分之二以上", "66%", "", Verdict.NOT_MET),
        ("≥200万元", "200万", "", Verdict.MET),
        ("≥1200场", "2.1亿", "", Verdict.NOT_COMPARABLE),
        ("事故率下降3%", "0.5%，同比下降3%", "", Verdict.NOT_COMPARABLE),
        ("≥2亿元", "19800万", "", Verdict.NOT_MET),
        ("5万人次", "4.9万", "", Verdict.NOT_MET),
        ("95%", "5万", "", Verdict.NOT_COMPARABLE),
        ("30天", "5万", "", Verdict.NOT_COMPARABLE),
        ("≥12场", "13场，比上年增加2场", "", Verdict.MET),
        ("≥10个", "10个（2023年完成3个）", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "截至2023年底完成12个", "", Verdict.NOT_COMPARABLE),
        ("≥10个", "截至2024年底，完成12个", "", Verdict.MET),
        ("≥12场", "11场，完成率91.7%", "", Verdict.NOT_MET),
        ("≥12场", "12场，其中2场延期", "", Verdict.NOT_COMPARABLE),
        ("2024年11月底前完工", "2024年11月完工", "", Verdict.MET),
        ("每2年1次", "0次", "", Verdict.NOT_COMPARABLE),
        ("每2年1次", "1次", "", Verdict.MET),
        ("半天内", "6小时", "", Verdict.NOT_COMPARABLE),
        ("半天内", "3小时", "", Verdict.MET),
        ("≤24小时", "半天", "", Verdict.MET),
        ("≤8小时", "半天", "", Verdict.NOT_COMPARABLE),
        # both ends written as limits, and other forms
        ("增长9%", "提高-14%", "", Verdict.NOT_COMPARABLE),
        ("达到400人多", "400人", "", Verdict.NOT_MET),
        ("≥400人", "400人多", "", Verdict.MET),
        ("≥60%，≤80%", "85%", "", Verdict.NOT_MET),
        ("不少于3个，不多于5个", "6个", "正向", Verdict.NOT_MET),
        ("80%≤X≤95%", "80%", "", Verdict.MET),
        ("在30人至50人之间", "55人", "", Verdict.NOT_MET),
        ("排名前三", "第四", "", Verdict.NOT_MET),
        ("排名前三", "第2", "", Verdict.MET),
        ("排名进位3名", "第2名", "", Verdict.NOT_COMPARABLE),
        ("上升10位", "第8位", "", Verdict.NOT_COMPARABLE),
        ("投入产出比≥1:3", "1:2", "", Verdict.BY_PERSON),
        ("384件↓", "400件", "", Verdict.BY_PERSON),
        ("实现9%增长", "减少9%", "", Verdict.NOT_MET),
        ("下调5%", "上升5%", "", Verdict.NOT_MET),
        ("降幅≥5%", "+6%", "", Verdict.NOT_MET),
        ("减幅≥5%", "6%", "", Verdict.MET),
        ("≤55分贝", "56.1dB(A)", "", Verdict.NOT_MET),
        ("≤35微克/立方米", "0.034mg/m³", "", Verdict.MET),
        ("降雨量≤50mm", "6厘米", "", Verdict.NOT_MET),
        ("≥40人日", "41人天", "", Verdict.MET),
        ("最大500人", "501人", "", Verdict.NOT_MET),
        # limits in words
        ("以5万元为限", "6万元", "", Verdict.NOT_MET),
        ("5万元封顶", "6万元", "", Verdict.NOT_MET),
        ("限5万元", "4万元", "", Verdict.MET),
        ("5万元限额内", "4万元", "", Verdict.MET),
        ("5万元保底", "4万元", "", Verdict.NOT_MET),
        ("5万元以上（不含5万元）", "5万元", "", Verdict.BY_PERSON),
        ("≥5万元（不含税）", "5万元", "", Verdict.MET),
        ("≠0", "1", "", Verdict.BY_PERSON),
        ("≈80人", "75人", "", Verdict.BY_PERSON),
        ("≥10个", "按计划完成12个", "", Verdict.MET),
        ("≤3起", "没有超过3起", "", Verdict.MET),
        ("≤100万元", "节约2万元", "", Verdict.NOT_COMPARABLE),
        ("≤100万元", "减少2万元", "", Verdict.NOT_COMPARABLE),
        ("≤100万元", "减少至98万元", "", Verdict.MET),
        ("三个工作日内", "零事故", "", Verdict.NOT_COMPARABLE),
        ("超期≤3天", "0", "", Verdict.MET),
        ("≤5毫克", "误差3毫克", "", Verdict.MET),
        ("增长不超过3%", "下降2%", "", Verdict.MET),
        ("不低于1:20", "1:18", "", Verdict.MET),
        ("≥15O0张", "20张", "", Verdict.BY_PERSON),
        ("≤13:1", "12.6:1", "", Verdict.MET),
        ("不低于1：13", "1：13.5", "", Verdict.NOT_MET),
        ("不超过1:20", "1:18", "", Verdict.NOT_COMPARABLE),
        ("＞60%，＜80%", "80%", "", Verdict.NOT_MET),
        ("大于60%且小于等于80%", "80%", "", Verdict.MET),
        ("≥0.35MPa", "380kPa", "", Verdict.MET),
        ("≤百万分之5", "0.001%", "", Verdict.NOT_MET),
        ("9月中旬前", "9月10日", "", Verdict.MET),
        ("9月中旬前", "9月11日", "", Verdict.NOT_COMPARABLE),
        ("9月中旬前", "9月21日", "", Verdict.NOT_MET),
        ("三季度前", "6月30日", "", Verdict.MET),
        ("三季度前", "7月1日", "", Verdict.NOT_COMPARABLE),
        ("2024年三季度前", "2024年10月1日", "", Verdict.NOT_MET),
        ("零事故", "1起", "", Verdict.NOT_MET),
        ("收支结余≥0", "-120万元", "", Verdict.NOT_MET),
        ("≥5万m³/d", "5.2万立方米/日", "", Verdict.MET),
        ("≤0.85元/m³", "0.9元/立方米", "", Verdict.NOT_MET),
        ("生均1500元", "1480元/生", "成本指标", Verdict.MET),
        ("不低于-5%", "-3%", "", Verdict.MET),
        ("下降5%", "-6%", "", Verdict.NOT_COMPARABLE),
        ("由80%提高到90%", "提高到91%", "", Verdict.MET),
        ("不适用", "", "", Verdict.NOT_APPLICABLE),
        ("不适用", "不适用", "", Verdict.NOT_APPLICABLE),
    ],
)
def test_targets_as_bureaus_write_them(target: str, actual: str, way: str, verdict: Verdict) -> None:
    assert judge(target, actual, way, 2024).verdict is verdict


def test_days_without_a_year_need_the_year_of_the_report() -> None:
    assert judge("12月20日前", "2024年12月15日").verdict is Verdict.NOT_COMPARABLE
    assert judge("12月20日前", "12月15日").verdict is Verdict.MET
