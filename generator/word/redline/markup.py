"""Writes tracked changes in the name of one author; prepares a document that comes with some."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w
from generator.word.xml import PARAGRAPH, accept_changes, make, placed, unwrap

if TYPE_CHECKING:
    from generator.word.names import Tree


INSERTED: Final = "ins"
DELETED: Final = "del"
# In a paragraph's properties, but not part of its format: a tracked change of format must not hold it.
_OF_THE_MARK: Final = frozenset(map(w, ("rPr", "sectPr", "pPrChange")))
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
            placed(properties, run, PARAGRAPH)
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


_ASIDE: Final = frozenset(map(w, ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")))
_WRAPPERS: Final = (*map(w, ("sdtContent", "smartTag", "customXml", "dir", "bdo")), names.SDT)


def settle(root: Tree) -> None:
    """Accepts every tracked change below the root, and replaces content controls by what is in them."""
    accept_changes(root)
    for element in list(root.iter(w("proofErr"), w("lastRenderedPageBreak"), *_WRAPPERS)):
        unwrap(element, _ASIDE)
