"""What a render must know of a layout's styles: which are headings, which are for contents, which font."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

__all__ = ["StyleSheet"]


class StyleSheet(Struct, frozen=True):
    """By style id: the level of headings (1 is the highest); by level: the id of the style of a contents line.

    ``chapters`` are the styles that Word itself counts chapters by. ``body`` is the name of the part with the text.
    """

    body: str = "word/document.xml"
    levels: Mapping[str, int] = field(default_factory=dict)
    chapters: frozenset[str] = frozenset()
    contents: Mapping[int, str] = field(default_factory=dict)
    font: str = ""
