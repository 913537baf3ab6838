"""How every printed value came about, as a list of nodes that point to each other: what a click shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.diagnostics import shown_path
from generator.base.placeholder import PLACEHOLDER
from generator.scoring import trace_or_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.base.diagnostics import Span
    from generator.formula import Trace
    from generator.pipeline import Assessment
    from generator.word.read.screen import Text

__all__ = ["Nodes"]

_LONGEST_LINE = 240
_GAP = re.compile(PLACEHOLDER)


class Nodes:
    """The traces behind a report's values.

    ``listed`` are the nodes as a page takes them: 名 name, 值 text, 式 formula, 代 the formula with its figures,
    准 the exact value where it was rounded, 处 place, 行 the line there, 下 the numbers of what it was computed from.
    ``numbers`` leads from an origin's path to its node.
    """

    def __init__(self, assessment: Assessment, labels: dict[str, str]) -> None:
        self._scorecard = assessment.scorecard
        self._labels = labels
        self._lines: dict[str, list[str]] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Trace] = []
        self.listed: list[dict[str, object]] = []
        self.numbers: dict[str, int] = {}

    def add_all(self, texts: Iterable[Text]) -> None:
        """Take in what stands behind these texts; what the template says itself has nothing behind it."""
        for text in texts:
            if text.origin is None or text.origin.path in self.numbers:
                continue
            gap = _GAP.search(text.text)
            trace = trace_or_placeholder(self._scorecard, text.origin.path, gap[0] if gap is not None else text.text)
            if trace is not None:
                self.numbers[text.origin.path] = self.add(trace)

    def add(self, trace: Trace) -> int:
        """The number of the trace's node; each trace has one."""
        known = self._known.get(id(trace))
        if known is not None:
            return known
        below = [self.add(one) for one in trace.inputs]
        self._kept.append(trace)  # an id stands for a trace only as long as that lives
        self._known[id(trace)] = number = len(self.listed)
        self.listed.append(self._node(trace, below))
        return number

    def _node(self, trace: Trace, below: list[int]) -> dict[str, object]:
        node: dict[str, object] = {
            "名": trace.name,
            "标": self._labels.get(trace.name, ""),
            "值": trace.text,
            "处": _place(trace.span),
            "行": self._line(trace.span),
            "下": below,
        }
        if trace.formula:
            node |= {"式": trace.formula, "代": "" if trace.figures == trace.formula else trace.figures}
        if trace.exact and trace.exact != trace.text:
            node["准"] = trace.exact
        return node

    def _line(self, span: Span) -> str:
        if span.sheet or not span.line:
            return ""
        if span.file not in self._lines:
            self._lines[span.file] = _read_lines(span.file)
        lines = self._lines[span.file]
        line = lines[span.line - 1].strip() if span.line <= len(lines) else ""
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def _place(span: Span) -> str:
    """The place without the folder: the page goes to other people."""
    return str(span).replace(str(span.file), Path(shown_path(Path(span.file))).name, 1) if span.file else ""


def _read_lines(file: str) -> list[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
