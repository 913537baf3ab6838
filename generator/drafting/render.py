"""From an input to the draft on the disk."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator import narrating, pipeline, provenance, publishing
from generator.base.gap import PLACEHOLDER
from generator.drafting.assess import assess_draft
from generator.drafting.remarks import remarks_of, summary_of
from generator.errors import Refused
from generator.pipeline import Prepared, Rendered
from generator.word.drafts.drafting import make_draft

if TYPE_CHECKING:
    from generator.pipeline import Assessment

__all__ = ["compose_draft", "prepare_draft", "print_draft", "render_draft"]


def render_draft(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    backup: bool = False,
    force: bool = False,
) -> Rendered:
    """Write the draft of one input as a Word file.

    Args:
        input_file: The bureau's YAML file; it may lack facts and have errors.
        output: The file to write, whose name gets （草稿） at its end, or the folder for it; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.
        backup: Keep a file there that was edited by hand, or that something else wrote, under another name beside it.
        force: Give such a file up.

    Raises:
        Refused: There is no draft of such an input, or a file is there that must not be lost; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    made = prepare_draft(input_file, output, templates)
    path = provenance.write_guarded(made.data, made.target, backup=backup, force=force)
    return Rendered(path, made.assessment)


def prepare_draft(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Prepared:
    """The draft of one input, finished but not yet written.

    Raises:
        Refused: The input is no YAML, its template cannot be used, or its layout cannot print what there is.
        FileProblem: A file cannot be read.
    """
    assessment = assess_draft(input_file, templates)
    return Prepared(_target(assessment, output), print_draft(assessment), assessment)


def print_draft(assessment: Assessment) -> bytes:
    """The draft as the bytes of a Word file; the same input gives the same bytes."""
    findings = assessment.findings
    draft = make_draft(compose_draft(assessment), remarks_of(findings), partial(summary_of, findings))
    facts = assessment.submission
    return provenance.stamped(draft, provenance.stamp_of(facts, provenance.DRAFT), facts.sources)


def compose_draft(assessment: Assessment) -> bytes:
    """The report with its placeholders, before anything in it says that it is a draft.

    A layout may count on one of two numbers being there, of which each may be left out; then all get placeholders.

    Raises:
        Refused: Its layout cannot print even that.
    """
    try:
        return pipeline.compose(assessment, controls=True)
    except Refused:
        facts, scorecard = assessment.submission, assessment.scorecard
        report, _ = narrating.narrate(facts, scorecard, gaps=narrating.Gaps.NUMBERS)
        return pipeline.compose(replace(assessment, report=report), controls=True)


def _target(assessment: Assessment, output: Path | None) -> Path:
    """Where the draft goes: never where the report itself does."""
    named = assessment.report.file_name
    if re.search(PLACEHOLDER, named):
        named = Path(assessment.submission.file).stem
    target = publishing.target_of(output or pipeline.DEFAULT_OUTPUT, named, ".docx")
    stem = target.stem.removesuffix(publishing.DRAFT_MARK)
    return target.with_name(f"{stem}{publishing.DRAFT_MARK}{target.suffix}")
