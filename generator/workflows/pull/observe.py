"""Compares an edited document with the report as printed: edited values, added and removed paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from generator.workflows.pull.align import Key, Pair, Paragraph, Part, align
from generator.workflows.pull.attribute import attribute

_TAIL = 6


class Seen(NamedTuple):
    """A value as it reads at one place; ``beside`` are the paths of the values next to it."""

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
    """A paragraph with changes that cannot be attributed to one of these values, for these reasons."""

    place: str
    old: str
    new: str
    paths: tuple[str, ...]
    why: tuple[str, ...]


class Added(NamedTuple):
    """Consecutive paragraphs that were not printed, and those around them: as printed, and as they are now."""

    paragraphs: tuple[Paragraph, ...]
    before: tuple[Paragraph, Paragraph] | None
    behind: tuple[Paragraph, Paragraph] | None


class Comparison(Struct):
    """What an edited document says.

    Attributes:
        seen: Every value at every place where it can be told.
        wording: The template's words that were changed.
        unclear: Paragraphs with values that cannot be told.
        removed: Paragraphs that are gone, consecutive ones together.
        added: Paragraphs that came.
        kept: How many paragraphs of the report have a partner, and how many there are.
        printed: The paragraphs of the report as printed.
    """

    seen: list[Seen] = field(default_factory=list)
    wording: list[Wording] = field(default_factory=list)
    unclear: list[Unclear] = field(default_factory=list)
    removed: list[tuple[Paragraph, ...]] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    kept: tuple[int, int] = (0, 0)
    printed: Sequence[Paragraph] = ()


class Observed(Struct, frozen=True):
    """A value that was edited.

    Attributes:
        key: Which.
        printed: What was printed.
        ways: Each way in which it reads now, with the places; more than one where it was edited in different ways.
        beside: The paths of the values next to it.
    """

    key: Key
    printed: str
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


def compare(old: Sequence[Paragraph], new: Sequence[Paragraph], is_item: Callable[[Paragraph], bool]) -> Comparison:
    """Compares an edited document with the report as it was printed.

    Args:
        old: The report.
        new: The document.
        is_item: Whether a paragraph of the report is a text of a list, which may become several.
    """
    aligned = align(old, new)
    whole, pieces = _joined(aligned, old, new, is_item)
    pairs = [(i, j) for i, j in aligned if j not in pieces]
    found = Comparison(printed=old)
    for i, j in pairs:
        if i is not None and j is not None:
            _take(old[i], whole.get(j, new[j]), found)
    kept = [i for i, j in pairs if i is not None and j is not None]
    for before, behind in pairwise([-1, *kept, len(old)]):
        if behind - before > 1:
            found.removed.append(tuple(old[before + 1 : behind]))
    found.added = list(_added(pairs, old, new))
    found.kept = (len(kept), len(old))
    return found


def _joined(
    pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph], is_item: Callable[[Paragraph], bool]
) -> tuple[dict[int, Paragraph], set[int]]:
    """Items that became several paragraphs: the texts of all of them, as lines; and the paragraphs besides the first.

    So a reference in any of the pieces keeps its place in the text.
    """
    whole: dict[int, Paragraph] = {}
    pieces: set[int] = set()
    for at, (i, j) in enumerate(pairs):
        if i is None or j is None or old[i].text == new[j].text or not is_item(old[i]):
            continue
        first = last = at
        while first > 0 and _is_piece(pairs[first - 1], old[i], new[j], new):
            first -= 1
        while last + 1 < len(pairs) and _is_piece(pairs[last + 1], old[i], new[j], new):
            last += 1
        if first < last:
            numbers = [number for _, number in pairs[first : last + 1] if number is not None]
            text = "\n".join(new[number].text for number in numbers)
            whole[j] = replace(new[j], parts=(Part(text),), text=text)
            pieces |= {number for number in numbers if number != j}
    return whole, pieces


def _is_piece(pair: Pair, old: Paragraph, rest: Paragraph, new: Sequence[Paragraph]) -> bool:
    """Whether an added paragraph was a part of an item that says only the rest of it now."""
    if pair[0] is not None or pair[1] is None or new[pair[1]].row != rest.row:
        return False
    text = new[pair[1]].text
    if len(text) >= _TAIL and text in old.text:
        return text not in rest.text
    # Of a short piece all is compared, of a longer one the end that an edit left as it was.
    size = min(len(text), _TAIL)
    return size > 0 and any(
        text[ends] == old.text[ends] != rest.text[ends] for ends in (slice(-size, None), slice(size))
    )


def _take(old: Paragraph, new: Paragraph, found: Comparison) -> None:
    reading = attribute(old, new)
    around = _beside(old) if old.text != new.text else {}
    found.seen += [Seen(key, text, new.place, around.get(key, ())) for key, text in reading.values]
    found.wording += [Wording(new.place, before, now) for before, now in reading.wording]
    if reading.doubts:
        paths = tuple(dict.fromkeys(key[0] for key in reading.doubts))
        why = tuple(dict.fromkeys(reading.doubts.values()))
        found.unclear.append(Unclear(new.place, old.text, new.text, paths, why))


def _beside(paragraph: Paragraph) -> dict[Key, tuple[str, ...]]:
    parts = paragraph.parts
    found: dict[Key, tuple[str, ...]] = {}
    for number, part in enumerate(parts):
        if part.key is not None:
            around = [*parts[max(0, number - 1) : number], *parts[number + 1 : number + 2]]
            found[part.key] = tuple(other.key[0] for other in around if other.key is not None)
    return found


def _added(pairs: Sequence[Pair], old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Added]:
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


def texts_of(paragraphs: Sequence[Paragraph]) -> dict[Key, str]:
    """What a report prints for each value."""
    return {part.key: part.text for one in paragraphs for part in one.parts if part.key is not None}


def observe(comparison: Comparison, printed: Mapping[Key, str]) -> list[Observed]:
    """The values that were edited, in the order of the document."""
    ways: dict[Key, dict[str, tuple[str, ...]]] = {}
    beside: dict[Key, tuple[str, ...]] = {}
    for seen in comparison.seen:
        if seen.text != printed[seen.key]:
            places = ways.setdefault(seen.key, {})
            places[seen.text] = (*places.get(seen.text, ()), seen.place)
            beside.setdefault(seen.key, seen.beside)
    return [Observed(key, printed[key], texts, beside.get(key, ())) for key, texts in ways.items()]
