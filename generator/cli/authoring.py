"""``jixiao template new``, ``check``, ``test``, ``preview`` and ``schema``: commands that need the whole pipeline."""

from __future__ import annotations

from pathlib import Path

import click

from generator.authoring.cases import run_all_cases
from generator.authoring.check import check_template
from generator.authoring.generate import KINDS, create_template, files_below, saves, templates_folder, write_generated
from generator.authoring.generate import preview as make_preview
from generator.base.diagnostics import JixiaoError, has_errors
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.cli.template import HERE, NAME, TEMPLATES, folder_of


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="名称")
@click.option(
    "--title",
    metavar="名称",
    default="",
    callback=cli.as_words,
    help="报告的名称，写进 template.yaml；不写时为部门整体支出绩效自评报告。",
)
@click.option(
    "--kind",
    type=click.Choice([*KINDS]),
    default="评分表",
    help="从哪一种做起：评分表（默认，指标由模板规定）、自评表（通用表式，指标由部门自填，每个项目一张表）、项目（一个项目一份）。",
)
@click.option("--from", "source", metavar="模板", default="", help="照这个模板复制一份，连同测试用例。")
@cli.templates_option(what="模板放在哪个文件夹里；不写时从当前文件夹起逐级向上找 templates，没有就在当前文件夹新建。")
def new(name: str, title: str, kind: str, source: str, templates: Path | None) -> None:
    """新建一个可以直接使用的模板，带公文格式的版式、示例填报和测试用例。

    --from 照已有的模板复制一份。已有的文件夹不会被改写。
    """
    place = templates if templates is not None else templates_folder(Path.cwd())
    form = create_template(name, place, title, kind, folder_of(source, templates) if source else None)
    option = f" --templates {templates}" if templates is not None else ""
    cli.tell(
        f"新模板：{place / name}\n"
        f"名称：{form.title}\n"
        "接下来：\n"
        f"  jixiao template check {name}{option}    检查\n"
        f"  jixiao template test {name}{option}     运行测试用例\n"
        f"  jixiao template preview {name}{option}  看样子"
    )


@click.command(cls=ChineseCommand)
@NAME
@cli.FINDINGS_FORMAT
@TEMPLATES
def check(name: str, shape: str, templates: Path | None) -> int:
    """检查模板：YAML 文件、文字里的引用、版式的标记和公文格式、示例、字段表、测试用例；有错误时退出码为 1。"""
    found = check_template(folder_of(name, templates))
    cli.print_findings(found, shape)
    return int(has_errors(found))


@click.command(cls=ChineseCommand)
@click.argument("name", metavar="[模板]", default="")
@TEMPLATES
def test(name: str, templates: Path | None) -> int:
    """运行模板 tests 文件夹里的测试用例；不写模板时运行所有模板的。"""
    runs = run_all_cases(HERE, name, templates)
    for run in runs:
        if run.findings:
            cli.echo(cli.as_text(run.findings))
        for result in run.results:
            if cli.is_quiet() and not result.differences:
                continue
            verdict = "不符" if result.differences else "通过"
            cli.echo("\n      ".join([f"{verdict}  {run.template}  {result.name}", *result.differences]))
    count, failed = sum(len(run.results) for run in runs), sum(run.failures for run in runs)
    cli.tell(f"共 {count} 个用例，{failed} 处不符。")
    return 1 if failed else 0


@click.command(cls=ChineseCommand)
@NAME
@click.option("-o", "--output", metavar="文件夹", type=cli.FileName(), help="写到哪里；不写时为 outputs/预览/模板。")
@click.option(
    "--input", "given", metavar="填报文件", type=cli.FileName(), help="用这个填报文件；不写时用各字段的示例。"
)
@click.option("--watch", is_flag=True, help="模板的文件每次保存后重做，按 Ctrl-C 结束。")
@TEMPLATES
def preview(name: str, output: Path | None, given: Path | None, templates: Path | None, *, watch: bool) -> None:
    """用示例生成报告，看版式的样子：Word 文件；装有 LibreOffice 的，还有 PDF 和页面图片。"""
    folder = folder_of(name, templates)
    target = output if output is not None else Path("outputs") / "预览" / name
    if not watch:
        _show(folder, target, given)
        return
    try:
        for _ in saves(lambda: [*files_below(folder), *([given] if given is not None else [])]):
            try:
                _show(folder, target, given)
            except JixiaoError as error:
                cli.echo(cli.with_summary(error.findings), err=True)
            except OSError as error:
                # The editor may be replacing the file at this moment.
                cli.echo(f"文件读不出，可能正在保存：{error.filename or error}", err=True)
            cli.echo("等待保存……（按 Ctrl-C 结束）")
    except KeyboardInterrupt:
        cli.echo("\n预览结束。")


def _show(folder: Path, target: Path, given: Path | None) -> None:
    shown = make_preview(folder, target, given)
    cli.print_aside(shown.findings)
    lines = [f"填报：{shown.input}", f"Word：{shown.word}"]
    if shown.others:
        lines.append(f"各份输出：{shown.word.with_suffix('')}（{len(shown.others)} 份文件）")
    if shown.pdf is not None:
        lines.append(f"PDF：{shown.pdf}")
    if shown.pictures:
        first, count = shown.pictures[0], len(shown.pictures)
        lines.append(f"页面图片：{first}" + (f" 等 {count} 张" if count > 1 else ""))
    cli.tell("\n".join(lines))


@click.command(cls=ChineseCommand)
@NAME
@TEMPLATES
def schema(name: str, templates: Path | None) -> None:
    """重写由字段生成的文件：编辑器提示字段名用的 fields.schema.json，测试用例用的示例填报。"""
    for path in write_generated(folder_of(name, templates)):
        cli.tell(f"已写出：{path}")
