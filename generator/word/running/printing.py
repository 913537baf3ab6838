"""Printing a value where a tag stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MappingView
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

from generator.patterns import regex
from generator.word.running.rendering import TooMuchError
from generator.word.running.values import RunValue, TextValue
from generator.word.running.wording import GroupError, Printed, PrintedBlock, UnprintableError, text_of, text_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["BLOCKS", "finalize", "finalize_groups"]

BLOCKS: Final = ("<w:p>", "<w:p ", "<w:tbl>", "<w:sdt>")
"""What the XML of paragraphs and tables begins with, kept by ``{%p set %}`` or printed by a macro."""

_SPECIAL = regex("[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPEN_RUN: Final = '<w:r><w:t xml:space="preserve">'
_MOST_PRINTED: Final = 100_000
_SIGNS: Final[dict[type, str]] = {list: "[]", tuple: "()", set: "{}", frozenset: "{}", range: "[]"}


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
    if isinstance(value, RunValue):
        return f"</w:t></w:r>{value.runs_xml('')}{_OPEN_RUN}"
    if isinstance(value, TextValue):
        return value.text_xml()
    return text_xml(text_of(value))


def finalize_groups(value: object) -> str:
    """As ``finalize``; but a list or a mapping prints as Python shows it, as docxtpl does."""
    try:
        return finalize(value)
    except GroupError:
        if isinstance(value, Iterator):
            raise
        shown = _Shown()
        shown.add(value)
        return text_xml("".join(shown.pieces))


class _Shown:
    """What ``repr`` gives, bit by bit: lists that hold lists that hold lists … have a text that outgrows all memory."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._size = 0

    def add(self, value: Any) -> None:
        if isinstance(value, Mapping):
            self._enclose("{}", value.items(), self._add_pair)
        elif isinstance(value, MappingView):
            self._write(f"{type(value).__name__}(")
            self._enclose("[]", cast("Iterable[Any]", value), self.add)
            self._write(")")
        elif type(value) in _SIGNS:
            # The members of a set come in the same order each time.
            members = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
            self._enclose(_SIGNS[type(value)], members, self.add)
        else:
            self._write(text_of(value) if isinstance(value, Fraction | Decimal) else repr(value))

    def _add_pair(self, pair: tuple[Any, Any]) -> None:
        self.add(pair[0])
        self._write(": ")
        self.add(pair[1])

    def _enclose(self, signs: str, members: Iterable[Any], add: Callable[[Any], None]) -> None:
        self._write(signs[0])
        count = 0
        for count, member in enumerate(members, 1):
            if count > 1:
                self._write(", ")
            add(member)
        self._write("," * (signs == "()" and count == 1) + signs[1])

    def _write(self, piece: str) -> None:
        self._size += len(piece)
        if self._size > _MOST_PRINTED:
            raise TooMuchError("一组值印出来太长")
        self.pieces.append(piece)
