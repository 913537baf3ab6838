"""Rules on evidence and bases: required materials are named; exclusions and 不适用 have a stated reason."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.base.diagnostics import Finding, nearest
from generator.base.judgement import Verdict
from generator.base.target_text import says_not_applicable
from generator.checks import codes
from generator.checks.rule import Case, Given, Rule
from generator.scoring.model import Scored
from generator.scoring.score import given_behind
from generator.template.model import RequiredEvidence

_SIGNS = r"[\s《》〈〉「」“”\"']"


def _missing_evidence(case: Case, _given: Given) -> Iterator[Finding]:
    for node in case.scorecard.walk_all():
        indicator, entry = node.indicator, node.entry
        # Who claims nothing beyond the hundred points has nothing to prove.
        claimed = node.points > 0 or not indicator.bonus
        if indicator.is_scored and indicator.evidence is not None and claimed and entry.conclusion is None:
            yield from _missing_of(node, indicator.evidence)


def _missing_of(node: Scored, required: RequiredEvidence) -> Iterator[Finding]:
    """The required titles that are missing; where none is, whether there are too few materials."""
    name, entry = node.indicator.name, node.entry
    given = {one.title for one in entry.all_materials() if one.name or not required.as_files}
    bare = [re.sub(_SIGNS, "", title) for title in given]
    absent = [title for title in required.titles if not any(re.sub(_SIGNS, "", title) in one for one in bare)]
    path, what = entry.evidence.path, "佐证文件" if required.as_files else "佐证"
    place = entry.evidence.span if entry.materials else entry.span
    for title in absent:
        near = nearest(title, given, most=1)
        meant = f"「{near[0]}」如果就是它，标题里写上「{title}」。" if near else ""
        yield codes.OTHER_EVIDENCE.at(place, path, name=name, title=title, what=what, meant=meant, where=path)
    if not absent and len(given) < required.least:
        have = f"只有 {len(given)} 种" if given else "没有"
        words = {"name": name, "what": what, "least": str(required.least), "have": have, "where": path}
        yield codes.NO_EVIDENCE.at(place, path, **words)


EVIDENCE = Rule(name="必需佐证", codes=(codes.NO_EVIDENCE, codes.OTHER_EVIDENCE), find=_missing_evidence)


_SENTENCE = r"[^。！？\n]+"
_EXCLUDED = (
    r"(?:剔除|扣除)(?:了)?[^，。；]{0,30}(?:资金|经费|款|影响|因素|\d[\d,.]*\s*[百千万亿]*元)"
    r"|(?:资金|经费|款)[^，。；]{0,8}(?:予以|作)?剔除"
)
_BASIS = r"依据|根据|依照|按照|按[^时期]|《|〔|规定|通知|批复|口径|文件|办法|因为|由于"
_WHY = r"因|由于|没有|未|不涉及|无|不设|不属于|不单独|根据|依据|按|《"


_LONGEST_WITHOUT_BASIS = 5


def _exclusions(case: Case, _given: Given) -> Iterator[Finding]:
    """Amounts excluded in a text that states no basis for it."""
    for text in case.texts:
        match = re.search(_EXCLUDED, text.plain) if "剔除" in text.raw or "扣除" in text.raw else None
        if match is not None and not re.search(_BASIS, text.plain):
            yield codes.EXCLUSION.at(text.place(*match.span()), text.path, said=match[0])


def _applicable(case: Case) -> Iterator[Finding]:
    """不适用 of an indicator whose value takes facts that say something."""
    for node in case.scorecard.walk_all():
        said, value = node.entry.conclusion, node.indicator.value
        if said is not None and value is not None:
            scope = case.scorecard.book.scope_at(node.path.rpartition("指标.")[0])
            given = [f"「{one.name}」填的是 {one.text}" for one in given_behind(value, scope)]
            if given:
                yield codes.APPLICABLE.at(said.span, said.path, name=node.indicator.name, facts="，".join(given[:2]))


def _not_applicable(case: Case, _given: Given) -> Iterator[Finding]:
    """不适用 in a sentence that does not say why, or as an actual value without a reason."""
    yield from _applicable(case)
    actuals = {goal.actual.path for goal in case.goals}
    for text in case.texts:
        if "不适用" not in text.raw or text.path in actuals:
            continue
        for sentence in re.finditer(_SENTENCE, text.plain):
            at = sentence[0].find("不适用")
            if at >= 0 and not re.search(_WHY, sentence[0].replace("不适用", "")):
                start = sentence.start() + at
                words = {"name": text.label.rpartition("·")[0] or text.label, "said": sentence[0].strip()}
                yield codes.NOT_APPLICABLE.at(text.place(start, start + 3), text.path, **words)
    for goal in case.goals:
        said = goal.actual.text.strip()
        if goal.judgement.verdict is Verdict.NOT_APPLICABLE and says_not_applicable(said):
            # The basis stands behind the word in the same cell, or in the row's column for reasons.
            if len(said) <= _LONGEST_WITHOUT_BASIS and not (goal.reason and goal.is_explained):
                yield codes.NO_BASIS.at(goal.actual.span, goal.actual.path, name=goal.name, said=said)
        elif "不适用" in said and not goal.is_explained:
            yield codes.NOT_APPLICABLE.at(goal.actual.span, goal.actual.path, name=goal.name, said=said)


EXCLUSIONS = Rule(name="剔除依据", codes=(codes.EXCLUSION,), find=_exclusions)
NOT_APPLICABLE = Rule(
    name="不适用理由", codes=(codes.NOT_APPLICABLE, codes.NO_BASIS, codes.APPLICABLE), find=_not_applicable
)
