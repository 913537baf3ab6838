"""The lines of a report as it was printed, each beside the line of the edited document that it became."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from generator.word.finished.reading_back import ReadBack

__all__ = ["Key", "Paragraph", "Part", "align", "paragraphs_of"]

Key = tuple[str, bool, str, int, int]
"""Path, whether computed, unit, part and variant: what names a printed value (see ``Held.key``)."""

# Beyond so many pairs, what resembles what is not looked for.
_MOST_PAIRS = 2_500
_LEAST_LIKENESS = 0.4


class Part(NamedTuple):
    """Text of a value, or of none: then it is the template's wording."""

    text: str
    key: Key | None = None


class Paragraph(Struct, frozen=True):
    """A paragraph with its parts. ``row`` tells rows of tables apart, 0 stands for none."""

    parts: tuple[Part, ...]
    place: str
    row: int = 0
    style: str = ""
    text: str = ""
    keys: frozenset[Key] = frozenset()


Pair = tuple[int | None, int | None]
_Gap = tuple[int, int, int, int]


def paragraphs_of(document: ReadBack) -> list[Paragraph]:
    """The lines of a document, their values named as in any other printing."""
    keys = {number: held.key for number, held in document.values.items()}
    found = []
    for line in document.lines:
        parts = tuple(Part(piece.text, keys.get(piece.value)) for piece in line.pieces)
        known = frozenset(part.key for part in parts if part.key is not None)
        found.append(Paragraph(parts, line.place, line.row, line.style, line.text, known))
    return found


def align(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> list[Pair]:
    """Which paragraph became which, in order; None where one was added or taken out.

    Paragraphs with the same wording around the same values come first, then those with the same text, then those that
    share values or resemble each other.
    """
    pairs: list[Pair] = []
    gaps: list[_Gap] = [(0, len(old), 0, len(new))]
    for keys_of in (_skeletons, _texts_in_rows, _texts):
        gaps = [left for gap in gaps for left in _matched(keys_of(old), keys_of(new), gap, pairs)]
    for gap in gaps:
        pairs += _alike(old, new, gap)
    # Where one was taken out and others were added, what was taken out comes first.
    ordered = sorted((pair for pair in pairs if pair[0] is not None and pair[1] is not None), key=_first)
    return list(_completed(ordered, len(old), len(new)))


def _first(pair: Pair) -> int:
    return pair[0] or 0


def _skeletons(paragraphs: Sequence[Paragraph]) -> list[Hashable]:
    return [tuple(part.key or part.text for part in one.parts) if one.keys else one.text for one in paragraphs]


def _texts_in_rows(paragraphs: Sequence[Paragraph]) -> list[Hashable]:
    """The text of each with that of the whole row: in a table, single cells often say the same."""
    rows: dict[int, str] = {}
    for one in paragraphs:
        if one.row:
            rows[one.row] = f"{rows.get(one.row, '')}\n{one.text}"
    return [(one.text, rows.get(one.row, "")) for one in paragraphs]


def _texts(paragraphs: Sequence[Paragraph]) -> list[Hashable]:
    return [one.text for one in paragraphs]


def _matched(old: list[Hashable], new: list[Hashable], gap: _Gap, pairs: list[Pair]) -> Iterator[_Gap]:
    """Adds the pairs of equal keys within a gap; gives the gaps that are left."""
    start, end, new_start, new_end = gap
    while start < end and new_start < new_end and old[start] == new[new_start]:
        pairs.append((start, new_start))
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
        pairs.append((end, new_end))
    matcher = SequenceMatcher(None, old[start:end], new[new_start:new_end], autojunk=False)
    at, new_at = start, new_start
    for one, other, size in matcher.get_matching_blocks():
        i, j = start + one, new_start + other
        if i > at or j > new_at:
            yield at, i, new_at, j
        pairs += ((i + step, j + step) for step in range(size))
        at, new_at = i + size, j + size


def _alike(old: Sequence[Paragraph], new: Sequence[Paragraph], gap: _Gap) -> list[Pair]:
    """The pairs within a gap that share values or resemble each other, in order, as alike as can be."""
    start, end, new_start, new_end = gap
    height, width = end - start, new_end - new_start
    if height * width > _MOST_PAIRS:
        return list(zip(range(start, end), range(new_start, new_end), strict=False)) if height == width else []
    likeness = [[_likeness(old[start + i], new[new_start + j]) for j in range(width)] for i in range(height)]
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        for j in range(width - 1, -1, -1):
            paired = best[i + 1][j + 1] + likeness[i][j] if likeness[i][j] else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    return list(_traced(best, likeness, start, new_start))


def _traced(best: list[list[float]], likeness: list[list[float]], start: int, new_start: int) -> Iterator[Pair]:
    i = j = 0
    while i < len(likeness) and j < len(likeness[0]):
        if likeness[i][j] and best[i][j] == best[i + 1][j + 1] + likeness[i][j]:
            yield start + i, new_start + j
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1


def _likeness(old: Paragraph, new: Paragraph) -> float:
    """How much two paragraphs resemble each other; 0 where neither can have become the other."""
    if bool(old.row) != bool(new.row):
        return 0.0
    shared = len(old.keys & new.keys) / len(old.keys | new.keys) if old.keys and new.keys else 0.0
    if shared:
        return 1.0 + shared
    matcher = SequenceMatcher(None, old.text, new.text, autojunk=False)
    if matcher.quick_ratio() < _LEAST_LIKENESS:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= _LEAST_LIKENESS else 0.0


def _completed(pairs: Sequence[Pair], height: int, width: int) -> Iterator[Pair]:
    """The pairs with those paragraphs between them that have no partner."""
    at = new_at = 0
    for i, j in [*pairs, (height, width)]:
        assert i is not None  # noqa: S101 - only whole pairs are given
        assert j is not None  # noqa: S101
        yield from ((lost, None) for lost in range(at, i))
        yield from ((None, come) for come in range(new_at, j))
        if (i, j) != (height, width):
            yield i, j
        at, new_at = i + 1, j + 1
