"""The values of the names in ``template.scope``, each with its trace: facts, and computed values on demand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property, partial

from generator.base.diagnostics import Finding, Span
from generator.base.formats import plain
from generator.formula import codes
from generator.formula.evaluate import evaluate
from generator.formula.parser import Literal
from generator.formula.values import UNUSABLE, FormulaFault, Rows, Scope, StatedWorking, Trace
from generator.scoring.values import ScoredItem, awarded, constant, points_of, show_value, shown_parameter
from generator.submission.model import Entry, Fact, Record, Submission, Table, facts_by_path, field_path
from generator.template.model import Field, Indicator, Item
from generator.template.scope import ITEMS, formulas, own_names

_ROW = re.compile(r"(.+)\[(\d+)\]")
_BLANK = "（未填）"


class Symbols:
    """The facts and computed values of one submission, by name, each with its trace.

    ``extra`` has functions for values that are no facts (指标.X.得分), from the scoring form; each computes its value
    when a formula first needs it.
    """

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.extra: dict[tuple[str, ...], Callable[[], Trace | None]] = {}
        self._known: dict[str, Trace] = {}
        self._failed: dict[str, tuple[Finding, Trace | None]] = {}
        self._busy: list[str] = []
        self._rows: dict[tuple[str, ...], Rows] = {}

    def close(self) -> None:
        """Forget the scopes, which refer back to it: then a finished report is freed at once, not by a search."""
        self.extra.clear()
        self._rows.clear()

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The trace under a path from the top of the input; None if there is no such value."""
        if path in self.extra:
            return self.extra[path]()
        record = self.submission.facts.at(path[:-1])
        return self.member(record, path[-1]) if isinstance(record, Record) else None

    def rows(self, path: tuple[str, ...], outer: Scope | None = None) -> Rows | None:
        """The rows of the table under a path from the top of the input; None if there is no such table.

        All rows of a table within the rows of another. ``outer`` is the scope of a row besides its own columns and
        those of the rows around it: the symbol table, or the row that asks about this table.
        """
        if outer is None and path in self._rows:
            return self._rows[path]
        found = self.rows_within(self.submission.facts, path, outer or self)
        if outer is None and found is not None:
            self._rows[path] = found
        return found

    def rows_within(self, record: Record, path: tuple[str, ...], outer: Scope) -> Rows | None:
        """The rows of the table under a path from a record."""
        fields, field, found = record.fields, None, list[Record | Table | Fact | None]([record])
        for step in path:
            field = fields.get(step)
            if field is None:
                return None
            # Several tables, one for each row, where the path leads through another table.
            holders = [row for one in found for row in (one.rows if isinstance(one, Table) else (one,))]
            found = [holder.members.get(step) for holder in holders if isinstance(holder, Record)]
            fields = field.members
        if field is None or field.kind != "表":
            return None
        name = f"{record.path}.{'.'.join(path)}".lstrip(".")
        tables = [one for one in found if isinstance(one, Table)]
        place = tables[0].span if tables else record.span
        for table in tables:
            if not table.rows and field.required and not table.said:
                raise _missing(table)
        rows = [row for table in tables for row in table.rows]
        trace = self.once(f"{name}[]", lambda: trace_of_rows(name, len(rows), place))
        return Rows([RowScope(row, self, outer) for row in rows], trace)

    def member(self, record: Record, name: str) -> Trace | None:
        """The trace of one field of a record; None if there is no such field, or it is a group or table."""
        path = f"{record.path}.{name}" if record.path else name
        if path in self._known:
            return self._known[path]
        field = record.fields.get(name)
        if field is None:
            return None
        if (formula := field.formula) is not None:
            sibling = record.fact(field.unit_of)
            alike = sibling.value if sibling is not None else None
            show = partial(show_value, field=field, alike=alike)
            return self.once(path, lambda: evaluate(formula, self.scope_of(record), path, show))
        fact = record.fact(name)
        if fact is None:
            return None
        trace = self._known[path] = trace_of(fact, field)
        return trace

    def find(self, path: str) -> list[Trace]:
        """The traces under a path as people write it, of a table's column one for each row.

        ``收入.合计``, ``专项资金[3].权重``, ``专项资金.权重``; empty if there is no such value.
        """
        *way, name = path.split(".")
        if (*way, name) in self.extra:
            traces = [self.extra[*way, name]()]
        else:
            traces = [self.member(record, name) for record in self._records(way)]
        return [trace for trace in traces if trace is not None]

    def scope_at(self, path: str) -> Scope:
        """The scope of a formula at a path: its row, else the symbol table."""
        try:
            records = self._records(path.split(".")[:-1])
        except FormulaFault:
            return self
        return self.scope_of(records[0]) if records else self

    def _records(self, way: list[str]) -> list[Record]:
        """The groups and rows under a path as people write it; without a number, all rows."""
        found = [self.submission.facts]
        for step in way:
            match = _ROW.fullmatch(step)
            name, at = (match[1], slice(int(match[2]) - 1, int(match[2]))) if match else (step, slice(None))
            holders, found = found, []
            for holder in holders:
                member = holder.members.get(name)
                if isinstance(member, Record) and not match:
                    found.append(member)
                elif isinstance(member, Table) and not member.rows and holder.fields[name].required and not member.said:
                    raise _missing(member)
                elif isinstance(member, Table):
                    found += member.rows[at]
        return found

    def scope_of(self, record: Record) -> Scope:
        """The scope of formulas of a group or row: the innermost row that it is or is in, else the symbol table."""
        row = self._rows_around.get(record.path)
        return RowScope(row, self) if row is not None else self

    def around(self, row: Record) -> Record | None:
        """The row that contains the table of a row; None if no row does."""
        return self._rows_around.get(row.path.rpartition(".")[0])

    @cached_property
    def _rows_around(self) -> dict[str, Record]:
        """The innermost row of each row and each group within rows."""
        found: dict[str, Record] = {}
        for record in self.submission.facts.records:
            row = record if record.path.endswith("]") else found.get(record.path.rpartition(".")[0])
            if row is not None:
                found[record.path] = row
        return found

    def known(self, path: str) -> Trace | None:
        """The trace under this path if it is a fact or was computed already; computes nothing."""
        if path not in self._known:
            fact = self.facts.get(path)
            return trace_of(fact) if fact is not None else None
        return self._known[path]

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """The facts of the submission by path, including those of indicators and each text of a list."""
        return facts_by_path(self.submission)

    def once(self, path: str, compute: Callable[[], Trace]) -> Trace:
        """The trace under this path, computed the first time.

        Raises:
            FormulaFault: It has no value, or computing it needs itself.
        """
        if path in self._known:
            return self._known[path]
        if path in self._failed:
            raise FormulaFault(*self._failed[path])
        if path in self._busy:
            raise self._cycle(path)
        self._busy.append(path)
        try:
            trace = self._known[path] = compute()
        except FormulaFault as fault:
            # Else every formula that uses it would fail anew, at the same cost.
            self._failed[path] = fault.finding, fault.culprit
            raise
        finally:
            self._busy.pop()
        return trace

    def computed(self) -> Iterator[tuple[Field, Callable[[], Trace | None]]]:
        """Every computed field of the submission with its function, in the order of the template."""
        for record in self.submission.facts.records:
            for name, field in record.fields.items():
                if field.formula is not None:
                    yield field, partial(self.member, record, name)

    def _cycle(self, path: str) -> FormulaFault:
        """The finding of a cycle, the same wherever the cycle is entered, and for every row of a table."""
        ring = [field_path(name) for name in self._busy[self._busy.index(path) :]]
        first = ring.index(min(ring))
        ring = [*ring[first:], *ring[:first]]
        template = self.submission.template
        places = {f"指标.{one.name}.得分": one.span for one in template.all_indicators()}
        places |= {formula.name: formula.expression.span for formula in formulas(template)}
        span = places.get(ring[0], self.submission.facts.span)
        return FormulaFault(codes.CYCLE.at(span, ring[0], name=ring[0], way=" → ".join([*ring, ring[0]])))


class RowScope:
    """One row of a table: its columns, those of the rows around it, then the names of the outer scope.

    ``outer`` is the row or symbol table whose formula asks about the table. Computed columns never see it: their
    values must not depend on which formula asks.
    """

    def __init__(self, row: Record, symbols: Symbols, outer: Scope | None = None) -> None:
        self.row, self.symbols, self.outer = row, symbols, outer or symbols

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The trace of a column of this row or one around it, or of its form; else the outer scope's."""
        row: Record | None = self.row
        while row is not None:
            trace = self.symbols.member(row, path[0]) if len(path) == 1 else self._below(row, path)
            if trace is not None:
                return trace
            row = self.symbols.around(row)
        return self.outer.resolve(path)

    def _below(self, row: Record, path: tuple[str, ...]) -> Trace | None:
        """A name of several parts: of the row's form, of its groups, or with the name of its table before it."""
        name = path
        if path[0] not in row.fields:
            # 项目.名称 is 名称 in a row of 项目.
            table = tuple(field_path(row.path).split("."))
            name = path[len(table) :] if path[: len(table)] == table else path
        if len(name) > 1 and (row.path, *name) in self.symbols.extra:
            return self.symbols.extra[row.path, *name]()
        holder = row.at(name[:-1]) if name else None
        return self.symbols.member(holder, name[-1]) if isinstance(holder, Record) else None

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of a table in this row or one around it; else the outer scope's."""
        row: Record | None = self.row
        while row is not None:
            found = self.symbols.rows_within(row, path, self)
            if found is not None:
                return found
            row = self.symbols.around(row)
        return self.symbols.rows(path, self)


def trace_of(fact: Fact, field: Field | None = None) -> Trace:
    """The leaf of a trace: a fact, at the bureau's own line."""
    value, kind = fact.value, field.kind if field is not None else ""
    if value is None:
        advice = partial(_advice, field, fact.path) if field is not None else str
        return Trace(fact.path, None, UNUSABLE if fact.text else _BLANK, fact.span, kind, advice=advice)
    if isinstance(value, bool):
        text = "是" if value else "否"
    else:
        text = fact.text if isinstance(value, tuple) else str(value)
    return Trace(fact.path, value, text, fact.span, kind)


def _advice(field: Field, path: str) -> str:
    ways = {"是否": "填「是」或「否」", "选项": f"填{'、'.join(f'「{choice}」' for choice in field.choices)}中的一个"}
    way = ways.get(field.kind) or (f"如「{field.example}」" if field.example else "填实际的数")
    none = {"金额": "；没有发生的填「0 元」", "整数": f"；没有的填「0 {field.unit}」".replace(" 」", "」")}
    return f"填写「{path}」（{field.label}），{way}{none.get(field.kind, '')}。"


def _missing(table: Table) -> FormulaFault:
    """The fault of a required table without rows: it is missing, not empty."""
    finding = codes.MISSING_FACT.at(table.span, table.path, name=table.path, result="用到它的数")
    return FormulaFault(finding, Trace(table.path, None, _BLANK, table.span))


def trace_of_rows(name: str, count: int, span: Span) -> Trace:
    """The trace of a table: its number of rows."""
    return Trace(name, Fraction(count), f"{count} 行", span)


class Constants:
    """A few named values, then the names of the symbol table, or of their indicator or row."""

    def __init__(self, values: dict[tuple[str, ...], Trace], symbols: Symbols, outer: Scope | None = None) -> None:
        self.values, self.symbols, self.outer = values, symbols, outer or symbols

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """One of the named values, else the outer scope's."""
        return self.values.get(path) or self.outer.resolve(path)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of a table, whose outer scope has the named values."""
        own = self.symbols.rows(path, self) if not isinstance(self.outer, RowScope) else None
        return own or self.outer.rows(path)


class IndicatorScope:
    """The names of an indicator (名称, 分值, 取值, 自评分, 要点, parameters), then its row's or the symbol table's."""

    def __init__(  # noqa: PLR0913, PLR0917 - what an indicator has
        self, indicator: Indicator, entry: Entry, symbols: Symbols, places: int, path: str, outer: Scope
    ) -> None:
        self.indicator, self.entry, self.symbols, self.places = indicator, entry, symbols, places
        self.path, self.outer = path, outer

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """One of the indicator's own names, else its row's or the symbol table's."""
        name, entry = path[0], self.entry
        if len(path) > 1 or name not in own_names(self.indicator):
            return self.outer.resolve(path)
        if name == "名称":
            said = self.indicator.name
            return self.symbols.once(f"{self.path}.名称", lambda: Trace("名称", said, said, self.indicator.span))
        if name == "自评分":
            return self.symbols.once(entry.stated.path, lambda: trace_of(entry.stated))
        if name in ("分值", "取值"):
            own = self.outer.resolve(("指标", self.indicator.id, name))
            return own if own is not None else self.outer.resolve(path)
        return self.parameter(name)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The indicator's points under 要点, else the rows of a table of its row or the symbol table."""
        symbols = self.symbols
        if path != (ITEMS,):
            return symbols.rows(path, self) if self.outer is symbols else self.outer.rows(path)
        items = self.items
        scopes = [Constants({("得分",): item.score, ("分值",): _weight_of(item.item)}, symbols, self) for item in items]
        path_of_all = f"{self.path}.{ITEMS}"
        trace = symbols.once(path_of_all, lambda: trace_of_rows(path_of_all, len(items), self.indicator.span))
        return Rows(scopes, trace)

    def landmarks(self) -> tuple[Fraction, ...]:
        """The figures compared with the indicator's value: its parameters and literals in its score's formula."""
        score = self.indicator.score
        literals = (node for node in score.nodes if isinstance(node, Literal)) if score is not None else ()
        figures = [*(node.value for node in literals), *(trace.value for trace in self.parameters().values())]
        return tuple(figure for figure in figures if isinstance(figure, Fraction))

    def parameters(self) -> dict[str, Trace]:
        """The indicator's own figures (控制线 and the like)."""
        return {name: self.parameter(name) for name in self.indicator.parameters}

    def parameter(self, name: str) -> Trace:
        """One of the indicator's own figures."""
        written, symbols = self.indicator.parameters[name], self.symbols
        path = f"{self.path}.{name}"
        return symbols.once(path, lambda: evaluate(written, self, name, shown_parameter(written)))

    @cached_property
    def items(self) -> tuple[ScoredItem, ...]:
        """The indicator's points, each with the score it earns."""
        return tuple(ScoredItem(item, self.item_score(item)) for item in self.indicator.items)

    def item_score(self, item: Item) -> Trace:
        """The score that one point earns, rounded as it is awarded."""
        name = f"{self.indicator.name}.{item.name}"
        path = f"{self.path}.{item.name}.得分"
        said, expression = self.entry.items.get(item.name), item.score

        def points() -> Trace:
            if expression is None:
                return by_conclusion(name, item, said.conclusion if said is not None else None)
            own: dict[tuple[str, ...], Trace] = {("分值",): _weight_of(item)}
            if said is not None and said.stated.text:
                own["自评分",] = self.symbols.once(said.stated.path, lambda: trace_of(said.stated))
            return points_of(expression, Constants(own, self.symbols, self), name)

        # Rounded, since the printed points must add up.
        return self.symbols.once(path, lambda: awarded(points(), self.places))


def _weight_of(item: Item | Indicator) -> Trace:
    return constant("分值", item.weight, item.weight_span)


def by_conclusion(name: str, item: Item | Indicator, said: Fact | None) -> Trace:
    """The points that the bureau's conclusion earns, a share of the weight.

    Raises:
        FormulaFault: There is none.
    """
    conclusion = trace_of(said) if said is not None else None
    if conclusion is None or conclusion.value not in item.shares:
        path = said.path if said is not None else f"指标.{name.partition('.')[0]}.要点.{item.name}"
        raise FormulaFault(codes.MISSING_FACT.at(item.span, path, name=name, result="这一项的得分"))
    share = item.shares[str(conclusion.value)]
    points = item.weight * share
    text = plain(points)
    formula, inputs = "分值 × 结论所得比例", (_weight_of(item), conclusion)
    working = StatedWorking(f"{plain(item.weight)}×{plain(share * 100)}%（{conclusion.text}）", exact=text)
    return Trace(name, points, text, item.span, formula=formula, inputs=inputs, working=working)
