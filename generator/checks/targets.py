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
from generator.checks.rule import Case, Example, Given, Rule, Setting
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
    group=3,
    codes=(codes.FAR_ABOVE,),
    why=(
        "完成值大大超过目标，往往说明目标定低了，审核的人会要求说明。超出目标 30% 以上、同一行的原因一栏空着的报告；"
        "恰好 30% 不报告。"
        "目标是区间的（2-3家），从上限算起；「约束」「反向」的目标不看。比例可以用「幅度」改。" + _WHY_GOALS
    ),
    find=_far_above,
    examples=(
        Example(
            codes.FAR_ABOVE,
            bad="绩效目标[2].完成: 53家",
            good="绩效目标[2].完成: 52家",
            place="绩效目标[2].完成",
            marked="53家",
        ),
    ),
    settings={"幅度": Setting(Fraction(30, 100), "超出目标多少以上要说明原因")},
)
UNITS = Rule(
    name="单位",
    group=8,
    codes=(codes.UNITS_DIFFER, codes.UNIT_MISSING),
    why=(
        "目标和实际要用同一个单位。「人次」和「人」、「家」和「户」这样相近的只比较数，同时提示单位不同；"
        "不是同一种量的不能比较。"
        "表里另有单位一列的，目标和实际可以都不写单位。单位不认识的，不下结论，也不报告。" + _WHY_GOALS
    ),
    find=_units,
    examples=(
        Example(
            codes.UNITS_DIFFER,
            bad="绩效目标[2].完成: 42户",
            good="绩效目标[2].完成: 42 家",
            place="绩效目标[2].完成",
            marked="42户",
        ),
        Example(
            codes.UNIT_MISSING,
            bad='绩效目标[2]: {项目: 企业技术改造, 指标: 新增企业, 目标: "40", 完成: "42"}',
            good="绩效目标[2]: {项目: 企业技术改造, 指标: 新增企业, 目标: 40家, 完成: 42家}",
            place="绩效目标[2].完成",
            marked="42",
        ),
    ),
)
COMPARABLE = Rule(
    name="可比较",
    group=8,
    codes=(codes.NOT_COMPARABLE,),
    why=(
        "目标是数量，实际却没有填、填的不是数量，或者只写了不足以断定的界限，就不能判定是否完成。空白不等于 0。"
        "只因单位不同而不能比较的，由「单位」报告。" + _WHY_GOALS
    ),
    find=_comparable,
    examples=(
        Example(
            codes.NOT_COMPARABLE,
            bad="绩效目标[2].完成: 基本完成",
            good="绩效目标[2].完成: 41家",
            place="绩效目标[2].完成",
            marked="基本完成",
        ),
    ),
)
MEASURABLE = Rule(
    name="可衡量",
    group=9,
    codes=(codes.NOT_MEASURABLE, codes.TARGET_UNCLEAR),
    why=(
        "绩效目标应当可以衡量。不是数量也不是时限的目标（「消除」「明显提高」「达到国家标准」），程序不判定，完成没有由人评定；"
        "这里提示它在哪里。写了数而看不出是哪一个目标的（一格里有两个目标、「3/4」「11月中旬前」），另报「目标看不明白」。"
        "哪些写法读得懂，见《模板编写》「目标的写法」。" + _WHY_GOALS
    ),
    find=_measurable,
    examples=(
        Example(
            codes.TARGET_UNCLEAR,
            bad="绩效目标[1]: {项目: 公共服务提升, 指标: 举办公共服务培训, 目标: 培训10场、讲座5场, 完成: 12场}",
            good="绩效目标[1]: {项目: 公共服务提升, 指标: 举办公共服务培训, 目标: 全年培训10场以上, 完成: 12场}",
            place="绩效目标[1].目标",
            marked="培训10场、讲座5场",
        ),
        Example(
            codes.NOT_MEASURABLE,
            bad="绩效目标[1]: {项目: 公共服务提升, 指标: 安全隐患, 目标: 消除, 完成: 已消除}",
            good="绩效目标[1]: {项目: 公共服务提升, 指标: 安全隐患, 目标: ≤1处, 完成: 0处}",
            place="绩效目标[1].目标",
            marked="消除",
        ),
    ),
)
STATED_ACTUALS = Rule(
    name="实际值",
    group=9,
    codes=(codes.ONLY_BOUND, codes.COPIED),
    why=(
        "实际完成值要写实际的数。「≥5000万元」「150人以上」只是一个界限；和目标写法一模一样的，多半是照抄。"
        "这样写即使足以断定完成，"
        "也算不出完成率。文字里写了这个数的，改法里会指出来。" + _WHY_GOALS
    ),
    find=_stated_actuals,
    examples=(
        Example(
            codes.ONLY_BOUND,
            bad="绩效目标[2].完成: ＞41家",
            good="绩效目标[2].完成: 41家",
            place="绩效目标[2].完成",
            marked="＞41家",
        ),
        Example(
            codes.COPIED,
            bad="绩效目标[2]: {项目: 企业技术改造, 指标: 新增企业, 目标: ≥40家, 完成: ≥40家}",
            good="绩效目标[2]: {项目: 企业技术改造, 指标: 新增企业, 目标: ≥40家, 完成: 40家}",
            place="绩效目标[2].完成",
            marked="≥40家",
        ),
    ),
)
PERIODS = Rule(
    name="期间",
    group=9,
    codes=(codes.PERIODS_DIFFER,),
    why=(
        "目标说的是一段时间（五年平均、规划期年均），实际填的却是另一段时间（两年平均、上半年），两者不能直接比较。"
        "看的是同一行里的写法：指标的名称，以及实际值和原因里写明的期间。" + _WHY_GOALS
    ),
    find=_periods,
    examples=(
        Example(
            codes.PERIODS_DIFFER,
            bad="绩效目标[3]: {项目: 企业技术改造, 指标: 投资年均增长, 目标: 8%, 完成: 5%, 原因: 按两年平均填列。}",
            good="绩效目标[3]: {项目: 企业技术改造, 指标: 投资年均增长, 目标: 8%, 完成: 5%, 原因: 市场需求不足。}",
            place="绩效目标[3].原因",
            marked="两年平均",
        ),
    ),
)


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


REASONS = Rule(
    name="说明原因",
    group=3,
    codes=(codes.NO_REASON, codes.NOT_MET),
    why=(
        "指标没有得满分的，要在「原因」里写明扣分的主要原因；目标没有完成的，要在同一行的原因一栏写明。加分项（附加）"
        "不算扣分。"
        "表里没有原因一栏的不报告，模板维护人员可以加上。目标完成没有，由模板公式里用「判定」「达标」"
        "等函数比较的两列得出；"
        "不能判定的不算没有完成。原因写得对不对，程序不判断。"
    ),
    find=_unexplained,
    examples=(
        Example(
            codes.NO_REASON,
            bad="指标.资产盘点: {自评分: 0.5, 说明: 已盘点资产。}",
            good="指标.资产盘点: {自评分: 0.5, 说明: 已盘点资产。, 原因: 一个下属单位没有盘点。}",
            place="指标.资产盘点",
            marked="资产盘点",
        ),
        Example(
            codes.NOT_MET,
            bad="绩效目标[2].完成: 39家",
            good="绩效目标[2]: {项目: 企业技术改造, 指标: 新增企业, 目标: 40家, 完成: 39家, 原因: 市场需求不足。}",
            place="绩效目标[2].完成",
            marked="39家",
        ),
    ),
)
