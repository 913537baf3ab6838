"""Why an evaluation has no value: at the bureau's own cells where one of them is to blame, else at the formula."""

from __future__ import annotations

from itertools import islice
from typing import Final

from generator.base.amount import Amount
from generator.base.diagnostics import Code
from generator.base.forms import plain
from generator.base.judgement import Flag, Judgement, Verdict
from generator.base.target import Target
from generator.base.target_text import as_target
from generator.formula import codes
from generator.formula.parser import Expression, Name, Node, names_in
from generator.formula.values import FormulaFault, Scope, Trace, in_words, walk

_BLANK: Final = "（未填）"
_MOST_NAMED: Final = 4


def facts_behind(expression: Expression, scope: Scope, node: Node | None = None) -> dict[str, Trace]:
    """The bureau's facts that an expression or a part of it may ask for, by name; of a table its number of rows."""
    facts: dict[str, Trace] = {}
    for name in names_in(node or expression.root):
        trace = scope.resolve(name.path)
        rows = None if trace is not None else scope.rows(name.path) or scope.rows(name.path[:-1])
        trace = rows.trace if rows is not None else trace
        below = walk(trace) if trace is not None else ()
        facts |= {one.name: one for one in below if not one.formula and one.span.file != expression.span.file}
    return facts


class Faults:
    """The faults of one evaluation: ``name`` is what the expression computes."""

    def __init__(self, expression: Expression, name: str) -> None:
        self.expression, self.name = expression, name

    def fault(self, code: Code, trace: Trace | None = None, **words: str) -> FormulaFault:
        """The fault of this evaluation: at a fact's own line where it is to blame, else at the formula."""
        span = trace.span if trace is not None else self.expression.span
        return FormulaFault(code.at(span, self.name, formula=self.expression.text, **words), trace)

    @staticmethod
    def own_fact(node: Node, scope: Scope) -> Trace | None:
        """The fact that a node names, so that a finding can point at the bureau's line; None for anything else."""
        trace = scope.resolve(node.path) if isinstance(node, Name) else None
        return trace if trace is not None and not trace.formula else None

    def _facts(self, node: Node, scope: Scope) -> dict[str, Trace]:
        return facts_behind(self.expression, scope, node)

    def missing(self, trace: Trace) -> FormulaFault:
        """The fault of a fact that was not filled in: at the fact, so that it is reported once for all formulas."""
        words = {"name": trace.name, "result": f"「{self.name}」"}
        return FormulaFault(codes.MISSING_FACT.at(trace.span, trace.name, hint=trace.advice, **words), trace)

    def wrong(self, problem: str, node: Node, scope: Scope, what: str = "") -> FormulaFault:
        """The fault of a value of the wrong type; ``what`` says so of the fact that the node comes from."""
        fact = next(iter(self._facts(node, scope).values()), None) if what else None
        if fact is None or fact.value is None:
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        where = f"「{fact.name}」填的是「{fact.text}」，算不出「{self.name}」："
        hint = f"核对「{fact.name}」；填得没有错的，是模板的公式不对，请告诉模板的维护人员。"
        return FormulaFault(codes.WRONG_TYPE.at(fact.span, fact.name, hint=hint, where=where, problem=what), fact)

    def in_words(self, *nodes: Node, scope: Scope) -> FormulaFault | None:
        """The fault of a target in words where one of the nodes names one."""
        traces = (scope.resolve(node.path) for node in nodes if isinstance(node, Name))
        fact = next((fact for trace in traces if trace is not None and (fact := in_words(trace))), None)
        if fact is None:
            return None
        # At the fact, so that it is reported once and not for each formula.
        return FormulaFault(codes.IN_WORDS.at(fact.span, fact.name, name=fact.name, text=fact.text), fact)

    def zero(self, node: Node, scope: Scope, what: str = "") -> FormulaFault:
        """The fault of a divisor that is 0: at the first fact that it comes from, which may be a table without rows.

        ``what`` says which number of a table is 0.
        """
        facts = self._facts(node, scope)
        named = "".join(f"「{name}」" for name in islice(facts, _MOST_NAMED)) + (
            "等" if len(facts) > _MOST_NAMED else ""
        )
        alone = self.own_fact(node, scope) is not None
        divisor = named if alone else f"由{named}算出的数" if named else f"「{self.expression.slice(node)}」"
        divisor = f"{named}{what}" if what else divisor
        # A formula says something to those only who can change it.
        hint = "" if named else f"改写公式「{self.expression.text}」，先问除数是不是 0。"
        words = {"divisor": divisor, "result": self.name, "facts": named}
        first = next(iter(facts.values()), None)
        span = first.span if first is not None else self.expression.span
        return FormulaFault(codes.ZERO_DIVISION.at(span, self.name, hint=hint, **words), first)

    def incomparable(
        self,
        sides: tuple[Amount | str, Amount | str],
        facts: tuple[Trace | None, Trace | None],
        what: str,
        by: Judgement,
    ) -> FormulaFault:
        """The fault of a target and an actual value without verdict: at what the bureau left blank, else at the latter.

        Args:
            sides: The target and the actual value, as typed.
            facts: The facts that they are; None for what a formula gives.
            what: What cannot be said for it.
            by: The judgement.
        """
        target, actual = sides
        blank = next((fact for fact in facts if fact is not None and fact.value is None), None)
        if blank is not None:
            return self.missing(blank)
        sides_read = as_target(target), as_target(actual)
        lacks_unit = Flag.UNIT_MISSING in by.flags and not sides_read[0].unit
        blamed = lacks_unit or by.verdict is Verdict.BY_PERSON or Flag.TARGET_MISSING in by.flags
        fact, why = (facts[0] if blamed else facts[1]) or facts[0] or facts[1], by.reason.rstrip("。")
        if fact is None:
            problem = f"「{target}」与「{actual}」不能比较：{why}"
            return self.fault(codes.WRONG_TYPE, where=f"「{self.expression.text}」中", problem=problem)
        words = {"target": str(target) or _BLANK, "actual": str(actual) or _BLANK, "why": why, "what": what}
        return FormulaFault(codes.NOT_COMPARABLE.at(fact.span, fact.name, hint=_mend(*sides_read, by), **words), fact)


def _mend(target: Target, actual: Target, by: Judgement) -> str:
    """What to do about a target and an actual value without verdict; empty for the code's own advice."""
    if by.verdict is Verdict.NOT_APPLICABLE:
        return (
            f"做了的，填实际完成的数，一点没有完成的填「0{target.unit}」；当年确实不适用的，这份模板没有规定这张表的不适用怎样算："
            "删去这一行，另在文字里说明，或请模板的维护人员规定。"
        )
    if target.quantity is None or target.fault:
        return ""
    if actual.fault:
        said = f"，单位写「{target.unit}」" if target.unit else ""
        return f"填实际完成的数{said}；一点没有完成的填「0{target.unit}」。"
    if Flag.UNIT_MISSING in by.flags:
        return f"写成「{actual}{target.unit}」。" if target.unit else f"写成「{target}{actual.unit}」。"
    if Flag.UNIT_DIFFERS in by.flags:
        return (
            f"两处用同一个单位，如实际写成「{plain(actual.quantity)}{target.unit}」。"
            if actual.quantity is not None
            else ""
        )
    return ""
