"""One report to be made."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Job", "jobs_of"]


class Job(Struct, frozen=True):
    """One report to be made: what a worker needs to know, small enough to be sent to another machine.

    ``number`` is its place in the order in which the inputs were named; ``known`` is a report in the output folder
    that was made of a file with the same bytes. ``pdf`` asks for what a PDF is made of, unless a current one is there.
    """

    number: int
    input: Path
    output: Path
    templates: Path | None = None
    known: Path | None = None
    draft: bool = False
    force: bool = False
    seconds: float = 60.0
    pdf: bool = False


def jobs_of(inputs: Iterable[Path], known: Mapping[str, Path], common: Job) -> list[Job]:
    """A job for every input, numbered from 1.

    Args:
        inputs: The input files.
        known: Reports that are there, by the SHA-256 of the input that each was made of.
        common: What is the same for all of them.
    """
    return [
        replace(common, number=number, input=file, known=known.get(_digest(file)) if known else None)
        for number, file in enumerate(inputs, 1)
    ]


def _digest(file: Path) -> str:
    try:
        return sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""  # the worker says what is wrong with it
