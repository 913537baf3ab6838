"""Names in a formula to what they stand for: fields, columns of the table at hand, figures of indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from generator.formula.nodes import Call, Name
from generator.template.names import walk_fields

if TYPE_CHECKING:
    from generator.formula import Expression
    from generator.formula.nodes import Node
    from generator.template.model import Field, Indicator, Template

__all__ = ["Formula", "Lookup", "Place", "formulas", "table_of"]

ITEMS = "要点"


class Place(Struct, frozen=True):
    """Where a formula stands, as far as it decides what its names mean.

    ``tables`` are the tables in whose rows it is computed, the innermost last; ``indicator`` is the one that it is of.
    """

    tables: tuple[str, ...] = ()
    indicator: Indicator | None = None

    def within(self, table: str) -> Place:
        """The place of what is computed for each row of a table."""
        return replace(self, tables=(*self.tables, table))


class Formula(Struct, frozen=True):
    """A formula of a template: the name of what it computes, and what that must be (数, 条件, or anything: empty)."""

    name: str
    expression: Expression
    place: Place = field(default_factory=Place)
    wanted: str = ""


class Lookup:
    """Finds what a name stands for."""

    def __init__(self, template: Template) -> None:
        self.fields: Mapping[str, Field] = {field.path: field for field in walk_fields(template.fields)}
        self.indicators = {indicator.name: indicator for indicator in template.all_indicators()}
        self.tables = frozenset(path for path, one in self.fields.items() if one.kind == "表")

    def key(self, path: tuple[str, ...], place: Place) -> str:
        """The full name: ``专项资金.金额`` for the column 金额, ``指标.某项.取值`` for 取值; else as written."""
        name = ".".join(path)
        for table in reversed(place.tables):
            if table == ITEMS and name in ("得分", "分值"):
                return f"{ITEMS}.{name}"
            if len(path) == 1 and f"{table}.{name}" in self.fields:
                return f"{table}.{name}"
        own = place.indicator
        if own is not None and len(path) == 1 and name in ("分值", "取值", "自评分", *own.parameters):
            return f"指标.{own.name}.{name}"
        return name

    def is_value(self, path: tuple[str, ...], place: Place) -> bool:
        """Whether a name stands for one value: not for a group, a table, or a column out of its rows."""
        key = self.key(path, place)
        known = self.fields.get(key)
        table = key.rpartition(".")[0]
        return known is None or (not known.members and (table not in self.tables or table in place.tables))


def table_of(node: Call, lookup: Lookup) -> tuple[str, tuple[Node, ...]] | None:
    """The table that an aggregate runs over and what it computes for each row; None where it names none."""
    first, *rest = node.arguments
    if not isinstance(first, Name):
        return None
    path = ".".join(first.path)
    if path in lookup.tables or path == ITEMS:
        return path, tuple(rest)
    above, column = ".".join(first.path[:-1]), first.path[-1:]
    if above in lookup.tables or above == ITEMS:
        # 求和(表.列) is short for 求和(表, 列).
        return above, (Name(first.start, first.end, column), *rest)
    return None


def formulas(template: Template) -> Iterator[Formula]:
    """Every formula of a template but the conditions of its ratings, which are told apart by what they must be."""
    tables = {one.path for one in walk_fields(template.fields) if one.kind == "表"}
    for one in walk_fields(template.fields):
        if one.formula is not None:
            above = one.path.rpartition(".")[0]
            yield Formula(one.path, one.formula, Place((above,) if above in tables else ()))
    for indicator in template.all_indicators():
        yield from _of_indicator(indicator)
    for rule in template.checks:
        table = ".".join(rule.table)
        yield Formula(f"勾稽.{rule.name}", rule.condition, Place((table,) if table else ()), "条件")
    if template.scoring is not None:
        yield Formula("评分.总分", template.scoring.total, wanted="数")
        for band in template.scoring.bands:
            yield Formula(f"等级.{band.name}", band.condition, wanted="条件")


def _of_indicator(indicator: Indicator) -> Iterator[Formula]:
    path, place = f"指标.{indicator.name}", Place((), indicator)
    for name, expression in indicator.parameters.items():
        yield Formula(f"{path}.{name}", expression, place)
    if indicator.value is not None:
        yield Formula(f"{path}.取值", indicator.value, place)
    if indicator.score is not None:
        yield Formula(f"{path}.得分", indicator.score, place, "数")
    for item in indicator.items:
        if item.score is not None:
            yield Formula(f"{path}.{ITEMS}.{item.name}", item.score, place, "数")
