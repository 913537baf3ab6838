"""Sheets of Excel workbooks (.xlsx, .xls) as grids, with numbers and dates as their number formats show them.

openpyxl reads the values of a .xlsx row by row; hidden rows and columns, merged cells and formulas without a result,
which it then leaves out, come from the sheet's XML. xlrd reads a .xls. The first bytes tell the format.
"""

from __future__ import annotations

import os
import posixpath
import re
import warnings
import zipfile
from contextlib import suppress
from datetime import date, datetime, time
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import Element, fromstring, iterparse

from msgspec import Struct, field
from msgspec.structs import replace
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.cell_range import CellRange

from generator.base.diagnostics import Span, suggestion
from generator.base.files import OLE, is_locked
from generator.submission import codes
from generator.submission.grid import (
    BARE,
    MOST_COLUMNS,
    OWN_REMARK,
    Cell,
    File,
    Grid,
    Nature,
    NumberFormat,
    Unreadable,
    full_number,
)
from generator.yamlfile.build import Scalar

# Built-in formats that depend on the language of Excel: the Chinese ones.
_YEAR_MONTH_DAY, _YEAR_MONTH, _MONTH_DAY = "yyyy年m月d日", "yyyy年m月", "m月d日"
LOCAL_DATES = {
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    30: "m-d-yy",
    31: _YEAR_MONTH_DAY,
}

_SHOWS_MONTH = re.compile(r"""(?:\[[^\]]*\])*yyyy(?:"年"|年|\\?[-/.])m{1,2}(?:"月"|月)?(?:;@)?""", re.IGNORECASE)
_FIRST_OWN_FORMAT = 164
# A date before is a number in a date format: 8 is 1900-01-08.
_FIRST_YEAR = 1949
_MOST_MERGES = 100_000


class Scan(Struct):
    """What openpyxl leaves out when it reads row by row.

    ``lines`` and ``columns`` are the last row and column that hold anything, ``cells`` how many do; ``ranges`` the
    merged cells that span rows: column, first and last row; ``wide`` the last column of those that span columns;
    ``inline`` the texts that cells hold themselves, with their formats; ``remarks`` the comments of persons.
    """

    lines: int = 0
    columns: int = 0
    cells: int = 0
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    ranges: list[tuple[int, int, int]] = field(default_factory=list)
    wide: dict[tuple[int, int], int] = field(default_factory=dict)
    inline: dict[tuple[int, int], CellRichText] = field(default_factory=dict)
    remarks: dict[tuple[int, int], str] = field(default_factory=dict)


def merges_of(ranges: list[tuple[int, int, int]]) -> dict[int, list[tuple[int, int]]]:
    """Merged cells (column, first and last row) by their column, in order."""
    by_column: dict[int, list[tuple[int, int]]] = {}
    for column, first, last in sorted(ranges):
        by_column.setdefault(column, []).append((first, last))
    return by_column


def scan(part: IO[bytes]) -> Scan:
    """Scan the XML of a sheet without building its tree; raises ``ParseError`` if it is not well-formed."""
    found, number = Scan(), 0
    for _, element in iterparse(part):  # noqa: S314
        tag = element.tag.rpartition("}")[2]
        if tag == "row":
            number = int(element.get("r") or number + 1)
            if element.get("hidden") in ("1", "true") or element.get("ht") == "0":
                found.hidden.add(number)
            _see_row(element, number, found)
            element.clear()
        elif tag == "col" and (element.get("hidden") in ("1", "true") or element.get("width") == "0"):
            last = min(int(element.get("max") or 0), MOST_COLUMNS)
            found.hidden_columns |= set(range(int(element.get("min") or 1), last + 1))
        elif tag == "mergeCell":
            with suppress(ValueError):
                merged = CellRange(element.get("ref") or "")
                if merged.max_row > merged.min_row and len(found.ranges) < _MOST_MERGES:
                    found.ranges.append((merged.min_col, merged.min_row, merged.max_row))
                if merged.max_col > merged.min_col and len(found.wide) < _MOST_MERGES:
                    found.wide[merged.min_row, merged.min_col] = merged.max_col
            element.clear()
    return found


def _see_row(row: Element, number: int, found: Scan) -> None:
    column = 0
    for cell in row:
        place = cell.get("r")
        column = coordinate_to_tuple(place)[1] if place else column + 1
        parts = {child.tag.rpartition("}")[2]: child for child in cell}
        if not parts:
            continue
        found.cells += 1
        found.lines, found.columns = max(found.lines, number), max(found.columns, column)
        # A formula with an empty text as its result has the type ``str``.
        has_result = ("v" in parts and parts["v"].text) or cell.get("t") == "str"
        if "f" in parts and not has_result and column <= MOST_COLUMNS:
            found.uncomputed.add((number, column))
        # It is a bare text if nothing in it has a format.
        if "is" in parts and isinstance(text := CellRichText.from_tree(parts["is"]), CellRichText):  # type: ignore[arg-type]
            found.inline[number, column] = text


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# Excel puts this before a threaded comment, for programs that do not know such comments.
_THREADED = re.compile(r"\[.*?\].*?(?:Comment|注释|批注|备注)[:：]\s*", re.DOTALL)


def _remarks(archive: zipfile.ZipFile, part: str) -> dict[tuple[int, int], str]:
    """The comments of persons on the cells of a sheet."""
    related = "{}/_rels/{}.rels".format(*posixpath.split(part))
    relations = get_dependents(archive, related) if related in archive.namelist() else ()
    found = {}
    for relation in relations:
        if relation.Type.endswith("/comments"):
            for one in fromstring(archive.read(relation.target)).iter():  # noqa: S314
                if one.tag.endswith("}comment"):
                    text = "".join(word.text or "" for word in one.iter() if word.tag.endswith("}t")).strip()
                    found[coordinate_to_tuple(one.get("ref") or "")] = _THREADED.sub("", text, count=1)
    return {at: text for at, text in found.items() if text and not OWN_REMARK.match(text)}


MOST_UNPACKED = 20_000_000
_MOST_PARTS = 5000
_LOCKED = "它加了打开密码", "用 Excel 或 WPS 打开，去掉打开密码后保存。"
_RESAVE = "用 Excel 或 WPS 打开它，能打开就另存为新的「Excel 工作簿（*.xlsx）」；打不开的，请换一份完好的文件。"


def read_sheets(file: File, wanted: Scalar | None, *, whole: bool = False) -> list[Grid]:
    """The cells of the sheet of that name, by default the first visible one; of the ``whole`` workbook, all sheets.

    Raises:
        Unreadable: It is no sound workbook, too large, or has no such sheet.
    """
    is_old = file.data.startswith(OLE)
    if is_locked(file.data):
        raise _damaged(file, *_LOCKED)
    if not is_old:
        _check_package(file)
    try:
        with warnings.catch_warnings():
            # openpyxl warns about drawings, validations and styles that it leaves out: none is a value.
            warnings.simplefilter("ignore")
            return _read_old(file, wanted, whole=whole) if is_old else _read(file, wanted, whole=whole)
    except Unreadable:
        raise
    except Exception as error:  # a damaged file makes zipfile, the XML parser, openpyxl and xlrd raise anything
        reason, advice = _LOCKED if "encrypted" in str(error) else ("文件已损坏", _RESAVE)
        raise _damaged(file, reason, advice) from error


def _read(file: File, wanted: Scalar | None, *, whole: bool) -> list[Grid]:
    reader = ExcelReader(BytesIO(file.data), read_only=True, data_only=True, keep_links=False, rich_text=True)
    reader.read()
    try:
        shown = {one.title: one.sheet_state == "visible" for one in reader.wb.worksheets}
        parts = {one.name: relation.target for one, relation in reader.parser.find_sheets()}
        main = [one for one in reader.archive.namelist() if one.lower() == "xl/workbook.xml"]
        if main and b"purl.oclc.org/ooxml" in reader.archive.read(main[0]):
            raise _damaged(file, "它存成了「Strict Open XML 电子表格」", _RESAVE)
        grids = []
        for title in shown if whole else [_chosen(shown, file, wanted)]:
            with reader.archive.open(parts[title]) as part:
                found = scan(part)
            found.remarks = _remarks(reader.archive, parts[title])
            file.check_size(found.lines, found.columns, found.cells)
            grid = _grid(reader.wb[title], found, file.name)
            grids.append(replace(grid, shown=shown[title], alone=len(shown) == 1))
        return grids
    finally:
        reader.wb.close()


def _check_package(file: File) -> None:
    """Refuse, before unpacking, what is no workbook or would fill the memory."""
    if file.data.lstrip()[:1] == b"<":
        raise _damaged(file, "它其实是网页", _RESAVE)
    try:
        with zipfile.ZipFile(BytesIO(file.data)) as archive:
            parts = archive.infolist()
    except Exception as error:  # zipfile raises half a dozen kinds
        raise _damaged(file, "文件已损坏，或其实是别的格式", _RESAVE) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        limit = f"{MOST_UNPACKED // 1_000_000} MB"
        raise file.refused(codes.TABLE_TOO_LARGE, what="解压后的内容", limit=limit)


def _damaged(file: File, reason: str, advice: str) -> Unreadable:
    return file.refused(codes.DAMAGED, reason=reason, advice=advice)


def _chosen(sheets: dict[str, bool], file: File, wanted: Scalar | None) -> str:
    """The title of the wanted sheet, else the first visible one; ``sheets`` says which are visible."""
    if wanted is not None:
        name = wanted.text.strip()
        chosen = next((title for title in sheets if title.strip() == name), None)
        if chosen is None:
            raise file.refused(codes.UNKNOWN_SHEET, wanted.span, suggestion(name, sheets), sheet=name)
        return chosen
    visible = [title for title, shown in sheets.items() if shown]
    if not visible:
        raise _damaged(file, "它没有工作表", _RESAVE)
    return visible[0]


def _read_old(file: File, wanted: Scalar | None, *, whole: bool) -> list[Grid]:
    import xlrd  # noqa: PLC0415 - few tables are of this kind

    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - no file; xlrd prints what it makes of odd records
        book = xlrd.open_workbook(file_contents=file.data, formatting_info=True, logfile=nowhere)
    shown = {one.name: one.visibility == 0 for one in book.sheets()}
    titles, alone = shown if whole else [_chosen(shown, file, wanted)], len(shown) == 1
    return [replace(_old_grid(xlrd, book, title, file), shown=shown[title], alone=alone) for title in titles]


def _old_grid(xlrd: Any, book: Any, title: str, file: File) -> Grid:
    sheet = book.sheet_by_name(title)
    reader = _CellReader(file.name, title, MAC_EPOCH if book.datemode else WINDOWS_EPOCH)
    lines: dict[int, dict[int, Cell]] = {}
    for row in range(sheet.nrows):
        for at, cell in enumerate(sheet.row(row)):
            span = Span(file.name, row + 1, at + 1, 0, title)
            code = (
                book.format_map[book.xf_list[cell.xf_index].format_key].format_str if cell.xf_index is not None else ""
            )
            if cell.ctype == xlrd.XL_CELL_ERROR:
                one = Cell(xlrd.error_text_from_code.get(cell.value, "#N/A"), span, Nature.ERROR)
            elif cell.ctype == xlrd.XL_CELL_DATE:
                one = _moment(from_excel(cell.value, reader.epoch), code, span)
            elif cell.ctype == xlrd.XL_CELL_NUMBER:
                one = reader.number(int(cell.value) if cell.value == int(cell.value) else cell.value, code, span)
            elif cell.ctype == xlrd.XL_CELL_BOOLEAN:
                one = Cell("TRUE" if cell.value else "FALSE", span, Nature.TRUTH)
            elif cell.ctype == xlrd.XL_CELL_TEXT and cell.value.strip():
                one = Cell(cell.value.replace("\r\n", "\n").replace("\r", "\n"), span)
            else:
                continue
            font = book.font_list[book.xf_list[cell.xf_index].font_index] if cell.xf_index is not None else None
            note = sheet.cell_note_map.get((row, at))
            one = replace(one, struck=font is not None and bool(font.struck_out), remark=note.text if note else "")
            lines.setdefault(row + 1, {})[at + 1] = one
    file.check_size(max(lines, default=0), max(map(max, lines.values()), default=0), sum(map(len, lines.values())))
    merged = [(left + 1, top + 1, bottom) for top, bottom, left, _ in sheet.merged_cells if bottom - top > 1]
    wide = {(top + 1, left + 1): right for top, _, left, right in sheet.merged_cells if right - left > 1}
    hidden = frozenset(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    columns = frozenset(at + 1 for at, info in sheet.colinfo_map.items() if info.hidden)
    return Grid(Span(file.name, length=0, sheet=title), lines, merges_of(merged), hidden, columns, wide=wide)


def _grid(sheet: Any, found: Scan, file: str) -> Grid:
    reader = _CellReader(file, sheet.title, sheet.parent.epoch)
    lines = {}
    # Without bounds openpyxl fills every row up to the last column that the file claims to have.
    rows = sheet.iter_rows(min_row=1, max_row=found.lines, max_col=found.columns) if found.lines else ()
    for line, row in enumerate(rows, 1):
        cells = {
            column: reader.cell(cell, line, column, found)
            for column, cell in enumerate(row, 1)
            if cell.value is not None or (line, column) in found.uncomputed
        }
        filled = {column: cell for column, cell in cells.items() if cell.text.strip() or cell.nature != Nature.TEXT}
        if filled:
            lines[line] = filled
    return Grid(
        Span(file, length=0, sheet=sheet.title),
        lines,
        merges_of(found.ranges),
        frozenset(found.hidden),
        frozenset(found.hidden_columns),
        wide=found.wide,
    )


class _CellReader:
    """Converts cells of openpyxl to cells as a person sees them; parses each number format, asks each font once."""

    def __init__(self, file: str, sheet: str, epoch: datetime) -> None:
        self.file, self.sheet, self.epoch = file, sheet, epoch
        self.formats: dict[object, NumberFormat] = {}
        self.struck: dict[int, bool] = {}

    def cell(self, cell: ReadOnlyCell, line: int, column: int, found: Scan) -> Cell:
        value, struck = found.inline.get((line, column), cell.value), False
        with suppress(IndexError):  # some programs name formats and fonts that the file lacks
            font = cell.style_array.fontId
            if font not in self.struck:
                self.struck[font] = bool(cell.font.strike)
            struck = self.struck[font]
        if isinstance(value, CellRichText):
            fonts = [run.font if isinstance(run, TextBlock) else InlineFont() for run in value]
            struck = struck or any(font.strike for font in fonts)
            shown = (
                "" if font.strike else str(run).translate(_RAISED) if font.vertAlign == "superscript" else str(run)
                for run, font in zip(value, fonts, strict=True)
            )
            # Without what is struck through, unless that is all of it.
            seen = "".join(shown)
            value = seen if seen.strip() else str(value)
        read = self._read(cell, value, Span(self.file, line, column, 0, self.sheet))
        remark = found.remarks.get((line, column), "")
        return replace(read, struck=struck, remark=remark) if struck or remark else read

    def _read(self, cell: ReadOnlyCell, value: Any, span: Span) -> Cell:
        if value is None:
            return Cell("", span, Nature.UNCOMPUTED)
        if isinstance(value, str):
            # Excel writes its own escapes for what XML cannot hold (_x000D_).
            text = unescape(value).replace("\r\n", "\n").replace("\r", "\n")
            return Cell(value, span, Nature.ERROR) if cell.data_type == "e" else Cell(text, span)
        if isinstance(value, bool):
            return Cell("TRUE" if value else "FALSE", span, Nature.TRUTH)
        if isinstance(value, int | float):
            local = LOCAL_DATES.get(cell.style_array.numFmtId)
            if local:
                return _moment(from_excel(value, self.epoch), local, span)
            code, is_local = cell.number_format, cell.style_array.numFmtId < _FIRST_OWN_FORMAT
            # Built-in money formats show the currency of the country.
            return self.number(value, code.replace("$", "¥") if is_local else code, span)
        return _moment(value, cell.number_format, span)

    def number(self, value: float, code: str, span: Span) -> Cell:
        """A number as its format shows it."""
        key = code if ";" not in code and value >= 0 else (code, value)
        form = self.formats.get(key) or self.formats.setdefault(key, NumberFormat.parse(code, value))
        if form.scaled:
            return Cell(format(full_number(value), "f"), span, Nature.NUMBER, scaled=code)
        nature = Nature.TEXT if form.words and form.prefix else Nature.NUMBER
        return Cell(form.text(value), span, nature, form.shown(value))


def _moment(value: object, code: str, span: Span) -> Cell:
    """A date, a time, or how long something takes."""
    if not isinstance(value, datetime | date):
        return Cell(str(value), span, Nature.MOMENT)
    bare = BARE.sub("", code).lower()
    has_day, has_year = "d" in bare, "y" in bare or "e" in bare
    # A time that is not shown, as of NOW(), is not meant.
    clock = value.time() if isinstance(value, datetime) and "h" in bare else time()
    text = value.strftime("%Y-%m-%d") + (clock.strftime(" %H:%M") if clock != time() else "")
    if has_day and has_year and value.year >= _FIRST_YEAR:
        return Cell(text, span, Nature.DAY)
    if has_day:
        return Cell(text, span, Nature.MOMENT, "" if has_year else f"{value.month}月{value.day}日")
    is_month = value.year >= _FIRST_YEAR and _SHOWS_MONTH.fullmatch(code)
    month = f"{value.year}年{value.month}月" if is_month else f"{value:%Y-%m}"
    return Cell(text, span, Nature.MOMENT, month if has_year else "")
