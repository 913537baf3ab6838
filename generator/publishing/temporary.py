"""Temporary files beside their targets; those that a killed process left are found and removed.

A process that is killed cannot clean up after itself, so whoever writes to the folder next does. It must not take the
file of another process that is writing just now, maybe on another computer of the same network folder: numbers of
processes do not tell. So a writer holds a lock on its file for as long as it has one; where a file can be locked by
somebody else, its writer is gone. The system gives up the locks of a process that ends, however it ends.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed, and so needs no lock
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["closed_first", "remove_stale", "temporary_file"]

_BEFORE: Final = ".jixiao-"
_AFTER: Final = ".tmp"
# Where nothing can be locked, a file of this age (seconds) belongs to nobody: writing takes less than a second.
_OLD: Final = 600
# One look per folder and process: a folder may hold a hundred thousand reports.
_LOOKED: Final[set[tuple[int, str]]] = set()


@contextlib.contextmanager
def temporary_file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder, open for writing. The name that it has here is gone at the end, however that comes.

    Raises:
        OSError: It cannot be made.
    """
    key = (os.getpid(), str(folder.absolute()))
    if key not in _LOOKED:
        _LOOKED.add(key)
        remove_stale(folder)
    name, handle = _made(folder)
    try:
        with os.fdopen(handle, "wb") as file:
            yield name, file
    finally:
        with contextlib.suppress(OSError):
            name.unlink()


def closed_first(file: IO[bytes]) -> None:
    """Close the file before it gets its name, where the system gives open files none; else it stays locked."""
    if fcntl is None:
        file.close()


def remove_stale(folder: Path) -> None:
    """Remove the temporary files of processes that were killed; what cannot be removed stays."""
    try:
        with os.scandir(folder) as entries:
            left = [entry.path for entry in entries if entry.name.startswith(_BEFORE) and entry.name.endswith(_AFTER)]
    except OSError:
        return
    for file in left:
        with contextlib.suppress(OSError):
            _remove_if_left(Path(file))


def _made(folder: Path) -> tuple[Path, int]:
    while True:
        handle, made = tempfile.mkstemp(dir=folder, prefix=_BEFORE, suffix=_AFTER)
        # Somebody who cleans up may have been faster, in the moment before the lock.
        if _lock(handle, wait=True) is not True or Path(made).exists():
            return Path(made), handle
        os.close(handle)


def _remove_if_left(file: Path) -> None:
    if fcntl is None:
        _remove_if_old(file)
        return
    handle = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    try:
        locked = _lock(handle, wait=False)
        if locked is None:
            _remove_if_old(file)
        elif locked and os.path.samestat(os.fstat(handle), file.lstat()):
            # The same file still: not one that got its name in the meantime.
            file.unlink()
    finally:
        os.close(handle)


def _remove_if_old(file: Path) -> None:
    if time.time() - file.lstat().st_mtime > _OLD:
        file.unlink()


def _lock(handle: int, *, wait: bool) -> bool | None:
    """Whether the file is locked for this process now; None where its place knows no locks."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True
