"""The located tree of a YAML text, built from libyaml's events, or ruamel.yaml's own if libyaml is not available.

Node = Scalar | Sequence | Mapping

Values stay text: ``010`` stays "010" and ``1.10`` stays "1.10"; their meaning depends on the field's kind. Without
recursion, and without expanding anything before it is refused. Without libyaml, the same texts are refused in the same
words, which ``syntax.explain`` knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from msgspec import Struct, field
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from generator.base.diagnostics import MOST_FOUND, Finding, Span
from generator.yamlfile import codes
from generator.yamlfile.syntax import explain, key_in
from generator.yamlfile.text import Page, escaped_character

try:
    from ruamel.yaml.cyaml import CParser as Parser  # type: ignore[attr-defined]  # a C extension without types
except ImportError:  # it has no wheel for this machine
    from generator.yamlfile.pure import PureParser as Parser

BLANKS = frozenset({"", "~", "null", "Null", "NULL"})


class Scalar(Struct, frozen=True, gc=False):
    """One value or key.

    ``text`` is what was typed, with YAML's own escapes and line folding undone. ``quoted`` is whether it was in
    quotes, ``block`` whether it is a ``|`` or ``>`` block (whose span is the ``|`` or ``>``).
    """

    text: str
    span: Span
    quoted: bool = False
    block: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in: an empty value, ``~`` or ``null`` without quotes, or an empty block."""
        return not self.quoted and (not self.text if self.block else self.text in BLANKS)

    @property
    def has_text(self) -> bool:
        """Whether something was filled in: it is not blank, nor white space in quotes."""
        return bool(self.text.strip()) and not self.is_blank


class Sequence(Struct, frozen=True):
    """A list; its span is its first dash or bracket."""

    items: tuple[Node, ...]
    span: Span


class Entry(Struct, frozen=True, gc=False):
    """One ``key: value`` of a mapping."""

    key: Scalar
    value: Node


class Mapping(Struct, frozen=True):
    """Keys with their values, in the order of the file, no key twice; its span is its first key or its brace."""

    entries: tuple[Entry, ...]
    span: Span

    def get(self, name: str) -> Node | None:
        """The value under a key, or None where the key is absent."""
        for entry in self.entries:  # not next(): asked hundreds of times for each filing
            if entry.key.text == name:
                return entry.value
        return None

    def keys(self) -> tuple[Scalar, ...]:
        """The keys, in the order of the file."""
        return tuple(entry.key for entry in self.entries)


Node = Scalar | Sequence | Mapping


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


def mappings(node: Node) -> Iterator[Mapping]:
    """Every mapping of a tree, in the order of the file."""
    if isinstance(node, Mapping):
        yield node
    below = [entry.value for entry in node.entries] if isinstance(node, Mapping) else getattr(node, "items", ())
    for one in below:
        yield from mappings(one)


DEEPEST = 30
MOST_NODES = 200_000
_LONGEST_JOINED = 10_000
_SLIPPED_KEY = re.compile(r"""-[^-\s]|[\u3000\u00a0]|[－—–―•·●○◆■▪][ \u3000]|[^：]+：[ \t\u3000]*["'\[{]""")
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})*"), re.compile(r"[0-9]{3}(?![0-9])")

# A # without a blank after it is more likely a number than a comment: 「#2 机组」.
_MEANT_AS_TEXT = re.compile(r"[ \t]+(#[^\s#].*?)\s*$")
_ANY_MEANT_AS_TEXT = re.compile(r"#(?<=[ \t]#)[^\s#]")


class Built(Struct, frozen=True):
    """The tree of a page (None for none, or if reading broke off) and what was refused, without ``failure``.

    ``failure`` is why YAML could not be read to its end. ``doubtful`` is what was hardly meant as YAML reads it: a key
    ``-名称``, or ``名称：x`` among mappings.
    """

    root: Node | None
    findings: tuple[Finding, ...]
    failure: Finding | None
    doubtful: bool


def build(page: Page) -> Built:
    """The tree of a page's text. Never raises."""
    text = page.text()
    builder = _Builder(page, loses_text=_ANY_MEANT_AS_TEXT.search(text) is not None)
    failure = None
    try:
        next_event = Parser(text).get_event
        while not builder.finished and (event := next_event()) is not None:
            if taker := _TAKERS.get(type(event)):
                taker(builder, event)
    except Exception as error:  # fuzzing finds errors of many kinds inside ruamel
        bracket = next((frame.start for frame in builder.open if frame.flow), None)
        failure = explain(error, page, builder.last, bracket)
    root = None if failure or builder.given_up else builder.root
    return Built(root, tuple(builder.findings), failure, builder.doubtful or isinstance(builder.root, Scalar))


class _Frame(Struct):
    """A mapping or list that is still open."""

    span: Span
    start: Any
    flow: bool
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    key: Node | None = None
    is_reference: bool = False


class _Builder:
    def __init__(self, page: Page, *, loses_text: bool) -> None:
        self.page = page
        self.root: Node | None = None
        self.findings: list[Finding] = []
        self.doubtful = False
        self.finished = False
        self.given_up = False
        self.open: list[_Frame] = []
        # Most pages lose none; then their values are not checked one by one.
        self._loses_text = loses_text
        # The rows of a table have the same keys.
        self._keys: set[str] = set()
        self._documents = 0
        self._nodes = 0
        self.last: Any = None

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            self._report(codes.SECOND_DOCUMENT.at(self._at(event.start_mark, 3)))
            self.finished = True
        elif event.version or event.tags:
            self._report(codes.DIRECTIVE.at(self._at(event.start_mark)))

    def _scalar(self, event: Any) -> None:
        # Called a thousand times for each filing: kept flat.
        self.last = event
        start, end, style, text = event.start_mark, event.end_mark, event.style, event.value
        is_block = style in {"|", ">"}
        if is_block:
            length = 1
        elif start.line == end.line:
            length = end.column - start.column
        else:
            length = len(self.page.lines[start.line].rstrip()) - start.column
        span = self.page.span(start.line, start.column, length)
        if not style and self._loses_text:
            line = self.page.lines[end.line] if end.line < len(self.page.lines) else ""
            # Matches at this position only: a line may have a hundred thousand items.
            lost = _MEANT_AS_TEXT.match(line, end.column) if line.startswith((" ", "\t"), end.column) else None
            if lost:
                place = self.page.span(end.line, lost.start(1), len(lost[1]))
                self._report(codes.LOST_TEXT.at(place, text=lost[1]))
        if style == '"' and (finding := escaped_character(text, span)):
            self._report(finding)
        if event.anchor is not None or event.ctag is not None:
            self._properties(event, span)
        self._add(Scalar(text, span, bool(style) and not is_block, is_block))

    def _alias(self, event: Any) -> None:
        text = f"*{event.anchor}"
        span = self._at(event.start_mark, len(text))
        self._report(codes.REFERENCE.at(span, text=text, kind="别名"))
        self._add(Scalar(text, span))

    def _start(self, event: Any) -> None:
        span = self._at(event.start_mark)
        self._properties(event, span)
        if len(self.open) >= DEEPEST:
            self._give_up(codes.TOO_DEEP.at(span, limit=DEEPEST))
            return
        is_mapping = type(event) is MappingStartEvent
        self.open.append(_Frame(span, event.start_mark, bool(event.flow_style), is_mapping))

    def _end_mapping(self, event: Any) -> None:
        frame = self.open.pop()
        if frame.is_reference:
            self._report(codes.RESERVED.at(frame.span, char="{{"))
            start, end = frame.start, event.end_mark
            lines = self.page.lines[start.line : end.line + 1]
            source = "\n".join(lines)[start.column :][: None if len(lines) > 1 else end.column - start.column]
            self._add(Scalar(source, frame.span))
        else:
            self._add(Mapping(tuple(frame.entries), frame.span))

    def _end_sequence(self, _event: Any) -> None:
        frame = self.open.pop()
        if any(isinstance(item, Mapping) for item in frame.items):
            self.doubtful |= any(_is_plain(item) and bool(key_in(item.text)) for item in frame.items)
        self._add(Sequence(tuple(frame.items), frame.span))

    def _add(self, node: Node) -> None:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            self._give_up(codes.TOO_LARGE.at(node.span, limit=f"{MOST_NODES:,} 项"))
        elif not self.open:
            self.root = node
        elif not (frame := self.open[-1]).is_mapping:
            frame.items.append(node)
        elif frame.key is None:
            frame.key = node
        else:
            key, frame.key = frame.key, None
            self._enter(frame, key, node)

    def _enter(self, frame: _Frame, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar):
            if isinstance(key, Mapping) and frame.flow and key.span.column == frame.span.column + 1:
                # ``备注: {{ 名称 }}``: a mapping to YAML, meant as a reference to a fact.
                frame.is_reference = True
                return
            kind = "映射（花括号）" if isinstance(key, Mapping) else "列表"
            self._report(codes.KEY_NOT_TEXT.at(key.span, kind=kind))
            return
        if key.text == "<<" and not key.quoted:
            self._report(codes.MERGE_KEY.at(key.span))
            return
        if frame.flow and _is_plain(value) and not value.text:
            key, value = self._split(key, value)
            if not value.text and self._joined(frame, key, value):
                return
        if key.text in frame.seen:
            self._report(codes.DUPLICATE_KEY.at(key.span, key=key.text, first=frame.seen[key.text]))
            return
        if key.text not in self._keys and not key.quoted:
            self.doubtful |= bool(_SLIPPED_KEY.match(key.text))
            self._keys.add(key.text)
        frame.seen[key.text] = key.span.line
        frame.entries.append(Entry(key, value))

    def _split(self, key: Scalar, value: Scalar) -> tuple[Scalar, Scalar]:
        """``{名称：x}``: in braces, a key without a colon was surely meant to have this one."""
        name, mark, text = key.text.partition("：")
        if key.quoted or not mark or key_in(key.text) != name.rstrip():
            return key, value
        file, line, column = key.span.file, key.span.line, key.span.column
        colon = column + len(name)
        self._report(codes.FULL_WIDTH_COLON.at(Span(file, line, colon), key=name))
        mended = Scalar(text.strip(), Span(file, line, colon + 1, max(1, len(text))))
        return Scalar(name.rstrip(), Span(file, line, column, len(name))), mended

    def _joined(self, frame: _Frame, key: Scalar, value: Scalar) -> bool:
        """``{金额: 1,234.56 万元}``: in braces, text without any colon belongs to the value before its comma."""
        before = frame.entries[-1] if frame.entries else None
        has_colon = value.span.line == key.span.line and value.span.column > key.span.column + key.span.length
        if has_colon or key.quoted or not key.text or before is None or not _is_plain(before.value):
            return False
        if len(before.value.text) > _LONGEST_JOINED:  # joined a hundred thousand times, it would take a minute
            return False
        is_number = _THOUSANDS[0].fullmatch(before.value.text) and _THOUSANDS[1].match(key.text)
        text = f"{before.value.text}{',' if is_number else ', '}{key.text}"
        advice = "逗号改为全角的「，」，或把整个值用英文双引号括起来"
        advice = "数字里的千分号去掉，或把整个数用英文双引号括起来" if is_number else advice
        finding = codes.COMMA_IN_VALUE.at(before.value.span, text=text, advice=f'{advice}，写成 "{text}"。')
        if self.findings and self.findings[-1].span == finding.span:
            self.findings.pop()  # the same value, cut once more
        self._report(finding)
        frame.entries[-1] = Entry(before.key, Scalar(text, before.value.span))
        return True

    def _properties(self, event: Any, span: Span) -> None:
        if event.anchor is not None:
            self._report(codes.REFERENCE.at(span, text=f"&{event.anchor}", kind="锚点"))
        if event.tag is not None:
            self._report(codes.TAG.at(span, text=event.tag.replace("tag:yaml.org,2002:", "!!")))

    def _give_up(self, finding: Finding) -> None:
        self._report(finding)
        self.finished = self.given_up = True

    def _report(self, finding: Finding) -> None:
        self.findings.append(finding)
        if len(self.findings) >= MOST_FOUND:
            # A file full of faults must not fill the memory.
            self.finished = self.given_up = True

    def _at(self, mark: Any, length: int = 1) -> Span:
        return self.page.span(mark.line, mark.column, length)


# Bound methods kept in the builder would make a cycle, which keeps the whole tree until garbage collection.
_TAKERS: dict[type, Callable[[_Builder, Any], None]] = {
    ScalarEvent: _Builder._scalar,
    MappingStartEvent: _Builder._start,
    SequenceStartEvent: _Builder._start,
    MappingEndEvent: _Builder._end_mapping,
    SequenceEndEvent: _Builder._end_sequence,
    AliasEvent: _Builder._alias,
    DocumentStartEvent: _Builder._document,
}


def _is_plain(node: Node) -> TypeGuard[Scalar]:
    return isinstance(node, Scalar) and not node.quoted and not node.block
