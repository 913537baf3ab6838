"""The ratings of a scoring form: every total must have one, and every rating some total."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.forms import plain
from generator.formula import FormulaFault, Rows, Trace, evaluate, names_in
from generator.formula.nodes import Binary, Compare, Expression, parts
from generator.template import codes

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.formula.nodes import Node
    from generator.template.model import Band, Scoring, Template

__all__ = ["check_bands"]

_NAMES = frozenset({("总分",), ("满分",), ("得分率",)})


class _NoCondition(Exception):
    """A rating's condition is something else."""


def check_bands(template: Template) -> list[Finding]:
    """Ratings that no total reaches, and totals that no rating holds for.

    Nothing is said where a condition asks for other facts than the total: then it is not the total that decides.
    """
    scoring = template.scoring
    if scoring is None or not scoring.bands or not scoring.full:
        return []
    if any(name.path not in _NAMES for band in scoring.bands for name in names_in(band.condition.root)):
        return []
    try:
        rated = [(total, _rating(scoring, total)) for total in sorted(_decisive(scoring))]
    except (FormulaFault, _NoCondition):
        return []  # which is told elsewhere
    return [*_unreached(scoring, {band for _, band in rated if band is not None}), *_missing(scoring, rated)]


def _unreached(scoring: Scoring, reached: set[Band]) -> Iterator[Finding]:
    for band in scoring.bands:
        if band not in reached:
            path = f"等级.{band.name}"
            yield codes.BAND_UNREACHED.at(band.condition.span, path, name=band.name, full=plain(scoring.full))


def _missing(scoring: Scoring, rated: list[tuple[Fraction, Band | None]]) -> Iterator[Finding]:
    """One finding for each stretch of totals without a rating."""
    stretch: list[Fraction] = []
    for total, band in [*rated, (scoring.full, scoring.bands[-1])]:
        if band is None:
            stretch.append(total)
        elif stretch:
            ends = dict.fromkeys((plain(stretch[0]), plain(stretch[-1])))
            yield codes.BAND_MISSING.at(scoring.bands[-1].condition.span, "等级", scores=" 至 ".join(ends))
            stretch = []


def _rating(scoring: Scoring, total: Fraction) -> Band | None:
    """The first rating whose condition holds.

    Raises:
        _NoCondition: One of them is no condition.
    """
    for band in scoring.bands:
        value = evaluate(band.condition, _Scope(scoring, total), band.name).value
        if not isinstance(value, bool):
            raise _NoCondition
        if value:
            return band
    return None


def _decisive(scoring: Scoring) -> set[Fraction]:
    """The ends, and the totals that a score can be right before, at and behind each turn of a condition."""
    step = Fraction(1, 10**scoring.places)
    found = {Fraction(0), scoring.full}
    for band in scoring.bands:
        for turn in _turns(band.condition, scoring):
            around = (floor(turn / step) - 1, floor(turn / step), ceil(turn / step), ceil(turn / step) + 1)
            found |= {count * step for count in around}
    return {total for total in found if 0 <= total <= scoring.full}


def _turns(condition: Expression, scoring: Scoring) -> Iterator[Fraction]:
    """The totals at which the two sides of a comparison are equal: each is a straight line over the total."""
    for node in _compared(condition.root):
        difference = Expression(
            condition.text, condition.span, Binary(node.start, node.end, "-", node.left, node.right)
        )

        def at(total: Fraction, expression: Expression = difference) -> Fraction:
            value = evaluate(expression, _Scope(scoring, total), "等级").value
            return value if isinstance(value, Fraction) else Fraction(0)

        start, rise = at(Fraction(0)), _rise(at, scoring.full)
        if rise:
            yield -start / rise


def _rise(line: Callable[[Fraction], Fraction], full: Fraction) -> Fraction:
    return (line(full) - line(Fraction(0))) / full


def _compared(node: Node) -> Iterator[Compare]:
    if isinstance(node, Compare):
        yield node
    for part in parts(node):
        yield from _compared(part)


class _Scope(Struct, frozen=True):
    """The names of a rating's condition, for one total."""

    scoring: Scoring
    total: Fraction

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """总分, 满分 or 得分率."""
        full = self.scoring.full
        value = {"总分": self.total, "满分": full, "得分率": self.total / full}[path[0]]
        return Trace(path[0], Amount(value, plain(value)), plain(value), Span(""))

    def rows(self, _path: tuple[str, ...]) -> Rows | None:
        """No tables."""
        return None
