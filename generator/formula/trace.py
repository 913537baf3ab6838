"""How a value came about: a tree from the value down to lines of the input or of the template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from generator.diagnostics import Span
    from generator.formula.values import Scope, Value

__all__ = ["Rows", "Trace", "in_words", "walk"]


class Trace(Struct, frozen=True):
    """One value and how it came about.

    A fact has no formula: its span is the line on which the bureau typed it. A computed value has the formula as the
    template writes it (``span`` is its place there), the same with the figures put in, and the traces of its inputs.
    ``exact`` is the value before it was rounded to what ``text`` says, where that is something else. ``is_target`` is
    set for a fact that may be a number or words, as the bureau has it. ``worked`` is ``figures`` as a report prints
    it: of a choice only the side that was taken.
    """

    name: str
    value: Value
    text: str
    span: Span
    figure: str = ""
    formula: str = ""
    figures: str = ""
    inputs: tuple[Trace, ...] = ()
    exact: str = ""
    is_target: bool = False
    worked: str = ""


class Rows(Struct, frozen=True):
    """The rows of a table, each a scope, and the trace that stands for the table itself (how many rows it has)."""

    scopes: Sequence[Scope]
    trace: Trace


def in_words(trace: Trace) -> Trace | None:
    """The target in words that a value comes down to: then it is the bureau's line that a formula cannot use."""
    if not isinstance(trace.value, str):
        return None
    return next((part for part in walk(trace) if part.is_target and part.value == trace.value), None)


def walk(trace: Trace) -> Iterator[Trace]:
    """The trace and everything below it, each shared part once."""
    waiting, seen = [trace], {id(trace)}
    while waiting:
        current = waiting.pop()
        yield current
        fresh = [below for below in current.inputs if id(below) not in seen]
        seen.update(id(below) for below in fresh)
        waiting.extend(reversed(fresh))
