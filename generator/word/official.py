"""Checks a layout against the official format of government documents: paper, fonts, headings, page numbers, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from generator.base.diagnostics import Code, Finding, Span
from generator.word import codes, names
from generator.word.inspect import Places
from generator.word.names import RELATION_ID, Tree, below, in_columns, is_on, number, own, own_text, value, w
from generator.word.opc import Entry, open_package, read_file, relations_in, target_of
from generator.word.read.document import only_word
from generator.word.xml import fields_of, keyword, make, parse_xml, style_chain, styles_by_id

_BODY: Final = "word/document.xml"
_CHINESE_FONT = re.compile(r"[\u4e00-\u9fff]|fangsong|kaiti|simsun|simhei|yahei", re.IGNORECASE)
_ROW_TAGS: Final = re.compile(r"\s*(\{%tr .*?%\}\s*)*")
_LOOP: Final = re.compile(r"\{%tr for ")
_TWIPS: Final = 1440 / 25.4
_A4: Final = (11906, 16838)
_SLACK: Final = 30  # half a millimetre, in twips
_MARGINS: Final = (("top", "上", 37), ("bottom", "下", 35), ("left", "左", 28), ("right", "右", 26))
_PITCH: Final = "579"
_TAG_ONLY: Final = re.compile(r"\s*(\{%.*?%\}|\{#.*?#\})?\s*")
_HEADING: Final = re.compile(r"heading (\d)$|标题 ?(\d)$", re.IGNORECASE)
_LOOKS_LIKE_HEADING: Final = re.compile(r"[一二三四五六七八九十]{1,3}、[^。；]{1,40}")
_LEVELS: Final = {1: ("一", "黑体", ("黑体", "simhei", "heiti")), 2: ("二", "楷体", ("楷", "kaiti"))}


class Look(Struct, frozen=True):
    """The effective format of a paragraph.

    The ``font`` is the Chinese one, empty where none is named; ``outline`` is 1 for the first level, 0 for text; the
    first-line ``indent`` is in hundredths of a character.
    """

    font: str
    half_points: int
    outline: int
    align: str
    indent: int

    @property
    def is_body(self) -> bool:
        """Whether it is neither a heading nor centred or set right."""
        return not self.outline and self.align not in {"center", "right"}

    def wrong_size(self, points: int) -> list[str]:
        """What is wrong with the font size, in Chinese."""
        return [] if self.half_points == points * 2 else [f"是 {self.half_points / 2:g} 磅（应为 {points}）"]

    def wrong_type(self, points: int, font: str, *signs: str) -> list[str]:
        """What is wrong with size and font, in Chinese; one of ``signs`` must be in the name of the font."""
        wrong = self.wrong_size(points)
        if not any(sign in self.font.lower() for sign in signs):
            wrong.append(f"用的是{self.font or '没有写明的字体'}（应为{font}）")
        return wrong


class StyleSheet:
    """The styles of a document; ``root`` is the tree of ``word/styles.xml``."""

    def __init__(self, root: Tree) -> None:
        self.known = styles_by_id(root)
        defaults = {key: one for key, one in self.known.items() if one.get(w("default")) in {"1", "true"}}
        self._default = next((key for key, one in defaults.items() if one.get(w("type")) == "paragraph"), "")
        self._run_defaults = root.find(f".//{w('rPrDefault')}/{w('rPr')}")
        self._paragraph_defaults = root.find(f".//{w('pPrDefault')}/{w('pPr')}")

    def id_of(self, paragraph: Tree) -> str:
        """The id of a paragraph's style."""
        return value(paragraph.find(names.P_PR), "pStyle") or self._default

    def name(self, style_id: str) -> str:
        """The name of a style, as Word shows it."""
        return value(self.known.get(style_id), "name") or style_id or "正文"

    def font(self, style_id: str) -> str:
        """The Chinese font of a style, its own or inherited; empty where none is named."""
        return _font([*self._layers(style_id, "rPr"), self._run_defaults])

    def look(self, paragraph: Tree) -> Look:
        """The effective format of a paragraph; its font is that of the first run with text."""
        style_id, p_pr = self.id_of(paragraph), paragraph.find(names.P_PR)
        run = next((run for run in paragraph.iter(names.R) if "".join(map(str, run.itertext(names.T))).strip()), None)
        r_pr = run.find(names.R_PR) if run is not None else None
        run_layers = [r_pr, *self._layers(value(r_pr, "rStyle"), "rPr")]
        run_layers += [*self._layers(style_id, "rPr"), self._run_defaults]
        layers = [p_pr, *self._layers(style_id, "pPr"), self._paragraph_defaults]
        half_points = number(_first(run_layers, "sz") or "20")
        return Look(
            font=_font(run_layers),
            half_points=half_points,
            outline=(number(_first(layers, "outlineLvl") or "9") + 1) % 10,
            align=_first(layers, "jc"),
            indent=_indent(layers, half_points),
        )

    def _layers(self, style_id: str, part: str) -> list[Tree | None]:
        """The formats of a style and those that it is based on, in this order."""
        return [style.find(w(part)) for style in style_chain(self.known, style_id)]


def _western_only(holder: Tree | None) -> str:
    """The Chinese font that a run or style sets for Western letters only; blank if it does not."""
    fonts = [value(holder, "rPr/rFonts", name) for name in ("eastAsia", "eastAsiaTheme", "ascii", "hAnsi")]
    font = "" if fonts[0] or fonts[1] else fonts[2] or fonts[3]
    return font if _CHINESE_FONT.search(font) else ""


def _first(layers: list[Tree | None], child: str) -> str:
    return next((found for layer in layers if (found := value(layer, child))), "")


def _font(layers: list[Tree | None]) -> str:
    for layer in layers:
        if value(layer, "rFonts", "eastAsiaTheme"):
            return ""  # a theme font, which differs between computers
        if font := value(layer, "rFonts", "eastAsia"):
            return font
    return ""


def _indent(layers: list[Tree | None], half_points: int) -> int:
    """The first-line indent in hundredths of a character; approximate where it is stated in twips."""
    for layer in layers:
        for name, sign in (("firstLineChars", 1), ("hangingChars", -1), ("firstLine", 1), ("hanging", -1)):
            if stated := value(layer, "ind", name):
                measure = sign * number(stated)
                return measure if name.endswith("Chars") else measure * 10 // max(half_points, 1)
    return 0


class _Layout(Struct):
    """A layout's parts, and the findings so far."""

    span: Span
    entries: dict[str, Entry]
    body: Tree
    styles: StyleSheet
    places: Places
    findings: list[Finding] = field(default_factory=list)

    def paragraphs(self) -> Iterator[Tree]:
        """The paragraphs of the body that print text, without those of tables and text boxes."""
        return (one for one in self.body.iterchildren(names.P) if not _TAG_ONLY.fullmatch(own_text(one)))

    def report(self, code: Code, place: str, **words: Any) -> None:
        """Adds a finding."""
        self.findings.append(code.at(self.span, place, **words))


def check_style(path: Path) -> list[Finding]:
    """Warnings where a layout departs from the official format.

    Raises:
        Refused: It is not a Word file.
        FileProblem: It cannot be read.
    """
    span = Span(str(path))
    entries = open_package(read_file(path), span)
    with only_word(span):
        root = parse_xml(entries.get(_BODY, Entry(_BODY, "")).data())
        styles = entries.get("word/styles.xml")
        sheet = StyleSheet(make(w("styles")) if styles is None else parse_xml(styles.data()))
    body = root.find(w("body"))
    layout = _Layout(span, entries, body if body is not None else root, sheet, Places(root))
    counts = Counter(sheet.id_of(one) for one in layout.paragraphs() if sheet.look(one).is_body)
    body_style = max(counts, key=lambda style: counts[style]) if counts else None
    _check_sections(layout, body_style)
    _check_body(layout, body_style)
    _check_title(layout)
    headings: dict[tuple[str, str], Finding] = {}  # the first of each kind in each style
    for paragraph in layout.paragraphs():
        style = sheet.name(sheet.id_of(paragraph))
        for finding in _wrong_heading(layout, paragraph, style):
            headings.setdefault((finding.code, style), finding)
    layout.findings += headings.values()
    _check_fonts(layout)
    _check_tables(layout)
    return layout.findings


def _sections(body: Tree) -> Iterator[tuple[Tree, list[Tree]]]:
    """The sections: the properties of each, with its paragraphs and tables."""
    blocks: list[Tree] = []
    for block in body:
        if block.tag == w("sectPr"):
            yield block, blocks
            return
        blocks.append(block)
        ending = below(block, "pPr/sectPr") if block.tag == names.P else None
        if ending is not None:
            yield ending, blocks
            blocks = []


def _check_sections(layout: _Layout, body_style: str | None) -> None:
    """The paper of every section; the line grid and page numbers of upright ones with body text."""
    footers: dict[str, str] = {}
    for count, (section, blocks) in enumerate(_sections(layout.body), 1):
        place = f"第 {count} 节"
        is_landscape = _check_paper(layout, section, place)
        # Sections without a footer inherit that of the section before.
        found = section.iterfind(w("footerReference"))
        footers |= {str(one.get(w("type"))): str(one.get(RELATION_ID)) for one in found}
        texts = [one for one in blocks if one.tag == names.P and not _TAG_ONLY.fullmatch(own_text(one))]
        if not is_landscape and any(layout.styles.id_of(one) == body_style for one in texts):
            kind, pitch = (value(section, "docGrid", name) for name in ("type", "linePitch"))
            if kind not in {"lines", "linesAndChars"}:
                layout.report(codes.GRID, place, what="没有行网格")
            elif pitch != _PITCH:
                layout.report(codes.GRID, place, what=f"行网格的行距是 {number(pitch) / 20:g} 磅（应为 28.95）")
            _check_footer(layout, footers.get("default", ""), place)


def _check_paper(layout: _Layout, section: Tree, place: str) -> bool:
    """Checks paper and margins; returns whether the section is landscape."""
    width, height = (number(value(section, "pgSz", name)) for name in ("w", "h"))
    if any(abs(side - wanted) > _SLACK for side, wanted in zip(sorted((width, height)), _A4, strict=True)):
        layout.report(codes.PAPER, place, width=_millimetres(width), height=_millimetres(height))
    if width > height:
        return True
    stated = {name: number(value(section, "pgMar", name)) for name, _, _ in _MARGINS}
    wrong = [
        f"{title} {_millimetres(stated[name])} 毫米（应为 {wanted}）"
        for name, title, wanted in _MARGINS
        if abs(stated[name] - wanted * _TWIPS) > _SLACK
    ]
    if wrong:
        layout.report(codes.MARGINS, place, what="、".join(wrong))
    return False


def _millimetres(twips: int) -> str:
    return f"{twips / _TWIPS:.1f}".removesuffix(".0")


def _check_footer(layout: _Layout, relation: str, place: str) -> None:
    problem = "页脚里没有页码"
    for one in relations_in(layout.entries, _BODY):
        target = target_of(_BODY, one)
        if one.get("Id") == relation and target in layout.entries:
            fields = ((p, fields_of(p)) for p in parse_xml(layout.entries[target].data()).iter(names.P))
            numbered = next((p for p, found in fields if "PAGE" in {keyword(one.code) for one in found}), None)
            if numbered is not None:
                look = layout.styles.look(numbered)
                is_dashed = re.fullmatch(r"[—–―－-]\s*\d*\s*[—–―－-]", own_text(numbered).strip())
                wrong = ([] if is_dashed else ["两边没有一字线"]) + look.wrong_size(14)
                if "宋" not in look.font and "simsun" not in look.font.lower():
                    wrong.append(f"字体是{look.font or '没有写明的'}（应为宋体）")
                problem = f"页码{'、'.join(wrong)}" if wrong else ""
            break
    if problem:
        layout.report(codes.PAGE_NUMBER, f"{place} 页脚", what=problem)


def _check_body(layout: _Layout, body_style: str | None) -> None:
    wrong: dict[str, list[Tree]] = {}
    for paragraph in layout.paragraphs():
        look = layout.styles.look(paragraph)
        if layout.styles.id_of(paragraph) == body_style and look.is_body:
            problems = look.wrong_type(16, "仿宋", "仿宋", "fangsong")
            if not 180 <= look.indent <= 220:
                indent = f" {look.indent / 100:.1f} 字符".replace(".0 ", " ") if look.indent else "没有设"
                problems.append(f"首行缩进{indent}（应为 2 字符）")
            wrong.setdefault("，".join(problems), []).append(paragraph)
    for problem, paragraphs in wrong.items():
        if problem and body_style is not None:
            style, place = layout.styles.name(body_style), layout.places.of(paragraphs[0])
            layout.report(codes.BODY, place, style=style, what=problem, count=_count(paragraphs))


def _count(paragraphs: list[Tree]) -> str:
    return f"（共 {len(paragraphs)} 段）" if len(paragraphs) > 1 else ""


def _check_title(layout: _Layout) -> None:
    paragraphs = list(layout.paragraphs())
    titles = [one for one in paragraphs if layout.styles.name(layout.styles.id_of(one)).lower() in {"title", "标题"}]
    for title in (titles or paragraphs)[:1]:
        look = layout.styles.look(title)
        wrong = look.wrong_type(22, "小标宋", "小标宋", "xbs") + ([] if look.align == "center" else ["没有居中"])
        if wrong:
            layout.report(codes.TITLE, layout.places.of(title), what="，".join(wrong))


def _wrong_heading(layout: _Layout, paragraph: Tree, style: str) -> Iterator[Finding]:
    look, place = layout.styles.look(paragraph), layout.places.of(paragraph)
    named = _HEADING.match(style)
    level = int(named[1] or named[2]) if named else 0
    if not level and _LOOKS_LIKE_HEADING.fullmatch(own_text(paragraph).strip()):
        level = 1
    if level and look.outline != level:
        yield codes.OUTLINE.at(layout.span, place, style=style, level=level)
    if level in _LEVELS:
        number_, expected, fonts = _LEVELS[level]
        if not any(font in look.font.lower() for font in fonts):
            words = {"level": number_, "style": style, "font": look.font or "没有写明的字体", "expected": expected}
            yield codes.HEADING_FONT.at(layout.span, place, **words)


def _check_fonts(layout: _Layout) -> None:
    """Checks that all styles in use, and runs with fonts of their own, name a Chinese font."""
    used: dict[str, Tree] = {}
    runs: dict[str, list[Tree]] = {}
    for paragraph in layout.body.iter(names.P):
        if _TAG_ONLY.fullmatch(own_text(paragraph)):
            continue
        used.setdefault(layout.styles.id_of(paragraph), paragraph)
        for font in sorted({_western_only(run) for run in own(paragraph) if run.tag == names.R} - {""}):
            runs.setdefault(font, []).append(paragraph)
    for style, paragraph in used.items():
        place, name = layout.places.of(paragraph), layout.styles.name(style)
        if not layout.styles.font(style):
            layout.report(codes.UNNAMED_FONT, place, style=name)
        if font := _western_only(layout.styles.known.get(style)):
            layout.report(codes.WESTERN_ONLY, place, what=f"样式「{name}」", font=font, count="")
    for font, paragraphs in runs.items():
        place = layout.places.of(paragraphs[0])
        layout.report(codes.WESTERN_ONLY, place, what="这一段", font=font, count=_count(paragraphs))


def _check_tables(layout: _Layout) -> None:
    for table in layout.body.iter(names.TBL):
        if names.ancestor(table, names.TBL) is not None:
            continue
        first = next(table.iter(names.P), None)
        place = layout.places.of(first).partition(" 行 ")[0] if first is not None else ""
        # Nested tables have rows and loops of their own.
        rows = [
            (row, "".join(own_text(one) for one in row.iter(names.P) if names.ancestor(one, names.TR) is row))
            for row in table.iterfind(names.TR)
        ]
        # Only tables that grow with the data can cross a page boundary.
        if any(_LOOP.search(text) for _, text in rows):
            header, text = rows[0]
            if not _ROW_TAGS.fullmatch(text) and not is_on(header, "trPr/tblHeader"):
                layout.report(codes.HEADER_ROW, place)
            printed = [(at, row) for at, (row, text) in enumerate(rows, 1) if not _ROW_TAGS.fullmatch(text)]
            loose = [at for at, row in printed if not is_on(row, "trPr/cantSplit")]
            if loose:
                layout.report(codes.SPLIT_ROW, place, count=len(loose), first=loose[0])
        if problem := _wrong_widths(table):
            layout.report(codes.WIDTHS, place, what=problem)


def _wrong_widths(table: Tree) -> str:
    """What is wrong with the widths: Word uses those of the cells, WPS those of the grid, so both must be equal."""
    grid = [number(str(column.get(w("w")))) for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
    if not grid or not all(grid):
        return "没有写明各列的宽度（gridCol）"
    for row, tr in enumerate(table.iterfind(names.TR), 1):
        for column, (cell, at, across) in enumerate(in_columns(tr, tr.iterfind(names.TC)), 1):
            width = number(value(cell, "tcPr/tcW", "w"))
            if value(cell, "tcPr/tcW", "type") not in {"dxa", ""} or not width:
                return f"行 {row} 列 {column} 没有写明单元格的宽度（tcW）"
            if abs(width - sum(grid[at : at + across])) > _SLACK:
                return f"行 {row} 列 {column} 的宽度（tcW）和列宽（gridCol）不一致"
    return ""
