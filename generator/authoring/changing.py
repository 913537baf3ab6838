"""A located tree with some of its values replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator.base.diagnostics import suggestion
from generator.yamlfile.build import Entry, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from generator.base.diagnostics import Span
    from generator.yamlfile.build import Node

__all__ = ["NoSuchPlace", "changed"]

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class NoSuchPlace(Exception):
    """A path leads nowhere in the tree: the path, where it was written, and a hint at what there is instead."""

    def __init__(self, path: str, span: Span, hint: str) -> None:
        super().__init__(path)
        self.path, self.span, self.hint = path, span, hint


class _Nowhere(Exception):
    """A step leads nowhere; says what there is instead."""


def changed(root: Mapping, changes: Mapping) -> Mapping:
    """The tree with each of the changes made: path (``重点工作[3].进展``) to value.

    A blank value takes the key or the row away. A new key may be added to a mapping that is there, and a row behind
    the last one: ``表彰[3]`` where there are two.

    Raises:
        NoSuchPlace: A path does not lead to a place in the tree.
    """
    for entry in changes.entries:
        path = entry.key.text
        steps = [name or int(number) for name, number in _STEP.findall(path)]
        try:
            replaced = _replaced(root, steps, entry.value)
        except _Nowhere as fault:
            raise NoSuchPlace(path, entry.key.span, str(fault)) from None
        if not isinstance(replaced, Mapping):
            raise NoSuchPlace(path, entry.key.span, "")
        root = replaced
    return root


def _replaced(node: Node, steps: list[str | int], value: Node) -> Node:
    if not steps:
        return value
    step, *rest = steps
    if isinstance(node, Mapping) and isinstance(step, str):
        return _in_mapping(node, step, rest, value)
    if isinstance(node, Sequence) and isinstance(step, int):
        return _in_sequence(node, step, rest, value)
    raise _Nowhere(_instead(node))


def _in_sequence(node: Sequence, row: int, rest: list[str | int], value: Node) -> Node:
    items = list(node.items)
    if row == len(items) + 1 and not rest and not _is_blank(value):
        items.append(value)
    elif not 1 <= row <= len(items):
        raise _Nowhere(_instead(node))
    elif not rest and _is_blank(value):
        del items[row - 1]
    else:
        items[row - 1] = _replaced(items[row - 1], rest, value)
    return Sequence(tuple(items), node.span)


def _in_mapping(node: Mapping, name: str, rest: list[str | int], value: Node) -> Mapping:
    entries = list(node.entries)
    at = next((number for number, entry in enumerate(entries) if entry.key.text == name), None)
    if at is None:
        if rest:
            raise _Nowhere(suggestion(name, [entry.key.text for entry in entries]))
        return Mapping((*entries, Entry(Scalar(name, value.span), value)), node.span)
    if not rest and _is_blank(value):
        del entries[at]
    else:
        entries[at] = Entry(entries[at].key, _replaced(entries[at].value, rest, value))
    return Mapping(tuple(entries), node.span)


def _instead(node: Node) -> str:
    """What there is at a place where a path goes on as it cannot."""
    if isinstance(node, Sequence):
        count = len(node.items)
        return f"这里是 {count} 行，行号从 1 数起；写 [{count + 1}] 和整行的内容是加一行。"
    if isinstance(node, Mapping):
        return suggestion("", [key.text for key in node.keys()])
    return f"这里是一个值「{node.text}」，下面没有别的。"


def _is_blank(value: Node) -> bool:
    return isinstance(value, Scalar) and value.is_blank
