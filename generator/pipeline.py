"""The way of the data, stage by stage::

    input file ─read─▶ tree ─accept─▶ Submission ─score─▶ Scorecard ─narrate─▶ Report ─check─▶ findings
                                                                                  └─print─▶ .docx bytes ─publish─▶ file

Each stage takes what the one before it made. Findings gather on the way; a stage that cannot go on stops with all that
were found so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from generator import checking, narrating, publishing, scoring, submission, template
from generator.checking.case import Case
from generator.diagnostics import Finding, Span, has_errors, in_order, nearest, shown_path
from generator.errors import Refused
from generator.figures.filters import form_filter
from generator.formula import codes as formula_codes
from generator.reading import Scalar, read_yaml
from generator.template import codes as template_codes

if TYPE_CHECKING:
    from generator.narrating import Report
    from generator.reading import Mapping, Source
    from generator.scoring import Scorecard
    from generator.submission import Submission
    from generator.template import Template
    from generator.word.attaching import Attachment

__all__ = ["Assessment", "Rendered", "assess", "assess_source", "print_report", "render", "write_scores"]

DEFAULT_OUTPUT = Path("outputs")


@dataclass(frozen=True, slots=True)
class Assessment:
    """One input, from reading to checking: everything short of the Word file."""

    submission: Submission
    scorecard: Scorecard
    report: Report
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report that was written: where, and what was found on the way."""

    path: Path
    assessment: Assessment


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


def assess_source(source: Source, input_file: Path, templates: Path | None = None) -> Assessment:
    """The same for an input that was read before; its template is looked for from ``input_file``."""
    if source.root is None:
        raise Refused(source.findings)
    found = list(source.findings)
    form = _template_of(source.root, input_file, templates, found)
    facts, problems = submission.accept(source, source.root, form, input_file.parent)
    problems += _unusable(facts)
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
    found += checking.check(Case(facts, scorecard, report))
    return Assessment(facts, scorecard, report, in_order(found))


def render(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Rendered:
    """Write the report of one input as a Word file.

    Args:
        input_file: The bureau's YAML file.
        output: The file to write (its name ends in .docx), or the folder for it; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        Refused: The input has errors; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    assessment = assess(input_file, templates)
    _stop_at(list(assessment.findings))
    data = print_report(assessment)
    return Rendered(publishing.write_whole(data, _target(assessment.report, output)), assessment)


def print_report(assessment: Assessment) -> bytes:
    """The report as the bytes of a Word file; the same input gives the same bytes."""
    # Layouts are needed only here: scoring and checking must not pay for them.
    from generator.word import Layout  # noqa: PLC0415

    form = assessment.submission.template
    filters = {name: form_filter(shape) for name, shape in form.forms.items()}
    report = Layout.open(shown_path(form.layout), filters=filters).render(assessment.report.content)
    if not assessment.submission.attachments:
        return report
    from generator.word.attaching import attach  # noqa: PLC0415

    return attach(report, _attached(assessment.submission))


def _unusable(facts: Submission) -> list[Finding]:
    """What keeps the attachments from coming behind the report; few inputs have any."""
    if not facts.attachments:
        return []
    from generator.word.attaching import check_attachments  # noqa: PLC0415

    return check_attachments(_attached(facts))


def _attached(facts: Submission) -> list[Attachment]:
    from generator.word.attaching import Attachment  # noqa: PLC0415

    return [Attachment(one.file, one.name, one.title, one.span, one.path) for one in facts.attachments]


def write_scores(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Rendered:
    """Write the scoring form of one input as an Excel workbook.

    Args:
        input_file: The bureau's YAML file.
        output: The file to write (its name ends in .xlsx), or the folder for it; ``outputs`` where absent.
        templates: The folder of templates; looked for upward from the input where absent.

    Raises:
        Refused: The input has errors, or its template has no scoring form; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    from generator.workbook import print_scores  # noqa: PLC0415 - only this command needs it

    assessment = assess(input_file, templates)
    _stop_at(list(assessment.findings))
    data = print_scores(assessment.submission, assessment.scorecard, assessment.report)
    target = _target(assessment.report, output, "评分表", ".xlsx")
    return Rendered(publishing.write_whole(data, target), assessment)


def _template_of(root: Mapping, input_file: Path, templates: Path | None, found: list[Finding]) -> Template:
    """The template that the input names."""
    named = root.get("模板")
    if not isinstance(named, Scalar) or named.is_blank:
        raise Refused(in_order([*found, _no_template_named(root, input_file, templates)]))
    try:
        folder = template.find_template(named.text, input_file, templates, named.span)
        return template.load_template(folder)
    except Refused as refused:
        raise Refused(in_order([*found, *refused.findings])) from None


def _no_template_named(root: Mapping, input_file: Path, templates: Path | None) -> Finding:
    """The finding, at the key that was probably meant to name the template, else at the head of the file."""
    named = root.get("模板")
    meant = next((key for key in root.keys() if named is None and nearest("模板", [key.text])), None)
    place = named or meant
    places = [templates] if templates is not None else list(template.template_places(input_file))
    return template_codes.NO_TEMPLATE_NAMED.at(
        place.span if place is not None else Span(root.span.file, 1, 1),
        "模板",
        hint=f"是否把「模板」写成了「{meant.text}」？" if meant is not None else "",
        example=next(iter(template.known_templates(places)), "模板的名称"),
    )


def _target(report: Report, output: Path | None, kind: str = "", ending: str = ".docx") -> Path:
    if output is not None and output.suffix.lower() == ending:
        return output
    return (output or DEFAULT_OUTPUT) / publishing.safe_name(report.file_name + kind, ending)


def _stop_at(found: list[Finding]) -> None:
    if has_errors(found):
        raise Refused(in_order(found))
