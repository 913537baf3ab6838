"""Findings on a report that can be scored: what its reviewers would object to.

The parts:

    rule        Rule, Setting, Example: what a check is made of
    context     Case: what a rule looks at (facts, scores, the written report, the bureau's texts)
    texts       Text: the bureau's own words, with the place of any piece of them
    config      which rules a template uses, at which level, with which settings

A rule is a value ``Rule(name=…, group=…, codes=…, why=…, find=…, examples=…)`` in a module beside its ``find``, listed
in ``RULES``. What it must keep to:

- ``find(case, given)`` takes a ``Case`` and the rule's settings and yields findings, ``CODE.at(span, path, **words)``.
  It never raises, never changes anything and costs next to nothing on a report without faults: patterns are compiled
  when the module is loaded, and what several rules need is gathered once in ``Case``.
- It knows no city, bureau or indicator: only kinds of fields, units, tables, indicators and targets, and the words
  that any such report uses.
- A finding points at the piece that it is about: ``fact.span`` for a fact, ``text.place(start, end)`` for a piece of
  a text (``case.texts``; ``text.plain`` hides the references, so that only what was typed is read).
- It names both places and does not say which one is wrong. Blank is not 0; an unknown unit gives no finding; better
  silent than wrong. An error keeps the report from being written: that is for what cannot be right.
- Every code has an ``Example``: a change of the example input (tests/checking/示例) that gives the code at the right
  place, and one like it that does not. Tests carry them out, and the pages show them.

A template changes rules in checks.yaml by their names, which are unique::

    检查:
      说明原因: 错误                       # or 警告, 提示, 关闭, 开启
      大幅超额: {级别: 提示, 幅度: 50%}

``check`` replaces the severity of everything that a rule finds by the level given there. Codes of checks are JX411 to
JX441 (facts, scores, targets, evidence), JX450 to JX479 (``text``), JX480 to JX489 (switches).
"""

from __future__ import annotations

from contextlib import suppress

from msgspec.structs import replace

from generator.base.diagnostics import Finding
from generator.checks.context import Case
from generator.checks.evidence import EVIDENCE, EXCLUSIONS, NOT_APPLICABLE
from generator.checks.facts import COUNTS, FACTS, FORMULAS, STATED_FIELDS, TEXTS
from generator.checks.money import MONEY_UNITS, NO_INDICATORS, NO_SCORES, NO_TOTALS, SHARES
from generator.checks.rule import Rule, misused_switches, used_rules
from generator.checks.scores import STATED_SCORES, STATED_TOTAL, STATED_WEIGHTS, WITHIN_WEIGHTS
from generator.checks.targets import COMPARABLE, FAR_ABOVE, MEASURABLE, PERIODS, REASONS, STATED_ACTUALS, UNITS
from generator.checks.text.rules import TEXT_RULES
from generator.formula.codes import MISSING_FACT
from generator.formula.values import FormulaFault
from generator.scoring.model import known_part
from generator.template.model import Template

RULES: tuple[Rule, ...] = (
    WITHIN_WEIGHTS,
    STATED_FIELDS,
    STATED_WEIGHTS,
    STATED_TOTAL,
    NO_TOTALS,
    STATED_SCORES,
    REASONS,
    FAR_ABOVE,
    FACTS,
    TEXTS,
    COUNTS,
    FORMULAS,
    NO_INDICATORS,
    NO_SCORES,
    SHARES,
    UNITS,
    COMPARABLE,
    MONEY_UNITS,
    MEASURABLE,
    STATED_ACTUALS,
    PERIODS,
    EVIDENCE,
    *TEXT_RULES,
    EXCLUSIONS,
    NOT_APPLICABLE,
)


def check(case: Case) -> list[Finding]:
    """Everything that the rules find which the report's template uses, at the level that it gives them."""
    found: list[Finding] = []
    for rule, level, given in used_rules(RULES, case.submission.template):
        findings = rule.find(case, given)
        found += findings if level is None else (replace(finding, severity=level) for finding in findings)
    # Two rules may come upon the same fault of a formula; it is told once.
    return list(dict.fromkeys(found))


def check_incomplete(case: Case) -> list[Finding]:
    """What the rules find in a report of which not everything is known, as in a draft.

    They see the scores that are known; of a rule that comes upon a gap, what it found before that counts.
    """
    seen = replace(case, scorecard=known_part(case.scorecard))
    found: list[Finding] = []
    for rule, level, given in used_rules(RULES, case.submission.template):
        with suppress(FormulaFault):
            for finding in rule.find(seen, given):
                found.append(finding if level is None else replace(finding, severity=level))  # noqa: PERF401 - see above
    return [finding for finding in dict.fromkeys(found) if finding.code != MISSING_FACT.number]


def misused(template: Template) -> list[Finding]:
    """What is wrong with a template's switches: no such check, no such setting, not a value for it."""
    return list(misused_switches(RULES, template))
