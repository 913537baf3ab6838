"""``jixiao render --draft``, for one input and for many, and what the other commands say of drafts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused
from generator.cli import main
from generator.exports import pdf
from generator.pipeline import publish
from generator.workflows.batch import known_reports
from generator.workflows.draft import prepare_draft
from tests.draft.conftest import INPUT, Bureau, Draft

NAMES = ("meizhou", "jiangmen", "tongyong")


@pytest.fixture
def run(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command in a folder with the shipped templates."""
    monkeypatch.chdir(workplace)
    return lambda *words: CliRunner().invoke(main, [*map(str, words)])


@pytest.mark.parametrize("template", NAMES)
def test_a_new_input_gives_the_whole_report_with_gaps(
    run: Callable[..., Result], template: str, tmp_path: Path
) -> None:
    assert run("new", template, "inputs/新.yaml", "--year", 2024).exit_code == 0
    result = run("render", "--draft", "inputs/新.yaml")
    assert result.exit_code == 0, result.output
    # Two bureaus that are both still to be named do not get in each other's way.
    assert "草稿：outputs/新（草稿）.docx\n" in result.stdout
    assert "个错误" in result.stdout
    draft = Draft(publish(prepare_draft(Path("inputs/新.yaml"), tmp_path / "另存")))
    assert len(draft.highlighted) > 40
    text = "\n".join(draft.lines)
    assert "{{" not in text
    assert "None" not in text
    assert len(draft.comments) > 10
    assert OpenXmlValidator().validate(str(draft.path)).errors == []


def test_the_total_that_is_not_known_is_said_so(run: Callable[..., Result]) -> None:
    run("new", "meizhou", "inputs/新.yaml")
    assert "总分：【待算：总分】 / 110，等级：【待算：等级】\n" in run("render", "--draft", "inputs/新.yaml").stdout


def test_a_draft_and_the_report_stand_beside_each_other(run: Callable[..., Result], meizhou: Path) -> None:
    file = f"inputs/{meizhou.name}"
    assert run("render", file, "-o", "报告.docx").exit_code == 0
    final = Path("报告.docx").read_bytes()
    assert "草稿：报告（草稿）.docx\n" in run("render", file, "-o", "报告.docx", "--draft").stdout
    assert Path("报告.docx").read_bytes() == final
    again = run("render", file, "-o", "报告（草稿）.docx", "--draft")
    assert "草稿：报告（草稿）.docx\n" in again.stdout
    refused = run("render", file, "-o", "报告（草稿）.docx")
    assert (refused.exit_code, "JX603" in refused.stderr) == (3, True)


def test_a_draft_that_was_edited_is_not_overwritten(run: Callable[..., Result], meizhou: Path) -> None:
    Path("报告（草稿）.docx").write_bytes(b"someone's work")
    result = run("render", f"inputs/{meizhou.name}", "-o", "报告.docx", "--draft")
    assert "JX622" in result.stderr
    assert run("render", f"inputs/{meizhou.name}", "-o", "报告.docx", "--draft", "--backup").exit_code == 0
    assert Path("报告（草稿）.备份1.docx").read_bytes() == b"someone's work"


def test_verify_and_pull_know_a_draft(run: Callable[..., Result], meizhou: Path) -> None:
    file = f"inputs/{meizhou.name}"
    run("render", file, "-o", "报告.docx", "--draft")
    verified = run("verify", "报告（草稿）.docx")
    assert (verified.exit_code, verified.stdout.splitlines()[0]) == (1, "报告（草稿）.docx：草稿")
    assert "JX851" in run("pull", "报告（草稿）.docx", file).stderr


def test_drafts_of_many_inputs_with_and_without_errors(run: Callable[..., Result]) -> None:
    run("new", "jiangmen", "inputs/新.yaml")
    result = run("render", "inputs", "--draft", "--jobs", 1, "--report", "汇总.json")
    assert result.exit_code == 0, result.output
    entries = json.loads(Path("汇总.json").read_text("utf-8"))["明细"]
    assert [entry["结果"] for entry in entries] == ["已生成", "已生成"]
    assert all(entry["报告"].endswith("（草稿）.docx") for entry in entries)


def test_a_draft_is_never_taken_for_the_report(run: Callable[..., Result], meizhou: Path) -> None:
    file = f"inputs/{meizhou.name}"
    run("render", file, "--draft")
    assert known_reports(Path("outputs")) == {}
    run("render", file)
    assert len({*known_reports(Path("outputs")).values()}) == 1


def test_an_edited_draft_is_not_to_be_pulled(bureau: Bureau) -> None:
    draft = bureau.draft()
    document = Document(str(draft.path))
    document.paragraphs[0].add_run("改动")
    document.save(str(draft.path))
    with pytest.raises(Refused) as refused:
        bureau.draft()
    assert refused.value.findings[0].code == "JX621"
    assert "pull" not in refused.value.findings[0].hint


@pytest.mark.slow
def test_its_pages_can_be_printed(bureau: Bureau, to_pdf: object) -> None:
    assert to_pdf  # skipped where LibreOffice is missing
    draft = bureau.draft((INPUT[INPUT.index("项目:") : INPUT.index("指标:")], ""))
    assert pdf.pdf_of(draft.path.read_bytes(), draft.path)[:4] == b"%PDF"
