"""One report to be made, and its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding


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


class Status(Enum):
    """The outcome of a report, by the word that a summary uses."""

    WRITTEN = "已生成"
    UNCHANGED = "未变"
    REFUSED = "有错误"
    FAILED = "失败"
    CRASHED = "中断"

    @property
    def is_good(self) -> bool:
        """Whether the report is there and current."""
        return self in (Status.WRITTEN, Status.UNCHANGED)


class Score(Struct, frozen=True):
    """The total as the report prints it; all blank for a template without a scoring form."""

    total: str = ""
    full: str = ""
    rating: str = ""


class Outcome(Struct, frozen=True):
    """The outcome of one input.

    ``data`` is the finished file on its way from the worker to ``target``, ``word`` what a PDF is to be
    made of; none once they are there. ``lacks_pdf`` tells of a PDF that was wanted and could not be made.
    """

    number: int
    input: Path
    status: Status
    target: Path | None = None
    data: bytes = b""
    findings: tuple[Finding, ...] = ()
    score: Score = field(default_factory=Score)
    seconds: float = 0.0
    word: bytes = b""
    pdf: Path | None = None
    lacks_pdf: bool = False
