"""Texts that refer to facts, ``{{ 收支.合计 | 万元 }}``, written out in a locked sandbox.

A bureau's text may name values, filter them and choose by a simple condition; a template's narrative may loop as well.
Everything else that Jinja knows is refused when the text is parsed, before anything is evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2 import filters as stock
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.diagnostics import Finding, Span, suggestion
from generator.figures import chinese_date, plain
from generator.figures.filters import FILTERS
from generator.narrating import codes

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.figures import Form

__all__ = ["Writer"]

_MARK = re.compile(r"\{\{|\{%|\{#")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STOCK = ("default", "first", "join", "last", "length", "map")

_SIMPLE: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Filter,
    nodes.Keyword,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Neg,
    nodes.If,
    nodes.CondExpr,
)
_TRUSTED: tuple[type[nodes.Node], ...] = (*_SIMPLE, nodes.For, nodes.Tuple, nodes.Add, nodes.Sub)


class _Unknown(StrictUndefined):
    """An undefined name that says which name it is, and what there is instead."""

    @property
    def wanted(self) -> str:
        return str(self._undefined_name)

    @property
    def there(self) -> list[str]:
        return [str(key) for key in self._undefined_obj] if isinstance(self._undefined_obj, Mapping) else []


class _UnknownName(UndefinedError):
    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(name)
        self.name, self.there = name, there


def _printed(value: object) -> object:
    """Figures print themselves; a bare number in full, a date as 2021年12月31日; nothing for what was not filled in."""
    if isinstance(value, _Unknown):
        raise _UnknownName(value.wanted, value.there)
    if value is None:
        return ""
    if type(value) is Fraction:
        return plain(value)
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, Mapping | list | tuple):
        raise ValueError("引用的是一组值，不是一个值")  # noqa: TRY004 - one error type for everything unprintable
    return value


def _sign(left: Fraction, right: Fraction) -> str:
    """＜, = or ＞: how the first figure stands to the second."""
    return "＜" if left < right else "=" if left == right else "＞"


class _Environment(ImmutableSandboxedEnvironment):
    def getattr(self, obj: Any, attribute: str) -> Any:
        # Data only: no attribute of a Python object can be named, whatever its name.
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if type(obj).__name__ == "LoopContext" and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        if isinstance(obj, _Unknown):
            raise _UnknownName(obj.wanted, obj.there)
        return self.undefined(obj=obj, name=attribute)


@lru_cache(maxsize=32)
def _environment(forms: tuple[tuple[str, Form], ...]) -> _Environment:
    environment = _Environment(undefined=_Unknown, finalize=_printed, autoescape=False)
    own: dict[str, Callable[..., object]] = {name: form.print for name, form in forms}
    environment.filters = {**{name: stock.FILTERS[name] for name in _STOCK}, **FILTERS, "比较号": _sign, **own}
    environment.globals = {}
    return environment


class Writer:
    """Writes texts out over the names of a report; ``findings`` collects what is wrong with them."""

    def __init__(self, forms: Mapping[str, Form], names: Mapping[str, object]) -> None:
        self._environment = _environment(tuple(sorted(forms.items())))
        self.names = names
        self.findings: list[Finding] = []

    def write(
        self, text: str, span: Span, path: str, local: Mapping[str, object] | None = None, *, trusted: bool = False
    ) -> str:
        """The text with its references written out; as it stands where a reference is at fault.

        Args:
            text: The text; one without braces costs nothing.
            span: Where it stands.
            path: What it is, for findings.
            local: Names before those of the report.
            trusted: Whether it is the template's own text, which may loop.
        """
        if not _MARK.search(text):
            return text
        template = self._compiled(text, span, path, trusted=trusted)
        if template is None:
            return text
        try:
            return template.render({**self.names, **(local or {})})
        except _UnknownName as fault:
            hint = suggestion(fault.name, fault.there or {**self.names, **(local or {})})
            place = _place_of(fault.name, text, span)
            self.findings.append(codes.UNKNOWN_NAME.at(place, path, hint=hint, name=fault.name))
        except (TemplateError, ValueError, TypeError, ArithmeticError) as fault:
            self.findings.append(codes.NOT_PRINTABLE.at(span, path, part=_first_tag(text), problem=str(fault)))
        return text

    def _compiled(self, text: str, span: Span, path: str, *, trusted: bool) -> Template | None:
        """The compiled text; None, with a finding, where it may not be compiled."""
        try:
            tree = self._environment.parse(text)
        except TemplateSyntaxError as fault:
            problem = str(fault.message).rstrip(".")
            self.findings.append(codes.SYNTAX.at(span, path, part=_first_tag(text), problem=problem))
            return None
        refusal = _refused(tree, trusted=trusted) or self._unknown_filter(tree)
        if refusal is None:
            return self._environment.from_string(text)
        code, words, known = refusal
        part = words.get("part") or _first_tag(text)
        hint = suggestion(words["name"], known) if known else ""
        self.findings.append(code.at(_place_of(words["name"], text, span), path, hint=hint, **{**words, "part": part}))
        return None

    def _unknown_filter(self, tree: nodes.Template) -> tuple[Any, dict[str, str], list[str]] | None:
        known = self._environment.filters
        unknown = (node.name for node in tree.find_all(nodes.Filter) if node.name not in known)
        name = next(unknown, None)
        return None if name is None else (codes.UNKNOWN_FILTER, {"name": name}, sorted(known))


def _refused(tree: nodes.Template, *, trusted: bool) -> tuple[Any, dict[str, str], list[str]] | None:
    allowed: tuple[type[nodes.Node], ...] = _TRUSTED if trusted else _SIMPLE
    for node in tree.find_all(nodes.Node):
        name = getattr(node, "attr", None) or getattr(node, "name", None)
        hidden = isinstance(name, str) and name.startswith("_")
        if hidden or not isinstance(node, allowed):
            words = {"name": name if isinstance(name, str) else "", "what": type(node).__name__}
            return codes.NOT_ALLOWED, words, []
    return None


def _first_tag(text: str) -> str:
    match = _TAG.search(text)
    return match.group() if match else text[:40]


def _place_of(word: str, text: str, span: Span) -> Span:
    """The place of a word of the text, where the text stands on the one line of its span."""
    at = text.find(word) if word else -1
    if at < 0 or "\n" in text or at + len(word) > span.length:
        return span
    return Span(span.file, span.line, span.column + at, len(word))
