"""Where a paragraph stands, in a maintainer's words: 第 12 段, 表 2 行 3 列 1, 页眉 第 1 段."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.word import names
from generator.word.names import inside, own

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.names import Tree

__all__ = ["Places", "excerpt", "shortened"]

_LONGEST = 20
_NOTES = {"footnote": "脚注", "endnote": "尾注", "comment": "批注"}


class Places:
    """The places of all paragraphs of one part, found in one walk."""

    def __init__(self, root: Tree, part: str = "") -> None:
        self._of: dict[Tree, str] = {}
        self._boxes = 0
        prefix = f"{part} " if part else ""
        for container in _containers(root):
            self._walk(container, prefix + _note_prefix(container))

    def of(self, paragraph: Tree) -> str:
        """The place of a paragraph: its number and first words, or the cell that it stands in."""
        return self._of.get(paragraph, "")

    def _walk(self, container: Tree, prefix: str, cell: str = "") -> None:
        paragraphs = tables = 0
        for block in _blocks(container):
            if block.tag == names.P:
                paragraphs += 1
                self._of[block] = cell or f"{prefix}第 {paragraphs} 段「{excerpt(block)}」"
                self._walk_boxes(block, prefix)
            else:
                tables += 1
                self._walk_table(block, f"{prefix}表 {tables}")

    def _walk_table(self, table: Tree, prefix: str) -> None:
        for row_number, row in enumerate(inside(table, names.TR), 1):
            for column, cell in enumerate(inside(row, names.TC), 1):
                place = f"{prefix} 行 {row_number} 列 {column}"
                self._walk(cell, f"{place} 内 ", place)

    def _walk_boxes(self, paragraph: Tree, prefix: str) -> None:
        for box in _boxes(paragraph):
            # The fallback is a second copy of the same text box for old programs.
            fallback = next(box.iterancestors(names.FALLBACK), None) is not None
            self._boxes += not fallback
            self._walk(box, f"{prefix}文本框 {max(1, self._boxes)} ")


def excerpt(paragraph: Tree) -> str:
    """The first words of a paragraph."""
    return shortened("".join(piece.text or "" for piece in own(paragraph) if piece.tag == names.T))


def shortened(text: str) -> str:
    """The beginning of a paragraph's text."""
    text = text.strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _containers(root: Tree) -> list[Tree]:
    """The elements of a part whose paragraphs are counted together."""
    inner = [child for child in root if names.local(child) in {"body", "docPartBody", *_NOTES}]
    return inner or [root]


def _note_prefix(container: Tree) -> str:
    note = _NOTES.get(names.local(container))
    return f"{note} {container.get(names.w('id'))} " if note else ""


def _blocks(container: Tree) -> Iterator[Tree]:
    """Paragraphs and tables, through content controls and the like."""
    for child in container:
        if child.tag in {names.P, names.TBL}:
            yield child
        elif child.tag != names.TC_PR:
            yield from _blocks(child)


def _boxes(element: Tree) -> Iterator[Tree]:
    for child in element:
        if child.tag == names.BOX:
            yield child
        else:
            yield from _boxes(child)
