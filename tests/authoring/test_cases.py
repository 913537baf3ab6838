"""Cases of templates: those that are shipped hold; the runner tells what is otherwise than expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.authoring import CaseResult, list_names, run_cases
from generator.errors import Refused
from generator.template import load_template

TEMPLATES = sorted(manifest.parent for manifest in (Path(__file__).parents[2] / "templates").glob("*/template.yaml"))


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_shipped_cases_hold(folder: Path) -> None:
    results = list(run_cases(folder))
    assert [(result.name, result.differences) for result in results if result.differences] == []
    assert len(results) >= 15


def run(workplace: Path, cases: str) -> list[CaseResult]:
    folder = workplace / "templates" / "meizhou"
    for file in (folder / "tests").glob("*.yaml"):
        file.unlink()
    (folder / "tests" / "一.yaml").write_text(cases, encoding="utf-8")
    return list(run_cases(folder))


GIVEN = "填报: ../../../inputs/meizhou-gxj-2021.yaml\n用例:\n"


@pytest.mark.parametrize(
    ("case", "difference"),
    [
        ("得分: {总分: 102.33}", "总分：预期 102.33，实际 102.34"),
        ("得分: {没有的: 1}", "没有的：预期 1，实际 没有这个名称"),
        ("计算: {收入.合计: 1}", "收入.合计：预期 1，实际 8280.03"),
        ("等级: 良", "等级：预期 良，实际 优"),
        ("文字: [没有这句话]", "报告里没有「没有这句话」"),
        ("没有: [自评得1.43分]", "报告里不应有「自评得1.43分」"),
        ("问题: []", "问题：预期 没有，实际 JX415"),
        ("问题: [JX999]", "问题：预期 JX999，实际 JX415"),
        ("改动: {采购.计划: ~}\n  等级: 优", "填报有错误，没有算出得分：缺少「采购.计划」（计划采购金额）。"),
        ("改动: {没有.这里: 1}\n  等级: 优", "用例「甲」要改的「没有.这里」在填报中不存在。"),
        ('改动: {"重点工作[99].进展": 1}\n  等级: 优', "用例「甲」要改的「重点工作[99].进展」在填报中不存在。"),
    ],
)
def test_says_what_differs(workplace: Path, case: str, difference: str) -> None:
    (result,) = run(workplace, f"{GIVEN}- 名称: 甲\n  {case}\n")
    assert result.name == "甲"
    assert result.differences == (difference,)


def test_changes_are_made(workplace: Path) -> None:
    cases = """
- 名称: 改一行
  改动: {"重点工作[3].进展": 已完成}
  得分: {重点工作完成率: 1.71}
- 名称: 去一行
  改动: {"重点工作[3]": ~}
  计算: {重点工作统计.总数: 6}
- 名称: 加一个键
  改动: {结转结余.剔除依据: 通知}
  问题: []
- 名称: 换整张表
  改动: {表彰: []}
  得分: {工作受表彰或批评: 0}
"""
    assert [result.differences for result in run(workplace, GIVEN + cases)] == [(), (), (), ()]


def test_faulty_cases_are_refused(workplace: Path) -> None:
    with pytest.raises(Refused) as refused:
        run(workplace, "用例:\n- 名称: 甲\n  得份: {}\n- {名称: 乙}\n")
    assert {finding.code for finding in refused.value.findings} == {"JX704", "JX753", "JX763"}


def test_unreadable_cases_are_refused(workplace: Path) -> None:
    with pytest.raises(Refused):
        run(workplace, "")


def test_no_cases(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        list(run_cases(tmp_path))
    assert refused.value.findings[0].code == "JX751"


def test_names_cover_fields_scores_and_indicators() -> None:
    lines = {line.name: line for line in list_names(load_template(TEMPLATES[-1]))}
    assert lines["收入.合计"].origin == "计算"
    assert lines["收入.合计"].example.startswith("= 收入.一般公共预算财政拨款 + ")
    assert lines["部门.名称"].origin == "填报"
    assert lines["封面.填报人"].origin == "选填"
    assert lines["评分.总分"].label == "总分"
    assert lines["指标.结转结余率.算式"].label == "结转结余率的算式"
    assert "收入" not in lines


def test_a_case_must_expect_something_and_say_its_changes_rightly(workplace: Path) -> None:
    with pytest.raises(Refused) as refused:
        run(workplace, f"{GIVEN}- {{名称: 甲}}\n- {{名称: 乙, 改动: [一], 等级: 优}}\n")
    assert [finding.code for finding in refused.value.findings] == ["JX763", "JX706"]


def test_a_column_needs_its_row(workplace: Path) -> None:
    (result,) = run(workplace, f"{GIVEN}- {{名称: 甲, 计算: {{专项资金.权重: 1}}}}\n")
    assert result.differences == ("专项资金.权重：预期 1，实际 有 19 行，请写明是第几行，如「专项资金[1].权重」",)


def test_a_copied_template_is_tested_itself(workplace: Path) -> None:
    """The input names the template that the copy was made from; the copy is scored all the same."""
    copy = workplace / "templates" / "某市"
    shutil.copytree(workplace / "templates" / "meizhou", copy)
    form = copy / "indicators.yaml"
    form.write_text(
        form.read_text(encoding="utf-8").replace("得分: 限(取值 × 分值, 0, 分值)", "得分: 0"), encoding="utf-8"
    )
    wrong = [difference for result in run_cases(copy) for difference in result.differences]
    assert "政府采购执行率：预期 3，实际 0" in wrong
