"""What a PDF of ours tells of its making, in a comment: of what it was made, and whether anybody touched it since."""

from __future__ import annotations

from hashlib import sha256

from generator.patterns import regex

__all__ = ["read_seal", "sealed"]

# Behind the trailer and before startxref, where a comment moves nothing that is counted from the start of the file.
_PLACE = regex(rb"startxref\s+\d+\s+%%EOF\s*\Z")
_SEAL = regex(rb"%jixiao ([0-9a-f]{64}) ([0-9a-f]{64})\n")


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
    """Of what a PDF was made, and whether it still is as it was made; None where it tells of nothing."""
    seals = list(_SEAL.finditer(pdf))
    if not seals:
        return None
    seal = seals[-1]
    made_of = seal[1].decode()
    return made_of, _digest(pdf[: seal.start()] + pdf[seal.end() :], made_of) == seal[2].decode()


def _digest(pdf: bytes, made_of: str) -> str:
    return sha256(made_of.encode() + b"\n" + pdf).hexdigest()
