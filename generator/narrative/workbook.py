"""Excel layouts: a bureau's own workbook with tags in its cells, rendered as narratives are.

``{%tr for 行 in 表 %}`` or ``{%tr if 条件 %}`` in a row begins a block of rows, ``{%tr endfor %}`` or ``{%tr endif %}``
ends it; rows with these tags are removed. Formulas, merged cells, print areas and conditional formats follow the rows
that they refer to.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal
from io import BytesIO
from itertools import chain, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct, field
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, in_order, why_not
from generator.base.sandbox import has_tags
from generator.narrative.sheets import Rooms, put_text, saved_book
from generator.template import codes

if TYPE_CHECKING:
    from generator.narrative.text import Writer

_MOST_ROWS, _MOST_CELLS, _MOST_BYTES = 20_000, 200_000, 100_000_000
_ROW_TAG = re.compile(r"\s*\{%-?\s*tr\s+(for|if|elif|else|endfor|endif)\b(.*?)-?%\}\s*", re.DOTALL)
_LOOP = re.compile(r"\s*(\w+)\s+in\s+(.+)", re.DOTALL)
_OTHER_TAG = re.compile(r"\{[{%]-?\s*(?:tr|tc|p|r)\s")
_ONE_TAG = re.compile(r"\s*\{\{(?:(?!\}\}).)*\}\}\s*", re.DOTALL)
_NUMBER = re.compile(r"(-?(?:0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?)(%?)")
_MOST_DIGITS: Final = 15
_CELL = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d{1,7})")
_WHOLE_ROWS = re.compile(r"(\$?)(\d{1,7})")
_PARTS = "font", "border", "fill", "alignment", "protection", "number_format"
_LOST = (
    (re.compile(r"xl/(?:charts|media|drawings/drawing|diagrams)"), "图表、图片或图形"),
    (re.compile(r"xl/pivot"), "数据透视表"),
    (re.compile(r"xl/(?:ctrlProps|activeX)"), "控件"),
    (re.compile(r"xl/vbaProject"), "宏"),
)
_Turn = tuple[tuple[int, int], ...]


def fill(file: Path, shown: str, writer: Writer) -> bytes:
    """The workbook of the layout ``file`` with its tags rendered; findings call the layout ``shown``.

    Raises:
        Refused: The layout or a value in it is faulty; has all findings.
        FileProblem: The layout cannot be read.
    """
    book, sheets = open_layout(file, shown)
    pages = [_Page(sheet, place, root, writer) for sheet, place, root in sheets]
    for page in pages:
        page.print()
    if writer.findings:
        raise Refused(in_order(writer.findings))
    by_name = {page.sheet.title: page for page in pages}
    for page in pages:
        page.settle(by_name)
    for name in book.defined_names.values():
        name.attr_text = _followed(name.attr_text, by_name, None, ())
    if writer.findings:
        raise Refused(in_order(writer.findings))
    if book.calculation is not None:
        book.calculation.fullCalcOnLoad = True
    return saved_book(book)


class Block(Struct):
    """Rows printed for each value of ``source``, named ``loop``; or if ``source`` is true, else the others."""

    word: str
    source: str
    span: Span
    loop: str = ""
    rows: list[int | Block] = field(default_factory=list)
    others: list[int | Block] = field(default_factory=list)
    is_elif: bool = False
    in_else: bool = False

    def add(self, part: int | Block) -> None:
        """Appends a row or an inner block."""
        (self.others if self.in_else else self.rows).append(part)

    def as_text(self, written: Callable[[Sequence[int | Block]], str]) -> str:
        """The block as one text with Jinja's own tags, for proofreading."""
        head = f"for {self.loop} in {self.source}" if self.word == "for" else f"if {self.source}"
        others = f"{{% else %}}{written(self.others)}" if self.others else ""
        return f"{{% {head} %}}{written(self.rows)}{others}{{% end{self.word} %}}"


def open_layout(file: Path, shown: str) -> tuple[Workbook, list[tuple[Any, Span, Block]]]:
    """The workbook, and each of its sheets with its place and its rows in blocks.

    Raises:
        Refused: It is no workbook, has parts that would be lost, or faulty row tags.
        FileProblem: It cannot be read.
    """
    try:
        data = file.read_bytes()
        with zipfile.ZipFile(BytesIO(data)) as package:
            lost = [what for pattern, what in _LOST if any(map(pattern.match, package.namelist()))]
            if sum(part.file_size for part in package.infolist()) > _MOST_BYTES:
                raise ValueError(shown)  # noqa: TRY301 - reported like any unusable workbook
        book = load_workbook(BytesIO(data), rich_text=True)
    except OSError as error:
        raise FileProblem([codes.BAD_SHEET.at(Span(shown), problem=f"「{shown}」{why_not(error)}", mend="")]) from error
    except Exception as error:  # zipfile, the XML parser and openpyxl raise many kinds for a damaged file
        mend = "用 Excel 或 WPS 打开，另存为 .xlsx 工作簿。"
        raise Refused([codes.BAD_SHEET.at(Span(shown), problem=f"「{shown}」不是能读的工作簿", mend=mend)]) from error
    found = [codes.LOST_IN_SHEET.at(Span(shown), file=shown, what="、".join(lost))] if lost else []
    sheets = []
    for sheet in book.worksheets:
        place = Span(shown, sheet=sheet.title, length=0)
        if sheet.max_row * sheet.max_column > _MOST_CELLS:
            problem = f"工作表「{sheet.title}」有 {sheet.max_row:,} 行 {sheet.max_column:,} 列"
            found.append(codes.BAD_SHEET.at(place, problem=problem, mend="删去下面和右边没有内容的行和列。"))
            continue
        sheets.append((sheet, place, _Blocks(place, found).read(sheet)))
    if found:
        raise Refused(found)
    return book, sheets


class _Blocks:
    """Groups the rows of a sheet in blocks; adds faulty row tags to ``found``."""

    def __init__(self, place: Span, found: list[Finding]) -> None:
        self.place, self.found = place, found
        self.open = [Block("", "", place)]

    def read(self, sheet: Worksheet) -> Block:
        """The rows of a sheet."""
        root, tagged = self.open[0], cells_with_tags(sheet)
        for row in range(1, sheet.max_row + 1):
            texts = tagged.get(row, [])
            tags = [(_at(self.place, cell), match) for cell, text in texts if (match := _ROW_TAG.fullmatch(text))]
            for cell, text in texts if not tags else ():
                if _OTHER_TAG.search(text):
                    self._fault(_at(self.place, cell), f"「{text.strip()[:40]}」在这里不能用，或没有单独占一个单元格")
            if not tags:
                self.open[-1].add(row)
            elif len(texts) > 1:
                self._fault(tags[0][0], f"第 {row} 行除了行标记还有别的标记")
            else:
                self._take(*tags[0])
        for block in self.open[1:]:
            self._fault(block.span, f"「{block.word} {block.source}」没有结尾的 {{%tr end{block.word} %}}")
        return root

    def _take(self, span: Span, tag: re.Match[str]) -> None:
        word, rest, top = tag[1], tag[2].strip(), self.open[-1]
        loop = _LOOP.fullmatch(rest) if word == "for" else None
        if (word == "for" and loop is None) or (word in ("if", "elif") and not rest):
            self._fault(span, f"「{tag[0].strip()}」没有写全")
        elif word in ("for", "if"):
            self._begin(Block(word, loop[2] if loop else rest, span, loop[1] if loop else ""))
        elif word.startswith("end") and top.word == word.removeprefix("end"):
            while self.open.pop().is_elif:
                pass
        elif word in ("else", "elif") and top.word == "if" and not top.in_else:
            top.in_else = True
            if word == "elif":
                self._begin(Block("if", rest, span, is_elif=True))
        else:
            self._fault(span, f"「{tag[0].strip()}」没有对应的开头")

    def _begin(self, block: Block) -> None:
        self.open[-1].add(block)
        self.open.append(block)

    def _fault(self, span: Span, problem: str) -> None:
        mend = "一行里只写一个行标记：{%tr for 行 in 表 %} … {%tr endfor %}，{%tr if 条件 %} … {%tr endif %}。"
        self.found.append(codes.BAD_SHEET.at(span, problem=problem, mend=mend))


def _at(place: Span, cell: Any) -> Span:
    return Span(place.file, cell.row, cell.column, 0, place.sheet)


def lines_of_sheet(sheet: Worksheet) -> Iterator[str]:
    """The rows as ``text_lines`` gives those of tables, ``| a | b |``; titles and stated units as paragraphs."""
    for row in sheet.iter_rows():
        cells = ["" if cell.data_type == "f" else str(cell.value or "") for cell in row]
        filled = [cell for cell in cells if cell.strip()]
        is_unit = any(cell.lstrip().startswith(("单位：", "单位:")) for cell in filled)
        is_row = (len(filled) > 1 and not is_unit) or any(map(_ROW_TAG.fullmatch, filled))
        yield f"| {' | '.join(cells)} |" if is_row else "\n".join(filled)


def cells_with_tags(sheet: Worksheet) -> dict[int, list[tuple[Cell, str]]]:
    """The cells with tags, including row tags, and their texts, by row."""
    found: dict[int, list[tuple[Cell, str]]] = {}
    for cell in chain.from_iterable(sheet.iter_rows()):
        text = str(cell.value or "")
        if not isinstance(cell, MergedCell) and cell.data_type != "f" and has_tags(text):
            found.setdefault(cell.row, []).append((cell, text))
    return found


class _Line(NamedTuple):
    """A printed row: which row of the layout, in which turn of its loops, with which names."""

    row: int
    turn: _Turn
    names: Mapping[str, object]
    is_blank: bool


class _Page:
    """One sheet while it is filled in."""

    def __init__(self, sheet: Worksheet, place: Span, root: Block, writer: Writer) -> None:
        self.sheet, self.place, self.root, self.writer = sheet, place, root, writer
        self.last = sheet.max_row
        # The blocks around each row from the outermost; the rows of the new sheet for each row and turn.
        self.around: dict[int, tuple[int, ...]] = {}
        self.copies: dict[tuple[int, _Turn], list[int]] = {}
        self.lines: list[_Line] = []
        self.loops: set[int] = set()
        self._mark(root, ())

    def _mark(self, block: Block, around: tuple[int, ...]) -> None:
        for part in (*block.rows, *block.others):
            if isinstance(part, Block):
                self.loops |= {id(part)} if part.word == "for" else set()
                self._mark(part, (*around, id(part)))
            else:
                self.around[part] = around

    def print(self) -> None:
        """Determines the lines, and renders the texts of their cells."""
        for line in self._lines(self.root.rows, {}, (), is_blank=False):
            self.lines.append(line)
            if len(self.lines) > _MOST_ROWS:
                problem = f"工作表「{self.sheet.title}」印出来超过 {_MOST_ROWS:,} 行"
                self.writer.findings.append(codes.BAD_SHEET.at(self.place, problem=problem, mend="减少循环的行数。"))
                return
            for depth in range(len(line.turn) + 1):
                self.copies.setdefault((line.row, line.turn[:depth]), []).append(len(self.lines))
        tagged = cells_with_tags(self.sheet)
        self.texts: list[dict[int, str]] = [
            {
                int(cell.column or 0): ""
                if line.is_blank
                else self.writer.write(text, _at(self.place, cell), self.sheet.title, line.names, trusted=True)
                for cell, text in tagged.get(line.row, ())
            }
            for line in self.lines
        ]

    def _lines(
        self, parts: Sequence[int | Block], names: Mapping[str, object], turn: _Turn, *, is_blank: bool
    ) -> Iterator[_Line]:
        for part in parts:
            if not isinstance(part, Block):
                yield _Line(part, turn, names, is_blank)
                continue
            value = None if is_blank else self.writer.value(part.source, part.span, self.sheet.title, names)
            if part.word == "if":
                yield from self._lines(
                    part.rows if value else part.others, names, (*turn, (id(part), 0)), is_blank=is_blank
                )
                continue
            if value is not None and not isinstance(value, list | tuple):
                problem = f"「{part.source}」不是一张表，不能逐行印"
                self.writer.findings.append(codes.BAD_SHEET.at(part.span, problem=problem, mend="写表或列表的名称。"))
            values = value if isinstance(value, list | tuple) else []
            # Without values, its rows appear once and blank: the form keeps its look, and sums have rows.
            for number, one in enumerate(values or [None], 1):
                loop = {"index": number, "first": number == 1, "last": number == len(values), "length": len(values)}
                own = {**names, part.loop: one, "loop": loop}
                yield from self._lines(part.rows, own, (*turn, (id(part), number)), is_blank=is_blank or not values)

    def settle(self, pages: Mapping[str, _Page]) -> None:
        """Replaces the layout's rows by the lines, and sets their texts."""
        sheet = self.sheet
        merged = [CellRange(area.coord) for area in sheet.merged_cells.ranges]
        if [line.row for line in self.lines] != list(range(1, self.last + 1)):
            for area in merged:
                sheet.unmerge_cells(area.coord)
            self._move_rows()
            for area in merged:
                for first, last in self._areas(area.min_row, area.max_row):
                    new = CellRange(min_col=area.min_col, max_col=area.max_col, min_row=first, max_row=last)
                    sheet.merge_cells(new.coord)
        rooms = Rooms(sheet)
        # All rows at once: openpyxl searches the whole sheet for a single one.
        for line, texts, cells in zip(self.lines, self.texts, sheet.iter_rows(max_row=len(self.lines)), strict=True):
            for cell in cells:
                if cell.data_type == "f" and isinstance(cell.value, str):
                    cell.value = None if line.is_blank else _followed(cell.value, pages, self, line.turn, line.row)
            for column, text in texts.items():
                _put(cells[column - 1], text)
            rooms.fit_row(cells[column - 1] for column in texts)
        self._move_settings(pages)

    def _move_rows(self) -> None:
        sheet = self.sheet
        kept = {
            cells[0].row: [
                (cell, {part: copy(getattr(cell, part)) for part in _PARTS if cell.has_style}) for cell in cells
            ]
            for cells in sheet.iter_rows()
        }
        sizes = {row: (size.height, size.hidden, size.outlineLevel) for row, size in sheet.row_dimensions.items()}
        sheet.delete_rows(1, self.last)
        sheet.row_dimensions.clear()
        for number, line in enumerate(self.lines, 1):
            for column, (old, style) in enumerate(kept[line.row], 1):
                cell = sheet.cell(number, column)
                cell.value = old.value
                if old.hyperlink is not None:
                    cell.hyperlink = copy(old.hyperlink)
                if old.comment is not None:
                    cell.comment = copy(old.comment)
                for part, value in style.items():
                    setattr(cell, part, value)
            if line.row in sizes:
                size = sheet.row_dimensions[number]
                size.height, size.hidden, size.outlineLevel = sizes[line.row]

    def _areas(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The areas that an area of the layout becomes: one per turn of the blocks around all of it."""
        around = [self.around[row] for row in range(first, last + 1) if row in self.around]
        shared = around[0] if around else ()
        for one in around[1:]:
            shared = shared[: _shared(shared, one)]
        turns = {line.turn[: len(shared)]: None for line in self.lines if first <= line.row <= last}
        for turn in turns:
            rows = self.rows_of(first, last, turn, shared)
            if rows is not None:
                yield rows

    def rows_of(self, first: int, last: int, turn: _Turn = (), around: tuple[int, ...] = ()) -> tuple[int, int] | None:
        """The first and last row that these rows become in the same turn; None if they are gone."""
        behind = len(self.lines) - self.last
        if first > self.last:
            return first + behind, last + behind
        found: list[int] = []
        for row in range(first, min(last, self.last) + 1):
            own = turn[: _shared(self.around.get(row, ()), around)]
            found += self.copies.get((row, own), ())
        if not found:
            return None
        return min(found), last + behind if last > self.last else max(found)

    def _move_settings(self, pages: Mapping[str, _Page]) -> None:
        """Moves print area, title rows, filters, validations, page breaks, frozen panes, conditional formats."""

        def moved(areas: str) -> str:
            ranges = (area if ":" in area else f"{area}:{area}" for area in areas.replace(" ", ",").split(","))
            return _followed(",".join(ranges), pages, self, ())

        sheet = self.sheet
        if sheet.print_area:
            sheet.print_area = [moved(area.rpartition("!")[2]) for area in str(sheet.print_area).split(",")]
        holders = [(sheet, "print_title_rows"), (sheet.auto_filter, "ref")]
        for holder, name in [*holders, *((table, "ref") for table in sheet.tables.values())]:
            if getattr(holder, name):
                setattr(holder, name, moved(getattr(holder, name)))
        pane = sheet.sheet_view.pane
        if pane is not None and str(pane.state).startswith("frozen"):
            above = self.rows_of(1, int(pane.ySplit or 0))
            # openpyxl adds the selections of the panes to those that are there; Excel refuses more than one of each.
            del sheet.sheet_view.selection[1:]
            sheet.freeze_panes = f"{get_column_letter(int(pane.xSplit or 0) + 1)}{above[1] + 1 if above else 1}"
        for valid in sheet.data_validations.dataValidation:
            valid.sqref = type(valid.sqref)(moved(str(valid.sqref)).replace(",", " "))
        for one in sheet.row_breaks.brk:
            one.id = (self.rows_of(1, one.id) or (1, one.id))[1]
        formats, sheet.conditional_formatting = sheet.conditional_formatting, ConditionalFormattingList()
        for one in formats:
            for rule in one.rules:
                rule.formula = [_followed(text, pages, self, ()) for text in rule.formula]
                sheet.conditional_formatting.add(moved(str(one.sqref)).replace(",", " "), rule)


def _shared(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _followed(formula: str, pages: Mapping[str, _Page], own: _Page | None, turn: _Turn, row: int = 0) -> str:
    """The formula with references to the rows that the layout's rows become; a range covers all of them."""
    bare = not formula.startswith("=")
    tokens = Tokenizer(f"={formula}" if bare else formula)
    for token in tokens.items:
        if token.type != "OPERAND" or token.subtype != "RANGE":
            continue
        name, mark, area = token.value.rpartition("!")
        page = pages.get(name.strip("'").replace("''", "'")) if mark else own
        first, colon, last = area.partition(":")
        ends = [_CELL.fullmatch(end) or _WHOLE_ROWS.fullmatch(end) for end in (first, last or first)]
        if page is None or None in ends:
            continue
        (left, top), (right, bottom) = ((end[1], int(end[2])) for end in ends if end is not None)
        around = own.around.get(row, ()) if own is page else ()
        rows, inner = page.rows_of(top, bottom, turn if around else (), around), page.around.get(top, ())
        problem = mend = ""
        if rows is None and page.around.keys().isdisjoint(range(top, bottom + 1)):
            problem, mend = "指的是写行标记的行", "指到循环里的行。"
        elif row and not colon and page.loops & {*inner[_shared(around, inner) :]}:
            problem, mend = "在循环的行里，印出来不止一个", f"要这一列的各行，写成 {token.value}:{token.value}。"
        if problem:
            problem = f"公式 {formula} 里的 {token.value} {problem}"
            place = Span(page.place.file, row, 0, 0, (own or page).sheet.title)
            page.writer.findings.append(codes.BAD_SHEET.at(place, problem=problem, mend=mend))
        if rows is None:
            token.value = "0"  # none of these rows was printed
        else:
            token.value = f"{name}{mark}{left}{rows[0]}" + (f":{right}{rows[1]}" if colon else "")
    text: str = tokens.render()  # type: ignore[no-untyped-call]
    return text.removeprefix("=") if bare else text


def _put(cell: Any, text: str) -> None:
    """Sets a cell to its rendered text; to a number if it is a single tag whose format is not 文本."""
    layout = str(cell.value or "")
    number = _NUMBER.fullmatch(text) if _ONE_TAG.fullmatch(layout) and cell.number_format != "@" else None
    if not text:
        cell.value = None
    elif number is None or sum(map(str.isdigit, text)) > _MOST_DIGITS:
        put_text(cell, text)
    else:
        shape, places = cell.number_format.partition(";")[0], len(number[2] or "")
        cell.value = Decimal(number[1].replace(",", "")).scaleb(-2 if number[3] else 0)
        vanishes = cell.value and not round(cell.value.scaleb(2 * ("%" in shape)), shape.partition(".")[2].count("0"))
        if vanishes or (cell.number_format == "General" and (places or number[3] or "," in text)):
            # As it was printed: 12.50 stays 12.50, and 0.003 does not become 0.00.
            cell.number_format = ("#,##0" if "," in text else "0") + ("." + "0" * places if places else "") + number[3]
