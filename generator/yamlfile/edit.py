"""Edits of a YAML text in place: comments, order, quotes, blanks and line ends stay.

``value_cuts``  other characters within a value, by its spelling in the file
``rewritten``   other values under keys, by their paths
``respelled``   other values, more items or fewer, by where they begin; each step is read again to be verified
``as_value``    a text spelled on one line, plain where that reads back the same
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Values
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import Struct, field
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from generator.base.diagnostics import Span
from generator.base.textdiff import differences
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.source import parse_yaml
from generator.yamlfile.spelling import Spelling, spelled

KeyPath = tuple[str | int, ...]

_COLON = re.compile(r"[ \t]*:")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


class Cut(NamedTuple):
    """``text[start:end]`` is replaced by ``new``; counted from 0."""

    start: int
    end: int
    new: str


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
        spelling: How the value that holds the text is written.
        at: Where in the value the text begins.
        before: The text as it is.
        after: As it is to be.
    """
    for change in differences(before, after):
        if not change.same:
            start, end = at + change.start, at + change.end
            first = spelling.places[start][0] if start < len(spelling.places) else spelling.places[-1][1]
            last = spelling.places[end - 1][1] if end > start else first
            yield Cut(first, last, _within(spelling.quote, after[change.new_start : change.new_end]))


def _within(quote: str, text: str) -> str:
    """A text as it is written in quotes of that kind."""
    if quote == "'":
        return text.replace("'", "''")
    return text.translate(_ESCAPES) if quote == '"' else text


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
    """The text with these values under their keys; read again to verify that they, and nothing else, have changed.

    A value that spans several lines goes with all of them, and with the comments between its rows; a comment behind a
    value on the key's own line, and those before and after, stay.

    Args:
        text: A YAML text that ``parse_yaml`` reads without findings, its lines ending in LF.
        values: By the path of a key (names, and positions in lists from 0), what is to stand behind it: YAML on one
            line, or nothing. A path that leads to no key is passed over.

    Raises:
        CannotSpell: The result would not read as wanted.
    """
    root = _compose(text)
    places = {path: found for path in values if (found := _find_key(text, root, path)) is not None}
    made = spliced(text, (cut for path, found in places.items() for cut in _key_cuts(text, found, values[path])))
    others = {id(found.value): (_says(f"键: {values[path]}\n") or [])[2:-1] for path, found in places.items()}
    if _says(made) != [said for said, _, _, _ in _walk(root, others=others)]:
        mark = next((found.key.start_mark for found in places.values()), None)
        raise CannotSpell(*((mark.line + 1, mark.column + 1) if mark is not None else (1, 1)))
    return made


def _key_cuts(text: str, found: _KeyPlace, value: str) -> Iterator[Cut]:
    start, end = found.value.start_mark.index, _end(text, found.value)
    new = f" {value}" if value else ""
    line_start = text.rfind("\n", 0, start) + 1
    if found.flow:
        # ``a:}`` would be a key ``a:``.
        yield Cut(found.colon, end, new or " ")
    elif line_start <= found.colon:
        yield Cut(found.colon, end, new)
    else:
        line_end = text.find("\n", end)
        yield Cut(found.colon, found.colon, new)
        yield Cut(line_start, line_end + 1 if line_end >= 0 else len(text), "")


class _KeyPlace(NamedTuple):
    """A key and its value, where the text goes on behind its colon, and whether they are within braces or brackets."""

    key: Any
    value: Any
    colon: int
    flow: bool


def _find_key(text: str, root: Any, path: KeyPath) -> _KeyPlace | None:
    """The key at the end of a path; None where there is none, or one without a colon (``{光, 明: 1}``)."""
    key, value, flow = None, root, False
    for step in path:
        flow = flow or bool(getattr(value, "flow_style", False))
        key, value = _below(value, step)
        if value is None:
            return None
    colon = _COLON.match(text, key.end_mark.index) if key is not None else None
    return _KeyPlace(key, value, colon.end(), flow) if colon is not None else None


def _below(node: Any, step: str | int) -> tuple[Any, Any]:
    """The key (None of a list's item) and the value one step down; two times None where there is none."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, ScalarNode) or not isinstance(step, int) or step >= len(node.value):
        return None, None
    return None, node.value[step]


def _end(text: str, node: Any) -> int:
    """Behind the last character of a value; the parser puts the end of blocks where the next thing begins."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip()) if isinstance(node, ScalarNode) else int(end)


_BLANK_WORDS = frozenset({"~", "null", "Null", "NULL"})


class CannotSpell(Exception):
    """There is no value at that place, or it cannot be written as wanted; carries the place."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(f"{line}:{column}")
        self.line, self.column = line, column


class NewValue(Struct, frozen=True):
    """The value that begins there says this text; nothing is filled in where the text is empty."""

    line: int
    column: int
    text: str


class NewItems(Struct, frozen=True):
    """More items of a list, inserted after or before the item that begins there."""

    line: int
    column: int
    texts: tuple[str, ...]
    before: bool = False


class NoItem(Struct, frozen=True):
    """The item of a list that begins there is taken out; it is not the only one."""

    line: int
    column: int


Change = NewValue | NewItems | NoItem


def respelled(text: str, changes: Sequence[Change]) -> str:
    """The text with these changes made.

    Args:
        text: A YAML text that ``parse_yaml`` reads without findings, with whatever line ends.
        changes: At most one ``NewValue`` or ``NoItem`` for a value; places are those of ``text``, counted from 1.

    Raises:
        CannotSpell: A place is none of a value, or the value cannot be written so.
    """
    # From the last to the first, so that earlier places stay valid; after an item before the item itself.
    ranks: dict[type, int] = {NewItems: 0, NewValue: 1, NoItem: 1}
    ordered = sorted(
        changes,
        key=lambda one: (-one.line, -one.column, 2 if getattr(one, "before", False) else ranks[type(one)]),
    )
    for change in ordered:
        text = _changed(text, change)
    return text


class _Place(Struct):
    """A value with what is around it."""

    node: Any
    parent: Any
    flow: bool
    # Everything the text says, as a list, and the value's index in it.
    said: list[str] = field(default_factory=list)
    at: int = 0


def _changed(text: str, change: Change) -> str:
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
    for way in ways:
        if _says(way) == wanted:
            return way
    raise CannotSpell(change.line, change.column)


def _compose(text: str) -> Any:
    return YAML(typ="safe", pure=False).compose(text)


def _says(text: str) -> list[str] | None:
    """All that a text says, in order, with signs of its structure; None where it cannot be read."""
    try:
        return [said for said, _, _, _ in _walk(_compose(text))]
    except YAMLError:
        return None


def _find(text: str, line: int, column: int) -> _Place | None:
    said: list[str] = []
    found = None
    for number, (word, node, parent, flow) in enumerate(_walk(_compose(text))):
        said.append(word)
        mark = getattr(node, "start_mark", None)
        if found is None and mark is not None and (mark.line, mark.column) == (line - 1, column - 1):
            found = _Place(node, parent, flow, said, number)
    return found


def _walk(
    node: Any, parent: Any = None, *, flow: bool = False, others: Values[int, list[str]] = MappingProxyType({})
) -> Iterator[tuple[str, Any, Any, bool]]:
    """Everything a tree says: each value with its node, its parent, and whether it is within braces or brackets.

    Of a value whose ``id`` is among ``others``, what is given there, without a node.
    """
    if id(node) in others:
        yield from ((word, None, None, flow) for word in others[id(node)])
        return
    if isinstance(node, ScalarNode):
        plain_blank = not node.style and node.value in _BLANK_WORDS
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


def _written(text: str, place: _Place, value: str) -> Iterator[str]:
    """The text with another value there, in one way after the other: the least change first."""
    node = place.node
    start, end = _extent(text, node)
    if value:
        least = _spliced(text, node, value)
        if least is not None:
            yield least
    for spelling in _spellings(text, place, value):
        head = text[:start]
        yield (head.rstrip(" \t") if not spelling else head) + spelling + text[end:]


def _extent(text: str, node: Any) -> tuple[int, int]:
    """Start and end of a value in the text, without the blank lines after a block."""
    start, end = node.start_mark.index, node.end_mark.index
    return start, start + len(text[start:end].rstrip())


def _spliced(text: str, node: Any, value: str) -> str | None:
    """The text with only those characters changed in which the values differ; None where a line break is among them."""
    old = node.value
    spelling = spelled(text, old, Span("", node.start_mark.line + 1, node.start_mark.column + 1))
    if spelling is None or not old:
        return None
    changed = [change for change in differences(old, value) if not change.same]
    if any("\n" in value[one.new_start : one.new_end] or "\n" in old[one.start : one.end] for one in changed):
        return None
    return spliced(text, value_cuts(spelling, 0, old, value))


def _spellings(text: str, place: _Place, value: str) -> Iterator[str]:
    """The value written anew, in the style that it had first."""
    if not value:
        # In braces, nothing at all could make one word of two.
        yield "" if not place.flow and not isinstance(place.parent, SequenceNode) else "''"
        return
    style = place.node.style
    break_ = _break_of(text)
    if style in ("|", ">"):
        yield _as_old_block(text, place.node, value, break_)
    if style == "'":
        yield "'" + value.replace("'", "''") + "'"
    if "\n" in value and not place.flow:
        indent = " " * (_column(place) + 2)
        yield "|-" + break_ + break_.join(f"{indent}{line}" if line else "" for line in value.split("\n"))
    if not style:
        yield value
    yield f'"{value.translate(_ESCAPES)}"'


def _break_of(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _as_old_block(text: str, node: Any, value: str, break_: str) -> str:
    start, end = _extent(text, node)
    header, *lines = text[start:end].splitlines()
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip(" "))]
    # In a folded block, one break reads as a blank: a line of its own takes two.
    between = break_ if header[0] == "|" else break_ * 2
    return header + break_ + between.join(f"{indent}{line}" if line else "" for line in value.rstrip("\n").split("\n"))


def _column(place: _Place) -> int:
    """The column of the keys or dashes of the collection that holds a value."""
    return int(place.parent.start_mark.column) if place.parent is not None else 0


def _with_items(text: str, place: _Place, change: NewItems) -> Iterator[str]:
    """The text with more items in a list, unquoted where that will do."""
    quoted = [f'"{item.translate(_ESCAPES)}"' for item in change.texts]
    mixed = [one if _is_plain(one, flow=place.flow) else other for one, other in zip(change.texts, quoted, strict=True)]
    for items in (mixed, quoted):
        yield _joined(text, place, items, before=change.before)


def _is_plain(value: str, *, flow: bool) -> bool:
    """Whether a value can be written as it is, in a list of one."""
    said = _says(f"[{value}]" if flow else f"- {value}")
    return said == ["[", value, "/"] and value not in _BLANK_WORDS and "\n" not in value


def _joined(text: str, place: _Place, items: Sequence[str], *, before: bool) -> str:
    start, end = _extent(text, place.node)
    if place.flow:
        new = ", ".join(items)
        return f"{text[:start]}{new}, {text[start:]}" if before else f"{text[:end]}, {new}{text[end:]}"
    break_, column = _break_of(text), _column(place)
    lines = "".join(f"{' ' * column}- {item}{break_}" for item in items)
    if before:
        at = _dash_line(text, place)
        return text[:at] + lines + text[at:]
    at = text.find("\n", end) + 1
    return text[:at] + lines + text[at:] if at else text + break_ + lines.removesuffix(break_)


def _dash_line(text: str, place: _Place) -> int:
    """Where the line with the dash of an item begins."""
    start, column = place.node.start_mark.index, _column(place)
    at = text.rfind("\n", 0, start) + 1
    while at > 0 and text[at + column : at + column + 1] != "-":
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
