"""An input with some of its facts changed, written to a file of its own so that findings have places in it."""

from __future__ import annotations

import json
from pathlib import Path

import generator
from generator.authoring.cases import changed
from generator.base.diagnostics import Finding, Refused
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import parse_yaml
from tests.small_template import underlined

__all__ = ["findings_of", "marked", "tree"]


def tree(text: str) -> Mapping:
    """A YAML text that has no faults, as a tree."""
    source = parse_yaml(text.encode(), "例")
    assert source.root is not None, source.findings
    assert not source.findings
    return source.root


def findings_of(file: Path, changes: Mapping | None, target: Path) -> tuple[Finding, ...]:
    """What is found in an input with changes by path (``绩效目标[2].完成``), written to ``target``."""
    root = tree(file.read_text("utf-8"))
    root = changed(root, changes) if changes is not None else root
    # JSON is YAML: every text stands in double quotes on a line of its own.
    target.write_text(json.dumps(_plain(root), ensure_ascii=False, indent=1), "utf-8")
    try:
        return generator.check(target)
    except Refused as refused:
        return refused.findings


def marked(finding: Finding) -> str:
    """What a finding underlines, without the quotes around it."""
    return underlined(finding).strip('"')


def _plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return None if node.is_blank else node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {entry.key.text: _plain(entry.value) for entry in node.entries}
