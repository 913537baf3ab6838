"""How an edited value is typed into the input: figures with their unit, dates and texts in the way they were typed."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.forms import plain
from generator.submission.kinds import KindFault, read_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.formula import Value
    from generator.pulling.targets import Target

__all__ = ["TAG", "Cut", "NotReadable", "is_same", "locate", "retyped"]

_FIGURE = re.compile(r"([+\-－−]?[0-9０-９][0-9０-９.,，．]*)(\s*)(\D*)")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
"""A reference, or what else stands in a text for something else."""


class NotReadable(Exception):
    """An edited text is not what its field takes: why, and how to mend it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.why, self.mend = why, mend


class Cut(NamedTuple):
    """Within a text, what stands from ``start`` to before ``end`` gives way to ``new``."""

    start: int
    end: int
    new: str


def retyped(target: Target, printed: str, edited: str, unit: str) -> str:
    """What to type for a value that was edited as a whole: a figure, a date, a choice.

    Args:
        target: The fact.
        printed: The text that was printed.
        edited: The text that stands there now; nothing where it was emptied.
        unit: The unit that the printed text leaves out.

    Raises:
        NotReadable: The field cannot take it.
    """
    edited = edited.strip()
    if not edited:
        return ""
    typed = target.fact.text.strip()
    text = _dated(typed, edited) if isinstance(target.fact.value, date) else _united(typed, printed, edited, unit)
    _check(target, text)
    return text


def _dated(typed: str, edited: str) -> str:
    """A date in the way in which the old one was typed."""
    parts, old = _DATE.fullmatch(edited), _DATE.fullmatch(typed)
    if parts is None or old is None or "年" in typed:
        return edited
    sign = typed[len(old[1])]
    wide = len(old[2]) == 2 and len(old[3]) == 2
    return sign.join([parts[1], *(part.zfill(2) if wide else str(int(part)) for part in parts.groups()[1:])])


def _united(typed: str, printed: str, edited: str, unit: str) -> str:
    """A figure with the unit that belongs to it, parted from it as before."""
    figure, old = _FIGURE.fullmatch(edited), _FIGURE.fullmatch(typed)
    if figure is None:
        return edited
    gap = old[2] if old is not None else " "
    number = figure[1].replace(",", "").replace("，", "") if "," in printed and "," not in typed else figure[1]
    own = figure[3].strip()
    if own or unit:
        return f"{number}{gap}{own or unit}" if (own or unit)[0] not in "%％‰" else f"{number}{own or unit}"
    # The figure alone was printed of 「48名」: the unit goes without saying.
    shown = _FIGURE.fullmatch(printed)
    return f"{number}{gap}{old[3]}" if old is not None and shown is not None and not shown[3] else number


def _check(target: Target, text: str) -> None:
    field = target.field
    if field is None:
        _check_score(text)
        return
    try:
        read_kind(field, text)
    except KindFault as fault:
        words = {"name": target.path, "text": text, **fault.words}
        said = fault.code.at(target.span, target.path, hint=fault.hint, **words)
        raise NotReadable(said.message, said.hint) from None


def _check_score(text: str) -> None:
    """What a bureau gives an indicator is a figure; its other words are texts."""
    try:
        parse_amount(text)
    except NotAnAmount as fault:
        raise NotReadable(f"「{text}」不是一个得分（{fault}）。", "写成数字，如 3。") from None


def is_same(target: Target, text: str) -> bool:
    """Whether a text says the value that the fact has already."""
    value: Value = target.fact.value
    if target.field is None or not isinstance(value, Fraction):
        return text == target.fact.text.strip()
    return read_kind(target.field, text) == value and plain(value) != ""


def locate(raw: str, printed: str, edited: str, part: int, within: tuple[int, int] | None = None) -> Cut | None:
    """Where in a text that was typed an edit of what was printed of it belongs: what differs, and nothing else.

    References stand for what others typed; the text between them is printed as it stands. None where the printed text
    is not found, or more than once without telling which.

    Args:
        raw: The text as typed.
        printed: A part of it, as printed.
        edited: The same part as it reads now.
        part: The place of the part among those that references cut the text into.
        within: From where to where it must lie.
    """
    start, end = within or (0, len(raw))
    segments = [(max(first, start), min(last, end)) for first, last in _literals(raw) if first < end and last > start]
    found = [(at, number) for number, segment in enumerate(segments, 1) for at in _places(raw, printed, segment)]
    if len(found) > 1:
        found = [(at, number) for at, number in found if number == part and len(segments) > 1]
    if len(found) != 1:
        return None
    at = found[0][0]
    head = _common(printed, edited)
    tail = _common(printed[head:][::-1], edited[head:][::-1])
    return Cut(at + head, at + len(printed) - tail, edited[head : len(edited) - tail])


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _literals(raw: str) -> Iterator[tuple[int, int]]:
    """From where to where the text between references goes, blank pieces left out."""
    at = 0
    for tag in TAG.finditer(raw):
        if raw[at : tag.start()].strip():
            yield at, tag.start()
        at = tag.end()
    if raw[at:].strip():
        yield at, len(raw)


def _places(raw: str, printed: str, segment: tuple[int, int]) -> Iterator[int]:
    at = raw.find(printed, *segment)
    while at >= 0:
        yield at
        at = raw.find(printed, at + 1, segment[1])
