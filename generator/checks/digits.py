"""Figures of a text; rules on slips of those beside them (two digits swapped, one lost) and parts above their whole."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from fractions import Fraction
from functools import cache
from itertools import accumulate, chain, combinations, pairwise
from typing import NamedTuple

from generator.base.amount import Amount, is_number, round_half_up
from generator.base.diagnostics import Finding, Span
from generator.base.formats import PERCENT, plain
from generator.base.units import MONEY, RATIO, are_kin
from generator.checks import codes
from generator.checks.mentions import (
    FIGURE,
    NO_FIGURE_BEHIND,
    ROUGH_BEHIND,
    Measure,
    Statement,
    amount_of,
    is_rough_before,
    pairs_of,
    value_in,
)
from generator.checks.rule import OWN_NAME, Case, Given, Rule, listed, name_of_bureau
from generator.checks.texts import home_of
from generator.formula.values import walk
from generator.scoring.model import Scored
from generator.submission.model import Fact, Record

_FEWEST_DIGITS, _MANY_DIGITS = 3, 5
_OF_MANY = (MONEY, RATIO, "个", "项", "件", "")
_COMMON = frozenset(listed("数量 人数 次数 人次 场次 完成 全年 项目 工作 情况 满意 意度 合格 格率 时间 成本 支出 资金"))
"""Character pairs that tell little about an indicator."""


class Figure(NamedTuple):
    """A figure of a sentence: ``lead`` are the words between it and the one before."""

    start: int
    end: int
    quantity: Amount
    lead: str
    is_rough: bool


# How long something takes is no statement about a row, but its sentence may tell of it: 由12天压缩到9天.
_FIGURE_OR_TIME = re.compile(rf"{FIGURE.pattern}|\d(?<![\d,.].)\d*+(?:\.\d+)?+(?:个工作日|个?小时|分钟|天)")


def figures_in(text: str, start: int, end: int) -> list[Figure]:
    """Every figure between two places of a text; rough is also what follows a mark or the part of a range."""
    found: list[Figure] = []
    for match in _FIGURE_OR_TIME.finditer(text, start, end):
        quantity = amount_of(match[0])
        if quantity is None:
            continue
        lead = text[found[-1].end if found else start : match.start()]
        last, before = lead[-1:], lead.rstrip()
        # 3至5家 is a range, 增至5家 is none.
        is_range = (last in NO_FIGURE_BEHIND and (last != "至" or lead == "至")) if lead else bool(found)
        is_rough = is_range or is_rough_before(before) or ROUGH_BEHIND.match(text, match.end()) is not None
        found.append(Figure(*match.span(), quantity, lead, is_rough))
    return found


_PEOPLE = frozenset({"人", "人次", "名", "位"})


def alike_in(figures: Iterable[Figure], quantity: Amount, *, kin: bool = False) -> list[Figure]:
    """The figures that count the same, without rough ones and zeros; ``kin``: people by any word for them."""
    kind, usable = quantity.dimension, (one for one in figures if one.quantity and not one.is_rough)
    return [one for one in usable if (its := one.quantity.dimension) == kind or (kin and {its, kind} <= _PEOPLE)]


def half_unit(quantity: Amount) -> Fraction:
    """Half a unit of the last place; counts are exact."""
    is_exact = not quantity.places and quantity.unit.scale == 1 and quantity.dimension not in (MONEY, RATIO)
    return Fraction(0) if is_exact else quantity.unit.scale / 10**quantity.places / 2


def is_slip(written: Amount, meant: Fraction, least: int, *, replaced: bool = True) -> bool:
    """Whether an amount is written with a slip, if it has at least so many digits: 917% for 91.7%."""
    finer = (round_half_up(meant / written.unit.scale, written.places + more) for more in range(3))
    return any(_is_misspelt(digits_of(written, written), f"{one:f}", least, replaced=replaced) for one in finer)


def has_slip(parts: Iterable[Figure], total: Fraction, least: int = 2, *, replaced: bool = True) -> bool:
    """Whether the parts would add up to the total but for a slip in one of them."""
    amounts = [one.quantity for one in parts]
    rest = total - sum(amounts, Fraction(0))
    return any(rest + one > 0 and is_slip(one, rest + one, least, replaced=replaced) for one in amounts)


def _is_misspelt(one: str, other: str, least: int, *, replaced: bool) -> bool:
    """Whether digits differ by two swapped ones, a lost one, the point, or one other digit."""
    short, long = sorted((text.replace(".", "").strip("0") for text in (one, other)), key=len)
    if short == long or len(long) < least:
        return short == long and one != other
    if len(short) < len(long):
        return len(short) > 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    differing = [at for at, (left, right) in enumerate(zip(short, long, strict=True)) if left != right]
    is_swap = len(differing) == 2 and differing[1] - differing[0] == 1 and sorted(short) == sorted(long)
    return is_swap or (replaced and len(differing) == 1 and len(long) >= _FEWEST_DIGITS)


class Meant(NamedTuple):
    """What a figure should be, from ``low`` to ``high``, and the figures that tell so."""

    low: Fraction
    high: Fraction
    figures: str

    def fits(self, quantity: Amount, *, exactly: bool = False) -> bool:
        """Whether it is that figure, rounded, or else cut off or up."""
        step = half_unit(quantity) * (1 if exactly or quantity.dimension != RATIO else 2)
        return self.low - step <= quantity <= self.high + step

    def is_near(self, quantity: Amount, share: Fraction) -> bool:
        """Whether it is this figure with a slip, and not another thing."""
        middle = abs(self.low + self.high) / 2
        return middle <= abs(quantity) * (1 + share) <= middle * (1 + share) ** 2 or is_slip(quantity, middle, 2)


def share_of(part: Figure, whole: Figure, less: int = 0) -> Meant:
    """The share, or by how much the part is more."""
    above, below, few, least = part.quantity, whole.quantity, half_unit(part.quantity), half_unit(whole.quantity)
    low, high = (above - few) / (below + least), (above + few) / max(below - least, below / 2)
    words = f"{above.text}÷{below.text}{'－1' if less else ''} = {PERCENT.print(above / below - less)}"
    return Meant(low - less, high - less, words)


def difference_of(now: Figure, then: Figure, own: Amount) -> Meant:
    """By how much the first is more: in points if both are rates, else in the unit of ``own``."""
    times, unit = (100, "个百分点") if now.quantity.dimension == RATIO else (1, own.unit.name)
    change, half = (now.quantity - then.quantity) * times, (half_unit(now.quantity) + half_unit(then.quantity)) * times
    result = f"{plain(change if times > 1 else change / own.unit.scale)}{unit}"
    return Meant(change - half, change + half, f"{now.quantity.text}－{then.quantity.text} = {result}")


def sum_of(parts: Iterable[Figure]) -> Meant:
    """The sum of amounts of one kind, in the unit of the first."""
    amounts = [one.quantity for one in parts]
    total, half = sum(amounts, Fraction(0)), sum(map(half_unit, amounts), Fraction(0))
    words = "＋".join(one.text for one in amounts)
    return Meant(total - half, total + half, f"{words} = {plain(total / amounts[0].unit.scale)}{amounts[0].unit.name}")


# Words of change: how much, and since when.
UP = "增长|增加|上升|提高|提升|净增|增幅|升|增|多|超[出支]?|高"
DOWN = "下降|减少|降低|回落|下滑|减幅|降幅|压[减缩]|降|减|缩[小短减]|少|节约|低"
PLAN = "预算|计划|目标|任务|指标"
SINCE = (
    rf"[，、；（(]?(?:同比(?:上年度?)?|环比|(?:[比较与同])?(?:上年|上一年|去年|前年|年初|\d{{4}}年)?"
    rf"(?:度|末|底|同期|{PLAN})?(?:数|值)?(?:相比)?[，,]?)"
)
CHANGED = re.compile(
    rf"{SINCE}(?P<each>分别)?(?:共|约|也)?(?:(?P<up>{UP})|(?P<down>{DOWN}))(?:了|幅度|比例)?(?:为|达到?)?"
)
EACH = re.compile("[每各]|[人户平]均")


class _Beside(NamedTuple):
    """A figure that another may repeat; ``pairs`` of its name, of which the clause must say one, unless empty.

    ``first`` are its first digits if nothing else beside the text is counted in its unit.
    """

    value: Fraction
    dimension: str
    name: str
    span: Span
    pairs: frozenset[str] = frozenset()
    first: str = ""


def _wrong_digits(case: Case, given: Given) -> Iterator[Finding]:
    """A figure in a text, or a cost among a project's indicators, that is one beside it but for a slip."""
    by_text: dict[str, list[Statement]] = defaultdict(list)
    for statement in chain(case.statements.all, case.statements.planned):
        # Round figures are alike by chance.
        if len(_significant(statement.quantity.number)) >= _FEWEST_DIGITS:
            path = statement.text.path
            by_text[path.rpartition("[")[0] if path.endswith("]") else path].append(statement)
    records = {record.path: record for record in case.submission.facts.records}
    kinds = {one.quantity.dimension for one in chain.from_iterable(by_text.values())}
    alike = _long_amounts(case) if MONEY in kinds else {}
    beside = _figures_beside(case, records, kinds)
    slips = [
        (one, slip)
        for path, statements in by_text.items()
        for figures, stated in [(beside(path), [one.quantity for one in statements])]
        for one in statements
        for same in [alike.get(_significant(one.quantity), []) if one.quantity.dimension == MONEY else []]
        # Without the figure itself: 人次 is its unit.
        for words in [one.clause.replace(one.text.plain[one.start : one.end], "|")]
        if (figures or same) and (slip := _slip(one.quantity, figures + same, words, stated))
    ]
    differing = case.statements.differing(name_of_bureau(case, given)) if slips else ()
    reported = {(match.statement.text.path, match.statement.start) for match in differing}
    for one, found in slips:
        if (one.text.path, one.start) not in reported:
            span = one.text.place(one.start, one.end)
            yield codes.WRONG_DIGITS.at(span, one.text.path, said=one.said, stated=one.quantity.text, **found)
    for measure in case.measures:
        project = measure.table.rpartition(".")[0]
        for target, part in ((measure.target, "目标"), (measure.actual, "完成")) if project.endswith("]") else ():
            cost = target.quantity if target.dimension == MONEY else None
            if cost is None or len(_significant(cost)) < _FEWEST_DIGITS:
                continue
            if slip := _slip(cost, _amounts_of(records[project])):
                (span, path), clause = measure.place(part), f"{measure.name}：{target.text}"
                yield codes.WRONG_DIGITS.at(span, path, said=clause, stated=cost.text, **slip)


def _long_amounts(case: Case) -> dict[str, list[_Beside]]:
    """The amounts by their digits if these are so many that the same ones elsewhere are no accident."""
    alike: dict[str, list[_Beside]] = defaultdict(list)
    for fact, _ in case.figures:
        if type(fact.value) is Amount and fact.value.dimension == MONEY:
            digits, figure = _significant(fact.value), _Beside(fact.value, MONEY, f"「{fact.path}」", fact.span)
            alike[digits] += [figure] if len(digits) >= _MANY_DIGITS else []
    return alike


def _figures_beside(case: Case, records: dict[str, Record], kinds: Set[str]) -> Callable[[str], list[_Beside]]:
    """A function that gives the figures beside a text by its path, of rows those like one of the ``kinds``.

    They are the amounts of its record and their differences, those behind the indicator that it explains, those of the
    whole for a text on the whole, and the figures of the indicators of its project, or of the whole.
    """
    nodes = [(text.path, one) for one in case.scorecard.walk_all() for text in (one.entry.reason, one.entry.remarks)]
    explaining: dict[str, list[Scored]] = defaultdict(list)
    for path, node in nodes:
        explaining[path].append(node)
    homes: dict[str, dict[str, list[Measure]]] = defaultdict(lambda: defaultdict(list))
    for one in case.measures:
        homes[one.table.rpartition(".")[0]][one.table].append(one)

    def explained(path: str) -> list[_Beside]:
        values = [node.value for node in explaining.get(path, ()) if node.value is not None]
        facts = (part for value in values for part in walk(value) if not part.formula)
        return _with_differences((one.value, one.name, one.span) for one in facts)

    @cache
    def of_record(path: str) -> list[_Beside]:
        return _amounts_of(records[path]) if path in records else []

    @cache
    def of_the_whole() -> list[_Beside]:
        return [amount for record in records.values() if "[" not in record.path for amount in _totals(record, case)]

    @cache
    def of_rows(home: str, table: str) -> list[_Beside]:
        times = Counter(side for one in homes[home][table] for side in {one.target.dimension, one.actual.dimension})
        wanted = {one for one in times if one in kinds or any(are_kin(one, kind) for kind in kinds)}
        return [figure for one in homes[home][table] for figure in _figures_of(one, times, wanted)]

    def beside(path: str) -> list[_Beside]:
        figures = [*of_record(path.rpartition(".")[0]), *explained(path)]
        figures += of_the_whole() if "[" not in path else []
        # A project's texts tell of its own rows; reasons in a row, of what is missing.
        above = [home for home in accumulate(path.split("."), "{}.{}".format) if home in homes]
        for home, table in ((one, table) for one in above or [""] for table in homes.get(one, ())):
            figures += of_rows(home, table) if not path.startswith(f"{table}[") else []
        return figures

    return beside


def _amounts_of(record: Record) -> list[_Beside]:
    facts = (fact for fact in record.members.values() if isinstance(fact, Fact))
    return _with_differences((fact.value, fact.path, fact.span) for fact in facts)


def _totals(record: Record, case: Case) -> Iterator[_Beside]:
    """The amounts of a record, typed and computed, that are not too round."""
    for name in (name for name, field in record.fields.items() if field.kind == "金额"):
        trace = value_in(case.scorecard.symbols, record, name)
        value = trace.value if trace is not None else None
        if is_number(value) and len(_significant(value)) > _FEWEST_DIGITS:
            yield _Beside(value, MONEY, f"「{record.path}.{name}」", record.span)


def _with_differences(figures: Iterable[tuple[object, str, Span]]) -> list[_Beside]:
    amounts = [(value, name, span) for value, name, span in figures if type(value) is Amount]
    amounts = [one for one in amounts if one[0].dimension == MONEY]
    return [_Beside(value, MONEY, f"「{name}」", span) for value, name, span in amounts] + [
        _Beside(abs(value - other), MONEY, f"「{name}」与「{its}」的差", span)
        for (value, name, span), (other, its, _) in combinations(amounts, 2)
    ]


def _figures_of(one: Measure, times: Mapping[str, int], wanted: Set[str]) -> Iterator[_Beside]:
    sides = [(one.target, "目标", "目标"), (one.actual, "完成", "实际")]
    sides = [side for side in sides if side[0].dimension in wanted]
    if not sides:
        return
    # 的满 of 对服务的满意度 says no more than 满意.
    pairs = frozenset(pair for pair in pairs_of(one.core) if "的" not in pair) - _COMMON
    for target, part, side in sides:
        low, high = target.ends
        ends, kind = (low,) if low == high else (low, high), target.dimension
        for end in ends if pairs and target.quantity is not None else ():
            shown = _significant(end) if times[kind] == 1 and kind not in _OF_MANY else ""
            first = shown[:2] if len(shown) > _FEWEST_DIGITS else ""
            yield _Beside(end, kind, f"「{one.name}」的{side}", one.place(part)[0], pairs, first)


def _slip(
    quantity: Amount, beside: list[_Beside], words: str = "", stated: Sequence[Fraction] = ()
) -> dict[str, str] | None:
    """What is wrong with a figure, in words for the finding; None if it is one beside it, or of another kind.

    Nor is it a slip of one that the text has ``stated``: 合同金额483.2万元，支付438.2万元.
    """
    own, kind, first = digits_of(quantity, quantity), quantity.dimension, _significant(quantity)[:2]
    said = frozenset(pairs_of(words))
    kin = {one for one in {one.dimension for one in beside} if one == kind or are_kin(one, kind)}
    alike = [one for one in beside if one.dimension in kin]
    for one in alike:
        is_named = not one.pairs or one.first == first or not one.pairs.isdisjoint(said)
        if is_named and (how := _difference(own, quantity, one)) and one.value not in stated:
            if any(digits_of(other.value, quantity) == own for other in alike):
                return None
            value = f"{plain(one.value / quantity.unit.scale)}{quantity.unit.name}"
            return {"how": how, "value": value, "name": one.name, "where": one.span.in_words}
    return None


def _difference(own: str, quantity: Amount, meant: _Beside) -> str:
    """How the digits of two figures differ by one slip; blank if they differ otherwise."""
    one, other = _significant(quantity), _significant(meant.value)
    # Nearly all figures begin otherwise.
    if one[:1] != other[:1] and one[:2] != other[1::-1]:
        return ""
    digits = digits_of(meant.value, quantity)
    differing = [at for at, (left, right) in enumerate(zip(digits, own, strict=False)) if left != right]
    near = len(differing) == 2 and len(digits[differing[0] : differing[1] + 1].replace(".", "")) == 2
    if near and "0" not in (own[0], digits[0]) and len(digits) == len(own) and sorted(digits) == sorted(own):
        return "只差两个数字的次序"
    # 125万元 may be a tenth of 1250万元, but not a ten-thousandth.
    times = max(quantity / meant.value, meant.value / quantity) if one == other else 0
    if one == other and (len(one) > _FEWEST_DIGITS or not 1 < times < 100):
        return "数字相同，小数点或单位不同"
    if meant.first and len(other) == len(one) + 1 and digits[0] == own[0]:
        return "丢了一个数字" if any(other[:at] + other[at + 1 :] == one for at in range(len(other))) else ""
    # 6612 for 612. A lost digit (61) may as well be another figure.
    if len(one) != len(other) + 1 or len(other) < _FEWEST_DIGITS:
        return ""
    doubled = {one[:at] + one[at + 1 :] for at in range(1, len(one)) if one[at] == one[at - 1]}
    return "多写了一个数字" if other in doubled else ""


def _significant(value: Fraction) -> str:
    above, below = value.as_integer_ratio()
    whole, rest = divmod(above * 10_000, below)
    # Most have four decimals at most: no fraction needs to be made.
    return (plain(value * 10_000).replace(".", "") if rest else str(whole)).strip("-0")


def digits_of(value: Fraction, like: Amount) -> str:
    """The absolute amount in the unit and with the decimals of another."""
    return f"{round_half_up(abs(value) / like.unit.scale, like.places):f}"


_DONE, _PLANNED = re.compile("执行|支出|实际|决算|完成"), re.compile("预算|计划|下达|安排")


class Plan(NamedTuple):
    """What was planned, and the character pairs of the name that it has; an amount has the path of its record."""

    amount: Amount
    pairs: frozenset[str]
    home: str | None = None

    def is_of(self, words: str, home: str) -> bool:
        """Whether it may be about these words of a text: many things are 91% or 12 of a kind by chance."""
        if re.search("[上去前]年", words):
            return False
        # 旅游 alone is not 旅游宣传推广.
        return self.home == home or sum(pair in words for pair in self.pairs) > (self.home is not None)


def plans_by_done(case: Case) -> Mapping[tuple[str, Fraction], list[Plan]]:
    """What was planned by what was done: targets by actual values, and amounts of the same record."""
    plans: dict[tuple[str, Fraction], list[Plan]] = defaultdict(list)
    for one in case.measures:
        planned, actual = one.target.quantity, one.actual.quantity
        if planned and actual and actual.dimension == planned.dimension:
            plans[actual.dimension, actual].append(Plan(planned, frozenset(pairs_of(one.core)) - _COMMON))
    for record in case.submission.facts.records:
        facts = [(name, fact.value) for name in record.members if (fact := record.fact(name)) is not None]
        amounts = [(name, value) for name, value in facts if type(value) is Amount and value.dimension == MONEY]
        planned_ones = [value for name, value in amounts if _PLANNED.search(name) and value]
        home, title = home_of(f"{record.path}."), next((value for _, value in facts if isinstance(value, str)), "")
        pairs = frozenset(pairs_of(title if home else "")) - _COMMON
        for _, value in (one for one in amounts if planned_ones and _DONE.search(one[0])):
            is_long = home or len(_significant(value)) > _FEWEST_DIGITS
            plans[MONEY, value] += [Plan(one, pairs, home if is_long else None) for one in planned_ones]
    return plans


# 13个重点项目建设，其中70个已完工 is as sure as 13个，其中70个; 帮助13个村解决问题，其中70个 counts something else.
_WHICH = re.compile(
    "(?:[^，。；、：]{0,4}|(?:重点|重大|省级|市级|民生|实事|在建|续建)*(?:项目|工程|任务|事项)(?:建设|实施|推进|开工)*)[，,（(]其中([^，。；、：]{0,8})"
)
_OF_PROJECTS = re.compile("(?:项目|工程|任务|事项)$")
_STATE = re.compile("有|[优良中差]|(?:已|提前|按[期时])?(?:[开完竣]工|完成|建成|投产|验收)?")
# What follows these words is no part of the number before.
_NOT_PART = re.compile(
    "带动|带来|覆盖|新增|服务(?!站|点|中心)|惠及|涉及|吸引|撬动|解决|提供|组织|走访|培训|节约|人均|累计|历年|发现|查出|自然村|分项|下[属设辖]|所[属辖]"
)
_ANY_THING, _PLACES = frozenset({"个", "项", "处"}), tuple("位格栋点床村组款制则施")
_SAME_THING = re.compile(
    r"[\W有无不没已均正在当按如得受完竣验达获被为是属由因未尚仍拟将需须]|$|全[部面]|超[额过]|提[前升]|[建办]成?[成结]|[开动]工|投[产入用]|通过"
    "|实现|纳入|列入|入选|整改|销号|成功|用于|位于|来自|分布|存在|立[行项]|长期|顺利|启动|落[实地]|[续新改扩]建|亿元|[省市国]级"
)
_DIFFERENCE = re.compile(r"(?:增[加长]|上升|减少?|下降|降低|净增|压缩|结余|盈余|结转)[^\W\d]{0,2}$")
_THING = re.compile(r"[^\W\d]{1,2}$")


def _is_of_others(text: str, whole: Figure, part: Figure, named: str) -> bool:
    """Whether the part counts other things than its whole: 项目13个，其中70个村受益; 服务中心13个，其中床位700个."""
    if _DIFFERENCE.search(whole.lead) or EACH.search(re.split("[，。；]", whole.lead)[-1]) or _NOT_PART.search(named):
        return True
    behind, counted = text[part.end : part.end + 10], re.split("[，,（(]", text[whole.end : part.start])[0]
    thing = _THING.search(counted) or _THING.search(whole.lead)
    if part.quantity.dimension not in _ANY_THING or (thing and thing[0] in behind + named):
        return False
    return named.endswith(_PLACES) or _SAME_THING.match(behind) is None


def _above_whole(case: Case, _given: Given) -> Iterator[Finding]:
    """A part of a number that is more than the whole."""
    for text in case.printed_with(re.compile("其中")):
        figures = figures_in(text.plain, 0, len(text.plain))
        for at, (last, part) in enumerate(pairwise(figures)):
            which, quantity = _WHICH.fullmatch(part.lead), part.quantity
            # 推进项目13个，完成投资5亿元，其中70个
            is_cost = which and at and last.quantity.dimension == MONEY and _STATE.fullmatch(which[1])
            is_of_those = is_cost and _OF_PROJECTS.search(figures[at - 1].lead) and not re.search("[。；]", last.lead)
            whole = figures[at - 1] if is_of_those else last
            is_part = which and quantity.dimension != RATIO and not _is_of_others(text.plain, whole, part, which[1])
            if is_part and alike_in([whole], quantity) and quantity > whole.quantity and not CHANGED.match(whole.lead):
                said = text.plain[whole.start : part.end]
                yield codes.PART_ABOVE_WHOLE.at(text.place(whole.start, part.end), text.path, text=said)


RULES = (
    Rule("数字颠倒", (codes.WRONG_DIGITS,), _wrong_digits, OWN_NAME),
    Rule("其中", (codes.PART_ABOVE_WHOLE,), _above_whole),
)
