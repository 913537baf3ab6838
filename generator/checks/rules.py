"""All rules in the order of their findings, and the slips that ``jixiao check --fix-text`` mends.

rule         Rule, its settings and examples; which rules a template uses
context      Case: the report that rules look at, with what several of them need, computed once
texts        the bureau's texts and the places of their characters in the file
mentions     figures in texts, and rows with a target judged against its actual value
known_values which figure of a text is about which row or field
facts, money, scores, targets, evidence
         rules on values
text/        rules on wording: pure functions from a text to its slips, and findings made of them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from generator.base.diagnostics import Finding
from generator.checks.claims import DATES, LONG_FIELDS, OTHERS, PARTS, PERSONAL, REASONS_SAY, SHARES_IN_TEXT, SURVEYS
from generator.checks.facts import COUNTS, FACTS, FORMULAS, STATED_FIELDS, TEXTS
from generator.checks.indicators import DIRECTION, IMPOSSIBLE, KINDS, LENGTHS, MINIMUM, PERFECT, REPEATED, SPENDING
from generator.checks.money import GROWTH, MONEY_UNITS, NO_INDICATORS, NO_SCORES, NO_TOTALS, SHARES, UNIT_SLIPS
from generator.checks.outline import (
    EMPTY_HEADING,
    NUMBER_ORDER,
    PASTED_NUMBER,
    SKIPPED_LEVEL,
    is_numbered,
    pasted_numbers,
)
from generator.checks.punctuation import (
    COMPARISON,
    DOUBLED,
    HALF_WIDTH,
    UNPAIRED,
    comparison_signs,
    doubled_punctuation,
    half_width_punctuation,
    unpaired_marks,
)
from generator.checks.rule import Case, Rule, Slip, misused_switches, used_rules
from generator.checks.scores import PRINTED_SUMS, STATED_SCORES, STATED_TOTAL, STATED_WEIGHTS, WITHIN_WEIGHTS
from generator.checks.targets import (
    COMPARABLE,
    EVIDENCE,
    EXCLUSIONS,
    FAR_ABOVE,
    MEASURABLE,
    NOT_APPLICABLE,
    PERIODS,
    REASONS,
    STATED_ACTUALS,
    UNITS,
)
from generator.checks.texts import Text
from generator.checks.wording import (
    BLANK_REFERENCE,
    BLANKS,
    BRACES,
    CARRIED_YEAR,
    DISTANT_YEAR,
    FILE_NUMBER,
    FULL_WIDTH,
    PAGE_NUMBER,
    RELATIVE_YEAR,
    file_numbers,
    full_width_characters,
    stray_blanks,
)
from generator.formula.codes import MISSING_FACT
from generator.formula.values import FormulaFault
from generator.scoring.model import known_part
from generator.template.model import Template

RULES: tuple[Rule, ...] = (
    WITHIN_WEIGHTS,
    PRINTED_SUMS,
    STATED_FIELDS,
    STATED_WEIGHTS,
    STATED_TOTAL,
    NO_TOTALS,
    PARTS,
    STATED_SCORES,
    REASONS,
    FAR_ABOVE,
    FACTS,
    TEXTS,
    GROWTH,
    COUNTS,
    FORMULAS,
    NO_INDICATORS,
    NO_SCORES,
    SHARES,
    UNIT_SLIPS,
    UNITS,
    COMPARABLE,
    MONEY_UNITS,
    MEASURABLE,
    STATED_ACTUALS,
    PERIODS,
    EVIDENCE,
    NUMBER_ORDER,
    SKIPPED_LEVEL,
    EMPTY_HEADING,
    PASTED_NUMBER,
    DISTANT_YEAR,
    CARRIED_YEAR,
    FILE_NUMBER,
    HALF_WIDTH,
    UNPAIRED,
    DOUBLED,
    COMPARISON,
    RELATIVE_YEAR,
    BLANKS,
    PAGE_NUMBER,
    FULL_WIDTH,
    BLANK_REFERENCE,
    BRACES,
    EXCLUSIONS,
    NOT_APPLICABLE,
    DIRECTION,
    KINDS,
    REPEATED,
    IMPOSSIBLE,
    SPENDING,
    PERFECT,
    MINIMUM,
    LENGTHS,
    REASONS_SAY,
    SURVEYS,
    SHARES_IN_TEXT,
    DATES,
    OTHERS,
    PERSONAL,
    LONG_FIELDS,
)


def check(case: Case) -> list[Finding]:
    """The findings of the rules that the report's template uses, at the severity that it gives them."""
    found: list[Finding] = []
    for rule, level, given in used_rules(RULES, case.submission.template):
        findings = rule.find(case, given)
        found += findings if level is None else (replace(finding, severity=level) for finding in findings)
    # Two rules may report the same fault of a formula.
    return list(dict.fromkeys(found))


def check_incomplete(case: Case) -> list[Finding]:
    """The findings in a draft: rules see only known scores, and one that needs a missing fact stops there."""
    known = known_part(case.scorecard)
    seen = case if known is case.scorecard else replace(case, scorecard=known)
    found: list[Finding] = []
    for rule, level, given in used_rules(RULES, case.submission.template):
        try:
            for finding in rule.find(seen, given):
                found.append(finding if level is None else replace(finding, severity=level))  # noqa: PERF401 - see above
        except FormulaFault:
            continue
    return [finding for finding in dict.fromkeys(found) if finding.code != MISSING_FACT.number]


def misused(template: Template) -> list[Finding]:
    """Errors in a template's switches: unknown checks, unknown settings, bad values."""
    return list(misused_switches(RULES, template))


_MOST_ROUNDS = 20


class Mendable(NamedTuple):
    """A rule, its slips in one text, whether it reads targets and amounts too, and which texts it reads."""

    rule: Rule
    slips: Callable[[str], Iterable[Slip]]
    all_values: bool = False
    reads: Callable[[Text, Template], bool] | None = None


MENDABLE = (
    Mendable(PASTED_NUMBER, pasted_numbers, reads=is_numbered),
    Mendable(FILE_NUMBER, file_numbers),
    Mendable(HALF_WIDTH, half_width_punctuation),
    Mendable(UNPAIRED, unpaired_marks),
    Mendable(DOUBLED, doubled_punctuation),
    Mendable(BLANKS, stray_blanks),
    Mendable(FULL_WIDTH, full_width_characters),
    Mendable(COMPARISON, comparison_signs, all_values=True),
)


def slips_in(text: str, parts: Sequence[Mendable]) -> Iterator[tuple[Rule, Slip]]:
    """The slips in a text with their rules, including those that only a person can mend."""
    for part in parts:
        for slip in part.slips(text):
            yield part.rule, slip


def mended(text: str, parts: Sequence[Mendable]) -> str:
    """The text with every slip replaced that has one sure correction; a second call changes nothing."""
    for _ in range(_MOST_ROUNDS):
        pieces, at = [], 0
        for slip in sorted(slip for _, slip in slips_in(text, parts) if slip.mended is not None):
            if slip.start >= at:
                pieces += [text[at : slip.start], slip.mended or ""]
                at = slip.end
        if not pieces:
            break
        text = "".join([*pieces, text[at:]])
    return text
