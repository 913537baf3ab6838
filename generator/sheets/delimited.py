"""CSV to a grid: encoding and delimiter are found out, every cell is text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.sheets import codes
from generator.sheets.grid import MOST_CELLS, MOST_COLUMNS, MOST_LINES, Cell, Grid

if TYPE_CHECKING:
    from generator.sheets.locating import File

__all__ = ["read_csv"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GBK's superset; whatever is valid UTF-8 is UTF-8.
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",\t;"
_PACKAGES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MOST_BYTES = 5_000_000
_MOST_FIELDS = 16_384  # as many as Excel has columns: what it writes has no more, blank ones among them
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(file: File) -> Grid:
    """The cells of a CSV file.

    Raises:
        Unreadable: It is no CSV text, or too large.
    """
    if len(file.data) > _MOST_BYTES:
        raise file.refused(codes.TOO_LARGE, what="文件", limit=f"{_MOST_BYTES // 1_000_000} MB")
    text = _decoded(file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    lines: dict[int, dict[int, Cell]] = {}
    filled = 0
    while True:
        # A record may take several lines of the file: it stands where it begins.
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise file.refused(codes.CSV_BROKEN, Span(file.name, line, 1, 0)) from None
        if record is None:
            return Grid(Span(file.name, length=0), lines)
        if len(record) > _MOST_FIELDS:
            raise file.refused(codes.TOO_LARGE, what="列数", limit=f"{MOST_COLUMNS:,}")
        cells = _cells(record, file.name, line)
        if cells:
            lines[line] = cells
        filled += len(cells)
        _check_size(file, line, cells, filled)


def _cells(record: list[str], file: str, line: int) -> dict[int, Cell]:
    return {
        column: Cell(text.replace("\r\n", "\n").replace("\r", "\n"), Span(file, line, column, 0))
        for column, text in enumerate(record, 1)
        if text.strip()
    }


def _check_size(file: File, line: int, cells: dict[int, Cell], filled: int) -> None:
    columns = max(cells, default=0)
    sizes = (("行数", line, MOST_LINES), ("列数", columns, MOST_COLUMNS), ("单元格数", filled, MOST_CELLS))
    for what, size, limit in sizes:
        if size > limit:
            raise file.refused(codes.TOO_LARGE, what=what, limit=f"{limit:,}")


def _decoded(file: File) -> str:
    data = file.data
    if data.startswith(_PACKAGES):
        reason = "的扩展名是 .csv，内容却是 Excel 工作簿"
        raise file.refused(codes.NOT_CSV, reason=reason)
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    reason = "不是 UTF-8 或 GBK 编码的文本，可能损坏，或混用了两种编码"
    raise file.refused(codes.NOT_CSV, reason=reason)


def _delimiter(text: str) -> str:
    """The delimiter of the first line that is not blank: the sign that parts it most often."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=bare.count)
