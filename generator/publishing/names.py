"""File names that Windows, macOS and Linux all accept."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["safe_name"]

_REFUSED = frozenset('<>:"/\\|?*')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|conin\$|conout\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MOST_BYTES = 200


def safe_name(text: str, ending: str) -> str:
    """The text as a file name with this ending: no path, no reserved or invisible character, at most 200 bytes.

    >>> safe_name("a/b: c", ".docx")
    'a_b_ c.docx'
    """
    name = "".join(map(_allowed, unicodedata.normalize("NFC", text))).strip(" .") or "报告"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    room = _MOST_BYTES - len(ending.encode())
    while len(name.encode()) > room:
        name = name[:-1]
    return name.rstrip(" .") + ending


def _allowed(char: str) -> str:
    return "_" if char in _REFUSED or unicodedata.category(char) in _INVISIBLE else char
