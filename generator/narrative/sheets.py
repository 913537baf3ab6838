"""Writes Excel sheets: one style, texts in cells, row heights, reproducible bytes."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Container, Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape
from io import BytesIO
from math import ceil
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.base.diagnostics import FileProblem, Span, width
from generator.template import codes

_LONGEST_TEXT, _CUT = 32_000, "……（以下见报告正文）"
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES, _PROPERTIES, _SHEET = "[Content_Types].xml", "docProps/core.xml", "xl/worksheets/sheet{}.xml"
_END_OF_ROW, _DIMENSION = "</row>", re.compile(r"<dimension [^>]*>")
_DATES = re.compile(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_STYLES, _FONTS, _CHILD = "xl/styles.xml", re.compile(r"<font>(.*?)</font>", re.DOTALL), re.compile(r"<(\w+)[^>]*/>")
_FONT_ORDER: Final = " b i strike condense extend outline shadow u vertAlign sz color name family charset scheme "
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 14.5, 20, 409
_TEXT_SIZE, _COLUMN_WIDTH = 10.5, 8.43  # for which a line is that high; what Excel gives a column without one


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Sets a cell to a text, even if it begins like a formula."""
    cell.value, cell.data_type, cell.quotePrefix = cell_text(text), "s", looks_like_formula(text)


def cell_text(text: str) -> str:
    """The text for a cell: truncated to Excel's limit, its escapes and what UTF-8 cannot encode escaped."""
    text = text.encode("utf-8", "backslashreplace").decode()
    plain_text = _ESCAPE.sub(r"_x005F\g<0>", text) if "_x" in text else text
    return plain_text if len(plain_text) <= _LONGEST_TEXT else plain_text[:_LONGEST_TEXT] + _CUT


def looks_like_formula(text: str) -> bool:
    """Whether Excel would take a text for a formula when somebody edits a cell that is not marked as text."""
    return text.startswith(("=", "+", "-", "@"))


def saved_book(book: Workbook, sheets: Iterable[Sheet] = ()) -> bytes:
    """The workbook as reproducible bytes: without times, fonts in the order of the schema.

    ``sheets`` are all of its sheets if their rows after the head are XML.

    Raises:
        FileProblem: There is no room for openpyxl's temporary files.
    """
    saved, whole = BytesIO(), BytesIO()
    try:
        book.save(saved)
    except Exception as error:  # a full disk raises exceptions without a common base class
        if isinstance(error, OSError) or "IO_" in str(error):
            raise FileProblem([codes.NO_ROOM.at(Span(tempfile.gettempdir()))]) from error
        raise
    with zipfile.ZipFile(saved) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_PROPERTIES] = _DATES.sub("", parts[_PROPERTIES].decode()).encode()
    parts[_STYLES] = _FONTS.sub(_ordered, parts[_STYLES].decode()).encode()
    for number, sheet in enumerate(sheets, 1):
        name = _SHEET.format(number)
        *head, rest = parts[name].decode().split(_END_OF_ROW, 3)
        whole_sheet = "".join([*(part + _END_OF_ROW for part in head), *sheet.rows, "</sheetData>"])
        last = f"{sheet.letters[-1]}{sheet.row}"
        whole_sheet = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>', whole_sheet, count=1)
        parts[name] = (whole_sheet + rest.partition("</sheetData>")[2]).encode()
    with zipfile.ZipFile(whole, "w") as package:
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            # By default zipfile takes these from the operating system.
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return whole.getvalue()


def _ordered(font: re.Match[str]) -> str:
    children = sorted(_CHILD.finditer(font[1]), key=lambda child: _FONT_ORDER.index(f" {child[1]} "))
    return f"<font>{''.join(child[0] for child in children)}</font>"


def lines_in(text: str, room: int) -> int:
    """The lines of a text in a column of that width, with room for breaks at Chinese punctuation."""
    return sum(ceil(max(1, width(part)) / (room - 3)) for part in text.split("\n"))


def row_height(lines: int) -> float:
    """The height of a row with so many lines, which not every program computes."""
    return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, lines * _LINE_HEIGHT + 4))


class Rooms:
    """The widths of a sheet's cells, of merged ones over their whole area."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        sizes = sheet.column_dimensions.values()
        self.widths = {column: size.width for size in sizes for column in range(size.min or 0, (size.max or 0) + 1)}
        self.merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}

    def of(self, cell: Any) -> float:
        """The width in digits; 0 for an area of several rows, whose height does not depend on it."""
        area = self.merged.get((cell.row, cell.column))
        if area is not None and area.max_row > area.min_row:
            return 0
        columns = range(cell.column, (area.max_col if area is not None else cell.column) + 1)
        return sum(self.widths.get(column) or _COLUMN_WIDTH for column in columns)

    def fit_row(self, cells: Iterable[Any]) -> None:
        """Makes a row high enough for its cells that wrap, which not every program does."""
        for cell in cells:
            room = self.of(cell) if isinstance(cell.value, str) and cell.alignment.wrap_text else 0
            if not room:
                continue
            scale, size = (cell.font.size or _TEXT_SIZE) / _TEXT_SIZE, self.sheet.row_dimensions[cell.row]
            lines = lines_in(cell.value, max(4, int(room / scale)))
            needed = min(_MOST_HEIGHT, row_height(lines) * scale)
            if lines > 1 and needed > (size.height or 0):
                size.height = needed


HEADER_ROW = 3
_FONT = "宋体"
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)


def style_cell(cell: Cell | MergedCell | NamedStyle, *, bold: bool, centred: bool = True) -> None:
    """Styles a cell of the table: borders, font, wrapped text."""
    cell.border = _BORDER
    cell.font = Font(name=_FONT, size=10.5, bold=bold)
    cell.alignment = Alignment("center" if centred else "left", "center", wrap_text=True)


NAMES = {(bold, centred): f"表格{'粗' * bold}{'居中' * centred}" for bold in (True, False) for centred in (True, False)}
"""The names of the table's styles by whether they are bold and centred, in workbooks that have them."""


def named_styles(book: Workbook) -> None:
    """Adds the table's styles by name, which style thousands of cells ten times as fast."""
    for (bold, centred), name in NAMES.items():
        style_cell(style := NamedStyle(name), bold=bold, centred=centred)
        book.add_named_style(style)


def set_page(sheet: Worksheet, widths: Iterable[int]) -> None:
    """Sets up A4 landscape, fitted to the page's width, with frozen and repeated header."""
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


class Formula(NamedTuple):
    """A formula, and its result for programs that only show the file."""

    text: str
    result: str


Value = str | int | float | Formula | None
PERCENT: Final = "0.00%"


def cell_number(number: Fraction | None) -> int | float | None:
    """A number for a cell."""
    return None if number is None else int(number) if number.denominator == 1 else float(number)


class Sheet:
    """A sheet whose rows are written as XML, ten times as fast as by cell; openpyxl writes the rest.

    ``columns`` are headers and widths. ``rows`` is the XML, ``row`` the number of the last row, ``values`` the results
    of formulas by cell, which openpyxl does not write: programs that only show a file would show blanks.
    """

    def __init__(self, book: Workbook, name: str, title: str, about: str, columns: Sequence[tuple[str, int]]) -> None:
        self.sheet = sheet = book.create_sheet(name)
        # The title and the line below it are as wide as the table.
        for row, text, size in ((1, title, 16), (2, about, 10.5)):
            cell = sheet.cell(row, 1)
            put_text(cell, text)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
            cell.font = Font(name=_FONT, size=size, bold=row == 1)
            cell.alignment = Alignment("center" if row == 1 else "left", "center")
        sheet.row_dimensions[1].height = 30
        for column, (header, _) in enumerate(columns, 1):
            put_text(sheet.cell(HEADER_ROW, column), header)
            style_cell(sheet.cell(HEADER_ROW, column), bold=True)
        set_page(sheet, (width for _, width in columns))
        self.letters = [get_column_letter(at) for at in range(1, len(columns) + 1)]
        self.rows: list[str] = []
        self.row = HEADER_ROW
        self.values: dict[str, str] = {}
        self._styles: dict[tuple[bool, bool, str, bool], int] = {}

    def add(  # noqa: PLR0913 - how a row looks
        self,
        row: Sequence[Value],
        *,
        bold: bool = False,
        left: Container[int] = (),
        formats: Mapping[int, str] = {},
        comments: Mapping[int, str] = {},
        height: float | None = None,
        merged: bool = False,
    ) -> int:
        """Appends a row and returns its number; columns count from 0, ``formats`` are their number formats."""
        self.row += 1
        cells = []
        for at, value in enumerate(row):
            place = f"{self.letters[at]}{self.row}"
            quoted = isinstance(value, str) and looks_like_formula(value)
            cells.append(self._cell(place, value, self._style((bold, at not in left, formats.get(at, ""), quoted))))
        for at, text in comments.items():
            if text:
                size = {"height": 40 + 20 * lines_in(text, 40), "width": 320}
                self.sheet.cell(self.row, at + 1).comment = Comment(text, "jixiao", **size)
        if merged:
            self.merge(self.row, self.row, 0, len(self.letters) - 1)
        high = f' ht="{height:g}" customHeight="1"' if height is not None else ""
        self.rows.append(f'<row r="{self.row}"{high}>{"".join(cells)}</row>')
        return self.row

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Merges the cells of these rows and, counted from 0, columns."""
        # Not by ``merge_cells``, which compares each area with all before it.
        self.sheet.merged_cells.ranges.add(CellRange(f"{self.letters[left]}{top}:{self.letters[right]}{bottom}"))

    def _cell(self, place: str, value: Value, style: int) -> str:
        if value is None or value == "":
            return f'<c r="{place}" s="{style}"/>'
        if isinstance(value, str):
            text = escape(_ILLEGAL.sub("", cell_text(value)), quote=False)
            return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
        if isinstance(value, Formula):
            self.values[place] = value.result
            text = escape(value.text.removeprefix("="), quote=False)
            return f'<c r="{place}" s="{style}"><f>{text}</f><v>{value.result}</v></c>'
        return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'

    def _style(self, key: tuple[bool, bool, str, bool]) -> int:
        if key not in self._styles:
            bold, centred, code, quoted = key
            cell = WriteOnlyCell(self.sheet)
            cell.style = NAMES[bold, centred]
            if code:
                cell.number_format = code
            cell.quotePrefix = quoted
            self._styles[key] = cell.style_id
        return self._styles[key]


_CENTRED: Final = 12
"""Narrower columns of lists are centred."""


def add_list(  # noqa: PLR0913, PLR0917 - the last two have defaults
    book: Workbook,
    name: str,
    columns: Mapping[str, int],
    rows: Iterable[Sequence[str]],
    title: str = "",
    about: str = "",
) -> Sheet:
    """Adds a sheet that lists texts; ``columns`` are headers and widths, ``about`` is the line below the title."""
    sheet = Sheet(book, name, title or name, about, list(columns.items()))
    left = [at for at, width in enumerate(columns.values()) if width >= _CENTRED]
    for texts in rows:
        sheet.add(texts, left=left, height=row_height(max(map(lines_in, texts, columns.values()))))
    return sheet


def print_list(title: str, about: str, columns: Mapping[str, int], rows: Iterable[Sequence[str]]) -> bytes:
    """The list as the reproducible bytes of an Excel workbook."""
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", title
    named_styles(book)
    sheet = add_list(book, "清单", columns, rows, title, about)
    del book["Sheet"]
    sheet.sheet.row_dimensions[HEADER_ROW].height = row_height(max(map(lines_in, columns, columns.values())))
    return saved_book(book, [sheet])
