"""A plain list on a sheet, ready to be filed: A4 landscape, one page wide, the header on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.diagnostics import column_letters
from generator.exports.xlsx.sheet import lines_in, pack, put_text, saved_book, set_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Column", "print_list"]

_HEADER_ROW, _FIRST_ROW = 3, 4
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 14.5, 20, 409


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
    from openpyxl import Workbook  # noqa: PLC0415 - only who asks for it pays for it

    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", title
    sheet = book.worksheets[0]
    sheet.title = "清单"
    for row, text in enumerate((title, about), 1):
        put_text(sheet.cell(row, 1), text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
    for row, texts in enumerate(([column.name for column in columns], *rows), _HEADER_ROW):
        for column, text in enumerate(texts, 1):
            put_text(sheet.cell(row, column), text)
    _style(sheet, columns, len(rows))
    _page(sheet, columns)
    saved = saved_book(book)
    return pack(saved, {})


def _style(sheet: Worksheet, columns: Sequence[Column], rows: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side  # noqa: PLC0415

    thin = Side(style="thin")
    for row in range(_HEADER_ROW, _FIRST_ROW + rows):
        header = row == _HEADER_ROW
        for number, column in enumerate(columns, 1):
            cell = sheet.cell(row, number)
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.font = Font(name="宋体", size=10.5, bold=header)
            cell.alignment = Alignment("center" if header or column.centred else "left", "center", wrap_text=True)
        needed = max(lines_in(str(sheet.cell(row, at).value), column.width) for at, column in enumerate(columns, 1))
        sheet.row_dimensions[row].height = min(_MOST_HEIGHT, max(_LEAST_HEIGHT, needed * _LINE_HEIGHT + 4))
    title, about = sheet.cell(1, 1), sheet.cell(2, 1)
    title.font, about.font = Font(name="宋体", size=16, bold=True), Font(name="宋体", size=10.5)
    title.alignment, about.alignment = Alignment("center", "center"), Alignment("left", "center")
    sheet.row_dimensions[1].height = 30


def _page(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for number, column in enumerate(columns, 1):
        sheet.column_dimensions[column_letters(number)].width = column.width
    set_page(sheet, _HEADER_ROW)
