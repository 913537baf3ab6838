"""Assembling a layout: open the package, look it over, compile every part that holds tags, keep the rest as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from jinja2 import TemplateError

from generator.base.diagnostics import Finding, Refused, Span, has_errors
from generator.word import codes
from generator.word.compile.blocks import deepest
from generator.word.compile.built import Built, Options, Page, page_of
from generator.word.compile.clean import read_styles
from generator.word.compile.stages import PartSource, compile_part
from generator.word.compile.tags import Tag
from generator.word.inspect import inspect
from generator.word.opc import open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.limits import limited
from generator.word.render.state import OutlineStyles


def assemble(span: Span, data: bytes, options: Options) -> Built:
    """Compiles a layout from the bytes of its file.

    Raises:
        Refused: It is not a safe Word file, or its tags have mistakes.
    """
    entries = open_package(data, span)
    environment = LayoutEnvironment(options.filters, chainable=options.chainable)
    parts = inspect(entries, span)
    body = next((part.name for part in parts if not part.title), "")
    sources = [compile_part(part, environment, span, options) for part in parts]
    captions = [name for source in sources for name in source.usage.captions]
    found = [*(finding for source in sources for finding in source.findings), *_lost(sources, captions, span)]
    findings = tuple(dict.fromkeys(found))
    if has_errors(findings):
        raise Refused(findings)
    printed = {source.name: source for source in sources if source.prints}
    pages = tuple(_page(environment, source, span) for source in printed.values())
    kept = {name: entry for name, entry in entries.items() if name not in printed}
    # Only numbering and charts ask for the styles.
    sheet = read_styles(entries, body) if any(source.usage.calls for source in sources) else OutlineStyles()
    names = tuple(sorted(set().union(*(source.usage.names() for source in printed.values()))))
    return Built(span, data, kept, pages, options, findings, sheet, names, printed)


def _lost(sources: list[PartSource], captions: list[str | None], span: Span) -> Iterator[Finding]:
    """References to captions that the layout does not have."""
    for source in sources:
        for tag, code, words in source.usage.check_references(captions):
            yield code.at(span, tag.place, tag=tag.raw, **cast("Any", words))


def _page(environment: LayoutEnvironment, source: PartSource, span: Span) -> Page:
    try:
        tree = limited(environment.parse(source.source))
        code = environment.compile(tree, source.name, source.name)
    except TemplateError as error:
        # Each tag was sound alone; what is left is a wrong order, such as an else after an else.
        tag = source.lines.get(getattr(error, "lineno", 0) or 0)
        raise Refused([_misfit(tag, span, "与前后的标记配不起来", "核对它前后的标记。")]) from error
    except (SyntaxError, RecursionError) as error:
        # Python, which Jinja makes of it, has its limits.
        tag, depth = deepest(source.lines.values())
        raise Refused([_misfit(tag, span, f"块套到了 {depth} 层，太深", "把里层的内容移到外面，少套几层。")]) from error
    return page_of(source.name, code, environment)


def _misfit(tag: Tag | None, span: Span, why: str, mend: str) -> Finding:
    return codes.SYNTAX.at(span, tag.place if tag else "", tag=tag.raw if tag else "", why=why, mend=mend)
