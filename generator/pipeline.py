"""From an input to its report, stage by stage::

    input file ─read─▶ tree ─accept─▶ Submission ─score─▶ Scorecard ─narrate─▶ Report ─check─▶ findings
                                                                                  └─print─▶ .docx bytes ─publish─▶ file

``assess`` runs ``STAGES`` over one input. For a finished report it stops at errors, with everything found so far; for
a draft it goes on with what there is.

Arguments that these functions and those of the workflows share:

    input_file: The bureau's YAML file.
    output: The file to write, or the folder for it; ``outputs`` where absent.
    templates: The folder of templates; looked for upward from the input where absent.
    backup: Rename an output file that was edited by hand, or that something else wrote, before writing.
    force: Overwrite such a file.

They raise ``Refused`` if the input has errors or such a file is in the way (nothing is written then), and
``FileProblem`` if a file cannot be read or written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, has_errors, in_order, shown_path
from generator.base.forms import form_filter
from generator.checks import rules as checking
from generator.checks.context import Case
from generator.formula import codes as formula_codes
from generator.formula.evaluate import metered
from generator.narrative.content import Placeholders, Report
from generator.narrative.narrate import check_references
from generator.narrative.narrate import narrate as narrate_report
from generator.provenance.guard import refuse_inputs, write_guarded
from generator.provenance.stamp import stamp_of, stamped_parts
from generator.provenance.write import refuse_draft_name, target_of
from generator.scoring.forms import with_rows_as_indicators
from generator.scoring.model import Scorecard
from generator.scoring.placeholders import score_draft
from generator.scoring.score import score as score_submission
from generator.scoring.symbols import Book
from generator.submission.accept import accept as accept_submission
from generator.submission.model import Submission, walk_facts
from generator.template.load import named_template
from generator.template.model import Template
from generator.word.layout import Layout
from generator.yamlfile.build import Mapping
from generator.yamlfile.source import Source, read_yaml

if TYPE_CHECKING:
    from generator.word.merge.attach import Attachment
    from generator.word.render.state import Marked


DEFAULT_OUTPUT = Path("outputs")


class Mode(Enum):
    """Whether errors stop the stages (a finished report) or leave placeholders (a draft)."""

    FINISHED = "报告"
    DRAFT = "草稿"


class Assessment(Struct, frozen=True):
    """What the stages made of one input: everything but the Word file."""

    submission: Submission
    scorecard: Scorecard
    report: Report
    findings: tuple[Finding, ...]
    attachments: tuple[Attachment, ...] = ()


class Prepared(Struct, frozen=True):
    """A finished report that is not written yet: its bytes and its path."""

    target: Path
    data: bytes
    assessment: Assessment


class Rendered(Struct, frozen=True):
    """A written report: its path, and what was found on the way."""

    path: Path
    assessment: Assessment


def assess(input_file: Path, templates: Path | None = None, mode: Mode = Mode.FINISHED) -> Assessment:
    """Run the stages over one input file."""
    return assess_source(read_yaml(input_file), input_file, templates, mode)


@metered()
def assess_source(
    source: Source, input_file: Path, templates: Path | None = None, mode: Mode = Mode.FINISHED
) -> Assessment:
    """Run the stages over an input that was read before; its template is looked for from ``input_file``."""
    if source.root is None:
        raise Refused(source.findings)
    run = _Run(source, source.root, input_file, templates, mode)
    for stage in STAGES:
        try:
            run.found += stage(run)
        except Refused as refused:
            raise Refused(in_order([*run.found, *refused.findings])) from None
        if mode is Mode.FINISHED and stage in _DECISIVE:
            refuse_errors(run.found)
    return Assessment(run.submission, run.scorecard, run.report, in_order(run.found), tuple(run.attachments))


class _Run:
    """The state of one run: what each stage has made, and everything found so far."""

    template: Template
    submission: Submission
    scorecard: Scorecard
    report: Report

    def __init__(self, source: Source, root: Mapping, input_file: Path, templates: Path | None, mode: Mode) -> None:
        self.source, self.root, self.input_file, self.templates, self.mode = source, root, input_file, templates, mode
        self.found: list[Finding] = list(source.findings)
        self.unacceptable: list[Finding] = []
        self.attachments: list[Attachment] = []


def choose_template(run: _Run) -> list[Finding]:
    """Load the template that the input names; its errors and misused switches of checks stop drafts as well."""
    run.template = named_template(run.root, run.input_file, run.templates)
    refuse_errors(checking.misused(run.template))
    return []


def accept(run: _Run) -> list[Finding]:
    """Type what the bureau filled in, and open its files; a draft leaves out those that cannot be used."""
    folder = run.input_file.parent
    submission, run.unacceptable = accept_submission(run.source, run.root, run.template, folder)
    run.submission = with_rows_as_indicators(submission, folder, run.unacceptable)
    return [*run.unacceptable, *_open_attachments(run)]


def _open_attachments(run: _Run) -> list[Finding]:
    documents = [one.document for one in walk_facts(run.submission) if one.document is not None]
    if not run.submission.attachments and not documents:
        return []
    from generator.word.merge.attach import Attachment, open_enclosed  # noqa: PLC0415 - needs lxml; few have any

    unusable: list[Finding] = []
    for document in documents:
        try:
            open_enclosed(document)
        except Refused as refused:
            unusable += refused.findings
    for one in run.submission.attachments:
        try:
            run.attachments.append(Attachment.open(one.data, one.name, one.title, one.span, one.path))
        except Refused as refused:
            unusable += refused.findings
    return unusable


def score(run: _Run) -> list[Finding]:
    """Compute the scores; of a draft, those that can be computed."""
    scorecard: Scorecard | None
    scorecard, faults = (score_draft if run.mode is Mode.DRAFT else score_submission)(run.submission)
    if scorecard is not None:
        run.scorecard = scorecard
    # A missing fact is reported where it is missing, not again by every formula that needs it.
    consequence = formula_codes.MISSING_FACT.number if has_errors(run.unacceptable) else ""
    found = [fault for fault in faults if fault.code != consequence]
    if run.mode is Mode.FINISHED and has_errors([*run.found, *found]):
        # The run ends after this stage; the references in texts are checked all the same.
        found += check_references(run.submission, Book(run.submission))
    return found


def narrate(run: _Run) -> list[Finding]:
    """Write out every text of the report."""
    placeholders = Placeholders.NEEDED if run.mode is Mode.DRAFT else Placeholders.NONE
    run.report, found = narrate_report(run.submission, run.scorecard, placeholders=placeholders)
    return found


def check(run: _Run) -> list[Finding]:
    """Find what a reviewer would object to."""
    case = Case(run.submission, run.scorecard, run.report, run.source.text)
    return checking.check_incomplete(case) if run.mode is Mode.DRAFT else checking.check(case)


STAGES: Final[tuple[Callable[[_Run], list[Finding]], ...]] = (choose_template, accept, score, narrate, check)
"""Each takes what those before it made, adds its own to the run, and returns what it found."""
# What cannot be accepted does not stop scoring: one run reports both.
_DECISIVE: Final = (score, narrate)


def render(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    backup: bool = False,
    force: bool = False,
) -> Rendered:
    """Write the report of one input as a Word file."""
    made = prepare(input_file, output, templates)
    path = write_guarded(made.data, made.target, backup=backup, force=force)
    return Rendered(path, made.assessment)


def prepare(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Prepared:
    """Make the report of one input without writing it; batches write their reports themselves."""
    assessment = assess(input_file, templates)
    refuse_errors(assessment.findings)
    target = target_of(output or DEFAULT_OUTPUT, assessment.report.file_name, ".docx")
    refuse_draft_name(target)
    refuse_inputs(target, files_of(assessment.submission, input_file))
    return Prepared(target, print_report(assessment), assessment)


def files_of(facts: Submission, input_file: Path) -> list[Path]:
    """The input and the files that it names."""
    return [input_file, *(input_file.parent / name for name, _ in facts.sources)]


def print_report(assessment: Assessment) -> bytes:
    """The report as the stamped bytes of a Word file; the same input gives the same bytes."""
    facts = assessment.submission
    parts = _layout(assessment).parts(assessment.report.content)
    if assessment.attachments:
        from generator.word.merge.attach import attach  # noqa: PLC0415 - needs python-docx

        parts = attach(parts, assessment.attachments)
    return stamped_parts(parts, stamp_of(facts, report=assessment.report.file_name), facts.sources)


def print_again(input_file: Path, templates: Path | None) -> bytes:
    """The bytes of an input's report as it would be written now, for ``provenance.verify``."""
    return print_report(assess(input_file, templates))


def print_marked(assessment: Assessment) -> Marked:
    """The report with marks around its values and no stamp, for drafts, the review page and ``jixiao pull``."""
    marked = _layout(assessment).marked(assessment.report.content)
    if assessment.attachments:
        from generator.word.merge.attach import attach  # noqa: PLC0415 - needs python-docx

        marked = replace(marked, entries=attach(marked.entries, assessment.attachments))
    return marked


def _layout(assessment: Assessment) -> Layout:
    from generator.word import Layout  # noqa: PLC0415 - scoring and checking need no layout

    form = assessment.submission.template
    filters = {name: form_filter(shape) for name, shape in form.forms.items()}
    return Layout.open(shown_path(form.layout), filters=filters)


def refuse_errors(found: Sequence[Finding]) -> None:
    """Raise ``Refused`` with all findings if there is an error among them."""
    if has_errors(found):
        raise Refused(in_order(found))
