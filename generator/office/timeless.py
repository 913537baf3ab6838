"""A PDF without what differs each time that LibreOffice makes one."""

from __future__ import annotations

import hashlib
import re

from generator.patterns import regex

__all__ = ["without_times"]

_TIME = regex(rb"/(?:CreationDate|ModDate)\s*\([^()]*\)")
_NUMBERS = regex(rb"(/ID\s*\[\s*<)([0-9A-Fa-f]{32})(>\s*<)([0-9A-Fa-f]{32})(>)|(/DocChecksum\s*/)([0-9A-Fa-f]{32})")


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
