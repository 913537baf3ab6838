"""The scoring forms of a filing: rows of its tables as indicators, and forms of single rows."""

from __future__ import annotations

from collections.abc import Sequence, Set
from fractions import Fraction
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import round_half_up
from generator.base.diagnostics import Finding, Span, suggestion
from generator.base.formats import plain
from generator.formula import codes as formula_codes
from generator.formula.values import FormulaFault
from generator.scoring.symbols import RowScope, Symbols
from generator.scoring.values import number, points_of
from generator.submission import codes
from generator.submission.attachments import read_evidence
from generator.submission.model import Entry, Fact, Form, Record, Submission, Table, blank_entry
from generator.template.model import Indicator, IndicatorRows, walk_indicators
from generator.yamlfile.build import Scalar
from generator.yamlfile.build import Sequence as Listing


def with_rows_as_indicators(submission: Submission, folder: Path, findings: list[Finding]) -> Submission:
    """The submission with its scoring forms filled; problems of their rows are added to ``findings``.

    ``folder`` is the input's, with the evidence that its rows name by file.
    """
    template = submission.template
    nodes = template.all_indicators()
    if not template.row_forms and not any(node.rows or node.reason or node.remarks or node.materials for node in nodes):
        return submission
    symbols = Symbols(submission)
    whole = _Filling(submission.form, symbols, folder, findings).filled()
    filled = replace(template, indicators=whole.indicators)
    return with_row_forms(replace(submission, template=filled, entries=whole.entries), folder, findings)


def with_row_forms(
    submission: Submission, folder: Path, findings: list[Finding], known: Set[str] = frozenset()
) -> Submission:
    """The submission with the scoring forms of its rows, except those at ``known`` paths."""
    symbols, forms = Symbols(submission), list[Form]()
    for of_rows in submission.template.row_forms:
        first: dict[str, Span] = {}
        for row in _rows(submission.facts, of_rows.table):
            if row.path in known:
                continue
            name, span = _said(row, of_rows.name)
            if name in first:
                where = first[name].in_words
                findings.append(codes.SAME_NAME.at(span, f"{row.path}.{of_rows.name}", name=name, first=where))
            first.setdefault(name, span) if name else None
            form = Form(row.path, name or row.path, of_rows.scoring, of_rows.indicators, row, {})
            forms.append(_Filling(form, symbols, folder, findings, span).filled())
    return replace(submission, row_forms=tuple(forms))


def _rows(record: Record, table: str) -> tuple[Record, ...]:
    """The rows of a table of a record or of its groups."""
    member = record.at(table.split("."))
    return member.rows if isinstance(member, Table) else ()


def _said(row: Record, column: str) -> tuple[str, Span]:
    """The text of a row's column, blank if there is none, and its place."""
    fact = row.fact(column)
    if fact is None:
        return "", row.span
    return (str(fact.value).strip() if fact.value is not None else ""), fact.span


class _Line(Struct, frozen=True):
    """One row as an indicator: its groups from the outermost, its name and weight with their places."""

    row: Record
    levels: Sequence[str]
    name: str
    span: Span
    weight: Fraction | None
    weight_span: Span


class _Filling:
    """One form while it is filled with rows."""

    def __init__(
        self, form: Form, symbols: Symbols, folder: Path, findings: list[Finding], span: Span | None = None
    ) -> None:
        self.form, self.symbols, self.folder, self.findings = form, symbols, folder, findings
        self.span = span or form.facts.span
        self.entries = dict(form.entries)
        self.taken = {node.name for node in walk_indicators(form.indicators)}
        self.lines: dict[str, list[_Line]] = {}
        self.lost: set[str] = set()

    def filled(self) -> Form:
        indicators = tuple(map(self._node, self.form.indicators))
        return replace(self.form, indicators=indicators, entries=self.entries)

    def _node(self, node: Indicator) -> Indicator:
        children, rows = tuple(map(self._node, node.children)), node.rows
        if rows is not None:
            lines = [line for line in self._read(rows) if not rows.groups or line.levels[0] == node.name]
            self._check_weights(node, rows, lines)
            children += self._below(node, rows, lines, 1 if rows.groups else 0)
        elif node.is_scored and (node.in_row or node.reason or node.remarks or node.materials):
            entry = self._entry(node, self.form.facts, self.span)
            if not node.in_row:
                # The fields fill in what the entry under 指标 leaves blank.
                own = self.form.entry(node)
                reason = own.reason if own.reason.value else entry.reason
                remarks = own.remarks if own.remarks.value else entry.remarks
                evidence = own.evidence if own.evidence.materials else entry.evidence
                entry = replace(own, reason=reason, remarks=remarks, evidence=evidence)
            self.entries[node.id] = entry
        return replace(node, children=children) if children else node

    def _below(self, above: Indicator, rows: IndicatorRows, lines: list[_Line], at: int) -> tuple[Indicator, ...]:
        """The groups of the level ``at`` and the lines without a group, in the order of the table."""
        groups: dict[str, list[_Line]] = {}
        for line in lines:
            group = line.levels[at] if at < len(rows.levels) else ""
            groups.setdefault(group or f"\0{line.row.path}", []).append(line)
        below: list[Indicator] = []
        for name, members in groups.items():
            if name.startswith("\0"):
                below.append(self._leaf(above, rows, *members))
                continue
            path, span = f"{above.path}/{name}", _said(members[0].row, rows.levels[at])[1]
            weight = sum((line.weight or Fraction(0) for line in members), Fraction(0))
            self.taken.add(path)
            one = Indicator(name, path, above.level + 1, weight, span, weight_span=span, key=path)
            below.append(replace(one, children=self._below(one, rows, members, at + 1)))
        return tuple(below)

    def _leaf(self, above: Indicator, rows: IndicatorRows, line: _Line) -> Indicator:
        path, key = f"{above.path}/{line.name}", ""
        if line.name in self.taken:
            key = path
            if path in self.taken:
                place = f"{line.row.path}.{rows.name}"
                self.findings.append(codes.SAME_INDICATOR.at(line.span, place, name=line.name, group=above.name))
                key = f"{path}/{line.row.path}"
        self.taken |= {line.name, path}
        leaf = replace(
            rows.one,
            name=line.name,
            path=path,
            level=above.level + 1,
            weight=line.weight or Fraction(0),
            span=line.span,
            weight_span=line.weight_span,
            key=key,
        )
        self.entries[leaf.id] = self._entry(leaf, line.row, line.span)
        return leaf

    def _entry(self, one: Indicator, row: Record, span: Span) -> Entry:
        """The row's remarks on the indicator, in place of an entry under 指标."""
        blank = blank_entry(self.form.path_of(one), span)
        said = (row.at(name.split(".")) for name in (one.reason, one.remarks, one.materials))
        reason, remarks, named = (fact if isinstance(fact, Fact) else None for fact in said)
        evidence = replace(blank.evidence, path=named.path) if named is not None else blank.evidence
        reason, remarks = reason or blank.reason, remarks or blank.remarks
        entry = replace(blank, reason=reason, remarks=remarks, evidence=evidence, row=row)
        if named is None or not named.value:
            return entry
        texts = named.value if isinstance(named.value, tuple) else tuple(str(named.value).splitlines())
        spans = named.spans if isinstance(named.value, tuple) else (named.span,) * len(texts)
        nodes = tuple(Scalar(text, span) for text, span in zip(texts, spans, strict=False))
        found = read_evidence(Listing(nodes, named.span), named.path, self.folder, self.findings)
        # Parts of a text, or of a list with skipped items, cannot be referred to.
        is_list = isinstance(named.value, tuple) and len(found) == len(nodes)
        materials = tuple(replace(one, titled=one.titled and is_list) for one in found)
        titles = tuple(one.title for one in materials)
        spans = tuple(one.span for one in materials)
        return replace(entry, evidence=Fact(named.path, titles, named.text, named.span, spans, materials=materials))

    def _read(self, rows: IndicatorRows) -> list[_Line]:
        """The table's lines, read once for all groups; a blank level is that of the row above."""
        if rows.table in self.lines:
            return self.lines[rows.table]
        lines = self.lines[rows.table] = []
        above = [""] * len(rows.levels)
        for row in _rows(self.form.facts, rows.table):
            levels: list[str] = []
            for at, column in enumerate(rows.levels):
                levels.append(_said(row, column)[0] or (above[at] if levels == above[:at] else ""))
            above = levels
            is_placed = self._is_placed(rows, row, levels)
            name, span = _said(row, rows.name)
            if name:
                weight, place = self._weight(rows, row)
            else:
                self._report(codes.NO_NAME.at(span, f"{row.path}.{rows.name}", name=rows.name))
            if name and is_placed:
                lines.append(_Line(row, levels, name, span, weight, place))
            else:
                self.lost.add(rows.table)
        if not lines and rows.table not in self.lost:
            name = f"「{self.form.title}」" if self.form.path else "填报文件"
            table = self.form.facts.members.get(rows.table)
            span = table.span if isinstance(table, Table) and not self.form.path else self.span
            path = f"{self.form.path}.{rows.table}".lstrip(".")
            self._report(codes.NO_ROWS_AS_INDICATORS.at(span, path, name=name, table=rows.table))
        return lines

    def _is_placed(self, rows: IndicatorRows, row: Record, levels: Sequence[str]) -> bool:
        """Whether the form has the groups that the row names."""
        allowed = [rows.groups, rows.below.get(levels[0], ()) if levels else ()]
        for column, level, known in zip(rows.levels, levels, allowed, strict=False):
            fact = row.fact(column)
            if fact is not None and fact.value is None and fact.text:
                return False  # unreadable, and no other group may judge those below it
            if known and level not in known and (level or known is rows.groups):
                span, path = _said(row, column)[1], f"{row.path}.{column}"
                words = {"column": column, "level": level, "known": "、".join(known)}
                hint = suggestion(level, known) if level else ""
                code = codes.UNKNOWN_LEVEL if level else codes.NO_LEVEL
                # Rows below a row without a group lack the same one.
                if level or row.path.endswith("[1]"):
                    self._report(code.at(span, path, hint=hint, **words))
                return False
        return True

    def _weight(self, rows: IndicatorRows, row: Record) -> tuple[Fraction | None, Span]:
        """The row's weight by the template's formula, and its cell; else the cell of the name."""
        column = rows.weight.text.strip()
        span = _said(row, column if column in row.fields else rows.name)[1]
        places = self.form.scoring.places if self.form.scoring is not None else 0
        try:
            weight = number(points_of(rows.weight, RowScope(row, self.symbols), "分值"))
            if column not in row.fields or 10**places % weight.denominator == 0:
                return weight, span
            words = {"weight": plain(weight), "places": str(places)}
            self._report(formula_codes.FINER_WEIGHT.at(span, f"{row.path}.{column}", **words))
            # As full scores are rounded, so that no finding follows from it.
            self.lost.add(rows.table)
            return Fraction(round_half_up(weight, places)), span
        except FormulaFault as fault:
            missing = fault.finding.code == formula_codes.MISSING_FACT.number
            self._report(codes.NO_WEIGHT.at(span, f"{row.path}.{column}") if missing else fault.finding)
            return None, span

    def _report(self, finding: Finding) -> None:
        """Adds a finding, unless there is one at the same place already."""
        if self.symbols.submission.is_refused(finding.path):
            return
        if all(one.span != finding.span and one.path != finding.path for one in self.findings):
            self.findings.append(finding)

    def _check_weights(self, group: Indicator, rows: IndicatorRows, lines: list[_Line]) -> None:
        """The weights of a group's rows must add up to its own: reported at the row that exceeds it, or the last."""
        if not self.lines[rows.table] or any(line.weight is None for line in lines):
            return
        total = sum((line.weight or Fraction(0) for line in lines), Fraction(0))
        blamed: _Line | None = None
        if total < group.weight and rows.table not in self.lost:
            blamed = lines[-1] if lines else self.lines[rows.table][-1]
            where = f"还差 {plain(group.weight - total)} 分" if lines else "没有一行归到它之下"
        used = Fraction(0)
        for line in lines if total > group.weight else ():
            left, used = group.weight - used, used + (line.weight or 0)
            if left <= 0 or used > group.weight:
                blamed = line
                where = f"到「{line.name}」这一行只剩 {plain(left)} 分" if left > 0 else f"到「{line.name}」已没有分值"
                break
        if blamed is not None:
            words = {"group": group.name, "weight": plain(group.weight), "total": plain(total), "where": where}
            self.findings.append(codes.GROUP_WEIGHTS.at(blamed.weight_span, blamed.row.path, **words))
