"""Alignment of sequences and comparison of texts.

``differences``   edit script of two sequences of hashable items
``align``         pairs of items by keys, then by likeness, in order
``word_changes``  edit script of two texts in readable pieces
``likeness``      similarity of two texts, 0 to 1

Figures and Latin words are one piece each (``85.71%`` becomes ``100%`` as a whole); Chinese is compared by characters.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import Final, Generic, Literal, NamedTuple, TypeVar

from msgspec import Struct

T = TypeVar("T")

_PIECE = re.compile(
    r"(?:(?<![0-9A-Za-z)）\]％%])[-+−－])?\d+(?:,\d{3})*(?:[.．]\d+)*[%％‰]?"  # a figure with its sign
    r"|[A-Za-zÀ-ɏ]+(?:[-'’][A-Za-zÀ-ɏ]+)*"
    r"|[^\S\n]+|.",
    re.DOTALL,
)
_LONGEST_ISLAND: Final = 2
_MOST_LIKENESSES: Final = 60_000
# difflib looks at every pair of equal items, again for each block that it finds.
_MOST_EQUAL_PAIRS: Final = 1_000_000
_ANCHOR_WIDTHS: Final = (1, 12)


class Change(NamedTuple):
    """One step of an edit script: ``old[start:end]`` became, or is the ``same`` as, ``new[new_start:new_end]``."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


class Piece(NamedTuple):
    """Text of both sides (``=``), only the old one (``-``) or only the new one (``+``)."""

    sign: Literal["=", "-", "+"]
    text: str


def differences(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Change]:
    """The edit script of two sequences, alternating equal and changed stretches.

    Linear for similar sequences. Long ones with many repeated items are cut at items (or runs of items) that occur once
    on each side; what still repeats too often between two cuts counts as replaced.
    """
    found: list[Change] = []
    at = new_at = 0
    for start, new_start, size in [*_equal_blocks(old, new, 0, len(old), 0, len(new)), (len(old), len(new), 0)]:
        if found and found[-1].same and (start, new_start) == (at, new_at):
            found[-1] = found[-1]._replace(end=start + size, new_end=new_start + size)
        else:
            if start > at or new_start > new_at:
                found.append(Change(False, at, start, new_at, new_start))
            if size:
                found.append(Change(True, start, start + size, new_start, new_start + size))
        at, new_at = start + size, new_start + size
    return found


def _equal_blocks(  # noqa: PLR0913, PLR0917 - two sequences and a stretch of each
    old: Sequence[Hashable], new: Sequence[Hashable], start: int, end: int, new_start: int, new_end: int
) -> Iterator[tuple[int, int, int]]:
    """The equal stretches of two parts as (old position, new position, size), in order."""
    most = min(end - start, new_end - new_start)
    head = next((at for at in range(most) if old[start + at] != new[new_start + at]), most)
    tail = next((at for at in range(most - head) if old[end - 1 - at] != new[new_end - 1 - at]), most - head)
    if head:
        yield start, new_start, head
    start, end, new_start, new_end = start + head, end - tail, new_start + head, new_end - tail
    if start < end and new_start < new_end:
        before, after = old[start:end], new[new_start:new_end]
        counts = Counter(after)
        if sum(count * counts[item] for item, count in Counter(before).items()) <= _MOST_EQUAL_PAIRS:
            matcher = SequenceMatcher(None, before, after, autojunk=False)
            yield from ((start + i, new_start + j, size) for i, j, size in matcher.get_matching_blocks() if size)
        else:
            at, new_at = start, new_start
            anchors = next(filter(None, (_anchors(before, after, width) for width in _ANCHOR_WIDTHS)), [])
            for i, j in anchors:
                yield from _equal_blocks(old, new, at, start + i, new_at, new_start + j)
                at, new_at = start + i, new_start + j
            if anchors:
                yield from _equal_blocks(old, new, at, end, new_at, new_end)
    if tail:
        yield end, new_end, tail


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable], width: int) -> list[tuple[int, int]]:
    """Positions of runs that occur once on each side, the most of them that keep one order."""
    before, after = _once(old, width), _once(new, width)
    both = sorted((at, after[run]) for run, at in before.items() if run in after)
    found = [both[at] for at in longest_increasing([j for _, j in both])]
    # What continues the pair before is equal anyway.
    return found[:1] + [(i, j) for last, (i, j) in pairwise(found) if last != (i - 1, j - 1)]


def _once(items: Sequence[Hashable], width: int) -> dict[Hashable, int]:
    """The position of each run of items that occurs once."""
    runs = list(zip(*(items[at:] for at in range(width)), strict=False))
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """Positions of the longest strictly increasing subsequence, of several the lowest."""
    ends: list[int] = []  # ends[n] is the position at which the lowest run of n + 1 numbers ends
    lowest: list[int] = []
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        length = bisect_left(lowest, number)
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [at]
        lowest[length : length + 1] = [number]
    found = []
    last = ends[-1] if ends else None
    while last is not None:
        found.append(last)
        last = before[last]
    return found[::-1]


def same_start(one: str, other: str) -> int:
    """How many characters are the same at the beginning of two texts."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def pieces(text: str) -> list[str]:
    """The text cut into figures, Latin words, blanks and single characters; joined, they are the text."""
    return _PIECE.findall(text)


def word_changes(old: str, new: str) -> list[Piece]:
    """The two texts merged, cut where they differ; deletions before insertions."""
    before, after = pieces(old), pieces(new)
    found: list[Piece] = []
    for change in changes(before, after):
        gone, came = "".join(before[change.start : change.end]), "".join(after[change.new_start : change.new_end])
        if change.same:
            found.append(Piece("=", gone))
        else:
            found += [Piece("-", gone)] if gone else []
            found += [Piece("+", came)] if came else []
    return found


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """The edit script of two texts in pieces; one or two equal characters between differences count as changed."""
    found = differences(old, new)
    joined: list[Change] = []
    for at, change in enumerate(found):
        around = [one for one in (*found[max(0, at - 1) : at], *found[at + 1 : at + 2]) if not one.same]
        merges = change.same and len(around) == 2 and _is_island(change, around, old, new)
        current = change._replace(same=False) if merges else change
        if joined and not joined[-1].same and not current.same:
            last = joined.pop()
            current = Change(False, last.start, current.end, last.new_start, current.new_end)
        joined.append(current)
    return joined


def _is_island(change: Change, around: Sequence[Change], old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether so little is equal between two changes that one change reads better."""
    size = change.end - change.start
    if size > _LONGEST_ISLAND or not all(
        len(piece) == 1 and "\u3400" <= piece <= "\u9fff" for piece in old[change.start : change.end]
    ):
        return False
    for one in around:
        changed = [*old[one.start : one.end], *new[one.new_start : one.new_end]]
        longer = max(one.end - one.start, one.new_end - one.new_start)
        if longer < size or any(piece[0].isdigit() for piece in changed):
            return False
    return True


def likeness(old: str, new: str) -> float:
    """Similarity of two texts from 0 to 1, by their pairs of neighbouring characters."""
    if old == new:
        return 1.0
    before, after = _bigrams(old), _bigrams(new)
    whole = before.total() + after.total()
    return 2 * (before & after).total() / whole if whole else 0.0


@lru_cache(maxsize=1024)
def _bigrams(text: str) -> Counter[tuple[str, str]]:
    return Counter(pairwise(text))


def align(
    old: Sequence[T],
    new: Sequence[T],
    keys: Sequence[Callable[[T], Hashable]],
    alike: Callable[[T, T], float],
    least: float = 0.5,
) -> Iterator[tuple[int | None, int | None]]:
    """Pairs the items of two sequences by position, in an order that keeps that of both; None for a side without one.

    Items with the same key belong together, by the first key before the second; None is no key. Others belong together
    if they are ``alike`` (from 0) by ``least``, which is not asked if too many pairs are left. Deletions come before
    insertions.
    """
    pairing = _Pairing(old, new, alike, least)
    yield from with_gaps(pairing.within(keys, 0, len(old), 0, len(new)), len(old), len(new))


def with_gaps(pairs: Iterable[tuple[int, int]], size: int, new_size: int) -> Iterator[tuple[int | None, int | None]]:
    """The pairs of two sequences in order, and between them what has no partner, deletions first."""
    at = new_at = 0
    for i, j in [*pairs, (size, new_size)]:
        yield from ((number, None) for number in range(at, i))
        yield from ((None, number) for number in range(new_at, j))
        if (i, j) != (size, new_size):
            yield i, j
        at, new_at = i + 1, j + 1


class _Pairing(Struct, Generic[T], frozen=True):
    """The two sequences to pair."""

    old: Sequence[T]
    new: Sequence[T]
    alike: Callable[[T, T], float]
    least: float

    def within(self, keys: Sequence[Callable[[T], Hashable]], *places: int) -> list[tuple[int, int]]:
        """The pairs between these places by the first key, between them by the next, at last by likeness."""
        top, end, new_top, new_end = places
        if top == end or new_top == new_end:
            return []
        if not keys:
            if (end - top) * (new_end - new_top) > _MOST_LIKENESSES:
                return []
            alike = [[self.alike(one, other) for other in self.new[new_top:new_end]] for one in self.old[top:end]]
            return [(top + i, new_top + j) for i, j in best_pairs(alike, self.least)]
        found: list[tuple[int, int]] = []
        # An item without a key equals no other.
        before, after = (
            [object() if (key := keys[0](item)) is None else key for item in items]
            for items in (self.old[top:end], self.new[new_top:new_end])
        )
        at, new_at = top, new_top
        equal = [change[1:] for change in differences(before, after) if change.same]
        for start, stop, new_start, _ in [*equal, (end - top, end - top, new_end - new_top, 0)]:
            found += self.within(keys[1:], at, top + start, new_at, new_top + new_start)
            found += [(top + start + number, new_top + new_start + number) for number in range(stop - start)]
            at, new_at = top + stop, new_top + new_start + stop - start
        return found


def best_pairs(alike: Sequence[Sequence[float]], least: float) -> Iterator[tuple[int, int]]:
    """The pairs of old items (rows) and new ones (columns) with the highest sum of likenesses, without crossings.

    Each pair is alike by ``least``.
    """
    rows, columns = len(alike), len(alike[0]) if alike else 0
    sums = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            together = alike[i][j] + sums[i + 1][j + 1] if alike[i][j] >= least else -1.0
            sums[i][j] = max(together, sums[i + 1][j], sums[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        if alike[i][j] >= least and sums[i][j] == alike[i][j] + sums[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif sums[i][j] == sums[i + 1][j]:
            i += 1
        else:
            j += 1
