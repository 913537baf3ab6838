"""Events of a YAML text without libyaml, where ruamel.yaml.clib has no wheel: slower, with the same result.

What libyaml refuses and YAML 1.2 allows is refused here too, in libyaml's words, which ``syntax.explain`` knows.
"""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import AliasEvent, DocumentStartEvent, ScalarEvent
from ruamel.yaml.scanner import ScannerError

_SIGN: Final = re.compile(r"(?:\s|#[^\n]*)*[-:?]")
_SIGN_IN_BRACKETS: Final = re.compile(_SIGN.pattern + r"\s*")
_TAB: Final = re.compile(r"(?<=[:,\-\[{ ])\t|(?<=\S)\t(?=[\t ]*(?:#|$))", re.MULTILINE)
_BLOCK_END: Final = "expected <block end>"
_WORDS: Final = (
    (re.compile(r"expected '<document start>'.*"), "did not find expected <document start>"),
    (re.compile(r"expected the node content.*"), "did not find expected node content"),
    (re.compile(r"expected ',' or '(.)'.*"), r"did not find expected ',' or '\1'"),
    (re.compile(r"sequence entries are not allowed here"), "block sequence entries are not allowed in this context"),
    (re.compile(r"mapping keys are not allowed here"), "mapping keys are not allowed in this context"),
    (re.compile(r"mapping values are not allowed here"), "mapping values are not allowed in this context"),
    (re.compile(r"found character .* that cannot start any token"), "found character that cannot start any token"),
)


class PureParser:
    """What ``CParser`` is, written in Python."""

    def __init__(self, text: str) -> None:
        self._text, self._end = text, 0
        self._has_directive = text.lstrip("\ufeff\n\r ").startswith("%")
        self._events = iter(YAML(typ="safe", pure=True).parse(text))
        self._given = self._flow = 0

    def get_event(self) -> Any:
        """The next event; None behind the last.

        Raises:
            YAMLError: The text cannot be read on.
        """
        event = self._next()
        flow = getattr(event, "flow_style", None)
        if flow is not None:
            self._flow += bool(flow) or bool(self._flow)
        elif self._flow and type(event).__name__.endswith("EndEvent"):
            self._flow -= 1
        if self._has_directive and isinstance(event, DocumentStartEvent):
            raise ScannerError("while scanning a directive", event.start_mark, "found a directive", event.start_mark)
        if event is None:
            return None
        if isinstance(event, ScalarEvent) and not (event.value or event.style) and event.tag is event.anchor is None:
            event.start_mark = event.end_mark = self._blank(event.start_mark)
        else:
            self._end = event.end_mark.index
        anchor = getattr(event, "anchor", None)
        if anchor is not None and not anchor.isascii():
            kind, place = "an alias" if isinstance(event, AliasEvent) else "an anchor", event.start_mark
            raise ScannerError(f"while scanning {kind}", place, "did not find an alphabetic character", place)
        colon = event.value.find(":") if self._flow and isinstance(event, ScalarEvent) and not event.style else -1
        if colon >= 0:
            place = event.start_mark
            mark = _moved(place, place.index + colon, place.line, place.column + colon)
            raise ScannerError("while scanning a plain scalar", place, "found unexpected ':'", mark)
        return event

    def _next(self) -> Any:
        while True:
            try:
                event = next(self._events, None)
            except MarkedYAMLError as error:
                if not self._goes_on_without_tabs(error):
                    error.problem = _as_libyaml_says(error)
                    raise
            else:
                self._given += 1
                return event

    def _goes_on_without_tabs(self, error: MarkedYAMLError) -> bool:
        """Whether it stopped at a tab between what stands on a line, which libyaml passes over as a blank."""
        at = error.problem_mark.index if error.problem_mark is not None else len(self._text)
        before = self._text[self._text.rfind("\n", 0, at) + 1 : at]
        blanks = _TAB.sub(" ", self._text)
        if self._text[at : at + 1] != "\t" or not before.strip() or blanks == self._text:
            return False
        self._text = blanks
        self._events = iter(YAML(typ="safe", pure=True).parse(self._text))
        for _ in range(self._given):
            next(self._events)
        return True

    def _blank(self, found: Any) -> Any:
        """The place of a blank value: behind its colon or dash, in brackets before what comes next."""
        sign = (_SIGN_IN_BRACKETS if self._flow else _SIGN).match(self._text, self._end)
        if sign is None:
            return found
        at = self._end = sign.end()
        return _moved(found, at, self._text.count("\n", 0, at), at - self._text.rfind("\n", 0, at) - 1)


def _moved(mark: Any, index: int, line: int, column: int) -> Any:
    return type(mark)(mark.name, index, line, column, None, 0)


def _as_libyaml_says(error: MarkedYAMLError) -> str:
    problem = str(error.problem or "")
    if problem.startswith(_BLOCK_END):
        wanted = "key" if "mapping" in str(error.context) else "'-' indicator"
        return f"did not find expected {wanted}"
    for pattern, words in _WORDS:
        problem = pattern.sub(words, problem)
    return problem
