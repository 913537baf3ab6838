"""The scorecard: the scoring form with its scores, and their traces, evaluated, rounded, added up and printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.amount import Amount, chinese_date, is_number, round_half_up
from generator.base.diagnostics import Span
from generator.base.forms import PERCENT, RATE, Form, plain
from generator.base.units import NO_UNIT
from generator.formula import codes
from generator.formula.evaluate import evaluate, value_of
from generator.formula.parser import Choice, Expression, Literal
from generator.formula.values import FormulaFault, Scope, Trace, Value, in_full, shown
from generator.scoring.symbols import Book
from generator.submission.model import Entry
from generator.submission.model import Form as FilledForm
from generator.template.model import Band, Field, Indicator, Item


class ScoredItem(Struct, frozen=True):
    """One point of an indicator with the score it earns."""

    item: Item
    score: Trace


def number(trace: Trace) -> Fraction:
    """The trace's value, which must be a number."""
    if not is_number(trace.value):
        raise TypeError(f"{trace.name} is {trace.value!r}, not a number")
    return trace.value


def points_of(expression: Expression, scope: Scope, name: str) -> Trace:
    """Evaluate a formula that gives a score, exactly.

    Raises:
        FormulaFault: Its value is no number.
    """
    trace = evaluate(expression, scope, name)
    if not isinstance(trace.value, Fraction):
        raise _wrong_type(expression, name, "得出的不是数字，不能作为得分")
    return trace


def holds(band: Band, scope: Scope) -> bool:
    """Whether the band's condition holds.

    Raises:
        FormulaFault: It is no condition.
    """
    value = value_of(band.condition, scope, band.name)
    if not isinstance(value, bool):
        raise _wrong_type(band.condition, band.name, "得出的不是“是”或“否”，不能作为条件")
    return value


def _wrong_type(expression: Expression, name: str, problem: str) -> FormulaFault:
    return FormulaFault(codes.WRONG_TYPE.at(expression.span, name, where=f"「{expression.text}」中", problem=problem))


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
    """The trace of a number that the template states."""
    text = plain(value)
    return Trace(name, Amount(value, text), text, span, text, inputs=inputs)


def printed_by(form: Form, landmarks: Sequence[Fraction] = ()) -> Callable[[Value], str]:
    """A function that prints numbers by a form, other values as traces show them.

    ``landmarks`` are what the number is compared with: only a number equal to one of them is printed like it.
    """
    return lambda value: told_apart(value, form, landmarks) if isinstance(value, Fraction) else shown(value)


_MOST_PLACES = 12


def told_apart(value: Fraction, form: Form, landmarks: Sequence[Fraction] = ()) -> str:
    """The number in its form, with more places where it would be printed like a landmark, nought or, a rate, 100%."""
    known = (Fraction(0), *((Fraction(1),) if form.unit == "%" else ()), *landmarks)
    others = [mark for mark in known if mark != value]
    places = form.places
    # With all their zeros: 10.00% looks like 10%.
    while places < _MOST_PLACES and form.rounded(value, places) in {form.rounded(mark, places) for mark in others}:
        places += 1
    return (form if places == form.places else replace(form, places=places)).print(value)


def shown_parameter(written: Expression) -> Callable[[Value], str] | None:
    """A function that prints a parameter written as 10% as 10%, not 0.1; None for others, also products of a rate."""
    is_rate = isinstance(written.root, Literal | Choice) and ("%" in written.text or "％" in written.text)
    return printed_by(PERCENT) if is_rate else None


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
        return told_apart(value, field.form) if field.kind == "比率" else field.form.print(value)
    if alike is not None:
        unit = alike.unit if isinstance(alike, Amount) else NO_UNIT
        return plain(value / unit.scale, 2) + unit.name
    form = _BY_KIND.get(field.kind)
    return told_apart(value, form) if form else plain(value) + field.unit


class Scored(Struct, frozen=True):
    """One node of a form with its awarded score (a leaf's is rounded once, a group's is a sum) and its traces.

    ``path`` is where its values have their names: ``指标.X``, ``项目[3].指标.X``. ``reviewed`` is 复核得分; None where
    the filing has no review.
    """

    indicator: Indicator
    score: Trace
    path: str
    entry: Entry
    value: Trace | None = None
    parameters: Mapping[str, Trace] = field(default_factory=dict)
    rate_form: Form = RATE
    items: tuple[ScoredItem, ...] = ()
    children: tuple[Scored, ...] = ()
    reviewed: Trace | None = None

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
    """The whole form's score, its full mark, and the rating that they earn (empty if no band holds).

    ``parts`` is the sum of the first-level scores (合计), from which the template's formula computes the score.
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


class ScoredForm(Struct, frozen=True, dict=True):
    """A scoring form with its root nodes and its total, and the total by 复核得分; None without a form or a review."""

    form: FilledForm
    roots: tuple[Scored, ...]
    total: Total | None
    reviewed: Total | None = None

    @cached_property
    def _nodes(self) -> tuple[Scored, ...]:
        return tuple(node for root in self.roots for node in root.walk())

    def walk(self) -> Iterator[Scored]:
        """Every node of the form, in its order."""
        return iter(self._nodes)

    def as_dict(self) -> dict[str, object]:
        """The scores as data; every number is a string, so that no reader makes a float of it."""
        total, by_review = self.total, self.reviewed
        return {
            "total": total.score.text if total else None,
            "full": plain(total.full) if total else None,
            "rate": total.rate_text if total else None,
            "rating": total.rating if total else None,
            **({"reviewed": {"total": by_review.score.text, "rating": by_review.rating}} if by_review else {}),
            "indicators": [
                {
                    "name": node.indicator.name,
                    "level": str(node.indicator.level),
                    "weight": plain(node.indicator.weight),
                    "score": node.score.text,
                    "rate": node.rate_text,
                    "value": node.value.text if node.value is not None else None,
                    "path": node.indicator.path,
                    **({"reviewed": node.reviewed.text} if node.reviewed is not None else {}),
                }
                for node in self.walk()
            ],
        }


class Scorecard(ScoredForm, frozen=True, kw_only=True):
    """Everything computed: the form of the whole filing, the book of all names, the forms of rows (each project's)."""

    book: Book
    row_forms: tuple[ScoredForm, ...] = ()

    @property
    def forms(self) -> tuple[ScoredForm, ...]:
        """Every form, that of the whole filing first."""
        return (self, *self.row_forms)

    def as_dict(self) -> dict[str, object]:
        """The scores of every form."""
        rows = [{"path": one.form.path, "name": one.form.title, **one.as_dict()} for one in self.row_forms]
        review = self.book.submission.review
        rounds = {"rounds": [one.as_dict() for one in review.rounds]} if review is not None else {}
        return {**super().as_dict(), **({"objects": rows} if rows else {}), **rounds}

    def walk_all(self) -> Iterator[Scored]:
        """Every node of every form."""
        for form in self.forms:
            yield from form.walk()


_Form = TypeVar("_Form", bound=ScoredForm)


def known_part(scorecard: Scorecard) -> Scorecard:
    """A draft's scorecard without its unknown scores; known nodes below an unknown one become roots."""
    totals = all(form.total is None or form.total.score.is_known for form in scorecard.forms)
    if totals and all(node.score.is_known for node in scorecard.walk_all()):
        return scorecard

    def known(node: Scored) -> Iterator[Scored]:
        if node.score.is_known:
            yield node
        else:
            for child in node.children:
                yield from known(child)

    def part(form: _Form) -> _Form:
        roots = tuple(node for root in form.roots for node in known(root))
        return replace(form, roots=roots, total=form.total if form.total and form.total.score.is_known else None)

    return replace(part(scorecard), row_forms=tuple(map(part, scorecard.row_forms)))


def find_traces(scorecard: Scorecard, name: str) -> list[Trace]:
    """The traces under a name: an indicator, 总分 (also an empty name), or a computed field by its path.

    That of a row's form by the row (``项目[3]``, or what it is called), its indicators behind the row
    (``项目[3].X``), or by their name alone where the form of the whole filing has none of that name.
    """
    if name in ("", "总分") and scorecard.total is not None:
        return [scorecard.total.score]
    if not name:
        return []
    own = [node.score for node in scorecard.walk() if name in (node.indicator.name, node.path)]
    if own:
        return own
    named = (form for form in scorecard.row_forms if name in (form.form.path, form.form.title))
    found = [form.total.score for form in named if form.total is not None]
    for form in scorecard.row_forms:
        ways = ((node, node.indicator.name) for node in form.walk())
        found += [node.score for node, way in ways if name in (way, node.path, f"{form.form.path}.{way}")]
    return found or scorecard.book.find(name)


def trace_at(scorecard: Scorecard, path: str) -> Trace | None:
    """The trace of a printed value by the path of its origin; None for what the template itself says.

    Paths are such as ``评分.总分``, ``指标.X.得分``, ``指标.X.控制线``, ``专项资金[3].权重``, ``部门.名称``,
    ``项目[3].评分.总分``.
    """
    for form in scorecard.forms:
        figure = path.removeprefix(f"{form.form.path}.".lstrip("."))
        if figure.startswith("评分.") and form.total is not None:
            return form.total.parts if figure == "评分.合计" else form.total.score
    return scorecard.book.known(path) or next(iter(scorecard.book.find(path)), None)


def tree(trace: Trace) -> Iterator[str]:
    """The trace as lines, each deeper level indented; a part that was printed before is named without its formula."""
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
        # A score itself is rounded when it is awarded; other values are rounded by printing only.
        is_rounded = bool(trace.exact) and trace.exact != in_full(trace.value)
        rounding = f" = {trace.exact}，四舍五入为 {trace.text}" if is_rounded else ""
        if trace.figures != trace.formula:
            yield f"{bar}代入：{trace.figures}{rounding}"
    for at, part in enumerate(below, 1):
        last = at == len(below)
        yield from _lines(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), seen)
