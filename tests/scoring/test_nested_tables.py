"""Tables in the rows of tables: formulas, rules, the program's checks and explanations reach their rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.check import check_template
from generator.scoring.model import find_traces
from tests.small_template import Small, small, underlined

FIELDS = """
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 名称, 示例: 甲}
    上限: {类型: 数值, 标签: 上限, 示例: "50"}
    资金: {类型: 组, 标签: 资金, 字段: {预算: {类型: 数值, 标签: 预算, 示例: "9"}}}
    指标表:
      类型: 表
      标签: 指标表
      列:
        指标名: {类型: 文字, 标签: 指标, 示例: 乙}
        目标: {类型: 目标, 标签: 目标, 示例: ≥10场}
        完成: {类型: 目标, 标签: 完成, 示例: 10场}
        分值: {类型: 数值, 标签: 分值, 示例: "45"}
        原因: {类型: 文字, 标签: 原因, 必填: 否}
        达成: {类型: 是否, 标签: 达成, 公式: '达标(目标, 完成)'}
        得分: {类型: 数值, 标签: 得分, 公式: '最小(分值, 上限) if 达成 else 0'}
    总分: {类型: 数值, 标签: 总分, 公式: 'SUM'}
全部: {类型: 数值, 标签: 全部, 公式: 'ALL'}
"""
RULES = """
- {名称: 分值不超过上限, 表: 项目.指标表, 条件: 分值 ≤ 上限, 位置: 分值,
   消息: '{{ 名称 }}的{{ 指标名 }}超过{{ 上限 }}。', 改法: 改。}
"""
INPUT = """
项目:
- 名称: 甲
  上限: 50
  资金: {预算: 3}
  指标表:
  - {指标名: 演出, 目标: ≥10场, 完成: 12场, 分值: 40}
  - {指标名: 展览, 目标: ≥2场, 完成: 2场, 分值: 60}
- 名称: 乙
  上限: 30
  资金: {预算: 4}
  指标表: [{指标名: 讲座, 目标: ≥4场, 完成: 3场, 分值: 20}]
"""


def template(folder: Path, own: str = "求和(指标表.得分)", every: str = "求和(项目.总分)") -> Small:
    return small(folder, FIELDS.replace("SUM", own).replace("ALL", every), checks=RULES)


def values(one: Small, path: str) -> list[str]:
    return [trace.text for trace in find_traces(one.assess(INPUT).scorecard, path)]


@pytest.mark.parametrize(
    ("formula", "sums"),
    [
        ("求和(指标表.得分)", ["90", "0"]),
        ("求和(指标表, 分值)", ["100", "20"]),
        ("求和(指标表, 分值, 分值 ≤ 上限)", ["40", "20"]),
        ('求和(项目.指标表, 1, 名称 = "乙")', ["1", "1"]),
        ("计数(指标表)", ["2", "1"]),
        ("计数(指标表, 达成) × 资金.预算", ["6", "0"]),
        ("求和(项目.指标表.分值) - 求和(项目.资金.预算)", ["113", "113"]),
        ("项目.上限 + 求和(指标表, 上限)", ["150", "60"]),
    ],
)
def test_formulas_reach_the_rows_within_a_row(tmp_path: Path, formula: str, sums: list[str]) -> None:
    one = template(tmp_path, formula)
    assert [finding.code for finding in check_template(one.template.folder) if finding.code[:3] in ("JX3", "JX4")] == []
    assert values(one, "项目.总分") == sums


@pytest.mark.parametrize(
    ("formula", "total"),
    [
        ("求和(项目.指标表.得分)", "90"),
        ("计数(项目.指标表, 上限 > 30)", "2"),
        ("加权平均(项目.指标表, 分值, 上限)", "43.076923"),
    ],
)
def test_formulas_reach_all_rows_of_inner_tables(tmp_path: Path, formula: str, total: str) -> None:
    assert values(template(tmp_path, every=formula), "全部") == [total]


def test_a_value_in_an_inner_row_is_explained_down_to_its_cells(tmp_path: Path) -> None:
    one = template(tmp_path)
    assert values(one, "项目[1].指标表[2].得分") == ["50"]
    assert values(one, "项目.指标表.得分") == ["40", "50", "0"]
    assert values(one, "项目[2].指标表.得分") == ["0"]
    assert values(one, "项目[2].资金.预算") == ["4"]
    assert values(one, "项目[3].指标表.得分") == values(one, "项目[1].指标表[3].得分") == []


def test_rules_and_checks_run_on_inner_rows(tmp_path: Path) -> None:
    one = template(tmp_path)
    found = [(f.code, f.path, underlined(f)) for f in one.check(INPUT)]
    assert found == [
        ("JX415", "项目[1].指标表[2].分值", "60"),
        ("JX420", "项目[2].指标表[1].完成", "3场"),
    ]
    assert next(f.message for f in one.check(INPUT)) == "甲的展览超过50。"


@pytest.mark.parametrize(
    ("formula", "marked"), [("求和(指标表.分直)", "指标表.分直"), ("求和(指标, 分值)", "指标"), ("分值 + 1", "分值")]
)
def test_a_wrong_name_is_told_in_the_formula(tmp_path: Path, formula: str, marked: str) -> None:
    found = [f for f in check_template(template(tmp_path, formula).folder / "templates" / "小") if f.code == "JX305"]
    assert marked in [underlined(f) for f in found]


def test_a_circle_through_an_inner_table_is_told(tmp_path: Path) -> None:
    fields = FIELDS.replace("最小(分值, 上限) if 达成 else 0", "总分 ÷ 2").replace("SUM", "求和(指标表.得分)")
    small(tmp_path, fields.replace("ALL", "1"))
    found = check_template(tmp_path / "templates" / "小")
    assert [f.path for f in found if f.code == "JX309"] == ["项目.总分"]
