"""What can be said in a formula, and what is said of everything else."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from generator.base.diagnostics import Finding, Span
from generator.formula.parser import (
    Binary,
    Call,
    Choice,
    Compare,
    Expression,
    Literal,
    Logic,
    Name,
    Node,
    Unary,
    names_in,
    parse,
    parts,
)
from generator.formula.values import FUNCTIONS

PLACE = Span("indicators.yaml", 7, 11, 200)


def parsed(text: str) -> Expression:
    expression = parse(text, PLACE, "指标.甲")
    assert isinstance(expression, Expression), expression
    return expression


def refused(text: str) -> Finding:
    finding = parse(text, PLACE, "指标.甲")
    assert isinstance(finding, Finding), finding
    assert (finding.span.file, finding.span.line, finding.path) == ("indicators.yaml", 7, "指标.甲")
    return finding


def shape(node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
    """The tree in brackets, so that precedence can be seen."""
    match node:
        case Literal(value=bool() as value):
            return "是" if value else "否"
        case Literal(value=value):
            return f"「{value}」" if isinstance(value, str) else str(value)
        case Name(path=path):
            return ".".join(path)
        case Unary(sign=sign, operand=operand):
            return f"({sign} {shape(operand)})"
        case Binary() | Compare() | Logic():
            return f"({shape(node.left)} {node.sign} {shape(node.right)})"
        case Choice():
            return f"({shape(node.then)} if {shape(node.condition)} else {shape(node.otherwise)})"
        case Call():
            return f"{node.function}({', '.join(shape(argument) for argument in node.arguments)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("甲", "甲"),
        ("收支.收入决算数", "收支.收入决算数"),
        ("指标.甲乙.得分", "指标.甲乙.得分"),
        ("a1_b", "a1_b"),
        ("是", "是"),
        ("否", "否"),
        ("是否", "是否"),
        ("1 + 2 × 3", "(1 + (2 * 3))"),
        ("1 × 2 + 3", "((1 * 2) + 3)"),
        ("(1 + 2) × 3", "((1 + 2) * 3)"),
        ("8 - 4 - 2", "((8 - 4) - 2)"),
        ("8 - (4 - 2)", "(8 - (4 - 2))"),
        ("8 ÷ 4 × 2", "((8 / 4) * 2)"),
        ("8 ÷ 4 ÷ 2", "((8 / 4) / 2)"),
        ("-甲 × 乙", "((- 甲) * 乙)"),
        ("甲 × -乙", "(甲 * (- 乙))"),
        ("甲 - -乙", "(甲 - (- 乙))"),
        ("-(甲 + 乙)", "(- (甲 + 乙))"),
        ("甲 + 1 ≤ 乙 × 2", "((甲 + 1) <= (乙 * 2))"),
        ("not 甲 = 乙", "(not (甲 = 乙))"),
        ("not not 甲", "(not (not 甲))"),
        ("not 甲 and 乙", "((not 甲) and 乙)"),
        ("not (甲 and 乙)", "(not (甲 and 乙))"),
        ("甲 or 乙 and 丙", "(甲 or (乙 and 丙))"),
        ("甲 and 乙 or 丙", "((甲 and 乙) or 丙)"),
        ("(甲 or 乙) and 丙", "((甲 or 乙) and 丙)"),
        ("甲 or 乙 or 丙", "((甲 or 乙) or 丙)"),
        ("甲 if 乙 or 丙 else 丁", "(甲 if (乙 or 丙) else 丁)"),
        ("甲 or 乙 if 丙 else 丁", "((甲 or 乙) if 丙 else 丁)"),
        ("1 if 甲 else 2 if 乙 else 3", "(1 if 甲 else (2 if 乙 else 3))"),
        ("(1 if 甲 else 2) if 乙 else 3", "((1 if 甲 else 2) if 乙 else 3)"),
        ("1 + (2 if 甲 else 3)", "(1 + (2 if 甲 else 3))"),
        ("最大(1, 甲 + 2)", "最大(1, (甲 + 2))"),
        ("最大(1, 2,)", "最大(1, 2)"),
        ("限(甲 if 乙 else 丙, 0, 1)", "限((甲 if 乙 else 丙), 0, 1)"),
        ("计数(表, 列 = 「甲」 and not 乙)", "计数(表, ((列 = 「甲」) and (not 乙)))"),
        ("已填(组.项)", "已填(组.项)"),
        ("达标 (目标, 完成)", "达标(目标, 完成)"),
        ("  甲\n+\t乙 ", "(甲 + 乙)"),
    ],
)
def test_every_form_of_the_grammar(text: str, tree: str) -> None:
    assert shape(parsed(text).root) == tree


@pytest.mark.parametrize(
    ("wide", "half"),
    [
        ("（甲＋乙）×丙", "(甲 + 乙) * 丙"),
        ("甲－乙", "甲 - 乙"),
        ("甲−乙", "甲 - 乙"),
        ("－甲", "-甲"),
        ("甲＊乙", "甲 * 乙"),
        ("甲／乙", "甲 / 乙"),
        ("甲÷乙", "甲 / 乙"),
        ("甲＜乙", "甲 < 乙"),
        ("甲＞乙", "甲 > 乙"),
        ("甲＝乙", "甲 = 乙"),
        ("甲==乙", "甲 = 乙"),
        ("甲≤乙", "甲 <= 乙"),
        ("甲≦乙", "甲 <= 乙"),
        ("甲＜＝乙", "甲 <= 乙"),
        ("甲≥乙", "甲 >= 乙"),
        ("甲≧乙", "甲 >= 乙"),
        ("甲≠乙", "甲 != 乙"),
        ("甲<>乙", "甲 != 乙"),
        ("最大（甲，乙）", "最大(甲, 乙)"),
        ("甲 = “乙”", '甲 = "乙"'),
        ("10％", "10%"),
        ("１２", "12"),
    ],
)
def test_full_width_signs_are_their_half_width_twins(wide: str, half: str) -> None:
    assert shape(parsed(wide).root) == shape(parsed(half).root)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("007", Fraction(7)),
        ("0.1", Fraction(1, 10)),
        ("1892499.62", Fraction(189249962, 100)),
        ("0.30000000000000004", Fraction(30000000000000004, 10**17)),
        ("10%", Fraction(1, 10)),
        ("10 %", Fraction(1, 10)),
        ("2.5‰", Fraction(25, 10000)),
        ("150 元", Fraction(150)),
        ("3 千元", Fraction(3000)),
        ("50 万元", Fraction(500_000)),
        ("0.5万元", Fraction(5000)),
        ("1.5 亿元", Fraction(150_000_000)),
    ],
)
def test_numbers_are_exact_and_carry_their_unit(text: str, value: Fraction) -> None:
    root = parsed(text).root
    assert isinstance(root, Literal)
    assert root.value == value
    assert type(root.value) is Fraction


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("「已完成」", "已完成"),
        ('"已完成"', "已完成"),
        ("'已完成'", "已完成"),
        ("“已完成”", "已完成"),
        ("「“六稳”（甲）×」", "“六稳”（甲）×"),
        ("'它说\"好\"'", '它说"好"'),
        ("「if」", "if"),
        ('""', ""),
    ],
)
def test_texts_are_taken_as_typed(text: str, value: str) -> None:
    assert parsed(text).root == Literal(0, len(text), value)


def test_every_node_knows_its_characters() -> None:
    text = "限(甲 × 10%, 0, 乙) if not 丙 ≥ 2 else -丁"
    expression = parsed(text)

    def slices(node: Node) -> list[str]:
        return [expression.slice(node), *(piece for part in parts(node) for piece in slices(part))]

    assert slices(expression.root) == [
        text, "限(甲 × 10%, 0, 乙)", "甲 × 10%", "甲", "10%", "0", "乙",
        "not 丙 ≥ 2", "丙 ≥ 2", "丙", "2", "-丁", "丁",
    ]  # fmt: skip


def test_names_in_lists_every_name_in_the_order_of_the_text() -> None:
    text = "甲 if 乙.a < 2 and not 丙 else 求和(表, 列 × -系数, 丁 = 「x」)"
    found = list(names_in(parsed(text).root))
    assert [name.path for name in found] == [
        ("甲",), ("乙", "a"), ("丙",), ("表",), ("列",), ("系数",), ("丁",),
    ]  # fmt: skip
    assert [text[name.start : name.end] for name in found] == [".".join(name.path) for name in found]


@pytest.mark.parametrize(
    ("text", "start", "says", "mend"),
    [
        ("", 0, "没有写完", "补上"),
        ("   ", 3, "没有写完", "补上"),
        ("甲 +", 3, "没有写完", "补上"),
        ("甲 + × 乙", 4, "在「×」处少了名称或数字", "《模板编写》"),
        ("甲 乙", 2, "在「乙」处断开了", "运算符"),
        ("甲 < 乙 > 丙", 6, "连写的比较方向不一", "且"),
        ("甲 ≠ 乙 ≠ 丙", 6, "连写的比较方向不一", "且"),
        ("甲≥1且乙<2", 3, "在「且乙」处断开了", "「且」的前后各空一格"),
        ("(甲 > 1 或乙)", 7, "在「或乙」处断开了", "「或」的前后各空一格"),
        ("5 if 甲 ≥ 1 并且乙 else 0", 11, "在「并且乙」处断开了", "「并且」的前后各空一格"),
        ("(甲 + 乙", 6, "缺少右括号", "成对"),
        ("甲 + 乙)", 5, "在「)」处断开了", "括号"),
        ("最大(甲, 乙", 7, "缺少右括号", "成对"),
        ("最大(甲 乙)", 5, "在「乙」处断开了", "逗号"),
        ("甲 if 乙", 6, "缺少 else 部分", "else"),
        ("甲 if else 乙", 5, "在「else」处少了名称或数字", "《模板编写》"),
        ("else", 0, "在「else」处少了名称或数字", "《模板编写》"),
        ("甲 = 「乙", 4, "第 5 个字符「「」不能用在公式里", "成对的引号"),
        ("甲 = “乙", 4, "第 5 个字符「“」不能用在公式里", "成对的引号"),
        ("甲[0]", 1, "第 2 个字符「[」不能用在公式里", "圆括号"),
        ("【甲】", 0, "第 1 个字符「【」不能用在公式里", "圆括号"),
        ("甲；乙", 1, "第 2 个字符「；」不能用在公式里", "公式由名称"),
        ("1.", 1, "第 2 个字符「.」", "公式由名称"),
        (".5", 0, "第 1 个字符「.」", "公式由名称"),
        ("12 家", 3, "在「家」处断开了", "运算符"),
        ("1e5", 1, "在「e5」处断开了", "运算符"),
        ("--甲", 1, "在「-」处少了名称或数字", "《模板编写》"),
        ("()", 1, "在「)」处少了名称或数字", "《模板编写》"),
        ("甲 not 乙", 2, "在「not」处断开了", "运算符"),
        ("若 甲 > 1 则 5 否则 0", 2, "在「甲」处断开了", "「甲 if 条件 else 乙」"),
        ("5 如果 甲 > 1 else 0", 2, "在「如果」处断开了", "「甲 if 条件 else 乙」"),
        ("甲 > 1 && 乙 > 1", 6, "第 7 个字符「&」不能用在公式里", "「且」"),
        ("甲 > 1 || 乙 > 1", 6, "第 7 个字符「|」不能用在公式里", "「或」"),
        ("甲 ！= 乙", 2, "第 3 个字符「！」不能用在公式里", "「≠」"),
    ],
)
def test_wrong_syntax_is_told_at_its_character(text: str, start: int, says: str, mend: str) -> None:
    finding = refused(text)
    assert finding.code == "JX301"
    assert finding.message.startswith(f"公式「{text}」")
    assert says in finding.message
    assert mend in finding.hint
    assert finding.span.column == 11 + start


def test_a_place_behind_the_line_is_the_formulas_own() -> None:
    """A folded formula: only its first line lies where the span says."""
    finding = parse("甲 +\n乙 )", Span("f.yaml", 3, 5, 3))
    assert isinstance(finding, Finding)
    assert finding.span == Span("f.yaml", 3, 5, 3)


@pytest.mark.parametrize(
    ("text", "column", "length", "hint"),
    [
        ("1 + 求合(专项资金)", 15, 2, "是否为「求和」？"),
        ("四舍五人(甲, 2)", 11, 4, "是否为「四舍五入」？"),
        ("eval(甲)", 11, 4, "可用的有：求和、平均"),
        ("open()", 11, 4, "可用的有"),
        ("组.求和(甲)", 11, 4, "是否为「求和」"),
    ],
)
def test_an_unknown_function_comes_with_near_misses(text: str, column: int, length: int, hint: str) -> None:
    finding = refused(text)
    assert finding.code == "JX302"
    assert (finding.span.column, finding.span.length) == (column, length)
    assert hint in finding.hint


@pytest.mark.parametrize(
    "text",
    [
        "求和()", "求和(a, b, c, d)", "平均()", "计数()", "计数(a, b, c)", "加权平均(a, b)", "加权平均(a, b, c, d)",
        "最大(1)", "最小(1)", "限(1, 2)", "限(1, 2, 3, 4)", "分段(1, 2, 3)", "分段(1, 2)", "分段(1, 2, 3, 4, 5)",
        "四舍五入(1)", "四舍五入(1, 2, 3)", "绝对值()", "绝对值(1, 2)", "已填()", "已填(a, b)", "达标(a)",
        "分段(1, ≥ 1, 2, ≥ 3)",
        "达标(a, b, c, d)", f"最大({', '.join(['1'] * 41)})", f"分段({', '.join(['1'] * 42)})",
    ],
)  # fmt: skip
def test_a_wrong_number_of_arguments_shows_the_usage(text: str) -> None:
    finding = refused(text)
    name = text.partition("(")[0]
    assert finding.code == "JX303"
    assert finding.message == f"函数「{name}」要写成 {FUNCTIONS[name].usage}。"
    assert finding.hint
    assert (finding.span.column, finding.span.length) == (11, len(name))


@pytest.mark.parametrize(
    "text", ["分段(1, 2, 3, 4)", f"分段({', '.join(['1'] * 40)})", f"最大({', '.join(['1'] * 40)})", "最小(1, 2)"]
)
def test_the_right_number_of_arguments_is_taken(text: str) -> None:
    root = parsed(text).root
    assert isinstance(root, Call)
    assert len(root.arguments) == text.count(",") + 1


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("甲" * 2001, "2001 个字，超过了 2000 个字"),
        ("(" * 31 + "1" + ")" * 31, "31 层括号，超过了 30 层"),
        ("(" * 900 + "1" + ")" * 900, "31 层括号，超过了 30 层"),
        ("1 if 是 else " * 31 + "1", "31 层括号，超过了 30 层"),
        ("+".join(["1"] * 152), "151 个运算符，超过了 150 个"),
        ("not " * 480 + "是", "480 个运算符，超过了 150 个"),
    ],
)
def test_limits_of_length_and_depth(text: str, size: str) -> None:
    begun = time.perf_counter()
    finding = refused(text)
    assert time.perf_counter() - begun < 10
    assert finding.code == "JX304"
    assert size in finding.message
    assert finding.hint


@pytest.mark.parametrize(
    "text",
    [
        "甲" * 2000,
        "(" * 29 + "1" + ")" * 29,
        "(1) + " * 40 + "(1)",
        "+".join(["1"] * 151),
        "not " * 150 + "是",
        f"最大({', '.join(['是'] * 40)})",
    ],
)
def test_just_within_the_limits(text: str) -> None:
    assert parsed(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        "__class__", "甲.__class__", "a.__b__()", "_甲", "甲._乙", '"x"()', "「x」()", "(甲)(1)", "1(2)", "甲()()",
        "2**3", "2 ** 3", "甲 // 乙", "甲 % 乙", "lambda: 1", "lambda 甲: 甲", "[甲 for 甲 in 乙]", "{1}", "{1: 2}",
        "甲[0]", "甲[1:2]", "`ls`", "a; b", "a := 1", "f'{甲}'", "求和(表 for 表 in 乙)", "最大(*甲)", "绝对值(甲)(2)",
        "甲 is 乙", "甲 in 乙", "甲 & 乙", "甲 | 乙", "~甲", "甲 ^ 乙", "甲 @ 乙", "甲 ≠ 乙 ≠ 丙", "1_000", "甲\\乙",
        "$甲", "甲 if 乙 else", "import os", '最大"(" 1, 2)', '已填")"', "...", "甲 . 乙", "+甲", "!甲", "甲 ? 1 : 2",
        "yield 甲", "await 甲", "甲\x00", "#甲",
    ],
)  # fmt: skip
def test_nothing_else_can_be_said(text: str) -> None:
    """The grammar is the allow-list: Python's other forms are not refused one by one, they do not exist."""
    assert refused(text).code in ("JX301", "JX302")


@pytest.mark.parametrize("name", ["eval", "exec", "getattr", "open", "print", "__import__", "max", "str"])
def test_python_has_no_function_here(name: str) -> None:
    assert name not in FUNCTIONS
    assert refused(f"{name}(甲)").code in ("JX301", "JX302")


def test_usages_are_formulas_of_their_own_function() -> None:
    """What the help says must itself be right, but for the dots."""
    for name, function in FUNCTIONS.items():
        assert function.usage.startswith(f"{name}(")
        for usage in function.usage.split(" 或 "):
            if "…" not in usage:
                assert shape(parsed(usage).root).startswith(f"{name}(")
