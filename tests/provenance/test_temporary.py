"""What a killed process left is removed by the next one that writes there, and nothing that is still being written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.provenance import write as temporary
from generator.provenance.write import remove_stale, temporary_file, write_whole

ROOT = Path(__file__).parents[2]
LEFT = ".jixiao-left.tmp"
LOCKS = pytest.mark.skipif(os.name == "nt", reason="Windows locks open files by itself")


@pytest.fixture(autouse=True)
def looked(monkeypatch: pytest.MonkeyPatch) -> set[tuple[int, str]]:
    """The folders that were looked through, as if the process had just begun."""
    fresh: set[tuple[int, str]] = set()
    monkeypatch.setattr(temporary, "_LOOKED", fresh)
    return fresh


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@LOCKS
def test_the_next_writer_removes_what_was_left(tmp_path: Path) -> None:
    (tmp_path / LEFT).write_bytes(b"half")
    for other in (".jixiao-notes", "jixiao-1.tmp", "a.tmp"):
        (tmp_path / other).write_bytes(b"mine")
    write_whole(b"new", tmp_path / "报告.docx")
    assert names(tmp_path) == [".jixiao-notes", "a.tmp", "jixiao-1.tmp", "报告.docx"]


@LOCKS
def test_a_process_looks_once_in_each_folder(tmp_path: Path, looked: set[tuple[int, str]]) -> None:
    """A folder may hold a hundred thousand reports."""
    write_whole(b"new", tmp_path / "报告.docx")
    (tmp_path / LEFT).write_bytes(b"half")
    write_whole(b"newer", tmp_path / "报告.docx")
    assert names(tmp_path) == [LEFT, "报告.docx"]
    looked.clear()
    write_whole(b"newest", tmp_path / "报告.docx")
    assert names(tmp_path) == ["报告.docx"]


@LOCKS
def test_a_file_that_is_being_written_stays(tmp_path: Path) -> None:
    """Another process, which holds its file; then it is killed."""
    script = (
        "import sys, time; from pathlib import Path; from generator.provenance.write import temporary_file\n"
        "with temporary_file(Path(sys.argv[1])) as (name, file):\n"
        "    file.write(b'half'); file.flush(); print(name.name, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None
        written = writer.stdout.readline().strip()
        remove_stale(tmp_path)
        assert names(tmp_path) == [written]
        writer.kill()
        writer.wait()
    remove_stale(tmp_path)
    assert names(tmp_path) == []


@LOCKS
def test_a_file_that_was_removed_before_it_was_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = temporary._lock
    removed: list[Path] = []

    def late(handle: int, *, wait: bool) -> bool | None:
        if wait and not removed:
            removed.extend(tmp_path.iterdir())
            remove_stale(tmp_path)
        return lock(handle, wait=wait)

    monkeypatch.setattr(temporary, "_lock", late)
    write_whole(b"new", tmp_path / "报告.docx")
    assert len(removed) == 1
    assert names(tmp_path) == ["报告.docx"]


@LOCKS
def test_a_file_that_got_its_name_in_the_meantime_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LEFT).write_bytes(b"half")
    lock = temporary._lock

    def meanwhile(handle: int, *, wait: bool) -> bool | None:
        (tmp_path / LEFT).replace(tmp_path / "报告.docx")
        (tmp_path / LEFT).write_bytes(b"another's")
        return lock(handle, wait=wait)

    monkeypatch.setattr(temporary, "_lock", meanwhile)
    remove_stale(tmp_path)
    assert names(tmp_path) == [LEFT, "报告.docx"]


@pytest.mark.parametrize("why", ["no locks on this disk", "Windows"])
def test_where_nothing_can_be_locked_age_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    if why == "Windows":
        monkeypatch.setattr(temporary, "fcntl", None)
    else:
        pytest.importorskip("fcntl")

        def refuse(*_: object) -> None:
            raise OSError(errno.ENOLCK, "no locks")

        monkeypatch.setattr("fcntl.flock", refuse)
    old, young = tmp_path / ".jixiao-old.tmp", tmp_path / ".jixiao-young.tmp"
    for file in (old, young):
        file.write_bytes(b"half")
    os.utime(old, (time.time() - 3600,) * 2)
    write_whole(b"new", tmp_path / "报告.docx")
    assert names(tmp_path) == [young.name, "报告.docx"]


def test_where_open_files_get_no_name_they_are_closed_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporary, "fcntl", None)
    closed: list[bool] = []
    with temporary_file(tmp_path) as (_name, file):
        temporary.closed_first(file)
        closed.append(file.closed)
    assert closed == [True]
    write_whole(b"new", tmp_path / "报告.docx", lambda: closed.append(True))
    assert names(tmp_path) == ["报告.docx"]


def test_what_cannot_be_removed_or_looked_at_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / ".jixiao-folder.tmp").mkdir()
    remove_stale(tmp_path)
    remove_stale(tmp_path / "没有")
    assert names(tmp_path) == [".jixiao-folder.tmp"]


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="no links")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Somebody else's file behind a link of such a name is not ours to lock or remove."""
    other = tmp_path / "别人的"
    other.write_bytes(b"mine")
    (tmp_path / LEFT).symlink_to(other)
    remove_stale(tmp_path)
    assert other.read_bytes() == b"mine"
