"""One run of an expression over its scope: its steps are counted, its inputs remembered.

Numbers are fractions, so 1/3 × 3 is 1 and a tie is a tie; rounding happens only where a score is awarded, a figure is
printed, or the formula says 四舍五入.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from generator.base.amount import Amount
from generator.formula import codes
from generator.formula.faults import Faults
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
)
from generator.formula.values import FormulaFault, Scope, Trace, Value

MOST_STEPS, MOST_BITS = 200_000, 20_000
# What is done with a number of so many bits takes as long as any other step; of n times as many, n² times as long.
_LONG = 1_024

_PRINTED_BRACKETS = str.maketrans("()", "（）")

_ARITHMETIC: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MOST_IN_ALL: Final = 400_000
"""So many steps take some seconds; a report of a department takes some thousands."""
_METER: ContextVar[_Meter | None] = ContextVar("meter", default=None)


class _Meter:
    """Counts the steps of many evaluations; ``left`` are those that may still be taken."""

    def __init__(self, most: int) -> None:
        self._most = self.left = most
        self._fault: FormulaFault | None = None

    def add(self, steps: int) -> None:
        """Raise the limit."""
        self._most, self.left = self._most + steps, self.left + steps

    def ran_out(self, fault: Callable[[int], FormulaFault]) -> FormulaFault:
        """The fault of an evaluation without steps left: always that of the first, so that it is reported once."""
        self._fault = self._fault or fault(self._most)
        return FormulaFault(self._fault.finding)


@contextmanager
def metered(most: int = MOST_IN_ALL) -> Iterator[None]:
    """All evaluations within are limited together as well."""
    token = _METER.set(_Meter(most))
    try:
        yield
    finally:
        _METER.reset(token)


def allow(steps: int) -> None:
    """Let what is metered take so many steps more: a long filing may compute longer than a short one."""
    meter = _METER.get()
    if meter is not None:
        meter.add(steps)


class Run(Faults):
    """One evaluation: counts its steps, remembers its inputs and which characters their figures replace."""

    def __init__(self, expression: Expression, name: str, call: Callable[[Run, Call, Scope], Value]) -> None:
        super().__init__(expression, name)
        self.call = call
        self.inputs: dict[int, Trace] = {}
        self.replaced: dict[int, tuple[int, str]] = {}
        self.taken: dict[int, Node] = {}
        self.lacking: FormulaFault | None = None
        self.steps = 0
        self.meter = _METER.get()

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node; every step is counted, and one with a long number as many."""
        self.spend(1)
        value = _WAYS[type(node)](self, node, scope)
        # By type, here and in ``number``: ``isinstance`` with a fraction's abstract kind is slow on amounts.
        if type(value) is Fraction or type(value) is Amount:
            bits = max(value.numerator.bit_length(), value.denominator.bit_length()) // _LONG
            if bits:
                self.spend(bits * bits)
        return value

    def spend(self, steps: int) -> None:
        """Count steps, of this evaluation and of all that are metered with it."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_STEPS} 步")
        if self.meter is not None:
            self.meter.left -= steps
            if self.meter.left < 0:
                raise self.meter.ran_out(lambda most: self.fault(codes.TOO_MUCH, limit=f"全部公式合计 {most} 步"))

    def choice(self, node: Choice, scope: Scope) -> Value:
        """The side that the condition chooses; the other is not evaluated."""
        taken = node.then if self.truth(node.condition, scope) else node.otherwise
        self.taken[id(node)] = taken
        return self.value(taken, scope)

    def named(self, node: Name, scope: Scope) -> Value:
        """The value of a fact or a computed value, which must have been filled in."""
        trace = self.trace(node, scope)
        if trace.lacking is not None:
            culprit = next((one for one in trace.inputs if one.span == trace.lacking.span), trace)
            raise FormulaFault(trace.lacking, culprit)
        if trace.value is None:
            raise self.missing(trace)
        self.replaced[node.start] = (node.end, trace.figure or trace.text)
        return trace.value

    def trace(self, node: Name, scope: Scope) -> Trace:
        """The trace under a name, remembered as an input."""
        trace = scope.resolve(node.path)
        if trace is None:
            # Names are checked when the template is loaded: only a group or table used as a value is left.
            raise self.wrong(f"「{'.'.join(node.path)}」是表或组，不是一个值", node, scope)
        self.inputs[id(trace)] = trace
        return trace

    def number(self, node: Node, scope: Scope) -> Fraction:
        """A value that must be a number."""
        value = self.value(node, scope)
        if type(value) is not Amount and not isinstance(value, Fraction):
            self._check_lacking(value)
            problem = f"「{self.expression.slice(node)}」不是数字，不能计算"
            raise self.in_words(node, scope=scope) or self.wrong(problem, node, scope, "它不是数字，不能计算")
        return value

    def _check_lacking(self, *values: Value) -> None:
        """Raise why a target and an actual value that cannot be compared have no rate."""
        if None in values and self.lacking is not None:
            raise self.lacking

    def truth(self, node: Node, scope: Scope) -> bool:
        """A value that must be a condition."""
        value = self.value(node, scope)
        if not isinstance(value, bool):
            raise self.wrong(f"「{self.expression.slice(node)}」不是条件（是或否）", node, scope, "它不是“是”或“否”")
        return value

    def unary(self, node: Unary, scope: Scope) -> Value:
        """A number with its sign turned, or a condition turned."""
        if node.sign == "not":
            return not self.truth(node.operand, scope)
        return -self.number(node.operand, scope)

    def arithmetic(self, node: Binary, scope: Scope) -> Fraction:
        """An exact result; never one that is too long to go on with."""
        left, right = self.number(node.left, scope), self.number(node.right, scope)
        if node.sign == "/" and not right:
            raise self.zero(node.right, scope)
        value = _ARITHMETIC[node.sign](left, right)
        above, below = value.numerator.bit_length(), value.denominator.bit_length()
        # Computing on with it, or writing it out in digits, would take too long.
        if max(above, below) > MOST_BITS or above - below > MOST_BITS // 2:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_BITS} 位")
        return value

    def compare(self, node: Compare, scope: Scope) -> bool:
        """A comparison of two values of one kind; only numbers and dates have an order."""
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        same = any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, str, date)) or (
            isinstance(left, Fraction) and isinstance(right, Fraction)
        )
        ordered = node.sign in ("=", "!=") or not isinstance(left, bool | str)
        if not same or not ordered:
            self._check_lacking(left, right)
            problem = f"「{self.expression.slice(node)}」两边不能这样比较"
            what = "它和要比较的另一个值不是一类，比不出大小"
            raise self.in_words(node.left, node.right, scope=scope) or self.wrong(problem, node, scope, what)
        return ORDER[node.sign](left, right)

    def logic(self, node: Logic, scope: Scope) -> bool:
        """Two conditions joined; the right one is evaluated only where it matters."""
        left = self.truth(node.left, scope)
        if left == (node.sign == "or"):
            return left
        return self.truth(node.right, scope)

    @cached_property
    def with_figures(self) -> str:
        """The formula with every evaluated name and aggregate replaced by its figure, spaces dropped."""
        return self._with_figures(0, len(self.expression.text))

    def sum_with_figures(self) -> str:
        """The same as a report prints it: of a choice the side that was taken, without its condition."""
        node: Node = self.expression.root
        if not isinstance(node, Choice):
            return self.with_figures
        text, start, end = self.expression.text, 0, len(self.expression.text)
        while isinstance(node, Choice) and id(node) in self.taken:
            # Brackets belong to no node, so that the words of the choice tell where a side ends.
            if self.taken[id(node)] is node.then:
                return self._with_figures(start, text.rindex("if", start, node.condition.start))
            start = text.index("else", node.condition.end) + len("else")
            node = node.otherwise
        return self._with_figures(start, end)

    def _with_figures(self, first: int, last: int) -> str:
        parts, position = [], first
        text = self.expression.text
        for start in sorted(self.replaced):
            end, figure = self.replaced[start]
            if position <= start and end <= last:
                parts += [text[position:start], figure]
                position = end
        formula = "".join([*parts, text[position:last]]).strip()
        # In the signs and brackets of a printed report; words keep the spaces around them.
        for sign, printed in (("÷", "/"), ("*", "×"), ("-", "-"), ("+", "+"), ("/", "/"), ("×", "×")):
            formula = formula.replace(f" {sign} ", printed)
        return formula.translate(_PRINTED_BRACKETS)


_WAYS: dict[type[Node], Callable[[Run, Any, Scope], Value]] = {
    Literal: lambda _run, node, _scope: node.value,
    Name: Run.named,
    Unary: Run.unary,
    Binary: Run.arithmetic,
    Compare: Run.compare,
    Logic: Run.logic,
    Choice: Run.choice,
    Call: lambda run, node, scope: run.call(run, node, scope),
}
