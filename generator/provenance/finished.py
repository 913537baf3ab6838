"""Files that are finished: reading what they tell of their making, of which nobody knows who had them since."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.provenance.record import Record, read_record
from generator.provenance.stamp import Stamp
from generator.provenance.stamping import FILE_DIGEST, TEXT_DIGEST, digest_of_parts, digest_of_texts, is_word
from generator.word.custom_properties import read_properties
from generator.word.opc import Entry, open_package
from generator.word.read.document import VOLATILE, Piece
from generator.word.read.lines import Line, read_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Finished", "open_finished"]


class Finished(Struct, frozen=True, dict=True):
    """A Word file or workbook that was written some time ago.

    Attributes:
        entries: Its package.
        properties: Its custom properties.
        stamp: Where it comes from; None where it does not tell: this program did not write it.
        record: What else it tells; None where an office program did not keep it.
    """

    entries: Mapping[str, Entry]
    properties: Mapping[str, str]
    stamp: Stamp | None
    record: Record | None

    @cached_property
    def is_untouched(self) -> bool:
        """Whether every part is still as it was written."""
        return self.properties.get(FILE_DIGEST) == digest_of_parts(self.entries)

    @property
    def is_word(self) -> bool:
        """Whether it is a Word file: only its lines are known."""
        return is_word(self.entries)

    @cached_property
    def lines(self) -> list[Line]:
        """Its text as it reads now, without blanks around the lines; none where it cannot be read."""
        # Version 0.1.0 took contents lists into the digest.
        is_old = self.stamp is not None and self.stamp.program == "0.1.0"
        try:
            read = read_lines(self.entries, VOLATILE - {"TOC"} if is_old else VOLATILE) if self.is_word else None
        except ValueError:
            return []
        return [replace(line, pieces=(Piece(line.text.strip()),)) for line in read.lines] if read is not None else []

    @cached_property
    def has_its_text(self) -> bool:
        """Whether it still reads as it was written."""
        return self.is_the_text([line.text for line in self.lines])

    def is_the_text(self, texts: Sequence[str]) -> bool:
        """Whether this was its text when it was written."""
        return self.properties.get(TEXT_DIGEST) == digest_of_texts(texts)


def open_finished(data: bytes, file: str = "") -> Finished:
    """A Word file or workbook, whoever wrote it.

    Args:
        data: Its bytes.
        file: What findings call it.

    Raises:
        Refused: It is neither, or broken.
    """
    span = Span(file)
    entries = open_package(data, span)
    try:
        properties = read_properties(entries)
        stamp = Stamp.read(properties)
        return Finished(entries, properties, stamp, read_record(entries) if stamp is not None else None)
    except ValueError as error:
        raise Refused([]) from error
