"""One evaluation of an expression."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generator.formula import codes
from generator.formula.calls import call
from generator.formula.meter import meter
from generator.formula.nodes import Binary, Call, Choice, Compare, Expression, Literal, Logic, Name, Node, Unary
from generator.formula.trace import in_words
from generator.formula.values import FormulaFault

if TYPE_CHECKING:
    from generator.diagnostics import Code
    from generator.formula.trace import Trace
    from generator.formula.values import Scope, Value

__all__ = ["Run"]

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
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Run:
    """One evaluation: counts its steps, remembers its inputs and which characters their figures replace."""

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name
        self.inputs: dict[int, Trace] = {}
        self.replaced: dict[int, tuple[int, str]] = {}
        self.taken: dict[int, Node] = {}
        self.steps = 0
        self.meter = meter()

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node; every step is counted, and one with a long number as many."""
        self.spend(1)
        value = _WAYS[type(node)](self, node, scope)
        if isinstance(value, Fraction):
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
        if trace.value is None:
            raise self.fault(codes.MISSING_FACT, trace, name=trace.name)
        self.replaced[node.start] = (node.end, trace.figure or trace.text)
        return trace.value

    def trace(self, node: Name, scope: Scope) -> Trace:
        """The trace under a name, remembered as an input."""
        trace = scope.resolve(node.path)
        if trace is None:
            # Names are checked when the template is loaded: only a group or table used as a value is left.
            raise self.fault(codes.WRONG_TYPE, problem=f"「{'.'.join(node.path)}」是表或组，不是一个值")
        self.inputs[id(trace)] = trace
        return trace

    def number(self, node: Node, scope: Scope) -> Fraction:
        """A value that must be a number."""
        value = self.value(node, scope)
        if not isinstance(value, Fraction):
            self._check_words(node, scope=scope)
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」不是数字，不能计算")
        return value

    def _check_words(self, *nodes: Node, scope: Scope) -> None:
        """Where one of the nodes is a target in words, that is what cannot be computed with."""
        traces = (scope.resolve(node.path) for node in nodes if isinstance(node, Name))
        fact = next((fact for trace in traces if trace is not None and (fact := in_words(trace))), None)
        if fact is not None:
            # Of the fact, not of each formula that asks for it.
            raise FormulaFault(codes.IN_WORDS.at(fact.span, fact.name, name=fact.name, text=fact.text), fact)

    def truth(self, node: Node, scope: Scope) -> bool:
        """A value that must be a condition."""
        value = self.value(node, scope)
        if not isinstance(value, bool):
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」不是条件（是或否）")
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
            culprit = self._culprit(node.right, scope)
            raise self.fault(codes.ZERO_DIVISION, culprit, divisor=self.expression.slice(node.right))
        value = _ARITHMETIC[node.sign](Fraction(left), right)
        if _is_huge(value):
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
            self._check_words(node.left, node.right, scope=scope)
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」两边不能这样比较")
        return _ORDER[node.sign](left, right)

    def logic(self, node: Logic, scope: Scope) -> bool:
        """Two conditions joined; the right one is evaluated only where it matters."""
        left = self.truth(node.left, scope)
        if left == (node.sign == "or"):
            return left
        return self.truth(node.right, scope)

    def _culprit(self, divisor: Node, scope: Scope) -> Trace | None:
        """The one fact that the divisor is, so that the finding can point at the bureau's line."""
        trace = scope.resolve(divisor.path) if isinstance(divisor, Name) else None
        return trace if trace is not None and not trace.formula else None

    def fault(self, code: Code, trace: Trace | None = None, **words: str) -> FormulaFault:
        """The fault of this evaluation: at a fact's own line where it is to blame, else at the formula."""
        span = trace.span if trace is not None else self.expression.span
        return FormulaFault(code.at(span, self.name, formula=self.expression.text, **words), trace)

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
        return _squeeze("".join([*parts, text[position:last]]).strip())


_WAYS: dict[type[Node], Callable[[Run, Any, Scope], Value]] = {
    Literal: lambda _run, node, _scope: node.value,
    Name: Run.named,
    Unary: Run.unary,
    Binary: Run.arithmetic,
    Compare: Run.compare,
    Logic: Run.logic,
    Choice: Run.choice,
    Call: call,
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
