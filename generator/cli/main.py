"""The commands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generator.base.diagnostics import Finding, findings_as_text, has_errors
from generator.cli import output as printing
from generator.cli.chinese import ChineseGroup
from generator.cli.filing import fixing
from generator.cli.options import BACKUP, FORCE, FORMAT, INPUT, leave_with, print_aside, templates_option, written_as
from generator.version import __version__

_TEMPLATES = templates_option()
_ELSEWHERE = {
    "bundle": "generator.cli.delivering",
    "diff": "generator.cli.comparing",
    "new": "generator.cli.filing",
    "pull": "generator.cli.filing",
    "render": "generator.cli.rendering",
    "review": "generator.cli.delivering",
    "template": "generator.cli.authoring",
    "verify": "generator.cli.comparing",
    "volume": "generator.cli.delivering",
}


@click.group(cls=ChineseGroup, elsewhere=_ELSEWHERE, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="jixiao", message="%(prog)s %(version)s", help="显示版本。")
def main() -> None:
    """由一个填报文件（YAML）生成部门整体支出绩效自评报告（Word），分数和表格由程序计算。

    退出码：0 成功；1 填报或模板有错误；2 命令写法不对；3 文件无法读写。
    """


@main.command()
@INPUT
@click.option(
    "--format",
    "shape",
    type=click.Choice(["text", "json", "xlsx"]),
    default="text",
    help="输出的形式：text 给人看（默认），json 给程序用，xlsx 写成带公式的 Excel 评分表。",
)
@click.option(
    "-o",
    "--output",
    metavar="文件或文件夹",
    type=click.Path(path_type=Path),
    callback=written_as(".xlsx", "评分表"),
    help="只用于 --format xlsx：以 .xlsx 结尾的是文件，否则是文件夹；不写时为 outputs。",
)
@BACKUP
@FORCE
@_TEMPLATES
@click.pass_context
def score(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    input_file: Path,
    shape: str,
    output: Path | None,
    backup: bool,
    force: bool,
    templates: Path | None,
) -> None:
    """只计算得分，列出评分表，或写成 Excel 评分表。"""
    if shape == "xlsx":
        from generator.exports.scoring_form import write_scores  # noqa: PLC0415 - only this output needs a workbook

        rendered = write_scores(input_file, output, templates, backup=backup, force=force)
        print_aside(rendered.assessment.findings)
        click.echo(printing.rendered(rendered, "评分表"))
        return
    if output is not None:
        option = next(parameter for parameter in ctx.command.params if parameter.name == "output")
        raise click.BadParameter("只有 --format xlsx 写成文件。", ctx, option)
    from generator import pipeline  # noqa: PLC0415 - not for --help

    assessment = pipeline.assess(input_file, templates)
    as_wanted = printing.score_as_json if shape == "json" else printing.score_as_text
    click.echo(as_wanted(assessment))
    _leave_with(ctx, assessment.findings)


@main.command()
@INPUT
@FORMAT
@fixing
@_TEMPLATES
@click.pass_context
def check(ctx: click.Context, input_file: Path, shape: str, templates: Path | None) -> None:
    """只检查，列出发现的问题；有错误时退出码为 1。"""
    from generator import check as check_input  # noqa: PLC0415 - not for --help

    leave_with(ctx, check_input(input_file, templates=templates), shape)


@main.command()
@INPUT
@click.argument("name", metavar="[指标或字段]", default="")
@_TEMPLATES
@click.pass_context
def explain(ctx: click.Context, input_file: Path, name: str, templates: Path | None) -> None:
    """解释一个得分或计算数的来历：公式、代入的数字、每个数字在填报文件的哪一行。

    不写名称时解释总分。名称可以是评分表里的指标，或计算字段的路径（如 收入.合计）。
    """
    from generator import pipeline  # noqa: PLC0415 - not for --help

    assessment = pipeline.assess(input_file, templates)
    click.echo(printing.explanation(assessment, name, str(input_file)))
    _leave_with(ctx, assessment.findings)


def _leave_with(ctx: click.Context, findings: Sequence[Finding]) -> None:
    """Say what keeps the report from being written, so that nobody takes the figures for those of a report."""
    errors = [finding for finding in findings if has_errors([finding])]
    if errors:
        click.echo(f"\n{findings_as_text(errors)}\n\n{printing.summary(errors)}", err=True)
        ctx.exit(1)
