"""Writing whole or not at all: whatever fails, the old file or the new one is there, and nothing beside it."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.base.diagnostics import FileProblem
from generator.provenance.write import write_new, write_stream, write_whole

OLD, NEW = b"old" * 1000, b"new" * 2000


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fails(error: BaseException) -> Callable[..., Any]:
    def raising(*_: object, **__: object) -> Any:
        raise error

    return raising


def test_a_new_file_is_written_and_its_folder_made(tmp_path: Path) -> None:
    target = tmp_path / "甲" / "乙" / "报告.docx"
    assert write_whole(NEW, target) == target
    assert contents(tmp_path) == {"甲/乙/报告.docx": NEW}


def test_the_old_file_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "报告.docx"
    target.write_bytes(OLD)
    write_whole(NEW, target)
    assert contents(tmp_path) == {"报告.docx": NEW}


class _FullFile:
    """A file on a disk that is full: the first write fails."""

    def __init__(self, handle: int, *_: object) -> None:
        self.handle = handle

    def __enter__(self) -> _FullFile:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.handle)

    write = staticmethod(fails(OSError(errno.ENOSPC, "No space left on device")))


FAILURES: list[tuple[Any, str, Callable[..., Any], str]] = [
    (tempfile, "mkstemp", fails(PermissionError(errno.EACCES, "denied")), "没有写入的权限"),
    (os, "fdopen", _FullFile, "磁盘已满"),
    (os, "fsync", fails(OSError(errno.EDQUOT, "quota")), "磁盘配额已满"),
    (os, "fsync", fails(OSError(errno.EIO, "I/O error")), "系统无法读写"),
    (Path, "chmod", fails(OSError(errno.EROFS, "read-only")), "这个位置是只读的"),
    (Path, "replace", fails(PermissionError(errno.EACCES, "open in Word")), "正被别的程序打开"),
    (Path, "replace", fails(OSError("no number")), "系统无法读写"),
]


@pytest.mark.parametrize("existing", [True, False])
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: f"{failure[1]} {failure[3]}")
def test_at_every_point_of_failure_the_old_file_stays(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    existing: bool,
    failure: tuple[Any, str, Callable[..., Any], str],
) -> None:
    place, attribute, replacement, why = failure
    target = tmp_path / "报告.docx"
    if existing:
        target.write_bytes(OLD)
    before = contents(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(place, attribute, replacement)
        with pytest.raises(FileProblem) as problem:
            write_whole(NEW, target)
    assert contents(tmp_path) == before
    (finding,) = problem.value.findings
    assert (finding.code, finding.span.file, finding.span.line) == ("JX601", str(target), 0)
    assert why in finding.message
    assert problem.value.exit_code == 3


def test_an_interruption_leaves_nothing_behind_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "报告.docx"
    target.write_bytes(OLD)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            write_whole(NEW, target)
    assert contents(tmp_path) == {"报告.docx": OLD}


def test_the_data_is_on_the_disk_before_the_name_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    synced, replaced = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        status = os.fstat(handle)
        order.append("fsync folder" if stat.S_ISDIR(status.st_mode) else f"fsync {status.st_size}")
        synced(handle)

    def replace(path: Path, target: Path) -> Path:
        order.append("replace")
        return replaced(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_whole(NEW, tmp_path / "报告.docx")
    assert order[:2] == [f"fsync {len(NEW)}", "replace"]
    # Then the name itself; Windows opens no folders.
    assert order[2:] == ([] if os.name == "nt" else ["fsync folder"])


@pytest.mark.parametrize(
    ("blocked", "why"),
    [("占用", "这是一个文件夹"), ("文件/报告.docx", "已有一个文件"), ("文件/下/报告.docx", "不是文件夹")],
)
def test_what_stands_in_the_way_is_named(tmp_path: Path, blocked: str, why: str) -> None:
    (tmp_path / "占用").mkdir()
    (tmp_path / "文件").write_bytes(OLD)
    with pytest.raises(FileProblem) as problem:
        write_whole(NEW, tmp_path / blocked)
    assert why in problem.value.findings[0].message
    assert contents(tmp_path) == {"文件": OLD}


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="太长"):
        write_whole(NEW, tmp_path / ("甲" * 300))
    assert contents(tmp_path) == {}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    target = tmp_path / "报告.docx"
    target.write_bytes(OLD)
    target.chmod(mode)
    write_whole(NEW, target)
    assert target.stat().st_mode & 0o777 == mode


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes of this kind")
def test_what_must_not_be_written_stays(tmp_path: Path) -> None:
    locked, pipe, link = (tmp_path / name for name in ("只读.docx", "管道.docx", "链接.docx"))
    locked.write_bytes(OLD)
    locked.chmod(0o444)
    os.mkfifo(pipe)
    for target in (locked, pipe, Path(os.devnull)):
        with pytest.raises(FileProblem, match="JX601"):
            write_whole(NEW, target)
    assert (locked.read_bytes(), pipe.is_fifo()) == (OLD, True)
    link.symlink_to(tmp_path / "真.docx")
    write_whole(NEW, link)
    assert (link.is_symlink(), (tmp_path / "真.docx").read_bytes()) == (True, NEW)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_new_file_gets_the_usual_permissions(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(NEW, tmp_path / "报告.docx")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "报告.docx").stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="Windows opens no folders")
@pytest.mark.parametrize("failing", ["open", "fsync"])
def test_a_folder_that_cannot_be_put_on_the_disk_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    real = getattr(os, failing)

    def refusing(what: Any, *rest: Any) -> Any:
        is_folder = what == tmp_path if failing == "open" else stat.S_ISDIR(os.fstat(what).st_mode)
        if is_folder:
            raise OSError(errno.EINVAL, "no folders here")
        return real(what, *rest)

    monkeypatch.setattr(os, failing, refusing)
    write_whole(NEW, tmp_path / "报告.docx")
    assert contents(tmp_path) == {"报告.docx": NEW}


def test_what_is_long_is_written_piece_by_piece(tmp_path: Path) -> None:
    target = tmp_path / "材料.zip"
    assert write_stream(lambda file: [file.write(OLD), file.write(NEW)], target) == target
    assert contents(tmp_path) == {"材料.zip": OLD + NEW}


def test_the_last_word_before_the_replacement_may_be_no(tmp_path: Path) -> None:
    target = tmp_path / "报告.docx"
    target.write_bytes(OLD)
    there: list[int] = []

    def no() -> None:
        there.append(len(list(tmp_path.iterdir())))
        raise KeyError("no")

    with pytest.raises(KeyError):
        write_whole(NEW, target, no)
    assert there == [2]  # all of it was written by then
    assert contents(tmp_path) == {"报告.docx": OLD}


class TestNew:
    def test_is_written_where_there_is_nothing(self, tmp_path: Path) -> None:
        assert write_new(NEW, tmp_path / "下" / "报告.docx")
        assert contents(tmp_path) == {"下/报告.docx": NEW}

    @pytest.mark.parametrize("links", [True, False])
    def test_takes_nobodys_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool) -> None:
        if not links:
            monkeypatch.setattr(os, "link", fails(PermissionError(errno.EPERM, "no links here")))
        target = tmp_path / "报告.docx"
        target.write_bytes(OLD)
        assert not write_new(NEW, target)
        assert contents(tmp_path) == {"报告.docx": OLD}

    def test_works_where_a_file_has_one_name_only(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "link", fails(PermissionError(errno.EPERM, "no links here")))
        assert write_new(NEW, tmp_path / "报告.docx")
        assert contents(tmp_path) == {"报告.docx": NEW}

    def test_says_why_it_cannot(self, tmp_path: Path) -> None:
        (tmp_path / "文件").write_bytes(OLD)
        with pytest.raises(FileProblem, match="已有一个文件"):
            write_new(NEW, tmp_path / "文件" / "报告.docx")
