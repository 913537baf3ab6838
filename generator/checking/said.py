"""The statements of a report beside what it knows: which statement is about which thing."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from generator.checking.known import ELSEWHEN, Known, known_things
from generator.checking.statements import Statement, statements_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.checking.goals import Goal
    from generator.checking.texts import Text
    from generator.scoring import Book
    from generator.submission import Submission

__all__ = ["Match", "Statements"]

_ENOUGH, _PERHAPS = 0.85, 0.5
_DIGIT = re.compile(r"\d")
_CHANGE = re.compile(r"增|降|减|提高")
_SHARE = re.compile(r"占|比重|比例|率|贡献|份额")


class Match(NamedTuple):
    """A statement that is about a thing, and how much of the thing's name it says."""

    share: float
    known: Known
    statement: Statement


class Statements:
    """What a bureau states in its texts, each with the things that it may be about. Gathered once for all rules.

    ``actuals`` names the column with the actual value, by the path of every row that has a target.
    """

    def __init__(
        self, submission: Submission, book: Book, texts: Iterable[Text], goals: Iterable[Goal], year: int | None
    ) -> None:
        told = [text for text in texts if not ELSEWHEN.search(text.label) and _DIGIT.search(text.raw)]
        self.all = list(statements_in(told, year))
        self.known = known_things(submission.facts, book) if self.all else []
        self.actuals = {goal.row.path: goal.actual.path.rpartition(".")[2] for goal in goals}
        # By what is measured, then by each two characters of a name: the numbers of the known things.
        self._named: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, known in enumerate(self.known):
            for dimension in known.dimensions:
                for pair in set(known.pairs):
                    self._named[dimension][pair].append(number)

    def differing(self) -> Iterator[Match]:
        """For every thing and every text that is about it, the statement that differs from all figures of the thing.

        None where one of the text's statements about the thing agrees, or where the statement agrees with another thing
        that it may be about.
        """
        best: dict[tuple[str, str], Match] = {}
        agreed: set[tuple[str, str]] = set()
        for statement in self.all:
            matches = list(self._matches(statement))
            agreeing = [match for match in matches if match.known.agrees(statement)]
            agreed.update((match.known.path, statement.text.path) for match in agreeing)
            if agreeing or not matches:
                continue
            match = max(matches, key=lambda found: (found.share, len(found.known.core)))
            if not self._is_decided(match):
                continue
            key = (match.known.path, statement.text.path)
            if match.share >= _ENOUGH and (key not in best or match.share > best[key].share):
                best[key] = match
        yield from (match for key, match in best.items() if key not in agreed)

    def _is_decided(self, match: Match) -> bool:
        """Whether what the thing really came to can be held against the statement, not only what it was to be."""
        actual = self.actuals.get(match.known.path)
        return actual is None or any(column == actual for column, _, _ in match.known.comparable(match.statement))

    def _matches(self, statement: Statement) -> Iterator[Match]:
        """The things that the statement may be about."""
        named = self._named[statement.quantity.dimension]
        # In the order of the input: what is said first is the same in every run.
        for number in sorted({number for pair in named.keys() & statement.pairs for number in named[pair]}):
            known = self.known[number]
            share = self._share(known, statement)
            if share >= _PERHAPS:
                yield Match(share, known, statement)

    @staticmethod
    def _share(known: Known, statement: Statement) -> float:
        """How much of a thing's name a statement says; nothing where it cannot be about the thing."""
        if statement.quantity.dimension not in known.dimensions or statement.text.path.startswith(f"{known.path}."):
            return 0
        if statement.is_change > bool(_CHANGE.search(known.name)) or statement.is_share > bool(
            _SHARE.search(known.name)
        ):
            return 0
        return known.share_in(statement)

    def exactly(self, goal: Goal) -> Statement | None:
        """The figure that a text gives for an actual value of which the table gives only a bound."""
        known = next((known for known in self.known if known.path == goal.row.path), None)
        if known is None:
            return None
        best, said = _PERHAPS, None
        for statement in self.all:
            share = self._share(known, statement)
            if share > best and known.agrees(statement):
                best, said = share, statement
        return said
