"""The targets of a report, each with what was achieved: found by the formulas in which a template compares the two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.judgement import Flag, Judgement, judge
from generator.formula.functions import FUNCTIONS
from generator.formula.nodes import Call, Compare, Literal, Name, Node, parts
from generator.formula.values import FormulaFault, Trace
from generator.scoring.symbols import Book, RowScope
from generator.submission.model import Fact, Record, Table
from generator.template.model import Field


def value_at(book: Book, path: str) -> Trace | None:
    """The value under a path from the top of the input (``重点工作统计.总数``); None where there is none."""
    try:
        trace = book.resolve(tuple(path.split(".")))
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


def value_in(book: Book, record: Record, name: str) -> Trace | None:
    """The value of a member of a group or a row; None where there is none."""
    try:
        trace = book.member(record, name, RowScope(record, book))
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


class Goal(Struct, frozen=True):
    """One row with a target.

    Attributes:
        row: The row.
        name: What it is called: the text before the target.
        target: The target as written, or as it is printed where it is computed.
        target_fact: The target where the bureau typed it.
        actual: What was achieved.
        judgement: How the two compare.
        reason: The column for reasons; empty where the table has none.
    """

    row: Record
    name: str
    target: str
    target_fact: Fact | None
    actual: Fact
    judgement: Judgement
    reason: str

    @property
    def is_explained(self) -> bool:
        """Whether a reason is stated; so too where the table has no place for one."""
        fact = self.row.members.get(self.reason)
        return not isinstance(fact, Fact) or bool(fact.value)

    def has(self, flag: Flag) -> bool:
        """Whether the comparison says so."""
        return flag in self.judgement.flags


class _Pair(Struct, frozen=True):
    """Two columns that a formula compares; ``way`` is a column, or the word itself behind a quotation mark."""

    target: str
    actual: str
    way: str = ""


class _Columns(Struct, frozen=True):
    """Which columns of a table say what."""

    pairs: tuple[_Pair, ...]
    name: str
    reason: str


def tables(record: Record) -> Iterator[Table]:
    """Every table of a record, those in its groups too."""
    for member in record.members.values():
        if isinstance(member, Table):
            yield member
        elif isinstance(member, Record):
            yield from tables(member)


def name_column(fields: Mapping[str, Field], before: str = "") -> str:
    """The column that says what a row is about: the text next before another column, else the first text."""
    words = [name for name, field in fields.items() if field.kind == "文字" and field.formula is None]
    names = list(fields)
    near = [name for name in words if before in fields and names.index(name) < names.index(before)]
    return (near or words[:1] or [""])[-1]


def reason_column(fields: Mapping[str, Field]) -> str:
    """The column in which a bureau explains a row; empty where there is none."""
    return next((name for name, field in fields.items() if "原因" in name and field.kind in ("文字", "段落")), "")


def goals(record: Record, book: Book) -> Iterator[Goal]:
    """Every row of every table whose target is stated and compared with an actual value."""
    for table in tables(record):
        columns = _columns(table.fields)
        if columns is None:
            continue
        for row in table.rows:
            goal = next(
                (found for pair in columns.pairs if (found := _goal(row, pair, columns, book)) is not None), None
            )
            if goal is not None:
                yield goal


def _columns(fields: Mapping[str, Field]) -> _Columns | None:
    pairs = tuple(dict.fromkeys(_pairs(fields)))
    return _Columns(pairs, name_column(fields, before=pairs[0].actual), reason_column(fields)) if pairs else None


def _pairs(fields: Mapping[str, Field]) -> Iterator[_Pair]:
    """The pairs of columns, those that are judged as targets first: they know every way of writing one."""
    nodes = [node for field in fields.values() if field.formula is not None for node in _nodes(field.formula.root)]
    yield from (pair for node in nodes if isinstance(node, Call) and (pair := _judged(node, fields)))
    yield from (pair for node in nodes if isinstance(node, Compare) and (pair := _compared(node, fields)))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in parts(node):
        yield from _nodes(part)


def _judged(node: Call, fields: Mapping[str, Field]) -> _Pair | None:
    if FUNCTIONS[node.function].kind != "judged":
        return None
    target, actual, *way = (_column(argument, fields) for argument in node.arguments)
    return _Pair(target, actual, "".join(way)) if target and actual else None


def _compared(node: Compare, fields: Mapping[str, Field]) -> _Pair | None:
    """``完成 ≥ 目标值``: what was achieved, and a target that is computed."""
    left, right = _column(node.left, fields), _column(node.right, fields)
    ordered = node.sign in (">=", ">", "<=", "<")
    if not (ordered and left in fields and right in fields):
        return None
    if fields[left].formula is not None or fields[right].formula is None:
        return None
    return _Pair(right, left, '"反向' if node.sign.startswith("<") else "")


def _column(node: Node, fields: Mapping[str, Field]) -> str:
    """The column that is named; a word is itself behind a quotation mark."""
    if isinstance(node, Literal):
        return f'"{node.value}'
    is_column = isinstance(node, Name) and len(node.path) == 1 and node.path[0] in fields
    return node.path[0] if is_column else ""  # type: ignore[union-attr]


def _goal(row: Record, pair: _Pair, columns: _Columns, book: Book) -> Goal | None:
    """The row's goal by these columns; None where its target is blank, or cannot be computed."""
    actual, stated = row.members.get(pair.actual), row.members.get(pair.target)
    target = _text(row, pair.target, book)
    if not target or not isinstance(actual, Fact):
        return None
    way = pair.way.removeprefix('"') if pair.way.startswith('"') else _text(row, pair.way, book)
    value = actual.value if row.fields[pair.actual].kind != "目标" else None
    measured = value if isinstance(value, Amount) else actual.text
    judgement = judge(target, measured, exact=way == "约束", reverse=way == "反向")
    named = row.members.get(columns.name)
    name = str(named.value) if isinstance(named, Fact) and named.value else row.path
    fact = stated if isinstance(stated, Fact) else None
    return Goal(row, name, target, fact, actual, judgement, columns.reason)


def _text(row: Record, column: str, book: Book) -> str:
    """A column's value as typed, or as it is printed."""
    fact = row.members.get(column)
    if isinstance(fact, Fact):
        return fact.text.strip()
    trace = value_in(book, row, column)
    return trace.text if trace is not None else ""
