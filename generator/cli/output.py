"""What several commands print: summaries and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

from generator.base.diagnostics import Finding, width
from generator.base.forms import plain

if TYPE_CHECKING:
    from generator.pipeline import Rendered
    from generator.scoring.model import Total

_COUNTS = (("error", "错误"), ("warning", "警告"), ("info", "提示"))


def summary(findings: Iterable[Finding]) -> str:
    """How many errors, warnings and hints there are, as a sentence."""
    counts = Counter(str(finding.severity) for finding in findings)
    parts = [f"{counts[key]} 个{word}" for key, word in _COUNTS if counts[key]]
    return f"共 {'、'.join(parts)}。" if parts else "没有发现问题。"


def shown_rendered(result: Rendered, what: str = "报告") -> str:
    """The path of the report (or ``what`` was written), its total and the summary of its findings."""
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


def table(rows: Sequence[tuple[str, ...]], right: Container[int] = (), *, footer: bool = False) -> str:
    """Rows as a table for a terminal, the first as its header; the columns in ``right`` are flush right."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]

    def padded(cell: str, column: int) -> str:
        room = " " * (widths[column] - width(cell))
        return room + cell if column in right else cell + room

    lines = ["  ".join(padded(cell, column) for column, cell in enumerate(row)).rstrip() for row in rows]
    rule = "─" * sum(widths, 2 * (len(widths) - 1))
    below = [rule, lines.pop()] if footer else []
    return "\n".join([lines[0], rule, *lines[1:], *below])
