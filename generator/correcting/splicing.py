"""Other characters in the values of a YAML text: cut in where they stand, everything around them untouched."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from generator.yamlfile.build import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.yamlfile.build import Node
    from generator.yamlfile.spelling import Spelling

__all__ = ["Cut", "cuts", "scalars", "spliced"]


class Cut(NamedTuple):
    """What stands in the file from ``start`` to before ``end`` gives way to ``new``; counted from 0."""

    start: int
    end: int
    new: str


def cuts(spelling: Spelling, at: int, before: str, after: str) -> Iterator[Cut]:
    """The cuts that turn a text into another one.

    Args:
        spelling: How the value that holds the text is written.
        at: Where in the value the text begins.
        before: The text as it is.
        after: As it is to be.
    """
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what != "equal":
            places = spelling.places[at + start : at + end]
            first = places[0][0] if places else _insertion_point(spelling, at + start)
            yield Cut(first, places[-1][1] if places else first, _written(after[new_start:new_end], spelling.quote))


def _insertion_point(spelling: Spelling, at: int) -> int:
    return spelling.places[at][0] if at < len(spelling.places) else spelling.places[-1][1]


def _written(text: str, quote: str) -> str:
    """The text as it is written within quotes of this kind."""
    if quote == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if quote == '"' else text


def spliced(text: str, parts: Iterable[Cut]) -> str:
    """The text with these cuts made; they must not overlap."""
    pieces, at = [], 0
    for cut in sorted(set(parts)):
        pieces += [text[at : cut.start], cut.new]
        at = cut.end
    return "".join([*pieces, text[at:]])


def scalars(node: Node) -> Iterator[Scalar]:
    """Every key and value of a tree, in the order of the file."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield entry.key
            yield from scalars(entry.value)
    else:
        for item in node.items:
            yield from scalars(item)
