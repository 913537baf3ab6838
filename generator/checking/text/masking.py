"""What no rule on texts may look into: references to facts, web addresses, file numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from generator.base.tags import blanked
from generator.checking.texts import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["HAN", "OPAQUE", "masked", "numbers_masked", "quoted", "without_quoted"]

HAN = r"[^\W\d_A-Za-zＡ-Ｚａ-ｚ¹²³①-⑳㉑-㊿Ⅰ-ⅿ]"
"""One Chinese character, as a pattern: a letter that is none of those others that a report may hold.

Written as the range of 30,000 characters that they are, every pattern with it would take milliseconds to compile.
"""

OPAQUE = "\x01"
"""Stands in a masked text for every character that no rule has a say in."""

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
