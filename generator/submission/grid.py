"""Grids: the filled cells of one sheet, its header with the wanted columns, the file of a table, grids out of CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import islice
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Code, Finding, Span, nearest
from generator.base.files import Absent, Outside, find_beside, near_misses
from generator.base.units import resolve_unit
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
    """

    span: Span
    lines: Mapping[int, Mapping[int, Cell]]
    merges: Mapping[int, Merges] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    widths: Mapping[int, int] = field(default_factory=dict)
    turned: bool = False
    wide: Mapping[tuple[int, int], int] = field(default_factory=dict)

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


class Column(Struct, frozen=True):
    """One column that is looked for.

    Attributes:
        name: Its name in the template; the key of each row.
        label: Its name in words, which a header may show as well.
        kind: The kind of its values, in the template's words (文字, 金额, 比率, 日期 …).
        unit: The unit that its values have where they state none; may be empty.
        required: Whether a table without it is incomplete.
        computed: Whether the program computes it: then it may be there all the same, to be compared.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    required: bool = True
    computed: bool = False


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


_SPACE = re.compile(r"\s+")
_BRACKET = re.compile(r"(?P<stem>.*?)[(\[](?:单位:)?(?P<inside>[^()\[\]]+)[)\]]")
_STATED_UNIT = re.compile(r"单位[为是]?:?(?:人民币)?([亿万千百]*元)|[(](?:人民币)?([亿万千百]*元)[)]$")
_NUMBER_LIKE = re.compile(r"[-+(]?[0-9][0-9,.]*[%)]?")
_NUMBERING_WORDS = ("栏次", "栏号", "行次", "甲", "乙", "丙", "丁")
# Above a header stand the table's title, its unit, the bureau's name.
_MOST_LINES_ABOVE = 20
_MOST_NAMED = 12
_LONGEST_HEADER = 20


class Found(Struct, frozen=True):
    """A column that was found: where it stands, and the unit that its header states for the bare numbers below."""

    column: Column
    at: int
    unit: str


class Header(Struct, frozen=True):
    """The header: its last row, the columns found in it, the names of required ones that are missing, its width."""

    line: int
    columns: tuple[Found, ...]
    missing: tuple[str, ...]
    last: int


class _Head(Struct, frozen=True):
    """What may be the header: one row, or two joined; by the place of the cell its text, and the columns named."""

    lines: tuple[int, ...]
    cells: Mapping[int, Cell]
    named: Mapping[int, tuple[Column, str]]

    @property
    def worth(self) -> tuple[int, int, int]:
        names = {column.name for column, _ in self.named.values()}
        return len(names), sum(bool(unit) for _, unit in self.named.values()), -len(self.lines)


def find_header(grid: Grid, columns: Sequence[Column], path: str, findings: list[Finding]) -> Header:
    """The header of a grid that holds anything; what is wrong with it is added to ``findings``.

    It is the row, or the two rows, near the top that name most columns, else the first row that is not blank.
    """
    head = _best_head(grid, columns)
    line, cells = head.lines[-1], head.cells
    stated = stated_units(grid, head.lines[0], path, findings)
    found: dict[str, Found] = {}
    for at, (column, unit) in head.named.items():
        if column.name in found:
            first = str(grid.place(line, found[column.name].at))
            words = {"text": short(cells[at].text), "first": first, "column": column.name}
            findings.append(codes.DUPLICATE_COLUMN.at(cells[at].span, path, **words))
            continue
        if column.kind == "金额" and unit and stated and unit != stated[0]:
            words = {"one": unit, "other": stated[0], "place": str(stated[1])}
            findings.append(codes.UNITS_DIFFER.at(cells[at].span, path, **words))
        found[column.name] = Found(column, at, unit or (stated[0] if stated and column.kind == "金额" else ""))
    absent = [column for column in columns if column.name not in found and not column.computed]
    others = {short(cell.text): cell for at, cell in cells.items() if at not in head.named}
    _report_missing([column for column in absent if column.required], cells, others, path, findings)
    _report_unread([column for column in absent if not column.required], others, path, findings)
    missing = tuple(column.name for column in absent if column.required)
    return Header(_behind_numbering(grid, line), tuple(found.values()), missing, max(cells))


def upright(grid: Grid, columns: Sequence[Column]) -> Grid:
    """The grid with its header above: a table whose header stands in its first column is turned."""
    turned = grid.turn()
    lies = not grid.merges and _best_head(turned, columns).worth[0] > max(1, _best_head(grid, columns).worth[0])
    return turned if lies else grid


def known_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by what a header may call them: names before labels, those before labels without their brackets."""
    known: dict[str, Column] = {}
    for spell in (lambda column: column.name, lambda column: column.label, lambda column: stem_of(column.label)):
        for column in columns:
            known.setdefault(normal(spell(column)), column)
    return known


def _best_head(grid: Grid, columns: Sequence[Column]) -> _Head:
    known, above = known_columns(columns), list(islice(grid.lines, _MOST_LINES_ABOVE))
    heads = [head for at in range(len(above)) for head in _heads(grid, above[at : at + 2], known)]
    return max(heads, key=lambda one: one.worth)


def _heads(grid: Grid, lines: list[int], known: Mapping[str, Column]) -> Iterator[_Head]:
    """The first of these rows as a header, and both as one where the second holds no numbers."""
    upper, lower = grid.lines[lines[0]], grid.lines[lines[1]] if len(lines) > 1 else {}
    in_words = all(cell.nature is Nature.TEXT and not is_number_like(cell.text) for cell in lower.values())
    if not (in_words and lower.keys() - upper and upper.keys() - lower):
        yield _Head(tuple(lines[:1]), upper, _named({at: [normal(cell.text)] for at, cell in upper.items()}, known))
    if not lower or not in_words:
        return
    texts, cells, group = {}, {}, ""
    for at in range(1, max(*upper, *lower) + 1):
        # A blank cell beside a filled one belongs to the same group of columns.
        group = normal(upper[at].text) if at in upper else group
        if at in lower:
            own = normal(lower[at].text)
            texts[at] = [group + own, own]
            cells[at] = replace(lower[at], text=f"{upper[at].text if at in upper else ''}{lower[at].text}")
        elif at in upper:
            texts[at], cells[at] = [group], upper[at]
    yield _Head(tuple(lines), cells, _named(texts, known))


def _named(texts: Mapping[int, list[str]], known: Mapping[str, Column]) -> dict[int, tuple[Column, str]]:
    """The columns that cells name, each by its texts in order, with their units."""
    found = {}
    for at, spellings in texts.items():
        for text in spellings:
            stem, unit = parted(text)
            column = known.get(text) or (known.get(stem) if unit else None)
            if column is not None:
                found[at] = (column, unit)
                break
    return found


def _behind_numbering(grid: Grid, line: int) -> int:
    """The row that numbers the columns (栏次 1 2 3) where one follows the header, else the header's last row."""
    behind = next((other for other in grid.lines if other > line), line)
    texts = [normal(cell.text) for cell in grid.lines[behind].values()]
    numbers = [text for text in texts if text not in _NUMBERING_WORDS]
    counted = len(numbers) > 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
    return behind if counted else line


def stated_units(grid: Grid, line: int, path: str, findings: list[Finding]) -> tuple[str, Span] | None:
    """The unit of money that is stated above a row (单位：万元), and where; two that differ are reported."""
    stated: dict[str, Span] = {}
    rows = [cells for above, cells in grid.lines.items() if above < line]
    for cells in [*rows, *({at: cell} for at, cell in grid.lines[line].items())] if grid.turned else rows:
        match = _STATED_UNIT.search(normal("".join(cell.text for cell in cells.values())))
        if match:
            stated.setdefault(match[1] or match[2], next(iter(cells.values())).span)
    if len(stated) > 1:
        (one, first), (other, place), *_ = stated.items()
        findings.append(codes.UNITS_DIFFER.at(place, path, one=other, other=one, place=str(first)))
    return next(iter(stated.items()), None)


def normal(text: str) -> str:
    """Without spaces and line breaks, in half-width signs, without the mark of what must be filled in."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:")


def is_number_like(text: str) -> bool:
    """Whether a text is a bare number."""
    return _NUMBER_LIKE.fullmatch(normal(text)) is not None


def stem_of(label: str) -> str:
    """A label without what stands in brackets behind it."""
    match = _BRACKET.fullmatch(normal(label))
    return match["stem"] if match and match["stem"] else label


def parted(text: str) -> tuple[str, str]:
    """金额(万元) is 金额 and 万元; what stands in brackets and is no unit belongs to the name."""
    match = _BRACKET.fullmatch(text)
    unit = match["inside"] if match else ""
    if match is None or any(char.isdigit() for char in unit) or not resolve_unit(unit).known:
        return text, ""
    return match["stem"], unit


def _report_missing(
    columns: list[Column], cells: Mapping[int, Cell], others: dict[str, Cell], path: str, findings: list[Finding]
) -> None:
    first = next(iter(cells.values()))
    listed = "、".join(f"「{short(cell.text)}」" for cell in islice(cells.values(), _MOST_NAMED))
    for column in columns:
        # What stands in brackets says nothing of how near the names are.
        spelled = {stem_of(text): text for text in others}
        near = nearest(column.name, spelled, most=1) or nearest(column.label, spelled, most=1)
        text = spelled[near[0]] if near else ""
        hint = f"「{text}」是否就是这一列？是的话，把表头改为「{column.name}」。" if text else ""
        words = {"name": f"{path}.{column.name}", "label": column.label, "column": column.name, "header": listed}
        span = others.pop(text).span if text else first.span
        findings.append(codes.MISSING_COLUMN.at(span, path, hint=hint, **words))


def _report_unread(columns: list[Column], others: dict[str, Cell], path: str, findings: list[Finding]) -> None:
    """Say of a header that comes near a column of which nothing was found that it was not read."""
    names = {said: column.name for column in columns for said in (column.label, column.name)}
    for text, cell in others.items():
        near = nearest(text, names, most=1)
        if near:
            words = {"text": text, "name": path, "near": names[near[0]]}
            findings.append(codes.UNREAD_COLUMN.at(cell.span, path, **words))


def short(text: str) -> str:
    """A header as a message names it."""
    plain = _SPACE.sub("", text)
    return plain if len(plain) <= _LONGEST_HEADER else f"{plain[:_LONGEST_HEADER]}…"
