"""Files that an input names: they lie in its folder or below it, and links do not lead out of there."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import islice
from pathlib import Path, PureWindowsPath

from generator.base.diagnostics import suggestion

_MOST_LISTED = 1_000


class Outside(Exception):
    """The name leads out of the folder."""


class Absent(Exception):
    """There is no file of that name."""


def find_beside(name: str, folder: Path) -> Path:
    """The file under this name, as a path from the folder on.

    Args:
        name: A path below the folder, with either kind of slash.
        folder: The input's folder.

    Raises:
        Outside: It is absolute, goes upward, or leads out of the folder by a link.
        Absent: There is no such file, or no system accepts the name.
    """
    parts = re.split(r"[\\/]", name)
    # On any system, so that an input means the same everywhere.
    if PureWindowsPath(name).anchor or not parts[0] or ".." in parts:
        raise Outside(name)
    target = folder.joinpath(*parts)
    try:
        resolved = target.resolve()
        if not resolved.is_relative_to(folder.resolve()):
            raise Outside(name)
        found = resolved.is_file()
    except (OSError, ValueError, RuntimeError):  # a name that no system accepts; a link that leads to itself
        found = False
    if not found:
        raise Absent(name)
    return target


def near_misses(name: str, folder: Path, endings: Container[str] = ()) -> str:
    """A hint that names the files that are there, those of other endings (in lower case) left out.

    Args:
        name: The name that was not found.
        folder: The input's folder.
        endings: Those that the file may have; any where none are given.
    """
    *above, _ = parts = re.split(r"[\\/]", name)
    try:
        entries = [entry.name for entry in islice(folder.joinpath(*above).iterdir(), _MOST_LISTED)]
    except (OSError, ValueError):
        return ""
    # ~$ is what an office program leaves beside a file that is open.
    wanted = (entry for entry in entries if not entry.startswith("~$"))
    fitting = sorted(entry for entry in wanted if not endings or Path(entry).suffix.lower() in endings)
    return suggestion("/".join(parts), ["/".join([*above, entry]) for entry in fitting])
