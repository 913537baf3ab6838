"""What reviewers object to in the texts themselves: outlines, years and file numbers, punctuation.

masking      what no rule looks into: references, addresses, file numbers
punctuation, brackets, spacing, wording, years, outline
             pure functions from a text to its slips, with the rules made of them
finding      Slip: what is wrong in a text, where, and what belongs there; from slips to findings
mendable     the slips that a program may mend: what ``jixiao check --fix-text`` proposes
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from generator.checks.rule import Rule
from generator.checks.text.finding import Slip
from generator.checks.text.outline import EMPTY_HEADING, NUMBER_ORDER, SKIPPED_LEVEL
from generator.checks.text.punctuation import (
    COMPARISON,
    DOUBLED,
    HALF_WIDTH,
    UNPAIRED,
    comparison_signs,
    doubled_punctuation,
    half_width_punctuation,
    unpaired_marks,
)
from generator.checks.text.wording import (
    BLANK_REFERENCE,
    BLANKS,
    BRACES,
    DISTANT_YEAR,
    FILE_NUMBER,
    FULL_WIDTH,
    PAGE_NUMBER,
    RELATIVE_YEAR,
    file_numbers,
    full_width_characters,
    stray_blanks,
)

TEXT_RULES = (
    NUMBER_ORDER,
    SKIPPED_LEVEL,
    EMPTY_HEADING,
    DISTANT_YEAR,
    FILE_NUMBER,
    HALF_WIDTH,
    UNPAIRED,
    DOUBLED,
    COMPARISON,
    RELATIVE_YEAR,
    BLANKS,
    PAGE_NUMBER,
    FULL_WIDTH,
    BLANK_REFERENCE,
    BRACES,
)


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
