"""Columns by their headers: a field's name or its label, with a unit in brackets or not."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.diagnostics import nearest
from generator.base.units import resolve_unit
from generator.sheets import codes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.base.diagnostics import Finding
    from generator.sheets.grid import Cell, Column, Grid

__all__ = ["Found", "Header", "find_header"]

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


def find_header(grid: Grid, columns: Sequence[Column], path: str, findings: list[Finding]) -> Header:
    """The header of a grid that holds anything; what is wrong with it is added to ``findings``.

    It is the first row that names one of the columns, else the first row that is not blank.
    """
    known = _names(columns)
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


def _names(columns: Sequence[Column]) -> dict[str, Column]:
    """What a header may say, and the column it means: names before labels, and those before labels cut short."""
    said: dict[str, Column] = {}
    for spell in (lambda column: column.name, lambda column: column.label, lambda column: _stem(column.label)):
        for column in columns:
            said.setdefault(_normal(spell(column)), column)
    return said


def _named(cells: Mapping[int, Cell], known: dict[str, Column]) -> dict[int, tuple[Column, str]]:
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
    if match is None or not _is_unit(match["inside"]):
        return text, ""
    return match["stem"], match["inside"]


def _is_unit(text: str) -> bool:
    if any(char.isdigit() for char in text):
        return False
    return bool(text) and resolve_unit(text).known


def _report_missing(
    columns: list[Column], cells: Mapping[int, Cell], others: dict[str, Cell], path: str, findings: list[Finding]
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
