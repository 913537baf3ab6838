"""Filings of one run that say the same at length: copied from each other, or from the year before."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b

from msgspec import Struct

from generator.base.diagnostics import Finding, Span
from generator.base.forms import RATE
from generator.workflows.audit import codes
from generator.workflows.audit.files import place_of

_NOISE = re.compile(r"[\W_]|(?:19|20)\d\d(?=年)")
_LEAST_TEXT, _LEAST_SHARED, _SHARE = 30, 200, Fraction(1, 2)
"""Shorter paragraphs are headings and phrases of the form; less than this much is no copy."""


class Prose(Struct, frozen=True):
    """What a file says: its kind, whose it is, of which year; its long paragraphs by their digests."""

    whose: tuple[str, str, str]
    texts: Mapping[str, tuple[int, Span]]


def said_in(whose: tuple[str, str, str], texts: Iterable[tuple[str, Span]]) -> Prose:
    """What there is to compare of a file; punctuation and years make no difference."""
    found: dict[str, tuple[int, Span]] = {}
    for text, span in texts:
        plain = _NOISE.sub("", text)
        if len(plain) >= _LEAST_TEXT:
            found.setdefault(blake2b(plain.encode(), digest_size=12).hexdigest(), (len(plain), span))
    return Prose(whose, found)


def alike(files: Sequence[Prose | None]) -> Iterator[tuple[int, Finding]]:
    """For each file that shares half of its text or more with another, its number and the finding at the first place.

    What is of the same bureau and year is not compared, nor is a filing with a Word file: it may be its report.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for number, said in enumerate(files):
        for digest in said.texts if said is not None else ():
            holders[digest].append(number)
    for number, said in enumerate(files):
        if said is None:
            continue
        shared: Counter[int] = Counter()
        for digest, (length, _) in said.texts.items():
            shared.update({other: length for other in holders[digest] if _is_another(files[other], said)})
        whole = sum(length for length, _ in said.texts.values())
        other, length = max(shared.items(), key=lambda one: (one[1], -one[0]), default=(number, 0))
        theirs = files[other]
        if theirs is None or length < _LEAST_SHARED or Fraction(length, whole) < _SHARE:
            continue
        both = [digest for digest in said.texts if digest in theirs.texts]
        here, there = said.texts[both[0]][1], theirs.texts[both[0]][1]
        words = {"count": str(len(both)), "share": RATE.print(Fraction(length, whole)), "other": there.file}
        yield number, codes.ALIKE.at(here, place=place_of(there), **words)


def _is_another(other: Prose | None, said: Prose) -> bool:
    return other is not None and other.whose != said.whose and other.whose[0] == said.whose[0]
