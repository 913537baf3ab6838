"""The names that a template's texts and layouts may use, and what each stands for.

Shapes are those of ``generator.narrating.proofreading``: None for a value, a mapping for a group, a list of one row for
a table, ``...`` for anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.authoring.listing import list_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.template import Field, Indicator, Template

__all__ = ["layout_names", "of_fields", "of_form", "of_indicator", "of_report"]

_FIGURES = ("名称", "级别", "附加", "分值", "得分", "得分率", "取值", "算式", "评分标准")
_NODE = (*_FIGURES, "依据", "叙述", "要点", "下级")
_ITEM = ("名称", "分值", "得分", "结论", "说明", "叙述")
_OWN = ("说明", "原因", "自评分")
_TOTALS = ("总分", "满分", "得分率", "等级")
_LEVELS = ("一级", "二级", "三级", "一级分值", "二级分值", "三级分值")
_LISTS = ("段落", "列表")


def layout_names(template: Template) -> frozenset[str]:
    """All names that the tags of a layout may use, each as ``收支`` or ``收支.收入决算数``."""
    names = (line.name for line in list_names(template))
    nodes = (f"指标.{indicator.name}.{name}" for indicator in template.all_indicators() for name in _NODE)
    return frozenset((*names, *nodes))


def of_fields(fields: Mapping[str, Field]) -> dict[str, object]:
    """The facts and computed values."""
    return {name: _of_field(field) for name, field in fields.items()}


def _of_field(field: Field) -> object:
    if field.kind == "组":
        return of_fields(field.members)
    if field.kind == "表":
        return [of_fields(field.members)]
    return [None] if field.kind in _LISTS else None


def of_report(template: Template) -> dict[str, object]:
    """What every text of the template may use: the facts, the totals, the figures of all indicators."""
    known = of_fields(template.fields)
    if template.scoring is not None:
        known["评分"] = dict.fromkeys(_TOTALS)
        known["指标"] = {indicator.name: dict.fromkeys(_FIGURES) for indicator in template.all_indicators()}
    return known


def of_form(template: Template) -> dict[str, object]:
    """What the messages of checks.yaml may use besides: the scoring form in its several views."""
    if template.scoring is None:
        return {}
    node = _node()
    leaf = {**node, **dict.fromkeys(_LEVELS)}
    by_name = {indicator.name: node for indicator in template.all_indicators()}
    return {"指标": by_name, "指标树": [node], "二级指标": [node], "评分表": [leaf]}


def _node() -> dict[str, object]:
    node: dict[str, object] = {**dict.fromkeys(_NODE), "叙述": [None], "要点": [dict.fromkeys(_ITEM)]}
    node["下级"] = [node]
    return node


def of_indicator(indicators: Iterable[Indicator]) -> dict[str, object]:
    """What the narrative of any of these indicators may use besides: its own figures, remarks and parameters."""
    parameters = {name: None for indicator in indicators for name in indicator.parameters}
    return {**_node(), **parameters, **dict.fromkeys(_OWN), "佐证": [None]}
