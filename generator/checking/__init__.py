"""Findings on a report that can be scored: each rule one small unit, in the order of this list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checking.formulas import formula_checks
from generator.checking.reasons import unexplained_deductions
from generator.checking.stated import stated_fields, stated_scores
from generator.checking.weights import scores_within_weights

if TYPE_CHECKING:
    from generator.checking.case import Case
    from generator.diagnostics import Finding

__all__ = ["RULES", "check"]

RULES = (scores_within_weights, stated_fields, stated_scores, unexplained_deductions, formula_checks)


def check(case: Case) -> list[Finding]:
    """Everything that the rules find."""
    return [finding for rule in RULES for finding in rule(case)]
