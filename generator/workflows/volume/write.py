"""A volume on the disk: which reports go into it, the Word file, the PDF beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Finding, Refused, Span
from generator.pipeline import DEFAULT_OUTPUT
from generator.workflows.batch.result import Outcome
from generator.workflows.volume import codes
from generator.workflows.volume.bind import Bound
from generator.workflows.volume.chapters import Chapter, ChapterOutcome


class Written(Struct, frozen=True):
    """What was written: the Word file, the PDF where one was wanted and made, and what there is to be said of them."""

    path: Path
    pdf: Path | None
    findings: tuple[Finding, ...]


def chapters_of(outcomes: Sequence[Outcome], *, strict: bool = False) -> tuple[list[Chapter], list[str]]:
    """The reports that can be bound, and the path of each one's input from the folder in which all of these lie.

    Args:
        outcomes: What came of the inputs, in order.
        strict: Whether one that cannot be bound keeps the others from it.

    Raises:
        Refused: None can be bound, or not all where all are wanted.
    """
    sound = [
        (outcome.input, outcome.chapter)
        for outcome in outcomes
        if isinstance(outcome, ChapterOutcome) and outcome.chapter is not None
    ]
    bad = len(outcomes) - len(sound)
    if bad and (strict or not sound):
        span = Span(str(next(outcome.input for outcome in outcomes if not outcome.status.is_good)))
        code = codes.NOT_ALL if sound else codes.NOTHING_TO_BIND
        raise Refused([code.at(span, count=len(outcomes), bad=bad)])
    return [chapter for _, chapter in sound], _names(file for file, _ in sound)


def _names(inputs: Iterable[Path]) -> list[str]:
    files = [file.absolute() for file in inputs]
    try:
        folder = os.path.commonpath([file.parent for file in files])
    except ValueError:  # on several drives of Windows
        return [file.name for file in files]
    return [file.relative_to(folder).as_posix() for file in files]


def write_volume(
    bound: Bound, output: Path | None = None, *, pdf: bool = False, backup: bool = False, force: bool = False
) -> Written:
    """Write a volume, and its PDF beside it. That there is no PDF is a finding, the Word file stays.

    Args:
        bound: The volume.
        output: The file to write (its name ends in .docx), or the folder for it; ``outputs`` where absent.
        pdf: Whether a PDF is wanted.
        backup: Keep files there that must not be lost under another name beside them.
        force: Give such files up.

    Raises:
        Refused: A file is there that must not be lost; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    from generator.provenance.guard import write_guarded  # noqa: PLC0415
    from generator.provenance.write import target_of  # noqa: PLC0415

    target = target_of(output or DEFAULT_OUTPUT, bound.title, ".docx")
    write_guarded(bound.data, target, backup=backup, force=force)
    if not pdf:
        return Written(target, None, bound.findings)
    try:
        return _with_pdf(bound, target, backup=backup, force=force)
    except Refused as refused:
        return Written(target, None, (*bound.findings, *refused.findings))


def _with_pdf(bound: Bound, target: Path, *, backup: bool, force: bool) -> Written:
    from generator.exports.pdf.convert import no_pdf  # noqa: PLC0415
    from generator.exports.pdf.fonts import font_findings  # noqa: PLC0415
    from generator.provenance.guard import write_pdf  # noqa: PLC0415
    from generator.workflows.volume.bind import as_pdf  # noqa: PLC0415

    made = as_pdf(bound.data, bound.count)
    if isinstance(made, str):
        raise Refused([no_pdf(target, made)])
    path = write_pdf(made, target.with_suffix(".pdf"), bound.stamp, backup=backup, force=force)
    return Written(target, path, (*bound.findings, *font_findings(target, bound.data, made)))
