"""The stages of an input that may have errors: each goes on with what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator import checking, narrating, pipeline
from generator.checking.case import Case
from generator.diagnostics import has_errors, in_order
from generator.errors import Refused
from generator.formula import codes as formula_codes
from generator.formula import metered
from generator.pipeline import Assessment
from generator.reading import read_yaml
from generator.scoring.drafting import score_draft

if TYPE_CHECKING:
    from pathlib import Path

    from generator.reading import Source

__all__ = ["assess_draft", "assess_draft_source"]


def assess_draft(input_file: Path, templates: Path | None = None) -> Assessment:
    """Read, type, score, write out and check one input as far as it goes.

    Args:
        input_file: The bureau's YAML file.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        Refused: The input is no YAML, or its template cannot be found or used.
        FileProblem: A file cannot be read.
    """
    return assess_draft_source(read_yaml(input_file), input_file, templates)


@metered()
def assess_draft_source(source: Source, input_file: Path, templates: Path | None = None) -> Assessment:
    """The same for an input that was read before; its template is looked for from ``input_file``."""
    if source.root is None:
        raise Refused(source.findings)
    found = list(source.findings)
    form = pipeline.template_of(source.root, input_file, templates, found)
    facts, problems = pipeline.accept(source, form, input_file, found)
    unusable = pipeline.unusable_attachments(facts)
    broken = {finding.path for finding in unusable}
    facts = replace(facts, attachments=tuple(one for one in facts.attachments if one.path not in broken))
    scorecard, faults = score_draft(facts)
    # What only follows from a gap is not told besides the gap.
    gaps = formula_codes.MISSING_FACT.number if has_errors(problems) else ""
    found += [*problems, *unusable, *(fault for fault in faults if fault.code != gaps)]
    report, problems = narrating.narrate(facts, scorecard, gaps=narrating.Gaps.NEEDED)
    found += problems
    found += checking.check_incomplete(Case(facts, scorecard, report, source.text))
    return Assessment(facts, scorecard, report, in_order(found))
