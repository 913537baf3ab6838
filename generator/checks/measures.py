"""Measures: the rows of tables that state indicators, read by what the template says of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.judgement import Verdict
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.checks.mentions import Goal, text_in, value_in
from generator.scoring.model import Scorecard, Scored
from generator.scoring.symbols import Book
from generator.submission.model import Fact, Record, Submission, field_path
from generator.template.model import Measured, Template

_SIGNS = frozenset("≥≤><=＞＜＝≧≦")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]$")


class Measure(Struct, frozen=True, dict=True):
    """One row that states an indicator.

    Attributes:
        table: The path of its table.
        row: The row.
        texts: What its columns say, as typed or printed, by what the template calls them (名称, 二级, 目标 …).
        columns: The column under each of these names.
        project: What the row belongs to; indicators of one name may occur once in each project.
        goal: How target and actual value compare, where a formula of the table compares them.
        node: Its score, where the row is an indicator of a scoring form.
        book: The values of computed columns.
    """

    table: str
    row: Record
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    project: tuple[str, ...]
    goal: Goal | None
    node: Scored | None
    book: Book

    @property
    def name(self) -> str:
        """What the indicator is called."""
        return self.texts.get("名称", "")

    @property
    def core(self) -> str:
        """The name without a remark in brackets at its end."""
        return _ASIDE.sub("", "".join(self.name.split()))

    @property
    def group(self) -> str:
        """The 一级指标; empty where no column says it."""
        return self.texts.get("一级", "")

    @property
    def level(self) -> str:
        """The 二级指标; empty where no column says it."""
        return self.texts.get("二级", "")

    @cached_property
    def target(self) -> Target:
        """The target; sign, number and unit in three columns are one."""
        if self.goal is not None:
            return as_target(self.goal.target, self.level)
        sign, text, unit = (self.texts.get(part, "") for part in ("符号", "目标", "单位"))
        text = f"{sign}{text}" if sign in _SIGNS and text[:1] not in _SIGNS else text
        return as_target(text + unit if text[-1:].isdigit() else text, self.level)

    @cached_property
    def actual(self) -> Target:
        """The actual value, in the unit of the row where it states none."""
        text = self.texts.get("完成", "")
        return as_target(text + self.texts.get("单位", "") if text[-1:].isdigit() else text)

    @property
    def verdict(self) -> Verdict | None:
        """Whether the target was met, where a formula compares."""
        return self.goal.judgement.verdict if self.goal is not None else None

    @property
    def weight(self) -> Fraction | None:
        """分值."""
        return self.node.indicator.weight if self.node is not None else self._figure("分值")

    @property
    def score(self) -> Fraction | None:
        """得分."""
        return self.node.points if self.node is not None else self._figure("得分")

    def _figure(self, part: str) -> Fraction | None:
        column = self.columns.get(part, "")
        if not column:
            return None
        fact = self.row.members.get(column)
        trace = None if isinstance(fact, Fact) and fact.value is not None else value_in(self.book, self.row, column)
        value = trace.value if trace is not None else fact.value if isinstance(fact, Fact) else None
        return value if isinstance(value, Fraction) else None

    def place(self, part: str) -> tuple[Span, str]:
        """Where the bureau typed it; the row where it did not."""
        fact = self.row.members.get(self.columns.get(part, ""))
        return (fact.span, fact.path) if isinstance(fact, Fact) and fact.text else (self.row.span, self.row.path)


def measures(submission: Submission, scorecard: Scorecard, goals: tuple[Goal, ...]) -> Iterator[Measure]:
    """The rows of every table whose columns the template names; of others those whose target a formula compares."""
    by_row, book, named = {goal.row.path: goal for goal in goals}, scorecard.book, _named(submission.template)
    nodes = {node.entry.row.path: node for node in scorecard.walk_all() if node.entry.row is not None}
    for table in submission.facts.tables:
        measured = named.get(field_path(table.path))
        for row in table.rows:
            goal = by_row.get(row.path)
            columns = {**(_columns_of(goal) if goal is not None else {}), **(measured.columns if measured else {})}
            if columns:
                texts = {part: text_in(row, column, book) for part, column in columns.items()}
                whose = tuple(text_in(row, column, book) for column in (measured.project if measured else ()))
                yield Measure(table.path, row, texts, columns, whose, goal, nodes.get(row.path), book)


def _named(template: Template) -> dict[str, Measured]:
    """Tables of indicators by path: those of 指标来自, and those of checks.yaml, which may add to them."""
    found: dict[str, Measured] = {}
    forms = ((form.table, form.all_indicators()) for form in template.row_forms)
    for table, indicators in (("", template.all_indicators()), *forms):
        for indicator in indicators:
            if (rows := indicator.rows) is not None:
                levels = dict(zip(("一级", "二级"), rows.levels, strict=False))
                columns = {"名称": rows.name, **levels, "原因": rows.one.reason, "佐证": rows.one.materials}
                path = f"{table}.{rows.table}".lstrip(".")
                found[path] = Measured(path, {part: one for part, one in columns.items() if one}, (), rows.span)
    for one in template.measured:
        before = found[one.table].columns if one.table in found else {}
        found[one.table] = replace(one, columns={**before, **one.columns})
    return found


def _columns_of(goal: Goal) -> dict[str, str]:
    """The columns that are known of a row because its target is compared; its name is none of them."""
    target = goal.target_fact.path.rpartition(".")[2] if goal.target_fact is not None else ""
    columns = {"目标": target, "完成": goal.actual.path.rpartition(".")[2], "原因": goal.reason}
    return {part: column for part, column in columns.items() if column}
