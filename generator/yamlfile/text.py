"""The text of a YAML file: decoding, edits, forbidden characters, and the place of each character of a value.

YAML folds lines, doubles quotes and has escapes; to underline or change one comma of a value, its place in the file
must be known.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from msgspec import Struct, field

from generator.base.diagnostics import Finding, Span, shortened
from generator.base.passage import DIRECTIONS, WITHOUT_WIDTH
from generator.yamlfile import codes

_BREAK = re.compile(r"\r\n|\r|\n")


class Edit(Struct, frozen=True, order=True):
    """A change in one line: ``inserted`` replaces ``removed`` characters at ``column``, all counted from 0."""

    line: int
    column: int
    removed: int
    inserted: str


class Page(Struct, frozen=True):
    """The lines of a text. An edited page keeps its ``base``, so that its places map back to the file."""

    file: str
    lines: tuple[str, ...]
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    base: Page | None = None

    @staticmethod
    def of(file: str, text: str) -> Page:
        """The page of a text, cut at CR LF, CR or LF."""
        return Page(file, tuple(_BREAK.split(text) if "\r" in text else text.split("\n")))

    def edited(self, edits: Iterable[Edit]) -> Page:
        """The page with these edits, which must not overlap; the page itself if there are none."""
        by_line: dict[int, list[Edit]] = {}
        for edit in sorted(edits):
            by_line.setdefault(edit.line, []).append(edit)
        if not by_line:
            return self
        lines = list(self.lines)
        for number, in_line in by_line.items():
            line, pieces, at = lines[number], [], 0
            for edit in in_line:
                pieces += [line[at : edit.column], edit.inserted]
                at = edit.column + edit.removed
            lines[number] = "".join([*pieces, line[at:]])
        return Page(self.file, tuple(lines), by_line, self)

    def text(self) -> str:
        """The lines, joined by LF."""
        return "\n".join(self.lines)

    def span(self, line: int, column: int, length: int = 1) -> Span:
        """The place in the file of a place on this page (from 0); past the end, that of the last character."""
        if line >= len(self.lines):
            line = next((n for n in reversed(range(len(self.lines))) if self.lines[n].strip()), 0)
            column = max(0, len(self.lines[line].rstrip()) - 1)
        if self.base is None:
            return Span(self.file, line + 1, column + 1, length if length > 0 else 1)
        for edit in self.edits.get(line, ()):
            if column < edit.column:
                break
            column = max(edit.column, column + edit.removed - len(edit.inserted))
        return self.base.span(line, column, length)


# A filing has some 50 KB. Larger files would take too much time and memory.
MOST_BYTES = 2_000_000
MOST_LINES = 50_000
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16", "Unicode"),
    (codecs.BOM_UTF16_BE, "UTF-16", "Unicode big endian"),
)
_LONGEST_SAMPLE = 20
_ENOUGH = 50_000  # bytes to tell an encoding by


def decode(data: bytes, file: str) -> tuple[str, Finding | None]:
    """The text without its byte order mark; or an empty text and the finding that says why."""
    for mark, encoding, nickname in _OTHER_MARKS:
        if data.startswith(mark):
            return "", codes.UTF16.at(Span(file), encoding=encoding, nickname=nickname)
    if len(data) > MOST_BYTES:
        return "", codes.TOO_LARGE.at(Span(file), limit=f"{MOST_BYTES // 1_000_000} MB ")
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        span = _place(data, data.index(b"\0"), file)
        return "", codes.NOT_TEXT.at(span, line=span.line)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        start = error.start
    if _looks_like_gbk(data):
        # Point at the first bytes beyond ASCII, although they may happen to be valid UTF-8.
        span = _place(data, next(at for at, byte in enumerate(data) if byte > 0x7F), file)
        line = data.splitlines()[span.line - 1].decode("gb18030", errors="replace").strip()
        return "", codes.GBK.at(span, line=span.line, sample=shortened(line, _LONGEST_SAMPLE))
    span = _place(data, start, file)
    return "", codes.NOT_UTF8.at(span, line=span.line, column=span.column, byte=f"{data[start]:02X}")


def _place(data: bytes, offset: int, file: str) -> Span:
    """Line and column of a byte, the bytes before it being UTF-8 or nearly."""
    before = data[:offset].decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return Span(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _looks_like_gbk(data: bytes) -> bool:
    """Whether the bytes are mostly invalid as UTF-8 and mostly Chinese as GBK."""
    first = next(at for at, byte in enumerate(data) if byte > 0x7F)
    data = data[first : first + _ENOUGH]
    as_utf8 = [char for char in data.decode("utf-8", errors="replace") if char > "\x7f"]
    if as_utf8.count("\ufffd") * 2 < len(as_utf8):
        return False
    as_gbk = [char for char in data.decode("gb18030", errors="replace") if char > "\x7f"]
    chinese = sum("\u3000" <= char <= "\u9fff" or "\uff01" <= char <= "\uff5e" or char in "“”‘’—…·" for char in as_gbk)
    return chinese * 10 >= len(as_gbk) * 9


MOST_REPORTED = 100
_REPLACEMENT = "\ufffd"
_KINDS = (
    ("控制字符", "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"),
    ("文字方向控制符", DIRECTIONS),
    ("不可见的零宽字符", WITHOUT_WIDTH),
    ("私用区的字，换一台电脑就显示不出来", "\ue000-\uf8ff"),
    ("行分隔符", "\u2028\u2029"),
    ("文字损坏后留下的替换符", _REPLACEMENT),
)
_UNSEEN_KINDS = (2, 3)
# A group for each kind; compiled where it is needed, by few inputs.
_FORBIDDEN = "|".join(f"([{characters}])" for _, characters in _KINDS)


def forbidden_characters(page: Page) -> list[Finding]:
    """A finding for each of the first hundred forbidden characters of the page."""
    if next(_forbidden_in("".join(page.lines)), None) is None:
        return []
    found = (
        _finding(match, page.span(number, match.start()), "")
        for number, line in enumerate(page.lines)
        for match in _forbidden_in(line)
    )
    return list(islice(found, MOST_REPORTED))


def _forbidden_in(text: str) -> Iterator[re.Match[str]]:
    """The forbidden characters of a text; of these, only the replacement character is printable."""
    return iter(()) if text.isprintable() and _REPLACEMENT not in text else re.finditer(_FORBIDDEN, text)


def without_forbidden(page: Page) -> Page:
    """The page without forbidden characters; a space replaces those that have a width."""
    return page.edited(
        Edit(number, match.start(), 1, "" if match.lastindex in _UNSEEN_KINDS else " ")
        for number, line in enumerate(page.lines)
        for match in _forbidden_in(line)
    )


def escaped_character(text: str, span: Span) -> Finding | None:
    """A finding for the first forbidden character of an unescaped double-quoted value; None if there is none."""
    match = next(_forbidden_in(text), None)
    return _finding(match, span, "，用反斜杠写成") if match else None


def _finding(match: re.Match[str], span: Span, written: str) -> Finding:
    kind, _ = _KINDS[(match.lastindex or 1) - 1]
    return codes.CHARACTER.at(span, code=f"U+{ord(match[0]):04X}", kind=kind, written=written)


# Matches blanks from the first one only (linear time); it may follow an escaped one.
_FOLD = re.compile(r"(?:(?:(?<![ \t])|(?<=\\[ \t]))[ \t]+)?(?:\r\n|\r|\n)[ \t]*")
_ESCAPED_BREAK = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")
_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_FIRST_LINE = re.compile(r"(?:[ ]*(?:\r\n|\r|\n))*([ ]*)")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ESCAPES |= {"e": "\x1b", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029", **{char: char for char in ' "/\\'}}

_Place = tuple[int, int]
"""Start and end of one character of the value in the file, counted in characters from 0."""


class Spelling(Struct, frozen=True):
    """The start and end in a file's text of each character of a value, and of each line without its break.

    A blank that is a folded line break covers the break with the indentation behind it. ``quote`` is ``'`` or ``"`` of
    a quoted value, ``|`` or ``>`` of a block, else empty.
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
    """The places of the characters of a scalar's value in the file's text.

    None if the text does not spell it there: the file was mended, or the value comes from a table.
    """
    lines = lines_of(text)
    if not span.length or not 1 <= span.line <= len(lines):
        return None
    start = lines[span.line - 1][0] + span.column - 1
    quote = text[start : start + 1] if text[start : start + 1] in ("'", '"', "|", ">") else ""
    walk = _in_block if quote in ("|", ">") else _in_flow
    places = tuple(walk(text, value, start, quote))
    return Spelling(span.file, places, quote, lines) if len(places) == len(value) else None


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[_Place, ...]:
    """Start and end of each line, without its break."""
    breaks = [match.span() for match in _BREAK.finditer(text)]
    return tuple(zip([0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(text)], strict=True))


def _in_flow(text: str, value: str, start: int, quote: str) -> Iterator[_Place]:
    """A plain or quoted value; stops where the file differs from it."""
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
    """The index behind the spelling of this character; None if the text has another one."""
    if quote == "'" and char == "'":
        return at + 2 if text.startswith("''", at) else None
    if quote == '"' and (escape := _ESCAPE.match(text, at)):
        name = escape[0][1:]
        is_number = name[0] in "xuU" and len(name) > 1
        same = int(name[1:], 16) == ord(char) if is_number else _ESCAPES.get(name) == char
        return escape.end() if same else None
    return at + 1 if text.startswith(char, at) else None


def _in_block(text: str, value: str, start: int, quote: str) -> Iterator[_Place]:
    """A ``|`` or ``>`` block; stops where the file differs from it."""
    header = _BREAK.search(text, start)
    if header is None:
        return
    at = header.end()
    # The indentation of the block: by how much its first line with text is longer than that of the value.
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
            # The number of characters of the value that these breaks make; 0 if it has none there.
            folded = quote == ">"
            there = len(value) - done - len(value[done:].lstrip("\n"))
            fits = there == breaks or (folded and there == breaks - 1) or done + there == len(value)
            read = 1 if folded and breaks == 1 and value.startswith(" ", done) else there if fits else 0
            # Behind the last break, the value ends: no indentation follows.
            end = end + indent if done + read < len(value) else line_end.end()
        yield from _breaks(at, end, read)
        at, done = end, done + read
        if not read:
            return


def _breaks(at: int, end: int, count: int) -> list[_Place]:
    """The places of several characters with one spelling: the first covers it."""
    return [(at, end), *[(end, end)] * (count - 1)] if count else []


def _blank_lines(text: str, at: int, breaks: int, indent: int) -> tuple[int, int]:
    """Behind the lines that hold nothing beyond the indentation, and how many breaks that makes."""
    blank = re.compile(rf"[ ]{{0,{indent}}}(?:\r\n|\r|\n)")
    while match := blank.match(text, at):
        at, breaks = match.end(), breaks + 1
    return at, breaks
