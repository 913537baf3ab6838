"""A Word file read back: its text, and in a marked print what values it consists of.

The file may come from any office program. Tracked changes that are still open are read as accepted; page numbers,
contents lists and the second copy of a text box, which programs write by themselves, are no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.word import codes
from generator.word.finished.paragraphs import Line, Piece, Walk
from generator.word.names import WORD, w
from generator.word.package import open_package
from generator.word.relating import main_part
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Span
    from generator.word.names import Tree
    from generator.word.package import Entry
    from generator.word.running.origins import Marked, PrintedValue

__all__ = ["Line", "Piece", "ReadBack", "read_back", "read_marked"]

_KINDS: Final = ("footnotes", "endnotes", "header", "footer")
_TITLES: Final = {"header": "页眉", "footer": "页脚"}


class ReadBack(Struct, frozen=True):
    """A Word file as it reads.

    Attributes:
        lines: Its paragraphs that say something, in order: the body's, those of notes, then of headers and footers.
        values: The values that were printed into it, by the numbers that its pieces name; only a marked print has any.
        revisions: How many tracked insertions, deletions and moves are still open in it.
        comments: How many comments people put in it.
    """

    lines: tuple[Line, ...]
    values: dict[int, PrintedValue] = {}
    revisions: int = 0
    comments: int = 0


def read_back(data: bytes, span: Span) -> ReadBack:
    """Reads a Word file.

    Args:
        data: Its bytes.
        span: What findings call it.

    Raises:
        Refused: It is not a Word file, or broken.
    """
    entries = open_package(data, span)
    try:
        body = main_part(entries)
        roots = list(_roots(entries, body))
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(span, why="里面的内容损坏，或不是文字文档")]) from error
    if roots[0][1].tag != w("document"):
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文，请在 Word 中另存为 .docx")])
    lines: list[Line] = []
    margins: dict[tuple[str, str], Line] = {}
    revisions = 0
    for kind, root in roots:
        walk = Walk(root, _TITLES.get(kind, ""))
        if kind in _TITLES:
            margins |= {(kind, line.text): line for line in walk.lines()}
        else:
            lines += walk.lines()
        revisions += walk.revisions
    return ReadBack((*lines, *margins.values()), {}, revisions, _comments(entries, body))


def read_marked(report: Marked) -> ReadBack:
    """Reads a report that this program printed with marks."""
    return replace(read_back(report.data, Span("")), values=dict(enumerate(report.values, 1)))


def _roots(entries: dict[str, Entry], body: str) -> Iterator[tuple[str, Tree]]:
    """The parts that are read, each with its kind: the body first."""
    folder = body.rpartition("/")[0]
    yield "", parse_xml(entries[body].data())
    for kind in _KINDS:
        alike = [name for name in entries if _kind(name, folder) == kind]
        for name in sorted(alike, key=lambda name: (len(name), name)):
            yield kind, parse_xml(entries[name].data())


def _kind(name: str, folder: str) -> str:
    """``header`` of ``word/header2.xml``."""
    above, _, file = name.rpartition("/")
    return file.removesuffix(".xml").rstrip("0123456789") if above == folder and file.endswith(".xml") else ""


def _comments(entries: dict[str, Entry], body: str) -> int:
    name = f"{body.rpartition('/')[0]}/comments.xml"
    return len(parse_xml(entries[name].data()).findall(f"{WORD}comment")) if name in entries else 0
