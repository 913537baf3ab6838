"""Values, traces and faults of formulas over named facts."""

from __future__ import annotations

import time
from datetime import date
from fractions import Fraction

import pytest

from generator.base.amount import parse_amount
from generator.base.diagnostics import Span
from generator.base.formats import Format
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, names_in, parse
from generator.formula.run import metered
from generator.formula.values import FormulaFault, Trace, Value, figure_of, in_full, shown, walk
from tests.formula.facts import FACTS, PLACE, Facts, fault, parsed, run, trace, value

F = Fraction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 × 3", F(7)),
        ("8 - 4 - 2", F(2)),
        ("8 ÷ 4 ÷ 2", F(1)),
        ("2 ÷ 8", F(1, 4)),
        ("0.1 + 0.2", F(3, 10)),
        ("1 ÷ 3 × 3", F(1)),
        ("-甲 × 乙", F(-15)),
        ("乙 - -甲", F(8)),
        ("50 万元 - 1 元", F(499_999)),
        ("10% × 甲", F(3, 10)),
        ("组.项 × 甲", F(1)),
        ("甲 < 乙", True), ("乙 < 甲", False), ("甲 < 甲", False),
        ("甲 ≤ 甲", True), ("乙 ≤ 甲", False),
        ("乙 > 甲", True), ("甲 > 甲", False),
        ("甲 ≥ 甲", True), ("甲 ≥ 乙", False),
        ("甲 = 3", True), ("甲 = 乙", False),
        ("甲 ≠ 3", False), ("甲 ≠ 乙", True),
        ("词 = 「已完成」", True), ("词 ≠ 「已完成」", False),
        ("真 = 是", True), ("真 ≠ 否", True),
        ("日 = 日", True), ("日 < 日", False), ("日 ≤ 日", True),
        ("真 and 假", False), ("真 and 真", True), ("假 and 真", False),
        ("真 or 假", True), ("假 or 真", True), ("假 or 假", False),
        ("not 真", False), ("not 假", True), ("not not 真", True),
        ("not 甲 = 乙", True), ("非 真 或 真 且 假", False), ("真 并且 非(假)", True),
        ("1 < 甲 < 乙", True), ("甲 ≤ 3 < 乙 ≤ 5", True), ("乙 > 甲 ≥ 4", False), ("80%≤甲<90%", False),
        ("假 and 真 or 真", True), ("假 and (真 or 真)", False),
        ("1 if 真 else 2", F(1)), ("1 if 假 else 2", F(2)),
        ("1 if 假 else 2 if 假 else 3", F(3)),
        ("词", "已完成"), ("段", ("一", "二")), ("日", date(2021, 12, 31)),
    ],
)  # fmt: skip
def test_operators(text: str, expected: Value) -> None:
    result = value(text)
    assert result == expected
    assert isinstance(result, bool) is isinstance(expected, bool)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("求和(表.金额)", F(351, 2)),
        ("求和(组.表.金额)", F(125)),
        ("求和(表, 金额 × 自评分 ÷ 100)", F(125) * 98 / 100 + 10 + F(81, 2) * 96 / 100),
        ("求和(表, 金额, 好)", F(331, 2)),
        ("求和(表.金额, 自评分 ≥ 98)", F(135)),
        ("求和(表, 甲)", F(9)),
        ("求和(空表.金额)", F(0)),
        ("平均(表.自评分)", F(98)),
        ("平均(表, 自评分, 好)", F(97)),
        ("计数(表)", F(3)),
        ("计数(空表)", F(0)),
        ("计数(表, 好)", F(2)),
        ("计数(表.好)", F(2)),
        ("计数(表, 进展 = 「推进中」)", F(1)),
        ("计数(表, 求和(组.表, 金额) = 金额)", F(1)),
        ("加权平均(表, 自评分, 金额)", (F(98) * 125 + 100 * 10 + 96 * F(81, 2)) / (F(351, 2))),
        ("最大(甲, 乙, 4)", F(5)),
        ("最小(乙, 甲, 4)", F(3)),
        ("限(-1, 0, 5)", F(0)), ("限(3, 0, 5)", F(3)), ("限(7, 0, 5)", F(5)),
        ("限(0, 0, 5)", F(0)), ("限(5, 0, 5)", F(5)),
        ("四舍五入(2.675, 2)", F(268, 100)),
        ("四舍五入(1.005, 2)", F(101, 100)),
        ("四舍五入(0.125, 2)", F(13, 100)),
        ("四舍五入(0.5, 0)", F(1)), ("四舍五入(1.5, 0)", F(2)), ("四舍五入(2.5, 0)", F(3)),
        ("四舍五入(-2.5, 0)", F(-3)),
        ("四舍五入(2.674999999, 2)", F(267, 100)),
        ("四舍五入(1250, -2)", F(1300)),
        ("向上取整((103.01% - 100%) ÷ 1%)", F(4)), ("向上取整(3)", F(3)), ("向上取整(-0.5)", F(0)),
        ("向下取整(2.999)", F(2)), ("向下取整(-0.5)", F(-1)), ("向上取整(2.671, 2)", F(268, 100)),
        ("向下取整(1299, -2)", F(1200)),
        ("四舍五入(1 ÷ 3, 12)", F(333333333333, 10**12)),
        ("绝对值(负)", F(3)), ("绝对值(甲)", F(3)),
        ("已填(甲)", True), ("已填(零)", True), ("已填(假)", True), ("已填(空)", False),
        ("已填(表)", True), ("已填(空表)", False), ("已填(段)", True), ("已填(无)", False),
    ],
)  # fmt: skip
def test_functions(text: str, expected: Value) -> None:
    assert value(text) == expected


STEPS = "分段({}, 0, 5, 10%, 4, 20%, 3, 30%, 2, 0)"


@pytest.mark.parametrize(
    ("steps", "points"),
    [
        ("≥ 95%, 5, ≥ 80%, 3, 0", {"96%": 5, "95%": 5, "94.99%": 3, "80%": 3, "79%": 0}),
        ("< 60%, 0, ≤ 60%, 1, < 80%, 2, 3", {"59%": 0, "60%": 1, "61%": 2, "80%": 3}),
        ("＞ 100%, 0, ＝ 100%, 5, -甲", {"101%": 0, "100%": 5, "99%": -3}),
    ],
)
def test_a_step_says_on_which_side_its_bound_counts(steps: str, points: dict[str, int]) -> None:
    assert {rate: value(f"分段({rate}, {steps})") for rate in points} == points


@pytest.mark.parametrize(
    ("rate", "points"),
    [("0", 5), ("0.01%", 4), ("10%", 4), ("10.01%", 3), ("20%", 3), ("30%", 2), ("30.01%", 0), ("-1%", 5)],
)
def test_a_step_table_takes_each_bound_with_the_step_below(rate: str, points: int) -> None:
    assert value(STEPS.format(rate)) == points


@pytest.mark.parametrize(
    ("target", "actual", "met"),
    [
        ("超53家", "74家", True),
        ("超53家", "53家", False),
        ("≤5%", "5%", True),
        ("≤5%", "5.01%", False),
        ("2-3家", "1家", False),
        ("2-3家", "3家", True),
        ("2000万元", "0.2亿元", True),
    ],
)
def test_a_target_is_judged_as_it_was_typed(target: str, actual: str, met: bool) -> None:
    facts = {"目标": target, "完成": parse_amount(actual)}
    assert value("达标(目标, 完成)", facts) is met


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("达标(「30天」, 「20天」)", False),
        ("达标(「30天」, 「20天」, 「反向」)", True),
        ("达标(「30天」, 「40天」, 「约束」)", False),
        ("达标(「30天」, 「40天」, 「正向」)", True),
        ("达标(1.5, 2)", True),
        ("达标(1.5, 1)", False),
        ("达标(甲 + 2, 乙 × 2)", True),
        ("达标(甲 + 2, 乙 - 2)", False),
        ("达标(「30天」, 「20天」, 方式)", True),
        ("达标(「30天」, 「20天」, 空)", False),
        ("判定(「5家」, 「4家」)", "未完成"),
        ("判定(「5家」, 「5家」)", "已完成"),
        ("判定(「消除」, 「消除」)", "由人评定"),
        ("判定(「5家」, 空)", "无法比较"),
        ("判定说明(「5家」, 空)", "没有填写实际完成值（空白不等于0）。"),
        ("判定说明(「5家」, 「4家」)", "实际「4家」未达到目标「5家」。"),
        ("完成率(「5家」, 「4家」)", F(4, 5)),
        ("完成率(「消除」, 「消除」)", None),
        ("超出(「5家」, 「7家」)", F(2, 5)),
        ("超出(「5家」, 「4家」)", F(0)),
        ("只是界限(「10家」, 「≥10家」)", True),
        ("只是界限(「10家」, 「10家」)", False),
        ("单位不同(「1000人次」, 「1000人」)", True),
        ("单位不同(「1000人」, 「1000人」)", False),
    ],
)
def test_functions_of_a_target_and_an_actual(text: str, expected: Value) -> None:
    assert value(text, FACTS | {"方式": "反向"}) == expected


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("甲 + 空", "JX306", "「空」没有填写，算不出「"),
        ("求和(表.空)", "JX306", "「空」没有填写"),
        ("甲 ÷ (乙 - 5)", "JX307", "由「乙」算出的数为 0，不能作除数"),
        ("甲 ÷ 求和(空表.金额)", "JX307", "由「空表」算出的数为 0"),
        ("平均(空表.金额)", "JX307", "「空表」能计入的行数（或权重合计）为 0"),
        ("平均(表, 金额, 金额 > 999)", "JX307", "「表」能计入的行数"),
        ("加权平均(表, 自评分, 零)", "JX307", "「表」「零」能计入的行数"),
        ("甲 + 词", "JX308", "它不是数字"),
        ("真 × 2", "JX308", "它不是数字"),
        ("-词", "JX308", "它不是数字"),
        ("日 - 日", "JX308", "它不是数字"),
        ("最大(甲, 词)", "JX308", "它不是数字"),
        ("求和(表, 进展)", "JX308", "它不是数字"),
        ("1 if 甲 else 2", "JX308", "它不是“是”或“否”"),
        ("not 甲", "JX308", "它不是“是”或“否”"),
        ("甲 and 真", "JX308", "它不是“是”或“否”"),
        ("真 and 甲", "JX308", "它不是“是”或“否”"),
        ("计数(表, 金额)", "JX308", "它不是“是”或“否”"),
        ("求和(表, 金额, 自评分)", "JX308", "它不是“是”或“否”"),
        ("甲 = 词", "JX308", "比不出大小"),
        ("词 < 「乙」", "JX308", "比不出大小"),
        ("真 > 假", "JX308", "比不出大小"),
        ("真 = 1", "JX308", "比不出大小"),
        ("段 = 段", "JX308", "比不出大小"),
        ("日 = 词", "JX308", "比不出大小"),
        ("组", "JX308", "「组」是表或组，不是一个值"),
        ("表 + 1", "JX308", "「表」是表或组，不是一个值"),
        ("表.金额 + 1", "JX308", "「表.金额」是表或组，不是一个值"),
        ("求和(甲)", "JX308", "「求和」的第一个参数「甲」不是表"),
        ("求和(甲.乙)", "JX308", "「求和」的第一个参数「甲.乙」不是表"),
        ("计数(1 + 1)", "JX308", "「计数」的第一个参数「1 + 1」不是表"),
        ("已填(1 + 1)", "JX308", "「已填」只能用于一个名称"),
        ("向上取整(甲, 13)", "JX308", "小数位"),
        ("四舍五入(甲, 0.5)", "JX308", "「四舍五入(甲, 0.5)」的小数位应当是不超过 12 的整数"),
        ("四舍五入(甲, 13)", "JX308", "小数位"),
        ("限(甲, 5, 0)", "JX308", "「限(甲, 5, 0)」的下限大于上限，两个写反了"),
        ("四舍五入(甲, -13)", "JX308", "小数位"),
        ("四舍五入(1, 999999999)", "JX308", "小数位"),
        ("达标(「消除」, 「消除」)", "JX308", "「消除」与「消除」不能比较"),
        ("达标(是, 2)", "JX308", "「是」与「2」不能比较"),
        ("达标(「5家」, 「5家」, 「倒过来」)", "JX308", "「倒过来」不是判定的方式（可用：正向、反向、约束，或二级指标"),
        ("求和(表)", "JX303", "函数「求和」要写成 求和(表.列)"),
        ("求和(空表)", "JX303", "函数「求和」要写成"),
        ("平均(表)", "JX303", "函数「平均」要写成"),
        ("求和(表.金额, 好, 好)", "JX303", "函数「求和」要写成"),
        ("计数(表.好, 真)", "JX303", "函数「计数」要写成"),
        ("加权平均(表.金额, 自评分, 金额)", "JX303", "函数「加权平均」要写成"),
    ],
)  # fmt: skip
def test_faults_name_the_part_that_is_wrong(text: str, code: str, says: str) -> None:
    finding = fault(text)
    assert finding.code == code
    assert says in finding.message
    assert finding.hint


def test_a_missing_fact_is_told_at_the_bureaus_place() -> None:
    finding = fault("甲 + 空", {"甲": F(1), "空": trace("收支.空", None, line=12)})
    assert finding.span == Span("input.yaml", 12, 3)
    assert "「收支.空」没有填写" in finding.message
    assert finding.path == "收支.空"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("目标 × 2", "目标"),
        ("-算得", "目标"),
        ("3 < 目标", "目标"),
        ("目标 ≥ 3", "目标"),
        ("甲 < 算得", "目标"),
        ("文字 < 目标", "目标"),
        ("完成 < 目标", "完成"),
    ],
)
def test_a_target_in_words_is_told_at_the_line_where_it_was_typed(text: str, name: str) -> None:
    """However a formula comes by it, and as a fault of the fact: each formula that asks for it has the same one."""
    line = Span("input.yaml", 8, 3)
    target = Trace("目标", "消除隐患", "消除隐患", line, kind="目标")
    facts = {
        "甲": trace("甲", F(3)),
        "文字": trace("文字", "丙"),
        "目标": target,
        "完成": Trace("完成", "已消除", "已消除", line, kind="目标"),
        "算得": Trace("算得", "消除隐患", "消除隐患", PLACE, formula="目标", inputs=(target,)),
    }
    with pytest.raises(FormulaFault) as caught:
        run(text, facts)
    finding = caught.value.finding
    assert (finding.code, finding.path, finding.span) == ("JX311", name, line)
    assert f"「{name}」填的是「{facts[name].value}」" in finding.message
    assert caught.value.culprit == facts[name]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1 ÷ 分母", Span("input.yaml", 8, 3)),
        ("零 ÷ 分母", Span("input.yaml", 8, 3)),
        ("零 ÷ 算得", PLACE),
        ("1 ÷ (分母 + 0)", Span("input.yaml", 8, 3)),
        ("1 ÷ (零 × 分母)", Span("input.yaml", 4, 3)),
        ("1 ÷ 0", PLACE),
        ("1 ÷ 平均(空表.金额)", Span("input.yaml", 50, 3)),
    ],
)
def test_division_by_one_fact_that_is_zero_points_at_that_fact(text: str, span: Span) -> None:
    """Where no fact of the bureau's is in the divisor, the template's formula is the place."""
    facts = {
        "零": trace("零", F(0), line=4),
        "分母": trace("分母", F(0), line=8),
        "算得": trace("算得", F(0), line=9, formula="零 × 2"),
        "空表": [],
    }
    finding = fault(text, facts)
    assert finding.code == "JX307"
    assert finding.span == span


def test_a_fault_shows_its_finding_and_the_value_to_blame_where_it_is_not_caught() -> None:
    with pytest.raises(FormulaFault, match=r"JX307.*「0」为 0.*None"):
        run("1 ÷ 0")
    with pytest.raises(FormulaFault, match=r"JX306.*「空」没有填写.*Trace\(name='空'"):
        run("甲 + 空")


def test_a_fault_names_the_value_to_blame() -> None:
    with pytest.raises(FormulaFault) as caught:
        run("甲 + 空")
    assert caught.value.culprit is not None
    assert (caught.value.culprit.name, caught.value.culprit.value) == ("空", None)
    with pytest.raises(FormulaFault) as caught:
        run("甲 ÷ (1 - 1)")
    assert caught.value.culprit is None


def test_formulas_that_are_metered_together_share_their_steps() -> None:
    assert value("甲 + 乙") == 8
    with metered(6):
        assert value("甲 + 乙") == 8
        assert value("乙 - 甲") == 2
        first = fault("甲 × 乙")
        assert first.code == "JX310"
        assert "全部公式合计 6 步" in first.message
        # What comes later says the same, so that it is told once.
        assert fault("1 + 1") == first
    assert value("甲 × 乙") == 15


def test_long_numbers_take_more_steps() -> None:
    facts = {"长": F(1, 3**9_000), "短": F(1, 3)}
    with metered(100):
        assert value("短 + 短", facts) == F(2, 3)
        assert fault("长 + 短", facts).code == "JX310"


@pytest.mark.parametrize("count", [0, 1, 8, 9, 100, 5_000])
def test_sums_of_many_rates_are_exact(count: int) -> None:
    rates = [F(n + 1, n * n + 999_983) for n in range(count)]
    rows = {"表": [{"率": rate, "重": F(n % 7)} for n, rate in enumerate(rates)]}
    whole = value("求和(表.率)", rows)
    # By remainders: to add so many up one by one takes minutes.
    prime = 2**61 - 1
    expected = sum(rate.numerator * pow(rate.denominator, -1, prime) for rate in rates) % prime
    assert isinstance(whole, Fraction)
    assert whole.numerator * pow(whole.denominator, -1, prime) % prime == expected
    if count:
        assert value("平均(表.率) × 计数(表)" if count < 100 else "求和(表.率)", rows) == whole


def test_division_by_zero_within_a_row_points_at_that_row() -> None:
    rows = [{"量": trace("表[1].量", F(2), line=20)}, {"量": trace("表[2].量", F(0), line=21)}]
    finding = fault("求和(表, 1 ÷ 量)", {"表": rows})
    assert finding.span.line == 21


def test_what_is_not_chosen_is_not_evaluated() -> None:
    assert value("1 if 真 else 1 ÷ 零") == 1
    assert value("空 if 假 else 2") == 2
    assert value("假 and 1 ÷ 零 > 1") is False
    assert value("真 or 空 > 1") is True
    assert value("求和(表, 1 ÷ 零, 假)") == 0


class TestTrace:
    def test_the_seeds_own_example(self) -> None:
        facts = {"结转结余.年末": F(189249962, 100), "结转结余.可用资金": F(8655996125, 100)}
        expression = parse("结转结余.年末 ÷ 结转结余.可用资金", PLACE)
        assert isinstance(expression, Expression)
        rate = Format("%", 2, "whole", suffix="%")
        result = evaluate(expression, Facts(facts), "结转结余率", lambda x: rate.print(x) if isinstance(x, F) else "")
        assert result.working.figures == "1892499.62/86559961.25"
        assert (result.text, result.figure) == ("2.19%", "2.19%")
        assert (result.name, result.span, result.formula) == ("结转结余率", PLACE, "结转结余.年末 ÷ 结转结余.可用资金")
        assert result.value == F(189249962, 8655996125)
        assert result.working.exact == "0.021863…"
        assert [(one.name, one.text) for one in result.inputs] == [
            ("结转结余.年末", "1892499.62"),
            ("结转结余.可用资金", "86559961.25"),
        ]

    @pytest.mark.parametrize(
        ("text", "figures"),
        [
            ("甲 + 负", "3+（-3）"),
            ("甲 - 乙 × 2", "3-5×2"),
            ("甲 * 乙 / 2", "3×5/2"),
            ("(甲 + 乙) ÷ 组.项", "（3+5）/0.333333"),
            ("甲 if 真 else 空", "3 if 是 else 空"),
            ("空 if 假 else 乙", "空 if 否 else 5"),
            ("甲 < 乙 or 空 > 1", "3 < 5 or 空 > 1"),
            ("求和(表.金额) ÷ 计数(表)", "175.5/3"),
            ("求和(表, -金额, 好)", "（-165.5）"),
            ("限(甲 × 乙, 0, 10)", "限（3×5, 0, 10）"),
            ("已填(甲) and 词 = 「已完成」", "已填（甲） and 已完成 = 「已完成」"),
            ("2 × 3", "2×3"),
            ("甲 + 甲", "3+3"),
        ],
    )
    def test_figures_take_the_place_of_what_was_evaluated(self, text: str, figures: str) -> None:
        assert run(text).working.figures == figures

    @pytest.mark.parametrize(
        ("text", "worked"),
        [
            ("(甲 + 乙) ÷ 组.项", "（3+5）/0.333333"),
            ("甲 ÷ 乙 if 乙 > 0 else 1", "3/5"),
            ("1 if (乙 > 5) else (甲 + 乙) ÷ 2", "（3+5）/2"),
            ("(甲 + 乙) × 2 if (真) else 空", "（3+5）×2"),
            ("空 if 假 else 空 if 负 > 0 else 乙 × 甲", "5×3"),
            ("1 + (甲 if 真 else 空)", "1+（3 if 是 else 空）"),
            ("甲 if 真 else 乙 if 真 else 空", "3"),
            ("(1 if 真 else 2) + 甲 if 真 else 空", "（1 if 是 else 2）+3"),
            ("空 if 假 else (1 if 真 else 2) + 甲 if 真 else 空", "（1 if 是 else 2）+3"),
        ],
    )
    def test_a_report_prints_the_side_of_a_choice_that_was_taken(self, text: str, worked: str) -> None:
        assert run(text).working.worked == worked

    def test_a_rate_stands_as_it_is_printed_and_an_amount_in_full(self) -> None:
        facts = {"率": trace("率", F(7143, 10000), "71.43%"), "增减": trace("增减", F(-19, 400), "-4.75%"),
                 "金额": trace("金额", F(370000), "37万元")}  # fmt: skip
        assert run("率 × 2 + 增减 + 金额", facts).working.figures == "71.43%×2+（-4.75%）+370000"

    @pytest.mark.parametrize(
        ("text", "printed", "figure"),
        [("甲 × 10000", "3万元", "30000"), ("负 × 10000", "-3万元", "（-30000）"), ("-组.项", "-33%", "（-33%）")],
    )
    def test_the_result_too_stands_in_full_where_another_formula_uses_it(
        self, text: str, printed: str, figure: str
    ) -> None:
        result = evaluate(parsed(text), Facts(FACTS), "结果", lambda _value: printed)
        assert (result.text, result.figure) == (printed, figure)

    @pytest.mark.parametrize(
        ("text", "exact"),
        [("1 ÷ 64", "0.015625"), ("1 ÷ 128", "0.007813…"), ("2 ÷ 3", "0.666667…"), ("7 × 3", "21"), ("词", "")],
    )
    def test_an_ellipsis_says_that_there_are_more_than_six_decimals(self, text: str, exact: str) -> None:
        assert run(text).working.exact == exact

    def test_every_input_is_there_once_in_the_order_of_use(self) -> None:
        result = run("乙 + 甲 × 乙 + 求和(表, 金额 × 甲)")
        assert [one.name for one in result.inputs] == ["乙", "甲", "金额", "金额", "金额"]

    def test_inputs_of_a_side_that_was_not_chosen_are_left_out(self) -> None:
        assert [one.name for one in run("甲 if 真 else 乙").inputs] == ["真", "甲"]

    @pytest.mark.parametrize("text", ["计数(表)", "已填(表)", "计数(空表)", "求和(空表.金额)", "计数(空表, 好)"])
    def test_a_count_without_questions_rests_on_the_table(self, text: str) -> None:
        assert [one.span.line for one in run(text).inputs] == [50]

    @pytest.mark.parametrize("text", ["计数(表) > 计数(空表)", "已填(表) and 已填(空表)", "计数(表) + 求和(空表.甲)"])
    def test_each_of_two_tables_is_an_input(self, text: str) -> None:
        assert [(one.name, one.text) for one in run(text).inputs] == [("表", "3 行"), ("空表", "0 行")]

    def test_a_count_with_a_condition_rests_on_what_it_asks(self) -> None:
        assert [one.name for one in run("计数(表, 好)").inputs] == ["好", "好", "好"]

    def test_a_fact_asked_for_is_an_input_even_where_it_is_blank(self) -> None:
        assert [(one.name, one.text) for one in run("已填(空)").inputs] == [("空", "（未填）")]

    @pytest.mark.parametrize(
        ("text", "exact"), [("1 ÷ 8", "0.125"), ("1 ÷ 3", "0.333333…"), ("2 ÷ 3", "0.666667…"), ("真", "")]
    )
    def test_the_value_before_rounding(self, text: str, exact: str) -> None:
        assert run(text).working.exact == exact

    def test_walk_yields_each_shared_part_once(self) -> None:
        leaf = trace("叶", F(1))
        left = Trace("左", F(1), "1", PLACE, inputs=(leaf,))
        right = Trace("右", F(1), "1", PLACE, inputs=(leaf, left))
        root = Trace("根", F(2), "2", PLACE, inputs=(left, right))
        assert [one.name for one in walk(root)] == ["根", "左", "叶", "右"]


@pytest.mark.parametrize(
    ("given", "text"),
    [(True, "是"), (False, "否"), (F(5, 2), "2.5"), (F(1, 3), "0.333333"), (None, "（未填）"), (("甲", "乙"), "甲、乙"),
     (date(2021, 12, 31), "2021-12-31"), ("文", "文")],
)  # fmt: skip
def test_values_are_shown_in_full(given: Value, text: str) -> None:
    assert shown(given) == text


@pytest.mark.parametrize(
    ("given", "text", "figure"),
    [(F(3), "3元", "3"), (F(-3), "-3元", "（-3）"), (F(1, 2), "50%", "50%"), (F(-1, 2), "-50%", "（-50%）"),
     ("文", "文", "文"), (F(0), "0", "0")],
)  # fmt: skip
def test_figures(given: Value, text: str, figure: str) -> None:
    assert figure_of(given, text) == figure


@pytest.mark.parametrize(
    ("given", "exact"),
    [(F(1, 8), "0.125"), (F(1, 3), "0.333333…"), (F(1, 128), "0.007813…"), (F(-7), "-7"), ("文", ""), (None, "")],
)
def test_values_before_rounding(given: Value, exact: str) -> None:
    assert in_full(given) == exact


class TestLimits:
    def test_steps(self) -> None:
        rows = [{"甲": F(1)}] * 100
        begun = time.process_time()
        finding = fault("求和(表, 求和(表, 求和(表, 甲)))", {"表": rows})
        assert time.process_time() - begun < 20
        assert finding.code == "JX310"
        assert "200000 步" in finding.message

    def test_steps_within_the_limit(self) -> None:
        rows = [{"甲": F(1)}] * 100
        assert value("求和(表, 求和(表, 甲))", {"表": rows}) == 10_000

    @pytest.mark.parametrize("text", ["大 × 大", "1 ÷ 大 ÷ 大", "大 × 大 - 1"])
    def test_bits(self, text: str) -> None:
        finding = fault(text, {"大": F(10**3100 - 1)})
        assert finding.code == "JX310"
        assert "20000 位" in finding.message

    @pytest.mark.parametrize(
        ("most", "one_more"),
        [(F(2**10_000), F(2**10_001)), (F(2**20_000 - 1, 2**14_999), F(2**20_000 + 1, 2**14_999))],
    )
    def test_the_bits_are_those_of_numerator_and_denominator(self, most: Fraction, one_more: Fraction) -> None:
        """A number may have so many in each; one that is much larger than 1, half as many more than below the bar."""
        assert value("大 × 1", {"大": most}) == most
        assert fault("大 × 1", {"大": one_more}).code == "JX310"

    def test_a_number_too_long_to_be_written_out_is_refused_before_python_refuses_it(self) -> None:
        """Python writes no whole number of more than 4300 digits."""
        assert fault("大 × 大", {"大": F(10**2200)}).code == "JX310"
        assert len(run("大 × 大", {"大": F(10**1400)}).text) == 2801

    def test_long_quotients_are_no_problem(self) -> None:
        assert value("求和(表, 1 ÷ 量) × 0", {"表": [{"量": F(n)} for n in range(1, 2000)]}) == 0

    @pytest.mark.parametrize(
        "text", ["+".join(["1"] * 151), "not " * 150 + "是", "(" * 29 + "1" + ")" * 29, "绝对值(" * 29 + "1" + ")" * 29]
    )
    def test_the_deepest_formulas_can_be_evaluated_and_searched(self, text: str) -> None:
        expression = parse(text, PLACE)
        assert isinstance(expression, Expression)
        assert evaluate(expression, Facts({}), "深").value in (F(151), F(1), True)
        assert list(names_in(expression.root)) == []

    def test_too_many_fields_that_use_each_other_end_in_a_finding(self) -> None:
        endless = parsed("甲 + 1")

        class Endless(Facts):
            def resolve(self, path: tuple[str, ...]) -> Trace | None:
                return evaluate(endless, self, ".".join(path))

        with pytest.raises(FormulaFault) as caught:
            evaluate(endless, Endless({}), "顶")
        assert caught.value.finding.code == "JX310"
        assert caught.value.finding.message == "「甲 + 1」的计算超过了限度（相互引用的层数）。"
