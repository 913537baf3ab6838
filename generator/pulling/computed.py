"""Edits of computed values: they are refused, naming the facts that they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.formula import walk
from generator.pulling import codes
from generator.pulling.edits import excerpt
from generator.scoring import trace_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.base.diagnostics import Finding, Span
    from generator.formula import Trace
    from generator.pipeline import Assessment
    from generator.pulling.observing import Observed
    from generator.pulling.targets import Targets

__all__ = ["computed_findings"]

_MOST_NAMED = 6


def computed_findings(
    observed: Sequence[Observed], targets: Targets, assessment: Assessment, document: Span
) -> Iterator[Finding]:
    """A finding for each computed value that was edited.

    Args:
        observed: The edits.
        targets: The facts of the input.
        assessment: The input with its scores.
        document: The edited document.
    """
    for one in observed:
        path = one.key[0]
        target = targets.get(path)
        trace = trace_at(assessment.scorecard, path)
        # A fact that is printed in words is not computed, but is not read back from the words either.
        facts = f"{path}（{target.span}）" if target is not None else _facts_of(trace, targets)
        words = {"name": path, "old": excerpt(one.printed or "原来的值"), "new": excerpt(one.edited)}
        places = f"（{'、'.join(one.places)}）" if len(one.places) > 1 else ""
        yield codes.COMPUTED.at(document, one.places[0], places=places, facts=facts, **words)


def _facts_of(trace: Trace | None, targets: Targets) -> str:
    """The facts at the ends of a trace, with their lines."""
    ends = {below.name: below for below in walk(trace) if not below.formula} if trace is not None else {}
    typed = [f"{name}（{below.span}）" for name, below in ends.items() if targets.get(name) is not None]
    rest = [f"{name}（{below.span}）" for name, below in ends.items() if targets.get(name) is None]
    named = typed or rest
    more = f"等 {len(named)} 项（jixiao explain 列出全部）" if len(named) > _MOST_NAMED else ""
    return "、".join(named[:_MOST_NAMED]) + more if named else "模板里的定值"
