"""A document made plain before it is compared: changes that someone tracked in it accepted, controls taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w
from generator.word.trees import drop

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["settle"]

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


def settle(root: Tree) -> None:
    """Accepts every tracked change below the root, and puts what stands in content controls in their place."""
    _drop_rows_and_cells(root)
    for paragraph in list(root.iter(names.P)):
        if paragraph.find(f"{names.P_PR}/{names.R_PR}/{w('del')}") is not None:
            _join_with_next(paragraph)
    for element in [one for one in root.iter() if one.tag in _GONE]:
        drop(element)
    for element in [one for one in root.iter() if one.tag in _UNWRAPPED or one.tag == names.SDT]:
        _unwrap(element)


def _drop_rows_and_cells(root: Tree) -> None:
    for row in [row for row in root.iter(names.TR) if row.find(f"{w('trPr')}/{w('del')}") is not None]:
        drop(row)
    for cell in [cell for cell in root.iter(names.TC) if cell.find(f"{names.TC_PR}/{w('cellDel')}") is not None]:
        drop(cell)
    for element in [row for row in root.iter(names.TR) if row.find(names.TC) is None and row.find(names.SDT) is None]:
        drop(element)
    for element in [table for table in root.iter(names.TBL) if next(table.iter(names.TR), None) is None]:
        drop(element)


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
