"""What a draft prints where a value is not known yet: 【待填：部门名称】, 【待算：总分】."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, Self

from generator.base.amount import Amount

if TYPE_CHECKING:
    from generator.base.passage import Origin


PLACEHOLDER: Final = "【待(?:[填算]：[^【】]*|定)】"
"""A pattern that finds the placeholders in a text."""
UNDECIDED: Final = "【待定】"
"""Printed for the sign between figures that are not known."""


def to_fill_in(label: str) -> str:
    """The placeholder of a fact that the bureau has still to fill in."""
    return f"【待填：{_flat(label)}】"


def to_compute(name: str) -> str:
    """The placeholder of a value that cannot be computed yet."""
    return f"【待算：{_flat(name)}】"


def _flat(label: str) -> str:
    return " ".join(label.translate({ord("【"): "〔", ord("】"): "〕"}).split())


class Placeholder(Amount):
    """A number that is not known: in whatever form, it prints its placeholder.

    What a text or layout computes with it is not known either. It equals nothing but itself, and is true as a
    condition: the value is there, only its number is missing.
    """

    __slots__ = ()
    is_known = False

    def __new__(cls, text: str, origin: Origin | None = None) -> Self:
        """The placeholder and where the value would come from."""
        return super().__new__(cls, Fraction(0), text, origin)

    def located(self, origin: Origin | None, _text: str = "") -> Placeholder:
        """The same placeholder with this origin; it keeps its text."""
        return Placeholder(self.text, origin)

    def __reduce__(self) -> tuple[object, ...]:
        return Placeholder, (self.text, self.origin)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:  # type: ignore[override] # what numbers.Complex says
        return id(self)

    def _itself(self, *_others: object) -> Placeholder:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _itself  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _itself  # type: ignore[assignment]
    __pow__ = __rpow__ = __neg__ = __pos__ = __abs__ = __round__ = _itself  # type: ignore[assignment]
