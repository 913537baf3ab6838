"""The tables and texts of a filed Word file or workbook, and what cannot be read of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, column_letters, why_not
from generator.base.files import is_locked, read_regular
from generator.submission import codes as sheet_codes
from generator.submission.excel import merges_of, read_sheets
from generator.submission.grid import MOST_BYTES, MOST_CELLS, Cell, File, Grid, Unreadable
from generator.word.read.tables import read_body
from generator.workflows.audit import codes

WORD, SHEETS, FILINGS = (".docx",), (".xlsx", ".xls"), (".yaml", ".yml")
ENDINGS = (*WORD, *SHEETS, *FILINGS)
TEXT = "正文"
"""The sheet that the spans of a Word file's paragraphs name; those of its tables name 表 1, 表 2 …"""
OTHERS = {
    ".doc": "Word 97-2003 文档（.doc），另存为 .docx",
    ".wps": "WPS 文字（.wps），另存为 .docx",
    ".et": "WPS 表格（.et），另存为 .xlsx",
    ".pdf": "PDF，请向报送单位要 Word 或 Excel 原件",
    ".ofd": "OFD，请向报送单位要 Word 或 Excel 原件",
}


class Text(str):
    """A paragraph of a Word file, or what a cell says at length, with its place."""

    __slots__ = ("span",)
    span: Span

    @classmethod
    def at(cls, text: str, span: Span) -> Text:
        """The text of a place."""
        made = cls(text)
        made.span = span
        return made


def parts_of(file: Path, data: bytes, found: list[Finding]) -> Iterator[Grid | Text]:
    """The sheets of a workbook; the paragraphs and tables of a Word file. What people do not see is added to ``found``.

    Raises:
        Refused: It cannot be read.
    """
    span = Span(str(file))
    if is_locked(data):
        raise Refused([codes.LOCKED.at(span)])
    if file.suffix.lower() in WORD:
        yield from _word(data, span, found)
        return

    book = File(str(file), file.suffix.lower(), data, span, "", MOST_CELLS)
    try:
        for grid in read_sheets(book, None, whole=True):
            yield grid
            found += _hidden(grid)
    except Unreadable as unreadable:
        raise Refused([unreadable.finding]) from unreadable


def _hidden(grid: Grid) -> Iterator[Finding]:
    """What people do not see of a sheet and what is read all the same."""
    if not grid.shown and grid.lines:
        yield codes.HIDDEN_SHEET.at(grid.span, sheet=grid.span.sheet)
    lines = [line for line in grid.lines if line in grid.hidden]
    columns = sorted({at for cells in grid.lines.values() for at in cells} & grid.hidden_columns)
    for what, hidden, names in (("行", lines, map(str, lines)), ("列", columns, map(column_letters, columns))):
        if hidden:
            listed = "、".join(list(names)[:5]) + ("等" if len(hidden) > 5 else "")
            here = grid.place(hidden[0], 1) if what == "行" else grid.place(min(grid.lines), hidden[0])
            yield sheet_codes.HIDDEN.at(here, place=grid.span, count=len(hidden), lines=listed, what=what)


def _word(data: bytes, span: Span, found: list[Finding]) -> Iterator[Grid | Text]:

    body, tables = read_body(data, span), 0
    if body.revisions:
        found.append(codes.REVISIONS.at(span, count=body.revisions))
    for number, block in enumerate(body.blocks, 1):
        if isinstance(block, str):
            yield Text.at(block, Span(span.file, number, 1, 0, TEXT))
            continue
        tables += 1
        sheet = f"表 {tables}"
        lines = {
            line: {at: Cell(text, Span(span.file, line, at, 0, sheet)) for at, text in sorted(cells.items())}
            for line, cells in block.texts.items()
        }
        tall = merges_of([(at, first, last) for (at, first), last in block.tall.items()])
        yield Grid(Span(span.file, length=0, sheet=sheet), lines, tall, wide=block.wide)


def read_filed(file: Path) -> bytes:
    """The bytes of a file that was filed.

    Raises:
        Refused: It is of a kind that cannot be read, or too large.
        FileProblem: It cannot be opened.
    """
    span, ending = Span(str(file)), file.suffix.lower()
    if ending not in ENDINGS:
        raise Refused([codes.NOT_FILED.at(span, kind=OTHERS.get(ending, f"「{ending}」文件"))])
    try:
        data = read_regular(file)
    except OSError as error:
        raise FileProblem([codes.NOT_OPENED.at(span, why=why_not(error))]) from error
    if len(data) > MOST_BYTES:
        raise Refused([codes.NOT_FILED.at(span, kind=f"超过 {MOST_BYTES // 1_000_000} MB 的文件")])
    return data


def place_of(span: Span) -> str:
    """A place in people's words: 第 12 段, 表 2 第 3 行第 4 列, 目标!D14, 第 5 行."""
    is_word = Path(span.file).suffix.lower() in WORD
    if is_word and span.sheet == TEXT:
        return f"第 {span.line} 段"
    if is_word and span.sheet:
        return f"{span.sheet} 第 {span.line} 行第 {span.column} 列" if span.line else span.sheet
    whole = str(span).removeprefix(span.file)
    return whole.lstrip("!") if span.sheet else (f"第 {span.line} 行" if span.line else "")
