"""The evidence as layouts and narratives print it."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from generator.base.passage import Origin, Passage
from generator.submission import list_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.submission import Entry, Evidence, ItemEntry, Submission

__all__ = ["evidence_rows", "evidence_titles"]


def evidence_rows(submission: Submission) -> list[dict[str, object]]:
    """The list 佐证清单: one row for each document that an indicator rests on, in the form's order."""
    return [
        {
            "序号": line.number,
            "指标序号": line.place,
            "指标": line.indicator,
            "标题": next(_titles(submission.entry(line.indicator), line.title)),
            "文件名": "、".join(PureWindowsPath(one.name).name for one in line.files),
        }
        for line in list_evidence(submission)
    ]


def evidence_titles(entry: Entry) -> list[str]:
    """What the documents of one indicator and of its points are called, each once."""
    return list(dict.fromkeys(_titles(entry)))


def _titles(entry: Entry, wanted: str | None = None) -> Iterator[str]:
    """The titles, or all that are this one; those that the bureau wrote know their place."""
    holders: tuple[Entry | ItemEntry, ...] = (entry, *entry.items.values())
    for said in holders:
        for number, one in enumerate(said.materials, 1):
            if wanted in (None, one.title):
                yield _title(one, f"{said.evidence.path}[{number}]")


def _title(one: Evidence, path: str) -> str:
    return Passage.of(one.title, Origin(path)) if one.titled else one.title
