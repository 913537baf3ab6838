"""Packages as python-docx's parts and relationships: opened from entries, copied, written back as entries.

python-docx's own reader fails on relationships without a target, and its writer stamps the current time. Reading and
writing ``Entry``s also avoids zipping in between.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, cast

from docx.exceptions import PythonDocxError
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PACKAGE_URI, PackURI
from docx.opc.part import Part, PartFactory, XmlPart
from docx.oxml import OxmlElement
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from generator.base.diagnostics import Refused, Span
from generator.word import codes
from generator.word.names import RELATION, Tree
from generator.word.opc import CONTENT_TYPES, Entry, relations_of
from generator.word.xml import parse_xml, resolve_colours, serialize

_OFFICE_RELATION: Final = "{urn:schemas-microsoft-com:office:office}relid"
_LINKED: Final = etree.XPath(
    f"descendant-or-self::*[@*[namespace-uri()='{RELATION[1:-1]}'] or @o:relid]",
    namespaces={"o": "urn:schemas-microsoft-com:office:office"},
)
_OUTSIDE: Final = "External"
_RELID: Final = re.compile(rb"""\brelId=(["'])([^"']+)\1""")
_DRAWN: Final = ("drawingml.chart+xml", "diagramDrawing+xml", "diagramColors+xml", "diagramData+xml")
_NOTES: Final = frozenset({CT.WML_FOOTNOTES, CT.WML_ENDNOTES})
# What python-docx raises on a file that breaks the schema.
_BROKEN: Final = (KeyError, ValueError, IndexError, TypeError, etree.XMLSyntaxError, PythonDocxError)


def _load(entries: Mapping[str, Entry]) -> Package:
    """The package with all parts that relationships lead to, without relationships to missing parts."""
    package, parts = Package(), dict[PackURI, Part]()
    listed = parse_xml(entries[CONTENT_TYPES].data())
    types = {str(one.get("PartName", one.get("Extension"))).lower(): str(one.get("ContentType")) for one in listed}
    waiting: list[tuple[Package | Part, PackURI]] = [(package, PACKAGE_URI)]
    while waiting:
        holder, source = waiting.pop()
        entry = entries.get(relations_of(source.membername))
        for one in () if entry is None else parse_xml(entry.data()):
            key, kind, target = (str(one.get(name, "")) for name in ("Id", "Type", "Target"))
            if one.get("TargetMode") == _OUTSIDE:
                holder.load_rel(kind, target, key, is_external=True)
                continue
            name = PackURI(posixpath.normpath(posixpath.join("/", source.baseURI, target)))
            if name not in parts and name.membername in entries:
                content_type = types.get(name.lower()) or types.get(name.ext.lower(), "application/octet-stream")
                blob = entries[name.membername].data()
                # For notes python-docx has no class, for core properties one with fixed prefixes.
                if content_type in _NOTES or kind == RT.CORE_PROPERTIES:
                    part: Part = XmlPart.load(name, content_type, blob, package)
                else:
                    part = cast("Part", PartFactory(name, content_type, kind, blob, package))
                if isinstance(part, XmlPart):
                    etree.strip_tags(part.element, etree.Comment, etree.ProcessingInstruction)
                parts[name] = part
                waiting.append((part, name))
            if name in parts:
                holder.load_rel(kind, parts[name], key)
    for part in parts.values():
        part.after_unmarshal()
    package.after_unmarshal()
    return package


def open_document(entries: Mapping[str, Entry], span: Span) -> DocumentPart:
    """The main part of a Word file; adds a style sheet and a last section where they are missing.

    Raises:
        Refused: It is too malformed to be read.
    """
    try:
        package = _load(entries)
        main = package.main_document_part
        if not isinstance(main, DocumentPart) or main.element.body is None:
            raise TypeError(main.content_type)
        main.element.body.get_or_add_sectPr()
    except _BROKEN as error:
        raise Refused([codes.NOT_WORD.at(span, why="里面的部件不合 Word 的格式")]) from error
    root_beside(main, RT.STYLES)
    return main


def save_document(main: DocumentPart) -> dict[str, Entry]:
    """The entries of a Word file; the same for the same content."""
    package = cast("Package", main.package)
    parts = list(package.iter_parts())
    entries = {part.partname.membername: Entry(part.partname.membername, part.blob) for part in parts}
    for name, relations in [("", package.rels), *((part.partname.membername, part.rels) for part in parts)]:
        if relations:
            file = relations_of(name)
            entries[file] = Entry(file, relations.xml)
    types = etree.Element(f"{{{_TYPES}}}Types", nsmap=cast("Any", {None: _TYPES}))
    for extension, kind in (("rels", CT.OPC_RELATIONSHIPS), ("xml", CT.XML)):
        etree.SubElement(types, f"{{{_TYPES}}}Default", Extension=extension, ContentType=kind)
    for part in sorted(parts, key=lambda one: str(one.partname)):
        etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=part.partname, ContentType=part.content_type)
    return {**entries, CONTENT_TYPES: Entry(CONTENT_TYPES, serialize(types))}


_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"


def related(source: Part | Package, reltype: str) -> Part | None:
    """The target of the first relationship of that type."""
    return next(iter(all_related(source, reltype)), None)


def all_related(source: Part | Package, *reltypes: str) -> list[Part]:
    """The targets of all relationships of these types, each once."""
    found = [one.target_part for one in source.rels.values() if one.reltype in reltypes and not one.is_external]
    return list(dict.fromkeys(found))


def text_roots(main: DocumentPart) -> list[Tree]:
    """The trees that hold text: those of the main part, headers, footers and notes."""
    beside = all_related(main, RT.HEADER, RT.FOOTER, RT.FOOTNOTES, RT.ENDNOTES)
    return [cast("Tree", part.element) for part in (main, *beside) if isinstance(part, XmlPart)]


_BESIDE: Final = {
    RT.STYLES: ("w:styles", CT.WML_STYLES),
    RT.NUMBERING: ("w:numbering", CT.WML_NUMBERING),
    RT.SETTINGS: ("w:settings", CT.WML_SETTINGS),
    RT.FOOTNOTES: ("w:footnotes", CT.WML_FOOTNOTES),
    RT.ENDNOTES: ("w:endnotes", CT.WML_ENDNOTES),
    RT.COMMENTS: ("w:comments", CT.WML_COMMENTS),
}


def root_beside(main: DocumentPart, reltype: str) -> Any:
    """The root of the part of that kind; adds an empty one where there is none."""
    if related(main, reltype) is None:
        tag, content_type = _BESIDE[reltype]
        add_part(main, f"/word/{tag[2:]}.xml", content_type, reltype, OxmlElement(tag))
    return cast("XmlPart", related(main, reltype)).element


def add_part(main: DocumentPart, name: str, content_type: str, reltype: str, root: Tree) -> str:
    """Adds a part to the package; returns the id of its relationship."""
    made = PartFactory.part_type_for.get(content_type, XmlPart)
    return main.relate_to(made(PackURI(name), content_type, cast("Any", root), main.package), reltype)


TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
STATE: Final = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}contentStatus"
_CORE: Final = STATE[1:].partition("}")[0]


def core_property(main: DocumentPart, tag: str) -> Tree:
    """The element of a core property (``TITLE``, ``STATE``); adds an empty one where there is none.

    Not by python-docx, which relies on the prefix ``cp``: docxcompose rebinds that in the whole process.
    """
    package = cast("Package", main.package)
    part = related(package, RT.CORE_PROPERTIES)
    if part is None:
        spaces = {"cp": _CORE, "dc": TITLE[1:].partition("}")[0], "dcterms": "http://purl.org/dc/terms/"}
        root = etree.Element(f"{{{_CORE}}}coreProperties", nsmap=cast("Any", spaces))
        part = XmlPart(PackURI("/docProps/core.xml"), CT.OPC_CORE_PROPERTIES, cast("Any", root), package)
        package.relate_to(part, RT.CORE_PROPERTIES)
    root = cast("Tree", cast("XmlPart", part).element)
    found = root.find(tag)
    return etree.SubElement(root, tag) if found is None else found


class PartCopier:
    """Copies parts of one package, each with the parts that it refers to, into another package.

    ``prefix`` begins their names there, to which those in ``taken`` belong already. ``shared`` are copies of parts
    without relationships, by type and digest, to use again for equal ones.
    """

    def __init__(
        self,
        home: DocumentPart,
        prefix: str,
        taken: set[str] | None = None,
        shared: dict[tuple[str, bytes], Part] | None = None,
    ) -> None:
        self._package, self._prefix = cast("Package", home.package), prefix
        self.colours: Mapping[str, str] = {}
        self._taken = names_in(home) if taken is None else taken
        self._copies: dict[Part, Part] = {}
        self._shared = shared

    def link(self, trees: Iterable[Tree], source: Part, home: Part) -> None:
        """Copies the targets of the relationships that trees use, and makes the trees use the copies."""
        for one in [one for tree in trees for one in cast("list[Tree]", _LINKED(tree))]:
            for key in [str(key) for key in one.attrib if str(key).startswith(RELATION) or key == _OFFICE_RELATION]:
                found = source.rels.get(str(one.get(key)))
                if found is None:
                    del one.attrib[key]  # or it might match a relationship of the new home
                    continue
                if found.is_external:
                    target: str | Part = found.target_ref
                elif found.reltype.endswith("/diagramData"):
                    target = self.copy(found.target_part, self._diagram(found.target_part.blob, source, home))
                else:
                    target = self.copy(found.target_part)
                one.set(key, home.relate_to(target, found.reltype, found.is_external))

    def copy(self, part: Part, content: bytes | None = None) -> Part:
        """A part's only copy, or that of an equal part; with other content where that is given."""
        copies: dict[Any, Part] = self._copies
        key: object = part
        if self._shared is not None and content is None and not part.rels:
            copies, key = self._shared, (part.content_type, sha256(part.blob).digest())
        if key not in copies:
            content = part.blob if content is None else content
            if self.colours and part.content_type.endswith(_DRAWN):
                root = parse_xml(content)
                resolve_colours(root, self.colours)
                content = serialize(root)
            made = copies[key] = Part(self._free_name(part.partname), part.content_type, content, self._package)
            for one in part.rels.values():
                target = one.target_ref if one.is_external else self.copy(one.target_part)
                made.load_rel(one.reltype, target, one.rId, one.is_external)
        return copies[key]

    def _diagram(self, data: bytes, source: Part, home: Part) -> bytes:
        """The data of a SmartArt graphic, adapted: it names the picture by a relationship of the main part."""
        named = _RELID.search(data)
        found = source.rels.get(named[2].decode()) if named is not None else None
        if named is None or found is None or found.is_external:
            return data
        key = home.relate_to(self.copy(found.target_part), found.reltype)
        return data[: named.start(2)] + key.encode() + data[named.end(2) :]

    def _free_name(self, name: PackURI) -> PackURI:
        stem, ending = posixpath.splitext(f"{name.baseURI}/{self._prefix}-{name.filename}")
        free = f"{stem}{ending}"
        while free.lower() in self._taken:
            stem = f"{stem}x"
            free = f"{stem}{ending}"
        self._taken.add(free.lower())
        return PackURI(free)


def names_in(main: DocumentPart) -> set[str]:
    """The names of a package's parts."""
    return {str(part.partname).lower() for part in cast("Package", main.package).iter_parts()}
