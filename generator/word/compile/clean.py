"""Prepares a layout's XML: drops Word's own notes, accepts tracked changes; reads the styles of headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from generator.word import names
from generator.word.inspect import Part, Places
from generator.word.names import value, w
from generator.word.opc import Entry
from generator.word.render.state import OutlineStyles
from generator.word.xml import accept_changes, parse_xml, tracked_changes, unwrap

if TYPE_CHECKING:
    from generator.word.names import Tree


_NOISE: Final = (w("proofErr"), w("lastRenderedPageBreak"))
# Version 0.1.0 printed values in content controls with such tags.
_PRINTED: Final = re.compile(r"jx\d+")
_RSIDS: Final = re.compile(r"rsid\w*$|paraId$|textId$")


def tidy(root: Tree) -> None:
    """Drops proofing marks and revision ids; unwraps smart tags, and content controls that version 0.1.0 printed."""
    for element in list(root.iter(*_NOISE)):
        unwrap(element)
    for element in list(root.iter(w("smartTag"))):
        unwrap(element, {w("smartTagPr")})
    for control in list(root.iter(names.SDT)):
        # Somebody made a report a layout: its values are no more.
        if _PRINTED.fullmatch(value(control, "sdtPr/tag")):
            for child in [child for child in control if child.tag == w("sdtContent")]:
                unwrap(child)
            unwrap(control, {w("sdtPr"), w("sdtEndPr")})
    _unbind(root)
    for element in root.iter(names.P, names.TR, names.R, w("sectPr")):
        for attribute in [str(key) for key in element.attrib if _RSIDS.search(str(key))]:
            # Whether a comment is done is kept elsewhere, by the id of its paragraph.
            if names.ancestor(element, w("comment")) is None:
                del element.attrib[attribute]


def _unbind(root: Tree) -> None:
    # Word would show what a control is bound to, or what to type, in place of what its tags print.
    for control in root.iter(names.SDT):
        properties = control.find(w("sdtPr"))
        if properties is not None and "{" in "".join(map(str, control.itertext(names.T))):
            for bound in properties.findall(w("dataBinding")) + properties.findall(w("showingPlcHdr")):
                properties.remove(bound)


def embed_notes(parts: list[Part]) -> list[Part]:
    """Moves notes and comments into the references to them, so that each copy of a reference prints its own.

    ``settle_notes`` moves the printed ones back.
    """
    bodies = [part.root for part in parts if not part.title]
    emptied: set[str] = set()
    for part in parts if bodies else ():
        notes = {str(note.get(w("id"))): note for note in part.root.iterchildren(*names.NOTES)}
        tags = {f"{note.tag}Reference" for note in notes.values()}
        for reference in list(bodies[0].iter(*tags)) if tags else ():
            note = notes.get(str(reference.get(w("id"))))
            if note is not None and note.get(w("type"), "normal") == "normal":
                reference.append(deepcopy(note))
                emptied.add(part.name)
        for note in [note for note in notes.values() if part.name in emptied]:
            if note.get(w("type"), "normal") == "normal":
                part.root.remove(note)
    return [replace(part, is_emptied=part.name in emptied) for part in parts]


class Changes(NamedTuple):
    """How many changes were accepted, and where the first of them is."""

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
    changes = tracked_changes(root)
    if not changes:
        return None
    around = changes[0].iterancestors(names.P, names.TR, names.TBL)
    paragraph = next((paragraph for element in around for paragraph in element.iter(names.P)), None)
    place = Places(root, title).of(paragraph) if paragraph is not None else ""
    accept_changes(root)
    return Changes(len(changes), place or title)


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
    titles = {key: value(style, "name") for key, style in styles.items() if style.get(w("type")) == "paragraph"}
    levels = {key: _level(key, styles) for key in titles}
    return OutlineStyles(
        body,
        {key: level for key, level in levels.items() if level},
        frozenset(key for key, name in titles.items() if name.lower() == "heading 1"),
        {int(found.group(1)): key for key, name in titles.items() if (found := _CONTENTS.match(name))},
        _font(root, styles),
    )


def _level(key: str, styles: Mapping[str, Tree]) -> int:
    """The level of a paragraph style, its own or inherited; 0 for body text."""
    for _ in range(_MOST_STEPS):
        if key not in styles:
            return 0
        named, outline = _HEADING.match(value(styles[key], "name")), value(styles[key], "pPr/outlineLvl")
        if outline.isdecimal():
            return 0 if int(outline) >= _BODY_LEVEL else int(outline) + 1
        if named:
            return int(named.group(1))
        key = value(styles[key], "basedOn")
    return 0


def _font(root: Tree, styles: Mapping[str, Tree]) -> str:
    """The font of Chinese characters in body text."""
    usual = [style for style in styles.values() if style.get(w("default")) and style.get(w("type")) == "paragraph"]
    for place in (*usual, *root.iter(w("rPrDefault"))):
        for fonts in place.iter(w("rFonts")):
            if fonts.get(w("eastAsia")):
                return str(fonts.get(w("eastAsia")))
    return ""
