"""Giving a file that was just made its provenance. Every output passes here, so nothing heavy is done or loaded."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from generator.provenance.record import write_record
from generator.provenance.stamp import PREFIX
from generator.word.custom_properties import CUSTOM_PROPERTIES, forget_people, write_properties
from generator.word.opc import CONTENT_TYPES, own_package, text_of, write_package
from generator.word.read.texts import read_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.provenance.stamp import Stamp
    from generator.word.opc import Entry

__all__ = ["FILE_DIGEST", "TEXT_DIGEST", "digest_of_parts", "digest_of_texts", "is_word", "stamped", "stamped_parts"]

TEXT_DIGEST: Final = f"{PREFIX}正文摘要"
FILE_DIGEST: Final = f"{PREFIX}文件摘要"
_IS_WORD: Final = "wordprocessingml.document.main+xml"
# What programs add to a file without touching what is in it.
_BESIDE: Final = frozenset({CONTENT_TYPES, "_rels/.rels", CUSTOM_PROPERTIES, "docProps/app.xml"})
_THUMBNAIL: Final = "docProps/thumbnail."


def stamped(data: bytes, stamp: Stamp, sources: Iterable[tuple[str, str]] = ()) -> bytes:
    """A Word file or workbook that tells where it comes from; the same for the same file and stamp.

    Args:
        data: The file, as this program just made it.
        stamp: Where it comes from.
        sources: The files that its input names, each with its digest.
    """
    return stamped_parts(own_package(data), stamp, sources)


def stamped_parts(entries: dict[str, Entry], stamp: Stamp, sources: Iterable[tuple[str, str]] = ()) -> bytes:
    """``stamped`` for a file that is not yet put together; its parts are changed."""
    forget_people(entries)
    properties = stamp.properties()
    texts: Sequence[str] = ()
    if is_word(entries):
        texts = read_texts(entries)
        properties[TEXT_DIGEST] = digest_of_texts(texts)
    write_record(entries, texts, sources)
    properties[FILE_DIGEST] = digest_of_parts(entries)
    write_properties(entries, properties)
    return write_package(entries)


def is_word(entries: Mapping[str, Entry]) -> bool:
    """Whether a package is a Word file."""
    return _IS_WORD in text_of(entries[CONTENT_TYPES])


def digest_of_texts(texts: Iterable[str]) -> str:
    """SHA-256 over the lines of a report."""
    return sha256("\n".join(texts).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_parts(entries: Mapping[str, Entry]) -> str:
    """SHA-256 over the names and contents of all parts that only a change of the file changes."""
    whole = sha256()
    for name in sorted(entries):
        if name not in _BESIDE and not name.startswith(_THUMBNAIL):
            data = entries[name].data()
            whole.update(f"{name}\0{len(data)}\0".encode())
            whole.update(data)
    return whole.hexdigest()
