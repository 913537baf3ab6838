"""The texts of a Word file's lines, for its digest: the same as those of ``read.lines``, without making trees.

Every report that is written passes here, so that neither lxml nor a tree is needed for the usual one. What is unusual
(text boxes, tracked changes, empty content controls, another prefix) is left to the reader.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word.names import MARK_SPACE
from generator.word.opc import main_part, unescaped
from generator.word.read.document import VOLATILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.word.opc import Entry

__all__ = ["MARGINS", "parts_of", "read_texts"]

MARGINS: Final = {"header": "页眉", "footer": "页脚"}
_OTHERS: Final = r"(footnotes|endnotes|header|footer)\d*\.xml"
_USUAL: Final = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD: Final = 8_192
_MARK: Final = b"<jx:v "
# Patterns are compiled when first used: the start of the program does not wait for them.
_SPECIAL: Final = (
    rb"<w:(tab|br|cr|noBreakHyphen|instrText|fldSimple|txbxContent|moveFrom|del|showingPlcHdr)\b([^>]*)>([^<]*)"
)
_SIGNS: Final = {b"tab": b"\t", b"br": b"\n", b"cr": b"\n", b"noBreakHyphen": b"-"}
_PAGE: Final = (b' w:type="page"/', b' w:type="column"/')
_PIECES: Final = rb"<w:t(?=[\s>])[^>]*(?<!/)>([^<]+)|</w:p>"
_TOKENS: Final = (
    rb"<w:t(?=[\s>])[^>]*(?<!/)>([^<]+)"
    rb"|<(/?)w:(p|tab|br|cr|noBreakHyphen|fldChar|instrText|fldSimple)(?=[\s/>])([^>]*)>([^<]*)"
)
_KIND: Final = rb'w:fldCharType="(\w+)"'
_SIMPLE: Final = rb'w:instr="([^"]*)"'
# Stands for the end of a paragraph; no text of XML holds it.
_END: Final = b"\0"


def read_texts(entries: Mapping[str, Entry]) -> list[str]:
    """The texts of the lines of a file that is to be stamped, without blanks around.

    Raises:
        ValueError: There is no body, or there are marks around values, which must not leave the program.
    """
    lines: list[str] = []
    margins: set[tuple[str, str]] = set()
    for name, kind in parts_of(entries):
        texts = _texts(entries[name].data())
        if kind in MARGINS:
            margins.update((MARGINS[kind], text) for text in texts)
        else:
            lines += texts
    return lines + [text for _, text in sorted(margins)]


def parts_of(entries: Mapping[str, Entry]) -> list[tuple[str, str]]:
    """The parts that people read, each with its kind: the body (``""``), then notes, headers and footers.

    Raises:
        ValueError: There is no body.
    """
    main = main_part(entries)
    folder = main.rpartition("/")[0]
    others = {name: match[1] for name in entries if (match := re.fullmatch(_OTHERS, name.removeprefix(f"{folder}/")))}
    return [(main, ""), *sorted(others.items())]


def _texts(data: bytes) -> list[str]:
    if _MARK in data:
        raise ValueError(f"a report with marks ({MARK_SPACE}) must not be written")
    special = list(re.finditer(_SPECIAL, data))
    if data.find(_USUAL, 0, _HEAD) < 0 or b"Fallback" in data or _END in data or not all(map(_is_usual, special)):
        return _read(data)
    if _may_be_volatile(special):
        pieces = list(_outside_fields(data))
    else:
        pieces = [piece or _END for piece in re.findall(_PIECES, _with_signs(data, special))]
    *paragraphs, _ = b"".join(pieces).decode().split(_END.decode())
    return [text for one in paragraphs if (text := unescaped(one).strip())]


def _read(data: bytes) -> list[str]:
    from generator.word.read.document import Reader, paragraphs_in  # noqa: PLC0415 - needs lxml; few reports need it
    from generator.word.trees import parse_xml  # noqa: PLC0415 - as above

    found = paragraphs_in(Reader().blocks(parse_xml(data)))
    return [text for paragraph, _ in found if (text := paragraph.text.strip())]


def _is_usual(special: re.Match[bytes]) -> bool:
    name, attributes, _ = special.groups()
    if name in {b"instrText", b"fldSimple"}:
        return True
    if name == b"br":
        return attributes in {b"/", *_PAGE}
    # With attributes, a tab is a stop in the format of a paragraph.
    return name in _SIGNS and (attributes == b"/" or b"=" in attributes)


def _may_be_volatile(special: list[re.Match[bytes]]) -> bool:
    """Whether a field could be one that each program works out by itself; its instruction may be in pieces."""
    found = b"".join(one[3] if one[1] == b"instrText" else one[2] for one in special if one[1] not in _SIGNS).upper()
    return any(name.encode() in found for name in VOLATILE)


def _with_signs(data: bytes, special: list[re.Match[bytes]]) -> bytes:
    """The part with its signs as texts."""
    pieces: list[bytes] = []
    at = 0
    for one in special:
        if one[2] == b"/" and one[1] in _SIGNS:
            pieces += (data[at : one.start()], b"<w:t>", _SIGNS[one[1]], b"</w:t>", one[3])
            at = one.end()
    return b"".join((*pieces, data[at:]))


def _outside_fields(data: bytes) -> Iterator[bytes]:
    """The texts and the ends of paragraphs, without the results of fields that programs work out by themselves."""
    # Of each open field its instruction, and once its result is read whether that is skipped.
    fields: list[bytes | bool] = []
    for text, end, name, attributes, after in re.findall(_TOKENS, data):
        if name == b"p":
            yield _END if end else b""
        elif not text and name not in _SIGNS:
            _follow(fields, name, attributes, after, is_end=bool(end))
        elif True not in fields:
            yield text or (_SIGNS[name] if attributes == b"/" else b"")


def _follow(fields: list[bytes | bool], name: bytes, attributes: bytes, after: bytes, *, is_end: bool) -> None:
    """Keeps track of the fields that are open."""
    mark = re.search(_KIND, attributes)
    kind = mark[1] if mark is not None else b"end" if name == b"fldSimple" and is_end else b""
    if kind == b"end":
        del fields[-1:]
    elif kind == b"begin":
        fields.append(b"")
    elif kind == b"separate" and fields:
        fields[-1] = _is_volatile(fields[-1])
    elif name == b"fldSimple" and not attributes.endswith(b"/"):
        fields.append(_is_volatile(b"".join(re.findall(_SIMPLE, attributes))))
    elif name == b"instrText" and fields and isinstance(fields[-1], bytes):
        # Programs write an instruction in several pieces: 「 PA」「GE 」.
        fields[-1] += after


def _is_volatile(instruction: bytes | bool) -> bool:
    return isinstance(instruction, bytes) and next(iter(instruction.decode().upper().split()), "") in VOLATILE
