"""What a rule looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.narrating import Report
    from generator.scoring import Scorecard
    from generator.submission import Submission

__all__ = ["Case"]


@dataclass(frozen=True, slots=True)
class Case:
    """One report: what was filled in, what was computed from it, how it reads."""

    submission: Submission
    scorecard: Scorecard
    report: Report
