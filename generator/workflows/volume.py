"""Bind many reports into one Word file (汇编): cover, contents list, ranking, then every report from an odd page.

inputs ─run(make_chapter)─▶ outcomes ─chapters_of─▶ Chapter… ─bind─▶ Bound ─write_volume─▶ files
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from generator import pipeline
from generator.base.amount import Placeholder
from generator.base.diagnostics import Finding, Refused, Span
from generator.base.formats import RATE
from generator.exports.pdf import SECONDS, font_findings, no_pdf, open_office, pages_of
from generator.pipeline import DEFAULT_OUTPUT
from generator.provenance.guard import refuse_inputs, write_guarded, write_pdf
from generator.provenance.stamp import Stamp, stamp_of, stamp_of_volume, stamped_parts
from generator.provenance.write import Existing, target_of, temporary_folder
from generator.scoring.model import NO_SCORE
from generator.submission.model import field_path
from generator.template.model import walk_fields
from generator.word import Layout, opc
from generator.word.merge.join import Bindery, PageLine, bookmark_of
from generator.workflows import codes
from generator.workflows.batch import guarded
from generator.workflows.jobs import Job, Outcome, Score, Status


class Objects(Struct, frozen=True):
    """A table whose rows a report scores one by one: its label, that of its column of names, each row's scores."""

    title: str
    column: str
    rows: tuple[tuple[str, Score], ...]


class Chapter(Struct, frozen=True):
    """A report that is bound into a volume.

    ``unit`` is the department, ``title`` the kind of report. Reports with the same ``form`` can be compared: same year
    and state of the template. ``sources`` are the files that the input names, with their digests. ``scores`` is None
    for a template without a scoring form.
    """

    unit: str
    year: str
    title: str
    form: str
    data: bytes
    stamp: Stamp
    sources: tuple[tuple[str, str], ...]
    scores: Score | None = None
    objects: tuple[Objects, ...] = ()


class ChapterOutcome(Outcome, frozen=True):
    """The outcome of one input of a volume; without a chapter if it has errors."""

    chapter: Chapter | None = None


def make_chapter(job: Job) -> Outcome:
    """The report of one input as data; never raises: failures are outcomes."""
    return guarded(job, lambda: _made(job))


def _made(job: Job) -> Outcome:
    assessment = pipeline.assess(job.input, job.templates)
    pipeline.refuse_errors(assessment.findings)
    facts, content, scorecard = assessment.submission, assessment.report.content, assessment.scorecard
    stamp = stamp_of(facts, report=assessment.report.file_name)
    year = str(content.get("年度") or "")
    parts = tuple((root.indicator.name, root.rate_text) for root in scorecard.roots)
    # Templates keep the department's name in one of two ways, or not at all.
    unit = content.get("部门")
    unit = unit.get("名称") if isinstance(unit, Mapping) else unit
    labels, objects = {field.path: field.label for field in walk_fields(facts.template.fields)}, []
    for one in facts.template.row_forms:
        forms = [form for form in scorecard.row_forms if field_path(form.form.path) == one.table]
        rows = tuple((form.form.title, Score.of(form.total)) for form in forms if form.total is not None)
        if rows:
            objects.append(Objects(labels[one.table], labels[f"{one.table}.{one.name}"], rows))
    chapter = Chapter(
        unit=unit if isinstance(unit, str) and unit else assessment.report.file_name,
        year=year,
        title=facts.template.title,
        form=sha256("\n".join((stamp.template, stamp.template_digest, year)).encode()).hexdigest(),
        data=pipeline.print_report(assessment),
        stamp=stamp,
        sources=tuple(facts.sources),
        scores=Score.of(scorecard.total, parts) if scorecard.total is not None else None,
        objects=tuple(objects),
    )
    files, found = tuple(pipeline.files_of(facts, job.input)), assessment.findings
    return ChapterOutcome(job.number, job.input, Status.WRITTEN, findings=found, sources=files, chapter=chapter)


RANKING = "绩效自评得分排名"
_PLACES = "省市县区州盟旗"
# The layout has a bookmark of that name at the ranking.
_RANKING_BOOKMARK = "ReportRanking"


def default_title(chapters: Sequence[Chapter]) -> str:
    """2021年度部门整体支出绩效自评报告汇编, as far as all reports are of one year and one kind."""
    years = sorted({chapter.year for chapter in chapters if chapter.year})
    titles = sorted({chapter.title for chapter in chapters})
    year = f"{years[0]}—{years[-1]}年度" if len(years) > 1 else f"{years[0]}年度" if years else ""
    if len(titles) == 1:
        return f"{year}{titles[0]}汇编"
    # Keep the common end of the titles, without the last character of a place's name.
    shortest = min(titles, key=len)
    ends = (shortest[start:] for start in range(len(shortest)))
    common = next((end for end in ends if all(title.endswith(end) for title in titles)), "")
    return f"{year}{common.lstrip(_PLACES) if '自评报告' in common else '绩效自评报告'}汇编"


def front_matter(chapters: Sequence[Chapter], title: str, unit: str) -> dict[str, object]:
    """The values that the layout of the front matter prints, by name."""
    groups: dict[str, list[tuple[Chapter, Score]]] = {}
    for chapter in chapters:
        if chapter.scores is not None:
            groups.setdefault(chapter.form, []).append((chapter, chapter.scores))
    contents = [PageLine(RANKING, _RANKING_BOOKMARK)]
    contents += [PageLine(f"{at}. {chapter.unit}", bookmark_of(at)) for at, chapter in enumerate(chapters, 1)]
    rest = [{"部门": one.unit, "报告": _titled(one)} for one in chapters if one.scores is None]
    rankings = [_ranking(members) for members in groups.values()]
    return {"标题": title, "单位": unit, "目录": contents, "排名": rankings, "不排名": rest}


def _titled(chapter: Chapter) -> str:
    return f"{chapter.year}年度{chapter.title}" if chapter.year else chapter.title


def _ranking(members: Sequence[tuple[Chapter, Score]]) -> dict[str, object]:
    """The ranking of reports that can be compared. Equal rates share a place, and the next places are skipped.

    Those that are not rated come last and have none.
    """
    ordered = sorted(members, key=lambda member: (isinstance(member[1].rate, Placeholder), -member[1].rate))
    places: dict[Fraction, int | str] = {}
    for number, (_, scores) in enumerate(ordered, 1):
        places.setdefault(scores.rate, NO_SCORE if isinstance(scores.rate, Placeholder) else number)
    note = _note(f"{len(ordered)} 个部门", [scores for _, scores in ordered])
    objects = [(chapter.unit, one) for chapter, _ in members for one in chapter.objects]
    titles = dict.fromkeys(one.title for _, one in objects)
    return {
        "名称": _titled(members[0][0]),
        "指标": [name for name, _ in members[0][1].parts],
        "说明": f"{note}按总分的得分率由高到低排列，相同的并列；最后各列是一级指标的得分率。",
        "行": [
            {
                "名次": places[scores.rate],
                "部门": chapter.unit,
                **_shown_scores(scores),
                "指标": [rate for _, rate in scores.parts],
            }
            for chapter, scores in ordered
        ],
        "对象": [_shown_objects([pair for pair in objects if pair[1].title == title]) for title in titles],
    }


def _note(what: str, scores: Sequence[Score]) -> str:
    """How many there are, how many have each rating, and the mean rate; ``scores`` are sorted, the best first."""
    ratings = Counter(one.rating for one in scores if one.rating)
    counted = "、".join(f"{rating} {count} 个" for rating, count in ratings.items())
    rates = [one.rate for one in scores if not isinstance(one.rate, Placeholder)]
    mean = RATE.print(sum(rates, Fraction(0)) / len(rates)) if rates else NO_SCORE
    return f"注：共 {what}，{f'其中{counted}；' if counted else ''}平均得分率 {mean}。"


def _shown_scores(scores: Score) -> dict[str, object]:
    return {"总分": scores.total, "满分": scores.full, "得分率": scores.rate_text, "等级": scores.rating}


def _shown_objects(of_units: Sequence[tuple[str, Objects]]) -> dict[str, object]:
    """One table of what the departments score row by row."""
    first = of_units[0][1]
    scores = [scores for _, objects in of_units for _, scores in objects.rows]
    best_first = sorted(scores, key=lambda one: -one.rate)
    return {
        "名称": f"{first.title}得分",
        "列": first.column,
        "说明": f"{_note(f'{len(scores)} 个', best_first)}按部门和填报的次序排列。",
        "行": [
            {"部门": unit, "序号": number, "名称": name, **_shown_scores(scores)}
            for unit, objects in of_units
            for number, (name, scores) in enumerate(objects.rows, 1)
        ],
    }


_LAYOUT = Path(__file__).with_name("汇编.docx")
_MEGABYTE = 1024 * 1024
_SECONDS_A_REPORT = 20.0


class Bound(Struct, frozen=True):
    """A finished volume, not yet written: its title, Word file, stamp and number of reports."""

    title: str
    data: bytes
    stamp: Stamp
    count: int
    findings: tuple[Finding, ...] = ()


def bind(
    chapters: Sequence[Chapter], names: Sequence[str], *, title: str = "", unit: str = "", with_pages: bool = True
) -> Bound:
    """Bind reports, at least one; with page numbers if wanted and if LibreOffice can count them.

    ``names`` are the paths of the inputs from their common folder; a blank title is made of those of the reports.

    Raises:
        Refused: The volume is too large to be opened again.
    """
    title, stamp = title or default_title(chapters), stamp_of_volume([chapter.stamp for chapter in chapters])
    bindery = Bindery(Layout.open(_LAYOUT).parts(front_matter(chapters, title, unit)))
    sources: list[tuple[str, str]] = []
    for name, chapter in zip(names, chapters, strict=True):
        bindery.add(opc.own_package(chapter.data), chapter.unit)
        # The input and the files that it names, by their paths from the common folder.
        folder = f"{name.rpartition('/')[0]}/".lstrip("/")
        sources.append((name, chapter.stamp.input_digest))
        sources += [(folder + file, digest) for file, digest in chapter.sources]
    entries = bindery.entries(None)
    data, count = stamped_parts(entries, stamp, sources), len(chapters)
    if large := opc.too_large(entries):
        code, megabytes = codes.VOLUME_TOO_LARGE, large[1] // _MEGABYTE
        raise Refused([code.at(Span(title), count=count, megabytes=megabytes, entries=large[0])])
    found = tuple(_repeated(chapters, names))
    pages, why = count_pages(data, count) if with_pages else ({}, "写了 --no-pages")
    if not pages:
        return Bound(title, data, stamp, count, (*found, codes.NO_PAGES.at(Span(title), why=why)))
    return Bound(title, stamped_parts(bindery.entries(pages), stamp, sources), stamp, count, found)


def _repeated(chapters: Sequence[Chapter], names: Sequence[str]) -> Iterator[Finding]:
    """A finding for each report that is there twice, mostly as an older version of the filing.

    A department may file several of one kind and year, one for each project; their names tell them apart.
    """
    files: dict[tuple[str, str, str], list[str]] = {}
    for chapter, name in zip(chapters, names, strict=True):
        files.setdefault((chapter.unit, _titled(chapter), chapter.stamp.report), []).append(name)
    for (unit, title, _), listed in files.items():
        if len(listed) > 1:
            what, count = f"{unit}{title}", len(listed)
            yield codes.BOUND_TWICE.at(Span(listed[1]), what=what, count=count, files="、".join(listed))


def count_pages(data: bytes, reports: int) -> tuple[Mapping[str, int], str]:
    """The pages of a volume's bookmarks, or why they are not known."""
    try:
        pdf = as_pdf(data, reports)
    except Refused:
        return {}, "没有找到 LibreOffice"
    if isinstance(pdf, str):
        return {}, f"LibreOffice 没有转出 PDF：{pdf}"
    pages = pages_of(pdf)
    return pages, "" if pages else "这个版本的 LibreOffice 不报告页码，需要 7.4 或更新的"


def as_pdf(data: bytes, reports: int) -> bytes | str:
    """The volume as PDF with its blank pages, or why there is none; raises ``Refused`` if LibreOffice is not installed.

    The time limit grows with ``reports``.
    """
    with temporary_folder() as folder, open_office() as office:
        file = folder / "汇编.docx"
        file.write_bytes(data)
        return office.convert([file], SECONDS + _SECONDS_A_REPORT * reports, as_book=True)[file]


class Written(Struct, frozen=True):
    """The written Word file, its PDF if one was wanted and made, and the findings."""

    path: Path
    pdf: Path | None
    findings: tuple[Finding, ...]


def chapters_of(outcomes: Sequence[Outcome], *, strict: bool = False) -> tuple[list[Chapter], list[str]]:
    """The reports that can be bound, and the path of each one's input from their common folder.

    Raises:
        Refused: None can be bound, or ``strict`` asks for all and one cannot.
    """
    sound = [
        (outcome.input, outcome.chapter)
        for outcome in outcomes
        if isinstance(outcome, ChapterOutcome) and outcome.chapter is not None
    ]
    bad = len(outcomes) - len(sound)
    if bad and (strict or not sound):
        span = Span(str(next(outcome.input for outcome in outcomes if not outcome.status.is_good)))
        code = codes.NOT_ALL if sound else codes.NOTHING_TO_BIND
        raise Refused([code.at(span, count=len(outcomes), bad=bad)])
    chapters, files = [chapter for _, chapter in sound], [file.absolute() for file, _ in sound]
    try:
        folder = Path(os.path.commonpath([file.parent for file in files]))
    except ValueError:  # on several drives of Windows
        folder = Path()
    # Folders that share only a drive or a home have nothing to do with each other: their paths are nobody's business.
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - Path.home fails for a user without one
    if folder in (Path(folder.anchor), home, *home.parents):
        return chapters, [file.name for file in files]
    return chapters, [file.relative_to(folder).as_posix() for file in files]


def write_volume(
    bound: Bound,
    output: Path | None = None,
    existing: Existing = Existing.KEEP,
    *,
    inputs: Iterable[Path] = (),
    pdf: bool = False,
) -> Written:
    """Write a volume, and its PDF beside it if wanted; a finding says why it cannot be made.

    Never replaces ``inputs``, the files that it is made of; the other arguments are those of ``pipeline``.
    """
    target = target_of(output or DEFAULT_OUTPUT, bound.title, ".docx")
    for file in (target, target.with_suffix(".pdf")) if pdf else (target,):
        refuse_inputs(file, inputs)
    write_guarded(bound.data, target, existing)
    if not pdf:
        return Written(target, None, bound.findings)
    try:
        made = as_pdf(bound.data, bound.count)
        if isinstance(made, str):
            return Written(target, None, (*bound.findings, no_pdf(target, made)))
        path = write_pdf(made, target.with_suffix(".pdf"), bound.stamp, existing)
    except Refused as refused:
        return Written(target, None, (*bound.findings, *refused.findings))
    return Written(target, path, (*bound.findings, *font_findings(target, bound.data, made)))
