"""The way that 佐证与报送.md shows is gone step by step: files, what is written of them, check, bundle, verify."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from tests.docs.test_docs import fences

PAGE = Path(__file__).resolve().parents[2] / "docs" / "佐证与报送.md"
TEXT = PAGE.read_text("utf-8")


def fenced(language: str, part: str) -> str:
    """The block of the page in that language that holds this."""
    (found,) = (block.text for block in fences(language) if block.page == PAGE.name and part in block.text)
    return found


@pytest.fixture
def followed(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workplace of somebody who did what the page says, up to the bundle."""
    monkeypatch.chdir(workplace)
    folder = workplace / "inputs"
    for name in re.findall(r"^ {8}(\S+)$", TEXT, re.MULTILINE):
        (folder / "佐证").mkdir(exist_ok=True)
        (folder / "佐证" / name).write_bytes(name.encode())
    file = folder / "meizhou-gxj-2021.yaml"
    text = file.read_text("utf-8")
    for name, said in re.findall(r"^  (\w+):\n((?:    .*\n)+)", fenced("yaml", "scan0007"), re.MULTILINE):
        text, count = re.subn(rf"(?m)^  {name}:\n(?:    .*\n)+", f"  {name}:\n{said}", text)
        assert count == 1
    file.write_text(text, "utf-8")
    return workplace


def run(line: str, *more: str) -> Result:
    return CliRunner().invoke(main, [*line.split()[1:], *more])


def test_the_files_of_the_page_are_those_that_it_writes_down(followed: Path) -> None:
    there = {f"佐证/{file.name}" for file in (followed / "inputs" / "佐证").iterdir()}
    assert there == set(re.findall(r"佐证/[^\],}\s]+\.\w+", fenced("yaml", "scan0007")))


@pytest.mark.usefixtures("followed")
def test_nothing_is_found_in_what_the_page_says() -> None:
    result = run("jixiao check inputs/meizhou-gxj-2021.yaml")
    assert result.exit_code == 0
    assert not re.search(r"JX(26\d|44[01])", result.output)


def test_the_bundle_is_the_one_that_is_shown(followed: Path, tmp_path: Path) -> None:
    result = run(fenced("sh", "jixiao bundle").strip(), "--no-pdf")
    assert result.exit_code == 0, result.output
    # Its size is another with every version; what a computer without LibreOffice leaves out is left out here.
    shown = [line for line in fenced("text", "报送材料：").splitlines() if not line.endswith(".pdf")]
    assert without_size(result.stdout.splitlines()) == without_size(shown)
    with zipfile.ZipFile(followed / "outputs" / "报送材料.zip") as opened:
        listed = [name for name in fenced("text", "佐证/06").splitlines() if not re.search(r"报告\.pdf$", name)]
        assert opened.namelist() == listed
        opened.extractall(tmp_path / "收件")
    if shutil.which("sha256sum"):
        command = fenced("sh", "sha256sum").split()
        subprocess.run(command, cwd=tmp_path / "收件", check=True, capture_output=True)
    lists = tmp_path / "收件" / "佐证材料清单.xlsx"
    told = run("jixiao verify", str(lists), "--input", "inputs/meizhou-gxj-2021.yaml")
    assert told.exit_code == 0, told.output
    (followed / "inputs" / "佐证" / "公开截图.png").write_bytes(b"another")
    told = run("jixiao verify", str(lists), "--input", "inputs/meizhou-gxj-2021.yaml")
    assert "佐证/公开截图.png" in told.output


def without_size(lines: list[str]) -> list[str]:
    """The lines without what other checks may add from time to time."""
    return [re.sub(r"（[\d.]+ [KM]B）", "", line) for line in lines if not line.startswith("检查：")]
