"""A number that remembers how it is written."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from decimal import Decimal

    from generator.figures.passage import Origin

__all__ = ["Figure"]


class Figure(Fraction):
    """An exact number with the text that stands for it in a report.

    It computes and compares like the fraction it is; printing it gives its text: what the bureau typed, or what the
    template's printing form made of a computed value. Money is held in 元, percent as the ratio (96.69% is 0.9669).
    ``origin`` tells where it comes from, where that is known.
    """

    __slots__ = ("origin", "text")
    text: str
    origin: Origin | None

    def __new__(cls, value: Fraction | Decimal | int, text: str, origin: Origin | None = None) -> Self:
        """``value`` with its ``text`` and ``origin``."""
        numerator, denominator = value.as_integer_ratio()
        figure = super().__new__(cls, numerator, denominator)
        figure.text = text
        figure.origin = origin
        return figure

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Figure({self.numerator}/{self.denominator}, {self.text!r})"

    def __reduce__(self) -> tuple[object, ...]:
        return Figure, (Fraction(self.numerator, self.denominator), self.text, self.origin)

    # Fraction's own would call the class with numerator and denominator.
    def __copy__(self) -> Figure:
        return self

    def __deepcopy__(self, _memo: object) -> Figure:
        return self
