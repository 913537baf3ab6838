"""What is known of a value that cannot be computed: the way down to what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.formula.values import Trace
from generator.pipeline import Assessment, Mode, assess
from generator.scoring.score import score_draft, trace_or_placeholder
from tests.small_template import small

FIELDS = """\
收: {类型: 金额, 标签: 收入}
支: {类型: 金额, 标签: 支出}
余: {类型: 金额, 标签: 结余, 公式: 收 - 支}
率: {类型: 比率, 标签: 结余率, 公式: 余 ÷ 收}
倒: {类型: 比率, 标签: 倒数, 公式: 收 ÷ (支 - 支)}
职责: {类型: 段落, 标签: 职责}
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 名称}
    金额: {类型: 金额, 标签: 金额}
    份: {类型: 比率, 标签: 份额, 公式: 金额 ÷ 合计}
合计: {类型: 金额, 标签: 合计, 公式: 求和(项目.金额)}
"""
INDICATORS = """\
- 名称: 组
  分值: 10
  下级:
  - {名称: 算, 分值: 4, 取值: 率, 参数: {线: 率 + 1}, 得分: 分值 if 取值 > 线 else 0}
  - {名称: 评, 分值: 3, 得分: 自评分}
  - 名称: 点
    分值: 3
    要点:
    - {名称: 一, 分值: 2}
    - {名称: 二, 分值: 1, 得分: 分值 if 收 > 0 else 0}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Assessment:
    text = "年度: 2021\n支: 3 元\n项目:\n- {名称: 甲, 金额: 1 元}\n- {名称: 乙, 金额: 多}\n"
    return assess(small(tmp_path, FIELDS, INDICATORS).write(text), mode=Mode.DRAFT)


def gap(draft: Assessment, path: str) -> Trace:
    trace = trace_or_placeholder(draft.scorecard, path, "【待】")
    assert trace is not None
    return trace


def way(trace: Trace) -> list[str]:
    """The names from a value down, always by what is not known."""
    names = [trace.name]
    while trace.inputs:
        unknown = [one for one in trace.inputs if one.text.startswith(("【", "（"))]
        if not unknown:
            break
        trace = unknown[0]
        names.append(trace.name)
    return names


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("余", ["余", "收"]),
        ("率", ["率", "余", "收"]),
        ("合计", ["合计", "项目[2].金额"]),
        ("项目[2].份", ["项目[2].份", "项目[2].金额"]),
        ("项目[1].份", ["项目[1].份", "合计", "项目[2].金额"]),
        ("指标.算.得分", ["算", "取值", "收"]),
        ("指标.算.取值", ["算（取值）", "率", "收"]),
        ("指标.算.线", ["线", "率", "收"]),
        ("指标.评.得分", ["评", "指标.评.自评分"]),
        ("指标.评.得分率", ["评", "指标.评.自评分"]),
        ("指标.点.得分", ["点", "一"]),
        ("指标.点.一.得分", ["一"]),
        ("指标.点.二.得分", ["二", "收"]),
        ("指标.组.得分", ["组", "算", "取值", "收"]),
        ("评分.总分", ["总分", "合计", "组", "算", "取值", "收"]),
        ("职责[1]", ["职责"]),
        ("收", ["收"]),
    ],
)
def test_a_gap_leads_to_what_is_missing(draft: Assessment, path: str, names: list[str]) -> None:
    assert way(gap(draft, path)) == names


def test_a_gap_has_its_formula_and_what_is_known(draft: Assessment) -> None:
    trace = gap(draft, "余")
    assert (trace.text, trace.formula) == ("【待】", "收 - 支")
    assert [(one.name, one.text) for one in trace.inputs] == [("收", "（未填）"), ("支", "3元")]
    assert trace.span.file.endswith("fields.yaml")
    group = gap(draft, "指标.组.得分")
    assert (group.text, group.formula) == ("【待算：得分】", "算 + 评 + 点")


@pytest.mark.parametrize(
    ("path", "text", "formula", "place"),
    [
        ("指标.算.得分", "【待算：得分】", "分值 if 取值 > 线 else 0", "indicators.yaml:5:47"),
        ("指标.算.取值", "【待算：算】", "率", "indicators.yaml:5:24"),
        ("指标.算.线", "【待算：线】", "率 + 1", "indicators.yaml:5:35"),
        ("指标.评.得分", "【待填：自评分】", "自评分", "indicators.yaml:6:24"),
        ("指标.点.得分", "【待算：得分】", "一 + 二", "indicators.yaml:7:5"),
        ("指标.点.一.得分", "【待填：结论】", "", "indicators.yaml:10:7"),
        ("指标.点.二.得分", "【待算：得分】", "分值 if 收 > 0 else 0", "indicators.yaml:11:26"),
        ("指标.组.得分", "【待算：得分】", "算 + 评 + 点", "indicators.yaml:2:3"),
        ("评分.总分", "【待算：总分】", "合计", "template.yaml:15:5"),
        ("评分.合计", "【待算：合计】", "组", "template.yaml:15:18"),
    ],
)
def test_a_gap_says_what_is_to_be_done_and_where(
    draft: Assessment, path: str, text: str, formula: str, place: str
) -> None:
    trace = gap(draft, path)
    assert (trace.text, str(trace.value), trace.formula) == (text, text, formula)
    assert f"{trace.span}".endswith(place)
    assert trace.working.worked == "【待算：算式】"


def test_a_total_that_is_unknown_has_no_rating(draft: Assessment) -> None:
    assert draft.scorecard.total is not None
    assert draft.scorecard.total.rating == "【待算：等级】"
    assert [node.rate_format.unit for node in draft.scorecard.walk()] == ["%"] * 4


def test_what_was_typed_and_cannot_be_used_is_told_from_a_blank(draft: Assessment) -> None:
    assert gap(draft, "项目[2].金额").text == "（填的不能用）"
    assert gap(draft, "收").text == "（未填）"


def test_the_divisor_is_to_blame_only_where_it_is_a_fact(draft: Assessment) -> None:
    assert [one.name for one in gap(draft, "倒").inputs] == ["收", "支"]


def test_what_is_known_is_no_gap(draft: Assessment) -> None:
    assert gap(draft, "支").text == "3元"
    assert gap(draft, "指标.评.分值").text == "3"
    assert trace_or_placeholder(draft.scorecard, "没有这一项", "【待】") is None
    assert trace_or_placeholder(draft.scorecard, "指标.没有.得分", "【待】") is None


def test_of_a_table_without_rows_its_placeholder_is_known(tmp_path: Path) -> None:
    draft = assess(small(tmp_path, FIELDS, INDICATORS).write("年度: 2021\n支: 3 元\n"), mode=Mode.DRAFT)
    assert gap(draft, "项目[1].名称").text == "（未填）"
    untold, _ = score_draft(draft.submission)
    trace = trace_or_placeholder(untold, "项目[1].名称", "【待】")
    assert trace is not None
    assert (trace.text, trace.formula) == ("【待】", "")
    assert way(gap(draft, "项目[1].份")) == ["项目[1].份", "合计", "项目"]
    assert way(gap(draft, "合计")) == ["合计", "项目"]
