"""fields.yaml to fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.diagnostics import Finding
from generator.reading import Mapping
from generator.template.model import Field
from generator.template.reader import Reader

if TYPE_CHECKING:
    from generator.figures import Form

__all__ = ["KINDS", "read_fields"]

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
    "组",
    "表",
)
_MEMBERS = {"组": "字段", "表": "列"}


@dataclass(frozen=True, slots=True)
class _Inherited:
    """What a group or table says for everything in it, unless a member says otherwise."""

    source: str = ""
    kept: bool = False


def read_fields(node: Mapping, forms: dict[str, Form], findings: list[Finding]) -> dict[str, Field]:
    """The fields of a mapping of fields.yaml, by name; what is wrong is added to ``findings``."""
    return _members(node, "", forms, _Inherited(), findings)


def _members(
    node: Mapping, path: str, forms: dict[str, Form], inherited: _Inherited, findings: list[Finding]
) -> dict[str, Field]:
    fields = {}
    for name, reader in _readers(node, path, findings):
        fields[name] = _field(name, reader, forms, inherited)
        reader.finish()
    return fields


def _readers(node: Mapping, path: str, findings: list[Finding]) -> list[tuple[str, Reader]]:
    holder = Reader(node, path, findings)
    found = []
    for key in node.keys():
        reader = holder.reader(key.text, required=True)
        if reader is not None:
            found.append((key.text, reader))
    return found


def _field(name: str, reader: Reader, forms: dict[str, Form], inherited: _Inherited) -> Field:
    kind = reader.choice("类型", KINDS, "类型")
    inherited = _Inherited(
        source=reader.text("来源") or inherited.source, kept=reader.flag("沿用", default=inherited.kept)
    )
    form = reader.choice("形式", forms, "印制形式", default="无")
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
        form=forms.get(form),
        unit_of=reader.text("单位同"),
        members=_below(kind, reader, forms, inherited),
        source=inherited.source,
        example=reader.text("示例"),
        note=reader.text("说明"),
        kept=inherited.kept,
    )


def _below(kind: str, reader: Reader, forms: dict[str, Form], inherited: _Inherited) -> dict[str, Field]:
    key = _MEMBERS.get(kind)
    node = reader.get(key, required=True) if key else None
    if isinstance(node, Mapping):
        return _members(node, reader.path, forms, inherited, reader.findings)
    return {}
