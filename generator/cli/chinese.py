"""click in Chinese: help headings, usage errors, lazily loaded commands; errors are printed as findings."""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import click

from generator.base import __version__
from generator.base.diagnostics import (
    Code,
    Finding,
    JixiaoError,
    Span,
    findings_as_text,
    nearest,
    suggestion,
    why_not,
    width,
)
from generator.cli.options import LOUDNESS, BadOption, echo, is_verbose, with_summary
from generator.cli.reporters import failed

UNEXPECTED = Code(
    "JX999",
    "程序自身的错误",
    "程序遇到了没有料到的情况：{what}。",
    "这不是填报的错误。请把填报文件和这条消息交给程序的维护人员；设置环境变量 JIXIAO_DEBUG=1 再运行可看到细节。",
)
SYSTEM = Code(
    "JX998",
    "系统无法读写",
    "没有做完：{why}{file}。",
    "核对磁盘和临时文件夹（TMPDIR）的空间和权限；当前文件夹没有了的，先换到别的文件夹。再试一次。",
)
_MOST = 10_000
_WRONG_USAGE, _UNREADABLE, _INTERNAL, _ABORTED = 2, 3, 70, 130


class _UnknownCommand(click.UsageError):
    """The group has no command of the name that is the message."""


class _Formatter(click.HelpFormatter):
    """Lays out help for Chinese: characters two columns wide, no blanks between words."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, each wrapped to the width."""
        paragraphs = [re.sub(r"(?<=[^\x00-\xff])\s+|\s+", _join, part.strip()) for part in text.split("\n\n")]
        room, blank = self.width - self.current_indent, " " * self.current_indent
        wrapped = ["\n".join(blank + line for line in _wrapped(part, room)) for part in paragraphs]
        self.write("\n\n".join(wrapped) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with their meanings beside them, or below a term that is too wide."""
        rows = list(rows)
        first = min(max((width(term) for term, _ in rows), default=0), col_max) + col_spacing
        room = max(self.width - self.current_indent - first, 10)
        for term, meaning in rows:
            lines = _wrapped(meaning, room)
            beside = width(term) <= first - col_spacing
            head = term + " " * (first - width(term)) + lines.pop(0) if beside else term
            rest = [" " * first + line for line in lines]
            self.write("".join(f"{' ' * self.current_indent}{line}".rstrip() + "\n" for line in (head, *rest)))


def _join(found: re.Match[str]) -> str:
    """Replace a line break by a blank, or by nothing after a Chinese character."""
    return "" if "\n" in found[0] and found.string[found.start() - 1] > "\xff" else " "


def _wrapped(text: str, room: int) -> list[str]:
    """Wrap the text to ``room`` columns; Latin words stay whole, and no line begins with a punctuation mark."""
    lines, line = [], ""
    for piece in re.findall(r"[!-~]+ ?|.", text):
        if line and width(line + piece.rstrip()) > room and piece[0] not in "，。；：、！？）」”》":
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


class _Context(click.Context):
    formatter_class = _Formatter


class ChineseCommand(click.Command):
    """A command with Chinese help."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]…")
        # Not only on the group: a command invoked by itself needs -h as well.
        kwargs["context_settings"] = {"help_option_names": ["-h", "--help"], **(kwargs.get("context_settings") or {})}
        super().__init__(*args, **kwargs)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under a Chinese heading."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := _record(option, ctx))]
        with formatter.section("选项"):
            formatter.write_dl(records)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's parameters; -q and -v, which all commands have, come before -h."""
        *own, last = super().get_params(ctx)
        return [*own, last] if isinstance(self, click.Group) else [*own, *LOUDNESS, last]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; with ``--format json`` and the like, failures are printed in that form too."""
        began = time.monotonic()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # the reader (head, a pager) has ended; click would exit with 1
            ctx.exit(0)
        except JixiaoError as error:
            if said := failed(ctx.params.get("shape"), error.findings):
                echo(said)
            else:
                echo(with_summary(error.findings), err=True)
            ctx.exit(error.exit_code)
        except Exception as error:
            found, code = _unexpected(error)
            if (said := failed(ctx.params.get("shape"), [found])) and "JIXIAO_DEBUG" not in os.environ:
                echo(said)
                ctx.exit(code)
            raise
        finally:
            if is_verbose() and not isinstance(self, click.Group):
                where = f"Python {platform.python_version()}，{platform.platform(terse=True)}"
                echo(f"jixiao {__version__}，{where}，用时 {time.monotonic() - began:.2f} 秒。", err=True)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """-h, described in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这个说明。"
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of such commands; errors in them are printed as findings, never as tracebacks.

    ``lazy`` maps each command to its module in this package and its short help; the module is loaded when the command
    runs, not when it is listed.
    """

    command_class = ChineseCommand

    def __init__(self, *args: Any, lazy: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*args, **kwargs)
        self._lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, sorted."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, or None."""
        if cmd_name in self._lazy and cmd_name not in self.commands:
            module, _ = self._lazy[cmd_name]
            self.add_command(getattr(import_module(f"generator.cli.{module}"), cmd_name))
        return super().get_command(ctx, cmd_name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        known = {name: command.get_short_help_str(120) for name, command in self.commands.items()}
        known |= {name: short_help for name, (_, short_help) in self._lazy.items()}
        with formatter.section("命令"):
            formatter.write_dl(sorted(known.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names."""
        if self.get_command(ctx, args[0]) is None:
            raise _UnknownCommand(args[0], ctx)
        return super().resolve_command(ctx, args)

    def main(self, args: Sequence[str] | None = None, *_ignored: Any, **kwargs: Any) -> NoReturn:
        """Run the command line and leave with its exit code."""
        # Windows pipes in GBK, which lacks some characters: use UTF-8 unless PYTHONIOENCODING says otherwise.
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                chosen = stream.isatty() or os.environ.get("PYTHONIOENCODING")
                reconfigure(encoding=None if chosen else "utf-8", errors="replace")
        code = self._run(args, {**kwargs, "standalone_mode": False})
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:
                    stream.flush()
            except OSError:
                # The rest cannot be written; without this, Python reports it in English when it exits.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, settings: dict[str, Any]) -> int:
        try:
            return int(super().main(args, **settings) or 0)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx is not None else "jixiao"
            said, code = f"命令写法不对：{_problem(error)}\n查看写法：{path} -h", _WRONG_USAGE
            if isinstance(error, click.exceptions.NoArgsIsHelpError):
                said = error.format_message()
        except click.Abort:
            said, code = "已中止。", _ABORTED
        except Exception as error:
            if "JIXIAO_DEBUG" in os.environ and not isinstance(error, OSError):
                raise
            found, code = _unexpected(error)
            said = findings_as_text([found])
        with suppress(OSError):
            echo(said, err=True)
        return code


def _unexpected(error: Exception) -> tuple[Finding, int]:
    """An unexpected error as a finding, and its exit code: 3 for the system's errors, else 70."""
    if not isinstance(error, OSError):
        return UNEXPECTED.at(Span("jixiao"), what=f"{type(error).__name__}: {error}"), _INTERNAL
    file, why = f"（{error.filename}）" if error.filename else "", why_not(error)
    try:
        Path.cwd()
    except OSError:
        why, file = "当前文件夹已经删去或移走", ""
    return SYSTEM.at(Span("jixiao"), why=why, file=file), _UNREADABLE


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """An option and its help; click would write the bounds of a number as 1<=x<=256."""
    if not isinstance(option.type, click.IntRange | click.FloatRange):
        return option.get_help_record(ctx)
    name, _ = option.get_help_record(ctx) or ("", "")
    return name, f"{(option.help or '').removesuffix('。')}；{_expected(option)}"


def _problem(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            known = [
                name
                for parameter in (error.ctx.command.get_params(error.ctx) if error.ctx is not None else [])
                for name in parameter.opts
            ]
            return f"没有「{error.option_name}」这个选项。{suggestion(error.option_name, known)}"
        case _UnknownCommand():
            group, name = error.ctx.command if error.ctx is not None else None, error.message
            names = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx is not None else []
            near = suggestion(name, names) if nearest(name, names) else f"可用的命令：{'、'.join(names)}。"
            return f"没有「{name}」这个命令。{near}"
        case click.MissingParameter():
            return f"缺少「{_name(error.param)}」。"
        case click.BadParameter():
            expected = "" if isinstance(error, BadOption) else _expected(error.param)
            return f"「{_name(error.param)}」的值不对：{expected or error.message}"
        case click.BadOptionUsage():
            has_value = "does not take a value" in error.message
            return f"选项「{error.option_name}」{'不带值，去掉「=」和后面的字' if has_value else '后面缺少值'}。"
    is_dashed = re.search(r"[( ][－—–]", error.message)  # Word turns -- into —
    what = "选项前面是两个半角的「-」，不是破折号" if is_dashed else "参数过多。文件名中有空格时，请用引号把它括起来"
    return f"{what}。"


def _name(parameter: click.Parameter | None) -> str:
    """The parameter as the user writes it: an option's long name, an argument's metavar."""
    if isinstance(parameter, click.Argument):
        return str(parameter.metavar).rstrip("…")
    return parameter.opts[-1] if parameter is not None else ""


def _expected(parameter: click.Parameter | None) -> str:
    """What the parameter accepts; click would say so in English."""
    match parameter.type if parameter is not None else None:
        case click.Choice(choices=choices):
            return f"可用的值是 {'、'.join(str(choice) for choice in choices)}。"
        case click.IntRange() | click.FloatRange() as kind:
            least = f"{'大于' if kind.min_open else '不小于'} {kind.min} "
            # Upper limits such as 16,777,216 are of no use to people.
            bounds = least if kind.max is None or kind.max > _MOST else f" {kind.min} 到 {kind.max} "
            return f"要写{bounds}的{'整数' if isinstance(kind, click.IntRange) else '数'}。"
    return ""
