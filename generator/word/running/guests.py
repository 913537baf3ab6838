"""What sub-documents bring into a host besides their text: styles that it lacks, and lists of their own."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.word import names
from generator.word.names import w
from generator.word.package import CONTENT_TYPES, pack
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from generator.word.names import Tree
    from generator.word.package import Entry

__all__ = ["Guests", "list_ids"]

_STYLES: Final = "word/styles.xml"
_NUMBERING: Final = "word/numbering.xml"
_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering"
_CONTENT: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Guests:
    """The styles and lists of one host while it is rendered."""

    def __init__(self, host: dict[str, Entry]) -> None:
        self._styles = _tree(host, _STYLES, "styles")
        self._numbering = _tree(host, _NUMBERING, "numbering")
        self._lists: dict[tuple[str, str], str] = {}
        self._changed: set[str] = set()

    def style(self, entries: dict[str, Entry], key: str) -> str:
        """The host's id for a style of a sub-document; the style is brought along if the host has none of that name."""
        return self._style(_tree(entries, _STYLES, "styles"), key)

    def _style(self, theirs: Tree, key: str) -> str:
        wanted = _by_id(theirs, key)
        if wanted is None:
            return key
        same = next((style for style in self._styles.iter(w("style")) if _identity(style) == _identity(wanted)), None)
        return str(same.get(w("styleId"))) if same is not None else self._bring(theirs, wanted)

    def _bring(self, theirs: Tree, wanted: Tree) -> str:
        brought = deepcopy(wanted)
        taken = {str(style.get(w("styleId"))) for style in self._styles.iter(w("style"))}
        key = str(wanted.get(w("styleId")))
        while key in taken:
            key += "x"
        brought.set(w("styleId"), key)
        brought.attrib.pop(w("default"), "")
        self._styles.append(brought)
        self._changed.add(_STYLES)
        for name in ("link", "next", "numPr"):
            for element in list(brought.iter(w(name))):
                _drop(element)
        for element in brought.iterfind(w("basedOn")):
            element.set(w("val"), self._style(theirs, str(element.get(w("val")))))
        return key

    def numbering(self, entries: dict[str, Entry], owner: str, key: str) -> str:
        """The host's id for a list of a sub-document, which is always a list of its own."""
        if (owner, key) not in self._lists:
            self._lists[owner, key] = self._bring_list(_tree(entries, _NUMBERING, "numbering"), key)
        return self._lists[owner, key]

    def _bring_list(self, theirs: Tree, key: str) -> str:
        kind, number = _lists(theirs)[key]
        shape, copy = deepcopy(kind), deepcopy(number)
        shape_key, copy_key = (
            _free(self._numbering, "abstractNum", "abstractNumId"),
            _free(self._numbering, "num", "numId"),
        )
        shape.set(w("abstractNumId"), shape_key)
        copy.set(w("numId"), copy_key)
        copy.find(w("abstractNumId")).set(w("val"), shape_key)  # type: ignore[union-attr]
        for name in ("nsid", "tmpl", "pStyle", "styleLink", "numStyleLink"):
            for element in list(shape.iter(w(name))):
                _drop(element)
        # The schema wants all abstract lists before the lists.
        self._numbering.insert(sum(one.tag == w("abstractNum") for one in self._numbering), shape)
        self._numbering.insert(sum(one.tag in {w("abstractNum"), w("num")} for one in self._numbering), copy)
        self._changed.add(_NUMBERING)
        return copy_key

    def deliver(self, entries: dict[str, Entry]) -> None:
        """Writes the styles and lists that were brought into the package."""
        for name, tree in ((_STYLES, self._styles), (_NUMBERING, self._numbering)):
            if name in self._changed:
                new = name not in entries
                entries[name] = pack(name, _DECLARATION + etree.tostring(tree, encoding="utf-8"))
                if new:
                    _register(entries)


def list_ids(entries: dict[str, Entry]) -> set[str]:
    """The lists that a file defines whole."""
    return set(_lists(_tree(entries, _NUMBERING, "numbering")))


def _lists(numbering: Tree) -> dict[str, tuple[Tree, Tree]]:
    """By number: the abstract list and the list."""
    kinds = {str(kind.get(w("abstractNumId"))): kind for kind in numbering.iter(w("abstractNum"))}
    found: dict[str, tuple[Tree, Tree]] = {}
    for number in numbering.iter(w("num")):
        link = number.find(w("abstractNumId"))
        if link is not None and str(link.get(w("val"))) in kinds:
            found[str(number.get(w("numId")))] = kinds[str(link.get(w("val")))], number
    return found


def _tree(entries: dict[str, Entry], name: str, root: str) -> Tree:
    if name in entries:
        return parse_xml(entries[name].data())
    return etree.Element(w(root), nsmap={"w": names.WORD[1:-1]})


def _by_id(styles: Tree, key: str) -> Tree | None:
    return next((style for style in styles.iter(w("style")) if style.get(w("styleId")) == key), None)


def _identity(style: Tree) -> tuple[str, str]:
    name = style.find(w("name"))
    return str(style.get(w("type"), "paragraph")), "" if name is None else str(name.get(w("val"))).lower()


def _free(root: Tree, tag: str, key: str) -> str:
    used = [int(str(one.get(w(key)))) for one in root.iter(w(tag)) if str(one.get(w(key))).isdecimal()]
    return str(max(used, default=0) + 1)


def _drop(element: Tree) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _register(entries: dict[str, Entry]) -> None:
    """Tells a package that had no lists of the part that now holds them."""
    types = entries[CONTENT_TYPES].text()
    part = f'<Override PartName="/{_NUMBERING}" ContentType="{_CONTENT}"/></Types>'
    entries[CONTENT_TYPES] = pack(CONTENT_TYPES, types.replace("</Types>", part).encode())
    links = "word/_rels/document.xml.rels"
    text = entries[links].text()
    link = f'<Relationship Id="rIdNumbering" Type="{_KIND}" Target="numbering.xml"/></Relationships>'
    entries[links] = pack(links, text.replace("</Relationships>", link).encode())
