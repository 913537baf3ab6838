"""What is in the archive, and under which names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import pipeline, provenance
from generator.base.errors import Refused
from generator.bundling.archive import Member
from generator.bundling.pdf import to_pdf
from generator.bundling.placing import place
from generator.exports.scores import print_scores
from generator.publishing import safe_name
from generator.submission import list_evidence, with_evidence
from generator.workbook import Column, print_list

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from generator.base.diagnostics import Finding
    from generator.bundling.placing import Placed
    from generator.pipeline import Assessment
    from generator.submission import Submission

__all__ = ["collect"]

_LIST, _DIGESTS = "佐证材料清单", "校验.txt"
_COLUMNS = (
    Column("序号", 7, centred=True),
    Column("指标", 30),
    Column("佐证材料", 42),
    Column("文件", 54),
    Column("说明", 30),
)


def collect(assessment: Assessment, *, pdf: bool) -> tuple[list[Member], list[Finding]]:
    """The members of the archive, and why there is no PDF among them where there is none.

    Args:
        assessment: A report without errors, all evidence of which is there.
        pdf: Whether a PDF is wanted.

    Raises:
        Refused: Evidence cannot be read.
    """
    facts = with_evidence(assessment.submission)
    placed, evidence = place(list_evidence(facts), dict(facts.sources))
    report, notes = _report(assessment, pdf=pdf)
    listed = _list(facts, placed, assessment.report.file_name) if placed else []
    members = [*report, *_scores(assessment), *listed, *evidence]
    return [*members, _digests(members)], notes


def _report(assessment: Assessment, *, pdf: bool) -> tuple[list[Member], list[Finding]]:
    """The report just as ``jixiao render`` writes it, and as PDF."""
    data = pipeline.print_report(assessment)
    members = [Member.of(_name(assessment, "", ".docx"), data)]
    if not pdf:
        return members, []
    try:
        return [*members, Member.of(_name(assessment, "", ".pdf"), to_pdf(data))], []
    except Refused as refused:
        return members, list(refused.findings)


def _scores(assessment: Assessment) -> list[Member]:
    if assessment.scorecard.total is None:
        return []
    return [Member.of(_name(assessment, "评分表", ".xlsx"), print_scores(assessment))]


def _list(facts: Submission, placed: Sequence[Placed], about: str) -> list[Member]:
    """The list; it carries the digests of the evidence, so that ``jixiao verify`` knows what has changed since."""
    data = print_list(_LIST, about, _COLUMNS, [_row(one) for one in placed])
    return [Member.of(f"{_LIST}.xlsx", provenance.stamped(data, provenance.stamp_of(facts), facts.sources))]


def _row(placed: Placed) -> tuple[str, ...]:
    line = placed.line
    note = "" if placed.names else "只有标题，没有附文件"
    if placed.shared:
        note = f"和第 {placed.shared} 项的文件相同，只放一份"
    return str(line.number), f"{line.place:02} {line.indicator}", line.title, "\n".join(placed.names), note


def _digests(members: Iterable[Member]) -> Member:
    """A line for each file, as ``sha256sum -c`` reads them."""
    lines = (f"{member.digest}  {member.name}\n" for member in sorted(members, key=lambda member: member.name))
    return Member.of(_DIGESTS, "".join(lines).encode())


def _name(assessment: Assessment, kind: str, ending: str) -> str:
    return safe_name(assessment.report.file_name + kind, ending)
