"""The tables of a layout: does the header come again on every page, do rows stay whole, are the widths stated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word import names
from generator.word.names import w
from generator.word.official import style_codes
from generator.word.official.looks import number, text_of_paragraph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding, Span
    from generator.word.names import Tree
    from generator.word.places import Places

__all__ = ["check_tables"]

_TAG: Final = re.compile(r"\s*(\{%tr .*?%\}\s*)*")
_LOOP: Final = re.compile(r"\{%tr for ")
_SLACK: Final = 30
_OFF: Final = frozenset({"0", "false", "off"})


def check_tables(body: Tree, span: Span, places: Places) -> Iterator[Finding]:
    """What is wrong with the tables of a layout that are not inside another."""
    for table in body.iter(names.TBL):
        if names.ancestor(table, names.TBL) is None:
            place = _place(table, places)
            yield from _check_rows(table, span, place)
            problem = _wrong_widths(table)
            if problem:
                yield style_codes.WIDTHS.at(span, place, what=problem)


def _place(table: Tree, places: Places) -> str:
    first = next(table.iter(names.P), None)
    return places.of(first).partition(" 行 ")[0] if first is not None else ""


def _check_rows(table: Tree, span: Span, place: str) -> Iterator[Finding]:
    """Only a table that grows with the data can run over the end of a page."""
    rows = list(table.iterfind(names.TR))
    if not any(_LOOP.search(_text(row)) for row in rows):
        return
    header = rows[0]
    if not _TAG.fullmatch(_text(header)) and not _is_on(header, "tblHeader"):
        yield style_codes.HEADER_ROW.at(span, place)
    loose = [at for at, row in enumerate(rows, 1) if not _TAG.fullmatch(_text(row)) and not _is_on(row, "cantSplit")]
    if loose:
        yield style_codes.SPLIT_ROW.at(span, place, count=len(loose), first=loose[0])


def _text(row: Tree) -> str:
    # A table inside the row has rows and loops of its own.
    own = (paragraph for paragraph in row.iter(names.P) if names.ancestor(paragraph, names.TR) is row)
    return "".join(map(text_of_paragraph, own))


def _is_on(row: Tree, switch: str) -> bool:
    found = row.find(f"{w('trPr')}/{w(switch)}")
    return found is not None and found.get(w("val")) not in _OFF


def _wrong_widths(table: Tree) -> str:
    """Word goes by the widths of the cells, WPS by those of the grid: both must be there, and be the same."""
    grid = [number(column.get(w("w"))) for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
    if not grid or not all(grid):
        return "没有写明各列的宽度（gridCol）"
    for row, tr in enumerate(table.iterfind(names.TR), 1):
        at = number(_attribute(tr, f"{w('trPr')}/{w('gridBefore')}", "val"))
        for column, cell in enumerate(tr.iterfind(names.TC), 1):
            span = number(_attribute(cell, f"{names.TC_PR}/{w('gridSpan')}", "val")) or 1
            width, kind = (_attribute(cell, f"{names.TC_PR}/{w('tcW')}", name) for name in ("w", "type"))
            if kind not in {"dxa", ""} or not number(width):
                return f"行 {row} 列 {column} 没有写明单元格的宽度（tcW）"
            if abs(number(width) - sum(grid[at : at + span])) > _SLACK:
                return f"行 {row} 列 {column} 的宽度（tcW）和列宽（gridCol）不一致"
            at += span
    return ""


def _attribute(element: Tree, path: str, name: str) -> str:
    found = element.find(path)
    return str(found.get(w(name)) or "") if found is not None else ""
