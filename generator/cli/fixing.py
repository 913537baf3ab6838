"""``jixiao check --fix-text``: slips in texts mended in the input, once they were seen and agreed to."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.base.printing import findings_as_text
from generator.cli import printing

if TYPE_CHECKING:
    from generator.workflows.fix.corrections import Proposal


_YES = ("是", "y", "yes")


def fixing(command: Callable[..., None]) -> Callable[..., None]:
    """The command with the options that mend texts instead of only finding them."""

    @wraps(command)
    def with_fixing(*args: Any, fix_text: bool, yes: bool, dry_run: bool, **kwargs: Any) -> None:
        _refuse_misuse(kwargs["shape"], fix_text=fix_text, yes=yes, dry_run=dry_run)
        if fix_text:
            _fix(kwargs["input_file"], kwargs["templates"], yes=yes, dry_run=dry_run)
        else:
            command(*args, **kwargs)

    for option in (
        click.option("--dry-run", is_flag=True, help="和 --fix-text 合用：只列出改动，不写。"),
        click.option("--yes", is_flag=True, help="和 --fix-text 合用：不再询问，直接写入。"),
        click.option(
            "--fix-text", is_flag=True, help="改正文字里的标点、空格、括号、文号等，先列出改动，问过以后写入填报文件。"
        ),
    ):
        with_fixing = option(with_fixing)
    return with_fixing


def _refuse_misuse(shape: str, *, fix_text: bool, yes: bool, dry_run: bool) -> None:
    if not fix_text and (yes or dry_run):
        raise _wrong("yes" if yes else "dry_run", "只和 --fix-text 合用。")
    if yes and dry_run:
        raise _wrong("dry_run", "不能和 --yes 合用：一个只看，一个就写。")
    if fix_text and shape != "text":
        raise _wrong("fix_text", f"改动只列给人看，不和 --format {shape} 合用。")


def _wrong(name: str, problem: str) -> click.BadParameter:
    ctx = click.get_current_context()
    option = next(parameter for parameter in ctx.command.params if parameter.name == name)
    return click.BadParameter(problem, ctx, option)


def _fix(input_file: Path, templates: Path | None, *, yes: bool, dry_run: bool) -> None:
    from generator.workflows.fix.corrections import as_diff, propose, write  # noqa: PLC0415 - only this option needs it

    proposal = propose(input_file, templates)
    if proposal.corrections:
        click.echo(f"拟改正的文字（{len(proposal.corrections)} 处，只改文字，不动数字、名称和引用）：\n")
        click.echo(as_diff(proposal) + "\n")
    if not proposal.corrections:
        click.echo("没有可以改正的文字。")
    elif dry_run:
        click.echo("只列出改动，没有写入。")
    elif yes or _agreed():
        click.echo(f"已改正 {len(proposal.corrections)} 处，写入 {write(proposal)}。")
    else:
        click.echo("没有写入。")
        return
    _tell_left_over(proposal)


def _agreed() -> bool:
    if not _asked_on_terminal():
        raise _wrong("fix_text", "这里不能询问。确认要改时加上 --yes，只看改动时加上 --dry-run。")
    answer = click.prompt("写入填报文件吗？（是/否）", default="否", show_default=False)
    return answer.strip().lower() in _YES


def _asked_on_terminal() -> bool:
    return sys.stdin.isatty()


def _tell_left_over(proposal: Proposal) -> None:
    from generator.workflows.fix.corrections import left_over  # noqa: PLC0415

    left = left_over(proposal)
    if left:
        click.echo("\n下面这些没有改：要由人判断，或者来自表格文件，请在那里改。\n")
        click.echo(f"{findings_as_text(left)}\n\n{printing.summary(left)}")
