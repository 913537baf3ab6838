"""``jixiao diff`` compares two inputs; ``jixiao verify`` a written file with its input."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from glob import glob
from itertools import chain
from pathlib import Path

import click

from generator import __version__, pipeline
from generator.base.diagnostics import FileProblem, Finding, shown_path
from generator.base.files import files_below
from generator.base.textdiff import same_start
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.cli.reporters import envelope
from generator.provenance.finished import Edit, State
from generator.provenance.guard import read_bytes, refuse_inputs, write_guarded
from generator.provenance.stamp import VOLUME, read_page
from generator.provenance.verify import Verification, exists_within
from generator.provenance.verify import verify as verify_file
from generator.provenance.write import Existing
from generator.workflows.diff.compare import AUTHOR, compare, redline_of
from generator.workflows.diff.differences import as_data, as_text
from generator.workflows.diff.side import open_side

_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TODAY = "今天"


def _as_date(_ctx: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    if value == _TODAY:
        return date.today()
    if value is None:
        return None
    match = _DATE.fullmatch(value.strip())
    with suppress(ValueError):
        if match is not None:
            return date(*map(int, match.groups()))
    raise click.BadParameter(f"「{value}」不是日期，写成 2022-05-20 或{_TODAY}。")


@click.command(cls=ChineseCommand)
@click.argument("old", metavar="旧填报", type=cli.FileName(str))
@click.argument("new", metavar="新填报", type=cli.FileName(str))
@cli.FORMAT
@click.option(
    "--redline",
    metavar="文件.docx",
    type=cli.FileName(),
    callback=cli.named_as("修订稿", ".docx"),
    help="另写一份修订稿：新报告，和旧报告不同的地方是 Word 的修订。",
)
@click.option(
    "--author",
    metavar="名称",
    default=None,
    callback=cli.as_words,
    help="修订稿里修订人的名称；不写时为「绩效自评报告程序」。",
)
@click.option(
    "--date",
    "day",
    metavar="日期",
    callback=_as_date,
    help="修订稿里修订的日期，如 2022-05-20，或写「今天」；不写时为新报告的填报日期，没有的为年度次年1月1日。",
)
@cli.existing_options("修订稿")
@cli.templates_option()
def diff(  # noqa: PLR0913, PLR0917 - one for each option
    old: str,
    new: str,
    shape: str,
    redline: Path | None,
    author: str | None,
    day: date | None,
    existing: Existing,
    templates: Path | None,
) -> None:
    """比较两份填报：哪些事实变了，得分和总分因此怎样变，哪些问题消失或新出现，报告里哪些文字随之变化。

    两份都可以是文件，或 git 里的版本，写成「版本:文件」，如 HEAD~1:inputs/填报.yaml。

    比较得出结果，退出码就是 0，不论有没有变化、填报有没有错误。
    """
    with open_side(old, templates) as before, open_side(new, templates) as after:
        found = compare(before, after)
        if shape == "text":
            cli.echo(as_text(found))
        if redline is not None:
            made = redline_of(before, after, author or AUTHOR, day)
            for side in (before, after):
                if side.assessment is not None:
                    refuse_inputs(redline, pipeline.files_of(side.assessment.submission, Path(side.name)))
            write_guarded(made.data, redline, existing)
            # On the error stream, so that the comparison can be piped alone.
            lines = [f"修订稿：{redline}（{made.count} 处修订）", *(f"注意：{one}。" for one in made.remarks)]
            cli.echo("\n".join(lines), err=True)
    if shape == "json":
        # Last, since a program expects one answer: everything above may fail.
        cli.echo(envelope(as_data(found)))


_MOST_LISTED = 30
_LONGEST = 60
_AROUND = 12


@click.command(cls=ChineseCommand)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=cli.FileName(piped=True))
@click.option(
    "--input",
    "given",
    metavar="填报文件",
    type=cli.FileName(),
    help="报告所依据的填报（汇编写填报所在的文件夹）；不写时按里面记的文件名在它旁边、上层的 inputs、当前文件夹里找。",
)
@cli.stdin_filename("文件", "标准输入.docx", "填报和模板")
@cli.templates_option()
@cli.FORMAT
def verify(files: tuple[Path, ...], given: Path | None, stdin_filename: str, templates: Path | None, shape: str) -> int:
    """核对写出的报告、汇编（.docx）、表格（.xlsx）和公开的网页（.html），或一个文件夹里的各份：填报、模板、程序变了没有，改动在哪里。

    可以写多个文件、文件夹、带引号的通配符；「-」是标准输入。都是现行的时退出码为 0，否则为 1。
    """
    verdicts: list[Verification] = []
    unreadable: list[Finding] = []
    for file in chain.from_iterable(map(_documents, files)):
        try:
            data = cli.read_stdin() if file == cli.PIPE else None
            file = Path(stdin_filename) if file == cli.PIPE else file  # noqa: PLW2901 - as findings call it
            verdicts.append(verify_file(file, pipeline.print_again, given, templates, data))
        except FileProblem as problem:
            unreadable += problem.findings
    if shape == "json":
        cli.echo(envelope([_as_dict(verdict) for verdict in verdicts], dict.fromkeys(unreadable)))
    elif told := [one for one in verdicts if not (cli.is_quiet() and one.is_current)]:
        cli.echo("\n\n".join("\n".join(_lines(verdict)) for verdict in told))
    if unreadable and shape == "json":
        return FileProblem.exit_code
    if unreadable:
        raise FileProblem(list(dict.fromkeys(unreadable)))
    return 0 if all(verdict.is_current for verdict in verdicts) else 1


def _is_document(path: Path) -> bool:
    ending = path.suffix.lower()
    if path.is_dir():
        return not path.name.startswith(".")
    return ending in (".docx", ".xlsx") or (ending == ".html" and read_page(read_bytes(path)) is not None)


def _documents(path: Path) -> list[Path]:
    """The file itself, or all documents in and below a folder."""
    if not path.exists() and (matching := sorted(map(Path, glob(str(path), recursive=True)))):  # noqa: PTH207 - Path.glob takes no whole path
        # The Windows shell does not expand patterns.
        return matching
    found = [*filter(_is_document, files_below(path))] if path.is_dir() else []
    return [one for one in found if not one.name.startswith("~$")] or [path]


def _as_dict(verdict: Verification) -> dict[str, object]:
    return {
        "file": str(verdict.file),
        "current": verdict.is_current,
        "states": [state.name.lower() for state in verdict.states],
        "summary": _summary(verdict),
        "provenance": verdict.stamp.properties() if verdict.stamp is not None else None,
        "input": shown_path(verdict.input) if verdict.input is not None else None,
        "template": shown_path(verdict.template) if verdict.template is not None else None,
        "sources": list(verdict.sources),
        "oddities": list(verdict.oddities),
        "edits": [{"place": edit.place, "old": edit.old, "new": edit.new} for edit in verdict.edits],
    }


def _summary(verdict: Verification) -> str:
    return "；".join(state.value for state in verdict.states)


def _lines(verdict: Verification) -> Iterator[str]:
    yield f"{verdict.file}：{_summary(verdict)}"
    stamp = verdict.stamp
    if stamp is None:
        return
    volume = stamp.state == VOLUME
    changed = State.INPUT_CHANGED in verdict.states and not volume
    place = shown_path(verdict.input) if verdict.input is not None else f"{stamp.input_name}（没有找到，未核对）"
    yield f"  填报：{place}{'，已变' if changed else ''}"
    yield from _source_lines(verdict, volume=volume)
    said = {State.TEMPLATE_CHANGED: "，已变", State.TEMPLATE_NOT_FOUND: "（没有找到，未核对）"}
    after = "".join(words for state, words in said.items() if state in verdict.states)
    yield f"  模板：{stamp.template}（{stamp.template_version}）{after}"
    same = stamp.program == __version__
    yield f"  程序：{stamp.program}" if same else f"  程序：写出时 {stamp.program}，现在 {__version__}"
    yield from (f"  注意：{odd}" for odd in verdict.oddities)
    if not verdict.edits:
        return
    why = "" if verdict.is_compared else "（写出时的报告不能重现，只列现在的文字）"
    yield f"  改动：{len(verdict.edits)} 处{why}"
    listed = verdict.edits if cli.is_verbose() else verdict.edits[:_MOST_LISTED]
    for edit in listed:
        yield from _edit_lines(edit)
    if len(verdict.edits) > len(listed):
        yield f"    另有 {len(verdict.edits) - _MOST_LISTED} 处，全部列出加 --verbose。"


def _source_lines(verdict: Verification, *, volume: bool) -> Iterator[str]:
    """The files named by the input, or the inputs of a volume, that have changed or are missing."""
    if verdict.input is None:
        return
    folder = verdict.input if volume else verdict.input.parent
    there = {name: exists_within(name, folder) for name in verdict.sources}
    for name, is_there in there.items():
        yield f"  {'填报或所附' if volume else '所附'}：{name}，{'已变' if is_there else '没有找到'}"
    if volume and not all(there.values()):
        yield "  填报在别的文件夹里的，用 --input 写明那个文件夹。"


def _edit_lines(edit: Edit) -> Iterator[str]:
    was = edit.old or ""
    # Shorten long texts to where they begin to differ.
    start = max(0, same_start(was, edit.new) - _AROUND)
    old, new = _cut(was, start), _cut(edit.new, start)
    if edit.old == "":
        yield f"    {edit.place}，增加：{new}"
    elif not edit.new:
        yield f"    {edit.place}，删去：{old}" if edit.old else f"    {edit.place}，删去了一段"
    elif edit.old is None:
        yield f"    {edit.place}，现为：{new}"
    else:
        yield f"    {edit.place}"
        yield f"      原文：{old}"
        yield f"      现文：{new}"


def _cut(text: str, start: int) -> str:
    if len(text) <= _LONGEST:
        start = 0
    shown = text[start : start + _LONGEST].replace("\n", "⏎")
    return f"{'…' if start else ''}{shown}{'…' if len(text) > start + _LONGEST else ''}"
