"""Near misses: what a misspelt word was probably meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["nearest", "suggestion"]

_CLOSE_ENOUGH = 0.5


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words most like ``word``, best first, at most ``most``; empty when none is like it."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - few words are misspelt

    scored = ((SequenceMatcher(None, word, candidate).ratio(), candidate) for candidate in known)
    close = sorted((pair for pair in scored if pair[0] >= _CLOSE_ENOUGH), key=lambda pair: (-pair[0], pair[1]))
    return [candidate for _, candidate in close[:most]]


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint that names the near misses, else all the known words (at most twelve)."""
    names = list(known)
    close = nearest(word, names)
    if close:
        return f"是否为「{'」「'.join(close)}」？"
    if not names:
        return ""
    listed = "、".join(names[:12])
    return f"可用的有：{listed}{'等' if len(names) > 12 else ''}。"
