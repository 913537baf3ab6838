"""``jixiao new``: an empty input, or the next year's."""

from __future__ import annotations

import re
from pathlib import Path

import click

from generator.cli.chinese import ChineseCommand
from generator.cli.options import print_aside, templates_option
from generator.workflows.new import Started, roll_over, start

_YEAR = re.compile(r"(?:19|20)\d{2}")


def _as_year(_ctx: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is not None and not _YEAR.fullmatch(value):
        raise click.BadParameter(f"「{value}」不是四位数的年份。")
    return int(value) if value is not None else None


def _as_names(ctx: click.Context, argument: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """One name with --from, else two; --from is eager, so it is known by now."""
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
    if last is None:
        started = start(names[0], Path(names[1]), year, templates)
    else:
        started = roll_over(last, Path(names[0]), year, templates)
    print_aside(started.findings)
    click.echo(_shown_started(started, listed=last is not None))


def _shown_started(started: Started, *, listed: bool) -> str:
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
