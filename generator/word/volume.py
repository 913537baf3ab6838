"""A finished Word file taken apart, so that parts can be put into it or taken out of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final, cast

from lxml import etree

from generator.word import names
from generator.word.names import w
from generator.word.package import CONTENT_TYPES, open_package, pack, write_package
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from generator.base.diagnostics import Span
    from generator.word.names import Tree
    from generator.word.package import Entry

__all__ = ["RELATION", "Volume", "drop"]

RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_KINDS: Final = RELATION[1:-1]
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/"
_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def drop(element: Tree) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


class Volume:
    """The entries of a Word file, and the trees of the parts that were looked into.

    Trees may be changed; ``data`` writes them back.
    """

    def __init__(self, data: bytes, span: Span) -> None:
        self.entries: dict[str, Entry] = open_package(data, span)
        self._trees: dict[str, Tree] = {}
        types = self.tree(CONTENT_TYPES)
        overrides = [(str(one.get("PartName")), str(one.get("ContentType"))) for one in types if one.get("PartName")]
        self.main = next(name.lstrip("/") for name, kind in overrides if kind == _MAIN)
        self._types = {name.lstrip("/").lower(): kind for name, kind in overrides}
        self._defaults = {str(one.get("Extension")).lower(): str(one.get("ContentType")) for one in types}

    def tree(self, name: str) -> Tree:
        """The tree of a part."""
        if name not in self._trees:
            self._trees[name] = parse_xml(self.entries[name].data())
        return self._trees[name]

    @property
    def root(self) -> Tree:
        """The root of the text."""
        return self.tree(self.main)

    @property
    def body(self) -> Tree:
        """The body of the text."""
        body = self.root.find(w("body"))
        return self.root if body is None else body

    def replace(self, name: str, root: Tree) -> None:
        """Gives a part another root."""
        self._trees[name] = root

    def type_of(self, name: str) -> str:
        """The content type of a part."""
        extension = name.rpartition(".")[2].lower()
        return self._types.get(name.lower()) or self._defaults.get(extension, "application/octet-stream")

    def relations(self, part: str) -> Tree:
        """The relationships of a part, made if it has none."""
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels"
        if name not in self.entries and name not in self._trees:
            space = f"{_PACKAGE}relationships"
            self._trees[name] = etree.Element(f"{{{space}}}Relationships", nsmap=cast("Any", {None: space}))
        return self.tree(name)

    def target(self, part: str, relation: Tree) -> str:
        """The part that a relationship of a part leads to."""
        target = str(relation.get("Target"))
        return (
            target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{part.rpartition('/')[0]}/{target}")
        )

    def related(self, kind: str) -> str | None:
        """The part of that kind beside the text: ``styles``, ``numbering``, ``settings``, ``footnotes`` …"""
        for relation in self.relations(self.main):
            if str(relation.get("Type")) == f"{_KINDS}/{kind}":
                name = self.target(self.main, relation)
                return name if name in self.entries or name in self._trees else None
        return None

    def part(self, kind: str, root: str) -> Tree:
        """The tree of the part of that kind, made empty if there is none."""
        name = self.related(kind)
        if name is None:
            name = f"word/{kind}.xml"
            self.add(name, f"{_WORDML}{kind}+xml", etree.Element(w(root), nsmap={"w": names.WORD[1:-1]}))
            self.relate(kind, name, f"rIdAnnex_{kind}")
        return self.tree(name)

    def relate(self, kind: str, target: str, key: str, *, external: bool = False, part: str = "") -> None:
        """A relationship of a part, of the text if none is named; ``kind`` may be short."""
        relations = self.relations(part or self.main)
        made = etree.SubElement(relations, f"{{{_PACKAGE}relationships}}Relationship")
        made.set("Id", key)
        made.set("Type", kind if "/" in kind else f"{_KINDS}/{kind}")
        made.set("Target", target if external else f"/{target}")
        if external:
            made.set("TargetMode", "External")

    def add(self, name: str, kind: str, content: Tree | bytes) -> None:
        """A new part with its content type."""
        if isinstance(content, bytes):
            self.entries[name] = pack(name, content)
        else:
            self._trees[name] = content
        made = etree.SubElement(self.tree(CONTENT_TYPES), f"{{{_PACKAGE}content-types}}Override")
        made.set("PartName", f"/{name}")
        made.set("ContentType", kind)

    def data(self) -> bytes:
        """The file, the same bytes for the same content."""
        return write_package(self.package())

    def package(self) -> dict[str, Entry]:
        """Its entries, with what the trees are now."""
        for name, root in self._trees.items():
            if name in self.entries or len(root) or not name.endswith(".rels"):
                self.entries[name] = pack(name, _DECLARATION + etree.tostring(root, encoding="utf-8"))
        return self.entries
