"""What a newer input changes, as the review page marks and lists it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.comparing import Comparison
    from generator.diagnostics import Finding

__all__ = ["Change", "Changes", "changes_of"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that changed: what it is called, the path of what is printed of it, what it was and is."""

    label: str
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed; ``was`` tells by path what a printed value was before."""

    against: str
    total: tuple[Change, ...] = ()
    facts: tuple[Change, ...] = ()
    scores: tuple[Change, ...] = ()
    gone: tuple[Finding, ...] = ()
    came: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    was: dict[str, str] = field(default_factory=dict)


_NONE = "（无）"


def changes_of(found: Comparison) -> Changes:
    """The changes of a comparison, for the page of its newer side."""
    facts = tuple(Change(one.label, one.path, one.old or _NONE, one.new or _NONE) for one in found.facts)
    values = tuple(Change(one.label, one.path, one.old or _NONE, one.new or _NONE) for one in found.values)
    scores = tuple(
        Change(one.name, f"指标.{one.name}.得分", one.old or _NONE, one.new or _NONE) for one in found.scores
    )
    total = tuple(_total(found))
    marked = (*facts, *values, *scores, *total)
    return Changes(
        found.old.name,
        total,
        (*facts, *values),
        scores,
        found.gone,
        found.came,
        found.remarks,
        {one.path: one.old for one in marked if one.path},
    )


def _total(found: Comparison) -> list[Change]:
    words = (
        ("总分", "评分.总分", found.total.score),
        ("得分率", "评分.得分率", found.total.rate),
        ("等级", "评分.等级", found.total.rating),
    )
    return [Change(label, path, old or _NONE, new or _NONE) for label, path, (old, new) in words if old != new]
