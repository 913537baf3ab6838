"""The scoring form as an Excel workbook: leaf scores are numbers, sums and rates are formulas."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from msgspec import Struct, field
from openpyxl import Workbook

from generator import pipeline
from generator.base.amount import chinese_number, round_half_up
from generator.base.diagnostics import Refused, Span
from generator.base.forms import plain
from generator.narrative.content import Report
from generator.narrative.sheets import (
    HEADER_ROW,
    PERCENT,
    Formula,
    Sheet,
    Value,
    cell_number,
    lines_in,
    named_styles,
    row_height,
    saved_book,
)
from generator.pipeline import Assessment, Prepared, with_review_files
from generator.provenance import codes
from generator.provenance.guard import refuse_inputs
from generator.provenance.stamp import stamp_of, stamped
from generator.provenance.write import refuse_draft_name, target_of
from generator.scoring.model import Scorecard, Scored, ScoredForm
from generator.scoring.values import number as number_of
from generator.submission.model import Submission
from generator.template.model import Scoring, walk_fields

_FEWEST_LEVELS = 3
_SUBTOTAL, _SUM, _TOTAL = "小计", "合计", "总分"


class Line(Struct, frozen=True):
    """One line of the form.

    Attributes:
        names: Texts of the name columns, by column from 0.
        parts: The lines (from 0) that the score adds up; none for a leaf.
        weighed: Whether the weight adds up the same lines.
        indicator: The path of the values of a scored line's indicator; empty for sums.
        remark: The text in the last column of the total.
        reviewed: The score by the review; None where there is none.
    """

    names: dict[int, str]
    weight: Fraction
    score: Fraction
    parts: tuple[int, ...] = ()
    weighed: bool = True
    indicator: str = ""
    remark: str = ""
    reviewed: Fraction | None = None


class Merge(Struct, frozen=True):
    """Merged cells: first and last line, first and last name column, all from 0."""

    top: int
    bottom: int
    left: int
    right: int


class Form(Struct):
    """Lines, merged cells and headings of the name columns; scores have ``places`` decimals."""

    level_names: tuple[str, ...]
    places: int
    lines: list[Line] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)

    @property
    def levels(self) -> int:
        """Number of name columns."""
        return len(self.level_names)

    def add(self, line: Line, left: int) -> int:
        """Add a line whose name spans the columns from ``left``; returns its number."""
        self.lines.append(line)
        number = len(self.lines) - 1
        self.merge(Merge(number, number, left, self.levels - 1))
        return number

    def merge(self, merge: Merge) -> None:
        """Record merged cells, unless it is a single cell."""
        if merge.top < merge.bottom or merge.left < merge.right:
            self.merges.append(merge)


def lay_out(forms: Sequence[ScoredForm], *above: str) -> Form:
    """The lines of forms one below the other; ``above`` is the heading of the column with their titles, if any."""
    depth = max(_FEWEST_LEVELS, *(_depth(root) for form in forms for root in form.roots))
    places = forms[0].form.scoring.places if forms[0].form.scoring is not None else 0
    laid_out = Form((*above, *(f"{chinese_number(level)}级指标" for level in range(1, depth + 1))), places)
    for form in forms:
        scoring, total, first = form.form.scoring, form.total, len(laid_out.lines)
        assert scoring is not None  # noqa: S101 - checked by the caller
        assert total is not None  # noqa: S101
        parts = tuple(_node(laid_out, root, len(above)) for root in form.roots)
        last = _total(laid_out, parts, form, scoring, len(above))
        if above:
            laid_out.lines[first].names[0] = form.form.title
            laid_out.merge(Merge(first, last, 0, 0))
    return laid_out


def _depth(node: Scored) -> int:
    return 1 + max((_depth(child) for child in node.children), default=0)


def _node(form: Form, node: Scored, level: int) -> int:
    """Add the lines of a node; returns the number of the line with its score."""
    name, weight = node.indicator.name, node.indicator.weight
    if not node.children:
        reviewed = number_of(node.reviewed) if node.reviewed is not None else None
        return form.add(Line({level: name}, weight, node.points, indicator=node.path, reviewed=reviewed), level)
    first = len(form.lines)
    parts = tuple(_node(form, child, level + 1) for child in node.children)
    form.lines[first].names[level] = name
    carrying = parts[0]
    if len(parts) > 1:
        carrying = form.add(
            Line({level + 1: _SUBTOTAL}, weight, node.points, parts, reviewed=_sum(form, parts)), level + 1
        )
    form.merge(Merge(first, len(form.lines) - 1, level, level))
    return carrying


def _sum(form: Form, parts: tuple[int, ...]) -> Fraction | None:
    """Sum of 复核得分; None without a review."""
    known = [reviewed for part in parts if (reviewed := form.lines[part].reviewed) is not None]
    return sum(known, Fraction(0)) if known else None


def _total(form: Form, parts: tuple[int, ...], scored: ScoredForm, scoring: Scoring, left: int) -> int:
    """Add the total; if the template computes it from the sum, both the sum and the total."""
    total, by_review = scored.total, scored.reviewed
    assert total is not None  # noqa: S101 - checked by the caller
    weights = sum((form.lines[part].weight for part in parts), Fraction(0))
    scores = sum((form.lines[part].score for part in parts), Fraction(0))
    rating = f"评价等级：{total.rating}" if total.rating else ""
    rule = scoring.total.text.strip()
    if rule == _SUM:
        weighed = weights == total.full
        line = Line(
            {left: _TOTAL}, total.full, scores, parts, weighed=weighed, remark=rating, reviewed=_sum(form, parts)
        )
        return form.add(line, left)
    form.add(Line({left: _SUM}, weights, scores, parts, reviewed=_sum(form, parts)), left)
    remark = "；".join(text for text in (f"总分 = {rule}", rating) if text)
    reviewed = number_of(by_review.score) if by_review is not None else None
    return form.add(Line({left: _TOTAL}, total.full, total.rate * total.full, remark=remark, reviewed=reviewed), left)


_FIRST_ROW = HEADER_ROW + 1
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
    named_styles(book)
    sheets = [("评分表", lay_out([scorecard]), title)] if scorecard.total is not None else []
    for of_rows in submission.template.row_forms:
        table, named = of_rows.table, labels.get(f"{of_rows.table}.{of_rows.name}", of_rows.name)
        forms = [form for form in scorecard.row_forms if form.form.path.rpartition("[")[0] == table]
        name = f"{re.sub(_NOT_IN_NAMES, '', table)[-_LONGEST_NAME:]}评分表"
        sheets += [(name, lay_out(forms, named), f"{report.file_name}{name}")] if forms else []
    del book["Sheet"]
    return saved_book(book, [_Writer(book, name, form, report, head).sheet for name, form, head in sheets])


class _Writer:
    """Writes a form to a sheet of its own."""

    def __init__(self, book: Workbook, name: str, form: Form, report: Report, title: str) -> None:
        self.form, self.report = form, report
        self.is_reviewed = any(line.reviewed is not None for line in form.lines)
        widths = (*(_NAME_WIDTH,) * (form.levels - 1), _LAST_NAME_WIDTH)
        names = zip(form.level_names, widths, strict=True)
        self.columns = [*names, *_COLUMNS, *(_REVIEW_COLUMNS if self.is_reviewed else ())]
        # Below the title: department and year if the template has them, and the unit.
        department = report.content.get("部门")
        of = department.get("名称") if isinstance(department, Mapping) else None
        facts = (("部门", of), ("年度", report.content.get("年度")), ("单位", "分"))
        about = "　　".join(f"{label}：{value}" for label, value in facts if value)
        self.sheet = Sheet(book, name, title, about, self.columns)
        self.sheet.sheet.row_dimensions[2].height = 20
        self.sheet.sheet.row_dimensions[HEADER_ROW].height = 24
        self._write()

    def _write(self) -> None:
        places = "0." + "0" * self.form.places if self.form.places else "0"
        _, standard, score, rate, basis, *review = range(self.form.levels, len(self.columns))
        forms = {score: places, rate: PERCENT, **dict.fromkeys(review[:1], places)}
        areas = {(merge.top, merge.left): merge for merge in self.form.merges}
        for number, line in enumerate(self.form.lines):
            row = self._row(line)
            height = self._height(number, row, areas)
            self.sheet.add(
                row, bold=not line.indicator, left=(standard, basis, *review[1:]), forms=forms, height=height
            )
        for one in self.form.merges:
            self.sheet.merge(_FIRST_ROW + one.top, _FIRST_ROW + one.bottom, one.left, one.right)

    def _row(self, line: Line) -> list[Value]:
        weight, _, score, _, _, *review = range(self.form.levels, len(self.columns))
        shown = self.report.indicators.get(line.indicator, {})
        points, full = (f"{self.sheet.letters[at]}{self.sheet.row + 1}" for at in (score, weight))
        share = round_half_up(line.score / line.weight if line.weight else line.weight, _RATE_PLACES)
        row: list[Value] = [line.names.get(at) for at in range(self.form.levels)]
        row += [
            _number(line.weight, self._sum(weight, line.parts) if line.weighed else ""),
            str(shown.get("评分标准") or ""),
            self._score(score, line.score, line.parts),
            Formula(f"=IF({full}=0,0,ROUND({points}/{full},{_RATE_PLACES}))", format(share, "f")),
            line.remark or str(shown.get("依据") or ""),
        ]
        if line.reviewed is not None:
            texts = [str(shown.get("复核意见") or ""), f"答复：{shown['答复']}" if shown.get("答复") else ""]
            row += [self._score(review[0], line.reviewed, line.parts), "\n".join(filter(None, texts))]
        return row + [None] * (len(self.columns) - len(row))

    def _score(self, column: int, score: Fraction, parts: tuple[int, ...]) -> Value:
        added = self._sum(column, parts).removeprefix("=")
        # Scores have these decimals, so rounding only removes binary noise.
        return _number(score, f"=ROUND({added},{self.form.places})" if added else "")

    def _sum(self, column: int, parts: tuple[int, ...]) -> str:
        """The formula that sums these lines of a column; empty if there are none."""
        if not parts:
            return ""
        places = [f"{self.sheet.letters[column]}{_FIRST_ROW + part}" for part in parts]
        in_one_run = len(parts) > 1 and parts == tuple(range(parts[0], parts[-1] + 1))
        return f"=SUM({f'{places[0]}:{places[-1]}' if in_one_run else ','.join(places)})"

    def _height(self, number: int, row: Sequence[Value], areas: Mapping[tuple[int, int], Merge]) -> float:
        """Row height for the longest cell, ignoring vertically merged ones; not every program computes it."""
        needed = [1]
        for left, text in enumerate(row):
            area = areas.get((number, left))
            if isinstance(text, str) and (area is None or area.top == area.bottom):
                rooms = self.columns[left : (area.right if area is not None else left) + 1]
                needed.append(lines_in(text, sum(room for _, room in rooms)))
        return row_height(max(needed))


def _number(value: Fraction, formula: str) -> Value:
    return Formula(formula, plain(value, 12)) if formula else cell_number(value)


def prepare_scores(input_file: Path, output: Path | None = None, templates: Path | None = None) -> Prepared:
    """The workbook, not yet written; the arguments and errors are those of ``pipeline.prepare``."""
    assessment = pipeline.assess(input_file, templates)
    pipeline.refuse_errors(assessment.findings)
    data = print_scores(assessment)
    target = target_of(output or pipeline.DEFAULT_OUTPUT, f"{assessment.report.file_name}评分表", ".xlsx")
    refuse_draft_name(target)
    refuse_inputs(target, pipeline.files_of(assessment.submission, input_file))
    return Prepared(target, data, assessment, {target: data})


def print_scores(assessment: Assessment) -> bytes:
    """The stamped workbook, reproducible; raises ``Refused`` if the template has no scoring form."""
    facts = with_review_files(assessment.submission)
    data = scoring_workbook(facts, assessment.scorecard, assessment.report)
    return stamped(data, stamp_of(facts, report=assessment.report.file_name), facts.sources)
