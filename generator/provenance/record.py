"""The part of a report that lets later edits be found without its input: a check sum of each line, and its sources.

A custom XML part, which office programs carry along unseen. Custom properties would be too short for it.
"""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode, b64encode
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.word.opc import (
    DECLARATION,
    RELATIONS,
    add_part,
    escaped,
    main_part,
    replace_text,
    text_of,
    unescaped,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from generator.word.opc import Entry

__all__ = ["Record", "check_sum", "read_record", "write_record"]

_SPACE: Final = "urn:jixiao:provenance"
_IDENTITY: Final = "{6A697869-616F-4A58-9C5E-7D2F10A3B803}"
_KIND: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_LINES: Final = r"<(?:\w+:)?lines\b[^>]*>([^<]*)<"
_SOURCE: Final = r'<(?:\w+:)?source\s+name="([^"]*)"\s+digest="([0-9a-f]{64})"'


class Record(NamedTuple):
    """The check sums of a report's lines, and the tables, attachments and evidence of its input with their SHA-256."""

    sums: tuple[int, ...]
    sources: tuple[tuple[str, str], ...]


def check_sum(text: str) -> int:
    """A line's check sum, of 32 bits: it tells lines apart, and proves nothing."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def write_record(entries: dict[str, Entry], texts: Iterable[str], sources: Iterable[tuple[str, str]]) -> None:
    """Adds the record to a package, or puts it in the place of an older one.

    Args:
        entries: The package.
        texts: The lines of the report; none for a workbook.
        sources: Names and digests.
    """
    sums = [check_sum(text) for text in texts]
    packed = b64encode(struct.pack(f">{len(sums)}I", *sums)).decode()
    listed = "".join(f'<source name="{escaped(name)}" digest="{digest}"/>' for name, digest in sources)
    text = f'{DECLARATION}<provenance xmlns="{_SPACE}"><lines>{packed}</lines>{listed}</provenance>'
    there = _place(entries)
    if there:
        replace_text(entries, there, text)
        return
    number = next(number for number in count(1) if f"customXml/item{number}.xml" not in entries)
    item, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    add_part(entries, item, text, "", main_part(entries), f"{RELATIONS}/customXml", f"rIdProvenance{number}")
    described = (
        f'{DECLARATION}<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
        f'ds:itemID="{_IDENTITY}"><ds:schemaRefs><ds:schemaRef ds:uri="{_SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    add_part(entries, properties, described, _KIND, item, f"{RELATIONS}/customXmlProps", "rId1")


def read_record(entries: Mapping[str, Entry]) -> Record | None:
    """The record in a package; None where there is none, or not the whole of it."""
    place = _place(entries)
    if not place:
        return None
    try:
        text = text_of(entries[place])
        lines = re.search(_LINES, text)
        packed = b64decode("".join(lines[1].split()), validate=True) if lines is not None else b""
        sums = struct.unpack(f">{len(packed) // 4}I", packed)
    except (ValueError, struct.error):
        return None
    return Record(sums, tuple((unescaped(name), digest) for name, digest in re.findall(_SOURCE, text)))


def _place(entries: Mapping[str, Entry]) -> str:
    """The name of the part: programs give it another."""
    space = _SPACE.encode()
    items = (name for name in sorted(entries) if name.startswith("customXml/") and name.endswith(".xml"))
    return next((name for name in items if _holds(entries[name], space)), "")


def _holds(entry: Entry, space: bytes) -> bool:
    data = entry.data()
    return space in data and b"datastoreItem" not in data
