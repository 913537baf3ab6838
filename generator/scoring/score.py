"""Scores a submission by its template's scoring form; a draft as far as possible, with placeholders for the rest.

A leaf's score is rounded once, half up, from exact intermediates; groups and the total add rounded scores: adding
exact scores would print 102.35 where the form prints 102.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import TypeVar

from msgspec.structs import replace

from generator.base.amount import Placeholder, to_compute, to_fill_in
from generator.base.diagnostics import Finding, Span
from generator.base.formats import RATE, plain
from generator.base.target_text import says_not_applicable
from generator.formula import codes as scoring_codes
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, names_in, own_formula
from generator.formula.run import allow, facts_behind
from generator.formula.values import SCORE, FormulaFault, Scope, StatedWorking, Trace, shown
from generator.scoring.model import NO_SCORE, Scorecard, Scored, ScoredForm, Total, trace_at
from generator.scoring.symbols import Constants, IndicatorScope, RowScope, Symbols, by_conclusion, trace_of
from generator.scoring.values import ScoredItem, added, awarded, constant, holds, number, points_of, printed_by
from generator.submission import codes as submission_codes
from generator.submission.entries import NOT_APPLICABLE
from generator.submission.model import Fact, Form, Submission, field_path
from generator.template.model import UNRATED, Indicator, Item, Scoring, is_stated, walk_indicators

_T = TypeVar("_T")
REVIEWED = "复核得分"
_PLACES = 2
_STEPS_FOR_A_ROW = 200
_TOTAL, _PARTS, _APPLICABLE, _UNRATED = "（总分）", "（合计）", "（适用分值）", "（不评）"  # no fields have these names


def score(submission: Submission) -> tuple[Scorecard | None, list[Finding]]:
    """The scorecard of a submission, or the findings that prevent it."""
    forms, findings = _computed(submission)
    if findings:
        return None, findings
    scored = [
        ScoredForm(one.form, tuple(map(one.node, one.form.indicators)), one.total(), one.reviewed_total())
        for one in forms
    ]
    return _scorecard(scored, forms[0].symbols), []


def score_draft(submission: Submission) -> tuple[Scorecard, list[Finding]]:
    """The scorecard of an incomplete submission, and the findings that make it incomplete.

    A score that cannot be computed, and sums that include it, have a ``Placeholder`` as value.
    """
    forms, findings = _computed(submission)
    drafts: list[ScoredForm] = []
    for one in forms:
        roots = tuple(_draft(one, root) for root in one.form.indicators)
        drafts.append(ScoredForm(one.form, roots, _draft_total(one, roots)))
    return _scorecard(drafts, forms[0].symbols), findings


def given_behind(expression: Expression, scope: Scope) -> list[Trace]:
    """The facts that a formula may use, without blanks, 0, and tables without rows."""
    try:
        return [one for one in facts_behind(expression, scope).values() if one.value]
    except FormulaFault:  # reported with its own formula
        return []


def _scorecard(forms: Sequence[ScoredForm], symbols: Symbols) -> Scorecard:
    whole, *rows = forms
    return Scorecard(whole.form, whole.roots, whole.total, whole.reviewed, symbols=symbols, row_forms=tuple(rows))


def _computed(submission: Submission) -> tuple[list[ScoringForm], list[Finding]]:
    """The forms, that of the whole filing first, with all values tried; findings of what has none, each once."""
    symbols = Symbols(submission)
    allow(_STEPS_FOR_A_ROW * len(submission.facts.records))
    forms = [ScoringForm(symbols, form) for form in submission.forms]
    attempts: list[Callable[[], object]] = [compute for _, compute in symbols.computed()]
    for form in forms:
        attempts += [partial(form.node, node) for node in form.all_indicators()]
        attempts += [form.unrated, form.total, form.reviewed_total]
    found: dict[tuple[object, ...], Finding] = {}
    for attempt in attempts:
        try:
            attempt()
        except FormulaFault as fault:
            one = fault.finding
            # Report a missing fact once, however many formulas need it.
            key = (one.code, one.path, one.span)
            found.setdefault(key if one.code == scoring_codes.MISSING_FACT.number else (one,), one)
    return forms, list(found.values())


class ScoringForm:
    """A scoring form over a symbol table: computes its nodes on demand, also for formulas of fields."""

    def __init__(self, symbols: Symbols, form: Form) -> None:
        self.symbols, self.form = symbols, form
        scoring = form.scoring
        self.places = scoring.places if scoring is not None else _PLACES
        self.rate_format = scoring.rate_format if scoring is not None else RATE
        self.outer: Scope = RowScope(form.facts, symbols) if form.path else symbols
        self._nodes: dict[str, Scored] = {}
        self._scopes: dict[str, IndicatorScope] = {}
        above = (form.path,) if form.path else ()
        ways: dict[str, Callable[[Indicator], Trace | None]] = {
            "分值": self._weight,
            "得分": lambda indicator: self.node(indicator).score,
            "取值": self.value,
            "得分率": self._rate,
        }
        for indicator in self.all_indicators():
            for key, way in ways.items():
                symbols.extra[*above, "指标", indicator.id, key] = partial(way, indicator)
        if form.path:
            for key in ("总分", "合计", "满分", "得分率", "等级"):
                symbols.extra[form.path, "评分", key] = partial(self._figure, key)

    def all_indicators(self) -> Iterator[Indicator]:
        """Every node of the form."""
        return walk_indicators(self.form.indicators)

    def node(self, indicator: Indicator) -> Scored:
        """An indicator's score, computed once."""
        name = indicator.id
        if name not in self._nodes:
            self._nodes[name] = self._leaf(indicator) if indicator.is_scored else self._group(indicator)
        return self._nodes[name]

    def _group(self, indicator: Indicator) -> Scored:
        if indicator.rows is not None and not indicator.children:
            # Raises if a required table has no rows: that is no score of 0.
            self.symbols.rows_within(self.form.facts, tuple(indicator.rows.table.split(".")), self.outer)
        children = tuple(self.node(child) for child in indicator.children)
        total = self._rated(added(indicator.name, [child.score for child in children], indicator.span))
        path, entry = self.form.path_of(indicator), self.form.entry(indicator)
        reviewed = self._added_review(indicator.name, children, indicator.span)
        return Scored(indicator, total, path, entry, rate_format=self.rate_format, children=children, reviewed=reviewed)

    def _leaf(self, indicator: Indicator) -> Scored:
        scope, name = self.scope(indicator), indicator.name
        said = scope.entry.conclusion
        expression = indicator.score or own_formula("求和(要点.得分)", indicator.span)

        def points() -> Trace:
            exact = points_of(expression, scope, name) if said is None else by_conclusion(name, indicator, said)
            return self._rated(awarded(exact, self.places))

        trace = self.symbols.once(f"{scope.path}.得分", points)
        value, items = (self.value(indicator), scope.items) if said is None else (None, ())
        items = tuple(replace(item, score=self._rated(item.score)) for item in items)
        reviewed, review = None, self.symbols.submission.review
        if review is not None and trace.is_known:
            # The score of the last review, else the bureau's own.
            last = review.scored(scope.path)
            reviewed = constant(f"{name}.{REVIEWED}", number(trace), trace.span, (trace,))
            if last is not None and last.score is not None:
                reviewed = constant(reviewed.name, last.score, last.span)
        return Scored(
            indicator, trace, scope.path, scope.entry, value, scope.parameters(), self.rate_format, items,
            reviewed=reviewed,
        )  # fmt: skip

    def _added_review(self, name: str, parts: Sequence[Scored], span: Span) -> Trace | None:
        known = [part.reviewed for part in parts if part.reviewed is not None]
        return added(f"{name}.{REVIEWED}", known, span) if known else None

    def unrated(self) -> Trace | None:
        """The condition by which the form has no scores, if it holds."""
        if self.form.scoring is None or (written := self.form.scoring.unrated) is None:
            return None
        holds = self.symbols.once(f"{self.form.path}{_UNRATED}", lambda: evaluate(written, self.outer, UNRATED))
        return holds if holds.value is True else None

    def _rated(self, score: Trace) -> Trace:
        """A score, which is none in a form that is not rated."""
        with suppress(FormulaFault):  # reported by itself
            if (why := self.unrated()) is not None:
                return Trace(score.name, Placeholder(NO_SCORE), NO_SCORE, score.span, SCORE, inputs=(why,))
        return score

    def value(self, indicator: Indicator) -> Trace | None:
        """What the indicator measures (取值); None if it measures nothing."""
        expression, form = indicator.value, indicator.value_format
        if expression is None or self.form.entry(indicator).conclusion is not None:
            return None
        scope = self.scope(indicator)
        show = printed_by(form, scope.landmarks()) if form is not None else shown
        name = f"{indicator.name}（取值）"

        def measured() -> Trace:
            try:
                return evaluate(expression, scope, name, show)
            except FormulaFault as fault:
                is_own = fault.finding.path == name and fault.finding.code == scoring_codes.ZERO_DIVISION.number
                # With facts filled in, 不适用 would be untrue.
                if not is_own or NOT_APPLICABLE not in indicator.shares or given_behind(expression, scope):
                    raise
                mend = f"核对填的 0；本来就没有的，在「{scope.path}」写「结论: 不适用」，在「说明」写明为什么不适用。"
                raise FormulaFault(replace(fault.finding, hint=mend), fault.culprit) from None

        return self.symbols.once(f"{scope.path}.取值", measured)

    def _rate(self, indicator: Indicator) -> Trace:
        node, name = self.node(indicator), f"{indicator.name}.得分率"
        once, path = self.symbols.once, f"{node.path}.得分率"
        return once(path, lambda: constant(name, node.rate, indicator.span, (node.score,)))

    def _weight(self, indicator: Indicator) -> Trace:
        path, name = self.form.path_of(indicator), f"{indicator.name}.分值"
        return self.symbols.once(f"{path}.分值", lambda: constant(name, indicator.weight, indicator.weight_span))

    def _figure(self, key: str) -> Trace | None:
        scoring = self.form.scoring
        assert scoring is not None  # a row's form has one  # noqa: S101
        if key == "合计":
            return self.parts(scoring)
        if key == "满分":
            return _full(scoring)
        total = self.total()
        assert total is not None  # as above  # noqa: S101
        if key == "总分":
            return total.score
        if key == "得分率":
            return constant("得分率", total.rate, scoring.full_span, (total.score,))
        return Trace("等级", total.rating, total.rating, scoring.full_span, "", "等级", (total.score,))

    def scope(self, indicator: Indicator) -> IndicatorScope:
        """The names that its formulas may use."""
        name = indicator.id
        if name not in self._scopes:
            entry, path, outer = self.form.entry(indicator), self.form.path_of(indicator), self.outer
            if entry.row is not None and entry.row is not self.form.facts:
                outer = RowScope(entry.row, self.symbols, outer)
            self._scopes[name] = IndicatorScope(indicator, entry, self.symbols, self.places, path, outer)
        return self._scopes[name]

    def total(self) -> Total | None:
        """The total with its rating; None if the template scores nothing."""
        scoring = self.form.scoring
        if scoring is None:
            return None
        score = self.symbols.once(f"{self.form.path}{_TOTAL}", lambda: self.points(scoring))
        return Total(score, scoring.full, self._rating(scoring, score), scoring.rate_format, self.parts(scoring))

    def reviewed_total(self) -> Total | None:
        """The total and rating by 复核得分; None without a form or a review."""
        scoring = self.form.scoring
        roots = [self.node(root) for root in self.form.indicators]
        parts = self._added_review("合计", roots, scoring.full_span) if scoring is not None else None
        if scoring is None or parts is None:
            return None
        score = replace(self.points(scoring, parts), name=f"总分.{REVIEWED}")
        return Total(score, scoring.full, self._rating(scoring, score), scoring.rate_format, parts)

    def points(self, scoring: Scoring, parts: Trace | None = None) -> Trace:
        """The form's score by the template's formula."""
        known: dict[tuple[str, ...], Trace] = {
            ("合计",): parts or self.parts(scoring),
            ("满分",): _full(scoring),
            ("适用分值",): self.applicable(scoring),
        }
        scope = Constants(known, self.symbols, self.outer)
        name = f"{self.form.path}.总分".lstrip(".")
        if not known["合计",].is_known:
            return replace(known["合计",], name=name)
        return awarded(points_of(scoring.total, scope, name), scoring.places)

    def parts(self, scoring: Scoring) -> Trace:
        """The sum of the first-level scores."""
        roots = [self.node(root).score for root in self.form.indicators]
        return self.symbols.once(
            f"{self.form.path}{_PARTS}", lambda: self._rated(added("合计", roots, scoring.full_span))
        )

    def applicable(self, scoring: Scoring) -> Trace:
        """The full mark minus the weights of what does not apply and earns nothing."""

        def left() -> Trace:
            out = list(self._left_out())
            weight = scoring.full - sum((weight for weight, _ in out), Fraction(0))
            return constant("适用分值", weight, scoring.full_span, tuple(trace_of(fact) for _, fact in out))

        return self.symbols.once(f"{self.form.path}{_APPLICABLE}", left)

    def _left_out(self) -> Iterator[tuple[Fraction, Fact]]:
        """The weight of each indicator, row or point that does not apply, with the fact that says so.

        Only of those that earn nothing: what does not apply and earns full marks counts like any other.
        """
        for node in self.form.leaves():
            entry = self.form.entry(node)
            if entry.conclusion is not None:
                yield from [] if node.shares.get(NOT_APPLICABLE) else [(node.weight, entry.conclusion)]
                continue
            cells = entry.row.members.values() if entry.row is not None else ()
            said = next((one for one in cells if isinstance(one, Fact) and says_not_applicable(one.text)), None)
            if said is not None and not self.node(node).points:
                yield node.weight, said
            for item in node.items:
                of_item = entry.items.get(item.name)
                if of_item is not None and of_item.conclusion.value == NOT_APPLICABLE:
                    yield from [] if item.shares.get(NOT_APPLICABLE) else [(item.weight, of_item.conclusion)]

    def _rating(self, scoring: Scoring, total: Trace) -> str:
        """The first band whose condition holds; blank for a form without bands, ``UNRATED`` for one without scores.

        Raises:
            FormulaFault: There are bands, and none of them holds.
        """
        if not total.is_known:
            return UNRATED
        share = number(total) / scoring.full if scoring.full else Fraction(0)
        rate = constant("得分率", share, scoring.full_span, (total,))
        known: dict[tuple[str, ...], Trace] = {("总分",): total, ("满分",): _full(scoring), ("得分率",): rate}
        scope = Constants(known | {("适用分值",): self.applicable(scoring)}, self.symbols, self.outer)
        held = next((band.name for band in scoring.bands if holds(band, scope)), None)
        if held is None and scoring.bands:
            span = scoring.bands[-1].condition.span
            raise FormulaFault(scoring_codes.NO_BAND.at(span, "等级", score=total.text))
        return held or ""


def unexplained(scorecard: Scorecard) -> Iterator[Finding]:
    """Scores that a reviewer changed without a reason, or that are above the bureau's, which may have changed since."""
    review = scorecard.symbols.submission.review
    for node in scorecard.walk_all() if review is not None else ():
        said = review.scored(node.path) if review is not None else None
        if said is not None and said.score is not None and node.score.is_known and said.score != node.points:
            words = {"name": said.name, "stated": node.score.text, "score": plain(said.score)}
            if not said.text:
                yield submission_codes.NO_OPINION.at(said.span, node.path, **words)
            elif said.score > node.points:
                yield submission_codes.ABOVE_OWN_SCORE.at(said.span, node.path, **words)


def _full(scoring: Scoring) -> Trace:
    return constant("满分", scoring.full, scoring.full_span)


def _draft(form: ScoringForm, indicator: Indicator) -> Scored:
    """The node with its score, or with what is known of an unknown score."""
    try:
        return form.node(indicator)
    except FormulaFault as fault:
        scope, name, span = form.scope(indicator), indicator.name, indicator.span
        children = tuple(_draft(form, child) for child in indicator.children)
        items = tuple(ScoredItem(item, _draft_item(scope, item)) for item in indicator.items)
        if indicator.score is not None:
            # Persons fill in what they judge; the rest is computed.
            text = to_fill_in("自评分") if is_stated(indicator.score) else to_compute("得分")
            points = _unknown(name, text, span, indicator.score, _known_inputs(indicator.score, scope, fault))
        else:
            scores = [*(child.score for child in children), *(item.score for item in items)]
            points = _unknown_sum(name, "得分", scores, span)
        unmeasured = _unknown(f"{name}（取值）", to_compute(name), span, indicator.value)
        value = _attempt(lambda: form.value(indicator), unmeasured, indicator.value, scope)
        parameters = {
            key: _attempt(partial(scope.parameter, key), _unknown(key, to_compute(key), span, written), written, scope)
            for key, written in indicator.parameters.items()
        }
        return Scored(indicator, points, scope.path, scope.entry, value, parameters, form.rate_format, items, children)


def _draft_item(scope: IndicatorScope, item: Item) -> Trace:
    text = to_compute("得分") if item.score is not None else to_fill_in("结论")
    unknown = _unknown(item.name, text, item.span, item.score)
    return _attempt(lambda: scope.item_score(item), unknown, item.score, scope)


def _draft_total(form: ScoringForm, roots: Sequence[Scored]) -> Total | None:
    """The total as far as it is known; maybe only its rating is not."""
    scoring = form.form.scoring
    if scoring is None:
        return None
    try:
        return form.total()
    except FormulaFault:
        span = scoring.full_span
    unknown = _unknown_sum("合计", "合计", [root.score for root in roots], span)
    parts = _attempt(lambda: form.parts(scoring), unknown, None, form.outer)
    unknown = _unknown("总分", to_compute("总分"), span, scoring.total, (parts,))
    points = _attempt(lambda: form.points(scoring), unknown, None, form.outer)
    return Total(points, scoring.full, to_compute("等级"), scoring.rate_format, parts)


def _attempt(compute: Callable[[], _T], unknown: Trace, written: Expression | None, scope: Scope) -> _T | Trace:
    """What ``compute`` gives, else the ``unknown`` value, with what is known of its formula."""
    try:
        return compute()
    except FormulaFault as fault:
        return replace(unknown, inputs=_known_inputs(written, scope, fault)) if written is not None else unknown


def _unknown(
    name: str, text: str, span: Span, expression: Expression | None = None, inputs: tuple[Trace, ...] = ()
) -> Trace:
    """The trace of an unknown value, with a placeholder as its text.

    Its place is ``span``, or that of the ``expression`` that would compute it; ``inputs`` are the known and missing
    names of the formula.
    """
    formula = expression.text if expression is not None else ""
    place = expression.span if expression is not None else span
    return Trace(name, Placeholder(text), text, place, "", formula, inputs, StatedWorking(worked=to_compute("算式")))


def _unknown_sum(name: str, what: str, parts: Sequence[Trace], span: Span) -> Trace:
    formula = " + ".join(part.name for part in parts)
    return replace(_unknown(name, to_compute(what), span, inputs=tuple(parts)), formula=formula)


def _known_inputs(expression: Expression, scope: Scope, fault: FormulaFault) -> tuple[Trace, ...]:
    """The traces of a formula's names, unknown ones as placeholders; if all are known, the fault's culprit too."""
    inputs: list[Trace] = []
    for path in dict.fromkeys(name.path for name in names_in(expression.root)):
        try:
            trace = scope.resolve(path)
        except FormulaFault as missing:
            name = ".".join(path)
            blamed = (missing.culprit,) if missing.culprit is not None else ()
            trace = _unknown(name, to_compute(name), missing.finding.span, inputs=blamed)
        if trace is not None:
            inputs.append(trace)
    culprit = fault.culprit
    if all(trace.is_known for trace in inputs) and culprit is not None:
        inputs += [culprit] if culprit.name not in {trace.name for trace in inputs} else []
    return tuple(inputs)


def trace_or_placeholder(scorecard: Scorecard, path: str, text: str) -> Trace | None:
    """The trace of a value printed in a draft, by the path of its origin, known or not; None for the template's text.

    ``text`` is what is printed for it.
    """
    node = next((node for node in scorecard.walk_all() if path.startswith(f"{node.path}.")), None)
    if node is not None:
        own = {**node.parameters, **{f"{item.item.name}.得分": item.score for item in node.items}, "取值": node.value}
        trace = (own | {"得分": node.score, "得分率": node.score}).get(path.removeprefix(f"{node.path}."))
        if trace is not None and not trace.is_known:
            return trace
    symbols = scorecard.symbols
    try:
        # An empty list has one placeholder, in place of its first text.
        return trace_at(scorecard, path) or symbols.known(path.removesuffix("[1]"))
    except FormulaFault as fault:
        # A computed field, or a field in a row that is not there yet.
        field = symbols.submission.template.by_path.get(field_path(path))
        expression = field.formula if field is not None else None
        inputs = _known_inputs(expression, symbols.scope_at(path), fault) if expression is not None else ()
        return _unknown(path, text, fault.finding.span, expression, inputs)
