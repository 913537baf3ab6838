"""Rule: a computed field that a bureau states itself, a total that it knows from its books, agrees with its parts."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.amount import Amount, allowance
from generator.base.forms import plain
from generator.base.rounding import round_half_up
from generator.base.units import MONEY
from generator.checking import codes
from generator.checking.goals import value_in
from generator.checking.rule import Example, Rule
from generator.formula import walk
from generator.submission import Fact, Record, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case
    from generator.checking.rule import Given
    from generator.formula import Trace
    from generator.scoring import Book

__all__ = ["STATED_FIELDS"]

# Sums and differences carry the rounding of their parts into the result one to one; other formulas do not.
_NO_SUM = re.compile(r"[×÷*/]|(?:平均|计数|分段|限|四舍五入|最大|最小|绝对值|完成率|超出)[(（]")


def _stated_fields(case: Case, _given: Given) -> Iterator[Finding]:
    """A computed field that is stated with another value, at the places with which it is written."""
    yield from _in_record(case.submission.facts, case.scorecard.book)


def _in_record(record: Record, book: Book) -> Iterator[Finding]:
    for name, fact in record.stated.items():
        trace = value_in(book, record, name)
        if trace is not None:
            yield from _differing(fact, trace, book)
    for member in record.members.values():
        if isinstance(member, Record):
            yield from _in_record(member, book)
        elif isinstance(member, Table):
            for row in member.rows:
                yield from _in_record(row, book)


def _differing(fact: Fact, trace: Trace, book: Book) -> Iterator[Finding]:
    stated = fact.value
    if not isinstance(stated, Amount) or not isinstance(trace.value, Fraction):
        if fact.value != trace.value:
            words = {"stated": fact.text, "computed": trace.text, "figures": trace.figures}
            yield codes.STATED_FIELD.at(fact.span, fact.path, name=fact.path, formula=trace.formula, **words)
        return
    scale, places = stated.unit.scale, stated.places
    if Fraction(round_half_up(trace.value / scale, places)) == stated.number:
        return
    difference = abs(trace.value - stated)
    # In the unit in which the bureau states it, spaced as it spaces it.
    unit = (" " if " " in fact.text.strip() else "") + stated.unit.name if stated.unit.name else ""
    words = {"name": fact.path, "stated": fact.text, "computed": plain(trace.value / scale) + unit}
    allowed = _allowed(trace, book)
    if allowed and difference <= allowed + scale / 2 / 10**places:
        yield codes.ROUNDING.at(fact.span, fact.path, difference=plain(difference / scale) + unit, **words)
    else:
        yield codes.STATED_FIELD.at(
            fact.span, fact.path, formula=trace.formula, figures=_figures(trace, stated), **words
        )


def _allowed(trace: Trace, book: Book) -> Fraction:
    """How far the parts may be from the whole because they were rounded before they were typed."""
    traces = list(walk(trace))
    if any(_NO_SUM.search(part.formula) for part in traces):
        return Fraction(0)
    among = (fact.value for fact in book.facts.values())
    return allowance((part.value for part in traces if not part.formula), among)


def _figures(trace: Trace, stated: Amount) -> str:
    """The formula with its figures; amounts stand in it in 元."""
    is_sum = stated.dimension == MONEY and not _NO_SUM.search(trace.formula)
    return f"{trace.figures} 元" if is_sum and stated.unit.name != "元" else trace.figures


STATED_FIELDS = Rule(
    name="填报合计",
    group=1,
    codes=(codes.STATED_FIELD, codes.ROUNDING),
    why=(
        "合计、比率这类由程序计算的数，部门可以不填；填了，就和由明细算出的数核对。"
        "比较时先把算出的数取到填报的位数和单位："
        "明细合计 8280.03 万元，填「0.83 亿元」也算一致。\n\n"
        "明细是四舍五入以后填的，加起来可以和合计差一点：每个明细允许半个末位，"
        "合计本身也允许半个末位（末位取同一单位里写得最细的）。"
        "在这个范围以内的差只提示（JX416），超出的是错误（JX412）。没有小数的数当作准确的数，不允许相差。"
    ),
    find=_stated_fields,
    examples=(
        Example(
            codes.STATED_FIELD,
            bad="收入.合计: 520.60 万元",
            good="收入.合计: 520.5 万元",
            place="收入.合计",
            marked="520.60 万元",
        ),
        Example(
            codes.ROUNDING,
            bad="收入.合计: 520.51 万元",
            good="收入.合计: 520.50 万元",
            place="收入.合计",
            marked="520.51 万元",
        ),
    ),
)
