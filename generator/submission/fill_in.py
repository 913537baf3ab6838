"""Tables and facts that an input keeps in other files, read into its tree."""

from __future__ import annotations

import re
from collections.abc import Mapping as NamedFields
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, suggestion
from generator.submission import codes
from generator.submission.headers import Column
from generator.submission.sheet_facts import read_facts
from generator.submission.sheet_tables import FILE, SheetTable, Wanted, read_table
from generator.template.model import Field
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence

_ROW = re.compile(r"\[\d+\]")
_WITHIN = ("组", "表")
_BY = "按"
_BLANKS = (codes.MISSING.number, codes.EMPTY_TABLE.number)


class Tables(Struct):
    """The files that were read with their digests, their findings, and the paths that these findings explain."""

    folder: Path
    sources: dict[str, str] = msgspec.field(default_factory=dict)
    findings: list[Finding] = msgspec.field(default_factory=list)
    refused: set[str] = msgspec.field(default_factory=set)

    def add(self, table: SheetTable, moved: NamedFields[str, str]) -> None:
        """Take over what was found in a file; ``moved`` are the rows that stand elsewhere in the data."""

        def at(path: str) -> str:
            row, bracket, column = path.rpartition("]")
            return moved.get(row + bracket, row + bracket) + column

        self.findings += (replace(finding, path=at(finding.path)) for finding in table.findings)
        self.refused |= {at(path) for path in table.refused}
        if table.source is not None:
            self.sources[table.source[0]] = table.source[1]

    def is_said(self, finding: Finding) -> bool:
        """Whether a finding only reports as missing what a finding of a file already explains."""
        return finding.code in _BLANKS and bool({finding.path, _ROW.sub("", finding.path)} & self.refused)


def fill_in(root: Mapping, fields: NamedFields[str, Field], folder: Path) -> tuple[Mapping, Tables]:
    """The input's tree with the rows of the named files in it.

    Args:
        root: The tree.
        fields: The template's fields.
        folder: The input's folder.
    """
    tables = Tables(folder)
    return _filled(root, "", fields, tables), tables


def _filled(node: Mapping, path: str, fields: NamedFields[str, Field], tables: Tables) -> Mapping:
    apart = {entry.key.text: entry for entry in node.entries if _is_apart(entry, fields)}
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
                value, table = read_facts(value, Wanted(below, field.label, _columns(field)), tables.folder)
                tables.add(table, {})
            value = _filled(value, below, field.members, tables)
        entries += [Entry(entry.key, value)] if name not in apart else []
    return Mapping(tuple(entries), node.span)


def _is_apart(entry: Entry, fields: NamedFields[str, Field]) -> bool:
    """Whether an entry names the file of a table within the rows of another: ``项目.指标表: {来源: …}``."""
    outer, dot, inner = entry.key.text.partition(".")
    field = fields[outer].members.get(inner) if dot and outer in fields and fields[outer].kind == "表" else None
    return field is not None and field.kind == "表" and isinstance(entry.value, Mapping)


def _filled_table(node: Node, path: str, field: Field, tables: Tables, apart: NamedFields[str, Entry]) -> Node:
    if isinstance(node, Sequence):
        rows = [
            _filled(row, f"{path}[{number}]", field.members, tables) if isinstance(row, Mapping) else row
            for number, row in enumerate(node.items, 1)
        ]
        return Sequence(tuple(rows), node.span)
    if not isinstance(node, Mapping) or node.get(FILE) is None:
        return node
    for member in field.members.values():
        if member.kind in _WITHIN and member.is_needed and member.name not in apart:
            tables.findings.append(codes.NOT_IN_A_SHEET.at(node.span, path, name=f"{path}.{member.name}"))
            tables.refused.add(f"{path}.{member.name}")
    table = read_table(node, Wanted(path, field.label, _columns(field)), tables.folder)
    tables.add(table, {})
    return table.rows


def _columns(field: Field) -> list[Column]:
    return [
        Column(one.name, one.label, one.kind, one.unit, one.is_needed, one.formula is not None)
        for one in field.members.values()
        if one.kind not in _WITHIN
    ]


def _with_rows(rows: Node, path: str, field: Field, entry: Entry, tables: Tables) -> Node:
    """The rows of a table, each with its rows of an inner table that stands in one flat sheet.

    A column of the sheet says to which row each belongs: headed with the outer table's name, or as the outer column is
    that ``按`` names (the first text where it names none).
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
    link = Column(field.name, field.members[named].label, "文字")
    node = Mapping(tuple(one for one in node.entries if one.key.text != _BY), node.span)
    table = read_table(node, Wanted(below, inner.label, [*_columns(inner), link]), tables.folder)
    known = _known_rows(rows, named, path, below, tables)
    groups, moved = _grouped(table, link.name, known, below, tables)
    tables.add(table, moved)
    tables.refused |= set() if groups else {below}
    items = []
    for number, row in enumerate(rows.items, 1):
        own, here = groups.get(number), row.get(inner.name) if isinstance(row, Mapping) else None
        if here is not None:
            tables.findings.append(codes.TWICE.at(here.span, f"{path}[{number}].{inner.name}", name=below))
        # Of a row without any, that they are missing is told at the row itself.
        elif own and isinstance(row, Mapping):
            added = Entry(Scalar(inner.name, own[0].span), Sequence(tuple(own), own[0].span))
            row = Mapping((*row.entries, added), row.span)  # noqa: PLW2901 - the row as it goes on
        items.append(row)
    return Sequence(tuple(items), rows.span)


def _known_rows(rows: Sequence, named: str, path: str, below: str, tables: Tables) -> dict[str, int]:
    """The number of each row by its name; that two have the same is told."""
    known: dict[str, int] = {}
    for number, row in enumerate(rows.items, 1):
        name = row.get(named) if isinstance(row, Mapping) else None
        if isinstance(name, Scalar) and known.setdefault(name.text.strip(), number) != number:
            words = {"table": path, "text": name.text.strip(), "inner": below}
            tables.findings.append(codes.ROWS_ALIKE.at(name.span, f"{path}[{number}].{named}", **words))
    return known


def _grouped(
    table: SheetTable, link: str, known: dict[str, int], below: str, tables: Tables
) -> tuple[dict[int, list[Mapping]], dict[str, str]]:
    """The rows of a flat sheet by the number of their outer row, and the paths that they have there."""
    groups: dict[int, list[Mapping]] = {}
    moved: dict[str, str] = {}
    path, _, inner = below.rpartition(".")
    for number, row in enumerate(table.rows.items, 1):
        here = f"{below}[{number}]"
        said = row.get(link) if isinstance(row, Mapping) else None
        outer = known.get(said.text.strip()) if isinstance(said, Scalar) else None
        if outer is None and not {f"{below}.{link}", f"{here}.{link}"} & table.refused:
            text = said.text.strip() if isinstance(said, Scalar) else ""
            place = said.span if said is not None else row.span
            hint = suggestion(text, known)
            tables.findings.append(codes.NO_OUTER_ROW.at(place, here, hint=hint, text=text or "（空白）", table=path))
        elif outer is not None and isinstance(row, Mapping):
            own = groups.setdefault(outer, [])
            own.append(Mapping(tuple(one for one in row.entries if one.key.text != link), row.span))
            moved[here] = f"{path}[{outer}].{inner}[{len(own)}]"
    return groups, moved
