"""A Submission to a Scorecard: every computed value and how it came about."""

from generator.scoring.model import Scorecard, Scored, ScoredItem, Total, number
from generator.scoring.placeholders import score_draft, trace_or_placeholder
from generator.scoring.score import score
from generator.scoring.symbols import Book, RowScope
from generator.scoring.trace import find_traces, trace_at, tree

__all__ = [
    "Book",
    "RowScope",
    "Scorecard",
    "Scored",
    "ScoredItem",
    "Total",
    "find_traces",
    "number",
    "score",
    "score_draft",
    "trace_at",
    "trace_or_placeholder",
    "tree",
]
