"""The scoring form with its scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.forms import RATE, Form
from generator.formula.values import Trace

if TYPE_CHECKING:
    from generator.scoring.symbols import Book
    from generator.template.model import Indicator, Item


class ScoredItem(Struct, frozen=True):
    """One point of an indicator with the score it earns."""

    item: Item
    score: Trace


class Scored(Struct, frozen=True):
    """One node of the form: its awarded score (a leaf's is rounded once, a group's is the sum), what led to it."""

    indicator: Indicator
    score: Trace
    value: Trace | None = None
    parameters: Mapping[str, Trace] = field(default_factory=dict)
    rate_form: Form = RATE
    items: tuple[ScoredItem, ...] = ()
    children: tuple[Scored, ...] = ()

    @property
    def points(self) -> Fraction:
        """The awarded score."""
        return number(self.score)

    @property
    def rate(self) -> Fraction:
        """The awarded score as a share of the weight (得分率); 0 for a weight of 0."""
        return self.points / self.indicator.weight if self.indicator.weight else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_form.print(self.rate)

    def walk(self) -> Iterator[Scored]:
        """This node, then everything below it, in the form's order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Total(Struct, frozen=True):
    """The whole form's score, its full mark, and the rating that they earn (empty where no band holds).

    ``parts`` is the sum of the first-level scores (合计), before the template's formula makes the score of it.
    """

    score: Trace
    full: Fraction
    rating: str
    rate_form: Form = RATE
    parts: Trace | None = None

    @property
    def rate(self) -> Fraction:
        """The total as a share of the full mark."""
        return number(self.score) / self.full if self.full else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_form.print(self.rate)


class Scorecard(Struct, frozen=True):
    """Everything computed: the form's nodes, its total (None for a template without a form), and by name, the book."""

    roots: tuple[Scored, ...]
    total: Total | None
    book: Book

    def walk(self) -> Iterator[Scored]:
        """Every node of the form, in its order."""
        for root in self.roots:
            yield from root.walk()


def known_part(scorecard: Scorecard) -> Scorecard:
    """The scorecard without the scores that are not known, as a draft has them: what is below these comes up."""
    roots = tuple(known for root in scorecard.roots for known in _known(root))
    total = scorecard.total
    known = total if total is not None and total.score.is_known else None
    return Scorecard(roots, known, scorecard.book)


def _known(node: Scored) -> Iterator[Scored]:
    if node.score.is_known:
        yield node
        return
    for child in node.children:
        yield from _known(child)


def number(trace: Trace) -> Fraction:
    """The trace's value, which is a number."""
    if not isinstance(trace.value, Fraction):
        raise TypeError(f"{trace.name} is {trace.value!r}, not a number")
    return trace.value
