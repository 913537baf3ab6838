"""The scoring form as lines, for trees of every depth."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.forms import RATE, plain
from generator.exports.scoring_form import Merge, lay_out
from generator.formula.parser import Expression, parse
from generator.formula.values import Trace
from generator.scoring.model import Scored, ScoredForm, Total
from generator.submission.model import Form, Record, blank_entry
from generator.template.model import Indicator, Scoring

NOWHERE = Span("indicators.yaml", 1, 1)
ENTRY = blank_entry("", NOWHERE)


def trace(value: Fraction) -> Trace:
    return Trace("", Amount(value, plain(value)), plain(value), NOWHERE)


def node(name: str, weight: str, score: str = "", *children: Scored) -> Scored:
    points = sum((child.points for child in children), Fraction(0)) if children else Fraction(score)
    below = tuple(child.indicator for child in children)
    indicator = Indicator(name, name, 1, Fraction(weight), NOWHERE, below)
    return Scored(indicator, trace(points), name, ENTRY, children=children)


def expression(text: str) -> Expression:
    parsed = parse(text, NOWHERE)
    assert isinstance(parsed, Expression)
    return parsed


def form_of(*roots: Scored, total: str = "合计", points: str = "0", full: str = "100", rating: str = "优") -> Any:
    scoring = Scoring(2, Fraction(full), NOWHERE, expression(total), ())
    points_of_all = trace(Fraction(points))
    whole = Total(points_of_all, Fraction(full), rating, RATE, points_of_all)
    form = Form("", "", scoring, (), Record("", NOWHERE, {}), {})
    return lay_out([ScoredForm(form, roots, whole)])


def test_a_group_of_several_has_a_subtotal_and_one_of_one_has_none() -> None:
    form = form_of(
        node(
            "甲", "60", "", node("一", "40", "", node("a", "30", "29.5"), node("b", "10", "9")), node("二", "20", "20")
        ),
        node("乙", "40", "", node("三", "40", "", node("c", "40", "38"))),
    )
    assert form.level_names == ("一级指标", "二级指标", "三级指标")
    assert [line.names for line in form.lines] == [
        {0: "甲", 1: "一", 2: "a"},
        {2: "b"},
        {2: "小计"},
        {1: "二"},
        {1: "小计"},
        {0: "乙", 1: "三", 2: "c"},
        {0: "总分"},
    ]
    assert [line.parts for line in form.lines] == [(), (), (0, 1), (), (2, 3), (), (4, 5)]
    assert [line.score for line in form.lines] == [
        Fraction(n) for n in ("29.5", "9", "38.5", "20", "58.5", "38", "96.5")
    ]
    assert form.lines[-1].weighed
    assert form.lines[-1].remark == "评价等级：优"
    assert set(form.merges) == {
        Merge(0, 2, 1, 1),
        Merge(3, 3, 1, 2),
        Merge(4, 4, 1, 2),
        Merge(0, 4, 0, 0),
        Merge(6, 6, 0, 2),
    }


def test_deeper_forms_have_more_levels() -> None:
    deep = node("甲", "1", "", node("乙", "1", "", node("丙", "1", "", node("丁", "1", "1"), node("戊", "0", "0"))))
    form = form_of(deep, node("附加", "9", "3"))
    assert form.level_names[-1] == "四级指标"
    assert form.lines[0].names == {0: "甲", 1: "乙", 2: "丙", 3: "丁"}
    assert Merge(3, 3, 0, 3) in form.merges


def test_a_full_mark_that_is_not_the_sum_of_the_weights_stands_for_itself() -> None:
    form = form_of(node("甲", "90", "80"), full="100", rating="")
    assert (form.lines[-1].weighed, form.lines[-1].weight, form.lines[-1].remark) == (False, 100, "")


def test_a_total_that_is_not_the_sum_says_its_rule() -> None:
    form = form_of(node("甲", "100", "98"), node("附加", "10", "5"), total="限(合计, 0, 满分)", points="100")
    assert [line.names for line in form.lines[-2:]] == [{0: "合计"}, {0: "总分"}]
    assert [line.score for line in form.lines[-2:]] == [103, 100]
    assert [line.parts for line in form.lines[-2:]] == [(0, 1), ()]
    assert form.lines[-1].remark == "总分 = 限(合计, 0, 满分)；评价等级：优"


@pytest.mark.parametrize(("weight", "score"), [("0", "0"), ("10", "9.66")])
def test_a_single_indicator_fills_all_name_columns(weight: str, score: str) -> None:
    form = form_of(node("甲", weight, score), full=weight)
    assert form.merges == [Merge(0, 0, 0, 2), Merge(1, 1, 0, 2)]
