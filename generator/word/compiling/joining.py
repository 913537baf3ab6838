"""Joining the tags that Word split over runs.

Word breaks a run wherever a spelling mark, a language or a format changes, often in the middle of a tag. Each tag is
put back together where it began and becomes a mark in the text (``sentinel number sentinel``); every other character
keeps its run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.compiling.tags import literal, scan
from generator.word.names import SENTINEL, XML_SPACE, own

if TYPE_CHECKING:
    from generator.word.compiling.tags import Complaint, Tag
    from generator.word.names import Tree

__all__ = ["join_paragraph", "mark"]

_BREAKS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n"}


def mark(tag: Tag) -> str:
    """What stands in the tree for a tag."""
    return f"{SENTINEL}{tag.number}{SENTINEL}"


def join_paragraph(paragraph: Tree, tags: list[Tag], raw: Tag | None = None) -> tuple[list[Complaint], Tag | None]:
    """Puts marks for a paragraph's tags, which are numbered and appended to ``tags``.

    Returns:
        What is wrong, and the ``{% raw %}`` that is still open; ``raw`` is that of the paragraphs before.
    """
    pieces = [(piece, _text(piece)) for piece in own(paragraph) if _text(piece)]
    text = "".join(part for _, part in pieces)
    if not any(brace in text for brace in "{}｛"):
        return [], raw
    found, complaints, raw = scan(text, raw)
    for _, _, tag in found:
        tag.number = len(tags)
        tags.append(tag)
    _distribute(pieces, found)
    return complaints, raw


def _text(piece: Tree) -> str:
    if piece.tag == names.T:
        return piece.text or ""
    parent = piece.getparent()
    return _BREAKS.get(piece.tag, "") if parent is not None and parent.tag == names.R else ""


def _distribute(pieces: list[tuple[Tree, str]], found: list[tuple[int, int, Tag]]) -> None:
    """Gives every piece of text its own characters outside tags, and the marks of the tags that begin in it."""
    start = first = 0
    for piece, part in pieces:
        end = start + len(part)
        while first < len(found) and found[first][1] <= start:
            first += 1
        last = first
        while last < len(found) and found[last][0] < end:
            last += 1
        touching = found[first:last]
        if piece.tag == names.T:
            _rewrite(piece, part, start, touching)
        elif any(begin < start for begin, _, _ in touching):
            _remove(piece)
        start = end


def _rewrite(piece: Tree, part: str, start: int, touching: list[tuple[int, int, Tag]]) -> None:
    kept: list[str] = []
    at = 0
    for first, last, tag in touching:
        kept.append(literal(part[at : max(at, first - start)]))
        if first >= start:
            kept.append(mark(tag))
            tag.node = piece
        at = last - start
    kept.append(literal(part[at:]))
    piece.text = "".join(kept)
    if piece.text != part:
        piece.set(XML_SPACE, "preserve")
    if not piece.text:
        _remove(piece)


def _remove(piece: Tree) -> None:
    """Takes a piece away, and its run when nothing but its format is left."""
    run = piece.getparent()
    holder = None if run is None else run.getparent()
    if run is not None and holder is not None:
        run.remove(piece)
        if all(child.tag == names.R_PR for child in run):
            holder.remove(run)
