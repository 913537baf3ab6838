"""The evidence of a whole submission in one list, as it is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from generator.submission.model import Evidence, Submission


class Listed(Struct, frozen=True):
    """One line of the list: a document that an indicator rests on, in one or several files, or in none.

    Attributes:
        number: The line, from 1.
        place: Which of the scored indicators it is of, in the form's order, from 1.
        indicator: The indicator's name.
        title: What the document is called.
        materials: What the bureau names under this title.
    """

    number: int
    place: int
    indicator: str
    title: str
    materials: tuple[Evidence, ...]

    @property
    def files(self) -> tuple[Evidence, ...]:
        """Those of its materials that are files."""
        return tuple(one for one in self.materials if one.name)


def list_evidence(submission: Submission) -> tuple[Listed, ...]:
    """All evidence in the form's order; what has the same title under one indicator makes one line."""
    leaves = (node for node in submission.template.all_indicators() if not node.children)
    lines: list[Listed] = []
    for place, indicator in enumerate(leaves, 1):
        titled: dict[str, list[Evidence]] = {}
        for one in submission.entry(indicator.name).all_materials():
            titled.setdefault(one.title, []).append(one)
        for title, materials in titled.items():
            lines.append(Listed(len(lines) + 1, place, indicator.name, title, tuple(materials)))
    return tuple(lines)
