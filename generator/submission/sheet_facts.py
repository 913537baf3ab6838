"""The facts of a group out of a sheet of labels and values: 基本支出 in one cell, its amount to the right of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from generator.base.diagnostics import Finding, column_letters, suggestion
from generator.submission import codes
from generator.submission.grid import Cell, File, Grid, Unreadable, open_file
from generator.submission.headers import Column, Found, known_columns, normal, parted, short, stated_units
from generator.submission.sheet_tables import FILE, SHEET, SheetTable, Wanted, cell_text, file_and_sheet, read_grid
from generator.yamlfile.build import Entry, Mapping, Scalar
from generator.yamlfile.build import Sequence as Nodes

VALUES = "数值列"
KEYS = (FILE, SHEET, VALUES)
_NUMBERING = re.compile(r"^(?:其中:?|减:|加:|[(（]?[一二三四五六七八九十]+[)）、.]|[0-9]+[、.]|\([0-9]+\))+")
_NO_VALUES = re.compile(r"行次|栏次|序号|代码|编码|单位|备注|说明|来源|依据")


def read_facts(node: Mapping, wanted: Wanted, folder: Path) -> tuple[Mapping, SheetTable]:
    """The group with the facts of the file that it names, what it states itself among them; never raises."""
    findings: list[Finding] = []
    file: File | None = None
    own = tuple(entry for entry in node.entries if entry.key.text not in KEYS)
    entries: tuple[Entry, ...] = ()
    refused: set[str] = set()
    try:
        keys = Mapping(tuple(entry for entry in node.entries if entry.key.text in (FILE, SHEET)), node.span)
        named, sheet = file_and_sheet(keys, wanted.path, findings)
        file = open_file(named, folder, wanted.path)
        entries = tuple(_entries(read_grid(file, sheet), wanted, node.get(VALUES), findings, refused))
        for entry in own:
            if entry.key.text in {other.key.text for other in entries}:
                path = f"{wanted.path}.{entry.key.text}"
                findings.append(codes.TWICE.at(entry.key.span, path, name=path))
        entries = tuple(entry for entry in entries if entry.key.text not in {one.key.text for one in own})
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        refused |= {f"{wanted.path}.{column.name}" for column in wanted.columns}
    source = (file.name, sha256(file.data).hexdigest()) if file is not None else None
    table = SheetTable(Nodes((), node.span), source, tuple(findings), frozenset(refused))
    return Mapping((*own, *entries), node.span), table


def _entries(grid: Grid, wanted: Wanted, values: object, findings: list[Finding], refused: set[str]) -> Iterator[Entry]:
    labels = list(_labels(grid, wanted.columns))
    if not labels:
        raise Unreadable(codes.NO_LABELS.at(grid.span, wanted.path, names="、".join(c.name for c in wanted.columns)))
    # A total that stands twice (of income, of spending) is not known to be this group's.
    times = Counter(column.name for *_, column, _unit in labels)
    labels = [one for one in labels if not (one[2].computed and times[one[2].name] > 1)]
    first = min((line for line, *_ in labels), default=0)
    stated = stated_units(grid, first, wanted.path, findings) if first > min(grid.lines) else None
    seen: dict[str, Cell] = {}
    for line, at, column, unit in labels:
        path, label = f"{wanted.path}.{column.name}", grid.lines[line][at]
        if column.name in seen:
            words = {"text": short(label.text), "first": str(seen[column.name].span), "column": column.name}
            findings.append(codes.DUPLICATE_LABEL.at(label.span, path, **words))
            continue
        seen[column.name] = label
        # Another column of labels, which says so in its own row or in its head, begins the next pair of columns.
        mine, here = _head(grid, first, at), [other for row, other, *_ in labels if row == line and other > at]
        here += [place for place in _columns(grid) if place > at and mine and _head(grid, first, place) == mine]
        end = min(here, default=10**6)
        heads = {place: _head(grid, first, place) for place in grid.lines[line] if at < place < end}
        fitting = _value_columns(heads, values)
        if len(fitting) > 1:
            listed = "、".join(f"「{short(heads[place]) or column_letters(place)}」" for place in fitting)
            findings.append(codes.SEVERAL_VALUES.at(label.span, path, name=path, listed=listed))
            refused.add(path)
        elif fitting:
            cell, head_unit = grid.lines[line][fitting[0]], parted(normal(heads[fitting[0]]))[1]
            money = (stated[0] if stated else "") if column.kind == "金额" else ""
            text = cell_text(cell, Found(column, fitting[0], unit or head_unit or money), path, findings)
            if text is None:
                refused.add(path)
            else:
                yield Entry(Scalar(column.name, label.span), Scalar(text, cell.span, quoted=True))
    if isinstance(values, Scalar) and not any(_says(_head(grid, first, at), values.text) for at in _columns(grid)):
        named = [_head(grid, first, at) for at in _columns(grid)]
        hint = suggestion(values.text, [head for head in named if head])
        findings.append(codes.NO_VALUE_COLUMN.at(values.span, wanted.path, hint=hint, text=values.text))
        refused |= {f"{wanted.path}.{column.name}" for column in wanted.columns}


def _labels(grid: Grid, columns: Sequence[Column]) -> Iterator[tuple[int, int, Column, str]]:
    """The cells that name a fact, numbering or 其中 before it or not: row, column, fact, unit in brackets."""
    known = known_columns(columns)
    for line, cells in grid.lines.items():
        for at, cell in cells.items():
            text = _NUMBERING.sub("", normal(cell.text))
            stem, unit = parted(text)
            column = known.get(text) or known.get(stem)
            if column is not None:
                yield line, at, column, unit


def _columns(grid: Grid) -> list[int]:
    return sorted({at for cells in grid.lines.values() for at in cells})


def _head(grid: Grid, first: int, column: int) -> str:
    """What stands above a column of values, the nearest first."""
    above = [cells[column].text for line, cells in grid.lines.items() if line < first and column in cells]
    return above[-1] if above else ""


def _says(head: str, wanted: str) -> bool:
    return normal(wanted) in (normal(head), parted(normal(head))[0])


def _value_columns(heads: dict[int, str], values: object) -> list[int]:
    """The columns that may hold the value: that which the input names, else those that are headed as nothing else."""
    if isinstance(values, Scalar):
        return [place for place, head in heads.items() if _says(head, values.text)]
    return [place for place, head in heads.items() if not _NO_VALUES.search(normal(head))]
