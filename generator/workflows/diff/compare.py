"""Compare two inputs: facts, scores, findings and texts; print the changes as a redline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import Finding, Refused, Span, has_errors
from generator.base.textdiff import align, likeness
from generator.pipeline import Assessment
from generator.provenance.stamp import REDLINE, stamp_of, stamped
from generator.submission.model import walk_facts
from generator.workflows import codes
from generator.workflows.diff.facts import OLD, Facts, compare_facts
from generator.workflows.diff.model import Differences, TextChange
from generator.workflows.diff.scores import compare_reviews, compare_scores, compare_totals, compare_values

if TYPE_CHECKING:
    from generator.narrative.content import Report
    from generator.word.redline.compare import Redline
    from generator.workflows.diff.side import Side

AUTHOR: Final = "绩效自评报告程序"
_REPORT_DATE: Final = "填报日期"
_NO_DATE: Final = date(2000, 1, 1)
_DERIVED: Final = frozenset({"指标树", "二级指标", "评分表", "评分", "指标", "复核轮次"})
# Reading, typing, formulas, references, the template: checked even where an input has errors.
_ALWAYS_CHECKED: Final = ("JX1", "JX2", "JX3", "JX40", "JX7")
_NARRATED: Final = ("叙述", "依据")


def compare(old: Side, new: Side) -> Differences:
    """Compare two inputs.

    Facts are compared as far as both can be read; scores, values and texts where both could be scored.
    """
    form = new.template or old.template
    facts = compare_facts(old.root, new.root, form.fields if form is not None else {})
    gone, came = _findings(old, new, facts)
    found = Differences(
        old,
        new,
        remarks=tuple(_remarks(old, new)),
        facts=tuple(facts.changes),
        total=compare_totals(*(side.assessment.scorecard if side.assessment else None for side in (old, new))),
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


def _findings(old: Side, new: Side, facts: Facts) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """The findings that are gone and those that are new; one that only moved to another line is neither."""
    gone = _without(old.findings, lambda one: _named(one, facts), Counter(_named(one, None) for one in new.findings))
    if new.assessment is None or new.is_draft:
        # A finding that was not checked for is not gone.
        gone = _always_checked(gone)
    came = _without(new.findings, lambda one: _named(one, None), Counter(_named(one, facts) for one in old.findings))
    # A finding that was not checked for before may not be new.
    return gone, _always_checked(came) if old.is_draft else came


def _always_checked(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(one for one in findings if one.code.startswith(_ALWAYS_CHECKED))


def _without(
    found: Sequence[Finding], name: Callable[[Finding], tuple[str, str]], others: Counter[tuple[str, str]]
) -> tuple[Finding, ...]:
    left = []
    for one in found:
        if others[name(one)]:
            others[name(one)] -= 1
        else:
            left.append(one)
    return tuple(left)


def _named(finding: Finding, facts: Facts | None) -> tuple[str, str]:
    """Identity of a finding regardless of its line: its code and path, or its message where it has no path."""
    path = facts.in_new(finding.path) if facts is not None else finding.path
    return finding.code, path or finding.message


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
    """Add to ``rows`` which item of each list that the report derives became which; facts are in it already."""
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
    """The newer input's report as a Word file with the changes tracked.

    Args:
        old: The older input.
        new: The newer one.
        author: The author of the changes.
        day: Their date; by default that of the newer report, else the first day after its year.

    Raises:
        Refused: One of them has errors, so that it makes no report.
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
        wrong = [finding for finding in side.findings if has_errors([finding])]
        raise Refused([codes.NOT_BOTH.at(Span(side.name), side=word, file=side.name), *wrong])
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
