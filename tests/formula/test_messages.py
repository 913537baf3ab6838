"""What is said of a faulty formula, word for word: the whole message, the whole hint, and the place."""

from __future__ import annotations

import pytest

from generator.base.diagnostics import Finding, Span
from generator.formula.parser import parse
from generator.formula.run import metered
from generator.formula.values import FormulaFault, Trace
from tests.formula.facts import FACTS, PLACE, fault, run, trace

WHOLE = (PLACE.column, PLACE.length)
CLOSE = "补上右括号，使括号成对。"
CUT_OFF = "检查这里是否缺少运算符、逗号或括号。"
GRAMMAR = "对照文档《模板编写》中「公式」一节的写法修改。"
QUOTES = "文字要用成对的引号括起来。"
SIGNS = "公式由名称、数字、+ - × ÷、比较号、圆括号和函数组成。"
USAGE = "按所列写法补齐或删去参数。"
SPLIT = "拆成几个计算字段，一步一个公式。"
KINDS = "核对公式中各名称的类型。"
OWN = "核对「{}」；填得没有错的，是模板的公式不对，请告诉模板的维护人员。"


@pytest.mark.parametrize(
    ("text", "code", "where", "message", "hint"),
    [
        ("", "JX301", (5, 1), "公式「」没有写完。", "补上运算符或逗号后面的部分。"),
        ("甲 +", "JX301", (8, 1), "公式「甲 +」没有写完。", "补上运算符或逗号后面的部分。"),
        ("甲 + × 乙", "JX301", (9, 1), "公式「甲 + × 乙」在「×」处少了名称或数字。", GRAMMAR),
        ("甲 乙", "JX301", (7, 1), "公式「甲 乙」在「乙」处断开了。", CUT_OFF),
        ("(甲 + 乙", "JX301", (11, 1), "公式「(甲 + 乙」缺少右括号。", CLOSE),
        ("最大(甲 乙)", "JX301", (10, 1), "公式「最大(甲 乙)」在「乙」处断开了。", CUT_OFF),
        ("甲 if 乙", "JX301", (11, 1), "公式「甲 if 乙」缺少 else 部分。", "写成 甲 if 条件 else 乙。"),
        ("甲 = 「乙", "JX301", (9, 1), "公式「甲 = 「乙」第 5 个字符「「」不能用在公式里。", QUOTES),
        ("甲[0]", "JX301", (6, 1), "公式「甲[0]」第 2 个字符「[」不能用在公式里。", "公式里只用圆括号。"),
        ("甲；乙", "JX301", (6, 1), "公式「甲；乙」第 2 个字符「；」不能用在公式里。", SIGNS),
        ("=甲", "JX301", (5, 1), "公式「=甲」在「=」处少了名称或数字。", "去掉开头的「=」。"),
        ("甲 => 乙", "JX301", (8, 1), "公式「甲 => 乙」在「>」处少了名称或数字。", "「=>」写成「≥」。"),
        ("甲 大于 乙", "JX301", (7, 1), "公式「甲 大于 乙」在「大于」处断开了。", "「大于」写成「>」。"),
        ("甲。乙", "JX301", (6, 1), "公式「甲。乙」第 2 个字符「。」不能用在公式里。", "名称之间的点用半角的「.」。"),
        ("IF(甲, 1, 0)", "JX302", (5, 2), "公式中没有名为「IF」的函数。", "写成「甲 if 条件 else 乙」。"),
        ("1 + 求合(甲)", "JX302", (9, 2), "公式中没有名为「求合」的函数。", "是否为「求和」？"),
        ("限(1, 2)", "JX303", (5, 1), "函数「限」要写成 限(值, 下限, 上限)。", USAGE),
        ("甲" * 2001, "JX304", WHOLE, "公式有 2001 个字，超过了 2000 个字的限度。", SPLIT),
        ("(" * 31 + "1" + ")" * 31, "JX304", WHOLE, "公式有 31 层括号，超过了 30 层的限度。", SPLIT),
        # The brackets that were closed on the way down do not count, those that are still open do.
        ("((1) + " * 30 + "1" + ")" * 30, "JX304", WHOLE, "公式有 31 层括号，超过了 30 层的限度。", SPLIT),
        ("+".join(["1"] * 152), "JX304", WHOLE, "公式有 151 个运算符，超过了 150 个的限度。", SPLIT),
    ],
)
def test_of_what_is_no_formula(text: str, code: str, where: tuple[int, int], message: str, hint: str) -> None:
    finding = parse(text, PLACE, "指标.甲")
    assert isinstance(finding, Finding)
    assert (finding.code, finding.path, finding.message, finding.hint) == (code, "指标.甲", message, hint)
    assert finding.span == Span("fields.yaml", 9, *where)


def test_right_behind_the_line_the_whole_line_is_the_place() -> None:
    line = Span("fields.yaml", 9, 5, 3)
    finding = parse("甲 +", line)
    assert isinstance(finding, Finding)
    assert (finding.span, finding.path) == (line, "")


NO_RULE = "确实是 0 的，这份模板没有规定怎样计算，请告诉模板的维护人员"


@pytest.mark.parametrize(
    ("text", "code", "message", "hint"),
    [
        (
            "求和(表)",
            "JX303",
            "函数「求和」要写成 求和(表.列) 或 求和(表, 表达式, 条件)。",
            USAGE,
        ),
        ("甲 + 空", "JX306", "「空」没有填写，算不出「结果」。", "填写「空」。"),
        (
            "甲 ÷ (乙 - 5)",
            "JX307",
            "由「乙」算出的数为 0，不能作除数，算不出「结果」。",
            f"核对「乙」；{NO_RULE}。",
        ),
        ("1 + 词", "JX308", "「词」填的是「已完成」，算不出「结果」：它不是数字，不能计算。", OWN.format("词")),
        ("1 + 是", "JX308", "「1 + 是」中「是」不是数字，不能计算。", KINDS),
        ("否 + 1", "JX308", "「否 + 1」中「否」不是数字，不能计算。", KINDS),
        (
            "求和(表.进展) + 1",
            "JX308",
            "「进展」填的是「已完成」，算不出「结果」：它不是数字，不能计算。",
            OWN.format("进展"),
        ),
        ("甲 and 真", "JX308", "「甲」填的是「3」，算不出「结果」：它不是“是”或“否”。", OWN.format("甲")),
        (
            "1 = 词",
            "JX308",
            "「词」填的是「已完成」，算不出「结果」：它和要比较的另一个值不是一类，比不出大小。",
            OWN.format("词"),
        ),
        ("组 + 1", "JX308", "「组 + 1」中「组」是表或组，不是一个值。", KINDS),
        ("求和(甲)", "JX308", "「求和(甲)」中「求和」的第一个参数「甲」不是表。", KINDS),
        ("已填(1 + 1)", "JX308", "「已填(1 + 1)」中「已填」只能用于一个名称。", KINDS),
        (
            "四舍五入(甲, 0.5)",
            "JX308",
            "「四舍五入(甲, 0.5)」中「四舍五入(甲, 0.5)」的小数位应当是不超过 12 的整数。",
            KINDS,
        ),
        (
            "达标(「5家」, 「5家」, 词)",
            "JX308",
            "「词」填的是「已完成」，算不出「结果」：「已完成」不是判定的方式（可用：正向、反向、约束，或二级指标的名称）。",
            OWN.format("词"),
        ),
        (
            "达标(「消除」, 「消除」)",
            "JX308",
            "「达标(「消除」, 「消除」)」中「消除」与「消除」不能比较：目标「消除」没有数字，须由人评定。",
            KINDS,
        ),
    ],
)
def test_of_what_has_no_value(text: str, code: str, message: str, hint: str) -> None:
    finding = fault(text)
    assert (finding.code, finding.message, finding.hint) == (code, message, hint)


def test_of_what_takes_too_long() -> None:
    with metered(1):
        finding = fault("甲 + 乙")
    assert (finding.code, finding.message) == ("JX310", "「甲 + 乙」的计算超过了限度（全部公式合计 1 步）。")
    assert finding.hint == "减少嵌套的求和、计数，或缩小数字的位数。"


def test_of_a_target_in_words() -> None:
    target = Trace("目标", "消除隐患", "消除隐患", Span("input.yaml", 8, 3), kind="目标")
    with pytest.raises(FormulaFault) as caught:
        run("目标 × 2", {"目标": target})
    finding = caught.value.finding
    assert finding.message == "「目标」填的是「消除隐患」，不是一个数，公式无法计算。"
    assert finding.hint == "写成数和单位，如「53家」「不少于3场」；不能用数字衡量的，看模板对这一项有没有别的填法。"


class TestATargetAndAnActualThatCannotBeCompared:
    """Said at the bureau's own line: the actual's where it was typed, else the target's."""

    FACTS = FACTS | {
        "目标": trace("目标", "5家", line=3),
        "完成": trace("完成", "良好", line=4),
        "算得目标": trace("算得目标", "5家", line=13, formula="目标"),
        "算得完成": trace("算得完成", "良好", line=14, formula="完成"),
    }
    WHY = "目标「5家」是数量，实际「良好」没有数字，请填写实际完成的数量。"

    @pytest.mark.parametrize(
        ("text", "name", "line"),
        [
            ("达标(目标, 完成)", "完成", 4),
            ("达标(目标, 完成, 「反向」)", "完成", 4),
            ("达标(「5家」, 完成)", "完成", 4),
            ("达标(算得目标, 完成)", "完成", 4),
            ("达标(目标, 「良好」)", "目标", 3),
            ("达标(目标, 算得完成)", "目标", 3),
        ],
    )
    def test_at_a_fact(self, text: str, name: str, line: int) -> None:
        with pytest.raises(FormulaFault) as caught:
            run(text, self.FACTS)
        finding = caught.value.finding
        assert (finding.code, finding.path, finding.span) == ("JX312", name, Span("input.yaml", line, 3))
        assert finding.message == f"目标「5家」与实际「良好」不能比较，算不出达标没有：{self.WHY}"
        assert finding.hint.startswith("填实际完成的数，单位写「家」；一点没有完成的填「0家」")

    @pytest.mark.parametrize("text", ["达标(「5家」, 「良好」)", "达标(算得目标, 算得完成)"])
    def test_at_the_formula_where_neither_was_typed(self, text: str) -> None:
        finding = fault(text, self.FACTS)
        assert (finding.code, finding.span) == ("JX308", PLACE)
        assert finding.message == f"「{text}」中「5家」与「良好」不能比较：{self.WHY}"
