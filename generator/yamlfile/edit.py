"""Edits of a YAML text in place: comments, order, quotes, blanks and line ends stay.

``value_cuts``  other characters within a value, by its spelling in the file
``rewritten``   other values under keys, by their paths; the result is read again to verify it
``respelled``   other values, more items or fewer, by where they begin; each step is read again to verify it
``compose``     the nodes of the parser with their places, for ``regrow``
``as_value``    a text spelled on one line, plain where that reads back the same
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from generator.base.diagnostics import Span
from generator.base.textdiff import differences
from generator.yamlfile.build import BLANKS, Mapping, Scalar
from generator.yamlfile.source import parse_yaml
from generator.yamlfile.text import Spelling, spelled

KeyPath = tuple[str | int, ...]

_COLON = re.compile(r"[ \t]*:")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
_BLANK_WORDS = BLANKS - {""}


class Cut(NamedTuple):
    """``text[start:end]`` is replaced by ``new``; counted from 0."""

    start: int
    end: int
    new: str


class CannotSpell(Exception):
    """No value begins at this place, or it cannot be written as wanted; counted from 1."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}")
        self.line, self.column = line, column


class NewValue(Struct, frozen=True):
    """Replaces the value that begins there with this text; an empty text leaves it blank."""

    line: int
    column: int
    text: str


class NewItems(Struct, frozen=True):
    """Inserts items into a list, after or before the item that begins there."""

    line: int
    column: int
    texts: tuple[str, ...]
    before: bool = False


class NoItem(Struct, frozen=True):
    """Removes the item of a list that begins there; it must not be the only one."""

    line: int
    column: int


Change = NewValue | NewItems | NoItem


def spliced(text: str, cuts: Iterable[Cut]) -> str:
    """The text with these cuts made; they must not overlap."""
    pieces, at = [], 0
    for cut in sorted(set(cuts)):
        pieces += [text[at : cut.start], cut.new]
        at = cut.end
    return "".join([*pieces, text[at:]])


def value_cuts(spelling: Spelling, at: int, before: str, after: str) -> Iterator[Cut]:
    """The cuts that turn a text within a value into another one.

    Args:
        spelling: How the file spells the whole value.
        at: Where in the value the text begins, from 0.
        before: The text now.
        after: The text wanted.
    """
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
            new = new.translate(_ESCAPES)
        yield Cut(first, last, new)


def as_value(text: str) -> str:
    """The text as a value on the line of its key: plain where that reads back the same, else in double quotes."""
    node = _only_entry(f"键: {text}\n").get("键")
    same = isinstance(node, Scalar) and node.text == text and not node.quoted and not node.is_blank
    # JSON's strings are YAML's double-quoted ones.
    return text if same else json.dumps(text, ensure_ascii=False)


def as_key(text: str) -> str:
    """The text as a key."""
    keys = _only_entry(f"{text}: 值\n").keys()
    same = [(key.text, key.quoted) for key in keys] == [(text, False)]
    return text if same else json.dumps(text, ensure_ascii=False)


def _only_entry(line: str) -> Mapping:
    """What the line reads as, if it reads as a single entry and without any finding."""
    source = parse_yaml(line.encode(), "")
    single = source.root is not None and len(source.root.entries) == 1 and not source.findings
    return source.root if source.root is not None and single else Mapping((), Span(""))


def rewritten(text: str, values: Values[KeyPath, str]) -> str:
    """The text with these values under their keys; parsed again to verify that nothing else has changed.

    Replaces all lines of an old value, with the comments between them; other comments stay.

    Args:
        text: A YAML text that ``parse_yaml`` reads without findings, its lines ending in LF.
        values: By the path of a key (names, and positions in lists from 0), its new value: YAML on one line, or
            nothing. Paths that lead to no key are ignored.

    Raises:
        CannotSpell: The result would not read as wanted.
    """
    root = compose(text)
    places = {path: found for path in values if (found := _find_key(text, root, path)) is not None}
    cuts: list[Cut] = []
    for path, found in places.items():
        new = f" {values[path]}" if values[path] else ""
        end, line_start = end_of(text, found.value), text.rfind("\n", 0, found.value.start_mark.index) + 1
        if found.flow:
            # ``a:}`` would be a key ``a:``.
            cuts.append(Cut(found.colon, end, new or " "))
        elif line_start <= found.colon:
            cuts.append(Cut(found.colon, end, new))
        else:
            line_end = text.find("\n", end)
            cuts.append(Cut(found.colon, found.colon, new))
            cuts.append(Cut(line_start, line_end + 1 if line_end >= 0 else len(text), ""))
    made = spliced(text, cuts)
    others = {id(found.value): (_says(f"键: {values[path]}\n") or [])[2:-1] for path, found in places.items()}
    if _says(made) != [said for said, _, _, _ in _walk(root, others=others)]:
        mark = next((found.key.start_mark for found in places.values()), None)
        raise CannotSpell(*((mark.line + 1, mark.column + 1) if mark is not None else (1, 1)))
    return made


class _KeyPlace(NamedTuple):
    """A key and its value, the index behind its colon, and whether they are within braces or brackets."""

    key: Any
    value: Any
    colon: int
    flow: bool


def _find_key(text: str, root: Any, path: KeyPath) -> _KeyPlace | None:
    """The key at the end of a path; None if there is none, or it has no colon (``{光, 明: 1}``)."""
    key, value, flow = None, root, False
    for step in path:
        flow = flow or bool(getattr(value, "flow_style", False))
        if isinstance(value, MappingNode):
            key, value = next(((key, below) for key, below in value.value if key.value == step), (None, None))
        elif isinstance(value, SequenceNode) and isinstance(step, int) and step < len(value.value):
            key, value = None, value.value[step]
        else:
            return None
    colon = colon_behind(text, key) if key is not None else 0
    return _KeyPlace(key, value, colon, flow) if colon else None


def colon_behind(text: str, key: Any) -> int:
    """The index behind the colon of a key; 0 if it has none (``{光, 明: 1}``)."""
    colon = _COLON.match(text, key.end_mark.index)
    return colon.end() if colon is not None else 0


def end_of(text: str, node: Any) -> int:
    """The index behind a value's last character; the parser's end of a block is the start of the next node."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    return _extent(text, node)[1] if isinstance(node, ScalarNode) else int(node.end_mark.index)


def respelled(text: str, changes: Sequence[Change]) -> str:
    """The text with these changes; parsed again after each to verify that nothing else has changed.

    Args:
        text: A YAML text that ``parse_yaml`` reads without findings, with whatever line ends.
        changes: At most one ``NewValue`` or ``NoItem`` for a value; places are those of ``text``, counted from 1.

    Raises:
        CannotSpell: No value begins at a place, or the new one cannot be written there.
    """

    def from_last_to_first(change: Change) -> tuple[int, int, int]:
        # From the end, so that earlier places stay valid; items behind an item before the item itself.
        rank = 1 if not isinstance(change, NewItems) else 2 if change.before else 0
        return -change.line, -change.column, rank

    for change in sorted(changes, key=from_last_to_first):
        place = _find(text, change.line, change.column)
        if place is None:
            raise CannotSpell(change.line, change.column)
        said, at = place.said, place.at
        if isinstance(change, NewValue):
            wanted, ways = [*said[:at], change.text, *said[at + 1 :]], _written(text, place, change.text)
        elif isinstance(change, NoItem):
            wanted, ways = [*said[:at], *said[at + 1 :]], iter([_without(text, place)])
        else:
            start = at if change.before else at + 1
            wanted, ways = [*said[:start], *change.texts, *said[start:]], _with_items(text, place, change)
        made = next((way for way in ways if _says(way) == wanted), None)
        if made is None:
            raise CannotSpell(change.line, change.column)
        text = made
    return text


class _Place(Struct):
    """A scalar with its surroundings."""

    node: Any
    parent: Any
    flow: bool
    # Everything the text says, as a list, and the value's index in it.
    said: list[str]
    at: int

    @property
    def column(self) -> int:
        """The column of the keys or dashes of the collection that holds the value."""
        return int(self.parent.start_mark.column) if self.parent is not None else 0


def _find(text: str, line: int, column: int) -> _Place | None:
    said: list[str] = []
    found = None
    for number, (word, node, parent, flow) in enumerate(_walk(compose(text))):
        said.append(word)
        mark = getattr(node, "start_mark", None)
        if found is None and mark is not None and (mark.line, mark.column) == (line - 1, column - 1):
            found = _Place(node, parent, flow, said, number)
    return found


def _walk(
    node: Any, parent: Any = None, *, flow: bool = False, others: Values[int, list[str]] = MappingProxyType({})
) -> Iterator[tuple[str, Any, Any, bool]]:
    """The content of a tree: each value with its node, its parent, and whether it is within braces or brackets.

    For a value whose ``id`` is among ``others``, the words given there, without a node.
    """
    if id(node) in others:
        yield from ((word, None, None, flow) for word in others[id(node)])
        return
    if isinstance(node, ScalarNode):
        plain_blank = not node.style and node.value in BLANKS
        yield "" if plain_blank else node.value, node, parent, flow
        return
    within = flow or bool(getattr(node, "flow_style", False))
    yield "{" if isinstance(node, MappingNode) else "[", None, None, flow
    for child in node.value if node is not None else ():
        value = child
        if isinstance(child, tuple):
            key, value = child
            yield f"{key.value}:", None, None, within
        yield from _walk(value, node, flow=within, others=others)
    yield "/", None, None, flow


def compose(text: str) -> Any:
    """The parser's nodes with their places."""
    return YAML(typ="safe", pure=False).compose(text)


def _says(text: str) -> list[str] | None:
    """The content of a text in order, with marks for its structure; None if it cannot be parsed."""
    try:
        return [said for said, _, _, _ in _walk(compose(text))]
    except YAMLError:
        return None


def _written(text: str, place: _Place, value: str) -> Iterator[str]:
    """The text with another value there, in several spellings, the least change first."""
    old, mark = place.node.value, place.node.start_mark
    spelling = spelled(text, old, Span("", mark.line + 1, mark.column + 1)) if old and value else None
    if spelling is not None:
        changed = [change for change in differences(old, value) if not change.same]
        if not any("\n" in value[one.new_start : one.new_end] or "\n" in old[one.start : one.end] for one in changed):
            yield spliced(text, value_cuts(spelling, 0, old, value))
    start, end = _extent(text, place.node)
    for new in _spellings(text, place, value):
        yield (text[:start] if new else text[:start].rstrip(" \t")) + new + text[end:]


def _extent(text: str, node: Any) -> tuple[int, int]:
    """Start and end of a value in the text, without the blank lines after a block."""
    start, end = node.start_mark.index, node.end_mark.index
    return start, start + len(text[start:end].rstrip())


def _spellings(text: str, place: _Place, value: str) -> Iterator[str]:
    """Spellings of the value, first in the old style."""
    if not value:
        # In braces, an empty spelling could join two words.
        yield "" if not place.flow and not isinstance(place.parent, SequenceNode) else "''"
        return
    style, break_ = place.node.style, break_of(text)
    if style in ("|", ">"):
        start, end = _extent(text, place.node)
        header, *old = text[start:end].splitlines()
        first = next((line for line in old if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip(" "))]
        # In a folded block, a single break reads as a blank.
        between = break_ if style == "|" else break_ * 2
        lines = value.rstrip("\n").split("\n")
        yield header + break_ + between.join(f"{indent}{line}" if line else "" for line in lines)
    if style == "'":
        yield "'" + value.replace("'", "''") + "'"
    if "\n" in value and not place.flow:
        indent = " " * (place.column + 2)
        yield "|-" + break_ + break_.join(f"{indent}{line}" if line else "" for line in value.split("\n"))
    if not style:
        yield value
    yield f'"{value.translate(_ESCAPES)}"'


def break_of(text: str) -> str:
    """The line break that a text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def _with_items(text: str, place: _Place, change: NewItems) -> Iterator[str]:
    """The text with more items in a list, quoted only if necessary; else with all of them quoted."""
    quoted, mixed = [f'"{item.translate(_ESCAPES)}"' for item in change.texts], []
    for item, in_quotes in zip(change.texts, quoted, strict=True):
        said = _says(f"[{item}]" if place.flow else f"- {item}")
        is_plain = said == ["[", item, "/"] and item not in _BLANK_WORDS and "\n" not in item
        mixed.append(item if is_plain else in_quotes)
    start, end = _extent(text, place.node)
    break_, after = break_of(text), text.find("\n", end) + 1
    for items in (mixed, quoted):
        if place.flow:
            new = ", ".join(items)
            yield f"{text[:start]}{new}, {text[start:]}" if change.before else f"{text[:end]}, {new}{text[end:]}"
            continue
        lines = "".join(f"{' ' * place.column}- {item}{break_}" for item in items)
        at = _dash_line(text, place) if change.before else after
        # Without a break behind the last line, ``after`` is 0.
        is_within = change.before or bool(after)
        yield text[:at] + lines + text[at:] if is_within else text + break_ + lines.removesuffix(break_)


def _dash_line(text: str, place: _Place) -> int:
    """Where the line with the dash of an item begins."""
    at = text.rfind("\n", 0, place.node.start_mark.index) + 1
    while at > 0 and text[at + place.column : at + place.column + 1] != "-":
        at = text.rfind("\n", 0, at - 1) + 1
    return at


def _without(text: str, place: _Place) -> str:
    """The text without an item, with its line or its comma."""
    start, end = _extent(text, place.node)
    if not place.flow:
        at, after = _dash_line(text, place), text.find("\n", end) + 1
        return text[:at] + (text[after:] if after else "")
    items = place.parent.value if place.parent is not None else []
    number = next((number for number, item in enumerate(items) if item is place.node), 0)
    if number + 1 < len(items):
        return text[:start] + text[items[number + 1].start_mark.index :]
    return text[: _extent(text, items[number - 1])[1]] + text[end:] if number else text[:start] + text[end:]
