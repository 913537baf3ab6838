"""Printing a value where a tag stands."""

from __future__ import annotations

import re
from typing import Final

from generator.base.picture import Picture
from generator.word.running.values import PictureRun, RunValue, TextValue
from generator.word.running.wording import Printed, PrintedBlock, UnprintableError, text_of, text_xml

__all__ = ["BLOCKS", "finalize"]

BLOCKS: Final = ("<w:p>", "<w:p ", "<w:tbl>", "<w:sdt>")
"""What the XML of paragraphs and tables begins with, kept by ``{%p set %}`` or printed by a macro."""

_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPEN_RUN: Final = '<w:r><w:t xml:space="preserve">'


def finalize(value: object) -> str:  # noqa: PLR0911 - the usual kinds come first, each with its own way out
    """A value as it stands in a run's text. Called for every ``{{ }}``, so the usual kinds come first."""
    kind = type(value)
    if kind is str:
        return value if _SPECIAL.search(value) is None else text_xml(value)  # type: ignore[call-overload, arg-type, return-value]
    if kind is Printed:
        if value.startswith(BLOCKS):  # type: ignore[attr-defined]
            raise UnprintableError("它是若干段，放不进一段文字里", "把标记写成 {{p }}，独占一段。")
        return value  # type: ignore[return-value]
    if kind is PrintedBlock:
        return value  # type: ignore[return-value]
    if kind is int:
        return str(value)
    if kind is Picture:
        value = PictureRun(value)  # type: ignore[arg-type]
    if isinstance(value, RunValue):
        return f"</w:t></w:r>{value.runs_xml('')}{_OPEN_RUN}"
    if isinstance(value, TextValue):
        return value.text_xml()
    return text_xml(text_of(value))
