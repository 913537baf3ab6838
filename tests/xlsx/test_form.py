"""The lines of the scoring form, for trees of every depth."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from generator.base.amount import Amount
from generator.base.diagnostics import Span
from generator.base.formats import RATE, plain
from generator.exports.scoring_form import FormSheet
from generator.formula.parser import Expression, parse
from generator.formula.values import Trace
from generator.narrative.sheets import HEADER_ROW, named_styles, saved_book
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
    book, report = Workbook(), SimpleNamespace(content={}, indicators={})
    named_styles(book)
    made = FormSheet(book, "评分表", "评分表", report, [ScoredForm(form, roots, whole)])  # type: ignore[arg-type]
    del book["Sheet"]
    return load_workbook(BytesIO(saved_book(book, [made.sheet]))).active


def columns(form: Any) -> list[str]:
    return [cell.value for cell in form[HEADER_ROW]]


def lines(form: Any) -> list[list[Any]]:
    """The names of each line, without blanks, then its weight and its score."""
    at = columns(form).index("分值")
    rows = list(form.iter_rows(min_row=HEADER_ROW + 1, values_only=True))
    return [[*filter(None, row[:at]), row[at], row[at + 2]] for row in rows]


def merged(form: Any) -> set[str]:
    return {str(one) for one in form.merged_cells.ranges if one.min_row > HEADER_ROW}


def test_a_group_of_several_has_a_subtotal_and_one_of_one_has_none() -> None:
    form = form_of(
        node(
            "甲", "60", "", node("一", "40", "", node("a", "30", "29.5"), node("b", "10", "9")), node("二", "20", "20")
        ),
        node("乙", "40", "", node("三", "40", "", node("c", "40", "38"))),
    )
    assert columns(form)[:4] == ["一级指标", "二级指标", "三级指标", "分值"]
    assert lines(form) == [
        ["甲", "一", "a", 30, 29.5],
        ["b", 10, 9],
        ["小计", "=SUM(D4:D5)", "=ROUND(SUM(F4:F5),2)"],
        ["二", 20, 20],
        ["小计", "=SUM(D6:D7)", "=ROUND(SUM(F6:F7),2)"],
        ["乙", "三", "c", 40, 38],
        ["总分", "=SUM(D8:D9)", "=ROUND(SUM(F8:F9),2)"],
    ]
    assert form.cell(10, 8).value == "评价等级：优"
    assert merged(form) == {"A4:A8", "B4:B6", "B7:C7", "B8:C8", "A10:C10"}


def test_deeper_forms_have_more_levels() -> None:
    deep = node("甲", "1", "", node("乙", "1", "", node("丙", "1", "", node("丁", "1", "1"), node("戊", "0", "0"))))
    form = form_of(deep, node("附加", "9", "3"))
    assert columns(form)[3] == "四级指标"
    assert lines(form)[0] == ["甲", "乙", "丙", "丁", 1, 1]
    assert "A7:D7" in merged(form)


def test_a_full_mark_that_is_not_the_sum_of_the_weights_stands_for_itself() -> None:
    form = form_of(node("甲", "90", "80"), full="100", rating="")
    assert lines(form)[-1] == ["总分", 100, "=ROUND(SUM(F4),2)"]
    assert form.cell(5, 8).value is None


def test_a_total_that_is_not_the_sum_says_its_rule() -> None:
    form = form_of(node("甲", "100", "98"), node("附加", "10", "5"), total="限(合计, 0, 满分)", points="100")
    assert lines(form)[-2:] == [["合计", "=SUM(D4:D5)", "=ROUND(SUM(F4:F5),2)"], ["总分", 100, 100]]
    assert form.cell(7, 8).value == "总分 = 限(合计, 0, 满分)；评价等级：优"


@pytest.mark.parametrize(("weight", "score"), [("0", "0"), ("10", "9.66")])
def test_a_single_indicator_fills_all_name_columns(weight: str, score: str) -> None:
    form = form_of(node("甲", weight, score), full=weight)
    assert merged(form) == {"A4:C4", "A5:C5"}


def test_a_name_above_several_lines_does_not_make_the_first_of_them_higher() -> None:
    long = "预算编制与执行的规范性和完整性以及绩效目标的合理性" * 4
    low = form_of(node(long, "20", "", node("a", "10", "9"), node("b", "10", "9")), full="20")
    high = form_of(node(long, "20", "", node("a", "20", "18")), full="20")
    assert low.row_dimensions[4].height < high.row_dimensions[4].height
