"""What formulas compute with: values, how each came about, and the scopes in which names are looked up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from generator.base.amount import Placeholder, is_number
from generator.base.forms import plain

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding, Span


Value = Fraction | str | bool | date | tuple[str, ...] | None
"""What a fact or a formula can be worth; None is a fact that was not filled in."""


UNUSABLE: Final = "（填的不能用）"
"""The text of a fact that was refused where it stands."""


class Trace(Struct, frozen=True):
    """One value and how it came about.

    A fact has no formula: its span is the line on which the bureau typed it. A computed value has the formula as the
    template writes it (``span`` is its place there), the same with the figures put in, and the traces of its inputs.
    ``exact`` is the value before it was rounded to what ``text`` says, where that is something else. ``is_target`` is
    set for a fact that may be a number or words, as the bureau has it. ``worked`` is ``figures`` as a report prints
    it: of a choice only the side that was taken. ``lacking`` says why a target and an actual value have no rate.
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
    advice: str = ""
    lacking: Finding | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a value, and not only a placeholder for one."""
        return self.value is not None and not isinstance(self.value, Placeholder)


class Rows(Struct, frozen=True):
    """The rows of a table, each a scope, and the trace that stands for the table itself (how many rows it has)."""

    scopes: Sequence[Scope]
    trace: Trace


class Scope(Protocol):
    """Where names get their values: a submission, or one row of a table within it."""

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The value under a name and how it came about; None where there is no such name."""

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of the table under a name; None where the name is no table."""


class FormulaFault(Exception):
    """A formula has no value; carries the finding that says why, and the value to blame where that is one."""

    def __init__(self, finding: Finding, culprit: Trace | None = None) -> None:
        super().__init__(finding, culprit)
        self.finding, self.culprit = finding, culprit


def shown(value: Value) -> str:
    """A value in full, as a trace prints it."""
    match value:
        case bool():
            return "是" if value else "否"
        case Fraction():
            return plain(value)
        case None:
            return "（未填）"
        case tuple():
            return "、".join(value)
        case _:
            return str(value)


def figure_of(value: Value, text: str, full: str = "") -> str:
    """How a value stands in a formula with figures: a rate as 96.69%, another number in full, negatives in brackets.

    Args:
        value: The value.
        text: How it is printed.
        full: What ``shown`` gives of it, where that is known.
    """
    if not is_number(value):
        return text
    number = text if text.endswith("%") else full or plain(value)
    return f"（{number}）" if value.numerator < 0 else number


def in_full(value: Value, full: str = "") -> str:
    """The number before it is rounded to be printed; an ellipsis where it has more than six decimals.

    ``full`` is what ``shown`` gives of it, where that is known.
    """
    if not is_number(value):
        return ""
    full = full or plain(value)
    return full if 10**6 % value.denominator == 0 else f"{full}…"


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
