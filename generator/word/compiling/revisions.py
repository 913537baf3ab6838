"""Tracked changes of a layout: it is read as it looks once they are accepted, and the maintainer is told.

A report must not carry the traces of how its layout was written; and what was deleted is no tag any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from generator.word import names
from generator.word.names import w
from generator.word.places import Places

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["Changes", "accept"]

_GONE: Final = (w("del"), w("moveFrom"))
_COME: Final = (w("ins"), w("moveTo"))
_FORMER: Final = tuple(map(w, (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "numberingChange", "cellIns", "cellMerge",
)))  # fmt: skip
_EDGES: Final = tuple(map(w, (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
)))  # fmt: skip
_CELL: Final = w("cellDel")
_PROPERTIES: Final = {names.R_PR, w("trPr"), w("numPr"), w("tcPr")}


class Changes(NamedTuple):
    """How many changes were accepted, and where the first of them stands."""

    number: int
    place: str


def accept(root: Tree, title: str) -> Changes | None:
    """Accepts every tracked change of a part.

    Args:
        root: Its tree, which is changed.
        title: What people call the part.

    Returns:
        None if there are none.
    """
    changes = [change for change in root.iter(*_GONE, *_COME, *_FORMER, _CELL) if not _is_inside(change)]
    if not changes:
        return None
    place = _place(changes[0], Places(root, title)) or title
    paragraphs = [mark.getparent() for mark in root.iter(*_GONE) if _marks_paragraph(mark)]
    for row in [
        row for row in root.iter(names.TR) if any(row.find(f"{w('trPr')}/{gone}") is not None for gone in _GONE)
    ]:
        _remove(row)
    for cell in [cell for cell in root.iter(names.TC) if cell.find(f"{names.TC_PR}/{_CELL}") is not None]:
        _remove(cell)
    _settle(root)
    for mark in paragraphs:
        paragraph = None if mark is None else names.ancestor(mark, names.P)
        if paragraph is not None:
            _merge(paragraph)
    for emptied in [one for one in root.iter(names.TBL, names.TR) if not _has_content(one)]:
        _remove(emptied)
    return Changes(len(changes), place)


def _is_inside(change: Tree) -> bool:
    """Whether it is part of another change, which counts for both."""
    return next(change.iterancestors(*_GONE), None) is not None


def _place(change: Tree, places: Places) -> str:
    around = change.iterancestors(names.P, names.TR, names.TBL)
    paragraph = next((paragraph for element in around for paragraph in element.iter(names.P)), None)
    return places.of(paragraph) if paragraph is not None else ""


def _marks_paragraph(mark: Tree) -> bool:
    """Whether it says of a paragraph's end that it was deleted."""
    parent = mark.getparent()
    above = None if parent is None else parent.getparent()
    return parent is not None and parent.tag == names.R_PR and above is not None and above.tag == names.P_PR


def _settle(root: Tree) -> None:
    """Takes out what was deleted, and the signs of what was inserted; what these hold stays."""
    for change in list(root.iter(*_GONE, *_FORMER, *_EDGES, _CELL)):
        _remove(change)
    for change in list(root.iter(*_COME)):
        parent = change.getparent()
        if parent is not None:
            for child in list(change) if parent.tag not in _PROPERTIES else ():
                change.addprevious(child)
            parent.remove(change)
            # The schema knows no rows with empty properties.
            if parent.tag == w("trPr") and not len(parent):
                _remove(parent)


def _merge(paragraph: Tree) -> None:
    """A paragraph whose end was deleted goes on in the next one, in the format of that."""
    following = paragraph.getnext()
    content = [child for child in paragraph if child.tag != names.P_PR]
    if following is not None and following.tag == names.P:
        start = int(following.find(names.P_PR) is not None)
        following[start:start] = content
        _remove(paragraph)
    elif not content and paragraph.getnext() is not None:
        _remove(paragraph)


def _has_content(element: Tree) -> bool:
    wanted = names.TR if element.tag == names.TBL else names.TC
    return next(element.iter(wanted), None) is not None


def _remove(element: Tree) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
