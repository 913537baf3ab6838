"""What can go wrong, as exceptions. Each carries its findings, so that a caller prints them all and never a traceback.

JixiaoError            the root; ``findings`` holds every problem, ``exit_code`` what a command ends with
├── Refused            the input or the template has errors: nothing was written (exit 1)
└── FileProblem        a file cannot be read or written (exit 3)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Self

from generator.base.diagnostics import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["MOST_FOUND", "FileProblem", "Gathered", "JixiaoError", "Refused"]

MOST_FOUND: Final = 500
"""How many problems of one file are reported: a file of nothing but faults must not fill the memory."""


class JixiaoError(Exception):
    """The root of all errors that jixiao raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(tuple(findings))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every problem found, in the order of the file."""
        found: tuple[Finding, ...] = self.args[0]
        return found

    def __str__(self) -> str:
        return "\n".join(f"{finding.code} {finding.message}" for finding in self.findings)


class Refused(JixiaoError):
    """The input or the template has errors; nothing was written."""


class FileProblem(JixiaoError):
    """A file or folder cannot be read or written."""

    exit_code: ClassVar[int] = 3


class Gathered(list[Finding]):
    """Findings of one file as they are found; raises ``Refused`` with them where they become too many to be read."""

    def append(self, finding: Finding) -> None:
        """One more."""
        super().append(finding)
        if len(self) >= MOST_FOUND:
            raise Refused(self)

    def __iadd__(self, findings: Iterable[Finding]) -> Self:  # type: ignore[misc,override]  # a list's takes anything
        for finding in findings:
            self.append(finding)
        return self
