"""``jixiao bundle``: the report, the scores, the evidence, its list and every digest in one archive."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path, PureWindowsPath
from typing import IO

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import Finding, Refused, Severity, Span, why_not
from generator.exports.pdf import pdf_of
from generator.exports.scoring_form import print_scores
from generator.narrative.sheets import print_list
from generator.pipeline import Assessment
from generator.provenance.finished import open_finished
from generator.provenance.guard import without_times
from generator.provenance.stamp import Stamp, stamp_of, stamped
from generator.provenance.write import Existing, safe_name, target_of, write_stream
from generator.submission import codes as submission_codes
from generator.submission.attachments import INCOMPLETE, Listed, list_evidence, with_evidence
from generator.submission.model import Evidence
from generator.workflows import codes

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_PIECE = 1 << 20
_MARK = b"jixiao bundle "
_FOREIGN = "不是 jixiao 打的包"
# Compressed already: compressing large scans again takes minutes and gains nothing.
_PACKED = re.compile(
    r"\.(pdf|ofd|docx|xlsx|pptx|jpe?g|png|gif|webp|heic|mp3|mp4|mov|avi|wmv|zip|rar|7z|gz)", re.IGNORECASE
)
_KIND, _SUFFIX = "报送材料", ".zip"
_MOST_BYTES = 20_000_000_000
_MOST_REPORT = 200_000_000
_LARGEST = 3


class Bundled(Struct, frozen=True):
    """An archive that was written; ``names`` are its files, ``untold`` counts listed documents without a file."""

    path: Path
    size: int
    names: tuple[str, ...]
    untold: int
    assessment: Assessment
    findings: tuple[Finding, ...]


def bundle(
    input_file: Path,
    output: Path | None = None,
    templates: Path | None = None,
    existing: Existing = Existing.KEEP,
    *,
    pdf: bool = True,
) -> Bundled:
    """Write everything that is handed in into one archive, with a PDF where LibreOffice is; see ``pipeline``.

    Raises:
        Refused: Also where evidence that the input names is missing, empty or too large.
    """
    assessment = pipeline.assess(input_file, templates)
    # A report may be written before its evidence is at hand, but not handed in without it.
    pipeline.refuse_errors(
        [replace(one, severity=Severity.ERROR) if one.code in INCOMPLETE else one for one in assessment.findings]
    )
    target = target_of(output or pipeline.DEFAULT_OUTPUT, f"{assessment.report.file_name}{_KIND}", _SUFFIX)
    listed = list_evidence(assessment.submission)
    for one in (one for line in listed for one in line.files):
        if one.file is not None and one.file.resolve() == target.resolve():
            raise Refused([codes.ITSELF.at(one.named, one.path, file=one.name)])
    own = stamp_of(assessment.submission, report=assessment.report.file_name)
    if existing is Existing.KEEP:
        _keep_or_refuse(target, own, existing)  # now, not after minutes of packing
    members, notes = _collect(assessment, target, pdf=pdf)
    _limit(members, input_file)
    make_way = partial(_keep_or_refuse, target, own, existing)
    write_stream(partial(_write_archive, members), target, make_way)
    return Bundled(
        path=target,
        size=target.stat().st_size,
        names=tuple(member.name for member in members),
        untold=sum(not line.files for line in listed),
        assessment=assessment,
        findings=(*assessment.findings, *notes),
    )


def _limit(members: Iterable[Member], input_file: Path) -> None:
    size = sum(member.size for member in members)
    if size > _MOST_BYTES:
        largest = sorted(members, key=lambda member: -member.size)[:_LARGEST]
        shown = "、".join(f"{Path(member.name).name}（{shown_size(member.size)}）" for member in largest)
        words = {"size": shown_size(size), "most": shown_size(_MOST_BYTES), "largest": shown}
        raise Refused([codes.TOO_LARGE.at(Span(str(input_file)), **words)])


def shown_size(count: int) -> str:
    """A number of bytes as people read it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} 字节"


class Member(Struct, frozen=True):
    """One file of the archive: its path there, SHA-256, size, and ``data`` or the ``file`` that has it.

    ``named`` is what the input calls the file, and where.
    """

    name: str
    digest: str
    size: int
    data: bytes | None = None
    file: Path | None = None
    named: tuple[str, Span] = ("", Span(""))

    @classmethod
    def of(cls, name: str, data: bytes) -> Member:
        """The member with these bytes."""
        return cls(name, hashlib.sha256(data).hexdigest(), len(data), data)


def _write_archive(members: Iterable[Member], target: IO[bytes]) -> None:
    """Write the members, sorted by name; the same members make the same bytes."""
    with zipfile.ZipFile(target, "w") as archive:
        for member in sorted(members, key=lambda member: member.name):
            _add(archive, member)
        archive.comment = _mark(archive)


def why_not_ours(path: Path) -> str:
    """Why a file is not an archive as this program wrote it; empty if it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            if not archive.comment.startswith(_MARK):
                return _FOREIGN
            return "" if archive.comment == _mark(archive) else "打包以后有人往里面加过、换过或删过文件"
    except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile):
        return _FOREIGN


def _mark(archive: zipfile.ZipFile) -> bytes:
    """The archive's comment: a digest of its contents."""
    whole = "".join(f"{info.filename}\n{info.CRC} {info.file_size}\n" for info in archive.infolist())
    return _MARK + hashlib.sha256(whole.encode()).hexdigest().encode()


def _add(archive: zipfile.ZipFile, member: Member) -> None:
    entry = zipfile.ZipInfo(member.name, _FIRST_DAY)
    # zipfile takes the first two from the system; from the size it knows whether it needs ZIP64.
    entry.create_system, entry.external_attr, entry.file_size = 3, _MODE, member.size
    packed = _PACKED.fullmatch(Path(member.name).suffix)
    entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    digest = hashlib.sha256()
    with _opened(member) as source, archive.open(entry, "w") as target:
        left = member.size
        while left and (piece := _read(source, min(left, _PIECE), member)):
            target.write(piece)
            digest.update(piece)
            left -= len(piece)
        grown = bool(_read(source, 1, member))
    if grown or digest.hexdigest() != member.digest:
        raise Refused([codes.CHANGED.at(member.named[1], file=member.named[0] or member.name)])


def _opened(member: Member) -> IO[bytes]:
    if member.data is not None or member.file is None:
        return BytesIO(member.data or b"")
    try:
        return member.file.open("rb")
    except OSError as error:
        raise _unreadable(member, error) from error


def _read(source: IO[bytes], most: int, member: Member) -> bytes:
    """Read a piece; errors of reading name the evidence, unlike those of writing, when the disk is full."""
    try:
        return source.read(most)
    except OSError as error:
        raise _unreadable(member, error) from error


def _unreadable(member: Member, error: OSError) -> Refused:
    name, span = member.named
    return Refused([submission_codes.EVIDENCE_UNREADABLE.at(span, file=name, why=why_not(error))])


def _keep_or_refuse(path: Path, own: Stamp, existing: Existing) -> None:
    """Rename a file that must not be lost, or refuse to replace it."""
    # An empty file holds nothing to lose; writing reports a folder in the way.
    is_free = not os.path.lexists(path) or path.is_dir() or (path.is_file() and not path.stat().st_size)
    why = "" if is_free or existing is Existing.REPLACE else why_not_ours(path) or _whose(path, own)
    if why and existing is Existing.KEEP:
        raise Refused([codes.NOT_OURS.at(Span(str(path)), file=path, why=why, backup=_backup(path).name)])
    if why:
        # Not copied: the archive may be larger than the free space.
        path.rename(_backup(path))


def _whose(path: Path, own: Stamp) -> str:
    """The other filing that the archive is of; empty if it is of this one, or its report does not say."""
    try:
        with zipfile.ZipFile(path) as archive:
            reports = [one for one in archive.infolist() if "/" not in one.filename and one.file_size < _MOST_REPORT]
            stamps = [open_finished(archive.read(one)).stamp for one in reports if one.filename.endswith(".docx")]
    except (OSError, ValueError, zipfile.BadZipFile, Refused):
        return ""
    return next((f"是{one.whose}" for one in stamps if one is not None and one.is_of_another_filing(own)), "")


def _backup(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.备份{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not os.path.lexists(name))


_LIST, _DIGESTS = "佐证材料清单", "校验.txt"
_COLUMNS = {"序号": 7, "指标": 30, "佐证材料": 42, "文件": 54, "说明": 30}


def _collect(assessment: Assessment, target: Path, *, pdf: bool) -> tuple[list[Member], list[Finding]]:
    facts, name, notes = with_evidence(assessment.submission), assessment.report.file_name, list[Finding]()
    rows, evidence = _place(list_evidence(facts), dict(facts.sources))
    if len(facts.template.outputs) > 1:
        reports = pipeline.print_all(assessment)
    else:
        reports = {safe_name(name, ".docx"): pipeline.print_report(assessment)}
    members = [Member.of(file, data) for file, data in reports.items()]
    try:
        for file, data in reports.items() if pdf else ():
            if file.endswith(".docx"):
                members.append(Member.of(f"{file.removesuffix('.docx')}.pdf", without_times(pdf_of(data, target))))
    except Refused as refused:
        notes += refused.findings
    if any(form.total is not None for form in assessment.scorecard.forms):
        members.append(Member.of(safe_name(f"{name}评分表", ".xlsx"), print_scores(assessment)))
    if rows:
        # The list carries the digests of the evidence, by which ``jixiao verify`` finds later changes.
        data = print_list(_LIST, name, _COLUMNS, rows)
        members.append(Member.of(f"{_LIST}.xlsx", stamped(data, stamp_of(facts), facts.sources)))
    members += evidence
    # The review that this filing answers.
    for name, _ in facts.review.sources if facts.review is not None else ():
        members.append(Member.of(f"复核/{name}", Path(facts.file).with_name(name).read_bytes()))
    # A line for each file, as ``sha256sum -c`` reads them.
    sums = "".join(f"{member.digest}  {member.name}\n" for member in sorted(members, key=lambda member: member.name))
    return [*members, Member.of(_DIGESTS, sums.encode())], notes


EVIDENCE = "佐证"
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,8}")


def _place(lines: Iterable[Listed], digests: Mapping[str, str]) -> tuple[list[tuple[str, ...]], list[Member]]:
    """The rows of the list of evidence, and the files as members; those with the same content occur once.

    ``digests`` are the SHA-256 of the files, by the names that the input gives them.
    """
    rows, members = list[tuple[str, ...]](), list[Member]()
    kept: dict[str, tuple[str, int]] = {}  # by digest, the path and the first line
    taken: set[str] = set()
    for line in lines:
        for number, one in enumerate(line.files, 1):
            digest = digests[one.name]
            if digest in kept:
                continue
            assert one.file is not None  # a missing one was refused  # noqa: S101
            file = one.file.resolve()
            name = next(name for name in _names(line, one, number) if name.casefold() not in taken)
            taken.add(name.casefold())
            members.append(Member(name, digest, file.stat().st_size, file=file, named=(one.name, one.named)))
            kept[digest] = name, line.number
        found = [kept[digests[one.name]] for one in line.files]
        note = "" if line.files else "只有标题，没有附文件"
        if shared := min((first for _, first in found if first != line.number), default=0):
            note = f"和第 {shared} 项的文件相同，只放一份"
        indicator = f"{f'{line.form}·' if line.form else ''}{line.place:02} {line.indicator}"
        names = "\n".join(dict.fromkeys(name for name, _ in found))
        rows.append((str(line.number), indicator, line.title, names, note))
    return rows, members


def _names(line: Listed, one: Evidence, number: int) -> Iterator[str]:
    """The candidate paths of a file: the title in the indicator's folder, numbered if there are several."""
    # Below a folder of the row, if the indicator is of a row's form.
    inner = f"{safe_name(line.form, '')}/" if line.form else ""
    folder = f"{EVIDENCE}/{inner}{safe_name(f'{line.place:02} {line.indicator}', '')}"
    ending = PureWindowsPath(one.name).suffix
    # An unusual ending is part of the name, and made safe with it.
    title, ending = (line.title, ending) if _ENDING.fullmatch(ending) else (f"{line.title}{ending}", "")
    if len(line.files) == 1:
        yield f"{folder}/{safe_name(title, ending)}"
    while True:
        yield f"{folder}/{safe_name(title, f'（{number}）{ending}')}"
        number += 1
