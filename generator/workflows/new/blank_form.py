"""An empty input from a template's fields and indicators: every key, and above each what belongs there."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable
from typing import TYPE_CHECKING

from generator.base.forms import plain
from generator.formula.nodes import Expression, names_in
from generator.yamlfile.edit import as_key, as_value

if TYPE_CHECKING:
    from generator.template.model import Field, Indicator, Item, Template


def flat(text: str) -> str:
    """The text on one line, as a comment needs it."""
    return " ".join(text.split())


def indented(lines: Iterable[str]) -> list[str]:
    """The lines two blanks further in; empty ones stay empty."""
    return [f"  {line}" if line else "" for line in lines]


def commented(lines: Iterable[str]) -> list[str]:
    """The lines as comments, each to be had back by taking ``# `` away."""
    return [f"# {line}" for line in lines]


_SEPARATOR = " · "
_ROWS = "每行照下面的样子写，写时去掉行首的「# 」，没有的选填项可删去："
_OPTIONAL_GROUP = "整组选填；要填时去掉下面各行行首的「# 」。"


def skeleton(template: Template, schema: str, values: abc.Mapping[str, str]) -> str:
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


_PICTURE = ("文件:", "说明:  # 用一句话写图上是什么", "宽:  # 毫米；不填照图片自己的大小")


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
    if field.kind == "图片":
        return [*_about(field, above), key, *indented(_PICTURE)]
    return [*_about(field, above), f"{key} {value}".rstrip()]


def _group(field: Field, above: Field | None, key: str) -> list[str]:
    members = [member for member in field.members.values() if member.is_filled_in]
    lines = [key, *indented(line for member in members for line in _field(member, field))]
    if field.required or not any(member.is_needed for member in members):
        return [*_about(field, above), *lines]
    # With its key present, its required members would be missing.
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
    if field.kind == "图片":
        return [key, *indented([f"文件: {as_value(field.example)}", f"说明: {as_value(field.label)}"])]
    if field.members:
        samples = (_sample(member) for member in field.members.values() if member.is_filled_in)
        return [key, *indented(line for sample in samples for line in sample)]
    return [f"{key} {as_value(field.example)}" if field.example else key]


_INDICATORS_HEAD = (
    "# 各项指标。自评分只填由部门自评的指标；说明写情况和依据；没有得满分的写明原因；佐证写材料的名称，",
    "# 或放在这个文件夹里的文件，几种的写成 [材料一, 佐证/材料二.pdf]。",
    "指标:",
)
_STATED = ("自评分",)


def entry_lines(template: Template) -> list[str]:
    """The lines of the part; none for a template without a scoring form."""
    if not template.indicators:
        return []
    below = [line for indicator in template.indicators for line in _branch(indicator, ())]
    return ["", *_INDICATORS_HEAD, *indented(below)]


def _branch(indicator: Indicator, above: tuple[str, ...]) -> list[str]:
    if not indicator.children:
        return ["", *_about_indicator(indicator), f"{as_key(indicator.name)}:", *indented(_keys(indicator))]
    here = (*above, f"{flat(indicator.name)}（{plain(indicator.weight)} 分）")
    lines = [line for child in indicator.children for line in _branch(child, here)]
    heads_leaves = not indicator.children[0].children
    return ["", f"# ══ {' › '.join(here)} ══", *lines] if heads_leaves else lines


def _about_indicator(indicator: Indicator) -> list[str]:
    way = "由程序计算，不填分"
    if _is_stated(indicator.score):
        way = f"由部门自评，填{stated_about(indicator)}"
    elif any(item.score is None for item in indicator.items):
        way = "按要点评分，逐点填「结论」"
    lines = [f"# {flat(indicator.name)} · {plain(indicator.weight)} 分 · {way}{_evidence(indicator)}"]
    return [*lines, f"# 评分标准：{flat(indicator.standard)}"] if indicator.standard else lines


def _evidence(indicator: Indicator) -> str:
    """What evidence the bureau must name."""
    required = indicator.evidence
    if required is None:
        return ""
    count = f" {required.least} 种" if required.least > 1 else ""
    named = f"（{'、'.join(map(flat, required.titles))}）" if required.titles else ""
    return f" · 要有佐证{'文件' if required.as_files else ''}{count}{named}"


def _keys(indicator: Indicator) -> list[str]:
    lines = ["自评分:"] if _is_stated(indicator.score) else []
    if indicator.items:
        lines += ["要点:", *indented(line for item in indicator.items for line in _item(item))]
    return [*lines, "说明:", "原因:", "佐证:"]


def _item(item: Item) -> list[str]:
    about = f"{plain(item.weight)} 分 · {'由程序计算' if item.score is not None else _worth(item)}"
    keys = ["结论:"] if item.score is None else ["自评分:"] if _is_stated(item.score) else []
    return [f"# {about}", f"{as_key(item.name)}:", *indented([*keys, "说明:"])]


def _worth(item: Item) -> str:
    """What each conclusion earns."""
    return "、".join(f"{name}得 {plain(item.weight * share)} 分" for name, share in item.shares.items())


def _is_stated(score: Expression | None) -> bool:
    return score is not None and _STATED in {name.path for name in names_in(score.root)}


def stated_about(indicator: Indicator) -> str:
    """What a judged score may be."""
    return f"「自评分」（0 到 {plain(indicator.weight)}）"


def conclusion_about(item: Item) -> str:
    """What a conclusion may be."""
    return f"「结论」（{'、'.join(item.shares)}）"
