"""The newer report with the changes against the older one tracked: a 修订稿, which says of itself that it is one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from generator import pipeline
from generator.base.diagnostics import Refused, Span, has_errors
from generator.pipeline import Assessment
from generator.submission.walking import walk_facts
from generator.workflows.diff import codes

if TYPE_CHECKING:
    from generator.word.redline.compare import Redline
    from generator.workflows.diff.side import Side


AUTHOR: Final = "绩效自评报告程序"
_REPORT_DATE: Final = "填报日期"
_NO_DATE: Final = date(2000, 1, 1)


def redline_of(old: Side, new: Side, author: str = AUTHOR, day: date | None = None) -> Redline:
    """The Word file of the newer input's report with the changes tracked.

    Args:
        old: The older input.
        new: The newer one.
        author: The name that the changes bear.
        day: Their date; that of the newer report where absent, else the first day after the year that it is about.

    Raises:
        Refused: One of them has errors, so that it makes no report.
    """
    from generator.provenance.stamp import REDLINE, stamp_of, stamped  # noqa: PLC0415 - a comparison without a redline prints nothing
    from generator.word.redline.compare import Redline, redline  # noqa: PLC0415

    before, after = _printable(old, "旧的一份"), _printable(new, "新的一份")
    when = f"{day or _date_of(after)}T00:00:00Z"
    made = redline(pipeline.print_report(before), pipeline.print_report(after), author, when)
    stamp = stamp_of(after.submission, REDLINE)
    data = stamped(made.data, stamp, after.submission.sources)
    return Redline(data, made.count, made.remarks)


def _printable(side: Side, word: str) -> Assessment:
    if side.assessment is None or has_errors(side.findings):
        wrong = [finding for finding in side.findings if has_errors([finding])]
        raise Refused([codes.NOT_BOTH.at(Span(side.name), side=word, file=side.name), *wrong])
    return side.assessment


def _date_of(assessment: Assessment) -> date:
    """The date of a report as it states it; the clock would make another file of the same input every day."""
    facts = list(walk_facts(assessment.submission))
    stated = (fact.value for fact in facts if fact.path.split(".")[-1] == _REPORT_DATE)
    found = next((value for value in stated if isinstance(value, date)), None)
    if found is not None:
        return found
    year = next((str(fact.value) for fact in facts if fact.path == "年度" and fact.value is not None), "")
    return date(int(year) + 1, 1, 1) if year.isdecimal() else _NO_DATE
