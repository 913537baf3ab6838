"""fields.yaml and indicators.yaml: fields with their kinds, the scoring form, the evidence that it requires."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from contextlib import suppress
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Finding, Span
from generator.base.formats import Format, plain
from generator.base.units import MONEY, RATIO
from generator.formula.parser import is_name, own_formula
from generator.template import codes, model
from generator.template.files import Notes, Reader, Unread
from generator.template.model import Field, Indicator, IndicatorRows, Item, RequiredEvidence, Scoring, walk_indicators
from generator.yamlfile.build import Mapping, Scalar, Sequence

_SHARES = re.compile(r"\s*(?:(\d+(?:\.\d+)?)\s*%?\s*[-—~～至]\s*)?(\d+(?:\.\d+)?)\s*%\s*")
_MEMBERS = {"组": "字段", "表": "列"}


class _Inherited(Struct, frozen=True):
    """Settings of a group or table that its members inherit."""

    source: str = ""
    kept: bool = False
    private: bool = False


def read_fields(node: Mapping, formats: Named[str, Format] | None, notes: Notes) -> dict[str, Field]:
    """The fields of a mapping of fields.yaml by name; errors go to ``notes``.

    A field that cannot be read has no kind: its name is known, its members are not.
    """
    return _members(Reader(node, "", notes), formats, _Inherited())


def _members(holder: Reader, formats: Named[str, Format] | None, inherited: _Inherited) -> dict[str, Field]:
    fields = {}
    for key in holder.node.keys():
        reader = holder.reader(key.text, required=True)
        if reader is None:
            # With notes of its own: missing keys only follow from the reported wrong shape.
            reader = Reader(Mapping((), key.span), f"{holder.path}.{key.text}".lstrip("."), Notes())
        fields[key.text] = _field(key.text, reader, formats, inherited)
    return fields


def _field(name: str, reader: Reader, formats: Named[str, Format] | None, inherited: _Inherited) -> Field:
    kind = reader.choice("类型", model.KINDS, "类型")
    # With an unknown kind, members are not unknown keys.
    reader.known.update(_MEMBERS.values() if not kind else ())
    inherited = _Inherited(
        source=reader.text("来源") or inherited.source,
        kept=reader.flag("沿用", default=inherited.kept),
        private=reader.flag("不公开", default=inherited.private),
    )
    key = _MEMBERS.get(kind)
    holder = reader.reader(key, required=True) if key else None
    below: dict[str, Field] = {}
    if holder is not None:
        holder.path = reader.path
        below = _members(holder, formats, inherited)
    if holder is not None and not below:
        reader.findings.append(codes.MISSING_KEY.at(holder.node.span, reader.path, key=f"{key}」下的「名称: …"))
    grades = _grades(reader, required=kind == "等次")
    choices = reader.texts("选项") or tuple(grades)
    if kind == "选项" and not choices and not isinstance(reader.get("选项"), Scalar | Mapping):
        reader.findings.append(codes.MISSING_KEY.at(reader.node.span, reader.path, key="选项"))
    absent = reader.text("没有时")
    if absent and kind in ("表", "列表", "段落", "组") and (kind == "组" or not model.says_nothing(absent)):
        expected = "写在组里的各个字段上" if kind == "组" else "「无」"
        reader.findings.append(
            codes.WRONG_SHAPE.at(reader.place("没有时"), reader.path, key="没有时", expected=expected)
        )
    return Field(
        name=name,
        path=reader.path,
        kind=kind,
        label=reader.text("标签", required=True),
        span=reader.node.span,
        required=reader.flag("必填", default=True),
        unit=reader.text("单位"),
        choices=choices,
        signed=reader.flag("可负"),
        least=reader.number("最小"),
        most=reader.number("最大"),
        formula=reader.formula("公式"),
        format=reader.format("形式", formats),
        unit_of=reader.text("单位同"),
        members=below,
        source=inherited.source,
        example=reader.text("示例"),
        note=reader.text("说明"),
        kept=inherited.kept,
        grades=grades,
        absent=absent,
        numbered=reader.flag("编号"),
        private=inherited.private,
        brought=reader.text("结转自"),
        longest=reader.number("最长"),
    )


def _grades(reader: Reader, *, required: bool) -> dict[str, tuple[Fraction, Fraction]]:
    """The shares of the weight that each 等次 may earn: ``{达成: 80%-100%, 未达成: 0%}``."""
    reader.get("等次", required=required)
    found = {}
    for name, node in reader.entries("等次"):
        match = _SHARES.fullmatch(node.text) if isinstance(node, Scalar) else None
        if match is None:
            expected = "系数的范围，如「80%-100%」"
            reader.findings.append(codes.WRONG_SHAPE.at(node.span, reader.path, key=name.text, expected=expected))
        low, high = (
            sorted(Fraction(share or match[2]) / 100 for share in match.groups()) if match else (Fraction(0),) * 2
        )
        found[name.text] = (low, high)
    return found


_OF_FILINGS = frozenset({"模板", "指标"})
_NUMERIC, _WORDED = ("金额", "数值", "整数", "比率"), ("文字", "段落", "列表")
_EFFECTIVE = {
    "单位": ("unit", ("整数", "数值", "数量", "目标")),
    "选项": ("choices", ("选项", "等次")),
    "最小": ("least", _NUMERIC),
    "最大": ("most", _NUMERIC),
    "可负": ("signed", _NUMERIC),
    "最长": ("longest", (*_WORDED, "选项")),
    "编号": ("numbered", _WORDED),
    "等次": ("grades", ("等次",)),
}
"""For each key its attribute, and the kinds of fields on which it has an effect."""
_ONLY_TYPED = {"最小": "least", "最大": "most", "没有时": "absent", "结转自": "brought", "最长": "longest"}
_MOST_RATE = 10


def faults_of(field: Field, fields: abc.Mapping[str, Field]) -> Iterator[tuple[str, str]]:
    """What a field says without effect, or what nobody can fill in, each with its remedy."""
    if not is_name(field.name):
        mend = "名称只用汉字、字母、数字和下划线，不以数字开头，也不是「是」「否」「且」「if」这样的词。"
        yield "的名称，公式和标记里不能引用", mend
    if field.path in _OF_FILINGS:
        yield "是填报文件自己的一部分，不能作字段的名称", "另取名称。"
    for key, (attribute, kinds) in _EFFECTIVE.items():
        if getattr(field, attribute) and field.kind not in kinds and not (key == "选项" and field.grades):
            yield f"的类型是{field.kind}，「{key}」不起作用", f"删去「{key}」，或改「类型」。"
    if field.formula is not None:
        for key in (key for key, attribute in _ONLY_TYPED.items() if getattr(field, attribute)):
            yield f"由公式计算，「{key}」不起作用", f"删去「{key}」；要核对算出的数，写一条勾稽。"
    elif field.format is not None or field.unit_of:
        key = "形式" if field.format is not None else "单位同"
        yield f"由部门填写，照填的样子印，「{key}」不起作用", f"删去「{key}」；要换一种印法，在版式里写「| 形式」。"
    yield from _wrong_values(field)
    source = fields.get(field.brought)
    # What a number must share with the one that becomes it.
    alike = source is not None and (source.kind in _NUMERIC, source.unit) == (field.kind in _NUMERIC, field.unit)
    if field.brought and (source is None or source is field or not alike):
        what = (
            "没有这个字段" if source is None else f"它的类型是{source.kind}{source.unit and f'，单位是{source.unit}'}"
        )
        what = "写的是这个字段自己，照搬上年的写「沿用: 是」" if source is field else what
        mend = "写去年填报里同一类字段的路径，如「下年计划.目标」。"
        yield f"的「结转自」写的「{field.brought}」带不过来：{what}", mend


def _wrong_values(field: Field) -> Iterator[tuple[str, str]]:
    """What of a field's choices, bounds, grades and length no value can satisfy, each with how to mend it."""
    if len(set(field.choices)) < len(field.choices):
        yield "的选项有重复的", "同一个选项只写一次。"
    glued = "[、，；/]" if len(field.choices) == 1 else "，"
    for choice in (one for one in field.choices if re.search(glued, one)):
        yield f"的选项「{choice}」像是几个写成了一个", "各项之间用半角逗号：[甲, 乙]。"
    if field.least is not None and field.most is not None and field.least > field.most:
        yield "的「最小」大于「最大」，填什么都不行", "核对两个数。"
    if field.kind == "比率" and any(bound and abs(bound) > _MOST_RATE for bound in (field.least, field.most)):
        yield "的界限像是漏写了「%」：100 就是 10000%", "写成「100%」。"
    ranges = sorted(one for one in field.grades.values() if one[0] < one[1])
    for (_, upper), (lower, _) in pairwise(ranges):
        if upper != lower:
            ends = f"{plain(min(upper, lower) * 100)}% 到 {plain(max(upper, lower) * 100)}%"
            yield f"的等次，{ends} 两等都有" if upper > lower else f"的等次，{ends} 哪一等都不是", "使各等首尾相接。"
    if field.longest is not None and (field.longest < 1 or field.longest.denominator != 1):
        yield "的「最长」不是字数", "写 1 以上的整数。"
    if field.absent and not _can_be(field, field.absent):
        mend = "照部门填的样子写，如「0 元」「0%」「0 个」。"
        yield f"的「没有时」写的「{field.absent}」不是这一类的值，填「无」照样报错", mend


def _can_be(field: Field, text: str) -> bool:
    """Whether a bureau could type this text, of the kinds for which a template may say what 无 means."""
    if field.kind not in _NUMERIC:
        return field.kind not in ("是否", "选项") or text in (field.choices or ("是", "否"))
    with suppress(NotAnAmount):
        amount = parse_amount(text, (field.unit,))
        wanted = {"金额": MONEY, "比率": RATIO}.get(field.kind)
        return amount.dimension == wanted if wanted else amount.unit.name in ("", field.unit)
    return False


class _Defaults(Struct, frozen=True):
    formats: abc.Mapping[str, Format] | None
    shares: abc.Mapping[str, Fraction]
    evidence: RequiredEvidence | None = None
    in_row: bool = False


def read_indicators(
    readers: Iterable[Reader],
    formats: abc.Mapping[str, Format] | None,
    shares: abc.Mapping[str, Fraction],
    *,
    in_row: bool = False,
) -> tuple[Indicator, ...]:
    """The root indicators of a form, each with everything below it; ``in_row`` if rows of a table have the form."""
    return _siblings(readers, "", 1, _Defaults(formats, shares, in_row=in_row))


_ROWS = "指标来自"


def _siblings(readers: Iterable[Reader], above: str, level: int, defaults: _Defaults) -> tuple[Indicator, ...]:
    """The indicators of a list; an entry with nothing but 指标来自 expands to the groups that it gives weights to."""
    found: list[Indicator] = []
    for reader in readers:
        if reader.node.get("名称") is None and reader.get(_ROWS) is not None:
            _, groups = _from_rows(reader, above, level, defaults)
            if not groups:
                reader.findings.append(codes.NO_GROUPS.at(reader.place(_ROWS), reader.path))
                reader.notes.unread.add("指标")
            found += groups
        else:
            found.append(_indicator(reader, above, level, defaults))
    return tuple(found)


def _indicator(reader: Reader, above: str, level: int, defaults: _Defaults) -> Indicator:
    name = reader.text("名称", required=True)
    if not name:
        reader.notes.unread.add("指标")
    path = f"{above}/{name}".lstrip("/")
    reader.path = f"指标.{name}"
    level = reader.level("级别", level)
    # A group's required evidence is the default of all indicators below it.
    defaults = replace(defaults, evidence=read_required(reader, defaults.evidence))
    rows, groups = _from_rows(reader, path, level + 1, defaults)
    common = _common(reader, defaults)
    indicator = replace(
        common,
        name=name,
        path=path,
        level=level,
        weight=reader.weight(),
        children=(*groups, *_siblings(reader.readers("下级"), path, level + 1, defaults)),
        items=tuple(_item(item, defaults) for item in reader.readers("要点")),
        weight_span=reader.place("分值"),
        rows=rows if not groups else None,
    )
    if indicator.is_scored and not indicator.items and reader.get("得分") is None:
        reader.findings.append(codes.NO_SCORE.at(indicator.span, reader.path, name=name))
    return indicator


def _common(reader: Reader, defaults: _Defaults) -> Indicator:
    """The keys that all indicators have: scoring, narrative, and the columns in which a row explains itself."""
    return Indicator(
        name="",
        path=reader.path,
        level=0,
        weight=Fraction(0),
        span=reader.node.span,
        bonus=reader.flag("附加"),
        value=reader.formula("取值"),
        value_format=reader.format("取值形式", defaults.formats),
        score=reader.formula("得分"),
        parameters=reader.formulas("参数"),
        standard=reader.text("评分标准"),
        narrative=reader.text("叙述"),
        basis=reader.text("依据"),
        evidence=defaults.evidence,
        shares={**defaults.shares, **reader.shares("结论")},
        reason=reader.text("原因"),
        remarks=reader.text("说明"),
        materials=reader.text("佐证"),
        in_row=defaults.in_row,
    )


def _from_rows(
    reader: Reader, above: str, level: int, defaults: _Defaults
) -> tuple[IndicatorRows | None, tuple[Indicator, ...]]:
    """The table that gives an entry its children, and the groups whose weights it states (权重)."""
    holder = reader.reader(_ROWS)
    if holder is None:
        return None, ()
    table = holder.text("表", required=True)
    holder.path = f"{_ROWS}.{table}"
    defaults = replace(defaults, in_row=True, evidence=read_required(holder, defaults.evidence))
    weights = holder.numbers("权重")
    allowed = holder.reader("可选下级")
    for key, _ in holder.entries("可选下级") if weights else ():
        holder.is_one_of(key, weights, "「权重」里的一组")
    rows = IndicatorRows(
        table=table,
        name=holder.text("名称", required=True),
        levels=holder.texts("层级"),
        groups=tuple(weights),
        below={key.text: allowed.texts(key.text) for key in allowed.node.keys()} if allowed is not None else {},
        weight=holder.formula("分值", required=True) or own_formula("0", holder.node.span),
        one=_common(holder, defaults),
        span=holder.place("表"),
        places={key.text: holder.place(key.text) for key in holder.node.keys()},
    )
    if rows.one.score is None and holder.get("得分") is None:
        holder.findings.append(codes.MISSING_KEY.at(holder.node.span, holder.path, key="得分"))
    if weights and not rows.levels:
        holder.findings.append(codes.MISSING_KEY.at(holder.place("权重"), holder.path, key="层级"))
    groups = (
        Indicator(
            name=key.text,
            path=f"{above}/{key.text}".lstrip("/"),
            level=level,
            weight=weights.get(key.text, Fraction(0)),
            span=key.span,
            weight_span=node.span,
            rows=rows,
        )
        for key, node in holder.entries("权重")
    )
    return rows, tuple(groups)


def _item(reader: Reader, defaults: _Defaults) -> Item:
    return Item(
        name=reader.text("名称", required=True),
        weight=reader.weight(),
        span=reader.node.span,
        shares={**defaults.shares, **reader.shares("结论")},
        score=reader.formula("得分"),
        narrative=reader.text("叙述"),
        weight_span=reader.place("分值"),
    )


def check_weights(roots: tuple[Indicator, ...], scoring: Scoring | None, unread: Unread) -> list[Finding]:
    """Findings for weights that do not add up, in the form, a group or an indicator's items, and for repeated names.

    Skips sums with an unread part.
    """
    found: list[Finding] = []
    is_lost = any(path.endswith(("评分.满分", "].评分")) for path in unread.paths)
    if scoring is not None and roots and not {"指标", *map(_weight_of, roots)} & unread.paths and not is_lost:
        found += _sum("满分", scoring.full, [root.weight for root in roots], scoring.full_span)
    for indicator in walk_indicators(roots):
        path = f"指标.{indicator.name}"
        needed = {f"{path}.下级", f"{path}.要点", *map(_weight_of, (indicator, *indicator.children))}
        needed |= {f"{path}.要点[{number}].分值" for number in range(1, len(indicator.items) + 1)}
        # A weight in the sum, or a part of it, could not be read.
        is_open = needed & unread.paths or all(step in unread.words for step in ("指标", "分值", indicator.name))
        if not is_open and indicator.rows is None:
            parts = [child.weight for child in indicator.children] or [item.weight for item in indicator.items]
            found += _sum(indicator.name, indicator.weight, parts, indicator.weight_span) if parts else []
        found += _doubles([(f"{indicator.name}.{item.name}", item.span) for item in indicator.items if item.name])
    return found + _doubles([(node.name, node.span) for node in walk_indicators(roots) if node.name])


def _weight_of(indicator: Indicator) -> str:
    return f"指标.{indicator.name}.分值"


def _doubles(named: list[tuple[str, Span]]) -> list[Finding]:
    """Findings for repeated names: the second would get the score of the first."""
    first: dict[str, Span] = {}
    found = []
    for name, span in named:
        if name in first:
            other = first[name]
            where = f"第 {other.line} 行" if other.file == span.file else str(other)
            found.append(codes.REPEATED.at(span, f"指标.{name}", name=name, first=where))
        first.setdefault(name, span)
    return found


def _sum(name: str, stated: Fraction, parts: list[Fraction], span: Span) -> list[Finding]:
    computed = sum(parts, Fraction(0))
    if computed == stated:
        return []
    return [codes.WEIGHTS.at(span, f"指标.{name}", name=name, stated=plain(stated), computed=plain(computed))]


_KEY = "必需佐证"
_MOST = 50
_EXPECTED = "「是」「否」、几种（如 2）、材料标题的列表，或「数量」「标题」「文件」"


def read_required(reader: Reader, otherwise: RequiredEvidence | None) -> RequiredEvidence | None:
    """The evidence that an indicator requires; by default that of its group (``otherwise``)."""
    node = reader.get(_KEY)
    if node is None:
        return otherwise
    if isinstance(node, Scalar) and node.text in ("是", "否"):
        return RequiredEvidence(1) if node.text == "是" else None
    if isinstance(node, Scalar):
        count = _count(reader, node, _KEY, _EXPECTED)
        return RequiredEvidence(count) if count else otherwise
    if isinstance(node, Sequence):
        titles = _titles(reader, _KEY)
        return RequiredEvidence(max(1, len(titles)), titles)
    below = Reader(node, f"{reader.path}.{_KEY}", reader.notes)
    titles, number = _titles(below, "标题"), below.scalar("数量", "几种")
    count = _count(below, number, "数量", f"1 到 {_MOST} 的整数") if number is not None else 1
    return RequiredEvidence(max(1, count, len(titles)), titles, below.flag("文件"))


def _titles(reader: Reader, key: str) -> tuple[str, ...]:
    return tuple(title for text in reader.texts(key) if (title := text.strip()))


def _count(reader: Reader, node: Scalar, key: str, expected: str) -> int:
    """A number of documents; reports an invalid one and returns 0."""
    if node.text.isascii() and node.text.isdigit() and 0 < int(node.text[:9]) <= _MOST:
        return int(node.text)
    reader.findings.append(codes.WRONG_SHAPE.at(node.span, reader.path, key=key, expected=expected))
    return 0
