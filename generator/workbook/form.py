"""The scoring form as lines: one for each scored indicator, one for each subtotal, the total last."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.chinese import chinese_number

if TYPE_CHECKING:
    from generator.scoring import Scorecard, Scored, Total
    from generator.template import Scoring

__all__ = ["Form", "Line", "Merge", "lay_out"]

_FEWEST_LEVELS = 3
_SUBTOTAL, _SUM, _TOTAL = "小计", "合计", "总分"


class Line(Struct, frozen=True):
    """One line of the form.

    Attributes:
        names: Texts of the name columns, by column from 0.
        weight: The weight.
        score: The awarded score.
        parts: The lines (from 0) that the score adds up; none for a score that stands for itself.
        weighed: Whether the weight adds up the same lines.
        indicator: The indicator of a scored line; empty for sums.
        remark: What is said in the last column of the total.
    """

    names: dict[int, str]
    weight: Fraction
    score: Fraction
    parts: tuple[int, ...] = ()
    weighed: bool = True
    indicator: str = ""
    remark: str = ""


class Merge(Struct, frozen=True):
    """Cells that are one: first and last line, first and last name column, all from 0."""

    top: int
    bottom: int
    left: int
    right: int


class Form(Struct):
    """The lines of the form, its merged cells, and how many levels of names it has."""

    levels: int
    lines: list[Line] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def level_names(self) -> tuple[str, ...]:
        """一级指标, 二级指标 …"""
        return tuple(f"{chinese_number(level)}级指标" for level in range(1, self.levels + 1))

    def add(self, line: Line, left: int) -> int:
        """Add a line whose name fills the columns from ``left`` on; its number."""
        self.lines.append(line)
        number = len(self.lines) - 1
        self.merge(Merge(number, number, left, self.levels - 1))
        return number

    def merge(self, merge: Merge) -> None:
        """Make these cells one, where they are more than one."""
        if merge.top < merge.bottom or merge.left < merge.right:
            self.merges.append(merge)


def lay_out(scorecard: Scorecard, total: Total, scoring: Scoring) -> Form:
    """The form of a scorecard: its nodes in their order, and its total."""
    form = Form(max(_FEWEST_LEVELS, *(_depth(root) for root in scorecard.roots)))
    parts = tuple(_node(form, root, 0) for root in scorecard.roots)
    _total(form, parts, total, scoring)
    return form


def _depth(node: Scored) -> int:
    return 1 + max((_depth(child) for child in node.children), default=0)


def _node(form: Form, node: Scored, level: int) -> int:
    """Add what stands below a node; the number of the line that carries its score."""
    name, weight = node.indicator.name, node.indicator.weight
    if not node.children:
        return form.add(Line({level: name}, weight, node.points, indicator=name), level)
    first = len(form.lines)
    parts = tuple(_node(form, child, level + 1) for child in node.children)
    form.lines[first].names[level] = name
    carrying = parts[0]
    if len(parts) > 1:
        carrying = form.add(Line({level + 1: _SUBTOTAL}, weight, node.points, parts), level + 1)
    form.merge(Merge(first, len(form.lines) - 1, level, level))
    return carrying


def _total(form: Form, parts: tuple[int, ...], total: Total, scoring: Scoring) -> None:
    """The total as the sum it is; where the template makes something else of the sum, the sum and then the total."""
    weights = sum((form.lines[part].weight for part in parts), Fraction(0))
    scores = sum((form.lines[part].score for part in parts), Fraction(0))
    rating = f"评价等级：{total.rating}" if total.rating else ""
    rule = scoring.total.text.strip()
    if rule == _SUM:
        weighed = weights == total.full
        form.add(Line({0: _TOTAL}, total.full, scores, parts, weighed=weighed, remark=rating), 0)
        return
    form.add(Line({0: _SUM}, weights, scores, parts), 0)
    remark = "；".join(text for text in (f"总分 = {rule}", rating) if text)
    form.add(Line({0: _TOTAL}, total.full, _points(total), remark=remark), 0)


def _points(total: Total) -> Fraction:
    return total.rate * total.full
