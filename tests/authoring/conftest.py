"""A template of the starter's making, and ways to change it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.authoring.generate import create_template

Change = Callable[[str, str, str], None]


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_template("某市", tmp_path_factory.mktemp("made") / "templates").folder


@pytest.fixture
def city(_made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a new template, in templates/ of the current folder."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(_made, tmp_path / "templates" / "某市"))


@pytest.fixture
def without_cases(city: Path) -> None:
    """Running them takes half of a check."""
    shutil.rmtree(city / "tests")


@pytest.fixture
def change(city: Path) -> Change:
    """Replace a text in one of the template's files, once; in ``报告.docx!document`` in a part of the layout."""

    def replace(name: str, old: str, new: str) -> None:
        file, _, part = name.partition("!")
        if part:
            change_part(city / file, f"word/{part}.xml", old, new)
            return
        text = (city / file).read_text(encoding="utf-8")
        assert old in text
        (city / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def change_part(file: Path, part: str, old: str, new: str) -> None:
    """Replace a text in a part of a Word file, wherever it stands."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    text = entries[part].decode()
    assert old in text
    entries[part] = text.replace(old, new).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
