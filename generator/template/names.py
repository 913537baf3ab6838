"""Every name that a formula of the template uses must exist: told when the template is loaded, not when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.diagnostics import Finding, Span, suggestion
from generator.formula import codes
from generator.formula.nodes import Call, Name, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.formula import Expression
    from generator.formula.nodes import Node
    from generator.template.model import CheckRule, Field, Indicator, Template

__all__ = ["check_names", "walk_fields"]

_TOTAL_NAMES = frozenset({"合计", "满分"})
_BAND_NAMES = frozenset({"总分", "满分", "得分率"})
_ITEM_NAMES = frozenset({"得分", "分值"})


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
        found += known.check_field(field)
    for indicator in template.all_indicators():
        found += known.check_indicator(indicator)
    for rule in template.checks:
        found += known.check_rule(rule)
    if template.scoring is not None:
        found += known.check(template.scoring.total, "评分.总分", _TOTAL_NAMES)
        for band in template.scoring.bands:
            found += known.check(band.condition, f"等级.{band.name}", _BAND_NAMES)
    return found


class _Known:
    def __init__(self, template: Template) -> None:
        fields = list(walk_fields(template.fields))
        self.paths = frozenset(field.path for field in fields)
        self.columns = {field.path: frozenset(field.members) for field in fields if field.kind == "表"}
        self.scores = frozenset(
            f"指标.{indicator.name}.{what}"
            for indicator in template.all_indicators()
            for what in ("分值", "得分", "得分率", *(["取值"] if indicator.value is not None else []))
        )

    def check_field(self, field: Field) -> list[Finding]:
        table, _, _ = field.path.rpartition(".")
        found = self.check(field.formula, field.path, self.columns.get(table, frozenset()))
        if field.unit_of and f"{table}.{field.unit_of}".lstrip(".") not in self.paths:
            siblings = [path.rpartition(".")[2] for path in self.paths if path.rpartition(".")[0] == table]
            found.append(_unknown(field.span, field.path, field.unit_of, siblings))
        return found

    def check_rule(self, rule: CheckRule) -> list[Finding]:
        table = ".".join(rule.table)
        if table and table not in self.columns:
            return [_unknown(rule.span, f"勾稽.{rule.name}", table, self.columns)]
        return self.check(rule.condition, f"勾稽.{rule.name}", self.columns.get(table, frozenset()))

    def check_indicator(self, indicator: Indicator) -> list[Finding]:
        local = frozenset({"分值", "自评分", *indicator.parameters})
        local |= {"取值"} if indicator.value is not None else frozenset()
        tables = {"要点": _ITEM_NAMES} if indicator.items else {}
        formulas = [indicator.value, indicator.score, *indicator.parameters.values()]
        found: list[Finding] = []
        for formula in (*formulas, *(item.score for item in indicator.items)):
            found += self.check(formula, f"指标.{indicator.name}", local, tables)
        return found

    def check(
        self,
        expression: Expression | None,
        path: str,
        local: frozenset[str],
        tables: Mapping[str, frozenset[str]] | None = None,
    ) -> list[Finding]:
        """Findings for the names that are neither ``local``, nor in ``tables``, nor known to the whole template."""
        if expression is None:
            return []
        own = tables or {}
        everywhere = local | self.paths | self.scores
        everywhere |= {f"{table}.{column}" for table, columns in own.items() for column in columns} | own.keys()
        found = _names(expression.root, everywhere, {**self.columns, **own})
        return [
            _unknown(_place(expression, name), path, ".".join(name.path), sorted(within))
            for name, within in found
            if ".".join(name.path) not in within
        ]


def _names(
    node: Node, within: frozenset[str], tables: Mapping[str, frozenset[str]]
) -> Iterator[tuple[Name, frozenset[str]]]:
    """Every name with the names that are known where it stands: within an aggregate, the columns of its table too."""
    if isinstance(node, Name):
        yield node, within
    below = parts(node)
    if isinstance(node, Call) and isinstance(node.arguments[0], Name):
        yield node.arguments[0], within
        below, within = node.arguments[1:], within | tables.get(".".join(node.arguments[0].path), frozenset())
    for part in below:
        yield from _names(part, within, tables)


def _unknown(span: Span, path: str, name: str, known: Iterable[str]) -> Finding:
    return codes.UNKNOWN_NAME.at(span, path, hint=suggestion(name, known), name=name)


def _place(expression: Expression, name: Name) -> Span:
    span = expression.span
    if name.end > span.length:
        return span
    return Span(span.file, span.line, span.column + name.start, name.end - name.start)
