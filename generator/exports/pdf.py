"""PDF files and page pictures, made by LibreOffice where it is installed."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, why_not
from generator.base.files import find_program
from generator.provenance import codes
from generator.provenance.write import temporary_folder

_ELSEWHERE = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
SECONDS = 120.0
_SECONDS_EACH = 20.0
_PICTURE = "页"
_DOTS_PER_INCH = "80"
# Tagged for screen readers.
_TAGGED = {"UseTaggedPDF": True}
# Keeps blank pages, for duplex printing, and exports bookmarks with their pages.
_AS_BOOK = {"IsSkipEmptyPages": False, "ExportBookmarksToPDFDestination": True}
_ARCHIVAL = {"SelectPdfVersion": 2}  # PDF/A-2b
# LibreOffice sets the language of its user interface; texts in other languages are marked individually.
_LANGUAGE = re.compile(rb"(/Type/Catalog\b.{0,2000}?/Lang\()[A-Za-z]{2}-[A-Z]{2}\)", re.DOTALL)
_TREE = re.compile(rb"/Type/Pages\b.*?/Kids\[([^\]]*)\]", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_CATALOGUE = re.compile(rb"/Type/Catalog\b(?:(?!endobj).)*?/Dests (\d+) 0 R", re.DOTALL)
_DESTINATION = re.compile(rb"/(\w+)\[(\d+) 0 R")
_FONT_LIST_SECONDS = 30
_PARTS = re.compile(r"word/(?:document|styles|header\d*|footer\d*|footnotes|endnotes)\.xml")
_FONTS = re.compile(rb"<w:rFonts\b[^>]*>")
_NAMED = re.compile(rb'w:(?:ascii|hAnsi|eastAsia)="([^"]+)"')
_EMBEDDED = re.compile(rb"/BaseFont/(?:[A-Z]{6}\+)?([^\s/\[\]<>()]+)")
_ESCAPED = re.compile(r"#([0-9A-Fa-f]{2})")
# The files of one call share LibreOffice's start-up time; one that hangs delays only these.
TOGETHER = 8


def find_office() -> str:
    """The path of LibreOffice, even if it is not on PATH; blank if it is not installed."""
    return next(filter(None, map(find_program, ("soffice", "libreoffice", *_ELSEWHERE))), "")


def _run_program(
    command: Sequence[str], seconds: float, started: Callable[[subprocess.Popen[bytes]], object] | None = None
) -> str:
    """Run a command; returns why it failed, or an empty text.

    ``started`` is called with the process, so that it can be ended with ``_end_program``.
    """
    try:
        # A new session, so that its child processes can be ended too. TMPDIR is ours, since Python skips a full folder.
        process = subprocess.Popen(  # noqa: S603 - our own arguments
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "TMPDIR": tempfile.gettempdir()},
        )
    except OSError as error:
        return f"无法启动（{why_not(error)}）"
    try:
        if started is not None:
            started(process)
        code = process.wait(seconds)
    except BaseException as error:
        _end_program(process)
        if isinstance(error, subprocess.TimeoutExpired):
            return f"超过 {seconds:g} 秒没有完成"
        raise
    return f"退出码 {code}" if code else ""


def _end_program(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


class Office:
    """LibreOffice with its own profile in an empty folder, reused between calls.

    With the user's profile it would pass the work to an open window and exit.
    """

    def __init__(self, program: str, folder: Path) -> None:
        self._program, self._folder = program, folder
        self._profiles = 0
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def convert(
        self, files: Sequence[Path], seconds: float, *, as_book: bool = False, archival: bool = False
    ) -> dict[Path, bytes | str]:
        """Convert files with distinct names; returns the PDF of each or why there is none.

        Failures are retried once, alone, in a new profile. ``seconds`` is the limit for each file, without start-up;
        ``as_book`` keeps blank pages and exports bookmarks; ``archival`` is PDF/A.
        """
        wanted = _TAGGED | (_AS_BOOK if as_book else {}) | (_ARCHIVAL if archival else {})
        made = self._convert(files, seconds, wanted)
        for file in [file for file in files if isinstance(made[file], str)]:
            if self._stopped:
                break
            self._profiles += 1
            made |= self._convert([file], seconds, wanted)
        return made

    def stop(self) -> None:
        """End the running conversion from another thread, and refuse further ones."""
        self._stopped = True
        if self._running is not None:
            _end_program(self._running)

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        self._running = process
        if self._stopped:
            _end_program(process)

    def _convert(self, files: Sequence[Path], seconds: float, wanted: Mapping[str, int]) -> dict[Path, bytes | str]:
        kinds = {name: "boolean" if isinstance(value, bool) else "long" for name, value in wanted.items()}
        settings = {name: {"type": kinds[name], "value": str(value).lower()} for name, value in wanted.items()}
        profile = self._folder / f"profile{self._profiles}"
        with tempfile.TemporaryDirectory(prefix="pdf-", dir=self._folder) as folder:
            options = [f"-env:UserInstallation={profile.as_uri()}", "--headless"]
            options += ["--convert-to", f"pdf:writer_pdf_Export:{json.dumps(settings)}", "--outdir", folder]
            limit = seconds + _SECONDS_EACH * (len(files) - 1)
            why = _run_program([self._program, *options, *map(str, files)], limit, self._started)
            self._running = None
            # It may exit with 0 without writing a file, or with an error after some files.
            made = {file: _pdf_in(Path(folder) / f"{file.stem}.pdf", sure=not why) for file in files}
            return {file: data or why or "没有写出文件" for file, data in made.items()}


def _pdf_in(file: Path, *, sure: bool) -> bytes:
    try:
        data = file.read_bytes()
    except OSError:
        return b""
    whole = data.startswith(b"%PDF") and (sure or data.rstrip().endswith(b"%%EOF"))
    return _LANGUAGE.sub(rb"\1zh-CN)", data, 1) if whole else b""


@contextmanager
def open_office(file: str = "") -> Iterator[Office]:
    """LibreOffice, ready to convert; ``file`` is what a finding names.

    Raises:
        Refused: It is not installed; the finding is not an error and explains how to install it.
    """
    program = find_office()
    if not program:
        raise Refused([no_office(file)])
    with temporary_folder() as folder:
        yield Office(program, folder)


def no_office(file: str = "") -> Finding:
    """The finding that explains how to install LibreOffice."""
    return codes.NO_OFFICE.at(Span(file))


def pdf_of(word: bytes, file: Path) -> bytes:
    """The PDF of a Word file.

    Raises:
        Refused: LibreOffice is not installed or wrote nothing; the finding, which names ``file``, is not an error.
    """
    with temporary_folder() as folder, open_office(str(file)) as office:
        copy = folder / "报告.docx"
        copy.write_bytes(word)
        made = office.convert([copy], SECONDS)[copy]
    if isinstance(made, str):
        raise Refused([no_pdf(file, made)])
    return made


def no_pdf(file: Path, why: str) -> Finding:
    """The finding that a file has no PDF, and why."""
    return codes.NO_PDF.at(Span(str(file)), why=why)


def pictures_of(pdf: Path) -> list[Path]:
    """Make pictures of the pages of a PDF in its folder.

    Raises:
        Refused: pdftoppm is not installed or failed; the finding is not an error.
    """
    program = find_program("pdftoppm")
    why = "没有找到 pdftoppm"
    if program:
        command = [program, "-r", _DOTS_PER_INCH, "-png", str(pdf), str(pdf.parent / _PICTURE)]
        why = _run_program(command, SECONDS)
    made = sorted(pdf.parent.glob(f"{_PICTURE}-*.png"))
    if why or not made:
        raise Refused([codes.NO_PICTURES.at(Span(str(pdf)), why=why or "没有写出文件")])
    return made


def remove_pictures(folder: Path) -> None:
    """Remove the pictures of an earlier run, which may have had more pages."""
    for old in folder.glob(f"{_PICTURE}-*.png"):
        old.unlink()


def pages_of(pdf: bytes) -> dict[str, int]:
    """The page (from 1) of each bookmark with an alphanumeric name; empty if the PDF does not contain them."""
    tree, catalogue = _TREE.search(pdf), _CATALOGUE.search(pdf)
    if tree is None or catalogue is None:
        return {}
    pages = {key: number for number, key in enumerate(_REFERENCE.findall(tree[1]), 1)}
    start = pdf.find(b"\n%s 0 obj" % catalogue[1])
    listed = pdf[start : pdf.find(b"endobj", start)] if start >= 0 else b""
    return {name.decode(): pages[key] for name, key in _DESTINATION.findall(listed) if key in pages}


def missing_fonts(word: bytes, pdf: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fonts of a file that are not installed, and their substitutes in the PDF; empty if unknown or none."""
    installed = _installed()
    if not installed:
        return (), ()
    with zipfile.ZipFile(BytesIO(word)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if _PARTS.fullmatch(name)]
    tags = {tag for part in parts for tag in _FONTS.findall(part)}
    asked = sorted({name.decode() for tag in tags for name in _NAMED.findall(tag)})
    missing = tuple(name for name in asked if name.casefold() not in installed)
    if not missing:
        return (), ()
    embedded = {name.decode("latin-1") for name in _EMBEDDED.findall(pdf)}
    instead = {_ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), name) for name in embedded}
    return missing, tuple(sorted(instead))


def font_findings(file: Path, word: bytes, pdf: bytes) -> list[Finding]:
    """A finding about ``file`` if its PDF has other fonts than the Word file."""
    missing, instead = missing_fonts(word, pdf)
    return [fonts_changed(str(file), missing, instead)] if missing else []


def fonts_changed(file: str, missing: Iterable[str], instead: Iterable[str]) -> Finding:
    """The finding that names the missing fonts and their substitutes."""
    names = "、".join(instead) or "别的字体"
    return codes.MISSING_FONTS.at(Span(file), missing="、".join(missing), instead=names)


@lru_cache(maxsize=1)
def _installed() -> frozenset[str]:
    program = find_program("fc-list")
    if not program:
        return frozenset()
    try:
        listed = subprocess.run(  # noqa: S603 - our own arguments
            [program, "--format", "%{family}\\n"], capture_output=True, check=True, timeout=_FONT_LIST_SECONDS
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(name.strip().casefold() for line in listed.splitlines() for name in line.split(","))


Thing = TypeVar("Thing")
Made = list[tuple[Thing, bytes | str | None]]


def convert_several(
    things: Iterable[Thing], word_of: Callable[[Thing], bytes], count: int, *, archival: bool = False
) -> Iterator[tuple[Thing, bytes | str | None]]:
    """Yield each thing with the PDF of its Word file, or why there is none; None if it has no Word file.

    The order is kept; ``things`` is read only a few batches ahead. ``word_of`` gives a thing's Word file, empty if it
    needs no PDF; ``count`` is the number of parallel LibreOffice processes. Raises ``Refused`` if it is not installed.
    """
    with ExitStack() as stack:
        offices = [stack.enter_context(open_office()) for _ in range(count)]
        threads = ThreadPoolExecutor(count)
        # Called in reverse order: an interruption ends the conversions, then their threads.
        stack.callback(threads.shutdown, cancel_futures=True)
        free: SimpleQueue[Office] = SimpleQueue()
        for office in offices:
            stack.callback(office.stop)
            free.put(office)
        running: deque[Future[Made[Thing]]] = deque()
        remaining = iter(things)
        while batch := list(islice(remaining, TOGETHER)):
            running.append(threads.submit(_convert, batch, word_of, free, archival))
            while len(running) > count:
                yield from running.popleft().result()
        while running:
            yield from running.popleft().result()


def _convert(
    batch: list[Thing], word_of: Callable[[Thing], bytes], offices: SimpleQueue[Office], archival: bool
) -> Made[Thing]:
    words = {number: data for number, thing in enumerate(batch) if (data := word_of(thing))}
    made: dict[int, bytes | str] = {}
    office = offices.get() if words else None
    try:
        if office is not None:
            with temporary_folder() as folder:
                files = {folder / f"{number}.docx": number for number in words}
                for file, number in files.items():
                    file.write_bytes(words[number])
                pdfs = office.convert(list(files), SECONDS, archival=archival)
                made = {files[file]: pdf for file, pdf in pdfs.items()}
    except FileProblem as problem:
        made = dict.fromkeys(words, problem.findings[0].message.rstrip("。"))
    finally:
        if office is not None:
            offices.put(office)
    return [(thing, made.get(number)) for number, thing in enumerate(batch)]
