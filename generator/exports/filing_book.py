"""The workbook to fill in, blank or with the values of a filing; it reads back to the same values."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from generator.base.diagnostics import Refused, Span
from generator.base.formats import plain
from generator.narrative.sheets import lines_in, put_text, row_height, saved_book, set_page
from generator.provenance import codes
from generator.submission import book_form
from generator.submission.attachments import names_file
from generator.submission.book import read_book
from generator.submission.book_form import HEAD_ROW, NUMBER, BookSheet, text_field
from generator.submission.filing import INDICATORS, ITEMS, Values, said_by, says_same, written_path
from generator.template.load import KEY as SUPPLEMENT
from generator.template.model import Field, Indicator, Template
from generator.yamlfile.build import Scalar
from generator.yamlfile.edit import KeyPath

_FONT, _GREY = "宋体", "FF808080"
_THIN = Side(style="thin", color="FFBFBFBF")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_HEAD, _OPEN, _GROUP = (PatternFill("solid", fgColor=color) for color in ("FFD9E2F3", "FFFFFBE6", "FFF2F2F2"))
AMOUNT = re.compile(r"(-?(?:0|[1-9]\d*)(?:\.(\d+))?)\s*([^\d\s]*)")
"""Number, its decimals, unit."""
_MOST_DIGITS, _LONGEST_LIST = 15, 255
AS_TEXT = ("文字", "目标", "数量", "选项", "是否", "等次")
"""Kinds of fields stored as text, so that 1-2 does not become a date."""
_NARROW, USUAL, _WIDE = 10, 18, 44
_BLANK_FORMS = {"比率": "0.00%", "日期": "yyyy-mm-dd"}


class AsNumber(NamedTuple):
    """A number or date in a cell: value, number format, and the unit given elsewhere."""

    value: Decimal | date
    format: str
    unit: str = ""


def as_number(field: Field, text: str) -> AsNumber | None:
    """The text as a number or date, or None if the cell would not read back the same."""
    if field.kind == "日期":
        with suppress(ValueError):
            day = date.fromisoformat(text.strip())
            return AsNumber(day, "yyyy-mm-dd") if day.isoformat() == text.strip() else None
    match = AMOUNT.fullmatch(text.strip())
    if match is None or len(re.sub(r"\D", "", match[1])) > _MOST_DIGITS:
        return None
    number, places, unit = match[1], len(match[2] or ""), match[3]
    code = "0" + ("." + "0" * places if places else "")
    printed = number
    found = None
    if field.kind == "金额" and unit:
        found, printed = AsNumber(Decimal(number), f"#,##{code}", unit), f"{number} {unit}"
    elif field.kind in ("整数", "数值") and unit in ("", field.unit):
        found = AsNumber(Decimal(number), code)
    elif field.kind == "比率" and unit == "%":
        found, printed = AsNumber(Decimal(number).scaleb(-2), f"{code}%"), f"{number}%"
    elif field.kind == "年份" and not unit:
        found = AsNumber(Decimal(number), "0")
    nowhere = Span("")
    return found if found is not None and says_same(Scalar(printed, nowhere), Scalar(text, nowhere), field) else None


def put_headings(sheet: Worksheet, title: str, about: str, heads: Sequence[str], hows: Sequence[str] = ()) -> None:
    """Write title, instructions, hints for each column, and column headings."""
    for row, text in ((1, title), (2, about)):
        put_text(sheet.cell(row, 1), text)
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(len(heads), 6))
        sheet.cell(row, 1).font = Font(name=_FONT, size=16 if row == 1 else 10.5, bold=row == 1)
        sheet.cell(row, 1).alignment = Alignment("left", "center", wrap_text=True)
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 30, 48
    for at, text in enumerate(heads, 1):
        put_text(sheet.cell(HEAD_ROW, at), text)
        style(sheet.cell(HEAD_ROW, at), bold=True)
        sheet.cell(HEAD_ROW, at).fill = _HEAD
        sheet.cell(HEAD_ROW, at).alignment = Alignment("center", "center", wrap_text=True)
    for at, text in enumerate(hows, 1):
        put_text(sheet.cell(HEAD_ROW - 1, at), text)
        style(sheet.cell(HEAD_ROW - 1, at), grey=True)


def style(
    cell: Cell | MergedCell, *, bold: bool = False, grey: bool = False, italic: bool = False, group: bool = False
) -> None:
    """Set borders, font, alignment and fill of a cell."""
    cell.border = _BORDER
    cell.font = Font(name=_FONT, size=10.5, bold=bold, italic=italic, color=_GREY if grey else None)
    cell.alignment = Alignment("left", "center", wrap_text=True)
    if group:
        cell.fill = _GROUP


def fill(cell: Cell | MergedCell, text: str, field: Field, number: AsNumber | None) -> None:
    """Make a cell editable and set its value."""
    style(cell)
    cell.fill, cell.protection = _OPEN, Protection(locked=False)
    if number is not None:
        cell.value, cell.number_format = number.value, number.format
    else:
        if text:
            put_text(cell, text)
        cell.number_format = "@" if field.kind in AS_TEXT else _BLANK_FORMS.get(field.kind, "General")


def choice(sheet: Worksheet, choices: Sequence[str], otherwise: str = "") -> DataValidation:
    """Add a drop-down; other words (无, 不适用) only cause a warning."""
    listed = f'"{",".join(choices)}"'
    usable = len(listed) <= _LONGEST_LIST and not any("," in one or '"' in one for one in choices)
    offered = DataValidation("list", formula1=listed if usable else otherwise or None, allow_blank=True)
    offered.errorStyle, offered.errorTitle, offered.error = "warning", "不在下拉里", "不是下拉里的一项，仍要这样填吗？"
    if usable or otherwise:
        sheet.add_data_validation(offered)
    return offered


def offer(sheet: Worksheet, field: Field, place: str) -> None:
    """Add a drop-down if the field has choices."""
    if choices := ("是", "否") if field.kind == "是否" else field.choices if field.kind == "选项" else ():
        choice(sheet, choices).add(place)


def column_width(field: Field) -> int:
    """Column width in digits."""
    if field.kind in ("段落", "列表") or len(field.example) > USUAL:
        return _WIDE
    return USUAL if field.kind in ("文字", "目标", "金额", "数量") else _NARROW + 2


def fit_row(sheet: Worksheet, row: int, widths: Sequence[int]) -> None:
    """Set the row height for its longest cell; not every program does this on its own."""
    texts = ((str(sheet.cell(row, at).value or ""), room) for at, room in enumerate(widths, 1))
    sheet.row_dimensions[row].height = row_height(max(lines_in(text, room) for text, room in texts))


def finish(sheet: Worksheet, widths: Sequence[int]) -> None:
    """Set up printing, freeze the head, and protect the sheet without a password."""
    set_page(sheet, widths)
    sheet.freeze_panes = f"A{HEAD_ROW + 1}"
    sheet.print_title_rows = f"{HEAD_ROW}:{HEAD_ROW}"
    locked = sheet.protection
    locked.sheet = True
    locked.formatCells = locked.formatColumns = locked.formatRows = False
    locked.insertRows = locked.deleteRows = locked.sort = locked.autoFilter = False


_MONEY_UNITS: Final = ("元", "万元", "亿元")
_SPARE_ROWS, _LAST_ROW = 20, 1000
_HOW: Final = {
    "金额": "数字，单位另选",
    "数值": "数字",
    "整数": "整数",
    "比率": "百分数，如 96.69%",
    "日期": "日期，如 2021-12-31",
    "年份": "四位数的年份",
    "数量": "数量和单位写在一起",
    "目标": "数、单位和「≥」等写在一起，或写文字",
    "是否": "是、否",
    "段落": "一段一行，格内换行按 Alt+Enter",
    "列表": "一条一行，格内换行按 Alt+Enter",
    "文档": "放在填报所在文件夹里的 Word 文件名",
}
_ABOUT: Final = (
    "只填浅黄色的格子，合计、比率和得分由程序计算。没有的选填项空着，或填「无」；每个工作表的「示例」一行只作参考，不计入。"
    "文字里要用已填的数时写 {{ 字段 }}，字段的名称见第一列。"
)


def filing_book(template: Template, values: Values, start: Path, templates: Path | None = None) -> bytes:
    """The workbook of a template with these values, reproducible; ``start`` is the file to write.

    Raises:
        Refused: Some values cannot be stored in a workbook: one finding for each.
    """
    book = Workbook()
    book.properties.creator, book.properties.title = "jixiao", f"{template.title}填报表"
    writer = _BookWriter(book, template, values)
    writer.write()
    data = saved_book(book)
    source = read_book(data, str(start), start, templates)
    back = said_by(source.root, template) if source.root is not None else {}
    lost = [
        codes.NOT_KEPT.at(value.span, written_path(path), name=written_path(path))
        for path, value in values.items()
        if path not in back or not says_same(value, back[path], writer.field(path))
    ]
    if lost:
        raise Refused(lost)
    return data


class _BookWriter:
    """Writes the sheets; values without a cell go to an extra sheet, by path."""

    def __init__(self, book: Workbook, template: Template, values: Values) -> None:
        self.book, self.template, self.values = book, template, values
        self.left = dict(values)
        self.fields: dict[KeyPath, Field] = {}
        self.below: dict[KeyPath, set[int]] = defaultdict(set)
        for path in values:
            for at, step in enumerate(path):
                if isinstance(step, int):
                    self.below[path[:at]].add(step)

    def field(self, path: KeyPath) -> Field | None:
        """The field of a value that has its own cell."""
        return self.fields.get(path)

    def write(self) -> None:
        self._facts(self.book.worksheets[0])
        self.rows: dict[tuple[str, ...], list[KeyPath]] = {}
        for sheet in book_form.sheets_of(self.template):
            self._table(sheet)
        scored = [node for node in self.template.all_indicators() if node.is_scored]
        if scored:
            self._indicators()
            self._evidence(scored)
        if self.left:
            self._others()

    def _take(self, path: KeyPath, field: Field | None = None) -> str:
        value = self.left.pop(path, None)
        if value is not None and field is not None:
            self.fields[path] = field
        return value.text if value is not None else ""

    def _facts(self, sheet: Worksheet) -> None:
        sheet.title = book_form.FACTS
        widths = (22, 26, 46, 8, 26, 24, 24)
        put_headings(sheet, f"{self.template.title}填报表", _ABOUT, book_form.FACT_HEADS)
        row = HEAD_ROW
        for name in ("模板", SUPPLEMENT) if (SUPPLEMENT,) in self.left else ("模板",):
            row, named = row + 1, text_field(name, f"{name}（不要改）")
            for at, text in enumerate((name, named.label, self._take((name,), named)), 1):
                style(sheet.cell(row, at), grey=True)
                put_text(sheet.cell(row, at), text)
        units = choice(sheet, _MONEY_UNITS)
        for line in book_form.lines_of(self.template.fields):
            row += 1
            field, text = line.field, self._take(line.path, line.field)
            may_be_nothing = not field.required or all(one.absent or not one.required for one in field.members.values())
            how = _how(field) if not line.is_group else "整组没有的，在这里填「无」" if may_be_nothing else ""
            about = "；".join(filter(None, (field.source, field.note)))
            texts = (written_path(line.path), field.label, "", "", how, field.example, about)
            for at, one in enumerate(texts, 1):
                style(sheet.cell(row, at), bold=line.is_group and at == 2, group=line.is_group, grey=at in (1, 6))
                put_text(sheet.cell(row, at), one)
            is_open = not line.is_group or may_be_nothing
            number = as_number(field, text)
            fill(sheet.cell(row, 3), text, field, number) if is_open else None
            if field.kind == "金额":
                unit = sheet.cell(row, 4)
                fill(unit, (number.unit if number else "") if text else _usual_unit(field), text_field("", ""), None)
                units.add(unit)
            elif field.unit:
                put_text(sheet.cell(row, 4), field.unit)
            offer(sheet, field, sheet.cell(row, 3).coordinate)
            fit_row(sheet, row, widths)
        finish(sheet, widths)

    def _table(self, one: BookSheet) -> None:
        sheet = self.book.create_sheet(one.title)
        above = [one.path] if one.outer is None else [(*path, *one.steps) for path in self.rows[one.outer.path]]
        self.rows[one.path] = rows = [(*path, number) for path in above for number in sorted(self.below[path])]
        link, shift = one.link, 2 if one.link is not None else 1
        fields = [*([link] if link is not None else []), *(column.field for column in one.columns)]
        units = {
            column.field.name: _common_unit(column.field, (self.values.get((*row, *column.path)) for row in rows))
            for column in one.columns
            if column.field.kind == "金额"
        }
        heads = [field.label + (f"（{units[field.name]}）" if field.name in units else "") for field in fields]
        # With the name that findings use, if that differs from the heading.
        hows = [_how(field) + (f"；消息里叫「{field.other_name}」" if field.other_name else "") for field in fields]
        if (outer := one.outer) is not None:
            by = f"{outer.by.field.label}，或它的" if outer.by is not None else ""
            hows[0] = f"必填；填「{outer.title}」里的{by}{NUMBER}"
        parts = (_NEED[one.field.required], one.field.source, one.field.note.rstrip("。"))
        about = "；".join(filter(None, parts))
        where = f"字段：{written_path(one.path)}。{about}。每行一项，往下接着填；从别的表整块粘贴也可以，只粘贴数值。"
        if one.field.may_be_nothing:
            where += "没有的" + ("在第一行只填「无」。" if one.field.required else "空着，或在第一行只填「无」。")
        put_headings(sheet, one.field.label, where, [NUMBER, *heads], ["", *hows])
        for at, text in enumerate([book_form.SAMPLE, *(field.example for field in fields)], 1):
            style(sheet.cell(HEAD_ROW + 1, at), grey=True, italic=True)
            put_text(sheet.cell(HEAD_ROW + 1, at), text)
        word = self._take(one.path)
        first = HEAD_ROW + 2
        widths = [6, *map(column_width, fields)]
        for number in range(max(len(rows), 1) + _SPARE_ROWS):
            row, path = first + number, rows[number] if number < len(rows) else None
            fill(sheet.cell(row, 1), str(number + 1), text_field("", ""), AsNumber(Decimal(number + 1), "0"))
            if link is not None:
                fill(sheet.cell(row, 2), self._named(one, path) if path is not None else "", text_field("", ""), None)
            for at, column in enumerate(one.columns, shift + 1):
                text = self._take((*path, *column.path), column.field) if path is not None else ""
                text = word if not number and at == shift + 1 and word else text
                found = as_number(column.field, text)
                # A number in another unit is written with its unit.
                found = None if found is not None and found.unit != units.get(column.field.name, "") else found
                fill(sheet.cell(row, at), text, column.field, found)
            if path is not None:
                fit_row(sheet, row, widths)
        for row in range(HEAD_ROW - 1, first):
            fit_row(sheet, row, widths)
        sheet.column_dimensions["A"].protection = Protection(locked=False)
        for at, field in enumerate(fields, 2):
            letter = get_column_letter(at)
            offer(sheet, field, f"{letter}{first}:{letter}{_LAST_ROW}")
            sheet.column_dimensions[letter].protection = Protection(locked=False)
            sheet.column_dimensions[letter].number_format = "@" if field.kind in AS_TEXT else "General"
        finish(sheet, widths)

    def _named(self, one: BookSheet, path: KeyPath) -> str:
        """How to refer to the outer row: by name if that is unique, else by number."""
        outer = one.outer
        assert outer is not None  # noqa: S101 - checked by the caller
        rows = self.rows[outer.path]
        own = path[: len(path) - 1 - len(one.steps)]
        blank = Scalar("", Span(""))
        names = [self.values.get((*row, *outer.by.path), blank).text if outer.by is not None else "" for row in rows]
        name = names[rows.index(own)]
        alone = names.count(name) == 1 and name and name == name.strip() and not name.isdigit() and "\n" not in name
        return name if alone else str(rows.index(own) + 1)

    def _indicators(self) -> None:
        sheet = self.book.create_sheet(INDICATORS)
        heads = [NUMBER, *book_form.INDICATOR_HEADS.values(), "分值", "怎样评", "评分标准"]
        widths = (6, 22, 18, 9, 10, 40, 30, 8, 26, 44)
        about = (
            "评分标准要求自评的填「自评分」，按要点评分的逐点选「结论」；由程序计算的只写说明，没有得满分的写明原因。"
        )
        put_headings(sheet, "各项指标", about, heads)
        keys = list(book_form.INDICATOR_HEADS)
        row = HEAD_ROW
        for indicator in (node for node in self.template.all_indicators() if node.is_scored):
            for item in (None, *indicator.items):
                row += 1
                path = (INDICATORS, indicator.name, *((ITEMS, item.name) if item is not None else ()))
                score = item.score if item is not None else indicator.score
                asked = book_form.asked_of(indicator, item)
                texts = [str(row - HEAD_ROW), indicator.name, item.name if item is not None else ""]
                weight, standard = (item or indicator).weight, "" if item is not None else indicator.fixed_standard
                for at, text in zip((1, 2, 3, 8, 9, 10), [*texts, plain(weight), asked, standard], strict=True):
                    style(sheet.cell(row, at), grey=at == 2 and item is not None, bold=at == 2 and item is None)
                    put_text(sheet.cell(row, at), text)
                for at, key in enumerate(keys[2:], 4):
                    is_asked = key == "说明" or (key in asked) or (key == "原因" and item is None)
                    field = replace(text_field(key, key), kind="数值" if key == "自评分" else "文字")
                    text = self._take((*path, key), field)
                    cell = sheet.cell(row, at)
                    fill(cell, text, field, as_number(field, text)) if is_asked or text else style(cell, group=True)
                shares = tuple(item.shares) if item is not None and score is None else ()
                choice(sheet, shares).add(sheet.cell(row, 5)) if shares else None
                fit_row(sheet, row, widths)
        finish(sheet, widths)

    def _evidence(self, scored: Sequence[Indicator]) -> None:
        sheet = self.book.create_sheet(book_form.EVIDENCE)
        heads = [NUMBER, *book_form.EVIDENCE_HEADS.values(), "要有的材料"]
        widths = (6, 30, 26, 46, 46, 30)
        about = (
            "一种材料一行，写名称；有文件的把文件放在填报所在的文件夹里，写文件名（可带下级文件夹）。"
            "要加行，在下面接着填，写明指标。"
        )
        put_headings(sheet, "佐证材料", about, heads)
        row = HEAD_ROW
        for indicator in scored:
            for item in (None, *indicator.items):
                path = (INDICATORS, indicator.name, *((ITEMS, item.name) if item is not None else ()), "佐证")
                numbers: list[int | None] = [*sorted(self.below[path])]
                for number in numbers or ([None] if item is None else []):
                    row += 1
                    title, file = self._material((*path, number)) if number is not None else ("", "")
                    needed = book_form.needed_evidence(indicator) if number in (None, 0) and item is None else ""
                    texts = (indicator.name, item.name if item is not None else "", title, file)
                    fill(sheet.cell(row, 1), "", text_field("", ""), AsNumber(Decimal(row - HEAD_ROW), "0"))
                    for at, text in enumerate(texts, 2):
                        fill(sheet.cell(row, at), text, text_field("", ""), None)
                    style(sheet.cell(row, 6), grey=True)
                    put_text(sheet.cell(row, 6), needed)
                    fit_row(sheet, row, widths)
        for spare in range(row + 1, row + 1 + _SPARE_ROWS):
            for at in range(1, 6):
                fill(sheet.cell(spare, at), "", text_field("", ""), None)
        listed = f"{INDICATORS}!$B${HEAD_ROW + 1}:$B${HEAD_ROW + sum(1 + len(one.items) for one in scored)}"
        choice(sheet, [one.name for one in scored], listed).add(f"B{HEAD_ROW + 1}:B{_LAST_ROW}")
        for at in range(1, 6):
            sheet.column_dimensions[get_column_letter(at)].protection = Protection(locked=False)
        finish(sheet, widths)

    def _material(self, path: KeyPath) -> tuple[str, str]:
        alone = self._take(path)
        if alone:
            return ("", alone) if names_file(alone) else (alone, "")
        return self._take((*path, "标题")), self._take((*path, "文件"))

    def _others(self) -> None:
        sheet = self.book.create_sheet(book_form.OTHERS)
        widths = (6, 40, 100)
        about = "这些内容在别的工作表里没有位置：模板里没有的项，由程序计算的数，另在文件里的表。一般不用改。"
        put_headings(sheet, "其他", about, [NUMBER, *book_form.OTHER_HEADS.values()])
        for row, (path, value) in enumerate(list(self.left.items()), HEAD_ROW + 1):
            for at, text in enumerate((str(row - HEAD_ROW), written_path(path), value.text), 1):
                fill(sheet.cell(row, at), text, text_field("", ""), None)
            fit_row(sheet, row, widths)
        finish(sheet, widths)


_NEED = {True: "必填", False: "选填"}


def _how(field: Field) -> str:
    how = _HOW.get(field.kind, "")
    if field.kind == "选项":
        how = f"从下拉里选：{'、'.join(field.choices)}"
    elif field.kind == "等次":
        how = f"等次后面写系数，如「{next(iter(field.grades))} 95%」：{'、'.join(field.choices)}"
    nothing = f"没有的填「无」，按「{field.absent}」计" if field.absent else ""
    if field.required and field.may_be_nothing:
        nothing = "没有的填「无」"
    return "；".join(filter(None, (_NEED[field.required], how, nothing)))


def _usual_unit(field: Field) -> str:
    """The money unit of the field's example."""
    match = AMOUNT.fullmatch(field.example)
    return match[3] if match is not None and match[3] in _MONEY_UNITS else _MONEY_UNITS[0]


def _common_unit(field: Field, values: Iterable[Scalar | None]) -> str:
    numbers = (as_number(field, value.text) for value in values if value is not None)
    counts = Counter(number.unit for number in numbers if number is not None)
    return counts.most_common(1)[0][0] if counts else _usual_unit(field)
