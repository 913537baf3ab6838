"""A bar chart as DrawingML: categories and numbers cached in it, so that it shows without its workbook."""

from __future__ import annotations

from collections import Counter
from typing import Final

from msgspec import Struct

from generator.word.running.wording import attribute, plain_text

__all__ = ["SHEET", "Plot", "Point", "Series", "column_name", "plot_xml"]

SHEET: Final = "Sheet1"
_COLOURS: Final = ("4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "264478", "9E480E", "636363", "997300")
_CATEGORY_AXIS, _VALUE_AXIS = 100_001, 100_002
_SMALL, _TITLE = 1050, 1400  # hundredths of a point


class Point(Struct, frozen=True):
    """A number as a spreadsheet writes it, its number form, and how the report prints it; no number leaves a gap."""

    number: str | None = None
    form: str = "General"
    text: str = ""

    @property
    def is_percent(self) -> bool:
        """Whether it is printed as a percentage."""
        return self.form.endswith("%")


class Series(Struct, frozen=True):
    """The bars of one colour."""

    name: str
    points: tuple[Point, ...]

    @property
    def form(self) -> str:
        """The number form that most of its points have."""
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
    """The letter of a column, counted from nought; a chart has few."""
    return chr(ord("A") + number)


def plot_xml(plot: Plot) -> str:
    """The chart part."""
    title = _title(plot) if plot.title else ""
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(plot.series) > 1 else ""
    bars = "".join(_series(plot, number) for number in range(len(plot.series)))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
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
    """Black text in the report's font, for Chinese characters too."""
    name = attribute(plot.font)
    fonts = f'<a:latin typeface="{name}"/><a:ea typeface="{name}"/><a:cs typeface="{name}"/>' if name else ""
    language = ' lang="zh-CN"' if tag == "rPr" else ""
    black = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    return f'<a:{tag}{language} sz="{size}" b="0">{black}{fonts}</a:{tag}>'


def _title(plot: Plot) -> str:
    style = _text_style(plot, _TITLE, "rPr")
    return (
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{_text_style(plot, _TITLE)}</a:pPr>"
        f"<a:r>{style}<a:t>{plain_text(plot.title)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title>'
    )


def _series(plot: Plot, number: int) -> str:
    series, column, last = plot.series[number], column_name(number + 1), len(plot.categories) + 1
    colour = _COLOURS[number % len(_COLOURS)]
    names = "".join(_cached(at, name) for at, name in enumerate(plot.categories))
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f"<c:tx><c:strRef><c:f>{SHEET}!${column}$1</c:f><c:strCache>"
        f'<c:ptCount val="1"/>{_cached(0, series.name)}</c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>'
        f"{_labels(series)}"
        f"<c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache>"
        f'<c:ptCount val="{len(plot.categories)}"/>{names}</c:strCache></c:strRef></c:cat>'
        f"<c:val><c:numRef><c:f>{SHEET}!${column}$2:${column}${last}</c:f>{_numbers(series)}</c:numRef></c:val></c:ser>"
    )


def _cached(at: int, text: str) -> str:
    return f'<c:pt idx="{at}"><c:v>{plain_text(text)}</c:v></c:pt>'


def _numbers(series: Series) -> str:
    points = "".join(
        f'<c:pt idx="{at}"{_own_form(point, series)}><c:v>{point.number}</c:v></c:pt>'
        for at, point in enumerate(series.points)
        if point.number is not None
    )
    return (
        f'<c:numCache><c:formatCode>{series.form}</c:formatCode><c:ptCount val="{len(series.points)}"/>'
        f"{points}</c:numCache>"
    )


def _own_form(point: Point, series: Series) -> str:
    return f' formatCode="{point.form}"' if point.form != series.form else ""


def _labels(series: Series) -> str:
    """The number over each bar, in the form in which the report prints it."""
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
    """Names along one side, numbers along the other. Lying bars are read from above, so their axis is turned."""
    names, numbers = ("l", "b") if plot.flat else ("b", "l")
    turn, cross = ("maxMin", "max") if plot.flat else ("minMax", "autoZero")
    grey = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr>'
    points = [point for series in plot.series for point in series.points if point.number is not None]
    percent = bool(points) and all(point.is_percent for point in points)
    # Rates within a hundred percent are seen against a hundred percent.
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
