"""Every name that a formula of the template uses must exist: told when the template is loaded, not when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.diagnostics import Finding, Span, suggestion
from generator.formula import codes, names_in
from generator.formula.nodes import Call, Name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.formula import Expression
    from generator.formula.nodes import Node
    from generator.template.model import Field, Indicator, Template

__all__ = ["INDICATOR_NAMES", "SCORE_NAMES", "check_names", "walk_fields"]

INDICATOR_NAMES = frozenset({"分值", "取值", "自评分", "要点"})
SCORE_NAMES = frozenset({"分值", "得分", "取值", "得分率"})
TOTAL_NAMES = frozenset({"合计", "总分", "满分", "得分率"})


def walk_fields(fields: Mapping[str, Field]) -> Iterator[Field]:
    """Every field, groups and tables before what is in them."""
    for field in fields.values():
        yield field
        yield from walk_fields(field.members)


def check_names(template: Template) -> list[Finding]:
    """A finding for every name in a formula that stands for nothing, with near misses."""
    known = _Known(template)
    found: list[Finding] = []
    for field in walk_fields(template.fields):
        table = field.path.rpartition(".")[0]
        found += known.check(field.formula, f"{field.path}", known.columns.get(table, frozenset()))
    for indicator in template.all_indicators():
        found += known.check_indicator(indicator)
    for rule in template.checks:
        found += known.check(rule.condition, rule.name, known.columns.get(".".join(rule.table), frozenset()))
    if template.scoring is not None:
        for expression in (template.scoring.total, *(band.condition for band in template.scoring.bands)):
            found += known.check(expression, "评分", TOTAL_NAMES)
    return found


class _Known:
    def __init__(self, template: Template) -> None:
        fields = list(walk_fields(template.fields))
        self.paths = frozenset(field.path for field in fields)
        self.columns = {field.path: frozenset(field.members) for field in fields if field.kind == "表"}
        names = [indicator.name for indicator in template.all_indicators()]
        self.scores = frozenset(f"指标.{name}.{what}" for name in names for what in SCORE_NAMES)

    def check_indicator(self, indicator: Indicator) -> list[Finding]:
        local = INDICATOR_NAMES | frozenset(indicator.parameters) | {"要点.得分", "要点.分值"}
        found: list[Finding] = []
        formulas = [indicator.value, indicator.score, *indicator.parameters.values()]
        for formula in (*formulas, *(item.score for item in indicator.items)):
            found += self.check(formula, f"指标.{indicator.name}", local)
        return found

    def check(self, expression: Expression | None, path: str, local: frozenset[str]) -> list[Finding]:
        if expression is None:
            return []
        within = local | self._columns_used(expression.root)
        return [
            self._finding(expression, name, path, within)
            for name in names_in(expression.root)
            if ".".join(name.path) not in within | self.paths | self.scores
        ]

    def _columns_used(self, node: Node) -> frozenset[str]:
        """The columns of the tables that aggregates in the formula run over."""
        tables = (call.arguments[0] for call in _calls(node) if call.arguments)
        used = (self.columns.get(".".join(table.path), frozenset()) for table in tables if isinstance(table, Name))
        return frozenset().union(*used)

    def _finding(self, expression: Expression, name: Name, path: str, local: frozenset[str]) -> Finding:
        written = ".".join(name.path)
        hint = suggestion(written, sorted(local | self.paths))
        return codes.UNKNOWN_NAME.at(_place(expression, name), path, hint=hint, name=written)


def _calls(node: Node) -> Iterator[Call]:
    match node:
        case Call():
            yield node
            parts = node.arguments
        case _:
            parts = tuple(
                part
                for key in ("operand", "left", "right", "then", "condition", "otherwise")
                if (part := getattr(node, key, None))
            )
    for part in parts:
        yield from _calls(part)


def _place(expression: Expression, name: Name) -> Span:
    span = expression.span
    if name.end > span.length:
        return span
    return Span(span.file, span.line, span.column + name.start, name.end - name.start)
