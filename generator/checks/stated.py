"""Rules on what is both stated and computed: scores, weights, totals, ratings, counts and figures in texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import chain, islice

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, NotAnAmount, allowance, is_number, parse_amount, round_half_up
from generator.base.diagnostics import Finding
from generator.base.formats import plain
from generator.base.units import MONEY
from generator.checks import codes
from generator.checks.known_values import Known, core_of
from generator.checks.mentions import Statement, pairs_of, value_at, value_in
from generator.checks.money import nothing_left
from generator.checks.rule import OWN_NAME, Case, Given, Rule, name_of_bureau
from generator.checks.targets import claimed_all, contrary_reasons
from generator.checks.texts import Text, home_of
from generator.formula import codes as formula_codes
from generator.formula.evaluate import evaluate, value_of
from generator.formula.parser import Call, Expression, Name
from generator.formula.values import FormulaFault, Scope, Trace, walk
from generator.narrative.content import names_by_row
from generator.narrative.text import Writer
from generator.scoring.symbols import Symbols
from generator.scoring.values import number
from generator.submission.model import Fact, Table, field_path
from generator.template.model import CheckRule

_COUNT = r"(\d+|[两二三四五六七八九十]{1,3})\s*[项个件条]"
_SAID = re.compile(
    rf"([^，。；：！？\d\x00]{{4,30}}?)(?:共有|共计|合计|总计|共|有|为)?{_COUNT}(?![^，。；]{{0,200}}其中)"
    rf"[^。；]{{0,10}}?[，,、（(]\s*(?:已经|已|全部|均|实际|其中)*完成(?:了)?{_COUNT}"
)
_ANY_DONE = re.compile(f"完成了?{_COUNT}")
_ENOUGH = 0.6


class _CountedTable(Struct, frozen=True):
    """A table with the number of its rows, and of the finished ones if the template counts them."""

    table: Table
    label: str
    total: int
    done: int | None


def _wrong_counts(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_ANY_DONE, titles=False)
    counts = [(text, match) for text in texts for match in _SAID.finditer(text.plain)]
    done, fields = dict(_finished_rows(case)) if counts else {}, case.submission.template.by_path
    counted = [
        _CountedTable(table, fields[table.path].label, len(table.rows), done.get(table.path))
        for table in (case.tables if counts else ())
        if table.path in fields  # of tables in rows, a text seldom says which one it means
    ]
    for text, match in counts:
        table = _named_table(match[1], counted)
        if table is not None:
            yield from _compare_counts(text, match, table)
    yield from claimed_all(case)


def _finished_rows(case: Case) -> Iterator[tuple[str, int]]:
    """For each table, the template's count of its finished rows: 计数(重点工作, 进展 = "已完成")."""
    for field in case.submission.template.by_path.values():
        root = field.formula.root if field.formula is not None else None
        is_count = isinstance(root, Call) and root.function == "计数" and len(root.arguments) == 2
        if is_count and "完成" in field.name and not re.search("[未没]", field.name):
            table = root.arguments[0]  # type: ignore[union-attr]
            trace = value_at(case.scorecard.symbols, field.path)
            if isinstance(table, Name) and trace is not None:
                yield ".".join(table.path), int(number(trace))


def _named_table(words: str, counted: list[_CountedTable]) -> _CountedTable | None:
    """The one table whose label the words before a count match best; None if none or several do."""
    pairs = set(pairs_of(words))
    shares = [(len(pairs.intersection(pairs_of(one.label))) / max(len(one.label) - 1, 1), one) for one in counted]
    best = max((share for share, _ in shares), default=0)
    named = [one for share, one in shares if share == best and share >= _ENOUGH]
    return named[0] if len(named) == 1 else None


def _compare_counts(text: Text, match: re.Match[str], counted: _CountedTable) -> Iterator[Finding]:
    for group, what, counts in ((2, "总数", counted.total), (3, "完成数", counted.done)):
        try:
            claimed = int(parse_amount(match[group]))
        except NotAnAmount:
            continue
        if counts is not None and claimed != counts:
            words = {"said": match[0][match.start(1) - match.start() :], "what": what, "stated": f"{claimed} 项"}
            words |= {"counted": "共有" if group == 2 else "里完成的有", "number": f"{counts} 项"}
            words |= {"table": counted.label, "where": f"{counted.table.span.in_words}起"}
            yield codes.COUNT_DIFFERS.at(text.place(*match.span(group)), text.path, **words)


_BEFORE = re.compile(
    r"^[\s“”‘’「」（(]*(?:全市|全省|全县|全区|本市|本部门|我局|本局|全年|当年|本年度?|年度|\d{4}年度?|共|合计|总计)*"
)
_BEHIND = re.compile(r"(?:共计|合计|总计|分别|达到|完成|实现|同比|为|是|达|至|到|共|有|计|了|[“”：:，\s])+$")
_SHORTEST, _LONGEST, _LONGEST_LEAD, _FEWEST = 5, 20, 100, 3


def _differing_facts(case: Case, given: Given) -> Iterator[Finding]:
    """A figure in a text about a row or field that differs from all its figures."""
    own = name_of_bureau(case, given)
    found = ((known, statement) for _, known, statement in case.statements.differing(own))
    told: set[tuple[str, int]] = set()
    for known, statement in chain(found, _differing_from_rows(case, own)):
        if (statement.text.path, statement.start) in told:
            continue
        told.add((statement.text.path, statement.start))
        comparable = known.comparable(statement)
        value = "、".join(f"{column}{text}" for column, text, _ in comparable)
        words = {"said": statement.said, "stated": statement.quantity.text, "name": known.name, "value": value}
        words["where"] = f"{known.path}，{known.span.in_words}"
        text = statement.text
        column = case.statements.actuals.get(known.path, comparable[-1][0])
        # The reference that would insert the figure.
        hint = codes.FACT_DIFFERS.hint.format(path=f"{known.path}.{column}".rstrip("."))
        yield codes.FACT_DIFFERS.at(text.place(statement.start, statement.end), text.path, hint=hint, **words)
    yield from nothing_left(case)
    yield from contrary_reasons(case)


def _differing_from_rows(case: Case, own: str) -> Iterator[tuple[Known, Statement]]:
    """A figure in a project's text behind just the name of one of its rows, however short: 放映1221场."""
    rows = _rows_by_name(case)
    said: dict[tuple[str, str], list[tuple[Known, Statement]]] = defaultdict(list)
    for statement in chain(case.statements.all, case.statements.planned) if rows else ():
        beside = rows.get((home_of(statement.text.path), statement.is_plan, statement.quantity.dimension), ())
        about = list(_named_by(statement, beside))
        if len(about) == 1 and case.statements.may_be_about(about[0], statement, own):
            said[about[0].path, statement.text.path].append((about[0], statement))
    for (_, path), ((known, statement), *more) in said.items():
        # Several may be parts of it; 全县演出142场，本项目演出60场 states the project's own beside a larger one.
        same = (one for one in case.statements.by_text[path] if case.statements.may_be_about(known, one, own))
        if not more and not any(map(known.agrees, same)) and not case.statements.is_part(known, statement):
            yield known, statement


def _rows_by_name(case: Case) -> Mapping[tuple[str, bool, str], Sequence[Known]]:
    """The rows with figures by where their table is, whether the figure is the target, and its dimension."""
    rows: dict[tuple[str, bool, str], list[Known]] = defaultdict(list)
    for one in case.measures:
        for part, side in (("目标", one.target), ("完成", one.actual)):
            if not one.project and side.dimension and len(core := core_of(one.name)) > 1:
                # 总投资520万元 in the results may be the limit of its target.
                is_limited = part == "完成" and one.target.dimension == side.dimension == MONEY
                sides = {"目标": one.target, part: side} if is_limited else {part: side}
                figures = tuple((one.columns.get(name, ""), target.text, target) for name, target in sides.items())
                known = Known(one.name, core, one.row.path, figures, one.place(part)[0])
                rows[one.table.rpartition(".")[0], part == "目标", side.dimension].append(known)
    return rows


_SEVERAL = re.compile("[和与及、]")


def _named_by(statement: Statement, rows: Sequence[Known]) -> Iterator[Known]:
    """The rows of which the words around a figure are the name, or leave out a part in its middle (群众满意度)."""
    unit, subject = statement.quantity.unit.base, core_of(statement.lead)
    said, is_only = statement.lead.strip("，、； "), len(rows) == 1
    subjects = (subject, core_of(statement.clause.replace(statement.quantity.text, "")))
    for known in rows:
        core, rest = known.core, iter(known.core)
        # 读者满意度 is not that of 读者和观众.
        may_be_short = len(subject) >= _SHORTEST and subject[-2:] == core[-2:] and not _SEVERAL.search(known.name)
        shortened = may_be_short and all(char in rest for char in subject)
        # 举办活动 is 举办健身活动 where nothing else is counted in 次.
        if is_only and len(said) > _FEWEST and (said[:2], said[-2:]) == (known.name[:2], known.name[-2:]):
            shortened = all(char in known.name for char in said)
        if shortened or core in subjects or core.removesuffix(unit) in subjects:
            yield known


def states_goals(heading: str) -> bool:
    """Whether what is under a heading was to be achieved."""
    return re.search("目标|预期|计划", heading) is not None and not re.search(
        "完成|实现|达成|实际|执行|成效|结果|自评|评价", heading
    )


def _texts_with_goals(texts: Iterable[Text]) -> Iterator[str]:
    """The paths of texts whose label, or the heading before them, says that they state goals."""
    field = heading = ""
    for text in texts:
        # Paragraphs of one field: 正文[3], not 项目[3].名称.
        if (above := text.path.rpartition("[")[0] if text.path.endswith("]") else text.path) != field:
            field, heading = above, ""
        if (words := text.plain.strip()) and len(words) <= _LONGEST and words[-1] not in "。；":
            heading = words
        if states_goals(text.label) or states_goals(heading):
            yield text.path


def _differing_texts(case: Case, _given: Given) -> Iterator[Finding]:
    """Two texts with different figures behind the same words."""
    first: dict[tuple[str, str, bool], Statement] = {}
    goals = set(_texts_with_goals(case.texts))
    for statement in case.statements.all:
        subject = _subject(statement) if not (statement.is_share or statement.is_change) else ""
        if not _SHORTEST <= len(subject) <= _LONGEST:
            continue
        # Goals and results may differ.
        key = (subject, statement.quantity.dimension, statement.text.path in goals)
        other = first.setdefault(key, statement)
        if other.text.path == statement.text.path or case.statements.are_apart(other, statement):
            continue
        # The rougher of the two may be the finer one rounded.
        before, now = other.quantity, statement.quantity
        half = max(one.unit.scale / 2 / 10**one.places if one else 0 for one in (before, now))
        if abs(before - now) > half:
            where = other.text.place(other.start, other.end).in_words
            words = {"stated": now.text, "value": before.text, "other": other.text.path, "where": where}
            span = statement.text.place(statement.start, statement.end)
            yield codes.TEXTS_DIFFER.at(span, statement.text.path, subject=subject, **words)


def _subject(statement: Statement) -> str:
    """The words right before a figure, if they are all of its subject: 「规上工业增加值」."""
    if not _SHORTEST <= len(statement.lead) <= _LONGEST_LEAD:
        return ""
    subject = _BEHIND.sub("", _BEFORE.sub("", statement.lead))
    return subject if not re.search(r"[\d、（(“\x00]", subject) else ""


# Sums and differences carry the rounding of their parts into the result one to one; other formulas do not.
_NO_SUM = re.compile(r"[×÷*/]|(?:平均|计数|分段|限|四舍五入|最大|最小|绝对值|完成率|超出)[(（]")


def _stated_fields(case: Case, _given: Given) -> Iterator[Finding]:
    """A computed field that the bureau states with another value, at the decimals that it wrote."""
    symbols = case.scorecard.symbols
    for record in case.submission.facts.records:
        for name, fact in record.stated.items():
            trace = value_in(symbols, record, name)
            if trace is not None:
                yield from _compare_stated(fact, trace, symbols)


def _compare_stated(fact: Fact, trace: Trace, symbols: Symbols) -> Iterator[Finding]:
    stated = fact.value
    if not isinstance(stated, Amount) or not isinstance(trace.value, Fraction):
        if fact.value != trace.value:
            words = {"stated": fact.text, "computed": trace.text, "figures": trace.working.figures}
            yield codes.STATED_FIELD.at(fact.span, fact.path, name=fact.path, formula=trace.formula, **words)
        return
    scale, places = stated.unit.scale, stated.places
    if Fraction(round_half_up(trace.value / scale, places)) == stated.number:
        return
    difference = abs(trace.value - stated)
    # In the bureau's unit and spacing.
    unit = (" " if " " in fact.text.strip() else "") + stated.unit.name if stated.unit.name else ""
    words = {"name": fact.path, "stated": fact.text, "computed": plain(trace.value / scale) + unit}
    allowed = _allowed(trace, symbols)
    if allowed and difference <= allowed + scale / 2 / 10**places:
        yield codes.ROUNDING.at(fact.span, fact.path, difference=plain(difference / scale) + unit, **words)
    else:
        # Sums are in 元.
        in_yuan = stated.dimension == MONEY and not _NO_SUM.search(trace.formula) and stated.unit.name != "元"
        figures = trace.working.figures + " 元" * in_yuan
        yield codes.STATED_FIELD.at(fact.span, fact.path, formula=trace.formula, figures=figures, **words)


def _allowed(trace: Trace, symbols: Symbols) -> Fraction:
    """How far the total may be off because its parts were typed rounded."""
    traces = list(walk(trace))
    if any(_NO_SUM.search(part.formula) for part in traces):
        return Fraction(0)
    among = (fact.value for fact in symbols.facts.values())
    return allowance((part.value for part in traces if not part.formula), among)


def _formula_checks(case: Case, _given: Given) -> Iterator[Finding]:
    """A rule of the template whose condition does not hold, for the report or for a row of its table."""
    writer = Writer(case.submission.template.formats, case.report.content)
    for rule in case.submission.template.checks:
        scopes: Sequence[Scope] = [case.scorecard.symbols]
        if rule.table:
            table = case.scorecard.symbols.rows(rule.table)
            scopes = table.scopes if table is not None else ()
        for at, scope in enumerate(scopes):
            yield from _apply(rule, scope, at, writer)
    yield from writer.findings


def _apply(rule: CheckRule, scope: Scope, at: int, writer: Writer) -> Iterator[Finding]:
    way = tuple(rule.place.split(".")) if rule.place else ()
    try:
        # Most conditions hold; only the others need a trace.
        if value_of(rule.condition, scope, rule.name) is True:
            return
        trace = evaluate(rule.condition, scope, rule.name)
        table = scope.rows(way) if way else None
        named = table.trace if table is not None else scope.resolve(way) if way else None
    except FormulaFault as fault:
        yield fault.finding
        return
    if not isinstance(trace.value, bool):
        problem = f"「{rule.condition.text}」不是条件（是或否）"
        yield formula_codes.WRONG_TYPE.at(rule.span, rule.name, where="", problem=problem)
        return
    # At the fact or table that the rule names, or the first fact behind a named computed value; else at the first fact
    # in the condition, or behind what is computed in it, else at the rule itself.
    parts = walk(named) if named else (*trace.inputs, *walk(trace))
    facts = [part for part in parts if not part.formula]
    span, path = (facts[0].span, facts[0].name) if facts else (rule.span, rule.name)
    # What the message may name besides the report's names: the columns of its row.
    rows = names_by_row(writer.names, ".".join(rule.table)) if rule.table else iter(())
    _, names = next(islice(rows, at, None), ("", {}))
    message = writer.write(rule.message, rule.span, rule.name, names, trusted=True)
    mend = writer.write(rule.hint, rule.span, rule.name, names, trusted=True)
    yield replace(codes.RULE.at(span, path, message=message, mend=mend), severity=rule.severity)


_NUMBER = r"\s*(\d+(?:\.\d+)?)\s*分"
# Not 自评加…分 and 自评扣…分: those are parts of a score.
_SCORE = rf"自评(?:得分|得)?(?:为|：)?{_NUMBER}"
_WHOLE = r"(?:[此本该]项|本指标|综上|合计|共计)[^。；]{0,200}?"
# 应得, 可得, 最高得 and 不得 are about the rule.
_GOT = rf"(?<![应可高不获])得分?(?:为|：)?{_NUMBER}"
_SAID_OF_EITHER = re.compile(f"{_SCORE}|{_WHOLE}{_GOT}")
# On an indicator with points, a score may be a point's; these words show that it is the indicator's.
_SAID_OF_THE_WHOLE = re.compile(f"{_WHOLE}(?:{_SCORE}|{_GOT})")
_SAID_OF_THE_INDICATOR = re.compile(f"(?:[此本该]项|本)指标[^。；]{{0,200}}?(?:{_SCORE}|{_GOT})")

_POINTS = re.compile(r"分(?<=[\d\s]分)")
_OWN_WEIGHT = re.compile(
    rf"(?:^|[，。；（(]|[此本该]项(?:指标)?(?:的)?|本指标(?:的)?)(?:标准)?分值(?:为|是|：)?{_NUMBER}"
)
_IN_BRACKETS = re.compile(rf"[（(](?:(?:标准)?分值|满分)?(?:为|：)?{_NUMBER}[^）)]{{0,200}}[）)]")

_TOTAL = re.compile(rf"(?:综合得分|总得分|总分|(?:整体支出|总体)[^，。；]{{0,12}}得分|自评得分)(?:为|是|：)?{_NUMBER}")
_RATING = re.compile(
    r"(?:等级|评定结果|自评结果|评价结果)(?:评定|确定)?(?:为|是|：)?\s*[“「『\"]?([^，。；”」』\"\s]{1,4}?)[”」』\"，。；]"
)
_FAR = 1000
_OF_A_PART = re.compile(r"项目|专项|指标|单位|上年|去年|\d{4}")
_OF_OTHERS = re.compile("考核|复核|第三方|决算|建设|评估|工作|服务|党|财政局")


def _short(rating: str) -> str:
    """A rating without what may be left out: 良好 is 良."""
    return re.sub("(?<=优)[秀等]$|(?<=良)[好等]$|(?<=中)等$", "", rating)


def _stated_scores(case: Case, _given: Given) -> Iterator[Finding]:
    """A score stated as a figure or in a text that differs from the computed one."""
    for node in case.scorecard.walk_all():
        if not node.indicator.is_scored:
            continue
        entry, name = node.entry, node.indicator.name
        yield from _stated_figure(entry.stated, name, node.score, case)
        pattern = _SAID_OF_THE_WHOLE if node.items else _SAID_OF_EITHER
        yield from _stated_in_words(entry.remarks, name, node.score, pattern, case)
        for item in node.items:
            point = entry.items.get(item.item.name)
            if point is not None:
                yield from _stated_figure(point.stated, item.item.name, item.score, case)
                found = list(_stated_in_words(point.remarks, item.item.name, item.score, _SAID_OF_EITHER, case))
                # 「此项指标自评得1分」 in the text on its last point means the indicator.
                yield from found or _stated_in_words(point.remarks, name, node.score, _SAID_OF_THE_INDICATOR, case)


def _stated_figure(fact: Fact, name: str, score: Trace, case: Case) -> Iterator[Finding]:
    scoring = case.submission.template.scoring
    places = scoring.places if scoring is not None else 2
    if is_number(fact.value) and Fraction(round_half_up(fact.value, places)) != score.value:
        words = {"place": "「自评分」", "stated": plain(fact.value), "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(fact.span, fact.path, **words)


def _stated_in_words(fact: Fact, name: str, score: Trace, pattern: re.Pattern[str], case: Case) -> Iterator[Finding]:
    """Compares the last score in a text, that of the whole: those before it are of parts."""
    found = list(pattern.finditer(case.report.remarks.get(fact.path, "")))
    if not found:
        return
    clause, stated = found[-1][0], next(number for number in found[-1].groups() if number)
    if Fraction(stated) != score.value:
        text = next(text for text in case.texts if text.path == fact.path)
        at = text.raw.rfind(clause)
        # If these words contain a reference, the whole text is underlined.
        span = text.place(at, at + len(clause)) if at >= 0 else text.span
        words = {"place": f"说明中「{clause}」", "stated": stated, "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(span, fact.path, **words)


def _stated_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A weight in a text, of its own indicator or a named one, that differs from the form."""
    weights = {node.indicator.name: node.indicator.weight for node in case.scorecard.walk()}
    parts = {item.item.name: item.item.weight for node in case.scorecard.walk() for item in node.items}
    known = {**parts, **weights}
    # Titles of evidence may name a result: 满意度（95.6分）测评报告.
    for text in case.printed_with(_POINTS, titles=False) if weights else ():
        for match in _IN_BRACKETS.finditer(text.plain):
            named = (name for name in known if text.plain.endswith(name, 0, match.start()))
            name = max(named, key=len, default="")
            yield from _compare_weight(text, match, name, known.get(name), len(name))
        if text.kind == "指标":
            # 指标·资产盘点·说明, or of a point 指标·公示情况·目标公开·说明
            *_, name, _ = text.label.split("·")
            weight = parts.get(name) if text.label.count("·") > 2 else weights.get(name)
            for match in _OWN_WEIGHT.finditer(text.plain):
                yield from _compare_weight(text, match, name, weight)


def _compare_weight(
    text: Text, match: re.Match[str], name: str, weight: Fraction | None, before: int = 0
) -> Iterator[Finding]:
    """The finding where the weights differ; ``before`` characters before the match are underlined as well."""
    if weight is None or Fraction(match[1]) == weight:
        return
    clause = text.raw[match.start() - before : match.end()].lstrip("，。；（(")
    words = {"said": clause, "stated": match[1], "name": name, "weight": plain(weight)}
    yield codes.STATED_WEIGHT.at(text.place(match.end() - len(clause), match.end()), text.path, **words)


def _stated_total(case: Case, _given: Given) -> Iterator[Finding]:
    """A total or rating in a text on the whole report that differs from the computed one."""
    total, scoring = case.scorecard.total, case.submission.template.scoring
    if total is None:
        return
    ratings = {band.name for band in scoring.bands} if scoring else set()
    for text in case.texts:
        raw = text.raw
        if text.kind == "指标" or not ("得分" in raw or "总分" in raw or "等级" in raw or "结果" in raw):
            continue
        scores = (one for one in _TOTAL.finditer(text.plain) if Fraction(one[1]) != total.score.value)
        claims = [(one, "总分", f"{total.score.text} 分", f"{one[1]} 分") for one in scores]
        others = {_short(one) for one in ratings} - {_short(total.rating)}
        rated = (one for one in _RATING.finditer(text.plain) if _short(one[1]) in others)
        claims += [(one, "等级", f"「{total.rating}」", f"「{one[1]}」") for one in rated]
        for match, what, computed, stated in claims:
            near = text.plain[max(0, match.start() - _FAR) : match.start()]
            before = re.split(r"[。；]", near)[-1].replace(f"{case.year}年", "")
            # 年度考核评定结果为良, 部门决算工作评价结果为良
            is_of_others = re.match("评[定价]结果", match[0]) and _OF_OTHERS.search(before)
            if not is_of_others and not _OF_A_PART.search(before):
                words = {"said": match[0].rstrip("，。；"), "what": what, "stated": stated, "computed": computed}
                yield codes.STATED_TOTAL.at(text.place(*match.span()), text.path, **words)


def _outside_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A scored indicator or point with more than its weight, or less than 0."""
    for form in case.scorecard.forms:
        total = form.total
        # Beyond the sum of the parts: parts above their weights are reported by themselves.
        if total is not None and number(total.parts) <= total.full < number(total.score):
            words = {"name": "总分", "score": total.score.text, "problem": f"超过了满分 {plain(total.full)}"}
            mend = "请模板维护人员核对 template.yaml「评分」的「总分」和「满分」；总分有上限的，写「最小(…, 满分)」。"
            figures = total.score.working.figures
            yield codes.ABOVE_WEIGHT.at(total.score.span, "评分.总分", hint=mend, figures=figures, **words)
        for node in form.walk():
            indicator = node.indicator
            parts = [(f"·{item.item.name}", item.item.weight, item.score) for item in node.items]
            # If a group exceeds its weight, so does a node below it.
            wholes = [("", indicator.weight, node.score)] if indicator.is_scored else []
            for item, weight, score in [*wholes, *parts]:
                points, name = number(score), f"{indicator.name}{item}"
                # A bonus of no weight is a deduction.
                if (points.numerator >= 0 or (indicator.bonus and not weight)) and points <= weight:
                    continue
                problem = f"超过了分值 {plain(weight)}" if points > weight else "小于 0"
                words = {"name": name, "score": score.text, "problem": problem}
                # For a row, the bureau's own line.
                span = node.entry.span if node.entry.row is not None else score.span
                yield codes.ABOVE_WEIGHT.at(span, node.path, figures=score.working.figures, **words)


def _printed_sums(case: Case, _given: Given) -> Iterator[Finding]:
    """A total of a computed column whose rows, as printed, add up to something else."""
    fields = case.submission.template.by_path
    reported: set[str] = set()
    for total in _sums(case):
        column = fields.get(field_path(total.inputs[0].name)) if total.inputs else None
        if column is None or column.formula is None or column.kind != "数值":
            continue
        if any(field_path(row.name) != column.path for row in total.inputs):
            continue
        try:
            printed = [parse_amount(row.text) for row in total.inputs]
            added, stated = sum(map(Fraction, printed), Fraction(0)), Fraction(parse_amount(total.text))
        except NotAnAmount:
            continue
        if added != stated and column.path not in reported:
            reported.add(column.path)
            places = str(max(len(row.text.partition(".")[2]) for row in total.inputs))
            words = {"column": column.path, "rows": plain(added), "total": total.name, "sum": total.text}
            yield codes.ROWS_DO_NOT_ADD_UP.at(column.formula.span, column.path, places=places, **words)


def _sums(case: Case) -> Iterator[Trace]:
    """The scores and computed fields whose formula is just a sum over the rows of a table."""

    def is_sum(expression: Expression | None) -> bool:
        return expression is not None and isinstance(expression.root, Call) and expression.root.function == "求和"

    yield from (node.score for node in case.scorecard.walk_all() if is_sum(node.indicator.score))
    for compute in [compute for field, compute in case.scorecard.symbols.computed() if is_sum(field.formula)]:
        with suppress(FormulaFault):
            trace = compute()
            if trace is not None:
                yield trace


RULES = (
    Rule("得分范围", (codes.ABOVE_WEIGHT,), _outside_weights),
    Rule("各行相加", (codes.ROWS_DO_NOT_ADD_UP,), _printed_sums),
    Rule("文字分值", (codes.STATED_WEIGHT,), _stated_weights),
    Rule("文字总分", (codes.STATED_TOTAL,), _stated_total),
    Rule("自评分", (codes.STATED_SCORE,), _stated_scores),
    Rule("填报合计", (codes.STATED_FIELD, codes.ROUNDING), _stated_fields),
    Rule("事实一致", (codes.FACT_DIFFERS,), _differing_facts, OWN_NAME),
    Rule("文字一致", (codes.TEXTS_DIFFER,), _differing_texts),
    Rule("项数", (codes.COUNT_DIFFERS,), _wrong_counts),
    Rule("勾稽", (codes.RULE,), _formula_checks, fixed=True),
)
