"""The traces of a report's values, as the page's script reads them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span, shown_path
from generator.formula.values import Trace
from generator.scoring.placeholders import trace_or_placeholder
from generator.word.read.html import GAPS
from generator.word.read.screen import ShownText

if TYPE_CHECKING:
    from generator.pipeline import Assessment


_LONGEST_LINE = 240


class Nodes:
    """The traces of a report's values.

    ``listed`` are the nodes as the page's script reads them: 名 name, 标 label, 值 text, 式 formula, 代 the formula
    with its figures, 准 the exact value where rounded, 径 the path that it is printed for, 处 place, 行 the line there,
    下 the numbers of the nodes it was computed from. ``numbers`` maps an origin's path to the number of its node.
    """

    def __init__(self, assessment: Assessment, labels: dict[str, str]) -> None:
        self._scorecard = assessment.scorecard
        self._labels = labels
        self._lines: dict[str, list[str]] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Trace] = []
        self.listed: list[dict[str, object]] = []
        self.numbers: dict[str, int] = {}

    def add_all(self, texts: Iterable[ShownText]) -> None:
        """Adds the traces of these texts; the template's own wording has none."""
        for text in texts:
            if text.origin is None or text.origin.path in self.numbers:
                continue
            gap = GAPS.search(text.text)
            trace = trace_or_placeholder(self._scorecard, text.origin.path, gap[0] if gap is not None else text.text)
            if trace is not None:
                self.numbers[text.origin.path] = number = self.add(trace)
                self.listed[number].setdefault("径", text.origin.path)

    def add(self, trace: Trace) -> int:
        """The number of the trace's node; each trace has one."""
        known = self._known.get(id(trace))
        if known is not None:
            return known
        below = [self.add(one) for one in trace.inputs]
        self._kept.append(trace)  # its id is unique only while it lives
        self._known[id(trace)] = number = len(self.listed)
        node: dict[str, object] = {
            "名": trace.name,
            "标": self._labels.get(trace.name, ""),
            "值": trace.text,
            "处": place_of(trace.span),
            "行": self._line(trace.span),
            "下": below,
        }
        if trace.formula:
            node |= {"式": trace.formula, "代": "" if trace.figures == trace.formula else trace.figures}
        if trace.exact and trace.exact != trace.text:
            node["准"] = trace.exact
        self.listed.append(node)
        return number

    def _line(self, span: Span) -> str:
        if span.sheet or not span.line:
            return ""
        if span.file not in self._lines:
            try:
                self._lines[span.file] = Path(span.file).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                self._lines[span.file] = []
        lines = self._lines[span.file]
        line = lines[span.line - 1].strip() if span.line <= len(lines) else ""
        return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


def place_of(span: Span) -> str:
    """The place without the folder: the page goes to other people."""
    return str(span).replace(str(span.file), Path(shown_path(Path(span.file))).name, 1) if span.file else ""
