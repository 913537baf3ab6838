"""Rule: the template's own consistency rules (checks.yaml) hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.checking import codes
from generator.checking.rule import Example, Rule
from generator.formula import FormulaFault, Scope, Trace, evaluate, walk
from generator.formula import codes as formula_codes
from generator.narrating import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding, Span
    from generator.checking.context import Case
    from generator.checking.rule import Given
    from generator.template import CheckRule

__all__ = ["FORMULAS"]


def _formula_checks(case: Case, _given: Given) -> Iterator[Finding]:
    """A rule whose condition does not hold, for the report or for a row of the table that it runs over."""
    writer = Writer(case.submission.template.forms, case.report.content)
    for rule in case.submission.template.checks:
        for scope, names in _places(rule, case):
            yield from _one(rule, scope, names, writer)
    yield from writer.findings


def _places(rule: CheckRule, case: Case) -> Iterator[tuple[Scope, Mapping[str, object]]]:
    """The report, or each row of the rule's table, with the names that its message can print."""
    book = case.scorecard.book
    if not rule.table:
        yield book, {}
        return
    names: object = case.report.content
    for part in rule.table:
        names = names[part] if isinstance(names, Mapping) else []
    rows = book.rows(rule.table)
    yield from zip(rows.scopes if rows else [], names if isinstance(names, list) else [], strict=True)


def _one(rule: CheckRule, scope: Scope, names: Mapping[str, object], writer: Writer) -> Iterator[Finding]:
    try:
        trace = evaluate(rule.condition, scope, rule.name)
    except FormulaFault as fault:
        yield fault.finding
        return
    if not isinstance(trace.value, bool):
        problem = f"「{rule.condition.text}」不是条件（是或否）"
        yield formula_codes.WRONG_TYPE.at(rule.span, rule.name, formula=rule.condition.text, problem=problem)
        return
    if trace.value:
        return
    span, path = _where(rule, scope, trace)
    message = writer.write(rule.message, rule.span, rule.name, names, trusted=True)
    mend = writer.write(rule.hint, rule.span, rule.name, names, trusted=True)
    yield replace(codes.RULE.at(span, path, message=message, mend=mend), severity=rule.severity)


def _where(rule: CheckRule, scope: Scope, trace: Trace) -> tuple[Span, str]:
    """The fact that the rule names, or the first that a computed value named there rests on.

    Else the first fact that the condition looked at, else the rule itself.
    """
    named = scope.resolve(tuple(rule.place.split("."))) if rule.place else None
    facts = [part for part in (walk(named) if named else trace.inputs) if not part.formula]
    return (facts[0].span, facts[0].name) if facts else (rule.span, rule.name)


FORMULAS = Rule(
    name="勾稽",
    group=6,
    codes=(codes.RULE,),
    why=(
        "模板在 checks.yaml 的「勾稽」里用公式写的规则，条件不成立就报告；级别、消息和改法都由那里给出。"
        "金额的比较可以写「约等于(甲, 乙)」：两边的数是四舍五入以后填的，每个数允许相差半个末位。写法见《模板编写》。"
    ),
    find=_formula_checks,
    examples=(
        Example(
            codes.RULE,
            bad="收入.财政拨款: 300.00 万元",
            good="收入.财政拨款: 379.50 万元",
            place="收入.财政拨款",
            marked="300.00 万元",
        ),
    ),
    fixed=True,
)
