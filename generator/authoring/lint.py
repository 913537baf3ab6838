"""What a template says in vain or cannot mean: settings, formulas, scores beside what the 评分标准 states."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from collections.abc import Mapping as Named
from contextlib import suppress
from fractions import Fraction
from itertools import chain

from msgspec import Struct

from generator.authoring.printed import vain, words_for
from generator.base.diagnostics import Finding, Span, nearest, shown_path
from generator.base.formats import plain
from generator.base.target import Operator
from generator.base.target_text import parse_target
from generator.checks.rules import RULES
from generator.formula import parser as nodes
from generator.formula.evaluate import value_of
from generator.formula.parser import Expression
from generator.formula.values import FormulaFault
from generator.template import codes
from generator.template.fields import faults_of
from generator.template.files import MANIFEST
from generator.template.model import CheckRule, Field, Indicator, Item, Scoring, Template, walk_indicators
from generator.template.scope import FIGURES, ITEMS, RATIO, SECOND_LEVEL, Scope, formulas, row_tables
from generator.template.typecheck import MONEY, span_of, unit_of, unit_of_format
from generator.template.validate import BOUNDED, MOST_ROWS, NEAR, Numbers, other_numbers, thresholds


def silent_zeros(template: Template) -> Iterator[Finding]:
    """Forms in which an indicator that does not apply earns nothing although its weight counts."""
    for _, scoring, roots in template.all_forms():
        if scoring is None:
            continue
        formulas_of = (scoring.total.root, *(band.condition.root for band in scoring.bands))
        if any(name.path == ("适用分值",) for root in formulas_of for name in nodes.names_in(root)):
            continue
        scored = [one for node in walk_indicators(roots) if node.is_scored for one in (node.items or (node,))]
        lost = next((one for one in scored if one.shares.get("不适用") == 0), None)
        if lost is not None:
            yield codes.SILENT_ZERO.at(lost.span, f"指标.{lost.name}", name=lost.name)


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


def check_settings(template: Template, unread: Container[str] = ()) -> Iterator[Finding]:
    """What a template says without effect, or what no filing can satisfy: in fields, indicators, ratings and rules."""
    fields = template.by_path
    for field in fields.values():
        yield from (vain(field.span, field.path, *fault) for fault in faults_of(field, fields))
    for above, scoring, roots in template.all_forms():
        scored = [node for node in walk_indicators(roots) if node.is_scored]
        bare = [node for node in scored if not node.standard]
        for node in bare if len(bare) * 2 < len(scored) else ():
            problem = "没有写「评分标准」，别的指标都写了"
            yield vain(node.span, f"指标.{node.name}", problem, "补上「评分标准」，附表里印它。")
        yield from (*_low_conclusions(scored, unread), *_unread_reasons(above, roots, fields))
        for node in walk_indicators(roots):
            one = node.rows.one if node.rows is not None else node
            yield from (vain(node.span, f"指标.{node.name}", *fault) for fault in _faults_of_indicator(node, one))
            if (formula := one.score or one.value) is not None:
                said = _of_score(one, fields), _unlike_standard(one, fields), _upside_down(one, fields)
                yield from (vain(formula.span, f"指标.{node.name}", *fault) for fault in chain(*said))
        if scoring is not None and scoring.full:
            yield from _of_total(scoring)
    yield from (*_of_remarks(template), *_of_row_forms(template), *_of_sums(template))
    yield from _twice("勾稽", [(rule.name, rule.span) for rule in template.checks])
    for rule in (one for one in template.checks if _always_holds(one.condition.root)):
        problem = "的「条件」总是成立，永远不报"
        yield vain(rule.condition.span, f"勾稽.{rule.name}", problem, "写成应当成立、填错时不成立的条件。")
    yield from (*chain(*map(_contrary, template.checks)), *_of_checks(template))


_UNEQUAL = re.compile(
    r"\{\{\s*([\w.]+)[^}]*\}\}[^{}。；不未没无难]*(?:(超过|多于|大于|高于|超出)|少于|低于|小于|不足|不到)[^{}。；]*\{\{\s*([\w.]+)"
)
_NORM = re.compile("[应须需宜]|要[求大小多少高低]|只能|可以|是否|一般|通常|正常|才对")
"""A message with these says how it is meant to be, not what is wrong."""


def _contrary(rule: CheckRule) -> Iterator[Finding]:
    """A rule that compares two facts the other way round than its message."""
    said = _UNEQUAL.search(rule.message)
    if said is None or any(isinstance(one, nodes.Unary | nodes.Choice) for one in rule.condition.nodes):
        return
    told = {}
    for one in (one for one in rule.condition.nodes if isinstance(one, nodes.Compare) and one.sign[0] in "<>"):
        sides = [".".join(side.path) for side in (one.left, one.right) if isinstance(side, nodes.Name)]
        if sorted(sides) == sorted((said[1], said[3])):
            # The message tells of a failed condition.
            told[(one.sign[0] == "<") is (sides[0] == said[1])] = rule.condition.slice(one)
    if told.keys() == {not said[2]} and not _NORM.search(rule.message):
        problem = f"的「条件」写反了：「{told[not said[2]]}」成立的，「消息」却说是错的"
        yield vain(rule.condition.span, f"勾稽.{rule.name}", problem, "不成立的才报告：核对条件里的比较号。")


def _of_checks(template: Template) -> Iterator[Finding]:
    """Settings of checks that name no field, and two parts of an indicator in one column."""
    known = {rule.name: rule.settings for rule in RULES}
    for switch in template.switches:
        for name, (texts, span) in switch.settings.items():
            setting = known.get(switch.name, {}).get(name)
            for text in texts if setting is not None and setting.of_fields else ():
                if text not in template.by_path:
                    problem = f"里的「{text}」不是这个模板的字段，这项检查用不上它"
                    yield vain(span, f"检查.{switch.name}.{name}", problem, "写字段的路径，如「资金.执行率」。")
    for one in template.measured:
        columns = list(one.columns.values())
        for column in {column: None for column in columns if columns.count(column) > 1}:
            problem = f"的「{column}」一列写了不止一次"
            yield vain(one.span, f"指标表.{one.table}", problem, "目标、完成等各写自己的一列。")
        if one.columns.get("目标") == "完成" or one.columns.get("完成") == "目标":
            yield vain(one.span, f"指标表.{one.table}", "的「目标」和「完成」写反了", "核对各列是什么。")


_MOST_RATES = 20, 3
"""The highest rate that a score is tried with, and one divided by its weight: what needs more to be full never is."""
_ROUNDED_DOWN = frozenset({"四舍五入", "向下取整"})
_OF_NUMBERS = BOUNDED | _ROUNDED_DOWN | {"绝对值", "向上取整", "计数", "求和"}
_BUILT_IN = frozenset({*FIGURES, ITEMS, "自评分", "说明", "原因", "佐证"})


def _faults_of_indicator(node: Indicator, one: Indicator) -> Iterator[tuple[str, str]]:
    """What is wrong with an indicator; ``one`` says what its rows have in common, or is the indicator itself."""
    said = {"得分": node.score, ITEMS: node.items, "叙述": node.narrative, "依据": node.basis}
    for key in (key for key, value in said.items() if node.children and value):
        yield f"有下级，由下级逐项评分、叙述，「{key}」不起作用", f"把「{key}」移到下级里，或删去它。"
    for name in one.parameters:
        if name in _BUILT_IN:
            yield f"的参数「{name}」和指标自己的「{name}」同名，公式里说不清是哪一个", "给参数另取名称。"
    if one.score is None or (one is node and (not node.is_scored or node.items)):
        return
    if {name.path for name in nodes.names_in(one.score.root)} <= {("分值",), ("名称",)}:
        problem = "每一行都得满分" if one is not node else "不用任何填报的数，每个部门都相同"
        yield f"的「得分」{problem}", "由部门评定的写「得分: 自评分」；由数计算的，写进公式。"


def _of_score(node: Indicator, fields: Named[str, Field]) -> Iterator[tuple[str, str]]:
    """What is wrong with the scores that a formula gives: too low at best, full in any case, a gap between steps."""
    score = node.score
    if score is None or not node.name or not node.is_scored or node.items:
        return
    curve = _curve_of(node, score, fields)
    points = list(curve.decisive()) if curve is not None else []
    outcomes = _outcomes(score.root, node.weight)
    # What is computed may grow beyond the weight with numbers that no department has.
    top = max(outcomes) if outcomes else min(max((score for _, score in points), default=node.weight), node.weight)
    if top != node.weight:
        yield f"的「得分」最高得 {plain(top)} 分，和分值 {plain(node.weight)} 不同", "核对公式里的得分和「分值」。"
    elif curve is not None and points:
        if min(score for _, score in points) >= node.weight > 0:
            yield f"的「得分」不论「{curve.name}」多少都是满分", "核对公式里的条件，「最大」「最小」是不是写反了。"
        for value, low in (one for one in points if one[0] >= 0 and one[1] < 0 < node.weight):
            problem = f"的「得分」在「{curve.name}」是 {curve.shown(value)} 时得 {plain(low)} 分"
            yield problem, "扣完为止的写「限(…, 0, 分值)」或「最大(…, 0)」。"
            break
        for value, low in _valley(points):
            problem = f"的「得分」在「{curve.name}」是 {curve.shown(value)} 时得 {plain(low)} 分，比更低、更高的都少"
            yield problem, "核对各档的界限和得分：是不是有一段没有接上，或写反了。"


class _Curve(Struct, frozen=True):
    """How a score depends on the one number that decides it; ``fixed`` are the weight and the parameters."""

    name: str
    unit: str
    score: Expression
    fixed: Named[str, Fraction]

    def at(self, number: Fraction) -> Fraction | None:
        """The score for a number; None if there is none."""
        with suppress(FormulaFault):
            value = value_of(self.score, self._with(number), "")
            return value if isinstance(value, Fraction) else None
        return None

    def decisive(self) -> Iterator[tuple[Fraction, Fraction]]:
        """The score at, below and above each bound of the formula, and at some plain numbers."""
        with suppress(FormulaFault):
            bounds = set(thresholds(self.score, self._with, Fraction(1)))
            tried = bounds | {one + Fraction(step, MOST_ROWS) for one in bounds for step in (-1, 1)}
            tried |= {Fraction(one) for one in (0, 1, 2, *(() if self.unit == RATIO else (10, MOST_ROWS, 10**10)))}
            most = _MOST_RATES["÷分值" in self.score.text.replace(" ", "").replace("/", "÷")]
            tried = {one for one in tried if self.unit != RATIO or one <= most}
            yield from ((number, score) for number in sorted(tried) if (score := self.at(number)) is not None)

    def shown(self, number: Fraction) -> str:
        """A number as a standard writes it."""
        return f"{plain(number * 100)}%" if self.unit == RATIO else plain(number)

    def _with(self, number: Fraction) -> Numbers:
        return Numbers({**self.fixed, self.name: number})


def _curve_of(node: Indicator, score: Expression, fields: Named[str, Field]) -> _Curve | None:
    """The curve of a score; None if it depends on several numbers, or on what is no number."""
    names = {".".join(one.path) for one in nodes.names_in(score.root)} - {"分值", *node.parameters}
    functions = {one.function for one in score.nodes if isinstance(one, nodes.Call)}
    if len(names) != 1 or not functions <= _OF_NUMBERS:
        return None
    name = names.pop()
    unit = unit_of_format(node.value_format) if name == "取值" else unit_of(fields[name]) if name in fields else ""
    unit = unit or (RATIO if "%" in score.text else "")
    with suppress(FormulaFault):
        fixed = {"分值": node.weight}
        for parameter, expression in node.parameters.items():
            value = value_of(expression, Numbers(fixed), "")
            fixed |= {parameter: value} if isinstance(value, Fraction) else {}
        return _Curve(name, unit, score, fixed)
    return None


def _valley(curve: list[tuple[Fraction, Fraction]]) -> list[tuple[Fraction, Fraction]]:
    """The lowest point of a curve with higher ones on either side, if there is one; 0 may be a case of its own."""
    curve = [point for point in curve if point[0]]
    sides = [
        (point, [one for _, one in curve[:at]], [one for _, one in curve[at + 1 :]]) for at, point in enumerate(curve)
    ]
    found = [point for point, *both in sides if all(max(side, default=point[1]) > point[1] for side in both)]
    return sorted(found, key=lambda point: point[1])[:1]


def _outcomes(node: nodes.Node, weight: Fraction) -> list[Fraction]:
    """Every score that a formula can give; empty if it computes any."""
    match node:
        case nodes.Literal(value=Fraction() as value):
            return [value]
        case nodes.Name(path=("分值",)):
            return [weight]
        case nodes.Choice(then=then, otherwise=otherwise):
            below = [_outcomes(then, weight), _outcomes(otherwise, weight)]
        case nodes.Call(function="分段", arguments=(_, *steps)):
            below = [_outcomes(one, weight) for one in (*steps[1::2], steps[-1])]
        case _:
            return []
    return [score for scores in below for score in scores] if all(below) else []


_STEP = re.compile(r"([^；;。\n]*?)(?:(?:得|计)\s*(?:(满分|分值)|(\d+(?:\.\d+)?)\s*分)|不得分)")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*([%％‰]?)")
_CITED = re.compile(r"《.*?》|〔.*?〕\d*号?|\d+号|\d{4}年")
_NO_STEP = re.compile(r"[每=＝×÷+扣加按各均]|其中|最[高多低少]|不含|不[为是]|不等")
_AROUND = "[（(]含[^）)]*[）)]"
_BEHIND = rf"(?:{_AROUND})?(?:及?以[上下内])?(?:{_AROUND})?"
_ONE = re.compile(rf"\D*?(?P<clause>[^\d，,]*{_FIGURE.pattern}{_BEHIND})(?:的|时|者)?")
_BETWEEN = re.compile(
    rf"\D*{_FIGURE.pattern}[\s（()）含不至到低于小大高等以及上下但且、，的率xX≤<＜~～—－-]+{_FIGURE.pattern}{_BEHIND}(?:的|时|者)?"
)
_FAILED = re.compile("未达到?|不满")
_SIDES = {Operator.MORE_THAN: 1, Operator.LESS_THAN: -1}
_EACH = re.compile(
    r"每(?:(?P<up>超过?|超出|高于?|增加|上升|多)|(?P<down>低于?|少于?|降低|下降|减少|差)|"
    r"发现|有|出现|发生|开展|组织|举办|完成|获得?|取得|巡查|检查|新增|迟报|漏报|缺)?\s*"
    r"(?:(?P<size>\d+(?:\.\d+)?)\s*(?:个?百分点|[%％])|[1一]?[处次例起项个件][^，,。；;扣得加]{0,12})的?[，,]?"
    r"(?:扣(?:减|除)?|(?P<gain>得|加))\s*"
    r"(?P<off>\d+(?:\.\d+)?)\s*分(?P<part>[，,]\s*不足[^，,。；;]*按[1一])?"
)


class _Step(Struct, frozen=True):
    """A score that a 评分标准 states for a number; the score changes at ``bound``."""

    said: str
    number: Fraction
    points: Fraction
    bound: Fraction | None = None
    is_gain: bool = False


def _unlike_standard(node: Indicator, fields: Named[str, Field]) -> Iterator[tuple[str, str]]:
    """The first step that the 评分标准 of an indicator states and its formula does not give."""
    curve = _curve_of(node, node.score, fields) if node.score is not None and node.standard else None
    if curve is None or curve.unit == MONEY or "求和" in curve.score.text:
        return
    known = {**{name: one.text for name, one in node.parameters.items()}, "分值": plain(node.weight)}
    text = _CITED.sub("", re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda tag: known.get(tag[1], tag[0]), node.standard))
    steps = list(_steps_of(text, curve.unit, node.weight))
    value = _measured(node, fields)
    each = _each_of(text, steps, curve.unit, node.weight)
    # A value that is a product may be the points already.
    steps += [one for one in each if not one.is_gain or value is None or not isinstance(value.root, nodes.Binary)]
    scores = [curve.at(step.number) for step in steps]
    shifts = {got - step.points for got, step in zip(scores, steps, strict=True) if got is not None}
    if len(steps) > 1 and len(shifts) == 1 and shifts != {0}:
        return  # the steps are a part of the standard, the rest of which adds the same to all
    # 不足1个百分点不扣: nothing changes at the bound itself.
    is_rounded = any(isinstance(one, nodes.Call) and one.function in _ROUNDED_DOWN for one in curve.score.nodes)
    for got, step in zip(scores, steps, strict=True):
        bound = step.number if step.bound is None else step.bound
        around = {curve.at(bound + side * NEAR * 2) for side in (-1, 0, 1)}
        where = (
            f"公式在「{curve.name}」{'略高于' if step.number > bound else '略低于' if step.number < bound else '是'}"
        )
        if got is not None and got != step.points and got >= 0:
            problem = f"得 {plain(step.points)} 分，{where} {curve.shown(bound)} 时得 {plain(got)} 分"
        elif step.bound is not None and len(around) == 1 and not is_rounded:
            problem = f"，公式的得分在 {curve.shown(bound)} 上下没有不同"
        else:
            continue
        yield f"的「评分标准」说「{step.said}」{problem}", "两处不同：核对文件，改其中一处。"
        return


_RATE = re.compile(r"[=＝][\s（(]*([^=＝÷/；，。]{2,30}?)[)）\s]*[÷/][\s（(]*([^×*=＝÷/；，。)）]{2,30})")


def _upside_down(node: Indicator, fields: Named[str, Field]) -> Iterator[tuple[str, str]]:
    """A quotient whose dividend is what the 评分标准 divides by."""
    formula, said = _measured(node, fields), _RATE.search(node.standard)
    if formula is None or said is None:
        return
    for one in (one for one in formula.nodes if isinstance(one, nodes.Binary) and one.sign == "/"):
        sides = [[fields.get(".".join(name.path)) for name in nodes.names_in(side)] for side in (one.left, one.right)]
        above, below = ([word for field in side if field for word in words_for(field)] for side in sides)
        by = next((word for word in above if word in said[2] and word not in said[1]), "")
        if by and below and not any(word in said[2] for word in below):
            problem = f"的「评分标准」里「{by}」是除数（{said[0].lstrip('=＝')}），公式里是被除数"
            yield problem, "核对公式里除号两边的名称。"
            return


def _measured(node: Indicator, fields: Named[str, Field]) -> Expression | None:
    """The formula of an indicator's value, also behind the name of a computed field."""
    formula = node.value or node.score
    if formula is not None and isinstance(formula.root, nodes.Name):
        field = fields.get(".".join(formula.root.path))
        formula = field.formula if field is not None else None
    return formula


def _steps_of(text: str, unit: str, weight: Fraction) -> Iterator[_Step]:
    """The steps that a 评分标准 states, as 95%以上的得4分, 80%-90%得3分 and 超过30%的不得分."""
    for match in _STEP.finditer(text):
        said, points = match[1].strip("，,、 "), weight if match[2] else Fraction(match[3] or 0)
        one, two = _ONE.fullmatch(said), _BETWEEN.fullmatch(said)
        found = one or two
        *_, figure, sign = found.groups() if found else ("0", "")
        if found is None or _NO_STEP.search(said) or ((unit == RATIO) is not bool(sign) and figure != "0"):
            continue
        if two is not None:
            scale = {"": 1, "‰": 1000}.get(sign, 100)
            yield _Step(said, (Fraction(two[1]) + Fraction(figure)) / scale / 2, points)
        elif one is not None and (bound := parse_target(_FAILED.sub("低于", one["clause"]))).quantity is not None:
            side = _SIDES.get(bound.operator, -1 if "以下" in said else 0)
            if "以上" in said and "含" not in said and text.count(figure + sign) > 1:
                side = 1  # 20%（含）以下得5分，20%以上不得分
            yield _Step(said, bound.quantity + side * NEAR, points, Fraction(bound.quantity))


def _each_of(text: str, steps: list[_Step], unit: str, weight: Fraction) -> Iterator[_Step]:
    """What a 评分标准 takes off for each point beyond its bound or each fault, or gives for each achievement."""
    full = [step.bound for step in steps if step.points == weight and step.bound is not None]
    for match in _EACH.finditer(text):
        size, off, sign = match["size"], Fraction(match["off"]), 1 if match["up"] else -1 if match["down"] else 0
        if size is None and unit != RATIO and not sign:
            base, step = Fraction(0), Fraction(1)
        elif size is not None and unit == RATIO and sign and len(full) == 1:
            base, step = full[0], Fraction(size) / 100 * sign
        else:
            continue
        if match["gain"] and size is None:
            for count in (1, 2) if off * 2 <= weight else ():
                yield _Step(match[0], Fraction(count), off * count, is_gain=True)
        elif off <= weight and not match["gain"]:
            yield _Step(match[0], base + step, weight - off)
            yield from [_Step(match[0], base + step / 2, weight - off)] if match["part"] and size else []
        if "扣完" in text and step > 0:
            yield _Step("扣完为止", base + step * 10**3, Fraction(0))


def _of_remarks(template: Template) -> Iterator[Finding]:
    """What bureaus write about an indicator and no narrative prints."""
    around, place = template.narratives, Span(shown_path(template.folder / MANIFEST))
    own = (one.narrative for one in template.all_indicators())
    text = "".join([around.remarks, *around.opening.values(), *around.closing.values(), *own])
    for name in (one for one in ("说明", "原因") if around.opening and not re.search(rf"\{{\{{\s*{one}\b", text)):
        problem = f"里没有印「{name}」，部门填的{name}报告里看不到"
        yield vain(place, "叙述.说明", problem, f"写上「{{{{ {name} }}}}」。")


def _of_row_forms(template: Template) -> Iterator[Finding]:
    """Indicators of the form of each row that ask nothing of the row."""
    for form in template.row_forms:
        columns = {*template.by_path[form.table].members, "自评分"} if form.table in template.by_path else set()
        for node in (one for one in form.all_indicators() if one.is_scored and columns and not one.items):
            said = [one for one in (node.value, node.score) if one is not None]
            if said and not columns & {name.path[0] for one in said for name in nodes.names_in(one.root)}:
                problem = f"没有用到「{form.table}」的任何一列，每一行都相同"
                yield vain(node.span, f"指标.{node.name}", problem, "公式里直接写列名。")


def _of_sums(template: Template) -> Iterator[Finding]:
    """Sums of another column than the one of their name."""
    for field in template.by_path.values():
        match field.formula and field.formula.root:
            case nodes.Call(function="求和" | "平均", arguments=(nodes.Name(path=(*above, column)),)):
                table = template.by_path.get(".".join(above))
                if table is not None and column != field.name and field.name in table.members:
                    problem = f"加的是「{column}」一列，「{table.path}」另有「{field.name}」"
                    yield vain(field.span, field.path, problem, "核对公式。")


def _of_total(scoring: Scoring) -> Iterator[Finding]:
    """Two ratings of one name, a 得分率 printed in another unit, and a total that is the same for every sum."""
    yield from _twice("等级", [(band.name, band.condition.span) for band in scoring.bands])
    if scoring.rate_format.unit not in ("%", "‰"):
        mend = "写「印制」里单位是「%」的一个，如「比率」。"
        yield vain(scoring.full_span, "评分.得分率形式", "不是百分数的印制形式，得分率会照小数印", mend)
    with suppress(FormulaFault):
        fixed, sums = {"满分": scoring.full, "适用分值": scoring.full}, (Fraction(0), scoring.full)
        totals = [
            [value_of(scoring.total, Numbers({**fixed, **others, "合计": one}), "") for one in sums]
            for others in other_numbers([scoring.total], {**fixed, "合计": scoring.full})
        ]
        if totals and all(low == high or high != scoring.full for low, high in totals):
            problem = "不随合计变，或者合计是满分时不是满分"
            yield vain(scoring.total.span, "评分.总分", problem, "封顶写「最小(合计, …)」。")


def _unread_reasons(above: str, roots: Iterable[Indicator], fields: Named[str, Field]) -> Iterator[Finding]:
    """Columns of tables of indicators that 指标来自 names in vain, or not: reasons stated there are not seen."""
    for rows in row_tables(roots):
        faults = {
            "的「层级」里有重复的列": len({*rows.levels}) < len(rows.levels),
            "的「可选下级」不起作用：「层级」只有一层": len(rows.levels) == 1 and any(rows.below.values()),
        }
        for problem in (problem for problem, holds in faults.items() if holds):
            yield vain(rows.span, rows.one.path, problem, "「层级」从外到内，一级写一列。")
        table = fields.get(f"{above}{rows.table}") if not rows.one.reason else None
        column = next((name for name in table.members if "原因" in name), "") if table is not None else ""
        if column:
            problem = f"没有写「原因」，「{column}」一列写了的，照样说没有原因"
            yield vain(rows.span, rows.one.path, problem, f"写上「原因: {column}」。")


def _low_conclusions(scored: list[Indicator], unread: Container[str]) -> Iterator[Finding]:
    """The first indicator of which no conclusion gives full marks, or one as much as its contrary does, or is odd."""
    parts = [one for node in scored for one in (node.items or (node,))]
    common = set.intersection(*(set(part.shares) for part in parts)) if parts else set()
    for part in parts:
        best = max((share for name, share in part.shares.items() if name != "不适用"), default=Fraction(0))
        problem = f"最高只得分值的 {plain(best * 100)}%" if 0 < best < 1 else ""
        if isinstance(part, Item) and part.score is None and not part.shares and "结论" not in unread:
            problem = "没有写，部门填不了：在 template.yaml 写「结论: {符合: 100%, 不符合: 0%}」"
        for name, share in part.shares.items():
            meant = nearest(name, common) if name not in common else []
            problem = f"「{name}」只有这里有，别处写的是「{meant[0]}」" if meant else problem
            word = re.sub("^(?:不|未|基本)", "", name)
            if word not in (name, "适用") and part.shares.get(word) == share:
                problem = f"「{name}」得的不比「{word}」少"
        if problem:
            yield vain(part.span, f"指标.{part.name}", f"的结论{problem}", "核对「结论」里各得百分之几。")
            return


def _always_holds(node: nodes.Node) -> bool:
    """Whether a condition is 是, or something or 是."""
    if isinstance(node, nodes.Logic):
        return (any if node.sign == "or" else all)(map(_always_holds, (node.left, node.right)))
    return isinstance(node, nodes.Literal) and node.value is True


_SECOND = re.compile(rf"\bfor\s+\w+\s+in\s+{SECOND_LEVEL}\b")


def left_out(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Indicators of the first level that a table of the second does not print though the total has their scores."""
    if any(not path and _SECOND.search(text) for text, path, _ in texts):
        for node in (one for one in template.indicators if one.level == 1 and one.is_scored and one.weight):
            problem = f"没有下级，版式里「{SECOND_LEVEL}」的表不印它，各行加起来不等于总分"
            yield vain(node.span, f"指标.{node.name}", problem, "写「级别: 2」。")


def _twice(what: str, named: list[tuple[str, Span]]) -> Iterator[Finding]:
    for at, (name, span) in enumerate(named):
        if name in dict(named[:at]):
            yield vain(span, f"{what}.{name}", f"是{what}的名称，前面已有一个", "给其中一个另取名称，或删去它。")
