"""``jixiao diff``: compare two inputs, and write the report with tracked changes."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import click

from generator.cli.chinese import ChineseCommand
from generator.cli.options import FORMAT, templates_option
from generator.provenance.guard import write_guarded
from generator.provenance.write import is_of_other_kind
from generator.workflows.diff.compare import AUTHOR, compare, redline_of
from generator.workflows.diff.output import as_data, as_text
from generator.workflows.diff.side import open_side

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TODAY = "今天"


def _as_date(_ctx: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    if value == _TODAY:
        return date.today()
    match = _DATE.fullmatch(value.strip()) if value is not None else None
    try:
        if match is not None:
            return date(*map(int, match.groups()))
    except ValueError:
        match = None
    if value is not None:
        raise click.BadParameter(f"「{value}」不是日期，写成 2022-05-20 或{_TODAY}。")
    return None


def _as_word(_ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    if value is not None and (is_of_other_kind(value, ".docx") or value.suffix.lower() != ".docx"):
        raise click.BadParameter("修订稿只写成 .docx，请写明文件名。")
    return value


@click.command(cls=ChineseCommand)
@click.argument("old", metavar="旧填报")
@click.argument("new", metavar="新填报")
@FORMAT
@click.option(
    "--redline",
    metavar="文件.docx",
    type=click.Path(path_type=Path),
    callback=_as_word,
    help="另写一份修订稿：新报告，和旧报告不同的地方是 Word 的修订。",
)
@click.option("--author", metavar="名称", default=None, help="修订稿里修订人的名称；不写时为「绩效自评报告程序」。")
@click.option(
    "--date",
    "day",
    metavar="日期",
    callback=_as_date,
    help="修订稿里修订的日期，如 2022-05-20，或写「今天」；不写时为新报告的填报日期，没有的为年度次年1月1日。",
)
@click.option(
    "--backup", is_flag=True, help="已有的修订稿改动过，或不是本程序写的，先把它留作「名称.备份1」，再写新的。"
)
@click.option("--force", is_flag=True, help="已有的修订稿改动过，或不是本程序写的，也覆盖它。")
@templates_option()
def diff(  # noqa: PLR0913, PLR0917 - one for each option
    old: str,
    new: str,
    shape: str,
    redline: Path | None,
    author: str | None,
    day: date | None,
    backup: bool,
    force: bool,
    templates: Path | None,
) -> None:
    """比较两份填报：哪些事实变了，得分和总分因此怎样变，哪些问题消失或新出现，报告里哪些文字随之变化。

    两份都可以是文件，或 git 里的版本，写成「版本:文件」，如 HEAD~1:inputs/填报.yaml。

    比较得出结果，退出码就是 0，不论有没有变化、填报有没有错误。
    """
    with open_side(old, templates) as before, open_side(new, templates) as after:
        found = compare(before, after)
        click.echo(json.dumps(as_data(found), ensure_ascii=False, indent=2) if shape == "json" else as_text(found))
        if redline is None:
            return
        made = redline_of(before, after, author or AUTHOR, day)
    write_guarded(made.data, redline, backup=backup, force=force)
    # On the error stream, so that the comparison can be piped alone.
    lines = [f"修订稿：{redline}（{made.count} 处修订）", *(f"注意：{one}。" for one in made.remarks)]
    click.echo("\n".join(lines), err=True)
