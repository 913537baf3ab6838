"""``jixiao review``: the report as a web page in which every figure shows its origin."""

from __future__ import annotations

from pathlib import Path

import click

from generator.base.diagnostics import has_errors
from generator.cli.chinese import ChineseCommand
from generator.cli.options import INPUT, templates_option
from generator.cli.output import shown_rendered
from generator.workflows.review.page import write_review

_ENDINGS = (".html", ".htm")


def _as_page(_ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and value.suffix.lower() not in _ENDINGS:
        raise click.BadParameter("审核页只写成 .html，请写明文件名。")
    return value


@click.command(cls=ChineseCommand)
@INPUT
@click.option(
    "--against",
    metavar="旧填报",
    help="标出与旧填报相比的变化；可以是文件，或 git 里的版本（HEAD~1:inputs/填报.yaml）。",
)
@click.option(
    "-o",
    "--output",
    metavar="文件.html",
    type=click.Path(path_type=Path),
    callback=_as_page,
    help="写到哪个文件；不写时为 outputs 里的「填报名称-审核页.html」。",
)
@click.option("--force", is_flag=True, help="已有的文件不是审核页，也覆盖它。")
@templates_option()
def review(input_file: Path, against: str | None, output: Path | None, force: bool, templates: Path | None) -> None:
    """写一个审核页（网页，一个文件，不联网）：报告全文、评分、发现的问题；点任何一个数字看它的来历。

    有错误、没填完的填报也写，页面上是草稿：缺的标为【待填】，还算不出的标为【待算】，退出码仍为 0。
    """
    # Named after the input, so that the pages of other departments are kept.
    page = output or Path("outputs", f"{input_file.stem}-审核页.html")
    written = write_review(input_file, page, against, templates, force=force)
    is_draft = has_errors(written.assessment.findings)
    click.echo(shown_rendered(written, "审核页（草稿）" if is_draft else "审核页"))
    if is_draft:
        click.echo("填报有错误，页面上的是草稿，不是正式报告。")
    click.echo("用浏览器打开。")
