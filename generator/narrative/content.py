"""The content of a report: facts and computed values as printable values, placeholders for what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from enum import Enum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, Placeholder, is_number, to_compute, to_fill_in
from generator.base.passage import Day, Origin, Passage
from generator.formula.values import FormulaFault, Trace, Value
from generator.scoring.symbols import Book
from generator.submission.accept import blank_record
from generator.submission.model import Fact, Record, Submission, Table, field_path
from generator.template.model import Field, Output, walk_fields
from generator.template.scope import ROW_NUMBER


class Report(Struct, frozen=True):
    """A report's content, written out.

    ``content`` maps names to texts, figures, lists and mappings: all facts and computed values by their names, and
    评分, 指标树, 指标, 二级指标, 评分表. ``remarks`` holds the bureau's own texts on indicators, written out, by path;
    ``indicators`` what is printed of each indicator, by the path of its values.
    """

    content: Mapping[str, object]
    remarks: Mapping[str, str]
    file_name: str
    indicators: Mapping[str, Mapping[str, object]]
    printouts: tuple[Printout, ...] = ()


class Printout(Struct, frozen=True):
    """One of several documents of a filing: its output, its names, its file name, and the row that it is for."""

    output: Output
    content: Mapping[str, object]
    file_name: str
    row: str = ""

    @property
    def name(self) -> str:
        """What stamps call it: ``自评报告``, ``项目自评表 项目[3]``."""
        return f"{self.output.name} {self.row}".rstrip()


def names_by_row(names: Mapping[str, object], table: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The path of each row of a table, and the names with its columns, those of outer rows and 行号 before them."""

    def below(
        known: dict[str, object], here: object, path: str, steps: list[str]
    ) -> Iterator[tuple[str, dict[str, object]]]:
        if isinstance(here, list):
            for number, row in enumerate(here, 1):
                yield from below({**known, **row, ROW_NUMBER: number}, row, f"{path}[{number}]", steps)
        elif not steps:
            yield path, known
        elif isinstance(here, Mapping):
            yield from below(known, here.get(steps[0]), f"{path}.{steps[0]}".lstrip("."), steps[1:])

    return below({**names}, names, "", table.split("."))


def public_part(names: Mapping[str, object], fields: Mapping[str, Field]) -> dict[str, object]:
    """The names with the private fields left blank, and what texts take from those fields left out."""
    private = frozenset(one.path for one in walk_fields(fields) if one.private)
    return _public(names, fields, private) if private else {**names}


def _public(names: Mapping[str, object], fields: Mapping[str, Field], private: frozenset[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in names.items():
        field = fields.get(name)
        if field is None:
            found[name] = _uncovered(value, private)
        elif isinstance(value, Mapping):
            found[name] = _public(value, field.members, private)
        elif isinstance(value, list):
            rows = [] if field.private else value
            found[name] = [
                _public(row, field.members, private) if isinstance(row, Mapping) else _uncovered(row, private)
                for row in rows
            ]
        else:
            found[name] = None if field.private else _uncovered(value, private)
    return found


def _uncovered(value: object, private: frozenset[str]) -> object:
    """A value without what comes from private fields, of which it knows by its origins."""
    if isinstance(value, Passage):
        parts, at = [], 0
        for stretch in value.stretches:
            if field_path(stretch.origin.path) in private:
                parts.append(value[at : stretch.start])
                at = stretch.end
        return Passage.joined([*parts, value[at:]]) if parts else value
    if isinstance(value, Mapping):
        return {name: _uncovered(one, private) for name, one in value.items()}
    if isinstance(value, list):
        return [_uncovered(one, private) for one in value]
    origin = getattr(value, "origin", None)
    return None if origin is not None and field_path(origin.path) in private else value


_TEXTS, _LISTS = ("文字", "选项", "图片", "文档"), ("段落", "列表")


class Placeholders(Enum):
    """Which of the blanks have a placeholder."""

    NONE = 0
    NEEDED = 1
    NUMBERS = 2  # and every number, also where it may be left out

    def within(self, member: Record, field: Field) -> Placeholders:
        """For a group: what it lacks is not to be filled in where the whole may be left out, and was."""
        return self if self is Placeholders.NUMBERS or field.required or not _is_blank(member) else Placeholders.NONE

    def in_row(self, row: Record) -> Placeholders:
        """For a row: of a blank one, layouts cannot know which of its numbers it will have."""
        return Placeholders.NUMBERS if self is Placeholders.NEEDED and _is_blank(row) else self


def placeholder_for(
    path: str, field: Field, member: object, trace: Trace | None, placeholders: Placeholders = Placeholders.NEEDED
) -> object:
    """The placeholder of a field's value; None where there is a value, or none is needed.

    Args:
        path: Where the value belongs.
        field: What it should be.
        member: What the bureau filled in there; of a computed field, nothing.
        trace: Its value, where it has one.
        placeholders: Which blanks have a placeholder.
    """
    if placeholders is Placeholders.NONE:
        return None
    if field.formula is not None:
        return _placeholder(to_compute(field.label), path, field, computed=True) if trace is None else None
    # What was typed but cannot be used is still to be filled in, also where it might have been left out.
    needed = field.required or (placeholders is Placeholders.NUMBERS and field.kind not in (*_TEXTS, *_LISTS, "日期"))
    if not isinstance(member, Fact) or member.value is not None or not (needed or member.text):
        return None
    return _placeholder(to_fill_in(field.label), path, field)


def _placeholder(text: str, path: str, field: Field, *, computed: bool = False) -> object:
    if field.kind in _LISTS:
        return [Passage.of(text, Origin(f"{path}[1]", computed))]
    origin = Origin(path, computed)
    return Passage.of(text, origin) if field.kind in _TEXTS else Placeholder(text, origin)


def _is_blank(record: Record) -> bool:
    return not any(
        member.text
        if isinstance(member, Fact)
        else not _is_blank(member)
        if isinstance(member, Record)
        else member.rows
        for member in record.members.values()
    )


def with_rows(submission: Submission) -> Submission:
    """The submission with one blank row in every table that had to be filled in and was not."""
    return replace(submission, facts=_filled(submission.facts))


def _filled(record: Record) -> Record:
    members = {name: _member(below, record.fields[name]) for name, below in record.members.items()}
    return replace(record, members=members)


def _member(member: Fact | Record | Table, field: Field) -> Fact | Record | Table:
    if isinstance(member, Record):
        return _filled(member) if Placeholders.NEEDED.within(member, field) is not Placeholders.NONE else member
    if isinstance(member, Table):
        blank = (
            [blank_record(f"{member.path}[1]", member.fields, member.span)]
            if field.is_needed and not member.said
            else []
        )
        return replace(member, rows=tuple(_filled(row) for row in member.rows or blank))
    return member


def facts_of(record: Record, book: Book, *, placeholders: Placeholders = Placeholders.NONE) -> dict[str, object]:
    """A record's members by name: facts and computed values as figures, texts, lists; groups and tables within.

    With ``placeholders``, what has to be filled in or computed and is not known has a placeholder.
    """
    found: dict[str, object] = {}
    for name, field in record.fields.items():
        member = record.members.get(name)
        if field.formula is not None or isinstance(member, Fact):
            trace = blank = None
            # Of a draft, the book is to know the rows that were added to it.
            if field.formula is not None or placeholders is not Placeholders.NONE:
                with suppress(FormulaFault):  # scoring has reported it
                    trace = book.member(record, name)
            if placeholders is not Placeholders.NONE:
                blank = placeholder_for(f"{record.path}.{name}".lstrip("."), field, member, trace, placeholders)
            if blank is not None:
                found[name] = blank
            else:
                found[name] = _given(member, field) if isinstance(member, Fact) else printable(trace, field)
        elif isinstance(member, Record):
            found[name] = facts_of(member, book, placeholders=placeholders.within(member, field))
        elif isinstance(member, Table):
            found[name] = [facts_of(below, book, placeholders=placeholders.in_row(below)) for below in member.rows]
    return found


def _given(fact: Fact, field: Field) -> object:
    """The value of a fact as it is printed; the file that is printed in its place."""
    if fact.file is not None:
        return fact.file
    if fact.value is None:
        return [] if field.kind in _LISTS else None
    return typed(fact)


def printable(trace: Trace | None, field: Field | None = None, path: str = "") -> object:
    """The value of a trace as it is printed, which knows where it comes from.

    A number is a figure with its text, a list of texts a list. ``path`` is the name of a computed value, where it is
    not that of its trace.
    """
    if trace is None or trace.value is None:
        return [] if field is not None and field.kind in _LISTS else None
    return printed(Origin(path or trace.name, field is None or field.formula is not None), trace.value, trace.text)


def typed(fact: Fact) -> object:
    """What a bureau typed, as it is printed, which knows where it comes from."""
    value = fact.value
    if type(value) is Amount and value.origin is not None:
        return value  # it knows its own place
    return printed(Origin(fact.path), value, str(value) if is_number(value) else fact.text)


def printed(origin: Origin, value: Value, text: str) -> object:
    """A value with its text and where it comes from."""
    # Texts and lists first: asking whether one is a number, an abstract kind, takes longer than the rest.
    if isinstance(value, str):
        return Passage.of(value, origin)
    if isinstance(value, tuple):
        return [Passage.of(text, Origin(f"{origin.path}[{number}]")) for number, text in enumerate(value, 1)]
    if isinstance(value, Amount):
        return value if value.origin == origin and value.text == text else value.located(origin, text)
    if isinstance(value, Fraction):
        return Amount(value, text, origin)
    return Day.of(value, origin) if isinstance(value, date) else value
