"""Bar charts as DrawingML with cached categories and numbers, and the workbooks behind them."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from jinja2.runtime import Undefined
from msgspec import Struct

from generator.base.amount import Amount, Placeholder
from generator.base.diagnostics import suggestion
from generator.base.sandbox import shown
from generator.word.opc import CONTENT_TYPES, DECLARATION, PACKAGE, RELATIONS, Entry, write_package
from generator.word.render.state import STATE
from generator.word.render.values import RunValue, UnprintableError, attribute, drawing_xml, plain_text, text_of

SHEET: Final = "Sheet1"
_COLOURS: Final = ("4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "264478", "9E480E", "636363", "997300")
_CATEGORY_AXIS, _VALUE_AXIS = 100_001, 100_002
_SMALL, _TITLE = 1050, 1400  # hundredths of a point


class Point(Struct, frozen=True):
    """A number as spreadsheets write it (None leaves a gap), its number format, and its text in the report."""

    number: str | None = None
    form: str = "General"
    text: str = ""


class Series(Struct, frozen=True):
    """The bars of one colour."""

    name: str
    points: tuple[Point, ...]

    @property
    def form(self) -> str:
        """The most common number format of its points."""
        counted = Counter(point.form for point in self.points if point.number is not None)
        return counted.most_common(1)[0][0] if counted else "General"


class Plot(Struct, frozen=True):
    """A bar chart."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str = ""
    flat: bool = False
    font: str = ""


def column_name(number: int) -> str:
    """The letter of a column, counted from 0; a chart never needs two letters."""
    return chr(ord("A") + number)


def plot_xml(plot: Plot) -> str:
    """The chart part."""
    title = (
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_text_style(plot, _TITLE)}</a:pPr><a:r>"
        f"{_text_style(plot, _TITLE, 'rPr')}<a:t>{plain_text(plot.title)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title>'
        if plot.title
        else ""
    )
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(plot.series) > 1 else ""
    bars = "".join(_series(plot, number) for number in range(len(plot.series)))
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{RELATIONS}">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f'<c:chart>{title}<c:autoTitleDeleted val="{0 if title else 1}"/><c:plotArea><c:layout/>'
        f'<c:barChart><c:barDir val="{"bar" if plot.flat else "col"}"/><c:grouping val="clustered"/>'
        f'<c:varyColors val="0"/>{bars}<c:gapWidth val="80"/>'
        f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:barChart>{_axes(plot)}</c:plotArea>{legend}'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f'<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr>'
        f"<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_text_style(plot, _SMALL)}</a:pPr>"
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _text_style(plot: Plot, size: int, tag: str = "defRPr") -> str:
    """Black text in the report's font."""
    name = attribute(plot.font)
    fonts = f'<a:latin typeface="{name}"/><a:ea typeface="{name}"/><a:cs typeface="{name}"/>' if name else ""
    language = ' lang="zh-CN"' if tag == "rPr" else ""
    black = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    return f'<a:{tag}{language} sz="{size}" b="0">{black}{fonts}</a:{tag}>'


def _series(plot: Plot, number: int) -> str:
    series, column, last = plot.series[number], column_name(number + 1), len(plot.categories) + 1
    colour = _COLOURS[number % len(_COLOURS)]
    names = "".join(_cached(at, name) for at, name in enumerate(plot.categories))
    forms = [f' formatCode="{one.form}"' if one.form != series.form else "" for one in series.points]
    points = "".join(
        f'<c:pt idx="{at}"{form}><c:v>{point.number}</c:v></c:pt>'
        for at, (point, form) in enumerate(zip(series.points, forms, strict=True))
        if point.number is not None
    )
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f"<c:tx><c:strRef><c:f>{SHEET}!${column}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/>{_cached(0, series.name)}</c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"{_labels(series)}"
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(plot.categories)}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{SHEET}!${column}$2:${column}${last}</c:f>"
        f'<c:numCache><c:formatCode>{series.form}</c:formatCode><c:ptCount val="{len(series.points)}"/>'
        f"{points}</c:numCache></c:numRef></c:val></c:ser>"
    )


def _cached(at: int, text: str) -> str:
    return f'<c:pt idx="{at}"><c:v>{plain_text(text)}</c:v></c:pt>'


def _labels(series: Series) -> str:
    """The number over each bar, in its format in the report."""
    shown = (
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
    )
    clear = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
    different = "".join(
        f'<c:dLbl><c:idx val="{at}"/><c:numFmt formatCode="{point.form}" sourceLinked="0"/>{clear}{shown}</c:dLbl>'
        for at, point in enumerate(series.points)
        if point.number is not None and point.form != series.form
    )
    return f'<c:dLbls>{different}<c:numFmt formatCode="{series.form}" sourceLinked="0"/>{clear}{shown}</c:dLbls>'


def _axes(plot: Plot) -> str:
    """The two axes; that of horizontal bars is reversed, so that they read from the top."""
    names, numbers = ("l", "b") if plot.flat else ("b", "l")
    turn, cross = ("maxMin", "max") if plot.flat else ("minMax", "autoZero")
    grey = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr>'
    points = [point for series in plot.series for point in series.points if point.number is not None]
    percent = bool(points) and all(point.form.endswith("%") for point in points)
    # Rates up to 100 % are shown on a scale of 0 to 100 %.
    whole = percent and all(0 <= float(point.number or 0) <= 1 for point in points)
    limits = '<c:max val="1"/><c:min val="0"/>' if whole else ""
    form = "0%" if percent else "General"
    return (
        f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/><c:scaling><c:orientation val="{turn}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{names}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>{grey}'
        f'<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="{_VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/>{limits}</c:scaling>'
        f'<c:delete val="0"/><c:axPos val="{numbers}"/><c:majorGridlines>{grey}</c:majorGridlines>'
        f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/>{grey}<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="{cross}"/></c:valAx>'
    )


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
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
        f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        f'<sheet name="{SHEET}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
}


def workbook(plot: Plot) -> bytes:
    """An .xlsx file: categories in the first column, then one column for each series."""
    forms = sorted({point.form for series in plot.series for point in series.points} - {"General"})
    parts = {
        **_FIXED,
        "xl/styles.xml": _styles(forms, plot.font),
        "xl/worksheets/sheet1.xml": _sheet(plot, {form: number for number, form in enumerate(forms, 1)}),
    }
    return write_package(Entry(name, DECLARATION + text) for name, text in parts.items())


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
    rows = [[_text(f"{column_name(number)}1", series.name) for number, series in enumerate(plot.series, 1)]]
    for at, name in enumerate(plot.categories):
        cells = [_text(f"A{at + 2}", name)]
        for number, series in enumerate(plot.series, 1):
            point = series.points[at]
            style = f' s="{styles[point.form]}"' if point.form in styles else ""
            if point.number is not None:
                cells.append(f'<c r="{column_name(number)}{at + 2}"{style}><v>{point.number}</v></c>')
        rows.append(cells)
    listed = "".join(f'<row r="{number}">{"".join(cells)}</row>' for number, cells in enumerate(rows, 1))
    return (
        f'<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="30" customWidth="1"/></cols>'
        f"<sheetData>{listed}</sheetData></worksheet>"
    )


def _text(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{plain_text(text)}</t></is></c>'


_EMU_PER_MM: Final = 36_000
_MOST_MM: Final = 1_000
_MOST_POINTS: Final = 500
_MOST_SERIES: Final = 20
_MOST_WORDS: Final = 1_000
_PLACES: Final = 15  # significant digits that a spreadsheet keeps
_PRINTED = re.compile(r"([-−]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(%?)$")
_FONT = re.compile(r'w:eastAsia="([^"]+)"')


class _Request(Struct, frozen=True, kw_only=True):
    """The unchecked arguments of a chart.

    ``category`` and ``values`` are columns (``收支.名称`` for one inside a group), ``values`` also a list of them;
    ``width`` and ``height`` are in mm; ``flat`` bars are horizontal; ``form`` is the printing filter, among
    ``filters``, to apply to the numbers; the ``description`` is made from the numbers where blank.
    """

    rows: Any
    category: Any
    values: Any
    title: Any = ""
    width: Any = 150
    height: Any = 80
    flat: Any = False
    form: Any = ""
    description: Any = ""
    filters: Mapping[str, Callable[..., Any]]


class ColumnChart(RunValue):
    """``{{p 柱形图(二级指标, 类别="名称", 数值="得分率") }}``: a bar chart of a table; for arguments see ``_Request``.

    The numbers are those that the report prints: 93.04% is 0.9304 in percent format, in the workbook too.
    """

    __slots__ = ("_asked",)

    def __init__(self, **asked: Any) -> None:
        self._asked = _Request(**asked)

    def __str__(self) -> str:
        raise UnprintableError("柱形图不是文字", "把标记写成 {{p 柱形图(…) }}，独占一段。")

    def runs_xml(self, style: str) -> str:
        """One run with the chart."""
        asked, state = self._asked, STATE.get()
        if isinstance(asked.rows, Undefined):
            # Reports an undefined table; where that is tolerated, prints nothing.
            return str(asked.rows)
        named = _FONT.search(style)
        plot = _plot(asked, named.group(1) if named else state.sheet.font)
        wide, high = _extent(asked.width, "宽"), _extent(asked.height, "高")
        relation = state.chart(plot_xml(plot).encode(), workbook(plot))
        content = _CHART.format(relation=relation)
        return f"<w:r>{style}{drawing_xml('图表', asked.description or _described(plot), wide, high, content)}</w:r>"


def _plot(asked: _Request, font: str) -> Plot:
    rows = asked.rows if isinstance(asked.rows, list | tuple) else None
    if not rows:
        what = "柱形图要的是有若干行的表，这里一行也没有" if rows is not None else "柱形图要的是一张表"
        raise UnprintableError(what)
    paths = list(asked.values) if isinstance(asked.values, list | tuple) else [asked.values]
    if len(rows) > _MOST_POINTS or not 1 <= len(paths) <= _MOST_SERIES:
        raise UnprintableError(f"柱形图最多画 {_MOST_POINTS} 行、{_MOST_SERIES} 列数")
    categories = tuple(text_of(_at(row, asked.category)) for row in rows)
    columns = [[_formed(_at(row, path), asked) for row in rows] for path in paths]
    known = [value for column in columns for value in column if value is not None]
    as_printed = all(isinstance(value, Amount | str) and _PRINTED.match(str(value)) for value in known)
    series = tuple(
        Series(text_of(path).rpartition(".")[2], tuple(_point(value, as_printed=as_printed) for value in column))
        for path, column in zip(paths, columns, strict=True)
    )
    return Plot(categories, series, text_of(asked.title), flat=bool(asked.flat), font=font)


def _at(row: Any, path: Any) -> Any:
    """The value of a row at a name or dotted path."""
    value = row
    for step in text_of(path).split("."):
        if not isinstance(value, dict):
            raise UnprintableError(f"柱形图的每一行都要有「{shown(path)}」这一列")
        if step not in value:
            raise UnprintableError(f"柱形图的表里没有「{shown(path)}」这一列", suggestion(step, map(str, value)))
        value = value[step]
    return value


def _formed(value: Any, asked: _Request) -> Any:
    """The value in the requested printing form; None for a placeholder, which leaves a gap."""
    if isinstance(value, Placeholder):
        return None
    if not asked.form or value is None:
        return value
    name = text_of(asked.form)
    if name not in asked.filters or name.startswith("_"):
        known = [known for known in asked.filters if not known.isascii() and known[0] != "_"]
        raise UnprintableError(f"没有「{shown(name)}」这种印制形式", suggestion(name, known))
    try:
        # While mistakes are explained, filters are wrapped so that they never fail; the chart must see the failure.
        return inspect.unwrap(asked.filters[name])(value)
    except (TypeError, ValueError) as error:
        raise UnprintableError(f"印制形式「{name}」不能用在「{shown(value)}」上") from error


def _point(value: Any, *, as_printed: bool) -> Point:
    """「1,009.31」 as 1009.31 with two places and commas; 「93.04%」 as 0.9304 in percent format."""
    if value is None:
        return Point()
    found = _PRINTED.match(str(value)) if as_printed else None
    if found is not None:
        minus, whole, places, percent = found.groups("")
        number = Decimal(f"{'-' if minus else ''}{whole.replace(',', '')}.{places or 0}").scaleb(-2 if percent else 0)
        form = ("#,##0" if "," in whole else "0") + (f".{'0' * len(places)}" if places else "") + percent
        return Point(_decimal(Fraction(number)), form, str(value))
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise UnprintableError(f"柱形图要画的是准确的数，得到的是「{shown(value)}」")
    exact = _decimal(Fraction(value))
    return Point(exact, "General", exact)


def _decimal(number: Fraction) -> str:
    """The number to fifteen significant digits, as spreadsheets keep it."""
    if number.denominator == 1 and len(str(abs(number.numerator))) <= _PLACES:
        return str(number.numerator)
    whole = len(str(abs(number.numerator) // number.denominator).lstrip("0"))
    rounded = round(number, max(0, _PLACES - whole))
    text = format(Decimal(rounded.numerator) / Decimal(rounded.denominator), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _extent(size: Any, name: str) -> int:
    if isinstance(size, bool) or not isinstance(size, int | Fraction | Decimal) or not 0 < size <= _MOST_MM:
        raise UnprintableError(f"柱形图的{name}要写 1 至 {_MOST_MM} 毫米，得到的是「{shown(size)}」")
    return round(size * _EMU_PER_MM)


def _described(plot: Plot) -> str:
    """The alternative text of a chart."""
    parts = [f"柱形图{'：' if plot.title else ''}{plot.title}"]
    for series in plot.series:
        pairs = zip(plot.categories, series.points, strict=True)
        parts.append(f"{series.name}：" + "、".join(f"{name} {point.text}".strip() for name, point in pairs))
    text = "。".join(parts) + "。"
    return text if len(text) <= _MOST_WORDS else text[:_MOST_WORDS] + "……"


_CHART: Final = (
    '<wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    f'xmlns:r="{RELATIONS}" r:id="{{relation}}"/>'
    "</a:graphicData></a:graphic>"
)
