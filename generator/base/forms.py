"""Printing forms: how a number becomes text. A template names its own; they are data, never code."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import Struct

from generator.base.amount import Placeholder
from generator.base.numbers import scaled

SCALES: dict[str, Fraction] = {
    "": Fraction(1),
    "元": Fraction(1),
    "千元": Fraction(1000),
    "万元": Fraction(10_000),
    "亿元": Fraction(100_000_000),
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
}
"""What one of the unit is worth: money in 元, a rate as its ratio."""


class Form(Struct, frozen=True):
    """One way to print a number.

    ``unit`` scales it (see ``SCALES``); ``places`` are the decimals it is rounded to, half up, from the exact value;
    ``trim`` drops no zeros (``none``), trailing zeros (``zeros``), or all decimals when the exact value is whole
    (``whole``); ``comma`` groups thousands; ``suffix`` is put behind it.
    """

    unit: str = ""
    places: int = 2
    trim: Literal["none", "zeros", "whole"] = "none"
    comma: bool = False
    suffix: str = ""

    def print(self, value: Fraction | Decimal | int) -> str:
        """The value as text, its suffix behind it; of one that is not known, its placeholder."""
        # Not isinstance, here and below: fractions are abstract numbers, of which that is slow to tell.
        if type(value) is Placeholder:
            return value.text
        # In whole numbers, not fractions: a report prints hundreds of figures, and lowest terms are not needed here.
        (numerator, denominator), scale = value.as_integer_ratio(), SCALES[self.unit]
        numerator, denominator = numerator * scale.denominator, denominator * scale.numerator
        whole = self.trim == "whole" and numerator % denominator == 0
        text = self._digits(numerator, denominator, 0 if whole else self.places)
        if self.trim == "zeros" and "." in text:
            text = text.rstrip("0").rstrip(".")
        return text + self.suffix

    def _digits(self, numerator: int, denominator: int, places: int) -> str:
        number = scaled(numerator, denominator, places)
        if not places:
            return f"{number:,}" if self.comma else str(number)
        digits = str(abs(number)).rjust(places + 1, "0")
        whole = f"{int(digits[:-places]):,}" if self.comma else digits[:-places]
        return f"{'-' if number < 0 else ''}{whole}.{digits[-places:]}"


RATE = Form("%", 2, "whole", suffix="%")
"""A rate where nothing else is said: two decimals, none when it is a whole percentage (98.30%, 100%)."""

_PLAIN = Form(places=6, trim="zeros")


def plain(value: Fraction | Decimal | int, places: int = 6) -> str:
    """The value in full when it has at most ``places`` decimals, else rounded to them; no trailing zeros, no commas."""
    # Most figures of a report are whole.
    if type(value) is Fraction and value.denominator == 1:
        return str(value.numerator)
    return (_PLAIN if places == _PLAIN.places else Form(places=places, trim="zeros")).print(value)
