"""Printing a value where a tag stands."""

from __future__ import annotations

import re
from typing import Final

from generator.word.values import RunValue, TextValue
from generator.word.wording import Printed, text_of, text_xml

__all__ = ["finalize"]

_SPECIAL = re.compile("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]").search
_OPEN_RUN: Final = '<w:r><w:t xml:space="preserve">'


def finalize(value: object) -> str:
    """A value as it stands in a run's text. Called for every ``{{ }}``, so the usual kinds come first."""
    kind = type(value)
    if kind is str:
        return value if _SPECIAL(value) is None else text_xml(value)  # type: ignore[call-overload, arg-type, return-value]
    if kind is Printed:
        return value  # type: ignore[return-value]
    if kind is int:
        return str(value)
    if isinstance(value, RunValue):
        return f"</w:t></w:r>{value.runs_xml('')}{_OPEN_RUN}"
    if isinstance(value, TextValue):
        return value.text_xml()
    return text_xml(text_of(value))
