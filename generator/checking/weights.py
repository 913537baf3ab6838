"""Rule: no score exceeds its weight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.checking import codes
from generator.figures import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.checking.case import Case
    from generator.diagnostics import Finding

__all__ = ["scores_within_weights"]


def scores_within_weights(case: Case) -> Iterator[Finding]:
    """A scored indicator, or one of its points, with more than its weight, or less than nothing."""
    for node in case.scorecard.walk():
        indicator = node.indicator
        parts = [(f"{indicator.name}·{item.item.name}", item.item.weight, item.score) for item in node.items]
        for name, weight, score in [(indicator.name, indicator.weight, node.score), *parts]:
            if not 0 <= score.value <= weight:  # type: ignore[operator]
                words = {"name": name, "score": score.text, "weight": plain(weight), "figures": score.figures}
                yield codes.ABOVE_WEIGHT.at(score.span, f"指标.{indicator.name}", **words)
