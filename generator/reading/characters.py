"""Characters that have no business in an official document: control characters, bidi overrides, invisible ones."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from generator.reading import codes
from generator.reading.page import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding, Span
    from generator.reading.page import Page

__all__ = ["MOST_REPORTED", "escaped_character", "forbidden_characters", "without_forbidden"]

MOST_REPORTED = 100
_REPLACEMENT = "\ufffd"
_KINDS = (
    ("控制字符", "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"),
    ("文字方向控制符", "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"),
    ("不可见的零宽字符", "\u200b\u2060\ufeff"),
    ("行分隔符", "\u2028\u2029"),
    ("文字损坏后留下的替换符", _REPLACEMENT),
)
_WITHOUT_WIDTH = (2, 3)


def forbidden_characters(page: Page) -> list[Finding]:
    """A finding for every forbidden character of the page, the first hundred of them."""
    return list(islice(_found(page), MOST_REPORTED))


def _found(page: Page) -> Iterator[Finding]:
    for number, line in enumerate(page.lines):
        for match in _forbidden_in(line):
            yield _finding(match, page.span(number, match.start()), "")


def _forbidden_in(text: str) -> Iterator[re.Match[str]]:
    """The forbidden characters of a text. What Python calls printable has none of them but the last kind."""
    return iter(()) if text.isprintable() and _REPLACEMENT not in text else _pattern().finditer(text)


@cache
def _pattern() -> re.Pattern[str]:
    """A group for each kind; few inputs need it."""
    return re.compile("|".join(f"([{characters}])" for _, characters in _KINDS))


def without_forbidden(page: Page) -> Page:
    """The page without them, so that reading goes on: where one took room, a space stands."""
    return page.edited(
        Edit(number, match.start(), 1, "" if match.lastindex in _WITHOUT_WIDTH else " ")
        for number, line in enumerate(page.lines)
        for match in _forbidden_in(line)
    )


def escaped_character(text: str, span: Span) -> Finding | None:
    """What is wrong with the text of a double-quoted value whose escapes are undone; None where nothing is."""
    match = next(_forbidden_in(text), None)
    return _finding(match, span, "，用反斜杠写成") if match else None


def _finding(match: re.Match[str], span: Span, written: str) -> Finding:
    kind, _ = _KINDS[(match.lastindex or 1) - 1]
    return codes.CHARACTER.at(span, code=f"U+{ord(match[0]):04X}", kind=kind, written=written)
