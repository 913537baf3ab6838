"""Quantities and targets as officials write them, and whether an actual value meets its target."""

from generator.quantities.allowance import allowance
from generator.quantities.faults import NotAQuantity, QuantityFault
from generator.quantities.interval import Interval
from generator.quantities.judgement import Flag, Judgement, Verdict, judge
from generator.quantities.quantity import Quantity, parse_money, parse_quantity
from generator.quantities.target import Operator, Target, parse_target
from generator.quantities.units import MONEY, MONEY_UNITS, RATIO, known_units, resolve_unit

__all__ = [
    "MONEY",
    "MONEY_UNITS",
    "RATIO",
    "Flag",
    "Interval",
    "Judgement",
    "NotAQuantity",
    "Operator",
    "Quantity",
    "QuantityFault",
    "Target",
    "Verdict",
    "allowance",
    "judge",
    "known_units",
    "parse_money",
    "parse_quantity",
    "parse_target",
    "resolve_unit",
]
