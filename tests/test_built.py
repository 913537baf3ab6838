"""A filing typed into the workbook that the program itself makes; with JIXIAO=FILE the built file, without Python."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import ROOT
from tests.every_command import started

FILING = "meizhou-gxj-2021.yaml"


def copy_cells(filled: Path, blank: Path) -> None:
    """Type into one workbook what another one says."""
    book = load_workbook(blank)
    for sheet in load_workbook(filled):
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.value is not None):
            there = book[sheet.title].cell(cell.row, cell.column)
            if there.value != cell.value:
                # A format says how many places a number has, as that of a pasted cell does.
                there.value, there.number_format = cell.value, cell.number_format
    book.save(blank)


@pytest.mark.slow  # in one process: tests/convert/test_shipped.py; make exe runs it on the built file
def test_a_workbook_filled_in_makes_the_report_of_the_yaml(tmp_path: Path) -> None:
    (home := tmp_path / "家").mkdir()
    words, environment = started(home)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*words, *arguments], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    (tmp_path / "填报.yaml").write_bytes((ROOT / "inputs" / FILING).read_bytes())
    run("new", "meizhou", "填报.xlsx", "--year", "2021")
    run("convert", "填报.yaml", "样子.xlsx")
    copy_cells(tmp_path / "样子.xlsx", tmp_path / "填报.xlsx")
    assert json.loads(run("score", "填报.xlsx", "--format", "json"))["result"]["total"] == "102.34"
    run("render", "填报.xlsx", "-o", "表.docx")
    run("render", "填报.yaml", "-o", "写.docx")
    assert (tmp_path / "表.docx").read_bytes() == (tmp_path / "写.docx").read_bytes()
