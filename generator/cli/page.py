"""``jixiao open``: the page to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from generator.base.diagnostics import Refused, Span
from generator.cli.chinese import ChineseCommand
from generator.cli.options import FileName, echo, templates_option
from generator.workflows import codes

try:
    from generator.web.app import serve
    from generator.web.desk import Desk
except ModuleNotFoundError as missing:
    if (missing.name or "").partition(".")[0] not in {"starlette", "uvicorn", "anyio"}:
        raise
    serve = None  # type: ignore[assignment]

_INPUTS = "inputs"


@click.command("open", cls=ChineseCommand)
@click.argument("named", metavar="[填报文件或文件夹]", required=False, type=FileName())
@click.option(
    "-o", "--output", metavar="文件夹", type=FileName(only="文件夹"), help="报告等写到哪个文件夹；不写时为 outputs。"
)
@click.option("--port", metavar="端口", type=click.IntRange(1, 65535), help="用哪个端口；不写时用一个空着的。")
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只列出地址。")
@templates_option("填报文件夹")
def open(  # noqa: A001 - the name of the command
    named: Path | None, output: Path | None, port: int | None, no_browser: bool, templates: Path | None
) -> None:
    """在浏览器里填报：列出文件夹里的填报，新建、结转，逐项填写，边填边检查，看报告，存盘，生成文件。

    不写文件夹时是当前文件夹（里面有 inputs 时是它）。网页只在这台电脑上，不联网；按 Ctrl+C 结束。
    """
    if serve is None:
        raise Refused([codes.NO_WEB.at(Span("jixiao"))])
    place = named or (Path(_INPUTS) if Path(_INPUTS).is_dir() else Path())
    folder, opened = (place, "") if place.is_dir() else (place.parent, place.name)
    desk = Desk(folder, templates, output)

    def say(address: str) -> None:
        echo(f"填报的文件夹：{folder.resolve()}\n在浏览器里打开：{address}\n按 Ctrl+C 结束。")

    for file in serve(desk, opened, port or 0, browser=not no_browser, say=say):
        echo(f"没有保存的改动没有写入：{file}", err=True)
