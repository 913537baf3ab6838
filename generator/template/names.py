"""Every name that a formula of the template uses must exist: told when the template is loaded, not when it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.diagnostics import Finding, Span, nearest, suggestion
from generator.base.judgement import Verdict
from generator.formula import codes
from generator.formula.nodes import Call, Name, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from generator.formula import Expression
    from generator.formula.nodes import Node
    from generator.template.folder import Unread
    from generator.template.model import CheckRule, Field, Indicator, Template

__all__ = ["check_names", "is_open", "walk_fields"]

_TOTAL_NAMES = frozenset({"合计", "满分"})
_BAND_NAMES = frozenset({"总分", "满分", "得分率"})
_ITEM_NAMES = frozenset({"得分", "分值"})


def walk_fields(fields: Mapping[str, Field]) -> Iterator[Field]:
    """Every field, groups and tables before what is in them."""
    for field in fields.values():
        yield field
        yield from walk_fields(field.members)


def check_names(template: Template, unread: Unread) -> list[Finding]:
    """A finding for every name in a formula that stands for nothing, with near misses.

    Nothing is said of a name that may stand for something in a part of the template that could not be read.
    """
    known = _Known(template, unread)
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
    def __init__(self, template: Template, unread: Unread) -> None:
        self.unread = unread
        fields = list(walk_fields(template.fields))
        self.open = frozenset(field.path for field in fields if is_open(field))
        self.paths = frozenset(field.path for field in fields)
        self.words = frozenset(word for field in fields for word in field.choices)
        self.words |= {verdict.label for verdict in Verdict}
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
        table, path = ".".join(rule.table), f"勾稽.{rule.name}"
        if table and table not in self.columns:
            # Of what stands in the rule nothing can be said: any name in it may be a column.
            return [] if self._may_be(rule.table) else [_unknown(rule.table_span, path, table, self.columns)]
        columns = self.columns.get(table, frozenset())
        found = [] if table in self.open else self.check(rule.condition, path, columns)
        place = tuple(rule.place.split("."))
        if rule.place and rule.place not in columns | self.paths and not (table in self.open or self._may_be(place)):
            found.append(_unknown(rule.place_span, path, rule.place, sorted(columns | self.paths)))
        return found

    def check_indicator(self, indicator: Indicator) -> list[Finding]:
        local = frozenset({"分值", "自评分", *indicator.parameters})
        local |= {"取值"} if indicator.value is not None else frozenset()
        tables = {"要点": _ITEM_NAMES} if indicator.items else {}
        formulas = [indicator.value, indicator.score, *indicator.parameters.values()]
        path = f"指标.{indicator.name}"
        lost = {name for name in ("取值", "要点") if f"{path}.{name}" in self.unread}
        lost |= {"*"} if f"{path}.参数" in self.unread else set()
        found: list[Finding] = []
        for formula in (*formulas, *(item.score for item in indicator.items)):
            found += self.check(formula, path, local, tables, lost)
        return found

    def check(
        self,
        expression: Expression | None,
        path: str,
        local: frozenset[str],
        tables: Mapping[str, frozenset[str]] | None = None,
        lost: AbstractSet[str] = frozenset(),
    ) -> list[Finding]:
        """Findings for the names that are neither ``local``, nor in ``tables``, nor known to the whole template.

        ``lost`` are local names that may have been meant where something could not be read; ``*`` is any single name.
        """
        if expression is None:
            return []
        own = tables or {}
        everywhere = local | self.paths | self.scores
        everywhere |= {f"{table}.{column}" for table, columns in own.items() for column in columns} | own.keys()
        names = _names(expression.root, everywhere, {**self.columns, **own}, self.open)
        return [
            self._unknown(_place(expression, name), path, name.path, sorted(within))
            for name, within in names
            if within is not None and ".".join(name.path) not in within and not self._may_be(name.path, lost)
        ]

    def _unknown(self, span: Span, path: str, steps: tuple[str, ...], within: list[str]) -> Finding:
        """The finding; a text without its quotes reads as a name."""
        name = ".".join(steps)
        if name in self.words:
            return codes.UNKNOWN_NAME.at(span, path, hint=f'「{name}」是文字，要放进引号："{name}"。', name=name)
        return _unknown(span, path, name, within)

    def _may_be(self, steps: tuple[str, ...], lost: AbstractSet[str] = frozenset()) -> bool:
        """Whether a name may be defined in a part of the template that could not be read."""
        above = {".".join(steps[:count]) for count in range(1, len(steps) + 1)}
        return (
            self.unread.may_be(steps)
            or bool(above & self.open)
            or steps[0] in lost
            or ("*" in lost and len(steps) == 1)
            or ".".join(steps) in self.unread
        )


def is_open(field: Field) -> bool:
    """Whether what is below a field could not be read."""
    return not field.kind or (field.kind in ("组", "表") and not field.members)


def _names(
    node: Node, within: frozenset[str] | None, tables: Mapping[str, frozenset[str]], opened: AbstractSet[str]
) -> Iterator[tuple[Name, frozenset[str] | None]]:
    """Every name with the names that are known where it stands: within an aggregate, the columns of its table too.

    None within an aggregate over a table whose columns could not be read: there any name may be one.
    """
    if isinstance(node, Name):
        yield node, within
    below = parts(node)
    if isinstance(node, Call) and isinstance(node.arguments[0], Name):
        yield node.arguments[0], within
        *above, last = node.arguments[0].path
        # 求和(表.列, 条件) runs over the rows of the table as well.
        table = ".".join([*above, last] if ".".join([*above, last]) in tables else above)
        below = node.arguments[1:]
        within = None if within is None or table in opened else within | tables.get(table, frozenset())
    for part in below:
        yield from _names(part, within, tables, opened)


def _unknown(span: Span, path: str, name: str, known: Iterable[str]) -> Finding:
    names = list(known)
    group = f"{name.rpartition('.')[0]}."
    beside = [other for other in names if other.startswith(group)]
    # Where nothing is alike, what its group has rather than everything there is.
    likely = beside if beside and not nearest(name, names) else names
    return codes.UNKNOWN_NAME.at(span, path, hint=suggestion(name, likely), name=name)


def _place(expression: Expression, name: Name) -> Span:
    span = expression.span
    if name.end > span.length:
        return span
    return Span(span.file, span.line, span.column + name.start, name.end - name.start)
