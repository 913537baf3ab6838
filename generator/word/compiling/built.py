"""What compiling a layout gives: the parts to print, and what stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Template
from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import CodeType

    from generator.base.diagnostics import Finding, Span
    from generator.word.compiling.options import Options
    from generator.word.compiling.stages import PartSource
    from generator.word.opc import Entry
    from generator.word.running.environment import LayoutEnvironment
    from generator.word.running.stylesheet import StyleSheet

__all__ = ["Built", "Page", "page_of"]


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


def page_of(name: str, code: CodeType, environment: LayoutEnvironment) -> Page:
    """A part from its compiled code."""
    return Page(name, code, Template.from_code(environment, code, environment.make_globals(None)))
