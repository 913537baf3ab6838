"""A Submission to a Scorecard: every computed value and how it came about."""

from generator.scoring.book import Book, RowScope
from generator.scoring.drafting import score_draft
from generator.scoring.model import Scorecard, Scored, ScoredItem, Total, number
from generator.scoring.score import score
from generator.scoring.tree import find_traces, trace_at, tree
from generator.scoring.unknown import trace_or_placeholder

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
