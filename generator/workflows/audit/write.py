"""What an audit writes: worksheet and opinion of each file, the summary of all; the task of a worker."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.diagnostics import FileProblem, Finding, Severity, Span, shown
from generator.base.forms import RATE, plain
from generator.exports.xlsx import Column, print_list
from generator.provenance.stamp import Stamp, digest_of_template, stamped, stamped_parts
from generator.submission.review import REVIEW, WHOLE, is_beside
from generator.version import __version__
from generator.word.layout import Layout
from generator.workflows.audit import codes
from generator.workflows.audit.alike import Prose, alike
from generator.workflows.audit.criteria import Criteria
from generator.workflows.audit.files import ENDINGS, FILINGS, OTHERS, place_of
from generator.workflows.audit.recompute import HERE, TEMPLATE, Audit, Reviewed, audit, counts
from generator.workflows.audit.workbook import worksheet
from generator.workflows.batch.result import Job, Outcome, Status
from generator.workflows.batch.worker import guarded

LAYOUT = "复核意见.docx"
SUMMARY = "复核汇总.xlsx"
_REVIEW_HEAD = """\
# 复核意见的开头，由审核写出：逐条核对，不成立的删去，要改分的写「复核得分」，填好日期，放到填报文件旁边。
# 部门的答复写在同名的「.答复.yaml」里。写法见《审核指南》。
轮次:
- 日期:
  复核单位:
  意见:
"""
AUDITED = "复核"
"""The state that the stamps of these files name."""


class AuditJob(Job, frozen=True):
    """A file to audit; its files are written below ``output``, with ``stem`` before their names."""

    criteria: Criteria = Criteria("", ())
    stem: str = ""


class Totals(Struct, frozen=True):
    """A form in the summary: its name, both scores, its rows and findings."""

    name: str
    score: str
    reviewed: str
    rows: int
    findings: int


class AuditOutcome(Outcome, frozen=True):
    """What came of one file."""

    totals: tuple[Totals, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    unread: tuple[Finding, ...] = ()
    said: Prose | None = None


def find_files(named: Iterable[str], output: Path) -> list[tuple[Path, str]]:
    """The files to audit, each with the stem of what is written of it; of a folder, and below it, all that can be read.

    So are those of other kinds (.doc, .pdf) that have none of their name beside them: they are told to be unreadable.

    Raises:
        FileProblem: Something that was named does not exist, or a folder holds nothing to audit.
    """
    found: dict[Path, Path] = {}
    missing: list[Finding] = []
    for name in named:
        path = Path(name)
        files = sorted(one for one in path.rglob("*") if _is_filed(one, output)) if path.is_dir() else [path]
        if not files:
            missing.append(codes.NOTHING.at(Span(name), file=name))
        for file in files:
            found.setdefault(file.absolute(), file)
    if missing:
        raise FileProblem(missing)
    stems: dict[str, int] = {}
    listed = []
    for file in found.values():
        stem = file.stem
        number = stems[stem.casefold()] = stems.get(stem.casefold(), 0) + 1
        listed.append((file, stem if number == 1 else f"{stem}（{number}）"))
    return listed


def _is_filed(file: Path, output: Path) -> bool:
    other = file.suffix.lower() in OTHERS and not any(file.with_suffix(one).exists() for one in ENDINGS)
    hidden = any(part.startswith((".", "~$")) for part in file.parts[-3:])
    ours = file.absolute().is_relative_to(output.absolute()) and file.name.endswith(("复核底稿.xlsx", LAYOUT, SUMMARY))
    return (other or file.suffix.lower() in ENDINGS) and not (hidden or ours or is_beside(file)) and file.is_file()


def make_audit(job: Job) -> Outcome:
    """Audit one file: its worksheet and opinion, or why there are none; never raises."""
    assert isinstance(job, AuditJob)  # noqa: S101 - the command makes no others
    return guarded(job, lambda: _made(job))


def _made(job: AuditJob) -> Outcome:
    one = audit(job.input, job.criteria, job.templates)
    stamp = stamp_of_audit(one)
    files = {
        job.output / f"{job.stem}-复核底稿.xlsx": stamped(worksheet(one, job.criteria), stamp),
        job.output / f"{job.stem}-{LAYOUT}": _opinion(one, job.criteria, stamp),
    }
    review = job.input.with_name(job.input.stem + REVIEW)
    start = job.output / f"{job.stem}{REVIEW}"
    # What a reviewer has written since is never overwritten.
    if job.input.suffix.lower() in FILINGS and not any(map(os.path.lexists, (review, start))):
        files |= {start: text.encode()} if (text := _start_of_review(one)) else {}
    totals = tuple(_totals(form) for form in one.forms)
    # Under a name of its own: two files of one name must not take each other's place.
    target = job.output / f"{job.stem}-复核底稿.xlsx"
    return AuditOutcome(
        job.number, job.input, Status.WRITTEN, target, files=files, findings=tuple(one.findings()), totals=totals,
        counts=counts(one), unread=one.unread, said=one.said,
    )  # fmt: skip


def _start_of_review(one: Audit) -> str:
    """The start of a review of a filing: what there is to answer or to take off of each indicator, then of the rest."""
    remarks, others = [], [found for form in one.forms for found in form.findings]
    for line in (line for form in one.forms for line in form.lines):
        off = [taken.opinion for taken in line.taken if taken.share]
        if line.named:
            score = f"复核得分: {plain(line.reviewed)}, " if line.reviewed and line.reviewed != line.score else ""
            remarks.append((line.named, score, "".join([*_messages(line.findings), *off])))
        else:
            others += line.findings
    remarks.append((WHOLE, "", "；".join(said.rstrip("。") for said in _messages(others))))
    quoted = partial(json.dumps, ensure_ascii=False)
    lines = [f"  - {{指标: {quoted(name)}, {score}意见: {quoted(said)}}}\n" for name, score, said in remarks if said]
    return f"{_REVIEW_HEAD}{''.join(lines)}" if lines else ""


def _messages(findings: Iterable[Finding]) -> list[str]:
    return [_sentence(found) for found in findings if found.severity is not Severity.INFO]


def stamp_of_audit(one: Audit) -> Stamp:
    """Where the files of an audit come from."""
    folder = HERE / TEMPLATE
    digest = digest_of_template(folder, LAYOUT)
    return Stamp(one.file.name, one.digest, "", TEMPLATE, "1", LAYOUT, digest, __version__, AUDITED)


def _totals(form: Reviewed) -> Totals:
    score, reviewed = _scores(form)
    told = len(form.findings) + sum(len(line.findings) for line in form.lines)
    return Totals(form.name, _shown(score), _shown(reviewed), len(form.lines), told)


def _scores(form: Reviewed) -> tuple[Fraction | None, Fraction | None]:
    scores = [line.score for line in form.lines if line.score is not None]
    reviewed = [line.reviewed for line in form.lines if line.reviewed is not None]
    return sum(scores) if scores else None, sum(reviewed) if reviewed else None  # type: ignore[return-value]


def _shown(number: Fraction | None) -> str:
    return "—" if number is None else plain(number)


def _opinion(one: Audit, criteria: Criteria, stamp: Stamp) -> bytes:
    """复核意见: the layout filled in, stamped."""
    content = {
        "名称": one.forms[0].name if len(one.forms) == 1 else shown(one.file.stem),
        "文件": shown(one.file.name),
        "标准": criteria.name,
        **counts(one),
        "表": [_row_of(form) for form in one.forms],
        "意见": [group for form in one.forms if (group := _opinions(form, criteria))["条"]],
        "未读": [_sentence(found) for found in one.unread if found.severity is not Severity.INFO],
    }
    return stamped_parts(Layout.open(HERE / TEMPLATE / LAYOUT).parts(content), stamp)


def _row_of(form: Reviewed) -> dict[str, object]:
    score, reviewed = _scores(form)
    deviation = RATE.print((score - reviewed) / score) if score and reviewed is not None else "—"
    told = _told(form)
    return {
        "名称": form.name, "自评得分": _shown(score), "复核得分": _shown(reviewed), "偏离度": deviation,
        "问题数": len(told),
    }  # fmt: skip


def _told(form: Reviewed) -> list[tuple[str, Finding]]:
    """What is worth an answer, each with the indicator that it is about."""
    pairs = [("", found) for found in form.findings]
    pairs += [(line.levels[2], found) for line in form.lines for found in line.findings]
    return [(name, found) for name, found in pairs if found.severity is not Severity.INFO]


def _opinions(form: Reviewed, criteria: Criteria) -> dict[str, object]:
    listed = []
    for _, found in _told(form):
        asked = next((item for item in criteria.of(found.code) if item.opinion), None)
        listed.append(f"{_sentence(found)}{asked.opinion if asked is not None else found.hint}")
    return {"名称": form.name, "条": listed}


def _sentence(found: Finding) -> str:
    place = place_of(found.span)
    return f"{place}：{found.message}" if place else found.message


def with_alike(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes with what each file has in common with another."""
    found = list(outcomes)
    for number, told in alike([one.said if isinstance(one, AuditOutcome) else None for one in outcomes]):
        one = found[number]
        counted = {**one.counts, "问题数": one.counts["问题数"] + 1} if isinstance(one, AuditOutcome) else {}
        found[number] = replace(one, findings=(told, *one.findings), counts=counted)
    return found


def print_summary(outcomes: Sequence[Outcome]) -> bytes:
    """复核汇总.xlsx over all files: a row for each form, a row for each file that could not be read."""
    columns = (
        *(
            Column("文件", 30),
            Column("结果", 9, centred=True),
            Column("自评表", 30),
            Column("自评得分", 10, centred=True),
        ),
        *(Column("复核得分", 10, centred=True), Column("指标", 7, centred=True), Column("问题", 7, centred=True)),
        *(Column("没有读出", 44), Column("和别的材料相同", 36)),
    )
    rows = [row for outcome in outcomes for row in _rows(outcome)]
    good = sum(outcome.status.is_good for outcome in outcomes)
    return print_list("绩效自评复核汇总", f"共 {len(outcomes)} 份文件，审核了 {good} 份", columns, rows)


def _rows(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    name, good = str(outcome.input), outcome.status.is_good
    if not good or not isinstance(outcome, AuditOutcome):
        yield name, outcome.status.value, *[""] * 5, "；".join(one.message for one in outcome.findings), ""
        return
    same = "；".join(_sentence(one) for one in outcome.findings if one.code == codes.ALIKE.number)
    unread = [_sentence(one) for one in outcome.unread if one.severity is not Severity.INFO]
    told = "；".join(unread[:5]) + (f"；另有 {len(unread) - 5} 处" if len(unread) > 5 else "")
    for number, form in enumerate(outcome.totals):
        yield (
            name,
            "已审核",
            form.name,
            form.score,
            form.reviewed,
            str(form.rows),
            str(form.findings),
            *((told, same) if not number else ("", "")),
        )
    if not outcome.totals:
        yield name, "没有自评表", *[""] * 5, told, same


def jobs_for(files: Sequence[tuple[Path, str]], common: AuditJob) -> list[AuditJob]:
    """A job for each file, numbered from 1."""
    return [replace(common, number=at, input=file, stem=stem) for at, (file, stem) in enumerate(files, 1)]
