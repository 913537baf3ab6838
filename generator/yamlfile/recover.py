"""Report the slips that hide the structure of a file, and mend them in memory, so that the rest can be read as well.

A full-width colon, or one without a space, is a slip only where a key was evidently meant: where the lines beside it in
the same block, or the other items of the same list, are keys. In text it is left alone.
"""

from __future__ import annotations

import re

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import Finding, shortened
from generator.yamlfile import codes
from generator.yamlfile.scan import Line, Shape, classify, key_in, scan
from generator.yamlfile.text import Edit, Page

_LONGEST_SAMPLE = 15
_SLIPS = (Shape.WIDE, Shape.WIDE_SURELY, Shape.GLUED)
_GAP = re.compile(r"[ \t\u3000\u00a0]*")


class Mended(Struct, frozen=True):
    """The mended page, its slips, whether mending moved columns (partly a guess), and whether tabs were among them."""

    page: Page
    findings: tuple[Finding, ...]
    moved: bool
    tabs: bool


def mend(page: Page, tab_width: int) -> Mended:
    """The page with indentation, colons and dashes mended, a tab counting as so many spaces."""
    scanned = scan(page.lines, tab_width)
    blocks = _Blocks()
    for line in scanned.lines:
        blocks.take(line)
    findings = [codes.INDENTATION.at(page.span(i.line, i.column, i.length), name=i.name) for i in scanned.indents]
    edits = list(scanned.edits)
    for line in blocks.glued_dashes:
        text = shortened(line.content, _LONGEST_SAMPLE)
        findings.append(codes.DASH_WITHOUT_SPACE.at(page.span(line.number, line.start - 1), text=text))
        edits.append(Edit(line.number, line.start, 0, " "))
    for line in blocks.slips():
        mark, code = (":", codes.COLON_WITHOUT_SPACE) if line.shape is Shape.GLUED else ("：", codes.FULL_WIDTH_COLON)
        at = line.content.index(mark)
        gap = len(_GAP.match(line.content, at + 1)[0])  # type: ignore[index]  # matches any text
        findings.append(code.at(page.span(line.number, line.start + at), key=key_in(line.content)))
        edits.append(Edit(line.number, line.start + at, 1 + gap, ": "))
    tabs = any("\t" in page.lines[indent.line] for indent in scanned.indents)
    return Mended(page.edited(edits), tuple(findings), bool(scanned.indents or blocks.glued_dashes), tabs)


class _Block(Struct):
    """Lines of one mapping or text, or the items of one list, at one column."""

    column: int
    is_list: bool
    top: bool
    lines: list[Line] = field(default_factory=list)
    items: list[_Block] = field(default_factory=list)

    def has_keys(self) -> bool:
        """Whether it is a mapping beyond doubt. The file itself always is one."""
        return self.top or any(line.shape in (Shape.KEY, Shape.WIDE_SURELY) for line in self.lines)

    def may_have_keys(self) -> bool:
        return all(line.shape in (Shape.KEY, *_SLIPS) for line in self.lines)


class _Blocks:
    """Groups lines into blocks."""

    def __init__(self) -> None:
        self.all: list[_Block] = []
        self.open: list[_Block] = []
        self.glued_dashes: list[Line] = []

    def take(self, line: Line) -> None:
        beside_items = any(block.is_list and block.column == line.column for block in self.open)
        is_item = not line.dashes and re.match(r"-[^-\s]", line.content)
        if is_item and (beside_items or line.shape is Shape.KEY):
            content = line.content[1:]
            line = replace(
                line,
                dashes=(line.column,),
                column=line.column + 2,
                start=line.start + 1,
                content=content,
                shape=classify(content),
            )
            self.glued_dashes.append(line)
        for column in line.dashes:
            self._enter(column, is_list=True)
        if line.shape is not Shape.NOTHING:
            self._enter(line.column, is_list=False).lines.append(line)

    def slips(self) -> list[Line]:
        """The lines whose colon is wrong, a key being evidently meant."""
        keyed = [block for block in self.all if not block.is_list and block.has_keys()]
        for block in self.all:
            if any(item.has_keys() for item in block.items):
                keyed += [item for item in block.items if not item.has_keys() and item.may_have_keys()]
        return sorted((line for block in keyed for line in block.lines if line.shape in _SLIPS), key=lambda x: x.number)

    def _enter(self, column: int, *, is_list: bool) -> _Block:
        # Close the blocks that end before a line at this column. A list may begin at the column of its key.
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
