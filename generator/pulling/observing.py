"""Which values of an edited document read differently from what was printed, one entry for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.word.running.controls import kept

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.pulling.aligning import Key
    from generator.pulling.comparing import Comparison, Seen
    from generator.word.finished.reading_back import Held, ReadBack

__all__ = ["Observed", "Printing", "observe"]


class Observed(Struct, frozen=True):
    """A value that was edited.

    Attributes:
        key: Which.
        printed: What was printed; None where that is no longer known.
        ways: Each way in which it reads now, with the places; more than one where it was edited in different ways.
        beside: The paths of the values that it touches.
    """

    key: Key
    printed: str | None
    ways: dict[str, tuple[str, ...]]
    beside: tuple[str, ...] = ()

    @property
    def edited(self) -> str:
        """What it says now."""
        return next(iter(self.ways))

    @property
    def places(self) -> tuple[str, ...]:
        """Where it was edited."""
        return tuple(dict.fromkeys(place for places in self.ways.values() for place in places))


class Printing:
    """What was printed: by the stores of the edited document, and as the report prints now."""

    def __init__(self, edited: ReadBack, printed: ReadBack) -> None:
        self._held: dict[Key, Held] = {held.key: held for held in edited.values.values()}
        self._texts: dict[Key, str] = texts_of(printed)
        self.is_recorded = bool(self._held)

    def text(self, key: Key) -> str | None:
        """What was printed for a value; None where only a digest of it is left."""
        text, held = self._texts.get(key), self._held.get(key)
        if held is None:
            return text
        if text is not None and kept(text) == held.kept:
            return text
        return held.kept if kept(held.kept) == held.kept and not held.kept.startswith("#") else None

    def is_changed(self, key: Key, text: str) -> bool:
        """Whether a value reads differently from what was printed."""
        held, printed = self._held.get(key), self.text(key)
        if held is None:
            # A value that the document was not printed with came by a change of the input.
            return not self.is_recorded and printed is not None and printed != text
        # LibreOffice 7.4 loses the line breaks in a control.
        return kept(text) != held.kept and (printed is None or printed.replace("\n", "") != text)

    def stored(self) -> Iterable[tuple[Key, str]]:
        """What the store says of each value that it holds."""
        return ((key, held.stored) for key, held in self._held.items() if held.stored is not None)

    def shares(self) -> tuple[int, int]:
        """Of how many typed values the input says what was printed, and how many there are."""
        typed = [held for held in self._held.values() if not held.computed]
        return sum(kept(self._texts.get(held.key, "")) == held.kept for held in typed), len(typed)

    def keys(self) -> set[Key]:
        """The values that the document was printed with."""
        return set(self._held or self._texts)


def texts_of(document: ReadBack) -> dict[Key, str]:
    """What a document prints for each value."""
    keys = {number: held.key for number, held in document.values.items()}
    return {keys[piece.value]: piece.text for line in document.lines for piece in line.pieces if piece.value in keys}


def observe(comparison: Comparison, printing: Printing) -> list[Observed]:
    """The values that were edited, in the order of the document."""
    ways: dict[Key, dict[str, tuple[str, ...]]] = {}
    beside: dict[Key, tuple[str, ...]] = {}
    for seen in comparison.seen:
        if printing.is_changed(seen.key, seen.text):
            _note(ways, seen)
            beside.setdefault(seen.key, seen.beside)
    for key, text in printing.stored():
        # Word writes an edit to the store and to every place; other programs only to where it was made.
        if printing.is_changed(key, text) and text not in ways.get(key, {}):
            ways.setdefault(key, {})[text] = ("改稿的数据部分",)
    return [Observed(key, printing.text(key), texts, beside.get(key, ())) for key, texts in ways.items()]


def _note(ways: dict[Key, dict[str, tuple[str, ...]]], seen: Seen) -> None:
    places = ways.setdefault(seen.key, {})
    places[seen.text] = (*places.get(seen.text, ()), seen.place)
