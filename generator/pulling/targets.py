"""Where in the input a printed value was typed: what an edit of it is to change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.textdiff import align, likeness
from generator.submission import Record, Table, facts_by_path
from generator.yamlfile.build import scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from generator.base.diagnostics import Span
    from generator.pipeline import Assessment
    from generator.submission import Fact, Submission
    from generator.template import Field
    from generator.yamlfile.source import Source

__all__ = ["Target", "Targets", "renaming"]

_ROW = re.compile(r"\[\d+\]")
_ITEM = re.compile(r"(.+)\[(\d+)\]")
_FIGURE = re.compile(r"\d")
_MIN_ROW_LIKENESS = 0.7
_MIN_ITEM_LIKENESS = 0.6


class Target(Struct, frozen=True):
    """One fact, or one text of a list, and how it is written in the input.

    Attributes:
        path: Its path.
        label: What people call it.
        fact: What was typed.
        field: Its field; None for what a bureau says of an indicator.
        span: Where its value begins.
        raw: The value as it stands in the file; None where it does not stand there (a table, a default).
        line: Of a list that is written as one text, the number of its line, from 1; 0 for all else.
        item: Whether it is one item of a list.
    """

    path: str
    label: str
    fact: Fact
    field: Field | None
    span: Span
    raw: str | None
    line: int = 0
    item: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it prints what was typed, so that parts of it may be edited."""
        return self.item or (isinstance(self.fact.value, str) and not self._is_choice)

    @property
    def _is_choice(self) -> bool:
        return self.field is not None and self.field.kind in ("选项", "是否")


class Targets:
    """The targets of one input, by the paths that printed values name."""

    def __init__(self, source: Source, assessment: Assessment) -> None:
        self._facts = facts_by_path(assessment.submission)
        self._fields = assessment.submission.template.fields
        root = source.root
        self._typed = {one.span: one.text for one in scalars(root)} if root is not None else {}
        self._tables = dict(_tables(assessment.submission.facts))

    def get(self, path: str) -> Target | None:
        """The target that a path names; None for what nobody typed."""
        fact = self._facts.get(path)
        if fact is None:
            return None
        whole = self.list_of(path)
        if whole is None:
            return Target(path, self.label(path), fact, self._field(path), fact.span, self._typed.get(fact.span))
        number = int(_ITEM.fullmatch(path)[2])  # type: ignore[index]  # it has a number, else it were in no list
        one_text = whole.spans.count(whole.span) == len(whole.spans) > 0 and whole.span in self._typed
        span = whole.span if one_text else fact.span
        raw = self._typed.get(span)
        return Target(path, self.label(path), fact, self._field(path), span, raw, number if one_text else 0, item=True)

    def list_of(self, path: str) -> Fact | None:
        """The list that a path names an item of; None where it names none."""
        item = _ITEM.fullmatch(path)
        whole = self._facts.get(item[1]) if item is not None else None
        return whole if whole is not None and isinstance(whole.value, tuple) else None

    def items_of(self, path: str) -> tuple[str, int] | None:
        """The path of the list that a path names an item of, and the item's number."""
        item = _ITEM.fullmatch(path)
        return (item[1], int(item[2])) if item is not None and self.list_of(path) is not None else None

    def items_left(self, path: str, gone: Collection[str]) -> int:
        """How many items a list keeps without these."""
        whole = self._facts[path]
        assert isinstance(whole.value, tuple)  # noqa: S101 - it is a list
        return sum(f"{path}[{number}]" not in gone for number in range(1, len(whole.value) + 1))

    def row_of(self, path: str) -> tuple[str, Record] | None:
        """The outermost row that a path lies in."""
        match = _ROW.search(path)
        while match is not None:
            row = self._tables.get(path[: match.end()])
            if row is not None:
                return path[: match.end()], row
            match = _ROW.search(path, match.end())
        return None

    def label(self, path: str) -> str:
        """What people call a value: its field's label, or what it is of its indicator."""
        field = self._field(path)
        if field is not None:
            return field.label or field.name
        parts = _ROW.sub("", path).split(".")
        return f"{parts[1]}的{parts[-1]}" if len(parts) > 2 else parts[-1]

    def _field(self, path: str) -> Field | None:
        fields: Mapping[str, Field] = self._fields
        found: Field | None = None
        for name in _ROW.sub("", path).split("."):
            found = fields.get(name)
            if found is None:
                return None
            fields = found.members
        return found


def _tables(record: Record) -> Iterator[tuple[str, Record]]:
    """Every row of every table, by its path."""
    for member in record.members.values():
        if isinstance(member, Table):
            for row in member.rows:
                yield row.path, row
                yield from _tables(row)
        elif isinstance(member, Record):
            yield from _tables(member)


def renaming(base: Submission, now: Submission) -> Callable[[str], str]:
    """Maps the paths of an input as it was to those that it has now: rows and items keep their identity, not number.

    The path of a row or item that is gone maps to one that names nothing.
    """
    if base.digest == now.digest:
        return lambda path: path
    names: dict[str, str] = {}
    _rename_rows(base.facts, now.facts, names)

    def renamed(path: str) -> str:
        for match in reversed(list(_ROW.finditer(path))):
            if path[: match.end()] in names:
                return names[path[: match.end()]] + path[match.end() :]
        return path

    facts, others = facts_by_path(base), facts_by_path(now)
    for path, fact in facts.items():
        other = others.get(renamed(path))
        if isinstance(fact.value, tuple):
            old = [str(one) for one in fact.value]
            new = [str(one) for one in other.value] if other is not None and isinstance(other.value, tuple) else []
            for i, j in align(old, new, (str,), likeness, _MIN_ITEM_LIKENESS):
                if i is not None:
                    names[f"{path}[{i + 1}]"] = f"{renamed(path)}[{'已删' if j is None else j + 1}]"
    return renamed


def _rename_rows(base: Record, now: Record, names: dict[str, str]) -> None:
    for name, member in base.members.items():
        other = now.members.get(name)
        if isinstance(member, Table) and isinstance(other, Table):
            for i, j in align(member.rows, other.rows, (_said, _called), _row_likeness, _MIN_ROW_LIKENESS):
                if i is not None and j is not None:
                    names[member.rows[i].path] = other.rows[j].path
                    _rename_rows(member.rows[i], other.rows[j], names)
                elif i is not None:
                    names[member.rows[i].path] = f"{other.path}[已删]"
        elif isinstance(member, Record) and isinstance(other, Record):
            _rename_rows(member, other, names)


def _row_likeness(row: Record, other: Record) -> float:
    """How many of the columns say the same."""
    texts, others = _said(row), _said(other)
    return sum(map(str.__eq__, texts, others)) / max(len(texts), len(others), 1)


def _said(row: Record) -> Sequence[str]:
    """Everything that is typed in a row."""
    return tuple(member.text.strip() for member in row.members.values() if hasattr(member, "text"))


def _called(row: Record) -> Sequence[str] | None:
    """The words of a row, which tell it from others when its figures change."""
    words = tuple(text for text in _said(row) if text and not _FIGURE.search(text))
    return words or None
