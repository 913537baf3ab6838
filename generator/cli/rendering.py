"""``jixiao render``: one report, or many."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from generator.base.diagnostics import Refused
from generator.cli import output as printing
from generator.cli.chinese import ChineseCommand
from generator.cli.options import (
    BACKUP,
    FORCE,
    MEGABYTES,
    NAMED,
    PDF,
    SECONDS,
    output_option,
    print_aside,
    templates_option,
)

if TYPE_CHECKING:
    from generator.pipeline import Rendered


@click.command(cls=ChineseCommand)
@NAMED
@output_option(".docx", "报告")
@BACKUP
@FORCE
@click.option(
    "--draft",
    is_flag=True,
    help="写成草稿：有错误、没填完也写，缺的标为【待填】，问题写成批注，文件名以「（草稿）」结尾。",
)
@PDF
@templates_option()
@click.option(
    "--jobs", metavar="个数", type=click.IntRange(1, 256), help="多份时用几个进程；不写时与处理器的核数相同。"
)
@click.option("--cluster", metavar="地址", help="多份时交给 Dask 集群生成，如 tcp://调度机:8786。")
@click.option(
    "--report",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="多份时把汇总写到文件：.csv 可用 Excel 打开，其他为 JSON。",
)
@click.option(
    "--time-limit",
    "seconds",
    metavar="秒",
    type=click.FloatRange(0, min_open=True),
    default=SECONDS,
    help=f"多份时每一份最多用多少秒；不写时为 {SECONDS:g}。",
)
@click.option(
    "--memory-limit",
    "megabytes",
    metavar="MB",
    type=click.IntRange(256),
    default=MEGABYTES,
    help=f"多份时每个进程最多用多少内存；不写时为 {MEGABYTES}（Windows 不限）。",
)
@click.pass_context
def render(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    named: tuple[str, ...],
    output: Path | None,
    backup: bool,
    force: bool,
    draft: bool,
    pdf: bool,
    templates: Path | None,
    jobs: int | None,
    cluster: str | None,
    report: Path | None,
    seconds: float,
    megabytes: int,
) -> None:
    """生成报告，并列出总分、等级和发现的问题。

    已有的报告改动过，或不是本程序写的，不覆盖它：见 --backup 和 --force。

    可以写多个文件、文件夹或带引号的通配符（如 "inputs/*.yaml"）：逐份生成，没有变动的跳过，一份有问题不影响其他各份，
    最后列出汇总；全部生成时退出码为 0。中途停下的，再次运行时接着做。

    没有填完、有错误的填报，用 --draft 写成草稿先看。
    """
    if not (jobs or cluster or report) and _is_one(named):
        rendered = _render_one(Path(named[0]), output, templates, draft=draft, backup=backup, force=force)
        if pdf:
            ctx.exit(_write_pdf(rendered, backup=backup, force=force))
        return
    if output is not None and output.suffix.lower() == ".docx":
        option = next(parameter for parameter in ctx.command.params if parameter.name == "output")
        raise click.BadParameter("生成多份时写到文件夹，不能是一个文件。", ctx, option)
    from generator.cli.many import ManyOptions, render_many  # noqa: PLC0415 - one report needs no workers
    from generator.pipeline import DEFAULT_OUTPUT  # noqa: PLC0415 - not for --help
    from generator.workflows.batch.result import Job  # noqa: PLC0415 - one report needs no workers

    common = Job(0, Path(), output or DEFAULT_OUTPUT, templates, draft=draft, force=force, seconds=seconds)
    ctx.exit(render_many(named, replace(common, pdf=pdf), ManyOptions(jobs, cluster, report, megabytes, backup)))


def _is_one(named: tuple[str, ...]) -> bool:
    """Whether one file is meant; a name that is nowhere is that of a file, unless it is a pattern."""
    if len(named) != 1 or os.path.isdir(named[0]):  # noqa: PTH112 - Path.is_dir fails on a name that is too long
        return False
    return os.path.exists(named[0]) or frozenset("*?[").isdisjoint(named[0])  # noqa: PTH110


def _render_one(  # noqa: PLR0913 - the options of one report
    file: Path, output: Path | None, templates: Path | None, *, draft: bool, backup: bool, force: bool
) -> Rendered:
    from generator import pipeline  # noqa: PLC0415

    if draft:
        from generator.workflows.draft import render_draft  # noqa: PLC0415 - the report itself needs none of it

        rendered = render_draft(file, output, templates, backup=backup, force=force)
    else:
        rendered = pipeline.render(file, output, templates, backup=backup, force=force)
    print_aside(rendered.assessment.findings)
    click.echo(printing.rendered(rendered, "草稿" if draft else "报告"))
    return rendered


def _write_pdf(rendered: Rendered, *, backup: bool, force: bool) -> int:
    """Write the PDF of a report that was written; without it the command has not done all that it was asked for."""
    from generator.workflows.batch.worker import make_pdf  # noqa: PLC0415

    try:
        path, findings = make_pdf(rendered.path, backup=backup, force=force)
    except Refused as refused:
        print_aside(refused.findings)
        return 1
    print_aside(findings)
    click.echo(f"PDF：{path}")
    return 0
