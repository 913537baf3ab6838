"""Noticing that files were saved."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

__all__ = ["files_below", "saves"]

PAUSE = 0.5


def saves(files: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Comes back once at the start, then after every change of any of the files. Never ends by itself.

    Args:
        files: Gives the files to watch, asked anew each time: files may come and go.
    """
    seen = None
    while True:
        now = _state(files())
        if now != seen:
            # Noted before it is acted on, so that a save in the meantime is not missed.
            seen = now
            yield
        else:
            time.sleep(PAUSE)


def files_below(folder: Path) -> Iterator[Path]:
    """The files of a folder and its folders, without those that Word and editors keep beside an open file."""
    for file in sorted(folder.rglob("*")):
        if not file.name.startswith(("~", ".")) and not file.name.endswith((".tmp", "~")):
            yield file


def _state(files: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    found = {}
    for file in files:
        try:
            stat = file.stat()
        except OSError:
            continue  # gone since it was listed
        found[file] = stat.st_mtime_ns, stat.st_size
    return found
