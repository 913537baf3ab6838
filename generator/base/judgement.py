"""Whether an actual value meets its target, why, and by how much."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from generator.base.amount import Amount, AmountFault
from generator.base.target import Interval, Operator, Target, as_target
from generator.base.units import are_kin


class Verdict(StrEnum):
    """What can be said of a target."""

    MET = "met"
    NOT_MET = "not_met"
    BY_PERSON = "by_person"
    NOT_COMPARABLE = "not_comparable"

    @property
    def label(self) -> str:
        """The verdict as a report's column 完成情况 says it."""
        return _LABELS[self]


_LABELS = {
    Verdict.MET: "已完成",
    Verdict.NOT_MET: "未完成",
    Verdict.BY_PERSON: "由人评定",
    Verdict.NOT_COMPARABLE: "无法比较",
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


class Judgement(Struct, frozen=True):
    """A verdict with its reason and figures.

    Attributes:
        verdict: The verdict.
        reason: Why, as a Chinese sentence.
        rate: Completion rate as a ratio (1 is the target just met, never below 0); ``None`` without a verdict. Of an
            upper limit it is 2 − actual/target; of a target of zero or below, of which no share can be taken, it is
            1 where the target is met and 0 where it is not.
        over: By which share of the target (of a range: of its upper end) the actual is above it, 0 when it is not;
            ``None`` without a verdict, where no share can be taken, and for exact and reverse targets.
        flags: What a reviewer would object to.
    """

    verdict: Verdict
    reason: str
    rate: Fraction | None = None
    over: Fraction | None = None
    flags: frozenset[Flag] = frozenset()


class _Better(StrEnum):
    """Which actual values are the better ones."""

    MORE = "more"
    LESS = "less"
    EQUAL = "equal"


_WORDS = {
    (_Better.MORE, Verdict.MET): "达到",
    (_Better.MORE, Verdict.NOT_MET): "未达到",
    (_Better.LESS, Verdict.MET): "未超出",
    (_Better.LESS, Verdict.NOT_MET): "超出",
    (_Better.EQUAL, Verdict.MET): "等于",
    (_Better.EQUAL, Verdict.NOT_MET): "不等于",
}


class _Goal(NamedTuple):
    """What a target asks for: which actual values are better, the numbers it accepts, and its own two ends."""

    better: _Better
    accepts: Interval
    low: Fraction
    high: Fraction


def judge(
    target: Target | Amount | str,
    actual: Target | Amount | str | None,
    *,
    exact: bool = False,
    reverse: bool = False,
) -> Judgement:
    """Compare an actual value with its target.

    Args:
        target: The target, or its text.
        actual: The actual value, or its text; ``None`` and blank mean that it has not been stated, which is not 0.
        exact: A target without sign or word must be hit, not only reached.
        reverse: A target without sign or word, or a range, is an upper limit: less is better.

    Raises:
        ValueError: Both ``exact`` and ``reverse``.
    """
    if exact and reverse:
        raise ValueError("一个指标不能既是约束型（须恰好等于）又是反向（越少越好）")
    return _judged(as_target(target), as_target(actual), exact, reverse)


# One row is judged by every formula that asks about it, and by the checks.
@lru_cache(maxsize=4096)
def _judged(target: Target, actual: Target, exact: bool, reverse: bool) -> Judgement:
    goal = None if target.fault else _goal(target, exact=exact, reverse=reverse)
    without = _without_numbers(target, actual)
    if without is not None or goal is None:
        return without or _no_verdict(f"目标「{target}」不能比较")
    bare = target.operator is Operator.PLAIN and not any(target.ends)
    if bare and goal.better is _Better.MORE and any(actual.ends):
        # Nothing can fall short of a bare 0 (「0起」安全事故).
        return _no_verdict(f"目标「{target}」是0，看不出越多越好还是越少越好，请写成「≤0」「≥0」等，或写明判定的方式")
    return _by_numbers(target, actual, goal)


def _without_numbers(target: Target, actual: Target) -> Judgement | None:
    """The judgement where there is nothing to compare; ``None`` where there is."""
    if target.fault is AmountFault.EMPTY:
        return _no_verdict("没有填写目标值", Flag.TARGET_MISSING)
    if actual.fault is AmountFault.EMPTY:
        return _no_verdict("没有填写实际完成值（空白不等于0）", Flag.ACTUAL_MISSING)
    if target.fault:
        return Judgement(Verdict.BY_PERSON, f"目标「{target}」{target.fault}，须由人评定。")
    if actual.fault:
        return _no_verdict(f"目标「{target}」是数量，实际「{actual}」{actual.fault}，请填写实际完成的数量")
    return _different_things(target, actual)


def _different_things(target: Target, actual: Target) -> Judgement | None:
    for side in (target, actual):
        if side.quantity is not None and not side.quantity.unit.known:
            return _no_verdict(f"「{side}」的单位「{side.unit}」不认识，不能比较", Flag.UNIT_UNKNOWN)
    if target.dimension == actual.dimension or are_kin(target.dimension, actual.dimension):
        return None
    if not target.unit or not actual.unit:
        return _no_verdict(f"目标「{target}」与实际「{actual}」中有一个没有单位，不能比较", Flag.UNIT_MISSING)
    return _no_verdict(
        f"目标的单位「{target.unit}」与实际的单位「{actual.unit}」不是同一种量，不能比较", Flag.UNIT_DIFFERS
    )


def _no_verdict(reason: str, *flags: Flag) -> Judgement:
    return Judgement(Verdict.NOT_COMPARABLE, reason + "。", flags=frozenset(flags))


def _goal(target: Target, *, exact: bool, reverse: bool) -> _Goal:
    written, (low, high) = target.interval, target.ends
    plain, ranged = target.operator is Operator.PLAIN, target.operator is Operator.RANGE
    if target.operator is Operator.EXACTLY or (plain and exact):
        return _Goal(_Better.EQUAL, written, low, high)
    if written.low is None or ((plain or ranged) and reverse):
        return _Goal(_Better.LESS, Interval(high=high, high_open=written.high_open), low, high)
    return _Goal(_Better.MORE, Interval(low=low, low_open=written.low_open), low, high)


def _by_numbers(target: Target, actual: Target, goal: _Goal) -> Judgement:
    remarks = _remarks(target, actual, goal)
    flags = frozenset(remarks)
    if goal.accepts.contains(actual.interval):
        verdict = Verdict.MET
    elif goal.accepts.is_apart_from(actual.interval):
        verdict = Verdict.NOT_MET
    else:
        return _no_verdict(f"实际「{actual}」只是界限，不能断定是否达到目标「{target}」，请写明具体数", *flags)
    # Of a bound, the number that it states; of a range, its worse end.
    number = actual.ends[1 if goal.better is _Better.LESS else 0]
    return Judgement(
        verdict,
        f"实际「{actual}」{_WORDS[goal.better, verdict]}目标「{target}」{''.join(remarks.values())}。",
        _rate(goal, number, verdict),
        None if goal.better is not _Better.MORE or goal.high <= 0 else max(Fraction(0), number / goal.high - 1),
        flags,
    )


def _remarks(target: Target, actual: Target, goal: _Goal) -> dict[Flag, str]:
    """What a reviewer would object to, with the words for it."""
    same, unit, other = target.dimension == actual.dimension, target.unit, actual.unit
    copied = (actual.operator, actual.ends) == (target.operator, target.ends)
    above = goal.better is _Better.MORE and target.operator is Operator.RANGE and actual.ends[0] > goal.high
    remarks = (
        (Flag.UNIT_DIFFERS, not same, f"；单位不同（目标为「{unit}」，实际为「{other}」），只比较了数"),
        (Flag.UNIT_CONVERTED, same and unit != other, f"；单位写法不同（「{unit}」与「{other}」），已换算"),
        (Flag.UNIT_MISSING, not unit, "；都没有写单位"),
        (Flag.ACTUAL_IS_BOUND, actual.is_bound, "；实际只写了界限，请写明具体数"),
        (Flag.ACTUAL_COPIES_TARGET, actual.is_bound and copied, "；实际与目标写法相同，请核实"),
        (Flag.ABOVE_RANGE, above, "；高于目标区间的上限"),
    )
    return {flag: remark for flag, is_so, remark in remarks if is_so}


def _rate(goal: _Goal, number: Fraction, verdict: Verdict) -> Fraction:
    if (goal.high if goal.better is _Better.LESS else goal.low) <= 0:
        return Fraction(verdict is Verdict.MET)
    if goal.better is _Better.LESS:
        share = 2 - number / goal.high
    elif number < goal.low:
        share = number / goal.low
    elif goal.better is _Better.EQUAL:
        share = 2 - number / goal.high
    else:
        share = max(Fraction(1), number / goal.high)
    return max(Fraction(0), share)
