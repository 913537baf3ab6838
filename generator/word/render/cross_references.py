"""Captions, references and contents lists: values print a sign, ``resolve_marks`` replaces it when all is printed.

Numbers depend on what is printed before them, references on what is printed after them.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any, Final, NoReturn

from jinja2.runtime import Undefined
from msgspec import Struct

from generator.base.diagnostics import Code, suggestion
from generator.word import codes
from generator.word.names import PARAGRAPH, SENTINEL
from generator.word.opc import Entry
from generator.word.render.finish import RUN_STYLE
from generator.word.render.state import STATE, Mark, OutlineStyles
from generator.word.render.values import BlockValue, TextValue, UnprintableError, field_xml, run_xml, text_of

_MOST_LEVELS: Final = 9
_LONGEST: Final = 40


def _placed(value: _Named | Contents) -> str:
    """Records a mark of the running render; returns its sign, which no value can print, as ``<`` is escaped."""
    state = STATE.get()
    state.marks.append(Mark(value, state.part, state.here()))
    return f"<?jx mark {len(state.marks) - 1}?>"


class _Named(TextValue):
    __slots__ = ("_lost", "name")
    what = ""

    def __init__(self, name: object) -> None:
        # Reports an undefined name; where that is tolerated, prints nothing.
        self.name, self._lost = text_of(name).strip(), isinstance(name, Undefined)

    def text_xml(self) -> str:
        """Its sign."""
        if self._lost:
            return ""
        self._check()
        return _placed(self)

    def _check(self) -> None:
        if not self.name or len(self.name) > _LONGEST:
            raise UnprintableError(f"{self.what}的名称要有 1 至 {_LONGEST} 个字")

    def __str__(self) -> NoReturn:
        mend = f"写成 {{{{ {self.what}(…) }}}}，前后的文字写在外面。"
        raise UnprintableError(f"{self.what}要单独写成一个标记", mend)


class Caption(_Named):
    """``{{ 题注("得分汇总表") }}``: 表2-1, to be followed by a title.

    With ``by_chapter``, numbers start with the chapter and restart in each. Those that are ``copied`` do not count.
    """

    __slots__ = ("by_chapter", "copied", "label")
    what = "题注"

    def __init__(self, name: object, label: object = "表", by_chapter: object = True) -> None:
        super().__init__(name)
        self.label, self.by_chapter, self.copied = text_of(label).strip(), bool(by_chapter), False

    def copy(self) -> Caption:
        """The same caption in the second copy of a text box, for old programs."""
        made = copy(self)
        made.copied = True
        return made

    def _check(self) -> None:
        # The label is the name of the field's sequence: letters only.
        if not self.label.isalpha() or len(self.label) > _LONGEST:
            raise UnprintableError(f"题注的标签要是「表」「图」这样的文字，得到的是「{self.label[:_LONGEST]}」")
        super()._check()


class Reference(_Named):
    """``{{ 见("得分汇总表") }}``: the label and number of that caption."""

    __slots__ = ()
    what = "见"


class Contents(BlockValue):
    """``{{p 目录() }}``: a contents list of that many levels, in the paragraph and run format of its placeholder.

    Page numbers are fields that only a program with a page layout can fill in.
    """

    __slots__ = ("levels", "pages", "run", "style")

    def __init__(self, levels: Any = 3, pages: object = False) -> None:
        self.levels, self.pages, self.style, self.run = levels, bool(pages), "", ""

    def block_xml(self, paragraph: str, style: str) -> str:
        """Its sign."""
        if not isinstance(self.levels, int) or not 1 <= self.levels <= _MOST_LEVELS:
            raise UnprintableError(f"目录的级数要写 1 至 {_MOST_LEVELS} 的整数")
        made = copy(self)
        made.style, made.run = paragraph, style
        return _placed(made)

    def __str__(self) -> NoReturn:
        raise UnprintableError("目录占若干段", "把标记写成 {{p 目录() }}，独占一段。")


_SECTION = re.compile(r"<w:sectPr\b.*?</w:sectPr>", re.DOTALL)
_NUMBERS: Final = {name: re.compile(rf'<w:pg(?:Sz|Mar)\b[^>]* w:{name}="(\d+)"') for name in ("w", "left", "right")}
_WIDTH: Final = 8_844  # the text block of an official document, 156 mm in twentieths of a point
_STEP: Final = 420


class Heading(Struct, frozen=True):
    """A printed heading: its words (XML), its level, whether it begins a chapter, its place in the part's text."""

    words: str
    level: int
    is_chapter: bool
    start: int
    end: int

    @property
    def name(self) -> str:
        """The bookmark that the contents list leads to."""
        # The place in the text is unique among headings.
        return f"_Toc{1_000_000 + self.start:09}"

    def bookmarks(self) -> Iterator[tuple[int, int, str]]:
        """The two ends of its bookmark, as edits of the part's text."""
        number = f'w:id="{1_000_000 + self.start}"'
        yield self.start, self.start, f'<w:bookmarkStart {number} w:name="{self.name}"/>'
        yield self.end, self.end, f"<w:bookmarkEnd {number}/>"


def _list_contents(asked: Contents, headings: Sequence[Heading], sheet: OutlineStyles, following: str) -> str:
    """The paragraphs of a contents list; the text after it (``following``) says how wide the page is."""
    shown = [heading for heading in headings if heading.level <= asked.levels]
    switches = f'TOC \\o "1-{asked.levels}" \\h \\z \\u' + ("" if asked.pages else " \\n")
    # The width between the margins of the section of the list, in twentieths of a point.
    section = _SECTION.search(following)
    found = [one for pattern in _NUMBERS.values() if section and (one := pattern.search(section[0]))]
    page, left, right = (int(one[1]) for one in found) if len(found) == len(_NUMBERS) else (0, 0, 0)
    width = page - left - right if page > left + right else _WIDTH
    lines = [_line(heading, asked, sheet, width) for heading in shown] or [(asked.style, "")]
    # One field spans all paragraphs: it begins in the first and ends in the last.
    begin, _, end = field_xml(switches, SENTINEL).partition(SENTINEL)
    lines[0] = (lines[0][0], begin + lines[0][1])
    lines[-1] = (lines[-1][0], lines[-1][1] + end)
    return "".join(f"<w:p>{style}{runs}</w:p>" for style, runs in lines)


def _line(heading: Heading, asked: Contents, sheet: OutlineStyles, width: int) -> tuple[str, str]:
    """The format and the runs of one line's paragraph."""
    own = sheet.contents.get(heading.level)
    tabs = f'<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="{width}"/></w:tabs>' if asked.pages else ""
    style, run = f'<w:pPr><w:pStyle w:val="{own}"/>{tabs}</w:pPr>', ""
    if own is None:
        # The format of the placeholder, deeper levels indented.
        style, run = asked.style or "<w:pPr></w:pPr>", asked.run
        if "<w:tabs>" not in style:
            style = _with_property(style, "tabs", tabs)
        if heading.level > 1 and "<w:ind " not in style:
            style = _with_property(style, "ind", f'<w:ind w:left="{_STEP * (heading.level - 1)}"/>')
    words = run_xml(heading.words, run)
    if asked.pages:
        words += f"<w:r>{run}<w:tab/></w:r>" + field_xml(f"PAGEREF {heading.name} \\h", "", run)
    return style, f'<w:hyperlink w:anchor="{heading.name}" w:history="1">{words}</w:hyperlink>'


def _with_property(style: str, name: str, made: str) -> str:
    """A ``w:pPr`` with one more property, before those that the schema requires after it."""
    later = "|".join(PARAGRAPH[PARAGRAPH.index(name) + 1 :])
    return re.sub(rf"<w:(?:{later})\b|</w:pPr>", lambda found: made + found.group(), style, count=1)


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
# Above the numbers of the layout's own bookmarks.
_FIRST_BOOKMARK: Final = 900_001


class MarkFault(Exception):
    """A caption or reference does not fit the others; ``mark_faults`` says which."""


class _Number(Struct, frozen=True):
    """A caption's printed number: label and chapter, then the running number, which is a field."""

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
    """The faults among the marks of one document: mark, code and words of each finding."""
    seen: dict[str, Mark] = {}
    ways: dict[str, bool] = {}
    for mark in marks:
        if isinstance(mark.value, Reference):
            continue
        if mark.part != body:
            what = "目录" if isinstance(mark.value, Contents) else f"题注「{mark.value.name}」"
            words = {"what": what, "why": "不在正文里", "mend": "把它移到正文，页眉、脚注等处只写引用。"}
            yield mark, codes.MISPLACED, words
        elif isinstance(caption := mark.value, Caption) and not caption.copied:
            what = f"题注「{caption.name}」"
            if caption.name in seen:
                mend = "每个题注的名称要不同；在循环里的，名称里带上循环的值。"
                yield mark, codes.MISPLACED, {"what": what, "why": "印了不止一次", "mend": mend}
            seen.setdefault(caption.name, mark)
            if ways.setdefault(caption.label, caption.by_chapter) != caption.by_chapter:
                mend = f"标签是「{caption.label}」的题注，「按章」要写得一样。"
                yield mark, codes.MISPLACED, {"what": what, "why": "有的按章编号，有的不按章", "mend": mend}
    for mark in marks:
        if isinstance(mark.value, Reference) and mark.value.name not in seen:
            mend = suggestion(mark.value.name, sorted(seen)) or "在它所指的表或图上写题注。"
            yield mark, codes.UNKNOWN_CAPTION, {"name": mark.value.name, "mend": mend}


def resolve_marks(entries: dict[str, Entry], marks: Sequence[Mark], sheet: OutlineStyles) -> None:
    """Replaces the signs in the printed parts by numbers, fields and bookmarks.

    Raises:
        MarkFault: The marks do not fit each other.
    """
    if next(mark_faults(marks, sheet.body), None) is not None:
        raise MarkFault
    texts = {part: entries[part].text() for part in dict.fromkeys(mark.part for mark in marks)}
    signs = {part: list(_SIGN.finditer(text)) for part, text in texts.items()}
    headings = list(_headings(texts.get(sheet.body, ""), sheet))
    numbers = _numbers(signs.get(sheet.body, ()), marks, headings)
    for part, text in texts.items():
        edits: list[tuple[int, int, str]] = []
        for found in signs[part]:
            value = marks[int(found.group(1))].value
            if isinstance(value, Contents):
                new = _list_contents(value, headings, sheet, text[found.end() :])
            else:
                new = _runs(value, numbers[value.name], text, found.start())
            edits.append((*found.span(), new))
        if part == sheet.body and any(isinstance(mark.value, Contents) for mark in marks):
            edits += [edit for heading in headings for edit in heading.bookmarks()]
        pieces: list[str] = []
        at = 0
        for start, end, new in sorted(edits):
            pieces += (text[at:start], new)
            at = end
        entries[part] = Entry(part, "".join((*pieces, text[at:])))


def _headings(text: str, sheet: OutlineStyles) -> Iterator[Heading]:
    """The headings of the body that have text; like Word's contents list, omits those in text boxes."""
    edges = [edge for box in _BOX.finditer(text) for edge in box.span()] if _IN_BOX in text else []
    # The style and the outline level (0 without one) by format: reports have many paragraphs and few formats.
    ranks: dict[str, tuple[str, int]] = {}
    for begin, properties in _formats(text, sheet):
        if properties not in ranks:
            now = properties.partition("<w:pPrChange")[0]
            named, outline = _STYLE.search(now), _OUTLINE.search(now)
            style = named[1] if named else ""
            ranks[properties] = style, int(outline[1]) + 1 if outline else sheet.levels.get(style, 0)
        style, level = ranks[properties]
        if not 1 <= level <= 9 or bisect(edges, begin) % 2:
            continue
        start = begin + len(properties) + len(_END_OF_FORMAT)
        end = text.find("</w:p>", start)
        words = "".join(piece.group(1) or " " for piece in _WORDS.finditer(text, start, end)).strip()
        if words:
            yield Heading(words, level, style in sheet.chapters, start, end)


def _formats(text: str, sheet: OutlineStyles) -> Iterator[tuple[int, str]]:
    """The formats of the paragraphs that may be headings, each with its place."""
    styles = "|".join(map(re.escape, sorted(sheet.levels))) or "(?!)"
    last = -1
    for found in re.finditer(rf'<w:(?:pStyle w:val="(?:{styles})"|outlineLvl )', text):
        opened = text.rfind(_FORMAT, 0, found.start())
        start = opened + len(_FORMAT)
        # A tracked change holds the former format.
        is_own = text.startswith(_PARAGRAPHS, text.rfind("<", 0, opened))
        if is_own and opened != last:
            yield start, text[start : text.find(_END_OF_FORMAT, start)]
        last = opened


def _numbers(signs: Sequence[re.Match[str]], marks: Sequence[Mark], headings: Sequence[Heading]) -> dict[str, _Number]:
    chapters = [heading.start for heading in headings if heading.is_chapter]
    counts: dict[tuple[str, int], int] = {}
    numbers: dict[str, _Number] = {}
    for found in signs:
        mark = marks[int(found.group(1))].value
        if not isinstance(mark, Caption) or mark.copied:
            continue
        chapter = bisect(chapters, found.start()) if mark.by_chapter else 0
        running = counts[mark.label, chapter] = counts.get((mark.label, chapter), 0) + 1
        before = f"{mark.label}{chapter}-" if mark.by_chapter else mark.label
        # \s 1 restarts the sequence at each heading 1 in Word, \r 1 does so in LibreOffice.
        restart = " \\r 1" if running == 1 else ""
        instruction = f"SEQ {mark.label} \\* ARABIC" + (f"{restart} \\s 1" if mark.by_chapter else "")
        numbers[mark.name] = _Number(before, running, instruction, _FIRST_BOOKMARK + len(numbers))
    return numbers


def _runs(value: Caption | Reference, number: _Number, text: str, place: int) -> str:
    """What replaces the sign of a caption or reference in a run's text, in the format of that run."""
    start = text.rfind("<w:r>", 0, place)
    opening = _RUN.match(text, max(start, text.rfind("<w:r ", max(start, 0), place)))
    found = RUN_STYLE.match(text, opening.end()) if opening else None
    style = found[1] if found else ""
    if isinstance(value, Reference):
        runs = field_xml(f"REF {number.name} \\h", run_xml(number.text, style), style)
    elif value.copied:
        runs = run_xml(number.text, style)
    else:
        count = field_xml(number.instruction, run_xml(str(number.running), style), style)
        bookmark = f'w:id="{number.bookmark}"'
        runs = f'<w:bookmarkStart {bookmark} w:name="{number.name}"/>{run_xml(number.before, style)}{count}'
        runs += f"<w:bookmarkEnd {bookmark}/>"
    return f'</w:t></w:r>{runs}<w:r>{style}<w:t xml:space="preserve">'
