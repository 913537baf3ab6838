"""Writing a file so that it is the old one or the new one, never half of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING

from generator.base.diagnostics import Span, why_not
from generator.base.errors import FileProblem
from generator.publishing import codes
from generator.publishing.temporary import closed_first, temporary_file

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["write_new", "write_stream", "write_whole"]

_REASONS = {
    PermissionError: "没有写入的权限，或文件正被别的程序打开",
    FileNotFoundError: "文件夹不存在",
    NotADirectoryError: "路径中有一段不是文件夹",
    IsADirectoryError: "这是一个文件夹",
    FileExistsError: "要建立文件夹的地方已有一个文件",
}


def write_whole(data: bytes, path: Path, before: Callable[[], object] | None = None) -> Path:
    """Write the data to the path, creating its folder; the file there is replaced only once all is on the disk.

    Whenever the process ends, even by being killed, the path has the old file or the new one. What a killed process
    leaves beside it is removed by the next one that writes to that folder.

    Args:
        data: What the file shall hold.
        path: The file.
        before: Called when all is on the disk, right before the replacement; it keeps the old file by raising.

    Raises:
        FileProblem: It cannot be written; what was there is unchanged and nothing else is left behind.
    """
    return write_stream(lambda file: file.write(data), path, before)


def write_stream(fill: Callable[[IO[bytes]], object], path: Path, before: Callable[[], object] | None = None) -> Path:
    """``write_whole`` for what is too long to stand in memory: ``fill`` writes it into the file that it is given.

    Raises:
        FileProblem: As ``write_whole``.
    """

    def replace(name: Path) -> None:
        if before is not None:
            before()
        name.replace(path)

    _write(fill, path, replace)
    return path


def write_new(data: bytes, path: Path) -> bool:
    """``write_whole``, but never over anything: False where something has that name already.

    Raises:
        FileProblem: It cannot be written.
    """
    written = True

    def name_it(name: Path) -> None:
        nonlocal written
        try:
            _give_name(name, path)
        except FileExistsError:
            written = False

    _write(lambda file: file.write(data), path, name_it)
    return written


def _write(fill: Callable[[IO[bytes]], object], path: Path, settle: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target: only within one file system is the replacement a single step.
        with temporary_file(path.parent) as (name, file):
            fill(file)
            file.flush()
            os.fsync(file.fileno())
            name.chmod(_mode_of(path))
            closed_first(file)
            settle(name)
        _sync_folder(path.parent)
    except OSError as fault:
        why = _REASONS.get(type(fault)) or why_not(fault)
        raise FileProblem([codes.CANNOT_WRITE.at(Span(str(path)), file=path, why=why)]) from fault


def _give_name(name: Path, path: Path) -> None:
    """One more name for the file, which is not taken from another."""
    try:
        os.link(name, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(path):
            raise FileExistsError(path) from None
        name.rename(path)


def _mode_of(path: Path) -> int:
    """The permissions of the file that is replaced, else those that a new file would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk as well: after a power cut it would be the old file otherwise. Not all can."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
