"""How two texts differ, word by word, and which parts of two sequences belong together.

A figure is one piece: ``85.71%`` gives way to ``100%`` as a whole, never digit by digit. So is a word in Latin letters;
Chinese is compared character by character.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, Literal, NamedTuple, TypeVar

from msgspec import Struct

from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

__all__ = ["Change", "Piece", "align", "changes", "likeness", "pieces", "word_changes"]

T = TypeVar("T")

_PIECE = regex(
    r"(?:(?<![0-9A-Za-z)）\]％%])[-+−－])?\d+(?:,\d{3})*(?:[.．]\d+)*[%％‰]?"  # a figure with its sign
    r"|[A-Za-zÀ-ɏ]+(?:[-'’][A-Za-zÀ-ɏ]+)*"
    r"|[^\S\n]+|.",
    re.DOTALL,
)
_CHINESE = regex(r"[\u3400-\u9fff]")
_DIGIT = regex(r"\d")
_SHORT = 2
_MOST_PAIRS = 60_000


class Change(NamedTuple):
    """One stretch of a comparison: ``old[start:end]`` gave way to ``new[new_start:new_end]``, or is the ``same``."""

    same: bool
    start: int
    end: int
    new_start: int
    new_end: int


class Piece(NamedTuple):
    """A stretch of text that both sides have (``=``), or only the old one (``-``) or the new one (``+``)."""

    sign: Literal["=", "-", "+"]
    text: str


def pieces(text: str) -> list[str]:
    """The text cut into figures, Latin words, blanks and single characters; joined, they are the text."""
    return _PIECE.findall(text)


def word_changes(old: str, new: str) -> list[Piece]:
    """The two texts as one, cut where they differ; what is gone stands before what came."""
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
    """Where two texts in pieces differ, in order; a lone character or two between differences is no island."""
    found = [Change(tag == "equal", *places) for tag, *places in _opcodes(old, new)]
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
    """Whether so little stays the same between two changed wordings that reading around it is harder than past it."""
    size = change.end - change.start
    if size > _SHORT or not all(_CHINESE.fullmatch(piece) for piece in old[change.start : change.end]):
        return False
    for one in around:
        changed = [*old[one.start : one.end], *new[one.new_start : one.new_end]]
        longer = max(one.end - one.start, one.new_end - one.new_start)
        if longer < size or any(_DIGIT.match(piece) for piece in changed):
            return False
    return True


def likeness(old: str, new: str) -> float:
    """How much of two texts is the same, from 0 to 1, by their pairs of neighbouring characters."""
    if old == new:
        return 1.0
    before, after = Counter(pairwise(old)), Counter(pairwise(new))
    whole = before.total() + after.total()
    return 2 * (before & after).total() / whole if whole else 0.0


def align(
    old: Sequence[T],
    new: Sequence[T],
    keys: Sequence[Callable[[T], Hashable]],
    alike: Callable[[T, T], float],
    least: float = 0.5,
) -> Iterator[tuple[int | None, int | None]]:
    """Which items belong together, in an order that keeps that of both sides.

    Args:
        old: The one sequence.
        new: The other.
        keys: Items with the same key belong together; the first key counts before the second. None is no key.
        alike: How alike two items without a common key are, from 0 to 1.
        least: How alike they must be to belong together.

    Yields:
        The two positions; None for the side that has no such item. What is gone comes before what came.
    """
    pairing = _Pairing(old, new, alike, least)
    last = (-1, -1)
    for i, j in [*pairing.within(keys, 0, len(old), 0, len(new)), (len(old), len(new))]:
        yield from ((number, None) for number in range(last[0] + 1, i))
        yield from ((None, number) for number in range(last[1] + 1, j))
        if i < len(old):
            yield i, j
        last = (i, j)


class _Pairing(Struct, Generic[T], frozen=True):
    """The two sequences whose items are brought together."""

    old: Sequence[T]
    new: Sequence[T]
    alike: Callable[[T, T], float]
    least: float

    def within(self, keys: Sequence[Callable[[T], Hashable]], *places: int) -> list[tuple[int, int]]:
        """The pairs between these places, by the first key, and between those by the next; at last by likeness."""
        top, end, new_top, new_end = places
        if top == end or new_top == new_end:
            return []
        if not keys:
            return self._by_likeness(*places)
        found: list[tuple[int, int]] = []
        before = [_key(keys[0], item) for item in self.old[top:end]]
        after = [_key(keys[0], item) for item in self.new[new_top:new_end]]
        at, new_at = top, new_top
        equal = [change[1:] for change in _opcodes(before, after) if change[0] == "equal"]
        for start, stop, new_start, _ in [*equal, (end - top, end - top, new_end - new_top, 0)]:
            found += self.within(keys[1:], at, top + start, new_at, new_top + new_start)
            found += [(top + start + number, new_top + new_start + number) for number in range(stop - start)]
            at, new_at = top + stop, new_top + new_start + stop - start
        return found

    def _by_likeness(self, top: int, end: int, new_top: int, new_end: int) -> list[tuple[int, int]]:
        """The pairs that are the most alike in all, without a crossing; none where there are too many to try."""
        if (end - top) * (new_end - new_top) > _MOST_PAIRS:
            return []
        pairs = [[self.alike(one, other) for other in self.new[new_top:new_end]] for one in self.old[top:end]]
        return [(top + i, new_top + j) for i, j in _best(pairs, self.least)]


def _best(pairs: list[list[float]], least: float) -> Iterator[tuple[int, int]]:
    """The pairs in rows and columns with the highest sum, both counted upward."""
    rows, columns = len(pairs), len(pairs[0])
    sums = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            together = pairs[i][j] + sums[i + 1][j + 1] if pairs[i][j] >= least else -1.0
            sums[i][j] = max(together, sums[i + 1][j], sums[i][j + 1])
    i = j = 0
    while i < rows and j < columns:
        if pairs[i][j] >= least and sums[i][j] == pairs[i][j] + sums[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif sums[i][j] == sums[i + 1][j]:
            i += 1
        else:
            j += 1


def _key(key: Callable[[T], Hashable], item: T) -> Hashable:
    found = key(item)
    return object() if found is None else found


def _opcodes(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    """difflib's, but what both begin and end with is set aside first: a correction is small, and difflib is slow."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[-1 - at] != new[-1 - at]), most - head)
    middle = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    found = [("equal", 0, head, 0, head)] if head else []
    found += [(tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in middle.get_opcodes()]
    if tail:
        found.append(("equal", len(old) - tail, len(old), len(new) - tail, len(new)))
    return found
