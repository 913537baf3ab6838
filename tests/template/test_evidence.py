"""必需佐证 in indicators.yaml: its forms, what is inherited, what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Refused
from generator.template.model import RequiredEvidence
from tests.small_template import small

ONE = RequiredEvidence(1)


def required(folder: Path, text: str, below: str = "") -> RequiredEvidence | None:
    """What a group with this text, or the one indicator in it, requires."""
    group = f"- 名称: 组\n  分值: 10\n  {text}\n  下级:\n  - {{名称: 项, 分值: 10, 得分: 自评分{below}}}\n"
    (root,) = small(folder, "", group).template.indicators
    return root.children[0].evidence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("评分标准: 无", None),
        ("必需佐证: 否", None),
        ("必需佐证: 是", ONE),
        ("必需佐证: 3", RequiredEvidence(3)),
        ("必需佐证: [决算报表, 资产盘点表]", RequiredEvidence(2, ("决算报表", "资产盘点表"))),
        ("必需佐证: []", ONE),
        ("必需佐证: {文件: 是}", RequiredEvidence(1, (), as_files=True)),
        ("必需佐证: {数量: 2, 标题: [决算报表]}", RequiredEvidence(2, ("决算报表",))),
        ("必需佐证: {数量: 1, 标题: [甲, 乙], 文件: 是}", RequiredEvidence(2, ("甲", "乙"), as_files=True)),
    ],
)
def test_forms(tmp_path: Path, text: str, expected: RequiredEvidence | None) -> None:
    assert required(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("below", "expected"), [("", ONE), (", 必需佐证: 2", RequiredEvidence(2)), (", 必需佐证: 否", None)]
)
def test_what_a_group_requires_holds_for_all_below_that_say_nothing(
    tmp_path: Path, below: str, expected: RequiredEvidence | None
) -> None:
    assert required(tmp_path, "必需佐证: 是", below) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("必需佐证: 有", "「必需佐证」应当是「是」「否」、几种（如 2）"),
        ("必需佐证: 0", "「必需佐证」应当是"),
        ("必需佐证: 51", "「必需佐证」应当是"),
        ("必需佐证: 1.5", "「必需佐证」应当是"),
        ("必需佐证: [[甲]]", "「必需佐证」应当是文字"),
        ("必需佐证: {数量: 许多}", "「数量」应当是1 到 50 的整数"),
        ("必需佐证: {数量: [2]}", "「数量」应当是几种"),
        ("必需佐证: {标题: 甲}", "「标题」应当是列表"),
        ("必需佐证: {文件: 要}", "「文件」应当是「是」或「否」"),
        ("必需佐证: {份数: 2}", "「份数」不是这里可用的键"),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        required(tmp_path, text)
    assert [said in finding.message for finding in refused.value.findings] == [True]
    assert refused.value.findings[0].span.line == 4
