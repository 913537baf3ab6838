"""Tags as text: finding them in a paragraph's text, and reading what stands between the braces."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, field

from generator.base.tags import CLOSERS, tag_spans
from generator.word import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Code
    from generator.word.names import Tree

__all__ = ["Complaint", "Scanned", "Tag", "has_escapes", "literal", "plain_quotes", "quoted", "scan"]

_SCOPED = re.compile(r"(p|tr|tc|r)(?=\s)")
_WORD = re.compile(r"\w+")
_RAW = re.compile(r"\{%[-+]?((p|tr|tc|r)\s)?\s*raw\s*[-+]?%\}")
_RAW_END = re.compile(_RAW.pattern.replace("raw", "endraw"))
_STRAY = re.compile(r"\}\}|%\}")
_WIDE_END: Final = r"[｝%％#]\s*｝|｝\s*\}|％\s*\}"
_WIDE = re.compile(rf"(?:｛\s*[｛{{%％#]|\{{\s*[｛％])[^{{}}｛｝]{{0,40}}[｝}}]{{0,2}}|{_WIDE_END}")
_HALF_WIDE = re.compile(rf"[^{{}}｛]*?(?:{_WIDE_END})")
_MAYBE_WIDE = re.compile(r"[｛｝％]")
# A text with more open ends than this is no layout; searching on would take time that grows with its square.
_MOST_COMPLAINTS: Final = 100
_ESCAPES: Final = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_ESCAPED_FORMS: Final = {"}}": "}_}", "%}": "%_}"}
_DOUBLE: Final = '"“”„'
_SINGLE: Final = "'‘’"
# Word and input methods put these where a blank was meant.
_BLANKS: Final = "\u00a0\u3000\u2002\u2003\u2009\u200b\ufeff\t\n\r"


class Tag(Struct, eq=False):
    """One tag of a layout.

    ``kind`` is ``{{``, ``{%`` or ``{#``; ``scope`` is the container it speaks for (``p``, ``tr``, ``tc``, ``r`` or
    ``""``); ``body`` is what stands between, with plain quotes; ``printer`` is the engine's filter put behind it;
    ``home`` and ``shape`` say where its text goes in the tree: tags of one block must have equal ones, else what lies
    between them is not balanced XML. ``word`` is the first word of a statement: ``for`` in ``{%tr for x in y %}``.
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
    word: str = ""

    def __post_init__(self) -> None:
        found = _WORD.match(self.body) if self.kind == "{%" else None
        self.word = found.group() if found else ""

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return self.body[len(self.word) :].strip()


class Complaint(Struct, frozen=True):
    """Something wrong in a text, without its place."""

    code: Code
    words: dict[str, str]


class Scanned(NamedTuple):
    """What a paragraph's text holds: its tags as (start, end, tag), what is wrong, the ``{% raw %}`` left open."""

    found: list[tuple[int, int, Tag]]
    complaints: list[Complaint]
    raw: Tag | None


def scan(text: str, raw: Tag | None = None) -> Scanned:
    """Finds the tags of a paragraph's text.

    Args:
        text: The text.
        raw: The ``{% raw %}`` of a paragraph before, if that is still open.
    """
    found: list[tuple[int, int, Tag]] = []
    complaints: list[Complaint] = []
    outside: list[str] = []
    at = 0
    while len(complaints) < _MOST_COMPLAINTS:
        if raw is not None:
            closing = _RAW_END.search(text, at)
            if closing is None:
                return Scanned(found, complaints, raw)
            found.append((*closing.span(), _nothing(closing.group())))
            at, raw = closing.end(), None
        start, end = next(tag_spans(text, at), (len(text), len(text)))
        outside.append(text[at:start])
        if start == len(text):
            break
        if end < 0:
            complaint, end = _unclosed(text, start)
            complaints.append(complaint)
        else:
            raw = _nothing(text[start:end]) if _RAW.fullmatch(text, start, end) else None
            found.append((start, end, raw or _read(text[start:end])))
        at = end
    return Scanned(found, complaints + [wrong for part in outside for wrong in _near_tags(part)], raw)


def _unclosed(text: str, start: int) -> tuple[Complaint, int]:
    """What is wrong with a tag that has no end, and where to read on."""
    wide = _HALF_WIDE.match(text, start + 2)
    if wide:
        return Complaint(codes.FULL_WIDTH, {"tag": text[start : wide.end()]}), wide.end()
    opener = text[start : start + 2]
    words = {"tag": text[start : start + 24], "opener": opener, "closer": CLOSERS[opener]}
    return Complaint(codes.UNCLOSED_TAG, words), start + 2


def _nothing(raw: str) -> Tag:
    """``{% raw %}`` and its end, of which nothing is printed; their container goes with those that speak for one."""
    return Tag("{#", _read(raw).scope, "", raw)


def _read(raw: str) -> Tag:
    kind, inside = raw[:2], raw[2:-2]
    # In statements a plus may stand for the minus: it keeps the blanks, as is done without it.
    signs = "-+" if kind == "{%" else "-"
    left, right = inside[:1] in signs, len(inside) > 1 and inside[-1] in signs
    trim_left, trim_right = inside.startswith("-"), right and inside.endswith("-")
    inside = inside[left : len(inside) - right]
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
    for wide in _WIDE.finditer(text) if _MAYBE_WIDE.search(text) else ():
        yield Complaint(codes.FULL_WIDTH, {"tag": wide.group()})


def quoted(text: str) -> str:
    """A text as a tag names it: in quotes, which nothing in it ends."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def has_escapes(text: str) -> bool:
    """Whether the text holds braces that are to be printed."""
    return any(written in text for written in _ESCAPES)


def literal(text: str) -> str:
    """Text outside tags as it is printed: ``{_{`` stands for ``{{``."""
    if "_" in text:
        for written, meant in _ESCAPES.items():
            text = text.replace(written, meant)
    return text
