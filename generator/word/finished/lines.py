"""The text of a finished Word file as its readers see it: one line for each paragraph that is not blank.

What an office program changes by merely saving a file again is left out: blank paragraphs, page numbers, how often a
header is kept, the second copy of a text box. So the same text gives the same lines, whoever saved it last.

There are two ways to the same texts, and neither makes a tree. ``read_texts`` reads every report that is written, and
takes a short cut where nothing stands in the way; ``read_lines`` knows the places as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word.finished.walking import Line, may_be_volatile, shown, walk
from generator.word.names import MARK_SPACE
from generator.word.relating import main_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.word.package import Entry

__all__ = ["Line", "read_lines", "read_texts"]

_USUAL: Final = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD: Final = 8_192
_MARK: Final = b"<jx:v "
# Patterns are compiled when first used: the start of the program does not wait for them.
_OTHERS: Final = r"(footnotes|endnotes|header|footer)\d*\.xml"
_MARGINS: Final = {"header": "页眉", "footer": "页脚"}
# What is neither text nor the end of a paragraph, and yet has to do with the text.
_SPECIAL: Final = rb"<w:(tab|br|cr|noBreakHyphen|txbxContent|moveFrom|fldSimple|instrText)\b([^>]*)>([^<]*)"
_SIGNS: Final = {b"tab": b"\t", b"br": b"\n", b"cr": b"\n", b"noBreakHyphen": b"-"}
_PIECES: Final = rb"<w:t(?=[\s>])[^>]*>([^<]+)|</w:p>"
# Stands for the end of a paragraph; no text of XML holds it.
_END: Final = b"\0"
_PAGE: Final = (b' w:type="page"/', b' w:type="column"/')


def read_lines(entries: Mapping[str, Entry]) -> list[Line]:
    """The lines of a Word file: the body's, those of notes, then those of headers and footers, each of these once.

    Raises:
        ValueError: There is no body, or a part is not text in the encoding that it should have.
    """
    return _gathered(entries, lambda data: walk(_decoded(data)))


def read_texts(entries: Mapping[str, Entry]) -> list[str]:
    """The texts of ``read_lines``, at a fraction of the time, for a file that is to be stamped.

    Raises:
        ValueError: As ``read_lines``; or there are marks around values, which must not leave the program.
    """
    return [line.text for line in _gathered(entries, _texts)]


def _gathered(entries: Mapping[str, Entry], read: Callable[[bytes], list[Line]]) -> list[Line]:
    main = main_part(entries)
    folder = main.rpartition("/")[0]
    kinds = {name: match[1] for name in entries if (match := re.fullmatch(_OTHERS, name.removeprefix(f"{folder}/")))}
    lines = read(entries[main].data())
    for name in sorted(name for name, kind in kinds.items() if kind not in _MARGINS):
        lines += read(entries[name].data())
    margins = {
        (_MARGINS[kind], line.text)
        for name, kind in kinds.items()
        if kind in _MARGINS
        for line in read(entries[name].data())
    }
    return lines + [Line(text, where) for where, text in sorted(margins)]


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")


def _texts(data: bytes) -> list[Line]:
    """The lines of a part, without places where the short cut serves."""
    if _MARK in data:
        raise ValueError(f"a report with marks ({MARK_SPACE}) must not be written")
    special = list(re.finditer(_SPECIAL, data))
    if data.find(_USUAL, 0, _HEAD) < 0 or b"Fallback" in data or _END in data or not _is_plain(special):
        return walk(_decoded(data))
    pieces = [piece or _END for piece in re.findall(_PIECES, _with_signs(data, special))]
    *paragraphs, _ = b"".join(pieces).decode().split(_END.decode())
    return [Line(text, "") for one in paragraphs if (text := shown(one))]


def _with_signs(data: bytes, special: list[re.Match[bytes]]) -> bytes:
    """The part with its signs as texts."""
    pieces: list[bytes] = []
    at = 0
    for one in special:
        if one[2] == b"/" and one[1] in _SIGNS:
            pieces += (data[at : one.start()], b"<w:t>", _SIGNS[one[1]], b"</w:t>", one[3])
            at = one.end()
    return b"".join((*pieces, data[at:]))


def _is_plain(special: list[re.Match[bytes]]) -> bool:
    """Whether none of the special elements needs the walk: second copies, page numbers, an unusual way to write."""
    instructions = []
    for name, attributes, after in map(re.Match.groups, special):
        if name == b"instrText":
            instructions.append(after)
        elif name == b"br":
            if attributes not in {b"/", *_PAGE}:
                return False
        elif name not in _SIGNS or (attributes != b"/" and b"=" not in attributes):
            return False
    # An instruction may be in pieces: 「 PA」「GE 」.
    return not may_be_volatile(b"".join(instructions).decode())
