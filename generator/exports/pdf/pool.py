"""Many Word files as PDF: several offices at once, each with a profile of its own and several files in one call."""

from __future__ import annotations

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from generator.exports.pdf import convert
from generator.exports.pdf.convert import Office

if TYPE_CHECKING:
    from concurrent.futures import Future


# So many share the time that LibreOffice needs to start; one that hangs holds up no more than these.
TOGETHER = 8

Thing = TypeVar("Thing")
Made = list[tuple[Thing, bytes | str | None]]


def convert_several(
    things: Iterable[Thing], word_of: Callable[[Thing], bytes], count: int
) -> Iterator[tuple[Thing, bytes | str | None]]:
    """Each thing with the PDF of its Word file, or why there is none; None where it has no Word file.

    They come as they are done. No more are taken from ``things`` than the offices can soon convert.

    Args:
        things: What has Word files.
        word_of: The bytes of a thing's Word file; empty where it needs no PDF.
        count: How many offices work at once.

    Raises:
        Refused: LibreOffice is not installed.
    """
    with _offices(count) as offices, _threads(count, offices) as (threads, free):
        running: deque[Future[Made[Thing]]] = deque()
        remaining = iter(things)
        while batch := list(islice(remaining, TOGETHER)):
            running.append(threads.submit(_convert, batch, word_of, free))
            while len(running) > count:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


@contextmanager
def _offices(count: int) -> Iterator[list[Office]]:
    with ExitStack() as stack:
        yield [stack.enter_context(convert.open_office()) for _ in range(count)]


@contextmanager
def _threads(count: int, offices: list[Office]) -> Iterator[tuple[ThreadPoolExecutor, SimpleQueue[Office]]]:
    """Threads for the offices; an interruption ends what these are at."""
    free: SimpleQueue[Office] = SimpleQueue()
    for office in offices:
        free.put(office)
    threads = ThreadPoolExecutor(count)
    try:
        yield threads, free
    finally:
        # When all went well they have nothing to do any more.
        for office in offices:
            office.stop()
        threads.shutdown(cancel_futures=True)


def _convert(batch: list[Thing], word_of: Callable[[Thing], bytes], offices: SimpleQueue[Office]) -> Made[Thing]:
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        files: dict[int, Path] = {}
        for number, thing in enumerate(batch):
            data = word_of(thing)
            if data:
                files[number] = Path(folder) / f"{number}.docx"
                files[number].write_bytes(data)
        made = _converted(list(files.values()), offices) if files else {}
    return [(thing, made[files[number]] if number in files else None) for number, thing in enumerate(batch)]


def _converted(files: list[Path], offices: SimpleQueue[Office]) -> dict[Path, bytes | str]:
    office = offices.get()
    try:
        return office.convert(files, convert.SECONDS)
    finally:
        offices.put(office)
