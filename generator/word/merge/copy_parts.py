"""Copies one Word file into another: ``Graft`` renames its styles, lists, bookmarks, notes and parts.

Styles are never matched by name, so that an attachment keeps its looks: they get new ids and the defaults of their own
file. Also sections, headers and footers of files that follow each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from hashlib import sha256
from itertools import count
from typing import Any, Final, cast

from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.parser import oxml_parser
from docx.parts.document import DocumentPart
from docx.settings import Settings
from lxml import etree

from generator.word import names, xml
from generator.word.names import RELATION, Tree, ancestor, below, highest, is_on, value, w
from generator.word.parts import PartCopier, add_part, related, root_beside, text_roots
from generator.word.xml import parse_xml as parse_part

ROW: Final = 100_000  # how many drawing and bookmark numbers are reserved for each guest
FIRST_NUMBER: Final = 2_000_000
_ID, _VAL, _NAME, _ANCHOR = w("id"), w("val"), w("name"), w("anchor")
_WORD: Final = re.compile(r"\w+")
# The name of a sequence in its own fields and in lists of tables or figures.
_SEQUENCE: Final = re.compile(r'^\s*SEQ\s+"?[^\s"]+|^\s*TOC\b.*?\\[ac]\s+"?[^\s"]+', re.IGNORECASE)
# Fields with properties of their file, which would have other values in the report.
_PROPERTIES: Final = re.compile(
    r"\s*(AUTHOR|COMMENTS|CREATEDATE|DOCPROPERTY|DOCVARIABLE|EDITTIME|FILENAME|FILESIZE|INFO|KEYWORDS|LASTSAVEDBY|"
    r"MERGEFIELD|NUMCHARS|NUMWORDS|PRINTDATE|REVNUM|SAVEDATE|STYLEREF|SUBJECT|TEMPLATE|TITLE|USERADDRESS|USERINITIALS|"
    r"USERNAME)\b",
    re.IGNORECASE,
)
_COMPATIBLE: Final = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_IGNORABLE: Final = f"{{{_COMPATIBLE}}}Ignorable"
_ALTERNATIVES: Final = f"{{{_COMPATIBLE}}}AlternateContent"
_COMMENTS: Final = tuple(map(w, ("commentRangeStart", "commentRangeEnd", "commentReference", "dataBinding")))
_NOTES: Final = ((RT.FOOTNOTES, "footnote"), (RT.ENDNOTES, "endnote"))


class Graft:
    """Prepares one file for insertion into another.

    The trees of the guest are used up. Guests are numbered from 1, and their bookmarks and drawings by them. ``key``
    begins the ids and ``label`` the names of the guest's styles.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what differs between guests
        self, host: DocumentPart, guest: DocumentPart, number: int, key: str, label: str, copier: PartCopier
    ) -> None:
        self._host, self._guest, self._number = host, guest, number
        self._key, self._label, self._copier = key, label, copier

    def prepare(self, taken: set[str]) -> Tree:
        """The guest's body, ready for the host; renames bookmarks whose names are ``taken``."""
        body = cast("Tree", self._guest.element.body)
        for element in list(body.iter(*_COMMENTS)):
            xml.drop_from_run(element)
        theme, own = (xml.theme_colours(theme_of(one)) for one in (self._host, self._guest))
        self._copier.colours = {name: colour for name, colour in own.items() if theme.get(name) != colour}
        texts = text_roots(self._guest)
        for text in texts:
            xml.resolve_colours(text, self._copier.colours)
        styles = own_styles(self._guest, texts, self._key, self._label)
        lists, sheet = root_beside(self._guest, RT.NUMBERING), root_beside(self._host, RT.STYLES)
        known = xml.styles_by_id(sheet)
        new = [one for one in used_styles(styles, [*texts, lists]) if one.get(w("styleId")) not in known]
        self._copy_lists([*texts, *new], lists)
        sheet.extend(new)
        self._rename_bookmarks(texts, taken)
        for at, drawing in enumerate(body.iter(names.DOC_PR)):
            drawing.set("id", str(FIRST_NUMBER + self._number * ROW + at))
        for kind, tag in _NOTES:
            self._copy_notes(body, kind, tag)
        self._copier.link([body], self._guest, self._host)
        return body

    def _copy_lists(self, trees: Sequence[Tree], lists: Tree) -> None:
        """Copies the lists that are used, with their abstract definitions, under new numbers."""
        found = {str(one.get(w("numId"))): one for one in lists.iter(w("num"))}
        shapes = {str(one.get(w("abstractNumId"))): one for one in lists.iter(w("abstractNum"))}
        named = [one for tree in trees for one in tree.iter(w("numId"))]
        numbers: dict[str, str] = {}
        for key in sorted({str(one.get(_VAL)) for one in named} & found.keys()):
            home = root_beside(self._host, RT.NUMBERING)
            old = value(found[key], "abstractNumId")
            if old not in shapes:
                continue
            copy, shape = deepcopy(found[key]), shapes[old]
            if shape.getparent() is not home:
                for one in list(shape.iter(w("tmpl"), w("lvlPicBulletId"))):
                    xml.drop(one)
                # Word merges lists with the same nsid; this one is unique and deterministic.
                for one in shape.iter(w("nsid")):
                    one.set(_VAL, sha256(f"{self._number}-{old}".encode()).hexdigest()[:8].upper())
                shape.set(w("abstractNumId"), str(1 + highest(home.iter(w("abstractNum")), "abstractNumId")))
                _insert(home, shape)
            numbers[key] = str(1 + highest(home.iter(w("num")), "numId"))
            copy.set(w("numId"), numbers[key])
            for one in copy.iterfind(w("abstractNumId")):
                one.set(_VAL, str(shape.get(w("abstractNumId"))))
            _insert(home, copy)
        for one in named:
            if str(one.get(_VAL)) in numbers:
                one.set(_VAL, numbers[str(one.get(_VAL))])
            elif one.get(_VAL) != "0":
                # Word ignores undefined lists; 0 would remove the list of the style.
                xml.drop(cast("Tree", one.getparent()))

    def _rename_bookmarks(self, texts: Sequence[Tree], taken: set[str]) -> None:
        """Renumbers all bookmarks and renames those whose names are taken, also in fields."""
        starts = [one for text in texts for one in text.iter(w("bookmarkStart"))]
        first = FIRST_NUMBER + self._number * ROW
        numbers = {str(one.get(_ID)): str(first + at) for at, one in enumerate(starts)}
        used, renamed = {name.lower() for name in taken}, dict[str, str]()
        for name in dict.fromkeys(str(one.get(_NAME)) for one in starts):
            tries = (f"{name[: 30 - at]}{'x' * at}_FJ{self._number}" for at in range(30))
            renamed[name] = next(new for new in (name, *tries) if new.lower() not in used)
            used.add(renamed[name].lower())

        def adapted(code: str) -> str:
            code = _WORD.sub(lambda word: renamed.get(word.group(), word.group()), code) if renamed else code
            return _SEQUENCE.sub(rf"\g<0>_{self._number}", code)

        for text in texts:
            for one in text.iter(w("bookmarkStart"), w("bookmarkEnd"), w("hyperlink")):
                for key, new in ((_ID, numbers), (_NAME, renamed), (_ANCHOR, renamed)):
                    if one.get(key) in new:
                        one.set(key, new[str(one.get(key))])
            for field in xml.fields_of(text):
                field.rewrite(adapted)
                # Properties are those of the guest's file.
                if not field.is_inner and _PROPERTIES.match(field.code):
                    field.freeze()

    def _copy_notes(self, body: Tree, kind: str, tag: str) -> None:
        source, marks = related(self._guest, kind), list(body.iter(w(f"{tag}Reference")))
        if not isinstance(source, XmlPart) or not marks:
            return
        found = {str(one.get(_ID)): one for one in cast("Tree", source.element).iter(w(tag))}
        if related(self._host, kind) is None:
            root_beside(self._host, kind).extend(deepcopy(one) for one in found.values() if one.get(w("type")))
        home = self._notes_of_host(kind, cast("Tree", source.element))
        root = cast("Tree", home.element)
        numbers = count(1 + highest(root.iter(w(tag))))
        for mark in marks:
            if str(mark.get(_ID)) not in found:
                xml.drop_from_run(mark)
                continue
            note = deepcopy(found[str(mark.get(_ID))])
            self._copier.link([note], source, home)
            note.set(_ID, str(next(numbers)))
            mark.set(_ID, str(note.get(_ID)))
            root.append(note)

    def _notes_of_host(self, kind: str, guest: Tree) -> XmlPart:
        """The host's notes; replaced by a part that also declares the guest's namespaces where needed."""
        part = cast("XmlPart", related(self._host, kind))
        joined = joined_root(cast("Tree", part.element), guest)
        if joined is None:
            return part
        joined.extend(list(cast("Tree", part.element)))
        made = XmlPart(part.partname, part.content_type, cast("Any", joined), part.package)
        for one in part.rels.values():
            made.load_rel(one.reltype, one.target_ref if one.is_external else one.target_part, one.rId, one.is_external)
        for one in [one for one in self._host.rels.values() if not one.is_external and one.target_part is part]:
            self._host.load_rel(kind, made, one.rId)
        return made


_REFERENCES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_LINKS: Final = (w("basedOn"), w("styleLink"), w("numStyleLink"))
_LEFT_BEHIND: Final = {
    w(name) for name in ("name", "next", "link", "autoRedefine", "aliases", "qFormat", "locked", "rsid", "personal")
}
_SPACE: Final = f'xmlns:w="{names.WORD[1:-1]}"'
# Word's defaults for files that state none.
_PLAIN_PARAGRAPH: Final = (
    f'<w:pPr {_SPACE}><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/></w:pPr>'
)
_PLAIN_RUN: Final = (
    f'<w:rPr {_SPACE}><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" '
    'w:cs="Times New Roman"/><w:sz w:val="20"/><w:szCs w:val="20"/></w:rPr>'
)
_LAYERS: Final = (
    (names.P_PR, names.PARAGRAPH, "pPrDefault", _PLAIN_PARAGRAPH),
    (names.R_PR, names.RUN, "rPrDefault", _PLAIN_RUN),
)


def own_styles(guest: DocumentPart, texts: Sequence[Tree], key: str, label: str) -> dict[str, Tree]:
    """The file's styles by their new id, ready for another file; changes the trees of the file to the new ids.

    ``key`` begins the new ids and ``label`` the new names; ``texts`` are the file's trees that hold text.
    """
    theme_root = theme_of(guest)
    sheet, lists = root_beside(guest, RT.STYLES), root_beside(guest, RT.NUMBERING)
    for root in (sheet, lists):
        _strip(root)
    for root in (sheet, lists, *texts):
        xml.resolve_fonts(root, theme_root)
    styles = _Styles(sheet)
    for text in texts:
        styles.name_defaults(text)
    for style in styles.known.values():
        styles.ground(style, ())
    for root in (sheet, lists, *texts):
        for one in list(root.iter(*_REFERENCES, *_LINKS)):
            if one.get(_VAL) in styles.known:
                one.set(_VAL, f"{key}-{one.get(_VAL)}")
            else:
                xml.drop(one)
    for name, style in styles.known.items():
        title = value(style, "name") or name
        for child in [child for child in style if child.tag in _LEFT_BEHIND]:
            xml.drop(child)
        style.insert(0, xml.make(w("name"), f"{label} {title}"))
        style.attrib.pop(w("default"), "")
        style.set(w("styleId"), f"{key}-{name}")
        style.set(w("customStyle"), "1")
    return {f"{key}-{name}": style for name, style in styles.known.items()}


def theme_of(main: DocumentPart) -> Tree | None:
    """The root of a file's theme."""
    theme = related(main, RT.THEME)
    return None if theme is None else parse_part(theme.blob)


def used_styles(styles: Mapping[str, Tree], trees: Iterable[Tree]) -> list[Tree]:
    """The styles that trees use, and those that these refer to."""
    found: dict[str, Tree] = {}
    waiting = {str(one.get(_VAL)) for tree in trees for one in tree.iter(*_REFERENCES, *_LINKS)}
    while waiting:
        key = waiting.pop()
        found[key] = styles[key]
        waiting |= {str(one.get(_VAL)) for one in styles[key].iter(*_LINKS)} - found.keys()
    return [found[key] for key in sorted(found)]


class _Styles:
    """A style sheet into which a file's defaults are written."""

    def __init__(self, sheet: Tree) -> None:
        self._sheet = sheet
        # The default style of paragraphs by the table around them.
        self._in_tables: dict[Tree | None, str] = {}
        self.known = xml.styles_by_id(sheet)
        self._defaults = {
            style.get(w("type"), "paragraph"): key
            for key, style in reversed(self.known.items())
            if style.get(w("default")) in {"1", "true", "on"}
        }

    def name_defaults(self, text: Tree) -> None:
        """Names the default style wherever a text relies on it, as the other file has another default."""
        table, paragraph = self._defaults.get("table"), self._defaults.get("paragraph")
        if table is not None:
            for properties in text.iter(w("tblPr")):
                self._refer(properties, w("tblStyle"), table)
        if paragraph is not None:
            for one in text.iter(names.P):
                self._refer(xml.first_child(one, names.P_PR), w("pStyle"), self._in_table(one, paragraph))

    def _refer(self, properties: Tree, tag: str, key: str) -> None:
        style = properties.find(tag)
        if style is None or str(style.get(_VAL)) not in self.known:
            if style is not None:
                xml.drop(style)
            properties.insert(0, xml.make(tag, key))

    def _in_table(self, one: Tree, paragraph: str) -> str:
        """The default style; inside a table whose style has formats, a variant that includes these."""
        table = ancestor(one, names.TBL)
        if table in self._in_tables:
            return self._in_tables[table]
        key = value(table, "tblPr/tblStyle")
        chain = list(xml.style_chain(self.known, key))
        if not any(len(found) for style in chain for tag in (names.P_PR, names.R_PR) for found in style.iterfind(tag)):
            self._in_tables[table] = paragraph
            return paragraph
        made = self._in_tables[table] = f"{paragraph}-{key}"
        if made not in self.known:
            variant = deepcopy(self.known[paragraph])
            title = variant.find(w("name"))
            if title is not None:
                title.set(_VAL, f"{title.get(_VAL)}（表内）")
            self._sheet.append(variant)
            self.known[made] = variant
            self.ground(variant, chain)
        return made

    def ground(self, style: Tree, table: Sequence[Tree]) -> None:
        """Writes the file's defaults into a paragraph style that is based on no other."""
        if style.get(w("type"), "paragraph") != "paragraph" or style.find(w("basedOn")) is not None:
            return
        for tag, order, default, plain in _LAYERS:
            own, said = style.find(tag), self._sheet.find(f"{w('docDefaults')}/{w(default)}/{tag}")
            whole = xml.merge_properties(tag, order, own, *(one.find(tag) for one in table), said, parse_xml(plain))
            if own is not None:
                xml.drop(own)
            late = (names.R_PR, w("tblPr")) if tag == names.P_PR else (w("tblPr"),)
            at = next((style.index(one) for one in style if one.tag in late), len(style))
            style.insert(at, whole)


def _strip(root: Tree) -> None:
    """Drops extensions of newer Word versions, whose namespaces the other file may not declare."""
    for choices in list(root.iter(_ALTERNATIVES)):
        # The first alternative that needs no other namespace.
        for one in choices:
            if all(str(inner.tag).startswith(names.WORD) for inner in one.iterdescendants()):
                xml.unwrap(one)
                break
        xml.unwrap(choices, {f"{{{_COMPATIBLE}}}Choice", names.FALLBACK})
    for element in [one for one in root.iter() if not str(one.tag).startswith(names.WORD)]:
        xml.drop(element)
    for element in root.iter():
        for key in [str(key) for key in element.attrib if not str(key).startswith(names.WORD)]:
            if not key.startswith("{http://www.w3.org/"):
                del element.attrib[key]


def bookmarks_in(body: Tree) -> set[str]:
    """The names of the bookmarks in a text."""
    return {str(one.get(w("name"))) for one in body.iter(w("bookmarkStart"))}


def joined_root(host: Tree, guest: Tree) -> Tree | None:
    """An empty root like the host's that also declares the guest's namespaces; None if the host declares them all."""
    spaces = {prefix: space for root in (guest, host) for prefix, space in root.nsmap.items() if prefix is not None}
    ignored = {*_ignorable(host), *_ignorable(guest)}
    if spaces.keys() <= host.nsmap.keys() and ignored == {*_ignorable(host)}:
        return None
    if ignored and _COMPATIBLE not in spaces.values():
        spaces["mc"] = _COMPATIBLE
    made = oxml_parser.makeelement(host.tag, cast("Any", host.attrib), cast("Any", spaces))
    prefixes = sorted({prefix for prefix, space in spaces.items() if space in ignored})
    if prefixes:
        made.set(_IGNORABLE, " ".join(prefixes))
    return made


def start_tag(root: Tree) -> str:
    """The start tag of an element."""
    shell = etree.Element(str(root.tag), cast("Any", root.attrib), cast("Any", root.nsmap))
    return etree.tostring(shell, encoding="unicode").removesuffix("/>") + ">"


def _ignorable(root: Tree) -> Iterator[str]:
    for prefix in str(root.get(_IGNORABLE, "")).split():
        if prefix in root.nsmap:
            yield root.nsmap[prefix]


def _insert(numbering: Tree, element: Tree) -> None:
    """Inserts in the order of the schema: picture bullets, abstract definitions, lists."""
    before = {w("numPicBullet"), w("abstractNum"), *([w("num")] if element.tag == w("num") else [])}
    numbering.insert(sum(one.tag in before for one in numbering), element)


_BLOCKS: Final = {names.P, names.TBL, names.SDT}
_PLACES: Final = {"default": WD_HEADER_FOOTER.PRIMARY, "even": WD_HEADER_FOOTER.EVEN_PAGE}
_PLACES["first"] = WD_HEADER_FOOTER.FIRST_PAGE
_PARTS: Final = {"header": ("w:hdr", CT.WML_HEADER, RT.HEADER), "footer": ("w:ftr", CT.WML_FOOTER, RT.FOOTER)}
# A paragraph too low to push anything onto another page.
_HAIRLINE: Final = (
    f'<w:p {_SPACE}><w:pPr><w:snapToGrid w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="14" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
)


def close_section(body: Tree) -> None:
    """Moves the final section properties of a body into its last paragraph, so that more can follow."""
    section = body.find(w("sectPr"))
    setup = xml.make(w("sectPr")) if section is None else section
    xml.drop(setup)
    last = next((block for block in reversed(body) if block.tag in _BLOCKS), None)
    if last is None or last.tag != names.P or below(last, "pPr/sectPr") is not None:
        last = parse_xml(_HAIRLINE)
        body.append(last)
    xml.insert_ordered(xml.first_child(last, names.P_PR), setup, names.PARAGRAPH)


def turns_pages(main: DocumentPart) -> bool:
    """Whether a file has separate headers and footers for even pages."""
    return related(main, RT.SETTINGS) is not None and is_on(root_beside(main, RT.SETTINGS), "evenAndOddHeaders")


def turn_pages(main: DocumentPart) -> None:
    """Switches on separate headers and footers for even pages."""
    Settings(root_beside(main, RT.SETTINGS)).odd_and_even_pages_header_footer = True


def references(section: Tree, kind: str) -> dict[str, Tree]:
    """The header or footer references of a section by page kind."""
    return {str(one.get(w("type"), "default")): one for one in section.iterfind(w(f"{kind}Reference"))}


def add_reference(section: Any, kind: str, place: str, key: str) -> None:
    """Gives a section a header or footer for one page kind."""
    getattr(section, f"add_{kind}Reference")(_PLACES[place], key)


def copy_odd_to_even(sections: Iterable[Tree]) -> None:
    """Gives even pages of these sections the headers and footers of odd ones."""
    for section in sections:
        for kind in _PARTS:
            found = references(section, kind)
            if "even" in found:
                xml.drop(found["even"])
            if "default" in found:
                copy = deepcopy(found["default"])
                copy.set(w("type"), "even")
                found["default"].addnext(copy)


class Margins:
    """The headers and footers of sections that are appended to a report, as yet without attachments."""

    def __init__(self, host: DocumentPart) -> None:
        self._host = host
        self._empty: dict[str, str] = {}
        # A section without a footer inherits that of the section before.
        self._footers = {
            place: str(one.get(f"{RELATION}id"))
            for section in host.element.iter(w("sectPr"))
            for place, one in references(section, "footer").items()
        }

    def separate_from_previous(self, sections: Sequence[Tree]) -> None:
        """Stops attachments from inheriting headers and footers; without footers they get those of the report."""
        for kind in _PARTS:
            own = any(references(section, kind) for section in sections)
            known = self._footers if kind == "footer" and not own else {}
            for place in _PLACES:
                if place not in references(sections[0], kind):
                    add_reference(sections[0], kind, place, known.get(place) or self._nothing(kind))

    def _nothing(self, kind: str) -> str:
        if kind not in self._empty:
            tag, content_type, reltype = _PARTS[kind]
            root = OxmlElement(tag)
            root.append(OxmlElement("w:p"))
            name = f"/word/annex_empty_{kind}.xml"
            self._empty[kind] = add_part(self._host, name, content_type, reltype, root)
        return self._empty[kind]
