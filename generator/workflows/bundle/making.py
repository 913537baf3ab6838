"""``jixiao bundle``: from an input to the archive that is handed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import Finding, Refused, Severity, Span
from generator.pipeline import Assessment
from generator.provenance.write import target_of, write_stream
from generator.submission.evidence import INCOMPLETE
from generator.submission.listing import list_evidence
from generator.submission.model import Submission
from generator.workflows.bundle import codes
from generator.workflows.bundle.archive import Member, keep_or_refuse, refuse_to_lose, write_archive
from generator.workflows.bundle.contents import collect

_KIND, _ENDING = "报送材料", ".zip"
_MOST_BYTES = 20_000_000_000
_LARGEST = 3


class Bundled(Struct, frozen=True):
    """An archive that was written.

    Attributes:
        path: Where it is.
        size: How many bytes it has.
        names: The paths of the files in it, the report first.
        untold: How many documents of the list have a title only, and no file.
        assessment: The report that is in it.
        findings: What was found on the way, also what keeps a PDF from being in it.
    """

    path: Path
    size: int
    names: tuple[str, ...]
    untold: int
    assessment: Assessment
    findings: tuple[Finding, ...]


def bundle(  # noqa: PLR0913 - each has its default
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    *,
    pdf: bool = True,
    backup: bool = False,
    force: bool = False,
) -> Bundled:
    """Write everything that is handed in into one archive; the arguments are those of ``pipeline.render``.

    With ``pdf``, the report is put in as PDF too, where LibreOffice is there to make it.

    Raises:
        Refused: Also where evidence that the input names is missing, empty or too large.
    """
    assessment = pipeline.assess(input_file, templates)
    _stop_at(assessment.findings)
    target = target_of(output or pipeline.DEFAULT_OUTPUT, f"{assessment.report.file_name}{_KIND}", _ENDING)
    _spare_evidence(target, assessment.submission)
    if not (backup or force):
        refuse_to_lose(target)  # now, and not after minutes of packing
    members, notes = collect(assessment, pdf=pdf)
    _limit(members, input_file)
    make_way = None if force else lambda: keep_or_refuse(target, backup=backup)
    write_stream(lambda file: write_archive(members, file), target, make_way)
    return Bundled(
        path=target,
        size=target.stat().st_size,
        names=tuple(member.name for member in members),
        untold=sum(not line.files for line in list_evidence(assessment.submission)),
        assessment=assessment,
        findings=(*assessment.findings, *(replace(note, span=Span(str(target))) for note in notes)),
    )


def shown_size(count: int) -> str:
    """A number of bytes as people read it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} 字节"


def _stop_at(findings: Iterable[Finding]) -> None:
    """A report may be written before its evidence is at hand; it is not handed in without."""
    pipeline.refuse_errors(
        [replace(one, severity=Severity.ERROR) if one.code in INCOMPLETE else one for one in findings]
    )


def _spare_evidence(target: Path, submission: Submission) -> None:
    """Stop where the archive would take the place of evidence."""
    place = target.resolve()
    for one in (one for line in list_evidence(submission) for one in line.files):
        if one.file is not None and one.file.resolve() == place:
            raise Refused([codes.ITSELF.at(one.named, one.path, file=one.name)])


def _limit(members: Sequence[Member], input_file: Path) -> None:
    size = sum(member.size for member in members)
    if size > _MOST_BYTES:
        largest = sorted(members, key=lambda member: -member.size)[:_LARGEST]
        listed = "、".join(f"{Path(member.name).name}（{shown_size(member.size)}）" for member in largest)
        words = {"size": shown_size(size), "most": shown_size(_MOST_BYTES), "largest": listed}
        raise Refused([codes.TOO_LARGE.at(Span(str(input_file)), **words)])
