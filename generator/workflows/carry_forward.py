"""``jixiao new --from``: next year's input from last year's."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from msgspec.structs import replace

from generator.base.amount import Amount
from generator.base.diagnostics import Refused, has_errors
from generator.submission.accept import accept
from generator.submission.filing import is_workbook, read_filing, said_by
from generator.submission.model import Fact, Record, Table
from generator.submission.sheet_tables import FILE
from generator.template.load import named_template
from generator.template.model import Field, Template, walk_fields
from generator.workflows import codes
from generator.workflows.new import (
    ROWS,
    MissingFact,
    Started,
    columns,
    commented,
    filled_skeleton,
    refuse_existing,
    sample_row,
    schema_place,
    write_started,
    year_field,
)
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence, scalars
from generator.yamlfile.edit import KeyPath, as_value, rewritten
from generator.yamlfile.regrow import flow_text, in_braces
from generator.yamlfile.source import parse_yaml

_Brought = tuple[KeyPath, str, list[str]]
"""Where it goes, the value there, and the rows below it."""
_BREAK = re.compile(r"\r\n?")
_LINE = re.compile(r"^#[ \t]*yaml-language-server:[ \t]*\$schema=.*$", re.MULTILINE)


def roll_over(last: Path, output: Path, year: int | None = None, templates: Path | None = None) -> Started:
    """Write next year's input from last year's: what stays is carried over, everything else is emptied.

    Args:
        last: Last year's input.
        output: The new file; where there is one already, nothing is written.
        year: The year of the new one; the one after last year's where absent.
        templates: The folder of templates; looked for upward from last year's input where absent.

    Raises:
        Refused: Last year's input cannot be read, or names no template.
        FileProblem: The new file is there already, or one of the files cannot be read or written.
    """
    refuse_existing(output)
    source = read_filing(last, templates)
    if source.root is None or has_errors(source.findings):
        raise Refused(source.findings)
    template = named_template(source.root, last, templates)
    field, place = year_field(template), schema_place(template, output)
    if is_workbook(last):
        text = filled_skeleton(template, place.named, said_by(source.root, template))
        source = parse_yaml(text.encode(), source.file)
    assert source.root is not None  # noqa: S101 - what was written to be read reads
    emptied = list(_emptied_paths(source.root, template))
    facts = accept(source, source.root, template)[0].facts
    brought = list(_brought(source.root, facts, template, emptied))
    sheets: dict[KeyPath, str] = {}
    values: dict[KeyPath, str] = dict.fromkeys(emptied, "") | {path: value for path, value, _ in brought}
    if field is not None:
        stated = facts.members[field.name]
        last_year = int(stated.value) if isinstance(stated, Fact) and isinstance(stated.value, Amount) else None
        if not year and last_year is None:
            raise Refused([codes.NO_YEAR.at(stated.span, field.name, name=field.name)])
        year = year or (last_year or 0) + 1
        values[(field.name,)] = str(year)
        values |= (sheets := dict(_next_sources(source.root, emptied, str(last_year), str(year))))
    text = _BREAK.sub("\n", source.text)
    if old := _year_of(source.root, field):
        text = _without_comments_of(old, text)
    rows = {path: lines for path, _, lines in brought}
    text = _with_rows(rewritten(text, values), template, [path for path in emptied if not values[path]], rows)
    text = _with_schema_line(text, place.named)
    kept = tuple(_kept(parse_yaml(text.encode(), "").root, template))
    names = tuple(dict.fromkeys(_named(path) for path, _, _ in brought))
    started = write_started(text, output, template, year, place)
    return replace(started, kept=kept, brought=names, sheets=tuple(map(_named, sheets)))


def _year_of(root: Mapping, field: Field | None) -> str:
    node = root.get(field.name) if field is not None else None
    found = re.match(r"\s*(\d{4})", node.text) if isinstance(node, Scalar) else None
    return found[1] if found else ""


def _next_sources(root: Mapping, emptied: Iterable[KeyPath], last: str, year: str) -> Iterator[tuple[KeyPath, str]]:
    """The spreadsheets of emptied tables whose names have last year in them, under this year's names."""
    for path in emptied:
        node = _at(root, path)
        file = node.get(FILE) if isinstance(node, Mapping) else None
        if isinstance(node, Mapping) and isinstance(file, Scalar) and last in file.text:
            pairs = ((key.text, node.get(key.text)) for key in node.keys())
            parts = (
                f"{key}: {as_value(value.text.replace(last, year))}"
                for key, value in pairs
                if isinstance(value, Scalar)
            )
            yield path, f"{{{', '.join(parts)}}}"


def _at(root: Node, path: KeyPath) -> Node | None:
    node: Node | None = root
    for step in path:
        if isinstance(step, int):
            node = node.items[step] if isinstance(node, Sequence) else None
        else:
            node = node.get(step) if isinstance(node, Mapping) else None
    return node


def _without_comments_of(year: str, text: str) -> str:
    """The text without the comments that speak of last year; those stay whose going would change a value."""
    comment = rf"#(?![ \t]*yaml-)[^\n]*(?:{year}[ ]*年|去年|今年|原报告|待补)[^\n]*"
    for old in (rf"^[ \t]*{comment}\n", rf"[ \t]+{comment}$"):
        made = re.sub(old, "", text, flags=re.MULTILINE)
        before, after = parse_yaml(text.encode(), "").root, parse_yaml(made.encode(), "").root
        if before is not None and after is not None and [*_texts(before)] == [*_texts(after)]:
            text = made
    return text


def _texts(root: Mapping) -> Iterator[str]:
    return (one.text for one in scalars(root))


def _brought(root: Mapping, facts: Record, template: Template, emptied: Iterable[KeyPath]) -> Iterator[_Brought]:
    """What the template brings from last year: the plan's goals, last year's figures; the latter row by row, too.

    A table is brought as lines, wherever its rows were, a single value as what stands behind its key.
    """
    fields = {field.path: field for field in walk_fields(template.fields)}
    for path in emptied:
        field = fields.get(_named(path))
        if field is None or not field.brought:
            continue
        of_row = any(isinstance(step, int) for step in path)
        way = (*path[:-1], field.brought.rpartition(".")[2]) if of_row else tuple(field.brought.split("."))
        node, table = _at(root, way), _table_at(facts, way)
        if table is not None:
            yield path, "", [f"  - {line}" for row in table.rows if (line := _row_said(row, field))]
        elif isinstance(node, Scalar) and not node.is_blank:
            yield path, flow_text(node), []


def _named(path: KeyPath) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _table_at(facts: Record, way: KeyPath) -> Table | None:
    member: Fact | Record | Table | None = facts
    for step in way:
        member = member.members.get(str(step)) if isinstance(member, Record) else None
    return member if isinstance(member, Table) and member.rows else None


def _row_said(row: Record, field: Field) -> str:
    """A row in braces: the columns that the other table has, too."""
    facts = ((name, row.members.get(name)) for name in field.members)
    said = (f"{name}: {in_braces(fact.text)}" for name, fact in facts if isinstance(fact, Fact) and fact.text)
    cells = ", ".join(said)
    return f"{{{cells}}}" if cells else ""


def _with_rows(
    text: str, template: Template, emptied: Collection[KeyPath], brought: abc.Mapping[KeyPath, list[str]]
) -> str:
    """The text with the rows that were brought, and, below the keys of other tables, their columns and a sample row."""
    root, lines = parse_yaml(text.encode(), "").root, text.split("\n")
    fields = {field.path: field for field in walk_fields(template.fields)}
    places: list[tuple[int, KeyPath]] = []
    for path in emptied:
        holder = _at(root, path[:-1]) if root is not None else None
        key = next((k for k in holder.keys() if k.text == path[-1]), None) if isinstance(holder, Mapping) else None
        if key is not None and lines[key.span.line - 1].rstrip().endswith(":"):
            places.append((key.span.line, path))
    for line, path in sorted(places, reverse=True):
        field, indent = fields.get(_named(path)), " " * (2 * len(path) - 2)
        if brought.get(path):
            lines[line:line] = [indent + one for one in brought[path]]
        elif field is not None and field.kind == "表":
            head = [*commented(columns(field)), f"# {ROWS}", *commented(sample_row(field))]
            lines[line:line] = [f"{indent}  {one}" for one in head]
    return "\n".join(lines)


def _kept(root: Mapping | None, template: Template) -> Iterator[MissingFact]:
    """What an input has kept of last year's: the fields that stay, groups by their members."""

    def within(node: Mapping, fields: abc.Mapping[str, Field]) -> Iterator[MissingFact]:
        for key in node.keys():
            field, value = fields.get(key.text), node.get(key.text)
            if field is None or value is None or _is_blank(value):
                continue
            if field.kind == "组" and isinstance(value, Mapping):
                yield from within(value, field.members)
            elif _stays(field) or _stays_in_part(field):
                yield MissingFact(field.path, field.label, key.span)

    yield from within(root, template.fields) if root is not None else ()


def _emptied_paths(root: Mapping, template: Template) -> Iterator[KeyPath]:
    """The paths of the keys whose values are last year's; keys that are no fields of the template are skipped."""
    for entry in root.entries:
        field = template.fields.get(entry.key.text)
        if field is not None:
            yield from _of_field(entry.value, field, (field.name,))
        elif entry.key.text == "指标":
            yield from _all_below(entry.value, ("指标",))


def _of_field(node: Node, field: Field, path: KeyPath) -> Iterator[KeyPath]:
    if _stays(field) or _is_blank(node):
        return
    if field.kind == "组" and isinstance(node, Mapping):
        yield from _of_members(node, field, path)
    elif _stays_in_part(field) and isinstance(node, Sequence):
        # A table of which some columns stay keeps its rows.
        for number, row in enumerate(node.items):
            if isinstance(row, Mapping):
                yield from _of_members(row, field, (*path, number))
    else:
        yield path


def _of_members(node: Mapping, field: Field, path: KeyPath) -> Iterator[KeyPath]:
    for entry in node.entries:
        member = field.members.get(entry.key.text)
        if member is not None:
            yield from _of_field(entry.value, member, (*path, member.name))


def _stays(field: Field) -> bool:
    return field.kept and all(_stays(member) for member in field.members.values())


def _stays_in_part(field: Field) -> bool:
    """Of a table: whether a column of it stays."""
    return any(member.kept or _stays_in_part(member) for member in field.members.values())


def _all_below(node: Node, path: KeyPath) -> Iterator[KeyPath]:
    """Every single value and every list below a mapping of mappings."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            yield from _all_below(entry.value, (*path, entry.key.text))
    elif not _is_blank(node):
        yield path


def _is_blank(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_blank


def _with_schema_line(text: str, named: str) -> str:
    """The text with a line that names this schema, in the place of the one it has or at its head."""
    line = f"# yaml-language-server: $schema={named}"
    found = _LINE.search(text)
    return text[: found.start()] + line + text[found.end() :] if found else f"{line}\n{text}"
