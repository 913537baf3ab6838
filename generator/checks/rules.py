"""All rules in the order of their findings, and the slips that ``jixiao check --fix-text`` mends.

``rule`` has Rule, the switches of templates, and Case: the report with what several rules need; ``texts`` the bureau's
texts; ``mentions`` the figures in them, and rows of targets with their judgements; ``known_values`` which figure of a
text is about which row or field. The other modules hold the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain

from msgspec.structs import replace

from generator.base.diagnostics import Finding
from generator.checks import arithmetic, claims, digits, indicators, money, stated, targets, typography, wording
from generator.checks.rule import Case, Rule, Slip, TextFinder, Use, misused_switches, used_rules
from generator.formula.codes import MISSING_FACT
from generator.formula.values import FormulaFault
from generator.template.model import Template

_MODULES = (stated, money, digits, arithmetic, claims, targets, typography, wording, indicators)
_ALL: Iterator[Rule | TextFinder] = chain.from_iterable(module.RULES for module in _MODULES)
RULES: tuple[Rule, ...] = tuple(one.rule if isinstance(one, TextFinder) else one for one in _ALL)


def check(case: Case) -> list[Finding]:
    """The findings of the rules that the report's template uses, at the severity that it gives them."""
    # Two rules may report the same fault of a formula.
    return list(
        dict.fromkeys(finding for use in used_rules(RULES, case.submission.template) for finding in _of(use, case))
    )


def check_incomplete(case: Case) -> list[Finding]:
    """The findings in a draft, in which a rule that needs a missing fact stops there."""
    found: dict[Finding, None] = {}
    for use in used_rules(RULES, case.submission.template):
        with suppress(FormulaFault):
            for finding in _of(use, case):
                found[finding] = None
    return [finding for finding in found if finding.code != MISSING_FACT.number]


def _of(use: Use, case: Case) -> Iterable[Finding]:
    findings, level = use.rule.find(case, use.given), use.level
    return findings if level is None else (replace(finding, severity=level) for finding in findings)


def misused(template: Template) -> list[Finding]:
    """Errors in a template's switches: unknown checks, unknown settings, bad values."""
    return list(misused_switches(RULES, template))


_MOST_ROUNDS = 20


MENDABLE = (
    *(typography.PASTED_NUMBER, wording.FILE_NUMBER, typography.HALF_WIDTH, typography.UNPAIRED),
    *(typography.DOUBLED, wording.BLANKS, wording.FULL_WIDTH, typography.COMPARISON),
)


def slips_in(text: str, rules: Iterable[TextFinder]) -> Iterator[tuple[TextFinder, Slip]]:
    """The slips in a text with their rules, including those that only a person can mend."""
    return ((rule, slip) for rule in rules for slip in rule.slips(text))


def mended(text: str, rules: Sequence[TextFinder]) -> str:
    """The text with every slip mended that has one sure correction; a second call changes nothing."""
    for _ in range(_MOST_ROUNDS):
        pieces, at = [], 0
        for slip in sorted(slip for _, slip in slips_in(text, rules) if slip.mended is not None):
            if slip.start >= at:
                pieces += [text[at : slip.start], slip.mended or ""]
                at = slip.end
        if not pieces:
            break
        text = "".join([*pieces, text[at:]])
    return text
