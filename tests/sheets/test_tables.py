"""From cells to rows: headers, units, totals, blanks. In CSV, which is easiest to read here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sheets.conftest import Look, column

WriteCsv = Callable[..., Path]
SOURCE = "{来源: 表.csv}"


@pytest.mark.parametrize(
    ("header", "value", "text"),
    [
        ("金额", "125.00 万元", "125.00 万元"),
        ("资金额度", "125.00 万元", "125.00 万元"),
        ("金 额", "1 元", "1 元"),
        ("*金额：", "1 元", "1 元"),
        ("金额（万元）", "125.00", "125.00万元"),
        ("金额(万元)", " 1,009.31 ", "1,009.31万元"),
        ("金额（人民币万元）", "125.00", "125.00万元"),
        ("金额（单位：万元）", "125", "125万元"),
        ("资金额度［亿元］", "1.2", "1.2亿元"),
        ("金额（万元）", "125 元", "125 元"),
        ("金额（万元）", "无", "无"),
    ],
)
def test_a_column_is_known_by_name_or_label_and_lends_its_unit(
    look: Look, write_csv: WriteCsv, header: str, value: str, text: str
) -> None:
    write_csv(f'项目,"{header}"\n甲,"{value}"\n')
    read = look(SOURCE)
    assert not read.found
    assert read.rows == [{"项目": "甲", "金额": text}]


@pytest.mark.parametrize(
    ("header", "column", "value", "text"),
    [
        ("得分（分）", "得分", "98", "98"),
        ("项目自评分", "得分", "98", "98"),
        ("项目自评分（百分制）", "得分", "98", "98"),
        ("得分（元）", "得分", "98", "98元"),
        ("人数（名）", "人数", "48", "48"),
        ("核定人数（人）", "人数", "48", "48人"),
        ("完成率（%）", "比率", "96.69", "96.69%"),
        ("比率（％）", "比率", "96.69%", "96.69%"),
        ("目标（家）", "目标", "≥50", "≥50家"),
        ("目标（家）", "目标", "2-3", "2-3家"),
        ("目标（家）", "目标", "50家以上", "50家以上"),
        ("目标值（家）", "目标", "消除", "消除"),
        ("资金项目", "项目", "甲2", "甲2"),
        ("项目（个）", "项目", "甲2", "甲2"),
    ],
)
def test_units_of_other_kinds(
    look: Look, write_csv: WriteCsv, *, header: str, column: str, value: str, text: str
) -> None:
    others = [("项目", "甲"), ("金额", "1 元")]
    cells = [(header, value), *(pair for pair in others if pair[0] != column)]
    write_csv("\n".join(",".join(part) for part in zip(*cells, strict=True)))
    read = look(SOURCE)
    assert not read.found
    assert read.rows[0][column] == text


@pytest.mark.parametrize("inside", ["2021年", "3个", "保留两位", "≥", "-"])
def test_what_is_no_unit_belongs_to_the_name(look: Look, write_csv: WriteCsv, inside: str) -> None:
    write_csv(f"项目,金额（{inside}）\n甲,1\n")
    assert look(SOURCE).only.hint == f"「金额（{inside}）」是否就是这一列？是的话，把表头改为「金额」。"


def test_what_stands_above_the_header_is_passed_over(look: Look, write_csv: WriteCsv) -> None:
    write_csv("附件2,,\n2021年专项资金项目表,,\n,,单位：万元\n序号,项目,金额\n1,甲,1 元\n")
    read = look(SOURCE)
    assert read.rows == [{"项目": "甲", "金额": "1 元"}]
    assert read.place(1, "金额") == "表.csv:5:3"
    assert not read.found


def test_other_columns_are_passed_over(look: Look, write_csv: WriteCsv) -> None:
    write_csv("序号,项目,负责科室,金额,联系方式\n1,甲,办公室,1 元,\n")
    assert look(SOURCE).rows == [{"项目": "甲", "金额": "1 元"}]
    assert not look(SOURCE).found


def test_a_missing_column_is_one_finding_with_the_near_miss(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,资金金额（万元）,得分\n甲,1,98\n乙,2,97\n")
    read = look(SOURCE)
    assert read.found == [("JX242", "表.csv:1:2")]
    assert read.only.message == "「专项资金.金额」（资金额度）这一列没有找到。"
    assert read.only.hint == "「资金金额（万元）」是否就是这一列？是的话，把表头改为「金额（万元）」。"
    assert read.table.refused == {"专项资金.金额"}
    assert [row["项目"] for row in read.rows] == ["甲", "乙"], "the other columns are read and checked all the same"


def test_missing_columns_without_a_near_miss_show_the_header(look: Look, write_csv: WriteCsv) -> None:
    long = "很长很长很长很长很长很长很长很长的表头文字"
    write_csv(f"{long},得分\n甲,98\n")
    read = look(SOURCE)
    assert [finding.hint for finding in read.table.findings] == [
        f"在表头加上「{name}」一列；表头那一行有：「{long[:20]}…」、「得分」。" for name in ("项目", "金额")
    ]
    assert {str(finding.span) for finding in read.table.findings} == {"表.csv:1:1"}


def test_of_two_headers_spelled_alike_none_is_suggested(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,资金金额,资金金额\n甲,1 元,2 元\n")
    assert look(SOURCE).only.hint == "在表头加上「金额」一列；表头那一行有：「项目」、「资金金额」、「资金金额」。"


def test_where_no_column_is_found_the_first_row_is_the_header(look: Look, write_csv: WriteCsv) -> None:
    write_csv("\n一,二\n三,四\n")
    read = look(SOURCE)
    assert [code for code, _ in read.found] == ["JX242", "JX242"]
    assert read.table.refused == {"专项资金"}
    assert not read.rows


def test_a_column_that_comes_near_an_optional_one_is_a_warning(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额,完成日\n甲,1 元,2021-12-31\n")
    finding = look(SOURCE).only
    assert (finding.code, str(finding.severity), str(finding.span)) == ("JX244", "warning", "表.csv:1:3")
    assert "没有填的列里有「日期」" in finding.message


def test_a_column_that_stands_twice(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额,资金额度（万元）\n甲,1 元,2\n")
    read = look(SOURCE)
    assert read.found == [("JX243", "表.csv:1:3")]
    assert read.only.message == "表头「资金额度（万元）」和 表.csv:1:2 都是「金额」这一列。"
    assert read.rows == [{"项目": "甲", "金额": "1 元"}]


@pytest.mark.parametrize(
    "tail",
    [
        "合计,3 元",
        "总 计：,3 元",
        "小计,3 元\n合计,3 元",
        "合计,3 元\n注：金额以决算为准。,",
        ",\n 合计 ,3 元\n,\n填表人：,\n",
        "汇总,3 元\n以上数据来源于财政一体化系统。\n制表人 某某",
        "合计,",
    ],
)
def test_totals_and_notes_at_the_end_are_left_out(look: Look, write_csv: WriteCsv, tail: str) -> None:
    write_csv(f"项目,金额\n甲,1 元\n\n乙,2 元\n{tail}\n")
    read = look(SOURCE)
    assert [row["项目"] for row in read.rows] == ["甲", "乙"]
    assert not read.found


def test_a_total_in_a_column_of_its_own(look: Look, write_csv: WriteCsv) -> None:
    write_csv("序号,项目,金额\n1,甲,1 元\n合计,,1 元\n")
    assert look(SOURCE).rows == [{"项目": "甲", "金额": "1 元"}]


@pytest.mark.parametrize(("total", "found"), [("100", []), ("80", [("JX257", "表.csv:4:3")])])
def test_the_score_of_the_whole_form_has_points_from_elsewhere(
    look: Look, write_csv: WriteCsv, total: str, found: list[tuple[str, str]]
) -> None:
    write_csv(f"项目,金额,得分\n甲,1 元,40\n乙,2 元,50\n总分,,{total}\n")
    assert look(SOURCE).found == found


def test_a_total_that_only_a_remark_names(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额,备注\n甲,1 元,见附表\n,1 元,合计\n")
    read = look(SOURCE)
    assert (read.rows, read.found) == ([{"项目": "甲", "金额": "1 元"}], [])


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ("甲,1 元\n小 计：,1 元\n乙,2 元\n小计,2 元\n总计,3 元", []),
        ("合计,3 元\n甲,1 元\n乙,2 元", []),
        ("小计,1 元\n甲,1 元\n小计,2 元\n乙,2 元", []),
        ("甲,1 元\n小计,5 元\n乙,2 元", [("JX257", "表.csv:3:2")]),
        ("甲,1 元\n乙,2 元\n专项资金合计（元）,4 元", [("JX257", "表.csv:4:2")]),
        ("甲,1 元\n其中：中央资金,0.4 元\n乙,2 元\n合计,3 元", [("JX283", "表.csv:3:1")]),
        ("甲,1 元\n其中：中央资金,1.4 元\n乙,2 元", [("JX283", "表.csv:3:1"), ("JX259", "表.csv:3:2")]),
        (
            "甲,1 元\n其中：中央资金,0.4 元\n省级资金,0.6 元\n乙,2 元",
            [("JX283", "表.csv:3:1"), ("JX260", "表.csv:4:2")],
        ),
        ("甲,1.01 万元\n乙,2.01 万元\n总计,3.03 万元", []),
        ("甲,1.01 万元\n乙,2.01 万元\n总计,3.05 万元", [("JX257", "表.csv:4:2")]),
        ("甲,1 元\n乙,2 元\n合计,￥4 元", [("JX688", "表.csv:4:2")]),
    ],
)
def test_totals_and_shares_are_compared_and_not_read(
    look: Look, write_csv: WriteCsv, rows: str, found: list[tuple[str, str]]
) -> None:
    write_csv(f"项目,金额\n{rows}\n")
    read = look(SOURCE)
    assert read.found == found
    assert [row["项目"] for row in read.rows if row["项目"] != "省级资金"] == ["甲", "乙"]


@pytest.mark.parametrize(
    ("row", "at", "hint"),
    [
        ("甲,1,096.00,96", "表.csv:2:2", '写成 "1,096.00"'),
        ("甲,1,234.56 万元,96", "表.csv:2:2", '写成 "1,234.56 万元"'),
        ("甲，乙,丙,3 元,96", "表.csv:2:4", "一格里有英文逗号的"),
        ("甲,1,096.00", "表.csv:2:2", "1,096.00"),
    ],
)
def test_a_row_with_a_cell_too_many_is_told_and_not_read(
    look: Look, write_csv: WriteCsv, row: str, at: str, hint: str
) -> None:
    write_csv(f"项目,金额（万元）,得分\n{row}\n乙,2,90,\n")
    read = look(SOURCE)
    assert read.found == [("JX258", at)]
    assert hint in read.only.hint
    assert read.rows == [{}, {"项目": "乙", "金额": "2万元", "得分": "90"}]


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("单位：万元,,\n项目,金额,得分\n", 2),
        ("2022年专项资金表（万元）,,\n项目,金额,得分\n", 2),
        ("填报单位：市住建局,,金额单位：人民币万元\n项目,金额,得分\n", 2),
        ("项目,金额,得分\n,（万元）,\n", 2),
        ("项目,资金,评价\n,金额（万元）,得分\n", 2),
        ("项目,金额（万元）,得分\n栏次,1,2\n", 2),
        ("项目,金额（万元）,得分\n甲,1,2\n", 2),
    ],
)
def test_units_above_and_headers_of_two_rows(look: Look, write_csv: WriteCsv, head: str, rows: int) -> None:
    write_csv(f"{head}老旧小区,4500,96\n租赁补贴,615.2,100\n")
    read = look(SOURCE)
    assert not read.found
    assert len(read.rows) == rows
    assert read.rows[0] == {"项目": "老旧小区", "金额": "4500万元", "得分": "96"}


@pytest.mark.parametrize("head", ["单位：元,\n项目,金额（万元）", "单位：元,\n（单位：万元）,\n项目,金额"])
def test_two_units_that_differ_are_told(look: Look, write_csv: WriteCsv, head: str) -> None:
    write_csv(f"{head}\n甲,1\n")
    assert look(SOURCE).only.code == "JX272"


@pytest.mark.parametrize(
    ("head", "rows", "found"),
    [
        ("金额（万元）", "甲,45000000\n乙,6152000\n", [("JX298", "表.csv:2:2")]),
        ("金额（万元）", "甲,4500\n乙,615.2\n", []),
        ("金额（元）", "甲,1096.00\n乙,615.20\n", [("JX298", "表.csv:2:2")]),
        ("金额（元）", "甲,10960000\n乙,615.20\n", []),
        ("金额", "甲,1096 元\n乙,615 元\n", []),
    ],
)
def test_a_unit_that_can_hardly_be_meant_is_told(
    look: Look, write_csv: WriteCsv, head: str, rows: str, found: list[tuple[str, str]]
) -> None:
    write_csv(f"项目,{head}\n{rows}")
    assert look(SOURCE).found == found


def test_two_columns_under_one_head_are_not_taken_for_the_one_that_is_wanted(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额,,得分\n,预算,决算,\n甲,1 元,2 元,90\n")
    assert [code for code, _ in look(SOURCE).found] == ["JX242"]


def test_names_that_only_begin_like_a_total_are_rows(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额\n合计划生育经费,1 元\n注册登记经费,2 元\n注：经费,3 元\n")
    assert len(look(SOURCE).rows) == 3


def test_rows_of_which_only_other_columns_are_filled_in_are_blank(look: Look, write_csv: WriteCsv) -> None:
    write_csv("序号,项目,金额\n1,甲,1 元\n2,,\n3,,\n")
    assert len(look(SOURCE).rows) == 1


def test_blank_cells_keep_their_place(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额\n甲,\n")
    assert look(SOURCE).place(1, "金额") == "表.csv:2:2"
    assert look(SOURCE).rows == [{"项目": "甲"}]


def test_a_table_without_rows_is_told_for_its_file_is_named(look: Look, write_csv: WriteCsv) -> None:
    write_csv("项目,金额\n合计,\n")
    read = look(SOURCE)
    assert read.table.refused == {"专项资金"}
    assert [code for code, _ in read.found] == ["JX245"]


def test_a_column_of_paragraphs_keeps_its_lines(look: Look, write_csv: WriteCsv) -> None:
    write_csv('标题,内容\n一,"第一段。\n第二段。"\n')
    columns = [column("标题", "标题", "文字"), column("内容", "内容", "段落")]
    assert look(SOURCE, columns).rows == [{"标题": "一", "内容": "第一段。\n第二段。"}]


def test_in_a_table_of_words_no_text_is_a_total_a_share_or_a_note(look: Look, write_csv: WriteCsv) -> None:
    columns = (column("标题", "标题", "文字"), column("内容", "内容", "文字", required=False))
    write_csv(
        "标题,内容\n其中：县级,一\n备注：登记,二\n说明：三,\n合计,四\n标题,内容\n注：由办公室填写,\n填表人：,某人\n"
    )
    read = look(SOURCE, columns)
    assert not read.found
    assert [row["标题"] for row in read.rows] == ["其中：县级", "备注：登记", "说明：三", "合计"]
