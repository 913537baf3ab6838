"""Where a marked print marks values: tags in ordinary text get a place of their own, between two runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.compiling.blocks import opens
from generator.word.compiling.joining import mark
from generator.word.compiling.lifting import shell, split_run
from generator.word.compiling.tags import quoted
from generator.word.names import ancestor, own, w

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.compiling.tags import Tag
    from generator.word.names import Tree

__all__ = ["bind"]

_HOLDERS: Final = frozenset((names.P, w("hyperlink"), w("ins"), w("moveTo"), w("sdtContent")))
# What a macro or a block prints is put somewhere else, in the format of that place.
_CAPTURING: Final = frozenset({"macro", "call", "filter", "set"})
# The numbers of a loop come from nowhere.
_COUNTING = re.compile(r"loop\.\w+\b")


def bind(tags: list[Tag]) -> None:
    """Has every tag that prints text print runs, which may be marked, in the format that it has."""
    # From the last to the first: splitting a run takes along what follows the tag.
    for tag in reversed([tag for tag in _outside_blocks(tags) if _may_hold(tag)]):
        _, style = shell(None, tag.node.getparent() if tag.node is not None else None)
        tag.printer = f"_held({quoted(style)})"
        split_run(tag)


def _outside_blocks(tags: list[Tag]) -> Iterator[Tag]:
    """The tags whose text is printed where they stand."""
    depth = 0
    for tag in tags:
        if tag.word in _CAPTURING and opens(tag):
            depth += 1
        elif tag.word.removeprefix("end") in _CAPTURING and tag.word.startswith("end"):
            depth -= 1
        elif depth <= 0:
            yield tag


def _may_hold(tag: Tag) -> bool:
    """Whether runs may stand in the place of the tag: it is text in a paragraph, and no field's result."""
    piece = tag.node
    if tag.kind != "{{" or tag.scope or tag.printer or piece is None or mark(tag) not in (piece.text or ""):
        return False
    if _COUNTING.match(tag.body):
        return False
    run = piece.getparent()
    holder = None if run is None else run.getparent()
    if run is None or holder is None or run.tag != names.R or holder.tag not in _HOLDERS:
        return False
    return not _in_field(run)


def _in_field(run: Tree) -> bool:
    """Whether a field begins before the run and ends behind it."""
    paragraph = ancestor(run, names.P)
    depth = 0
    for element in own(paragraph) if paragraph is not None else ():
        if element is run:
            break
        if element.tag == w("fldChar"):
            depth += {"begin": 1, "end": -1}.get(str(element.get(w("fldCharType"))), 0)
    return depth > 0
