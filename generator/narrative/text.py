"""Texts that refer to facts, ``{{ 收支.合计 | 万元 }}``, rendered in a locked sandbox.

A bureau's text may name values, filter them and use a simple condition; a template's narrative may also loop.
Everything else of Jinja is refused when the text is parsed, before anything is evaluated.

A template's own texts are proofread without any filing: syntax, number formats, every name, by the shape of names::

    None                one value
    {name: shape}       a group of named values
    [shape]             a table, or a list of texts; each of its rows has that shape
    ...                 anything, not checked
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from jinja2 import Template, TemplateError, TemplateSyntaxError, nodes

from generator.base import sandbox
from generator.base.diagnostics import Finding, Span, suggestion
from generator.base.formats import Format
from generator.base.passage import Origin, Passage, emphasised, lone_mark
from generator.base.sandbox import FAULTS, MOST_TAGS, Budget, has_tags, in_chinese, whole_tags
from generator.narrative.sandbox import BUDGET, LIMITS, Chain, Ready, UnknownName, environment_of, what_is
from generator.template import codes

_ALONE = re.compile(r"\{\{|\{%-?\s*if\b")
_CONDITION = re.compile(r"\{%-?\s*(?:if|elif|else|endif)\b")
_BLOCK = re.compile(r"\{%-?\s*(end)?(if|for)\b")
_INSIDE = re.compile(r"\{(?:\{-?|%-?\s*(\w*))(.*?)-?[}%]\}", re.DOTALL)
_MOST_READY = 512
_LONG = 40
_NO_WAY = "所引用的内容不能这样写"
_LONGEST, _MOST_TAGS = 50_000, 200

_SIMPLE: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData),
    *(nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Const, nodes.Filter, nodes.Keyword),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.If, nodes.CondExpr),
)
_TRUSTED: tuple[type[nodes.Node], ...] = (*_SIMPLE, nodes.For, nodes.Tuple, nodes.Add, nodes.Sub)


def is_woven(text: str) -> bool:
    """Whether a text may have references or emphasis, so that it must be rendered."""
    return "{" in text or "**" in text


class Writer:
    """Renders texts with the names of a report; ``findings`` collects what is wrong with them."""

    def __init__(self, formats: Mapping[str, Format], names: Mapping[str, object]) -> None:
        self._environment = environment_of(tuple(sorted(formats.items())))
        self.names = names
        self.findings: list[Finding] = []
        self._budget, self._tags_left = Budget(LIMITS), MOST_TAGS

    def write(
        self, text: str, span: Span, path: str, local: Mapping[str, object] | None = None, *, trusted: bool = False
    ) -> str:
        """The text with its references rendered; unchanged if a reference is faulty.

        It remembers where its parts come from: what a bureau typed from its path, referred values from theirs.
        ``local`` names come before those of the report; a ``trusted`` text is the template's own, which may loop.
        """
        origin = None if trusted else Origin(path)
        if "**" in text and (at := lone_mark(text)) >= 0:
            place = _place(text, text, span)
            spot = span if place is span else Span(span.file, span.line, place.column + at, 2)
            self.findings.append(codes.UNPAIRED.at(spot, path, part=text[max(0, at - 10) : at + 12]))
        if not has_tags(text):
            return emphasised(Passage.of(text, origin))
        known = {**self.names, **(local or {})}
        template = self._compiled(text, span, path, known, trusted=trusted)
        if template is None:
            return text
        try:
            written = self._environment.written(template, known, self._budget)
            if trusted or not has_tags(written):
                return emphasised(Passage.of(written, origin))
            self._not_printable(text, span, path, known, "所引用的文字里还有引用，请直接引用最初的那一项")
        except FAULTS as fault:
            self._report(fault, text, span, path, known)
        return text

    def _report(self, fault: Exception, text: str, span: Span, path: str, known: Mapping[str, object]) -> None:
        if isinstance(fault, UnknownName):
            self._unknown(fault.name, fault.there or known, _place_of(fault.name, text, span), path)
        else:
            self._not_printable(text, span, path, known, in_chinese(fault) or _NO_WAY)

    def _not_printable(self, text: str, span: Span, path: str, known: Mapping[str, object], problem: str) -> None:
        def is_faulty(tag: str) -> bool:
            try:
                with self._spending():
                    return has_tags(self._environment.from_string(tag).render(known))
            except FAULTS as fault:
                return not isinstance(fault, UnknownName)  # the name of a loop around it

        part = _culprit(text, is_faulty)
        self.findings.append(codes.NOT_PRINTABLE.at(_place(part, text, span), path, part=part[:_LONG], problem=problem))

    def value(self, source: str, span: Span, path: str, local: Mapping[str, object]) -> object:
        """The value of a template's expression; None, with findings, if it has none."""
        text, known = f"{{{{ {source} }}}}", {**self.names, **local}
        if self._compiled(text, span, path, known, trusted=True) is None:
            return None
        try:
            with self._spending():
                value = self._environment.compile_expression(source, undefined_to_none=False)(known)
                bool(value)  # an unknown name says so once it is used
        except FAULTS as fault:
            self._report(fault, text, span, path, known)
            return None
        return value

    @contextmanager
    def _spending(self) -> Iterator[None]:
        """Rendering within uses this report's budget."""
        token = BUDGET.set(self._budget)
        try:
            yield
        finally:
            BUDGET.reset(token)

    def keep(self) -> None:
        """Keeps compiled texts for other processes that use the template."""
        self._environment.keep()

    def _compiled(
        self, text: str, span: Span, path: str, known: Mapping[str, object], *, trusted: bool
    ) -> Template | None:
        """The compiled text; None, with findings, if it may not be compiled."""
        ready = self._environment.ready
        compiled = ready.get((text, trusted))
        if compiled is None:
            kept = self._environment.recalled(text) if trusted else None
            compiled = kept or self._compile(text, span, path, trusted=trusted)
            if compiled is None:
                return None
            if len(ready) >= _MOST_READY:
                ready.pop(next(iter(ready)), None)  # of the oldest filing; the template's own are kept anyway
            ready[text, trusted] = compiled
        template, chains = compiled
        # Names of loops are known only while they run; a bureau's text has none.
        unknown = () if trusted else dict(fault for chain in chains if (fault := _first_unknown(chain, known))).items()
        for name, there in unknown:
            self._unknown(name, there, _place_of(name, text, span), path)
        return None if unknown else template

    def _compile(self, text: str, span: Span, path: str, *, trusted: bool) -> Ready | None:
        tags, problem = len(sandbox.OPENER.findall(text)), ""
        if not trusted and (len(text) > _LONGEST or tags > _MOST_TAGS):
            problem = f"一段文字最多 {_LONGEST:,} 字、{_MOST_TAGS} 处引用"
        elif tags > self._tags_left:
            problem = "模板的文字里引用太多"
        if problem:
            self.findings.append(codes.SYNTAX.at(span, path, part=text[:_LONG], problem=problem))
            return None
        self._tags_left -= tags
        try:
            tree = self._environment.parse(text)
            if self._refused(tree, text, span, path, trusted=trusted):
                return None
            # 部门.名称 is (部门, 名称).
            chains = tuple(filter(None, map(_chain, tree.find_all((nodes.Name, nodes.Getattr)))))
            return self._environment.made(text, tree, chains, trusted=trusted)
        except TemplateSyntaxError as fault:
            problem = in_chinese(fault) or _NO_WAY
        except ValueError:
            problem = "数字太长"
        except (RecursionError, SyntaxError, MemoryError):
            problem = "套得太深"
        part = _culprit(text, lambda tag: not self._parses(tag))
        place, hint = _place(part, text, span), _mend(part)
        self.findings.append(codes.SYNTAX.at(place, path, hint=hint, part=part[:_LONG], problem=problem))
        return None

    def _parses(self, tag: str) -> bool:
        try:
            self._environment.parse(tag)
        except (TemplateError, RecursionError, ValueError):
            return False
        return True

    def _refused(self, tree: nodes.Template, text: str, span: Span, path: str, *, trusted: bool) -> bool:
        """Whether it contains something that is not allowed; reports the first."""
        fault = next(sandbox.refused(tree, _TRUSTED if trusted else _SIMPLE), None)
        if fault is not None:
            node, private = fault
            name = private or str(getattr(node, "attr", None) or getattr(node, "name", None) or "")

            def holds(tag: str) -> bool:
                """Whether a reference by itself contains such a construct with this name."""
                return name in tag and self._parses(tag) and any(self._environment.parse(tag).find_all(type(node)))

            part = _culprit(text, holds)
            what = "以下划线开头的名称" if private else what_is(node)
            place = _place_of(name, text, span) if name else _place(part, text, span)
            self.findings.append(codes.NOT_ALLOWED.at(place, path, part=part[:_LONG], what=what))
            return True
        name = next((one.name for one in tree.find_all(nodes.Filter) if one.name not in self._environment.filters), "")
        if name:
            self._report_filter(name, _place_of(name, text, span), path)
        return bool(name)

    def _report_filter(self, name: str, place: Span, path: str) -> None:
        hint = suggestion(name, sorted(self._environment.filters.keys() - {sandbox.COUNTED}))
        self.findings.append(codes.UNKNOWN_FILTER.at(place, path, hint=hint, name=name))

    def _unknown(self, name: str, there: Iterable[str], place: Span, path: str) -> None:
        self.findings.append(codes.UNKNOWN_NAME.at(place, path, hint=suggestion(name, there), name=name))


def _chain(node: nodes.Node) -> Chain:
    """A name with its attributes; empty if it begins with anything but a name."""
    if isinstance(node, nodes.Name):
        return (node.name,)
    above = _chain(node.node) if isinstance(node, nodes.Getattr) else ()
    return (*above, node.attr) if above and isinstance(node, nodes.Getattr) else ()


def _first_unknown(chain: Chain, known: Mapping[str, object]) -> tuple[str, Mapping[str, object]] | None:
    """The first unknown name of a chain, and the names that are known instead."""
    there: object = known
    for name in chain:
        if not isinstance(there, Mapping):
            return None
        if name not in there:
            return name, there
        there = there[name]
    return None


_WORD = re.compile(r"\{%[-+]?\s*([^\W\d]\w*)")
_BLOCKS = frozenset(["if", "elif", "else", "endif", "for", "endfor", "set", "endset", "raw", "endraw"])


def _culprit(text: str, is_faulty: Callable[[str], bool]) -> str:
    """The tag to blame: the first reference or condition that is faulty by itself, else an unclosed one, or another."""
    tags = [text[start:end] for start, end in whole_tags(text)]
    whole = {tag: tag if tag.startswith("{{") else f"{tag}{{% endif %}}" for tag in tags if _ALONE.match(tag)}
    alone = next((tag for tag, piece in whole.items() if is_faulty(piece)), None)
    unclosed = next((start for start, end in sandbox.tag_spans(text) if end < 0), -1)
    if alone is None and unclosed >= 0:
        return text[unclosed:]
    strange = next((tag for tag in tags if (word := _WORD.match(tag)) and word[1] not in _BLOCKS), None)
    if alone is None and strange is not None:
        return strange
    if alone is None and (lone := _unpaired(tags)):
        return lone
    others = [tag for tag in tags if tag.startswith("{%") and not _CONDITION.match(tag)]
    return alone or next(iter([*others, *tags]), text)


def _mend(part: str) -> str:
    """How to mend a tag that cannot be parsed; blank for the code's own hint."""
    if "÷" in part or "×" in part:
        return "这里不能运算：在模板的 fields.yaml 里写一个计算字段，再引用它。"
    if (word := _WORD.match(part)) and word[1] not in _BLOCKS:
        return "条件写「{% if … %}」，循环写「{% for 行 in 表 %}」：小写，后面空一格。"
    inside, block = _INSIDE.fullmatch(part), _BLOCK.match(part)
    hint = sandbox.mend_syntax(inside[1] or "", inside[2], "") if inside is not None else ""
    if hint or inside is None or block is None:
        return hint
    return f"补上「{{% {block[2]} … %}}」，或删去它。" if block[1] else f"在它之后补上「{{% end{block[2]} %}}」。"


def _unpaired(tags: Iterable[str]) -> str:
    """The first tag that ends no block, or the last that opens one without an end; blank if all are paired."""
    opened: list[str] = []
    for tag in tags:
        block = _BLOCK.match(tag)
        if block is not None and not block[1]:
            opened.append(tag)
        elif block is not None and not (opened and f" {block[2]}" in f" {opened.pop().strip('{%- ')}"):
            return tag
    return opened[-1] if opened else ""


def _place(part: str, text: str, span: Span) -> Span:
    """The place of a part of a text that is on one line, quoted or not; else the text's."""
    quotes = span.length - len(text)
    at = text.find(part)
    if quotes not in (0, 2) or at < 0:
        return span
    return Span(span.file, span.line, span.column + quotes // 2 + at, len(part))


def _place_of(word: str, text: str, span: Span) -> Span:
    """The place of a word in a tag of a text that is on one line, quoted or not; else the text's."""
    tags = (text[start:end] for start, end in whole_tags(text))
    tag = next((tag for tag in tags if word and word in tag), "")
    whole = _place(tag, text, span) if tag else span
    return span if whole is span else Span(span.file, span.line, whole.column + tag.index(word), len(word))


_LOOP = dict.fromkeys(("index", "first", "last", "length"))
_PICKS = frozenset({"first", "last"})


class Proofreader(Writer):
    """Proofreads texts without rendering them; ``findings`` collects what is wrong with them."""

    def __init__(self, formats: Mapping[str, Format]) -> None:
        super().__init__(formats, {})

    def proofread(self, text: str, path: str, place: Callable[[str], Span], known: Mapping[str, object]) -> None:
        """Reports everything in a template's text that cannot be rendered.

        ``place`` locates a word of it, ``""`` the text; ``known`` are the names that it may use, with their shapes.
        """
        before = len(self.findings)
        try:
            tree = self._environment.parse(text)
        except (TemplateError, RecursionError, ValueError):
            tree = nodes.Template([])
        for name in dict.fromkeys(one.name for one in tree.find_all(nodes.Filter)):
            if name not in self._environment.filters:
                self._report_filter(name, place(name), path)
        _Shapes(self, path, place).walk(tree, known)
        if len(self.findings) == before:
            self._compiled(text, place(""), path, {}, trusted=True)


class _Shapes:
    """Checks the names of one text, through loops, against their shapes."""

    def __init__(self, writer: Writer, path: str, place: Callable[[str], Span]) -> None:
        self._writer, self._path, self._place = writer, path, place
        self._reported: set[str] = set()

    def walk(self, node: nodes.Node, scope: Mapping[str, object]) -> None:
        if isinstance(node, nodes.For):
            row = _row(self._shape(node.iter, scope))
            targets = list(node.target.find_all(nodes.Name)) if isinstance(node.target, nodes.Tuple) else [node.target]
            named = {name.name: row if len(targets) == 1 else ... for name in targets if isinstance(name, nodes.Name)}
            inner = {**scope, **named, "loop": _LOOP}
            for part in (*([node.test] if node.test is not None else []), *node.body):
                self.walk(part, inner)
            for part in node.else_:
                self.walk(part, scope)
        elif isinstance(node, nodes.Output):
            for one in node.nodes:
                if isinstance(one, nodes.Expr) and isinstance(self._shape(one, scope), dict | list):
                    written = ".".join(_chain(one))
                    words = {"part": f"{{{{ {written} }}}}", "problem": "引用的是一组值，不是一个值"}
                    self._writer.findings.append(codes.NOT_PRINTABLE.at(self._place(written), self._path, **words))
        elif isinstance(node, nodes.Expr):
            self._shape(node, scope)
        else:
            self._below(node, scope)

    def _below(self, node: nodes.Node, scope: Mapping[str, object]) -> None:
        for child in node.iter_child_nodes():
            self.walk(child, scope)

    def _shape(self, node: nodes.Node, scope: Mapping[str, object]) -> object:
        """The shape of an expression; reports unknown names in it."""
        match node:
            case nodes.Name():
                return self._member(node.name, node.name, scope)
            case nodes.Getattr():
                written = ".".join(_chain(node)) or node.attr
                return self._member(node.attr, written, self._shape(node.node, scope))
            case nodes.Getitem():
                self._below(node.arg, scope)
                return _row(self._shape(node.node, scope))
            case nodes.Filter(name=name):
                inner = self._shape(node.node, scope) if node.node is not None else ...
                for argument in (*node.args, *node.kwargs):
                    self.walk(argument, scope)
                return _row(inner) if name in _PICKS else ...
        self._below(node, scope)
        return ...

    def _member(self, name: str, written: str, there: object) -> object:
        if there is ...:
            return ...
        members = there if isinstance(there, dict) else {}
        if name in members:
            return members[name]
        if written not in self._reported:
            self._reported.add(written)
            hint = "这是一张表，用 {% for %} 逐行引用。" if isinstance(there, list) else suggestion(name, members)
            found = codes.UNKNOWN_NAME.at(self._place(written), self._path, hint=hint, name=written)
            self._writer.findings.append(found)
        return ...


def _row(shape: object) -> object:
    return shape[0] if isinstance(shape, list) else ...
