"""The page as a whole: one file, without anything from the network."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from generator import pipeline
from generator.base.diagnostics import Severity, all_codes, has_errors, in_order
from generator.base.errors import Refused
from generator.base.forms import plain
from generator.reviewing.blocks import Marked, marked_gaps, texts_in
from generator.reviewing.changes import Changes, changes_of
from generator.reviewing.nodes import Nodes
from generator.template import walk_fields
from generator.word.read.screen import screen
from generator.workflows.draft import print_marked_draft

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment
    from generator.scoring import Scored
    from generator.word.read.screen import Block
    from generator.workflows.diff.model import Comparison

__all__ = ["Review", "review_page"]

_GRAVITY = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}


class Review(Struct, frozen=True):
    """A page, and what was found in the report that it shows; where there are errors, it shows a draft."""

    html: str
    findings: tuple[Finding, ...]


def review_page(assessment: Assessment, comparison: Comparison | None = None) -> Review:
    """The page of a report; one that has errors is shown as its draft reads, and says so wherever one looks.

    Args:
        assessment: The report, or as much of it as there is.
        comparison: What it changes against an older one, if that is to be shown.
    """
    changes = changes_of(comparison) if comparison is not None else None
    blocks, unprinted = _printed(assessment)
    findings = in_order([*assessment.findings, *unprinted])
    nodes = Nodes(assessment, _labels(assessment))
    nodes.add_all(texts_in(blocks))
    scores = [_score(node, nodes) for node in assessment.scorecard.roots]
    total = _total(assessment, nodes)
    marked = Marked(nodes.numbers, changes.was if changes is not None else {})
    report = marked.html(blocks)
    html = _filled(
        title=assessment.report.file_name,
        source=Path(assessment.submission.file).name,
        report=report,
        errors=sum(one.severity is Severity.ERROR for one in findings),
        gaps=marked.gaps,
        headings=marked.headings,
        total=total,
        scores=scores,
        findings=_findings(findings, marked.places),
        changes=_shown(changes, marked.places),
        nodes=nodes.listed,
    )
    return Review(html, findings)


def _printed(assessment: Assessment) -> tuple[tuple[Block, ...], tuple[Finding, ...]]:
    """The report as blocks; nothing of it and the reasons, where its layout cannot print it."""
    print_it = print_marked_draft if has_errors(assessment.findings) else pipeline.print_marked
    try:
        return screen(print_it(assessment)), ()
    except Refused as refused:
        return (), refused.findings


def _filled(*, nodes: Sequence[Mapping[str, object]], **words: object) -> str:
    """The template with its style and script inside; only these two, known by their digests, may run."""
    style, script = _file("page.css"), _file("page.js")
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(_file("page.html"))
    return template.render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:",
        nodes=_as_data(nodes),
        **words,
    )


def _file(name: str) -> str:
    return files("generator.reviewing").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _as_data(value: object) -> Markup:
    """JSON inside a script element: nothing in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign of markup is left


def _labels(assessment: Assessment) -> dict[str, str]:
    return {field.path: field.label for field in walk_fields(assessment.submission.template.fields)}


def _score(node: Scored, nodes: Nodes) -> dict[str, object]:
    return {
        "name": node.indicator.name,
        "weight": plain(node.indicator.weight),
        "score": marked_gaps(node.score.text),
        "gap": not node.score.is_known,
        "full": node.points >= node.indicator.weight,
        "bonus": node.indicator.bonus,
        "node": nodes.add(node.score),
        "path": f"指标.{node.indicator.name}.得分",
        "below": [_score(child, nodes) for child in node.children],
    }


def _total(assessment: Assessment, nodes: Nodes) -> dict[str, object] | None:
    total = assessment.scorecard.total
    if total is None:
        return None
    return {
        "score": marked_gaps(total.score.text),
        "full": plain(total.full),
        "rate": total.rate_text if total.score.is_known else "",
        "rating": marked_gaps(total.rating),
        "node": nodes.add(total.score),
    }


def _findings(findings: Sequence[Finding], places: Mapping[str, str]) -> list[dict[str, object]]:
    titles = {code.number: code.title for code in all_codes()}
    graver = sorted(findings, key=lambda one: list(Severity).index(one.severity))
    return [
        {
            "kind": str(one.severity),
            "word": _GRAVITY[one.severity],
            "code": one.code,
            "title": titles.get(one.code, ""),
            "message": one.message,
            "hint": one.hint,
            "where": " ".join(part for part in (_short(one), one.path) if part),
            "anchor": _anchor(one.path, places),
        }
        for one in graver
    ]


def _short(finding: Finding) -> str:
    span = finding.span
    return str(span).replace(span.file, Path(span.file).name, 1) if span.file else ""


def _anchor(path: str, places: Mapping[str, str]) -> str:
    """The element that shows what a finding is about: the very value, else one within or around it; blank if none."""
    if path in places or not path:
        return places.get(path, "")
    inside = (anchor for shown, anchor in places.items() if shown.startswith((f"{path}.", f"{path}[")))
    around = (anchor for shown, anchor in places.items() if path.startswith((f"{shown}.", f"{shown}[")))
    return next(inside, "") or next(around, "")


def _shown(changes: Changes | None, places: Mapping[str, str]) -> dict[str, object] | None:
    if changes is None:
        return None
    groups = (("总分", changes.total), ("得分", changes.scores), ("事实和计算数", changes.facts))
    return {
        "against": Path(changes.against).name,
        "remarks": changes.remarks,
        "groups": [(title, [(one, places.get(one.path, "")) for one in group]) for title, group in groups if group],
        "faults": _findings(changes.faults, {}),
        "gone": _findings(changes.gone, {}),
        "came": _findings(changes.came, places),
    }
