"""Find where in its file each character of a value is written.

YAML folds lines, doubles quotes and undoes escapes; a finding that underlines one comma, and an edit that changes that
comma and nothing else, need the way back from the value's characters to those of the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter

from msgspec import Struct

from generator.base.diagnostics import Span

_BREAK = re.compile(r"\r\n|\r|\n")
# Blanks are looked through from the first of them only, which may follow an escaped one.
_FOLD = re.compile(r"(?:(?:(?<![ \t])|(?<=\\[ \t]))[ \t]+)?(?:\r\n|\r|\n)[ \t]*")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_FIRST_LINE = re.compile(r"(?:[ ]*(?:\r\n|\r|\n))*([ ]*)")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ESCAPES |= {
    "e": "\x1b",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}

_Place = tuple[int, int]
"""Start and end of one character of the value in the file, counted in characters from 0."""


class Spelling(Struct, frozen=True):
    """The places of a value's characters.

    Attributes:
        file: The file's name in findings.
        places: For each character of the value, its start and end in the file's text. A blank that is a folded line
            break covers the break with the indentation behind it.
        quote: ``'`` or ``"`` of a quoted value, ``|`` or ``>`` of a block, else empty.
        lines: Start and end of each line of the file, without its break.
    """

    file: str
    places: tuple[_Place, ...]
    quote: str
    lines: tuple[_Place, ...]

    def span(self, start: int, end: int) -> Span:
        """The place in the file of the value's characters from ``start`` up to ``end``, cut at the end of its line."""
        first, last = self.places[start][0], self.places[max(start, end - 1)][1]
        line = bisect_right(self.lines, first, key=itemgetter(0)) - 1
        line_start, line_end = self.lines[line]
        return Span(self.file, line + 1, first - line_start + 1, max(1, min(last, line_end) - first))


def spelled(text: str, value: str, span: Span) -> Spelling | None:
    """The places of the characters of a value.

    Args:
        text: The file's text.
        value: The value, as ``Scalar.text`` has it.
        span: Where it begins, as ``Scalar.span`` has it.

    Returns:
        None where the file does not spell this value at that place: a file that was mended to be read, a table.
    """
    lines = _lines(text)
    if not span.length or not 1 <= span.line <= len(lines):
        return None
    start = lines[span.line - 1][0] + span.column - 1
    quote = text[start : start + 1] if text[start : start + 1] in ("'", '"', "|", ">") else ""
    walk = _in_block if quote in ("|", ">") else _in_flow
    places = tuple(walk(text, value, start, quote))
    return Spelling(span.file, places, quote, lines) if len(places) == len(value) else None


@lru_cache(maxsize=4)
def _lines(text: str) -> tuple[_Place, ...]:
    """Start and end of each line, without its break."""
    breaks = [match.span() for match in _BREAK.finditer(text)]
    return tuple(zip([0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)], strict=True))


def _in_flow(text: str, value: str, start: int, quote: str) -> Iterator[_Place]:
    """A plain value, or one in quotes; stops where the file says something else."""
    at, done = start + len(quote), 0
    while done < len(value):
        if quote == '"' and (skipped := _ESCAPED_BREAK.match(text, at)):
            at = skipped.end()
            continue
        breaks, end = 0, at
        while fold := _FOLD.match(text, end):
            breaks, end = breaks + 1, fold.end()
        if breaks:
            # One line break reads as a blank, several as one less.
            expected = " " if breaks == 1 else "\n" * (breaks - 1)
            if not value.startswith(expected, done):
                return
            yield from _breaks(at, end, len(expected))
            at, done = end, done + len(expected)
        else:
            one = _end_of_one(text, at, value[done], quote)
            if one is None:
                return
            yield at, one
            at, done = one, done + 1


def _end_of_one(text: str, at: int, char: str, quote: str) -> int | None:
    """The index behind the spelling of this character; None where the text has another one."""
    if quote == "'" and char == "'":
        return at + 2 if text.startswith("''", at) else None
    if quote == '"' and (escape := _ESCAPE.match(text, at)):
        name = escape[0][1:]
        is_number = name[0] in "xuU" and len(name) > 1
        same = int(name[1:], 16) == ord(char) if is_number else _ESCAPES.get(name) == char
        return escape.end() if same else None
    return at + 1 if text.startswith(char, at) else None


def _in_block(text: str, value: str, start: int, quote: str) -> Iterator[_Place]:
    """A ``|`` or ``>`` block; stops where the file says something else."""
    header = _BREAK.search(text, start)
    if header is None:
        return
    at = header.end()
    # The block is indented by what its first line with text has more than its value.
    line = _FIRST_LINE.match(text, at)
    first = next((line for line in value.split("\n") if line.strip(" ")), "")
    indent = max(0, len(line[1]) - (len(first) - len(first.lstrip(" ")))) if line else 0
    # Blank lines before the first are part of the value, each one break.
    end, breaks = _blank_lines(text, at, 0, indent)
    if not value.startswith("\n" * breaks):
        return
    yield from _breaks(at, end, breaks)
    at, done = end + indent, breaks
    while done < len(value):
        if not (line_end := _BREAK.match(text, at)):
            if not text.startswith(value[done], at):
                return
            read, end = 1, at + 1
        else:
            end, breaks = _blank_lines(text, line_end.end(), 1, indent)
            # How many characters of the value so many breaks make; 0 where it has none there.
            folded = quote == ">"
            there = len(value) - done - len(value[done:].lstrip("\n"))
            fits = there == breaks or (folded and there == breaks - 1) or done + there == len(value)
            read = 1 if folded and breaks == 1 and value.startswith(" ", done) else there if fits else 0
            # Behind the last break the value is over: what follows is no indentation.
            end = end + indent if done + read < len(value) else line_end.end()
        yield from _breaks(at, end, read)
        at, done = end, done + read
        if not read:
            return


def _breaks(at: int, end: int, count: int) -> list[_Place]:
    """Several characters written in one place: the first covers it."""
    return [(at, end), *[(end, end)] * (count - 1)] if count else []


def _blank_lines(text: str, at: int, breaks: int, indent: int) -> tuple[int, int]:
    """Behind the lines that hold nothing beyond the indentation, and how many breaks that makes."""
    blank = re.compile(rf"[ ]{{0,{indent}}}(?:\r\n|\r|\n)")
    while match := blank.match(text, at):
        at, breaks = match.end(), breaks + 1
    return at, breaks
