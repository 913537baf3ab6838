"""What is in the archive, and under which names."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PureWindowsPath

from msgspec import Struct

from generator import pipeline
from generator.base.diagnostics import Finding, Refused
from generator.exports.pdf import convert
from generator.exports.scores import print_scores
from generator.exports.xlsx.listing import Column, print_list
from generator.pipeline import Assessment
from generator.provenance.reproducible_pdf import without_times
from generator.provenance.stamp import stamp_of, stamped
from generator.provenance.write import safe_name
from generator.submission.digests import with_evidence
from generator.submission.listing import Listed, list_evidence
from generator.submission.model import Evidence, Submission
from generator.workflows.bundle.archive import Member

_LIST, _DIGESTS = "佐证材料清单", "校验.txt"
_COLUMNS = (
    Column("序号", 7, centred=True),
    Column("指标", 30),
    Column("佐证材料", 42),
    Column("文件", 54),
    Column("说明", 30),
)


def collect(assessment: Assessment, *, pdf: bool) -> tuple[list[Member], list[Finding]]:
    """The members of the archive, and why there is no PDF among them where there is none.

    Args:
        assessment: A report without errors, all evidence of which is there.
        pdf: Whether a PDF is wanted.

    Raises:
        Refused: Evidence cannot be read.
    """
    facts = with_evidence(assessment.submission)
    placed, evidence = place(list_evidence(facts), dict(facts.sources))
    report, notes = _report(assessment, pdf=pdf)
    listed = _list(facts, placed, assessment.report.file_name) if placed else []
    members = [*report, *_scores(assessment), *listed, *evidence]
    return [*members, _digests(members)], notes


def _report(assessment: Assessment, *, pdf: bool) -> tuple[list[Member], list[Finding]]:
    """The report just as ``jixiao render`` writes it, and as PDF."""
    data = pipeline.print_report(assessment)
    members = [Member.of(_file_name(assessment, "", ".docx"), data)]
    if not pdf:
        return members, []
    try:
        return [*members, Member.of(_file_name(assessment, "", ".pdf"), to_pdf(data))], []
    except Refused as refused:
        return members, list(refused.findings)


def _scores(assessment: Assessment) -> list[Member]:
    if assessment.scorecard.total is None:
        return []
    return [Member.of(_file_name(assessment, "评分表", ".xlsx"), print_scores(assessment))]


def _list(facts: Submission, placed: Sequence[Placed], about: str) -> list[Member]:
    """The list; it carries the digests of the evidence, so that ``jixiao verify`` knows what has changed since."""
    data = print_list(_LIST, about, _COLUMNS, [_row(one) for one in placed])
    return [Member.of(f"{_LIST}.xlsx", stamped(data, stamp_of(facts), facts.sources))]


def _row(placed: Placed) -> tuple[str, ...]:
    line = placed.line
    note = "" if placed.names else "只有标题，没有附文件"
    if placed.shared:
        note = f"和第 {placed.shared} 项的文件相同，只放一份"
    return str(line.number), f"{line.place:02} {line.indicator}", line.title, "\n".join(placed.names), note


def _digests(members: Iterable[Member]) -> Member:
    """A line for each file, as ``sha256sum -c`` reads them."""
    lines = (f"{member.digest}  {member.name}\n" for member in sorted(members, key=lambda member: member.name))
    return Member.of(_DIGESTS, "".join(lines).encode())


def _file_name(assessment: Assessment, kind: str, ending: str) -> str:
    return safe_name(assessment.report.file_name + kind, ending)


_FOLDER = "佐证"
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}")


class Placed(Struct, frozen=True):
    """A line of the list of evidence, and where its files are.

    Attributes:
        line: The line.
        names: The paths of its files in the archive.
        shared: The number of the first line that has one of these files as well; 0 where none has.
    """

    line: Listed
    names: tuple[str, ...] = ()
    shared: int = 0


def place(lines: Iterable[Listed], digests: Mapping[str, str]) -> tuple[tuple[Placed, ...], tuple[Member, ...]]:
    """The lines with the places of their files, and those files as members of the archive.

    Files with the same content are there once, at the first of their lines.

    Args:
        lines: The list of evidence; all its files are there.
        digests: The SHA-256 of each file, by the name that the input gives it.
    """
    placer = _Placer(digests)
    return tuple(placer.line(line) for line in lines), tuple(placer.members)


class _Placer:
    def __init__(self, digests: Mapping[str, str]) -> None:
        self.digests = digests
        self.members: list[Member] = []
        self.kept: dict[str, tuple[str, int]] = {}
        self.taken: set[str] = set()

    def line(self, line: Listed) -> Placed:
        names, shared = list[str](), list[int]()
        for number, one in enumerate(line.files, 1):
            digest = self.digests[one.name]
            if digest not in self.kept:
                self.kept[digest] = self._add(line, one, number), line.number
            name, first = self.kept[digest]
            names.append(name)
            shared += [first] if first != line.number else []
        return Placed(line, tuple(dict.fromkeys(names)), min(shared, default=0))

    def _add(self, line: Listed, one: Evidence, number: int) -> str:
        """Make a member of the file; its path in the archive."""
        assert one.file is not None  # a missing one was refused  # noqa: S101
        file = one.file.resolve()
        name = next(name for name in _names(line, one, number) if name.casefold() not in self.taken)
        self.taken.add(name.casefold())
        size = file.stat().st_size
        self.members.append(Member(name, self.digests[one.name], size, file=file, named=(one.name, one.named)))
        return name


def _names(line: Listed, one: Evidence, number: int) -> Iterator[str]:
    """The paths that it may have: the title in the indicator's folder, with a number where there are several."""
    folder = f"{_FOLDER}/{safe_name(f'{line.place:02} {line.indicator}', '')}"
    ending = PureWindowsPath(one.name).suffix
    # What is no usual ending belongs to the name, and is made safe with it.
    title, ending = (line.title, ending) if _ENDING.fullmatch(ending) else (f"{line.title}{ending}", "")
    if len(line.files) == 1:
        yield f"{folder}/{safe_name(title, ending)}"
    while True:
        yield f"{folder}/{safe_name(title, f'（{number}）{ending}')}"
        number += 1


def to_pdf(word: bytes) -> bytes:
    """The Word file as PDF; the same program with the same fonts makes the same bytes.

    Raises:
        Refused: There is no LibreOffice here, or it failed; the finding says so and is no error.
    """
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        file = Path(folder) / "报告.docx"
        file.write_bytes(word)
        return without_times(convert.to_pdf(file).read_bytes())
