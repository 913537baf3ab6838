"""One evaluation of an expression: counts steps, records inputs, explains why there is no value.

Numbers are fractions, so 1/3 × 3 is 1; rounding happens only where a score is awarded, a figure is printed, or the
formula says 四舍五入.
"""

from __future__ import annotations

import operator
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any, Final

from msgspec import Struct

from generator.base.amount import Amount, is_number
from generator.base.diagnostics import Code
from generator.base.formats import plain
from generator.base.judgement import Flag, Judgement, Verdict
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.formula import codes
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.formula.values import FormulaFault, Scope, Trace, Value, figure_of, in_full, in_words, walk

_BLANK: Final = "（未填）"
_MOST_NAMED: Final = 4


def facts_behind(expression: Expression, scope: Scope, node: nodes.Node | None = None) -> dict[str, Trace]:
    """The bureau's facts that an expression, or a part of it, may use, by name; for a table, its number of rows."""
    facts: dict[str, Trace] = {}
    for name in nodes.names_in(node or expression.root):
        trace = scope.resolve(name.path)
        rows = None if trace is not None else scope.rows(name.path) or scope.rows(name.path[:-1])
        trace = rows.trace if rows is not None else trace
        below = walk(trace) if trace is not None else ()
        facts |= {one.name: one for one in below if not one.formula and one.span.file != expression.span.file}
    return facts


class Faults:
    """The faults of one evaluation: ``name`` is what the expression computes."""

    expression: Expression
    name: str

    def fault(self, code: Code, **words: str) -> FormulaFault:
        """A fault at the formula."""
        return FormulaFault(code.at(self.expression.span, self.name, formula=self.expression.text, **words))

    @staticmethod
    def own_fact(node: nodes.Node, scope: Scope) -> Trace | None:
        """The fact that a node names, for a finding at the bureau's line; None for anything else."""
        trace = scope.resolve(node.path) if isinstance(node, nodes.Name) else None
        return trace if trace is not None and not trace.formula else None

    def missing(self, trace: Trace) -> FormulaFault:
        """A blank fact: the finding is at the fact, so that all formulas report it once."""
        words = {"name": trace.name, "result": f"「{self.name}」"}
        return FormulaFault(codes.MISSING_FACT.at(trace.span, trace.name, hint=trace.advice(), **words), trace)

    def wrong(self, problem: str, node: nodes.Node, scope: Scope, what: str = "") -> FormulaFault:
        """A value of the wrong type; with ``what``, the finding is at the fact that the value comes from."""
        fact = next(iter(facts_behind(self.expression, scope, node).values()), None) if what else None
        if fact is None or fact.value is None:
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        where = f"「{fact.name}」填的是「{fact.text}」，算不出「{self.name}」："
        hint = f"核对「{fact.name}」；填得没有错的，是模板的公式不对，请告诉模板的维护人员。"
        return FormulaFault(codes.WRONG_TYPE.at(fact.span, fact.name, hint=hint, where=where, problem=what), fact)

    def in_words(self, *named: nodes.Node, scope: Scope) -> FormulaFault | None:
        """A target in words that one of the nodes names; None if none does."""
        traces = (scope.resolve(node.path) for node in named if isinstance(node, nodes.Name))
        fact = next((fact for trace in traces if trace is not None and (fact := in_words(trace))), None)
        if fact is None:
            return None
        return FormulaFault(codes.IN_WORDS.at(fact.span, fact.name, name=fact.name, text=fact.text), fact)

    def zero(self, node: nodes.Node, scope: Scope, what: str = "") -> FormulaFault:
        """A divisor that is 0: the finding is at the first fact that it comes from, which may be an empty table.

        ``what`` says which number of a table is 0.
        """
        facts = facts_behind(self.expression, scope, node)
        more = "等" if len(facts) > _MOST_NAMED else ""
        named = "".join(f"「{name}」" for name in islice(facts, _MOST_NAMED)) + more
        alone = self.own_fact(node, scope) is not None
        divisor = named if alone else f"由{named}算出的数" if named else f"「{self.expression.slice(node)}」"
        divisor = f"{named}{what}" if what else divisor
        # Shown only if there is no fact to correct: then only the template's author can mend it.
        hint = "" if named else f"改写公式「{self.expression.text}」，先问除数是不是 0。"
        words = {"divisor": divisor, "result": self.name, "facts": named}
        first = next(iter(facts.values()), None)
        span = first.span if first is not None else self.expression.span
        return FormulaFault(codes.ZERO_DIVISION.at(span, self.name, hint=hint, **words), first)

    def incomparable(
        self, sides: Sequence[Amount | str], facts: Sequence[Trace | None], what: str, by: Judgement
    ) -> FormulaFault:
        """A target and an actual value that cannot be compared: at the blank one, else at the one to blame.

        ``facts`` state the two sides, None for what a formula computes; ``what`` is the result that is missing.
        """
        target, actual = sides
        blank = next((fact for fact in facts if fact is not None and fact.value is None), None)
        if blank is not None:
            return self.missing(blank)
        wanted, done = as_target(target), as_target(actual)
        lacks_unit = Flag.UNIT_MISSING in by.flags and not wanted.unit
        of_target = by.flags & {Flag.TARGET_MISSING, Flag.DIRECTION_UNKNOWN}
        no_target = by.verdict is Verdict.NOT_APPLICABLE and not done.fault
        blamed = lacks_unit or by.verdict is Verdict.BY_PERSON or no_target or bool(of_target)
        fact, why = (facts[0] if blamed else facts[1]) or facts[0] or facts[1], by.reason.rstrip("。")
        if fact is None:
            problem = f"「{target}」与「{actual}」不能比较：{why}"
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        words = {"target": str(target) or _BLANK, "actual": str(actual) or _BLANK, "why": why, "what": what}
        hint = _mend(wanted, done, by, self._other_ways())
        return FormulaFault(codes.NOT_COMPARABLE.at(fact.span, fact.name, hint=hint, **words), fact)

    def _other_ways(self) -> str:
        """What the formula accepts instead of a figure: 不适用, or a column that a person fills in (达成情况)."""
        calls = [node for node in self.expression.nodes if isinstance(node, nodes.Call)]
        ways = ["当年不适用的写「不适用」和依据" for call in calls if call.function == "不适用"][:1]
        asked = {name.path for call in calls if call.function == "已填" for name in nodes.names_in(call)}
        # Not only asked for, but taken: 分值 × 达成情况 if 已填(达成情况).
        times = Counter(name.path for name in nodes.names_in(self.expression.root))
        taken = [
            f"没有数可填的（如停工），由人评定，填「{path[-1]}」" for path in times if path in asked and times[path] > 1
        ]
        return "；".join(ways + taken)


def _mend(target: Target, actual: Target, by: Judgement, other_ways: str) -> str:
    """Advice for a target and an actual value that cannot be compared; empty for the code's own."""
    if by.verdict is Verdict.NOT_APPLICABLE:
        if not actual.fault:
            return "补上目标，如「53家」「≥95%」；当年没有定目标的，删去这一行，另在文字里说明。"
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
# Up to this many bits, arithmetic takes as long as any other step; with n times as many, n² times as long.
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
"""Takes some seconds; the report of a department takes some thousands of steps."""


class _Meter(Struct):
    """Counts down the steps ``left`` of ``most`` to many evaluations.

    ``fault`` is that of the first one that ran out of steps, so that it is reported once.
    """

    most: int
    left: int
    fault: FormulaFault | None = None


_METER: ContextVar[_Meter] = ContextVar("meter")
_UNMETERED: Final = _Meter(sys.maxsize, sys.maxsize)


@contextmanager
def metered(most: int = MOST_IN_ALL) -> Iterator[None]:
    """Limit the steps of all evaluations within together."""
    token = _METER.set(_Meter(most, most))
    try:
        yield
    finally:
        _METER.reset(token)


def allow(steps: int) -> None:
    """Raise the current limit: a long filing may compute longer than a short one."""
    meter = _METER.get(_UNMETERED)
    meter.most, meter.left = meter.most + steps, meter.left + steps


class Run(Faults):
    """One evaluation: counts steps, records inputs and which characters of the formula their figures replace.

    Every node is a step, counted when its expression begins, and again for each row of a table that it is evaluated in.
    """

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name
        self.inputs: dict[int, Trace] = {}
        self.replaced: dict[int, tuple[int, Trace | Fraction]] = {}
        self.taken: dict[int, nodes.Node] = {}
        self.lacking: FormulaFault | None = None
        self.steps = 0
        self.meter = _METER.get(_UNMETERED)

    def value(self, node: nodes.Node, scope: Scope) -> Value:
        """The value of a node."""
        return EVALUATORS[type(node)](self, node, scope)

    def weigh(self, number: Fraction) -> None:
        """Count more steps for a long number that is computed or compared with."""
        if type(number) is Amount:
            return  # as typed, so it is short
        above, below = number.as_integer_ratio()
        if above.bit_length() >= _LONG or below.bit_length() >= _LONG:
            self.spend((max(above.bit_length(), below.bit_length()) // _LONG) ** 2)

    def spend(self, steps: int) -> None:
        """Count steps of this evaluation and of the meter."""
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_STEPS} 步")
        self.meter.left -= steps
        if self.meter.left < 0:
            limit = f"全部公式合计 {self.meter.most} 步"
            self.meter.fault = self.meter.fault or self.fault(codes.TOO_MUCH, limit=limit)
            raise FormulaFault(self.meter.fault.finding)

    def choice(self, node: nodes.Choice, scope: Scope) -> Value:
        """The chosen side; the other is not evaluated."""
        taken = node.then if self.truth(node.condition, scope) else node.otherwise
        self.taken[id(node)] = taken
        return self.value(taken, scope)

    def named(self, node: nodes.Name, scope: Scope) -> Value:
        """The value of a name; a fault if it is blank."""
        # ``trace`` only raises here: most nodes are names, and one call less counts.
        trace = scope.resolve(node.path) or self.trace(node, scope)
        self.inputs[id(trace)] = trace
        if trace.lacking is not None:
            culprit = next((one for one in trace.inputs if one.span == trace.lacking.span), trace)
            raise FormulaFault(trace.lacking, culprit)
        if trace.value is None:
            raise self.missing(trace)
        self.replaced[node.start] = (node.end, trace)
        return trace.value

    def trace(self, node: nodes.Name, scope: Scope) -> Trace:
        """The trace of a name, recorded as an input."""
        trace = scope.resolve(node.path)
        if trace is None:
            # Loading the template rejects unknown names: this is a group or a table.
            raise self.wrong(f"「{'.'.join(node.path)}」是表或组，不是一个值", node, scope)
        self.inputs[id(trace)] = trace
        return trace

    def number(self, node: nodes.Node, scope: Scope) -> Fraction:
        """The value of a node that must be a number."""
        # Not by ``value``, here and below: a report evaluates thousands of nodes.
        value = EVALUATORS[type(node)](self, node, scope)
        # By type first: ``isinstance`` with a fraction's abstract kind is slow on amounts.
        if type(value) is Amount:
            return value
        if not isinstance(value, Fraction):
            self._check_lacking(value)
            problem = f"「{self.expression.slice(node)}」不是数字，不能计算"
            raise self.in_words(node, scope=scope) or self.wrong(problem, node, scope, "它不是数字，不能计算")
        self.weigh(value)
        return value

    def _check_lacking(self, *values: Value) -> None:
        """Raise why there is no rate where one of the values is missing for want of it."""
        if None in values and self.lacking is not None:
            raise self.lacking

    def truth(self, node: nodes.Node, scope: Scope) -> bool:
        """The value of a node that must be a condition."""
        value = EVALUATORS[type(node)](self, node, scope)
        if not isinstance(value, bool):
            raise self.wrong(f"「{self.expression.slice(node)}」不是条件（是或否）", node, scope, "它不是“是”或“否”")
        return value

    def unary(self, node: nodes.Unary, scope: Scope) -> Value:
        """A negated number or condition."""
        if node.sign == "not":
            return not self.truth(node.operand, scope)
        return -self.number(node.operand, scope)

    def arithmetic(self, node: nodes.Binary, scope: Scope) -> Fraction:
        """The exact result; a fault if it has too many digits."""
        left, right = self.number(node.left, scope), self.number(node.right, scope)
        if node.sign == "/" and not right:
            raise self.zero(node.right, scope)
        value = _ARITHMETIC[node.sign](left, right)
        numerator, denominator = value.as_integer_ratio()
        above, below = numerator.bit_length(), denominator.bit_length()
        if max(above, below) > MOST_BITS or above - below > MOST_BITS // 2:
            raise self.fault(codes.TOO_MUCH, limit=f"{MOST_BITS} 位")
        return value

    def compare(self, node: nodes.Compare, scope: Scope) -> bool:
        """Compares two values of one type; only numbers and dates have an order."""
        left = EVALUATORS[type(node.left)](self, node.left, scope)
        right = EVALUATORS[type(node.right)](self, node.right, scope)
        if is_number(left) and is_number(right):
            self.weigh(left)
            self.weigh(right)
            return ORDER[node.sign](left, right)
        same = type(left) is type(right) is str  # as most are
        same = same or any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, str, date))
        ordered = node.sign in ("=", "!=") or not isinstance(left, bool | str)
        if not same or not ordered:
            self._check_lacking(left, right)
            problem = f"「{self.expression.slice(node)}」两边不能这样比较"
            what = "它和要比较的另一个值不是一类，比不出大小"
            raise self.in_words(node.left, node.right, scope=scope) or self.wrong(problem, node, scope, what)
        return ORDER[node.sign](left, right)

    def logic(self, node: nodes.Logic, scope: Scope) -> bool:
        """Two conditions; the right one is evaluated only where it matters."""
        left = self.truth(node.left, scope)
        return left if left == (node.sign == "or") else self.truth(node.right, scope)


class WithFigures(Struct, frozen=True):
    """The formula of a value with every evaluated name and aggregate replaced by its figure, without spaces.

    ``replaced`` maps the start of each to its end and its value, ``taken`` each choice to the side that it took.
    """

    expression: Expression
    value: Value
    replaced: Mapping[int, tuple[int, Trace | Fraction]]
    taken: Mapping[int, nodes.Node]

    @property
    def figures(self) -> str:
        """The whole formula."""
        return self._between(0, len(self.expression.text))

    @property
    def worked(self) -> str:
        """The formula as a report prints it: only the chosen sides."""
        node, text, start = self.expression.root, self.expression.text, 0
        while isinstance(node, nodes.Choice) and id(node) in self.taken:
            # Brackets belong to no node: the keywords delimit a side.
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
        parts, position, text = [], first, self.expression.text
        for start in sorted(self.replaced):
            end, one = self.replaced[start]
            if position <= start and end <= last:
                figure = one.figure if isinstance(one, Trace) else figure_of(one, plain(one))
                parts += [text[position:start], figure]
                position = end
        formula = "".join([*parts, text[position:last]]).strip()
        # The signs and brackets of a printed report; words keep the spaces around them.
        for sign, printed in (("÷", "/"), ("*", "×"), ("-", "-"), ("+", "+"), ("/", "/"), ("×", "×")):
            formula = formula.replace(f" {sign} ", printed)
        return formula.translate(_PRINTED_BRACKETS)


EVALUATORS: dict[type[nodes.Node], Callable[[Run, Any, Scope], Value]] = {
    nodes.Literal: lambda _run, node, _scope: node.value,
    nodes.Name: Run.named,
    nodes.Unary: Run.unary,
    nodes.Binary: Run.arithmetic,
    nodes.Compare: Run.compare,
    nodes.Logic: Run.logic,
    nodes.Choice: Run.choice,
}
"""How each kind of node is evaluated; ``evaluate`` adds calls of functions."""
