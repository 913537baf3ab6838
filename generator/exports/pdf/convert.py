"""Word files as PDF, pictures of its pages and the pages of its bookmarks, by LibreOffice and poppler."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.diagnostics import Finding, Refused, Span, why_not
from generator.exports.pdf import codes

if TYPE_CHECKING:
    import subprocess


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


SECONDS = 120.0
SECONDS_EACH = 20.0
_PICTURE = "页"
_DOTS_PER_INCH = "80"
# Blank pages too, so that odd pages lie on the right when it is printed on both sides; bookmarks with their pages.
_AS_BOOK = (
    'pdf:writer_pdf_Export:{"IsSkipEmptyPages":{"type":"boolean","value":"false"},'
    '"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
)


class Office:
    """LibreOffice with a profile of its own, which stays warm from one call to the next.

    With the user's profile it would hand the work to a window that is open, and leave.

    Args:
        program: LibreOffice.
        folder: An empty folder for its profile and what it makes.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        self._profiles = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def convert(self, files: Sequence[Path], seconds: float, *, as_book: bool = False) -> dict[Path, bytes | str]:
        """The PDF of each file, or why there is none. Those that fail are tried once more, alone, in a fresh profile.

        Args:
            files: Word files whose names differ.
            seconds: How long one file may take; starting comes on top.
            as_book: Whether pages that are left blank are in the PDF, and bookmarks with the pages on which they stand.
        """
        made = self._convert(files, seconds, as_book=as_book)
        for file in [file for file in files if isinstance(made[file], str)]:
            if self._stopped:
                break
            self._profiles += 1
            made |= self._convert([file], seconds, as_book=as_book)
        return made

    def stop(self) -> None:
        """End what it is at, from another thread; it converts nothing any more."""
        self._stopped = True
        if self._running is not None:
            end_program(self._running)

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        self._running = process
        if self._stopped:
            end_program(process)

    def _convert(self, files: Sequence[Path], seconds: float, *, as_book: bool) -> dict[Path, bytes | str]:
        profile = self._folder / f"profile{self._profiles}"
        with tempfile.TemporaryDirectory(prefix="pdf-", dir=self._folder) as folder:
            options = [f"-env:UserInstallation={profile.as_uri()}", "--headless"]
            options += ["--convert-to", _AS_BOOK if as_book else "pdf", "--outdir", folder]
            limit = seconds + SECONDS_EACH * (len(files) - 1)
            why = run_program([self._program, *options, *map(str, files)], limit, self._started)
            self._running = None
            # It ends well even when it wrote nothing, and may have written some when it did not.
            made = {file: _pdf_in(Path(folder) / f"{file.stem}.pdf", sure=not why) for file in files}
            return {file: data or why or "没有写出文件" for file, data in made.items()}


def _pdf_in(file: Path, *, sure: bool) -> bytes:
    """The PDF in the file; nothing where there is no whole one."""
    try:
        data = file.read_bytes()
    except OSError:
        return b""
    return data if data.startswith(b"%PDF") and (sure or data.rstrip().endswith(b"%%EOF")) else b""


@contextmanager
def open_office(file: str = "") -> Iterator[Office]:
    """LibreOffice, ready to convert.

    Args:
        file: What a finding names.

    Raises:
        Refused: It is not installed; the finding says how to install it and is no error.
    """
    program = find_office()
    if not program:
        raise Refused([no_office(file)])
    # What it leaves in its profile may be gone before it is removed.
    with tempfile.TemporaryDirectory(prefix="jixiao-", ignore_cleanup_errors=True) as folder:
        yield Office(program, Path(folder))


def no_office(file: str = "") -> Finding:
    """The finding that says how LibreOffice is installed."""
    return codes.NO_OFFICE.at(Span(file))


def to_pdf(word_file: Path) -> Path:
    """Convert with LibreOffice, to a PDF of the same name beside it.

    Raises:
        Refused: LibreOffice is not installed, or wrote nothing; its finding says so and is no error.
    """
    target = word_file.with_suffix(".pdf")
    with open_office(str(word_file)) as office:
        made = office.convert([word_file], SECONDS)[word_file]
    if isinstance(made, str):
        raise Refused([no_pdf(word_file, made)])
    target.write_bytes(made)
    return target


def no_pdf(file: Path, why: str) -> Finding:
    """The finding that says why there is no PDF of a file."""
    return codes.NO_PDF.at(Span(str(file)), why=why)


def pictures_of(pdf: Path) -> list[Path]:
    """Pictures of the pages of a PDF, beside it.

    Raises:
        Refused: pdftoppm is not installed, or failed; its finding says so and is no error.
    """
    program = find_program(("pdftoppm",))
    why = "没有找到 pdftoppm"
    if program:
        command = [program, "-r", _DOTS_PER_INCH, "-png", str(pdf), str(pdf.parent / _PICTURE)]
        why = run_program(command, SECONDS)
    made = sorted(pdf.parent.glob(f"{_PICTURE}-*.png"))
    if why or not made:
        raise Refused([codes.NO_PICTURES.at(Span(str(pdf)), why=why or "没有写出文件")])
    return made


def remove_pictures(folder: Path) -> None:
    """Take away the pictures of an earlier run: there may have been more pages."""
    for old in folder.glob(f"{_PICTURE}-*.png"):
        old.unlink()


_TREE = re.compile(rb"/Type/Pages\b.*?/Kids\[([^\]]*)\]", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_CATALOGUE = re.compile(rb"/Type/Catalog\b[^>]*?/Dests (\d+) 0 R")
_DESTINATION = re.compile(rb"/(\w+)\[(\d+) 0 R")


def pages_of(pdf: bytes) -> dict[str, int]:
    """The page of each bookmark whose name is letters and digits, counted from 1; none where the PDF does not tell."""
    tree, catalogue = _TREE.search(pdf), _CATALOGUE.search(pdf)
    if tree is None or catalogue is None:
        return {}
    pages = {key: number for number, key in enumerate(_REFERENCE.findall(tree[1]), 1)}
    start = pdf.find(b"\n%s 0 obj" % catalogue[1])
    listed = pdf[start : pdf.find(b"endobj", start)] if start >= 0 else b""
    return {name.decode(): pages[key] for name, key in _DESTINATION.findall(listed) if key in pages}
