"""Case: the report that rules look at."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.checks.known_values import Statements
from generator.checks.measures import Measure, measures
from generator.checks.mentions import Goal, goals
from generator.checks.texts import Paragraph, Text, bureau_texts, evidence_texts, series_of
from generator.scoring.model import Scorecard
from generator.submission.model import Fact, Submission, Table
from generator.template.model import Field

if TYPE_CHECKING:
    from generator.narrative.content import Report


# Separates joined texts: no rule looks for it, and no input may hold it.
_BETWEEN = "\x02"


class Case(Struct, frozen=True, dict=True):
    """One report: the submission, its scores and its printed content.

    ``source`` is the text of the input file, in which pieces of a text are located; without it findings point at the
    whole text.
    """

    submission: Submission
    scorecard: Scorecard
    report: Report
    source: str = ""

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The bureau's texts in the order of the template."""
        return tuple(bureau_texts(self.submission, self.source))

    @cached_property
    def printed(self) -> tuple[Text, ...]:
        """The bureau's texts and the titles of its evidence."""
        return (*self.texts, *evidence_texts(self.submission, self.source))

    def printed_with(self, trigger: re.Pattern[str]) -> list[Text]:
        """The printed texts in which the pattern matches, or might match but for their ends.

        They are searched as one joined text, since most inputs have hardly anything that a rule looks for.
        """
        everything, starts = self._everything
        found: list[Text] = []
        at = 0
        while match := trigger.search(everything, at):
            number = bisect_right(starts, match.start()) - 1
            found.append(self.printed[number])
            at = starts[number + 1]
        return found

    @cached_property
    def _everything(self) -> tuple[str, list[int]]:
        """The joined printed texts, the start of each, and the start of one more."""
        raw = [text.raw for text in self.printed]
        return _BETWEEN.join(raw), list(accumulate((len(text) + 1 for text in raw), initial=0))

    @cached_property
    def series(self) -> tuple[tuple[Paragraph, ...], ...]:
        """Paragraphs that are read one after the other: those of a list or of a column of a table."""
        return series_of(self.texts)

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """Every table of the submission, those within rows too."""
        return self.submission.facts.tables

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """Every row with a target, judged."""
        return tuple(goals(self.submission.facts, self.scorecard.book))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Every row that states an indicator."""
        return tuple(measures(self.submission, self.scorecard, self.goals))

    @cached_property
    def figures(self) -> tuple[tuple[Fact, Field], ...]:
        """Every fact outside of texts, with its field."""
        return tuple(
            (fact, record.fields[name])
            for record in self.submission.facts.records
            for name, fact in record.members.items()
            if isinstance(fact, Fact)
        )

    @cached_property
    def statements(self) -> Statements:
        """The figures in the bureau's texts, matched with rows and fields."""
        return Statements(self.submission, self.scorecard.book, self.texts, self.goals, self.year)

    @property
    def year(self) -> int | None:
        """The year of the report; None where the template has no such field, or it is blank."""
        return self.submission.year
