"""``generator.render``, ``score`` and ``check``: what programs call, with paths as text or as ``Path``."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import generator
import jixiao
from generator.base.diagnostics import FileProblem, Refused
from generator.pipeline import Assessment, Rendered

REPORT = "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"

FOUND = ["JX422", "JX422", "JX421", "JX421", "JX435", "JX415", "JX431"]
"""What the checks find in the shipped input, in the order of the file."""


@pytest.fixture
def input_file(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workplace)
    return workplace / "inputs" / "meizhou-gxj-2021.yaml"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("kind", [str, Path])
def test_render_writes_the_report_and_says_what_it_found(input_file: Path, kind: Callable[[Path], str | Path]) -> None:
    rendered = generator.render(kind(input_file), kind(input_file.parent / "报送"))
    assert isinstance(rendered, Rendered)
    assert rendered.path == input_file.parent / "报送" / REPORT
    assert [f.code for f in rendered.assessment.findings] == FOUND
    with zipfile.ZipFile(rendered.path) as package:
        assert package.testzip() is None
        body = package.read("word/document.xml").decode("utf-8")
    assert "102.34" in body
    assert "{{" not in body


def test_render_writes_below_outputs_where_nothing_else_is_said(input_file: Path) -> None:
    assert generator.render(input_file).path == Path("outputs") / REPORT
    assert (Path("outputs") / REPORT).is_file()


def test_render_writes_to_the_file_that_is_named(input_file: Path) -> None:
    assert generator.render(input_file, "甲/乙.docx").path == Path("甲/乙.docx")
    assert zipfile.is_zipfile("甲/乙.docx")


@pytest.mark.parametrize("kind", [str, Path])
def test_score_gives_exact_figures_and_their_traces(input_file: Path, kind: Callable[[Path], str | Path]) -> None:
    assessment = generator.score(kind(input_file))
    assert isinstance(assessment, Assessment)
    total = assessment.scorecard.total
    assert total is not None
    assert (total.score.value, total.score.text, total.rating) == (Fraction("102.34"), "102.34", "优")
    assert total.score.inputs
    assert not Path("outputs").exists()


@pytest.mark.parametrize("kind", [str, Path])
def test_check_gives_findings_whether_it_can_be_scored_or_not(
    input_file: Path, kind: Callable[[Path], str | Path]
) -> None:
    assert [f.code for f in generator.check(kind(input_file))] == FOUND
    change(input_file, "计划: 349177 元", "计划: 349177")
    assert [f.code for f in generator.check(kind(input_file))] == ["JX205"]
    change(input_file, "计划: 349177", "计划: 349177 元")
    change(input_file, "可用资金: 86559961.25 元", "可用资金: 0 元")
    assert [f.code for f in generator.check(kind(input_file))] == ["JX307"]


def test_what_is_at_fault_is_refused_with_its_findings_and_nothing_is_written(input_file: Path) -> None:
    change(input_file, "计划: 349177 元", "计划: 349177")
    change(input_file, "简称: 梅州市工信局", "简你: 梅州市工信局")
    calls: list[Callable[[], object]] = [lambda: generator.render(input_file), lambda: generator.score(input_file)]
    for call in calls:
        with pytest.raises(Refused) as refused:
            call()
        assert [f.code for f in refused.value.findings] == ["JX201", "JX205"]
    assert not Path("outputs").exists()


def test_an_error_that_only_the_checks_find_can_be_scored_but_not_rendered(input_file: Path) -> None:
    change(input_file, "按规定盘点资产。", "按规定盘点资产，自评得2分。")
    assert "JX413" in [f.code for f in generator.score(input_file).findings]
    with pytest.raises(Refused, match="JX413"):
        generator.render(input_file)
    assert not Path("outputs").exists()


def test_files_that_cannot_be_read_or_written_are_told_apart(input_file: Path) -> None:
    for call in (generator.render, generator.score, generator.check):
        with pytest.raises(FileProblem, match="JX101"):
            call("没有.yaml")
    Path("占用").write_text("", "utf-8")
    with pytest.raises(FileProblem, match="JX601"):
        generator.render(input_file, "占用")


@pytest.mark.parametrize("kind", [str, Path])
def test_the_templates_folder_may_be_named(
    input_file: Path, tmp_path: Path, kind: Callable[[Path], str | Path]
) -> None:
    (tmp_path / "templates").rename(tmp_path / "别处")
    templates = kind(tmp_path / "别处")
    total = generator.score(input_file, templates=templates).scorecard.total
    assert total is not None
    assert total.score.text == "102.34"
    assert [f.code for f in generator.check(input_file, templates=templates)] == FOUND
    assert generator.render(input_file, "甲.docx", templates=templates).path == Path("甲.docx")
    assert [f.code for f in generator.check(input_file, templates=kind(tmp_path / "inputs"))] == ["JX701"]


def test_a_result_has_scores_findings_and_bytes_and_shows_itself(input_file: Path) -> None:
    made = generator.render(input_file, write=False)
    assert (made.total, made.rate, made.rating) == (Decimal("102.34"), Decimal("0.9304"), "优")
    assert [f.code for f in made.findings] == FOUND
    assert made.to_dict()["total"] == "102.34"
    assert repr(made) == f"<{REPORT}：102.34 / 110，优，6 个警告、1 个提示>"
    assert "<td>JX431</td>" in made._repr_html_()
    assert not Path("outputs").exists()
    again = generator.render(input_file.read_bytes(), name=str(input_file), write=False)
    assert again.data == made.data == generator.render(input_file, "甲.docx").path.read_bytes()


def test_a_dictionary_is_a_filing_whose_findings_name_paths(input_file: Path) -> None:
    filing = YAML(typ="safe").load(input_file.read_text("utf-8"))
    filing["三公经费"]["支出"] = None
    made = generator.render(filing, "甲.docx", draft=True)
    assert made.path == Path("甲（草稿）.docx")
    assert ("JX431", "三公经费.预算") in [(f.code, f.path) for f in made.findings]
    with pytest.raises(Refused, match="JX202"):
        generator.render({"模板": "meizhou", "年度": 2021})
    with pytest.raises(TypeError, match="收入: a filing has no set"):
        generator.render({"模板": "meizhou", "收入": {1, 2}})


def test_the_package_has_the_name_of_the_program_too() -> None:
    assert jixiao.__all__ == generator.__all__
    assert jixiao.render is generator.render


def test_one_more_finished_task_changes_every_figure_that_rests_on_it(input_file: Path) -> None:
    change(input_file, "推动稀土企业转型升级\n    进展: 推进中", "推动稀土企业转型升级\n    进展: 已完成")
    assessment = generator.score(input_file)
    total = assessment.scorecard.total
    assert total is not None
    assert total.score.text == "102.62"
    rates = {node.indicator.name: node for node in assessment.scorecard.walk()}
    done = rates["重点工作完成率"]
    assert done.value is not None
    assert (done.value.text, done.score.text) == ("85.71%", "1.71")
    report = generator.render(input_file, "甲.docx").path
    with zipfile.ZipFile(io.BytesIO(report.read_bytes())) as package:
        body = package.read("word/document.xml").decode("utf-8")
    assert "102.62" in body
    assert "102.34" not in body
    assert "71.43%" not in body


def test_importing_the_package_costs_next_to_nothing() -> None:
    heavy = "jinja2", "lxml", "docx", "click", "ruamel"
    program = f"import sys, generator; print(*[name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert result.stdout.strip() == ""


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (["--help"], ["lxml", "jinja2", "ruamel", "zipfile", "subprocess", "generator.provenance.stamp"]),
        (["render"], ["lxml", "docx", "openpyxl", "concurrent.futures", "generator.workflows", "generator.exports"]),
    ],
)
def test_a_command_loads_only_what_it_needs(arguments: list[str], spared: list[str], input_file: Path) -> None:
    if arguments == ["render"]:
        arguments = ["render", str(input_file), "-o", "报告.docx", "--force"]
    program = (
        "import sys\n"
        "from generator.__main__ import run\n"
        f"sys.argv[1:] = {arguments}\n"
        "try: run()\n"
        f"finally: print('loaded:', *[name for name in {spared} if name in sys.modules])"
    )
    command = [sys.executable, "-c", program]
    # The first process compiles the layout and leaves it to the second.
    for _ in range(2):
        result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1].split() == ["loaded:"]
