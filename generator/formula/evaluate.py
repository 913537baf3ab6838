"""Expression to trace: exact arithmetic over named facts, every input remembered.

Numbers are fractions, so 1/3 × 3 is 1 and a tie is a tie; rounding happens only where a score is awarded, a figure is
printed, or the formula says 四舍五入.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from generator.figures import Figure, plain
from generator.formula import codes
from generator.formula.functions import FUNCTIONS, BadArgument, EmptyTable
from generator.formula.nodes import Binary, Call, Choice, Compare, Expression, Literal, Logic, Name, Node, Unary
from generator.formula.trace import Rows, Trace
from generator.quantities import Verdict, judge

if TYPE_CHECKING:
    from generator.diagnostics import Code, Finding

__all__ = ["FormulaFault", "Scope", "Value", "evaluate", "figure_of", "shown"]

Value = Fraction | str | bool | date | tuple[str, ...] | None
"""What a fact or a formula can be worth; None is a fact that was not filled in."""

MOST_STEPS, MOST_BITS = 200_000, 20_000

_WAYS_TO_JUDGE = ("正向", "反向", "约束")
_PRINTED_BRACKETS = str.maketrans("()", "（）")

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Scope(Protocol):
    """Where names get their values: a submission, or one row of a table within it."""

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The value under a name and how it came about; None where there is no such name."""

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of the table under a name; None where the name is no table."""


class FormulaFault(Exception):
    """A formula has no value; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def evaluate(expression: Expression, scope: Scope, name: str, show: Callable[[Value], str] | None = None) -> Trace:
    """The value of an expression and how it came about.

    Args:
        expression: What to compute.
        scope: Where its names get their values.
        name: What the value is the value of.
        show: How the value is printed; in full (at most six decimals) where this is not given.

    Raises:
        FormulaFault: A name is unknown or not filled in, a divisor is zero, types do not fit, or a limit is exceeded.
    """
    run = _Run(expression, name)
    try:
        value = run.value(expression.root, scope)
    except RecursionError:
        # One formula cannot nest so deep; a long row of computed fields, each of which uses the next one, can.
        raise run.fault(codes.TOO_MUCH, limit="相互引用的层数") from None
    text = (show or shown)(value)
    return Trace(
        name=name,
        value=value,
        text=text,
        span=expression.span,
        figure=figure_of(value, text),
        formula=expression.text,
        figures=run.with_figures(),
        inputs=tuple(run.inputs.values()),
        exact=_in_full(value),
    )


def shown(value: Value) -> str:
    """A value in full, as a trace prints it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Fraction():
            return plain(value)
        case None:
            return "（未填）"
        case tuple():
            return "、".join(value)
        case _:
            return str(value)


def figure_of(value: Value, text: str) -> str:
    """How a value stands in a formula with figures: a rate as 96.69%, another number in full, negatives in brackets."""
    if not isinstance(value, Fraction):
        return text
    number = text if text.endswith("%") else plain(value)
    return f"（{number}）" if value < 0 else number


def _in_full(value: Value) -> str:
    """The number before it is rounded to be printed; an ellipsis where it has more than six decimals."""
    if not isinstance(value, Fraction):
        return ""
    text = plain(value)
    return text if Fraction(text) == value else f"{text}…"


class _Run:
    """One evaluation: counts its steps, remembers its inputs and which characters their figures replace."""

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name
        self.inputs: dict[int, Trace] = {}
        self.replaced: dict[int, tuple[int, str]] = {}
        self.steps = 0

    def value(self, node: Node, scope: Scope) -> Value:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_STEPS} 步")
        return _WAYS[type(node)](self, node, scope)

    def choice(self, node: Choice, scope: Scope) -> Value:
        return self.value(node.then if self.truth(node.condition, scope) else node.otherwise, scope)

    def named(self, node: Name, scope: Scope) -> Value:
        trace = self.trace(node, scope)
        if trace.value is None:
            raise self.fault(codes.MISSING_FACT, trace, name=trace.name)
        self.replaced[node.start] = (node.end, trace.figure or trace.text)
        return trace.value

    def trace(self, node: Name, scope: Scope) -> Trace:
        trace = scope.resolve(node.path)
        if trace is None:
            # Names are checked when the template is loaded: only a group or table used as a value is left.
            raise self.fault(codes.WRONG_TYPE, problem=f"「{'.'.join(node.path)}」是表或组，不是一个值")
        self.inputs[id(trace)] = trace
        return trace

    def number(self, node: Node, scope: Scope) -> Fraction:
        value = self.value(node, scope)
        if not isinstance(value, Fraction):
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」不是数字，不能计算")
        return value

    def truth(self, node: Node, scope: Scope) -> bool:
        value = self.value(node, scope)
        if not isinstance(value, bool):
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」不是条件（是或否）")
        return value

    def unary(self, node: Unary, scope: Scope) -> Value:
        if node.sign == "not":
            return not self.truth(node.operand, scope)
        return -self.number(node.operand, scope)

    def arithmetic(self, node: Binary, scope: Scope) -> Fraction:
        left, right = self.number(node.left, scope), self.number(node.right, scope)
        if node.sign == "/" and not right:
            culprit = self._culprit(node.right, scope)
            raise self.fault(codes.ZERO_DIVISION, culprit, divisor=self.expression.slice(node.right))
        value = _ARITHMETIC[node.sign](Fraction(left), right)
        if _is_huge(value):
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_BITS} 位")
        return value

    def compare(self, node: Compare, scope: Scope) -> bool:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        same = any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, str, date)) or (
            isinstance(left, Fraction) and isinstance(right, Fraction)
        )
        ordered = node.sign in ("=", "!=") or not isinstance(left, bool | str)
        if not same or not ordered:
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」两边不能这样比较")
        return _ORDER[node.sign](left, right)

    def logic(self, node: Logic, scope: Scope) -> bool:
        left = self.truth(node.left, scope)
        if left == (node.sign == "or"):
            return left
        return self.truth(node.right, scope)

    def call(self, node: Call, scope: Scope) -> Value:
        function = FUNCTIONS[node.function]
        match function.kind:
            case "given":
                return self.given(node, scope)
            case "judged":
                return self.judged(node, scope)
            case "rows":
                total = self.aggregate(node, scope)
                self.replaced[node.start] = (node.end, figure_of(total, plain(total)))
                return total
        assert function.compute is not None  # every function of values computes  # noqa: S101
        try:
            value: Value = function.compute(*(self.number(argument, scope) for argument in node.arguments))
        except BadArgument as fault:
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」{fault}") from None
        return value

    def given(self, node: Call, scope: Scope) -> bool:
        argument = node.arguments[0]
        if not isinstance(argument, Name):
            raise self.fault(codes.WRONG_TYPE, problem="「已填」只能用于一个名称")
        rows = scope.rows(argument.path)
        if rows is None:
            return self.trace(argument, scope).value is not None
        self.inputs[id(rows.trace)] = rows.trace
        return bool(rows.scopes)

    def judged(self, node: Call, scope: Scope) -> Value:
        """What a target and an actual, as they were typed, say of each other."""
        target, actual = (self._words(argument, scope) for argument in node.arguments[:2])
        way = self._words(node.arguments[2], scope) if len(node.arguments) > 2 else ""
        if way not in ("", *_WAYS_TO_JUDGE):
            raise self.fault(codes.WRONG_TYPE, problem=f"「{way}」不是判定的方式（可用：{'、'.join(_WAYS_TO_JUDGE)}）")
        judgement = judge(target, actual, exact=way == "约束", reverse=way == "反向")
        compute = FUNCTIONS[node.function].compute
        if compute is not None:
            value: Value = compute(judgement)
            return value
        if judgement.verdict not in (Verdict.MET, Verdict.NOT_MET):
            problem = f"「{target}」与「{actual}」不能比较：{judgement.reason.rstrip('。')}"
            raise self.fault(codes.WRONG_TYPE, problem=problem)
        return judgement.verdict is Verdict.MET

    def _words(self, node: Node, scope: Scope) -> str:
        """The text of a target or an actual; empty where it was not filled in, which is not 0."""
        value = self.trace(node, scope).value if isinstance(node, Name) else self.value(node, scope)
        if value is None:
            return ""
        return value.text if isinstance(value, Figure) else shown(value)

    def aggregate(self, node: Call, scope: Scope) -> Fraction:
        rows, arguments = self._table(node, scope)
        function = FUNCTIONS[node.function]
        if not function.is_complete(1 + len(arguments)):
            raise self.fault(codes.ARGUMENTS, name=node.function, usage=function.usage)
        if node.function == "计数":
            return Fraction(sum(1 for row in rows if not arguments or self.truth(arguments[0], row)))
        values: list[object] = []
        for row in rows:
            if node.function == "加权平均":
                values.append(tuple(self.number(argument, row) for argument in arguments))
            elif len(arguments) == 1 or self.truth(arguments[1], row):
                values.append(self.number(arguments[0], row))
        compute = function.compute
        assert compute is not None  # every aggregate but 计数 computes  # noqa: S101
        try:
            return Fraction(compute(values))
        except EmptyTable:
            raise self.fault(codes.ZERO_DIVISION, divisor=self.expression.slice(node)) from None

    def _table(self, node: Call, scope: Scope) -> tuple[Sequence[Scope], tuple[Node, ...]]:
        """The rows that an aggregate runs over, and what it computes for each."""
        table, arguments = node.arguments[0], node.arguments[1:]
        rows = scope.rows(table.path) if isinstance(table, Name) else None
        if rows is None and isinstance(table, Name):
            # 求和(表.列) is short for 求和(表, 列).
            rows = scope.rows(table.path[:-1])
            arguments = (Name(table.start, table.end, table.path[-1:]), *arguments)
        if rows is None:
            problem = f"「{node.function}」的第一个参数「{self.expression.slice(table)}」不是表"
            raise self.fault(codes.WRONG_TYPE, problem=problem)
        if not arguments or not rows.scopes:
            # No row is asked anything: the table itself is what the result rests on.
            self.inputs[id(rows.trace)] = rows.trace
        return rows.scopes, arguments

    def _culprit(self, divisor: Node, scope: Scope) -> Trace | None:
        """The one fact that the divisor is, so that the finding can point at the bureau's line."""
        trace = scope.resolve(divisor.path) if isinstance(divisor, Name) else None
        return trace if trace is not None and not trace.formula else None

    def fault(self, code: Code, trace: Trace | None = None, **words: str) -> FormulaFault:
        span = trace.span if trace is not None else self.expression.span
        return FormulaFault(code.at(span, self.name, formula=self.expression.text, **words))

    def with_figures(self) -> str:
        """The formula with every evaluated name and aggregate replaced by its figure, spaces dropped."""
        parts, position = [], 0
        text = self.expression.text
        for start in sorted(self.replaced):
            end, figure = self.replaced[start]
            if start >= position:
                parts += [text[position:start], figure]
                position = end
        return _squeeze("".join([*parts, text[position:]]))


_WAYS: dict[type[Node], Callable[[_Run, Any, Scope], Value]] = {
    Literal: lambda _run, node, _scope: node.value,
    Name: _Run.named,
    Unary: _Run.unary,
    Binary: _Run.arithmetic,
    Compare: _Run.compare,
    Logic: _Run.logic,
    Choice: _Run.choice,
    Call: _Run.call,
}


def _is_huge(value: Fraction) -> bool:
    """Whether computing on with a value, or writing it out in digits, would take too long."""
    above, below = value.numerator.bit_length(), value.denominator.bit_length()
    return max(above, below) > MOST_BITS or above - below > MOST_BITS // 2


def _squeeze(formula: str) -> str:
    """Without the spaces around signs, in the signs and brackets of a printed report; words keep their spaces."""
    for sign, printed in (("÷", "/"), ("*", "×"), ("-", "-"), ("+", "+"), ("/", "/"), ("×", "×")):
        formula = formula.replace(f" {sign} ", printed)
    return formula.translate(_PRINTED_BRACKETS)
