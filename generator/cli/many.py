"""Render many inputs: workers, progress on the error stream, summary."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from pathlib import Path

import click
from msgspec.structs import replace

from generator.cli.options import echo, is_quiet, print_aside, tell
from generator.exports.pdf import find_office, no_office
from generator.provenance.guard import make_way, refuse_inputs
from generator.provenance.write import Existing, write_whole
from generator.workflows.batch import (
    Lanes,
    Portable,
    Writer,
    cluster_lanes,
    known_reports,
    local_lanes,
    make_report,
    run,
)
from generator.workflows.jobs import Job, Outcome, Summary, find_inputs, jobs_of, orphan_reviews, why_report_kept

__all__ = ["Job", "render_many"]

_INTERRUPTED = 130
_EVERY_SECONDS = 30


def render_many(  # noqa: PLR0913 - the options of a batch
    named: Sequence[str], common: Job, *, jobs: int | None, cluster: str | None, report: Path | None, megabytes: int
) -> int:
    """Render every named input and print a summary; return 0 only if every report was written.

    Without LibreOffice, reports are written without their PDF files.
    """
    inputs = find_inputs(named)
    print_aside(orphan_reviews(inputs))
    _keep(report, common, inputs)
    unable = common.pdf and not find_office()
    if unable:
        print_aside([no_office()])
    common = replace(common, pdf=common.pdf and not unable)
    listed = jobs_of(inputs, {} if common.existing is Existing.REPLACE else known_reports(common.output), common)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    writer = Writer(common.existing)
    interrupted = False
    portable = None
    if common.pdf:
        offices = jobs or _cores()
        portable = Portable(offices, common.existing, archival=common.archival)
    try:
        with lanes_for(len(listed), jobs, megabytes, cluster) as lanes:
            made = writer.write(run(listed, lanes, make_report))
            if portable is not None:
                made = portable.add(made)
            for outcome in followed(made, len(listed)):
                outcomes.append(outcome)  # noqa: PERF402 - keep what is done if the rest is interrupted
    except KeyboardInterrupt:
        interrupted = True
    print_aside(portable.findings() if portable is not None else ())
    summary = Summary(writer.withdraw(outcomes), len(listed), time.monotonic() - began)
    tell(summary.as_text())
    if report is not None:
        text = summary.as_csv() if report.suffix.lower() == ".csv" else summary.as_json() + "\n"
        files = [*inputs, *chain.from_iterable(outcome.sources for outcome in outcomes)]
        write_whole(text.encode("utf-8", "replace"), report, partial(_keep, report, common, files))
        tell(f"汇总：{report}")
    return _INTERRUPTED if interrupted else int(unable or not summary.is_good)


def _keep(report: Path | None, common: Job, inputs: Sequence[Path]) -> None:
    if report is not None:
        refuse_inputs(report, inputs)
        make_way(report, why_report_kept, common.existing)


def lanes_for(
    count: int, jobs: int | None, megabytes: int, cluster: str | None = None
) -> AbstractContextManager[Lanes]:
    """Workers for ``count`` inputs: those of a cluster, else ``jobs`` local processes (one for each core if None)."""
    if cluster is not None:
        return cluster_lanes(cluster)
    return local_lanes(max(1, min(jobs or _cores(), count)), megabytes)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def followed(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Pass the outcomes on, printing progress on the error stream: a bar on a terminal, else lines."""
    watched = sys.stderr is not None and sys.stderr.isatty() and not is_quiet()
    return _bar(outcomes, total) if watched else _lines(outcomes, total)


def _bar(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    began = time.monotonic()
    bad = done = 0

    def rate_and_failures(_: object) -> str:
        rate = done / max(time.monotonic() - began, 1e-3)
        return f"{rate:.1f} 份/秒" + (f"，{bad} 份没有生成" if bad else "")

    with click.progressbar(
        length=total, label="生成", file=sys.stderr, show_pos=True, item_show_func=rate_and_failures, width=30
    ) as bar:
        for outcome in outcomes:
            done += 1
            bad += not outcome.status.is_good
            bar.update(1, outcome)
            yield outcome


def _lines(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Print each failure at once, and progress every half a minute."""
    began = said = time.monotonic()
    for done, outcome in enumerate(outcomes, 1):
        if not outcome.status.is_good:
            echo(f"{outcome.status.value}  {outcome.input}", err=True)
        now = time.monotonic()
        if now - said >= _EVERY_SECONDS and not is_quiet():
            said = now
            rate = done / (now - began)
            echo(f"已做 {done}/{total} 份，{rate:.1f} 份/秒，约余 {(total - done) / rate:.0f} 秒", err=True)
        yield outcome
