"""The digests of the evidence: only what hands it in needs them, and pays for reading it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, why_not
from generator.submission import codes
from generator.submission.listing import list_evidence

if TYPE_CHECKING:
    from generator.submission.model import Evidence, Submission


def with_evidence(submission: Submission) -> Submission:
    """The submission with the SHA-256 of every file of evidence among its sources, by the name that it is given.

    Raises:
        Refused: Some of them cannot be read; each is told at its place.
    """
    digests, unreadable = dict(submission.sources), list[Finding]()
    seen: dict[Path, str] = {}
    for one in (one for line in list_evidence(submission) for one in line.files):
        if one.file is None:
            continue
        try:
            file = one.file.resolve()
            digests[one.name] = seen[file] = seen.get(file) or _digest(file)
        except OSError as error:
            unreadable.append(_unreadable(one, error))
    if unreadable:
        raise Refused(unreadable)
    return replace(submission, sources=tuple(sorted(digests.items())))


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _unreadable(one: Evidence, error: OSError) -> Finding:
    return codes.EVIDENCE_UNREADABLE.at(one.named, one.path, file=one.name, why=why_not(error))
