"""Two documents side by side while they are merged: ``Pair`` compares a part of each, ``Carrier`` copies parts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from hashlib import sha256
from typing import Any, Final, cast

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.part import Part, XmlPart
from docx.parts.document import DocumentPart
from msgspec import Struct, field

from generator.word import names
from generator.word.names import DOC_PR, Tree, outer_boxes, w
from generator.word.parts import RELATION, PartCopier, related, root_beside
from generator.word.xml import accept_changes, drop, insert_ordered, make, unwrap

INSERTED: Final = "ins"
DELETED: Final = "del"
# In a paragraph's properties, but not part of its format: a tracked change of format must not hold it.
_OF_THE_MARK: Final = frozenset(map(w, ("rPr", "sectPr", "pPrChange")))
_OF_THE_CELL: Final = frozenset(map(w, ("cellIns", "cellDel", "cellMerge", "tcPrChange")))
_OF_THE_ROW: Final = frozenset(map(w, ("ins", "del", "trPrChange")))


class Pen:
    """Marks what changed, in the name of one author at one time.

    Args:
        author: Who.
        date: When, as ``2022-05-20T00:00:00Z``.
        first: The number of the first mark; the following ones count on.
    """

    def __init__(self, author: str, date: str, first: int) -> None:
        self._author, self._date, self._next = author, date, first
        self.count = 0

    def mark(self, name: str) -> Tree:
        """An empty ``w:ins``, ``w:del``, ``w:pPrChange`` …"""
        element = make(w(name))
        element.set(w("id"), str(self._next))
        element.set(w("author"), self._author)
        element.set(w("date"), self._date)
        self._next += 1
        self.count += 1
        return element

    def flag_paragraph(self, paragraph: Tree, kind: str) -> None:
        """Says of the paragraph's mark that it was inserted or deleted."""
        properties = _properties(paragraph, names.P_PR)
        run = properties.find(names.R_PR)
        if run is None:
            run = make(names.R_PR)
            insert_ordered(properties, run, names.PARAGRAPH)
        run.insert(0, self.mark(kind))

    def flag_row(self, row: Tree, kind: str) -> None:
        """Says of a row that it was inserted or deleted."""
        properties = row.find(w("trPr"))
        if properties is None:
            properties = make(w("trPr"))
            exceptions = row.find(w("tblPrEx"))
            row.insert(0 if exceptions is None else row.index(exceptions) + 1, properties)
        _keep_filled(properties)
        properties.append(self.mark(kind))

    def change_format(self, holder: Tree, name: str, old: Tree | None) -> None:
        """Writes into an element what its properties were (``name`` is that of the properties: ``pPr`` …)."""
        properties = _properties(holder, w(name))
        change = self.mark(f"{name}Change")
        was = make(w(name))
        was.extend(deepcopy(child) for child in (() if old is None else old) if child.tag not in own_to_mark(name))
        for filled in (properties, was) if name == "trPr" else ():
            _keep_filled(filled)
        change.append(was)
        properties.append(change)


def own_to_mark(name: str) -> frozenset[str]:
    """The children of properties of this kind that a tracked change of format must not hold."""
    return {"pPr": _OF_THE_MARK, "tcPr": _OF_THE_CELL, "trPr": _OF_THE_ROW}.get(name, frozenset({w(f"{name}Change")}))


def _keep_filled(row_properties: Tree) -> None:
    """The schema wants a property of the row besides its mark; this one states the default."""
    if not any(child.tag not in _OF_THE_ROW for child in row_properties):
        default = make(w("cantSplit"))
        default.set(w("val"), "off")
        row_properties.insert(0, default)


def _properties(holder: Tree, tag: str) -> Tree:
    found = holder.find(tag)
    if found is None:
        found = make(tag)
        holder.insert(0, found)
    return found


_ASIDE: Final = frozenset(map(w, ("sdtPr", "sdtEndPr", "smartTagPr", "customXmlPr")))
_WRAPPERS: Final = (*map(w, ("sdtContent", "smartTag", "customXml", "dir", "bdo")), names.SDT)


def settle(root: Tree) -> None:
    """Accepts every tracked change below the root, and replaces content controls by what is in them."""
    accept_changes(root)
    for element in list(root.iter(w("proofErr"), w("lastRenderedPageBreak"), *_WRAPPERS)):
        unwrap(element, _ASIDE)


_PLACE: Final = re.compile(r"_(Toc|Ref)\d+")
_NUMBERED: Final = frozenset({"docPr", "cNvPr"})
_BOOKMARKS: Final = frozenset({"bookmarkStart", "bookmarkEnd"})
_DEEPEST: Final = 4
_NOTES: Final = {w("footnoteReference"): RT.FOOTNOTES, w("endnoteReference"): RT.ENDNOTES}
_ID: Final = w("id")
_SECTION: Final = w("sectPr")
_MARGINS: Final = (w("headerReference"), w("footerReference"))
_STYLES: Final = (w("pStyle"), w("rStyle"), w("tblStyle"))
_FIRST_DRAWING: Final = 90_000_000


def main_of(part: Part) -> DocumentPart:
    """The text of the document that a part belongs to."""
    return cast("DocumentPart", cast("Any", part.package).main_document_part)


class Side(Struct, frozen=True):
    """One part of one document."""

    part: Part
    identity: Identity

    @classmethod
    def of(cls, part: Part) -> Side:
        """A part."""
        return cls(part, Identity(part))


class Nested(Struct, frozen=True):
    """A note or text box inside a merged container, still to be merged.

    Without ``old``, all of it was inserted or deleted, as ``kind`` says; ``pair`` is that of the parts that hold it.
    """

    old: Tree | None
    new: Tree
    pair: Pair
    kind: str = ""


class Merge(Struct):
    """What all parts of two documents share while they are merged.

    ``remarks`` gathers, in Chinese, what no tracked change can show; ``carrier`` copies what deleted text needs;
    ``nested`` are the containers still to be merged; ``seen`` are the notes already met, by kind and number.
    """

    pen: Pen
    carrier: Carrier
    remarks: list[str] = field(default_factory=list)
    nested: list[Nested] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)


class Pair(Struct):
    """A part of the older document and the part of the newer one that is in its place."""

    old: Side
    new: Side
    merge: Merge
    sections: list[tuple[Tree | None, Tree | None]] = field(default_factory=list)

    @property
    def pen(self) -> Pen:
        """Writes the tracked changes."""
        return self.merge.pen

    def beside(self, old_part: Part, new_part: Part) -> Pair:
        """Another part of the same two documents."""
        return Pair(Side.of(old_part), Side.of(new_part), self.merge)

    def same(self, old: Tree, new: Tree) -> bool:
        """Whether two blocks have the same text and format."""
        return self.old.identity.of(old) == self.new.identity.of(new)

    def differ(self, old: Tree | None, new: Tree | None, aside: Collection[str]) -> bool:
        """Whether two sets of properties differ in anything else than what is set aside."""
        before = [self.old.identity.of(child) for child in (() if old is None else old) if child.tag not in aside]
        after = [self.new.identity.of(child) for child in (() if new is None else new) if child.tag not in aside]
        return before != after

    def check_sections(self, old: Tree | None, new: Tree | None) -> None:
        """Takes note of two section breaks that are one."""
        was = None if old is None else old.find(_SECTION)
        now = None if new is None else new.find(_SECTION)
        if was is not None or now is not None:
            self.sections.append((was, now))

    def carry(self, element: Tree) -> None:
        """Adapts a copy from the older document to the newer one; its notes become deleted text."""
        for reference in element.iter(*_NOTES):
            kind, note = _NOTES[str(reference.tag)], self.old.identity.note(reference)
            if note is not None:
                notes = root_beside(main_of(self.new.part), kind)
                copy = deepcopy(note)
                copy.set(_ID, str(1 + max((int(str(one.get(_ID))) for one in notes if one.get(_ID)), default=0)))
                notes.append(copy)
                reference.set(_ID, str(copy.get(_ID)))
                self.merge.nested.append(Nested(None, copy, self._of_notes(kind, kind), DELETED))
        self.merge.carrier.adapt(element, self.old.part, self.new.part)

    def come(self, element: Tree) -> None:
        """Has the notes of an element that only the newer document has marked as inserted."""
        for reference in element.iter(*_NOTES):
            note = self.new.identity.note(reference)
            if note is not None and self._is_first(reference):
                self.merge.nested.append(Nested(None, note, self, INSERTED))

    def meet(self, old: Tree, new: Tree) -> None:
        """Compares two notes or drawings in the same place: their text is merged later, other differences remarked."""
        if old.tag in _NOTES:
            was, now = self.old.identity.note(old), self.new.identity.note(new)
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


class Identity:
    """What the elements of one part are compared by: their markup, without numbers that change from print to print.

    Args:
        part: The part of the elements.
    """

    def __init__(self, part: Part) -> None:
        self._part = part
        self._known: dict[str, str] = {}

    def of(self, element: Tree) -> str:
        """The identity of an element with everything in it."""
        name = names.local(element)
        if name in _BOOKMARKS:
            return ""
        if element.tag in _NOTES:
            note = self.note(element)
            return f"<{name}>{'' if note is None else ''.join(self.of(child) for child in note)}</>"
        attributes = "".join(self._attributes(element, name))
        inner = "".join(self.of(child) for child in element)
        return f"<{element.tag}{attributes}>{_placeless(element.text or '')}{inner}</>"

    def note(self, reference: Tree) -> Tree | None:
        """The note of a reference."""
        part = related(main_of(self._part), _NOTES[str(reference.tag)])
        found: Iterable[Tree] = cast("Tree", part.element) if isinstance(part, XmlPart) else ()
        return next((one for one in found if one.get(_ID) == reference.get(_ID)), None)

    def _attributes(self, element: Tree, name: str) -> Iterator[str]:
        for key, value in sorted((str(key), str(value)) for key, value in element.attrib.items()):
            if key.startswith(RELATION):
                # An address, or a digest of the part with all parts below it.
                if value not in self._known:
                    relation = self._part.rels.get(value)
                    self._known[value] = "" if relation is None else _target_of(relation, 0)
                yield f" {key}={self._known[value]}"
            elif not ((name in _NUMBERED and key in {"id", "name"}) or "rsid" in key or key == names.XML_SPACE):
                yield f" {key}={_placeless(value)}"


def _target_of(relation: Any, depth: int) -> str:
    if relation.is_external or depth > _DEEPEST:
        return str(relation.target_ref)
    part: Part = relation.target_part
    below = [_target_of(one, depth + 1) for one in part.rels.values()]
    return sha256("\0".join([sha256(part.blob).hexdigest(), *sorted(below)]).encode()).hexdigest()


def _placeless(text: str) -> str:
    """A text without the numbers in the names of bookmarks that Word or this program numbers."""
    return _PLACE.sub(r"_\1", text) if "_" in text else text


class Carrier:
    """Adapts copies from the older document to the newer one."""

    def __init__(self, old: DocumentPart, new: DocumentPart) -> None:
        self._old, self._new = old, new
        self._copier = PartCopier(new, "old")
        self._drawings = _FIRST_DRAWING

    def adapt(self, element: Tree, source: Part, target: Part) -> None:
        """Copies the parts and styles that an element from the older document names, and renumbers its drawings."""
        for reference in list(element.iter(*_MARGINS)):
            # A section that is gone takes the headers of the one before it.
            drop(reference)
        self._copier.link([element], source, target)
        for one in element.iter():
            if one.tag == DOC_PR:
                self._drawings += 1
                one.set("id", str(self._drawings))
            elif one.tag in _STYLES:
                self._bring_style(str(one.get(w("val"))))

    def _bring_style(self, key: str) -> None:
        """A style that the newer document does not have, with those that it is based on."""
        sheet = root_beside(self._new, RT.STYLES)
        if any(style.get(w("styleId")) == key for style in sheet.iter(w("style"))):
            return
        styles = root_beside(self._old, RT.STYLES).iter(w("style"))
        for found in [style for style in styles if style.get(w("styleId")) == key][:1]:
            copy = deepcopy(found)
            copy.attrib.pop(w("default"), "")
            for one in list(copy.iter(w("link"), w("next"), w("numPr"))):
                drop(one)
            sheet.append(copy)
            for base in copy.iterfind(w("basedOn")):
                self._bring_style(str(base.get(w("val"))))
