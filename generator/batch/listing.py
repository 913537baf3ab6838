"""The input files that a command line names: files, folders, patterns."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from generator.batch import codes
from generator.diagnostics import Span
from generator.errors import FileProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["find_inputs", "names_many"]

_ENDINGS = (".yaml", ".yml")
_PATTERN = frozenset("*?[")


def find_inputs(named: Iterable[str]) -> list[Path]:
    """The inputs, each once, in the order in which they were named; those of a folder or pattern by name.

    A folder means every YAML file in it and below, hidden ones apart.

    Raises:
        FileProblem: Something that was named does not exist, or holds no input; all such names are in it.
    """
    found: dict[Path, Path] = {}
    missing = []
    for name in named:
        files = list(_files(name))
        if not files:
            missing.append((codes.NO_INPUT if Path(name).is_dir() else codes.NOTHING_THERE).at(Span(name), file=name))
        for file in files:
            found.setdefault(file.absolute(), file)
    if missing:
        raise FileProblem(missing)
    return list(found.values())


def names_many(named: Iterable[str]) -> bool:
    """Whether more than one file may be meant, so that a summary is expected even for one."""
    listed = list(named)
    return len(listed) != 1 or _is_pattern(listed[0]) or Path(listed[0]).is_dir()


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        yield from sorted(file for file in path.rglob("*") if _is_input(file, path))
    elif path.exists():
        yield path
    elif _is_pattern(name):
        # Windows' shell leaves patterns to the program.
        matching = map(Path, glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no whole path
        yield from sorted(file for file in matching if _is_input(file, Path()))


def _is_pattern(name: str) -> bool:
    return not Path(name).exists() and not _PATTERN.isdisjoint(name)


def _is_input(file: Path, below: Path) -> bool:
    inner = file.relative_to(below) if file.is_relative_to(below) else file
    hidden = any(part.startswith(".") and part not in (".", "..") for part in inner.parts)
    return file.suffix.lower() in _ENDINGS and not hidden and file.is_file()
