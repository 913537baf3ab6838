"""What differs between two inputs."""

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
        kind: What became of it.
        path: Its path in the newer input; in the older one if it went.
        old_path: Its path in the older input; empty if it came.
        label: What the template calls it, and of a row's fact, of which row it is.
        old: As it was typed; None if it came.
        new: As it is typed; None if it went.
        old_span: Where it was.
        new_span: Where it is.
        same_value: Whether only the way of writing changed (8280.03 万元, 82800300 元).
        is_row: Whether it is a whole row; its text then names its facts.
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
    """A computed value that is another now; None on the side that has none."""

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
    """Why a score changed: the facts that changed, and the values in between up to the total, in that order."""

    facts: tuple[Link, ...]
    way: tuple[Link, ...]


class ScoreChange(Struct, frozen=True):
    """One scored indicator with another score, value or weight.

    Attributes:
        name: Its name.
        path: Where it stands in the form, names parted by slashes.
        level: 1 for the first level.
        old: The score that it had; None if the form did not have it.
        new: The score that it has; None if the form no longer has it.
        why: From which facts; empty for a group, and where the template itself changed.
        by_template: What the template changed about it, in Chinese; empty where nothing.
    """

    name: str
    path: str
    level: int
    old: str | None
    new: str | None
    why: tuple[Why, ...] = ()
    by_template: str = ""


class TotalChange(Struct, frozen=True):
    """The totals of the two sides; None where a side has none."""

    score: tuple[str | None, str | None]
    full: tuple[str | None, str | None]
    rate: tuple[str | None, str | None]
    rating: tuple[str | None, str | None]


class TextChange(Struct, frozen=True):
    """A text of the report that reads otherwise though nobody rewrote it: figures in it changed."""

    path: str
    old: str
    new: str

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, word by word."""
        return word_changes(self.old, self.new)


class Differences(Struct, frozen=True):
    """Everything that differs between two inputs.

    ``remarks`` say in Chinese what could be compared and what could not.
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

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.facts or self.values or self.scores or self.gone or self.came or self.texts)
