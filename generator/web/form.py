"""A template as a form: steps of boxes, tables and indicators, filled with the values of a filing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.forms import plain
from generator.submission.attachments import ATTACHMENTS, EVIDENCE, PICTURE_KEYS, names_file
from generator.submission.book_form import asked_of, needed_evidence, text_field
from generator.submission.filing import INDICATORS, ITEMS, Values, written_path
from generator.template.fields import TEXT_LISTS
from generator.template.model import Field, Indicator, Item, Template, is_stated, walk_fields, walk_indicators
from generator.yamlfile.edit import KeyPath

_HOW = {
    "金额": "数字和单位",
    "整数": "整数",
    "比率": "百分数",
    "日期": "年月日",
    "年份": "四位数",
    "数量": "数量和单位",
    "目标": "数、单位，可以带 ≥、超过等；或写文字",
    "段落": "一段一行",
    "列表": "一条一行",
    "文档": "填报文件夹里的 Word 文件名",
}


class Box(Struct, frozen=True):
    """A value to fill in.

    ``shape`` is line, text (one long line), lines, choice or grade (a choice followed by a coefficient); ``path`` is
    relative to the row in tables. ``file`` if it names a file next to the filing.
    """

    path: KeyPath
    label: str
    value: str = ""
    shape: str = "line"
    required: bool = False
    unit: str = ""
    how: str = ""
    example: str = ""
    note: str = ""
    choices: tuple[str, ...] = ()
    file: bool = False


class Computed(Struct, frozen=True):
    """A computed value, which is only shown."""

    path: str
    label: str


class Row(Struct, frozen=True):
    """A row of a table: its boxes, inner tables, and values by path that have no box."""

    boxes: tuple[Box, ...]
    inner: tuple[Grid, ...] = ()
    rest: tuple[tuple[KeyPath, str], ...] = ()

    def values(self) -> list[tuple[KeyPath, str]]:
        """All values of the row by path within it."""
        values = [(box.path, box.value) for box in self.boxes if box.value]
        for grid in self.inner:
            values += [(grid.path, grid.word)] if grid.word else []
            values += [
                ((*grid.path, number, *path), text)
                for number, row in enumerate(grid.rows)
                for path, text in row.values()
            ]
        return [*values, *self.rest]


class Grid(Struct, frozen=True):
    """A table; ``blank`` is a new row, ``word`` (无) may replace the table if it ``may_be_nothing``.

    ``elsewhere`` are the keys naming the file that holds it.
    """

    path: KeyPath
    label: str
    blank: Row
    rows: tuple[Row, ...] = ()
    required: bool = False
    note: str = ""
    word: str = ""
    elsewhere: tuple[Box, ...] = ()
    may_be_nothing: bool = False


class Heading(Struct, frozen=True):
    """The heading of a group; ``word`` (无) may replace the whole group if it ``may_be_nothing``."""

    path: KeyPath
    label: str
    note: str = ""
    word: str = ""
    may_be_nothing: bool = False


class IndicatorPart(Struct, frozen=True):
    """A scored indicator: how it is scored, its boxes, its points and its evidence."""

    path: KeyPath
    name: str
    weight: str
    asked: str
    standard: str
    boxes: tuple[Box, ...]
    points: tuple[tuple[str, str, tuple[Box, ...]], ...]
    evidence: Grid


Part = Box | Computed | Grid | Heading | IndicatorPart


class Step(Struct, frozen=True):
    """A part of the form that is shown at a time."""

    key: str
    title: str
    parts: tuple[Part, ...]
    note: str = ""


def steps_of(template: Template, values: Values) -> list[Step]:
    """The form: single facts, a step for each group and table, one for each branch of the indicators, the rest."""
    return _Filled(template, values).steps()


class _Filled:
    """Lays out a template with the values of a filing; values without a box go to the last step."""

    def __init__(self, template: Template, values: Values) -> None:
        self.template, self.values = template, values
        self.left = {path: value.text for path, value in values.items() if path != ("模板",)}
        self.below: dict[KeyPath, set[int]] = defaultdict(set)
        self.within: dict[KeyPath, list[KeyPath]] = defaultdict(list)
        for path in values:
            for at, step in enumerate(path):
                if isinstance(step, int):
                    self.below[path[:at]].add(step)
                    self.within[path[: at + 1]].append(path)

    def steps(self) -> list[Step]:
        numbers = count(1)
        fields = self.template.fields.values()
        made: list[tuple[str, str, list[Part]]] = []
        singles = [part for field in fields if field.kind not in ("组", "表") for part in self._parts(field, ())]
        if singles:
            made.append(("基本情况", "", singles))
        # Groups of computed values only are not shown: the report has them.
        others = (field for field in fields if field.kind in ("组", "表") and field.is_filled_in)
        made += ((field.label, "", list(self._parts(field, ()))) for field in others)
        for root in self.template.indicators:
            parts: list[Part] = [self._indicator(node) for node in walk_indicators((root,)) if node.is_scored]
            if parts:
                made.append((f"指标：{root.name}", f"{plain(root.weight)} 分", parts))
        if ATTACHMENTS not in self.template.fields:
            keys = {"文件": "附在报告后面的 Word 文件", "标题": "标题（不填用文件名）"}
            members = {name: text_field(name, label, required=name == "文件") for name, label in keys.items()}
            table = Field(ATTACHMENTS, ATTACHMENTS, "表", "附件", Span(""), required=False, members=members)
            made.append(("附件", "", [self._grid(table, (ATTACHMENTS,))]))
        if self.left:
            left: list[Part] = [Box(path, written_path(path), text, "text") for path, text in self.left.items()]
            made.append(("其他", "填报文件里有、表单上没有位置的内容，一般不用改。", left))
        return [Step(f"s{next(numbers)}", title, tuple(parts), note) for title, note, parts in made]

    def _take(self, path: KeyPath) -> str:
        return self.left.pop(path, "")

    def _parts(self, field: Field, above: KeyPath) -> Iterator[Part]:
        path = (*above, field.name)
        if field.kind == "组":
            nothing = not field.required or all(one.absent or not one.required for one in field.members.values())
            yield Heading(path, field.label, _about(field), self._take(path), nothing)
            for member in field.members.values():
                yield from self._parts(member, path)
        elif field.formula is not None:
            yield Computed(written_path(path), field.label)
        elif field.kind == "表":
            if field.is_filled_in:
                yield self._grid(field, path)
        else:
            yield from self._boxes(field, path, path)

    def _boxes(self, field: Field, path: KeyPath, shown: KeyPath) -> Iterator[Box]:
        """The boxes of a fact; ``shown`` is its path on the page, relative to the row in tables."""
        if field.kind == "图片":
            labels = dict(zip(PICTURE_KEYS, ("文件名", "图上是什么", "宽（毫米）"), strict=True))
            for key in PICTURE_KEYS:
                required, example = field.required and key != "宽", field.example if key == "文件" else ""
                yield Box(
                    (*shown, key),
                    f"{field.label}：{labels[key]}",
                    self._take((*path, key)),
                    required=required,
                    example=example,
                    file=key == "文件",
                )
            return
        value = self._take(path)
        if field.kind in TEXT_LISTS and not value:
            # Each paragraph becomes one line.
            value = "\n".join(" ".join(self._take((*path, at)).split("\n")) for at in sorted(self.below[path]))
        yield Box(
            shown,
            field.label,
            value,
            _shape(field),
            field.required and not field.absent,
            field.unit,
            _how(field),
            field.example,
            _about(field) if shown == path else "",
            field.choices or (("是", "否") if field.kind == "是否" else ()),
            field.kind == "文档",
        )

    def _grid(self, field: Field, path: KeyPath) -> Grid:
        rows = [self._row(field, (*path, number)) for number in sorted(self.below[path])]
        word = self._take(path)
        elsewhere = [
            Box(at, written_path(at), self._take(at), "text") for at in list(self.left) if at[: len(path)] == path
        ]
        return Grid(
            path,
            field.label,
            self._row(field, None),
            tuple(rows),
            field.required,
            _about(field),
            word,
            tuple(elsewhere),
            bool(word) or field.may_be_nothing,
        )

    def _row(self, field: Field, path: KeyPath | None) -> Row:
        """The row at a path; a blank one for None."""
        at = path if path is not None else ("",)
        boxes = tuple(self._cells(field.members, at, ()))
        inner = tuple(self._inner(field.members, at, ()))
        rest = [(one[len(at) :], self._take(one)) for one in self.within[at] if one in self.left]
        return Row(boxes, inner, tuple(rest))

    def _cells(self, members: Mapping[str, Field], row: KeyPath, way: KeyPath) -> Iterator[Box]:
        for member in members.values():
            here = (*way, member.name)
            if member.kind == "组":
                yield from self._cells(member.members, row, here)
            elif member.kind != "表" and member.formula is None:
                for box in self._boxes(member, (*row, *here), here):
                    # Cells are narrow: let long texts wrap.
                    yield replace(box, shape="text") if member.kind == "目标" else box

    def _inner(self, members: Mapping[str, Field], row: KeyPath, way: KeyPath) -> Iterator[Grid]:
        for member in members.values():
            here = (*way, member.name)
            if member.kind == "组":
                yield from self._inner(member.members, row, here)
            elif member.kind == "表" and member.is_filled_in:
                yield replace(self._grid(member, (*row, *here)), path=here)

    def _indicator(self, indicator: Indicator) -> IndicatorPart:
        path = (INDICATORS, indicator.name)
        points = []
        for item in indicator.items:
            at = (*path, ITEMS, item.name)
            boxes = (*self._judged(indicator, item, at), Box((*at, "说明"), "说明", self._take((*at, "说明")), "text"))
            points.append((item.name, plain(item.weight), boxes))
        asked = "；".join(filter(None, (asked_of(indicator, None), needed_evidence(indicator))))
        texts = (
            Box((*path, "说明"), "说明（情况和依据）", self._take((*path, "说明")), "text"),
            Box((*path, "原因"), "未得满分的原因", self._take((*path, "原因")), "text"),
        )
        return IndicatorPart(
            path,
            indicator.name,
            plain(indicator.weight),
            asked,
            indicator.fixed_standard,
            (*self._judged(indicator, None, path), *texts),
            tuple(points),
            self._evidence((*path, EVIDENCE), needed_evidence(indicator)),
        )

    def _judged(self, indicator: Indicator, item: Item | None, path: KeyPath) -> Iterator[Box]:
        """The boxes of the mark and the conclusion given by the bureau."""
        one = item or indicator
        if is_stated(one.score):
            mark = (*path, "自评分")
            yield Box(mark, "自评分", self._take(mark), required=True, how=f"0 到 {plain(one.weight)}", unit="分")
        shares = item.shares if item is not None and item.score is None else {}
        if item is None and "不适用" in indicator.shares:
            shares = {"不适用": indicator.shares["不适用"]}
        if shares:
            end = (*path, "结论")
            how = "" if item is not None else "整项不适用时才选"
            yield Box(end, "结论", self._take(end), "choice", item is not None, how=how, choices=tuple(shares))

    def _evidence(self, path: KeyPath, needed: str) -> Grid:
        labels = {"标题": "材料名称", "文件": "文件（在填报的文件夹里）"}

        def row(at: KeyPath | None) -> Row:
            texts = dict.fromkeys(labels, "")
            if at is not None:
                alone = self._take(at)
                texts = {key: self._take((*at, key)) for key in labels}
                if alone:
                    texts["文件" if names_file(alone) else "标题"] = alone
            return Row(tuple(Box((key,), labels[key], texts[key], file=key == "文件") for key in labels))

        rows = tuple(row((*path, number)) for number in sorted(self.below[path]))
        return Grid(path, "佐证材料", row(None), rows, note=needed)


def _about(field: Field) -> str:
    return "　".join(filter(None, (f"来源：{field.source}" if field.source else "", field.note)))


def _shape(field: Field) -> str:
    if field.kind in TEXT_LISTS:
        return "lines"
    if field.kind in ("选项", "是否"):
        return "choice"
    if field.kind == "等次":
        return "grade"
    return "text" if field.kind == "文字" else "line"


def _how(field: Field) -> str:
    how = f"等次后面写系数：{'、'.join(field.choices)}" if field.kind == "等次" else _HOW.get(field.kind, "")
    nothing = f"没有的填「无」，按「{field.absent}」计" if field.absent else ""
    name = f"消息里叫「{field.other_name}」" if field.other_name else ""
    return "；".join(filter(None, (how, nothing, name)))


def labels_of(template: Template) -> dict[str, str]:
    """The labels of the facts outside tables by path: those that texts may refer to."""
    tables = tuple(f"{field.path}." for field in walk_fields(template.fields) if field.kind == "表")
    wanted = (field for field in walk_fields(template.fields) if field.kind not in ("组", "表"))
    return {field.path: field.label for field in wanted if not field.path.startswith(tables)}
