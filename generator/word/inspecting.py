"""Looking a package over before anything is compiled: is it a Word file, is it safe, which parts may hold tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree
from msgspec import Struct

from generator.base.errors import Refused
from generator.word import codes
from generator.word.links import tagged_target
from generator.word.names import SENTINEL, WORD
from generator.word.opc import CONTENT_TYPES
from generator.word.safety import check_fields, check_package
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding, Span
    from generator.word.names import Tree
    from generator.word.opc import Entry

__all__ = ["Part", "inspect"]

_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_BODY: Final = f"{_WORDML}document.main+xml"
_PROPERTIES: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_TITLES: Final = {
    _BODY: "",
    f"{_WORDML}header+xml": "页眉",
    f"{_WORDML}footer+xml": "页脚",
    f"{_WORDML}footnotes+xml": "脚注部分",
    f"{_WORDML}endnotes+xml": "尾注部分",
    f"{_WORDML}comments+xml": "批注部分",
    _PROPERTIES: "文档属性",
}
_BESIDE: Final = frozenset({_PROPERTIES, f"{_WORDML}comments+xml"})
_CHANGES: Final = (b"<w:ins ", b"<w:del ", b"<w:moveFrom ", b"Change ", b"<w:cellDel ")
# A part without any of these needs no parsing: it holds neither tags nor anything that could fetch or run.
_WORTH_PARSING: Final = (b"{", "｛".encode(), b"instr", b"altChunk", b"OLEObject", *_CHANGES)


class Part(Struct, frozen=True):
    """A part that may hold tags: its name in the package, what people call it (``""`` for the body), its tree.

    ``is_text`` tells whether people read it as part of the report: values in it are marked where that is asked for.
    """

    name: str
    title: str
    root: Tree
    is_text: bool = False


def inspect(entries: dict[str, Entry], span: Span, *, finished: bool = False) -> list[Part]:
    """The parts that may hold tags.

    Args:
        entries: The files of the package.
        span: The file, for findings.
        finished: Whether it is no layout but a finished file, in which the address of a link must be one.

    Raises:
        Refused: It is not a Word file, or it holds what a layout may not; all such findings at once.
    """
    types = _content_types(entries, span)
    relations = {name: _parsed(name, entry.data(), span) for name, entry in entries.items() if name.endswith(".rels")}
    wrong = check_package(entries, types, relations, span, finished=finished)
    if _BODY not in types.values() and not wrong:
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文")])
    parts: list[Part] = []
    for name, kind in sorted(types.items()):
        if kind in _TITLES and name in entries:
            part = _part(name, kind, types, entries[name].data(), span)
            if part is not None:
                parts.append(part)
                wrong += check_fields(name, part.root, span)
    if wrong:
        raise Refused(wrong)
    return parts + list(_links(types, relations))


def _links(types: dict[str, str], relations: dict[str, Tree]) -> Iterator[Part]:
    """The relationships of the parts in which addresses of links hold tags."""
    for part, kind in sorted(types.items()):
        folder, _, file = part.rpartition("/")
        name = f"{folder}/_rels/{file}.rels"
        if kind in _TITLES and name in relations and any(map(tagged_target, relations[name])):
            yield Part(name, f"{_title(part, kind, types)} 超链接".lstrip(), relations[name])


def _part(name: str, kind: str, types: dict[str, str], content: bytes, span: Span) -> Part | None:
    ascii_like = b"\0" not in content[:64]
    # The body always: what is left as it stands is printed unread.
    if kind != _BODY and ascii_like and not any(sign in content for sign in _WORTH_PARSING):
        return None
    root = _parsed(name, content, span)
    if kind != _PROPERTIES and root.nsmap.get("w") != WORD[1:-1]:
        raise Refused([codes.NOT_WORD.at(span, why="它是「严格的 Open XML」一类，本程序不能用")])
    if SENTINEL in etree.tostring(root, encoding="unicode"):
        raise Refused([codes.BROKEN_PART.at(span, part=name, why="含有不可用的字符 U+FDD0")])
    return Part(name, _title(name, kind, types), root, kind not in _BESIDE)


def _title(name: str, kind: str, types: dict[str, str]) -> str:
    alike = sorted((other for other in types if types[other] == kind), key=lambda other: (len(other), other))
    number = f" {alike.index(name) + 1}" if len(alike) > 1 else ""
    return _TITLES[kind] + number if _TITLES[kind] else ""


def _parsed(name: str, content: bytes, span: Span) -> Tree:
    try:
        return parse_xml(content)
    except ValueError as error:
        finding: Finding = codes.BROKEN_PART.at(span, part=name, why=error)
        raise Refused([finding]) from error


def _content_types(entries: dict[str, Entry], span: Span) -> dict[str, str]:
    """The content type of every part that has one of its own."""
    root = _parsed(CONTENT_TYPES, entries[CONTENT_TYPES].data(), span)
    return {
        str(child.get("PartName")).lstrip("/"): str(child.get("ContentType")) for child in root if child.get("PartName")
    }
