"""Rules on money: complete tables, sums, matching units, claims of growth.

The template's 结转自 says which figure is last year's of which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from generator.base.amount import Amount, allowance
from generator.base.diagnostics import Finding
from generator.base.formats import PERCENT, plain
from generator.base.judgement import Flag
from generator.base.target_text import parse_target
from generator.base.units import MONEY, resolve_unit
from generator.checks import codes
from generator.checks.mentions import name_column, value_at
from generator.checks.rule import Case, Given, Rule
from generator.checks.texts import Text, home_of
from generator.formula.parser import Call, Compare, Name
from generator.submission.model import Fact, Record, Table, field_path
from generator.template.model import Template
from generator.template.scope import Scope, formulas

_TOTALS = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共\s*计)(?:[(（].*[)）])?[:：]?$|[(（—-]*其中(?:[:：]|$)")
_SCORE = re.compile(r"评分|得分")
_SHARE = re.compile(r"权重|比重|占比")


def _no_indicators(case: Case, _given: Given) -> Iterator[Finding]:
    """A row of a table of money without a row in the table of targets, where other rows have one."""
    # A table within a row belongs to the row and need not name it.
    tables = [table for table in case.tables if "[" not in table.path]
    with_money = [table for table in tables if _money(table)]
    with_goals = {goal.row.path.rpartition("[")[0] for goal in case.goals}
    for table in (one for one in tables if one.path in with_goals):
        for budgets in with_money:
            if budgets is not table:
                yield from _projects_without_indicators(budgets, table)


def _money(table: Table) -> str:
    """The last column of amounts that the bureau fills in: what was spent, behind the budget."""
    names = [name for name, field in table.fields.items() if field.kind == "金额" and field.formula is None]
    return names[-1] if names else ""


def _projects_without_indicators(budgets: Table, targets: Table) -> Iterator[Finding]:
    amount = _money(budgets)
    named = name_column(budgets.fields, before=next(n for n, f in budgets.fields.items() if f.kind == "金额"))
    projects = {name: row for row in budgets.rows if (name := _text(row, named))}
    linked = _linked(targets, set(projects))
    for name, row in projects.items() if linked else ():
        spent = row.fact(amount)
        if name not in linked and spent is not None and spent.value:
            fact = row.members[named]
            words = {"name": name, "amount": f"{amount} {spent.text.strip()}", "table": targets.path}
            yield codes.NO_INDICATOR.at(fact.span, f"{row.path}.{named}", **words)


def _linked(targets: Table, projects: set[str]) -> set[str]:
    """The projects of the targets: the values of a column with at least two of them.

    A few may be others: the bureau as a whole, or a name spelled differently.
    """
    for column, field in targets.fields.items():
        values = {_text(row, column) for row in targets.rows} if field.kind == "文字" else set()
        if len(known := values & projects) > 1 and len(known) > len(values - projects):
            return values
    return set()


def _text(row: Record, column: str) -> str:
    fact = row.fact(column)
    return str(fact.value).strip() if fact is not None and fact.value else ""


def _no_scores(case: Case, _given: Given) -> Iterator[Finding]:
    """A row without a score in a table of money whose other rows have one."""
    for table in case.tables:
        for column, field in table.fields.items() if _money(table) else ():
            if field.kind != "数值" or field.formula is not None or not _SCORE.search(column):
                continue
            facts = [(row, row.fact(column)) for row in table.rows]
            blank = [row for row, fact in facts if fact is not None and fact.value is None and not fact.text]
            for row in blank if len(blank) < len(table.rows) else ():
                if any(isinstance(fact, Fact) and fact.value is True for fact in row.members.values()):
                    continue  # a column of yes and no says why: a project that continues next year
                name = _text(row, name_column(table.fields)) or row.path
                yield codes.NO_PROJECT_SCORE.at(row.span, f"{row.path}.{column}", name=name, column=column)


def _shares(case: Case, _given: Given) -> Iterator[Finding]:
    """A column of shares, typed in every row, that does not add up to 100 %."""
    for table, column, facts in _columns(case, "比率"):
        values = [fact.value for fact in facts if isinstance(fact.value, Fraction)] if _SHARE.search(column) else []
        total = sum(values, Fraction(0))
        if values and len(values) == len(facts) and abs(total - 1) > allowance(values):
            words = {"table": table.path, "column": column, "sum": PERCENT.print(total)}
            yield codes.SHARES.at(facts[0].span, facts[0].path, **words)


def _columns(case: Case, kind: str) -> Iterator[tuple[Table, str, list[Fact]]]:
    """Every column of this kind that bureaus fill in, with its facts."""
    for table in case.tables:
        for name, field in table.fields.items():
            if field.kind == kind and field.formula is None:
                yield table, name, [fact for row in table.rows if (fact := row.fact(name))]


def _no_totals(case: Case, _given: Given) -> Iterator[Finding]:
    """A row that is itself the sum of a table that the template adds up."""
    totals = [(table, row) for table in case.tables for row in _total_rows(table)]
    added = _added_up(case.submission.template) if totals else set()
    for table, row in totals:
        if field_path(table.path) in added:
            column = name_column(table.fields)
            name, fact = _text(row, column), row.fact(column)
            span, words = fact.span if fact else row.span, {"table": table.path, "name": name}
            hint = "" if _TOTALS.match(name) else "这一行的金额正好是其他各行之和：是合计就删去，是一个项目就核对金额。"
            yield codes.TOTAL_ROW.at(span, f"{row.path}.{column}", hint=hint, **words)


def _total_rows(table: Table) -> list[Record]:
    """The rows that are called a total, and the last one if it is the sum of the others."""
    column = name_column(table.fields)
    named = ((row, _text(row, column)) for row in table.rows)
    found = [row for row, name in named if ("计" in name or "其中" in name) and _TOTALS.match(name)]
    is_found = bool(found) and found[-1] is table.rows[-1]
    return [*found, table.rows[-1]] if not is_found and _ends_with_its_sum(table) else found


_FEWEST, _DIGITS = 4, 3


def _ends_with_its_sum(table: Table) -> bool:
    """Whether every amount of the last row is the sum of those above: of enough rows and digits to be no accident."""
    if len(table.rows) < _FEWEST:
        return False
    columns = [name for name, field in table.fields.items() if field.kind == "金额" and field.formula is None]
    last = {name: fact.value for name in columns if (fact := table.rows[-1].fact(name)) is not None}
    totals = {name: value for name, value in last.items() if isinstance(value, Amount)}
    # 6,349.76 is no accident, 300 may be one.
    if all(len(plain(value.number * 100).strip("-0")) < _DIGITS for value in totals.values()):
        return False
    for name, total in totals.items():
        values = [fact.value for row in table.rows[:-1] if (fact := row.fact(name)) is not None]
        if sum((value for value in values if isinstance(value, Fraction)), Fraction(0)) != total:
            return False
    return True


def _added_up(template: Template) -> set[str]:
    """The tables that some formula of the template adds up or averages."""
    scope, adding = Scope(template), ("求和", "平均", "加权平均")
    tables = (
        scope.table_of(node, formula.context)
        for formula in formulas(template)
        for node in formula.expression.nodes
        if isinstance(node, Call) and node.function in adding
    )
    return {table[0] for table in tables if table is not None}


def _money_units(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        if goal.has(Flag.UNIT_CONVERTED) and goal.target_fact is not None:
            yield from _compare_units(goal.target_fact, goal.actual)
    for one, other in dict.fromkeys(_compared_facts(case)):
        first, second = (case.submission.fact(".".join(path)) for path in (one, other))
        if first is not None and second is not None:
            yield from _compare_units(first, second)


def _compared_facts(case: Case) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The paths of facts that a formula of the scoring form compares directly."""
    for indicator in case.submission.template.all_indicators():
        for formula in (indicator.score, *(item.score for item in indicator.items)):
            for node in formula.nodes if formula is not None else ():
                if isinstance(node, Compare) and isinstance(node.left, Name) and isinstance(node.right, Name):
                    yield node.left.path, node.right.path


def _compare_units(one: Fact, other: Fact) -> Iterator[Finding]:
    first, second = (parse_target(fact.text) for fact in (one, other))
    # Zero is the same in every unit.
    is_money = all(target.dimension == MONEY and any(target.ends) for target in (first, second))
    if is_money and first.unit != second.unit:
        words = {"one": one.path, "other": other.path, "first": one.text.strip(), "second": other.text.strip()}
        yield codes.MONEY_UNITS.at(other.span, other.path, **words)


_FAR = 10
_LEAST_OTHERS = 3


def _unit_slips(case: Case, _given: Given) -> Iterator[Finding]:
    """An amount far from its neighbours as written, and close to them in their unit."""
    for _, _, facts in _columns(case, "金额"):
        typed = [fact for fact in facts if fact.value]
        units = [_unit_of(fact) for fact in typed]
        ((unit, _),) = Counter(filter(None, units)).most_common(1) or [("", 0)]
        others = [fact for fact, one in zip(typed, units, strict=True) if one == unit]
        for fact in typed if len(others) == len(typed) - 1 >= _LEAST_OTHERS else ():
            if fact not in others and _slipped(fact, others, unit):
                words = {"text": fact.text.strip(), "others": f"同一列的都用{unit}"}
                yield codes.UNIT_SLIP.at(fact.span, fact.path, name=fact.path, **words)
    for record in case.submission.facts.records:
        yield from _moved_points(record)
    years = {one.name for one in case.submission.template.by_path.values() if one.name.startswith("上年")}
    for record in case.submission.facts.records if years else ():
        for name in (one for one in record.members if one in years):
            last, this = record.fact(name), name.removeprefix("上年")
            now = record.fact(this) or record.fact(f"本年{this}")
            if now is not None and last is not None and _slipped(last, [now], _unit_of(now)):
                words = {"text": last.text.strip(), "others": f"本年是{now.text.strip()}"}
                yield codes.UNIT_SLIP.at(last.span, last.path, name=last.path, **words)


def _moved_points(record: Record) -> Iterator[Finding]:
    """Two amounts of a record with the same digits, of which one has its point elsewhere: 184.26 元, 184.26 万元."""
    seen: dict[str, Fact] = {}
    for fact in record.members.values():
        if not isinstance(fact, Fact) or type(fact.value) is not Amount or fact.value.dimension != MONEY:
            continue
        # As typed, which is faster than as computed.
        digits = "".join(filter(str.isdigit, fact.text)).strip("0")
        one = seen.setdefault(digits, fact)
        if one is not fact and len(digits) > _DIGITS and one.value != fact.value:
            words = {"text": fact.text.strip(), "others": f"「{one.path}」是{one.text.strip()}，数字相同"}
            yield codes.UNIT_SLIP.at(fact.span, fact.path, name=fact.path, **words)


def _unit_of(fact: Fact) -> str:
    target = parse_target(fact.text)
    return target.unit if target.dimension == MONEY else ""


def _slipped(fact: Fact, others: Sequence[Fact], unit: str) -> bool:
    """Whether an amount is off by more than a factor of ten, but would not be in the others' unit."""
    own, values = _unit_of(fact), [abs(one.value) for one in others if isinstance(one.value, Fraction) and one.value]
    if not (own and unit and values and isinstance(fact.value, Fraction) and fact.value) or own == unit:
        return False
    stated, low, high = abs(fact.value), min(values), max(values)
    meant = stated * resolve_unit(unit).scale / resolve_unit(own).scale
    return (stated * _FAR < low or stated > high * _FAR) and low <= meant * _FAR and meant <= high * _FAR


_UP, _DOWN = "增长|增加|上升|提高|上涨|增多", "下降|减少|降低|回落|下滑|压减|负增长"
_CHANGED = re.compile(rf"(?:{_DOWN}|{_UP})了?(?=(?:为|约)?[-－]?\d)")
_SINCE = re.compile("[同比较上](?:(?<=同)比|(?<=[比较])[上去]年|(?<=上)年同期)")
_SENTENCE = re.compile(r"[^。；！？\n]+")
# What may surround a name without changing what it names.
_AROUND = (
    r"全[市省县区年]|[本我][市省县区局部门]+|本年度?|上年|去年|同期|年度|\d{4}年|其中|决算数?|支出|金额|总额|合计|共计?|完成|实现|达到?|为|是|"
    r"同比|比|较|相|与|也|均|则|[、，：\s]|约?[-－]?\d[\d,.]*+[亿万千百]*+[元名人个项家%％吨]?+"
)
_OTHER = re.compile("增速|增幅|百分点|增长率|占比|比重|目标|预计|计划|力争")
_LONGEST = 120
_LABEL = re.compile(r"[（(].*|^本年|^年末|决算数?$|金额$|数$")


class Pair(Struct, frozen=True):
    """A figure of this year and of the year before, with the name that texts may use."""

    name: str
    path: str
    now: Fraction
    before: Fraction


def _pairs(case: Case) -> Iterator[Pair]:
    symbols, fields = case.scorecard.symbols, case.submission.template.by_path
    for fact, field in case.figures:
        now, before = value_at(symbols, field.brought) if field.brought else None, fact.value
        if now is not None and isinstance(now.value, Fraction) and isinstance(before, Fraction):
            label = fields[field.brought].label if field.brought in fields else ""
            yield Pair(_LABEL.sub("", label), field.brought, now.value, before)
    for table in case.tables:
        yield from _in_table(table, fields[field_path(table.path)].label)


def _in_table(table: Table, label: str) -> Iterator[Pair]:
    """Each row by its name, and the table as a whole."""
    for before in (one for one in table.fields.values() if one.brought.startswith(f"{table.path}.")):
        both = before.brought.rpartition(".")[2], before.name
        rows = [(row, [_number(row, column) for column in both]) for row in table.rows]
        for row, (now, last) in rows:
            words = (fact.value for fact in row.members.values() if isinstance(fact, Fact))
            named = next((word for word in words if isinstance(word, str)), "")
            if now is not None and last is not None:
                yield Pair(named, f"{row.path}.{both[0]}", now, last)
        sums = [sum((figures[at] or Fraction(0) for _, figures in rows), Fraction(0)) for at in (0, 1)]
        yield Pair(_LABEL.sub("", label), table.path, *sums)


def _number(row: Record, column: str) -> Fraction | None:
    fact = row.fact(column)
    return fact.value if fact is not None and isinstance(fact.value, Fraction) else None


def _growth(case: Case, _given: Given) -> Iterator[Finding]:
    """Claims of growth or decline about a figure that went the other way."""
    texts = [text for text in case.printed_with(_SINCE) if _CHANGED.search(text.plain)]
    pairs = {pair.name: pair for pair in _pairs(case) if len(pair.name) > 1} if texts else {}
    for text in texts if pairs else ():
        for sentence in _SENTENCE.finditer(text.plain):
            yield from _wrong_way(text, sentence, pairs)


def _wrong_way(text: Text, sentence: re.Match[str], pairs: dict[str, Pair]) -> Iterator[Finding]:
    start = 0
    for changed in _CHANGED.finditer(sentence[0]):
        lead, start = sentence[0][start : changed.start()], changed.end()
        if len(lead) > _LONGEST or _OTHER.search(lead) or not _SINCE.search(lead):
            continue
        named = (name for name in pairs if name in lead)
        only = (name for name in named if re.fullmatch(f"(?:{_AROUND})*{re.escape(name)}(?:{_AROUND})*", lead))
        pair = pairs.get(next(only, ""))
        is_up = bool(re.match(_UP, changed[0])) != sentence[0][changed.end() :].lstrip("为约").startswith(("-", "－"))
        if pair is not None and pair.now != pair.before and is_up != (pair.now > pair.before):
            span = text.place(sentence.start() + changed.start(), sentence.start() + changed.end())
            went = "多" if pair.now > pair.before else "少"
            yield codes.OTHER_WAY.at(span, text.path, name=pair.name, said=changed[0], went=went, where=pair.path)


_NOTHING_LEFT = re.compile(
    r"(?:^|[，。；：\n])((?:年[末底终]|当年|本年度?|全年|20\d\d年度?[末底]?|项目|部门|财政|预算|资金|均|也|的)*"
    r"(?:(?:无|没有|未形成|不存在)(?:资金)?(?:结转|结余)(?:结转|结余|资金)*|(?:结转|结余)(?:结转|结余|资金|金额|[数额])*[均都]?为?(?:零|0)(?:万?元)?))(?=[，。；\n]|$)"
)
_LEFT_OVER = re.compile(
    r"(?<![\d,.])\d[\d,.]*+\s?[万亿]?元[^，。；\d]{0,8}结转(?=[至到]?下|[至到]?20|，|。|；|$)|年末结转[^，。；\d]{0,4}\d[\d,.]*\s?[万亿]?元"
)
_CARRIED = re.compile("结[转余]")
_SOME_LEFT = re.compile(r"[^。\n]{0,40}结转[^，。；\d]{0,4}\d")
_LAST_YEAR = re.compile("上年|去年|年初|历年|以前|剔除")


def nothing_left(case: Case) -> Iterator[Finding]:
    """A text that says that no money was carried over, beside an amount or a text that says how much was."""
    carried = case.printed_with(_CARRIED)
    with_money = [fact.path for fact, field in case.figures if field.kind == "金额"]
    for text, claim in [(one, found) for one in carried for found in _NOTHING_LEFT.finditer(one.plain)]:
        home, said = home_of(text.path, with_money), claim[1]
        another_year = (year := re.search(r"20\d\d", said)) and year[0] != str(case.year)
        # 项目资金无结转，基本支出结转1.2万元
        if another_year or (not home and "项目" in said) or _SOME_LEFT.match(text.plain, claim.end()):
            continue
        # Of 没有结余，尾款结转下年 both may be true.
        such = re.compile("结转|结余" if "结转" in said else "^(?!.*结转).*结余")
        amounts = ((fact, field.label) for fact, field in case.figures if field.kind == "金额" and fact.value)
        known = (fact for fact, label in amounts if such.search(label) and not _LAST_YEAR.search(label))
        left = [(fact.path, fact.text.strip(), fact.span) for fact in known]
        for other in carried if "结转" in said else ():
            left += [(other.path, one[0], other.place(*one.span())) for one in _LEFT_OVER.finditer(other.plain)]
        left = [one for one in left if home_of(one[0], with_money) == home and not _LAST_YEAR.search(one[0] + one[1])]
        for path, value, span in left[:1]:
            words = {"said": said, "stated": "零", "name": path, "value": value, "where": span.in_words}
            yield codes.FACT_DIFFERS.at(text.place(*claim.span(1)), text.path, hint="核对两处。", **words)


RULES = (
    Rule("合计行", (codes.TOTAL_ROW,), _no_totals),
    Rule("增减的方向", (codes.OTHER_WAY,), _growth),
    Rule("预算有指标", (codes.NO_INDICATOR,), _no_indicators),
    Rule("项目有得分", (codes.NO_PROJECT_SCORE,), _no_scores),
    Rule("权重合计", (codes.SHARES,), _shares),
    Rule("单位写错", (codes.UNIT_SLIP,), _unit_slips),
    Rule("金额单位", (codes.MONEY_UNITS,), _money_units),
)
