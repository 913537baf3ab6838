"""Inspects an untrusted Word file: finds what could run or fetch something, removes local paths, lists the parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from lxml import etree
from msgspec import Struct

from generator.base.diagnostics import Finding, Refused, Span, shortened
from generator.word import codes, names, xml
from generator.word.names import RELATION_ID, SENTINEL, WORD, Tree, inside, outer_boxes, own_text, w
from generator.word.opc import CONTENT_TYPES, Entry, relations_of, target_of, targets
from generator.word.xml import drop, parse_xml, serialize

_LINK_ID = re.compile(
    rb"""(<\w+:(?:hyperlink|hlink\w+)\b(?:\s+(?!\w+:id=)[^\s=<>]+=(?:"[^"<]*"|'[^'<]*'))*)(\s+\w+:id=)["']([^"']*)["']"""
)
_OBJECT, _PICT = w("object"), w("pict")
_EMBEDDED: Final = ("{urn:schemas-microsoft-com:office:office}OLEObject", w("objectEmbed"), w("objectLink"))
_IS_OBJECT: Final = "{urn:schemas-microsoft-com:office:office}ole"
_IMAGE, _DRAWING = "{urn:schemas-microsoft-com:vml}imagedata", w("drawing")


def strip(entries: dict[str, Entry], types: Mapping[str, str], relations: Mapping[str, Tree], span: Span) -> list[str]:
    """Removes local paths and embedded objects; returns what they were, in Chinese.

    Local paths are the template (.dotx) of the document and links to files on a drive or share, whose text stays. The
    picture of an object stays; objects without one are kept and refused later.
    """
    dropped: list[str] = []
    for name, kind in types.items():
        if kind.startswith(_WORDML) and name in entries and b"<w:object" in entries[name].data():
            dropped += _drop_objects(entries, relations, name, span)
    for name, links in relations.items():
        dropped += _unlinked(entries, name, links)
    return dropped


def _drop_objects(entries: dict[str, Entry], relations: Mapping[str, Tree], name: str, span: Span) -> list[str]:
    root, links = _parsed(name, entries[name].data(), span), relations.get(relations_of(name))
    shown = [one for one in root.iter(_IMAGE, _DRAWING) if one.tag == _DRAWING or one.get(RELATION_ID)]
    objects = dict.fromkeys(each for one in shown for each in one.iterancestors(_OBJECT))
    found = [one for each in objects for one in each.iter(*_EMBEDDED)]
    if not found or links is None:
        return []
    keys = {str(one.get(RELATION_ID)) for one in found}
    embedded = [one for one in links if str(one.get("Type")).endswith(("oleObject", "package"))]
    for one in [one for one in embedded if one.get("Id") in keys]:
        if one.get("TargetMode") != "External":
            entries.pop(target_of(name, one), None)
        drop(one)
    for one in found:
        # Only its picture stays.
        around = one.getparent()
        drop(one)
        if around is not None and around.tag == _OBJECT:
            for shape in around.iter():
                shape.attrib.pop(_IS_OBJECT, "")
            around.attrib.clear()
            around.tag = _PICT
            if next(around.iter(_DRAWING), None) is not None:
                xml.unwrap(around)
    for part, tree in ((name, root), (relations_of(name), links)):
        entries[part] = Entry(part, serialize(tree))
    return [_OBJECT_SHOWN.format(str(one.get("ProgID") or one.get(w("progId"), "")) or "OLE") for one in found]


_OBJECT_SHOWN: Final = "嵌入的对象（{}，只留它的图）"
_TEMPLATE: Final = "它所用的 Word 模板（.dotx）的路径"
_LINK: Final = "连到本机或共享文件夹的链接（{}）"


def _unlinked(entries: dict[str, Entry], name: str, links: Tree) -> list[str]:
    part = _holder(name)
    is_settings = name.endswith("settings.xml.rels")
    templates = [one for one in links if is_settings and str(one.get("Type")).endswith("/attachedTemplate")]
    local = [one for one in links if _is_link(one) and xml.is_local_address(str(one.get("Target", "")))]
    if part not in entries or not (templates or local):
        return []
    keys = {str(one.get("Id", "")).encode() for one in local}

    def plain(found: re.Match[bytes]) -> bytes:
        if found[3] not in keys:
            return found[0]
        # Pictures and shapes need the attribute.
        return found[1] if b":hyperlink" in found[1][:20] else b'%s%s""' % (found[1], found[2])

    data = re.sub(rb"<\w+:attachedTemplate\b[^<>]*/>", b"", entries[part].data()) if templates else entries[part].data()
    entries[part] = Entry(part, _LINK_ID.sub(plain, data))
    for one in (*templates, *local):
        drop(one)
    entries[name] = Entry(name, serialize(links))
    return [_TEMPLATE for _ in templates] + [_LINK.format(unquote(str(one.get("Target")))) for one in local]


def _holder(relations: str) -> str:
    """The name of the part whose relationships are in a file."""
    return relations.replace("_rels/", "").removesuffix(".rels")


def _is_link(relation: Tree) -> bool:
    return relation.get("TargetMode") == "External" and str(relation.get("Type", "")).endswith("/hyperlink")


def unlink_fields(entries: dict[str, Entry], name: str, root: Tree) -> list[str]:
    """Replaces fields that link to a drive or share, or show an object, by their text; returns the links."""
    fields = [(one, one.code) for one in xml.fields_of(root)]
    dropped = [
        (one, code)
        for one, code in fields
        if xml.keyword(code) == _SHOWS_OBJECT or xml.is_local_address(xml.address(code))
    ]
    for field, _ in dropped:
        field.freeze()
    if dropped:
        entries[name] = Entry(name, serialize(root))
    return [_LINK.format(unquote(xml.address(code))) for _, code in dropped if xml.keyword(code) != _SHOWS_OBJECT]


_SHOWS_OBJECT: Final = "EMBED"


def tagged_target(relation: Tree) -> str:
    """The address of a link with tags (``https://…/{{ 编号 }}``) as it was typed; blank for any other relationship."""
    target = str(relation.get("Target", "")) if _is_link(relation) else ""
    # Word writes braces and blanks in their percent form.
    typed = unquote(target) if "%7b" in target.lower() else target
    return typed if "{{" in typed or "{%" in typed else ""


_LONGEST = 20
_NOTES = {"footnote": "脚注", "endnote": "尾注", "comment": "批注"}


class Places:
    """The places of all paragraphs of one part, as messages name them."""

    def __init__(self, root: Tree, part: str = "") -> None:
        self._of: dict[Tree, str] = {}
        self._boxes = 0
        prefix = f"{part} " if part else ""
        inner = [child for child in root if names.local(child) in {"body", "docPartBody", *_NOTES}]
        for container in inner or [root]:
            note = _NOTES.get(names.local(container), "")
            self._walk(container, f"{prefix}{note} {container.get(w('id'))} " if note else prefix)
        for container in root.iter(*names.NOTES) if names.local(root) == "document" else ():
            note = _NOTES[names.local(container)]
            self._walk(container, f"{note}部分 {note} {container.get(w('id'))} ")

    def of(self, paragraph: Tree) -> str:
        """The place of a paragraph: its number and first words, or its table cell."""
        return self._of.get(paragraph, "")

    def _walk(self, container: Tree, prefix: str, cell: str = "") -> None:
        paragraphs = tables = 0
        for block in _blocks(container):
            if block.tag == names.P:
                paragraphs += 1
                self._of[block] = cell or f"{prefix}第 {paragraphs} 段「{first_words(own_text(block))}」"
                for box in outer_boxes(block):
                    # The fallback is a second copy of the same text box for old programs.
                    self._boxes += next(box.iterancestors(names.FALLBACK), None) is None
                    self._walk(box, f"{prefix}文本框 {max(1, self._boxes)} ")
                continue
            tables += 1
            for row_number, row in enumerate(inside(block, names.TR), 1):
                for column, one in enumerate(inside(row, names.TC), 1):
                    place = f"{prefix}表 {tables} 行 {row_number} 列 {column}"
                    self._walk(one, f"{place} 内 ", place)


def first_words(text: str) -> str:
    """The beginning of a text, as findings show it."""
    return shortened(text.strip(), _LONGEST)


def _blocks(container: Tree) -> Iterator[Tree]:
    """Paragraphs and tables, through content controls and the like."""
    for child in container:
        if child.tag in {names.P, names.TBL}:
            yield child
        elif child.tag != names.TC_PR:
            yield from _blocks(child)


# Kinds of relationships inside the package whose targets neither run nor fetch anything.
_HARMLESS: Final = (
    "officeDocument|(core|extended|custom)-properties|thumbnail|styles|stylesWithEffects|settings|webSettings|fontTable"
    "|font|theme|themeOverride|numbering|footnotes|endnotes|header|footer|image|hdphoto|media|video|audio|ink|model3d"
    "|hyperlink|chart|chartEx|chartUserShapes|chartColorStyle|chartStyle|customXml|customXmlProps|people|documenttasks"
    "|comments|comments(Extended|Ids|Extensible)|diagram(Data|Layout|QuickStyle|Colors|Drawing)|printerSettings"
    "|glossaryDocument|vmlDrawing|classificationlabels|labelInfo|revisionInfo"
)
_MACRO: Final = "宏"
_KINDS: Final = {
    **dict.fromkeys(("vbaProject", "wordVbaData"), _MACRO),
    "oleObject": "嵌入的 OLE 对象",
    **dict.fromkeys(("control", "activeXControlBinary"), "ActiveX 控件"),
    "aFChunk": "整篇嵌入的外来文档（altChunk）",
    "subDocument": "子文档链接",
    "frame": "框架网页",
    "attachedTemplate": "外部模板链接",
    **dict.fromkeys(("mailMergeSource", "mailMergeHeaderSource"), "邮件合并的数据源"),
    **dict.fromkeys(("extensibility", "userCustomization"), "自定义的功能区"),
    **dict.fromkeys(("webextension", "webextensiontaskpanes"), "网页加载项"),
    "package": "嵌入的文件",
}
# Fields that only compute or print. All others fetch, run or embed something, or are unknown.
_HARMLESS_FIELDS: Final = (
    " = ADDIN ADDRESSBLOCK ADVANCE ASK AUTHOR AUTONUM AUTONUMLGL AUTONUMOUT AUTOTEXT AUTOTEXTLIST BARCODE BIBLIOGRAPHY"
    " BIDIOUTLINE CITATION COMMENTS COMPARE CREATEDATE DATE DISPLAYBARCODE DOCPROPERTY DOCVARIABLE EDITTIME EQ FILENAME"
    " FILESIZE FILLIN FORMCHECKBOX FORMDROPDOWN FORMTEXT GLOSSARY GOTOBUTTON GREETINGLINE HYPERLINK IF INDEX INFO"
    " KEYWORDS LASTSAVEDBY LISTNUM MERGEBARCODE MERGEFIELD MERGEREC MERGESEQ NEXT NEXTIF NOTEREF NUMCHARS NUMPAGES"
    " NUMWORDS PAGE PAGEREF PRINTDATE PRIVATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET SHAPE SKIPIF"
    " STYLEREF SUBJECT SYMBOL TA TC TEMPLATE TIME TITLE TOA TOC USERADDRESS USERINITIALS USERNAME XE "
)
_FETCHING: Final = "DDE|DDEAUTO|INCLUDE.*|IMPORT|LINK|EMBED|DATA|DATABASE|MACRO.*|PRINT|RD|CONTROL|HTMLCONTROL|OCX"
_MEND: Final = "请在 Word 里删去它，再保存版式。"
_MEND_MACRO: Final = "在 Word 里「另存为」「Word 文档 (*.docx)」，宏就不带了；用另存的文件。"


def check_package(
    entries: dict[str, Entry], types: dict[str, str], relations: dict[str, Tree], span: Span, *, finished: bool
) -> list[Finding]:
    """Findings for everything in the package that could run, fetch or hide something.

    ``relations`` are the trees of ``.rels`` files; see ``inspect`` for ``finished``.
    """
    macros = [name for name, kind in types.items() if "macroEnabled" in kind or "vbaProject" in kind]
    # By name, so that each part is reported once, however many relationships lead to it.
    found = dict.fromkeys(macros, _MACRO)
    known: set[str] = set()
    for name, root in relations.items():
        for target, what in _links(name, root, finished=finished):
            found.setdefault(target_of(_holder(name), target), what)
        harmless = [one for one in root if re.fullmatch(_HARMLESS, str(one.get("Type", "")).rpartition("/")[2])]
        known |= {target_of(_holder(name), one) for one in harmless}
    for name in entries:
        if xml.PROGRAMS.search(name) or (name.lower().endswith(".bin") and name not in known):
            found.setdefault(name, f"嵌入的程序（{name}）")
    whats = dict.fromkeys(found.values())
    return [codes.UNSAFE.at(span, what=what, mend=_MEND_MACRO if what == _MACRO else _MEND) for what in whats]


def _links(name: str, root: Tree, *, finished: bool) -> Iterator[tuple[Tree, str]]:
    """The relationships whose targets could run or fetch something, and what these are."""
    for relation in root:
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        target = str(relation.get("Target", ""))
        is_outside = relation.get("TargetMode") == "External"
        if kind == "hyperlink" and is_outside:
            if not xml.is_harmless_address(target) and (finished or not tagged_target(relation)):
                yield relation, f"不是网址的超链接（{target}）"
        elif kind == "package" and "/charts/" in name and not is_outside:
            continue  # the workbook of a chart
        elif kind in _KINDS:
            yield relation, _MACRO if _KINDS[kind] == _MACRO else f"{_KINDS[kind]}（{target}）"
        elif is_outside:
            yield relation, f"指向外部的链接（{target}）"
        elif not re.fullmatch(_HARMLESS, kind):
            yield relation, f"不认识的部件 {kind}（{target}）"


def check_fields(part: str, root: Tree, span: Span, *, finished: bool) -> list[Finding]:
    """Findings for fields and elements of a part that fetch or run something when the document is opened."""
    found = [f"整篇嵌入的外来文档（{part}）" for _ in root.iter(w("altChunk"))]
    found += [f"嵌入的 OLE 对象（{part}）" for _ in root.iter(_EMBEDDED[0])]
    found += [f"邮件合并的数据源（{part}）" for _ in root.iter(w("dataSource"), w("query"), w("connectString"))]
    bookmarks = {str(mark.get(w("name"), "")).upper() for mark in root.iter(w("bookmarkStart"))}
    for field in xml.fields_of(root):
        word, target = xml.keyword(field.code), xml.address(field.code)
        # In a layout, addresses may hold tags.
        target = target if finished else re.sub(r"\{([{%]).*?[%}]\}", "x", target)
        if not finished and re.match(r"\s*\S*\{[{%]", field.code):
            continue  # reported when the tags are read
        is_bookmark = word in bookmarks and not re.fullmatch(_FETCHING, word)
        if f" {word} " not in _HARMLESS_FIELDS and not is_bookmark:
            shown = "里面套着别的域，不知是哪一种" if "\0" in word else word
            found.append(f"会自行取数的域 {shown}（{part}）")
        elif target.startswith("\0") or not xml.is_harmless_address(target):
            found.append(f"不是网址的超链接（{target}）")
    return [codes.UNSAFE.at(span, what=what, mend=_MEND) for what in dict.fromkeys(found)]


_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_BODY: Final = f"{_WORDML}document.main+xml"
_PROPERTIES: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_DRAWINGML: Final = "application/vnd.openxmlformats-officedocument.drawingml."
_TITLES: Final = {
    _BODY: "",
    f"{_WORDML}header+xml": "页眉",
    f"{_WORDML}footer+xml": "页脚",
    f"{_WORDML}footnotes+xml": "脚注部分",
    f"{_WORDML}endnotes+xml": "尾注部分",
    f"{_WORDML}comments+xml": "批注部分",
    _PROPERTIES: "文档属性",
    f"{_DRAWINGML}chart+xml": "图表",
    f"{_DRAWINGML}diagramData+xml": "SmartArt 图形",
    "application/vnd.ms-office.drawingml.diagramDrawing+xml": "SmartArt 图形的画面",
}
_WORD_PARTS: Final = frozenset(kind for kind in _TITLES if kind.startswith(_WORDML))
_ALWAYS: Final = {_BODY, *(f"{_WORDML}{kind}+xml" for kind in ("footnotes", "endnotes", "comments"))}
_CHANGES: Final = (b"<w:ins ", b"<w:del ", b"<w:moveFrom ", b"Change ", b"<w:cellDel ")
_RISKY: Final = (b"instr", b"InstrText", b"altChunk", b"OLEObject", b"mailMerge")
# A part without any of these is not parsed: it has neither tags nor anything that could fetch or run.
_WORTH_PARSING: Final = (b"{", "｛".encode(), b"instr", b"altChunk", b"OLEObject", *_CHANGES)


class Part(Struct, frozen=True):
    """A part that may hold tags: its name in the package, its title in messages (``""`` for the body), its tree.

    ``is_emptied``: its notes were moved out (see ``embed_notes``).
    """

    name: str
    title: str
    root: Tree
    is_emptied: bool = False


def inspect(entries: dict[str, Entry], span: Span, *, finished: bool = False) -> tuple[list[Part], str]:
    """The parts that may hold tags, and what was removed because it names a local path or object, in Chinese.

    Changes the entries where something is removed. A ``finished`` file is no layout, in which the addresses of links
    may hold tags.

    Raises:
        Refused: It is not a Word file, or it holds what a layout may not; all such findings at once.
    """
    relations = {name: _parsed(name, entry.data(), span) for name, entry in entries.items() if name.endswith(".rels")}
    types = _types_of(entries, span)
    paths = strip(entries, types, relations, span)
    wrong = check_package(entries, types, relations, span, finished=finished)
    if not wrong and not any(types.get(name) == _BODY for name in targets(entries, "", "/officeDocument")):
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文")])
    known = [(name, kind) for name, kind in sorted(types.items()) if name in entries]
    made = (_part(name, kind, types, entries[name].data(), span) for name, kind in known if kind in _TITLES)
    parts = [one for one in made if one is not None]
    roots = {one.name: one.root for one in parts}
    for name in [name for name, kind in known if kind not in _TITLES and kind.startswith(_WORDML)]:
        content = entries[name].data()
        # Parts without tags may hold fields; one that is cut off would be printed as it is.
        if any(sign in content for sign in _RISKY) or not _is_whole(content):
            roots[name] = _parsed(name, content, span)
    for name, root in roots.items():
        paths += unlink_fields(entries, name, root)
        wrong += check_fields(name, root, span, finished=finished)
    if wrong:
        raise Refused(wrong)
    # Addresses of links with tags are in the relationships.
    for one, kind in sorted(types.items()):
        name = relations_of(one)
        if kind in _TITLES and name in relations and any(map(tagged_target, relations[name])):
            parts.append(Part(name, f"{_title(one, kind, types)} 超链接".lstrip(), relations[name]))
    more = f"等 {len(paths)} 处" if len(paths) > 1 else ""
    return parts, f"{paths[0]}{more}" if paths else ""


_FIRST_TAG: Final = re.compile(rb"<([A-Za-z_][\w.:-]*)")


def _is_whole(content: bytes) -> bool:
    """Whether a part surely ends with its root: parsing all styles would take as long as all tags of a short layout."""
    root, end = _FIRST_TAG.search(content), content.rstrip()
    return root is not None and end.endswith(b"</%b>" % root[1])


def _types_of(entries: Mapping[str, Entry], span: Span) -> dict[str, str]:
    """The content type of every part: its own, or that of its extension."""
    root = _parsed(CONTENT_TYPES, entries[CONTENT_TYPES].data(), span)
    listed = [(one.get("Extension"), one.get("PartName"), str(one.get("ContentType"))) for one in root]
    defaults = {str(extension).lower(): kind for extension, _, kind in listed if extension}
    own_types = {str(name).lstrip("/"): kind for _, name, kind in listed if name}
    by_ending = {name: defaults.get(name.rpartition(".")[2].lower(), "") for name in entries}
    # Some programs make the type of the main part the default for .xml.
    main = targets(entries, "", "/officeDocument")
    by_ending = {name: kind for name, kind in by_ending.items() if kind != _BODY or name in main}
    return {name: kind for name, kind in {**by_ending, **own_types}.items() if kind}


def _part(name: str, kind: str, types: dict[str, str], content: bytes, span: Span) -> Part | None:
    # The body and the notes that it may repeat are always needed as trees; a part in UTF-16 is not searched.
    if kind not in _ALWAYS and b"\0" not in content[:64] and not any(sign in content for sign in _WORTH_PARSING):
        return None
    root = _parsed(name, content, span)
    if kind in _WORD_PARTS and root.nsmap.get("w") != WORD[1:-1]:
        raise Refused([codes.NOT_WORD.at(span, why="正文的命名空间不是 Word 所用的")])
    if SENTINEL in etree.tostring(root, encoding="unicode"):
        raise Refused([codes.BROKEN_PART.at(span, part=name, why="含有不可用的字符 U+FDD0")])
    return Part(name, _title(name, kind, types), root)


def _title(name: str, kind: str, types: dict[str, str]) -> str:
    alike = sorted((other for other in types if types[other] == kind), key=lambda other: (len(other), other))
    number = f" {alike.index(name) + 1}" if len(alike) > 1 else ""
    return _TITLES[kind] + number if _TITLES[kind] else ""


def _parsed(name: str, content: bytes, span: Span) -> Tree:
    try:
        return parse_xml(content)
    except ValueError as error:
        raise Refused([codes.BROKEN_PART.at(span, part=name, why=error)]) from error
