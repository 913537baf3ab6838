"""The scoring form of one input as an Excel workbook."""

from __future__ import annotations

from pathlib import Path

from generator import pipeline
from generator.exports.xlsx import scoring_form
from generator.pipeline import Assessment, Rendered
from generator.provenance.guard import write_guarded
from generator.provenance.stamp import stamp_of, stamped
from generator.provenance.write import refuse_draft_name, target_of


def write_scores(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    backup: bool = False,
    force: bool = False,
) -> Rendered:
    """Write the workbook; the arguments and errors are those of ``pipeline.render``.

    Raises:
        Refused: Also where the template has no scoring form.
    """
    assessment = pipeline.assess(input_file, templates)
    pipeline.refuse_errors(assessment.findings)
    data = print_scores(assessment)
    target = target_of(output or pipeline.DEFAULT_OUTPUT, f"{assessment.report.file_name}评分表", ".xlsx")
    refuse_draft_name(target)
    return pipeline.Rendered(write_guarded(data, target, backup=backup, force=force), assessment)


def print_scores(assessment: Assessment) -> bytes:
    """The bytes of the workbook; the same input gives the same bytes.

    Raises:
        Refused: The template has no scoring form.
    """
    facts = assessment.submission
    data = scoring_form.print_scores(facts, assessment.scorecard, assessment.report)
    return stamped(data, stamp_of(facts), facts.sources)
