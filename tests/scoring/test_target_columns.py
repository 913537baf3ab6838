"""Rows as systems export them: targets in three columns, and rows that do not apply."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from tests.small_template import Small, small, underlined

FIELDS = """
指标表:
  类型: 表
  标签: 指标表
  列:
    指标名: {类型: 文字, 标签: 指标}
    计算符号: {类型: 文字, 标签: 计算符号, 必填: 否}
    指标值: {类型: 文字, 标签: 指标值, 必填: 否}
    计量单位: {类型: 文字, 标签: 计量单位, 必填: 否}
    完成值: {类型: 文字, 标签: 完成值}
    原因: {类型: 文字, 标签: 原因, 必填: 否}
    目标: {类型: 目标, 标签: 目标, 公式: '连成(计算符号, 指标值, 计量单位)'}
    实际: {类型: 目标, 标签: 实际, 公式: '连成(完成值, 计量单位)'}
    情况: {类型: 文字, 标签: 情况, 公式: '判定(目标, 实际)'}
    得分: {类型: 数值, 标签: 得分, 公式: '10 if 不适用(实际) 或 情况 = "由人评定" else 10 if 达标(目标, 实际) else 0'}
满分制: {类型: 数值, 标签: 满分制, 公式: '求和(指标表.得分)'}
折算: {类型: 数值, 标签: 折算, 公式: '平均(指标表, 得分, 非 不适用(实际)) × 计数(指标表)'}
"""


def row(sign: str, value: str, unit: str, actual: str, reason: str = "") -> str:
    cells = {"计算符号": sign, "指标值": value, "计量单位": unit, "完成值": actual, "原因": reason}
    return "- {指标名: 培训, " + ", ".join(f'{key}: "{cell}"' for key, cell in cells.items() if cell) + "}\n"


def form(folder: Path) -> Small:
    return small(folder, FIELDS)


@pytest.mark.parametrize(
    ("cells", "target", "actual", "verdict"),
    [
        (("≥", "12", "家", "14"), "≥12家", "14家", "已完成"),
        (("≥", "12家", "家", "8家"), "≥12家", "8家", "未完成"),
        (("大于等于", "12", "万元", "14万元"), "大于等于12万元", "14万元", "已完成"),
        (("＝", "2-3", "场", "3"), "2-3场", "3场", "已完成"),
        (("≤", "不超过5%", "%", "4"), "不超过5%", "4%", "已完成"),
        (("≤", "11月底前", "", "11月20日"), "11月底前", "11月20日", "已完成"),
        (("定性", "明显提升", "", "明显提升"), "明显提升", "明显提升", "由人评定"),
        (("", "100", "%", "100"), "100%", "100%", "已完成"),
    ],
)
def test_three_columns_make_a_target(
    tmp_path: Path, cells: tuple[str, str, str, str], target: str, actual: str, verdict: str
) -> None:
    symbols = form(tmp_path).assess("年度: 2024\n指标表:\n" + row(*cells, reason="见附件。")).scorecard.symbols
    found = [symbols.find(f"指标表[1].{name}")[0].text for name in ("目标", "实际", "情况")]
    assert found == [target, actual, verdict]


@pytest.mark.parametrize(
    ("sign", "value", "unit", "says"),
    [
        ("≥", "不超过12", "家", "另一个意思"),
        ("≥", "明显提升", "", "不是数量"),
        ("定性", "12", "家", "却是数量"),
        ("≥", "12家", "户", "「户」"),
        ("约莫", "12", "家", "「约莫」不认识"),
    ],
)
def test_columns_that_contradict_are_told_at_the_value(
    tmp_path: Path, sign: str, value: str, unit: str, says: str
) -> None:
    found = form(tmp_path).check("指标表:\n" + row(sign, value, unit, "12"))
    assert [(one.code, underlined(one)) for one in found] == [("JX313", f'"{value}"')]
    assert says in found[0].message


def codes_of(found: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(one.code, one.path, underlined(one)) for one in found]


def test_checks_see_joined_targets_at_the_cells_they_come_from(tmp_path: Path) -> None:
    text = "指标表:\n" + row("≥", "12", "家", "8") + row("≥", "10", "家", "20") + row("定性", "提升", "", "提升")
    assert codes_of(form(tmp_path).check(text)) == [
        ("JX420", "指标表[1].完成值", '"8"'),
        ("JX421", "指标表[2].完成值", '"20"'),
        ("JX432", "指标表[3].指标值", '"提升"'),
    ]
    assert "实际20家" in form_message(form(tmp_path / "又"), text, "JX421")


def form_message(one: Small, text: str, code: str) -> str:
    return next(found.message for found in one.check(text) if found.code == code)


def test_a_row_that_does_not_apply_counts_as_the_template_says(tmp_path: Path) -> None:
    text = "指标表:\n" + row("≥", "1", "家", "2", "多了。") + row("≥", "1", "家", "0", "项目停办，资金已交回财政。")
    text += row("≥", "9", "家", "不适用：本年没有安排") + row("≥", "9", "家", "不适用", "本年没有安排。")
    symbols = form(tmp_path).assess(text).scorecard.symbols
    assert [symbols.find(name)[0].text for name in ("满分制", "折算")] == ["30", "20"]
    assert codes_of(form(tmp_path / "又").check(text)) == []


def test_a_row_that_does_not_apply_needs_a_basis(tmp_path: Path) -> None:
    found = form(tmp_path).check("指标表:\n" + row("", "1", "家", "1") + row("≥", "9", "家", "不适用"))
    assert codes_of(found) == [("JX459", "指标表[2].完成值", '"不适用"')]


def test_an_optional_actual_may_say_that_its_row_does_not_apply(tmp_path: Path) -> None:
    fields = FIELDS.replace("完成值: {类型: 文字, 标签: 完成值}", "完成值: {类型: 目标, 标签: 完成值, 必填: 否}")
    found = small(tmp_path, fields).check("指标表:\n" + row("", "1", "家", "1") + row("≥", "9", "家", "不适用"))
    assert codes_of(found) == [("JX459", "指标表[2].完成值", '"不适用"')]


def test_a_row_is_named_by_the_column_before_the_typed_values(tmp_path: Path) -> None:
    found = form(tmp_path).check("年度: 2024\n指标表:\n" + row("定性", "明显提升", "", "明显提升", "两处没有验收。"))
    assert [one.message.partition("」")[0] for one in found if one.code == "JX432"] == ["「培训"]
