"""Rule: no score is outside its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.forms import plain
from generator.checking import codes
from generator.checking.rule import Example, Rule
from generator.scoring import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.case import Case
    from generator.checking.rule import Given

__all__ = ["WITHIN_WEIGHTS"]


def _outside_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A scored indicator, or one of its points, with more than its weight, or less than nothing."""
    for node in case.scorecard.walk():
        indicator = node.indicator
        parts = [(f"{indicator.name}·{item.item.name}", item.item.weight, item.score) for item in node.items]
        # What a group has too much, one below it has.
        wholes = [(indicator.name, indicator.weight, node.score)] if not node.children else []
        for name, weight, score in [*wholes, *parts]:
            if not 0 <= number(score) <= weight:
                problem = f"超过了分值 {plain(weight)}" if number(score) > weight else "小于 0"
                words = {"name": name, "score": score.text, "problem": problem, "figures": score.figures}
                yield codes.ABOVE_WEIGHT.at(score.span, f"指标.{indicator.name}", **words)


WITHIN_WEIGHTS = Rule(
    name="得分范围",
    group=1,
    codes=(codes.ABOVE_WEIGHT,),
    why=(
        "每个指标、每个要点的得分都应当在 0 和它的分值之间。公式算出的得分超过分值，或者小于 0，说明公式没有封顶、"
        "没有保底，"
        "或者公式所用的数填错了。上级的得分由下级相加，不另报告。"
    ),
    find=_outside_weights,
    examples=(
        Example(
            codes.ABOVE_WEIGHT,
            bad="资金[1].支出: 500.00 万元\n收入.财政拨款: 700.00 万元",
            good="资金[1].支出: 280.00 万元\n指标.预算执行率: {原因: 项目结余。}",
            place="指标.预算执行率",
            marked="取值 × 分值",
        ),
    ),
)
