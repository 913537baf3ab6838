"""The scores of the real input, against the figures of the published report, and where each of them comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from generator.base.diagnostics import Span
from generator.formula.values import Trace, walk
from generator.pipeline import Assessment, assess
from generator.scoring.model import Scored, find_traces, tree
from generator.submission.model import Fact, Record, Table
from generator.template.model import walk_fields


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return assess(Path(__file__).parents[2] / "inputs" / "meizhou-gxj-2021.yaml")


def node(assessment: Assessment, name: str) -> Scored:
    return next(one for one in assessment.scorecard.walk() if one.indicator.name == name)


def value(assessment: Assessment, path: str) -> Trace:
    traces = find_traces(assessment.scorecard, path)
    assert len(traces) == 1
    return traces[0]


def with_one_more_task_done(workplace: Path, meizhou: Path) -> Path:
    """The input with the third of the seven key tasks finished."""
    path = workplace / "inputs" / meizhou.name
    text = path.read_text("utf-8")
    old = "    进展: 推进中"
    assert text.count(old) == 2
    path.write_text(text.replace(old, "    进展: 已完成", 1), "utf-8")
    return path


TABLE_2_1 = {
    "预算编制": ("10", "10", "100%"),
    "目标设置": ("10", "10", "100%"),
    "资金管理": ("10", "10", "100%"),
    "信息公开": ("4", "4", "100%"),
    "采购管理": ("8", "8", "100%"),
    "项目管理": ("20", "19.66", "98.30%"),
    "资产管理": ("8", "8", "100%"),
    "经济性": ("8", "7.92", "99%"),
    "效率性": ("8", "6.83", "85.38%"),
    "效果性": ("10", "10", "100%"),
    "公平性": ("4", "3.93", "98.25%"),
    "工作受表彰或批评": ("10", "4", "40%"),
}


class TestFigures:
    def test_the_total(self, assessment: Assessment) -> None:
        total = assessment.scorecard.total
        assert total is not None
        assert total.score.text == "102.34"
        assert total.score.value == Fraction("102.34")
        assert total.full == 110
        assert total.rating == "优"
        rate = assessment.submission.template.formats["比率"].print(total.rate)
        assert rate == "93.04%"

    @pytest.mark.parametrize(
        ("name", "score"),
        [("预算编制情况", "20"), ("预算执行情况", "49.66"), ("预算使用效益", "28.68"), ("工作受表彰或批评", "4")],
    )
    def test_subtotals(self, assessment: Assessment, name: str, score: str) -> None:
        assert node(assessment, name).score.text == score

    def test_table_2_1_has_these_rows(self, assessment: Assessment) -> None:
        rows = [one.indicator.name for one in assessment.scorecard.walk() if one.indicator.level == 2]
        assert rows == list(TABLE_2_1)

    @pytest.mark.parametrize("name", TABLE_2_1)
    def test_a_row_of_table_2_1(self, assessment: Assessment, name: str) -> None:
        row = node(assessment, name)
        rate = assessment.submission.template.formats["比率"].print(row.rate)
        assert (str(row.indicator.weight), row.score.text, rate) == TABLE_2_1[name]

    @pytest.mark.parametrize(
        ("name", "rate", "score", "figures"),
        [
            ("财政拨款收入预决算差异率", "0%", "4", "（82800287.60-82800287.60）/82800287.60"),
            ("结转结余率", "2.19%", "5", "1892499.62/86559961.25"),
            ("政府采购执行率", "99.98%", "3", "349118.60/349177"),
            ("专项资金绩效完成情况", "96.59%", "9.66", None),
            ("经济成本控制情况", "98.11%", "3.92", "1864/1900"),
            ("重点工作完成率", "71.43%", "1.43", "（4+1）/7"),
            ("绩效目标完成率", "80%", "2.4", "4/5"),
            ("公众或服务对象满意度", "96.69%", "1.93", "96.69%"),
        ],
    )
    def test_a_computed_indicator(
        self, assessment: Assessment, name: str, rate: str, score: str, figures: str | None
    ) -> None:
        one = node(assessment, name)
        assert one.value is not None
        assert (one.value.text, one.score.text) == (rate, score)
        assert figures is None or one.value.working.worked == figures

    def test_full_marks_elsewhere(self, assessment: Assessment) -> None:
        """All other third-level indicators earned their weight in the published report."""
        short = {"专项资金绩效完成情况", "经济成本控制情况", "重点工作完成率", "绩效目标完成率", "公众或服务对象满意度"}
        leaves = [one for one in assessment.scorecard.walk() if one.indicator.level == 3]
        assert len(leaves) == 27
        assert {one.indicator.name for one in leaves if one.points != one.indicator.weight} == short

    def test_the_weighted_score_before_rounding(self, assessment: Assessment) -> None:
        score = node(assessment, "专项资金绩效完成情况").score
        assert (score.working.exact, score.text) == ("9.659256…", "9.66")
        mean = node(assessment, "专项资金绩效完成情况").value
        assert mean is not None
        assert isinstance(mean.value, Fraction)
        assert round(mean.value * 10, 5) == Fraction("9.65926")

    def test_procurement_is_rounded_up_to_its_full_mark(self, assessment: Assessment) -> None:
        assert node(assessment, "政府采购执行率").score.working.exact == "2.999498…"

    def test_table_2_2(self, assessment: Assessment) -> None:
        symbols = assessment.scorecard.symbols
        assert value(assessment, "专项资金合计.金额").text == "1,009.31"
        assert value(assessment, "专项资金合计.权重").text == "100%"
        assert value(assessment, "专项资金合计.个数").text == "19"
        assert value(assessment, "专项资金合计.自评分").text == "1864"
        assert value(assessment, "专项资金合计.满分").text == "1900"
        weights, scores = symbols.find("专项资金.权重"), symbols.find("专项资金.指标得分")
        assert (len(weights), len(scores)) == (19, 19)
        # 253.99 and 125 of 1009.31, 96 and 98 of 100.
        assert (weights[0].text, scores[0].text) == ("25.16%", "2.42")
        assert (weights[3].text, scores[3].text) == ("12.38%", "1.21")
        assert (weights[10].text, scores[10].text) == ("0.09%", "0.01")

    def test_goals(self, assessment: Assessment) -> None:
        goals = assessment.scorecard.symbols.find("绩效目标.目标值")
        assert [goal.text for goal in goals][1:3] == ["108.47亿元", "26.73亿元"]
        assert goals[1].value == Fraction("113.88") * (1 - Fraction("4.75") / 100) * 10**8
        met = [goal.value for goal in assessment.scorecard.symbols.find("绩效目标.达成")]
        assert met == [True, True, True, True, False]

    def test_the_bonus(self, assessment: Assessment) -> None:
        bonus = node(assessment, "工作受表彰或批评")
        assert bonus.score.working.figures == "限（4, 0, 10）"
        assert bonus.indicator.method == "附加"

    def test_items(self, assessment: Assessment) -> None:
        items = node(assessment, "采购合规性").items
        assert [(one.item.name, one.score.text) for one in items] == [
            ("采购制度", "1"),
            ("公开执行", "1"),
            ("采购备案", "2"),
            ("采购信息统计报表", "0"),
            ("采购脱贫地区农副产品", "1"),
        ]
        assert items[4].score.working.figures == "1×100%（不适用）"
        assert node(assessment, "采购合规性").score.text == "5"

    def test_without_the_exclusion(self, assessment: Assessment) -> None:
        assert value(assessment, "结转结余.剔除前").text == "66.55%"

    def test_income_and_spending(self, assessment: Assessment) -> None:
        assert value(assessment, "收入.合计").text == "8280.03"
        assert value(assessment, "支出.合计").text == "8720.74"

    def test_one_more_task_finished(self, workplace: Path, meizhou: Path) -> None:
        after = assess(with_one_more_task_done(workplace, meizhou))
        tasks = node(after, "重点工作完成率")
        assert tasks.value is not None
        assert (tasks.value.text, tasks.score.text) == ("85.71%", "1.71")
        assert tasks.value.working.worked == "（5+1）/7"
        assert after.scorecard.total is not None
        assert after.scorecard.total.score.text == "102.62"
        assert node(after, "效率性").score.text == "7.11"
        assert node(after, "预算使用效益").score.text == "28.96"


def all_leaves(assessment: Assessment) -> Iterator[tuple[str, Trace]]:
    """The traces of every score, value, parameter and item, and of every computed field."""
    for one in assessment.scorecard.walk():
        parts = [one.score, one.value, *one.parameters.values(), *(item.score for item in one.items)]
        for trace in (part for part in parts if part is not None):
            yield from ((one.indicator.name, below) for below in walk(trace))
    for field, compute in assessment.scorecard.symbols.computed():
        computed = compute()
        assert computed is not None
        yield from ((field.path, below) for below in walk(computed))


def line_of(span: Span) -> str:
    """The line of the file from the place on."""
    assert span.line >= 1
    assert span.column >= 1
    return Path(span.file).read_text("utf-8").splitlines()[span.line - 1][span.column - 1 :]


class TestTraces:
    def test_every_leaf_stands_in_a_line_of_the_input_or_the_template(
        self, assessment: Assessment, meizhou: Path, root: Path
    ) -> None:
        """No score rests on anything that nobody wrote."""
        template = root / "templates" / "meizhou"
        files = {meizhou, template / "template.yaml", template / "fields.yaml", template / "indicators.yaml"}
        facts = assessment.scorecard.symbols.facts
        seen = set()
        for _, trace in all_leaves(assessment):
            # Of what was left blank the template says what it stands for.
            if trace.inputs or (trace.name in facts and not facts[trace.name].text):
                continue
            assert Path(trace.span.file).resolve() in files
            line = line_of(trace.span)
            seen.add(Path(trace.span.file).name)
            if trace.formula:
                assert line.startswith(trace.formula)
            elif trace.text.endswith(" 行"):
                assert line.startswith("- ")
            elif trace.text != "（未填）":
                assert line.replace(" ", "").replace(",", "").lstrip("\"'").startswith(trace.text.replace(" ", ""))
        assert seen == {meizhou.name, "indicators.yaml"}

    def test_every_computed_value_shows_the_formula_that_stands_at_its_place(self, assessment: Assessment) -> None:
        written_by_the_program = {"求和(要点.得分)", "分值 × 结论所得比例"}
        groups = {one.score.formula for one in assessment.scorecard.walk() if one.children}
        checked = 0
        for _, trace in all_leaves(assessment):
            if trace.formula and trace.formula not in written_by_the_program | groups:
                assert line_of(trace.span).startswith(trace.formula)
                checked += 1
        assert checked > 100

    def test_every_fact_of_a_leaf_is_the_submissions(self, assessment: Assessment) -> None:
        """A trace's figure is the very one that was read from its line, not a copy that could differ."""
        facts: dict[str, Fact] = {}

        def gather(record: Record) -> None:
            for member in record.members.values():
                if isinstance(member, Fact):
                    facts[member.path] = member
                for row in (
                    (member,) if isinstance(member, Record) else member.rows if isinstance(member, Table) else ()
                ):
                    gather(row)

        gather(assessment.submission.facts)
        used = {trace.name: trace for _, trace in all_leaves(assessment) if trace.name in facts}
        assert len(used) > 60
        for name, trace in used.items():
            assert (trace.value, trace.span) == (facts[name].value, facts[name].span)

    def test_every_third_level_score_rests_on_a_line_of_the_bureau_or_a_weight(self, assessment: Assessment) -> None:
        for one in assessment.scorecard.walk():
            if not one.children:
                ends = [trace for trace in walk(one.score) if not trace.inputs]
                assert ends
                assert one.score.formula
                assert any(Path(end.span.file).parent.name == "inputs" for end in ends), one.indicator.name

    def test_a_groups_trace_adds_its_children(self, assessment: Assessment) -> None:
        group = node(assessment, "效率性").score
        assert group.formula == "重点工作完成率 + 绩效目标完成率 + 项目完成及时性"
        assert group.working.figures == "1.43+2.4+3"
        assert [part.text for part in group.inputs] == ["1.43", "2.4", "3"]

    def test_every_computed_field_is_computed(self, assessment: Assessment) -> None:
        template = assessment.submission.template
        computed = {field.path for field in walk_fields(template.fields) if field.formula is not None}
        assert {field.path for field, _ in assessment.scorecard.symbols.computed()} == computed


class TestExplaining:
    def test_the_tree_of_a_rate(self, assessment: Assessment) -> None:
        lines = list(tree(value(assessment, "结转结余率")))
        assert [line.partition("  [")[0] for line in lines] == [
            "结转结余率 = 5",
            "│  公式：分值 if 取值 ≤ 控制线 else 0",
            "│  代入：5 if 2.19% ≤ 10% else 0",
            "├─ 结转结余率（取值） = 2.19%",
            "│  │  公式：结转结余.年末 ÷ 结转结余.可用资金",
            "│  │  代入：1892499.62/86559961.25",
            "│  ├─ 结转结余.年末 = 1892499.62元",
            "│  └─ 结转结余.可用资金 = 86559961.25元",
            "├─ 控制线 = 10%",
            "│     公式：10%",
            "└─ 结转结余率.分值 = 5",
        ]
        assert all("meizhou" in line for line in lines if "  [" in line)

    def test_the_value_before_rounding_is_shown(self, assessment: Assessment) -> None:
        lines = list(tree(value(assessment, "重点工作完成率")))
        assert lines[2] == "│  代入：71.43%×2 = 1.428571…，四舍五入为 1.43"

    def test_a_part_that_was_shown_before_is_only_named(self, assessment: Assessment) -> None:
        lines = list(tree(value(assessment, "总分")))
        again = [line for line in lines if line.endswith("（见上）")]
        shown = "\n".join(lines)
        assert again
        assert shown.count("公式：求和(专项资金.自评分, not 跨年)") == 1
        assert shown.count("公式：求和(专项资金.金额, not 跨年)") == 1

    @pytest.mark.parametrize("name", ["", "总分"])
    def test_the_total(self, assessment: Assessment, name: str) -> None:
        assert [trace.text for trace in find_traces(assessment.scorecard, name)] == ["102.34"]

    @pytest.mark.parametrize(
        ("name", "texts"),
        [
            ("效率性", ["6.83"]),
            ("收入.合计", ["8280.03"]),
            ("收入.其他收入", ["0.43万元"]),
            ("专项资金[1].权重", ["25.16%"]),
            ("专项资金[19].自评分", ["100"]),
            ("人员.局机关[2].岗位", ["行政执法专项编制"]),
            ("人员.直属单位.实有人数", ["11名", "17名"]),
            ("指标.效率性.得分", ["6.83"]),
            ("指标.效率性.得分率", ["0.85375"]),
            ("指标.重点工作完成率.取值", ["71.43%"]),
            ("专项资金[20].权重", []),
            ("专项资金[0].权重", []),
            ("专项资金", []),
            ("专项资金[1]", []),
            ("没有的", []),
            ("没有的.也没有", []),
            ("收入.没有的", []),
            (".", []),
            ("指标.数据质量.取值", []),
        ],
    )
    def test_names_that_can_be_explained(self, assessment: Assessment, name: str, texts: list[str]) -> None:
        assert [trace.text for trace in find_traces(assessment.scorecard, name)] == texts
