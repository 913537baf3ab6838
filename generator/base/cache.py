"""Cache on disk for what is slow to make and only changes with its source: templates, compiled layouts and texts.

Entries are in the user's cache folder, never beside a template, which could bring code of a stranger. Each entry is
sealed with the user's key, kept outside of the folder: a folder that was copied, unpacked or written by somebody else
yields nothing. Whatever cannot be read or trusted is made anew.
``JIXIAO_NO_CACHE=1`` switches the cache off.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import msgspec
import platformdirs

from generator.base import __version__

_OFF: Final = "JIXIAO_NO_CACHE"
_APP: Final = "jixiao"
_ENTRIES: Final = "entries"
_SECRET: Final = "cache.key"  # noqa: S105 - the name of its file
_SECRET_BYTES: Final = 32
_SEAL_BYTES: Final = 32
_MOST_ENTRIES: Final = 64
_MOST_BYTES: Final = 16 * 1024 * 1024
_ENDING: Final = ".entry"
_UNFINISHED: Final = ".part"
_OPEN_FLAGS: Final = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"))


def key_of(*content: object) -> str:
    """The key of what this version makes from ``content``, whose ``repr`` must be the same in each process."""
    return _digest(repr((_program(), content)).encode())


def load(key: str, kind: Any = Any) -> Any:
    """The value stored under a key, converted to this type; None if there is none that can be trusted."""
    with suppress(OSError, msgspec.MsgspecError, UnicodeError):
        place = _place()
        if place is not None:
            entries, secret = place
            file = entries / (key + _ENDING)
            sealed = _read(file, _MOST_BYTES)
            data = sealed[_SEAL_BYTES:]
            if compare_digest(sealed[:_SEAL_BYTES], _seal(key, data, secret)):
                with suppress(OSError):  # read-only file system
                    os.utime(file)  # entries in use are not the oldest
                return msgspec.msgpack.decode(data, type=kind)
    return None


def store(key: str, value: object) -> None:
    """Stores a value for the next process; does nothing if the cache is off or the folder cannot be written to.

    Raises:
        TypeError: msgpack does not know its type.
    """
    data = msgspec.msgpack.encode(value)
    with suppress(OSError):
        place = _place()
        if place is not None and len(data) <= _MOST_BYTES - _SEAL_BYTES:
            entries, secret = place
            _write(entries / (key + _ENDING), _seal(key, data, secret) + data)
            _evict(entries)


def _seal(key: str, data: bytes, secret: bytes) -> bytes:
    # Includes the key, so that a renamed entry does not pass.
    return blake2b(key.encode() + data, key=secret, digest_size=_SEAL_BYTES).digest()


def _place() -> tuple[Path, bytes] | None:
    """The folder of the entries and the secret that seals them; None if nothing may be stored."""
    if os.environ.get(_OFF):
        return None
    try:
        entries = _absolute(platformdirs.user_cache_path(_APP, appauthor=False), ".cache") / _ENTRIES
        keys = _absolute(platformdirs.user_state_path(_APP, appauthor=False), ".local/state")
    except RuntimeError:  # no home folder
        return None
    if not (_is_private(entries.parent) and _is_private(entries) and _is_private(keys)):
        return None
    secret = _secret(keys / _SECRET)
    return (entries, secret) if secret else None


def _absolute(folder: Path, default: str) -> Path:
    """The folder; the default instead of a relative path, as XDG specifies."""
    return folder if folder.is_absolute() else Path.home() / default / _APP


def _is_private(folder: Path) -> bool:
    """Makes the folder if needed; whether it is a real folder that only this user can write to."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and _is_own(found)


def _is_own(found: os.stat_result) -> bool:
    # Windows gives each user a folder that others cannot open.
    return os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o077)


def _secret(file: Path) -> bytes:
    """The user's key, made if there is none; empty if something else is in its place."""
    secret = _read(file, _SECRET_BYTES) if os.path.lexists(file) else b""
    if len(secret) == _SECRET_BYTES:
        return secret
    if os.path.lexists(file) and not stat.S_ISREG(file.lstat().st_mode):
        return b""
    secret = os.urandom(_SECRET_BYTES)
    _write(file, secret)
    return secret


def _read(file: Path, most: int) -> bytes:
    """The bytes of a regular file of this user; empty if it is anything else, or too large."""
    # Checked before opening, since opening a device may have effects; and after, since it may have been replaced.
    if not stat.S_ISREG(file.lstat().st_mode):
        return b""
    with os.fdopen(os.open(file, _OPEN_FLAGS), "rb") as stream:
        found = os.fstat(stream.fileno())
        if not (stat.S_ISREG(found.st_mode) and _is_own(found) and found.st_size <= most):
            return b""
        return stream.read(most)


def _write(file: Path, data: bytes) -> None:
    """Writes a file atomically; only this user can read it."""
    handle, name = tempfile.mkstemp(prefix=file.stem[:16], suffix=_UNFINISHED, dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _evict(entries: Path) -> None:
    """Deletes the least recently used entries beyond the limit; other files stay."""
    name = re.compile(rf"[0-9a-f]{{64}}{re.escape(_ENDING)}|[0-9a-f]{{16}}\w{{8}}{re.escape(_UNFINISHED)}")
    with os.scandir(entries) as listed:  # also closed if another process deletes a file meanwhile
        found = [
            (entry.stat(follow_symlinks=False).st_mtime_ns, entry.path)
            for entry in listed
            if name.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    for _, path in sorted(found, reverse=True)[_MOST_ENTRIES:]:
        Path(path).unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _program() -> tuple[str, ...]:
    """Python, the version, and the state of the files that make what is stored."""
    return sys.version, __version__, _digest(repr([_state("generator"), _state("jinja2")]).encode())


def _state(package: str) -> list[tuple[str, int, int]]:
    """Name, size and time of a package's modules; in a frozen program or an archive, of the containing file."""
    spec = find_spec(package)
    origin = Path(spec.origin or sys.executable) if spec else Path(sys.executable)
    with suppress(OSError):
        modules = sorted(_modules(origin.parent))
        if modules:
            return modules
    container = next((file for file in origin.parents if file.is_file()), Path(sys.executable))
    found = container.stat()
    return [(str(container), found.st_size, found.st_mtime_ns)]


def _modules(folder: Path) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as listed:
        for entry in listed:
            if entry.name.endswith((".py", ".pyc")):
                yield entry.path, entry.stat().st_size, entry.stat().st_mtime_ns
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _modules(Path(entry.path))


def _digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()
