"""docs/命令.md: the help of every command as the program prints it, so that the page cannot grow old."""

from __future__ import annotations

from collections.abc import Iterator

import click

from generator.cli import main

_WIDTH = 88
_HEAD = """# 命令

每个命令一节，内容与在它后面写 `--help` 显示的相同；放在哪一页讲，见[文档首页](README.md)。

这一页由程序生成（`make refresh`），请不要直接修改。
"""


def commands_page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_sections("jixiao", main)])


def _sections(path: str, command: click.Command) -> Iterator[str]:
    settings = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    context = command.context_class(command, info_name=path, **settings)
    yield f"## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _sections(f"{path} {name}", inner)
