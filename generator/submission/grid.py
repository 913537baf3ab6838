"""Grids: the filled cells of one sheet, numbers as formats of Excel show them, the file of a table, CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum, auto
from operator import eq, ge, gt, itemgetter, le, lt, ne
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.amount import round_half_up
from generator.base.diagnostics import Code, Finding, Span, why_not
from generator.base.files import OLE, Absent, Outside, find_beside, near_misses, read_regular
from generator.submission import codes
from generator.yamlfile.build import Scalar

MOST_CELLS = 200_000
MOST_LINES = 5_000
MOST_COLUMNS = 200
OWN_REMARK = re.compile(r"\s*(?:错误|警告|提示) JX[0-9]{3}：")
"""The start of comments that ``check --annotate`` writes."""


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

    ``text`` is what a person reads, numbers in full. ``shown`` is the number as displayed if that has fewer digits, or
    the date as displayed without its year or day; ``scaled`` is the number format if it displays another number; else
    both are empty. ``struck`` marks a cell struck through, also in part; ``remark`` is the comment on it.
    """

    text: str
    span: Span
    nature: Nature = Nature.TEXT
    shown: str = ""
    scaled: str = ""
    struck: bool = False
    remark: str = ""


_TEXT = re.compile(r'\A="([^"]*)"\Z')  # written as a formula (="001"), which makes Excel keep zeros
_TOKEN = re.compile(
    r'"([^"]*)"|[\\!](.)|[_*].|\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|([0#?.,%]+)|(General|G/通用格式|@)|(E[+-]|/)|(.)',
    re.DOTALL,
)
_THOUSANDS = re.compile(r"[0#?],+(?![0#?,])")
_SECTION = re.compile(r'(?:"[^"]*"|[\\!].|[^;"])*', re.DOTALL)
BARE = re.compile(r'"[^"]*"|[\\!].|\[[^\]]*\]', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_HOLDS = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
# Digits that the format adds itself: 0!.0 shows 125 as 12.5.
_FALSE_DIGITS = re.compile(r'[0#?.](?:"[.0-9]|[\\!][.0-9])')
_OF_ZERO = 2
_WORDS_ONLY = re.compile(r'(?:\[[^\]]*\])*"?[^\W\d_][^0#?@]*')
# Signs before a number that say no more than that it is below zero, or an amount of this country's money.
_PLAIN_SIGNS = " +-−(（¥￥△▲"
_OWN_MONEY = ("CNY", "RMB", "人民币")
_MOST_DIGITS = 15


class NumberFormat(Struct, frozen=True):
    """A number format.

    ``least`` and ``most`` are the decimals it shows (``most`` None: all), ``whole`` the digits before the point, padded
    with zeros, ``prefix`` and ``suffix`` the texts around the number, ``words`` whether it shows only these, ``scaled``
    whether it shows another number: divided by thousands, or with digits of its own.
    """

    percent: bool = False
    least: int = 0
    most: int | None = None
    whole: int = 1
    prefix: str = ""
    suffix: str = ""
    words: bool = False
    scaled: bool = False

    @staticmethod
    def parse(code: str, value: float = 1) -> NumberFormat:
        """The format of a number by the section of the format code that applies to it."""
        digits, prefix, suffix, free = "", "", "", False
        section = _section(code, value)
        for token in _TOKEN.finditer(section):
            quoted, escaped, money, placeholders, general, special, other = token.groups()
            literal = quoted or escaped or money or other or ""
            prefix += "" if digits or free else literal
            free = free or bool(general or special)
            digits += placeholders or ""
            suffix = suffix + literal if (digits or free) and not placeholders else ""
        prefix = "" if prefix.strip(_PLAIN_SIGNS) in ("", *_OWN_MONEY) else prefix.strip()
        before, _, after = digits.replace("%", "").partition(".")
        places = after.rstrip(",")
        return NumberFormat(
            percent="%" in digits,
            least=0 if free else places.count("0"),
            most=None if free or not digits else len(places),
            whole=1 if free else max(1, before.count("0")),
            prefix=f"-{prefix}" if prefix and value < 0 and section == code else prefix,
            suffix=suffix.strip(" -)）"),
            words=bool(code) and not (digits or free),
            scaled=bool(_THOUSANDS.search(digits) or _FALSE_DIGITS.search(section)),
        )

    def text(self, value: float) -> str:
        """The number in full, as a person would type it: 0.9669 in ``0.00%`` is 96.69%."""
        number = full_number(value)
        if self.words and self.prefix:
            return self.prefix
        return self._written(number.scaleb(2) if self.percent else number)

    def shown(self, value: float) -> str:
        """The number as the sheet shows it if that has fewer digits; else empty."""
        if self.words:
            return "" if self.prefix else "（空白）"
        number = full_number(value)
        number = number.scaleb(2) if self.percent else number
        if self.most is None or _places(number) <= self.most:
            return ""
        return self._written(round_half_up(number, self.most))

    def _written(self, number: Decimal) -> str:
        text = format(number, f".{max(self.least, _places(number))}f")
        sign = self.prefix or ("-" if text.startswith("-") else "")
        whole, point, after = text.removeprefix("-").partition(".")
        return f"{sign}{whole.zfill(self.whole)}{point}{after}{'%' if self.percent else ''}{self.suffix}"


def _section(code: str, value: float) -> str:
    """The section of a format code for a number; that for zero counts only if it is in words."""
    sections, at = [], 0
    while at <= len(code) and (found := _SECTION.match(code, at)):
        sections.append(found[0])
        at = found.end() + 1
    conditions = [_CONDITION.search(one) for one in sections]
    if any(conditions):
        fitting = (at for at, one in enumerate(conditions) if one is None or _HOLDS[one[1]](value, float(one[2])))
        return sections[next(fitting, 0)]
    if value < 0 and len(sections) > 1:
        return sections[1]
    in_words = len(sections) > _OF_ZERO and value == 0 and _WORDS_ONLY.fullmatch(sections[_OF_ZERO])
    return sections[_OF_ZERO if in_words else 0]


def full_number(value: float) -> Decimal:
    """The number of a cell: Excel keeps 15 digits, the rest is noise of binary fractions."""
    if isinstance(value, int):
        return Decimal(value)
    return Decimal(format(value, f".{_MOST_DIGITS}g")).normalize()


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class Grid(Struct, frozen=True):
    """One sheet: its filled cells by row and column (from 1), in the order of the rows.

    ``merges`` are the first and last rows of merged cells that span rows, in order, by their first column; ``wide`` has
    the last column of those that span columns, by first row and column. ``widths`` says how many cells each row of a
    CSV file has, blank ones included. In a ``turned`` grid rows and columns have changed places; the cells keep theirs.
    ``alone`` is the only sheet of its file.
    """

    span: Span
    lines: Mapping[int, Mapping[int, Cell]]
    merges: Mapping[int, list[tuple[int, int]]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)
    turned: bool = False
    wide: Mapping[tuple[int, int], int] = field(default_factory=dict)
    shown: bool = True
    alone: bool = True

    def turn(self) -> Grid:
        """The grid with its columns as rows."""
        lines: dict[int, dict[int, Cell]] = {}
        for line, cells in self.lines.items():
            for column, cell in cells.items():
                lines.setdefault(column, {})[line] = cell
        hidden = {"hidden": self.hidden_columns, "hidden_columns": self.hidden}
        return replace(self, lines=dict(sorted(lines.items())), merges={}, widths={}, wide={}, turned=True, **hidden)

    def place(self, line: int, column: int) -> Span:
        """The place of a cell, blank or not."""
        line, column = (column, line) if self.turned else (line, column)
        return Span(self.span.file, line, column, 0, self.span.sheet)

    def extent(self, line: int, column: int) -> tuple[int, int]:
        """First and last row of the merged cell that this one belongs to; the row twice if it is not merged."""
        merged = self.merges.get(column, ())
        at = bisect_right(merged, line, key=itemgetter(0)) - 1
        return merged[at] if at >= 0 and line <= merged[at][1] else (line, line)


class Unreadable(Exception):
    """A table or file cannot be read at all; ``finding`` says why."""

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
    """A table's file as read: its name as typed and where, its format (one of ``FORMATS``), the table's path.

    A sheet may have ``most_lines`` rows, by default ``MOST_LINES``.
    """

    name: str
    format: str
    data: bytes
    named: Span
    path: str
    most_lines: int = 0

    def refused(self, code: Code, span: Span | None = None, hint: str = "", **words: object) -> Unreadable:
        """The exception for an unreadable file; by default at the place where the input names it."""
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


class FileKind(NamedTuple):
    """The files that may be named at a place, by their endings (none: all), and the codes of what is wrong with one."""

    outside: Code
    absent: Code
    endings: tuple[str, ...] = ()
    other: Code = codes.OTHER_FORMAT
    unreadable: Code = codes.CANNOT_OPEN
    too_large: Code = codes.TABLE_TOO_LARGE


def file_beside(named: Scalar, path: str, folder: Path, kind: FileKind) -> Path:
    """The file under a typed name below the input's folder; ``path`` is the name's place in the data.

    Raises:
        Unreadable: It is outside the folder, or missing.
    """
    name = named.text.strip()
    try:
        return find_beside(name, folder)
    except Outside:
        raise Unreadable(kind.outside.at(named.span, path, file=name)) from None
    except Absent:
        hint = near_misses(name, folder, kind.endings)
        raise Unreadable(kind.absent.at(named.span, path, hint=hint, file=name)) from None


def read_beside(named: Scalar, path: str, folder: Path, kind: FileKind) -> tuple[Path, bytes]:
    """As ``file_beside``, with the file's content.

    Raises:
        Unreadable: It is outside the folder, missing, of another kind, too large, or cannot be opened.
    """
    target = file_beside(named, path, folder, kind)
    ending, limit = target.suffix.lower(), f"{MOST_BYTES // 1_000_000} MB"
    words = {"file": named.text.strip(), "stem": target.stem, "what": "文件", "limit": limit}
    if ending not in kind.endings:
        other = _OTHERS.get(ending) or (f"{ending} 文件" if ending else "没有扩展名的文件")
        raise Unreadable(kind.other.at(named.span, path, kind=other, **words))
    try:
        data = read_regular(target, MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(kind.unreadable.at(named.span, path, reason=why_not(error), **words)) from error
    if len(data) > MOST_BYTES:
        raise Unreadable(kind.too_large.at(named.span, path, reason=f"文件超过 {limit}", **words))
    return target, data


def open_file(named: Scalar, folder: Path, path: str) -> File:
    """The table's file under a typed name; raises as ``read_beside``."""
    target, data = read_beside(named, path, folder, FileKind(codes.OUTSIDE, codes.NOT_FOUND, FORMATS))
    return File(named.text.strip(), target.suffix.lower(), data, named.span, path)


_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# GBK's superset; whatever is valid UTF-8 is UTF-8.
_ENCODINGS = ("utf-8", "gb18030")
_DELIMITERS = ",\t;"
_PACKAGES = (b"PK\x03\x04", OLE)
_MOST_BYTES = 5_000_000
_MOST_FIELDS = 16_384  # as many as Excel has columns: what it writes has no more, blank ones among them
_QUOTED = re.compile(r'"[^"]*"')


def read_csv(file: File) -> Grid:
    """The cells of a CSV file; raises ``Unreadable`` if it is no CSV text, or too large."""
    if len(file.data) > _MOST_BYTES:
        raise file.refused(codes.TABLE_TOO_LARGE, what="文件", limit=f"{_MOST_BYTES // 1_000_000} MB")
    text = _decoded(file)
    # The most frequent separator of the first line that is not blank.
    first = _QUOTED.sub("", next((line for line in text.splitlines() if line.strip()), ""))
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: dict[int, dict[int, Cell]] = {}
    widths: dict[int, int] = {}
    filled = 0
    while True:
        # A record may take several lines of the file; its place is the first one.
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
            column: Cell(_TEXT.sub(r"\1", re.sub(r"\r\n?", "\n", text)), Span(file.name, line, column, 0))
            for column, text in enumerate(record, 1)
            if text.strip()
        }
        if cells:
            lines[line], widths[line] = cells, len(record)
        filled += len(cells)
        file.check_size(line, max(cells, default=0), filled)


def _is_utf8(line: bytes) -> bool:
    """Whether a line has Chinese characters in UTF-8; a GBK file with such a line mixes two encodings."""
    try:
        return sum("\u4e00" <= char <= "\u9fff" for char in line.decode("utf-8")) > 1
    except UnicodeDecodeError:
        return False


def _decoded(file: File) -> str:
    data = file.data
    if data.startswith(_PACKAGES):
        raise file.refused(codes.NOT_CSV, reason="的扩展名是 .csv，内容却是 Excel 工作簿")
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or _ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding != _ENCODINGS[1] or not any(map(_is_utf8, data.splitlines()))):
            return text
    raise file.refused(codes.NOT_CSV, reason="不是 UTF-8 或 GBK 编码的文本，可能损坏，或混用了两种编码")
