"""Check and recompute filed forms: each becomes a filing of the template 自评表, which the pipeline assesses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from msgspec import Struct, field

from generator import pipeline
from generator.base.amount import Placeholder, round_half_up
from generator.base.diagnostics import Finding, Severity, Span
from generator.base.formats import RATE, plain
from generator.base.judgement import Judgement, Verdict, is_way
from generator.base.target import Operator
from generator.checks import codes as check_codes
from generator.checks.claims import tells_survey
from generator.checks.mentions import Measure
from generator.formula import codes as formula_codes
from generator.pipeline import Assessment, Mode
from generator.scoring.model import Scored
from generator.submission.accept import read_filing
from generator.submission.attachments import ATTACHMENTS
from generator.submission.entries import WHOLE
from generator.submission.filing import as_tree
from generator.submission.grid import Grid
from generator.submission.model import Remark
from generator.template.load import load_template
from generator.template.model import Template
from generator.workflows import codes
from generator.workflows.audit.find import SCORES, FiledForm, Row, find_forms
from generator.workflows.audit.inputs import (
    FILINGS,
    TEXT,
    Criteria,
    Criterion,
    Prose,
    altered,
    contents_of,
    filed,
    read_filed,
    said_in,
)
from generator.workflows.jobs import is_form
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.source import Source

HERE = Path(__file__).parent
TEMPLATE = "自评表"
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)\s*[分%％]?")
_RATE = re.compile(r"^\s*(?:[约≈]?\s*-?[\d.．,，]+\s*[%％]?|没有预算|[—－-]*)[\s：:，,]*")
_HALF_WIDTH = dict(zip(map(ord, "０１２３４５６７８９．－"), "0123456789.-", strict=True))
_SIGNS = {
    Operator.AT_LEAST: "≥",
    Operator.MORE_THAN: "＞",
    Operator.AT_MOST: "≤",
    Operator.LESS_THAN: "＜",
    Operator.EXACTLY: "=",
}
_OTHER_SIGNS = "≥≤＞＜>=<≧≦"
_LABELS = {"目标": "指标值", "完成": "完成值", "分值": "权重", "得分": "自评得分"}
# What only some criteria ask for.
_ASKED = frozenset({check_codes.TOO_LONG.number})
_FULL, _TOLERANCE = Fraction(100), Fraction(1, 200)
NO_SURVEY = check_codes.NO_SURVEY.number
_ASKED_PEOPLE = re.compile("问卷|测评|回访|访谈")
_PROSE = 300
"""So many characters are a report; a few lines around a table are none."""


class Line(Struct):
    """One indicator in the worksheet.

    Attributes:
        levels: 一级, 二级, 三级.
        sign: 性质: ≥, ≤ … or 定性.
        target: 指标值, without sign and unit.
        computed: The score by the actual value; None if a person decides.
        how: How it was computed, or why not.
        figures: Target and actual value in ``unit``, if both are numbers.
        named: Its name in a review of the filing; blank if the form is in no filing or does not score it.
        said: The last remark on it in such a review.
    """

    levels: tuple[str, str, str]
    sign: str
    target: str
    unit: str
    weight: Fraction | None
    actual: str
    score: Fraction | None
    computed: Fraction | None
    how: str
    span: Span
    figures: tuple[Fraction, Fraction] | None = None
    findings: list[Finding] = field(default_factory=list)
    taken: list[Criterion] = field(default_factory=list)
    named: str = ""
    said: Remark | None = None

    @property
    def off(self) -> Fraction:
        """The largest share that a criterion takes off."""
        return max((one.share or Fraction(0) for one in self.taken), default=Fraction(0))

    @property
    def reviewed(self) -> Fraction | None:
        """复核得分: what the reviewer says, else never above the bureau's own."""
        if self.said is not None:
            return self.said.score
        scores = [one for one in (self.score, self.computed) if one is not None]
        if not scores:
            return None
        return Fraction(round_half_up(min(scores) * (1 - self.off) if self.off else min(scores), 2))


class Reviewed(Struct):
    """A form: its name and place, its indicators, the findings about it as a whole."""

    name: str
    span: Span
    lines: list[Line]
    findings: list[Finding]

    @property
    def score(self) -> Fraction | None:
        """自评得分; None if no indicator has one."""
        return _sum(line.score for line in self.lines)

    @property
    def reviewed(self) -> Fraction | None:
        """复核得分; None if no indicator has one."""
        return _sum(line.reviewed for line in self.lines)

    @property
    def left_open(self) -> int:
        """How many indicators a person must score."""
        return sum(line.computed is None for line in self.lines)

    def named_findings(self) -> Iterator[tuple[str, Finding]]:
        """All its findings, each with the indicator that it is about; blank for the whole form."""
        yield from (("", found) for found in self.findings)
        yield from ((line.levels[2], found) for line in self.lines for found in line.findings)


def _sum(numbers: Iterable[Fraction | None]) -> Fraction | None:
    known = [one for one in numbers if one is not None]
    return sum(known, Fraction(0)) if known else None


class Audit(Struct, frozen=True):
    """A file: its forms, what could not be read, its text."""

    file: Path
    digest: str
    forms: tuple[Reviewed, ...]
    unread: tuple[Finding, ...]
    said: Prose

    def findings(self) -> Iterator[Finding]:
        """Everything that was found in its forms."""
        return (found for form in self.forms for _, found in form.named_findings())


def audit(file: Path, criteria: Criteria, templates: Path | None = None) -> Audit:
    """Check a filed file and compute its scores anew; raises ``Refused`` or ``FileProblem`` if it cannot be read."""
    unread: list[Finding] = []
    # A filing, YAML or a filled-in form of this program, or other material.
    if file.suffix.lower() in FILINGS or is_form(file, ATTACHMENTS):
        source = read_filing(file, templates)
        made = pipeline.assess_source(source, file, templates, Mode.DRAFT)
        forms = list(_of_filing(made, file))
        digest = source.digest
        said = said_in(("填报", made.report.file_name, ""), ((text.raw, text.span) for text in made.case.texts))
    else:
        data = read_filed(file)
        digest = sha256(data).hexdigest()
        template = load_template(HERE / TEMPLATE)
        parts = list(contents_of(file, data, unread))
        found = find_forms(parts, unread, Span(str(file)))
        forms = [_of_form(form, file, template, unread, is_first=form is found[0]) for form in found]
        for reviewed in forms[:1]:
            reviewed.findings += altered(file, data)
        facts = [form.facts for form in found]
        # The projects or the bureau that its forms name, and the year.
        names = "、".join(one[key].text for one in facts for key in ("项目名称", "部门名称") if key in one)
        year = next((one["年度"].text for one in facts if "年度" in one), "")
        said = said_in(
            ("材料", names or file.stem, year), ((text.text, text.span) for form in found for text in form.texts)
        )
        # Tables alone seldom say how people were asked: that is for the evidence, which is not filed with them.
        is_report = sum(len(text.text) for form in found for text in form.texts) >= _PROSE
        has_evidence = any("佐证" in row.texts for form in found for row in form.rows)
        texts = [part.text for part in parts if not isinstance(part, Grid)]
        tables = (part for part in parts if isinstance(part, Grid))
        texts += (cell.text for table in tables for cells in table.lines.values() for cell in cells.values())
        says_how = any(("满意" in text and tells_survey(text)) or _ASKED_PEOPLE.search(text) for text in texts)
        if says_how or not (is_report or has_evidence):
            for line in (line for reviewed in forms for line in reviewed.lines):
                line.findings = [one for one in line.findings if one.code != NO_SURVEY]
    unasked = _ASKED - {code for one in criteria.items for code in one.codes}
    for line in (line for reviewed in forms for line in reviewed.lines):
        line.findings = [one for one in line.findings if one.code not in unasked]
        line.taken = list(dict.fromkeys(one for found in line.findings for one in criteria.of(found.code)))
    return Audit(file, digest, tuple(forms), tuple(unread), said)


def _of_form(form: FiledForm, file: Path, template: Template, unread: list[Finding], *, is_first: bool) -> Reviewed:
    # The text is checked with the first form; the others need its words on satisfaction and those of their own cells.
    texts = form.texts if is_first else [one for one in form.texts if "满意" in one.text or one.span.sheet != TEXT]
    numbers = {id(row): {part: _number(row.texts.get(part), part, unread) for part in SCORES} for row in form.rows}
    root = _tree(form, texts, numbers)
    made = pipeline.assess_source(Source(str(file), "", "", root, ()), file, HERE, Mode.FILED, template)
    lines = [_line(one, form.rows[at].span) for at, one in enumerate(made.case.measures)]
    reviewed = Reviewed(form.name, form.span, lines, [])
    # Money that was not read is reported already; the text may state other money than the form's.
    told = (one for one in made.findings if one.code != formula_codes.MISSING_FACT.number)
    told = (one for one in told if "（资金." not in one.message)
    paths = {one.row.path: line for one, line in zip(made.case.measures, lines, strict=True)}
    reviewed.findings += _handed_out(told, paths)
    used = {part for row in form.rows for part in row.texts}
    for line, row in zip(lines, form.rows, strict=True):
        line.findings += _scores_of(line)
        # Cells that are blank in a column that others fill in.
        blank = [label for part, label in _LABELS.items() if part in used and part not in row.texts]
        if blank:
            line.findings.append(codes.BLANK.at(line.span, name=line.levels[2], what="、".join(blank)))
    weight, score = (_fraction(form.funds.get(part), part, unread) for part in SCORES)
    reviewed.findings += _sums(form, lines, (weight, score), unread)
    if "分值" in form.funds:
        reviewed.lines.insert(0, _execution(form, weight, score, made, reviewed.findings))
    return reviewed


def _execution(
    form: FiledForm, weight: Fraction | None, score: Fraction | None, made: Assessment, found: list[Finding]
) -> Line:
    """The score of the budget's execution as a line of the worksheet; adds to ``found`` that it is another."""
    facts = made.scorecard.symbols.facts
    money = [facts.get(f"资金.{name}") for name in ("全年预算数", "全年执行数")]
    values = [one.value for one in money if one is not None and isinstance(one.value, Fraction)]
    levels, span = ("预算执行率", "", "预算执行率"), form.funds["分值"].span
    if len(values) < 2 or weight is None or not values[0]:
        return Line(levels, "", "", "", weight, "", score, None, "没有读出资金，没有复算", span)
    budget, spent = (one / 10_000 for one in values)
    computed = Fraction(round_half_up(weight * min(Fraction(1), spent / budget), 2))
    rate, shown = RATE.print(spent / budget), f"{plain(spent)}万元"
    if score is not None and min(budget, spent) > 0 and abs(computed - score) > _TOLERANCE:
        words = {"stated": plain(score), "computed": plain(computed), "rate": rate, "weight": plain(weight)}
        found.append(codes.RATE_SCORE.at(form.funds["得分"].span, **words))
    how, figures = f"执行率 {rate}", (budget, spent)
    return Line(levels, "≥", plain(budget), "万元", weight, shown, score, computed, how, span, figures)


def _number(said: Scalar | None, what: str, unread: list[Finding]) -> str:
    """The number in a cell; adds a finding to ``unread`` if it holds none."""
    match = _NUMBER.fullmatch(said.text.translate(_HALF_WIDTH).strip()) if said is not None else None
    if said is not None and match is None:
        unread.append(codes.NOT_A_NUMBER.at(said.span, what=what, text=said.text))
    return match[1] if match else ""


def _fraction(said: Scalar | None, what: str, unread: list[Finding]) -> Fraction | None:
    text = _number(said, what, unread)
    return Fraction(text) if text else None


def _tree(form: FiledForm, texts: Iterable[Scalar], numbers: dict[int, dict[str, str]]) -> Mapping:
    """The form as a filing of the template."""
    facts, here = form.facts, form.span
    said: dict[KeyPath, Scalar | None] = {
        ("年度",): facts.get("年度"),
        ("部门", "名称"): facts.get("主管部门") or facts.get("部门名称"),
        ("项目", "名称"): facts.get("项目名称"),
        ("项目", "实施单位"): facts.get("实施单位"),
        **{("资金", key): form.funds.get(key) for key in ("全年预算数", "全年执行数")},
    }
    rate = form.funds.get("执行率")
    # A mark or note of one sign is no reason.
    if rate is not None and re.search("[一-龥]{2}", why := _RATE.sub("", rate.text)):
        said["资金", "执行说明"] = filed(why, rate.span)
    for number, row in enumerate(form.rows):
        said |= {("指标表", number, column): one for column, one in _row(row, numbers[id(row)]).items()}
    for at, one in enumerate(texts):
        said["预期目标" if one.span in form.goals else "正文", at] = filed(one.text.strip(), one.span)
    known = {path: one for path, one in said.items() if one is not None}
    return as_tree({("模板",): Scalar(TEMPLATE, here), **known}, here)


def _row(row: Row, numbers: dict[str, str]) -> dict[str, Scalar]:
    """The row by the template's columns: sign, number and unit are one."""
    texts = row.texts
    unit = texts["单位"].text if "单位" in texts else ""
    sign = texts["符号"].text if "符号" in texts else ""
    columns = {"一级指标": "一级", "二级指标": "二级", "三级指标": "名称", "原因": "原因", "佐证": "佐证"}
    said = {column: texts[part] for column, part in columns.items() if part in texts}
    if "二级" in texts and is_way(texts["二级"].text):
        said["方式"] = texts["二级"]
    for column, part in (("指标值", "目标"), ("完成值", "完成")):
        if part in texts:
            text = texts[part].text
            text += unit if text[-1:].isdigit() else ""
            if part == "目标" and sign in _OTHER_SIGNS and text[:1] not in _OTHER_SIGNS:
                text = sign + text
            said[column] = filed(text, texts[part].span)
    return said | {part: filed(text, texts[part].span) for part, text in numbers.items() if text}


def _line(one: Measure, span: Span) -> Line:
    judgement, goal_name = (one.goal.judgement, one.goal.name) if one.goal is not None else (None, "")
    levels, actual = (one.group, one.level, one.name or goal_name), one.texts.get("完成", "")
    computed, how = _computed(one.weight, judgement)
    target, wanted, reached = one.target, one.target.quantity, one.actual.quantity
    figures = None
    if wanted is None or target.operator is Operator.RANGE:
        kind = "定性" if target.fault is not None else "时间" if target.deadline else ""
        parts = kind, target.text, ""
    else:
        parts = _SIGNS.get(target.operator, ""), plain(wanted.number), target.unit
        is_same = reached is not None and not one.actual.is_bound and wanted.unit.name == reached.unit.name
        if reached is not None and is_same and wanted.number:
            figures = Fraction(wanted.number), Fraction(reached.number)
    return Line(levels, *parts, one.weight, actual, one.score, computed, how, span, figures)


def _computed(weight: Fraction | None, judgement: Judgement | None) -> tuple[Fraction | None, str]:
    """The score by the completion rate, and how; None and the reason where only a person can judge."""
    if weight is None or judgement is None:
        return None, f"没有权重，不计分。{judgement.reason}" if judgement is not None else "没有指标值，由复核人判断"
    if judgement.verdict not in (Verdict.MET, Verdict.NOT_MET) or judgement.rate is None:
        return None, f"由复核人判断：{judgement.reason}"
    share = Fraction(1) if judgement.verdict is Verdict.MET else min(Fraction(1), judgement.rate)
    how = "已完成" if share == 1 else f"完成率 {RATE.print(share)}"
    return Fraction(round_half_up(weight * share, 2)), how


def _scores_of(line: Line) -> Iterator[Finding]:
    name = line.levels[2]
    if line.score is not None and line.weight is not None and line.score > line.weight:
        yield codes.ABOVE_WEIGHT.at(line.span, name=name, score=plain(line.score), weight=plain(line.weight))
    elif line.score is not None and line.computed is not None and abs(line.score - line.computed) > _TOLERANCE:
        code = codes.SCORE_HIGHER if line.score > line.computed else codes.SCORE_LOWER
        words = {"stated": plain(line.score), "computed": plain(line.computed), "how": line.how}
        yield code.at(line.span, name=name, **words)


def _sums(
    form: FiledForm, lines: list[Line], execution: tuple[Fraction | None, Fraction | None], unread: list[Finding]
) -> Iterator[Finding]:
    """Checks the weights against the full score and the scores against the total, with those of the ``execution``."""
    full, total = (_fraction(form.total.get(part), part, unread) for part in SCORES)
    place = form.total["得分"].span if "得分" in form.total else form.span
    weights, scores = [line.weight for line in lines], [line.score for line in lines]
    if None not in weights and (weight := _sum([*weights, execution[0]])) is not None and weight != (full or _FULL):
        yield codes.WEIGHTS.at(place, total=plain(weight), full=plain(full or _FULL))
    score = _sum([*scores, execution[1]]) if None not in scores else None
    if score is not None and total is not None and abs(score - total) > _TOLERANCE:
        yield codes.TOTAL.at(place, stated=plain(total), what="得分", total=plain(score))


def _of_filing(made: Assessment, file: Path) -> Iterator[Reviewed]:
    """The forms of a YAML filing: its scored forms, and its tables of indicators without scores."""
    rest, forms = {one.row.path: one for one in made.case.measures}, []
    review, names = made.submission.review, Counter(node.indicator.name for node in made.scorecard.walk_all())
    for scored in made.scorecard.forms:
        lines: dict[str, Line] = {}
        for leaf in (node for node in scored.walk() if not node.children):
            row, name = leaf.entry.row, leaf.indicator.name
            measure = rest.pop(row.path, None) if row is not None else None
            path, line = (row.path, _of_measure(measure)) if row and measure else (leaf.path, _of_leaf(leaf))
            form = scored.form.title if scored.form.path else WHOLE
            line.named = name if names[name] == 1 else f"{form}/{leaf.indicator.path}"
            line.said = review.scored(leaf.path) if review is not None else None
            lines[path] = line
        if lines:
            forms.append((scored.form.title or made.report.file_name, lines))
    by_project: dict[tuple[str, ...], dict[str, Line]] = {}
    for path, one in rest.items():
        by_project.setdefault((one.table, *one.project), {})[path] = _of_measure(one)
    forms += [(key[-1] if len(key) > 1 else key[0], lines) for key, lines in by_project.items()]
    others = _handed_out(made.findings, {path: line for _, lines in forms for path, line in lines.items()})
    for number, (name, lines) in enumerate(forms or [(file.stem, {})]):
        span = next((line.span for line in lines.values()), Span(str(file)))
        yield Reviewed(name, span, list(lines.values()), others if number == 0 else [])


def _handed_out(findings: Iterable[Finding], lines: dict[str, Line]) -> list[Finding]:
    """Adds each finding to the line that its path lies in; returns those of none."""
    others: list[Finding] = []
    for finding in findings:
        path = finding.path
        while path and path not in lines:
            path = path.rpartition(".")[0]
        (lines[path].findings if path else others).append(finding)
    return others


def _of_leaf(leaf: Scored) -> Line:
    *above, name = leaf.indicator.path.split("/")
    first, second, *_ = *above, "", ""
    score, how = _awarded(leaf)
    return Line((first, second, name), "", "", "", leaf.indicator.weight, "", score, score, how, leaf.entry.span)


def _awarded(node: Scored) -> tuple[Fraction | None, str]:
    """The score by the template's form, and how; None in a form that is not rated."""
    return (None, "不评分") if type(node.score.value) is Placeholder else (node.points, "按评分表")


def _of_measure(one: Measure) -> Line:
    line = _line(one, one.row.span)
    if one.node is not None:
        # The template's own formula is the rule.
        line.computed, line.how = _awarded(one.node)
    elif line.computed is not None and line.score is not None:
        line.findings += _scores_of(line)
    return line


def counts(one: Audit) -> dict[str, int]:
    """How many forms, rows, computed rows and findings worth an answer there are."""
    rows, left_open = sum(len(form.lines) for form in one.forms), sum(form.left_open for form in one.forms)
    found = sum(finding.severity is not Severity.INFO for finding in one.findings())
    return {"表数": len(one.forms), "项数": rows, "复算数": rows - left_open, "待定数": left_open, "问题数": found}
