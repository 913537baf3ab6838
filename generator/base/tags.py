"""Tags in a text, ``{{ … }}``, ``{% … %}`` and ``{# … #}``: the one scanner of layouts, narratives and checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

CLOSERS: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
OPENER = re.compile(r"\{[{%#]")


def has_tags(text: str) -> bool:
    """Whether something in a text may be a tag; few texts have so much as a brace."""
    return "{" in text and OPENER.search(text) is not None


def tag_spans(text: str, at: int = 0) -> Iterator[tuple[int, int]]:
    """Where tags start and end; an end of -1 for one that is never closed."""
    ends: dict[str, int] = {}
    opener = OPENER.search(text, at)
    while opener:
        start = opener.start()
        closer = ends.get(opener.group(), 0)
        # A closer that was found, or not found, is searched for once: else many openers cost the square of the text.
        if 0 <= closer < start + 2:
            closer = ends[opener.group()] = text.find(CLOSERS[opener.group()], start + 2)
        following = OPENER.search(text, start + 2)
        # A comment may hold tags; in anything else an opener before the closer means that the closer was forgotten.
        forgotten = opener.group() != "{#" and following is not None and following.start() < closer
        end = -1 if closer < 0 or forgotten else closer + 2
        yield start, end
        opener = OPENER.search(text, end) if end > 0 else following


def whole_tags(text: str) -> list[tuple[int, int]]:
    """Where the tags that are closed start and end."""
    return [(start, end) for start, end in tag_spans(text) if end > 0] if "{" in text else []


def blanked(text: str, sign: str) -> str:
    """The text with each character of its tags replaced by a sign."""
    for start, end in whole_tags(text):
        text = text[:start] + sign * (end - start) + text[end:]
    return text
