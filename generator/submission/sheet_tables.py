"""Tables out of grids: the header's columns matched with fields, then the rows below it as located nodes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence as Columns
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Finding, nearest, suggestion
from generator.base.units import resolve_unit
from generator.submission import codes
from generator.submission.grid import Cell, Column, File, Grid, Nature, Unreadable, open_file, read_csv
from generator.yamlfile.build import Entry, Mapping, Scalar, Sequence
from generator.yamlfile.text import Page, forbidden_characters, without_forbidden

if TYPE_CHECKING:
    from collections import abc

_SPACE = re.compile(r"\s+")
_BRACKET = re.compile(r"(?P<stem>.+?)[(\[](?:单位:)?(?P<inside>[^()\[\]]+)[)\]]")
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
    """The header: its row, the columns found in it, and the names of those that are required and missing."""

    line: int
    columns: tuple[Found, ...]
    missing: tuple[str, ...]


def find_header(grid: Grid, columns: Columns[Column], path: str, findings: list[Finding]) -> Header:
    """The header of a grid that holds anything; what is wrong with it is added to ``findings``.

    It is the first row that names one of the columns, else the first row that is not blank.
    """
    # Names before labels, and those before labels without what stands in brackets.
    known: dict[str, Column] = {}
    for spell in (lambda column: column.name, lambda column: column.label, lambda column: _stem(column.label)):
        for column in columns:
            known.setdefault(_normal(spell(column)), column)
    candidates = islice(grid.lines.items(), _MOST_LINES_ABOVE)
    line = next((line for line, cells in candidates if _named(cells, known)), next(iter(grid.lines)))
    cells = grid.lines[line]
    matched = _named(cells, known)
    found: dict[str, Found] = {}
    for at, (column, unit) in matched.items():
        if column.name in found:
            first = str(grid.place(line, found[column.name].at))
            words = {"text": _short(cells[at].text), "first": first, "column": column.name}
            findings.append(codes.DUPLICATE_COLUMN.at(cells[at].span, path, **words))
        else:
            found[column.name] = Found(column, at, unit)
    absent = [column for column in columns if column.name not in found and not column.computed]
    others = {_short(cell.text): cell for at, cell in cells.items() if at not in matched}
    _report_missing([column for column in absent if column.required], cells, others, path, findings)
    _report_unread([column for column in absent if not column.required], others, path, findings)
    return Header(line, tuple(found.values()), tuple(column.name for column in absent if column.required))


def _named(cells: abc.Mapping[int, Cell], known: dict[str, Column]) -> dict[int, tuple[Column, str]]:
    """The columns that a row of cells names, by the place of the cell, each with its unit."""
    found = {}
    for at, cell in cells.items():
        text = _normal(cell.text)
        stem, unit = _parted(text)
        column = known.get(text) or (known.get(stem) if unit else None)
        if column is not None:
            found[at] = (column, unit)
    return found


def _normal(text: str) -> str:
    """Without spaces and line breaks, in half-width signs, without the mark of what must be filled in."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:")


def _stem(label: str) -> str:
    match = _BRACKET.fullmatch(_normal(label))
    return match["stem"] if match else label


def _parted(text: str) -> tuple[str, str]:
    """金额(万元) is 金额 and 万元; what stands in brackets and is no unit belongs to the name."""
    match = _BRACKET.fullmatch(text)
    unit = match["inside"] if match else ""
    if match is None or any(char.isdigit() for char in unit) or not resolve_unit(unit).known:
        return text, ""
    return match["stem"], unit


def _report_missing(
    columns: list[Column], cells: abc.Mapping[int, Cell], others: dict[str, Cell], path: str, findings: list[Finding]
) -> None:
    first = next(iter(cells.values()))
    listed = "、".join(f"「{_short(cell.text)}」" for cell in islice(cells.values(), _MOST_NAMED))
    for column in columns:
        # What stands in brackets says nothing of how near the names are.
        spelled = {_stem(text): text for text in others}
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


def _short(text: str) -> str:
    plain = _SPACE.sub("", text)
    return plain if len(plain) <= _LONGEST_HEADER else f"{plain[:_LONGEST_HEADER]}…"


_WORDS = ("文字", "段落", "列表")
_DATES = ("日期", *_WORDS)
# A sum over the rows would count what several rows share once for each of them.
_ADDED = ("金额", "数值", "整数", "数量")
_WITHOUT_OWN_UNIT = ("数值", "整数")
_SCORE_UNIT = "分"
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
_TOO_NARROW = re.compile("#{3,}")
_TOTAL = re.compile(r"(合计|总计|小计|累计|共计)[:：]?")
_NOTE = re.compile(r"(注|备注|说明|填表人|填报人|制表人|制表|审核人|单位负责人)[0-9]*[:：]", re.DOTALL)
_DIGIT_LAST = re.compile(r"[0-9０-９]\s*$")


class Rows(Struct):
    """The rows, what is wrong in them, and the paths of values of which that was said already."""

    items: list[Mapping] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


def read_rows(grid: Grid, header: Header, path: str) -> Rows:
    """Every row below the header of which a column is filled in.

    Totals and notes at the end are left out, and so are blank rows. A cell that is merged over rows counts for each of
    them.
    """
    rows = Rows()
    # Filled in the row itself: what reaches in from a merged cell above does not count.
    lines = [
        line
        for line, cells in grid.lines.items()
        if line > header.line
        and any(found.at in cells and grid.extent(line, found.at)[0] == line for found in header.columns)
    ]
    while lines and _is_footer(grid, lines[-1]):
        lines.pop()
    for line in lines:
        first = next(iter(grid.lines[line].values()))
        if _is_total(first):
            words = {"text": _SPACE.sub("", first.text).strip(":：")}
            rows.findings.append(codes.TOTAL_WITHIN.at(first.span, path, **words))
            continue
        reader = _RowReader(grid, header, f"{path}[{len(rows.items) + 1}]", rows)
        rows.items.append(reader.row(line))
    return rows


def _is_total(cell: Cell) -> bool:
    return _TOTAL.fullmatch(_SPACE.sub("", cell.text)) is not None


def _is_footer(grid: Grid, line: int) -> bool:
    cells = list(grid.lines[line].values())
    return _is_total(cells[0]) or (len(cells) == 1 and _NOTE.match(_SPACE.sub("", cells[0].text)) is not None)


class _RowReader:
    """Reads the cells of one row; ``path`` is the row's place in the data."""

    def __init__(self, grid: Grid, header: Header, path: str, rows: Rows) -> None:
        self.grid, self.header, self.path, self.rows = grid, header, path, rows

    def row(self, line: int) -> Mapping:
        entries = tuple(self._entry(found, line) for found in self.header.columns)
        return Mapping(entries, self.grid.place(line, min(found.at for found in self.header.columns)))

    def _entry(self, found: Found, line: int) -> Entry:
        path = f"{self.path}.{found.column.name}"
        here = self.grid.place(line, found.at)
        value = Scalar("", here)
        first, last = self.grid.extent(line, found.at)
        cell = self.grid.lines.get(first, {}).get(found.at)
        # A header says nothing of the rows below it, and a computed value only of its first row.
        counts = first > self.header.line and (first == line or not found.column.computed)
        if cell is not None and counts:
            findings: list[Finding] = []
            if first != last and found.column.kind in _ADDED:
                merged = codes.MERGED_NUMBER
                findings.append(merged.at(cell.span, path, name=path, text=cell.text, first=first, last=last))
            text = None if findings else _text(cell, found, path, findings)
            # What is wrong with a merged cell is said once, at its first row.
            self.rows.findings += findings if first == line else []
            if text is None:
                self.rows.refused.add(path)
            else:
                value = Scalar(text, cell.span, quoted=True)
        return Entry(Scalar(found.column.name, here), value)


def _text(cell: Cell, found: Found, path: str, findings: list[Finding]) -> str | None:
    """The text of a cell as the bureau would have typed it; None where there is none, said in ``findings``."""
    trouble = _trouble(cell, found, path)
    if trouble is not None:
        findings.append(trouble)
        return None
    text = cell.text
    if cell.nature is Nature.TRUTH and found.column.kind == "是否":
        text = "是" if text == "TRUE" else "否"
    if cell.nature is Nature.NUMBER and cell.shown:
        if found.column.computed:
            return _with_unit(cell.shown, found)
        findings.append(codes.MORE_DIGITS.at(cell.span, path, shown=cell.shown, text=text))
    return _with_unit(_without_forbidden(text, cell, path, findings), found)


def _trouble(cell: Cell, found: Found, path: str) -> Finding | None:
    """Why what stands in the cell is not what it was meant to be."""
    column = found.column
    if cell.nature is Nature.UNCOMPUTED:
        return codes.UNCOMPUTED.at(cell.span, path)
    if cell.nature is Nature.ERROR or cell.text.strip() in _ERRORS:
        mend = "改正公式或它所引用的单元格，或直接填写内容。"
        return codes.ERROR_CELL.at(cell.span, path, text=cell.text, label=column.label, mend=mend)
    if _TOO_NARROW.fullmatch(cell.text.strip()):
        mend = "列太窄时另存 CSV，数字就成了「###」：回到原表把列拉宽，再另存一次。"
        return codes.ERROR_CELL.at(cell.span, path, text=cell.text.strip(), label=column.label, mend=mend)
    if cell.scaled:
        return codes.SCALED.at(cell.span, path, text=cell.text, format=cell.scaled)
    allowed = {Nature.DAY: _DATES, Nature.MOMENT: _DATES[:1]}.get(cell.nature)
    if allowed is not None and column.kind not in allowed:
        return codes.IS_DATE.at(cell.span, path, name=path, text=cell.text, label=column.label)
    return None


def _without_forbidden(text: str, cell: Cell, path: str, findings: list[Finding]) -> str:
    if text.isprintable() and "\ufffd" not in text:
        return text
    page = Page.of("", text)
    found = forbidden_characters(page)
    findings += (replace(finding, span=cell.span, path=path) for finding in found)
    return without_forbidden(page).text() if found else text


def _with_unit(text: str, found: Found) -> str:
    """A bare number with the unit that the header states; a number that states its own keeps it."""
    column = found.column
    if not found.unit or column.kind in _WORDS or not _DIGIT_LAST.search(text):
        return text
    if column.kind in _WITHOUT_OWN_UNIT and found.unit == (column.unit or _SCORE_UNIT):
        return text
    return text.strip() + found.unit


FILE, SHEET = KEYS = ("来源", "工作表")
_MOST_LISTED = 5


class SheetTable(Struct, frozen=True):
    """A table that stands in a file.

    Attributes:
        rows: Its rows; none where it cannot be read.
        source: The file's name and the SHA-256 of its bytes in hexadecimal; None where it was not read.
        findings: Everything that is wrong with it as a table.
        refused: The paths of which it is said already why they have no value: the table (绩效目标), a column
            (绩效目标.完成) or a value (绩效目标[3].完成).
    """

    rows: Sequence
    source: tuple[str, str] | None
    findings: tuple[Finding, ...]
    refused: frozenset[str]


class Wanted(Struct, frozen=True):
    """A table that is looked for: its place in the data, its name in words, its columns, whether it must have rows."""

    path: str
    label: str
    columns: Columns[Column]
    required: bool = True


def read_table(node: Mapping, wanted: Wanted, folder: Path) -> SheetTable:
    """The table that a mapping names; never raises.

    Args:
        node: The mapping, which has the key 来源.
        wanted: The table to look for in it.
        folder: The input's folder; nothing outside it is read.
    """
    findings: list[Finding] = []
    file: File | None = None
    try:
        named, sheet = _file_and_sheet(node, wanted.path, findings)
        file = open_file(named, folder, wanted.path)
        rows, refused = _rows(_grid(file, sheet), wanted, findings)
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        rows, refused = Sequence((), node.span), frozenset({wanted.path})
    source = (file.name, sha256(file.data).hexdigest()) if file is not None else None
    return SheetTable(rows, source, tuple(findings), refused)


def _file_and_sheet(node: Mapping, path: str, findings: list[Finding]) -> tuple[Scalar, Scalar | None]:
    """The file and the sheet that the mapping names."""
    for key in node.keys():
        if key.text not in KEYS:
            hint = suggestion(key.text, KEYS)
            findings.append(codes.UNKNOWN_KEY.at(key.span, path, hint=hint, name=path, key=key.text))
    sheet = _name(node, SHEET, "工作表的名称", path) if node.get(SHEET) is not None else None
    return _name(node, FILE, "文件名", path), sheet


def _name(node: Mapping, key: str, expected: str, path: str) -> Scalar:
    value = node.get(key)
    if not isinstance(value, Scalar) or not value.text.strip() or value.is_blank:
        span = value.span if value is not None else node.span
        raise Unreadable(codes.NOT_A_NAME.at(span, path, name=path, key=key, expected=expected))
    return value


def _grid(file: File, sheet: Scalar | None) -> Grid:
    if file.format == ".csv":
        if sheet is not None:
            raise file.refused(codes.NO_SHEETS_IN_CSV, sheet.span)
        return read_csv(file)
    from generator.submission.excel import read_xlsx  # noqa: PLC0415 - openpyxl is slow to import

    return read_xlsx(file, sheet)


def _rows(grid: Grid, wanted: Wanted, findings: list[Finding]) -> tuple[Sequence, frozenset[str]]:
    path = wanted.path
    if not grid.lines:
        raise Unreadable(codes.EMPTY_SHEET.at(grid.span, path, place=grid.span))
    header = find_header(grid, wanted.columns, path, findings)
    place = grid.place(header.line, 1)
    if not header.columns:
        return Sequence((), place), frozenset({path})
    rows = read_rows(grid, header, path)
    findings += rows.findings
    _report_hidden(grid, header.line, path, findings)
    refused = rows.refused.union(f"{path}.{name}" for name in header.missing)
    if not rows.items:
        if wanted.required:
            findings.append(codes.NO_ROWS.at(place, path, name=path, label=wanted.label, place=grid.span))
        refused.add(path)
    return Sequence(tuple(rows.items), place), frozenset(refused)


def _report_hidden(grid: Grid, header: int, path: str, findings: list[Finding]) -> None:
    lines = [line for line in grid.lines if line > header and line in grid.hidden]
    if lines:
        listed = "、".join(str(line) for line in lines[:_MOST_LISTED]) + ("等" if len(lines) > _MOST_LISTED else "")
        findings.append(codes.HIDDEN.at(grid.place(lines[0], 1), path, place=grid.span, count=len(lines), lines=listed))
