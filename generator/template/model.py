"""A loaded template: immutable, every part with its place in the template's files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field

from generator.base.diagnostics import Severity, Span
from generator.base.formats import RATE, Format, plain
from generator.formula.parser import Call, Expression, Name, Node, parts
from generator.formula.values import FUNCTIONS

KINDS = (
    *("文字", "段落", "列表", "金额", "数值", "整数", "比率", "日期", "年份"),
    *("选项", "等次", "数量", "目标", "是否", "图片", "文档", "组", "表"),
)
TEXT_LISTS = ("段落", "列表")
"""The kinds whose value is a list of texts."""
NOTHING = ("无", "没有", "暂无", "不适用", "不涉及", "/", "／", "—", "——", "－", "-")
"""The words for "there is none" in an optional value."""


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is none."""
    return text.strip().rstrip("。") in NOTHING


class Field(Struct, frozen=True):
    """A fact that a bureau fills in, a value computed from facts, or a group or table of them.

    ``kind`` is one of ``KINDS``; 组 and 表 have ``members``. ``grades`` are the lowest and the highest share of the
    weight that each grade of a 等次 may earn. Amounts and numbers are not negative unless ``signed``. A field with a
    ``formula`` is computed; a value that the bureau states is compared with it. ``absent`` is the value of 无, and of a
    blank optional field. Reports put a number before a ``numbered`` text. ``brought`` is the path of the value that
    next year's input takes over as this field. A text has at most ``longest`` characters.
    """

    name: str
    path: str
    kind: str
    label: str
    span: Span
    required: bool = True
    unit: str = ""
    choices: tuple[str, ...] = ()
    signed: bool = False
    least: Fraction | None = None
    most: Fraction | None = None
    formula: Expression | None = None
    format: Format | None = None
    unit_of: str = ""
    members: Mapping[str, Field] = field(default_factory=dict)
    source: str = ""
    example: str = ""
    note: str = ""
    kept: bool = False
    grades: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)
    absent: str = ""
    numbered: bool = False
    private: bool = False
    brought: str = ""
    longest: Fraction | None = None

    @property
    def other_name(self) -> str:
        """Its name as findings give it, unless the label contains it."""
        name = self.path.rpartition(".")[2]
        return "" if name in self.label else name

    @property
    def is_filled_in(self) -> bool:
        """Whether a bureau fills in this field, or any field below it."""
        return self.formula is None and (not self.members or any(m.is_filled_in for m in self.members.values()))

    @property
    def may_be_nothing(self) -> bool:
        """Whether 无 is an answer: for optional fields, and rows and texts for which the template allows it."""
        return not self.required or (bool(self.absent) and self.kind in ("表", "列表", "段落"))

    @property
    def is_needed(self) -> bool:
        """Whether an input without this field is incomplete; a group is needed if one of its members is."""
        needed_below = self.kind != "组" or any(member.is_needed for member in self.members.values())
        return self.required and self.formula is None and needed_below


def walk_fields(fields: Mapping[str, Field]) -> Iterator[Field]:
    """Every field, groups and tables before their members."""
    for one in fields.values():
        yield one
        yield from walk_fields(one.members)


class Item(Struct, frozen=True):
    """A scored point of an indicator (要点), by its formula, or by the bureau's conclusion.

    ``shares`` is the part of the weight that each conclusion earns.
    """

    name: str
    weight: Fraction
    span: Span
    shares: Mapping[str, Fraction]
    score: Expression | None = None
    narrative: str = ""
    weight_span: Span = Span("")


class RequiredEvidence(Struct, frozen=True):
    """The evidence that an indicator requires: at least ``least`` pieces, one for each of ``titles`` by its title.

    ``as_files`` requires files, not mere titles.
    """

    least: int
    titles: tuple[str, ...] = ()
    as_files: bool = False


class IndicatorRows(Struct, frozen=True):
    """The table whose rows are indicators (指标来自), and what its columns say of them.

    Attributes:
        table: Its path, from the top of the filing or from the row that has the form.
        name: The column that names the indicator.
        levels: The columns that name the groups above it, the outermost first.
        groups: The allowed outermost groups, those with a weight; empty if the filing names them.
        below: The allowed next level by outermost group; a group without an entry allows any.
        weight: The formula of a row's weight.
        one: What every row has in common.
        span: The place of the table's name.
        places: The places of what is written, by key.
    """

    table: str
    name: str
    levels: tuple[str, ...]
    groups: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]]
    weight: Expression
    one: Indicator
    span: Span
    places: Mapping[str, Span]


class Indicator(Struct, frozen=True):
    """One node of the scoring form. A node without children is scored; the others add up.

    ``shares`` says what part of the weight a conclusion earns, 不适用 among them.
    ``rows`` is the table from which a filing gives a group its children. An indicator ``in_row`` is made from a row,
    or belongs to the form of one: ``reason``, ``remarks`` and ``materials`` are the columns that say what others have
    under 指标 (原因, 说明, 佐证). ``key`` distinguishes it from others of its name.
    """

    name: str
    path: str
    level: int
    weight: Fraction
    span: Span
    children: tuple[Indicator, ...] = ()
    bonus: bool = False
    value: Expression | None = None
    value_format: Format | None = None
    score: Expression | None = None
    parameters: Mapping[str, Expression] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    standard: str = ""
    narrative: str = ""
    basis: str = ""
    weight_span: Span = Span("")
    evidence: RequiredEvidence | None = None
    shares: Mapping[str, Fraction] = field(default_factory=dict)
    rows: IndicatorRows | None = None
    in_row: bool = False
    key: str = ""
    reason: str = ""
    remarks: str = ""
    materials: str = ""

    @property
    def id(self) -> str:
        """Unique within the form: its name, if no other has it."""
        return self.key or self.name

    @property
    def fixed_standard(self) -> str:
        """评分标准 with weight and name filled in, which do not depend on the filing."""
        said = {"分值": plain(self.weight), "名称": self.name}
        return re.sub(r"\{\{\s*(分值|名称)\s*\}\}", lambda match: said[match[1]], self.standard)

    @property
    def is_scored(self) -> bool:
        """Whether it has a score of its own rather than a sum."""
        return not self.children and self.rows is None

    @property
    def method(self) -> str:
        """How it is scored: 附加 (bonus), 要点 (items), 计算 (a value formula), or 自评 (a person's judgement)."""
        if self.bonus:
            return "附加"
        if self.items:
            return "要点"
        return "计算" if self.value is not None else "自评"


def walk_indicators(roots: Iterable[Indicator]) -> Iterator[Indicator]:
    """Every node of a form, in its order."""
    for root in roots:
        yield root
        if root.children:
            yield from walk_indicators(root.children)


class Band(Struct, frozen=True):
    """A rating and the condition under which it is given."""

    name: str
    condition: Expression


UNRATED = "不评"


class Scoring(Struct, frozen=True):
    """How scores are rounded, added up and rated.

    ``total`` may use 合计, the sum of the first-level scores; ``rate_format`` prints 得分率. Where ``unrated`` holds,
    the form has no scores, and its rating is ``UNRATED``.
    """

    places: int
    full: Fraction
    full_span: Span
    total: Expression
    bands: tuple[Band, ...]
    rate_format: Format = RATE
    unrated: Expression | None = None


METHODS = ("自评", "要点", "计算", "附加", "不适用")
"""The ways in which an indicator may earn its score, each with an opening and a closing."""


class Narratives(Struct, frozen=True):
    """The text around an indicator's own narrative: ``opening`` and ``closing`` by method, ``remarks`` between."""

    opening: Mapping[str, str]
    remarks: str
    closing: Mapping[str, str]


class CheckRule(Struct, frozen=True):
    """A consistency rule of a template: the condition that must hold, for the report or for each row of a table."""

    name: str
    span: Span
    condition: Expression
    severity: Severity
    message: str
    hint: str
    table: tuple[str, ...] = ()
    place: str = ""
    table_span: Span = Span("")
    place_span: Span = Span("")


class Switch(Struct, frozen=True):
    """A template's settings of one of the program's checks, by the check's name.

    ``on`` and ``level`` are None if unchanged. ``settings`` are the texts under other keys, each list with its place.
    """

    name: str
    span: Span
    on: bool | None = None
    level: Severity | None = None
    settings: Mapping[str, tuple[tuple[str, ...], Span]] = field(default_factory=dict)


class RowForm(Struct, frozen=True):
    """The scoring form that each row of a table has for itself (评分对象); the column ``name`` says what a row is."""

    table: str
    name: str
    scoring: Scoring
    indicators: tuple[Indicator, ...]
    span: Span

    def all_indicators(self) -> Iterator[Indicator]:
        """Every node of the form, in its order."""
        return walk_indicators(self.indicators)


def is_stated(score: Expression | None) -> bool:
    """Whether a score depends on 自评分; inside 求和, 平均 and the like that name is a column."""
    return score is not None and _states(score.root)


def _states(node: Node) -> bool:
    if isinstance(node, Call) and FUNCTIONS[node.function].kind == "rows":
        return False
    return (isinstance(node, Name) and node.path == ("自评分",)) or any(map(_states, parts(node)))


class Output(Struct, frozen=True):
    """One document that a filing makes.

    ``layout`` is a .docx or .xlsx. With ``table`` it is printed once for each row of that table; a ``public`` copy
    leaves out the private fields; a ``page`` is written as HTML. ``span`` is its place in the template, ``file_span``
    that of its file name.
    """

    name: str
    layout: Path
    file_name: str
    span: Span
    file_span: Span
    table: str = ""
    table_span: Span = Span("")
    public: bool = False
    page: bool = False

    @property
    def is_word(self) -> bool:
        """Whether its layout is a Word file."""
        return self.layout.suffix.lower() == ".docx"

    @property
    def may_be_main(self) -> bool:
        """Whether it is a Word file for the whole filing: drafts, the review page and ``pull`` show the first one."""
        return self.is_word and not (self.table or self.public or self.page)


PROPERTIES = {"作者": "文字", "日期": "日期"}
"""What the properties of written files may state, and the kind of field that does."""


class Measured(Struct, frozen=True):
    """A table whose rows state indicators (指标表 in checks.yaml): what its columns say, for the checks.

    Attributes:
        table: Its path.
        columns: The column under each name of ``PARTS`` that the table has.
        project: The columns that say what a row belongs to.
        span: The place of the table's name.
    """

    table: str
    columns: Mapping[str, str]
    project: tuple[str, ...]
    span: Span


PARTS = ("名称", "一级", "二级", "符号", "目标", "单位", "完成", "分值", "得分", "原因", "佐证", "核心")
"""What a column of a table of indicators may say."""


class Template(Struct, frozen=True, dict=True):
    """Everything about one kind of report; without a scoring form, ``scoring`` and ``indicators`` are empty.

    ``row_forms`` are the forms of rows of tables. ``outputs`` are the documents that a filing makes; if empty, it makes
    one report by ``layout``, else ``layout`` is that of the first Word file for the whole filing. ``file_name`` names
    the report, or the folder of all. ``properties`` are the fields that file properties state, by the names of
    ``PROPERTIES``. ``supplement`` is the merged-in file with what a filing adds.
    """

    id: str
    folder: Path
    title: str
    version: str
    file_name: str
    layout: Path
    formats: Mapping[str, Format]
    scoring: Scoring | None
    narratives: Narratives
    fields: Mapping[str, Field]
    indicators: tuple[Indicator, ...]
    checks: tuple[CheckRule, ...]
    switches: tuple[Switch, ...] = ()
    row_forms: tuple[RowForm, ...] = ()
    outputs: tuple[Output, ...] = ()
    measured: tuple[Measured, ...] = ()
    properties: Mapping[str, tuple[str, Span]] = field(default_factory=dict)
    supplement: Path | None = None

    @cached_property
    def by_path(self) -> Mapping[str, Field]:
        """Every field by its path."""
        return {field.path: field for field in walk_fields(self.fields)}

    @cached_property
    def _nodes(self) -> tuple[Indicator, ...]:
        return tuple(walk_indicators(self.indicators))

    def all_indicators(self) -> Iterator[Indicator]:
        """Every node of the scoring form, in its order."""
        return iter(self._nodes)

    def all_forms(self) -> Iterator[tuple[str, Scoring | None, tuple[Indicator, ...]]]:
        """Each form: the prefix of its paths (``项目.`` for the rows of that table), its scoring, its roots."""
        yield "", self.scoring, self.indicators
        yield from ((f"{form.table}.", form.scoring, form.indicators) for form in self.row_forms)
