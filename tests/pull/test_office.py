"""The whole way on the real report of Meizhou, edited in Word's way and through LibreOffice itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import generator
from generator.base.diagnostics import Span
from generator.word.read.lines import read_back
from generator.workflows.pull.plan import plan as plan_edits_of
from generator.workflows.pull.plan import write
from tests.conftest import MEIZHOU
from tests.office import Office
from tests.pull.conftest import Edited

SPAN = Span("x")
EDITS = {
    "8025.61": "8026.61",
    "正科级参公管理事业单位": "正科级公益一类事业单位",
    "96.69%": "96.70%",
    "四是抓好节能监察和清洁生产审核。": "四是抓好节能监察、清洁生产审核和节水。",
}
LINES = {
    "  一般公共预算财政拨款: 8025.61 万元": "  一般公共预算财政拨款: 8026.61 万元",
    "      性质: 正科级参公管理事业单位": "      性质: 正科级公益一类事业单位",
    "  数值: 96.69%": "  数值: 96.70%",
}


@pytest.fixture
def report(workplace: Path) -> Path:
    """The report of Meizhou, in a folder with its template and input."""
    return generator.render(workplace / "inputs" / MEIZHOU.name, workplace / "报告.docx").path


def check_round_trip(document: Path, report: Path, wanted: list[str]) -> None:
    """Pulled, the input differs in just those values; printed again, the report reads as it was edited."""
    input_file = report.parent / "inputs" / MEIZHOU.name
    before = input_file.read_text("utf-8")
    plan = plan_edits_of(document, input_file)
    assert plan.findings == ()
    write(plan)
    after = input_file.read_text("utf-8")
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert len(changed) == 4
    for old, new in LINES.items():
        assert (old, new) in changed
    (paragraph,) = [pair for pair in changed if pair[0] not in LINES]
    assert paragraph[1] == paragraph[0].replace(*next(pair for pair in EDITS.items() if pair[0].startswith("四是")))
    generator.render(input_file, report, force=True)
    assert [line.text for line in read_back(report.read_bytes(), SPAN).lines] == wanted
    assert plan_edits_of(report, input_file).edits == ()


def edited_lines(report: Path, edits: dict[str, str]) -> list[str]:
    """What the report reads with these edits made everywhere."""
    lines = []
    for line in read_back(report.read_bytes(), SPAN).lines:
        text = line.text
        for old, new in edits.items():
            text = text.replace(old, new)
        lines.append(text)
    return lines


def test_edited_in_word(report: Path) -> None:
    edited = Edited(report, report.parent / "inputs" / MEIZHOU.name)
    # Who corrects the figure corrects the sum as well.
    for old, new in {**EDITS, "8280.03": "8281.03"}.items():
        edited.replace(old, new)
    document = edited.save()
    check_round_trip(document, report, [line.text for line in read_back(document.read_bytes(), SPAN).lines])


def test_edited_in_libreoffice(report: Path, libreoffice: Office, tmp_path: Path) -> None:
    edits = {**EDITS, "8280.03": "8281.03"}
    wanted = edited_lines(report, edits)
    document = libreoffice(report, "docx", tmp_path / "改过", edits)
    assert [line.text for line in read_back(document.read_bytes(), SPAN).lines] == wanted
    check_round_trip(document, report, wanted)


@pytest.mark.slow
def test_saved_by_libreoffice_unchanged(report: Path, libreoffice: Office, tmp_path: Path) -> None:
    saved = libreoffice(report, "docx", tmp_path / "另存")
    plan = plan_edits_of(saved, report.parent / "inputs" / MEIZHOU.name)
    assert (plan.edits, plan.findings, plan.remarks) == ((), (), ())
