"""A new city is a folder of files, never a change in Python: a third template, made here of files alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docx import Document

import generator
from generator.template.load import load_template
from tests.reading_word import text_of

ROOT = Path(__file__).parents[1]
NATIONAL = {"产出指标", "效益指标", "满意度指标", "目标设置", "tongyong"}
"""Words of the national framework for indicators that bureaus choose, and its template: they are no city's."""

TEMPLATE = """
名称: 某县部门整体绩效自评表
版本: "2023"
文件名: "{{ 单位 }}（{{ 年度 }}）自评"
版式: 表.docx
评分:
  小数位: 1
  满分: 100
  总分: 最小(合计, 执行.支出 ÷ 执行.预算 × 满分)
等级:
  - {名称: A, 条件: 总分 ≥ 85}
  - {名称: B, 条件: 总分 ≥ 70}
  - {名称: C, 条件: 总分 < 70}
印制:
  千元: {单位: 千元, 小数位: 1}
叙述:
  结尾:
    自评: 得{{ 得分 }}分。
    计算: 指标值{{ 取值 }}，得{{ 得分 }}分。
"""
FIELDS = """
年度: {类型: 年份, 标签: 年度}
单位: {类型: 文字, 标签: 单位}
执行:
  类型: 组
  标签: 执行
  字段:
    预算: {类型: 金额, 标签: 预算}
    支出: {类型: 金额, 标签: 支出}
    调整: {类型: 金额, 标签: 年中调整, 可负: 是}
违规: {类型: 整数, 标签: 违规起数, 单位: 起}
办件: {类型: 目标, 标签: 平均办理天数}
办件目标: {类型: 目标, 标签: 办理天数目标}
事项:
  类型: 表
  标签: 事项
  列:
    事项: {类型: 文字, 标签: 事项}
    责任股室: {类型: 文字, 标签: 责任股室}
    投入: {类型: 金额, 标签: 投入}
"""
INDICATORS = """
指标:
- 名称: 投入
  分值: 45
  下级:
  - 名称: 预算调整率
    分值: 5
    取值: 绝对值(执行.调整) ÷ 执行.预算
    得分: 分段(取值, 0, 5, 10%, 4, 20%, 3, 30%, 2, 0)
  - 名称: 合规
    分值: 40
    参数: {每起扣分: 15}
    得分: 最大(0, 分值 - 违规 × 每起扣分)
- 名称: 产出
  分值: 55
  下级:
  - 名称: 办件时效
    分值: 30
    取值: 完成率(办件目标, 办件, "反向")
    得分: 限(取值, 0, 1) × 分值
  - 名称: 群众评价
    分值: 25
    得分: 自评分
"""
INPUT = """
模板: 某县
年度: 2023
单位: 某县水务局
执行: {预算: 1000 万元, 支出: 9000 千元, 调整: -150 万元}
违规: 1 起
办件目标: 10天
办件: 12天
事项:
- {事项: 清淤, 责任股室: 河道股, 投入: 25 万元}
- {事项: 管网, 责任股室: 供水股, 投入: 1.5 万元}
指标:
  群众评价: {自评分: 25}
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """The input of a template that consists of four files."""
    folder = tmp_path / "templates" / "某县"
    folder.mkdir(parents=True)
    for name, text in (("template", TEMPLATE), ("fields", FIELDS), ("indicators", INDICATORS)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    layout = Document()
    layout.add_paragraph("{{ 单位 }}")
    layout.add_paragraph("{%p for 项 in 指标树 %}")
    layout.add_paragraph("{{ loop.index }}、{{ 项.名称 }}（{{ 项.得分 }}／{{ 项.分值 }}）")
    layout.add_paragraph("{%p for 下 in 项.下级 %}")
    layout.add_paragraph("{{ 下.名称 }}：{{ 下.叙述 | join('') }}")
    layout.add_paragraph("{%p endfor %}")
    layout.add_paragraph("{%p endfor %}")
    table = layout.add_table(4, 2)
    texts = (
        ("责任股室", "投入（千元）"),
        ("{%tr for 行 in 事项 %}", ""),
        ("{{ 行.责任股室 }}", "{{ 行.投入 | 千元 }}"),
        ("{%tr endfor %}", ""),
    )
    for row, cells in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    layout.add_paragraph("总分{{ 评分.总分 }}，{{ 评分.等级 }}级。")
    layout.save(str(folder / "表.docx"))
    file = tmp_path / "填报.yaml"
    file.write_text(INPUT, encoding="utf-8")
    return file


def scores(city: Path, *changes: tuple[str, str]) -> dict[str, str]:
    text = INPUT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    city.write_text(text, encoding="utf-8")
    scorecard = generator.score(city).scorecard
    assert scorecard.total is not None
    found = {node.indicator.name: node.score.text for node in scorecard.walk()}
    return {**found, "总分": scorecard.total.score.text, "等级": scorecard.total.rating}


def test_renders(city: Path) -> None:
    rendered = generator.render(city, city.parent / "out")
    assert rendered.path.name == "某县水务局（2023）自评.docx"
    text = text_of(rendered.path)
    assert "1、投入（28／45）" in text
    assert "2、产出（49／55）" in text
    assert "办件时效：指标值0.8，得24分。" in text
    assert "| 河道股 | 250.0 |" in text
    assert "| 供水股 | 15.0 |" in text
    assert "总分77，B级。" in text


@pytest.mark.parametrize(
    ("adjusted", "score"),
    [("0 元", "5"), ("100 万元", "4"), ("100.01 万元", "3"), ("-200 万元", "3"), ("300 万元", "2"), ("301 万元", "0")],
)
def test_step_table(city: Path, adjusted: str, score: str) -> None:
    assert scores(city, ("调整: -150 万元", f"调整: {adjusted}"))["预算调整率"] == score


@pytest.mark.parametrize(("cases", "score"), [(0, "40"), (2, "10"), (3, "0"), (9, "0")])
def test_deduction_has_a_floor(city: Path, cases: int, score: str) -> None:
    assert scores(city, ("违规: 1 起", f"违规: {cases} 起"))["合规"] == score


@pytest.mark.parametrize(
    ("days", "score"), [("8天", "30"), ("10天", "30"), ("15天", "15"), ("20天", "0"), ("30天", "0")]
)
def test_reverse_target(city: Path, days: str, score: str) -> None:
    assert scores(city, ("办件: 12天", f"办件: {days}"))["办件时效"] == score


def test_total_is_capped_by_the_execution_rate(city: Path) -> None:
    assert scores(city, ("支出: 9000 千元", "支出: 600 万元"))["总分"] == "60"


@pytest.mark.parametrize(("spent", "rating"), [("1000 万元", "B"), ("699.4 万元", "C"), ("700 万元", "B")])
def test_other_bands(city: Path, spent: str, rating: str) -> None:
    assert scores(city, ("支出: 9000 千元", f"支出: {spent}"))["等级"] == rating


def test_other_bands_top(city: Path) -> None:
    assert scores(city, ("支出: 9000 千元", "支出: 1000 万元"), ("违规: 1 起", "违规: 0 起"))["等级"] == "A"


def test_no_city_in_python() -> None:
    folders = [manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml")]
    names = {folder.name for folder in folders}
    for folder in folders:
        template = load_template(folder)
        # Not the levels above them: 产出 and 效益指标 are words of the trade, which checks know.
        names |= {one.name for one in template.all_indicators() if not one.children and one.rows is None}
        names |= set(re.findall(r"([\u4e00-\u9fff]{2})市", template.title))
    python = {file: file.read_text(encoding="utf-8") for file in (ROOT / "generator").rglob("*.py")}
    names -= NATIONAL
    found = [(file.name, name) for file, text in python.items() for name in names if name in text]
    assert found == []
