"""Formulas under arbitrary input."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator.base.diagnostics import Finding, Span
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, names_in, parse
from generator.formula.values import FUNCTIONS, FormulaFault, Rows, Trace

PLACE = Span("f.yaml", 1, 1, 4000)
NAMES = ("甲", "乙", "组.丙", "a1")
SIGNS = {"+": "+", "-": "-", "×": "*", "*": "*", "÷": "/", "/": "/", "＋": "+", "－": "-"}


class Facts:
    """A few numbers by name."""

    def __init__(self, facts: dict[str, Fraction]) -> None:
        self.facts = facts

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        value = self.facts.get(".".join(path))
        return None if value is None else Trace(".".join(path), value, str(value), PLACE)

    def rows(self, path: tuple[str, ...]) -> Rows | None:  # noqa: ARG002
        return None


decimals = st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False).map(lambda d: f"{d:f}")
literals = st.one_of(st.integers(0, 10**12).map(str), decimals)
names = st.sampled_from(NAMES)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """A formula and the same in Python over ``v`` (values) and ``F`` (Fraction)."""
    kind = draw(
        st.sampled_from(["literal", "name"] if depth == 0 else ["literal", "name", "pair", "minus", "brackets"])
    )
    if kind == "literal":
        text = draw(literals)
        return text, f"F('{text}')"
    if kind == "name":
        name = draw(names)
        return name, f"v['{name}']"
    ours, python = draw(formulas(depth - 1))
    if kind == "minus":
        return f"-({ours})", f"-({python})"
    if kind == "brackets":
        return f"（{ours}）", f"({python})"
    sign = draw(st.sampled_from(list(SIGNS)))
    right, python_right = draw(formulas(depth - 1))
    gap = draw(st.sampled_from(["", " "]))
    return f"{ours}{gap}{sign}{gap}{right}", f"{python} {SIGNS[sign]} {python_right}"


values = st.fixed_dictionaries({name: st.fractions(-(10**6), 10**6, max_denominator=10**4) for name in NAMES})


@given(formulas(), values)
@example(("1 ÷ 3 × 3", "F(1) / F(3) * F(3)"), dict.fromkeys(NAMES, Fraction(0)))
@example(("甲 - 乙 - a1", "v['甲'] - v['乙'] - v['a1']"), {n: Fraction(i * i) for i, n in enumerate(NAMES)})
def test_arithmetic_is_exact(formula: tuple[str, str], facts: dict[str, Fraction]) -> None:
    """Python over its own fractions is the oracle for value and for precedence."""
    ours, python = formula
    expression = parse(ours, PLACE)
    assert isinstance(expression, Expression), expression
    try:
        expected = eval(python, {"__builtins__": {}}, {"v": facts, "F": Fraction})  # noqa: S307 - built right above
    except ZeroDivisionError:
        with pytest.raises(FormulaFault, match="JX307"):
            evaluate(expression, Facts(facts), "n")
    else:
        assert evaluate(expression, Facts(facts), "n").value == expected


@given(st.fractions(max_denominator=10**6), st.fractions(max_denominator=10**6))
def test_comparisons_are_those_of_fractions(left: Fraction, right: Fraction) -> None:
    facts = Facts({"甲": left, "乙": right})
    for sign, expected in {
        "<": left < right, "≤": left <= right, ">": left > right, "≥": left >= right,
        "=": left == right, "≠": left != right,
    }.items():  # fmt: skip
        expression = parse(f"甲 {sign} 乙", PLACE)
        assert isinstance(expression, Expression)
        assert evaluate(expression, facts, "n").value is expected


@given(st.fractions(max_denominator=10**5), st.integers(0, 6))
@example(Fraction("2.675"), 2)
@example(Fraction("-0.125"), 2)
def test_rounding_is_half_up_and_nearest(value: Fraction, places: int) -> None:
    expression = parse(f"四舍五入(甲, {places})", PLACE)
    assert isinstance(expression, Expression)
    rounded = evaluate(expression, Facts({"甲": value}), "n").value
    assert isinstance(rounded, Fraction)
    unit = Fraction(1, 10**places)
    assert rounded % unit == 0
    assert abs(rounded) - abs(value) <= unit / 2
    assert abs(value) - abs(rounded) < unit / 2 or rounded == value


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 10**6)), min_size=1, max_size=6))
def test_steps_are_a_chain_of_conditions(steps: list[tuple[int, int]]) -> None:
    written = ", ".join(f"{bound}, {points}" for bound, points in steps)
    ours = parse(f"分段(甲, {written}, 7)", PLACE)
    chain = parse(" else ".join(f"{points} if 甲 ≤ {bound}" for bound, points in steps) + " else 7", PLACE)
    assert isinstance(ours, Expression)
    assert isinstance(chain, Expression)
    for value in {-1, 101, *(bound + step for bound, _ in steps for step in (-1, 0, 1))}:
        facts = Facts({"甲": Fraction(value)})
        assert evaluate(ours, facts, "n").value == evaluate(chain, facts, "n").value


words = [*FUNCTIONS, *NAMES, *SIGNS, *"()（），,<>=≤≥≠.[]{}'\"「」“”%‰_\\ \n", "if", "else", "and", "or", "not",
         "是", "否", "12", "0.5", "3 万元", "__class__", "lambda", "**"]  # fmt: skip
scraps = st.text(max_size=60) | st.lists(st.sampled_from(words), max_size=60).map("".join)


@given(scraps)
@example("(" * 2000)
@example("-" * 2000)
@example("求和(" * 400)
@example("not " * 500)
@example("1 if 1 else " * 150)
def test_no_text_breaks_the_parser_or_the_evaluation(text: str) -> None:
    parsed = parse(text, PLACE, "p")
    if isinstance(parsed, Finding):
        assert parsed.code in {"JX301", "JX302", "JX303", "JX304"}
        assert parsed.message
        assert parsed.hint
        assert parsed.span.file == "f.yaml"
        return
    with suppress(FormulaFault):
        evaluate(parsed, Facts({"甲": Fraction(2), "组.丙": Fraction(0)}), "n")


conditions = st.builds("{} if {} < {} else 最大({}, {})".format, *[formulas().map(lambda pair: pair[0])] * 5)


@given(conditions)
def test_names_in_covers_every_name_that_is_used(text: str) -> None:
    parsed = parse(text, PLACE)
    assert isinstance(parsed, Expression)
    asked: list[tuple[str, ...]] = []

    class Spy(Facts):
        def resolve(self, path: tuple[str, ...]) -> Trace | None:
            asked.append(path)
            return super().resolve(path)

    with suppress(FormulaFault):
        evaluate(parsed, Spy(dict.fromkeys(NAMES, Fraction(1))), "n")
    found = [name.path for name in names_in(parsed.root)]
    assert set(asked) <= set(found)
    assert [".".join(path) for path in found] == re.findall("甲|乙|组.丙|a1", text)


@given(
    st.decimals(min_value=0, max_value=10**12, allow_nan=False, places=6), st.sampled_from(["%", "‰", "元", "万元", ""])
)
def test_literals_are_read_to_the_last_digit(number: Decimal, unit: str) -> None:
    expression = parse(f"{number:f}{unit}", PLACE)
    assert isinstance(expression, Expression)
    scale = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "万元": Fraction(10_000)}.get(unit, Fraction(1))
    assert evaluate(expression, Facts({}), "n").value == Fraction(number) * scale
