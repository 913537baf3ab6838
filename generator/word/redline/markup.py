"""Tracked changes: written in the name of one author, and accepted where a document comes with some."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w
from generator.word.xml import drop, make

if TYPE_CHECKING:
    from generator.word.names import Tree


INSERTED: Final = "ins"
DELETED: Final = "del"
# In a paragraph's properties, but not part of its format: a tracked change of format must not hold it.
_OF_THE_MARK: Final = frozenset(map(w, ("rPr", "sectPr", "pPrChange")))
_LATE_IN_PARAGRAPH: Final = tuple(map(w, ("sectPr", "pPrChange")))
_OF_THE_CELL: Final = frozenset(map(w, ("cellIns", "cellDel", "cellMerge", "tcPrChange")))
_OF_THE_ROW: Final = frozenset(map(w, ("ins", "del", "trPrChange")))


class Pen:
    """Marks what changed, in the name of one author at one time.

    Args:
        author: Who.
        date: When, as ``2022-05-20T00:00:00Z``.
        first: The number of the first mark; the following ones count on.
    """

    def __init__(self, author: str, date: str, first: int) -> None:
        self._author, self._date, self._next = author, date, first
        self.count = 0

    def mark(self, name: str) -> Tree:
        """An empty ``w:ins``, ``w:del``, ``w:pPrChange`` …"""
        element = make(w(name))
        element.set(w("id"), str(self._next))
        element.set(w("author"), self._author)
        element.set(w("date"), self._date)
        self._next += 1
        self.count += 1
        return element

    def flag_paragraph(self, paragraph: Tree, kind: str) -> None:
        """Says of the paragraph's mark that it was inserted or deleted."""
        properties = _properties(paragraph, names.P_PR)
        run = properties.find(names.R_PR)
        if run is None:
            run = make(names.R_PR)
            late = next((child for child in properties if child.tag in _LATE_IN_PARAGRAPH), None)
            properties.insert(len(properties) if late is None else properties.index(late), run)
        run.insert(0, self.mark(kind))

    def flag_row(self, row: Tree, kind: str) -> None:
        """Says of a row that it was inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = make(w("trPr"))
            exceptions = row.find(w("tblPrEx"))
            row.insert(0 if exceptions is None else row.index(exceptions) + 1, properties)
        _keep_filled(properties)
        properties.append(self.mark(kind))

    def change_format(self, holder: Tree, name: str, old: Tree | None) -> None:
        """Writes into an element what its properties were (``name`` is that of the properties: ``pPr`` …)."""
        properties = _properties(holder, w(name))
        change = self.mark(f"{name}Change")
        was = make(w(name))
        was.extend(deepcopy(child) for child in (() if old is None else old) if child.tag not in own_to_mark(name))
        for filled in (properties, was) if name == "trPr" else ():
            _keep_filled(filled)
        change.append(was)
        properties.append(change)


def own_to_mark(name: str) -> frozenset[str]:
    """The children of properties of this kind that a tracked change of format must not hold."""
    return {"pPr": _OF_THE_MARK, "tcPr": _OF_THE_CELL, "trPr": _OF_THE_ROW}.get(name, frozenset({w(f"{name}Change")}))


def _keep_filled(row_properties: Tree) -> None:
    """The schema wants a property of the row besides its mark; this one states the default."""
    if not any(child.tag not in _OF_THE_ROW for child in row_properties):
        default = make(w("cantSplit"))
        default.set(w("val"), "off")
        row_properties.insert(0, default)


def _properties(holder: Tree, tag: str) -> Tree:
    found = holder.find(tag)
    if found is None:
        found = make(tag)
        holder.insert(0, found)
    return found


_GONE: Final = frozenset(
    map(
        w,
        (
            "del", "moveFrom", "proofErr", "lastRenderedPageBreak", "pPrChange", "rPrChange", "tblPrChange",
            "tcPrChange", "trPrChange", "sectPrChange", "tblGridChange", "tblPrExChange", "numberingChange",
            "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "cellIns", "cellMerge",
        ),
    )
)  # fmt: skip
_UNWRAPPED: Final = frozenset(map(w, ("sdtContent", "smartTag", "customXml", "ins", "moveTo", "dir", "bdo")))
_ASIDE: Final = frozenset(map(w, ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")))


def accept_changes(root: Tree) -> None:
    """Accepts every tracked change below the root, and replaces content controls by what is in them."""
    for row in [row for row in root.iter(names.TR) if row.find(f"{w('trPr')}/{w('del')}") is not None]:
        drop(row)
    for cell in [cell for cell in root.iter(names.TC) if cell.find(f"{names.TC_PR}/{w('cellDel')}") is not None]:
        drop(cell)
    for element in [row for row in root.iter(names.TR) if row.find(names.TC) is None and row.find(names.SDT) is None]:
        drop(element)
    for element in [table for table in root.iter(names.TBL) if next(table.iter(names.TR), None) is None]:
        drop(element)
    for paragraph in list(root.iter(names.P)):
        if paragraph.find(f"{names.P_PR}/{names.R_PR}/{w('del')}") is not None:
            _join_with_next(paragraph)
    for element in [one for one in root.iter() if one.tag in _GONE]:
        drop(element)
    for element in [one for one in root.iter() if one.tag in _UNWRAPPED or one.tag == names.SDT]:
        _unwrap(element)


def _join_with_next(paragraph: Tree) -> None:
    """A paragraph whose mark was deleted goes on in the next one."""
    following = paragraph.getnext()
    if following is None or following.tag != names.P:
        return
    content = [child for child in paragraph if child.tag != names.P_PR]
    at = 1 if following.find(names.P_PR) is not None else 0
    for number, child in enumerate(content):
        following.insert(at + number, child)
    drop(paragraph)


def _unwrap(element: Tree) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for number, child in enumerate([child for child in element if child.tag not in _ASIDE]):
        parent.insert(at + number, child)
    drop(element)
