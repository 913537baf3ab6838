"""What the commands print."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from generator.diagnostics import Code, Span, suggestion
from generator.diagnostics.printing import width
from generator.errors import Refused
from generator.figures import Form, plain
from generator.scoring import find_traces, tree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.diagnostics import Finding
    from generator.pipeline import Assessment, Rendered
    from generator.scoring import Scored

__all__ = ["explanation", "rendered", "score_as_json", "score_as_text", "summary"]

UNKNOWN_VALUE = Code("JX801", "没有这个指标或字段", "没有名为「{name}」的指标或计算字段。", "")

_RATE = Form("%", 2, "whole", suffix="%")
_COUNTS = (("error", "错误"), ("warning", "警告"), ("info", "提示"))


def summary(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and hints there are, as a sentence."""
    counts = Counter(str(finding.severity) for finding in findings)
    parts = [f"{counts[key]} 个{word}" for key, word in _COUNTS if counts[key]]
    return f"共 {'、'.join(parts)}。" if parts else "没有发现问题。"


def rendered(result: Rendered) -> str:
    """Where the report is, and its total."""
    scorecard = result.assessment.scorecard
    total, full = scorecard.total.text, plain(scorecard.full)
    return "\n".join(
        [
            f"报告：{result.path}",
            f"总分：{total} / {full}（得分率 {_RATE.print(scorecard.rate)}），等级：{scorecard.rating or '（无）'}",
            f"检查：{summary(result.assessment.findings)}",
        ]
    )


def score_as_json(assessment: Assessment) -> str:
    """The scorecard as JSON; every number is a string, so that nobody reads it as a float."""
    scorecard = assessment.scorecard
    return json.dumps(
        {
            "total": scorecard.total.text,
            "full": plain(scorecard.full),
            "rate": _RATE.print(scorecard.rate),
            "rating": scorecard.rating,
            "indicators": [_indicator(node) for node in scorecard.walk()],
        },
        ensure_ascii=False,
        indent=2,
    )


def _indicator(node: Scored) -> dict[str, object]:
    return {
        "name": node.indicator.name,
        "level": str(node.indicator.level),
        "weight": plain(node.indicator.weight),
        "score": node.score.text,
        "rate": _RATE.print(node.rate),
        "value": node.value.text if node.value is not None else None,
        "path": node.indicator.path,
    }


def score_as_text(assessment: Assessment) -> str:
    """The scoring form as a table for a terminal."""
    scorecard = assessment.scorecard
    header = ("指标", "分值", "得分", "得分率", "指标值")
    rows = [_row(node) for node in scorecard.walk()]
    total = ("总分", plain(scorecard.full), scorecard.total.text, _RATE.print(scorecard.rate), scorecard.rating)
    table = [header, *rows, total]
    widths = [max(width(row[column]) for row in table) for column in range(len(header))]
    lines = ["  ".join(_pad(cell, widths[at], left=at == 0) for at, cell in enumerate(row)).rstrip() for row in table]
    rule = "─" * sum(widths, 2 * (len(widths) - 1))
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def _row(node: Scored) -> tuple[str, ...]:
    indicator = node.indicator
    name = "  " * (indicator.level - 1) + indicator.name
    value = node.value.text if node.value is not None else ""
    return name, plain(indicator.weight), node.score.text, _RATE.print(node.rate), value


def _pad(cell: str, columns: int, *, left: bool) -> str:
    room = " " * (columns - width(cell))
    return cell + room if left else room + cell


def explanation(assessment: Assessment, name: str, file: str) -> str:
    """The trace of a score or a computed value, as a tree.

    Raises:
        Refused: There is no such indicator or field; the near misses are named.
    """
    traces = find_traces(assessment.scorecard, name)
    if not traces:
        known = [node.indicator.name for node in assessment.scorecard.walk()]
        known += [field.path for field, _ in assessment.scorecard.book.computed()]
        raise Refused([UNKNOWN_VALUE.at(Span(file), hint=suggestion(name, dict.fromkeys(known)), name=name)])
    return "\n\n".join("\n".join(tree(trace)) for trace in traces)
