"""Tracked changes accepted or rejected, by the book and by nothing of the program: for tests of what wrote them.

ECMA-376 Part 1, 17.13.5: what stands in ``w:ins`` came, what stands in ``w:del`` went; a mark in ``w:trPr`` speaks of a
row, one in the ``w:rPr`` of a ``w:pPr`` of the paragraph's mark, without which its text goes on in the next paragraph.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Literal
from xml.etree import ElementTree as ET

__all__ = ["accepted", "content", "plain", "rejected", "tracked_texts"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Kind = Literal["ins", "del"]
_ASIDE = {f"{W}{name}" for name in ("rPr", "sectPr", "ins", "del", "cellIns", "cellDel")}


def part(data: bytes, name: str = "word/document.xml") -> ET.Element:
    """A part of a Word file."""
    return ET.fromstring(zipfile.ZipFile(io.BytesIO(data)).read(name))  # noqa: S314 - a test made it


def accepted(root: ET.Element) -> ET.Element:
    """The part with all changes accepted."""
    return _settled(root, stays="ins", goes="del")


def rejected(root: ET.Element) -> ET.Element:
    """The part with all changes rejected: formats are what they were."""
    _restore(root)
    return _settled(root, stays="del", goes="ins")


def tracked_texts(root: ET.Element, kind: Kind) -> list[str]:
    """The text of each mark of that kind, in the order of the document; marks without text left out."""
    texts = [
        "".join(node.text or "" for node in mark.iter() if node.tag in (f"{W}t", f"{W}delText"))
        for mark in root.iter(f"{W}{kind}")
    ]
    return [text for text in texts if text]


def _settled(root: ET.Element, stays: Kind, goes: Kind) -> ET.Element:
    _drop(root, "tr", lambda row: row.find(f"{W}trPr/{W}{goes}") is not None)
    _drop(root, "tbl", lambda table: table.find(f"{W}tr") is None)
    for parent in list(root.iter()):
        if parent.tag not in (f"{W}rPr", f"{W}trPr"):
            _take_out(parent, stays, goes)
    for parent in list(root.iter()):
        _join(parent, goes)
    return root


def _drop(root: ET.Element, tag: str, is_gone: Callable[[ET.Element], bool]) -> None:
    for parent in list(root.iter()):
        for child in filter(is_gone, parent.findall(f"{W}{tag}")):
            parent.remove(child)


def _take_out(parent: ET.Element, stays: Kind, goes: Kind) -> None:
    for child in list(parent):
        if child.tag == f"{W}{goes}":
            parent.remove(child)
        elif child.tag == f"{W}{stays}":
            at = list(parent).index(child)
            parent.remove(child)
            for number, inner in enumerate(list(child)):
                parent.insert(at + number, inner)


def _join(parent: ET.Element, goes: Kind) -> None:
    children = list(parent)
    for at, child in enumerate(children):
        if child.tag != f"{W}p" or child.find(f"{W}pPr/{W}rPr/{W}{goes}") is None:
            continue
        content = [inner for inner in child if inner.tag != f"{W}pPr"]
        following = children[at + 1] if at + 1 < len(children) else None
        if following is not None and following.tag == f"{W}p":
            start = 1 if following.find(f"{W}pPr") is not None else 0
            for number, inner in enumerate(content):
                following.insert(start + number, inner)
            parent.remove(child)
        elif not any(inner.tag == f"{W}r" for inner in child.iter()):
            parent.remove(child)


def _restore(root: ET.Element) -> None:
    """Formats as they were: what a change of format holds takes the place of what it stands in."""
    for properties in list(root.iter()):
        name = properties.tag.removeprefix(W)
        change = properties.find(f"{W}{name}Change")
        if change is None:
            continue
        kept = [child for child in properties if name in ("pPr", "tcPr", "trPr") and child.tag in _ASIDE]
        was = change.find(f"{W}{name}")
        for child in list(properties):
            properties.remove(child)
        properties.extend([*(was if was is not None else ()), *kept])


def content(root: ET.Element) -> list[object]:
    """What a part says and how it looks, block by block: formats and letters, rows and cells, fields and drawings."""
    holder = root.find(f"{W}body")
    return list(_blocks(root if holder is None else holder))


def plain(root: ET.Element) -> list[str]:
    """The text alone: a line for each paragraph, cells parted by bars."""
    return [_as_text(block) for block in content(root)]


def _as_text(block: object) -> str:
    assert isinstance(block, tuple)
    if block[0] == "p":
        return "".join(letter for letter, _ in block[2])
    return "".join("|" + "|".join("⏎".join(map(_as_text, cell)) for _, cell in row) for row in block[2])


def _blocks(parent: ET.Element) -> Iterator[object]:
    for child in parent:
        if child.tag == f"{W}p":
            yield "p", _format(child.find(f"{W}pPr"), skip={f"{W}rPr"}), list(_letters(child))
        elif child.tag == f"{W}tbl":
            rows = [
                [(_format(cell.find(f"{W}tcPr")), list(_blocks(cell))) for cell in row.findall(f"{W}tc")]
                for row in child.findall(f"{W}tr")
            ]
            yield "tbl", _format(child.find(f"{W}tblPr")), rows


def _letters(paragraph: ET.Element) -> Iterator[tuple[str, str]]:
    for run in paragraph.iter(f"{W}r"):
        form = _format(run.find(f"{W}rPr"))
        for child in run:
            name = child.tag.rpartition("}")[2]
            if name in ("t", "delText", "instrText", "delInstrText"):
                sign = "" if name in ("t", "delText") else "instr:"
                yield from ((sign + letter, form) for letter in child.text or "")
            elif name == "fldChar":
                yield f"〔{child.get(f'{W}fldCharType')}〕", form
            elif name != "rPr":
                yield f"〔{name}〕", form


def _format(properties: ET.Element | None, skip: set[str] | frozenset[str] = frozenset()) -> str:
    if properties is None:
        return ""
    changes = {child.tag for child in properties if child.tag.endswith("Change")}
    kept = [child for child in properties if child.tag not in skip | changes | {f"{W}ins", f"{W}del"}]
    return "".join(ET.tostring(child, encoding="unicode") for child in kept)
