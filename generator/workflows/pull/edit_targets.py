"""Where in the input a printed value was typed, and what to type there for an edit of it.

``EditTargets``   the facts and items by their paths
``renaming``  paths of an older state of the input as those of today
``retyped``   what to type for a figure, date or choice that was edited as a whole
``locate``    which characters of a typed text an edit changes
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Span
from generator.base.formats import plain
from generator.base.passage import without_marks
from generator.base.textdiff import align, likeness, same_start
from generator.formula.values import Value
from generator.submission.kinds import KindFault, read_kind
from generator.submission.model import Fact, Record, Submission, Table, facts_by_path, field_path, moved_path
from generator.template.model import Field
from generator.yamlfile.build import scalars
from generator.yamlfile.edit import Cut, spliced
from generator.yamlfile.source import Source

if TYPE_CHECKING:
    from generator.pipeline import Assessment


_BOUND = re.compile(r"[≥≤≧≦＞＜>=<]|不[低高少多超]|以[上下内前]|左右|约|超|近|前|内")
_AMOUNT = re.compile(r"([+\-－−–]?[0-9０-９][0-9０-９.,，．]*)(\s*)(\D*)")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_ROW = re.compile(r"\[\d+\]")
_ITEM = re.compile(r"(.+)\[(\d+)\]")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
"""A reference or another tag of Jinja."""
_MIN_ROW_LIKENESS = 0.7
_MIN_ITEM_LIKENESS = 0.6


class EditTarget(Struct, frozen=True):
    """One fact, or one ``item`` of a list, and how it is written in the input.

    Attributes:
        field: Its field; None for the entries of an indicator.
        span: Where its value begins.
        raw: The value in the file, of which it may be one line; None if it is elsewhere (a spreadsheet, a default).
        line: The number of its line, from 1, in a list written as one text; else 0.
    """

    path: str
    label: str
    fact: Fact
    field: Field | None
    span: Span
    raw: str | None
    line: int = 0
    item: bool = False

    @property
    def extent(self) -> tuple[int, int]:
        """Start and end of its text in ``raw``: the whole, or its line; blank lines do not count."""
        at = count = 0
        for line in (self.raw or "").split("\n") if self.line else ():
            count += bool(line.strip())
            if count == self.line and line.strip():
                return at, at + len(line)
            at += len(line) + 1
        return 0, len(self.raw or "")

    @property
    def text(self) -> str:
        """Its text as typed, with references and signs of emphasis."""
        return (self.raw or "")[slice(*self.extent)]

    @property
    def is_text(self) -> bool:
        """Whether it prints what was typed, so that parts of it may be edited."""
        is_choice = self.field is not None and self.field.kind in ("选项", "是否")
        return self.item or (isinstance(self.fact.value, str) and not is_choice)


class EditTargets:
    """The targets of one input, by the paths of printed values."""

    def __init__(self, source: Source, assessment: Assessment) -> None:
        self._facts = facts_by_path(assessment.submission)
        self._fields = assessment.submission.template.by_path
        root = source.root
        self._typed = {one.span: one.text for one in scalars(root)} if root is not None else {}
        self._rows = {row.path: row for table in assessment.submission.facts.tables for row in table.rows}

    def get(self, path: str) -> EditTarget | None:
        """The target at a path; None if nobody typed it."""
        fact = self._facts.get(path)
        if fact is None:
            return None
        whole, label, field = self.list_of(path), self.label(path), self._field(path)
        if whole is None:
            return EditTarget(path, label, fact, field, fact.span, self._typed.get(fact.span))
        one_text = whole.spans.count(whole.span) == len(whole.spans) > 0 and whole.span in self._typed
        span = whole.span if one_text else fact.span
        line = int(_ITEM.fullmatch(path)[2]) if one_text else 0  # type: ignore[index]  # items of lists have a number
        return EditTarget(path, label, fact, field, span, self._typed.get(span), line, item=True)

    def list_of(self, path: str) -> Fact | None:
        """The list that the item at a path belongs to; None if it is no item."""
        item = _ITEM.fullmatch(path)
        whole = self._facts.get(item[1]) if item is not None else None
        return whole if whole is not None and isinstance(whole.value, tuple) else None

    def items_left(self, path: str, gone: Collection[str]) -> int:
        """How many items a list keeps when these are gone."""
        whole = self._facts[path]
        assert isinstance(whole.value, tuple)  # noqa: S101 - it is a list
        return sum(f"{path}[{number}]" not in gone for number in range(1, len(whole.value) + 1))

    def rows_of(self, path: str) -> list[tuple[str, Record]]:
        """The rows that a path lies in, the outermost first."""
        names = [path[: match.end()] for match in _ROW.finditer(path)]
        return [(name, self._rows[name]) for name in names if name in self._rows]

    def label(self, path: str) -> str:
        """What people call a value: the label of its field, or 「某指标的说明」."""
        field = self._field(path)
        if field is not None:
            return field.label or field.name
        parts = field_path(path).split(".")
        return f"{parts[1]}的{parts[-1]}" if len(parts) > 2 else parts[-1]

    def _field(self, path: str) -> Field | None:
        return self._fields.get(field_path(path))


def renaming(base: Submission, now: Submission, *, rows: bool = True) -> Callable[[str], str]:
    """Maps paths of an earlier state of an input to those of today, following rows and items that moved.

    Paths of removed rows and items map to paths of nothing. Without ``rows``, no row was added, removed or moved.
    """
    if base.digest == now.digest:
        return lambda path: path
    names: dict[str, str] = {}
    if rows:
        _rename_rows(base.facts, now.facts, names)

    others = facts_by_path(now)
    for path, fact in facts_by_path(base).items():
        here = moved_path(path, names)
        old, new = _items(fact), _items(others.get(here))
        for i, j in align(old, new, (str,), likeness, _MIN_ITEM_LIKENESS) if old else ():
            if i is not None:
                names[f"{path}[{i + 1}]"] = f"{here}[{'已删' if j is None else j + 1}]"
    return partial(moved_path, moved=names)


def _items(fact: Fact | None) -> list[str]:
    return [str(one) for one in fact.value] if fact is not None and isinstance(fact.value, tuple) else []


def _rename_rows(base: Record, now: Record, names: dict[str, str]) -> None:
    for name, member in base.members.items():
        other = now.members.get(name)
        if isinstance(member, Table) and isinstance(other, Table):
            for i, j in align(member.rows, other.rows, (_said, _called), _row_likeness, _MIN_ROW_LIKENESS):
                if i is not None and j is not None:
                    names[member.rows[i].path] = other.rows[j].path
                    _rename_rows(member.rows[i], other.rows[j], names)
                elif i is not None:
                    names[member.rows[i].path] = f"{other.path}[已删]"
        elif isinstance(member, Record) and isinstance(other, Record):
            _rename_rows(member, other, names)


def _row_likeness(row: Record, other: Record) -> float:
    """The share of columns with the same text."""
    texts, others = _said(row), _said(other)
    return sum(map(str.__eq__, texts, others)) / max(len(texts), len(others), 1)


def _said(row: Record) -> Sequence[str]:
    return tuple(member.text.strip() for member in row.members.values() if isinstance(member, Fact))


def _called(row: Record) -> Sequence[str] | None:
    """The texts of a row without figures, which identify it when its figures change."""
    words = tuple(text for text in _said(row) if text and not any(map(str.isdecimal, text)))
    return words or None


class NotReadable(Exception):
    """A field does not accept an edited text: why, and how to fix it."""

    def __init__(self, why: str, mend: str) -> None:
        super().__init__(why)
        self.why, self.mend = why, mend


def retyped(target: EditTarget, printed: str, edited: str, unit: str) -> str:
    """What to type for a value that was edited as a whole: a figure, a date, a choice; blank if it was emptied.

    ``unit`` is what the printed text omits. Raises ``NotReadable`` if the field does not accept it.
    """
    edited = edited.strip()
    if not edited:
        return ""
    typed = target.fact.text.strip()
    text = _dated(typed, edited) if isinstance(target.fact.value, date) else _united(typed, printed, edited, unit)
    try:
        if target.field is None:  # the score that a bureau gives an indicator; its other entries are texts
            parse_amount(text)
        else:
            read_kind(target.field, text)
    except NotAnAmount as fault:
        raise NotReadable(f"「{text}」不是一个得分（{fault}）。", "写成数字，如 3。") from None
    except KindFault as fault:
        words = {"name": target.path, "text": text, **fault.words}
        said = fault.code.at(target.span, target.path, hint=fault.hint, **words)
        raise NotReadable(said.message, said.hint) from None
    return text


def _dated(typed: str, edited: str) -> str:
    """A date in the notation of the old one."""
    parts, old = _DATE.fullmatch(unicodedata.normalize("NFKC", edited)), _DATE.fullmatch(typed)
    if parts is None or old is None or "年" in typed:
        return edited
    sign = typed[len(old[1])]
    wide = len(old[2]) == 2 and len(old[3]) == 2
    return sign.join([parts[1], *(part.zfill(2) if wide else str(int(part)) for part in parts.groups()[1:])])


def _united(typed: str, printed: str, edited: str, unit: str) -> str:
    """A figure with its unit, spaced as before."""
    figure, old = _AMOUNT.fullmatch(edited), _AMOUNT.fullmatch(typed)
    if figure is None:
        return edited
    gap = old[2] if old is not None else "" if re.search(r"\d[^\s\d]", typed) else " "
    number = figure[1].replace(",", "").replace("，", "") if "," in printed and "," not in typed else figure[1]
    number, own = number.replace("–", "-"), figure[3].strip()
    if own or unit:
        return f"{number}{gap}{own or unit}" if (own or unit)[0] not in "%％‰" else f"{number}{own or unit}"
    # Of 「48名」 only the figure was printed; keep the unit.
    shown = _AMOUNT.fullmatch(printed)
    return f"{number}{gap}{old[3]}" if old is not None and shown is not None and not shown[3] else number


def is_same(target: EditTarget, text: str) -> bool:
    """Whether a text has the value of the fact."""
    value: Value = target.fact.value
    if target.field is None or not isinstance(value, Fraction):
        return text == target.fact.text.strip()
    # 「≥12家」 and 「≤12家」 have the same figure, and so have 「1份」 and 「100%」.
    is_bound = _BOUND.findall(text) == _BOUND.findall(target.fact.text)
    both = (unicodedata.normalize("NFKC", one) for one in (text, target.fact.text))
    units = {re.split(r"[\d〇零一二两三四五六七八九十百]", one)[-1].strip() for one in both} - {""}
    is_unit = target.field.kind in ("金额", "比率") or len(units) < 2
    return is_bound and is_unit and read_kind(target.field, text) == value and plain(value) != ""


def locate(raw: str, printed: str, edited: str, part: int) -> list[Cut] | None:
    """The cuts that make the smallest change of a typed text for an edit of a printed ``part`` between references.

    The text between references is printed as typed, except for the signs of emphasis, which are kept. None if the
    printed part is not found, or found more than once without telling which.
    """
    text, marks = without_marks(raw)
    segments = list(_literals(text))
    found = [
        (at, number)
        for number, (start, end) in enumerate(segments, 1)
        for at in range(start, end)
        if text.startswith(printed, at, end)
    ]
    if len(found) > 1:
        found = [(at, number) for at, number in found if number == part and len(segments) > 1]
    if len(found) != 1:
        return None
    at = found[0][0]
    head = same_start(printed, edited)
    tail = same_start(printed[head:][::-1], edited[head:][::-1])
    start, end, new = at + head, at + len(printed) - tail, edited[head : len(edited) - tail]
    cuts = list(_between_marks(marks, start, end, new))
    # A sign without its partner, or four in a row, would be printed.
    is_kept = not marks or without_marks(spliced(raw, cuts))[0] == text[:start] + new + text[end:]
    return cuts if is_kept else None


def _between_marks(marks: Sequence[int], start: int, end: int, new: str) -> Iterator[Cut]:
    """The cuts in a text with signs of emphasis that replace ``start`` to ``end`` of the text without them by ``new``.

    ``marks`` are the positions in the text without signs at which one was left out; opening and closing ones in turn.
    """
    if start == end:  # at a sign, insert outside of the emphasis
        before = sum(mark < start or (mark == start and number % 2 == 1) for number, mark in enumerate(marks))
        # Emphasis ends with its line.
        yield Cut(start + 2 * before, start + 2 * before, new.replace("\n", "**\n**") if before % 2 else new)
        return
    edges = [start, *(mark for mark in marks if start < mark < end), end]
    for first, last in pairwise(edges):
        # New text of the same length is divided by the signs in between; other text goes before the first.
        piece = new[first - start : last - start] if len(new) == end - start else new if first == start else ""
        yield Cut(
            first + 2 * sum(mark <= first for mark in marks), last + 2 * sum(mark < last for mark in marks), piece
        )


def _literals(raw: str) -> Iterator[tuple[int, int]]:
    """Start and end of each text between references that is not blank."""
    at = 0
    for tag in TAG.finditer(raw):
        if raw[at : tag.start()].strip():
            yield at, tag.start()
        at = tag.end()
    if raw[at:].strip():
        yield at, len(raw)
