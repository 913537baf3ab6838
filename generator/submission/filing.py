"""The one door through which a filing is read: as YAML, or as the workbook to fill in."""

from __future__ import annotations

import os
from pathlib import Path

from generator.submission.grid import MOST_BYTES
from generator.yamlfile.source import Source, parse_yaml, read_file, read_yaml

ENDINGS = (".xlsx", ".xlsm")


def is_workbook(path: Path | str) -> bool:
    """Whether a filing of this name is a workbook."""
    return os.fspath(path).lower().endswith(ENDINGS)


def read_data(data: bytes, path: Path, templates: Path | None = None) -> Source:
    """As ``read_filing``, of the bytes of a file that need not be there: a workbook is told by its bytes."""
    if data.startswith(b"PK"):
        return _read_book(data, os.fspath(path), path, templates)
    return parse_yaml(data, os.fspath(path))


def read_filing(path: Path | str, templates: Path | None = None, shown_as: str | None = None) -> Source:
    """The tree of a filing, with all its problems: of a YAML file as ``read_yaml``, of a workbook with its cells.

    Args:
        path: The file.
        templates: The folder of templates; looked for upward from the file where absent. YAML is read without.
        shown_as: What findings call it; the path as given where absent.

    Raises:
        FileProblem: The file cannot be read.
    """
    if not is_workbook(path):
        return read_yaml(path, shown_as)
    file = shown_as or os.fspath(path)
    return _read_book(read_file(path, file, MOST_BYTES), file, Path(path), templates)


def _read_book(data: bytes, file: str, start: Path, templates: Path | None) -> Source:
    from generator.submission.book import read_book  # noqa: PLC0415 - most filings are YAML

    return read_book(data, file, start, templates)
