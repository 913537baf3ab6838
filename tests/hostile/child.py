"""What runs in the child process: attempts of the real command, one after another, each measured.

It reads its task as JSON from standard input and writes one JSON line per attempt, so that the parent knows which one
was under way when the child is ended by a limit.
"""

from __future__ import annotations

import json
import os
import resource
import stat
import sys
import time
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

_RESET_PEAK = "5"
_ADDRESS_SPACE = 2_000_000_000  # guards the machine; what is asserted is the memory that is really used


def main() -> None:
    """Run every attempt of the task."""
    task = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    if "file_size" in task:
        resource.setrlimit(resource.RLIMIT_FSIZE, (task["file_size"], task["file_size"]))
    from generator.cli import main as command  # within the limits, as the attempts are

    os.chdir(task["folder"])
    for arguments in task["attempts"]:
        _say(started=True)
        _say(**_attempt(_picture if arguments[0] == "picture" else command, arguments))


@click.command()
@click.argument("words", nargs=-1)
def _picture(words: tuple[str, ...]) -> None:
    """Not a command of the program: a picture alone, as a filing names it."""
    from generator.base.files import Absent, Outside, find_beside, read_picture

    try:
        read_picture(find_beside(words[2], Path(words[1])), "图")
    except (ValueError, Outside, Absent) as error:
        told = {Outside: "不在允许的文件夹里", Absent: "没有图片"}.get(type(error), str(error))
        click.echo(told)
        sys.exit(1)


def _attempt(command: Any, arguments: list[str]) -> dict[str, Any]:
    before = snapshot(Path())
    Path("/proc/self/clear_refs").write_text(_RESET_PEAK, "ascii")
    start = time.process_time()
    result = CliRunner().invoke(command, arguments)
    return {
        "exit_code": result.exit_code,
        "output": result.output,
        "seconds": time.process_time() - start,
        "peak": _peak(),
        "changed": sorted(str(name) for name, _ in before.items() ^ snapshot(Path()).items()),
    }


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Everything below a folder: kind and rights, size, time of the last change; nothing is opened."""
    found = {}
    for path in folder.rglob("*"):
        known = path.lstat()
        is_folder = stat.S_ISDIR(known.st_mode)  # its time changes with a temporary file in it
        found[str(path)] = (known.st_mode, *((0, 0) if is_folder else (known.st_size, known.st_mtime_ns)))
    return found


def _peak() -> int:
    """The most memory of this attempt in bytes (``ru_maxrss`` would begin with that of the parent)."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


def _say(**words: Any) -> None:
    sys.__stdout__.write(json.dumps(words) + "\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
