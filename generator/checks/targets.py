"""Rules on targets and scores: failures and deductions are explained; targets have units, figures and one period."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from generator.base.diagnostics import Finding
from generator.base.forms import Form, plain
from generator.base.judgement import Flag, Verdict
from generator.base.target import Kind
from generator.base.target_text import parse_target
from generator.checks import codes
from generator.checks.mentions import Goal
from generator.checks.rule import Case, Given, Rule, Setting
from generator.submission.model import Fact

_SHARE = Form("%", 0, suffix="%")
_WHY_GOALS = "目标和实际是模板的公式里用「判定」「达标」「完成率」等函数比较的两列。"


def _words(goal: Goal) -> dict[str, str]:
    return {"name": goal.name, "target": goal.target, "actual": goal.actual.text.strip()}


def _far_above(case: Case, given: Given) -> Iterator[Finding]:
    """A target exceeded by more than the allowed share without a reason in its row."""
    most = given["幅度"]
    for goal in case.goals:
        over = goal.judgement.over
        if over is not None and isinstance(most, Fraction) and over > most and not goal.is_explained:
            words = {"over": _SHARE.print(over), "reason": goal.reason, **_words(goal)}
            yield codes.FAR_ABOVE.at(goal.actual.span, goal.actual.path, **words)


def _units(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        compared = goal.judgement.verdict in (Verdict.MET, Verdict.NOT_MET)
        if goal.has(Flag.UNIT_DIFFERS):
            verdict = "只比较了数" if compared else "不能比较"
            yield codes.UNITS_DIFFER.at(goal.actual.span, goal.actual.path, verdict=verdict, **_words(goal))
        elif goal.has(Flag.UNIT_MISSING):
            column = goal.actual.path.rpartition(".")[2]
            fields = goal.row.fields
            # The template states the unit, or the table has a column for it.
            if fields[column].unit or any("单位" in name and name != column for name in fields):
                continue
            which = "都" if compared else "有一个"
            yield codes.UNIT_MISSING.at(goal.actual.span, goal.actual.path, which=which, **_words(goal))


def _comparable(case: Case, _given: Given) -> Iterator[Finding]:
    """A target that is a quantity with an actual value that cannot be compared, for other reasons than the unit."""
    units = (Flag.UNIT_DIFFERS, Flag.UNIT_MISSING, Flag.UNIT_UNKNOWN)
    for goal in case.goals:
        if goal.judgement.verdict is Verdict.NOT_COMPARABLE and not any(map(goal.has, units)):
            words = {"name": goal.name, "reason": goal.judgement.reason}
            yield codes.NOT_COMPARABLE.at(goal.actual.span, goal.actual.path, **words)


def _measurable(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        if goal.judgement.verdict is Verdict.BY_PERSON and goal.target_fact is not None:
            target, fact = parse_target(goal.target), goal.target_fact
            if target.kind is Kind.QUALITATIVE:
                yield codes.NOT_MEASURABLE.at(fact.span, fact.path, **_words(goal))
            else:
                why = str(target.fault or "是约数，没有说允许差多少")
                yield codes.TARGET_UNCLEAR.at(fact.span, fact.path, why=why, **_words(goal))


def _stated_actuals(case: Case, _given: Given) -> Iterator[Finding]:
    """An actual value that is only a bound or a copy of the target, though it decides the verdict."""
    for goal in case.goals:
        if goal.judgement.verdict is Verdict.NOT_COMPARABLE or not goal.has(Flag.ACTUAL_IS_BOUND):
            continue
        code = codes.COPIED if goal.has(Flag.ACTUAL_COPIES_TARGET) else codes.ONLY_BOUND
        said = case.statements.exactly(goal)
        found = f"（文字里有「{said.said}」，见 {said.text.path}）" if said is not None else ""
        yield code.at(goal.actual.span, goal.actual.path, found=found, **_words(goal))


_SPAN = r"(?:[一二两三四五六七八九十]|\d{1,2})年"
_PERIOD = re.compile(
    rf"{_SPAN}(?:平均|年均|累计|合计)|上半年|下半年|[前一二三四]季度|前三季度|\d{{1,2}}[-—至]\d{{1,2}}月|截至\d{{1,2}}月"
)
_YEARLY = re.compile(r"年均|年平均|“?十[一二三四五六]五”?时期|规划期")


def _periods(case: Case, _given: Given) -> Iterator[Finding]:
    """A target and an actual value that the row itself assigns to different periods."""
    for goal in case.goals:
        aim = f"{goal.name}{goal.target if goal.judgement.verdict is Verdict.BY_PERSON else ''}"
        first = _PERIOD.search(aim) or _YEARLY.search(aim)
        for fact in (goal.actual, goal.row.members.get(goal.reason)):
            if first is None or not isinstance(fact, Fact):
                continue
            second = _PERIOD.search(fact.text)
            if second is not None and second[0] not in aim:
                text = next((text for text in case.texts if text.path == fact.path), None)
                span = text.place(*second.span()) if text is not None else goal.actual.span
                words = {"name": goal.name, "first": first[0], "second": second[0], "where": fact.path}
                yield codes.PERIODS_DIFFER.at(span, fact.path, **words)


FAR_ABOVE = Rule(
    name="超额",
    codes=(codes.FAR_ABOVE,),
    find=_far_above,
    settings={"幅度": Setting(Fraction(30, 100), "超出目标多少以上要说明原因")},
)
UNITS = Rule(name="单位", codes=(codes.UNITS_DIFFER, codes.UNIT_MISSING), find=_units)
COMPARABLE = Rule(name="可比较", codes=(codes.NOT_COMPARABLE,), find=_comparable)
MEASURABLE = Rule(name="可衡量", codes=(codes.NOT_MEASURABLE, codes.TARGET_UNCLEAR), find=_measurable)
STATED_ACTUALS = Rule(name="实际值", codes=(codes.ONLY_BOUND, codes.COPIED), find=_stated_actuals)
PERIODS = Rule(name="期间", codes=(codes.PERIODS_DIFFER,), find=_periods)


def _unexplained(case: Case, _given: Given) -> Iterator[Finding]:
    """A deduction without 原因 (bonus items are none), and a target not met without a reason in its row."""
    failed = [goal for goal in case.goals if goal.judgement.verdict is Verdict.NOT_MET and not goal.is_explained]
    # The basis of what does not apply is asked for by a rule of its own.
    left_out = [goal for goal in case.goals if goal.judgement.verdict is Verdict.NOT_APPLICABLE]
    told = {goal.row.path for goal in [*failed, *left_out]}
    for node in case.scorecard.walk_all():
        indicator, entry, row = node.indicator, node.entry, node.entry.row
        explained = entry.reason.value or entry.conclusion is not None
        if not indicator.is_scored or indicator.bonus or node.points >= indicator.weight or explained:
            continue
        # A row is told once, at its actual value.
        if row is None or row.path not in told:
            words = {"name": indicator.name, "score": node.score.text, "weight": plain(indicator.weight)}
            yield codes.NO_REASON.at(entry.span, node.path, where=entry.reason.path, **words)
    for goal in failed:
        yield codes.NOT_MET.at(goal.actual.span, goal.actual.path, reason=goal.reason, **_words(goal))


REASONS = Rule(name="说明原因", codes=(codes.NO_REASON, codes.NOT_MET), find=_unexplained)
