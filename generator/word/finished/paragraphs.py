"""The paragraphs of one part of a Word file as pieces of text, each with the value that it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.patterns import regex
from generator.word import names
from generator.word.names import w
from generator.word.places import Places, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree

__all__ = ["Line", "Piece", "Walk"]

# What programs work out for themselves: pages, places of files, lists of contents.
_VOLATILE = regex(r"\s*(?:PAGE|PAGEREF|NUMPAGES|SECTIONPAGES|SECTION|FILENAME|FILESIZE|SAVEDATE|PRINTDATE|TOC)\b")
_SIGNS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n", w("noBreakHyphen"): "-"}
_GONE: Final = frozenset((w("del"), w("moveFrom")))
_COME: Final = frozenset((w("ins"), w("moveTo")))
_PASSED_OVER: Final = frozenset((names.P_PR, names.R_PR, names.TC_PR, names.FALLBACK, names.BOX, w("sdtPr")))


class Piece(Struct, frozen=True):
    """Text of the value with that number, or of none (0)."""

    text: str
    value: int = 0


class Line(Struct, frozen=True):
    """A paragraph that is not blank.

    Attributes:
        pieces: Its text, cut at the edges of values.
        place: Where it stands, in people's words.
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


class Walk:
    """One walk through a part."""

    def __init__(self, root: Tree, title: str) -> None:
        self.revisions = 0
        self._root = root
        self._places = Places(root, title)
        self._pieces: list[Piece] = []
        self._fields: list[str | None] = []
        self._boxes: list[Tree] = []
        self._row = self._rows = 0

    def lines(self) -> Iterator[Line]:
        """Its lines, in order."""
        for child in self._root:
            yield from self._block(child)

    def _block(self, element: Tree) -> Iterator[Line]:
        if element.tag == names.P:
            yield from self._paragraph(element)
        elif element.tag == names.TR:
            yield from self._table_row(element)
        elif element.tag not in _PASSED_OVER:
            for child in element:
                yield from self._block(child)

    def _table_row(self, row: Tree) -> Iterator[Line]:
        properties = row.find(w("trPr"))
        if properties is not None:
            self.revisions += len(properties.findall(w("ins")))
            if properties.find(w("del")) is not None:
                self.revisions += 1
                return
        around, self._rows = self._row, self._rows + 1
        self._row = self._rows
        for child in row:
            yield from self._block(child)
        self._row = around

    def _paragraph(self, paragraph: Tree) -> Iterator[Line]:
        for child in paragraph:
            self._inline(child, 0)
        if self._joins_next(paragraph):
            return
        pieces, self._pieces = _tidied(self._pieces), []
        boxes, self._boxes = self._boxes, []
        if any(piece.value or piece.text.strip() for piece in pieces):
            style = paragraph.find(f"{names.P_PR}/{w('pStyle')}")
            named = "" if style is None else str(style.get(w("val"), ""))
            ends = paragraph.find(f"{names.P_PR}/{w('sectPr')}") is not None
            yield Line(pieces, self._place(paragraph, pieces), self._row, named, ends)
        for box in boxes:
            for child in box:
                yield from self._block(child)

    def _place(self, paragraph: Tree, pieces: tuple[Piece, ...]) -> str:
        """Where a paragraph stands, in the words that it says: copies and what was taken out are not among them."""
        place, sign, _ = self._places.of(paragraph).partition("「")
        return f"{place}「{shortened(''.join(piece.text for piece in pieces))}」" if sign else place

    def _joins_next(self, paragraph: Tree) -> bool:
        """Whether the end of the paragraph was deleted, so that the next one goes on in its line."""
        marks = paragraph.find(f"{names.P_PR}/{names.R_PR}")
        if marks is None:
            return False
        self.revisions += len(marks.findall(w("ins")))
        gone = marks.find(w("del")) is not None
        self.revisions += gone
        following = paragraph.getnext()
        return gone and following is not None and following.tag == names.P

    def _inline(self, element: Tree, value: int) -> None:
        tag = element.tag
        if tag == names.R:
            for child in element:
                self._sign(child, value)
        elif tag == names.SDT and _shows_a_placeholder(element):
            return
        elif tag in _GONE:
            self.revisions += 1
        elif tag == w("fldSimple"):
            self._simple_field(element, value)
        elif isinstance(tag, str) and tag not in _PASSED_OVER:
            self.revisions += tag in _COME
            number = int(element.get("n", "")) if tag == names.MARK else value
            for child in element:
                self._inline(child, number)

    def _simple_field(self, field: Tree, value: int) -> None:
        if not self._unseen() and not _VOLATILE.match(str(field.get(w("instr"), ""))):
            for child in field:
                self._inline(child, value)

    def _sign(self, child: Tree, value: int) -> None:
        tag = child.tag
        if tag == w("fldChar"):
            self._field(str(child.get(w("fldCharType"))))
        elif tag == w("instrText"):
            if self._fields and self._fields[-1] is not None:
                self._fields[-1] += child.text or ""
        elif tag == names.T or tag in _SIGNS:
            text = (child.text or "") if tag == names.T else _SIGNS[tag]
            # A break to the next page is no text.
            if not self._unseen() and child.get(w("type")) not in {"page", "column"}:
                self._pieces.append(Piece(text, value))
        elif isinstance(tag, str) and tag not in _PASSED_OVER:
            self._boxes += (box for box in child.iter(names.BOX) if not _is_copy(box, child))

    def _field(self, kind: str) -> None:
        """Notes the instruction of a field while it is read; then whether its result is to be passed over."""
        if kind == "begin":
            self._fields.append("")
        elif kind == "separate" and self._fields:
            instruction = self._fields.pop() or ""
            self._fields.append("" if _VOLATILE.match(instruction) else None)
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _unseen(self) -> bool:
        return any(field is not None for field in self._fields)


def _shows_a_placeholder(control: Tree) -> bool:
    """Whether a control is empty, so that Word shows what to type in it."""
    shown = control.find(f"{w('sdtPr')}/{w('showingPlcHdr')}")
    return shown is not None and shown.get(w("val")) not in {"0", "false", "off"}


def _is_copy(box: Tree, around: Tree) -> bool:
    """Whether a text box is the second copy, for old programs, or stands in another one."""
    for element in box.iterancestors():
        if element is around:
            return False
        if element.tag in {names.FALLBACK, names.BOX}:
            return True
    return False


def _tidied(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, neighbours of one control or of none put together."""
    tidied: list[Piece] = []
    for piece in pieces:
        if tidied and tidied[-1].value == piece.value and (piece.value == 0 or piece.text):
            tidied[-1] = Piece(tidied[-1].text + piece.text, piece.value)
        elif piece.value or piece.text:
            tidied.append(piece)
    return tuple(tidied)
