"""The way of the data, stage by stage::

    input file ─read─▶ tree ─accept─▶ Submission ─score─▶ Scorecard ─narrate─▶ Report ─check─▶ findings
                                                                                  └─print─▶ .docx bytes ─publish─▶ file

Each stage takes what the one before it made. Findings gather on the way; a stage that cannot go on stops with all that
were found so far.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import checking, narrating, publishing, scoring, submission, template
from generator.base.filters import form_filter
from generator.checking.case import Case
from generator.diagnostics import Finding, has_errors, in_order, shown_path
from generator.errors import Refused
from generator.formula import codes as formula_codes
from generator.formula import metered
from generator.garbage import rarely_collected
from generator.reading import read_yaml

if TYPE_CHECKING:
    from generator.narrating import Report
    from generator.provenance import Stamp, Verdict
    from generator.reading import Mapping, Source
    from generator.scoring import Scorecard
    from generator.submission import Submission
    from generator.template import Template
    from generator.word.merging.attaching import Attachment
    from generator.word.package import Entry

__all__ = [
    "Assessment",
    "Prepared",
    "Rendered",
    "accept",
    "assess",
    "assess_source",
    "compose",
    "prepare",
    "print_report",
    "print_scores",
    "render",
    "template_of",
    "unusable_attachments",
    "verify",
    "write_scores",
]

DEFAULT_OUTPUT = Path("outputs")


class Assessment(Struct, frozen=True):
    """One input, from reading to checking: everything short of the Word file."""

    submission: Submission
    scorecard: Scorecard
    report: Report
    findings: tuple[Finding, ...]


class Prepared(Struct, frozen=True):
    """A report that is finished but not yet written: its bytes, and where they belong."""

    target: Path
    data: bytes
    assessment: Assessment


class Rendered(Struct, frozen=True):
    """A report that was written: where, and what was found on the way."""

    path: Path
    assessment: Assessment


@rarely_collected()
def assess(input_file: Path, templates: Path | None = None) -> Assessment:
    """Read, type, score, write out and check one input.

    Args:
        input_file: The bureau's YAML file.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        Refused: The input (or its template) cannot be scored; all its problems are in it.
        FileProblem: A file cannot be read.
    """
    return assess_source(read_yaml(input_file), input_file, templates)


@metered()
def assess_source(source: Source, input_file: Path, templates: Path | None = None) -> Assessment:
    """The same for an input that was read before; its template is looked for from ``input_file``."""
    if source.root is None:
        raise Refused(source.findings)
    found = list(source.findings)
    form = template_of(source.root, input_file, templates, found)
    facts, problems = accept(source, form, input_file, found)
    problems += unusable_attachments(facts)
    scorecard, faults = scoring.score(facts)
    if problems or scorecard is None:
        # Nothing can be written; what else is wrong is told in the same run, but not what only follows from a gap.
        gaps = formula_codes.MISSING_FACT.number if has_errors(problems) else ""
        found += [*problems, *(fault for fault in faults if fault.code != gaps)]
        found += narrating.check_references(facts, scoring.Book(facts))
    _stop_at(found)
    assert scorecard is not None  # else there were errors  # noqa: S101
    report, problems = narrating.narrate(facts, scorecard)
    found += problems
    _stop_at(found)
    found += checking.check(Case(facts, scorecard, report, source.text))
    return Assessment(facts, scorecard, report, in_order(found))


def render(  # noqa: PLR0913 - each has its default
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    plain: bool = False,
    backup: bool = False,
    force: bool = False,
) -> Rendered:
    """Write the report of one input as a Word file.

    Args:
        input_file: The bureau's YAML file.
        output: The file to write (its name ends in .docx), or the folder for it; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.
        plain: Leave the content controls out, from which ``jixiao pull`` reads edits.
        backup: Keep a file there that was edited by hand, or that something else wrote, under another name beside it.
        force: Give such a file up.

    Raises:
        Refused: The input has errors, or a file is there that must not be lost; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    made = prepare(input_file, output, templates, plain=plain)
    return Rendered(_publish(made.data, made.target, backup=backup, force=force), made.assessment)


@rarely_collected()
def prepare(
    input_file: Path, output: Path | None = None, templates: Path | None = None, *, plain: bool = False
) -> Prepared:
    """The report of one input, finished but not yet written; ``render`` writes it, a run of many has its own way.

    Raises:
        Refused: The input has errors.
        FileProblem: A file cannot be read.
    """
    assessment = assess(input_file, templates)
    _stop_at(list(assessment.findings))
    return Prepared(_target(assessment.report, output), print_report(assessment, controls=not plain), assessment)


def print_report(assessment: Assessment, *, controls: bool = False) -> bytes:
    """The report as the bytes of a Word file; the same input gives the same bytes.

    ``controls`` puts its values in content controls, which ``jixiao pull`` reads back.
    """
    from generator import provenance  # noqa: PLC0415 - scoring and checking print nothing

    facts = assessment.submission
    stamp = provenance.stamp_of(facts, variant="" if controls else "无控件")
    return provenance.stamped_parts(_composed(assessment, controls=controls), stamp, facts.sources)


def compose(assessment: Assessment, *, controls: bool) -> bytes:
    """The report with its attachments, before it is stamped."""
    from generator.word.package import write_package  # noqa: PLC0415 - as below

    return write_package(_composed(assessment, controls=controls))


def _composed(assessment: Assessment, *, controls: bool) -> dict[str, Entry]:
    # Layouts are needed only here: scoring and checking must not pay for them.
    from generator.word import Layout  # noqa: PLC0415

    form = assessment.submission.template
    filters = {name: form_filter(shape) for name, shape in form.forms.items()}
    layout = Layout.open(shown_path(form.layout), filters=filters, controls=controls)
    parts = layout.parts(assessment.report.content)
    if assessment.submission.attachments:
        from generator.word.merging.attaching import attach  # noqa: PLC0415
        from generator.word.package import own_package, write_package  # noqa: PLC0415

        parts = own_package(attach(write_package(parts), _attached(assessment.submission)))
    return parts


def unusable_attachments(facts: Submission) -> list[Finding]:
    """What keeps the attachments from coming behind the report; few inputs have any."""
    if not facts.attachments:
        return []
    from generator.word.merging.attaching import check_attachments  # noqa: PLC0415

    return check_attachments(_attached(facts))


def _attached(facts: Submission) -> list[Attachment]:
    from generator.word.merging.attaching import Attachment  # noqa: PLC0415

    return [Attachment(one.file, one.name, one.title, one.span, one.path) for one in facts.attachments]


def write_scores(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    backup: bool = False,
    force: bool = False,
) -> Rendered:
    """Write the scoring form of one input as an Excel workbook.

    Args:
        input_file: The bureau's YAML file.
        output: The file to write (its name ends in .xlsx), or the folder for it; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.
        backup: As for ``render``.
        force: As for ``render``.

    Raises:
        Refused: The input has errors, its template has no scoring form, or a file is there that must not be lost;
            nothing was written.
        FileProblem: A file cannot be read or written.
    """
    assessment = assess(input_file, templates)
    _stop_at(list(assessment.findings))
    data = print_scores(assessment)
    target = _target(assessment.report, output, "评分表", ".xlsx")
    return Rendered(_publish(data, target, backup=backup, force=force), assessment)


def print_scores(assessment: Assessment) -> bytes:
    """The scoring form as the bytes of an Excel workbook; the same input gives the same bytes.

    Raises:
        Refused: The template has no scoring form.
    """
    from generator import provenance, workbook  # noqa: PLC0415 - only this command needs it

    facts = assessment.submission
    data = workbook.print_scores(facts, assessment.scorecard, assessment.report)
    return provenance.stamped(data, provenance.stamp_of(facts), facts.sources)


def template_of(root: Mapping, input_file: Path, templates: Path | None, found: list[Finding]) -> Template:
    """The template that the input names; where that cannot be used, what else was found is told with it."""
    try:
        form = template.named_template(root, input_file, templates)
        _stop_at(checking.misused(form))
    except Refused as refused:
        raise Refused(in_order([*found, *refused.findings])) from None
    return form


def accept(source: Source, form: Template, input_file: Path, found: list[Finding]) -> tuple[Submission, list[Finding]]:
    """The submission and what is wrong with it; where that is too much, what else was found is told with it."""
    assert source.root is not None  # else there is no template  # noqa: S101
    try:
        return submission.accept(source, source.root, form, input_file.parent)
    except Refused as refused:
        raise Refused(in_order([*found, *refused.findings])) from None


def _target(report: Report, output: Path | None, kind: str = "", ending: str = ".docx") -> Path:
    target = publishing.target_of(output or DEFAULT_OUTPUT, report.file_name + kind, ending)
    publishing.refuse_draft_name(target)
    return target


def verify(file: Path, input_file: Path | None = None, templates: Path | None = None) -> Verdict:
    """What became of a finished file, and of what it was made of, since it was written.

    Args:
        file: The Word file or workbook.
        input_file: Its input; looked for by the name that the file tells where absent.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        FileProblem: One of them cannot be read.
    """
    from generator import provenance  # noqa: PLC0415 - only this command needs it

    def print_again(source: Path, _stamp: Stamp) -> bytes:
        return print_report(assess(source, templates))

    return provenance.verify(file, print_again, input_file, templates)


def _publish(data: bytes, target: Path, *, backup: bool, force: bool) -> Path:
    from generator import provenance  # noqa: PLC0415 - scoring and checking write nothing

    return provenance.write_guarded(data, target, backup=backup, force=force)


def _stop_at(found: list[Finding]) -> None:
    if has_errors(found):
        raise Refused(in_order(found))
