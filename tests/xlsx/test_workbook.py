"""The scoring form of Meizhou as a workbook: figures, formulas, print settings, package."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.utils.escape import unescape

import generator
from generator import pipeline
from generator.cli import main
from generator.exports.scoring_form import prepare_scores, scoring_workbook
from generator.narrative import sheets
from tests.conftest import MEIZHOU, ROOT
from tests.xlsx.conftest import Computed

NAME = "梅州市工业和信息化局2021年度部门整体支出绩效自评报告评分表"
JIANGMEN = ROOT / "inputs" / "jiangmen-gxj-2021.yaml"


@pytest.fixture(scope="module")
def data() -> bytes:
    assessment = generator.score(MEIZHOU)
    return scoring_workbook(assessment.submission, assessment.scorecard, assessment.report)


@pytest.fixture
def file(data: bytes, tmp_path: Path) -> Path:
    (tmp_path / "评分表.xlsx").write_bytes(data)
    return tmp_path / "评分表.xlsx"


def sheet_of(data: bytes, *, values: bool = False) -> Any:
    return load_workbook(io.BytesIO(data), data_only=values).worksheets[0]


def row_of(sheet: Any, name: str, column: int = 3) -> int:
    return next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, column).value == name)


def test_header_and_title(data: bytes) -> None:
    sheet = sheet_of(data)
    assert sheet["A1"].value == NAME
    assert sheet["A2"].value == "部门：梅州市工业和信息化局　　年度：2021　　单位：分"
    header = ["一级指标", "二级指标", "三级指标", "分值", "评分标准", "自评得分", "得分率", "评分依据"]
    assert [cell.value for cell in sheet[3]] == header


def test_leaf_scores_are_numbers_and_everything_else_is_computed(data: bytes) -> None:
    sheet, scorecard = sheet_of(data), generator.score(MEIZHOU).scorecard
    leaves = {node.indicator.name: node for node in scorecard.walk() if not node.children}
    typed = 0
    for row in range(4, sheet.max_row + 1):
        name = next((str(sheet.cell(row, at).value) for at in (3, 2, 1) if sheet.cell(row, at).value), "")
        weight, score, rate = (sheet.cell(row, column).value for column in (4, 6, 7))
        assert rate == f"=IF(D{row}=0,0,ROUND(F{row}/D{row},4))"
        if name in leaves:
            typed += 1
            assert str(score) == leaves[name].score.text
            assert str(weight) == str(leaves[name].indicator.weight)
        else:
            assert name in ("小计", "总分")
            assert re.fullmatch(r"=ROUND\(SUM\([F0-9:,]+\),2\)", score)
            assert re.fullmatch(r"=SUM\([D0-9:,]+\)", weight)
    assert typed == len(leaves) == 28


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("总分", 1), (110, 102.34, 0.9304)),
        (("小计", 3), (10, 10, 1)),
        (("专项资金绩效完成情况", 3), (10, 9.66, 0.966)),
        (("重点工作完成率", 3), (2, 1.43, 0.715)),
    ],
)
def test_results_stand_in_the_file_for_those_who_only_look(
    data: bytes, cells: tuple[str, int], expected: tuple[float, float, float]
) -> None:
    sheet = sheet_of(data, values=True)
    row = row_of(sheet, *cells)
    assert tuple(sheet.cell(row, column).value for column in (4, 6, 7)) == expected


def test_every_formula_has_its_result(data: bytes) -> None:
    formulas, values = sheet_of(data), sheet_of(data, values=True)
    cells = [cell.coordinate for row in formulas.iter_rows() for cell in row if cell.data_type == "f"]
    assert len(cells) > 50
    assert all(isinstance(values[cell].value, int | float) for cell in cells)


def test_libreoffice_computes_the_same(file: Path, data: bytes, computed: Computed) -> None:
    # openpyxl drops the stored results when it saves: what comes out is computed.
    load_workbook(file).save(file)
    rows = computed(file)
    stored = sheet_of(data, values=True)
    assert [row for row in rows if row[0] == "总分"] == [
        ["总分", "", "", "110", "", "102.34", "93.04%", "评价等级：优"]
    ]
    for at, row in enumerate(rows[3:], 4):
        assert float(row[5]) == stored.cell(at, 6).value
        assert row[6] == f"{stored.cell(at, 7).value:.2%}"


def test_libreoffice_carries_a_changed_score_to_the_total(file: Path, computed: Computed) -> None:
    book = load_workbook(file)
    sheet: Any = book.worksheets[0]
    sheet.cell(row_of(sheet, "重点工作完成率"), 6).value = 1.71
    book.save(file)
    rows = computed(file)
    assert next(row for row in rows if row[0] == "总分")[5:7] == ["102.62", "93.29%"]
    assert next(row for row in rows if row[2] == "重点工作完成率")[6] == "85.50%"
    # 效率性 6.83 becomes 7.11, 预算使用效益 28.68 becomes 28.96.
    assert {"7.11", "28.96"} <= {row[5] for row in rows}


def test_names_are_merged_over_their_rows(data: bytes) -> None:
    sheet = sheet_of(data)
    first, last = row_of(sheet, "预算编制情况", 1), row_of(sheet, "预算执行情况", 1) - 1
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert f"A{first}:A{last}" in merged
    assert f"B{first}:B{first + 3}" in merged
    assert f"A{sheet.max_row}:C{sheet.max_row}" in merged


def test_page(data: bytes) -> None:
    sheet = sheet_of(data)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
    assert sheet.oddFooter.center.text == "— &P —"
    total = sheet.max_row
    assert sheet.cell(total, 6).number_format == "0.00"
    assert sheet.cell(total, 7).number_format == "0.00%"
    cells = [cell for row in sheet.iter_rows(min_row=3) for cell in row if not isinstance(cell, MergedCell)]
    assert all(cell.border.left.style == cell.border.top.style == "thin" for cell in cells)
    assert sheet.cell(total, 1).font.bold
    assert sheet.cell(4, 3).font.bold is not True
    assert all(20 <= sheet.row_dimensions[row].height <= 409 for row in range(4, total + 1))


def test_bytes_are_the_same_in_another_process(tmp_path: Path) -> None:
    data = next(iter(prepare_scores(MEIZHOU, tmp_path / "a.xlsx").files.values()))
    command = [
        sys.executable,
        "-m",
        "generator",
        "score",
        str(MEIZHOU),
        "--format",
        "xlsx",
        "-o",
        str(tmp_path / "b.xlsx"),
    ]
    subprocess.run(
        command, check=True, capture_output=True, cwd=ROOT, env={"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    )
    assert (tmp_path / "b.xlsx").read_bytes() == data
    with zipfile.ZipFile(tmp_path / "b.xlsx") as package:
        infos = package.infolist()
        assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
        assert infos[0].filename == "[Content_Types].xml"
        core = package.read("docProps/core.xml").decode()
    assert "dcterms" not in core.replace("xmlns:dcterms", "")
    assert re.findall("<dc:creator[^>]*>([^<]*)<", core) == ["梅州市工业和信息化局"]
    assert "openpyxl" not in core


TRICKS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    '=HYPERLINK("http://x")',
    "#REF!",
    "0123",
    "2-3",
    "<b>&amp;",
    "_x0041_",
    "甲\n乙",
]


@pytest.fixture
def tricky(workplace: Path) -> tuple[Path, dict[str, str]]:
    """The scores of an input with one indicator resting on each tricky text, and which on which."""
    file = workplace / "inputs" / MEIZHOU.name
    resting: dict[str, str] = {}

    def rest(match: re.Match[str]) -> str:
        if len(resting) == len(TRICKS):
            return match[0]
        resting[match[2]] = TRICKS[len(resting)]
        return f"{match[1]} [{json.dumps(resting[match[2]])}]"

    source = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)(^  (\S+):\n(?:    .*\n)*?    佐证:).*$", rest, source), encoding="utf-8")
    assert list(resting.values()) == TRICKS
    return pipeline.publish(prepare_scores(file, workplace / "表.xlsx")).path, resting


def test_no_text_becomes_a_formula(tricky: tuple[Path, dict[str, str]], computed: Computed) -> None:
    file, resting = tricky
    sheet = sheet_of(file.read_bytes())
    for name, text in resting.items():
        cell = sheet.cell(row_of(sheet, name), 8)
        assert (unescape(cell.value), cell.data_type) == (text, "s")
        assert cell.quotePrefix is text.startswith(("=", "+", "-", "@"))
    shown = {row[2]: row[7] for row in computed(file)}
    assert [shown[name] for name, text in resting.items() if text == "=1+1"] == ["=1+1"]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_LONGEST_TEXT", 4)
    assessment = generator.score(MEIZHOU)
    sheet = sheet_of(scoring_workbook(assessment.submission, assessment.scorecard, assessment.report))
    assert sheet["E4"].value == "预算与部……（以下见报告正文）"


# The command.


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_writes_and_says_where(tmp_path: Path) -> None:
    code, out, err = run("score", MEIZHOU, "--format", "xlsx", "-o", tmp_path / "表.XLSX")
    assert code == 0
    assert out.splitlines()[:3] == [
        f"评分表：{tmp_path / '表.XLSX'}",
        "模板：templates/meizhou（2021）",
        "总分：102.34 / 110（得分率 93.04%），等级：优",
    ]
    assert "JX415" in err
    assert (tmp_path / "表.XLSX").is_file()


@pytest.mark.parametrize("output", [(), ("-o", "某处")])
def test_without_a_file_name_it_is_that_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, _ = run("score", MEIZHOU, "--format", "xlsx", *output)
    assert code == 0
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.xlsx")] == [
        Path(output[1] if output else "outputs") / f"{NAME}.xlsx"
    ]


def test_a_template_without_a_scoring_form_is_told(tmp_path: Path) -> None:
    code, out, err = run("score", JIANGMEN, "--format", "xlsx", "-o", tmp_path / "表.xlsx")
    assert (code, out) == (1, "")
    assert "错误 JX611" in err
    assert "模板「jiangmen」没有评分表" in err
    assert not (tmp_path / "表.xlsx").exists()


def test_an_input_with_errors_writes_nothing(workplace: Path, meizhou: Path) -> None:
    file = workplace / "inputs" / meizhou.name
    file.write_text(file.read_text(encoding="utf-8").replace("金额: 125.00 万元", "金额: 125.00"), encoding="utf-8")
    code, _, err = run("score", file, "--format", "xlsx", "-o", workplace / "表.xlsx")
    assert code == 1
    assert "JX205" in err
    assert not (workplace / "表.xlsx").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").mkdir()
    code, _, err = run("score", MEIZHOU, "--format", "xlsx", "-o", tmp_path / "表.xlsx")
    assert code == 3
    assert "JX601" in err


@pytest.mark.parametrize("shape", ["text", "json"])
def test_other_shapes_go_to_the_screen(shape: str, tmp_path: Path) -> None:
    assert run("score", MEIZHOU, "--format", shape)[0] == 0
    code, _, err = run("score", MEIZHOU, "--format", shape, "-o", tmp_path / "x")
    assert code == 2
    assert "「--output」的值不对：只有 --format xlsx 写成文件。" in err
