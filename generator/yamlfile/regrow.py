"""Makes a YAML text say what another tree says; rewrites only differences, keeps comments and order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
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


def regrown(source: Source, new: Mapping, meaning: Meaning, path: KeyPath = ()) -> Source | None:
    """A source changed to the values of a tree, blank where that has none; None if it cannot be written so.

    ``meaning`` decides what says the same; ``path`` is that of the source in it, if it is a part of a text.
    """
    if source.root is None or source.findings:
        return None
    grower = _Grower(source.text, meaning)
    try:
        grower.mapping(grower.editor.root, source.root, new, path)
    except CannotSpell:
        return None
    after = parse_yaml(grower.editor.made().encode("utf-8", "replace"), source.file)
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
    start, after = lines[old.span.line - 1][0] + column, _line_behind(above)
    end = lines[after - 1][0] if after else len(text)
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


def _line_behind(above: _Above) -> int:
    """The line of the first node behind the one that is below these; 0 for none."""
    for holder, at in reversed(above):
        nodes = holder.keys() if isinstance(holder, Mapping) else holder.items
        if at + 1 < len(nodes):
            return nodes[at + 1].span.line
    return 0


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
            self._entry(node, (key, value), entry.value, new.get(entry.key.text), (*path, entry.key.text))
        behind = {entry.key.text: pair for pair, entry in zip(node.value, old.entries, strict=True)}
        last = None
        for entry in new.entries:
            last = behind.get(entry.key.text, last)
            if entry.key.text not in behind:
                self.editor.add_entry(node, last, entry)

    def _entry(self, holder: Any, pair: tuple[Any, Any], old: Node, new: Node | None, path: KeyPath) -> None:
        value = pair[1]
        if self.meaning(old, path) == self.meaning(new or _NOTHING, path):
            return
        below = new or _NOTHING if not holder.flow_style else new
        if isinstance(old, Mapping) and isinstance(below, Mapping):
            self.mapping(value, old, below, path)
        elif isinstance(old, Sequence) and not value.flow_style and (new is None or isinstance(new, Sequence)):
            self._sequence(value, old, new or Sequence((), old.span), path)
        else:
            self.editor.put(holder, *pair, new)

    def _sequence(self, node: Any, old: Sequence, new: Sequence, path: KeyPath) -> None:
        """Update the items of a list in block style; unchanged ones keep their spelling."""
        here = (*path, 0)
        before, after = ([self.meaning(item, here) for item in items] for items in (old.items, new.items))
        for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            both = min(end - start, new_end - new_start) if kind != "equal" else 0
            for at in range(both):
                item, made = old.items[start + at], new.items[new_start + at]
                if isinstance(item, Mapping) and isinstance(made, Mapping):
                    self.mapping(node.value[start + at], item, made, here)
                else:
                    self.editor.put_item(node, node.value[start + at], made)
            if kind == "equal":
                continue
            for at in range(start + both, end):
                self.editor.remove_item(node, at)
            if added := new.items[new_start + both : new_end]:
                self.editor.add_items(node, start + both, added)
