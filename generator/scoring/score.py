"""The scoring form, scored.

A leaf's score is rounded once, half up, when it is awarded, from exact intermediates; groups and the total add awarded
scores (the seed of this rule: adding exact scores would print 102.35 where the form prints 102.34).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.diagnostics import Finding, Span
from generator.figures import RATE, Figure, Form, plain, round_half_up
from generator.formula import Expression, FormulaFault, Rows, Scope, Trace, codes, evaluate, parse, shown
from generator.formula import codes as formula_codes
from generator.formula.nodes import Choice, Literal
from generator.scoring import codes as scoring_codes
from generator.scoring.book import Book, trace_of, trace_of_rows
from generator.scoring.model import Scorecard, Scored, ScoredItem, Total, number

if TYPE_CHECKING:
    from generator.formula import Value
    from generator.submission import Entry, ItemEntry, Submission
    from generator.template import Band, Indicator, Item, Scoring, Template

__all__ = ["score"]

_PLACES = 2
_TOTAL = "（总分）"  # no field has this name
_PERCENT = Form("%", 2, "zeros", suffix="%")


def score(submission: Submission) -> tuple[Scorecard | None, list[Finding]]:
    """The scorecard of a submission, or the findings that say why there is none. All of them come in one run."""
    book = Book(submission)
    form = _Form(book, submission.template)
    findings = form.try_all()
    return (None if findings else form.scorecard()), findings


class _Form:
    """The scoring form over a book: knows how every node is computed, and puts the nodes' values into the book."""

    def __init__(self, book: Book, template: Template) -> None:
        self.book, self.template = book, template
        self.scored: dict[str, Scored] = {}
        for indicator in template.all_indicators():
            self._offer(indicator)

    def _offer(self, indicator: Indicator) -> None:
        ways: dict[str, Callable[[], Trace | None]] = {
            "分值": lambda: self.weight(indicator),
            "得分": lambda: self.node(indicator).score,
            "取值": lambda: self.value(indicator),
            "得分率": lambda: self.rate(indicator),
        }
        for key, way in ways.items():
            self.book.extra["指标", indicator.name, key] = way

    def try_all(self) -> list[Finding]:
        """Compute everything; the findings of what has no value, each once."""
        attempts: list[Callable[[], object]] = [compute for _, compute in self.book.computed()]
        attempts += [lambda node=node: self.node(node) for node in self.template.all_indicators()]  # type: ignore[misc]
        found: dict[Finding, None] = {}
        for attempt in [*attempts, self.total]:
            try:
                attempt()
            except FormulaFault as fault:
                found[fault.finding] = None
        return list(found)

    def scorecard(self) -> Scorecard:
        roots = tuple(self.node(root) for root in self.template.indicators)
        return Scorecard(roots, self.total(), self.book)

    def node(self, indicator: Indicator) -> Scored:
        if indicator.name not in self.scored:
            self.scored[indicator.name] = self._group(indicator) if indicator.children else self._leaf(indicator)
        return self.scored[indicator.name]

    def _group(self, indicator: Indicator) -> Scored:
        children = tuple(self.node(child) for child in indicator.children)
        return Scored(
            indicator,
            added(indicator.name, [child.score for child in children], indicator.span),
            rate_form=self.rate_form,
            children=children,
        )

    def _leaf(self, indicator: Indicator) -> Scored:
        path = f"指标.{indicator.name}"
        scope = self.scope(indicator)
        expression = indicator.score or _sum_of_items(indicator)
        trace = self.book.once(f"{path}.得分", lambda: awarded(_points(expression, scope, indicator.name), self.places))
        value, parameters, items = self.value(indicator), scope.parameters(), scope.items()
        return Scored(indicator, trace, value, parameters, self.rate_form, items)

    def value(self, indicator: Indicator) -> Trace | None:
        expression, form = indicator.value, indicator.value_form
        if expression is None:
            return None
        show = _printed(form) if form is not None else None
        scope = self.scope(indicator)
        name = f"{indicator.name}（取值）"
        return self.book.once(f"指标.{indicator.name}.取值", lambda: evaluate(expression, scope, name, show))

    def rate(self, indicator: Indicator) -> Trace:
        node = self.node(indicator)
        name = f"{indicator.name}.得分率"
        return self.book.once(f"指标.{name}", lambda: constant(name, node.rate, indicator.span, (node.score,)))

    def weight(self, indicator: Indicator) -> Trace:
        name = f"{indicator.name}.分值"
        return self.book.once(f"指标.{name}", lambda: constant(name, indicator.weight, indicator.weight_span))

    def scope(self, indicator: Indicator) -> IndicatorScope:
        return IndicatorScope(indicator, self.book.submission.entry(indicator.name), self)

    @property
    def rate_form(self) -> Form:
        """How the template prints 得分率."""
        scoring = self.template.scoring
        return scoring.rate_form if scoring is not None else RATE

    @property
    def places(self) -> int:
        scoring = self.template.scoring
        return scoring.places if scoring is not None else _PLACES

    def total(self) -> Total | None:
        scoring = self.template.scoring
        if scoring is None:
            return None
        score = self.book.once(_TOTAL, lambda: self._total(scoring))
        return Total(score, scoring.full, self._rating(scoring, score), scoring.rate_form)

    def _total(self, scoring: Scoring) -> Trace:
        roots = [self.node(root).score for root in self.template.indicators]
        whole = added("合计", roots, scoring.full_span)
        scope = Constants({("合计",): whole, ("满分",): _full(scoring)}, self.book)
        return awarded(_points(scoring.total, scope, "总分"), scoring.places)

    def _rating(self, scoring: Scoring, total: Trace) -> str:
        """The first band whose condition holds; empty for a form without bands.

        Raises:
            FormulaFault: There are bands, and none of them holds.
        """
        rate = constant("得分率", number(total) / (scoring.full or 1), scoring.full_span, (total,))
        scope = Constants({("总分",): total, ("满分",): _full(scoring), ("得分率",): rate}, self.book)
        held = next((band.name for band in scoring.bands if _holds(band, scope)), None)
        if held is None and scoring.bands:
            span = scoring.bands[-1].condition.span
            raise FormulaFault(scoring_codes.NO_BAND.at(span, "等级", score=total.text))
        return held or ""


def _full(scoring: Scoring) -> Trace:
    return constant("满分", scoring.full, scoring.full_span)


class Constants:
    """A few named values before all names of the book, or of the indicator that they belong to."""

    def __init__(
        self, values: dict[tuple[str, ...], Trace], book: Book, indicator: IndicatorScope | None = None
    ) -> None:
        self.values, self.book, self.outer = values, book, indicator or book

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        return self.values.get(path) or self.outer.resolve(path)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        return self.book.rows(path, self) or self.outer.rows(path)


class IndicatorScope:
    """The names of one indicator (分值, 取值, 自评分, 要点, its parameters) before all names of the book."""

    def __init__(self, indicator: Indicator, entry: Entry, form: _Form) -> None:
        self.indicator, self.entry, self.form = indicator, entry, form

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        if len(path) == 1:
            own = self._own(path[0])
            if own is not None:
                return own
        return self.form.book.resolve(path)

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        book = self.form.book
        if path != ("要点",):
            return book.rows(path, self)
        items = self.items()
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
        return self._parameter(name) if name in indicator.parameters else None

    def parameters(self) -> dict[str, Trace]:
        """The indicator's own figures (控制线 and the like)."""
        return {name: self._parameter(name) for name in self.indicator.parameters}

    def _parameter(self, name: str) -> Trace:
        written, book = self.indicator.parameters[name], self.form.book
        path = f"指标.{self.indicator.name}.{name}"
        return book.once(path, lambda: evaluate(written, self, name, _shown_parameter(written)))

    def items(self) -> tuple[ScoredItem, ...]:
        """The indicator's points, each with the score it earns."""
        return tuple(ScoredItem(item, self._item_score(item)) for item in self.indicator.items)

    def _item_score(self, item: Item) -> Trace:
        name = f"{self.indicator.name}.{item.name}"
        weight = weight_of(item)
        said = self.entry.items.get(item.name)
        if item.score is not None:
            own: dict[tuple[str, ...], Trace] = {("分值",): weight}
            if said is not None and said.stated.text:
                own["自评分",] = self.form.book.once(said.stated.path, lambda: trace_of(said.stated))
            scope = Constants(own, self.form.book, self)
            expression = item.score
            return self._awarded(name, lambda: _points(expression, scope, name))
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
        raise FormulaFault(formula_codes.MISSING_FACT.at(item.span, name, name=name, formula=item.name))
    share = item.shares[str(conclusion.value)]
    points = item.weight * share
    return Trace(
        name=name,
        value=points,
        text=plain(points),
        span=item.span,
        figure=plain(points),
        formula="分值 × 结论所得比例",
        figures=f"{plain(item.weight)}×{plain(share * 100)}%（{conclusion.text}）",
        inputs=(weight, conclusion),
        exact=plain(points),
    )


def _points(expression: Expression, scope: Scope, name: str) -> Trace:
    """The exact value of a formula that gives a score."""
    trace = evaluate(expression, scope, name)
    if not isinstance(trace.value, Fraction):
        raise _fault(expression, name, "得出的不是数字，不能作为得分")
    return trace


def _holds(band: Band, scope: Scope) -> bool:
    value = evaluate(band.condition, scope, band.name).value
    if not isinstance(value, bool):
        raise _fault(band.condition, band.name, "得出的不是“是”或“否”，不能作为条件")
    return value


def _fault(expression: Expression, name: str, problem: str) -> FormulaFault:
    return FormulaFault(codes.WRONG_TYPE.at(expression.span, name, formula=expression.text, problem=problem))


def awarded(exact: Trace, places: int) -> Trace:
    """The trace with its value rounded to the form's places: the one rounding of a score."""
    points = round_half_up(number(exact), places)
    text = plain(points)
    return replace(exact, value=Figure(points, text), text=text, figure=text)


def added(name: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The sum of awarded scores."""
    total = sum((number(part) for part in parts), Fraction(0))
    formula = " + ".join(part.name for part in parts)
    figures = "+".join(part.text for part in parts)
    text = plain(total)
    return Trace(name, Figure(total, text), text, span, text, formula, figures, tuple(parts))


def constant(name: str, value: Fraction, span: Span, inputs: tuple[Trace, ...] = ()) -> Trace:
    """A figure of the template itself."""
    text = plain(value)
    return Trace(name, Figure(value, text), text, span, text, inputs=inputs)


def _sum_of_items(indicator: Indicator) -> Expression:
    parsed = parse("求和(要点.得分)", indicator.span)
    assert isinstance(parsed, Expression)  # it is a formula  # noqa: S101
    return parsed


def _printed(form: Form) -> Callable[[Value], str]:
    return lambda value: form.print(value) if isinstance(value, Fraction) else shown(value)


def _shown_parameter(written: Expression) -> Callable[[Value], str] | None:
    """A parameter written as 10% is printed as 10%, not as 0.1; a product with a rate is no rate."""
    is_rate = isinstance(written.root, Literal | Choice) and ("%" in written.text or "％" in written.text)
    return _printed(_PERCENT) if is_rate else None
