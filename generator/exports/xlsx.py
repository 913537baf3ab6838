"""Excel sheets in one style, reproducible packages, and plain lists."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties

from generator.base.diagnostics import FileProblem, Span, width
from generator.exports import codes

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW = 3
_FONT = "宋体"
_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 14.5, 20, 409
_LONGEST_TEXT = 32_000
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES, _PROPERTIES, _SHEET = "[Content_Types].xml", "docProps/core.xml", "xl/worksheets/sheet{}.xml"
_DATES = re.compile(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v(?:\s*/>|></v>)')
_STYLES, _FONTS, _CHILD = "xl/styles.xml", re.compile(r"<font>(.*?)</font>", re.DOTALL), re.compile(r"<(\w+)[^>]*/>")
_FONT_ORDER = (
    "b",
    "i",
    "strike",
    "outline",
    "shadow",
    "u",
    "vertAlign",
    "sz",
    "color",
    "name",
    "family",
    "charset",
    "scheme",
)
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_CUT = "……（以下见报告正文）"


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Set a cell to a text, also one that begins like a formula."""
    # What looks like one of Excel's own escapes is escaped itself.
    plain_text = _ESCAPE.sub(r"_x005F\g<0>", text)
    cell.value = plain_text if len(plain_text) <= _LONGEST_TEXT else plain_text[:_LONGEST_TEXT] + _CUT
    cell.data_type = "s"
    # Otherwise Excel makes a formula of it when somebody edits the cell.
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes in a column of that width, with room for breaks at Chinese punctuation."""
    return sum(ceil(max(1, width(part)) / (room - 3)) for part in text.split("\n"))


def row_height(lines: int) -> float:
    """The height of a row with so many lines; not every program computes it."""
    return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, lines * _LINE_HEIGHT + 4))


def put_head(sheet: Worksheet, title: str, about: str, headers: Sequence[str]) -> None:
    """Write the title and the line below it, each as wide as the table, and the header row."""
    for row, text, size in ((1, title, 16), (2, about, 10.5)):
        cell = sheet.cell(row, 1)
        put_text(cell, text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(headers))
        cell.font = Font(name=_FONT, size=size, bold=row == 1)
        cell.alignment = Alignment("center" if row == 1 else "left", "center")
    sheet.row_dimensions[1].height = 30
    for column, text in enumerate(headers, 1):
        put_text(sheet.cell(HEADER_ROW, column), text)
        style_cell(sheet.cell(HEADER_ROW, column), bold=True)


def style_cell(cell: Cell | MergedCell, *, bold: bool = False, centred: bool = True) -> None:
    """Style a cell of the table: borders, font, wrapped text."""
    cell.border = _BORDER
    cell.font = Font(name=_FONT, size=10.5, bold=bold)
    cell.alignment = Alignment("center" if centred else "left", "center", wrap_text=True)


def set_page(sheet: Worksheet, widths: Iterable[int]) -> None:
    """Set up A4 landscape, fitted to the page's width, with frozen and repeated header."""
    for column, room in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = room
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.oddFooter.center.text = "— &P —"  # type: ignore[union-attr]


def saved_book(book: Workbook) -> bytes:
    """The bytes that openpyxl saves; it writes every sheet to a temporary file first.

    Raises:
        FileProblem: There is no room for that file.
    """
    saved = BytesIO()
    try:
        book.save(saved)
    except Exception as error:  # its writer reports a full disk by exceptions without a common base
        if isinstance(error, OSError) or "IO_" in str(error):
            raise FileProblem([codes.NO_ROOM.at(Span(tempfile.gettempdir()))]) from error
        raise
    return saved.getvalue()


def pack(data: bytes, *sheets: Mapping[str, str]) -> bytes:
    """The package without its times, with the results of formulas, and with fonts as the schema orders them.

    openpyxl writes formulas without results; programs that only show a file (a preview, a phone) would show blanks.

    Args:
        data: The package as openpyxl saves it.
        *sheets: For each of its sheets the result of each formula, by its cell.
    """
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_PROPERTIES] = _DATES.sub("", parts[_PROPERTIES].decode()).encode()
    parts[_STYLES] = _FONTS.sub(_ordered, parts[_STYLES].decode()).encode()
    for number, results in enumerate(sheets, 1):
        name = _SHEET.format(number)
        parts[name] = _FORMULA.sub(partial(_with_result, results), parts[name].decode()).encode()
    return _zipped(parts)


def _with_result(results: Mapping[str, str], match: re.Match[str]) -> str:
    return f"{match[1]}<v>{results[match[2]]}</v>"


def _ordered(font: re.Match[str]) -> str:
    children = sorted(_CHILD.finditer(font[1]), key=lambda child: _FONT_ORDER.index(child[1]))
    return f"<font>{''.join(child[0] for child in children)}</font>"


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as package:
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            # By default zipfile takes these from the operating system.
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return whole.getvalue()


class Column(Struct, frozen=True):
    """A column: its name, its width in digits, whether its cells are centred."""

    name: str
    width: int
    centred: bool = False


def print_list(title: str, about: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> bytes:
    """The list as the bytes of an Excel workbook; the same input gives the same bytes.

    Args:
        title: Its title.
        about: The line below the title.
        columns: The columns.
        rows: The texts of each row.
    """
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", title
    sheet = book.worksheets[0]
    sheet.title = "清单"
    put_head(sheet, title, about, [column.name for column in columns])
    for row, texts in enumerate(rows, HEADER_ROW + 1):
        for number, (column, text) in enumerate(zip(columns, texts, strict=True), 1):
            put_text(sheet.cell(row, number), text)
            style_cell(sheet.cell(row, number), centred=column.centred)
    for row in range(HEADER_ROW, HEADER_ROW + 1 + len(rows)):
        needed = (lines_in(str(sheet.cell(row, at).value), column.width) for at, column in enumerate(columns, 1))
        sheet.row_dimensions[row].height = row_height(max(needed))
    set_page(sheet, [column.width for column in columns])
    return pack(saved_book(book), {})
