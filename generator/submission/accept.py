"""Reads a filing, and turns its tree into a submission with every value typed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as NamedFields
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from generator.base.diagnostics import Finding, Gathered, Span, nearest, suggestion
from generator.base.passage import Origin
from generator.base.target_text import says_not_applicable
from generator.formula.values import Value
from generator.submission import codes
from generator.submission.attachments import ATTACHMENTS, read_attachments, read_document_field, read_picture_field
from generator.submission.entries import read_entries, wrong_shape
from generator.submission.filing import is_workbook, only_text
from generator.submission.fill_in import fill_in
from generator.submission.grid import MOST_BYTES
from generator.submission.kinds import KindFault, read_kind
from generator.submission.model import Fact, Record, Submission, Table
from generator.template.load import KEY as SUPPLEMENT
from generator.template.load import supplement_of
from generator.template.model import TEXT_LISTS, Field, Template, says_nothing
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import Source, parse_yaml, read_file, read_yaml
from generator.yamlfile.syntax import key_in


def read_data(data: bytes, path: Path, templates: Path | None = None) -> Source:
    """As ``read_filing``, from bytes; the file need not exist. A workbook is recognized by its bytes."""
    if data.startswith(b"PK"):
        return _read_book(data, os.fspath(path), path, templates)
    return parse_yaml(data, os.fspath(path))


def read_filing(path: Path | str, templates: Path | None = None) -> Source:
    """The tree of a filing, YAML or workbook, with all its problems.

    A workbook's template is in the folder ``templates``, by default the next one upward from the file.

    Raises:
        FileProblem: The file cannot be read.
    """
    if not is_workbook(path):
        return read_yaml(path)
    file = os.fspath(path)
    return _read_book(read_file(path, file, MOST_BYTES), file, Path(path), templates)


def _read_book(data: bytes, file: str, start: Path, templates: Path | None) -> Source:
    from generator.submission.book import read_book  # noqa: PLC0415 - most filings are YAML

    return read_book(data, file, start, templates)


_NOT_FACTS = ("模板", "指标", ATTACHMENTS, SUPPLEMENT)


def accept(
    source: Source, root: Mapping, template: Template, folder: Path | None = None
) -> tuple[Submission, list[Finding]]:
    """The submission of an input with this tree, and everything that is wrong with it.

    The files that it names (tables, attachments, evidence) are in ``folder``, by default that of the input.

    Raises:
        Refused: It has more findings than anyone would read.
    """
    findings: list[Finding] = Gathered()
    place = folder or Path(source.file).parent
    tree = root
    root, tables = fill_in(root, template.fields, place)
    tables.refused |= source.refused
    facts = _record(root, "", template.fields, _Found(findings, place, {}), skip=_NOT_FACTS)
    entries = read_entries(root, template, place, findings)
    findings = [*tables.findings, *(finding for finding in findings if not tables.is_said(finding))]
    attachments = read_attachments(root, template, place, findings)
    named = {**tables.sources, **{one.name: one.digest for one in attachments}}
    submission = Submission(source.file, source.digest, template, facts, entries, (), attachments)
    named |= {one.text: sha256(one.file.data).hexdigest() for one in facts.files if one.file is not None}
    supplement = supplement_of(root, place, template.fields)
    if supplement is not None:
        named[supplement.relative_to(place).as_posix()] = sha256(supplement.read_bytes()).hexdigest()
    refused = frozenset(tables.refused)
    return replace(submission, sources=tuple(sorted(named.items())), tree=tree, refused=refused), findings


class _Found(NamedTuple):
    """Findings so far, the folder of the input, and the values of blanks by the path of their field."""

    findings: list[Finding]
    folder: Path
    absent_values: dict[str, Value]

    def absent(self, field: Field) -> Value:
        """The value of a blank of this field, read once for all rows."""
        if field.path not in self.absent_values:
            self.absent_values[field.path] = read_kind(field, field.absent)
        return self.absent_values[field.path]


def _record(
    node: Mapping, path: str, fields: NamedFields[str, Field], found: _Found, skip: tuple[str, ...] = ()
) -> Record:
    """A mapping as a record; reports unknown and missing keys, and a misspelt one only once."""
    meant: set[str] = set()
    by_name = {entry.key.text: entry for entry in reversed(node.entries)}
    if not (by_name.keys() - fields.keys()).issubset(skip):
        node = _regrouped(node, path, fields, found.findings)
        meant = _report_unknown(node, path, fields, found.findings, skip)
        by_name = {entry.key.text: entry for entry in reversed(node.entries)}
    members: dict[str, Fact | Record | Table] = {}
    stated: dict[str, Fact] = {}
    above = f"{path}." if path else ""
    for name, field in fields.items():
        entry, below = by_name.get(name), above + name
        value, key = (None, node.span) if entry is None else (entry.value, entry.key.span)
        if isinstance(value, Scalar):
            value = value if value.has_text else None
        elif field.kind == "图片" and isinstance(value, Mapping):
            # Keys without values: the form was not filled in.
            blank = all(isinstance(one.value, Scalar) and not one.value.text.strip() for one in value.entries)
            value = None if blank else value
        if field.formula is None:
            if value is None and name not in meant and field.is_needed:
                found.findings.append(_missing(field, below, key))
            members[name] = _member(value, key, field, below, found)
        elif value is not None:
            stated[name] = _fact(value, field, below, found)
    return Record(path, node.span, fields, members, stated)


def check_value(text: str, field: Field, path: str, folder: Path) -> list[Finding]:
    """The findings of one value by itself, as typed; ``folder`` is that of the filing."""
    findings: list[Finding] = []
    node = Scalar(text.strip(), Span("")) if text.strip() else None
    if node is None and field.is_needed:
        findings.append(_missing(field, path, Span("")))
    _member(node, Span(""), field, path, _Found(findings, folder, {}))
    return findings


def blank_record(path: str, fields: NamedFields[str, Field], span: Span) -> Record:
    """A group or row without any value; reports nothing."""
    return _record(Mapping((), span), path, fields, _Found([], Path(), {}))


def _regrouped(node: Mapping, path: str, fields: NamedFields[str, Field], findings: list[Finding]) -> Mapping:
    """Moves entries that follow their group back into it; reports each."""
    entries: list[Entry] = []
    for entry in node.entries:
        group, name = entries[-1] if entries else entry, entry.key.text
        field, above = fields.get(group.key.text), group.value
        within = field is not None and field.kind == "组" and name in field.members and name not in fields
        if within and isinstance(above, Mapping) and above.get(name) is None:
            how = f"行首多缩进两格，与「{group.key.text}」下面的各项对齐"
            # A workbook has a name in its first column, and nothing to indent.
            how = f"第一列写全，「{group.key.text}.{name}」" if entry.key.span.sheet else how
            hint = f"它是「{group.key.text}」里的一项：{how}。"
            findings.append(codes.UNKNOWN_FIELD.at(entry.key.span, f"{path}.{name}".lstrip("."), hint=hint, key=name))
            entries[-1] = Entry(group.key, Mapping((*above.entries, entry), above.span))
        else:
            entries.append(entry)
    return Mapping(tuple(entries), node.span)


def _report_unknown(
    node: Mapping, path: str, fields: NamedFields[str, Field], findings: list[Finding], skip: tuple[str, ...]
) -> set[str]:
    """Report the keys that are no fields; returns the fields that they were probably meant to be."""
    meant: set[str] = set()
    absent = [name for name in fields if node.get(name) is None]
    for key in node.keys():
        if key.text not in fields and key.text not in skip:
            place = f"{path}.{key.text}".lstrip(".")
            hint = suggestion(key.text, [*fields, *skip])
            findings.append(codes.UNKNOWN_FIELD.at(key.span, place, hint=hint, key=key.text))
            meant.update(nearest(key.text, absent, most=1))
    return meant


def _member(node: Node | None, key: Span, field: Field, path: str, found: _Found) -> Fact | Record | Table:
    if node is None:
        return _blank(node, key, field, path, found)
    if isinstance(node, Scalar) and says_nothing(node.text) and node.text not in field.choices:
        # A target that does not apply says more: its row is left out, or earns full marks.
        judged = field.kind == "目标" and says_not_applicable(node.text)
        return (_filled if judged else _blank)(node, key, field, path, found)
    return _filled(node, key, field, path, found)


def _filled(node: Node | None, key: Span, field: Field, path: str, found: _Found) -> Fact | Record | Table:
    if field.kind == "表":
        return _table(node, key, field, path, found)
    if field.kind != "组":
        return _fact(node, field, path, found) if node is not None else Fact(path, None, "", key)
    if isinstance(node, Mapping):
        return _record(node, path, field.members, found)
    if node is not None:
        found.findings.append(_wrong_shape(node, field, path))
    # Only the group as a whole is reported as missing, not its members.
    return blank_record(path, field.members, key)


def _blank(node: Scalar | None, key: Span, field: Field, path: str, found: _Found) -> Fact | Record | Table:
    """A member without a value, or with a word for nothing (无) as its value."""
    if node is not None and field.required and field.kind == "组":
        within = _filled_in(field)
        # 无 answers a whole group if each member is optional or has a value for it.
        if all(member.absent or not member.required for member in within.values()):
            members = {name: _member(node, key, below, f"{path}.{name}", found) for name, below in within.items()}
            return Record(path, key, field.members, members)
    place = node.span if node is not None else key
    if node is not None and field.required and field.may_be_nothing:
        empty = Fact(path, (), "", place, ())
        return Table(path, place, field.members, (), said=True) if field.kind == "表" else empty
    if field.absent and field.kind not in ("表", *TEXT_LISTS) and (node is not None or not field.required):
        try:
            return Fact(path, found.absent(field), "", place)
        except KindFault:
            pass  # a fault of the template, which ``template check`` reports
    if not field.required:
        return _filled(None, place, field, path, found)
    if node is not None and field.kind in ("文字", *TEXT_LISTS):
        # A sentence is an answer, and so is a row that does not apply, which the template judges.
        is_answer = node.text.endswith("。") or ("[" in path and says_not_applicable(node.text))
        if not is_answer:
            words = {"name": path, "label": _aside(field, path), "text": node.text}
            found.findings.append(codes.ONLY_NOTHING.at(node.span, path, **words))
    return _filled(node, key, field, path, found)


def _filled_in(field: Field) -> dict[str, Field]:
    return {name: member for name, member in field.members.items() if member.is_filled_in}


def _aside(field: Field, path: str) -> str:
    """A field's label in brackets; blank if it equals the name."""
    return "" if path.rpartition(".")[2].partition("[")[0] == field.label else f"（{field.label}）"


def _missing(field: Field, path: str, span: Span) -> Finding:
    example = f"，例如「{field.example}」" if field.example else ""
    if field.members:
        example = f"，{'每行' if field.kind == '表' else '其中'}有：{'、'.join(_filled_in(field))}"
    example += "；没有的写「无」" if field.may_be_nothing else ""
    return codes.MISSING.at(span, path, name=path, label=_aside(field, path), example=example)


def _table(node: Node | None, key: Span, field: Field, path: str, found: _Found) -> Table:
    if node is None:
        return Table(path, key, field.members)
    if not isinstance(node, Sequence):
        found.findings.append(_wrong_shape(node, field, path))
        return Table(path, node.span, field.members)
    items = () if all(_is_nothing_row(item) for item in node.items) else node.items
    if not items and not field.may_be_nothing:
        found.findings.append(codes.EMPTY_TABLE.at(node.span, path, name=path, label=_aside(field, path)))
    rows = []
    for number, item in enumerate(items, 1):
        place = f"{path}[{number}]"
        if isinstance(item, Mapping):
            rows.append(_record(item, place, field.members, found))
            continue
        row = blank_record(place, field.members, item.span)
        only = only_text(field) if isinstance(item, Scalar) and not item.is_blank else None
        if only is not None and not _key_meant(item, field):
            fact = _fact(item, field.members[only], f"{place}.{only}", found)
            row = Record(place, item.span, field.members, {**row.members, only: fact})
        else:
            found.findings.append(_wrong_shape(item, field, place, "一行「列名: 值」"))
        rows.append(row)
    return Table(path, node.span, field.members, tuple(rows), said=field.may_be_nothing)


def _is_nothing_row(node: Node) -> bool:
    """Whether a row only says that there are none: 无 alone, or in every filled cell."""
    cells = [entry.value for entry in node.entries] if isinstance(node, Mapping) else [node]
    texts = [cell.text if isinstance(cell, Scalar) else "…" for cell in cells]
    filled = [text for text in texts if text.strip()]
    return bool(filled) and all(map(says_nothing, filled))


def _fact(node: Node, field: Field, path: str, found: _Found) -> Fact:
    if field.kind == "图片":
        return read_picture_field(node, path, found.folder, found.findings)
    if field.kind == "文档" and isinstance(node, Scalar):
        return read_document_field(node, path, found.folder, found.findings)
    if field.kind in TEXT_LISTS:
        return _texts(node, field, path, found.findings)
    if not isinstance(node, Scalar):
        found.findings.append(_wrong_shape(node, field, path))
        return Fact(path, None, "", node.span)
    try:
        return Fact(path, read_kind(field, node.text.strip(), Origin(path)), node.text, node.span)
    except KindFault as fault:
        found.findings.append(fault.at(node.span, path, node.text))
        return Fact(path, None, node.text, node.span)


def _texts(node: Node, field: Field, path: str, findings: list[Finding]) -> Fact:
    """A list of texts, or one text whose lines are the paragraphs."""
    if isinstance(node, Scalar):
        lines = tuple(line.strip() for line in node.text.splitlines() if line.strip())
        return Fact(path, lines, node.text, node.span, (node.span,) * len(lines))
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        items = [item for item in node.items if isinstance(item, Scalar) and not item.is_blank]
        said = [item for item in items if not says_nothing(item.text)]
        if items and not said and not field.may_be_nothing:
            words = {"name": path, "label": _aside(field, path), "text": items[0].text}
            findings.append(codes.ONLY_NOTHING.at(items[0].span, path, **words))
        texts = tuple(item.text for item in said)
        return Fact(path, texts, "\n".join(texts), node.span, tuple(item.span for item in said))
    inside = node.items if isinstance(node, Sequence) else ()
    odd = next((item for item in inside if not isinstance(item, Scalar)), node)
    findings.append(_wrong_shape(odd, field, path))
    return Fact(path, None, "", node.span)


_SHAPES = {
    "图片": "「文件」和「说明」",
    "组": "一组「名称: 值」",
    "表": "以「- 」开头的若干行，或「来源: 文件.xlsx」",
    **dict.fromkeys(TEXT_LISTS, "一段文字，或以「- 」开头的若干段"),
}
_MENDS = {
    "组": "在它下面缩进两格，逐行写「名称: 值」：{names}。",
    "表": "在它下面缩进两格，每行以「- 」开头：{names}。",
    **dict.fromkeys(TEXT_LISTS, "每条以「- 」开头，只写文字，文字里的冒号用全角的「：」。"),
}


_LIKE_COLON = re.compile(r"\s*[:：∶﹕︰;；=＝]")


def _key_meant(node: Node, field: Field) -> str:
    """The column with whose name and some other colon a row in one text begins: 「标题：一」, not in quotes."""
    text = node.text if isinstance(node, Scalar) and not node.quoted else ""
    return next((key for key in field.members if text.startswith(key) and _LIKE_COLON.match(text, len(key))), "")


def _wrong_shape(node: Node, field: Field, path: str, expected: str = "") -> Finding:
    mend = _MENDS.get(field.kind, "在冒号后面直接写这个值。").format(names="、".join(_filled_in(field)))
    if isinstance(node, Scalar) and says_nothing(node.text) and field.kind in _MENDS:
        mend = f"这一项要填，不能写「{node.text}」：{mend}"
    if isinstance(node, Scalar) and (key := _key_meant(node, field) or key_in(node.text)):
        # It was evidently meant as 「名称: 值」.
        mend = f"「{key}」后面的冒号要用半角的「:」，冒号后空一格。"
        mend += "本是一段文字的，整段用英文双引号括起来。" if expected and only_text(field) else ""
    return wrong_shape(node, path, expected or _SHAPES.get(field.kind, "一个值"), mend, _aside(field, path))
