"""Bar charts as DrawingML with cached categories and numbers, and the workbooks behind them."""

from __future__ import annotations

import inspect
import marshal
import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from string import ascii_uppercase
from typing import Any, Final

from jinja2 import Environment, StrictUndefined, Template
from jinja2.runtime import Undefined
from msgspec import Struct

from generator.base import cache
from generator.base.amount import Amount, Placeholder
from generator.base.diagnostics import suggestion
from generator.base.sandbox import excerpt
from generator.word.names import markup
from generator.word.opc import DECLARATION, Entry, write_package
from generator.word.render.state import STATE
from generator.word.render.values import RunValue, UnprintableError, attribute, drawing_xml, plain_text, text_of

_COLOURS: Final = ("4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "264478", "9E480E", "636363", "997300")


class Point(Struct, frozen=True):
    """A number as spreadsheets write it (None leaves a gap), its number format, and its text in the report."""

    number: str | None = None
    format: str = "General"
    text: str = ""


class Series(Struct, frozen=True):
    """The bars of one colour."""

    name: str
    points: tuple[Point, ...]

    @property
    def format(self) -> str:
        """The most common number format of its points."""
        counted = Counter(point.format for point in self.points if point.number is not None)
        return counted.most_common(1)[0][0] if counted else "General"


class Plot(Struct, frozen=True):
    """A bar chart."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str = ""
    flat: bool = False
    font: str = ""

    @property
    def formats(self) -> list[str]:
        """The number formats of its points that have to be defined."""
        return sorted({point.format for series in self.series for point in series.points} - {"General"})

    @property
    def is_percent(self) -> bool:
        """Whether all its numbers are rates."""
        points = [point for series in self.series for point in series.points if point.number is not None]
        return bool(points) and all(point.format.endswith("%") for point in points)

    @property
    def is_share(self) -> bool:
        """Whether all are rates up to 100 %, to be shown on a scale of 0 to 100 %."""
        numbers = [float(point.number or 0) for series in self.series for point in series.points]
        return self.is_percent and all(0 <= number <= 1 for number in numbers)


@lru_cache
def _template(name: str) -> Template:
    """A file of ``markup`` with Jinja's tags, compiled."""
    environment = Environment(undefined=StrictUndefined)  # noqa: S701 - the filters escape
    environment.filters |= {"text": plain_text, "attribute": attribute}
    environment.globals |= {"colours": _COLOURS, "letters": ascii_uppercase, "sheet": "Sheet1"}
    text = markup(name)
    key = cache.key_of(text)
    code = cache.load(key, bytes)
    if code is None:
        code = marshal.dumps(environment.compile(text))
        cache.store(key, code)
    # The cache is sealed by this user's program.
    return Template.from_code(environment, marshal.loads(code), environment.make_globals(None))  # noqa: S302


def workbook(plot: Plot) -> bytes:
    """An .xlsx file: categories in the first column, then one column for each series."""
    *parts, _ = _template("chart_workbook.xml").render(plot=plot).split("</part>")
    named = (part.removeprefix('<part name="').partition('">') for part in parts)
    return write_package(Entry(name, DECLARATION + text) for name, _, text in named)


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
    ``width`` and ``height`` are in mm; ``flat`` bars are horizontal; ``format`` is the printing filter, among
    ``filters``, to apply to the numbers; the ``description`` is made from the numbers where blank.
    """

    rows: Any
    category: Any
    values: Any
    title: Any = ""
    width: Any = 150
    height: Any = 80
    flat: Any = False
    format: Any = ""
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
        extent = _extent(asked.width, "宽"), _extent(asked.height, "高")
        relation = state.chart((DECLARATION + _template("chart.xml").render(plot=plot)).encode(), workbook(plot))
        words = asked.description or _described(plot)
        return f"<w:r>{style}{drawing_xml('图表', words, extent, 'chart_frame.xml', relation=relation)}</w:r>"


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
            raise UnprintableError(f"柱形图的每一行都要有「{excerpt(path)}」这一列")
        if step not in value:
            raise UnprintableError(f"柱形图的表里没有「{excerpt(path)}」这一列", suggestion(step, map(str, value)))
        value = value[step]
    return value


def _formed(value: Any, asked: _Request) -> Any:
    """The value in the requested number format; None for a placeholder, which leaves a gap."""
    if isinstance(value, Placeholder):
        return None
    if not asked.format or value is None:
        return value
    name = text_of(asked.format)
    if name not in asked.filters or name.startswith("_"):
        known = [known for known in asked.filters if not known.isascii() and known[0] != "_"]
        raise UnprintableError(f"没有「{excerpt(name)}」这种印制形式", suggestion(name, known))
    try:
        # While mistakes are explained, filters are wrapped so that they never fail; the chart must see the failure.
        return inspect.unwrap(asked.filters[name])(value)
    except (TypeError, ValueError) as error:
        raise UnprintableError(f"印制形式「{name}」不能用在「{excerpt(value)}」上") from error


def _point(value: Any, *, as_printed: bool) -> Point:
    """「1,009.31」 as 1009.31 with two places and commas; 「93.04%」 as 0.9304 in percent format."""
    if value is None:
        return Point()
    found = _PRINTED.match(str(value)) if as_printed else None
    if found is not None:
        minus, whole, places, percent = found.groups("")
        number = Decimal(f"{'-' if minus else ''}{whole.replace(',', '')}.{places or 0}").scaleb(-2 if percent else 0)
        code = ("#,##0" if "," in whole else "0") + (f".{'0' * len(places)}" if places else "") + percent
        return Point(_decimal(Fraction(number)), code, str(value))
    if isinstance(value, bool) or not isinstance(value, int | Fraction | Decimal):
        raise UnprintableError(f"柱形图要画的是准确的数，得到的是「{excerpt(value)}」")
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
        raise UnprintableError(f"柱形图的{name}要写 1 至 {_MOST_MM} 毫米，得到的是「{excerpt(size)}」")
    return round(size * _EMU_PER_MM)


def _described(plot: Plot) -> str:
    """The alternative text of a chart."""
    parts = [f"柱形图{'：' if plot.title else ''}{plot.title}"]
    for series in plot.series:
        pairs = zip(plot.categories, series.points, strict=True)
        parts.append(f"{series.name}：" + "、".join(f"{name} {point.text}".strip() for name, point in pairs))
    text = "。".join(parts) + "。"
    return text if len(text) <= _MOST_WORDS else text[:_MOST_WORDS] + "……"
