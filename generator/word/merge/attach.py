"""Finished Word files put behind a report, each on a new page under its title, or into it where the layout says.

The parts are joined here and not by docxcompose, which loses the page of a single section and its headers, takes the
report's styles for the attachment's of the same name, and numbers lists by chance.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import XmlPart
from docx.oxml import parse_xml
from docx.parts.document import DocumentPart
from lxml import etree
from msgspec import Struct

from generator.base.diagnostics import Code, Finding, Refused, Span
from generator.base.files import Document
from generator.word import codes, names
from generator.word.inspect import inspect
from generator.word.merge.copy_parts import (
    Graft,
    Margins,
    bookmarks_in,
    close_section,
    double_margins,
    joined_root,
    start_on_new_page,
    start_tag,
    turn_pages,
    turns_pages,
)
from generator.word.names import SENTINEL, Tree, ancestor, is_on, value, w
from generator.word.opc import Entry, main_part, open_package, pack
from generator.word.parts import PartCopier, open_document, related, root_beside, save_document
from generator.word.render.values import plain_text, run_xml
from generator.word.xml import PARAGRAPH, drop, make, placed, transplant

_MOST_STEPS: Final = 20
# Joining takes some twenty times the memory of the text, or some 800 bytes for each element where they are short.
_MOST_TEXT: Final = 12_000_000
_MOST_ELEMENTS: Final = 280_000
_SMALL: Final = 1_000_000
_FIRST_DOCUMENT: Final = 500  # attachments are numbered below
_INDENT: Final = '<w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/>'
# The lines above an attachment: the style of the report for each, else its font, size in half points and format.
_MARK_LINE: Final = ("附件", "黑体", 32, f'<w:spacing w:before="0" w:after="0"/>{_INDENT}<w:jc w:val="left"/>')
_TITLE_FORMAT: Final = f'<w:spacing w:before="480" w:after="240"/>{_INDENT}<w:jc w:val="center"/>'
_TITLE_LINE: Final = ("附件标题", "方正小标宋简体", 44, _TITLE_FORMAT)


class Attachment(Struct, frozen=True):
    """A Word file that someone finished, opened and found safe, with what messages call it and say of it."""

    entries: dict[str, Entry]
    title: str
    name: str
    span: Span
    path: str
    code: Code = codes.ATTACHMENT
    noted: tuple[Finding, ...] = ()

    @classmethod
    def open(  # noqa: PLR0913, PLR0917 - what messages need
        cls, data: bytes, name: str, title: str, span: Span, path: str, code: Code = codes.ATTACHMENT
    ) -> Attachment:
        """The attachment of these bytes.

        Args:
            data: The Word file.
            name: What the input calls it.
            title: The title printed above it.
            span: Where the input names it.
            path: Its place in the data.
            code: The finding where it cannot be used.

        Raises:
            Refused: It is broken or holds what a report may not.
        """
        try:
            entries = open_package(data, span)
            why = _too_long(entries)
            _, paths = ([], "") if why else inspect(entries, span, finished=True)
        except Refused as refused:
            raise Refused([_reworded(code, name, span, path, one) for one in refused.findings]) from refused
        if why:
            raise Refused([code.at(span, path, hint="请拆成几个文件。", name=name, why=why)])
        noted = (codes.UNLINKED.at(span, path, name=name, what=paths),) if paths else ()
        return cls(entries, title, name, span, path, code, noted)

    def document(self) -> DocumentPart:
        """Its text with its parts; a new tree at each call.

        Raises:
            Refused: It breaks the format so that it cannot be joined to a report.
        """
        try:
            return open_document(self.entries, self.span)
        except Refused as refused:
            found = [_reworded(self.code, self.name, self.span, self.path, one) for one in refused.findings]
            raise Refused(found) from refused


def _too_long(entries: Mapping[str, Entry]) -> str:
    large = [one for one in entries.values() if one.name.endswith(".xml") and one.packed().size > _SMALL]
    size = max((one.packed().size for one in large), default=0)
    if size > _MOST_TEXT:
        return f"里面的文字连同格式有 {size // 1_000_000} MB，超过 {_MOST_TEXT // 1_000_000} MB"
    count = max((data.count(b"<") - data.count(b"</") for data in map(Entry.data, large)), default=0)
    return f"里面的段落、格式等有 {count} 处，超过 {_MOST_ELEMENTS} 处" if count > _MOST_ELEMENTS else ""


def open_enclosed(document: Document) -> Attachment:
    """A Word file that a field names, opened once.

    Raises:
        Refused: It is broken or holds what a report may not.
    """
    if not isinstance(document.opened, Attachment):
        code, document.opened = codes.DOCUMENT, False
        document.opened = Attachment.open(document.data, document.name, "", document.span, document.path, code)
    return document.opened


def _reworded(code: Code, name: str, span: Span, path: str, finding: Finding) -> Finding:
    return code.at(span, path, hint=finding.hint, name=name, why=finding.message.rstrip("。"))


def attach(report: Mapping[str, Entry], attachments: Sequence[Attachment]) -> dict[str, Entry]:
    """The report with the attachments after it; the same files give the same bytes.

    Args:
        report: The files of a Word file, as ``Layout.parts`` makes them.
        attachments: The attachments, in order.

    Raises:
        Refused: An attachment breaks the format; all such findings at once.
    """
    guests = [one.document() for one in attachments]
    host = _open_host(report, guests)
    turning = [turns_pages(one) for one in (host, *guests)]
    body = cast("Tree", host.element.body)
    if any(turning):
        turn_pages(host)
        if not turning[0]:
            double_margins(body.iter(w("sectPr")))
    margins = Margins(host)
    for number, (attachment, guest) in enumerate(zip(attachments, guests, strict=True), 1):
        copier = PartCopier(host, f"annex{number}")
        own = Graft(host, guest, number, f"FJ{number}", f"附件{number}", copier).settle(bookmarks_in(body))
        sections = list(own.iter(w("sectPr")))
        close_section(body)
        label = f"附件{number}" if len(guests) > 1 else "附件"
        blocks = list(own)
        body.extend(_heading(host, label, attachment.title))
        for block in blocks:
            transplant(block, body.append)
        start_on_new_page(sections[0])
        _stay_below_title(host, blocks[0])
        if any(turning) and not turning[number]:
            double_margins(sections)
        margins.part_from_others(sections)
    return save_document(host)


def place_documents(report: Mapping[str, Entry], documents: Sequence[Document]) -> dict[str, Entry]:
    """The report with Word files in place of their signs: their text, in the pages of the report.

    Args:
        report: The files of a Word file, as ``Layout`` prints it.
        documents: The files; a sign holds the number of its file, from 1.

    Raises:
        Refused: One of them cannot be used.
    """
    guests = [open_enclosed(one).document() for one in documents]
    host = _open_host(report, guests)
    body = cast("Tree", host.element.body)
    signs = {one.text: ancestor(one, names.P) for one in body.iter(names.T) if (one.text or "").startswith(SENTINEL)}
    for number, guest in enumerate(guests, 1):
        place = signs[f"{SENTINEL}{number}"]
        for section in list(guest.element.iter(w("sectPr"))):
            drop(section)
        copier = PartCopier(host, f"document{number}")
        graft = Graft(host, guest, _FIRST_DOCUMENT + number, f"WD{number}", f"文档{number}", copier)
        blocks = list(graft.settle(bookmarks_in(body)))
        if place is None:
            continue
        for block in blocks:
            transplant(block, place.addprevious)
        if place.getnext() is None and (not blocks or blocks[-1].tag != names.P):
            place[:] = []  # a cell ends in a paragraph
        else:
            drop(place)
    _order_notes(host)
    return save_document(host)


def _order_notes(host: DocumentPart) -> None:
    """Puts and numbers notes in the order of their references: LibreOffice pairs the two by their order."""
    for reltype, kind in ((RT.FOOTNOTES, "footnote"), (RT.ENDNOTES, "endnote")):
        part = related(host, reltype)
        references = list(host.element.iter(w(f"{kind}Reference")))
        notes = {} if part is None else {str(one.get(w("id"))): one for one in cast("XmlPart", part).element}
        used = [key for key in dict.fromkeys(str(one.get(w("id"))) for one in references) if key in notes]
        numbers = dict(zip(used, map(str, sorted(map(int, used))), strict=True))
        for key in used:
            cast("XmlPart", part).element.append(notes[key])
        for one in [*references, *(notes[key] for key in used)]:
            one.set(w("id"), numbers.get(str(one.get(w("id"))), str(one.get(w("id")))))


def _open_host(report: Mapping[str, Entry], guests: Iterable[DocumentPart]) -> DocumentPart:
    """The report, its text declaring the namespaces of all guests: to declare them later would take a new tree."""
    name = main_part(report)
    text = report[name].text()
    tag = re.search(r"<[\w:]*document\b[^>]*>", text)
    if tag is not None:
        root = etree.fromstring(f"{tag[0].removesuffix('>')}/>")
        for guest in guests:
            joined = joined_root(root, cast("Tree", guest.element))
            root = root if joined is None else joined
        declared = f"{text[: tag.start()]}{start_tag(root)}{text[tag.end() :]}"
        report = {**report, name: pack(name, declared.encode())}
    return open_document(report, Span(name))


def _stay_below_title(host: DocumentPart, first: Tree) -> None:
    """Has the first paragraph begin no page of its own, whether by itself or by its style: its title is above it."""
    sheet = {str(style.get(w("styleId"))): style for style in root_beside(host, RT.STYLES).iter(w("style"))}
    turns, style = is_on(first, "pPr/pageBreakBefore"), sheet.get(value(first, "pPr/pStyle"))
    for _ in range(_MOST_STEPS):
        turns = turns or is_on(style, "pPr/pageBreakBefore")
        style = sheet.get(value(style, "basedOn"))
    for properties in first.findall(names.P_PR) if turns else ():
        for given in properties.findall(w("pageBreakBefore")):
            drop(given)
        off = make(w("pageBreakBefore"))
        off.set(w("val"), "0")
        placed(properties, off, PARAGRAPH)


def _heading(host: DocumentPart, label: str, title: str) -> list[Tree]:
    """「附件1」 and the title: in the report's styles of that name, else in the official format.

    That is bold-face at the left of the first line for the one, the middle of the third line for the other.
    """
    lines = [(label, *_MARK_LINE), *([(title, *_TITLE_LINE)] if title else [])]
    styles = {
        str(name.get(w("val"))): str(style.get(w("styleId")))
        for style in root_beside(host, RT.STYLES).iter(w("style"))
        for name in style.iterfind(w("name"))
    }
    made: list[Tree] = []
    for text, style, font, size, format_ in lines:
        fonts = "".join(f' w:{script}="{font}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
        paragraph = f"<w:keepNext/>{format_}"
        run = f'<w:rPr><w:rFonts{fonts}/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        if style in styles:
            paragraph, run = f'<w:pStyle w:val="{styles[style]}"/>', ""
        words = run_xml(plain_text(text), run)
        made.append(parse_xml(f'<w:p xmlns:w="{names.WORD[1:-1]}"><w:pPr>{paragraph}</w:pPr>{words}</w:p>'))
    return made
