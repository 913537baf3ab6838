"""Whole reports from tables in Excel and CSV: the same figures, findings in the cells, changes that show."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

import generator
from generator.base.diagnostics import Finding, Refused
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import parse_yaml
from tests.conftest import ROOT
from tests.reading_word import text_of

JIANGMEN = ROOT / "inputs" / "jiangmen-gxj-2021.yaml"
Edit = Callable[[Any], None]


def part_of(text: str, field: str) -> str:
    """The lines of one field of an input: its key and all that is indented below it."""
    match = re.search(rf"(?m)^{field}:\n(?:(?:[ #-].*)?\n)+", text)
    assert match is not None
    return match[0]


def rows_of(part: str, field: str) -> list[dict[str, str]]:
    root = parse_yaml(part.encode(), "").root
    assert root is not None
    table = root.get(field)
    assert isinstance(table, Sequence)
    return [
        {entry.key.text: entry.value.text for entry in row.entries if isinstance(entry.value, Scalar)}
        for row in table.items
        if isinstance(row, Mapping)
    ]


def move(source: Path, folder: Path, field: str, to: str) -> list[dict[str, str]]:
    """A copy of an input in which one table is named by file; the rows that were there."""
    text = source.read_text(encoding="utf-8")
    part = part_of(text, field)
    (folder / "填报.yaml").write_text(text.replace(part, f"{field}: {to}\n\n"), encoding="utf-8")
    return rows_of(part, field)


@pytest.fixture
def meizhou_with_excel(tmp_path: Path, meizhou: Path) -> Path:
    """The input of Meizhou with 专项资金 in Excel: amounts as numbers, the unit in the header, a total at the end."""
    rows = move(meizhou, tmp_path, "专项资金", "{来源: 专项资金.xlsx, 工作表: 项目}")
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "项目"
    sheet.append(["市级财政专项资金项目自评情况"])
    sheet.append(["序号", "资金项目", "资金额度（万元）", "自评分"])
    for number, row in enumerate(rows, 1):
        sheet.append([number, row["项目"], float(row["金额"].split()[0]), int(row["自评分"])])
        sheet.cell(sheet.max_row, 3).number_format = "0.00"
    sheet.append(["合计", None, "=SUM(C3:C21)"])
    book.save(tmp_path / "专项资金.xlsx")
    return tmp_path / "填报.yaml"


def edit(file: Path, change: Edit) -> None:
    book = load_workbook(file)
    change(book.worksheets[0])
    book.save(file)


def test_the_report_is_the_same_word_for_word(meizhou_with_excel: Path, meizhou: Path, tmp_path: Path) -> None:
    templates = ROOT / "templates"
    from_excel = generator.render(meizhou_with_excel, tmp_path / "甲.docx", templates=templates)
    from_yaml = generator.render(meizhou, tmp_path / "乙.docx")
    assert text_of(from_excel.path) == text_of(from_yaml.path)
    assert [finding.code for finding in from_excel.assessment.findings] == [
        finding.code for finding in from_yaml.assessment.findings
    ]


def test_a_trace_ends_in_the_cell(meizhou_with_excel: Path) -> None:
    assessment = generator.score(meizhou_with_excel, templates=ROOT / "templates")
    trace = assessment.scorecard.symbols.resolve(("专项资金合计", "金额"))
    assert trace is not None
    assert "专项资金.xlsx!项目!C3" in {str(leaf.span) for leaf in leaves(trace)}


def leaves(trace: Any) -> list[Any]:
    return [leaf for part in trace.inputs for leaf in leaves(part)] if trace.inputs else [trace]


def test_one_cell_changes_scores_and_digest(meizhou_with_excel: Path, tmp_path: Path) -> None:
    before = generator.score(meizhou_with_excel, templates=ROOT / "templates")

    def change(sheet: Any) -> None:
        assert sheet["D3"].value == 96
        sheet["D3"].value = 76

    edit(tmp_path / "专项资金.xlsx", change)
    after = generator.score(meizhou_with_excel, templates=ROOT / "templates")
    assert before.scorecard.total is not None
    assert after.scorecard.total is not None
    # 253.99 of 1009.31 at 20 points less: 9.65926 − 0.50329 = 9.15597; and 1844 of 1900 points: 3.88.
    scores = {node.indicator.name: node.score.text for node in after.scorecard.walk()}
    assert (scores["专项资金绩效完成情况"], scores["经济成本控制情况"]) == ("9.16", "3.88")
    assert (before.scorecard.total.score.text, after.scorecard.total.score.text) == ("102.34", "101.8")
    assert before.submission.digest == after.submission.digest
    assert before.submission.sources != after.submission.sources
    digest = hashlib.sha256((tmp_path / "专项资金.xlsx").read_bytes()).hexdigest()
    assert after.submission.sources == (("专项资金.xlsx", digest),)


def check(file: Path) -> list[Finding]:
    """The errors of an input."""
    return [f for f in generator.check(file, templates=ROOT / "templates") if str(f.severity) == "error"]


@pytest.mark.parametrize(
    ("cell", "value", "code", "words"),
    [
        ("C5", "6.00 万", "JX206", "单位「万」不是金额单位"),
        ("C5", None, "JX202", "缺少「专项资金[3].金额」（资金额度）"),
        ("C5", "约6", "JX207", "「约6万元」"),
        ("C5", -6, "JX208", "「-6.00万元」小于 0"),
        ("D5", "优", "JX207", "应当填数字，「优」"),
        ("D5", 101, "JX209", "「101」大于 100"),
        ("D5", "=D4", "JX246", "这一格是公式"),
        ("B5", "=#REF!", "JX246", "这一格是公式"),
        ("D5", "#N/A", "JX247", "这一格是「#N/A」，不是项目自评分（百分制）"),
        ("B5", "小计", "JX257", "小计行的「金额」是 6万元，各行相加是 335.29万元"),
    ],
)
def test_one_wrong_cell_is_one_finding_in_that_cell(
    meizhou_with_excel: Path, tmp_path: Path, *, cell: str, value: object, code: str, words: str
) -> None:
    def change(sheet: Any) -> None:
        if code == "JX257":
            sheet["A5"].value = None
        sheet[cell].value = value

    edit(tmp_path / "专项资金.xlsx", change)
    (finding,) = check(meizhou_with_excel)
    assert (finding.code, str(finding.span)) == (code, f"专项资金.xlsx!项目!{'C5' if code == 'JX257' else cell}")
    assert words in finding.message


def test_a_missing_column_is_one_finding_and_other_cells_are_checked(meizhou_with_excel: Path, tmp_path: Path) -> None:
    def change(sheet: Any) -> None:
        sheet["C2"].value = "额度"
        sheet["D4"].value = "优"

    edit(tmp_path / "专项资金.xlsx", change)
    assert [(finding.code, str(finding.span)) for finding in check(meizhou_with_excel)] == [
        ("JX242", "专项资金.xlsx!项目!C2"),
        ("JX207", "专项资金.xlsx!项目!D4"),
    ]


@pytest.mark.parametrize("change", [lambda sheet: sheet.delete_rows(3, 20), lambda sheet: sheet.delete_rows(1, 30)])
def test_a_table_that_cannot_be_read_is_one_finding(meizhou_with_excel: Path, tmp_path: Path, change: Edit) -> None:
    edit(tmp_path / "专项资金.xlsx", change)
    (finding,) = check(meizhou_with_excel)
    assert finding.code in ("JX245", "JX241")
    (tmp_path / "专项资金.xlsx").unlink()
    (finding,) = check(meizhou_with_excel)
    assert (finding.code, finding.span.file) == ("JX235", str(meizhou_with_excel))


def test_what_is_neither_rows_nor_a_source(meizhou: Path, tmp_path: Path) -> None:
    move(meizhou, tmp_path, "专项资金", "{文件: 专项资金.xlsx}")
    (finding,) = check(tmp_path / "填报.yaml")
    assert finding.code == "JX204"
    assert "应当是以「- 」开头的若干行，或「来源: 文件.xlsx」" in finding.message


def test_a_reference_in_a_cell_is_written_out_and_its_fault_placed(meizhou_with_excel: Path, tmp_path: Path) -> None:
    def refer(name: str) -> Edit:
        def change(sheet: Any) -> None:
            sheet["B3"].value = f"{{{{ 部门.{name} }}}}股权投资费用"

        return change

    edit(tmp_path / "专项资金.xlsx", refer("简称"))
    content = generator.score(meizhou_with_excel, templates=ROOT / "templates").report.content
    assert "梅州市工信局股权投资费用" in str(content["专项资金"])
    edit(tmp_path / "专项资金.xlsx", refer("简秤"))
    (finding,) = check(meizhou_with_excel)
    assert (str(finding.span), finding.hint) == ("专项资金.xlsx!项目!B3", "是否为「简称」？")


def test_the_commands_show_the_cell(meizhou_with_excel: Path, tmp_path: Path) -> None:
    edit(tmp_path / "专项资金.xlsx", lambda sheet: sheet["C5"].__setattr__("value", "6.00 万"))
    command = [
        sys.executable,
        "-m",
        "generator",
        "check",
        str(meizhou_with_excel),
        "--templates",
        str(ROOT / "templates"),
    ]
    text = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert text.returncode == 1
    assert "错误 JX206  专项资金.xlsx!项目!C5  专项资金[3].金额\n  「专项资金[3].金额」的「6.00 万」中" in text.stdout
    found = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False, cwd=ROOT)
    (error,) = [told for told in json.loads(found.stdout)["findings"] if told["severity"] == "error"]
    assert (error["file"], error["line"], error["column"]) == ("专项资金.xlsx!项目!C5", 0, 0)


def test_a_report_without_a_workbook_does_not_load_openpyxl(meizhou: Path, tmp_path: Path) -> None:
    code = "import sys, generator; generator.render(sys.argv[1], sys.argv[2]); sys.exit('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(meizhou), str(tmp_path)], cwd=ROOT, check=False)
    assert done.returncode == 0


# The table for which all this is made: 81 rows, two levels merged.


@pytest.fixture
def jiangmen_rows(tmp_path: Path) -> list[dict[str, str]]:
    return move(JIANGMEN, tmp_path, "绩效指标", "{来源: 绩效目标.xlsx, 工作表: 目标}")


def save_targets(rows: list[dict[str, str]], file: Path) -> None:
    """The target table as bureaus keep it: each project written once, merged over its rows."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "目标"
    names = list(dict.fromkeys(name for row in rows for name in row))
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])
    for column in (1, 2):
        first = 2
        for line in range(3, len(rows) + 3):
            same = all(sheet.cell(line, at).value == sheet.cell(first, at).value for at in range(1, column + 1))
            if not same or sheet.cell(line, column).value is None:
                sheet.merge_cells(start_row=first, end_row=line - 1, start_column=column, end_column=column)
                first = line
    book.save(file)


def counts(file: Path) -> dict[str, str]:
    content = generator.score(file, templates=ROOT / "templates").report.content["绩效指标统计"]
    assert isinstance(content, dict)
    return {name: str(value) for name, value in content.items()}


def test_the_81_rows_give_the_same_counts_merged_in_excel(jiangmen_rows: list[dict[str, str]], tmp_path: Path) -> None:
    save_targets(jiangmen_rows, tmp_path / "绩效目标.xlsx")
    merges = load_workbook(tmp_path / "绩效目标.xlsx").worksheets[0].merged_cells.ranges
    assert len(merges) > 10
    assert counts(tmp_path / "填报.yaml") == counts(JIANGMEN)
    assert counts(tmp_path / "填报.yaml")["总数"] == "81"


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_the_81_rows_as_csv(jiangmen_rows: list[dict[str, str]], tmp_path: Path, encoding: str) -> None:
    names = list(dict.fromkeys(name for row in jiangmen_rows for name in row))
    with (tmp_path / "绩效目标.csv").open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(jiangmen_rows)
    move(JIANGMEN, tmp_path, "绩效指标", "{来源: 绩效目标.csv}")
    assert counts(tmp_path / "填报.yaml") == counts(JIANGMEN)


def test_one_actual_changes_the_counts(jiangmen_rows: list[dict[str, str]], tmp_path: Path) -> None:
    save_targets(jiangmen_rows, tmp_path / "绩效目标.xlsx")
    before = counts(tmp_path / "填报.yaml")
    met = next(at for at, row in enumerate(jiangmen_rows) if (row["目标值"], row["实际完成值"]) == ("2-3家", "4家"))

    def change(sheet: Any) -> None:
        header = [cell.value for cell in sheet[1]]
        sheet.cell(met + 2, header.index("实际完成值") + 1).value = "1家"

    edit(tmp_path / "绩效目标.xlsx", change)
    after = counts(tmp_path / "填报.yaml")
    assert int(after["已完成"]) == int(before["已完成"]) - 1
    assert int(after["未完成"]) == int(before["未完成"]) + 1
    warned = generator.check(tmp_path / "填报.yaml", templates=ROOT / "templates")
    assert any("没有完成（目标2-3家，实际1家）" in finding.message for finding in warned)


def test_excel_made_a_date_of_a_range(jiangmen_rows: list[dict[str, str]], tmp_path: Path) -> None:
    from datetime import date

    save_targets(jiangmen_rows, tmp_path / "绩效目标.xlsx")

    def change(sheet: Any) -> None:
        header = [cell.value for cell in sheet[1]]
        cell = sheet.cell(2, header.index("目标值") + 1)
        cell.value, cell.number_format = date(2024, 2, 3), 'm"月"d"日"'

    edit(tmp_path / "绩效目标.xlsx", change)
    with pytest.raises(Refused) as refused:
        generator.score(tmp_path / "填报.yaml", templates=ROOT / "templates")
    (finding,) = [f for f in refused.value.findings if str(f.severity) == "error"]
    assert finding.code == "JX248"
    assert "Excel 会把「2-3」「1/2」这样的内容改成日期" in finding.hint
