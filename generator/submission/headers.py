"""The parts of a sheet that are no rows: headers with their units, totals (合计, 小计), shares (其中)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, allowance, has_digit
from generator.base.diagnostics import Code, Finding, Span, nearest, shortened
from generator.base.formats import plain
from generator.base.units import resolve_unit
from generator.submission import codes
from generator.submission.grid import Cell, Grid, Nature
from generator.template.model import Field

_SPACE = re.compile(r"\s+")
_BRACKET = re.compile(r"(?P<stem>.*?)[(\[](?:单位:)?(?P<inside>[^()\[\]]+)[)\]]")
_STATED_UNIT = re.compile(r"单位[为是]?:?(?:人民币)?([亿万千百]*元)|[(](?:人民币)?([亿万千百]*元)[)]$")
_NUMBER_LIKE = re.compile(r"[-+(]?[0-9][0-9,.]*[%)]?")
_NUMBERING_WORDS = ("栏次", "栏号", "行次", "甲", "乙", "丙", "丁")
# Above a header are the table's title, its unit, the bureau's name.
_MOST_LINES_ABOVE = 20
_MOST_NAMED = 12
_LONGEST_HEADER = 20


class Found(Struct, frozen=True):
    """A column that was found: its position, and the unit that its header states for bare numbers.

    A header may show the field's name or its label. What is computed is compared with what the program computes.
    """

    column: Field
    at: int
    unit: str


class Header(Struct, frozen=True):
    """The header: its last row, the columns found in it, the names of required ones that are missing, its width."""

    line: int
    columns: tuple[Found, ...]
    missing: tuple[str, ...]
    last: int


class _Head(Struct, frozen=True):
    """A candidate for the header: one row, or two joined; its cells and the columns that they name, by position."""

    lines: tuple[int, ...]
    cells: Mapping[int, Cell]
    named: Mapping[int, tuple[Field, str]]

    @property
    def worth(self) -> tuple[int, int, int]:
        names = {column.name for column, _ in self.named.values()}
        return len(names), sum(bool(unit) for _, unit in self.named.values()), -len(self.lines)


def find_header(grid: Grid, columns: Sequence[Field], path: str, findings: list[Finding]) -> Header:
    """The header of a grid that is not empty; problems go to ``findings``.

    It is the one or two rows near the top that name most columns, else the first row that is not blank.
    """
    head = _best_head(grid, columns)
    line, cells = head.lines[-1], head.cells
    stated = stated_units(grid, head.lines[0], path, findings)
    found: dict[str, Found] = {}
    for at, (column, unit) in head.named.items():
        if column.name in found:
            first = str(grid.place(line, found[column.name].at))
            words = {"text": short(cells[at].text), "first": first, "column": column.name}
            findings.append(codes.DUPLICATE_COLUMN.at(cells[at].span, path, **words))
            continue
        if column.kind == "金额" and unit and stated and unit != stated[0]:
            words = {"one": unit, "other": stated[0], "place": str(stated[1])}
            findings.append(codes.UNITS_DIFFER.at(cells[at].span, path, **words))
        found[column.name] = Found(column, at, unit or (stated[0] if stated and column.kind == "金额" else ""))
    absent = [column for column in columns if column.name not in found and column.formula is None]
    # Of two headers that are spelled alike nobody knows which one is meant.
    times = Counter(short(cell.text) for cell in cells.values())
    unnamed = ((short(cell.text), cell) for at, cell in cells.items() if at not in head.named)
    others = {text: cell for text, cell in unnamed if times[text] == 1}
    _report_missing([column for column in absent if column.is_needed], cells, others, path, findings)
    _report_unread([column for column in absent if not column.is_needed], others, path, findings)
    missing = tuple(column.name for column in absent if column.is_needed)
    # A row behind it that numbers the columns (栏次 1 2 3) belongs to it.
    behind = next((other for other in grid.lines if other > line), line)
    numbers = [text for cell in grid.lines[behind].values() if (text := normal(cell.text)) not in _NUMBERING_WORDS]
    counted = len(numbers) > 1 and numbers == [str(number) for number in range(1, len(numbers) + 1)]
    return Header(behind if counted else line, tuple(found.values()), missing, max(cells))


def upright(grid: Grid, columns: Sequence[Field]) -> Grid:
    """The grid, transposed if its header is its first column."""
    turned = grid.turn()
    lies = not grid.merges and _best_head(turned, columns).worth[0] > max(1, _best_head(grid, columns).worth[0])
    return turned if lies else grid


def known_columns(columns: Sequence[Field]) -> dict[str, Field]:
    """The columns by their possible headers: name, else label, else label without its brackets."""
    known: dict[str, Field] = {}
    for spell in (lambda column: column.name, lambda column: column.label, lambda column: stem_of(column.label)):
        for column in columns:
            known.setdefault(normal(spell(column)), column)
    return known


def _best_head(grid: Grid, columns: Sequence[Field]) -> _Head:
    known, above, heads = known_columns(columns), list(islice(grid.lines, _MOST_LINES_ABOVE)), []
    for number, line in enumerate(above, 1):
        upper, lower = grid.lines[line], grid.lines[above[number]] if number < len(above) else {}
        in_words = all(cell.nature is Nature.TEXT and not is_number_like(cell.text) for cell in lower.values())
        if not (in_words and lower.keys() - upper and upper.keys() - lower):
            heads.append(_Head((line,), upper, _named({at: [normal(cell.text)] for at, cell in upper.items()}, known)))
        if not lower or not in_words:
            continue
        # Two rows are one header if the second holds no numbers.
        texts, cells, group = {}, {}, ""
        for at in range(1, max(*upper, *lower) + 1):
            # A blank cell beside a filled one belongs to the same group of columns.
            group = normal(upper[at].text) if at in upper else group
            if at in lower:
                own = normal(lower[at].text)
                texts[at] = [group + own, own]
                cells[at] = replace(lower[at], text=f"{upper[at].text if at in upper else ''}{lower[at].text}")
            elif at in upper:
                texts[at], cells[at] = [group], upper[at]
        heads.append(_Head((line, above[number]), cells, _named(texts, known)))
    return max(heads, key=lambda one: one.worth)


def _named(texts: Mapping[int, list[str]], known: Mapping[str, Field]) -> dict[int, tuple[Field, str]]:
    """The columns that cells name, each by its texts in order, with their units."""
    found = {}
    for at, spellings in texts.items():
        for text in spellings:
            stem, unit = parted(text)
            column = known.get(text) or (known.get(stem) if unit else None)
            if column is not None:
                found[at] = (column, unit)
                break
    return found


def stated_units(grid: Grid, line: int, path: str, findings: list[Finding]) -> tuple[str, Span] | None:
    """The unit of money stated above a row (单位：万元) and its place; reports a second, different one."""
    stated: dict[str, Span] = {}
    rows = [cells for above, cells in grid.lines.items() if above < line]
    for cells in [*rows, *({at: cell} for at, cell in grid.lines[line].items())] if grid.turned else rows:
        match = _STATED_UNIT.search(normal("".join(cell.text for cell in cells.values())))
        if match:
            stated.setdefault(match[1] or match[2], next(iter(cells.values())).span)
    if len(stated) > 1:
        (one, first), (other, place), *_ = stated.items()
        findings.append(codes.UNITS_DIFFER.at(place, path, one=other, other=one, place=str(first)))
    return next(iter(stated.items()), None)


def normal(text: str) -> str:
    """The text without spaces, line breaks and the mark of required columns, in half-width signs."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).strip("*:")


def is_number_like(text: str) -> bool:
    """Whether a text is a bare number."""
    return _NUMBER_LIKE.fullmatch(normal(text)) is not None


def stem_of(label: str) -> str:
    """A label without the brackets behind it."""
    match = _BRACKET.fullmatch(normal(label))
    return match["stem"] if match and match["stem"] else label


def parted(text: str) -> tuple[str, str]:
    """Name and unit of a header: 金额 and 万元 of 金额(万元); brackets without a unit belong to the name."""
    match = _BRACKET.fullmatch(text)
    unit = match["inside"].removeprefix("人民币") if match else ""
    if match is None or any(char.isdigit() for char in unit) or not resolve_unit(unit).known:
        return text, ""
    return match["stem"], unit


def _report_missing(
    columns: list[Field], cells: Mapping[int, Cell], others: dict[str, Cell], path: str, findings: list[Finding]
) -> None:
    first = next(iter(cells.values()))
    listed = "、".join(f"「{short(cell.text)}」" for cell in islice(cells.values(), _MOST_NAMED))
    for column in columns:
        # Compared without what is in brackets.
        spelled = {stem_of(text): text for text in others}
        near = nearest(column.name, spelled, most=1) or nearest(column.label, spelled, most=1)
        text = spelled[near[0]] if near else ""
        unit = parted(normal(text))[1]
        new = column.name + (f"（{unit}）" if unit else "")
        hint = f"「{text}」是否就是这一列？是的话，把表头改为「{new}」。" if text else ""
        words = {"name": f"{path}.{column.name}", "label": column.label, "column": column.name, "header": listed}
        span = others.pop(text).span if text else first.span
        findings.append(codes.MISSING_COLUMN.at(span, path, hint=hint, **words))


def _report_unread(columns: list[Field], others: dict[str, Cell], path: str, findings: list[Finding]) -> None:
    """Report unread headers that are similar to an optional column that was not found."""
    names = {said: column.name for column in columns for said in (column.label, column.name)}
    for text, cell in others.items():
        near = nearest(text, names, most=1)
        if near:
            words = {"text": text, "name": path, "near": names[near[0]]}
            findings.append(codes.UNREAD_COLUMN.at(cell.span, path, **words))


def short(text: str) -> str:
    """A header as messages show it."""
    return shortened(_SPACE.sub("", text), _LONGEST_HEADER)


COUNTED = ("金额", "整数", "数值")
_TOO_MUCH, _TOO_LITTLE = 10**10, 10**4


class Line(Struct):
    """A row below the header: its number, and its number among the items (0: none).

    ``total`` is the word of a row of totals (合计, 小计 …); ``part`` marks a share (其中) of the row above.
    """

    line: int
    item: int
    total: str = ""
    part: bool = False


_Amounts = list[tuple[Line, Amount | None]]
"""The rows with their amounts of one column."""


class Sums(Struct):
    """Compares totals, and the shares of rows, with what the rows add up to."""

    grid: Grid
    header: Header
    path: str
    lines: list[Line]
    amount: Callable[[int, Found], Amount | None]

    def findings(self) -> Iterator[Finding]:
        """One for each cell that differs, and one for the rows left out as shares of others."""
        parts = [one.line for one in self.lines if one.part]
        if parts:
            place = next(iter(self.grid.lines[parts[0]].values())).span
            yield codes.NOT_COUNTED.at(place, self.path, lines="、".join(map(str, parts)))
        for found in self.header.columns:
            if found.column.kind in COUNTED:
                rows = [(one, self.amount(one.line, found)) for one in self.lines]
                yield from self._doubts(found, rows)
                wrong = list(self._totals(found, rows))
                yield from wrong
                # A total that is right tells which rows count.
                sure = not wrong and any(one.total and amount is not None for one, amount in rows)
                yield from self._parts(found, rows, sure=sure)

    def _doubts(self, found: Found, rows: _Amounts) -> Iterator[Finding]:
        """A finding if amounts are so large, or all so small, that 元 and 万元 may have been mixed up."""
        items = [(one, amount) for one, amount in rows if one.item and amount]
        if found.column.kind != "金额" or not found.unit or not items:
            return
        one, most = max(items, key=lambda row: row[1])
        large = found.unit != "元" and most.unit.name == found.unit and most >= _TOO_MUCH
        small = found.unit == "元" and len(items) > 1 and most < _TOO_LITTLE
        if large or small:
            why = "大得少见" if large else "各行都不到 1 万元"
            amount = f"{plain(most / 10**8)} 亿元" if large else f"{plain(most)} 元"
            span = self.grid.lines[one.line][found.at].span
            yield codes.UNIT_DOUBTFUL.at(span, self.path, unit=found.unit, amount=amount, why=why)

    def _totals(self, found: Found, rows: _Amounts) -> Iterator[Finding]:
        for at, (one, stated) in enumerate(rows):
            cell = self.grid.lines[one.line].get(found.at)
            is_unread = one.total and stated is None and found.column.kind == "金额"
            if cell is not None and is_unread and has_digit(cell.text):
                words = {"text": one.total, "column": found.column.name, "said": short(cell.text)}
                yield codes.TOTAL_UNREAD.at(cell.span, f"{self.path}.{found.column.name}", **words)
            if not one.total or one.total.startswith("平均") or stated is None:
                continue
            before = next((n for n in range(at - 1, -1, -1) if self.lines[n].total), -1)
            behind = next((n for n in range(at + 1, len(rows)) if self.lines[n].total), len(rows))
            spans = [rows[before + 1 : at], rows, rows[:at], rows[at + 1 : behind]]
            groups = [[amount for row, amount in span if row.item] for span in spans]
            if any(amount is None for amount in groups[1]) or not groups[1]:
                continue
            values = [[amount for amount in group if amount is not None] for group in groups]
            if found.column.kind == "数值" and stated <= max(values[1]):
                continue  # a mean
            if one.total.startswith("总") and "分" in one.total and stated > sum(values[1]):
                continue  # of the whole form, in which the rate of execution has points as well
            if any(group and abs(sum(group) - stated) <= allowance([*group, stated]) for group in values):
                continue
            computed = sum(values[0] if one.total == "小计" and values[0] else values[1])
            yield self._differs(codes.TOTAL_DIFFERS, one, found, stated, computed, text=one.total)

    def _parts(self, found: Found, rows: _Amounts, *, sure: bool) -> Iterator[Finding]:
        """Shares below a row must not exceed it; rows behind them that fill it up exactly are shares as well."""
        at = 0
        while at < len(rows):
            (row, whole), first = rows[at], at + 1
            at = next((n for n in range(first, len(rows)) if not rows[n][0].part), len(rows))
            parts = [amount for _, amount in rows[first:at] if amount is not None]
            if not row.item or whole is None or not parts:
                continue
            total, allowed = sum(parts, Fraction(0)), allowance([whole, *parts])
            if total > whole + allowed:
                yield self._differs(codes.PART_LARGER, rows[at - 1][0], found, whole, total)
                continue
            for more, amount in () if sure else rows[at:]:
                if not more.item or amount is None or total >= whole:
                    break
                total += amount
                if total == whole and amount:
                    yield self._differs(codes.UNMARKED_PART, rows[at][0], found, whole, total)

    def _differs(
        self, code: Code, one: Line, found: Found, stated: Amount, computed: Fraction | int, **words: str
    ) -> Finding:
        cell = self.grid.lines[one.line].get(found.at)
        span = cell.span if cell is not None else self.grid.place(one.line, found.at)
        unit = stated.unit
        shown = f"{plain(computed / unit.scale)}{unit.name}"
        words |= {"column": found.column.name, "stated": f"{plain(stated.number)}{unit.name}", "computed": shown}
        return code.at(span, f"{self.path}.{found.column.name}", **words)
