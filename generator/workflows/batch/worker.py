"""What a worker does: one report, from its input to the bytes of its file."""

from __future__ import annotations

import faulthandler
import os
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, in_order
from generator.base.forms import plain
from generator.workflows.batch import codes
from generator.workflows.batch.result import Job, Outcome, Score, Status

if TYPE_CHECKING:
    from generator.pipeline import Assessment, Prepared


def make_report(job: Job) -> Outcome:
    """The outcome of one report, its bytes in it; whatever goes wrong is an outcome as well.

    A report that takes longer than the job allows ends the whole process: nothing less stops every kind of loop.
    """
    return guarded(job, lambda: _unchanged(job) or _made(job))


def guarded(job: Job, make: Callable[[], Outcome]) -> Outcome:
    """What ``make`` gives; whatever goes wrong in it is an outcome as well, and it has as long as the job allows."""
    with _watched(job.seconds):
        try:
            return make()
        except Refused as refused:
            return Outcome(job.number, job.input, Status.REFUSED, findings=in_order(refused.findings))
        except FileProblem as problem:
            return Outcome(job.number, job.input, Status.FAILED, findings=in_order(problem.findings))
        except MemoryError:
            return _failed(job, codes.TOO_MUCH_MEMORY.at(Span(str(job.input))))
        except Exception as fault:
            return _failed(job, codes.INTERNAL.at(Span(str(job.input)), what=_what(fault)))


def _unchanged(job: Job) -> Outcome | None:
    """The outcome where the report is there and nothing of what it was made of has changed since."""
    from generator import pipeline  # noqa: PLC0415 - workers need them, who hands out the work does not
    from generator.provenance.guard import is_current_pdf  # noqa: PLC0415 - workers need them, who hands out the work does not
    from generator.provenance.verify import verify  # noqa: PLC0415 - workers need them, who hands out the work does not

    # A draft is never current: it is always made anew.
    if job.known is None or job.force or job.draft:
        return None
    verdict = verify(job.known, pipeline.print_again, job.input, job.templates)
    if not verdict.is_current or verdict.stamp is None:
        return None
    pdf = job.known.with_suffix(".pdf") if job.pdf else None
    outcome = Outcome(job.number, job.input, Status.UNCHANGED, target=job.known, pdf=pdf)
    if pdf is None or is_current_pdf(pdf, verdict.stamp):
        return outcome
    return replace(outcome, word=job.known.read_bytes(), pdf=None)


def _made(job: Job) -> Outcome:
    made = _prepared(job)
    return Outcome(
        job.number,
        job.input,
        Status.WRITTEN,
        target=made.target,
        data=made.data,
        findings=made.assessment.findings,
        score=_score(made.assessment),
        word=made.data if job.pdf else b"",
    )


def _prepared(job: Job) -> Prepared:
    if job.draft:
        from generator.workflows.draft import prepare_draft  # noqa: PLC0415 - the reports themselves need none of it

        return prepare_draft(job.input, job.output, job.templates)
    from generator import pipeline  # noqa: PLC0415

    return pipeline.prepare(job.input, job.output, job.templates)


def _score(assessment: Assessment) -> Score:
    total = assessment.scorecard.total
    return Score() if total is None else Score(total.score.text, plain(total.full), total.rating)


def _failed(job: Job, finding: Finding) -> Outcome:
    return Outcome(job.number, job.input, Status.FAILED, findings=(finding,))


def _what(fault: Exception) -> str:
    """The exception and the line of the program that raised it."""
    last = traceback.extract_tb(fault.__traceback__)[-1:]
    place = "".join(f"（{Path(frame.filename).name} 第 {frame.lineno} 行）" for frame in last)
    return f"{type(fault).__name__}: {fault}{place}"


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """End this process if the time is up before the block is left."""
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123 - devnull is no path
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
