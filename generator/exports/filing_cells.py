"""Cells of the workbook to fill in: values as numbers and dates where they are, drop-downs, locks, looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from generator.base.diagnostics import Span
from generator.narrative.sheets import lines_in, put_text, row_height, set_page
from generator.submission.book_form import HEAD_ROW
from generator.submission.filing import says_same
from generator.template.model import Field
from generator.yamlfile.build import Scalar

_FONT, _GREY = "宋体", "FF808080"
_THIN = Side(style="thin", color="FFBFBFBF")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_HEAD, _OPEN, _GROUP = (PatternFill("solid", fgColor=color) for color in ("FFD9E2F3", "FFFFFBE6", "FFF2F2F2"))
AMOUNT = re.compile(r"(-?(?:0|[1-9]\d*)(?:\.(\d+))?)\s*([^\d\s]*)")
"""A number with what stands behind it: the number, its decimals, its unit."""
_MOST_DIGITS, _LONGEST_LIST = 15, 255
AS_TEXT = ("文字", "目标", "数量", "选项", "是否", "等次")
"""Kinds of fields whose cells hold text, so that 1-2 becomes no date."""
_NARROW, USUAL, _WIDE = 10, 18, 44
_BLANK_FORMS = {"比率": "0.00%", "日期": "yyyy-mm-dd"}


class AsNumber(NamedTuple):
    """A number or date as a cell holds it: its value, its format, and the unit that is said beside it."""

    value: Decimal | date
    form: str
    unit: str = ""


def as_number(field: Field, text: str) -> AsNumber | None:
    """The number or date that a text is, if the cell says just the same; else None."""
    match = AMOUNT.fullmatch(text.strip())
    if field.kind == "日期":
        return _as_date(text.strip())
    if match is None or len(re.sub(r"\D", "", match[1])) > _MOST_DIGITS:
        return None
    number, places, unit = match[1], len(match[2] or ""), match[3]
    form = "0" + ("." + "0" * places if places else "")
    said = number
    found = None
    if field.kind == "金额" and unit:
        found, said = AsNumber(Decimal(number), f"#,##{form}", unit), f"{number} {unit}"
    elif field.kind in ("整数", "数值") and unit in ("", field.unit):
        found = AsNumber(Decimal(number), form)
    elif field.kind == "比率" and unit == "%":
        found, said = AsNumber(Decimal(number).scaleb(-2), f"{form}%"), f"{number}%"
    elif field.kind == "年份" and not unit:
        found = AsNumber(Decimal(number), "0")
    nowhere = Span("")
    return found if found is not None and says_same(Scalar(said, nowhere), Scalar(text, nowhere), field) else None


def _as_date(text: str) -> AsNumber | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return AsNumber(day, "yyyy-mm-dd") if day.isoformat() == text else None


def put_headings(sheet: Worksheet, title: str, about: str, heads: Sequence[str], hows: Sequence[str] = ()) -> None:
    """Write the title, what to do, what each column wants, and the head."""
    for row, text in ((1, title), (2, about)):
        put_text(sheet.cell(row, 1), text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(len(heads), 6))
        sheet.cell(row, 1).font = Font(name=_FONT, size=16 if row == 1 else 10.5, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment("left", "center", wrap_text=True)
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 30, 48
    for at, text in enumerate(heads, 1):
        put_text(sheet.cell(HEAD_ROW, at), text)
        style(sheet.cell(HEAD_ROW, at), bold=True)
        sheet.cell(HEAD_ROW, at).fill = _HEAD
        sheet.cell(HEAD_ROW, at).alignment = Alignment("center", "center", wrap_text=True)
    for at, text in enumerate(hows, 1):
        put_text(sheet.cell(HEAD_ROW - 1, at), text)
        style(sheet.cell(HEAD_ROW - 1, at), grey=True)


def style(
    cell: Cell | MergedCell, *, bold: bool = False, grey: bool = False, italic: bool = False, group: bool = False
) -> None:
    """Give a cell its looks."""
    cell.border = _BORDER
    cell.font = Font(name=_FONT, size=10.5, bold=bold, italic=italic, color=_GREY if grey else None)
    cell.alignment = Alignment("left", "center", wrap_text=True)
    if group:
        cell.fill = _GROUP


def fill(cell: Cell | MergedCell, text: str, field: Field, number: AsNumber | None) -> None:
    """A cell that may be filled in, with its value."""
    style(cell)
    cell.fill, cell.protection = _OPEN, Protection(locked=False)
    if number is not None:
        cell.value, cell.number_format = number.value, number.form
    else:
        if text:
            put_text(cell, text)
        cell.number_format = "@" if field.kind in AS_TEXT else _BLANK_FORMS.get(field.kind, "General")


def choice(sheet: Worksheet, choices: Sequence[str], otherwise: str = "") -> DataValidation:
    """A drop-down; other words (无, 不适用) are asked about and not refused."""
    listed = f'"{",".join(choices)}"'
    usable = len(listed) <= _LONGEST_LIST and not any("," in one or '"' in one for one in choices)
    offered = DataValidation("list", formula1=listed if usable else otherwise or None, allow_blank=True)
    offered.errorStyle, offered.errorTitle, offered.error = "warning", "不在下拉里", "不是下拉里的一项，仍要这样填吗？"
    if usable or otherwise:
        sheet.add_data_validation(offered)
    return offered


def offer(sheet: Worksheet, field: Field, places: Iterable[str]) -> None:
    """Drop-downs for a field that has choices."""
    choices = ("是", "否") if field.kind == "是否" else field.choices if field.kind == "选项" else ()
    for place in places if choices else ():
        choice(sheet, choices).add(place)


def column_width(field: Field) -> int:
    """The width of a column, in digits."""
    if field.kind in ("段落", "列表") or len(field.example) > USUAL:
        return _WIDE
    return USUAL if field.kind in ("文字", "目标", "金额", "数量") else _NARROW + 2


def fit_row(sheet: Worksheet, row: int, widths: Sequence[int]) -> None:
    """Room for the cell with the most lines; not every program computes it."""
    texts = ((str(sheet.cell(row, at).value or ""), room) for at, room in enumerate(widths, 1))
    sheet.row_dimensions[row].height = row_height(max(lines_in(text, room) for text, room in texts))


def finish(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Set up the page, keep the head in sight, and lock what is not to be filled in (without a password)."""
    set_page(sheet, widths)
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    locked = sheet.protection
    locked.sheet = True
    locked.formatCells = locked.formatColumns = locked.formatRows = False
    locked.insertRows = locked.deleteRows = locked.sort = locked.autoFilter = False
