"""Scores that changed and why; values, findings and texts that follow."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.workflows.diff.compare import compare
from generator.workflows.diff.differences import Link
from generator.workflows.diff.side import open_side
from tests.diff.conftest import BASE, Compare
from tests.small_template import Small


def test_the_way_leads_from_the_fact_through_the_values_to_the_total(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("金额: 20 万元", "金额: 25 万元"))
    assert [(one.name, one.level, one.old, one.new) for one in found.scores] == [
        ("总类", 1, "6.75", "7"),
        ("投入", 2, "1.75", "2"),
    ]
    group, leaf = found.scores
    assert group.why == ()
    (why,) = leaf.why
    assert why.facts == (Link("项目[2].金额", "20 万元", "25 万元"),)
    assert why.way == (
        Link("合计", "350000元", "400000元"),
        Link("投入（取值）", "0.35", "0.4"),
        Link("投入", "1.75", "2"),
        Link("总类", "6.75", "7"),
        Link("总分", "6.75", "7"),
    )
    assert found.total.score == ("6.75", "7")
    assert found.total.rating == ("差", "差")
    assert [(one.path, one.label, one.old, one.new) for one in found.values] == [
        ("合计", "项目合计", "350000元", "400000元")
    ]


def test_facts_that_go_the_same_way_are_told_together(compared: Compare) -> None:
    new = BASE.replace("金额: 20 万元", "金额: 25 万元").replace("金额: 10 万元", "金额: 12 万元")
    (why,) = compared(BASE, new).scores[1].why
    assert [link.name for link in why.facts] == ["项目[1].金额", "项目[2].金额"]


def test_a_row_that_came_moves_sums_and_counts(compared: Compare) -> None:
    old = BASE.replace("  - {名称: 丙项目经费, 金额: 5 万元}\n", "")
    found = compared(old, BASE)
    scores = {one.name: one for one in found.scores}
    assert [link for why in scores["投入"].why for link in why.facts] == [
        Link("项目[3]", None, "名称：丙项目经费，金额：5 万元")
    ]
    assert [link for why in scores["数量"].why for link in why.facts] == [Link("项目", "2 行", "3 行")]


def test_a_row_that_went_is_found_in_what_was_computed_before(compared: Compare) -> None:
    new = BASE.replace("  - {名称: 甲项目经费, 金额: 10 万元}\n", "")
    found = compared(BASE, new)
    (why,) = next(one for one in found.scores if one.name == "投入").why
    assert why.facts == (Link("项目[1]（旧）", "名称：甲项目经费，金额：10 万元", None),)
    assert why.way[0] == Link("合计", "350000元", "250000元")


def test_a_judgement_is_its_own_reason(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("自评分: 2", "自评分: 1, 原因: 有待改进"))
    (why,) = next(one for one in found.scores if one.name == "自觉").why
    assert why.facts == (Link("指标.自觉.自评分", "2", "1"),)


def test_a_value_that_changes_no_score_leads_to_no_total(compared: Compare) -> None:
    old = BASE.replace("金额: 20 万元", "金额: 60 万元")
    (one,) = compared(old, old.replace("金额: 60 万元", "金额: 61 万元")).scores
    assert (one.old, one.new) == ("5", "5")
    assert [link.name for link in one.why[0].way] == ["合计", "投入（取值）"]


def test_texts_that_follow_are_told_and_rewritten_ones_are_not(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("收入: 100 万元", "收入: 90 万元", 1))
    assert ("总述", "收入100万元，平稳。", "收入90万元，平稳。") in [
        (one.path, one.old, one.new) for one in found.texts
    ]
    assert any(one.path == "指标.投入.叙述" for one in found.texts)
    rewritten = compared(BASE, BASE.replace("平稳", "很平稳"))
    assert [one.path for one in rewritten.facts] == ["总述"]
    assert rewritten.texts == ()


def test_findings_come_and_go_and_a_moved_one_does_neither(compared: Compare) -> None:
    found = compared(BASE, f"# 多一行\n{BASE.replace('投入: {原因: 年中追加的投入没有按时到位}', '投入: {}')}")
    assert [(one.code, one.path) for one in found.came] == [("JX414", "指标.投入")]
    assert found.gone == ()
    back = compared(BASE.replace("投入: {原因: 年中追加的投入没有按时到位}", "投入: {}"), BASE)
    assert [one.code for one in back.gone] == ["JX414"]


def test_the_finding_of_a_row_goes_with_the_row(compared: Compare) -> None:
    row = "  - {名称: 乙项目经费, 金额: 20}\n"
    old = BASE.replace("  - {名称: 乙项目经费, 金额: 20 万元}\n", row)
    new = old.replace("项目:\n", "项目:\n  - {名称: 最前面的一个, 金额: 1 万元}\n")
    found = compared(old, new)
    assert found.gone == found.came == ()
    assert [side.assessment for side in (found.old, found.new)] == [None, None]


def test_an_input_with_errors_is_compared_as_far_as_it_goes(compared: Compare) -> None:
    found = compared(
        BASE.replace("投入: {原因: 年中追加的投入没有按时到位}", "投入: {}"),
        BASE.replace("收入: 100 万元", "收入: 100", 1),
    )
    assert [one.path for one in found.facts] == ["收入", "指标.投入.原因"]
    assert found.total.score == ("6.75", None)
    assert [one.code for one in found.came] == ["JX205"]
    # Nobody looked for a missing reason in the newer one: it is not said to be gone.
    assert found.gone == ()
    assert (len(found.scores), len(found.values), len(found.texts)) == (0, 0, 0)
    assert "有错误，算不出得分" in found.remarks[0]


def test_an_unreadable_input_is_told_by_its_findings_alone(compared: Compare) -> None:
    found = compared(BASE, "- 不是一组名称和值\n")
    assert found.facts == ()
    assert "读不出来" in found.remarks[-1]
    assert found.came


def test_another_year_is_said(compared: Compare) -> None:
    found = compared(BASE, BASE.replace("年度: 2021", "年度: 2022"))
    assert any("年度不同（2021、2022）" in one for one in found.remarks)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((("分值: 5, 取值", "分值: 4, 取值"), ("分值: 2, 得分: 自评分", "分值: 3, 得分: 自评分")), "分值 5 → 4"),
        ((("else 分值 × 取值", "else 分值 × 取值 ÷ 2"),), "得分「分值 if 取值 ≥ 50% else 分值 × 取值」→「分值 if"),
    ],
)
def test_what_the_template_changed_is_said_apart(tiny: Small, changes: tuple[tuple[str, str], ...], said: str) -> None:
    other = tiny.folder / "别处"
    shutil.copytree(tiny.folder / "templates", other / "templates")
    for name, pairs in (("indicators.yaml", changes), ("template.yaml", (('版本: "1"', '版本: "2"'),))):
        file = other / "templates" / "小" / name
        text = file.read_text("utf-8")
        for pair in pairs:
            assert pair[0] in text
            text = text.replace(*pair)
        file.write_text(text, "utf-8")
    for folder in (tiny.folder, other):
        (folder / "填报.yaml").write_text(f"模板: 小\n{BASE}", "utf-8")
    with open_side(str(tiny.folder / "填报.yaml")) as old, open_side(str(other / "填报.yaml")) as new:
        found = compare(old, new)
    assert any("模板的版本不同（1、2）" in one for one in found.remarks)
    (leaf,) = [one for one in found.scores if one.name == "投入"]
    assert leaf.by_template.startswith(said)
    assert leaf.why == ()


def test_different_templates_are_compared_by_names(root: Path) -> None:
    inputs = root / "inputs"
    with (
        open_side(str(inputs / "meizhou-gxj-2021.yaml")) as old,
        open_side(str(inputs / "jiangmen-gxj-2021.yaml")) as new,
    ):
        found = compare(old, new)
    assert "两份用的模板不同（meizhou、jiangmen）" in found.remarks[0]
    assert ("部门.简称", "梅州市工信局", "江门市工信局") in [(one.path, one.old, one.new) for one in found.facts]
    assert {one.new for one in found.scores} == {None}
    assert found.total.score == ("102.34", None)
