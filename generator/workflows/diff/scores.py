"""Compare scores, totals and computed values; trace each change from the facts up to the total."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from generator.base.forms import plain
from generator.formula.values import FormulaFault, Trace, walk
from generator.workflows.diff.model import Link, RemarkChange, ScoreChange, TotalChange, ValueChange, Why

if TYPE_CHECKING:
    from generator.scoring.model import Scorecard, Scored, Total
    from generator.submission.model import Submission
    from generator.template.model import Field
    from generator.workflows.diff.facts import Facts


_Changed = dict[str, tuple[str | None, str | None] | None]

_TOTAL: Final = "总分"
_MOST_FACTS: Final = 200


def compare_scores(old: Scorecard, new: Scorecard, facts: Facts) -> Iterator[ScoreChange]:
    """The indicators that changed, in the order of the newer form, followed by those that it no longer has."""
    before = {facts.in_new(node.path): node for node in old.walk_all()}
    after = {node.path: node for node in new.walk_all()}
    titles = {form.form.path: form.form.title for form in (*old.row_forms, *new.row_forms)}
    above = _above(before, old, new)
    for name, node in after.items():
        was = before.get(name)
        if was is None:
            yield _score(None, node, titles)
        elif _figures(was) != _figures(node):
            why = () if not node.indicator.is_scored else tuple(_reasons(was, node, facts, above.get(name, ())))
            yield _score(was, node, titles, why)
    yield from (_score(node, None, titles) for name, node in before.items() if name not in after)


def compare_totals(old: Scorecard | None, new: Scorecard | None) -> TotalChange:
    """The totals, rates and ratings of both."""
    before, after = old and old.total, new and new.total

    def both(text: Callable[[Total], str]) -> tuple[str | None, str | None]:
        return (text(before) if before else None), (text(after) if after else None)

    return TotalChange(
        both(lambda total: total.score.text),
        both(lambda total: plain(total.full)),
        both(lambda total: total.rate_text),
        both(lambda total: total.rating),
        tuple(card.reviewed.score.text if card and card.reviewed else None for card in (old, new)),  # type: ignore[arg-type]
    )


def compare_reviews(old: Submission, new: Submission) -> Iterator[RemarkChange]:
    """The remarks that came, went or were changed or answered, round by round."""
    before, after = _remarks(old), _remarks(new)
    for key in dict.fromkeys((*after, *before)):
        if before.get(key) != after.get(key):
            yield RemarkChange(key[1], key[0], before.get(key), after.get(key))


def _remarks(one: Submission) -> dict[tuple[int, str], str]:
    rounds = one.review.rounds if one.review is not None else ()
    return {(said.round, said.name): str(said) for part in rounds for said in part.remarks}


def compare_values(old: Scorecard, new: Scorecard, facts: Facts) -> Iterator[ValueChange]:
    """The computed fields that changed, in the order of the newer template."""
    before = {facts.in_new(path): text for path, (_, text) in _computed(old).items()}
    for path, (field, text) in _computed(new).items():
        if before.get(path) not in (None, text):
            yield ValueChange(path, field.label, before[path], text)


def _computed(card: Scorecard) -> dict[str, tuple[Field, str]]:
    found: dict[str, tuple[Field, str]] = {}
    for field, compute in card.book.computed():
        try:
            trace = compute()
        except FormulaFault:  # it has no value, and the report prints none
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
    assert node is not None  # one of them is there  # noqa: S101
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
    """The change of an indicator in the template, in Chinese; empty without one."""
    if old is None or new is None:
        return "评分表里没有这项了" if new is None else "评分表里新增的一项"
    if old.indicator.weight != new.indicator.weight:
        return f"分值 {plain(old.indicator.weight)} → {plain(new.indicator.weight)}"
    before, after = dict(_written(old)), dict(_written(new))
    differing = [name for name in {**after, **before} if before.get(name) != after.get(name)]
    return "；".join(f"{name}「{before.get(name, '')}」→「{after.get(name, '')}」" for name in differing)


def _written(node: Scored) -> Iterator[tuple[str, str]]:
    indicator = node.indicator
    for name, expression in {"得分": indicator.score, "取值": indicator.value, **indicator.parameters}.items():
        if expression is not None:
            yield name, expression.text


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
    before, after = _texts(old, facts), _texts(new, None)
    changed = _changed_facts(facts)
    up = tuple(link for link in above if link.old != link.new) if old.score.text != new.score.text else ()
    ways: dict[tuple[Link, ...], list[Link]] = {}
    seen: set[str] = set()
    # The newer computation first; a row that is gone is found only in the older one.
    for node, known in ((new, None), (old, facts)):
        for fact, *names in (chain for trace in _traces(node) for chain in _chains(trace, known, changed)):
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
    return [node.score, *([node.value] if node.value is not None else [])]


def _texts(node: Scored, facts: Facts | None) -> dict[str, str]:
    """The values behind an indicator's score by name, in the newer input's paths."""
    found: dict[str, str] = {}
    for trace in _traces(node):
        for below in walk(trace):
            found.setdefault(_named(below, facts), below.text)
    return found


def _named(trace: Trace, facts: Facts | None) -> str:
    return facts.in_new(trace.name) if facts is not None else trace.name


def _changed_facts(facts: Facts) -> _Changed:
    """Old and new text of each changed fact and row, by path; None for a table whose rows came or went."""
    found: _Changed = {}
    for change in facts.changes:
        if change.kind == "moved" or change.same_value:
            continue
        path = facts.in_new(change.path) if change.kind == "removed" else change.path
        found[path] = change.old, change.new
        if change.is_row:
            found[path.rpartition("[")[0]] = None
    return found


def _chains(trace: Trace, facts: Facts | None, changed: _Changed) -> Iterator[list[str]]:
    """The names from each changed fact up to this trace, the shortest way for each."""
    waiting: deque[tuple[Trace, list[str]]] = deque([(trace, [])])
    seen: set[int] = set()
    while waiting:
        current, above = waiting.popleft()
        if id(current) in seen:
            continue
        seen.add(id(current))
        name = _named(current, facts)
        # A leaf is a fact, or belongs to a row that came or went.
        fact = name if name in changed else name.rpartition(".")[0]
        if fact in changed and not current.inputs:
            yield [fact, *above]
        waiting.extend((below, [name, *above]) for below in current.inputs)
