"""A template as a form: steps of boxes, tables and indicators, filled with the values of a filing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import count

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.formats import plain
from generator.submission.attachments import ATTACHMENTS, EVIDENCE, names_file
from generator.submission.book_form import asked_of, attached_files, lines_of, needed_evidence, text_field
from generator.submission.filing import INDICATORS, ITEMS, Values, written_path
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
_SHAPES = {"段落": "lines", "列表": "lines", "选项": "choice", "是否": "choice", "等次": "grade"}


class Box(Struct, frozen=True):
    """A value to fill in, with its field; ``path`` is relative to the row in tables, ``note`` is shown outside them.

    ``file`` if it names a file next to the filing.
    """

    path: KeyPath
    field: Field
    value: str = ""
    note: str = ""
    in_row: bool = False
    file: bool = False

    @property
    def required(self) -> bool:
        """Whether it may not stay blank."""
        return self.field.required and not self.field.absent

    @property
    def choices(self) -> tuple[str, ...]:
        """The words to choose from."""
        return ("是", "否") if self.field.kind == "是否" else self.field.choices

    @property
    def shape(self) -> str:
        """Line, text (one long line), lines, choice or grade (a choice followed by a coefficient)."""
        kind = self.field.kind
        # Cells are narrow: let long texts wrap.
        is_long = kind == "文字" or (kind == "目标" and self.in_row)
        return "text" if is_long and not self.file else _SHAPES.get(kind, "line")

    @property
    def how(self) -> str:
        """How it is written."""
        field = self.field
        how = f"等次后面写系数：{'、'.join(field.choices)}" if field.kind == "等次" else _HOW.get(field.kind, "")
        nothing = f"没有的填「无」，按「{field.absent}」计" if field.absent else ""
        name = f"消息里叫「{field.other_name}」" if field.other_name else ""
        return "；".join(filter(None, (how, nothing, name)))


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
    field: Field
    blank: Row
    rows: tuple[Row, ...]
    note: str
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
    """A scored indicator: what is asked, its boxes, its points with theirs, and its evidence."""

    indicator: Indicator
    path: KeyPath
    asked: str
    boxes: tuple[Box, ...]
    points: tuple[tuple[Item, tuple[Box, ...]], ...]
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
            made.append(("附件", "", [self._grid(attached_files(), (ATTACHMENTS,))]))
        if self.left:
            left: list[Part] = [_text_box(path, written_path(path), text) for path, text in self.left.items()]
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
            yield from self._boxes({field.name: field}, above)

    def _boxes(self, fields: Mapping[str, Field], above: KeyPath, *, in_row: bool = False) -> Iterator[Box]:
        """The boxes of the facts among these fields; their paths are relative to ``above`` in rows."""
        for line in lines_of(fields):
            if line.is_group:
                continue
            path, field = (*above, *line.path), line.field
            value = self._take(path)
            if not value:
                # Each item of a list becomes one line.
                value = "\n".join(" ".join(self._take((*path, at)).split("\n")) for at in sorted(self.below[path]))
            note = "" if in_row else _about(field)
            yield Box(line.path if in_row else path, field, value, note, in_row, line.is_file)

    def _grid(self, field: Field, path: KeyPath) -> Grid:
        rows = [self._row(field, (*path, number)) for number in sorted(self.below[path])]
        word = self._take(path)
        others = [at for at in self.left if at[: len(path)] == path]
        elsewhere = tuple(_text_box(at, written_path(at), self._take(at)) for at in others)
        nothing = bool(word) or field.may_be_nothing
        return Grid(path, field, self._row(field, None), tuple(rows), _about(field), word, elsewhere, nothing)

    def _row(self, field: Field, path: KeyPath | None) -> Row:
        """The row at a path; a blank one for None."""
        at = path if path is not None else ("",)
        boxes = tuple(self._boxes(field.members, at, in_row=True))
        inner = tuple(self._inner(field.members, at, ()))
        rest = [(one[len(at) :], self._take(one)) for one in self.within[at] if one in self.left]
        return Row(boxes, inner, tuple(rest))

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
            points.append((item, (*self._judged(indicator, item, at), *self._texts(at, {"说明": "说明"}))))
        asked = "；".join(filter(None, (asked_of(indicator, None), needed_evidence(indicator))))
        texts = self._texts(path, {"说明": "说明（情况和依据）", "原因": "未得满分的原因"})
        boxes = (*self._judged(indicator, None, path), *texts)
        return IndicatorPart(indicator, path, asked, boxes, tuple(points), self._evidence(indicator, (*path, EVIDENCE)))

    def _texts(self, path: KeyPath, labels: Mapping[str, str]) -> Iterator[Box]:
        for key, label in labels.items():
            yield _text_box((*path, key), label, self._take((*path, key)))

    def _judged(self, indicator: Indicator, item: Item | None, path: KeyPath) -> Iterator[Box]:
        """The boxes of the mark and the conclusion given by the bureau."""
        one, nowhere = item or indicator, Span("")
        if is_stated(one.score):
            mark = Field("自评分", "自评分", "数值", "自评分", nowhere, unit="分")
            yield Box((*path, "自评分"), mark, self._take((*path, "自评分")), f"0 到 {plain(one.weight)}")
        shares = item.shares if item is not None and item.score is None else {}
        if item is None and "不适用" in indicator.shares:
            shares = {"不适用": indicator.shares["不适用"]}
        if shares:
            end = Field("结论", "结论", "选项", "结论", nowhere, item is not None, choices=tuple(shares))
            note = "" if item is not None else "整项不适用时才选"
            yield Box((*path, "结论"), end, self._take((*path, "结论")), note)

    def _evidence(self, indicator: Indicator, path: KeyPath) -> Grid:
        labels = {"标题": "材料名称", "文件": "文件（在填报的文件夹里）"}
        members = {key: Field(key, label, "名称", label, Span(""), required=False) for key, label in labels.items()}

        def row(at: KeyPath | None) -> Row:
            texts = dict.fromkeys(labels, "")
            if at is not None:
                alone = self._take(at)
                texts = {key: self._take((*at, key)) for key in labels}
                if alone:
                    texts["文件" if names_file(alone) else "标题"] = alone
            return Row(tuple(Box((key,), one, texts[key], file=key == "文件") for key, one in members.items()))

        rows = tuple(row((*path, number)) for number in sorted(self.below[path]))
        table = Field(EVIDENCE, EVIDENCE, "表", "佐证材料", Span(""), required=False)
        return Grid(path, table, row(None), rows, needed_evidence(indicator))


def _text_box(path: KeyPath, label: str, value: str) -> Box:
    return Box(path, text_field(label, label), value)


def _about(field: Field) -> str:
    return "　".join(filter(None, (f"来源：{field.source}" if field.source else "", field.note)))


def labels_of(template: Template) -> dict[str, str]:
    """The labels of the facts outside tables by path: those that texts may refer to."""
    tables = tuple(f"{field.path}." for field in walk_fields(template.fields) if field.kind == "表")
    wanted = (field for field in walk_fields(template.fields) if field.kind not in ("组", "表"))
    return {field.path: field.label for field in wanted if not field.path.startswith(tables)}
