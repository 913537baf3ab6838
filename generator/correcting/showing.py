"""A proposal as a diff that people read: under each heading the lines of the file, before and after."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.correcting.proposing import Proposal

__all__ = ["as_diff"]

_BREAK = regex(r"\r\n|\r|\n")


def as_diff(proposal: Proposal) -> str:
    """The lines that change, in the form of a unified diff; empty where none does."""
    before, after = _BREAK.split(proposal.source.text), _BREAK.split(proposal.after)
    blocks = [
        [*_headings(proposal, start, end), *(f"-{line}" for line in before[start:end])]
        + [f"+{line}" for line in after[new_start:new_end]]
        for start, end, new_start, new_end in _changes(before, after)
    ]
    if not blocks:
        return ""
    name = proposal.source.file
    return "\n".join([f"--- {name}（改前）", f"+++ {name}（改后）", *(line for block in blocks for line in block)])


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """The lines that change, as (from, to before, from, to before); line by line where none came or went."""
    for what, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        if end - start == new_end - new_start:
            yield from ((start + at, start + at + 1, new_start + at, new_start + at + 1) for at in range(end - start))
        else:
            yield start, end, new_start, new_end


def _headings(proposal: Proposal, start: int, end: int) -> Iterator[str]:
    """One for each value with a change in these lines of the file, from ``start`` (from 0) to before ``end``."""
    breaks = [match.end() for match in _BREAK.finditer(proposal.source.text)]
    first = breaks[start - 1] if start else 0
    last = breaks[end - 1] if end <= len(breaks) else len(proposal.source.text) + 1
    for one in proposal.corrections:
        if any(first <= cut.start < last for cut in one.cuts):
            rules = f"（{'、'.join(one.rules)}）" if one.rules else ""
            yield f"@@ {one.text.span.file}:{one.text.span.line}  {one.text.path}{rules} @@"
