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

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2 import filters as stock
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.diagnostics import Finding, Span, suggestion
from generator.figures import Figure, chinese_date, plain
from generator.figures.filters import FILTERS, form_filter
from generator.narrating import codes
from generator.narrating.faults import in_chinese, what_is

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.figures import Form

__all__ = ["Writer"]

_MARK = re.compile(r"\{\{|\{%|\{#")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STOCK = ("default", "first", "last", "length", "map")
_LONGEST = 100_000

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


class _UnknownName(UndefinedError):
    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(name)
        self.name, self.there = name, there


class _Unknown(StrictUndefined):
    """An undefined name: whatever is done with it raises, saying which name it is and what there is instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._undefined_exception = self._fault  # type: ignore[assignment]

    def _fault(self, _message: str) -> _UnknownName:
        there = [str(key) for key in self._undefined_obj] if isinstance(self._undefined_obj, Mapping) else []
        return _UnknownName(str(self._undefined_name), there)


def _printed(value: object) -> str:
    """Figures print themselves; a bare number in full, a date as 2021年12月31日; nothing for what was not filled in."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or type(value) is Undefined:  # the latter: an inline condition without else
        return ""
    if isinstance(value, date):
        return chinese_date(value)
    if isinstance(value, str | int | _Unknown | Figure):
        return str(value)
    if isinstance(value, Fraction):
        return plain(value)
    raise ValueError("引用的是一组值，不是一个值")


def _joined(values: Iterable[object], between: str = "") -> str:
    """The values one after the other; stops early, since joins within joins could grow without end."""
    parts: list[str] = []
    room = _LONGEST
    for value in values:
        parts.append(_printed(value))
        room -= len(parts[-1]) + len(between)
        if room < 0:
            raise ValueError(f"写出的文字超过了 {_LONGEST} 字")
    return between.join(parts)


def _sign(left: Fraction, right: Fraction) -> str:
    """＜, = or ＞: how the first figure stands to the second."""
    return "＜" if left < right else "=" if left == right else "＞"


_Chain = tuple[str, ...]
_Ready = tuple[Template, tuple[_Chain, ...]]
_MOST_READY = 4096


class _Environment(ImmutableSandboxedEnvironment):
    """The sandbox; ``ready`` keeps what was compiled, so that the next report of the template need not compile it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.ready: dict[tuple[str, bool], _Ready] = {}

    def getattr(self, obj: Any, attribute: str) -> Any:
        # Data only: no attribute of a Python object can be named, whatever its name.
        if type(obj).__name__ == "LoopContext" and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.getitem(obj, attribute) if isinstance(obj, Mapping | Undefined) else self._absent(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        # 绩效目标[1] is the first row, as in messages, traces and case files.
        place = argument - 1 if isinstance(argument, int) and isinstance(obj, list | tuple | str) else argument
        if isinstance(place, int) and place < 0:
            return self._absent(obj, argument)
        try:
            return obj[place]
        except (TypeError, LookupError):
            return self._absent(obj, argument)

    def _absent(self, obj: Any, name: Any) -> Undefined:
        return self.undefined(obj=obj, name=str(name))


@lru_cache(maxsize=32)
def _environment(forms: tuple[tuple[str, Form], ...]) -> _Environment:
    environment = _Environment(undefined=_Unknown, finalize=_printed, autoescape=False)
    own = {"join": _joined, "比较号": _sign, **{name: form_filter(form) for name, form in forms}}
    environment.filters = {**{name: stock.FILTERS[name] for name in _STOCK}, **FILTERS, **own}
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
        known = {**self.names, **(local or {})}
        template = self._compiled(text, span, path, known, trusted=trusted)
        if template is None:
            return text
        try:
            written = template.render(known)
            if trusted or not _MARK.search(written):
                return written
            problem = "所引用的文字里还有引用，请直接引用最初的那一项"
        except _UnknownName as fault:
            self._unknown(fault.name, fault.there or known, _place_of(fault.name, text, span), path)
            return text
        except (TemplateError, ValueError, TypeError, ArithmeticError, RecursionError) as fault:
            problem = in_chinese(fault)
        self.findings.append(codes.NOT_PRINTABLE.at(span, path, part=_first_tag(text), problem=problem))
        return text

    def check(self, text: str, span: Span, path: str) -> None:
        """Report what is wrong with the references of a bureau's text, without writing it out."""
        template = self._compiled(text, span, path, self.names, trusted=False) if _MARK.search(text) else None
        try:
            if template is not None:
                template.render(self.names)
        except _UnknownName as fault:
            # A name in a row that is there; whatever else cannot be written may only follow from a gap.
            if fault.there:
                self._unknown(fault.name, fault.there, _place_of(fault.name, text, span), path)
        except (TemplateError, ValueError, TypeError, ArithmeticError, RecursionError):
            pass

    def _compiled(
        self, text: str, span: Span, path: str, known: Mapping[str, object], *, trusted: bool
    ) -> Template | None:
        """The compiled text; None, with findings, where it may not be compiled."""
        ready = self._environment.ready
        if (text, trusted) not in ready:
            compiled = self._compile(text, span, path, trusted=trusted)
            if compiled is None:
                return None
            if len(ready) >= _MOST_READY:
                ready.clear()
            ready[text, trusted] = compiled
        template, chains = ready[text, trusted]
        # What a loop names is known only while it runs; a bureau's text has none.
        unknown = not trusted and self._unknown_names(chains, text, span, path, known)
        return None if unknown else template

    def _compile(self, text: str, span: Span, path: str, *, trusted: bool) -> _Ready | None:
        try:
            tree = self._environment.parse(text)
            if self._refused(tree, text, span, path, trusted=trusted):
                return None
            return self._environment.from_string(text), tuple(_chains(tree))
        except TemplateSyntaxError as fault:
            problem = in_chinese(fault)
        except (RecursionError, SyntaxError, MemoryError):
            problem = "套得太深"
        self.findings.append(codes.SYNTAX.at(span, path, part=_first_tag(text), problem=problem))
        return None

    def _refused(self, tree: nodes.Template, text: str, span: Span, path: str, *, trusted: bool) -> bool:
        """Whether something stands in it that may not; the first such thing is reported."""
        allowed = _TRUSTED if trusted else _SIMPLE
        for node in tree.find_all(nodes.Node):
            name = getattr(node, "attr", None) or getattr(node, "name", None)
            name = name if isinstance(name, str) else ""
            if name.startswith("_") or not isinstance(node, allowed):
                words = {
                    "part": _first_tag(text),
                    "what": "以下划线开头的名称" if name.startswith("_") else what_is(node),
                }
                self.findings.append(codes.NOT_ALLOWED.at(_place_of(name, text, span), path, **words))
                return True
            if isinstance(node, nodes.Filter) and name not in self._environment.filters:
                hint = suggestion(name, sorted(self._environment.filters))
                place = _place_of(name, text, span)
                self.findings.append(codes.UNKNOWN_FILTER.at(place, path, hint=hint, name=name))
                return True
        return False

    def _unknown_names(
        self, chains: tuple[_Chain, ...], text: str, span: Span, path: str, known: Mapping[str, object]
    ) -> bool:
        """Report every name of the text that stands for nothing, also where a condition would leave it out."""
        unknown = dict(fault for chain in chains if (fault := _first_unknown(chain, known)))
        for name, there in unknown.items():
            self._unknown(name, there, _place_of(name, text, span), path)
        return bool(unknown)

    def _unknown(self, name: str, there: Iterable[str], place: Span, path: str) -> None:
        self.findings.append(codes.UNKNOWN_NAME.at(place, path, hint=suggestion(name, there), name=name))


def _chains(tree: nodes.Template) -> Iterator[_Chain]:
    """The names of a text, each with those behind its dots: 部门.名称 is (部门, 名称)."""
    for node in tree.find_all((nodes.Name, nodes.Getattr)):
        names: list[str] = []
        inner: nodes.Node = node
        while isinstance(inner, nodes.Getattr):
            names.insert(0, inner.attr)
            inner = inner.node
        if isinstance(inner, nodes.Name):
            yield (inner.name, *names)


def _first_unknown(chain: _Chain, known: Mapping[str, object]) -> tuple[str, Mapping[str, object]] | None:
    """The first name of a chain that is not there, and what there is instead."""
    there: object = known
    for name in chain:
        if not isinstance(there, Mapping):
            return None
        if name not in there:
            return name, there
        there = there[name]
    return None


def _first_tag(text: str) -> str:
    match = _TAG.search(text)
    return match.group() if match else text[:40]


def _place_of(word: str, text: str, span: Span) -> Span:
    """The place of a word of a tag, where the text stands on the one line of its span, in quotes or not."""
    tags = (match for match in _TAG.finditer(text) if word and word in match.group())
    tag = next(tags, None)
    quotes = span.length - len(text)
    if tag is None or quotes not in (0, 2):
        return span
    return Span(span.file, span.line, span.column + quotes // 2 + tag.start() + tag.group().index(word), len(word))
