"""A writer that is killed: the file is the old one or the new one, and nothing strange stays beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.provenance.conftest import Change

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("killed_writer.py")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL: not on Windows")


def kill(tmp_path: Path, old: Path, new: Path, how: str, *limits: int) -> list[dict[str, Any]]:
    """What was on the disk after each kill, and after somebody else wrote to the folder."""
    command = [sys.executable, str(SCRIPT), str(tmp_path / "writing"), str(old), str(new), how, *map(str, limits)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=300)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """What is to be written: longer than any buffer."""
    file = tmp_path / "newer"
    file.write_bytes(b"new" * 100_000)
    return file


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["报告.docx", "评分表.xlsx"])
def test_an_output_is_old_or_new(tmp_path: Path, place: Path, newer: Path, kind: str) -> None:
    told = kill(tmp_path, place / "outputs" / kind, newer, "guarded")
    *killed, last = told
    assert len(killed) > 40
    assert all(one["killed"] for one in killed)
    assert last == {"killed": False, "found": {kind: "new"}, "left": {kind: "new"}}
    assert {one["found"][kind] for one in killed} == {"old", "new"}
    # Killed between its making and its end, a temporary file is there: the steps were real ones.
    assert any(len(one["found"]) == 2 for one in killed)
    assert {tuple(one["left"]) for one in killed} == {(kind,)}
    assert [one["left"] for one in killed] == [{kind: one["found"][kind]} for one in killed]


def test_with_a_backup_nothing_is_lost(tmp_path: Path, newer: Path) -> None:
    theirs = tmp_path / "报告.docx"
    theirs.write_bytes(b"somebody's work")
    told = kill(tmp_path, theirs, newer, "backup")
    backup = "报告.备份1.docx"
    assert len(told) > 80
    states = {(one["left"]["报告.docx"], one["left"].get(backup)) for one in told}
    # The backup is whole before the new file is there.
    assert states == {("old", None), ("old", "old"), ("new", "old")}
    assert {name for one in told for name in one["left"]} == {"报告.docx", backup}


@pytest.mark.slow
def test_a_new_file_is_there_or_not(tmp_path: Path, newer: Path) -> None:
    told = kill(tmp_path, tmp_path / "newer", newer, "new")
    assert {tuple(one["left"].values()) for one in told} == {(), ("old",)}  # old and new are the same here


@pytest.mark.parametrize("how", ["forced", "backup"])
def test_half_written_is_not_written(tmp_path: Path, report: Path, newer: Path, change: Change, how: str) -> None:
    """Ended by the system in the midst of a write."""
    change(report, "word/settings.xml", "<w:settings ", "<w:settings  ")
    told = kill(tmp_path, report.absolute(), newer, how, 1, 4_096, 150_000, 299_999)
    assert [one["killed"] for one in told] == [True] * 4
    assert [one["left"] for one in told] == [{"报告.docx": "old"}] * 4
    halves = [value for one in told for value in one["found"].values() if value.endswith("bytes")]
    assert halves == ["1 bytes", "4096 bytes", "150000 bytes", "299999 bytes"]
