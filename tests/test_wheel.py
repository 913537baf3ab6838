"""An installed wheel works in an empty folder: the shipped templates travel in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which a freshly built wheel is installed, without what it depends on."""
    root, built = Path(__file__).parents[1], tmp_path_factory.mktemp("built")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(built), str(root)]
    subprocess.run(build, check=True, capture_output=True)
    target = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("jixiao-*.whl")
    install = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--target",
        str(target),
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    return target


def run(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Before the checkout on the path: it is the wheel that answers.
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-P", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)


def test_it_is_the_wheel_that_runs(installed: Path, tmp_path: Path) -> None:
    shown = run(installed, tmp_path, "-c", "import generator; print(generator.__file__)").stdout
    assert Path(shown.strip()).is_relative_to(installed)


def test_renders_in_an_empty_folder(installed: Path, tmp_path: Path, meizhou: Path) -> None:
    shutil.copy(meizhou, tmp_path / "填报.yaml")
    shown = run(installed, tmp_path, "-m", "generator", "render", "填报.yaml").stdout
    assert "102.34" in shown
    (report,) = (tmp_path / "outputs").glob("*.docx")
    assert report.read_bytes().startswith(b"PK")
