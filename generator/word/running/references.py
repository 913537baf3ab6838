"""The second pass over a text that holds captions, references or a contents list: numbers, fields and bookmarks.

Everything is written as a real field with its result, so that Word shows the right text at once, asks nothing when it
opens the file, and can still count anew. Chapter numbers are plain text: Word takes them only from numbered headings.
"""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.diagnostics import suggestion
from generator.word import codes
from generator.word.opc import pack
from generator.word.running.contents import Heading, list_contents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.base.diagnostics import Code
    from generator.word.opc import Entry
    from generator.word.running.marks import Mark
    from generator.word.running.stylesheet import StyleSheet

__all__ = ["MarkFault", "mark_faults", "settle"]

_SIGN = re.compile(r"<\?jx mark (\d+)\?>")
_PARAGRAPHS: Final = ("<w:p>", "<w:p ")
_FORMAT: Final = "<w:pPr>"
_END_OF_FORMAT: Final = "</w:pPr>"
_STYLE = re.compile(r'<w:pStyle w:val="([^"]*)"')
_OUTLINE = re.compile(r'<w:outlineLvl w:val="(\d)"')
_BOX = re.compile(r"<w:txbxContent>.*?</w:txbxContent>", re.DOTALL)
_IN_BOX: Final = "<w:txbxContent>"
_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:(?:tab|br|cr)\b[^>]*/>")
_RUN = re.compile(r"<w:r(?:>| [^>]*[^/]>)")
_RUN_STYLE = re.compile(r"\s*(<w:rPr>.*?</w:rPr>)", re.DOTALL)
# Bookmarks that a layout brings have small numbers; those made here must differ from them.
_FIRST_BOOKMARK: Final = 900_001


class MarkFault(Exception):
    """A caption or reference does not fit the others; ``mark_faults`` tells which."""


class _Number(Struct, frozen=True):
    """A caption's number as it is printed: label and chapter, then the running number, which is a field."""

    before: str
    running: int
    instruction: str
    bookmark: int

    @property
    def text(self) -> str:
        return f"{self.before}{self.running}"

    @property
    def name(self) -> str:
        return f"_Ref{self.bookmark:09}"


def mark_faults(marks: Sequence[Mark], body: str) -> Iterator[tuple[Mark, Code, dict[str, str]]]:
    """What is wrong among the marks of one document: the mark, the code, the words of the finding."""
    seen: dict[str, Mark] = {}
    ways: dict[str, bool] = {}
    for mark in marks:
        if mark.kind == "reference":
            continue
        if mark.part != body:
            what = "目录" if mark.kind == "contents" else f"题注「{mark.name}」"
            yield (
                mark,
                codes.MISPLACED,
                {"what": what, "why": "不在正文里", "mend": "把它移到正文，页眉、脚注等处只写引用。"},
            )
        elif mark.kind == "caption" and not mark.copied:
            yield from _caption_faults(mark, seen, ways)
    known = sorted(seen)
    for mark in marks:
        if mark.kind == "reference" and mark.name not in seen:
            mend = suggestion(mark.name, known) or "在它所指的表或图上写题注。"
            yield mark, codes.UNKNOWN_CAPTION, {"name": mark.name, "mend": mend}


def _caption_faults(
    mark: Mark, seen: dict[str, Mark], ways: dict[str, bool]
) -> Iterator[tuple[Mark, Code, dict[str, str]]]:
    what = f"题注「{mark.name}」"
    if mark.name in seen:
        mend = "每个题注的名称要不同；在循环里的，名称里带上循环的值。"
        yield mark, codes.MISPLACED, {"what": what, "why": "印了不止一次", "mend": mend}
    seen.setdefault(mark.name, mark)
    if ways.setdefault(mark.label, mark.by_chapter) != mark.by_chapter:
        mend = f"标签是「{mark.label}」的题注，「按章」要写得一样。"
        yield mark, codes.MISPLACED, {"what": what, "why": "有的按章编号，有的不按章", "mend": mend}


def settle(entries: dict[str, Entry], marks: Sequence[Mark], sheet: StyleSheet) -> None:
    """Puts numbers, fields and bookmarks in the place of the signs.

    Args:
        entries: The printed files of the package.
        marks: What the signs stand for, by their number.
        sheet: The layout's styles.

    Raises:
        MarkFault: They do not fit each other.
    """
    if next(mark_faults(marks, sheet.body), None) is not None:
        raise MarkFault
    texts = {part: entries[part].text() for part in dict.fromkeys(mark.part for mark in marks)}
    signs = {part: list(_SIGN.finditer(text)) for part, text in texts.items()}
    headings = list(_headings(texts.get(sheet.body, ""), sheet))
    settled = _Settled(marks, sheet, headings, _numbers(signs.get(sheet.body, ()), marks, headings))
    for part, text in texts.items():
        edits = [settled.edit(text, found) for found in signs[part]]
        if part == sheet.body and any(mark.kind == "contents" for mark in marks):
            edits += [edit for heading in headings for edit in heading.bookmarks()]
        entries[part] = pack(part, _edited(text, edits))


def _headings(text: str, sheet: StyleSheet) -> Iterator[Heading]:
    """The headings of the body that say something; those in text boxes are none to Word's contents either."""
    edges = [edge for box in _BOX.finditer(text) for edge in box.span()] if _IN_BOX in text else []
    # A report has few formats and many paragraphs.
    ranks: dict[str, tuple[str, int]] = {}
    for begin, properties in _formats(text, sheet):
        style, level = ranks.get(properties) or ranks.setdefault(properties, _rank(properties, sheet))
        if not 1 <= level <= 9 or bisect(edges, begin) % 2:
            continue
        start = begin + len(properties) + len(_END_OF_FORMAT)
        end = text.find("</w:p>", start)
        words = "".join(piece.group(1) or " " for piece in _WORDS.finditer(text, start, end)).strip()
        if words:
            yield Heading(words, level, style in sheet.chapters, start, end)


def _formats(text: str, sheet: StyleSheet) -> Iterator[tuple[int, str]]:
    """The formats of the paragraphs that may be headings, each with its place: few of the paragraphs that there are."""
    styles = "|".join(map(re.escape, sorted(sheet.levels))) or "(?!)"
    last = -1
    for found in re.finditer(rf'<w:(?:pStyle w:val="(?:{styles})"|outlineLvl )', text):
        opened = text.rfind(_FORMAT, 0, found.start())
        start = opened + len(_FORMAT)
        # A tracked change says what the format of a paragraph was.
        is_own = text.startswith(_PARAGRAPHS, text.rfind("<", 0, opened))
        if is_own and opened != last:
            yield start, text[start : text.find(_END_OF_FORMAT, start)]
        last = opened


def _rank(properties: str, sheet: StyleSheet) -> tuple[str, int]:
    """A paragraph's style and its outline level, from 1; 0 where it has none."""
    # What a tracked change says the format was does not count.
    now = properties.partition("<w:pPrChange")[0]
    named, outline = _STYLE.search(now), _OUTLINE.search(now)
    style = named.group(1) if named else ""
    return style, int(outline.group(1)) + 1 if outline else sheet.levels.get(style, 0)


def _numbers(signs: Sequence[re.Match[str]], marks: Sequence[Mark], headings: Sequence[Heading]) -> dict[str, _Number]:
    """The number of every caption, by its name."""
    chapters = [heading.start for heading in headings if heading.is_chapter]
    counts: dict[tuple[str, int], int] = {}
    numbers: dict[str, _Number] = {}
    for found in signs:
        mark = marks[int(found.group(1))]
        if mark.kind != "caption" or mark.copied:
            continue
        chapter = bisect(chapters, found.start()) if mark.by_chapter else 0
        running = counts[mark.label, chapter] = counts.get((mark.label, chapter), 0) + 1
        before = f"{mark.label}{chapter}-" if mark.by_chapter else mark.label
        # Word counts anew after each heading 1 by itself; LibreOffice has to be told at the first of a chapter.
        anew = " \\r 1" if running == 1 else ""
        instruction = f"SEQ {mark.label} \\* ARABIC" + (f"{anew} \\s 1" if mark.by_chapter else "")
        numbers[mark.name] = _Number(before, running, instruction, _FIRST_BOOKMARK + len(numbers))
    return numbers


class _Settled(Struct, frozen=True):
    """What is known once all is printed."""

    marks: Sequence[Mark]
    sheet: StyleSheet
    headings: Sequence[Heading]
    numbers: Mapping[str, _Number]

    def edit(self, text: str, found: re.Match[str]) -> tuple[int, int, str]:
        """What comes where a sign stands: start, end, text."""
        mark = self.marks[int(found.group(1))]
        if mark.kind == "contents":
            return *found.span(), list_contents(mark, self.headings, self.sheet, text[found.end() :])
        runs = _runs(mark, self.numbers[mark.name], style := _style_at(text, found.start()))
        return *found.span(), f'</w:t></w:r>{runs}<w:r>{style}<w:t xml:space="preserve">'


def _runs(mark: Mark, number: _Number, style: str) -> str:
    if mark.kind == "reference":
        return _field(f"REF {number.name} \\h", number.text, style)
    if mark.copied:
        return _run(number.text, style)
    inside = _run(number.before, style) + _field(number.instruction, str(number.running), style)
    mark_id = f'w:id="{number.bookmark}"'
    return f'<w:bookmarkStart {mark_id} w:name="{number.name}"/>{inside}<w:bookmarkEnd {mark_id}/>'


def _style_at(text: str, place: int) -> str:
    """The format of the run that a sign stands in."""
    start = text.rfind("<w:r>", 0, place)
    opening = _RUN.match(text, max(start, text.rfind("<w:r ", max(start, 0), place)))
    style = _RUN_STYLE.match(text, opening.end()) if opening else None
    return style.group(1) if style else ""


def _run(words: str, style: str) -> str:
    return f'<w:r>{style}<w:t xml:space="preserve">{words}</w:t></w:r>'


def _field(instruction: str, result: str, style: str) -> str:
    """A field with the result that it would have."""
    return (
        f'<w:r>{style}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{style}<w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        f'<w:r>{style}<w:fldChar w:fldCharType="separate"/></w:r>{_run(result, style)}'
        f'<w:r>{style}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end, new in sorted(edits):
        parts += (text[at:start], new)
        at = end
    return "".join((*parts, text[at:]))
