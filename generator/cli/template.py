"""``jixiao template``: commands for template maintainers; those that only read a template are here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click
from msgspec.structs import asdict

from generator.base.diagnostics import Span
from generator.cli.chinese import ChineseGroup
from generator.cli.options import FORMAT, FileName, echo, table, templates_option
from generator.cli.reporters import envelope
from generator.template.files import find_template
from generator.template.load import list_templates as find_templates
from generator.template.load import load_template
from generator.template.scope import list_names

TEMPLATES = templates_option("当前文件夹")
HERE = Path("jixiao")  # as an input in the current folder, from which templates are searched
NAME = click.argument("name", metavar="模板")

AUTHORING: Final = {
    "check": (
        "authoring",
        "检查模板：YAML 文件、文字里的引用、版式的标记和公文格式、示例、字段表、测试用例；有错误时退出码为 1。",
    ),
    "new": ("authoring", "新建一个可以直接使用的模板，带公文格式的版式、示例填报和测试用例。"),
    "preview": ("authoring", "用示例生成报告，看版式的样子：Word 文件；装有 LibreOffice 的，还有 PDF 和页面图片。"),
    "schema": ("authoring", "重写由字段生成的文件：编辑器提示字段名用的 fields.schema.json，测试用例用的示例填报。"),
    "test": ("authoring", "运行模板 tests 文件夹里的测试用例；不写模板时运行所有模板的。"),
}
"""The commands that need the pipeline, each with its module and short help; ``git diff`` may run ``template text``."""


@click.group(cls=ChineseGroup, lazy=AUTHORING)
def template() -> None:
    """模板维护：新建、检查、预览、查看字段、运行测试用例等。"""


def folder_of(name: str, templates: Path | None) -> Path:
    """The folder of the template that the command line names."""
    return find_template(name, HERE, templates, Span("jixiao template"))


@template.command("list")
@FORMAT
@TEMPLATES
def list_templates(templates: Path | None, shape: str) -> None:
    """列出可用的模板。"""
    rows = []
    lines = find_templates(HERE, templates)
    if shape == "json":
        echo(envelope([{**asdict(line), "folder": str(line.folder)} for line in lines]))
        return
    for line in lines:
        title = f"（有错误，见 jixiao template check {line.name}）" if line.faulty else line.title
        rows.append((line.name, title, line.version, str(line.folder)))
    echo(table([("模板", "名称", "版本", "文件夹"), *rows]))


@template.command()
@NAME
@FORMAT
@TEMPLATES
def fields(name: str, templates: Path | None, shape: str) -> None:
    """列出版式和文字里可以引用的名称：标签、类型、示例。"""
    names = list_names(load_template(folder_of(name, templates)))
    if shape == "json":
        echo(envelope([asdict(line) for line in names]))
        return
    lines = [(line.name, line.kind, line.origin, line.label, line.example) for line in names]
    echo(table([("名称", "类型", "来历", "标签", "示例或公式"), *lines]))


@template.command()
@click.argument("file", metavar="文件.docx", type=FileName())
def text(file: Path) -> None:
    """把 Word 文件印成文字，每段一行，表格每行一行；配合 git diff 查看版式的改动。"""
    from generator.word.read.document import text_of_file  # noqa: PLC0415 - the other commands need no Word

    for line in text_of_file(file):
        echo(line)
