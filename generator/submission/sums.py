"""Rows of totals (合计, 小计) and of shares (其中), compared with what the rows of a table add up to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from msgspec import Struct

from generator.base.amount import Amount, allowance
from generator.base.diagnostics import Code, Finding
from generator.base.forms import plain
from generator.submission import codes
from generator.submission.grid import Grid
from generator.submission.headers import Found, Header

COUNTED = ("金额", "整数", "数值")
_TOO_MUCH, _TOO_LITTLE = 10**10, 10**4


class Line(Struct):
    """A row below the header that counts: its number, its number among the items, the words that say what it is.

    ``total`` is 合计, 小计 … of a row of totals; ``part`` says that it is a share (其中) of the row above.
    """

    line: int
    item: int
    total: str = ""
    part: bool = False


class Sums:
    """Compares the rows of totals, and the shares of rows, with what the rows add up to."""

    def __init__(
        self, grid: Grid, header: Header, path: str, lines: list[Line], amount: Callable[[int, Found], Amount | None]
    ) -> None:
        self.grid, self.header, self.path, self.lines, self.amount = grid, header, path, lines, amount

    def findings(self) -> Iterator[Finding]:
        """One for each cell that differs, and one that tells which rows were left out as shares of others."""
        parts = [one.line for one in self.lines if one.part]
        if parts:
            place = next(iter(self.grid.lines[parts[0]].values())).span
            yield codes.NOT_COUNTED.at(place, self.path, lines="、".join(map(str, parts)))
        for found in self.header.columns:
            if found.column.kind in COUNTED:
                amounts = [self.amount(one.line, found) for one in self.lines]
                yield from self._doubts(found, amounts)
                wrong = list(self._totals(found, amounts))
                yield from wrong
                totals = [
                    one for one, amount in zip(self.lines, amounts, strict=True) if one.total and amount is not None
                ]
                # A total that is right tells which rows count.
                yield from self._parts(found, amounts, sure=bool(totals) and not wrong)

    def _doubts(self, found: Found, amounts: list[Amount | None]) -> Iterator[Finding]:
        """元 taken for 万元, or the other way round, shows where the amounts are too large or all too small."""
        rows = [(one, amount) for one, amount in zip(self.lines, amounts, strict=True) if one.item and amount]
        if found.column.kind != "金额" or not found.unit or not rows:
            return
        one, most = max(rows, key=lambda row: row[1])
        large = found.unit != "元" and most.unit.name == found.unit and most >= _TOO_MUCH
        small = found.unit == "元" and len(rows) > 1 and most < _TOO_LITTLE
        if large or small:
            why = "大得少见" if large else "各行都不到 1 万元"
            amount = f"{plain(most / 10**8)} 亿元" if large else f"{plain(most)} 元"
            span = self.grid.lines[one.line][found.at].span
            yield codes.UNIT_DOUBTFUL.at(span, self.path, unit=found.unit, amount=amount, why=why)

    def _totals(self, found: Found, amounts: list[Amount | None]) -> Iterator[Finding]:
        for at, (one, stated) in enumerate(zip(self.lines, amounts, strict=True)):
            if not one.total or one.total.startswith("平均") or stated is None:
                continue
            pairs = list(zip(self.lines, amounts, strict=True))
            before = next((n for n in range(at - 1, -1, -1) if self.lines[n].total), -1)
            behind = next((n for n in range(at + 1, len(pairs)) if self.lines[n].total), len(pairs))
            spans = [pairs[before + 1 : at], pairs, pairs[:at], pairs[at + 1 : behind]]
            groups = [[amount for row, amount in span if row.item] for span in spans]
            if any(amount is None for amount in groups[1]) or not groups[1]:
                continue
            values = [[amount for amount in group if amount is not None] for group in groups]
            if found.column.kind == "数值" and stated <= max(values[1]):
                continue  # a mean
            if any(group and abs(sum(group) - stated) <= allowance([*group, stated]) for group in values):
                continue
            computed = sum(values[0] if one.total == "小计" and values[0] else values[1])
            yield self._differs(codes.TOTAL_DIFFERS, one, found, stated, computed, text=one.total)

    def _parts(self, found: Found, amounts: list[Amount | None], *, sure: bool) -> Iterator[Finding]:
        """The shares below a row are no more than it; rows behind them that fill it up exactly are shares as well."""
        at = 0
        while at < len(self.lines):
            whole, first = amounts[at], at + 1
            at = first
            while at < len(self.lines) and self.lines[at].part:
                at += 1
            parts = [amount for amount in amounts[first:at] if amount is not None]
            if not self.lines[first - 1].item or whole is None or not parts:
                continue
            total, allowed = sum(parts, Fraction(0)), allowance([whole, *parts])
            if total > whole + allowed:
                yield self._differs(codes.PART_LARGER, self.lines[at - 1], found, whole, total)
                continue
            for more in range(at, len(self.lines) if not sure else at):
                amount = amounts[more]
                if not self.lines[more].item or amount is None or total >= whole:
                    break
                total += amount
                if total == whole and amount:
                    yield self._differs(codes.UNMARKED_PART, self.lines[at], found, whole, total)

    def _differs(
        self, code: Code, one: Line, found: Found, stated: Amount, computed: Fraction | int, **words: str
    ) -> Finding:
        cell = self.grid.lines[one.line].get(found.at)
        span = cell.span if cell is not None else self.grid.place(one.line, found.at)
        unit = stated.unit
        shown = f"{plain(computed / unit.scale)}{unit.name}"
        words |= {"column": found.column.name, "stated": f"{plain(stated.number)}{unit.name}", "computed": shown}
        return code.at(span, f"{self.path}.{found.column.name}", **words)
