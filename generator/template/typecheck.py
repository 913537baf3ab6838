"""Static type check of a template's formulas: numbers, texts, conditions, dates; money, rates and bare numbers.

A target (目标) may be a number or words, depending on the input, so it fits any type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Code, Finding, Span, suggestion
from generator.base.forms import RATE, Form
from generator.base.judgement import Verdict
from generator.formula import codes as formula_codes
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.formula.values import FUNCTIONS
from generator.template import codes
from generator.template.model import Template
from generator.template.scope import Context, Formula, Scope, formulas, worth_of

_WORDS_OF_VERDICTS = frozenset(verdict.label for verdict in Verdict)


class _Worth(Struct, frozen=True):
    """The type of a node (数, 文字, 条件, 日期, 列表; empty if unknown), and all ``words`` that it can be, if known.

    ``unit`` tells money, rates and numbers that are typed without a unit; empty if unknown.
    """

    kind: str = ""
    words: frozenset[str] | None = None
    unit: str = ""


_MONEY, _RATE, _BARE = "金额", "比率", "没有单位的数"
_UNITS = {"金额": _MONEY, "比率": _RATE, "等次": _RATE}
"""The units of numbers by the kind of their field."""
_ANY, _NUMBER, _TRUTH, _TEXT = _Worth(), _Worth("数"), _Worth("条件"), _Worth("文字")
_JUDGED = {
    "判定": _Worth("文字", _WORDS_OF_VERDICTS),
    "判定说明": _TEXT,
    **dict.fromkeys(("完成率", "超出"), _Worth("数", None, _RATE)),
    "年份": _NUMBER,
    "连成": _TEXT,
}
_AS_FIRST = frozenset({"四舍五入", "向上取整", "向下取整", "绝对值"})
_WRONG_RESULT = {"数": "得出的不是数字，不能作为得分", "条件": "得出的不是「是」或「否」，不能作为条件"}


def check_types(template: Template) -> list[Finding]:
    """A finding for every part of a formula of the wrong type, and every comparison that never holds."""
    checker = _Checker(template)
    for formula in formulas(template):
        checker.check(formula)
    return checker.findings


def unguarded(template: Template) -> Iterator[Finding]:
    """Findings for optional facts that a formula needs in any case: without them it has no value."""
    scope = Scope(template)
    # A rule that lacks a fact is silent.
    for formula in (one for one in formulas(template) if not one.name.startswith("勾稽.")):
        for node, context in scope.needed(formula.expression.root, formula.context, filled=True):
            field = scope.fields.get(scope.key(node.path, context))
            if field is None or field.required or field.absent or not field.is_filled_in:
                continue
            if field.kind not in ("表", "组"):
                written = formula.expression.slice(node)
                words = {"name": written, "formula": formula.expression.text, "result": formula.name}
                yield codes.UNGUARDED.at(span_of(formula.expression, node), formula.name, **words)


_STEPS = re.compile(
    r"\{\{[-pr]?\s*(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:\|\s*(?P<filter>\w+)\s*(?:\([^()]*\))?\s*)?-?\}\}"
    r"(?P<behind>(?:百万|千万|千|万|亿)?元|[%％‰])?"
    r"|\{%[-a-z]*\s*for\s+(?P<variable>\w+)\s+in\s+(?P<table>[\w.]+)"
    r"|\{%[-a-z]*\s*(?:if|elif)\b(?P<condition>[^%\n]*)%\}"
)
"""The tags that print a name, open a loop, or ask for something."""
_COMPARED = re.compile(
    r"(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:[=!]=|[<>]=?)\s*(?P<value>\d+(?:\.\d+)?(?![\d.%％])|\"[^\"]*\"|'[^']*')"
)
_BUILT_IN = {
    **{unit: Form(unit) for unit in ("元", "万元", "亿元")},
    **dict.fromkeys(("小数", "去零", "千分位"), Form()),
    "百分比": RATE,
    "大写金额": Form("元", suffix="元"),
}


def check_printed(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Findings for tags beside another unit than theirs, in a form of another unit, or compared with another kind.

    Args:
        template: The template.
        texts: Each text with its path and its place; the paragraphs of a layout are one text.
    """
    for text, path, span in texts:
        printed = _Printed(template, path)
        for tag, problem in dict.fromkeys(printed.problems(text)):
            if problem:
                yield codes.PRINTED.at(span, path, tag=tag, problem=problem)


class _Printed:
    """The numbers that the tags of one text print."""

    def __init__(self, template: Template, path: str) -> None:
        self.fields, self.forms = template.by_path, {**_BUILT_IN, **template.forms}
        name = path.split(".")[1] if path.startswith("指标.") else ""
        self.own = next((one for one in template.all_indicators() if one.name == name), None)
        self.tables: dict[str, str] = {}

    def problems(self, text: str) -> Iterator[tuple[str, str]]:
        """Each tag of the text with what is wrong with it, or blank."""
        for match in _STEPS.finditer(text):
            if match["variable"]:
                self.tables[match["variable"]] = self._path(match["table"])
            elif match["name"]:
                yield match[0], self._beside(match)
            else:
                yield from ((match[0], self._never(one)) for one in _COMPARED.finditer(match["condition"]))

    def _path(self, name: str) -> str:
        """What a name means: that of a loop stands for the rows of its table, of the last loop with this name."""
        first, point, rest = name.partition(".")
        return f"{self.tables.get(first, first)}{point}{rest}"

    def _shown(self, name: str) -> tuple[str, Form | None]:
        """The unit of what a name prints, and the form in which it does; no form if it is not known."""
        field = self.fields.get(self._path(name))
        if name == "取值" and self.own is not None and field is None:
            return unit_of_form(self.own.value_form), self.own.value_form
        if field is None:
            return "", None
        unit = _UNITS.get(field.kind, "")
        if field.formula is not None and field.form is not None:
            return unit or unit_of_form(field.form), field.form
        return unit, Form(suffix="元") if unit == _MONEY else RATE if field.kind == "比率" else None

    def _beside(self, tag: re.Match[str]) -> str:
        """What is wrong with a tag and the unit behind it; blank if nothing is, or what it prints is not known."""
        unit, form = self._shown(tag["name"])
        form = self.forms.get(tag["filter"]) if tag["filter"] else form
        if form is None:
            return ""
        if tag["filter"] and _differ(unit, unit_of_form(form)):
            return f"的值是{unit}，印制形式「{tag['filter']}」的单位是「{form.unit}」"
        scale = form.unit or ("元" if unit == _MONEY else "1" if unit == _RATE else "")
        behind = (tag["behind"] or "").replace("％", "%")
        # A unit that stands twice shows when the examples are printed (JX774).
        if not behind or form.suffix or scale in ("", behind):
            return ""
        said = "照小数印（95% 印成 0.95）" if scale == "1" else f"按「{scale}」换算"
        return f"{said}，后面写的是「{behind}」"

    def _never(self, compared: re.Match[str]) -> str:
        """Why a comparison never holds, or always; blank if it may."""
        field, value = self.fields.get(self._path(compared["name"])), compared["value"]
        if value[0].isdecimal():
            is_rate = self._shown(compared["name"])[0] == _RATE and float(value) > 1
            return f"拿比率和「{value}」比：95% 写成 0.95" if is_rate else ""
        is_number = field is not None and worth_of(field) == "数"
        return f"拿数和文字「{value[1:-1]}」比，不会相等：数不加引号" if is_number else ""


class _Checker:
    def __init__(self, template: Template) -> None:
        self.scope = Scope(template)
        self.findings: list[Finding] = []
        self._known: dict[str, _Worth] = {}
        self._formulas = {formula.name: formula for formula in formulas(template)}

    def check(self, formula: Formula) -> None:
        before = len(self.findings)
        worth = _Reading(self, formula, self.findings).worth(formula.expression.root, formula.context)
        declared = self.scope.fields.get(formula.name)
        wanted = formula.wanted or (self.scope.worth(formula.name) if declared is not None else "")
        if worth.kind and wanted and worth.kind != wanted:
            kind = declared.kind if declared is not None else ""
            problem = _WRONG_RESULT[wanted] if formula.wanted else f"得出的不是{wanted}，与类型「{kind}」不符"
            span, words = formula.expression.span, {"where": _within(formula.expression), "problem": problem}
            self.findings.append(formula_codes.WRONG_TYPE.at(span, formula.name, **words))
        for problem in self._wrong_units(formula, worth.unit) if len(self.findings) == before else ():
            span, words = formula.expression.span, {"formula": formula.expression.text, "problem": problem}
            self.findings.append(codes.UNITS.at(span, formula.name, **words))

    def _wrong_units(self, formula: Formula, unit: str) -> Iterator[str]:
        """Why a computed number of this unit is none that its field, score or printing form may have."""
        field, own = self.scope.fields.get(formula.name), formula.context.indicator
        wanted, form = (_UNITS.get(field.kind, ""), field.form) if field is not None else ("", None)
        if own is not None and formula.name.endswith(".取值"):
            form = own.value_form
        if own is not None and formula.name.endswith(".得分") and own.weight != 1 and unit in (_MONEY, _RATE):
            yield f"得出的是{unit}，不是分数" + ("：比率要乘「分值」" if unit == _RATE else "")
        printed = unit_of_form(form)
        if _differ(unit, wanted) and unit != _BARE:
            yield f"得出的是{unit}，字段的类型是{wanted}"
        elif form is not None and _differ(wanted or unit, printed) and unit != _BARE:
            yield f"得出的是{wanted or unit}，印制形式的单位却是「{form.unit}」"

    def of(self, key: str) -> _Worth:
        """The type of a full name."""
        if key in self._formulas:
            if key not in self._known:
                self._known[key] = _ANY  # ends the recursion of a cycle
                formula = self._formulas[key]
                worth = _Reading(self, formula, []).worth(formula.expression.root, formula.context)
                self._known[key] = replace(worth, unit=self._unit_of(key, formula) or worth.unit.replace(_BARE, ""))
            return self._known[key]
        known = self.scope.fields.get(key)
        choices = frozenset(known.choices) if known is not None and known.kind == "选项" else None
        return _Worth(self.scope.worth(key), choices, _UNITS.get(known.kind, "") if known is not None else "")

    def _unit_of(self, key: str, formula: Formula) -> str:
        """The unit that a computed value is said to have, by its field or the form in which it is printed."""
        field, own = self.scope.fields.get(key), formula.context.indicator
        if field is not None:
            return _UNITS.get(field.kind, "")
        return unit_of_form(own.value_form) if own is not None and key.endswith(".取值") else ""


class _Reading(Struct, frozen=True):
    """The type check of one formula."""

    checker: _Checker
    formula: Formula
    findings: list[Finding]

    def worth(self, node: nodes.Node, context: Context) -> _Worth:
        """The type of a node; reports what is wrong in it."""
        return _WAYS[type(node)](self, node, context)

    def literal(self, node: nodes.Literal, _context: Context) -> _Worth:
        """A number, a text or a truth value."""
        match node.value:
            case bool():
                return _TRUTH
            case str():
                return _Worth("文字", frozenset({node.value}))
        written = self.formula.expression.slice(node)
        unit = _MONEY if written.endswith("元") else _RATE if written.endswith(("%", "‰", "％")) else _BARE
        # 0 is 0 of everything, and 1 is 100 %.
        return replace(_NUMBER, unit="" if unit == _BARE and abs(node.value) <= 1 else unit)

    def signed(self, node: nodes.Unary, context: Context) -> _Worth:
        """A negated number or condition."""
        return self._must(node.operand, context, "条件" if node.sign == "not" else "数")

    def joined(self, node: nodes.Binary | nodes.Logic, context: Context) -> _Worth:
        """Two numbers, or two conditions."""
        wanted = "数" if isinstance(node, nodes.Binary) else "条件"
        left, right = self._must(node.left, context, wanted), self._must(node.right, context, wanted)
        if not isinstance(node, nodes.Binary):
            return right
        if node.sign in "+-":
            return replace(_NUMBER, unit=self._shared((node.left, left), (node.right, right)))
        if node.sign == "/" and isinstance(node.right, nodes.Literal) and node.right.value == 0:
            self._tell(formula_codes.WRONG_TYPE, node.right, problem="除数是 0")
        units = (left.unit, right.unit)
        if node.sign == "/" and units == (_MONEY, _MONEY):
            return replace(_NUMBER, unit="" if isinstance(node.right, nodes.Literal) else _RATE)
        scaled = units[1] in (_RATE, _BARE) or (node.sign == "*" and units in ((_RATE, _MONEY), (_BARE, _MONEY)))
        return replace(_NUMBER, unit=_MONEY if scaled and _MONEY in units else "")

    def _shared(self, *sides: tuple[nodes.Node, _Worth]) -> str:
        """The unit of numbers that are added or compared; reports two that differ."""
        known = [(node, worth.unit) for node, worth in sides if worth.kind == "数" and worth.unit]
        clash = next((((a, one), (b, other)) for (a, one), (b, other) in combinations(known, 2) if one != other), None)
        if clash is not None:
            written = self.formula.expression.slice
            problem = "，".join(f"「{written(node)}」是{unit}" for node, unit in clash)
            bare = next((node for node, unit in clash if unit == _BARE), clash[1][0])
            self._tell(codes.UNITS, bare, problem=problem)
        units = {unit for _, unit in known} - {_BARE}
        return units.pop() if len(units) == 1 else ""

    def named(self, node: nodes.Name, context: Context) -> _Worth:
        """A fact or a computed value; a total takes precedence over a field of its name."""
        if ".".join(node.path) in context.names:
            return _NUMBER
        if not self.checker.scope.is_value(node.path, context):
            self._tell(formula_codes.WRONG_TYPE, node, problem=f"「{'.'.join(node.path)}」是表或组，不是一个值")
            return _ANY
        return self.checker.of(self.checker.scope.key(node.path, context))

    def _must(self, node: nodes.Node, context: Context, wanted: str) -> _Worth:
        worth = self.worth(node, context)
        if worth.kind not in ("", wanted):
            written = self.formula.expression.slice(node)
            said = "不是数字，不能计算" if wanted == "数" else "不是条件（是或否）"
            self._tell(formula_codes.WRONG_TYPE, node, problem=f"「{written}」{said}")
        return _Worth(wanted, None, worth.unit)

    def compared(self, node: nodes.Compare, context: Context) -> _Worth:
        """A condition; both sides must have one type, and texts a common value."""
        left, right = self.worth(node.left, context), self.worth(node.right, context)
        known = bool(left.kind and right.kind)
        ordered = node.sign in ("=", "!=") or left.kind in ("数", "日期")
        if known and (left.kind != right.kind or left.kind == "列表" or not ordered):
            written = self.formula.expression.slice(node)
            self._tell(formula_codes.WRONG_TYPE, node, problem=f"「{written}」两边不能这样比较")
        elif left.words is not None and right.words is not None and not left.words & right.words:
            # An option that the field does not have.
            turned = isinstance(node.left, nodes.Literal)
            name, text = (node.right, node.left) if turned else (node.left, node.right)
            options, words = (right.words, left.words) if turned else (left.words, right.words)
            value = "、".join(sorted(words))
            self._tell(
                codes.NOT_AN_OPTION,
                text,
                hint=suggestion(value, sorted(options)),
                name=self.formula.expression.slice(name),
                value=value,
                outcome="永远不成立" if node.sign == "=" else "总是成立",
            )
        self._shared((node.left, left), (node.right, right))
        return _TRUTH

    def chosen(self, node: nodes.Choice, context: Context) -> _Worth:
        """The type that both sides share."""
        self._must(node.condition, context, "条件")
        then, otherwise = self.worth(node.then, context), self.worth(node.otherwise, context)
        if then.kind != otherwise.kind:
            return _ANY
        known = then.words is not None and otherwise.words is not None
        words = (then.words or frozenset()) | (otherwise.words or frozenset()) if known else None
        units = {then.unit, otherwise.unit} - {"", _BARE}
        return _Worth(then.kind, words, units.pop() if len(units) == 1 else "")

    def called(self, node: nodes.Call, context: Context) -> _Worth:
        """The result of a function."""
        match FUNCTIONS[node.function].kind:
            case "rows":
                return replace(_NUMBER, unit=self._aggregate(node, context))
            case "values" | "roughly" | "steps" as kind:
                sides = [(argument, self._must(argument, context, "数")) for argument in node.arguments]
                if node.function in _AS_FIRST:
                    return sides[0][1]
                if kind == "steps":
                    self._steps(node)
                # The scores of 分段 are no bounds.
                unit = self._shared(*(sides[:1] + sides[1:-1:2] if kind == "steps" else sides))
                return _TRUTH if kind == "roughly" else replace(_NUMBER, unit="" if kind == "steps" else unit)
            case "given" | "said" | "repeats" as kind:
                return {"given": self._given, "said": self._said, "repeats": self._repeats}[kind](node, context)
            case _:
                for argument in node.arguments:
                    self.worth(argument, context)
                return _JUDGED.get(node.function, _TRUTH)
        return _NUMBER

    def _aggregate(self, node: nodes.Call, context: Context) -> str:
        """The unit of what is added up or averaged."""
        found = self.checker.scope.table_of(node, context)
        function = FUNCTIONS[node.function]
        if found is None:
            first = node.arguments[0]
            if not isinstance(first, nodes.Name) or self._is_known(first, context):
                written = self.formula.expression.slice(first)
                problem = f"「{node.function}」的第一个参数「{written}」不是表"
                self._tell(formula_codes.WRONG_TYPE, node, problem=problem)
            return ""
        table, arguments = found
        if not function.is_complete(1 + len(arguments)):
            self._tell(formula_codes.ARGUMENTS, node, name=node.function, usage=function.usage)
        conditions = 0 if node.function == "计数" else len(arguments) if node.function == "加权平均" else 1
        row = self.checker.scope.within(context, table)
        read = [self._must(one, row, "数" if at < conditions else "条件") for at, one in enumerate(arguments)]
        return read[0].unit if read and conditions else ""

    def _given(self, node: nodes.Call, _context: Context) -> _Worth:
        if not isinstance(node.arguments[0], nodes.Name):
            self._tell(formula_codes.WRONG_TYPE, node, problem="「已填」只能用于一个名称")
        return _TRUTH

    def _repeats(self, node: nodes.Call, context: Context) -> _Worth:
        first, found = node.arguments[0], self.checker.scope.table_of(node, context)
        unknown = isinstance(first, nodes.Name) and not self._is_known(first, context)
        if len(found[1]) != 1 if found is not None else not unknown:
            self._tell(formula_codes.ARGUMENTS, node, name=node.function, usage=FUNCTIONS[node.function].usage)
        return _TRUTH

    def _said(self, node: nodes.Call, context: Context) -> _Worth:
        """不适用, or the words of a grade, which only facts of the kind 等次 have."""
        argument, scope = node.arguments[0], self.checker.scope
        if node.function == "不适用":
            self.worth(argument, context)
            return _TRUTH
        field = scope.fields.get(scope.key(argument.path, context)) if isinstance(argument, nodes.Name) else None
        if field is not None and field.kind not in ("", "等次"):
            written = self.formula.expression.slice(argument)
            self._tell(formula_codes.WRONG_TYPE, node, problem=f"「{written}」的类型不是等次")
        return _Worth("文字", frozenset(field.choices) if field is not None and field.grades else None)

    def _is_known(self, name: nodes.Name, context: Context) -> bool:
        scope = self.checker.scope
        return scope.key(name.path, context) in scope.fields

    def _steps(self, node: nodes.Call) -> None:
        """The bounds of 分段 that are plain numbers: upper ones must rise, lower ones fall."""
        for before, behind in pairwise(node.arguments[1:-1:2]):
            (sign, low), (next_sign, high) = nodes.bound_of(before), nodes.bound_of(behind)
            if not isinstance(low, nodes.Literal) or not isinstance(high, nodes.Literal) or sign[0] != next_sign[0]:
                continue
            first, second = low.value, high.value
            if not isinstance(first, Fraction) or not isinstance(second, Fraction) or sign[0] not in "<>":
                continue
            # 「< 60%, 0, ≤ 60%, 1」 has a step for exactly 60 %.
            goes_on = second > first if sign[0] == "<" else second < first
            if not goes_on and not (first == second and len(sign) < len(next_sign)):
                written = self.formula.expression.slice
                self._tell(codes.STEPS, behind, high=written(before), low=written(behind))

    def _tell(self, code: Code, node: nodes.Node, *, hint: str = "", **words: str) -> None:
        expression = self.formula.expression
        words = {"formula": expression.text, "where": _within(expression), **words}
        self.findings.append(code.at(span_of(expression, node), self.formula.name, hint=hint, **words))


def unit_of_form(form: Form | None) -> str:
    """Whether a form prints money or a rate; empty if it prints any number."""
    return "" if form is None or not form.unit else _MONEY if form.unit.endswith("元") else _RATE


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _within(expression: Expression) -> str:
    return f"「{expression.text}」中"


def span_of(expression: Expression, node: nodes.Node) -> Span:
    """The place of a node; that of the whole formula if it is written over several lines."""
    span = expression.span
    if node.end > span.length:
        return span
    return Span(span.file, span.line, span.column + node.start, node.end - node.start)


_WAYS: dict[type[nodes.Node], Callable[[_Reading, Any, Context], _Worth]] = {
    nodes.Literal: _Reading.literal,
    nodes.Name: _Reading.named,
    nodes.Unary: _Reading.signed,
    nodes.Binary: _Reading.joined,
    nodes.Logic: _Reading.joined,
    nodes.Compare: _Reading.compared,
    nodes.Choice: _Reading.chosen,
    nodes.Call: _Reading.called,
}
