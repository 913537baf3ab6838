"""The names of a template: which are known where, and what they mean.

The one model for validation, type checks, listings, hints and proofreading; ``scoring.symbols`` gives the same names
their values. Shapes of names in texts are those of ``generator.narrative.text``: None for a value, a mapping for
a group, a list of one row for a table, ``...`` for anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from generator.formula.parser import Call, Choice, Expression, Logic, Name, Node, parts
from generator.formula.values import FUNCTIONS
from generator.template.files import Unread
from generator.template.model import (
    UNRATED,
    Field,
    Indicator,
    IndicatorRows,
    Scoring,
    Template,
    walk_fields,
    walk_indicators,
)

ITEMS: Final = "要点"
ROW_NUMBER: Final = "行号"
FIGURES: Final = ("名称", "级别", "附加", "分值", "得分", "得分率", "取值", "算式", "评分标准")
"""The figures of an indicator that texts and layouts may print."""
TOTALS: Final = ("总分", "合计", "满分", "得分率", "等级")
"""The figures of the whole form that they may print, under 评分."""
REVIEWED_FIGURES: Final = ("复核得分", "复核意见", "答复")
REVIEWED_TOTALS: Final = ("复核总分", "复核等级")
"""What a review makes of them: layouts may print it, also where there is none."""
_TOTAL_NAMES: Final = frozenset({"合计", "满分", "适用分值"})
BAND_NAMES: Final = frozenset({"总分", "满分", "得分率", "适用分值"})
_ITEM_NAMES: Final = frozenset({"得分", "分值"})
RATIO: Final = "比率"
SCORE: Final = "分数"
UNITS_OF_FIGURES: Final = {
    "得分率": RATIO,
    **dict.fromkeys(("分值", "得分", "自评分", "总分", "合计", "满分", "适用分值"), SCORE),
}
"""The figures of an indicator and of a form that are numbers, with their units."""
_NODE: Final = (*FIGURES, "依据", "叙述", ITEMS, "下级", *REVIEWED_FIGURES)
_ITEM: Final = ("名称", "分值", "得分", "结论", "说明", "叙述")
_OWN: Final = ("说明", "原因", "自评分")
TREE, SECOND_LEVEL, LEAVES = VIEWS = ("指标树", "二级指标", "评分表")
"""The tables in which layouts may print a form's indicators."""
_LEVELS: Final = ("一级", "二级", "三级", "一级分值", "二级分值", "三级分值")
_EVIDENCE, _DOCUMENT = "佐证清单", ("序号", "对象", "指标序号", "指标", "标题", "文件名")
_ROUNDS, _ROUND = "复核轮次", ("轮次", "日期", "复核单位")
_WORTH: Final = {
    **dict.fromkeys(("金额", "数值", "整数", "比率", "年份", "等次", "数量"), "数"),
    **dict.fromkeys(("文字", "选项", "图片", "文档"), "文字"),
    **dict.fromkeys(("段落", "列表"), "列表"),
    "日期": "日期",
    "是否": "条件",
}


class Context(Struct, frozen=True):
    """The context that decides what the names of a formula mean.

    ``tables`` are those for whose rows it is computed, the innermost last; ``indicator`` is its indicator, whose values
    have names below ``path``; ``names`` are known in this formula only (合计 in that of 总分).
    """

    tables: tuple[str, ...] = ()
    indicator: Indicator | None = None
    names: frozenset[str] = frozenset()
    path: str = ""


class Formula(Struct, frozen=True):
    """A formula, the name of its value, and the required type of the value (数, 条件, empty: any)."""

    name: str
    expression: Expression
    context: Context = field(default_factory=Context)
    wanted: str = ""


def formulas(template: Template) -> Iterator[Formula]:
    """Every formula of a template, with its context."""
    tables = {path for path, one in template.by_path.items() if one.kind == "表"}
    for one in template.by_path.values():
        if one.formula is not None:
            yield Formula(one.path, one.formula, Context(tables_above(one.path, tables)))
    for rule in template.checks:
        table = ".".join(rule.table)
        context = Context((*tables_above(table, tables), table) if table else ())
        yield Formula(f"勾稽.{rule.name}", rule.condition, context, "条件")
    for form in template.all_forms():
        yield from _of_form(*form)


def _of_form(above: str, scoring: Scoring | None, roots: Iterable[Indicator]) -> Iterator[Formula]:
    """The formulas of a scoring form; ``above`` is the prefix of its paths."""
    around = (above[:-1],) if above else ()
    for indicator, context in contexts(above, roots):
        path = context.path
        for name, expression in indicator.parameters.items():
            yield Formula(f"{path}.{name}", expression, context)
        if indicator.value is not None:
            yield Formula(f"{path}.取值", indicator.value, context)
        if indicator.score is not None:
            yield Formula(f"{path}.得分", indicator.score, context, "数")
        for item in indicator.items:
            if item.score is not None:
                yield Formula(f"{path}.{ITEMS}.{item.name}", item.score, context, "数")
    for rows in row_tables(roots):
        path = f"{above}{rows.one.path}"
        yield Formula(f"{path}.分值", rows.weight, Context((*around, f"{above}{rows.table}"), path=path), "数")
    if scoring is not None:
        yield Formula(f"{above}评分.总分", scoring.total, Context(around, names=_TOTAL_NAMES), "数")
        if scoring.unrated is not None:
            yield Formula(f"{above}评分.{UNRATED}", scoring.unrated, Context(around), "条件")
        for band in scoring.bands:
            yield Formula(f"{above}等级.{band.name}", band.condition, Context(around, names=BAND_NAMES), "条件")


def contexts(above: str, roots: Iterable[Indicator]) -> Iterator[tuple[Indicator, Context]]:
    """The indicators of a form, and what the rows of each table have in common that are indicators, with contexts."""
    around = (above[:-1],) if above else ()
    for node in walk_indicators(roots):
        yield node, Context(around, node, path=f"{above}指标.{node.name}")
    for rows in row_tables(roots):
        yield rows.one, Context((*around, f"{above}{rows.table}"), rows.one, path=f"{above}{rows.one.path}")


def row_tables(roots: Iterable[Indicator]) -> list[IndicatorRows]:
    """The tables of a form whose rows are indicators, each once though it may have several groups."""
    return list({node.rows.one.path: node.rows for node in walk_indicators(roots) if node.rows is not None}.values())


def tables_above(path: str, tables: AbstractSet[str]) -> tuple[str, ...]:
    """The tables whose rows contain a field, the innermost last."""
    steps = path.split(".")
    above = (".".join(steps[:count]) for count in range(1, len(steps)))
    return tuple(one for one in above if one in tables)


def own_names(indicator: Indicator) -> tuple[str, ...]:
    """The names that only an indicator's own formulas know."""
    stated, measured = [] if indicator.in_row else ["自评分"], ["取值"] if indicator.value is not None else []
    return ("名称", "分值", *stated, *measured, *indicator.parameters)


class Scope:
    """The names of a template; names that unread parts may define count as known."""

    def __init__(self, template: Template, unread: Unread | None = None) -> None:
        self.template, self.unread = template, unread or Unread()
        self.fields = template.by_path
        self.tables = frozenset(path for path, one in self.fields.items() if one.kind == "表")
        self._columns = {
            table: {one.path.removeprefix(f"{table}."): None for one in walk_fields(self.fields[table].members)}.keys()
            for table in self.tables
        }
        self._open = frozenset(path for path, one in self.fields.items() if _is_open(one))
        self._scores = _scores_of(template.all_indicators())
        self._of_rows = {
            form.table: _scores_of(form.all_indicators()).union(f"评分.{name}" for name in TOTALS)
            for form in template.row_forms
        }
        lost = any(form.table not in self.tables for form in template.row_forms)
        self._is_form_lost = lost or "评分对象" in self.unread

    # In formulas

    def key(self, path: tuple[str, ...], context: Context) -> str:
        """The full name: ``专项资金.金额`` for a column, ``指标.某项.取值`` for 取值; else the name itself."""
        name = ".".join(path)
        for table in reversed(context.tables):
            if name in self.columns(table, context) or name in self._of_rows.get(table, ()):
                return f"{table}.{name}"
        own = context.indicator
        if own is not None and len(path) == 1 and name in own_names(own):
            return f"{context.path}.{name}"
        return name

    def columns(self, table: str, context: Context) -> AbstractSet[str]:
        """The names of a row: columns, also those of groups and tables in it; under 要点, those of a point."""
        if table == ITEMS:
            return _ITEM_NAMES if context.indicator is not None and context.indicator.items else frozenset()
        return self._columns.get(table, {}.keys())

    def within(self, context: Context, table: str) -> Context:
        """The context of an expression computed for each row of a table."""
        return replace(context, tables=(*context.tables, *tables_above(table, self.tables), table))

    def is_known(self, path: tuple[str, ...], context: Context) -> bool:
        """Whether a formula may use a name in this context."""
        name = ".".join(path)
        return name in self.fields or name in self._scores or name in self._local(context)

    def known(self, context: Context) -> frozenset[str]:
        """Every name that a formula may use in this context."""
        return self._local(context) | self.fields.keys() | self._scores

    def _local(self, context: Context) -> frozenset[str]:
        """The names that are known in this context only."""
        names = context.names.union(*(self.columns(table, context) for table in context.tables))
        names = names.union(*(self._of_rows.get(table, ()) for table in context.tables))
        if context.indicator is not None:
            names = names.union(own_names(context.indicator))
            if context.indicator.items:
                names = names.union((ITEMS,), (f"{ITEMS}.{name}" for name in _ITEM_NAMES))
        return names

    def may_be(self, path: tuple[str, ...], context: Context | None = None) -> bool:
        """Whether a name may be defined in a part of the template that could not be read."""
        if self.unread.may_be(path) or self.is_open(path) or ".".join(path) in self.unread:
            return True
        if self._is_form_lost and path[0] in ("评分", "指标"):
            return True
        indicator = context.indicator if context is not None else None
        if indicator is None:
            return False
        own = f"指标.{indicator.name}"
        if path[0] in ("取值", ITEMS) and f"{own}.{path[0]}" in self.unread:
            return True
        return len(path) == 1 and f"{own}.参数" in self.unread

    def is_open(self, path: tuple[str, ...]) -> bool:
        """Whether the path leads to or through a field whose members could not be read."""
        return any(".".join(path[:count]) in self._open for count in range(1, len(path) + 1))

    def names_in(self, node: Node, context: Context) -> Iterator[tuple[Name, Context]]:
        """Every name with its context: within an aggregate, that of the rows of its table.

        Skips an aggregate over a table whose columns could not be read: there any name may be a column.
        """
        if isinstance(node, Name):
            yield node, context
        below = parts(node)
        if isinstance(node, Call) and isinstance(first := node.arguments[0], Name):
            yield first, context
            if self.is_open(tuple(self.key(first.path, context).split("."))):
                return
            found = self.table_of(node, context)
            context = self.within(context, found[0]) if found is not None else context
            below = node.arguments[1:]
        for part in below:
            yield from self.names_in(part, context)

    def needed(self, node: Node, context: Context, *, filled: bool = False) -> Iterator[tuple[Name, Context]]:
        """The names that evaluating a node always needs; with ``filled``, only those that must have a value."""
        below = parts(node)
        if isinstance(node, Name):
            yield node, context
        elif isinstance(node, Choice):
            below = (node.condition,)
        elif isinstance(node, Logic):
            below = (node.left,)
        elif isinstance(node, Call) and FUNCTIONS[node.function].kind == "rows":
            found, first = self.table_of(node, context), node.arguments[0]
            if found is None or not isinstance(first, Name):
                return
            if not filled:
                yield first, context
            context, below = self.within(context, found[0]), found[1]
            # A condition on the row guards what is computed for it.
            below = below[-1:] if filled and node.function != "加权平均" else below
        elif isinstance(node, Call) and filled and FUNCTIONS[node.function].kind not in ("values", "roughly"):
            below = ()
        for part in below:
            yield from self.needed(part, context, filled=filled)

    def table_of(self, node: Call, context: Context) -> tuple[str, tuple[Node, ...]] | None:
        """The table of an aggregate and its arguments for each row; None if its first argument is no table."""
        first, *rest = node.arguments
        if not isinstance(first, Name):
            return None
        for count in range(len(first.path), 0, -1):
            table = self.key(first.path[:count], context)
            if table in self.tables or table == ITEMS:
                # 求和(表.列) is short for 求和(表, 列).
                column = [Name(first.start, first.end, first.path[count:])] if count < len(first.path) else []
                return table, (*column, *rest)
        return None

    def is_value(self, path: tuple[str, ...], context: Context) -> bool:
        """Whether a name is one value: no group, no table, and no column outside its rows."""
        key = self.key(path, context)
        known = self.fields.get(key)
        return known is None or (not known.members and {*tables_above(key, self.tables)} <= {*context.tables})

    def worth(self, key: str) -> str:
        """The type of a full name: 数, 文字, 条件, 日期, 列表; empty if unknown."""
        known = self.fields.get(key)
        if known is not None:
            return worth_of(known)
        last = key.rpartition(".")[2]
        return "数" if last in UNITS_OF_FIGURES else "文字" if last in ("名称", "等级") else ""

    # In texts and layouts

    def layout_names(self, table: str = "") -> frozenset[str] | None:
        """All names that a layout's tags may use: ``收支``, ``收支.收入决算数``, columns as ``项目.金额``.

        In a layout for each row of a table, its columns and those of outer rows, and 行号, are names by themselves.
        Names of unread parts come without members, and then any member is allowed. None if no field is known.
        """
        if "字段" in self.unread:
            return None
        names = set(_dotted({**self.report_shape(), **self.form_shape()}))
        for one in (*tables_above(table, self.tables), table) if table in self.tables else ():
            names |= {ROW_NUMBER, *(name.removeprefix(f"{one}.") for name in names if name.startswith(f"{one}."))}
        return frozenset(names)

    def report_shape(self) -> dict[str, object]:
        """The names for every text: facts, totals, figures of all indicators."""
        totals = dict.fromkeys((*TOTALS, *REVIEWED_TOTALS))
        rated = ((form.table, {**_form_shape(form.all_indicators()), **totals}) for form in self.template.row_forms)
        forms: dict[str, dict[str, object]] = {table: {"评分": shape} for table, shape in rated}
        forms |= {table: {"评分": ...} for table in (self.tables if self._is_form_lost else ())}
        known = {**dict.fromkeys(self.unread.words, ...), **_shape_of(self.template.fields, forms)}
        if self.template.scoring is not None:
            known["评分"] = totals
            known["指标"] = {indicator.name: dict.fromkeys(FIGURES) for indicator in self.template.all_indicators()}
        return known | dict.fromkeys({"评分", "指标"} & self.unread.paths, ...)

    def document_shape(self, table: str) -> dict[str, object]:
        """The further names of a document for each row of a table."""
        return {ROW_NUMBER: None, **self.columns_shape(table)} if table else {}

    def columns_shape(self, table: str) -> dict[str, object]:
        """The further names of a rule for each row of a table: its columns, and those of the rows around it."""
        shape: object = self.report_shape() if table else None
        names: dict[str, object] = {}
        for step in table.split(".") if table else ():
            found = shape.get(step) if isinstance(shape, dict) else None
            shape = found[0] if isinstance(found, list) else found
            names |= shape if isinstance(found, list) and isinstance(shape, dict) else {}
        return names

    def form_shape(self) -> dict[str, object]:
        """The further names for messages of checks.yaml: the scoring form in its several views."""
        if "指标" in self.unread or "评分" in self.unread:
            return dict.fromkeys(("指标", *VIEWS, _EVIDENCE, _ROUNDS), ...)
        shape = _form_shape(self.template.all_indicators()) if self.template.scoring is not None else {}
        lists = {_EVIDENCE: [dict.fromkeys(_DOCUMENT)], _ROUNDS: [dict.fromkeys(_ROUND)]}
        return {**shape, **(lists if shape or self.template.row_forms else {})}

    def indicator_shape(self, indicators: Iterable[Indicator]) -> dict[str, object]:
        """The further names for narratives of these indicators: own figures, remarks and parameters."""
        parameters = {name: None for indicator in indicators for name in indicator.parameters}
        return {**_node_shape(), **parameters, **dict.fromkeys(_OWN), "佐证": [None]}


def worth_of(field: Field) -> str:
    """The type of a field in formulas; empty if it depends on what is filled in."""
    return _WORTH.get(field.kind, "")


def _dotted(shapes: Mapping[str, object], above: str = "", within: tuple[int, ...] = ()) -> Iterator[str]:
    """The full names of values, lists and tables in these shapes; of what is within itself (下级) one level."""
    for name, shape in shapes.items():
        if not isinstance(shape, Mapping):
            yield f"{above}{name}"
        inner = shape[0] if isinstance(shape, list) else shape
        if isinstance(inner, Mapping) and id(inner) not in within:
            yield from _dotted(inner, f"{above}{name}.", (*within, id(inner)))


def _scores_of(indicators: Iterable[Indicator]) -> frozenset[str]:
    """The values of a form's indicators that formulas may use."""
    return frozenset(
        f"指标.{indicator.name}.{what}"
        for indicator in indicators
        for what in ("分值", "得分", "得分率", *(["取值"] if indicator.value is not None else []))
    )


def _is_open(field: Field) -> bool:
    """Whether a field's members could not be read."""
    return not field.kind or (field.kind in ("组", "表") and not field.members)


def _shape_of(fields: Mapping[str, Field], forms: Mapping[str, Mapping[str, object]]) -> dict[str, object]:
    """The shapes of fields; ``forms`` are the further names in the rows of tables, by their paths."""
    shapes: dict[str, object] = {}
    for name, one in fields.items():
        if _is_open(one):
            shapes[name] = ...
        elif one.members:
            below = {**_shape_of(one.members, forms), **forms.get(one.path, {})}
            shapes[name] = [below] if one.kind == "表" else below
        else:
            shapes[name] = [None] if worth_of(one) == "列表" else None
    return shapes


def _form_shape(indicators: Iterable[Indicator]) -> dict[str, object]:
    node = _node_shape()
    leaf = {**node, **dict.fromkeys(_LEVELS)}
    by_name = {indicator.name: node for indicator in indicators}
    return {"指标": by_name, TREE: [node], SECOND_LEVEL: [node], LEAVES: [leaf]}


def _node_shape() -> dict[str, object]:
    node: dict[str, object] = {**dict.fromkeys(_NODE), "叙述": [None], ITEMS: [dict.fromkeys(_ITEM)]}
    node["下级"] = [node]
    return node


class ListedName(Struct, frozen=True):
    """One line of ``jixiao template fields``; ``origin`` is 填报, 选填 or 计算."""

    name: str
    kind: str
    origin: str
    label: str
    example: str


_LISTED_FORM: Final = (
    ("评分.总分", "数值", "总分"),
    ("评分.合计", "数值", "各一级指标得分之和；总分由它得出，如以执行率封顶"),
    ("评分.满分", "数值", "满分"),
    ("评分.得分率", "比率", "总分占满分的比率"),
    ("评分.等级", "文字", "评价等级"),
    ("评分.复核总分", "数值", "按复核得分算的总分；没有复核的是空的"),
    ("评分.复核等级", "文字", "按复核总分定的等级"),
    (
        TREE,
        "表",
        "评分表的各级指标：名称、级别、分值、得分、得分率、评分标准、叙述、依据、附加、下级、复核得分、复核意见、答复",
    ),
    (SECOND_LEVEL, "表", "二级指标，列同指标树"),
    (LEAVES, "表", "逐项评分的指标：一级、二级、三级、一级分值、二级分值、分值、评分标准、得分、依据"),
    (_EVIDENCE, "表", f"佐证材料：{'、'.join(_DOCUMENT)}"),
    (_ROUNDS, "表", f"复核的各轮：{'、'.join(_ROUND)}；没有复核的没有行"),
)
_LISTED_FIGURES: Final = (("分值", "数值"), ("得分", "数值"), ("得分率", "比率"), ("取值", "数值"), ("算式", "文字"))


def list_names(template: Template) -> Iterator[ListedName]:
    """The facts, computed values and scores of a template, in the order of its files."""
    for one in walk_fields(template.fields):
        if one.kind != "组":
            origin = "计算" if one.formula is not None else "填报" if one.required else "选填"
            example = one.example or (f"= {one.formula.text}" if one.formula is not None else "")
            yield ListedName(one.path, one.kind, origin, one.label, example)
    if template.scoring is not None:
        for name, kind, label in _LISTED_FORM:
            yield ListedName(name, kind, "计算", label, "")
    for indicator in template.all_indicators():
        for name, kind in _LISTED_FIGURES:
            yield ListedName(f"指标.{indicator.name}.{name}", kind, "计算", f"{indicator.name}的{name}", "")
    for form in template.row_forms:
        for name, kind, label in _LISTED_FORM[:-2]:
            yield ListedName(f"{form.table}.评分.{name.removeprefix('评分.')}", kind, "计算", f"每一行的{label}", "")
