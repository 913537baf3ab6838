"""Edits of a YAML text in place: comments, order, quotes, blanks and line ends stay.

``Editor``      collects changes of a text by the parser's nodes, and makes them
``value_cuts``  other characters within a value, by its spelling in the file
``as_value``    a text spelled on one line, plain where that reads back the same

What to change, ``regrow`` finds out; it reads every result again to verify that it says what was wanted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from generator.base.diagnostics import Span
from generator.base.textdiff import differences
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, scalars
from generator.yamlfile.build import Sequence as Items
from generator.yamlfile.source import parse_yaml
from generator.yamlfile.text import Spelling, spelled

KeyPath = tuple[str | int, ...]

_COLON = re.compile(r"[ \t]*:")
_COMMA = re.compile(r"(?:\s*,)?")
# Behind a value in quotes it is a comment, behind none it is taken for a text.
_TIGHT_COMMENT = re.compile(r"[ \t]+#(?=[^\s#])")
_LONE_DASH = re.compile(r"-[ \t]*(?=[\r\n]|$)")


class Cut(NamedTuple):
    """``text[start:end]`` is replaced by ``new``; counted from 0."""

    start: int
    end: int
    new: str


class CannotSpell(Exception):
    """A value cannot be written as wanted."""


def spliced(text: str, cuts: Iterable[Cut]) -> str:
    """The text with these cuts made, those at one place in their order; they must not overlap."""
    pieces, at = [], 0
    for cut in sorted(dict.fromkeys(cuts), key=lambda cut: (cut.start, cut.end)):
        pieces += [text[at : cut.start], cut.new]
        at = cut.end
    return "".join([*pieces, text[at:]])


def value_cuts(spelling: Spelling, at: int, before: str, after: str) -> Iterator[Cut]:
    """The cuts that turn the text ``before``, at a position of the value that is spelled so, into ``after``."""
    for change in differences(before, after):
        if change.same:
            continue
        start, end = at + change.start, at + change.end
        first = spelling.places[start][0] if start < len(spelling.places) else spelling.places[-1][1]
        last = spelling.places[end - 1][1] if end > start else first
        new = after[change.new_start : change.new_end]
        if spelling.quote == "'":
            new = new.replace("'", "''")
        elif spelling.quote == '"':
            new = _in_quotes(new)[1:-1]
        yield Cut(first, last, new)


def _in_quotes(text: str) -> str:
    # JSON's strings are YAML's double-quoted ones.
    return json.dumps(text, ensure_ascii=False)


def as_value(text: str, *, flow: bool = False) -> str:
    """The text as a value on the line of its key or within braces: plain where that reads the same, else in quotes."""
    return text if _reads_as(text, text, flow=flow) else _in_quotes(text)


def as_key(text: str) -> str:
    """The text as a key."""
    keys = [(entry.key.text, entry.key.quoted) for entry in _entries_of(f"{text}: 值\n")]
    return text if keys == [(text, False)] else _in_quotes(text)


def _reads_as(spelling: str, text: str, *, flow: bool) -> bool:
    """Whether the spelling of a value reads as this text, behind a key or within brackets and braces."""
    line = f"键: [{spelling}, {{键: {spelling}}}]" if flow else f"键: {spelling}"
    read = [one for entry in _entries_of(line) for one in (entry.key, *scalars(entry.value))]
    # A lone dash is read as if it were in quotes, and is no YAML without them.
    quoted = spelling.startswith(("'", '"'))
    same = [one.text for one in read] == ["键", text] * (1 + flow)
    return same and all(one.quoted == quoted and not one.is_blank for one in read[1::2])


def _entries_of(text: str) -> tuple[Entry, ...]:
    """The entries of a text that reads without any finding."""
    source = parse_yaml(text.encode("utf-8", "replace"), "")
    return source.root.entries if source.root is not None and not source.findings else ()


def block_lines(node: Node) -> list[str]:
    """A mapping or list in block style."""
    if isinstance(node, Items):
        return [line for item in node.items for line in item_lines(block_lines(item))]
    if isinstance(node, Mapping):
        return [line for entry in node.entries for line in _entry_lines(entry)]
    return [as_value(node.text)]


def _entry_lines(entry: Entry) -> list[str]:
    key = f"{as_key(entry.key.text)}:"
    if isinstance(entry.value, Scalar):
        return [f"{key} {as_value(entry.value.text)}"]
    return [key, *(f"  {line}" for line in block_lines(entry.value))]


def item_lines(lines: Iterable[str]) -> list[str]:
    """Lines in block style as an item of a list."""
    return [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]


def flow_text(node: Node) -> str:
    """A node on one line, for use within braces."""
    if isinstance(node, Mapping):
        return f"{{{', '.join(map(_flow_entry, node.entries))}}}"
    if isinstance(node, Items):
        return f"[{', '.join(map(flow_text, node.items))}]"
    return as_value(node.text, flow=True)


def _flow_entry(entry: Entry) -> str:
    return f"{flow_text(entry.key)}: {flow_text(entry.value)}"


class Editor:
    """Collects changes of a text by the parser's nodes, ``root`` and those below it."""

    def __init__(self, text: str) -> None:
        self.text, self.root = _composed(text)
        self.cuts: list[Cut] = []
        # The lists in brackets that change, by their nodes' ids, with what each item becomes: None is itself.
        self._brackets: dict[int, tuple[Any, list[list[Node | None]]]] = {}
        self._break = "\r\n" if "\r\n" in text else "\n"

    def made(self) -> str:
        """The text with the changes."""
        for holder, items in self._brackets.values():
            self._put_in_brackets(holder, items)
        return spliced(self.text, self.cuts)

    def put(self, holder: Any, key: Any, value: Any, new: Node | None) -> None:
        """Give a key of a mapping another value, or none; comments beside and before the value stay."""
        if isinstance(value, ScalarNode) and isinstance(new, Scalar) and self._extent(value)[1] > self.colon(key):
            self._respell(holder, value, new.text)
            return
        colon, end, line_start = self.colon(key), self._end((key, value)), self._line_start(value.start_mark.index)
        text, lines, flow = "", list[str](), bool(holder.flow_style)
        if isinstance(new, Scalar):
            text = as_value(new.text, flow=flow)
        elif new is not None and (flow or (isinstance(value, MappingNode) and value.flow_style)):
            text = flow_text(new)
        elif new is not None:
            lines = block_lines(new)
        # ``a:}`` would be a key ``a:``.
        behind = f" {text}" if text or flow else ""
        if flow or line_start <= colon:
            self.cuts.append(Cut(colon, end, behind))
            if not behind and (comment := _TIGHT_COMMENT.match(self.text, end)):
                self.cuts.append(Cut(comment.end(), comment.end(), " "))
        else:
            self.cuts += [Cut(colon, colon, behind), Cut(line_start, self._line_end(end), "")]
        if lines:
            at, column = self._line_end(end), int(key.start_mark.column)
            # Behind the comments that are indented more than the key.
            comment_line = re.compile(rf" {{{column + 1}}} *#")
            while comment_line.match(self.text, at):
                at = self._line_end(at)
            self._insert(at, lines, column + 2)

    def _items(self, holder: Any) -> list[list[Node | None]]:
        return self._brackets.setdefault(id(holder), (holder, [[None] for _ in holder.value]))[1]

    def _put_in_brackets(self, holder: Any, made: Sequence[list[Node | None]]) -> None:
        """Change a list in brackets item by item: line breaks and comments between them stay."""
        items, last = holder.value, max((at for at, nodes in enumerate(made) if nodes), default=0)
        for at, (item, nodes) in enumerate(zip(items, made, strict=True)):
            start, end = item.start_mark.index, self._end_of(item)
            new = ["" if node is None else flow_text(node) for node in nodes]
            if isinstance(item, ScalarNode) and len(nodes) == 1 and isinstance(nodes[0], Scalar):
                self._respell(holder, item, nodes[0].text)
            elif None in nodes:  # an item that stays may have changes of its own
                own = nodes.index(None)
                self.cuts.append(Cut(start, start, "".join(f"{text}, " for text in new[:own])))
                self.cuts.append(Cut(end, end, "".join(f", {text}" for text in new[own + 1 :])))
            else:
                # Removed with the comma behind it; behind all that stay with that before it, but for a comment between.
                above = self._end_of(items[at - 1]) if at > last else start
                if "#" in self.text[above:start]:
                    above, end = start, _COMMA.match(self.text, end).end()  # type: ignore[union-attr]  # may be blank
                end = items[at + 1].start_mark.index if not new and at < last else end
                self.cuts.append(Cut(above, end, ", ".join(new)))

    def put_item(self, holder: Any, at: int, new: Node) -> None:
        """Replace an item of a list."""
        item = holder.value[at]
        if holder.flow_style:
            self._items(holder)[at][-1] = new
        elif isinstance(item, ScalarNode) and isinstance(new, Scalar):
            self._respell(holder, item, new.text)
        else:
            self.cuts.append(Cut(item.start_mark.index, self._end_of(item), flow_text(new)))

    def add_items(self, holder: Any, at: int, new: Sequence[Node]) -> None:
        """Insert items into a list that has some, at this index."""
        if holder.flow_style:
            items = self._items(holder)
            items[max(at - 1, 0)] = [*items[at - 1], *new] if at else [*new, *items[0]]
            return
        before = holder.value[at - 1] if at else None
        place = self._line_end(self._end_of(before)) if before is not None else self._dash_line(holder, holder.value[0])
        self._insert(
            place, [line for item in new for line in item_lines(block_lines(item))], int(holder.start_mark.column)
        )

    def remove_item(self, holder: Any, at: int) -> None:
        """Remove an item of a list, in block style with its lines."""
        item = holder.value[at]
        if holder.flow_style:
            self._items(holder)[at].pop()
        else:
            self.cuts.append(Cut(self._dash_line(holder, item), self._line_end(self._end_of(item)), ""))

    def add_entry(self, holder: Any, behind: Any, entry: Entry) -> None:
        """Add an entry to a mapping behind another one (its key and value), or before all."""
        if holder.flow_style:
            first = holder.value[0][0].start_mark.index if holder.value else holder.start_mark.index + 1
            at, new = self._end(behind) if behind else first, _flow_entry(entry)
            has_left = behind or (not holder.value and any(cut.start == at for cut in self.cuts))
            self.cuts.append(Cut(at, at, f", {new}" if has_left else f"{new}, " if holder.value else new))
            return
        first = holder.value[0][0].start_mark
        at = self._line_end(self._end(behind)) if behind else self._line_start(first.index)
        self._insert(at, _entry_lines(entry), int(first.column))

    def _respell(self, holder: Any, node: Any, new: str) -> None:
        """Replace a text that is not blank, in its own spelling where that reads back the same."""
        start, end = self._extent(node)
        if not new:
            self.cuts.append(Cut(start, end, "''"))
            return
        flow = bool(holder.flow_style)
        # Blank lines behind a block may be a part of it, and a comment would be.
        rest = "" if flow else self.text[end : max(node.end_mark.index, self._line_end(end))]
        ways = self._spellings(node, new, "" if flow else " " * (int(holder.start_mark.column) + 2))
        way = next((way for way in ways if _reads_as(way + rest, new, flow=flow)), None)
        if way is None:
            raise CannotSpell
        self.cuts.append(Cut(start, end, way))

    def _spellings(self, node: Any, new: str, indent: str) -> Iterator[str]:
        """Spellings of a new text, the least change first; of several lines only with an indentation for them."""
        (start, end), style, mark = self._extent(node), node.style, node.start_mark
        spelling = spelled(self.text, node.value, Span("", mark.line + 1, mark.column + 1)) if node.value else None
        if spelling is not None:
            changed = [change for change in differences(node.value, new) if not change.same]
            if not any("\n" in new[c.new_start : c.new_end] + node.value[c.start : c.end] for c in changed):
                yield spliced(self.text[:end], value_cuts(spelling, 0, node.value, new))[start:]
        if style in ("|", ">"):
            header, *old = self.text[start:end].splitlines()
            first = next((line for line in old if line.strip()), "")
            # In a folded block, a single break reads as a blank.
            between = self._break if style == "|" else self._break * 2
            yield header + self._break + _indented(new.rstrip("\n"), first[: len(first) - len(first.lstrip())], between)
        if style == "'":
            yield "'" + new.replace("'", "''") + "'"
        if "\n" in new and indent:
            yield "|-" + self._break + _indented(new, indent, self._break)
        if style not in ("'", '"'):
            yield new
        yield _in_quotes(new)

    def _insert(self, at: int, lines: Iterable[str], column: int) -> None:
        """Add lines at the start of a line, or behind the last one."""
        new = self._break.join(f"{' ' * column}{line}" for line in lines)
        is_behind = at == len(self.text) and not self.text.endswith("\n")
        self.cuts.append(Cut(at, at, self._break + new if is_behind else new + self._break))

    def colon(self, key: Any) -> int:
        """The index behind the colon of a key; 0 if it has none (``{光, 明: 1}``)."""
        colon = _COLON.match(self.text, key.end_mark.index)
        return colon.end() if colon is not None else 0

    def _extent(self, node: Any) -> tuple[int, int]:
        """Start and end of a value in the text, without the blank lines after a block."""
        start, end = node.start_mark.index, node.end_mark.index
        return start, start + len(self.text[start:end].rstrip())

    def _end_of(self, node: Any) -> int:
        """The index behind a value; the parser's end of a block is the start of the next node."""
        while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(node, MappingNode) else last
        return self._extent(node)[1] if isinstance(node, ScalarNode) else int(node.end_mark.index)

    def _end(self, pair: tuple[Any, Any]) -> int:
        return max(self.colon(pair[0]), self._end_of(pair[1]))

    def _line_start(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        """Behind the break of the line."""
        return self.text.find("\n", at) + 1 or len(self.text)

    def _dash_line(self, holder: Any, item: Any) -> int:
        """Where the line with the dash of an item begins."""
        at, column = self._line_start(item.start_mark.index), int(holder.start_mark.column)
        while at > 0 and self.text[at + column : at + column + 1] != "-":
            at = self._line_start(at - 1)
        return at


def _composed(text: str) -> tuple[str, Any]:
    """The text and its nodes; lone dashes, which ``parse_yaml`` reads as texts, get the quotes that YAML needs."""
    while True:
        try:
            return text, YAML(typ="safe", pure=False).compose(text)
        except MarkedYAMLError as error:
            at = error.problem_mark.index if error.problem_mark is not None else len(text)
            if not _LONE_DASH.match(text, at):
                raise
            text = f'{text[:at]}"-"{text[at + 1 :]}'


def _indented(text: str, indent: str, between: str) -> str:
    return between.join(indent + line if line else "" for line in text.split("\n"))
