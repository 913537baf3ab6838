"""The ends of stretches of paragraphs: the mark before a table, or at the end of a cell, can neither come nor go.

Where paragraphs came at such an end, it is the mark before them that is new, and the last mark is the old one, moved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree

__all__ = ["Step", "with_safe_ends"]


class Step(Struct, frozen=True):
    """Blocks of both sides that are one: one table or several paragraphs, or none on one side."""

    old: list[Tree]
    new: list[Tree]
    is_table: bool

    @property
    def is_kept(self) -> bool:
        """Whether both sides have it."""
        return bool(self.old and self.new)


def with_safe_ends(steps: list[Step]) -> list[Step]:
    """The same steps, such that no stretch of paragraphs ends in a mark that came or went, as far as can be."""
    found: list[Step] = []
    stretch: list[Step] = []
    for step in steps:
        if step.is_table and step.is_kept:
            found += [*_ended(stretch), step]
            stretch = []
        else:
            stretch.append(step)
    return [*found, *_ended(stretch)]


def _ended(stretch: list[Step]) -> Iterator[Step]:
    """A stretch up to a table that stays, or to the end of its container."""
    last = max((at for at, step in enumerate(stretch) if step.is_kept), default=-1)
    tail = stretch[last + 1 :]
    gone, came = [step for step in tail if step.old], [step for step in tail if step.new]
    if gone and came:
        yield from stretch[: last + 1]
        yield from _met(gone, came)
    elif tail and last >= 0 and not tail[-1].is_table:
        yield from stretch[:last]
        yield from _moved(stretch[last], tail)
    else:
        yield from stretch


def _met(gone: list[Step], came: list[Step]) -> Iterator[Step]:
    """Both sides end in a paragraph of their own: the two share the mark."""
    if gone[-1].is_table or came[-1].is_table:
        yield from (*gone, *came)
        return
    yield from (*gone[:-1], *came[:-1])
    yield Step(gone[-1].old, came[-1].new, is_table=False)


def _moved(kept: Step, tail: list[Step]) -> Iterator[Step]:
    """One side alone has more: its last mark is the mark of the last paragraph that both have."""
    if not any(step.is_table for step in tail):
        old = [*kept.old, *(one for step in tail for one in step.old)]
        yield Step(old, [*kept.new, *(one for step in tail for one in step.new)], is_table=False)
        return
    # With a table between them the two cannot be one paragraph: the text of the kept one is shown as moved.
    is_new = bool(tail[-1].new)
    yield Step([] if is_new else kept.old, kept.new if is_new else [], is_table=False)
    yield from tail[:-1]
    yield Step(
        kept.old if is_new else tail[-1].old,
        tail[-1].new if is_new else kept.new,
        is_table=False,
    )
