"""Invented files of eight layouts, with the rows that each of them states; the same each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from msgspec import Struct
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.audit.layouts import saved, word_table

_MATTERS = (
    ("培训", "人"),
    ("巡查", "次"),
    ("修缮房屋", "处"),
    ("采购设备", "台"),
    ("发放补助", "户"),
    ("新建站点", "个"),
    ("印制手册", "册"),
)
_RATES = ("合格率", "及时率", "覆盖率", "完好率", "知晓率")
_GROUPS = ("产出指标", "产出指标", "产出指标", "效益指标", "满意度指标")
_LEVELS = ("数量指标", "数量指标", "质量指标", "社会效益指标", "服务对象满意度指标")
HEAD = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
_Rows = list[list[Any]]


class Filed(Struct):
    """A file, the indicators of its projects as they must be read, and the codes of what it must tell."""

    path: Path
    projects: dict[str, list[str]]
    told: tuple[str, ...] = ()


def _project(dice: random.Random, number: int) -> tuple[str, _Rows]:
    """The name and the rows of a project: 一级, 二级, name, target, actual, weight, score, reason."""
    rows = []
    for at, (group, level) in enumerate(zip(_GROUPS, _LEVELS, strict=True)):
        matter, unit = _MATTERS[(number + at) % len(_MATTERS)]
        weight = (20, 20, 20, 20, 10)[at]
        if at < 2:
            target = dice.randint(10, 400)
            actual = target + dice.randint(0, 9)
            rows.append(
                [group, level, f"{matter}{'数量' * at}", f"≥{target}{unit}", f"{actual}{unit}", weight, weight, ""]
            )
            continue
        name = "服务对象满意度" if at == 4 else f"{matter}{_RATES[(number + at) % len(_RATES)]}"
        rows.append([group, level, name, f"≥{dice.randint(80, 95)}%", f"{dice.randint(96, 99)}%", weight, weight, ""])
    return f"{dice.choice('甲乙丙丁戊己庚辛')}{number}项目", rows


def _names(rows: _Rows) -> list[str]:
    return [row[2] for row in rows]


def _form(name: str, rows: _Rows) -> _Rows:
    """The national form: money above, a label down the left side, the total below."""
    money = ["项目资金（万元）", None, None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
    return [
        ["项目支出绩效自评表"],
        ["（2024年度）"],
        ["项目名称", None, name],
        ["主管部门", None, "某县人社局", None, None, "实施单位", None, "某县培训中心"],
        money,
        [None, "年度资金总额", None, 100, 100, 98, 10, "98%", 9.8],
        [None, "其中：当年财政拨款", None, 100, 100, 98, "—", "—", "—"],
        ["绩效指标", *HEAD],
        *([None, *row] for row in rows),
        ["总分", None, None, None, None, None, 100, 99.8],
    ]


def _merged_down(sheet: Worksheet, column: int, first: int, rows: _Rows) -> None:
    """Merge the same values below each other."""
    start = first
    for at in range(first + 1, first + len(rows) + 1):
        if at == first + len(rows) or sheet.cell(at, column).value != sheet.cell(start, column).value:
            for line in range(start + 1, at):
                sheet.cell(line, column).value = None
            if at - start > 1:
                sheet.merge_cells(start_row=start, end_row=at - 1, start_column=column, end_column=column)
            start = at


def national(folder: Path, dice: random.Random, number: int) -> Filed:
    """One or several sheets; merged levels, numbers as text, something hidden."""
    book, projects, told = Workbook(), {}, []
    book.remove(book.worksheets[0])
    for at in range(1 + number % 2):
        name, rows = _project(dice, number + at)
        projects[name] = _names(rows)
        sheet = book.create_sheet(name)
        for line in _form(name, rows):
            sheet.append([str(one) if number % 2 and isinstance(one, int | float) else one for one in line])
        for cells in ("A5:C5", "B6:C6", f"A8:A{8 + len(rows)}"):
            sheet.merge_cells(cells)
        if number % 2 == 0:
            _merged_down(sheet, 2, 9, rows)
            _merged_down(sheet, 3, 9, rows)
    kind = number % 4
    if kind == 1:
        book.worksheets[0].row_dimensions[10].hidden = True
        told.append("JX253")
    elif kind == 2:
        book.worksheets[0].column_dimensions["I"].hidden = True
        told.append("JX253")
    elif kind == 3:
        book.worksheets[-1].sheet_state = "hidden"
        told.append("JX674")
    return Filed(saved(book, folder / f"通用表{number}.xlsx"), projects, tuple(told))


def of_a_system(folder: Path, dice: random.Random, number: int) -> Filed:
    """An export: sign, value and unit in columns of their own below a merged head; a formula without a result."""
    name, rows = _project(dice, number)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append([f"项目名称：{name}", *[None] * 9])
    sheet.append(
        ["一级指标", "二级指标", "指标名称", "绩效目标", None, None, "全年完成值", "权重(%)", "自评得分", "备注"]
    )
    sheet.append([None, None, None, "计算符号", "指标值", "计量单位"])
    for cells in ("A1:J1", "A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "H2:H3", "I2:I3", "J2:J3"):
        sheet.merge_cells(cells)
    for row in rows:
        figure = row[3].strip("≥")
        value = "".join(one for one in figure if one.isdigit())
        sheet.append([*row[:3], "≥", value, figure.removeprefix(value), row[4], row[5], row[6], ""])
    told = []
    if number % 2:
        sheet.cell(4, 9).value = "=H4"
        told.append("JX246")
    return Filed(saved(book, folder / f"系统导出{number}.xlsx"), {name: _names(rows)}, tuple(told))


def two_row_head(folder: Path, dice: random.Random, number: int) -> Filed:
    """A head of two rows that is repeated in the middle, as on each page."""
    name, rows = _project(dice, number)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = name
    heads: _Rows = [
        ["序号", "一级指标", "二级指标", "三级指标名称", "指标值", None, "评价", None],
        [None, None, None, None, "年初目标值", "完成值", "标准分", "自评分"],
    ]
    for at, row in enumerate(rows):
        if at in (0, 3):
            for head in heads:
                sheet.append(head)
            top = sheet.max_row - 1
            sheet.merge_cells(start_row=top, end_row=top, start_column=5, end_column=6)
            sheet.merge_cells(start_row=top, end_row=top, start_column=7, end_column=8)
            for column in range(1, 5):
                sheet.merge_cells(start_row=top, end_row=top + 1, start_column=column, end_column=column)
        sheet.append([at + 1, *row[:7]])
    return Filed(saved(book, folder / f"两行表头{number}.xlsx"), {name: _names(rows)})


def list_of_projects(folder: Path, dice: random.Random, number: int) -> Filed:
    """All projects in one list; the project's name is merged, or written in its first row only."""
    book, projects = Workbook(), {}
    sheet = book.worksheets[0]
    sheet.append(["项目名称", "二级指标", "绩效指标名称", "目标值", "实际值", "分值", "得分"])
    for at in range(3):
        name, rows = _project(dice, number + 10 * at)
        projects[name] = _names(rows)
        first = sheet.max_row + 1
        for line, row in enumerate(rows):
            sheet.append([name if not line or number % 2 else None, *row[1:7]])
        if number % 2:
            _merged_down(sheet, 1, first, rows)
    return Filed(saved(book, folder / f"清单{number}.xlsx"), projects)


def stacked(folder: Path, dice: random.Random, number: int) -> Filed:
    """Several national forms below each other on one sheet."""
    book, projects = Workbook(), {}
    for at in range(2 + number % 2):
        name, rows = _project(dice, number + at)
        projects[name] = _names(rows)
        for line in _form(name, rows):
            book.worksheets[0].append(line)
        book.worksheets[0].append([])
    return Filed(saved(book, folder / f"一张表几个项目{number}.xlsx"), projects)


def on_its_side(folder: Path, dice: random.Random, number: int) -> Filed:
    """A table that lies on its side: each indicator is a column."""
    name, rows = _project(dice, number)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["项目名称", name])
    for at, head in enumerate(HEAD[:7]):
        sheet.append([head, *(row[at] for row in rows)])
    return Filed(saved(book, folder / f"横放的表{number}.xlsx"), {name: _names(rows)}, ())


def form_in_word(folder: Path, dice: random.Random, number: int) -> Filed:
    """The national form in Word, its levels merged, as a table of one grid; some with a text box above."""
    name, rows = _project(dice, number)
    document = docx.Document()
    document.add_paragraph("项目支出绩效自评表")
    document.add_paragraph("（2024年度）")
    lines = [
        [str(one) if one is not None else "" for one in [*line, *[None] * (9 - len(line))]]
        for line in _form(name, rows)[2:]
    ]
    table = word_table(document, lines)
    for line, first, last in ((0, 2, 8), (2, 0, 2), (3, 1, 2), (len(lines) - 1, 0, 5)):
        table.cell(line, first).merge(table.cell(line, last))
    table.cell(5, 0).merge(table.cell(4 + 1 + len(rows), 0))
    if number % 2:
        for cell in (table.cell(6, 1), table.cell(7, 1)):
            cell.text = ""
        table.cell(6, 1).merge(table.cell(8, 1)).text = "产出指标"
    return Filed(saved_word(document, folder / f"自评表{number}.docx"), {name: _names(rows)})


def over_pages(folder: Path, dice: random.Random, number: int) -> Filed:
    """A report with its table split over pages; a value in a content control, one inserted, the title in a text box."""
    name, rows = _project(dice, number)
    document = docx.Document()
    title: Any = document.add_paragraph(f"项目名称：{name}") if number % 2 else document.add_paragraph("")
    if number % 2 == 0:
        title._p.append(_text_box(f"项目名称：{name}"))
    document.add_paragraph("本项目于2024年实施，满意度通过发放问卷取得。")
    texts = [[str(one) for one in row] for row in rows]
    first = word_table(document, [HEAD, *texts[:2]])
    document.add_paragraph("续表")
    second = word_table(document, [HEAD, *texts[2:], ["总分", "", "", "", "", "90", "90", ""]])
    told = []
    control: Any = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent/></w:sdt>")
    run = first.cell(1, 4).paragraphs[0].runs[0]._r
    run.addprevious(control)
    control.find(qn("w:sdtContent")).append(run)
    if number % 3 == 0:
        inserted = OxmlElement("w:ins")
        run = second.cell(2, 4).paragraphs[0].runs[0]._r
        run.addprevious(inserted)
        inserted.append(run)
        told.append("JX654")
    return Filed(saved_word(document, folder / f"报告{number}.docx"), {name: _names(rows)}, tuple(told))


def _text_box(text: str) -> Any:
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def saved_word(document: docx.document.Document, file: Path) -> Path:
    """The document in its file."""
    document.save(str(file))
    return file


LAYOUTS: Sequence[Callable[[Path, random.Random, int], Filed]] = (
    national,
    of_a_system,
    two_row_head,
    list_of_projects,
    stacked,
    on_its_side,
    form_in_word,
    over_pages,
)


def filed(folder: Path, count: int) -> list[Filed]:
    """So many files, the layouts in turn."""
    kinds = len(LAYOUTS)
    return [LAYOUTS[at % kinds](folder, random.Random(at), at // kinds) for at in range(count)]  # noqa: S311
