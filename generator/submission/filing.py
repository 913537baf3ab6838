"""The values of a filing by path, and the tree of such values; the digest of a filing.

Two filings say the same if their values are the same, however spelled: ``- 甲`` and 甲 on one line, ``[甲, 乙]`` and
two lines, 48 and 48名 in a field whose unit is 名.
"""

from __future__ import annotations

import json
import os
import re
from collections import abc
from collections.abc import Hashable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from generator.base.diagnostics import Refused, Span
from generator.submission.attachments import ATTACHMENTS, EVIDENCE, names_file
from generator.submission.kinds import KindFault, half_width, read_kind
from generator.template.load import named_template
from generator.template.model import TEXT_LISTS, Field, Template
from generator.yamlfile.build import BLANKS, Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.source import Source

ENDINGS = (".xlsx", ".xlsm")


def is_workbook(path: Path | str) -> bool:
    """Whether a filing of this name is a workbook."""
    return os.fspath(path).lower().endswith(ENDINGS)


INDICATORS, ITEMS = "指标", "要点"
_STEP = re.compile(r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]"]+)')
_PLAIN = re.compile(r'[^.\[\]"]+')

Values = dict[KeyPath, Scalar]


def said_by(root: Mapping, template: Template) -> Values:
    """Every value that is not blank by its path: keys, and positions in lists from 0.

    A list of texts is one value with a line for each text, if no text has several lines.
    """
    return {
        path: value
        for entry in root.entries
        for path, value in _below(entry.value, (entry.key.text,), template.fields.get(entry.key.text))
    }


def _below(node: Node, path: KeyPath, field: Field | None) -> Iterator[tuple[KeyPath, Scalar]]:
    kind = field.kind if field is not None else ""
    if isinstance(node, Mapping):
        members = field.members if field is not None else {}
        for entry in node.entries:
            yield from _below(entry.value, (*path, entry.key.text), members.get(entry.key.text))
    elif isinstance(node, Sequence):
        lines = _lines(node) if kind in TEXT_LISTS else []
        if lines:
            yield path, Scalar("\n".join(lines), node.span, quoted=True)
        else:
            yield from _items(node, path, field)
    elif node.has_text:
        # A single text counts as a list of one: evidence, attachments.
        if (path[0] == INDICATORS and path[-1] == EVIDENCE) or (field is None and path == (ATTACHMENTS,)):
            yield from _items(Sequence((node,), node.span), path, field)
        elif kind in TEXT_LISTS:
            lines = [line.strip() for line in node.text.splitlines() if line.strip()]
            yield path, Scalar("\n".join(lines), node.span, quoted=True)
        else:
            yield path, node


def _items(node: Sequence, path: KeyPath, field: Field | None) -> Iterator[tuple[KeyPath, Scalar]]:
    """The values of a list by item; numbers skip items without values."""
    only = only_text(field) if field is not None and field.kind == "表" else None
    only = "文件" if field is None and path == (ATTACHMENTS,) else only
    number = 0
    for item in node.items:
        here = (*path, number)
        if path[0] == INDICATORS and path[-1] == EVIDENCE:
            # With only a title or a file it is a single text, as it may be written.
            said = dict(_below(item, here, None))
            for key in ("标题", "文件"):
                value = said.get((*here, key))
                if value is not None and len(said) == 1 and names_file(value.text) == (key == "文件"):
                    said = {here: value}
            found = list(said.items())
        elif isinstance(item, Scalar) and only:
            found = list(_below(item, (*here, only), None))
        else:
            found = list(_below(item, here, field if isinstance(item, Mapping) else None))
        number += bool(found)
        yield from found


def row_at(node: Sequence, row: int, path: KeyPath, template: Template) -> int | None:
    """The position in a list of a row, whose number skips items without values; None if there is no such mapping."""
    field, number = field_at(path, template), -1
    for at, item in enumerate(node.items):
        number += next(_below(item, path, field), None) is not None
        if number == row:
            return at if isinstance(item, Mapping) else None
    return None


def _lines(node: Sequence) -> list[str]:
    """The texts of a list if each is one line; else none."""
    items = [item for item in node.items if not (isinstance(item, Scalar) and item.is_blank)]
    texts = [item.text for item in items if isinstance(item, Scalar)]
    one_line = all(text and text == text.strip() and len(text.splitlines()) == 1 for text in texts)
    return texts if one_line and len(texts) == len(items) else []


def only_text(field: Field) -> str | None:
    """The only required column of a table if it is a text: then a row may be written as that text."""
    required = [member for member in field.members.values() if member.required and member.is_filled_in]
    return required[0].name if len(required) == 1 and required[0].kind == "文字" else None


def as_tree(values: abc.Mapping[KeyPath, Scalar], place: Span) -> Mapping:
    """The tree of these values, blank ones included; the place of a key is that of the first value below it."""
    nested: dict[str | int, object] = {}
    for path, value in values.items():
        holder = nested
        for step in path[:-1]:
            below = holder.get(step)
            if not isinstance(below, dict):
                below = holder[step] = {}
            holder = below
        holder[path[-1]] = value
    tree = _node(nested, place)
    return tree if isinstance(tree, Mapping) else Mapping((), place)


def _node(nested: object, place: Span) -> Node:
    if isinstance(nested, Scalar):
        return nested
    assert isinstance(nested, dict)  # noqa: S101 - as_tree makes nothing else
    nodes = {step: _node(below, place) for step, below in nested.items()}
    place = next((node.span for node in nodes.values()), place)
    if nodes and all(isinstance(step, int) for step in nodes):
        return Sequence(tuple(nodes[step] for step in sorted(nodes)), place)
    return Mapping(tuple(Entry(Scalar(str(step), node.span), node) for step, node in nodes.items()), place)


FACTS_DIGEST: Final = "facts:"
"""The prefix of a digest of facts; a digest of bytes has none."""
_NUMBERS = frozenset({"金额", "数值", "整数", "比率", "数量"})
_FEW = frozenset({"日期", "年份"})
_NO_FIELDS: dict[str, Field] = {}


def digest_of_facts(root: Mapping, template: Template) -> str:
    """SHA-256 of the values of a filing, as JSON with sorted keys: the same for two that say the same.

    Comments, the order of keys, quotes and blank values do not count, nor whether it is YAML or a workbook.
    """
    data = msgspec.json.encode(_said_of(root, template.fields), order="sorted")
    return FACTS_DIGEST + sha256(data).hexdigest()


def digest_of_source(source: Source, start: Path, templates: Path | None = None) -> str | None:
    """``digest_of_facts``; blank where nothing could be read, None without a template (looked for from ``start``)."""
    if source.root is None:
        return ""
    try:
        return digest_of_facts(source.root, named_template(source.root, start, templates))
    except Refused:
        return None


def _said_of(node: Mapping, fields: abc.Mapping[str, Field]) -> dict[str, object]:
    found = {}
    for entry in node.entries:
        name = entry.key.text
        said = _what_is_said(entry.value, fields.get(name))
        if said is not None:
            found[name] = said
    return found


def _what_is_said(node: Node, field: Field | None) -> object:
    """The plain data of a node; None if it says nothing. Called for each value of each report: kept flat."""
    if isinstance(node, Scalar):
        text = node.text.strip()
        if not text or (text in BLANKS and node.is_blank):
            return None
        return text if field is None or field.kind == "文字" else _plain(text, field)
    if isinstance(node, Sequence):
        return _listed(node, field)
    found = _said_of(node, field.members if field is not None else _NO_FIELDS)
    if len(found) == 1 and field is None:
        # A piece of evidence that has a title or a file only may be written as a text.
        ((key, said),) = found.items()
        if key in {"标题", "文件"} and type(said) is str and names_file(said) == (key == "文件"):
            return said
    return found or None


def _listed(node: Sequence, field: Field | None) -> object:
    if field is not None and field.kind in TEXT_LISTS and (lines := _lines(node)):
        return "\n".join(lines)
    listed = [said for item in node.items if (said := _what_is_said(item, field)) is not None]
    only = only_text(field) if field is not None and field.kind == "表" and str in map(type, listed) else None
    listed = [{only: said} if only and type(said) is str else said for said in listed]
    if len(listed) == 1 and type(listed[0]) is str:
        # A list of one text may be written as that text.
        return listed[0]
    # Where a table may be 无, an empty list says so.
    return listed or ([] if field is not None and field.may_be_nothing and not node.items else None)


def _plain(text: str, field: Field) -> str:
    """The same text for all spellings of a value between which ``convert`` may change."""
    kind = field.kind
    if kind in TEXT_LISTS and "\n" in text:
        return "\n".join(line.strip() for line in text.splitlines() if line.strip())
    if kind in _NUMBERS:
        return half_width(text).removesuffix(field.unit)
    if kind in _FEW:
        with suppress(KindFault):
            return str(read_kind(field, text))
    return text


def with_lists(values: Values, template: Template) -> Mapping:
    """The tree of these values, several lines of a list of texts as a list."""
    apart: Values = {}
    for path, value in values.items():
        field, lines = field_at(path, template), value.text.split("\n")
        if field is not None and field.kind in TEXT_LISTS and isinstance(path[-1], str) and len(lines) > 1:
            apart |= {(*path, number): Scalar(line, value.span) for number, line in enumerate(lines)}
        else:
            apart[path] = value
    return as_tree(apart, Span(""))


def field_at(path: KeyPath, template: Template) -> Field | None:
    """The field that a path leads to, whatever the rows; None if there is none."""
    fields, field = template.fields, None
    for step in path:
        if isinstance(step, str):
            field = fields.get(step)
            if field is None:
                return None
            fields = field.members
    return field


def meaning(value: Scalar, field: Field | None) -> Hashable:
    """What a value of a field means: equal for two spellings of the same."""
    text = value.text.strip()
    with suppress(KindFault, KeyError):  # no value of its kind; a kind that is no single value
        said = read_kind(field, text) if field is not None else text
        return said, str(getattr(said, "text", said))
    return text


def says_same(one: Scalar, other: Scalar, field: Field | None) -> bool:
    """Whether two values of a field are the same, however they are spelled."""
    return one.text == other.text or meaning(one, field) == meaning(other, field)


def node_meaning(node: Node, path: KeyPath, template: Template) -> Hashable:
    """Everything that a node at a path says, below that path; equal for two nodes that say the same."""
    if not path:
        values: Iterable[tuple[KeyPath, Scalar]] = said_by(node, template).items() if isinstance(node, Mapping) else ()
    else:
        values = _below(node, path, field_at(path, template))
    return frozenset((at[len(path) :], meaning(value, field_at(at, template))) for at, value in values)


def written_path(path: KeyPath) -> str:
    """A path as people read it, rows counted from 1: ``项目[2].指标表``; odd names in quotes."""
    steps = (
        f"[{step + 1}]"
        if isinstance(step, int)
        else f".{step}"
        if _PLAIN.fullmatch(step)
        else f"[{json.dumps(step, ensure_ascii=False)}]"
        for step in path
    )
    return "".join(steps).removeprefix(".")


def parsed_path(text: str) -> KeyPath | None:
    """The path that ``written_path`` wrote; None where it is none."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None or match[1] == "0":
            return None
        number, quoted, plain = match.groups()
        steps.append(int(number) - 1 if number else json.loads(f'"{quoted}"') if quoted is not None else plain)
        at = match.end()
    return tuple(steps) if steps and isinstance(steps[0], str) else None
