"""From an edited document to a Plan: what would be written into the input, what cannot be, what would come of it."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import pipeline, provenance, publishing
from generator.base.diagnostics import Span, has_errors, in_order, shown_path, why_not
from generator.base.errors import FileProblem, Refused
from generator.pulling import codes
from generator.pulling.comparing import Comparison, compare
from generator.pulling.computed import computed_findings
from generator.pulling.deciding import Decisions
from generator.pulling.edits import Edit
from generator.pulling.observing import Observed, Printing, observe, texts_of
from generator.pulling.structure import Structure
from generator.pulling.targets import Targets
from generator.word.finished.reading_back import ReadBack, read_back
from generator.yamlfile.edit import CannotSpell, respelled
from generator.yamlfile.source import parse_yaml, read_yaml

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment
    from generator.provenance import Stamp
    from generator.pulling.aligning import Key
    from generator.yamlfile.source import Source

__all__ = ["Plan", "plan", "write"]

_LEAST_SHARED = 0.5


class Plan(Struct, frozen=True):
    """What pulling the edits of a document would do.

    Attributes:
        document: The edited document, as messages name it.
        path: The input.
        source: The input as it is.
        edits: The facts that would change, in the order of the file.
        findings: What cannot be written, and what else to know of the document.
        consequences: What would be found in the input that is not found in it now.
        remarks: How the document was read, in Chinese.
        after: The input's text with the edits made; None where nothing is to be written.
    """

    document: str
    path: Path
    source: Source
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    after: str | None = None


class _Printed(Struct, frozen=True):
    """An input with its report, printed and read back."""

    assessment: Assessment
    printed: ReadBack


class _Input(Struct, frozen=True):
    """The input that is to change, likewise."""

    source: Source
    assessment: Assessment
    printed: ReadBack


def plan(document: Path, input_file: Path, templates: Path | None = None, base: str = "") -> Plan:
    """Works out what the edits in a document mean for its input. Nothing is written.

    Args:
        document: The edited Word file.
        input_file: The input that it was made of, as it is now.
        templates: The folder of templates; looked for upward from the input where absent.
        base: The input as it was when the document was made (a file, or 「版本:文件」 in git), where the document
            itself does not tell enough.

    Raises:
        Refused: The document cannot be read or is not a report of this input; or the input has errors.
        FileProblem: A file cannot be read.
    """
    name = shown_path(document)
    data = _bytes_of(document)
    edited = read_back(data, Span(name))
    stamp = provenance.open_finished(data, name).stamp
    if stamp is not None and stamp.state == provenance.DRAFT:
        raise Refused([codes.DRAFT.at(Span(name), file=name)])
    source = read_yaml(input_file)
    now = _Input(source, *_as_printed(pipeline.assess_source(source, input_file, templates), source.file))
    printed = _base(base, templates) if base else now
    comparison, printing = compare(printed.printed, edited), Printing(edited, printed.printed)
    _check_kinship(name, stamp, (printed, now), (comparison, printing))
    return _planned(name, input_file, now, _Found(edited, comparison, printing, stamp), templates)


class _Found(Struct, frozen=True):
    """What an edited document tells."""

    edited: ReadBack
    comparison: Comparison
    printing: Printing
    stamp: Stamp | None


def _bytes_of(document: Path) -> bytes:
    try:
        if not (document.is_file() or document.is_dir()) and document.exists():  # a pipe would be waited for
            raise OSError(errno.ENODEV, "no regular file")  # noqa: TRY301
        return document.read_bytes()
    except OSError as error:
        from generator.word import codes as word_codes  # noqa: PLC0415

        raise FileProblem([word_codes.UNREADABLE.at(Span(str(document)), why=why_not(error))]) from error


def _as_printed(assessment: Assessment, file: str) -> tuple[Assessment, ReadBack]:
    """An input with its report, printed and read back."""
    errors = [finding for finding in assessment.findings if has_errors([finding])]
    if errors:
        raise Refused(errors)
    return assessment, read_back(pipeline.print_report(assessment, controls=True), Span(file))


def _base(base: str, templates: Path | None) -> _Printed:
    from generator.comparing import open_side  # noqa: PLC0415 - rarely asked for

    with open_side(base, templates) as side:
        if side.assessment is None:
            raise Refused(side.findings)
        return _Printed(*_as_printed(side.assessment, base))


def _check_kinship(
    name: str,
    stamp: Stamp | None,
    inputs: tuple[_Printed | _Input, _Input],
    found: tuple[Comparison, Printing],
) -> None:
    """Refuses a document of another input, and one of which it cannot be told what was edited."""
    (printed, now), (comparison, printing) = inputs, found
    file = now.source.file
    words = {"file": name, "input": file}
    if stamp is not None and stamp.template != now.assessment.submission.template.id:
        why = f"它用的是模板「{stamp.template}」"
        raise Refused([codes.OTHER_REPORT.at(Span(name), why=why, **words)])
    same = stamp is None or stamp.input_digest == printed.assessment.submission.digest
    shared, of = printing.shares() if printing.is_recorded else comparison.kept
    if not same and not printing.is_recorded:
        raise Refused([codes.INPUT_CHANGED.at(Span(name), **words)])
    if (not same and shared < of * _LEAST_SHARED) or not shared:
        why = f"其中 {of} 处只有 {shared} 处相同"
        raise Refused([codes.OTHER_REPORT.at(Span(name), why=why, **words)])


def _planned(name: str, input_file: Path, now: _Input, found: _Found, templates: Path | None) -> Plan:
    """The plan, after everything that is to change was decided and tried out."""
    targets = Targets(now.source, now.assessment)
    decisions = Decisions(targets, texts_of(now.printed))
    observed = observe(found.comparison, found.printing)
    for path, group in _by_path(observed).items():
        decisions.take(path, group)
    layout = shown_path(now.assessment.submission.template.layout)
    structure = Structure(found.comparison, found.printing.keys(), targets, name, layout)
    findings = list(structure.decide(decisions))
    after = _respelled(now.source, decisions)
    trial = _tried(after, now, input_file, templates) if after is not None else None
    printed = texts_of(trial.printed) if trial is not None and trial.printed is not None else texts_of(now.printed)
    computed = [one for one in observed if one.key[1] and one.edited != printed.get(one.key)]
    findings += [*decisions.findings, *computed_findings(computed, targets, now.assessment, Span(name))]
    if trial is not None:
        findings += trial.findings
        findings += _printed_otherwise(decisions.edits, printed) if trial.printed is not None else []
    return Plan(
        name,
        input_file,
        now.source,
        tuple(sorted(decisions.edits, key=lambda edit: edit.span)),
        in_order(findings),
        trial.consequences if trial is not None else (),
        tuple(_remarks(found, now)),
        after if trial is not None and trial.printed is not None else None,
    )


def _by_path(observed: list[Observed]) -> dict[str, list[Observed]]:
    """The edits of what was typed, by fact."""
    grouped: dict[str, list[Observed]] = {}
    for one in observed:
        if not one.key[1]:
            grouped.setdefault(one.key[0], []).append(one)
    return grouped


def _respelled(source: Source, decisions: Decisions) -> str | None:
    """The input's text with the edits made; those that YAML cannot say are taken back."""
    while changes := decisions.changes():
        try:
            return respelled(source.text, changes)
        except CannotSpell as fault:
            lost = [
                edit for edit in decisions.edits if (edit.span.line, edit.span.column) == (fault.line, fault.column)
            ]
            for edit in lost:
                words = {"label": edit.label, "old": edit.old, "new": edit.new, "place": "、".join(edit.places)}
                why = "写进填报文件后读出来不是这些文字"
                decisions.findings.append(codes.CANNOT_PLACE.at(edit.span, edit.path, name=edit.path, why=why, **words))
                decisions.drop(edit.span)
            if not lost:
                raise
    return None


class _Trial(Struct, frozen=True):
    """The input as it would be: printed, where it is accepted; what is found in it that was not before."""

    printed: ReadBack | None
    findings: tuple[Finding, ...] = ()
    consequences: tuple[Finding, ...] = ()


def _tried(after: str, now: _Input, input_file: Path, templates: Path | None) -> _Trial:
    known = {(one.code, one.path, one.message) for one in now.assessment.findings}
    source = parse_yaml(after.encode(), now.source.file)
    try:
        assessment = pipeline.assess_source(source, input_file, templates)
        found = assessment.findings
    except Refused as refused:
        assessment, found = None, refused.findings
    fresh = tuple(one for one in found if (one.code, one.path, one.message) not in known)
    errors = [one for one in found if has_errors([one])]
    if assessment is not None and not errors:
        return _Trial(_as_printed(assessment, now.source.file)[1], consequences=fresh)
    return _Trial(None, (codes.NOT_ACCEPTED.at(Span(now.source.file), count=len(errors)),), fresh)


def _printed_otherwise(edits: list[Edit], printed: dict[Key, str]) -> list[Finding]:
    """Where the report would not read as the document does, though the value was taken over."""
    return [
        codes.PRINTED_OTHERWISE.at(
            edit.span, edit.path, name=edit.path, now=printed[key], new=text, place="、".join(edit.places)
        )
        for edit in edits
        for key, text in edit.keys
        if key in printed and printed[key] != text and "\n" not in text
    ]


def _remarks(found: _Found, now: _Input) -> list[str]:
    """What people should know of how the document was read."""
    edited, stamp, remarks = found.edited, found.stamp, []
    if edited.revisions:
        remarks.append(f"改稿里还有 {edited.revisions} 处修订没有接受或拒绝，按全部接受读取。")
    if edited.comments:
        remarks.append(f"改稿里有 {edited.comments} 条批注，批注不会带回。")
    if not any(piece.value for line in edited.lines for piece in line.pieces):
        remarks.append("改稿里没有内容控件（生成时用了 --plain，或被编辑软件去掉），按文字比对，请逐项核对。")
    if stamp is None and not found.printing.is_recorded:
        remarks.append("改稿没有来源记录，按填报文件在生成以后没有改过来比对。")
    elif stamp is not None and stamp.input_digest != now.source.digest:
        remarks.append("填报文件在生成以后改过：只有一边改动的照改，两边都改的列为问题；固定文字的差别也可能由此而来。")
    if stamp is not None and stamp.template_digest != provenance.stamp_of(now.assessment.submission).template_digest:
        remarks.append("模板在生成以后改过，固定文字的差别可能由此而来。")
    return remarks


def write(made: Plan) -> Path:
    """Writes the input with the edits of a plan made: the whole of it, or nothing.

    Raises:
        Refused: The input was changed since the plan was made.
        FileProblem: It cannot be read or written.
    """
    if read_yaml(made.path).digest != made.source.digest:
        raise Refused([codes.CHANGED_MEANWHILE.at(Span(made.source.file), input=made.source.file)])
    with made.path.open("rb") as file:
        mark = codecs.BOM_UTF8 if file.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8 else b""
    return publishing.write_whole(mark + (made.after or made.source.text).encode(), made.path)
