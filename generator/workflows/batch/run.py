"""Run a batch: find the inputs, hand jobs to worker processes or a cluster, write the outcomes to their files."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import time
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from generator.base.diagnostics import Code, FileProblem, Finding, JixiaoError, Refused, Span, shown
from generator.base.files import read_regular
from generator.provenance.finished import open_finished
from generator.provenance.guard import write_all, write_guarded
from generator.provenance.stamp import FINAL, Stamp
from generator.provenance.write import write_whole
from generator.workflows import codes
from generator.workflows.batch.result import Job, Outcome, Status

# The watchdog of the worker fires at the limit; a death so many seconds before it counts as one of the watchdog.
_GRAIN = 0.5
_CONNECT_SECONDS = 15
_IN_HAND = 2
_OBJECTS = 200_000  # between two searches for garbage, as in generator.__main__


def run(jobs: Iterable[Job], lanes: Lanes, task: Callable[[Job], Outcome]) -> Iterator[Outcome]:
    """The outcome of every job, as they are done. A failure is the outcome of its job, never an exception.

    Args:
        jobs: The reports to make.
        lanes: The executors to use; at least one.
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
                lane.close()
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


class Writer:
    """Writes the reports; one whose name is taken, or whose target must not be overwritten, is refused.

    Args:
        backup: Rename a file that must not be lost instead of refusing.
        force: Overwrite such files, also those that were made of another input.
    """

    def __init__(self, *, backup: bool = False, force: bool = False) -> None:
        self._backup, self._force = backup, force
        self._first: dict[str, Path] = {}
        self._others: dict[str, list[Path]] = {}
        self._before: dict[str, dict[Path, bytes | None]] = {}

    def write(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Write the reports as the workers make them."""
        for outcome in outcomes:
            if outcome.target is None:
                yield outcome
                continue
            try:
                self._settle(outcome, outcome.target)
                result = replace(outcome, data=b"", files=outcome.files if outcome.word else {})
            except JixiaoError as error:
                status = Status.FAILED if isinstance(error, FileProblem) else Status.REFUSED
                found = (*error.findings, *outcome.findings)
                result = replace(outcome, status=status, target=None, data=b"", files={}, findings=found)
            yield result

    def _settle(self, outcome: Outcome, target: Path) -> None:
        name = _key(target)
        other = self._first.setdefault(name, outcome.input)
        if other != outcome.input:
            self._others.setdefault(name, []).append(outcome.input)
            raise Refused([_taken(outcome, str(other))])
        if outcome.status is not Status.WRITTEN:
            return
        files = outcome.files or {target: outcome.data}
        for stamp in filter(None, () if self._force else map(_stamp_in, files)):
            if stamp.input_name not in ("", shown(outcome.input.name)):
                raise Refused([_taken(outcome, stamp.input_name)])
        self._before[name] = dict.fromkeys(files)
        for path in files:
            with suppress(OSError):
                self._before[name][path] = read_regular(path)
        if outcome.files:
            write_all(outcome.files, backup=self._backup, force=self._force)
        else:
            write_guarded(outcome.data, target, backup=self._backup, force=self._force)

    def withdraw(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """Take back reports whose names other inputs have as well: the order of the inputs decides nothing.

        What was there before is there again.
        """
        settled = []
        for outcome in outcomes:
            name = _key(outcome.target) if outcome.target is not None else ""
            others = self._others.get(name)
            if others and outcome.target is not None and outcome.status is Status.WRITTEN:
                for path, before in self._before[name].items():
                    if before is not None:
                        write_whole(before, path)
                    else:
                        path.unlink(missing_ok=True)
                    if outcome.pdf is not None:
                        path.with_suffix(".pdf").unlink(missing_ok=True)
                found = (_taken(outcome, "」「".join(map(str, others))), *outcome.findings)
                outcome = replace(outcome, status=Status.REFUSED, target=None, pdf=None, findings=found)  # noqa: PLW2901
            settled.append(outcome)
        return settled


def _key(target: Path) -> str:
    """Names that are the same file on Windows or macOS are the same everywhere."""
    return unicodedata.normalize("NFC", os.path.abspath(target)).casefold()  # noqa: PTH100


def _taken(outcome: Outcome, other: str) -> Finding:
    return codes.SAME_NAME.at(Span(str(outcome.input)), other=other, target=outcome.target)


def known_reports(folder: Path) -> dict[str, Path]:
    """The reports of a folder, and the folders of several documents, by the SHA-256 of the input of each."""
    found: dict[str, Path] = {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        reports = [place] if place.suffix.lower() == ".docx" else sorted(place.glob("*.docx"))
        # A draft is not the report, and a redline is neither. One of several documents tells the input of them all.
        finals = (stamp for stamp in map(_stamp_in, reports) if stamp is not None and stamp.state == FINAL)
        stamp = next((stamp for stamp in finals if place.is_file() or stamp.output), None)
        if stamp is not None:
            found[stamp.input_digest] = place
    return found


def _stamp_in(report: Path) -> Stamp | None:
    """The stamp of a report; None where jixiao did not write the file."""
    try:
        return open_finished(read_regular(report), str(report)).stamp
    except (OSError, Refused):
        return None


class Lane:
    """One executor that makes one report at a time; ``make`` creates it, also after its process died."""

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None

    def start(self, task: Callable[[Job], Outcome], job: Job) -> Future[Outcome]:
        """Submit a job."""
        self._executor = self._executor or self._make()
        return self._executor.submit(task, job)

    def close(self) -> None:
        """Let go of the executor; the next start creates another."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None


Lanes = list[Lane]


@contextmanager
def local_lanes(count: int, megabytes: int) -> Iterator[Lanes]:
    """Lanes of this machine, each a process with a limit of memory (where the system has limits)."""
    # Not forked from this process: it may have threads, and forking those can deadlock.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    lanes = [
        Lane(lambda: ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(megabytes,)))
        for _ in range(count)
    ]
    try:
        yield lanes
    finally:
        for lane in lanes:
            lane.close()


@contextmanager
def cluster_lanes(address: str) -> Iterator[Lanes]:
    """Lanes on a Dask cluster, a few for each of its threads, so that none waits for its next report.

    Raises:
        FileProblem: The cluster does not answer, or the library for it is not installed.
    """
    try:
        import distributed  # noqa: PLC0415 - only the cluster needs it, and it is large

        connect: Any = distributed.Client

        client = connect(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except ImportError as fault:
        raise FileProblem([_no_cluster(address, "没有安装 dask.distributed")]) from fault
    except (OSError, ValueError, TimeoutError) as fault:
        raise FileProblem([_no_cluster(address, str(fault) or "没有应答")]) from fault
    with client:
        executor = client.get_executor(pure=False)
        threads = max(1, sum(client.nthreads().values()))
        yield [Lane(lambda: _Shared(executor)) for _ in range(threads * _IN_HAND)]


class _Shared(Executor):
    """The cluster's one executor, which no lane may shut down."""

    def __init__(self, executor: Executor) -> None:
        self.submit = executor.submit  # type: ignore[method-assign]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: the other lanes go on."""


def _no_cluster(address: str, why: str) -> Finding:
    return codes.NO_CLUSTER.at(Span(address), address=address, why=why.rstrip("。."))


def _begin(megabytes: int) -> None:
    """Set up a worker: Ctrl-C ends it at once (its files are written whole or not at all), and memory is limited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
