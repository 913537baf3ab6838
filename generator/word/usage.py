"""Which names the tags of a part ask for, and whether the values will have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from jinja2 import nodes

from generator.diagnostics import suggestion
from generator.word import codes
from generator.word.functions import FUNCTIONS, named_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from generator.diagnostics import Code
    from generator.word.lifting import Report
    from generator.word.tags import Tag

__all__ = ["Usage"]

_BUILT_IN: Final = frozenset({"loop", "range", "caller", "varargs", "kwargs", "namespace", "cycler", "joiner"})


class Usage:
    """The names of one part, gathered tag by tag, so that a mistake in one tag does not hide those in others."""

    def __init__(self) -> None:
        self._asked: list[tuple[Tag, str]] = []
        self._made: set[str] = set(_BUILT_IN)
        self._captions: list[tuple[Tag, str | None]] = []
        self._references: list[tuple[Tag, str | None]] = []
        self.calls = False

    def gather(self, tag: Tag, tree: nodes.Template) -> None:
        """Notes the names of a tag."""
        self._asked += [(tag, path) for path in _paths(tree)]
        for call in tree.find_all(nodes.Call):
            self._gather_call(tag, call)
        self._made |= {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        self._made |= {macro.name for macro in tree.find_all(nodes.Macro)}

    def _gather_call(self, tag: Tag, call: nodes.Call) -> None:
        called = named_in(call)
        if called is None:
            return
        self.calls = True
        if called[0] == "题注":
            self._captions.append((tag, called[1]))
        elif called[0] == "见":
            self._references.append((tag, called[1]))

    @property
    def captions(self) -> list[str | None]:
        """The names of the captions; None for one that is computed."""
        return [name for _, name in self._captions]

    def check_references(self, captions: Iterable[str | None]) -> Iterator[tuple[Tag, Code, dict[str, str]]]:
        """References to captions that no part of the layout has, with near misses.

        Args:
            captions: Those of all parts; if one of them is computed, only the render can tell.
        """
        known = set(captions)
        for tag, name in self._references if None not in known else ():
            if name is not None and name.strip() not in known:
                mend = suggestion(name, sorted(filter(None, known))) or "在它所指的表或图上写题注。"
                yield tag, codes.UNKNOWN_CAPTION, {"name": name, "mend": mend}

    def names(self) -> set[str]:
        """The names that must come with the values."""
        return {path.partition(".")[0] for _, path in self._asked} - self._made

    def check(self, known: frozenset[str], report: Report) -> None:
        """Reports names that are not among the known ones (``收支`` or ``收支.收入决算数``), with near misses."""
        roots = {name.partition(".")[0] for name in known}
        for tag, path in self._asked:
            root = path.partition(".")[0]
            if root in self._made:
                continue
            if root not in roots:
                report(codes.UNKNOWN_NAME, tag, word=root, mend=suggestion(root, sorted(roots)))
            elif siblings := _siblings(path, known):
                report(codes.UNKNOWN_NAME, tag, word=path, mend=suggestion(path, siblings))


def _siblings(path: str, known: frozenset[str]) -> list[str]:
    """The known names beside the first step of a path that is not known; empty if every step is, or nothing is told."""
    steps = path.split(".")
    for count in range(2, len(steps) + 1):
        head, above = ".".join(steps[:count]), ".".join(steps[: count - 1]) + "."
        beside = sorted(name for name in known if name.startswith(above))
        if not beside or (head in known and not any(name.startswith(head + ".") for name in beside)):
            return []
        if not any(name == head or name.startswith(head + ".") for name in beside):
            return beside
    return []


def _paths(node: nodes.Node) -> Iterator[str]:
    """Every ``a.b.c`` that is read, each as long as it goes."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in FUNCTIONS:
        for argument in (*node.args, *node.kwargs):
            yield from _paths(argument)
        return
    path = _path(node)
    if path:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name if node.ctx == "load" else ""
    if isinstance(node, nodes.Getattr):
        above = _path(node.node)
        return f"{above}.{node.attr}" if above else ""
    return ""
