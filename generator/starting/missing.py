"""What an input still lacks: exactly what checking it reports as missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.patterns import regex
from generator.starting.entries import conclusion_about, stated_about
from generator.submission import accept, codes
from generator.template import walk_fields
from generator.yamlfile.build import Mapping

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding
    from generator.template import Template
    from generator.yamlfile.source import Source

__all__ = ["MissingFact", "find_missing"]

_MISSING = frozenset({codes.MISSING.number, codes.EMPTY_TABLE.number})
_JUDGED = {codes.NO_JUDGEMENT.number: "自评分", codes.NO_CONCLUSION.number: "结论"}
_ROW = regex(r"\[\d+\]")


class MissingFact(Struct, frozen=True):
    """A fact that must be filled in: where it belongs, what it is called, the line of its key."""

    path: str
    label: str
    line: int


def find_missing(source: Source, template: Template) -> tuple[tuple[MissingFact, ...], tuple[Finding, ...]]:
    """The facts that an input still lacks, by line, and whatever else is wrong with it."""
    assert source.root is not None  # noqa: S101 - it reads
    labels = _labels(template)
    missing, others = [], list(source.findings)
    for finding in accept(source, source.root, template)[1]:
        last = _JUDGED.get(finding.code)
        path = f"{finding.path}.{last}" if last else finding.path
        if last or finding.code in _MISSING:
            label = labels.get(_ROW.sub("", path), "")
            missing.append(MissingFact(path, label, _line(source.root, path) if last else finding.span.line))
        else:
            others.append(finding)
    return tuple(sorted(missing, key=lambda fact: fact.line)), tuple(others)


def _labels(template: Template) -> dict[str, str]:
    """What the facts that may be missing are called, by their paths."""
    labels = {field.path: field.label for field in walk_fields(template.fields)}
    for indicator in template.all_indicators():
        path = f"指标.{indicator.name}"
        labels[f"{path}.自评分"] = stated_about(indicator)
        labels |= {f"{path}.要点.{item.name}.结论": conclusion_about(item) for item in indicator.items}
    return labels


def _line(node: Mapping, path: str) -> int:
    """The line of the key that the path leads to, or of the last one on the way that is there."""
    line = node.span.line
    for entry in node.entries:
        rest = path.removeprefix(entry.key.text)
        if rest != path and (not rest or rest[0] == "."):
            line = entry.key.span.line
            if rest and isinstance(entry.value, Mapping):
                return max(line, _line(entry.value, rest[1:]))
    return line
