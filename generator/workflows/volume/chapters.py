"""One report of a volume: its Word file, and what the ranking needs of its scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.forms import RATE, plain
from generator.workflows.batch.result import Job, Outcome, Status
from generator.workflows.batch.worker import guarded

if TYPE_CHECKING:
    from generator.pipeline import Assessment
    from generator.provenance.stamp import Stamp


class Scores(Struct, frozen=True):
    """A report's total, and the rate of each first-level indicator by its name: as printed, ``rate`` exact."""

    rate: Fraction
    total: str
    full: str
    rate_text: str
    rating: str
    parts: tuple[tuple[str, str], ...]


class Chapter(Struct, frozen=True):
    """A report that is bound into a volume.

    ``unit`` is the department, ``title`` the kind of report, ``form`` tells which reports can be compared: those of one
    template, as it is now, for one year. ``scores`` is None for a template without a scoring form. ``sources`` are the
    files that the input names, each with its digest.
    """

    unit: str
    year: str
    title: str
    form: str
    data: bytes
    stamp: Stamp
    sources: tuple[tuple[str, str], ...]
    scores: Scores | None = None


class ChapterOutcome(Outcome, frozen=True):
    """What came of one input on its way into a volume; no chapter where it has errors."""

    chapter: Chapter | None = None


def make_chapter(job: Job) -> Outcome:
    """The report of one input as data; whatever goes wrong with it is an outcome, never an exception."""
    return guarded(job, lambda: _made(job))


def _made(job: Job) -> Outcome:
    from generator import pipeline  # noqa: PLC0415 - a worker needs it, the process that hands out the work does not

    made = pipeline.prepare(job.input, job.output, job.templates)
    chapter = _chapter(made.assessment, made.data)
    return ChapterOutcome(job.number, job.input, Status.WRITTEN, findings=made.assessment.findings, chapter=chapter)


def _chapter(assessment: Assessment, data: bytes) -> Chapter:
    from generator.provenance.stamp import stamp_of  # noqa: PLC0415

    facts, content = assessment.submission, assessment.report.content
    stamp = stamp_of(facts)
    year = str(content.get("年度") or "")
    form = sha256("\n".join((stamp.template, stamp.template_digest, year)).encode()).hexdigest()
    unit = _unit(content) or assessment.report.file_name
    return Chapter(unit, year, facts.template.title, form, data, stamp, tuple(facts.sources), _scores(assessment))


def _unit(content: Mapping[str, object]) -> str:
    """The department's name, which templates keep in one of two ways; blank where this one does it otherwise."""
    unit = content.get("部门")
    named = unit.get("名称") if isinstance(unit, Mapping) else unit
    return str(named) if isinstance(named, str) else ""


def _scores(assessment: Assessment) -> Scores | None:
    total = assessment.scorecard.total
    if total is None:
        return None
    parts = tuple((root.indicator.name, root.rate_text) for root in assessment.scorecard.roots)
    return Scores(total.rate, total.score.text, plain(total.full), total.rate_text, total.rating, parts)


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
