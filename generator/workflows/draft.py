"""``jixiao render --draft``: the report of an unfinished input, with placeholders and with findings as comments.

Missing values print as 【待填：…】 or 【待算：…】. The file's name, pages and properties say that it is a draft.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from generator import pipeline
from generator.base.amount import PLACEHOLDER
from generator.base.diagnostics import Finding, Refused, Severity, shortened, tally
from generator.narrative.content import Placeholders
from generator.narrative.narrate import narrate
from generator.pipeline import Assessment, Mode, Prepared
from generator.provenance.guard import refuse_inputs
from generator.provenance.stamp import DRAFT, stamp_of, stamped_parts
from generator.provenance.write import DRAFT_MARK, target_of
from generator.word.draft import Remark, make_draft
from generator.word.render.state import Marked
from generator.yamlfile.source import Source

# People read no more comments, and Word gets slow.
_MOST_REMARKS: Final = 200
_MOST_LISTED: Final = 40
_LONGEST: Final = 600
_FORM: Final = "指标"


def prepare_draft(
    input_file: Path, output: Path | None = None, templates: Path | None = None, source: Source | None = None
) -> Prepared:
    """``pipeline.prepare`` for a draft, which errors in the input do not stop; the file's name ends in （草稿）.

    Raises:
        Refused: The input is no YAML, its template cannot be used, or its layout cannot print what there is.
    """
    assessment = pipeline.assess(input_file, templates, Mode.DRAFT, source)
    named = assessment.report.file_name
    if re.search(PLACEHOLDER, named):
        named = Path(assessment.submission.file).stem
    # Never in place of the report itself.
    target = target_of(output or pipeline.DEFAULT_OUTPUT, named, ".docx")
    target = target.with_name(f"{target.stem.removesuffix(DRAFT_MARK)}{DRAFT_MARK}{target.suffix}")
    refuse_inputs(target, pipeline.files_of(assessment.submission, input_file))
    return Prepared(target, assessment, {target: print_draft(assessment)})


def print_draft(assessment: Assessment) -> bytes:
    """The draft as the bytes of a Word file; the same input gives the same bytes."""
    findings = assessment.findings
    draft = make_draft(print_marked_draft(assessment), remarks_of(findings), partial(summary_of, findings))
    facts = assessment.submission
    return stamped_parts(draft, stamp_of(facts, DRAFT, assessment.report.file_name), facts.sources)


def print_marked_draft(assessment: Assessment) -> Marked:
    """The report with placeholders and with marks around its values; nothing in it says yet that it is a draft.

    If the layout cannot print without numbers that may be left out, all numbers get placeholders; ``Refused`` if it
    still cannot.
    """
    try:
        return pipeline.print_marked(assessment)
    except Refused:
        facts, scorecard = assessment.submission, assessment.scorecard
        report, _ = narrate(facts, scorecard, placeholders=Placeholders.NUMBERS)
        return pipeline.print_marked(replace(assessment, report=report))


def remarks_of(findings: Sequence[Finding]) -> list[Remark]:
    """The findings as comments, the most severe first and no more than people can read."""
    ordered = sorted(findings, key=lambda one: list(Severity).index(one.severity))
    remarks = []
    for one in ordered[:_MOST_REMARKS]:
        texts = [f"{one.severity.word} {one.code}：{one.message}", *([f"改法：{one.hint}"] if one.hint else [])]
        lines = [shortened(" ".join(text.split()), _LONGEST) for text in texts]
        if one.span.file:
            # Other people read the draft: no folders of this machine.
            lines.append(f"位置：{str(one.span).replace(one.span.file, Path(one.span.file).name, 1)}")
        remarks.append(Remark(tuple(_paths(one.path)), tuple(lines)))
    return remarks


def summary_of(findings: Sequence[Finding], homeless: Sequence[Remark]) -> list[str]:
    """The comment at the title: the number of findings, and those without a place in the text (``homeless``)."""
    counts = tally(findings)
    lines = [f"这是草稿。{f'共 {counts}，批注在各自的位置。' if counts else '没有发现问题。'}"]
    left = len(findings) - _MOST_REMARKS
    if left > 0:
        lines.append(f"另有 {left} 个问题没有批注，用 jixiao check 看全部。")
    if homeless:
        lines.append(f"下面 {len(homeless)} 个问题在文中没有位置：")
        lines += ["　".join(remark.lines) for remark in homeless[:_MOST_LISTED]]
    if len(homeless) > _MOST_LISTED:
        lines.append(f"其余 {len(homeless) - _MOST_LISTED} 个用 jixiao check 看。")
    return lines


def _paths(path: str) -> Iterator[str]:
    """Where a comment may go, the best first: the value, its score, what is printed around it."""
    # Findings about formulas name the indicator, or a part of it: 「某指标（取值）」.
    named = f"{_FORM}.{re.sub(r'（[^）]*）$', '', path)}"
    rungs = [path, path.replace(".要点.", ".", 1), named] if path else []
    while path := re.sub(r"(?:\[\d+\]|\.[^.\[\]]*|^[^.\[\]]*)$", "", path):
        if path == _FORM:
            break
        rungs.append(path)  # the row, table or group around it
    for rung in dict.fromkeys(rungs):
        yield f"{rung}.得分"
        yield rung
