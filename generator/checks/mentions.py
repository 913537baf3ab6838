"""Figures in the bureau's texts with the clause around them, rows with a target judged against its actual value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from operator import add
from string import ascii_letters, digits
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, NotAnAmount, parse_amount
from generator.base.diagnostics import Span
from generator.base.judgement import Flag, Judgement, Verdict, judge_as
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.base.units import known_units
from generator.checks.texts import HIDDEN, Text
from generator.formula.parser import Call, Compare, Expression, Literal, Name, Node
from generator.formula.values import FUNCTIONS, FormulaFault, Trace
from generator.scoring.model import Scorecard, Scored
from generator.scoring.symbols import Book
from generator.submission.model import Entry, Fact, Record, Submission, field_path
from generator.template.model import Field, Measured, Template

_NO_COUNTS = "年 月 日 天 季 季度 半年 个月 周 小时 分钟 秒 分 班 级 度 届 档 面 口 眼 根 门 对 部 集 点 组 号"
"""Times, and words that seldom count anything behind a number in a sentence."""
# The longest first; those of one length in one order, so that the pattern is the same in every process.
_UNITS = "|".join(map(re.escape, sorted({*known_units()} - {*_NO_COUNTS.split()}, key=lambda unit: (-len(unit), unit))))
_FIGURE = re.compile(
    rf"(?<![\d,.])\d[\d,]*+(?:\.\d+)?+\s*+(?:万亿|千万|百万|十万|亿|万|千|百)?(?:{_UNITS})(?![A-Za-z\d])"
)
# Before a number these make it a part of a name, a range, an ordinal, or of what a reference prints.
_NO_FIGURE_BEHIND = frozenset("-—~～至第〔《.," + HIDDEN + ascii_letters + digits)
_CLAUSE_END = re.compile(r"[，。；！？：\n]")
_SENTENCE_ENDS = "。；！？\n"
_NAMES = re.compile(r"“([^”]*)”|《[^》]*》|「[^」]*」")
_ROUGH_BEFORE = (
    *("约", "近", "超", "超过", "逾", "突破", "不少于", "不低于", "不足", "至少", "最多", "不超过"),
    *("≥", "＞", "≧", "≤", "＜", ">", "<"),
)
_AGREED = ("节约", "签约", "续约", "解约", "违约", "履约", "预约")
"""Words that end as 约 (about) does."""
_ROUGH_BEHIND = re.compile(r"\s*(?:多|余|以上|以下|以内|左右|上下|以外)")
_PART = re.compile(
    r"其中|另|分别|各|每|人均|平均|累计|历年|预计|预期|计划|目标|力争|拟|将|上年|去年|同期|前年|次年|明年"
)
_LONG, _FAR = 30, 200
"""What is said of a figure stands within so many characters before and behind it."""
_YEAR = re.compile(r"(\d{4})年")
_CHANGE = re.compile(r"(?<!新)增(?!加值)|降|减|提高|上升|回落|多于|少于|高于|低于|快于|节约|节省")
_SHARE = re.compile(r"占|相当于|比重|贡献")


class Statement(Struct, frozen=True, dict=True):
    """One figure with its unit, in the clause in which it stands.

    Attributes:
        text: The text that holds it.
        start: Where it begins in the text.
        end: Where it ends, its unit included.
        quantity: The figure.
        clause: The clause without names of documents and quoted sentences.
        lead: The clause before the figure.
    """

    text: Text
    start: int
    end: int
    quantity: Amount
    clause: str
    lead: str

    @property
    def said(self) -> str:
        """The clause as typed; of a long one the part up to the figure."""
        begin = self.start - len(self.lead)
        stop = _CLAUSE_END.search(self.text.plain, self.end)
        whole = self.text.raw[begin : stop.start() if stop else len(self.text.raw)].strip()
        return whole if len(whole) <= _LONG else self.text.raw[max(begin, self.end - _LONG) : self.end].strip()

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Every two characters of the clause that stand side by side."""
        return frozenset(pairs_of(self.clause))

    @property
    def is_change(self) -> bool:
        """Whether it says by how much something grew or fell."""
        return _CHANGE.search(self.lead, max(0, len(self.lead) - 6)) is not None

    @property
    def is_share(self) -> bool:
        """Whether it says what part of something else it is."""
        return bool(_SHARE.search(self.lead))


def pairs_of(text: str) -> list[str]:
    """Every two characters side by side, in order."""
    return list(map(add, text, text[1:]))


def statements_in(texts: Iterable[Text], year: int | None) -> Iterator[Statement]:
    """Every definite figure about the report's own year: no bound, estimate, plan, or part of another figure.

    Args:
        texts: The bureau's texts.
        year: The year of the report, where it is known.
    """
    for text in texts:
        found = _FIGURE.search(text.plain)
        if found is None:
            continue
        clauses = [0, *(end.end() for end in _CLAUSE_END.finditer(text.plain)), len(text.plain) + 1]
        years = list(_YEAR.finditer(text.plain)) if year is not None else []
        for match in _FIGURE.finditer(text.plain, found.start()):
            statement = _statement(text, match, clauses)
            if statement is not None and _year_of(statement, years) in (None, year):
                yield statement


def _statement(text: Text, match: re.Match[str], clauses: list[int]) -> Statement | None:
    plain, (start, end) = text.plain, match.span()
    at = bisect_right(clauses, start)
    begin, stop = max(clauses[at - 1], start - _FAR), min(clauses[at] - 1, end + _FAR)
    lead = plain[begin:start]
    if start and plain[start - 1] in _NO_FIGURE_BEHIND:
        return None
    before = lead.rstrip()
    is_rough = before.endswith(_ROUGH_BEFORE) and not before.endswith(_AGREED)
    if is_rough or _ROUGH_BEHIND.match(plain, end) or _PART.search(_NAMES.sub("", lead)):
        return None
    try:
        quantity = parse_amount(match[0])
    except NotAnAmount:
        return None
    # A figure is not about the documents and the sentences in quotes that its clause names.
    clause = _NAMES.sub(lambda found: found[1] if found[1] and len(found[1]) <= 5 else "", plain[begin:stop])
    return Statement(text, start, end, quantity, clause, lead)


def _year_of(statement: Statement, years: list[re.Match[str]]) -> int | None:
    """The last of the text's years that the sentence names before the figure."""
    number = bisect_right(years, statement.start, key=lambda year: year.end()) - 1
    if number < 0:
        return None
    plain, first = statement.text.plain, max(0, statement.start - 5 * _FAR)
    begin = max(first, *(plain.rfind(mark, first, statement.start) + 1 for mark in _SENTENCE_ENDS))
    return int(years[number][1]) if years[number].start() >= begin else None


def value_at(book: Book, path: str) -> Trace | None:
    """The value under a path from the top of the input (``重点工作统计.总数``); None where there is none."""
    try:
        trace = book.resolve(tuple(path.split(".")))
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


def value_in(book: Book, record: Record, name: str) -> Trace | None:
    """The value of a member of a group or a row; None where there is none."""
    try:
        trace = book.member(record, name)
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


class Goal(Struct, frozen=True):
    """One row with a target.

    Attributes:
        row: The row.
        name: What it is called: the text before the target.
        target: The target as written, or as it is printed where it is computed.
        target_fact: The target where the bureau typed it.
        actual: What was achieved.
        judgement: How the two compare.
        reason: The column for reasons; empty where the table has none.
        by_person: What a person says of it (评定, 达成情况), which the formula takes where the two do not compare.
    """

    row: Record
    name: str
    target: str
    target_fact: Fact | None
    actual: Fact
    judgement: Judgement
    reason: str
    by_person: Fact | None = None

    @property
    def is_explained(self) -> bool:
        """Whether a reason is stated; so too where the table has no place for one."""
        fact = self.row.members.get(self.reason)
        return not isinstance(fact, Fact) or bool(fact.value)

    @property
    def is_missed(self) -> bool:
        """Whether it was not reached: by its figures, or, where these do not say, by what a person says."""
        by_person = self.by_person is not None and self.by_person.value is False
        open_ = self.judgement.verdict in (Verdict.BY_PERSON, Verdict.NOT_COMPARABLE)
        return self.judgement.verdict is Verdict.NOT_MET or (open_ and by_person)

    def has(self, flag: Flag) -> bool:
        """Whether the comparison says so."""
        return flag in self.judgement.flags


class _Comparison(Struct, frozen=True):
    """Two columns that a formula compares; ``way`` is a column, or a word with a quotation mark before it.

    ``person`` is the column that the formula takes in their place.
    """

    target: str
    actual: str
    way: str = ""
    person: str = ""


def name_column(fields: Mapping[str, Field], before: str = "") -> str:
    """The column that says what a row is about: the text next before another column, else the first text."""
    parts = {_column(argument, fields) for call in _calls(fields, "joined") for argument in call.arguments}
    words = [
        name for name, field in fields.items() if field.kind == "文字" and field.formula is None and name not in parts
    ]
    names = list(fields)
    near = [name for name in words if before in fields and names.index(name) < names.index(before)]
    return (near or words[:1] or [""])[-1]


def _calls(fields: Mapping[str, Field], kind: str) -> Iterator[Call]:
    formulas = (field.formula for field in fields.values() if field.formula is not None)
    nodes = (node for formula in formulas for node in formula.nodes)
    return (node for node in nodes if isinstance(node, Call) and FUNCTIONS[node.function].kind == kind)


def goals(record: Record, book: Book) -> Iterator[Goal]:
    """Every row of a table whose target is filled in and compared with an actual value by a formula."""
    known: dict[str, list[_Comparison]] = {}
    scored = _scored_rows(book.submission)
    for table in record.tables:
        path = field_path(table.path)
        if path not in known:
            known[path] = list(dict.fromkeys(_comparisons(table.fields, scored.formulas.get(path, ()))))
        comparisons = known[path]
        if not comparisons:
            continue
        name = name_column(table.fields, before=comparisons[0].actual)
        reason = next(
            (name for name, field in table.fields.items() if "原因" in name and field.kind in ("文字", "段落")), ""
        )
        for row in table.rows:
            title, entry = scored.entries.get(row.path, (text_in(row, name, book) or row.path, None))
            why = entry.reason.path.removeprefix(f"{row.path}.") if entry is not None else reason
            goals_of_row = (_goal(row, comparison, title, why, book) for comparison in comparisons)
            goal = next((goal for goal in goals_of_row if goal is not None), None)
            if goal is not None:
                yield goal


class _Scored(NamedTuple):
    """Rows that are indicators: the form's formulas by the path of their table, and the entry of each by its path."""

    formulas: dict[str, list[Expression | None]]
    entries: dict[str, tuple[str, Entry]]


def _scored_rows(submission: Submission) -> _Scored:
    found = _Scored({}, {})
    for form in submission.forms:
        for node in form.leaves():
            entry = form.entry(node)
            if entry.row is not None:
                found.entries[entry.row.path] = node.name, entry
                formulas = [node.score, node.value, *node.parameters.values()]
                found.formulas.setdefault(field_path(entry.row.path), formulas)
    return found


def _comparisons(fields: Mapping[str, Field], scored: Iterable[Expression | None]) -> Iterator[_Comparison]:
    """The pairs of columns, those that are judged as targets first: they know every way of writing one."""
    formulas = [formula for formula in (*(field.formula for field in fields.values()), *scored) if formula is not None]
    nodes = [node for formula in formulas for node in formula.nodes]
    for formula in formulas:
        for node in formula.nodes:
            if isinstance(node, Call) and FUNCTIONS[node.function].kind == "judged":
                target, actual, *way = (_column(argument, fields) for argument in node.arguments)
                if target in fields and actual in fields:
                    named = (_column(one, fields) for one in formula.nodes if isinstance(one, Name))
                    person = next((name for name in named if name in fields and _is_of_person(fields[name])), "")
                    yield _Comparison(target, actual, "".join(way), person)
    for node in nodes:
        if isinstance(node, Compare) and node.sign in (">=", ">", "<=", "<"):
            left, right = (fields.get(_column(side, fields)) for side in (node.left, node.right))
            # 完成 ≥ 目标值: an actual value, and a target that is computed.
            if left and right and left.formula is None and right.formula is not None:
                yield _Comparison(right.name, left.name, '"反向' if node.sign.startswith("<") else "")


def _is_of_person(field: Field) -> bool:
    return field.kind in ("等次", "是否") and field.formula is None


def _column(node: Node, fields: Mapping[str, Field]) -> str:
    """The column that a node names; a literal with a quotation mark before it."""
    if isinstance(node, Literal):
        return f'"{node.value}'
    is_column = isinstance(node, Name) and len(node.path) == 1 and node.path[0] in fields
    return node.path[0] if is_column else ""  # type: ignore[union-attr]


def _goal(row: Record, pair: _Comparison, title: str, reason: str, book: Book) -> Goal | None:
    """The row's goal by these columns; None where its target is blank, or cannot be computed."""
    actual, stated = _side(row, pair.actual, book), _side(row, pair.target, book)
    target = text_in(row, pair.target, book)
    if not target or actual is None:
        return None
    way = pair.way.removeprefix('"') if pair.way.startswith('"') else text_in(row, pair.way, book)
    value = actual.value if row.fields[pair.actual].kind != "目标" else None
    measured = value if isinstance(value, Amount) else actual.text
    judgement = judge_as(way, target, measured, book.submission.year)
    said = row.members.get(pair.person)
    return Goal(row, title, target, stated, actual, judgement, reason, said if isinstance(said, Fact) else None)


def _side(row: Record, column: str, book: Book) -> Fact | None:
    """The fact in a column; of a target that is joined out of columns its value, with the text of the whole."""
    fact, formula = row.members.get(column), row.fields[column].formula
    if formula is not None and isinstance(formula.root, Call) and FUNCTIONS[formula.root.function].kind == "joined":
        typed = row.members.get(_column(formula.root.arguments[-2], row.fields))
        return replace(typed, value=None, text=text_in(row, column, book)) if isinstance(typed, Fact) else None
    return fact if isinstance(fact, Fact) else None


def text_in(row: Record, column: str, book: Book) -> str:
    """A column's value as typed, or as it is printed."""
    fact = row.members.get(column)
    if isinstance(fact, Fact):
        return fact.text.strip()
    trace = value_in(book, row, column)
    return trace.text if trace is not None else ""


_SIGNS = frozenset("≥≤><=＞＜＝≧≦")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]$")


class Measure(Struct, frozen=True, dict=True):
    """One row that states an indicator.

    Attributes:
        table: The path of its table.
        row: The row.
        texts: What its columns say, as typed or printed, by what the template calls them (名称, 二级, 目标 …).
        columns: The column under each of these names.
        project: What the row belongs to; indicators of one name may occur once in each project.
        goal: How target and actual value compare, where a formula of the table compares them.
        node: Its score, where the row is an indicator of a scoring form.
        book: The values of computed columns.
    """

    table: str
    row: Record
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    project: tuple[str, ...]
    goal: Goal | None
    node: Scored | None
    book: Book

    @property
    def name(self) -> str:
        """What the indicator is called."""
        return self.texts.get("名称", "")

    @property
    def core(self) -> str:
        """The name without a remark in brackets at its end."""
        return _ASIDE.sub("", "".join(self.name.split()))

    @property
    def group(self) -> str:
        """The 一级指标; empty where no column says it."""
        return self.texts.get("一级", "")

    @property
    def level(self) -> str:
        """The 二级指标; empty where no column says it."""
        return self.texts.get("二级", "")

    @cached_property
    def target(self) -> Target:
        """The target; sign, number and unit in three columns are one."""
        if self.goal is not None:
            return as_target(self.goal.target, self.level)
        sign, text, unit = (self.texts.get(part, "") for part in ("符号", "目标", "单位"))
        text = f"{sign}{text}" if sign in _SIGNS and text[:1] not in _SIGNS else text
        return as_target(text + unit if text[-1:].isdigit() else text, self.level)

    @cached_property
    def actual(self) -> Target:
        """The actual value, in the unit of the row where it states none."""
        text = self.texts.get("完成", "")
        return as_target(text + self.texts.get("单位", "") if text[-1:].isdigit() else text)

    @property
    def verdict(self) -> Verdict | None:
        """Whether the target was met, where a formula compares."""
        return self.goal.judgement.verdict if self.goal is not None else None

    @property
    def weight(self) -> Fraction | None:
        """分值."""
        return self.node.indicator.weight if self.node is not None else self._figure("分值")

    @property
    def score(self) -> Fraction | None:
        """得分."""
        return self.node.points if self.node is not None else self._figure("得分")

    def _figure(self, part: str) -> Fraction | None:
        column = self.columns.get(part, "")
        if not column:
            return None
        fact = self.row.members.get(column)
        trace = None if isinstance(fact, Fact) and fact.value is not None else value_in(self.book, self.row, column)
        value = trace.value if trace is not None else fact.value if isinstance(fact, Fact) else None
        return value if isinstance(value, Fraction) else None

    def place(self, part: str) -> tuple[Span, str]:
        """Where the bureau typed it; the row where it did not."""
        fact = self.row.members.get(self.columns.get(part, ""))
        return (fact.span, fact.path) if isinstance(fact, Fact) and fact.text else (self.row.span, self.row.path)


def measures(submission: Submission, scorecard: Scorecard, goals: tuple[Goal, ...]) -> Iterator[Measure]:
    """The rows of every table whose columns the template names; of others those whose target a formula compares."""
    by_row, book, named = {goal.row.path: goal for goal in goals}, scorecard.book, _named(submission.template)
    nodes = {node.entry.row.path: node for node in scorecard.walk_all() if node.entry.row is not None}
    for table in submission.facts.tables:
        measured = named.get(field_path(table.path))
        for row in table.rows:
            goal = by_row.get(row.path)
            columns = {**(_columns_of(goal) if goal is not None else {}), **(measured.columns if measured else {})}
            if columns:
                texts = {part: text_in(row, column, book) for part, column in columns.items()}
                whose = tuple(text_in(row, column, book) for column in (measured.project if measured else ()))
                yield Measure(table.path, row, texts, columns, whose, goal, nodes.get(row.path), book)


def _named(template: Template) -> dict[str, Measured]:
    """Tables of indicators by path: those of 指标来自, and those of checks.yaml, which may add to them."""
    found: dict[str, Measured] = {}
    forms = ((form.table, form.all_indicators()) for form in template.row_forms)
    for table, indicators in (("", template.all_indicators()), *forms):
        for indicator in indicators:
            if (rows := indicator.rows) is not None:
                levels = dict(zip(("一级", "二级"), rows.levels, strict=False))
                columns = {"名称": rows.name, **levels, "原因": rows.one.reason, "佐证": rows.one.materials}
                path = f"{table}.{rows.table}".lstrip(".")
                found[path] = Measured(path, {part: one for part, one in columns.items() if one}, (), rows.span)
    for one in template.measured:
        before = found[one.table].columns if one.table in found else {}
        found[one.table] = replace(one, columns={**before, **one.columns})
    return found


def _columns_of(goal: Goal) -> dict[str, str]:
    """The columns that are known of a row because its target is compared; its name is none of them."""
    target = goal.target_fact.path.rpartition(".")[2] if goal.target_fact is not None else ""
    columns = {"目标": target, "完成": goal.actual.path.rpartition(".")[2], "原因": goal.reason}
    return {part: column for part, column in columns.items() if column}
