"""Scores and computed values as traces: evaluated, rounded, added up and printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import Amount, is_number, round_half_up
from generator.base.diagnostics import Span
from generator.base.formats import MOST_PLACES, PERCENT, RATE, Format, chinese_date, plain
from generator.base.units import NO_UNIT
from generator.formula import codes
from generator.formula.evaluate import evaluate, value_of
from generator.formula.parser import Choice, Expression, Literal
from generator.formula.values import SCORE, FormulaFault, Scope, StatedWorking, Trace, Value, shown
from generator.template.model import Band, Field, Item


class ScoredItem(Struct, frozen=True):
    """One point of an indicator with the score it earns."""

    item: Item
    score: Trace


def number(trace: Trace) -> Fraction:
    """The trace's value, which must be a number."""
    value = trace.value
    if type(value) is Amount or is_number(value):  # as a score is
        return value
    raise TypeError(f"{trace.name} is {value!r}, not a number")


def points_of(expression: Expression, scope: Scope, name: str) -> Trace:
    """Evaluates a formula of a score exactly.

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
    """The trace with its value rounded to the scoring form's places: the only rounding of a score."""
    points = round_half_up(number(exact), places)
    text = plain(points)
    return replace(exact, value=Amount(points, text), text=text, kind=SCORE)


def added(name: str, parts: Sequence[Trace], span: Span) -> Trace:
    """The sum of awarded scores."""
    total = sum((number(part) for part in parts), Fraction(0))
    formula = " + ".join(part.name for part in parts)
    figures = "+".join(part.text for part in parts)
    text = plain(total)
    return Trace(name, Amount(total, text), text, span, SCORE, formula, tuple(parts), StatedWorking(figures))


def constant(name: str, value: Fraction, span: Span, inputs: tuple[Trace, ...] = ()) -> Trace:
    """The trace of a number that the template states."""
    text = plain(value)
    return Trace(name, Amount(value, text), text, span, SCORE, inputs=inputs)


def printed_by(fmt: Format, landmarks: Sequence[Fraction] = ()) -> Callable[[Value], str]:
    """Prints numbers in a format, other values as in traces; for ``landmarks`` see ``distinguishable``."""
    return lambda value: distinguishable(value, fmt, landmarks) if isinstance(value, Fraction) else shown(value)


def distinguishable(value: Fraction, fmt: Format, landmarks: Sequence[Fraction] = ()) -> str:
    """The number in its format, with more places if it would else be printed like 100% (a rate) or a landmark.

    ``landmarks`` are the figures that it is compared with.
    """
    known = (Fraction(1), *landmarks) if fmt.unit == "%" else landmarks
    places = fmt.places
    # Compared with all zeros: 10.00% looks like 10%.
    while places < MOST_PLACES:
        own = fmt.rounded(value, places)
        if not any(fmt.rounded(mark, places) == own and mark != value for mark in known):
            break
        places += 1
    return (fmt if places == fmt.places else replace(fmt, places=places)).print(value)


def shown_parameter(written: Expression) -> Callable[[Value], str]:
    """A function that prints a parameter written as 10% so, not as 0.1; others in full, also products of a rate."""
    is_rate = isinstance(written.root, Literal | Choice) and ("%" in written.text or "％" in written.text)
    return printed_by(PERCENT) if is_rate else shown


_BY_KIND = {"比率": RATE, "金额": Format("元", 2, "zeros", suffix="元")}


def show_value(value: Value, field: Field, alike: Value) -> str:
    """The text of a computed field's value, in the unit of ``alike``, a typed amount, if given (``单位同``)."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_date(value)
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    if field.format is not None:
        return distinguishable(value, field.format) if field.kind == "比率" else field.format.print(value)
    if alike is not None:
        unit = alike.unit if isinstance(alike, Amount) else NO_UNIT
        return plain(value / unit.scale, 2) + unit.name
    fmt = _BY_KIND.get(field.kind)
    return distinguishable(value, fmt) if fmt else plain(value) + field.unit
