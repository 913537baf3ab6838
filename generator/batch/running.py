"""Reports on lanes: as one is done, the next begins; what a worker's death costs is one report."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import Code, Span
from generator.batch import codes
from generator.batch.outcome import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from generator.batch.jobs import Job
    from generator.batch.lanes import Lane, Lanes

__all__ = ["run"]

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
