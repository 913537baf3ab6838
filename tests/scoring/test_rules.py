"""Shapes of scoring rules, each as a small template: no rule is code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding, Refused, Span
from generator.formula.values import Trace
from generator.pipeline import assess
from generator.scoring.model import Scorecard, Scored, find_traces, trace_at, tree
from generator.scoring.values import number

FIELDS = """
年度: {类型: 年份, 标签: 年度}
甲: {类型: 数值, 标签: 甲, 必填: 否}
乙: {类型: 数值, 标签: 乙, 必填: 否}
率: {类型: 比率, 标签: 率, 必填: 否, 最小: -100%}
词: {类型: 文字, 标签: 词, 必填: 否}
"""
BANDS = """
等级:
  - {名称: 优, 条件: 总分 ≥ 90}
  - {名称: 差, 条件: 总分 < 90}
"""


@dataclass
class Form:
    """A template and an input, as the lines of their files."""

    folder: Path
    indicators: str = ""
    facts: str = ""
    entries: str = ""
    fields: str = FIELDS
    bands: str = BANDS
    rates: str = "{单位: '%', 小数位: 2, 后缀: '%'}"
    scoring: dict[str, str] = field(default_factory=lambda: {"小数位": "2", "满分": "10", "总分": "合计"})

    def write(self) -> Path:
        template = self.folder / "templates" / "小表"
        template.mkdir(parents=True, exist_ok=True)
        scoring = "\n".join(f"  {key}: {value}" for key, value in self.scoring.items())
        manifest = f"名称: 小表\n版本: '1'\n文件名: 小表\n版式: 无.docx\n评分:\n{scoring}\n"
        manifest += f"印制:\n  比率: {self.rates}\n结论: {{符合: 100%, 不符合: 0%, 不适用: 0%}}\n{self.bands}"
        (template / "template.yaml").write_text(manifest, "utf-8")
        (template / "fields.yaml").write_text(self.fields, "utf-8")
        (template / "indicators.yaml").write_text(f"指标:\n{self.indicators}\n", "utf-8")
        path = self.folder / "填报.yaml"
        path.write_text(f"模板: 小表\n年度: 2021\n{self.facts}\n指标:\n{self.entries or '  {}'}\n", "utf-8")
        return path

    def scored(self) -> Scorecard:
        return assess(self.write()).scorecard

    def faults(self) -> tuple[Finding, ...]:
        with pytest.raises(Refused) as caught:
            assess(self.write())
        return caught.value.findings

    def fault(self) -> Finding:
        findings = self.faults()
        assert len(findings) == 1, [f"{finding.code} {finding.message}" for finding in findings]
        return findings[0]


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return Form(tmp_path)


@pytest.fixture
def rule(form: Form) -> Callable[[str, str], Scored]:
    """The score of one indicator of weight 10 under a rule, from the facts given."""

    def scored(lines: str, facts: str) -> Scored:
        form.indicators = f"- 名称: 指标一\n  分值: 10\n  {lines}"
        form.facts = facts
        return form.scored().roots[0]

    return scored


Rule = Callable[[str, str], Scored]


def line_of(finding: Finding) -> str:
    line = Path(finding.span.file).read_text("utf-8").splitlines()[finding.span.line - 1]
    return line[finding.span.column - 1 :]


def test_a_proportion_with_a_cap(rule: Rule) -> None:
    lines = "取值: 甲 ÷ 乙\n  得分: 限(取值 × 分值, 0, 分值)"
    assert rule(lines, "甲: 3\n乙: 4").score.text == "7.5"
    assert rule(lines, "甲: 5\n乙: 4").score.text == "10"


@pytest.mark.parametrize(("rate", "score"), [("10%", "10"), ("10.01%", "0"), ("0%", "10"), ("-1%", "10")])
def test_a_threshold(rule: Rule, rate: str, score: str) -> None:
    lines = "参数: {控制线: 10%}\n  得分: 分值 if 率 ≤ 控制线 else 0"
    assert rule(lines, f"率: {rate}").score.text == score


@pytest.mark.parametrize(
    ("rate", "score"),
    [("0%", "5"), ("0.01%", "4"), ("10%", "4"), ("10.01%", "3"), ("20%", "3"), ("30%", "2"), ("30.01%", "0")],
)
def test_a_step_table(rule: Rule, rate: str, score: str) -> None:
    assert rule("得分: 分段(率, 0, 5, 10%, 4, 20%, 3, 30%, 2, 0)", f"率: {rate}").score.text == score


@pytest.mark.parametrize(("times", "score"), [("0", "10"), ("1", "8.5"), ("6", "1"), ("7", "0"), ("99", "0")])
def test_a_deduction_for_each_case_down_to_a_floor(rule: Rule, times: str, score: str) -> None:
    lines = "参数: {每次扣分: 1.5}\n  得分: 最大(分值 - 甲 × 每次扣分, 0)"
    assert rule(lines, f"甲: {times}").score.text == score


@pytest.mark.parametrize(
    ("actual", "score"),
    [("0", "10"), ("20", "10"), ("21", "9.5"), ("30", "5"), ("39.9", "0.05"), ("40", "0"), ("41", "0"), ("400", "0")],
)
def test_a_reverse_indicator(rule: Rule, actual: str, score: str) -> None:
    """Full marks up to the target; up to twice the target as much less as it is over; nothing beyond."""
    lines = "得分: 分值 if 甲 ≤ 乙 else 最大((1 - (甲 - 乙) ÷ 乙) × 分值, 0)"
    assert rule(lines, f"甲: {actual}\n乙: 20").score.text == score


@pytest.mark.parametrize(("actual", "score"), [("20", "10"), ("20.01", "0"), ("0", "10")])
def test_a_comparison_of_two_amounts(rule: Rule, actual: str, score: str) -> None:
    assert rule("得分: 分值 if 甲 ≤ 乙 else 0", f"甲: {actual}\n乙: 20").score.text == score


def test_a_judgement_within_its_band(form: Form) -> None:
    form.indicators = "- {名称: 指标一, 分值: 10, 得分: '自评分 if 自评分 ≥ 分值 × 80% else 自评分 ÷ 2'}"
    form.entries = "  指标一: {自评分: 8}"
    assert form.scored().roots[0].score.text == "8"
    form.entries = "  指标一: {自评分: 7.9}"
    assert form.scored().roots[0].score.text == "3.95"


class TestItems:
    LINES = """
- 名称: 指标一
  分值: 10
  参数: {单价: 2}
  要点:
  - {名称: 一, 分值: 1}
  - {名称: 二, 分值: 2.5, 结论: {基本符合: 60%}}
  - {名称: 三, 分值: 2.5, 结论: {不适用: 100%}}
  - {名称: 四, 分值: 4, 得分: '最小(甲 × 单价, 分值)'}"""

    def items(self, form: Form, first: str, second: str, third: str) -> Scored:
        form.indicators = self.LINES
        form.facts = "甲: 1.5"
        said = zip("一二三", (first, second, third), strict=True)
        form.entries = "  指标一:\n    要点:\n" + "".join(
            f"      {name}: {{结论: {what}, 说明: 无}}\n" for name, what in said
        )
        return form.scored().roots[0]

    def test_conclusions_earn_their_share(self, form: Form) -> None:
        scored = self.items(form, "符合", "基本符合", "不符合")
        assert [item.score.text for item in scored.items] == ["1", "1.5", "0", "3"]
        assert scored.score.text == "5.5"
        assert [item.score.working.figures for item in scored.items] == [
            "1×100%（符合）",
            "2.5×60%（基本符合）",
            "2.5×0%（不符合）",
            "最小（1.5×2, 4）",
        ]

    def test_not_applicable_earns_what_the_item_says(self, form: Form) -> None:
        scored = self.items(form, "不适用", "不适用", "不适用")
        assert [item.score.text for item in scored.items] == ["0", "0", "2.5", "3"]

    def test_the_trace_of_an_item(self, form: Form) -> None:
        item = self.items(form, "符合", "符合", "符合").items[1].score
        assert [part.text for part in item.inputs] == ["2.5", "符合"]
        weight, conclusion = item.inputs
        assert weight.span.file.endswith("indicators.yaml")
        assert conclusion.span.file.endswith("填报.yaml")

    def test_a_formula_over_the_items(self, form: Form) -> None:
        form.indicators = (
            self.LINES + "\n  得分: 分值 × 计数(要点, 得分 = 分值) ÷ 计数(要点) + 0 × 求和(要点, 得分 × 单价)"
        )
        form.facts = "甲: 9"
        form.entries = "  指标一: {要点: {一: {结论: 符合}, 二: {结论: 基本符合}, 三: {结论: 符合}}}"
        scored = form.scored().roots[0]
        assert scored.score.text == "7.5"

    def test_an_item_may_use_the_indicators_own_names(self, form: Form) -> None:
        form.indicators = """
- 名称: 指标一
  分值: 10
  取值: 甲 ÷ 20
  参数: {控制线: 分值 × 5%}
  要点:
  - {名称: 一, 分值: 4, 得分: 分值 if 取值 ≤ 控制线 else 0}
  - {名称: 二, 分值: 6, 得分: 分值 × 取值}"""
        form.facts = "甲: 10"
        scored = form.scored().roots[0]
        assert [item.score.text for item in scored.items] == ["4", "3"]
        assert scored.parameters["控制线"].text == "0.5"

    def test_a_table_within_an_items_formula_sees_the_item(self, form: Form) -> None:
        form.fields = FIELDS + "表: {类型: 表, 标签: 表, 列: {量: {类型: 数值, 标签: 量}}}\n"
        form.indicators = """
- 名称: 指标一
  分值: 10
  参数: {系数: 2}
  得分: 求和(表, 量 × 系数) + 0 × 求和(要点.得分)
  要点:
  - {名称: 一, 分值: 4, 得分: '求和(表, 量 × 分值)'}
  - {名称: 二, 分值: 6, 得分: 0}"""
        form.facts = "表: [{量: 0.25}, {量: 0.5}]"
        scored = form.scored().roots[0]
        assert [item.score.text for item in scored.items] == ["3", "0"]
        assert scored.score.text == "1.5"


class TestTotal:
    TWO = """
- {名称: 指标一, 分值: 8, 得分: 甲}
- {名称: 加分, 分值: 2, 附加: 是, 得分: '限(乙, 0, 分值)'}"""

    def test_a_bonus_is_capped(self, form: Form) -> None:
        form.indicators = self.TWO
        form.facts = "甲: 8\n乙: 5"
        card = form.scored()
        assert card.total is not None
        assert [root.score.text for root in card.roots] == ["8", "2"]
        assert card.total.score.text == "10"
        assert card.total.rate == 1

    def test_a_total_capped_by_the_execution_rate(self, form: Form) -> None:
        form.indicators = self.TWO
        form.facts = "甲: 8\n乙: 5\n率: 83.335%"
        form.scoring["总分"] = "最小(合计, 满分 × 率)"
        total = form.scored().total
        assert total is not None
        assert (total.score.text, total.score.working.exact) == ("8.33", "8.3335")
        assert total.score.working.figures == "最小（10, 10×83.335%）"
        form.facts = "甲: 5\n乙: 1\n率: 83.335%"
        total = form.scored().total
        assert total is not None
        assert total.score.text == "6"

    def test_a_total_without_a_formula_is_the_sum(self, form: Form) -> None:
        form.indicators = self.TWO
        form.facts = "甲: 1.25\n乙: 1"
        del form.scoring["总分"]
        total = form.scored().total
        assert total is not None
        assert total.score.text == "2.25"

    def test_a_total_in_no_band_is_an_error(self, form: Form) -> None:
        """A report must not be signed with an empty rating."""
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.bands = "等级:\n  - {名称: A, 条件: 总分 ≥ 7}"
        form.facts = "甲: 6"
        (fault,) = form.faults()
        assert (fault.code, Path(fault.span.file).name, fault.path) == ("JX331", "template.yaml", "等级")
        assert "6" in fault.message

    def test_a_form_without_bands_gives_no_rating(self, form: Form) -> None:
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.bands = ""
        form.facts = "甲: 6"
        total = form.scored().total
        assert total is not None
        assert (total.score.text, total.rating) == ("6", "")

    @pytest.mark.parametrize(
        ("points", "rating"), [("7", "A"), ("6.995", "A"), ("6.994", "B"), ("4.5", "B"), ("4.49", "C"), ("1.01", "C")]
    )
    def test_other_bands(self, form: Form, points: str, rating: str) -> None:
        """The awarded total is rated, and the first band that holds counts."""
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.bands = """
等级:
  - {名称: A, 条件: 得分率 ≥ 70%}
  - {名称: B, 条件: 总分 ≥ 满分 × 45%}
  - {名称: C, 条件: 总分 > 1}"""
        form.facts = f"甲: {points}"
        total = form.scored().total
        assert total is not None
        assert total.rating == rating

    def test_a_form_of_no_marks(self, form: Form) -> None:
        form.indicators = "- {名称: 指标一, 分值: 0, 得分: 甲}"
        form.scoring["满分"] = "0"
        form.facts = "甲: 0"
        card = form.scored()
        assert card.total is not None
        assert (card.total.rate, card.roots[0].rate) == (Fraction(0), Fraction(0))
        assert card.total.rating == "差"

    def test_a_score_out_of_no_marks_is_a_rate_of_nothing(self, form: Form) -> None:
        """The rate that is rated is the rate that is printed."""
        form.indicators = "- {名称: 指标一, 分值: 0, 得分: 甲}"
        form.scoring["满分"] = "0"
        form.facts = "甲: 1"
        form.bands = "等级:\n  - {名称: A, 条件: 得分率 ≥ 70%}\n  - {名称: B, 条件: 是}"
        total = form.scored().total
        assert total is not None
        assert (total.rate, total.rating) == (Fraction(0), "B")

    def test_a_band_that_divides_by_a_rate_of_nothing_is_told_at_the_fact(self, form: Form) -> None:
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.facts = "甲: 0"
        form.bands = "等级:\n  - {名称: A, 条件: 1 ÷ 得分率 > 1}"
        finding = form.fault()
        assert finding.code == "JX307"
        assert "「甲」" in finding.message

    def test_the_template_says_how_rates_are_printed(self, form: Form) -> None:
        form.indicators = "- {名称: 组, 分值: 8, 下级: [{名称: 一, 分值: 8, 得分: 甲}]}"
        form.facts = "甲: 1"
        form.scoring["满分"] = "8"
        assert [node.rate_text for node in form.scored().walk()] == ["12.50%", "12.50%"]
        form.scoring["得分率形式"] = "比率"
        form.rates = "{单位: '%', 小数位: 1, 去零: 末尾}"
        card = form.scored()
        assert card.total is not None
        assert [node.rate_text for node in card.walk()] == ["12.5", "12.5"]
        assert card.total.rate_text == "12.5"

    def test_a_template_without_a_form(self, form: Form) -> None:
        path = form.write()
        manifest = form.folder / "templates" / "小表" / "template.yaml"
        text = manifest.read_text("utf-8")
        start, end = text.index("评分:"), text.index("印制:")
        manifest.write_text(text[:start] + text[end:].replace("等级:", "#").replace("  - {名称", "#"), "utf-8")
        (manifest.parent / "indicators.yaml").unlink()
        path.write_text("模板: 小表\n年度: 2021\n", "utf-8")
        card = assess(path).scorecard
        assert (card.total, card.roots) == (None, ())
        assert find_traces(card, "") == find_traces(card, "总分") == []
        assert [trace.text for trace in find_traces(card, "年度")] == ["2021"]

    def test_a_field_named_like_the_total_does_not_take_its_place(self, form: Form) -> None:
        form.fields = FIELDS + "总分: {类型: 数值, 标签: 总分, 公式: 甲 + 1}\n"
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.facts = "甲: 5"
        total = form.scored().total
        assert total is not None
        assert total.score.text == "5"


TREE = """
总分 = 4.17  [template.yaml:8:7]
│  公式：最小(合计, 满分 × 率)
│  代入：最小（4.17, 10×50%）
├─ 合计 = 4.17  [template.yaml:7:7]
│  │  公式：组 + 三
│  │  代入：2.92+1.25
│  ├─ 组 = 2.92  [indicators.yaml:3:3]
│  │  │  公式：一 + 二
│  │  │  代入：1.67+1.25
│  │  ├─ 一 = 1.67  [indicators.yaml:6:35]
│  │  │  │  公式：取值 × 分值 + 取值
│  │  │  │  代入：0.333333×4+0.333333 = 1.666667…，四舍五入为 1.67
│  │  │  ├─ 一（取值） = 0.333333  [indicators.yaml:6:24]
│  │  │  │  │  公式：甲 ÷ 乙
│  │  │  │  │  代入：1/3
│  │  │  │  ├─ 甲 = 1  [填报.yaml:3:4]
│  │  │  │  └─ 乙 = 3  [填报.yaml:4:4]
│  │  │  └─ 一.分值 = 4  [indicators.yaml:6:17]
│  │  └─ 二 = 1.25  [indicators.yaml:7:24]
│  │     │  公式：指标.一.得分率 × 分值
│  │     │  代入：0.4175×3 = 1.2525，四舍五入为 1.25
│  │     ├─ 一.得分率 = 0.4175  [indicators.yaml:6:5]
│  │     │  └─ 一 = 1.67  [indicators.yaml:6:35]（见上）
│  │     └─ 二.分值 = 3  [indicators.yaml:7:17]
│  └─ 三 = 1.25  [indicators.yaml:8:22]
│     │  公式：指标.组.得分率 × 分值
│     │  代入：0.417143×3 = 1.251429…，四舍五入为 1.25
│     ├─ 组.得分率 = 0.417143  [indicators.yaml:3:3]
│     │  └─ 组 = 2.92  [indicators.yaml:3:3]（见上）
│     └─ 三.分值 = 3  [indicators.yaml:8:15]
├─ 满分 = 10  [template.yaml:7:7]
└─ 率 = 50%  [填报.yaml:5:4]
"""


class TestRounding:
    @pytest.mark.parametrize(
        ("exact", "awarded"),
        [
            ("2.675", "2.68"), ("1.005", "1.01"), ("0.125", "0.13"), ("0.135", "0.14"), ("2.665", "2.67"),
            ("2.6749999999999999999999", "2.67"), ("2.67500000000000000000001", "2.68"), ("0.005", "0.01"),
            ("0.004999", "0"), ("2.5", "2.5"), ("3", "3"), ("9.995", "10"),
        ],
    )  # fmt: skip
    def test_ties_are_rounded_up(self, rule: Rule, exact: str, awarded: str) -> None:
        """Banker's rounding would give 0.12, floats 2.67 and 1.0."""
        score = rule("得分: 甲", f"甲: {exact}").score
        assert (score.text, score.value) == (awarded, Fraction(awarded))

    def test_a_negative_tie_goes_away_from_zero(self, rule: Rule) -> None:
        assert rule("得分: 0 - 甲", "甲: 0.125").score.text == "-0.13"

    def test_thirds_are_exact_until_they_are_awarded(self, rule: Rule) -> None:
        assert rule("取值: 甲 ÷ 3\n  得分: 取值 × 3", "甲: 1").score.text == "1"

    def test_a_score_is_not_computed_from_its_printed_rate(self, rule: Rule) -> None:
        """66.67% of 10 would be 6.667 → 6.67 as well, but 33.33% × 10 × 300 would be 999.9."""
        scored = rule("取值: 甲 ÷ 3\n  取值形式: 比率\n  得分: 取值 × 分值 × 300", "甲: 1")
        assert scored.value is not None
        assert (scored.value.text, scored.score.text) == ("33.33%", "1000")

    def test_awarded_scores_are_added_not_exact_ones(self, form: Form) -> None:
        """Three times 1.005 is 3.015 (3.02), but three awarded scores of 1.01 are 3.03."""
        form.indicators = """
- 名称: 组
  分值: 10
  下级:
  - {名称: 一, 分值: 3, 得分: 甲}
  - {名称: 二, 分值: 3, 得分: 甲}
  - {名称: 三, 分值: 4, 得分: 甲}"""
        form.facts = "甲: 1.005"
        card = form.scored()
        assert card.total is not None
        assert card.roots[0].score.text == "3.03"
        assert card.roots[0].score.working.figures == "1.01+1.01+1.01"
        assert card.total.score.text == "3.03"

    def test_and_may_add_up_to_less(self, form: Form) -> None:
        """2.004 + 2.004 is 4.008 (4.01), awarded 2 + 2."""
        form.indicators = "- {名称: 一, 分值: 5, 得分: 甲}\n- {名称: 二, 分值: 5, 得分: 甲}"
        form.facts = "甲: 2.004"
        total = form.scored().total
        assert total is not None
        assert total.score.text == "4"

    def test_each_item_is_awarded_and_rounded_by_itself(self, form: Form) -> None:
        """The report prints every item's score: the indicator's is the sum of what is printed."""
        form.indicators = """
- 名称: 指标一
  分值: 10
  要点:
  - {名称: 一, 分值: 5, 得分: 甲}
  - {名称: 二, 分值: 5, 得分: 甲}"""
        form.facts = "甲: 1.004"
        (indicator,) = form.scored().roots
        assert [item.score.text for item in indicator.items] == ["1", "1"]
        assert indicator.score.text == "2"

    @pytest.mark.parametrize(("places", "awarded"), [("0", "3"), ("1", "2.7"), ("3", "2.675"), ("4", "2.675")])
    def test_the_form_says_how_many_places(self, form: Form, places: str, awarded: str) -> None:
        form.scoring["小数位"] = places
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 甲}"
        form.facts = "甲: 2.675"
        assert form.scored().roots[0].score.text == awarded

    def test_the_tree_shows_what_was_rounded(self, rule: Rule) -> None:
        score = rule("得分: 甲 ÷ 3", "甲: 2.01").score
        assert list(tree(score))[2] == "│  代入：2.01/3"
        score = rule("得分: 甲 ÷ 3", "甲: 2").score
        assert list(tree(score))[2] == "│  代入：2/3 = 0.666667…，四舍五入为 0.67"

    def test_the_tree_goes_down_to_the_lines_of_the_input_and_the_template(self, form: Form) -> None:
        """A value that is only printed with fewer decimals is not said to be rounded; a part is written out once."""
        form.indicators = """
- 名称: 组
  分值: 7
  下级:
  - {名称: 一, 分值: 4, 取值: 甲 ÷ 乙, 得分: 取值 × 分值 + 取值}
  - {名称: 二, 分值: 3, 得分: 指标.一.得分率 × 分值}
- {名称: 三, 分值: 3, 得分: 指标.组.得分率 × 分值}"""
        form.facts = "甲: 1\n乙: 3\n率: 50%"
        form.scoring["总分"] = "最小(合计, 满分 × 率)"
        card = form.scored()
        assert card.total is not None
        lines = [re.sub(r"\[.*/", "[", line) for line in tree(card.total.score)]
        assert lines == TREE.strip().splitlines()
        assert card.total.parts is trace_at(card, "评分.合计") is card.total.score.inputs[0]
        assert trace_at(card, "评分.总分") is trace_at(card, "评分.得分率") is card.total.score


class TestNamesOfOtherIndicators:
    def test_scores_weights_values_and_rates_of_others(self, form: Form) -> None:
        """Whatever the order: what is asked for is computed first."""
        form.fields = (
            FIELDS + "算: {类型: 数值, 标签: 算, 公式: 指标.二.得分 + 指标.组.得分率 + 指标.二.取值 + 指标.二.分值}\n"
        )
        form.indicators = """
- {名称: 一, 分值: 3, 得分: 指标.二.得分 ÷ 指标.二.分值 × 分值}
- 名称: 组
  分值: 7
  下级:
  - {名称: 二, 分值: 4, 取值: 甲, 得分: 取值 ÷ 2}
  - {名称: 三, 分值: 3, 得分: 指标.组二.得分 if 否 else 2}
- {名称: 组二, 分值: 0, 得分: 0}"""
        form.facts = "甲: 2.99"
        card = form.scored()
        found = {node.indicator.name: node.score.text for node in card.walk()}
        # 2.99 / 2 is 1.495, awarded 1.5; 1.5 / 4 × 3 is 1.125, awarded 1.13.
        assert found == {"一": "1.13", "组": "3.5", "二": "1.5", "三": "2", "组二": "0"}
        assert card.symbols.find("算")[0].value == Fraction("1.5") + Fraction("0.5") + Fraction("2.99") + 4

    def test_a_weight_that_is_used_twice_is_one_input(self, rule: Rule) -> None:
        score = rule("得分: 限(分值 - 甲, 0, 分值)", "甲: 1").score
        assert [part.name for part in score.inputs] == ["指标一.分值", "甲"]


class TestCycles:
    def test_two_fields_that_refer_to_each_other_are_one_finding(self, form: Form) -> None:
        form.fields = FIELDS + (
            "丙: {类型: 数值, 标签: 丙, 公式: 丁 + 1}\n"
            "丁: {类型: 数值, 标签: 丁, 公式: 丙 × 2}\n"
            "戊: {类型: 数值, 标签: 戊, 公式: 丁 - 丙}\n"
        )
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 戊}"
        finding = form.fault()
        assert finding.code == "JX309"
        assert finding.message == "计算「丁」时又用到了它自己：丁 → 丙 → 丁。"
        assert finding.path == "丁"
        assert line_of(finding).startswith("丙 × 2")
        assert finding.hint

    def test_a_field_that_refers_to_itself(self, form: Form) -> None:
        form.fields = FIELDS + "组: {类型: 组, 标签: 组, 字段: {丙: {类型: 数值, 标签: 丙, 公式: 组.丙 + 1}}}\n"
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 0}"
        finding = form.fault()
        assert finding.message == "计算「组.丙」时又用到了它自己：组.丙 → 组.丙。"
        assert line_of(finding).startswith("组.丙 + 1")

    def test_columns_of_many_rows_are_one_finding(self, form: Form) -> None:
        form.fields = FIELDS + (
            "表:\n  类型: 表\n  标签: 表\n  列:\n    量: {类型: 数值, 标签: 量}\n"
            "    份: {类型: 比率, 标签: 份, 公式: 量 ÷ 和}\n"
            "和: {类型: 数值, 标签: 和, 公式: 求和(表.份)}\n"
        )
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 0}"
        form.facts = "表: [{量: 1}, {量: 2}, {量: 3}]"
        finding = form.fault()
        assert finding.message == "计算「和」时又用到了它自己：和 → 表.份 → 和。"
        assert line_of(finding).startswith("求和(表.份)")

    @pytest.mark.parametrize(
        ("lines", "way", "place"),
        [
            ("得分: 指标.指标一.得分 + 1", "指标.指标一.得分 → 指标.指标一.得分", "指标.指标一.得分 + 1"),
            (
                "得分: 指标.指标一.得分率 + 1",
                "指标.指标一.得分 → 指标.指标一.得分",
                "指标.指标一.得分率",
            ),
            ("取值: 取值 + 1\n  得分: 取值", "指标.指标一.取值 → 指标.指标一.取值", "取值 + 1"),
            ("参数: {线: 线 × 2}\n  得分: 线", "指标.指标一.线 → 指标.指标一.线", "线 × 2"),
            ("要点: [{名称: 点, 分值: 10, 得分: '求和(要点.得分)'}]", "指标.指标一.点.得分 → 指标.指标一.点.得分", ""),
        ],
    )
    def test_an_indicator_that_needs_itself(self, form: Form, lines: str, way: str, place: str) -> None:
        form.indicators = f"- 名称: 指标一\n  分值: 10\n  {lines}"
        finding = form.faults()[0]
        assert finding.code == "JX309"
        assert way in finding.message
        assert line_of(finding).startswith(place)

    def test_a_group_that_one_of_its_members_needs(self, form: Form) -> None:
        form.indicators = """
- 名称: 组
  分值: 10
  下级:
  - {名称: 一, 分值: 10, 得分: 指标.组.得分}"""
        finding = form.fault()
        assert finding.code == "JX309"
        assert line_of(finding).startswith("指标.组.得分")


class TestFaults:
    def test_several_come_in_one_run_each_once(self, form: Form) -> None:
        form.fields = FIELDS + "商: {类型: 数值, 标签: 商, 公式: 1 ÷ 乙}\n倍: {类型: 数值, 标签: 倍, 公式: 商 × 2}\n"
        form.indicators = """
- {名称: 一, 分值: 2, 得分: 甲 ÷ 乙}
- {名称: 二, 分值: 2, 得分: 率 × 分值}
- {名称: 三, 分值: 2, 得分: 词 + 1}
- {名称: 四, 分值: 2, 得分: 取值, 取值: 倍}
- {名称: 五, 分值: 2, 得分: 2}"""
        form.facts = "甲: 1\n乙: 0\n词: 好\n"
        found = form.faults()
        assert sorted((finding.code, finding.path) for finding in found) == [
            ("JX306", "率"),
            ("JX307", "一"),
            ("JX307", "商"),
            ("JX308", "词"),
        ]
        zero = next(finding for finding in found if finding.path == "一")
        assert line_of(zero) == "0"
        assert zero.span.file.endswith("填报.yaml")
        blank = next(finding for finding in found if finding.code == "JX306")
        assert "「率」没有填写" in blank.message

    @pytest.mark.parametrize(("actual", "advised"), [("0", True), ("5", False)])
    def test_not_applicable_is_advised_only_where_nothing_happened(
        self, form: Form, actual: str, advised: bool
    ) -> None:
        form.indicators = "- {名称: 一, 分值: 10, 取值: 甲 ÷ 乙, 取值形式: 比率, 得分: 取值 × 分值}"
        form.facts = f"甲: {actual}\n乙: 0"
        finding = form.fault()
        assert (finding.code, "不适用" in finding.hint) == ("JX307", advised)

    @pytest.mark.parametrize(
        ("lines", "place"),
        [
            ("得分: 甲 = 1", "甲 = 1"),
            ("得分: 词", "词"),
            ("要点: [{名称: 点, 分值: 10, 得分: 甲 < 2}]", "甲 < 2"),
        ],
    )
    def test_a_score_that_is_no_number(self, form: Form, lines: str, place: str) -> None:
        form.indicators = f"- 名称: 指标一\n  分值: 10\n  {lines}"
        form.facts = "甲: 1\n词: 好"
        finding = form.fault()
        assert finding.code == "JX308"
        assert "得出的不是数字，不能作为得分" in finding.message
        assert line_of(finding).startswith(place)

    def test_a_total_that_is_no_number(self, form: Form) -> None:
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 5}"
        form.scoring["总分"] = "合计 > 5"
        finding = form.fault()
        assert finding.code == "JX308"
        assert finding.path == "总分"

    @pytest.mark.parametrize(
        ("condition", "code"),
        [("总分", "JX308"), ("总分 ÷ 甲 > 1", "JX307"), ("率 > 1%", "JX306"), ("词 > 总分", "JX308")],
    )
    def test_a_band_that_cannot_be_told(self, form: Form, condition: str, code: str) -> None:
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 5}"
        form.bands = f"等级:\n  - {{名称: 优, 条件: {condition}}}"
        form.facts = "甲: 0\n词: 好"
        finding = form.fault()
        assert finding.code == code
        assert finding.path == ("率" if code == "JX306" else "词" if condition.startswith("词") else "优")

    def test_a_judgement_that_is_missing(self, form: Form) -> None:
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 自评分}"
        form.entries = "  指标一: {说明: 好}"
        assert form.fault().code == "JX221"


class TestShowing:
    @pytest.mark.parametrize(
        ("kind", "formula", "facts", "text"),
        [
            ("类型: 数值", "甲 ÷ 8", "甲: 1", "0.125"),
            ("类型: 数值, 单位: 人", "甲 × 2", "甲: 3", "6人"),
            ("类型: 比率", "甲 ÷ 3", "甲: 1", "33.33%"),
            ("类型: 比率", "甲 ÷ 2", "甲: 1", "50%"),
            ("类型: 比率, 形式: 比率", "甲 ÷ 2", "甲: 1", "50.00%"),
            ("类型: 金额", "甲 × 1 万元", "甲: 1.5", "15000元"),
            ("类型: 金额", "甲 ÷ 3", "甲: 1", "0.33元"),
            ("类型: 是否", "甲 > 2", "甲: 3", "是"),
            ("类型: 是否", "甲 > 3", "甲: 3", "否"),
            ("类型: 文字", "词", "词: 好", "好"),
            ("类型: 日期", "日", "日: 2021-12-31", "2021年12月31日"),
            ("类型: 比率", "完成率(「消除」, 「消除」)", "甲: 1", ""),
            ("类型: 数量, 单位同: 量", "甲 × 1 亿元", "甲: 108.4707\n量: 117.91 亿元", "108.47亿元"),
            ("类型: 数量, 单位同: 量", "甲 × 3", "甲: 5\n量: 74 家", "15家"),
            ("类型: 数量, 单位同: 量", "甲 × 1%", "甲: 5.125\n量: 3.0%", "5.13%"),
            ("类型: 数量, 单位同: 量", "甲 × 3", "甲: 5", "15"),
        ],
    )
    def test_a_computed_value_in_its_form_unit_or_kind(
        self, form: Form, kind: str, formula: str, facts: str, text: str
    ) -> None:
        form.fields = FIELDS + (
            "日: {类型: 日期, 标签: 日, 必填: 否}\n量: {类型: 数量, 标签: 量, 必填: 否}\n"
            f"算: {{{kind}, 标签: 算, 公式: '{formula}'}}\n"
        )
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 5}"
        form.facts = facts
        assert form.scored().symbols.find("算")[0].text == text

    def test_a_sibling_that_is_no_quantity_gives_no_unit(self, form: Form) -> None:
        form.fields = FIELDS + "算: {类型: 数量, 标签: 算, 公式: 甲 ÷ 3, 单位同: 词}\n"
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 5}"
        form.facts = "甲: 1\n词: 未定"
        assert form.scored().symbols.find("算")[0].text == "0.33"

    @pytest.mark.parametrize(("value", "text"), [("词", "好"), ("甲 > 1", "否")])
    def test_a_value_that_is_no_number_is_shown_as_it_is(self, rule: Rule, value: str, text: str) -> None:
        scored = rule(f"取值: {value}\n  取值形式: 比率\n  得分: 5", "甲: 1\n词: 好")
        assert scored.value is not None
        assert scored.value.text == text

    @pytest.mark.parametrize(
        ("written", "text"),
        [
            ("10%", "10%"),
            ("5％", "5%"),
            ("2", "2"),
            ("0.125", "0.125"),
            ("甲 × 10%", "0.2"),
            ("10% if 甲 > 1 else 5%", "10%"),
        ],
    )
    def test_a_parameter_is_shown_as_it_was_written(self, rule: Rule, written: str, text: str) -> None:
        assert rule(f"参数: {{线: {written}}}\n  得分: 线", "甲: 2").parameters["线"].text == text

    def test_an_absent_table_has_no_rows(self, form: Form) -> None:
        form.fields = FIELDS + "表: {类型: 表, 标签: 表, 必填: 否, 列: {量: {类型: 数值, 标签: 量}}}\n"
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 计数(表) + 求和(表.量)}"
        score = form.scored().roots[0].score
        assert score.text == "0"
        assert [(part.text, part.span.line > 0) for part in score.inputs] == [("0 行", True)]

    @pytest.mark.parametrize(
        ("kind", "written", "text", "figure"),
        [
            ("类型: 是否", "是", "是", "是"),
            ("类型: 是否", "否", "否", "否"),
            ("类型: 是否", "", "（未填）", "（未填）"),
            ("类型: 金额", "1,500.50 元", "1,500.50元", "1500.50"),
            ("类型: 金额", "37 万元", "37万元", "370000"),
            ("类型: 金额, 最小: -1 亿元", "-5 元", "-5元", "（-5）"),
            ("类型: 比率", "96.690％", "96.690%", "96.690%"),
            ("类型: 数量", "1.5 亿元", "1.5亿元", "1.5亿元"),
            ("类型: 整数, 单位: 家", "6 家", "6家", "6"),
            ("类型: 段落", "[甲, 乙]", "甲\n乙", "甲\n乙"),
            ("类型: 日期", "2021-12-31", "2021-12-31", "2021-12-31"),
            ("类型: 目标", "超53家", "超53家", "超53家"),
        ],
    )
    def test_a_fact_as_it_was_typed_and_as_it_stands_in_a_formula(
        self, form: Form, kind: str, written: str, text: str, figure: str
    ) -> None:
        form.fields = FIELDS + f"填: {{{kind}, 标签: 填, 必填: 否}}\n"
        form.indicators = "- {名称: 指标一, 分值: 10, 得分: 5}"
        form.facts = f"填: {written}"
        trace = form.scored().symbols.find("填")[0]
        assert (trace.text, trace.figure, trace.span.line) == (text, figure, 3)

    def test_only_numbers_are_scores(self) -> None:
        with pytest.raises(TypeError, match="甲 is '好', not a number"):
            number(Trace("甲", "好", "好", Span("f.yaml", 1)))
