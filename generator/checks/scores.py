"""Rules: scores lie within their weights; those that a bureau states itself are those of the form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from generator.base.diagnostics import Finding, Span
from generator.base.forms import plain
from generator.base.numbers import round_half_up
from generator.checks import codes
from generator.checks.context import Case
from generator.checks.rule import Example, Given, Rule
from generator.checks.texts import Text
from generator.formula.values import Trace
from generator.scoring.model import Scored
from generator.scoring.values import number
from generator.submission.model import Fact

_NUMBER = r"\s*(\d+(?:\.\d+)?)\s*分"
# Not 自评加…分 and 自评扣…分: those are parts of a score, not the score.
_SCORE = rf"自评(?:得分|得)?(?:为|：)?{_NUMBER}"
_WHOLE = r"(?:[此本该]项|本指标|综上|合计|共计)[^。；]{0,200}?"
# 应得, 可得, 最高得 and 不得 speak of the rule.
_GOT = rf"(?<![应可高不获])得分?(?:为|：)?{_NUMBER}"
_SAID = re.compile(f"{_SCORE}|{_WHOLE}{_GOT}")
# In a text on an indicator with points, a score may be a point's; these words say that it is the whole's.
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
    texts = {text.path: text for text in case.texts if text.kind == "指标"}
    for node in case.scorecard.walk():
        if not node.children:
            yield from _of_indicator(node, case, texts)


def _of_indicator(node: Scored, case: Case, texts: dict[str, Text]) -> Iterator[Finding]:
    entry, name = case.submission.entry(node.indicator.name), node.indicator.name
    yield from _differing(entry.stated, name, node.score, case)
    pattern = _SAID_OF_THE_WHOLE if node.items else _SAID
    yield from _in_words(entry.remarks, case, texts, (name, node.score, pattern))
    for item in node.items:
        said = entry.items.get(item.item.name)
        if said is not None:
            yield from _differing(said.stated, item.item.name, item.score, case)
            found = list(_in_words(said.remarks, case, texts, (item.item.name, item.score, _SAID)))
            # 「此项指标自评得1分」 in the text on its last point is said of the indicator.
            yield from found or _in_words(said.remarks, case, texts, (name, node.score, _SAID_OF_THE_INDICATOR))


def _differing(fact: Fact, name: str, score: Trace, case: Case) -> Iterator[Finding]:
    scoring = case.submission.template.scoring
    places = scoring.places if scoring is not None else 2
    if isinstance(fact.value, Fraction) and Fraction(round_half_up(fact.value, places)) != score.value:
        words = {"place": "「自评分」", "stated": plain(fact.value), "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(fact.span, fact.path, **words)


def _in_words(
    fact: Fact, case: Case, texts: dict[str, Text], of: tuple[str, Trace, re.Pattern[str]]
) -> Iterator[Finding]:
    """The last score that the text names is the one of the whole: those before it are of parts."""
    name, score, pattern = of
    said = list(pattern.finditer(case.report.remarks.get(fact.path, "")))
    if not said:
        return
    stated = next(number for number in said[-1].groups() if number)
    if Fraction(stated) != score.value:
        words = {"place": f"说明中「{said[-1][0]}」", "stated": stated, "name": name, "computed": score.text}
        yield codes.STATED_SCORE.at(_place(texts[fact.path], said[-1][0]), fact.path, **words)


def _place(text: Text, said: str) -> Span:
    """Where the last of these words stands; the whole text where a reference stands in them."""
    at = text.raw.rfind(said)
    return text.place(at, at + len(said)) if at >= 0 else text.span


def _stated_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A weight in a text, of the indicator that it is about or of one that it names, that is not the form's."""
    weights = {node.indicator.name: node.indicator.weight for node in case.scorecard.walk()}
    parts = {item.item.name: item.item.weight for node in case.scorecard.walk() for item in node.items}
    if not weights:
        return
    for text in case.texts:
        if "分" not in text.raw:
            continue
        yield from _of_named(text, {**parts, **weights})
        if text.kind == "指标":
            yield from _of_its_own(text, weights, parts)


def _of_named(text: Text, weights: dict[str, Fraction]) -> Iterator[Finding]:
    for match in _IN_BRACKETS.finditer(text.plain):
        name = max((name for name in weights if text.plain.endswith(name, 0, match.start())), key=len, default="")
        if name and Fraction(match[1]) != weights[name]:
            yield _weight(text, (match.start() - len(name), match.end()), match[1], (name, weights[name]))


def _of_its_own(text: Text, weights: dict[str, Fraction], parts: dict[str, Fraction]) -> Iterator[Finding]:
    """``指标·资产盘点·说明``, ``指标·公示情况·目标公开·说明``."""
    *_, name, _ = text.label.split("·")
    weight = parts.get(name) if text.label.count("·") > 2 else weights.get(name)
    for match in _OWN_WEIGHT.finditer(text.plain):
        if weight is not None and Fraction(match[1]) != weight:
            yield _weight(text, match.span(), match[1], (name, weight))


def _weight(text: Text, within: tuple[int, int], stated: str, form: tuple[str, Fraction]) -> Finding:
    said = text.raw[slice(*within)].lstrip("，。；（(")
    words = {"said": said, "stated": stated, "name": form[0], "weight": plain(form[1])}
    return codes.STATED_WEIGHT.at(text.place(within[1] - len(said), within[1]), text.path, **words)


def _stated_total(case: Case, _given: Given) -> Iterator[Finding]:
    """The total or the rating in a bureau's text on the whole report that is not the computed one."""
    total = case.scorecard.total
    if total is None:
        return
    ratings = (
        {band.name for band in case.submission.template.scoring.bands} if case.submission.template.scoring else set()
    )
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
    """The words of the same sentence before what was found: whose score it is."""
    return re.split(r"[。；]", text[max(0, match.start() - _FAR) : match.start()])[-1]


def _total(text: Text, match: re.Match[str], what: str, computed: str, stated: str) -> Finding:
    words = {"said": match[0].rstrip("，。；"), "what": what, "stated": stated, "computed": computed}
    return codes.STATED_TOTAL.at(text.place(*match.span()), text.path, **words)


STATED_SCORES = Rule(
    name="自评分",
    group=2,
    codes=(codes.STATED_SCORE,),
    why=(
        "有公式的指标由程序按评分办法计算得分；部门在「自评分」里、或在「说明」里用文字写的得分（「自评得 2 分」"
        "「此项得 2 分」），"
        "都和算出的核对，取整到评分表的位数再比较。文字里有几个得分的，最后一个是整项的；按要点评分的指标，"
        "只看写明「此项」「合计」"
        "「综上」的那一个。「应得」「可得」「加 2 分」「扣 2 分」不是得分，不看。"
    ),
    find=_stated_scores,
    examples=(
        Example(
            codes.STATED_SCORE,
            bad="指标.资产盘点.说明: 已按规定盘点资产，故此项自评得2分。",
            good="指标.资产盘点.说明: 已按规定盘点资产，故此项自评得1分。",
            place="指标.资产盘点.说明",
            marked="此项自评得2分",
        ),
        Example(
            codes.STATED_SCORE,
            bad="指标.公示情况.要点.报告公开.说明: 自评报告按时公开，故此项指标自评得2分",
            good="指标.公示情况.要点.报告公开.说明: 自评报告按时公开，自评得2分",
            place="指标.公示情况.要点.报告公开.说明",
            marked="此项指标自评得2分",
        ),
        Example(
            codes.STATED_SCORE,
            bad="指标.预算执行率: {自评分: 2.5}",
            good="指标.预算执行率: {自评分: 3}",
            place="指标.预算执行率.自评分",
            marked="2.5",
        ),
    ),
)
STATED_WEIGHTS = Rule(
    name="文字分值",
    group=1,
    codes=(codes.STATED_WEIGHT,),
    why=(
        "一项指标值几分，由评分表规定。部门在文字里又写了分值的（「资产盘点（2 分）」，或在某项指标的说明里写「分值 "
        "2 分」），"
        "和评分表核对。没有写是哪一项的「2 分」不看。"
    ),
    find=_stated_weights,
    examples=(
        Example(
            codes.STATED_WEIGHT,
            bad="概况: 本年度失分主要在资产盘点（2分）一项。",
            good="概况: 本年度失分主要在资产盘点（1分）一项。",
            place="概况[1]",
            marked="资产盘点（2分）",
        ),
        Example(
            codes.STATED_WEIGHT,
            bad="指标.资产盘点.说明: 分值2分，已按规定盘点资产。",
            good="指标.资产盘点.说明: 分值1分，已按规定盘点资产。",
            place="指标.资产盘点.说明",
            marked="分值2分",
        ),
    ),
)
STATED_TOTAL = Rule(
    name="文字总分",
    group=1,
    codes=(codes.STATED_TOTAL,),
    why=(
        "总分和等级由程序计算，印在报告的结论和得分表里。部门在自己的文字里又写了总分或等级的，和算出的核对。"
        "同一句里前面说的是项目、指标、下属单位或别的年份的，不看。"
    ),
    find=_stated_total,
    examples=(
        Example(
            codes.STATED_TOTAL,
            bad="自评结论: 本局部门整体支出绩效自评得分为9.5分。",
            good="自评结论: 本局部门整体支出绩效自评得分为10分。",
            place="自评结论",
            marked="整体支出绩效自评得分为9.5分",
        ),
        Example(
            codes.STATED_TOTAL,
            bad="自评结论: 本局自评等级为“良”。",
            good="自评结论: 本局自评等级为“优”。",
            place="自评结论",
            marked="等级为“良”",
        ),
    ),
)


def _outside_weights(case: Case, _given: Given) -> Iterator[Finding]:
    """A scored indicator, or one of its points, with more than its weight, or less than nothing."""
    for node in case.scorecard.walk():
        indicator = node.indicator
        parts = [(f"{indicator.name}·{item.item.name}", item.item.weight, item.score) for item in node.items]
        # What a group has too much, one below it has.
        wholes = [(indicator.name, indicator.weight, node.score)] if not node.children else []
        for name, weight, score in [*wholes, *parts]:
            if not 0 <= number(score) <= weight:
                problem = f"超过了分值 {plain(weight)}" if number(score) > weight else "小于 0"
                words = {"name": name, "score": score.text, "problem": problem, "figures": score.figures}
                yield codes.ABOVE_WEIGHT.at(score.span, f"指标.{indicator.name}", **words)


WITHIN_WEIGHTS = Rule(
    name="得分范围",
    group=1,
    codes=(codes.ABOVE_WEIGHT,),
    why=(
        "每个指标、每个要点的得分都应当在 0 和它的分值之间。公式算出的得分超过分值，或者小于 0，说明公式没有封顶、"
        "没有保底，"
        "或者公式所用的数填错了。上级的得分由下级相加，不另报告。"
    ),
    find=_outside_weights,
    examples=(
        Example(
            codes.ABOVE_WEIGHT,
            bad="资金[1].支出: 500.00 万元\n收入.财政拨款: 700.00 万元",
            good="资金[1].支出: 280.00 万元\n指标.预算执行率: {原因: 项目结余。}",
            place="指标.预算执行率",
            marked="取值 × 分值",
        ),
    ),
)
