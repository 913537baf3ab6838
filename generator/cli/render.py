"""``jixiao render``: one report as a Word file, a draft, or many reports."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click

from generator import pipeline
from generator.base.diagnostics import Refused
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.provenance.guard import refuse_inputs
from generator.provenance.write import Existing
from generator.submission.accept import read_data


@click.command(cls=ChineseCommand)
@cli.NAMED
@cli.output_option(".docx", "报告")
@cli.existing_options()
@click.option(
    "--draft",
    is_flag=True,
    help="写成草稿：有错误、没填完也写，缺的标为【待填】，问题写成批注，文件名以「（草稿）」结尾。",
)
@cli.PDF
@click.option("--pdf-a", "archival", is_flag=True, help="旁边另写的 PDF 是长期保存用的 PDF/A-2b。")
@click.option(
    "--only",
    metavar="名称",
    multiple=True,
    help="模板有几份输出时，只写这一份；可以写几次。不写时全部写到以填报命名的文件夹。",
)
@cli.STDIN_FILENAME
@cli.templates_option()
@click.option(
    "--jobs", metavar="个数", type=click.IntRange(1, 256), help="多份时用几个进程；不写时与处理器的核数相同。"
)
@click.option("--cluster", metavar="地址", help="多份时交给 Dask 集群生成，如 tcp://调度机:8786。")
@click.option(
    "--report",
    metavar="文件",
    type=cli.FileName(only="文件"),
    help="多份时把汇总写到文件：.csv 可用 Excel 打开，其他为 JSON。",
)
@click.option(
    "--time-limit",
    "seconds",
    metavar="秒",
    type=cli.Seconds(),
    default=cli.SECONDS,
    help=f"多份时每一份最多用多少秒；不写时为 {cli.SECONDS:g}。",
)
@click.option(
    "--memory-limit",
    "megabytes",
    metavar="MB",
    type=click.IntRange(256, 1 << 24),
    default=cli.MEGABYTES,
    help=f"多份时每个进程最多用多少内存；不写时为 {cli.MEGABYTES}（Windows 不限）。",
)
def render(  # noqa: PLR0913, PLR0917 - one for each option
    named: tuple[str, ...],
    output: Path | None,
    existing: Existing,
    draft: bool,
    pdf: bool,
    archival: bool,
    only: tuple[str, ...],
    stdin_filename: str,
    templates: Path | None,
    jobs: int | None,
    cluster: str | None,
    report: Path | None,
    seconds: float,
    megabytes: int,
) -> int:
    """生成报告，并列出总分、等级和发现的问题。

    已有的报告改动过，或不是本程序写的，不覆盖它：见 --backup 和 --force。

    可以写多个文件、文件夹或带引号的通配符（如 "inputs/*.yaml"）：逐份生成，没有变动的跳过，一份有问题不影响其他各份，
    最后列出汇总；全部生成时退出码为 0。中途停下的，再次运行时接着做。

    没有填完、有错误的填报，用 --draft 写成草稿先看。
    """
    if draft and only:
        raise cli.bad_option("only", "草稿只有一份，不能和 --draft 同时写。")
    if not (jobs or cluster or report) and _is_one(named):
        is_piped = named[0] == cli.STDIN
        file = Path(stdin_filename if is_piped else named[0])
        source = read_data(cli.read_stdin(), file, templates) if is_piped else None
        if draft:
            from generator.workflows.draft import prepare_draft  # noqa: PLC0415 - a report needs no comments

            prepare = partial(prepare_draft, file, source=source)
        else:
            prepare = partial(pipeline.prepare, file, only=only, source=source)
        if (pdf or archival) and output == cli.PIPE:
            raise cli.bad_option("output", "另写 PDF 时，要写到文件或文件夹。")
        with cli.destination(output) as place:
            rendered = pipeline.publish(prepare(output=place, templates=templates), existing)
        cli.print_aside(rendered.assessment.findings)
        cli.tell(cli.shown_rendered(rendered, "草稿" if draft else "报告"))
        if pdf or archival:
            return _write_pdf(rendered, file, existing, archival=archival)
        return 0
    if cli.STDIN in named:
        raise cli.bad_option("named", "「-」（标准输入）是一份，单独写；多份时写文件名或文件夹。")
    if only:
        raise cli.bad_option("only", "只用于一份填报；多份时全部写出。")
    if output is not None and (output.suffix.lower() == ".docx" or output == cli.PIPE):
        raise cli.bad_option("output", "生成多份时写到文件夹，不能是一个文件。")
    from generator.cli.many import Job, render_many  # noqa: PLC0415 - one report needs no workers

    place = output or pipeline.DEFAULT_OUTPUT
    common = Job(0, Path(), place, templates, None, draft, existing, seconds, pdf or archival, archival)
    return render_many(named, common, jobs=jobs, cluster=cluster, report=report, megabytes=megabytes)


def _is_one(named: tuple[str, ...]) -> bool:
    """Whether a single file is named, even if it does not exist, unless its name is a pattern."""
    if named == (cli.STDIN,):
        return True
    if len(named) != 1 or os.path.isdir(named[0]):  # noqa: PTH112 - Path.is_dir fails on a name that is too long
        return False
    return os.path.exists(named[0]) or frozenset("*?[").isdisjoint(named[0])  # noqa: PTH110


def _write_pdf(rendered: pipeline.Rendered, input_file: Path, existing: Existing, *, archival: bool) -> int:
    """Write the PDF of each Word file; return the exit code, 1 if one could not be made."""
    from generator.workflows.batch import make_pdf  # noqa: PLC0415 - only --pdf needs LibreOffice

    code, sources = 0, pipeline.files_of(rendered.assessment.submission, input_file)
    for word in rendered.files or (rendered.path,):
        if word.suffix.lower() != ".docx":
            continue
        try:
            refuse_inputs(word.with_suffix(".pdf"), sources)
            path, findings = make_pdf(word, existing, archival=archival)
        except Refused as refused:
            cli.print_aside(refused.findings)
            code = 1
        else:
            cli.print_aside(findings)
            cli.tell(f"PDF：{path}")
    return code
