"""A Word file as readable text: what a person, ``git diff`` or a test reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from generator.diagnostics import Span, why_not
from generator.errors import FileProblem
from generator.word import codes
from generator.word.inspecting import parse_xml
from generator.word.names import WORD
from generator.word.package import open_package

if TYPE_CHECKING:
    from pathlib import Path

    from generator.word.names import Tree

__all__ = ["text_lines", "text_of_file"]

_BODY: Final = "word/document.xml"
_OTHERS = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_TITLES: Final = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
_SIGNS: Final = {f"{WORD}tab": "\t", f"{WORD}br": "\n", f"{WORD}noBreakHyphen": "-"}


def text_of_file(path: Path) -> Iterator[str]:
    """``text_lines`` of a file.

    Raises:
        generator.errors.FileProblem: It cannot be read.
        generator.errors.Refused: It is not a Word file, or not a safe one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(Span(str(path)), why=why_not(error))]) from error
    return text_lines(data, str(path))


def text_lines(data: bytes, file: str = "") -> Iterator[str]:
    """The text of a Word file: a line for each paragraph, ``| a | b |`` for each row of a table.

    Headers, footers, notes and comments follow the body, each under its name in brackets. Deleted and hidden field
    codes are left out, so that the lines are what a reader sees.

    Raises:
        generator.errors.Refused: It is not a Word file, or not a safe one.
    """
    entries = open_package(data, Span(file))
    yield from _blocks(parse_xml(entries[_BODY].data()).find(f"{WORD}body"))
    for name in sorted(entries):
        match = _OTHERS.fullmatch(name)
        lines = list(_blocks(parse_xml(entries[name].data()))) if match else []
        if match and any(line.strip() for line in lines):
            yield f"〔{_TITLES[match[1]]}〕"
            yield from lines


def _blocks(container: Tree | None) -> Iterator[str]:
    """The paragraphs and tables in a container, also those inside content controls and notes."""
    for child in container if container is not None else ():
        if child.tag == f"{WORD}p":
            yield _text(child)
        elif child.tag == f"{WORD}tbl":
            yield from _rows(child)
        elif child.tag != f"{WORD}sectPr":
            yield from _blocks(child)


def _rows(table: Tree) -> Iterator[str]:
    for row in table.iterfind(f"{WORD}tr"):
        cells = ["⏎".join(_blocks(cell)) for cell in row.iterfind(f"{WORD}tc")]
        yield f"| {' | '.join(cells)} |"


def _text(paragraph: Tree) -> str:
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{WORD}t":
            parts.append(node.text or "")
        elif node.tag in _SIGNS:
            parts.append(_SIGNS[str(node.tag)])
    return "".join(parts)
