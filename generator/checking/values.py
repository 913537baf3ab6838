"""Computed values, where they can be computed: what cannot was reported when the report was scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formula import FormulaFault
from generator.scoring import RowScope

if TYPE_CHECKING:
    from generator.formula import Trace
    from generator.scoring import Book
    from generator.submission import Record

__all__ = ["value_at", "value_in"]


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
