"""The slips that a program may mend by itself, on request: those that leave no doubt about what belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.checking.rule import Rule
from generator.checking.text.brackets import UNPAIRED, unpaired_marks
from generator.checking.text.punctuation import (
    COMPARISON,
    DOUBLED,
    HALF_WIDTH,
    comparison_signs,
    doubled_punctuation,
    half_width_punctuation,
)
from generator.checking.text.spacing import BLANKS, FULL_WIDTH, full_width_characters, stray_blanks
from generator.checking.text.years import FILE_NUMBER, file_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from generator.checking.text.finding import Slip

__all__ = ["MENDABLE", "Mendable", "mended", "slips_in"]

_MOST_ROUNDS = 20


class Mendable(NamedTuple):
    """A rule, what it finds in one text, and whether it reads more than words: targets, amounts."""

    rule: Rule
    slips: Callable[[str], Iterable[Slip]]
    all_values: bool = False


MENDABLE = (
    Mendable(FILE_NUMBER, file_numbers),
    Mendable(HALF_WIDTH, half_width_punctuation),
    Mendable(UNPAIRED, unpaired_marks),
    Mendable(DOUBLED, doubled_punctuation),
    Mendable(BLANKS, stray_blanks),
    Mendable(FULL_WIDTH, full_width_characters),
    Mendable(COMPARISON, comparison_signs, all_values=True),
)


def slips_in(text: str, parts: Sequence[Mendable]) -> Iterator[tuple[Rule, Slip]]:
    """What these rules find in a text, those that only a person can mend as well."""
    for part in parts:
        for slip in part.slips(text):
            yield part.rule, slip


def mended(text: str, parts: Sequence[Mendable]) -> str:
    """The text with everything mended that leaves no doubt; mended again, it stays as it is."""
    for _ in range(_MOST_ROUNDS):
        again = _once(text, parts)
        if again == text:
            break
        text = again
    return text


def _once(text: str, parts: Sequence[Mendable]) -> str:
    pieces, at = [], 0
    for slip in sorted(slip for _, slip in slips_in(text, parts) if slip.mended is not None):
        if slip.start >= at:
            pieces += [text[at : slip.start], slip.mended or ""]
            at = slip.end
    return "".join([*pieces, text[at:]])
