"""A number with its unit, out of the text that a bureau typed."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.patterns import regex
from generator.quantities.faults import NotAQuantity, QuantityFault
from generator.quantities.numbers import CHINESE, DIGITS, has_digit, normalised, parse_number
from generator.quantities.units import MONEY, resolve_unit

if TYPE_CHECKING:
    from collections.abc import Collection
    from fractions import Fraction

__all__ = ["Quantity", "parse_money", "parse_quantity", "read_quantity"]

_LONGEST_UNIT = 12
_UNIT_SIGNS = "%‰/·²³℃°㎡㎥()"
_SHAPE = regex(rf"({DIGITS}|{CHINESE})(.*)", re.DOTALL)
_FIRST_DATE_YEAR = 1000


class Quantity(Struct, frozen=True):
    """One quantity.

    Attributes:
        number: The number before its unit, exact (8280.03 of 8280.03万元).
        unit: The unit as written, in half-width signs; empty when there is none.
        dimension: ``money``, ``ratio``, a count unit by its name (``家``), or two of them (``次/周``).
        value: The quantity in the dimension's base unit: 元, the ratio (96.69% is 0.9669), single things.
        text: As typed.
        known: Whether the unit is a known one. Nothing may be concluded from a quantity whose unit is not.
        places: How many decimals are written.
    """

    number: Fraction
    unit: str
    dimension: str
    value: Fraction
    text: str
    known: bool = True
    places: int = 0

    def __str__(self) -> str:
        return self.text


def parse_quantity(text: str, units: Collection[str] = ()) -> Quantity:
    """The quantity a text states: ``8280.03万元``, ``1,009.31 万元``, ``96.69％``, ``3次/周``, ``三家``, ``270``.

    Args:
        text: As typed; full-width signs, thousands commas and spaces are understood.
        units: Units known besides the built-in ones.

    Raises:
        NotAQuantity: It is not one number with at most a unit behind it; ``fault`` says why.
    """
    return read_quantity(normalised(text), text, units)


def parse_money(text: str) -> Quantity:
    """An amount of money; its ``value`` is in 元.

    Raises:
        NotAQuantity: ``NO_UNIT`` and ``UNKNOWN_UNIT`` (``part`` is the unit) for an amount whose unit is missing or is
            not 元, 万元 …; the other faults for a text that is not a number with a unit.
    """
    quantity = parse_quantity(text)
    if not quantity.unit:
        raise NotAQuantity(QuantityFault.NO_UNIT)
    if quantity.dimension != MONEY:
        raise NotAQuantity(QuantityFault.UNKNOWN_UNIT, quantity.unit)
    return quantity


def read_quantity(plain: str, text: str, units: Collection[str] = ()) -> Quantity:
    """``parse_quantity`` of a text already normalised to ``plain``."""
    match = _SHAPE.fullmatch(plain)
    if not match:
        raise _no_number_first(plain)
    written, name = match.groups()
    number, places = parse_number(written)
    if name.startswith("月") or (name.startswith("年") and number >= _FIRST_DATE_YEAR):
        raise NotAQuantity(QuantityFault.DATE)
    unit = resolve_unit(_checked_unit(name), units)
    return Quantity(number, unit.name, unit.dimension, number * unit.scale, text, unit.known, places)


def _no_number_first(plain: str) -> NotAQuantity:
    if not plain:
        return NotAQuantity(QuantityFault.EMPTY)
    if not has_digit(plain):
        return NotAQuantity(QuantityFault.NO_NUMBER)
    sign = next((char for char in plain if not char.isalnum() and char not in "+-.,"), "")
    if sign and plain.startswith(sign):
        return NotAQuantity(QuantityFault.UNKNOWN_SIGN, sign)
    return NotAQuantity(QuantityFault.PROSE)


def _checked_unit(name: str) -> str:
    if has_digit(name):
        raise NotAQuantity(QuantityFault.SEVERAL_NUMBERS)
    for char in name:
        if char not in _UNIT_SIGNS and not unicodedata.category(char).startswith("L"):
            raise NotAQuantity(QuantityFault.UNKNOWN_SIGN, char)
    if len(name) > _LONGEST_UNIT:
        raise NotAQuantity(QuantityFault.PROSE)
    return name
