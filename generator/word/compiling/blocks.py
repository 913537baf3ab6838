"""Checking that every block opens and closes, in order, in the same container."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word import codes
from generator.word.names import P, ancestor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.word.compiling.lifting import Report
    from generator.word.compiling.tags import Tag
    from generator.word.names import Tree

__all__ = ["OPENERS", "check_blocks", "deepest", "opens"]

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
    """The tag that stands in most blocks of the layout's own, itself included, and how many these are."""
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
        elif tag.word in _MIDDLES:
            _middle(tag, stack, report)
        elif tag.word.startswith("end"):
            _close(tag, stack, crossed, report)
    for tag in stack:
        report(codes.UNCLOSED_BLOCK, tag, closer=_written(tag, "end" + tag.word))


def _written(like: Tag, words: str) -> str:
    return f"{{%{like.scope} {words} %}}"


def _middle(tag: Tag, stack: list[Tag], report: Report) -> None:
    if not stack or stack[-1].word not in _MIDDLES[tag.word]:
        report(codes.STRAY_BLOCK_END, tag, opener=_written(tag, "if"))
    else:
        _same_container(stack[-1], tag, report)


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
    parted = tag.word == "endfilter" and not tag.scope and _paragraph(opener) is not _paragraph(tag)
    if opener.home is not tag.home or opener.shape != tag.shape or parted:
        report(codes.SPLIT_BLOCK, opener, other=tag.raw, other_place=tag.place)


def _paragraph(tag: Tag) -> Tree | None:
    return None if tag.node is None else ancestor(tag.node, P)
