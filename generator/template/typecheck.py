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
from generator.base.formats import Format
from generator.base.judgement import Verdict
from generator.formula import codes as formula_codes
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.formula.values import FUNCTIONS
from generator.template import codes
from generator.template.model import UNRATED, Field, Template
from generator.template.scope import RATIO, SCORE, UNITS_OF_FIGURES, Context, Formula, Scope, formulas, tables_above

_WORDS_OF_VERDICTS = frozenset(verdict.label for verdict in Verdict)


class _Worth(Struct, frozen=True):
    """The type of a node (数, 文字, 条件, 日期, 列表; empty if unknown), and all ``words`` that it can be, if known.

    ``unit`` distinguishes money, rates, scores and numbers that are typed without a unit; empty if unknown.
    """

    kind: str = ""
    words: frozenset[str] | None = None
    unit: str = ""


MONEY, BARE, _SMALL = "金额", "没有单位的数", "没有单位的小数"
_ALIKE = tuple(map(frozenset, ((BARE, SCORE), (_SMALL, BARE), (_SMALL, SCORE), (_SMALL, RATIO))))
"""Units that may be added and compared: scores are plain numbers, and 0.95 may be a rate."""
_SCALES = frozenset(scale for power in (3, 4, 6, 8) for scale in (Fraction(10**power), Fraction(1, 10**power)))
_MOST_TIMES = 10
_FORMS = frozenset({"指标", "指标来自", "评分", "要点"})
_WHOLE = frozenset({"四舍五入", "向上取整", "向下取整"})
_ANY, _NUMBER, _TRUTH, _TEXT = _Worth(), _Worth("数"), _Worth("条件"), _Worth("文字")
_JUDGED = {
    "判定": _Worth("文字", _WORDS_OF_VERDICTS),
    "判定说明": _TEXT,
    **dict.fromkeys(("完成率", "超出"), _Worth("数", None, RATIO)),
    "年份": _NUMBER,
    "连成": _TEXT,
}
_DATES = {
    "日期": '日期只和日期比；和定好的一天比写「达标("3月31日前", 公开日期)」，年份写「年份(公开日期)」，'
    "天数由部门填一个整数字段。"
}
_AS_FIRST = _WHOLE | {"绝对值"}
_WRONG_RESULT = {"数": "得出的不是数字，不能作为得分", "条件": "得出的不是「是」或「否」，不能作为条件"}


def check_types(template: Template) -> list[Finding]:
    """A finding for every part of a formula of the wrong type, and every comparison that never holds."""
    checker = Checker(template)
    for formula in formulas(template):
        checker.check(formula)
    return checker.findings


class Checker:
    """The types of the formulas of a template."""

    def __init__(self, template: Template) -> None:
        self.scope = Scope(template)
        self.findings: list[Finding] = []
        self._known: dict[str, _Worth] = {}
        self._formulas = {formula.name: formula for formula in formulas(template)}
        forms = [(above, scoring) for above, scoring, _ in template.all_forms() if scoring is not None]
        self._ratings = {
            above: frozenset([*(band.name for band in scoring.bands), *([UNRATED] if scoring.unrated else [])])
            for above, scoring in forms
            if scoring.bands and all(band.name for band in scoring.bands)
        }

    def check(self, formula: Formula) -> None:
        """Adds what is wrong with a formula to the findings."""
        before = len(self.findings)
        worth = _Reading(self, formula, self.findings).worth(formula.expression.root, formula.context)
        declared = self.scope.fields.get(formula.name)
        wanted = formula.wanted or (self.scope.worth(formula.name) if declared is not None else "")
        if worth.kind and wanted and worth.kind != wanted:
            kind = declared.kind if declared is not None else ""
            problem = _WRONG_RESULT[wanted] if formula.wanted else f"得出的不是{wanted}，与类型「{kind}」不符"
            span, words = formula.expression.span, {"where": f"「{formula.expression.text}」中", "problem": problem}
            self.findings.append(formula_codes.WRONG_TYPE.at(span, formula.name, **words))
        for problem in self._wrong_units(formula, worth.unit) if len(self.findings) == before else ():
            span, words = formula.expression.span, {"formula": formula.expression.text, "problem": problem}
            self.findings.append(codes.UNITS.at(span, formula.name, **words))

    def _wrong_units(self, formula: Formula, unit: str) -> Iterator[str]:
        """Why a computed number of this unit is none that its field, score or number format may have."""
        field, own = self.scope.fields.get(formula.name), formula.context.indicator
        wanted, fmt = (unit_of(field), field.format) if field is not None else ("", None)
        if own is not None and formula.name.endswith(".取值"):
            fmt = own.value_format
        earned = formula.name.endswith((".得分", ".总分")) and (own is None or own.weight != 1) and field is None
        if earned and unit in (MONEY, RATIO):
            yield f"得出的是{unit}，不是分数" + ("：比率要乘「分值」" if own is not None and unit == RATIO else "")
        printed = unit_of_format(fmt)
        if unit == BARE and RATIO in (wanted, printed) and isinstance(formula.expression.root, nodes.Name):
            yield "得出的是个数，不是比率：比率是两个数相除"
        if differ(unit, wanted) and unit not in (BARE, _SMALL):
            yield f"得出的是{unit}，字段的类型是{wanted}"
        elif fmt is not None and differ(wanted or unit, printed) and unit not in (BARE, _SMALL):
            yield f"得出的是{wanted or unit}，印制形式的单位却是「{fmt.unit}」"

    def of(self, key: str) -> _Worth:
        """The type of a full name."""
        if key in self._formulas:
            if key not in self._known:
                self._known[key] = _ANY  # ends the recursion of a cycle
                formula = self._formulas[key]
                worth = _Reading(self, formula, []).worth(formula.expression.root, formula.context)
                self._known[key] = replace(worth, unit=self.unit_of(formula) or self._left(key, formula, worth))
            return self._known[key]
        known, last = self.scope.fields.get(key), key.rpartition(".")[2]
        if known is None:
            rated = self._ratings.get(key.removesuffix("评分.等级")) if key.endswith("评分.等级") else None
            is_figure = not _FORMS.isdisjoint(key.split("."))
            return _Worth(self.scope.worth(key), rated, UNITS_OF_FIGURES.get(last, "") if is_figure else "")
        choices = frozenset(known.choices) if known.kind == "选项" and known.choices else None
        return _Worth(self.scope.worth(key), choices, unit_of(known))

    def _left(self, key: str, formula: Formula, worth: _Worth) -> str:
        """The unit of a computed number of which nothing is said, as far as its formula shows it."""
        field = self.scope.fields.get(key)
        if worth.unit == RATIO and field is not None and field.format is not None and field.format.suffix:
            return ""  # printed as 1.2倍
        is_typed = isinstance(formula.expression.root, nodes.Literal)
        return "" if worth.unit in (BARE, _SMALL) and not is_typed else worth.unit

    def unit_of(self, formula: Formula) -> str:
        """The unit that a computed value is said to have, by its field or the format in which it is printed."""
        key, own = formula.name, formula.context.indicator
        field = self.scope.fields.get(key)
        if field is not None:
            return unit_of(field) or unit_of_format(field.format)
        if own is not None and key.endswith(".取值"):
            return unit_of_format(own.value_format)
        return UNITS_OF_FIGURES.get(key.rpartition(".")[2], "")


class _Reading(Struct, frozen=True):
    """The type check of one formula."""

    checker: Checker
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
        unit = MONEY if written.endswith("元") else RATIO if written.endswith(("%", "‰", "％")) else BARE
        # 0 is 0 of everything, 1 is 100 %, and 1.2 may be 1.2 times as much.
        if unit == BARE and node.value.denominator > 1 and abs(node.value) < _MOST_TIMES:
            unit = _SMALL
        return replace(_NUMBER, unit="" if unit == BARE and abs(node.value) <= 1 else unit)

    def signed(self, node: nodes.Unary, context: Context) -> _Worth:
        """A negated number or condition."""
        return self._must(node.operand, context, "条件" if node.sign == "not" else "数")

    def joined(self, node: nodes.Binary | nodes.Logic, context: Context) -> _Worth:
        """Two numbers, or two conditions."""
        wanted = "数" if isinstance(node, nodes.Binary) else "条件"
        left, right = self._must(node.left, context, wanted), self._must(node.right, context, wanted)
        self._alike(node, node.left, node.right)
        if not isinstance(node, nodes.Binary):
            return right
        if node.sign in "+-":
            return replace(_NUMBER, unit=self._shared((node.left, left), (node.right, right)))
        if node.sign == "/" and isinstance(node.right, nodes.Literal) and node.right.value == 0:
            self._tell(formula_codes.WRONG_TYPE, node.right, problem="除数是 0")
        return replace(_NUMBER, unit=self._product(node, left.unit, right.unit))

    def _product(self, node: nodes.Binary, left: str, right: str) -> str:
        """The unit of a product or quotient; reports one that is no unit, or a number that does nothing there."""
        literal = next((one for one in (node.right, node.left) if isinstance(one, nodes.Literal)), None)
        plain, units = {RATIO, BARE, _SMALL}, {left, right}
        if node.sign == "*" and left == right == MONEY:
            self._tell(codes.UNITS, node.right, problem="两个金额相乘，得出的不是金额")
        elif literal is not None:
            # A typed factor or divisor that does nothing, or too much.
            written, wanted = self.formula.expression.slice(literal), self.checker.unit_of(self.formula)
            problem = ""
            if wanted == MONEY and literal.value in _SCALES and MONEY in units and units & plain:
                problem = "金额以元计，不用再换算：印成万元的写「形式: 万元」"
            elif wanted == RATIO and node.sign == "*" and written == "100":
                problem = "比率不用乘 100：95% 就是 0.95，印成百分数由「形式」来做"
            elif node.sign == "/" and literal is node.right and written == "1":
                problem = "除以 1 不起作用：一个百分点写「1%」"
            if problem:
                self._tell(codes.UNITS, literal, problem=problem)
        if node.sign == "/" and left == right in (MONEY, SCORE):
            return "" if literal is node.right else RATIO
        if MONEY in units and (right in plain or (node.sign == "*" and left in plain)):
            return MONEY
        if node.sign == "*" and units in ({SCORE, RATIO}, {SCORE, _SMALL}):
            return SCORE
        return RATIO if node.sign == "*" and left == right == RATIO else ""

    def _shared(self, *sides: tuple[nodes.Node, _Worth]) -> str:
        """The unit of numbers that are added or compared; reports two that differ."""
        known = [(node, worth.unit) for node, worth in sides if worth.kind == "数" and worth.unit]
        clash = next((pair for pair in combinations(known, 2) if differ(pair[0][1], pair[1][1])), None)
        if clash is not None:
            written = self.formula.expression.slice
            problem = "，".join(f"「{written(node)}」是{unit}" for node, unit in clash)
            bare = next((node for node, unit in clash if unit in (BARE, _SMALL)), clash[1][0])
            self._tell(codes.UNITS, bare, problem=problem)
        units = {unit for _, unit in known} - {BARE, _SMALL}
        return units.pop() if len(units) == 1 else ""

    def named(self, node: nodes.Name, context: Context) -> _Worth:
        """A fact or a computed value; a total takes precedence over a field of its name."""
        name, scope = ".".join(node.path), self.checker.scope
        if name in context.names:
            return replace(_NUMBER, unit=UNITS_OF_FIGURES[name])
        key, own = scope.key(node.path, context), context.indicator
        if scope.is_value(node.path, context):
            worth = self.checker.of(key)
            # A score out of 1 is a rate, too.
            return replace(worth, unit="") if own is not None and own.weight == 1 and worth.unit == SCORE else worth
        table = next((one for one in (key, *tables_above(key, scope.tables)) if one in scope.tables), "")
        hint = f"有没有行写「已填({table})」，有几行写「计数({table})」，一列合起来写「求和({table}.列)」。"
        hint = hint if table else ""
        self._tell(formula_codes.WRONG_TYPE, node, hint=hint, problem=f"「{name}」是表或组，不是一个值")
        return _ANY

    def _must(self, node: nodes.Node, context: Context, wanted: str) -> _Worth:
        worth = self.worth(node, context)
        if worth.kind not in ("", wanted):
            written = self.formula.expression.slice(node)
            said = "不是数字，不能计算" if wanted == "数" else "不是条件（是或否）"
            self._tell(formula_codes.WRONG_TYPE, node, hint=_DATES.get(worth.kind, ""), problem=f"「{written}」{said}")
        return _Worth(wanted, None, worth.unit)

    def compared(self, node: nodes.Compare, context: Context) -> _Worth:
        """A condition; both sides must have one type, and texts a common value."""
        left, right = self.worth(node.left, context), self.worth(node.right, context)
        known = bool(left.kind and right.kind)
        ordered = node.sign in ("=", "!=") or left.kind in ("数", "日期")
        if known and (left.kind != right.kind or left.kind == "列表" or not ordered):
            written = self.formula.expression.slice(node)
            hint = next((_DATES[side.kind] for side in (left, right) if side.kind in _DATES), "")
            self._tell(formula_codes.WRONG_TYPE, node, hint=hint, problem=f"「{written}」两边不能这样比较")
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
        else:
            self._alike(node, node.left, node.right)
        is_zero = isinstance(node.right, nodes.Literal) and node.right.value == 0
        if is_zero and node.sign in ("<", ">=") and self._is_never_negative(node.left, context):
            outcome = "永远不" if node.sign == "<" else "总是"
            self._vain(node, f"{outcome}成立：它不会是负数", "核对比较号：有没有写「> 0」。")
        self._shared((node.left, left), (node.right, right))
        return _TRUTH

    def _is_never_negative(self, name: nodes.Node, context: Context) -> bool:
        key = self.checker.scope.key(name.path, context) if isinstance(name, nodes.Name) else ""
        match self.checker.scope.fields.get(key):
            case Field(kind="金额" | "数值" | "整数", formula=None, signed=False, least=least):
                return least is None or least >= 0
            case Field(
                formula=Expression(root=nodes.Call(function="计数" | "求和" as function, arguments=(first, *more)))
            ):
                return function == "计数" or (not more and self._is_never_negative(first, context))
        return False

    def chosen(self, node: nodes.Choice, context: Context) -> _Worth:
        """The type that both sides share."""
        self._must(node.condition, context, "条件")
        if isinstance(node.otherwise, nodes.Choice):
            # The next condition of 甲 if … else 乙 if … must decide something.
            first, second, written = node.condition, node.otherwise.condition, self.formula.expression.slice
            if written(first) == written(second):
                self._tell(codes.STEPS, second, high=written(first), low=written(second))
            elif (
                isinstance(first, nodes.Compare)
                and isinstance(second, nodes.Compare)
                and written(first.left) == written(second.left)
            ):
                self._steps([(one.sign, one.right, one) for one in (first, second)])
        self._alike(node, node.then, node.otherwise)
        then, otherwise = self.worth(node.then, context), self.worth(node.otherwise, context)
        if then.kind != otherwise.kind:
            return _ANY
        known = then.words is not None and otherwise.words is not None
        words = (then.words or frozenset()) | (otherwise.words or frozenset()) if known else None
        return _Worth(then.kind, words, self._shared((node.then, then), (node.otherwise, otherwise)))

    def called(self, node: nodes.Call, context: Context) -> _Worth:
        """The result of a function."""
        if len(node.arguments) > 1:
            self._arguments(FUNCTIONS[node.function].kind, node, *node.arguments[:2])
        match FUNCTIONS[node.function].kind:
            case "rows":
                return replace(_NUMBER, unit=self._aggregate(node, context))
            case "values" | "roughly" | "steps" as kind:
                sides = [(argument, self._must(argument, context, "数")) for argument in node.arguments]
                if node.function in _AS_FIRST:
                    return replace(sides[0][1], unit=self._rounded(node, sides[0][1].unit))
                if node.function in ("限", "分段") and isinstance(node.arguments[0], nodes.Literal):
                    problem = f"「{node.function}」的第一个参数是定数，要算的值写在最前面"
                    self._tell(formula_codes.WRONG_TYPE, node.arguments[0], problem=problem)
                if kind == "steps":
                    self._steps([(*nodes.bound_of(one), one) for one in node.arguments[1:-1:2]])
                    self._shared(*sides[:1], *sides[1:-1:2])  # the scores are no bounds
                    sides = [*sides[2:-1:2], sides[-1]]
                unit = self._shared(*sides)
                return _TRUTH if kind == "roughly" else replace(_NUMBER, unit=unit)
            case "given" | "said" | "repeats" as kind:
                return {"given": self._given, "said": self._said, "repeats": self._repeats}[kind](node, context)
            case _:
                for argument in node.arguments:
                    self.worth(argument, context)
                return _JUDGED.get(node.function, _TRUTH)
        return _NUMBER

    def _arguments(self, kind: str, node: nodes.Call, first: nodes.Node, second: nodes.Node) -> None:
        """Reports two arguments that are the same, or are swapped according to their names."""
        target, actual = map(self.formula.expression.slice, (first, second))
        if kind == "roughly":
            self._alike(node, first, second)
        elif kind == "judged" and re.search("实际|完成[值数情]", target) and re.search("目标|指标值|预期", actual):
            problem = f"的两个参数写反了：先写目标，「{target}」是实际"
            self._vain(node, problem, f"写成「{node.function}({actual}, {target}, …)」。")

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
        if self.checker.scope.is_open(tuple(table.split("."))):
            return ""
        if not function.is_complete(1 + len(arguments)):
            self._tell(formula_codes.ARGUMENTS, node, name=node.function, usage=function.usage)
        conditions = 0 if node.function == "计数" else len(arguments) if node.function == "加权平均" else 1
        row = self.checker.scope.within(context, table)
        read = [self._must(one, row, "数" if at < conditions else "条件") for at, one in enumerate(arguments)]
        if node.function == "加权平均" and len(read) > 1 and read[0].unit == MONEY and read[1].unit in (SCORE, RATIO):
            self._vain(node, "按得分、比率加权金额：值和权重写反了", "先写值，再写权重：加权平均(表, 得分, 金额)。")
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
        field = self.checker.scope.fields.get(self.checker.scope.key(name.path, context))
        return field is not None and bool(field.kind)

    def _rounded(self, node: nodes.Call, unit: str) -> str:
        """The unit of a rounded number; reports a rate rounded to 0 or 1."""
        places = node.arguments[1] if len(node.arguments) > 1 else None
        if unit == RATIO and node.function in _WHOLE and (not isinstance(places, nodes.Literal) or places.value == 0):
            written = self.formula.expression.slice(node.arguments[0])
            problem = f"「{written}」是比率，取整以后只有 0 和 1：有几个百分点写「({written}) ÷ 1%」"
            self._tell(codes.UNITS, node.arguments[0], problem=problem)
            return ""
        return unit

    def _alike(self, node: nodes.Node, left: nodes.Node, right: nodes.Node) -> None:
        """Reports two sides that are the same: one of them is a slip. A product may be a square."""
        written = self.formula.expression.slice
        may_be = isinstance(node, nodes.Binary) and (node.sign == "*" or isinstance(left, nodes.Literal))
        if written(left) == written(right) and not may_be:
            self._vain(node, f"两边都是「{written(left)}」", "核对名称，其中一处应当是别的。")

    def _vain(self, node: nodes.Node, problem: str, mend: str) -> None:
        """Reports a part of a formula that says nothing."""
        said = f"的公式里，「{self.formula.expression.slice(node)}」{problem}"
        self._tell(codes.SETTING, node, name=self.formula.name, problem=said, mend=mend)

    def _steps(self, bounds: Iterable[tuple[str, nodes.Node, nodes.Node]]) -> None:
        """Reports bounds (sign, number, text) that are out of order: upper ones must rise, lower ones fall."""
        for (sign, low, before), (next_sign, high, behind) in pairwise(bounds):
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
        words = {"formula": expression.text, "where": f"「{expression.text}」中", **words}
        self.findings.append(code.at(span_of(expression, node), self.formula.name, hint=hint, **words))


def unit_of_format(fmt: Format | None) -> str:
    """Whether a format prints money or a rate; empty if it prints any number."""
    return "" if fmt is None or not fmt.unit else MONEY if fmt.unit.endswith("元") else RATIO


def unit_of(field: Field) -> str:
    """The unit of a field's number, by its kind; empty if it depends on what is filled in."""
    if field.kind == "整数" and not field.unit.endswith(("元", "%", "‰")):
        return BARE
    return {"金额": MONEY, "比率": RATIO, "等次": RATIO}.get(field.kind, "")


def differ(one: str, other: str) -> bool:
    """Whether two units are known and may neither be added nor compared."""
    return bool(one and other and one != other and frozenset((one, other)) not in _ALIKE)


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
