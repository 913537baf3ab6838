"""What formulas compute with: values and how each came about, the scopes of names, and the functions.

An aggregate takes a table, an expression that is computed for each row, and a condition on the row:
``求和(专项资金.金额)``, ``求和(专项资金, 金额 × 自评分, 自评分 ≥ 90)``. A plain function takes values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from generator.base.amount import Placeholder, is_number, round_half_up, split_grade
from generator.base.formats import plain
from generator.base.judgement import Flag, Judgement, Verdict
from generator.base.target_text import says_not_applicable

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding, Span


Value = Fraction | str | bool | date | tuple[str, ...] | None
"""The value of a fact or a formula; None if the fact is blank."""

UNUSABLE: Final = "（填的不能用）"
"""The text of a fact whose value was refused."""


class Working(Protocol):
    """How a value was computed, written out on demand.

    ``figures`` is the formula with figures in place of names, ``worked`` the same as a report prints it: only the
    chosen sides. ``exact`` is the value before rounding.
    """

    @property
    def figures(self) -> str: ...  # noqa: D102 - see above
    @property
    def worked(self) -> str: ...  # noqa: D102
    @property
    def exact(self) -> str: ...  # noqa: D102


class StatedWorking(Struct, frozen=True):
    """A working given as texts."""

    figures: str = ""
    worked: str = ""
    exact: str = ""


TARGET: Final = "目标"
SCORE: Final = "得分"
_AS_PRINTED: Final = frozenset({"数量", TARGET, SCORE})


class Trace(Struct, frozen=True):
    """A value and how it was computed.

    A fact has no formula; its span is the bureau's line, its ``kind`` that of its field. A computed value has the
    formula as the template writes it (``span`` is its place there), its working, and the traces of its inputs; the kind
    of an awarded, rounded score is ``SCORE``. ``advice`` says how to fill in a missing fact, ``lacking`` why a target
    and an actual value have no rate.
    """

    name: str
    value: Value
    text: str
    span: Span
    kind: str = ""
    formula: str = ""
    inputs: tuple[Trace, ...] = ()
    working: Working = StatedWorking()
    advice: Callable[[], str] = str
    lacking: Finding | None = None

    @property
    def is_known(self) -> bool:
        """Whether there is a value, and not only a placeholder for one."""
        return self.value is not None and type(self.value) is not Placeholder

    @property
    def is_target(self) -> bool:
        """Whether it is a target, which may be a number or words."""
        return self.kind == TARGET

    @property
    def figure(self) -> str:
        """Its text in a formula with figures."""
        if self.kind in _AS_PRINTED:
            return self.text
        if self.kind == "等次" and is_number(self.value):
            return f"{plain(self.value * 100)}%"
        # Formulas with figures are in 元: an amount typed in 元 keeps its digits.
        digits = self.text.removesuffix("元").replace(",", "") if self.kind == "金额" else ""
        return digits if digits.replace(".", "").isdecimal() else figure_of(self.value, self.text)


class Rows(Struct, frozen=True):
    """The rows of a table, each a scope, and the trace of the table itself: its number of rows."""

    scopes: Sequence[Scope]
    trace: Trace


class Scope(Protocol):
    """Resolves names: a submission, or one row of a table within it."""

    def resolve(self, path: tuple[str, ...]) -> Trace | None:
        """The trace of a name; None if there is no such name."""

    def rows(self, path: tuple[str, ...]) -> Rows | None:
        """The rows of a table; None if the name is no table."""


class FormulaFault(Exception):
    """A formula has no value; carries the finding that says why, and the value to blame if there is one."""

    def __init__(self, finding: Finding, culprit: Trace | None = None) -> None:
        super().__init__(finding, culprit)
        self.finding, self.culprit = finding, culprit


def shown(value: Value) -> str:
    """A value in full, as a trace prints it."""
    if is_number(value):
        return plain(value)
    match value:
        case bool():
            return "是" if value else "否"
        case None:
            return "（未填）"
        case tuple():
            return "、".join(value)
        case _:
            return str(value)


def figure_of(value: Value, text: str) -> str:
    """A value's text in a formula with figures: a rate as 96.69%, other numbers in full, negatives in brackets."""
    if not is_number(value):
        return text
    number = text if text.endswith("%") else plain(value)
    return f"（{number}）" if value.numerator < 0 else number


def in_full(value: Value) -> str:
    """A number before rounding; with an ellipsis if it has more than six decimals."""
    if not is_number(value):
        return ""
    return plain(value) if 10**6 % value.denominator == 0 else f"{plain(value)}…"


def in_words(trace: Trace) -> Trace | None:
    """The fact that states a value which is a target in words: the bureau's line that a formula cannot use."""
    if not isinstance(trace.value, str):
        return None
    return next((part for part in walk(trace) if part.is_target and part.value == trace.value), None)


def walk(trace: Trace) -> Iterator[Trace]:
    """A trace and everything below it, shared parts once."""
    waiting, seen = [trace], {id(trace)}
    while waiting:
        current = waiting.pop()
        yield current
        fresh = [below for below in current.inputs if id(below) not in seen]
        seen.update(id(below) for below in fresh)
        waiting.extend(reversed(fresh))


class EmptyTable(Exception):
    """The mean of no rows has no value."""


class BadArgument(Exception):
    """An argument is out of range; says which values are allowed."""


class Function(Struct, frozen=True):
    """A function: its usage, its number of arguments, what it computes.

    ``kind`` is ``rows`` (an aggregate), ``values`` (of numbers), ``steps`` (of numbers, bounds with or without a sign),
    ``given`` (whether a fact was filled in), ``said`` (of a fact or text as typed), ``joined`` (a target out of several
    columns), ``judged`` (of the judgement of a target and an actual value, see ``generator.base.judgement``; None if it
    has no result), ``roughly`` (two numbers equal within the rounding of their facts, see
    ``generator.base.amount.allowance``), ``words`` (whether a text contains one of the words), ``dated`` (the year of a
    date) or ``repeats`` (whether a column of a table has the same value twice). ``compute`` is not called for kinds
    that need more than the values of their arguments. ``written_out`` is the least number of arguments of an aggregate
    if 表.列 counts as two.
    """

    usage: str
    kind: str
    least: int
    most: int
    compute: Callable[..., Any] = bool
    written_out: int = 0

    def accepts(self, count: int) -> bool:
        """Whether it takes this number of arguments."""
        return self.least <= count <= self.most and not (self.kind == "steps" and count % 2)

    def is_complete(self, count: int) -> bool:
        """Whether an aggregate takes this number of arguments, 表.列 counted as two."""
        return self.written_out <= count <= self.most


def _mean(values: Sequence[Fraction]) -> Fraction:
    if not values:
        raise EmptyTable
    return _total(values) / len(values)


def _weighted_mean(pairs: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    total = _total([weight for _, weight in pairs])
    if not total:
        raise EmptyTable
    return _total([value * weight for value, weight in pairs]) / total


def _total(values: Sequence[Fraction]) -> Fraction:
    # Fast path: most amounts are whole and need no common denominator.
    if all(type(value) is not Placeholder and value.denominator == 1 for value in values):
        return Fraction(sum(value.numerator for value in values))
    # By halves: with thousands of rates the common denominator grows with every row; this keeps most sums short.
    if len(values) <= _FEW:
        return sum(values, Fraction(0))
    middle = len(values) // 2
    return _total(values[:middle]) + _total(values[middle:])


def _limit(value: Fraction, low: Fraction, high: Fraction) -> Fraction:
    if low > high and Placeholder not in (type(low), type(high)):
        raise BadArgument("的下限大于上限，两个写反了")
    return max(low, min(value, high))


def _rounded(whole: Callable[[Fraction], int | Decimal]) -> Callable[..., Fraction]:
    def to_places(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
        if places.denominator != 1 or abs(places) > _MOST_PLACES:
            raise BadArgument(f"的小数位应当是不超过 {_MOST_PLACES} 的整数")
        scale = Fraction(10) ** int(places)
        return Fraction(whole(value * scale)) / scale

    return to_places


def _over(judgement: Judgement) -> Fraction | None:
    """The share above the target; 0 for an upper limit, and for a target that has no shares."""
    return Fraction(0) if judgement.over is None and judgement.rate is not None else judgement.over


def _flagged(flag: Flag) -> Callable[[Judgement], bool]:
    return lambda judgement: flag in judgement.flags


_IS_MET = {Verdict.MET: True, Verdict.NOT_MET: False}
_FEW = 8
_MANY = 40
_MOST_PLACES = 12

FUNCTIONS: dict[str, Function] = {
    "求和": Function("求和(表.列) 或 求和(表, 表达式, 条件)", "rows", 1, 3, _total, written_out=2),
    "平均": Function("平均(表.列) 或 平均(表, 表达式, 条件)", "rows", 1, 3, _mean, written_out=2),
    "计数": Function("计数(表) 或 计数(表, 条件)", "rows", 1, 2, len, written_out=1),
    "加权平均": Function("加权平均(表, 值, 权重)", "rows", 3, 3, _weighted_mean, written_out=3),
    "最大": Function("最大(甲, 乙, …)", "values", 2, _MANY, max),
    "最小": Function("最小(甲, 乙, …)", "values", 2, _MANY, min),
    "限": Function("限(值, 下限, 上限)", "values", 3, 3, _limit),
    "分段": Function("分段(值, 上限1, 得分1, 上限2, 得分2, …, 其余得分)", "steps", 4, _MANY),
    "四舍五入": Function("四舍五入(值, 小数位)", "values", 2, 2, _rounded(lambda value: round_half_up(value, 0))),
    "向上取整": Function("向上取整(值) 或 向上取整(值, 小数位)", "values", 1, 2, _rounded(ceil)),
    "向下取整": Function("向下取整(值) 或 向下取整(值, 小数位)", "values", 1, 2, _rounded(floor)),
    "绝对值": Function("绝对值(值)", "values", 1, 1, abs),
    "约等于": Function("约等于(甲, 乙)", "roughly", 2, 2),
    "包含": Function("包含(文字, 词, …)", "words", 2, _MANY),
    "年份": Function("年份(日期)", "dated", 1, 1),
    "重复": Function("重复(表.列)", "repeats", 1, 1),
    "已填": Function("已填(名称)", "given", 1, 1),
    "等次": Function("等次(名称)", "said", 1, 1, lambda text: split_grade(text)[0]),
    "不适用": Function("不适用(实际)", "said", 1, 1, says_not_applicable),
    "连成": Function("连成(计算符号, 指标值, 计量单位) 或 连成(完成值, 计量单位)", "joined", 2, 3),
    "达标": Function("达标(目标, 实际)", "judged", 2, 3, lambda judgement: _IS_MET.get(judgement.verdict)),
    "判定": Function('判定(目标, 实际) 或 判定(目标, 实际, "反向")', "judged", 2, 3, attrgetter("verdict.label")),
    "判定说明": Function("判定说明(目标, 实际)", "judged", 2, 3, attrgetter("reason")),
    "完成率": Function("完成率(目标, 实际)", "judged", 2, 3, attrgetter("rate")),
    "超出": Function("超出(目标, 实际)", "judged", 2, 3, _over),
    "只是界限": Function("只是界限(目标, 实际)", "judged", 2, 3, _flagged(Flag.ACTUAL_IS_BOUND)),
    "单位不同": Function("单位不同(目标, 实际)", "judged", 2, 3, _flagged(Flag.UNIT_DIFFERS)),
}
