"""Lanes: where reports are made, each with one report in hand.

A lane of this machine is a pool of one process: when the process dies, it is known which report killed it, and the
other lanes do not notice. (One pool of many processes loses everything in hand when one of them dies.) On a cluster
the scheduler replaces its workers by itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from generator.base.diagnostics import FileProblem, Finding, Span
from generator.workflows.batch import codes

if TYPE_CHECKING:
    from concurrent.futures import Future

    from generator.workflows.batch.result import Job, Outcome


_CONNECT_SECONDS = 15
_IN_HAND = 2
_OBJECTS = 200_000  # between two searches for garbage, as in generator.__main__


class Lane:
    """One executor that makes one report at a time; ``make`` creates it, and again when it was lost."""

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None

    def start(self, task: Callable[[Job], Outcome], job: Job) -> Future[Outcome]:
        """Begin with a report."""
        self._executor = self._executor or self._make()
        return self._executor.submit(task, job)

    def renew(self) -> None:
        """Forget an executor whose process died."""
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        self._executor = None

    def close(self) -> None:
        """Let go of the executor."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None


Lanes = list[Lane]


@contextmanager
def local_lanes(count: int, megabytes: int) -> Iterator[Lanes]:
    """Lanes of this machine, each a process of its own that may use so much memory (where the system can limit it)."""
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
        """Nothing: the other lanes go on."""


def _no_cluster(address: str, why: str) -> Finding:
    return codes.NO_CLUSTER.at(Span(address), address=address, why=why.rstrip("。."))


def _begin(megabytes: int) -> None:
    """Make a worker ready: Ctrl-C ends it at once (what it writes is whole or not there), and memory has a limit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
