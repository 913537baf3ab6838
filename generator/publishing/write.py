"""Writing a file so that it is the old one or the new one, never half of it."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from generator.diagnostics import Span, why_not
from generator.errors import FileProblem
from generator.publishing import codes

__all__ = ["write_whole"]

_REASONS = {
    PermissionError: "没有写入的权限，或文件正被别的程序打开",
    FileNotFoundError: "文件夹不存在",
    NotADirectoryError: "路径中有一段不是文件夹",
    IsADirectoryError: "这是一个文件夹",
    FileExistsError: "要建立文件夹的地方已有一个文件",
}


def write_whole(data: bytes, path: Path) -> Path:
    """Write the data to the path, creating its folder; the file there is replaced only once all is on the disk.

    Raises:
        FileProblem: It cannot be written; what was there is unchanged and nothing else is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(data, path)
    except OSError as fault:
        why = _REASONS.get(type(fault)) or why_not(fault)
        raise FileProblem([codes.CANNOT_WRITE.at(Span(str(path)), file=path, why=why)]) from fault
    return path


def _replace(data: bytes, path: Path) -> None:
    # Beside the target: only within one file system is the replacement a single step.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".jixiao-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode_of(path))
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _mode_of(path: Path) -> int:
    """The permissions of the file that is replaced, else those that a new file would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
