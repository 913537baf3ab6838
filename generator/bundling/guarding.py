"""An archive that somebody changed, or that something else wrote, is not overwritten."""

from __future__ import annotations

import os
from itertools import count
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.bundling import codes
from generator.bundling.archive import why_not_ours

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["keep_or_refuse", "refuse_to_lose"]


def refuse_to_lose(path: Path) -> None:
    """See that what is at the path may be replaced.

    Raises:
        Refused: It must not be lost.
    """
    why = _why_kept(path)
    if why:
        raise Refused([codes.NOT_OURS.at(Span(str(path)), file=path, why=why, backup=_backup(path).name)])


def keep_or_refuse(path: Path, *, backup: bool) -> None:
    """Right before the path is given to a new archive: keep what must not be lost under another name beside it.

    Raises:
        Refused: It must not be lost, and is not to be kept.
    """
    if not backup:
        refuse_to_lose(path)
    elif _why_kept(path):
        # Moved and not copied: it may be larger than the room that is left.
        path.rename(_backup(path))


def _why_kept(path: Path) -> str:
    # Nothing lies in a file without anything in it; and that a folder is in the way, writing finds out itself.
    if not os.path.lexists(path) or path.is_dir() or (path.is_file() and not path.stat().st_size):
        return ""
    return why_not_ours(path)


def _backup(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.备份{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))
