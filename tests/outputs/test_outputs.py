"""Several documents from one filing: written all or none, some, bundled, verified, checked."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment

from generator.provenance import guard
from tests.outputs.conftest import Bureau, write_word
from tests.scoring import test_rows_as_indicators as rows_as_indicators
from tests.small_template import small

ALL = [
    "2024年报告/=1+1自评表.docx",
    "2024年报告/公共服务自评表.docx",
    "2024年报告/公开/某市某局自评报告.docx",
    "2024年报告/公开/项目汇总表.xlsx",
    "2024年报告/技术改造自评表.docx",
    "2024年报告/某市某局自评报告.docx",
    "2024年报告/项目汇总表.xlsx",
]


def words(file: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(file)).paragraphs)


def test_all_documents_are_written_into_a_folder(bureau: Bureau) -> None:
    done = bureau.render()
    assert (done.exit_code, bureau.files()) == (0, ALL), done.output
    assert "（7 份文件）" in done.output
    assert words(bureau.folder / "公共服务自评表.docx").split() == ["2", "公共服务", "某市某局200.00", "100%", "李某"]
    first = {name: (bureau.out / name).read_bytes() for name in ALL}
    assert bureau.render().exit_code == 0
    assert {name: (bureau.out / name).read_bytes() for name in ALL} == first


def test_public_copies_leave_out_what_is_private(bureau: Bureau) -> None:
    bureau.render()
    assert "电话：0753-2242000\n有事请拨0753-2242000联系。" in words(bureau.folder / "某市某局自评报告.docx")
    assert "电话：\n有事请拨联系。" in words(bureau.folder / "公开/某市某局自评报告.docx")
    sheet = load_workbook(bureau.folder / "公开/项目汇总表.xlsx")["汇总"]
    assert [sheet.cell(row, 5).value for row in (3, 4, 5)] == [None, None, None]
    for name in ALL:
        if "公开/" in name:
            with zipfile.ZipFile(bureau.out / name) as package:
                everything = b"".join(map(package.read, package.namelist())).decode("utf-8", "ignore")
            assert "2242000" not in everything
            assert "张某" not in everything


@pytest.mark.parametrize(
    ("tag", "form", "shown"),
    [
        ("{{ 项.执行 | 万元 }}", "#,##0.00", "0.000"),
        ("{{ 项.执行 | 万元 }}", r"0.00_);[Red]\(0.00\)", "0.000"),  # 0.00 of negative numbers is another part
        ("{{ 项.执行率 }}", "0%", "0.00%"),
        ("{{ 项.执行 | 万元 }}", "0.0%", "0.0%"),  # 0.3% is not nothing
    ],
)
def test_little_is_not_printed_as_nothing(bureau: Bureau, tag: str, form: str, shown: str) -> None:
    bureau.says("执行: 25 万元", "执行: 32 元")
    layout = load_workbook(bureau.template / "汇总.xlsx")
    layout["汇总"]["C4"].value, layout["汇总"]["C4"].number_format = tag, form
    layout.save(bureau.template / "汇总.xlsx")
    bureau.render("--only", "汇总表")
    cell = load_workbook(bureau.folder / "项目汇总表.xlsx")["汇总"]["C5"]
    assert cell.value
    assert cell.number_format == shown


def test_a_workbook_keeps_its_look_and_its_formulas(bureau: Bureau) -> None:
    bureau.render("--only", "汇总表")
    assert bureau.files() == ["2024年报告/项目汇总表.xlsx"]
    book = load_workbook(bureau.folder / "项目汇总表.xlsx")
    sheet = book["汇总"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows == [
        ["技术改造", 100, 90.5, "=C3/B3", "张某"],
        ["公共服务", 200, 200, "=C4/B4", "李某"],
        ["=1+1", 50, 25, "=C5/B5", None],
        ["合计", "=SUM(B3:B5)", "=SUM(C3:C5)", "=C6/B6", None],
    ]
    assert (sheet["A5"].data_type, sheet["A5"].quotePrefix) == ("s", True)
    assert [sheet[cell].number_format for cell in ("B3", "C3", "D5", "D6")] == ["0.00", "#,##0.00", *["0.00%"] * 2]
    assert (sheet["A1"].value, sheet["A1"].font.size, str(sheet.merged_cells)) == ("某市某局项目汇总表", 16, "A1:E1")
    assert (sheet.column_dimensions["A"].width, sheet.row_dimensions[5].height) == (33, 27)
    assert (sheet.print_title_rows, sheet.print_area, sheet.freeze_panes) == ("$1:$2", "'汇总'!$A$1:$E$6", "B3")
    assert [one.pane for one in sheet.sheet_view.selection] == ["topRight", "bottomLeft", "bottomRight"]
    assert sheet.page_setup.orientation == "landscape"
    assert book["附表"]["A1"].value == "=汇总!B6"


def test_rows_grow_with_texts_that_wrap(bureau: Bureau) -> None:
    book = load_workbook(bureau.template / "汇总.xlsx")
    sheet = book["汇总"]
    sheet["A4"].alignment = sheet["A1"].alignment = Alignment(wrap_text=True)
    book.save(bureau.template / "汇总.xlsx")
    bureau.says("名称: 公共服务", f"名称: {'公共服务' * 12}")
    bureau.render("--only", "汇总表")
    sizes = load_workbook(bureau.folder / "项目汇总表.xlsx")["汇总"].row_dimensions
    assert (sizes[1].height, sizes[3].height, sizes[5].height) == (None, 27, 27)
    assert sizes[4].height > 55


def test_a_table_without_rows_leaves_a_blank_row(bureau: Bureau) -> None:
    text = bureau.input.read_text("utf-8")
    bureau.input.write_text(text[: text.index("项目:")] + "项目: []\n", "utf-8")
    done = bureau.render()
    assert done.exit_code == 0, done.output
    sheet = load_workbook(bureau.folder / "项目汇总表.xlsx")["汇总"]
    assert [cell.value for cell in sheet[3]] == [None] * 5
    assert sheet["B4"].value == "=SUM(B3:B3)"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("每行: 项目", "每行: 专项", "JX722", 6),
        ("每行: 项目", "每列: 项目", "JX704", 6),
        ("版式: 项目.docx", "版式: 项目表.docx", "JX703", 6),
        ("版式: 项目.docx", "版式: fields.yaml", "JX722", 6),
        ("名称: 汇总表", "名称: 自评报告", "JX722", 7),
        ("用途: 公开", "用途: 公示", "JX707", 8),
        ('文件名: "{{ 名称 }}自评表"', '文件名: "{{ 项目名 }}自评表"', "JX403", 6),
        ("文件名: 项目汇总表}", '文件名: "{{ 部门 }}自评报告", 用途: 公开}', "", 0),
    ],
)
def test_faults_are_told_at_the_line_of_the_template(bureau: Bureau, old: str, new: str, code: str, line: int) -> None:
    bureau.says(old, new, bureau.template / "template.yaml")
    done = bureau.render()
    if not code:  # a workbook and a Word file may have one name
        assert done.exit_code == 0, done.output
        return
    assert done.exit_code == 1
    assert f"template.yaml:{line}:" in done.output
    assert f"错误 {code}" in done.output
    assert bureau.files() == []


def test_two_rows_with_one_file_name_are_told_at_the_second(bureau: Bureau) -> None:
    bureau.says("名称: 公共服务", "名称: 技术改造")
    done = bureau.render()
    assert (done.exit_code, bureau.files()) == (1, [])
    assert "错误 JX407" in done.output
    assert f"{bureau.input}:8:8  项目[2]" in done.output


def test_faults_in_a_workbook_are_told_at_their_cells(bureau: Bureau) -> None:
    book = load_workbook(bureau.template / "汇总.xlsx")
    sheet = book["汇总"]
    sheet["B4"], sheet["B6"], sheet["C6"] = "{{ 项.金额 }}", "=SUM(B4)", "{{ 总额 }}"
    book.save(bureau.template / "汇总.xlsx")
    done = bureau.render()
    assert (done.exit_code, bureau.files()) == (1, [])
    assert "汇总.xlsx!汇总!B4" in done.output
    assert "汇总.xlsx!汇总!C6" in done.output
    checked = bureau.run("template", "check", "小", "--templates", bureau.template.parent)
    assert "汇总.xlsx!汇总!B4" in checked.output
    assert "汇总.xlsx!汇总!C6" in checked.output
    sheet["B4"], sheet["C6"] = "{{ 项.预算 }}", None
    book.save(bureau.template / "汇总.xlsx")
    assert "写成 B4:B4" in bureau.render().output
    sheet["B6"], sheet["A5"] = None, None
    book.save(bureau.template / "汇总.xlsx")
    assert "没有结尾的 {%tr endfor %}" in bureau.render().output


def test_the_template_is_checked_with_all_its_layouts(bureau: Bureau) -> None:
    checked = bureau.run("template", "check", "小", "--templates", bureau.template.parent)
    assert "错误" not in checked.output.replace("0 个错误", ""), checked.output


def test_only_names_outputs(bureau: Bureau) -> None:
    done = bureau.render("--only", "项目自评", "--only", "汇总表")
    assert (done.exit_code, bureau.files()) == (1, [])
    assert "JX723" in done.output
    assert "「项目自评表」" in done.output
    assert bureau.render("--only", "项目自评表", "--only", "公开汇总表").exit_code == 0
    assert len(bureau.files()) == 4


def test_an_edited_document_keeps_all_from_being_written(bureau: Bureau) -> None:
    bureau.render()
    (bureau.folder / "项目汇总表.xlsx").write_bytes(b"mine")
    old = {name: (bureau.out / name).read_bytes() for name in bureau.files()}
    bureau.says("90.50 万元", "91 万元")
    done = bureau.render()
    assert done.exit_code == 1
    assert "项目汇总表.xlsx" in done.output
    assert {name: (bureau.out / name).read_bytes() for name in bureau.files()} == old
    assert bureau.render("--backup").exit_code == 0
    assert (bureau.folder / "项目汇总表.备份1.xlsx").read_bytes() == b"mine"


def test_where_one_cannot_be_replaced_the_others_are_put_back(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau.render()
    old = {name: (bureau.out / name).read_bytes() for name in bureau.files()}
    bureau.says("某市某局", "某市另局")
    bureau.says("90.50 万元", "91 万元")
    make_way = guard.make_way
    seen: list[Path] = []

    def full(path: Path, *options: Any) -> None:
        seen.append(path)
        if len(seen) > len(ALL) + 3:
            raise PermissionError
        make_way(path, *options)

    monkeypatch.setattr(guard, "make_way", full)
    assert bureau.render().exit_code == 3
    assert {name: (bureau.out / name).read_bytes() for name in bureau.files()} == old


def test_what_was_left_by_an_earlier_run_is_told(bureau: Bureau) -> None:
    bureau.render()
    bureau.says("名称: 技术改造", "名称: 技术更新")
    done = bureau.render()
    assert done.exit_code == 0
    assert "JX605" in done.output
    assert "技术改造自评表.docx" in done.output


def test_verify_knows_every_document(bureau: Bureau) -> None:
    bureau.render()
    verify = ("verify", bureau.folder, "--input", bureau.input)
    done = bureau.run(*verify)
    assert (done.exit_code, done.output.count("现行")) == (0, 7), done.output
    file = bureau.folder / "技术改造自评表.docx"
    document = Document(str(file))
    document.paragraphs[0].add_run("！")
    document.save(str(file))
    done = bureau.run(*verify)
    assert done.exit_code == 1
    assert "1 技术改造！" in done.output
    pulled = bureau.run("pull", file, bureau.input)
    assert pulled.exit_code == 1
    assert "项目自评表 项目[1]" in pulled.output


def test_the_bundle_holds_every_document(bureau: Bureau) -> None:
    target = bureau.out / "报送.zip"
    done = bureau.run("bundle", bureau.input, "-o", target, "--no-pdf")
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
    assert {name.removeprefix("2024年报告/") for name in ALL} <= names
    assert "公开/项目汇总表.xlsx" in done.output


def test_batches_write_every_document(bureau: Bureau, tmp_path: Path) -> None:
    second = tmp_path / "另一份.yaml"
    second.write_text(bureau.input.read_text("utf-8").replace("2024", "2023"), "utf-8")
    done = bureau.run("render", bureau.input, second, "-o", bureau.out, "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert len(bureau.files()) == 14
    old = {name: (bureau.out / name).read_bytes() for name in bureau.files()}
    assert "未变 2 份" in bureau.run("render", bureau.input, second, "-o", bureau.out, "--jobs", "1").output
    (bureau.folder / "公开/项目汇总表.xlsx").unlink()
    done = bureau.run("render", bureau.input, second, "-o", bureau.out, "--jobs", "1")
    assert "已生成 1 份，未变 1 份" in done.output
    assert {name: (bureau.out / name).read_bytes() for name in bureau.files()} == old
    bureau.says("90.50 万元", "91 万元")
    second.write_text(bureau.input.read_text("utf-8").replace("某市某局", "某市另局"), "utf-8")
    done = bureau.run("render", bureau.input, second, "-o", bureau.out, "--jobs", "1")
    assert (done.exit_code, done.output.count("JX823")) == (1, 2), done.output
    assert {name: (bureau.out / name).read_bytes() for name in bureau.files()} == old


def test_one_output_is_one_file(bureau: Bureau) -> None:
    manifest = bureau.template / "template.yaml"
    text = manifest.read_text("utf-8")
    first, _, rest = text[text.index("- {名称") :].partition("\n")
    manifest.write_text(text.replace(rest[: rest.index("结论")], ""), "utf-8")
    assert bureau.render().exit_code == 0
    assert bureau.files() == ["某市某局自评报告.docx"]
    assert first


def test_many_documents_go_to_a_folder(bureau: Bureau) -> None:
    done = bureau.run("render", bureau.input, "-o", bureau.out / "报告.docx")
    assert (done.exit_code, "JX604" in done.output) == (3, True)


def test_the_draft_is_that_of_the_report(bureau: Bureau) -> None:
    bureau.says("部门: 某市某局", "部门:")
    assert bureau.render("--draft").exit_code == 0
    assert bureau.files() == ["2024年报告（草稿）.docx"]


def test_row_tags_nest_choose_and_merge(bureau: Bureau) -> None:
    book = load_workbook(bureau.template / "汇总.xlsx")
    sheet = book["附表"]
    sheet["A1"] = None
    rows = (
        ("{%tr for 项 in 项目 %}",),
        ("{{ 项.名称 }}", "{{ loop.index }}", "=B2*2"),
        ("{%tr if 项.经办人 %}",),
        ("", "{{ 项.经办人 }}", "=B2"),
        ("{%tr else %}",),
        ("", "无", "=B2"),
        ("{%tr endif %}",),
        ("{%tr endfor %}",),
        ("合计", "=SUM(B2:B2)", "{{ 电话 }}"),
    )
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            sheet.cell(number, column).value = text or None
    sheet.merge_cells("A2:A7")  # what was in it but at its top is gone
    for number in (3, 5, 7):  # not in the merged column
        sheet.cell(number, 2).value = rows[number - 1][0]
    rule = CellIsRule("greaterThan", formula=["$B$9"])  # type: ignore[no-untyped-call]
    sheet.conditional_formatting.add("B2", rule)
    book.save(bureau.template / "汇总.xlsx")
    done = bureau.render("--only", "汇总表")
    assert done.exit_code == 0, done.output
    sheet = load_workbook(bureau.folder / "项目汇总表.xlsx")["附表"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["技术改造", 1, "=B1*2"],
        [None, "张某", "=B1"],
        ["公共服务", 2, "=B3*2"],
        [None, "李某", "=B3"],
        ["=1+1", 3, "=B5*2"],
        [None, "无", "=B5"],
        ["合计", "=SUM(B1:B5)", "0753-2242000"],
    ]
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:A2", "A3:A4", "A5:A6"]
    assert [(str(one.sqref), one.rules[0].formula) for one in sheet.conditional_formatting] == [("B1:B5", ["$B$7"])]


def test_what_a_workbook_would_lose_is_refused(bureau: Bureau) -> None:
    book = load_workbook(bureau.template / "汇总.xlsx")
    book.worksheets[0].add_chart(BarChart(), "G2")
    book.save(bureau.template / "汇总.xlsx")
    done = bureau.render()
    assert (done.exit_code, bureau.files(), "JX409" in done.output) == (1, [], True)
    (bureau.template / "汇总.xlsx").write_bytes(b"PK")
    assert "JX408" in bureau.render().output


def test_a_row_with_a_form_of_its_own_has_its_scores_in_its_documents(tmp_path: Path) -> None:
    own = small(tmp_path, rows_as_indicators.FIELDS, rows_as_indicators.INDICATORS, full=100)
    own.write(rows_as_indicators.GOOD)
    bureau = Bureau(own)
    outputs = (
        "输出:\n- {名称: 报告, 版式: 报告.docx, 文件名: 报告}\n"
        "- {名称: 项目表, 版式: 项目.docx, 文件名: '{{ 名称 }}', 每行: 项目}\n"
        "- {名称: 项目册, 版式: 项目.xlsx, 文件名: '{{ 名称 }}', 每行: 项目}\n"
    )
    bureau.says("版式: 报告.docx\n", outputs, bureau.template / "template.yaml")
    write_word(bureau.template / "报告.docx", "{{ 评分.总分 }}")
    write_word(
        bureau.template / "项目.docx",
        "{{ 名称 }}{{ 评分.总分 }}{{ 评分.等级 }}{% for 项 in 评分.评分表 %}；{{ 项.名称 }}{{ 项.得分 }}{% endfor %}",
    )
    book = Workbook()
    for row in ("{%tr for 项 in 评分.评分表 %}",), ("{{ 项.名称 }}", "{{ 项.得分 }}"), ("{%tr endfor %}",):
        book.worksheets[0].append(row)
    book.save(bureau.template / "项目.xlsx")
    assert bureau.render().exit_code == 0
    assert words(bureau.folder / "报告.docx") == "96.66"
    assert words(bureau.folder / "送书.docx") == "送书90优；送书60；覆盖30"
    sheet = load_workbook(bureau.folder / "送戏.xlsx").worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [["电影", 40], ["覆盖", 30]]
    checked = bureau.run("template", "check", "小", "--templates", bureau.template.parent)
    assert "错误 " not in checked.output, checked.output


def test_a_public_copy_may_be_a_page(bureau: Bureau) -> None:
    page = "- {名称: 公开网页, 版式: 报告.docx, 文件名: '{{ 部门 }}公开', 用途: 公开, 格式: 网页}\n"
    bureau.says("输出:\n", f"输出:\n{page}", bureau.template / "template.yaml")
    bureau.says("概况: 有事", "概况: <b>甲&乙</b>有事")
    assert bureau.render().exit_code == 0
    file = bureau.folder / "公开/某市某局公开.html"
    written = file.read_bytes()
    text = written.decode()
    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;有事请拨联系。" in text
    assert "2242000" not in text
    assert not any(word in text for word in ("<script", "http", "data-node", "role="))
    verify = ("verify", bureau.folder, "--input", bureau.input)
    done = bureau.run(*verify)
    assert (done.exit_code, done.output.count("现行")) == (0, 8), done.output
    assert bureau.render().exit_code == 0
    assert file.read_bytes() == written
    file.write_bytes(written.replace("联系".encode(), "找我".encode()))
    assert "被改动过" in bureau.run(*verify).output
    assert bureau.render().exit_code == 1
    file.write_bytes(written)
    other = bureau.input.with_name("别的.yaml")
    other.write_text(bureau.input.read_text("utf-8"), "utf-8")
    done = bureau.run("render", other, "-o", bureau.out)
    assert (done.exit_code, "错误 JX624  " + str(file) in done.output, file.read_bytes()) == (1, True, written), (
        done.output
    )
    bureau.says("概况: ", "概况: 今年")
    assert "填报已变" in bureau.run("verify", file, "--input", bureau.input).output
    assert bureau.render().exit_code == 0
    assert "今年" in file.read_text("utf-8")


def test_a_workbook_is_no_page(bureau: Bureau) -> None:
    bureau.says("文件名: 项目汇总表}", "文件名: 项目汇总表, 格式: 网页}", bureau.template / "template.yaml")
    done = bureau.render()
    assert (done.exit_code, "template.yaml:7:" in done.output, "JX722" in done.output) == (1, True, True)
