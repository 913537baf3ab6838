"""The starter travels in the wheel: a new template works at once where only the wheel is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which a freshly built wheel is installed, without what it depends on."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = built.glob("jixiao-*.whl")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True)
    return target


def run(installed: Path, folder: Path, *arguments: str) -> str:
    # Before the checkout on the path: it is the wheel that answers.
    environment = {**os.environ, "PYTHONPATH": str(installed), "PATH": ""}
    command = [sys.executable, "-P", "-m", "generator", "template", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return done.stdout


def test_new_check_test_and_preview_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = "import generator.authoring as a; print(a.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    shown = subprocess.run(
        [sys.executable, "-P", "-c", where], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert Path(shown.stdout.strip()).is_relative_to(installed)
    assert "新模板：" in run(installed, tmp_path, "new", "某县")
    assert run(installed, tmp_path, "check", "某县") == "没有发现问题。\n"
    assert run(installed, tmp_path, "test", "某县").endswith("0 处不符。\n")
    assert "预览.docx" in run(installed, tmp_path, "preview", "某县")
    assert (tmp_path / "outputs" / "预览" / "某县" / "预览.docx").read_bytes().startswith(b"PK")
