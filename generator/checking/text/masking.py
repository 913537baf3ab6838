"""What no rule on texts may look into: references to facts, web addresses, file numbers."""

from __future__ import annotations

import re
from functools import lru_cache

from generator.base.tags import blanked
from generator.checking.texts import HIDDEN

__all__ = ["HAN", "OPAQUE", "masked", "numbers_masked"]

HAN = r"[^\W\d_A-Za-zＡ-Ｚａ-ｚ¹²³①-⑳㉑-㊿Ⅰ-ⅿ]"
"""One Chinese character, as a pattern: a letter that is none of those others that a report may hold.

Written as the range of 30,000 characters that they are, every pattern with it would take milliseconds to compile.
"""

OPAQUE = "\x01"
"""Stands in a masked text for every character that no rule has a say in."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./:?&=%#~+,;!-]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NUMBER = re.compile(r"[（(\[【〔［][ ]?[\d０-９]{2,4}[ ]?年?[ ]?[）)\]】〕］][ ]?第?[ ]?[\d０-９]+(?=[ ]?号)")


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


def _opaque(match: re.Match[str]) -> str:
    return OPAQUE * len(match[0])
