"""How a layout is compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Options"]


class Options(Struct, frozen=True):
    """How a layout is compiled: the caller's filters, the names that are known, leniency, marks, hints for names."""

    filters: Mapping[str, Callable[..., Any]]
    known: frozenset[str] | None = None
    chainable: bool = False
    marked: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> tuple[object, ...]:
        """What tells two of them apart."""
        filters = tuple(sorted(self.filters.items(), key=lambda pair: pair[0]))
        return filters, self.known, self.chainable, self.marked, tuple(sorted(self.hints.items()))
