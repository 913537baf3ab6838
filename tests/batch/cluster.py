"""A Dask scheduler and two workers on this machine, for tests and benchmarks of many reports."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["Cluster", "end"]

ROOT = Path(__file__).parents[2]
STARTED_WITHIN = 60


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.folder = folder
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", self.file)
        self.workers = [
            self._start("worker", "--scheduler-file", self.file, "--nthreads", "1", "--no-nanny") for _ in range(2)
        ]

    def _start(self, kind: str, *options: object) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "distributed.cli.dask_" + kind, *map(str, options), "--no-dashboard"]
        quiet = {"PYTHONPATH": str(ROOT), "DASK_LOGGING__DISTRIBUTED": "critical"}
        return subprocess.Popen(
            command, cwd=self.folder, env=os.environ | quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    @property
    def address(self) -> str:
        until = time.monotonic() + STARTED_WITHIN
        while not self.file.is_file() and time.monotonic() < until:
            time.sleep(0.1)
        address: str = json.loads(self.file.read_text("utf-8"))["address"]
        return address

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill it, and wait until it is gone."""
    process.kill()
    process.wait()
