"""Tables that an input names by file, put in the place of the mappings that name them."""

from __future__ import annotations

import re
from collections.abc import Mapping as NamedFields
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Finding
from generator.submission import codes
from generator.yamlfile.build import Entry, Mapping, Node, Sequence

if TYPE_CHECKING:
    from generator.submission.sheets.grid import Column
    from generator.template.model import Field


_ROW = re.compile(r"\[\d+\]")
_WITHIN = ("组", "表")
_BLANKS = (codes.MISSING.number, codes.EMPTY_TABLE.number)


class Tables(Struct):
    """What was read: each file with its digest, what is wrong with it, and the paths of which that was said."""

    sources: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    def is_said(self, finding: Finding) -> bool:
        """Whether a finding only says that something is missing of which it is known why."""
        return finding.code in _BLANKS and bool({finding.path, _ROW.sub("", finding.path)} & self.refused)


def fill_in(root: Mapping, fields: NamedFields[str, Field], folder: Path) -> tuple[Mapping, Tables]:
    """The input's tree with the rows of the named files in it.

    Args:
        root: The tree.
        fields: The template's fields.
        folder: The input's folder.
    """
    tables = Tables()
    return _mapping(root, "", fields, folder, tables), tables


def _mapping(node: Mapping, path: str, fields: NamedFields[str, Field], folder: Path, tables: Tables) -> Mapping:
    entries = []
    for entry in node.entries:
        known = fields.get(entry.key.text)
        if known is None or known.kind not in _WITHIN:
            entries.append(entry)
            continue
        value = _member(entry.value, f"{path}.{entry.key.text}".lstrip("."), known, folder, tables)
        entries.append(Entry(entry.key, value))
    return Mapping(tuple(entries), node.span)


def _member(node: Node, path: str, known: Field, folder: Path, tables: Tables) -> Node:
    if known.kind == "表" and isinstance(node, Mapping) and _names_a_file(node):
        return _read(node, path, known, folder, tables)
    if known.kind == "表" and isinstance(node, Sequence):
        rows = [_row(row, f"{path}[{number}]", known, folder, tables) for number, row in enumerate(node.items, 1)]
        return Sequence(tuple(rows), node.span)
    if known.kind == "组" and isinstance(node, Mapping):
        return _mapping(node, path, known.members, folder, tables)
    return node


def _names_a_file(node: Mapping) -> bool:
    from generator.submission.sheets.table import KEYS  # noqa: PLC0415 - most inputs have their tables in themselves

    return node.get(KEYS[0]) is not None


def _row(node: Node, path: str, known: Field, folder: Path, tables: Tables) -> Node:
    return _mapping(node, path, known.members, folder, tables) if isinstance(node, Mapping) else node


def _read(node: Mapping, path: str, known: Field, folder: Path, tables: Tables) -> Node:
    from generator.submission.sheets.table import Wanted, read_table  # noqa: PLC0415 - see above

    for member in known.members.values():
        if member.kind in _WITHIN and member.is_needed:
            tables.findings.append(codes.NOT_IN_A_SHEET.at(node.span, path, name=f"{path}.{member.name}"))
            tables.refused.add(f"{path}.{member.name}")
    columns = [_column(member) for member in known.members.values() if member.kind not in _WITHIN]
    table = read_table(node, Wanted(path, known.label, columns, required=known.required), folder)
    tables.findings += table.findings
    tables.refused |= table.refused
    if table.source is not None:
        tables.sources[table.source[0]] = table.source[1]
    return table.rows


def _column(member: Field) -> Column:
    from generator.submission.sheets.grid import Column  # noqa: PLC0415 - see above

    computed = member.formula is not None
    return Column(member.name, member.label, member.kind, member.unit, member.is_needed, computed)
