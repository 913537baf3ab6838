"""Programs of others: finding them, and running them without being held up by them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

from generator.base.diagnostics import why_not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["end_program", "find_office", "find_program", "run_program"]

_ELSEWHERE = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def find_program(names: Iterable[str]) -> str:
    """The first of the programs that is there; blank where none is."""
    found = (shutil.which(name) for name in names)
    return next((path for path in found if path), "")


def find_office() -> str:
    """LibreOffice, also where installers put it without telling the path; blank where it is not there."""
    return find_program(("soffice", "libreoffice", *_ELSEWHERE))


def run_program(
    command: Sequence[str], seconds: float, started: Callable[[subprocess.Popen[bytes]], object] | None = None
) -> str:
    """Why the command failed; empty where it did not.

    Args:
        command: The program and its arguments.
        seconds: How long it may take.
        started: Told of the process, so that ``end_program`` can be called for it.
    """
    try:
        # A session of its own, so that the processes it starts can be ended with it.
        process = subprocess.Popen(  # noqa: S603 - found on the path, its arguments are ours
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        return f"无法启动（{why_not(error)}）"
    try:
        if started is not None:
            started(process)
        code = process.wait(seconds)
    except BaseException as error:
        end_program(process)
        if isinstance(error, subprocess.TimeoutExpired):
            return f"超过 {seconds:g} 秒没有完成"
        raise
    return f"退出码 {code}" if code else ""


def end_program(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
