"""Assembling a layout: open the package, look it over, compile every part that holds tags, keep the rest as it is."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from threading import Lock
from typing import Any, Final, cast

from jinja2 import TemplateError
from msgspec import Struct

from generator.base import cache
from generator.base.diagnostics import Finding, Refused, Span, has_errors
from generator.word import codes
from generator.word.compile.blocks import deepest
from generator.word.compile.clean import read_styles
from generator.word.compile.stages import Built, Options, Page, PartSource, compile_part, page_of
from generator.word.compile.tags import Tag
from generator.word.inspect import inspect
from generator.word.opc import open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.limits import limited
from generator.word.render.state import LayoutStyles


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
    sheet = read_styles(entries, body) if any(source.usage.calls for source in sources) else LayoutStyles()
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


_MOST_CACHED: Final = 32


class _Kept(Struct, array_like=True):
    """What the next process needs of a compiled layout; the code of each page as bytes."""

    names: tuple[str, ...]
    sheet: LayoutStyles
    codes: dict[str, bytes]


_CACHE: OrderedDict[tuple[object, ...], Built] = OrderedDict()
_LOCK = Lock()


def build(file: str, data: bytes, options: Options) -> Built:
    """Compiles a layout from the bytes of its file; the same bytes are compiled once in a process.

    Raises:
        Refused: It is not a safe Word file, or its tags have mistakes.
    """
    key = (file, sha256(data).digest(), options.key())
    with _LOCK:
        if key in _CACHE:
            _CACHE.move_to_end(key)
            return _CACHE[key]
    built = _recalled(Span(file), data, options) or _kept(_assembled(Span(file), data, options))
    with _LOCK:
        _CACHE[key] = built
        if len(_CACHE) > _MOST_CACHED:
            _CACHE.popitem(last=False)
    return built


def explain(built: Built, mapping: Mapping[str, Any], error: Exception) -> tuple[Finding, ...]:
    """What was wrong with the values of a render that failed, all of it, each at its tag."""
    from generator.word.compile import explain as explaining  # noqa: PLC0415 - only when a render has failed

    whole = built if built.sources else _assembled(built.span, built.data, built.options)
    return explaining.explain(whole, mapping, error)


def _assembled(span: Span, data: bytes, options: Options) -> Built:
    # Compiling needs lxml and much else that a layout that is found again does without.

    return assemble(span, data, options)


def _recalled(span: Span, data: bytes, options: Options) -> Built | None:
    """The layout as an earlier process compiled it."""
    kept: _Kept | None = cache.load(_kept_under(data, options), _Kept)
    if kept is None:
        return None
    environment = LayoutEnvironment(options.filters, chainable=options.chainable)
    # Sealed by this user's program.
    pages = tuple(page_of(name, marshal.loads(code), environment) for name, code in kept.codes.items())  # noqa: S302
    entries = {name: entry for name, entry in open_package(data, span).items() if name not in kept.codes}
    return Built(span, data, entries, pages, options, (), kept.sheet, kept.names)


def _kept(built: Built) -> Built:
    """The same; the next process will find it. What deserves a look is told anew each time, and so compiled anew."""
    if not built.findings:
        codes = {page.name: marshal.dumps(page.code) for page in built.pages}
        cache.store(_kept_under(built.data, built.options), _Kept(built.names, built.sheet, codes))
    return built


def _kept_under(data: bytes, options: Options) -> str:
    # Filters are not run when a layout is compiled: only their names count.
    known = None if options.known is None else sorted(options.known)
    return cache.key_of(sha256(data).digest(), sorted(options.filters), known, options.chainable, options.marked)
