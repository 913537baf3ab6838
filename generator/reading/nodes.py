"""The located tree: what stands in a YAML file, each piece with its place, nothing interpreted.

    Node = Scalar | Sequence | Mapping

Values stay text: ``010`` stays "010" and ``1.10`` stays "1.10", so that a later stage decides by the field's kind what
they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from generator.base.diagnostics import Span

__all__ = ["Entry", "Mapping", "Node", "Scalar", "Sequence"]

_BLANKS = frozenset({"", "~", "null", "Null", "NULL"})


class Scalar(Struct, frozen=True):
    """One value or key.

    ``text`` is what was typed, with YAML's own escapes and line folding undone. ``quoted`` tells whether it stood in
    quotes, ``block`` whether it is a ``|`` or ``>`` block (whose span is the ``|`` or ``>``).
    """

    text: str
    span: Span
    quoted: bool = False
    block: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in: an empty value, ``~`` or ``null`` without quotes, or an empty block."""
        return not self.quoted and (not self.text if self.block else self.text in _BLANKS)


class Sequence(Struct, frozen=True):
    """A list; its span is its first dash or bracket."""

    items: tuple[Node, ...]
    span: Span


class Entry(Struct, frozen=True):
    """One ``key: value`` of a mapping."""

    key: Scalar
    value: Node


class Mapping(Struct, frozen=True):
    """Keys with their values, in the order of the file, no key twice; its span is its first key or its brace."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, name: str) -> Node | None:
        """The value under a key, or None where the key is absent."""
        return next((entry.value for entry in self.entries if entry.key.text == name), None)

    def keys(self) -> tuple[Scalar, ...]:
        """The keys, in the order of the file."""
        return tuple(entry.key for entry in self.entries)


Node = Scalar | Sequence | Mapping
