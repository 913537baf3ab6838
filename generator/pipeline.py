"""From an input to its report, stage by stage::

    input file ─read─▶ tree ─accept─▶ Submission ─score─▶ Scorecard ─narrate─▶ Report ─check─▶ findings
                                                                                  └─print─▶ .docx bytes ─publish─▶ file

``assess`` runs ``STAGES`` over one input. For a finished report it stops at errors, with everything found so far; for
a draft it goes on with what there is.

Arguments that these functions and those of the workflows share:

    input_file: The bureau's YAML file, or the workbook that it filled in.
    output: The file to write, or the folder for it; ``outputs`` where absent.
    templates: The folder of templates; looked for upward from the input where absent.
    existing: What happens to an output file that was edited by hand, or that something else wrote.

They raise ``Refused`` if the input has errors or such a file is in the way (nothing is written then), and
``FileProblem`` if a file cannot be read or written.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

import generator.base.target_text  # noqa: F401 - its hundred patterns compile much slower deep inside other imports
from generator.base.diagnostics import (
    FileProblem,
    Finding,
    Refused,
    Severity,
    Span,
    by_columns,
    has_errors,
    in_order,
    nearest,
    shown_path,
    suggestion,
)
from generator.base.formats import format_filter
from generator.checks import rules as checking
from generator.checks.rule import Case
from generator.formula import codes as formula_codes
from generator.formula.run import metered
from generator.narrative.content import Placeholders, Printout, Report
from generator.narrative.narrate import narrate as narrate_report
from generator.narrative.narrate import printouts_of
from generator.narrative.text import Writer
from generator.provenance.codes import NEEDS_FOLDER
from generator.provenance.guard import refuse_inputs, write_all
from generator.provenance.stamp import stamp_of, stamped, stamped_page, stamped_parts
from generator.provenance.write import Existing, refuse_draft_name, safe_name, target_of
from generator.scoring.forms import with_rows_as_indicators
from generator.scoring.model import Scorecard, known_part
from generator.scoring.score import score as score_submission
from generator.scoring.score import score_draft, unexplained
from generator.submission import codes as submission_codes
from generator.submission.accept import accept as accept_submission
from generator.submission.accept import read_filing
from generator.submission.attachments import list_evidence
from generator.submission.entries import read_review
from generator.submission.model import Submission, facts_by_path
from generator.template import codes as template_codes
from generator.template.codes import NO_OUTPUT, SAME_FILE
from generator.template.load import named_template
from generator.template.model import Output, Template
from generator.word.layout import Layout
from generator.word.opc import Entry
from generator.word.render.state import Marked
from generator.yamlfile.build import Mapping as Tree
from generator.yamlfile.source import Source

if TYPE_CHECKING:
    from generator.word.merge.join import Attachment


DEFAULT_OUTPUT = Path("outputs")
_PRINTS_REVIEW = re.compile("复核(?:得分|意见|总分|等级|轮次)|[.]答复")
PUBLIC: Final = "公开"
"""The folder of public copies."""


class Mode(Enum):
    """Whether errors stop the stages (a finished report), leave placeholders (a draft), or nothing is printed."""

    FINISHED = "报告"
    DRAFT = "草稿"
    FILED = "送审"


class Assessment(Struct, frozen=True):
    """What the stages made of one input: everything but the Word file; ``case`` is what the checks looked at."""

    submission: Submission
    scorecard: Scorecard
    report: Report
    findings: tuple[Finding, ...]
    case: Case
    attachments: tuple[Attachment, ...] = ()


class Prepared(Struct, frozen=True):
    """A report, draft or scoring form that is not written yet: its path, and the bytes of all ``files`` to be written.

    Of a filing that makes several documents, ``target`` is their folder, and ``is_whole`` says whether they are all of
    them.
    """

    target: Path
    assessment: Assessment
    files: Mapping[Path, bytes]
    is_whole: bool = True


class Rendered(Struct, frozen=True):
    """A written report: its path, and what was found on the way; of several documents their folder and their paths."""

    path: Path
    assessment: Assessment
    files: tuple[Path, ...] = ()


def assess(
    input_file: Path, templates: Path | None = None, mode: Mode = Mode.FINISHED, source: Source | None = None
) -> Assessment:
    """Run the stages over one input file, or over what was read already and would be that file."""
    return assess_source(source or read_filing(input_file, templates), input_file, templates, mode)


def findings_of(assessed: Callable[[], Assessment]) -> tuple[Finding, ...]:
    """Everything found in an input while it is assessed, whether it can be scored or not."""
    try:
        return assessed().findings
    except Refused as refused:
        return refused.findings


@metered()
def assess_source(
    source: Source,
    input_file: Path,
    templates: Path | None = None,
    mode: Mode = Mode.FINISHED,
    template: Template | None = None,
) -> Assessment:
    """Run the stages over an input that was read before; its template is given, or looked for from ``input_file``."""
    if source.root is None:
        raise Refused(source.findings)
    run = _Run(source, source.root, input_file, templates, mode)
    if template is not None:
        run.template = template
    for stage in STAGES:
        if (stage is choose_template and template is not None) or (stage is narrate and mode is Mode.FILED):
            continue
        try:
            run.found += stage(run)
        except Refused as refused:
            raise Refused(in_order([*run.found, *refused.findings])) from None
        if mode is Mode.FINISHED and stage in _DECISIVE:
            refuse_errors(run.found)
    attachments = tuple(run.attachments)
    return Assessment(run.submission, run.scorecard, run.report, in_order(run.found), run.case, attachments)


class _Run:
    """The state of one run: what each stage has made, and everything found so far."""

    template: Template
    submission: Submission
    scorecard: Scorecard
    report = Report({}, {}, "", {})
    case: Case

    def __init__(self, source: Source, root: Tree, input_file: Path, templates: Path | None, mode: Mode) -> None:
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
    if run.mode is not Mode.FILED:
        run.submission = read_review(run.submission, run.input_file, run.unacceptable)
    return [*by_columns(run.unacceptable), *_open_attachments(run)]


def _open_attachments(run: _Run) -> list[Finding]:
    documents = [one.document for one in run.submission.facts.files if one.document is not None]
    if not run.submission.attachments and not documents:
        return []
    from generator.word.merge.join import Attachment, open_enclosed, too_much_together  # noqa: PLC0415 - needs lxml; few have any

    found: list[Finding] = []
    for document in documents:
        try:
            found += open_enclosed(document).noted
        except Refused as refused:
            found += refused.findings
    for one in run.submission.attachments:
        try:
            run.attachments.append(Attachment.open(one.data, one.name, one.title, one.span, one.path))
            found += run.attachments[-1].noted
        except Refused as refused:
            found += refused.findings
    enclosed = [one.opened for one in documents if isinstance(one.opened, Attachment)]
    if too_much := too_much_together([*enclosed, *run.attachments]):
        run.attachments.clear()
    return found + too_much


def score(run: _Run) -> list[Finding]:
    """Compute the scores; of a draft, those that can be computed."""
    scorecard: Scorecard | None
    scorecard, faults = (score_submission if run.mode is Mode.FINISHED else score_draft)(run.submission)
    if scorecard is not None:
        run.scorecard = scorecard
    # A refused value is reported once, not again by every formula that uses it.
    missing = formula_codes.MISSING_FACT.number
    blamed = {finding.path for finding in run.unacceptable if has_errors([finding])}
    faults = [fault for fault in faults if fault.code != missing or not _is_said(fault, run)]
    found = by_columns(fault for fault in faults if fault.path not in blamed)
    if run.mode is Mode.FINISHED and has_errors([*run.found, *found]):
        found += _further_errors(run, {finding.path for finding in [*run.unacceptable, *found]})
    return found


def _further_errors(run: _Run, reported: Set[str]) -> list[Finding]:
    """Further errors of a report without scores, so that one run reports everything to be fixed.

    Errors at the ``reported`` paths are left out.
    """
    run.scorecard, _ = score_draft(run.submission)
    run.report, narrated = narrate_report(run.submission, run.scorecard, placeholders=Placeholders.NEEDED)
    # What cannot be printed may only follow from missing facts.
    found = [one for one in narrated if one.code != template_codes.NOT_PRINTABLE.number]
    case = Case(run.submission, known_part(run.scorecard), run.report, run.source.text)
    named = printouts_of(run.submission, run.report.content, Writer(run.template.formats, run.report.content))
    whole = [one for one in named if "【待" not in one.file_name]
    further = [*_shared_names(run.submission, whole), *checking.check_incomplete(case)]
    return found + [one for one in further if one.severity is Severity.ERROR and one.path not in reported]


def _is_said(fault: Finding, run: _Run) -> bool:
    """Whether a missing fact follows from a refused value: itself, its container, or its own name misspelt."""
    if run.submission.is_refused(fault.path):
        return True
    for finding in run.unacceptable:
        within = finding.path == fault.path or fault.path.startswith((f"{finding.path}.", f"{finding.path}["))
        if finding.severity is Severity.ERROR and (within or finding.path.startswith(f"{fault.path}[")):
            return True
        above, _, name = finding.path.rpartition(".")
        beside = fault.path.removeprefix(above).lstrip(".").partition(".")[0] if fault.path.startswith(above) else ""
        if finding.code == submission_codes.UNKNOWN_FIELD.number and nearest(name, [beside]):
            return True
    return False


def narrate(run: _Run) -> list[Finding]:
    """Write out every text of the report."""
    placeholders = Placeholders.NEEDED if run.mode is Mode.DRAFT else Placeholders.NONE
    run.report, found = narrate_report(run.submission, run.scorecard, placeholders=placeholders)
    return found or list(_shared_names(run.submission, run.report.printouts))


def _shared_names(submission: Submission, printouts: Sequence[Printout]) -> Iterator[Finding]:
    """Documents with the same file name, reported at the cell that the name is made of, or in the template."""
    first: dict[str, Printout] = {}
    for one in printouts:
        other = first.setdefault(file_of(one).casefold(), one)
        if other is one:
            continue
        own = [at.origin.path for at in getattr(one.file_name, "stretches", ()) if at.origin.path.startswith(one.row)]
        fact = facts_by_path(submission).get(own[0]) if one.row and own else None
        span = fact.span if fact is not None else one.output.file_span
        mend = "名称要各不相同，或在模板的「文件名」里加上能区分的字段，如 {{ 行号 }}。"
        yield SAME_FILE.at(span, one.row, what=one.name, file=file_of(one), other=other.name, mend=mend)


def check(run: _Run) -> list[Finding]:
    """Find what a reviewer would object to."""
    run.case = Case(run.submission, known_part(run.scorecard), run.report, run.source.text)
    found = checking.check(run.case) if run.mode is Mode.FINISHED else checking.check_incomplete(run.case)
    return [*found, *unexplained(run.scorecard)]


STAGES: Final[tuple[Callable[[_Run], list[Finding]], ...]] = (choose_template, accept, score, narrate, check)
"""Each takes what those before it made, adds its own to the run, and returns what it found."""
# What cannot be accepted does not stop scoring: one run reports both.
_DECISIVE: Final = (score, narrate)


def publish(made: Prepared, existing: Existing = Existing.KEEP) -> Rendered:
    """Write what was prepared, all files or none."""
    write_all(made.files, existing)
    if made.target in made.files:
        return Rendered(made.target, made.assessment)
    from generator.provenance.finished import stale_documents  # noqa: PLC0415 - lxml; one report leaves nothing over

    left = stale_documents(made.target, made.files, Path(made.assessment.submission.file).name) if made.is_whole else []
    assessment = replace(made.assessment, findings=in_order([*made.assessment.findings, *left]))
    return Rendered(made.target, assessment, tuple(made.files))


def prepare(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    only: Sequence[str] = (),
    source: Source | None = None,
) -> Prepared:
    """Make the report of one input, or its documents, without writing; batches write their reports themselves."""
    assessment = assess(input_file, templates, source=source)
    refuse_errors(assessment.findings)
    template = assessment.submission.template
    names, span = [one.name for one in template.outputs], Span(shown_path(template.folder / "template.yaml"))
    words = {name: {"hint": suggestion(name, names), "template": template.id} for name in only if name not in names}
    refuse_errors([NO_OUTPUT.at(span, name=name, **said) for name, said in words.items()])
    main, is_alone = main_printout(assessment), len(names) <= 1
    named = main.file_name if is_alone else assessment.report.file_name
    target = target_of(output or DEFAULT_OUTPUT, named, ".docx")
    refuse_draft_name(target)
    sources = files_of(assessment.submission, input_file)
    if is_alone:
        refuse_inputs(target, sources)
        return Prepared(target, assessment, {target: print_one(assessment, main)})
    if target == output:
        raise FileProblem([NEEDS_FOLDER.at(Span(str(target)), file=target)])
    folder = target.with_name(safe_name(named, ""))
    files = {folder / file: data for file, data in print_all(assessment, only).items()}
    for file in files:
        refuse_inputs(file, sources)
    return Prepared(folder, assessment, files, not only)


def file_of(printout: Printout) -> str:
    """The path of one of several documents below the folder of its filing: public copies have one of their own."""
    ending = ".html" if printout.output.page else printout.output.layout.suffix.lower()
    name = safe_name(printout.file_name, ending)
    return f"{PUBLIC}/{name}" if printout.output.public else name


def print_all(assessment: Assessment, only: Sequence[str] = ()) -> dict[str, bytes]:
    """The documents by their paths, or those of these outputs; raises ``Refused`` with the findings of all."""
    printed: dict[str, bytes] = {}
    found: list[Finding] = []
    for one in assessment.report.printouts:
        if not only or one.output.name in only:
            try:
                printed[file_of(one)] = print_one(assessment, one)
            except Refused as refused:
                found += refused.findings
    refuse_errors(found)
    return printed


def print_one(assessment: Assessment, printout: Printout) -> bytes:
    """One of several documents as stamped bytes; attachments are behind the report itself only."""
    output = printout.output
    facts = _with_review(assessment.submission, output.layout)
    stamp = stamp_of(facts, report=assessment.report.file_name, layout=output.layout, output=printout.name)
    if output.page:
        return stamped_page(_layout(facts.template, output.layout).page(printout.content, printout.file_name), stamp)
    if output.is_word:
        parts = _layout(facts.template, output.layout).parts(printout.content)
        if output.layout == facts.template.layout and output.may_be_main:
            parts = _attached(parts, assessment)
        return stamped_parts(parts, stamp, facts.sources)
    from generator.narrative.workbook import fill  # noqa: PLC0415 - openpyxl; few templates have workbooks

    book = fill(output.layout, shown_path(output.layout), Writer(facts.template.formats, printout.content))
    return stamped(book, stamp, facts.sources)


def _with_review(facts: Submission, layout: Path) -> Submission:
    """The submission; its review and the answers are among its files where the layout prints them, and only there."""
    if facts.review is None:
        return facts
    # Tags may be split over runs, and names of loops say nothing of what is printed of their rows.
    with zipfile.ZipFile(layout) as archive:
        texts = [archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if name.endswith(".xml")]
    printed = any(_PRINTS_REVIEW.search(re.sub("<[^>]*>", "", text)) for text in texts)
    return with_review_files(facts) if printed else facts


def with_review_files(facts: Submission) -> Submission:
    """The submission with its review and the answers among its files, for stamps of what prints them."""
    review = facts.review.sources if facts.review is not None else ()
    return replace(facts, sources=(*facts.sources, *review)) if review else facts


def _attached(parts: dict[str, Entry], assessment: Assessment) -> dict[str, Entry]:
    if not assessment.attachments:
        return parts
    from generator.word.merge.join import attach  # noqa: PLC0415 - needs python-docx

    return attach(parts, assessment.attachments)


def main_printout(assessment: Assessment) -> Printout:
    """The report itself: the only document, or the first of several that is a Word file for the whole filing."""
    report, form, nowhere = assessment.report, assessment.submission.template, Span("")
    alone = Printout(Output("", form.layout, form.file_name, nowhere, nowhere), report.content, report.file_name)
    return next((one for one in report.printouts if one.output.may_be_main), alone)


def files_of(facts: Submission, input_file: Path) -> list[Path]:
    """The input, the files that it names, and its template's."""
    named = (input_file.parent / name for name, _ in with_review_files(facts).sources)
    evidence = (one.file for line in list_evidence(facts) for one in line.files if one.file is not None)
    return [input_file, *named, *evidence, *facts.template.folder.glob("*")]


def print_report(assessment: Assessment) -> bytes:
    """The report as the stamped bytes of a Word file; the same input gives the same bytes."""
    return print_one(assessment, main_printout(assessment))


def print_again(input_file: Path, templates: Path | None, output: str = "") -> bytes:
    """The bytes of a document of an input as it would be written now, for ``provenance.verify``.

    Raises ``Refused`` also where the input makes no document of that name any more.
    """
    assessment = assess(input_file, templates)
    if not output:
        return print_report(assessment)
    named = next((one for one in assessment.report.printouts if one.name == output), None)
    if named is None:
        raise Refused([])
    return print_one(assessment, named)


def print_marked(assessment: Assessment) -> Marked:
    """The report with marks around its values and no stamp, for drafts, the review page and ``jixiao pull``."""
    marked = _layout(assessment.submission.template).marked(assessment.report.content)
    return replace(marked, entries=_attached(marked.entries, assessment)) if assessment.attachments else marked


def _layout(form: Template, file: Path | None = None) -> Layout:
    from generator.word import Layout  # noqa: PLC0415 - scoring and checking need no layout

    filters = {name: format_filter(shape) for name, shape in form.formats.items()}
    return Layout.open(shown_path(file or form.layout), filters=filters)


def refuse_errors(found: Sequence[Finding]) -> None:
    """Raise ``Refused`` with all findings if there is an error among them."""
    if has_errors(found):
        raise Refused(in_order(found))
