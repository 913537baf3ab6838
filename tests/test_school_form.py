"""A city's form for its schools, from files alone: weights and scores by formulas of indicators.yaml, targets in three
columns, what does not apply left out and the rest scaled, the total capped by the rate of execution."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document

import generator
from generator.cli import main
from generator.workflows.jobs import Job
from generator.workflows.volume import bind, chapters_of, make_chapter
from tests.small_template import underlined

TEMPLATE = """
名称: 某市市属学校专项经费绩效自评
版本: "2025"
文件名: "{{ 学校 }}绩效自评"
输出:
- {名称: 自评报告, 版式: 报告.docx, 文件名: "{{ 学校 }}自评报告"}
- {名称: 专项自评表, 版式: 专项.docx, 文件名: "{{ 专项名称 }}自评表", 每行: 专项}
评分:
  小数位: 1
  满分: 100
  总分: 最小(合计 ÷ 适用分值 × 满分, 分段(执行率, < 60%, 69, < 80%, 89, 100))
等级:
- {名称: 优秀, 条件: 总分 ≥ 90 且 执行率 ≥ 90%}
- {名称: 合格, 条件: 总分 ≥ 60}
- {名称: 不合格, 条件: 总分 < 60}
"""
COLUMNS = """
    类别: {类型: 文字, 标签: 类别, 必填: 否}
    指标: {类型: 文字, 标签: 指标}
    符号: {类型: 选项, 标签: 计算符号, 选项: [≥, ">", "=", "<", ≤, 定性], 必填: 否}
    指标值: {类型: 文字, 标签: 指标值}
    单位: {类型: 文字, 标签: 计量单位, 必填: 否}
    完成值: {类型: 目标, 标签: 完成值}
    评定: {类型: 等次, 标签: 定性评定, 必填: 否, 等次: {达成: 80%-100%, 部分达成: 60%-80%, 未达成: 0%-60%}}
    分量: {类型: 整数, 标签: 分量}
    说法: {类型: 文字, 标签: 为什么没有完成, 必填: 否}
    目标: {类型: 目标, 标签: 目标, 公式: '连成(符号, 指标值, 单位)'}
"""
FIELDS = f"""
年度: {{类型: 年份, 标签: 年度}}
学校: {{类型: 文字, 标签: 学校}}
执行率: {{类型: 比率, 标签: 执行率, 公式: 求和(专项.支出数) ÷ 求和(专项.预算数)}}
整体:
  类型: 表
  标签: 学校整体指标
  列:{COLUMNS}
专项:
  类型: 表
  标签: 专项
  列:
    专项名称: {{类型: 文字, 标签: 专项名称}}
    预算数: {{类型: 金额, 标签: 预算数}}
    支出数: {{类型: 金额, 标签: 支出数}}
    指标表:
      类型: 表
      标签: 专项指标
      列:{COLUMNS.replace(chr(10) + "  ", chr(10) + "      ")}
    自评分: {{类型: 数值, 标签: 自评分, 公式: 评分.总分}}
"""
SCORE = """>-
        NA if 不适用(完成值)
        else 分值 × 评定 if 已填(评定)
        else 分值 if 达标(目标, 完成值)
        else 分值 × 完成率(目标, 完成值)
"""
INDICATORS = f"""
指标:
- {{名称: 专项绩效, 分值: 40, 得分: "加权平均(专项, 自评分, 预算数) ÷ 100 × 分值"}}
- 名称: 学校整体绩效
  分值: 60
  指标来自:
    表: 整体
    层级: [类别]
    名称: 指标
    分值: 分量 ÷ 求和(整体.分量) × 60
    原因: 说法
    得分: {SCORE.replace("NA", "0")}
评分对象:
- 表: 专项
  名称: 专项名称
  评分: {{小数位: 1, 满分: 90, 总分: 合计}}
  指标:
  - 指标来自:
      表: 指标表
      层级: [类别]
      权重: {{完成: 60, 效果: 30}}
      名称: 指标
      分值: 分量
      原因: 说法
      得分: {SCORE.replace("NA", "分值")}
"""
INPUT = """\
模板: 学校
年度: 2024
学校: 某市第一中学
整体:
- {类别: 教学, 指标: 开设选修课, 符号: ≥, 指标值: "30", 单位: 门, 完成值: 32门, 分量: 5}
- {类别: 教学, 指标: 教研活动, 符号: ≥, 指标值: "2", 单位: 次/月, 完成值: 24次, 分量: 3}
- {类别: 管理, 指标: 决算公开时间, 指标值: 10月底前, 完成值: 2024年10月12日, 分量: 2}
- {类别: 管理, 指标: 新校区绿化, 符号: ≥, 指标值: "3000", 单位: 平方米, 完成值: 不适用, 分量: 3, 说法: 移交推迟到2025年。}
- {类别: 管理, 指标: 学生就餐率, 符号: ≥, 指标值: "90", 单位: "%", 完成值: 45%, 分量: 4, 说法: 食堂改造，2025年3月恢复。}
- {类别: 管理, 指标: 办学影响力, 符号: 定性, 指标值: 提升, 完成值: 提升, 评定: 达成 90%, 分量: 3, 说法: 对外交流因场地改造比计划少办一次。}
专项:
- 专项名称: 校舍维修
  预算数: 120 万元
  支出数: 114 万元
  指标表:
  - {类别: 完成, 指标: 维修面积, 符号: ≥, 指标值: "4000", 单位: 平方米, 完成值: 4100平方米, 分量: 30}
  - {类别: 完成, 指标: 完工时间, 指标值: 8月底前, 完成值: 8月25日, 分量: 30}
  - {类别: 效果, 指标: 使用率, 符号: ≥, 指标值: "90", 单位: "%", 完成值: 95%, 分量: 30}
- 专项名称: 教师培训
  预算数: 40 万元
  支出数: 36 万元
  指标表:
  - {类别: 完成, 指标: 培训人次, 符号: ≥, 指标值: "200", 单位: 人次, 完成值: 150人次, 分量: 60, 说法: 两期培训与招生工作冲突，改到2025年3月。}
  - {类别: 效果, 指标: 结业率, 符号: ≥, 指标值: "95", 单位: "%", 完成值: 97%, 分量: 30}
"""  # noqa: E501 - each row on its line


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    """The input of the form, beside its template."""
    folder = tmp_path / "templates" / "学校"
    folder.mkdir(parents=True)
    for name, text in (("template", TEMPLATE), ("fields", FIELDS), ("indicators", INDICATORS)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    for name, line in (("报告", "{{ 学校 }}{{ 评分.总分 }}{{ 评分.等级 }}"), ("专项", "{{ 专项名称 }}{{ 评分.总分 }}")):
        layout = Document()
        layout.add_paragraph(line)
        layout.save(str(folder / f"{name}.docx"))
    file = tmp_path / "填报.yaml"
    file.write_text(INPUT, "utf-8")
    return file


def change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file.write_text(text, "utf-8")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def test_what_does_not_apply_is_left_out_and_the_rest_scaled(filing: Path) -> None:
    made = generator.score(filing).scorecard
    assert made.total is not None
    assert made.total.parts is not None
    # 34.5 + 44.1, of the 91 that apply
    assert (made.total.parts.text, made.total.score.text, made.total.rating) == ("78.6", "86.4", "合格")
    change(filing, ("支出数: 114 万元", "支出数: 50 万元"))
    capped = generator.score(filing).scorecard.total
    assert capped is not None
    assert capped.score.text == "69"


def test_targets_in_formulas_of_the_form_are_checked_like_those_of_columns(filing: Path) -> None:
    assert [one.code for one in generator.check(filing) if one.code != "JX432"] == ["JX414"]  # 专项绩效
    change(filing, (", 说法: 食堂改造，2025年3月恢复。", ""), (", 说法: 移交推迟到2025年。", ""))
    found = {(one.code, one.span.line, underlined(one)) for one in generator.check(filing)}
    assert {("JX420", 9, "45%"), ("JX459", 8, "不适用")} <= found
    assert ("JX414", 8) not in {(code, line) for code, line, _ in found}
    assert "「新校区绿化」" in run("check", filing).output


def test_one_run_tells_everything_that_keeps_the_report_from_being_written(filing: Path) -> None:
    change(
        filing,
        ('符号: ≥, 指标值: "30"', "符号: ≥, 指标值: 不超过30"),
        (", 说法: 移交推迟到2025年。", ""),
        ("评定: 达成 90%", "评定: 达成 70%"),
        ("{类别: 完成, 指标: 维修面积", "{类别: 完工, 指标: 维修面积"),
        ("完成值: 150人次, 分量: 60", "完成值: 150人次, 分量: 50"),
        ("完成值: 97%, 分量: 30", "完成值: 97%, 分量: 20"),
    )
    third = """\
- 专项名称: 教师培训
  预算数: 10 万元
  支出数: 10 万元
  指标表:
  - {类别: 完成, 指标: 一, 指标值: 8月底前, 完成值: 8月2日, 分量: 60}
  - {类别: 完成, 指标: 二, 指标值: 8月底前, 完成值: 8月2日, 分量: 20}
  - {类别: 效果, 指标: 三, 指标值: 8月底前, 完成值: 8月2日, 分量: 30}
- 专项名称: 设备更新
  预算数: 10 万元
  支出数: 10 万元
"""
    filing.write_text(filing.read_text("utf-8") + third, "utf-8")
    found = generator.check(filing)
    assert [(one.code, one.span.line, underlined(one)) for one in found] == [
        ("JX313", 5, "不超过30"),  # sign and words contradict
        ("JX459", 8, "不适用"),  # without a basis
        ("JX286", 10, "达成 70%"),  # outside its band
        ("JX274", 16, "完工"),  # no such group
        ("JX273", 23, "50"),  # less than the group's weight
        ("JX273", 24, "20"),
        ("JX277", 25, "教师培训"),  # two of one name
        ("JX407", 25, "教师培训"),  # and so two files of one name
        ("JX273", 30, "20"),  # no weight left
        ("JX202", 32, "专"),  # without indicators
    ]
    out = filing.parent / "out"
    assert run("render", filing, "-o", out).exit_code == 1
    assert not out.exists()


def test_a_volume_lists_what_each_department_scores_one_by_one(filing: Path) -> None:
    outcome = make_chapter(Job(1, filing, Path()))
    bound = bind(*chapters_of([outcome]), with_pages=False)
    tables = Document(io.BytesIO(bound.data)).tables
    rows = [[cell.text for cell in row.cells][1:] for row in tables[1].rows]
    assert rows == [
        ["序号", "专项名称", "总分", "满分", "得分率", "等级"],
        ["1", "校舍维修", "90", "90", "100%", ""],
        ["2", "教师培训", "75", "90", "83.33%", ""],
    ]
    note = next(one.text for one in Document(io.BytesIO(bound.data)).paragraphs if "共 2 个" in one.text)
    assert "平均得分率 91.67%" in note
