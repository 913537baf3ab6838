"""A template's own texts read through before anything is known of a bureau: syntax, printing forms, every name.

What is known of the names is their shape::

    None                one value
    {name: shape}       a group of named values
    [shape]             a table, or a list of texts; each of its rows has that shape
    ...                 anything, nothing is said of it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jinja2 import TemplateError, nodes

from generator.base.diagnostics import Span, suggestion
from generator.base.forms import Form
from generator.narrative import codes
from generator.narrative.text import Writer

_LOOP = dict.fromkeys(("index", "first", "last", "length"))
_PICKS = frozenset({"first", "last"})


class Proofreader(Writer):
    """Reads texts through without writing them out; ``findings`` collects what is wrong with them."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        super().__init__(forms, {})

    def proofread(self, text: str, path: str, place: Callable[[str], Span], known: Mapping[str, object]) -> None:
        """Report everything in a template's text that cannot be written out.

        Args:
            text: The text.
            path: What it is.
            place: Where a word of it stands; ``""`` asks for the text itself.
            known: The names that it may use, each with its shape.
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
    """Follows the names of one text, through loops, to what they stand for."""

    def __init__(self, writer: Writer, path: str, place: Callable[[str], Span]) -> None:
        self._writer, self._path, self._place = writer, path, place
        self._told: set[str] = set()

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
        elif isinstance(node, nodes.Expr):
            self._shape(node, scope)
        else:
            self._below(node, scope)

    def _below(self, node: nodes.Node, scope: Mapping[str, object]) -> None:
        for child in node.iter_child_nodes():
            self.walk(child, scope)

    def _shape(self, node: nodes.Node, scope: Mapping[str, object]) -> object:
        """What an expression stands for; unknown names in it are reported."""
        match node:
            case nodes.Name():
                return self._member(node.name, node.name, scope)
            case nodes.Getattr():
                chain = _chain(node)
                return self._member(node.attr, chain or node.attr, self._shape(node.node, scope))
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
        if written not in self._told:
            self._told.add(written)
            hint = "这是一张表，用 {% for %} 逐行引用。" if isinstance(there, list) else suggestion(name, members)
            found = codes.UNKNOWN_NAME.at(self._place(written), self._path, hint=hint, name=written)
            self._writer.findings.append(found)
        return ...


def _row(shape: object) -> object:
    return shape[0] if isinstance(shape, list) else ...


def _chain(node: nodes.Node) -> str:
    """``部门.名称`` as it is written; empty where it begins with anything but a name."""
    if isinstance(node, nodes.Name):
        return node.name
    above = _chain(node.node) if isinstance(node, nodes.Getattr) else ""
    return f"{above}.{node.attr}" if above and isinstance(node, nodes.Getattr) else ""
