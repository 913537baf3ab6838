"""What a table is to hold, and why it cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding

__all__ = ["Column", "Unreadable"]


class Column(Struct, frozen=True):
    """One column that is looked for.

    Attributes:
        name: Its name in the template; the key of each row.
        label: Its name in words, which a header may show as well.
        kind: The kind of its values, in the template's words (文字, 金额, 比率, 日期 …).
        unit: The unit that its values have where they state none; may be empty.
        required: Whether a table without it is incomplete.
        computed: Whether the program computes it: then it may be there all the same, to be compared.
    """

    name: str
    label: str
    kind: str
    unit: str = ""
    required: bool = True
    computed: bool = False


class Unreadable(Exception):
    """The table cannot be read at all; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding
