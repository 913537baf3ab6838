"""The shipped inputs hold facts only: no figure that the program computes stands in them a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import generator
from generator.base.formats import Format
from generator.formula.values import Trace, walk
from generator.pipeline import Assessment

ROOT = Path(__file__).resolve().parents[1]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")

# Facts in their own right that happen to be written like a computed figure.
TYPED = {
    "meizhou-gxj-2021.yaml": {
        "96.69": "the satisfaction rate is itself a fact (满意度.数值), from the bureau's appraisal",
        "100": "the score of a project, its amount, and 100% of the stocks that the province asks for",
        "0.8": "the city's share of the province's added value, in 问题; the goals met are 4/5 in full",
    },
    "jiangmen-gxj-2021.yaml": {
        "100": "a target of 100% and its actual; the completion rate of a goal just met is 100% as well",
        "102": "an actual number of people, against a target of 100",
        "200": "a target in 万元; the completion rate of another goal is 200%",
        "3.11": "an actual in 亿元, against a target of 1",
    },
    "hunan-slj-2024.yaml": {
        "0.5": "points off, in a reason",
        "0.92": "what one item was over its budget, in 问题",
        "100": "a target of 100% and its actual",
        "230.00": "what was spent on a project that was new this year",
        "5.5": "a score that the bureau gives itself",
        "932.60": "what was spent on projects by the accounts, which a rule compares with the sum of the projects",
    },
    "tongyong-whlj-2024.yaml": {
        "100": "a target of 100% and its actual; a full mark, and the rate of what was spent in full, are 100 as well",
        "1012.60": "what was spent on projects by the accounts, which a rule compares with the sum of the projects",
        "1095.00": "their budget by the accounts, in the same way",
        "1120.00": "what they were given at first, in the same way",
        "5.00": "what was cut from a budget, in a reason",
        "7.5": "an actual growth of 7.5%; a score elsewhere",
    },
}


def computed(assessment: Assessment) -> Iterator[Trace]:
    """Every number that a formula gives: totals, scores, values of indicators, computed fields and columns."""
    card = assessment.scorecard
    roots = [node.score for node in card.walk()]
    roots += [node.value for node in card.walk() if node.value is not None]
    roots += [card.total.score] if card.total is not None else []
    roots += [trace for _, compute in card.symbols.computed() if (trace := compute()) is not None]
    for root in roots:
        yield from (trace for trace in walk(root) if trace.formula and isinstance(trace.value, Fraction))


def figures(assessment: Assessment) -> set[str]:
    """All of them as they are printed, shown in a trace or put in a formula: digits and point only."""
    printed = [text for trace in computed(assessment) for text in (trace.text, trace.figure, trace.working.exact)]
    rate = Format("%", 2, "whole", suffix="%")
    rates = [node.rate for node in assessment.scorecard.walk()]
    if assessment.scorecard.total is not None:
        rates.append(assessment.scorecard.total.rate)
    printed += [rate.print(share) for share in rates]
    return {number.replace(",", "") for text in printed for number in NUMBER.findall(text)}


def telling(numbers: set[str]) -> set[str]:
    """Those that cannot well be a coincidence: with a decimal point, or of three digits and more."""
    return {number for number in numbers if "." in number or len(number) >= 3}


def typed(file: Path) -> set[str]:
    """Every number that stands in a file, comments and all, without its commas and its percent sign."""
    return {number.replace(",", "") for number in NUMBER.findall(file.read_text("utf-8"))}


def test_the_figures_looked_for_are_those_of_the_report() -> None:
    found = figures(generator.score(ROOT / "inputs" / "meizhou-gxj-2021.yaml"))
    totals = {"102.34", "93.04", "1009.31", "1864", "1900"}
    values = {"2.19", "99.98", "98.11", "71.43", "108.47", "26.73", "66.55"}
    scores = {"9.66", "3.92", "1.43", "2.4", "1.93", "49.66", "28.68", "19.66", "7.92", "6.83", "3.93"}
    rates = {"99.32", "98.30", "99", "85.38", "98.25", "95.60", "40"}
    weights = {
        "25.16",
        "8.06",
        "0.59",
        "12.38",
        "0.99",
        "4.36",
        "7.93",
        "3.41",
        "17.34",
        "1.48",
        "9.91",
        "0.50",
        "0.09",
    }
    points = {"2.42", "0.77", "0.06", "1.21", "0.34", "1.66", "0.15", "0.96"}
    assert totals | values | scores | rates | weights | points <= found
    assert len(telling(found)) > 120


@pytest.mark.parametrize("file", sorted((ROOT / "inputs").glob("*.yaml")), ids=lambda file: file.name)
def test_no_computed_figure_stands_in_an_input(file: Path) -> None:
    twice = telling(figures(generator.score(file))) & typed(file)
    assert twice == TYPED[file.name].keys()


def test_a_figure_is_found_with_and_without_commas_and_percent_signs(tmp_path: Path) -> None:
    for written in ("合计 1,009.31 万元", "合计1009.31", "占 2.19%", "2.19％", "102.34分", "（93.04%）"):
        file = tmp_path / "甲.yaml"
        file.write_text(f"说明: {written}\n", "utf-8")
        assert telling(typed(file)) & {"1009.31", "2.19", "102.34", "93.04"}


@pytest.mark.parametrize("file", sorted((ROOT / "inputs").glob("*.yaml")), ids=lambda file: file.stem)
def test_the_cases_of_a_template_start_from_the_shipped_input(file: Path) -> None:
    (copy,) = (ROOT / "templates").glob(f"*/tests/{file.name}")
    assert copy.read_text("utf-8").split("\n", 1)[1] == file.read_text("utf-8").split("\n", 1)[1]
