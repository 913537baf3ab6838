"""The scorecard: scoring forms with their scores; finds traces by name or path, and prints them as trees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.formats import RATE, Format, plain
from generator.formula.values import Trace, in_full
from generator.scoring.symbols import Symbols
from generator.scoring.values import ScoredItem, number
from generator.submission.model import Entry, Form
from generator.template.model import Indicator

NO_SCORE = "—"
"""The text of the scores of a form that is not rated: their value is a ``Placeholder``."""


class Scored(Struct, frozen=True, dict=True):
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
    rate_format: Format = RATE
    items: tuple[ScoredItem, ...] = ()
    children: tuple[Scored, ...] = ()
    reviewed: Trace | None = None

    @property
    def points(self) -> Fraction:
        """The awarded score."""
        return number(self.score)

    @cached_property
    def is_full(self) -> bool:
        """Whether the awarded score is the weight, or more."""
        return self.points >= self.indicator.weight

    @cached_property
    def rate(self) -> Fraction:
        """The awarded score as a share of the weight (得分率); 0 for a weight of 0."""
        return self.points / self.indicator.weight if self.indicator.weight else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_format.print(self.rate)

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
    rate_format: Format
    parts: Trace

    @property
    def rate(self) -> Fraction:
        """The total as a share of the full mark."""
        return number(self.score) / self.full if self.full else Fraction(0)

    @property
    def rate_text(self) -> str:
        """The rate as the template prints rates."""
        return self.rate_format.print(self.rate)


class ScoredForm(Struct, frozen=True, dict=True):
    """A scoring form with its root nodes and its total, and the total by 复核得分; None without a form or a review."""

    form: Form
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
        """The scores as data; numbers are strings, so that no reader turns them into floats."""
        total, by_review = self.total, self.reviewed
        return {
            "total": _said(total.score) if total else None,
            "full": plain(total.full) if total else None,
            "rate": total.rate_text if total and total.score.is_known else None,
            "rating": total.rating if total else None,
            **({"reviewed": {"total": by_review.score.text, "rating": by_review.rating}} if by_review else {}),
            "indicators": [
                {
                    "name": node.indicator.name,
                    "level": str(node.indicator.level),
                    "weight": plain(node.indicator.weight),
                    "score": _said(node.score),
                    "rate": node.rate_text if node.score.is_known else None,
                    "value": node.value.text if node.value is not None else None,
                    "path": node.indicator.path,
                    **({"reviewed": node.reviewed.text} if node.reviewed is not None else {}),
                }
                for node in self.walk()
            ],
        }


def _said(score: Trace) -> str | None:
    return score.text if score.is_known else None


class Scorecard(ScoredForm, frozen=True, kw_only=True):
    """Everything computed: the form of the whole filing, the symbol table, the forms of rows (each project's)."""

    symbols: Symbols
    row_forms: tuple[ScoredForm, ...] = ()

    @property
    def forms(self) -> tuple[ScoredForm, ...]:
        """Every form, that of the whole filing first."""
        return (self, *self.row_forms)

    def as_dict(self) -> dict[str, object]:
        """The scores of every form."""
        rows = [{"path": one.form.path, "name": one.form.title, **one.as_dict()} for one in self.row_forms]
        review = self.symbols.submission.review
        rounds = {"rounds": [one.as_dict() for one in review.rounds]} if review is not None else {}
        return {**super().as_dict(), **({"objects": rows} if rows else {}), **rounds}

    def walk_all(self) -> Iterator[Scored]:
        """Every node of every form."""
        return iter(self._all)

    @cached_property
    def _all(self) -> tuple[Scored, ...]:
        return tuple(node for form in self.forms for node in form.walk())


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
    """The traces under a name: of an indicator, 总分 (also an empty name), or a computed field by its path.

    The total of a row's form is found by the row's path or title (``项目[3]``), its indicators by their path
    (``项目[3].X``), or by name if the form of the whole filing has no indicator of that name.
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
    return found or scorecard.symbols.find(name)


def trace_at(scorecard: Scorecard, path: str) -> Trace | None:
    """The trace of a printed value by the path of its origin; None for text of the template itself.

    Paths are such as ``评分.总分``, ``指标.X.得分``, ``指标.X.控制线``, ``专项资金[3].权重``, ``部门.名称``,
    ``项目[3].评分.总分``.
    """
    for form in scorecard.forms:
        figure = path.removeprefix(f"{form.form.path}.".lstrip("."))
        if figure.startswith("评分.") and form.total is not None:
            return form.total.parts if figure == "评分.合计" else form.total.score
    return scorecard.symbols.known(path) or next(iter(scorecard.symbols.find(path)), None)


def tree(trace: Trace) -> Iterator[str]:
    """The trace as lines, deeper levels indented; a part that was printed before is not printed in full again."""
    yield from _lines(trace, "", "", set())


def _lines(trace: Trace, first: str, rest: str, seen: set[int]) -> Iterator[str]:
    """A trace as a tree: ``first`` begins its line, ``rest`` those below; what was ``seen`` is not unfolded again."""
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
        figures, exact = trace.working.figures, trace.working.exact
        is_rounded = bool(exact) and exact != in_full(trace.value)
        rounding = f" = {exact}，四舍五入为 {trace.text}" if is_rounded else ""
        if figures != trace.formula:
            yield f"{bar}代入：{figures}{rounding}"
    for at, part in enumerate(below, 1):
        last = at == len(below)
        yield from _lines(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), seen)
