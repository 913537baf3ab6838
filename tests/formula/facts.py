"""Named facts and small tables, and formulas run over them: what the tests of evaluation share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

import pytest

from generator.base.diagnostics import Finding, Span
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, parse
from generator.formula.values import FormulaFault, Rows, Scope, Trace, Value, shown

PLACE = Span("fields.yaml", 9, 5, 200)
F = Fraction


def trace(name: str, value: Value, text: str = "", line: int = 1, formula: str = "") -> Trace:
    text = text or shown(value)
    return Trace(name, value, text, Span("input.yaml", line, 3), formula=formula)


class Facts:
    """Names with values; a list of mappings is a table, whose rows see the names outside."""

    def __init__(self, facts: Mapping[str, object], outer: Facts | None = None) -> None:
        self.facts, self.outer = facts, outer
        self.known: dict[str, Trace] = {}
        self.tables: dict[str, Rows] = {}

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        name = ".".join(path)
        fact = self.facts.get(name)
        if name in self.facts and not isinstance(fact, list):
            if name not in self.known:
                self.known[name] = fact if isinstance(fact, Trace) else trace(name, fact)  # type: ignore[arg-type]
            return self.known[name]
        return self.outer.resolve(path) if self.outer is not None else None

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        name = ".".join(path)
        rows = self.facts.get(name)
        if not isinstance(rows, list):
            return self.outer.rows(path) if self.outer is not None else None
        if name not in self.tables:
            scopes: Sequence[Scope] = [Facts(row, self) for row in rows]
            self.tables[name] = Rows(scopes, trace(name, F(len(rows)), f"{len(rows)} 行", line=50))
        return self.tables[name]


TABLE = [
    {"金额": F(125), "自评分": F(98), "好": True, "进展": "已完成", "空": None},
    {"金额": F(10), "自评分": F(100), "好": False, "进展": "推进中", "空": None},
    {"金额": F(81, 2), "自评分": F(96), "好": True, "进展": "已完成", "空": None},
]
FACTS: dict[str, object] = {
    "甲": F(3), "乙": F(5), "零": F(0), "负": F(-3), "真": True, "假": False, "词": "已完成", "空": None,
    "组.项": F(1, 3), "日": date(2021, 12, 31), "段": ("一", "二"), "表": TABLE, "组.表": TABLE[:1], "空表": [],
    "无": (),
}  # fmt: skip


def parsed(text: str) -> Expression:
    expression = parse(text, PLACE, "路径")
    assert isinstance(expression, Expression), expression
    return expression


def run(text: str, facts: Mapping[str, object] | None = None) -> Trace:
    return evaluate(parsed(text), Facts(FACTS if facts is None else facts), "结果")


def value(text: str, facts: Mapping[str, object] | None = None) -> Value:
    return run(text, facts).value


def fault(text: str, facts: Mapping[str, object] | None = None) -> Finding:
    with pytest.raises(FormulaFault) as caught:
        run(text, facts)
    assert caught.value.finding.path in ("结果", caught.value.culprit.name if caught.value.culprit else "")
    return caught.value.finding
