"""Facts and computed values as the names that texts and layouts print."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from generator.figures import Figure
from generator.formula import FormulaFault
from generator.scoring.book import RowScope
from generator.submission import Fact, Record, Table

if TYPE_CHECKING:
    from generator.formula import Scope, Trace
    from generator.scoring import Book
    from generator.template import Field

__all__ = ["facts_of", "printable"]


def facts_of(record: Record, book: Book, row: RowScope | None = None) -> dict[str, object]:
    """A record's members by name: facts and computed values as figures, texts, lists; groups and tables within."""
    found: dict[str, object] = {}
    for name, field in record.fields.items():
        member = record.members.get(name)
        if field.formula is not None or isinstance(member, Fact):
            found[name] = printable(_trace(book, record, name, row or book), field)
        elif isinstance(member, Record):
            found[name] = facts_of(member, book, row)
        elif isinstance(member, Table):
            found[name] = [facts_of(below, book, RowScope(below, book)) for below in member.rows]
    return found


def _trace(book: Book, record: Record, name: str, scope: Scope) -> Trace | None:
    """The trace of a member; None for a computed one that has no value, which scoring has reported."""
    try:
        return book.member(record, name, scope)
    except FormulaFault:
        return None


def printable(trace: Trace | None, field: Field | None = None) -> object:
    """The value of a trace as it is printed: a number as a figure with its text, a list of texts as a list."""
    if trace is None or trace.value is None:
        return [] if field is not None and field.kind in ("段落", "列表") else None
    if isinstance(trace.value, bool):
        return trace.value
    if isinstance(trace.value, tuple):
        return list(trace.value)
    return Figure(trace.value, trace.text) if isinstance(trace.value, Fraction) else trace.value
