"""Rules on scores: within their weights; scores, weights, totals and ratings in texts agree with the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from generator.base.amount import NotAnAmount, is_number, parse_amount, round_half_up
from generator.base.diagnostics import Finding
from generator.base.forms import plain
from generator.checks import codes
from generator.checks.rule import Case, Given, Rule
from generator.checks.texts import Text
from generator.formula.parser import Call, Expression
from generator.formula.values import FormulaFault, Trace
from generator.scoring.values import number
from generator.submission.model import Fact, field_path
from generator.template.model import walk_fields

_NUMBER = r"\s*(\d+(?:\.\d+)?)\s*分"
# Not 自评加…分 and 自评扣…分: those are parts of a score, not the score.
_SCORE = rf"自评(?:得分|得)?(?:为|：)?{_NUMBER}"
_WHOLE = r"(?:[此本该]项|本指标|综上|合计|共计)[^。；]{0,200}?"
# 应得, 可得, 最高得 and 不得 speak of the rule.
_GOT = rf"(?<![应可高不获])得分?(?:为|：)?{_NUMBER}"
_SAID = re.compile(f"{_SCORE}|{_WHOLE}{_GOT}")
# In a text on an indicator with points, a score may be a point's; these words show that it is the indicator's.
_SAID_OF_THE_WHOLE = re.compile(f"{_WHOLE}(?:{_SCORE}|{_GOT})")
_SAID_OF_THE_INDICATOR = re.compile(f"(?:[此本该]项|本)指标[^。；]{{0,200}}?(?:{_SCORE}|{_GOT})")

_OWN_WEIGHT = re.compile(
    rf"(?:^|[，。；（(]|[此本该]项(?:指标)?(?:的)?|本指标(?:的)?)(?:标准)?分值(?:为|是|：)?{_NUMBER}"
)
_IN_BRACKETS = re.compile(rf"[（(](?:(?:标准)?分值|满分)?(?:为|：)?{_NUMBER}[^）)]{{0,200}}[）)]")

_TOTAL = re.compile(rf"(?:综合得分|总得分|总分|(?:整体支出|总体)[^，。；]{{0,12}}得分|自评得分)(?:为|是|：)?{_NUMBER}")
_RATING = re.compile(r"等级(?:评定|确定)?(?:为|是|：)?\s*[“「『\"]?([^，。；”」』\"\s]{1,4}?)[”」』\"，。；]")
_FAR = 1000
_OF_A_PART = re.compile(r"项目|专项|指标|单位|上年|去年|\d{4}")


def _stated_scores(case: Case, _given: Given) -> Iterator[Finding]:
    """A score that the bureau states, as a figure or in its text, and that differs from the computed one."""
    for node in case.scorecard.walk_all():
        if not node.indicator.is_scored:
            continue
        entry, name = node.entry, node.indicator.name
        yield from _stated_figure(entry.stated, name, node.score, case)
        yield from _stated_in_words(entry.remarks, name, node.score, _SAID_OF_THE_WHOLE if node.items else _SAID, case)
        for item in node.items:
            said = entry.items.get(item.item.name)
            if said is not None:
                yield from _stated_figure(said.stated, item.item.name, item.score, case)
                found = list(_stated_in_words(said.remarks, item.item.name, item.score, _SAID, case))
                # 「此项指标自评得1分」 in the text on its last point means the indicator.
                yield from found or _stated_in_words(said.remarks, name, node.score, _SAID_OF_THE_INDICATOR, case)


def _stated_figure(fact: Fact, name: str, score: Trace, case: Case) -> Iterator[Finding]:
    scoring = case.submission.template.scoring
    places = scoring.places if scoring is not None else 2
    if is_number(fact.value) and Fraction(round_half_up(fact.value, places)) != score.value:
        words = {"place": "「自评分」", "stated": plain(fact.value), "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(fact.span, fact.path, **words)


def _stated_in_words(fact: Fact, name: str, score: Trace, pattern: re.Pattern[str], case: Case) -> Iterator[Finding]:
    """The last score in a text is that of the whole: those before it are of parts."""
    found = list(pattern.finditer(case.report.remarks.get(fact.path, "")))
    if not found:
        return
    said, stated = found[-1][0], next(number for number in found[-1].groups() if number)
    if Fraction(stated) != score.value:
        text = next(text for text in case.texts if text.path == fact.path)
        at = text.raw.rfind(said)
        # A text with a reference in these words is underlined as a whole.
        span = text.place(at, at + len(said)) if at >= 0 else text.span
        words = {"place": f"说明中「{said}」", "stated": stated, "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(span, fact.path, **words)


def _stated_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A weight in a text, of its own indicator or of one that it names, that differs from the form."""
    weights = {node.indicator.name: node.indicator.weight for node in case.scorecard.walk()}
    parts = {item.item.name: item.item.weight for node in case.scorecard.walk() for item in node.items}
    known = {**parts, **weights}
    for text in case.texts if weights else ():
        if "分" not in text.raw:
            continue
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
    said = text.raw[match.start() - before : match.end()].lstrip("，。；（(")
    words = {"said": said, "stated": match[1], "name": name, "weight": plain(weight)}
    yield codes.STATED_WEIGHT.at(text.place(match.end() - len(said), match.end()), text.path, **words)


def _stated_total(case: Case, _given: Given) -> Iterator[Finding]:
    """A total or rating in a text on the whole report that differs from the computed one."""
    total, scoring = case.scorecard.total, case.submission.template.scoring
    if total is None:
        return
    ratings = {band.name for band in scoring.bands} if scoring else set()
    for text in case.texts:
        if text.kind == "指标" or not ("得分" in text.raw or "总分" in text.raw or "等级" in text.raw):
            continue
        for match in re.finditer(_TOTAL, text.plain):
            if Fraction(match[1]) != total.score.value and not _OF_A_PART.search(_sentence(text.plain, match)):
                yield _total(text, match, "总分", f"{total.score.text} 分", f"{match[1]} 分")
        for match in re.finditer(_RATING, text.plain):
            if match[1] in ratings - {total.rating} and not _OF_A_PART.search(_sentence(text.plain, match)):
                yield _total(text, match, "等级", f"「{total.rating}」", f"「{match[1]}」")


def _sentence(text: str, match: re.Match[str]) -> str:
    """The words before a match in its sentence, which say whose score it is."""
    return re.split(r"[。；]", text[max(0, match.start() - _FAR) : match.start()])[-1]


def _total(text: Text, match: re.Match[str], what: str, computed: str, stated: str) -> Finding:
    words = {"said": match[0].rstrip("，。；"), "what": what, "stated": stated, "computed": computed}
    return codes.STATED_TOTAL.at(text.place(*match.span()), text.path, **words)


STATED_SCORES = Rule(name="自评分", codes=(codes.STATED_SCORE,), find=_stated_scores)
STATED_WEIGHTS = Rule(name="文字分值", codes=(codes.STATED_WEIGHT,), find=_stated_weights)
STATED_TOTAL = Rule(name="文字总分", codes=(codes.STATED_TOTAL,), find=_stated_total)


def _outside_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A scored indicator or point with more than its weight or less than 0."""
    for node in case.scorecard.walk_all():
        indicator = node.indicator
        parts = [(f"{indicator.name}·{item.item.name}", item.item.weight, item.score) for item in node.items]
        # What a group has too much, one below it has.
        wholes = [(indicator.name, indicator.weight, node.score)] if indicator.is_scored else []
        for name, weight, score in [*wholes, *parts]:
            if not 0 <= number(score) <= weight:
                problem = f"超过了分值 {plain(weight)}" if number(score) > weight else "小于 0"
                words = {"name": name, "score": score.text, "problem": problem, "figures": score.figures}
                # Of a row, the bureau's own line.
                span = node.entry.span if node.entry.row is not None else score.span
                yield codes.ABOVE_WEIGHT.at(span, node.path, **words)


WITHIN_WEIGHTS = Rule(name="得分范围", codes=(codes.ABOVE_WEIGHT,), find=_outside_weights)


def _printed_sums(case: Case, _given: Given) -> Iterator[Finding]:
    """A total that is the sum of a computed column whose rows, as they are printed, add up to something else."""
    sums = list(_sums(case))
    fields = {field.path: field for field in walk_fields(case.submission.template.fields)} if sums else {}
    told: set[str] = set()
    for total in sums:
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
        if added != stated and column.path not in told:
            told.add(column.path)
            places = str(max(len(row.text.partition(".")[2]) for row in total.inputs))
            words = {"column": column.path, "rows": plain(added), "total": total.name, "sum": total.text}
            yield codes.ROWS_DO_NOT_ADD_UP.at(column.formula.span, column.path, places=places, **words)


def _sums(case: Case) -> Iterator[Trace]:
    """The scores and computed fields whose formula is nothing but a sum over the rows of a table."""

    def is_sum(expression: Expression | None) -> bool:
        return expression is not None and isinstance(expression.root, Call) and expression.root.function == "求和"

    yield from (node.score for node in case.scorecard.walk_all() if is_sum(node.indicator.score))
    for field, compute in case.scorecard.book.computed():
        with suppress(FormulaFault):
            trace = compute() if is_sum(field.formula) else None
            if trace is not None:
                yield trace


PRINTED_SUMS = Rule(name="各行相加", codes=(codes.ROWS_DO_NOT_ADD_UP,), find=_printed_sums)
RULES = (WITHIN_WEIGHTS, PRINTED_SUMS, STATED_WEIGHTS, STATED_TOTAL, STATED_SCORES)
