"""The rows below a header as located nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from generator.sheets import codes
from generator.sheets.grid import Nature
from generator.yamlfile.build import Entry, Mapping, Scalar
from generator.yamlfile.text import Page, forbidden_characters, without_forbidden

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.sheets.grid import Cell, Grid
    from generator.sheets.headers import Found, Header

__all__ = ["Rows", "read_rows"]

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
_SPACE = re.compile(r"\s+")
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
    lines = [line for line in grid.lines if line > header.line and _is_filled(grid, header, line)]
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


def _is_filled(grid: Grid, header: Header, line: int) -> bool:
    """Whether a cell of the row itself says anything; what reaches in from a row above does not count."""
    cells = grid.lines[line]
    return any(found.at in cells and grid.extent(line, found.at)[0] == line for found in header.columns)


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
        if cell is not None and self._counts(found, first, line):
            findings = _merged(cell, found, first, last, path) or []
            text = None if findings else _text(cell, found, path, findings)
            # What is wrong with a merged cell is said once, at its first row.
            self.rows.findings += findings if first == line else []
            if text is None:
                self.rows.refused.add(path)
            else:
                value = Scalar(text, cell.span, quoted=True)
        return Entry(Scalar(found.column.name, here), value)

    def _counts(self, found: Found, first: int, line: int) -> bool:
        """Whether a cell that begins at ``first`` says something of this row: a header never does."""
        return first > self.header.line and (first == line or not found.column.computed)


def _merged(cell: Cell, found: Found, first: int, last: int, path: str) -> list[Finding]:
    if first == last or found.column.kind not in _ADDED:
        return []
    return [codes.MERGED_NUMBER.at(cell.span, path, name=path, text=cell.text, first=first, last=last)]


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
