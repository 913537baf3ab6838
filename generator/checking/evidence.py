"""Rule: an indicator has the evidence that the template requires for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.base.diagnostics import nearest
from generator.checking import codes
from generator.checking.rule import Example, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.case import Case
    from generator.checking.rule import Given
    from generator.submission import Entry, Evidence
    from generator.template import RequiredEvidence

__all__ = ["EVIDENCE"]

_SIGNS = r"[\s《》〈〉「」“”\"']"


def _unproved(case: Case, _given: Given) -> Iterator[Finding]:
    for node in case.scorecard.walk():
        indicator = node.indicator
        # Who claims nothing beyond the hundred points has nothing to prove.
        claimed = node.points > 0 or not indicator.bonus
        if not node.children and indicator.evidence is not None and claimed:
            yield from _lacking(indicator.name, indicator.evidence, case.submission.entry(indicator.name))


def _lacking(name: str, required: RequiredEvidence, entry: Entry) -> Iterator[Finding]:
    """The titles that are not there; where all are, that there are too few."""
    given = [one for one in entry.all_materials() if one.name or not required.as_files]
    absent = [title for title in required.titles if not any(_is(one, title) for one in given)]
    path, what = f"指标.{name}.佐证", "佐证文件" if required.as_files else "佐证"
    place = entry.evidence.span if entry.materials else entry.span
    for title in absent:
        words = {"name": name, "title": title, "what": what, "meant": _meant(title, given)}
        yield codes.OTHER_EVIDENCE.at(place, path, **words)
    count = len({one.title for one in given})
    if not absent and count < required.least:
        have = f"只有 {count} 种" if count else "没有"
        words = {"name": name, "what": what, "least": str(required.least), "have": have}
        yield codes.NO_EVIDENCE.at(place, path, **words)


def _is(one: Evidence, title: str) -> bool:
    return re.sub(_SIGNS, "", title) in re.sub(_SIGNS, "", one.title)


def _meant(title: str, given: list[Evidence]) -> str:
    """What may have been meant by another title."""
    near = nearest(title, [one.title for one in given], most=1)
    return f"「{near[0]}」如果就是它，标题里写上「{title}」。" if near else ""


EVIDENCE = Rule(
    name="必需佐证",
    group=13,
    codes=(codes.NO_EVIDENCE, codes.OTHER_EVIDENCE),
    why=(
        "模板在 indicators.yaml 里用「必需佐证」写明哪些指标要有佐证：至少几种，有哪些，要不要附文件。"
        "指标的佐证和它各要点的佐证合在一起算，同一标题的几个文件算一种；标题里含有指定的名称就算有，书名号和空格不计。"
        "加分项没有得分的，不要求佐证。材料的内容能不能证明得分，程序不判断。"
    ),
    find=_unproved,
    examples=(
        Example(
            codes.NO_EVIDENCE,
            bad="指标.公示情况.佐证: 目标公开页面截图",
            good="指标.公示情况.佐证: [目标公开页面截图, 报告公开页面截图, 公开审批表]",
            place="指标.公示情况.佐证",
            marked="目标公开页面截图",
        ),
        Example(
            codes.OTHER_EVIDENCE,
            bad="指标.三公经费控制.佐证: 三公经费统计表",
            good="指标.三公经费控制.佐证: [三公经费统计表, 《2024年部门决算报表》]",
            place="指标.三公经费控制.佐证",
            marked="三公经费统计表",
        ),
    ),
)
