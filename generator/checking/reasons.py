"""Rule: a score below full marks has a stated reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.forms import plain
from generator.checking import codes
from generator.checking.rule import Example, Rule
from generator.checking.targets import unexplained_failures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.case import Case
    from generator.checking.rule import Given

__all__ = ["REASONS"]


def _unexplained(case: Case, _given: Given) -> Iterator[Finding]:
    yield from _deductions(case)
    yield from unexplained_failures(case)


def _deductions(case: Case) -> Iterator[Finding]:
    """A scored indicator below its weight without 原因. Bonus items are no deductions."""
    for node in case.scorecard.walk():
        indicator = node.indicator
        entry = case.submission.entry(indicator.name)
        if node.children or indicator.bonus or node.points >= indicator.weight or entry.reason.value:
            continue
        words = {"name": indicator.name, "score": node.score.text, "weight": plain(indicator.weight)}
        yield codes.NO_REASON.at(entry.span, f"指标.{indicator.name}", **words)


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
