"""Turns marked reports of this program into blocks with the origins of values, and these into HTML."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Final

from markupsafe import Markup, escape
from msgspec import Struct

from generator.base.amount import PLACEHOLDER
from generator.base.forms import RATE
from generator.base.passage import Origin
from generator.word.names import Tree, below, local, value, w
from generator.word.opc import Entry
from generator.word.read.document import Block, Paragraph, Reader, Table, grid_of
from generator.word.render.state import Marked, PrintedValue
from generator.word.xml import parse_xml, styles_by_id

_BODY: Final = "word/document.xml"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HEADING: Final = "heading "


class ShownText(Struct, frozen=True):
    """A stretch of text and its origin, None for the template's wording."""

    text: str
    origin: Origin | None = None


class ShownParagraph(Struct, frozen=True):
    """A paragraph: the name of its style, its outline level (0 for text), its alignment, its text."""

    style: str
    level: int
    align: str
    texts: tuple[ShownText, ...]


class ShownCell(Struct, frozen=True):
    """A cell over ``across`` columns and ``down`` rows."""

    blocks: tuple[ShownBlock, ...]
    across: int = 1
    down: int = 1


class ShownTable(Struct, frozen=True):
    """A table; the first ``heads`` rows are its heading."""

    rows: tuple[tuple[ShownCell, ...], ...]
    heads: int = 0


class ShownChart(Struct, frozen=True):
    """A bar chart: its title, and its bars as (name, number)."""

    title: str
    bars: tuple[tuple[str, str], ...]


ShownBlock = ShownParagraph | ShownTable | ShownChart


def screen(report: Marked) -> tuple[ShownBlock, ...]:
    """The body of a report as blocks."""
    entries = report.entries
    body = parse_xml(entries[_BODY].data()).find(w("body"))
    blocks = Reader(skipped=frozenset()).blocks(body if body is not None else ())
    return tuple(_Screen(entries, report.values).blocks(blocks))


class _Screen:
    """Turns one report into blocks."""

    def __init__(self, entries: Mapping[str, Entry], values: Sequence[PrintedValue]) -> None:
        self._entries = entries
        self._origins = [None, *(Origin(one.path, one.computed, one.unit) for one in values)]
        sheet = entries.get("word/styles.xml")
        self._styles = {} if sheet is None else styles_by_id(parse_xml(sheet.data()))

    def blocks(self, blocks: Iterable[Block]) -> Iterator[ShownBlock]:
        for block in blocks:
            if isinstance(block, Table):
                yield self._table(block)
            else:
                yield from self._paragraph(block)

    def _paragraph(self, paragraph: Paragraph) -> Iterator[ShownBlock]:
        for drawing in paragraph.element.iter(f"{_CHART}chart"):
            yield from self._chart(str(drawing.get(_RELATION, "")))
        if paragraph.text:
            given = self._styles.get(value(paragraph.element, "pPr/pStyle"))
            style, align = value(given, "name"), value(paragraph.element, "pPr/jc") or value(given, "pPr/jc")
            level = int(style.removeprefix(_HEADING)) if style.startswith(_HEADING) else 0
            texts = groupby(paragraph.pieces, lambda piece: self._origins[piece.value])
            merged = tuple(ShownText("".join(piece.text for piece in pieces), origin) for origin, pieces in texts)
            yield ShownParagraph(style, level, align, merged)

    def _table(self, table: Table) -> ShownTable:
        rows = tuple(
            tuple(ShownCell(tuple(self.blocks(one.cell.blocks)), one.across, one.down) for one in row if one.down)
            for row in grid_of(table)
        )
        return ShownTable(rows, sum(below(row.element, "trPr/tblHeader") is not None for row in table.rows))

    def _chart(self, relation: str) -> Iterator[ShownChart]:
        relations = parse_xml(self._entries["word/_rels/document.xml.rels"].data())
        targets = {str(one.get("Id")): str(one.get("Target")) for one in relations}
        name = posixpath.join("/word", targets.get(relation, "")).lstrip("/")
        if name in self._entries:
            yield _read_chart(parse_xml(self._entries[name].data()))


def _read_chart(root: Tree) -> ShownChart:
    title = root.find(f".//{_CHART}title")
    words = "".join(str(one.text or "") for one in title.iter() if local(one) == "t") if title is not None else ""
    series = root.find(f".//{_CHART}ser")
    found = (() if series is None else series.iterfind(f"{_CHART}{kind}//{_CHART}v") for kind in ("cat", "val"))
    names, values = ([str(one.text or "") for one in points] for points in found)
    is_rate = any("%" in str(code.text) for code in root.iter(f"{_CHART}formatCode"))
    return ShownChart(words, tuple(zip(names, map(_rate, values) if is_rate else values, strict=False)))


def _rate(number: str) -> str:
    try:
        return RATE.print(Fraction(number))
    except ValueError:
        return number


# Longer texts can be clicked, but are not underlined as figures.
_LONGEST_FIGURE = 24
GAPS = re.compile(f"({PLACEHOLDER})")
_STYLES = {"title": "title", "caption": "caption", "图题": "caption", "表格单位": "unit", "表注": "note"}
_CELLS = {"th": Markup('<th colspan="{}" rowspan="{}">{}</th>'), "td": Markup('<td colspan="{}" rowspan="{}">{}</td>')}
_ALIGNS = {"center": "center", "right": "right", "end": "right"}


def texts_in(blocks: Sequence[ShownBlock]) -> Iterator[ShownText]:
    """The texts in the blocks, in their order."""
    for block in blocks:
        if isinstance(block, ShownParagraph):
            yield from block.texts
        elif isinstance(block, ShownTable):
            for row in block.rows:
                for cell in row:
                    yield from texts_in(cell.blocks)


class ReportHtml:
    """The blocks of a report as HTML, all texts escaped.

    ``places`` maps a path to the first element that shows it, ``headings`` are the outline, ``gaps`` counts the
    placeholders in the report.
    """

    def __init__(self, numbers: Mapping[str, int], was: Mapping[str, str]) -> None:
        self._numbers, self._was = numbers, was
        self._count = 0
        self.places: dict[str, str] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.gaps = 0

    def html(self, blocks: Sequence[ShownBlock]) -> Markup:
        """The HTML of blocks."""
        return Markup("").join(self._block(block) for block in blocks)

    def _block(self, block: ShownBlock) -> Markup:
        if isinstance(block, ShownParagraph):
            inner = Markup("").join(map(self._text, block.texts))
            kind = _STYLES.get(block.style.lower(), "")
            align = _ALIGNS.get(block.align, "")
            if not block.level:
                return Markup('<p class="{} {}">{}</p>').format(kind or "body", align, inner)
            self._count += 1
            anchor = f"h{self._count}"
            self.headings.append((block.level, anchor, "".join(text.text for text in block.texts)))
            level = min(block.level + 1, 6)
            return Markup('<h{} id="{}">{}</h{}>').format(level, anchor, inner, level)
        return self._table(block) if isinstance(block, ShownTable) else _chart(block)

    def _text(self, text: ShownText) -> Markup:
        shown = Markup("<br>").join(marked_gaps(line) for line in text.text.split("\n"))
        self.gaps += len(GAPS.findall(text.text))
        origin = text.origin
        number = self._numbers.get(origin.path) if origin is not None else None
        if origin is None or number is None:
            return shown
        self._count += 1
        anchor = f"v{self._count}"
        self.places.setdefault(origin.path, anchor)
        old = self._was.get(origin.path)
        changed = Markup(' data-was="{}"').format(old) if old is not None else Markup("")
        kind = "computed" if origin.computed else "words" if len(text.text) > _LONGEST_FIGURE else "fact"
        return Markup('<span class="value {}" role="button" tabindex="0" id="{}" data-node="{}"{}>{}</span>').format(
            kind, anchor, number, changed, shown
        )

    def _table(self, table: ShownTable) -> Markup:
        head, body = table.rows[: table.heads], table.rows[table.heads :]
        return Markup('<div class="sheet"><table><thead>{}</thead><tbody>{}</tbody></table></div>').format(
            self._rows(head, "th"), self._rows(body, "td")
        )

    def _rows(self, rows: Iterable[tuple[ShownCell, ...]], kind: str) -> Markup:
        made = Markup("")
        for row in rows:
            cells = (_CELLS[kind].format(cell.across, cell.down, self.html(cell.blocks)) for cell in row)
            made += Markup("<tr>{}</tr>").format(Markup("").join(cells))
        return made


def marked_gaps(text: str) -> Markup:
    """The text with marks around its placeholders."""
    return Markup("").join(
        Markup('<mark class="gap">{}</mark>').format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(GAPS.split(text))
    )


def _chart(chart: ShownChart) -> Markup:
    longest = max((_size(value) for _, value in chart.bars), default=0) or 1
    bars = [
        Markup('<div class="bar"><span>{}</span><meter max="100" value="{}"></meter><span>{}</span></div>').format(
            name, round(_size(value) * 100 / longest), value
        )
        for name, value in chart.bars
    ]
    return Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(chart.title, Markup("").join(bars))


def _size(value: str) -> int:
    """A bar's value in thousandths, exact enough for its length on a screen."""
    whole, _, part = value.removesuffix("%").partition(".")
    digits = (part + "000")[:3]
    return int(whole or 0) * 1000 + int(digits) if (whole + digits).isdecimal() else 0


# Prints as it is shown.
_STYLE = """
body { margin: 0; background: #fff; color: #000; font: 18px/1.9 FangSong, 仿宋, "Noto Serif CJK SC", serif; }
main { max-width: 60rem; margin: 0 auto; padding: 3rem 1.5rem; overflow-wrap: break-word; }
p { margin: 0; } .body { text-indent: 2em; } td .body, th .body { text-indent: 0; }
.title { margin: 1rem 0; text-align: center; font-size: 1.6em; font-weight: bold; }
.caption, .center { text-align: center; text-indent: 0; } .caption { margin-top: 1em; font-weight: bold; }
.unit, .right { text-align: right; text-indent: 0; } .note { font-size: .85em; }
h2, h3, h4, h5, h6 { margin: .6em 0 .2em; font-size: 1.05em; } h2 { font-family: SimHei, 黑体, sans-serif; }
.sheet { overflow-x: auto; }
table { width: 100%; margin: .3em 0; border-collapse: collapse; font-size: .85em; line-height: 1.5; }
th, td { padding: .2em .4em; border: 1px solid #000; } th { font-weight: bold; }
figure { margin: 1em 0; } figcaption { text-align: center; font-weight: bold; }
.bar { display: grid; grid-template-columns: 12em 1fr 6em; gap: .5em; } meter { width: 100%; }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
"""
_PAGE = Markup(
    '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}\n</main>\n</body>\n</html>\n"
)


def public_page(title: str, report: Marked) -> str:
    """A report as one self-contained page without scripts."""
    return str(_PAGE.format(title, Markup(_STYLE), ReportHtml({}, {}).html(screen(report))))  # noqa: S704 - our own style
