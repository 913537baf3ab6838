"""A paragraph and what it became: which values read differently now, and which words of the template."""

from __future__ import annotations

from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.pulling.aligning import Key, Paragraph, Part

__all__ = ["Reading", "read_pair"]

_FIGURE = regex(r"[0-9０-９.．,，%％‰+\-－]+")
_LEAST_LIKENESS = 0.3


class Reading(Struct):
    """What one paragraph says now.

    Attributes:
        values: The text of each of its values, in order.
        wording: Words of the template: as printed, and as they read now.
        unclear: Whether text was changed of which it cannot be told to what it belongs.
    """

    values: list[tuple[Key, str]] = field(default_factory=list)
    wording: list[tuple[str, str]] = field(default_factory=list)
    unclear: bool = False


def read_pair(old: Paragraph, new: Paragraph) -> Reading:
    """Reads a paragraph as it was printed beside the one that it became.

    Controls that are still there tell what belongs to them. What stands between them is compared: there the template's
    words may have been changed, and values of which the controls are gone.
    """
    reading = Reading()
    texts: dict[int, str] = {}
    anchors = list(_anchors(old.parts, new.parts))
    for i, j in anchors:
        texts[i] = new.parts[j].text
    for (i, j), (end, new_end) in pairwise([(-1, -1), *anchors, (len(old.parts), len(new.parts))]):
        between = old.parts[i + 1 : end]
        now = "".join(part.text for part in new.parts[j + 1 : new_end])
        words = "".join(part.text for part in between)
        left = (i, old.parts[i]) if i >= 0 else None
        right = (end, old.parts[end]) if end < len(old.parts) else None
        if any(part.key is not None for part in between):
            _map_values(between, now, i + 1, texts, reading)
        elif _compare_wording(words, now, (left, right), texts):
            reading.wording.append((words, now))
    reading.values = [(part.key, texts[i]) for i, part in enumerate(old.parts) if part.key is not None and i in texts]
    return reading


def _anchors(old: Sequence[Part], new: Sequence[Part]) -> Iterator[tuple[int, int]]:
    """The values that stand in controls in both paragraphs, in order."""
    ours = [i for i, part in enumerate(old) if part.key is not None]
    theirs = [j for j, part in enumerate(new) if part.key is not None]
    matcher = SequenceMatcher(None, [old[i].key for i in ours], [new[j].key for j in theirs], autojunk=False)
    for one, other, size in matcher.get_matching_blocks():
        yield from ((ours[one + step], theirs[other + step]) for step in range(size))


def _compare_wording(
    old: str, new: str, beside: tuple[tuple[int, Part] | None, tuple[int, Part] | None], texts: dict[int, str]
) -> bool:
    """Whether words that belong to no value were changed; what was put close to a value is meant for it."""
    if old == new or "".join(old.split()) == "".join(new.split()):
        return False
    left, right = beside
    behind = new.removesuffix(old) if new.endswith(old) else ""
    before = new.removeprefix(old) if new.startswith(old) else ""
    # Between two values, words go to the one that is no figure.
    if (
        left is not None
        and _is_meant(left[1], behind, old)
        and not (right is not None and not old and _is_figure(left[1].text) and not _is_figure(right[1].text))
    ):
        texts[left[0]] += behind
    elif right is not None and _is_meant(right[1], before, old):
        texts[right[0]] = before + texts[right[0]]
    else:
        return True
    return False


def _is_meant(value: Part, added: str, between: str) -> bool:
    """Whether text that was put beside a value belongs to it: figures to a figure, words to words."""
    if not added or value.key is None:
        return False
    return not between or (not value.key[1] and _continues(value.text, added))


def _is_figure(text: str) -> bool:
    return _FIGURE.fullmatch(text) is not None


def _continues(text: str, added: str) -> bool:
    return not _is_figure(text) or _is_figure(added)


def _map_values(old: Sequence[Part], now: str, first: int, texts: dict[int, str], reading: Reading) -> None:
    """Finds values without their controls again, by the characters that they still have in common."""
    before = "".join(part.text for part in old)
    owners = [number for number, part in enumerate(old) for _ in part.text]
    found = [""] * len(old)
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    clear = matcher.ratio() >= _LEAST_LIKENESS
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            for at in range(start, end):
                found[owners[at]] += before[at]
        elif what != "delete":
            touched = sorted(set(owners[start:end])) or [_owner_at(start, owners, old, now[new_start:new_end])]
            clear = clear and len(touched) == 1
            found[touched[0]] += now[new_start:new_end]
    # A value that is gone with its control was more likely taken out with its sentence than emptied.
    if not clear or any(part.key is not None and not text.strip() for part, text in zip(old, found, strict=True)):
        reading.unclear = reading.unclear or before != now
        return
    for number, (part, text) in enumerate(zip(old, found, strict=True)):
        if part.key is not None:
            texts[first + number] = text
        elif "".join(part.text.split()) != "".join(text.split()):
            reading.wording.append((part.text, text))


def _owner_at(at: int, owners: Sequence[int], old: Sequence[Part], added: str) -> int:
    """To which part text belongs that was put between two characters."""
    left, right = owners[at - 1] if at else None, owners[at] if at < len(owners) else None
    if left is None or right is None or left == right:
        return left if left is not None else right or 0
    # Values of words come first: they are edited more often than the words around them.
    sides = sorted((left, right), key=lambda side: _is_figure(old[side].text))
    return next((side for side in sides if _is_meant(old[side], added, "x")), left if old[left].key is None else right)
