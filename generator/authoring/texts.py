"""Every text of a template that refers to names, read through before anything is filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.authoring import shapes
from generator.diagnostics import Span
from generator.narrating.proofreading import Proofreader
from generator.reading import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Names

    from generator.diagnostics import Finding
    from generator.reading import Node
    from generator.template import Indicator, Template

__all__ = ["check_texts"]

_METHODS = ("自评", "要点", "计算", "附加")
_FARTHEST = 60


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it stands in a file: what it is, and the names that it may use."""

    node: Scalar
    path: str
    known: Names[str, object]


def check_texts(template: Template, roots: Names[str, Mapping]) -> list[Finding]:
    """What is wrong with the template's narratives, messages and file name, each at its place.

    Args:
        template: The template.
        roots: The located tree of each of its files.
    """
    proofreader = Proofreader(template.forms)
    pages: dict[str, list[str]] = {}
    for text in _texts(template, roots):
        file = text.node.span.file
        if file not in pages:
            pages[file] = _lines(template, file)
        place = _Finder(text.node.span, pages[file])
        proofreader.proofread(text.node.text, text.path, place, text.known)
    return proofreader.findings


def _texts(template: Template, roots: Names[str, Mapping]) -> Iterator[_Text]:
    known = shapes.of_report(template)
    yield from _of_manifest(template, roots["template.yaml"], known)
    if "indicators.yaml" in roots:
        indicators = {indicator.name: indicator for indicator in template.all_indicators()}
        yield from _of_indicators(roots["indicators.yaml"].get("指标"), indicators, known)
    if "checks.yaml" in roots:
        yield from _of_checks(template, roots["checks.yaml"].get("勾稽"), {**known, **shapes.of_form(template)})


def _of_manifest(template: Template, root: Mapping, known: Names[str, object]) -> Iterator[_Text]:
    yield from _one(root, "文件名", "", known)
    narratives = root.get("叙述")
    if not isinstance(narratives, Mapping):
        return
    leaves = [indicator for indicator in template.all_indicators() if not indicator.children]
    yield from _one(narratives, "说明", "叙述.", {**known, **shapes.of_indicator(leaves)})
    for method in _METHODS:
        own = {**known, **shapes.of_indicator(leaf for leaf in leaves if leaf.method == method)}
        yield from _one(narratives, method, "叙述.", own)
        yield from _one(narratives.get("结尾"), method, "叙述.结尾.", own)


def _of_indicators(node: Node | None, indicators: Names[str, Indicator], known: Names[str, object]) -> Iterator[_Text]:
    for one in _mappings(node):
        name = one.get("名称")
        indicator = indicators.get(name.text) if isinstance(name, Scalar) else None
        if indicator is None:
            continue  # its name is missing, which was reported
        path = f"指标.{indicator.name}."
        own = {**known, **shapes.of_indicator([indicator])}
        yield from _one(one, "叙述", path, own)
        yield from _one(one, "依据", path, own)
        for item in _mappings(one.get("要点")):
            yield from _one(item, "叙述", f"{path}要点.", own)
        yield from _of_indicators(one.get("下级"), indicators, known)


def _of_checks(template: Template, node: Node | None, known: Names[str, object]) -> Iterator[_Text]:
    for one, rule in zip(_mappings(node), template.checks, strict=False):
        shape: object = known
        for name in rule.table:
            shape = shape.get(name) if isinstance(shape, dict) else None
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


def _lines(template: Template, file: str) -> list[str]:
    """The lines of one of the template's files, as findings count them."""
    text = (template.folder / re.split(r"[/\\]", file)[-1]).read_text(encoding="utf-8-sig")
    return re.split(r"\r\n|\r|\n", text)


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
