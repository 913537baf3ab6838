"""``jixiao render`` of many inputs: hand them to workers, follow them, print the summary.

Not in ``rendering``: its imports (processes, LibreOffice, verifying) would slow ``--help`` and one report.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from generator.cli.options import print_aside
from generator.cli.output import followed
from generator.exports.pdf import find_office, no_office
from generator.provenance.write import write_whole
from generator.workflows.batch.result import Job, Outcome, Summary, jobs_of
from generator.workflows.batch.run import Lanes, cluster_lanes, find_inputs, known_reports, local_lanes, run, settled
from generator.workflows.batch.worker import Portable, make_report

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_INTERRUPTED = 130


class ManyOptions(Struct, frozen=True):
    """How many inputs are rendered: where, by how many workers, with which limits."""

    jobs: int | None
    cluster: str | None
    report: Path | None
    megabytes: int
    backup: bool


def render_many(named: Sequence[str], common: Job, options: ManyOptions) -> int:
    """Render every input that is named and print a summary; the exit code is 0 only when every report is there."""
    inputs = find_inputs(named)
    unable = common.pdf and not _can_make_pdfs()
    common = replace(common, pdf=common.pdf and not unable)
    jobs = jobs_of(inputs, {} if common.force else known_reports(common.output), common)
    began = time.monotonic()
    outcomes: list[Outcome] = []
    interrupted = False
    portable = None
    if common.pdf:
        portable = Portable(options.jobs or cores(), backup=options.backup, force=common.force)
    try:
        with _lanes(options, len(jobs)) as lanes:
            made = settled(run(jobs, lanes, make_report), backup=options.backup, force=common.force)
            if portable is not None:
                made = portable.add(made)
            for outcome in followed(made, len(jobs)):
                outcomes.append(outcome)  # noqa: PERF402 - what is done counts, also when the rest is interrupted
    except KeyboardInterrupt:
        interrupted = True
    print_aside(portable.findings() if portable is not None else ())
    summary = Summary(outcomes, len(jobs), time.monotonic() - began)
    click.echo(summary.as_text())
    if options.report is not None:
        _write(summary, options.report)
    return _INTERRUPTED if interrupted else int(unable or not summary.is_good)


def _can_make_pdfs() -> bool:
    """Whether LibreOffice is here; where it is not, that is told at once and the reports are made all the same."""
    if find_office():
        return True
    print_aside([no_office()])
    return False


def _lanes(options: ManyOptions, count: int) -> AbstractContextManager[Lanes]:
    if options.cluster is not None:
        return cluster_lanes(options.cluster)
    return local_lanes(max(1, min(options.jobs or cores(), count)), options.megabytes)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _write(summary: Summary, file: Path) -> None:
    text = summary.as_csv() if file.suffix.lower() == ".csv" else summary.as_json() + "\n"
    write_whole(text.encode(), file)
    click.echo(f"汇总：{file}")
