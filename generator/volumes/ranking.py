"""The ranking: reports with the same form, the highest rate first."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.forms import RATE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.volumes.chapter import Chapter, Scores

__all__ = ["Group", "Place", "rank"]


class Place(Struct, frozen=True):
    """A report's place among those with its form; equal rates share a place, and the next one is left out."""

    number: int
    unit: str
    scores: Scores


class Group(Struct, frozen=True):
    """The reports that can be compared with each other.

    ``indicators`` are the first-level ones of their form, ``ratings`` says how many have each rating, the best first.
    """

    title: str
    year: str
    indicators: tuple[str, ...]
    places: tuple[Place, ...]
    ratings: tuple[tuple[str, int], ...]
    mean: str


def rank(chapters: Iterable[Chapter]) -> tuple[list[Group], list[Chapter]]:
    """The groups in the order in which their first report comes, and the reports that have no scoring form."""
    groups: dict[str, list[tuple[Chapter, Scores]]] = {}
    rest = []
    for chapter in chapters:
        if chapter.scores is None:
            rest.append(chapter)
        else:
            groups.setdefault(chapter.form, []).append((chapter, chapter.scores))
    return [_group(members) for members in groups.values()], rest


def _group(members: list[tuple[Chapter, Scores]]) -> Group:
    ordered = sorted(members, key=lambda member: -member[1].rate)
    places: list[Place] = []
    for number, (chapter, scores) in enumerate(ordered, 1):
        tied = bool(places) and places[-1].scores.rate == scores.rate
        places.append(Place(places[-1].number if tied else number, chapter.unit, scores))
    first, scores = members[0]
    ratings = Counter(place.scores.rating for place in places if place.scores.rating)
    mean = sum((place.scores.rate for place in places), Fraction(0)) / len(places)
    names = tuple(name for name, _ in scores.parts)
    return Group(first.title, first.year, names, tuple(places), tuple(ratings.items()), RATE.print(mean))
