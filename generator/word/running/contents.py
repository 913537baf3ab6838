"""The contents list: a real field whose result is the headings as they were printed, each a link.

Page numbers are known only to a program that lays out pages. Without them (the usual way) the field is told to have
none; with them, each line has a page field that is empty until Word counts (right click, 更新域) or LibreOffice prints.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.word.running.marks import Mark
    from generator.word.running.stylesheet import StyleSheet

__all__ = ["Heading", "list_contents"]

_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>", re.DOTALL)
_NUMBERS: Final = {name: re.compile(rf'<w:pg(?:Sz|Mar)\b[^>]* w:{name}="(\d+)"') for name in ("w", "left", "right")}
_WIDTH: Final = 8_844  # the text block of an official document, 156 mm in twentieths of a point
_STEP: Final = 420
_LATER: Final = (
    r"<w:(?:suppressAutoHyphens|kinsoku|wordWrap|overflowPunct|topLinePunct|autoSpaceDE|autoSpaceDN|bidi|adjustRightInd|"
    r"snapToGrid|spacing|ind|contextualSpacing|mirrorIndents|suppressOverlap|jc|textDirection|textAlignment|"
    r"textboxTightWrap|outlineLvl|divId|cnfStyle|rPr|pPrChange)\b|</w:pPr>"
)
_AFTER_INDENT: Final = (
    r"<w:(?:contextualSpacing|mirrorIndents|suppressOverlap|jc|textDirection|textAlignment|textboxTightWrap|outlineLvl|"
    r"divId|cnfStyle|rPr|pPrChange)\b|</w:pPr>"
)


class Heading(Struct, frozen=True):
    """A heading as printed: its words (XML), its level, whether it begins a chapter, its place in the part's text."""

    words: str
    level: int
    is_chapter: bool
    start: int
    end: int

    @property
    def name(self) -> str:
        """The bookmark that the contents list leads to."""
        return f"_Toc{self._number:09}"

    @property
    def _number(self) -> int:
        # Its place in the text is a number that no other heading has.
        return 1_000_000 + self.start

    def bookmarks(self) -> Iterator[tuple[int, int, str]]:
        """The two ends of its bookmark, as edits of the part's text."""
        yield self.start, self.start, f'<w:bookmarkStart w:id="{self._number}" w:name="{self.name}"/>'
        yield self.end, self.end, f'<w:bookmarkEnd w:id="{self._number}"/>'


def list_contents(mark: Mark, headings: Sequence[Heading], sheet: StyleSheet, following: str) -> str:
    """The paragraphs of the list.

    Args:
        mark: What was asked for.
        headings: All headings of the document.
        sheet: The layout's styles.
        following: The text after the list, which says how wide the page is.
    """
    shown = [heading for heading in headings if heading.level <= mark.levels]
    switches = f'TOC \\o "1-{mark.levels}" \\h \\z \\u' + ("" if mark.pages else " \\n")
    begin = (
        _sign("begin") + f'<w:r><w:instrText xml:space="preserve"> {switches} </w:instrText></w:r>' + _sign("separate")
    )
    lines = [_line(heading, mark, sheet, _text_width(following)) for heading in shown]
    if not lines:
        return f"<w:p>{mark.style}{begin}{_sign('end')}</w:p>"
    styles, runs = zip(*lines, strict=True)
    first, last = begin + runs[0], _sign("end")
    inside = [first, *runs[1:]]
    inside[-1] += last
    return "".join(f"<w:p>{style}{run}</w:p>" for style, run in zip(styles, inside, strict=True))


def _sign(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _line(heading: Heading, mark: Mark, sheet: StyleSheet, width: int) -> tuple[str, str]:
    """One line: the format of its paragraph, its runs."""
    own = sheet.contents.get(heading.level)
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>' if mark.pages else ""
    if own is not None:
        style, run = f'<w:pPr><w:pStyle w:val="{own}"/>{tabs}</w:pPr>', ""
    else:
        style, run = _indented(_with_tabs(mark.style or "<w:pPr></w:pPr>", tabs), heading.level), mark.run
    page = ""
    if mark.pages:
        ends = [f'<w:r>{run}<w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
        code = f'<w:r>{run}<w:instrText xml:space="preserve"> PAGEREF {heading.name} \\h </w:instrText></w:r>'
        page = f"<w:r>{run}<w:tab/></w:r>{ends[0]}{code}{ends[1]}{ends[2]}"
    words = f'<w:r>{run}<w:t xml:space="preserve">{heading.words}</w:t></w:r>'
    return style, f'<w:hyperlink w:anchor="{heading.name}" w:history="1">{words}{page}</w:hyperlink>'


def _with_tabs(style: str, tabs: str) -> str:
    if not tabs or "<w:tabs>" in style:
        return style
    return re.sub(_LATER, lambda found: tabs + found.group(), style, count=1)


def _indented(style: str, level: int) -> str:
    """The format of the placeholder, deeper levels set in."""
    if level == 1 or "<w:ind " in style:
        return style
    return re.sub(
        _AFTER_INDENT, lambda found: f'<w:ind w:left="{_STEP * (level - 1)}"/>{found.group()}', style, count=1
    )


def _text_width(following: str) -> int:
    """The width between the margins of the section that the list stands in, in twentieths of a point."""
    section = _SECTION.search(following)
    found = [pattern.search(section.group()) for pattern in _NUMBERS.values()] if section else []
    if len(found) < len(_NUMBERS) or not all(found):
        return _WIDTH
    page, left, right = (int(one.group(1)) for one in found if one)
    return page - left - right if page - left - right > 0 else _WIDTH
