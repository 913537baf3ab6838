"""The content of a report: printable facts and computed values, placeholders for missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, Placeholder, is_number, to_compute, to_fill_in
from generator.base.passage import Day, Origin, Passage
from generator.formula.values import FormulaFault, Trace, Value
from generator.scoring.symbols import Symbols
from generator.submission.accept import blank_record
from generator.submission.model import Fact, Record, Submission, Table, field_path
from generator.template.model import TEXT_LISTS, Field, Output, walk_fields
from generator.template.scope import ROW_NUMBER


class Report(Struct, frozen=True):
    """A report's rendered content.

    ``content`` maps names to texts, figures, lists and mappings: all facts and computed values, and 评分, 指标树, 指标,
    二级指标, 评分表. ``remarks`` has the bureau's rendered texts on indicators by path; ``indicators`` what is printed
    of each indicator, by the path of its values.
    """

    content: Mapping[str, object]
    remarks: Mapping[str, str]
    file_name: str
    indicators: Mapping[str, Mapping[str, object]]
    printouts: tuple[Printout, ...] = ()


class Printout(Struct, frozen=True):
    """One of several documents of a filing: its output, names, file name, and the row that it is for."""

    output: Output
    content: Mapping[str, object]
    file_name: str
    row: str = ""

    @property
    def name(self) -> str:
        """Its name in stamps: ``自评报告``, ``项目自评表 项目[3]``."""
        return f"{self.output.name} {self.row}".rstrip()


def names_by_row(names: Mapping[str, object], table: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The path of each row of a table, and the names with its columns, 行号, and columns of outer rows."""

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
    """The names with private fields blank, and without what texts take from these fields."""
    private = frozenset(one.path for one in walk_fields(fields) if one.private)
    if not private:
        return {**names}
    return {name: _public(value, fields.get(name), private) for name, value in names.items()}


def _public(value: object, field: Field | None, private: frozenset[str]) -> object:
    """The value of a field, or of what is none, without what its origins show to come from private fields."""
    if isinstance(value, Mapping):
        members = field.members if field is not None else {}
        return {name: _public(one, members.get(name), private) for name, one in value.items()}
    is_private = field is not None and field.private
    if isinstance(value, list):
        return [] if is_private else [_public(one, field, private) for one in value]
    if is_private:
        return None
    if isinstance(value, Passage):
        parts, at = [], 0
        for stretch in value.stretches:
            if field_path(stretch.origin.path) in private:
                parts.append(value[at : stretch.start])
                at = stretch.end
        return Passage.joined([*parts, value[at:]]) if parts else value
    origin = getattr(value, "origin", None)
    return None if origin is not None and field_path(origin.path) in private else value


_TEXTS = ("文字", "选项", "图片", "文档")
_NOT_NUMBERS = (*_TEXTS, *TEXT_LISTS, "日期")


class Placeholders(Enum):
    """Which of the blanks have a placeholder."""

    NONE = 0
    NEEDED = 1
    NUMBERS = 2  # and every number, even an optional one

    def within(self, member: Record, field: Field) -> Placeholders:
        """For a group: an optional group that is blank has no placeholders."""
        return self if self is Placeholders.NUMBERS or field.required or not _is_blank(member) else Placeholders.NONE

    def in_row(self, row: Record) -> Placeholders:
        """For a row: layouts cannot know which numbers a blank row will have."""
        return Placeholders.NUMBERS if self is Placeholders.NEEDED and _is_blank(row) else self


def _placeholder(path: str, field: Field, member: object, trace: Trace | None, placeholders: Placeholders) -> object:
    """The placeholder of a field's value; None if there is a value, or none is needed.

    ``member`` is what the bureau filled in, ``trace`` the value if it has one.
    """
    is_computed = field.formula is not None
    if is_computed:
        is_blank = trace is None
    else:
        # A typed but unusable value is still to be filled in, even an optional one.
        needed = field.required or (placeholders is Placeholders.NUMBERS and field.kind not in _NOT_NUMBERS)
        is_blank = isinstance(member, Fact) and member.value is None and (needed or bool(member.text))
    if not is_blank:
        return None
    text = to_compute(field.label) if is_computed else to_fill_in(field.label)
    if field.kind in TEXT_LISTS:
        return [Passage.of(text, Origin(f"{path}[1]", is_computed))]
    origin = Origin(path, is_computed)
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
    """The submission with one blank row in every required table without rows."""
    return replace(submission, facts=_filled(submission.facts))


def _filled(record: Record) -> Record:
    members = {**record.members}
    for name, member in record.members.items():
        field = record.fields[name]
        if isinstance(member, Record) and Placeholders.NEEDED.within(member, field) is not Placeholders.NONE:
            members[name] = _filled(member)
        elif isinstance(member, Table):
            is_missing = field.is_needed and not member.said and not member.rows
            blank = (blank_record(f"{member.path}[1]", member.fields, member.span),) if is_missing else ()
            members[name] = replace(member, rows=tuple(map(_filled, member.rows or blank)))
    return replace(record, members=members)


def facts_of(record: Record, symbols: Symbols, *, placeholders: Placeholders = Placeholders.NONE) -> dict[str, object]:
    """A record's members by name: facts and computed values as figures, texts, lists; groups and tables.

    ``placeholders`` are for values that have to be filled in or computed and are unknown.
    """
    found: dict[str, object] = {}
    for name, field in record.fields.items():
        member = record.members.get(name)
        if field.formula is not None or isinstance(member, Fact):
            trace = blank = None
            # In a draft, the symbol table must include the added rows.
            if field.formula is not None or placeholders is not Placeholders.NONE:
                try:  # noqa: SIM105 - ``suppress`` is slow, and this is asked hundreds of times
                    trace = symbols.member(record, name)
                except FormulaFault:
                    pass  # scoring has reported it
            if placeholders is not Placeholders.NONE:
                blank = _placeholder(f"{record.path}.{name}".lstrip("."), field, member, trace, placeholders)
            if blank is not None:
                found[name] = blank
            elif not isinstance(member, Fact):
                found[name] = printable(trace, field)
            elif member.value is None:
                found[name] = [] if field.kind in TEXT_LISTS else None
            else:
                found[name] = member.picture or member.document or typed(member)
        elif isinstance(member, Record):
            found[name] = facts_of(member, symbols, placeholders=placeholders.within(member, field))
        elif isinstance(member, Table):
            found[name] = [facts_of(below, symbols, placeholders=placeholders.in_row(below)) for below in member.rows]
    return found


def printable(trace: Trace | None, field: Field | None = None, path: str = "") -> object:
    """The printed value of a trace with its origin: a figure with its text, a text, or a list of texts.

    ``path`` names a computed value, by default like its trace.
    """
    if trace is None or trace.value is None:
        return [] if field is not None and field.kind in TEXT_LISTS else None
    return printed(Origin(path or trace.name, field is None or field.formula is not None), trace.value, trace.text)


def typed(fact: Fact) -> object:
    """The printed value of a fact with its origin."""
    value = fact.value
    if isinstance(value, str):
        return Passage.of(value, Origin(fact.path))
    if type(value) is Amount and value.origin is not None:
        return value  # it has its own origin
    return printed(Origin(fact.path), value, str(value) if is_number(value) else fact.text)


def printed(origin: Origin, value: Value, text: str) -> object:
    """A value with its text and origin."""
    # Texts and lists first: isinstance is slow for numbers, which are abstract.
    if isinstance(value, str):
        return Passage.of(value, origin)
    if isinstance(value, tuple):
        return [Passage.of(text, Origin(f"{origin.path}[{number}]")) for number, text in enumerate(value, 1)]
    if not is_number(value):
        return Day.of(value, origin) if isinstance(value, date) else value
    if type(value) is Fraction:
        return Amount(value, text, origin)
    assert isinstance(value, Amount)  # as it is a number  # noqa: S101
    return value if value.origin == origin and value.text == text else value.located(origin, text)
