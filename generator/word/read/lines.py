"""A Word file as lines: a line for each paragraph that says something, with its place and the values in it.

What an office program changes by merely saving a file again is left out: blank paragraphs, page numbers, how often a
header is kept, the second copy of a text box. So the same text gives the same lines, whoever saved it last.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Refused, Span
from generator.word import codes, names
from generator.word.inspect import Places, shortened
from generator.word.names import WORD, w
from generator.word.opc import Entry, main_part, open_package
from generator.word.read.document import VOLATILE, Paragraph, Piece, Reader, paragraphs_in
from generator.word.read.texts import MARGINS, parts_of
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.render.state import Marked, PrintedValue


_SECTION: Final = f"{names.P_PR}/{w('sectPr')}"
_STYLE: Final = f"{names.P_PR}/{w('pStyle')}"


class Line(Struct, frozen=True):
    """A paragraph that is not blank.

    Attributes:
        pieces: Its text, cut at the edges of values.
        place: Where it stands, in people's words: 「第 12 段「…」」, 「表 2 行 3 列 1」.
        row: The number of the table row that it stands in, counted through the part; 0 outside tables.
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
        body = parse_xml(entries[main_part(entries)].data())
        comments = _comments(entries)
        read = read_lines(entries)
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(span, why="里面的内容损坏，或不是文字文档")]) from error
    if body.tag != w("document"):
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文，请在 Word 中另存为 .docx")])
    return replace(read, comments=comments)


def read_marked(report: Marked) -> ReadBack:
    """Reads a report that this program printed with marks."""
    return replace(read_back(report.data, Span("")), values=dict(enumerate(report.values, 1)))


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
        found = _lines(parse_xml(entries[name].data()), title, reader)
        if title:
            margins |= {(title, line.text.strip()): line for line in found}
        else:
            lines += found
        revisions += reader.revisions
    return ReadBack((*lines, *(margins[key] for key in sorted(margins))), revisions=revisions)


def _lines(root: Tree, title: str, reader: Reader) -> list[Line]:
    places = Places(root, title)
    found = paragraphs_in(reader.blocks(root))
    return [_line(paragraph, places, row) for paragraph, row in found if paragraph.text.strip()]


def _line(paragraph: Paragraph, places: Places, row: int) -> Line:
    # Where it stands, in the words that it says: copies and what was taken out are not among them.
    place, sign, _ = places.of(paragraph.element).partition("「")
    style = paragraph.element.find(_STYLE)
    return Line(
        paragraph.pieces,
        f"{place}「{shortened(paragraph.text)}」" if sign else place,
        row,
        "" if style is None else str(style.get(w("val"), "")),
        paragraph.element.find(_SECTION) is not None,
    )


def _comments(entries: Mapping[str, Entry]) -> int:
    name = f"{main_part(entries).rpartition('/')[0]}/comments.xml"
    return len(parse_xml(entries[name].data()).findall(f"{WORD}comment")) if name in entries else 0
