"""Stand-ins for programs of others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Program = Callable[[str, str], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a program there; besides the system's own, only those are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(shutil, "which", lambda name: str(folder / name) if (folder / name).is_file() else None)

    def put(name: str, lines: str) -> Path:
        file = folder / name
        file.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        file.chmod(0o755)
        return file

    return put
