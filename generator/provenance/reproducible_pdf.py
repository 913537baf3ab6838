"""PDFs without what differs each time that LibreOffice makes one, and the seal that records what each was made of."""

from __future__ import annotations

import hashlib
import re
from hashlib import sha256

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
