"""PDFs of what this program wrote: of what each was made, and none overwritten that somebody touched or brought."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.provenance import codes
from generator.provenance.guard import backup_of, make_way
from generator.provenance.reproducible_pdf import read_seal, sealed, without_times
from generator.provenance.write import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.provenance.stamp import Stamp

__all__ = ["is_current_pdf", "write_pdf"]


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
