"""The workbook behind a chart, as small as Excel and WPS take it, always the same bytes for the same numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from generator.word.opc import CONTENT_TYPES, pack, write_package
from generator.word.running.plotting import SHEET, column_name
from generator.word.running.wording import attribute, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.word.running.plotting import Plot, Point

__all__ = ["workbook"]

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_SPREADSHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FIRST_FORM: Final = 164  # the lower numbers are Excel's own
_FIXED: Final = {
    CONTENT_TYPES: (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_RELATIONS}">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
}


def workbook(plot: Plot) -> bytes:
    """An .xlsx file: names in the first column, each series in a column of its own under its name."""
    forms = sorted({point.form for series in plot.series for point in series.points} - {"General"})
    parts = {
        **_FIXED,
        "xl/styles.xml": _styles(forms, plot.font),
        "xl/worksheets/sheet1.xml": _sheet(plot, {form: number for number, form in enumerate(forms, 1)}),
    }
    return write_package(pack(name, (_DECLARATION + text).encode()) for name, text in parts.items())


def _styles(forms: list[str], font: str) -> str:
    listed = "".join(
        f'<numFmt numFmtId="{_FIRST_FORM + number}" formatCode="{form}"/>' for number, form in enumerate(forms)
    )
    codes = f'<numFmts count="{len(forms)}">{listed}</numFmts>' if forms else ""
    cell = '<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0"{more}/>'
    cells = [cell.format(form=0, more=' xfId="0"')] + [
        cell.format(form=_FIRST_FORM + number, more=' xfId="0" applyNumberFormat="1"') for number in range(len(forms))
    ]
    return (
        f'<styleSheet xmlns="{_MAIN}">{codes}'
        f'<fonts count="1"><font><sz val="11"/><name val="{attribute(font or "宋体")}"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{cell.format(form=0, more="")}</cellStyleXfs>'
        f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _sheet(plot: Plot, styles: dict[str, int]) -> str:
    rows = "".join(f'<row r="{number}">{"".join(cells)}</row>' for number, cells in enumerate(_rows(plot, styles), 1))
    return (
        f'<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="30" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )


def _rows(plot: Plot, styles: dict[str, int]) -> Iterator[list[str]]:
    yield [_text(f"{column_name(number)}1", series.name) for number, series in enumerate(plot.series, 1)]
    for at, name in enumerate(plot.categories):
        row = at + 2
        numbers = [
            _number(f"{column_name(number)}{row}", series.points[at], styles)
            for number, series in enumerate(plot.series, 1)
        ]
        yield [_text(f"A{row}", name), *numbers]


def _text(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{plain_text(text)}</t></is></c>'


def _number(cell: str, point: Point, styles: dict[str, int]) -> str:
    if point.number is None:
        return ""
    style = f' s="{styles[point.form]}"' if point.form in styles else ""
    return f'<c r="{cell}"{style}><v>{point.number}</v></c>'
