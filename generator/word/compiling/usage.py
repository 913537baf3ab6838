"""Which names the tags of a part ask for, and whether the values will have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import nodes

from generator.base.diagnostics import suggestion
from generator.word import codes
from generator.word.compiling.hints import INSTEAD_OF_CALL, mend_name
from generator.word.running.functions import FUNCTIONS, named_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.base.diagnostics import Code
    from generator.word.compiling.lifting import Report
    from generator.word.compiling.tags import Tag

__all__ = ["Usage"]

_BUILT_IN: Final = frozenset({"loop", "range", "caller", "varargs", "kwargs", "namespace"})
# Filters that give rows of the table that they are given.
_SAME_ROWS: Final = {"sort", "reverse", "list", "select", "reject", "selectattr", "rejectattr", "unique"}


class _Asked(NamedTuple):
    """A name that a tag asks for: as it is written, and the loops that are open there, by their variables."""

    tag: Tag
    path: str
    loops: dict[str, str]

    @property
    def root(self) -> str:
        """Its first step."""
        return self.path.partition(".")[0]

    @property
    def meant(self) -> str:
        """The path from the top of the values: that of the table, where it begins with a loop's variable."""
        _, dot, rest = self.path.partition(".")
        table = self.loops.get(self.root, self.root)
        return f"{table}{dot}{rest}" if table else ""


class Usage:
    """The names of one part, gathered tag by tag, so that a mistake in one tag does not hide those in others.

    Args:
        hints: What to say of a name that is not there, but that people may have good reason to write.
    """

    def __init__(self, hints: Mapping[str, str] | None = None) -> None:
        self.hints = hints or {}
        self.calls = False
        self._asked: list[_Asked] = []
        self._made: set[str] = set(_BUILT_IN)
        # The variables of all loops, each with its first loop; of the open ones, each with its table.
        self._variables: dict[str, Tag] = {}
        self._open: list[dict[str, str]] = [{}]
        self._captions: list[tuple[Tag, str | None]] = []
        self._references: list[tuple[Tag, str | None]] = []
        self._called: list[tuple[Tag, str]] = []

    def close(self, tag: Tag) -> None:
        """Notes the end of a block."""
        if tag.word == "endfor" and len(self._open) > 1:
            self._open.pop()

    def gather(self, tag: Tag, tree: nodes.Template) -> None:
        """Notes the names of a tag."""
        around = self._open[-1]
        loop = tree.find(nodes.For) if tag.word == "for" else None
        if loop is not None:
            self._open.append(around | self._loop(tag, loop, around))
        # What a loop goes over is not yet in it; its condition is.
        over = set(_paths(loop.iter)) if loop is not None else set()
        self._asked += [_Asked(tag, path, around if path in over else self._open[-1]) for path in _paths(tree)]
        for call in tree.find_all(nodes.Call):
            self._gather_call(tag, call)
        bound = {name.name for name in loop.target.find_all(nodes.Name)} if loop is not None else set()
        bound |= {loop.target.name} if loop is not None and isinstance(loop.target, nodes.Name) else set()
        self._made |= {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"} - bound
        self._made |= {macro.name for macro in tree.find_all(nodes.Macro)}

    def gather_path(self, tag: Tag, path: str) -> None:
        """Notes the one name of a tag that has no more."""
        self._asked.append(_Asked(tag, path, self._open[-1]))

    def _loop(self, tag: Tag, loop: nodes.For, around: dict[str, str]) -> dict[str, str]:
        """The variables of a loop, each with the path of its table; blank where that has no name."""
        rows: nodes.Node | None = loop.iter
        while isinstance(rows, nodes.Filter) and rows.name in _SAME_ROWS:
            rows = rows.node
        table = _Asked(tag, _path(rows), around).meant if rows is not None else ""
        variables = {loop.target.name: table} if isinstance(loop.target, nodes.Name) else {}
        variables |= {name.name: "" for name in loop.target.find_all(nodes.Name)}
        for variable in variables:
            self._variables.setdefault(variable, tag)
        return variables

    def _gather_call(self, tag: Tag, call: nodes.Call) -> None:
        called = named_in(call)
        if called is None:
            if isinstance(call.node, nodes.Name):
                self._called.append((tag, call.node.name))
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
        return {one.root for one in self._asked if one.root not in one.loops} - self._made

    def check(self, known: frozenset[str], report: Report) -> None:
        """Reports names that are not among the known ones (``收支`` or ``收支.收入决算数``), with near misses."""
        roots = {name.partition(".")[0] for name in known}
        for one in self._asked:
            tag, path, root, meant = one.tag, one.path, one.root, one.meant
            if root in self._made or (root in one.loops and meant.partition(".")[0] not in roots):
                continue
            if root not in one.loops and root not in roots:
                self._report_unknown(tag, root, known, report)
            elif siblings := _siblings(meant, known):
                # As they would be written here: by the loop's variable.
                above = meant.removesuffix(path.removeprefix(root))
                here = [root + name.removeprefix(above) for name in siblings]
                report(codes.UNKNOWN_NAME, tag, word=path, mend=suggestion(path, here))

    def check_calls(self, known: frozenset[str] | None, report: Report) -> None:
        """Reports calls of what is neither a macro nor a function of layouts; of unknown names ``check`` has told."""
        roots = None if known is None else {name.partition(".")[0] for name in known}
        for tag, name in self._called:
            if name not in self._made and (roots is None or name in roots):
                own = f"自己的函数写成过滤器，由 Layout.open 的 filters 给出：{{{{ 值 | {name} }}}}。"
                report(codes.FORBIDDEN, tag, word=f"{name}()", mend=INSTEAD_OF_CALL.get(name, own))

    def _mend(self, name: str, known: frozenset[str]) -> str:
        called = INSTEAD_OF_CALL.get(name) if any(name == one for _, one in self._called) else None
        return self.hints.get(name) or called or mend_name(name, known)

    def _report_unknown(self, tag: Tag, name: str, known: frozenset[str], report: Report) -> None:
        loop = self._variables.get(name)
        if loop is not None:
            report(codes.LOOP_NAME, tag, name=name, loop=loop.raw, loop_place=loop.place)
        else:
            report(codes.UNKNOWN_NAME, tag, word=name, mend=self._mend(name, known))

    def loop_of(self, name: str) -> Tag | None:
        """The loop whose variable has that name."""
        return self._variables.get(name)


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
