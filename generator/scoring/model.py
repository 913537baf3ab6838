"""The scoring form with its scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.forms import RATE, Form, plain
from generator.base.numbers import chinese_date, round_half_up
from generator.base.units import NO_UNIT
from generator.formula import codes
from generator.formula.evaluate import evaluate
from generator.formula.parser import Choice, Expression, Literal
from generator.formula.values import FormulaFault, Scope, Trace, Value, in_full, shown

if TYPE_CHECKING:
    from generator.scoring.symbols import Book
    from generator.template.model import Band, Field, Indicator, Item


class ScoredItem(Struct, frozen=True):
    """One point of an indicator with the score it earns."""

    item: Item
    score: Trace


class Scored(Struct, frozen=True):
    """One node of the form: its awarded score (a leaf's is rounded once, a group's is the sum), what led to it."""

    indicator: Indicator
    score: Trace
    value: Trace | None = None
    parameters: Mapping[str, Trace] = field(default_factory=dict)
    rate_form: Form = RATE
    items: tuple[ScoredItem, ...] = ()
    children: tuple[Scored, ...] = ()

    @property
    def points(self) -> Fraction:
        """The awarded score."""
        return number(self.score)

    @property
    def rate(self) -> Fraction:
        """The awarded score as a share of the weight (得分率); 0 for a weight of 0."""
        return self.points / self.indicator.weight if self.indicator.weight else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_form.print(self.rate)

    def walk(self) -> Iterator[Scored]:
        """This node, then everything below it, in the form's order."""
        yield self
        for child in self.children:
            yield from child.walk()


class Total(Struct, frozen=True):
    """The whole form's score, its full mark, and the rating that they earn (empty where no band holds).

    ``parts`` is the sum of the first-level scores (合计), before the template's formula makes the score of it.
    """

    score: Trace
    full: Fraction
    rating: str
    rate_form: Form = RATE
    parts: Trace | None = None

    @property
    def rate(self) -> Fraction:
        """The total as a share of the full mark."""
        return number(self.score) / self.full if self.full else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_form.print(self.rate)


class Scorecard(Struct, frozen=True):
    """Everything computed: the form's nodes, its total (None for a template without a form), and by name, the book."""

    roots: tuple[Scored, ...]
    total: Total | None
    book: Book

    def walk(self) -> Iterator[Scored]:
        """Every node of the form, in its order."""
        for root in self.roots:
            yield from root.walk()


def known_part(scorecard: Scorecard) -> Scorecard:
    """The scorecard without the scores that are not known, as a draft has them: what is below these comes up."""
    roots = tuple(known for root in scorecard.roots for known in _known(root))
    total = scorecard.total
    known = total if total is not None and total.score.is_known else None
    return Scorecard(roots, known, scorecard.book)


def _known(node: Scored) -> Iterator[Scored]:
    if node.score.is_known:
        yield node
        return
    for child in node.children:
        yield from _known(child)


def number(trace: Trace) -> Fraction:
    """The trace's value, which is a number."""
    if not isinstance(trace.value, Fraction):
        raise TypeError(f"{trace.name} is {trace.value!r}, not a number")
    return trace.value


_PERCENT = Form("%", 2, "zeros", suffix="%")


def points_of(expression: Expression, scope: Scope, name: str) -> Trace:
    """The exact value of a formula that gives a score."""
    trace = evaluate(expression, scope, name)
    if not isinstance(trace.value, Fraction):
        raise fault_of(expression, name, "得出的不是数字，不能作为得分")
    return trace


def holds(band: Band, scope: Scope) -> bool:
    """Whether the band's condition holds.

    Raises:
        FormulaFault: It is no condition.
    """
    value = evaluate(band.condition, scope, band.name).value
    if not isinstance(value, bool):
        raise fault_of(band.condition, band.name, "得出的不是“是”或“否”，不能作为条件")
    return value


def fault_of(expression: Expression, name: str, problem: str) -> FormulaFault:
    """The fault of a formula whose value is not of the kind that is needed."""
    return FormulaFault(codes.WRONG_TYPE.at(expression.span, name, formula=expression.text, problem=problem))


def awarded(exact: Trace, places: int) -> Trace:
    """The trace with its value rounded to the form's places: the one rounding of a score."""
    points = round_half_up(number(exact), places)
    text = plain(points)
    return replace(exact, value=Amount(points, text), text=text, figure=text)


def added(name: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The sum of awarded scores."""
    total = sum((number(part) for part in parts), Fraction(0))
    formula = " + ".join(part.name for part in parts)
    figures = "+".join(part.text for part in parts)
    text = plain(total)
    return Trace(name, Amount(total, text), text, span, text, formula, figures, tuple(parts))


def constant(name: str, value: Fraction, span: Span, inputs: tuple[Trace, ...] = ()) -> Trace:
    """A figure of the template itself."""
    text = plain(value)
    return Trace(name, Amount(value, text), text, span, text, inputs=inputs)


def printed_by(form: Form) -> Callable[[Value], str]:
    """How a printing form prints a value; what is no number prints as it does in a trace."""
    return lambda value: form.print(value) if isinstance(value, Fraction) else shown(value)


def shown_parameter(written: Expression) -> Callable[[Value], str] | None:
    """A parameter written as 10% is printed as 10%, not as 0.1; a product with a rate is no rate."""
    is_rate = isinstance(written.root, Literal | Choice) and ("%" in written.text or "％" in written.text)
    return printed_by(_PERCENT) if is_rate else None


_BY_KIND = {
    "比率": RATE,
    "金额": Form("元", 2, "zeros", suffix="元"),
}


def show_value(value: Value, field: Field, alike: Value = None) -> str:
    """The text of a computed value.

    Args:
        value: The value; money in 元, a rate as its ratio.
        field: The computed field.
        alike: An amount as typed, in whose unit the value is printed (``单位同``).
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_date(value)
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    if field.form is not None:
        return field.form.print(value)
    if alike is not None:
        unit = alike.unit if isinstance(alike, Amount) else NO_UNIT
        return plain(value / unit.scale, 2) + unit.name
    form = _BY_KIND.get(field.kind)
    return form.print(value) if form else plain(value) + field.unit


def find_traces(scorecard: Scorecard, name: str) -> list[Trace]:
    """The traces under a name: an indicator (or 总分), or a computed field by its path; empty where there is none."""
    if name in ("", "总分") and scorecard.total is not None:
        return [scorecard.total.score]
    if not name:
        return []
    scores = [node.score for node in scorecard.walk() if node.indicator.name == name]
    return scores or scorecard.book.find(name)


def trace_at(scorecard: Scorecard, path: str) -> Trace | None:
    """The trace of a printed value by the path of its origin; None for what the template itself says.

    ``评分.总分``, ``评分.得分率``, ``指标.X.得分``, ``指标.X.控制线``, ``专项资金[3].权重``, ``部门.名称``.
    """
    if path.startswith("评分.") and scorecard.total is not None:
        return scorecard.total.parts if path == "评分.合计" else scorecard.total.score
    return scorecard.book.known(path) or next(iter(scorecard.book.find(path)), None)


def tree(trace: Trace) -> Iterator[str]:
    """The trace's lines, each deeper level indented; a part that was printed before is only named again."""
    yield from _lines(trace, "", "", set())


def _lines(trace: Trace, first: str, rest: str, seen: set[int]) -> Iterator[str]:
    again = bool(trace.formula) and id(trace) in seen
    seen.add(id(trace))
    yield f"{first}{trace.name} = {trace.text}  [{trace.span}]{'（见上）' if again else ''}"
    if again:
        return
    below = trace.inputs
    bar = rest + ("│  " if below else "   ")
    if trace.formula:
        yield f"{bar}公式：{trace.formula}"
        if trace.figures != trace.formula:
            yield f"{bar}代入：{trace.figures}{_before_rounding(trace)}"
    for at, part in enumerate(below, 1):
        last = at == len(below)
        yield from _lines(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), seen)


def _before_rounding(trace: Trace) -> str:
    """The value in full, where the text rounds it."""
    return f" = {trace.exact}，四舍五入为 {trace.text}" if _is_rounded(trace) else ""


def _is_rounded(trace: Trace) -> bool:
    """Whether the value itself was rounded (a score is, when it is awarded), not only the way it is printed."""
    return bool(trace.exact) and trace.exact != in_full(trace.value)
