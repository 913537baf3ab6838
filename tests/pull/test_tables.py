"""Edits in the tables of the two reports that the corpus does not edit: rows of rows, merged cells, blank cells."""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator import pipeline
from generator.workflows.pull.plan import Input, open_input, plan_edits
from tests.pull.conftest import Office, printed
from tests.pull.corpus import Step, add, join, over
from tests.pull.word import AUTHOR, Document, made, w
from tests.word.conftest import paragraph, table

INPUTS = Path(__file__).parents[2] / "inputs"
HUNAN, COUNTY, JIANGMEN = "hunan-slj-2024", "tongyong-whlj-2024", "jiangmen-gxj-2021"


@cache
def opened(name: str) -> tuple[Input, bytes]:
    now = open_input(INPUTS / f"{name}.yaml")
    return now, pipeline.print_report(now.assessment)


def row(document: Document, words: str, number: int = 0) -> Any:
    rows = (one for one in document.root.iter(w("tr")) if words in "".join(map(document.text, one.iter(w("p")))))
    return list(rows)[number]


def cell(words: str, column: int, text: str, number: int = 0) -> Step:
    def step(document: Document) -> None:
        paragraph = next(list(row(document, words, number).iter(w("tc")))[column].iter(w("p")))
        document.replace(paragraph, 0, len(document.text(paragraph)), text)

    return step


def _beside(document: Document, words: str, name: str, text: str) -> None:
    """Types a text behind a name in the paragraph that holds these words."""
    paragraph = document.paragraph(words)
    at = document.text(paragraph).index(name) + len(name)
    document.replace(paragraph, at, at, text)


def gone(words: str, number: int = 0) -> Step:
    return lambda document: row(document, words, number).getparent().remove(row(document, words, number))


def without(words: str, column: int) -> Step:
    """Deletes a column of the table of a row."""

    def step(document: Document) -> None:
        for one in list(row(document, words).getparent().iter(w("tr"))):
            one.remove(list(one.iter(w("tc")))[column])

    return step


def exchanged(words: str, column: int) -> Step:
    """Moves a column of the table of a row before the one to its left."""

    def step(document: Document) -> None:
        for one in list(row(document, words).getparent().iter(w("tr"))):
            cells = list(one.iter(w("tc")))
            cells[column - 1].addprevious(cells[column])

    return step


def cut(words: str, column: int) -> Step:
    """Cuts a cell in two."""

    def step(document: Document) -> None:
        one = list(row(document, words).iter(w("tc")))[column]
        one.addnext(copy.deepcopy(one))

    return step


def tracked(words: str, column: int) -> Step:
    """Tracks the deletion of a cell."""

    def step(document: Document) -> None:
        one = list(row(document, words).iter(w("tc")))[column]
        one.find(w("tcPr")).append(made(f'<w:cellDel w:id="1" {AUTHOR}/>'))

    return step


def moved(words: str, before: str) -> Step:
    return lambda document: row(document, before).addprevious(row(document, words))


def repeated(words: str, before: str) -> Step:
    """Copies a row, as people do with the head of a table that they cut in two."""
    return lambda document: row(document, before).addprevious(copy.deepcopy(row(document, words)))


NAMES = ("河湖长制工作", "山洪灾害防御")
TELLS: dict[str, tuple[str, list[Step], str, str]] = {
    "a blank cell": (HUNAN, [cell("更新预警站点数", 5, "提前完工")], "JX873", "「产出目标[4]」里填写「原因」"),
    "a blank cell of the cover": (HUNAN, [cell("填报人", 1, "李四")], "JX873", "「填报人」"),
    "a row moved": (HUNAN, [moved(NAMES[1], NAMES[0])], "JX872", "「项目[4]」"),
    "a row moved and edited": (
        HUNAN,
        [moved(NAMES[1], NAMES[0]), cell(NAMES[1], 1, "96.00")],
        "JX872",
        "它原为「山洪灾害防御，95.00，",
    ),
    "words beside a name in one of its places": (
        HUNAN,
        [lambda document: _beside(document, "表2-1　", "芷溪县水利局", "（本级）")],
        "JX861",
        "部门.简称",
    ),
    "words between two values": (
        JIANGMEN,
        [lambda document: _beside(document, "资金管理方面", "（试行）》", "修订")],
        "JX861",
        "执行制度[1]",
    ),
    "words of one row to another": (
        HUNAN,
        [cell(NAMES[1], 0, NAMES[0]), cell(NAMES[0], 0, NAMES[1])],
        "JX861",
        "项目[4].名称",
    ),
    "a heading of one's own": (HUNAN, [add("用好枯水期", "（三）在职人员超编")], "JX863", "「问题」里加一项"),
    "two texts joined": (HUNAN, [join("汛期增加两期基层")], "JX859", ""),
    "words behind a figure": (COUNTY, [cell("年度资金总额", 6, "100.00%：按进度支付。", 1)], "JX864", ""),
    "two rows made one": (
        HUNAN,
        [gone(NAMES[1]), cell(NAMES[0], 0, "".join(NAMES))],
        "JX859",
        "",
    ),
    "a cell emptied": (COUNTY, [cell("培养乡土演员", 7, "")], "JX865", ""),
    "a column deleted": (HUNAN, [without(NAMES[0], 1)], "JX874", "项目[1].名称"),
    "columns exchanged": (HUNAN, [exchanged(NAMES[0], 3)], "JX874", "项目[3].名称"),
    "a cell cut": (HUNAN, [cut(NAMES[0], 2)], "JX874", "项目[3].本年预算"),
    "a cell deleted with a track": (HUNAN, [tracked(NAMES[0], 2)], "JX874", "项目[3].本年预算"),
    "the head of a table repeated": (HUNAN, [repeated("上年决算数", NAMES[1])], "JX864", ""),
    "a row of the layout repeated": (COUNTY, [repeated("其他资金", "其他资金")], "JX864", ""),
    "a row of the layout moved": (COUNTY, [moved("其他资金", "年度资金总额")], "JX872", "次序由版式和模板决定"),
    "a row of a row": (COUNTY, [gone("新创小戏", 1)], "JX862", ""),
}


@pytest.mark.parametrize("what", TELLS)
def test_the_true_reason(what: str, tmp_path: Path) -> None:
    name, steps, code, hint = TELLS[what]
    now, report = opened(name)
    document = Document(report)
    for step in steps:
        step(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    found = [one for one in plan.findings if one.code == code]
    assert plan.after is None
    assert [hint in one.hint for one in found] == [True]
    assert {one.code for one in plan.findings} <= {code, "JX865"}


def test_another_unit_of_a_table(tmp_path: Path) -> None:
    """Amounts that were edited together with it are not written; those of other tables are."""
    now, report = opened(HUNAN)
    document = Document(report)
    over("单位：万元", "万元", "元")(document)
    cell(NAMES[0], 1, "600000")(document)
    cell("更新预警站点数", 3, "21个")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [edit.path for edit in plan.edits] == ["产出目标[4].完成"]
    assert [one.code for one in plan.findings] == ["JX861", "JX860"]
    assert "项目[3].上年决算" in plan.findings[0].hint


def test_a_unit_in_the_head_of_a_column(tmp_path: Path) -> None:
    """Amounts that were typed anew below it are not of the unit that the table had."""
    now, report = opened(HUNAN)
    document = Document(report)
    cell("上年决算数", 1, "上年决算数（元）")(document)
    cell(NAMES[0], 1, "610000.00")(document)
    cell(NAMES[0], 2, "61.00")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [edit.path for edit in plan.edits] == ["项目[3].本年预算"]
    assert [one.code for one in plan.findings] == ["JX861", "JX860"]


@pytest.mark.parametrize(("name", "words"), [(HUNAN, NAMES[0]), (COUNTY, "革命旧址群修缮工程")])
def test_a_table_sorted_anew(name: str, words: str, tmp_path: Path) -> None:
    """No row is taken for another one, be they numbered again."""
    now, report = opened(name)
    document = Document(report)
    head, *rows = list(row(document, words).getparent().iter(w("tr")))
    for one in rows[:-1]:
        head.addnext(one)
    for number, one in enumerate(reversed(rows[:-1]), 1):
        first = next(one.iter(w("p")))
        if document.text(first).isdecimal():
            document.replace(first, 0, len(document.text(first)), str(number))
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert ({one.code for one in plan.findings}, plan.after) == ({"JX872"}, None)


def test_words_beside_evidence_in_one_of_its_places(tmp_path: Path) -> None:
    """No words of the template are around it: they belong to it."""
    now, report = opened("meizhou-gxj-2021")
    document, name = Document(report), "项目绩效目标公开页面截图"
    _beside(document, name, name, "（补充）")
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [edit.path for edit in plan.edits] == ["指标.绩效信息公开情况.佐证[1]"]
    assert plan.findings == ()


@pytest.mark.parametrize("text", ["（已修订）", "，以及《内部控制手册》", "、《内部控制手册》"])
def test_words_in_brackets_or_behind_a_comma_go_with_what_is_before(text: str, tmp_path: Path) -> None:
    now, report = opened(JIANGMEN)
    document = Document(report)
    _beside(document, "资金管理方面", "（试行）》", text)
    (edit,) = plan_edits(document.save(tmp_path / "改稿.docx"), now).edits
    assert (edit.path, edit.new.endswith(f"（试行）》{text}")) == ("执行制度[1]", True)


def test_rows_exchanged_and_each_edited(tmp_path: Path) -> None:
    """No figure of one becomes one of the other."""
    now, report = opened(HUNAN)
    document = Document(report)
    moved(NAMES[1], NAMES[0])(document)
    cell(NAMES[1], 1, "96.00")(document)
    cell(NAMES[0], 2, "61.00")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [(edit.path, edit.new) for edit in plan.edits] == [("项目[4].上年决算", "96.00 万元")]
    assert ["它原为「河湖长制工作，60.00，60.00，" in one.hint for one in plan.findings] == [True]


@pytest.mark.parametrize(("head", "codes"), [("前年支出数", ["JX861", "JX860"]), ("上年决算", ["JX860"])])
def test_another_head_of_a_column(head: str, codes: list[str], tmp_path: Path) -> None:
    """What was edited below it may be of something else."""
    now, report = opened(HUNAN)
    document = Document(report)
    cell("上年决算数", 1, head)(document)
    cell(NAMES[0], 1, "61.00")(document)
    cell(NAMES[0], 2, "62.00")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [one.code for one in plan.findings] == codes
    wanted = ["项目[3].上年决算", "项目[3].本年预算"]
    assert [edit.path for edit in plan.edits] == wanted[len(codes) - 1 :]


def test_a_paragraph_cut_in_its_midst(tmp_path: Path) -> None:
    """What was edited in it is written all the same."""
    now, report = opened(HUNAN)
    document = Document(report)
    document.enter(document.paragraph("县委编办同意"), "县委编办")
    over("县委编办同意", "同意", "批准")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [one.code for one in plan.findings] == ["JX875"]
    assert plan.after == now.source.text.replace("县委编办同意", "县委编办批准")


def test_a_number_typed_by_hand(tmp_path: Path) -> None:
    """Where nothing came or went, it does not follow its item."""
    now, report = opened(HUNAN)
    document = Document(report)
    over("3.修复水毁渠道", "3.", "4.")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert ([one.code for one in plan.findings], plan.after) == (["JX860"], None)


def test_a_blank_column_is_no_loss(tmp_path: Path) -> None:
    now, report = opened(HUNAN)
    document = Document(report)
    for one in list(row(document, NAMES[0]).getparent().iter(w("tr"))):
        one.append(made("<w:tc><w:p/></w:tc>"))
    cell("更新预警站点数", 3, "21个")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert ([edit.new for edit in plan.edits], plan.findings) == (["21个"], ())


def test_a_bound_is_no_way_of_writing(tmp_path: Path) -> None:
    now, report = opened(HUNAN)
    document = Document(report)
    cell("更新预警站点数", 2, "≤18个")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert [(edit.path, edit.new) for edit in plan.edits] == [("产出目标[4].目标", "≤18个")]
    assert plan.findings == ()


@pytest.mark.parametrize(
    ("name", "words", "mark"),
    [
        (HUNAN, "工程一次验收合格率", "一次验收"),
        ("meizhou-gxj-2021", "国有资产年报；", "产年报"),
        ("meizhou-gxj-2021", "部门整体支出绩效目标申报表", "绩效目标"),
    ],
)
def test_enter_in_a_cell(name: str, words: str, mark: str, tmp_path: Path) -> None:
    """It is told; neither a text nor a list is cut there."""
    now, report = opened(name)
    document = Document(report)
    document.enter(document.paragraph(words), mark)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert ([one.code for one in plan.findings], plan.after) == (["JX875"], None)


def test_edits_in_a_chart_are_told(tmp_path: Path) -> None:
    now, report = opened("meizhou-gxj-2021")
    document = Document(report)
    document.files["word/charts/chart1.xml"] = document.files["word/charts/chart1.xml"].replace(b">0.983<", b">0.99<")
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert ["图表" in remark and "0.983" in remark for remark in plan.remarks] == [True]


def test_a_title_in_the_list_of_evidence(tmp_path: Path) -> None:
    now, report = opened(COUNTY)
    document = Document(report)
    over("放映补贴结算单", "放映", "公益放映")(document)
    plan = plan_edits(document.save(tmp_path / "改稿.docx"), now)
    assert (plan.findings, plan.after) == ((), now.source.text.replace("[放映补贴", "[公益放映补贴"))


FIELDS = """\
制度: {类型: 列表, 标签: 制度}
科目: {类型: 表, 标签: 科目, 列: {编码: {类型: 整数, 标签: 编码}, 名称: {类型: 文字, 标签: 名称}}}
"""
BODY = (
    paragraph("{%p for 条 in 制度 %}")
    + paragraph("（{{ loop.index }}）{{ 条 }}。")
    + paragraph("{%p endfor %}")
    + table(
        ["编码", "名称"],
        ["{%tr for 行 in 科目 %}", ""],
        ["{{ 行.编码 }}", "{{ 行.名称 }}"],
        ["{%tr endfor %}", ""],
    )
)
FILING = """\
年度: 2021
制度:
  - 起草规章和规范性文件，组织开展宣传教育
  - 指导行业协会依法开展活动
科目:
  - {编码: 201, 名称: 一般公共服务}
  - {编码: 205, 名称: 一般公共服务}
  - {编码: 213, 名称: 农林水}
"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """A list whose items get a number and a full stop, and a table that begins with a code."""
    return Office(printed(tmp_path, FIELDS, BODY, FILING))


@pytest.mark.parametrize(
    ("first", "second", "codes"),
    [
        ("（1）起草规章和规范性文件。", "（2）组织开展宣传教育。", []),
        ("（1）起草规章和规范性文件，", "组织开展宣传教育。", ["JX860"]),
    ],
)
def test_an_item_cut_in_two(office: Office, first: str, second: str, codes: list[str]) -> None:
    """The template's number and full stop are no part of either half."""
    edited = office.edited()
    edited.add_after("（1）", second)
    edited.retype(edited.paragraph("（1）"), first)
    plan = office.plan(edited.save())
    half = first.removeprefix("（1）").removesuffix("。")
    assert plan.after == office.text.replace("起草规章和规范性文件，组织开展", f"{half}\n  - 组织开展")
    assert [one.code for one in plan.findings] == codes


def test_an_item_added_behind_one_with_a_full_stop(office: Office) -> None:
    edited = office.edited()
    edited.add_after("（2）", "（3）组织考核。")
    plan = office.plan(edited.save())
    assert ([edit.new for edit in plan.edits], plan.findings) == (["组织考核"], ())


def test_a_code_is_no_serial_number(office: Office) -> None:
    """A row with another code is not one that moved."""
    edited = office.edited()
    last, gone = edited.row("213"), edited.row("201")
    last.addnext(copy.deepcopy(gone))
    gone.getparent().remove(gone)
    edited.retype(next(last.getnext().iter(w("p"))), "208")
    assert [one.code for one in office.plan(edited.save()).findings] == ["JX862", "JX863"]


def test_columns_exchanged_below_a_head_with_a_value(tmp_path: Path) -> None:
    body = table(
        ["名称", "{{ 年度 }}年编码", "{{ 年度 }}年序号"],
        ["{%tr for 行 in 科目 %}", "", ""],
        ["{{ 行.名称 }}", "{{ 行.编码 }}", "{{ loop.index }}"],
        ["{%tr endfor %}", "", ""],
    )
    office = Office(printed(tmp_path, FIELDS, body, FILING))
    edited = office.edited()
    for one in list(edited.root.iter(w("tr"))):
        cells = list(one.iter(w("tc")))
        cells[1].addprevious(cells[2])
    plan = office.plan(edited.save())
    assert ([one.code for one in plan.findings], plan.edits) == (["JX874"], ())
