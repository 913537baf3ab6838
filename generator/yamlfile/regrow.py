"""Makes a YAML text say what another tree says; rewrites only differences, keeps comments and order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator
from difflib import SequenceMatcher
from typing import Any

from generator.base.diagnostics import Span
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.edit import Cut, KeyPath, as_key, as_value, break_of, colon_behind, compose, end_of, spliced
from generator.yamlfile.source import Source, parse_yaml
from generator.yamlfile.text import MOST_BYTES, MOST_LINES, lines_of

Told = Callable[[Node, KeyPath], Hashable]
"""The meaning of a node at a path: equal for two nodes that say the same, falsy for one that says nothing."""

_IN_FLOW = frozenset(",[]{}")
_NOTHING = Mapping((), Span(""))


def regrown(source: Source, new: Mapping, told: Told, path: KeyPath = ()) -> Source | None:
    """A source changed to the values of a tree, blank where the tree has none; None if that cannot be written.

    Args:
        source: The source now.
        new: The wanted values, without blanks.
        told: Decides what says the same.
        path: The path of ``source`` if it is a part of a text.
    """
    if source.root is None or source.findings:
        return None
    grower = _Grower(source.text, told)
    grower.mapping(compose(source.text), source.root, new, path)
    made = spliced(source.text, [*grower.cuts, *(Cut(at, at, "".join(new)) for at, new in grower.added.items())])
    after = parse_yaml(made.encode("utf-8", "replace"), source.file)
    is_told = after.root is not None and not after.findings and told(after.root, path) == told(new, path)
    return after if is_told else None


def regrown_within(source: Source, steps: KeyPath, new: Mapping, told: Told, path: KeyPath) -> Source | None:
    """As ``regrown``, for one mapping of a source; parses only its lines.

    Args:
        source: The source now, without findings.
        steps: Keys, and positions in lists from 0, that lead to the mapping.
        new: The wanted values of the mapping, without blanks.
        told: Decides what says the same.
        path: The path of the mapping for ``told``.

    Returns:
        None if the mapping cannot be parsed by itself (it is in braces, say), or cannot be written so.
    """
    chain = _chain(source.root, steps)
    if source.root is None or source.findings or chain is None or not isinstance(old := chain[-1], Mapping):
        return None
    text, lines, column = source.text, lines_of(source.text), old.span.column - 1
    start, after = lines[old.span.line - 1][0] + column, _line_behind(chain, steps)
    end = lines[after - 1][0] if after else len(text)
    part = parse_yaml((" " * column + text[start:end]).encode("utf-8", "replace"), source.file)
    # A last line without a break does not show which break the other lines have.
    if part.root is None or "\n" not in part.text or _moved(part.root, old.span.line - 1) != old:
        return None
    made = regrown(part, new, told, path)
    if made is None or made.root is None or not made.text.startswith(" " * column):
        return None
    text = text[:start] + made.text[column:] + text[end:]
    data = text.encode("utf-8", "replace")
    if len(data) > MOST_BYTES or len(lines_of(text)) > MOST_LINES:
        return None
    grown = _moved(made.root, old.span.line - 1)
    root = _put(chain, steps, grown, len(lines_of(made.text)) - len(lines_of(part.text)))
    return Source(source.file, hashlib.sha256(data).hexdigest(), text, root, ()) if isinstance(root, Mapping) else None


def _chain(root: Node | None, steps: KeyPath) -> list[Node] | None:
    """The nodes from the root along these steps; None if they lead nowhere."""
    node, chain = root, [root] if root is not None else []
    for step in steps:
        if isinstance(node, Mapping) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            node = None
        if node is None:
            return None
        chain.append(node)
    return chain or None


def _line_behind(chain: list[Node], steps: KeyPath) -> int:
    """The line of the first node behind the last of the chain; 0 for none."""
    for holder, step in zip(reversed(chain[:-1]), reversed(steps), strict=True):
        at = _position(holder, step) + 1
        if isinstance(holder, Mapping) and at < len(holder.entries):
            return holder.entries[at].key.span.line
        if isinstance(holder, Sequence) and at < len(holder.items):
            return holder.items[at].span.line
    return 0


def _position(holder: Node, step: str | int) -> int:
    if isinstance(holder, Mapping):
        return next(at for at, entry in enumerate(holder.entries) if entry.key.text == step)
    return int(step)


def _put(chain: list[Node], steps: KeyPath, grown: Node, lines: int) -> Node:
    """The root with another node at the end of the steps; moves what follows this many lines down."""
    for holder, step in zip(reversed(chain[:-1]), reversed(steps), strict=True):
        at = _position(holder, step)
        if isinstance(holder, Mapping):
            entry, later = holder.entries[at], (_moved_entry(one, lines) for one in holder.entries[at + 1 :])
            grown = Mapping((*holder.entries[:at], Entry(entry.key, grown), *later), holder.span)
        elif isinstance(holder, Sequence):
            after = (_moved(one, lines) for one in holder.items[at + 1 :])
            grown = Sequence((*holder.items[:at], grown, *after), holder.span)
    return grown


def _moved(node: Node, lines: int) -> Node:
    """A node moved this many lines down."""
    if not lines:
        return node
    span = Span(node.span.file, node.span.line + lines, node.span.column, node.span.length)
    if isinstance(node, Scalar):
        return Scalar(node.text, span, node.quoted, node.block)
    if isinstance(node, Sequence):
        return Sequence(tuple(_moved(item, lines) for item in node.items), span)
    return Mapping(tuple(_moved_entry(entry, lines) for entry in node.entries), span)


def _moved_entry(entry: Entry, lines: int) -> Entry:
    return Entry(_moved(entry.key, lines), _moved(entry.value, lines))  # type: ignore[arg-type]  # a key is a scalar


class _Grower:
    """Walks the parser's nodes and the old tree side by side; collects the cuts."""

    def __init__(self, text: str, told: Told) -> None:
        self.text, self.told = text, told
        self.cuts: list[Cut] = []
        self.added: dict[int, list[str]] = {}
        self.break_ = break_of(text)

    def mapping(self, node: Any, old: Mapping, new: Mapping, path: KeyPath) -> None:
        """Update the entries of a mapping, then add missing ones behind their neighbours."""
        for (key, value), entry in zip(node.value, old.entries, strict=True):
            self._entry(node, (key, value), entry.value, new.get(entry.key.text), (*path, entry.key.text))
        behind = {entry.key.text: pair for pair, entry in zip(node.value, old.entries, strict=True)}
        last = None
        for entry in new.entries:
            last = behind.get(entry.key.text, last)
            if entry.key.text not in behind:
                self._add(node, last, entry)

    def _entry(self, holder: Any, pair: tuple[Any, Any], old: Node, new: Node | None, path: KeyPath) -> None:
        value = pair[1]
        if self.told(old, path) == self.told(new or _NOTHING, path):
            return
        below = new or _NOTHING if not holder.flow_style else new
        if isinstance(old, Mapping) and isinstance(below, Mapping):
            self.mapping(value, old, below, path)
        elif isinstance(old, Sequence) and not value.flow_style and (new is None or isinstance(new, Sequence)):
            self._sequence(value, old, new or Sequence((), old.span), path)
        else:
            self._replace(holder, *pair, new)

    def _sequence(self, node: Any, old: Sequence, new: Sequence, path: KeyPath) -> None:
        """Update the items of a list in block style; unchanged ones keep their spelling."""
        here = (*path, 0)
        before, after = ([self.told(item, here) for item in items] for items in (old.items, new.items))
        for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            both = min(end - start, new_end - new_start) if kind != "equal" else 0
            for at in range(both):
                self._item(node.value[start + at], old.items[start + at], new.items[new_start + at], here)
            if kind == "equal":
                continue
            for item in node.value[start + both : end]:
                start_of_line, end_of_item = self._line_start(item.start_mark.index), end_of(self.text, item)
                self.cuts.append(Cut(start_of_line, self._line_end(end_of_item), ""))
            added = [line for item in new.items[new_start + both : new_end] for line in _item_lines(item)]
            if added:
                first = self._line_start(node.value[0].start_mark.index)
                behind = node.value[start + both - 1] if start + both else None
                at = first if behind is None else self._line_end(end_of(self.text, behind))
                self._insert(at, added, int(node.start_mark.column))

    def _item(self, node: Any, old: Node, new: Node, path: KeyPath) -> None:
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            self.mapping(node, old, new, path)
        else:
            end = end_of(self.text, node)
            new_text = flow_text(new) if not isinstance(new, Scalar) else as_value(new.text)
            self.cuts.append(Cut(node.start_mark.index, end, new_text))

    def _replace(self, holder: Any, key: Any, value: Any, new: Node | None) -> None:
        """Replace the value of a key; a comment on its line stays."""
        colon, end = colon_behind(self.text, key), self._end((key, value))
        if holder.flow_style or new is None or isinstance(new, Scalar):
            said = "" if new is None else flow_text(new) if holder.flow_style else as_value(new.text)  # type: ignore[union-attr]
            self.cuts.append(Cut(colon, end, f" {said}" if said else " " if holder.flow_style else ""))
            return
        at = self._line_end(end)
        column = int(key.start_mark.column)
        while (line := self.text[at : self._line_end(at)]).lstrip(" ").startswith("#") and line.startswith(
            " " * (column + 1)
        ):
            at = self._line_end(at)
        self.cuts.append(Cut(colon, end, ""))
        self._insert(at, block_lines(new), column + 2)

    def _add(self, holder: Any, behind: Any, entry: Entry) -> None:
        """Add an entry behind another one, or before all."""
        if holder.flow_style:
            pair = behind or (holder.value[-1] if holder.value else None)
            at = self._end(pair) if pair else holder.start_mark.index + 1
            self.added.setdefault(at, []).append(
                f"{', ' if pair else ''}{as_key(entry.key.text)}: {flow_text(entry.value)}"
            )
            return
        first = holder.value[0][0].start_mark
        at = self._line_end(self._end(behind)) if behind else self._line_start(first.index)
        self._insert(at, _entry_lines(entry), int(first.column))

    def _insert(self, at: int, lines: list[str], column: int) -> None:
        new = self.added.setdefault(at, [] if self.text[:at].endswith("\n") or not at else [self.break_])
        new += [f"{' ' * column}{line}{self.break_}" for line in lines]

    def _end(self, pair: tuple[Any, Any]) -> int:
        """Behind an entry."""
        return max(colon_behind(self.text, pair[0]), end_of(self.text, pair[1]))

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the break of the line."""
        return self.text.find("\n", at) + 1 or len(self.text)


def block_lines(node: Node) -> list[str]:
    """A mapping or list in block style."""
    if isinstance(node, Sequence):
        return [line for item in node.items for line in _item_lines(item)]
    if isinstance(node, Mapping):
        return [line for entry in node.entries for line in _entry_lines(entry)]
    return [as_value(node.text)]


def _entry_lines(entry: Entry) -> list[str]:
    key = f"{as_key(entry.key.text)}:"
    if isinstance(entry.value, Scalar):
        return [f"{key} {as_value(entry.value.text)}"]
    return [key, *(f"  {line}" for line in block_lines(entry.value))]


def _item_lines(item: Node) -> Iterator[str]:
    for number, line in enumerate(block_lines(item)):
        yield f"{'  ' if number else '- '}{line}"


def flow_text(node: Node) -> str:
    """A node on one line, for use within braces."""
    if isinstance(node, Mapping):
        return f"{{{', '.join(f'{flow_text(entry.key)}: {flow_text(entry.value)}' for entry in node.entries)}}}"
    if isinstance(node, Sequence):
        return f"[{', '.join(map(flow_text, node.items))}]"
    return in_braces(node.text)


def in_braces(text: str) -> str:
    """A text for use within braces."""
    return as_value(text) if _IN_FLOW.isdisjoint(text) else json.dumps(text, ensure_ascii=False)
