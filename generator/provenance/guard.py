"""Guards files that were edited by hand, or that this program did not write, against being overwritten.

PDFs get a seal that records what they were made of; what differs between runs of LibreOffice is removed.
"""

from __future__ import annotations

import contextlib
import os
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import count
from operator import methodcaller
from pathlib import Path
from typing import Final, NamedTuple

from generator.base import cache
from generator.base.diagnostics import FileProblem, Finding, JixiaoError, Refused, Span, why_not
from generator.base.files import read_regular
from generator.provenance import codes
from generator.provenance.stamp import DRAFT, ENDINGS, VOLUME, Stamp, filing_name
from generator.provenance.write import (
    Existing,
    not_written,
    real_path,
    staged_file,
    sync_folder,
    write_new,
    write_whole,
)
from generator.yamlfile.source import Source, read_yaml

Judge = Callable[[Path, bytes], Finding | None]


_TIME = re.compile(rb"/(?:CreationDate|ModDate)\s*\([^()]*\)|<xmp:(CreateDate|ModifyDate|MetadataDate)>[^<]*</xmp:\1>")
_NUMBERS = re.compile(
    rb"(/ID\s*\[\s*<)([0-9A-Fa-f]{32})(>\s*<)([0-9A-Fa-f]{32})(>)|(/DocChecksum\s*/)([0-9A-Fa-f]{32})"
)


def without_times(pdf: bytes) -> bytes:
    """The PDF without its creation time and the ids derived from it; all offsets stay the same."""
    timeless = _TIME.sub(lambda match: b" " * len(match[0]), pdf)
    blank = _NUMBERS.sub(lambda match: b"0" * len(match[0]), timeless)
    number = sha256(blank).hexdigest()[:32].upper().encode()

    def numbered(match: re.Match[bytes]) -> bytes:
        return match[6] + number if match[6] else match[1] + number + match[3] + number + match[5]

    return _NUMBERS.sub(numbered, timeless)


# Between trailer and startxref, where a comment shifts no byte offset that the file states.
_PLACE = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_SEAL = re.compile(rb"%jixiao ([0-9a-f]{64}) ([0-9a-f]{64})(?: ([0-9a-f]{16}))?\n")


class Seal(NamedTuple):
    """A digest of what a PDF was made of, whether it is unchanged, and an id of its filing (blank in volumes)."""

    made_of: str
    is_whole: bool
    owner: str = ""


def sealed(pdf: bytes, made_of: str, owner: str = "") -> bytes:
    """The PDF with a seal: ``made_of`` is 64 hexadecimal digits, ``owner`` 16; unchanged if its end is unusual."""
    place = _PLACE.search(pdf)
    if place is None:
        return pdf
    end = f" {owner}" if owner else ""
    seal = f"%jixiao {made_of} {_digest(pdf, made_of + end)}{end}\n".encode()
    return pdf[: place.start()] + seal + pdf[place.start() :]


def read_seal(pdf: bytes) -> Seal | None:
    """The seal of a PDF, or None."""
    seals = list(_SEAL.finditer(pdf))
    if not seals:
        return None
    seal = seals[-1]
    made_of, owner = seal[1].decode(), (seal[3] or b"").decode()
    told = _digest(pdf[: seal.start()] + pdf[seal.end() :], f"{made_of} {owner}".rstrip())
    return Seal(made_of, told == seal[2].decode(), owner)


def _digest(pdf: bytes, made_of: str) -> str:
    return sha256(made_of.encode() + b"\n" + pdf).hexdigest()


# No report is larger.
_MOST_BYTES: Final = 512 * 1024 * 1024


def write_guarded(data: bytes, path: Path, existing: Existing = Existing.KEEP) -> Path:
    """``write_all`` for a single file."""
    write_all({path: data}, existing)
    return path


def write_all(files: Mapping[Path, bytes], existing: Existing = Existing.KEEP) -> None:
    """Write files that belong together, all of them or none, unless ones are there that must not be lost.

    All are written under temporary names before the first one is renamed; if a rename fails, earlier ones are undone.

    Raises:
        Refused: Some existing files must not be lost; one finding for each.
        FileProblem: A file cannot be read or written.
    """
    if len(files) > 1 and existing is Existing.KEEP:
        _refuse_any(files)
    before: dict[Path, bytes | None] = {}
    folders = list(dict.fromkeys(path.parent for path in files))
    new_folders = [folder for folder in folders if not folder.exists()]
    path = Path()
    try:
        with contextlib.ExitStack() as held:
            staged = {}
            for path, data in files.items():
                staged[path] = held.enter_context(staged_file(methodcaller("write", data), real_path(path)))
            for path, name in staged.items():
                make_way(path, partial(why_kept, new=files[path]), existing)
                old = path.read_bytes() if path.is_file() and len(files) > 1 else None
                name.replace(real_path(path))
                before[path] = old
        for path in folders:
            sync_folder(path)
    except (OSError, JixiaoError) as error:
        for file, old in before.items():
            with contextlib.suppress(OSError):
                if old is None:
                    file.unlink(missing_ok=True)
                else:
                    file.write_bytes(old)
        for folder in reversed(new_folders):
            with contextlib.suppress(OSError):
                folder.rmdir()  # only where it is empty
        raise not_written(path, error) if isinstance(error, OSError) else error from error


def _refuse_any(files: Mapping[Path, bytes]) -> None:
    kept: list[Finding] = []
    for path, data in files.items():
        try:
            make_way(path, partial(why_kept, new=data))
        except Refused as refused:
            kept += refused.findings
    if kept:
        raise Refused(kept)


def refuse_inputs(target: Path, files: Iterable[Path]) -> None:
    """Raise ``Refused`` if the target is one of the files that the output is made of."""
    with contextlib.suppress(OSError):
        if any(target.samefile(file) for file in files if file.exists()):
            raise Refused([codes.ITSELF.at(Span(str(target)), file=target)])


def make_way(path: Path, judge: Judge, existing: Existing = Existing.KEEP) -> None:
    """Refuse to replace a file that must not be lost, or keep a copy; call it right before the replacement.

    ``judge`` says why a file that is there must not be lost. Raises ``Refused`` if so, ``FileProblem`` if it cannot
    be read or copied.
    """
    if existing is Existing.REPLACE or not os.path.lexists(path) or path.is_dir():  # replacing a folder fails by itself
        return
    data = read_bytes(path)
    # An empty file holds no work.
    wrong = judge(path, data) if data else None
    if wrong is None:
        return
    if existing is Existing.KEEP:
        raise Refused([wrong])
    # A taken name is a copy with the same content.
    while not os.path.lexists(kept := backup_of(path, data)):
        if write_new(data, kept):
            with contextlib.suppress(OSError):
                # Keep the time, which says when the work was done.
                times = path.stat()
                os.utime(kept, ns=(times.st_atime_ns, times.st_mtime_ns))
            return


def why_kept(path: Path, data: bytes, new: bytes) -> Finding | None:
    """Why a file must not be lost; None if this program wrote it for the same filing and nobody changed it."""
    from generator.provenance.finished import (  # noqa: PLC0415 - mostly no file yet
        State,
        condition_of,
        is_all_in,
        open_finished,
    )

    span, backup = Span(str(path)), backup_of(path, data).name
    try:
        finished = open_finished(data, str(path))
        stamp = finished.stamp
    except Refused:
        stamp = None
    if stamp is None:
        return codes.FOREIGN.at(span, file=path, backup=backup)
    try:
        own = open_finished(new)
    except Refused:
        own = None
    is_of_another = own is not None and stamp.is_of_another_filing(own.stamp or stamp)
    if finished.is_untouched:
        return codes.OTHER_FILING.at(span, file=path, whose=stamp.whose, backup=backup) if is_of_another else None
    try:
        condition, edits = condition_of(finished)
        if condition is State.EDITED and own is not None and own.stamp is not None and not is_of_another:
            # Edits are not lost if pull noted that the filing has them, or if the new report has them all.
            is_pulled = cache.load(_pulled(data, own.stamp.input_digest)) is True
            condition = State.CURRENT if is_all_in(finished, own, is_pulled=is_pulled) else condition
    except Refused:
        condition, edits = State.ALTERED, ()
    if condition is State.CURRENT:
        return None
    what, pull = condition.value, ""
    if condition is State.EDITED:
        # Drafts cannot be pulled.
        pull = "" if stamp.state == DRAFT else "要把改动写回填报，用 jixiao pull；"
        more = "等" if len(edits) > 1 else ""
        what = f"正文有 {len(edits)} 处改动（{edits[0].place}{more}）" if edits else "正文被人工改动过"
    return codes.EDITED.at(span, file=path, what=what, pull=pull, backup=backup)


def note_pulled(data: bytes, filing_digest: str) -> None:
    """Note that the filing with this digest has every edit of a report, whose next version may replace it."""
    cache.store(_pulled(data, filing_digest), True)


def _pulled(data: bytes, filing_digest: str) -> str:
    return cache.key_of("pulled", sha256(data).hexdigest(), filing_digest)


def read_bytes(path: Path) -> bytes:
    """The file's bytes, cut off at 512 MB; raises ``FileProblem`` if it cannot be read."""
    try:
        return read_regular(path, _MOST_BYTES)
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(Span(str(path)), file=path, why=why_not(error))]) from error


def backup_of(path: Path, data: bytes) -> Path:
    """The path for a copy of the file: the next free number, or an earlier copy with the same content."""
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


def write_pdf(pdf: bytes, path: Path, stamp: Stamp, existing: Existing = Existing.KEEP) -> Path:
    """``write_guarded`` for a PDF, with a seal made from the stamp of its Word file."""
    # A volume may gain or lose reports, and its Word file has been checked already.
    name = filing_name(stamp.input_name)
    # Seals of 0.1.0 include the ending of the file name.
    owners = [
        sha256(f"{name}{ending}\n{stamp.report}".encode()).hexdigest()[:16] if stamp.state != VOLUME else ""
        for ending in ("", *ENDINGS)
    ]
    data = sealed(without_times(pdf), _key(stamp), owners[0])
    judge = partial(_why_pdf_kept, owners=owners)
    return write_whole(data, path, lambda: make_way(path, judge, existing))


def is_current_pdf(path: Path, stamp: Stamp, *, archival: bool = False) -> bool:
    """Whether the PDF was made of the Word file with this stamp (as PDF/A if asked) and is unchanged."""
    try:
        data = read_regular(path)
    except OSError:
        return False
    seal = read_seal(data) if not archival or b"pdfaid" in data else None
    return seal is not None and seal[:2] == (_key(stamp), True)


def _key(stamp: Stamp) -> str:
    return sha256("\n".join(stamp).encode("utf-8", "surrogatepass")).hexdigest()


def _why_pdf_kept(path: Path, data: bytes, owners: Sequence[str]) -> Finding | None:
    span, backup, seal = Span(str(path)), backup_of(path, data).name, read_seal(data)
    if seal is None:
        return codes.FOREIGN.at(span, file=path, backup=backup)
    if not seal.is_whole:
        return codes.EDITED.at(span, file=path, what="被改动过或另存过", pull="", backup=backup)
    is_of_another = seal.owner and owners[0] and seal.owner not in owners
    whose = "由另一份填报生成的"
    return codes.OTHER_FILING.at(span, file=path, whose=whose, backup=backup) if is_of_another else None


def overwrite(path: Path, source: Source, text: str, changed: Finding) -> Path:
    """Overwrite a YAML file that was read as ``source``, keeping its byte order mark.

    Raises:
        Refused: With ``changed``, if the file has changed since.
        FileProblem: It cannot be read or written.
    """

    def refuse_changed() -> None:
        if read_yaml(path).digest != source.digest:
            raise Refused([changed])

    refuse_changed()
    with path.open("rb") as file:
        mark = BOM_UTF8 if file.read(len(BOM_UTF8)) == BOM_UTF8 else b""
    # Check again right before the replacement.
    return write_whole(mark + text.encode(), path, refuse_changed)
