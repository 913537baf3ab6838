"""Whether an actual value meets its target, why, and by how much."""

from __future__ import annotations

import re
from calendar import isleap
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, AmountFault
from generator.base.target import DOWN, UP, Better, Interval, Kind, Operator, Target
from generator.base.target_text import as_target, says_not_applicable
from generator.base.units import DAYS, MONEY, PER_YEAR, RATIO, UNIT, are_kin, resolve_unit, time_factor


class Verdict(StrEnum):
    """What can be said of a target."""

    MET = "met"
    NOT_MET = "not_met"
    BY_PERSON = "by_person"
    NOT_COMPARABLE = "not_comparable"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """The verdict as a report's column 完成情况 says it."""
        return _LABELS[self]


_LABELS = {
    Verdict.MET: "已完成",
    Verdict.NOT_MET: "未完成",
    Verdict.BY_PERSON: "由人评定",
    Verdict.NOT_COMPARABLE: "无法比较",
    Verdict.NOT_APPLICABLE: "不适用",
}


class Flag(StrEnum):
    """What a reviewer would object to, whatever the verdict."""

    ACTUAL_MISSING = "actual_missing"
    TARGET_MISSING = "target_missing"
    UNIT_DIFFERS = "unit_differs"
    UNIT_CONVERTED = "unit_converted"
    UNIT_MISSING = "unit_missing"
    UNIT_UNKNOWN = "unit_unknown"
    ACTUAL_IS_BOUND = "actual_is_bound"
    ACTUAL_COPIES_TARGET = "actual_copies_target"
    ABOVE_RANGE = "above_range"
    PER_YEAR = "per_year"
    DIRECTION_UNKNOWN = "direction_unknown"


class Judgement(Struct, frozen=True):
    """A verdict with its reason and figures.

    ``rate`` is the completion rate as a ratio, never below 0: for an upper limit 2 − actual/target; for a target of
    zero or below, which has no share, and for a day, 1 if it is met, else 0. ``over`` is the share of the target (of a
    range: of its upper end) by which the actual exceeds it, at least 0; None for exact targets and upper limits, and
    without a share. Both are None without a verdict.
    """

    verdict: Verdict
    reason: str
    rate: Fraction | None = None
    over: Fraction | None = None
    flags: frozenset[Flag] = frozenset()


_WORDS = {
    Better.MORE: {Verdict.MET: "达到", Verdict.NOT_MET: "未达到"},
    Better.LESS: {Verdict.MET: "未超出", Verdict.NOT_MET: "超出"},
    Better.EXACTLY: {Verdict.MET: "符合", Verdict.NOT_MET: "不符合"},
}


class _Goal(NamedTuple):
    """What a target asks for: which actual values are better, the accepted numbers, and its two ends."""

    better: Better
    accepts: Interval
    low: Fraction
    high: Fraction


WAYS = ("正向", "反向", "约束")
"""More is better, less is better, must be hit."""


def is_way(words: str) -> bool:
    """Whether these words say how a row is judged: one of ``WAYS``, or its 二级指标."""
    return words in WAYS or any(level in words for level in ("数量", "质量", "时效", "成本", "效益", "影响", "满意"))


def judge(
    target: Target | Amount | str, actual: Target | Amount | str | None, way: str = "", year: int | None = None
) -> Judgement:
    """Compare an actual value with its target; ``None`` and blank mean that it is not stated, which is not 0.

    The ``way`` decides what a target without sign or word asks for: one of ``WAYS`` (反向 makes also a range an upper
    limit), or the row's 二级指标 (see ``parse_target``). Days without a year are in the ``year`` of the report.
    """
    wanted = as_target(target, "" if way in WAYS else way)
    if way == "正向" and wanted.better is not Better.EXACTLY:
        wanted = replace(wanted, better=Better.MORE)
    # Other ways decide nothing more: keep one cache entry.
    return _judged(wanted, as_target(actual), way if way in WAYS else "", year)


# Every formula and check that asks about a row judges it.
@lru_cache(maxsize=512)
def _judged(target: Target, actual: Target, way: str, year: int | None) -> Judgement:
    actual = _in_figures(target, actual)
    if target.operator in UP and actual.fault and ":" in f"{target.low}":
        # 1:18 alone may be a time; beside 不低于1:20 it is a ratio.
        share = as_target(f"={actual}")
        actual = actual if share.fault else replace(share, text=actual.text)
    if (without := _without_numbers(target, actual)) is not None:
        return without
    if target.deadline is not None:
        return _unless_open(_by_days(target, actual, year), target, actual, year)
    target, actual = _of_unit(target, actual), _of_unit(actual, target)
    goal = _goal(target, way)
    given = _in_direction_of(target, actual)
    actual, per_year = _in_units_of(target, given, goal, year)
    unsure = _different_things(target, actual) or (_unsure_total(target, given, actual, goal) if per_year else None)
    judgement = unsure or _by_numbers(target, actual, goal, per_year)
    return _unless_open(judgement, target, actual, year)


_COUNT = rf"\d+(?:\.\d+)?(?:{UNIT})?"
_COUNT_OF_MONEY = r"\d[\d.]*[万亿]?元"
_COUNTED = r"(?=[\d一二两三四五六七八九十百])"
_FEWER = re.compile(
    r"[（(，,；;](?:其中)?(?:实际|已经?)?(?:(?:建成|完成|完工|竣工|验收|合格|达标|通过|投用|投产|办结|到位)(?:合格|通过|验收)?了?|(?<=实际))"
    rf"({_COUNT})(?=[，,；;）)]|$)|[（(]({_COUNT})[）)]"
)
# 延期10天 is no number of things, and what was made up for by the end of the year is not missing.
_LATE = (
    "(?:延期|延后|推迟|取消|暂停|停[工建]|跨年度?|结转(?=[至到下]))"
    r"(?!\d+个?(?:工作日|[天日周月]|小时)|[^（）()]*(?:已|均|全部)[^（）()]{0,9}(?:完[成工]|举办|补|建成|验收|交付))"
)
_OPEN = re.compile(
    "|".join(
        (
            # still to come
            "(?:^|[,，;；(（])(?:原|年初)?计划|^拟|拟[建于]|^[应原]为|预计|将于|正在|在建|(?:尚|还)未",
            r"(?:未|没有?)(?:完[成工]?|验收?|竣工?|办[结理]?|到位|拨付?|实施|开工|落实|通过|达标|启用|投入使用|投[用产]|发生(?=.*\d))(?!\D{0,6}0(?![.\d]))",
            # not all of it
            f"(?:基本上?|大致)(?:达到?|(?:控制)?在|完成|实现)?{_COUNTED}|力争|争取(?:完成|达到|实现|年底|(?!{_COUNT_OF_MONEY})\\d)",
            "原则上|差不多|待核[实定]|暂[定估]|预估|初步(?!验收)",
            rf"[（(，,][^（）()]*(?:(?<![第\d.]){_COUNT}{_LATE}|{_LATE}(?:完成|项目)?了?{_COUNTED})",
            # missing, or above
            rf"(?<![误偏温落逆])差{_COUNTED}|^缺{_COUNTED}|[尚还剩]余|(?<![至最增减不])[多少](?:完成|出)?{_COUNTED}",
            # of another year, or what was asked for
            rf"^(?:上年度?|去年|往年)(?:完成|为|[:：])?{_COUNTED}|(?:20\d\d年|上年|去年)度?(?:的?数据(?![为是:：]?\d)|数[）)])",
            rf"(?<!不)(?:含|包括)(?:以前年度|上年度?|去年|往年){_COUNTED}|^(?:年度|年初)?目标[为:：]?{_COUNTED}",
            "(?<!完成)(?<!达到)(?:目标|计划|预算|预期)[值数]",
            "倒数|收窄|放缓|[?？]",
        )
    )
)
"""Words that make a number something else than what was achieved in the year."""
_ANOTHER_YEAR = re.compile(
    r"截[至止]到?\d{4}年|(?:^|(?<!不)含|(?<!不)包括)20\d\d年度?(?!以来|起|至|末|底)|[（(]20\d\d年度?(?:\d{1,2}月)?份?(?:\d{1,2}日)?(?:完成|建成|竣工|验收|通过)?(?=[)）\d])"
)
_SAVED = re.compile("超支|透支|节约|节省|结余|压减|增收|(?:增加|减少|下降|降低)(?![到至])")
_PARTS, _HUNDREDTH = re.compile(r"[（(](\d+)[^\W\d]?/([1-9]\d*)[^\W\d]?[）)]"), Fraction(1, 100)
_ASIDE = re.compile("[（(][^（）()]*[）)]")


def _unless_open(judgement: Judgement, target: Target, actual: Target, year: int | None) -> Judgement:
    """The judgement, or no verdict if the actual value's words make its number something else."""
    if judgement.verdict not in (Verdict.MET, Verdict.NOT_MET):
        return judgement
    # 8个（2个未完成） is not 10个.
    said = actual.text.strip() if judgement.verdict is Verdict.MET else _ASIDE.sub("", actual.text.strip())
    is_dated = year is None or str(year) in said or actual.deadline is not None
    match = (None if is_dated else _ANOTHER_YEAR.search(said)) or _OPEN.search(said)
    # 12个（已建成10个）
    fewer = _FEWER.search(said)
    done = as_target(fewer[1] or fewer[2]) if fewer else actual
    if done.quantity and actual.quantity and done.unit == actual.unit and done.ends[0] < actual.ends[0]:
        match = fewer
    # 100%（11/12）
    parts = _PARTS.search(said) if actual.dimension == RATIO else None
    if parts and abs(Fraction(int(parts[1]), int(parts[2])) - actual.ends[0]) >= _HUNDREDTH:
        match = parts
    word = match[0].strip("()（）,，;；") if match else ""
    if word not in target.text:
        return _no_verdict(f"实际「{actual}」里有「{word}」，看不出是不是本年实际完成的数，请只写实际完成的数")
    is_limit = target.dimension == MONEY and (target.better is Better.LESS or target.operator in DOWN)
    saved = _SAVED.search(_ASIDE.sub("", said)) if is_limit and not target.change else None
    if saved and saved[0] not in target.text:
        return _no_verdict(f"目标「{target}」是限额，实际「{actual}」说的是{saved[0]}，不能比较")
    return judgement


_UNCHANGED = re.compile("(?:[与和较比同]?(?:上年|上年度|上一年|去年)(?:同期)?(?:水平|相比)?|同比)?相?持平|[零0]增长")
_NONE = re.compile("(?:本年度?|全年|年内)?(?:均?未发生|没有发生|均?未出现)过?")
_AS_OF = r"^截[至止]到?(?:\d{4})?年?(?:[底末终]|[1１][2２]月(?:[底末]|[3３][1１]日))[，,]?(?=.*\d)"
_DONE = "[，,；;][已均全部超额按时期如]*(?:完成|达标|实现|达到)(?:年度|年初)?(?:目标|任务|计划|指标)?$"
_AROUND = re.compile(f"{_AS_OF}|{_DONE}")
_COMPARED = re.compile(r"[，,；;](?:[比较](?:上年|去年|20\d\d年)|同比|完成率|超额|超[出计目])[^，,；;]*$")


def _in_figures(target: Target, actual: Target) -> Target:
    """The actual value as the number that its words mean beside this target: 持平 beside 增长5% is 0."""
    said, figures = actual.text.strip().rstrip("。."), ""
    if target.deadline is None and not target.fault and _AROUND.search(said):
        said = _AROUND.sub("", said)
        actual = replace(as_target(said), text=actual.text)
    if target.deadline and (time := re.fullmatch(r"(\d{1,2})[:：](\d\d)", said)):
        figures = f"{time[1]}时{time[2]}分"
    elif target.kind is Kind.DURATION and actual.unit == "分":
        figures = said.replace("分", "分钟", 1)
    elif not actual.fault or target.fault:
        return actual
    elif actual.fault is AmountFault.SEVERAL_NUMBERS and not target.change and (aside := _COMPARED.search(said)):
        figures = said[: aside.start()]
    elif target.change and _UNCHANGED.fullmatch(said):
        figures = "0"
    elif target.change == "+" and said == "负增长":
        figures = "<0"
    elif "平均" in target.text and said.startswith("平均"):
        figures = said.removeprefix("平均")
    elif target.kind is Kind.NUMBER and target.dimension not in (MONEY, RATIO) and _NONE.fullmatch(said):
        figures = "0" if target.operator in DOWN or not any(target.ends) else ""
    return replace(as_target(figures), text=actual.text) if figures else actual


# A balance, a place on a scale, or a net number may be below zero; so may a measure, but there are no -40处.
_SIGNED = re.compile(f"|{MONEY}|{RATIO}|百分点|摄氏度|分|分贝|米|千帕|人|人次|名|位|户|家|企业|美元|欧元|港元")
_MEASURED = re.compile("[平立]方米|千克|千瓦时?|吨标准煤|秒|分钟|小时|天|工作日|个月|年")


def _below_zero(target: Target, actual: Target) -> AmountFault | None:
    """The fault of a negative target whose sign may be only a dash, unless that would change nothing."""
    thing = target.dimension.partition("/")[0]
    if target.deadline is not None or target.change or target.operator in DOWN or _SIGNED.fullmatch(thing):
        return None
    (lowest, highest), least = target.ends, 0 if actual.fault or actual.deadline else actual.ends[0]
    is_sure = (_MEASURED.fullmatch(thing) and (least == 0 or least >= -lowest)) or least < 0 or lowest == -highest
    return AmountFault.NEGATIVE if lowest < 0 and not is_sure else None


def _without_numbers(target: Target, actual: Target) -> Judgement | None:
    """The judgement if there is nothing to compare, else ``None``."""
    if target.fault is AmountFault.EMPTY:
        return _no_verdict("没有填写目标值", Flag.TARGET_MISSING)
    if says_not_applicable(actual.text):
        return Judgement(Verdict.NOT_APPLICABLE, f"实际填的是「{actual}」，这一行不适用，不比较。")
    if target.fault is AmountFault.NOT_APPLICABLE:
        return Judgement(Verdict.NOT_APPLICABLE, f"目标是「{target}」，这一行不适用，不比较。")
    if actual.fault is AmountFault.EMPTY:
        return _no_verdict("没有填写实际完成值（空白不等于0）", Flag.ACTUAL_MISSING)
    # pH7.2 may be the least, the most or what is to be hit.
    is_level = target.operator is Operator.PLAIN and target.text.strip()[:2].lower() == "ph"
    if fault := target.fault or (AmountFault.VAGUE if is_level else _below_zero(target, actual)):
        return Judgement(Verdict.BY_PERSON, f"目标「{target}」{fault}，须由人评定。")
    return _unlike(target, actual, "数量" if target.deadline is None else "时间")


def _unlike(target: Target, actual: Target, asked: str) -> Judgement | None:
    if actual.fault:
        return _no_verdict(f"目标「{target}」是{asked}，实际「{actual}」{actual.fault}，请填写实际完成的{asked}")
    if (target.deadline is None) is not (actual.deadline is None):
        return _no_verdict(f"目标「{target}」是{asked}，实际「{actual}」不是{asked}，不能比较")
    if actual.operator is Operator.ABOUT:
        return _no_verdict(f"实际「{actual}」是约数，请写明具体数", Flag.ACTUAL_IS_BOUND)
    is_far = target.operator in DOWN and actual.ends[0] < -target.ends[1]
    if is_far and re.search("差异|偏[差离]|误差|波动", target.text):
        return _no_verdict(f"目标「{target}」说的是相差多少，实际「{actual}」是负数，看不出差了多少，不能比较")
    contrary = _contrary(target, actual)
    return _no_verdict(f"目标「{target}」与实际「{actual}」{contrary}，不能比较") if contrary else None


_TO = re.compile("(?:增[长加]?|提升|提高|上升|升|下降|降低?|减少?|压[减缩]|缩短?)(?:到|至(?![少多]))")
_HALF = Fraction(1, 2)


def _contrary(target: Target, actual: Target) -> str:
    """Why a rise or fall cannot be compared with the other; blank if it can."""
    wanted, done = target.change, actual.change
    if wanted and done and wanted != done and actual.operator is not Operator.PLAIN:
        return "一升一降"
    if wanted == "-" and done != "+" and actual.ends[0] < 0:
        return "一个说的是降幅，一个又是负数，看不出是升是降"
    # 提高3% beside a satisfaction of ≥95% is not a satisfaction of 3%.
    is_level = (
        done == "+" and target.dimension == actual.dimension == RATIO and target.ends[0] >= _HALF > actual.ends[1]
    )
    if wanted and not done and target.dimension in ("名", "位") and "第" in actual.text:
        return "一个说升降几位，一个说第几位"
    if not wanted and (is_level or "负增长" in actual.text):
        return "一个没有说是升是降，一个说的是增减"
    if (wanted and _TO.search(actual.text)) or (done and _TO.search(target.text)):
        return "一个说增减多少，一个说增减到多少"
    return ""


def _by_days(target: Target, actual: Target, year: int | None) -> Judgement:
    wanted, done = target.deadline, actual.deadline
    assert wanted is not None  # asked before  # noqa: S101
    assert done is not None  # noqa: S101
    if wanted.shape != done.shape:
        return _no_verdict(f"目标「{target}」与实际「{actual}」写的不是同一种时间，不能比较")
    if bool(wanted.last.year) is not bool(done.last.year) and wanted.shape == "date" and year is None:
        return _no_verdict(f"目标「{target}」与实际「{actual}」中有一个没有写年份，不能比较")
    first, last, clear = wanted.first.ends(year)[0], wanted.last.ends(year)[1], wanted.clear(year)
    began, ended = done.first.ends(year)[0], done.last.ends(year)[1]
    # 每月10日前 is all that can be said of twelve months.
    flags = frozenset({Flag.ACTUAL_IS_BOUND} if actual.is_bound and done.shape == "date" else ())
    if flags and str(target) == str(actual):
        flags |= {Flag.ACTUAL_COPIES_TARGET}
    if ended <= clear and (target.operator is Operator.BEFORE or (began >= first and not actual.is_bound)):
        return Judgement(Verdict.MET, f"实际「{actual}」不晚于目标「{target}」。", Fraction(1), None, flags)
    if began > last and not actual.is_bound:
        return Judgement(Verdict.NOT_MET, f"实际「{actual}」晚于目标「{target}」。", Fraction(0), None, flags)
    return _no_verdict(f"从实际「{actual}」断定不了是否符合目标「{target}」，请写明具体日期", *flags)


def _of_unit(zero: Target, other: Target) -> Target:
    """A zero without unit (0, 零事故), or a number with only a scale (200万 beside 190万元), in the other's unit."""
    # 2.1亿 beside 3个 may be anything.
    is_scaled = other.quantity is not None and other.quantity.unit.name.startswith(tuple("百千万亿"))
    if zero.unit and zero.dimension == "" and is_scaled and other.dimension not in ("", RATIO):
        base = resolve_unit(other.quantity.unit.base if other.quantity else "")
        return zero.scaled(base.scale, other.dimension)
    is_of_trouble = not zero.text.strip(" .").isdigit() and other.kind is Kind.DURATION
    if zero.unit or any(zero.ends) or other.quantity is None or is_of_trouble:
        return zero
    unit = other.quantity.unit
    low, high = (end if end is None else Amount(0, end.text, unit=unit) for end in (zero.low, zero.high))
    # A bare 0 beside 1% may be a rate of growth.
    is_bare = zero.text.strip() in ("0", "零") and unit.dimension in (MONEY, RATIO)
    return replace(zero, low=low, high=high, better=Better.UNKNOWN if is_bare else zero.better)


def _in_direction_of(target: Target, actual: Target) -> Target:
    """A rise where a fall was asked for, or the reverse, as a negative one."""
    if not target.change or not actual.change or target.change == actual.change:
        return actual
    low, high = (end and Amount(-end, end.text, unit=end.unit, places=end.places) for end in (actual.low, actual.high))
    return replace(actual, low=low, high=high, change=target.change)


def _in_units_of(target: Target, actual: Target, goal: _Goal, year: int | None) -> tuple[Target, str]:
    """The actual value in the target's units if only exact times differ, and words about a yearly total.

    A total beside a rate (每月1次, 12次), or the reverse, is that of the report's year. A day is 24 hours in a limit of
    time, not in how long something is to last.
    """
    wanted, done = target.dimension, actual.dimension
    if wanted == done or not wanted or not done:
        return actual, ""
    factor, said = time_factor(done, wanted), ""
    is_of_hours = "天" in (wanted, done) and wanted in DAYS and done in DAYS
    if goal.better is Better.LESS and is_of_hours:
        factor = DAYS[done] / DAYS[wanted] * (3 if "半天" in target.text else 1)
    elif factor is None and wanted.rpartition("/")[0] == done:
        days = 366 if year is None else 365 + isleap(year)
        times = (PER_YEAR | {"周": 52, "天": days}).get(wanted.rpartition("/")[2])
        factor, said = (Fraction(1, times), f"目标按{times}期折算") if times else (None, "")
    elif factor is None and done.rpartition("/")[0] == wanted:
        times = PER_YEAR.get(done.rpartition("/")[2])
        factor, said = (Fraction(times), f"实际按{times}期折算") if times else (None, "")
    if factor is None:
        return actual, ""
    converted = actual.scaled(factor, wanted)
    # 半天 is four hours of work, or twelve: sure is only what keeps the limit either way.
    is_half = is_of_hours and "半天" in target.text + actual.text
    return (actual if is_half and not goal.accepts.contains(converted.interval) else converted), said


def _unsure_total(target: Target, given: Target, total: Target, goal: _Goal) -> Judgement | None:
    """No verdict if a number may be no total of the year, or a total says nothing about each day or week."""
    is_met = goal.accepts.contains(total.interval)
    # Days and weeks do not divide a year evenly, and may exclude holidays.
    if target.dimension.endswith(("/周", "/天")) and not (goal.better is Better.MORE and is_met):
        return _no_verdict(
            f"目标「{target}」按天或按周计，节假日等算不算没有说，从全年的「{given}」断定不了，请照目标的写法填写，如「每周1次」"
        )
    # 750元 beside ≥720元/月 is probably monthly, too; 11次 beside 每月1次 is not.
    is_occasion = (
        bool({"次", "场", "场次", "期", "批", "批次", "轮"} & {target.dimension, given.dimension})
        and target.ends != given.ends
    )
    is_total = is_occasion or "全年" in target.text + given.text
    # 每两年1次 may have been last year.
    is_sure = is_met or goal.better is not Better.MORE or goal.high >= 1
    if is_sure and (is_total or goal.accepts.contains(given.interval) is is_met):
        return None
    return _no_verdict(
        f"目标「{target}」、实际「{given}」只有一个写明按多长时间计，看不出是不是同一种数，请写成一样的单位"
    )


def _different_things(target: Target, actual: Target) -> Judgement | None:
    # The same unit always compares. 成本460万 is money, and so is a bare 455万 beside it.
    if target.unit == actual.unit != "":
        return None
    for side in (target, actual):
        if side.quantity is not None and not side.quantity.unit.known:
            return _no_verdict(f"「{side}」的单位「{side.unit}」不认识，不能比较", Flag.UNIT_UNKNOWN)
    if target.dimension == actual.dimension or are_kin(target.dimension, actual.dimension):
        return None
    things = {side.dimension.partition("/")[0] if side.kind is Kind.RATE else "" for side in (target, actual)}
    alike = len(things) == 1 and target.dimension.count("/") == actual.dimension.count("/")
    if alike and target.kind is actual.kind is not Kind.NUMBER:
        return _no_verdict(
            f"「{target.unit}」与「{actual.unit}」之间没有固定的换算，不能比较，请用同一种单位填写", Flag.UNIT_DIFFERS
        )
    if not target.unit or not actual.unit:
        return _no_verdict(f"目标「{target}」与实际「{actual}」中有一个没有单位，不能比较", Flag.UNIT_MISSING)
    return _no_verdict(
        f"目标的单位「{target.unit}」与实际的单位「{actual.unit}」不是同一种量，不能比较", Flag.UNIT_DIFFERS
    )


def _no_verdict(reason: str, *flags: Flag) -> Judgement:
    return Judgement(Verdict.NOT_COMPARABLE, reason + "。", flags=frozenset(flags))


def _goal(target: Target, way: str) -> _Goal:
    written, (low, high) = target.interval, target.ends
    is_open = target.operator in (Operator.PLAIN, Operator.ABOUT, Operator.RANGE)
    is_exact = target.operator is Operator.EXACTLY or target.better is Better.EXACTLY
    if is_exact or (is_open and target.operator is not Operator.RANGE and way == "约束"):
        return _Goal(Better.EXACTLY, written, low, high)
    if written.low is None or (is_open and (way == "反向" or target.better is Better.LESS)):
        return _Goal(Better.LESS, Interval(high=high, high_open=written.high_open), low, high)
    better = target.better if is_open else Better.MORE
    return _Goal(better, Interval(low=low, low_open=written.low_open), low, high)


def _by_numbers(target: Target, actual: Target, goal: _Goal, per_year: str) -> Judgement:
    if goal.better is Better.UNKNOWN and not target.interval.contains(actual.interval):
        reason = f"看不出目标「{target}」越多越好还是越少越好，请写成「≤」「≥」等，或写明判定的方式"
        return _no_verdict(reason, Flag.DIRECTION_UNKNOWN)
    remarks = _remarks(target, actual, goal, per_year)
    flags = frozenset(remarks)
    if goal.accepts.contains(actual.interval):
        verdict = Verdict.MET
    elif goal.accepts.is_apart_from(actual.interval):
        verdict = Verdict.NOT_MET
    else:
        return _no_verdict(f"实际「{actual}」只是界限，不能断定是否达到目标「{target}」，请写明具体数", *flags)
    if target.operator is Operator.ABOUT and verdict is Verdict.NOT_MET:
        return Judgement(Verdict.BY_PERSON, f"目标「{target}」是约数，没有说允许差多少，实际「{actual}」须由人评定。")
    # For a bound, its number; for a range, its worse end.
    number = actual.ends[1 if goal.better is Better.LESS else 0]
    better = Better.MORE if goal.better is Better.UNKNOWN else goal.better
    # 每两年1次 is half a time per year, but the least is one.
    has_share = goal.better is Better.MORE and goal.high > 0 and not (per_year and goal.high < 1)
    return Judgement(
        verdict,
        f"实际「{actual}」{_WORDS[better][verdict]}目标「{target}」{''.join(remarks.values())}。",
        _rate(goal, number, verdict),
        max(Fraction(0), number / goal.high - 1) if has_share else None,
        flags,
    )


def _remarks(target: Target, actual: Target, goal: _Goal, per_year: str) -> dict[Flag, str]:
    """The flags that apply, with their words."""
    same, unit, other = target.dimension == actual.dimension, target.unit, actual.unit
    copied = (actual.operator, actual.ends) == (target.operator, target.ends)
    above = goal.better is Better.MORE and target.operator is Operator.RANGE and actual.ends[0] > goal.high
    is_proportion = ":" in f"{target.quantity}"
    remarks = (
        (Flag.UNIT_DIFFERS, not same, f"；单位不同（目标为「{unit}」，实际为「{other}」），只比较了数"),
        (Flag.UNIT_CONVERTED, same and unit != other, f"；单位写法不同（「{unit}」与「{other}」），已换算"),
        (Flag.PER_YEAR, bool(per_year), f"；{per_year}"),
        (Flag.UNIT_MISSING, not unit and not is_proportion and any(target.ends + actual.ends), "；都没有写单位"),
        (Flag.ACTUAL_IS_BOUND, actual.is_bound, "；实际只写了界限，请写明具体数"),
        (Flag.ACTUAL_COPIES_TARGET, actual.is_bound and copied, "；实际与目标写法相同，请核实"),
        (Flag.ABOVE_RANGE, above, "；高于目标区间的上限"),
    )
    return {flag: remark for flag, is_so, remark in remarks if is_so}


def _rate(goal: _Goal, number: Fraction, verdict: Verdict) -> Fraction:
    if (goal.high if goal.better is Better.LESS else goal.low) <= 0:
        return Fraction(verdict is Verdict.MET)
    if goal.better is not Better.LESS and number < goal.low:
        share = number / goal.low
    elif goal.better is Better.EXACTLY and number <= goal.high:
        share = Fraction(1)
    elif goal.better in (Better.LESS, Better.EXACTLY):
        share = 2 - number / goal.high
    else:
        share = max(Fraction(1), number / goal.high)
    return max(Fraction(0), share)
