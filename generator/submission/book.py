"""Filings as workbooks to fill in.

A workbook gives the same tree as YAML, each value with its sheet and cell. Cells are read as in any sheet that a filing
names: numbers and dates as shown, formulas by their results, units from the header or their column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Columns
from contextlib import suppress
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from generator.base.amount import has_digit
from generator.base.diagnostics import MOST_FOUND, Code, JixiaoError, Span, by_columns, in_order, suggestion
from generator.submission import book_form, codes, sheet_tables
from generator.submission.book_form import EVIDENCE, FACTS, HEAD_ROW, PATH, SAMPLE, UNIT, VALUE
from generator.submission.filing import INDICATORS, ITEMS, Values, as_tree, field_at, parsed_path, written_path
from generator.submission.grid import MOST_BYTES, Cell, File, Grid, Unreadable
from generator.submission.headers import COUNTED, Found, find_header, is_number_like, normal, short
from generator.submission.sheet_tables import Tables
from generator.template.load import KEY as SUPPLEMENT
from generator.template.load import named_template
from generator.template.model import Field, Template, says_nothing
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.source import Source

_NAMED, _FEW_EXAMPLES = (("模板",), (SUPPLEMENT,)), 4
_UP_TO_ONE = re.compile(r"-?(?:0?\.\d*[1-9]\d*|1)")
_MONEY, _UNIT_CLOSE = "金额", re.compile(r"([0-9])([亿万千百]*元)")
_UNIT_SAID = re.compile("[(（]?(?:单位[:：])?(?:人民币)?([^()（）]*)[)）]?")


def read_book(data: bytes, file: str, start: Path, templates: Path | None = None) -> Source:
    """The tree of a workbook's bytes; findings call it ``file``, its template is looked for from ``start``."""
    digest, named = sha256(data).hexdigest(), Span(file)
    try:
        book = File(file, ".xlsx", data, named, "")
        if len(data) > MOST_BYTES:
            raise book.refused(codes.TABLE_TOO_LARGE, what="文件", limit=f"{MOST_BYTES // 1_000_000} MB")
        read = {grid.span.sheet: grid for grid in sheet_tables.read_workbook(book, whole=True)}
        # Blanks around a title do not matter, unless there is a sheet without them as well.
        grids = {title if title.strip() in read else title.strip(): grid for title, grid in read.items()}
        if FACTS not in grids:
            raise book.refused(codes.NOT_A_FORM, hint=suggestion(FACTS, grids), sheet=FACTS)
        reader = _BookReader(grids)
        reader.facts(grids[FACTS])
    except Unreadable as unreadable:
        return Source(file, digest, "", None, (unreadable.finding,))
    root = as_tree(reader.values, named)
    with suppress(JixiaoError):  # reported by whoever needs the template
        root = reader.whole(named_template(root, start, templates))
    found = tuple(by_columns(in_order(reader.found)[:MOST_FOUND]))
    return Source(file, digest, "", root, found, frozenset(reader.refused))


class _BookReader:
    """Reads the sheets of one workbook; collects its values by path, and its findings."""

    def __init__(self, grids: Columns[str, Grid]) -> None:
        self.grids = grids
        self.values: Values = {}
        self.tables = Tables(Path())
        self.found, self.refused = self.tables.findings, self.tables.refused
        # The head of the single facts, cells beside their lines, and what each line says: path, name, value, unit.
        self.head = 0
        self.outside: list[Cell] = []
        self.cells: list[tuple[KeyPath, Cell, Cell | None, Scalar, str]] = []
        # The rows of each table by their sheet: path, number, and the word that names them for tables within.
        self.rows: dict[tuple[str, ...], list[tuple[KeyPath, str, str]]] = {}

    def whole(self, template: Template) -> Mapping:
        """The tree of the workbook, once its single facts are read."""
        first = next(iter(self.values.values())).span
        self._facts_of(template)
        sheets = book_form.sheets_of(template)
        for sheet in sheets:
            if sheet.title in self.grids:
                self._table(sheet, self.grids[sheet.title])
            else:
                self.found.append(codes.NO_SHEET_OF.at(first, sheet=sheet.title))
        self._indicators()
        self._evidence()
        for row in self._listed(book_form.OTHERS, book_form.OTHER_HEADS):
            path = parsed_path(row["路径"].text)
            if path is None:
                self.found.append(codes.NO_LINE.at(row["路径"].span, text=row["路径"].text or row["值"].text))
            else:
                self._say(path, row["值"])
        for line in (one for one in book_form.lines_of(template.fields) if one.is_group):
            self._settle(line)
        known = [FACTS, *(sheet.title for sheet in sheets), INDICATORS, EVIDENCE, book_form.OTHERS]
        for title, grid in self.grids.items():
            if title not in known and grid.lines:
                self.found.append(codes.UNREAD_SHEET.at(grid.span, hint=suggestion(title, known), sheet=title))
            elif title in known and not grid.shown:
                self.found.append(codes.HIDDEN.at(grid.span, title, place=grid.span, what="整张", lines=""))
        return as_tree(self.values, first)

    def facts(self, grid: Grid) -> None:
        """Find the lines of the sheet of single facts; the template's name is read at once."""
        heads = {line: _named(cells, book_form.FACT_HEADS) for line, cells in grid.lines.items()} or {HEAD_ROW: {}}
        self.head, at = max(heads.items(), key=lambda head: sum(name in head[1] for name in (PATH, VALUE)))
        if missing := [name for name in (PATH, VALUE) if name not in at]:
            head = "、".join(f"「{short(cell.text)}」" for cell in grid.lines.get(self.head, {}).values())
            words = {"name": f"{FACTS}.{missing[0]}", "label": missing[0], "column": missing[0]}
            place = grid.place(self.head, 1)
            raise Unreadable(codes.MISSING_COLUMN.at(place, FACTS, **words, header=head or "（空白）"))
        for line, cells in grid.lines.items():
            if line <= self.head:
                continue
            named, cell = cells.get(at[PATH]), cells.get(at[VALUE])
            unit = cells.get(at[UNIT]) if UNIT in at else None
            path = parsed_path(named.text.strip()) if named is not None else None
            if path is not None and named is not None:
                blank = Scalar("", grid.place(line, at[VALUE]))
                if cell is None and unit is not None and has_digit(unit.text):
                    self.outside.append(unit)
                self.cells.append((path, named, cell, blank, _unit_said(unit.text) if unit is not None else ""))
                if path in _NAMED and cell is not None:
                    self._say(path, Scalar(cell.text.strip(), cell.span))
            elif cell is not None:
                self.found.append(codes.NO_LINE.at(cell.span, text=cell.text))
            else:
                self.outside += cells.values()
        sheet_tables.report_looks(
            (cell for _, _, cell, *_ in self.cells if cell is not None), grid.span, "", self.found
        )
        filled = [line for line, cells in grid.lines.items() if at[VALUE] in cells]
        self.found += sheet_tables.hidden_parts(grid, filled, (), (self.head, at[VALUE]))

    def _facts_of(self, template: Template) -> None:
        lines = {line.path for line in book_form.lines_of(template.fields)}
        for path, named, cell, blank, unit in self.cells:
            field = field_at(path, template)
            value: Scalar | None = blank
            if cell is not None:
                column = field or book_form.text_field(str(path[-1]), "")
                # 0.967 beside % may be 96.7% or 0.967%.
                is_open = unit in ("%", "％") and _UP_TO_ONE.fullmatch(cell.text.strip())
                at, beside = written_path(path), unit if unit != column.unit and not is_open else ""
                text = sheet_tables.cell_text(cell, Found(column, 0, beside), at, self.found)
                self.refused |= {at} if text is None else set()
                spaced = _spaced(text) if text is not None and column.kind == _MONEY else text
                value = Scalar(spaced, cell.span, quoted=True) if spaced is not None else None
            if field is None and cell is None and path not in lines and path not in _NAMED:
                self.outside.append(named)
            elif value is not None and path not in _NAMED:
                self._say(path, value)
        facts = self.grids[FACTS]
        known = set(_named(facts.lines[self.head], book_form.FACT_HEADS).values())
        self._report_outside(facts, self.head, known, self.outside)

    def _say(self, path: KeyPath, value: Scalar) -> None:
        """Store a value; reports one that another cell has stated before, which counts."""
        before = self.values.get(path)
        if before is None or not before.text.strip():
            self.values.pop(path, None)
            self.values[path] = value
        elif value.text.strip() and value.span != before.span:
            self._report(codes.SAID_TWICE, value, path, other=str(before.span))

    def _report(self, code: Code, value: Scalar, path: KeyPath, **words: str) -> None:
        self.found.append(code.at(value.span, written_path(path), text=value.text, name=written_path(path), **words))

    def _table(self, sheet: book_form.BookSheet, grid: Grid) -> None:
        columns = [*([sheet.link] if sheet.link is not None else []), *(one.field for one in sheet.columns)]
        path, known = ".".join(sheet.path), {one.field.name: one for one in sheet.columns}
        flat = Tables(Path())
        rows = self._rows(grid, columns, path, flat)
        moved: dict[str, str] = {}
        if not rows and sheet.outer is None:
            self._say(sheet.path, Scalar("", grid.place(HEAD_ROW + 2, 2)))  # the first row to fill in
        said = [value for value in rows[0].values() if value.text.strip()] if len(rows) == 1 else []
        if len(said) == 1 and says_nothing(said[0].text) and sheet.outer is None:
            self._say(sheet.path, said[0])  # only that there are no rows
            rows = []
        counts: dict[KeyPath, int] = {}
        numbered = _numbered(grid)
        for number, row in enumerate(rows, 1):
            above = self._outer(sheet, row, f"{path}[{number}]", flat) if sheet.outer is not None else sheet.path
            if above is None:
                continue
            counts[above] = counts.get(above, -1) + 1
            here = (*above, counts[above])
            moved[f"{path}[{number}]"] = written_path(here)
            by, span = sheet.by, next(iter(row.values())).span
            own = normal(row[by.field.name].text) if by is not None and by.field.name in row else ""
            self.rows.setdefault(sheet.path, []).append((here, own, numbered.get(span.line, "")))
            for name, value in row.items():
                # Blanks of a group in a row are left out, as the group may be.
                if (column := known.get(name)) is not None and (len(column.path) == 1 or value.text.strip()):
                    text = _spaced(value.text) if column.field.kind == _MONEY else value.text
                    self._say((*here, *column.path), replace(value, text=text))
        self.tables.add(flat, moved)

    def _report_outside(self, grid: Grid, head: int, known: set[int], beside: Iterable[Cell]) -> None:
        """Report the cells in none of the ``known`` columns of a form, and those ``beside`` in none of its rows."""
        last = max(known, default=0)
        lines = ((line, at, cell) for line, cells in grid.lines.items() for at, cell in cells.items())
        outside = (cell for line, at, cell in lines if at > last or (line > head and at not in known))
        cells = sorted({one.span: one for one in (*outside, *beside)}.values(), key=lambda one: one.span)
        if cells:
            words = {"count": str(len(cells)), "cells": sheet_tables.cell_names(cells), "text": short(cells[0].text)}
            self.found.append(codes.STRAY_CELLS.at(cells[0].span, sheet=grid.span.sheet, **words))

    def _rows(self, grid: Grid, columns: list[Field], path: str, tables: Tables) -> list[dict[str, Scalar]]:
        """The rows of a sheet; in one as handed out, the lines above its header and the numbers do not count."""
        head, number = _place_of_numbers(grid)
        firsts = {line: cells.get(number or min(cells)) for line, cells in grid.lines.items()}
        texts = {line: normal(cell.text) for line, cell in firsts.items() if cell is not None}
        # A word where the number should be, as 合计, is read; a row may have nothing else.
        said = {line for line, text in texts.items() if line != head and not is_number_like(text)}
        lines = {
            line: {at: cell for at, cell in cells.items() if at != number or line in said}
            for line, cells in grid.lines.items()
            if texts.get(line) != SAMPLE and line >= head
        }
        whole = grid
        grid = replace(grid, lines={line: cells for line, cells in lines.items() if cells})
        if not grid.lines:
            return []
        top = replace(grid, lines={head: lines[head]}) if number else grid
        header = find_header(top, columns, path, tables.findings)
        if not header.columns:
            tables.refused.add(path)
            return []
        examples = {one.at: normal(one.column.example) for one in header.columns if one.column.example}
        first, cells = next(((line, cells) for line, cells in grid.lines.items() if line > header.line), (0, {}))
        beside: list[Cell] = []
        typed = {at: normal(cell.text) for at, cell in cells.items() if at != number}
        if examples and examples == typed and SAMPLE not in texts.values():
            # Without its first word the row of examples looks like any other.
            beside += cells.values()
            grid = replace(grid, lines={line: row for line, row in grid.lines.items() if line != first})
        if number:
            beside += (cells[number] for cells in grid.lines.values() if cells.keys() == {number})
            sample = [cells for line, cells in whole.lines.items() if texts.get(line) == SAMPLE]
            shown = [(at, cell) for cells in sample for at, cell in cells.items() if at != number]
            changed = [cell for at, cell in shown if normal(cell.text) != examples.get(at)]
            # One of many may be the example of an earlier version of the template.
            beside += changed if len(changed) > 1 or len(shown) < _FEW_EXAMPLES else ()
        if number or beside:
            known = {number, *_named(whole.lines[header.line], book_form.INFORMING).values()}
            known |= {one.at for one in header.columns}
            # An unknown column may be one that was not found.
            known |= set(range(1, max(known))) if header.missing else set()
            self._report_outside(whole, header.line, known, beside)
        # Totals and shares are of numbers: in a table of texts 「其中」 begins a text like any other.
        in_words = not any(one.kind in COUNTED for one in columns)
        rows = sheet_tables.read_rows(grid, header, path, tables, all_count=in_words)
        return [{one.key.text: one.value for one in row.entries if isinstance(one.value, Scalar)} for row in rows]

    def _outer(self, sheet: book_form.BookSheet, row: dict[str, Scalar], here: str, flat: Tables) -> KeyPath | None:
        """The path of a table in the row that a flat row says it belongs to: by its name, or by its number."""
        assert sheet.outer is not None  # noqa: S101 - the caller asked
        outer, table = self.rows.get(sheet.outer.path, []), ".".join(sheet.outer.path)
        said = row.get(book_form.BELONGS, Scalar("", next(iter(row.values())).span))
        text = normal(said.text)
        paths = [path for path, name, _ in outer if text and name == text]
        paths = paths or [path for path, _, number in outer if number and number == text]
        if len(paths) == 1:
            return (*paths[0], *sheet.steps)
        if paths:
            words = {"table": table, "text": text, "inner": sheet.title}
            hint = f"「{book_form.BELONGS}」填「{sheet.outer.title}」里的{book_form.NUMBER}，各行就分得开。"
            self.found.append(codes.ROWS_ALIKE.at(said.span, here, hint=hint, **words))
        elif f"{here}.{book_form.BELONGS}" not in flat.refused:
            hint = suggestion(text, [name for _, name, _ in outer if name])
            self.found.append(codes.NO_OUTER_ROW.at(said.span, here, hint=hint, text=text or "（空白）", table=table))
        return None

    def _listed(self, title: str, heads: Columns[str, str]) -> Iterator[dict[str, Scalar]]:
        """The rows of a sheet that is no table of the template, with every column of it."""
        grid = self.grids.get(title)
        for row in self._rows(grid, book_form.listed(heads), title, self.tables) if grid is not None else ():
            blank = Scalar("", next(iter(row.values())).span)
            yield {name: row.get(name, blank) for name in heads}

    def _indicators(self) -> None:
        for number, row in enumerate(self._listed(INDICATORS, book_form.INDICATOR_HEADS), 1):
            name, item = row["指标"].text.strip(), row["要点"].text.strip()
            if not name:
                said = next(value for value in row.values() if value.text.strip())
                self.found.append(codes.NO_LINE.at(said.span, text=said.text))
                continue
            keys = ("结论", "自评分", "说明") if item else ("自评分", "结论", "说明", "原因")
            row |= {key: replace(row[key], text=row[key].text.strip()) for key in ("结论", "自评分")}
            here = (INDICATORS, name, *((ITEMS, item) if item else ()))
            # Missing values are reported for the indicator as a whole.
            for key in ("结论", "自评分"):
                if f"{INDICATORS}[{number}].{key}" in self.refused:
                    self.refused |= {written_path(here), written_path((*here, key))}
            for key in keys:
                self._say((*here, key), row[key])
            if item and row["原因"].text.strip():
                self._say((INDICATORS, name, ITEMS, item, "原因"), row["原因"])

    def _evidence(self) -> None:
        counts: dict[KeyPath, int] = {}
        for row in self._listed(EVIDENCE, book_form.EVIDENCE_HEADS):
            parts = {key: row[key] for key in ("标题", "文件") if row[key].text.strip()}
            name, item = row["指标"].text.strip(), row["要点"].text.strip()
            if parts and not name:
                said = next(iter(parts.values()))
                self.found.append(codes.NO_LINE.at(said.span, text=said.text))
            elif parts:
                above = (INDICATORS, name, *((ITEMS, item) if item else ()), "佐证")
                counts[above] = counts.get(above, -1) + 1
                for key, value in parts.items():
                    self._say((*above, counts[above], key), value)

    def _settle(self, line: book_form.FactLine) -> None:
        """Leave out the blanks of a group that is optional, or that 无 answers as a whole."""
        below = [path for path in self.values if path[: len(line.path)] == line.path and path != line.path]
        filled = [path for path in below if self.values[path].text.strip()]
        word = self.values.get(line.path)
        if word is not None and word.text.strip() and filled:
            self._report(codes.SAID_TWICE, word, line.path, other=str(self.values[filled[0]].span))
        if filled or word is None or not word.text.strip():
            self.values.pop(line.path, None)
        if not filled and (line.path in self.values or not line.field.required):
            for path in below:
                del self.values[path]


def _named(head: Columns[int, Cell], names: Collection[str]) -> dict[str, int]:
    """The first column of a head under each of the names."""
    return {text: at for at in sorted(head, reverse=True) if (text := normal(head[at].text)) in names}


def _place_of_numbers(grid: Grid) -> tuple[int, int]:
    """Row and column of the head of the numbers, at its place or above 示例; 0, 0 for a sheet not as handed out."""
    for (line, cells), below in pairwise([*grid.lines.items(), (0, {})]):
        for at, cell in cells.items() if len(cells) > 1 else ():
            is_above = at in below[1] and normal(below[1][at].text) == SAMPLE
            if normal(cell.text) == book_form.NUMBER and (line == HEAD_ROW or is_above):
                return line, at
    return 0, 0


def _numbered(grid: Grid) -> dict[int, str]:
    """The number of each row: in its own cell, or counted on from the last row that has one."""
    head, column = _place_of_numbers(grid)
    found, above, number = {}, (head or HEAD_ROW) + 1, 0
    for line, cells in grid.lines.items():
        text = cells[column or 1].text.strip() if (column or 1) in cells else ""
        if text.isdecimal():
            above, number = line, int(text)
        found[line] = text or str(number + line - above)
    return found


def _unit_said(text: str) -> str:
    """The unit that the cell beside a value states, also in brackets or behind 单位：; blank for 「—」 and 「无」."""
    bare = "".join(text.split())
    said = _UNIT_SAID.fullmatch(bare)
    return "" if says_nothing(bare) else said[1] if said else bare


def _spaced(text: str) -> str:
    """An amount of money as it is written elsewhere: 125.00 万元."""
    return _UNIT_CLOSE.sub(r"\1 \2", text)
