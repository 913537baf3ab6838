"""Parts in other dialects of Open XML as Word itself writes them: the strict one, and other prefixes than ``w:``.

What a measure means is the same in both dialects; in the strict one it is written with its unit, and sides are named by
the direction of reading.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word.names import WORD, local, w
from generator.word.xml import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree


_STRICT_SPACE: Final = re.compile(rb"(?<=[\"'])http://purl\.oclc\.org/ooxml/(\w+)/([\w/]+)")
_OTHER_NAMES: Final = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MEASURE: Final = re.compile(r"(-?\d+(?:\.\d+)?)(mm|cm|in|pt|pc|pi|%)")
_TWIPS: Final = {
    "mm": Fraction(14_400, 254), "cm": Fraction(144_000, 254), "in": Fraction(1_440),
    "pt": Fraction(20), "pc": Fraction(240), "pi": Fraction(240),
}  # fmt: skip
# Texts, too, may look like a measure: the name of a style, a bookmark.
_MEASURES: Final = frozenset(map(w, (
    "w", "h", "x", "y", "top", "bottom", "left", "right", "start", "end", "header", "footer", "gutter", "firstLine",
    "hanging", "before", "after", "line", "pos", "space", "linePitch", "hSpace", "vSpace", "leftFromText",
    "rightFromText", "topFromText", "bottomFromText", "tblpX", "tblpY", "percent",
)))  # fmt: skip
_HALF_POINTS: Final = frozenset(map(w, ("sz", "szCs", "kern", "position", "hps", "hpsRaise", "hpsBaseText")))
_MEASURED: Final = _HALF_POINTS | frozenset(map(w, ("spacing", "w", "trHeight", "defaultTabStop", "fitText")))
_PLAIN_PERCENT: Final = frozenset({w("w"), w("zoom")})
_SIDES: Final = {"start": "left", "end": "right", "startChars": "leftChars", "endChars": "rightChars"}
_SIDED: Final = frozenset(map(w, ("tblBorders", "tcBorders", "tblCellMar", "tcMar")))
_DIRECTIONS: Final = {
    "tb": "lrTb", "rl": "tbRl", "lr": "btLr", "tbV": "lrTbV", "rlV": "tbRlV", "lrV": "tbLrV"
}  # fmt: skip


def unified(content: bytes) -> bytes:
    """A part as Word writes it; one that is not well-formed is left to those who read it."""
    content, is_strict = _STRICT_SPACE.subn(_usual_space, content)
    try:
        root = parse_xml(content)
    except ValueError:
        return content
    for element in root.iter(etree.Element) if is_strict else ():
        _use_plain_measures(element)
        _use_plain_sides(element)
    if WORD[1:-1] in root.nsmap.values() and root.nsmap.get("w") != WORD[1:-1]:
        root = _prefixed(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _usual_space(found: re.Match[bytes]) -> bytes:
    room, _, last = found[2].rpartition(b"/")
    last = _OTHER_NAMES.get(last, last)
    # The year stands behind the first word.
    return b"/".join(filter(None, (b"http://schemas.openxmlformats.org", found[1], b"2006", room, last)))


def _use_plain_measures(element: Tree) -> None:
    for key, given in element.attrib.items():
        found = _MEASURE.fullmatch(str(given))
        if found is None:
            continue
        number, unit = Fraction(found[1]), found[2]
        if element.tag.startswith(_DRAWING):
            number *= 1_000
        elif element.tag.startswith(WORD):
            if key not in _MEASURES and not (key == w("val") and element.tag in _MEASURED):
                continue
            if unit == "%":
                number *= 1 if element.tag in _PLAIN_PERCENT else 50
            else:
                number *= _TWIPS[unit] / (10 if element.tag in _HALF_POINTS else 1)
        elif unit != "%":
            continue
        element.set(key, str(round(number)))


def _use_plain_sides(element: Tree) -> None:
    name, above = local(element), element.getparent()
    if element.tag == w("document"):
        element.attrib.pop(w("conformance"), "")
    elif element.tag == w("ind"):
        for key in _SIDES.keys() & {str(key).removeprefix(WORD) for key in element.attrib}:
            element.set(w(_SIDES[key]), str(element.attrib.pop(w(key))))
    elif above is not None and above.tag in _SIDED and name in _SIDES:
        element.tag = w(_SIDES[name])
    elif element.tag in {w("jc"), w("lvlJc"), w("textDirection")}:
        value = str(element.get(w("val"), ""))
        element.set(w("val"), _SIDES.get(value) or _DIRECTIONS.get(value, value))


def _prefixed(root: Tree) -> Tree:
    """The tree with ``w:`` for the elements of Word, whatever its program called them."""
    spaces = {prefix: space for prefix, space in root.nsmap.items() if space != WORD[1:-1] and prefix != "w"}
    made = etree.Element(
        root.tag, attrib=cast("Any", dict(root.attrib.items())), nsmap=cast("Any", {"w": WORD[1:-1], **spaces})
    )
    made.extend(list(root))
    return made
