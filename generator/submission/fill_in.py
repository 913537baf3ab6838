"""Merges tables and facts of other files into an input's tree: tables by their headers, facts by their labels."""

from __future__ import annotations

import re
from collections import Counter, abc
from collections.abc import Iterator
from collections.abc import Mapping as NamedFields
from pathlib import Path

from msgspec.structs import replace

from generator.base.diagnostics import column_letters, suggestion
from generator.submission import codes, sheet_tables
from generator.submission.grid import Cell, Grid, Unreadable
from generator.submission.headers import Found, known_columns, normal, parted, short, stated_units
from generator.submission.sheet_tables import FILE, SHEET, WITHIN, Tables, columns_of
from generator.template.model import Field
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence

VALUES = "数值列"
KEYS = (FILE, SHEET, VALUES)
_NUMBERING = re.compile(r"^(?:其中:?|减:|加:|[(（]?[一二三四五六七八九十]+[)）、.]|[0-9]+[、.]|\([0-9]+\))+")
_NO_VALUES = re.compile(r"行次|栏次|序号|代码|编码|单位|备注|说明|来源|依据")


def read_facts(node: Mapping, wanted: Field, tables: Tables) -> Mapping:
    """The group with the facts of the file that it names and those of its own; never raises."""
    findings = tables.findings
    own = tuple(entry for entry in node.entries if entry.key.text not in KEYS)
    found: dict[str, Entry] = {}
    try:
        keys = Mapping(tuple(entry for entry in node.entries if entry.key.text in (FILE, SHEET)), node.span)
        named, sheet = sheet_tables.file_and_sheet(keys, wanted.path, findings)
        grid = sheet_tables.read_grid(tables.open(named, wanted.path), sheet)
        found = {one.key.text: one for one in _entries(grid, wanted, node.get(VALUES), tables)}
        for entry in own:
            if found.pop(entry.key.text, None) is not None:
                path = f"{wanted.path}.{entry.key.text}"
                findings.append(codes.TWICE.at(entry.key.span, path, name=path))
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        tables.refused |= {f"{wanted.path}.{column.name}" for column in columns_of(wanted)}
    return Mapping((*own, *found.values()), node.span)


def _entries(grid: Grid, wanted: Field, values: object, tables: Tables) -> Iterator[Entry]:
    findings, refused, columns = tables.findings, tables.refused, columns_of(wanted)
    labels = list(_labels(grid, columns))
    if not labels:
        raise Unreadable(codes.NO_LABELS.at(grid.span, wanted.path, names="、".join(c.name for c in columns)))
    # A total that occurs twice (of income, of spending) may not be this group's.
    times = Counter(column.name for *_, column, _unit in labels)
    labels = [one for one in labels if one[2].formula is None or times[one[2].name] == 1]
    first = min((line for line, *_ in labels), default=0)
    stated = stated_units(grid, first, wanted.path, findings) if first > min(grid.lines) else None
    headed = sorted({at for cells in grid.lines.values() for at in cells})
    seen: dict[str, Cell] = {}
    read: list[Cell] = []
    for line, at, column, unit in labels:
        path, label = f"{wanted.path}.{column.name}", grid.lines[line][at]
        if column.name in seen:
            words = {"text": short(label.text), "first": str(seen[column.name].span), "column": column.name}
            findings.append(codes.DUPLICATE_LABEL.at(label.span, path, **words))
            continue
        seen[column.name] = label
        # Another column of labels, by its cell in this row or by its head, begins the next pair of columns.
        mine, here = _head(grid, first, at), [other for row, other, *_ in labels if row == line and other > at]
        here += [place for place in headed if place > at and mine and _head(grid, first, place) == mine]
        end = min(here, default=10**6)
        heads = {place: _head(grid, first, place) for place in grid.lines[line] if at < place < end}
        # The column that the input names, else all without another kind of head.
        fitting = [at for at, head in heads.items() if not _NO_VALUES.search(normal(head))]
        if isinstance(values, Scalar):
            fitting = [at for at, head in heads.items() if _says(head, values.text)]
        if len(fitting) > 1:
            listed = "、".join(f"「{short(heads[place]) or column_letters(place)}」" for place in fitting)
            findings.append(codes.SEVERAL_VALUES.at(label.span, path, name=path, listed=listed))
            refused.add(path)
        elif fitting:
            cell, head_unit = grid.lines[line][fitting[0]], parted(normal(heads[fitting[0]]))[1]
            money = (stated[0] if stated else "") if column.kind == "金额" else ""
            read.append(cell)
            text = sheet_tables.cell_text(cell, Found(column, fitting[0], unit or head_unit or money), path, findings)
            if text is None:
                refused.add(path)
            else:
                yield Entry(Scalar(column.name, label.span), Scalar(text, cell.span, quoted=True))
    sheet_tables.report_looks(read, grid.span, wanted.path, findings)
    named = [head for at in headed if (head := _head(grid, first, at))]
    if isinstance(values, Scalar) and not any(_says(head, values.text) for head in named):
        hint = suggestion(values.text, named)
        findings.append(codes.NO_VALUE_COLUMN.at(values.span, wanted.path, hint=hint, text=values.text))
        refused |= {f"{wanted.path}.{column.name}" for column in columns}


def _labels(grid: Grid, columns: abc.Sequence[Field]) -> Iterator[tuple[int, int, Field, str]]:
    """The cells that name a fact, with or without numbering or 其中: row, column, fact, unit in brackets."""
    known = known_columns(columns)
    for line, cells in grid.lines.items():
        for at, cell in cells.items():
            text = _NUMBERING.sub("", normal(cell.text))
            stem, unit = parted(text)
            column = known.get(text) or known.get(stem)
            if column is not None:
                yield line, at, column, unit


def _head(grid: Grid, first: int, column: int) -> str:
    """The nearest text above a column of values."""
    above = [cells[column].text for line, cells in grid.lines.items() if line < first and column in cells]
    return above[-1] if above else ""


def _says(head: str, wanted: str) -> bool:
    return normal(wanted) in (normal(head), parted(normal(head))[0])


_BY = "按"


def fill_in(root: Mapping, fields: NamedFields[str, Field], folder: Path) -> tuple[Mapping, Tables]:
    """The input's tree with the rows of the files that it names in its folder."""
    tables = Tables(folder)
    filled = _filled(root, "", fields, tables)
    # A sheet that another table names is read.
    unread = codes.OTHER_SHEET.number
    tables.findings = [
        one for one in tables.findings if one.code != unread or (one.span.file, one.span.sheet) not in tables.read
    ]
    return filled, tables


def _filled(node: Mapping, path: str, fields: NamedFields[str, Field], tables: Tables) -> Mapping:
    # Entries that name the file of a table within the rows of another: ``项目.指标表: {来源: …}``.
    apart: dict[str, Entry] = {}
    for entry in node.entries:
        outer, _, within = entry.key.text.partition(".")
        field = fields[outer].members.get(within) if outer in fields and fields[outer].kind == "表" else None
        if field is not None and field.kind == "表" and isinstance(entry.value, Mapping):
            apart[entry.key.text] = entry
    entries = []
    for entry in node.entries:
        name, value = entry.key.text, entry.value
        field, below = fields.get(name), f"{path}.{name}".lstrip(".")
        if field is not None and field.kind == "表":
            inner = {key.partition(".")[2]: one for key, one in apart.items() if key.partition(".")[0] == name}
            value = _filled_table(value, below, field, tables, inner)
            for one in inner.values():
                value = _with_rows(value, below, field, one, tables)
        elif field is not None and field.kind == "组" and isinstance(value, Mapping):
            if value.get(FILE) is not None and FILE not in field.members:
                value = read_facts(value, replace(field, path=below), tables)
            value = _filled(value, below, field.members, tables)
        entries += [entry if value is entry.value else Entry(entry.key, value)] if name not in apart else []
    return Mapping(tuple(entries), node.span)


def _filled_table(node: Node, path: str, field: Field, tables: Tables, apart: NamedFields[str, Entry]) -> Node:
    if isinstance(node, Sequence):
        if not any(member.kind in WITHIN for member in field.members.values()):
            return node
        rows = [
            _filled(row, f"{path}[{number}]", field.members, tables) if isinstance(row, Mapping) else row
            for number, row in enumerate(node.items, 1)
        ]
        return Sequence(tuple(rows), node.span)
    if not isinstance(node, Mapping) or node.get(FILE) is None:
        return node
    for member in field.members.values():
        if member.kind in WITHIN and member.is_needed and member.name not in apart:
            tables.findings.append(codes.NOT_IN_A_SHEET.at(node.span, path, name=f"{path}.{member.name}"))
            tables.refused.add(f"{path}.{member.name}")
    return sheet_tables.read_table(node, replace(field, path=path), tables)


def _with_rows(rows: Node, path: str, field: Field, entry: Entry, tables: Tables) -> Node:
    """The rows of a table, each with its rows of an inner table out of one flat sheet.

    A column of the sheet names the outer row of each row. Its header is the name of the outer table, or the label of
    the outer column that ``按`` names (by default the first text).
    """
    inner, node = field.members[entry.key.text.partition(".")[2]], entry.value
    below = f"{path}.{inner.name}"
    if not isinstance(rows, Sequence) or not rows.items or not isinstance(node, Mapping):
        tables.refused.add(below)
        return rows
    texts = [one.name for one in field.members.values() if one.kind == "文字" and one.formula is None]
    by = node.get(_BY)
    named = by.text.strip() if isinstance(by, Scalar) else next(iter(texts), "")
    if named not in texts:
        place = by.span if by is not None else entry.key.span
        tables.findings.append(codes.NO_NAMING_COLUMN.at(place, below, hint=suggestion(named, texts), table=path))
        tables.refused.add(below)
        return rows
    link = replace(field.members[named], name=field.name, required=True)
    node = Mapping(tuple(one for one in node.entries if one.key.text != _BY), node.span)
    flat = Tables(tables.folder)
    wanted = replace(inner, path=below, members={**inner.members, link.name: link})
    listed = sheet_tables.read_table(node, wanted, flat).items
    known = _known_rows(rows, named, path, below, tables)
    groups, moved = _grouped(listed, link.name, known, below, flat)
    tables.add(flat, moved)
    tables.refused |= set() if groups else {below}
    items = []
    for number, row in enumerate(rows.items, 1):
        own, here = groups.get(number), row.get(inner.name) if isinstance(row, Mapping) else None
        if here is not None:
            tables.findings.append(codes.TWICE.at(here.span, f"{path}[{number}].{inner.name}", name=below))
        # A row without any is reported at the row itself.
        elif own and isinstance(row, Mapping):
            added = Entry(Scalar(inner.name, own[0].span), Sequence(tuple(own), own[0].span))
            row = Mapping((*row.entries, added), row.span)  # noqa: PLW2901 - the row as it goes on
        items.append(row)
    return Sequence(tuple(items), rows.span)


def _known_rows(rows: Sequence, named: str, path: str, below: str, tables: Tables) -> dict[str, int]:
    """The number of each row by its name; reports repeated names."""
    known: dict[str, int] = {}
    for number, row in enumerate(rows.items, 1):
        name = row.get(named) if isinstance(row, Mapping) else None
        if isinstance(name, Scalar) and known.setdefault(normal(name.text), number) != number:
            words = {"table": path, "text": name.text.strip(), "inner": below}
            tables.findings.append(codes.ROWS_ALIKE.at(name.span, f"{path}[{number}].{named}", **words))
    return known


def _grouped(
    rows: abc.Sequence[Node], link: str, known: dict[str, int], below: str, flat: Tables
) -> tuple[dict[int, list[Mapping]], dict[str, str]]:
    """The rows of a flat sheet by the number of their outer row, and their paths in the data."""
    groups: dict[int, list[Mapping]] = {}
    moved: dict[str, str] = {}
    path, _, inner = below.rpartition(".")
    for number, row in enumerate(rows, 1):
        here = f"{below}[{number}]"
        said = row.get(link) if isinstance(row, Mapping) else None
        outer = known.get(normal(said.text)) if isinstance(said, Scalar) else None
        if outer is None and not {f"{below}.{link}", f"{here}.{link}"} & flat.refused:
            text = said.text.strip() if isinstance(said, Scalar) else ""
            place = said.span if said is not None else row.span
            hint = suggestion(text, known)
            flat.findings.append(codes.NO_OUTER_ROW.at(place, here, hint=hint, text=text or "（空白）", table=path))
        elif outer is not None and isinstance(row, Mapping):
            own = groups.setdefault(outer, [])
            own.append(Mapping(tuple(one for one in row.entries if one.key.text != link), row.span))
            moved[here] = f"{path}[{outer}].{inner}[{len(own)}]"
    return groups, moved
