"""What of last year's input the next year's starts from: the facts that stay, and the keys of all others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from generator.template.model import Field, Template
    from generator.yamlfile.edit import KeyPath


def year_field(template: Template) -> Field | None:
    """The field that holds the year of the report."""
    years = (field for field in template.fields.values() if field.kind == "年份" and field.formula is None)
    return next(years, None)


def emptied_paths(root: Mapping, template: Template) -> Iterator[KeyPath]:
    """The ways to the keys whose values are last year's. A key that is no field of the template is left alone."""
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
