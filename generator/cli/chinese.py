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
from generator.cli.formats import failed
from generator.cli.options import LOUDNESS, BadOption, as_text, echo, is_verbose, summary
from generator.version import __version__

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
    """There is no command of this name in the group."""

    def __init__(self, name: str, ctx: click.Context) -> None:
        super().__init__(name, ctx)
        self.name = name


class _Formatter(click.HelpFormatter):
    """Help laid out by what a terminal shows: a Chinese character takes two columns, and no blank ends a word."""

    def write_text(self, text: str) -> None:
        """Paragraphs, each wrapped to the width."""
        paragraphs = [re.sub(r"(?<=[^\x00-\xff])\s+|\s+", _join, part.strip()) for part in text.split("\n\n")]
        room, blank = self.width - self.current_indent, " " * self.current_indent
        wrapped = ["\n".join(blank + line for line in _wrapped(part, room)) for part in paragraphs]
        self.write("\n\n".join(wrapped) + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms with what they mean beside them, or below a term that is too wide."""
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
    """What takes the place of a line's end, or of a blank: nothing behind a Chinese character that ends a line."""
    return "" if "\n" in found[0] and found.string[found.start() - 1] > "\xff" else " "


def _wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most so many columns; no word of letters is cut, no mark begins a line."""
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
    """A command whose help is Chinese throughout."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("options_metavar", "[选项]…")
        # Here and not only on the group: a command asked by itself must know -h as well.
        kwargs["context_settings"] = {"help_option_names": ["-h", "--help"], **(kwargs.get("context_settings") or {})}
        super().__init__(*args, **kwargs)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The line that says how the command is written."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, under a Chinese heading."""
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := _record(option, ctx))]
        with formatter.section("选项"):
            formatter.write_dl(records)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """The command's parameters, with those that all commands have before -h."""
        *own, last = super().get_params(ctx)
        return [*own, last] if isinstance(self, click.Group) else [*own, *LOUDNESS, last]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a program that asked for its form gets failures in it too."""
        began = time.monotonic()
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # nobody reads on: head, or a pager that was left; click would make it an error
            ctx.exit(0)
        except JixiaoError as error:
            if said := failed(ctx.params.get("shape"), error.findings):
                echo(said)
            else:
                echo(_failure(error), err=True)
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
    """A group of such commands. Whatever goes wrong in them is printed as a finding, never as a traceback.

    ``lazy`` names commands by their module in this package and their short help: a module is loaded when its command
    runs, not to list it.
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
        """The command of this name; None where there is none."""
        if cmd_name in self._lazy and cmd_name not in self.commands:
            module, _ = self._lazy[cmd_name]
            self.add_command(getattr(import_module(f"generator.cli.{module}"), cmd_name))
        return super().get_command(ctx, cmd_name)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, then the commands."""
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
        # Windows consoles pipe in GBK, which lacks some signs: print in UTF-8 unless told otherwise, never fail.
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
                # What is still to be written cannot be: Python would say so in English at its end.
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        sys.exit(code)

    def _run(self, args: Sequence[str] | None, settings: dict[str, Any]) -> int:
        try:
            return int(super().main(args, **settings) or 0)
        except JixiaoError as error:
            said, code = _failure(error), error.exit_code
        except click.UsageError as error:
            said, code = _usage(error), _WRONG_USAGE
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
    """What nobody foresaw, as a finding, and the exit code: that of the system, else the program's own fault."""
    if not isinstance(error, OSError):
        return UNEXPECTED.at(Span("jixiao"), what=f"{type(error).__name__}: {error}"), _INTERNAL
    file, why = f"（{error.filename}）" if error.filename else "", why_not(error)
    try:
        Path.cwd()
    except OSError:
        why, file = "当前文件夹已经删去或移走", ""
    return SYSTEM.at(Span("jixiao"), why=why, file=file), _UNREADABLE


def _failure(error: JixiaoError) -> str:
    return f"{as_text(error.findings)}\n\n{summary(error.findings)}"


def _record(option: click.Option, ctx: click.Context) -> tuple[str, str] | None:
    """An option and its help; the bounds of a number in words, where click would write 1<=x<=256."""
    if not isinstance(option.type, click.IntRange | click.FloatRange):
        return option.get_help_record(ctx)
    name, _ = option.get_help_record(ctx) or ("", "")
    return name, f"{(option.help or '').removesuffix('。')}；{_expected(option)}"


def _usage(error: click.UsageError) -> str:
    """What is wrong with the command line, and where its help is."""
    path = error.ctx.command_path if error.ctx is not None else "jixiao"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    return f"命令写法不对：{_problem(error)}\n查看写法：{path} -h"


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
            return f"没有「{error.name}」这个命令。{_commands(error)}"
        case click.MissingParameter():
            return f"缺少「{_name(error.param)}」。"
        case click.BadParameter():
            expected = "" if isinstance(error, BadOption) else _expected(error.param)
            return f"「{_name(error.param)}」的值不对：{expected or error.message}"
        case click.BadOptionUsage():
            has_value = "does not take a value" in error.message
            return f"选项「{error.option_name}」{'不带值，去掉「=」和后面的字' if has_value else '后面缺少值'}。"
    return "参数过多。文件名中有空格时，请用引号把它括起来。"


def _name(parameter: click.Parameter | None) -> str:
    """The parameter as the user writes it: an option by its long name, an argument by what stands for it."""
    if isinstance(parameter, click.Argument):
        return str(parameter.metavar).rstrip("…")
    return parameter.opts[-1] if parameter is not None else ""


def _commands(error: _UnknownCommand) -> str:
    """The commands that may have been meant, else all of them."""
    group = error.ctx.command if error.ctx is not None else None
    names = group.list_commands(error.ctx) if isinstance(group, click.Group) and error.ctx is not None else []
    return suggestion(error.name, names) if nearest(error.name, names) else f"可用的命令：{'、'.join(names)}。"


def _expected(parameter: click.Parameter | None) -> str:
    """What the parameter takes, where click would say so in English."""
    match parameter.type if parameter is not None else None:
        case click.Choice(choices=choices):
            return f"可用的值是 {'、'.join(str(choice) for choice in choices)}。"
        case click.IntRange() | click.FloatRange() as kind:
            least = f"{'大于' if kind.min_open else '不小于'} {kind.min} "
            # The limits of the machine say nothing to people.
            bounds = least if kind.max is None or kind.max > _MOST else f" {kind.min} 到 {kind.max} "
            return f"要写{bounds}的{'整数' if isinstance(kind, click.IntRange) else '数'}。"
    return ""
