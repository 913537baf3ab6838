"""Exact numbers and how they are printed: rounding, printing forms, Chinese numerals, money, dates."""

from generator.figures.chinese import chinese_date, chinese_number, circled_number, rmb_capitals
from generator.figures.figure import Figure
from generator.figures.forms import RATE, Form, plain
from generator.figures.gap import PLACEHOLDER, UNDECIDED, Gap, to_compute, to_fill_in
from generator.figures.passage import Day, Origin, Passage, Stretch
from generator.figures.rounding import round_half_up, scaled

__all__ = [
    "PLACEHOLDER",
    "RATE",
    "UNDECIDED",
    "Day",
    "Figure",
    "Form",
    "Gap",
    "Origin",
    "Passage",
    "Stretch",
    "chinese_date",
    "chinese_number",
    "circled_number",
    "plain",
    "rmb_capitals",
    "round_half_up",
    "scaled",
    "to_compute",
    "to_fill_in",
]
