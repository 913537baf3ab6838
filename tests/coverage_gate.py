"""Branch coverage of a whole run, from all workers: ``--coverage 95`` fails the run below 95 per cent.

SlipCover puts a probe at each line and branch and takes it out once it was reached: a run costs hardly more than one
without, where a tracer, which is called for every line, doubles it.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
import slipcover

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

MEASURED = ["generator"]
NEVER = 2**31 - 1  # misses, more than any run has
OFTEN = 15.0  # seconds
NO_CODE = ["if TYPE_CHECKING:", "@overload", r"\.\.\.$"]


class Measuring:
    """Where the tests run: in each worker, or here if there are none."""

    def __init__(self) -> None:
        # Code is made anew without the probes that were reached now and then, not whenever one was reached often.
        self.probes = slipcover.Slipcover(branch=True, source=MEASURED, exclude_also=NO_CODE, d_miss_threshold=NEVER)
        # Probes are put into what is imported from now on; nothing of the program has been.
        slipcover.ImportManager(self.probes, slipcover.FileMatcher(sources=MEASURED)).__enter__()
        self.due = time.monotonic() + OFTEN

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_teardown(self) -> None:
        if time.monotonic() > self.due:
            self.probes.deinstrument_seen()
            self.due = time.monotonic() + OFTEN

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["coverage"] = json.dumps(self.probes.get_coverage())


class Gate:
    """Where the run is led: adds up what was measured, and judges it."""

    def __init__(self, least: float, measuring: Measuring | None) -> None:
        self.least, self.measuring = least, measuring
        self.measured: dict[str, Any] = {}

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        coverage = json.loads(getattr(node, "workeroutput", {}).get("coverage", "{}"))
        if self.measured and coverage:
            slipcover.merge_coverage(self.measured, coverage)
        self.measured = self.measured or coverage

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.measuring is not None:
            self.measured = self.measuring.probes.get_coverage()
        if self.percent < self.least:
            session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED

    @property
    def percent(self) -> float:
        return self.measured["summary"]["percent_covered"] if self.measured else 0.0

    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        if self.measured:
            slipcover.print_coverage(self.measured, skip_covered=True)
        word = "reached" if self.percent >= self.least else "NOT REACHED"
        terminalreporter.write_line(f"{self.least} % of lines and branches covered: {word}, {self.percent:.2f} %")


def measure(config: pytest.Config, least: float) -> None:
    """Measure this run; called before anything of the program is imported."""
    is_worker, has_workers = hasattr(config, "workerinput"), config.getoption("numprocesses", None)
    measuring = Measuring() if is_worker or not has_workers else None
    if measuring is not None:
        config.pluginmanager.register(measuring)
    if not is_worker:
        config.pluginmanager.register(Gate(least, measuring))
