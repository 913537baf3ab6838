"""An empty input from a template's fields: every key, and above each what belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.starting.entries import entry_lines
from generator.starting.wording import as_key, as_value, commented, flat, indented

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.template import Field, Template

__all__ = ["skeleton"]

_SEPARATOR = " · "
_ROWS = "每行照下面的样子写，写时去掉行首的「# 」，没有的选填项可删去："
_OPTIONAL_GROUP = "整组选填；要填时去掉下面各行行首的「# 」。"


def skeleton(template: Template, schema: str, values: Mapping[str, str]) -> str:
    """The text of an input in which nothing is filled in but these values of top-level fields.

    Args:
        template: The template.
        schema: Where an editor finds the JSON Schema, as the file names it.
        values: What is known already, by the name of the field.
    """
    lines = [
        f"# yaml-language-server: $schema={schema}",
        f"# {flat(template.title)}：填报文件",
        "# 在冒号后面填写，冒号后空一格。合计、比率和得分由程序计算，不填。金额写明单位。",
        f"模板: {as_value(template.id)}",
    ]
    for field in template.fields.values():
        if field.is_filled_in:
            lines += ["", *_field(field, value=values.get(field.name, ""))]
    lines += entry_lines(template)
    return "\n".join(lines) + "\n"


def _field(field: Field, above: Field | None = None, value: str = "") -> list[str]:
    key = f"{as_key(field.name)}:"
    if field.kind == "组":
        return _group(field, above, key)
    if field.kind == "表":
        return [
            *_about(field, above),
            *commented(_columns(field)),
            f"# {_ROWS}",
            key,
            *indented(commented(_row(field))),
        ]
    return [*_about(field, above), f"{key} {value}".rstrip()]


def _group(field: Field, above: Field | None, key: str) -> list[str]:
    members = [member for member in field.members.values() if member.is_filled_in]
    lines = [key, *indented(line for member in members for line in _field(member, field))]
    if field.required or not any(member.is_needed for member in members):
        return [*_about(field, above), *lines]
    # Once its key stands there, what is required in it would be missing.
    return [*_about(field, above), f"# {_OPTIONAL_GROUP}", *commented(lines)]


def _about(field: Field, above: Field | None = None) -> list[str]:
    """The comment above a key: label, kind, whether required, source, example; remarks on a line of their own."""
    source = field.source if above is None or above.source != field.source else ""
    parts = [
        flat(field.label),
        _kind(field),
        _need(field),
        f"来源：{flat(source)}" if source else "",
        f"例：{flat(field.example)}" if field.example else "",
    ]
    notes = [f"说明：{flat(field.note)}"] if field.note else []
    return commented([_SEPARATOR.join(part for part in parts if part), *notes])


def _kind(field: Field) -> str:
    match field.kind:
        case "组":
            return ""
        case "选项":
            return f"选一个：{'、'.join(field.choices)}"
        case "是否":
            return "填「是」或「否」"
    return f"{field.kind}（{field.unit}）" if field.unit else field.kind


def _need(field: Field) -> str:
    if field.kind == "组":
        return "" if field.required else "选填"
    return "必填" if field.required else "选填"


def _columns(field: Field) -> list[str]:
    """What belongs into each column of a table, those of a table in it further in."""
    lines = []
    for member in field.members.values():
        if member.is_filled_in:
            note = f"说明：{flat(member.note)}" if member.note else ""
            about = _SEPARATOR.join(part for part in (flat(member.label), _kind(member), _need(member), note) if part)
            lines += [f"  {member.name}：{about}", *indented(_columns(member))]
    return lines


def _row(field: Field) -> list[str]:
    """One row of a table, of the examples of its columns."""
    lines = [line for member in field.members.values() if member.is_filled_in for line in _sample(member)]
    return [f"{'- ' if number == 0 else '  '}{line}" for number, line in enumerate(lines)]


def _sample(field: Field) -> list[str]:
    key = f"{as_key(field.name)}:"
    if field.kind == "表":
        return [key, *indented(_row(field))]
    if field.members:
        samples = (_sample(member) for member in field.members.values() if member.is_filled_in)
        return [key, *indented(line for sample in samples for line in sample)]
    return [f"{key} {as_value(field.example)}" if field.example else key]
