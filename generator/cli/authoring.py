"""``jixiao template …``: the commands of template maintainers."""

from __future__ import annotations

from pathlib import Path

import click

from generator.cli.chinese import ChineseGroup
from generator.cli.printing import table
from generator.diagnostics import findings_as_text
from generator.errors import Refused
from generator.template import find_template, known_templates, load_template, template_places

__all__ = ["template"]

_TEMPLATES = click.option(
    "--templates",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="模板所在的文件夹；不写时从当前文件夹起逐级向上找 templates，再用程序自带的。",
)
_VERDICTS = {True: "通过", False: "不符"}
_NAME = click.argument("name", metavar="模板")


@click.group(cls=ChineseGroup)
def template() -> None:
    """模板维护：列出、检查、查看字段、运行测试用例等。"""


def _folder(name: str, templates: Path | None) -> Path:
    return find_template(name, Path.cwd() / "-", templates)


@template.command("list")
@_TEMPLATES
def list_templates(templates: Path | None) -> None:
    """列出可用的模板。"""
    places = [templates] if templates is not None else list(template_places(Path.cwd() / "-"))
    rows = []
    for name in known_templates(places):
        form = load_template(_folder(name, templates))
        rows.append((name, form.title, form.version, str(form.folder)))
    click.echo(table([("模板", "名称", "版本", "文件夹"), *rows]))


@template.command()
@_NAME
@_TEMPLATES
def fields(name: str, templates: Path | None) -> None:
    """列出版式和文字里可以引用的名称：标签、类型、示例。"""
    from generator.authoring import list_names  # noqa: PLC0415 - only this command needs it

    names = list_names(load_template(_folder(name, templates)))
    lines = [(line.name, line.kind, line.origin, line.label, line.example) for line in names]
    click.echo(table([("名称", "类型", "来历", "标签", "示例或公式"), *lines]))


@template.command()
@click.argument("name", metavar="[模板]", default="")
@_TEMPLATES
@click.pass_context
def test(ctx: click.Context, name: str, templates: Path | None) -> None:
    """运行模板 tests 文件夹里的测试用例；不写模板时运行所有模板的。"""
    from generator.authoring import run_cases  # noqa: PLC0415

    places = [templates] if templates is not None else list(template_places(Path.cwd() / "-"))
    failed = count = 0
    for one in [name] if name else known_templates(places):
        try:
            results = list(run_cases(_folder(one, templates)))
        except Refused as refused:
            # One template without cases, or with faulty ones, keeps no other from being tested.
            failed += 1
            click.echo(findings_as_text(refused.findings))
            continue
        count += len(results)
        failed += sum(1 for result in results if result.differences)
        for result in results:
            click.echo(
                "\n      ".join([f"{_VERDICTS[not result.differences]}  {one}  {result.name}", *result.differences])
            )
    click.echo(f"共 {count} 个用例，{failed} 处不符。")
    ctx.exit(1 if failed else 0)


@template.command()
@click.argument("file", metavar="文件.docx", type=click.Path(path_type=Path))
def text(file: Path) -> None:
    """把 Word 文件印成文字，每段一行，表格每行一行；配合 git diff 查看版式的改动。"""
    from generator.word.plain import text_of_file  # noqa: PLC0415

    for line in text_of_file(file):
        click.echo(line)
