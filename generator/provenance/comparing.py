"""What was changed in a report by hand: its lines now, aligned with those that were written."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.provenance.record import check_sum

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.word.read.lines import Line

__all__ = ["Edit", "find_edits"]

# Beyond this many pairs, what resembles what is not looked for.
_MOST_PAIRS: Final = 2_500


class Edit(Struct, frozen=True):
    """One paragraph or cell that was changed, added or taken out.

    Attributes:
        place: Where: in the file as it is now, or for what was taken out, as it was written.
        old: What was written; ``""`` of what was added, None where only a check sum of it is known.
        new: What stands there now; ``""`` of what was taken out.
    """

    place: str
    old: str | None
    new: str


def find_edits(sums: Sequence[int], new: Sequence[Line], old: Sequence[Line] | None = None) -> tuple[Edit, ...]:
    """The changes, in the order of the text.

    An office program may break a paragraph in two where a page ends; that is no change.

    Args:
        sums: The check sums of the lines that were written.
        new: The lines now.
        old: The lines that were written, where they are known.
    """
    if old is not None:
        sums = [check_sum(line.text) for line in old]
    known = [check_sum(line.text) for line in new]
    edits: list[Edit] = []
    for tag, i, j, k, n in SequenceMatcher(None, sums, known).get_opcodes():
        if tag != "equal" and not _is_broken(sums[i:j], new[k:n]):
            before = new[k - 1].place if k else ""
            edits += _changed(j - i, new[k:n], before) if old is None else _paired(old[i:j], new[k:n])
    return tuple(edits)


def _is_broken(sums: Sequence[int], new: Sequence[Line]) -> bool:
    """Whether one paragraph was only broken into several."""
    return len(sums) == 1 and len(new) > 1 and check_sum("".join(line.text for line in new)) == sums[0]


def _changed(count: int, new: Sequence[Line], before: str) -> Iterator[Edit]:
    """``count`` lines of which only check sums are known became these."""
    for at, line in enumerate(new):
        yield Edit(line.place, None if at < count else "", line.text)
    place = new[-1].place if new else before
    for _ in range(count - len(new)):
        yield Edit(f"{place}之后" if place else "开头", None, "")


def _paired(old: Sequence[Line], new: Sequence[Line]) -> Iterator[Edit]:
    """These lines became those: each with the one that it resembles most."""
    if not old or not new or len(old) == len(new) or len(old) * len(new) > _MOST_PAIRS:
        yield from (Edit(after.place, before.text, after.text) for before, after in zip(old, new, strict=False))
        yield from (Edit(line.place, line.text, "") for line in old[len(new) :])
        yield from (Edit(line.place, "", line.text) for line in new[len(old) :])
        return
    i, j = _most_alike(old, new)
    yield from _paired(old[:i], new[:j])
    yield Edit(new[j].place, old[i].text, new[j].text)
    yield from _paired(old[i + 1 :], new[j + 1 :])


def _most_alike(old: Sequence[Line], new: Sequence[Line]) -> tuple[int, int]:
    pairs = [(i, j) for i in range(len(old)) for j in range(len(new))]
    return max(pairs, key=lambda pair: _likeness(old[pair[0]].text, new[pair[1]].text))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
