"""What a newer input changes, as the review page marks and lists it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from generator.base.diagnostics import Severity

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.workflows.diff.model import Comparison
    from generator.workflows.diff.side import Side

__all__ = ["Change", "Changes", "changes_of"]


class Change(Struct, frozen=True):
    """One value that changed: what it is called, the path of what is printed of it, what it was and is."""

    label: str
    path: str
    old: str
    new: str


class Changes(Struct, frozen=True):
    """Everything that changed; ``was`` tells by path what a printed value was before.

    ``faults`` are the errors for which the older input could not be compared; then there is nothing else.
    """

    against: str
    total: tuple[Change, ...] = ()
    facts: tuple[Change, ...] = ()
    scores: tuple[Change, ...] = ()
    gone: tuple[Finding, ...] = ()
    came: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    faults: tuple[Finding, ...] = ()
    was: dict[str, str] = field(default_factory=dict)


_NONE = "（无）"


def changes_of(found: Comparison) -> Changes:
    """The changes of a comparison, for the page of its newer side."""
    if found.old.assessment is None:
        return _incomparable(found.old)
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
        was={one.path: one.old for one in marked if one.path},
    )


def _incomparable(old: Side) -> Changes:
    why = "这个文件读不出来" if old.root is None else "它的模板找不到或不能用"
    faults = tuple(one for one in old.findings if one.severity is Severity.ERROR)
    return Changes(old.name, remarks=(f"没有比较：旧的一份（{Path(old.name).name}）不能比较，{why}。",), faults=faults)


def _total(found: Comparison) -> list[Change]:
    words = (
        ("总分", "评分.总分", found.total.score),
        ("得分率", "评分.得分率", found.total.rate),
        ("等级", "评分.等级", found.total.rating),
    )
    return [Change(label, path, old or _NONE, new or _NONE) for label, path, (old, new) in words if old != new]
