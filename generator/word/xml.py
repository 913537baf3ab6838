"""Trees of WordprocessingML: read from a part, and made."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word import names
from generator.word.names import WORD, w

if TYPE_CHECKING:
    from generator.word.names import Tree


def parse_xml(data: bytes) -> Tree:
    """The tree of a part. Entities, external files and comments are left alone.

    Raises:
        ValueError: It is not well-formed, or declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error.msg)) from error
    if cast("Any", root.getroottree().docinfo).doctype:
        raise ValueError("含有文档类型声明")
    return root


def make(tag: str) -> Tree:
    """An empty element; its prefix is the one that the parts declare."""
    return etree.Element(tag, nsmap={"w": WORD[1:-1]})


def drop(element: Tree) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


RUN: Final = (
    "rStyle", "rFonts", "b", "bCs", "i", "iCs", "caps", "smallCaps", "strike", "dstrike", "outline", "shadow",
    "emboss", "imprint", "noProof", "snapToGrid", "vanish", "webHidden", "color", "spacing", "w", "kern",
    "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em",
    "lang", "eastAsianLayout", "specVanish", "oMath",
)  # fmt: skip
PARAGRAPH: Final = (
    "pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers",
    "pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct", "autoSpaceDE",
    "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents",
    "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle",
    "rPr", "sectPr", "pPrChange",
)  # fmt: skip
# Of these each attribute is a property of its own.
_COMPOSED: Final = frozenset(map(w, ("rFonts", "spacing", "ind", "lang")))
_SCRIPTS: Final = {"ascii": "latin", "hAnsi": "latin", "cs": "cs", "eastAsia": "ea"}
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"


_THEMED: Final = etree.XPath("descendant-or-self::*[@*[starts-with(local-name(), 'theme')]]")


def placed(properties: Tree, child: Tree, order: tuple[str, ...]) -> None:
    """Puts a property where the schema wants it."""
    rank = order.index(names.local(child)) if names.local(child) in order else len(order)
    before = [one for one in properties if names.local(one) in order[:rank]]
    properties.insert(len(before), child)


def merged(tag: str, order: tuple[str, ...], *layers: Tree | None) -> Tree:
    """The properties of all layers; those of an earlier one win."""
    result = make(tag)
    for layer in layers:
        for child in layer if layer is not None else ():
            own = result.find(str(child.tag))
            if own is None:
                placed(result, deepcopy(child), order)
            elif child.tag in _COMPOSED:
                for key, value in child.attrib.items():
                    if key not in own.attrib:
                        own.set(key, value)
    return result


def resolve_fonts(root: Tree, theme: Tree | None) -> None:
    """Writes the names of a theme's fonts and the values of its colours, for a document that has another theme."""
    for fonts in root.iter(w("rFonts")):
        for script, kind in _SCRIPTS.items():
            key = w("cstheme") if script == "cs" else w(f"{script}Theme")
            named = str(fonts.attrib.pop(key, ""))
            font = _theme_font(theme, named, kind) if named else ""
            if font:
                fonts.set(w(script), font)
    for element in cast("list[Tree]", _THEMED(root)):
        for key in [str(key) for key in element.attrib if names.local_name(str(key)).startswith("theme")]:
            if str(key).startswith(names.WORD):
                del element.attrib[key]


def _theme_font(theme: Tree | None, named: str, kind: str) -> str:
    """「minorEastAsia」 as the name of a font; blank if the theme does not tell."""
    fonts = (
        None if theme is None else next(theme.iter(f"{_DRAWING}{'minor' if 'minor' in named else 'major'}Font"), None)
    )
    if fonts is None:
        return ""
    found = fonts.find(f"{_DRAWING}{kind}")
    face = "" if found is None else str(found.get("typeface", ""))
    if not face and kind == "ea":
        scripts = {str(font.get("script")): str(font.get("typeface")) for font in fonts.iter(f"{_DRAWING}font")}
        face = scripts.get("Hans", "")
    return face
