"""Attempts in a child process with limits, and what every one of them must keep to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 5
MOST_BYTES = 300_000_000
_PATIENCE = 60  # of the clock, for all attempts of one child: the machine may be busy, and a hang must end
_FIRST_LINE = re.compile(r"^错误 (JX\d{3})  (\S.*)$", re.MULTILINE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_INTERNAL = re.compile(r"Traceback|JX999|\b\w+Error\b|\bErrno\b|<\w+ object")


@dataclass(frozen=True)
class Attempt:
    """A call of the command, the code that it must end with, and the place that the message must name."""

    arguments: tuple[str, ...]
    code: str
    place: str = ""
    exit_code: int = 1
    changes: bool = False

    @staticmethod
    def of(line: str, code: str, place: str = "", exit_code: int = 1) -> Attempt:
        """An attempt whose arguments hold no spaces."""
        return Attempt(tuple(line.split()), code, place, exit_code)


def assert_withstood(folder: Path, attempts: Sequence[Attempt], **limits: int) -> list[str]:
    """Each attempt ends in time and room, with a located Chinese message, and with nothing changed in the folder.

    Args:
        folder: The current folder of the attempts.
        attempts: What is run there, in one child process.
        limits: ``file_size``, in bytes: how large a file can become (a disk that is full).

    Returns:
        What each of them printed.
    """
    outcomes = _run(folder, attempts, limits)
    faults = [f"{' '.join(one.arguments)}: {fault}" for one, got in outcomes for fault in _faults(one, got)]
    assert not faults, "\n" + "\n".join(faults)
    return [got["output"] for _, got in outcomes]


def _faults(attempt: Attempt, got: dict[str, Any]) -> list[str]:
    """What an attempt did not keep to, in words."""
    output = got["output"]
    coded = attempt.code.startswith("JX")
    found = _FIRST_LINE.findall(output)
    return [
        words
        for right, words in (
            (got["exit_code"] == attempt.exit_code, f"ended with {got['exit_code']}: {output[:2000]}"),
            (not found or _INTERNAL.search(output) is None, f"speaks of its inside: {output[:2000]}"),
            (
                not coded or (bool(found) and all(_CHINESE.search(place + output) for _, place in found)),
                "no located message",
            ),
            (_is_said(attempt.code, output, [code for code, _ in found]), f"not {attempt.code}: {output[:2000]}"),
            (
                not attempt.place or any(attempt.place in place for _, place in found),
                f"not at {attempt.place}: {found[:5]}",
            ),
            (len(output) < 300_000, f"{len(output)} characters printed"),
            (got["seconds"] <= MOST_SECONDS, f"{got['seconds']:.1f} seconds"),
            (got["peak"] <= MOST_BYTES, f"{got['peak'] // 1_000_000} MB"),
            (not got["changed"], f"changed {got['changed']}"),
        )
        if not right
    ]


def _is_said(expected: str, output: str, found: list[str]) -> bool:
    """Whether one of these codes (their beginnings will do), or these words, were said."""
    if expected.startswith("JX"):
        return any(code.startswith(tuple(expected.split("|"))) for code in found)
    return expected in output


def _run(folder: Path, attempts: Sequence[Attempt], limits: dict[str, int]) -> list[tuple[Attempt, dict[str, Any]]]:
    task = {"folder": str(folder), "attempts": [one.arguments for one in attempts], **limits}
    process = subprocess.run(
        [sys.executable, "-m", "tests.hostile.child"],
        input=json.dumps(task).encode(),
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=_PATIENCE,
        check=False,
    )
    said = [json.loads(line) for line in process.stdout.splitlines()]
    done = [one for one in said if "started" not in one]
    assert len(done) == len(attempts), f"ended at {attempts[len(done)]}: {process.stderr.decode()[-2000:]}"
    return list(zip(attempts, done, strict=True))
