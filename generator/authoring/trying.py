"""A template tried out with its own examples: what reading it through cannot show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from generator import pipeline
from generator.authoring import codes
from generator.authoring.examples import example_text
from generator.diagnostics import Span, shown_path
from generator.errors import Refused
from generator.reading import parse_yaml
from generator.template import walk_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.diagnostics import Finding
    from generator.template import Template
    from generator.word import Layout

__all__ = ["try_out"]

_FILE = "示例填报"
_NOTE = re.compile(r"\[\d+\]|（.*）$")
"""A row's number; what a value is of its indicator."""


def try_out(template: Template, layout: Layout) -> Iterator[Finding]:
    """What goes wrong when the examples are filled in, scored and printed.

    Args:
        template: A template without errors.
        layout: Its compiled layout.
    """
    source = parse_yaml(example_text(template).encode(), _FILE)
    try:
        assessment = pipeline.assess_source(source, template.folder / _FILE, template.folder.parent)
    except Refused as refused:
        yield from _as_examples(template, refused.findings)
        return
    yield from (finding for finding in assessment.findings if finding.span.file != _FILE)
    try:
        layout.render(assessment.report.content)
    except Refused as refused:
        yield from refused.findings


def _as_examples(template: Template, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """The findings at the fields and indicators whose examples they are about."""
    places = {field.path: field.span for field in walk_fields(template.fields)}
    places |= {indicator.name: indicator.span for indicator in template.all_indicators()}
    for finding in findings:
        ways = _ways(finding.path)
        known = (places[way] for way in ways if way in places)
        span = next(known, Span(shown_path(template.folder))) if finding.span.file == _FILE else finding.span
        yield codes.EXAMPLE.at(span, finding.path, message=finding.message)


def _ways(path: str) -> Iterator[str]:
    """``项目[1].金额`` as the paths of fields and names of indicators that it may mean, the nearest first."""
    path = _NOTE.sub("", path.removeprefix("指标."))
    while path:
        yield path
        path = path.rpartition(".")[0]
