"""Guess what each line of a block-style YAML text is meant to be, where YAML itself cannot read the text.

Only lines that carry structure are returned: lines inside quotes, brackets, ``|`` and ``>`` blocks, continued plain
text, comments and blank lines are passed over, so that nothing written there is taken for a key.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from msgspec import Struct

from generator.yamlfile.text import Edit

_ODD = "\t\u3000\u00a0"
_LEAD = re.compile(f"[ {_ODD}]*")
_DASH = re.compile(f"-(?:[ {_ODD}]+|$)")
_MARKER = re.compile(r"(?:---|\.\.\.)(?:[ \t]|$)|%")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?$")
_PROPERTIES = re.compile(r"(?:[&!]\S*[ \t]+)*")
_KEY = re.compile(
    r"""(?: "(?:[^"\\]|\\.)*"[ \t]* | '(?:[^']|'')*'[ \t]* | (?![\[\]{}#&*!|>%@`,"'])(?:(?!:[ \t]|:$|[ \t]\#).)+ )
    :(?=[ \t]|$)""",
    re.VERBOSE,
)
# A key is short and holds no punctuation: what goes on longer before its colon is a sentence.
_WORD = (
    r"""(?=[^\d/])(?P<key>[^\s：:，。；！？,;"'\[\]{}#&*!|>%@`\\/][^：:，。；！？,;"'\[\]{}\\/]{0,29}?)[ \t\u3000]*"""
)
_WIDE = re.compile(_WORD + "：")
_WIDE_BEFORE_VALUE = re.compile(_WORD + r"""：[ \t\u3000]*["'\[{]""")
_GLUED = re.compile(_WORD + r":(?=[^ \t/\\:])")
_WIDTHS = {"\u3000": 2, "\u00a0": 1, " ": 1}
_NAMES = {"\t": "制表符（Tab）", "\u3000": "全角空格", "\u00a0": "不间断空格"}
_MOST_RESTARTS = 20


class Shape(Enum):
    """What a line's content looks like."""

    KEY = auto()
    """``名称: 值``"""
    WIDE = auto()
    """``名称：值``, a key if its neighbours are"""
    WIDE_SURELY = auto()
    """``名称：{简称: 值}``, which YAML takes for one long key: a key whatever its neighbours are"""
    GLUED = auto()
    """``名称:值``, a key if its neighbours are"""
    TEXT = auto()
    NOTHING = auto()


_SEPARATORS = {Shape.KEY: _KEY, Shape.WIDE: _WIDE, Shape.WIDE_SURELY: _WIDE, Shape.GLUED: _GLUED}


class Line(Struct, frozen=True):
    """One line that carries structure.

    ``dashes`` and ``column`` (of the content) are columns once the indentation is mended; ``start`` is the column of
    the content in the file's own line. All count from 0.
    """

    number: int
    dashes: tuple[int, ...]
    column: int
    start: int
    content: str
    shape: Shape


NUMBERED = re.compile("[①-⑳]|[(（]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）、.．](?![0-9])")


class Indent(Struct, frozen=True):
    """Indentation by something else than spaces, called ``name``; line and column count from 0."""

    line: int
    column: int
    length: int
    name: str


class Scan(Struct, frozen=True):
    """The structural lines of a text, its wrong indents, and the edits that mend them."""

    lines: list[Line]
    indents: list[Indent]
    edits: list[Edit]


def classify(content: str) -> Shape:
    """The shape of a line's content after its dashes."""
    if not content or content.startswith("#"):
        return Shape.NOTHING
    if _KEY.match(content):
        return Shape.WIDE_SURELY if _WIDE_BEFORE_VALUE.match(content) else Shape.KEY
    if _WIDE.match(content):
        return Shape.WIDE
    return Shape.GLUED if _GLUED.match(content) else Shape.TEXT


def key_in(text: str) -> str | None:
    """The key that a text seems to begin with (``名称：某市``, ``名称:某市``), or None."""
    match = _WIDE.match(text) or _GLUED.match(text)
    return match["key"] if match else None


def scan(lines: tuple[str, ...], tab_width: int) -> Scan:
    """The structure of a text, a tab in the indentation counting as ``tab_width`` spaces."""
    return _Scanner(lines, tab_width).run()


class _Scanner:
    """Scans the lines, and tracks what is open: a quote, brackets, a block, or plain text that may continue."""

    def __init__(self, lines: tuple[str, ...], tab_width: int) -> None:
        self.lines = lines
        self.widths = {**_WIDTHS, "\t": tab_width}
        self.found: list[Line] = []
        self.indents: list[Indent] = []
        self.edits: list[Edit] = []
        self.quote = ""
        self.brackets = 0
        self.opened = 0
        self.block: int | None = None
        self.block_content: int | None = None
        self.plain: int | None = None

    def run(self) -> Scan:
        """Scan all lines; where a quote or bracket is never closed, scan again from behind it as if it were none."""
        number, restarts = 0, 0
        while number < len(self.lines):
            self._line(number)
            number += 1
            if number == len(self.lines) and (self.quote or self.brackets) and restarts < _MOST_RESTARTS:
                number, restarts = self.opened + 1, restarts + 1
                self.quote, self.brackets = "", 0
        return Scan(self.found, self.indents, self.edits)

    def _line(self, number: int) -> None:
        line = self.lines[number]
        if self.quote or self.brackets:
            self._enclosed(line)
            return
        lead = line[: _LEAD.match(line).end()]  # type: ignore[union-attr]  # matches any text
        body = line[len(lead) :]
        if not body:
            self._mend(number, lead)
            return
        if self._in_block(number, lead):
            return
        self.block = None
        if body.startswith("#"):
            self._mend(number, lead)
        elif not lead and _MARKER.match(body):
            self.plain = None
        elif self.plain is not None and self._width(lead) > self.plain and not self._has_columns(body):
            if _spaces(lead) <= self.plain:
                self._blame(number, lead)
        else:
            self._structure(number, lead, body)

    def _has_columns(self, body: str) -> bool:
        """Whether a key below 「1、内容: …」 is no text that goes on: the number stands for the dash of a row."""
        return NUMBERED.match(self.found[-1].content) is not None and classify(body) is Shape.KEY

    def _in_block(self, number: int, lead: str) -> bool:
        if self.block is None or self._width(lead) <= self.block:
            return False
        spaces = _spaces(lead)
        # The first line of a block tells its indentation; YAML allows no tab there.
        enough = self.block + 1 if self.block_content is None else self.block_content
        if spaces < enough or (self.block_content is None and lead[spaces : spaces + 1] == "\t"):
            self._blame(number, lead)
            spaces = self._width(lead)
        if self.block_content is None:
            self.block_content = spaces
        return True

    def _structure(self, number: int, lead: str, body: str) -> None:
        indent, at, dashes = self._width(lead), 0, []
        while match := _DASH.match(body, at):
            dashes.append(indent + at)
            if set(blanks := match[0][1:]) & set(_ODD):
                column = len(lead) + at + 1
                if not self.indents or self.indents[-1].line != number:
                    self.indents.append(Indent(number, column, len(blanks), _name(blanks)))
                self.edits.append(Edit(number, column, len(blanks), " " * len(blanks)))
            at = match.end()
        content = body[at:]
        shape = classify(content)
        if dashes or shape is not Shape.TEXT or "\t" in lead:
            self._blame(number, lead)
        self.found.append(Line(number, tuple(dashes), indent + at, len(lead) + at, content, shape))
        parent = dashes[-1] if dashes and shape is Shape.TEXT else indent + at
        separator = _SEPARATORS.get(shape)
        key = separator.match(content) if separator else None
        self._value(number, content[key.end() if key else 0 :].lstrip(f" {_ODD}"), parent)

    def _value(self, number: int, value: str, parent: int) -> None:
        """Note what a value leaves open: a quote, brackets, a block, or plain text that may continue."""
        self.plain = None
        value = value[_PROPERTIES.match(value).end() :]  # type: ignore[union-attr]  # matches any text
        if not value or value[0] == "#":
            return
        if value[0] in "\"'[{":
            self.opened = number
            self._enclosed(value)
        elif _BLOCK.match(value):
            self.block, self.block_content = parent, None
        else:
            self.plain = parent

    def _enclosed(self, text: str) -> None:
        """Follow quotes and brackets up to where they are all closed, or to the end of the line."""
        at, before = 0, " "
        while at < len(text):
            char = text[at]
            if self.quote:
                at += self._quoted(text, at)
            elif char == "#" and before in " \t":
                return
            elif char in "\"'" and before in " \t[{,:":
                self.quote = char
            else:
                self.brackets += (char in "[{") - (char in "]}")
            if not self.quote and self.brackets <= 0:
                self.brackets = 0
                return
            before, at = char, at + 1

    def _quoted(self, text: str, at: int) -> int:
        """Whether the next character belongs to this one (an escape, a doubled quote); ends the quote at its end."""
        if self.quote == '"' and text[at] == "\\":
            return 1
        if text[at] != self.quote:
            return 0
        if self.quote == "'" and text[at + 1 : at + 2] == "'":
            return 1
        self.quote = ""
        return 0

    def _width(self, lead: str) -> int:
        return sum(self.widths[char] for char in lead)

    def _blame(self, number: int, lead: str) -> None:
        if self._mend(number, lead):
            self.indents.append(Indent(number, 0, len(lead), _name(lead)))

    def _mend(self, number: int, lead: str) -> bool:
        """Put spaces in the place of other indentation; whether there was any."""
        if not set(lead) & set(_ODD):
            return False
        self.edits.append(Edit(number, 0, len(lead), " " * self._width(lead)))
        return True


def _spaces(lead: str) -> int:
    return len(lead) - len(lead.lstrip(" "))


def _name(blanks: str) -> str:
    return next(name for char, name in _NAMES.items() if char in blanks)
