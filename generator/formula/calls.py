"""The functions of formulas, called: what asks a fact, a target or the rows of a table rather than plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.figures import Figure, plain
from generator.formula import codes
from generator.formula.functions import FUNCTIONS, BadArgument, EmptyTable
from generator.formula.nodes import Call, Name
from generator.formula.trace import walk
from generator.formula.values import FormulaFault, figure_of, shown
from generator.quantities import Verdict, allowance, judge

if TYPE_CHECKING:
    from generator.formula.nodes import Node
    from generator.formula.run import Run
    from generator.formula.trace import Trace
    from generator.formula.values import Scope, Value

__all__ = ["call"]

_WAYS_TO_JUDGE = ("正向", "反向", "约束")
_BLANK = "（未填）"


def call(run: Run, node: Call, scope: Scope) -> Value:
    """The value of a function call within an evaluation."""
    function = FUNCTIONS[node.function]
    match function.kind:
        case "given":
            return _given(run, node, scope)
        case "judged":
            return _judged(run, node, scope)
        case "roughly":
            return _roughly(run, node, scope)
        case "rows":
            total = _aggregate(run, node, scope)
            run.replaced[node.start] = (node.end, figure_of(total, plain(total)))
            return total
    assert function.compute is not None  # every function of values computes  # noqa: S101
    try:
        value: Value = function.compute(*(run.number(argument, scope) for argument in node.arguments))
    except BadArgument as fault:
        raise run.fault(codes.WRONG_TYPE, problem=f"「{run.expression.slice(node)}」{fault}") from None
    return value


def _given(run: Run, node: Call, scope: Scope) -> bool:
    argument = node.arguments[0]
    if not isinstance(argument, Name):
        raise run.fault(codes.WRONG_TYPE, problem="「已填」只能用于一个名称")
    rows = scope.rows(argument.path)
    if rows is None:
        return run.trace(argument, scope).value is not None
    run.inputs[id(rows.trace)] = rows.trace
    return bool(rows.scopes)


def _judged(run: Run, node: Call, scope: Scope) -> Value:
    """What a target and an actual, as they were typed, say of each other."""
    target, actual = (_words(run, argument, scope) for argument in node.arguments[:2])
    way = _words(run, node.arguments[2], scope) if len(node.arguments) > 2 else ""
    if way not in ("", *_WAYS_TO_JUDGE):
        raise run.fault(codes.WRONG_TYPE, problem=f"「{way}」不是判定的方式（可用：{'、'.join(_WAYS_TO_JUDGE)}）")
    judgement = judge(target, actual, exact=way == "约束", reverse=way == "反向")
    compute = FUNCTIONS[node.function].compute
    if compute is not None:
        value: Value = compute(judgement)
        return value
    if judgement.verdict not in (Verdict.MET, Verdict.NOT_MET):
        why = judgement.reason.rstrip("。")
        facts = [_fact(run, argument, scope) for argument in (node.arguments[1], node.arguments[0])]
        if fact := facts[0] or facts[1]:
            words = {"target": target or _BLANK, "actual": actual or _BLANK, "why": why}
            raise FormulaFault(codes.NOT_COMPARABLE.at(fact.span, fact.name, **words), fact)
        raise run.fault(codes.WRONG_TYPE, problem=f"「{target}」与「{actual}」不能比较：{why}")
    return judgement.verdict is Verdict.MET


def _fact(run: Run, node: Node, scope: Scope) -> Trace | None:
    """The bureau's own line that an argument is."""
    trace = run.trace(node, scope) if isinstance(node, Name) else None
    return trace if trace is not None and not trace.formula else None


def _roughly(run: Run, node: Call, scope: Scope) -> bool:
    """Whether two numbers differ by no more than half a unit in the last place of every fact that they come from."""
    before, run.inputs = run.inputs, {}
    try:
        one, other = (run.number(argument, scope) for argument in node.arguments)
        facts = {id(part): part.text for trace in run.inputs.values() for part in walk(trace) if not part.formula}
    finally:
        run.inputs = {**before, **run.inputs}
    return abs(one - other) <= allowance(facts.values())


def _words(run: Run, node: Node, scope: Scope) -> str:
    """The text of a target or an actual; empty where it was not filled in, which is not 0."""
    value = run.trace(node, scope).value if isinstance(node, Name) else run.value(node, scope)
    if value is None:
        return ""
    return value.text if isinstance(value, Figure) else shown(value)


def _aggregate(run: Run, node: Call, scope: Scope) -> Fraction:
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
        raise run.fault(codes.ZERO_DIVISION, divisor=run.expression.slice(node)) from None


def _table(run: Run, node: Call, scope: Scope) -> tuple[Sequence[Scope], tuple[Node, ...]]:
    """The rows that an aggregate runs over, and what it computes for each."""
    table, arguments = node.arguments[0], node.arguments[1:]
    rows = scope.rows(table.path) if isinstance(table, Name) else None
    if rows is None and isinstance(table, Name):
        # 求和(表.列) is short for 求和(表, 列).
        rows = scope.rows(table.path[:-1])
        arguments = (Name(table.start, table.end, table.path[-1:]), *arguments)
    if rows is None:
        problem = f"「{node.function}」的第一个参数「{run.expression.slice(table)}」不是表"
        raise run.fault(codes.WRONG_TYPE, problem=problem)
    if not arguments or not rows.scopes:
        # No row is asked anything: the table itself is what the result rests on.
        run.inputs[id(rows.trace)] = rows.trace
    return rows.scopes, arguments
