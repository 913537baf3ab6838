"""The Meizhou report as a whole: its text against a golden file, its figures, its package."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

import generator
from tests.reading_word import text_of

GOLDEN = Path(__file__).with_name("meizhou.txt")
NAME = "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"

# The figures that the official form prints (DOMAIN: Meizhou), each computed, none typed.
# fmt: off
FIGURES = [
    "102.34", "93.04%", "2.19%", "99.98%", "98.11%", "71.43%", "1.43", "80%", "2.4", "96.69%", "1.93", "108.47",
    "26.73", "9.66", "3.92", "19.66", "98.30%", "7.92", "99%", "6.83", "85.38%", "3.93", "98.25%", "40%", "49.66",
    "28.68", "1,009.31", "1864", "67.50%", "8280.03", "8720.74", "1892499.62/86559961.25=2.19%", "25.16%", "8.06%",
    "0.59%", "12.38%", "0.99%", "3.41%", "17.34%", "1.48%", "9.91%", "0.50%", "0.09%", "4.36%", "1.15%", "7.93%",
    "0.94%", "3.42%", "0.36%", "100%", "2.42", "0.77", "0.06", "1.21", "0.10", "0.34", "1.66", "0.15", "0.96", "0.05",
    "0.01", "0.42", "0.12", "0.73", "0.09", "0.04",
]
# fmt: on


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(__file__).parents[2]
    return generator.render(root / "inputs" / "meizhou-gxj-2021.yaml", tmp_path_factory.mktemp("report")).path


@pytest.fixture(scope="module")
def text(report: Path) -> str:
    return text_of(report)


def test_name(report: Path) -> None:
    assert report.name == NAME


def test_text(text: str, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN, text)


@pytest.mark.parametrize("figure", sorted(set(FIGURES)))
def test_figure_is_printed(text: str, figure: str) -> None:
    assert figure in text


def test_table_2_1(text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("|")]
    for row in (
        "| 自评总得分 | 110 | 102.34 | 93.04% |",
        "| 项目管理 | 20 | 19.66 | 98.30% |",
        "| 经济性 | 8 | 7.92 | 99% |",
        "| 效率性 | 8 | 6.83 | 85.38% |",
        "| 公平性 | 4 | 3.93 | 98.25% |",
        "| 工作受表彰或批评 | 10 | 4 | 40% |",
    ):
        assert row in rows


def test_one_more_finished_task_changes_every_place(workplace: Path) -> None:
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("进展: 推进中") == 2
    file.write_text(text.replace("进展: 推进中", "进展: 已完成", 1), encoding="utf-8")
    printed = text_of(generator.render(file, workplace / "out").path)
    for old, new in (("71.43%", "85.71%"), ("102.34", "102.62"), ("93.04%", "93.29%"), ("6.83", "7.11")):
        assert old not in printed
        assert new in printed
    assert "自评得1.71分" in printed
    assert "1.43" not in printed


def test_two_processes_write_the_same_bytes(tmp_path: Path, root: Path) -> None:
    written = []
    for number in ("1", "2"):
        command = [sys.executable, "-m", "generator", "render", "inputs/meizhou-gxj-2021.yaml", "-o"]
        subprocess.run(
            [*command, str(tmp_path / number)],
            cwd=root,
            check=True,
            capture_output=True,
            env={"PYTHONHASHSEED": number},
        )
        written.append((tmp_path / number / NAME).read_bytes())
    assert written[0] == written[1]


def test_package_is_valid(report: Path) -> None:
    assert [str(error) for error in OpenXmlValidator().validate(report).errors] == []
