"""``jixiao bundle``, ``review`` and ``volume``: what is handed in or reviewed."""

from __future__ import annotations

from pathlib import Path

import click

from generator.base.diagnostics import has_errors
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.cli.many import followed, lanes_for
from generator.provenance.write import Existing
from generator.workflows.batch import run
from generator.workflows.bundle import EVIDENCE, shown_size
from generator.workflows.bundle import bundle as make_bundle
from generator.workflows.codes import NO_PAGES
from generator.workflows.jobs import Job, find_inputs, jobs_of, orphan_reviews
from generator.workflows.review import write_review
from generator.workflows.volume import bind, chapters_of, make_chapter, write_volume


@click.command(cls=ChineseCommand)
@cli.INPUT
@cli.output_option(".zip", "报送材料")
@click.option("--no-pdf", is_flag=True, help="不放 PDF；不写时，装有 LibreOffice 的电脑上放一份报告的 PDF。")
@cli.existing_options()
@cli.templates_option()
def bundle(input_file: Path, output: Path | None, no_pdf: bool, existing: Existing, templates: Path | None) -> None:
    """把要报送的材料打成一个压缩包：报告、评分表、按指标编号的佐证、佐证材料清单和校验码。

    有错误，或写明的佐证文件没有找到，都不打包。
    """
    with cli.destination(output) as place:
        bundled = make_bundle(input_file, place, templates, existing, pdf=not no_pdf)
    cli.print_aside(bundled.findings)
    above = [name for name in bundled.names if not name.startswith(f"{EVIDENCE}/")]
    files = len(bundled.names) - len(above)
    untold = f"；另有 {bundled.untold} 种只有标题，没有附文件" if bundled.untold else ""
    lines = [
        f"报送材料：{cli.shown_place(bundled.path)}（{shown_size(bundled.size)}）",
        *(f"  {name}" for name in above),
        f"  佐证文件 {files} 个{untold}",
        cli.total_line(bundled.assessment.scorecard.total),
        f"检查：{cli.summary(bundled.findings)}",
    ]
    cli.tell("\n".join(lines))


@click.command(cls=ChineseCommand)
@cli.INPUT
@click.option(
    "--against",
    metavar="旧填报",
    type=cli.FileName(str),
    help="标出与旧填报相比的变化；可以是文件，或 git 里的版本（HEAD~1:inputs/填报.yaml）。",
)
@click.option(
    "-o",
    "--output",
    metavar="文件.html",
    type=cli.FileName(piped=True),
    callback=cli.named_as("审核页", ".html", ".htm"),
    help="写到哪个文件，「-」是标准输出；不写时为 outputs 里的「填报名称-审核页.html」。",
)
@click.option("--force", is_flag=True, help="已有的文件不是审核页，也覆盖它。")
@cli.templates_option()
def review(input_file: Path, against: str | None, output: Path | None, force: bool, templates: Path | None) -> None:
    """写一个审核页（网页，一个文件，不联网）：报告全文、评分、发现的问题；点任何一个数字看它的来历。

    有错误、没填完的填报也写，页面上是草稿：缺的标为【待填】，还算不出的标为【待算】，退出码仍为 0。
    """
    # Named after the input, so that pages of other departments are not overwritten.
    name = f"{input_file.stem}-审核页.html"
    with cli.destination(output, name) as place:
        written = write_review(input_file, place or Path("outputs", name), against, templates, force=force)
    cli.print_aside(orphan_reviews([input_file]))
    is_draft = has_errors(written.assessment.findings)
    cli.tell(cli.shown_rendered(written, "审核页（草稿）" if is_draft else "审核页"))
    if is_draft:
        cli.tell("填报有错误，页面上的是草稿，不是正式报告。")
    cli.tell("用浏览器打开。")


@click.command(cls=ChineseCommand)
@click.argument("named", metavar="填报文件…", nargs=-1, required=True, type=cli.FileName(str))
@cli.output_option(".docx", "汇编")
@click.option(
    "--title", metavar="文字", default="", callback=cli.as_words, help="封面的标题；不写时按年度和报告的名称拟定。"
)
@click.option("--unit", metavar="文字", default="", callback=cli.as_words, help="封面下方编印的单位；不写时不印。")
@click.option("--strict", is_flag=True, help="有一份填报不能汇编，就都不汇编；不写时略去它，汇编其余的。")
@click.option("--no-pages", is_flag=True, help="目录不填页码（装有 LibreOffice 时，页码由它排版后填入）。")
@cli.PDF
@cli.existing_options()
@cli.templates_option()
@click.option("--jobs", metavar="个数", type=click.IntRange(1, 256), help="用几个进程生成；不写时与处理器的核数相同。")
def volume(  # noqa: PLR0913, PLR0917 - one for each option
    named: tuple[str, ...],
    output: Path | None,
    title: str,
    unit: str,
    strict: bool,
    no_pages: bool,
    pdf: bool,
    existing: Existing,
    templates: Path | None,
    jobs: int | None,
) -> int:
    """把多份报告汇编成一册：封面、目录、得分排名，然后每份报告从单数页起。

    可以写多个文件、文件夹或带引号的通配符（如 "inputs/*.yaml"），按写的次序排列。有错误的填报列出原因并略去，
    退出码为 1。
    """
    common = Job(0, Path(), Path(), templates, seconds=cli.SECONDS)
    listed = jobs_of(find_inputs(named), {}, common)
    with lanes_for(len(listed), jobs, cli.MEGABYTES) as lanes:
        made = run(listed, lanes, make_chapter)
        outcomes = sorted(followed(made, len(listed)), key=lambda outcome: outcome.number)
    bad = [outcome for outcome in outcomes if not outcome.status.is_good]
    for outcome in bad:
        cli.print_aside(outcome.findings)
    chapters, names = chapters_of(outcomes, strict=strict)
    bound = bind(chapters, names, title=title, unit=unit, with_pages=not no_pages)
    files = [file for outcome in outcomes for file in (outcome.input, *outcome.sources)]
    if pdf and output == cli.PIPE:
        raise cli.bad_option("output", "另写 PDF 时，要写到文件或文件夹。")
    with cli.destination(output) as place:
        written = write_volume(bound, place, existing, inputs=files, pdf=pdf)
    cli.print_aside(written.findings)
    left_out = f"，{len(bad)} 份填报有问题，没有编入" if bad else ""
    lines = [f"汇编：{cli.shown_place(written.path)}", f"《{bound.title}》，共 {bound.count} 份报告{left_out}"]
    if written.pdf is not None:
        lines.append(f"PDF：{written.pdf}")
    if all(one.code != NO_PAGES.number for one in bound.findings):
        lines.append("目录页码：按 LibreOffice 的排版；Word、WPS 里如有出入，全选（Ctrl+A）后按 F9 更新。")
    cli.tell("\n".join(lines))
    return int(bool(bad) or (pdf and written.pdf is None))
