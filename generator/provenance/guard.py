"""Guard files against being overwritten: outputs that were edited by hand, or that this program did not write.

PDFs get a seal that records what they were made of, and lose what differs each time that LibreOffice makes one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, why_not
from generator.provenance import codes
from generator.provenance.write import write_new, write_whole

if TYPE_CHECKING:
    from generator.provenance.finished import Finished
    from generator.provenance.stamp import Stamp

    Judge = Callable[[Path, bytes], Finding | None]

_TIME = re.compile(rb"/(?:CreationDate|ModDate)\s*\([^()]*\)")
_NUMBERS = re.compile(
    rb"(/ID\s*\[\s*<)([0-9A-Fa-f]{32})(>\s*<)([0-9A-Fa-f]{32})(>)|(/DocChecksum\s*/)([0-9A-Fa-f]{32})"
)


def without_times(pdf: bytes) -> bytes:
    """The PDF without the time at which it was made and the numbers drawn from it; all else stays in its place."""
    timeless = _TIME.sub(lambda match: b" " * len(match[0]), pdf)
    blank = _NUMBERS.sub(lambda match: b"0" * len(match[0]), timeless)
    number = hashlib.sha256(blank).hexdigest()[:32].upper().encode()
    return _NUMBERS.sub(lambda match: _numbered(match, number), timeless)


def _numbered(match: re.Match[bytes], number: bytes) -> bytes:
    if match[6]:
        return match[6] + number
    return match[1] + number + match[3] + number + match[5]


# Behind the trailer and before startxref, where a comment moves nothing that is counted from the start of the file.
_PLACE = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_SEAL = re.compile(rb"%jixiao ([0-9a-f]{64}) ([0-9a-f]{64})\n")


def sealed(pdf: bytes, made_of: str) -> bytes:
    """The PDF with its seal; as it is, where it has no usual end.

    Args:
        pdf: As LibreOffice made it.
        made_of: A digest of everything that it was made of, 64 hexadecimal digits.
    """
    place = _PLACE.search(pdf)
    if place is None:
        return pdf
    seal = f"%jixiao {made_of} {_digest(pdf, made_of)}\n".encode()
    return pdf[: place.start()] + seal + pdf[place.start() :]


def read_seal(pdf: bytes) -> tuple[str, bool] | None:
    """What a PDF was made of, and whether it is unchanged since; None where it carries no seal."""
    seals = list(_SEAL.finditer(pdf))
    if not seals:
        return None
    seal = seals[-1]
    made_of = seal[1].decode()
    return made_of, _digest(pdf[: seal.start()] + pdf[seal.end() :], made_of) == seal[2].decode()


def _digest(pdf: bytes, made_of: str) -> str:
    return sha256(made_of.encode() + b"\n" + pdf).hexdigest()


# More than any report: a file like that is none of ours, whatever it is.
_MOST_BYTES: Final = 512 * 1024 * 1024


def write_guarded(data: bytes, path: Path, *, backup: bool = False, force: bool = False) -> Path:
    """``write_whole``, unless a file is there that was edited by hand or that this program did not write.

    Args:
        data: What the file shall hold.
        path: The file.
        backup: Keep such a file under another name beside it: 名称.备份1.docx, or the next number that is free.
        force: Give such a file up.

    Raises:
        Refused: Such a file is there; it stays, and nothing was written.
        FileProblem: The file cannot be read or written.
    """
    return write_whole(data, path, lambda: make_way(path, backup=backup, force=force))


def make_way(path: Path, *, backup: bool = False, force: bool = False, judge: Judge | None = None) -> None:
    """See to it that the file at the path may be replaced; to be called right before it is.

    Args:
        path: The file that is to be replaced; it may be absent.
        backup: Keep a file that must not be lost under another name beside it.
        force: Give it up.
        judge: Says why a file must not be lost; absent, that of Word files and workbooks.

    Raises:
        Refused: It must not be lost.
        FileProblem: It cannot be read, or not be kept.
    """
    if force or not os.path.lexists(path) or path.is_dir():  # a folder keeps itself
        return
    data = read_bytes(path)
    # An empty file holds nobody's work.
    wrong = (judge or why_kept)(path, data) if data else None
    if wrong is not None and not backup:
        raise Refused([wrong])
    if wrong is not None:
        _keep(path, data)


def why_kept(path: Path, data: bytes) -> Finding | None:
    """Why a file must not be lost; None of one that this program wrote and nobody touched since."""
    from generator.provenance.finished import open_finished  # noqa: PLC0415 - mostly there is no file yet

    span = Span(str(path))
    try:
        finished = open_finished(data, str(path))
    except Refused:
        return codes.FOREIGN.at(span, file=path, backup=backup_of(path, data).name)
    return None if finished.stamp is not None and finished.is_untouched else _told(path, data, finished)


def _told(path: Path, data: bytes, finished: Finished) -> Finding:
    from generator.provenance.finished import Condition, condition_of  # noqa: PLC0415 - mostly nothing was edited
    from generator.provenance.stamp import DRAFT  # noqa: PLC0415

    span, backup = Span(str(path)), backup_of(path, data).name
    condition, edits = condition_of(finished)
    if condition is Condition.FOREIGN:
        return codes.FOREIGN.at(span, file=path, backup=backup)
    what, pull = condition.value, ""
    if condition is Condition.EDITED:
        # Nothing is read back from a draft.
        is_draft = finished.stamp is not None and finished.stamp.state == DRAFT
        pull = "" if is_draft else "要把改动写回填报，用 jixiao pull；"
        if edits:
            what = f"正文有 {len(edits)} 处改动（{edits[0].place}{'等' if len(edits) > 1 else ''}）"
    return codes.EDITED.at(span, file=path, what=what, pull=pull, backup=backup)


def is_current(path: Path, stamp: Stamp) -> bool:
    """Whether the file is there as this program would write it for this stamp; nothing is rendered to know it."""
    from generator.provenance.finished import open_finished  # noqa: PLC0415

    try:
        finished = open_finished(path.read_bytes(), str(path))
    except (OSError, Refused):
        return False
    return finished.stamp == stamp and finished.is_untouched


def read_bytes(path: Path) -> bytes:
    """The file's bytes, cut off where it is too large to be a report.

    Raises:
        FileProblem: It cannot be read.
    """
    try:
        # Before it is opened: a pipe waits for somebody to write to it, a device may never end.
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise OSError(errno.ENODEV, "no regular file")  # noqa: TRY301 - told as any other
        with path.open("rb") as file:
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(Span(str(path)), file=path, why=why_not(error))]) from error


def _keep(path: Path, data: bytes) -> None:
    """Put a copy beside the file; its time stays, as it says when the work was done."""
    while True:
        backup = backup_of(path, data)
        if os.path.lexists(backup):
            return  # a copy of just this
        if write_new(data, backup):
            with contextlib.suppress(OSError):
                times = path.stat()
                os.utime(backup, ns=(times.st_atime_ns, times.st_mtime_ns))
            return


def backup_of(path: Path, data: bytes) -> Path:
    """Where the file is kept: under the next free number, or where just this was kept before."""
    for number in count(1):
        backup = path.with_name(f"{path.stem}.备份{number}{path.suffix}")
        if not os.path.lexists(backup) or _holds(backup, data):
            break
    return backup


def _holds(file: Path, data: bytes) -> bool:
    try:
        return file.stat().st_size == len(data) and file.read_bytes() == data
    except OSError:
        return False


def write_pdf(pdf: bytes, path: Path, stamp: Stamp, *, backup: bool = False, force: bool = False) -> Path:
    """Write a PDF that tells of what it was made, unless a file is there that must not be lost.

    Args:
        pdf: As LibreOffice made it.
        path: The file.
        stamp: Where the Word file comes from that it was made of.
        backup: As for ``write_guarded``.
        force: As for ``write_guarded``.

    Raises:
        Refused: A file is there that this program did not write, or that was changed since; it stays.
        FileProblem: The file cannot be read or written.
    """
    data = sealed(without_times(pdf), _key(stamp))
    return write_whole(data, path, lambda: make_way(path, backup=backup, force=force, judge=_why_kept))


def is_current_pdf(path: Path, stamp: Stamp) -> bool:
    """Whether the PDF there was made of just this, and nobody touched it since."""
    try:
        return read_seal(path.read_bytes()) == (_key(stamp), True)
    except OSError:
        return False


def _key(stamp: Stamp) -> str:
    """A digest of the stamp."""
    return sha256("\n".join(stamp).encode()).hexdigest()


def _why_kept(path: Path, data: bytes) -> Finding | None:
    seal, span, backup = read_seal(data), Span(str(path)), backup_of(path, data).name
    if seal is None:
        return codes.FOREIGN.at(span, file=path, backup=backup)
    return None if seal[1] else codes.EDITED.at(span, file=path, what="被改动过或另存过", pull="", backup=backup)
