"""Targets and actual values: operators, ranges, words."""

import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.amount import AmountFault
from generator.base.target import Better, Operator
from generator.base.target_text import parse_target


@pytest.mark.parametrize(
    ("text", "operator", "low", "high", "unit"),
    [
        ("≧12家", Operator.AT_LEAST, 12, None, "家"),
        ("≥12家", Operator.AT_LEAST, 12, None, "家"),
        ("⩾12家", Operator.AT_LEAST, 12, None, "家"),
        (">=12家", Operator.AT_LEAST, 12, None, "家"),
        ("＞＝12家", Operator.AT_LEAST, 12, None, "家"),
        ("≥ 12 家", Operator.AT_LEAST, 12, None, "家"),
        ("大于等于12家", Operator.AT_LEAST, 12, None, "家"),
        ("大于或等于12家", Operator.AT_LEAST, 12, None, "家"),
        ("10亿元以上", Operator.AT_LEAST, 10**9, None, "亿元"),
        ("90%及以上", Operator.AT_LEAST, Fraction(9, 10), None, "%"),
        ("90%（含）以上", Operator.AT_LEAST, Fraction(9, 10), None, "%"),
        ("达到90%以上", Operator.AT_LEAST, Fraction(9, 10), None, "%"),
        ("不低于90%以上", Operator.AT_LEAST, Fraction(9, 10), None, "%"),
        ("不少于3场", Operator.AT_LEAST, 3, None, "场"),
        ("不少于三场", Operator.AT_LEAST, 3, None, "场"),
        ("不低于3场", Operator.AT_LEAST, 3, None, "场"),
        ("至少3场", Operator.AT_LEAST, 3, None, "场"),
        ("≧3次/周", Operator.AT_LEAST, 3, None, "次/周"),
        ("每周不少于3次", Operator.AT_LEAST, 3, None, "次/周"),
        ("每季度1次以上", Operator.AT_LEAST, 1, None, "次/季度"),
        ("超过2000万元", Operator.MORE_THAN, 20_000_000, None, "万元"),
        ("超53家", Operator.MORE_THAN, 53, None, "家"),
        ("＞150人", Operator.MORE_THAN, 150, None, "人"),
        (">150人", Operator.MORE_THAN, 150, None, "人"),
        ("﹥150人", Operator.MORE_THAN, 150, None, "人"),
        ("突破5300亿元", Operator.MORE_THAN, 530_000_000_000, None, "亿元"),
        ("不超过5%", Operator.AT_MOST, None, Fraction(1, 20), "%"),
        ("≤30天", Operator.AT_MOST, None, 30, "天"),
        ("≦30天", Operator.AT_MOST, None, 30, "天"),
        ("5%以内", Operator.AT_MOST, None, Fraction(1, 20), "%"),
        ("5%以下", Operator.AT_MOST, None, Fraction(1, 20), "%"),
        ("控制在5%以内", Operator.AT_MOST, None, Fraction(1, 20), "%"),
        ("5个工作日内", Operator.AT_MOST, None, 5, "工作日"),
        ("一年之内", Operator.AT_MOST, None, 1, "年"),
        ("低于5%", Operator.LESS_THAN, None, Fraction(1, 20), "%"),
        ("＜5%", Operator.LESS_THAN, None, Fraction(1, 20), "%"),
        ("﹤5%", Operator.LESS_THAN, None, Fraction(1, 20), "%"),
        ("270家", Operator.PLAIN, 270, 270, "家"),
        ("达到100%", Operator.PLAIN, 1, 1, "%"),
        ("每周3次", Operator.PLAIN, 3, 3, "次/周"),
        ("-4.75%", Operator.PLAIN, Fraction(-19, 400), Fraction(-19, 400), "%"),
        ("=5个", Operator.EXACTLY, 5, 5, "个"),
        ("等于5个", Operator.EXACTLY, 5, 5, "个"),
        ("2-3家", Operator.RANGE, 2, 3, "家"),
        ("2－3家", Operator.RANGE, 2, 3, "家"),
        ("3～5场", Operator.RANGE, 3, 5, "场"),
        ("3~5 场", Operator.RANGE, 3, 5, "场"),
        ("3〜5场", Operator.RANGE, 3, 5, "场"),
        ("5—10件", Operator.RANGE, 5, 10, "件"),
        ("5——10件", Operator.RANGE, 5, 10, "件"),
        ("5–10件", Operator.RANGE, 5, 10, "件"),
        ("2至3家", Operator.RANGE, 2, 3, "家"),
        ("两到三个", Operator.RANGE, 2, 3, "个"),
        ("2家-3家", Operator.RANGE, 2, 3, "家"),
        ("3-3家", Operator.RANGE, 3, 3, "家"),
        ("5%-10%", Operator.RANGE, Fraction(1, 20), Fraction(1, 10), "%"),
        ("-5%~-3%", Operator.RANGE, Fraction(-1, 20), Fraction(-3, 100), "%"),
        ("-5%--3%", Operator.RANGE, Fraction(-1, 20), Fraction(-3, 100), "%"),
        ("1-2亿元", Operator.RANGE, 10**8, 2 * 10**8, "亿元"),
        ("1000万-2000万元", Operator.RANGE, 10**7, 2 * 10**7, "万元"),
        ("5000万元-1亿元", Operator.RANGE, 5 * 10**7, 10**8, "亿元"),
        ("5-10", Operator.RANGE, 5, 10, ""),
        ("每年2-3次", Operator.RANGE, 2, 3, "次/年"),
    ],
)
def test_forms(text: str, operator: Operator, low: Fraction | None, high: Fraction | None, unit: str) -> None:
    target = parse_target(text)
    assert target.operator is operator
    assert (target.low, target.high) == (low, high)
    assert (target.unit, target.fault, str(target)) == (unit, None, text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", AmountFault.EMPTY),
        ("消除", AmountFault.NO_NUMBER),
        ("预期达标", AmountFault.NO_NUMBER),
        ("不低于上年水平", AmountFault.NO_NUMBER),
        ("间隔5年", AmountFault.PROSE),
        ("一次性通过", AmountFault.NO_NUMBER),
        ("十分满意", AmountFault.NO_NUMBER),
        ("一般", AmountFault.NO_NUMBER),
        ("5家、6家", AmountFault.SEVERAL_NUMBERS),
        ("5 6家", AmountFault.SEVERAL_NUMBERS),
        ("上门走访约36次、信息每周一报", AmountFault.SEVERAL_NUMBERS),
        ("12月底前完成95%", AmountFault.SEVERAL_NUMBERS),
        ("不超过预算的5%", AmountFault.PROSE),
        ("24小时值守", AmountFault.NO_NUMBER),
        ("近5年", AmountFault.PROSE),
        ("15日前", AmountFault.VAGUE_DATE),
        ("1:20以上", AmountFault.SEVERAL_NUMBERS),
        ("自2024年3月起", AmountFault.VAGUE_DATE),
        ("次年3月底前", AmountFault.VAGUE_DATE),
        ("2月30日前", AmountFault.VAGUE_DATE),
        ("3/4", AmountFault.VAGUE_DATE),
        ("若干", AmountFault.VAGUE),
        ("不适用", AmountFault.NOT_APPLICABLE),
        ("10-5件", AmountFault.CONTRADICTORY),
        ("2家-5%", AmountFault.CONTRADICTORY),
        ("≥5天以内", AmountFault.CONTRADICTORY),
        ("=5天以内", AmountFault.CONTRADICTORY),
        ("3-5家以上", AmountFault.CONTRADICTORY),
        ("2021-2025年", AmountFault.DATE),
        ("1,0000家", AmountFault.MALFORMED),
        ("家" * 200 + "5", AmountFault.TOO_LONG),
    ],
)
def test_words_are_qualitative_and_say_why(text: str, fault: AmountFault) -> None:
    target = parse_target(text)
    assert (target.operator, target.fault) == (Operator.QUALITATIVE, fault)
    assert (target.quantity, target.unit, target.dimension) == (None, "", "")
    with pytest.raises(ValueError, match="不是数量"):
        _ = target.ends


def test_the_parts_of_a_range_have_their_own_text() -> None:
    target = parse_target("1000万-2000 万元")
    assert (str(target.low), str(target.high)) == ("1000万元", "2000万元")


def test_what_is_a_bound() -> None:
    bounds = [
        text
        for text in ("5家", "=5家", "达到5家", "≥5家", ">5家", "≤5家", "<5家", "2-3家", "消除")
        if parse_target(text).is_bound
    ]
    assert bounds == ["≥5家", ">5家", "≤5家", "<5家", "2-3家"]


SIGNS = {
    Operator.AT_LEAST: "≥",
    Operator.MORE_THAN: ">",
    Operator.AT_MOST: "≤",
    Operator.LESS_THAN: "<",
    Operator.EXACTLY: "=",
    Operator.ABOUT: "=",
    Operator.RANGE: "range",
    Operator.BEFORE: "before",
}
UNREAD = ("qualitative", "unclear", "not_applicable")


def reading(text: str, level: str) -> tuple[str, ...]:
    """Kind, operator, low, high and unit as in targets_as_written.csv."""
    target = parse_target(text, level)
    if target.fault or (target.operator is Operator.PLAIN and target.better is Better.UNKNOWN):
        return str(target.kind) if target.fault else "unclear", "", "", "", ""
    if target.deadline is not None:
        first = str(target.deadline.first) if target.operator is Operator.RANGE else ""
        return "date", SIGNS[target.operator], first, str(target.deadline.last), ""
    operator, low, high = target.operator, target.low, target.high
    if operator is Operator.PLAIN and not target.quantity:
        operator = Operator.EXACTLY
    elif operator is Operator.PLAIN and target.better is Better.LESS:
        operator, low = Operator.AT_MOST, None
    elif operator is Operator.PLAIN:
        operator, high = Operator.AT_LEAST, None
    ends = ("" if end is None else str(end.number) for end in (low, high))
    return str(target.kind), SIGNS[operator], *ends, target.unit


def test_targets_as_bureaus_write_them() -> None:
    """421 cells; docs/检查.md says how many of those with a number or a date are read. None may be read wrongly."""
    outcomes, wrong = Counter[str](), []
    file = Path(__file__).with_name("targets_as_written.csv")
    for row in csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(keepends=True)):
        ends = (
            row[end] if row["kind"] == "date" or not row[end] else str(Fraction(row[end])) for end in ("low", "high")
        )
        wanted = (row["kind"], row["operator"], *ends, row["unit"])
        got = reading(row["text"], row["second_level"])
        if row["kind"] in UNREAD and got[0] in UNREAD:
            outcomes["no number"] += 1
        elif got == wanted:
            outcomes["read"] += 1
        elif got[0] in UNREAD:
            outcomes["unread"] += 1
        else:
            wrong.append((row["text"], wanted, got))
    assert not wrong
    assert outcomes == {"read": 307, "no number": 114}


@pytest.mark.parametrize(
    ("text", "level", "wanted"),
    [
        ("降至3%以下", "", ("number", "≤", "", "3", "%")),
        ("1次以上/月", "", ("rate", "≥", "1", "", "次/月")),
        ("2万余人", "", ("number", ">", "2", "", "万人")),
        ("数量（场）≥12", "", ("number", "≥", "12", "", "场")),
        ("每人每月500元", "成本指标", ("rate", "≤", "", "500", "元/人/月")),
        ("成本节约率5%", "成本指标", ("number", "≥", "5", "", "%")),
        ("100%", "成本指标", ("unclear", "", "", "", "")),
        ("事故率5%", "", ("unclear", "", "", "", "")),
        ("PM10年均浓度≤50微克/立方米", "", ("number", "≤", "", "50", "微克/立方米")),
        ("GB/T 9704-2012", "", ("qualitative", "", "", "", "")),
        ("2024年10月至2025年3月", "", ("date", "range", "2024-10-01", "2025-03-31", "")),
        ("下午3点前", "", ("date", "before", "", "T15:00", "")),
        ("≥2:1", "", ("number", "≥", "2", "", "")),
        ("3:1", "", ("number", "≥", "3", "", "")),
        ("不低于1:1.25", "", ("number", "≥", "4/5", "", "")),
        ("投入产出比1:3", "", ("unclear", "", "", "", "")),
        ("师生比1:12.5", "", ("unclear", "", "", "", "")),
        ("11月上旬完成", "", ("date", "before", "", "--11-10", "")),
        ("2024.12", "时效指标", ("unclear", "", "", "", "")),
        ("第三季度", "", ("date", "before", "", "--09-30", "")),
        ("11月中旬前", "", ("date", "before", "", "--11-20", "")),
        ("2024年三季度前", "", ("date", "before", "", "2024-09-30", "")),
        (">60%，<80%", "", ("number", "range", "60", "80", "%")),
        ("出水浊度≤1NTU", "", ("number", "≤", "", "1", "浊度单位")),
        ("第1名", "", ("number", "≤", "", "1", "名")),
        ("全省排名第五", "", ("number", "≤", "", "5", "名")),
        ("全省前三", "", ("number", "≤", "", "3", "名")),
        ("百分之三点五", "", ("number", "≥", "7/2", "", "%")),
        ("三点五万元", "经济成本", ("number", "≤", "", "7/2", "万元")),
        ("八成五以上", "", ("number", "≥", "85", "", "%")),
        ("万分之五以下", "", ("number", "≤", "", "5", "‱")),
        ("500kW·h", "", ("number", "≥", "500", "", "千瓦时")),
        ("3000m²", "", ("number", "≥", "3000", "", "平方米")),
        ("3000m2", "", ("number", "≥", "3000", "", "平方米")),
        ("≤35μg/m³", "", ("number", "≤", "", "35", "微克/立方米")),
        ("95%≤", "", ("unclear", "", "", "", "")),
        ("30-", "", ("unclear", "", "", "", "")),
        ("不含50", "", ("qualitative", "", "", "", "")),
        ("负3%", "", ("number", "≥", "-3", "", "%")),
        ("负增长3%", "", ("number", "≥", "3", "", "%")),
        ("1000来人", "", ("number", "=", "1000", "1000", "人")),
        ("T+3", "时效指标", ("qualitative", "", "", "", "")),
        ("5g基站100个", "", ("number", "≥", "100", "", "个")),
        ("2024.1-2024.12", "时效指标", ("date", "range", "2024-01-01", "2024-12-31", "")),
        ("使用年限15年", "", ("duration", "≥", "15", "", "年")),
        ("误差±5%以内", "", ("number", "range", "-5", "5", "%")),
        ("超过5个（含5个）", "", ("number", "≥", "5", "", "个")),
        ("低于3%（含）", "", ("number", "≤", "", "3", "%")),
        ("大于5个（含2个新建）", "", ("number", ">", "5", "", "个")),
        ("不超过5个（含5个）", "", ("number", "≤", "", "5", "个")),
        ("四分之三以上", "", ("number", "≥", "75", "", "%")),
        ("半数以上", "", ("number", "≥", "50", "", "%")),
        ("年2次", "", ("rate", "≥", "2", "", "次/年")),
        ("≤12/10万", "", ("number", "≤", "", "3/250", "%")),
        ("一个半月内", "时效指标", ("duration", "≤", "", "3/2", "个月")),
        ("2024", "数量指标", ("unclear", "", "", "", "")),
        ("节约5万元", "", ("number", "≥", "5", "", "万元")),
        ("1000人+", "", ("number", "≥", "1000", "", "人")),
        ("12.31前完成", "", ("unclear", "", "", "", "")),
        ("2024.12", "数量指标", ("unclear", "", "", "", "")),
        ("90±2%", "", ("qualitative", "", "", "", "")),
        ("增长-2%", "", ("unclear", "", "", "", "")),
        ("20万元（不含）以下", "", ("qualitative", "", "", "", "")),
        ("每学期1次", "", ("rate", "≥", "1", "", "次/学期")),
        ("双月一次", "", ("rate", "≥", "1", "", "次/双月")),
        ("2023-2024学年", "", ("unclear", "", "", "", "")),
        ("2小时内响应，24小时内修复", "", ("unclear", "", "", "", "")),
        ("5分钟响应", "", ("duration", "≤", "", "5", "分钟")),
        ("办理时限5个工作日", "", ("duration", "≤", "", "5", "工作日")),
        ("50km", "", ("number", "≥", "50", "", "公里")),
        # two units in one amount, and what only looks like that
        ("4分30秒以内", "", ("duration", "≤", "", "270", "秒")),
        ("1小时20分内", "", ("duration", "≤", "", "80", "分钟")),
        ("质保期2年零3个月", "", ("duration", "≥", "27", "", "个月")),
        ("工期不超过2天8小时", "", ("duration", "≤", "", "56", "小时")),
        ("两个半小时内", "", ("duration", "≤", "", "5/2", "小时")),
        ("不超过1年半", "", ("duration", "≤", "", "3/2", "年")),
        ("≥3亿2500万元", "", ("number", "≥", "32500", "", "万元")),
        ("5万3200户", "", ("number", "≥", "53200", "", "户")),
        ("1亿3千万元", "", ("number", "≥", "13000", "", "万元")),
        ("5公里300米", "", ("number", "≥", "5300", "", "米")),
        ("1亿2千", "", ("unclear", "", "", "", "")),
        ("10万5户", "", ("unclear", "", "", "", "")),
        ("1天8小时", "", ("unclear", "", "", "", "")),
        ("一年3个月", "", ("unclear", "", "", "", "")),
        ("3公顷20亩", "", ("unclear", "", "", "", "")),
        # numbers that are names, a time brought down, a saving
        ("九年义务教育巩固率≥95%", "", ("number", "≥", "95", "", "%")),
        ("12345热线办结率≥95%", "", ("number", "≥", "95", "", "%")),
        ("120平方米", "", ("number", "≥", "120", "", "平方米")),
        ("办证时间缩短至3天", "", ("duration", "≤", "", "3", "天")),
        ("节约成本5%", "成本指标", ("number", "≥", "5", "", "%")),
        ("65岁以上老年人体检率≥70%", "", ("number", "≥", "70", "", "%")),
        ("2型糖尿病患者管理率≥62%", "", ("number", "≥", "62", "", "%")),
        ("24小时内办结率100%", "", ("number", "≥", "100", "", "%")),
        ("5日内办结，办结率100%", "", ("unclear", "", "", "", "")),
        ("7号线建设12公里", "", ("number", "≥", "12", "", "公里")),
        ("二期工程完成率100%", "", ("number", "≥", "100", "", "%")),
        ("百村示范工程10个", "", ("number", "≥", "10", "", "个")),
        ("超声检查500人次", "", ("number", "≥", "500", "", "人次")),
        ("一件事一次办事项12项", "", ("number", "≥", "12", "", "项")),
        ("公积金逾期率≤0.5‰", "", ("number", "≤", "", "1/2", "‰")),
        ("最低生活保障覆盖率100%", "", ("number", "≥", "100", "", "%")),
        ("一百一十人", "", ("number", "≥", "110", "", "人")),
        ("五千九百九十九人", "", ("number", "≥", "5999", "", "人")),
        ("十一月一日前", "", ("date", "before", "", "--11-01", "")),
        ("补助上限5万元", "", ("number", "≤", "", "5", "万元")),
        ("人均450元/人·天", "成本指标", ("rate", "≤", "", "450", "元/人/天")),
        ("开放300天", "时效指标", ("duration", "≥", "300", "", "天")),
        ("延长至10小时", "", ("duration", "≥", "10", "", "小时")),
        ("每旬1次", "", ("rate", "≥", "1", "", "次/旬")),
        ("每局2份", "", ("qualitative", "", "", "", "")),
        ("高出5%", "", ("qualitative", "", "", "", "")),
        ("防洪标准达到20年一遇", "", ("qualitative", "", "", "", "")),
        ("8:30-17:30", "", ("unclear", "", "", "", "")),
        ("浮动5%", "", ("unclear", "", "", "", "")),
        ("-5℃", "", ("unclear", "", "", "", "")),
        ("辍学率为零", "", ("number", "=", "0", "0", "")),
    ],
)
def test_targets_that_are_easily_misread(text: str, level: str, wanted: tuple[str, ...]) -> None:
    assert reading(text, level) == wanted
