"""Joins finished Word files: attachments after a report or inside it, and reports in a volume.

Attachments begin on a new page under their title, or go where the layout says. ``Bindery`` appends one report after the
other; ``PageLine`` is a line of the volume's contents list.

Not by docxcompose, which loses the page setup and headers of single sections, uses the report's styles for an
attachment's styles of the same name, and numbers lists at random.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, cast

from docx.enum.section import WD_SECTION
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part, XmlPart
from docx.oxml import parse_xml
from docx.oxml.parser import oxml_parser
from docx.parts.document import DocumentPart
from lxml import etree
from msgspec import Struct

from generator.base.diagnostics import Code, Finding, Refused, Span
from generator.base.files import Document
from generator.word import codes, names, parts
from generator.word.inspect import inspect
from generator.word.merge import copy_parts
from generator.word.names import RELATION, SENTINEL, Tree, ancestor, is_on, value, w
from generator.word.opc import DECLARATION, Entry, main_part, open_package
from generator.word.read.lines import unseen_in
from generator.word.render.values import RunValue, attribute, field_xml, plain_text, run_xml, text_xml
from generator.word.xml import drop, insert_ordered, make, style_chain, styles_by_id, transplant

# Joining needs about 20 times the memory of the text, or 800 bytes for each element where they are short.
_MOST_TEXT: Final = 12_000_000
_MOST_ELEMENTS: Final = 280_000
_MOST_TOGETHER: Final = 2
"""The most that one report takes in, in files of the maximum size."""
_FIRST_DOCUMENT: Final = 500  # attachments are numbered below
_INDENT: Final = '<w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/>'
# The lines above an attachment: the report's style; where that is missing, font, size in half points and format.
_MARK_LINE: Final = ("附件", "黑体", 32, f'<w:spacing w:before="0" w:after="0"/>{_INDENT}<w:jc w:val="left"/>')
_TITLE_FORMAT: Final = f'<w:spacing w:before="480" w:after="240"/>{_INDENT}<w:jc w:val="center"/>'
_TITLE_LINE: Final = ("附件标题", "方正小标宋简体", 44, _TITLE_FORMAT)


class Attachment(Struct, frozen=True):
    """A finished Word file that was opened and found safe, with what messages need."""

    entries: dict[str, Entry]
    title: str
    name: str
    span: Span
    path: str
    code: Code = codes.ATTACHMENT
    noted: tuple[Finding, ...] = ()
    share: float = 0

    @classmethod
    def open(  # noqa: PLR0913, PLR0917 - what messages need
        cls, data: bytes, name: str, title: str, span: Span, path: str, code: Code = codes.ATTACHMENT
    ) -> Attachment:
        """Opens an attachment.

        ``span`` and ``path`` are where the input names it, ``title`` is printed above it, and ``code`` is that of the
        finding where it cannot be used.

        Raises:
            Refused: It is broken or holds what a report may not.
        """
        try:
            entries = open_package(data, span)
            share, why = _extent(entries)
            inspected, paths = ([], "") if why else inspect(entries, span, finished=True)
        except Refused as refused:
            raise _reworded(refused, code, name, span, path) from refused
        if why:
            raise Refused([code.at(span, path, hint="请拆成几个文件。", name=name, why=why)])
        noted = [codes.UNLINKED.at(span, path, name=name, what=paths)] if paths else []
        root = next(one.root for one in inspected if not one.title)
        noticed = [*_noticed(root, code is codes.ATTACHMENT), *((said, _SEEN) for said in unseen_in([root], entries))]
        noted += (codes.UNTIDY.at(span, path, name=name, what=what, mend=mend) for what, mend in noticed)
        return cls(entries, title, name, span, path, code, tuple(noted), share)

    def document(self) -> DocumentPart:
        """Its main part, parsed anew at each call.

        Raises:
            Refused: It is too malformed to be joined to a report.
        """
        try:
            return parts.open_document(self.entries, self.span)
        except Refused as refused:
            raise _reworded(refused, self.code, self.name, self.span, self.path) from refused


_SEEN: Final = (
    "它印出来看不见，在文件里仍读得到：在 Word 里全选，看字体的颜色、大小和「隐藏」，删去这些字或改成看得见的，再保存。"
)
_LABEL: Final = re.compile(r"附件\s*\d*\s*[：:]?")


def _noticed(root: Tree, labelled: bool) -> Iterator[tuple[str, str]]:
    """What an official would not sign in the text of a file that is put into a report, and how to mend it."""
    said = ("".join(one.text or "" for one in paragraph.iter(names.T)).strip() for paragraph in root.iter(names.P))
    first = next(filter(None, said), "")
    if not first and next(root.iter(w("drawing"), w("pict"), w("object")), None) is None:
        yield "没有文字，也没有图", "核对是不是这个文件。"
    if not labelled and any(one.get(w("orient")) == "landscape" for one in root.iter(w("pgSz"))):
        yield "有横页，放进报告的竖页里，宽的表会超出纸边", "改成竖页，或改作附件：附件照横页印。"
    if labelled and _LABEL.fullmatch(first):
        yield f"第一行是「{first}」，报告在它上面已经印了附件的号", "在 Word 里删去这一行，再保存。"
    if changes := sum(1 for _ in root.iter(w("ins"), w("del"), w("moveFrom"), w("moveTo"))):
        yield (
            f"有 {changes} 处没有接受的修订，会连同划去的字印出来",
            "在 Word 的「审阅」里接受或拒绝全部修订，再保存。",
        )


def _extent(entries: Mapping[str, Entry]) -> tuple[float, str]:
    """The share of what one file may hold that this one does, and why that is too much; blank if it is not."""
    written = [one for one in entries.values() if one.name.endswith(".xml")]
    size = max((one.packed().size for one in written), default=0)
    if size > _MOST_TEXT:
        return 1, f"里面的文字连同格式有 {size // 1_000_000} MB，超过 {_MOST_TEXT // 1_000_000} MB"
    count = max((data.count(b"<") - data.count(b"</") for data in map(Entry.data, written)), default=0)
    why = f"里面的段落、格式等有 {count} 处，超过 {_MOST_ELEMENTS} 处" if count > _MOST_ELEMENTS else ""
    return max(size / _MOST_TEXT, count / _MOST_ELEMENTS), why


def too_much_together(files: Iterable[Attachment]) -> list[Finding]:
    """A finding at the first file that makes them too large together for one report, if any."""
    whole = 0.0
    for one in files:
        whole += one.share
        if whole > _MOST_TOGETHER:
            why = "它和前面的文件合起来太大，一份报告放不下"
            return [one.code.at(one.span, one.path, hint="少附几个，其余的另行报送。", name=one.name, why=why)]
    return []


def open_enclosed(document: Document) -> Attachment:
    """A Word file that a field names, opened once.

    Raises:
        Refused: It is broken or holds what a report may not.
    """
    if not isinstance(document.opened, Attachment):
        code, document.opened = codes.DOCUMENT, False
        document.opened = Attachment.open(document.data, document.name, "", document.span, document.path, code)
    return document.opened


def _reworded(refused: Refused, code: Code, name: str, span: Span, path: str) -> Refused:
    words = [(one.hint, one.message.rstrip("。")) for one in refused.findings]
    return Refused([code.at(span, path, hint=hint, name=name, why=why) for hint, why in words])


def attach(report: Mapping[str, Entry], attachments: Sequence[Attachment]) -> dict[str, Entry]:
    """The report (see ``Layout.parts``) followed by the attachments; the same files give the same bytes.

    Raises:
        Refused: An attachment is malformed.
    """
    guests = [one.document() for one in attachments]
    host = _open_host(report, guests)
    turning = [copy_parts.turns_pages(one) for one in (host, *guests)]
    body = cast("Tree", host.element.body)
    if any(turning):
        copy_parts.turn_pages(host)
        if not turning[0]:
            copy_parts.copy_odd_to_even(body.iter(w("sectPr")))
    margins = copy_parts.Margins(host)
    for number, (attachment, guest) in enumerate(zip(attachments, guests, strict=True), 1):
        copier = parts.PartCopier(host, f"annex{number}")
        own = copy_parts.Graft(host, guest, number, f"FJ{number}", f"附件{number}", copier).prepare(
            copy_parts.bookmarks_in(body)
        )
        sections: list[Any] = list(own.iter(w("sectPr")))
        _continue_page_numbers(sections)
        copy_parts.close_section(body)
        label = f"附件{number}" if len(guests) > 1 else "附件"
        blocks = list(own)
        body.extend(_heading(host, label, attachment.title))
        for block in blocks:
            transplant(block, body.append)
        if value(sections[0], "type") == "continuous":
            sections[0].start_type = WD_SECTION.NEW_PAGE
        _stay_below_title(host, blocks[0])
        if any(turning) and not turning[number]:
            copy_parts.copy_odd_to_even(sections)
        margins.separate_from_previous(sections)
    return parts.save_document(host)


def place_documents(report: Mapping[str, Entry], documents: Sequence[Document]) -> dict[str, Entry]:
    """The report with the text of Word files in place of their signs, which hold the number of the file, from 1.

    Raises:
        Refused: One of the files cannot be used.
    """
    guests = [open_enclosed(one).document() for one in documents]
    host = _open_host(report, guests)
    body = cast("Tree", host.element.body)
    signs = {one.text: ancestor(one, names.P) for one in body.iter(names.T) if (one.text or "").startswith(SENTINEL)}
    for number, guest in enumerate(guests, 1):
        place = signs[f"{SENTINEL}{number}"]
        for section in list(guest.element.iter(w("sectPr"))):
            drop(section)
        copier = parts.PartCopier(host, f"document{number}")
        graft = copy_parts.Graft(host, guest, _FIRST_DOCUMENT + number, f"WD{number}", f"文档{number}", copier)
        blocks = list(graft.prepare(copy_parts.bookmarks_in(body)))
        if place is None:
            continue
        for block in blocks:
            transplant(block, place.addprevious)
        if place.getnext() is None and (not blocks or blocks[-1].tag != names.P):
            place[:] = []  # a cell must end in a paragraph
        else:
            drop(place)
    _order_notes(host)
    return parts.save_document(host)


def _order_notes(host: DocumentPart) -> None:
    """Sorts and numbers notes in the order of their references, by which LibreOffice pairs them."""
    for reltype, kind in ((RT.FOOTNOTES, "footnote"), (RT.ENDNOTES, "endnote")):
        part = parts.related(host, reltype)
        marks = list(host.element.iter(w(f"{kind}Reference")))
        notes = {} if part is None else {str(one.get(w("id"))): one for one in cast("XmlPart", part).element}
        used = [key for key in dict.fromkeys(str(one.get(w("id"))) for one in marks) if key in notes]
        numbers = dict(zip(used, map(str, sorted(map(int, used))), strict=True))
        for key in used:
            cast("XmlPart", part).element.append(notes[key])
        for one in [*marks, *(notes[key] for key in used)]:
            one.set(w("id"), numbers.get(str(one.get(w("id"))), str(one.get(w("id")))))


def _open_host(report: Mapping[str, Entry], guests: Iterable[DocumentPart]) -> DocumentPart:
    """The report, declaring the namespaces of all guests; to declare them later would take a new tree."""
    name = main_part(report)
    text = report[name].text()
    tag = re.search(r"<[\w:]*document\b[^>]*>", text)
    if tag is not None:
        root = etree.fromstring(f"{tag[0].removesuffix('>')}/>")
        for guest in guests:
            joined = copy_parts.joined_root(root, cast("Tree", guest.element))
            root = root if joined is None else joined
        declared = f"{text[: tag.start()]}{copy_parts.start_tag(root)}{text[tag.end() :]}"
        report = {**report, name: Entry(name, declared.encode())}
    return parts.open_document(report, Span(name))


def _continue_page_numbers(sections: Iterable[Tree]) -> None:
    """What is bound together is numbered through (GB/T 9704, 7.5)."""
    for numbers in [one for section in sections for one in section.findall(w("pgNumType"))]:
        numbers.attrib.pop(w("start"), "")


def _stay_below_title(host: DocumentPart, first: Tree) -> None:
    """Keeps the first paragraph, or its style, from starting a new page below its title."""
    sheet = styles_by_id(parts.root_beside(host, RT.STYLES))
    formats = (first, *style_chain(sheet, value(first, "pPr/pStyle")))
    turns = any(is_on(one, "pPr/pageBreakBefore") for one in formats)
    for properties in first.findall(names.P_PR) if turns else ():
        for given in properties.findall(w("pageBreakBefore")):
            drop(given)
        insert_ordered(properties, make(w("pageBreakBefore"), "0"), names.PARAGRAPH)


def _heading(host: DocumentPart, label: str, title: str) -> list[Tree]:
    """「附件1」 and the title, in the report's styles of these names or else in the official format."""
    lines = [(label, *_MARK_LINE), *([(title, *_TITLE_LINE)] if title else [])]
    styles = {value(style, "name"): key for key, style in styles_by_id(parts.root_beside(host, RT.STYLES)).items()}
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


# Noncharacters, which no printed text holds.
_SIGN, _LEFT, _RIGHT = "\ufdd0", "\ufdd1", "\ufdd2"
_MARK: Final = re.compile(f"{_LEFT}([^{_RIGHT}]*){_RIGHT}")
_LAST_NUMBER: Final = copy_parts.ROW - 1
_SHARED: Final = (RT.STYLES, RT.NUMBERING, RT.THEME)


class PageLine(RunValue):
    """A text, a tab and a page number as one link to a bookmark, for ``{{r x }}``."""

    __slots__ = ("_bookmark", "_text")

    def __init__(self, text: str, bookmark: str) -> None:
        self._text, self._bookmark = text, bookmark

    def runs_xml(self, style: str) -> str:
        """Its runs; ``Bindery.entries`` fills in the page number."""
        name = attribute(self._bookmark)
        words = run_xml(text_xml(self._text), style) + f"<w:r>{style}<w:tab/></w:r>"
        number = field_xml(f"PAGEREF {name} \\h", f"<w:r>{style}<w:t>{_LEFT}{name}{_RIGHT}</w:t></w:r>", style)
        return f'<w:hyperlink w:anchor="{name}" w:history="1">{words}{number}</w:hyperlink>'


def bookmark_of(number: int) -> str:
    """The bookmark around the report of that number, from 1."""
    return f"Report{number:06}"


class Bindery:
    """Builds a volume after its front matter (see ``Layout.parts``), whose ``PageLine``s lead to ``bookmark_of``."""

    def __init__(self, front: Mapping[str, Entry]) -> None:
        self._host = parts.open_document(front, Span("汇编"))
        copy_parts.turn_pages(self._host)
        self._margins = copy_parts.Margins(self._host)
        self._root: Tree = self._host.element
        self._texts: list[str] = []
        self._last: Tree = self._host.element.body
        self._count = 0
        self._families: dict[bytes, int] = {}
        self._taken = parts.names_in(self._host)
        self._shared: dict[tuple[str, bytes], Part] = {}

    def add(self, report: Mapping[str, Entry], header: str) -> None:
        """Appends a report of this program; ``header`` is the text of its header if it has none of its own."""
        copy_parts.close_section(self._last)
        self._texts.append(_split(self._last)[1])
        if not self._count:
            self._host.element.body[:] = []
        self._count += 1
        guest = parts.open_document(report, Span(header))
        # The first report with the same styles; those with numbering are not shared, as counts would continue.
        family = self._count
        blobs = [part.blob for kind in _SHARED if (part := parts.related(guest, kind)) is not None]
        if not any(b"<w:numPr" in blob for blob in blobs):
            family = self._families.setdefault(sha256(b"\0".join(blobs)).digest(), self._count)
        copier = parts.PartCopier(self._host, f"report{self._count}", self._taken, self._shared)
        graft = copy_parts.Graft(self._host, guest, self._count, f"FJ{family}", f"报告{family}", copier)
        graft.prepare(copy_parts.bookmarks_in(guest.element))
        self._last = body = self._home_of(guest.element)
        _mark_whole(body, bookmark_of(self._count), self._count)
        sections = list(body.iter(w("sectPr")))
        if not copy_parts.turns_pages(guest):
            copy_parts.copy_odd_to_even(sections)
        self._set_up_pages(sections, header)

    def _home_of(self, root: Tree) -> Tree:
        """The report's body, moved into a new root where its prefixes conflict with those of the volume."""
        joined = copy_parts.joined_root(self._root, root)
        self._root = self._root if joined is None else joined
        known = self._root.nsmap
        body = cast("Tree", root.find(w("body")))
        if all(known.get(prefix) == space for prefix, space in root.nsmap.items()):
            return body
        made = oxml_parser.makeelement(root.tag, nsmap=cast("Any", known))
        home = etree.SubElement(made, w("body"))
        home.extend(list(body))
        return home

    def _set_up_pages(self, sections: list[Any], header: str) -> None:
        """Starts on an odd page, continues page numbers, and adds a header where the report has none of its own."""
        _continue_page_numbers(sections)
        sections[0].start_type = WD_SECTION.ODD_PAGE
        if not any(map(self._prints, copy_parts.references(sections[0], "header").values())):
            styles = parts.root_beside(self._host, RT.STYLES).iter(w("style"))
            key = next((str(one.get(w("styleId"))) for one in styles if value(one, "name") == "header"), "")
            style = f'<w:pPr><w:pStyle w:val="{key}"/></w:pPr>' if key else ""
            words = run_xml(plain_text(header))
            root = parse_xml(f'<w:hdr xmlns:w="{names.WORD[1:-1]}"><w:p>{style}{words}</w:p></w:hdr>')
            key = parts.add_part(self._host, f"/word/volume{self._count}_header.xml", CT.WML_HEADER, RT.HEADER, root)
            # Attachments without a header have a blank one, so that they inherit none.
            for reference in [one for section in sections for one in copy_parts.references(section, "header").values()]:
                if not self._prints(reference):
                    reference.set(f"{RELATION}id", key)
            for place in ("even", "default"):
                if place not in copy_parts.references(sections[0], "header"):
                    copy_parts.add_reference(sections[0], "header", place, key)
        self._margins.separate_from_previous(sections)

    def _prints(self, reference: Tree) -> bool:
        """Whether there is anything in a header."""
        relation = self._host.rels.get(str(reference.get(f"{RELATION}id")))
        runs = () if relation is None else cast("Tree", parse_xml(relation.target_part.blob)).iter(names.R)
        return next(iter(runs), None) is not None

    def entries(self, pages: Mapping[str, int] | None = None) -> dict[str, Entry]:
        """The files of the volume so far; ``pages`` are the page numbers of bookmarks, else Word fills them in."""
        first, *others = [*self._texts, _split(self._last)[1]]
        first = _MARK.sub(lambda mark: str((pages or {}).get(mark[1], "")), first)
        _, _, behind = _split(self._host.element.body)
        entries, name = parts.save_document(self._host), self._host.partname.membername
        text = [DECLARATION, copy_parts.start_tag(self._root), "<w:body>", first, *others, behind]
        return {**entries, name: Entry(name, "".join(text))}


def _split(body: Tree) -> tuple[str, str, str]:
    """The XML of a part before the content of its body, the content, and the rest."""
    body.text = _SIGN
    root = body.getparent()
    whole = etree.tostring(body if root is None else root, encoding="unicode")
    body.text = None
    before, _, rest = whole.partition(_SIGN)
    at = rest.rindex("</", 0, rest.rindex("</"))
    return before, rest[:at], rest[at:]


def _mark_whole(body: Tree, name: str, number: int) -> None:
    """Puts a bookmark around the report, and limits a contents list in it to that bookmark."""
    paragraphs = list(body.iter(names.P))
    if not paragraphs:
        paragraphs = [make(names.P)]
        body.insert(0, paragraphs[0])
    start, end = make(w("bookmarkStart")), make(w("bookmarkEnd"))
    for mark in (start, end):
        mark.set(w("id"), str(copy_parts.FIRST_NUMBER + number * copy_parts.ROW + _LAST_NUMBER))
    start.set(w("name"), name)
    paragraphs[0].insert(int(paragraphs[0].find(names.P_PR) is not None), start)
    paragraphs[-1].append(end)
    for code in body.iter(w("instrText")):
        text = (code.text or "").strip()
        if text.startswith("TOC") and r"\b" not in text:
            code.text = f" {text} \\b {name} "
