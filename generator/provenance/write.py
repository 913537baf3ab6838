"""Writes outputs: safe file names, atomic writes, temporary files that are cleaned up."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from enum import Enum
from operator import methodcaller
from pathlib import Path
from typing import IO, Final

from generator.base.diagnostics import FileProblem, Span, why_not
from generator.provenance import codes


class Existing(Enum):
    """What happens to a file in the way that was edited by hand, or that something else wrote."""

    KEEP = "the new one is refused"
    BACK_UP = "it is copied beside it first: 名称.备份1.docx, or the next free number"
    REPLACE = "it is overwritten"


DRAFT_MARK: Final = "（草稿）"
"""Ends the name of every draft and of no other file."""
_REFUSED = frozenset('<>:"/\\|?*')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|conin\$|conout\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MOST_BYTES = 200
_KINDS = re.compile(
    r"\.(7z|csv|docm?|docx|dotx?|et|html?|json|md|od[st]|ofd|pdf|rar|rtf|txt|wps|xls|xls[mx]|ya?ml|zip)", re.IGNORECASE
)


def safe_name(text: str, ending: str) -> str:
    """The text as a file name with this ending: no path, no reserved or invisible characters, at most 200 bytes.

    >>> safe_name("a/b: c", ".docx")
    'a_b_ c.docx'
    """
    allowed = (
        "_" if char in _REFUSED or unicodedata.category(char) in _INVISIBLE else char
        for char in unicodedata.normalize("NFC", text)
    )
    name = "".join(allowed).strip(" .") or "报告"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    room = _MOST_BYTES - len(ending.encode())
    while len(name.encode()) > room:
        name = name[:-1]
    return name.rstrip(" .") + ending


def target_of(output: Path, text: str, ending: str) -> Path:
    """The file to write: ``output`` itself if it has that ending, else a file of that name in the folder ``output``.

    Raises:
        FileProblem: ``output`` has the ending of another kind of file.
    """
    if output.suffix.lower() == ending:
        return output
    if is_of_other_kind(output, ending):
        raise FileProblem([codes.OTHER_KIND.at(Span(str(output)), file=output, ending=ending)])
    return output / safe_name(text, ending)


def refuse_draft_name(target: Path) -> None:
    """Raise ``FileProblem`` if a finished file would get a draft's name."""
    if target.stem.endswith(DRAFT_MARK):
        raise FileProblem([codes.DRAFT_NAME.at(Span(str(target)), file=target, mark=DRAFT_MARK)])


def is_of_other_kind(output: Path, ending: str) -> bool:
    """Whether the path has the ending of another known kind of file, and is no folder."""
    kind = output.suffix.lower()
    return kind != ending and _KINDS.fullmatch(kind) is not None and not output.is_dir()


try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed and needs no lock
    fcntl = None  # type: ignore[assignment]

_BEFORE: Final = ".jixiao-"
_AFTER: Final = ".tmp"
# Without locks, a file of this age (seconds) is abandoned: writing takes less than a second.
_OLD: Final = 600
# Look once per folder and process: a folder may hold a hundred thousand reports.
_LOOKED: Final[set[tuple[int, str]]] = set()


@contextlib.contextmanager
def temporary_file(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """A new file in the folder, open for writing; its temporary name is removed at the end, even after an error."""
    key = (os.getpid(), str(folder.absolute()))
    if key not in _LOOKED:
        _LOOKED.add(key)
        remove_stale(folder)
    while True:
        handle, made = tempfile.mkstemp(dir=folder, prefix=_BEFORE, suffix=_AFTER)
        name = Path(made)
        # Another process may have removed it before it was locked.
        if _lock(handle, wait=True) is not True or name.exists():
            break
        os.close(handle)
    try:
        with os.fdopen(handle, "wb") as file:
            yield name, file
    finally:
        with contextlib.suppress(OSError):
            name.unlink()


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A temporary folder for files that other programs read; raises ``FileProblem`` if it cannot be written."""
    where = os.environ.get("TMPDIR", "TMPDIR")
    try:
        where = tempfile.gettempdir()
        # LibreOffice may remove files of its profile at the same time.
        with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    except OSError as error:
        # The error for a full disk has no file name.
        if error.filename is not None and not str(error.filename).startswith(where):
            raise
        raise FileProblem([codes.NO_ROOM.at(Span(where), folder=where, why=why_not(error))]) from error


def closed_first(file: IO[bytes]) -> None:
    """Close the file on Windows, where open files cannot be renamed; elsewhere it stays open and locked."""
    if fcntl is None:
        file.close()


def remove_stale(folder: Path) -> None:
    """Remove temporary files of processes that were killed, as far as possible."""
    try:
        with os.scandir(folder) as entries:
            left = [entry.path for entry in entries if entry.name.startswith(_BEFORE) and entry.name.endswith(_AFTER)]
    except OSError:
        return
    for file in left:
        with contextlib.suppress(OSError):
            _remove_if_left(Path(file))


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
            # Still the same file, not one renamed in the meantime.
            file.unlink()
    finally:
        os.close(handle)


def _remove_if_old(file: Path) -> None:
    if time.time() - file.lstat().st_mtime > _OLD:
        file.unlink()


def _lock(handle: int, *, wait: bool) -> bool | None:
    """Whether this process has the lock now; None if there are no locks here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


_REASONS = {
    PermissionError: "没有写入的权限，或文件正被别的程序打开",
    FileNotFoundError: "文件夹不存在",
    NotADirectoryError: "路径中有一段不是文件夹",
    IsADirectoryError: "这是一个文件夹",
    FileExistsError: "要建立文件夹的地方已有一个文件",
}


def write_whole(data: bytes, path: Path, before: Callable[[], object] | None = None) -> Path:
    """Write a file atomically, creating its folder: even if the process is killed, the old or the new file is there.

    ``before`` is called right before the replacement; it keeps the old file by raising. Temporary files of killed
    processes are removed by the next one that writes to that folder.

    Raises:
        FileProblem: It cannot be written; the old file is unchanged and nothing is left behind.
    """
    return write_stream(methodcaller("write", data), path, before)


def write_stream(fill: Callable[[IO[bytes]], object], path: Path, before: Callable[[], object] | None = None) -> Path:
    """``write_whole`` for data that does not fit into memory: ``fill`` writes it into the given file."""
    real = real_path(path)

    def replace(name: Path) -> None:
        if before is not None:
            before()
        name.replace(real)

    _write(fill, real, replace)
    return path


def real_path(path: Path) -> Path:
    """The file to replace: a link's target, not the link."""
    return Path(os.path.realpath(path)) if os.path.islink(path) else path  # noqa: PTH114 - Path.is_symlink fails on a name that is too long


def write_new(data: bytes, path: Path) -> bool:
    """``write_whole`` that never overwrites: returns False if the name is taken."""
    written = True

    def name_it(name: Path) -> None:
        nonlocal written
        try:
            os.link(name, path)
        except FileExistsError:
            written = False
        except OSError:  # a file system without hard links
            written = not os.path.lexists(path)
            if written:
                name.rename(path)

    _write(methodcaller("write", data), path, name_it)
    return written


def _write(fill: Callable[[IO[bytes]], object], path: Path, settle: Callable[[Path], object]) -> None:
    try:
        with staged_file(fill, path) as name:
            settle(name)
        sync_folder(path.parent)
    except OSError as fault:
        raise not_written(path, fault) from fault


def not_written(path: Path, fault: OSError) -> FileProblem:
    """The error that says why a file cannot be written."""
    why = _REASONS.get(type(fault)) or why_not(fault)
    return FileProblem([codes.CANNOT_WRITE.at(Span(str(path)), file=path, why=why)])


@contextlib.contextmanager
def staged_file(fill: Callable[[IO[bytes]], object], path: Path) -> Iterator[Path]:
    """The complete file under a temporary name, flushed and ready to be renamed; removed if it is not.

    Raises ``OSError`` for a pipe, a device or a read-only file.
    """
    if path.exists() and not path.is_dir():
        if not path.is_file():
            raise OSError(errno.ENODEV, "no regular file")
        if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, since a rename is atomic only within one file system.
    with temporary_file(path.parent) as (name, file):
        fill(file)
        file.flush()
        os.fsync(file.fileno())
        if path.exists():
            mode = path.stat().st_mode & 0o777
        else:
            umask = os.umask(0)
            os.umask(umask)
            mode = 0o666 & ~umask
        name.chmod(mode)
        closed_first(file)
        yield name


def sync_folder(folder: Path) -> None:
    """Flush the folder if the system can, so that the rename survives a power cut."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open folders
        return
    try:
        with contextlib.suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
