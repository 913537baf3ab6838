"""What can be told of a template's formulas before anything is filled in, besides the names in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.template.bands import check_bands
from generator.template.cycles import check_cycles
from generator.template.worth import check_worth

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.template.folder import Unread
    from generator.template.model import Template

__all__ = ["check_formulas"]


def check_formulas(template: Template, unread: Unread) -> list[Finding]:
    """Formulas that no facts make right: of the wrong type, in a circle, with steps or bands that nothing reaches."""
    bands = [] if {"等级", "评分", "评分.满分"} & unread.paths else check_bands(template)
    return [*check_worth(template), *check_cycles(template), *bands]
