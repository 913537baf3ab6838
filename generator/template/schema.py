"""A template's fields as a JSON Schema, for editors that complete keys, show labels and underline mistakes.

It covers shapes, keys, options and units only: whatever the schema refuses, the program refuses too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generator.base.formats import plain
from generator.base.units import MONEY_UNITS
from generator.template.load import KEY as SUPPLEMENT
from generator.template.model import NOTHING, Field, Indicator, Item, Template, is_stated

SCHEMA_FILE = "fields.schema.json"

_Schema = dict[str, Any]

# Editors show ``description`` when they complete a key, and below the nearest ``title`` on hover: so groups and tables
# have a title and their members have none. ``errorMessage`` and ``doNotSuggest`` are those of VS Code's YAML extension;
# other readers ignore them. A first type of "string" keeps the editor from completing a key with 0.
_NUMBER = r"[-+−－]?[0-9０-９][0-9０-９,，.．]*"
_MONEY = rf"^\s*{_NUMBER}\s*({'|'.join(sorted(MONEY_UNITS, key=len, reverse=True))})\s*$"
_TEXT: _Schema = {"type": ["string", "number", "boolean"]}
_TEXTS: _Schema = {"type": [*_TEXT["type"], "array"], "items": _TEXT}
_QUANTITY: _Schema = {"type": ["string", "number"]}
_SOURCE: _Schema = {
    "来源": {"type": "string", "title": "Excel 或 CSV 文件"},
    "工作表": {"type": "string", "title": "工作表"},
}
_EXPECTED = {
    "文档": "Word 文件名（.docx）",
    "金额": "金额，写明单位",
    "比率": "百分数",
    "段落": "一段或几段文字",
    "列表": "一条或几条文字",
    "等次": "等次，后面写系数",
}


def schema_text(template: Template) -> str:
    """The content of ``fields.schema.json``: the same template gives the same text."""
    properties: _Schema = {"模板": {"const": template.id, "description": f"模板的名称：{template.title}"}}
    properties |= _properties(template.fields)
    scored = [indicator for indicator in template.all_indicators() if indicator.is_scored]
    needed = ["模板", *(name for name, field in template.fields.items() if field.is_needed)]
    if scored:
        judged = [
            node.name for node in scored if is_stated(node.score) or any(item.score is None for item in node.items)
        ]
        indicators = {node.name: _indicator(node) for node in scored}
        properties["指标"] = {**_closed(indicators, "各项指标的填报内容", judged), "title": "指标"}
        needed += ["指标"] if judged else []
    properties.setdefault("附件", _ATTACHMENTS)
    properties.setdefault(
        SUPPLEMENT, {"type": ["string", "null"], "description": "补充：增加指标和字段的补充文件\n选填"}
    )
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": template.title,
        **_closed(properties, "部门填报文件", needed),
        **({"definitions": _ENTRY} if scored else {}),
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
    shape = _SHAPES[field.kind](field) if field.kind in _SHAPES else _FIXED.get(field.kind, _TEXT)
    example = f"，如「{field.example}」" if field.example else ""
    # What an editor says of a missing value or one of the wrong shape, and what it shows on hover.
    message = f"请填写{_EXPECTED.get(field.kind, field.kind)}{example}。"
    if field.kind in _CHOICES:
        message = f"请从这些值中选一个：{'、'.join(_CHOICES[field.kind](field))}。"
    named = "、".join(name for name, member in field.members.items() if member.is_filled_in)
    shown = (
        f"{field.label}：{named}" if named else field.label,
        f"类型：{field.kind}" + (f"（{field.unit}）" if field.unit else ""),
        "由程序计算，不必填，填了就核对" if not field.is_filled_in else "" if field.is_needed else "选填",
        f"来源：{field.source}" if field.source else "",
        "不印进公开的副本" if field.private else "",
        field.note,
        f"示例：{field.example}" if field.example else "",
    )
    return {
        # An optional key may be there without a value.
        **(shape if field.is_needed else _or_nothing(shape)),
        **({"title": field.label} if field.members else {"errorMessage": message}),
        "description": "\n".join(filter(None, shown)),
        **({"doNotSuggest": True} if not field.is_filled_in else {}),
    }


def _or_nothing(schema: _Schema) -> _Schema:
    """The schema with a blank allowed. Without anyOf: an editor then points at the very value that is wrong."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*kinds, "null"]}


def _group(field: Field) -> _Schema:
    needed = [name for name, member in field.members.items() if member.is_needed]
    return _closed(_properties(field.members), field.label, needed)


def _facts(field: Field) -> _Schema:
    """A group, whose facts may be in a spreadsheet."""
    group = _group(field)
    group["properties"] = {**_SOURCE, "数值列": {"type": "string", "title": "数所在的一列"}, **group["properties"]}
    return {**group, "required": [], "if": {"required": ["来源"]}, "else": {"required": group["required"]}}


def _properties(fields: Mapping[str, Field]) -> _Schema:
    """The fields by name; a table in the rows of another may be beside it as 项目.指标表, out of a flat sheet."""
    apart = {
        f"{name}.{inner.name}": _closed(
            {**_SOURCE, "按": {"type": "string", "title": "外面一张表的哪一列"}}, inner.label
        )
        for name, field in fields.items()
        if field.kind == "表"
        for inner in field.members.values()
        if inner.kind == "表"
    }
    return {name: _field(field) for name, field in fields.items()} | apart


def _table(field: Field) -> _Schema:
    """Rows, or a mapping that names the spreadsheet with the rows."""
    row = {**_group(field), "title": f"{field.label}的一行"}
    # The rows of an inner table may come out of a flat sheet.
    row["required"] = [name for name in row["required"] if field.members[name].kind != "表"]
    if len(row["required"]) == 1 and field.members[row["required"][0]].kind == "文字":
        row["type"] = ["object", "string"]
    # An optional table may be a word that says there are no rows.
    empty = {} if not field.may_be_nothing else {"pattern": rf"^\s*({'|'.join(NOTHING)})。?\s*$"}
    return {
        **_closed(_SOURCE, field.label, ["来源"]),
        "type": ["array", "object", *(["string"] if empty else [])],
        "items": row,
        "minItems": 0 if field.may_be_nothing else 1,
        **empty,
    }


_PICTURE: _Schema = {
    "文件": {"type": "string", "title": "文件夹里的图片文件"},
    "说明": {"type": "string", "title": "图上是什么"},
    "宽": {"type": ["string", "number"], "title": "印多宽，毫米"},
}
_CHOICES: dict[str, Callable[[Field], list[str]]] = {
    "选项": lambda field: list(field.choices),
    "是否": lambda _field: ["是", "否"],
}
_SHAPES: dict[str, Callable[[Field], _Schema]] = {
    "组": _facts,
    "表": _table,
    "图片": lambda field: _closed(_PICTURE, field.label, ["文件", "说明"]),
    "选项": lambda field: {"enum": _CHOICES["选项"](field)},
    "是否": lambda field: {"enum": _CHOICES["是否"](field)},
    "等次": lambda field: {"type": "string", "pattern": rf"^\s*({'|'.join(map(re.escape, field.choices))})"},
}
_FIXED: dict[str, _Schema] = {
    "文档": {"type": "string", "pattern": r"\.[dD][oO][cC][xX]\s*$"},
    **dict.fromkeys(("段落", "列表"), _TEXTS),
    "金额": {"type": "string", "pattern": _MONEY},
    "比率": {"type": "string", "pattern": r"[%％‰]\s*$"},
    **dict.fromkeys(("数值", "数量", "目标"), _QUANTITY),
    "整数": {"type": ["string", "integer"]},
    "年份": {"type": ["string", "integer"], "pattern": r"^\s*(19|20)\d{2}\s*年?\s*$"},
    "日期": {"type": "string", "pattern": r"^\s*\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*$"},
}


def _indicator(indicator: Indicator) -> _Schema:
    entry, needed = _entry("自评分", "说明", "原因", "佐证"), []
    if is_stated(indicator.score):
        most = plain(indicator.weight)
        message = f"请填写自评分，0 到 {most}。"
        entry["自评分"] = {"description": f"{_STATED}，0 到 {most}", **_QUANTITY, "errorMessage": message}
        needed.append("自评分")
    if indicator.items:
        items = {item.name: _item(item) for item in indicator.items}
        needed_items = [item.name for item in indicator.items if item.score is None]
        closed = {**_closed(items, "评分要点", needed_items), "title": f"{indicator.name}的评分要点"}
        entry["要点"] = closed if needed_items else _or_nothing(closed)
        needed += ["要点"] if needed_items else []
    title = f"{indicator.name}（{plain(indicator.weight)} 分）"
    return {**_closed(entry, f"评分标准：{indicator.fixed_standard}", needed), "title": title}


def _item(item: Item) -> _Schema:
    shares = list(item.shares)
    conclusion = {
        "description": f"{item.name}的结论",
        "enum": shares,
        "errorMessage": f"请从这些结论中选一个：{'、'.join(shares)}。",
    }
    needed = ["结论"] if item.score is None else []
    entry = {"结论": conclusion if needed else _or_nothing(conclusion), **_entry("说明", "自评分", "佐证")}
    return {**_closed(entry, item.name, needed), "title": f"{item.name}（{plain(item.weight)} 分）"}


def _entry(*names: str) -> _Schema:
    return {name: {"$ref": f"#/definitions/{name}"} for name in names}


_STATED = "自评分：由人评定的得分"
_ATTACHED: _Schema = {
    "type": ["string", "object"],
    "title": "一个附件",
    "errorMessage": "请填写 Word 文件名，或「文件」和「标题」。",
    "properties": {
        "文件": {"type": "string", "description": "文件：Word 文件名（.docx），放在填报文件的文件夹里"},
        "标题": {"type": ["string", "number", "null"], "description": "标题：附件的标题；不写时用文件名"},
    },
    "required": ["文件"],
    "additionalProperties": False,
}
_ATTACHMENTS: _Schema = {
    "type": ["array", "string", "null"],
    "title": "附件",
    "description": "附件：附在报告后面的 Word 文件，每行一个\n选填",
    "items": _ATTACHED,
    "maxItems": 100,
}
_EVIDENCE_KEYS: _Schema = {
    "properties": {
        "标题": {"type": [*_TEXT["type"], "null"], "description": "标题：材料的名称；不写时用文件名"},
        "文件": {"type": ["string", "null"], "description": "文件：放在填报文件的文件夹里，如 佐证/决算报表.pdf"},
    },
    "additionalProperties": False,
}
_EVIDENCE: _Schema = {
    "type": [*_TEXT["type"], "array", "object", "null"],
    "title": "佐证",
    "description": "佐证：材料的名称，或文件（佐证/决算报表.pdf）\n几种的每行一种",
    "items": {
        "type": [*_TEXT["type"], "object", "null"],
        "title": "一种佐证材料",
        "errorMessage": "请填写材料的名称、文件名，或「标题」和「文件」。",
        **_EVIDENCE_KEYS,
    },
    "maxItems": 200,
    **_EVIDENCE_KEYS,
}
_ENTRY: dict[str, _Schema] = {
    "自评分": {"description": _STATED, "type": ["string", "number", "null"]},
    "说明": {"description": "说明：这项指标的情况，印在叙述里", **_or_nothing(_TEXT)},
    "原因": {"description": "原因：没有得满分的主要原因", **_or_nothing(_TEXT)},
    "佐证": _EVIDENCE,
}
