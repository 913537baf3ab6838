"""What a draft prints for what is not known yet."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.passage import Origin, Passage
from generator.base.placeholder import Placeholder, to_compute, to_fill_in
from generator.submission import Fact, Record, Table, blank_record

if TYPE_CHECKING:
    from generator.formula import Trace
    from generator.submission import Submission
    from generator.template import Field

__all__ = ["Placeholders", "placeholder_for", "with_rows"]

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
        blank = [blank_record(f"{member.path}[1]", member.fields, member.span)] if field.is_needed else []
        return replace(member, rows=tuple(_filled(row) for row in member.rows or blank))
    return member
