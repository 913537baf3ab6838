"""Audits of filed material: what is read of foreign layouts, what is told, what is written."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import docx
import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner

import generator
from generator import pipeline
from generator.base.diagnostics import Refused
from generator.cli import main
from generator.workflows.audit.inputs import read_criteria
from generator.workflows.audit.recompute import Audit, Line, audit
from generator.workflows.audit.write import find_files
from generator.workflows.convert import plan, write
from generator.workflows.jobs import is_form
from tests.audit import foreign, layouts
from tests.cli.test_envelope import SCHEMA
from tests.pull.word import Document, made, w

ROOT = Path(__file__).parents[2]
OLE = b"\xd0\xcf\x11\xe0" + b"\0" * 60 + "EncryptedPackage".encode("utf-16-le")


def read(file: Path) -> Audit:
    return audit(file, read_criteria())


def names(one: Audit) -> list[list[str]]:
    return [[line.levels[2] for line in form.lines] for form in one.forms]


def names_of(lines: list[Line]) -> set[str]:
    return {line.levels[2] for line in lines}


def found(one: Audit, code: str) -> list[str]:
    return [str(finding.span).rpartition("!")[2] for finding in (*one.findings(), *one.unread) if finding.code == code]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    for build in (
        layouts.national,
        layouts.of_a_system,
        layouts.two_row_head,
        layouts.list_of_projects,
        layouts.split_in_word,
        layouts.two_in_word,
    ):
        build(folder)
    (folder / "加密.docx").write_bytes(OLE)
    (folder / "坏的.xlsx").write_bytes(b"PK\x03\x04 broken")
    for name in ("只有扫描件.pdf", "两行表头.pdf"):
        (folder / name).write_bytes(b"%PDF-1.7")
    return folder


@pytest.fixture(scope="module")
def run(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], str, int]:
    """One run over all of them: where it wrote, what it said of each file, the error stream, the exit code."""
    out = tmp_path_factory.mktemp("out")
    result = CliRunner().invoke(main, ["audit", str(folder), "-o", str(out), "--format", "json", "--jobs", "1"])
    whole = json.loads(result.stdout)
    jsonschema.validate(whole, SCHEMA)
    assert (whole["command"], whole["input"]) == ("audit", [str(folder)])
    assert "JX653" in {one["code"] for one in whole["findings"]}
    said = {Path(one["文件"]).name: one for one in whole["result"]}
    return out, said, result.stderr, result.exit_code


def test_one_bad_file_stops_no_other(run: tuple[Path, dict[str, Any], str, int], folder: Path) -> None:
    out, said, errors, code = run
    assert code == 1
    assert len(said) == 6
    assert "JX653" in errors
    assert "坏的.xlsx" in errors
    summary = openpyxl.load_workbook(out / "复核汇总.xlsx").worksheets[0]
    files = {Path(str(row[0].value)).name for row in summary.iter_rows(min_row=4)}
    # A PDF is told where it is all that there is.
    assert files == {file.name for file in folder.iterdir()} - {"两行表头.pdf"}


def test_a_folder_above_is_no_hidden_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("材料/表.xlsx", "材料/.旧/表.xlsx", "材料/~$表.xlsx", "这里/空"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.chdir(tmp_path / "这里")
    assert find_files(["../材料"], Path("outputs")) == [(Path("../材料/表.xlsx"), "表")]


def test_no_two_files_write_the_same_outputs(tmp_path: Path) -> None:
    for file in ("甲/表.xlsx", "乙/表.xlsx", "丙/表（2）.xlsx", "丙/表.docx"):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch()
    stems = [stem for _, stem in find_files([str(tmp_path / one) for one in "甲乙丙"], tmp_path / "outputs")]
    assert stems == ["表", "表（2）", "表（3）", "表（2）（2）"]


def test_worksheet_has_live_formulas_and_comments(run: tuple[Path, dict[str, Any], str, int]) -> None:
    out, said, *_ = run
    live = openpyxl.load_workbook(out / "通用表-复核底稿.xlsx")["复核底稿"]
    heads = [str(cell.value) for cell in live[3]]
    assert " ".join(heads[3:]) == "性质 指标值 单位 权重 自评完成值 自评得分 复核完成值 复核得分 偏离度 备注"
    row = next(cells for cells in live.iter_rows() if cells[2].value == "培训人数")
    assert [cell.value for cell in row[3:8]] == ["≥", 200, "人", 30, 150]
    number = row[0].row
    assert row[9].value == f"=H{number}"
    assert f"J{number}/E{number}" in str(row[10].value)
    assert "JX661" in repr(row[2].comment)
    cached = openpyxl.load_workbook(out / "通用表-复核底稿.xlsx", data_only=True)["复核底稿"]
    assert cached[f"K{number}"].value == 22.5
    assert said["通用表.xlsx"]["自评表"] == [{"名称": "技能培训项目", "自评得分": "100", "复核得分": "87.5"}]
    opinion = "\n".join(one.text for one in docx.Document(str(out / "通用表-复核意见.docx")).paragraphs)
    assert "培训人数" in opinion


def test_national_form(folder: Path) -> None:
    one = read(folder / "通用表.xlsx")
    assert names(one) == [["预算执行率", "培训人数", "培训合格率", "知晓率", "学员满意度"]]
    assert [line.levels[0] for line in one.forms[0].lines[1:3]] == ["产出指标", "产出指标"]
    assert found(one, "JX661") == ["D9"]
    assert found(one, "JX666") == ["I6"]
    assert found(one, "JX665") == ["H13"]
    assert not found(one, "JX664")
    assert found(one, "JX448") == []


def test_export_of_a_system(folder: Path) -> None:
    one = read(folder / "系统导出.xlsx")
    lines = {line.levels[2]: line for line in one.forms[0].lines}
    assert list(lines) == ["养护里程", "每公里成本", "通行条件", "群众满意度"]
    assert lines["每公里成本"].computed == 15
    assert lines["通行条件"].computed is None
    assert found(one, "JX253") == ["A4"]
    assert any("有 1 行被隐藏或筛选掉（第 4 行）" in told.message for told in one.unread)
    assert found(one, "JX251") == found(one, "JX231") == []
    assert found(one, "JX246") == ["G6", "I6"]


def test_what_is_struck_through_and_remarked_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (layouts.HEAD, *layouts.ROWS):
        book.worksheets[0].append(row)
    book.worksheets[0]["A2"].font = openpyxl.styles.Font(strike=True)
    book.worksheets[0]["B2"].comment = openpyxl.comments.Comment("待核", "某人")
    book.save(tmp_path / "表.xlsx")
    one = read(tmp_path / "表.xlsx")
    assert (found(one, "JX231"), found(one, "JX251")) == (["A2"], ["B2"])


def test_several_labels_in_one_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["部门：某县水利局\u3000\u3000年度：2024\u3000\u3000单位：分"])
    for row in (layouts.HEAD, *layouts.ROWS):
        book.worksheets[0].append(row)
    one = read(layouts.saved(book, tmp_path / "评分表.xlsx"))
    assert list(rows_of(one)) == ["某县水利局"]
    assert not found(one, "JX465")


def test_heads_of_two_rows_and_repeated(folder: Path) -> None:
    one = read(folder / "两行表头.xlsx")
    assert names(one) == [["植树", "绿化覆盖率"]]
    assert [line.score for line in one.forms[0].lines] == [50, 50]
    assert one.unread == ()


def test_column_of_projects(folder: Path) -> None:
    one = read(folder / "清单.xlsx")
    assert [form.name for form in one.forms] == ["项目1", "项目2", "项目3"]
    assert {len(form.lines) for form in one.forms} == {4}


def test_word_table_over_two_pages(folder: Path) -> None:
    one = read(folder / "分页的表.docx")
    assert names(one) == [["培训人数", "培训合格率", "知晓率", "学员满意度"]]
    assert [line.actual for line in one.forms[0].lines] == ["150人", "98%", "85%", "93%"]
    assert len(found(one, "JX654")) == 1
    assert not found(one, "JX473")


def test_what_cannot_be_read_is_told_at_its_place(folder: Path) -> None:
    one = read(folder / "两个项目.docx")
    assert [form.name for form in one.forms] == ["甲项目绩效自评表", "乙项目绩效自评表"]
    assert [len(form.lines) for form in one.forms] == [4, 3]
    assert found(one, "JX657") == ["C3"]


# The template's own rules on facts that no form states, and whole forms of full marks, of which one row is the money's.
NOT_FILED = {"JX415", "JX425", "JX449"}


@pytest.mark.parametrize("source", sorted((ROOT / "inputs").glob("*.yaml")), ids=lambda file: file.stem)
def test_own_reports_are_read_whole(source: Path, tmp_path: Path) -> None:
    """Every row of the program's own reports is read, and what ``check`` finds at a row is found at the same row."""
    rendered = generator.render(source, tmp_path, templates=ROOT / "templates")
    report = next(file for file in (*rendered.files, rendered.path) if file.suffix == ".docx")
    filed, typed = read(report), audit(source, read_criteria(), ROOT / "templates")
    # Of meizhou's, the table of targets is printed in sentences, and the bonus has a remark in its name.
    forms = typed.forms[:1] if source.stem.startswith("meizhou") else typed.forms
    rows = {line.levels[2] for form in filed.forms for line in form.lines} | {"年度预算执行率"}
    assert rows >= {line.levels[2] for form in forms for line in form.lines} - {"工作受表彰或批评"}
    told = {(one.code, line.levels[2]) for form in forms for line in form.lines for one in line.findings}
    found_there = {(one.code, line.levels[2]) for form in filed.forms for line in form.lines for one in line.findings}
    assert {pair for pair in told - found_there if pair[0] not in NOT_FILED} == set()
    # A reason may stand elsewhere than in the printed table; nothing else is told that the filing has not.
    assert {code for code, _ in found_there - told} <= {"JX420"} | {code for code, _ in told}
    if source.stem.startswith("hunan"):
        edited = Document(report.read_bytes())
        edited.everywhere("89.72", "92.72")
        assert [found(filed, code) for code in ("JX420", "JX679")] == [[], []]
        assert len(found(read(edited.save(tmp_path / "手改.docx")), "JX679")) == 1
        struck = Document(report.read_bytes())
        next(struck.root.iter(w("r"))).insert(0, made("<w:rPr><w:strike/></w:rPr>"))
        assert len(found(read(struck.save(tmp_path / "删除线.docx")), "JX679")) == 1
        math = Document(report.read_bytes())
        formula = (
            '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:t>部件</m:t></m:oMath>'
        )
        next(math.root.iter(w("p"))).append(made(formula))
        assert len(found(read(math.save(tmp_path / "公式.docx")), "JX679")) == 1
        broken = Document(report.read_bytes())
        broken.files["customXml/item9.xml"] = b"<"
        assert len(found(read(broken.save(tmp_path / "损坏.docx")), "JX679")) == 1
        assert found(read(Document(report.read_bytes()).save(tmp_path / "另存.docx")), "JX679") == []
    for book in (file for file in rendered.files if file.suffix == ".xlsx"):
        lines = [line for form in read(book).forms for line in form.lines]
        assert names_of(lines) >= rows - names_of(filed.forms[0].lines)
        found_there = {(one.code, line.levels[2]) for line in lines for one in line.findings}
        assert {pair for pair in told ^ found_there if pair[0] not in NOT_FILED and pair[1] in names_of(lines)} == set()


def test_a_form_that_was_filled_in_is_audited_as_the_filing_that_it_is(tmp_path: Path) -> None:
    filing, form = ROOT / "inputs" / "tongyong-whlj-2024.yaml", tmp_path / "县局.xlsx"
    write(plan([filing], form, ROOT / "templates"))
    typed, filled = (audit(file, read_criteria(), ROOT / "templates") for file in (filing, form))
    assert (names(filled), filled.unread) == (names(typed), typed.unread)
    assert [one.code for one in filled.findings()] == [one.code for one in typed.findings()]
    # Damaged within, it is told like any other file, and stops no other in its folder.
    data = bytearray(form.read_bytes())
    start = data.index(b"xl/workbook.xml") + len("xl/workbook.xml")
    data[start : start + 20] = b"\xff" * 20
    form.write_bytes(data)
    assert not is_form(form)
    with pytest.raises(Refused) as refused:
        audit(form, read_criteria(), ROOT / "templates")
    assert [one.code for one in refused.value.findings] == ["JX238"]


def test_honest_rows_get_no_finding(tmp_path: Path) -> None:
    rows = (
        ("产出指标", "成本指标", "节约成本", "≥5万元", "6万元"),
        ("产出指标", "成本指标", "资产负债率", "≤60%", "50%"),
        ("产出指标", "质量指标", "优质工程数量", "≥2个", "2个"),
        ("产出指标", "质量指标", "高级职称人数", "≥20人", "22人"),
        ("产出指标", "数量指标", "净增企业", "≥-5家", "-3家"),
        ("效益指标", "社会效益指标", "违规行为查处数", "≥10起", "12起"),
        ("效益指标", "社会效益指标", "群众投诉率", "≤3%", "2%"),
    )
    book = openpyxl.Workbook()
    labels = ("项目名称", "节能改造", "主管部门", "某县机关事务局", "实施单位", "某县机关服务中心")
    for row in (labels, layouts.HEAD[:5], *rows):
        book.worksheets[0].append(row)
    one = read(layouts.saved(book, tmp_path / "如实.xlsx"))
    assert one.forms[0].name == "节能改造"
    assert [(line.levels[2], found.code) for line in one.forms[0].lines for found in line.findings] == []


def report(file: Path, bureau: str, year: int, own: str) -> None:
    document = docx.Document()
    document.add_paragraph(f"部门名称：{bureau}  年度：{year}")
    for text in (*SHARED, own):
        document.add_paragraph(text.format(year))
    layouts.word_table(document, (layouts.HEAD, *layouts.ROWS))
    document.save(str(file))


SHARED = tuple(
    f"{{0}}年，{what}按照年初确定的目标稳步推进，资金分两批拨付到位，专班每月调度一次，问题台账逐项销号，年底全部通过验收。"
    * 2
    for what in ("农村道路改造", "校舍维修加固", "饮水管网延伸")
)


def test_texts_copied_from_another_filing_are_told(tmp_path: Path) -> None:
    for name, bureau, year in (("甲", "甲县交通局", 2024), ("乙", "乙县交通局", 2024), ("甲旧", "甲县交通局", 2023)):
        report(
            tmp_path / f"{name}.docx", bureau, year, f"{bureau}另有{year}件自己的事，写在这里，和别处的说法都不一样。"
        )
    report(tmp_path / "甲终稿.docx", "甲县交通局", 2024, "")
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["audit", str(tmp_path), "-o", str(out), "--jobs", "1", "--format", "json"])
    told = {
        Path(one["文件"]).name: [found["message"] for found in one["问题"] if found["code"] == "JX675"]
        for one in json.loads(result.stdout)["result"]
    }
    assert all(len(found) == 1 for found in told.values())
    assert "甲.docx" in told["乙.docx"][0]
    assert "乙.docx" in told["甲.docx"][0]
    same = [
        str(row[-1])
        for row in openpyxl.load_workbook(out / "复核汇总.xlsx").worksheets[0].iter_rows(min_row=4, values_only=True)
    ]
    assert all("3 段" in text for text in same)


def test_criteria_take_off_what_they_say(tmp_path: Path) -> None:
    file = tmp_path / "重复.xlsx"
    book = openpyxl.Workbook()
    for row in (layouts.HEAD[:7], *(row[:7] for row in layouts.ROWS[1:]), layouts.ROWS[2][:2] + layouts.ROWS[1][2:7]):
        book.worksheets[0].append(row)
    layouts.saved(book, file)
    last = read(file).forms[0].lines[-1]
    assert last.off == 1
    assert last.reviewed == 0
    own = tmp_path / "自己的.xlsx"
    sheet = openpyxl.Workbook()
    for line in (("编号", "标准", "依据", "扣分", "意见"), ("1", "重复的扣一半", "JX445", "50%", "请核对")):
        sheet.worksheets[0].append(line)
    layouts.saved(sheet, own)
    assert audit(file, read_criteria(str(own))).forms[0].lines[-1].reviewed == 10


def test_shipped_criteria() -> None:
    assert [len(read_criteria(name).items) for name in ("十四条", "二十六条")] == [14, 26]


def rows_of(one: Audit) -> dict[str, list[str]]:
    """The indicators of each form, without the execution of its budget."""
    return {form.name: [line.levels[2] for line in form.lines if line.levels[2] != "预算执行率"] for form in one.forms}


def test_scores_in_full_width_are_read(tmp_path: Path) -> None:
    file = layouts.national(tmp_path)
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["H9"] = "２９．５分"
    book.save(file)
    one = read(file)
    assert [line.score for line in one.forms[0].lines if line.levels[2] == "培训人数"] == [Fraction(59, 2)]
    assert not found(one, "JX659")


@pytest.mark.parametrize("text", ["5\n5", "10 9.5", "５　５", "①", "9.5²", "9。5"])
def test_what_is_not_one_number_is_no_score(text: str, tmp_path: Path) -> None:
    """Two lines of a cell are two numbers."""
    file = layouts.national(tmp_path)
    book = openpyxl.load_workbook(file)
    book.worksheets[0]["H9"] = text
    book.save(file)
    one = read(file)
    assert [line.score for line in one.forms[0].lines if line.levels[2] == "培训人数"] == [None]
    assert len(found(one, "JX659")) == 1


@pytest.mark.parametrize("count", [16, pytest.param(50, marks=pytest.mark.slow)])
def test_foreign_files_of_eight_layouts_are_read_whole(count: int, tmp_path: Path) -> None:
    for filed in foreign.filed(tmp_path, count):
        one = read(filed.path)
        assert rows_of(one) == filed.projects, filed.path.name
        # What people do not see, and what could not be read, and nothing else.
        assert {found.code for found in one.unread} == set(filed.told), filed.path.name
        assert not found(one, "JX473"), filed.path.name


@pytest.mark.slow
def test_one_that_takes_too_long_is_told_and_the_others_are_done(tmp_path: Path) -> None:
    folder = tmp_path / "报送"
    folder.mkdir()
    for number in range(3):
        layouts.list_of_projects(folder).rename(folder / f"{number}.xlsx")
    layouts.list_of_projects(folder, 6000).rename(folder / "拖死的.xlsx")
    out = tmp_path / "out"
    result = CliRunner().invoke(main, ["audit", str(folder), "-o", str(out), "--jobs", "1", "--time-limit", "10"])
    assert result.exit_code == 1
    rows = list(openpyxl.load_workbook(out / "复核汇总.xlsx").worksheets[0].values)[3:]
    assert len(list(out.glob("*-复核底稿.xlsx"))) == 3
    assert [row[1] for row in rows if str(row[0]).endswith("拖死的.xlsx")] != ["已审核"]


def test_unusual_but_honest_facts_bring_no_false_remarks(tmp_path: Path) -> None:
    """Goals are no results, the rate of the projects is not the bureau's, no budget has no rate, reasons are read."""
    source = Path(__file__).with_name("少见的事.yaml")
    made = pipeline.assess(source, ROOT / "templates")
    assert [one.code for one in made.findings] == ["JX448", "JX415"]
    report = tmp_path / "报告.docx"
    report.write_bytes(pipeline.print_report(made))
    filed, filing = read(report), read(source)
    assert len(filed.forms) == 7
    told = [
        (one.name, found.code) for one in filed.forms for _, found in one.named_findings() if found.severity != "info"
    ]
    assert told == [("光缆迁改工程", "JX430"), ("外事接待", "JX448")]
    for one in (filed, filing):
        # A project that was given up has no score, and none is computed for it.
        assert [form.reviewed for form in one.forms if form.name == "涉密机房改造"] == [None]


@pytest.mark.parametrize(
    ("budget", "spent", "code"), [("0.00", "12.00", "JX415"), ("0.00", "0.00", ""), ("80.00", "-3.50", "")]
)
def test_money_without_a_rate(tmp_path: Path, budget: str, spent: str, code: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (
        ["项目支出绩效自评表"],
        ["项目名称", "外事接待", "实施单位", "某县外事中心"],
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", budget, budget, spent, 10, "—", 10],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "接待批次", "≥20批", "18批", 90, 81],
    ):
        sheet.append(row)
    book.save(tmp_path / "表.xlsx")
    told = {one.code for one in read(tmp_path / "表.xlsx").findings()}
    assert told & {"JX307", "JX210", "JX415", "JX211"} == {code} - {""}


@pytest.mark.parametrize(
    "rate", ["４８．５０％", "48.50%（注）", "约48.5%", "48.50%（招标节约）", "48.50%（决算数÷预算数）", "48.50%①"]
)
def test_a_rate_with_a_note(tmp_path: Path, rate: str) -> None:
    """The words behind a rate are read whole, and its figures are no words."""
    book = openpyxl.Workbook()
    for row in (
        ["项目支出绩效自评表"],
        ["项目名称", "泵站除险", "实施单位", "某县水务中心"],
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度资金总额", "200.00", "200.00", "97.00", 10, rate, 4.85],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "加固泵站", "≥6座", "6座", 90, 90],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "表.xlsx")
    assert not {one.code for one in read(tmp_path / "表.xlsx").findings()} & {"JX461", "JX467"}
