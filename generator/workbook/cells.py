"""What every sheet that we write shares: texts that stay texts, room for their lines, the page."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from generator.base.printing import width
from generator.patterns import regex

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["lines_in", "put_text", "set_page"]

_LONGEST_TEXT = 32_000
_ESCAPE = regex(r"_x[0-9A-Fa-f]{4}_")
_CUT = "……（以下见报告正文）"


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Put a text into a cell as a text, also one that begins like a formula."""
    # What looks like one of Excel's own escapes is escaped itself.
    plain_text = _ESCAPE.sub(r"_x005F\g<0>", text)
    cell.value = plain_text if len(plain_text) <= _LONGEST_TEXT else plain_text[:_LONGEST_TEXT] + _CUT
    cell.data_type = "s"
    # Excel would read it anew when somebody edits the cell.
    cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def lines_in(text: str, room: int) -> int:
    """How many lines a text takes in a column of that width, breaks at the signs of Chinese punctuation allowed for."""
    return sum(ceil(max(1, width(part)) / (room - 3)) for part in text.split("\n"))


def set_page(sheet: Worksheet, header: int) -> None:
    """A4 landscape, as wide as the page, the rows down to ``header`` standing, that one on every page."""
    from openpyxl.worksheet.page import PageMargins  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    sheet.freeze_panes = f"A{header + 1}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    sheet.oddFooter.center.text = "— &P —"  # type: ignore[union-attr]
