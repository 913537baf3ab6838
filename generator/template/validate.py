"""Check a template's formulas: unknown names, cycles, and ratings that no total reaches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import groupby
from math import ceil, floor

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import Finding, Span, nearest, suggestion
from generator.base.formats import plain
from generator.base.judgement import Verdict
from generator.formula import codes as formula_codes
from generator.formula import parser as nodes
from generator.formula.evaluate import value_of
from generator.formula.parser import Expression
from generator.formula.values import FormulaFault, Rows, Trace
from generator.template import codes
from generator.template.files import Unread
from generator.template.model import PROPERTIES, Band, CheckRule, Indicator, Scoring, Template, walk_indicators
from generator.template.scope import ITEMS, Context, Formula, Scope, formulas, row_tables, tables_above
from generator.template.typecheck import check_types, span_of


def check_cycles(template: Template) -> list[Finding]:
    """A finding for every cycle of formulas that no input can avoid."""
    graph = _Graph(template)
    cycles = {cycle for name in graph.edges if (cycle := graph.cycle(name))}
    return [
        formula_codes.CYCLE.at(graph.places[cycle[0]], cycle[0], name=cycle[0], way=" → ".join([*cycle, cycle[0]]))
        for cycle in sorted(cycles)
    ]


class _Graph:
    """The names that each formula always needs, by the formula's name."""

    def __init__(self, template: Template) -> None:
        self.scope = Scope(template)
        self.edges: dict[str, list[str]] = {}
        self.places: dict[str, Span] = {}
        for formula in formulas(template):
            own, edges = formula.context.indicator, list[str]()
            for name, context in self.scope.needed(formula.expression.root, formula.context):
                key = self.scope.key(name.path, context)
                if name.path[0] == ITEMS and own is not None:
                    # All points of the indicator.
                    edges += (f"指标.{own.name}.{ITEMS}.{item.name}" for item in own.items if item.score is not None)
                edges.append(key.replace(".得分率", ".得分") if key.startswith("指标.") else key)
            self.places[formula.name], self.edges[formula.name] = formula.expression.span, edges
            # Naming itself is a mistake in any branch.
            named = self.scope.names_in(formula.expression.root, formula.context)
            if any(self.scope.key(name.path, context) == formula.name for name, context in named):
                edges.append(formula.name)
        for indicator in template.all_indicators():
            score = f"指标.{indicator.name}.得分"
            if indicator.rows is not None:
                self.edges[score] = [f"{indicator.rows.one.path}.得分"]
                self.places[score] = indicator.span
                continue
            parts_of = [f"指标.{child.name}.得分" for child in indicator.children]
            if not indicator.children and indicator.score is None:
                parts_of = [f"指标.{indicator.name}.{ITEMS}.{item.name}" for item in indicator.items]
            self.edges.setdefault(score, parts_of)
            self.places.setdefault(score, indicator.span)

    def cycle(self, start: str) -> tuple[str, ...]:
        """The path from a formula back to itself, beginning with its least name; empty if there is none."""
        way, seen = [(start, iter(self.edges[start]))], {start}
        while way:
            following = next(way[-1][1], None)
            if following is None:
                way.pop()
            elif following == start:
                names = [name for name, _ in way]
                first = names.index(min(names))
                return (*names[first:], *names[:first])
            elif following not in seen and following in self.edges:
                seen.add(following)
                way.append((following, iter(self.edges[following])))
        return ()


def check_formulas(template: Template, unread: Unread) -> list[Finding]:
    """Faults that show with any input: wrong types, cycles, steps and ratings that nothing reaches."""
    # With a condition that cannot be read, the others cannot be judged.
    lost = {path.partition("[")[0].rpartition(".")[2] for path in unread.paths if path.endswith("].条件")}
    types = check_types(template)
    lost |= {"等级" for one in types if "等级." in one.path and one.severity == "error"}
    forms = [] if {"等级", "评分", "评分.满分"} & (unread.paths | lost) else [template.scoring]
    forms += [] if "等级" in lost else [form.scoring for form in template.row_forms]
    bands = [finding for scoring in forms for finding in check_bands(scoring)]
    return [*types, *check_cycles(template), *bands]


MOST_ROWS = 1000
NEAR = Fraction(1, 10**6)
BOUNDED = frozenset({"分段", "限", "最大", "最小"})


def check_names(template: Template, unread: Unread) -> list[Finding]:
    """A finding with near misses for every unknown name in a formula, unless an unread part may define it."""
    scope = Scope(template, unread)
    words = {word for one in scope.fields.values() for word in one.choices} | {verdict.label for verdict in Verdict}
    found: list[Finding] = []
    for formula in formulas(template):
        tables = formula.context.tables
        if all(table in scope.tables and not scope.is_open(tuple(table.split("."))) for table in tables):
            found += _unknown_names(formula, scope, words)
    for one in scope.fields.values():
        above = one.path.rpartition(".")[0]
        # The sibling in whose unit a field is printed must exist.
        if one.unit_of and f"{above}.{one.unit_of}".lstrip(".") not in scope.fields:
            siblings = [path.rpartition(".")[2] for path in scope.fields if path.rpartition(".")[0] == above]
            found.append(_unknown(one.span, one.path, one.unit_of, siblings))
    for rule in template.checks:
        found += _check_rule(rule, scope)
    for measured in template.measured:
        named = [*measured.columns.items(), *(("项目", column) for column in measured.project)]
        columns = scope.columns(measured.table, Context())
        found += _check_columns(
            measured.table, {"表": measured.span}, f"指标表.{measured.table}", named, scope, columns
        )
    found += [*_check_row_forms(template, scope), *_check_groups(template, scope)]
    return [*found, *_check_properties(template, scope), *_check_outputs(template, scope)]


def _check_row_forms(template: Template, scope: Scope) -> Iterator[Finding]:
    """The tables whose rows are indicators, or have a form of their own, and the columns that these name."""
    facts = [one for one, field in scope.fields.items() if not (field.members or tables_above(one, scope.tables))]
    for node in template.all_indicators():
        for key, name in _explained_by([node]):
            if name and name not in facts and not scope.may_be(tuple(name.split("."))):
                yield _unknown(node.span, f"指标.{node.name}.{key}", name, facts)
    for form in template.row_forms:
        named = [("名称", form.name), *_explained_by(form.all_indicators())]
        own = scope.fields.get(f"{form.table}.评分")
        if own is not None:
            yield codes.OWN_COLUMN.at(own.span, own.path, table=form.table)
        yield from _check_columns(form.table, {"表": form.span}, f"评分对象.{form.table}", named, scope)
    for above, _, roots in template.all_forms():
        for rows in row_tables(roots):
            named = [("名称", rows.name), *(("层级", level) for level in rows.levels), *_explained_by([rows.one])]
            yield from _check_columns(f"{above}{rows.table}", rows.places, rows.one.path, named, scope)


def _check_groups(template: Template, scope: Scope) -> Iterator[Finding]:
    """The columns that name the groups of a form, and the levels below, must offer them as options."""
    for above, node in ((above, node) for above, _, roots in template.all_forms() for node in walk_indicators(roots)):
        rows = node.rows
        if rows is None or node.name not in rows.groups:
            continue
        for level, words in zip(rows.levels, ((node.name,), rows.below.get(node.name, ())), strict=False):
            column = scope.fields.get(f"{above}{rows.table}.{level}")
            if column is None or not column.choices:
                continue
            for word in (word for word in words if word not in column.choices):
                glued = next((one for one in column.choices if word in one.replace("，", "、").split("、")), "")
                hint = f"在 fields.yaml 里给「{level}」加上这个选项，或改用其中的：{'、'.join(column.choices)}。"
                hint = f"「{glued}」写成了一个选项，各项之间用半角逗号。" if glued else hint
                others = (scope.fields.get(f"{above}{rows.table}.{one}") for one in rows.levels)
                if other := next((one for one in others if one and word in one.choices), None):
                    hint = f"「{word}」是「{other.name}」的选项：核对「层级」的次序，外层在前。"
                what = f"「{column.path}」的选项"
                yield codes.UNKNOWN_KIND.at(node.span, f"指标.{node.name}", hint=hint, kind=word, what=what)


def _explained_by(indicators: Iterable[Indicator]) -> Iterator[tuple[str, str]]:
    """The columns of rows that hold what other indicators have under 指标."""
    for one in indicators:
        yield from (("原因", one.reason), ("说明", one.remarks), ("佐证", one.materials))


def _check_columns(  # noqa: PLR0913, PLR0917 - a table, its place, and what it is held against
    table: str,
    places: Mapping[str, Span],
    path: str,
    named: Iterable[tuple[str, str]],
    scope: Scope,
    columns: Collection[str] = (),
) -> Iterator[Finding]:
    """A table must exist, and the columns of rows that are named; by default those that are in no group."""
    span = places.get("表", Span(""))
    if table not in scope.tables:
        if all(table.split(".")) and not scope.may_be(tuple(table.split("."))):
            yield codes.NO_TABLE.at(span, path, hint=suggestion(table, sorted(scope.tables)), name=table)
        return
    columns = columns or scope.fields[table].members
    for key, name in named:
        if name and name not in columns and not scope.is_open(tuple(table.split("."))):
            words = {"key": key, "name": name, "table": table}
            yield codes.UNKNOWN_COLUMN.at(places.get(key, span), path, hint=suggestion(name, columns), **words)


def _unknown_names(formula: Formula, scope: Scope, words: set[str]) -> Iterator[Finding]:
    indicator = formula.context.indicator
    path = f"指标.{indicator.name}" if indicator is not None and indicator.name else formula.name
    for name, context in scope.names_in(formula.expression.root, formula.context):
        if scope.is_known(name.path, context) or scope.may_be(name.path, context):
            continue
        span, written = span_of(formula.expression, name), ".".join(name.path)
        if written in words:
            hint = f'「{written}」是文字，要放进引号："{written}"。'
            yield formula_codes.UNKNOWN_NAME.at(span, path, hint=hint, name=written)
        else:
            yield _unknown(span, path, written, sorted(scope.known(context)))


def _check_rule(rule: CheckRule, scope: Scope) -> Iterator[Finding]:
    """The table of a rule and the place that it points at must exist."""
    table, path = ".".join(rule.table), f"勾稽.{rule.name}"
    if table and table not in scope.tables:
        if not scope.may_be(rule.table):
            yield _unknown(rule.table_span, path, table, [known for known in scope.fields if known in scope.tables])
        return
    places = scope.fields.keys() | (scope.columns(table, Context()) if table else set())
    may_be = bool(table and scope.is_open(rule.table)) or scope.may_be(tuple(rule.place.split(".")))
    if rule.place and rule.place not in places and not may_be:
        yield _unknown(rule.place_span, path, rule.place, sorted(places))


def _check_properties(template: Template, scope: Scope) -> Iterator[Finding]:
    """The fields that the properties of files state exist, and are of the kind that can."""
    for key, (name, span) in template.properties.items():
        one = scope.fields.get(name)
        if one is None and not scope.may_be(tuple(name.split("."))):
            yield _unknown(span, f"属性.{key}", name, scope.fields)
        elif one is not None and (one.kind != PROPERTIES[key] or one.private or tables_above(name, scope.tables)):
            expected = f"一个{PROPERTIES[key]}字段的名称，不在表里，可以公开"
            yield codes.WRONG_SHAPE.at(span, f"属性.{key}", key=key, expected=expected)


def _check_outputs(template: Template, scope: Scope) -> Iterator[Finding]:
    """Names of outputs are unique, their tables exist, and one of them is the report itself."""
    first: dict[str, Span] = {}
    for one in template.outputs:
        if first.setdefault(one.name, one.span) is not one.span:
            words = {"problem": f"重复，第 {first[one.name].line} 行已有一份", "mend": "给其中一份另取名称。"}
            yield codes.OUTPUT.at(one.span, "输出", name=one.name, **words)
        steps = tuple(one.table.split("."))
        if one.table and one.table not in scope.tables and not scope.may_be(steps):
            hint = suggestion(one.table, sorted(scope.tables))
            words = {"name": one.name, "problem": f"的「每行」写的「{one.table}」不是一张表", "mend": ""}
            yield codes.OUTPUT.at(one.table_span, "输出", hint=hint, **words)
    unknown = any(one.layout.suffix.lower() not in (".docx", ".xlsx") for one in template.outputs)
    if template.outputs and not unknown and not any(one.may_be_main for one in template.outputs):
        mend = "其中要有一份 .docx 不写「每行」、也不是「公开」和「网页」的：草稿、审核页和改稿回填用它。"
        words = {"problem": "里没有每份填报印一次的 Word 报告", "mend": mend}
        yield codes.OUTPUT.at(template.outputs[0].span, "输出", name=template.outputs[0].name, **words)


def _unknown(span: Span, path: str, name: str, known: Iterable[str]) -> Finding:
    names = list(known)
    group = f"{name.rpartition('.')[0]}."
    beside = [other for other in names if other.startswith(group)]
    # If no name is similar, the hint lists the members of its group rather than all names.
    likely = beside if beside and not nearest(name, names) else names
    return formula_codes.UNKNOWN_NAME.at(span, path, hint=suggestion(name, likely), name=name)


def check_bands(scoring: Scoring | None) -> list[Finding]:
    """Findings for ratings that no total reaches, and for totals without a rating or with a lower one than less has.

    Conditions on one more number than the total (执行率 ≥ 80%) are tried around its bounds.
    """
    if scoring is None or not scoring.bands or not scoring.full:
        return []
    full = _totals(scoring, scoring.full, {}).numbers
    try:
        tried = [
            (others, [(total, _rating(scoring, total, others)) for total in sorted(_decisive(scoring, others))])
            for others in other_numbers([band.condition for band in scoring.bands], full)
        ]
    except FormulaFault:
        return []  # reported by check_types or when a report is scored
    reached = {band for _, rated in tried for _, band in rated}
    found = [
        codes.BAND_UNREACHED.at(one.condition.span, f"等级.{one.name}", name=one.name, full=plain(scoring.full))
        for one in scoring.bands
        if one not in reached and tried
    ]
    # From the best to the worst; the best is usually the first.
    most = max((rated for _, rated in tried), key=lambda rated: len({band for _, band in rated}), default=[])
    ranks = [scoring.bands.index(band) for _, band in most if band is not None]
    order = list(scoring.bands if not ranks or ranks[0] >= ranks[-1] else reversed(scoring.bands))
    missing: dict[tuple[str, str], list[str]] = {}
    for others, rated in tried:
        where = "".join(f" 在「{name}」是 {plain(value)} 时" for name, value in others.items())
        for problem, stretch in groupby(_gaps(rated, order), key=lambda one: one[1]):
            totals = [plain(total) for total, _ in stretch]
            missing.setdefault((" 至 ".join(dict.fromkeys((totals[0], totals[-1]))), problem), []).append(where)
    for (scores, problem), places in missing.items():
        words = {"scores": scores if len(places) == len(tried) else scores + places[0], "problem": problem}
        found += [codes.BAND_MISSING.at(scoring.bands[-1].condition.span, "等级", **words)] if problem else []
    return found


def other_numbers(formulas: list[Expression], known: Mapping[str, Fraction]) -> list[dict[str, Fraction]]:
    """Values around the bounds of the one name in formulas that is not known; none if there are several.

    Raises:
        FormulaFault: The name is no number.
    """
    names = {".".join(name.path) for one in formulas for name in nodes.names_in(one.root)} - known.keys()
    if len(names) != 1:
        return [] if names else [{}]
    (name,) = names
    bounds = {
        bound for one in formulas for bound in thresholds(one, lambda at: Numbers({**known, name: at}), Fraction(1))
    }
    around = {one + side * NEAR for one in bounds for side in (-1, 0, 1)}
    return [{name: value} for value in sorted(around | {Fraction(0), Fraction(1)})]


def _gaps(rated: list[tuple[Fraction, Band | None]], order: list[Band]) -> Iterator[tuple[Fraction, str]]:
    """Each total with what is wrong with its rating, or blank: it has none, or a lower total has a better one."""
    best: Band | None = None
    for total, band in rated:
        if band is None:
            yield total, "不在任何一个等级之内，得这个分的部门出不了报告"
        elif best is not None and order.index(band) > order.index(best):
            yield total, f"评为「{band.name}」，比它低的总分却评为「{best.name}」"
        else:
            best = band
            yield total, ""


def _rating(scoring: Scoring, total: Fraction, others: Mapping[str, Fraction]) -> Band | None:
    """The first rating whose condition holds."""
    names = _totals(scoring, total, others)
    return next((band for band in scoring.bands if value_of(band.condition, names, band.name)), None)


def _totals(scoring: Scoring, total: Fraction, others: Mapping[str, Fraction]) -> Numbers:
    """The names of a rating's condition, for one total."""
    full = scoring.full
    return Numbers({"总分": total, "满分": full, "得分率": total / full, "适用分值": full, **others})


def _decisive(scoring: Scoring, others: Mapping[str, Fraction]) -> set[Fraction]:
    """The totals to try: 0, the full mark, and the scores just below, at and above each threshold of a condition."""
    step = Fraction(1, 10**scoring.places)
    found = {Fraction(0), scoring.full}
    for band in scoring.bands:
        for threshold in thresholds(band.condition, lambda total: _totals(scoring, total, others), scoring.full):
            below, above = floor(threshold / step), ceil(threshold / step)
            around = (below - 1, below, above, above + 1)
            found |= {count * step for count in around}
    return {total for total in found if 0 <= total <= scoring.full}


def thresholds(formula: Expression, scope_of: Callable[[Fraction], Numbers], most: Fraction) -> Iterator[Fraction]:
    """The numbers at which the two sides of a comparison, or a value and its bound, are equal; each is linear."""
    pairs = [(one.left, one.right) for one in formula.nodes if isinstance(one, nodes.Compare)]
    for call in (one for one in formula.nodes if isinstance(one, nodes.Call) and one.function in BOUNDED):
        value, *bounds = call.arguments
        bounds = [nodes.bound_of(one)[1] for one in bounds[:-1:2]] if call.function == "分段" else bounds
        pairs += [(value, one) for one in bounds]
    ends = scope_of(Fraction(0)), scope_of(most)
    for left, right in pairs:
        root = nodes.Binary(left.start, right.end, "-", left, right)
        low, high = (value_of(Expression(formula.text, formula.span, root), end, "") for end in ends)
        if isinstance(low, Fraction) and isinstance(high, Fraction) and low != high:
            yield low * most / (low - high)


class Numbers(Struct, frozen=True):
    """The scope of a formula of nothing but numbers; a table has as many rows as its number says, or one with a sum."""

    numbers: Mapping[str, Fraction]

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The number of that name."""
        value, name = self.numbers.get(".".join(path)), ".".join(path)
        return Trace(name, Amount(value, plain(value)), plain(value), Span("")) if value is not None else None

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """As many rows as the number of that name; one where a number is the sum of a column."""
        table, nothing = ".".join(path), Trace("", None, "", Span(""))
        summed = {name.removeprefix(f"{table}."): value for name, value in self.numbers.items()}
        if summed.keys() - self.numbers.keys():
            return Rows([Numbers(summed)], nothing)
        count = self.numbers.get(table) if len(path) == 1 else None
        return Rows([self] * min(max(floor(count), 0), MOST_ROWS), nothing) if count is not None else None
