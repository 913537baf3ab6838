"""不适用: full marks, left out and the rest scaled up, or not counted, as the template says."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import check
from generator.authoring.check import check_template
from generator.scoring.model import find_traces, tree
from generator.web.look import look_at, state_of
from generator.yamlfile.source import read_yaml
from tests.scoring.test_rules import Form

INDICATORS = """
- {名称: 丙项, 分值: 2, 得分: 自评分}
- {名称: 甲项, 分值: 5, 得分: 自评分}
- 名称: 乙项
  分值: 3
  要点: [{名称: 一, 分值: 1}, {名称: 二, 分值: 2}]
"""
ENTRIES = """
  甲项: {自评分: 4}
  乙项: {要点: {一: {结论: 符合}, 二: {结论: 不适用, 说明: 本年没有安排。}}}
  丙项: {结论: 不适用, 说明: 没有采购。}
"""


def form(folder: Path, total: str, share: str, bands: str = "总分") -> Form:
    made = Form(folder, INDICATORS, "", ENTRIES)
    made.scoring["总分"] = f"'{total}'"
    made.bands = f"等级:\n- {{名称: 优, 条件: {bands} ≥ 80%}}\n- {{名称: 差, 条件: {bands} < 80%}}\n"
    path = made.write()
    manifest = path.parent / "templates" / "小表" / "template.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("不适用: 0%", f"不适用: {share}"), "utf-8")
    made.write = lambda: path  # type: ignore[method-assign]
    return made


@pytest.mark.parametrize(
    ("total", "share", "bands", "score", "rating"),
    [
        ("合计", "100%", "得分率", "9", "优"),
        ("合计 ÷ 适用分值 × 满分", "0%", "得分率", "8.33", "优"),
        ("合计 ÷ 适用分值 × 满分", "100%", "得分率", "9", "优"),
        ("合计", "0%", "总分 ÷ 适用分值", "5", "优"),
        ("合计", "0%", "得分率", "5", "差"),
    ],
)
def test_the_template_says_how_it_counts(
    tmp_path: Path, total: str, share: str, bands: str, score: str, rating: str
) -> None:
    found = form(tmp_path, total, share, bands).scored().total
    assert found is not None
    assert (found.score.text, found.rating) == (score, rating)


@pytest.mark.parametrize(
    ("total", "share", "told"),
    [("合计", "0%", ["指标.丙项"]), ("合计", "100%", []), ("合计 ÷ 适用分值 × 满分", "0%", [])],
)
def test_a_template_that_counts_it_as_nothing_is_told(tmp_path: Path, total: str, share: str, told: list[str]) -> None:
    form(tmp_path, total, share, "得分率")
    found = check_template(tmp_path / "templates" / "小表")
    assert [one.path for one in found if one.code == "JX728"] == told


def test_a_form_that_is_not_rated_has_no_scores(tmp_path: Path) -> None:
    made = Form(tmp_path, INDICATORS, "甲: 0", ENTRIES, bands="")
    made.scoring["不评"] = "甲 = 0"
    scorecard = made.scored()
    data = scorecard.as_dict()
    assert (data["total"], data["rate"], data["rating"]) == (None, None, "不评")
    assert {(node.score.text, node.rate_text) for node in scorecard.walk()} == {("—", "—")}
    assert [one.text for one in find_traces(scorecard, "总分")] == ["—"]
    assert "不评 = 是" in "".join(tree(find_traces(scorecard, "甲项")[0]))
    assert not {"JX413", "JX414"} & {one.code for one in check(made.write())}
    source = read_yaml(made.write(), "填报.yaml")
    page = state_of(look_at(source, made.write(), None))
    assert page["total"] == {"score": "—", "full": "10", "rate": "", "rating": "不评"}
    made.facts = "甲: 1"
    assert made.scored().as_dict()["total"] == "5"
