"""What a rule looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from generator.checking.goals import Goal, goals
from generator.checking.said import Statements
from generator.checking.texts import Paragraph, Text, bureau_texts, evidence_texts, series_of
from generator.submission import Fact

if TYPE_CHECKING:
    from generator.narrating import Report
    from generator.scoring import Scorecard
    from generator.submission import Submission

__all__ = ["Case"]


@dataclass(frozen=True)
class Case:
    """One report: what was filled in, what was computed from it, how it reads.

    ``source`` is the text of the input file, by which a piece of a text finds its place; without it findings point at
    the whole text.
    """

    submission: Submission
    scorecard: Scorecard
    report: Report
    source: str = field(default="", repr=False)

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Everything that the bureau wrote in words, in the order of the template: gathered once for all rules."""
        return tuple(bureau_texts(self.submission, self.source))

    @cached_property
    def printed(self) -> tuple[Text, ...]:
        """The same, and the titles of the evidence: everything in words that the report prints."""
        return (*self.texts, *evidence_texts(self.submission, self.source))

    @cached_property
    def series(self) -> tuple[tuple[Paragraph, ...], ...]:
        """The paragraphs of the texts that are read one after the other: of a list, of a column of a table."""
        return series_of(self.texts)

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """Every row with a target, judged."""
        return tuple(goals(self.submission.facts, self.scorecard.book))

    @cached_property
    def statements(self) -> Statements:
        """The figures in the bureau's texts, and what they are said of."""
        return Statements(self.submission, self.scorecard.book, self.texts, self.goals, self.year)

    @cached_property
    def year(self) -> int | None:
        """The year of the report; None where the template has no such field, or it is blank."""
        fact = self.submission.facts.members.get("年度")
        field_ = self.submission.facts.fields.get("年度")
        known = isinstance(fact, Fact) and isinstance(fact.value, Fraction) and field_ and field_.kind == "年份"
        return int(fact.value) if known else None  # type: ignore[union-attr, arg-type]
