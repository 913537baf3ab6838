"""Reports slips that hide the structure of a file, and mends them in memory, so that the rest can be read.

A full-width colon, or one without a space, is a slip only if a key was evidently meant: if the lines beside it in the
same block, or the other items of the same list, are keys. In text it is left alone.

If parsing fails all the same, ``repair`` guesses what the line was meant to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Finding, shortened
from generator.yamlfile import codes
from generator.yamlfile.syntax import NUMBERED, Line, Scanner, Shape, classify, key_in
from generator.yamlfile.text import Edit, Page

_LONGEST_SAMPLE = 15
_SLIPS = (Shape.WIDE, Shape.WIDE_SURELY, Shape.GLUED)
_DASHES = re.compile(rf"(-(?=[^-\s])|[－—–―•·●○◆■▪]|{NUMBERED.pattern})[ \u3000]*(?=\S)")
_GAP = re.compile(r"[ \t\u3000\u00a0]*")


class Mended(Struct, frozen=True):
    """The mended page, its slips, whether mending moved columns (partly a guess), and whether there were tabs."""

    page: Page
    findings: tuple[Finding, ...]
    moved: bool
    tabs: bool


def mend(page: Page, tab_width: int) -> Mended:
    """The page with indentation, colons and dashes mended, a tab counting as so many spaces."""
    scanned = Scanner(page.lines, tab_width)
    scanned.run()
    blocks = _Blocks()
    for line, below in zip_longest(scanned.found, scanned.found[1:]):
        blocks.take(line, below)
    findings = [codes.INDENTATION.at(page.span(i.line, i.column, i.length), name=i.name) for i in scanned.indents]
    edits = list(scanned.edits)
    for line, dash, gap, width in blocks.dashes:
        code = codes.DASH_WITHOUT_SPACE if dash == "-" else codes.OTHER_DASH
        place = page.span(line.number, line.start - len(dash) - gap, len(dash))
        findings.append(code.at(place, text=shortened(line.content, _LONGEST_SAMPLE), dash=dash))
        edits.append(Edit(line.number, line.start - len(dash) - gap, len(dash) + gap, "-".ljust(width)))
    for line in blocks.slips():
        mark, code = (":", codes.COLON_WITHOUT_SPACE) if line.shape is Shape.GLUED else ("：", codes.FULL_WIDTH_COLON)
        at = line.content.index(mark)
        gap = len(_GAP.match(line.content, at + 1)[0])  # type: ignore[index]  # matches any text
        findings.append(code.at(page.span(line.number, line.start + at), key=key_in(line.content)))
        edits.append(Edit(line.number, line.start + at, 1 + gap, ": "))
    tabs = any("\t" in page.lines[indent.line] for indent in scanned.indents)
    return Mended(page.edited(edits), tuple(findings), bool(scanned.indents or blocks.dashes), tabs)


class _Block(Struct):
    """Lines of one mapping or text, or the items of one list, at one column."""

    column: int
    is_list: bool
    top: bool
    lines: list[Line] = field(default_factory=list)
    items: list[_Block] = field(default_factory=list)

    def has_keys(self) -> bool:
        """Whether it is certainly a mapping. The top level always is one."""
        return self.top or any(line.shape in (Shape.KEY, Shape.WIDE_SURELY) for line in self.lines)

    def may_have_keys(self) -> bool:
        return all(line.shape in (Shape.KEY, *_SLIPS) for line in self.lines)


class _Blocks:
    def __init__(self) -> None:
        self.all: list[_Block] = []
        self.open: list[_Block] = []
        self.dashes: list[tuple[Line, str, int, int]] = []
        """lines with another sign in place of a dash: the sign, the blanks behind it, and its intended width"""

    def take(self, line: Line, below: Line | None) -> None:
        """Enters the list items and the mapping that a line is part of; mends a sign meant as a dash."""
        match = self._meant_as_dash(line, below)
        if match:
            content = line.content[match.end() :]
            gap = below.column - line.column if below is not None and not below.dashes else 0
            width = gap if 2 < gap <= match.end() + 2 else 2
            line = replace(
                line,
                dashes=(line.column,),
                column=line.column + width,
                start=line.start + match.end(),
                content=content,
                shape=classify(content),
            )
            self.dashes.append((line, match[1], match.end() - len(match[1]), width))
        for column in line.dashes:
            self._enter(column, is_list=True)
        if line.shape is not Shape.NOTHING:
            self._enter(line.column, is_list=False).lines.append(line)

    def slips(self) -> list[Line]:
        """The lines with a wrong colon that are evidently meant as keys."""
        keyed = [block for block in self.all if not block.is_list and block.has_keys()]
        for block in self.all:
            if any(item.has_keys() for item in block.items):
                keyed += [item for item in block.items if not item.has_keys() and item.may_have_keys()]
        return sorted((line for block in keyed for line in block.lines if line.shape in _SLIPS), key=lambda x: x.number)

    def _enter(self, column: int, *, is_list: bool) -> _Block:
        # Close the blocks that end before this column. A list may begin at the column of its key.
        while self.open and (
            self.open[-1].column > column or (self.open[-1].column == column and self.open[-1].is_list and not is_list)
        ):
            self.open.pop()
        if self.open and self.open[-1].column == column and self.open[-1].is_list == is_list:
            return self.open[-1]
        block = _Block(column, is_list, top=not self.open and not is_list)
        if self.open and self.open[-1].is_list:
            self.open[-1].items.append(block)
        self.open.append(block)
        self.all.append(block)
        return block

    def _meant_as_dash(self, line: Line, below: Line | None) -> re.Match[str] | None:
        """The sign in place of a dash and a space, if the line is an item of a list."""
        match = None if line.dashes else _DASHES.match(line.content)
        if match is None:
            return None
        rest = line.content[match.end() :]
        # A key may begin with a number or a dash.
        is_row = rest.startswith(("{", "｛")) or match[1] != match[0] or (match[1] == "-" and line.shape is Shape.KEY)
        beside_items = any(block.is_list and block.column == line.column for block in self.open)
        return match if beside_items or is_row or _begins_a_row(line, rest, below) else None


def _begins_a_row(line: Line, rest: str, below: Line | None) -> bool:
    """Whether a numbered key begins a row: a key with a value has no keys below it, and none occurs twice."""
    if below is None or line.shape is not Shape.KEY or rest.partition(":")[2].strip() in ("", "|", ">"):
        return False
    again = _DASHES.match(below.content)
    is_same = again is not None and below.content[again.end() :].partition(":")[0] == rest.partition(":")[0]
    return (below.column == line.column and is_same) or (below.column > line.column and below.shape is Shape.KEY)


_PARTS = re.compile(
    r"""(?P<head> [ ]* (?:-[ ]+)* (?: (?:"[^"]*" | '[^']*' | [^\s"'{}｛｝\[\],\#&*!|>%@`:：-][^{}\[\]:：]*?) :[ ]+ )? )
    (?P<value>\S.*?) [ ]*$""",
    re.VERBOSE,
)
_LONGEST_LINE = 2_000
_GLUED_QUOTED = re.compile(r"""[ ]*(?:-[ ]+)*("[^"]*"|'[^']*'):(?=\S)""")
_CUT = re.compile(r"[ ]*([,，;；])[ ]*(?=[^\s,，;；:：{}\[\]｛｝\"'“”]{1,20}[ ]*[:：])")
_PIECE = re.compile(r"[ ]*(?P<key>[^\s,，:：{}\[\]｛｝\"'“”]{1,20}?)(?P<colon>[ ]*[:：][ ]*)(?P<value>.*?)[ ]*$")
_RISKY = re.compile(r"[{}\[\],:#\"']|^[-&*!|>%@`?]")
_OPENING, _CLOSING = "{｛[", "}｝]"
_LINE_OF_KEY = re.compile(r"([ ]*)((?:-[ ]+)*)(\S.*)")


def repair(page: Page, failure: Finding) -> tuple[Page | None, Finding | None]:
    """The page as probably meant, None if no guess helps; and the finding, None if a later stage reports the fault.

    Changes only the line of the fault, and those below that move along.
    """
    number = failure.span.line - 1
    line = page.lines[number] if 0 <= number < len(page.lines) else ""
    parts = _PARTS.match(line) if len(line) <= _LONGEST_LINE else None
    if parts is None:
        return None, failure
    start, value, found = len(parts["head"]), parts["value"], failure
    edits: list[Edit] = []
    if glued := _GLUED_QUOTED.match(line):
        edits = [Edit(number, glued.end(), 0, " ")]
    elif failure.code == codes.BAD_LEVEL.number:
        edits = _moved(page, number)
    elif value.startswith("{{") and parts["head"].strip():
        edits = _quoted(line, start, start + len(value), number)
        found = codes.RESERVED.at(page.span(number, start, 2), char="{{")
    elif (
        value[0] in _OPENING
        and not value.startswith("{%")
        and (value[-1] in _CLOSING or not set(_CLOSING) & set(value))
    ):
        edits, problem, wide = _in_brackets(line, start, number)
        if problem and (failure.code == codes.BRACKET.number or problem.startswith("「")):
            found = codes.BRACKET.at(page.span(number, wide), problem=problem)
    elif parts["head"].strip():
        edits = _quoted(line, start, start + len(value), number)
    lone = value == "-" and ":" in parts["head"]
    return (page.edited(edits), None if lone else found) if edits else (None, failure)


def _quoted(line: str, start: int, end: int, number: int) -> list[Edit]:
    """The edits that quote a value; drops an unclosed quote of its own, escapes closed ones."""
    text = line[start:end]
    if text[0] == text[-1] == '"' and text.count('"') == 2:
        return [Edit(number, start + at, 0, "\\") for at, char in enumerate(text) if char == "\\"]
    open_quote = text[0] in "\"'" and text.count(text[0]) == 1
    first = Edit(number, start, int(open_quote), '"')
    inner = [
        Edit(number, start + at, 0, "\\")
        for at, char in enumerate(text)
        if char in '"\\' and not (open_quote and at == 0)
    ]
    if inner and inner[0].column == start:
        first, inner = Edit(number, start, 0, '"\\'), inner[1:]
    return [first, *inner, Edit(number, end, 0, '"')]


def _in_brackets(line: str, start: int, number: int) -> tuple[list[Edit], str, int]:
    """The edits that make a row in brackets readable, and the problem with its column if it is obvious."""
    end, is_list = len(line.rstrip()), line[start] == "["
    closed = line[end - 1] in _CLOSING and (not line.endswith("}}") or line.count("{") <= line.count("}"))
    edits, problem, place = [], "", start
    for cut, first, last in _pieces(line, start + 1, end - closed):
        if cut is not None and cut[1] != ",":
            place = cut.start(1) if not problem.startswith("「") else place
            problem = f"「{cut[1]}」是全角标点，各项之间应为半角逗号加一个空格「, 」"
            edits.append(Edit(number, cut.start(), cut.end() - cut.start(), ", "))
        inside = _piece(line, first, last, number, is_list=is_list)
        if not problem and inside and inside[-1].inserted == '"':
            problem = "括号里的这段文字含有半角的冒号、括号或引号，要用英文双引号括起来"
            place = next(edit.column for edit in inside if edit.inserted.startswith('"'))
        edits += inside
    for at, wide, plain in ((end - 1, "｝", "}"), (start, "｛", "{")):
        if line[at] == wide:
            problem, place = "「｛」「｝」是全角花括号，应为半角的「{」「}」", at
            edits.append(Edit(number, at, 1, plain))
    if not closed:
        edits.append(Edit(number, end, 0, "]" if is_list else "}"))
    return edits, problem, place


def _piece(line: str, first: int, last: int, number: int, *, is_list: bool) -> list[Edit]:
    """The edits of one item in brackets: a colon with a space behind it, a value in quotes where it needs them."""
    match = (_ITEM if is_list else _PIECE).match(line[first:last])
    if match is None:
        return []
    edits, text, at = [], match["value"], first + match.start("value")
    if not is_list and (match["colon"].strip() == "：" or not match["colon"].endswith(" ")):
        edits.append(Edit(number, first + match.start("colon"), len(match["colon"]), ": "))
    ends = {"{": "}", "[": "]", '"': '"', "'": "'"}
    whole = text[:1] in ends and text[-1:] == ends[text[0]] and not text.startswith("{{")
    return edits + (_quoted(line, at, at + len(text), number) if _RISKY.search(text) and not whole else [])


def _pieces(line: str, start: int, end: int) -> list[tuple[re.Match[str] | None, int, int]]:
    """The pieces of a row in brackets, each with the separator before it."""
    pieces: list[tuple[re.Match[str] | None, int, int]] = []
    cut, first, at, depth, quote = None, start, start, 0, ""
    while at < end:
        char = line[at]
        if quote:
            quote = "" if char == quote else quote
        elif line.startswith("{{", at) and (close := line.find("}}", at, end)) > 0:
            at = close + 1
        elif char in "\"'" and line[:at].rstrip()[-1:] in (":", ",", "[", "{", "："):
            quote = char if line.find(char, at + 1, end) > 0 else ""
        elif depth == 0 and (match := (_CUT if line[start - 1] != "[" else _COMMA).match(line, at, end)):
            pieces.append((cut, first, at))
            cut, first, at = match, match.end(), match.end() - 1
        else:
            depth = max(0, depth + (char in "{[｛") - (char in "}]｝"))
        at += 1
    return [*pieces, (cut, first, end)]


_COMMA = re.compile(r"([,，])[ ]*")
_ITEM = re.compile(r"[ ]*(?P<value>.*?)[ ]*$")


def _moved(page: Page, number: int) -> list[Edit]:
    """The edits that align a line with a block above it, or indent it as continued text."""
    match = _LINE_OF_KEY.match(page.lines[number])
    before = next((found for at in range(number - 1, -1, -1) if (found := _LINE_OF_KEY.match(page.lines[at]))), None)
    if match is None or before is None:
        return []
    lead, dashes, content = match.groups()
    if not dashes and classify(content) is Shape.TEXT:
        return [Edit(number, 0, len(lead), " " * (len(before[1]) + len(before[2]) + 2))]
    columns = set(_columns_above(page, number, items=bool(dashes))) - {len(lead)}
    if not columns:
        return []
    to = min(columns, key=lambda column: (abs(column - len(lead)), -column))
    edits = [Edit(number, 0, len(lead), " " * to)]
    for at in range(number + 1, len(page.lines)):
        below = _LINE_OF_KEY.match(page.lines[at])
        # A less indented line is outside; one at the new column is a sibling.
        if below is not None and (len(below[1]) < max(len(lead), 1) or len(below[1]) == to):
            break
        if below is not None:
            edits.append(Edit(at, 0, len(below[1]), " " * max(0, len(below[1]) + to - len(lead))))
    return edits


def _columns_above(page: Page, number: int, *, items: bool) -> Iterator[int]:
    """The columns of the blocks that are open above a line: those of lists, or those of keys."""
    limit = len(page.lines[number]) + len(page.lines[number - 1]) + 1
    for at in range(number - 1, -1, -1):
        line = _LINE_OF_KEY.match(page.lines[at])
        if line is None or line[3].startswith("#") or len(line[1]) >= limit:
            continue
        limit = len(line[1])
        if not items or line[2]:
            yield limit + (0 if items else len(line[2]))
        if not limit:
            return
