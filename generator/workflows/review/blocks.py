"""The report's blocks as the page shows them: every value a button, numbered, so that findings lead to it."""

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
from generator.word.read.screen import Block, Cell, Chart, Paragraph, Table, Text

if TYPE_CHECKING:
    from generator.pipeline import Assessment


# A whole sentence is no figure: it answers a click, but is not underlined.
_LONGEST_FIGURE = 24
_GAPS = re.compile(f"({PLACEHOLDER})")
_STYLES = {"title": "title", "caption": "caption", "图题": "caption", "表格单位": "unit", "表注": "note"}
_CELLS = {
    "th": Markup('<th colspan="{}" rowspan="{}">{}</th>'),
    "td": Markup('<td colspan="{}" rowspan="{}">{}</td>'),
}
_ALIGNS = {"center": "center", "right": "right", "end": "right"}


def texts_in(blocks: Sequence[Block]) -> Iterator[Text]:
    """The texts in the blocks, in their order."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from block.texts
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    yield from texts_in(cell.blocks)


class Marked:
    """Blocks as HTML.

    ``places`` leads from a path to the first element that shows it, ``headings`` are the outline, ``gaps`` counts what
    the report still lacks. Every text is escaped here, once; nothing in it can become markup.
    """

    def __init__(self, numbers: Mapping[str, int], was: Mapping[str, str]) -> None:
        self._numbers, self._was = numbers, was
        self._count = 0
        self.places: dict[str, str] = {}
        self.headings: list[tuple[int, str, str]] = []
        self.gaps = 0

    def html(self, blocks: Sequence[Block]) -> Markup:
        """The blocks, one after the other."""
        return Markup("").join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> Markup:
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        return self._table(block) if isinstance(block, Table) else _chart(block)

    def _paragraph(self, block: Paragraph) -> Markup:
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

    def _text(self, text: Text) -> Markup:
        shown = _lines(text.text)
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

    def _table(self, table: Table) -> Markup:
        head, body = table.rows[: table.heads], table.rows[table.heads :]
        rows = [self._row(row, "th") for row in head], [self._row(row, "td") for row in body]
        return Markup('<div class="sheet"><table><thead>{}</thead><tbody>{}</tbody></table></div>').format(
            *(Markup("").join(part) for part in rows)
        )

    def _row(self, row: tuple[Cell, ...], kind: str) -> Markup:
        return Markup("<tr>{}</tr>").format(Markup("").join(self._cell(cell, kind) for cell in row))

    def _cell(self, cell: Cell, kind: str) -> Markup:
        return _CELLS[kind].format(cell.across, cell.down, self.html(cell.blocks))


def _lines(text: str) -> Markup:
    return Markup("<br>").join(marked_gaps(line) for line in text.split("\n"))


def marked_gaps(text: str) -> Markup:
    """The text with what a draft still lacks in it marked."""
    return Markup("").join(
        Markup('<mark class="gap">{}</mark>').format(piece) if at % 2 else escape(piece)
        for at, piece in enumerate(_GAPS.split(text))
    )


def _chart(chart: Chart) -> Markup:
    """A bar chart as rows of bars; their lengths are shares of the longest."""
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


_LONGEST_LINE = 240
_GAP = re.compile(PLACEHOLDER)


class Nodes:
    """The traces behind a report's values.

    ``listed`` are the nodes as a page takes them: 名 name, 值 text, 式 formula, 代 the formula with its figures,
    准 the exact value where it was rounded, 处 place, 行 the line there, 下 the numbers of what it was computed from.
    ``numbers`` leads from an origin's path to its node.
    """

    def __init__(self, assessment: Assessment, labels: dict[str, str]) -> None:
        self._scorecard = assessment.scorecard
        self._labels = labels
        self._lines: dict[str, list[str]] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Trace] = []
        self.listed: list[dict[str, object]] = []
        self.numbers: dict[str, int] = {}

    def add_all(self, texts: Iterable[Text]) -> None:
        """Take in what stands behind these texts; what the template says itself has nothing behind it."""
        for text in texts:
            if text.origin is None or text.origin.path in self.numbers:
                continue
            gap = _GAP.search(text.text)
            trace = trace_or_placeholder(self._scorecard, text.origin.path, gap[0] if gap is not None else text.text)
            if trace is not None:
                self.numbers[text.origin.path] = self.add(trace)

    def add(self, trace: Trace) -> int:
        """The number of the trace's node; each trace has one."""
        known = self._known.get(id(trace))
        if known is not None:
            return known
        below = [self.add(one) for one in trace.inputs]
        self._kept.append(trace)  # an id stands for a trace only as long as that lives
        self._known[id(trace)] = number = len(self.listed)
        self.listed.append(self._node(trace, below))
        return number

    def _node(self, trace: Trace, below: list[int]) -> dict[str, object]:
        node: dict[str, object] = {
            "名": trace.name,
            "标": self._labels.get(trace.name, ""),
            "值": trace.text,
            "处": _place(trace.span),
            "行": self._line(trace.span),
            "下": below,
        }
        if trace.formula:
            node |= {"式": trace.formula, "代": "" if trace.figures == trace.formula else trace.figures}
        if trace.exact and trace.exact != trace.text:
            node["准"] = trace.exact
        return node

    def _line(self, span: Span) -> str:
        if span.sheet or not span.line:
            return ""
        if span.file not in self._lines:
            self._lines[span.file] = _read_lines(span.file)
        lines = self._lines[span.file]
        line = lines[span.line - 1].strip() if span.line <= len(lines) else ""
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _place(span: Span) -> str:
    """The place without the folder: the page goes to other people."""
    return str(span).replace(str(span.file), Path(shown_path(Path(span.file))).name, 1) if span.file else ""


def _read_lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
