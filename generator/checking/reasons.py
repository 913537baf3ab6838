"""Rule: a score below full marks has a stated reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checking import codes
from generator.figures import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checking.case import Case
    from generator.diagnostics import Finding

__all__ = ["unexplained_deductions"]


def unexplained_deductions(case: Case) -> Iterator[Finding]:
    """A scored indicator below its weight without 原因. Bonus items are no deductions."""
    for node in case.scorecard.walk():
        indicator = node.indicator
        entry = case.submission.entry(indicator.name)
        if node.children or indicator.bonus or node.points >= indicator.weight or entry.reason.value:
            continue
        words = {"name": indicator.name, "score": node.score.text, "weight": plain(indicator.weight)}
        yield codes.NO_REASON.at(entry.span, f"指标.{indicator.name}", **words)
