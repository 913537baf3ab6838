"""A template tried out with its own examples: what reading it through cannot show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from generator import pipeline
from generator.authoring import codes
from generator.authoring.examples import example_text
from generator.authoring.outline import check_outline
from generator.base.diagnostics import Span, shown_path
from generator.base.errors import Refused
from generator.formula import codes as formula_codes
from generator.template import walk_fields
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.pipeline import Assessment
    from generator.template import Template
    from generator.word import Layout
    from generator.yamlfile.build import Node

__all__ = ["try_out"]

_FILE = "示例填报"
_NOTE = re.compile(r"\[\d+\]|（.*）$")
"""A row's number; what a value is of its indicator."""
_NO_EXAMPLE = frozenset(code.number for code in (formula_codes.WRONG_TYPE, formula_codes.CYCLE, formula_codes.TOO_MUCH))
"""What is wrong with a formula whatever is filled in."""


def try_out(template: Template, layout: Layout) -> Iterator[Finding]:
    """What goes wrong when the examples are filled in, scored and printed.

    An example that cannot be filled in is told, and the trial goes on with something else in its place.

    Args:
        template: A template without errors.
        layout: Its compiled layout.
    """
    without: set[str] = set()
    while True:
        trial = _Trial.of(template, without)
        if trial.assessment is not None:
            break
        yield from trial.told(template, without)
        faulty = trial.faulty() - without
        if not faulty:
            yield codes.NOT_TRIED.at(Span(shown_path(template.layout)))
            return
        without |= faulty
    yield from (finding for finding in trial.assessment.findings if finding.span.file != _FILE)
    try:
        printed = layout.render(trial.assessment.report.content)
    except Refused as refused:
        yield from refused.findings
    else:
        yield from check_outline(template, layout, printed)


class _Trial(Struct, frozen=True):
    """One attempt: what came of it, or why nothing did; ``lines`` tells which field a line of the input fills in."""

    assessment: Assessment | None
    findings: tuple[Finding, ...]
    lines: dict[int, str]
    fields: frozenset[str]

    @classmethod
    def of(cls, template: Template, without: set[str]) -> _Trial:
        source = parse_yaml(example_text(template, without=without).encode(), _FILE)
        lines = dict(_lines(source.root, "")) if source.root is not None else {}
        fields = frozenset(field.path for field in walk_fields(template.fields) if field.example)
        try:
            assessment = pipeline.assess_source(source, template.folder / _FILE, template.folder.parent)
        except Refused as refused:
            return cls(None, refused.findings, lines, fields)
        return cls(assessment, (), lines, fields)

    def field(self, finding: Finding) -> str:
        """The field whose example a finding is about; empty where it is about something else."""
        return self.lines.get(finding.span.line, "") if finding.span.file == _FILE else ""

    def faulty(self) -> set[str]:
        """The fields whose examples are to blame."""
        return {self.field(finding) for finding in self.findings} & self.fields

    def told(self, template: Template, without: set[str]) -> Iterator[Finding]:
        """The findings at the fields and indicators whose examples they are about; each field's first ones only."""
        places = {field.path: field.span for field in walk_fields(template.fields)}
        places |= {indicator.name: indicator.span for indicator in template.all_indicators()}
        # Examples have no files.
        files = {field.path for field in walk_fields(template.fields) if field.kind in {"图片", "文档"}}
        for finding in self.findings:
            if not files.isdisjoint(_ways(finding.path)):
                continue
            if finding.span.file != _FILE and finding.code in _NO_EXAMPLE:
                yield finding
            elif self.field(finding) not in without:
                ways = [self.field(finding), *_ways(finding.path)]
                span = next((places[way] for way in ways if way in places), Span(shown_path(template.folder)))
                span = span if finding.span.file == _FILE else finding.span
                yield codes.EXAMPLE.at(span, finding.path, message=finding.message)


def _lines(node: Node, path: str) -> Iterator[tuple[int, str]]:
    """Each line with a value, and the path of the field that it is of."""
    if isinstance(node, Scalar):
        yield node.span.line, path
    elif isinstance(node, Mapping):
        for entry in node.entries:
            yield from _lines(entry.value, f"{path}.{entry.key.text}".lstrip("."))
    else:
        for item in node.items:
            yield from _lines(item, path)


def _ways(path: str) -> Iterator[str]:
    """``项目[1].金额`` as the paths of fields and names of indicators that it may mean, the nearest first."""
    path = _NOTE.sub("", path.removeprefix("指标."))
    while path:
        yield path
        path = path.rpartition(".")[0]
