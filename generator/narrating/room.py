"""What the texts of one report may take together: references to read, steps of loops, characters written.

Each text may be within reason, and all of them run for hours: a loop in a loop in a loop over one table of the input.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Undefined, nodes, pass_context

from generator.base.passage import Passage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2.runtime import Context

__all__ = ["COUNTED", "Room", "concat", "counted", "with_counts"]

COUNTED: Final = "#"
"""The name of the filter that counts the turns of a loop; none that a text could write."""
_MOST_TAGS: Final = 20_000
_MOST_STEPS: Final = 2_000_000
_MOST_CHARACTERS: Final = 4_000_000
_ROOM: ContextVar[Room | None] = ContextVar("room", default=None)


class Room:
    """What is left."""

    def __init__(self) -> None:
        self._tags, self._steps, self._characters = _MOST_TAGS, _MOST_STEPS, _MOST_CHARACTERS

    def has_tags(self, count: int) -> bool:
        """Whether so many references more can be read; then they are."""
        if count > self._tags:
            return False
        self._tags -= count
        return True

    @contextmanager
    def given(self) -> Iterator[None]:
        """What is written within takes from this room."""
        token = _ROOM.set(self)
        try:
            yield
        finally:
            _ROOM.reset(token)

    def step(self, count: int) -> None:
        """Take the steps of a loop before it starts.

        Raises:
            ValueError: There are not so many left.
        """
        self._steps -= count
        if self._steps < 0:
            raise ValueError("循环的次数太多")

    def write(self, parts: Iterable[str]) -> list[str]:
        """The parts, their characters taken as they come; a part without any takes one.

        Raises:
            ValueError: There are no more left.
        """
        written: list[str] = []
        taken = 0
        try:
            for part in parts:
                taken += len(part) or 1
                if taken > self._characters:
                    raise ValueError("写出的文字太长")
                written.append(part)
        finally:
            self._characters -= taken
        return written


def concat(parts: Iterable[str]) -> str:
    """The parts of a text one after the other."""
    room = _ROOM.get()
    return Passage.joined(parts if room is None else room.write(parts))


@pass_context  # so that it is never called while a text is compiled
def counted(_context: Context, values: Any, weight: int) -> Any:
    """What a loop goes over; its turns are counted by how much stands in it."""
    room = _ROOM.get()
    if room is None or isinstance(values, Undefined):
        return values
    listed = list(values)
    room.step(len(listed) * weight)
    return listed


def with_counts(tree: nodes.Template) -> nodes.Template:
    """The tree of a text with every loop counted."""
    for loop in list(tree.find_all(nodes.For)):
        weight = nodes.Const(sum(1 for _ in loop.find_all(nodes.Node)))
        loop.iter = nodes.Filter(loop.iter, COUNTED, [weight], [], None, None)
    return tree
