"""A template's fields as a JSON Schema, for editors that complete keys, show labels and underline mistakes.

The schema is laxer than the program: it knows shapes, keys, options and units; the program knows the rest. What it
refuses, the program refuses too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from generator.figures import plain
from generator.quantities import MONEY_UNITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from generator.template.model import Field, Indicator, Item, Template

__all__ = ["SCHEMA_FILE", "schema_text"]

SCHEMA_FILE = "fields.schema.json"

_Schema = dict[str, Any]

_NUMBER = r"[-+−－]?[0-9０-９][0-9０-９,，.．]*"
_MONEY = rf"^\s*{_NUMBER}\s*({'|'.join(sorted(MONEY_UNITS, key=len, reverse=True))})\s*$"
_TEXT: _Schema = {"type": ["string", "number", "boolean"]}
_TEXTS: _Schema = {"type": [*_TEXT["type"], "array"], "items": _TEXT}


def schema_text(template: Template) -> str:
    """The content of ``fields.schema.json``: the same template gives the same text."""
    properties = {"模板": {"const": template.id, "description": f"模板的名称：{template.title}"}}
    properties |= {name: _field(field) for name, field in template.fields.items()}
    scored = [indicator for indicator in template.all_indicators() if not indicator.children]
    needed = ["模板", *(name for name, field in template.fields.items() if field.is_needed)]
    if scored:
        properties["指标"] = _closed({node.name: _indicator(node) for node in scored}, "各项指标的填报内容")
        needed.append("指标")
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": template.title,
        **_closed(properties, "部门填报文件", needed),
        **({"definitions": _DEFINITIONS} if scored else {}),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _closed(properties: Mapping[str, object], description: str, needed: Sequence[str] = ()) -> _Schema:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": dict(properties),
        "required": list(needed),
        "additionalProperties": False,
    }


def _field(field: Field) -> _Schema:
    shape = _SHAPES.get(field.kind, _as_text)(field)
    # An optional key may stand there with nothing behind it.
    allowed = shape if field.is_needed else _or_nothing(shape)
    return {"title": field.label, "description": _described(field), **allowed}


def _or_nothing(schema: _Schema) -> _Schema:
    """The schema with a blank allowed. Without anyOf: an editor then points at the very value that is wrong."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}


def _described(field: Field) -> str:
    """What an editor shows on hover: label, kind, unit, source, remarks, example."""
    parts = [
        field.label,
        f"类型：{field.kind}" + (f"（{field.unit}）" if field.unit else ""),
        "由程序计算，不必填，填了就核对" if field.formula is not None else "",
        f"来源：{field.source}" if field.source else "",
        field.note,
        f"示例：{field.example}" if field.example else "",
    ]
    return "\n".join(part for part in parts if part)


def _as_text(_field: Field) -> _Schema:
    return dict(_TEXT)


def _group(field: Field) -> _Schema:
    needed = [name for name, member in field.members.items() if member.is_needed]
    return _closed({name: _field(member) for name, member in field.members.items()}, field.label, needed)


def _table(field: Field) -> _Schema:
    """Rows, or a mapping that names the spreadsheet with the rows; what is said of one does not bind the other."""
    row = _group(field)
    if len(row["required"]) == 1 and field.members[row["required"][0]].kind == "文字":
        row["type"] = ["object", "string"]
    source = {"来源": {"type": "string", "title": "Excel 或 CSV 文件"}, "工作表": {"type": "string", "title": "工作表"}}
    return {
        **_closed(source, field.label, ["来源"]),
        "type": ["array", "object"],
        "items": row,
        "minItems": 1 if field.required else 0,
    }


_SHAPES: dict[str, Callable[[Field], _Schema]] = {
    "组": _group,
    "表": _table,
    "段落": lambda _field: dict(_TEXTS),
    "列表": lambda _field: dict(_TEXTS),
    "金额": lambda _field: {
        "type": "string",
        "pattern": _MONEY,
        "patternErrorMessage": "金额要写明单位，如 125.00 万元",
    },
    "比率": lambda _field: {
        "type": "string",
        "pattern": r"[%％‰]\s*$",
        "patternErrorMessage": "比率要带百分号，如 96.69%",
    },
    "数值": lambda _field: {"type": ["number", "string"]},
    "整数": lambda _field: {"type": ["integer", "string"]},
    "年份": lambda _field: {"type": ["integer", "string"], "pattern": r"^\s*(19|20)\d{2}\s*年?\s*$"},
    "日期": lambda _field: {
        "type": "string",
        "pattern": r"^\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*$",
    },
    "选项": lambda field: {"enum": list(field.choices)},
    "是否": lambda _field: {"enum": ["是", "否"]},
    "数量": lambda _field: {"type": ["string", "number"]},
    "目标": lambda _field: {"type": ["string", "number"]},
}


def _indicator(indicator: Indicator) -> _Schema:
    if not indicator.items:
        return {"description": indicator.standard, "allOf": [{"$ref": "#/definitions/指标"}]}
    items = _closed({item.name: _item(item) for item in indicator.items}, "评分要点")
    return _closed({**_ENTRY, "要点": _or_nothing(items)}, indicator.standard)


def _item(item: Item) -> _Schema:
    conclusion = {"enum": list(item.shares), "title": f"结论（分值 {plain(item.weight)}）"}
    return _closed({"结论": conclusion, "说明": _ENTRY["说明"], "自评分": _ENTRY["自评分"]}, item.name)


_ENTRY: dict[str, _Schema] = {
    "说明": {"title": "说明", "description": "对这项指标的说明，印在叙述里", **_or_nothing(_TEXT)},
    "自评分": {"title": "自评分", "description": "由人评定的得分", "type": ["number", "string", "null"]},
    "原因": {"title": "扣分原因", "description": "没有得满分的主要原因", **_or_nothing(_TEXT)},
    "佐证": {"title": "佐证材料", "description": "佐证材料的名称", **_or_nothing(_TEXTS)},
}
_DEFINITIONS: _Schema = {"指标": _closed(_ENTRY, "一项指标的填报内容")}
