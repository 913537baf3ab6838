"""Reading the style sheet of a layout, when it is compiled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word.names import w
from generator.word.running.stylesheet import StyleSheet
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.word.names import Tree
    from generator.word.opc import Entry

__all__ = ["read_styles"]

_STYLES: Final = "word/styles.xml"
_HEADING = re.compile(r"heading ([1-9])$", re.IGNORECASE)
_CONTENTS = re.compile(r"toc ([1-9])$", re.IGNORECASE)
_BODY_LEVEL: Final = 9
_MOST_STEPS: Final = 20


def read_styles(entries: Mapping[str, Entry], body: str) -> StyleSheet:
    """The style sheet of a layout.

    Args:
        entries: The files of the package.
        body: The part with the text.
    """
    if _STYLES not in entries:
        return StyleSheet(body)
    root = parse_xml(entries[_STYLES].data())
    styles = {str(style.get(w("styleId"))): style for style in root.iter(w("style"))}
    names = {key: _value(style, "name") for key, style in styles.items() if style.get(w("type")) == "paragraph"}
    levels = {key: _level(key, styles) for key in names}
    return StyleSheet(
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
