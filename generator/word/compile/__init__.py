"""A layout to what can be printed: its tags found, joined, checked and turned into Jinja templates.

This module holds what a layout is compiled to; importing it does not load the compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import CodeType
from typing import Any

from jinja2 import Template
from msgspec import Struct, field

from generator.base.diagnostics import Finding, Span
from generator.base.passage import bare
from generator.word.opc import Entry
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.state import OutlineStyles


class Options(Struct, frozen=True):
    """How to compile a layout: the caller's filters, known names, leniency, hints for unknown names."""

    filters: Mapping[str, Callable[..., Any]]
    known: frozenset[str] | None = None
    chainable: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((frozenset(self.filters.items()), self.known, self.chainable, frozenset(self.hints.items())))


class Page(Struct, frozen=True):
    """One compiled part with tags; ``bare`` maps its constants to what ``marks_meet`` needs of them."""

    name: str
    code: CodeType
    template: Template
    bare: dict[str, str]


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
    return Page(name, code, environment.template_of(code), dict(_bare_constants(code)))


def _bare_constants(code: CodeType) -> Iterator[tuple[str, str]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _bare_constants(constant)
        elif isinstance(constant, str) and "<" in constant:
            yield constant, bare(constant)
