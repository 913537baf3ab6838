"""Rules on tables of money and on amounts set side by side: complete, adding up, in one unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from generator.base.amount import allowance
from generator.base.diagnostics import Finding
from generator.base.forms import Form
from generator.base.judgement import Flag
from generator.base.target_text import parse_target
from generator.base.units import MONEY, resolve_unit
from generator.checks import codes
from generator.checks.context import Case
from generator.checks.mentions import name_column
from generator.checks.rule import Example, Given, Rule
from generator.formula.parser import Call, Compare, Name, walk_nodes
from generator.submission.model import Fact, Record, Table, field_path
from generator.template.model import Template
from generator.template.scope import Scope, formulas

_TOTALS = re.compile(r"(?:合\s*计|总\s*计|小\s*计|共\s*计)(?:[(（].*[)）])?[:：]?$|[(（—-]*其中(?:[:：]|$)")
_SCORE = re.compile(r"评分|得分")
_SHARE = re.compile(r"权重|比重|占比")
_SLIP = (
    "资金:\n- {{项目: 公共服务提升, 预算: 300.00 万元, 支出: 300.00 万元}}\n"
    "- {{项目: 企业技术改造, 预算: 100.00 万元, 支出: 100.00 万元}}\n"
    "- {{项目: 专项业务, 预算: 130.00 万元, 支出: {}}}\n- {{项目: 培训, 预算: 90.00 万元, 支出: 90.00 万元}}"
)
_PERCENT = Form("%", 2, "zeros", suffix="%")


def _no_indicators(case: Case, _given: Given) -> Iterator[Finding]:
    """A row of a table of money without a row in the table of targets, where other rows have one."""
    # A table within a row belongs to it: the row needs no second place that names it.
    tables = [table for table in case.tables if "[" not in table.path]
    with_money = [table for table in tables if _money(table)]
    with_goals = {goal.row.path.rpartition("[")[0] for goal in case.goals}
    for table in (one for one in tables if one.path in with_goals):
        for budgets in with_money:
            if budgets is not table:
                yield from _projects_without_indicators(budgets, table)


def _money(table: Table) -> str:
    """The last column of amounts that the bureau fills in: what was spent, where the budget comes first."""
    names = [name for name, field in table.fields.items() if field.kind == "金额" and field.formula is None]
    return names[-1] if names else ""


def _projects_without_indicators(budgets: Table, targets: Table) -> Iterator[Finding]:
    amount = _money(budgets)
    named = name_column(budgets.fields, before=next(n for n, f in budgets.fields.items() if f.kind == "金额"))
    projects = {name: row for row in budgets.rows if (name := _text(row, named))}
    linked = _linked(targets, set(projects))
    for name, row in projects.items() if linked else ():
        spent = row.members.get(amount)
        if name not in linked and isinstance(spent, Fact) and spent.value:
            fact = row.members[named]
            words = {"name": name, "amount": f"{amount} {spent.text.strip()}", "table": targets.path}
            yield codes.NO_INDICATOR.at(fact.span, f"{row.path}.{named}", **words)


def _linked(targets: Table, projects: set[str]) -> set[str]:
    """The projects that the targets belong to: the values of a column that holds only projects, at least two."""
    for column, field in targets.fields.items():
        values = {_text(row, column) for row in targets.rows} if field.kind == "文字" else set()
        if len(values) > 1 and values <= projects:
            return values
    return set()


def _text(row: Record, column: str) -> str:
    fact = row.members.get(column)
    return str(fact.value).strip() if isinstance(fact, Fact) and fact.value else ""


def _no_scores(case: Case, _given: Given) -> Iterator[Finding]:
    """A row without a score in a table of money whose other rows have one."""
    for table in case.tables:
        for column, field in table.fields.items() if _money(table) else ():
            if field.kind != "数值" or field.formula is not None or not _SCORE.search(column):
                continue
            facts = [(row, row.members.get(column)) for row in table.rows]
            blank = [row for row, fact in facts if isinstance(fact, Fact) and fact.value is None and not fact.text]
            for row in blank if len(blank) < len(table.rows) else ():
                if any(isinstance(fact, Fact) and fact.value is True for fact in row.members.values()):
                    continue  # a column of yes and no says why: a project that runs over the year
                name = _text(row, name_column(table.fields)) or row.path
                yield codes.NO_PROJECT_SCORE.at(row.span, f"{row.path}.{column}", name=name, column=column)


def _shares(case: Case, _given: Given) -> Iterator[Finding]:
    """A column of shares, typed in every row, that does not make up the whole."""
    for table in case.tables:
        for column, field in table.fields.items():
            if field.kind != "比率" or field.formula is not None or not _SHARE.search(column):
                continue
            facts = [fact for row in table.rows if isinstance(fact := row.members.get(column), Fact)]
            values = [fact.value for fact in facts if isinstance(fact.value, Fraction)]
            total = sum(values, Fraction(0))
            if values and len(values) == len(facts) and abs(total - 1) > allowance(values):
                words = {"table": table.path, "column": column, "sum": _PERCENT.print(total)}
                yield codes.SHARES.at(facts[0].span, facts[0].path, **words)


def _no_totals(case: Case, _given: Given) -> Iterator[Finding]:
    """A row that is itself the sum of a table that the template adds up."""
    named = [(table, name_column(table.fields)) for table in case.tables]
    totals = [
        (table, row, column) for table, column in named for row in table.rows if _TOTALS.match(_text(row, column))
    ]
    added = _added_up(case.submission.template) if totals else set()
    for table, row, column in totals:
        if field_path(table.path) in added:
            words = {"table": table.path, "name": _text(row, column)}
            yield codes.TOTAL_ROW.at(row.members[column].span, f"{row.path}.{column}", **words)


def _added_up(template: Template) -> set[str]:
    """The tables over which some formula of the template adds up, counts or takes a mean."""
    scope = Scope(template)
    found = set()
    for formula in formulas(template):
        for node in walk_nodes(formula.expression.root):
            if isinstance(node, Call) and node.function in ("求和", "平均", "加权平均"):
                table = scope.table_of(node, formula.context)
                found |= {table[0]} if table is not None else set()
    return found


NO_INDICATORS = Rule(
    name="预算有指标",
    group=7,
    codes=(codes.NO_INDICATOR,),
    why=(
        "花了钱的项目要有绩效指标。绩效目标表里有一列写的是项目（每一行都写着资金表里的某个项目），"
        "而资金表里有的项目在那一列一次也没有"
        "出现，就报告。没有发生支出的项目不报告。"
    ),
    find=_no_indicators,
    examples=(
        Example(
            codes.NO_INDICATOR,
            bad=(
                "资金:\n- {项目: 公共服务提升, 预算: 300.00 万元, 支出: 300.00 万元}\n"
                "- {项目: 企业技术改造, 预算: 90.00 万元, 支出: 90.00 万元}\n"
                "- {项目: 专项业务, 预算: 10.00 万元, 支出: 10.00 万元}"
            ),
            good=(
                "资金:\n- {项目: 公共服务提升, 预算: 300.00 万元, 支出: 300.00 万元}\n"
                "- {项目: 企业技术改造, 预算: 100.00 万元, 支出: 100.00 万元}\n"
                "- {项目: 专项业务, 预算: 0 万元, 支出: 0 万元}"
            ),
            place="资金[3].项目",
            marked="专项业务",
        ),
    ),
)
NO_SCORES = Rule(
    name="项目有得分",
    group=7,
    codes=(codes.NO_PROJECT_SCORE,),
    why=(
        "资金表里有评分一列、有的行填了、有的行空着的，空着的行报告。空白不等于 0：没有得分的项目不会当作 0 分。"
        "整列都空着的不报告；同一行另有一列填了「是」、说明为什么没有得分的（如「跨年」），也不报告。"
    ),
    find=_no_scores,
    examples=(
        Example(
            codes.NO_PROJECT_SCORE,
            bad="资金[2]: {项目: 企业技术改造, 预算: 100.00 万元, 支出: 100.00 万元, 权重: 25%}",
            good="资金[2]: {项目: 企业技术改造, 预算: 100.00 万元, 支出: 100.00 万元, 权重: 25%, 自评分: 0}",
            place="资金[2].自评分",
            marked="{",
        ),
    ),
)
SHARES = Rule(
    name="权重合计",
    group=7,
    codes=(codes.SHARES,),
    why=(
        "表里由部门填写的权重（比重、占比），每一行都填了的，合计应当是 100%，每个允许半个末位。"
        "评分表的分值合计在加载模板时核对（JX708）；由程序计算的权重不必核对。"
    ),
    find=_shares,
    examples=(
        Example(
            codes.SHARES,
            bad="资金[2].权重: 20%",
            good="资金[1].权重: 75.0%\n资金[2].权重: 25.1%",
            place="资金[1].权重",
            marked="75%",
        ),
    ),
)
NO_TOTALS = Rule(
    name="合计行",
    group=1,
    codes=(codes.TOTAL_ROW,),
    why="程序会对这张表求和。表里又填了一行「合计」「总计」「小计」「其中：……」，就会把同样的钱加两遍。",
    find=_no_totals,
    examples=(
        Example(
            codes.TOTAL_ROW,
            bad="资金[2].项目: 合计",
            good="资金[2].项目: 合计管理系统",
            place="资金[2].项目",
            marked="合计",
        ),
    ),
)


def _money_units(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        if goal.has(Flag.UNIT_CONVERTED) and goal.target_fact is not None:
            yield from _compare_units(goal.target_fact, goal.actual)
    for one, other in dict.fromkeys(_compared_facts(case)):
        first, second = _fact(case, one), _fact(case, other)
        if first is not None and second is not None:
            yield from _compare_units(first, second)


def _compared_facts(case: Case) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The paths of facts that a formula of the scoring form compares directly."""
    for indicator in case.submission.template.all_indicators():
        for formula in (indicator.score, *(item.score for item in indicator.items)):
            for node in walk_nodes(formula.root) if formula is not None else ():
                if isinstance(node, Compare) and isinstance(node.left, Name) and isinstance(node.right, Name):
                    yield node.left.path, node.right.path


def _fact(case: Case, path: tuple[str, ...]) -> Fact | None:
    member: object = case.submission.facts
    for name in path:
        member = member.members.get(name) if isinstance(member, Record) else None
    return member if isinstance(member, Fact) else None


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
    """An amount that is far from those beside it as it is written, and like them in their unit."""
    for table in case.tables:
        for column, field in table.fields.items():
            if field.kind != "金额" or field.formula is not None:
                continue
            typed = [fact for row in table.rows if isinstance(fact := row.members.get(column), Fact) and fact.value]
            units = [_unit_of(fact) for fact in typed]
            ((unit, _),) = Counter(filter(None, units)).most_common(1) or [("", 0)]
            others = [fact for fact, one in zip(typed, units, strict=True) if one == unit]
            for fact in typed if len(others) == len(typed) - 1 >= _LEAST_OTHERS else ():
                if fact not in others and _slipped(fact, others, unit):
                    yield codes.UNIT_SLIP.at(
                        fact.span, fact.path, name=fact.path, text=fact.text.strip(), others=f"同一列的都用{unit}"
                    )
    for record in case.submission.facts.records:
        for name, fact in record.members.items():
            last = record.members.get(f"上年{name}")
            if isinstance(fact, Fact) and isinstance(last, Fact) and _slipped(last, [fact], _unit_of(fact)):
                words = {"name": last.path, "text": last.text.strip(), "others": f"本年是{fact.text.strip()}"}
                yield codes.UNIT_SLIP.at(last.span, last.path, **words)


def _unit_of(fact: Fact) -> str:
    target = parse_target(fact.text)
    return target.unit if target.dimension == MONEY else ""


def _slipped(fact: Fact, others: Sequence[Fact], unit: str) -> bool:
    """Whether an amount is more than ten times away from the others, and not so with its number in their unit."""
    own, values = _unit_of(fact), [abs(one.value) for one in others if isinstance(one.value, Fraction) and one.value]
    if not (own and unit and values and isinstance(fact.value, Fraction) and fact.value) or own == unit:
        return False
    said, low, high = abs(fact.value), min(values), max(values)
    meant = said * resolve_unit(unit).scale / resolve_unit(own).scale
    return (said * _FAR < low or said > high * _FAR) and low <= meant * _FAR and meant <= high * _FAR


UNIT_SLIPS = Rule(
    name="单位写错",
    group=8,
    codes=(codes.UNIT_SLIP,),
    why=(
        "一列金额都用万元，只有一行写成元；本年写亿元，上年写成万元：照写的单位和别的数相差十倍以上，换成别的数的单位就相称，"
        "多半是单位写错了。表里用别的单位的至少要有三行，没有填的和 0 不比。"
    ),
    find=_unit_slips,
    examples=(
        Example(
            codes.UNIT_SLIP,
            bad=_SLIP.format("125.00 元"),
            good=_SLIP.format("1250000.00 元"),
            place="资金[3].支出",
            marked="125.00 元",
        ),
    ),
)
MONEY_UNITS = Rule(
    name="金额单位",
    group=8,
    codes=(codes.MONEY_UNITS,),
    why=(
        "评分时相互比较的两个金额、同一行的目标和实际，报告里并列印出。一个填元、一个填万元，读的人要自己换算，"
        "容易看错位数。"
        "程序按换算后的数比较，得分不受影响，所以只提示。"
    ),
    find=_money_units,
    examples=(
        Example(
            codes.MONEY_UNITS,
            bad="三公经费: {预算: 10 万元, 实际: 85000 元}",
            good="三公经费: {预算: 100000 元, 实际: 85000 元}",
            place="三公经费.预算",
            marked="10 万元",
        ),
        Example(
            codes.MONEY_UNITS,
            bad="绩效目标[3].完成: 52000万元",
            good="绩效目标[3].完成: 5.2亿元",
            place="绩效目标[3].完成",
            marked="52000万元",
        ),
    ),
)
