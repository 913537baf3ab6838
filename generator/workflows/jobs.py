"""The inputs that a command names, the jobs made of them, their outcomes, and the summary as text, JSON or CSV."""

from __future__ import annotations

import csv
import glob
import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from enum import Enum
from fractions import Fraction
from pathlib import Path
from zipfile import ZipFile

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from generator.base.diagnostics import Code, FileProblem, Finding, Refused, Severity, Span
from generator.base.files import files_below, is_hidden
from generator.base.formats import plain
from generator.provenance.guard import backup_of
from generator.provenance.stamp import filing_name
from generator.provenance.verify import digest_of_file
from generator.provenance.write import Existing
from generator.scoring.model import Total
from generator.submission.book_form import FACTS
from generator.submission.entries import ANSWERS, REVIEW, is_review
from generator.submission.filing import FACTS_DIGEST, is_workbook
from generator.submission.grid import MOST_BYTES
from generator.word import opc
from generator.workflows import codes

_ENDINGS = (".yaml", ".yml")
_PATTERN = frozenset("*?[")


def find_inputs(named: Iterable[str]) -> list[Path]:
    """The inputs, each once, in the order in which they were named; those of a folder or pattern by name.

    A folder stands for every YAML file and workbook to fill in below it, except hidden ones, reviews and answers. A
    workbook beside a YAML file of its name is skipped: the YAML is the filing.

    Raises:
        FileProblem: Some of the names do not exist or hold no input.
    """
    return each_once(named, _files, lambda name: codes.NO_INPUT if _is_folder(name) else codes.NOTHING_THERE)


def each_once(
    named: Iterable[str], files_of: Callable[[str], Iterable[Path]], missing: Callable[[str], Code]
) -> list[Path]:
    """The files of all names, each once, in order.

    Raises:
        FileProblem: Some names have no files; a finding of the code ``missing`` for each of them.
    """
    files = {name: list(files_of(name)) for name in named}
    if lacking := [missing(name).at(Span(name), file=name) for name, found in files.items() if not found]:
        raise FileProblem(lacking)
    found: dict[Path, Path] = {}
    for file in (file for ones in files.values() for file in ones):
        found.setdefault(file.absolute(), file)
    return list(found.values())


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if _is_folder(name):
        listed = files_below(path)
        yield from _of_record(file for file in listed if is_input(file, path))
        yield from (one for one in listed if one.is_dir() and not is_hidden(one, path))
    elif os.path.exists(name):  # noqa: PTH110
        yield path
    elif not _PATTERN.isdisjoint(name):
        # The shell of Windows does not expand patterns.
        matching = map(Path, glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no whole path
        yield from _of_record(file for file in matching if is_input(file, Path()))


def _of_record(files: Iterable[Path]) -> list[Path]:
    found = sorted(files)
    written = {file.with_suffix("") for file in found if file.suffix.lower() in _ENDINGS}
    return [file for file in found if file.suffix.lower() in _ENDINGS or file.with_suffix("") not in written]


def _is_folder(name: str) -> bool:
    return os.path.isdir(name)  # noqa: PTH112 - Path.is_dir fails on a name that is too long to be one


def is_input(file: Path, below: Path) -> bool:
    """Whether a file in a folder is a filing: YAML or a workbook to fill in, not hidden, no review or answers."""
    if is_hidden(file, below) or is_review(file) or not (file.suffix.lower() in _ENDINGS or is_form(file)):
        return False
    # A broken link, or a file whose folder may only be listed, is reported when it is read.
    return os.path.isfile(file) or not os.path.exists(file)  # noqa: PTH110, PTH113 - Path.is_file may raise


def orphan_reviews(inputs: Iterable[Path]) -> list[Finding]:
    """A finding for each review or answers that belong to no filing, in folders whose YAML filings are all named."""
    given = {file.absolute(): file.parent for file in inputs}
    found: list[Finding] = []
    for folder in dict.fromkeys(given.values()):
        with suppress(OSError):  # of a name that does not exist
            files = sorted(one for one in folder.iterdir() if not (one.name.startswith(".") or one.is_dir()))
            written = [file for file in files if file.suffix.lower() in _ENDINGS]
            filings = {file.absolute() for file in written if not is_review(file)}
            stems = {file.stem for file in (*written, *filter(is_workbook, files))}
            for file in filter(is_review, files if filings and filings <= given.keys() else ()):
                name = file.name.removesuffix(REVIEW).removesuffix(ANSWERS)
                if name not in stems:
                    found.append(codes.ORPHAN_REVIEW.at(Span(str(file)), file=file.name, name=name))
    return found


def refuse_workbook(input_file: Path, what: str) -> None:
    """Raise Refused if the input is a workbook: rewriting it would lose what people set up in it."""
    if is_workbook(input_file):
        raise Refused([codes.NOT_IN_A_WORKBOOK.at(Span(str(input_file)), file=input_file, what=what)])


def is_form(path: Path, *sheets: str) -> bool:
    """Whether a file is a workbook to fill in: one with the sheet of single facts, and these."""
    if not is_workbook(path) or path.name.startswith("~$"):
        return False
    try:
        if not path.is_file():
            return False
        with ZipFile(path) as package, package.open("xl/workbook.xml") as part:
            titles = part.read(MOST_BYTES)
    except opc.BROKEN:
        return False
    return all(f'"{title}"'.encode() in titles for title in (FACTS, *sheets))


class Job(Struct, frozen=True):
    """One report to be made, small enough to be sent to another machine.

    ``number`` is the position of the input on the command line, from 1; ``known`` is a report in the output folder
    that may have been made of it. ``pdf`` asks for the file to convert, unless the PDF is current; ``archival`` for
    a PDF/A.
    """

    number: int
    input: Path
    output: Path
    templates: Path | None = None
    known: Path | None = None
    draft: bool = False
    existing: Existing = Existing.KEEP
    seconds: float = 60.0
    pdf: bool = False
    archival: bool = False


def jobs_of(inputs: Iterable[Path], known: Mapping[str, Path], common: Job) -> list[Job]:
    """A job for every input, numbered from 1, otherwise like ``common``.

    ``known`` are the reports in the output folder, by the name and the digest of the input that each was made of.
    """
    jobs = []
    for number, file in enumerate(inputs, 1):
        report = None
        if known:
            # One of its name, else one of its digest, if it was renamed.
            report = known.get(filing_name(file.name)) or known.get(digest_of_file(file) or "")
            report = report or known.get(digest_of_file(file, FACTS_DIGEST, common.templates) or "")
        jobs.append(replace(common, number=number, input=file, known=report))
    return jobs


class Status(Enum):
    """What became of a report, in the words of the summary."""

    WRITTEN = "已生成"
    UNCHANGED = "未变"
    REFUSED = "有错误"
    FAILED = "失败"
    CRASHED = "中断"

    @property
    def is_good(self) -> bool:
        """Whether the report is there and current."""
        return self in (Status.WRITTEN, Status.UNCHANGED)


class Score(Struct, frozen=True):
    """The total as the report prints it, and its exact ``rate``; all blank for a template without a scoring form.

    ``parts`` are the rates of the first-level indicators by name.
    """

    total: str = ""
    full: str = ""
    rating: str = ""
    rate_text: str = ""
    rate: Fraction = Fraction(0)
    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, total: Total | None, parts: tuple[tuple[str, str], ...] = ()) -> Score:
        """The texts of a total."""
        if total is None:
            return cls()
        return cls(total.score.text, plain(total.full), total.rating, total.rate_text, total.rate, parts)


class Outcome(Struct, frozen=True):
    """The outcome of one input.

    ``files`` are the finished files on their way from the worker to the disk, ``words`` those to convert to PDF; both
    are empty once that is done. ``target`` is the report, of several documents their folder. ``lacks_pdf``: a PDF was
    asked for and could not be made. ``sources`` are the files that the report is made of.
    """

    number: int
    input: Path
    status: Status
    target: Path | None = None
    files: Mapping[Path, bytes] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    score: Score = field(default_factory=Score)
    seconds: float = 0.0
    words: Mapping[Path, bytes] = field(default_factory=dict)
    pdf: Path | None = None
    lacks_pdf: bool = False
    sources: tuple[Path, ...] = ()


_COLUMNS = ("填报文件", "结果", "报告", "总分", "满分", "等级", "错误", "警告", "用时（秒）", "原因")
_MOST_REASONS = 3


class Summary:
    """The outcomes of a run, in the order of the inputs; ``left`` counts those that an interruption left undone."""

    def __init__(self, outcomes: Iterable[Outcome], total: int, seconds: float) -> None:
        self.outcomes = sorted(outcomes, key=lambda outcome: outcome.number)
        self.left = total - len(self.outcomes)
        self.seconds = seconds

    @property
    def is_good(self) -> bool:
        """Whether every report and every PDF asked for exists and is current."""
        return not self.left and all(outcome.status.is_good and not outcome.lacks_pdf for outcome in self.outcomes)

    def counts(self) -> dict[str, int]:
        """The number of outcomes of each status, by its word; zero included."""
        counted = Counter(outcome.status for outcome in self.outcomes)
        return {status.value: counted[status] for status in Status}

    def as_text(self) -> str:
        """Every report that could not be made, with its reasons, then the counts."""
        lines = []
        for outcome in self.outcomes:
            if not outcome.status.is_good or outcome.lacks_pdf:
                lines.append(f"{'没有 PDF' if outcome.lacks_pdf else outcome.status.value}  {outcome.input}")
                lines += [f"    {reason}" for reason in _reasons(outcome)]
        parts = [f"{word} {count} 份" for word, count in self.counts().items() if count]
        lacking = sum(outcome.lacks_pdf for outcome in self.outcomes)
        parts += [f"没有转出 PDF 的 {lacking} 份"] if lacking else []
        parts += [f"没有做到的 {self.left} 份"] if self.left else []
        whole = f"共 {len(self.outcomes) + self.left} 份：{'，'.join(parts) or '无'}。用时 {_span(self.seconds)}。"
        return "\n".join([*lines, whole + ("再次运行同一命令，从没有做到的接着做。" if self.left else "")])

    def as_json(self) -> str:
        """The summary as JSON: the counts under 结果, one entry for each input under 明细."""
        whole = {
            "总数": len(self.outcomes) + self.left,
            "结果": self.counts() | {"没有做到": self.left},
            "用时": round(self.seconds, 3),
            "明细": [
                {
                    "填报文件": str(one.input),
                    "结果": one.status.value,
                    "报告": str(one.target or ""),
                    "PDF": str(one.pdf or ""),
                    "总分": one.score.total,
                    "满分": one.score.full,
                    "等级": one.score.rating,
                    "用时": round(one.seconds, 3),
                    "问题": [finding.as_dict() for finding in one.findings],
                }
                for one in self.outcomes
            ],
        }
        return json.dumps(whole, ensure_ascii=False, indent=2)

    def as_csv(self) -> str:
        """One row for each input below a heading, with the byte order mark that Excel on Windows needs."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(_COLUMNS)
        for one in self.outcomes:
            found = Counter(finding.severity for finding in one.findings)
            why = "" if one.status.is_good and not one.lacks_pdf else "；".join(_reasons(one))
            texts = str(one.input), one.status.value, str(one.target or ""), *astuple(one.score)[:3]
            counts = found[Severity.ERROR], found[Severity.WARNING], f"{one.seconds:.2f}"
            rows.writerow([*map(_cell, texts), *counts, _cell(why)])
        return "\ufeff" + text.getvalue()


def why_report_kept(path: Path, data: bytes) -> Finding | None:
    """Why a summary must not replace a file; None if the file is one."""
    text = data.decode("utf-8-sig", "replace").lstrip()
    if text.startswith(",".join(_COLUMNS)) or re.match(r'\{\s*"总数": \d+,\s*"结果": \{', text):
        return None
    return codes.NO_SUMMARY.at(Span(str(path)), file=path, backup=backup_of(path, data).name)


def _cell(text: str) -> str:
    """The text, quoted if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else text


def _reasons(outcome: Outcome) -> list[str]:
    """The first few errors, one line each; the first finding says why a PDF is missing."""
    lacking = outcome.findings[:1] if outcome.lacks_pdf else ()
    errors = [one for one in outcome.findings if one.severity is Severity.ERROR or one in lacking]
    lines = [
        f"{one.code} {f'第 {one.span.line} 行：' if one.span.line else ''}{one.message}"
        for one in errors[:_MOST_REASONS]
    ]
    more = len(errors) - len(lines)
    return [*lines, f"另有 {more} 个错误"] if more else lines


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "小时"), (minutes, "分"), (rest, "秒")]
    return " ".join(f"{count} {word}" for count, word in parts if count) or f"{seconds:.1f} 秒"
