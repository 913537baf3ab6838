"""The scoring form as an Excel workbook: leaf scores are numbers, sums and rates are formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from openpyxl import Workbook

from generator import pipeline
from generator.base.amount import Placeholder, chinese_number, round_half_up
from generator.base.diagnostics import Refused, Span
from generator.base.formats import plain
from generator.narrative import sheets
from generator.narrative.content import Report
from generator.narrative.sheets import Formula, Sheet, Value
from generator.pipeline import Assessment, Prepared, with_review_files
from generator.provenance import codes
from generator.provenance.guard import refuse_inputs
from generator.provenance.stamp import stamp_of, stamped
from generator.provenance.write import refuse_draft_name, target_of
from generator.scoring.model import NO_SCORE, Scorecard, Scored, ScoredForm
from generator.scoring.values import number as number_of
from generator.submission.model import Submission
from generator.template.model import walk_fields

_FEWEST_LEVELS = 3
_SUBTOTAL, _SUM, _TOTAL = "小计", "合计", "总分"


_COLUMNS = (("分值", 7), ("评分标准", 42), ("自评得分", 9), ("得分率", 9), ("评分依据", 38))
_REVIEW_COLUMNS = (("复核得分", 9), ("复核意见", 38))
_NAME_WIDTH, _LAST_NAME_WIDTH = 13, 18
_RATE_PLACES = 4
_NOT_IN_NAMES, _LONGEST_NAME = r"[\[\]:*?/\\.']", 20


def scoring_workbook(submission: Submission, scorecard: Scorecard, report: Report) -> bytes:
    """The scoring form as an Excel workbook, reproducible; raises ``Refused`` if the template has none."""
    if all(form.total is None for form in scorecard.forms):
        raise Refused([codes.NO_FORM.at(Span(submission.file), "模板", template=submission.template.id)])
    labels = {one.path: one.label for one in walk_fields(submission.template.fields)}
    book, title = Workbook(), f"{report.file_name}评分表"
    book.properties.creator, book.properties.title = "jixiao", title
    sheets.named_styles(book)
    pages = [FormSheet(book, "评分表", title, report, [scorecard])] if scorecard.total is not None else []
    for of_rows in submission.template.row_forms:
        table, named = of_rows.table, labels.get(f"{of_rows.table}.{of_rows.name}", of_rows.name)
        forms = [form for form in scorecard.row_forms if form.form.path.rpartition("[")[0] == table]
        name = f"{re.sub(_NOT_IN_NAMES, '', table)[-_LONGEST_NAME:]}评分表"
        pages += [FormSheet(book, name, f"{report.file_name}{name}", report, forms, named)] if forms else []
    del book["Sheet"]
    return sheets.saved_book(book, [one.sheet for one in pages])


class Line(Struct, frozen=True, kw_only=True):
    """One line of the form.

    Attributes:
        names: Texts of the name columns, by column from 0.
        left: The first of the name columns that its own name spans.
        parts: The lines that the score adds up; none for a leaf.
        weighed: Whether the weight adds up the same lines.
        indicator: The path of the values of a scored line's indicator; empty for sums.
        remark: The text in the last column of the total.
        reviewed: The score by the review; None where there is none.
        row: Where it is in the sheet.
    """

    names: dict[int, str]
    left: int
    weight: Fraction
    score: Fraction
    parts: Sequence[Line] = ()
    weighed: bool = True
    indicator: str = ""
    remark: str = ""
    reviewed: Fraction | None = None
    row: int = 0


class FormSheet:
    """A sheet with the lines of forms, one form below the other.

    ``above`` is the heading of the column with the titles of the forms, if any.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what is on it
        self, book: Workbook, name: str, title: str, report: Report, forms: Sequence[ScoredForm], above: str = ""
    ) -> None:
        self.report = report
        assert forms[0].form.scoring is not None  # noqa: S101 - checked by the caller
        self.places = forms[0].form.scoring.places
        depth = max(_FEWEST_LEVELS, *(_depth(root) for form in forms for root in form.roots))
        names = [*filter(None, [above]), *(f"{chinese_number(level)}级指标" for level in range(1, depth + 1))]
        self.levels = len(names)
        is_reviewed = any(form.reviewed or any(node.reviewed for node in form.walk()) for form in forms)
        widths = (*(_NAME_WIDTH,) * (self.levels - 1), _LAST_NAME_WIDTH)
        self.columns = [*zip(names, widths, strict=True), *_COLUMNS, *(_REVIEW_COLUMNS if is_reviewed else ())]
        # Below the title: department and year if the template has them, and the unit.
        department = report.content.get("部门")
        of = department.get("名称") if isinstance(department, Mapping) else None
        facts = (("部门", of), ("年度", report.content.get("年度")), ("单位", "分"))
        about = "　　".join(f"{label}：{value}" for label, value in facts if value)
        self.sheet = Sheet(book, name, title, about, self.columns)
        self.sheet.sheet.row_dimensions[2].height = 20
        self.sheet.sheet.row_dimensions[sheets.HEADER_ROW].height = 24
        # The columns whose names in the next line are merged with cells below.
        self.tall: set[int] = set()
        for form in forms:
            first, title_of = self.sheet.row + 1, {0: form.form.title} if above else {}
            self.tall |= title_of.keys()
            parts = [self._node(root, len(title_of), {} if at else title_of) for at, root in enumerate(form.roots)]
            self._total(form, parts, len(title_of))
            if above:
                self.sheet.merge(first, self.sheet.row, 0, 0)

    def _node(self, node: Scored, level: int, names: Mapping[int, str]) -> Line:
        """Adds the lines of a node, with the names of those above it; returns the line with its score."""
        name, weight, reviewed = node.indicator.name, node.indicator.weight, node.reviewed
        names, score = {**names, level: name}, node.points
        if not node.children:
            by_review = number_of(reviewed) if reviewed is not None else None
            leaf = Line(names=names, left=level, weight=weight, score=score, indicator=node.path, reviewed=by_review)
            return self._add(leaf)
        first = self.sheet.row + 1
        self.tall |= {level} if any(len(one.children) > 1 for one in node.walk()) else set()
        parts = [self._node(child, level + 1, {} if at else names) for at, child in enumerate(node.children)]
        line = parts[0]
        if len(parts) > 1:
            line = self._add(
                Line(names={level + 1: _SUBTOTAL}, left=level + 1, weight=weight, score=score, parts=parts)
            )
        if self.sheet.row > first:
            self.sheet.merge(first, self.sheet.row, level, level)
        return line

    def _total(self, form: ScoredForm, parts: Sequence[Line], left: int) -> None:
        """Adds the total; if the template computes it from the sum, both the sum and the total."""
        scoring, total, by_review = form.form.scoring, form.total, form.reviewed
        assert scoring is not None  # noqa: S101 - checked by the caller
        assert total is not None  # noqa: S101
        weights = sum((part.weight for part in parts), Fraction(0))
        scores = sum((part.score for part in parts), Fraction(0))
        rating = f"评价等级：{total.rating}" if total.rating else ""
        rule = scoring.total.text.strip()
        whole = Line(names={left: _TOTAL}, left=left, weight=total.full, score=scores, parts=parts, remark=rating)
        if rule == _SUM:
            self._add(replace(whole, weighed=weights == total.full))
            return
        self._add(Line(names={left: _SUM}, left=left, weight=weights, score=scores, parts=parts))
        remark = "；".join(text for text in (f"总分 = {rule}", rating) if text)
        reviewed = number_of(by_review.score) if by_review is not None else None
        self._add(replace(whole, score=total.rate * total.full, parts=(), remark=remark, reviewed=reviewed))

    def _add(self, line: Line) -> Line:
        """Adds a line; returns it with its row, and with the sum of 复核得分 where it adds up others."""
        known = [part.reviewed for part in line.parts if part.reviewed is not None]
        line = replace(line, row=self.sheet.row + 1, reviewed=sum(known, Fraction(0)) if known else line.reviewed)
        places = "0." + "0" * self.places if self.places else "0"
        _, standard, score, rate, basis, *review = range(self.levels, len(self.columns))
        formats = {score: places, rate: sheets.PERCENT, **dict.fromkeys(review[:1], places)}
        row = self._cells(line)
        left = (standard, basis, *review[1:])
        self.sheet.add(row, bold=not line.indicator, left=left, formats=formats, height=self._height(line, row))
        if line.left < self.levels - 1:
            self.sheet.merge(line.row, line.row, line.left, self.levels - 1)
        self.tall.clear()
        return line

    def _cells(self, line: Line) -> list[Value]:
        weight, _, score, _, _, *review = range(self.levels, len(self.columns))
        shown = self.report.indicators.get(line.indicator, {})
        points, full = (f"{self.sheet.letters[at]}{line.row}" for at in (score, weight))
        is_rated = type(line.score) is not Placeholder
        share = round_half_up(line.score / line.weight if line.weight else line.weight, _RATE_PLACES)
        rate = Formula(f"=IF({full}=0,0,ROUND({points}/{full},{_RATE_PLACES}))", format(share, "f"))
        row: list[Value] = [line.names.get(at) for at in range(self.levels)]
        row += [
            _number(line.weight, self._sum(weight, line.parts) if line.weighed else ""),
            str(shown.get("评分标准") or ""),
            *((self._score(score, line.score, line.parts), rate) if is_rated else (NO_SCORE, NO_SCORE)),
            line.remark or str(shown.get("依据") or ""),
        ]
        if line.reviewed is not None:
            texts = [str(shown.get("复核意见") or ""), f"答复：{shown['答复']}" if shown.get("答复") else ""]
            row += [self._score(review[0], line.reviewed, line.parts), "\n".join(filter(None, texts))]
        return row + [None] * (len(self.columns) - len(row))

    def _score(self, column: int, score: Fraction, parts: Sequence[Line]) -> Value:
        added = self._sum(column, parts).removeprefix("=")
        # Scores have these decimals, so rounding only removes binary noise.
        return _number(score, f"=ROUND({added},{self.places})" if added else "")

    def _sum(self, column: int, parts: Sequence[Line]) -> str:
        """The formula that sums these lines of a column; empty if there are none."""
        if not parts:
            return ""
        places = [f"{self.sheet.letters[column]}{part.row}" for part in parts]
        in_one_run = len(parts) > 1 and parts[-1].row - parts[0].row == len(parts) - 1
        return f"=SUM({f'{places[0]}:{places[-1]}' if in_one_run else ','.join(places)})"

    def _height(self, line: Line, row: Sequence[Value]) -> float:
        """Row height for the longest cell, ignoring vertically merged ones; not every program computes it."""
        needed = [1]
        for at, text in enumerate(row):
            if isinstance(text, str) and at not in self.tall:
                last = self.levels if at == line.left else at + 1
                needed.append(sheets.lines_in(text, sum(room for _, room in self.columns[at:last])))
        return sheets.row_height(max(needed))


def _depth(node: Scored) -> int:
    return 1 + max((_depth(child) for child in node.children), default=0)


def _number(value: Fraction, formula: str) -> Value:
    return Formula(formula, plain(value, 12)) if formula else sheets.cell_number(value)


def prepare_scores(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Prepared:
    """The workbook, not yet written; the arguments and errors are those of ``pipeline.prepare``."""
    assessment = pipeline.assess(input_file, templates)
    pipeline.refuse_errors(assessment.findings)
    data = print_scores(assessment)
    target = target_of(output or pipeline.DEFAULT_OUTPUT, f"{assessment.report.file_name}评分表", ".xlsx")
    refuse_draft_name(target)
    refuse_inputs(target, pipeline.files_of(assessment.submission, input_file))
    return Prepared(target, assessment, {target: data})


def print_scores(assessment: Assessment) -> bytes:
    """The stamped workbook, reproducible; raises ``Refused`` if the template has no scoring form."""
    facts = with_review_files(assessment.submission)
    data = scoring_workbook(facts, assessment.scorecard, assessment.report)
    return stamped(data, stamp_of(facts, report=assessment.report.file_name), facts.sources)
