"""Cases of templates: the runner tells what is otherwise than expected."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.authoring.cases import CaseResult, run_cases
from generator.authoring.check import check_template
from generator.base.diagnostics import Finding
from generator.cli import main
from generator.template.load import load_template
from generator.template.scope import list_names

pytestmark = pytest.mark.slow

Change = Callable[[str, str, str], None]
MEIZHOU = Path(__file__).parents[2] / "templates" / "meizhou"


def run(workplace: Path, cases: str) -> tuple[CaseResult, ...]:
    folder = workplace / "templates" / "meizhou"
    for file in (folder / "tests").glob("*.yaml"):
        file.unlink()
    (folder / "tests" / "一.yaml").write_text(cases, encoding="utf-8")
    done = run_cases(folder)
    assert done.findings == ()
    return done.results


def faults(workplace: Path, cases: str) -> list[Finding]:
    """What is wrong with a file of cases, beside one that is right and runs all the same."""
    folder = workplace / "templates" / "meizhou"
    for file in (folder / "tests").glob("*.yaml"):
        file.unlink()
    (folder / "tests" / "一.yaml").write_text(cases, encoding="utf-8")
    (folder / "tests" / "二.yaml").write_text(f"{GIVEN}- {{名称: 好的, 等级: 优}}\n", encoding="utf-8")
    done = run_cases(folder)
    assert [(result.name, result.differences) for result in done.results if result.file.endswith("二.yaml")] == [
        ("好的", ())
    ]
    assert done.failures == len(done.findings)
    return list(done.findings)


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
        ("问题: [JX999, JX998, JX999]", "问题：预期 JX998、JX999 2 处，实际 JX415"),
        ("改动: {采购.计划: ~}\n  等级: 优", "填报有错误，没有算出得分：缺少「采购.计划」（计划采购金额）。"),
        (
            "改动: {菜购.计划: 1}\n  等级: 优",
            "要改的「菜购.计划」在填报中不存在。是否为「采购」？",
        ),
        (
            '改动: {"重点工作[99].进展": 1}\n  等级: 优',
            ("要改的「重点工作[99].进展」在填报中不存在。这里是 7 行，行号从 1 数起；写 [8] 和整行的内容是加一行。"),
        ),
        (
            '改动: {"重点工作.进展": 1}\n  等级: 优',
            ("要改的「重点工作.进展」在填报中不存在。这里是 7 行，行号从 1 数起；写 [8] 和整行的内容是加一行。"),
        ),
        (
            "改动: {采购.计划.单位: 1}\n  等级: 优",
            "要改的「采购.计划.单位」在填报中不存在。这里是一个值「349177 元」，下面没有别的。",
        ),
        (
            '改动: {"采购[1]": 1}\n  等级: 优',
            "要改的「采购[1]」在填报中不存在。可用的有：项数、内容、计划、实际。",
        ),
    ],
)
def test_says_what_differs(workplace: Path, case: str, difference: str) -> None:
    (result,) = run(workplace, f"{GIVEN}- 名称: 甲\n  {case}\n")
    assert result.name == "甲"
    assert result.differences[0].startswith(difference)


def test_findings_that_were_not_expected_are_told(workplace: Path) -> None:
    (result,) = run(workplace, f"{GIVEN}- {{名称: 甲, 改动: {{采购.计划: 5}}, 问题: []}}\n")
    assert result.differences == ("问题：预期 没有，实际 JX205", "多出的 JX205：「采购.计划」的金额「5」没有单位。")


def test_changes_are_made(workplace: Path) -> None:
    cases = """
- 名称: 改一行
  改动: {"重点工作[3].进展": 已完成}
  得分: {重点工作完成率: 1.71}
- 名称: 去一行
  改动: {"重点工作[3]": ~}
  计算: {重点工作统计.总数: 6}
- 名称: 加两行
  改动: {"表彰[3]": {文件: 《通报三》, 事项: 表扬单位}, "表彰[4]": {文件: 《通报四》, 事项: 表扬单位}}
  得分: {工作受表彰或批评: 8}
- 名称: 加一个键
  改动: {结转结余.剔除依据: 通知}
  文字: [（依据：通知）]
- 名称: 换整张表
  改动: {表彰: []}
  得分: {工作受表彰或批评: 0}
"""
    assert [result.differences for result in run(workplace, GIVEN + cases)] == [()] * 5


def test_faulty_cases_are_refused(workplace: Path) -> None:
    found = faults(workplace, "用例:\n- 名称: 甲\n  得份: {}\n- {名称: 乙}\n")
    assert {finding.code for finding in found} == {"JX704", "JX753", "JX763"}


def test_unreadable_cases_are_refused(workplace: Path) -> None:
    assert [finding.code for finding in faults(workplace, "")] == ["JX107"]


def test_no_cases(workplace: Path) -> None:
    folder = workplace / "templates" / "meizhou"
    shutil.rmtree(folder / "tests")
    done = run_cases(folder)
    assert [finding.code for finding in done.findings] == ["JX751"]
    assert done.failures == 1


def test_an_input_that_is_not_there_is_told_at_the_case(workplace: Path) -> None:
    cases = "用例:\n- {名称: 甲, 填报: 没有.yaml, 等级: 优}\n- {名称: 乙, 填报: 没有.yaml, 等级: 优}\n"
    found = faults(workplace, cases)
    assert [(finding.code, finding.span.line, finding.path) for finding in found] == [
        ("JX101", 2, "填报"),
        ("JX101", 3, "填报"),
    ]
    assert "没有这个文件" in found[0].message
    shared = faults(workplace, "填报: 没有.yaml\n用例:\n- {名称: 甲, 等级: 优}\n")
    assert [(finding.code, finding.span.line) for finding in shared] == [("JX101", 1)]


def test_a_folder_among_the_cases(workplace: Path) -> None:
    (workplace / "templates" / "meizhou" / "tests" / "夹.yaml").mkdir()
    assert [finding.code for finding in run_cases(workplace / "templates" / "meizhou").findings] == ["JX101"]


def test_a_case_with_faults_keeps_no_other_of_its_file_from_running(workplace: Path) -> None:
    folder = workplace / "templates" / "meizhou"
    cases = f"{GIVEN}- {{名称: 甲, 得份: {{}}}}\n- {{名称: 乙, 等级: 良}}\n"
    (folder / "tests" / "一.yaml").write_text(cases, encoding="utf-8")
    done = run_cases(folder)
    assert [finding.code for finding in done.findings] == ["JX704"]
    (wrong,) = [result for result in done.results if result.file.endswith("一.yaml")]
    assert (wrong.name, wrong.span.line, len(wrong.differences)) == ("乙", 4, 1)


def test_a_faulty_template_has_no_results(workplace: Path) -> None:
    folder = workplace / "templates" / "meizhou"
    (folder / "checks.yaml").write_text("勾稽: 无\n", encoding="utf-8")
    done = run_cases(folder)
    assert done.results == ()
    assert [finding.code for finding in done.findings] == ["JX706"]


def test_a_new_required_field_comes_with_the_way_to_mend_the_cases(city: Path, change: Change) -> None:
    change("fields.yaml", "满意度:\n", "新字段: {类型: 金额, 标签: 新字段, 示例: 5 万元}\n满意度:\n")
    first = run_cases(city).results[0].differences
    assert first[0] == "填报有错误，没有算出得分：缺少「新字段」。"
    assert "templates/某市/tests/示例填报.yaml" in first[1]
    assert "补上「新字段」" in first[1]
    assert "jixiao template schema 某市" in first[1]
    (old,) = [finding for finding in check_template(city) if finding.code == "JX766"]
    assert "jixiao template schema 某市" in old.hint
    told = [finding for finding in check_template(city) if finding.code == "JX764"]
    assert len(told) < len(run_cases(city).results), "one reason, one finding"
    assert CliRunner().invoke(main, ["template", "schema", "某市"]).exit_code == 0
    assert run_cases(city).failures == 0


def test_an_input_of_somebody_s_own_is_not_written_anew(city: Path, change: Change) -> None:
    change("tests/示例填报.yaml", "：示例填报。各项照抄模板中的示例，不是真实的数字。", "：某局的真实填报")
    change("fields.yaml", "满意度:\n", "新字段: {类型: 金额, 标签: 新字段, 示例: 5 万元}\n满意度:\n")
    before = (city / "tests" / "示例填报.yaml").read_text(encoding="utf-8")
    first = run_cases(city).results[0].differences
    assert "补上「新字段」" in first[1]
    assert "template schema" not in first[1]
    assert [finding.code for finding in check_template(city) if finding.code == "JX766"] == []
    written = CliRunner().invoke(main, ["template", "schema", "某市"])
    assert "示例填报" not in written.output
    assert (city / "tests" / "示例填报.yaml").read_text(encoding="utf-8") == before


def test_names_cover_fields_scores_and_indicators() -> None:
    lines = {line.name: line for line in list_names(load_template(MEIZHOU))}
    assert lines["收入.合计"].origin == "计算"
    assert lines["收入.合计"].example.startswith("= 收入.财政拨款 + ")
    assert lines["部门.名称"].origin == "填报"
    assert lines["封面.填报人"].origin == "选填"
    assert lines["评分.总分"].label == "总分"
    assert lines["指标.结转结余率.算式"].label == "结转结余率的算式"
    assert "收入" not in lines


def test_a_case_must_expect_something_and_say_its_changes_rightly(workplace: Path) -> None:
    found = faults(workplace, f"{GIVEN}- {{名称: 甲}}\n- {{名称: 乙, 改动: [一], 等级: 优}}\n")
    assert [finding.code for finding in found] == ["JX763", "JX706"]


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
    wrong = [difference for result in run_cases(copy).results for difference in result.differences]
    assert "政府采购执行率：预期 3，实际 0" in wrong
