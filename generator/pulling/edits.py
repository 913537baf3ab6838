"""An edit as people see it before it is written: which fact, what it says, what it is to say, where it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.pulling.retyping import TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.base.diagnostics import Span
    from generator.pulling.aligning import Key
    from generator.pulling.retyping import Cut

__all__ = ["Edit", "around", "excerpt"]

_LONGEST = 60
_AROUND = 12


class Edit(Struct, frozen=True):
    """One fact that is to change.

    Attributes:
        path: Its path.
        label: What people call it.
        old: What it says, of a long text the part around the change.
        new: What it is to say, likewise.
        places: Where in the document it was edited.
        span: Where in the input it stands.
        note: What else to know, in Chinese.
        keys: The printed values whose edits it takes up, with what they read.
    """

    path: str
    label: str
    old: str
    new: str
    places: tuple[str, ...]
    span: Span
    note: str = ""
    keys: tuple[tuple[Key, str], ...] = ()


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = text.replace("\n", "⏎")
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST]}…"


def around(raw: str, cuts: Sequence[Cut]) -> tuple[str, str]:
    """What stands around the changes of a text, before and after."""
    start, end = min(cut.start for cut in cuts), max(cut.end for cut in cuts)
    first, last = max(0, start - _AROUND), min(len(raw), end + _AROUND)
    for tag in TAG.finditer(raw):
        # A reference is shown whole.
        first = tag.start() if tag.start() < first < tag.end() else first
        last = tag.end() if tag.start() < last < tag.end() else last
    after = raw
    for cut in sorted(set(cuts), reverse=True):
        after = after[: cut.start] + cut.new + after[cut.end :]
    head, tail = "…" if first else "", "…" if last < len(raw) else ""
    return f"{head}{raw[first:last]}{tail}", f"{head}{after[first : len(after) - (len(raw) - last)]}{tail}"
