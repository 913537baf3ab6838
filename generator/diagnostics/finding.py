"""Codes and findings.

A ``Code`` is data: what kind of problem, how grave, what is said about it. A ``Finding`` is one such problem at one
place. Every stage keeps its codes in a module ``codes.py`` of its own; all of them are registered here, so that numbers
stay unique and the documentation can list them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.diagnostics.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Code", "Finding", "Severity", "all_codes", "has_errors", "in_order"]


class Severity(StrEnum):
    """How grave a finding is. Only an error keeps a report from being written."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


_SEVERITIES = list(Severity)
_REGISTERED: dict[str, Code] = {}
_LONGEST = 2_500  # a formula, the longest of what is named in full, has at most 2,000


class Code(Struct, frozen=True):
    """One kind of problem.

    ``message`` and ``hint`` are format strings; the figures they name are given to ``at``.
    """

    number: str
    title: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.number in _REGISTERED:
            raise ValueError(f"code {self.number} stands for {_REGISTERED[self.number].title} already")
        _REGISTERED[self.number] = self

    def at(self, span: Span, path: str = "", *, hint: str = "", **words: object) -> Finding:
        """The finding of this kind at one place.

        Args:
            span: The place in the file.
            path: The place in the data (``专项资金[3].金额``), or in a layout (``表 2 行 3 列 1``).
            hint: Said instead of the code's own hint where the place knows better.
            **words: What the message and the hint name.
        """
        words = {name: _shortened(word) if isinstance(word, str) else word for name, word in words.items()}
        return Finding(
            code=self.number,
            severity=self.severity,
            span=span,
            path=_shortened(path),
            message=self.message.format(**words),
            hint=hint or self.hint.format(**words),
        )


def _shortened(word: str) -> str:
    """What a message names, of a very long word the beginning: an input may hold one of a million characters."""
    return f"{word[:_LONGEST]}…" if len(word) > _LONGEST else word


def all_codes() -> list[Code]:
    """Every code of the stages imported so far, in the order of their numbers."""
    return [_REGISTERED[number] for number in sorted(_REGISTERED)]


class Finding(Struct, frozen=True):
    """One problem: what, how grave, where, and how to mend it."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    span: Span = field(default_factory=lambda: Span(""))
    path: str = ""

    def as_dict(self) -> dict[str, object]:
        """The finding with the keys of ``jixiao check --format json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            **self.span.as_dict(),
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them keeps a report from being written."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without repetitions, by place, then the graver ones first; else in the order they were found."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.span, _SEVERITIES.index(f.severity))))
