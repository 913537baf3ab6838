"""A template with five outputs: a report, a form for each project, a workbook, and public copies of two of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from generator.cli import main
from tests.small_template import FILE, Small, small

FIELDS = """\
部门: {类型: 文字, 标签: 部门}
电话: {类型: 文字, 标签: 联系电话, 必填: 否, 不公开: 是}
概况: {类型: 文字, 标签: 概况}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 项目名称}
    预算: {类型: 金额, 标签: 预算}
    执行: {类型: 金额, 标签: 执行}
    执行率: {类型: 比率, 标签: 执行率, 公式: 执行 / 预算, 形式: 比率}
    经办人: {类型: 文字, 标签: 经办人, 必填: 否, 不公开: 是}
"""
OUTPUTS = """\
输出:
- {名称: 自评报告, 版式: 报告.docx, 文件名: "{{ 部门 }}自评报告"}
- {名称: 项目自评表, 版式: 项目.docx, 文件名: "{{ 名称 }}自评表", 每行: 项目}
- {名称: 汇总表, 版式: 汇总.xlsx, 文件名: 项目汇总表}
- {名称: 公开报告, 版式: 报告.docx, 文件名: "{{ 部门 }}自评报告", 用途: 公开}
- {名称: 公开汇总表, 版式: 汇总.xlsx, 文件名: 项目汇总表, 用途: 公开}
"""
INPUT = """\
年度: 2024
部门: 某市某局
电话: 0753-2242000
概况: 有事请拨{{ 电话 }}联系。
项目:
- {名称: 技术改造, 预算: 100 万元, 执行: 90.50 万元, 经办人: 张某}
- {名称: 公共服务, 预算: 200 万元, 执行: 200 万元, 经办人: 李某}
- {名称: "=1+1", 预算: 50 万元, 执行: 25 万元}
"""


class Bureau:
    """A small template with several outputs, its input, and the command."""

    def __init__(self, own: Small) -> None:
        self.small, self.input, self.out = own, own.folder / FILE, own.folder / "outputs"
        self.template = own.folder / "templates" / "小"
        self.folder = self.out / "2024年报告"

    def run(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, [*map(str, arguments)])

    def render(self, *more: object) -> Result:
        return self.run("render", self.input, "-o", self.out, *more)

    def files(self) -> list[str]:
        """What is in the folder of the filing."""
        return sorted(one.relative_to(self.out).as_posix() for one in self.out.rglob("*") if one.is_file())

    def says(self, old: str, new: str, file: Path | None = None) -> None:
        """Change the input, or a file of the template."""
        changed = file or self.input
        text = changed.read_text("utf-8")
        assert old in text
        changed.write_text(text.replace(old, new, 1), "utf-8")


@pytest.fixture
def bureau(tmp_path: Path) -> Bureau:
    own = small(tmp_path, FIELDS)
    own.write(INPUT)
    made = Bureau(own)
    made.says("版式: 报告.docx\n", OUTPUTS, made.template / "template.yaml")
    write_word(made.template / "报告.docx", "{{ 部门 }}自评报告", "电话：{{ 电话 }}", "{{ 概况 }}")
    write_word(
        made.template / "项目.docx", "{{ 行号 }} {{ 名称 }}", "{{ 部门 }}{{ 预算 | 万元 }} {{ 执行率 }} {{ 经办人 }}"
    )
    _workbook(made.template / "汇总.xlsx")
    return made


def write_word(path: Path, *paragraphs: str) -> None:
    """A Word file of these paragraphs."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(path))


def _workbook(path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "汇总"
    rows = (
        ("{{ 部门 }}项目汇总表",),
        ("项目", "预算", "执行", "执行率", "经办人"),
        ("{%tr for 项 in 项目 %}",),
        ("{{ 项.名称 }}", "{{ 项.预算 | 万元 }}", "{{ 项.执行 | 万元 }}", "=C4/B4", "{{ 项.经办人 }}"),
        ("{%tr endfor %}",),
        ("合计", "=SUM(B4:B4)", "=SUM(C4:C4)", "=C6/B6"),
    )
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment("center")
    sheet["C4"].number_format = "#,##0.00"
    sheet["D4"].number_format = sheet["D6"].number_format = "0.00%"
    sheet.column_dimensions["A"].width, sheet.row_dimensions[4].height = 33, 27
    sheet.print_title_rows, sheet.print_area, sheet.freeze_panes = "1:2", "A1:E6", "B3"
    sheet.sheet_view.pane.topLeftCell = "B5"  # type: ignore[union-attr]  # saved while scrolled down
    sheet.page_setup.orientation = "landscape"
    book.create_sheet("附表")["A1"] = "=汇总!B6"
    book.save(path)
