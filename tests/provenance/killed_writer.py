"""A process that writes a file again and again, and is killed one step later each time. Run by ``test_killed.py``.

A step is the moment right before or right after a call of the system: in between, nothing on the disk can change. What
the disk has after each kill is told as a line of JSON.

    python killed_writer.py FOLDER OLD NEW guarded|backup|forced|new [BYTES…]

With BYTES, the system ends the process in the middle of a write that would make a file longer than that.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from generator.provenance import finished as condition  # noqa: F401 - loaded before the first fork
from generator.provenance import write as temporary
from generator.provenance.guard import write_guarded
from generator.provenance.write import Existing, write_new, write_whole

_SYSTEM = {"posix", "fcntl", "_io"}


def main(folder: Path, old: Path, new: Path, how: str, *limits: str) -> None:
    """Kills the writer at every step, or at the given sizes."""
    target = folder / old.name
    data, before = new.read_bytes(), old.read_bytes()
    ways: dict[str, Callable[[], object]] = {
        "guarded": lambda: write_guarded(data, target),
        "backup": lambda: write_guarded(data, target, Existing.BACK_UP),
        "forced": lambda: write_guarded(data, target, Existing.REPLACE),
        "new": lambda: write_new(data, target),
    }
    for kill in map(_at_size, map(int, limits)) if limits else _at_every_step():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if how != "new":
            target.write_bytes(before)
        killed = _run(ways[how], kill)
        found = {file.name: _which(file.read_bytes(), before, data) for file in folder.iterdir()}
        _write_next(folder)
        left = {file.name: _which(file.read_bytes(), before, data) for file in folder.iterdir()}
        print(json.dumps({"killed": killed, "found": found, "left": left}, ensure_ascii=False))
        if not killed:
            return


def _at_every_step() -> Iterator[Callable[[], None]]:
    number = 0
    while True:
        number += 1
        yield at_step(number)


def at_step(number: int) -> Callable[[], None]:
    """What arms a thread so that its process is killed at this step."""

    def arm() -> None:
        seen = 0

        def step(_frame: FrameType, event: str, called: Any) -> None:
            nonlocal seen
            if not event.startswith("c_") or isinstance(called.__self__, BytesIO):
                return
            seen += bool({called.__module__, type(called.__self__).__module__} & _SYSTEM)
            if seen == number:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(step)

    return arm


def _at_size(size: int) -> Callable[[], None]:
    def arm() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return arm


def _run(write: Callable[[], object], arm: Callable[[], None]) -> bool:
    """Whether the writer was killed before it was done."""
    child = os.fork()
    if child == 0:
        arm()
        write()
        sys.setprofile(None)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _write_next(folder: Path) -> None:
    """What somebody else writes to the folder afterwards."""
    temporary._LOOKED.clear()
    write_whole(b"next", folder / "next.txt")
    (folder / "next.txt").unlink()


def _which(data: bytes, old: bytes, new: bytes) -> str:
    return "old" if data == old else "new" if data == new else f"{len(data)} bytes"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), *sys.argv[4:])
