"""Building a layout: compiled once in a process, and found again by the next where nothing of it has changed."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Template
from msgspec import Struct, field

from generator.base import cache
from generator.base.diagnostics import Span
from generator.word.opc import Entry, open_package
from generator.word.running.environment import LayoutEnvironment
from generator.word.running.stylesheet import StyleSheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import CodeType

    from generator.base.diagnostics import Finding
    from generator.word.compiling.stages import PartSource

__all__ = ["Built", "Options", "Page", "build", "page_of"]

_MOST_CACHED: Final = 32


class Options(Struct, frozen=True):
    """How a layout is compiled: the caller's filters, the names that are known, leniency, marks, hints for names."""

    filters: Mapping[str, Callable[..., Any]]
    known: frozenset[str] | None = None
    chainable: bool = False
    marked: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)

    def key(self) -> tuple[object, ...]:
        """What tells two of them apart."""
        filters = tuple(sorted(self.filters.items(), key=lambda pair: pair[0]))
        return filters, self.known, self.chainable, self.marked, tuple(sorted(self.hints.items()))


class Page(Struct, frozen=True):
    """One part that holds tags, ready to be printed."""

    name: str
    code: CodeType
    template: Template


class Built(Struct, frozen=True):
    """A compiled layout's insides: ``entries`` are kept as they are, ``pages`` are printed anew.

    ``sources``, by the name of the part, are there only where this process compiled it.
    """

    span: Span
    data: bytes
    entries: dict[str, Entry]
    pages: tuple[Page, ...]
    options: Options
    findings: tuple[Finding, ...]
    sheet: StyleSheet
    names: tuple[str, ...]
    sources: Mapping[str, PartSource] = field(default_factory=dict)

    def explain(self, mapping: Mapping[str, Any], error: Exception) -> tuple[Finding, ...]:
        """What was wrong with the values, all of it, each at its tag."""
        from generator.word.compiling.explaining import explain  # noqa: PLC0415 - only when a render has failed

        return explain(self if self.sources else _assembled(self.span, self.data, self.options), mapping, error)


class _Kept(Struct, array_like=True):
    """What the next process needs of a compiled layout; the code of each page as bytes."""

    names: tuple[str, ...]
    sheet: StyleSheet
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


def _assembled(span: Span, data: bytes, options: Options) -> Built:
    # Compiling needs lxml and much else that a layout that is found again does without.
    from generator.word.compiling.assembling import assemble  # noqa: PLC0415

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


def page_of(name: str, code: CodeType, environment: LayoutEnvironment) -> Page:
    """A part from its compiled code."""
    return Page(name, code, Template.from_code(environment, code, environment.make_globals(None)))
