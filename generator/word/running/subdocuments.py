"""Finished Word files set into a layout with ``{{p x }}``: their styles, lists and pictures come along.

The file is read once. Where it names something that the package around it must know (a style, a list, a picture, a
link) a sign is left, and each render puts the host's own name there.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.base.diagnostics import Span, why_not
from generator.base.errors import FileProblem, Refused
from generator.word import codes
from generator.word.inspecting import inspect
from generator.word.names import SENTINEL, Tree, w
from generator.word.package import open_package
from generator.word.running.guests import Guests, list_ids
from generator.word.running.rendering import STATE
from generator.word.running.values import BlockValue
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from generator.word.package import Entry

__all__ = ["SubDocument"]

_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DRAWING: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_SIGN = re.compile(f"{SENTINEL}(style|list|drawing|relation):([^{SENTINEL}]*){SENTINEL}")
_STYLES: Final = {w("pStyle"), w("rStyle"), w("tblStyle")}
_KEPT_NAMESPACES: Final = ("{http://schemas.openxmlformats.org/", "{http://www.w3.org/", "{urn:schemas-microsoft-com:")
_REFUSED: Final = {
    "footnoteReference": "脚注",
    "endnoteReference": "尾注",
    "commentReference": "批注",
    "ins": "未接受的修订",
    "del": "未接受的修订",
}
_DROPPED: Final = tuple(map(w, ("sectPr", "bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak")))


class SubDocument(BlockValue):
    """The text of a finished Word file, for ``{{p x }}``.

    Styles of the same name take the layout's look; others are brought along. Its page set-up, headers and footers stay
    behind.

    Args:
        folder: The folder that such files may come from.
        name: The file in it.

    Raises:
        FileProblem: The file lies outside the folder or cannot be read.
        Refused: It is not a safe Word file, or it holds what cannot be set in (notes, comments, charts).
    """

    __slots__ = ("_entries", "_key", "_links", "_text")

    def __init__(self, folder: str | Path, name: str) -> None:
        span = Span(str(Path(folder) / name))
        self._fill(_read(Path(folder), name, span), span)

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "子文档") -> SubDocument:
        """The text of a Word file that a program made; ``name`` is what messages call it.

        Raises:
            Refused: It is not a safe Word file, or it holds what cannot be set in.
        """
        made = cls.__new__(cls)
        made._fill(data, Span(name))
        return made

    def _fill(self, data: bytes, span: Span) -> None:
        self._key = sha256(data).hexdigest()
        self._entries = open_package(data, span)
        inspect(self._entries, span, finished=True)
        root = parse_xml(self._entries["word/document.xml"].data())
        self._links = _links(self._entries)
        _check(root, self._links, span)
        self._text = _prepared(root, list_ids(self._entries))

    def block_xml(self, paragraph: str, style: str) -> str:  # noqa: ARG002 - it has its own formats
        """Its paragraphs and tables, with the names that they have in the host."""
        state = STATE.get()
        guests = state.guests
        if not isinstance(guests, Guests):
            guests = state.guests = Guests(state.host)

        def named(sign: re.Match[str]) -> str:
            kind, key = sign.groups()
            if kind == "style":
                return guests.style(self._entries, key)
            if kind == "list":
                return guests.numbering(self._entries, self._key, key)
            if kind == "drawing":
                return str(next(state.drawings))
            external, target = self._links[key]
            return state.hyperlink(target) if external else self._picture(target)

        return _SIGN.sub(named, self._text)

    def _picture(self, target: str) -> str:
        name = target.lstrip("/") if target.startswith("/") else f"word/{target}"
        extension = name.rpartition(".")[2].lower()
        return STATE.get().picture(self._entries[name].data(), "jpeg" if extension == "jpg" else extension)


def _read(folder: Path, name: str, span: Span) -> bytes:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise FileProblem([codes.UNREADABLE.at(span, why="它不在允许的文件夹里")])
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(span, why=why_not(error))]) from error


def _links(entries: dict[str, Entry]) -> dict[str, tuple[bool, str]]:
    """Pictures and web addresses by relationship id, as (is it outside, target)."""
    found = entries.get("word/_rels/document.xml.rels")
    links: dict[str, tuple[bool, str]] = {}
    for relation in parse_xml(found.data()) if found else ():
        kind = str(relation.get("Type")).rpartition("/")[2]
        if kind in {"image", "hyperlink"}:
            external = relation.get("TargetMode") == "External"
            links[str(relation.get("Id"))] = external, str(relation.get("Target"))
    return links


def _check(root: Tree, links: dict[str, tuple[bool, str]], span: Span) -> None:
    """Refuses what would lose its other half."""
    what = [word for name, word in _REFUSED.items() if next(root.iter(w(name)), None) is not None]
    body = root.find(w("body"))
    for element in body.iter() if body is not None else ():
        if element.tag in {w("headerReference"), w("footerReference")}:
            continue
        keys = [str(value) for key, value in element.attrib.items() if str(key).startswith(_RELATION)]
        what += ["图表、图示等对象" for key in keys if key not in links]
    if what:
        said = "、".join(dict.fromkeys(what))
        raise Refused(
            [codes.UNSAFE.at(span, what=f"要嵌入的文件里有{said}", mend="请在 Word 里删去或接受它们，再保存。")]
        )


def _prepared(root: Tree, lists: set[str]) -> str:
    """The body's XML with signs where a name must be the host's."""
    # A list that is defined nowhere is none to Word either.
    lost = [one for one in root.iter(w("numPr")) if all(key.get(w("val")) not in lists for key in one.iter(w("numId")))]
    for element in [*root.iter(*_DROPPED), *lost]:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    body = root.find(w("body"))
    blocks = [] if body is None else list(body)
    for element in [node for block in blocks for node in block.iter()]:
        _sign(element)
    return "".join(etree.tostring(block, encoding="unicode", with_tail=False) for block in blocks)


def _sign(element: Tree) -> None:
    for key in list(element.attrib):
        name = str(key)
        if name.startswith(_RELATION):
            element.set(name, f"{SENTINEL}relation:{element.get(name)}{SENTINEL}")
        elif name.startswith("{") and not name.startswith(_KEPT_NAMESPACES):
            del element.attrib[key]
    if element.tag in _STYLES:
        element.set(w("val"), f"{SENTINEL}style:{element.get(w('val'))}{SENTINEL}")
    elif element.tag == w("numId"):
        element.set(w("val"), f"{SENTINEL}list:{element.get(w('val'))}{SENTINEL}")
    elif element.tag == _DRAWING:
        element.set("id", f"{SENTINEL}drawing:{SENTINEL}")
