"""The names that an indicator's formulas see: its own before all names of the book."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from generator.base.forms import plain
from generator.formula import FormulaFault, Rows, Trace, codes, evaluate
from generator.scoring.book import Book, trace_of, trace_of_rows
from generator.scoring.model import ScoredItem
from generator.scoring.traces import awarded, constant, points_of, shown_parameter

if TYPE_CHECKING:
    from generator.scoring.score import ScoringForm
    from generator.submission import Entry, ItemEntry
    from generator.template import Indicator, Item

__all__ = ["Constants", "IndicatorScope"]


class Constants:
    """A few named values before all names of the book, or of the indicator that they belong to."""

    def __init__(
        self, values: dict[tuple[str, ...], Trace], book: Book, indicator: IndicatorScope | None = None
    ) -> None:
        self.values, self.book, self.outer = values, book, indicator or book

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """One of the named values, else what lies outside under the path."""
        return self.values.get(path) or self.outer.resolve(path)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of a table; they see the named values."""
        return self.book.rows(path, self) or self.outer.rows(path)


class IndicatorScope:
    """The names of one indicator (分值, 取值, 自评分, 要点, its parameters) before all names of the book."""

    def __init__(self, indicator: Indicator, entry: Entry, form: ScoringForm) -> None:
        self.indicator, self.entry, self.form = indicator, entry, form

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """One of the indicator's own names, else what the book has under the path."""
        if len(path) == 1:
            own = self._own(path[0])
            if own is not None:
                return own
        return self.form.book.resolve(path)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The indicator's points under 要点, else the rows of a table of the book."""
        book = self.form.book
        if path != ("要点",):
            return book.rows(path, self)
        items = self.items
        scopes = [Constants({("得分",): item.score, ("分值",): weight_of(item.item)}, book, self) for item in items]
        path_of_all = f"指标.{self.indicator.name}.要点"
        trace = book.once(path_of_all, lambda: trace_of_rows(path_of_all, len(items), self.indicator.span))
        return Rows(scopes, trace)

    def _own(self, name: str) -> Trace | None:
        indicator, book = self.indicator, self.form.book
        if name == "分值":
            return self.form.weight(indicator)
        if name == "取值":
            return self.form.value(indicator)
        if name == "自评分":
            return book.once(self.entry.stated.path, lambda: trace_of(self.entry.stated))
        return self.parameter(name) if name in indicator.parameters else None

    def parameters(self) -> dict[str, Trace]:
        """The indicator's own figures (控制线 and the like)."""
        return {name: self.parameter(name) for name in self.indicator.parameters}

    def parameter(self, name: str) -> Trace:
        """One of the indicator's own figures."""
        written, book = self.indicator.parameters[name], self.form.book
        path = f"指标.{self.indicator.name}.{name}"
        return book.once(path, lambda: evaluate(written, self, name, shown_parameter(written)))

    @cached_property
    def items(self) -> tuple[ScoredItem, ...]:
        """The indicator's points, each with the score it earns."""
        return tuple(ScoredItem(item, self.item_score(item)) for item in self.indicator.items)

    def item_score(self, item: Item) -> Trace:
        """The score that one point earns, rounded as it is awarded."""
        name = f"{self.indicator.name}.{item.name}"
        weight = weight_of(item)
        said = self.entry.items.get(item.name)
        if item.score is not None:
            own: dict[tuple[str, ...], Trace] = {("分值",): weight}
            if said is not None and said.stated.text:
                own["自评分",] = self.form.book.once(said.stated.path, lambda: trace_of(said.stated))
            scope = Constants(own, self.form.book, self)
            expression = item.score
            return self._awarded(name, lambda: points_of(expression, scope, name))
        return self._awarded(name, lambda: _by_conclusion(name, item, weight, said))

    def _awarded(self, name: str, compute: Callable[[], Trace]) -> Trace:
        """A point's score, rounded as every awarded score: the report prints it, and the points must add up."""
        return self.form.book.once(f"指标.{name}.得分", lambda: awarded(compute(), self.form.places))


def weight_of(item: Item) -> Trace:
    """The weight of one point of an indicator."""
    return constant("分值", item.weight, item.weight_span)


def _by_conclusion(name: str, item: Item, weight: Trace, said: ItemEntry | None) -> Trace:
    """The share of the weight that the bureau's conclusion earns."""
    conclusion = trace_of(said.conclusion) if said is not None else None
    if conclusion is None or conclusion.value not in item.shares:
        raise FormulaFault(codes.MISSING_FACT.at(item.span, name, name=name, formula=item.name))
    share = item.shares[str(conclusion.value)]
    points = item.weight * share
    text = plain(points)
    return Trace(
        name=name,
        value=points,
        text=text,
        span=item.span,
        formula="分值 × 结论所得比例",
        figures=f"{plain(item.weight)}×{plain(share * 100)}%（{conclusion.text}）",
        inputs=(weight, conclusion),
        exact=text,
    )
