"""Grids: the filled cells of one sheet, the file of a table, grids out of CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from enum import Enum, auto
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Code, Finding, Span
from generator.base.files import OLE, Absent, Outside, find_beside, near_misses
from generator.submission import codes
from generator.yamlfile.build import Scalar

MOST_CELLS = 200_000
MOST_LINES = 5_000
MOST_COLUMNS = 200


class Nature(Enum):
    """What a cell holds."""

    TEXT = auto()
    NUMBER = auto()
    TRUTH = auto()
    DAY = auto()
    """a date that is shown as a date: year, month and day"""
    MOMENT = auto()
    """a date or time that is shown as something else (2月3日, 8:30)"""
    ERROR = auto()
    UNCOMPUTED = auto()


class Cell(Struct, frozen=True):
    """One cell that is not blank.

    ``text`` is what a person reads in it, a number in full. ``shown`` is the number as the sheet shows it where that
    has fewer digits, ``scaled`` the number format where it shows the number divided by thousands; else empty.
    """

    text: str
    span: Span
    nature: Nature = Nature.TEXT
    shown: str = ""
    scaled: str = ""


class Merges:
    """The merged cells of one column: which rows are one."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self._ranges = sorted(ranges)
        self._tops = [top for top, _ in self._ranges]

    def around(self, line: int) -> tuple[int, int]:
        """First and last row of the merged cell that the row belongs to; the row itself where there is none."""
        at = bisect_right(self._tops, line) - 1
        if at >= 0 and line <= self._ranges[at][1]:
            return self._ranges[at]
        return line, line


class Grid(Struct, frozen=True):
    """One sheet.

    Attributes:
        span: The sheet as a whole.
        lines: The cells by row and column (from 1), in the order of the rows; rows without any are left out.
        merges: The merged cells that span rows, by their first column.
        hidden: Rows that the sheet does not show.
        hidden_columns: Columns that it does not show.
        widths: How many cells each row of a CSV file has, blank ones included.
        turned: Whether rows and columns have changed places: the cells keep their places in the file.
        wide: The last column of each merged cell that spans columns, by its first row and column.
        shown: Whether people see the sheet.
    """

    span: Span
    lines: Mapping[int, Mapping[int, Cell]]
    merges: Mapping[int, Merges] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)
    turned: bool = False
    wide: Mapping[tuple[int, int], int] = field(default_factory=dict)
    shown: bool = True

    def turn(self) -> Grid:
        """The grid with its columns as rows."""
        lines: dict[int, dict[int, Cell]] = {}
        for line, cells in self.lines.items():
            for column, cell in cells.items():
                lines.setdefault(column, {})[line] = cell
        ordered = dict(sorted(lines.items()))
        return replace(
            self,
            lines=ordered,
            merges={},
            hidden=self.hidden_columns,
            hidden_columns=self.hidden,
            widths={},
            turned=True,
            wide={},
        )

    def place(self, line: int, column: int) -> Span:
        """The place of a cell, blank or not."""
        line, column = (column, line) if self.turned else (line, column)
        return Span(self.span.file, line, column, 0, self.span.sheet)

    def extent(self, line: int, column: int) -> tuple[int, int]:
        """First and last row of the merged cell that this one belongs to; the row twice where it is not merged."""
        merges = self.merges.get(column)
        return merges.around(line) if merges else (line, line)


class Unreadable(Exception):
    """The table cannot be read at all; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


MOST_BYTES = 50_000_000
FORMATS = (".xlsx", ".xls", ".csv")
_OTHERS = {
    ".xlsb": "二进制 Excel 工作簿（.xlsb）",
    ".xlsm": "带宏的 Excel 工作簿（.xlsm）",
    ".et": "WPS 表格（.et）",
    ".ods": "OpenDocument 表格（.ods）",
    ".numbers": "Numbers 表格（.numbers）",
}


class File(Struct, frozen=True):
    """A table's file as read.

    Attributes:
        name: The name that the bureau gave.
        format: One of ``FORMATS``.
        data: Its bytes.
        named: Where the input names it.
        path: The table's place in the data.
        most_lines: How many rows a sheet may have, where it is not ``MOST_LINES``.
    """

    name: str
    format: str
    data: bytes
    named: Span
    path: str
    most_lines: int = 0

    def refused(self, code: Code, span: Span | None = None, hint: str = "", **words: object) -> Unreadable:
        """The exception that it cannot be read, at the place where the input names it unless another is given."""
        return Unreadable(code.at(span or self.named, self.path, hint=hint, file=self.name, **words))

    def check_size(self, lines: int, columns: int, cells: int) -> None:
        """Raise ``Unreadable`` for a sheet with too many lines, columns or cells."""
        sizes = (
            ("行数", lines, self.most_lines or MOST_LINES),
            ("列数", columns, MOST_COLUMNS),
            ("单元格数", cells, MOST_CELLS),
        )
        for what, size, limit in sizes:
            if size > limit:
                raise self.refused(codes.TABLE_TOO_LARGE, what=what, limit=f"{limit:,}")


def open_file(named: Scalar, folder: Path, path: str) -> File:
    """The file under this name.

    Args:
        named: The name as typed, a path below the folder.
        folder: The input's folder.
        path: The table's place in the data.

    Raises:
        Unreadable: It is outside the folder, missing, of another format, too large, or cannot be opened.
    """
    name = named.text.strip()
    try:
        target = find_beside(name, folder)
    except Outside:
        raise Unreadable(codes.OUTSIDE.at(named.span, path, file=name)) from None
    except Absent:
        hint = near_misses(name, folder, FORMATS)
        raise Unreadable(codes.NOT_FOUND.at(named.span, path, hint=hint, file=name)) from None
    ending = target.suffix.lower()
    if ending not in FORMATS:
        kind = _OTHERS.get(ending) or (f"{ending} 文件" if ending else "没有扩展名的文件")
        raise Unreadable(codes.OTHER_FORMAT.at(named.span, path, file=name, kind=kind, stem=target.stem))
    try:
        with target.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "系统无法读取"
        raise Unreadable(codes.CANNOT_OPEN.at(named.span, path, file=name, reason=reason)) from error
    if len(data) > MOST_BYTES:
        limit = f"{MOST_BYTES // 1_000_000} MB"
        raise Unreadable(codes.TABLE_TOO_LARGE.at(named.span, path, file=name, what="文件", limit=limit))
    return File(name, ending, data, named.span, path)


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# GBK's superset; whatever is valid UTF-8 is UTF-8.
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",\t;"
_PACKAGES = (b"PK\x03\x04", OLE)
_MOST_BYTES = 5_000_000
_MOST_FIELDS = 16_384  # as many as Excel has columns: what it writes has no more, blank ones among them
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(file: File) -> Grid:
    """The cells of a CSV file.

    Raises:
        Unreadable: It is no CSV text, or too large.
    """
    if len(file.data) > _MOST_BYTES:
        raise file.refused(codes.TABLE_TOO_LARGE, what="文件", limit=f"{_MOST_BYTES // 1_000_000} MB")
    text = _decoded(file)
    # The sign that parts the first line that is not blank most often.
    first = _QUOTED.sub("", next((line for line in text.splitlines() if line.strip()), ""))
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: dict[int, dict[int, Cell]] = {}
    widths: dict[int, int] = {}
    filled = 0
    while True:
        # A record may take several lines of the file: it stands where it begins.
        line = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error:
            raise file.refused(codes.CSV_BROKEN, Span(file.name, line, 1, 0)) from None
        if record is None:
            return Grid(Span(file.name, length=0), lines, widths=widths)
        if len(record) > _MOST_FIELDS:
            raise file.refused(codes.TABLE_TOO_LARGE, what="列数", limit=f"{MOST_COLUMNS:,}")
        cells = {
            column: Cell(text.replace("\r\n", "\n").replace("\r", "\n"), Span(file.name, line, column, 0))
            for column, text in enumerate(record, 1)
            if text.strip()
        }
        if cells:
            lines[line], widths[line] = cells, len(record)
        filled += len(cells)
        file.check_size(line, max(cells, default=0), filled)


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
