"""The two documents of a redline: ``Pair`` compares a part of each, ``Pen`` writes marks, ``Merge`` copies parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from copy import deepcopy
from hashlib import sha256
from typing import Any, Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part, XmlPart
from docx.parts.document import DocumentPart
from msgspec import Struct, field

from generator.word import names, xml
from generator.word.names import DOC_PR, RELATION, Tree, below, highest, outer_boxes, w
from generator.word.parts import PartCopier, related, root_beside

INSERTED: Final = "ins"
DELETED: Final = "del"
# Children of properties that are no format; a tracked format change must not contain them.
_OF_THE_MARK: Final = frozenset(map(w, ("rPr", "sectPr", "pPrChange")))
_OF_THE_CELL: Final = frozenset(map(w, ("cellIns", "cellDel", "cellMerge", "tcPrChange")))
_OF_THE_ROW: Final = frozenset(map(w, ("ins", "del", "trPrChange")))


class Pen:
    """Writes tracked changes by one author at one time (``2022-05-20T00:00:00Z``), numbered from ``first``."""

    def __init__(self, author: str, date: str, first: int) -> None:
        self._author, self._date, self._next = author, date, first
        self.count = 0

    def mark(self, name: str) -> Tree:
        """An empty ``w:ins``, ``w:del``, ``w:pPrChange`` …"""
        element = xml.make(w(name))
        element.set(w("id"), str(self._next))
        element.set(w("author"), self._author)
        element.set(w("date"), self._date)
        self._next += 1
        self.count += 1
        return element

    def flag_paragraph(self, paragraph: Tree, kind: str) -> None:
        """Marks the end of a paragraph as inserted or deleted."""
        properties = xml.first_child(paragraph, names.P_PR)
        run = properties.find(names.R_PR)
        if run is None:
            run = xml.make(names.R_PR)
            xml.insert_ordered(properties, run, names.PARAGRAPH)
        run.insert(0, self.mark(kind))

    def flag_row(self, row: Tree, kind: str) -> None:
        """Marks a row as inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = xml.make(w("trPr"))
            exceptions = row.find(w("tblPrEx"))
            row.insert(0 if exceptions is None else row.index(exceptions) + 1, properties)
        _keep_filled(properties)
        properties.append(self.mark(kind))

    def change_format(self, holder: Tree, name: str, old: Tree | None) -> None:
        """Records the former properties of an element; ``name`` is ``pPr``, ``rPr`` …."""
        properties = xml.first_child(holder, w(name))
        change = self.mark(f"{name}Change")
        was = xml.make(w(name))
        was.extend(deepcopy(child) for child in (() if old is None else old) if child.tag not in own_to_mark(name))
        for filled in (properties, was) if name == "trPr" else ():
            _keep_filled(filled)
        change.append(was)
        properties.append(change)


def own_to_mark(name: str) -> frozenset[str]:
    """The children of properties of this kind that are no format."""
    return {"pPr": _OF_THE_MARK, "tcPr": _OF_THE_CELL, "trPr": _OF_THE_ROW}.get(name, frozenset({w(f"{name}Change")}))


def _keep_filled(row_properties: Tree) -> None:
    """Adds a property with its default value where a row has none: the schema requires one besides the mark."""
    if all(child.tag in _OF_THE_ROW for child in row_properties):
        row_properties.insert(0, xml.make(w("cantSplit"), "off"))


_ASIDE: Final = frozenset(map(w, ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")))
_WRAPPERS: Final = (*map(w, ("sdtContent", "smartTag", "customXml", "dir", "bdo")), names.SDT)


def accept_and_unwrap(root: Tree) -> None:
    """Accepts every tracked change below the root, and unwraps content controls."""
    xml.accept_changes(root)
    for element in list(root.iter(w("proofErr"), w("lastRenderedPageBreak"), *_WRAPPERS)):
        xml.unwrap(element, _ASIDE)


_PLACE: Final = re.compile(r"_(Toc|Ref)\d+")
_NUMBERED: Final = frozenset({"docPr", "cNvPr"})
_BOOKMARKS: Final = frozenset({"bookmarkStart", "bookmarkEnd"})
_DEEPEST: Final = 4
_NOTES: Final = {w("footnoteReference"): RT.FOOTNOTES, w("endnoteReference"): RT.ENDNOTES}
_ID: Final = w("id")
_MARGINS: Final = (w("headerReference"), w("footerReference"))
_STYLES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_FIRST_DRAWING: Final = 90_000_000


def main_of(part: Part) -> DocumentPart:
    """The main part of the document that a part belongs to."""
    return cast("DocumentPart", cast("Any", part.package).main_document_part)


class Nested(Struct, frozen=True):
    """A note or text box inside a merged container, still to be merged.

    Without ``old``, all of it was inserted or deleted, as ``kind`` says; ``pair`` are the parts that hold it.
    """

    old: Tree | None
    new: Tree
    pair: Pair
    kind: str = ""


class Merge:
    """What all parts of two documents share while they are merged.

    ``remarks`` collects, in Chinese, what no tracked change can show; ``nested`` are the containers still to be merged;
    ``seen`` are the notes already met, by kind and number.
    """

    def __init__(self, old: DocumentPart, new: DocumentPart, pen: Pen) -> None:
        self.pen = pen
        self.remarks: list[str] = []
        self.nested: list[Nested] = []
        self.seen: set[tuple[str, str]] = set()
        self._new, self._styles = new, xml.styles_by_id(root_beside(old, RT.STYLES))
        self._copier = PartCopier(new, "old")
        self._drawings = _FIRST_DRAWING

    def adapt(self, element: Tree, source: Part, target: Part) -> None:
        """Copies the parts and styles that an element of the older document uses, and renumbers its drawings."""
        for reference in list(element.iter(*_MARGINS)):
            # Deleted sections inherit the headers of the section before.
            xml.drop(reference)
        self._copier.link([element], source, target)
        sheet = root_beside(self._new, RT.STYLES)
        for one in element.iter():
            if one.tag == DOC_PR:
                self._drawings += 1
                one.set("id", str(self._drawings))
            elif one.tag in _STYLES:
                # A style that the newer document lacks comes with those that it is based on.
                for found in xml.style_chain(self._styles, str(one.get(w("val")))):
                    if found.get(w("styleId")) in xml.styles_by_id(sheet):
                        break
                    copy = deepcopy(found)
                    copy.attrib.pop(w("default"), "")
                    for child in list(copy.iter(w("link"), w("next"), w("numPr"))):
                        xml.drop(child)
                    sheet.append(copy)


class Pair(Struct):
    """A part of the older document and its counterpart in the newer one."""

    old: Side
    new: Side
    merge: Merge
    sections: list[tuple[Tree | None, Tree | None]] = field(default_factory=list)

    def beside(self, old_part: Part, new_part: Part) -> Pair:
        """Another pair of parts of the same documents."""
        return Pair(Side(old_part), Side(new_part), self.merge)

    def same(self, old: Tree, new: Tree) -> bool:
        """Whether two blocks have the same text and format."""
        return self.old.identity(old) == self.new.identity(new)

    def differ(self, old: Tree | None, new: Tree | None, aside: Collection[str]) -> bool:
        """Whether two sets of properties differ in children other than those in ``aside``."""
        before = [self.old.identity(child) for child in (() if old is None else old) if child.tag not in aside]
        after = [self.new.identity(child) for child in (() if new is None else new) if child.tag not in aside]
        return before != after

    def check_sections(self, old: Tree | None, new: Tree | None) -> None:
        """Records the section breaks of two merged paragraphs."""
        was, now = below(old, "sectPr"), below(new, "sectPr")
        if was is not None or now is not None:
            self.sections.append((was, now))

    def carry(self, element: Tree) -> None:
        """Adapts a copy from the older document to the newer one; its notes become deleted text."""
        for reference in element.iter(*_NOTES):
            kind, note = _NOTES[str(reference.tag)], self.old.note(reference)
            if note is not None:
                notes = root_beside(main_of(self.new.part), kind)
                copy = deepcopy(note)
                copy.set(_ID, str(1 + highest(notes)))
                notes.append(copy)
                reference.set(_ID, str(copy.get(_ID)))
                self.merge.nested.append(Nested(None, copy, self._of_notes(kind, kind), DELETED))
        self.merge.adapt(element, self.old.part, self.new.part)

    def mark_new_notes(self, element: Tree) -> None:
        """Marks the notes of an element that only the newer document has as inserted."""
        for reference in element.iter(*_NOTES):
            note = self.new.note(reference)
            if note is not None and self._is_first(reference):
                self.merge.nested.append(Nested(None, note, self, INSERTED))

    def compare_objects(self, old: Tree, new: Tree) -> None:
        """Compares two notes or drawings in one place: queues their text for merging, remarks other differences."""
        if old.tag in _NOTES:
            was, now = self.old.note(old), self.new.note(new)
            if was is not None and now is not None and self._is_first(new):
                pair = self._of_notes(_NOTES[str(old.tag)], _NOTES[str(new.tag)])
                self.merge.nested.append(Nested(was, now, pair))
            return
        if self.same(old, new):
            return
        before, after = outer_boxes(old), outer_boxes(new)
        if after and len(before) == len(after):
            self.merge.nested += [Nested(was, now, self) for was, now in zip(before, after, strict=True)]
            return
        kind = "图表" if any(str(one.tag).endswith("}chart") for one in new.iter()) else "图片"
        title = next((f"「{one.get('title')}」" for one in new.iter() if one.get("title")), "")
        self.merge.remarks.append(f"{kind}{title}有变化，修订稿里只有新的")

    def _of_notes(self, old: str, new: str) -> Pair:
        before, after = related(main_of(self.old.part), old), related(main_of(self.new.part), new)
        return self.beside(before or self.old.part, after or self.new.part)

    def _is_first(self, reference: Tree) -> bool:
        key = (_NOTES[str(reference.tag)], str(reference.get(_ID)))
        first = key not in self.merge.seen
        self.merge.seen.add(key)
        return first


class Side:
    """One part of one document, and the identities of its elements."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self._targets: dict[str, str] = {}

    def identity(self, element: Tree) -> str:
        """The markup of an element, without numbers that change from print to print."""
        name = names.local(element)
        if name in _BOOKMARKS:
            return ""
        if element.tag in _NOTES:
            note = self.note(element)
            return f"<{name}>{'' if note is None else ''.join(map(self.identity, note))}</>"
        attributes = ""
        for key, value in sorted((str(key), str(value)) for key, value in element.attrib.items()):
            if key.startswith(RELATION):
                # An address, or a digest of the part with all parts that it refers to.
                if value not in self._targets:
                    relation = self.part.rels.get(value)
                    self._targets[value] = "" if relation is None else _target_of(relation, 0)
                attributes += f" {key}={self._targets[value]}"
            elif not ((name in _NUMBERED and key in {"id", "name"}) or "rsid" in key or key == names.XML_SPACE):
                attributes += f" {key}={_placeless(value)}"
        inner = "".join(map(self.identity, element))
        return f"<{element.tag}{attributes}>{_placeless(element.text or '')}{inner}</>"

    def note(self, reference: Tree) -> Tree | None:
        """The note of a reference."""
        part = related(main_of(self.part), _NOTES[str(reference.tag)])
        found: Iterable[Tree] = cast("Tree", part.element) if isinstance(part, XmlPart) else ()
        return next((one for one in found if one.get(_ID) == reference.get(_ID)), None)


def _target_of(relation: Any, depth: int) -> str:
    if relation.is_external or depth > _DEEPEST:
        return str(relation.target_ref)
    part: Part = relation.target_part
    below = [_target_of(one, depth + 1) for one in part.rels.values()]
    return sha256("\0".join([sha256(part.blob).hexdigest(), *sorted(below)]).encode()).hexdigest()


def _placeless(text: str) -> str:
    """A text without the numbers of automatic bookmarks."""
    return _PLACE.sub(r"_\1", text) if "_" in text else text
