"""File names that Windows, macOS and Linux all accept."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["safe_name"]

_REFUSED = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_MOST_BYTES = 200


def safe_name(text: str, ending: str) -> str:
    """The text as a file name with this ending: no path, no reserved or invisible character, at most 200 bytes.

    >>> safe_name("a/b: c", ".docx")
    'a_b_ c.docx'
    """
    name = _REFUSED.sub("_", unicodedata.normalize("NFC", text)).strip(" .") or "报告"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    room = _MOST_BYTES - len(ending.encode())
    while len(name.encode()) > room:
        name = name[:-1]
    return name.rstrip(" .") + ending
