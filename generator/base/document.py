"""A Word file of the filing that a report takes in."""

from __future__ import annotations

from msgspec import Struct

from generator.base.diagnostics import Span

__all__ = ["Document"]


class Document(Struct):
    """A Word file as layouts print it: its content, its name as typed, where the input names it.

    ``opened`` is what the room ``word`` keeps of it once it has been looked over; False where it cannot be used.
    """

    data: bytes
    name: str
    span: Span
    path: str
    opened: object = None

    def __str__(self) -> str:
        return self.name
