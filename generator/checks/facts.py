"""Rules on facts that are stated twice: counts and figures in texts, stated totals, a template's own formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, NotAnAmount, allowance, parse_amount, round_half_up
from generator.base.diagnostics import Finding
from generator.base.forms import plain
from generator.base.units import MONEY
from generator.checks import codes
from generator.checks.mentions import Statement, pairs_of, value_at, value_in
from generator.checks.rule import Case, Given, Rule
from generator.checks.texts import Text
from generator.formula import codes as formula_codes
from generator.formula.evaluate import evaluate, value_of
from generator.formula.parser import Call, Name
from generator.formula.values import FormulaFault, Scope, Trace, walk
from generator.narrative.text import Writer
from generator.scoring.symbols import Book
from generator.scoring.values import number
from generator.submission.model import Fact, Table
from generator.template.model import CheckRule, walk_fields

_COUNT = r"(\d+|[两二三四五六七八九十]{1,3})\s*[项个件条]"
_SAID = re.compile(
    rf"([^，。；：！？\d\x00]{{4,30}}?)(?:共有|共计|合计|总计|共|有|为)?{_COUNT}(?![^，。；]{{0,200}}其中)"
    rf"[^。；]{{0,10}}?[，,、（(]\s*(?:已经|已|全部|均|实际|其中)*完成(?:了)?{_COUNT}"
)
# Costs little to look for; of two counts, one is said to be finished.
_ANY_COUNT = re.compile(r"[\d两二三四五六七八九十]\s*[项个件条]")
_ENOUGH = 0.6


class _CountedTable(Struct, frozen=True):
    """A table with the number of its rows, and of the finished ones where the template counts them."""

    table: Table
    label: str
    total: int
    done: int | None

    @property
    def pairs(self) -> set[str]:
        return set(pairs_of(self.label))


def _wrong_counts(case: Case, _given: Given) -> Iterator[Finding]:
    counted: list[_CountedTable] | None = None
    for text in case.texts:
        if "完成" not in text.raw or len(_ANY_COUNT.findall(text.plain)) < 2:
            continue
        for match in _SAID.finditer(text.plain):
            if counted is None:
                done = dict(_finished_rows(case))
                labels = {field.path: field.label for field in walk_fields(case.submission.template.fields)}
                counted = [
                    _CountedTable(table, labels[table.path], len(table.rows), done.get(table.path))
                    for table in case.tables
                    if table.path in labels  # of tables in rows, a text seldom says which one it means
                ]
            table = _named_table(match[1], counted)
            if table is not None:
                yield from _compare_counts(text, match, table)


def _finished_rows(case: Case) -> Iterator[tuple[str, int]]:
    """Of every table the count that the template makes of its finished rows: 计数(重点工作, 进展 = "已完成")."""
    for field in walk_fields(case.submission.template.fields):
        root = field.formula.root if field.formula is not None else None
        is_count = isinstance(root, Call) and root.function == "计数" and len(root.arguments) == 2
        if is_count and "完成" in field.name and not re.search("[未没]", field.name):
            table = root.arguments[0]  # type: ignore[union-attr]
            trace = value_at(case.scorecard.book, field.path)
            if isinstance(table, Name) and trace is not None:
                yield ".".join(table.path), int(number(trace))


def _named_table(words: str, counted: list[_CountedTable]) -> _CountedTable | None:
    """The table whose label the words before a count name, if they name one more than the others."""
    said = set(pairs_of(words))
    shares = [(len(said & one.pairs) / max(len(one.label) - 1, 1), one) for one in counted]
    best = max((share for share, _ in shares), default=0)
    named = [one for share, one in shares if share == best and share >= _ENOUGH]
    return named[0] if len(named) == 1 else None


def _compare_counts(text: Text, match: re.Match[str], counted: _CountedTable) -> Iterator[Finding]:
    for group, what, counts in ((2, "总数", counted.total), (3, "完成数", counted.done)):
        try:
            said = int(parse_amount(match[group]))
        except NotAnAmount:
            continue
        if counts is not None and said != counts:
            words = {
                "said": match[0][match.start(1) - match.start() :],
                "what": what,
                "stated": f"{said} 项",
                "table": counted.label,
                "where": f"{counted.table.span.in_words}起",
                "counted": "共有" if group == 2 else "里完成的有",
                "number": f"{counts} 项",
            }
            yield codes.COUNT_DIFFERS.at(text.place(*match.span(group)), text.path, **words)


COUNTS = Rule(name="项数", codes=(codes.COUNT_DIFFERS,), find=_wrong_counts)


_BEFORE = re.compile(
    r"^[\s“”‘’「」（(]*(?:全市|全省|全县|全区|本市|本部门|我局|本局|全年|当年|本年度?|年度|\d{4}年度?|共|合计|总计)*"
)
_BEHIND = re.compile(r"(?:共计|合计|总计|分别|达到|完成|实现|同比|为|是|达|至|到|共|有|计|了|[“”：:，\s])+$")
_SHORTEST, _LONGEST, _LONGEST_LEAD = 5, 20, 100


def _differing_facts(case: Case, _given: Given) -> Iterator[Finding]:
    """A figure in a text that names a row or field of the input and differs from all its figures."""
    for _, known, statement in case.statements.differing():
        comparable = known.comparable(statement)
        words = {
            "said": statement.said,
            "stated": statement.quantity.text,
            "name": known.name,
            "value": "、".join(f"{column}{text}" for column, text, _ in comparable),
            "where": f"{known.path}，{known.span.in_words}",
        }
        text = statement.text
        column = case.statements.actuals.get(known.path, comparable[-1][0])
        # The reference that would put the figure in the text.
        hint = codes.FACT_DIFFERS.hint.format(path=f"{known.path}.{column}".rstrip("."))
        yield codes.FACT_DIFFERS.at(text.place(statement.start, statement.end), text.path, hint=hint, **words)


def _differing_texts(case: Case, _given: Given) -> Iterator[Finding]:
    """Two texts with different figures behind the very same words."""
    first: dict[tuple[str, str, bool], Statement] = {}
    for statement in case.statements.all:
        subject = _subject(statement) if not (statement.is_share or statement.is_change) else ""
        if not _SHORTEST <= len(subject) <= _LONGEST:
            continue
        # What was to be done and what was done may differ.
        label = statement.text.label
        is_goal = re.search("目标|预期|计划", label) is not None and not re.search("完成|实现|成效|结果", label)
        key = (subject, statement.quantity.dimension, is_goal)
        other = first.setdefault(key, statement)
        # The rougher of the two may be the finer one rounded.
        both = (other.quantity, statement.quantity)
        half = max(one.unit.scale / 2 / 10**one.places if one else 0 for one in both)
        if other.text.path != statement.text.path and abs(both[0] - both[1]) > half:
            place = other.text.place(other.start, other.end)
            words = {
                "subject": subject,
                "stated": statement.quantity.text,
                "value": other.quantity.text,
                "other": other.text.path,
                "where": place.in_words,
            }
            span = statement.text.place(statement.start, statement.end)
            yield codes.TEXTS_DIFFER.at(span, statement.text.path, **words)


def _subject(statement: Statement) -> str:
    """The words right before a figure, if they are all that it is said of: 「规上工业增加值」."""
    if len(statement.lead) > _LONGEST_LEAD:
        return ""
    subject = _BEHIND.sub("", _BEFORE.sub("", statement.lead))
    return subject if not re.search(r"[\d、（(“\x00]", subject) else ""


FACTS = Rule(name="事实一致", codes=(codes.FACT_DIFFERS,), find=_differing_facts)
TEXTS = Rule(name="文字一致", codes=(codes.TEXTS_DIFFER,), find=_differing_texts)


# Sums and differences carry the rounding of their parts into the result one to one; other formulas do not.
_NO_SUM = re.compile(r"[×÷*/]|(?:平均|计数|分段|限|四舍五入|最大|最小|绝对值|完成率|超出)[(（]")


def _stated_fields(case: Case, _given: Given) -> Iterator[Finding]:
    """A computed field that the bureau states with another value, compared at the decimals it wrote."""
    book = case.scorecard.book
    for record in case.submission.facts.records:
        for name, fact in record.stated.items():
            trace = value_in(book, record, name)
            if trace is not None:
                yield from _compare_stated(fact, trace, book)


def _compare_stated(fact: Fact, trace: Trace, book: Book) -> Iterator[Finding]:
    stated = fact.value
    if not isinstance(stated, Amount) or not isinstance(trace.value, Fraction):
        if fact.value != trace.value:
            words = {"stated": fact.text, "computed": trace.text, "figures": trace.figures}
            yield codes.STATED_FIELD.at(fact.span, fact.path, name=fact.path, formula=trace.formula, **words)
        return
    scale, places = stated.unit.scale, stated.places
    if Fraction(round_half_up(trace.value / scale, places)) == stated.number:
        return
    difference = abs(trace.value - stated)
    # In the unit in which the bureau states it, spaced as it spaces it.
    unit = (" " if " " in fact.text.strip() else "") + stated.unit.name if stated.unit.name else ""
    words = {"name": fact.path, "stated": fact.text, "computed": plain(trace.value / scale) + unit}
    allowed = _allowed(trace, book)
    if allowed and difference <= allowed + scale / 2 / 10**places:
        yield codes.ROUNDING.at(fact.span, fact.path, difference=plain(difference / scale) + unit, **words)
    else:
        # Amounts stand in a sum in 元.
        in_yuan = stated.dimension == MONEY and not _NO_SUM.search(trace.formula) and stated.unit.name != "元"
        figures = f"{trace.figures} 元" if in_yuan else trace.figures
        yield codes.STATED_FIELD.at(fact.span, fact.path, formula=trace.formula, figures=figures, **words)


def _allowed(trace: Trace, book: Book) -> Fraction:
    """How far the total may be off because its parts were rounded before they were typed."""
    traces = list(walk(trace))
    if any(_NO_SUM.search(part.formula) for part in traces):
        return Fraction(0)
    among = (fact.value for fact in book.facts.values())
    return allowance((part.value for part in traces if not part.formula), among)


STATED_FIELDS = Rule(name="填报合计", codes=(codes.STATED_FIELD, codes.ROUNDING), find=_stated_fields)


def _formula_checks(case: Case, _given: Given) -> Iterator[Finding]:
    """A rule of the template whose condition does not hold, for the report or for a row of its table."""
    writer = Writer(case.submission.template.forms, case.report.content)
    for rule in case.submission.template.checks:
        for scope, names in _scopes(rule, case):
            yield from _apply(rule, scope, names, writer)
    yield from writer.findings


def _scopes(rule: CheckRule, case: Case) -> Iterator[tuple[Scope, Mapping[str, object]]]:
    """The report, or each row of the rule's table, with the names that its message can print besides the report's."""
    book = case.scorecard.book
    if not rule.table:
        yield book, {}
        return
    # The names of a row with those of the rows around it, and what they were found in.
    found: list[tuple[Mapping[str, object], object]] = [({}, case.report.content)]
    for part in rule.table:
        below = [(names, within[part]) for names, within in found if isinstance(within, Mapping)]
        rows = ((names, item) for names, one in below for item in (one if isinstance(one, list) else [one]))
        found = [({**names, **item} if isinstance(item, Mapping) else names, item) for names, item in rows]
    table = book.rows(rule.table)
    yield from zip(table.scopes if table else [], [names for names, _ in found], strict=True)


def _apply(rule: CheckRule, scope: Scope, names: Mapping[str, object], writer: Writer) -> Iterator[Finding]:
    try:
        # Most conditions hold; how it came about is asked of the others only.
        if value_of(rule.condition, scope, rule.name) is True:
            return
        trace = evaluate(rule.condition, scope, rule.name)
    except FormulaFault as fault:
        yield fault.finding
        return
    if not isinstance(trace.value, bool):
        problem = f"「{rule.condition.text}」不是条件（是或否）"
        yield formula_codes.WRONG_TYPE.at(rule.span, rule.name, where="", problem=problem)
        return
    # At the fact that the rule names, or the first that a computed value named there rests on; else at the first fact
    # that the condition looked at, else at the rule itself.
    named = scope.resolve(tuple(rule.place.split("."))) if rule.place else None
    facts = [part for part in (walk(named) if named else trace.inputs) if not part.formula]
    span, path = (facts[0].span, facts[0].name) if facts else (rule.span, rule.name)
    message = writer.write(rule.message, rule.span, rule.name, names, trusted=True)
    mend = writer.write(rule.hint, rule.span, rule.name, names, trusted=True)
    yield replace(codes.RULE.at(span, path, message=message, mend=mend), severity=rule.severity)


FORMULAS = Rule(name="勾稽", codes=(codes.RULE,), find=_formula_checks, fixed=True)
RULES = (STATED_FIELDS, FACTS, TEXTS, COUNTS, FORMULAS)
