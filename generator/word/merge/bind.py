"""Reports bound into a volume: ``Bindery`` adds one after the other, ``PageLine`` is a line of its contents list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final, cast

from docx.enum.section import WD_SECTION
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.parser import oxml_parser
from docx.parts.document import DocumentPart
from lxml import etree

from generator.base.diagnostics import Span
from generator.word import names
from generator.word.merge.copy_parts import (
    FIRST_NUMBER,
    ROW,
    Graft,
    Margins,
    add_reference,
    bookmarks_in,
    close_section,
    double_margins,
    joined_root,
    references,
    start_tag,
    turn_pages,
    turns_pages,
)
from generator.word.names import Tree, value, w
from generator.word.opc import DECLARATION, Entry, pack
from generator.word.parts import (
    RELATION,
    PartCopier,
    add_part,
    names_in,
    open_document,
    related,
    root_beside,
    save_document,
)
from generator.word.render.values import RunValue, attribute, field_xml, plain_text, run_xml, text_xml
from generator.word.xml import make

# Noncharacters: no text that is printed holds any.
_SIGN, _LEFT, _RIGHT = "\ufdd0", "\ufdd1", "\ufdd2"
_MARK: Final = re.compile(f"{_LEFT}([^{_RIGHT}]*){_RIGHT}")
_LAST_NUMBER: Final = ROW - 1  # of those that one report may give to bookmarks
_SHARED: Final = (RT.STYLES, RT.NUMBERING, RT.THEME)


class PageLine(RunValue):
    """A text, a tab and a page number, all of it a link, for ``{{r x }}``.

    Args:
        text: What the line says.
        bookmark: Where it leads to.
    """

    __slots__ = ("_bookmark", "_text")

    def __init__(self, text: str, bookmark: str) -> None:
        self._text, self._bookmark = text, bookmark

    def runs_xml(self, style: str) -> str:
        """Its runs; the page number is a field whose result ``Bindery.entries`` fills in."""
        name = attribute(self._bookmark)
        words = run_xml(text_xml(self._text), style) + f"<w:r>{style}<w:tab/></w:r>"
        number = field_xml(f"PAGEREF {name} \\h", f"<w:r>{style}<w:t>{_LEFT}{name}{_RIGHT}</w:t></w:r>", style)
        return f'<w:hyperlink w:anchor="{name}" w:history="1">{words}{number}</w:hyperlink>'


def bookmark_of(number: int) -> str:
    """The bookmark around the report of that number, counted from 1."""
    return f"Report{number:06}"


class Bindery:
    """A volume in the making.

    Args:
        front: The files of the front matter, as ``Layout.parts`` makes them; its ``PageLine``s lead to ``bookmark_of``.
    """

    def __init__(self, front: Mapping[str, Entry]) -> None:
        self._host = open_document(front, Span("汇编"))
        turn_pages(self._host)
        self._margins = Margins(self._host)
        self._root: Tree = self._host.element
        self._texts: list[str] = []
        self._last: Tree = self._host.element.body
        self._count = 0
        self._families: dict[bytes, int] = {}
        self._taken = names_in(self._host)
        self._shared: dict[tuple[str, bytes], Part] = {}

    def add(self, report: Mapping[str, Entry], header: str) -> None:
        """Bind a report behind what is there.

        Args:
            report: The files of a Word file that this program made.
            header: The text of its header where it has none of its own.
        """
        close_section(self._last)
        self._texts.append(_split(self._last)[1])
        if not self._count:
            self._host.element.body[:] = []
        self._count += 1
        guest = open_document(report, Span(header))
        family = self._family_of(guest)
        copier = _SharingCopier(self._host, f"report{self._count}", self._taken, self._shared)
        Graft(self._host, guest, self._count, f"FJ{family}", f"报告{family}", copier).settle(
            bookmarks_in(guest.element)
        )
        self._last = body = self._home_of(guest.element)
        _mark_whole(body, bookmark_of(self._count), self._count)
        sections = list(body.iter(w("sectPr")))
        if not turns_pages(guest):
            double_margins(sections)
        self._settle(sections, header)

    def _home_of(self, root: Tree) -> Tree:
        """The report's body; moved into a new one where its prefixes mean something else than in the volume."""
        joined = joined_root(self._root, root)
        self._root = self._root if joined is None else joined
        known = self._root.nsmap
        body = cast("Tree", root.find(w("body")))
        if all(known.get(prefix) == space for prefix, space in root.nsmap.items()):
            return body
        made = oxml_parser.makeelement(root.tag, nsmap=cast("Any", known))
        home = etree.SubElement(made, w("body"))
        home.extend(list(body))
        return home

    def _settle(self, sections: list[Any], header: str) -> None:
        """An odd page, page numbers that run on, and a header where the report has none of its own."""
        for numbers in [one for section in sections for one in section.findall(w("pgNumType"))]:
            numbers.attrib.pop(w("start"), "")
        sections[0].start_type = WD_SECTION.ODD_PAGE
        if not any(map(self._prints, references(sections[0], "header").values())):
            styles = root_beside(self._host, RT.STYLES).iter(w("style"))
            key = next((str(one.get(w("styleId"))) for one in styles if value(one, "name") == "header"), "")
            style = f'<w:pPr><w:pStyle w:val="{key}"/></w:pPr>' if key else ""
            words = run_xml(plain_text(header))
            root = parse_xml(f'<w:hdr xmlns:w="{names.WORD[1:-1]}"><w:p>{style}{words}</w:p></w:hdr>')
            key = add_part(self._host, f"/word/volume{self._count}_header.xml", CT.WML_HEADER, RT.HEADER, root)
            # Attachments without a header have a blank one, which keeps off that of the report.
            for reference in [one for section in sections for one in references(section, "header").values()]:
                if not self._prints(reference):
                    reference.set(f"{RELATION}id", key)
            for place in ("even", "default"):
                if place not in references(sections[0], "header"):
                    add_reference(sections[0], "header", place, key)
        self._margins.part_from_others(sections)

    def _prints(self, reference: Tree) -> bool:
        """Whether there is anything in a header."""
        relation = self._host.rels.get(str(reference.get(f"{RELATION}id")))
        runs = () if relation is None else cast("Tree", parse_xml(relation.target_part.blob)).iter(names.R)
        return next(iter(runs), None) is not None

    def _family_of(self, guest: DocumentPart) -> int:
        """The number of the copy of the styles that the report uses.

        Styles that count lists are not shared: their numbers would run on from report to report.
        """
        blobs = [part.blob for kind in _SHARED if (part := related(guest, kind)) is not None]
        if any(b"<w:numPr" in blob for blob in blobs):
            return self._count
        return self._families.setdefault(sha256(b"\0".join(blobs)).digest(), self._count)

    def entries(self, pages: Mapping[str, int] | None = None) -> dict[str, Entry]:
        """The files of the volume, the same for the same reports; more can be bound after it was asked for.

        Args:
            pages: The pages of the bookmarks; without them, references have no number until Word counts.
        """
        first, *others = [*self._texts, _split(self._last)[1]]
        first = _MARK.sub(lambda mark: str((pages or {}).get(mark[1], "")), first)
        _, _, behind = _split(self._host.element.body)
        entries, name = save_document(self._host), self._host.partname.membername
        text = [DECLARATION, start_tag(self._root), "<w:body>", first, *others, behind]
        return {**entries, name: pack(name, "".join(text))}


def _split(body: Tree) -> tuple[str, str, str]:
    """The XML of a part in three: up to the content of its body, the content, and the rest."""
    body.text = _SIGN
    root = body.getparent()
    whole = etree.tostring(body if root is None else root, encoding="unicode")
    body.text = None
    before, _, rest = whole.partition(_SIGN)
    at = rest.rindex("</", 0, rest.rindex("</"))
    return before, rest[:at], rest[at:]


class _SharingCopier(PartCopier):
    """Uses the equal part of an earlier report, where there is one."""

    def __init__(self, home: DocumentPart, prefix: str, taken: set[str], shared: dict[tuple[str, bytes], Part]) -> None:
        super().__init__(home, prefix, taken)
        self._shared = shared

    def copy(self, part: Part, content: bytes | None = None) -> Part:
        """The part's copy or an equal one; a part with relationships is always copied."""
        if part.rels or content is not None:
            return super().copy(part, content)
        key = part.content_type, sha256(part.blob).digest()
        if key not in self._shared:
            self._shared[key] = super().copy(part)
        return self._shared[key]


def _mark_whole(body: Tree, name: str, number: int) -> None:
    """Puts a bookmark around the report, and limits a contents list in it to that bookmark."""
    paragraphs = list(body.iter(names.P))
    if not paragraphs:
        paragraphs = [make(names.P)]
        body.insert(0, paragraphs[0])
    start, end = make(w("bookmarkStart")), make(w("bookmarkEnd"))
    for mark in (start, end):
        mark.set(w("id"), str(FIRST_NUMBER + number * ROW + _LAST_NUMBER))
    start.set(w("name"), name)
    paragraphs[0].insert(int(paragraphs[0].find(names.P_PR) is not None), start)
    paragraphs[-1].append(end)
    for code in body.iter(w("instrText")):
        text = (code.text or "").strip()
        if text.startswith("TOC") and r"\b" not in text:
            code.text = f" {text} \\b {name} "
