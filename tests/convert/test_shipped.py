"""The shipped filings as workbooks: they say the same, make the same reports, and go back without a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator import pipeline
from generator.pipeline import Assessment
from generator.workflows.convert import Conversion, plan, write
from tests.conftest import ROOT

INPUTS = sorted((ROOT / "inputs").glob("*.yaml"))


def points(assessment: Assessment) -> list[tuple[str, str]]:
    scorecard = assessment.scorecard
    total = [("总分", scorecard.total.score.text)] if scorecard.total is not None else []
    return total + [(node.indicator.path, node.score.text) for node in scorecard.walk_all()]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(one, id=one.stem, marks=[] if one.stem.startswith(("meizhou", "hunan")) else pytest.mark.slow)
        for one in INPUTS
    ],
)
def filing(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A shipped filing, and the workbook that it becomes."""
    original: Path = request.param
    book = tmp_path_factory.mktemp("填报") / f"{original.stem}.xlsx"
    write(plan([original], book, ROOT / "templates"))
    return original, book


def test_the_workbook_makes_the_same_report(filing: tuple[Path, Path]) -> None:
    typed, filled = (pipeline.assess(path, ROOT / "templates") for path in filing)
    assert points(filled) == points(typed)
    assert filled.submission.sources == typed.submission.sources
    assert {(f.code, f.path) for f in filled.findings} == {(f.code, f.path) for f in typed.findings}
    assert all(finding.span.sheet for finding in filled.findings)
    assert pipeline.print_report(filled) == pipeline.print_report(typed)
    assert ("总分", "102.34") in points(filled) or "meizhou" not in filing[0].stem


def test_it_goes_back_without_a_trace(filing: tuple[Path, Path], tmp_path: Path) -> None:
    original, book = filing
    here = tmp_path / original.name
    shutil.copy(original, here)
    made = plan([book], here, ROOT / "templates")
    write(made)
    assert made.changes == ()
    assert here.read_bytes() == original.read_bytes()


def test_a_new_file_says_the_same(filing: tuple[Path, Path], tmp_path: Path) -> None:
    original, book = filing
    new = tmp_path / "新.yaml"
    write(plan([book], new, ROOT / "templates"))
    again: Conversion = plan([new, original], tmp_path / "再.xlsx", ROOT / "templates")
    assert again.data == book.read_bytes()
