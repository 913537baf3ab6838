"""What the commands print."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from generator.base.diagnostics import Code, Finding, Refused, Span, suggestion, width
from generator.base.forms import plain

if TYPE_CHECKING:
    from generator.pipeline import Assessment, Rendered
    from generator.scoring.model import Scored, Total
    from generator.workflows.batch.result import Outcome

NO_FORM = Code(
    "JX802", "没有评分表", "这个模板没有评分表，没有总分可以解释。", "写明要解释的计算字段，如「收入.合计」。"
)
UNKNOWN_VALUE = Code("JX801", "没有这个指标或字段", "没有名为「{name}」的指标或计算字段。", "")

_LONGEST_RULE = 100
_COUNTS = (("error", "错误"), ("warning", "警告"), ("info", "提示"))


def summary(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and hints there are, as a sentence."""
    counts = Counter(str(finding.severity) for finding in findings)
    parts = [f"{counts[key]} 个{word}" for key, word in _COUNTS if counts[key]]
    return f"共 {'、'.join(parts)}。" if parts else "没有发现问题。"


def rendered(result: Rendered, what: str = "报告") -> str:
    """Where the report (or what else was written) is, and its total."""
    return "\n".join(
        [
            f"{what}：{result.path}",
            total_line(result.assessment.scorecard.total),
            f"检查：{summary(result.assessment.findings)}",
        ]
    )


def total_line(total: Total | None) -> str:
    """The total, its rate and the rating, as one line."""
    if total is None:
        return "总分：这个模板没有评分表，不计算总分"
    rate = f"（得分率 {total.rate_text}）" if total.score.is_known else ""
    return f"总分：{total.score.text} / {plain(total.full)}{rate}，等级：{total.rating or '（无）'}"


def score_as_json(assessment: Assessment) -> str:
    """The scorecard as JSON; every number is a string, so that nobody reads it as a float."""
    import json  # noqa: PLC0415 - most scores are printed for people

    total = assessment.scorecard.total
    whole = {
        "total": total.score.text if total else None,
        "full": plain(total.full) if total else None,
        "rate": total.rate_text if total else None,
        "rating": total.rating if total else None,
        "indicators": [_indicator(node) for node in assessment.scorecard.walk()],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _indicator(node: Scored) -> dict[str, object]:
    return {
        "name": node.indicator.name,
        "level": str(node.indicator.level),
        "weight": plain(node.indicator.weight),
        "score": node.score.text,
        "rate": node.rate_text,
        "value": node.value.text if node.value is not None else None,
        "path": node.indicator.path,
    }


def score_as_text(assessment: Assessment) -> str:
    """The scoring form as a table for a terminal."""
    total = assessment.scorecard.total
    if total is None:
        return total_line(None)
    rows = [("指标", "分值", "得分", "得分率", "指标值"), *(_row(node) for node in assessment.scorecard.walk())]
    last = ("总分", plain(total.full), total.score.text, total.rate_text, total.rating)
    return table([*rows, last], right=(1, 2, 3, 4), footer=True)


def table(rows: Sequence[tuple[str, ...]], right: Container[int] = (), *, footer: bool = False) -> str:
    """Rows as a table for a terminal, the first as its header; the columns in ``right`` are flush right."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(_pad(cell, widths[at], right=at in right) for at, cell in enumerate(row)).rstrip() for row in rows
    ]
    rule = "─" * sum(widths, 2 * (len(widths) - 1))
    below = [rule, lines.pop()] if footer else []
    return "\n".join([lines[0], rule, *lines[1:], *below])


def _row(node: Scored) -> tuple[str, ...]:
    indicator = node.indicator
    name = "  " * indicator.path.count("/") + indicator.name
    value = node.value.text if node.value is not None else ""
    return name, plain(indicator.weight), node.score.text, node.rate_text, value


def _pad(cell: str, columns: int, *, right: bool) -> str:
    room = " " * (columns - width(cell))
    return room + cell if right else cell + room


def explanation(assessment: Assessment, name: str, file: str) -> str:
    """The trace of a score or a computed value, as a tree.

    Raises:
        Refused: There is no such indicator or field; the near misses are named.
    """
    if not name and assessment.scorecard.total is None:
        raise Refused([NO_FORM.at(Span(file))])
    from generator.scoring.model import find_traces, tree  # noqa: PLC0415 - not for --help

    traces = find_traces(assessment.scorecard, name)
    if not traces:
        known = [node.indicator.name for node in assessment.scorecard.walk()]
        known += [field.path for field, _ in assessment.scorecard.book.computed()]
        raise Refused([UNKNOWN_VALUE.at(Span(file), hint=suggestion(name, dict.fromkeys(known)), name=name)])
    return "\n\n".join("\n".join(tree(trace)) for trace in traces)


_EVERY_SECONDS = 30


def followed(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, while what is done, how fast it goes and what time is left is told on the error stream."""
    return _bar(outcomes, total) if sys.stderr.isatty() else _lines(outcomes, total)


def _bar(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    began = time.monotonic()
    bad = done = 0

    def told(_: object) -> str:
        rate = done / max(time.monotonic() - began, 1e-3)
        return f"{rate:.1f} 份/秒" + (f"，{bad} 份没有生成" if bad else "")

    with click.progressbar(
        length=total, label="生成", file=sys.stderr, show_pos=True, item_show_func=told, width=30
    ) as bar:
        for outcome in outcomes:
            done += 1
            bad += not outcome.status.is_good
            bar.update(1, outcome)
            yield outcome


def _lines(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Each report that is not there as soon as that is known; how far it is, every half a minute."""
    began = said = time.monotonic()
    for done, outcome in enumerate(outcomes, 1):
        if not outcome.status.is_good:
            click.echo(f"{outcome.status.value}  {outcome.input}", err=True)
        now = time.monotonic()
        if now - said >= _EVERY_SECONDS:
            said = now
            rate = done / (now - began)
            click.echo(f"已做 {done}/{total} 份，{rate:.1f} 份/秒，约余 {(total - done) / rate:.0f} 秒", err=True)
        yield outcome
