"""Evaluates an expression over named facts: exact arithmetic, every input remembered.

Numbers are fractions, so 1/3 × 3 is 1 and a tie is a tie; rounding happens only where a score is awarded, a figure is
printed, or the formula says 四舍五入.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import islice
from typing import Any, Final

from generator.base.amount import Amount, allowance
from generator.base.diagnostics import Code
from generator.base.forms import plain
from generator.base.judgement import WAYS, Verdict, is_way, judge_as
from generator.base.target_text import as_target, join_target
from generator.formula import codes
from generator.formula.functions import FUNCTIONS, BadArgument, EmptyTable
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
    bound_of,
    names_in,
)
from generator.formula.values import FormulaFault, Scope, Trace, Value, figure_of, in_full, in_words, shown, walk

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
MOST_IN_ALL: Final = 400_000
"""So many steps take some seconds; a report of a department takes some thousands."""
_METER: ContextVar[_Meter | None] = ContextVar("meter", default=None)
_BLANK = "（未填）"
_MOST_NAMED = 4


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
    full = shown(value)
    text = show(value) if show else full
    return Trace(
        name=name,
        value=value,
        text=text,
        span=expression.span,
        figure=figure_of(value, text, full),
        formula=expression.text,
        figures=run.with_figures,
        inputs=tuple(run.inputs.values()),
        lacking=run.lacking.finding if run.lacking is not None and value is None else None,
        exact=in_full(value, full),
        worked=run.sum_with_figures(),
    )


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


class _Run:
    """One evaluation: counts its steps, remembers its inputs and which characters their figures replace."""

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name
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
            # At the fact, so that it is reported once and not for each formula.
            words = {"name": trace.name, "result": f"「{self.name}」"}
            raise FormulaFault(codes.MISSING_FACT.at(trace.span, trace.name, hint=trace.advice, **words), trace)
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
        if type(value) is not Amount and not isinstance(value, Fraction):
            self._check_lacking(value)
            self._check_words(node, scope=scope)
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」不是数字，不能计算")
        return value

    def _check_lacking(self, *values: Value) -> None:
        """Raise why a target and an actual value that cannot be compared have no rate."""
        if None in values and self.lacking is not None:
            raise self.lacking

    def _check_words(self, *nodes: Node, scope: Scope) -> None:
        """Raise the fault of a target in words where one of the nodes names one."""
        traces = (scope.resolve(node.path) for node in nodes if isinstance(node, Name))
        fact = next((fact for trace in traces if trace is not None and (fact := in_words(trace))), None)
        if fact is not None:
            # At the fact, so that it is reported once and not for each formula.
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
            self._check_words(node.left, node.right, scope=scope)
            raise self.fault(codes.WRONG_TYPE, problem=f"「{self.expression.slice(node)}」两边不能这样比较")
        return _ORDER[node.sign](left, right)

    def logic(self, node: Logic, scope: Scope) -> bool:
        """Two conditions joined; the right one is evaluated only where it matters."""
        left = self.truth(node.left, scope)
        if left == (node.sign == "or"):
            return left
        return self.truth(node.right, scope)

    @staticmethod
    def own_fact(node: Node, scope: Scope) -> Trace | None:
        """The fact that a node names, so that a finding can point at the bureau's line; None for anything else."""
        trace = scope.resolve(node.path) if isinstance(node, Name) else None
        return trace if trace is not None and not trace.formula else None

    def fault(self, code: Code, trace: Trace | None = None, **words: str) -> FormulaFault:
        """The fault of this evaluation: at a fact's own line where it is to blame, else at the formula."""
        span = trace.span if trace is not None else self.expression.span
        return FormulaFault(code.at(span, self.name, formula=self.expression.text, **words), trace)

    def zero(self, node: Node, scope: Scope, what: str = "") -> FormulaFault:
        """The fault of a divisor that is 0: at the first fact that it comes from, which may be a table without rows.

        ``what`` says which number of a table is 0.
        """
        facts: dict[str, Trace] = {}
        for name in names_in(node):
            trace = scope.resolve(name.path)
            rows = None if trace is not None else scope.rows(name.path) or scope.rows(name.path[:-1])
            trace = rows.trace if rows is not None else trace
            below = walk(trace) if trace is not None else ()
            facts |= {one.name: one for one in below if not one.formula and one.span.file != self.expression.span.file}
        named = "".join(f"「{name}」" for name in islice(facts, _MOST_NAMED)) + (
            "等" if len(facts) > _MOST_NAMED else ""
        )
        alone = self.own_fact(node, scope) is not None
        divisor = named if alone else f"由{named}算出的数" if named else f"「{self.expression.slice(node)}」"
        divisor = f"{named}{what}" if what else divisor
        return self.fault(codes.ZERO_DIVISION, next(iter(facts.values()), None), divisor=divisor, result=self.name)

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


def _call(run: _Run, node: Call, scope: Scope) -> Value:
    """The value of a function call within an evaluation."""
    return _FUNCTIONS[FUNCTIONS[node.function].kind](run, node, scope)


def _of_numbers(run: _Run, node: Call, scope: Scope) -> Value:
    compute = FUNCTIONS[node.function].compute
    assert compute is not None  # every function of values computes  # noqa: S101
    try:
        value: Value = compute(*(run.number(argument, scope) for argument in node.arguments))
    except BadArgument as fault:
        raise run.fault(codes.WRONG_TYPE, problem=f"「{run.expression.slice(node)}」{fault}") from None
    return value


def _said(run: _Run, node: Call, scope: Scope) -> Value:
    compute = FUNCTIONS[node.function].compute
    assert compute is not None  # each of them says what it reads in the text  # noqa: S101
    value: Value = compute(str(_stated(run, node.arguments[0], scope)))
    return value


def _joined(run: _Run, node: Call, scope: Scope) -> str | None:
    """One target out of the columns of its sign, its value and its unit; None where no value is filled in."""
    *sign, value, unit = (str(_stated(run, argument, scope)) for argument in node.arguments)
    try:
        return join_target("".join(sign), value, unit) or None
    except ValueError as contradiction:
        fact = run.own_fact(node.arguments[-2], scope)
        if fact is None:
            raise run.fault(codes.WRONG_TYPE, problem=str(contradiction)) from None
        finding = codes.CONTRADICTORY.at(fact.span, fact.name, name=fact.name, why=str(contradiction))
        raise FormulaFault(finding, fact) from None


def _step(run: _Run, node: Call, scope: Scope) -> Fraction:
    """The points of the first step whose bound the value keeps, else the last figure."""
    signs = [bound_of(argument)[0] for argument in node.arguments[1:-1:2]]
    value, *numbers = (run.number(bound_of(argument)[1], scope) for argument in node.arguments)
    steps = zip(signs, numbers[:-1:2], numbers[1:-1:2], strict=True)
    return next((points for sign, limit, points in steps if _ORDER[sign](value, limit)), numbers[-1])


def _given(run: _Run, node: Call, scope: Scope) -> bool:
    argument = node.arguments[0]
    if not isinstance(argument, Name):
        raise run.fault(codes.WRONG_TYPE, problem="「已填」只能用于一个名称")
    rows = scope.rows(argument.path)
    if rows is None:
        return run.trace(argument, scope).value is not None
    run.inputs[id(rows.trace)] = rows.trace
    return bool(rows.scopes)


def _judged(run: _Run, node: Call, scope: Scope) -> Value:
    """The value of a function that compares a target with an actual value, both as typed."""
    target, actual = (_stated(run, argument, scope) for argument in node.arguments[:2])
    way = str(_stated(run, node.arguments[2], scope)) if len(node.arguments) > 2 else ""
    if way and not is_way(way):
        problem = f"「{way}」不是判定的方式（可用：{'、'.join(WAYS)}，或二级指标的名称）"
        raise run.fault(codes.WRONG_TYPE, problem=problem)
    judgement = judge_as(way, target, actual, _year(run, scope, target, actual))
    compute = FUNCTIONS[node.function].compute
    value: Value = compute(judgement) if compute is not None else judgement.verdict is Verdict.MET
    if value is not None and (compute is not None or judgement.verdict in (Verdict.MET, Verdict.NOT_MET)):
        return value
    why = judgement.reason.rstrip("。")
    fact = run.own_fact(node.arguments[1], scope) or run.own_fact(node.arguments[0], scope)
    if fact is not None:
        what = "达标没有" if compute is None else node.function
        words = {"target": str(target) or _BLANK, "actual": str(actual) or _BLANK, "why": why, "what": what}
        run.lacking = FormulaFault(codes.NOT_COMPARABLE.at(fact.span, fact.name, **words), fact)
    else:
        run.lacking = run.fault(codes.WRONG_TYPE, problem=f"「{target}」与「{actual}」不能比较：{why}")
    if compute is None:
        raise run.lacking
    # A rate alone may stay blank; a formula that goes on computing with it cannot.
    return None


def _year(run: _Run, scope: Scope, *sides: Amount | str) -> int | None:
    """The year of the report, asked for only where a day without a year is compared."""
    deadlines = [deadline for side in sides if (deadline := as_target(side).deadline) is not None]
    if all(deadline.last.year or deadline.shape != "date" for deadline in deadlines):
        return None
    with suppress(FormulaFault):
        trace = scope.resolve(("年度",))
        if trace is not None and isinstance(trace.value, Fraction):
            run.inputs[id(trace)] = trace
            return int(trace.value)
    return None


def _roughly(run: _Run, node: Call, scope: Scope) -> bool:
    """Whether two numbers differ by no more than half a unit in the last place of every fact that they come from."""
    before, run.inputs = run.inputs, {}
    try:
        one, other = (run.number(argument, scope) for argument in node.arguments)
        facts = {id(part): part.value for trace in run.inputs.values() for part in walk(trace) if not part.formula}
    finally:
        run.inputs = {**before, **run.inputs}
    return abs(one - other) <= allowance(facts.values())


def _stated(run: _Run, node: Node, scope: Scope) -> Amount | str:
    """A target or an actual value: an amount as typed, else its text; a blank one is empty, not 0."""
    trace = run.trace(node, scope) if isinstance(node, Name) else None
    value = trace.value if trace is not None else run.value(node, scope)
    if trace is not None and isinstance(value, Amount) and not trace.formula and not trace.is_target:
        return value
    if value is None:
        return ""
    return value.text if isinstance(value, Amount) else shown(value)


def _contains(run: _Run, node: Call, scope: Scope) -> bool:
    text, *words = (str(_stated(run, argument, scope)) for argument in node.arguments)
    return any(word in text for word in words)


def _year_of(run: _Run, node: Call, scope: Scope) -> Fraction:
    day = run.value(node.arguments[0], scope)
    if not isinstance(day, date):
        raise run.fault(codes.WRONG_TYPE, problem=f"「{run.expression.slice(node.arguments[0])}」不是日期")
    return Fraction(day.year)


def _aggregate(run: _Run, node: Call, scope: Scope) -> Fraction:
    total = _over_rows(run, node, scope)
    run.replaced[node.start] = (node.end, figure_of(total, plain(total)))
    return total


def _over_rows(run: _Run, node: Call, scope: Scope) -> Fraction:
    rows, arguments = _table(run, node, scope)
    function = FUNCTIONS[node.function]
    if not function.is_complete(1 + len(arguments)):
        raise run.fault(codes.ARGUMENTS, name=node.function, usage=function.usage)
    if node.function == "计数":
        return Fraction(sum(1 for row in rows if not arguments or run.truth(arguments[0], row)))
    values: list[object] = []
    for row in rows:
        if node.function == "加权平均":
            values.append(tuple(run.number(argument, row) for argument in arguments))
        elif len(arguments) == 1 or run.truth(arguments[1], row):
            values.append(run.number(arguments[0], row))
    compute = function.compute
    assert compute is not None  # every aggregate but 计数 computes  # noqa: S101
    try:
        return Fraction(compute(values))
    except EmptyTable:
        raise run.zero(node, scope, "能计入的行数（或权重合计）") from None


def _repeats(run: _Run, node: Call, scope: Scope) -> bool:
    """Whether two rows have the same in a column; the repetitions are the inputs, blank cells are not compared."""
    rows, columns = _table(run, node, scope)
    if len(columns) != 1 or not isinstance(columns[0], Name):
        raise run.fault(codes.ARGUMENTS, name=node.function, usage=FUNCTIONS[node.function].usage)
    seen: set[Value] = set()
    again: list[Trace] = []
    for row in rows:
        trace = run.trace(columns[0], row)
        del run.inputs[id(trace)]
        if trace.value is not None and trace.value in seen:
            again.append(trace)
        seen.add(trace.value)
    run.spend(len(rows))
    run.inputs |= {id(trace): trace for trace in again}
    return bool(again)


def _table(run: _Run, node: Call, scope: Scope) -> tuple[Sequence[Scope], tuple[Node, ...]]:
    """The rows of an aggregate, and the arguments that are evaluated for each."""
    table, arguments = node.arguments[0], node.arguments[1:]
    rows = scope.rows(table.path) if isinstance(table, Name) else None
    if isinstance(table, Name):
        for count in range(len(table.path) - 1, 0, -1) if rows is None else ():
            # 求和(表.列) is short for 求和(表, 列).
            rows = scope.rows(table.path[:count])
            if rows is not None:
                arguments = (Name(table.start, table.end, table.path[count:]), *arguments)
                break
    if rows is None:
        problem = f"「{node.function}」的第一个参数「{run.expression.slice(table)}」不是表"
        raise run.fault(codes.WRONG_TYPE, problem=problem)
    if not arguments or not rows.scopes:
        # No row is asked anything: the table itself is what the result rests on.
        run.inputs[id(rows.trace)] = rows.trace
    return rows.scopes, arguments


_FUNCTIONS: dict[str, Callable[[_Run, Call, Scope], Value]] = {
    "values": _of_numbers,
    "rows": _aggregate,
    "steps": _step,
    "given": _given,
    "said": _said,
    "joined": _joined,
    "judged": _judged,
    "roughly": _roughly,
    "words": _contains,
    "dated": _year_of,
    "repeats": _repeats,
}
_WAYS: dict[type[Node], Callable[[_Run, Any, Scope], Value]] = {
    Literal: lambda _run, node, _scope: node.value,
    Name: _Run.named,
    Unary: _Run.unary,
    Binary: _Run.arithmetic,
    Compare: _Run.compare,
    Logic: _Run.logic,
    Choice: _Run.choice,
    Call: _call,
}
