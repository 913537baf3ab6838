"""One run of an expression over its scope, steps counted and inputs remembered; why an evaluation has no value.

Numbers are fractions, so 1/3 × 3 is 1 and a tie is a tie; rounding happens only where a score is awarded, a figure is
printed, or the formula says 四舍五入.
"""

from __future__ import annotations

import operator
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from generator.base.amount import Amount, is_number
from generator.base.diagnostics import Code
from generator.base.forms import plain
from generator.base.judgement import Flag, Judgement, Verdict
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.formula import codes
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
)
from generator.formula.values import FormulaFault, Scope, Trace, Value, figure_of, in_full, in_words, walk

_BLANK: Final = "（未填）"
_MOST_NAMED: Final = 4


def facts_behind(expression: Expression, scope: Scope, node: Node | None = None) -> dict[str, Trace]:
    """The bureau's facts that an expression or a part of it may ask for, by name; of a table its number of rows."""
    facts: dict[str, Trace] = {}
    for name in names_in(node or expression.root):
        trace = scope.resolve(name.path)
        rows = None if trace is not None else scope.rows(name.path) or scope.rows(name.path[:-1])
        trace = rows.trace if rows is not None else trace
        below = walk(trace) if trace is not None else ()
        facts |= {one.name: one for one in below if not one.formula and one.span.file != expression.span.file}
    return facts


class Faults:
    """The faults of one evaluation: ``name`` is what the expression computes."""

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name

    def fault(self, code: Code, trace: Trace | None = None, **words: str) -> FormulaFault:
        """The fault of this evaluation: at a fact's own line where it is to blame, else at the formula."""
        span = trace.span if trace is not None else self.expression.span
        return FormulaFault(code.at(span, self.name, formula=self.expression.text, **words), trace)

    @staticmethod
    def own_fact(node: Node, scope: Scope) -> Trace | None:
        """The fact that a node names, so that a finding can point at the bureau's line; None for anything else."""
        trace = scope.resolve(node.path) if isinstance(node, Name) else None
        return trace if trace is not None and not trace.formula else None

    def _facts(self, node: Node, scope: Scope) -> dict[str, Trace]:
        return facts_behind(self.expression, scope, node)

    def missing(self, trace: Trace) -> FormulaFault:
        """The fault of a fact that was not filled in: at the fact, so that it is reported once for all formulas."""
        words = {"name": trace.name, "result": f"「{self.name}」"}
        return FormulaFault(codes.MISSING_FACT.at(trace.span, trace.name, hint=trace.advice(), **words), trace)

    def wrong(self, problem: str, node: Node, scope: Scope, what: str = "") -> FormulaFault:
        """The fault of a value of the wrong type; ``what`` says so of the fact that the node comes from."""
        fact = next(iter(self._facts(node, scope).values()), None) if what else None
        if fact is None or fact.value is None:
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        where = f"「{fact.name}」填的是「{fact.text}」，算不出「{self.name}」："
        hint = f"核对「{fact.name}」；填得没有错的，是模板的公式不对，请告诉模板的维护人员。"
        return FormulaFault(codes.WRONG_TYPE.at(fact.span, fact.name, hint=hint, where=where, problem=what), fact)

    def in_words(self, *nodes: Node, scope: Scope) -> FormulaFault | None:
        """The fault of a target in words where one of the nodes names one."""
        traces = (scope.resolve(node.path) for node in nodes if isinstance(node, Name))
        fact = next((fact for trace in traces if trace is not None and (fact := in_words(trace))), None)
        if fact is None:
            return None
        # At the fact, so that it is reported once and not for each formula.
        return FormulaFault(codes.IN_WORDS.at(fact.span, fact.name, name=fact.name, text=fact.text), fact)

    def zero(self, node: Node, scope: Scope, what: str = "") -> FormulaFault:
        """The fault of a divisor that is 0: at the first fact that it comes from, which may be a table without rows.

        ``what`` says which number of a table is 0.
        """
        facts = self._facts(node, scope)
        named = "".join(f"「{name}」" for name in islice(facts, _MOST_NAMED)) + (
            "等" if len(facts) > _MOST_NAMED else ""
        )
        alone = self.own_fact(node, scope) is not None
        divisor = named if alone else f"由{named}算出的数" if named else f"「{self.expression.slice(node)}」"
        divisor = f"{named}{what}" if what else divisor
        # A formula says something to those only who can change it.
        hint = "" if named else f"改写公式「{self.expression.text}」，先问除数是不是 0。"
        words = {"divisor": divisor, "result": self.name, "facts": named}
        first = next(iter(facts.values()), None)
        span = first.span if first is not None else self.expression.span
        return FormulaFault(codes.ZERO_DIVISION.at(span, self.name, hint=hint, **words), first)

    def incomparable(
        self,
        sides: tuple[Amount | str, Amount | str],
        facts: tuple[Trace | None, Trace | None],
        what: str,
        by: Judgement,
    ) -> FormulaFault:
        """The fault of a target and an actual value without verdict: at what the bureau left blank, else at the latter.

        Args:
            sides: The target and the actual value, as typed.
            facts: The facts that they are; None for what a formula gives.
            what: What cannot be said for it.
            by: The judgement.
        """
        target, actual = sides
        blank = next((fact for fact in facts if fact is not None and fact.value is None), None)
        if blank is not None:
            return self.missing(blank)
        sides_read = as_target(target), as_target(actual)
        lacks_unit = Flag.UNIT_MISSING in by.flags and not sides_read[0].unit
        of_target = by.flags & {Flag.TARGET_MISSING, Flag.DIRECTION_UNKNOWN}
        blamed = lacks_unit or by.verdict is Verdict.BY_PERSON or bool(of_target)
        fact, why = (facts[0] if blamed else facts[1]) or facts[0] or facts[1], by.reason.rstrip("。")
        if fact is None:
            problem = f"「{target}」与「{actual}」不能比较：{why}"
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        words = {"target": str(target) or _BLANK, "actual": str(actual) or _BLANK, "why": why, "what": what}
        hint = _mend(*sides_read, by, self._other_ways())
        return FormulaFault(codes.NOT_COMPARABLE.at(fact.span, fact.name, hint=hint, **words), fact)

    def _other_ways(self) -> str:
        """What the formula takes in place of a figure: 不适用, or a column that a person fills in (达成情况)."""
        calls = [node for node in self.expression.nodes if isinstance(node, Call)]
        ways = ["当年不适用的写「不适用」和依据" for call in calls if call.function == "不适用"][:1]
        asked = {name.path for call in calls if call.function == "已填" for name in names_in(call)}
        # Not only asked for, but taken: 分值 × 达成情况 if 已填(达成情况).
        times = Counter(name.path for name in names_in(self.expression.root))
        taken = [
            f"没有数可填的（如停工），由人评定，填「{path[-1]}」" for path in times if path in asked and times[path] > 1
        ]
        return "；".join(ways + taken)


def _mend(target: Target, actual: Target, by: Judgement, other_ways: str) -> str:
    """What to do about a target and an actual value without verdict; empty for the code's own advice."""
    if by.verdict is Verdict.NOT_APPLICABLE:
        return (
            f"做了的，填实际完成的数，一点没有完成的填「0{target.unit}」；当年确实不适用的，这份模板没有规定这张表的不适用怎样算："
            "删去这一行，另在文字里说明，或请模板的维护人员规定。"
        )
    if target.fault:
        return f"写成能够比较的数和单位，如「53家」「≥95%」；{other_ways}。" if other_ways else ""
    if actual.fault or (actual.deadline is None) is not (target.deadline is None):
        said = f"，单位写「{target.unit}」" if target.unit else ""
        figure = f"填实际完成的数{said}；一点没有完成的填「0{target.unit}」"
        figure = "填实际完成的日期" if target.deadline is not None else figure
        return f"{figure}；{other_ways or '没有数可填的，删去这一行，另在文字里说明'}。"
    hint = ""
    if Flag.DIRECTION_UNKNOWN in by.flags:
        hint = f"目标写成「≤{target}」或「≥{target}」。"
    elif Flag.UNIT_MISSING in by.flags:
        hint = f"写成「{actual}{target.unit}」。" if target.unit else f"写成「{target}{actual.unit}」。"
        if target.unit == "%" and 0 < actual.ends[0] <= 1:
            hint = f"写成「{plain(actual.ends[0] * 100)}%」；确是百分之一以下的，写成「{actual}%」。"
    elif Flag.UNIT_DIFFERS in by.flags and actual.quantity is not None:
        hint = f"两处用同一个单位，如实际写成「{plain(actual.quantity.number)}{target.unit}」。"
        if target.unit.partition("/")[0] == actual.unit:
            hint = f"目标说的是「{target.unit}」，实际也写折算成「{target.unit}」的数。"
    return hint


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


_METER: ContextVar[_Meter] = ContextVar("meter")
_UNMETERED: Final = _Meter(sys.maxsize)


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
    _METER.get(_UNMETERED).add(steps)


class Run(Faults):
    """One evaluation: counts its steps, remembers its inputs and which characters their figures replace."""

    def __init__(self, expression: Expression, name: str, call: Callable[[Run, Call, Scope], Value]) -> None:
        super().__init__(expression, name)
        self.call = call
        self.inputs: dict[int, Trace] = {}
        self.replaced: dict[int, tuple[int, Trace | Fraction]] = {}
        self.taken: dict[int, Node] = {}
        self.lacking: FormulaFault | None = None
        self.steps = 0
        self.meter = _METER.get(_UNMETERED)

    def value(self, node: Node, scope: Scope) -> Value:
        """The value of a node; every step is counted, and one with a long number as many."""
        self.steps += 1
        self.meter.left -= 1
        if self.steps > MOST_STEPS or self.meter.left < 0:
            self.spend(0)
        value = _WAYS[type(node)](self, node, scope)
        # By type, here and in ``number``: ``isinstance`` with a fraction's abstract kind is slow on amounts.
        if type(value) is Fraction or type(value) is Amount:
            above, below = value.as_integer_ratio()
            if above.bit_length() >= _LONG or below.bit_length() >= _LONG:
                self.spend((max(above.bit_length(), below.bit_length()) // _LONG) ** 2)
        return value

    def spend(self, steps: int) -> None:
        """Count steps, of this evaluation and of all that are metered with it."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_STEPS} 步")
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
        self.replaced[node.start] = (node.end, trace)
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
        numerator, denominator = value.as_integer_ratio()
        above, below = numerator.bit_length(), denominator.bit_length()
        # Computing on with it, or writing it out in digits, would take too long.
        if max(above, below) > MOST_BITS or above - below > MOST_BITS // 2:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_BITS} 位")
        return value

    def compare(self, node: Compare, scope: Scope) -> bool:
        """A comparison of two values of one kind; only numbers and dates have an order."""
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        same = (is_number(left) and is_number(right)) or any(
            isinstance(left, kind) and isinstance(right, kind) for kind in (bool, str, date)
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


class WithFigures(Struct, frozen=True):
    """The formula of a value with every evaluated name and aggregate replaced by its figure, spaces dropped.

    ``replaced`` holds the end of each by its start, with what stands there, ``taken`` the sides that choices took.
    """

    expression: Expression
    value: Value
    replaced: Mapping[int, tuple[int, Trace | Fraction]]
    taken: Mapping[int, Node]

    @property
    def figures(self) -> str:
        """The whole formula."""
        return self._between(0, len(self.expression.text))

    @property
    def worked(self) -> str:
        """The formula as a report prints it: of a choice only the side that was taken."""
        node, text, start = self.expression.root, self.expression.text, 0
        while isinstance(node, Choice) and id(node) in self.taken:
            # Brackets belong to no node, so that the words of the choice tell where a side ends.
            if self.taken[id(node)] is node.then:
                return self._between(start, text.rindex("if", start, node.condition.start))
            start = text.index("else", node.condition.end) + len("else")
            node = node.otherwise
        return self._between(start, len(text))

    @property
    def exact(self) -> str:
        """The value before it is rounded to be printed."""
        return in_full(self.value)

    def _between(self, first: int, last: int) -> str:
        parts, position = [], first
        text = self.expression.text
        for start in sorted(self.replaced):
            end, one = self.replaced[start]
            if position <= start and end <= last:
                figure = one.figure if isinstance(one, Trace) else figure_of(one, plain(one))
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
