"""A workbook as people fill it in: what cells may hold, what is told at which cell, and how several become one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

import generator
from generator.base.diagnostics import FileProblem, Refused, Severity
from generator.cli import main
from generator.exports.filing_book import filing_book
from generator.submission.accept import read_filing
from generator.submission.filing import parsed_path, said_by, written_path
from generator.workflows.convert import plan, roll_over, write
from generator.yamlfile.build import Scalar
from generator.yamlfile.edit import KeyPath
from tests.small_template import Small, small

FIELDS = """
部门: {类型: 组, 标签: 部门, 字段: {名称: {类型: 文字, 标签: 部门名称}, 收入: {类型: 金额, 标签: 收入}}}
封面: {类型: 组, 标签: 封面, 必填: 否, 字段: {电话: {类型: 文字, 标签: 电话}}}
比例: {类型: 比率, 标签: 比例, 必填: 否}
日子: {类型: 日期, 标签: 日子, 必填: 否}
职责: {类型: 段落, 标签: 职责, 必填: 否}
项目:
  类型: 表
  标签: 项目
  必填: 否
  列:
    名称: {类型: 文字, 标签: 项目名称}
    金额: {类型: 金额, 标签: 金额, 必填: 否, 示例: 1 万元}
    指标表:
      类型: 表
      标签: 指标表
      必填: 否
      列: {指标: {类型: 文字, 标签: 指标}, 目标: {类型: 目标, 标签: 年度指标值, 必填: 否}}
"""
FILING = """
# 一条注释
部门: {名称: 甲局, 收入: 12.50 万元}
职责: [一, 二]
项目:
- {名称: 甲, 金额: 3 万元, 指标表: [{指标: 场次, 目标: ≥3场}]}
- 名称: 乙   # 乙的注释
  金额: 500 元
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


def book_of(form: Small, text: str, name: str = "表.xlsx") -> Path:
    """The workbook that a filing becomes."""
    path = form.folder / name
    write(plan([form.write(text)], path))
    return path


def put(path: Path, **cells: Any) -> Path:
    """The workbook with other cells: ``基本情况_C6=3``."""
    book = load_workbook(path)
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("_")
        book[sheet][cell] = value
    book.save(path)
    return path


def texts(path: Path) -> dict[str, str]:
    source = read_filing(path)
    assert source.root is not None, source.findings
    return {written_path(at): one.text for at, one in said_by(source.root, template_of(path)).items()}


def template_of(path: Path) -> Any:
    return Small(path.parent).template


def row_of(path: Path, sheet: str, text: str) -> int:
    """The row of a sheet whose first two cells have this text."""
    rows = load_workbook(path)[sheet].iter_rows(max_col=2, values_only=True)
    return next(number for number, row in enumerate(rows, 1) if text in row)


def test_numbers_are_numbers_and_dates_are_dates(form: Small) -> None:
    path = book_of(form, FILING.replace("职责:", "比例: 96.70%\n日子: 2021-12-31\n职责:"))
    sheet = load_workbook(path)["基本情况"]
    cells = {row[0].value: row[2] for row in sheet.iter_rows(min_row=5, max_col=3)}
    assert (cells["部门.收入"].value, cells["比例"].value) == (12.5, 0.967)
    assert cells["日子"].number_format == "yyyy-mm-dd"
    assert not cells["部门.名称"].protection.locked
    assert sheet["A6"].protection.locked
    # The head says 年度指标值, findings say 目标.
    assert "消息里叫「目标」" in load_workbook(path)["项目.指标表"]["D3"].value
    assert "消息里叫" not in load_workbook(path)["项目"]["B3"].value


def test_what_people_type_is_read_as_in_any_sheet(form: Small) -> None:
    path = book_of(form, FILING)
    income, share, day = (row_of(path, "基本情况", name) for name in ("部门.收入", "比例", "日子"))
    put(path, **{f"基本情况_C{income}": "1,234.5 元", f"基本情况_C{share}": "95%", f"基本情况_C{day}": "2021年3月1日"})
    # Alt+Enter in a narrow cell, brackets of the other width.
    put(path, **{"项目_B6": "甲\n（一期）", "项目.指标表_B6": "甲(一期) "})
    assert generator.check(path) == ()
    said = texts(path)
    assert said["项目[1].指标表[1].指标"] == "场次"
    assert (said["部门.收入"], said["比例"], said["日子"]) == ("1,234.5 元", "95%", "2021年3月1日")


def test_a_fault_is_told_once_at_its_cell(form: Small) -> None:
    path = book_of(form, FILING)
    name, income = row_of(path, "基本情况", "部门.名称"), row_of(path, "基本情况", "部门.收入")
    put(path, **{f"基本情况_C{name}": None, f"基本情况_C{income}": "=1+1", "项目_C7": "约3"})
    found = {(one.code, str(one.span).partition("!")[2]) for one in generator.check(path)}
    assert found == {("JX202", f"基本情况!C{name}"), ("JX246", f"基本情况!C{income}"), ("JX207", "项目!C7")}


def test_what_cannot_be_read_is_not_said_to_be_blank(tmp_path: Path) -> None:
    fields = "收入: {类型: 金额, 标签: 收入}\n一半: {类型: 金额, 标签: 一半, 公式: 收入 ÷ 2}\n"
    form = small(tmp_path, fields)
    path = put(book_of(form, "收入: 2 元\n"), 基本情况_C7="=1+1")
    assert [(one.code, str(one.span).partition("!")[2]) for one in generator.check(path)] == [("JX246", "基本情况!C7")]


def test_the_sheet_of_indicators_is_read_like_tables(tmp_path: Path) -> None:
    indicators = """
- {名称: 甲, 分值: 40, 得分: 自评分}
- {名称: 乙, 分值: 40, 得分: 自评分}
- {名称: 丙, 分值: 20, 要点: [{名称: 一, 分值: 20}]}
"""
    form = small(tmp_path, "备注: {类型: 文字, 标签: 备注, 必填: 否}\n", indicators, full=100)
    path = book_of(form, "指标: {甲: {自评分: 40}, 乙: {自评分: 40}, 丙: {要点: {一: {结论: 符合}}}}\n")
    book = load_workbook(path)
    sheet = book["指标"]
    sheet["E8"] = " 符合 "
    sheet.merge_cells("D5:D6")
    book.save(path)
    errors = [one for one in generator.check(path) if one.severity is Severity.ERROR]
    assert [(one.code, str(one.span).partition("!")[2]) for one in errors] == [("JX250", "指标!D5")]


def test_struck_facts_and_comments_are_told_and_blanks_behind_a_title_are_not(form: Small) -> None:
    path = book_of(form, FILING)
    book = load_workbook(path)
    book["基本情况"]["C8"].font, book["项目"]["C6"].comment = Font(strike=True), Comment("待核", "某人")
    book["项目"].title = "项目 "
    book.save(path)
    found = {(one.code, str(one.span).partition("!")[2]) for one in generator.check(path)}
    assert {("JX231", "基本情况!C8"), ("JX251", "项目 !C6")} <= found
    assert not {"JX202", "JX293"} & {code for code, _ in found}


def test_a_head_pasted_again_is_no_row_and_hidden_lines_are_told(form: Small) -> None:
    path = book_of(form, FILING)
    book = load_workbook(path)
    sheet, facts = book["项目"], book["基本情况"]
    for column in range(2, 4):
        sheet.cell(8, column).value = sheet.cell(4, column).value
    facts.row_dimensions[line := row_of(path, "基本情况", "部门.收入")].hidden = True
    book.save(path)
    (found,) = generator.check(path)
    assert (found.code, str(found.span).partition("!")[2]) == ("JX253", f"基本情况!C{line}")
    assert [name for name in texts(path) if name.endswith("].名称")] == ["项目[1].名称", "项目[2].名称"]


def test_rows_below_the_numbered_ones_are_numbered_on(form: Small) -> None:
    path = book_of(form, FILING)
    sheet = load_workbook(path)["项目"]
    end = max(number for number in range(6, sheet.max_row + 1) if sheet.cell(number, 1).value is not None) + 1
    put(path, **{f"项目_B{end}": "丙", f"项目_B{end + 1}": "丁", "项目.指标表_B7": end - 4, "项目.指标表_C7": "丁的"})
    assert generator.check(path) == ()
    assert texts(path)["项目[4].指标表[1].指标"] == "丁的"


def test_what_belongs_nowhere_is_told(form: Small) -> None:
    path = book_of(form, FILING)
    belongs = {f"项目.指标表_{column}{line}": "丙" for line in (6, 7, 8) for column in "BC"}
    put(path, 基本情况_C40="多的", **belongs)
    book = load_workbook(path)
    book.create_sheet("底稿")["A1"] = 1
    book.save(path)
    found = {(one.code, str(one.span).partition("!")[2]) for one in generator.check(path)}
    assert found == {("JX292", "基本情况!C40"), ("JX287", "项目.指标表!B6"), ("JX293", "底稿")}


def test_remarks_beside_the_form_are_told(form: Small) -> None:
    path = book_of(form, FILING)
    notes = {"基本情况_I6": "待核", "基本情况_A40": "以上由财务科核对", "项目_A30": "注", "项目_J6": "待核"}
    put(path, **notes, 项目_B5="甲")  # in the row of examples
    found = {(one.code, str(one.span).partition("!")[2]): one.message for one in generator.check(path)}
    assert found.keys() == {("JX200", "基本情况!I6"), ("JX200", "项目!B5")}
    assert "I6、A40" in found["JX200", "基本情况!I6"]
    assert "B5、J6、A30" in found["JX200", "项目!B5"]


def test_a_table_of_words_is_read_with_a_remark_beside_it_or_without_a_column(tmp_path: Path) -> None:
    columns = "{科室: {类型: 文字, 标签: 科室}, 事项: {类型: 文字, 标签: 事项}}"
    form = small(tmp_path, f"分工: {{类型: 表, 标签: 分工, 列: {columns}}}")
    path = put(book_of(form, "分工: [{科室: 办公室, 事项: 文秘}, {科室: 财务科, 事项: 预算}]\n"), 分工_G6="待核")
    assert [one.code for one in generator.check(path)] == ["JX200"]
    book = load_workbook(path)
    book["分工"].delete_cols(2)
    book.save(path)
    assert [one.code for one in generator.check(path)] == ["JX242", "JX200"]


@pytest.mark.parametrize(("total", "codes"), [(3.05, []), (4, ["JX257"])])
def test_a_total_may_be_named_where_the_numbers_are(form: Small, total: float, codes: list[str]) -> None:
    path = put(book_of(form, FILING), 项目_A8="合计", 项目_C8=total)
    assert [one.code for one in generator.check(path)] == codes
    assert [name for name in texts(path) if name.endswith("].名称")] == ["项目[1].名称", "项目[2].名称"]


@pytest.mark.parametrize("sheet", ["项目", "基本情况", "项目.指标表"])
def test_an_inserted_column_is_told_where_something_stands_in_it(form: Small, sheet: str) -> None:
    path = book_of(form, FILING)
    before = texts(path)
    book = load_workbook(path)
    book[sheet].insert_cols(2)
    book[sheet]["B4"] = "处室"
    book.save(path)
    assert generator.check(path) == ()
    put(path, **{f"{sheet}_B6": "办公室"})
    (found,) = generator.check(path)
    assert (found.code, str(found.span).partition("!")[2]) == ("JX200", f"{sheet}!B6")
    assert texts(path) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda sheet: sheet.insert_cols(1), []),
        (lambda sheet: (sheet.insert_cols(1), sheet.insert_rows(1)), []),
        # The row of examples is no row of the filing, even if the word 示例 was deleted with its column.
        (lambda sheet: sheet.delete_cols(1), ["JX200"]),
        (lambda sheet: (sheet.delete_cols(1), sheet.delete_rows(1, 3)), ["JX200"]),
        (lambda sheet: [sheet.cell(row, 1, "一、") for row in (6, 7)], []),
    ],
)
@pytest.mark.parametrize("sheet", ["项目", "职责"])
def test_the_row_of_examples_is_none_of_the_filing(
    tmp_path: Path, sheet: str, change: Callable[[Worksheet], object], told: list[str]
) -> None:
    text = "{类型: 表, 标签: 职责, 列: {内容: {类型: 文字, 标签: 职责, 示例: 拟订规划}}}"
    form = small(tmp_path, FIELDS.replace("职责: {类型: 段落, 标签: 职责, 必填: 否}", f"职责: {text}"))
    path = book_of(form, FILING.replace("[一, 二]", "[{内容: 一}, {内容: 二}]"))
    before, book = texts(path), load_workbook(path)
    for merged in list(book[sheet].merged_cells.ranges):
        book[sheet].unmerge_cells(str(merged))
    change(book[sheet])
    book.save(path)
    assert [one.code for one in generator.check(path)] == told
    assert texts(path) == before


DUTIES = "职责: {类型: 表, 标签: 职责, 列: {内容: {类型: 文字, 标签: 职责}, 依据: {类型: 文字, 标签: 依据, 必填: 否}}}"


@pytest.mark.parametrize(
    ("cells", "more"),
    [
        ({"A8": "序号", "B8": "职责", "C8": "依据", "A9": "填表人：", "B9": "某人", "B10": "注：由财务科核对"}, []),
        ({"B8": "填表人：某人", "C8": "审核人：某人", "B9": "备注：", "C9": "由财务科核对", "H10": "自己看的"}, []),
        ({"B8": "填表人：某人", "C8": "联系电话：123", "B9": "审核人：某人", "C9": "2025年3月1日"}, []),
        ({"B8": "审核人：某人", "C8": "填报日期：2025年3月"}, []),
        # Texts that begin like notes and heads.
        ({"B8": "审核人：没有到位", "C8": "三定规定"}, ["审核人：没有到位"]),
        ({"B8": "备注：登记备案", "C8": "2025年3月1日"}, ["备注：登记备案"]),
        ({"B8": "备注：登记备案", "C8": "三定规定"}, ["备注：登记备案"]),
        ({"B8": "备注：登记备案", "B9": "五"}, ["备注：登记备案", "五"]),
        ({"B8": "职责"}, ["职责"]),
    ],
)
def test_heads_pasted_again_and_signatures_are_no_texts(tmp_path: Path, cells: dict[str, str], more: list[str]) -> None:
    path = book_of(small(tmp_path, DUTIES), "职责: [{内容: 一}, {内容: 二}]\n")
    put(path, **{f"职责_{cell}": text for cell, text in cells.items()})
    assert [one.code for one in generator.check(path)] == (["JX200"] if "H10" in cells else [])
    assert [text for at, text in texts(path).items() if at.endswith("内容")] == ["一", "二", *more]


def test_the_row_of_examples_without_its_word_is_no_row(form: Small) -> None:
    path = book_of(form, FILING)
    before = texts(path)
    put(path, 项目_A5="1", 项目_B5="项目名称")  # no example in the name
    assert texts(path)["项目[1].名称"] == "项目名称"
    put(path, 项目_A5=None, 项目_B5=None)
    assert [str(one.span).partition("!")[2] for one in generator.check(path) if one.code == "JX200"] == ["项目!C5"]
    assert texts(path) == before


def test_units_and_heads_of_single_facts_count(form: Small) -> None:
    path = book_of(form, FILING)
    row = row_of(path, "基本情况", "比例")
    put(path, **{f"基本情况_C{row}": "15", f"基本情况_D{row}": "%"})
    assert generator.check(path) == ()
    assert texts(path)["比例"] == "15%"
    put(path, **{f"基本情况_C{row}": "15", f"基本情况_D{row}": "家"})
    assert [one.code for one in generator.check(path)] == ["JX212"]
    day, income = row_of(path, "基本情况", "日子"), row_of(path, "基本情况", "部门.收入")
    put(path, **{f"基本情况_C{row}": "15", f"基本情况_D{row}": "％", f"基本情况_D{income}": "（万元）"})
    # A unit beside what has none, and words for none, say nothing.
    put(path, **{f"基本情况_C{day}": "2021-03-01", f"基本情况_D{day}": "日", "基本情况_C6": 2021, "基本情况_D6": "—"})
    assert generator.check(path) == ()
    assert (texts(path)["日子"], texts(path)["比例"], texts(path)["部门.收入"]) == ("2021-03-01", "15％", "12.50 万元")
    # 0.15 beside % may be 15% or 0.15%.
    put(path, **{f"基本情况_C{row}": "0.15"})
    assert [one.code for one in generator.check(path)] == ["JX212"]
    put(path, **{f"基本情况_C{row}": None, f"基本情况_D{row}": "15%"})
    (found,) = generator.check(path)
    assert (found.code, str(found.span).partition("!")[2]) == ("JX200", f"基本情况!D{row}")
    put(path, 基本情况_C4="填写内容")
    (found,) = generator.check(path)
    assert found.code == "JX242"
    assert "「基本情况.填写」" in found.message


@pytest.mark.parametrize(("cells", "told"), [("B", []), ("BC", ["JX200"])])
def test_one_example_of_an_earlier_template_is_no_filing(tmp_path: Path, cells: str, told: list[str]) -> None:
    columns = "".join(f"{name}: {{类型: 文字, 标签: {name}, 示例: 例{name}}}, " for name in "甲乙丙丁")
    path = book_of(
        small(tmp_path, f"事项: {{类型: 表, 标签: 事项, 列: {{{columns}}}}}"),
        "事项: [{甲: 一, 乙: 二, 丙: 三, 丁: 四}]\n",
    )
    put(path, **{f"事项_{cell}5": "别的" for cell in cells})
    assert [one.code for one in generator.check(path)] == told


@pytest.mark.parametrize(
    ("field", "unit", "found"),
    [
        ("{类型: 整数, 标签: 数}", "家", []),
        ("{类型: 整数, 标签: 数}", "万人", ["JX206"]),
        ("{类型: 整数, 标签: 数}", "%", ["JX206"]),
        ("{类型: 数值, 标签: 数, 单位: 平方米}", "㎡", []),
        ("{类型: 数值, 标签: 数, 单位: 平方米}", "亩", ["JX206"]),
        ("{类型: 数值, 标签: 数, 单位: 公里}", "千米", ["JX206"]),
        ("{类型: 选项, 标签: 数, 选项: ['15', '16']}", "个", []),
    ],
)
def test_a_unit_that_changes_no_number_may_stand_beside_it(
    tmp_path: Path, field: str, unit: str, found: list[str]
) -> None:
    path = book_of(small(tmp_path, f"数: {field}"), "数: '15'\n")
    row = row_of(path, "基本情况", "数")
    put(path, **{f"基本情况_D{row}": unit})
    assert [one.code for one in generator.check(path)] == found


@pytest.mark.parametrize(
    ("code", "read"),
    [
        ('yyyy"年"m"月"', "2021年12月"),
        ("[$-404]e/m/d", "2021年12月1日"),
        ("yyyy-mm;@", "2021年12月"),
        ('yyyy"年"', ""),
        ("mmm-yy", ""),  # 12-21
        ('m"月"d"日"', ""),  # 12-1
    ],
)
def test_a_month_in_a_column_of_targets_is_read_as_shown(form: Small, code: str, read: str) -> None:
    path = book_of(form, FILING)
    book = load_workbook(path)
    cell = book["项目.指标表"]["D6"]
    cell.value, cell.number_format = datetime(2021, 12, 1), code
    book.save(path)
    assert [one.code for one in generator.check(path)] == ([] if read else ["JX248"])
    assert texts(path).get("项目[1].指标表[1].目标", "") == read


def test_a_name_typed_without_its_group_is_mended_in_the_words_of_a_workbook(form: Small) -> None:
    path = book_of(form, FILING)
    put(path, **{f"基本情况_A{row_of(path, '基本情况', '部门.收入')}": "收入"})
    hints = [one.hint for one in generator.check(path) if one.code == "JX201"]
    assert hints == ["它是「部门」里的一项：第一列写全，「部门.收入」。"]


def test_nothing_is_an_answer_where_it_may_be(form: Small) -> None:
    path = book_of(form, "部门: {名称: 甲局, 收入: 1 元}\n")
    put(path, **{f"基本情况_C{row_of(path, '基本情况', '封面')}": "无", "项目_B6": "无"})
    assert generator.check(path) == ()


def test_another_workbook_is_refused(form: Small) -> None:
    path = form.folder / "别的.xlsx"
    Workbook().save(path)
    assert [one.code for one in generator.check(path)] == ["JX291"]


def test_a_filing_of_another_template_is_not_written_into(form: Small) -> None:
    other = form.folder / "另.yaml"
    other.write_text("模板: 大\n部门: {名称: 甲局}\n", "utf-8")
    with pytest.raises(Refused) as caught:
        plan([book_of(form, FILING)], other)
    (finding,) = caught.value.findings
    assert (finding.code, finding.path) == ("JX296", "模板")
    assert "换一个要写到的文件" in finding.hint


def test_a_picture_may_stay_blank(tmp_path: Path) -> None:
    form = small(tmp_path, "现场: {类型: 图片, 标签: 现场照片, 必填: 否}\n单位: {类型: 文字, 标签: 单位}\n")
    assert generator.check(book_of(form, "单位: 甲局\n")) == ()


def test_a_sheet_that_was_deleted_is_told(form: Small) -> None:
    path = book_of(form, FILING)
    book = load_workbook(path)
    del book["项目.指标表"]
    book.save(path)
    assert [(one.code, one.severity) for one in generator.check(path)] == [("JX687", Severity.INFO)]


@pytest.mark.parametrize("twin", ["无名", "甲"])
def test_rows_within_rows_find_their_own(form: Small, twin: str) -> None:
    """Also where the outer rows have the same name: then by their numbers."""
    rows = f"[{{名称: 甲, 指标表: [{{指标: 一}}]}}, {{名称: {twin}, 指标表: [{{指标: 二}}]}}]"
    text = f"部门: {{名称: 甲局, 收入: 1 元}}\n项目: {rows}\n"
    said = texts(book_of(form, text))
    assert (said["项目[1].指标表[1].指标"], said["项目[2].指标表[1].指标"]) == ("一", "二")


def test_only_what_changes_is_written_and_comments_stay(form: Small) -> None:
    path, filing = book_of(form, FILING), form.folder / "填报.yaml"
    before = filing.read_text("utf-8")
    put(path, 项目_C7="700 元", 项目_B8="丙")
    made = plan([path], filing)
    assert {(one.path, one.before, one.after) for one in made.changes} == {
        ("项目[2].金额", "500 元", "700 元"),
        ("项目[3].名称", "", "丙"),
    }
    write(made)
    after = filing.read_text("utf-8")
    assert "# 一条注释" in after
    assert "名称: 乙   # 乙的注释" in after
    assert [line for line in before.splitlines() if line not in after.splitlines()] == ["  金额: 500 元"]
    assert texts(filing)["项目[3].名称"] == "丙"


def test_several_people_fill_in_their_parts(form: Small) -> None:
    base = "部门: {名称: 甲局, 收入: 100 元}\n"
    one = book_of(form, base + "项目: [{名称: 甲, 金额: 1 元}]\n", "一.xlsx")
    two = book_of(
        form,
        base.replace("100 元", "0.01 万元") + "比例: 5%\n项目: [{名称: 乙}, {名称: 甲, 指标表: [{指标: 场次}]}]\n",
        "二.xlsx",
    )
    write(plan([one, two], form.folder / "合.yaml"))
    said = texts(form.folder / "合.yaml")
    assert [said[key] for key in ("比例", "项目[1].金额", "项目[1].指标表[1].指标", "项目[2].名称")] == [
        "5%", "1 元", "场次", "乙",
    ]  # fmt: skip


def test_the_same_fact_with_two_values_is_told(form: Small) -> None:
    one = book_of(form, "部门: {名称: 甲局, 收入: 1 元}\n", "一.xlsx")
    two = book_of(form, "部门: {名称: 甲局, 收入: 2 元}\n", "二.xlsx")
    with pytest.raises(Refused) as caught:
        plan([one, two], form.folder / "合.yaml")
    (finding,) = caught.value.findings
    row = row_of(one, "基本情况", "部门.收入")
    assert (finding.code, finding.path, str(finding.span)) == ("JX296", "部门.收入", f"{two}!基本情况!C{row}")
    assert f"{one}!基本情况!C{row}" in finding.message
    assert not (form.folder / "合.yaml").exists()


def test_rows_that_cannot_be_told_apart_are_not_doubled(form: Small) -> None:
    base = "部门: {名称: 甲局, 收入: 1 元}\n项目: [{名称: 甲, 金额: 1 万元}, {名称: 甲, 金额: 2 万元}]\n"
    one, two = book_of(form, base, "一.xlsx"), book_of(form, base.replace("2 万元", "3 万元"), "二.xlsx")
    with pytest.raises(Refused) as caught:
        plan([one, two], form.folder / "合.yaml")
    assert [finding.code for finding in caught.value.findings] == ["JX771"]


def test_what_has_no_cell_is_kept_all_the_same(form: Small) -> None:
    text = "部门: {名称: 甲局, 收入: 1 元}\n别的: {甲.乙: [一, {二: 三}]}\n项目: {来源: 表.csv}\n"
    path = book_of(form, text)
    assert load_workbook(path).sheetnames[-1] == "其他"
    filing = form.folder / "填报.yaml"
    assert plan([path], filing).changes == ()


def test_a_workbook_that_is_there_stays(form: Small) -> None:
    path = book_of(form, FILING)
    with pytest.raises(FileProblem):
        plan([form.folder / "填报.yaml"], path)


def test_what_is_carried_over_is_named_by_its_cell(tmp_path: Path) -> None:
    fields = FIELDS.replace("标签: 部门名称}", "标签: 部门名称, 沿用: 是}")
    form = small(tmp_path, fields + "上年: {类型: 金额, 标签: 上年, 必填: 否, 结转自: 部门.收入}\n")
    last = book_of(form, "年度: 2024\n上年: 1 元\n" + FILING, "去年.xlsx")
    (kept,) = roll_over(last, form.folder / "今年.xlsx").kept
    assert (kept.path, str(kept.span).partition("!")[2]) == ("部门.名称", "基本情况!C8")
    found = roll_over(last, form.folder / "后年.xlsx", 2030).findings
    assert [(one.code, str(one.span).partition("!")[2]) for one in found] == [("JX813", "基本情况!C6")]


def test_new_and_convert_from_the_command_line(form: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(form.folder)
    run = CliRunner()
    assert "必填 2 项" in run.invoke(main, ["new", "小", "新.xlsx", "--year", "2024"]).output
    assert [one.code for one in generator.check("新.xlsx")] == ["JX202", "JX202"]
    put(Path("新.xlsx"), 基本情况_C8="甲局", 基本情况_C9=5)
    assert run.invoke(main, ["convert", "新.xlsx", "新.yaml"]).exit_code == 0
    assert generator.check("新.yaml") == ()
    assert run.invoke(main, ["new", "--from", "新.xlsx", "明年.xlsx"]).exit_code == 0
    assert texts(Path("明年.xlsx"))["年度"] == "2025"
    put(Path("新.xlsx"), 基本情况_C8=None)
    refused = run.invoke(main, ["convert", "新.xlsx", "新.yaml"])
    assert (refused.exit_code, generator.check("新.yaml")) == (2, ())
    put(Path("新.xlsx"), 基本情况_C8="甲局", 基本情况_C6=2025)
    doubted = run.invoke(main, ["convert", "新.xlsx", "新.yaml"])
    assert doubted.exit_code == 2
    assert "像是另一份填报（年度：2024 → 2025）" in doubted.output
    assert run.invoke(main, ["convert", "新.xlsx", "新.yaml", "--yes"]).exit_code == 0
    assert texts(Path("新.yaml"))["年度"] == "2025"
    assert run.invoke(main, ["check", "--fix-text", "新.xlsx"]).exit_code == 1


def test_findings_become_comments_and_go_again(form: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(form.folder)
    path = book_of(form, FILING, "表.xlsx")
    row = row_of(path, "基本情况", "部门.名称")
    book = load_workbook(path)
    book["基本情况"][f"C{row}"] = None
    book["项目"]["B7"].comment = Comment("请核对", "张三")
    # One fault in three rows is one finding, but each cell has its comment.
    for cell in ("C6", "C7", "C8"):
        book["项目"][cell] = "约3"
    book["项目"]["B8"] = "丙"
    book.save(path)
    run = CliRunner()
    for _ in range(2):
        assert run.invoke(main, ["check", "--annotate", "表.xlsx"]).exit_code == 1
    notes = {
        cell.coordinate: cell.comment.text for rows in load_workbook(path)["项目"] for cell in rows if cell.comment
    }
    assert notes.keys() == {"B7", "C6", "C7", "C8"}
    assert notes["B7"] == "请核对"
    assert notes["C7"].startswith("错误 JX207：")
    assert load_workbook(path)["基本情况"][f"C{row}"].comment is not None
    put(path, **{f"基本情况_C{row}": "甲局", "项目_C6": 3, "项目_C7": 3, "项目_C8": 3})
    assert run.invoke(main, ["check", "--annotate", "表.xlsx"]).exit_code == 0
    left = [cell.coordinate for sheet in load_workbook(path) for rows in sheet for cell in rows if cell.comment]
    assert left == ["B7"]


WORDS = st.text("甲乙 0-1.%元万=+'\"#:：[]{}_x0D\n合计其中无", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text
)


@settings(max_examples=6)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=3), WORDS)
def test_any_words_survive_the_way_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], word: str
) -> None:
    form = small(tmp_path_factory.mktemp("词"), FIELDS)
    values: dict[KeyPath, str] = {("模板",): "小", ("部门", "名称"): word}
    for number, row in enumerate(rows):
        values |= {("项目", number, name): text for name, text in zip(("名称", "金额"), row[:2], strict=True)}
        values[("项目", number, "指标表", 0, "指标")] = row[2]
    typed = {path: Scalar(text, form.template.fields["部门"].span) for path, text in values.items()}
    try:
        (form.folder / "表.xlsx").write_bytes(filing_book(form.template, typed, form.folder / "表.xlsx"))
    except Refused:
        return
    write(plan([form.folder / "表.xlsx"], form.folder / "回.yaml"))
    back = texts(form.folder / "回.yaml")
    assert {path: text.strip() for path, text in back.items()} == {
        written_path(path): text for path, text in values.items()
    }


@given(st.lists(st.one_of(st.integers(0, 9), st.text(min_size=1, max_size=5)), max_size=4))
def test_a_written_path_is_read_back(steps: list[int | str]) -> None:
    path = ("头", *steps)
    assert parsed_path(written_path(path)) == path


def test_a_review_goes_by_the_name_of_its_filing(form: Small) -> None:
    """It stays with the old name; that is told unless the new file has the same name but for its ending."""
    written = form.folder / "甲局.yaml"
    written.write_text(f"模板: 小\n{FILING}", "utf-8")
    (form.folder / "甲局.复核.yaml").write_text("轮次: []\n", "utf-8")
    told = [[one.code for one in plan([written], form.folder / name).findings] for name in ("甲局.xlsx", "甲局2.xlsx")]
    assert told == [[], ["JX673"]]
    assert [one.code for one in roll_over(written, form.folder / "下年.yaml", 2025).findings] == ["JX673"]
