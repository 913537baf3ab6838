"""The rule 必需佐证, beyond its examples: points, files, titles in other words, bonus items."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.small_template import Small, small

REST = "  加分: {自评分: 0}\n"


def form(folder: Path, required: str) -> Small:
    indicators = f"""\
- 名称: 管理
  分值: 10
  必需佐证: {required}
  下级:
  - {{名称: 制度, 分值: 7, 得分: 自评分}}
  - 名称: 公开
    分值: 3
    必需佐证: 否
    要点: [{{名称: 目标公开, 分值: 3}}]
- {{名称: 加分, 分值: 1, 附加: 是, 得分: 自评分, 必需佐证: 是}}
"""
    return small(folder, "", indicators, full=11)


def said(place: Small, evidence: str, rest: str = REST) -> list[tuple[str, str, str]]:
    text = f"指标:\n  制度:\n    自评分: 7\n{evidence}  公开: {{要点: {{目标公开: {{结论: 符合}}}}}}\n{rest}"
    codes = ("JX440", "JX441")
    return [(one.code, one.path, one.message) for one in place.check(text) if one.code in codes]


@pytest.mark.parametrize(
    ("required", "evidence", "expected"),
    [
        ("是", "", "指标「制度」至少要有 1 种佐证，现在没有。"),
        ("是", "    佐证:\n", "指标「制度」至少要有 1 种佐证，现在没有。"),
        ("是", "    佐证: 汇编\n", ""),
        ("2", "    佐证: [汇编, 汇编]\n", "指标「制度」至少要有 2 种佐证，现在只有 1 种。"),
        ("2", "    佐证: [汇编, 记录]\n", ""),
        ("{文件: 是}", "    佐证: 汇编\n", "指标「制度」至少要有 1 种佐证文件，现在没有。"),
        ("{文件: 是}", "    佐证: 汇编.pdf\n", ""),
        ("[决算报表]", "    佐证: [《部门 决算报表》]\n", ""),
        ("[决算报表]", "    佐证: 汇编\n", "指标「制度」的佐证里没有「决算报表」。"),
        ("{标题: [决算报表], 文件: 是}", "    佐证: 决算报表\n", "指标「制度」的佐证文件里没有「决算报表」。"),
    ],
)
def test_what_is_asked_for(tmp_path: Path, required: str, evidence: str, expected: str) -> None:
    found = said(form(tmp_path, required), evidence)
    assert [message for _, _, message in found] == ([expected] if expected else [])
    assert all(path == "指标.制度.佐证" for _, path, _ in found)


def test_each_title_that_is_not_there_is_told_and_not_the_number_besides(tmp_path: Path) -> None:
    found = said(form(tmp_path, "{数量: 3, 标题: [甲表, 乙表]}"), "    佐证: [丙]\n")
    assert [(code, message[-6:]) for code, _, message in found] == [
        ("JX441", "有「甲表」。"),
        ("JX441", "有「乙表」。"),
    ]


def test_a_near_miss_is_named(tmp_path: Path) -> None:
    place = form(tmp_path, "[资产盘点表]")
    text = "指标:\n  制度:\n    自评分: 7\n    佐证: 资产盘点报表\n  公开: {要点: {目标公开: {结论: 符合}}}\n" + REST
    (finding,) = (one for one in place.check(text) if one.code == "JX441")
    assert finding.hint.startswith("「资产盘点报表」如果就是它，标题里写上「资产盘点表」。")
    assert (finding.span.line, finding.severity) == (5, "warning")


def test_points_count_as_well(tmp_path: Path) -> None:
    place = small(tmp_path, "", "- {名称: 公开, 分值: 3, 必需佐证: 2, 要点: [{名称: 目标公开, 分值: 3}]}\n", full=3)
    text = "指标:\n  公开: {佐证: 目录, 要点: {目标公开: {结论: 符合, 佐证: 截图}}}\n"
    assert [one.code for one in place.check(text) if one.code == "JX440"] == []
    assert [one.code for one in place.check(text.replace("佐证: 目录, ", "")) if one.code == "JX440"] == ["JX440"]


def test_a_bonus_that_is_not_claimed_needs_no_proof(tmp_path: Path) -> None:
    place = form(tmp_path, "否")
    assert said(place, "") == []
    found = said(place, "", "  加分: {自评分: 1}\n")
    assert [(code, path) for code, path, _ in found] == [("JX440", "指标.加分.佐证")]


def test_a_template_changes_its_level(tmp_path: Path) -> None:
    place = form(tmp_path, "是")
    (tmp_path / "templates" / "小" / "checks.yaml").write_text("检查:\n  必需佐证: 错误\n", "utf-8")
    text = "指标:\n  制度: {自评分: 7}\n  公开: {要点: {目标公开: {结论: 符合}}}\n" + REST
    assert [str(one.severity) for one in place.check(text) if one.code == "JX440"] == ["error"]
