"""Options that several commands have, and how they print what was found."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, findings_as_json, findings_as_text, has_errors
from generator.cli.output import followed, summary
from generator.exports.pdf import find_office, no_office
from generator.provenance.write import is_of_other_kind, write_whole
from generator.workflows.batch.result import Job, Outcome, Summary, jobs_of
from generator.workflows.batch.run import Lanes, cluster_lanes, find_inputs, known_reports, local_lanes, run, settled
from generator.workflows.batch.worker import Portable, make_report

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_Decorated = Callable[..., Any]

SECONDS, MEGABYTES = 60.0, 2048
"""What one of many reports may take where nothing else is said, and the process that makes it."""

NAMED = click.argument("named", metavar="填报文件…", nargs=-1, required=True)
PDF = click.option("--pdf", is_flag=True, help="旁边另写一份 PDF，用 LibreOffice 转换。")
INPUT = click.argument("input_file", metavar="填报文件", type=click.Path(path_type=Path))
FORMAT = click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json"]),
    default="text",
    help="输出的形式：text 给人看（默认），json 给程序用。",
)


BACKUP = click.option(
    "--backup",
    is_flag=True,
    help="已有的文件改动过，或不是本程序写的，先把它留作「名称.备份1」，再写新的。",
)
FORCE = click.option("--force", is_flag=True, help="已有的文件改动过，或不是本程序写的，也覆盖它。")


def written_as(ending: str, what: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Refuse the name of another kind of file: it would become a folder."""

    def check(_ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
        if value is not None and is_of_other_kind(value, ending):
            raise click.BadParameter(f"{what}只写成 {ending}。")
        return value

    return check


def output_option(ending: str, what: str) -> Callable[[_Decorated], _Decorated]:
    """``-o``: the file or folder that is written to.

    Args:
        ending: What the file's name ends in, with its dot.
        what: What is written, as a message names it.
    """
    return click.option(
        "-o",
        "--output",
        metavar="文件或文件夹",
        type=click.Path(path_type=Path),
        callback=written_as(ending, what),
        help=f"写到哪里：以 {ending} 结尾的是文件，否则是文件夹；不写时为 outputs。",
    )


def templates_option(start: str = "填报文件", what: str = "") -> Callable[[_Decorated], _Decorated]:
    """``--templates``: the folder of templates.

    Args:
        start: From where the folder is looked for where the option is not given, as the help says it.
        what: The help, where it is another.
    """
    said = what or f"模板所在的文件夹；不写时从{start}起逐级向上找 templates，再用程序自带的。"
    return click.option("--templates", metavar="文件夹", type=click.Path(path_type=Path), help=said)


def print_aside(findings: Sequence[Finding]) -> None:
    """Findings that come along with a result: on the other stream, so that the result can be taken alone."""
    if findings:
        click.echo(findings_as_text(findings) + "\n", err=True)


def leave_with(ctx: click.Context, findings: Sequence[Finding], shape: str) -> None:
    """Findings as the result itself; 1 is what the command ends with where there are errors."""
    if shape == "json":
        click.echo(findings_as_json(findings))
    else:
        click.echo(findings_as_text(findings) + "\n" if findings else "", nl=bool(findings))
        click.echo(summary(findings))
    ctx.exit(1 if has_errors(findings) else 0)


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
