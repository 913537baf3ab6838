"""A located tree with some of its values replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.reading import Entry, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from generator.reading import Node

__all__ = ["NoSuchPlace", "changed"]

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class NoSuchPlace(Exception):
    """A path leads nowhere in the tree."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


def changed(root: Mapping, changes: Mapping) -> Mapping:
    """The tree with each of the changes made: path (``重点工作[3].进展``) to value; a blank value takes the key away.

    Raises:
        NoSuchPlace: A path does not lead to a place in the tree. A new key may be added to a mapping that is there.
    """
    for entry in changes.entries:
        path = entry.key.text
        steps = [name or int(number) for name, number in _STEP.findall(path)]
        replaced = _replaced(root, steps, entry.value, path)
        if not isinstance(replaced, Mapping):
            raise NoSuchPlace(path)
        root = replaced
    return root


def _replaced(node: Node, steps: list[str | int], value: Node, path: str) -> Node:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(node, Mapping) and isinstance(step, str):
        return _in_mapping(node, step, rest, value, path)
    if isinstance(node, Sequence) and isinstance(step, int) and 1 <= step <= len(node.items):
        items = list(node.items)
        if not rest and _is_blank(value):
            del items[step - 1]
        else:
            items[step - 1] = _replaced(items[step - 1], rest, value, path)
        return Sequence(tuple(items), node.span)
    raise NoSuchPlace(path)


def _in_mapping(node: Mapping, name: str, rest: list[str | int], value: Node, path: str) -> Mapping:
    entries = list(node.entries)
    at = next((number for number, entry in enumerate(entries) if entry.key.text == name), None)
    if at is None:
        if rest:
            raise NoSuchPlace(path)
        return Mapping((*entries, Entry(Scalar(name, value.span), value)), node.span)
    if not rest and _is_blank(value):
        del entries[at]
    else:
        entries[at] = Entry(entries[at].key, _replaced(entries[at].value, rest, value, path))
    return Mapping(tuple(entries), node.span)


def _is_blank(value: Node) -> bool:
    return isinstance(value, Scalar) and value.is_blank
