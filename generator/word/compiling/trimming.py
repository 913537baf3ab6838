"""``{%-`` and ``-%}``: joining a paragraph to its neighbour, to build one sentence over several paragraphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.word import names
from generator.word.compiling.joining import mark
from generator.word.names import ancestor, own

if TYPE_CHECKING:
    from generator.word.compiling.tags import Tag

__all__ = ["trim"]


def trim(tags: list[Tag]) -> None:
    """Strips the blanks beside such tags, and joins paragraphs where a statement begins or ends one."""
    for tag in [tag for tag in tags if (tag.trim_left or tag.trim_right) and not tag.scope and tag.node is not None]:
        if tag.trim_left and _strip(tag, before=True) and tag.kind == "{%":
            _join(tag, before=True)
        if tag.trim_right and _strip(tag, before=False) and tag.kind == "{%":
            _join(tag, before=False)


def _strip(tag: Tag, *, before: bool) -> bool:
    """Strips the blanks on one side of a tag; true if nothing but blanks was there in its paragraph."""
    paragraph = None if tag.node is None else ancestor(tag.node, names.P)
    if paragraph is None or tag.node is None:
        return False
    pieces = [piece for piece in own(paragraph) if piece.tag == names.T]
    place = pieces.index(tag.node)
    left, sign, right = (tag.node.text or "").partition(mark(tag))
    others = pieces[:place] if before else pieces[place + 1 :]
    if not (left if before else right).strip() and not any((piece.text or "").strip() for piece in others):
        return True
    tag.node.text = left.rstrip() + sign + right if before else left + sign + right.lstrip()
    return False


def _join(tag: Tag, *, before: bool) -> None:
    paragraph = None if tag.node is None else ancestor(tag.node, names.P)
    neighbour = None if paragraph is None else paragraph.getprevious() if before else paragraph.getnext()
    if paragraph is None or neighbour is None or neighbour.tag != names.P:
        return
    first, second = (neighbour, paragraph) if before else (paragraph, neighbour)
    first.extend([child for child in second if child.tag != names.P_PR])
    holder = second.getparent()
    if holder is not None:
        holder.remove(second)
