"""The report's blocks as HTML: every value a numbered button, so that findings can link to it; and its traces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator.base.amount import PLACEHOLDER
from generator.base.diagnostics import Span, shown_path
from generator.formula.values import Trace
from generator.scoring.placeholders import trace_or_placeholder
from generator.word.read.screen import ShownBlock, ShownCell, ShownChart, ShownParagraph, ShownTable, ShownText

if TYPE_CHECKING:
    from generator.pipeline import Assessment


# A whole sentence is no figure: it answers a click, but is not underlined.
_LONGEST_FIGURE = 24
_LONGEST_LINE = 240
_GAPS = re.compile(f"({PLACEHOLDER})")
_STYLES = {"title": "title", "caption": "caption", "图题": "caption", "表格单位": "unit", "表注": "note"}
_CELLS = {
    "th": Markup('<th colspan="{}" rowspan="{}">{}</th>'),
    "td": Markup('<td colspan="{}" rowspan="{}">{}</td>'),
}
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
    """The blocks of a report as HTML.

    ``places`` maps a path to the first element that shows it, ``headings`` are the outline, ``gaps`` counts the
    placeholders left in the report. Every text is escaped here, once; nothing in it can become markup.
    """

    def __init__(self, numbers: Mapping[str, int], was: Mapping[str, str]) -> None:
        self._numbers, self._was = numbers, was
        self._count = 0
        self.places: dict[str, str] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.gaps = 0

    def html(self, blocks: Sequence[ShownBlock]) -> Markup:
        """The blocks, one after the other."""
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
        self.gaps += len(_GAPS.findall(text.text))
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
    """The text with its placeholders marked."""
    return Markup("").join(
        Markup('<mark class="gap">{}</mark>').format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(_GAPS.split(text))
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
    """A bar's value in thousandths: exact enough for its length on a screen."""
    whole, _, part = value.removesuffix("%").partition(".")
    digits = (part + "000")[:3]
    return int(whole or 0) * 1000 + int(digits) if (whole + digits).isdecimal() else 0


class Nodes:
    """The traces of a report's values.

    ``listed`` are the nodes as the page's script reads them: 名 name, 标 label, 值 text, 式 formula, 代 the formula
    with its figures, 准 the exact value where rounded, 处 place, 行 the line there, 下 the numbers of the nodes it was
    computed from. ``numbers`` maps an origin's path to the number of its node.
    """

    def __init__(self, assessment: Assessment, labels: dict[str, str]) -> None:
        self._scorecard = assessment.scorecard
        self._labels = labels
        self._lines: dict[str, list[str]] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Trace] = []
        self.listed: list[dict[str, object]] = []
        self.numbers: dict[str, int] = {}

    def add_all(self, texts: Iterable[ShownText]) -> None:
        """Adds the traces of these texts; the template's own wording has none."""
        for text in texts:
            if text.origin is None or text.origin.path in self.numbers:
                continue
            gap = _GAPS.search(text.text)
            trace = trace_or_placeholder(self._scorecard, text.origin.path, gap[0] if gap is not None else text.text)
            if trace is not None:
                self.numbers[text.origin.path] = self.add(trace)

    def add(self, trace: Trace) -> int:
        """The number of the trace's node; each trace has one."""
        known = self._known.get(id(trace))
        if known is not None:
            return known
        below = [self.add(one) for one in trace.inputs]
        self._kept.append(trace)  # its id is unique only while it lives
        self._known[id(trace)] = number = len(self.listed)
        node: dict[str, object] = {
            "名": trace.name,
            "标": self._labels.get(trace.name, ""),
            "值": trace.text,
            "处": place_of(trace.span),
            "行": self._line(trace.span),
            "下": below,
        }
        if trace.formula:
            node |= {"式": trace.formula, "代": "" if trace.figures == trace.formula else trace.figures}
        if trace.exact and trace.exact != trace.text:
            node["准"] = trace.exact
        self.listed.append(node)
        return number

    def _line(self, span: Span) -> str:
        if span.sheet or not span.line:
            return ""
        if span.file not in self._lines:
            try:
                self._lines[span.file] = Path(span.file).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                self._lines[span.file] = []
        lines = self._lines[span.file]
        line = lines[span.line - 1].strip() if span.line <= len(lines) else ""
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def place_of(span: Span) -> str:
    """The place without the folder: the page goes to other people."""
    return str(span).replace(str(span.file), Path(shown_path(Path(span.file))).name, 1) if span.file else ""
