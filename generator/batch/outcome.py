"""What came of one report."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding

__all__ = ["Outcome", "Score", "Status"]


class Status(Enum):
    """What came of a report, by the word that a summary uses."""

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
    """What came of one input.

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
