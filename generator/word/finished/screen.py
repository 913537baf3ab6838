"""A printed report as blocks for a screen: paragraphs, tables and charts in their order, every value with its origin.

It reads what this engine printed with marks; it is no viewer for Word files in general.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.forms import RATE
from generator.base.passage import Origin
from generator.word.names import MARK, local, w
from generator.word.package import open_package
from generator.word.trees import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.word.names import Tree
    from generator.word.package import Entry
    from generator.word.running.origins import Marked, PrintedValue

__all__ = ["Block", "Cell", "Chart", "Paragraph", "Table", "Text", "screen"]

_BODY: Final = "word/document.xml"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_HEADING: Final = "heading "
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# What stands in a paragraph around runs and adds nothing to them.
_AROUND: Final = frozenset({"hyperlink", "ins", "smartTag", "fldSimple", "sdt", "sdtContent", "customXml"})


class Text(Struct, frozen=True):
    """A stretch of text and where it comes from; None for the template's own wording."""

    text: str
    origin: Origin | None = None


class Paragraph(Struct, frozen=True):
    """A paragraph: its style by name, its level in the outline (0 for none), its alignment, its text."""

    style: str
    level: int
    align: str
    texts: tuple[Text, ...]


class Cell(Struct, frozen=True):
    """A cell over ``across`` columns and ``down`` rows."""

    blocks: tuple[Block, ...]
    across: int = 1
    down: int = 1


class Table(Struct, frozen=True):
    """A table; the first ``heads`` rows are its heading."""

    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0


class Chart(Struct, frozen=True):
    """A bar chart: what it is called, and its bars with the numbers behind them."""

    title: str
    bars: tuple[tuple[str, str], ...]


Block = Paragraph | Table | Chart


def screen(report: Marked) -> tuple[Block, ...]:
    """The body of a report as blocks."""
    entries = open_package(report.data, Span(""))
    body = parse_xml(entries[_BODY].data()).find(w("body"))
    return tuple(_Reader(entries, report.values).blocks(body)) if body is not None else ()


class _Reader:
    """Reads one document."""

    def __init__(self, entries: Mapping[str, Entry], values: Sequence[PrintedValue]) -> None:
        self._entries = dict(entries)
        self._origins = [Origin(value.path, value.computed, value.unit) for value in values]
        self._styles = _styles(parse_xml(entries["word/styles.xml"].data())) if "word/styles.xml" in entries else {}

    def blocks(self, parent: Tree) -> Iterator[Block]:
        for child in parent:
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield self._table(child)
            elif name in ("sdt", "sdtContent", "ins", "customXml"):
                yield from self.blocks(child)

    def _paragraph(self, paragraph: Tree) -> Iterator[Block]:
        for drawing in paragraph.iter(f"{_CHART}chart"):
            yield from self._chart(str(drawing.get(_RELATION, "")))
        texts = tuple(_merged(self._texts(paragraph, None)))
        if texts:
            properties = paragraph.find(w("pPr"))
            style, align = self._styles.get(_word(properties, "pStyle"), ("", ""))
            level = int(style.removeprefix(_HEADING)) if style.startswith(_HEADING) else 0
            yield Paragraph(style, level, _word(properties, "jc") or align, texts)

    def _texts(self, parent: Tree, origin: Origin | None) -> Iterator[Text]:
        for child in parent:
            name = local(child)
            if name == "r":
                yield from (Text(text, origin) for text in _texts_of(child))
            elif child.tag == MARK:
                yield from self._texts(child, self._origins[int(child.get("n", "")) - 1])
            elif name in _AROUND:
                yield from self._texts(child, origin)

    def _table(self, table: Tree) -> Table:
        rows = [row for row in table.iter(w("tr")) if row.getparent() is table or _table_of(row) is table]
        grid = [list(_placed(row)) for row in rows]
        heads = sum(1 for row in rows if row.find(f"{w('trPr')}/{w('tblHeader')}") is not None)
        return Table(tuple(self._row(grid, number) for number in range(len(rows))), heads)

    def _row(self, grid: list[list[tuple[int, int, Tree]]], number: int) -> tuple[Cell, ...]:
        cells = []
        for column, across, cell in grid[number]:
            if _merge(cell) != "continue":
                down = _height(grid, number, column) if _merge(cell) == "restart" else 1
                cells.append(Cell(tuple(self.blocks(cell)), across, down))
        return tuple(cells)

    def _chart(self, relation: str) -> Iterator[Chart]:
        relations = parse_xml(self._entries["word/_rels/document.xml.rels"].data())
        targets = {str(one.get("Id")): str(one.get("Target")) for one in relations}
        name = targets.get(relation, "").lstrip("/")
        name = name if name.startswith("word/") else f"word/{name}"
        if name in self._entries:
            yield _read_chart(parse_xml(self._entries[name].data()))


def _styles(root: Tree) -> dict[str, tuple[str, str]]:
    """Name and alignment of each paragraph style, by its id."""
    found = {}
    for style in root.iter(w("style")):
        properties = style.find(w("pPr"))
        found[str(style.get(w("styleId")))] = (_word(style, "name"), _word(properties, "jc"))
    return found


def _word(parent: Tree | None, name: str) -> str:
    child = parent.find(w(name)) if parent is not None else None
    return str(child.get(w("val"), "")) if child is not None else ""


def _texts_of(run: Tree) -> Iterator[str]:
    for child in run:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS and child.get(w("type")) not in ("page", "column"):
            yield _SIGNS[name]


def _merged(texts: Iterator[Text]) -> Iterator[Text]:
    """Neighbours of one origin as one; blank paragraphs give nothing."""
    last: Text | None = None
    for text in texts:
        if last is not None and last.origin == text.origin:
            last = Text(last.text + text.text, last.origin)
        else:
            if last is not None and last.text:
                yield last
            last = text
    if last is not None and last.text:
        yield last


def _table_of(row: Tree) -> Tree | None:
    return next(row.iterancestors(w("tbl")), None)


def _placed(row: Tree) -> Iterator[tuple[int, int, Tree]]:
    """The cells of a row, each with its first column and how many it takes."""
    column = 0
    for cell in row.iter(w("tc")):
        if next(cell.iterancestors(w("tr")), None) is not row:
            continue
        across = int(_word(cell.find(w("tcPr")), "gridSpan") or 1)
        yield column, across, cell
        column += across


def _merge(cell: Tree) -> str:
    """``restart`` for the first of merged cells, ``continue`` for the others, blank for one that stands alone."""
    properties = cell.find(w("tcPr"))
    merge = properties.find(w("vMerge")) if properties is not None else None
    return "" if merge is None else str(merge.get(w("val"), "continue"))


def _height(grid: list[list[tuple[int, int, Tree]]], number: int, column: int) -> int:
    down = 1
    for row in grid[number + 1 :]:
        below = next((cell for start, _, cell in row if start == column), None)
        if below is None or _merge(below) != "continue":
            break
        down += 1
    return down


def _read_chart(root: Tree) -> Chart:
    title = root.find(f".//{_CHART}title")
    words = "".join(str(one.text or "") for one in title.iter() if local(one) == "t") if title is not None else ""
    series = root.find(f".//{_CHART}ser")
    names, values = (_cached(series, kind) for kind in ("cat", "val"))
    is_rate = any("%" in str(code.text) for code in root.iter(f"{_CHART}formatCode"))
    return Chart(words, tuple(zip(names, map(_rate, values) if is_rate else values, strict=False)))


def _cached(series: Tree | None, kind: str) -> list[str]:
    data = series.find(f"{_CHART}{kind}") if series is not None else None
    return [str(point.text or "") for point in data.iter(f"{_CHART}v")] if data is not None else []


def _rate(value: str) -> str:
    try:
        return RATE.print(Fraction(value))
    except ValueError:
        return value
