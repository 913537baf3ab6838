"""Explains YAML syntax errors in Chinese, at the place of the mistake; guesses what each line is meant to be.

``Scanner`` finds only lines that carry structure. It skips lines inside quotes, brackets, ``|`` and ``>`` blocks,
continued plain text, comments and blank lines, so that nothing in them is taken for a key.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from msgspec import Struct

from generator.base.diagnostics import Finding, Span, shortened
from generator.yamlfile import codes
from generator.yamlfile.text import Edit, Page

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
# A key is short and has no punctuation; a longer text before a colon is a sentence.
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
    """The shape of a line's content."""

    KEY = auto()
    """``名称: 值``"""
    WIDE = auto()
    """``名称：值``, a key if its neighbours are"""
    WIDE_SURELY = auto()
    """``名称：{简称: 值}``, for YAML one long key: a key whatever its neighbours are"""
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
    """Indentation with ``name`` instead of spaces; line and column count from 0."""

    line: int
    column: int
    length: int
    name: str


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


class Scanner:
    """Finds the structural lines of a text, wrong indents, and edits that mend them; a tab counts as so many spaces.

    Tracks what is open: a quote, brackets, a block, or plain text that may continue.
    """

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

    def run(self) -> None:
        """Scan all lines; after a quote or bracket that is never closed, scan again from behind its line."""
        number, restarts = 0, 0
        while number < len(self.lines):
            self._line(number)
            number += 1
            if number == len(self.lines) and (self.quote or self.brackets) and restarts < _MOST_RESTARTS:
                number, restarts = self.opened + 1, restarts + 1
                self.quote, self.brackets = "", 0

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
        elif (
            self.plain is not None
            and self._width(lead) > self.plain
            # A key below 「1、内容: …」 is no continued text: the number is meant as the dash of a row.
            and not (NUMBERED.match(self.found[-1].content) and classify(body) is Shape.KEY)
        ):
            if _spaces(lead) <= self.plain:
                self._blame(number, lead)
        else:
            self._structure(number, lead, body)

    def _in_block(self, number: int, lead: str) -> bool:
        if self.block is None or self._width(lead) <= self.block:
            return False
        spaces = _spaces(lead)
        # The first line of a block sets its indentation; YAML allows no tab there.
        enough = self.block + 1 if self.block_content is None else self.block_content
        if spaces < enough or (self.block_content is None and lead[spaces : spaces + 1] == "\t"):
            self._blame(number, lead)
            spaces = self._width(lead)
        if self.block_content is None:
            self.block_content = spaces
        return True

    def _structure(self, number: int, lead: str, body: str) -> None:
        """Notes the dashes, the indentation and the shape of a line, and mends odd blanks in it."""
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
        separator = _SEPARATORS.get(shape)
        key = separator.match(content) if separator else None
        value = content[key.end() if key else 0 :].lstrip(f" {_ODD}")
        value = value[_PROPERTIES.match(value).end() :]  # type: ignore[union-attr]  # matches any text
        # The value may leave open a quote, brackets, a block, or plain text that continues.
        parent, self.plain = dashes[-1] if dashes and shape is Shape.TEXT else indent + at, None
        if value.startswith(("'", '"', "[", "{")):
            self.opened = number
            self._enclosed(value)
        elif _BLOCK.match(value):
            self.block, self.block_content = parent, None
        elif value and value[0] != "#":
            self.plain = parent

    def _enclosed(self, text: str) -> None:
        """Track quotes and brackets until all are closed, or to the end of the line."""
        at, before = 0, " "
        while at < len(text):
            char = text[at]
            if (self.quote == '"' and char == "\\") or (self.quote == "'" and text.startswith("''", at)):
                at += 1  # an escape, or a doubled quote
            elif self.quote:
                self.quote = "" if char == self.quote else self.quote
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

    def _width(self, lead: str) -> int:
        return sum(self.widths[char] for char in lead)

    def _blame(self, number: int, lead: str) -> None:
        if self._mend(number, lead):
            self.indents.append(Indent(number, 0, len(lead), _name(lead)))

    def _mend(self, number: int, lead: str) -> bool:
        """Replace other indentation by spaces; returns whether there was any."""
        if not set(lead) & set(_ODD):
            return False
        self.edits.append(Edit(number, 0, len(lead), " " * self._width(lead)))
        return True


def _spaces(lead: str) -> int:
    return len(lead) - len(lead.lstrip(" "))


def _name(blanks: str) -> str:
    return next(name for char, name in _NAMES.items() if char in blanks)


_LONGEST_SAMPLE = 20


class _Failure(Struct, frozen=True):
    """A parser's error, the last scalar's event, and the marks of the outermost open bracket, problem and construct."""

    page: Page
    last: Any
    bracket: Any
    problem: str
    context: str
    at: Any
    start: Any

    @property
    def text(self) -> str:
        """The edited line of the problem."""
        return self.page.lines[self.at.line] if self.at.line < len(self.page.lines) else ""

    @property
    def context_char(self) -> str:
        """The first character of the construct that was being parsed."""
        return str(self.page.lines[self.start.line][self.start.column])

    def here(self, length: int = 1) -> Span:
        return self.page.span(self.at.line, self.at.column, length)

    def at_context(self) -> Span:
        return self.page.span(self.start.line, self.start.column)

    def rest(self) -> str:
        """The rest of the line from the problem on."""
        return self.text[self.at.column :].strip()


def explain(error: Exception, page: Page, last: Any, bracket: Any) -> Finding:
    """The finding for a syntax error that ruamel raised; for any other error, NOT_YAML."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        start = last.start_mark if last is not None else None
        return codes.NOT_YAML.at(page.span(start.line, start.column) if start is not None else Span(page.file))
    problem, context = (str(getattr(error, name, "") or "") for name in ("problem", "context"))
    failure = _Failure(page, last, bracket, problem, context, mark, getattr(error, "context_mark", None) or mark)
    explained = (finding for says in _EXPLANATIONS if (finding := says(failure)))
    return next(explained, None) or codes.NOT_YAML.at(failure.here())


def _unsupported(failure: _Failure) -> Finding | None:
    """Directives, anchors, aliases and tags, none of which is supported."""
    context, problem = failure.context, failure.problem
    if "directive" in context or "incompatible YAML" in problem or "directive" in problem:
        return codes.DIRECTIVE.at(failure.at_context())
    for word, kind in (("anchor", "锚点"), ("alias", "别名")):
        if word in context or f"undefined {word}" in problem:
            return codes.REFERENCE.at(failure.at_context(), text=_sample(failure, failure.start.column), kind=kind)
    if "tag" in context or "tag handle" in problem:
        return codes.TAG.at(failure.at_context(), text=_sample(failure, failure.start.column))
    return None


def _quote(failure: _Failure) -> Finding | None:
    """An unclosed quote, which the parser notices only at the next quote or at the end."""
    if "end of stream" in failure.problem or "document indicator" in failure.problem:
        return codes.QUOTE.at(failure.at_context(), quote=failure.context_char)
    last = failure.last
    if last is None or last.style not in ("'", '"'):
        return None
    if last.start_mark.line < last.end_mark.line and failure.at.line in (last.end_mark.line, last.end_mark.line + 1):
        return codes.QUOTE.at(failure.page.span(last.start_mark.line, last.start_mark.column), quote=last.style)
    return None


def _sign(failure: _Failure) -> Finding | None:
    """A wrong escape, a tab in place of spaces, or a sign that a value cannot begin with."""
    page, text, line, column = failure.page, failure.text, failure.at.line, failure.at.column
    if "quoted scalar" in failure.context:
        backslash = text.rfind("\\", 0, column + 1)
        return codes.BAD_ESCAPE.at(page.span(line, max(0, backslash), 2), text=text[backslash : backslash + 2])
    begins_nothing = "cannot start any token" in failure.problem
    if "found a tab" in failure.problem or (begins_nothing and text[column : column + 1] == "\t"):
        return codes.INDENTATION.at(failure.here(), name="制表符（Tab）")
    if "block scalar" in failure.context:
        return codes.RESERVED.at(failure.at_context(), char=failure.context_char)
    kinds = ("block sequence entries are not", "mapping keys are not")
    if not begins_nothing and not any(kind in failure.problem for kind in kinds):
        return None
    start = column - text.startswith("{%", max(0, column - 1))
    return codes.RESERVED.at(page.span(line, start, column + 1 - start), char=text[start : column + 1])


def _colon(failure: _Failure) -> Finding | None:
    if "found unexpected ':'" in failure.problem:
        # In brackets. A time or a web address is no key, nor is text behind another key.
        name = key_in(failure.text[failure.start.column :])
        if name is None or failure.text[: failure.start.column].rstrip().endswith(":"):
            return codes.COLON_IN_VALUE.at(failure.here(), key="备注")
        return codes.COLON_WITHOUT_SPACE.at(failure.here(), key=name)
    if "mapping values are not allowed" not in failure.problem:
        return None
    key, is_behind_key, _ = failure.text[: failure.at.column].partition(": ")
    if is_behind_key:
        return codes.COLON_IN_VALUE.at(failure.here(), key=key.strip(" -"))
    problem = "这一行像是「键: 值」，却比上一行缩进得更深，而上一行已经有值"
    advice = "同一层的各项左边对齐；如果这一行接着上一行的文字，请把整段文字用英文双引号括起来。"
    text = failure.text.strip()
    span = failure.page.span(failure.at.line, len(failure.text) - len(failure.text.lstrip()), max(1, len(text)))
    return codes.BAD_LEVEL.at(span, problem=problem, advice=advice)


def _bracket(failure: _Failure) -> Finding | None:
    opened = failure.bracket
    if opened is None:
        if failure.rest()[:1] not in (*"[]{},",) or "node content" not in failure.problem:
            return None
        return codes.BRACKET.at(failure.here(), problem=f"此处不应出现「{_sample(failure, failure.at.column)}」")
    if failure.rest() and failure.at.line == opened.line:
        problem = f"括号里的「{_sample(failure, failure.at.column)}」处读不下去，前面可能少了逗号，或文字里有冒号"
        return codes.BRACKET.at(failure.here(), problem=problem)
    return codes.BRACKET.at(
        failure.page.span(opened.line, opened.column), problem="从这里开始的括号没有配对，或里面的各项之间少了逗号"
    )


def _level(failure: _Failure) -> Finding | None:
    """A line that is no ``key: value``, or that is aligned with none above it."""
    if "could not find expected ':'" in failure.problem:
        span = failure.at_context()
        length = len(failure.page.lines[failure.start.line].rstrip()) - failure.start.column
        span = Span(span.file, span.line, span.column, max(1, length))
        problem = "这一行应是「键: 值」，却没有找到半角冒号加空格"
        advice = "在键后加上半角冒号和一个空格；如果这一行接着上一行的文字，请比上一行的键多缩进两格。"
        return codes.BAD_LEVEL.at(span, problem=problem, advice=advice)
    if not any(f"did not find expected {what}" in failure.problem for what in ("key", "'-'", "<document start>")):
        return None
    if failure.rest().startswith(":") and failure.text[: failure.at.column].strip()[-1:] in ("'", '"'):
        return codes.COLON_WITHOUT_SPACE.at(failure.here(), key=failure.text[: failure.at.column].strip())
    if failure.text[: failure.at.column].strip():
        return codes.TRAILING_TEXT.at(failure.here(len(failure.rest())), text=_sample(failure, failure.at.column))
    wanted = "列表项（以「- 」开头）" if "'-'" in failure.problem else "「键: 值」"
    problem = f"这一行与上面各行都没有对齐，此处应是上面某一层的{wanted}"
    advice = "同一层的各项左边对齐，下一层比上一层多缩进两格；列表项都以「- 」开头。"
    return codes.BAD_LEVEL.at(failure.here(len(failure.rest())), problem=problem, advice=advice)


def _sample(failure: _Failure, column: int) -> str:
    return shortened(failure.text[column:].strip(), _LONGEST_SAMPLE)


# The first that recognizes the error explains it. Quotes early: an open one causes errors further down.
_EXPLANATIONS: tuple[Callable[[_Failure], Finding | None], ...] = (
    _unsupported,
    _quote,
    _sign,
    _colon,
    _bracket,
    _level,
)
