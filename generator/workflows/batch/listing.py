"""The inputs that a command names: files, folders and patterns."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from generator.base.diagnostics import FileProblem, Span
from generator.submission.book_form import FACTS
from generator.submission.filing import is_workbook
from generator.submission.grid import MOST_BYTES
from generator.submission.review import is_beside
from generator.workflows import codes

_ENDINGS = (".yaml", ".yml")
_PATTERN = frozenset("*?[")


def find_inputs(named: Iterable[str]) -> list[Path]:
    """The inputs, each once, in the order in which they were named; those of a folder or pattern by name.

    A folder means every YAML file and workbook to fill in that is in it and below, apart from hidden ones, reviews
    and answers. A workbook beside a YAML file of its name is left out: the YAML is the filing, the workbook what it
    was converted from or to.

    Raises:
        FileProblem: Something that was named does not exist, or holds no input; all such names are in it.
    """
    found: dict[Path, Path] = {}
    missing = []
    for name in named:
        files = list(_files(name))
        if not files:
            missing.append((codes.NO_INPUT if _is_folder(name) else codes.NOTHING_THERE).at(Span(name), file=name))
        for file in files:
            found.setdefault(file.absolute(), file)
    if missing:
        raise FileProblem(missing)
    return list(found.values())


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if _is_folder(name):
        yield from _of_record(file for file in path.rglob("*") if is_input(file, path))
    elif os.path.exists(name):  # noqa: PTH110
        yield path
    elif not _PATTERN.isdisjoint(name):
        # Windows' shell leaves patterns to the program.
        matching = map(Path, glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no whole path
        yield from _of_record(file for file in matching if is_input(file, Path()))


def _of_record(files: Iterable[Path]) -> list[Path]:
    found = sorted(files)
    written = {file.with_suffix("") for file in found if file.suffix.lower() in _ENDINGS}
    return [file for file in found if file.suffix.lower() in _ENDINGS or file.with_suffix("") not in written]


def _is_folder(name: str) -> bool:
    return os.path.isdir(name)  # noqa: PTH112 - Path.is_dir fails on a name that is too long to be one


def is_input(file: Path, below: Path) -> bool:
    """Whether a file of a folder is a filing: YAML or a workbook to fill in, not hidden, not what lies beside one."""
    inner = file.relative_to(below) if file.is_relative_to(below) else file
    hidden = any(part.startswith(".") and part not in (".", "..") for part in inner.parts)
    return not hidden and not is_beside(file) and file.is_file() and (file.suffix.lower() in _ENDINGS or _is_form(file))


def _is_form(path: Path) -> bool:
    """Whether the file is a workbook to fill in: one with the sheet of single facts, unlike tables."""
    if not is_workbook(path) or path.name.startswith("~$"):
        return False
    try:
        with ZipFile(path) as package, package.open("xl/workbook.xml") as part:
            return f'"{FACTS}"'.encode() in part.read(MOST_BYTES)
    except (OSError, BadZipFile, KeyError, NotImplementedError):
        return False
