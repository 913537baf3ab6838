"""``jixiao bundle``: everything that is handed in, in one archive."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.chinese import ChineseCommand
from generator.cli.options import BACKUP, FORCE, INPUT, output_option, print_aside, templates_option
from generator.cli.output import summary, total_line
from generator.workflows.bundle import bundle as make_bundle
from generator.workflows.bundle import shown_size


@click.command(cls=ChineseCommand)
@INPUT
@output_option(".zip", "报送材料")
@click.option("--no-pdf", is_flag=True, help="不放 PDF；不写时，装有 LibreOffice 的电脑上放一份报告的 PDF。")
@BACKUP
@FORCE
@templates_option()
def bundle(  # noqa: PLR0913, PLR0917 - one for each option
    input_file: Path, output: Path | None, no_pdf: bool, backup: bool, force: bool, templates: Path | None
) -> None:
    """把要报送的材料打成一个压缩包：报告、评分表、按指标编号的佐证、佐证材料清单和校验码。

    有错误，或写明的佐证文件没有找到，都不打包。
    """
    bundled = make_bundle(input_file, output, templates, pdf=not no_pdf, backup=backup, force=force)
    print_aside(bundled.findings)
    above = [name for name in bundled.names if "/" not in name]
    files = len(bundled.names) - len(above)
    untold = f"；另有 {bundled.untold} 种只有标题，没有附文件" if bundled.untold else ""
    lines = [
        f"报送材料：{bundled.path}（{shown_size(bundled.size)}）",
        *(f"  {name}" for name in above),
        f"  佐证文件 {files} 个{untold}",
        total_line(bundled.assessment.scorecard.total),
        f"检查：{summary(bundled.findings)}",
    ]
    click.echo("\n".join(lines))
