"""Evaluates an expression over named facts with exact arithmetic; the functions and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from fractions import Fraction

from generator.base.amount import Amount, allowance
from generator.base.judgement import WAYS, is_way, judge
from generator.base.target import Operator
from generator.base.target_text import as_target, parse_target, says_not_applicable
from generator.formula import codes
from generator.formula.parser import Call, Expression, Name, Node, bound_of, walk_nodes
from generator.formula.run import EVALUATORS, ORDER, Run, WithFigures
from generator.formula.values import (
    FUNCTIONS,
    UNUSABLE,
    BadArgument,
    EmptyTable,
    FormulaFault,
    Scope,
    Trace,
    Value,
    shown,
    walk,
)


def evaluate(expression: Expression, scope: Scope, name: str, show: Callable[[Value], str] = shown) -> Trace:
    """The value of an expression and how it was computed; ``show`` prints it, by default in full.

    Raises:
        FormulaFault: A name is unknown or not filled in, a divisor is zero, types do not fit, or a limit is exceeded.
    """
    run = Run(expression, name)
    value = _value_of(run, scope)
    return Trace(
        name=name,
        value=value,
        text=show(value),
        span=expression.span,
        formula=expression.text,
        inputs=tuple(run.inputs.values()),
        working=WithFigures(expression, value, run.replaced, run.taken),
        lacking=run.lacking.finding if run.lacking is not None and value is None else None,
    )


def value_of(expression: Expression, scope: Scope, name: str) -> Value:
    """The value alone; raises what ``evaluate`` raises."""
    return _value_of(Run(expression, name), scope)


def _value_of(run: Run, scope: Scope) -> Value:
    run.spend(len(run.expression.nodes))
    try:
        return run.value(run.expression.root, scope)
    except RecursionError:
        # One formula cannot nest so deep, but a chain of computed fields, each using the next, can.
        raise run.fault(codes.TOO_MUCH, limit="相互引用的层数") from None


def _of_numbers(run: Run, node: Call, scope: Scope) -> Value:
    try:
        numbers = (run.number(argument, scope) for argument in node.arguments)
        value: Value = FUNCTIONS[node.function].compute(*numbers)
    except BadArgument as fault:
        raise run.wrong(f"「{run.expression.slice(node)}」{fault}", node, scope) from None
    return value


def _said(run: Run, node: Call, scope: Scope) -> Value:
    value: Value = FUNCTIONS[node.function].compute(str(_stated(run, node.arguments[0], scope)))
    return value


def _joined(run: Run, node: Call, scope: Scope) -> str | None:
    """The target that the columns of sign, value and unit state; None if no value is filled in."""
    *sign, value, unit = (str(_stated(run, argument, scope)) for argument in node.arguments)
    try:
        return _join("".join(sign), value, unit) or None
    except ValueError as contradiction:
        fact = run.own_fact(node.arguments[-2], scope)
        if fact is None:
            raise run.wrong(str(contradiction), node, scope) from None
        finding = codes.CONTRADICTORY.at(fact.span, fact.name, name=fact.name, why=str(contradiction))
        raise FormulaFault(finding, fact) from None


def _join(sign: str, value: str, unit: str) -> str:
    """The target that three columns state, as systems export them: 计算符号, 指标值, 计量单位.

    Raises:
        ValueError: They contradict one another; says how.
    """
    sign, value, unit = sign.strip(), value.strip(), unit.strip()
    own = parse_target(value)
    if not value or says_not_applicable(value) or own.deadline is not None:
        return value
    written = value if own.fault or not unit or own.unit == unit else value + unit
    whole = parse_target(written)
    if own.unit and written != value and own.unit == whole.unit:
        raise ValueError(f"指标值「{value}」已有单位「{own.unit}」，计量单位却是「{unit}」")
    if sign == "定性":
        if whole.quantity is not None:
            raise ValueError(f"计算符号是「定性」，指标值「{value}」却是数量")
        return value
    operator = parse_target(f"{sign}1").operator if sign else Operator.PLAIN
    if sign and operator in (Operator.PLAIN, Operator.QUALITATIVE):
        raise ValueError(f"计算符号「{sign}」不认识（可用：≥、>、=、<、≤、定性）")
    if sign and whole.quantity is None:
        raise ValueError(f"计算符号是「{sign}」，指标值「{value}」却不是数量")
    if not sign or whole.operator is operator or (operator is Operator.EXACTLY and whole.operator is Operator.RANGE):
        return written
    if whole.operator is not Operator.PLAIN:
        raise ValueError(f"计算符号是「{sign}」，指标值「{value}」说的却是另一个意思")
    return sign + written


def _step(run: Run, node: Call, scope: Scope) -> Fraction:
    """The points of the first step whose bound holds, else the last argument."""
    signs = [bound_of(argument)[0] for argument in node.arguments[1:-1:2]]
    value, *numbers = (run.number(bound_of(argument)[1], scope) for argument in node.arguments)
    steps = zip(signs, numbers[:-1:2], numbers[1:-1:2], strict=True)
    return next((points for sign, limit, points in steps if ORDER[sign](value, limit)), numbers[-1])


def _given(run: Run, node: Call, scope: Scope) -> bool:
    argument = node.arguments[0]
    if not isinstance(argument, Name):
        raise run.wrong("「已填」只能用于一个名称", node, scope)
    rows = scope.rows(argument.path)
    if rows is None:
        trace = run.trace(argument, scope)
        # The cell was refused, so it is unknown whether there is a value: ``named`` suppresses follow-up faults.
        # A list of which there is none (无) has no value either.
        return run.named(argument, scope) is not None if trace.text == UNUSABLE else trace.value not in (None, ())
    run.inputs[id(rows.trace)] = rows.trace
    return bool(rows.scopes)


def _judged(run: Run, node: Call, scope: Scope) -> Value:
    """The value of a function of a target and an actual value, both as typed."""
    target, actual = (_stated(run, argument, scope) for argument in node.arguments[:2])
    way = str(_stated(run, node.arguments[2], scope)) if len(node.arguments) > 2 else ""
    if way and not is_way(way):
        problem = f"「{way}」不是判定的方式（可用：{'、'.join(WAYS)}，或二级指标的名称）"
        raise run.wrong(problem, node.arguments[2], scope, problem)
    judgement = judge(target, actual, way, _year(run, scope, target, actual))
    value: Value = FUNCTIONS[node.function].compute(judgement)
    if value is not None:
        return value
    one, other = node.arguments[:2]
    facts = run.own_fact(one, scope), run.own_fact(other, scope)
    is_condition = node.function == "达标"
    what = "达标没有" if is_condition else node.function
    run.lacking = run.incomparable((target, actual), facts, what, judgement)
    if is_condition:
        raise run.lacking
    # A rate may stay blank, unless a formula goes on to compute with it.
    return None


def _year(run: Run, scope: Scope, *sides: Amount | str) -> int | None:
    """The year of the report; None unless a day without a year is compared."""
    deadlines = [deadline for side in sides if (deadline := as_target(side).deadline) is not None]
    if all(deadline.last.year or deadline.shape != "date" for deadline in deadlines):
        return None
    with suppress(FormulaFault):
        trace = scope.resolve(("年度",))
        if trace is not None and isinstance(trace.value, Fraction):
            run.inputs[id(trace)] = trace
            return int(trace.value)
    return None


def _roughly(run: Run, node: Call, scope: Scope) -> bool:
    """Whether two numbers differ by at most half a unit in the last place of each of their facts."""
    before, run.inputs = run.inputs, {}
    try:
        one, other = (run.number(argument, scope) for argument in node.arguments)
        facts = {id(part): part.value for trace in run.inputs.values() for part in walk(trace) if not part.formula}
    finally:
        run.inputs = {**before, **run.inputs}
    return abs(one - other) <= allowance(facts.values())


def _stated(run: Run, node: Node, scope: Scope) -> Amount | str:
    """A target or an actual value: an amount as typed, else its text; empty if blank."""
    trace = run.trace(node, scope) if isinstance(node, Name) else None
    value = trace.value if trace is not None else run.value(node, scope)
    if trace is not None and isinstance(value, Amount) and not trace.formula and not trace.is_target:
        return value
    if value is None or isinstance(value, str):
        return value or ""
    return value.text if isinstance(value, Amount) else shown(value)


def _contains(run: Run, node: Call, scope: Scope) -> bool:
    text, *words = (str(_stated(run, argument, scope)) for argument in node.arguments)
    return any(word in text for word in words)


def _year_of(run: Run, node: Call, scope: Scope) -> Fraction:
    day = run.value(node.arguments[0], scope)
    if not isinstance(day, date):
        problem = f"「{run.expression.slice(node.arguments[0])}」不是日期"
        raise run.wrong(problem, node.arguments[0], scope, "它不是日期")
    return Fraction(day.year)


def _aggregate(run: Run, node: Call, scope: Scope) -> Fraction:
    rows, arguments = _table(run, node, scope)
    function = FUNCTIONS[node.function]
    if not function.is_complete(1 + len(arguments)):
        raise run.fault(codes.ARGUMENTS, name=node.function, usage=function.usage)
    run.spend(len(rows) * sum(1 for argument in arguments for _ in walk_nodes(argument)))
    values: list[object] = []
    for row in rows:
        if node.function == "计数":
            values += [1] if not arguments or run.truth(arguments[0], row) else []
        elif node.function == "加权平均":
            values.append(tuple(run.number(argument, row) for argument in arguments))
        elif len(arguments) == 1 or run.truth(arguments[1], row):
            values.append(run.number(arguments[0], row))
    try:
        total = Fraction(function.compute(values))
    except EmptyTable:
        raise run.zero(node, scope, "能计入的行数（或权重合计）") from None
    run.replaced[node.start] = (node.end, total)
    return total


def _repeats(run: Run, node: Call, scope: Scope) -> bool:
    """Whether a column has a value twice, blanks aside; only the repetitions count as inputs."""
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


def _table(run: Run, node: Call, scope: Scope) -> tuple[Sequence[Scope], tuple[Node, ...]]:
    """The rows of an aggregate, and the arguments that are evaluated for each."""
    table, *arguments = node.arguments
    path, rows = table.path if isinstance(table, Name) else (), None
    for count in range(len(path), 0, -1):
        rows = scope.rows(path[:count])
        if rows is not None:
            # 求和(表.列) is short for 求和(表, 列).
            arguments[:0] = [Name(table.start, table.end, path[count:])] if count < len(path) else []
            break
    if rows is None:
        problem = f"「{node.function}」的第一个参数「{run.expression.slice(table)}」不是表"
        raise run.wrong(problem, node, scope)
    if not arguments or not rows.scopes:
        # Nothing is evaluated for a row: the input is the table itself.
        run.inputs[id(rows.trace)] = rows.trace
    return rows.scopes, tuple(arguments)


_FUNCTIONS: dict[str, Callable[[Run, Call, Scope], Value]] = {
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
EVALUATORS[Call] = lambda run, node, scope: _FUNCTIONS[FUNCTIONS[node.function].kind](run, node, scope)
