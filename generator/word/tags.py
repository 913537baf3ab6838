"""Tags as text: finding them in a paragraph's text, and reading what stands between the braces."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from generator.word import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.diagnostics import Code
    from generator.word.names import Tree

__all__ = ["Complaint", "Tag", "has_escapes", "literal", "plain_quotes", "scan"]

_CLOSERS: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
_OPENER = re.compile(r"\{[{%#]")
_SCOPED = re.compile(r"(p|tr|tc|r)(?=\s)")
_WORD = re.compile(r"\w+")
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}")
_RAW_END = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_STRAY = re.compile(r"\}\}|%\}")
_WIDE = re.compile(r"｛\s*[｛{%％#].{0,20}|\{\s*％.{0,20}")
# A text with more open ends than this is no layout; searching on would take time that grows with its square.
_MOST_COMPLAINTS: Final = 100
_ESCAPES: Final = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_ESCAPED_FORMS: Final = {"}}": "}_}", "%}": "%_}"}
_DOUBLE: Final = '"“”„'
_SINGLE: Final = "'‘’"
# Word and input methods put these where a blank was meant.
_BLANKS: Final = "\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff\t\n\r"


@dataclass(slots=True, eq=False)
class Tag:
    """One tag of a layout.

    ``kind`` is ``{{``, ``{%`` or ``{#``; ``scope`` is the container it speaks for (``p``, ``tr``, ``tc``, ``r`` or
    ``""``); ``body`` is what stands between, with plain quotes; ``printer`` is the engine's filter put behind it;
    ``home`` and ``shape`` say where its text goes in the tree: tags of one block must have equal ones, else what lies
    between them is not balanced XML.
    """

    kind: str
    scope: str
    body: str
    raw: str
    place: str = ""
    trim_left: bool = False
    trim_right: bool = False
    printer: str = ""
    number: int = -1
    node: Tree | None = None
    home: Tree | None = None
    shape: tuple[str, ...] = field(default=())

    @property
    def word(self) -> str:
        """The first word of a statement: ``for`` in ``{%tr for x in y %}``."""
        found = _WORD.match(self.body) if self.kind == "{%" else None
        return found.group() if found else ""

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return self.body[len(self.word) :].strip()


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something wrong in a text, without its place."""

    code: Code
    words: dict[str, str]


def scan(text: str) -> tuple[list[tuple[int, int, Tag]], list[Complaint]]:
    """The tags of a paragraph's text as (start, end, tag), and what is wrong with those that are none."""
    found: list[tuple[int, int, Tag]] = []
    complaints: list[Complaint] = []
    outside: list[str] = []
    at = 0
    raw_until = 0
    for start, end in _spans(text):
        if len(complaints) >= _MOST_COMPLAINTS:
            break
        if start < raw_until:
            continue
        raw_end = _RAW_END.search(text, end) if end > 0 and _RAW.fullmatch(text, start, end) else None
        if raw_end:
            found += [(start, end, _nothing(text[start:end])), (*raw_end.span(), _nothing(raw_end.group()))]
            raw_until = raw_end.end()
        elif end < 0:
            opener = text[start : start + 2]
            words = {"tag": text[start : start + 24], "opener": opener, "closer": _CLOSERS[opener]}
            complaints.append(Complaint(codes.UNCLOSED_TAG, words))
        else:
            found.append((start, end, _read(text[start:end])))
        outside.append(text[at:start])
        at = max(end, start + 2, raw_until)
    outside.append(text[at:])
    return found, complaints + [wrong for part in outside for wrong in _near_tags(part)]


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """Where tags start and end; an end of -1 for one that is never closed."""
    opener = _OPENER.search(text)
    while opener:
        start = opener.start()
        closer = text.find(_CLOSERS[opener.group()], start + 2)
        following = _OPENER.search(text, start + 2)
        # A comment may hold tags; in anything else an opener before the closer means that the closer was forgotten.
        forgotten = opener.group() != "{#" and following is not None and following.start() < closer
        end = -1 if closer < 0 or forgotten else closer + 2
        yield start, end
        opener = _OPENER.search(text, end if end > 0 else start + 2)


def _nothing(raw: str) -> Tag:
    return Tag("{#", "", "", raw)


def _read(raw: str) -> Tag:
    kind, inside = raw[:2], raw[2:-2]
    trim_left, trim_right = inside.startswith("-"), len(inside) > 1 and inside.endswith("-")
    inside = inside[trim_left : len(inside) - trim_right]
    scoped = _SCOPED.match(inside)
    scope = scoped.group() if scoped else ""
    body = plain_quotes(inside[len(scope) :]).strip() if kind != "{#" else ""
    return Tag(kind, scope, body, raw, trim_left=trim_left, trim_right=trim_right)


def plain_quotes(code: str) -> str:
    """Code with the quotes that Word made curly straight again, and odd blanks plain; the text inside strings stays."""
    parts: list[str] = []
    at = 0
    while at < len(code):
        char = code[at]
        family = _DOUBLE if char in _DOUBLE else _SINGLE if char in _SINGLE else ""
        end = _string_end(code, at, family) if family else -1
        if end < 0:
            parts.append(" " if char in _BLANKS else char)
            at += 1
        else:
            parts.append(family[0] + code[at + 1 : end].replace("\n", " ") + family[0])
            at = end + 1
    return "".join(parts)


def _string_end(code: str, start: int, family: str) -> int:
    """Where a string closes; -1 if it does not. A straight quote is closed by a straight one where there is one."""
    if code[start] == family[0]:
        straight = code.find(family[0], start + 1)
        while straight > 0 and code[straight - 1] == "\\":
            straight = code.find(family[0], straight + 1)
        if straight > 0:
            return straight
    return next((at for at in range(start + 1, len(code)) if code[at] in family), -1)


def _near_tags(text: str) -> Iterator[Complaint]:
    for stray in _STRAY.finditer(text):
        yield Complaint(codes.STRAY_END, {"tag": stray.group(), "escaped": _ESCAPED_FORMS[stray.group()]})
    for wide in _WIDE.finditer(text):
        yield Complaint(codes.FULL_WIDTH, {"tag": wide.group()})


def has_escapes(text: str) -> bool:
    """Whether the text holds braces that are to be printed."""
    return any(written in text for written in _ESCAPES)


def literal(text: str) -> str:
    """Text outside tags as it is printed: ``{_{`` stands for ``{{``."""
    if "_" in text:
        for written, meant in _ESCAPES.items():
            text = text.replace(written, meant)
    return text
