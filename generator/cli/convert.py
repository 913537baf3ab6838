"""``jixiao convert``: filings between YAML and workbooks, several workbooks into one filing."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.chinese import ChineseCommand
from generator.cli.options import (
    PIPE,
    FileName,
    bad_option,
    destination,
    echo,
    is_agreed,
    is_verbose,
    print_aside,
    shown_place,
    tell,
    templates_option,
)
from generator.submission.filing import is_workbook
from generator.workflows.convert import Rewrite, plan, write

_ENDINGS = (".yaml", ".yml", ".xlsx")
_LONGEST, _MOST = 40, 50


@click.command(cls=ChineseCommand)
@click.argument("named", metavar="填报… [写到]", nargs=-1, required=True, type=FileName(piped=True))
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=FileName(piped=True),
    help="写到哪里，「-」是标准输出（YAML）；不写时是最后一个文件名。",
)
@click.option("--yes", is_flag=True, help="写到已有的 YAML 时，清空其中的值不再询问。")
@templates_option()
def convert(named: tuple[Path, ...], output: Path | None, yes: bool, templates: Path | None) -> None:
    """在 YAML 和填报表（Excel）之间转换，或把几个人填的填报表合成一份。

    写到已有的 YAML 时只改有变化的值，注释、次序和写法不变；已有的填报表不会被改写。

    几份合成一份时，同一项填得不同的逐一列出，不写；表里同名的行合为一行，别人没有的行接在后面。
    """
    inputs = named if output is not None else named[:-1]
    target = output if output is not None else named[-1]
    if not inputs:
        raise bad_option("named", "要写两个文件，如 jixiao convert 填报.xlsx 填报.yaml。")
    if target.suffix.lower() not in _ENDINGS and target != PIPE:
        raise bad_option("named" if output is None else "output", f"「{target}」不是 .yaml 或 .xlsx，转换只写这两种。")
    if PIPE in inputs:
        raise bad_option("named", "填报要写文件名，不能用「-」（标准输入）。")
    with destination(target, "填报.yaml") as place:
        _convert(inputs, place or target, templates, yes=yes)


def _convert(inputs: tuple[Path, ...], target: Path, templates: Path | None, *, yes: bool) -> None:
    made = plan(inputs, target, templates)
    print_aside(made.findings)
    emptied = [one for one in made.changes if not one.after]
    if made.changes:
        listed = made.changes if is_verbose() else made.changes[:_MOST]
        more = [f"  还有 {len(made.changes) - _MOST} 项"] if len(listed) < len(made.changes) else []
        tell("\n".join([f"{target} 里有变化的 {len(made.changes)} 项：", *map(_shown, listed), *more]))
    cannot_ask = bad_option("yes", "这里不能询问。确认要清空时加上 --yes。")
    if emptied and not (yes or is_agreed(f"其中 {len(emptied)} 项会被清空，写入吗？", cannot_ask)):
        echo("没有写入。")
        return
    kind = "填报表" if is_workbook(target) else "填报文件"
    tell(f"{kind}：{shown_place(write(made))}{'' if made.changes or made.present is None else '（没有变化）'}")


def _shown(change: Rewrite) -> str:
    before, after = (
        f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text or "（空）" for text in (change.before, change.after)
    )
    return f"  {change.path}：{before} → {after}".replace("\n", "／")
