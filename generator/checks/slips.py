"""Slips in texts and the findings made of them: one finding for a text, or one for many texts with the same slip."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from generator.base.diagnostics import Code, Finding, Span
from generator.base.sandbox import blanked
from generator.checks.texts import HIDDEN, Text, texts_in
from generator.submission.model import Submission, walk_facts

if TYPE_CHECKING:
    from generator.checks.context import Case
    from generator.checks.rule import Given


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

_MOST_PLACES = 30
"""So many places are listed of the slips in one finding: more than any real report has had."""

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
        text, slip = group[0]
        start, end = max(0, slip.start - _AROUND), min(len(text.raw), slip.end + _AROUND)
        around = text.raw[start:end].replace("\n", " ")
        sample = f"{'…' if start else ''}{around}{'…' if end < len(text.raw) else ''}"
        place = text.place(slip.start, slip.end)
        yield code.at(place, text.path, sample=sample, said=slip.said, rest=_rest(group, place))


def _rest(group: Sequence[Found], first: Span) -> str:
    """How many slips there are, and the places of some of them; of one slip nothing."""
    if len(group) == 1:
        return ""
    texts = len({id(one.text) for one in group})
    where = f"{texts} 段文字里共" if texts > 1 else "这段文字里共"
    places = [one.text.place(one.slip.start, one.slip.end) for one in group[:_MOST_PLACES]]
    # Line and column in the file of the first slip; the full name of a cell in a table.
    shown = [f"{one.line}:{one.column}" if one.length and one.file == first.file else str(one) for one in places]
    more = "等" if len(group) > _MOST_PLACES else ""
    return f"；{where} {len(group)} 处（行:列）：{'、'.join(shown)}{more}"


HAN = r"[^\W\d_A-Za-zＡ-Ｚａ-ｚ¹²³①-⑳㉑-㊿Ⅰ-ⅿ]"
"""Pattern of one Chinese character: a letter that is none of the others that a report may hold.

A range of all 30,000 Chinese characters would cost milliseconds in every pattern that is compiled with it.
"""

OPAQUE = "\x01"
"""Replaces every character of a masked text that no rule looks at."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./:?&=%#~+,;!-]*[\w/]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NUMBER = re.compile(r"[（(\[【〔［][ ]?[\d０-９]{2,4}[ ]?年?[ ]?[）)\]】〕］][ ]?第?[ ]?[\d０-９]+(?=[ ]?号)")

_CLOSERS = {"《": "》", "“": "”", "「": "」"}
_OPENERS = re.compile("[《“「]")


@lru_cache(maxsize=2048)
def masked(text: str) -> str:
    """The text, as long as it is, with its references (``HIDDEN``), its web and mail addresses (``OPAQUE``) hidden."""
    if "{" not in text and "." not in text:
        return text
    return _ADDRESS.sub(_opaque, blanked(text, HIDDEN))


@lru_cache(maxsize=2048)
def numbers_masked(text: str) -> str:
    """The same, and file numbers hidden too (``OPAQUE``): their brackets have a rule of their own."""
    return _NUMBER.sub(_opaque, masked(text))


def quoted(text: str, openers: str = "《“") -> Iterator[tuple[int, int]]:
    """Where titles and quotations start and end: from an opener to the next closer of its kind.

    Not a pattern: many openers that nothing closes would cost it the square of the text.
    """
    at, unclosed = 0, set()
    for match in _OPENERS.finditer(text) if _OPENERS.search(text) else ():
        opener, start = match[0], match.start()
        if start < at or opener not in openers or opener in unclosed:
            continue
        end = text.find(_CLOSERS[opener], start) + 1
        if end:
            yield start, end
            at = end
        else:
            unclosed.add(opener)


def without_quoted(text: str) -> str:
    """The text, as long as it is, with its titles and quotations hidden (``HIDDEN``)."""
    pieces, at = [], 0
    for start, end in quoted(text):
        pieces += [text[at:start], HIDDEN * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _opaque(match: re.Match[str]) -> str:
    return OPAQUE * len(match[0])
