"""Figures in the bureau's texts with the clause around them; rows of targets with their judgements."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import islice
from operator import add
from string import ascii_letters, digits

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, NotAnAmount, parse_amount
from generator.base.diagnostics import Span
from generator.base.judgement import Flag, Judgement, Verdict, judge
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.base.units import known_units
from generator.checks.texts import HIDDEN, Text
from generator.formula.parser import Call, Compare, Expression, Literal, Name, Node
from generator.formula.values import FUNCTIONS, FormulaFault, Trace
from generator.scoring.model import Scorecard, Scored
from generator.scoring.symbols import Symbols
from generator.submission.model import Entry, Fact, Record, Submission, field_path
from generator.template.model import Field, Measured, Template

_NO_COUNTS = "年 月 日 天 季 季度 半年 个月 周 小时 分钟 秒 分 班 级 度 届 档 面 口 眼 根 门 对 部 集 点 组 号 担 方"
"""Times, and words that seldom count anything behind a number in a sentence."""
# Longest first, then by name, so that the pattern is the same in every process.
_UNITS = "|".join(map(re.escape, sorted({*known_units()} - {*_NO_COUNTS.split()}, key=lambda unit: (-len(unit), unit))))
FIGURE = re.compile(
    # The digit first: a pattern that begins with a look behind is tried at every character.
    rf"\d(?<![\d,.].)[\d,]*+(?:\.\d+)?+\s*+(?:万亿|千万|百万|十万|亿|万|千|百)?(?:{_UNITS})(?![A-Za-z\d/／])"
)
# Before a number, these make it part of a name, a range, an ordinal, or of what a reference prints.
NO_FIGURE_BEHIND = frozenset("-—~～至第〔《.," + HIDDEN + ascii_letters + digits)
_CLAUSE_END = re.compile(r"[，。；！？：\n]")
_SENTENCE_ENDS = "。；！？\n"
_NAMES = re.compile(r"“([^”]*)”|《[^》]*》|「[^」]*」")
_ROUGH_BEFORE = (
    *("约", "近", "超", "超过", "逾", "突破", "不少于", "不低于", "不足", "至少", "最多", "不超过"),
    *("≥", "＞", "≧", "≤", "＜", ">", "<"),
)
_AGREED = ("节约", "签约", "续约", "解约", "违约", "履约", "预约")
"""Words that end as 约 (about) does."""
ROUGH_BEHIND = re.compile(r"\s*(?:[多余](?!\d)|以上|以下|以内|左右|上下|以外)")
_PART = re.compile(
    r"其中|另|分别|各|每|人均|平均|累计|历年|预计|预期|计划|目标|力争|拟|将|上年|去年|同期|前年|次年|明年|十[三四五六]五|[两二三五]年(?!度)|春节|国庆|假期|暑期|寒假|半年|季度|[由从]$"
)
_LONG, _FAR = 30, 200  # as said; where words about a figure may be
_YEAR = re.compile(r"年(?<=(\d{4})年)")
_CHANGE = re.compile(r"(?<!新)增(?!加值)|降|减|提高|上升|回落|(?<!不)[多少高低快]于|节约|节省")
_SHARE = re.compile(r"占|相当于|比重|贡献")
_GROUP = re.compile("未成年|青少年|少年|儿童|老年|妇女|残疾|脱贫|低保|退役|[境省市县]外|外地|国际|城区|线上|线下")


class Statement(Struct, frozen=True, dict=True):
    """One figure of a text, from ``start`` to ``end`` with its unit, in its clause.

    ``clause`` leaves out names of documents and quoted sentences; ``lead`` is the clause before the figure.
    ``is_plan`` says that the text states what was to be achieved.
    """

    text: Text
    start: int
    end: int
    quantity: Amount
    clause: str
    lead: str
    is_plan: bool = False

    @property
    def said(self) -> str:
        """The clause as typed; if it is long, the part up to the figure."""
        begin = self.start - len(self.lead)
        stop = _CLAUSE_END.search(self.text.plain, self.end)
        whole = self.text.raw[begin : stop.start() if stop else len(self.text.raw)].strip()
        return whole if len(whole) <= _LONG else self.text.raw[max(begin, self.end - _LONG) : self.end].strip()

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The character pairs of the clause."""
        return frozenset(pairs_of(self.clause))

    @cached_property
    def is_change(self) -> bool:
        """Whether it says by how much something grew or fell."""
        return _CHANGE.search(self.lead, max(0, len(self.lead) - 6)) is not None

    @cached_property
    def group(self) -> str:
        """The part of people or places that its clause is about; blank if none is named."""
        found = _GROUP.search(self.clause)
        return found[0] if found is not None else ""

    @cached_property
    def is_share(self) -> bool:
        """Whether it says which part of something else it is."""
        return bool(_SHARE.search(self.lead))


def pairs_of(text: str) -> list[str]:
    """Every two neighbouring characters, in order."""
    return list(map(add, text, text[1:]))


def statements_in(texts: Iterable[Text], year: int | None, *, is_plan: bool = False) -> Iterator[Statement]:
    """Every definite figure about the report's year: no bound, estimate, plan, or part of another figure.

    In a text that states the plan of the year, bounds are figures, too.
    """
    for text in texts:
        found = FIGURE.search(text.plain)
        if found is None:
            continue
        clauses = [0, *(end.end() for end in _CLAUSE_END.finditer(text.plain)), len(text.plain) + 1]
        years = list(_YEAR.finditer(text.plain)) if year is not None else []
        for match in FIGURE.finditer(text.plain, found.start()):
            statement = _statement(text, match, clauses, is_plan)
            if statement is not None and _year_of(statement, years) in (None, year):
                yield statement


# Each figure is read as a statement, and again with the others of its sentence.
@lru_cache(maxsize=512)
def amount_of(figure: str) -> Amount | None:
    """A figure of a text as an amount; None if it is none."""
    try:
        return parse_amount(figure)
    except NotAnAmount:
        return None


def is_rough_before(words: str) -> bool:
    """Whether the words say that the figure behind them is about right: 约, 近."""
    return words.endswith(_ROUGH_BEFORE) and not words.endswith(_AGREED)


def _statement(text: Text, match: re.Match[str], clauses: list[int], is_plan: bool) -> Statement | None:
    plain, (start, end) = text.plain, match.span()
    at = bisect_right(clauses, start)
    begin, stop = max(clauses[at - 1], start - _FAR), min(clauses[at] - 1, end + _FAR)
    lead = plain[begin:start]
    if start and plain[start - 1] in NO_FIGURE_BEHIND:
        return None
    is_rough = is_rough_before(lead.rstrip()) or ROUGH_BEHIND.match(plain, end)
    # 每场成本 may be the name of a row.
    if (is_rough and not is_plan) or _PART.search(_NAMES.sub("", lead).strip().removeprefix("每")):
        return None
    quantity = amount_of(match[0])
    if quantity is None:
        return None
    # A figure is not about documents and quoted sentences in its clause.
    clause = _NAMES.sub(lambda found: found[1] if found[1] and len(found[1]) <= 5 else "", plain[begin:stop])
    return Statement(text, start, end, quantity, clause, lead, is_plan)


def _year_of(statement: Statement, years: list[re.Match[str]]) -> int | None:
    """The last year that the sentence names before the figure."""
    number = bisect_right(years, statement.start, key=lambda year: year.end()) - 1
    if number < 0:
        return None
    plain, first = statement.text.plain, max(0, statement.start - 5 * _FAR)
    begin = max(first, *(plain.rfind(mark, first, statement.start) + 1 for mark in _SENTENCE_ENDS))
    return int(years[number][1]) if years[number].start() >= begin else None


def value_at(symbols: Symbols, path: str) -> Trace | None:
    """The value under a path from the top of the input (``重点工作统计.总数``); None where there is none."""
    try:
        trace = symbols.resolve(tuple(path.split(".")))
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


def value_in(symbols: Symbols, record: Record, name: str) -> Trace | None:
    """The value of a member of a group or a row; None where there is none."""
    try:
        trace = symbols.member(record, name)
    except FormulaFault:
        return None
    return trace if trace is not None and trace.value is not None else None


class Goal(Struct, frozen=True):
    """One row with a target.

    Attributes:
        name: The text before the target.
        target: As written, or as printed if it is computed.
        target_fact: The target, if the bureau typed it.
        actual: What was achieved.
        judgement: How the two compare.
        reason: The column for reasons; blank if the table has none.
        by_person: A person's word (评定, 达成情况), which the formula takes if the two do not compare.
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
        """Whether a reason is stated, or the table has no place for one."""
        fact = self.row.fact(self.reason)
        return fact is None or bool(fact.value)

    @property
    def is_missed(self) -> bool:
        """Whether it was missed by its figures or, if these do not tell, by a person's word."""
        is_open = self.judgement.verdict in (Verdict.BY_PERSON, Verdict.NOT_COMPARABLE)
        denied = self.by_person is not None and self.by_person.value is False
        return self.judgement.verdict is Verdict.NOT_MET or (is_open and denied)

    def has(self, flag: Flag) -> bool:
        """Whether the judgement has this flag."""
        return flag in self.judgement.flags


class _Comparison(Struct, frozen=True):
    """Two columns that a formula compares; ``way`` is a column, or a word behind a quotation mark.

    ``person`` is the column that the formula may take instead.
    """

    target: str
    actual: str
    way: str = ""
    person: str = ""


def name_column(fields: Mapping[str, Field], before: str = "") -> str:
    """The column that names a row: the last text column before ``before``, else the first."""
    formulas = [field.formula for field in fields.values() if field.formula is not None]
    calls = [
        node for formula in formulas if "joined" in formula.kinds for node in formula.nodes if isinstance(node, Call)
    ]
    joined = (call for call in calls if FUNCTIONS[call.function].kind == "joined")
    parts = {_column(argument, fields) for call in joined for argument in call.arguments}
    texts = (field.name for field in fields.values() if field.kind == "文字" and field.formula is None)
    words, names, before = [name for name in texts if name not in parts], list(fields), _typed(before, fields)
    near = [name for name in words if before in fields and names.index(name) < names.index(before)]
    return (near or words[:1] or [""])[-1]


def goals(record: Record, symbols: Symbols) -> Iterator[Goal]:
    """Every row with a target that is filled in and that a formula compares with an actual value."""
    known: dict[str, list[_Comparison]] = {}
    # Of rows that are indicators: formulas by the path of their table, name and entry by the path of the row.
    formulas: dict[str, list[Expression | None]] = {}
    entries: dict[str, tuple[str, Entry]] = {}
    for form in symbols.submission.forms:
        for node in form.leaves():
            entry = form.entry(node)
            if entry.row is not None:
                entries[entry.row.path] = node.name, entry
                formulas.setdefault(field_path(entry.row.path), [node.score, node.value, *node.parameters.values()])
    for table in record.tables:
        path = field_path(table.path)
        if path not in known:
            known[path] = list(dict.fromkeys(_comparisons(table.fields, formulas.get(path, ()))))
        comparisons = known[path]
        if not comparisons:
            continue
        name = name_column(table.fields, before=comparisons[0].actual)
        texts = (name for name, field in table.fields.items() if field.kind in ("文字", "段落"))
        reason = next((name for name in texts if "原因" in name), "")
        for row in table.rows:
            title, scored = entries.get(row.path, (text_in(row, name, symbols) or row.path, None))
            why = scored.reason.path.removeprefix(f"{row.path}.") if scored is not None else reason
            goals_of_row = (_goal(row, comparison, title, why, symbols) for comparison in comparisons)
            yield from islice(filter(None, goals_of_row), 1)


def _comparisons(fields: Mapping[str, Field], scored: Iterable[Expression | None]) -> Iterator[_Comparison]:
    """The compared columns, first those judged as targets, which can be written in any way."""
    formulas = [formula for formula in (*(field.formula for field in fields.values()), *scored) if formula is not None]
    nodes = [node for formula in formulas for node in formula.nodes]
    for formula in formulas:
        for node in formula.nodes if "judged" in formula.kinds else ():
            if isinstance(node, Call) and FUNCTIONS[node.function].kind == "judged":
                target, actual, *way = (_column(argument, fields) for argument in node.arguments)
                if target in fields and actual in fields:
                    names = (_column(one, fields) for one in formula.nodes if isinstance(one, Name))
                    named = (fields[name] for name in names if name in fields)
                    # A grade or a 评定 that a person fills in.
                    of_person = (one.name for one in named if one.kind in ("等次", "是否") and one.formula is None)
                    yield _Comparison(target, actual, "".join(way), next(of_person, ""))
    for node in nodes:
        if isinstance(node, Compare) and node.sign in (">=", ">", "<=", "<"):
            left, right = (fields.get(_column(side, fields)) for side in (node.left, node.right))
            # 完成 ≥ 目标值: an actual value, and a target that is computed.
            if left and right and left.formula is None and right.formula is not None:
                yield _Comparison(right.name, left.name, '"反向' if node.sign.startswith("<") else "")


def _column(node: Node, fields: Mapping[str, Field]) -> str:
    """The column that a node names; a literal behind a quotation mark."""
    if isinstance(node, Literal):
        return f'"{node.value}'
    is_column = isinstance(node, Name) and len(node.path) == 1 and node.path[0] in fields
    return node.path[0] if is_column else ""  # type: ignore[union-attr]


def _goal(row: Record, pair: _Comparison, title: str, reason: str, symbols: Symbols) -> Goal | None:
    """The row's goal by these columns; None if its target is blank or cannot be computed."""
    actual, stated = _side(row, pair.actual, symbols), _side(row, pair.target, symbols)
    target = text_in(row, pair.target, symbols)
    if not target or actual is None:
        return None
    way = pair.way.removeprefix('"') if pair.way.startswith('"') else text_in(row, pair.way, symbols)
    value = actual.value if row.fields[pair.actual].kind != "目标" else None
    measured = value if isinstance(value, Amount) else actual.text
    judgement = judge(target, measured, way, symbols.submission.year)
    return Goal(row, title, target, stated, actual, judgement, reason, row.fact(pair.person))


def _side(row: Record, column: str, symbols: Symbols) -> Fact | None:
    """The fact in a column; of a target joined from columns, that of its number with the text of the whole."""
    typed = _typed(column, row.fields)
    fact = row.fact(typed)
    if fact is None or typed == column:
        return fact
    return replace(fact, value=None, text=text_in(row, column, symbols))


def _typed(column: str, fields: Mapping[str, Field]) -> str:
    """The column in which the number of a joined target or actual value is typed; any other column itself."""
    formula = fields[column].formula if column in fields else None
    if formula is not None and isinstance(formula.root, Call) and FUNCTIONS[formula.root.function].kind == "joined":
        return _column(formula.root.arguments[-2], fields)
    return column


def text_in(row: Record, column: str, symbols: Symbols) -> str:
    """A column's value as typed, or as it is printed."""
    fact = row.fact(column)
    if fact is not None:
        return fact.text.strip()
    trace = value_in(symbols, row, column)
    return trace.text if trace is not None else ""


_SIGNS = frozenset("≥≤><=＞＜＝≧≦")
_ASIDE = re.compile(r"[（(][^（）()]*[）)]$")


class Measure(Struct, frozen=True, dict=True):
    """One row that states an indicator.

    Attributes:
        table: The path of its table.
        texts: The texts of its columns, as typed or printed, by part (名称, 二级, 目标 …).
        columns: The column of each of these parts.
        project: What the row belongs to; each project may have an indicator once.
        goal: The comparison of target and actual value, if a formula of the table has one.
        node: Its score, if the row is an indicator of a scoring form.
        symbols: The values of computed columns.
    """

    table: str
    row: Record
    texts: Mapping[str, str]
    columns: Mapping[str, str]
    project: tuple[str, ...]
    goal: Goal | None
    node: Scored | None
    symbols: Symbols

    @property
    def name(self) -> str:
        """What the indicator is called."""
        return self.texts.get("名称", "")

    @property
    def core(self) -> str:
        """The name without a trailing remark in brackets."""
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
        """The target, which may be split over three columns: sign, number, unit."""
        if self.goal is not None:
            return as_target(self.goal.target, self.level)
        sign, text, unit = (self.texts.get(part, "") for part in ("符号", "目标", "单位"))
        text = f"{sign}{text}" if sign in _SIGNS and text[:1] not in _SIGNS else text
        return as_target(text + unit if text[-1:].isdigit() else text, self.level)

    @cached_property
    def actual(self) -> Target:
        """The actual value, in the row's unit if it states none."""
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
        trace = value_in(self.symbols, self.row, column) if column else None
        return trace.value if trace is not None and isinstance(trace.value, Fraction) else None

    def place(self, part: str) -> tuple[Span, str]:
        """Where the bureau typed it; the row's place if it did not."""
        fact = self.row.fact(self.columns.get(part, ""))
        return (fact.span, fact.path) if fact is not None and fact.text else (self.row.span, self.row.path)


def measures(submission: Submission, scorecard: Scorecard, goals: tuple[Goal, ...]) -> Iterator[Measure]:
    """The rows of tables whose columns the template names, and those whose target a formula compares."""
    by_row, symbols, named = {goal.row.path: goal for goal in goals}, scorecard.symbols, _named(submission.template)
    nodes = {node.entry.row.path: node for node in scorecard.walk_all() if node.entry.row is not None}
    for table in submission.facts.tables:
        measured = named.get(field_path(table.path))
        for row in table.rows:
            goal = by_row.get(row.path)
            columns = {**(_columns_of(goal) if goal is not None else {}), **(measured.columns if measured else {})}
            if columns:
                texts = {part: text_in(row, column, symbols) for part, column in columns.items()}
                project = tuple(text_in(row, column, symbols) for column in (measured.project if measured else ()))
                yield Measure(table.path, row, texts, columns, project, goal, nodes.get(row.path), symbols)


def _named(template: Template) -> dict[str, Measured]:
    """Tables of indicators by path: those of 指标来自, and those that checks.yaml adds or adds to."""
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
    """The columns known from a row's comparison; not that of its name."""
    target = goal.target_fact.path.rpartition(".")[2] if goal.target_fact is not None else ""
    columns = {"目标": target, "完成": goal.actual.path.rpartition(".")[2], "原因": goal.reason}
    return {part: column for part, column in columns.items() if column}
