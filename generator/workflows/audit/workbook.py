"""复核底稿.xlsx: the reviewers' worksheet with live formulas and findings as comments; the summary over all files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from openpyxl import Workbook

from generator.base.diagnostics import Finding, Severity
from generator.base.forms import plain
from generator.base.numbers import round_half_up
from generator.exports.xlsx import Formula, Sheet, Value, named_styles
from generator.narrative.sheets import lines_in, row_height, saved_book
from generator.workflows.audit.criteria import Criteria
from generator.workflows.audit.files import place_of
from generator.workflows.audit.recompute import Audit, Line, Reviewed

HEADS = (
    *(
        "一级指标",
        "二级指标",
        "三级指标",
        "性质",
        "指标值",
        "单位",
        "权重",
        "自评完成值",
        "自评得分",
        "复核完成值",
        "复核得分",
    ),
    *("偏离度", "备注"),
)
_WIDTHS = (12, 13, 24, 6, 12, 7, 7, 12, 9, 12, 9, 9, 34)
_SHEET = "复核底稿"
_COLUMN_OF = {"指标值": 4, "完成值": 7, "得分": 8, "原因": 12, "佐证": 12}
_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
_LONGEST_COMMENT = 2000
_CENTRED = 12
"""Narrower columns of lists are centred."""


def worksheet(one: Audit, criteria: Criteria) -> bytes:
    """The worksheet of one file; the same file and criteria give the same bytes."""
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", _SHEET
    named_styles(book)
    unused = book.worksheets[0]
    said = "复核得分不高于自评得分，没有复算的暂按自评得分；改了复核完成值、复核得分即重算"
    about = f"材料：{one.file.name}　　复核标准：{criteria.name}　　{said}"
    sheet = Sheet(book, _SHEET, f"绩效自评{_SHEET}", about, dict(zip(HEADS, _WIDTHS, strict=True)))
    totals = [_form(sheet, form) for form in one.forms]
    sheets = [sheet, _totals(book, one, totals, sheet.values)]
    told = [(form.name, line.levels[2], found) for form in one.forms for line in form.lines for found in line.findings]
    whole = [(form.name, "", found) for form in one.forms for found in form.findings]
    numbers = {found.code: "、".join(item.number for item in criteria.of(found.code)) for *_, found in (*whole, *told)}
    rows = [
        (name, row, place_of(found.span), _SEVERITY[found.severity], found.message, found.hint, found.code,
         numbers[found.code])
        for name, row, found in (*whole, *told)
    ]  # fmt: skip
    columns = {"自评表": 18, "指标": 20, "位置": 18, "级别": 7, "问题": 46, "改法": 40, "代码": 8, "标准": 8}
    sheets.append(_list(book, "问题清单", columns, rows))
    unread = [(place_of(found.span), found.message, found.hint, found.code) for found in one.unread]
    sheets.append(_list(book, "没有读出", {"位置": 24, "内容": 60, "怎么办": 44, "代码": 8}, unread))
    counted = Counter(found.code for found in one.findings())
    listed = [
        (
            item.number,
            item.group,
            item.text,
            "、".join(item.codes) or "由复核人看",
            _share(item.share),
            item.opinion,
            str(sum(counted[code] for code in item.codes)),
        )
        for item in criteria.items
    ]
    columns = {"编号": 7, "类别": 9, "标准": 44, "依据": 22, "扣分": 8, "意见": 46, "处数": 7}
    sheets.append(_list(book, "复核标准", columns, listed))
    del book[unused.title]
    return saved_book(book, rows=[(f"{one.letters[-1]}{one.row}", one.rows) for one in sheets])


def _share(share: Fraction | None) -> str:
    return "由复核人定" if share is None else f"{plain(share * 100)}%"


def _form(sheet: Sheet, form: Reviewed) -> int:
    """Write one form below the others: its title, its lines, its sums; the row of the sums."""
    top = sheet.row + 1
    title = [f"{form.name}（{place_of(form.span) or '全文'}）", *[None] * (len(HEADS) - 1)]
    everywhere = range(len(HEADS))
    sheet.add(title, bold=True, left=everywhere, comments={0: _told(form.findings)}, height=row_height(1), merged=True)
    for line in form.lines:
        _line(sheet, line)
    first, last = top + 1, sheet.row
    row: list[Value] = ["合计", *[None] * (len(HEADS) - 1)]
    sums = {
        6: sum((line.weight or Fraction(0) for line in form.lines), Fraction(0)),
        8: sum((line.score or Fraction(0) for line in form.lines), Fraction(0)),
        10: sum((line.reviewed or Fraction(0) for line in form.lines), Fraction(0)),
    }
    for at, known in sums.items():
        letter = sheet.letters[at]
        row[at] = Formula(f"=SUM({letter}{first}:{letter}{last})", plain(known))
    row[11] = _deviation(last + 1, sums[8], sums[10])
    open_lines = sum(line.computed is None for line in form.lines)
    row[12] = f"{open_lines} 项没有复算，由复核人判断" if open_lines else ""
    return sheet.add(row, bold=True, rates=(11,))


def _line(sheet: Sheet, line: Line) -> None:
    number, reviewed = sheet.row + 1, line.reviewed
    row: list[Value] = [
        *line.levels, line.sign, line.target, line.unit, _plain_number(line.weight), line.actual,
        _plain_number(line.score), line.actual, None, None, _remark(line),
    ]  # fmt: skip
    if line.figures is not None:
        row[4], row[7] = map(_plain_number, line.figures)
        row[9] = Formula(f"=H{number}", plain(line.figures[1]))
    if reviewed is not None:
        row[10] = Formula(_formula(number, line), plain(reviewed))
        row[11] = _deviation(number, line.score or Fraction(0), reviewed)
    rooms = ((row[at], _WIDTHS[at]) for at in (1, 2, 4, 7, 12))
    height = row_height(max(lines_in(text, room) if isinstance(text, str) else 1 for text, room in rooms))
    comments: dict[int, list[Finding]] = {}
    for found in line.findings:
        comments.setdefault(_COLUMN_OF.get(found.path.rpartition(".")[2], 2), []).append(found)
    sheet.add(row, left=(2, 12), rates=(11,), comments={at: _told(one) for at, one in comments.items()}, height=height)


def _remark(line: Line) -> str:
    """What a person decides, and every deduction with its ground and share."""
    taken = [f"标准{one.number}：{one.text}{f'（扣 {_share(one.share)}）' if one.share else ''}" for one in line.taken]
    said = [f"第 {line.said.round} 轮复核：{line.said}"] if line.said is not None else []
    return "；".join([*said, *([line.how] if line.computed is None else []), *taken])


def _formula(row: int, line: Line) -> str:
    """复核得分 as a formula that follows 复核完成值; a constant where the program's rule is none of the simple ones."""
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


def _plain_number(number: Fraction | None) -> int | float | None:
    return None if number is None else int(number) if number.denominator == 1 else float(number)


def _told(findings: Sequence[Finding]) -> str:
    return "\n".join(f"{found.code} {found.message}" for found in findings)[:_LONGEST_COMMENT]


def _totals(book: Workbook, one: Audit, totals: Sequence[int], values: Mapping[str, str]) -> Sheet:
    """The sheet of all forms, whose formulas point at the sums of the worksheet."""
    widths = (40, 24, 12, 12, 10, 8, 14, 8)
    heads = ("自评表", "位置", "自评得分", "复核得分", "偏离度", "指标", "由复核人判断", "问题")
    sheet = Sheet(book, "汇总", "复核汇总", f"材料：{one.file.name}", dict(zip(heads, widths, strict=True)))
    for form, total in zip(one.forms, totals, strict=True):
        sums = [
            Formula(f"={_SHEET}!{letter}{total}", values[f"{letter}{total}"]) if f"{letter}{total}" in values else None
            for letter in "IKL"
        ]
        told = len(form.findings) + sum(len(line.findings) for line in form.lines)
        left_open = sum(line.computed is None for line in form.lines)
        sheet.add([form.name, place_of(form.span), *sums, len(form.lines), left_open, told], left=(0,), rates=(4,))
    return sheet


def _list(book: Workbook, title: str, columns: Mapping[str, int], rows: Iterable[Sequence[str]]) -> Sheet:
    sheet, rooms = Sheet(book, title, title, "", columns), list(columns.values())
    left = [at for at, room in enumerate(rooms) if room >= _CENTRED]
    for texts in rows:
        sheet.add(texts, left=left, height=row_height(max(map(lines_in, texts, rooms))))
    return sheet
