"""Events of a YAML text without libyaml, where ruamel.yaml.clib has no wheel: slower, with the same result.

ruamel.yaml's own scanner reads YAML 1.2; where libyaml reads 1.1, or is stricter, its rules and its words are followed
here, since ``syntax.explain`` knows them.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import DocumentStartEvent, ScalarEvent
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

_BREAKS: Final = "\r\n\x85\u2028\u2029"
_ENDS: Final = f"\0{_BREAKS}"
_GAPS: Final = f" \t{_ENDS}"
_NAME: Final = re.compile(r"[0-9A-Za-z_-]+")
_SIGN: Final = re.compile(r"(?:\s|#[^\n]*+)*+[-:?]")
_SIGN_IN_BRACKETS: Final = re.compile(_SIGN.pattern + r"\s*")
_BLOCK_END: Final = "expected <block end>"
_WORDS: Final = (
    (re.compile(r"expected '<document start>'.*"), "did not find expected <document start>"),
    (re.compile(r"expected the node content.*"), "did not find expected node content"),
    (re.compile(r"expected ',' or '(.)'.*"), r"did not find expected ',' or '\1'"),
    (re.compile(r"document separator"), "document indicator"),
    (re.compile(r"sequence entries are not allowed here"), "block sequence entries are not allowed in this context"),
    (re.compile(r"mapping keys are not allowed here"), "mapping keys are not allowed in this context"),
    (re.compile(r"mapping values are not allowed here"), "mapping values are not allowed in this context"),
    (re.compile(r"found character .* that cannot start any token"), "found character that cannot start any token"),
)


class _LikeLibyaml(Scanner):
    """Tokens as libyaml finds them."""

    def scan_to_next_token(self) -> None:
        """Pass over blanks, comments and ends of lines; a tab counts as a blank where no key may begin."""
        peek, forward = self.reader.peek, self.reader.forward
        if self.reader.index == 0 and peek() == "\ufeff":
            forward()
        while True:
            while peek() == " " or (peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                forward()
            if peek() == "#":
                self._skip_line()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def _skip_line(self) -> None:
        while self.reader.peek() not in _ENDS:
            self.reader.forward()

    def scan_directive(self) -> Any:
        """A line that begins with % and a name that YAML knows."""
        start = self.reader.get_mark()
        token = super().scan_directive()
        if token.name not in ("YAML", "TAG"):
            raise ScannerError("while scanning a directive", start, "found unknown directive name", start)
        return token

    def scan_anchor(self, TokenClass: Any) -> Any:  # noqa: N803 - the name of the base class
        """The name of an anchor or alias, of letters and digits of ASCII."""
        start = self.reader.get_mark()
        context = f"while scanning an {'alias' if self.reader.peek() == '*' else 'anchor'}"
        self.reader.forward()
        name = ""
        while _NAME.match(self.reader.peek()):
            name += self.reader.peek()
            self.reader.forward()
        if not name or self.reader.peek() not in f"{_GAPS}?:,]}}%@`":
            raise self._problem(context, start, "did not find expected alphabetic or numeric character")
        return TokenClass(name, start, self.reader.get_mark())

    def fetch_stream_end(self) -> None:
        """End the text, on a line of its own: what could only be a key is none by now."""
        if self.reader.column:
            self.reader.line, self.reader.column = self.reader.line + 1, 0
        for key in self.possible_simple_keys.values():
            if key.required:
                raise self._problem("while scanning a simple key", key.mark, "could not find expected ':'")
        super().fetch_stream_end()

    def _problem(self, context: str, start: Any, problem: str) -> ScannerError:
        return ScannerError(context, start, problem, self.reader.get_mark())

    def scan_plain(self) -> Any:
        """A value without quotes, over several lines perhaps."""
        peek, forward = self.reader.peek, self.reader.forward
        start = end = self.reader.get_mark()
        text, gap, breaks = "", "", list[str]()
        while not (self.check_document_start() or self.check_document_end()) and peek() != "#":
            piece = self._plain_piece(start)
            if piece:
                text += (_folded(breaks) if breaks else gap) + piece
                gap, breaks = "", []
                end = self.reader.get_mark()
            if peek() == "\0" or peek() not in _GAPS:
                break
            while peek() in f" \t{_BREAKS}":
                if peek() not in " \t":
                    breaks.append(self.scan_line_break())
                    continue
                if breaks and peek() == "\t" and self.reader.column < self.indent + 1:
                    raise self._problem("while scanning a plain scalar", start, "found a tab character")
                gap += peek()
                forward()
            if not self.flow_level and self.reader.column < self.indent + 1:
                break
        self.allow_simple_key = bool(breaks)
        return ScalarToken(text, True, start, end)

    def _plain_piece(self, start: Any) -> str:
        """What stands together up to a blank, or a sign that ends the value."""
        peek, length = self.reader.peek, 0
        while (sign := peek(length)) not in _GAPS:
            is_colon = sign == ":"
            if is_colon and peek(length + 1) in _GAPS:
                break
            if is_colon and self.flow_level:
                self.reader.forward(length)
                raise self._problem("while scanning a plain scalar", start, "found unexpected ':'")
            if self.flow_level and sign in ",?[]{}":
                break
            length += 1
        piece = str(self.reader.prefix(length))
        self.reader.forward(length)
        return piece

    def scan_block_scalar(self, style: Any, _rt: bool | None = False) -> Any:
        """A block of lines behind ``|`` or ``>``."""
        peek, start = self.reader.peek, self.reader.get_mark()
        self.reader.forward()
        chomping, indent = self._block_header(start)
        breaks, indent, end = self._block_breaks(indent, start)
        text, last, was_blank = "", "", False
        while self.reader.column == indent and peek() != "\0":
            is_blank = peek() in " \t"
            if style == ">" and last.startswith("\n") and not was_blank and not is_blank:
                text += "" if breaks else " "
            else:
                text += last
            text += "".join(breaks)
            was_blank = is_blank
            while peek() not in _ENDS:
                text += peek()
                self.reader.forward()
            last = self.scan_line_break()
            breaks, indent, end = self._block_breaks(indent, start)
        text += "" if chomping == "-" else last
        text += "".join(breaks) if chomping == "+" else ""
        return ScalarToken(text, False, start, end, style)

    def _block_header(self, start: Any) -> tuple[str, int]:
        """What is done with the line ends at its end, and by how much it is indented (0 if that is not stated)."""
        peek, chomping, increment = self.reader.peek, "", 0
        while (not chomping and peek() in "+-") or (not increment and peek() in "0123456789"):
            if peek() == "0":
                raise self._problem("while scanning a block scalar", start, "found an indentation indicator equal to 0")
            if peek() in "+-":
                chomping = peek()
            else:
                increment = int(peek())
            self.reader.forward()
        while peek() in " \t":
            self.reader.forward()
        if peek() == "#":
            self._skip_line()
        if peek() not in _ENDS:
            raise self._problem("while scanning a block scalar", start, "did not find expected comment or line break")
        self.scan_line_break()
        return chomping, max(0, self.indent) + increment if increment else 0

    def _block_breaks(self, indent: int, start: Any) -> tuple[list[str], int, Any]:
        """Empty lines, the indentation (found out if it is 0) and where they end."""
        peek, breaks, deepest = self.reader.peek, list[str](), 0
        end = self.reader.get_mark()
        while True:
            while (not indent or self.reader.column < indent) and peek() == " ":
                self.reader.forward()
            deepest = max(deepest, self.reader.column)
            if (not indent or self.reader.column < indent) and peek() == "\t":
                problem = "found a tab character where an indentation space is expected"
                raise self._problem("while scanning a block scalar", start, problem)
            if peek() not in _BREAKS:
                return breaks, indent or max(deepest, self.indent + 1, 1), end
            breaks.append(self.scan_line_break())
            end = self.reader.get_mark()


def _folded(breaks: list[str]) -> str:
    """What line ends come to within a value: one is a blank, of more the first is left out."""
    first, *more = breaks
    if first != "\n":
        return "".join(breaks)
    return "".join(more) or " "


class PureParser:
    """What ``CParser`` is, written in Python."""

    def __init__(self, text: str) -> None:
        self._text, self._end = text, 0
        yaml = YAML(typ="safe", pure=True)
        yaml.version, yaml.Scanner = "1.1", _LikeLibyaml
        self._events = iter(yaml.parse(text))
        self._flow = 0

    def get_event(self) -> Any:
        """The next event; None behind the last.

        Raises:
            YAMLError: The text cannot be read on.
        """
        try:
            event = next(self._events, None)
        except MarkedYAMLError as error:
            error.problem = _as_libyaml_says(error)
            raise
        flow = getattr(event, "flow_style", None)
        if flow is not None:
            self._flow += bool(flow) or bool(self._flow)
        elif self._flow and type(event).__name__.endswith("EndEvent"):
            self._flow -= 1
        if event is None:
            return None
        if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
            event.start_mark = self._mark(event.start_mark, self._text.index("%", self._end))
        if isinstance(event, ScalarEvent) and not (event.value or event.style) and event.tag is event.anchor is None:
            event.start_mark = event.end_mark = self._blank(event.start_mark)
        else:
            self._end = event.end_mark.index
        return event

    def _blank(self, found: Any) -> Any:
        """The place of a blank value: behind its colon or dash, in brackets before what comes next."""
        sign = (_SIGN_IN_BRACKETS if self._flow else _SIGN).match(self._text, self._end)
        # A key behind a question mark may have no colon: the next sign is that of what comes next, where it stands.
        if sign is None or found.index < self._end + len(sign[0].rstrip()):
            return found
        self._end = sign.end()
        return self._mark(found, self._end)

    def _mark(self, found: Any, at: int) -> Any:
        line, column = self._text.count("\n", 0, at), at - self._text.rfind("\n", 0, at) - 1
        return type(found)(found.name, at, line, column, None, 0)


def _as_libyaml_says(error: MarkedYAMLError) -> str:
    problem = str(error.problem or "")
    if problem.startswith(_BLOCK_END):
        wanted = "key" if "mapping" in str(error.context) else "'-' indicator"
        return f"did not find expected {wanted}"
    for pattern, words in _WORDS:
        problem = pattern.sub(words, problem)
    return problem
