"""What a trace tells, whole: every word of it is printed by ``explain``, in the workbook or on the review page."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import Finding, Refused
from generator.base.formats import RATE, Format
from generator.formula.values import FormulaFault, Trace
from generator.scoring.model import Scorecard, find_traces
from generator.scoring.score import score
from generator.scoring.symbols import Symbols
from generator.scoring.values import distinguishable, printed_by
from tests.small_template import Small, small

FIELDS = """
甲: {类型: 数值, 标签: 甲, 必填: 否}
组: {类型: 组, 标签: 组, 必填: 否, 字段: {乙: {类型: 数值, 标签: 乙, 必填: 否}}}
任务: {类型: 表, 标签: 任务, 列: {名称: {类型: 文字, 标签: 名称}, 处室: {类型: 文字, 标签: 处室}}}
总件数: {类型: 整数, 标签: 总件数, 公式: 求和(科室.件数)}
科室:
  类型: 表
  标签: 科室
  必填: 否
  列:
    科名: {类型: 文字, 标签: 科名}
    人数: {类型: 整数, 标签: 人数}
    件数: {类型: 整数, 标签: 件数, 公式: '计数(任务, 处室 = 科名)'}
    人均: {类型: 数值, 标签: 人均, 公式: '件数 ÷ 人数'}
总人数: {类型: 整数, 标签: 总人数, 公式: 求和(科室.人数)}
上年: {类型: 整数, 标签: 上年, 公式: 年度 - 1}
"""
INDICATORS = """
- 名称: 采购
  分值: 10
  要点:
  - {名称: 制度, 分值: 4}
  - {名称: 程序, 分值: 3, 得分: 自评分}
  - {名称: 公开, 分值: 3, 得分: '自评分 if 甲 ≥ 1 else 0'}
"""
FACTS = """
年度: 2021年
甲: 1
任务:
- {名称: 一, 处室: 办公室}
- {名称: 二, 处室: 规划科}
- {名称: 三, 处室: 办公室}
科室:
- {科名: 办公室, 人数: 4}
- {科名: 规划科, 人数: 2}
指标:
  采购:
    要点:
      制度: {结论: 部分符合}
      程序: {自评分: 2.5}
      公开: {自评分: 3}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS, INDICATORS)


@pytest.fixture
def card(form: Small) -> Scorecard:
    return form.assess(FACTS).scorecard


def one(card: Scorecard, path: str) -> Trace:
    (trace,) = find_traces(card, path)
    return trace


def lines(trace: Trace) -> str:
    """The line that a trace points at."""
    return Path(trace.span.file).read_text("utf-8").splitlines()[trace.span.line - 1]


def test_a_conclusion_earns_a_share(card: Scorecard) -> None:
    (item, *_) = card.roots[0].items
    weight, conclusion = item.score.inputs
    assert (item.score.name, item.score.text, item.score.figure) == ("采购.制度", "2", "2")
    assert item.score.working.exact == "2"
    assert (item.score.formula, item.score.working.figures) == ("分值 × 结论所得比例", "4×50%（部分符合）")
    assert "制度" in lines(item.score)
    assert (weight.name, weight.value, weight.text, weight.figure) == ("分值", 4, "4", "4")
    assert isinstance(weight.value, Amount)
    assert weight.value.text == "4"
    assert (conclusion.name, conclusion.text) == ("指标.采购.要点.制度.结论", "部分符合")


def test_a_point_may_take_what_the_bureau_gives_itself(card: Scorecard) -> None:
    item = card.roots[0].items[1]
    assert (item.score.text, item.score.formula, item.score.working.figures) == ("2.5", "自评分", "2.5")
    assert [(one.name, one.text) for one in item.score.inputs] == [("指标.采购.要点.程序.自评分", "2.5")]


def test_the_points_are_added_up(card: Scorecard) -> None:
    score = card.roots[0].score
    assert (score.text, score.figure, score.formula) == ("7.5", "7.5", "求和(要点.得分)")
    assert isinstance(score.value, Amount)
    assert score.value.text == "7.5"
    assert [part.text for part in score.inputs] == ["2", "2.5", "3"]


def test_the_sum_of_all(card: Scorecard) -> None:
    assert card.total is not None
    parts = card.total.parts
    assert parts is not None
    assert isinstance(parts.value, Amount)
    assert (parts.text, parts.figure, parts.value.text, parts.value) == ("7.5", "7.5", "7.5", Fraction(15, 2))
    assert (parts.name, parts.formula, parts.working.figures) == ("合计", "采购", "7.5")


def test_a_table_as_a_whole_is_its_number_of_rows(card: Scorecard) -> None:
    rows = card.symbols.rows(("任务",))
    assert rows is not None
    assert (rows.trace.name, rows.trace.value, rows.trace.text, rows.trace.figure) == ("任务", 3, "3 行", "3")
    assert lines(rows.trace) == "- {名称: 一, 处室: 办公室}"
    other = card.symbols.rows(("科室",))
    assert other is not None
    assert (other.trace.name, other.trace.text) == ("科室", "2 行")
    assert card.symbols.rows(()) is None
    assert card.symbols.rows(("甲",)) is None


def test_a_row_asks_another_table(card: Scorecard) -> None:
    """It sees its own columns; they see the symbol table, and the columns beside them."""
    assert [trace.text for trace in find_traces(card, "科室.件数")] == ["2", "1"]
    # It is asked for before the table comes in the template.
    assert one(card, "总件数").working.figures == "3"
    per_head = one(card, "科室[1].人均")
    assert (per_head.text, per_head.working.figures) == ("0.5", "2/4")
    assert [part.name for part in per_head.inputs] == ["科室[1].件数", "科室[1].人数"]
    counted = per_head.inputs[0]
    assert [part.name for part in counted.inputs] == [
        "任务[1].处室",
        "科室[1].科名",
        "任务[2].处室",
        "任务[3].处室",
    ]


def test_a_formula_is_tried_in_the_row_that_its_path_leads_to(card: Scorecard) -> None:
    scope = card.symbols.scope_at("科室[2].人均")
    found = scope.resolve(("科名",))
    assert found is not None
    assert found.text == "规划科"
    assert card.symbols.scope_at("总人数") is card.symbols
    assert card.symbols.scope_at("科室[9].人均") is card.symbols


def test_a_year_stands_in_a_formula_as_it_was_typed(card: Scorecard) -> None:
    assert one(card, "上年").working.figures == "2021-1"


def test_a_table_that_had_to_be_filled_in_is_no_table_of_nothing(form: Small) -> None:
    submission, _ = form.accept(FACTS.replace(FACTS[FACTS.index("任务:") : FACTS.index("科室:\n")], "任务: []\n"))
    with pytest.raises(FormulaFault) as caught:
        Symbols(submission).rows(("任务",))
    finding, culprit = caught.value.finding, caught.value.culprit
    assert (finding.code, finding.path, finding.span.line) == ("JX306", "任务", 5)
    assert finding.message == "「任务」没有填写，算不出用到它的数。"
    assert culprit is not None
    assert (culprit.name, culprit.value, culprit.text, culprit.span) == ("任务", None, "（未填）", finding.span)


def faults(form: Small, text: str = FACTS) -> tuple[Finding, ...]:
    with pytest.raises(Refused) as caught:
        form.assess(text)
    return caught.value.findings


def test_a_conclusion_that_is_missing_is_told_at_the_point(form: Small) -> None:
    submission, _ = form.accept(FACTS.replace("      制度: {结论: 部分符合}\n", ""))
    _, found = score(submission)
    (finding,) = [one for one in found if one.path == "指标.采购.要点.制度"]
    assert finding.code == "JX306"
    assert Path(finding.span.file).name == "indicators.yaml"
    assert finding.message == "「采购.制度」没有填写，算不出这一项的得分。"


def test_a_score_that_is_no_number(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS, "- {名称: 采购, 分值: 10, 得分: '甲 > 0'}")
    (finding,) = faults(form, FACTS[: FACTS.index("  采购:")] + "  采购: {}\n")
    assert finding.message == "「甲 > 0」中得出的不是数字，不能作为得分。"


def test_a_parameter_is_called_by_its_own_name(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS, "- {名称: 采购, 分值: 10, 得分: 分值, 参数: {线: 10%}}")
    (leaf,) = form.assess(FACTS[: FACTS.index("  采购:")] + "  采购: {}\n").scorecard.roots
    assert (leaf.parameters["线"].name, leaf.parameters["线"].text) == ("线", "10%")


def test_points_are_counted_and_see_the_tables_of_the_book(tmp_path: Path) -> None:
    items = INDICATORS.replace("  要点:", "  得分: 求和(要点, 得分 × 计数(任务)) ÷ 3 + 计数(要点) - 3\n  要点:")
    score = small(tmp_path, FIELDS, items).assess(FACTS).scorecard.roots[0].score
    assert score.text == "7.5"
    assert [(part.name, part.text) for part in score.inputs] == [
        ("采购.制度", "2"),
        ("任务", "3 行"),
        ("采购.程序", "2.5"),
        ("采购.公开", "3"),
        ("指标.采购.要点", "3 行"),
    ]
    assert "采购" in lines(score.inputs[-1])


def test_a_band_that_is_no_condition(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS, INDICATORS)
    manifest = form.folder / "templates" / "小" / "template.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("条件: 总分 ≥ 90", "条件: 总分 + 90"), "utf-8")
    (finding,) = faults(form)
    assert finding.message == "「总分 + 90」中得出的不是“是”或“否”，不能作为条件。"


def test_a_score_is_rounded_as_it_is_awarded(tmp_path: Path) -> None:
    form = small(tmp_path, FIELDS, "- {名称: 采购, 分值: 10, 得分: 分值 ÷ 3}")
    score = form.assess(FACTS[: FACTS.index("  采购:")] + "  采购: {}\n").scorecard.roots[0].score
    assert (score.text, score.figure) == ("3.33", "3.33")
    assert (score.working.exact, score.working.figures) == ("3.333333…", "10/3")


def test_each_indicator_counts_its_own_points(tmp_path: Path) -> None:
    items = """
- {名称: 甲项, 分值: 5, 得分: 计数(要点), 要点: [{名称: 制度, 分值: 5}]}
- {名称: 乙项, 分值: 5, 得分: 计数(要点), 要点: [{名称: 制度, 分值: 2}, {名称: 程序, 分值: 3}]}
"""
    said = "  甲项: {要点: {制度: {结论: 符合}}}\n  乙项: {要点: {制度: {结论: 符合}, 程序: {结论: 符合}}}\n"
    card = small(tmp_path, FIELDS, items).assess(FACTS[: FACTS.index("  采购:")] + said).scorecard
    assert [root.score.text for root in card.roots] == ["1", "2"]
    assert [root.score.inputs[0].text for root in card.roots] == ["1 行", "2 行"]


@pytest.mark.parametrize(
    ("fmt", "value", "landmarks", "text"),
    [
        (RATE, "1", (), "100%"),
        (RATE, "0.99998", (), "99.998%"),
        (RATE, "0.00002", (), "0.002%"),
        (RATE, "0.899999", ("0.9",), "89.9999%"),
        (RATE, "0.9", ("0.9",), "90%"),
        (Format("元", 2, "zeros", suffix="元"), "0.004", (), "0.004元"),
        (Format(), "0.99998", (), "1.00"),
        (RATE, "1.00000000000000001", (), "100.000000000000%"),
    ],
)
def test_a_printed_figure_does_not_look_like_another(
    fmt: Format, value: str, landmarks: tuple[str, ...], text: str
) -> None:
    known = tuple(map(Fraction, landmarks))
    assert distinguishable(Fraction(value), fmt, known) == printed_by(fmt, known)(Fraction(value)) == text
