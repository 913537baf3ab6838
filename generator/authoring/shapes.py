"""The names that a template's texts and layouts may use, and what each stands for.

Shapes are those of ``generator.narrating.proofreading``: None for a value, a mapping for a group, a list of one row for
a table, ``...`` for anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.authoring.listing import list_names
from generator.template import walk_fields
from generator.template.names import is_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.template import Field, Indicator, Template
    from generator.template.folder import Unread

__all__ = ["layout_names", "of_fields", "of_form", "of_indicator", "of_report"]

_FIGURES = ("名称", "级别", "附加", "分值", "得分", "得分率", "取值", "算式", "评分标准")
_NODE = (*_FIGURES, "依据", "叙述", "要点", "下级")
_ITEM = ("名称", "分值", "得分", "结论", "说明", "叙述")
_OWN = ("说明", "原因", "自评分")
_TOTALS = ("总分", "合计", "满分", "得分率", "等级")
_FORM = ("指标树", "二级指标", "评分表")
_EVIDENCE, _DOCUMENT = "佐证清单", ("序号", "指标序号", "指标", "标题", "文件名")
_LEVELS = ("一级", "二级", "三级", "一级分值", "二级分值", "三级分值")
_LISTS = ("段落", "列表")


def layout_names(template: Template, unread: Unread) -> frozenset[str] | None:
    """All names that the tags of a layout may use, each as ``收支`` or ``收支.收入决算数``, columns as ``项目.金额``.

    A name without any below it has an unknown number of them: a layout may use what could not be read. None where
    nothing is known of the fields at all.
    """
    if "字段" in unread:
        return None
    names = {line.name for line in list_names(template)}
    names |= {field.path for field in walk_fields(template.fields) if is_open(field)}
    if "指标" in unread:
        names = {name for name in names if not name.startswith("指标.")} | {"指标", *_FORM, _EVIDENCE}
    else:
        names |= set(_of_nodes(template))
    return frozenset(names | unread.words | ({"评分", *_FORM, _EVIDENCE} if "评分" in unread else set()))


def _of_nodes(template: Template) -> Iterator[str]:
    """The names of the indicators, one by one and as the rows of the scoring form."""
    for indicator in template.all_indicators():
        yield from (f"指标.{indicator.name}.{name}" for name in _NODE)
    if template.scoring is not None:
        for name in _FORM:
            yield from (f"{name}.{column}" for column in (*_NODE, *(_LEVELS if name == "评分表" else ())))
            yield from (f"{name}.要点.{column}" for column in _ITEM)
        yield from (f"{_EVIDENCE}.{column}" for column in _DOCUMENT)


def of_fields(fields: Mapping[str, Field]) -> dict[str, object]:
    """The facts and computed values."""
    return {name: _of_field(field) for name, field in fields.items()}


def _of_field(field: Field) -> object:
    if is_open(field):
        return ...
    if field.kind == "组":
        return of_fields(field.members)
    if field.kind == "表":
        return [of_fields(field.members)]
    return [None] if field.kind in _LISTS else None


def of_report(template: Template, unread: Unread) -> dict[str, object]:
    """What every text of the template may use: the facts, the totals, the figures of all indicators."""
    known = {**dict.fromkeys(unread.words, ...), **of_fields(template.fields)}
    if template.scoring is not None:
        known["评分"] = dict.fromkeys(_TOTALS)
        known["指标"] = {indicator.name: dict.fromkeys(_FIGURES) for indicator in template.all_indicators()}
    return known | dict.fromkeys({"评分", "指标"} & unread.paths, ...)


def of_form(template: Template, unread: Unread) -> dict[str, object]:
    """What the messages of checks.yaml may use besides: the scoring form in its several views."""
    if "指标" in unread or "评分" in unread:
        return dict.fromkeys(("指标", *_FORM, _EVIDENCE), ...)
    if template.scoring is None:
        return {}
    node = _node()
    leaf = {**node, **dict.fromkeys(_LEVELS)}
    by_name = {indicator.name: node for indicator in template.all_indicators()}
    documents = {_EVIDENCE: [dict.fromkeys(_DOCUMENT)]}
    return {"指标": by_name, "指标树": [node], "二级指标": [node], "评分表": [leaf], **documents}


def _node() -> dict[str, object]:
    node: dict[str, object] = {**dict.fromkeys(_NODE), "叙述": [None], "要点": [dict.fromkeys(_ITEM)]}
    node["下级"] = [node]
    return node


def of_indicator(indicators: Iterable[Indicator]) -> dict[str, object]:
    """What the narrative of any of these indicators may use besides: its own figures, remarks and parameters."""
    parameters = {name: None for indicator in indicators for name in indicator.parameters}
    return {**_node(), **parameters, **dict.fromkeys(_OWN), "佐证": [None]}
