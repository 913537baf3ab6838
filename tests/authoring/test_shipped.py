"""The shipped templates, and those to start from: nothing is found in them, and all their cases hold."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from openxml_audit import OpenXmlValidator

from generator.authoring.cases import read_cases
from generator.authoring.check import check_template
from generator.cli import main

SHIPPED = sorted(file.parent for file in (Path(__file__).parents[2] / "templates").glob("*/template.yaml"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_they_are_without_findings(folder: Path) -> None:
    # Cases that differ are findings as well.
    assert len(read_cases(folder)[0]) >= 15
    assert check_template(folder) == ()


@pytest.mark.parametrize("kind", ["自评表", "项目"])
def test_the_national_forms_to_start_from_work_at_once(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = partial(CliRunner().invoke, main)
    assert run(["template", "new", "某县", "--kind", kind]).exit_code == 0
    cases = [file.read_text("utf-8") for file in tmp_path.glob("templates/某县/tests/*.yaml")]
    assert "tongyong\n" not in "".join(cases)  # in its comments
    assert run(["template", "check", "某县"]).output == "没有发现问题。\n"
    assert run(["template", "test", "某县"]).output.endswith("个用例，0 处不符。\n")
    assert run(["check", "templates/某县/tests/示例填报.yaml"]).output == "没有发现问题。\n"
    assert OpenXmlValidator().validate(str(tmp_path / "templates" / "某县" / "报告.docx")).errors == []
