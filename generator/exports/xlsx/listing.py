"""A plain list on a sheet, ready to be filed: A4 landscape, one page wide, the header on every page."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from openpyxl import Workbook

from generator.exports.xlsx.sheet import (
    HEADER_ROW,
    lines_in,
    pack,
    put_head,
    put_text,
    row_height,
    saved_book,
    set_page,
    style_cell,
)


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
