"""Make many reports with workers or a cluster; an input that is bad, hangs or crashes affects no other."""

from __future__ import annotations

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import time
import traceback
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import FileProblem, Finding, JixiaoError, Refused, Span, in_order, shown, why_not
from generator.base.files import read_regular
from generator.exports.pdf import convert_several, font_findings, fonts_changed, missing_fonts, no_pdf
from generator.provenance.finished import open_finished
from generator.provenance.guard import is_current_pdf, refuse_inputs, write_all, write_pdf
from generator.provenance.stamp import FINAL, Stamp, filing_name
from generator.provenance.verify import Printer, verify
from generator.provenance.write import Existing, write_whole
from generator.workflows import codes
from generator.workflows.jobs import Job, Outcome, Score, Status


def make_report(job: Job) -> Outcome:
    """Make one report: an outcome with the bytes of its file, or with the reasons why there is none.

    Ends the process when the job's time limit is exceeded: nothing less stops every kind of loop.
    """
    return guarded(job, lambda: _unchanged(job) or _made(job))


def guarded(job: Job, make: Callable[[], Outcome]) -> Outcome:
    """Call ``make`` within the job's time limit and turn any exception into an outcome."""
    with open(os.devnull, "w", encoding="ascii") as nowhere:  # noqa: PTH123 - devnull is no path
        faulthandler.dump_traceback_later(job.seconds, exit=True, file=nowhere)
        try:
            return make()
        except JixiaoError as error:
            return replace(_failed(job, *in_order(error.findings)), status=_status_of(error))
        except OSError as error:
            return _failed(job, codes.SYSTEM.at(Span(str(job.input)), why=why_not(error)))
        except MemoryError:
            return _failed(job, codes.TOO_MUCH_MEMORY.at(Span(str(job.input))))
        except Exception as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1:]
            place = "".join(f"（{Path(frame.filename).name} 第 {frame.lineno} 行）" for frame in last)
            what = f"{type(fault).__name__}: {fault}{place}"
            return _failed(job, codes.INTERNAL.at(Span(str(job.input)), what=what))
        finally:
            faulthandler.cancel_dump_traceback_later()


def _unchanged(job: Job) -> Outcome | None:
    """The outcome for a report, or several documents, all there and current; None if to be made, as drafts always."""
    if job.known is None or job.existing is Existing.REPLACE or job.draft:
        return None
    is_folder, words, lacks_pdf = job.known.is_dir(), dict[Path, bytes](), False
    documents, print_again = _documents(job, job.known) if is_folder else ({job.known: ""}, pipeline.print_again)
    for file, name in documents.items():
        verdict = verify(file, print_again, job.input, job.templates) if file.is_file() else None
        stamp = verdict.stamp if verdict is not None and verdict.is_current else None
        if stamp is None or (is_folder and stamp.output != name):
            return None
        if job.pdf and file.suffix.lower() == ".docx":
            words[file] = file.read_bytes()
            lacks_pdf |= not is_current_pdf(file.with_suffix(".pdf"), stamp, archival=job.archival)
    outcome = Outcome(job.number, job.input, Status.UNCHANGED, target=job.known)
    if lacks_pdf or not job.pdf:
        return replace(outcome, words=words)
    return replace(outcome, pdf=job.known if is_folder else job.known.with_suffix(".pdf"))


def _documents(job: Job, folder: Path) -> tuple[dict[Path, str], Printer]:
    """The documents that a filing makes in its folder, with their names, and what prints them."""
    assessment = pipeline.assess(job.input, job.templates)
    named = {one.name: one for one in assessment.report.printouts}

    def print_again(_input: Path, _templates: Path | None, output: str) -> bytes:
        return pipeline.print_one(assessment, named[output]) if output in named else b""

    return {folder / pipeline.file_of(one): name for name, one in named.items()}, print_again


def _made(job: Job) -> Outcome:
    """The report or draft of one input, prepared and not yet written; raises what preparing it raises."""
    if job.draft:
        from generator.workflows.draft import prepare_draft  # noqa: PLC0415 - the reports themselves need none of it

        made = prepare_draft(job.input, job.output, job.templates)
    else:
        made = pipeline.prepare(job.input, job.output, job.templates)
    outcome = Outcome(
        job.number,
        job.input,
        Status.WRITTEN,
        target=made.target,
        files=made.files,
        findings=made.assessment.findings,
        score=Score.of(made.assessment.scorecard.total),
        words={path: data for path, data in made.files.items() if job.pdf and path.suffix.lower() == ".docx"},
        sources=tuple(pipeline.files_of(made.assessment.submission, job.input)),
    )
    made.assessment.scorecard.symbols.close()
    return outcome


def _failed(job: Job, *findings: Finding) -> Outcome:
    return Outcome(job.number, job.input, Status.FAILED, findings=findings)


def _status_of(error: JixiaoError) -> Status:
    return Status.FAILED if isinstance(error, FileProblem) else Status.REFUSED


def make_pdf(target: Path, existing: Existing = Existing.KEEP, *, archival: bool = False) -> tuple[Path, list[Finding]]:
    """Make the PDF of a report beside it, as PDF/A if ``archival``; its path and findings.

    Raises:
        Refused: LibreOffice is not installed or failed, or a PDF that must not be lost is in the way.
        FileProblem: The PDF cannot be written.
    """
    word = target.read_bytes()
    [(_, made)] = convert_several([target], lambda _: word, 1, archival=archival)
    assert made is not None  # there is a Word file  # noqa: S101
    path = _write(made, word, target, existing)
    return path, font_findings(target, word, path.read_bytes())


def _write(made: bytes | str, word: bytes, target: Path, existing: Existing) -> Path:
    """Write the PDF beside the report; raise Refused if ``made`` is the reason why there is none."""
    if isinstance(made, str):
        raise Refused([no_pdf(target, made)])
    stamp = open_finished(word).stamp
    assert stamp is not None  # this program just made it  # noqa: S101
    return write_pdf(made, target.with_suffix(".pdf"), stamp, existing)


class Portable:
    """The stage of a run that makes PDFs, in ``count`` offices at once. Reports are kept even if their PDF fails."""

    def __init__(self, count: int, existing: Existing = Existing.KEEP, *, archival: bool = False) -> None:
        self._count, self._existing, self._archival = count, existing, archival
        self._missing: set[str] = set()
        self._instead: set[str] = set()

    def add(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """The outcomes, with the PDF of each report that was written; raises ``Refused`` without LibreOffice."""
        documents = ((one, path) for one in outcomes for path in one.words or [None])

        def word_of(document: tuple[Outcome, Path | None]) -> bytes:
            outcome, path = document
            return outcome.words[path] if path is not None else b""

        converted = convert_several(documents, word_of, self._count, archival=self._archival)
        for _, group in groupby(converted, lambda one: one[0][0].number):
            ones = list(group)
            outcome = ones[0][0][0]
            yield self._written(outcome, {path: made or "" for (_, path), made in ones if path is not None})

    def _written(self, outcome: Outcome, pdfs: Mapping[Path, bytes | str]) -> Outcome:
        """The outcome once the PDFs of its documents are written, or with the reasons why some cannot be."""
        words, outcome = outcome.words, replace(outcome, words={})
        found: list[Finding] = []
        pdf = None
        for path, made in pdfs.items():
            try:
                refuse_inputs(path.with_suffix(".pdf"), outcome.sources)
                pdf = _write(made, words[path], path, self._existing)
            except JixiaoError as error:
                found += error.findings
                continue
            missing, instead = missing_fonts(words[path], made) if isinstance(made, bytes) else ((), ())
            self._missing.update(missing)
            self._instead.update(instead)
        if found:
            return replace(outcome, lacks_pdf=True, findings=(*found, *outcome.findings))
        return replace(outcome, pdf=pdf if outcome.target in pdfs else outcome.target) if pdfs else outcome

    def findings(self) -> list[Finding]:
        """Findings about all PDFs of the run: the fonts that they lack."""
        return [fonts_changed("PDF", sorted(self._missing), sorted(self._instead))] if self._missing else []


# A worker that dies so many seconds before its time limit, or later, was ended by the watchdog.
_GRAIN = 0.5
_CONNECT_SECONDS = 15
_IN_HAND = 2
_OBJECTS = 200_000  # between two searches for garbage, as in generator.__main__


def run(jobs: Iterable[Job], lanes: Lanes, task: Callable[[Job], Outcome]) -> Iterator[Outcome]:
    """The outcomes of all jobs as they are done; failures are outcomes, never exceptions.

    ``task`` makes one report. It is sent to other processes, so it must be a function of a module.
    """
    waiting, free = deque(jobs), list(lanes)
    running: dict[Future[Outcome], tuple[Lane, Job, float]] = {}
    while waiting or running:
        while waiting and free:
            lane, job = free.pop(), waiting.popleft()
            running[lane.start(task, job)] = lane, job, time.monotonic()
        done, _ = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            lane, job, began = running.pop(future)
            outcome = _outcome(future, job, time.monotonic() - began)
            if outcome.status is Status.CRASHED:
                lane.close()
            free.append(lane)
            yield outcome


def _outcome(future: Future[Outcome], job: Job, seconds: float) -> Outcome:
    code, why = codes.WORKER_DIED, "进程已退出"
    try:
        return replace(future.result(), seconds=seconds)
    except (BrokenExecutor, CancelledError):
        if seconds >= job.seconds - _GRAIN:
            code = codes.TOO_LONG
    except Exception as fault:
        why = type(fault).__name__
    failed = _failed(job, code.at(Span(str(job.input)), seconds=f"{job.seconds:g}", why=why))
    return replace(failed, status=Status.CRASHED, seconds=seconds)


class Writer:
    """Writes the reports; refuses those whose name is taken or whose target must not be overwritten."""

    def __init__(self, existing: Existing = Existing.KEEP) -> None:
        self._existing = existing
        self._first: dict[str, Path] = {}
        self._others: dict[str, list[Path]] = {}
        self._before: dict[str, dict[Path, bytes | None]] = {}

    def write(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Write the reports as the workers make them."""
        for outcome in outcomes:
            if outcome.target is None:
                yield outcome
                continue
            try:
                self._settle(outcome, outcome.target)
                result = replace(outcome, files={})
            except JixiaoError as error:
                lost = {"status": _status_of(error), "findings": (*error.findings, *outcome.findings)}
                result = replace(outcome, target=None, files={}, words={}, **lost)
            yield result

    def _settle(self, outcome: Outcome, target: Path) -> None:
        name = _key(target)
        other = self._first.setdefault(name, outcome.input)
        if other != outcome.input:
            self._others.setdefault(name, []).append(outcome.input)
            raise Refused([_taken(outcome, str(other))])
        if outcome.status is not Status.WRITTEN:
            return
        for stamp in filter(None, () if self._existing is Existing.REPLACE else map(_stamp_in, outcome.files)):
            if filing_name(stamp.input_name) not in ("", shown(filing_name(outcome.input.name))):
                raise Refused([_taken(outcome, stamp.input_name)])
        self._before[name] = dict.fromkeys(outcome.files)
        for path in outcome.files:
            with suppress(OSError):
                self._before[name][path] = read_regular(path)
        write_all(outcome.files, self._existing)

    def withdraw(self, outcomes: Iterable[Outcome]) -> list[Outcome]:
        """Take back the reports whose names several inputs share, whichever came first; restore the earlier files."""
        settled = []
        for outcome in outcomes:
            name = _key(outcome.target) if outcome.target is not None else ""
            others = self._others.get(name)
            if others and outcome.target is not None and outcome.status is Status.WRITTEN:
                for path, before in self._before[name].items():
                    if before is not None:
                        write_whole(before, path)
                    else:
                        path.unlink(missing_ok=True)
                    if outcome.pdf is not None:
                        path.with_suffix(".pdf").unlink(missing_ok=True)
                inner = {path.parent for path in self._before[name]} if outcome.target.is_dir() else ()
                for folder in sorted(inner, reverse=True):
                    with suppress(OSError):
                        folder.rmdir()  # only where it is empty
                found = (_taken(outcome, "」「".join(map(str, others))), *outcome.findings)
                outcome = replace(outcome, status=Status.REFUSED, target=None, pdf=None, findings=found)  # noqa: PLW2901
            settled.append(outcome)
        return settled


def _key(target: Path) -> str:
    """The same for paths that name the same file on Windows or macOS."""
    return unicodedata.normalize("NFC", os.path.abspath(target)).casefold()  # noqa: PTH100


def _taken(outcome: Outcome, other: str) -> Finding:
    return codes.SAME_NAME.at(Span(str(outcome.input)), other=other, target=outcome.target)


def known_reports(folder: Path) -> dict[str, Path]:
    """The reports of a folder (folders, for filings of several documents) by the digests of their inputs.

    Those whose input has a unique name are listed by that name too.
    """
    found: dict[str, Path] = {}
    named: dict[str, list[Path]] = {}
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        reports = [place] if place.suffix.lower() == ".docx" else sorted(place.glob("*.docx"))
        # Drafts and redlines are not the report. Each of several documents names their common input.
        finals = (stamp for stamp in map(_stamp_in, reports) if stamp is not None and stamp.state == FINAL)
        stamp = next((stamp for stamp in finals if place.is_file() or stamp.output), None)
        if stamp is not None:
            found[stamp.input_digest] = place
            named.setdefault(filing_name(stamp.input_name), []).append(place)
    return found | {name: places[0] for name, places in named.items() if len(places) == 1}


def _stamp_in(report: Path) -> Stamp | None:
    """The stamp of a report; None if jixiao did not write the file."""
    try:
        return open_finished(read_regular(report), str(report)).stamp
    except (OSError, Refused):
        return None


class Lane:
    """One executor that makes one report at a time; ``make`` creates it, again after its process died."""

    def __init__(self, make: Callable[[], Executor]) -> None:
        self._make = make
        self._executor: Executor | None = None

    def start(self, task: Callable[[Job], Outcome], job: Job) -> Future[Outcome]:
        """Submit a job. Ctrl-C waits meanwhile, also in a worker that starts (until ``_begin``): no traceback."""
        self._executor = self._executor or self._make()
        _hold_ctrl_c(True)
        try:
            return self._executor.submit(task, job)
        finally:
            _hold_ctrl_c(False)

    def close(self) -> None:
        """Release the executor; the next start creates another."""
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = None


Lanes = list[Lane]


@contextmanager
def local_lanes(count: int, megabytes: int) -> Iterator[Lanes]:
    """Lanes of this machine, each a process with a limit of memory (where the system has limits)."""
    # Not forked from this process: forking a process with threads can deadlock.
    context = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    lanes = [
        Lane(lambda: ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(megabytes,)))
        for _ in range(count)
    ]
    try:
        yield lanes
    finally:
        for lane in lanes:
            lane.close()


@contextmanager
def cluster_lanes(address: str) -> Iterator[Lanes]:
    """Lanes on a Dask cluster, a few for each of its threads, so that no thread waits for its next report.

    Raises:
        FileProblem: The cluster does not answer, or the library for it is not installed.
    """
    try:
        import distributed  # noqa: PLC0415 - only the cluster needs it, and it is large

        connect: Any = distributed.Client
        client = connect(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (ImportError, OSError, ValueError) as fault:
        why = "没有安装 dask.distributed" if isinstance(fault, ImportError) else str(fault) or "没有应答"
        raise FileProblem([codes.NO_CLUSTER.at(Span(address), address=address, why=why.rstrip("。."))]) from fault
    with client:
        executor = client.get_executor(pure=False)
        threads = max(1, sum(client.nthreads().values()))
        yield [Lane(lambda: _Shared(executor)) for _ in range(threads * _IN_HAND)]


class _Shared(Executor):
    """The cluster's one executor, which no lane may shut down."""

    def __init__(self, executor: Executor) -> None:
        self.submit = executor.submit  # type: ignore[method-assign]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Do nothing: the other lanes go on."""


def _hold_ctrl_c(hold: bool) -> None:
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK if hold else signal.SIG_UNBLOCK, [signal.SIGINT])


def _begin(megabytes: int) -> None:
    """Set up a worker: Ctrl-C ends it at once (files are written whole or not at all), and memory is limited."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _hold_ctrl_c(False)
    gc.set_threshold(_OBJECTS, *gc.get_threshold()[1:])
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
