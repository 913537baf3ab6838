"""What Word notes for itself in a layout, which hinders the reading of tags or would be doubled by loops."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["tidy"]

_NOISE: Final = (w("proofErr"), w("lastRenderedPageBreak"))
# Version 0.1.0 printed values in content controls with such tags.
_PRINTED: Final = re.compile(r"jx\d+")
_RSIDS: Final = re.compile(r"rsid\w*$|paraId$|textId$")


def tidy(root: Tree) -> None:
    """Drops proofing marks, revision numbers, and smart tags and controls of a report (their text stays)."""
    for element in list(root.iter(*_NOISE)):
        _dissolve(element)
    for element in list(root.iter(w("smartTag"))):
        _dissolve(element)
    for control in [control for control in root.iter(names.SDT) if _is_printed(control)]:
        _open(control)
    keep_ids = names.local(root) == "comments"
    for element in root.iter(names.P, names.TR, names.R, w("sectPr")):
        for attribute in list(element.attrib):
            if not keep_ids and _RSIDS.search(str(attribute)):
                del element.attrib[attribute]


def _is_printed(control: Tree) -> bool:
    """Whether version 0.1.0 printed a control: somebody made a report a layout, and its values are no more."""
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    return tag is not None and _PRINTED.fullmatch(str(tag.get(w("val")))) is not None


def _open(control: Tree) -> None:
    """Takes a control away and leaves what stands in it."""
    for child in list(control):
        if child.tag == w("sdtContent"):
            _dissolve(child)
        else:
            control.remove(child)
    _dissolve(control)


def _dissolve(element: Tree) -> None:
    """Takes an element away and leaves its runs."""
    parent = element.getparent()
    if parent is None:
        return
    position = parent.index(element)
    for child in [child for child in element if names.local(child) != "smartTagPr"]:
        parent.insert(position, child)
        position += 1
    parent.remove(element)
