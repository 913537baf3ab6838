"""A Word file as readable text: what a person, ``git diff`` or a test reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from generator.base.diagnostics import Span, why_not
from generator.base.errors import FileProblem, Refused
from generator.patterns import regex
from generator.word import codes, names
from generator.word.names import inside, w
from generator.word.package import open_package
from generator.word.relating import main_part
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from pathlib import Path

    from generator.word.names import Tree

__all__ = ["text_lines", "text_of_file"]

_OTHERS = regex(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_TITLES: Final = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
_SIGNS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n", w("noBreakHyphen"): "-"}
_UNSEEN: Final = {names.P_PR, w("sectPr"), w("del"), w("moveFrom"), names.FALLBACK}


def text_of_file(path: Path) -> Iterator[str]:
    """``text_lines`` of a file.

    Raises:
        generator.base.errors.FileProblem: It cannot be read.
        generator.base.errors.Refused: It is not a Word file, or not a safe one.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(Span(str(path)), why=why_not(error))]) from error
    return text_lines(data, str(path))


def text_lines(data: bytes, file: str = "") -> Iterator[str]:
    """The text of a Word file: a line for each paragraph, ``| a | b |`` for each row of a table.

    The lines of a text box follow those of the paragraph that holds it, each behind ``〔文本框〕``. Headers, footers,
    notes and comments follow the body, each under its name in brackets. Field codes and what tracked changes have
    deleted are left out, so that the lines are what a reader sees.

    Raises:
        generator.base.errors.Refused: It is not a Word file, or not a safe one.
    """
    entries = open_package(data, Span(file))
    try:
        body = main_part(entries)
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(Span(file), why="里面没有普通的 Word 正文")]) from error
    yield from _blocks(parse_xml(entries[body].data()).find(w("body")))
    for name in sorted(entries):
        match = _OTHERS.fullmatch(name)
        lines = list(_blocks(parse_xml(entries[name].data()))) if match else []
        if match and any(line.strip() for line in lines):
            yield f"〔{_TITLES[match[1]]}〕"
            yield from lines


def _blocks(container: Tree | None) -> Iterator[str]:
    """The paragraphs and tables in a container, also those inside content controls and notes."""
    for child in container if container is not None else ():
        if child.tag == names.P:
            yield _text(child)
            for box in _boxes(child):
                yield from (f"〔文本框〕{line}" for line in _blocks(box))
        elif child.tag == names.TBL:
            yield from _rows(child)
        elif child.tag not in _UNSEEN:
            yield from _blocks(child)


def _rows(table: Tree) -> Iterator[str]:
    for row in inside(table, names.TR):
        if row.find(f"{w('trPr')}/{w('del')}") is None:
            cells = ["⏎".join(_blocks(cell)) for cell in inside(row, names.TC)]
            yield f"| {' | '.join(cells)} |"


def _text(paragraph: Tree) -> str:
    return "".join(
        (node.text or "") if node.tag == names.T else _SIGNS.get(str(node.tag), "") for node in _seen(paragraph)
    )


def _seen(element: Tree) -> Iterator[Tree]:
    """What of a paragraph is read in its own line."""
    for child in element:
        if child.tag not in _UNSEEN and child.tag != names.BOX:
            yield child
            yield from _seen(child)


def _boxes(element: Tree) -> Iterator[Tree]:
    """The text boxes of a paragraph; the second copy that each has for old programs is none."""
    for child in element:
        if child.tag == names.BOX:
            yield child
        elif child.tag not in _UNSEEN:
            yield from _boxes(child)
