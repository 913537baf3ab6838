"""``jixiao volume``: many reports bound as one."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.chinese import ChineseCommand
from generator.cli.many import followed, lanes_for
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
from generator.workflows.batch.result import Job, jobs_of
from generator.workflows.batch.run import find_inputs, run
from generator.workflows.volume import bind, chapters_of, make_chapter, write_volume


@click.command(cls=ChineseCommand)
@NAMED
@output_option(".docx", "汇编")
@click.option("--title", metavar="文字", default="", help="封面的标题；不写时按年度和报告的名称拟定。")
@click.option("--unit", metavar="文字", default="", help="封面下方编印的单位；不写时不印。")
@click.option("--strict", is_flag=True, help="有一份填报不能汇编，就都不汇编；不写时略去它，汇编其余的。")
@click.option("--no-pages", is_flag=True, help="目录不填页码（装有 LibreOffice 时，页码由它排版后填入）。")
@PDF
@BACKUP
@FORCE
@templates_option()
@click.option("--jobs", metavar="个数", type=click.IntRange(1, 256), help="用几个进程生成；不写时与处理器的核数相同。")
@click.pass_context
def volume(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    named: tuple[str, ...],
    output: Path | None,
    title: str,
    unit: str,
    strict: bool,
    no_pages: bool,
    pdf: bool,
    backup: bool,
    force: bool,
    templates: Path | None,
    jobs: int | None,
) -> None:
    """把多份报告汇编成一册：封面、目录、得分排名，然后每份报告从单数页起。

    可以写多个文件、文件夹或带引号的通配符（如 "inputs/*.yaml"），按写的次序排列。有错误的填报列出原因并略去，
    退出码为 1。
    """
    common = Job(0, Path(), Path(), templates, seconds=SECONDS)
    listed = jobs_of(find_inputs(named), {}, common)
    with lanes_for(len(listed), jobs, MEGABYTES) as lanes:
        made = run(listed, lanes, make_chapter)
        outcomes = sorted(followed(made, len(listed)), key=lambda outcome: outcome.number)
    bad = [outcome for outcome in outcomes if not outcome.status.is_good]
    for outcome in bad:
        print_aside(outcome.findings)
    chapters, names = chapters_of(outcomes, strict=strict)
    bound = bind(chapters, names, title=title, unit=unit, with_pages=not no_pages)
    written = write_volume(bound, output, pdf=pdf, backup=backup, force=force)
    print_aside(written.findings)
    left_out = f"，{len(bad)} 份填报有问题，没有编入" if bad else ""
    lines = [f"汇编：{written.path}", f"《{bound.title}》，共 {bound.count} 份报告{left_out}"]
    if written.pdf is not None:
        lines.append(f"PDF：{written.pdf}")
    if not bound.findings:
        lines.append("目录页码：按 LibreOffice 的排版；Word、WPS 里如有出入，全选（Ctrl+A）后按 F9 更新。")
    click.echo("\n".join(lines))
    ctx.exit(int(bool(bad) or (pdf and written.pdf is None)))
