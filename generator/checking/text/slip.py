"""What is wrong in a text, before anybody asks where the text stands: the result of every rule on texts."""

from __future__ import annotations

from msgspec import Struct

__all__ = ["Slip"]


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
