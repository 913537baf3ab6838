"""A Word file as PDF and as pictures of its pages, by the programs of others where they are installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from generator.authoring import codes
from generator.diagnostics import Span, why_not
from generator.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["pictures_of", "remove_pictures", "to_pdf"]

SECONDS = 120
_PICTURE = "页"
_DOTS_PER_INCH = "80"
_ELSEWHERE = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)


def to_pdf(word_file: Path) -> Path:
    """Convert with LibreOffice, to a PDF of the same name beside it.

    Raises:
        Refused: LibreOffice is not installed, or wrote nothing; its finding says so and is no error.
    """
    office = _program(("soffice", "libreoffice"), _ELSEWHERE)
    if not office:
        raise Refused([codes.NO_OFFICE.at(Span(str(word_file)))])
    target = word_file.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        # A profile of its own: with the user's, it would hand the work to a window that is open, and leave.
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(word_file)]
        why = _run(command)
        made = Path(folder) / target.name
        # It ends well even when it wrote nothing.
        if why or not made.is_file() or not made.stat().st_size:
            raise Refused([codes.NO_PDF.at(Span(str(word_file)), why=why or "没有写出文件")])
        shutil.copyfile(made, target)
    return target


def pictures_of(pdf: Path) -> list[Path]:
    """Pictures of the pages of a PDF, beside it.

    Raises:
        Refused: pdftoppm is not installed, or failed; its finding says so and is no error.
    """
    program = _program(("pdftoppm",))
    why = "没有找到 pdftoppm"
    if program:
        why = _run([program, "-r", _DOTS_PER_INCH, "-png", str(pdf), str(pdf.parent / _PICTURE)])
    made = sorted(pdf.parent.glob(f"{_PICTURE}-*.png"))
    if why or not made:
        raise Refused([codes.NO_PICTURES.at(Span(str(pdf)), why=why or "没有写出文件")])
    return made


def remove_pictures(folder: Path) -> None:
    """Take away the pictures of an earlier run: there may have been more pages."""
    for old in folder.glob(f"{_PICTURE}-*.png"):
        old.unlink()


def _program(names: Iterable[str], elsewhere: Iterable[str] = ()) -> str:
    found = (shutil.which(name) for name in (*names, *elsewhere))
    return next((path for path in found if path), "")


def _run(command: Sequence[str]) -> str:
    """Why the command failed; empty where it did not."""
    try:
        # A session of its own, so that the processes it starts can be ended with it.
        process = subprocess.Popen(  # noqa: S603 - found on the path, its arguments are ours
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        return f"无法启动（{why_not(error)}）"
    try:
        code = process.wait(SECONDS)
    except BaseException as error:
        _end(process)
        if isinstance(error, subprocess.TimeoutExpired):
            return f"超过 {SECONDS} 秒没有完成"
        raise
    return f"退出码 {code}" if code else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
