"""Facts and computed values as the names that texts and layouts print."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.amount import Amount
from generator.base.passage import Day, Origin, Passage
from generator.formula import FormulaFault
from generator.narrating.placeholders import Placeholders, placeholder_for
from generator.scoring.symbols import RowScope
from generator.submission import Fact, Record, Table

if TYPE_CHECKING:
    from generator.formula import Scope, Trace, Value
    from generator.scoring import Book
    from generator.template import Field

__all__ = ["facts_of", "printable", "printed", "typed"]


def facts_of(
    record: Record, book: Book, row: RowScope | None = None, *, placeholders: Placeholders = Placeholders.NONE
) -> dict[str, object]:
    """A record's members by name: facts and computed values as figures, texts, lists; groups and tables within.

    With ``placeholders``, what has to be filled in or computed and is not known has a placeholder.
    """
    found: dict[str, object] = {}
    for name, field in record.fields.items():
        member = record.members.get(name)
        if isinstance(member, Fact) and member.file is not None:
            found[name] = member.file
        elif field.formula is not None or isinstance(member, Fact):
            trace = _trace(book, record, name, row or book)
            blank = placeholder_for(f"{record.path}.{name}".lstrip("."), field, member, trace, placeholders)
            found[name] = printable(trace, field) if blank is None else blank
        elif isinstance(member, Record):
            found[name] = facts_of(member, book, row, placeholders=placeholders.within(member, field))
        elif isinstance(member, Table):
            found[name] = [
                facts_of(below, book, RowScope(below, book), placeholders=placeholders.in_row(below))
                for below in member.rows
            ]
    return found


def _trace(book: Book, record: Record, name: str, scope: Scope) -> Trace | None:
    """The trace of a member; None for a computed one that has no value, which scoring has reported."""
    try:
        return book.member(record, name, scope)
    except FormulaFault:
        return None


def printable(trace: Trace | None, field: Field | None = None, path: str = "") -> object:
    """The value of a trace as it is printed, which knows where it comes from.

    A number is a figure with its text, a list of texts a list. ``path`` is the name of a computed value, where it is
    not that of its trace.
    """
    if trace is None or trace.value is None:
        return [] if field is not None and field.kind in ("段落", "列表") else None
    return printed(Origin(path or trace.name, field is None or field.formula is not None), trace.value, trace.text)


def typed(fact: Fact) -> object:
    """What a bureau typed, as it is printed, which knows where it comes from."""
    text = str(fact.value) if isinstance(fact.value, Fraction) else fact.text
    return printed(Origin(fact.path), fact.value, text)


def printed(origin: Origin, value: Value, text: str) -> object:
    """A value with its text and where it comes from."""
    if isinstance(value, Amount):
        return value.located(origin, text)
    if isinstance(value, Fraction):
        return Amount(value, text, origin)
    if isinstance(value, str):
        return Passage.of(value, origin)
    if isinstance(value, tuple):
        return [Passage.of(text, Origin(f"{origin.path}[{number}]")) for number, text in enumerate(value, 1)]
    return Day.of(value, origin) if isinstance(value, date) else value
