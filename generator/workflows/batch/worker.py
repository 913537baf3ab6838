"""The work of a worker: make one report from its input; convert the reports of a run to PDF."""

from __future__ import annotations

import faulthandler
import os
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import FileProblem, Finding, JixiaoError, Refused, Span, in_order, why_not
from generator.base.forms import plain
from generator.exports.pdf import convert_several, font_findings, fonts_changed, missing_fonts, no_pdf
from generator.provenance.finished import open_finished
from generator.provenance.guard import is_current_pdf, refuse_inputs, write_pdf
from generator.provenance.verify import verify
from generator.workflows import codes
from generator.workflows.batch.result import Job, Outcome, Score, Status


def make_report(job: Job) -> Outcome:
    """Make one report: an outcome with the bytes of its file, or with the reasons why there is none.

    A report that takes longer than the job allows ends the whole process: nothing less stops every kind of loop.
    """
    return guarded(job, lambda: _unchanged(job) or _made(job))


def guarded(job: Job, make: Callable[[], Outcome]) -> Outcome:
    """The result of ``make`` within the job's time limit; any exception of it becomes an outcome."""
    with _watched(job.seconds):
        try:
            return make()
        except Refused as refused:
            return Outcome(job.number, job.input, Status.REFUSED, findings=in_order(refused.findings))
        except FileProblem as problem:
            return Outcome(job.number, job.input, Status.FAILED, findings=in_order(problem.findings))
        except OSError as error:
            return _failed(job, codes.SYSTEM.at(Span(str(job.input)), why=why_not(error)))
        except MemoryError:
            return _failed(job, codes.TOO_MUCH_MEMORY.at(Span(str(job.input))))
        except Exception as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1:]
            place = "".join(f"（{Path(frame.filename).name} 第 {frame.lineno} 行）" for frame in last)
            what = f"{type(fault).__name__}: {fault}{place}"
            return _failed(job, codes.INTERNAL.at(Span(str(job.input)), what=what))


def _unchanged(job: Job) -> Outcome | None:
    """The outcome for a report that exists and is current; None if it must be made."""
    # A draft is never current: it is always made anew.
    if job.known is None or job.force or job.draft:
        return None
    if job.known.is_dir():
        return _all_unchanged(job, job.known)
    verdict = verify(job.known, pipeline.print_again, job.input, job.templates)
    if not verdict.is_current or verdict.stamp is None:
        return None
    pdf = job.known.with_suffix(".pdf") if job.pdf else None
    outcome = Outcome(job.number, job.input, Status.UNCHANGED, target=job.known, pdf=pdf)
    if pdf is None or is_current_pdf(pdf, verdict.stamp, archival=job.archival):
        return outcome
    return replace(outcome, word=job.known.read_bytes(), pdf=None)


def _all_unchanged(job: Job, folder: Path) -> Outcome | None:
    """The outcome for a filing whose documents are all there and current."""
    assessment = pipeline.assess(job.input, job.templates)
    documents = {one.name: one for one in assessment.report.printouts}

    def print_again(_input: Path, _templates: Path | None, output: str) -> bytes:
        return pipeline.print_one(assessment, documents[output]) if output in documents else b""

    words: dict[Path, bytes] = {}
    lacks_pdf = False
    for name, one in documents.items():
        file = folder / pipeline.file_of(one)
        verdict = verify(file, print_again, job.input, job.templates) if file.is_file() else None
        if verdict is None or not verdict.is_current or verdict.stamp is None or verdict.stamp.output != name:
            return None
        if job.pdf and one.output.is_word and not one.output.page:
            words[file] = file.read_bytes()
            lacks_pdf = lacks_pdf or not is_current_pdf(file.with_suffix(".pdf"), verdict.stamp, archival=job.archival)
    outcome = Outcome(job.number, job.input, Status.UNCHANGED, target=folder, pdf=folder if job.pdf else None)
    return replace(outcome, word=b"files", files=words, pdf=None) if lacks_pdf else outcome


def _made(job: Job) -> Outcome:
    if job.draft:
        from generator.workflows.draft import prepare_draft  # noqa: PLC0415 - the reports themselves need none of it

        made = prepare_draft(job.input, job.output, job.templates)
    else:
        made = pipeline.prepare(job.input, job.output, job.templates)
    total = made.assessment.scorecard.total
    return Outcome(
        job.number,
        job.input,
        Status.WRITTEN,
        target=made.target,
        data=b"" if made.files else made.data,
        files=made.files,
        findings=made.assessment.findings,
        score=Score() if total is None else Score(total.score.text, plain(total.full), total.rating),
        word=made.data if job.pdf else b"",
        sources=tuple(pipeline.files_of(made.assessment.submission, job.input)),
    )


def _failed(job: Job, finding: Finding) -> Outcome:
    return Outcome(job.number, job.input, Status.FAILED, findings=(finding,))


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """End this process if the time is up before the block is left."""
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123 - devnull is no path
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def make_pdf(
    target: Path, *, backup: bool = False, force: bool = False, archival: bool = False
) -> tuple[Path, list[Finding]]:
    """The PDF of one report, beside it, with its findings.

    Args:
        target: The report's file.
        backup: Rename a PDF that must not be lost instead of refusing.
        force: Overwrite it.
        archival: Make it a PDF/A.

    Raises:
        Refused: LibreOffice is not installed or made none, or a PDF is there that must not be lost.
        FileProblem: The PDF cannot be written.
    """
    word = target.read_bytes()
    [(_, made)] = convert_several([target], lambda _: word, 1, archival=archival)
    assert made is not None  # there is a Word file  # noqa: S101
    path = _write(made, word, target, backup=backup, force=force)
    return path, font_findings(target, word, path.read_bytes())


def _write(made: bytes | str, word: bytes, target: Path, *, backup: bool, force: bool) -> Path:
    """Write the PDF beside the report; raise Refused if ``made`` is the reason why there is none."""
    if isinstance(made, str):
        raise Refused([no_pdf(target, made)])
    stamp = open_finished(word).stamp
    assert stamp is not None  # this program just made it  # noqa: S101
    return write_pdf(made, target.with_suffix(".pdf"), stamp, backup=backup, force=force)


class Portable:
    """The stage of a run that makes PDFs. A report whose PDF cannot be made stays, and its outcome says why.

    Args:
        count: How many offices work at once.
        backup: Rename PDFs that must not be lost instead of refusing.
        force: Overwrite them.
        archival: Make them PDF/A.
    """

    def __init__(self, count: int, *, backup: bool = False, force: bool = False, archival: bool = False) -> None:
        self._count, self._backup, self._force, self._archival = count, backup, force, archival
        self._missing: set[str] = set()
        self._instead: set[str] = set()

    def add(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes, with the PDF of each report that was written.

        Raises:
            Refused: LibreOffice is not installed.
        """

        def word_of(outcome: Outcome) -> bytes:
            return outcome.word if outcome.target is not None and not outcome.files else b""

        for outcome, made in convert_several(outcomes, word_of, self._count, archival=self._archival):
            if outcome.files and outcome.word:
                yield self._all_written(outcome)
            else:
                yield replace(outcome, word=b"") if made is None else self._written(outcome, made)

    def _all_written(self, outcome: Outcome) -> Outcome:
        """The outcome with the PDF of each of its documents; the first that cannot be made is told."""
        words = {path: data for path, data in outcome.files.items() if path.suffix.lower() == ".docx"}
        outcome = replace(outcome, files={}, word=b"")
        for path, made in convert_several(words, lambda path: words[path], 1, archival=self._archival):
            one = self._written(replace(outcome, target=path, word=words[path]), made or "")
            if one.lacks_pdf:
                return replace(outcome, lacks_pdf=True, findings=one.findings)
        return replace(outcome, pdf=outcome.target)

    def _written(self, outcome: Outcome, made: bytes | str) -> Outcome:
        target, word, outcome = outcome.target, outcome.word, replace(outcome, word=b"")
        assert target is not None  # else it had no Word file  # noqa: S101
        try:
            refuse_inputs(target.with_suffix(".pdf"), outcome.sources)
            path = _write(made, word, target, backup=self._backup, force=self._force)
        except JixiaoError as error:
            return replace(outcome, lacks_pdf=True, findings=(*error.findings, *outcome.findings))
        missing, instead = missing_fonts(word, made) if isinstance(made, bytes) else ((), ())
        self._missing.update(missing)
        self._instead.update(instead)
        return replace(outcome, pdf=path)

    def findings(self) -> list[Finding]:
        """Findings about all PDFs of the run: the fonts that they lack."""
        return [fonts_changed("PDF", sorted(self._missing), sorted(self._instead))] if self._missing else []
