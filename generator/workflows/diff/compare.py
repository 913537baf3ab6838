"""Compare two inputs: facts, scores, findings and texts; trace changes of scores; print the changes as a redline."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import Finding, Refused, Span, has_errors
from generator.base.formats import plain
from generator.base.textdiff import align, likeness
from generator.formula.values import FormulaFault, Trace, walk
from generator.narrative.content import Report
from generator.pipeline import Assessment
from generator.provenance.stamp import REDLINE, stamp_of, stamped
from generator.scoring.model import Scorecard, Scored
from generator.submission.model import Submission, walk_facts
from generator.template.model import Field
from generator.workflows import codes
from generator.workflows.diff.differences import (
    Both,
    Differences,
    Link,
    RemarkChange,
    ScoreChange,
    TextChange,
    TotalChange,
    ValueChange,
    Why,
)
from generator.workflows.diff.facts import OLD, Facts, compare_facts

if TYPE_CHECKING:
    from generator.word.redline.compare import Redline
    from generator.workflows.diff.side import Side


_TOTAL: Final = "总分"
_MOST_FACTS: Final = 200


def compare_scores(old: Scorecard, new: Scorecard, facts: Facts) -> Iterator[ScoreChange]:
    """The indicators that changed, in the order of the newer form, then those that it no longer has."""
    before = {facts.in_new(node.path): node for node in old.walk_all()}
    after = {node.path: node for node in new.walk_all()}
    titles = {form.form.path: form.form.title for form in (*old.row_forms, *new.row_forms)}
    above = _above(before, old, new)
    for name, node in after.items():
        was = before.get(name)
        if was is None:
            yield _score(None, node, titles)
        elif _figures(was) != _figures(node):
            why = tuple(_reasons(was, node, facts, above.get(name, ()))) if node.indicator.is_scored else ()
            yield _score(was, node, titles, why)
    yield from (_score(node, None, titles) for name, node in before.items() if name not in after)


def _totals(side: Side) -> Sequence[str | None]:
    """The texts that a ``TotalChange`` has of one side."""
    card = side.assessment.scorecard if side.assessment is not None else None
    total, reviewed = (card.total, card.reviewed) if card is not None else (None, None)
    own = [total.score.text, plain(total.full), total.rate_text, total.rating] if total is not None else [None] * 4
    return [*own, reviewed.score.text if reviewed is not None else None]


def compare_reviews(old: Submission, new: Submission) -> Iterator[RemarkChange]:
    """The remarks that were added, removed, changed or answered, round by round."""
    before, after = (
        {(said.round, said.name): str(said) for part in review.rounds for said in part.remarks} if review else {}
        for review in (old.review, new.review)
    )
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield RemarkChange(key[1], key[0], before.get(key), after.get(key))


def compare_values(old: Scorecard, new: Scorecard, facts: Facts) -> Iterator[ValueChange]:
    """The computed fields that changed, in the order of the newer template."""
    before = {facts.in_new(path): text for path, (_, text) in _computed(old).items()}
    for path, (field, text) in _computed(new).items():
        if before.get(path) not in (None, text):
            yield ValueChange(path, field.label, before[path], text)


def _computed(card: Scorecard) -> dict[str, tuple[Field, str]]:
    found: dict[str, tuple[Field, str]] = {}
    for field, compute in card.symbols.computed():
        try:
            trace = compute()
        except FormulaFault:  # the report prints no value either
            continue
        if trace is not None:
            found[trace.name] = field, trace.text
    return found


def _figures(node: Scored) -> tuple[str, ...]:
    value = node.value.text if node.value is not None else ""
    # A review that keeps the score changes nothing.
    return node.score.text, plain(node.indicator.weight), value, (node.reviewed or node.score).text


def _score(old: Scored | None, new: Scored | None, titles: Mapping[str, str], why: tuple[Why, ...] = ()) -> ScoreChange:
    node = new or old
    assert node is not None  # one of them exists  # noqa: S101
    indicator, of_row = node.indicator, node.path.rpartition("指标.")[0].rstrip(".")
    row = f"{titles.get(of_row, of_row)}·" if of_row else ""
    return ScoreChange(
        f"{row}{indicator.name}",
        f"{row}{indicator.path}",
        indicator.path.count("/") + 1,
        old.score.text if old is not None else None,
        new.score.text if new is not None else None,
        why,
        _by_template(old, new),
        node.path,
        tuple(one.reviewed.text if one is not None and one.reviewed is not None else None for one in (old, new)),  # type: ignore[arg-type]
    )


def _by_template(old: Scored | None, new: Scored | None) -> str:
    """How the template changed an indicator, in Chinese; empty if it did not."""
    if old is None or new is None:
        return "评分表里没有这项了" if new is None else "评分表里新增的一项"
    if old.indicator.weight != new.indicator.weight:
        return f"分值 {plain(old.indicator.weight)} → {plain(new.indicator.weight)}"
    # The expressions that say how it is scored.
    before, after = ({"得分": one.score, "取值": one.value, **one.parameters} for one in (old.indicator, new.indicator))
    said = {name: (before.get(name), after.get(name)) for name in {**after, **before}}
    texts = {name: tuple(one.text if one is not None else "" for one in both) for name, both in said.items()}
    return "；".join(f"{name}「{was}」→「{now}」" for name, (was, now) in texts.items() if was != now)


def _above(before: Mapping[str, Scored], old: Scorecard, new: Scorecard) -> dict[str, tuple[Link, ...]]:
    """For each scored indicator of the newer forms, the groups above it and the total, with their scores."""
    totals = {form.form.path: form.total.score.text for form in old.forms if form.total is not None}
    found: dict[str, tuple[Link, ...]] = {}

    def visit(node: Scored, above: tuple[Link, ...]) -> None:
        was = before.get(node.path)
        link = Link(node.indicator.name, was.score.text if was is not None else None, node.score.text)
        found[node.path] = above
        for child in node.children:
            visit(child, (link, *above))

    for form in new.forms:
        text = form.total.score.text if form.total is not None else None
        for root in form.roots:
            visit(root, (Link(_TOTAL, totals.get(form.form.path), text),))
    return found


def _reasons(old: Scored, new: Scored, facts: Facts, above: tuple[Link, ...]) -> Iterator[Why]:
    """The ways to the total through the values that changed, each with the changed facts at its start."""
    before, after = _texts_behind(old, facts.in_new), _texts_behind(new, str)
    changed = _changed_facts(facts)
    up = tuple(link for link in above if link.old != link.new) if old.score.text != new.score.text else ()
    ways: dict[tuple[Link, ...], list[Link]] = {}
    seen: set[str] = set()
    # The newer computation first; only the older one has rows that are gone.
    for node, renamed in ((new, str), (old, facts.in_new)):
        for fact, *names in (chain for trace in _traces(node) for chain in _chains(trace, renamed, changed)):
            if fact in seen or len(seen) >= _MOST_FACTS:
                continue
            seen.add(fact)
            links = (Link(name, before.get(name), after.get(name)) for name in names)
            way = (*(link for link in links if link.old != link.new), *up)
            # A table whose rows came or went is shown by its number of rows.
            ways.setdefault(way, []).append(Link(fact, *(changed[fact] or (before.get(fact), after.get(fact)))))
    for way, found in ways.items():
        yield Why(tuple(found), way)


def _traces(node: Scored) -> list[Trace]:
    return [trace for trace in (node.score, node.value) if trace is not None]


def _texts_behind(node: Scored, renamed: Callable[[str], str]) -> dict[str, str]:
    """The values behind an indicator's score, by their paths in the newer input."""
    found: dict[str, str] = {}
    for below in (below for trace in _traces(node) for below in walk(trace)):
        found.setdefault(renamed(below.name), below.text)
    return found


def _changed_facts(facts: Facts) -> dict[str, Both | None]:
    """Old and new text of each changed fact and row, by path; None for a table whose rows came or went."""
    found: dict[str, Both | None] = {}
    for change in facts.changes:
        if change.kind == "moved" or change.same_value:
            continue
        path = facts.in_new(change.path) if change.kind == "removed" else change.path
        found[path] = change.old, change.new
        if change.is_row:
            found[path.rpartition("[")[0]] = None
    return found


def _chains(trace: Trace, renamed: Callable[[str], str], changed: Container[str]) -> Iterator[list[str]]:
    """The names from each changed fact up to this trace, by the shortest way."""
    waiting: deque[tuple[Trace, list[str]]] = deque([(trace, [])])
    seen: set[int] = set()
    while waiting:
        current, above = waiting.popleft()
        if id(current) in seen:
            continue
        seen.add(id(current))
        name = renamed(current.name)
        # A leaf is a fact, or belongs to a row that came or went.
        fact = name if name in changed else name.rpartition(".")[0]
        if fact in changed and not current.inputs:
            yield [fact, *above]
        waiting.extend((below, [name, *above]) for below in current.inputs)


AUTHOR: Final = "绩效自评报告程序"
_REPORT_DATE: Final = "填报日期"
_NO_DATE: Final = date(2000, 1, 1)
_DERIVED: Final = frozenset({"指标树", "二级指标", "评分表", "评分", "指标", "复核轮次"})
# Reading, typing, formulas, references, the template: checked even where an input has errors.
_ALWAYS_CHECKED: Final = ("JX1", "JX2", "JX3", "JX40", "JX7")
_NARRATED: Final = ("叙述", "依据")


def compare(old: Side, new: Side) -> Differences:
    """Compare two inputs: facts as far as both can be read; scores, values and texts if both could be scored."""
    form = new.template or old.template
    facts = compare_facts(old.root, new.root, form.fields if form is not None else {})
    # What a finding is about, whatever its line: its code and path, or its message if it has no path.
    then = [((one.code, facts.in_new(one.path) or one.message), one) for one in old.findings]
    now = [((one.code, one.path or one.message), one) for one in new.findings]
    # Only what was checked on both sides can be gone or new.
    partly = (new.assessment is None or new.is_draft, old.is_draft)
    gone, came = (
        tuple(one for one in ones if not is_partly or one.code.startswith(_ALWAYS_CHECKED))
        for ones, is_partly in zip((_without(then, now), _without(now, then)), partly, strict=True)
    )
    found = Differences(
        old,
        new,
        remarks=tuple(_remarks(old, new)),
        facts=tuple(facts.changes),
        total=TotalChange(*zip(_totals(old), _totals(new), strict=True)),
        gone=gone,
        came=came,
    )
    before, after = old.assessment, new.assessment
    if before is None or after is None:
        return found
    cards = before.scorecard, after.scorecard
    return replace(
        found,
        values=tuple(compare_values(*cards, facts)),
        scores=tuple(compare_scores(*cards, facts)),
        texts=tuple(_texts(before.report, after.report, facts)),
        remarks_made=tuple(compare_reviews(before.submission, after.submission)),
    )


def _remarks(old: Side, new: Side) -> Iterator[str]:
    if old.template_name and new.template_name and old.template_name != new.template_name:
        yield (
            f"两份用的模板不同（{old.template_name}、{new.template_name}），"
            "只比较名称相同的事实和指标，总分的口径可能不同"
        )
    versions = [side.template.version for side in (old, new) if side.template is not None]
    if old.template_name == new.template_name and len(set(versions)) > 1:
        yield f"模板的版本不同（{'、'.join(versions)}）"
    if old.year and new.year and old.year != new.year:
        yield f"两份的年度不同（{old.year}、{new.year}），变化里有年度之间的，不都是改正"
    for side, word in ((old, "旧"), (new, "新")):
        yield from side.remarks
        if side.root is None:
            yield f"{word}的一份（{side.name}）读不出来，事实、得分和文字都无法比较，只列出问题"
        elif side.assessment is None:
            yield f"{word}的一份（{side.name}）有错误，算不出得分，也没有做内容的检查，只比较事实和已查出的问题"
        elif side.is_draft:
            yield (
                f"{word}的一份（{side.name}）有错误，还算不出的标为【待算】；内容的检查没有做全，"
                "新出现和消失的问题里只列填报本身的"
            )


_Identity = tuple[str, str]


def _without(found: list[tuple[_Identity, Finding]], others: list[tuple[_Identity, Finding]]) -> tuple[Finding, ...]:
    counts, left = Counter(name for name, _ in others), []
    for name, one in found:
        if counts[name]:
            counts[name] -= 1
        else:
            left.append(one)
    return tuple(left)


def _texts(old: Report, new: Report, facts: Facts) -> Iterator[TextChange]:
    """The texts of the report that changed though the input's own text did not."""
    rewritten = {change.path for change in facts.changes}
    paths = Facts(rows=dict(facts.rows))
    for name in old.content.keys() & new.content.keys() - _DERIVED:
        _pair_items(old.content[name], new.content[name], name, name, paths.rows)
    before = {paths.in_new(path): text for path, text in _written(old)}
    for path, text in _written(new):
        was = before.get(path)
        if was is not None and was != text and path not in rewritten:
            yield TextChange(path, was, text)


def _pair_items(old: object, new: object, path: str, new_path: str, rows: dict[str, str]) -> None:
    """Add the derived lists of the report to ``rows``: which item became which. Facts are in it already."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() & new.keys():
            _pair_items(old[name], new[name], f"{path}.{name}", f"{new_path}.{name}", rows)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple) and f"{path}[1]" not in rows:
        before, after = (["\n".join(text for _, text in _within("", item)) for item in items] for items in (old, new))
        for i, j in align(before, after, (lambda text: text,), likeness):
            if i is not None:
                item = f"{path}[{i + 1}]"
                rows[item] = f"{new_path}[{j + 1}]" if j is not None else f"{item}{OLD}"
                if j is not None:
                    _pair_items(old[i], new[j], item, rows[item], rows)


def _written(report: Report) -> Iterator[tuple[str, str]]:
    """Every text of the report with its path: those of the bureau, then the narrative of each indicator."""
    for name, value in report.content.items():
        if name not in _DERIVED:
            yield from _within(name, value)
    for path, row in report.indicators.items():
        for key in _NARRATED:
            said = row.get(key)
            lines = said if isinstance(said, list) else [said] if said else []
            if lines:
                yield f"{path}.{key}", "\n".join(map(str, lines))


def _within(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, str(value)
    elif isinstance(value, dict):
        for name, below in value.items():
            # The scoring form of a row, which the indicators' narratives cover.
            if not (name == "评分" and isinstance(below, dict) and "评分表" in below):
                yield from _within(f"{path}.{name}", below)
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value, 1):
            yield from _within(f"{path}[{number}]", below)


def redline_of(old: Side, new: Side, author: str = AUTHOR, day: date | None = None) -> Redline:
    """The newer report as a Word file with the changes tracked; raises ``Refused`` if one of them makes no report.

    ``day`` is their date; by default that of the newer report, else the first day after its year.
    """
    from generator.word.redline.compare import Redline, redline  # noqa: PLC0415 - only a redline needs it

    before, after = _printable(old, "旧的一份"), _printable(new, "新的一份")
    when = f"{day or _date_of(after)}T00:00:00Z"
    made = redline(pipeline.print_report(before), pipeline.print_report(after), author, when)
    stamp = stamp_of(after.submission, REDLINE, after.report.file_name)
    data = stamped(made.data, stamp, after.submission.sources)
    return Redline(data, made.count, made.remarks)


def _printable(side: Side, word: str) -> Assessment:
    if side.assessment is None or has_errors(side.findings):
        errors = [finding for finding in side.findings if has_errors([finding])]
        raise Refused([codes.NOT_BOTH.at(Span(side.name), side=word, file=side.name), *errors])
    return side.assessment


def _date_of(assessment: Assessment) -> date:
    """The date of a report as it states it; the clock would make another file of the same input every day."""
    facts = list(walk_facts(assessment.submission))
    stated = (fact.value for fact in facts if fact.path.split(".")[-1] == _REPORT_DATE)
    found = next((value for value in stated if isinstance(value, date)), None)
    if found is not None:
        return found
    year = next((str(fact.value) for fact in facts if fact.path == "年度" and fact.value is not None), "")
    return date(int(year) + 1, 1, 1) if year.isdecimal() else _NO_DATE
