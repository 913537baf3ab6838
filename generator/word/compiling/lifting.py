"""Lifting tags to the container they speak for: ``{%tr for … %}`` takes the place of its whole row, and so on.

A lifted tag stands in the tree as a processing instruction ``<?jx number?>`` where its container stood.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.word import codes, names
from generator.word.compiling.joining import mark
from generator.word.names import SENTINEL, XML_SPACE, Tree, ancestor, own, w
from generator.word.trees import make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from generator.word.compiling.tags import Tag

    Report = Callable[..., None]

__all__ = ["TARGET", "instruction", "lift", "settle", "shell", "split_run"]

TARGET: Final = "jx"
_DECLARATIONS = re.compile(r' xmlns:\w+="[^"]*"')
_CONTAINERS: Final = {"tr": "行", "tc": "单元格", "p": "段落"}
_ALONE_HINTS: Final = {
    "tr": "标记单独占一行：在它的上面或下面另插一行，把标记移过去。",
    "tc": "标记单独占一格：在它的左边或右边另插一格，把标记移过去。",
    "p": "标记单独占一段：在标记的前后按回车，把其余文字分到另一段。",
}
_OBJECTS: Final = {w("drawing"), w("pict"), w("object"), w("footnoteReference"), w("endnoteReference")}


def instruction(tag: Tag) -> Tree:
    """The node that stands for a tag outside text."""
    return etree.ProcessingInstruction(TARGET, str(tag.number))


def shell(paragraph: Tree | None, run: Tree | None) -> tuple[str, str]:
    """The format of a placeholder as XML: its paragraph's ``w:pPr`` and its run's ``w:rPr``."""
    return _format(paragraph, names.P_PR), _format(run, names.R_PR)


def _format(element: Tree | None, tag: str) -> str:
    found = None if element is None else element.find(tag)
    if found is None:
        return ""
    copy = deepcopy(found)
    for section in copy.findall(w("sectPr")):
        copy.remove(section)
    copy.tail = None
    # The part that it goes into declares these names at its root.
    return _DECLARATIONS.sub("", etree.tostring(copy, encoding="unicode"))


def lift(tags: Iterable[Tag], report: Report) -> None:
    """Lifts all row, cell, paragraph and run tags, outermost containers first."""
    waiting = [tag for tag in tags if tag.scope and tag.node is not None]
    for scope, element in (("tr", names.TR), ("tc", names.TC), ("p", names.P)):
        groups: dict[Tree, list[Tag]] = {}
        for tag in waiting:
            # A tag in a container that was replaced already was reported there.
            if tag.scope == scope and tag.node is not None and tag.home is None:
                container = ancestor(tag.node, element)
                if container is None:
                    tag.shape = ("nowhere",)
                    report(codes.NO_TABLE, tag)
                else:
                    groups.setdefault(container, []).append(tag)
        for container, members in groups.items():
            _replace(container, members, scope, report)
    for tag in reversed([tag for tag in waiting if tag.scope == "r"]):
        split_run(tag)


def _replace(container: Tree, members: list[Tag], scope: str, report: Report) -> None:
    rest = _rest(container, members)
    if rest:
        report(codes.NOT_ALONE, members[0], container=_CONTAINERS[scope], rest=rest, mend=_ALONE_HINTS[scope])
    parent = container.getparent()
    if parent is None:
        return
    for tag in members:
        node = instruction(tag)
        container.addprevious(node)
        tag.home, tag.shape = parent, ("block",)
    if container.find(f"{names.P_PR}/{w('sectPr')}") is None:
        parent.remove(container)
    else:
        _empty(container)


def _rest(container: Tree, members: list[Tag]) -> str:
    """What else stands in a container that a tag will replace."""
    text = "".join(node.text or "" for node in container.iter(names.T))
    for tag in members:
        text = text.replace(mark(tag), "")
    text = text.strip()
    if SENTINEL in text:
        return "其他标记"
    return text[:20] or ("图片、分页符等" if any(map(_is_object, container.iter())) else "")


def _is_object(node: Tree) -> bool:
    """Whether a node is seen on the page though it is no text."""
    return node.tag in _OBJECTS or (node.tag == names.BR and node.get(w("type")) in {"page", "column"})


def _empty(paragraph: Tree) -> None:
    """A paragraph that ends a section must stay, for the page set-up in it."""
    for child in list(paragraph):
        if child.tag != names.P_PR:
            paragraph.remove(child)


def split_run(tag: Tag) -> None:
    """Puts the tag between two runs of the same format; the text on both sides stays."""
    piece = tag.node
    run = None if piece is None else piece.getparent()
    holder = None if run is None else run.getparent()
    if piece is None or run is None or holder is None or mark(tag) not in (piece.text or ""):
        return
    before, _, after = (piece.text or "").partition(mark(tag))
    tag.home, tag.shape = holder, ("run",)
    following = _second_half(run, piece, after)
    node = instruction(tag)
    run.addnext(node)
    if following is not None:
        node.addnext(following)
    piece.text = before
    if not before:
        run.remove(piece)
    if all(child.tag == names.R_PR for child in run):
        holder.remove(run)


def _second_half(run: Tree, piece: Tree, text: str) -> Tree | None:
    """A run with the rest of the text and all that followed it; ``None`` if there is nothing."""
    later = list(piece.itersiblings())
    if not text and not later:
        return None
    second = make(names.R)
    style = run.find(names.R_PR)
    if style is not None:
        second.append(deepcopy(style))
    if text:
        rest = etree.SubElement(second, names.T)
        rest.set(XML_SPACE, "preserve")
        rest.text = text
    second.extend(later)
    return second


def settle(root: Tree, tags: list[Tag]) -> None:
    """Notes for every tag that stayed in text where it stands, for the check of blocks."""
    for paragraph in root.iter(names.P):
        for piece in own(paragraph):
            if piece.tag == names.T and SENTINEL in (piece.text or ""):
                for number in (piece.text or "").split(SENTINEL)[1::2]:
                    tag = tags[int(number)]
                    tag.home, tag.node = paragraph.getparent(), piece
                    tag.shape = tag.shape or _shape(paragraph, piece)


def _shape(paragraph: Tree, piece: Tree) -> tuple[str, ...]:
    path = [names.local(piece)]
    for element in piece.iterancestors():
        path.append(names.local(element))
        if element is paragraph:
            break
    return tuple(path)
