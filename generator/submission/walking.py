"""Every fact of a submission, in the order of the template."""

from __future__ import annotations

from collections.abc import Iterator

from generator.submission.model import Fact, Record, Submission, Table


def walk_facts(submission: Submission) -> Iterator[Fact]:
    """The facts of the fields, then those of the indicators; blank ones too, and what is stated of computed fields."""
    yield from _within(submission.facts)
    for entry in submission.entries.values():
        yield from (entry.remarks, entry.reason, entry.stated, entry.evidence)
        for item in entry.items.values():
            yield from (item.conclusion, item.remarks, item.stated, item.evidence)


def facts_by_path(submission: Submission) -> dict[str, Fact]:
    """The facts by their paths; one text of a list has the path of the list and its number: ``职责[2]``."""
    found: dict[str, Fact] = {}
    for fact in walk_facts(submission):
        found[fact.path] = fact
        if isinstance(fact.value, tuple):
            for number, (text, span) in enumerate(zip(fact.value, fact.spans, strict=False), 1):
                path = f"{fact.path}[{number}]"
                found[path] = Fact(path, text, text, span)
    return found


def _within(record: Record) -> Iterator[Fact]:
    yield from record.stated.values()
    for member in record.members.values():
        if isinstance(member, Fact):
            yield member
        else:
            for below in member.rows if isinstance(member, Table) else (member,):
                yield from _within(below)
