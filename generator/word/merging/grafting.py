"""Putting an attachment's parts into the report's package: text, notes, headers, pictures, charts, links."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word import names
from generator.word.merging.bringing import Belongings
from generator.word.names import w
from generator.word.volume import RELATION, drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["FIRST_NUMBER", "ROW", "Graft"]

_COMPATIBLE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_OFFICE_RELATION: Final = "{urn:schemas-microsoft-com:office:office}relid"
_LINKED: Final = etree.XPath(
    f"descendant-or-self::*[@*[namespace-uri()='{RELATION[1:-1]}'] or @o:relid]",
    namespaces={"o": "urn:schemas-microsoft-com:office:office"},
)
_COMMENTS: Final = tuple(map(w, ("commentRangeStart", "commentRangeEnd", "commentReference", "dataBinding")))
_NOTES: Final = (("footnotes", "footnoteReference", "footnote"), ("endnotes", "endnoteReference", "endnote"))
ROW: Final = 100_000  # numbers of drawings and bookmarks that one attachment may take
FIRST_NUMBER: Final = 2_000_000


class Graft:
    """One attachment on its way into the report.

    Args:
        host: The report.
        guest: The attachment; its trees are used up.
        number: Which attachment it is, from 1.
    """

    def __init__(self, host: Volume, guest: Volume, number: int) -> None:
        self._host, self._guest, self._number = host, guest, number
        self._carried: dict[str, str] = {}
        self._keys: dict[tuple[str, str], str] = {}
        self._margins = [
            guest.target(guest.main, relation)
            for relation in guest.relations(guest.main)
            if str(relation.get("Type")).rpartition("/")[2] in {"header", "footer"}
        ]

    def blocks(self) -> list[Tree]:
        """The attachment's paragraphs and tables, its last one the ``w:sectPr``, ready for the report's body."""
        guest, body = self._guest, self._guest.body
        for element in [element for tag in _COMMENTS for element in body.iter(tag)]:
            _drop_reference(element)
        notes = [part for kind, _, _ in _NOTES if (part := guest.related(kind)) is not None]
        texts = [guest.root, *(guest.tree(name) for name in (*self._margins, *notes))]
        self._belongings(texts).bring()
        self._rename_bookmarks(body)
        for at, drawing in enumerate(body.iter(_DRAWING)):
            drawing.set("id", str(FIRST_NUMBER + self._number * ROW + at))
        for kind, reference, note in _NOTES:
            self._bring_notes(kind, reference, note)
        self._link(body, self._guest.main, self._host.main)
        self._host.replace(self._host.main, _declared(self._host.root, guest.root))
        return list(body)

    def _belongings(self, texts: list[Tree]) -> Belongings:
        """The styles and lists that the attachment brings."""
        return Belongings(self._host, self._guest, self._number, texts)

    def _taken(self) -> set[str]:
        """The names of bookmarks that the attachment may not have."""
        return {str(one.get(w("name"))) for one in self._host.body.iter(w("bookmarkStart"))}

    def _rename_bookmarks(self, body: Tree) -> None:
        """Numbers of its own for all bookmarks, and other names for those that the report has too."""
        taken = self._taken()
        numbers: dict[str, str] = {}
        renamed: dict[str, str] = {}
        for one in body.iter(w("bookmarkStart")):
            name = str(one.get(w("name")))
            numbers[str(one.get(w("id")))] = str(FIRST_NUMBER + self._number * ROW + len(numbers))
            if name in taken:
                renamed[name] = f"{name[:30]}_FJ{self._number}"
        for one in body.iter(w("bookmarkStart"), w("bookmarkEnd")):
            one.set(w("id"), numbers.get(str(one.get(w("id"))), str(one.get(w("id")))))
            if one.get(w("name")) in renamed:
                one.set(w("name"), renamed[str(one.get(w("name")))])
        for link in body.iter(w("hyperlink")):
            if link.get(w("anchor")) in renamed:
                link.set(w("anchor"), renamed[str(link.get(w("anchor")))])
        for code in body.iter(w("instrText")):
            code.text = " ".join(renamed.get(word, word) for word in (code.text or "").split(" "))

    def _bring_notes(self, kind: str, reference: str, note: str) -> None:
        """The notes that the text refers to, at the end of the report's own."""
        part = self._guest.related(kind)
        marks = list(self._guest.body.iter(w(reference)))
        if part is None or not marks:
            return
        found = {str(one.get(w("id"))): one for one in self._guest.tree(part).iter(w(note))}
        if self._host.related(kind) is None:
            separators = [deepcopy(one) for one in found.values() if one.get(w("type"))]
            self._host.part(kind, kind).extend(separators)
        home = str(self._host.related(kind))
        self._host.replace(home, _declared(self._host.tree(home), self._guest.tree(part)))
        root = self._host.tree(home)
        for mark in marks:
            key = str(mark.get(w("id")))
            if key not in found:
                _drop_reference(mark)
                continue
            copy = deepcopy(found[key])
            self._link(copy, part, home)
            number = str(max((int(str(one.get(w("id")))) for one in root.iter(w(note))), default=0) + 1)
            copy.set(w("id"), number)
            mark.set(w("id"), number)
            root.append(copy)

    def _link(self, tree: Tree, source: str, home: str) -> None:
        """Has the relationships that a tree names lead to copies in the report."""
        relations = {str(relation.get("Id")): relation for relation in self._guest.relations(source)}
        for element in cast("list[Tree]", _LINKED(tree)):
            for name in [str(name) for name in element.attrib]:
                if name.startswith(RELATION) or name == _OFFICE_RELATION:
                    relation = relations.get(str(element.get(name)))
                    if relation is not None:
                        element.set(name, self._related(relation, source, home))

    def _related(self, relation: Tree, source: str, home: str) -> str:
        """The report's relationship for one of the attachment's."""
        old = (source, str(relation.get("Id")))
        if old not in self._keys:
            external = relation.get("TargetMode") == "External"
            target = str(relation.get("Target")) if external else self._carry(self._guest.target(source, relation))
            # Ids of a layout never look like this.
            self._keys[old] = f"rIdAnnex{self._number}_{len(self._keys) + 1}"
            self._host.relate(str(relation.get("Type")), target, self._keys[old], external=external, part=home)
        return self._keys[old]

    def _carry(self, part: str) -> str:
        """The name that a part has in the report; it is taken along with all that it leads to."""
        if part in self._carried:
            return self._carried[part]
        name = self._carried[part] = f"word/annex{self._number}/{part.removeprefix('word/')}"
        content = self._guest.tree(part) if part in self._margins else self._guest.entries[part].data()
        self._host.add(name, self._guest.type_of(part), content)
        for relation in list(self._guest.relations(part)):
            external = relation.get("TargetMode") == "External"
            target = str(relation.get("Target")) if external else self._carry(self._guest.target(part, relation))
            self._host.relate(str(relation.get("Type")), target, str(relation.get("Id")), external=external, part=name)
        return name


def _drop_reference(element: Tree) -> None:
    """Takes a mark out, and its run when nothing but its format is left."""
    run = element.getparent()
    drop(element)
    if run is not None and run.tag == names.R and all(child.tag == names.R_PR for child in run):
        drop(run)


def _declared(host: Tree, guest: Tree) -> Tree:
    """The host's root with the namespaces that the guest's text needs, and what older programs may pass over."""
    known = {prefix: space for prefix, space in host.nsmap.items() if prefix is not None}
    for prefix, space in guest.nsmap.items():
        if prefix is not None and space not in known.values() and prefix not in known:
            known[prefix] = space
    ignorable = [*_ignorable(host), *_ignorable(guest)]
    if known.keys() == host.nsmap.keys() - {None} and set(ignorable) == set(_ignorable(host)):
        return host
    if ignorable:
        known.setdefault("mc", _COMPATIBLE[1:-1])
    root = etree.Element(host.tag, nsmap=cast("Any", known))
    for key, value in host.attrib.items():
        root.set(key, value)
    spaces = {space: prefix for prefix, space in known.items()}
    prefixes = sorted({spaces[space] for space in ignorable if space in spaces})
    if prefixes:
        root.set(f"{_COMPATIBLE}Ignorable", " ".join(prefixes))
    root.extend(list(host))
    return root


def _ignorable(root: Tree) -> Iterator[str]:
    """The namespaces that a root says may be passed over."""
    for prefix in str(root.get(f"{_COMPATIBLE}Ignorable", "")).split():
        if prefix in root.nsmap:
            yield root.nsmap[prefix]
