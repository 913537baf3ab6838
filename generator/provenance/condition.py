"""What became of a file since it was written."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from generator.provenance.comparing import Edit, find_edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.provenance.finished import Finished
    from generator.word.read.lines import Line

__all__ = ["Condition", "condition_of"]


class Condition(Enum):
    """What became of a file since it was written, as people are told."""

    OWN = "写出以后没有改动过"
    RESAVED = "文字未改，文件被另存过"
    EDITED = "正文被人工改动过"
    ALTERED = "被改动过或另存过"
    FOREIGN = "不是本程序写的"


def condition_of(finished: Finished, written: Sequence[Line] | None = None) -> tuple[Condition, tuple[Edit, ...]]:
    """What became of a file, and the edits of its text; none where the file does not tell what it was.

    Of a workbook, it is only known that something changed.

    Args:
        finished: The file.
        written: Its lines as they were written, where they are known.
    """
    if finished.stamp is None:
        return Condition.FOREIGN, ()
    if finished.is_untouched:
        return Condition.OWN, ()
    if not finished.is_word:
        return Condition.ALTERED, ()
    if finished.has_its_text:
        return Condition.RESAVED, ()
    if written is None and finished.record is None:
        return Condition.EDITED, ()
    sums = finished.record.sums if finished.record is not None else ()
    edits = find_edits(sums, finished.lines, written)
    # A paragraph that was only broken where a page ends is no edit.
    return (Condition.EDITED if edits else Condition.RESAVED), edits
