"""Filings that a command takes one after the other: files, folders, patterns, and the standard input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from generator import pipeline
from generator.base.diagnostics import Finding, JixiaoError, Severity, has_errors
from generator.cli.options import STDIN, read_stdin
from generator.submission.filing import read_data
from generator.workflows.jobs import find_inputs

_Made = TypeVar("_Made")


class Each:
    """What was named, each taken by itself: where there are several, one that is at fault does not stop the others.

    Attributes:
        files: The filings; ``-`` is the standard input.
        found: The findings of those that could not be taken, and what the command adds.
    """

    def __init__(self, named: Sequence[str], stdin_filename: str, templates: Path | None) -> None:
        self.found: list[Finding] = []
        self._stdin_filename, self._templates = stdin_filename, templates
        self._code = 0
        self.files = self._expanded(named)

    def _expanded(self, named: Sequence[str]) -> list[str]:
        """The files of folders and patterns; other names as they are, for their reading tells what is wrong."""
        files: dict[str, None] = {}
        for name in named:
            if name == STDIN or os.path.isfile(name) or not (os.path.isdir(name) or set(name) & set("*?[")):  # noqa: PTH112, PTH113 - never fail
                files[name] = None
                continue
            try:
                files |= dict.fromkeys(map(str, find_inputs([name])))
            except JixiaoError as problem:
                if len(named) == 1:
                    raise
                self.found += problem.findings
                self._code = problem.exit_code
        return list(files)

    @property
    def is_several(self) -> bool:
        """Whether there is more than one, those that were not found among them."""
        return len(self.files) > 1 or bool(self._code)

    def of(self, do: Callable[[str], _Made]) -> Iterator[_Made]:
        """What each comes to; the failure of a single one is raised."""
        for file in self.files:
            try:
                yield do(file)
            except JixiaoError as error:
                if not self.is_several:
                    raise
                self.found += error.findings
                self._code = max(self._code, error.exit_code)

    def name(self, file: str) -> str:
        """What findings call it."""
        return self._stdin_filename if file == STDIN else file

    def assess(self, file: str) -> pipeline.Assessment:
        """Its scores and findings.

        Raises:
            Refused: It cannot be scored.
            FileProblem: It cannot be read.
        """
        if file != STDIN:
            return pipeline.assess(Path(file), self._templates)
        name = Path(self._stdin_filename)
        return pipeline.assess(name, self._templates, source=read_data(read_stdin(), name, self._templates))

    def fails(self, found: Sequence[Finding], fail_on: str) -> bool:
        """Whether something this grave is among them."""
        return has_errors(found) or (fail_on == "warning" and any(one.severity is Severity.WARNING for one in found))

    def code(self, fail_on: str = "error") -> int:
        """The exit code: 3 where a file could not be read, else 1 where something this grave was found."""
        return max(self._code, int(self.fails(self.found, fail_on)))
