"""What a template says in vain or cannot mean: settings, units beside numbers, columns, what stays of nothing.

The report is tried with every optional field left out and 无 wherever that is an answer, and read as a person would.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Named
from fractions import Fraction
from typing import Final

from msgspec import Struct

from generator.base.diagnostics import Finding, Span
from generator.base.forms import RATE, Form, plain
from generator.formula import parser as nodes
from generator.template import codes
from generator.template.fields import faults_of
from generator.template.model import Field, Indicator, Template, walk_indicators
from generator.template.scope import Scope, formulas, worth_of
from generator.template.typecheck import FIGURES, MONEY, RATIO, SCORE, Checker, differ, span_of, unit_of, unit_of_form
from generator.template.validate import curve_of, faults_of_indicator


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


def check_settings(template: Template) -> Iterator[Finding]:
    """What a template says without effect, or what no filing can satisfy: in fields, indicators, ratings and rules."""
    for field in template.by_path.values():
        for problem, mend in faults_of(field, template.by_path):
            yield codes.SETTING.at(field.span, field.path, name=field.path, problem=problem, mend=mend)
    for _, scoring, roots in template.all_forms():
        scored = [node for node in walk_indicators(roots) if node.is_scored]
        bare = [node for node in scored if not node.standard]
        for node in bare if len(bare) * 2 < len(scored) else ():
            words = {"problem": "没有写「评分标准」，别的指标都写了", "mend": "补上「评分标准」，附表里印它。"}
            yield codes.SETTING.at(node.span, f"指标.{node.name}", name=node.name, **words)
        yield from _low_conclusions(scored)
        for node in walk_indicators(roots):
            one = node.rows.one if node.rows is not None else node
            for problem, mend in (
                *faults_of_indicator(node, one, template.by_path),
                *_unlike_standard(one, template.by_path),
            ):
                yield codes.SETTING.at(node.span, f"指标.{node.name}", name=node.name, problem=problem, mend=mend)
        bands = [(band.name, band.condition.span) for band in scoring.bands] if scoring is not None else []
        yield from _twice("等级", bands)
    yield from _twice("勾稽", [(rule.name, rule.span) for rule in template.checks])
    for rule in template.checks:
        if _always_holds(rule.condition.root):
            words = {"problem": "的「条件」总是成立，永远不报", "mend": "写成应当成立、填错时不成立的条件。"}
            yield codes.SETTING.at(rule.condition.span, f"勾稽.{rule.name}", name=rule.name, **words)


_STEP = re.compile(r"([^；;。\n]*?)(?:(?:得|计)\s*(?:(满分|分值)|(\d+(?:\.\d+)?)\s*分)|不得分)")
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*([%％‰]?)")
_CITED = re.compile(r"《.*?》|〔.*?〕\d*号?|\d+号|\d{4}年")
_NO_STEP = re.compile(r"[每=＝×÷+扣加按各均]|其中|最[高多低少]|不含|不[为是]|不等")
_BETWEEN = re.compile(r"[\s（()）含不到至低于小大高等以及上下但且、，的率xX≤<＜~～—－-]+")
_ABOVE = re.compile(r"(?:(?<![不未有])(?:超过|大于|高于|多于)|[>＞])\s*$")
_BELOW = re.compile(r"(?:(?<!不)(?:低于|小于|少于)|不足|不到|不满|未达到?|[<＜])\s*$")
_BEHIND = re.compile(r"(?:[（(]含[^）)]*[）)])?(以下)?(?:及?以[上内])?(?:[（(]含[^）)]*[）)])?(?:的|时|者)?[，,、]?\s*")
_EACH = re.compile(
    r"每(?:(?P<up>超过?|超出|高于?|增加|上升|多)|(?P<down>低于?|少于?|降低|下降|减少|差)|发现|有|出现|发生)?\s*"
    r"(?:(?P<size>\d+(?:\.\d+)?)\s*(?:个?百分点|[%％])|[1一]?[处次例起项个件][^，,。；;扣]{0,12})的?[，,]?扣(?:减|除)?\s*"
    r"(?P<off>\d+(?:\.\d+)?)\s*分(?P<part>[，,]\s*不足)?"
)
_NEAR = Fraction(1, 10**6)


class _Step(Struct, frozen=True):
    """A score that a 评分标准 states for a number; the score changes at ``bound``."""

    said: str
    number: Fraction
    points: Fraction
    bound: Fraction | None = None


def _unlike_standard(node: Indicator, fields: Named[str, Field]) -> Iterator[tuple[str, str]]:
    """The first step that the 评分标准 of an indicator states and its formula does not give."""
    curve = curve_of(node, node.score, fields) if node.score is not None and node.standard else None
    if curve is None or curve.unit == MONEY:
        return
    known = {**{name: one.text for name, one in node.parameters.items()}, "分值": plain(node.weight)}
    text = _CITED.sub("", re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda tag: known.get(tag[1], tag[0]), node.standard))
    steps = list(_steps_of(text, curve.unit, node.weight))
    for step in (*steps, *_each_of(text, steps, curve.unit, node.weight)):
        got, bound = curve.at(step.number), step.number if step.bound is None else step.bound
        around = {curve.at(bound + side * _NEAR * 2) for side in (-1, 0, 1)}
        where = (
            f"公式在「{curve.name}」{'略高于' if step.number > bound else '略低于' if step.number < bound else '是'}"
        )
        if got is not None and got != step.points and got >= 0:
            problem = f"得 {plain(step.points)} 分，{where} {curve.shown(bound)} 时得 {plain(got)} 分"
        elif step.bound is not None and len(around) == 1:
            problem = f"，公式的得分在 {curve.shown(bound)} 上下没有不同"
        else:
            continue
        yield f"的「评分标准」说「{step.said}」{problem}", "两处不同：核对文件，改其中一处。"
        return


def _steps_of(text: str, unit: str, weight: Fraction) -> Iterator[_Step]:
    """The steps that a 评分标准 states, as 95%以上的得4分, 80%-90%得3分 and 超过30%的不得分."""
    for match in _STEP.finditer(text):
        said = match[1].strip("，,、 ")
        figures = list(_FIGURE.finditer(said))
        behind = _BEHIND.fullmatch(said, figures[-1].end()) if 1 <= len(figures) <= 2 else None
        if (
            behind is None
            or _NO_STEP.search(said)
            or ((unit == RATIO) is not bool(figures[-1][2]) and figures[-1][1] != "0")
        ):
            continue
        scale = {"": 1, "‰": 1000}.get(figures[-1][2], 100)
        low, high = (Fraction(one[1]) / scale for one in (figures[0], figures[-1]))
        points = weight if match[2] else Fraction(match[3] or 0)
        if len(figures) == 1:
            before = said[: figures[0].start()]
            side = 1 if _ABOVE.search(before) else -1 if _BELOW.search(before) or behind[1] else 0
            yield _Step(said, low + side * _NEAR, points, low)
        elif _BETWEEN.fullmatch(said, figures[0].end(), figures[1].start()):
            yield _Step(said, (low + high) / 2, points)


def _each_of(text: str, steps: list[_Step], unit: str, weight: Fraction) -> Iterator[_Step]:
    """What a 评分标准 takes off for each point beyond its bound, or for each fault."""
    full = [step.bound for step in steps if step.points == weight and step.bound is not None]
    for match in _EACH.finditer(text):
        size, off, sign = match["size"], Fraction(match["off"]), 1 if match["up"] else -1 if match["down"] else 0
        if size is None and unit != RATIO and not sign:
            base, step = Fraction(0), Fraction(1)
        elif size is not None and unit == RATIO and sign and len(full) == 1:
            base, step = full[0], Fraction(size) / 100 * sign
        else:
            continue
        if off <= weight:
            yield _Step(match[0], base + step, weight - off)
            yield from [_Step(match[0], base + step / 2, weight - off)] if match["part"] and size else []
        if "扣完" in text and step > 0:
            yield _Step("扣完为止", base + step * 10**3, Fraction(0))


def _low_conclusions(scored: list[Indicator]) -> Iterator[Finding]:
    """The first indicator of which no conclusion gives full marks; where the default of all is low, once is enough."""
    for part in (one for node in scored for one in (node.items or (node,))):
        best = max((share for name, share in part.shares.items() if name != "不适用"), default=Fraction(0))
        if 0 < best < 1:
            words = {"problem": f"的结论最高只得分值的 {plain(best * 100)}%", "mend": "核对「结论」里各得百分之几。"}
            yield codes.SETTING.at(part.span, f"指标.{part.name}", name=part.name, **words)
            return


def _always_holds(node: nodes.Node) -> bool:
    """Whether a condition is 是, or something or 是."""
    match node:
        case nodes.Literal(value=value):
            return value is True
        case nodes.Logic(sign=sign, left=left, right=right):
            return (any if sign == "or" else all)(map(_always_holds, (left, right)))
    return False


def left_out(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Indicators of the first level that a table of 二级指标 does not print though the total has their scores."""
    if any(not path and _SECOND.search(text) for text, path, _ in texts):
        for node in (one for one in template.indicators if one.level == 1 and one.is_scored and one.weight):
            words = {
                "problem": "没有下级，版式里「二级指标」的表不印它，各行加起来不等于总分",
                "mend": "写「级别: 2」。",
            }
            yield codes.SETTING.at(node.span, f"指标.{node.name}", name=node.name, **words)


def _twice(what: str, named: list[tuple[str, Span]]) -> Iterator[Finding]:
    names = [name for name, _ in named]
    for at, (name, span) in enumerate(named):
        if name in names[:at]:
            words = {"problem": f"是{what}的名称，前面已有一个", "mend": "给其中一个另取名称，或删去它。"}
            yield codes.SETTING.at(span, f"{what}.{name}", name=name, **words)


_MANY: Final = 99
_ROWS: Final = frozenset({"表", "列表", "段落", "组"})
_STEPS = re.compile(
    r"\{\{[-pr]?\s*(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:\|\s*(?P<filter>\w+)\s*(?:\(\s*(?P<places>\d*)[^()]*\))?\s*)?-?\}\}"
    r"[ \u3000]?[（(]?(?P<behind>(?:百万|千万|千|万|亿)?元|[%％‰])?"
    r"|\{%[-a-z]*\s*for\s+(?P<variable>\w+)\s+in\s+(?P<table>[\w.]+)"
    r"|\{%[-a-z]*\s*(?:if|elif)\b(?P<condition>(?:[^%\n]|%(?!\}))*)%\}"
)
"""The tags that print a name, open a loop, or ask for something."""
_COMPARED = re.compile(
    r"(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:[=!]=|[<>]=?)\s*(?P<value>\d+(?:\.\d+)?(?![\d.%％])|\"[^\"]*\"|'[^']*')"
)
_BUILT_IN = {
    **{unit: Form(unit) for unit in ("元", "万元", "亿元")},
    **dict.fromkeys(("小数", "去零", "千分位"), Form(places=_MANY)),
    **dict.fromkeys(("int", "round"), Form(places=0)),
    "百分比": RATE,
    "大写金额": Form("元", suffix="元"),
}
_SCORED = frozenset({"评分", "指标", "评分表", "指标树", "二级指标"})
_MOST = frozenset({"分值", "满分", "适用分值"})
_SECOND = re.compile(r"\bfor\s+\w+\s+in\s+二级指标\b")
_TAG = re.compile(r"\{[{%].*?[}%]\}")
_UNIT = re.compile(r"[（(：:]\s*(?:人民币)?((?:千|万|百万|亿)?元)\s*(?:[）)]|$)")


def check_printed(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Findings for tags beside another unit than theirs, in a form of another unit, or compared with another kind.

    Args:
        template: The template.
        texts: Each text with its path and its place; the paragraphs of a layout are one text.
    """
    known = Checker(template)
    for text, path, span in texts:
        printed = _Printed(template, known, path)
        alike: dict[str, dict[str, None]] = {}
        for tag, problem in printed.problems(text):
            alike.setdefault(problem, {})[tag] = None
        for problem, tags in alike.items():
            several = f"等 {len(tags)} 处" if len(tags) > 1 else ""
            if problem:
                yield codes.PRINTED.at(span, path, tag=next(iter(tags)), problem=several + problem)


class _Printed:
    """The numbers that the tags of one text print."""

    def __init__(self, template: Template, known: Checker, path: str) -> None:
        self.fields, self.forms, self.known = template.by_path, {**_BUILT_IN, **template.forms}, known
        self.places = template.scoring.places if template.scoring is not None else 0
        self.is_layout = not path
        name = path.split(".")[1] if path.startswith("指标.") else ""
        self.own = next((one for one in template.all_indicators() if one.name == name), None)
        self.tables: dict[str, str] = {}
        self.heads: list[str] = []
        self.caption = self.above = ""

    def problems(self, text: str) -> Iterator[tuple[str, str]]:
        """Each tag of the text with what is wrong with it, or blank."""
        for line in text.split("\n") if self.is_layout else [text]:
            for match in _STEPS.finditer(line):
                if match["variable"]:
                    self.tables[match["variable"]] = self._path(match["table"])
                elif match["name"]:
                    yield match[0].strip(), self._beside(match)
                else:
                    yield from ((match[0], self._never(one)) for one in _COMPARED.finditer(match["condition"]))
            yield from self._in_table(line)

    def _path(self, name: str) -> str:
        """What a name means: that of a loop stands for the rows of its table, of the last loop with this name."""
        first, point, rest = name.partition(".")
        return f"{self.tables.get(first, first)}{point}{rest}"

    def _shown(self, name: str) -> tuple[str, Form | None]:
        """The unit of what a name prints, and the form in which it does; no form if it is not known."""
        path = self._path(name)
        field, figure = self.fields.get(path), FIGURES.get(path.rpartition(".")[2], "")
        if name == "取值" and self.own is not None and field is None:
            return unit_of_form(self.own.value_form), self.own.value_form
        if field is None:
            is_figure = _SCORED & {*path.split(".")} or (self.own is not None and path == name)
            return (
                (figure, RATE if figure == RATIO else Form(places=self.places)) if is_figure and figure else ("", None)
            )
        unit = unit_of(field)
        if field.formula is not None and field.form is not None:
            return unit or unit_of_form(field.form), field.form
        if unit == MONEY:
            return unit, Form(suffix="元")
        return unit, RATE if field.kind == "比率" else Form(places=_MANY, suffix=field.unit) if field.unit else None

    def _beside(self, tag: re.Match[str]) -> str:
        """What is wrong with a tag and the unit behind it; blank if nothing is, or what it prints is not known."""
        unit, own = self._shown(tag["name"])
        form = self.forms.get(tag["filter"]) if tag["filter"] else own
        if form is None:
            return ""
        if tag["filter"] and differ(unit, unit_of_form(form)):
            return f"的值是{unit}，印制形式「{tag['filter']}」的单位是「{form.unit}」"
        places = int(tag["places"]) if tag["places"] else form.places
        if unit == SCORE and places < self.places and tag["name"].rpartition(".")[2] not in _MOST:
            return f"的得分有 {self.places} 位小数，这里只印 {places} 位：不是算出的分，各行加起来也会和合计不同"
        behind = (tag["behind"] or "").replace("％", "%")
        twice = form.suffix not in ("", "元", "%", "‰") and tag.string[tag.end() :].lstrip("万").startswith(form.suffix)
        if twice and not re.match(r"万?(\w+)[均次案月年]", tag.string[tag.end() :][: len(form.suffix) + 2]):
            return f"印出来自己带着单位「{form.suffix}」，后面又写了一遍"
        scale = form.unit or ("元" if unit == MONEY else "1" if unit == RATIO else "")
        # These units show when the examples are printed (JX774).
        if not behind or form.suffix or scale in ("", behind):
            return ""
        said = "照小数印（95% 印成 0.95）" if scale == "1" else f"按「{scale}」换算"
        return f"{said}，后面写的是「{behind}」"

    def _never(self, compared: re.Match[str]) -> str:
        """Why a comparison never holds, or always; blank if it may."""
        path, value = self._path(compared["name"]), compared["value"]
        field = self.fields.get(path)
        if field is not None and field.kind in _ROWS:
            return f"拿{field.kind}和{value}比：有没有行只写名称，有几行写「{compared['name']} | length」"
        if value[0].isdecimal():
            is_rate = self._shown(compared["name"])[0] == RATIO and float(value) > 1
            return f"拿比率和「{value}」比：95% 写成 0.95" if is_rate else ""
        if field is not None and worth_of(field) == "数":
            return f"拿数和文字「{value[1:-1]}」比，不会相等：数不加引号"
        words = self.known.of(path).words
        if words is None or value[1:-1] in words:
            return ""
        return f"拿「{compared['name']}」和「{value[1:-1]}」比，不会相等：它是{'、'.join(sorted(words))}"

    def _in_table(self, line: str) -> Iterator[tuple[str, str]]:
        """The tags of a row that stand below the heading of another column, or of another unit."""
        if not line.startswith("| "):
            unit = _UNIT.search(line.strip()) if "单位" in line else None
            self.above, self.heads, self.caption = "", [], unit[1] if unit else self.caption if not line.strip() else ""
            return
        cells = [one.strip() for one in _TAG.sub(lambda tag: tag[0].replace("|", "¦"), line)[2:-2].split(" | ")]
        if line == self.above and (tag := _STEPS.search(line)) and tag["name"]:
            yield tag[0].strip(), "所在的一行和上一行完全相同，会印两遍"
        self.above = line
        if not _TAG.search(line):
            above = self.heads if len(self.heads) == len(cells) else [""] * len(cells)
            self.heads = [cell or over for cell, over in zip(cells, above, strict=True)]
        elif len(cells) == len(self.heads):
            own = _UNIT.search(cells[0])
            for at, cell in enumerate(cells):
                tag, unit = _STEPS.fullmatch(cell.replace("¦", "|")), _UNIT.search(self.heads[at])
                if tag and tag["name"]:
                    wanted = own[1] if own else unit[1] if unit else self.caption
                    yield (
                        tag[0],
                        self._below(tag, at, cells[at - 1].replace("¦", "|") if at else "")
                        or self._scaled(tag, wanted),
                    )

    def _below(self, tag: re.Match[str], at: int, beside: str) -> str:
        """What is wrong with a tag below one heading that has the name of another, if the cell beside is no label."""
        path = self._path(tag["name"])
        field, last = self.fields.get(path), path.rpartition(".")[2]
        names = {last, field.label} if field is not None else {last}
        plain = [re.sub(r"[（(].*|\s", "", head) for head in self.heads]
        if not _TAG.search(beside) and any(name in beside for name in names):
            return ""
        if field is None and plain[at] in FIGURES and last in FIGURES:
            same = FIGURES[plain[at]] == FIGURES[last] and (plain[at] in _MOST) is (last in _MOST)
            return "" if same else f"印在「{plain[at]}」一列，印的却是{last}"
        if not plain[at] or any(name in plain[at] or plain[at] in name for name in names):
            return ""
        other = next((head for head in plain if head in names), "")
        return f"印在「{plain[at]}」一列，「{other}」是另一列" if other else ""

    def _scaled(self, tag: re.Match[str], wanted: str) -> str:
        """What is wrong with an amount below a heading or a caption that names another unit."""
        unit, own = self._shown(tag["name"])
        form = self.forms.get(tag["filter"]) if tag["filter"] else own
        if form is None or unit != MONEY or form.suffix or not wanted or (form.unit or "元") == wanted:
            return ""
        return f"按「{form.unit or '元'}」换算，表头或表上写的单位是「{wanted}」"


_LONGEST: Final = 40
_NONE: Final = "选填的不填、能写「无」的都写「无」"
_LABEL: Final = re.compile(r"([^：:。；]{4,12})[：:](?=\S)")
_TRACES: Final = (
    (re.compile(r"[：:]\s*[。；，、）]"), "「：」后面什么也没有"),
    (re.compile(r"（\s*）|《\s*》|“\s*”|〔\s*〕|【\s*】"), "括号里什么也没有"),
    (re.compile(r"[，、；：][；，、。]|。[，；、。]|(?<![）”》])、[）。]"), "标点连在一起"),
    (re.compile(r"(?<![0-9.])0(?:\s*[\u4e00-\u9fff])[^。；]*[：:]$"), "一项也没有，后面却要逐项列出"),
)
_TWICE: Final = re.compile(
    r"[0-9]\s*(?:(?:万|亿)?元\s*(?:万|亿)?元|[%％]\s*[%％]|(名|家|件|次|项|个|户|处)\1(?![均次案月年]))"
)
_SAID: Final = re.compile(
    r"(?:已|均|全部)(?:及时|按时|按期|按规定|足额|全额|按要求)|没有(?:发现|超过|超出|违规|违纪)|未(?:发现|超|出现)|"
    r"不存在|无违[规纪法]|严格(?:执行|按照|遵守|落实)"
)
_LISTED: Final = ("表", "列表", "段落", "文字")
_BLOCK: Final = re.compile(r"\{%-?\s*(?:p|tr|tc|r)?\s*(if|for|endif|endfor)\b")
_NEVER: Final = re.compile(r"\{%-?\s*(?:p|tr)?\s*(?:el)?if\s+not\s+([\w.]+)\s*-?%\}")


def residues(full: Collection[str], nothing: Collection[str], place: Span) -> Iterator[Finding]:
    """Units printed twice, and what is left in a report when nothing happened.

    ``full`` are its lines with every example filled in, ``nothing`` those with only what is required; ``place`` is the
    layout.
    """
    for line in dict.fromkeys(full):
        if match := _TWICE.search(line):
            yield _finding(line, match.start(), "单位印了两次：字段自己带着单位", "用示例试填", place)
    known = set(full)
    # Printing takes the colon away where nothing follows it; the label stays.
    labels = {match[1] for line in full for match in _LABEL.finditer(line)}
    for line in dict.fromkeys(line for line in nothing if line not in known):
        for pattern, said in _TRACES:
            if match := pattern.search(line.strip()):
                yield _finding(line.strip(), match.start(), said, _NONE, place)
                break
        else:
            label = next((one for one in labels if re.search(rf"{re.escape(one)}[，。；、]", line)), "")
            if label:
                yield _finding(line.strip(), line.find(label), "「：」后面什么也没有", _NONE, place)


def _finding(line: str, at: int, said: str, how: str, place: Span) -> Finding:
    start = max(0, at - _LONGEST // 2)
    cut = f"{'…' if start else ''}{line[start : start + _LONGEST]}{'…' if len(line) > start + _LONGEST else ''}"
    return codes.RESIDUE.at(place, how=how, line=cut, said=said)


def claims(texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences that praise every department, whatever it filled in, in texts with their paths and places."""
    for text, path, span in texts:
        for match in _SAID.finditer(_unconditional(text)):
            around = _unconditional(text)[max(0, match.start() - 8) : match.end() + 8].strip()
            yield codes.CLAIM.at(span, path, text=around.replace("\n", " "))


def _unconditional(text: str) -> str:
    """The text without what stands within a condition or a loop, and without its tags."""
    kept, depth, end = [], 0, 0
    for match in _BLOCK.finditer(text):
        if not depth:
            kept.append(text[end : match.start()])
        depth += 1 if match[1] in ("if", "for") else -1
        end = text.find("%}", match.end()) + 2
        depth = max(depth, 0)
    return re.sub(r"\{[{%#].*?[}%#]\}", "", "".join([*kept, text[end:] if not depth else ""]), flags=re.DOTALL)


def never_said(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences for what a department has none of, where the template does not let it say so."""
    for text, path, span in texts:
        for name in dict.fromkeys(_NEVER.findall(text)):
            field = template.by_path.get(name)
            may_be_none = field is None or field.formula is not None or field.kind not in _LISTED
            if field is not None and not may_be_none and not (field.may_be_nothing or field.absent):
                yield codes.NEVER_SAID.at(span, path, name=name)
