"""Every text of a template that refers to names, read through before anything is filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as Names
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.diagnostics import Finding, Span
from generator.narrative import codes as narrating_codes
from generator.narrative.proofread import Proofreader
from generator.template.folder import CHECKS, INDICATORS, MANIFEST
from generator.template.model import Indicator, Template
from generator.template.scope import Scope
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from generator.template.assembling import Inspected


_METHODS = ("自评", "要点", "计算", "附加")
_FARTHEST = 60
_BREAK = re.compile(r"\r\n|\r|\n")


class _Text(Struct, frozen=True):
    """A text as it stands in a file: what it is, and the names that it may use."""

    node: Scalar
    path: str
    known: Names[str, object]


def check_texts(inspected: Inspected) -> list[Finding]:
    """What is wrong with a template's narratives, messages and file name, each at its place."""
    proofreader = Proofreader(inspected.template.forms)
    pages = {source.file: _BREAK.split(source.text) for source in inspected.files.sources.values()}
    for text in _texts(inspected):
        place = _Finder(text.node.span, pages[text.node.span.file])
        proofreader.proofread(text.node.text, text.path, place, text.known)
    unknowable = narrating_codes.UNKNOWN_FILTER.number if "印制" in inspected.unread else ""
    return [finding for finding in proofreader.findings if finding.code != unknowable]


def _texts(inspected: Inspected) -> Iterator[_Text]:
    template, files, unread = inspected.template, inspected.files, inspected.unread
    if "字段" in unread:
        return  # whatever they refer to may be a field
    scope = Scope(template, unread)
    known = scope.report_shape()
    yield from _of_manifest(scope, files.root(MANIFEST), known)
    indicators = {indicator.name: indicator for indicator in template.all_indicators()}
    yield from _of_indicators(files.root(INDICATORS).get("指标"), indicators, known, scope)
    yield from _of_checks(template, files.root(CHECKS).get("勾稽"), {**known, **scope.form_shape()})


def _of_manifest(scope: Scope, root: Mapping, known: Names[str, object]) -> Iterator[_Text]:
    yield from _one(root, "文件名", "", known)
    narratives = root.get("叙述")
    if not isinstance(narratives, Mapping):
        return
    leaves = [indicator for indicator in scope.template.all_indicators() if not indicator.children]
    yield from _one(narratives, "说明", "叙述.", {**known, **scope.indicator_shape(leaves)})
    for method in _METHODS:
        own = {**known, **scope.indicator_shape(leaf for leaf in leaves if leaf.method == method)}
        yield from _one(narratives, method, "叙述.", own)
        yield from _one(narratives.get("结尾"), method, "叙述.结尾.", own)


def _of_indicators(
    node: Node | None, indicators: Names[str, Indicator], known: Names[str, object], scope: Scope
) -> Iterator[_Text]:
    for one in _mappings(node):
        name = one.get("名称")
        indicator = indicators.get(name.text) if isinstance(name, Scalar) else None
        if indicator is None:
            continue  # its name is missing, which was reported
        path = f"指标.{indicator.name}."
        own = {**known, **scope.indicator_shape([indicator])}
        if f"{path}参数" in scope.unread:
            own |= dict.fromkeys(_keys_below(one), ...)
        yield from _one(one, "叙述", path, own)
        yield from _one(one, "依据", path, own)
        for item in _mappings(one.get("要点")):
            yield from _one(item, "叙述", f"{path}要点.", own)
        yield from _of_indicators(one.get("下级"), indicators, known, scope)


def _keys_below(node: Mapping) -> Iterator[str]:
    """The keys of the mappings right below a mapping."""
    for entry in node.entries:
        if isinstance(entry.value, Mapping):
            yield from (key.text for key in entry.value.keys())


def _of_checks(template: Template, node: Node | None, known: Names[str, object]) -> Iterator[_Text]:
    for one, rule in zip(_mappings(node), template.checks, strict=False):
        shape: object = known
        for name in rule.table:
            shape = shape.get(name) if isinstance(shape, dict) else None
        if rule.table and not isinstance(shape, list):
            continue  # there is no such table, which was said: any name may be one of its columns
        row = shape[0] if rule.table and isinstance(shape, list) else {}
        for key in ("消息", "改法"):
            yield from _one(one, key, f"勾稽.{rule.name}.", {**known, **row})


def _one(node: Node | None, key: str, above: str, known: Names[str, object]) -> Iterator[_Text]:
    text = node.get(key) if isinstance(node, Mapping) else None
    if isinstance(text, Scalar):
        yield _Text(text, above + key, known)


def _mappings(node: Node | None) -> Iterator[Mapping]:
    for item in node.items if isinstance(node, Sequence) else ():
        if isinstance(item, Mapping):
            yield item


class _Finder:
    """Finds the words of a text in the lines of its file: also in a text that is folded over many lines."""

    def __init__(self, span: Span, lines: list[str]) -> None:
        self._span, self._lines = span, lines

    def __call__(self, word: str) -> Span:
        """The place of the word; of the text itself where the word is not found."""
        pattern = re.compile(rf"(?<![\w.]){re.escape(word)}(?!\w)")
        first = self._span.line - 1
        for at, line in enumerate(self._lines[first : first + _FARTHEST], first):
            match = pattern.search(line, self._span.column - 1 if at == first else 0) if word else None
            if match:
                return Span(self._span.file, at + 1, match.start() + 1, len(word))
        return self._span
