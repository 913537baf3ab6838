"""Options that several commands share, and how they print findings and results."""

from __future__ import annotations

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from generator.base.diagnostics import Finding, Severity, findings_as_text, shown, shown_path, tally, width
from generator.base.formats import plain
from generator.cli.reporters import FINDINGS
from generator.provenance.write import Existing, is_of_other_kind

if TYPE_CHECKING:
    from generator.pipeline import Rendered
    from generator.scoring.model import Total


def echo(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text without control characters: file names may hold anything."""
    click.echo(shown(text), err=err, nl=nl)


_QUIET, _VERBOSE, _PIPED = "jixiao.quiet", "jixiao.verbose", "jixiao.piped"


def _is_set(key: str) -> bool:
    context = click.get_current_context(silent=True)
    return context is not None and key in context.meta


def is_quiet() -> bool:
    """Whether only results and errors are wanted."""
    return _is_set(_QUIET)


def is_verbose() -> bool:
    """Whether all details are wanted."""
    return _is_set(_VERBOSE)


def tell(text: str) -> None:
    """Say what was written; on the error stream if the file itself goes to the standard output."""
    if not is_quiet():
        echo(text, err=_is_set(_PIPED))


def _remember(key: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def remember(ctx: click.Context, option: click.Parameter, value: bool) -> None:
        if value:
            ctx.meta[key] = True
        if _QUIET in ctx.meta and _VERBOSE in ctx.meta:
            raise click.BadParameter("--quiet 和 --verbose 只能写一个。", ctx, option)

    return remember


_LOUD = {
    _QUIET: ("-q", "--quiet", "只写结果和错误，不写警告、提示和写到了哪里。"),
    _VERBOSE: ("-v", "--verbose", "同一类的问题再多也全部列出，最后写明程序、系统和用时。"),
}
LOUDNESS = tuple(
    click.Option([short, long], is_flag=True, expose_value=False, callback=_remember(key), help=text)
    for key, (short, long, text) in _LOUD.items()
)
"""The options that every command has."""
_MANY, _FIRST = 20, 5


def as_text(findings: Sequence[Finding]) -> str:
    """The findings for a terminal; of more than 20 of one code only the first five, and how many are left out."""
    counts = Counter(one.code for one in findings)
    listed, seen = [], Counter[str]()
    for one in findings:
        seen[one.code] += 1
        if is_verbose() or counts[one.code] <= _MANY or seen[one.code] <= _FIRST:
            listed.append(one)
    left = counts - Counter(one.code for one in listed)
    titles = {one.code: one.title for one in findings}
    notes = [f"{code}（{titles[code]}）还有 {more} 个没有列出，全部列出加 --verbose。" for code, more in left.items()]
    return "\n\n".join([findings_as_text(listed), *notes])


def with_summary(findings: Sequence[Finding]) -> str:
    """The findings for a terminal, and how many there are."""
    return f"{as_text(findings)}\n\n{summary(findings)}"


def summary(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and hints there are, as a sentence."""
    counted = tally(findings)
    return f"共 {counted}。" if counted else "没有发现问题。"


def shown_rendered(result: Rendered, what: str = "报告") -> str:
    """The path of the report (or ``what`` was written), its total and the summary of its findings."""
    form = result.assessment.submission.template
    return "\n".join(
        [
            f"{what}：{shown_place(result.path)}{f'（{len(result.files)} 份文件）' if result.files else ''}",
            *(f"  {file.relative_to(result.path).as_posix()}" for file in result.files),
            f"模板：{shown_path(form.folder)}（{form.version}）",
            total_line(result.assessment.scorecard.total),
            f"检查：{summary(result.assessment.findings)}",
        ]
    )


def shown_place(path: Path) -> str:
    """Where something was written, as messages name it."""
    return "标准输出" if _is_set(_PIPED) else str(path)


def total_line(total: Total | None) -> str:
    """The total, its rate and the rating, as one line."""
    if total is None:
        return "总分：这个模板没有评分表，不计算总分"
    rate = f"（得分率 {total.rate_text}）" if total.score.is_known else ""
    return f"总分：{total.score.text} / {plain(total.full)}{rate}，等级：{total.rating or '（无）'}"


def table(rows: Sequence[tuple[str, ...]], right: Container[int] = (), *, footer: bool = False) -> str:
    """Rows as a table for a terminal, the first one as header; the columns in ``right`` are right-aligned."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]

    def padded(cell: str, column: int) -> str:
        room = " " * (widths[column] - width(cell))
        return room + cell if column in right else cell + room

    lines = ["  ".join(padded(cell, column) for column, cell in enumerate(row)).rstrip() for row in rows]
    rule = "─" * sum(widths, 2 * (len(widths) - 1))
    below = [rule, lines.pop()] if footer else []
    return "\n".join([lines[0], rule, *lines[1:], *below])


class FileName(click.Path):
    """A file or folder on the command line; whoever opens it reports in Chinese what is wrong with it.

    Args:
        kind: The type that the command gets: a path, or a text that may be something else as well.
        piped: Whether 「-」 means a standard stream; otherwise it is refused.
        only: What it must be if it exists: 文件 or 文件夹.
    """

    def __init__(self, kind: type[Path | str] = Path, *, piped: bool = False, only: str = "") -> None:
        super().__init__()
        self.kind, self.piped, self.only = kind, piped, only

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path | str:
        """The name, as the command wants it."""
        name = os.fspath(value)
        if not name and (param is None or param.default != name):
            # A variable that is not set; as a path it would be the current folder.
            self.fail("文件名是空的。", param, ctx)
        if name.startswith(("－", "—", "–")) and name.strip("－—–")[:1] <= "z" and not os.path.lexists(name):
            self.fail(f"没有「{shown(name)}」；要写的是选项的，前面是两个半角的「-」。", param, ctx)
        if name == STDIN and not self.piped:
            self.fail("这里要写文件名，不能用「-」（标准输入、标准输出）。", param, ctx)
        if self.only and os.path.exists(name) and os.path.isdir(name) is not (self.only == "文件夹"):  # noqa: PTH110, PTH112 - never fail
            self.fail(f"要写一个{self.only}，「{shown(name)}」不是。", param, ctx)
        return self.kind(name)


STDIN: Final = "-"
"""A filing of this name is the standard input."""
_Decorated = Callable[..., Any]
_YES = ("是", "y", "yes")

SECONDS, MEGABYTES = 60.0, 2048
"""Default limits in a batch: seconds for each report, megabytes for each process."""

NAMED = click.argument("named", metavar="填报文件…", nargs=-1, required=True, type=FileName(str, piped=True))
PDF = click.option("--pdf", is_flag=True, help="旁边另写一份 PDF，用 LibreOffice 转换。")
INPUT = click.argument("input_file", metavar="填报文件", type=FileName())


def format_option(shapes: Iterable[str], more: str = "") -> Callable[[_Decorated], _Decorated]:
    """``--format``: text or one of these shapes; ``more`` explains those but JSON."""
    text = f"输出的形式：text 给人看（默认），json 给程序用{more}。"
    return click.option("--format", "shape", type=click.Choice(["text", *shapes]), default="text", help=text)


FORMAT = format_option(["json"])
FINDINGS_FORMAT = format_option(FINDINGS, "，sarif、github 给编辑器和代码托管平台")


def existing_options(what: str = "文件") -> Callable[[_Decorated], _Decorated]:
    """``--backup`` and ``--force``, which a command takes together as ``existing``; ``what`` it writes."""

    def add_options(command: _Decorated) -> _Decorated:
        @wraps(command)
        def with_existing(*args: Any, backup: bool, force: bool, **kwargs: Any) -> Any:
            existing = Existing.REPLACE if force else Existing.BACK_UP if backup else Existing.KEEP
            return command(*args, existing=existing, **kwargs)

        edited = f"已有的{what}改动过，或不是本程序写的，"
        force_option = click.option("--force", is_flag=True, help=f"{edited}也覆盖它。")
        backup_option = click.option("--backup", is_flag=True, help=f"{edited}先把它留作「名称.备份1」，再写新的。")
        return backup_option(force_option(with_existing))

    return add_options


def as_words(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Refuse what a Word file cannot hold: control characters, and bytes that are not UTF-8."""
    if value is not None and shown(value) != value:
        raise click.BadParameter(f"「{shown(value)}」里有控制字符，或不是 UTF-8 的文字。")
    return value


class Seconds(click.FloatRange):
    """A time limit: a finite number above zero."""

    def __init__(self) -> None:
        super().__init__(0, 1_000_000, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number of seconds."""
        found = super().convert(value, param, ctx)
        return found if isfinite(found) else self.fail("", param, ctx)


def written_as(ending: str, what: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Refuse the name of another kind of file, which would become a folder."""

    def check(_ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
        if value is not None and is_of_other_kind(value, ending):
            raise click.BadParameter(f"{what}只写成 {ending}。")
        return value

    return check


def named_as(what: str, *endings: str) -> Callable[[click.Context, click.Parameter, Path | None], Path | None]:
    """Refuse any name without one of these endings, for what is written to a named file or the standard output."""

    def check(_ctx: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
        if value is not None and value != PIPE and value.suffix.lower() not in endings:
            raise click.BadParameter(f"{what}只写成 {endings[0]}，请写明文件名。")
        return value

    return check


def output_option(ending: str, what: str, about: str = "写到哪里") -> Callable[[_Decorated], _Decorated]:
    """``-o``: the file or folder to write ``what`` to, as messages name it."""
    return click.option(
        "-o",
        "--output",
        metavar="文件或文件夹",
        type=FileName(piped=True),
        callback=written_as(ending, what),
        help=f"{about}：以 {ending} 结尾的是文件，「-」是标准输出，否则是文件夹；不写时为 outputs。",
    )


PIPE = Path("-")
"""The name of the standard output."""


@contextmanager
def destination(output: Path | None, name: str = "") -> Iterator[Path | None]:
    """Where a command writes: ``output``, or a temporary folder whose one file then goes to the standard output.

    With a ``name``, a file of that name in the temporary folder, for commands that only write to a file. Raises
    ``click.BadParameter`` if the standard output is a terminal, or several files were written.
    """
    if output != PIPE:
        yield output
        return
    if sys.stdout is None or sys.stdout.isatty():
        raise bad_option("output", "文件不能写到终端上；接到别的程序，或用「>」写到文件。")
    click.get_current_context().meta[_PIPED] = True
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        yield Path(folder, name)
        written = [file for file in Path(folder).rglob("*") if file.is_file()]
        if len(written) != 1:
            raise bad_option("output", f"要写的有 {len(written)} 份文件，标准输出只能写一份；请写到文件夹。")
        sys.stdout.buffer.write(written[0].read_bytes())


def read_stdin() -> bytes:
    """The bytes of the standard input."""
    return sys.stdin.buffer.read() if sys.stdin is not None else b""


def stdin_filename(what: str, default: str, meaning: str) -> Callable[[_Decorated], _Decorated]:
    """``--stdin-filename``: what findings call the standard input, and where its files are looked for."""
    text = f"{what}写成「-」时：问题里怎样称呼它；{meaning}从它所在的文件夹找。"
    return click.option("--stdin-filename", metavar="文件名", type=FileName(str), default=default, help=text)


STDIN_FILENAME = stdin_filename("填报文件", "标准输入.yaml", "模板和所附的文件")


def templates_option(start: str = "填报文件", what: str = "") -> Callable[[_Decorated], _Decorated]:
    """``--templates``: the folder of templates, else searched upward from ``start``; ``what`` is another help text."""
    text = what or f"模板所在的文件夹；不写时从{start}起逐级向上找 templates，再用程序自带的。"
    return click.option("--templates", metavar="文件夹", type=FileName(), help=text)


def print_aside(findings: Sequence[Finding]) -> None:
    """Print the findings that come with a result on the error stream, so that the result can be piped alone."""
    if is_quiet():
        findings = [one for one in findings if one.severity is Severity.ERROR]
    if findings:
        echo(as_text(findings) + "\n", err=True)


def print_findings(findings: Sequence[Finding], shape: str) -> None:
    """Print findings as the result itself, for a person (text) or a program."""
    if shape == "text":
        echo(as_text(findings) + "\n" if findings else "", nl=bool(findings))
        tell(summary(findings))
    else:
        printed = FINDINGS[shape](findings)
        echo(printed, nl=bool(printed))


class BadOption(click.BadParameter):
    """A usage error whose message is printed as it is, without what the option's type accepts."""


def bad_option(name: str, problem: str) -> BadOption:
    """The usage error for an option of the running command, by its parameter's name."""
    ctx = click.get_current_context()
    option = next(parameter for parameter in ctx.command.params if parameter.name == name)
    return BadOption(problem, ctx, option)


def is_agreed(question: str, otherwise: click.BadParameter) -> bool:
    """Ask a yes-or-no question on the terminal; raise ``otherwise`` if there is no terminal."""
    if not is_terminal():
        raise otherwise
    answer = click.prompt(shown(f"{question}（是/否）"), default="否", show_default=False)
    return answer.strip().lower() in _YES


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()
