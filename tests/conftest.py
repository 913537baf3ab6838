"""What tests of more than one stage share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MEIZHOU = ROOT / "inputs" / "meizhou-gxj-2021.yaml"


@pytest.fixture
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture
def meizhou() -> Path:
    """The real input of Meizhou."""
    return MEIZHOU


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """An empty folder with a copy of the shipped templates and the Meizhou input in it, free to be changed."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "inputs").mkdir()
    shutil.copy(MEIZHOU, tmp_path / "inputs" / MEIZHOU.name)
    return tmp_path
