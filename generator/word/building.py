"""Building a layout: open the package, look it over, compile every part that holds tags, keep the rest as it is."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import Template, TemplateError

from generator.diagnostics import Span, has_errors
from generator.errors import Refused
from generator.word import codes
from generator.word.compiling import PartSource, compile_part
from generator.word.environment import LayoutEnvironment
from generator.word.explaining import explain
from generator.word.inspecting import inspect
from generator.word.limiting import limited
from generator.word.package import Entry, open_package
from generator.word.styles import read_styles
from generator.word.stylesheet import StyleSheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from generator.diagnostics import Finding

__all__ = ["Built", "Options", "Page", "build"]

_MOST_CACHED: Final = 32


@dataclass(frozen=True)
class Options:
    """How a layout is compiled: the caller's filters, the known names if they are to be checked, leniency."""

    filters: Mapping[str, Callable[..., Any]]
    known: frozenset[str] | None = None
    chainable: bool = False

    def key(self) -> tuple[object, ...]:
        """What tells two of them apart."""
        return tuple(sorted(self.filters.items(), key=lambda pair: pair[0])), self.known, self.chainable


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
    options: Options
    findings: tuple[Finding, ...]
    sheet: StyleSheet

    @property
    def names(self) -> tuple[str, ...]:
        """The names that the tags ask for, sorted."""
        return tuple(sorted(set().union(*(page.source.usage.names() for page in self.pages))))

    def explain(self, mapping: Mapping[str, Any], error: Exception) -> tuple[Finding, ...]:
        """What was wrong with the values, all of it, each at its tag."""
        return explain(self, mapping, error)


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
    built = _build(Span(file), data, options)
    with _LOCK:
        _CACHE[key] = built
        if len(_CACHE) > _MOST_CACHED:
            _CACHE.popitem(last=False)
    return built


def _build(span: Span, data: bytes, options: Options) -> Built:
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
    pages = tuple(_page(environment, source, span) for source in sources if source.prints)
    kept = {name: entry for name, entry in entries.items() if name not in {page.name for page in pages}}
    # Only numbering and charts ask for the styles.
    sheet = read_styles(entries, body) if any(source.usage.calls for source in sources) else StyleSheet()
    return Built(span, kept, pages, options, findings, sheet)


def _lost(sources: list[PartSource], captions: list[str | None], span: Span) -> Iterator[Finding]:
    """References to captions that the layout does not have."""
    for source in sources:
        for tag, code, words in source.usage.check_references(captions):
            yield code.at(span, tag.place, tag=tag.raw, **cast("Any", words))


def _page(environment: LayoutEnvironment, source: PartSource, span: Span) -> Page:
    try:
        tree = limited(environment.parse(source.source), environment)
        code = environment.compile(tree, source.name, source.name)
    except (TemplateError, SyntaxError, RecursionError) as error:
        # Each tag was sound alone; what is left is a wrong order (an else after an else) or blocks too deep for Python.
        tag = source.lines.get(getattr(error, "lineno", 0) or 0)
        words: dict[str, Any] = {"tag": tag.raw if tag else "", "why": "与前后的标记配不起来，或嵌套太深"}
        raise Refused([codes.SYNTAX.at(span, tag.place if tag else "", mend="核对它前后的标记。", **words)]) from error
    return Page(source.name, Template.from_code(environment, code, environment.make_globals(None)), source)
