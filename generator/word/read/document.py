"""Reads Word files: paragraphs and tables, the text for people, and the text for digests.

``Reader`` reads what people see of a tree with its tracked changes accepted (``accepted``): content controls ignored,
text boxes once. Fields that programs compute by themselves (``VOLATILE``) are skipped unless asked for.

``read_texts`` scans the XML without a tree, as every written report passes it, and falls back to ``Reader`` for parts
with anything that the scan does not know. Tests compare the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from msgspec import Struct

from generator.base.diagnostics import Refused, Span
from generator.word import codes, names
from generator.word.names import MARK_SPACE, Tree, below, in_columns, inside, is_on, w
from generator.word.opc import Entry, main_part, open_package, read_file, unescaped

VOLATILE: Final = frozenset(
    ["FILENAME", "FILESIZE", "NUMPAGES", "PAGE", "PAGEREF", "PRINTDATE", "SAVEDATE", "SECTION", "SECTIONPAGES", "TOC"]
)
"""Fields that every program computes by itself: page numbers, contents lists, file names."""

_SIGNS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n", w("noBreakHyphen"): "-"}
_TYPE: Final = w("type")
FORMULA: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
"""Text of a formula."""
_UNREAD: Final = frozenset((names.P_PR, names.R_PR, names.TC_PR, w("sectPr"), w("sdtPr"), names.FALLBACK))
_SYMBOL, _READING = w("sym"), w("rt")
# Characters of the font Symbol by code; those of other symbol fonts are unknown.
_SYMBOLS: Final = {0xA3: "≤", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"}
_FIELD, _INSTRUCTION, _SIMPLE_FIELD = w("fldChar"), w("instrText"), w("fldSimple")


class Piece(Struct, frozen=True):
    """Text of the value with that number in a marked print, or of none (0)."""

    text: str
    value: int = 0


class Paragraph(Struct, frozen=True):
    """A paragraph and the text boxes anchored in it."""

    element: Tree
    pieces: tuple[Piece, ...]
    boxes: tuple[tuple[Block, ...], ...] = ()

    @property
    def text(self) -> str:
        """Its whole text."""
        return "".join(piece.text for piece in self.pieces)


class Cell(Struct, frozen=True):
    """A cell of a table."""

    element: Tree
    blocks: tuple[Block, ...]

    @property
    def merge(self) -> str:
        """``restart`` for the first of vertically merged cells, ``continue`` for the others, blank for single cells."""
        merge = below(self.element, "tcPr/vMerge")
        return "" if merge is None else str(merge.get(w("val"), "continue"))


class Row(Struct, frozen=True):
    """A row of a table."""

    element: Tree
    cells: tuple[Cell, ...]


class Table(Struct, frozen=True):
    """A table."""

    rows: tuple[Row, ...]


Block = Paragraph | Table


class Placed(Struct):
    """A cell, its first column, from 0, and how many columns and rows it spans; no rows if it continues one above."""

    cell: Cell
    column: int
    across: int
    down: int = 1


def grid_of(table: Table) -> list[list[Placed]]:
    """The cells of each row with their places."""
    rows: list[list[Placed]] = []
    merged: dict[int, Placed] = {}
    for row in table.rows:
        above, merged = merged, {}
        places = in_columns(row.element, (cell.element for cell in row.cells))
        rows.append([Placed(cell, at, across) for cell, (_, at, across) in zip(row.cells, places, strict=True)])
        for one in rows[-1]:
            first = above.get(one.column, one) if one.cell.merge == "continue" else one
            if first is not one:
                first.down, one.down = first.down + 1, 0
            if one.cell.merge:
                merged[one.column] = first
    return rows


class Reader:
    """Reads one part.

    The results of ``skipped`` fields are left out. If ``whole``, it reads symbols and formulas, which digests leave
    out, and no readings above words.
    """

    def __init__(self, skipped: frozenset[str] = VOLATILE, *, whole: bool = False) -> None:
        self._skipped, self._whole = skipped, whole
        self._pieces: list[Piece] = []
        self._boxes: list[Tree] = []
        # The instruction of each open field, later whether its result is skipped.
        self._fields: list[str | bool] = []

    def blocks(self, container: Iterable[Tree]) -> Iterator[Block]:
        """The paragraphs and tables in a container, through content controls and notes."""
        for child in container:
            if child.tag == names.P:
                for inner in child:
                    self._inline(inner, 0)
                pieces, self._pieces = _merged(self._pieces), []
                boxes, self._boxes = self._boxes, []
                yield Paragraph(child, pieces, tuple(tuple(self.blocks(box)) for box in boxes))
            elif child.tag == names.TBL:
                yield Table(tuple(self._rows(child)))
            elif isinstance(child.tag, str) and child.tag not in _UNREAD:
                yield from self.blocks(child)

    def _rows(self, table: Tree) -> Iterator[Row]:
        for row in inside(table, names.TR):
            yield Row(row, tuple(Cell(cell, tuple(self.blocks(cell))) for cell in inside(row, names.TC)))

    def _inline(self, element: Tree, value: int) -> None:
        tag = element.tag
        if tag == names.T:
            self._say(element.text or "", value)
        elif tag in _SIGNS:
            # Page and column breaks are no text.
            if element.get(_TYPE) not in {"page", "column"}:
                self._say(_SIGNS[tag], value)
        elif tag in {_FIELD, _INSTRUCTION}:
            self._field(element)
        elif tag == names.BOX:
            self._boxes.append(element)
        elif self._whole and tag in {_SYMBOL, FORMULA, _READING}:
            self._say(_symbol(element) if tag == _SYMBOL else (element.text or "") if tag == FORMULA else "", value)
        elif isinstance(tag, str) and tag not in _UNREAD:
            # Empty content controls show a prompt.
            is_prompt = tag == names.SDT and is_on(element, "sdtPr/showingPlcHdr")
            if is_prompt or (tag == _SIMPLE_FIELD and self._is_skipped(str(element.get(w("instr"), "")))):
                return
            number = int(element.get("n", "")) if tag == names.MARK else value
            for child in element:
                self._inline(child, number)

    def _say(self, text: str, value: int) -> None:
        if True not in self._fields:
            self._pieces.append(Piece(text, value))

    def _field(self, element: Tree) -> None:
        if element.tag == _INSTRUCTION:
            # Instructions may be split: 「 PA」「GE 」.
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
    """Every paragraph, after those in its text boxes, with the number of its table row, 0 outside tables."""
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


def _symbol(element: Tree) -> str:
    """The character of a symbol; one for private use where only its font defines it."""
    code = int(element.get(w("char"), "") or "0", 16) & 0xFF
    if element.get(w("font")) != "Symbol":
        return chr(0xF000 + code)
    return _SYMBOLS.get(code) or (chr(code) if chr(code) in "0123456789%+.,()<>=/" else chr(0xF000 + code))


def _merged(pieces: list[Piece]) -> tuple[Piece, ...]:
    """Merges neighbouring pieces of the same value, or of none."""
    merged: list[Piece] = []
    for piece in pieces:
        if merged and merged[-1].value == piece.value:
            merged[-1] = Piece(merged[-1].text + piece.text, piece.value)
        elif piece.text:
            merged.append(piece)
    return tuple(merged)


MARGINS: Final = {"header": "页眉", "footer": "页脚"}
_TITLES: Final = {**MARGINS, "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
# Those of attachments and volumes have a prefix, until an office program saves the file.
_BESIDE: Final = rf"(?:[\w-]+[-_])?({'|'.join(_TITLES)})\d*x*\.xml"


def text_of_file(path: Path) -> Iterator[str]:
    """``text_lines`` of a file.

    Raises:
        generator.base.diagnostics.FileProblem: It cannot be read.
        generator.base.diagnostics.Refused: It is not a Word file, or not a safe one.
    """
    return text_lines(read_file(path), str(path))


def text_lines(data: bytes, file: str = "") -> Iterator[str]:
    """The visible text of a Word file: a line for each paragraph, ``| a | b |`` for each table row.

    The lines of a text box follow the paragraph that holds it, each after ``〔文本框〕``. Headers, footers, notes and
    comments follow the body, each under its name in brackets.

    Raises:
        generator.base.diagnostics.Refused: It is not a Word file, or not a safe one.
    """
    entries = open_package(data, Span(file))
    with only_word(Span(file)):
        trees = [(kind, accepted(entries[name].data())[0]) for name, kind in parts_of(entries, comments=True)]
        check_body(trees[0][1])
    for kind, tree in trees:
        lines = list(_lines(Reader(skipped=frozenset()).blocks(tree)))
        if kind and any(line.strip() for line in lines):
            yield f"〔{_TITLES[kind]}〕"
            yield from lines
        elif not kind:
            yield from lines


@contextmanager
def only_word(span: Span) -> Iterator[None]:
    """Refuses a file as no Word file where ``ValueError`` says so of its parts."""
    try:
        yield
    except ValueError as error:
        raise Refused([codes.NOT_WORD.at(span, why=f"里面没有完好的 Word 正文（{error}）")]) from error


def check_body(root: Tree) -> None:
    """Raises ``ValueError`` if the main part is that of another program."""
    if root.tag != w("document"):
        raise ValueError("不是文字文档")


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if not isinstance(block, Paragraph):
            for row in block.rows:
                cells = ["⏎".join(_lines(cell.blocks)) for cell in row.cells]
                yield f"| {' | '.join(cells)} |"
        else:
            yield block.text
            for box in block.boxes:
                yield from (f"〔文本框〕{line}" for line in _lines(box))


_USUAL: Final = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD: Final = 8_192
_MARK: Final = b"<jx:v "
_SIGN_BYTES: Final = {b"tab": b"\t", b"br": b"\n", b"cr": b"\n", b"noBreakHyphen": b"-"}
_PAGE: Final = (b' w:type="page"/', b' w:type="column"/')
# Compiled when first used, so that the program starts faster.
_TOKENS: Final = (
    rb"<(?:w:(?:t(?=[\s>])[^>]*(?<!/)>([^<]+)|(tab|br|cr|noBreakHyphen|fldChar|instrText|fldSimple|txbxContent"
    rb"|moveFrom|del|showingPlcHdr)(?=[\s/>])([^>]*)>([^<]*))|/w:(p|fldSimple)>)"
)
_FIELDS: Final = (b"fldChar", b"instrText", b"fldSimple")
_KIND: Final = rb'w:fldCharType="(\w+)"'
_SIMPLE: Final = rb'w:instr="([^"]*)"'
# Marks the end of a paragraph; XML cannot hold it.
_END: Final = b"\0"


def read_texts(entries: Mapping[str, Entry]) -> list[str]:
    """The stripped lines of a file to be stamped.

    Raises:
        ValueError: It has no body, or marks around values, which must not leave the program.
    """
    lines: list[str] = []
    margins: set[tuple[str, str]] = set()
    for name, kind in parts_of(entries):
        data = entries[name].data()
        if _MARK in data:
            raise ValueError(f"a report with marks ({MARK_SPACE}) must not be written")
        if pieces := _scanned(data):
            said: Iterable[str] = map(unescaped, b"".join(pieces).decode().split(_END.decode())[:-1])
        else:
            said = (paragraph.text for paragraph, _ in paragraphs_in(Reader().blocks(accepted(data)[0])))
        texts = list(filter(None, map(str.strip, said)))
        if kind in MARGINS:
            margins.update((MARGINS[kind], text) for text in texts)
        else:
            lines += texts
    return lines + [text for _, text in sorted(margins)]


def parts_of(entries: Mapping[str, Entry], *, comments: bool = False) -> list[tuple[str, str]]:
    """The parts that people read, each with its kind: the body (``""``), then notes, headers and footers.

    Raises:
        ValueError: There is no body.
    """
    main = main_part(entries)
    folder = f"{main.rpartition('/')[0]}/"
    found = [(name, re.fullmatch(_BESIDE, name.removeprefix(folder))) for name in sorted(entries)]
    kinds = [(name, match[1]) for name, match in found if match is not None]
    return [(main, ""), *(one for one in kinds if comments or one[1] != "comments")]


def _scanned(data: bytes) -> list[bytes]:
    """The texts and the ends of paragraphs, without the results of volatile fields; none if it holds anything else."""
    if data.find(_USUAL, 0, _HEAD) < 0 or b"Fallback" in data or _END in data:
        return []
    pieces: list[bytes] = []
    # The instruction of each open field, later whether its result is skipped.
    fields: list[bytes | bool] = []
    for text, name, attributes, after, ended in re.findall(_TOKENS, data):
        if ended == b"p":
            pieces.append(_END)
        elif ended or name in _FIELDS:
            _follow(fields, ended or name, attributes, after, is_end=bool(ended))
        elif text or attributes == b"/":
            said = text or _SIGN_BYTES.get(name)
            if said is None:
                return []
            pieces += [] if True in fields else [said]
        # A tab with attributes is a tab stop in a paragraph's format.
        elif name not in _SIGN_BYTES or not (attributes in _PAGE or (name != b"br" and b"=" in attributes)):
            return []
    return pieces


def _follow(fields: list[bytes | bool], name: bytes, attributes: bytes, after: bytes, *, is_end: bool) -> None:
    mark = re.search(_KIND, attributes)
    kind = mark[1] if mark is not None else b"end" if name == b"fldSimple" and is_end else b""
    if kind == b"end":
        del fields[-1:]
    elif kind == b"begin":
        fields.append(b"")
    elif kind == b"separate" and fields:
        fields[-1] = _is_volatile(fields[-1])
    elif name == b"fldSimple" and not attributes.endswith(b"/"):
        fields.append(_is_volatile(b"".join(re.findall(_SIMPLE, attributes))))
    elif name == b"instrText" and fields and isinstance(fields[-1], bytes):
        fields[-1] += after


def _is_volatile(instruction: bytes | bool) -> bool:
    return isinstance(instruction, bytes) and next(iter(instruction.decode().upper().split()), "") in VOLATILE


def accepted(data: bytes) -> tuple[Tree, int]:
    """The tree of a part with its tracked changes accepted, and how many insertions, deletions and moves it had.

    Raises:
        ValueError: It is not XML.
    """
    from generator.word.xml import accept_changes, parse_xml  # noqa: PLC0415 - lxml, which most digests do without

    root = parse_xml(data)
    return root, accept_changes(root)
