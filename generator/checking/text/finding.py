"""What is wrong in a text (slips), and from slips to findings: one for a text, or one for many texts alike."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from generator.checking.texts import Text, texts_in
from generator.submission import walk_facts

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from generator.base.diagnostics import Code, Finding, Span
    from generator.checking.context import Case
    from generator.checking.rule import Given
    from generator.submission import Submission

__all__ = ["Found", "Slip", "TextFinder", "findings", "slips_of", "values_with"]


class Slip(Struct, frozen=True, order=True):
    """The characters from ``start`` up to ``end`` are not as they should be.

    Attributes:
        start: Where they begin, counted from 0.
        end: Where they end; at least one character.
        said: What is wrong with them and what was expected, as part of a sentence: 「应为「；」」.
        mended: What belongs in their place; None where only a person can tell.
    """

    start: int
    end: int
    said: str
    mended: str | None = None


_FEW = 3
"""Texts with the same slip are named one by one up to this number."""

_AROUND = 8


class Found(NamedTuple):
    """A slip in a text of the bureau."""

    text: Text
    slip: Slip


class TextFinder(Struct, frozen=True):
    """Finds what ``slips`` finds in each text by itself.

    Attributes:
        code: The code of the findings; its message names ``sample``, ``said`` and ``rest``.
        slips: What is wrong in one text, references and all.
        trigger: Matches in every text that has such a slip, and costs next to nothing: one that begins with a
            character or a class of them is searched for several times faster than one that begins with a choice. It
            never matches nothing: behind the last text there would be no end of it.
    """

    code: Code
    slips: Callable[[str], Iterable[Slip]]
    trigger: re.Pattern[str]

    def __call__(self, case: Case, _given: Given) -> Iterator[Finding]:
        """The findings in a report's texts."""
        return findings(self.code, slips_of(case.printed_with(self.trigger), self.slips))


def slips_of(texts: Iterable[Text], slips: Callable[[str], Iterable[Slip]]) -> list[Found]:
    """What is found in these texts, in their order."""
    return [Found(text, slip) for text in texts for slip in sorted(set(slips(text.raw)))]


def values_with(submission: Submission, source: str, trigger: re.Pattern[str]) -> Iterator[Text]:
    """Every value that a bureau typed, words or not, in which the pattern matches."""
    for fact in walk_facts(submission):
        if trigger.search(fact.text) and isinstance(fact.value, tuple):
            yield from texts_in(fact, "", "列表", source)
        elif trigger.search(fact.text):
            yield Text.typed(fact.path, "", fact.text, fact.span, "", source)


def findings(code: Code, found: Sequence[Found]) -> Iterator[Finding]:
    """One finding for each text, with the places of all its slips; one for everything where the texts are many."""
    groups = [list(group) for _, group in groupby(found, key=lambda one: one.text)]
    if len(groups) > _FEW:
        groups = [list(chain.from_iterable(groups))]
    for group in groups:
        first = group[0]
        words = {"sample": _sample(first), "said": first.slip.said, "rest": _rest(group)}
        yield code.at(first.text.place(first.slip.start, first.slip.end), first.text.path, **words)


def _sample(one: Found) -> str:
    """The slip with a few characters around it."""
    text, slip = one.text.raw, one.slip
    start, end = max(0, slip.start - _AROUND), min(len(text), slip.end + _AROUND)
    shown = " ".join(text[start:end].split("\n"))
    return f"{'…' if start else ''}{shown}{'…' if end < len(text) else ''}"


def _rest(group: Sequence[Found]) -> str:
    """How many there are, and where each of them stands."""
    if len(group) == 1:
        return ""
    places = [one.text.place(one.slip.start, one.slip.end) for one in group]
    texts = len({one.text for one in group})
    where = f"{texts} 段文字里共" if texts > 1 else "这段文字里共"
    return f"；{where} {len(group)} 处（行:列）：{'、'.join(_short(place, places[0]) for place in places)}"


def _short(place: Span, first: Span) -> str:
    """Line and column in the file of the first place; in a table, the whole of it."""
    return f"{place.line}:{place.column}" if place.length and place.file == first.file else str(place)
