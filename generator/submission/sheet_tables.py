"""Tables out of grids: the header's columns matched with fields, then the rows below it as located nodes."""

from __future__ import annotations

import re
from collections import abc
from collections.abc import Sequence as Columns
from contextlib import suppress
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.amount import Amount, NotAnAmount, parse_amount
from generator.base.diagnostics import Finding, Span, column_letters, suggestion
from generator.base.units import is_count
from generator.submission import codes, headers
from generator.submission.grid import Cell, File, Grid, Nature, Unreadable, open_file, read_csv
from generator.submission.headers import Found, Header, Line, is_number_like, normal, short
from generator.submission.model import field_path, moved_path
from generator.template.model import Field, says_nothing
from generator.yamlfile.build import Entry, Mapping, Scalar, Sequence
from generator.yamlfile.text import Page, forbidden_characters, without_forbidden

_SPACE = re.compile(r"\s+")
_WORDS = ("文字", "段落", "列表")
_DATES = ("日期", "目标", *_WORDS)
# A sum over the rows would count what several rows share once for each of them.
_ADDED = ("金额", "数值", "整数", "数量")
_MEASURED = (*_ADDED, "比率", "目标")
_WITHOUT_OWN_UNIT = ("数值", "整数")
_SCORE_UNIT = "分"
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
_WIDEN = "列太窄时另存 CSV，数字就成了「###」：回到原表把列拉宽，再另存一次。"
_TOO_NARROW, _OFFICE_ERROR = re.compile("#{3,}"), re.compile("(?:Err|错误):[0-9]{3}")
_TOTALS = "合计|总计|汇总|小计|累计|共计|总额|总数|总和|总分|总得分|平均|平均分|平均值"
_TOTAL = re.compile(rf"(?:本页|全部|以上|各项)?({_TOTALS})[数额]?(?:\([^()]*\))?:?")
_TOTAL_OF = re.compile(r"[^,。;]{1,12}(合计|总计|小计)(?:\([^()]*\))?:?")
_SECTION = re.compile(r"[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)")
_PART = re.compile(r"[(\-—]*其中")
_SIGNED = re.compile("(?:注|备注|填表人|填报人|制表人|制表|审核人|单位负责人)[0-9]*[:：]")
_BESIDE_SIGNED = re.compile(r"\w{0,4}(?:人|日期|时间|电话|方式|单位)(?:[(（]\w+[)）])?[:：]|[0-9]{4}[-/.年][0-9]")
_NOTE = re.compile(rf"{_SIGNED.pattern}|(?:说明|单位[为是]?)[0-9]*[:：]")
_REMARK = re.compile(
    r"(?:以上|上述|本表|数据来源|资料来源).{4,}|(?:填表|填报|制表|审核|负责|经办|联系)人\s+\S+|联系电话\s*[-0-9]+"
)
_DIGIT_FIRST = re.compile(r"[-+(]?[0-9]")
_TOO_LONG, _IN_POWERS = re.compile(r"[1-9][0-9]{15,}"), re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,}")
_DIGIT_LAST = re.compile(r"[0-9０-９][)）\-−－]?\s*$")
_CUT_NUMBER = re.compile(r"-?[1-9][0-9]{0,2}"), re.compile(r"[0-9]{3}(?:\.[0-9]+)?\D*")


class Tables(Struct):
    """Files of a folder that were read, with their digests, and what is wrong with them.

    ``refused`` are the paths whose lack of a value the findings explain: a table (绩效目标), a column (绩效目标.完成)
    or a value (绩效目标[3].完成). ``read`` are the sheets that were read, by file and title.
    """

    folder: Path
    sources: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    read: set[tuple[str, str]] = field(default_factory=set)

    def add(self, other: Tables, moved: abc.Mapping[str, str]) -> None:
        """Takes over what was found elsewhere; ``moved`` maps the paths of rows to those that they have in the data."""
        self.sources |= other.sources
        self.findings += (replace(finding, path=moved_path(finding.path, moved)) for finding in other.findings)
        self.refused |= {moved_path(path, moved) for path in other.refused}
        self.read |= other.read

    def is_said(self, finding: Finding) -> bool:
        """Whether a finding reports as missing what a finding of a file already explains."""
        return finding.code in codes.LACKING and bool({finding.path, field_path(finding.path)} & self.refused)

    def open(self, named: Scalar, path: str) -> File:
        """The file of that name; raises as ``open_file``."""
        file = open_file(named, self.folder, path)
        self.sources[file.name] = sha256(file.data).hexdigest()
        return file


def read_rows(grid: Grid, header: Header, path: str, tables: Tables, *, all_count: bool = False) -> list[Mapping]:
    """Every row below the header with a filled column.

    Leaves out notes, and unless ``all_count`` totals and shares (其中), which are compared with the rows. Leaves out
    repeated headers, which come from pasting and page breaks. A cell merged over rows counts for each of them.
    """
    rows, read = list[Mapping](), []
    sections = set() if all_count else _sections(grid, header)
    columns = {found.at for found in header.columns}
    signed = _signatures(grid, columns) if all_count else set()
    for line, cells in grid.lines.items():
        # Filled in the row itself, not only by a merged cell above.
        filled = columns & cells.keys()
        own = [at for at in filled if grid.extent(line, at)[0] == line]
        if line <= header.line or not own or (line in signed if all_count else _is_note(cells, header)):
            continue
        heads = grid.lines.get(header.line, {})
        repeats = all(at in heads and normal(cells[at].text) == normal(heads[at].text) for at in filled)
        if repeats and (len(own) > 1 or len(columns) == 1):
            continue
        is_known = all_count or line in sections
        one = Line(line, 0, "小计" if line in sections else "") if is_known else _kind_of_line(line, cells, header)
        if one.total or one.part:
            read.append(one)
            continue
        number = len(rows) + 1
        reader = _RowReader(grid, header, f"{path}[{number}]", tables)
        cut = _cut_apart(grid, line, header, path)
        tables.findings += cut
        rows.append(reader.row(line, blank=bool(cut)))
        read.append(Line(line, number))
    # Only rows of a CSV file have a width.
    few = [(line, width) for line, width in grid.widths.items() if line > header.line and 1 < width < header.last]
    for line, width in few[:1]:
        words = {"count": str(width), "wanted": str(header.last)}
        tables.findings.append(codes.FEWER_CELLS.at(grid.place(line, width), path, **words))
    tables.findings += headers.Sums(grid, header, path, read, partial(_amount, grid, path)).findings()
    tables.refused |= {f"{path}.{name}" for name in header.missing}
    report_hidden(grid, header, path, tables.findings)
    return rows


def _amount(grid: Grid, path: str, line: int, found: Found) -> Amount | None:
    """The amount in a cell; None if there is none, or it was reported as unreadable."""
    cell = grid.lines[line].get(found.at)
    if cell is None or _trouble(cell, found, path) is not None:
        return None
    try:
        return parse_amount(_with_unit(cell.text, found), (found.column.unit,) if found.column.unit else ())
    except NotAnAmount:
        return None


def _signatures(grid: Grid, columns: set[int]) -> set[int]:
    """The last lines of a table of words that are notes and signatures (填表人：), not texts that begin like them."""
    found = set[int]()
    for line, cells in reversed([*grid.lines.items()]):
        (at, first), *others = ((at, _SPACE.sub("", cell.text)) for at, cell in cells.items())
        match = _SIGNED.match(first)
        is_label = match is not None and (at not in columns or match.end() == len(first))
        beside = _BESIDE_SIGNED if match is not None and "人" in match[0] else _SIGNED
        if match is not None and (is_label or all(beside.match(text) for _, text in others)):
            found.add(line)
        elif columns & cells.keys():
            break
    return found


def _is_note(cells: abc.Mapping[int, Cell], header: Header) -> bool:
    first = next(iter(cells.values()))
    numbers = [found.at for found in header.columns if found.column.kind in _ADDED]
    figures = any(_DIGIT_FIRST.match(normal(cells[at].text)) for at in numbers if at in cells)
    # Without a mark behind its first word only a row of one cell is a remark: 以上数据来源于财政一体化系统。
    remark = _REMARK.fullmatch(first.text.strip()) if len(cells) == 1 else None
    return not figures and bool(remark or _NOTE.match(_SPACE.sub("", first.text)))


def _kind_of_line(line: int, cells: abc.Mapping[int, Cell], header: Header) -> Line:
    """The kind of a row by the words before its first number."""
    numbers = [found.at for found in header.columns if found.column.kind in _ADDED]
    names = [found.at for found in header.columns if found.column.kind not in _ADDED]
    last = max((at for at in names if at < min(numbers)), default=min(names, default=0)) if numbers else max(names)
    texts = [normal(cell.text) for at, cell in cells.items() if at <= last and not is_number_like(cell.text)]
    if not texts:  # nothing but numbers, and 合计 behind them as a remark
        texts = [normal(cell.text) for cell in cells.values() if not is_number_like(cell.text)]
    total = next((match[1] for text in texts if (match := _TOTAL.fullmatch(text))), "")
    if texts and not total and any(found.column.kind in headers.COUNTED for found in header.columns):
        match = _TOTAL_OF.fullmatch(texts[0])
        total = match[1] if match else ""
    return Line(line, 0, total, bool(texts) and not total and any(_PART.match(text) for text in texts))


def _sections(grid: Grid, header: Header) -> set[int]:
    """Rows that only head those below (一、市级资金): numbered so, unlike others, above a row of items.

    Their amounts, if any, are sums of the rows below.
    """
    names = [found.at for found in header.columns if found.column.kind in _WORDS]
    numbers = [found.at for found in header.columns if found.column.kind in _ADDED]
    texts = {line: normal(cells[names[0]].text) for line, cells in grid.lines.items() if names and names[0] in cells}
    below = [line for line in texts if line > header.line]
    numbered = {line for line in below if _SECTION.match(texts[line])}
    plain_below = {one for one, two in pairwise(below) if one in numbered and two not in numbered}
    # One number alone is a sum; a row with a score of its own is an item.
    few = {line for line in plain_below if sum(at in grid.lines[line] for at in numbers) <= 1}
    return few if numbers and few == numbered and header.columns[0].column.formula is None else set()


def _cut_apart(grid: Grid, line: int, header: Header, path: str) -> list[Finding]:
    """A finding if a comma cut a value into two cells, so that the following cells are one place off."""
    if not grid.widths:
        return []
    cells = {at: replace(cell, text=cell.text.strip()) for at, cell in grid.lines[line].items()}
    extra = next((cell for at, cell in cells.items() if at > header.last), None)
    # A number at the end of the row, where the others have none, was pushed there.
    others = [grid.lines[other].get(header.last) for other in grid.lines if other not in (line, header.line)]
    last = cells.get(header.last)
    pushed = last is not None and is_number_like(last.text) and bool(others)
    pushed = pushed and not any(cell is not None and is_number_like(cell.text) for cell in others)
    numeric = {found.at for found in header.columns if found.column.kind in _ADDED}
    for at, cell in cells.items():
        behind, third = cells.get(at + 1), cells.get(at + 2)
        if behind is None:
            continue
        number = _CUT_NUMBER[0].fullmatch(cell.text) and _CUT_NUMBER[1].fullmatch(behind.text)
        words = at + 1 in numeric and not any(map(str.isdigit, behind.text)) and third and is_number_like(third.text)
        if number and (extra is not None or pushed or behind.text[0] == "0"):
            text, mend = f"{cell.text},{behind.text}", "去掉千分号"
        elif words and not is_number_like(cell.text) and not says_nothing(behind.text):
            text, mend = f"{cell.text},{behind.text}", "改成中文逗号"
        else:
            continue
        hint = f'「{text}」像是被逗号断成了两格：{mend}，或用英文双引号括起来，写成 "{text}"。'
        return [codes.EXTRA_CELLS.at(cell.span, path, hint=hint, text=short(cell.text))]
    return [codes.EXTRA_CELLS.at(extra.span, path, text=short(extra.text))] if extra is not None else []


class _RowReader(Struct):
    """Reads the cells of one row; ``path`` is the row's place in the data."""

    grid: Grid
    header: Header
    path: str
    tables: Tables

    def row(self, line: int, *, blank: bool = False) -> Mapping:
        """The cells of the row by column; all ``blank`` if the row cannot be told apart into cells."""
        entries = tuple(self._entry(found, line, blank=blank) for found in self.header.columns)
        return Mapping(entries, self.grid.place(line, min(found.at for found in self.header.columns)))

    def _entry(self, found: Found, line: int, *, blank: bool) -> Entry:
        path = f"{self.path}.{found.column.name}"
        here = self.grid.place(line, found.at)
        value = Scalar("", here)
        first, last = self.grid.extent(line, found.at)
        cell = self.grid.lines.get(first, {}).get(found.at)
        # A merged header does not count for rows, a merged computed value only for the first one.
        counts = first > self.header.line and (first == line or found.column.formula is None)
        if blank:
            self.tables.refused.add(path)
        elif cell is not None and counts:
            findings: list[Finding] = []
            cells, each = self._merged(found, first, last)
            if cells:
                words = {"text": cell.text, "cells": cells, "each": each}
                findings.append(codes.MERGED_NUMBER.at(cell.span, path, name=path, **words))
            text = None if findings else cell_text(cell, found, path, findings)
            # Problems of a merged cell are reported once, at its first row.
            self.tables.findings += findings if first == line else []
            if text is None:
                self.tables.refused.add(path)
            else:
                value = Scalar(text, cell.span, quoted=True)
        return Entry(Scalar(found.column.name, here), value)

    def _merged(self, found: Found, first: int, last: int) -> tuple[str, str]:
        """The rows, or the columns of numbers, over which the cell of a number is merged; blank if it is not."""
        right = self.grid.wide.get((first, found.at), found.at)
        numbers = [one.at for one in self.header.columns if one.column.kind in _ADDED]
        if found.at not in numbers:
            return "", ""
        if first != last:
            return f"第 {first} 至 {last} 行", "行"
        within = [column_letters(at) for at in (found.at, right)]
        return (f" {within[0]} 至 {within[1]} 列", "列") if any(found.at < at <= right for at in numbers) else ("", "")


def cell_text(cell: Cell, found: Found, path: str, findings: list[Finding]) -> str | None:
    """The text of a cell as the bureau would type it; None if there is a problem, added to ``findings``."""
    trouble = _trouble(cell, found, path)
    if trouble is not None:
        findings.append(trouble)
        return None
    text = cell.text
    if cell.nature is Nature.TRUTH and found.column.kind == "是否":
        text = "是" if text == "TRUE" else "否"
    if cell.nature is Nature.DAY and found.column.kind == "目标":
        # As it is printed among other targets.
        text = "{}年{}月{}日".format(*map(int, text[:10].split("-")))
    if cell.nature is Nature.MOMENT and found.column.kind in _DATES[1:]:
        text = cell.shown
    elif cell.shown:
        if found.column.formula is not None and cell.nature is Nature.NUMBER:
            return _with_unit(cell.shown, found)
        hint = "" if any(map(str.isdigit, cell.shown)) else "把数字格式改为「常规」，核对这个数。"
        hint = "核对年、月、日，把格式改成年月日都有的日期。" if cell.nature is Nature.MOMENT else hint
        findings.append(codes.MORE_DIGITS.at(cell.span, path, hint=hint, shown=cell.shown, text=text))
    too_long = _TOO_LONG if cell.nature is Nature.NUMBER else _IN_POWERS
    if found.column.kind in _WORDS and too_long.fullmatch(text.strip()):
        findings.append(codes.DIGITS_LOST.at(cell.span, path, text=text.strip()))
    if not text.isprintable() or "\ufffd" in text:
        page = Page.of("", text)
        forbidden = forbidden_characters(page)
        findings += (replace(finding, span=cell.span, path=path) for finding in forbidden)
        text = without_forbidden(page).text() if forbidden else text
    return _with_unit(text, found)


def _trouble(cell: Cell, found: Found, path: str) -> Finding | None:
    """Why the content of a cell cannot be what was meant; None if it can."""
    column = found.column
    if cell.nature is Nature.UNCOMPUTED:
        return codes.UNCOMPUTED.at(cell.span, path)
    text = cell.text.strip()
    narrow = _TOO_NARROW.fullmatch(text)
    if narrow or cell.nature is Nature.ERROR or text in _ERRORS or _OFFICE_ERROR.fullmatch(text):
        mend = _WIDEN if narrow else "改正公式或它所引用的单元格，或直接填写内容。"
        return codes.ERROR_CELL.at(cell.span, path, text=text, label=column.label, mend=mend)
    if cell.scaled:
        return codes.SCALED.at(cell.span, path, text=cell.text, format=cell.scaled)
    # A month with its year is what was typed; 12月3日 may have been 12-3.
    is_whole = cell.nature is Nature.DAY or cell.shown.endswith("月")
    allowed = {Nature.DAY: _DATES, Nature.MOMENT: _DATES if is_whole else _DATES[:1]}.get(cell.nature)
    if allowed is not None and column.kind not in allowed:
        return codes.IS_DATE.at(cell.span, path, name=path, text=cell.text, label=column.label)
    return None


def _with_unit(text: str, found: Found) -> str:
    """A bare number with the unit of its header; other texts unchanged."""
    column = found.column
    if not found.unit or column.kind not in _MEASURED or not _DIGIT_LAST.search(text):
        return text
    if column.kind in _WITHOUT_OWN_UNIT and (
        found.unit == (column.unit or _SCORE_UNIT) or (not column.unit and is_count(found.unit))
    ):
        return text
    return text.strip() + found.unit


FILE, SHEET = KEYS = ("来源", "工作表")
WITHIN = ("组", "表")
"""The kinds of members of a row that no cell can hold."""
_MOST_LISTED = 5


def read_table(node: Mapping, wanted: Field, tables: Tables) -> Sequence:
    """The rows of the table that a mapping with the key 来源 names; never raises.

    ``wanted`` is its field, with its path in the data; ``tables`` collects what is wrong.
    """
    findings = tables.findings
    try:
        named, sheet = file_and_sheet(node, wanted.path, findings)
        file = tables.open(named, wanted.path)
        grid, before = read_grid(file, sheet), len(findings)
        rows = _rows(grid, wanted, tables)
        tables.read.add((file.name, grid.span.sheet))
        is_lost = {one.code for one in findings[before:]} == {codes.MISSING_COLUMN.number}
        if (
            sheet is None
            and (rows.items or is_lost)
            and (other := _elsewhere(file, grid, wanted, filled=bool(rows.items)))
        ):
            hint = f"工作表「{other.sheet}」里有这些列：要读它的，写明「{SHEET}: {other.sheet}」。"
            if rows.items:
                findings.append(codes.OTHER_SHEET.at(other, wanted.path, read=grid.span.sheet, sheet=other.sheet))
            else:
                findings[before:] = [replace(findings[before], hint=hint)]
    except Unreadable as unreadable:
        findings.append(unreadable.finding)
        tables.refused.add(wanted.path)
        return Sequence((), node.span)
    return rows


def columns_of(wanted: Field) -> list[Field]:
    """The members that a sheet can hold."""
    return [one for one in wanted.members.values() if one.kind not in WITHIN]


def _elsewhere(file: File, grid: Grid, wanted: Field, *, filled: bool) -> Span | None:
    """Another sheet of the workbook with all the columns, if ``filled`` a visible one with rows; else None."""
    columns = columns_of(wanted)
    with suppress(Unreadable):  # the other sheets are nobody's business
        for other in read_workbook(file, whole=True) if not grid.alone else ():
            if other.span.sheet != grid.span.sheet and other.lines:
                header = headers.find_header(headers.upright(other, columns), columns, wanted.path, [])
                is_filled = other.shown and max(other.lines) > header.line
                if len(header.columns) > 1 and not header.missing and (is_filled or not filled):
                    return other.span
    return None


def file_and_sheet(node: Mapping, path: str, findings: list[Finding]) -> tuple[Scalar, Scalar | None]:
    """The file and the sheet that the mapping names."""
    for key in node.keys():
        if key.text not in KEYS:
            hint = suggestion(key.text, KEYS)
            findings.append(codes.UNKNOWN_KEY.at(key.span, path, hint=hint, name=path, key=key.text))
    sheet = _name(node, SHEET, "工作表的名称", path) if node.get(SHEET) is not None else None
    return _name(node, FILE, "文件名", path), sheet


def _name(node: Mapping, key: str, expected: str, path: str) -> Scalar:
    value = node.get(key)
    if not isinstance(value, Scalar) or not value.has_text:
        span = value.span if value is not None else node.span
        raise Unreadable(codes.NOT_A_NAME.at(span, path, name=path, key=key, expected=expected))
    return value


def read_grid(file: File, sheet: Scalar | None) -> Grid:
    """The cells of the file, or of its sheet of that name."""
    if file.format == ".csv":
        if sheet is not None:
            raise file.refused(codes.NO_SHEETS_IN_CSV, sheet.span)
        return read_csv(file)
    return read_workbook(file, sheet)[0]


def read_workbook(file: File, sheet: Scalar | None = None, *, whole: bool = False) -> list[Grid]:
    """One sheet of a workbook, or all of them; raises as ``excel.read_sheets``."""
    from generator.submission.excel import read_sheets  # noqa: PLC0415 - openpyxl is slow to import

    return read_sheets(file, sheet, whole=whole)


def _rows(grid: Grid, wanted: Field, tables: Tables) -> Sequence:
    path, columns = wanted.path, columns_of(wanted)
    if not grid.lines:
        raise Unreadable(codes.EMPTY_SHEET.at(grid.span, path, place=grid.span))
    grid = headers.upright(grid, columns)
    header = headers.find_header(grid, columns, path, tables.findings)
    place = grid.place(header.line, 1)
    in_words = all(one.kind in _WORDS for one in columns)
    rows = read_rows(grid, header, path, tables, all_count=in_words) if header.columns else []
    if header.columns and not rows:
        tables.findings.append(codes.NO_ROWS.at(place, path, name=path, label=wanted.label, place=grid.span))
    tables.refused |= set() if rows else {path}
    return Sequence(tuple(rows), place)


def report_hidden(grid: Grid, header: Header, path: str, findings: list[Finding]) -> None:
    """Report hidden rows and columns that count, struck-through cells and comments."""
    below = [(line, cells) for line, cells in grid.lines.items() if line > header.line]
    read = (cells[one.at] for _, cells in below for one in header.columns if one.at in cells)
    report_looks(read, grid.span, path, findings)
    columns = sorted(found.at for found in header.columns)
    findings += hidden_parts(grid, [line for line, _ in below], columns, (header.line, 1), path)


def hidden_parts(
    grid: Grid, lines: abc.Iterable[int], columns: abc.Iterable[int], first: tuple[int, int], path: str = ""
) -> abc.Iterator[Finding]:
    """A finding for the hidden ones of these rows, and one for those of the columns; ``first`` is their first cell."""
    top, left = first
    rows = [grid.place(line, left) for line in lines if line in grid.hidden]
    across = [grid.place(top, at) for at in columns if at in grid.hidden_columns]
    for what, spans in zip("列行" if grid.turned else "行列", (rows, across), strict=True):
        names = _first_few([column_letters(one.column) if what == "列" else str(one.line) for one in spans])
        words = {"lines": f"（第 {names} {what}）", "what": f"有 {len(spans)} {what}"}
        yield from (codes.HIDDEN.at(one, path, place=grid.span, **words) for one in spans[:1])


def report_looks(read: abc.Iterable[Cell], place: Span, path: str, findings: list[Finding]) -> None:
    """Report struck-through cells, and cells with comments: one finding each, at the first cell."""
    cells = list(read)
    struck, remarked = [cell for cell in cells if cell.struck], [cell for cell in cells if cell.remark]
    for code, found in ((codes.STRUCK, struck), (codes.REMARKS, remarked)):
        if found:
            text = short(found[0].remark if code is codes.REMARKS else found[0].text)
            words = {"cells": cell_names(found), "text": text}
            findings.append(code.at(found[0].span, path, place=place, count=len(found), **words))


def cell_names(cells: Columns[Cell]) -> str:
    """The first few cells as people name them: B3、B4等."""
    return _first_few([f"{column_letters(one.span.column)}{one.span.line}" for one in cells])


def _first_few(names: list[str]) -> str:
    return "、".join(names[:_MOST_LISTED]) + ("等" if len(names) > _MOST_LISTED else "")
