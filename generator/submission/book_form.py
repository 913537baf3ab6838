"""The layout of the workbook to fill in: the sheets, lines and columns that a template gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.formats import plain
from generator.formula.parser import names_in
from generator.submission.attachments import ATTACHMENTS, PICTURE_KEYS
from generator.submission.filing import INDICATORS
from generator.submission.headers import normal
from generator.template.model import Field, Indicator, Item, Template

FACTS, EVIDENCE, OTHERS = "基本情况", "佐证材料", "其他"
HEAD_ROW = 4
NUMBER, SAMPLE = "序号", "示例"
"""The header of the first column of every table, and its content in a sample row."""
PATH, VALUE, UNIT = "字段", "填写", "单位"
FACT_HEADS = (PATH, "项目", VALUE, UNIT, "怎样填", SAMPLE, "来源和说明")
INFORMING = ("分值", "怎样评", "评分标准", "要有的材料")
BELONGS = "所属"
_NOT_IN_TITLES, _LONGEST_TITLE = re.compile(r"[\[\]:*?/\\']"), 28


class FactLine(Struct, frozen=True):
    """One line of the sheet of single facts, or one column of a table, whose ``path`` begins in its row.

    The field of a column has its name among the columns, and its heading as its label. ``is_group`` if the line heads a
    group, whose only value is 无; ``is_file`` if it names a file.
    """

    path: tuple[str, ...]
    field: Field
    is_group: bool = False
    is_file: bool = False


class BookSheet(Struct, frozen=True):
    """The sheet of a table.

    ``path`` is the table's, without the numbers of rows. For a table in the rows of another, ``outer`` is the sheet of
    that one, and ``steps`` lead from its rows to the table.
    """

    title: str
    path: tuple[str, ...]
    field: Field
    columns: tuple[FactLine, ...]
    outer: BookSheet | None = None
    steps: tuple[str, ...] = ()

    @property
    def by(self) -> FactLine | None:
        """The column that names its rows for the tables within them."""
        return next((one for one in self.columns if one.field.kind == "文字"), None)

    @property
    def link(self) -> Field | None:
        """The column that names the outer row of a row."""
        if self.outer is None:
            return None
        by = self.outer.by
        label = by.field.label if by is not None else self.outer.field.label
        return text_field(BELONGS, f"{BELONGS}：{label}", "1", required=True)


def lines_of(fields: Mapping[str, Field], path: tuple[str, ...] = ()) -> Iterator[FactLine]:
    """The single values to fill in, each group before its members; pictures in three parts, tables left out."""
    for field in fields.values():
        here = (*path, field.name)
        if not field.is_filled_in or field.kind == "表":
            continue
        if field.kind == "组":
            yield FactLine(here, field, is_group=True)
            yield from lines_of(field.members, here)
        elif field.kind == "图片":
            labels, examples = ("文件名", "图上是什么", "宽（毫米）"), (field.example, field.label, "")
            for key, label, example in zip(PICTURE_KEYS, labels, examples, strict=True):
                is_needed = field.required and key != "宽"
                part = text_field(key, f"{field.label}·{label}", example, required=is_needed)
                yield FactLine((*here, key), part, is_file=key == "文件")
        else:
            yield FactLine(here, field, is_file=field.kind == "文档")


def sheets_of(template: Template) -> list[BookSheet]:
    """The sheets of tables in the order of the template, inner tables behind outer ones."""
    titles = {FACTS, INDICATORS, EVIDENCE, OTHERS}
    sheets = list(_tables(template.fields, (), None, (), titles))
    if ATTACHMENTS not in template.fields:
        table = attached_files()
        sheets.append(BookSheet(_title(ATTACHMENTS, titles), (ATTACHMENTS,), table, _columns(table)))
    return sheets


def attached_files() -> Field:
    """The table of the files behind the report, for templates without a field of its name."""
    parts = {"文件": "附在报告后面的 Word 文件（.docx）", "标题": "标题（不填用文件名）"}
    members = {name: text_field(name, label, required=name == "文件") for name, label in parts.items()}
    return Field(ATTACHMENTS, ATTACHMENTS, "表", "附件", Span(""), required=False, members=members)


def _tables(
    fields: Mapping[str, Field],
    path: tuple[str, ...],
    outer: BookSheet | None,
    steps: tuple[str, ...],
    titles: set[str],
) -> Iterator[BookSheet]:
    for field in fields.values():
        here, way = (*path, field.name), (*steps, field.name)
        if field.kind == "组":
            yield from _tables(field.members, here, outer, way, titles)
        elif field.kind == "表" and field.is_filled_in:
            sheet = BookSheet(_title(".".join(here), titles), here, field, _columns(field), outer, way if outer else ())
            yield sheet
            yield from _tables(field.members, here, sheet, (), titles)


def _title(name: str, taken: set[str]) -> str:
    """A unique sheet name without characters that Excel forbids, not too long."""
    plain = _NOT_IN_TITLES.sub("", name)[-_LONGEST_TITLE:]
    title = next(one for one in (plain, *(f"{plain}{number}" for number in range(2, 1000))) if one not in taken)
    taken.add(title)
    return title


def _columns(table: Field) -> tuple[FactLine, ...]:
    found: list[FactLine] = []
    cells = [line for line in lines_of(table.members) if not line.is_group]
    names = {normal(".".join(cell.path)) for cell in cells}
    for cell in cells:
        # A label of several columns, or one that is the name of another, would be ambiguous.
        name, taken = ".".join(cell.path), {normal(one.field.label) for one in found}
        label = normal(cell.field.label)
        head = name if label in taken or (label in names and label != normal(name)) else cell.field.label
        found.append(FactLine(cell.path, replace(cell.field, name=name, label=head)))
    return tuple(found)


def text_field(name: str, label: str, example: str = "", *, required: bool = False) -> Field:
    """A text field that is not one of the template."""
    return Field(name, name, "文字", label, Span(""), required=required, example=example)


INDICATOR_HEADS = {
    "指标": "指标",
    "要点": "要点",
    "自评分": "自评分",
    "结论": "结论",
    "说明": "说明（情况和依据）",
    "原因": "未得满分的原因",
}
EVIDENCE_HEADS = {"指标": "指标", "要点": "要点", "标题": "材料名称", "文件": "文件（放在填报所在的文件夹里）"}
OTHER_HEADS = {"路径": "路径", "值": "值"}


def listed(heads: Mapping[str, str]) -> list[Field]:
    """The columns of a sheet that is not a table of the template."""
    first = next(iter(heads))
    fields = [text_field(name, label, required=name == first) for name, label in heads.items()]
    return [replace(one, kind="数量") if one.name == "自评分" else one for one in fields]


def asked_of(indicator: Indicator, item: Item | None) -> str:
    """What to fill in for an indicator or a point."""
    score = indicator.score if item is None else item.score
    if score is not None and ("自评分",) in {name.path for name in names_in(score.root)}:
        return f"填「自评分」，0 到 {plain((item or indicator).weight)}"
    if item is not None:
        earned = "、".join(f"{name}得 {plain(item.weight * share)} 分" for name, share in item.shares.items())
        return f"选「结论」：{earned}" if score is None else "由程序计算"
    whole = "；整项不适用的，「结论」填「不适用」" if "不适用" in indicator.shares else ""
    return ("按下面的要点评分" if indicator.items else "由程序计算") + whole


def needed_evidence(indicator: Indicator) -> str:
    """What evidence an indicator requires, in words; blank for none."""
    required = indicator.evidence
    if required is None:
        return ""
    named = f"：{'、'.join(required.titles)}" if required.titles else ""
    return f"要有{'文件' if required.as_files else ''} {required.least} 种{named}"
