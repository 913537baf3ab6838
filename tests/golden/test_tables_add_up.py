"""The shipped filings as they are printed: rows add up to their totals, every score goes back to the bureau's lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document
from docx.table import Table
from openpyxl import load_workbook

import generator
from generator.cli import main
from generator.formula.values import walk

INPUTS = Path(__file__).parents[2] / "inputs"
TOTAL = re.compile(r"(自评)?总(得)?分|合计|部门整体支出")
TABLES = {"hunan-slj-2024": 3, "jiangmen-gxj-2021": 1, "meizhou-gxj-2021": 3, "tongyong-whlj-2024": 9}
"""The tables with a total in each report."""


def number(text: object) -> Fraction | None:
    said = str(text).replace(",", "").strip()
    return Fraction(said) if re.fullmatch(r"-?\d+(\.\d+)?", said) else None


def rows_of(table: Table) -> list[list[str]]:
    """The rows of a table; a merged cell is in each of its places, and none with a number is merged."""
    return [[cell.text.strip() for cell in row.cells] for row in table.rows]


def sums(rows: list[list[str]], before: list[list[str]]) -> Iterator[tuple[str, Fraction, Fraction]]:
    """Of each column with a printed total: its head, the total, and the sum of the other rows.

    The total of a national form includes the rate of execution, which is scored in the table ``before`` it.
    """
    at = next(at for at, row in enumerate(rows) if any(TOTAL.fullmatch(cell) for cell in row))
    for column, text in enumerate(rows[at]):
        total = number(text)
        if total is not None:
            head = rows[0][column]
            parts = [number(row[column]) for index, row in enumerate(rows) if index != at]
            parts += [number(row[before[0].index(head)]) for row in before[1:2] if head in before[0]]
            yield head, total, sum(filter(None, parts), Fraction(0))


@pytest.mark.parametrize("name", TABLES)
def test_the_rows_of_every_table_add_up_to_its_total(name: str, tmp_path: Path) -> None:
    generator.render(INPUTS / f"{name}.yaml", tmp_path)
    for report in tmp_path.rglob("*.docx"):
        before: list[list[str]] = [[]]
        found = 0
        for rows in map(rows_of, Document(str(report)).tables):
            if any(TOTAL.fullmatch(cell) for row in rows for cell in row):
                columns = list(sums(rows, before if "三级指标" in rows[0] and "分值" in before[0] else [[]]))
                assert [(head, total) for head, total, _ in columns] == [(head, added) for head, _, added in columns]
                found += bool(columns)
            before = rows
        assert found == TABLES[name]
    for book in tmp_path.rglob("*.xlsx"):
        _check_workbook(book)


def _check_workbook(file: Path) -> None:
    summary, rows = (list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(file))
    total = next(row for row in summary if row[0] == "合计")
    for column in (3, 4, 5):
        assert number(total[column]) == sum(filter(None, (number(row[column]) for row in summary if row is not total)))
    weights = scores = Fraction(0)
    for row in rows[3:]:
        if row[1] == "总分":
            assert (number(row[6]), number(row[7])) == (weights, scores)
            weights = scores = Fraction(0)
        else:
            weights, scores = weights + Fraction(str(row[6])), scores + Fraction(str(row[7]))
    assert weights == 0


@pytest.mark.parametrize("name", TABLES)
def test_every_score_goes_back_to_the_lines_of_the_bureau(name: str) -> None:
    file = INPUTS / f"{name}.yaml"
    made = generator.score(file).scorecard
    scores = [node.score for node in made.walk_all()]
    scores += [form.total.score for form in (made, *made.row_forms) if form.total is not None]
    assert [one.name for one in scores if all(leaf.span.file != str(file) for leaf in walk(one))] == []


def test_score_shows_every_row_and_every_project() -> None:
    file = INPUTS / "tongyong-whlj-2024.yaml"
    shown = CliRunner().invoke(main, ["score", str(file)]).output
    names = re.findall(r"(?:三级指标|项目名称): ([^,\n]+)", file.read_text("utf-8"))
    assert len(names) == 78
    assert [name for name in names if name not in shown] == []


@pytest.mark.parametrize("name", TABLES)
def test_rates_and_scores_stay_on_one_line_in_wide_fonts(name: str, tmp_path: Path) -> None:
    """Where the fonts of official documents are missing, digits are as wide as two thirds of a character."""
    generator.render(INPUTS / f"{name}.yaml", tmp_path)
    size, sides = 10.5, 8.5
    for report in tmp_path.rglob("*.docx"):
        cells = [cell for table in Document(str(report)).tables for row in table.rows for cell in row.cells]
        figures = [cell for cell in cells if re.fullmatch(r"-?[\d.]+%?", cell.text) and cell.width]
        assert figures
        for cell in figures:
            wide = sum({".": 0.32, "%": 0.95}.get(sign, 0.64) for sign in cell.text) * size + sides
            assert wide <= cell.width.pt, f"{report.name}: {cell.text}"
