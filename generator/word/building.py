"""Building a layout: open the package, look it over, compile every part that holds tags, keep the rest as it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Template, TemplateError, meta, nodes

from generator.diagnostics import Span, has_errors, in_order, suggestion
from generator.errors import Refused
from generator.word import codes
from generator.word.compiling import PartSource, compile_part, parse_xml
from generator.word.environment import LayoutEnvironment, limited
from generator.word.explaining import explain
from generator.word.joining import SENTINEL
from generator.word.names import WORD
from generator.word.package import CONTENT_TYPES, Entry, open_package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.diagnostics import Finding
    from generator.word.names import Tree

__all__ = ["Built", "Page", "build"]

_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_TITLES: Final = {
    f"{_WORDML}document.main+xml": "",
    f"{_WORDML}header+xml": "页眉",
    f"{_WORDML}footer+xml": "页脚",
    f"{_WORDML}footnotes+xml": "脚注部分",
    f"{_WORDML}endnotes+xml": "尾注部分",
    f"{_WORDML}comments+xml": "批注部分",
    "application/vnd.openxmlformats-package.core-properties+xml": "文档属性",
}
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Page:
    """One part that holds tags, ready to be printed."""

    name: str
    template: Template
    source: PartSource


@dataclass(frozen=True, slots=True)
class Built:
    """A compiled layout's insides: ``entries`` are kept as they are, ``pages`` are printed anew."""

    span: Span
    entries: dict[str, Entry]
    pages: tuple[Page, ...]
    environment: LayoutEnvironment
    filters: dict[str, Callable[..., Any]]
    chainable: bool
    findings: tuple[Finding, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the tags ask for, sorted."""
        trees = (self.environment.parse(page.source.source) for page in self.pages)
        return tuple(sorted(set().union(*map(meta.find_undeclared_variables, trees)) - {"range"}))

    def explain(self, mapping: Mapping[str, Any], error: Exception) -> tuple[Finding, ...]:
        """What was wrong with the values, all of it, each at its tag."""
        return explain(self.pages, mapping, self.filters, self.span, error, self.chainable)


def build(
    file: str, data: bytes, filters: dict[str, Callable[..., Any]], known: frozenset[str] | None, chainable: bool
) -> Built:
    """Compiles a layout from the bytes of its file.

    Raises:
        Refused: It is not a safe Word file, or its tags have mistakes.
    """
    span = Span(file)
    entries = open_package(data, span)
    environment = LayoutEnvironment(filters, chainable=chainable)
    sources = [
        compile_part(name, title, root, environment, span) for name, title, root in _parts_with_tags(entries, span)
    ]
    findings = [finding for source in sources for finding in source.findings]
    if has_errors(findings):
        raise Refused(in_order(findings))
    trees = [environment.parse(source.source) for source in sources]
    if known is not None:
        findings += [
            wrong for source, tree in zip(sources, trees, strict=True) for wrong in _unknown(source, tree, known, span)
        ]
        if has_errors(findings):
            raise Refused(in_order(findings))
    pages = tuple(
        _page(environment, source, tree, span) for source, tree in zip(sources, trees, strict=True) if source.tags
    )
    kept = {name: entry for name, entry in entries.items() if name not in {page.name for page in pages}}
    return Built(span, kept, pages, environment, filters, chainable, tuple(dict.fromkeys(findings)))


def _parts_with_tags(entries: dict[str, Entry], span: Span) -> Iterator[tuple[str, str, Tree]]:
    """The parts that may hold tags: name, what people call them, tree."""
    types = _content_types(entries, span)
    if f"{_WORDML}document.main+xml" not in types.values():
        raise Refused([codes.NOT_WORD.at(span, why="里面没有普通的 Word 正文")])
    for name, kind in sorted(types.items()):
        if kind not in _TITLES or name not in entries:
            continue
        content = entries[name].data()
        if not (b"{" in content or "｛".encode() in content or b'encoding="UTF-16' in content[:80]):
            continue
        root = _parsed(name, content, span)
        if not kind.endswith("core-properties+xml") and root.nsmap.get("w") != WORD[1:-1]:
            raise Refused([codes.NOT_WORD.at(span, why="它是「严格的 Open XML」一类，本程序不能用")])
        yield name, _title(name, kind, types), root


def _title(name: str, kind: str, types: dict[str, str]) -> str:
    alike = sorted((other for other in types if types[other] == kind), key=lambda other: (len(other), other))
    number = f" {alike.index(name) + 1}" if len(alike) > 1 else ""
    return _TITLES[kind] + number if _TITLES[kind] else ""


def _parsed(name: str, content: bytes, span: Span) -> Tree:
    try:
        root = parse_xml(content)
    except ValueError as error:
        raise Refused([codes.BROKEN_PART.at(span, part=name, why=error)]) from error
    if SENTINEL.encode() in content or f"&#{ord(SENTINEL)};".encode() in content:
        raise Refused([codes.BROKEN_PART.at(span, part=name, why="含有不可用的字符 U+FDD0")])
    return root


def _content_types(entries: dict[str, Entry], span: Span) -> dict[str, str]:
    """The content type of every part that has one of its own."""
    root = _parsed(CONTENT_TYPES, entries[CONTENT_TYPES].data(), span)
    return {
        str(child.get("PartName")).lstrip("/"): str(child.get("ContentType")) for child in root if child.get("PartName")
    }


def _page(environment: LayoutEnvironment, source: PartSource, tree: nodes.Template, span: Span) -> Page:
    try:
        code = environment.compile(limited(tree, environment), source.name, source.name)
    except TemplateError as error:
        tag = source.lines.get(getattr(error, "lineno", 0) or 0)
        words: dict[str, Any] = {"tag": tag.raw if tag else "", "why": "读不懂", "mend": "核对它前后的标记。"}
        raise Refused([codes.SYNTAX.at(span, tag.place if tag else "", **words)]) from error
    template = Template.from_code(environment, code, environment.make_globals(None))
    return Page(source.name, template, source)


def _unknown(source: PartSource, tree: nodes.Template, known: frozenset[str], span: Span) -> Iterator[Finding]:
    """Names that the values will not have."""
    roots = {name.partition(".")[0] for name in known}
    asked = meta.find_undeclared_variables(tree) - {"range"}
    for node in tree.find_all(nodes.Name):
        tag = source.lines.get(node.lineno)
        if tag is not None and node.name in asked - roots:
            yield codes.UNKNOWN_NAME.at(span, tag.place, tag=tag.raw, word=node.name, mend=suggestion(node.name, roots))
    dotted = {name for name in known if "." in name}
    for attribute in tree.find_all(nodes.Getattr):
        tag = source.lines.get(attribute.lineno)
        path = _path(attribute)
        if tag is None or path.partition(".")[0] not in asked & roots:
            continue
        above = path.rpartition(".")[0]
        siblings = {name for name in dotted if name.startswith(above + ".")}
        if siblings and not any(name == path or name.startswith(path + ".") for name in siblings):
            yield codes.UNKNOWN_NAME.at(
                span, tag.place, tag=tag.raw, word=path, mend=suggestion(path, sorted(siblings))
            )


def _path(node: nodes.Node) -> str:
    """``a.b.c`` of an attribute chain; ``""`` where it is not made of names alone."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        above = _path(node.node)
        return f"{above}.{node.attr}" if above else ""
    return ""
