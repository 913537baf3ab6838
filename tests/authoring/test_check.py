"""jixiao template check: every fault of a template in one run, each at its place."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator.authoring.cases import run_cases
from generator.authoring.check import check_template
from generator.authoring.generate import create_template, write_generated
from generator.base.diagnostics import Finding, Refused, Severity, Span
from generator.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
Change = Callable[[str, str, str], None]


def found(folder: Path, code: str) -> list[Finding]:
    return [finding for finding in check_template(folder) if finding.code == code]


def line_of(folder: Path, file: str, text: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_a_new_template_is_without_findings(city: Path) -> None:
    assert check_template(city) == ()


def test_an_input_of_cases_outside_of_the_template_is_told(city: Path, change: Change) -> None:
    (city / "tests" / "示例填报.yaml").rename(city.parent / "别处.yaml")
    change("tests/示例.yaml", "填报: 示例填报.yaml", "填报: ../../别处.yaml")
    assert [(one.code, Path(one.span.file).name) for one in check_template(city)] == [("JX773", "示例.yaml")]


def test_ten_faults_of_ten_kinds_in_one_run(city: Path, change: Change) -> None:
    change("fields.yaml", "类型: 年份, 标签: 报告年度", "类型: 年分, 标签: 报告年度")
    change("indicators.yaml", "分值: 40\n  下级:\n  - 名称: 资金管理", "分值: 41\n  下级:\n  - 名称: 资金管理")
    change("indicators.yaml", "已完成{{ 重点工作统计.已完成 }}项", "已完成{{ 重点工作统计.以完成 }}项")
    change(
        "template.yaml",
        "    计算: 按评分标准计算，本项指标得{{ 得分 | 得分 }}分。",
        "    计算: 得{{ 得分 | 得份 }}分。",
    )
    change("checks.yaml", "减去支出合计{{ 支出.合计 }}万元", "减去支出合计{{ 支出.合计 }万元")
    change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合记 }}")
    change("报告.docx!document", "{{ 人员.核定编制 }}", "{{ 人员.核定编制 | 大写 }}")
    change("报告.docx!document", "{{ 年度 }}年承担", "{{ 年度 }年承担")
    change(
        "报告.docx!document", 'w:top="2098" w:right="1474"', 'w:top="1440" w:right="1474"'
    )  # of both portrait sections
    shutil.rmtree(city / "tests")
    findings = check_template(city)
    places = {(finding.code, Path(finding.span.file).name, finding.span.line) for finding in findings}
    assert places == {
        ("JX707", "fields.yaml", line_of(city, "fields.yaml", "年分")),
        ("JX708", "indicators.yaml", line_of(city, "indicators.yaml", "分值: 41")),
        ("JX708", "template.yaml", line_of(city, "template.yaml", "满分: 100")),
        ("JX403", "indicators.yaml", line_of(city, "indicators.yaml", "以完成")),
        ("JX404", "template.yaml", line_of(city, "template.yaml", "得份")),
        ("JX401", "checks.yaml", line_of(city, "checks.yaml", "支出.合计 }万元")),
        ("JX518", "报告.docx", 0),
        ("JX515", "报告.docx", 0),
        ("JX510", "报告.docx", 0),
        ("JX542", "报告.docx", 0),
        ("JX754", "tests", 0),
    }
    in_layout = {finding.code: finding.path for finding in findings if finding.span.file.endswith(".docx")}
    assert "「{{ 年度 }}年收入决算" in in_layout["JX518"]
    assert "「{{ 部门.名称 }}{% if 人员.…" in in_layout["JX515"]
    assert "「{% if 重点工作 %}" in in_layout["JX510"]
    assert in_layout["JX542"] == "第 2 节"
    assert all(finding.hint for finding in findings)


def test_no_fault_hides_another(city: Path, change: Change) -> None:
    """Slips of YAML, keys, sums, formulas, options, steps, ratings, rules, texts, tags, looks, cases."""
    change("fields.yaml", "单位: 个, 标签: 下属", "单位: 个, 示列: 2, 标签: 下属")
    change("fields.yaml", "公式: 求和(项目.支出)", "公式: 求和(项目.支处)")
    change("fields.yaml", '进展 = "已完成"', '进展 = "完成"')
    change("fields.yaml", "总体目标: {类型", "总体目标： {类型")
    change("indicators.yaml", "分值: 40\n  下级:\n  - 名称: 资金管理", "分值: 41\n  下级:\n  - 名称: 资金管理")
    change("indicators.yaml", "得分: 分值 if 取值 ≤ 控制线 else 0", "得分: 分值 if 取值 ≤ 控制县 else 0")
    change("indicators.yaml", "分段(取值, 5%, 10, 10%, 8,", "分段(取值, 5%, 10, 1%, 8,")
    change("indicators.yaml", "得分: 限(取值 × 分值, 0, 分值)", "得分: 限(取值 × 分值, 0")
    change("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 满意度.来原说明 }}")
    change("template.yaml", "条件: 总分 ≥ 80", "条件: 总分 ≥ 95")
    change("checks.yaml", "  级别: 警告\n", "  表: 项木\n  级别: 警告\n")
    change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合记 }}")
    change("报告.docx!document", "{{ 人员.核定编制 }}", "{{ 人员.核定编制 | 大写 }}")
    change("报告.docx!document", "{%tr for 项 in 项目 %}", "{%tr if 项目 %}")
    change("报告.docx!document", 'w:top="2098" w:right="1474"', 'w:top="1440" w:right="1474"')
    change("tests/示例.yaml", "  得分: {预算执行进度: 10}", "  得份: {预算执行进度: 10}")
    findings = check_template(city)
    placed = {(finding.code, Path(finding.span.file).name, finding.span.line) for finding in findings}
    planted = {
        ("JX704", "fields.yaml", line_of(city, "fields.yaml", "示列")),
        ("JX305", "fields.yaml", line_of(city, "fields.yaml", "项目.支处")),
        ("JX714", "fields.yaml", line_of(city, "fields.yaml", '进展 = "完成"')),
        ("JX110", "fields.yaml", line_of(city, "fields.yaml", "总体目标：")),
        ("JX708", "indicators.yaml", line_of(city, "indicators.yaml", "分值: 41")),
        ("JX305", "indicators.yaml", line_of(city, "indicators.yaml", "控制县")),
        ("JX715", "indicators.yaml", line_of(city, "indicators.yaml", "10, 1%, 8")),
        ("JX301", "indicators.yaml", line_of(city, "indicators.yaml", "得分: 限(取值 × 分值, 0")),
        ("JX403", "indicators.yaml", line_of(city, "indicators.yaml", "来原说明")),
        ("JX716", "template.yaml", line_of(city, "template.yaml", "总分 ≥ 95")),
        ("JX305", "checks.yaml", line_of(city, "checks.yaml", "表: 项木")),
        ("JX704", "示例.yaml", line_of(city, "tests/示例.yaml", "得份")),
        ("JX518", "报告.docx", 0),
        ("JX515", "报告.docx", 0),
        ("JX542", "报告.docx", 0),
    }
    assert placed >= planted
    # Of the loop that was broken up, its end and the names of its rows are told too; of the sum, the one above.
    told = {(finding.code, Path(finding.span.file).name) for finding in findings}
    assert told - {(code, file) for code, file, _ in planted} == {
        ("JX708", "template.yaml"),
        ("JX520", "报告.docx"),
        ("JX521", "报告.docx"),
        ("JX523", "报告.docx"),
        ("JX526", "报告.docx"),
        ("JX527", "报告.docx"),
    }
    assert all(finding.hint for finding in findings)


@pytest.mark.parametrize("tag", ["{% 如果 重点工作 %}", "{% if 重点工作 = 1 %}", "{% IF 重点工作 %}"])
def test_a_faulty_tag_of_a_folded_text_is_told_on_its_line(city: Path, change: Change, tag: str) -> None:
    change("indicators.yaml", "{% if 重点工作 %}", tag)
    (finding,) = found(city, "JX401")
    assert finding.span.line == line_of(city, "indicators.yaml", tag)
    assert tag in finding.message


def test_near_misses_are_named_and_underlined(city: Path, change: Change) -> None:
    change("indicators.yaml", "已完成{{ 重点工作统计.已完成 }}项", "已完成{{ 重点工作统计.以完成 }}项")
    (finding,) = found(city, "JX403")
    line = (city / "indicators.yaml").read_text(encoding="utf-8").splitlines()[finding.span.line - 1]
    assert line[finding.span.column - 1 :][: finding.span.length] == "重点工作统计.以完成"
    assert "「已完成」" in finding.hint
    assert finding.path == "指标.重点工作完成.叙述"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "message"),
    [
        ("template.yaml", '文件名: "{{ 部门.名称 }}', '文件名: "{{ 部门.明称 }}', "JX403", "「部门.明称」"),
        ("template.yaml", "{{ 说明 }}{% if 原因 %}", "{{ 说明 }}{% if 原音 %}", "JX403", "「原音」"),
        ("template.yaml", "{{ 项.叙述 or", "{{ 项.叙诉 or", "JX403", "「项.叙诉」"),
        ("template.yaml", "loop.index | 中文数字", "loop.indx | 中文数字", "JX403", "「loop.indx」"),
        ("indicators.yaml", "{{ 预算.年末结转 | 万元 }}", "{{ 预算.年末结转 | 万圆 }}", "JX404", "万圆"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 满意度.来源说明", "JX401", "满意度"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "｛｛ 满意度.来源说明 ｝｝", "JX512", "｛｛ 满意度.来源说明 ｝｝"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{ 满意度.来源说明 }", "JX529", "{ 满意度.来源说明 }"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "【【来源】】", "JX504", "【【来源】】"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 满意度.__class__ }}", "JX403", "__class__"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{% set a = 1 %}{{ a }}", "JX403", "「a」"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 满意度.来源说明 ~ 1 }}", "JX402", "拼接"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 项目.名称 }}", "JX403", "「项目.名称」"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ (项目 | first).明称 }}", "JX403", "「明称」"),
        ("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 项目[1].明称 }}", "JX403", "「明称」"),
        ("indicators.yaml", "{{ 满意度.数值 }}", "{% for 甲 in 项目 %}{% else %}{{ 丙 }}{% endfor %}", "JX403", "丙"),
        ("indicators.yaml", "{{ 满意度.数值 }}", "{% for 甲 in 项目 if 甲.乙 %}{% endfor %}", "JX403", "甲.乙"),
        ("checks.yaml", "减去支出合计{{ 支出.合计 }}", "减去支出合计{{ 支出.合汁 }}", "JX403", "「支出.合汁」"),
        ("checks.yaml", "改法: 核对「收入」", "改法: 在{{ 评分表.x }}核对「收入」", "JX403", "评分表.x"),
    ],
)  # fmt: skip
def test_texts_that_cannot_be_written(
    city: Path, change: Change, file: str, old: str, new: str, code: str, message: str
) -> None:
    change(file, old, new)
    findings = found(city, code)
    assert any(message in finding.message for finding in findings), findings
    assert {Path(finding.span.file).name for finding in findings} == {file}


def test_texts_that_can(city: Path, change: Change) -> None:
    free = (
        "{{ 项目[1].名称 }}{{ (项目 | first).名称 }}{{ 项目 | map(attribute='名称') | join('、') }}{{ 年度 + 1 }}"
        "{% for 甲 in 项目 if 甲.支出 > 0 %}{{ loop.index }}{{ 甲.名称 }}{% else %}{{ 年度 }}{% endfor %}"
        "{% for 甲, 乙 in 职责 %}{% endfor %}{{ 指标.编制程序.得分 }}{{ 评分.总分 }}{{ 控制线 }}{{ 佐证 | join('、') }}"
        "{{ 总体目标 | join('') }}{{ (年度 + 1).任何 }}"
    )
    old = "公用经费实际支出{{ 公用经费.实际 | 万元 }}万元"
    change("indicators.yaml", old, f"{free}{old}")
    codes = {finding.code for finding in check_template(city)}
    assert codes & {"JX401", "JX402", "JX403", "JX404"} == set()


def test_a_table_is_no_value(city: Path, change: Change) -> None:
    change("indicators.yaml", "{{ 满意度.来源说明 }}", "{{ 项目.名称 }}")
    (finding,) = found(city, "JX403")
    assert "用 {% for %} 逐行引用" in finding.hint


def test_a_quoted_text_with_escapes_has_its_own_place(city: Path, change: Change) -> None:
    change("template.yaml", '说明: "{{ 说明 }}', '说明: "\\u8BF4{{ \\u8BF4\\u660E1 }}')
    (finding,) = found(city, "JX403")
    assert finding.span.line == line_of(city, "template.yaml", "u8BF4")


def test_names_of_the_form_are_known_to_the_layout(city: Path, change: Change) -> None:
    new = "{{ 指标.编制程序.叙述 | join('') }}{{ 评分.等级 }}{{ 评分表 | length }}{{ 指标.编制程序.评分标准 }}"
    change("报告.docx!document", "{{ 收入.合计 }}", new)
    assert check_template(city) == ()


def test_names_of_rows_are_known_to_the_layout(city: Path, change: Change) -> None:
    change("报告.docx!document", "{{ 项.任务 | 句 }}", "{{ 项.认务 }}")
    (finding,) = check_template(city)
    assert finding.code == "JX518"
    assert "项.认务" in finding.message
    assert "项.任务" in finding.hint
    assert finding.path.startswith("第 ")


def test_names_that_only_printing_shows_are_tried_out(city: Path, change: Change) -> None:
    change("报告.docx!document", "{{ 项.任务 | 句 }}", "{{ (重点工作 | first).认务 }}")
    (finding,) = check_template(city)
    assert finding.code == "JX530"
    assert "认务" in finding.message


def test_an_example_that_does_not_fit(city: Path, change: Change) -> None:
    change("fields.yaml", "示例: 390.00 万元", "示例: 三百九十")
    write_generated(city)
    findings = of_examples(city)
    assert {finding.code for finding in findings} == {"JX756"}
    assert {finding.path for finding in findings} == {"项目[1].预算", "项目[2].预算"}
    assert {finding.span.line for finding in findings} == {line_of(city, "fields.yaml", "三百九十")}


def of_examples(city: Path) -> list[Finding]:
    """What is found besides the cases, whose input holds the same examples."""
    return [finding for finding in check_template(city) if finding.code != "JX764"]


def test_an_example_that_cannot_be_scored(city: Path, change: Change) -> None:
    """Told at the example that is the divisor, with the formulas that divide by it."""
    change("fields.yaml", "示例: 2000.00 万元", "示例: 0 元")
    write_generated(city)
    findings = of_examples(city)
    assert {finding.code for finding in findings} == {"JX756"}
    assert {finding.path for finding in findings} == {"预算执行进度（取值）", "结转结余控制（取值）"}
    assert {finding.span.line for finding in findings} == {line_of(city, "fields.yaml", "示例: 0 元")}
    assert all("除数" in finding.message for finding in findings)


def test_a_wrong_example_keeps_no_other_from_being_tried(city: Path, change: Change) -> None:
    """Nor the layout: with something else in the example's place, it is printed all the same."""
    change("fields.yaml", "示例: 390.00 万元", "示例: 三百九十")
    change("fields.yaml", "示例: 2000.00 万元", "示例: 0 元")
    change("fields.yaml", "最大: 100%, 示例: 95%", "最大: 50%, 示例: 95%")
    change("报告.docx!document", "{{ 项.任务 | 句 }}", "{{ (重点工作 | first).认务 }}")
    write_generated(city)
    findings = of_examples(city)
    assert {(finding.code, finding.span.line) for finding in findings} == {
        ("JX756", line_of(city, "fields.yaml", "三百九十")),
        ("JX756", line_of(city, "fields.yaml", "示例: 0 元")),
        ("JX756", line_of(city, "fields.yaml", "示例: 95%")),
        ("JX530", 0),
    }


def test_where_nothing_can_be_printed_that_is_said(city: Path, change: Change) -> None:
    change("template.yaml", "总分: 合计 ", "总分: 合计 ÷ (年度 × 0) ")
    findings = of_examples(city)
    assert {finding.code for finding in findings} == {"JX756", "JX765"}
    (untried,) = [finding for finding in findings if finding.code == "JX765"]
    assert "没有试印" in untried.message
    assert untried.span.file.endswith("报告.docx")


def test_a_fault_in_a_check_is_told_at_its_rule(city: Path, change: Change) -> None:
    change("checks.yaml", "条件: 约等于(支出.项目支出, 项目合计.支出)", "条件: 支出.项目支出")
    (finding,) = check_template(city)
    assert finding.code.startswith("JX3")
    assert finding.span.file.endswith("checks.yaml")


def test_the_schema_is_told_to_be_old_and_made_anew(city: Path, change: Change) -> None:
    change("fields.yaml", "标签: 报告年度", "标签: 年度")
    finding, example = check_template(city)
    assert finding.code == "JX755"
    assert "不是由现在的字段写出的" in finding.message
    assert "jixiao template schema 某市" in finding.hint
    assert example.code == "JX766"
    result = CliRunner().invoke(main, ["template", "schema", "某市"])
    assert result.exit_code == 0
    assert "fields.schema.json" in result.output
    assert "示例填报.yaml" in result.output
    assert check_template(city) == ()
    (city / "fields.schema.json").unlink()
    (finding,) = check_template(city)
    assert "不存在" in finding.message


def test_a_faulty_template_gets_no_schema(city: Path, change: Change) -> None:
    change("fields.yaml", "类型: 年份", "类型: 年分")
    with pytest.raises(Refused):
        write_generated(city)


def test_a_missing_layout(city: Path) -> None:
    (city / "报告.docx").unlink()
    (finding,) = check_template(city)
    assert (finding.code, Path(finding.span.file).name) == ("JX703", "template.yaml")
    assert "报告.docx" in finding.message


def test_no_layout_named(city: Path, change: Change) -> None:
    change("template.yaml", "版式: 报告.docx\n", "")
    assert [finding.code for finding in check_template(city)] == ["JX705"]


def test_a_layout_that_is_no_word_file(city: Path) -> None:
    (city / "报告.docx").write_bytes(b"PK nonsense")
    assert [finding.code for finding in check_template(city)] == ["JX501"]


def test_a_missing_file_hides_no_fault_of_the_layout(city: Path, change: Change) -> None:
    change("报告.docx!document", "{{ 年度 }}年承担", "{{ 年度 }年承担")
    (city / "fields.yaml").unlink()
    (city / "~$报告.docx").write_bytes(b"owner")
    assert {finding.code for finding in check_template(city)} == {"JX703", "JX510"}


def test_a_file_that_cannot_be_read_hides_no_fault_of_the_layout(city: Path, change: Change) -> None:
    change("报告.docx!document", "{{ 年度 }}年承担", "{{ 年度 }年承担")
    change("template.yaml", "评分:\n", "评分: [\n")
    findings = check_template(city)
    assert {Path(finding.span.file).name for finding in findings} == {"template.yaml", "报告.docx"}
    assert {finding.code for finding in findings if finding.span.file.endswith(".docx")} == {"JX510"}


def test_a_layout_is_checked_when_the_template_cannot_be_read(city: Path, change: Change) -> None:
    change("template.yaml", "评分:\n", "评分: [\n")
    findings = check_template(city)
    assert findings
    assert all(finding.span.file.endswith("template.yaml") for finding in findings)


def test_templates_without_form_checks_or_narratives(city: Path) -> None:
    shutil.copytree(ROOT / "templates" / "jiangmen", city.parent / "另一市")
    other = city.parent / "另一市"
    (other / "checks.yaml").unlink()
    shutil.rmtree(other / "tests")
    shutil.copytree(city / "tests", other / "tests")
    write_generated(other)
    (other / "tests" / "示例.yaml").write_text(
        "填报: 示例填报.yaml\n用例:\n- {名称: 甲, 文字: [某某]}\n", encoding="utf-8"
    )
    assert check_template(other) == ()


def test_shapes_that_were_refused_are_passed_over(city: Path, change: Change) -> None:
    change("indicators.yaml", "  - 名称: 目标设置\n    分值: 10\n", "  - 分值: 10\n")
    change("indicators.yaml", "指标:\n", "指标:\n- 甲\n")
    change("checks.yaml", "  级别: 警告\n", "  表: 绩效目镖.甲\n  级别: 警告\n")
    change("template.yaml", "  结尾:\n    自评:", "  结尾: 无\n  尾巴:\n    自评:")
    codes = {finding.code for finding in check_template(city)}
    assert {"JX705", "JX706", "JX704", "JX305"} <= codes


def test_narratives_of_no_shape(city: Path) -> None:
    text = (city / "template.yaml").read_text(encoding="utf-8")
    (city / "template.yaml").write_text(text[: text.index("叙述:\n")] + "叙述: 无\n", encoding="utf-8")
    assert [finding.code for finding in check_template(city)] == ["JX706"]


def test_the_command_ends_with_1_where_there_are_errors(city: Path, change: Change) -> None:
    good = CliRunner().invoke(main, ["template", "check", "某市"])
    assert (good.exit_code, good.output) == (0, "没有发现问题。\n")
    (city / "fields.schema.json").unlink()
    warned = CliRunner().invoke(main, ["template", "check", "某市"])
    assert warned.exit_code == 0
    assert warned.output.endswith("共 1 个警告。\n")
    change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合记 }}")
    bad = CliRunner().invoke(main, ["template", "check", "某市", "--templates", str(city.parent)])
    assert bad.exit_code == 1
    assert "错误 JX518  templates/某市/报告.docx  第 " in bad.output.replace("\\", "/")


def test_the_command_speaks_json(city: Path) -> None:
    (city / "fields.schema.json").unlink()
    result = CliRunner().invoke(main, ["template", "check", "某市", "--format", "json"])
    (finding,) = json.loads(result.output)["findings"]
    assert (finding["code"], finding["severity"]) == ("JX755", "warning")


@pytest.mark.usefixtures("city")
def test_an_unknown_template() -> None:
    result = CliRunner().invoke(main, ["template", "check", "某是"])
    assert result.exit_code == 1
    assert "「某市」" in result.output


def test_a_total_that_cannot_be_computed_is_told_at_the_example(city: Path, change: Change) -> None:
    change("template.yaml", "总分: 合计 ", "总分: 合计 ÷ (年度 × 0) ")
    (finding,) = found(city, "JX756")
    assert Path(finding.span.file).name == "fields.yaml"
    assert "总分" in finding.message


def test_what_has_no_place_in_the_template_is_told_of_the_folder(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise Refused([Finding("JX299", Severity.ERROR, "某种问题", span=Span("示例填报", 3), path="别处[1].某项")])

    monkeypatch.setattr("generator.pipeline.assess_source", refuse)
    (finding,) = found(city, "JX756")
    assert Path(finding.span.file).name == "某市"
    assert "某种问题" in finding.message


@pytest.mark.parametrize(
    ("more", "formula", "codes"),
    [
        ("必填: 否", "选填数 × 2", ["JX729"]),
        ("必填: 否", "选填数 × 2 if 已填(选填数) else 0", []),
        ("必填: 否, 没有时: 0", "选填数 × 2", []),
        ("必填: 是", "选填数 × 2", []),
    ],
)
def test_an_optional_fact_that_a_formula_always_needs(
    city: Path, change: Change, *, more: str, formula: str, codes: list[str]
) -> None:
    field = f'选填数: {{类型: 数值, 标签: 选填数, {more}, 示例: "1"}}'
    change("fields.yaml", "\n部门:\n", f"\n{field}\n倍数: {{类型: 数值, 标签: 倍数, 公式: {formula}}}\n部门:\n")
    assert [finding.code for finding in found(city, "JX729")] == codes


def test_a_rating_is_printed_and_there_are_none(city: Path) -> None:
    manifest = (city / "template.yaml").read_text(encoding="utf-8")
    start, end = manifest.index("等级:\n"), manifest.index("# 评分要点的结论")
    (city / "template.yaml").write_text(manifest[:start] + manifest[end:], encoding="utf-8")
    (finding,) = found(city, "JX767")
    assert finding.span.file.endswith("报告.docx")
    assert finding.path.startswith("「")


def test_of_a_narrative_whose_parameters_got_lost_nothing_is_said(city: Path, change: Change) -> None:
    change("indicators.yaml", "      参数: {控制线: 100%}", "      参娄: {控制线: 100%}")
    change(
        "indicators.yaml",
        "实际支出相当于预算的{{ 取值 }}。",
        "相当于预算的{{ 取值 }}（控制线{{ 控制线 }}，{{ 控制县 }}）。",
    )
    assert [(finding.code, finding.message.partition("」")[0]) for finding in check_template(city)] == [
        ("JX704", "「参娄"),
        ("JX403", "文字引用的「控制县"),
    ]


def test_of_conclusions_that_could_not_be_read_nothing_more_is_said(city: Path, change: Change) -> None:
    change("template.yaml", "\n结论:\n", "\n结沦:\n")
    assert [finding.code for finding in check_template(city)] == ["JX704"]


def test_a_circle_that_only_some_facts_enter_is_told_by_the_trial(city: Path, change: Change) -> None:
    change("fields.yaml", "公式: 支出.基本支出 + 支出.项目支出", "公式: 支出.合计 if 年度 > 2000 else 支出.基本支出")
    (finding,) = found(city, "JX309")
    assert finding.span.line == line_of(city, "fields.yaml", "支出.合计 if")
    assert finding.severity is Severity.ERROR


def test_a_case_whose_report_cannot_be_printed(city: Path, change: Change) -> None:
    change("报告.docx!document", "{{ 项.任务 | 句 }}", "{{ (重点工作 | first).认务 }}")
    results = run_cases(city).results
    assert results[0].differences[0].startswith("报告印不出：")
    assert results[1].differences == ()


def test_a_layout_with_a_near_name(city: Path, change: Change) -> None:
    change("template.yaml", "版式: 报告.docx", "版式: 报高.docx")
    (finding,) = found(city, "JX703")
    assert "「报告.docx」" in finding.hint
    assert finding.span.line == line_of(city, "template.yaml", "报高")


@pytest.mark.parametrize(
    ("kind", "file", "old", "new", "codes"),
    [
        ("评分表", "fields.yaml", "收入:\n  类型: 组", "收入:\n  类型: 祖", ["JX707"]),
        ("评分表", "fields.yaml", "项目:\n  类型: 表", "项目:\n  类型: [表]", ["JX706"]),
        (
            "评分表",
            "fields.yaml",
            "来源: 各项目绩效自评表\n  列:",
            "来源: 各项目绩效自评表\n  列名:",
            ["JX704", "JX705"],
        ),
        ("评分表", "fields.yaml", "选项: [已完成, 推进中]", "选相: [已完成, 推进中]", ["JX704", "JX705"]),
        ("评分表", "fields.yaml", "公式: 支出.基本支出 + 支出.项目支出", "公式: 支出.基本支出 + ", ["JX301"]),
        ("评分表", "template.yaml", "满分: 100", "满分: -100", ["JX706"]),
        ("自评表", "indicators.yaml", "评分对象:\n- 表: 项目", "评分对象:\n- 表名: 项目", ["JX704", "JX705"]),
        ("自评表", "indicators.yaml", "评分对象:", "评份对象:", ["JX704"]),
        (
            "自评表",
            "indicators.yaml",
            "  评分: {小数位: 2, 满分: 100",
            "  评分: {小数位: 2, 满份: 100",
            ["JX704", "JX705"],
        ),
        ("自评表", "checks.yaml", "全年预算\n  表: 项目\n", "全年预算\n  表明: 项目\n", ["JX704"]),
        ("自评表", "checks.yaml", "全年预算\n  表: 项目\n", "全年预算\n  表: [项目]\n", ["JX706"]),
        ("自评表", "indicators.yaml", "    层级: [一级指标, 二级指标]", "    层级: [一级指标]", ["JX733"]),
        ("自评表", "fields.yaml", "公式: 项目统计.预算 > 0 元", "公式: 项目统计.预算 < 0 元", ["JX733"]),
        ("评分表", "fields.yaml", "支出 ÷ 预算 if 预算 > 0 else 0", "支出 ÷ 预算 if 预算 < 0 else 0", ["JX733"]),
        ("自评表", "fields.yaml", ", 公式: '计数(项目, 自评等级 = \"优\")'}", ", 公式: }", ["JX733"]),
        ("评分表", "fields.yaml", "示例: 开展业务培训}", "示例: }", []),
    ],
)
def test_only_the_slip_itself_is_told(
    tmp_path: Path, kind: str, file: str, old: str, new: str, codes: list[str]
) -> None:
    made = create_template("某县", tmp_path / "templates", kind=kind).folder
    shutil.rmtree(made / "tests")
    text = (made / file).read_text("utf-8")
    assert old in text
    (made / file).write_text(text.replace(old, new, 1), "utf-8")
    generated = {"JX754", "JX755", "JX766"}
    assert sorted(one.code for one in check_template(made) if one.code not in generated) == codes
