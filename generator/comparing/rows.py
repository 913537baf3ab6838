"""The rows of a table that are the same row in two inputs, wherever they stand."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from generator.base.textdiff import align, likeness
from generator.yamlfile.build import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping as NamedFields

    from generator.template import Field
    from generator.yamlfile.build import Node

__all__ = ["match_rows", "moved_rows", "name_of", "text_of"]

_NAMES = ("文字", "选项", "段落")
_LEAST_ALIKE = 0.5
_LONGEST_NAME = 24


def match_rows(old: tuple[Node, ...], new: tuple[Node, ...], fields: NamedFields[str, Field]) -> dict[int, int]:
    """For each row of the newer table, the row of the older one that it was; counted from 0.

    The rows are known by the first column of texts that tells them apart, then by the next one; those that are left,
    by what they are most like.
    """
    found: dict[int, int] = {}
    columns = _columns((*old, *new), fields)
    for key in [*([column] for column in columns), columns]:
        if _tells_apart(old, key) and _tells_apart(new, key):
            before = {_key(old[at], key): at for at in _others(old, set(found.values()))}
            after = {_key(new[at], key): at for at in _others(new, set(found))}
            found |= {at: before[named] for named, at in after.items() if named and named in before}
    before_left, after_left = _others(old, set(found.values())), _others(new, set(found))
    texts = [text_of(old[at]) for at in before_left], [text_of(new[at]) for at in after_left]
    for i, j in align(*texts, (lambda text: text,), likeness, _LEAST_ALIKE):
        if i is not None and j is not None:
            found[after_left[j]] = before_left[i]
    return found


def moved_rows(found: dict[int, int]) -> set[int]:
    """Which rows of the newer table stand in another order than in the older one; as few as will do."""
    rows = sorted(found)
    before: dict[int, int | None] = {}
    ends: list[int] = []  # ends[n] ends an ordered run of n + 1 rows, the one with the lowest old place
    for row in rows:
        at = bisect_left([found[end] for end in ends], found[row])
        before[row] = ends[at - 1] if at else None
        ends[at : at + 1] = [row]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return set(rows) - kept


def name_of(row: Node, fields: NamedFields[str, Field]) -> str:
    """What the row is called: its first text, cut short."""
    for column in _columns((row,), fields):
        text = "".join(_key(row, [column]))
        if text:
            return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
    return ""


def text_of(node: Node | None) -> str:
    """Everything that stands in a row, named: 「项目：…；金额：125.00 万元」."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text.strip()
    if isinstance(node, Sequence):
        return "；".join(filter(None, map(text_of, node.items)))
    parts = ((entry.key.text, text_of(entry.value)) for entry in node.entries)
    return "，".join(f"{name}：{text}" for name, text in parts if text)


def _columns(rows: tuple[Node, ...], fields: NamedFields[str, Field]) -> list[str]:
    """The columns of texts, in the order of the template; all columns, in that of the rows, where none is known."""
    known = [name for name, field in fields.items() if field.kind in _NAMES and field.formula is None]
    if known:
        return known
    keys = (entry.key.text for row in rows if isinstance(row, Mapping) for entry in row.entries)
    return list(dict.fromkeys(keys)) or [""]


def _key(row: Node, columns: list[str]) -> tuple[str, ...]:
    if not isinstance(row, Mapping):
        return (text_of(row),) if text_of(row) else ()
    parts = tuple(text_of(row.get(column)) for column in columns)
    return parts if any(parts) else ()


def _tells_apart(rows: tuple[Node, ...], key: list[str]) -> bool:
    keys = [one for row in rows if (one := _key(row, key))]
    return len(set(keys)) == len(keys)


def _others(rows: tuple[Node, ...], taken: set[int]) -> list[int]:
    return [at for at in range(len(rows)) if at not in taken]
