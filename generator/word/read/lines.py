"""A Word file as lines: one for each paragraph that is not blank, with its place and the values in it.

Lines leave out what an office program changes by saving a file again: blank paragraphs, page numbers, how often a
header is stored, the second copy of a text box. The same text gives the same lines, whoever saved it last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Refused, Span
from generator.word import codes, names
from generator.word.inspect import Places, shortened
from generator.word.names import value, w
from generator.word.opc import Entry, main_part, open_package
from generator.word.read.document import VOLATILE, Paragraph, Piece, Reader, paragraphs_in
from generator.word.read.texts import MARGINS, parts_of
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.render.state import Marked, PrintedValue


_SECTION: Final = f"{names.P_PR}/{w('sectPr')}"


class Line(Struct, frozen=True):
    """A paragraph that is not blank.

    Attributes:
        pieces: Its text, cut at the edges of values.
        place: Where it is, in people's words: 「第 12 段「…」」, 「表 2 行 3 列 1」.
        row: The number of the table row that it is in, counted through the part; 0 outside tables.
        style: The name of its style.
        ends_section: Whether a section ends with it.
    """

    pieces: tuple[Piece, ...]
    place: str
    row: int = 0
    style: str = ""
    ends_section: bool = False

    @property
    def text(self) -> str:
        """All that it says."""
        return "".join(piece.text for piece in self.pieces)


class ReadBack(Struct, frozen=True):
    """A Word file as it reads.

    Attributes:
        lines: The body's, those of notes, then those of headers and footers, each of these once.
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
        main = main_part(entries)
        body = parse_xml(entries[main].data())
        comments = f"{main.rpartition('/')[0]}/comments.xml"
        count = len(parse_xml(entries[comments].data()).findall(w("comment"))) if comments in entries else 0
        read = read_lines(entries)
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(span, why="里面的内容损坏，或不是文字文档")]) from error
    if body.tag != w("document"):
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文，请在 Word 中另存为 .docx")])
    return replace(read, comments=count)


def read_marked(report: Marked) -> ReadBack:
    """Reads a report that this program printed with marks."""
    return replace(read_lines(report.entries), values=dict(enumerate(report.values, 1)))


def read_lines(entries: Mapping[str, Entry], skipped: frozenset[str] = VOLATILE) -> ReadBack:
    """The lines of a package.

    Args:
        entries: The package.
        skipped: The fields whose results are no text.

    Raises:
        ValueError: There is no body, or a part is not XML.
    """
    lines: list[Line] = []
    margins: dict[tuple[str, str], Line] = {}
    revisions = 0
    for name, kind in parts_of(entries):
        reader, title = Reader(skipped), MARGINS.get(kind, "")
        root = parse_xml(entries[name].data())
        places = Places(root, title)
        blocks = paragraphs_in(reader.blocks(root))
        found = [_line(paragraph, places, row) for paragraph, row in blocks if paragraph.text.strip()]
        if title:
            margins |= {(title, line.text.strip()): line for line in found}
        else:
            lines += found
        revisions += reader.revisions
    return ReadBack((*lines, *(margins[key] for key in sorted(margins))), revisions=revisions)


def _line(paragraph: Paragraph, places: Places, row: int) -> Line:
    # The place quotes the paragraph as it reads, without what tracked changes took out.
    place, sign, _ = places.of(paragraph.element).partition("「")
    return Line(
        paragraph.pieces,
        f"{place}「{shortened(paragraph.text)}」" if sign else place,
        row,
        value(paragraph.element, "pPr/pStyle"),
        paragraph.element.find(_SECTION) is not None,
    )
