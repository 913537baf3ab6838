"""Trees of WordprocessingML: read from a part, of other dialects as well, their fields with codes and results, made.

What a measure means is the same in both dialects; in the strict one it is written with its unit, and sides are named by
the direction of reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any, Final, cast
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct, field

from generator.word import names
from generator.word.names import WORD, Tree, local, w


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


class FieldRuns(Struct):
    """A field over several runs: its elements, and those of them that hold code (more than one around inner fields)."""

    nodes: list[Tree] = field(default_factory=list)
    code: list[Tree] = field(default_factory=list)
    is_inner: bool = False
    is_parted: bool = True


def join_codes(root: Tree) -> list[FieldRuns]:
    """The fields over several runs, with codes joined that Word cut where somebody paused."""
    found: list[FieldRuns] = []
    opened: list[FieldRuns] = []
    for node in root.iter(w("fldChar"), w("instrText")):
        kind = node.get(w("fldCharType"))
        if kind == "begin":
            for around in opened[-1:]:
                around.is_parted = True
            opened.append(FieldRuns(is_inner=bool(opened)))
            found.append(opened[-1])
        for one in opened[-1:]:
            one.nodes.append(node)
            if node.tag == w("instrText") and one.is_parted:
                one.code.append(node)
                one.is_parted = False
            elif node.tag == w("instrText"):
                one.code[-1].text = (one.code[-1].text or "") + (node.text or "")
                node.text = ""
        if kind == "end" and opened:
            opened.pop()
    return found


def make(tag: str) -> Tree:
    """An empty element; its prefix is the one that the parts declare."""
    return etree.Element(tag, nsmap={"w": WORD[1:-1]})


def drop(element: Tree) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


_GONE: Final = (w("del"), w("moveFrom"))
_COME: Final = (w("ins"), w("moveTo"))
_FORMER: Final = tuple(map(w, (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "numberingChange", "cellIns", "cellMerge", "cellDel",
)))  # fmt: skip
_EDGES: Final = tuple(map(w, (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
)))  # fmt: skip
_LARGE: Final = 500
_HOLDERS: Final = {names.R_PR, w("trPr"), w("numPr"), w("tcPr")}


def tracked_changes(root: Tree) -> list[Tree]:
    """The tracked changes of a part, without those inside deleted text."""
    return [one for one in root.iter(*_GONE, *_COME, *_FORMER) if next(one.iterancestors(*_GONE), None) is None]


def accept_changes(root: Tree) -> None:
    """Accepts every tracked change of a part."""
    ended = [one for one in root.iter(names.P) if _has_any(one, f"{names.P_PR}/{names.R_PR}", _GONE)]
    gone = [row for row in root.iter(names.TR) if _has_any(row, w("trPr"), _GONE)]
    gone += [cell for cell in root.iter(names.TC) if _has_any(cell, names.TC_PR, (w("cellDel"),))]
    for change in (*gone, *root.iter(*_GONE, *_FORMER, *_EDGES)):
        drop(change)
    for change in list(root.iter(*_COME)):
        parent = change.getparent()
        if parent is not None and parent.tag in _HOLDERS:
            drop(change)
        else:
            unwrap(change)
        # The schema knows no rows with empty properties.
        if parent is not None and parent.tag == w("trPr") and not len(parent):
            drop(parent)
    for paragraph in ended:
        _join_next(paragraph)
    for table, inner in ((names.TR, names.TC), (names.TBL, names.TR)):
        for emptied in [one for one in root.iter(table) if next(one.iter(inner), None) is None]:
            drop(emptied)


def _has_any(element: Tree, path: str, tags: Iterable[str]) -> bool:
    return any(element.find(f"{path}/{tag}") is not None for tag in tags)


def _join_next(paragraph: Tree) -> None:
    """A paragraph whose end was deleted goes on in the next one, in the format of that."""
    following = paragraph.getnext()
    content = [child for child in paragraph if child.tag != names.P_PR]
    if following is not None and following.tag == names.P:
        start = int(following.find(names.P_PR) is not None)
        following[start:start] = content
        drop(paragraph)
    elif not content and following is not None:
        drop(paragraph)


def transplant(element: Tree, put: Callable[[Tree], None]) -> None:
    """Moves an element into another document piece by piece: lxml takes the square of the time for a large one."""
    children = list(element) if sum(1 for _ in element.iter()) > _LARGE else []
    for child in children:
        element.remove(child)
    put(element)
    for child in children:
        transplant(child, element.append)


def unwrap(element: Tree, aside: Collection[str] = ()) -> None:
    """Replaces an element by its children, except for those set aside."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = [child for child in element if child.tag not in aside]


def restarted(numbering: Tree, lists: Mapping[int, str]) -> bytes:
    """The part with further lists, by number: each like the one with the other number, counting from its start."""
    nums = {str(num.get(w("numId"))): num for num in numbering.iter(w("num"))}
    shapes = {str(shape.get(w("abstractNumId"))): shape for shape in numbering.iter(w("abstractNum"))}
    last = max(map(numbering.index, nums.values()), default=-1)
    for number, key in sorted(lists.items(), reverse=True) if last >= 0 else ():
        if key in nums:
            made = deepcopy(nums[key])
            made.set(w("numId"), str(number))
            shape = shapes.get(names.value(made, "abstractNumId"))
            levels = shape.iter(w("lvl")) if shape is not None else ()
            starts = {str(level.get(w("ilvl"))): names.value(level, "start") for level in levels}
            for level in map(str, range(9)):
                _restart(made, level, starts.get(level) or "1")
            numbering.insert(last + 1, made)
    return etree.tostring(numbering, xml_declaration=True, encoding="UTF-8", standalone=True)


def _restart(num: Tree, level: str, start: str) -> None:
    override = next((one for one in num.iter(w("lvlOverride")) if one.get(w("ilvl")) == level), None)
    if override is None:
        override = etree.SubElement(num, w("lvlOverride"), {w("ilvl"): level})
    if override.find(w("startOverride")) is None:
        override.insert(0, etree.Element(w("startOverride"), {w("val"): start}))


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
_ALIASES: Final = {"tx1": "dk1", "tx2": "dk2", "bg1": "lt1", "bg2": "lt2"}
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


def theme_colours(theme: Tree | None) -> dict[str, str]:
    """The colours of a theme by the names that drawings use."""
    scheme = None if theme is None else next(theme.iter(f"{_DRAWING}clrScheme"), None)
    found: dict[str, str] = {}
    for one in scheme if scheme is not None else ():
        for colour in one:
            found[names.local(one)] = str(colour.get("lastClr") or colour.get("val"))
    return found | {alias: found[name] for alias, name in _ALIASES.items() if name in found}


def resolve_colours(root: Tree, colours: Mapping[str, str]) -> None:
    """Writes the values of a theme's colours into drawings, for a document that has another theme."""
    for one in root.iter(f"{_DRAWING}schemeClr"):
        if one.get("val") in colours:
            one.tag = f"{_DRAWING}srgbClr"
            one.set("val", colours[str(one.get("val"))])


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
        for key in [str(key) for key in element.attrib if str(key).startswith(w("theme"))]:
            del element.attrib[key]


def _theme_font(theme: Tree | None, named: str, kind: str) -> str:
    """「minorEastAsia」 as the name of a font; blank if the theme does not tell."""
    tag = f"{_DRAWING}{'minor' if 'minor' in named else 'major'}Font"
    fonts = None if theme is None else next(theme.iter(tag), None)
    if fonts is None:
        return ""
    found = fonts.find(f"{_DRAWING}{kind}")
    face = "" if found is None else str(found.get("typeface", ""))
    if not face and kind == "ea":
        scripts = {str(font.get("script")): str(font.get("typeface")) for font in fonts.iter(f"{_DRAWING}font")}
        face = scripts.get("Hans", "")
    return face


_STRICT_SPACE: Final = re.compile(rb"(?<=[\"'])http://purl\.oclc\.org/ooxml/(\w+)/([\w/]+)")
_OTHER_NAMES: Final = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}
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


_KEYWORD = re.compile(r"\s*([A-Za-z]+|=|\\?[^\s]+)")
_HYPERLINK = re.compile(r"\s*HYPERLINK\b(.*)", re.IGNORECASE | re.DOTALL)
_ARGUMENTS = re.compile(r"""["“”]([^"“”]*)["“”]|([^\s"“”]+)""")
_SAFE_ADDRESS = re.compile(r"(https?|ftp|mailto|tel|sms|sip):", re.IGNORECASE)
_LOCAL = re.compile(r"\s*(file:|[A-Za-z]:[\\/]|\\|/)", re.IGNORECASE)
PROGRAMS = re.compile(
    r"\.(exe|com|scr|bat|cmd|pif|js|jse|vb|vbs|vbe|wsf|wsh|hta|lnk|url|msi|ps1|jar|cpl|reg|docm|dotm|xlsm)\W*$",
    re.IGNORECASE,
)


def is_harmless_address(address: str) -> bool:
    """Whether a link may lead there: to the web, a person, a place in the document, or a file that is no program."""
    typed = unquote(address).strip()
    if _SAFE_ADDRESS.match(typed):
        return True
    is_elsewhere = ":" in typed.partition("#")[0] or typed.startswith(("\\", "/"))
    return not is_elsewhere and not re.search(r"\{[{%]", typed) and not PROGRAMS.search(typed.partition("#")[0])


def is_local_address(address: str) -> bool:
    """Whether a link leads to a file on a drive or share, which is no program."""
    target = unquote(address)
    is_plain = not PROGRAMS.search(target.partition("#")[0]) and not re.search(r"\{[{%]|\0", target)
    return is_plain and _LOCAL.match(target) is not None


_FIELD, SIMPLE_FIELD, _FIELD_KIND = w("fldChar"), w("fldSimple"), w("fldCharType")
_CODES: Final = (w("instrText"), w("delInstrText"))


class FieldCode(Struct):
    r"""A field: its own code, in which ``\0`` stands for fields inside it, and the text of its result."""

    code: str = ""
    result: str = ""
    has_result: bool = False


def fields_of(root: Tree) -> list[FieldCode]:
    """The fields of a part; Word may split the words of a code over runs."""
    found: list[FieldCode] = []
    stack: list[FieldCode] = []
    stray = FieldCode()
    for node in root.iter(_FIELD, SIMPLE_FIELD, *_CODES, names.T):
        coded = stray if not stack else stack[-1] if not stack[-1].has_result else FieldCode()
        kind = node.get(_FIELD_KIND)
        if node.tag == SIMPLE_FIELD:
            found.append(
                FieldCode(str(node.get(w("instr"), "")), "".join(text.text or "" for text in node.iter(names.T)))
            )
        elif node.tag in _CODES:
            coded.code += node.text or ""
        elif node.tag == names.T:
            for one in stack:
                one.result += node.text or "" if one.has_result else ""
        elif kind == "begin":
            (coded if stack else FieldCode()).code += "\0"
            stack.append(FieldCode())
            found.append(stack[-1])
        elif kind == "separate" and stack:
            stack[-1].has_result = True
        elif kind == "end" and stack:
            stack.pop()
    # What stands outside of any field is none, but some programs may mend it.
    return [*found, stray] if stray.code else found


def keyword(code: str) -> str:
    """The first word of a field's code, which says what kind it is, in capitals; ``=`` for a formula or none."""
    found = _KEYWORD.match(code)
    return found[1].upper() if found is not None else "="


def address(code: str) -> str:
    """Where a link field leads to; ``""`` for other fields, and for places in the document."""
    link = _HYPERLINK.match(code)
    words = iter(_ARGUMENTS.findall(link[1]) if link is not None else ())
    for quoted, bare in words:
        if bare in {"\\l", "\\o", "\\t"}:
            next(words, None)  # the switch's own argument
        elif quoted or not re.fullmatch(r"\\[A-Za-z]", bare):
            return str(quoted or bare).replace("\\\\", "\\")
    return ""
