"""Giving finished reports their names: here and nowhere else, so that no two reports of a run get the same one."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import Span
from generator.base.errors import FileProblem, JixiaoError, Refused
from generator.batch import codes
from generator.batch.outcome import Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["known_reports", "settled"]


def settled(outcomes: Iterable[Outcome], *, backup: bool = False, force: bool = False) -> Iterator[Outcome]:
    """The outcomes, each with its report on the disk; one whose name is taken, or whose file must stay, is refused.

    Args:
        outcomes: What the workers made.
        backup: Keep a file that must not be lost under another name.
        force: Give such files up, also those that were made of another input.
    """
    taken: dict[str, Path] = {}
    for outcome in outcomes:
        if outcome.target is None:
            yield outcome
            continue
        # Names that Windows and macOS take for the same are the same everywhere.
        name = unicodedata.normalize("NFC", os.path.abspath(outcome.target)).casefold()  # noqa: PTH100
        other = taken.setdefault(name, outcome.input)
        yield _settled(outcome, other, backup=backup, force=force)


def _settled(outcome: Outcome, other: Path, *, backup: bool, force: bool) -> Outcome:
    from generator import provenance  # noqa: PLC0415

    target = outcome.target
    assert target is not None  # the caller looked  # noqa: S101
    try:
        if other != outcome.input:
            raise _taken(outcome, other.name)
        if outcome.status is Status.WRITTEN:
            made_of = "" if force else _made_of(target)
            if made_of not in ("", outcome.input.name):
                raise _taken(outcome, made_of)
            provenance.write_guarded(outcome.data, target, backup=backup, force=force)
    except JixiaoError as error:
        status = Status.FAILED if isinstance(error, FileProblem) else Status.REFUSED
        return replace(outcome, status=status, target=None, data=b"", findings=(*error.findings, *outcome.findings))
    return replace(outcome, data=b"")


def _taken(outcome: Outcome, other: str) -> Refused:
    return Refused([codes.SAME_NAME.at(Span(str(outcome.input)), other=other, target=outcome.target)])


def _made_of(report: Path) -> str:
    """The name of the input that the report there was made of; blank where it is none of ours."""
    from generator import provenance  # noqa: PLC0415

    try:
        stamp = provenance.open_finished(report.read_bytes(), str(report)).stamp
    except (OSError, Refused):
        return ""
    return stamp.input_name if stamp is not None else ""


def known_reports(folder: Path) -> dict[str, Path]:
    """The reports of a folder by the SHA-256 of the input that each was made of."""
    from generator import provenance  # noqa: PLC0415

    found: dict[str, Path] = {}
    for report in sorted(folder.glob("*.docx")) if folder.is_dir() else []:
        try:
            stamp = provenance.open_finished(report.read_bytes(), str(report)).stamp
        except (OSError, Refused):
            continue
        # A draft is not the report, and a redline is neither.
        if stamp is not None and stamp.state == provenance.FINAL:
            found[stamp.input_digest] = report
    return found
