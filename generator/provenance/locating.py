"""Finding the input and the template of a report by the names that it tells."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from generator.base.errors import JixiaoError
from generator.provenance.stamp import digest_of_template
from generator.template import find_template
from generator.yamlfile.beside import Absent, Outside, find_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from generator.provenance.stamp import Stamp

__all__ = ["changed_sources", "digest_of_file", "find_input", "find_parts", "find_stamped_template", "is_beside"]

_INPUTS = "inputs"


def find_input(report: Path, stamp: Stamp) -> Path | None:
    """The input of a report: beside it, or in an ``inputs`` upward from it; None where there is none of that name.

    Of several with the name, the one that the report was made of.
    """
    # The name comes from a file that anybody may have written: it may not lead elsewhere.
    if not stamp.input_name or re.search(r"[\\/:\0]", stamp.input_name) or stamp.input_name in {".", ".."}:
        return None
    found = [file for file in _places(report, stamp.input_name) if _is_file(file)]
    same = (file for file in found if digest_of_file(file) == stamp.input_digest)
    return next(same, found[0] if found else None)


def _places(report: Path, name: str) -> Iterator[Path]:
    # As the reader knows the folder, so that messages name the input in the same way.
    yield report.parent / name
    yield report.parent / _INPUTS / name
    above = report.resolve().parent
    for folder in above.parents:
        yield folder / _INPUTS / name


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes; blank where it cannot be read."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def changed_sources(folder: Path, sources: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names of the tables, attachments and evidence that have changed or gone.

    Args:
        folder: The input's folder.
        sources: Their names with the digests that they had.
    """
    return tuple(name for name, digest in sources if _digest_beside(name, folder) != digest)


def find_parts(volume: Path, sources: Sequence[tuple[str, str]], given: Path | None = None) -> Path | None:
    """The folder in which the inputs of a volume lie: the one that is given, or where most of them are as they were.

    None where none of them is found.

    Args:
        volume: The volume; they are looked for where the input of a report is.
        sources: Their paths below the folder, with the digests that they had.
        given: The folder; then only this one counts.
    """
    folders = [given] if given is not None else [place.parent for place in _places(volume, "-")]
    found = {folder: _most_alike(folder, sources) for folder in dict.fromkeys(folders) if folder.is_dir()}
    best = max(found, key=lambda folder: found[folder], default=None)
    return best if best is not None and (given is not None or any(found[best])) else None


def _most_alike(folder: Path, sources: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """How many of the files are in the folder as they were, and how many are there at all."""
    digests = [(_digest_beside(name, folder), digest) for name, digest in sources]
    return sum(now == then for now, then in digests), sum(bool(now) for now, _ in digests)


def is_beside(name: str, folder: Path) -> bool:
    """Whether there is such a file in or below the folder at all."""
    try:
        find_beside(name, folder)
    except (Absent, Outside):
        return False
    return True


def _digest_beside(name: str, folder: Path) -> str:
    try:
        return digest_of_file(find_beside(name, folder))
    except (Absent, Outside):
        return ""


def find_stamped_template(stamp: Stamp, start: Path, templates: Path | None = None) -> tuple[Path | None, bool]:
    """The folder of a report's template, and whether it is as it was then; None where there is none of that name.

    Args:
        stamp: What the report tells.
        start: The file from which templates are looked for upward.
        templates: The folder of templates; then only this one counts.

    Raises:
        FileProblem: There is no such folder of templates.
    """
    try:
        folder = find_template(stamp.template, start, templates)
    except JixiaoError:
        if templates is not None and not templates.is_dir():
            raise
        return None, False
    try:
        return folder, digest_of_template(folder, stamp.layout) == stamp.template_digest
    except OSError:
        return folder, False
