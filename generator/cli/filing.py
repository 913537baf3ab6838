"""``jixiao new``, ``pull`` and ``convert``: commands that write inputs."""

from __future__ import annotations

import re
from pathlib import Path

import click
from msgspec.structs import replace

from generator.base.diagnostics import Severity, has_errors, shortened
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.provenance.guard import note_pulled
from generator.provenance.verify import digest_of_file
from generator.submission.filing import FACTS_DIGEST, is_workbook
from generator.workflows.convert import Rewrite, roll_over
from generator.workflows.convert import plan as plan_rewrites
from generator.workflows.convert import write as write_rewrites
from generator.workflows.new import Started, start
from generator.workflows.pull.decide import Edit
from generator.workflows.pull.plan import Plan, plan, write

_YEAR = re.compile(r"(?:19|20)\d{2}")


def _as_year(_ctx: click.Context, _option: click.Parameter, value: str | None) -> int | None:
    if value is not None and not _YEAR.fullmatch(value):
        raise click.BadParameter(f"「{value}」不是四位数的年份。")
    return int(value) if value is not None else None


def _as_names(ctx: click.Context, argument: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Require one name with --from, else two; --from is eager, so it is known by now."""
    count, wanted = 2, "要写模板的名称和新文件的名称，如 jixiao new 模板 填报.yaml。"
    if ctx.params.get("last") is not None:
        count, wanted = 1, "用 --from 时只写新文件的名称，如 jixiao new --from 去年.yaml 今年.yaml。"
    if len(value) != count:
        raise click.BadParameter(wanted, ctx, argument)
    return value


@click.command(cls=ChineseCommand)
@click.option(
    "--from",
    "last",
    metavar="上年文件",
    type=cli.FileName(),
    is_eager=True,
    help="从上年的填报文件结转：沿用的事实照抄，其余清空，注释、次序和写法不变。",
)
@click.option("--year", metavar="年度", callback=_as_year, help="报告年度；结转时不写即为上年加一。")
@click.option(
    "--supplement",
    metavar="补充文件",
    type=cli.FileName(str),
    default="",
    help="新文件旁边的补充文件：在模板之外增加的指标和字段；结转时沿用上年的。",
)
@cli.templates_option("新文件")
@click.argument("names", metavar="[模板] 新文件", nargs=-1, type=cli.FileName(str), callback=_as_names)
def new(last: Path | None, year: int | None, supplement: str, templates: Path | None, names: tuple[str, ...]) -> None:
    """新建一个填报文件：由模板生成带说明的空表，或从上年的填报文件结转。

    已有的文件不会被改写。
    """
    if last is None:
        started = start(names[0], Path(names[1]), year, templates, supplement)
    else:
        started = roll_over(last, Path(names[0]), year, templates)
    cli.print_aside(started.findings)
    cli.tell(_shown_started(started, listed=last is not None))


def _shown_started(started: Started, *, listed: bool) -> str:
    lines = [f"新文件：{started.path}", f"模板：{started.template.id}（{started.template.title}）"]
    if started.year is not None:
        lines.append(f"年度：{started.year}")
    if started.schema is not None:
        lines.append(f"编辑器用的字段表：{started.schema}（和新文件放在一起）")
    if not listed:
        return "\n".join([*lines, f"必填 {len(started.missing)} 项，都已列出；填好后用 jixiao check 检查。"])
    for what, facts in (("沿用去年的", started.kept), ("要填", started.missing)):
        advice = "，请逐项核对" if facts is started.kept else ""
        lines.append(f"{what} {len(facts)} 项{advice}：")
        lines += (f"  {fact.span.in_words}  {fact.path}  {fact.label}".rstrip() for fact in facts)
    if started.brought:
        lines.append(f"由去年的计划和数字带来的，请核对：{'、'.join(started.brought)}")
    if started.sheets:
        lines.append(f"改指今年的表格文件，请把文件放进来：{'、'.join(started.sheets)}")
    return "\n".join(lines)


_MOST_PLACES = 5


@click.command(cls=ChineseCommand)
@click.argument("document", metavar="改稿.docx", type=cli.FileName())
@click.argument("input_file", metavar="填报文件", type=cli.FileName())
@click.option("--yes", is_flag=True, help="不再询问，直接写入。")
@click.option("--dry-run", is_flag=True, help="只列出改动，不写。")
@click.option(
    "--base",
    metavar="旧填报",
    type=cli.FileName(str),
    default="",
    help="生成这份报告时的填报：文件，或 git 里的版本（HEAD~1:填报.yaml）；填报改过、git 里又没有当时的一份时才用。",
)
@cli.templates_option()
def pull(  # noqa: PLR0913, PLR0917 - one for each option
    document: Path, input_file: Path, yes: bool, dry_run: bool, base: str, templates: Path | None
) -> int:
    """把在 Word 里对报告的改动取回填报文件：先列出每一处，问过以后写入。

    只改有改动的填报值，注释、次序和写法不变。由程序计算的值、模板的固定文字、表格行的增删不能写回，逐一说明。
    都已写入（或没有改动）时退出码为 0，有写不回的错误时为 1。
    """
    if yes and dry_run:
        raise cli.bad_option("dry_run", "不能和 --yes 合用：一个只看，一个就写。")
    made = plan(document, input_file, templates, base)
    cli.echo(_shown_plan(made))
    cannot_ask = cli.bad_option("yes", "这里不能询问。确认要写时加上 --yes，只看改动时加上 --dry-run。")
    question = f"把这 {len(made.edits)} 处写入 {made.source.file} 吗？"
    if made.after is not None and not dry_run and (yes or cli.is_agreed(question, cannot_ask)):
        cli.echo(f"已写入 {len(made.edits)} 处：{write(made)}")
        if all(one.severity is Severity.INFO for one in made.findings):
            note_pulled(document.read_bytes(), digest_of_file(input_file, FACTS_DIGEST, templates) or "")
    elif made.edits:
        cli.echo("没有写入。")
    return 1 if has_errors([*made.findings, *made.consequences]) else 0


def _shown_plan(made: Plan) -> str:
    blocks = [f"注意：{remark}" for remark in made.remarks]
    if made.edits:
        blocks.append(f"改稿改动了 {len(made.edits)} 个填报值：")
    blocks += map(_shown_edit, made.edits)
    if made.findings:
        blocks.append(f"其他情况：\n\n{cli.with_summary(made.findings)}")
    elif not made.edits:
        blocks.append("改稿里没有改动。")
    if made.consequences:
        # Without the source line, which the file does not have yet.
        without = [replace(one, span=replace(one.span, length=0)) for one in made.consequences]
        blocks.append(f"写入后检查会多出（行号是写入以后的）：\n\n{cli.as_text(without)}")
    return "\n\n".join(blocks) + "\n"


def _shown_edit(edit: Edit) -> str:
    more = f" 等 {len(edit.places)} 处" if edit.places[_MOST_PLACES:] else ""
    lines = [
        f"  {edit.path}（{edit.label}）  {edit.span}",
        f"    原：{edit.old}",
        f"    改：{edit.new}",
        f"    改稿位置：{'、'.join(edit.places[:_MOST_PLACES])}{more}",
    ]
    return "\n".join([*lines, f"    说明：{edit.note}"] if edit.note else lines)


_ENDINGS = (".yaml", ".yml", ".xlsx")
_LONGEST, _MOST = 40, 50


@click.command(cls=ChineseCommand)
@click.argument("named", metavar="填报… [写到]", nargs=-1, required=True, type=cli.FileName(piped=True))
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=cli.FileName(piped=True),
    help="写到哪里，「-」是标准输出（YAML）；不写时是最后一个文件名。",
)
@click.option("--yes", is_flag=True, help="写到已有的 YAML 时，清空其中的值、写进另一份填报不再询问。")
@cli.templates_option()
def convert(named: tuple[Path, ...], output: Path | None, yes: bool, templates: Path | None) -> None:
    """在 YAML 和填报表（Excel）之间转换，或把几个人填的填报表合成一份。

    写到已有的 YAML 时只改有变化的值，注释、次序和写法不变；已有的填报表不会被改写。

    几份合成一份时，同一项填得不同的逐一列出，不写；表里同名的行合为一行，别人没有的行接在后面。
    """
    inputs = named if output is not None else named[:-1]
    target = output if output is not None else named[-1]
    if not inputs:
        raise cli.bad_option("named", "要写两个文件，如 jixiao convert 填报.xlsx 填报.yaml。")
    if target.suffix.lower() not in _ENDINGS and target != cli.PIPE:
        raise cli.bad_option(
            "named" if output is None else "output", f"「{target}」不是 .yaml 或 .xlsx，转换只写这两种。"
        )
    if cli.PIPE in inputs:
        raise cli.bad_option("named", "填报要写文件名，不能用「-」（标准输入）。")
    with cli.destination(target, "填报.yaml") as place:
        _convert(inputs, place or target, templates, yes=yes)


def _convert(inputs: tuple[Path, ...], target: Path, templates: Path | None, *, yes: bool) -> None:
    made = plan_rewrites(inputs, target, templates)
    cli.print_aside(made.findings)
    emptied = [one for one in made.changes if not one.after]
    if made.changes:
        listed = made.changes if cli.is_verbose() else made.changes[:_MOST]
        more = [f"  还有 {len(made.changes) - _MOST} 项"] if len(listed) < len(made.changes) else []
        cli.tell("\n".join([f"{target} 里有变化的 {len(made.changes)} 项：", *map(_shown_rewrite, listed), *more]))
    doubts = [f"它像是另一份填报（{made.other}）"] if made.other else []
    doubts += [f"其中 {len(emptied)} 项会被清空"] if emptied else []
    cannot_ask = cli.bad_option("yes", f"{'，'.join(doubts)}，这里不能询问。确认要写入时加上 --yes。")
    if doubts and not (yes or cli.is_agreed(f"{'，'.join(doubts)}，写入吗？", cannot_ask)):
        cli.echo("没有写入。")
        return
    kind = "填报表" if is_workbook(target) else "填报文件"
    same = "" if made.changes or made.present is None else "（没有变化）"
    cli.tell(f"{kind}：{cli.shown_place(write_rewrites(made))}{same}")


def _shown_rewrite(change: Rewrite) -> str:
    before, after = (shortened(text, _LONGEST) or "（空）" for text in (change.before, change.after))
    return f"  {change.path}：{before} → {after}".replace("\n", "／")
