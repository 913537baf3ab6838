"""复核底稿.xlsx: the reviewers' worksheet with live formulas and findings as comments; the summary over all files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from generator.base.diagnostics import Finding, Severity
from generator.base.forms import plain
from generator.base.numbers import round_half_up
from generator.exports.xlsx import HEADER_ROW, NAMES, named_styles, put_head, set_page
from generator.narrative.sheets import lines_in, put_text, row_height, saved_book
from generator.workflows.audit.criteria import Criteria
from generator.workflows.audit.files import place_of
from generator.workflows.audit.recompute import Audit, Line, Reviewed

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

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
_COLUMN_OF = {"指标值": 5, "完成值": 8, "得分": 9, "原因": 13, "佐证": 13}
_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
_LONGEST_COMMENT = 2000
_AUTHOR = "jixiao"


def worksheet(one: Audit, criteria: Criteria) -> bytes:
    """The worksheet of one file; the same file and criteria give the same bytes."""
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", _SHEET
    named_styles(book)
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    said = "复核得分不高于自评得分，没有复算的暂按自评得分；改了复核完成值、复核得分即重算"
    about = f"材料：{one.file.name}　　复核标准：{criteria.name}　　{said}"
    put_head(sheet, "绩效自评复核底稿", about, HEADS)
    values: dict[str, str] = {}
    totals = [_form(sheet, form, values) for form in one.forms]
    set_page(sheet, _WIDTHS)
    sums = dict[str, str]()
    _totals(book.create_sheet("汇总"), one, totals, values, sums)
    told = [(form.name, line.levels[2], found) for form in one.forms for line in form.lines for found in line.findings]
    whole = [(form.name, "", found) for form in one.forms for found in form.findings]
    rows = [
        (name, row, place_of(found.span), _SEVERITY[found.severity], found.message, found.hint, found.code,
         "、".join(item.number for item in criteria.of(found.code)))
        for name, row, found in (*whole, *told)
    ]  # fmt: skip
    _list(
        book,
        "问题清单",
        ("自评表", "指标", "位置", "级别", "问题", "改法", "代码", "标准"),
        (18, 20, 18, 7, 46, 40, 8, 8),
        rows,
    )
    unread = [(place_of(found.span), found.message, found.hint, found.code) for found in one.unread]
    _list(book, "没有读出", ("位置", "内容", "怎么办", "代码"), (24, 60, 44, 8), unread)
    counted = [sum(found.code in item.codes for found in one.findings()) for item in criteria.items]
    listed = [
        (
            item.number,
            item.group,
            item.text,
            "、".join(item.codes) or "由复核人看",
            _share(item.share),
            item.opinion,
            str(count),
        )
        for item, count in zip(criteria.items, counted, strict=True)
    ]
    _list(book, "复核标准", ("编号", "类别", "标准", "依据", "扣分", "意见", "处数"), (7, 9, 44, 22, 8, 46, 7), listed)
    return saved_book(book, values, sums)


def _style(cell: Any, *, bold: bool = False, centred: bool = True) -> None:
    cell.style = NAMES[bold, centred]


def _share(share: Fraction | None) -> str:
    return "由复核人定" if share is None else f"{plain(share * 100)}%"


def _form(sheet: Worksheet, form: Reviewed, values: dict[str, str]) -> int:
    """Write one form below the others: its title, its lines, its sums; the row of the sums."""
    top = sheet.max_row + 1
    sheet.merge_cells(start_row=top, end_row=top, start_column=1, end_column=len(HEADS))
    put_text(sheet.cell(top, 1), f"{form.name}（{place_of(form.span) or '全文'}）")
    for column in range(1, len(HEADS) + 1):
        _style(sheet.cell(top, column), bold=True, centred=False)
    sheet.row_dimensions[top].height = row_height(1)
    _comment(sheet.cell(top, 1), form.findings)
    for row, line in enumerate(form.lines, top + 1):
        _line(sheet, row, line, values)
    total = top + len(form.lines) + 1
    first, last = top + 1, total - 1
    put_text(sheet.cell(total, 1), "合计")
    sums = {
        7: sum((line.weight or Fraction(0) for line in form.lines), Fraction(0)),
        9: sum((line.score or Fraction(0) for line in form.lines), Fraction(0)),
        11: sum((line.reviewed or Fraction(0) for line in form.lines), Fraction(0)),
    }
    for column, known in sums.items():
        cell, letter = sheet.cell(total, column), get_column_letter(column)
        cell.value = f"=SUM({letter}{first}:{letter}{last})"
        values[cell.coordinate] = plain(known)
    _deviation(sheet, total, sums[9], sums[11], values)
    open_lines = sum(line.computed is None for line in form.lines)
    put_text(sheet.cell(total, 13), f"{open_lines} 项没有复算，由复核人判断" if open_lines else "")
    for column in range(1, len(HEADS) + 1):
        _style(sheet.cell(total, column), bold=True)
    return total


def _line(sheet: Worksheet, row: int, line: Line, values: dict[str, str]) -> None:
    texts = {1: line.levels[0], 2: line.levels[1], 3: line.levels[2], 4: line.sign, 6: line.unit, 13: _remark(line)}
    numbers = {7: line.weight, 9: line.score}
    if line.figures is None:
        texts |= {5: line.target, 8: line.actual, 10: line.actual}
    else:
        numbers |= {5: line.figures[0], 8: line.figures[1]}
        sheet.cell(row, 10).value, values[f"J{row}"] = f"=H{row}", plain(line.figures[1])
    for column, text in texts.items():
        put_text(sheet.cell(row, column), text)
    for column, number in numbers.items():
        if number is not None:
            sheet.cell(row, column).value = _plain_number(number)
    reviewed = line.reviewed
    if reviewed is not None:
        sheet.cell(row, 11).value = _formula(row, line)
        values[f"K{row}"] = plain(reviewed)
        _deviation(sheet, row, line.score or Fraction(0), reviewed, values)
    for column in range(1, len(HEADS) + 1):
        _style(sheet.cell(row, column), centred=column not in (3, 13))
    rooms = ((sheet.cell(row, at).value, _WIDTHS[at - 1]) for at in (2, 3, 5, 8, 13))
    sheet.row_dimensions[row].height = row_height(max(lines_in(str(text or ""), room) for text, room in rooms))
    for column in (3, *sorted(set(_COLUMN_OF.values()))):
        here = [one for one in line.findings if _COLUMN_OF.get(one.path.rpartition(".")[2], 3) == column]
        _comment(sheet.cell(row, column), here)


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


def _deviation(sheet: Worksheet, row: int, score: Fraction, reviewed: Fraction, values: dict[str, str]) -> None:
    if not score:
        return
    cell = sheet.cell(row, 12)
    cell.value, cell.number_format = f'=IF(I{row}=0,"",(I{row}-K{row})/I{row})', "0.00%"
    values[cell.coordinate] = str(round_half_up((score - reviewed) / score, 6))


def _plain_number(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)


def _comment(cell: Any, findings: Sequence[Finding]) -> None:
    if findings:
        text = "\n".join(f"{found.code} {found.message}" for found in findings)
        cell.comment = Comment(text[:_LONGEST_COMMENT], _AUTHOR, height=40 + 20 * lines_in(text, 40), width=320)


def _totals(sheet: Worksheet, one: Audit, totals: Sequence[int], values: dict[str, str], sums: dict[str, str]) -> None:
    heads = ("自评表", "位置", "自评得分", "复核得分", "偏离度", "指标", "由复核人判断", "问题")
    put_head(sheet, "复核汇总", f"材料：{one.file.name}", heads)
    for row, (form, total) in enumerate(zip(one.forms, totals, strict=True), HEADER_ROW + 1):
        put_text(sheet.cell(row, 1), form.name)
        put_text(sheet.cell(row, 2), place_of(form.span))
        for column, source in ((3, "I"), (4, "K"), (5, "L")):
            if f"{source}{total}" in values:
                sheet.cell(row, column).value = f"={_SHEET}!{source}{total}"
                sums[sheet.cell(row, column).coordinate] = values[f"{source}{total}"]
        sheet.cell(row, 5).number_format = "0.00%"
        sheet.cell(row, 6).value = len(form.lines)
        sheet.cell(row, 7).value = sum(line.computed is None for line in form.lines)
        sheet.cell(row, 8).value = len(form.findings) + sum(len(line.findings) for line in form.lines)
        for column in range(1, len(heads) + 1):
            _style(sheet.cell(row, column), centred=column > 1)
    set_page(sheet, (40, 24, 12, 12, 10, 8, 14, 8))


def _list(
    book: Workbook, title: str, heads: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]]
) -> None:
    sheet = book.create_sheet(title)
    put_head(sheet, title, "", heads)
    for row, texts in enumerate(rows, HEADER_ROW + 1):
        for column, text in enumerate(texts, 1):
            put_text(sheet.cell(row, column), text)
            _style(sheet.cell(row, column), centred=widths[column - 1] < 12)
        sheet.row_dimensions[row].height = row_height(max(map(lines_in, texts, widths)))
    set_page(sheet, widths)
