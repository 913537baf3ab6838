"""How a computed value is printed where nothing else is said: by its field's printing form, unit, or kind."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.amount import Amount
from generator.base.chinese import chinese_date
from generator.base.forms import RATE, Form, plain
from generator.base.units import NO_UNIT

if TYPE_CHECKING:
    from generator.formula import Value
    from generator.template import Field

__all__ = ["show_value"]

_BY_KIND = {
    "比率": RATE,
    "金额": Form("元", 2, "zeros", suffix="元"),
}


def show_value(value: Value, field: Field, alike: Value = None) -> str:
    """The text of a computed value.

    Args:
        value: The value; money in 元, a rate as its ratio.
        field: The computed field.
        alike: An amount as typed, in whose unit the value is printed (``单位同``).
    """
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return chinese_date(value)
    if not isinstance(value, Fraction):
        return "" if value is None else str(value)
    if field.form is not None:
        return field.form.print(value)
    if alike is not None:
        unit = alike.unit if isinstance(alike, Amount) else NO_UNIT
        return plain(value / unit.scale, 2) + unit.name
    form = _BY_KIND.get(field.kind)
    return form.print(value) if form else plain(value) + field.unit
