"""``jixiao new``: an empty input, or the next year's."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from generator.base.diagnostics import Finding, findings_as_text, has_errors
from generator.cli import output as printing
from generator.cli.chinese import ChineseCommand
from generator.cli.options import print_aside, templates_option

if TYPE_CHECKING:
    from generator.workflows.fix import Proposal
    from generator.workflows.new import Started
    from generator.workflows.pull.decide import Edit
    from generator.workflows.pull.plan import Plan

_YEAR = re.compile(r"(?:19|20)\d{2}")


def _as_year(_ctx: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is not None and not _YEAR.fullmatch(value):
        raise click.BadParameter(f"「{value}」不是四位数的年份。")
    return int(value) if value is not None else None


def _as_names(ctx: click.Context, argument: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """One name with --from, two without; which it is, is known once the options are read."""
    last = ctx.params.get("last")
    if len(value) == (1 if last is not None else 2):
        return value
    wanted = (
        "用 --from 时只写新文件的名称，如 jixiao new --from 去年.yaml 今年.yaml。"
        if last is not None
        else "要写模板的名称和新文件的名称，如 jixiao new 模板 填报.yaml。"
    )
    raise click.BadParameter(wanted, ctx, argument)


@click.command(cls=ChineseCommand)
@click.option(
    "--from",
    "last",
    metavar="上年文件",
    type=click.Path(path_type=Path),
    is_eager=True,
    help="从上年的填报文件结转：沿用的事实照抄，其余清空，注释、次序和写法不变。",
)
@click.option("--year", metavar="年度", callback=_as_year, help="报告年度；结转时不写即为上年加一。")
@templates_option("新文件")
@click.argument("names", metavar="[模板] 新文件", nargs=-1, callback=_as_names)
def new(last: Path | None, year: int | None, templates: Path | None, names: tuple[str, ...]) -> None:
    """新建一个填报文件：由模板生成带说明的空表，或从上年的填报文件结转。

    已有的文件不会被改写。
    """
    from generator.workflows.new import roll_over, start  # noqa: PLC0415 - only this command needs it

    if last is None:
        started = start(names[0], Path(names[1]), year, templates)
    else:
        started = roll_over(last, Path(names[0]), year, templates)
    print_aside(started.findings)
    click.echo(_report(started, listed=last is not None))


def _report(started: Started, *, listed: bool) -> str:
    """Where the new file is, and what must be filled in."""
    lines = [f"新文件：{started.path}", f"模板：{started.template.id}（{started.template.title}）"]
    if started.year is not None:
        lines.append(f"年度：{started.year}")
    if started.schema is not None:
        lines.append(f"编辑器用的字段表：{started.schema}（和新文件放在一起）")
    if not listed:
        return "\n".join([*lines, f"必填 {len(started.missing)} 项，都已列出；填好后用 jixiao check 检查。"])
    lines.append(f"要填 {len(started.missing)} 项：")
    return "\n".join(
        [*lines, *(f"  第 {fact.line} 行  {fact.path}  {fact.label}".rstrip() for fact in started.missing)]
    )


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
    from generator.workflows.fix import as_diff, propose, write  # noqa: PLC0415 - only this option needs it

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
    from generator.workflows.fix import left_over  # noqa: PLC0415

    left = left_over(proposal)
    if left:
        click.echo("\n下面这些没有改：要由人判断，或者来自表格文件，请在那里改。\n")
        click.echo(f"{findings_as_text(left)}\n\n{printing.summary(left)}")


_YES_PULLING = ("是", "y", "yes")
_MOST_PLACES = 5


@click.command(cls=ChineseCommand)
@click.argument("document", metavar="改稿.docx", type=click.Path(path_type=Path))
@click.argument("input_file", metavar="填报文件", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，直接写入。")
@click.option("--dry-run", is_flag=True, help="只列出改动，不写。")
@click.option(
    "--base",
    metavar="旧填报",
    default="",
    help="生成这份报告时的填报：文件，或 git 里的版本（HEAD~1:填报.yaml）；填报改过、git 里又没有当时的一份时才用。",
)
@templates_option()
@click.pass_context
def pull(  # noqa: PLR0913, PLR0917 - one for each option
    ctx: click.Context,
    document: Path,
    input_file: Path,
    yes: bool,
    dry_run: bool,
    base: str,
    templates: Path | None,
) -> None:
    """把在 Word 里对报告的改动取回填报文件：先列出每一处，问过以后写入。

    只改有改动的填报值，注释、次序和写法不变。由程序计算的值、模板的固定文字、表格行的增删不能写回，逐一说明。
    都已写入（或没有改动）时退出码为 0，有写不回的错误时为 1。
    """
    if yes and dry_run:
        raise _wrong_pulling(ctx, "dry_run", "不能和 --yes 合用：一个只看，一个就写。")
    from generator.workflows.pull.plan import plan as plan_edits_of  # noqa: PLC0415 - only this command needs it
    from generator.workflows.pull.plan import write  # noqa: PLC0415 - only this command needs it

    made = plan_edits_of(document, input_file, templates, base)
    click.echo(_shown(made))
    if made.after is not None and not dry_run and (yes or _agreed_pulling(ctx, made)):
        click.echo(f"已写入 {len(made.edits)} 处：{write(made)}")
    elif made.edits:
        click.echo("没有写入。")
    ctx.exit(1 if has_errors([*made.findings, *made.consequences]) else 0)


def _agreed_pulling(ctx: click.Context, made: Plan) -> bool:
    if not is_terminal():
        raise _wrong_pulling(ctx, "yes", "这里不能询问。确认要写时加上 --yes，只看改动时加上 --dry-run。")
    answer = click.prompt(
        f"把这 {len(made.edits)} 处写入 {made.source.file} 吗？（是/否）", default="否", show_default=False
    )
    return answer.strip().lower() in _YES_PULLING


def _wrong_pulling(ctx: click.Context, name: str, problem: str) -> click.BadParameter:
    option = next(parameter for parameter in ctx.command.params if parameter.name == name)
    return click.BadParameter(problem, ctx, option)


def is_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def _shown(made: Plan) -> str:
    """The plan as people read it before they agree."""
    blocks = [f"注意：{remark}" for remark in made.remarks]
    if made.edits:
        blocks.append(f"改稿改动了 {len(made.edits)} 个填报值：")
    blocks += map(_edit, made.edits)
    if made.findings:
        blocks.append(f"其他情况：\n\n{findings_as_text(made.findings)}\n\n{printing.summary(made.findings)}")
    elif not made.edits:
        blocks.append("改稿里没有改动。")
    if made.consequences:
        blocks.append(f"写入后检查会多出（行号是写入以后的）：\n\n{findings_as_text(map(_unshown, made.consequences))}")
    return "\n\n".join(blocks) + "\n"


def _unshown(finding: Finding) -> Finding:
    """Without the line of the file, which is not what it will be."""
    return replace(finding, span=replace(finding.span, length=0))


def _edit(edit: Edit) -> str:
    places = "、".join(edit.places[:_MOST_PLACES]) + (
        f" 等 {len(edit.places)} 处" if edit.places[_MOST_PLACES:] else ""
    )
    lines = [
        f"  {edit.path}（{edit.label}）  {edit.span}",
        f"    原：{edit.old}",
        f"    改：{edit.new}",
        f"    改稿位置：{places}",
    ]
    return "\n".join([*lines, *([f"    说明：{edit.note}"] if edit.note else [])])
