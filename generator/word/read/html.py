"""Marked reports of this program as HTML, with the origins of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Final

from jinja2 import Environment
from markupsafe import Markup, escape

from generator.base.amount import PLACEHOLDER
from generator.base.formats import RATE
from generator.base.passage import Origin
from generator.word.names import DOC_PR, MARKUP, RELATION_ID, below, local, value, w
from generator.word.opc import relations_in, target_of
from generator.word.read.document import Block, Paragraph, Placed, Reader, Table, accepted, grid_of
from generator.word.render.state import Marked
from generator.word.xml import parse_xml, styles_by_id

_BODY, _STYLES = "word/document.xml", "word/styles.xml"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_BLIP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_EMBED: Final = RELATION_ID.replace("}id", "}embed")
_HEADING: Final = "heading "
# Longer texts can be clicked, but are not underlined as figures.
_LONGEST_FIGURE = 24
GAPS = re.compile(f"({PLACEHOLDER})")
_CLASSES = {"title": "title", "caption": "caption", "图题": "caption", "表格单位": "unit", "表注": "note"}
_CELLS = {"th": Markup('<th colspan="{}" rowspan="{}">{}</th>'), "td": Markup('<td colspan="{}" rowspan="{}">{}</td>')}
_ALIGNS = {"center": "center", "right": "right", "end": "right"}


class ReportHtml:
    """The body of a marked report as HTML, all texts escaped.

    ``places`` maps a path to the first element that shows it, ``headings`` are the outline, ``gaps`` counts the
    placeholders in the report.

    Args:
        report: The report.
        number_of: The number of a value for the page's script, by its text and path; None for none.
        was: The older text of changed values, by path.
    """

    def __init__(self, report: Marked, number_of: Callable[[str, str], int | None], was: Mapping[str, str]) -> None:
        self._entries, self._number_of, self._was = report.entries, number_of, was
        self._origins = [None, *(Origin(one.path, one.computed, one.unit) for one in report.values)]
        self._styles = {} if _STYLES not in self._entries else styles_by_id(parse_xml(self._entries[_STYLES].data()))
        self._count = 0
        self.places: dict[str, str] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.gaps = 0

    def html(self) -> Markup:
        """The HTML of the report; blank where it was not printed."""
        body = accepted(self._entries[_BODY].data())[0].find(w("body")) if _BODY in self._entries else None
        return self._blocks(Reader(skipped=frozenset()).blocks(body if body is not None else ()))

    def _blocks(self, blocks: Iterable[Block]) -> Markup:
        return Markup("").join(
            self._table(block) if isinstance(block, Table) else self._paragraph(block) for block in blocks
        )

    def _paragraph(self, paragraph: Paragraph) -> Markup:
        drawings = paragraph.element.iter(f"{_CHART}chart")
        charts = Markup("").join(self._chart(str(drawing.get(RELATION_ID, ""))) for drawing in drawings)
        # A page holds no files: of a picture of the filing, it has what the bureau says is on it.
        for one in paragraph.element.iter(DOC_PR):
            blip = next((found for beside in one.itersiblings() for found in beside.iter(_BLIP)), None)
            if blip is not None and str(blip.get(_EMBED)).startswith("rIdValue"):
                charts += Markup('<p class="body center">〔图：{}〕</p>').format(one.get("descr", ""))
        if not paragraph.text:
            return charts
        given = self._styles.get(value(paragraph.element, "pPr/pStyle"))
        style, align = value(given, "name"), value(paragraph.element, "pPr/jc") or value(given, "pPr/jc")
        origins = groupby(paragraph.pieces, lambda piece: self._origins[piece.value])
        texts = [("".join(piece.text for piece in pieces), origin) for origin, pieces in origins]
        inner = Markup("").join(self._text(text, origin) for text, origin in texts)
        if not style.startswith(_HEADING):
            classes = _CLASSES.get(style.lower(), "body"), _ALIGNS.get(align, "")
            return charts + Markup('<p class="{} {}">{}</p>').format(*classes, inner)
        self._count += 1
        outline, anchor = int(style.removeprefix(_HEADING)), f"h{self._count}"
        self.headings.append((outline, anchor, paragraph.text))
        level = min(outline + 1, 6)
        return charts + Markup('<h{} id="{}">{}</h{}>').format(level, anchor, inner, level)

    def _text(self, text: str, origin: Origin | None) -> Markup:
        shown = Markup("<br>").join(marked_gaps(line) for line in text.split("\n"))
        self.gaps += len(GAPS.findall(text))
        number = self._number_of(text, origin.path) if origin is not None else None
        if origin is None or number is None:
            return shown
        self._count += 1
        anchor = f"v{self._count}"
        self.places.setdefault(origin.path, anchor)
        old = self._was.get(origin.path)
        changed = Markup(' data-was="{}"').format(old) if old is not None else Markup("")
        kind = "computed" if origin.computed else "words" if len(text) > _LONGEST_FIGURE else "fact"
        return Markup('<span class="value {}" role="button" tabindex="0" id="{}" data-node="{}"{}>{}</span>').format(
            kind, anchor, number, changed, shown
        )

    def _table(self, table: Table) -> Markup:
        grid = grid_of(table)
        heads = sum(below(row.element, "trPr/tblHeader") is not None for row in table.rows)
        return Markup('<div class="sheet"><table><thead>{}</thead><tbody>{}</tbody></table></div>').format(
            self._rows(grid[:heads], "th"), self._rows(grid[heads:], "td")
        )

    def _rows(self, rows: Iterable[list[Placed]], kind: str) -> Markup:
        made = Markup("")
        for row in rows:
            shown = [one for one in row if one.down]
            cells = (_CELLS[kind].format(one.across, one.down, self._blocks(one.cell.blocks)) for one in shown)
            made += Markup("<tr>{}</tr>").format(Markup("").join(cells))
        return made

    def _chart(self, relation: str) -> Markup:
        """A bar chart: its title and its bars with their numbers."""
        relations = relations_in(self._entries, _BODY)
        file = next((target_of(_BODY, one) for one in relations if one.get("Id") == relation), "")
        if file not in self._entries:
            return Markup("")
        root = parse_xml(self._entries[file].data())
        title = root.find(f".//{_CHART}title")
        words = "".join(str(one.text or "") for one in title.iter() if local(one) == "t") if title is not None else ""
        series = root.find(f".//{_CHART}ser")
        found = (() if series is None else series.iterfind(f"{_CHART}{kind}//{_CHART}v") for kind in ("cat", "val"))
        names, values = ([str(one.text or "") for one in points] for points in found)
        if any("%" in str(code.text) for code in root.iter(f"{_CHART}formatCode")):
            values = list(map(_rate, values))
        longest = max(map(_size, values), default=0) or 1
        bar = Markup('<div class="bar"><span>{}</span><meter max="100" value="{}"></meter><span>{}</span></div>')
        pairs = zip(names, values, strict=False)
        bars = [bar.format(name, round(_size(number) * 100 / longest), number) for name, number in pairs]
        return Markup("<figure><figcaption>{}</figcaption>{}</figure>").format(words, Markup("").join(bars))


def marked_gaps(text: str) -> Markup:
    """The text with marks around its placeholders."""
    return Markup("").join(
        Markup('<mark class="gap">{}</mark>').format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(GAPS.split(text))
    )


def _rate(number: str) -> str:
    try:
        return RATE.print(Fraction(number))
    except ValueError:
        return number


def _size(value: str) -> int:
    """A bar's value in thousandths, exact enough for its length on a screen."""
    whole, _, part = value.removesuffix("%").partition(".")
    digits = (part + "000")[:3]
    return int(whole or 0) * 1000 + int(digits) if (whole + digits).isdecimal() else 0


def public_page(title: str, report: Marked) -> str:
    """A report as one self-contained page without scripts."""
    page = MARKUP.joinpath("page.html").read_text("utf-8")
    template = Environment(autoescape=True, keep_trailing_newline=True).from_string(page)
    return template.render(title=title, report=ReportHtml(report, lambda *_: None, {}).html())
