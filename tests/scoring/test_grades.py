"""等次: a person's grade with the share of the weight that it earns, inside the band of the grade."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.check import check_template
from generator.authoring.generate import example_text
from generator.scoring.model import find_traces, tree
from generator.template.schema import schema_text
from tests.small_template import small, underlined

GRADES = "{达成预期指标: 80%-100%, 部分达成并具有一定效果: 60-80%, 未达成且效果较差: 0%~60%, 不实施: 0%}"
FIELDS = f"""
指标表:
  类型: 表
  标签: 指标表
  列:
    指标名: {{类型: 文字, 标签: 指标}}
    分值: {{类型: 数值, 标签: 分值}}
    达成: {{类型: 等次, 标签: 达成情况, 等次: {GRADES}}}
    得分: {{类型: 数值, 标签: 得分, 公式: 分值 × 达成}}
    说法: {{类型: 文字, 标签: 说法, 公式: 等次(达成)}}
一等数: {{类型: 整数, 标签: 一等数, 公式: '计数(指标表, 等次(达成) = "达成预期指标")'}}
"""


def row(text: str) -> str:
    return f"指标表:\n- {{指标名: 环境改善, 分值: 5, 达成: {text}}}\n"


@pytest.mark.parametrize(
    ("text", "points", "grade"),
    [
        ("达成预期指标 95%", "4.75", "达成预期指标"),
        ("达成预期指标（100％）", "5", "达成预期指标"),
        ("部分达成并具有一定效果：80%", "4", "部分达成并具有一定效果"),
        ("未达成且效果较差,0%", "0", "未达成且效果较差"),
        ("不实施", "0", "不实施"),
    ],
)
def test_the_share_is_taken_of_the_weight(tmp_path: Path, text: str, points: str, grade: str) -> None:
    card = small(tmp_path, FIELDS).assess(row(f'"{text}"')).scorecard
    (trace,) = find_traces(card, "指标表[1].得分")
    assert trace.text == points
    assert any(line.startswith("│  代入：5×") and line.endswith("%") for line in tree(trace))
    assert find_traces(card, "指标表[1].说法")[0].text == grade
    assert find_traces(card, "一等数")[0].text == str(int(grade == "达成预期指标"))


@pytest.mark.parametrize(
    ("text", "said"), [("不实施", "不实施"), ("未达成且效果较差 0%", "未达成且效果较差 0%"), ("~", "没有评")]
)
def test_a_grade_of_nothing_is_a_grade(tmp_path: Path, text: str, said: str) -> None:
    fields = f"评: {{类型: 等次, 标签: 评, 必填: 否, 等次: {GRADES}}}\n话: {{类型: 文字, 标签: 话}}\n"
    form = small(tmp_path, fields)
    made = form.assess(f"评: {text}\n话: \"{{{{ 评 or '没有评' }}}}{{% if 评 %}}，评了{{% endif %}}\"\n")
    assert str(made.report.content["话"]) == said + "，评了" * (text != "~")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("达成预期指标 75%", "JX286", "「部分达成并具有一定效果」"),
        ("部分达成并具有一定效果 101%", "JX286", "60% 到 80%"),
        ("达成预期指标", "JX285", "80% 到 100%"),
        ("达成预期目标 90%", "JX211", "「达成预期指标」"),
        ("90%", "JX211", "可用的有"),
        ("达成预期指标 0.9", "JX211", "达成预期指标 100%"),
    ],
)
def test_what_is_no_grade_or_outside_its_band_is_told_at_the_cell(
    tmp_path: Path, text: str, code: str, says: str
) -> None:
    (finding,) = small(tmp_path, FIELDS).check(row(text))
    assert (finding.code, underlined(finding)) == (code, text)
    assert says in finding.message + finding.hint


def test_bands_and_uses_that_are_wrong_are_told_in_the_template(tmp_path: Path) -> None:
    fields = FIELDS.replace("60-80%", "大半").replace('"达成预期指标"', '"达成"') + "乙: {类型: 等次, 标签: 乙}\n"
    small(tmp_path, fields + "丙: {类型: 整数, 标签: 丙, 公式: '计数(指标表, 等次(分值) = 「甲」)'}\n")
    found = {(f.code, f.path) for f in check_template(tmp_path / "templates" / "小")}
    assert {("JX706", "指标表.达成"), ("JX705", "乙"), ("JX714", "一等数"), ("JX308", "丙")} <= found, found


def test_an_editor_and_an_example_know_grades(tmp_path: Path) -> None:
    one = small(tmp_path, FIELDS)
    assert "达成: 达成预期指标 100%" in example_text(one.template)
    assert r"^\\s*(达成预期指标|部分达成" in schema_text(one.template)
    assert not one.check(example_text(one.template).partition("\n")[2].partition("\n")[2])
