"""Native bar charts: drawn by Word from numbers that stand in the file, with a workbook behind them to edit."""

from __future__ import annotations

import inspect
import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from jinja2.runtime import Undefined
from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import suggestion
from generator.base.placeholder import Placeholder
from generator.word.running.limiting import shown
from generator.word.running.plotting import Plot, Point, Series, plot_xml
from generator.word.running.rendering import STATE
from generator.word.running.values import RunValue
from generator.word.running.wording import UnprintableError, attribute, text_of
from generator.word.running.workbooks import workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Chart"]

_EMU_PER_MM: Final = 36_000
_MOST_MM: Final = 1_000
_MOST_POINTS: Final = 500
_MOST_SERIES: Final = 20
_MOST_WORDS: Final = 1_000
_PLACES: Final = 15  # as many digits as a spreadsheet keeps
_PRINTED = re.compile(r"([-−]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d+))?(%?)$")
_FONT = re.compile(r'w:eastAsia="([^"]+)"')


class _Request(Struct, frozen=True):
    """What was asked for, before any of it is looked at."""

    rows: Any
    category: Any
    values: Any
    title: Any
    width: Any
    height: Any
    flat: bool
    form: Any
    description: Any
    filters: Mapping[str, Callable[..., Any]]


class Chart(RunValue):
    """``{{p 柱形图(二级指标, 类别="名称", 数值="得分率") }}``: a bar chart of a table.

    The numbers are those that the report prints: a figure that prints 93.04% is drawn, and stands in the workbook, as
    0.9304 in percent form.

    Args:
        rows: The rows of the table.
        category: The column with the names of the bars; ``收支.名称`` for one inside a group.
        values: The column with the numbers, or a list of columns.
        title: What stands above the chart.
        width: In mm.
        height: In mm.
        flat: Whether the bars lie.
        form: A printing filter to put the numbers through.
        description: What it shows, for those who cannot see it; made of the numbers where absent.
        filters: The printing filters.
    """

    __slots__ = ("_asked",)

    def __init__(  # noqa: PLR0913 - what a tag may say
        self,
        *,
        rows: Any,
        category: Any,
        values: Any,
        title: Any = "",
        width: Any = 150,
        height: Any = 80,
        flat: Any = False,
        form: Any = "",
        description: Any = "",
        filters: Mapping[str, Callable[..., Any]],
    ) -> None:
        self._asked = _Request(rows, category, values, title, width, height, bool(flat), form, description, filters)

    def __str__(self) -> str:
        raise UnprintableError("柱形图不是文字", "把标记写成 {{p 柱形图(…) }}，独占一段。")

    def runs_xml(self, style: str) -> str:
        """One run with the chart."""
        asked, state = self._asked, STATE.get()
        if isinstance(asked.rows, Undefined):
            # An undefined table is told as such; where that is let pass, there is no chart.
            return str(asked.rows)
        named = _FONT.search(style)
        plot = _plot(asked, named.group(1) if named else state.sheet.font)
        wide, high = _extent(asked.width, "宽"), _extent(asked.height, "高")
        number = next(state.drawings)
        words = attribute(asked.description or _described(plot))
        relation = state.chart(plot_xml(plot).encode(), workbook(plot))
        drawing = _DRAWING.format(relation=relation, number=number, wide=wide, high=high, words=words)
        return f"<w:r>{style}{drawing}</w:r>"


def _plot(asked: _Request, font: str) -> Plot:
    rows = asked.rows if isinstance(asked.rows, list | tuple) else None
    if not rows:
        raise UnprintableError("柱形图要的是有若干行的表，这里一行也没有" if rows is not None else "柱形图要的是一张表")
    paths = list(asked.values) if isinstance(asked.values, list | tuple) else [asked.values]
    if len(rows) > _MOST_POINTS or not 1 <= len(paths) <= _MOST_SERIES:
        raise UnprintableError(f"柱形图最多画 {_MOST_POINTS} 行、{_MOST_SERIES} 列数")
    categories = tuple(text_of(_at(row, asked.category)) for row in rows)
    columns = [[_formed(_at(row, path), asked) for row in rows] for path in paths]
    as_printed = all(_is_printed(value) for column in columns for value in column)
    series = tuple(
        Series(text_of(path).rpartition(".")[2], tuple(_point(value, as_printed=as_printed) for value in column))
        for path, column in zip(paths, columns, strict=True)
    )
    return Plot(categories, series, text_of(asked.title), flat=asked.flat, font=font)


def _at(row: Any, path: Any) -> Any:
    """The value of a row under a name, or under names joined by dots."""
    value = row
    for step in text_of(path).split("."):
        if not isinstance(value, dict):
            raise UnprintableError(f"柱形图的每一行都要有「{shown(path)}」这一列")
        if step not in value:
            raise UnprintableError(f"柱形图的表里没有「{shown(path)}」这一列", suggestion(step, map(str, value)))
        value = value[step]
    return value


def _formed(value: Any, asked: _Request) -> Any:
    """The value in the printing form that was asked for; of one that is not known yet, no bar is drawn."""
    if isinstance(value, Placeholder):
        return None
    if not asked.form or value is None:
        return value
    name = text_of(asked.form)
    if name not in asked.filters or name.startswith("_"):
        known = [known for known in asked.filters if not known.isascii() and known[0] != "_"]
        raise UnprintableError(f"没有「{shown(name)}」这种印制形式", suggestion(name, known))
    try:
        # Where mistakes are explained, filters go on with nothing; here the chart itself is to say what is wrong.
        return inspect.unwrap(asked.filters[name])(value)
    except (TypeError, ValueError) as error:
        raise UnprintableError(f"印制形式「{name}」不能用在「{shown(value)}」上") from error


def _is_printed(value: Any) -> bool:
    """Whether the number can be taken from what the report prints of it."""
    return value is None or (isinstance(value, Amount | str) and _PRINTED.match(str(value)) is not None)


def _point(value: Any, *, as_printed: bool) -> Point:
    if value is None:
        return Point()
    if as_printed:
        return _printed_point(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise UnprintableError(f"柱形图要画的是准确的数，得到的是「{shown(value)}」")
    number = _decimal(Fraction(value))
    return Point(number, "General", number)


def _printed_point(text: str) -> Point:
    """「1,009.31」 as 1009.31 in a form with two places and commas; 「93.04%」 as 0.9304 in percent form."""
    found = _PRINTED.match(text)
    minus, whole, places, percent = found.groups("") if found else ("", "0", "", "")
    number = Decimal(f"{'-' if minus else ''}{whole.replace(',', '')}.{places or 0}").scaleb(-2 if percent else 0)
    form = ("#,##0" if "," in whole else "0") + (f".{'0' * len(places)}" if places else "") + percent
    return Point(_decimal(Fraction(number)), form, text)


def _decimal(number: Fraction) -> str:
    """The number as a spreadsheet keeps it: exact as far as fifteen digits go."""
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
    """The chart in words."""
    parts = [f"柱形图{'：' if plot.title else ''}{plot.title}"]
    for series in plot.series:
        pairs = zip(plot.categories, series.points, strict=True)
        parts.append(f"{series.name}：" + "、".join(_said(name, point) for name, point in pairs))
    text = "。".join(parts) + "。"
    return text if len(text) <= _MOST_WORDS else text[:_MOST_WORDS] + "……"


def _said(name: str, point: Point) -> str:
    return f"{name} {point.text}".strip()


_DRAWING: Final = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" '
    'distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="图表 {number}" '
    'descr="{words}"/><wp:cNvGraphicFramePr/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
    '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{relation}"/>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)
