"""Trees of WordprocessingML: parses, serializes and normalizes parts, reads fields, accepts tracked changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from fractions import Fraction
from typing import Any, Final, cast
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct, field

from generator.word import names
from generator.word.names import WORD, Tree, w

_DEEPEST_STYLE: Final = 20


def parse_xml(data: bytes) -> Tree:
    """The tree of a part, without comments; neither expands entities nor loads external files.

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


def serialize(root: Tree) -> bytes:
    """A part from its tree."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def make(tag: str, value: str | None = None) -> Tree:
    """An empty element with the usual prefix, and with that ``w:val`` if one is given."""
    made = etree.Element(tag, nsmap={"w": WORD[1:-1]})
    if value is not None:
        made.set(w("val"), value)
    return made


def first_child(parent: Tree, tag: str) -> Tree:
    """The child of that name (such as ``w:pPr``), inserted as the first one where it is missing."""
    found = parent.find(tag)
    if found is None:
        found = make(tag)
        parent.insert(0, found)
    return found


def styles_by_id(sheet: Tree) -> dict[str, Tree]:
    """The styles of a style sheet by their id."""
    return {str(style.get(w("styleId"))): style for style in sheet.iter(w("style"))}


def style_chain(styles: Mapping[str, Tree], key: str) -> Iterator[Tree]:
    """A style and those that it is based on, from the nearest."""
    for _ in range(_DEEPEST_STYLE):
        if key not in styles:
            return
        yield styles[key]
        key = names.value(styles[key], "basedOn")


def drop(element: Tree) -> None:
    """Removes an element together with its tail."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


_DELETED: Final = (w("del"), w("moveFrom"))
_INSERTED: Final = (w("ins"), w("moveTo"))
_FORMATS: Final = tuple(map(w, (
    "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange", "tblPrExChange", "trPrChange",
    "tcPrChange", "numberingChange", "cellIns", "cellMerge", "cellDel",
)))  # fmt: skip
_CELLS: Final = (w("cellIns"), w("cellDel"))
_RANGES: Final = tuple(map(w, (
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "customXmlInsRangeStart",
    "customXmlInsRangeEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "customXmlMoveFromRangeStart",
    "customXmlMoveFromRangeEnd", "customXmlMoveToRangeStart", "customXmlMoveToRangeEnd",
)))  # fmt: skip
_LARGE: Final = 500
_HOLDERS: Final = {names.R_PR, w("trPr"), w("numPr"), w("tcPr")}


def tracked_changes(root: Tree) -> list[Tree]:
    """The tracked changes of a part, without those inside deleted text and second copies for old programs."""
    changes = root.iter(*_DELETED, *_INSERTED, *_FORMATS)
    return [one for one in changes if next(one.iterancestors(*_DELETED, names.FALLBACK), None) is None]


def accept_changes(root: Tree) -> int:
    """Accepts every tracked change of a part; returns how many insertions, deletions and moves there were."""
    if next(root.iter(*_DELETED, *_INSERTED, *_FORMATS, *_RANGES), None) is None:
        return 0
    count = sum(one.tag in {*_DELETED, *_INSERTED, *_CELLS} for one in tracked_changes(root))
    joined = [one for one in root.iter(names.P) if _has_any(one, f"{names.P_PR}/{names.R_PR}", _DELETED)]
    gone = [row for row in root.iter(names.TR) if _has_any(row, w("trPr"), _DELETED)]
    gone += [cell for cell in root.iter(names.TC) if _has_any(cell, names.TC_PR, (w("cellDel"),))]
    for change in (*gone, *root.iter(*_DELETED, *_FORMATS, *_RANGES)):
        drop(change)
    for change in list(root.iter(*_INSERTED)):
        parent = change.getparent()
        if parent is not None and parent.tag in _HOLDERS:
            drop(change)
        else:
            unwrap(change)
        # The schema forbids empty row properties.
        if parent is not None and parent.tag == w("trPr") and not len(parent):
            drop(parent)
    for paragraph in joined:
        _join_next(paragraph)
    for table, inner in ((names.TR, names.TC), (names.TBL, names.TR)):
        for emptied in [one for one in root.iter(table) if next(one.iter(inner), None) is None]:
            drop(emptied)
    return count


def _has_any(element: Tree, path: str, tags: Iterable[str]) -> bool:
    return any(element.find(f"{path}/{tag}") is not None for tag in tags)


def _join_next(paragraph: Tree) -> None:
    """Joins a paragraph whose mark was deleted to the next one, whose format wins."""
    following = paragraph.getnext()
    content = [child for child in paragraph if child.tag != names.P_PR]
    if following is not None and following.tag == names.P:
        start = int(following.find(names.P_PR) is not None)
        following[start:start] = content
        drop(paragraph)
    elif not content and following is not None:
        drop(paragraph)


def drop_from_run(piece: Tree) -> None:
    """Removes a child of a run, and the run when only its properties are left."""
    run = piece.getparent()
    drop(piece)
    if run is not None and run.tag == names.R and all(child.tag == names.R_PR for child in run):
        drop(run)


def transplant(element: Tree, put: Callable[[Tree], None]) -> None:
    """Moves an element into another document piece by piece: lxml needs quadratic time for a large one."""
    children = list(element) if sum(1 for _ in element.iter()) > _LARGE else []
    for child in children:
        element.remove(child)
    put(element)
    for child in children:
        transplant(child, element.append)


def unwrap(element: Tree, aside: Collection[str] = ()) -> None:
    """Replaces an element by its children, except those with a tag in ``aside``."""
    parent = element.getparent()
    if parent is not None:
        at = parent.index(element)
        parent[at : at + 1] = [child for child in element if child.tag not in aside]


def add_restarted_lists(numbering: Tree, lists: Mapping[int, str]) -> None:
    """Adds lists under new numbers, each a copy of the list with the given number that starts anew."""
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
                override = next((one for one in made.iter(w("lvlOverride")) if one.get(w("ilvl")) == level), None)
                if override is None:
                    override = etree.SubElement(made, w("lvlOverride"), {w("ilvl"): level})
                if override.find(w("startOverride")) is None:
                    override.insert(0, etree.Element(w("startOverride"), {w("val"): starts.get(level) or "1"}))
            numbering.insert(last + 1, made)


# Each attribute of these elements is a property of its own.
_COMPOSED: Final = frozenset(map(w, ("rFonts", "spacing", "ind", "lang")))
_SCRIPTS: Final = {"ascii": "latin", "hAnsi": "latin", "cs": "cs", "eastAsia": "ea"}
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ALIASES: Final = {"tx1": "dk1", "tx2": "dk2", "bg1": "lt1", "bg2": "lt2"}
_THEMED: Final = etree.XPath("descendant-or-self::*[@*[starts-with(local-name(), 'theme')]]")


def insert_ordered(properties: Tree, child: Tree, order: tuple[str, ...]) -> None:
    """Inserts a property at the position that the schema requires."""
    rank = order.index(names.local(child)) if names.local(child) in order else len(order)
    before = [one for one in properties if names.local(one) in order[:rank]]
    properties.insert(len(before), child)


def merge_properties(tag: str, order: tuple[str, ...], *layers: Tree | None) -> Tree:
    """Merges the properties of all layers; earlier layers win."""
    result = make(tag)
    for layer in layers:
        for child in layer if layer is not None else ():
            own = result.find(str(child.tag))
            if own is None:
                insert_ordered(result, deepcopy(child), order)
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
    """Replaces theme colours in drawings by their values, for a document with another theme."""
    for one in root.iter(f"{_DRAWING}schemeClr"):
        if one.get("val") in colours:
            one.tag = f"{_DRAWING}srgbClr"
            one.set("val", colours[str(one.get("val"))])


def resolve_fonts(root: Tree, theme: Tree | None) -> None:
    """Replaces theme fonts by their names and drops other references to the theme, for a document with another one."""
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
    """The name of a theme font such as 「minorEastAsia」; blank if the theme has none."""
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
# Only these attributes hold measures; names of styles or bookmarks may look like one.
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


def normalize_dialect(content: bytes) -> bytes:
    """A part in the dialect that Word writes: transitional, prefix ``w``; returned as it is if not well-formed.

    In the strict dialect, measures have units and sides are ``start`` and ``end``.
    """
    content, is_strict = _STRICT_SPACE.subn(_transitional_space, content)
    try:
        root = parse_xml(content)
    except ValueError:
        return content
    for element in root.iter(etree.Element) if is_strict else ():
        _use_plain_measures(element)
        _use_plain_sides(element)
    if WORD[1:-1] in root.nsmap.values() and root.nsmap.get("w") != WORD[1:-1]:
        # The prefix ``w`` for the elements of Word.
        spaces = {prefix: space for prefix, space in root.nsmap.items() if space != WORD[1:-1] and prefix != "w"}
        made = etree.Element(root.tag, cast("Any", root.attrib), cast("Any", {"w": WORD[1:-1], **spaces}))
        made.extend(list(root))
        root = made
    return serialize(root)


def _transitional_space(found: re.Match[bytes]) -> bytes:
    room, _, last = found[2].rpartition(b"/")
    last = _OTHER_NAMES.get(last, last)
    # The year follows the first word.
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
    name, above = names.local(element), element.getparent()
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
    """Whether a link may lead there: the web, a mail address, a place in the document, a file that is no program."""
    typed = unquote(address).strip()
    if _SAFE_ADDRESS.match(typed):
        return True
    is_elsewhere = ":" in typed.partition("#")[0] or typed.startswith(("\\", "/"))
    return not is_elsewhere and not re.search(r"\{[{%]", typed) and not PROGRAMS.search(typed.partition("#")[0])


def is_local_address(address: str) -> bool:
    """Whether a link leads to a file on a drive or share that is no program."""
    target = unquote(address)
    is_plain = not PROGRAMS.search(target.partition("#")[0]) and not re.search(r"\{[{%]|\0", target)
    return is_plain and _LOCAL.match(target) is not None


_FIELD, _SIMPLE_FIELD, _FIELD_KIND, _CODE = w("fldChar"), w("fldSimple"), w("fldCharType"), w("instr")
_CODES: Final = (w("instrText"), w("delInstrText"))


def field_step(element: Tree) -> int:
    """1 where a field over several runs begins, -1 where one ends, else 0."""
    return {"begin": 1, "end": -1}.get(str(element.get(_FIELD_KIND)), 0)


class Field(Struct):
    """A field: its own elements, the text of its result, and whether it is inside another one.

    ``pieces`` are the elements with its code, as Word splits them, in a new list behind every inner field.
    """

    nodes: list[Tree] = field(default_factory=list)
    pieces: list[list[Tree]] = field(default_factory=lambda: [[]])
    result: str = ""
    has_result: bool = False
    is_inner: bool = False

    @property
    def code(self) -> str:
        r"""Its code, with ``\0`` in place of inner fields."""
        if self.nodes and self.nodes[0].tag == _SIMPLE_FIELD:
            return str(self.nodes[0].get(_CODE, ""))
        return "\0".join("".join(one.text or "" for one in piece) for piece in self.pieces)

    def rewrite(self, change: Callable[[str], str]) -> None:
        """Changes each piece of its code, and joins what Word had split."""
        if self.nodes[0].tag == _SIMPLE_FIELD:
            self.nodes[0].set(_CODE, change(self.code))
        for piece in self.pieces:
            text = "".join(one.text or "" for one in piece)
            for one in piece:
                one.text, text = change(text), ""

    def freeze(self) -> None:
        """Leaves its result as text."""
        for node in self.nodes:
            if node.tag == _SIMPLE_FIELD:
                unwrap(node)
            else:
                drop_from_run(node)

    def take(self, node: Tree) -> None:
        """Adds the next element inside it."""
        if node.tag == names.T:
            self.result += node.text or "" if self.has_result else ""
            return
        self.nodes.append(node)
        if node.get(_FIELD_KIND) == "separate":
            self.has_result = True
        elif node.tag in _CODES and not self.has_result:
            self.pieces[-1].append(node)


def fields_of(root: Tree) -> list[Field]:
    """The fields of a part, those over several runs first, and what code there is outside of fields."""
    found: list[Field] = []
    stack: list[Field] = []
    stray = Field()
    for node in root.iter(_FIELD, *_CODES, names.T):
        kind = node.get(_FIELD_KIND)
        if kind == "begin":
            for around in stack[-1:]:
                around.pieces += [] if around.has_result else [[]]
            stack.append(Field(is_inner=bool(stack)))
            found.append(stack[-1])
        for one in stack if node.tag == names.T else stack[-1:]:
            one.take(node)
        if not stack and node.tag in _CODES:
            stray.take(node)
        if kind == "end" and stack:
            stack.pop()
    simple = ((one, "".join(text.text or "" for text in one.iter(names.T))) for one in root.iter(_SIMPLE_FIELD))
    found += [Field([one], result=result) for one, result in simple]
    # Some programs may repair stray code into a field.
    return [*found, stray] if stray.nodes else found


def keyword(code: str) -> str:
    """The first word of a field's code in capitals, which is its kind; ``=`` for a formula or an empty code."""
    found = _KEYWORD.match(code)
    return found[1].upper() if found is not None else "="


def address(code: str) -> str:
    """The address of a link field; ``""`` for other fields, and for places in the document."""
    link = _HYPERLINK.match(code)
    words = iter(_ARGUMENTS.findall(link[1]) if link is not None else ())
    for quoted, bare in words:
        if bare in {"\\l", "\\o", "\\t"}:
            next(words, None)  # the switch's own argument
        elif quoted or not re.fullmatch(r"\\[A-Za-z]", bare):
            return str(quoted or bare).replace("\\\\", "\\")
    return ""
