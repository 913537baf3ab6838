"""The run of a batch: jobs to outcomes, and outcomes to files under their names."""

from __future__ import annotations

import os
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import Code, FileProblem, JixiaoError, Refused, Span
from generator.workflows.batch import codes
from generator.workflows.batch.result import Job, Outcome, Status

if TYPE_CHECKING:
    from generator.workflows.batch.executors import Lane, Lanes


# The watchdog in the worker fires at the limit; a death a little before it is that of the clock's grain.
_GRAIN = 0.5


def run(jobs: Iterable[Job], lanes: Lanes, task: Callable[[Job], Outcome]) -> Iterator[Outcome]:
    """The outcome of every job, as they come. Whatever goes wrong with one is its outcome, never an exception.

    Args:
        jobs: What is to be made.
        lanes: Where; at least one.
        task: Makes one report. It is sent to other processes, so it must be a function of a module.
    """
    waiting, free = deque(jobs), list(lanes)
    running: dict[Future[Outcome], tuple[Lane, Job, float]] = {}
    while waiting or running:
        while waiting and free:
            lane, job = free.pop(), waiting.popleft()
            running[lane.start(task, job)] = lane, job, time.monotonic()
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            lane, job, began = running.pop(future)
            outcome = _outcome(future, job, time.monotonic() - began)
            if outcome.status is Status.CRASHED:
                lane.renew()
            free.append(lane)
            yield outcome


def _outcome(future: Future[Outcome], job: Job, seconds: float) -> Outcome:
    try:
        return replace(future.result(), seconds=seconds)
    except (BrokenExecutor, CancelledError):
        late = seconds >= job.seconds - _GRAIN
        return _lost(job, codes.TOO_LONG if late else codes.WORKER_DIED, seconds)
    except Exception as fault:
        return _lost(job, codes.WORKER_DIED, seconds, f"{type(fault).__name__}")


def _lost(job: Job, code: Code, seconds: float, why: str = "进程已退出") -> Outcome:
    finding = code.at(Span(str(job.input)), seconds=f"{job.seconds:g}", why=why)
    return Outcome(job.number, job.input, Status.CRASHED, findings=(finding,), seconds=seconds)


def settled(outcomes: Iterable[Outcome], *, backup: bool = False, force: bool = False) -> Iterator[Outcome]:
    """The outcomes, each with its report on the disk; one whose name is taken, or whose file must stay, is refused.

    Args:
        outcomes: What the workers made.
        backup: Keep a file that must not be lost under another name.
        force: Give such files up, also those that were made of another input.
    """
    taken: dict[str, Path] = {}
    for outcome in outcomes:
        if outcome.target is None:
            yield outcome
            continue
        # Names that Windows and macOS take for the same are the same everywhere.
        name = unicodedata.normalize("NFC", os.path.abspath(outcome.target)).casefold()  # noqa: PTH100
        other = taken.setdefault(name, outcome.input)
        yield _settled(outcome, other, backup=backup, force=force)


def _settled(outcome: Outcome, other: Path, *, backup: bool, force: bool) -> Outcome:
    from generator.provenance.guard import write_guarded  # noqa: PLC0415

    target = outcome.target
    assert target is not None  # the caller looked  # noqa: S101
    try:
        if other != outcome.input:
            raise _taken(outcome, other.name)
        if outcome.status is Status.WRITTEN:
            made_of = "" if force else _made_of(target)
            if made_of not in ("", outcome.input.name):
                raise _taken(outcome, made_of)
            write_guarded(outcome.data, target, backup=backup, force=force)
    except JixiaoError as error:
        status = Status.FAILED if isinstance(error, FileProblem) else Status.REFUSED
        return replace(outcome, status=status, target=None, data=b"", findings=(*error.findings, *outcome.findings))
    return replace(outcome, data=b"")


def _taken(outcome: Outcome, other: str) -> Refused:
    return Refused([codes.SAME_NAME.at(Span(str(outcome.input)), other=other, target=outcome.target)])


def _made_of(report: Path) -> str:
    """The name of the input that the report there was made of; blank where jixiao did not write it."""
    from generator.provenance.finished import open_finished  # noqa: PLC0415

    try:
        stamp = open_finished(report.read_bytes(), str(report)).stamp
    except (OSError, Refused):
        return ""
    return stamp.input_name if stamp is not None else ""


def known_reports(folder: Path) -> dict[str, Path]:
    """The reports of a folder by the SHA-256 of the input that each was made of."""
    from generator.provenance.finished import open_finished  # noqa: PLC0415
    from generator.provenance.stamp import FINAL  # noqa: PLC0415

    found: dict[str, Path] = {}
    for report in sorted(folder.glob("*.docx")) if folder.is_dir() else []:
        try:
            stamp = open_finished(report.read_bytes(), str(report)).stamp
        except (OSError, Refused):
            continue
        # A draft is not the report, and a redline is neither.
        if stamp is not None and stamp.state == FINAL:
            found[stamp.input_digest] = report
    return found
