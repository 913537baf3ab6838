"""The differences between two inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from generator.base.textdiff import Piece, word_changes

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding, Span
    from generator.workflows.diff.side import Side


class FactChange(Struct, frozen=True):
    """One fact, or one row of a table, that was changed, added, removed or (a row) moved.

    Attributes:
        kind: The kind of change.
        path: Its path in the newer input; in the older one if it was removed.
        old_path: Its path in the older input; empty if it was added.
        label: Its label in the template; for a fact of a row, with the name of the row.
        old: Its text in the older input; None if it was added or moved.
        new: Its text in the newer input; None if it was removed or moved.
        old_span: Its place in the older input.
        new_span: Its place in the newer input.
        same_value: Whether only the notation changed (8280.03 万元, 82800300 元).
        is_row: Whether it is a whole row; its text then lists its facts.
        is_text: Whether it is wording rather than a figure, a date or a choice.
    """

    kind: Literal["changed", "added", "removed", "moved"]
    path: str
    old_path: str
    label: str
    old: str | None
    new: str | None
    old_span: Span | None = None
    new_span: Span | None = None
    same_value: bool = False
    is_row: bool = False
    is_text: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, word by word."""
        return word_changes(self.old or "", self.new or "")


class ValueChange(Struct, frozen=True):
    """A computed value that changed; None on the side without one."""

    path: str
    label: str
    old: str | None
    new: str | None


class Link(Struct, frozen=True):
    """One value on the way from a fact to the total; None on the side on which it is missing."""

    name: str
    old: str | None
    new: str | None


class Why(Struct, frozen=True):
    """Why a score changed: the changed facts, and the values from them up to the total, in that order."""

    facts: tuple[Link, ...]
    way: tuple[Link, ...]


class ScoreChange(Struct, frozen=True):
    """One scored indicator with another score, value or weight.

    Attributes:
        name: Its name.
        path: Its path in the form, names separated by slashes.
        level: 1 for the first level.
        old: Its score in the older input; None if the older form lacks it.
        new: Its score in the newer input; None if the newer form lacks it.
        why: The facts behind the change; empty for a group, and where the template itself changed.
        by_template: The change of the template, in Chinese; empty without one.
        values: Where its values have their names.
        reviewed: 复核得分 in both; None on the side without a review.
    """

    name: str
    path: str
    level: int
    old: str | None
    new: str | None
    why: tuple[Why, ...] = ()
    by_template: str = ""
    values: str = ""
    reviewed: tuple[str | None, str | None] = (None, None)


class TotalChange(Struct, frozen=True):
    """The totals of the two sides; None where a side has none."""

    score: tuple[str | None, str | None]
    full: tuple[str | None, str | None]
    rate: tuple[str | None, str | None]
    rating: tuple[str | None, str | None]
    reviewed: tuple[str | None, str | None] = (None, None)


class TextChange(Struct, frozen=True):
    """A text of the report that changed with the figures in it, not by being rewritten."""

    path: str
    old: str
    new: str

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, word by word."""
        return word_changes(self.old, self.new)


class RemarkChange(Struct, frozen=True):
    """A reviewer's remark on an indicator in one round, with its answer, that came, went or changed."""

    name: str
    round: int
    old: str | None
    new: str | None


class Differences(Struct, frozen=True):
    """Everything that differs between two inputs.

    ``remarks`` tell, in Chinese, what could not be compared and what to bear in mind.
    """

    old: Side
    new: Side
    remarks: tuple[str, ...]
    facts: tuple[FactChange, ...]
    total: TotalChange
    gone: tuple[Finding, ...]
    came: tuple[Finding, ...]
    values: tuple[ValueChange, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    texts: tuple[TextChange, ...] = ()
    remarks_made: tuple[RemarkChange, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        parts = (self.facts, self.values, self.scores, self.gone, self.came, self.texts, self.remarks_made)
        return not any(parts)
