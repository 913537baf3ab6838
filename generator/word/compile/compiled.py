"""Compiled layouts: kept in this process and on disk; importing this does not load the compiler."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Callable, Mapping
from hashlib import sha256
from threading import Lock
from types import CodeType
from typing import Any, Final

from jinja2 import Template
from msgspec import Struct, field

from generator.base import cache
from generator.base.diagnostics import Finding, Span
from generator.word.opc import Entry, open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.state import OutlineStyles


class Options(Struct, frozen=True):
    """How to compile a layout: the caller's filters, the known names, leniency, marks, hints for names."""

    filters: Mapping[str, Callable[..., Any]]
    known: frozenset[str] | None = None
    chainable: bool = False
    marked: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> tuple[object, ...]:
        """Identifies equal options."""
        filters = tuple(sorted(self.filters.items(), key=lambda pair: pair[0]))
        return filters, self.known, self.chainable, self.marked, tuple(sorted(self.hints.items()))


class Page(Struct, frozen=True):
    """One part that holds tags, ready to be printed."""

    name: str
    code: CodeType
    template: Template


class Built(Struct, frozen=True):
    """A compiled layout: ``entries`` are copied, ``pages`` are printed.

    ``sources`` maps each printed part to its ``PartSource``; empty where an earlier process compiled the layout.
    """

    span: Span
    data: bytes
    entries: dict[str, Entry]
    pages: tuple[Page, ...]
    options: Options
    findings: tuple[Finding, ...]
    sheet: OutlineStyles
    names: tuple[str, ...]
    sources: Mapping[str, Any] = field(default_factory=dict)


def page_of(name: str, code: CodeType, environment: LayoutEnvironment) -> Page:
    """A part from its compiled code."""
    return Page(name, code, environment.template_of(code))


_MOST_CACHED: Final = 32


class _Kept(Struct, array_like=True):
    """What the next process needs of a compiled layout; the code of each page as bytes."""

    names: tuple[str, ...]
    sheet: OutlineStyles
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
    built = _recalled(Span(file), data, options)
    if built is None:
        built = _assembled(Span(file), data, options)
        # Findings must be reported anew each time, so a layout with any is compiled anew.
        if not built.findings:
            code = {page.name: marshal.dumps(page.code) for page in built.pages}
            cache.store(_kept_under(data, options), _Kept(built.names, built.sheet, code))
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
    from generator.word.compile.stages import assemble  # noqa: PLC0415 - lxml; a recalled layout does without

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


def _kept_under(data: bytes, options: Options) -> str:
    # Filters are not run when a layout is compiled: only their names count.
    known = None if options.known is None else sorted(options.known)
    return cache.key_of(sha256(data).digest(), sorted(options.filters), known, options.chainable, options.marked)
