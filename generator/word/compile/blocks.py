"""Blocks of a layout: checks that they nest in one container, trims blanks around them, marks what may hold runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from generator.word import codes, names
from generator.word.compile.cells import shell, split_run
from generator.word.compile.tags import Tag, quoted, tag_mark
from generator.word.names import ancestor, own, w

if TYPE_CHECKING:
    from generator.word.compile.cells import Report


OPENERS: Final = frozenset({"if", "for", "set", "macro", "call", "filter", "with", "block", "autoescape"})
"""Statements that a matching ``end…`` closes (``set`` only without ``=``)."""

# The engine's own blocks are balanced; a tag outside any table has been reported for that.
_SPARED: Final = {("engine",), ("nowhere",)}
_LOOP = re.compile(r"(?<![\w.'\"])loop\.\w")
# What a macro holds may be called from a loop.
_REPEATED: Final = {"for", "macro", "call"}
_MIDDLES: Final = {"else": ("if", "for"), "elif": ("if",)}
_ENDS: Final = frozenset(f"end{word}" for word in OPENERS)


def opens(tag: Tag) -> bool:
    """Whether the tag begins a block."""
    return tag.word in OPENERS and not (tag.word == "set" and "=" in tag.body)


def deepest(ordered: Iterable[Tag]) -> tuple[Tag | None, int]:
    """Finds the most deeply nested tag; returns it with the number of blocks around it, its own included."""
    found: tuple[Tag | None, int] = (None, 0)
    depth = 0
    for tag in ordered:
        if tag.shape not in _SPARED:
            depth += opens(tag) - tag.word.startswith("end")
            found = (tag, depth) if depth > found[1] else found
    return found


def check_blocks(ordered: Iterable[Tag], report: Report) -> None:
    """Reports blocks that are not closed, closed too often, crossed, or spread over containers.

    Args:
        ordered: The tags in the order of the part's text.
        report: Called with code, tag and words for each problem.
    """
    stack: list[Tag] = []
    crossed: list[Tag] = []
    for tag in ordered:
        if _LOOP.search(tag.body) and not any(opener.word in _REPEATED for opener in stack):
            report(codes.NOT_IN_LOOP, tag)
        if tag.shape in _SPARED:
            continue
        if opens(tag):
            stack.append(tag)
        elif tag.word in _MIDDLES and (not stack or stack[-1].word not in _MIDDLES[tag.word]):
            report(codes.STRAY_BLOCK_END, tag, opener=_written(tag, "if"))
        elif tag.word in _MIDDLES:
            _same_container(stack[-1], tag, report)
        elif tag.word.startswith("end"):
            _close(tag, stack, crossed, report)
    for tag in stack:
        report(codes.UNCLOSED_BLOCK, tag, closer=_written(tag, "end" + tag.word))


def _written(like: Tag, words: str) -> str:
    return f"{{%{like.scope} {words} %}}"


def _close(tag: Tag, stack: list[Tag], crossed: list[Tag], report: Report) -> None:
    # A misspelt end (reported where the tag is read) is meant for the block that is open.
    word = stack[-1].word if stack and tag.word not in _ENDS else tag.word.removeprefix("end")
    late = [inner for inner in crossed if (inner.word, inner.home, inner.shape) == (word, tag.home, tag.shape)]
    if late:
        crossed.remove(late[-1])
        return
    if not any(opener.word == word for opener in stack):
        if tag.word in _ENDS:
            report(codes.STRAY_BLOCK_END, tag, opener=_written(tag, word))
        return
    while stack[-1].word != word:
        inner = stack.pop()
        crossed.append(inner)
        report(codes.CROSSED, inner, other=tag.raw, other_place=tag.place)
    _same_container(stack.pop(), tag, report)


def _same_container(opener: Tag, tag: Tag, report: Report) -> None:
    first, last = (None if one.node is None else ancestor(one.node, names.P) for one in (opener, tag))
    parted = tag.word == "endfilter" and not tag.scope and first is not last
    if opener.home is not tag.home or opener.shape != tag.shape or parted:
        report(codes.SPLIT_BLOCK, opener, other=tag.raw, other_place=tag.place)


_HOLDERS: Final = frozenset((names.P, w("hyperlink"), w("ins"), w("moveTo"), w("sdtContent")))
# What a macro or a block prints is put somewhere else, in the format of that place.
_CAPTURING: Final = frozenset({"macro", "call", "filter", "set"})
# The numbers of a loop come from nowhere.
_COUNTING = re.compile(r"loop\.\w+\b")


def bind(tags: list[Tag]) -> None:
    """Makes every tag that prints text print runs, which can be marked, in the format of its own run."""
    printed: list[Tag] = []
    depth = 0
    for tag in tags:
        if tag.word in _CAPTURING and opens(tag):
            depth += 1
        elif tag.word.removeprefix("end") in _CAPTURING and tag.word.startswith("end"):
            depth -= 1
        elif depth <= 0 and _may_hold(tag):
            printed.append(tag)
    # From the last to the first: splitting a run takes along what follows the tag.
    for tag in reversed(printed):
        _, style = shell(None, tag.node.getparent() if tag.node is not None else None)
        tag.printer = f"_held({quoted(style)})"
        split_run(tag)


def _may_hold(tag: Tag) -> bool:
    """Whether runs can take the place of the tag: it is text in a paragraph, and no field's result."""
    piece = tag.node
    if tag.kind != "{{" or tag.scope or tag.printer or piece is None or tag_mark(tag) not in (piece.text or ""):
        return False
    run = piece.getparent()
    holder = None if run is None else run.getparent()
    if _COUNTING.match(tag.body) or run is None or holder is None or run.tag != names.R or holder.tag not in _HOLDERS:
        return False
    paragraph = ancestor(run, names.P)
    depth = 0
    for element in own(paragraph) if paragraph is not None else ():
        if element is run:
            break
        if element.tag == w("fldChar"):
            depth += {"begin": 1, "end": -1}.get(str(element.get(w("fldCharType"))), 0)
    return depth <= 0


def trim(tags: list[Tag]) -> None:
    """Strips the blanks beside such tags, and joins paragraphs where a statement begins or ends one."""
    for tag in [tag for tag in tags if not tag.scope and tag.node is not None]:
        for asked, before in ((tag.trim_left, True), (tag.trim_right, False)):
            if asked and _strip(tag, before=before) and tag.kind == "{%":
                _join(tag, before=before)


def _strip(tag: Tag, *, before: bool) -> bool:
    """Strips the blanks on one side of a tag; true if nothing but blanks was there in its paragraph."""
    paragraph = None if tag.node is None else ancestor(tag.node, names.P)
    if paragraph is None or tag.node is None:
        return False
    pieces = [piece for piece in own(paragraph) if piece.tag == names.T]
    place = pieces.index(tag.node)
    left, sign, right = (tag.node.text or "").partition(tag_mark(tag))
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
