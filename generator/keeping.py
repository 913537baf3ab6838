"""What takes long to make and never changes, kept for the next process: templates, compiled layouts, texts, patterns.

It lies in the user's own cache folder, which nobody else may write to, and never beside a template: a template from a
stranger brings no code. An entry counts for the very content, program and Python that it was made from; whatever else
is there, or cannot be read, is passed over. ``JIXIAO_NO_CACHE=1`` switches it off.
"""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["keep", "key_of", "recall"]

_OFF: Final = "JIXIAO_NO_CACHE"
_ENDING: Final = ".kept"
_MOST: Final = 64
_SEAL: Final = sha256().digest_size
_MADE_BY: Final = (
    *(
        "generator.keeping",
        "generator.patterns",
        "generator.diagnostics",
        "generator.base",
        "generator.formula",
    ),
    *("generator.reading", "generator.template", "generator.narrating", "generator.word", "jinja2"),
)


def key_of(*content: object) -> str:
    """The key of what is made from this content by the program as it is now.

    Args:
        content: All that it depends on; its ``repr`` must tell it apart, today and tomorrow.
    """
    return sha256(repr((_program(), content)).encode()).hexdigest()


def recall(key: str) -> Any:
    """What was kept under a key; None where there is nothing, or nothing that can be trusted."""
    folder = _folder()
    if folder is None:
        return None
    try:
        data = (folder / (key + _ENDING)).read_bytes()
        return marshal.loads(data[_SEAL:]) if sha256(data[_SEAL:]).digest() == data[:_SEAL] else None  # noqa: S302
    except (OSError, ValueError, EOFError, TypeError):
        return None


def keep(key: str, value: Any) -> None:
    """Keep a value of Python's own plain types, or code, for the next process; where that cannot be, nothing happens.

    Raises:
        ValueError: It is of another type.
    """
    data = marshal.dumps(value)
    folder = _folder()
    if folder is None:
        return
    with suppress(OSError):
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(sha256(data).digest() + data)
        Path(name).replace(folder / (key + _ENDING))
        _forget_oldest(folder)


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    for file in kept[:-_MOST]:
        file.unlink()


def _folder() -> Path | None:
    """The folder, made where it is not there; None where nothing may be kept, or others might have put something."""
    if os.environ.get(_OFF):
        return None
    try:
        home = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(home, "jixiao")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except (OSError, RuntimeError):
        return None
    own = os.name == "nt" or (found.st_uid == os.getuid() and not found.st_mode & 0o077 and not folder.is_symlink())
    return folder if own else None


def _state(place: Path) -> Iterator[tuple[str, int, int]]:
    """Name, size and time of a module, or of every module of a package."""
    if not place.is_dir():
        yield str(place), place.stat().st_size, place.stat().st_mtime_ns
        return
    for entry in os.scandir(place):
        if entry.name.endswith(".py"):
            yield entry.path, entry.stat().st_size, entry.stat().st_mtime_ns
        elif entry.is_dir() and entry.name != "__pycache__":
            yield from _state(Path(entry.path))


@lru_cache(maxsize=1)
def _program() -> tuple[object, ...]:
    """What tells one program from another: Python, and the state of the files that make what is kept."""
    found = [Path(str(find_spec(name).origin)) for name in _MADE_BY]  # type: ignore[union-attr]
    state = sorted(one for file in found for one in _state(file.parent if file.name == "__init__.py" else file))
    return sys.version, sha256(repr(state).encode()).hexdigest()
