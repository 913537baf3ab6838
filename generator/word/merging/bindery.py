"""Finished reports bound behind front matter: each begins on an odd page and looks as it looked alone.

The text of a report that was bound is kept as text and not as a tree, and reports with the same styles share one copy
of them, so that the last of many costs no more than the first.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.base.diagnostics import Span
from generator.patterns import regex
from generator.word import names
from generator.word.merging.bringing import Belongings
from generator.word.merging.grafting import FIRST_NUMBER, ROW, Graft
from generator.word.merging.page_references import numbered
from generator.word.merging.sections import Margins, close_section, double_margins, turn_pages, turns_pages
from generator.word.names import w
from generator.word.package import pack, write_package
from generator.word.properties import placed
from generator.word.running.wording import plain_text
from generator.word.trees import make, parse_xml
from generator.word.volume import RELATION, Volume, drop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.word.names import Tree

__all__ = ["Bindery", "bookmark_of"]

_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SEQUENCE: Final = regex(r'\bSEQ\s+("[^"]*"|\S+)')
_SIGN: Final = "\ufdd0"  # a noncharacter
_LAST_NUMBER: Final = 99_999  # of those that one report may give to bookmarks
_SHARED: Final = ("styles", "numbering", "theme")
_SECTION: Final = (
    "headerReference", "footerReference", "footnotePr", "endnotePr", "type", "pgSz", "pgMar", "paperSrc", "pgBorders",
    "lnNumType", "pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection", "bidi",
    "rtlGutter", "docGrid", "printerSettings", "sectPrChange",
)  # fmt: skip


def bookmark_of(number: int) -> str:
    """The bookmark around the report of that number, counted from 1."""
    return f"Report{number:06}"


class Bindery:
    """A volume in the making.

    Args:
        front: The front matter, a Word file that this program made; its ``PageLine``s lead to ``bookmark_of``.
    """

    def __init__(self, front: bytes) -> None:
        self._volume = Volume(front, Span("汇编"))
        turn_pages(self._volume)
        self._margins = Margins(self._volume)
        self._texts: list[str] = []
        self._last = self._volume.body
        self._count = 0
        self._families: dict[str, int] = {}
        self._known: set[str] = set()
        self._shared: dict[tuple[str, str], str] = {}
        style = next((one for one in self._volume.part("styles", "styles").iter(w("style")) if _is_header(one)), None)
        self._header_style = "" if style is None else str(style.get(w("styleId")))

    def add(self, report: bytes, header: str) -> None:
        """Bind a report behind what is there.

        Args:
            report: A Word file that this program made.
            header: What stands above its pages, where it has no headers of its own.
        """
        close_section(self._last)
        self._texts.append(self._text())
        if not self._count:
            self._volume.body[:] = []  # what takes a report in looks at it
        self._count += 1
        guest = Volume(report, Span(header))
        family, known = self._family_of(guest)
        blocks = _Report(self._volume, guest, self._count, family, known, self._shared).blocks()
        self._last = body = self._home_of(guest)
        if not blocks or blocks[-1].tag != w("sectPr"):
            body.append(make(w("sectPr")))
        _restart_sequences(body)
        _mark_whole(body, bookmark_of(self._count), self._count)
        sections = list(body.iter(w("sectPr")))
        if not turns_pages(guest):
            double_margins(sections)
        self._settle(sections, header)

    def _home_of(self, guest: Volume) -> Tree:
        """The body of the report where its prefixes mean what they mean in the volume, else one in which they do."""
        known = self._volume.root.nsmap
        if all(known.get(prefix) == space for prefix, space in guest.root.nsmap.items()):
            return guest.body
        root = etree.Element(self._volume.root.tag, nsmap=cast("Any", known))
        body = etree.SubElement(root, w("body"))
        body.extend(list(guest.body))
        return body

    def _settle(self, sections: list[Tree], header: str) -> None:
        """An odd page, page numbers that run on, the report's own header."""
        for section in sections:
            for numbers in section.findall(w("pgNumType")):
                numbers.attrib.pop(w("start"), "")
        for kind in sections[0].findall(w("type")):
            drop(kind)
        kind = make(w("type"))
        kind.set(w("val"), "oddPage")
        placed(sections[0], kind, _SECTION)
        if not any(section.find(w("headerReference")) is not None for section in sections):
            self._put_header(sections[0], header)
        self._margins.part_from_others(sections)

    def _put_header(self, section: Tree, text: str) -> None:
        name, key = f"word/volume{self._count}_header.xml", f"rIdVolumeHeader{self._count}"
        style = f'<w:pPr><w:pStyle w:val="{self._header_style}"/></w:pPr>' if self._header_style else ""
        words = f'<w:r><w:t xml:space="preserve">{plain_text(text)}</w:t></w:r>'
        space = f'xmlns:w="{names.WORD[1:-1]}"'
        root = parse_xml(f"<w:hdr {space}><w:p>{style}{words}</w:p></w:hdr>".encode())
        self._volume.add(name, f"{_WORDML}header+xml", root)
        self._volume.relate("header", name, key)
        for place in ("even", "default"):
            reference = etree.Element(w("headerReference"), nsmap={"w": names.WORD[1:-1], "r": RELATION[1:-1]})
            reference.set(w("type"), place)
            reference.set(f"{RELATION}id", key)
            section.insert(0, reference)

    def _family_of(self, guest: Volume) -> tuple[int, set[str]]:
        """The number of the copy of the styles that the report uses, and the styles that are there of it.

        Styles that count lists are not shared: their numbers would run on from report to report.
        """
        parts = [name for kind in _SHARED if (name := guest.related(kind)) is not None]
        data = [guest.entries[name].data() for name in parts]
        if any(b"<w:numPr" in one for one in data):
            return self._count, set()
        key = sha256(b"\0".join(data)).hexdigest()
        return self._families.setdefault(key, self._count), self._known

    def data(self, pages: Mapping[str, int] | None = None) -> bytes:
        """The volume, the same bytes for the same reports; more can be bound after it was asked for.

        Args:
            pages: The pages on which bookmarks stand; without them, references have no number until Word counts.
        """
        first, *others = [*self._texts, self._text()]
        before, _, behind = _split(self._volume.body)
        texts = [numbered(first, pages or {}), *others]
        entries = self._volume.package()
        entries[self._volume.main] = pack(self._volume.main, "".join([_DECLARATION, before, *texts, behind]).encode())
        return write_package(entries)

    def _text(self) -> str:
        """The text of the last body."""
        return _split(self._last)[1]


def _split(body: Tree) -> tuple[str, str, str]:
    """The XML of a part: what stands before the content of its body, the content, and what stands behind it."""
    body.text = _SIGN
    root = body.getparent()
    whole = etree.tostring(body if root is None else root, encoding="unicode")
    body.text = None
    before, _, rest = whole.partition(_SIGN)
    at = rest.rindex("</", 0, rest.rindex("</"))
    return before, rest[:at], rest[at:]


class _Report(Graft):
    """A report on its way into the volume: its styles may be there, and so may parts just like its own."""

    def __init__(  # noqa: PLR0913, PLR0917 - what the volume knows of those before it
        self,
        host: Volume,
        guest: Volume,
        number: int,
        family: int,
        known: set[str],
        shared: dict[tuple[str, str], str],
    ) -> None:
        super().__init__(host, guest, number)
        self._family, self._known, self._shared = family, known, shared

    def _belongings(self, texts: list[Tree]) -> Belongings:
        known, family = self._known, self._family
        return Belongings(self._host, self._guest, self._number, texts, family=family, known=known, label="报告")

    def _taken(self) -> set[str]:
        # Every report has bookmarks of the same names.
        return {str(one.get(w("name"))) for one in self._guest.body.iter(w("bookmarkStart"))}

    def _carry(self, part: str) -> str:
        if part in self._carried or len(self._guest.relations(part)):
            return super()._carry(part)
        content = etree.tostring(self._guest.tree(part)) if part in self._margins else self._guest.entries[part].data()
        key = self._guest.type_of(part), sha256(content).hexdigest()
        if key not in self._shared:
            self._shared[key] = super()._carry(part)
        self._carried[part] = self._shared[key]
        return self._shared[key]


def _is_header(style: Tree) -> bool:
    name = style.find(w("name"))
    return name is not None and name.get(w("val")) == "header"


def _restart_sequences(body: Tree) -> None:
    """Has the numbers of captions begin anew, also once Word counts them again."""
    seen: set[str] = set()
    for code in body.iter(w("instrText")):
        found = _SEQUENCE.search(code.text or "")
        if found is not None and found[1] not in seen:
            seen.add(found[1])
            if r"\r" not in (code.text or ""):
                code.text = f"{(code.text or '').rstrip()} \\r 1 "


def _mark_whole(body: Tree, name: str, number: int) -> None:
    """A bookmark around the report; a contents list in it is told to list no more than that."""
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
