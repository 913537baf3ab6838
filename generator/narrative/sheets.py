"""What every workbook that is written needs: cells that hold texts, rows as high as these, the same bytes each time."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from generator.base.diagnostics import FileProblem, Span, width
from generator.narrative import codes

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_LONGEST_TEXT, _CUT = 32_000, "……（以下见报告正文）"
_ESCAPE = re.compile(r"_x[0-9A-Fa-f]{4}_")
_FIRST_DAY: Final = (1980, 1, 1, 0, 0, 0)
_CONTENT_TYPES, _PROPERTIES, _SHEET = "[Content_Types].xml", "docProps/core.xml", "xl/worksheets/sheet{}.xml"
_END_OF_ROW, _DIMENSION = "</row>", re.compile(r"<dimension [^>]*>")
_DATES = re.compile(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)
_FORMULA = re.compile(r'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v(?:\s*/>|></v>)')
_STYLES, _FONTS, _CHILD = "xl/styles.xml", re.compile(r"<font>(.*?)</font>", re.DOTALL), re.compile(r"<(\w+)[^>]*/>")
_FONT_ORDER: Final = " b i strike condense extend outline shadow u vertAlign sz color name family charset scheme "
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 14.5, 20, 409
_TEXT_SIZE, _COLUMN_WIDTH = 10.5, 8.43  # for which a line is that high; what Excel gives a column without one


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Set a cell to a text, also one that begins like a formula."""
    cell.value, cell.data_type, cell.quotePrefix = cell_text(text), "s", looks_like_formula(text)


def cell_text(text: str) -> str:
    """The text as a cell holds it: not longer than Excel takes, and what looks like one of its escapes escaped.

    What UTF-8 cannot say (file names in other encodings) is shown by its numbers.
    """
    text = text.encode("utf-8", "backslashreplace").decode()
    plain_text = _ESCAPE.sub(r"_x005F\g<0>", text) if "_x" in text else text
    return plain_text if len(plain_text) <= _LONGEST_TEXT else plain_text[:_LONGEST_TEXT] + _CUT


def looks_like_formula(text: str) -> bool:
    """Whether Excel would make a formula of a text when somebody edits a cell that is not marked as a text."""
    return text.startswith(("=", "+", "-", "@"))


def saved_book(book: Workbook, *sheets: Mapping[str, str], rows: Sequence[tuple[str, Sequence[str]]] = ()) -> bytes:
    """The workbook as bytes without times, its fonts as the schema orders them; the same workbook gives the same.

    Args:
        book: The workbook.
        *sheets: For each of its sheets the result of each formula, by its cell: openpyxl writes formulas without,
            and programs that only show a file (a preview, a phone) would show blanks.
        rows: For each of its sheets its last cell, and the XML of the rows behind the three of the head; cells that
            the sheet has there give way to them.

    Raises:
        FileProblem: There is no room for the temporary file to which openpyxl writes every sheet first.
    """
    saved, whole = BytesIO(), BytesIO()
    try:
        book.save(saved)
    except Exception as error:  # its writer reports a full disk by exceptions without a common base
        if isinstance(error, OSError) or "IO_" in str(error):
            raise FileProblem([codes.NO_ROOM.at(Span(tempfile.gettempdir()))]) from error
        raise
    with zipfile.ZipFile(saved) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[_PROPERTIES] = _DATES.sub("", parts[_PROPERTIES].decode()).encode()
    parts[_STYLES] = _FONTS.sub(_ordered, parts[_STYLES].decode()).encode()
    for number, results in enumerate(sheets, 1):
        name = _SHEET.format(number)
        parts[name] = _FORMULA.sub(partial(_with_result, results), parts[name].decode()).encode()
    for number, (last, lines) in enumerate(rows, 1):
        name = _SHEET.format(number)
        *head, rest = parts[name].decode().split(_END_OF_ROW, 3)
        whole_sheet = "".join([*(part + _END_OF_ROW for part in head), *lines, "</sheetData>"])
        whole_sheet = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>', whole_sheet, count=1)
        parts[name] = (whole_sheet + rest.partition("</sheetData>")[2]).encode()
    with zipfile.ZipFile(whole, "w") as package:
        for name in sorted(parts, key=lambda name: (name != _CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, _FIRST_DAY)
            # By default zipfile takes these from the operating system.
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            package.writestr(entry, parts[name])
    return whole.getvalue()


def _with_result(results: Mapping[str, str], match: re.Match[str]) -> str:
    return f"{match[1]}<v>{results[match[2]]}</v>"


def _ordered(font: re.Match[str]) -> str:
    children = sorted(_CHILD.finditer(font[1]), key=lambda child: _FONT_ORDER.index(f" {child[1]} "))
    return f"<font>{''.join(child[0] for child in children)}</font>"


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes in a column of that width, with room for breaks at Chinese punctuation."""
    return sum(ceil(max(1, width(part)) / (room - 3)) for part in text.split("\n"))


def row_height(lines: int) -> float:
    """The height of a row with so many lines; not every program computes it."""
    return min(_MOST_HEIGHT, max(_LEAST_HEIGHT, lines * _LINE_HEIGHT + 4))


class Rooms:
    """How wide the cells of a sheet are, merged ones as their whole area."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        sizes = sheet.column_dimensions.values()
        self.widths = {column: size.width for size in sizes for column in range(size.min or 0, (size.max or 0) + 1)}
        self.merged = {(area.min_row, area.min_col): area for area in sheet.merged_cells.ranges}

    def of(self, cell: Any) -> float:
        """The width in digits; 0 where the height does not depend on it, as the area has several rows."""
        area = self.merged.get((cell.row, cell.column))
        if area is not None and area.max_row > area.min_row:
            return 0
        columns = range(cell.column, (area.max_col if area is not None else cell.column) + 1)
        return sum(self.widths.get(column) or _COLUMN_WIDTH for column in columns)

    def fit_row(self, cells: Iterable[Any]) -> None:
        """Make a row high enough for those of its cells that wrap; not every program computes it."""
        for cell in cells:
            room = self.of(cell) if isinstance(cell.value, str) and cell.alignment.wrap_text else 0
            if not room:
                continue
            scale, size = (cell.font.size or _TEXT_SIZE) / _TEXT_SIZE, self.sheet.row_dimensions[cell.row]
            lines = lines_in(cell.value, max(4, int(room / scale)))
            needed = min(_MOST_HEIGHT, row_height(lines) * scale)
            if lines > 1 and needed > (size.height or 0):
                size.height = needed
