"""A part of a Word file, walked through from tag to tag: its paragraphs that are not blank, each with its place."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from generator.word.relating import unescaped

__all__ = ["Line", "may_be_volatile", "shown", "walk"]

_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# Patterns are compiled when first used: hardly a report that is written needs to be walked through.
_PREFIX: Final = rf'\bxmlns(?::([\w.-]+))?\s*=\s*["\']{re.escape(_WORD)}["\']'
_VOLATILE: Final = frozenset(
    {"PAGE", "PAGEREF", "NUMPAGES", "SECTIONPAGES", "SECTION", "FILENAME", "FILESIZE", "SAVEDATE", "PRINTDATE"}
)
_NOTES: Final = {"footnote": "脚注 ", "endnote": "尾注 "}
_LONGEST: Final = 20
_NUMBER: Final = r"\bid=[\"'](-?\d+)"
_KIND: Final = r"\bfldCharType=[\"'](\w+)"
_FIELD: Final = r"\binstr=[\"']([^\"']*)"
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class Line(NamedTuple):
    """A paragraph that is not blank: its text, and where it stands (「第 12 段「…」」, 「表 2 行 3 列 1」)."""

    text: str
    place: str


def walk(xml: str) -> list[Line]:
    """The lines of a part; what is not balanced in it is borne with, as anybody may have written it."""
    space = re.search(_PREFIX, xml)
    return _Walk().lines(_tokens(space[1] if space is not None else "w").findall(xml))


def shown(xml: str) -> str:
    """A text as it reads: entities replaced, no blanks around."""
    return unescaped(xml).strip()


def may_be_volatile(instructions: str) -> bool:
    """Whether any of these fields could be one that each program works out for itself."""
    upper = instructions.upper()
    return any(name in upper for name in _VOLATILE)


def _sign(name: str, attributes: str) -> str:
    """The character that an empty element stands for; none for a tab stop or the break to another page."""
    if name == "br":
        return "" if "page" in attributes or "column" in attributes else "\n"
    return "" if attributes.strip(" /") else _SIGNS[name]


@lru_cache
def _tokens(prefix: str | None) -> re.Pattern[str]:
    """Text; or whether it is the end of an element, its name, its attributes and the text behind it."""
    word = f"{re.escape(prefix)}:" if prefix else ""
    return re.compile(
        rf"<{word}t(?:\s[^>]*)?>([^<]+)"
        rf"|<(/?)(?:{word}(p|tbl|tr|tc|txbxContent|tab|br|cr|noBreakHyphen|fldChar|instrText|fldSimple|moveFrom"
        r"|footnote|endnote)|(?:\w+:)?(Fallback))(?=[\s/>])([^>]*)>([^<]*)"
    )


class _Container:
    """A body, cell, text box or note while its paragraphs and tables are counted."""

    __slots__ = ("cell", "paragraphs", "prefix", "tables")

    def __init__(self, prefix: str, cell: str = "") -> None:
        self.prefix = prefix
        self.cell = cell
        self.paragraphs = self.tables = 0

    def place(self, text: str) -> str:
        """Where the last paragraph stands."""
        words = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        return self.cell or f"{self.prefix}第 {self.paragraphs} 段「{words}」"


class _Walk:
    """One walk through the tokens of a part."""

    def __init__(self) -> None:
        self._containers = [_Container("")]
        self._tables: list[list[int]] = []  # rows and columns counted so far
        self._texts: list[list[str]] = []
        self._fields: list[_Field] = []
        self._boxes = 0
        # How many elements stand around that nobody reads: a second copy, a text that was moved away, a page number.
        self._unread = 0
        self._found: list[Line] = []

    def lines(self, tokens: list[tuple[str, str, str, str, str, str]]) -> list[Line]:
        """The lines of the part."""
        for text, end, name, fallback, attributes, after in tokens:
            if text:
                self._say(text)
            else:
                self._step(name or fallback, end, attributes, after)
        return self._found

    def _say(self, text: str) -> None:
        if self._texts and not self._unread:
            self._texts[-1].append(text)

    def _step(self, name: str, end: str, attributes: str, after: str) -> None:
        begins = not end and not attributes.endswith("/")
        if name == "p":
            self._paragraph(end, begins=begins)
        elif name in _SIGNS:
            self._say("" if end else _sign(name, attributes))
        elif name in {"Fallback", "moveFrom"}:
            self._unread = max(0, self._unread + begins - bool(end))
        elif name in {"tbl", "tr", "tc"}:
            self._table(name, end, begins=begins)
        elif name == "txbxContent" or name in _NOTES:
            self._enclosed(name, attributes, begins=begins, ends=bool(end))
        else:
            self._field(name, end, attributes, after)

    def _paragraph(self, end: str, *, begins: bool) -> None:
        if not end:
            self._containers[-1].paragraphs += 1
        if begins:
            self._texts.append([])
        elif end and self._texts:
            text = shown("".join(self._texts.pop()))
            if text:
                self._found.append(Line(text, self._containers[-1].place(text)))

    def _table(self, name: str, end: str, *, begins: bool) -> None:
        if name == "tbl" and begins:
            self._containers[-1].tables += 1
            self._tables.append([0, 0])
        elif not self._tables:
            return
        elif name == "tbl" and end:
            self._tables.pop()
        elif name == "tr" and begins:
            self._tables[-1] = [self._tables[-1][0] + 1, 0]
        elif name == "tc" and begins:
            self._tables[-1][1] += 1
            row, column = self._tables[-1]
            place = f"{self._containers[-1].prefix}表 {self._containers[-1].tables} 行 {row} 列 {column}"
            self._containers.append(_Container(f"{place} 内 ", place))
        elif name == "tc" and end:
            self._leave()

    def _enclosed(self, name: str, attributes: str, *, begins: bool, ends: bool) -> None:
        """A text box or a note: its paragraphs are counted for themselves."""
        if ends:
            self._leave()
        elif begins and name in _NOTES:
            number = re.search(_NUMBER, attributes)
            self._containers.append(_Container(f"{_NOTES[name]}{number[1] if number is not None else ''} "))
        elif begins:
            # The fallback is a second copy of the same text box for old programs.
            self._boxes += not self._unread
            self._containers.append(_Container(f"{self._containers[0].prefix}文本框 {max(1, self._boxes)} "))

    def _leave(self) -> None:
        if len(self._containers) > 1:
            self._containers.pop()

    def _field(self, name: str, end: str, attributes: str, after: str) -> None:
        """Fields may stand in each other, and their instruction may be in pieces."""
        kind = re.search(_KIND, attributes) if name == "fldChar" else None
        if name == "instrText":
            if not end and self._fields and not self._fields[-1].shown:
                self._fields[-1].instruction += after
        elif kind is not None and not end:
            self._mark(kind[1])
        elif name == "fldSimple" and end:
            self._mark("end")
        elif name == "fldSimple" and not attributes.endswith("/"):
            instruction = re.search(_FIELD, attributes)
            self._fields.append(_Field(instruction[1] if instruction is not None else ""))
            self._mark("separate")

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            self._fields[-1].shown = True
            self._unread += self._fields[-1].is_volatile
        elif self._fields and kind == "end":
            field = self._fields.pop()
            self._unread -= field.shown and field.is_volatile


class _Field:
    """A field while its instruction and its result are read."""

    __slots__ = ("instruction", "shown")

    def __init__(self, instruction: str = "") -> None:
        self.instruction = instruction
        self.shown = False

    @property
    def is_volatile(self) -> bool:
        """Whether each program works out its result for itself: the number of a page, the name of the file."""
        return next(iter(self.instruction.upper().split()), "") in _VOLATILE
