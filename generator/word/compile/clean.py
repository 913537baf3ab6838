"""Prepares a layout's XML: drops Word's own notes, accepts tracked changes; reads the styles of headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.word import names
from generator.word.inspect import Places
from generator.word.names import w
from generator.word.opc import Entry
from generator.word.render.state import OutlineStyles
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree


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


_STYLES: Final = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc ([1-9])$", re.IGNORECASE)
_BODY_LEVEL: Final = 9
_MOST_STEPS: Final = 20


def read_styles(entries: Mapping[str, Entry], body: str) -> OutlineStyles:
    """The style sheet of a layout.

    Args:
        entries: The files of the package.
        body: The part with the text.
    """
    if _STYLES not in entries:
        return OutlineStyles(body)
    root = parse_xml(entries[_STYLES].data())
    styles = {str(style.get(w("styleId"))): style for style in root.iter(w("style"))}
    names = {key: _value(style, "name") for key, style in styles.items() if style.get(w("type")) == "paragraph"}
    levels = {key: _level(key, styles) for key in names}
    return OutlineStyles(
        body,
        {key: level for key, level in levels.items() if level},
        frozenset(key for key, name in names.items() if name.lower() == "heading 1"),
        {int(found.group(1)): key for key, name in names.items() if (found := _CONTENTS.match(name))},
        _font(root, styles),
    )


def _value(element: Tree, path: str) -> str:
    found = element.find("/".join(w(step) for step in path.split("/")))
    return "" if found is None else str(found.get(w("val"), ""))


def _level(key: str, styles: Mapping[str, Tree]) -> int:
    """The level of a paragraph style, its own or inherited; 0 for body text."""
    for _ in range(_MOST_STEPS):
        if key not in styles:
            return 0
        named, outline = _HEADING.match(_value(styles[key], "name")), _value(styles[key], "pPr/outlineLvl")
        if outline.isdecimal():
            return 0 if int(outline) >= _BODY_LEVEL else int(outline) + 1
        if named:
            return int(named.group(1))
        key = _value(styles[key], "basedOn")
    return 0


def _font(root: Tree, styles: Mapping[str, Tree]) -> str:
    """The font of Chinese characters in body text."""
    usual = [style for style in styles.values() if style.get(w("default")) and style.get(w("type")) == "paragraph"]
    for place in (*usual, *root.iter(w("rPrDefault"))):
        for fonts in place.iter(w("rFonts")):
            if fonts.get(w("eastAsia")):
                return str(fonts.get(w("eastAsia")))
    return ""
