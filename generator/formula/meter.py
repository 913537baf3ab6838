"""One limit for all the formulas of a report: each may be within its own, and together they run for hours."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from generator.formula.values import FormulaFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MOST_IN_ALL", "Meter", "meter", "metered"]

MOST_IN_ALL: Final = 400_000
"""So many steps take some seconds; a report of a department takes some thousands."""
_METER: ContextVar[Meter | None] = ContextVar("meter", default=None)


class Meter:
    """Counts the steps of many evaluations; ``left`` are those that may still be taken."""

    def __init__(self, most: int) -> None:
        self._most = self.left = most
        self._fault: FormulaFault | None = None

    def ran_out(self, fault: Callable[[int], FormulaFault]) -> FormulaFault:
        """The fault of an evaluation that has no steps left: that of the first, so that it is told only once."""
        self._fault = self._fault or fault(self._most)
        return FormulaFault(self._fault.finding)


@contextmanager
def metered(most: int = MOST_IN_ALL) -> Iterator[None]:
    """All evaluations within are limited together as well."""
    token = _METER.set(Meter(most))
    try:
        yield
    finally:
        _METER.reset(token)


def meter() -> Meter | None:
    """What counts the steps here; None where nothing does."""
    return _METER.get()
