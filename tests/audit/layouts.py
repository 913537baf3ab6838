"""Self-evaluations as others lay them out: invented, built in the test."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook

HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
ROWS = (
    ("产出指标", "数量指标", "培训人数", "≥200人", "150人", "30", "30", ""),
    ("", "质量指标", "培训合格率", "≥95%", "98%", "20", "20", ""),
    ("效益指标", "社会效益指标", "知晓率", "≥80%", "85%", "30", "30", ""),
    ("满意度指标", "服务对象满意度指标", "学员满意度", "≥90%", "93%", "10", "10", ""),
)


def national(folder: Path) -> Path:
    """The national form: money above, a label merged down the left, 一级 merged, numbers as text."""
    book = Workbook()
    sheet = book.worksheets[0]
    lines: list[list[Any]] = [
        ["项目支出绩效自评表"],
        ["（2024年度）"],
        ["项目名称", None, "技能培训项目"],
        ["主管部门", None, "某县人社局", None, None, "实施单位", None, "某县培训中心"],
        ["项目资金（万元）", None, None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        [None, "年度资金总额", None, 100, 100, 50, 10, "50%", 10],
        [None, "其中：当年财政拨款", None, 100, 100, 50, "—", "—", "—"],
        ["绩效指标", *HEAD],
        *([None, *row] for row in ROWS),
        ["总分", None, None, None, None, None, 100, 99],
    ]
    for line in lines:
        sheet.append(line)
    for cells in ("A8:A12", "B9:B10", "A13:F13", "A5:C5", "B6:C6"):
        sheet.merge_cells(cells)
    return saved(book, folder / "通用表.xlsx")


def of_a_system(folder: Path) -> Path:
    """As systems export: sign, value and unit in three columns; a hidden row; a formula without its result."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["项目名称：道路养护", *[None] * 9])
    sheet.append(
        [
            "一级指标",
            "二级指标",
            "指标名称",
            "计算符号",
            "指标值",
            "计量单位",
            "全年完成值",
            "权重(%)",
            "自评得分",
            "备注",
        ]
    )
    rows = (
        ("产出指标", "数量指标", "养护里程", "≥", "120", "公里", "120", "40", "40"),
        ("产出指标", "成本指标", "每公里成本", "≤", "2", "万元", "3", "30", "30"),
        ("效益指标", "社会效益指标", "通行条件", "定性", "改善", "", "改善", "20", "20"),
        ("满意度指标", "满意度指标", "群众满意度", "≥", "90", "%", "=92", "10", "10"),
    )
    for row in rows:
        sheet.append(row)
    sheet["I6"] = "=H6"
    sheet.row_dimensions[4].hidden = True
    return saved(book, folder / "系统导出.xlsx")


def two_row_head(folder: Path) -> Path:
    """A head of two rows, and a head that is repeated in the middle."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "绿化项目"
    heads = (
        ["序号", "一级指标", "三级指标名称", "指标值", None, "评价", None],
        [None, None, None, "年初目标值", "完成值", "标准分", "自评分"],
    )
    for head in heads:
        sheet.append(head)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1"):
        sheet.merge_cells(cells)
    sheet.append([1, "产出", "植树", "1000棵", "1000棵", 50, 50])
    sheet.append(["序号", "一级指标", "三级指标名称", "年初目标值", "完成值", "标准分", "自评分"])
    sheet.append([2, "效益", "绿化覆盖率", "≥30%", "31%", 50, 50])
    return saved(book, folder / "两行表头.xlsx")


def list_of_projects(folder: Path, count: int = 3) -> Path:
    """All projects in one list, with a column that names them."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["项目名称", "二级指标", "绩效指标名称", "目标值", "实际值", "分值", "得分"])
    for number in range(1, count + 1):
        for row in ROWS:
            sheet.append([f"项目{number}", *row[1:7]])
    return saved(book, folder / "清单.xlsx")


def split_in_word(folder: Path) -> Path:
    """A Word table split over two pages with its head repeated, a value in a content control, a tracked change."""
    document = docx.Document()
    document.add_paragraph("项目名称：技能培训项目")
    document.add_paragraph("本项目于2024年实施，满意度通过问卷调查取得。")
    first = word_table(document, (HEAD, *ROWS[:2]))
    first.cell(1, 0).merge(first.cell(2, 0))
    document.add_paragraph("续表")
    second = word_table(document, (HEAD, *ROWS[2:], ("总分", "", "", "", "", "90", "90", "")))
    control: Any = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    run = second.cell(1, 4).paragraphs[0].runs[0]._r
    run.addprevious(control)
    control.find(qn("w:sdtContent")).append(run)
    inserted = OxmlElement("w:ins")
    run = second.cell(2, 4).paragraphs[0].runs[0]._r
    run.addprevious(inserted)
    inserted.append(run)
    file = folder / "分页的表.docx"
    document.save(str(file))
    return file


def two_in_word(folder: Path) -> Path:
    """Two projects one behind the other, each under its caption; a row without a name, a column without a head."""
    document = docx.Document()
    for name in ("甲项目绩效自评表", "乙项目绩效自评表"):
        document.add_paragraph(name)
        rows = [HEAD[:7], *(row[:7] for row in ROWS)]
        if name.startswith("乙"):
            rows[2] = ("", "", "", "≥95%", "98%", "20", "20")
        word_table(document, rows)
    file = folder / "两个项目.docx"
    document.save(str(file))
    return file


def word_table(document: docx.document.Document, rows: Sequence[Sequence[str]]) -> docx.table.Table:
    """A table of texts."""
    table: docx.table.Table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            if text:
                cell.text = text
    return table


def saved(book: Workbook, file: Path) -> Path:
    """The workbook in its file."""
    book.save(file)
    return file
