"""A bureau's own tables and rows, spoilt as they were in real life: no figure is wrong without being told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

import generator
from generator.base.diagnostics import Finding
from tests.conftest import ROOT
from tests.sheets.test_reports import part_of


@pytest.fixture
def errors(tmp_path: Path, meizhou: Path) -> Any:
    """Checks the input of Meizhou with other special funds; the errors."""

    def check(rows: str) -> list[Finding]:
        text = meizhou.read_text(encoding="utf-8")
        part = part_of(text, "专项资金")
        (tmp_path / "填报.yaml").write_text(text.replace(part, f"专项资金:{rows}\n\n"), encoding="utf-8")
        found = generator.check(tmp_path / "填报.yaml", templates=ROOT / "templates")
        return [finding for finding in found if str(finding.severity) == "error"]

    return check


def test_a_csv_row_cut_by_its_thousands(errors: Any, tmp_path: Path) -> None:
    (tmp_path / "专项.csv").write_bytes(
        "项目,金额（万元）,自评分\n老旧小区,1,096.00,96\n补贴,615.20,100\n".encode("gbk")
    )
    (finding,) = errors(" {来源: 专项.csv}")
    assert (finding.code, str(finding.span)) == ("JX258", "专项.csv:2:2")


def test_shares_and_totals_in_a_workbook_count_for_nothing(errors: Any, tmp_path: Path) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (
        ["项目", "金额（万元）", "自评分"],
        ["老旧小区", 4500, 96],
        ["其中：中央资金", 2000, 96],
        ["补贴", 615.2, 100],
    ):
        sheet.append(row)
    sheet.append(["总计", 5115.2, None])
    book.save(tmp_path / "其中.xlsx")
    assert not errors(" {来源: 其中.xlsx}")
    report = generator.score(tmp_path / "填报.yaml", templates=ROOT / "templates")
    (total,) = report.scorecard.symbols.find("专项资金合计.金额")
    assert total.value == 51_152_000
    sheet["B5"] = 7115.2
    book.save(tmp_path / "其中.xlsx")
    (finding,) = errors(" {来源: 其中.xlsx}")
    assert (finding.code, str(finding.span)) == ("JX257", "其中.xlsx!Sheet!B5")


def test_a_thousands_comma_in_braces(errors: Any) -> None:
    (finding,) = errors("\n  - {项目: 排水防涝, 金额: 1,234.56 万元, 自评分: 88.5}")
    assert finding.code == "JX131"
    assert '"1,234.56 万元"' in finding.hint
    assert not errors('\n  - {项目: 排水防涝, 金额: "1,234.56 万元", 自评分: 88.5}')


def test_a_fault_of_a_whole_column_is_told_once(errors: Any) -> None:
    rows = "".join(f"\n  - {{项目: 项目{number}, 金额: {number}, 自评分: 90}}" for number in range(1, 8))
    (finding,) = errors(rows)
    assert finding.code == "JX205"
    assert "这一列另有 6 处也是这样" in finding.message


def test_a_file_name_without_its_ending(errors: Any, tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").write_bytes(b"")
    (finding,) = errors(" {来源: 表}")
    assert finding.hint == "写成「表.xlsx」：文件名要连同扩展名写全。"


def test_a_target_in_words_without_its_judgement(tmp_path: Path, meizhou: Path) -> None:
    text = meizhou.read_text(encoding="utf-8")
    row = "  - {指标: 自建房隐患, 目标: 消除存量隐患, 完成: 已全部采取管控措施}\n"
    text = text.replace("\n绩效目标:\n", f"\n绩效目标:\n{row}", 1)
    (tmp_path / "填报.yaml").write_text(text, encoding="utf-8")
    (finding,) = [
        one
        for one in generator.check(tmp_path / "填报.yaml", templates=ROOT / "templates")
        if str(one.severity) == "error"
    ]
    assert (finding.code, finding.path) == ("JX306", "绩效目标[1].评定")
    assert "填「是」或「否」" in finding.hint
    assert "0 元" not in finding.hint
