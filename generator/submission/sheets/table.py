"""From ``{来源: 绩效目标.xlsx, 工作表: 目标}`` to the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence as Columns
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Finding, suggestion
from generator.submission.sheets import codes
from generator.submission.sheets.grid import Column, File, Grid, Unreadable, open_file, read_csv
from generator.submission.sheets.rows import find_header, read_rows
from generator.yamlfile.build import Mapping, Scalar, Sequence

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
        named, sheet = _named(node, wanted.path, findings)
        file = open_file(named, folder, wanted.path)
        rows, refused = _rows(_grid(file, sheet), wanted, findings)
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        rows, refused = Sequence((), node.span), frozenset({wanted.path})
    source = (file.name, sha256(file.data).hexdigest()) if file is not None else None
    return SheetTable(rows, source, tuple(findings), refused)


def _named(node: Mapping, path: str, findings: list[Finding]) -> tuple[Scalar, Scalar | None]:
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
    # Most reports have no workbook.
    from generator.submission.sheets.excel import read_xlsx  # noqa: PLC0415

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
