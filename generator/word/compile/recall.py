"""Caches compiled layouts in this process and on disk; compiles what is in neither."""

from __future__ import annotations

import marshal
from collections import OrderedDict
from collections.abc import Mapping
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from msgspec import Struct

from generator.base import cache
from generator.base.diagnostics import Finding, Span
from generator.word.compile.built import Built, Options, page_of
from generator.word.opc import open_package
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.state import OutlineStyles

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
