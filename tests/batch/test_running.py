"""Jobs on lanes, with executors of the test's own: whatever happens to one costs nothing but itself."""

import signal
import sys
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

from generator.workflows.batch import Lane, run
from generator.workflows.jobs import Job, Outcome, Status, jobs_of

COMMON = Job(0, Path(), Path("outputs"))


def jobs(count: int) -> list[Job]:
    return jobs_of([Path(f"{number}.yaml") for number in range(1, count + 1)], {}, COMMON)


def written(job: Job) -> Outcome:
    return Outcome(job.number, job.input, Status.WRITTEN, target=Path(f"{job.number}.docx"))


class Failing(Executor):
    """Runs a job at once; what ``fault`` gives for it is raised by its future."""

    def __init__(self, fault: Callable[[Job], BaseException | None], log: list[str]) -> None:
        self.fault, self.log = fault, log
        log.append("made")

    def submit(self, fn: Callable[..., Any], /, *args: Any, **_kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        fault = self.fault(args[0])
        if fault is not None:
            future.set_exception(fault)
        else:
            future.set_result(fn(*args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        self.log.append("shut")


def test_every_job_has_one_outcome() -> None:
    lanes = [Lane(lambda: ThreadPoolExecutor(1)) for _ in range(3)]
    outcomes = list(run(jobs(20), lanes, written))
    for lane in lanes:
        lane.close()
    assert sorted(outcome.number for outcome in outcomes) == list(range(1, 21))
    assert all(outcome.status is Status.WRITTEN for outcome in outcomes)


def test_the_death_of_a_worker_costs_one_report_and_its_lane_goes_on() -> None:
    log: list[str] = []
    lane = Lane(lambda: Failing(lambda job: BrokenProcessPool() if job.number == 2 else None, log))
    outcomes = list(run(jobs(4), [lane], written))
    assert [outcome.status.value for outcome in outcomes] == ["已生成", "中断", "已生成", "已生成"]
    assert outcomes[1].findings[0].code == "JX825"
    assert log == ["made", "shut", "made"]


def test_a_death_at_the_limit_is_one_of_time() -> None:
    common = Job(0, Path(), Path("outputs"), seconds=0.1)
    lane = Lane(lambda: Failing(lambda _: BrokenProcessPool(), []))
    (outcome,) = run(jobs_of([Path("慢.yaml")], {}, common), [lane], written)
    assert (outcome.status, outcome.findings[0].code) == (Status.CRASHED, "JX824")
    assert "0.1 秒" in outcome.findings[0].message


def test_what_a_cluster_raises_means_that_the_report_is_lost() -> None:
    faults = {1: CancelledError(), 2: RuntimeError("KilledWorker")}
    lane = Lane(lambda: Failing(lambda job: faults.get(job.number), []))
    outcomes = list(run(jobs(3), [lane], written))
    assert [outcome.status for outcome in outcomes] == [Status.CRASHED, Status.CRASHED, Status.WRITTEN]
    assert "RuntimeError" in outcomes[1].findings[0].message


def test_no_jobs_make_no_lane_start() -> None:
    log: list[str] = []
    assert list(run([], [Lane(lambda: Failing(lambda _: None, log))], written)) == []
    assert log == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows holds no signals back")
def test_ctrl_c_waits_while_a_worker_starts() -> None:
    """A process that starts would print a traceback; it takes over what is held back."""
    held: list[bool] = []

    def task(job: Job) -> Outcome:
        held.append(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
        return written(job)

    assert len(list(run(jobs(1), [Lane(lambda: Failing(lambda _: None, []))], task))) == 1
    assert (held, signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())) == ([True], False)
