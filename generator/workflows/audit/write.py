"""What an audit writes: worksheets with live formulas, opinions, the summary of all; the task of a worker."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import count
from pathlib import Path

from msgspec.structs import replace
from openpyxl import Workbook

from generator.base import __version__
from generator.base.amount import round_half_up
from generator.base.diagnostics import Finding, Severity, shown
from generator.base.files import files_below, is_hidden
from generator.base.formats import RATE, plain
from generator.narrative.sheets import (
    PERCENT,
    Formula,
    Sheet,
    Value,
    add_list,
    cell_number,
    lines_in,
    named_styles,
    print_list,
    row_height,
    saved_book,
)
from generator.provenance.stamp import Stamp, digest_of_template, stamped, stamped_parts
from generator.submission.entries import REVIEW, WHOLE, is_review
from generator.word.layout import Layout
from generator.workflows import codes
from generator.workflows.audit.inputs import ENDINGS, FILINGS, OTHERS, Criteria, alike, place_of
from generator.workflows.audit.recompute import HERE, TEMPLATE, Audit, Line, Reviewed, audit, counts
from generator.workflows.batch import guarded
from generator.workflows.jobs import Job, Outcome, Status, each_once

_COLUMNS = {
    "一级指标": 12, "二级指标": 13, "三级指标": 24, "性质": 6, "指标值": 12, "单位": 7, "权重": 7, "自评完成值": 12,
    "自评得分": 9, "复核完成值": 12, "复核得分": 9, "偏离度": 9, "备注": 34,
}  # fmt: skip
_WIDTHS = tuple(_COLUMNS.values())
_SHEET = "复核底稿"
_COLUMN_OF = {"指标值": 4, "完成值": 7, "得分": 8, "原因": 12, "佐证": 12}
_LONGEST_COMMENT = 2000


def worksheet(one: Audit, criteria: Criteria) -> bytes:
    """The worksheet of one file; the same file and criteria give the same bytes."""
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", _SHEET
    named_styles(book)
    unused = book.worksheets[0]
    said = "复核得分不高于自评得分，没有复算的暂按自评得分；改了复核完成值、复核得分即重算"
    about = f"材料：{one.file.name}　　复核标准：{criteria.name}　　{said}"
    sheet = Sheet(book, _SHEET, f"绩效自评{_SHEET}", about, list(_COLUMNS.items()))
    totals = [_form(sheet, form) for form in one.forms]
    sheets = [sheet, _totals_sheet(book, one, totals, sheet.values)]
    by_row = [
        (form.name, line.levels[2], found) for form in one.forms for line in form.lines for found in line.findings
    ]
    found_all = [*((form.name, "", found) for form in one.forms for found in form.findings), *by_row]
    numbers = {found.code: "、".join(item.number for item in criteria.of(found.code)) for *_, found in found_all}
    rows = [
        (name, row, place_of(found.span), found.severity.word, found.message, found.hint, found.code,
         numbers[found.code])
        for name, row, found in found_all
    ]  # fmt: skip
    columns = {"自评表": 18, "指标": 20, "位置": 18, "级别": 7, "问题": 46, "改法": 40, "代码": 8, "标准": 8}
    sheets.append(add_list(book, "问题清单", columns, rows))
    unread = [(place_of(found.span), found.message, found.hint, found.code) for found in one.unread]
    sheets.append(add_list(book, "没有读出", {"位置": 24, "内容": 60, "怎么办": 44, "代码": 8}, unread))
    counted = Counter(found.code for found in one.findings())
    listed = [
        (item.number, item.group, item.text, "、".join(item.codes) or "由复核人看", _share(item.share), item.opinion,
         str(sum(counted[code] for code in item.codes)))
        for item in criteria.items
    ]  # fmt: skip
    columns = {"编号": 7, "类别": 9, "标准": 44, "依据": 22, "扣分": 8, "意见": 46, "处数": 7}
    sheets.append(add_list(book, "复核标准", columns, listed))
    del book[unused.title]
    return saved_book(book, sheets)


def _share(share: Fraction | None) -> str:
    return "由复核人定" if share is None else f"{plain(share * 100)}%"


def _form(sheet: Sheet, form: Reviewed) -> int:
    """Write the title, lines and sums of a form; the number of the row of the sums."""
    title = [f"{form.name}（{place_of(form.span) or '全文'}）", *[None] * (len(_COLUMNS) - 1)]
    comments, height = {0: _comment(form.findings)}, row_height(1)
    first = sheet.add(title, bold=True, left=range(len(_COLUMNS)), comments=comments, height=height, merged=True) + 1
    for line in form.lines:
        _line(sheet, line)
    last = sheet.row
    row: list[Value] = ["合计", *[None] * (len(_COLUMNS) - 1)]
    score, reviewed = form.score or Fraction(0), form.reviewed or Fraction(0)
    weight = sum((line.weight or Fraction(0) for line in form.lines), Fraction(0))
    for at, known in ((6, weight), (8, score), (10, reviewed)):
        letter = sheet.letters[at]
        row[at] = Formula(f"=SUM({letter}{first}:{letter}{last})", plain(known))
    row[11] = _deviation(last + 1, score, reviewed)
    row[12] = f"{form.left_open} 项没有复算，由复核人判断" if form.left_open else ""
    return sheet.add(row, bold=True, formats={11: PERCENT})


def _line(sheet: Sheet, line: Line) -> None:
    number, reviewed = sheet.row + 1, line.reviewed
    # What a person decides, and every deduction with its ground and share.
    taken = [f"标准{one.number}：{one.text}{f'（扣 {_share(one.share)}）' if one.share else ''}" for one in line.taken]
    said = [f"第 {line.said.round} 轮复核：{line.said}"] if line.said is not None else []
    remark = "；".join([*said, *([line.how] if line.computed is None else []), *taken])
    row: list[Value] = [
        *line.levels, line.sign, line.target, line.unit, cell_number(line.weight), line.actual,
        cell_number(line.score), line.actual, None, None, remark,
    ]  # fmt: skip
    if line.figures is not None:
        row[4], row[7] = map(cell_number, line.figures)
        row[9] = Formula(f"=H{number}", plain(line.figures[1]))
    if reviewed is not None:
        row[10] = Formula(_formula(number, line), plain(reviewed))
        row[11] = _deviation(number, line.score or Fraction(0), reviewed)
    rooms = ((row[at], _WIDTHS[at]) for at in (1, 2, 4, 7, 12))
    height = row_height(max(lines_in(text, room) if isinstance(text, str) else 1 for text, room in rooms))
    comments: dict[int, list[Finding]] = {}
    for found in line.findings:
        comments.setdefault(_COLUMN_OF.get(found.path.rpartition(".")[2], 2), []).append(found)
    texts = {at: _comment(one) for at, one in comments.items()}
    sheet.add(row, left=(2, 12), formats={11: PERCENT}, comments=texts, height=height)


def _formula(row: int, line: Line) -> str:
    """复核得分 as a formula over 复核完成值; a constant where the rule of the score is not a simple ratio."""
    if line.said is not None:
        return f"={plain(line.said.score or Fraction(0))}"
    own = f"I{row}," if line.score is not None else ""
    off = f"*(1-{plain(line.off * 100)}%)" if line.off else ""
    if line.computed is None:
        return f"=ROUND(I{row}{off},2)"
    share = plain(line.computed)
    if line.figures is not None and line.weight is not None:
        target, actual = line.figures
        more, less = min(Fraction(1), actual / target), min(Fraction(1), max(Fraction(0), 2 - actual / target))
        ways = ((more, f"MIN(1,J{row}/E{row})"), (less, f"MIN(1,MAX(0,2-J{row}/E{row}))"))
        found = [text for rate, text in ways if Fraction(round_half_up(line.weight * rate, 2)) == line.computed]
        # Both give full marks where the target is hit exactly; the sign decides.
        preferred = [found[-1 if line.sign in ("≤", "＜") else 0]] if found else []
        share = f"ROUND(G{row}*{preferred[0]},2)" if preferred else share
    return f"=ROUND(MIN({own}{share}){off},2)"


def _deviation(row: int, score: Fraction, reviewed: Fraction) -> Formula | None:
    if not score:
        return None
    return Formula(f'=IF(I{row}=0,"",(I{row}-K{row})/I{row})', str(round_half_up((score - reviewed) / score, 6)))


def _comment(findings: Sequence[Finding]) -> str:
    return "\n".join(f"{found.code} {found.message}" for found in findings)[:_LONGEST_COMMENT]


def _totals_sheet(book: Workbook, one: Audit, totals: Sequence[int], values: Mapping[str, str]) -> Sheet:
    """The sheet of all forms, whose formulas point at the sums of the worksheet."""
    columns = {
        "自评表": 40, "位置": 24, "自评得分": 12, "复核得分": 12, "偏离度": 10, "指标": 8, "由复核人判断": 14,
        "问题": 8,
    }  # fmt: skip
    sheet = Sheet(book, "汇总", "复核汇总", f"材料：{one.file.name}", list(columns.items()))
    for form, total in zip(one.forms, totals, strict=True):
        sums = [
            Formula(f"={_SHEET}!{letter}{total}", values[f"{letter}{total}"]) if f"{letter}{total}" in values else None
            for letter in "IKL"
        ]
        counted = (len(form.lines), form.left_open, len(list(form.named_findings())))
        sheet.add([form.name, place_of(form.span), *sums, *counted], left=(0,), formats={4: PERCENT})
    return sheet


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


class AuditOutcome(Outcome, frozen=True, kw_only=True):
    """What came of one file that could be read."""

    audit: Audit

    @property
    def counts(self) -> dict[str, int]:
        """How many forms, rows, computed rows and findings worth an answer there are."""
        return {**counts(self.audit), "问题数": sum(one.severity is not Severity.INFO for one in self.findings)}


def find_files(named: Iterable[str], output: Path) -> list[tuple[Path, str]]:
    """The files to audit, also in folders and their subfolders, each with a name of its own for its outputs.

    Files of other kinds (.doc, .pdf) are reported as unreadable, unless a readable one of their name is beside them.

    Raises:
        FileProblem: Something that was named does not exist, or a folder holds nothing to audit.
    """

    def files_of(name: str) -> list[Path]:
        path = Path(name)
        return [one for one in files_below(path) if _is_filed(one, path, output)] if path.is_dir() else [path]

    listed: dict[str, tuple[Path, str]] = {}
    for file in each_once(named, files_of, lambda _: codes.NOTHING):
        names = (f"{file.stem}（{number}）" if number > 1 else file.stem for number in count(1))
        stem = next(name for name in names if name.casefold() not in listed)
        listed[stem.casefold()] = file, stem
    return list(listed.values())


def _is_filed(file: Path, folder: Path, output: Path) -> bool:
    other = file.suffix.lower() in OTHERS and not any(file.with_suffix(one).exists() for one in ENDINGS)
    ours = file.absolute().is_relative_to(output.absolute()) and file.name.endswith(("复核底稿.xlsx", LAYOUT, SUMMARY))
    is_filed = (other or file.suffix.lower() in ENDINGS) and not (ours or is_review(file))
    return not is_hidden(file, folder) and (is_filed or file.is_dir())


def make_audit(job: Job) -> Outcome:
    """Audit one file: an outcome with its worksheet and opinion, or with the reasons why there are none."""
    assert isinstance(job, AuditJob)  # noqa: S101 - the command makes no others
    return guarded(job, lambda: _made(job))


def _made(job: AuditJob) -> Outcome:
    one = audit(job.input, job.criteria, job.templates)
    digest = digest_of_template(HERE / TEMPLATE, LAYOUT)
    stamp = Stamp(one.file.name, one.digest, "", TEMPLATE, "1", LAYOUT, digest, __version__, AUDITED)
    target = job.output / f"{job.stem}-复核底稿.xlsx"
    files = {
        target: stamped(worksheet(one, job.criteria), stamp),
        job.output / f"{job.stem}-{LAYOUT}": _opinion(one, job.criteria, stamp),
    }
    review = job.input.with_name(job.input.stem + REVIEW)
    start = job.output / f"{job.stem}{REVIEW}"
    # Never overwrites what a reviewer has written since.
    if job.input.suffix.lower() in FILINGS and not any(map(os.path.lexists, (review, start))):
        files |= {start: text.encode()} if (text := _start_of_review(one)) else {}
    return AuditOutcome(
        job.number, job.input, Status.WRITTEN, target, files=files, findings=tuple(one.findings()), audit=one
    )


def _start_of_review(one: Audit) -> str:
    """The draft of a review of a filing: remarks and deductions for each indicator, then for the rest."""
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


def shown_score(number: Fraction | None) -> str:
    """A score as worksheets and summaries show it."""
    return "—" if number is None else plain(number)


def _opinion(one: Audit, criteria: Criteria, stamp: Stamp) -> bytes:
    rows, opinions = list[dict[str, object]](), list[dict[str, object]]()
    for form in one.forms:
        found = [finding for _, finding in form.named_findings() if finding.severity is not Severity.INFO]
        score, reviewed = form.score, form.reviewed
        deviation = RATE.print((score - reviewed) / score) if score and reviewed is not None else "—"
        rows.append({
            "名称": form.name, "自评得分": shown_score(score), "复核得分": shown_score(reviewed), "偏离度": deviation,
            "问题数": len(found),
        })  # fmt: skip
        listed = []
        for finding in found:
            own = (item.opinion for item in criteria.of(finding.code) if item.opinion)
            listed.append(_sentence(finding) + next(own, finding.hint))
        if listed:
            opinions.append({"名称": form.name, "条": listed})
    content = {
        "名称": one.forms[0].name if len(one.forms) == 1 else shown(one.file.stem),
        "文件": shown(one.file.name),
        "标准": criteria.name,
        **counts(one),
        "表": rows,
        "意见": opinions,
        "未读": _messages(one.unread),
    }
    return stamped_parts(Layout.open(HERE / TEMPLATE / LAYOUT).parts(content), stamp)


def _sentence(found: Finding) -> str:
    place = place_of(found.span)
    return f"{place}：{found.message}" if place else found.message


def with_alike(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes, with a finding for each file that shares its text with another."""
    result = list(outcomes)
    for number, found in alike([one.audit.said if isinstance(one, AuditOutcome) else None for one in outcomes]):
        result[number] = replace(result[number], findings=(found, *result[number].findings))
    return result


def print_summary(outcomes: Sequence[Outcome]) -> bytes:
    """复核汇总.xlsx over all files: a row for each form, a row for each file that could not be read."""
    widths = {"文件": 30, "结果": 9, "自评表": 30, "自评得分": 10, "复核得分": 10, "指标": 7, "问题": 7}
    widths |= {"没有读出": 44, "和别的材料相同": 36}
    rows = [row for outcome in outcomes for row in _rows(outcome)]
    good = sum(outcome.status.is_good for outcome in outcomes)
    return print_list("绩效自评复核汇总", f"共 {len(outcomes)} 份文件，审核了 {good} 份", widths, rows)


def _rows(outcome: Outcome) -> Iterator[tuple[str, ...]]:
    name, good = str(outcome.input), outcome.status.is_good
    if not good or not isinstance(outcome, AuditOutcome):
        yield name, outcome.status.value, *[""] * 5, "；".join(one.message for one in outcome.findings), ""
        return
    same = "；".join(_sentence(one) for one in outcome.findings if one.code == codes.ALIKE.number)
    unread = _messages(outcome.audit.unread)
    not_read = "；".join(unread[:5]) + (f"；另有 {len(unread) - 5} 处" if len(unread) > 5 else "")
    for number, form in enumerate(outcome.audit.forms):
        sizes = len(form.lines), len(list(form.named_findings()))
        shown = (form.name, shown_score(form.score), shown_score(form.reviewed), *map(str, sizes))
        yield name, "已审核", *shown, *((not_read, same) if not number else ("", ""))
    if not outcome.audit.forms:
        yield name, "没有自评表", *[""] * 5, not_read, same


def jobs_for(files: Sequence[tuple[Path, str]], common: AuditJob) -> list[AuditJob]:
    """A job for each file, numbered from 1."""
    return [replace(common, number=at, input=file, stem=stem) for at, (file, stem) in enumerate(files, 1)]
