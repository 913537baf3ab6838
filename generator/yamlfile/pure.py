"""Parser events without libyaml, where ruamel.yaml.clib has no wheel: slower, with the same result.

ruamel.yaml's own scanner reads YAML 1.2. Where libyaml reads 1.1 or is stricter, so is this one; its errors
get libyaml's messages, which ``syntax.explain`` recognizes.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import DocumentStartEvent, ScalarEvent
from ruamel.yaml.scanner import Scanner, ScannerError
from ruamel.yaml.tokens import ScalarToken

# A page has its lines joined by LF, and no other breaks.
_GAPS: Final = " \t\n\0"
_GAP: Final = re.compile(r"[ \t\n]*")
_EMPTY_LINES: Final = re.compile(r"[ \n]*")
_WORDS: Final = re.compile(r"(?:[^ \t\n\0:]|:(?![ \t\n\0]))*")
_WORDS_IN_BRACKETS: Final = re.compile(r"[^ \t\n\0:,?\[\]{}]*")
_HEADER: Final = re.compile(r"(?:([+-])([1-9])?|([1-9])([+-])?)?[ \t]*")
_NAME: Final = re.compile(r"[0-9A-Za-z_-]*")
_SIGN: Final = re.compile(r"(?:\s|#[^\n]*+)*+[-:?]")
_SIGN_IN_BRACKETS: Final = re.compile(_SIGN.pattern + r"\s*")
_BLOCK_END: Final = "expected <block end>"
_MESSAGES: Final = (
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

    scanner_processing_version = (1, 1)  # also behind ``---``

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks; a tab counts as a blank where no key may begin."""
        peek, forward = self.reader.peek, self.reader.forward
        if self.reader.index == 0 and peek() == "\ufeff":
            forward()
        while True:
            while peek() == " " or (peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                forward()
            if peek() == "#":
                while peek() not in "\n\0":
                    forward()
            if not self.scan_line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def scan_directive(self) -> Any:
        """A directive; only ``%YAML`` and ``%TAG`` are known."""
        start = self.reader.get_mark()
        token = super().scan_directive()
        if token.name not in ("YAML", "TAG"):
            raise ScannerError("while scanning a directive", start, "found unknown directive name", start)
        return token

    def scan_anchor(self, TokenClass: Any) -> Any:  # noqa: N803 - the name of the base class
        """The name of an anchor or alias: ASCII letters and digits."""
        start = self.reader.get_mark()
        context = f"while scanning an {'alias' if self.reader.peek() == '*' else 'anchor'}"
        self.reader.forward()
        name = self._ahead(_NAME)[0]
        self.reader.forward(len(name))
        if not name or self.reader.peek() not in f"{_GAPS}?:,]}}%@`":
            raise self._problem(context, start, "did not find expected alphabetic or numeric character")
        return TokenClass(name, start, self.reader.get_mark())

    def fetch_stream_end(self) -> None:
        """End the text on a line of its own; a required key without a colon is an error."""
        if self.reader.column:
            self.reader.line, self.reader.column = self.reader.line + 1, 0
        for key in self.possible_simple_keys.values():
            if key.required:
                raise self._problem("while scanning a simple key", key.mark, "could not find expected ':'")
        super().fetch_stream_end()

    def _ahead(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """The match of a pattern here; only for patterns that match anywhere."""
        return pattern.match(self.reader.buffer, self.reader.pointer)  # type: ignore[return-value]

    def _problem(self, context: str, start: Any, problem: str) -> ScannerError:
        return ScannerError(context, start, problem, self.reader.get_mark())

    def scan_plain(self) -> Any:
        """A value without quotes, on one line or more."""
        reader, indent, gap = self.reader, self.indent + 1, ""
        start = end = reader.get_mark()
        text, words = "", _WORDS_IN_BRACKETS if self.flow_level else _WORDS
        while not (self.check_document_start() or self.check_document_end()) and reader.peek() != "#":
            piece = self._ahead(words)[0]
            reader.forward(len(piece))
            if self.flow_level and reader.peek() == ":" and reader.peek(1) not in _GAPS:
                raise self._problem("while scanning a plain scalar", start, "found unexpected ':'")
            if not piece:
                break
            text += (gap if "\n" not in gap else "\n" * (gap.count("\n") - 1) or " ") + piece
            end = reader.get_mark()
            gap = self._ahead(_GAP)[0]
            tab = re.search(rf"\n {{0,{max(0, indent - 1)}}}\t", gap) if indent else None
            reader.forward(tab.end() - 1 if tab else len(gap))
            if tab:
                raise self._problem("while scanning a plain scalar", start, "found a tab character")
            if not self.flow_level and reader.column < indent:
                break
        self.allow_simple_key = "\n" in gap
        return ScalarToken(text, True, start, end)

    def scan_block_scalar_indicators(self, start_mark: Any) -> Any:  # noqa: ARG002 - as in the base class
        """The chomping and the indentation behind ``|`` or ``>``; tabs may follow."""
        found = self._ahead(_HEADER)
        self.reader.forward(len(found[0]))
        chomping, increment = found[1] or found[4], found[2] or found[3]
        return {"+": True, "-": False}.get(chomping), int(increment) if increment else None

    def scan_block_scalar_indentation(self) -> Any:
        """The empty lines at the head of a block, its indentation, and where they end.

        ruamel.yaml refuses lines that are indented more than the first.
        """
        *above, last = lines = self._ahead(_EMPTY_LINES)[0].split("\n")
        self.reader.forward(sum(len(line) + 1 for line in above))
        end = self.reader.get_mark()
        self.reader.forward(len(last))
        return ["\n"] * len(above), max(map(len, lines)), end


class PureParser:
    """Has the interface of ``CParser``."""

    def __init__(self, text: str) -> None:
        self._text, self._end = text, 0
        yaml = YAML(typ="safe", pure=True)
        yaml.version, yaml.Scanner = "1.1", _LikeLibyaml
        yaml.top_level_block_style_scalar_no_indent_error_1_1 = True
        self._events = iter(yaml.parse(text))
        self._flow = 0

    def get_event(self) -> Any:
        """The next event, None behind the last; raises ``YAMLError`` where the text cannot be read on."""
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
        # A key behind ``?`` may have no colon; the next sign then belongs to the next node, whose place is right.
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
    for pattern, words in _MESSAGES:
        problem = pattern.sub(words, problem)
    return problem
