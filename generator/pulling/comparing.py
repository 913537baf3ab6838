"""An edited document beside the report as it was printed: what reads differently, and what came or went."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from generator.pulling.aligning import align, paragraphs_of
from generator.pulling.reading_pairs import read_pair

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.pulling.aligning import Key, Pair, Paragraph
    from generator.word.finished.reading_back import ReadBack

__all__ = ["Added", "Comparison", "Seen", "Unclear", "Wording", "compare"]


class Seen(NamedTuple):
    """A value as it reads at one place; ``beside`` are the paths of the values that touch it there."""

    key: Key
    text: str
    place: str
    beside: tuple[str, ...] = ()


class Wording(NamedTuple):
    """Words that belong to no value: as printed, and as they read now."""

    place: str
    old: str
    new: str


class Unclear(NamedTuple):
    """A paragraph that was changed beyond telling what belongs to which of its values."""

    place: str
    old: str
    new: str
    paths: tuple[str, ...]


class Added(NamedTuple):
    """Paragraphs that were not printed, one after the other, and those around them: as printed, and as they are now."""

    paragraphs: tuple[Paragraph, ...]
    before: tuple[Paragraph, Paragraph] | None
    behind: tuple[Paragraph, Paragraph] | None


class Comparison(Struct):
    """What an edited document says.

    Attributes:
        seen: Every value at every place where it is still printed.
        wording: The template's words that were changed.
        unclear: Paragraphs changed so that it cannot be told which value each change belongs to.
        removed: Paragraphs that are gone.
        added: Paragraphs that came.
        kept: How many paragraphs of the report found a partner, and how many it has.
    """

    seen: list[Seen] = field(default_factory=list)
    wording: list[Wording] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    removed: list[Paragraph] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    kept: tuple[int, int] = (0, 0)


def compare(printed: ReadBack, edited: ReadBack) -> Comparison:
    """Compares an edited document with the report as it was printed."""
    old, new = paragraphs_of(printed), paragraphs_of(edited)
    pairs = align(old, new)
    found = Comparison()
    for i, j in pairs:
        if i is not None and j is not None:
            _take(old[i], new[j], found)
        elif i is not None:
            found.removed.append(old[i])
    found.added = list(_added(pairs, old, new))
    partners = sum(i is not None and j is not None for i, j in pairs)
    found.kept = (partners, len(old))
    return found


def _take(old: Paragraph, new: Paragraph, found: Comparison) -> None:
    """Takes in what one paragraph says now."""
    reading = read_pair(old, new)
    around = _beside(old)
    found.seen += [Seen(key, text, new.place, around.get(key, ())) for key, text in reading.values]
    found.wording += [Wording(new.place, before, now) for before, now in reading.wording]
    if reading.unclear:
        paths = tuple(dict.fromkeys(part.key[0] for part in old.parts if part.key is not None))
        found.unclear.append(Unclear(new.place, old.text, new.text, paths))


def _beside(paragraph: Paragraph) -> dict[Key, tuple[str, ...]]:
    """For each value, the paths of those that it touches."""
    parts = paragraph.parts
    found: dict[Key, tuple[str, ...]] = {}
    for number, part in enumerate(parts):
        if part.key is not None:
            around = [*parts[max(0, number - 1) : number], *parts[number + 1 : number + 2]]
            found[part.key] = tuple(other.key[0] for other in around if other.key is not None)
    return found


def _added(pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Added]:
    """The paragraphs that came, those together that follow each other."""
    waiting: list[Paragraph] = []
    before: tuple[Paragraph, Paragraph] | None = None
    for i, j in pairs:
        if i is None and j is not None:
            waiting.append(new[j])
        elif i is not None and j is not None:
            behind = (old[i], new[j])
            if waiting:
                yield Added(tuple(waiting), before, behind)
                waiting = []
            before = behind
    if waiting:
        yield Added(tuple(waiting), before, None)
