"""Makes a YAML text say what another tree says; rewrites only differences, keeps comments and order.

``regrown``      the text changed to the values of a tree; ``regrown_within`` for a part of it
``with_values``  such a tree: with other values at some places, more items or fewer
``put_at``       such a tree: with other values at some paths
``exact``        the meaning by which only the same words are the same
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from collections.abc import Mapping as Values
from difflib import SequenceMatcher
from typing import Any

from generator.base.diagnostics import Span
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.edit import CannotSpell, Editor, KeyPath
from generator.yamlfile.source import Source, parse_yaml
from generator.yamlfile.text import MOST_BYTES, lines_of

Meaning = Callable[[Node, KeyPath], Hashable]
"""The meaning of a node at a path: equal for two nodes that say the same, falsy for one that says nothing."""

_NOTHING = Mapping((), Span(""))


def exact(node: Node | None, _path: KeyPath = ()) -> Hashable:
    """Everything that a node says, word for word; keys without a value say nothing."""
    if isinstance(node, Scalar):
        return () if node.is_blank else node.text
    if isinstance(node, Sequence):
        return tuple(map(exact, node.items))
    entries = node.entries if node is not None else ()
    return tuple((entry.key.text, said) for entry in entries if (said := exact(entry.value)) != ())


def with_values(root: Mapping, values: Values[Span, Iterable[Scalar]]) -> Mapping:
    """The tree with other values at these places: none or one, of items also several.

    What an item itself became keeps its place; values beside it have none.
    """
    made = _with_values(root, values)[0]
    assert isinstance(made, Mapping)  # noqa: S101 - as the root is
    return made


def _with_values(node: Node, values: Values[Span, Iterable[Scalar]]) -> list[Node]:
    if isinstance(node, Sequence):
        return [Sequence(tuple(one for item in node.items for one in _with_values(item, values)), node.span)]
    if isinstance(node, Mapping):
        pairs = ((entry.key, one) for entry in node.entries for one in _with_values(entry.value, values))
        return [Mapping(tuple(Entry(key, one) for key, one in pairs), node.span)]
    return list(values.get(node.span, (node,)))


def regrown(source: Source, new: Mapping, meaning: Meaning, path: KeyPath = ()) -> Source | None:
    """A source changed to the values of a tree, blank where that has none; None if it cannot be written so.

    Where the tree lacks a group, its keys stay; where it has a blank in its place, they go with their comments.

    ``meaning`` decides what says the same; ``path`` is that of the source in it, if it is a part of a text.
    """
    if source.root is None or source.findings:
        return None
    grower = _Grower(source.text, meaning)
    try:
        grower.mapping(grower.editor.root, source.root, new, path)
        made = grower.editor.made()
    except CannotSpell:
        return None
    after = parse_yaml(made.encode("utf-8", "replace"), source.file)
    is_same = after.root is not None and not after.findings and meaning(after.root, path) == meaning(new, path)
    return after if is_same else None


def regrown_within(source: Source, steps: KeyPath, new: Mapping, meaning: Meaning, path: KeyPath) -> Source | None:
    """As ``regrown``, for the mapping at these keys and positions (from 0); ``path`` is its path for ``meaning``.

    Parses only its lines, if their number stays. None if it cannot be parsed by itself (it is in braces, say), or
    cannot be written so.
    """
    old, above = node_at(source.root, steps)
    if source.findings or not isinstance(old, Mapping):
        return None
    text, lines, column = source.text, lines_of(source.text), old.span.column - 1
    start, end = lines[old.span.line - 1][0] + column, len(text)
    for holder, at in above:
        # The innermost that goes on behind it decides.
        nodes = holder.keys() if isinstance(holder, Mapping) else holder.items
        end = lines[nodes[at + 1].span.line - 1][0] if at + 1 < len(nodes) else end
    # Blank lines above, so that places are those in the whole text.
    lead = "\n" * (old.span.line - 1) + " " * column
    part = parse_yaml((lead + text[start:end]).encode("utf-8", "replace"), source.file)
    # A last line without a break does not show which break the other lines have.
    if "\n" not in text[start:end] or part.root != old:
        return None
    made = regrown(part, new, meaning, path)
    if made is None or made.root is None or not made.text.startswith(lead):
        return None
    text = text[:start] + made.text[len(lead) :] + text[end:]
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_BYTES or len(lines_of(made.text)) != len(lines_of(part.text)):
        whole = parse_yaml(data, source.file)
        return None if whole.root is None or whole.findings else whole
    root = _put(above, made.root)
    return Source(source.file, hashlib.sha256(data).hexdigest(), text, root, ()) if isinstance(root, Mapping) else None


_Above = list[tuple[Mapping | Sequence, int]]
"""Each mapping and list above a node, from the root, with the position in it."""


def node_at(root: Node | None, steps: KeyPath) -> tuple[Node | None, _Above]:
    """The node at these steps and what is above it; None if they lead nowhere."""
    node, above = root, _Above()
    for step in steps:
        if node is None or isinstance(node, Scalar):
            return None, above
        known = [key.text for key in node.keys()] if isinstance(node, Mapping) else range(len(node.items))
        if step not in known:
            return None, above
        at = known.index(step)  # type: ignore[arg-type]  # it is in there
        above.append((node, at))
        node = node.entries[at].value if isinstance(node, Mapping) else node.items[at]
    return node, above


def put_at(root: Mapping, values: Values[KeyPath, Node | None]) -> Mapping:
    """The tree with other values at these paths, as far as they lead somewhere; None empties with all lines below."""
    for path, new in values.items():
        node, above = node_at(root, path)
        if node is not None:
            root = _put(above, new or Scalar("", Span("")))  # type: ignore[assignment]  # as the root is
    return root


def _put(above: _Above, grown: Node) -> Node:
    """The root with another node below these."""
    for holder, at in reversed(above):
        if isinstance(holder, Mapping):
            entries = (*holder.entries[:at], Entry(holder.entries[at].key, grown), *holder.entries[at + 1 :])
            grown = Mapping(entries, holder.span)
        else:
            grown = Sequence((*holder.items[:at], grown, *holder.items[at + 1 :]), holder.span)
    return grown


class _Grower:
    """Walks the parser's nodes and the old tree side by side; has the editor write what differs."""

    def __init__(self, text: str, meaning: Meaning) -> None:
        self.editor, self.meaning = Editor(text), meaning

    def mapping(self, node: Any, old: Mapping, new: Mapping, path: KeyPath) -> None:
        """Update the entries of a mapping, then add missing ones behind their neighbours."""
        for (key, value), entry in zip(node.value, old.entries, strict=True):
            said, wanted, place = entry.value, new.get(entry.key.text), (*path, entry.key.text)
            if self.meaning(said, place) == self.meaning(wanted or _NOTHING, place):
                continue
            below = wanted if node.flow_style else wanted or _NOTHING
            if isinstance(wanted, Scalar) and wanted.is_blank:
                self.editor.put(node, key, value, None)
            elif isinstance(said, Mapping) and isinstance(below, Mapping):
                self.mapping(value, said, below, place)
            elif isinstance(said, Sequence) and _by_items(value, said, wanted):
                wanted = wanted if isinstance(wanted, Sequence) else Sequence((), said.span)
                self._sequence(value, said, wanted, place)
            else:
                self.editor.put(node, key, value, wanted)
        behind = {entry.key.text: pair for pair, entry in zip(node.value, old.entries, strict=True)}
        last = None
        for entry in new.entries:
            last = behind.get(entry.key.text, last)
            if entry.key.text not in behind:
                self.editor.add_entry(node, last, entry)

    def _sequence(self, node: Any, old: Sequence, new: Sequence, path: KeyPath) -> None:
        """Update the items of a list; unchanged ones keep their spelling."""
        here, places = (*path, 0), {item.span for item in old.items} & {item.span for item in new.items}
        before, after = ([self.meaning(item, here) for item in one.items] for one in (old, new))
        # An item at the place of an old one is that one, whatever it says now.
        keys, new_keys = (
            [item.span if item.span in places else said for item, said in zip(one.items, listed, strict=True)]
            for one, listed in ((old, before), (new, after))
        )
        for _, start, end, new_start, new_end in SequenceMatcher(None, keys, new_keys, autojunk=False).get_opcodes():
            both = min(end - start, new_end - new_start)
            for at, new_at in zip(range(start, start + both), range(new_start, new_end), strict=False):
                was, now = old.items[at], new.items[new_at]
                if before[at] == after[new_at]:
                    continue
                if isinstance(was, Mapping) and isinstance(now, Mapping):
                    self.mapping(node.value[at], was, now, here)
                else:
                    self.editor.put_item(node, at, now)
            for at in range(start + both, end):
                self.editor.remove_item(node, at)
            if added := new.items[new_start + both : new_end]:
                self.editor.add_items(node, start + both, added)


def _by_items(node: Any, old: Sequence, new: Node | None) -> bool:
    """Whether a list is changed item by item: one in brackets if it has lines, or texts only, or none comes or goes."""
    if not node.flow_style:
        return new is None or isinstance(new, Sequence)
    if not isinstance(new, Sequence) or not new.items or not old.items:
        return False
    all_stay = [item.span for item in old.items] == [item.span for item in new.items]
    has_lines = node.start_mark.line < node.end_mark.line
    return all_stay or has_lines or all(isinstance(item, Scalar) for item in (*old.items, *new.items))
