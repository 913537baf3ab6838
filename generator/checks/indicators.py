"""Rules on tables of indicators: fitting names, kinds and targets, no duplicates, possible figures."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from generator.base.amount import round_half_up
from generator.base.diagnostics import Finding
from generator.base.formats import PERCENT, plain
from generator.base.judgement import Verdict
from generator.base.target import DOWN, UP, Better, Kind, Operator, Target
from generator.base.units import MONEY, RATIO, is_time
from generator.checks import codes
from generator.checks.mentions import Measure, value_at, value_in
from generator.checks.rule import Case, Given, Rule, Setting, listed
from generator.formula.values import Trace, walk
from generator.scoring.model import ScoredForm
from generator.submission.model import Fact
from generator.template.model import Field

_HANDLED = (
    "处理|办结|化解|查处|处置|发现|排查|整治|纠正|受理|调解|检查|打击|侦破|治理|消除|解决|回复|答复|整改|防范"
    "|节约|节省|降低|减少|压减|压降|下降|避免|挽回|追回"
)
_MEASURED = "(?:发生)?(?:率|数|数量|次数|人数|起数|件数|宗数|金额|总额|额|比例|占比)?"
_LASTS = re.compile(
    "(?:开放|运行|运营|营业|值守|值班|服务|供[水电气热应暖]|免费|在岗|使用|保修|质保)[^响应办理等候]{0,4}(?:天数|时间|时长|年限|小时数|期)$|年限$|寿命$"
)


def _direction(case: Case, given: Given) -> Iterator[Finding]:
    """A target whose sign contradicts the name: a cost of at least so much, a satisfaction of at most so much."""
    fewer = re.compile(rf"(?:{given.pattern('越少越好')}){_MEASURED}$")
    more = re.compile(rf"(?<![不非未])(?:{given.pattern('越多越好')})$")
    for one in case.measures:
        operator, wanted = one.target.operator, ""
        if operator in UP and fewer.search(one.core) and not re.search(_HANDLED, one.core):
            wanted = "不超过（≤）"
        elif operator in DOWN and more.search(one.core):
            wanted = "不低于（≥）"
        # A bare time under 时效 is read as a limit; 开放天数 300天 is none.
        elif operator is Operator.PLAIN and "时效" in one.level and _LASTS.search(one.core):
            wanted = "不低于（≥）" if one.target.kind is Kind.DURATION else ""
        if wanted:
            yield codes.DIRECTION.at(*one.place("目标"), name=one.name, target=one.target.text, wanted=wanted)


_TIMELY = re.compile("时|期|进度|完成|频|周|月|年|日|天|率|度|速|快|响应|长效|持续")
_OF_QUALITY = re.compile("优|良|合格|达标|奖|级|星|示范|标准|认证|验收|通过")
_COUNTED = re.compile("(?:数|数量|次数|人数|场次|个数|户数|面积|台数|件数)$")


def _misfit(one: Measure) -> str:
    """Why an indicator does not fit its 二级指标; blank where it fits or nothing is certain."""
    target, level = one.target, one.level
    is_count = target.kind is Kind.NUMBER and target.unit != "" and not target.dimension.startswith((RATIO, MONEY))
    if "数量" in level and re.search("(?<!频)率$", one.core) and target.dimension == RATIO:
        return "比率说的是质量或效果，数量指标写做了多少"
    if "时效" in level and is_count and not _TIMELY.search(one.core):
        return "名称和目标里都没有时间，时效指标写什么时候完成、多久完成"
    # Few accidents are a quality, many trainings are not.
    is_few = target.operator in DOWN or target.better is Better.LESS
    if "质量" in level and is_count and not is_few and _COUNTED.search(one.core) and not _OF_QUALITY.search(one.core):
        return "说的是做了多少，质量指标写做得怎样，如合格率、达标率"
    if "成本" in level and is_count and target.unit not in ("分", "个百分点", "百分点"):
        return "不是金额也不是比率，成本指标写花了多少"
    return ""


def _kinds(case: Case, given: Given) -> Iterator[Finding]:
    # 补助标准执行率 says whether the amounts were right.
    payment = re.compile(rf"(?<!标准)(?<!政策)(?<!制度)(?<!合同)(?<!价格)(?:{given.pattern('支付')})(?:百分比)?$")
    outputs = re.compile(given.pattern("产出"))
    for one in case.measures:
        if outputs.search(one.group or one.level) and payment.search(one.core):
            yield codes.PAYMENT.at(*one.place("名称"), name=one.name, level=one.level or one.group)
        elif (wrong := _misfit(one)) and one.target.fault is None:
            yield codes.WRONG_KIND.at(*one.place("名称"), name=one.name, level=one.level, wrong=wrong)


_NOISE = re.compile(r"[\s，、；。：:（）()“”\"「」·\-—的]")
_COUNT_WORDS = re.compile("(?:数量|个数|总数|(?<!人)次数|数)$")


def _repeated(case: Case, _given: Given) -> Iterator[Finding]:
    """The same indicator twice in one project, whatever its group."""
    first: dict[tuple[str, ...], Measure] = {}
    for one in case.measures:
        plain_name = _COUNT_WORDS.sub("", _NOISE.sub("", one.name))
        if not plain_name:
            continue
        before = first.setdefault((one.table, *one.project, plain_name), one)
        if before is not one:
            groups = [group for group in dict.fromkeys((before.group, one.group)) if group]
            where = f"，一处在「{groups[0]}」、一处在「{groups[1]}」" if len(groups) > 1 else ""
            yield codes.REPEATED.at(*one.place("名称"), name=one.name, other=before.row.path, where=where)


_SHORTEST = 4


def _two_forms(case: Case, _given: Given) -> Iterator[Finding]:
    """One indicator in the bureau's form and in one project's, with one target and two actual values.

    Shares and satisfaction may differ: those of the bureau are of all its projects.
    """
    parts: dict[tuple[str, object], list[Measure]] = defaultdict(list)
    counted = [one for one in case.measures if one.target.dimension and one.actual.dimension == one.target.dimension]
    for one in counted:
        if "[" in one.table:
            parts[one.target.dimension, one.target.ends].append(one)
    for one in counted if parts else ():
        key = (one.target.dimension, one.target.ends)
        if "[" in one.table or one.target.dimension == RATIO or not any(one.target.ends):
            continue
        same = [other for other in parts.get(key, ()) if _is_abridged(other.core, one.core)]
        if len(same) == 1 and same[0].actual.ends != one.actual.ends:
            other = same[0]
            span, path = one.place("完成")
            words = {"target": one.target.text, "actual": one.actual.text, "value": other.actual.text}
            where = other.place("完成")[0].in_words
            yield codes.SAME_INDICATOR.at(span, path, name=one.name, other=other.row.path, where=where, **words)


def _is_abridged(one: str, other: str) -> bool:
    """Whether one name is the other with some words left out: 培训人数, 职工技能培训人数."""
    short, long = sorted((one, other), key=len)
    left = iter(long)
    return len(short) >= _SHORTEST and all(char in left for char in short)


_NO_SHARE = "占比一类的数不会超过 100%"
_PER = re.compile("率|平均|人均|户均|均|每|万台|密度|比$|系数")
_WHOLE = "人 名 位 户 家 起 宗 例 座 栋 幢 辆 台 套 艘 架 场 届 所 名次"


def _impossible(case: Case, given: Given) -> Iterator[Finding]:
    """An impossible actual value: a share above 100 %, a negative count, half a person."""
    shares = re.compile(rf"(?<![增超毛])(?:{given.pattern('不超过100%')})$")
    reported: set[str] = set()
    for one in case.measures:
        name = one.name or (one.goal.name if one.goal is not None else "")
        core = one.core or name
        wrongs = [("完成", one.actual, _wrong_figure(one.actual, core, shares))]
        wrongs += [
            (part, side, _lost_digits(side, part, core)) for part, side in (("目标", one.target), ("完成", one.actual))
        ]
        for part, side, wrong in wrongs:
            if wrong:
                span, path = one.place(part)
                reported.add(path)
                yield codes.IMPOSSIBLE.at(span, path, name=name, value=side.text, wrong=wrong)
    for fact, field in case.figures:
        # Most figures are neither: asked first, as the others ask for an abstract kind.
        is_doubtful = field.kind == "比率" or fact.text.startswith("0")
        if is_doubtful and fact.path not in reported and (wrong := _wrong_fact(fact, field, shares)):
            yield codes.IMPOSSIBLE.at(fact.span, fact.path, name=field.label, value=fact.text, wrong=wrong)
    # In texts: 占964%, 减少118%, 满意度为193%.
    for text in case.printed_with(_ANY_HUNDREDS):
        for match in _SAID_SHARE.finditer(text.plain):
            name = match["name"]
            above = Fraction(match["value"].rstrip("%％")) > 100
            is_share = above and (_OF_WHOLE.search(name) or shares.search(name))
            # 下降为120% says what it fell to.
            is_fall = above and not match["is"] and _FALL.search(name) and not re.search("[利亏损差净]", name)
            if is_share or is_fall:
                wrong = _NO_SHARE if is_share else "减少的不会超过 100%"
                words = {"name": name, "value": match["value"], "wrong": wrong}
                yield codes.IMPOSSIBLE.at(text.place(*match.span("value")), text.path, **words)


def _wrong_fact(fact: Fact, field: Field, shares: re.Pattern[str]) -> str:
    if not isinstance(fact.value, Fraction):
        return ""
    if fact.text.startswith("0") and fact.text[1:2].isdigit():
        return _ZERO_BEFORE
    if field.kind != "比率":
        return ""
    if fact.value > 1 and any(shares.search(label) for label in (field.name, field.label)):
        return _NO_SHARE
    is_low = 0 < fact.value < Fraction(1, 10) and "满意度" in field.label
    return "满意度不会这样低，像是把比例写成了百分数" if is_low else ""


# The sign comes first because it is rarer than digits.
_ANY_HUNDREDS = re.compile(r"[%％](?:(?<=\d{3}.)|(?<=\d{3}\.\d.)|(?<=\d{3}\.\d\d.))")
_SAID_SHARE = re.compile(
    r"(?P<name>[^，。；、：\s\d（）()]{1,20}?)(?P<is>为|达到|达|是)?(?P<value>(?<![\d.])\d{3,}(?:\.\d+)?[%％])"
)
_FALL = re.compile("(?:减少|下降|降低|压减|缩短|缩减)了?$")
_OF_WHOLE = re.compile("占(?:比|全[部市县区省]?|总[^，。；]{0,4})?$")


_ZERO_BEFORE = "数字前面多了 0，或者丢了一位"
_ANY_ZERO_BEFORE = re.compile(r"(?<![\d.,:/时分])0\d")


def _lost_digits(target: Target, part: str, name: str) -> str:
    """≥03% of ≥30%, or ≥0% of ≥90%: no growth may be asked for, but nothing else of which every value is enough."""
    if target.quantity is None:
        return ""
    # Without what is in brackets behind it: （2024年06月调查）.
    if _ANY_ZERO_BEFORE.search(target.quantity.text):
        return _ZERO_BEFORE
    is_nothing = part == "目标" and target.operator is Operator.AT_LEAST and not any(target.ends)
    # A profit of at least 0, a growth of at least 0.
    may_fall = target.change or re.search("[增减降变差涨利盈]", name)
    none = f"，或者应为「≤0{target.unit}」" if target.dimension != RATIO else ""
    return f"多少都算达到，像是丢了数字{none}" if is_nothing and not may_fall else ""


def _wrong_figure(actual: Target, name: str, shares: re.Pattern[str]) -> str:
    if actual.quantity is None or not actual.quantity.unit.known:
        return ""
    unit, low = actual.quantity.unit, actual.ends[0]
    if unit.dimension == RATIO and shares.search(name):
        return _NO_SHARE if low > 1 else "占比一类的数不会是负数" if low < 0 else ""
    if low < 0 and (unit.dimension in _WHOLE.split() or is_time(unit.name) or name.endswith(("成本", "进度"))):
        return "" if actual.change or re.search("[净增减变差提]", name) else "个数、时间和成本不会是负数"
    whole = unit.dimension in _WHOLE.split() and unit.scale == 1 and not _PER.search(name)
    return f"「{unit.name}」没有半个的" if whole and low.denominator != 1 else ""


def _spending(case: Case, given: Given) -> Iterator[Finding]:
    """Money and output that do not go together: little spent with all delivered, or the scores far apart."""
    gap, low, outputs = given.number("幅度"), given.number("过低"), re.compile(given.pattern("产出"))
    for path, form in product(given.words("执行率"), case.scorecard.forms):
        # A rate within a table belongs to each row with a form of its own.
        table = form.form.path.rpartition("[")[0]
        if not path.startswith(f"{table}." if table else ""):
            continue
        trace, *why = (_within(case, form, table, one) for one in (path, *given.words("说明")))
        output = _output(case, form, outputs)
        if trace is None or not isinstance(trace.value, Fraction) or output is None:
            continue
        # The bureau's line: the first figure that the rate is computed from and that is no budget, what was spent.
        figures = [one for one in walk(trace) if not one.formula and one.span.file == case.submission.file] or [trace]
        figures.sort(key=lambda one: "预算" in one.name.rpartition(".")[2])
        # Without a budget there is no rate that could be low.
        if not any(one.value for one in figures):
            continue
        rate, words = trace.value, {"rate": PERCENT.print(trace.value), "output": PERCENT.print(output)}
        if rate < low and output == 1:
            yield codes.LOW_SPENDING.at(figures[0].span, figures[0].name, **words)
        elif abs(output - rate) > gap and not any(one is not None and one.value for one in why):
            yield codes.SPENDING_GAP.at(figures[0].span, figures[0].name, gap=PERCENT.print(gap), **words)


_OF_THE_WHOLE = (
    r"[\s（(]*(?:[本我](?:项目|部门|局|单位)|项目|部门|整体|总体|全年|年度|当年|本年度?|\d{4}年度?|预算|资金|的)*"
)
_FEW = 4
_OF_A_PART = re.compile("月|季|半年|上年|同期|采购|其中")


class _Rate(NamedTuple):
    """A rate of execution: of a project by its path, or of the whole."""

    project: str
    value: Fraction
    name: str


def _stated_rates(case: Case, given: Given) -> Iterator[Finding]:
    """A rate of execution in a text that none of the filing's is: in a project's text, none of the project's."""
    before = re.compile(rf"{_OF_THE_WHOLE}(?:{given.pattern('名称')})(?:为|是|达到?)?\s*")
    stated = [one for one in case.statements.all if one.quantity.dimension == RATIO and before.fullmatch(one.lead)]
    known = list(_rates(case, given.words("名称"))) if stated else []
    of_whole = known if any(not rate.project for rate in known) else []
    for one in stated if known else ():
        number, unit = one.quantity.number, one.quantity.unit.scale
        near = [rate for rate in known if rate.project and one.text.path.startswith(f"{rate.project}.")] or of_whole
        sentence = re.split("[。；\n]", one.text.plain[: one.start])[-1]
        # Of other money, a rate may be right by what its own sentence says of it.
        beside = case.statements.by_text[one.text.path]
        at = bisect_left(beside, one.start, key=lambda two: two.start)
        money = [two.quantity for two in beside[max(0, at - _FEW) : at] if two.quantity.dimension == MONEY]
        values = (*(rate.value for rate in near), *(spent / planned for planned in money if planned for spent in money))
        agrees = any(round_half_up(value / unit, one.quantity.places) == number for value in values)
        if near and not agrees and not _OF_A_PART.search(sentence):
            words = {"said": one.said, "name": near[0].name, "rate": PERCENT.print(near[0].value)}
            yield codes.OTHER_RATE.at(one.text.place(one.start, one.end), one.text.path, **words)


def _rates(case: Case, names: tuple[str, ...]) -> Iterator[_Rate]:
    """The rates of execution that are scored or computed, those of the whole first."""
    for node in case.scorecard.walk_all():
        name, value = node.indicator.name, node.value.value if node.value is not None else None
        if isinstance(value, Fraction) and name.endswith(names) and not _OF_A_PART.search(name):
            yield _Rate(node.path.rpartition("指标.")[0].rstrip("."), value, name)
    for record in case.submission.facts.records:
        for name in (one for one, field in record.fields.items() if field.kind == "比率" and one.endswith(names)):
            trace = value_in(case.scorecard.symbols, record, name)
            if trace is not None and isinstance(trace.value, Fraction):
                yield _Rate(record.path if "[" in record.path else "", trace.value, name)


def _within(case: Case, form: ScoredForm, table: str, path: str) -> Trace | None:
    """The value under a path; of a path within the form's table, in the form's row."""
    if table and path.startswith(f"{table}."):
        return value_in(case.scorecard.symbols, form.form.facts, path.removeprefix(f"{table}."))
    return value_at(case.scorecard.symbols, path)


def _output(case: Case, form: ScoredForm, named: re.Pattern[str]) -> Fraction | None:
    """The share of the output's weight that was scored; without scores in its rows, the share of targets met."""
    nodes = (node for node in form.walk() if named.search(node.indicator.name) and node.indicator.weight)
    if node := next(nodes, None):
        return node.rate
    within = (one for one in case.measures if one.row.path.startswith(form.form.path))
    rows = [one for one in within if named.search(one.group or one.level)]
    scored = [(one.score, one.weight) for one in rows if one.score is not None and one.weight]
    if scored:
        return sum((score for score, _ in scored), Fraction(0)) / sum((weight for _, weight in scored), Fraction(0))
    verdicts = [one.verdict for one in rows if one.verdict in (Verdict.MET, Verdict.NOT_MET)]
    return Fraction(verdicts.count(Verdict.MET), len(verdicts)) if verdicts else None


def _perfect(case: Case, given: Given) -> Iterator[Finding]:
    """Full marks for every row, and targets of benefits that are all alike."""
    least = given.number("项数")
    verdicts = {one.row.path: one.verdict for one in case.measures}
    for form in case.scorecard.forms:
        leaves = [one for one in form.walk() if not (one.children or one.indicator.bonus) and one.indicator.weight > 0]
        judged = {verdicts.get(one.entry.row.path) for one in leaves if one.entry.row is not None} - {None}
        # Of a project that was given up, nothing applies.
        is_idle = judged == {Verdict.NOT_APPLICABLE}
        if leaves and len(leaves) >= least and not is_idle and all(node.is_full for node in leaves):
            yield codes.ALL_FULL.at(leaves[0].entry.span, leaves[0].path, count=str(len(leaves)))
    scored = [one for one in case.measures if one.node is None and one.score is not None and one.weight]
    if scored and len(scored) >= least and all(one.score == one.weight for one in scored):
        yield codes.ALL_FULL.at(*scored[0].place("得分"), count=str(len(scored)))
    alike: dict[tuple[str, str], list[Measure]] = defaultdict(list)
    benefits = re.compile(given.pattern("效益"))
    for one in case.measures:
        if benefits.search(one.group or one.level) and one.target.kind is Kind.NUMBER and "满意" not in one.name:
            alike[one.table, re.sub(r"\s", "", one.target.text)].append(one)
    for (_, target), rows in alike.items():
        if len(rows) >= given.number("雷同"):
            yield codes.TARGETS_ALIKE.at(*rows[0].place("目标"), count=str(len(rows)), target=target)


def _minimum(case: Case, given: Given) -> Iterator[Finding]:
    """Kinds and numbers of indicators that the form demands of a table."""
    tables: dict[str, list[Measure]] = defaultdict(list)
    for one in case.measures:
        tables[one.table].append(one)
    for table, rows in tables.items():
        levels = [f"{one.group}{one.level}" for one in rows]
        for kind in given.words("必有") if any(levels) else ():
            if not any(kind in level for level in levels):
                yield codes.KIND_MISSING.at(rows[0].row.span, table, table=table, kind=kind)
        core = [one for one in rows if one.texts.get("核心", "").startswith(("是", "核心", "√", "✓", "★"))]
        for what, count, setting in (("", len(rows), "最少"), ("核心指标", len(core), "核心")):
            least = given.number(setting)
            if count < least:
                yield codes.TOO_FEW.at(rows[0].row.span, table, table=table + what, count=count, least=plain(least))


def _lengths(case: Case, given: Given) -> Iterator[Finding]:
    most = given.number("指标名称")
    for one in case.measures:
        if most and len(one.name) > most:
            yield codes.TOO_LONG.at(*one.place("名称"), name=one.name, length=len(one.name), most=plain(most))


RULES = (
    Rule(
        name="目标方向",
        codes=(codes.DIRECTION,),
        find=_direction,
        settings={
            "越少越好": Setting(
                listed("成本 投诉 事故 差错 缺陷 负债 超支 违规 伤亡 死亡 失误 误差 不合格"),
                "名称以这些词（或再加「率」「数量」「金额」）结尾的，目标不该是「≥」",
            ),
            "越多越好": Setting(
                listed("满意 满意度 满意率 覆盖率 覆盖面 合格率 达标率 及时率 准确率 优良率 知晓率"),
                "名称以这些词结尾的，目标不该是「≤」",
            ),
        },
    ),
    Rule(
        name="指标种类",
        codes=(codes.WRONG_KIND, codes.PAYMENT),
        find=_kinds,
        settings={
            "支付": Setting(listed("执行率 支付率 支出率 支出进度 执行进度"), "名称以这些词结尾的不是产出"),
            "产出": Setting(listed("产出 数量 质量 时效"), "哪些一级指标（没有一级指标一列的，二级指标）是产出"),
        },
    ),
    Rule("指标重复", (codes.REPEATED,), _repeated),
    Rule("两处指标", (codes.SAME_INDICATOR,), _two_forms),
    Rule(
        name="不可能的数",
        codes=(codes.IMPOSSIBLE,),
        find=_impossible,
        settings={
            "不超过100%": Setting(
                listed(
                    "满意度 满意率 覆盖率 合格率 达标率 及时率 准确率 通过率 公开率 公示率 支付率 执行率 "
                    "支出率 知晓率 占比 比重 普及率 入学率 就业率 参保率 办结率 化解率 完好率 整改率 "
                    "有效率 回收率 成活率 解决率"
                ),
                "名称以这些词结尾的，不会超过 100%",
            )
        },
    ),
    Rule(
        name="花钱与产出",
        codes=(codes.SPENDING_GAP, codes.LOW_SPENDING),
        find=_spending,
        settings={
            "执行率": Setting(
                (),
                "执行率所在的字段，如「资金合计.支出率」；在表里的，逐个看自有评分表的行，如「项目.执行率」",
                of_fields=True,
            ),
            "说明": Setting(
                (), "说明没有用完的原因的字段，如「项目.执行说明」：已填的，不报告两边相差", of_fields=True
            ),
            "产出": Setting(("产出",), "哪些一级指标（或评分表里的项）是产出"),
            "幅度": Setting(Fraction(20, 100), "两边的比率相差多少以上报告"),
            "过低": Setting(Fraction(50, 100), "执行率低于多少而产出全部完成时报告"),
        },
    ),
    Rule(
        name="文字执行率",
        codes=(codes.OTHER_RATE,),
        find=_stated_rates,
        settings={"名称": Setting(("执行率", "支出率"), "名称以这些词结尾的指标和字段是执行率")},
    ),
    Rule(
        name="处处满分",
        codes=(codes.ALL_FULL, codes.TARGETS_ALIKE),
        find=_perfect,
        settings={
            "项数": Setting(Fraction(10), "多少项以上全部满分时报告"),
            "雷同": Setting(Fraction(5), "多少项效益指标的目标相同时报告"),
            "效益": Setting(("效益", "影响"), "哪些一级指标（没有一级指标一列的，二级指标）是效益"),
        },
    ),
    Rule(
        name="指标数量",
        codes=(codes.KIND_MISSING, codes.TOO_FEW),
        find=_minimum,
        settings={
            "必有": Setting((), "指标表里必须有的一级、二级指标，如 [数量指标, 质量指标, 满意度]"),
            "最少": Setting(Fraction(0), "指标表至少要有几行"),
            "核心": Setting(Fraction(0), "至少要有几个核心指标：「核心」一列写「是」或「核心指标」的"),
        },
    ),
    Rule("名称长度", (codes.TOO_LONG,), _lengths, {"指标名称": Setting(Fraction(0), "指标名称最多几个字；0 是不限")}),
)
