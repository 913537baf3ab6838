"""Footnotes and endnotes of two documents made one: those that came, those that went, those that changed."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from generator.word.names import w

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.redline.pair import Pair

__all__ = ["Notes"]

_ID: Final = w("id")


class Notes:
    """The notes that a pair of parts refers to; the newer document's are changed in place."""

    def __init__(self, pair: Pair) -> None:
        self._pair = pair
        self._done: set[tuple[str, str]] = set()

    def meet(self, kind: str, old: Tree, new: Tree) -> None:
        """Two references in the same place: the note's text is compared."""
        from generator.word.redline.blocks import merge_container  # noqa: PLC0415 - blocks refer to notes, notes are blocks

        was, now = self._old(kind, old), self._new(kind, new)
        if was is not None and now is not None and self._is_first(kind, new):
            parts = self._pair.old.volume.related(kind), self._pair.new.volume.related(kind)
            merge_container(was, now, self._pair.beside(str(parts[0]), str(parts[1])))

    def come(self, kind: str, reference: Tree) -> None:
        """A note that only the newer document has."""
        from generator.word.redline.blocks import mark_container  # noqa: PLC0415 - see above

        note = self._new(kind, reference)
        if note is not None and self._is_first(kind, reference):
            mark_container(note, "ins", self._pair)

    def bring(self, kind: str, reference: Tree) -> None:
        """A note that only the older document has: it comes along under a new number, as deleted text."""
        from generator.word.redline.blocks import mark_container  # noqa: PLC0415 - see above

        note = self._old(kind, reference)
        if note is None:
            return
        notes = self._pair.new.volume.part(kind, kind)
        free = 1 + max((int(str(one.get(_ID))) for one in notes if one.get(_ID)), default=0)
        copy = deepcopy(note)
        copy.set(_ID, str(free))
        notes.append(copy)
        reference.set(_ID, str(free))
        mark_container(copy, "del", self._pair.beside(str(self._pair.old.volume.related(kind)), self._pair.new.part))

    def _is_first(self, kind: str, reference: Tree) -> bool:
        key = (kind, str(reference.get(_ID)))
        first = key not in self._done
        self._done.add(key)
        return first

    def _old(self, kind: str, reference: Tree) -> Tree | None:
        return self._pair.old.identity.note(kind, str(reference.get(_ID)))

    def _new(self, kind: str, reference: Tree) -> Tree | None:
        return self._pair.new.identity.note(kind, str(reference.get(_ID)))
