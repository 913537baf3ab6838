"""Formulas that lead back to themselves."""

from __future__ import annotations

from collections.abc import Iterator

from generator.base.diagnostics import Finding, Span
from generator.formula import codes as formula_codes
from generator.formula.functions import FUNCTIONS
from generator.formula.nodes import Call, Choice, Logic, Name, Node, parts
from generator.template.model import Template
from generator.template.scope import ITEMS, Context, Scope, formulas


def check_cycles(template: Template) -> list[Finding]:
    """A finding for every circle of formulas that cannot be left, whatever is filled in."""
    graph = _Graph(template)
    rings = {ring for name in graph.edges if (ring := graph.ring(name))}
    return [
        formula_codes.CYCLE.at(graph.places[ring[0]], ring[0], name=ring[0], way=" → ".join([*ring, ring[0]]))
        for ring in sorted(rings)
    ]


class _Graph:
    """What every formula needs in any case, by names."""

    def __init__(self, template: Template) -> None:
        self.scope = Scope(template)
        self.edges: dict[str, list[str]] = {}
        self.places: dict[str, Span] = {}
        for formula in formulas(template):
            self.places[formula.name] = formula.expression.span
            self.edges[formula.name] = list(self._needed(formula.expression.root, formula.context))
        for indicator in template.all_indicators():
            score = f"指标.{indicator.name}.得分"
            parts_of = [f"指标.{child.name}.得分" for child in indicator.children]
            if not indicator.children and indicator.score is None:
                parts_of = [f"指标.{indicator.name}.{ITEMS}.{item.name}" for item in indicator.items]
            self.edges.setdefault(score, parts_of)
            self.places.setdefault(score, indicator.span)

    def ring(self, start: str) -> tuple[str, ...]:
        """The way from a formula back to it, beginning with its least name; empty where there is none."""
        way, seen = [(start, iter(self.edges[start]))], {start}
        while way:
            following = next(way[-1][1], None)
            if following is None:
                way.pop()
            elif following == start:
                names = [name for name, _ in way]
                first = names.index(min(names))
                return (*names[first:], *names[:first])
            elif following not in seen and following in self.edges:
                seen.add(following)
                way.append((following, iter(self.edges[following])))
        return ()

    def _needed(self, node: Node, context: Context) -> Iterator[str]:
        """The names that evaluating a node asks for in any case: not those on the sides of a choice."""
        if isinstance(node, Name):
            key = self.scope.key(node.path, context)
            yield key.replace(".得分率", ".得分") if key.startswith("指标.") else key
        elif isinstance(node, Choice):
            yield from self._needed(node.condition, context)
        elif isinstance(node, Logic):
            yield from self._needed(node.left, context)
        elif isinstance(node, Call) and FUNCTIONS[node.function].kind == "rows":
            yield from self._of_rows(node, context)
        else:
            for part in parts(node):
                yield from self._needed(part, context)

    def _of_rows(self, node: Call, context: Context) -> Iterator[str]:
        found = self.scope.table_of(node)
        if found is None:
            return
        table, arguments = found
        if table == ITEMS and context.indicator is not None:
            own = context.indicator
            yield from (f"指标.{own.name}.{ITEMS}.{item.name}" for item in own.items if item.score is not None)
            return
        for argument in arguments:
            yield from self._needed(argument, context.within(table))
