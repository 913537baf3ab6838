"""Workbooks: what a cell says, what is merged, hidden or not computed, and files that are no sound workbook."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from generator.base.diagnostics import Severity
from generator.submission import excel
from tests.sheets.conftest import COLUMNS, Look, Save, column

HEAD = ["项目", "金额", "得分", "日期", "目标", "比率", "完成", "人数"]


def formatted(cell: str, code: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[cell].number_format = code

    return change


def rewrite(file: Path, part: str, change: Callable[[bytes], bytes]) -> None:
    """Change one part of a workbook's package."""
    with zipfile.ZipFile(file) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("column", "value", "code", "text"),
    [
        ("金额", "1,009.31 万元", "General", "1,009.31 万元"),
        ("金额", 125, '0.00"万元"', "125.00万元"),
        ("得分", 98.5, "General", "98.5"),
        ("得分", "０９８", "General", "０９８"),
        ("日期", date(2021, 12, 31), "yyyy-mm-dd", "2021-12-31"),
        ("日期", datetime(2021, 12, 31, 8, 30), "yyyy-mm-dd hh:mm", "2021-12-31 08:30"),
        ("日期", datetime(2021, 12, 31, 8, 30), "yyyy/m/d", "2021-12-31"),
        ("日期", "2021年12月31日", "General", "2021年12月31日"),
        ("项目", date(2021, 12, 31), "[$-804]yyyy/m/d;@", "2021-12-31"),
        ("项目", date(2021, 12, 31), "mm-dd-yy", "2021-12-31"),
        ("项目", date(2021, 12, 31), 'yyyy"年"m"月"d"日"', "2021-12-31"),
        ("目标", "2-3家", "@", "2-3家"),
        ("目标", datetime(2024, 11, 20), "yyyy/m/d", "2024年11月20日"),
        ("目标", 270, '0"家"', "270家"),
        ("目标", 12, '"≥"0"家"', "≥12家"),
        ("项目", 1, '"有";"无";"无"', "有"),
        ("项目", 0, '"有";"无";"无"', "无"),
        ("比率", 0.9669, "0.00%", "96.69%"),
        ("比率", 1, "0%", "100%"),
        ("完成", True, "General", "是"),
        ("完成", False, "General", "否"),
        ("项目", True, "General", "TRUE"),
        ("项目", 2021, "General", "2021"),
        ("项目", "甲_x000D_\n乙\r\n丙", "General", "甲\n乙\n丙"),
        ("项目", "null", "General", "null"),
        ("项目", "~", "General", "~"),
        ("项目", " 甲 ", "General", " 甲 "),
    ],
)
def test_a_cell_says_what_a_person_reads(
    look: Look, save: Save, *, column: str, value: object, code: str, text: str
) -> None:
    row = {"项目": "甲", "金额": "1 元"} | {column: value}
    cell = f"{chr(ord('A') + HEAD.index(column))}2"
    save(HEAD, [row.get(name) for name in HEAD], change=formatted(cell, code))
    read = look()
    assert not read.found
    assert read.rows[0][column] == text
    assert read.place(1, column) == f"表.xlsx!目标!{cell}"


@pytest.mark.parametrize(
    ("column", "value", "code", "finding", "words"),
    [
        ("金额", "#REF!", "General", "JX247", "这一格是「#REF!」，不是资金额度"),
        ("目标", "#DIV/0!", "General", "JX247", "这一格是「#DIV/0!」"),
        ("项目", "#####", "General", "JX247", "这一格是「#####」"),
        ("金额", "=B9*2", "General", "JX246", "这一格是公式，文件里没有存下它的结果"),
        ("目标", date(2024, 2, 3), 'm"月"d"日"', "JX248", "存的是日期或时间（2024-02-03），不是目标值"),
        ("目标", datetime(1900, 1, 8), "yyyy-mm-dd", "JX248", "存的是日期或时间（1900-01-08），不是目标值"),
        ("项目", date(1905, 6, 22), "yyyy/m/d", "JX248", "存的是日期或时间（1905-06-22）"),
        ("比率", date(2024, 1, 2), "d-mmm", "JX248", "不是完成率"),
        ("项目", date(2024, 1, 1), '"至"yyyy"年"m"月"', "JX248", "存的是日期或时间（2024-01-01）"),
        ("项目", date(2024, 1, 1), '"day" yyyy', "JX248", "存的是日期或时间（2024-01-01）"),
        ("项目", clock(1, 3), "h:mm", "JX248", "（01:03:00）"),
        ("项目", timedelta(hours=30), "[h]:mm", "JX248", "（1 day, 6:00:00）"),
        ("金额", 1250000, "0!.0000,", "JX249", "看到的不是存着的 1250000"),
        ("金额", 125, "0!.0", "JX249", "看到的不是存着的 125"),
        ("金额", 50000, '[>=10000]0!.0,"万元";0"元"', "JX249", "看到的不是存着的 50000"),
        ("金额", 5, ";;;", "JX252", "这一格显示为 （空白），存着的是 5"),
        ("日期", date(2021, 12, 31), 'm"月"d"日"', "JX252", "这一格显示为 12月31日，存着的是 2021-12-31"),
        ("日期", date(2021, 12, 1), 'yyyy"年"m"月"', "JX252", "这一格显示为 2021年12月，存着的是 2021-12-01"),
        ("项目", 123456789012345678, "0", "JX284", "123456789012346000"),
        ("金额", "Err:502", "General", "JX247", "这一格是「Err:502」"),
        ("项目", "甲\x7f乙", "General", "JX108", "U+007F（控制字符）"),
        ("项目", "甲\u200b乙", "General", "JX108", "U+200B（不可见的零宽字符）"),
    ],
)
def test_a_cell_that_cannot_be_meant_so_is_told(
    look: Look, save: Save, *, column: str, value: object, code: str, finding: str, words: str
) -> None:
    row = {"项目": "甲", "金额": "1 元"} | {column: value}
    cell = f"{chr(ord('A') + HEAD.index(column))}3"
    save(HEAD, ["首", "1 元"], [row.get(name) for name in HEAD], change=formatted(cell, code))
    read = look()
    assert (read.only.code, str(read.only.span), read.only.path) == (
        finding,
        f"表.xlsx!目标!{cell}",
        f"专项资金[2].{column}",
    )
    assert words in read.only.message
    is_refused = f"专项资金[2].{column}" in read.table.refused
    assert is_refused is (read.only.severity is Severity.ERROR and finding != "JX108"), "the rest can be read on"


def test_more_digits_than_are_shown_are_a_warning(look: Look, save: Save) -> None:
    save(HEAD, ["甲", "1 元", 9.65926], change=formatted("C2", "0.00"))
    read = look()
    assert read.rows[0]["得分"] == "9.65926"
    assert (read.only.code, str(read.only.severity)) == ("JX252", "warning")
    assert read.only.message == "这一格显示为 9.66，存着的是 9.65926；程序按存着的数读取。"


def test_of_a_computed_column_what_is_shown_is_compared(look: Look, save: Save) -> None:
    save(["项目", "金额", "占比"], ["甲", "1 元", 0.251647086], change=formatted("C2", "0.00%"))
    read = look()
    assert not read.found
    assert read.rows[0]["占比"] == "25.16%"


@pytest.mark.parametrize(
    ("number", "column", "text", "told"),
    [
        (31, "日期", "2021-12-31", []),
        (58, "日期", "2021-12-31", ["JX252"]),
        (31, "项目", "2021-12-31", []),
        (57, "项目", "2021年12月", []),
    ],
)
def test_chinese_dates_that_the_file_names_by_number(
    look: Look, save: Save, *, number: int, column: str, text: str | None, told: list[str]
) -> None:
    at = f"{chr(ord('A') + HEAD.index(column))}2"
    row = {"项目": "甲", "金额": "1 元"} | {column: 44561}
    file = save(HEAD, [row.get(name) for name in HEAD], change=formatted(at, '"x"0'))
    strip = re.compile(rb"<numFmts.*?</numFmts>", re.DOTALL)
    rewrite(file, "xl/styles.xml", lambda xml: strip.sub(b"", xml).replace(b'"164"', b'"%d"' % number))
    read = look()
    assert read.rows[0].get(column) == text
    assert [code for code, _ in read.found] == told


def test_a_result_that_is_an_empty_text_is_blank(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元", "=IF(1,2,3)"])
    rewrite(file, SHEET, lambda xml: re.sub(rb'<c r="C2"><f>', b'<c r="C2" t="str"><f>', xml))
    assert look().rows == [{"项目": "甲", "金额": "1 元"}]
    assert not look().found


def test_the_stored_result_of_a_formula_is_read(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元", "=49*2"])
    rewrite(file, SHEET, lambda xml: re.sub(rb"(</f>)<v(?:\s*/>|></v>)", rb"\1<v>98</v>", xml))
    assert look().rows[0]["得分"] == "98"


def test_a_serial_number_that_is_no_date(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元", None, date(2021, 1, 1)])
    rewrite(file, SHEET, lambda xml: xml.replace(b"<v>44197</v>", b"<v>99999999</v>"))
    assert look().only.code == "JX247"


def merged(*ranges: str) -> Callable[[Any], None]:
    def change(sheet: Worksheet) -> None:
        for cells in ranges:
            sheet.merge_cells(cells)

    return change


def test_a_cell_merged_over_rows_counts_for_each(look: Look, save: Save) -> None:
    save(HEAD, ["甲", "1 元"], [None, "2 元"], ["乙", "3 元"], [None, "4 元"], change=merged("A2:A3", "C2:D2"))
    read = look()
    assert [row.get("项目") for row in read.rows] == ["甲", "甲", "乙", None]
    assert read.place(2, "项目") == "表.xlsx!目标!A2", "the place is that of the cell that holds the text"
    assert read.place(4, "项目") == "表.xlsx!目标!A5"


def test_what_is_left_below_a_merged_cell_is_not_read(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元"], ["旧名", "2 元"])
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    rewrite(file, SHEET, lambda xml: xml.replace(b"</sheetData>", merge))
    assert [row["项目"] for row in look().rows] == ["甲", "甲"]


def test_a_number_merged_over_rows_is_refused_once(look: Look, save: Save) -> None:
    save(HEAD, ["甲", "1 元"], ["乙", None], change=merged("B2:B3"))
    read = look()
    assert read.found == [("JX250", "表.xlsx!目标!B2")]
    assert read.only.message.startswith("「专项资金[1].金额」这一格合并了第 2 至 3 行")
    assert read.table.refused == {"专项资金[1].金额", "专项资金[2].金额"}


def test_a_computed_column_merged_over_rows_says_nothing_of_the_lower_ones(look: Look, save: Save) -> None:
    save(["项目", "金额", "占比"], ["甲", "1 元", "5%"], ["乙", "1 元"], change=merged("C2:C3"))
    assert [row.get("占比") for row in look().rows] == ["5%", None]


def test_a_header_merged_over_two_rows(look: Look, save: Save) -> None:
    cells = [f"{letter}1:{letter}2" for letter in "AB"]
    save(["项目", "金额", "备注"], [None, None, "元"], ["甲", "1 元"], change=merged(*cells))
    read = look()
    assert read.rows == [{"项目": "甲", "金额": "1 元"}]
    assert not read.found


def test_a_merged_cell_over_the_whole_column_costs_nothing(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元"], [None, "2 元"])
    refs = b'<mergeCell ref="A2:A1048576"/><mergeCell ref="B2:XFD2"/><mergeCell ref="C2"/>'
    merge = b'</sheetData><mergeCells count="3">' + refs + b"</mergeCells>"
    rewrite(file, SHEET, lambda xml: xml.replace(b"</sheetData>", merge))
    start = time.monotonic()
    assert [row["项目"] for row in look().rows] == ["甲", "甲"]
    assert time.monotonic() - start < 5


def test_a_number_merged_over_columns_is_refused_and_a_word_is_not(look: Look, save: Save) -> None:
    save(HEAD, ["甲", "1 元"], ["乙", "2 元", 3], change=merged("A3:B3", "B2:C2"))
    assert look().found == [("JX250", "表.xlsx!目标!B2")]


def test_what_is_struck_through_is_told_once_and_a_struck_part_is_not_read(look: Look, save: Save) -> None:
    def strike(sheet: Any) -> None:
        sheet["A3"].font = sheet["B3"].font = Font(strike=True)
        sheet["B4"] = CellRichText(TextBlock(InlineFont(strike=True), "12"), "15 元")
        sheet["E4"] = CellRichText("10", TextBlock(InlineFont(vertAlign="superscript"), "3"), "家")

    save(HEAD, ["甲", "1 元"], ["乙", "2 元"], ["丙"], change=strike)
    read = look()
    assert (read.only.code, str(read.only.span)) == ("JX231", "表.xlsx!目标!A3")
    assert "有 3 格划了删除线（A3、B3、B4）" in read.only.message
    assert read.rows[1:] == [{"项目": "乙", "金额": "2 元"}, {"项目": "丙", "金额": "15 元", "目标": "10³家"}]


def test_a_text_in_a_format_that_the_file_lacks_is_read(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元"])
    rewrite(file, SHEET, lambda xml: xml.replace(b'r="A2"', b'r="A2" s="77"'))
    assert look().rows == [{"项目": "甲", "金额": "1 元"}]


def test_comments_of_persons_are_told_once(look: Look, save: Save) -> None:
    def remark(sheet: Any) -> None:
        for cell, text in (("B2", "待财务核实"), ("B3", "警告 JX252：……"), ("A1", "怎样填"), ("A3", "新增的")):
            sheet[cell].comment = Comment(text, "某人")

    save(HEAD, ["甲", "1 元"], ["乙", "2 元"], change=remark)
    read = look()
    assert (read.only.code, str(read.only.span)) == ("JX251", "表.xlsx!目标!B2")
    assert "有 2 格带批注（B2、A3）" in read.only.message


def test_hidden_rows_are_read_and_told(look: Look, save: Save) -> None:
    def hide(sheet: Any) -> None:
        for line in (3, 4, 5, 6, 7, 8):
            sheet.row_dimensions[line].hidden = True

    save(HEAD, *([f"项目{number}", "1 元"] for number in range(8)), change=hide)
    read = look()
    assert len(read.rows) == 8
    assert (read.only.code, str(read.only.span)) == ("JX253", "表.xlsx!目标!A3")
    assert "有 6 行被隐藏或筛选掉（第 3、4、5、6、7等 行）" in read.only.message


def several_sheets(file: Path) -> None:
    book = Workbook()
    first: Any = book.active
    first.title = "说明"
    first.sheet_state = "hidden"
    for title, name in (("目标 ", "甲"), ("项目", "乙")):
        sheet = book.create_sheet(title)
        sheet.append(["项目", "金额"])
        sheet.append([name, "1 元"])
    book.create_chartsheet("图").add_chart(BarChart())
    book.save(file)


@pytest.mark.parametrize(
    ("source", "name"),
    [("{来源: 表.xlsx}", "甲"), ("{来源: 表.xlsx, 工作表: 目标}", "甲"), ("{来源: 表.xlsx, 工作表: 项目}", "乙")],
)
def test_a_sheet_is_chosen_by_name_else_the_first_visible(look: Look, tmp_path: Path, source: str, name: str) -> None:
    several_sheets(tmp_path / "表.xlsx")
    assert look(source).rows == [{"项目": name, "金额": "1 元"}]


def test_the_sheet_that_has_the_columns_is_named(look: Look, save: Save) -> None:
    def beside(sheet: Any) -> None:
        sheet.parent.create_sheet("数据").append(["项目", "金额"])

    save(["填报须知"], ["一、按季度填"], change=beside)
    assert look().only.code == "JX242"
    assert "「工作表: 数据」" in look().only.hint


def test_another_sheet_with_the_columns_is_told(look: Look, save: Save) -> None:
    def beside(sheet: Any) -> None:
        other = sheet.parent.create_sheet("第二批")
        other.append(["项目", "金额"])
        other.append(["乙", "2 元"])

    save(["项目", "金额"], ["甲", "1 元"], change=beside)
    assert (look().only.code, look().only.span.sheet) == ("JX689", "第二批")
    assert look("{来源: 表.xlsx, 工作表: 第二批}").found == []


def test_an_unknown_sheet_is_told_with_near_misses(look: Look, tmp_path: Path) -> None:
    several_sheets(tmp_path / "表.xlsx")
    finding = look("{来源: 表.xlsx, 工作表: 目标表}").only
    assert (finding.code, str(finding.span)) == ("JX240", "填报.yaml:1:25")
    assert finding.message == "「表.xlsx」里没有工作表「目标表」。"
    assert finding.hint == "是否为「目标 」？"
    assert look("{来源: 表.xlsx, 工作表: 图}").only.code == "JX240", "a chart is no sheet"


def test_an_empty_sheet(look: Look, save: Save) -> None:
    save([])
    assert look().only.message == "「表.xlsx!目标」里没有内容，找不到表头。"


# Files that are no sound workbook.


def package(**parts: bytes) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return whole.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "文件已损坏，或其实是别的格式"),
        ("项目,金额\n".encode(), "文件已损坏，或其实是别的格式"),
        (b"PK\x03\x04" + b"\0" * 100, "文件已损坏，或其实是别的格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "文件已损坏"),
        (b"<html><table><tr><td>1", "它其实是网页"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "它加了打开密码"),
        (package(), "文件已损坏"),
        (package(a=b"x"), "文件已损坏"),
    ],
)
def test_files_that_are_no_workbook(look: Look, tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "表.xlsx").write_bytes(data)
    finding = look().only
    assert (finding.code, str(finding.span)) == ("JX238", "填报.yaml:1:12")
    assert finding.message == f"「表.xlsx」不能作为 Excel 工作簿读取：{reason}。"
    assert finding.hint


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "'
    + b"x" * 1000
    + b'">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (SHEET, lambda xml: xml[: len(xml) // 2]),
        (SHEET, lambda xml: xml.replace(b'r="A2"', b'r="!"')),
        (SHEET, lambda xml: xml.replace(b"<row", b"<row r='x'", 1)),
        (SHEET, lambda xml: BOMB + xml.replace(b"<t>", b"<t>&j;", 1)),
        (SHEET, lambda xml: xml.replace(b't="inlineStr"', b't="s"').replace(b"<is><t>", b"<v>99</v><is><t>")),
        ("xl/workbook.xml", lambda _: b"<x/>"),
        ("xl/workbook.xml", lambda xml: re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", xml)),
        ("xl/styles.xml", lambda _: b"\xff"),
        ("[Content_Types].xml", lambda _: b""),
    ],
)
def test_damaged_parts_are_told_calmly(look: Look, save: Save, part: str, change: Callable[[bytes], bytes]) -> None:
    rewrite(save(HEAD, ["甲", "1 元"]), part, change)
    start = time.monotonic()
    assert look().only.code == "JX238"
    assert time.monotonic() - start < 5


def test_the_strict_format_is_told(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元"])
    for part in ("xl/workbook.xml", SHEET):
        rewrite(
            file,
            part,
            lambda xml: xml.replace(
                b"schemas.openxmlformats.org/spreadsheetml/2006", b"purl.oclc.org/ooxml/spreadsheetml"
            ),
        )
    assert look().only.code == "JX238"
    assert "Strict" in look().only.message


def test_a_bomb_is_refused_unopened(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "表.xlsx").write_bytes(package(**{"xl/worksheets/sheet1.xml": b"\0" * (excel.MOST_UNPACKED + 1)}))
    assert look().only.message == "「表.xlsx」太大：解压后的内容超过了 20 MB 的上限。"
    monkeypatch.setattr(excel, "_MOST_PARTS", 2)
    (tmp_path / "表.xlsx").write_bytes(package(a=b"", b=b"", c=b""))
    assert look().only.code == "JX239"


@pytest.mark.parametrize(("ref", "words"), [("IV2", "列数超过了 200 的上限"), ("A5001", "行数超过了 5,000 的上限")])
def test_too_many_rows_or_columns(look: Look, save: Save, ref: str, words: str) -> None:
    def far(sheet: Any) -> None:
        sheet[ref] = "远"

    save(HEAD, ["甲", "1 元"], change=far)
    assert words in look().only.message


def test_cells_without_a_place_of_their_own(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元", "=1"])
    rewrite(file, SHEET, lambda xml: re.sub(rb'(<(?:row|c)) r="[A-Z]*[0-9]+"', rb"\1", xml))
    read = look()
    assert read.found == [("JX246", "表.xlsx!目标!C2")]
    assert read.rows == [{"项目": "甲", "金额": "1 元"}]


def test_the_old_calendar_of_the_mac(look: Look, save: Save) -> None:
    file = save(HEAD, ["甲", "1 元", None, date(2021, 12, 31)])
    rewrite(file, "xl/workbook.xml", lambda xml: xml.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'))
    assert look().rows[0]["日期"] == "2026-01-01"


def test_a_workbook_of_old_excel_is_read_like_a_new_one(look: Look, tmp_path: Path) -> None:
    """Made with LibreOffice: a unit above, merged cells, a share, a hidden row, dates, rates, a computed total."""
    columns = (*COLUMNS, column("一级", "一级项目", "文字"))
    (tmp_path / "表.xls").write_bytes((Path(__file__).parent / "旧表.xls").read_bytes())
    read = look("{来源: 表.xls, 工作表: 目标}", columns)
    assert read.found == [("JX283", "表.xls!目标!B5"), ("JX253", "表.xls!目标!A6")]
    assert read.rows == [
        {"一级": "住建", "项目": "老旧小区", "金额": "4500万元", "日期": "2022-12-31", "比率": "96.69%"},
        {"一级": "住建", "项目": "补贴", "金额": "615.2万元", "日期": "2022-06-01", "比率": "100.00%"},
    ]
