"""A form of another place from files alone: rows as indicators, a form for each project, an Excel output."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from openpyxl import Workbook, load_workbook

import generator
from generator.cli import main

TEMPLATE = """
名称: 某州项目支出绩效自评
版本: "2024"
文件名: "{{ 单位 }}{{ 年度 }}年绩效自评"
输出:
- {名称: 报告, 版式: 报告.docx, 文件名: "{{ 单位 }}自评报告"}
- {名称: 自评表, 版式: 自评表.docx, 文件名: "{{ 行号 }} {{ 项目名称 }}", 每行: 项目}
- {名称: 汇总表, 版式: 汇总表.xlsx, 文件名: 汇总表}
评分: {小数位: 1, 满分: 100, 总分: "最小(合计, 分段(执行率, < 60%, 59, < 80%, 79, 100))"}
等级:
- {名称: 好, 条件: 总分 ≥ 85}
- {名称: 一般, 条件: 总分 < 85}
印制:
  万元: {单位: 万元, 小数位: 2}
"""
COLUMNS = """
    类别: {类型: 文字, 标签: 类别, 必填: 否}
    指标: {类型: 文字, 标签: 指标}
    符号: {类型: 文字, 标签: 计算符号}
    指标值: {类型: 文字, 标签: 指标值}
    单位: {类型: 文字, 标签: 计量单位}
    实际: {类型: 目标, 标签: 实际值}
    权重: {类型: 数值, 标签: 权重}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    目标: {类型: 目标, 标签: 目标, 公式: '连成(符号, 指标值, 单位)'}
    得分:
      类型: 数值
      标签: 得分
      公式: 权重 if 达标(目标, 实际) else 分段(完成率(目标, 实际), < 60%, 0, 完成率(目标, 实际)) × 权重
"""
FIELDS = f"""
年度: {{类型: 年份, 标签: 年度}}
单位: {{类型: 文字, 标签: 单位}}
预算: {{类型: 金额, 标签: 预算}}
支出: {{类型: 金额, 标签: 支出}}
执行率: {{类型: 比率, 标签: 执行率, 公式: 支出 ÷ 预算}}
整体:
  类型: 表
  标签: 整体指标
  列:{COLUMNS}
项目:
  类型: 表
  标签: 项目
  列:
    项目名称: {{类型: 文字, 标签: 项目名称}}
    金额: {{类型: 金额, 标签: 金额}}
    指标表:
      类型: 表
      标签: 项目指标
      列:{COLUMNS.replace(chr(10) + "  ", chr(10) + "      ")}
    自评分: {{类型: 数值, 标签: 自评分, 公式: 评分.总分}}
"""
INDICATORS = """
指标:
- {名称: 项目绩效, 分值: 20, 得分: "加权平均(项目, 自评分, 金额) ÷ 100 × 分值"}
- 指标来自:
    {表: 整体, 层级: [类别], 权重: {成本: 10, 成效: 70}, 名称: 指标, 分值: 权重, 得分: 得分, 原因: 原因}
评分对象:
- 表: 项目
  名称: 项目名称
  评分: {小数位: 1, 满分: 100, 总分: 合计}
  等级: [{名称: 好, 条件: 总分 ≥ 85}, {名称: 一般, 条件: 总分 < 85}]
  指标:
  - 指标来自:
      {表: 指标表, 层级: [类别], 权重: {成本: 20, 成效: 80}, 名称: 指标, 分值: 权重, 得分: 得分, 原因: 原因}
"""
INPUT = """
模板: 某州
年度: 2024
单位: 某州林业局
预算: 100 万元
支出: 95 万元
整体:
- {类别: 成本, 指标: 每亩成本, 符号: ≤, 指标值: "500", 单位: 元, 实际: 480元, 权重: 10}
- {类别: 成效, 指标: 造林, 符号: ≥, 指标值: "900", 单位: 亩, 实际: 700亩, 权重: 40, 原因: 春旱，秋季补造。}
- {类别: 成效, 指标: 成活率, 符号: ≥, 指标值: "85", 单位: "%", 实际: 90%, 权重: 30}
项目:
- 项目名称: 造林
  金额: 60 万元
  指标表:
  - {类别: 成本, 指标: 每亩成本, 符号: ≤, 指标值: "500", 单位: 元, 实际: 480元, 权重: 20}
  - {类别: 成效, 指标: 面积, 符号: ≥, 指标值: "900", 单位: 亩, 实际: 700亩, 权重: 80, 原因: 春旱，秋季补造。}
- 项目名称: 防火
  金额: 40 万元
  指标表:
  - {类别: 成本, 指标: 总成本, 符号: ≤, 指标值: "40", 单位: 万元, 实际: 40万元, 权重: 20}
  - {类别: 成效, 指标: 巡护, 符号: "=", 指标值: "12", 单位: 次, 实际: 12次, 权重: 80}
"""


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    """The input of a template that consists of files alone."""
    folder = tmp_path / "templates" / "某州"
    folder.mkdir(parents=True)
    for name, text in (("template", TEMPLATE), ("fields", FIELDS), ("indicators", INDICATORS)):
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    for name, lines in (
        (
            "报告",
            ("{{ 单位 }}得{{ 评分.总分 }}分，{{ 评分.等级 }}", "{% for 行 in 评分表 %}{{ 行.得分 }} {% endfor %}"),
        ),
        ("自评表", ("{{ 项目名称 }}{{ 评分.总分 }}", "{% for 行 in 指标表 %}{{ 行.目标 }}{{ 行.得分 }} {% endfor %}")),
    ):
        layout = Document()
        for line in lines:
            layout.add_paragraph(line)
        layout.save(str(folder / f"{name}.docx"))
    book = Workbook()
    rows = (
        ("{%tr for 项 in 项目 %}",),
        ("{%tr for 行 in 项.指标表 %}",),
        ("{{ 项.项目名称 }}", "{{ 行.指标 }}", "{{ 行.得分 }}"),
        ("{%tr endfor %}",),
        ("{{ 项.项目名称 }}", "{{ 项.金额 | 万元 }}", "{{ 项.自评分 }}"),
        ("{%tr endfor %}",),
        ("合计", "=SUM(B5:B5)"),
    )
    for row in rows:
        book.worksheets[0].append(row)
    book.save(folder / "汇总表.xlsx")
    file = tmp_path / "填报.yaml"
    file.write_text(INPUT, "utf-8")
    return file


def words(file: Path) -> list[str]:
    return " ".join(paragraph.text for paragraph in Document(str(file)).paragraphs).split()


def test_everything_is_scored_and_printed(filing: Path) -> None:
    done = CliRunner().invoke(main, ["render", str(filing), "-o", str(filing.parent / "out")])
    assert done.exit_code == 0, done.output
    folder = filing.parent / "out" / "某州林业局2024年绩效自评"
    names = ["1 造林.docx", "2 防火.docx", "某州林业局自评报告.docx", "汇总表.xlsx"]
    assert sorted(one.name for one in folder.iterdir()) == names
    assert words(folder / names[2]) == ["某州林业局得89分，好", "17.9", "10", "31.1", "30"]
    assert words(folder / names[0]) == ["造林82.2", "≤500元20", "≥900亩62.2"]
    sheet = load_workbook(folder / names[3]).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["造林", "每亩成本", 20],
        ["造林", "面积", 62.2],
        ["造林", 60, 82.2],
        ["防火", "总成本", 20],
        ["防火", "巡护", 80],
        ["防火", 40, 100],
        ["合计", "=SUM(B3:B6)", None],
    ]
    explained = CliRunner().invoke(main, ["explain", str(filing), "造林"])
    assert "填报.yaml:9:" in explained.output


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("实际: 90%, 权重: 30", "实际: 90%, 权重: 20", "JX273", 10),
        ("{类别: 成效, 指标: 成活率", "{类别: 质量, 指标: 成活率", "JX274", 10),
        ("项目名称: 防火", "项目名称: 造林", "JX277", 17),
        (INPUT[INPUT.rindex("指标表:") :], "指标表: []\n", "JX203", 19),
        (
            '指标值: "900", 单位: 亩, 实际: 700亩, 权重: 40',
            "指标值: 不超过900, 单位: 亩, 实际: 700亩, 权重: 40",
            "JX313",
            9,
        ),
    ],
)
def test_faults_are_told_at_the_row(filing: Path, old: str, new: str, code: str, line: int) -> None:
    assert old in INPUT
    filing.write_text(INPUT.replace(old, new), "utf-8")
    found = generator.check(filing)
    assert (code, line) in [(one.code, one.span.line) for one in found]


def test_a_low_rate_of_execution_caps_the_total(filing: Path) -> None:
    filing.write_text(INPUT.replace("支出: 95 万元", "支出: 79 万元"), "utf-8")
    total = generator.score(filing).scorecard.total
    assert total is not None
    assert (total.score.text, total.rating) == ("79", "一般")
