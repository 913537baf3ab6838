"""Read fields.yaml."""

from __future__ import annotations

from collections.abc import Mapping as Named

from msgspec import Struct

from generator.base.forms import Form
from generator.template.model import Field
from generator.template.reader import Notes, Reader
from generator.yamlfile.build import Mapping

KINDS = (
    "文字",
    "段落",
    "列表",
    "金额",
    "数值",
    "整数",
    "比率",
    "日期",
    "年份",
    "选项",
    "数量",
    "目标",
    "是否",
    "图片",
    "文档",
    "组",
    "表",
)
_MEMBERS = {"组": "字段", "表": "列"}
NOTHING = ("无", "没有")
"""The words that may stand instead of the rows of an optional table: there are none."""


class _Inherited(Struct, frozen=True):
    """What a group or table says for everything in it, unless a member says otherwise."""

    source: str = ""
    kept: bool = False


def read_fields(node: Mapping, forms: Named[str, Form] | None, notes: Notes) -> dict[str, Field]:
    """The fields of a mapping of fields.yaml, by name; what is wrong is added to ``notes``.

    A field that cannot be read is returned without a kind: its name is known, its members are not.
    """
    return _members(node, "", forms, _Inherited(), notes)


def _members(
    node: Mapping, path: str, forms: Named[str, Form] | None, inherited: _Inherited, notes: Notes
) -> dict[str, Field]:
    fields, holder = {}, Reader(node, path, notes)
    for key in node.keys():
        reader = holder.reader(key.text, required=True)
        if reader is None:
            # The wrong shape was reported; missing keys would only follow from it.
            reader = Reader(Mapping((), key.span), f"{path}.{key.text}".lstrip("."), Notes())
        fields[key.text] = _field(key.text, reader, forms, inherited)
        reader.finish()
    return fields


def _field(name: str, reader: Reader, forms: Named[str, Form] | None, inherited: _Inherited) -> Field:
    kind = reader.choice("类型", KINDS, "类型")
    # Members of a field of an unknown kind are no unknown keys.
    reader.known.update(_MEMBERS.values() if not kind else ())
    inherited = _Inherited(
        source=reader.text("来源") or inherited.source, kept=reader.flag("沿用", default=inherited.kept)
    )
    key = _MEMBERS.get(kind)
    node = reader.get(key, required=True) if key else None
    below = _members(node, reader.path, forms, inherited, reader.notes) if isinstance(node, Mapping) else {}
    return Field(
        name=name,
        path=reader.path,
        kind=kind,
        label=reader.text("标签", required=True),
        span=reader.node.span,
        required=reader.flag("必填", default=True),
        unit=reader.text("单位"),
        choices=reader.texts("选项"),
        signed=reader.flag("可负"),
        least=reader.number("最小"),
        most=reader.number("最大"),
        formula=reader.formula("公式"),
        form=reader.form("形式", forms),
        unit_of=reader.text("单位同"),
        members=below,
        source=inherited.source,
        example=reader.text("示例"),
        note=reader.text("说明"),
        kept=inherited.kept,
    )
