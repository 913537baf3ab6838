"""Findings, scores and preview of a working text, computed here or in a separate process."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import Any, Final

from msgspec import Struct

from generator.base.diagnostics import Finding, JixiaoError, Refused, Span, in_order
from generator.base.formats import plain
from generator.formula.values import FormulaFault
from generator.pipeline import Assessment, Mode, assess_source
from generator.scoring.model import Scorecard, Total, trace_at
from generator.submission.codes import LACKING
from generator.template.model import UNRATED
from generator.web.form import labels_of
from generator.workflows import codes
from generator.workflows.review import place_of, review_page
from generator.yamlfile.source import Source, parse_yaml

_MOST_ROWS: Final = 200


class Look(Struct, frozen=True):
    """Findings of a working text, and its assessment if there is one."""

    findings: tuple[Finding, ...]
    assessment: Assessment | None


def look_at(source: Source, file: Path, templates: Path | None) -> Look:
    """Assess a working text as a draft."""
    try:
        made = assess_source(source, file, templates, Mode.DRAFT)
    except JixiaoError as refused:
        return Look(in_order(refused.findings), None)
    return Look(made.findings, made)


def state_of(look: Look) -> dict[str, object]:
    """Findings, scores and computed values as JSON."""
    made = look.assessment
    card = made.scorecard if made is not None else None
    paths = labels_of(made.submission.template) if made is not None else ()
    return {
        "findings": as_json(look.findings),
        "total": _total(card.total) if card is not None and card.total is not None else None,
        "scores": {node.indicator.name: node.score.text for node in card.walk()} if card is not None else {},
        "computed": {path: text for path in paths if card is not None and (text := _value_at(card, path))},
    }


def preview_of(source: Source, file: Path, templates: Path | None) -> str:
    """Preview page of the report, of the draft if there are errors; raises ``Refused`` if there is not even a draft."""
    try:
        return review_page(assess_source(source, file, templates)).html
    except Refused:
        return review_page(assess_source(source, file, templates, Mode.DRAFT)).html


def _value_at(scorecard: Scorecard, path: str) -> str:
    """A fact or computed value as printed in reports; blank if unknown."""
    with suppress(FormulaFault):
        trace = trace_at(scorecard, path)
        return trace.text if trace is not None and trace.is_known else ""
    return ""


def _total(total: Total) -> dict[str, str]:
    rate = total.rate_text if total.score.is_known else ""
    rating = (total.rating or "（无）") if rate or total.rating == UNRATED else ""
    return {"score": total.score.text, "full": plain(total.full), "rate": rate, "rating": rating}


def as_json(findings: Sequence[Finding]) -> list[dict[str, object]]:
    """Findings as JSON for the page; ``lacking`` marks values that are not filled in yet.

    A finding for many rows is followed by those of the other rows, marked ``again``: shown at their cells only.
    """
    return [
        {
            "kind": str(one.severity),
            "word": one.severity.word,
            "code": one.code,
            "title": one.title,
            "message": one.message,
            "hint": one.hint,
            "path": one.path,
            "where": place_of(one.span),
            "lacking": one.code in LACKING,
            "many": len(finding.rows) - 1 if not number and finding.rows else 0,
            "again": bool(number),
        }
        for finding in findings
        for number, one in enumerate(finding.rows[:_MOST_ROWS] or (finding,))
    ]


class Apart:
    """A separate process for slow assessments and previews."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._pipe: Connection | None = None

    def ask(self, what: Callable[[Source, Path, Path | None], Any], source: Source, *words: object) -> Any:
        """Run a function of this module on a text in the process; the caller holds the lock.

        Raises ``Refused`` as the function does, or if the process was killed twice.
        """
        for _ in range(2):
            with suppress(EOFError, OSError):
                self._pipe = self._pipe or _started()
                self._pipe.send((what, source.text, source.file, words))
                made, findings = self._pipe.recv()
                if findings is not None:
                    raise Refused(findings)
                return made
            self._pipe = None
        raise Refused([codes.ENDED_APART.at(Span(source.file))])


def _started() -> Connection:
    processes = get_context("spawn")
    pipe, other = processes.Pipe()
    processes.Process(target=_answer, args=(other,), daemon=True, name="jixiao-check").start()
    other.close()
    return pipe


def state_apart(source: Source, file: Path, templates: Path | None) -> dict[str, object]:
    """``state_of`` the ``Look`` at a text."""
    return state_of(look_at(source, file, templates))


def _answer(pipe: Connection) -> None:
    """Answer requests until the pipe is closed."""
    gc.set_threshold(200_000, *gc.get_threshold()[1:])  # as in __main__: three times as fast
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            what, text, name, words = pipe.recv()
            try:
                pipe.send((what(parse_yaml(text.encode("utf-8", "replace"), name), *words), None))
            except JixiaoError as refused:
                pipe.send((None, tuple(refused.findings)))
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                pipe.send((None, (codes.INTERNAL.at(Span("jixiao"), what=what),)))
