"""Rule: two amounts that a report sets side by side are stated in one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.judgement import Flag
from generator.base.target import parse_target
from generator.base.units import MONEY
from generator.checking import codes
from generator.checking.rule import Example, Rule
from generator.formula import Compare, Name, parts
from generator.submission import Fact, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.case import Case
    from generator.checking.rule import Given
    from generator.formula import Node

__all__ = ["MONEY_UNITS"]


def _money_units(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        if goal.has(Flag.UNIT_CONVERTED) and goal.target_fact is not None:
            yield from _differing(goal.target_fact, goal.actual)
    for one, other in dict.fromkeys(_compared(case)):
        first, second = _fact(case, one), _fact(case, other)
        if first is not None and second is not None:
            yield from _differing(first, second)


def _compared(case: Case) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The facts that the scoring form holds against each other."""
    for indicator in case.submission.template.all_indicators():
        for formula in (indicator.score, *(item.score for item in indicator.items)):
            yield from _comparisons(formula.root) if formula is not None else ()


def _comparisons(node: Node) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    if isinstance(node, Compare) and isinstance(node.left, Name) and isinstance(node.right, Name):
        yield node.left.path, node.right.path
    for part in parts(node):
        yield from _comparisons(part)


def _fact(case: Case, path: tuple[str, ...]) -> Fact | None:
    member: object = case.submission.facts
    for name in path:
        member = member.members.get(name) if isinstance(member, Record) else None
    return member if isinstance(member, Fact) else None


def _differing(one: Fact, other: Fact) -> Iterator[Finding]:
    first, second = _money_unit(one), _money_unit(other)
    if first and second and first != second:
        words = {"one": one.path, "other": other.path, "first": one.text.strip(), "second": other.text.strip()}
        yield codes.MONEY_UNITS.at(other.span, other.path, **words)


def _money_unit(fact: Fact) -> str:
    """The unit of an amount; empty for what is none, and for nought, which is nought in every unit."""
    target = parse_target(fact.text)
    return target.unit if target.dimension == MONEY and any(target.ends) else ""


MONEY_UNITS = Rule(
    name="金额单位",
    group=8,
    codes=(codes.MONEY_UNITS,),
    why=(
        "评分时相互比较的两个金额、同一行的目标和实际，报告里并列印出。一个填元、一个填万元，读的人要自己换算，"
        "容易看错位数。"
        "程序按换算后的数比较，得分不受影响，所以只提示。"
    ),
    find=_money_units,
    examples=(
        Example(
            codes.MONEY_UNITS,
            bad="三公经费: {预算: 10 万元, 实际: 85000 元}",
            good="三公经费: {预算: 100000 元, 实际: 85000 元}",
            place="三公经费.预算",
            marked="10 万元",
        ),
        Example(
            codes.MONEY_UNITS,
            bad="绩效目标[3].完成: 52000万元",
            good="绩效目标[3].完成: 5.2亿元",
            place="绩效目标[3].完成",
            marked="52000万元",
        ),
    ),
)
