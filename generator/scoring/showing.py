"""How a computed value is printed where nothing else is said: by its field's printing form, unit, or kind."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.chinese import chinese_date
from generator.base.forms import RATE, Form, plain

if TYPE_CHECKING:
    from generator.formula import Value
    from generator.template import Field

__all__ = ["show_value"]

_BY_KIND = {
    "比率": RATE,
    "金额": Form("元", 2, "zeros", suffix="元"),
}


def show_value(value: Value, field: Field, alike: str = "") -> str:
    """The text of a computed value.

    Args:
        value: The value; money in 元, a rate as its ratio.
        field: The computed field.
        alike: A quantity as typed, in whose unit the value is printed (``单位同``).
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_date(value)
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    if field.form is not None:
        return field.form.print(value)
    if alike:
        return _in_unit_of(value, alike)
    form = _BY_KIND.get(field.kind)
    return form.print(value) if form else plain(value) + field.unit


def _in_unit_of(value: Fraction, alike: str) -> str:
    """10847070000 in the unit of 「117.91 亿元」 is 108.47亿元: two places at most, half up."""
    try:
        unit = parse_amount(alike).unit
        scale = parse_amount(f"1{unit}").value
    except NotAnAmount:
        return plain(value, 2)
    return plain(value / scale, 2) + unit
