"""A report's blocks as HTML: for the review page, every value a numbered button; for publication, a page by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from generator.base.amount import PLACEHOLDER
from generator.word.read.screen import ShownBlock, ShownCell, ShownChart, ShownParagraph, ShownTable, ShownText, screen

if TYPE_CHECKING:
    from generator.word.render.state import Marked

# A whole sentence is no figure: it answers a click, but is not underlined.
_LONGEST_FIGURE = 24
GAPS = re.compile(f"({PLACEHOLDER})")
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
    """The text with its placeholders marked."""
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
    """A bar's value in thousandths: exact enough for its length on a screen."""
    whole, _, part = value.removesuffix("%").partition(".")
    digits = (part + "000")[:3]
    return int(whole or 0) * 1000 + int(digits) if (whole + digits).isdecimal() else 0


# No script, nothing from elsewhere; it prints as it is read.
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
    """A report as one page that needs nothing else: no script, no other file."""
    return str(_PAGE.format(title, Markup(_STYLE), ReportHtml({}, {}).html(screen(report))))  # noqa: S704 - our own style
