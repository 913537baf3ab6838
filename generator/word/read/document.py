"""The one reader of Word text: a part as paragraphs and tables, whichever program saved it last.

It reads what people see: tracked changes accepted, content controls ignored, a text box once. Fields that programs
compute by themselves (``VOLATILE``) are left out unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.word import names
from generator.word.names import inside, is_on, w

if TYPE_CHECKING:
    from generator.word.names import Tree


VOLATILE: Final = frozenset(
    ["FILENAME", "FILESIZE", "NUMPAGES", "PAGE", "PAGEREF", "PRINTDATE", "SAVEDATE", "SECTION", "SECTIONPAGES", "TOC"]
)
"""Fields that each program computes by itself: page numbers, contents lists, names of files."""

_SIGNS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n", w("noBreakHyphen"): "-"}
_TYPE: Final = w("type")
_COME: Final = frozenset((w("ins"), w("moveTo")))
_GONE: Final = frozenset((w("del"), w("moveFrom")))
_UNREAD: Final = frozenset((names.P_PR, names.R_PR, names.TC_PR, w("sectPr"), w("sdtPr"), names.FALLBACK))
_FIELD, _INSTRUCTION, _SIMPLE_FIELD = w("fldChar"), w("instrText"), w("fldSimple")


class Piece(Struct, frozen=True):
    """Text of the value with that number in a marked print, or of none (0)."""

    text: str
    value: int = 0


class Paragraph(Struct, frozen=True):
    """A paragraph and the text boxes that are anchored in it.

    ``is_joined`` says that its mark was deleted: its text is part of the paragraph that follows.
    """

    element: Tree
    pieces: tuple[Piece, ...]
    boxes: tuple[tuple[Block, ...], ...] = ()
    is_joined: bool = False

    @property
    def text(self) -> str:
        """All that it says."""
        return "".join(piece.text for piece in self.pieces)


class Cell(Struct, frozen=True):
    """A cell of a table."""

    element: Tree
    blocks: tuple[Block, ...]


class Row(Struct, frozen=True):
    """A row of a table."""

    element: Tree
    cells: tuple[Cell, ...]


class Table(Struct, frozen=True):
    """A table, without rows whose deletion is tracked."""

    rows: tuple[Row, ...]


Block = Paragraph | Table


class Reader:
    """Reads one part. ``revisions`` counts the tracked insertions, deletions and moves that it has met.

    Args:
        skipped: The fields whose results are no text.
    """

    def __init__(self, skipped: frozenset[str] = VOLATILE) -> None:
        self.revisions = 0
        self._skipped = skipped
        self._pieces: list[Piece] = []
        self._boxes: list[Tree] = []
        # Of each open field its instruction, and once its result is read whether that is skipped.
        self._fields: list[str | bool] = []

    def blocks(self, container: Iterable[Tree]) -> Iterator[Block]:
        """The paragraphs and tables in a container, also those inside content controls and notes."""
        for child in container:
            if child.tag == names.P:
                yield self._paragraph(child)
            elif child.tag == names.TBL:
                yield Table(tuple(self._rows(child)))
            elif isinstance(child.tag, str) and child.tag not in _UNREAD:
                yield from self.blocks(child)

    def _rows(self, table: Tree) -> Iterator[Row]:
        for row in inside(table, names.TR):
            properties = row.find(w("trPr"))
            if properties is not None:
                self.revisions += len(properties.findall(w("ins")))
                if properties.find(w("del")) is not None:
                    self.revisions += 1
                    continue
            yield Row(row, tuple(Cell(cell, tuple(self.blocks(cell))) for cell in inside(row, names.TC)))

    def _paragraph(self, paragraph: Tree) -> Paragraph:
        for child in paragraph:
            self._inline(child, 0)
        if self._joins_next(paragraph):
            return Paragraph(paragraph, (), is_joined=True)
        pieces, self._pieces = _merged(self._pieces), []
        boxes, self._boxes = self._boxes, []
        return Paragraph(paragraph, pieces, tuple(tuple(self.blocks(box)) for box in boxes))

    def _joins_next(self, paragraph: Tree) -> bool:
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
        if tag == names.T:
            self._say(element.text or "", value)
        elif tag in _SIGNS:
            # A break to the next page or column is no text.
            if element.get(_TYPE) not in {"page", "column"}:
                self._say(_SIGNS[tag], value)
        elif tag in {_FIELD, _INSTRUCTION}:
            self._field(element)
        elif tag == names.BOX:
            self._boxes.append(element)
        elif isinstance(tag, str) and self._is_read(element):
            number = int(element.get("n", "")) if tag == names.MARK else value
            for child in element:
                self._inline(child, number)

    def _say(self, text: str, value: int) -> None:
        if True not in self._fields:
            self._pieces.append(Piece(text, value))

    def _is_read(self, element: Tree) -> bool:
        """Whether an element holds text that people see."""
        tag = element.tag
        self.revisions += tag in _COME or tag in _GONE
        if tag in _GONE or tag in _UNREAD:
            return False
        if tag == _SIMPLE_FIELD:
            return not self._is_skipped(str(element.get(w("instr"), "")))
        # In an empty content control Word shows what to type in it.
        return not (tag == names.SDT and is_on(element, "sdtPr/showingPlcHdr"))

    def _field(self, element: Tree) -> None:
        if element.tag == _INSTRUCTION:
            # Programs write an instruction in several pieces: 「 PA」「GE 」.
            if self._fields and isinstance(self._fields[-1], str):
                self._fields[-1] += element.text or ""
            return
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            self._fields.append("")
        elif kind == "separate" and self._fields:
            self._fields[-1] = self._is_skipped(str(self._fields[-1]))
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_skipped(self, instruction: str) -> bool:
        return next(iter(instruction.upper().split()), "") in self._skipped


def paragraphs_in(
    blocks: Iterable[Block], row: int = 0, numbers: Iterator[int] | None = None
) -> Iterator[tuple[Paragraph, int]]:
    """Every paragraph, after those in its text boxes, each with the number of its table row, or 0 outside tables."""
    numbers = numbers or count(1)
    for block in blocks:
        if isinstance(block, Table):
            for one in block.rows:
                number = next(numbers)
                for cell in one.cells:
                    yield from paragraphs_in(cell.blocks, number, numbers)
        else:
            for box in block.boxes:
                yield from paragraphs_in(box, row, numbers)
            yield block, row


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """The pieces, neighbours of one value or of none as one."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].value == piece.value:
            merged[-1] = Piece(merged[-1].text + piece.text, piece.value)
        elif piece.text:
            merged.append(piece)
    return tuple(merged)
