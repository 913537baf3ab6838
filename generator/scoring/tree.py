"""Traces by name, and a trace as lines of text: what ``jixiao explain`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formula import Trace
from generator.formula.values import in_full
from generator.scoring.model import Scorecard

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_traces", "trace_at", "tree"]


def find_traces(scorecard: Scorecard, name: str) -> list[Trace]:
    """The traces under a name: an indicator (or 总分), or a computed field by its path; empty where there is none."""
    if name in ("", "总分") and scorecard.total is not None:
        return [scorecard.total.score]
    if not name:
        return []
    scores = [node.score for node in scorecard.walk() if node.indicator.name == name]
    return scores or scorecard.book.find(name)


def trace_at(scorecard: Scorecard, path: str) -> Trace | None:
    """The trace of a printed value by the path of its origin; None for what the template itself says.

    ``评分.总分``, ``评分.得分率``, ``指标.X.得分``, ``指标.X.控制线``, ``专项资金[3].权重``, ``部门.名称``.
    """
    if path.startswith("评分.") and scorecard.total is not None:
        return scorecard.total.parts if path == "评分.合计" else scorecard.total.score
    return scorecard.book.known(path) or next(iter(scorecard.book.find(path)), None)


def tree(trace: Trace) -> Iterator[str]:
    """The trace's lines, each deeper level indented; a part that was printed before is only named again."""
    yield from _lines(trace, "", "", set())


def _lines(trace: Trace, first: str, rest: str, seen: set[int]) -> Iterator[str]:
    again = bool(trace.formula) and id(trace) in seen
    seen.add(id(trace))
    yield f"{first}{trace.name} = {trace.text}  [{trace.span}]{'（见上）' if again else ''}"
    if again:
        return
    below = trace.inputs
    bar = rest + ("│  " if below else "   ")
    if trace.formula:
        yield f"{bar}公式：{trace.formula}"
        if trace.figures != trace.formula:
            yield f"{bar}代入：{trace.figures}{_before_rounding(trace)}"
    for number, part in enumerate(below, 1):
        last = number == len(below)
        yield from _lines(part, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), seen)


def _before_rounding(trace: Trace) -> str:
    """The value in full, where the text rounds it."""
    return f" = {trace.exact}，四舍五入为 {trace.text}" if _is_rounded(trace) else ""


def _is_rounded(trace: Trace) -> bool:
    """Whether the value itself was rounded (a score is, when it is awarded), not only the way it is printed."""
    return bool(trace.exact) and trace.exact != in_full(trace.value)
