"""What was typed on the page, written into the YAML text: comments, order and spelling of all else stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Finding, Refused, Span
from generator.submission.accept import check_value
from generator.submission.attachments import EVIDENCE, names_file
from generator.submission.filing import INDICATORS, ITEMS, Values, field_at, said_by, told, with_lists, written_path
from generator.web import codes
from generator.yamlfile.build import Mapping, Node, Scalar
from generator.yamlfile.build import Sequence as Items
from generator.yamlfile.edit import as_value
from generator.yamlfile.regrow import regrown
from generator.yamlfile.source import parse_yaml
from generator.yamlfile.text import spelled

if TYPE_CHECKING:
    from pathlib import Path

    from generator.template.model import Template
    from generator.yamlfile.edit import KeyPath
    from generator.yamlfile.source import Source

Cells = list[tuple[list[str | int], str]]
"""What a row says: the path of each value from the row on, and its text."""


class Typed(Struct, forbid_unknown_fields=True):
    """A change: another text at a path, or other rows of the table there; ``row`` if the path leads to one row."""

    path: list[str | int]
    value: str = ""
    rows: list[Cells] | None = field(default=None)


def changed(source: Source, template: Template, values: Values, changes: Sequence[Typed]) -> Source:
    """A filing with these changes.

    Args:
        source: The filing as it is, without findings.
        template: Its template.
        values: What it says.
        changes: What was typed.

    Raises:
        Refused: It cannot be written so.
    """
    if len(changes) == 1 and (made := _in_place(source, template, values, changes[0])) is not None:
        return made
    for change in changes:
        values = _with(values, change, template)
    text = regrown(source.text, with_lists(values, template), partial(told, template=template))
    if text is None:
        path = tuple(changes[0].path) if changes else ()
        raise Refused([codes.CANNOT_WRITE_SO.at(Span(source.file), written_path(path), where=written_path(path))])
    return parse_yaml(text.encode("utf-8", "replace"), source.file)


def near(change: Typed, template: Template, folder: Path) -> tuple[str, list[Finding]]:
    """The path of a value that was typed, and what is wrong with it by itself."""
    path, field = tuple(change.path), field_at(tuple(change.path), template)
    return written_path(path), check_value(change.value, field, written_path(path), folder) if field is not None else []


def _in_place(source: Source, template: Template, values: Values, change: Typed) -> Source | None:
    """The filing with one value on a line replaced, where that is all there is to do: quicker than growing it anew."""
    path, new = tuple(change.path), change.value.strip()
    node: Node | None = source.root
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            return None
    is_on_a_line = isinstance(node, Scalar) and not node.block and "\n" not in new and not source.findings
    if change.rows is not None or not isinstance(node, Scalar) or not is_on_a_line:
        return None
    place = _extent(source.text, node)
    if place is None:
        return None
    wanted = {at: value.text for at, value in values.items()}
    wanted |= {path: new}
    if not new:
        del wanted[path]
    for way in dict.fromkeys((as_value(new) if new else "", json.dumps(new, ensure_ascii=False) if new else "")):
        gap = " " if way and source.text[place[0] - 1 : place[0]] == ":" else ""
        text = source.text[: place[0]] + gap + way + source.text[place[1] :]
        made = parse_yaml(text.encode("utf-8", "replace"), source.file)
        said = said_by(made.root, template) if made.root is not None and not made.findings else {}
        if {at: value.text for at, value in said.items()} == wanted:
            return made
    return None


def _extent(text: str, node: Scalar) -> tuple[int, int] | None:
    """Where a value on a line begins and ends; None where the text does not spell it there."""
    if node.text and (spelling := spelled(text, node.text, node.span)) is not None:
        quote = len(spelling.quote)
        return spelling.places[0][0] - quote, spelling.places[-1][1] + quote
    if node.text or node.quoted:
        return None
    lines = text.splitlines(keepends=True)
    at = sum(map(len, lines[: node.span.line - 1])) + node.span.column - 1
    return at, at


def _with(values: Values, change: Typed, template: Template) -> Values:
    path = tuple(change.path)
    new: Values = {}
    if change.rows is None:
        text = "\n".join(line.strip() for line in change.value.split("\n") if line.strip())
        new = {path: Scalar(text, Span(""))} if text else {}
    else:
        filled = ([(cell, text.strip()) for cell, text in row if text.strip()] for row in change.rows)
        for number, row in enumerate(row for row in filled if row):
            new |= _evidence(path, number, row) if path[-1] == EVIDENCE else _row(path, number, row)
    made: Values = {}
    place = _place(values, path, template)
    for at, value in values.items():
        if at[: len(path)] != path:
            made[at] = value
        if at == place:
            made |= new
    return made if place is not None else new | made


def _row(path: KeyPath, number: int, row: Cells) -> Values:
    lines = ((cell, "\n".join(line.strip() for line in text.split("\n") if line.strip())) for cell, text in row)
    return {(*path, number, *cell): Scalar(text, Span("")) for cell, text in lines}


def _evidence(path: KeyPath, number: int, row: Cells) -> Values:
    """A piece of evidence; one that has a title or a file only is a single text."""
    said = {str(cell[0]): text for cell, text in row}
    (key, text), *more = said.items()
    if not more and names_file(text) == (key == "文件"):
        return {(*path, number): Scalar(text, Span(""))}
    return {(*path, number, key): Scalar(text, Span("")) for key, text in said.items()}


def _place(values: Values, path: KeyPath, template: Template) -> KeyPath | None:
    """The value behind which new ones come: the last of those there, else of the neighbours before; None for none."""
    own = [at for at in values if at[: len(path)] == path]
    if own:
        return own[-1]
    above, name = path[:-1], path[-1]
    order = _order(above, template)
    before = order[: order.index(name)] if name in order else order
    beside = {at[: len(path)]: at for at in values if len(at) >= len(path) and at[: len(above)] == above}
    for step in reversed(before):
        if (*above, step) in beside:
            return beside[*above, step]
    if not above:
        return None if name in order else next(reversed(values), None)
    first = next((at for at in values if at[: len(above)] == above), None)
    return _before(values, first) if first is not None else _place(values, above, template)


def _before(values: Values, first: KeyPath) -> KeyPath | None:
    paths = list(values)
    at = paths.index(first)
    return paths[at - 1] if at else None


def _order(above: KeyPath, template: Template) -> list[str | int]:
    """The names below a path in the order of the template."""
    if not above:
        return ["模板", *template.fields, INDICATORS, "附件"]
    if above == (INDICATORS,):
        return [node.name for node in template.all_indicators()]
    if above[0] == INDICATORS:
        indicator = next((node for node in template.all_indicators() if node.name == above[1]), None)
        if above[-1] == ITEMS and indicator is not None:
            return [item.name for item in indicator.items]
        return ["自评分", "结论", ITEMS, "说明", "原因", EVIDENCE]
    field = field_at(above, template)
    return list(field.members) if field is not None else []
