"""Qualified names of WordprocessingML, and small steps through its trees; does not import lxml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml import etree


WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
SENTINEL: Final = "\ufdd0"
"""A noncharacter of Unicode; layouts that hold it are refused."""
MARK_SPACE: Final = "urn:jixiao:mark"
"""The namespace of marks around printed values (see ``Rendering.origins``)."""
MARK: Final = f"{{{MARK_SPACE}}}v"

MARKUP: Final = Path(__file__).with_name("markup")
"""The folder of longer pieces of markup, which are filled in."""

if TYPE_CHECKING:
    Tree = etree._Element
else:
    Tree = object


def w(name: str) -> str:
    """``w:p`` as lxml writes it."""
    return WORD + name


P: Final = w("p")
P_PR: Final = w("pPr")
R: Final = w("r")
R_PR: Final = w("rPr")
T: Final = w("t")
TAB: Final = w("tab")
BR: Final = w("br")
CR: Final = w("cr")
TBL: Final = w("tbl")
TR: Final = w("tr")
TC: Final = w("tc")
TC_PR: Final = w("tcPr")
SDT: Final = w("sdt")
NOTES: Final = (w("footnote"), w("endnote"), w("comment"))
BOX: Final = w("txbxContent")
DOC_PR: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_MOST_COLUMNS: Final = 200
RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
RELATION_ID: Final = f"{RELATION}id"
FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

# The properties of runs and paragraphs in the order of the schema.
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


@cache
def markup(file: str) -> str:
    """The XML in a file of ``MARKUP``, without the line ends and indents that are for its readers."""
    return re.sub(r"\n\s*", "", MARKUP.joinpath(file).read_text("utf-8"))


def local(element: Tree) -> str:
    """The name of an element without its namespace; ``""`` for a processing instruction."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def below(parent: Tree | None, path: str) -> Tree | None:
    """The element at a path of local names below another (``tcPr/vMerge``)."""
    return None if parent is None else parent.find("/".join(map(w, path.split("/"))))


def value(parent: Tree | None, path: str, name: str = "val") -> str:
    """An attribute at a path below an element (``pPr/outlineLvl``); blank where there is none."""
    found = below(parent, path)
    return "" if found is None else str(found.get(w(name), ""))


def number(text: str) -> int:
    """A number as the markup says it; 0 where it is missing, a tag or something else."""
    return int(text) if re.fullmatch(r"-?\d{1,10}", text) else 0


def highest(elements: Iterable[Tree], name: str = "id") -> int:
    """The highest number that one of the elements has; 0 without any."""
    return max((number(str(one.get(w(name), ""))) for one in elements), default=0)


def is_on(parent: Tree | None, path: str) -> bool:
    """Whether the switch at a path below an element is on."""
    found = below(parent, path)
    return found is not None and found.get(w("val")) not in {"0", "false", "off"}


def ancestor(element: Tree | None, tag: str) -> Tree | None:
    """The nearest enclosing element of that name."""
    return None if element is None else next(element.iterancestors(tag), None)


def own(paragraph: Tree) -> Iterator[Tree]:
    """All descendants of a paragraph in order, without text boxes and embedded notes (see ``embed_notes``)."""
    for child in paragraph:
        if child.tag == BOX or child.tag in NOTES:
            continue
        yield child
        yield from own(child)


def own_text(paragraph: Tree) -> str:
    """The text of a paragraph with its tags, without that of its text boxes."""
    return "".join(piece.text or "" for piece in own(paragraph) if piece.tag == T)


def inside(container: Tree, tag: str) -> Iterator[Tree]:
    """Rows of a table or cells of a row, also inside content controls, without those of nested tables."""
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag not in {TBL, TC}:
            yield from inside(child, tag)


def in_columns(row: Tree, cells: Iterable[Tree]) -> Iterator[tuple[Tree, int, int]]:
    """The cells of a row, each with its first column of the grid, from 0, and how many it spans."""
    at = number(value(row, "trPr/gridBefore"))
    for cell in cells:
        across = min(number(value(cell, "tcPr/gridSpan")) or 1, _MOST_COLUMNS)
        yield cell, at, across
        at += across


def outer_boxes(element: Tree) -> list[Tree]:
    """The text boxes inside an element, without nested ones."""
    found: list[Tree] = []
    for child in element:
        found += [child] if child.tag == BOX else outer_boxes(child)
    return found
