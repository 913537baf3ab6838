"""A Word file as readable text: what a person, ``git diff`` or a test reads."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.base.diagnostics import Span, why_not
from generator.base.errors import FileProblem, Refused
from generator.word import codes
from generator.word.names import w
from generator.word.opc import main_part, open_package
from generator.word.read.document import Paragraph, Reader
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from generator.word.names import Tree
    from generator.word.read.document import Block

__all__ = ["text_lines", "text_of_file"]

_OTHERS = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_TITLES: Final = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}


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
    yield from _read(parse_xml(entries[body].data()).find(w("body")))
    for name in sorted(entries):
        match = _OTHERS.fullmatch(name)
        lines = list(_read(parse_xml(entries[name].data()))) if match else []
        if match and any(line.strip() for line in lines):
            yield f"〔{_TITLES[match[1]]}〕"
            yield from lines


def _read(container: Tree | None) -> Iterator[str]:
    if container is not None:
        yield from _lines(Reader(skipped=frozenset()).blocks(container))


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if not isinstance(block, Paragraph):
            for row in block.rows:
                cells = ["⏎".join(_lines(cell.blocks)) for cell in row.cells]
                yield f"| {' | '.join(cells)} |"
        elif not block.is_joined:
            yield block.text
            for box in block.boxes:
                yield from (f"〔文本框〕{line}" for line in _lines(box))
