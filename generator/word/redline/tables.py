"""Two tables as one: rows that came and went, and the cells of those that stayed."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.textdiff import align, likeness
from generator.patterns import regex
from generator.word import names
from generator.word.names import w
from generator.word.redline.atoms import text_of
from generator.word.redline.pen import DELETED, INSERTED, own_to_mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree
    from generator.word.redline.pair import Pair

__all__ = ["marked_table", "merge_tables"]

_LEAST_ALIKE: Final = 0.5
_FIGURE: Final = regex(r"[\d.,%％\s]+")
_WORDS_WEIGH: Final = 4


class _Row(Struct, frozen=True):
    """A row with what it is compared by."""

    element: Tree
    identity: str
    texts: tuple[str, ...]
    shape: tuple[str, ...]


def merge_tables(old: Tree, new: Tree, pair: Pair) -> None:
    """Puts the rows of both into ``new``, what came and what went marked as such."""
    if pair.differ(old.find(w("tblPr")), new.find(w("tblPr")), own_to_mark("tblPr")):
        pair.pen.change_format(new, "tblPr", old.find(w("tblPr")))
    before = [_row(row, pair.old.identity.of(row)) for row in old.iterfind(names.TR)]
    after = [_row(row, pair.new.identity.of(row)) for row in new.iterfind(names.TR)]
    made: list[Tree] = []
    for i, j in align(before, after, (_identity, _wording), _alike, _LEAST_ALIKE):
        if i is not None and j is not None:
            merge_row(before[i].element, after[j].element, pair)
            made.append(after[j].element)
        elif i is not None:
            made.append(_marked_row(deepcopy(before[i].element), DELETED, pair))
        elif j is not None:
            made.append(_marked_row(after[j].element, INSERTED, pair))
    for row in new.findall(names.TR):
        new.remove(row)
    new.extend(made)


def marked_table(table: Tree, kind: str, pair: Pair) -> Tree:
    """A table all of whose rows came, or (a copy of one) all of whose rows went."""
    marked = deepcopy(table) if kind == DELETED else table
    if kind == DELETED:
        _carry_properties(marked, pair)
    for row in marked.iterfind(names.TR):
        _marked_row(row, kind, pair)
    return marked


def merge_row(old: Tree, new: Tree, pair: Pair) -> None:
    """Compares the cells of two rows of the same shape, cell by cell."""
    from generator.word.redline.blocks import merge_container  # noqa: PLC0415 - cells hold blocks, blocks are tables

    if pair.same(old, new):
        return
    if pair.differ(old.find(w("trPr")), new.find(w("trPr")), own_to_mark("trPr")):
        pair.pen.change_format(new, "trPr", old.find(w("trPr")))
    for was, now in zip(old.iterfind(names.TC), new.iterfind(names.TC), strict=True):
        if pair.differ(was.find(names.TC_PR), now.find(names.TC_PR), own_to_mark("tcPr")):
            pair.pen.change_format(now, "tcPr", was.find(names.TC_PR))
        merge_container(was, now, pair)


def _marked_row(row: Tree, kind: str, pair: Pair) -> Tree:
    from generator.word.redline.blocks import mark_container  # noqa: PLC0415 - see above

    pair.pen.flag_row(row, kind)
    for cell in row.iterfind(names.TC):
        mark_container(cell, kind, pair)
    return row


def _carry_properties(table: Tree, pair: Pair) -> None:
    properties = table.find(w("tblPr"))
    if properties is not None:
        pair.carry(properties)


def _row(row: Tree, identity: str) -> _Row:
    cells = row.findall(names.TC)
    return _Row(row, identity, tuple(text_of(cell) for cell in cells), tuple(_shape(row)))


def _shape(row: Tree) -> Iterator[str]:
    """How many columns each cell takes."""
    for cell in row.iterfind(names.TC):
        span = cell.find(f"{names.TC_PR}/{w('gridSpan')}")
        yield "1" if span is None else str(span.get(w("val")))


def _identity(row: _Row) -> str:
    return row.identity


def _wording(row: _Row) -> str | None:
    """The words of the row without its figures, and its shape; None where it has no words."""
    words = [_FIGURE.sub("", text) for text in row.texts]
    return "\0".join((*row.shape, *words)) if any(words) else None


def _alike(old: _Row, new: _Row) -> float:
    """How alike two rows of the same shape are; words weigh more than figures."""
    if old.shape != new.shape:
        return 0.0
    score = whole = 0.0
    for was, now in zip(old.texts, new.texts, strict=True):
        if was or now:
            weight = _WORDS_WEIGH if _FIGURE.sub("", was) and _FIGURE.sub("", now) else 1
            whole += weight
            score += weight * likeness(was, now)
    return score / whole if whole else 1.0
