"""The archive as a file: written, recognized as ours, kept when somebody changed it."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import IO

from msgspec import Struct

from generator.base.diagnostics import Refused, Span, why_not
from generator.submission import codes as submission_codes
from generator.workflows.bundle import codes

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_PIECE = 1 << 20
_MARK = b"jixiao bundle "
_FOREIGN = "不是 jixiao 打的包"
# Compressed already: to do it again takes minutes with large scans, and gains nothing.
_PACKED = re.compile(
    r"\.(pdf|ofd|docx|xlsx|pptx|jpe?g|png|gif|webp|heic|mp3|mp4|mov|avi|wmv|zip|rar|7z|gz)", re.IGNORECASE
)


class Member(Struct, frozen=True):
    """One file of the archive.

    Attributes:
        name: Its path in the archive, with ``/``.
        digest: The SHA-256 of its bytes.
        size: Their number.
        data: The bytes themselves; where absent, they are read from ``file``.
        file: The file.
        named: What the input calls the file, and where.
    """

    name: str
    digest: str
    size: int
    data: bytes | None = None
    file: Path | None = None
    named: tuple[str, Span] = ("", Span(""))

    @classmethod
    def of(cls, name: str, data: bytes) -> Member:
        """The member with these bytes."""
        return cls(name, hashlib.sha256(data).hexdigest(), len(data), data)


def write_archive(members: Iterable[Member], target: IO[bytes]) -> None:
    """Write the members in the order of their names; the same members make the same bytes.

    Raises:
        Refused: A file is no longer what its digest says, or cannot be read.
    """
    with zipfile.ZipFile(target, "w") as archive:
        for member in sorted(members, key=lambda member: member.name):
            _add(archive, member)
        archive.comment = _mark(archive)


def why_not_ours(path: Path) -> str:
    """Why the file is not an archive as ``write_archive`` left it; empty where it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.comment.startswith(_MARK):
                return _FOREIGN
            return "" if archive.comment == _mark(archive) else "打包以后有人往里面加过、换过或删过文件"
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return _FOREIGN


def _mark(archive: zipfile.ZipFile) -> bytes:
    """What the archive's comment says of its contents."""
    whole = "".join(f"{info.filename}\n{info.CRC} {info.file_size}\n" for info in archive.infolist())
    return _MARK + hashlib.sha256(whole.encode()).hexdigest().encode()


def _add(archive: zipfile.ZipFile, member: Member) -> None:
    entry = zipfile.ZipInfo(member.name, _FIRST_DAY)
    # What zipfile takes from the system it runs on; and the size, so that it knows when 4 GB will not do.
    entry.create_system, entry.external_attr, entry.file_size = 3, _MODE, member.size
    packed = _PACKED.fullmatch(Path(member.name).suffix)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with _opened(member) as source, archive.open(entry, "w") as target:
        left = member.size
        while left and (piece := _read(source, min(left, _PIECE), member)):
            target.write(piece)
            digest.update(piece)
            left -= len(piece)
        grown = bool(_read(source, 1, member))
    if grown or digest.hexdigest() != member.digest:
        raise Refused([codes.CHANGED.at(member.named[1], file=member.named[0] or member.name)])


def _opened(member: Member) -> IO[bytes]:
    if member.data is not None or member.file is None:
        return BytesIO(member.data or b"")
    try:
        return member.file.open("rb")
    except OSError as error:
        raise _unreadable(member, error) from error


def _read(source: IO[bytes], most: int, member: Member) -> bytes:
    """Apart from writing: where that fails, the disk is full, and the evidence is not to blame."""
    try:
        return source.read(most)
    except OSError as error:
        raise _unreadable(member, error) from error


def _unreadable(member: Member, error: OSError) -> Refused:
    name, span = member.named
    return Refused([submission_codes.EVIDENCE_UNREADABLE.at(span, file=name, why=why_not(error))])


def refuse_to_lose(path: Path) -> None:
    """See that what is at the path may be replaced.

    Raises:
        Refused: It must not be lost.
    """
    why = _why_kept(path)
    if why:
        raise Refused([codes.NOT_OURS.at(Span(str(path)), file=path, why=why, backup=_backup(path).name)])


def keep_or_refuse(path: Path, *, backup: bool) -> None:
    """Right before the path is given to a new archive: keep what must not be lost under another name beside it.

    Raises:
        Refused: It must not be lost, and is not to be kept.
    """
    if not backup:
        refuse_to_lose(path)
    elif _why_kept(path):
        # Moved and not copied: it may be larger than the room that is left.
        path.rename(_backup(path))


def _why_kept(path: Path) -> str:
    # Nothing lies in a file without anything in it; and that a folder is in the way, writing finds out itself.
    if not os.path.lexists(path) or path.is_dir() or (path.is_file() and not path.stat().st_size):
        return ""
    return why_not_ours(path)


def _backup(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.备份{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))
